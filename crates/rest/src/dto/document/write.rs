//! What is sent to write documents down.
//! Must not hold rules beyond form: a number of any form is taken, what looks wrong about it is a warning.
//! The published schemas of the bodies are what they are checked against; what is shown is the parent module.

use app::document::{Issue, NewRelation};
use chrono::NaiveDate;
use domain::{
    document::{
        Capacity, DocumentKind, DocumentRelationKind, DocumentStatus,
        draft::{self, DocumentDraft},
        stage::Stage,
    },
    patch::Patch,
};
use serde::Deserialize;
use utoipa::ToSchema;

/// A document to write down.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewDocument {
    /// Loại văn bản.
    #[schema(value_type = String, max_length = 32, pattern = "^(LAW|DECREE|CIRCULAR|DECISION|DIRECTIVE|PARTY_CONCLUSION|SUBMISSION|STRATEGY|PLAN|OFFICIAL_LETTER|NOTICE|OTHER)$")]
    pub kind: DocumentKind,
    /// `PLANNED` for one that has no number yet; `ISSUED` where nothing is said.
    #[schema(value_type = Option<String>, max_length = 16, pattern = "^(ISSUED|PLANNED)$")]
    pub status: Option<DocumentStatus>,
    /// Number and symbol as printed. Any form is taken; what looks wrong is told as a warning.
    #[schema(example = "1593/QĐ-UBND", min_length = 1, max_length = 100)]
    pub number: Option<String>,
    /// Needed without a number.
    #[schema(min_length = 1, max_length = 2000)]
    pub title: Option<String>,
    /// Trích yếu.
    #[serde(rename = "abstract")]
    #[schema(min_length = 1, max_length = 2000)]
    pub summary: Option<String>,
    /// Code of the agency that issued it.
    #[schema(example = "ubnd-tp-hai-phong", min_length = 1, max_length = 64)]
    pub issuer: Option<String>,
    /// The words for who issued it; enough for a body that is no agency here.
    #[schema(example = "Thủ tướng Chính phủ", min_length = 1, max_length = 500)]
    pub issuer_as_written: Option<String>,
    /// The day of issue; none of what is only called for.
    pub issued_on: Option<NaiveDate>,
    /// The first day on which it holds, where that is not the day of issue.
    pub effective_on: Option<NaiveDate>,
    /// The first day on which it no longer holds.
    pub expires_on: Option<NaiveDate>,
    /// Who signed it, by name.
    #[schema(min_length = 1, max_length = 500)]
    pub signer: Option<String>,
    /// TM., KT., TL., TUQ. or Q. before the signer's position.
    #[schema(value_type = Option<String>, example = "TM", max_length = 8, pattern = "^(TM|KT|TL|TUQ|Q)$")]
    pub capacity: Option<Capacity>,
    /// The signer's position as printed.
    #[schema(min_length = 1, max_length = 500)]
    pub signer_position: Option<String>,
    /// Nơi nhận, as written.
    #[serde(default)]
    #[schema(max_items = 200)]
    pub recipients: Vec<String>,
    /// A remark on it.
    #[schema(min_length = 1, max_length = 2000)]
    pub note: Option<String>,
}

impl From<NewDocument> for DocumentDraft {
    fn from(new: NewDocument) -> Self {
        Self {
            kind: new.kind,
            status: new.status.unwrap_or(DocumentStatus::Issued),
            number: new.number,
            title: new.title,
            summary: new.summary,
            issuer: new.issuer,
            issuer_as_written: new.issuer_as_written,
            issued_on: new.issued_on,
            effective_on: new.effective_on,
            expires_on: new.expires_on,
            signer: new.signer,
            capacity: new.capacity,
            signer_position: new.signer_position,
            recipients: new.recipients,
            note: new.note,
        }
    }
}

/// What to change of a document; what is left out stays, null takes away. A planned one gets its number by being issued.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct DocumentChange {
    /// Loại văn bản.
    #[schema(value_type = Option<String>, max_length = 32, pattern = "^(LAW|DECREE|CIRCULAR|DECISION|DIRECTIVE|PARTY_CONCLUSION|SUBMISSION|STRATEGY|PLAN|OFFICIAL_LETTER|NOTICE|OTHER)$")]
    pub kind: Option<DocumentKind>,
    /// Number and symbol as printed; none of what is only called for.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100)]
    pub number: Patch<String>,
    /// Needed without a number.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 2000)]
    pub title: Patch<String>,
    /// Trích yếu.
    #[serde(default, rename = "abstract")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 2000)]
    pub summary: Patch<String>,
    /// Code of the agency that issued it.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 64)]
    pub issuer: Patch<String>,
    /// The words for who issued it; enough for a body that is no agency here.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 500)]
    pub issuer_as_written: Patch<String>,
    /// The day of issue; none of what is only called for.
    #[serde(default)]
    #[schema(value_type = Option<NaiveDate>)]
    pub issued_on: Patch<NaiveDate>,
    /// The first day on which it holds, where that is not the day of issue.
    #[serde(default)]
    #[schema(value_type = Option<NaiveDate>)]
    pub effective_on: Patch<NaiveDate>,
    /// The first day on which it no longer holds.
    #[serde(default)]
    #[schema(value_type = Option<NaiveDate>)]
    pub expires_on: Patch<NaiveDate>,
    /// Who signed it, by name.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 500)]
    pub signer: Patch<String>,
    /// TM., KT., TL., TUQ. or Q. before the signer's position.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 8, pattern = "^(TM|KT|TL|TUQ|Q)$")]
    pub capacity: Patch<Capacity>,
    /// The signer's position as printed.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 500)]
    pub signer_position: Patch<String>,
    /// All of them, in order.
    #[schema(max_items = 200)]
    pub recipients: Option<Vec<String>>,
    /// A remark on it.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 2000)]
    pub note: Patch<String>,
}

impl From<DocumentChange> for draft::DocumentChange {
    fn from(change: DocumentChange) -> Self {
        Self {
            kind: change.kind,
            number: change.number,
            title: change.title,
            summary: change.summary,
            issuer: change.issuer,
            issuer_as_written: change.issuer_as_written,
            issued_on: change.issued_on,
            effective_on: change.effective_on,
            expires_on: change.expires_on,
            signer: change.signer,
            capacity: change.capacity,
            signer_position: change.signer_position,
            recipients: change.recipients,
            note: change.note,
        }
    }
}

/// How a document stands to another.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewDocumentRelation {
    /// How this document stands to the other.
    #[schema(value_type = String, max_length = 16, pattern = "^(LEGAL_BASIS|PROPOSED_BY|CARRIES_OUT|FOLLOWS|CALLS_FOR|AMENDS|REPLACES|REPEALS)$")]
    pub kind: DocumentRelationKind,
    /// Identifier of the other document, or its number where one document has it.
    #[schema(example = "510/2013/QĐ-UBND", min_length = 1, max_length = 100)]
    pub related: String,
    /// Where in this document it stands.
    #[schema(min_length = 1, max_length = 2000)]
    pub section: Option<String>,
    /// Its words.
    #[schema(min_length = 1, max_length = 2000)]
    pub quote: Option<String>,
    /// A remark on it.
    #[schema(min_length = 1, max_length = 2000)]
    pub note: Option<String>,
    /// A part of the other only is replaced or repealed.
    #[serde(default)]
    pub is_partial: bool,
}

impl From<NewDocumentRelation> for NewRelation {
    fn from(new: NewDocumentRelation) -> Self {
        let NewDocumentRelation { kind, related, section, quote, note, is_partial } = new;
        Self { kind, related, section, quote, note, is_partial }
    }
}

/// A stage that a planned document reached; it is issued by itself.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewStage {
    /// `DRAFTED`: there is a text; after `SUBMITTED` it was given back. `SUBMITTED`: it was submitted for decision.
    #[schema(value_type = String, max_length = 16, pattern = "^(DRAFTED|SUBMITTED)$")]
    pub stage: Stage,
    /// The day on which it came there: not one to come, nor before the last stage.
    pub on: NaiveDate,
    /// A remark on it.
    #[schema(min_length = 1, max_length = 2000)]
    pub note: Option<String>,
}

/// With what a planned document is issued.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewIssue {
    /// Number and symbol as printed.
    #[schema(example = "04/CT-UBND", min_length = 1, max_length = 100)]
    pub number: String,
    /// The day of issue: not one to come, nor before the last stage.
    pub issued_on: NaiveDate,
    /// The first day on which it holds, where that is not the day of issue.
    pub effective_on: Option<NaiveDate>,
    /// The first day on which it no longer holds.
    pub expires_on: Option<NaiveDate>,
    /// Code; the agency that the plan names where nothing is said.
    #[schema(min_length = 1, max_length = 64)]
    pub issuer: Option<String>,
    /// Who signed it, by name; what the plan says where nothing is said.
    #[schema(min_length = 1, max_length = 500)]
    pub signer: Option<String>,
    /// TM., KT., TL., TUQ. or Q. before the signer's position; what the plan says where nothing is said.
    #[schema(value_type = Option<String>, max_length = 8, pattern = "^(TM|KT|TL|TUQ|Q)$")]
    pub capacity: Option<Capacity>,
    /// The signer's position as printed; what the plan says where nothing is said.
    #[schema(min_length = 1, max_length = 500)]
    pub signer_position: Option<String>,
    /// A remark on the issue, kept with the stage.
    #[schema(min_length = 1, max_length = 2000)]
    pub note: Option<String>,
}

impl From<NewIssue> for Issue {
    fn from(new: NewIssue) -> Self {
        let NewIssue { number, issued_on, effective_on, expires_on, issuer, signer, capacity, signer_position, note } = new;
        Self { number, issued_on, effective_on, expires_on, issuer, signer, capacity, signer_position, note }
    }
}
