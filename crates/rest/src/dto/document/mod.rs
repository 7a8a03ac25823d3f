//! Documents as REST shows them.
//! Must not show which account wrote one down; the audit log knows that.
//! See `app::document`; what is sent is `write`.

pub mod file;
pub mod write;

use app::{catalogue::Catalogue, document::DocumentFilter};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    document::{self as model, DocumentKind, DocumentStatus, stage},
    document_number::{DocumentClass, Parts, Remark},
    id::Id,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    page::page,
    text::{Text, Texts},
};
use crate::problem::ProblemMessage;

/// Which documents.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct DocumentParams {
    /// Of this type only.
    #[param(value_type = Option<String>, max_length = 32, pattern = "^(LAW|DECREE|CIRCULAR|DECISION|DIRECTIVE|PARTY_CONCLUSION|SUBMISSION|STRATEGY|PLAN|OFFICIAL_LETTER|NOTICE|OTHER)$")]
    pub kind: Option<DocumentKind>,
    /// Whether it exists or is only called for.
    #[param(value_type = Option<String>, max_length = 16, pattern = "^(ISSUED|PLANNED)$")]
    pub status: Option<DocumentStatus>,
    /// How it is numbered.
    #[param(value_type = Option<String>, max_length = 16, pattern = "^(NORMATIVE|NAMED|PARTY|OFFICIAL_LETTER)$")]
    pub class: Option<DocumentClass>,
    /// Number and symbol as printed.
    #[param(max_length = 100)]
    pub number: Option<String>,
    /// Code of the agency that issued it.
    #[param(max_length = 64)]
    pub issuer: Option<String>,
    /// Of issue, or the one in the number.
    #[param(minimum = 1945, maximum = 2200)]
    pub year: Option<i32>,
    /// Only those that hold on this day.
    pub in_force_on: Option<NaiveDate>,
    /// Rows on the page; 20 where nothing is asked.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i32>,
    /// `endCursor` of the page before.
    #[param(max_length = 2000)]
    pub after: Option<String>,
}

impl From<&DocumentParams> for DocumentFilter {
    fn from(params: &DocumentParams) -> Self {
        Self {
            kind: params.kind,
            status: params.status,
            class: params.class,
            number: params.number.clone(),
            issuer: params.issuer.clone(),
            year: params.year,
            in_force_on: params.in_force_on,
        }
    }
}

/// Between which days documents are looked at.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct DocumentChangeParams {
    /// What came after this day.
    pub since: NaiveDate,
    /// The last day, included.
    pub until: NaiveDate,
    /// Rows on the page; 20 where nothing is asked.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i32>,
    /// `endCursor` of the page before.
    #[param(max_length = 2000)]
    pub after: Option<String>,
}

/// Something that looks wrong about a number and symbol.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NumberWarning {
    /// What looks wrong.
    #[schema(
        example = "TYPE_MISSPELT",
        max_length = 32,
        pattern = "^(REPAIRED|UNREADABLE|TYPE_MISSPELT|TYPE_UNKNOWN|PARTY_FORM_EXPECTED|TYPE_NOT_IN_USE|LEADING_ZERO|YEAR_DIFFERS)$"
    )]
    pub code: String,
    /// The number as it may be meant.
    #[schema(example = "1593/QĐ-UBND", max_length = 200)]
    pub suggestion: Option<String>,
    /// The same in words.
    pub message: ProblemMessage,
}

impl From<&Remark> for NumberWarning {
    fn from(remark: &Remark) -> Self {
        let (code, suggestion) = (remark.kind.label().into(), remark.suggestion.clone());
        Self { code, suggestion, message: (&remark.kind.meaning()).into() }
    }
}

/// A document, issued or planned.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Document {
    pub id: Uuid,
    /// Loại văn bản.
    #[schema(
        max_length = 32,
        pattern = "^(LAW|DECREE|CIRCULAR|DECISION|DIRECTIVE|PARTY_CONCLUSION|SUBMISSION|STRATEGY|PLAN|OFFICIAL_LETTER|NOTICE|OTHER)$"
    )]
    pub kind: String,
    /// Whether it exists or is only called for.
    #[schema(max_length = 16, pattern = "^(ISSUED|PLANNED)$")]
    pub status: String,
    /// Number and symbol as printed. Unique only together with issuer and year.
    #[schema(example = "1593/QĐ-UBND", max_length = 100)]
    pub number: Option<String>,
    /// How it is numbered; null without a number, and for one that fits no class.
    #[schema(example = "NAMED", max_length = 16, pattern = "^(NORMATIVE|NAMED|PARTY|OFFICIAL_LETTER)$")]
    pub class: Option<String>,
    /// What stands beside number and year.
    #[schema(example = "QĐ-UBND", max_length = 100)]
    pub symbol: Option<String>,
    /// Of issue, or the one in the number.
    #[schema(example = 2013, minimum = 1900, maximum = 2200)]
    pub year: Option<i32>,
    /// What looks wrong about the number; it is kept all the same.
    #[schema(max_items = 10)]
    pub warnings: Vec<NumberWarning>,
    /// In Vietnamese.
    #[schema(max_length = 2000)]
    pub title: Option<String>,
    /// The title in the language that the caller likes best; null where it has none.
    pub title_text: Option<Text>,
    /// Trích yếu.
    #[serde(rename = "abstract")]
    #[schema(max_length = 2000)]
    pub summary: Option<String>,
    /// Code of the agency that issued it.
    #[schema(example = "ubnd-tp-hai-phong", max_length = 64)]
    pub issuer: Option<String>,
    /// The words for who issued it, as written.
    #[schema(max_length = 500)]
    pub issuer_as_written: Option<String>,
    /// The day of issue; null of what is only called for, and where it is not known.
    pub issued_on: Option<NaiveDate>,
    /// The first day on which it holds; the day of issue where it is null.
    pub effective_on: Option<NaiveDate>,
    /// The first day on which it no longer holds.
    pub expires_on: Option<NaiveDate>,
    /// Who signed it, by name.
    #[schema(max_length = 500)]
    pub signer: Option<String>,
    /// For whom the signer signs; null in their own name, and where it is not known.
    #[schema(example = "TM", max_length = 8, pattern = "^(TM|KT|TL|TUQ|Q)$")]
    pub capacity: Option<String>,
    /// The signer's position as printed; null where the text does not give it.
    #[schema(max_length = 500)]
    pub signer_position: Option<String>,
    /// A remark of whoever wrote it down.
    #[schema(max_length = 2000)]
    pub note: Option<String>,
    /// Raised by every change that the caller may see; the `ETag` of the document.
    #[schema(example = 1, minimum = 1, maximum = 1_000_000)]
    pub revision: i32,
}

impl Document {
    pub fn of(document: &model::Document, catalogue: &Catalogue, texts: &Texts) -> Self {
        let reading = document.reading();
        let symbol = reading.as_ref().and_then(|reading| reading.parts.as_ref()).map(Parts::symbol);
        Self {
            id: document.id.uuid(),
            kind: document.kind.label().into(),
            status: document.status.label().into(),
            number: document.number.clone(),
            class: document.class.map(|class| class.label().into()),
            symbol,
            year: document.year,
            warnings: reading.iter().flat_map(|reading| &reading.remarks).map(Into::into).collect(),
            title: document.title.clone(),
            title_text: document.title.as_deref().map(|title| texts.title(document.id.uuid(), title)),
            summary: document.summary.clone(),
            issuer: catalogue.agency_code(document.issuer).map(|code| code.to_string()),
            issuer_as_written: document.issuer_as_written.clone(),
            issued_on: document.issued_on,
            effective_on: document.effective_on,
            expires_on: document.expires_on,
            signer: document.signer.clone(),
            capacity: document.capacity.map(|capacity| capacity.label().into()),
            signer_position: document.as_written.signer_position.clone(),
            note: document.note.clone(),
            revision: document.seen_revision(),
        }
    }
}

page!(DocumentPage of Document, "A page of documents.");

/// How a document stands to another.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Relation {
    /// How the document that refers stands to the other.
    #[schema(max_length = 16, pattern = "^(LEGAL_BASIS|PROPOSED_BY|CARRIES_OUT|FOLLOWS|CALLS_FOR|AMENDS|REPLACES|REPEALS)$")]
    pub kind: String,
    /// The other document.
    pub document: Uuid,
    /// Where in the document that refers it stands.
    #[schema(max_length = 2000)]
    pub section: Option<String>,
    /// The words of the reference.
    #[schema(max_length = 2000)]
    pub quote: Option<String>,
    /// A remark of whoever wrote it down.
    #[schema(max_length = 2000)]
    pub note: Option<String>,
    /// A part only is replaced or repealed; the rest holds on.
    pub is_partial: bool,
}

impl From<&model::DocumentRelation> for Relation {
    fn from(relation: &model::DocumentRelation) -> Self {
        Self {
            kind: relation.kind.label().into(),
            document: relation.related.uuid(),
            section: relation.section.clone(),
            quote: relation.quote.clone(),
            note: relation.note.clone(),
            is_partial: relation.is_partial,
        }
    }
}

/// A stage that a document reached.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReachedStage {
    /// `DRAFTED`: there is a text; after `SUBMITTED` it was given back. `SUBMITTED`: it was submitted for decision. `ISSUED`: it has a
    /// number and a date.
    #[schema(max_length = 16, pattern = "^(DRAFTED|SUBMITTED|ISSUED)$")]
    pub stage: String,
    /// The day on which it had come there.
    pub on: NaiveDate,
    /// A remark of whoever recorded it.
    #[schema(max_length = 2000)]
    pub note: Option<String>,
    /// When that was recorded here.
    pub recorded_at: DateTime<Utc>,
}

impl From<&stage::StageReached> for ReachedStage {
    fn from(reached: &stage::StageReached) -> Self {
        let (stage, note) = (reached.stage.label().into(), reached.note.clone());
        Self { stage, on: reached.on, note, recorded_at: reached.recorded_at }
    }
}

/// A document with what it refers to and what refers to it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DocumentDetail {
    #[serde(flatten)]
    pub document: Document,
    /// What it refers to.
    #[schema(max_items = 1000)]
    pub relations: Vec<Relation>,
    /// What refers to it; in each the document is the one that refers.
    #[schema(max_items = 1000)]
    pub referred_to_by: Vec<Relation>,
    /// To whom the document went, as written.
    #[schema(max_items = 1000)]
    pub recipients: Vec<String>,
    /// How it came to be, in order.
    #[schema(max_items = 1000)]
    pub stages: Vec<ReachedStage>,
    /// The files that the caller may see, in the order in which they came.
    #[schema(max_items = 100)]
    pub files: Vec<file::DocumentFile>,
}

/// Something that became of a document on a day.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DocumentMoved {
    /// The first day for which it is so.
    pub on: NaiveDate,
    /// What became of it.
    #[schema(example = "REPLACED", max_length = 16, pattern = "^(TAKES_EFFECT|EXPIRES|AMENDED|REPLACED|REPEALED)$")]
    pub event: String,
    /// Identifier of the document of which it is told.
    pub document: Uuid,
    /// The document that did it; null where its own words do.
    pub by: Option<Uuid>,
    /// To a part of the document only.
    pub is_partial: bool,
}

impl From<&model::DocumentMoved> for DocumentMoved {
    fn from(moved: &model::DocumentMoved) -> Self {
        Self {
            on: moved.on,
            event: moved.event.label().into(),
            document: moved.document.uuid(),
            by: moved.by.map(Id::uuid),
            is_partial: moved.is_partial,
        }
    }
}

page!(DocumentMovedPage of DocumentMoved, "A page of what became of documents.");
