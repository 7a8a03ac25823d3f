//! Defects of a decision's text and who answers for how they are read, as REST shows and takes them.
//! Must not judge a reading.
//! See `app::reading`.

use app::{catalogue::Catalogue, place::NewPlace, reading::NewConfirmation};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{id::Id, programme as model, reading};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::place::{Place, Places};

/// A defect of a decision's text, kept beside how it is read.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct KnownIssue {
    pub id: Uuid,
    /// Where in the decision.
    #[schema(example = "IV.1", max_length = 2000)]
    pub location: String,
    /// The words of the decision, verbatim.
    #[schema(example = "2013 -1015", max_length = 10000)]
    pub as_written: Option<String>,
    /// Null where it is not read otherwise than it is written.
    #[schema(example = "2013-2015", max_length = 10000)]
    pub read_as: Option<String>,
    /// What the programme's file remarks of it.
    #[schema(max_length = 10000)]
    pub note: Option<String>,
    /// Null while nobody answers for the reading.
    pub confirmation: Option<ReadingConfirmation>,
}

/// Who answers for a reading.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReadingConfirmation {
    /// As the account was called then. Null, as `post` and `remark` are, for whoever has no role in the programme.
    #[schema(max_length = 500)]
    pub confirmed_by: Option<String>,
    /// In which post, where that is told.
    #[schema(max_length = 200)]
    pub post: Option<String>,
    /// Code of the agency for which the account spoke then.
    #[schema(max_length = 64)]
    pub agency: Option<String>,
    /// The day on which they confirmed it.
    pub confirmed_on: NaiveDate,
    /// Identifier of the document that says so.
    pub basis: Option<Uuid>,
    #[serde(flatten)]
    pub place: Place,
    /// What they remarked.
    #[schema(max_length = 2000)]
    pub remark: Option<String>,
    /// When it was written down in the service.
    pub recorded_at: DateTime<Utc>,
}

/// The defects of a decision's text.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct KnownIssues {
    /// In the order of the programme's file.
    #[schema(max_items = 10000)]
    pub items: Vec<KnownIssue>,
}

/// Who answers for a reading; the account says who they are.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewReadingConfirmation {
    /// Today where nothing is said.
    pub confirmed_on: Option<NaiveDate>,
    /// In which post.
    #[schema(example = "Phó Giám đốc", min_length = 1, max_length = 200)]
    pub post: Option<String>,
    /// Number or identifier of a document that says so.
    #[schema(min_length = 1, max_length = 200)]
    pub basis: Option<String>,
    /// Where in the document it stands.
    #[schema(min_length = 1, max_length = 200)]
    pub section: Option<String>,
    /// Its words there, verbatim; needs `section`.
    #[schema(min_length = 1, max_length = 4000)]
    pub quote: Option<String>,
    /// Shown to those alone who have a role in the programme.
    #[schema(min_length = 1, max_length = 2000)]
    pub remark: Option<String>,
}

impl From<NewReadingConfirmation> for NewConfirmation {
    fn from(new: NewReadingConfirmation) -> Self {
        let place = NewPlace { section: new.section, quote: new.quote };
        Self { on: new.confirmed_on, post: new.post, basis: new.basis, place, remark: new.remark }
    }
}

impl KnownIssue {
    pub fn of(issue: &model::KnownIssue, catalogue: &Catalogue, places: &Places) -> Self {
        let confirmation = |confirmed: &reading::Confirmation| ReadingConfirmation {
            confirmed_by: confirmed.by.as_ref().map(|by| by.name.clone()),
            post: confirmed.by.as_ref().and_then(|by| by.post.clone()),
            agency: catalogue.agency_code(confirmed.agency).map(|code| code.to_string()),
            confirmed_on: confirmed.on,
            basis: confirmed.basis.map(Id::uuid),
            place: places.at(confirmed.id.uuid(), confirmed.basis),
            remark: confirmed.by.as_ref().and_then(|by| by.remark.clone()),
            recorded_at: confirmed.recorded_at,
        };
        Self {
            id: issue.id.uuid(),
            location: issue.location.clone(),
            as_written: issue.as_written.clone(),
            read_as: issue.read_as.clone(),
            note: issue.note.clone(),
            confirmation: issue.confirmation.as_ref().map(confirmation),
        }
    }
}
