//! Links of calendars as REST shows them, and what is sent to make one.
//! Must not hold a secret beside the answer that makes it.
//! See `app::feed`.

use app::{catalogue::Catalogue, feed::NewLink};
use chrono::{DateTime, NaiveDate, Utc};
use domain::feed::{FeedLink, FeedOf};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::page::page;

/// Which links.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct CalendarLinkParams {
    /// Code of the agency.
    #[param(max_length = 64)]
    pub agency: Option<String>,
    /// Identifier of the person.
    pub member: Option<Uuid>,
    /// Rows on the page; 20 where nothing is asked.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i32>,
    /// `endCursor` of the page before.
    #[param(max_length = 2000)]
    pub after: Option<String>,
}

/// A link to make: for an agency or for a member of committees, one of both.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewCalendarLink {
    /// Code of the agency.
    #[schema(max_length = 64)]
    pub agency: Option<String>,
    /// Identifier of a person; for those who keep the rosters of committees.
    pub member: Option<Uuid>,
    /// For whom or what it is made.
    #[schema(min_length = 1, max_length = 200)]
    pub note: Option<String>,
}

impl From<NewCalendarLink> for NewLink {
    fn from(new: NewCalendarLink) -> Self {
        Self { agency: new.agency, member: new.member.map(|id| id.to_string()), note: new.note }
    }
}

/// A link by which a calendar is read, without its secret.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CalendarLink {
    pub id: Uuid,
    /// Code, for that of an agency.
    #[schema(max_length = 64)]
    pub agency: Option<String>,
    /// Identifier of the person, for that of a member.
    pub member: Option<Uuid>,
    /// For whom or what it was made.
    #[schema(max_length = 200)]
    pub note: Option<String>,
    /// Identifier of the account that made it.
    pub made_by: Uuid,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// The day on which it was read last; no more is kept.
    pub last_used_on: Option<NaiveDate>,
    /// When it was revoked; null while the calendar is read by it.
    pub revoked_at: Option<DateTime<Utc>>,
}

impl CalendarLink {
    pub fn of(link: &FeedLink, catalogue: &Catalogue) -> Self {
        let (agency, member) = match link.of {
            FeedOf::Agency(agency) => (catalogue.agency_code(Some(agency)), None),
            FeedOf::Member(person) => (None, Some(person.uuid())),
        };
        Self {
            id: link.id.uuid(),
            agency: agency.map(|code| code.to_string()),
            member,
            note: link.note.as_deref().map(str::to_owned),
            made_by: link.made_by.uuid(),
            created_at: link.created_at,
            last_used_on: link.last_used_on,
            revoked_at: link.revoked_at,
        }
    }
}

page!(CalendarLinkPage of CalendarLink, "A page of links of calendars, the newest first.");

/// A link that was made.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MadeCalendarLink {
    #[serde(flatten)]
    pub link: CalendarLink,
    /// Where the calendar is read, on this service. Shown once: whoever has it reads the calendar.
    #[schema(max_length = 200)]
    pub path: String,
}
