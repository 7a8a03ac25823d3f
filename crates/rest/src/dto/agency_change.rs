//! Changes of agencies from a day on as REST reads them: new ones, versions, codes, heads, rolls.
//! Must not decide anything; the use case is `app::organisation`.
//! Events are `organisation`.

use app::{
    organisation::{Change, What},
    place::NewPlace,
    post::Holding,
};
use chrono::NaiveDate;
use domain::agency::MembershipRule;
use serde::Deserialize;
use utoipa::ToSchema;

use super::organisation::AgencyNames;

/// A new agency.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct CreateAgency {
    /// One that no agency ever had.
    #[schema(min_length = 2, max_length = 64, pattern = "^[a-z0-9-]+$")]
    pub code: String,
    pub agency: AgencyNames,
    /// The first day.
    pub from: NaiveDate,
    /// Number or identifier of the document.
    #[schema(min_length = 1, max_length = 200)]
    pub basis: String,
    /// Where in the document it stands.
    #[schema(min_length = 1, max_length = 200)]
    pub section: Option<String>,
    /// Its words there, verbatim; needs `section`.
    #[schema(min_length = 1, max_length = 4000)]
    pub quote: Option<String>,
}

/// Another version of an agency.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ChangeAgency {
    pub agency: AgencyNames,
    /// The first day.
    pub from: NaiveDate,
    /// Number or identifier of the document.
    #[schema(min_length = 1, max_length = 200)]
    pub basis: String,
    /// Where in the document it stands.
    #[schema(min_length = 1, max_length = 200)]
    pub section: Option<String>,
    /// Its words there, verbatim; needs `section`.
    #[schema(min_length = 1, max_length = 4000)]
    pub quote: Option<String>,
}

/// Another electronic code of an agency.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct SetAgencyCode {
    /// In the form of either scheme.
    #[schema(example = "H24.13", min_length = 3, max_length = 35)]
    pub code: String,
    /// The first day.
    pub from: NaiveDate,
    /// Number or identifier of the document.
    #[schema(min_length = 1, max_length = 200)]
    pub basis: String,
    /// Where in the document it stands.
    #[schema(min_length = 1, max_length = 200)]
    pub section: Option<String>,
    /// Its words there, verbatim; needs `section`.
    #[schema(min_length = 1, max_length = 4000)]
    pub quote: Option<String>,
}

/// Who holds a post of an agency, or that nobody does: a name, or that it is vacant, one of both.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct SetHeadOfAgency {
    /// The post; it may be left out where the head's falls vacant. Several posts of one kind are told apart by their titles.
    #[schema(example = "Giám đốc", min_length = 1, max_length = 200)]
    pub title: Option<String>,
    /// Who holds it from the day on.
    #[schema(min_length = 1, max_length = 200)]
    pub name: Option<String>,
    /// Whoever held it leaves on the day, and nobody follows yet.
    #[serde(default)]
    pub vacant: bool,
    /// In charge without being appointed ("phụ trách", "Q.").
    #[serde(default)]
    pub is_acting: bool,
    /// Identifier of the person of the register, where that is known.
    pub person: Option<uuid::Uuid>,
    /// The first day.
    pub from: NaiveDate,
    /// Number or identifier of the document.
    #[schema(min_length = 1, max_length = 200)]
    pub basis: String,
    /// Where in the document it stands.
    #[schema(min_length = 1, max_length = 200)]
    pub section: Option<String>,
    /// Its words there, verbatim; needs `section`.
    #[schema(min_length = 1, max_length = 4000)]
    pub quote: Option<String>,
}

/// Who is on the roll of a collective.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct SetRoll {
    /// CLOSED: a fixed list; FILTERED: only the relevant ones; OPEN: whoever falls under the words.
    #[schema(value_type = String, max_length = 16, pattern = "^(CLOSED|FILTERED|OPEN)$")]
    pub rule: MembershipRule,
    /// Whether the roll is known to be whole.
    pub is_complete: bool,
    /// Codes.
    #[schema(max_items = 1000)]
    pub members: Vec<String>,
    /// The first day.
    pub from: NaiveDate,
    /// Number or identifier of the document.
    #[schema(min_length = 1, max_length = 200)]
    pub basis: String,
    /// Where in the document it stands.
    #[schema(min_length = 1, max_length = 200)]
    pub section: Option<String>,
    /// Its words there, verbatim; needs `section`.
    #[schema(min_length = 1, max_length = 4000)]
    pub quote: Option<String>,
}

impl From<CreateAgency> for Change {
    fn from(new: CreateAgency) -> Self {
        Self {
            agency: new.code,
            from: new.from,
            basis: new.basis,
            place: NewPlace { section: new.section, quote: new.quote },
            what: What::Created(new.agency.into()),
        }
    }
}

impl ChangeAgency {
    pub fn of(self, agency: String) -> Change {
        Change {
            agency,
            from: self.from,
            basis: self.basis,
            place: NewPlace { section: self.section, quote: self.quote },
            what: What::Version(self.agency.into()),
        }
    }
}

impl SetAgencyCode {
    pub fn of(self, agency: String) -> Change {
        Change {
            agency,
            from: self.from,
            basis: self.basis,
            place: NewPlace { section: self.section, quote: self.quote },
            what: What::ECode(self.code),
        }
    }
}

impl SetHeadOfAgency {
    pub fn of(self, agency: String, is_head: bool) -> Change {
        let person = self.person.map(domain::id::Id::from_uuid);
        let holding = Holding { is_head, title: self.title, name: self.name, is_vacant: self.vacant, is_acting: self.is_acting, person };
        Change {
            agency,
            from: self.from,
            basis: self.basis,
            place: NewPlace { section: self.section, quote: self.quote },
            what: What::Post(holding),
        }
    }
}

impl SetRoll {
    pub fn of(self, agency: String) -> Change {
        let what = What::Roll { rule: self.rule, is_complete: self.is_complete, members: self.members };
        Change { agency, from: self.from, basis: self.basis, place: NewPlace { section: self.section, quote: self.quote }, what }
    }
}
