//! Contributors under typed names as REST takes them to be hidden.
//! Must not tell the name again.
//! See `app::budget`; lines are `budget`.

use app::budget::{ContributorToHide, HiddenContributor};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Who is to be known by a pseudonym from now on, and why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ContributorPseudonymWanted {
    /// As it stands on lines, letter by letter.
    #[schema(min_length = 1, max_length = 500)]
    pub name: String,
    /// Why; kept in the audit log, so without the name.
    #[schema(min_length = 1, max_length = 500)]
    pub reason: String,
    /// Number or identifier of the document on which it rests.
    #[schema(min_length = 1, max_length = 200)]
    pub document: String,
}

impl From<ContributorPseudonymWanted> for ContributorToHide {
    fn from(body: ContributorPseudonymWanted) -> Self {
        Self { name: body.name, reason: body.reason, document: body.document }
    }
}

/// What is left of the name.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ContributorPseudonym {
    /// What stands on the lines in place of the name.
    #[schema(max_length = 100)]
    pub pseudonym: String,
    /// How many lines had the name.
    pub lines: usize,
}

impl From<HiddenContributor> for ContributorPseudonym {
    fn from(hidden: HiddenContributor) -> Self {
        Self { pseudonym: hidden.pseudonym, lines: hidden.lines }
    }
}
