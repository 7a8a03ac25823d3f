//! A direction of a document as REST takes it.
//! Must not judge it.
//! See `app::direction`.

use app::{direction, place::NewPlace};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;

/// What a document directs, to be followed as a task.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewDirection {
    /// Number or identifier of the document, which is issued.
    #[schema(example = "1681/UBND-TCD", min_length = 1, max_length = 200)]
    pub basis: String,
    /// Where the document says it; the whole of it where nothing is said.
    #[schema(example = "Mục 2", min_length = 1, max_length = 200)]
    pub section: Option<String>,
    /// Its words there, verbatim; needs `section`.
    #[schema(min_length = 1, max_length = 4000)]
    pub quote: Option<String>,
    /// What is to be done: the title of the task, which everybody may read.
    #[schema(min_length = 1, max_length = 2000)]
    pub text: String,
    /// Code of the agency that carries it out.
    #[schema(example = "so-tttt", min_length = 2, max_length = 64)]
    pub lead: String,
    /// Codes.
    #[serde(default)]
    #[schema(max_items = 100)]
    pub coordinators: Vec<String>,
    /// The first day on which it holds; the day from which the document is in force where nothing is said.
    pub effective_on: Option<NaiveDate>,
    /// The day by which it is to be done.
    pub due_on: NaiveDate,
}

impl From<NewDirection> for direction::NewDirection {
    fn from(body: NewDirection) -> Self {
        Self {
            basis: body.basis,
            place: NewPlace { section: body.section, quote: body.quote },
            text: body.text,
            lead: body.lead,
            coordinators: body.coordinators,
            effective_on: body.effective_on,
            due_on: body.due_on,
        }
    }
}
