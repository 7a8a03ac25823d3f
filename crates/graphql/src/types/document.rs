//! Documents, their references and citations.
//! Must not judge whether a document is in force.
//! Read in batches; see `loaders`.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    document::{self as model, stage::StageReached},
    document_number::Remark,
    lang::TranslatedField,
};

use super::{agency_opt_on, document, document_opt, id};
use crate::{
    enums::{
        Capacity, DocumentClass, DocumentEvent, DocumentKind, DocumentRelationKind, DocumentStage, DocumentStatus, Lang, NumberWarningCode,
    },
    loaders::{self, CitationsOf, FilesOfDocument, PlacesOf, RecipientsOf, RelationsOf, RelationsTo, StagesOf},
    names::{Text, translated, wanted},
    types::{agency::Agency, document_file::DocumentFile},
};

/// A document, issued or called for.
pub struct Document(pub Arc<model::Document>);

impl Document {
    async fn referring(&self, ctx: &Context<'_>, wanted: impl Fn(model::DocumentRelationKind) -> bool) -> Result<Vec<DocumentRelation>> {
        let relations = loaders::load(ctx, RelationsTo(self.0.id)).await?;
        Ok(relations.iter().filter(|relation| wanted(relation.kind)).cloned().map(DocumentRelation).collect())
    }
}

/// A document, issued or called for.
#[Object]
impl Document {
    pub(crate) async fn id(&self) -> ID {
        id(self.0.id)
    }

    /// Loại văn bản.
    async fn kind(&self) -> DocumentKind {
        self.0.kind.into()
    }

    /// Whether it exists or is only called for.
    async fn status(&self) -> DocumentStatus {
        self.0.status.into()
    }

    /// Number and symbol as printed, for example "1593/QĐ-UBND". Unique only together with issuer and year.
    async fn number(&self) -> Option<&str> {
        self.0.number.as_deref()
    }

    /// The title in a language, or in Vietnamese where there is no translation.
    async fn title(&self, ctx: &Context<'_>, lang: Option<Lang>) -> Result<Option<Arc<str>>> {
        let Some(title) = &self.0.title else { return Ok(None) };
        let text = translated(ctx, self.0.id.uuid(), TranslatedField::Title, &title.as_str().into(), wanted(ctx, lang)).await?;
        Ok(Some(text.text))
    }

    /// The title with the language that it is in.
    async fn title_text(&self, ctx: &Context<'_>, lang: Option<Lang>) -> Result<Option<Text>> {
        let Some(title) = &self.0.title else { return Ok(None) };
        let text = translated(ctx, self.0.id.uuid(), TranslatedField::Title, &title.as_str().into(), wanted(ctx, lang)).await?;
        Ok(Some(text.into()))
    }

    /// As it was called when it issued the document.
    async fn issuer(&self, ctx: &Context<'_>) -> Result<Option<Agency>> {
        agency_opt_on(ctx, self.0.issuer, self.0.issued_on.or(self.0.effective_on)).await
    }

    /// The words for who issued it, as written.
    async fn issuer_as_written(&self) -> Option<&str> {
        self.0.issuer_as_written.as_deref()
    }

    /// The day of issue; null of what is only called for, and where it is not known.
    async fn issued_on(&self) -> Option<NaiveDate> {
        self.0.issued_on
    }

    /// The first day on which it holds; the day of issue where it is null.
    async fn effective_on(&self) -> Option<NaiveDate> {
        self.0.effective_on
    }

    /// The first day on which it no longer holds.
    async fn expires_on(&self) -> Option<NaiveDate> {
        self.0.expires_on
    }

    /// In which of the four ways it is numbered; null without a number, and for one that fits none.
    async fn class(&self) -> Option<DocumentClass> {
        self.0.class.map(Into::into)
    }

    /// What stands beside number and year, for example "QĐ-UBND".
    async fn symbol(&self) -> Option<String> {
        Some(self.0.reading()?.parts?.symbol())
    }

    /// Of issue, or the one in the number.
    async fn year(&self) -> Option<i32> {
        self.0.year
    }

    /// What looks wrong about the number; it is kept all the same.
    async fn warnings(&self) -> Vec<NumberWarning> {
        self.0.reading().iter().flat_map(|reading| &reading.remarks).map(Into::into).collect()
    }

    /// Trích yếu: what it is about, in the words of its head.
    #[graphql(name = "abstract")]
    async fn summary(&self) -> Option<&str> {
        self.0.summary.as_deref()
    }

    /// For whom the signer signs; null in their own name, and where it is not known.
    async fn capacity(&self) -> Option<Capacity> {
        self.0.capacity.map(Into::into)
    }

    /// Raised by every change that the caller may see; a change names it.
    async fn revision(&self) -> i32 {
        self.0.seen_revision()
    }

    /// Who signed it, by name.
    async fn signer(&self) -> Option<&str> {
        self.0.signer.as_deref()
    }

    /// A remark of whoever wrote it down.
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }

    /// The sort of document as printed, for example "Quyết định".
    async fn kind_as_written(&self) -> Option<&str> {
        self.0.as_written.kind.as_deref()
    }

    /// The day of issue as printed.
    async fn issued_on_as_written(&self) -> Option<&str> {
        self.0.as_written.issued_on.as_deref()
    }

    /// The sentence from which the day of effect follows, word for word.
    async fn effective_on_as_written(&self) -> Option<&str> {
        self.0.as_written.effective_on.as_deref()
    }

    /// The line from which number and date were read, where that is not the document's own head; word for word.
    async fn number_and_date_source(&self) -> Option<&str> {
        self.0.as_written.number_and_date_source.as_deref()
    }

    /// The signer's position as printed; null where the text does not give it.
    async fn signer_position(&self) -> Option<&str> {
        self.0.as_written.signer_position.as_deref()
    }

    /// A remark of whoever transcribed the document on its signature.
    async fn signer_note(&self) -> Option<&str> {
        self.0.as_written.signer_note.as_deref()
    }

    /// A remark of whoever transcribed the document on its recipients.
    async fn recipients_note(&self) -> Option<&str> {
        self.0.as_written.recipients_note.as_deref()
    }

    /// What the document refers to, in its order.
    async fn relations(&self, ctx: &Context<'_>) -> Result<Vec<DocumentRelation>> {
        Ok(loaders::load(ctx, RelationsOf(self.0.id)).await?.iter().cloned().map(DocumentRelation).collect())
    }

    /// What refers to the document; in each relation the document is the one that refers.
    async fn referred_to_by(&self, ctx: &Context<'_>) -> Result<Vec<DocumentRelation>> {
        self.referring(ctx, |_| true).await
    }

    /// The documents that amend this one.
    async fn amended_by(&self, ctx: &Context<'_>) -> Result<Vec<DocumentRelation>> {
        self.referring(ctx, |kind| kind == model::DocumentRelationKind::Amends).await
    }

    /// The documents that replace this one, or a part of it.
    async fn replaced_by(&self, ctx: &Context<'_>) -> Result<Vec<DocumentRelation>> {
        self.referring(ctx, |kind| kind == model::DocumentRelationKind::Replaces).await
    }

    /// The documents that repeal this one, or a part of it.
    async fn repealed_by(&self, ctx: &Context<'_>) -> Result<Vec<DocumentRelation>> {
        self.referring(ctx, |kind| kind == model::DocumentRelationKind::Repeals).await
    }

    /// The documents that carry this one out.
    async fn carried_out_by(&self, ctx: &Context<'_>) -> Result<Vec<DocumentRelation>> {
        self.referring(ctx, |kind| kind == model::DocumentRelationKind::CarriesOut).await
    }

    /// How it came to be, in order; empty where nobody wrote that down.
    async fn stages(&self, ctx: &Context<'_>) -> Result<Vec<ReachedStage>> {
        Ok(loaders::load(ctx, StagesOf(self.0.id)).await?.iter().map(Into::into).collect())
    }

    /// The files that the caller may see, in the order in which they came.
    async fn files(&self, ctx: &Context<'_>) -> Result<Vec<DocumentFile>> {
        Ok(loaders::load(ctx, FilesOfDocument(self.0.id)).await?.iter().cloned().map(DocumentFile).collect())
    }

    /// To whom the document went, as written.
    async fn recipients_as_written(&self, ctx: &Context<'_>) -> Result<Vec<String>> {
        Ok(loaders::load(ctx, RecipientsOf(self.0.id)).await?.to_vec())
    }
}

/// A reference from one document to another.
pub struct DocumentRelation(model::DocumentRelation);

/// A reference from one document to another.
#[Object]
impl DocumentRelation {
    /// How the document that refers stands to the other.
    async fn kind(&self) -> DocumentRelationKind {
        self.0.kind.into()
    }

    /// The document referred to.
    async fn document(&self, ctx: &Context<'_>) -> Result<Document> {
        document(ctx, self.0.related).await
    }

    /// Where in the document that refers it stands.
    async fn section(&self) -> Option<&str> {
        self.0.section.as_deref()
    }

    /// The words of the reference.
    async fn quote(&self) -> Option<&str> {
        self.0.quote.as_deref()
    }

    /// A remark of whoever wrote it down.
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }

    /// A part only is replaced or repealed; the rest holds on.
    async fn is_partial(&self) -> bool {
        self.0.is_partial
    }
}

/// Something that looks wrong about a number and symbol.
#[derive(SimpleObject)]
pub struct NumberWarning {
    /// What looks wrong.
    code: NumberWarningCode,
    /// The whole number as it may be meant.
    suggestion: Option<String>,
    /// In Vietnamese.
    vi: String,
    /// In English.
    en: String,
}

impl From<&Remark> for NumberWarning {
    fn from(remark: &Remark) -> Self {
        let meaning = remark.kind.meaning();
        let (vi, en) = (meaning.vi.to_string(), meaning.en.to_string());
        Self { code: remark.kind.into(), suggestion: remark.suggestion.clone(), vi, en }
    }
}

/// A stage that a document reached.
#[derive(SimpleObject)]
pub struct ReachedStage {
    /// To where it had come.
    stage: DocumentStage,
    /// The day on which it had come there.
    on: NaiveDate,
    /// A remark of whoever recorded it.
    note: Option<String>,
    /// When that was recorded here.
    recorded_at: DateTime<Utc>,
}

impl From<&StageReached> for ReachedStage {
    fn from(reached: &StageReached) -> Self {
        Self { stage: reached.stage.into(), on: reached.on, note: reached.note.clone(), recorded_at: reached.recorded_at }
    }
}

/// Something that became of a document on a day.
pub struct DocumentMoved(pub model::DocumentMoved);

/// Something that became of a document on a day.
#[Object]
impl DocumentMoved {
    /// The first day for which it is so.
    async fn on(&self) -> NaiveDate {
        self.0.on
    }

    /// What became of it.
    async fn event(&self) -> DocumentEvent {
        self.0.event.into()
    }

    /// The document of which it is told.
    async fn document(&self, ctx: &Context<'_>) -> Result<Document> {
        document(ctx, self.0.document).await
    }

    /// The document that did it; null where its own words do.
    async fn by(&self, ctx: &Context<'_>) -> Result<Option<Document>> {
        document_opt(ctx, self.0.by).await
    }

    /// To a part of the document only.
    async fn is_partial(&self) -> bool {
        self.0.is_partial
    }
}

/// Where in which document a thing stands.
pub struct Citation(pub model::Citation);

/// Where in which document a thing stands.
#[Object]
impl Citation {
    /// The document in which it stands.
    async fn document(&self, ctx: &Context<'_>) -> Result<Document> {
        document(ctx, self.0.document).await
    }

    /// Where in the document, e.g. “Điều 2”.
    async fn section(&self) -> &str {
        &self.0.section
    }

    /// Its words there, verbatim.
    async fn quote(&self) -> Option<&str> {
        self.0.quote.as_deref()
    }
}

/// The citations of a thing.
pub async fn citations(ctx: &Context<'_>, subject: uuid::Uuid) -> Result<Vec<Citation>> {
    Ok(loaders::load(ctx, CitationsOf(subject)).await?.iter().cloned().map(Citation).collect())
}

/// Where a row stands in documents; empty where that is not told.
pub async fn places(ctx: &Context<'_>, row: uuid::Uuid) -> Result<Vec<Citation>> {
    Ok(loaders::load(ctx, PlacesOf(row)).await?.iter().cloned().map(Citation).collect())
}
