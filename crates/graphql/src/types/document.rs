//! Documents, their references and citations.
//! Must not judge whether a document is in force.
//! Read in batches; see `loaders`.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result};
use chrono::NaiveDate;
use domain::{document as model, lang::TranslatedField};

use super::{agency_opt, document, id};
use crate::{
    enums::{DocumentKind, DocumentRelationKind, DocumentStatus, Lang},
    loaders::{self, CitationsOf, RecipientsOf, RelationsOf},
    names::{Text, translated},
    types::agency::Agency,
};

/// A document, issued or called for.
pub struct Document(pub Arc<model::Document>);

/// A document, issued or called for.
#[Object]
impl Document {
    pub(crate) async fn id(&self) -> ID {
        id(self.0.id)
    }

    async fn kind(&self) -> DocumentKind {
        self.0.kind.into()
    }

    async fn status(&self) -> DocumentStatus {
        self.0.status.into()
    }

    /// Number and symbol as printed, for example "1593/QĐ-UBND". Unique only together with issuer and year.
    async fn number(&self) -> Option<&str> {
        self.0.number.as_deref()
    }

    /// The title in a language, or in Vietnamese where there is no translation.
    async fn title(&self, ctx: &Context<'_>, #[graphql(default_with = "Lang::Vi")] lang: Lang) -> Result<Option<Arc<str>>> {
        let Some(title) = &self.0.title else { return Ok(None) };
        let text = translated(ctx, self.0.id.uuid(), TranslatedField::Title, &title.as_str().into(), lang.into()).await?;
        Ok(Some(text.text))
    }

    /// The title with the language that it is in.
    async fn title_text(&self, ctx: &Context<'_>, #[graphql(default_with = "Lang::Vi")] lang: Lang) -> Result<Option<Text>> {
        let Some(title) = &self.0.title else { return Ok(None) };
        let text = translated(ctx, self.0.id.uuid(), TranslatedField::Title, &title.as_str().into(), lang.into()).await?;
        Ok(Some(text.into()))
    }

    async fn issuer(&self, ctx: &Context<'_>) -> Result<Option<Agency>> {
        agency_opt(ctx, self.0.issuer).await
    }

    async fn issuer_as_written(&self) -> Option<&str> {
        self.0.issuer_as_written.as_deref()
    }

    async fn issued_on(&self) -> Option<NaiveDate> {
        self.0.issued_on
    }

    async fn effective_on(&self) -> Option<NaiveDate> {
        self.0.effective_on
    }

    async fn signer(&self) -> Option<&str> {
        self.0.signer.as_deref()
    }

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

    /// The signing capacity as printed; null where the text does not give it.
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
    async fn kind(&self) -> DocumentRelationKind {
        self.0.kind.into()
    }

    /// The document referred to.
    async fn document(&self, ctx: &Context<'_>) -> Result<Document> {
        document(ctx, self.0.related).await
    }

    async fn section(&self) -> Option<&str> {
        self.0.section.as_deref()
    }

    /// The words of the reference.
    async fn quote(&self) -> Option<&str> {
        self.0.quote.as_deref()
    }

    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }
}

/// Where in which document a thing stands.
pub struct Citation(model::Citation);

/// Where in which document a thing stands.
#[Object]
impl Citation {
    async fn document(&self, ctx: &Context<'_>) -> Result<Document> {
        document(ctx, self.0.document).await
    }

    async fn section(&self) -> &str {
        &self.0.section
    }

    /// Verbatim.
    async fn quote(&self) -> Option<&str> {
        self.0.quote.as_deref()
    }
}

/// The citations of a thing.
pub async fn citations(ctx: &Context<'_>, subject: uuid::Uuid) -> Result<Vec<Citation>> {
    Ok(loaders::load(ctx, CitationsOf(subject)).await?.iter().cloned().map(Citation).collect())
}
