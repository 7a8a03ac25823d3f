//! The gap list of a programme as REST shows it.
//! Must not judge what is a gap.
//! See `app::gap`.

use domain::{gap as model, id::Id};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// Something that a programme's decision leaves open.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Gap {
    /// What is left open.
    #[schema(
        example = "MEASURE_WITHOUT_TASK",
        max_length = 32,
        pattern = "^(MEASURE_WITHOUT_TASK|TASK_WITHOUT_COORDINATOR|TASK_LED_BY_COLLECTIVE|TASK_WITHOUT_DESIGNATION|TASK_NEVER_REPORTED|TARGET_WITHOUT_DUE_YEAR|TARGET_WITHOUT_TASK|TARGET_NOT_FED|RESPONSIBILITY_WITHOUT_DUE|DOCUMENT_NOT_ISSUED|SUBJECT_WITHOUT_CITATION|SEAT_WITHOUT_HOLDER|ACT_WITHOUT_DOCUMENT|CONCLUSION_WITHOUT_DOCUMENT|READING_NOT_CONFIRMED)$"
    )]
    pub kind: String,
    /// What kind of thing the gap is about.
    #[schema(
        example = "MEASURE",
        max_length = 16,
        pattern = "^(OBJECTIVE|TARGET|MEASURE|TASK|RESPONSIBILITY|DOCUMENT|SEAT|COMMITTEE_ACT|CONCLUSION|KNOWN_ISSUE)$"
    )]
    pub subject: String,
    /// Identifier of the subject.
    pub id: Uuid,
    /// The subject's code; the title of a document, the committee of a seat or act, the number of a conclusion,
    /// the place of a defect of the text.
    #[schema(example = "3.1.h", max_length = 2000)]
    pub code: String,
    /// What the subject says, or what it is to bring forth.
    #[schema(max_length = 10000)]
    pub text: String,
    /// The document that says so.
    pub document: Option<Uuid>,
    /// Where in the document it stands; null where that is not known.
    #[schema(max_length = 2000)]
    pub section: Option<String>,
    /// Verbatim.
    #[schema(max_length = 10000)]
    pub quote: Option<String>,
    /// What the programme's file remarks of it; the note of an act, the meeting of a conclusion.
    #[schema(max_length = 2000)]
    pub note: Option<String>,
}

/// What a programme's decision leaves open.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Gaps {
    /// By kind, within each in the order of the programme.
    #[schema(max_items = 10000)]
    pub items: Vec<Gap>,
}

impl From<model::Gap> for Gap {
    fn from(gap: model::Gap) -> Self {
        Self {
            kind: gap.kind.label().into(),
            subject: gap.subject.label().into(),
            id: gap.id,
            code: gap.code,
            text: gap.text,
            document: gap.document.map(Id::uuid),
            section: gap.section,
            quote: gap.quote,
            note: gap.note,
        }
    }
}
