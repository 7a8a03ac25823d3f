//! Calendars that are read by a secret link: whose they are, and over which days they go.
//! Must not know the form of a calendar, nor hold a secret.
//! Writing one is `app::feed`; who may make links is `policy`.

use std::sync::Arc;

use chrono::{DateTime, Months, NaiveDate, Utc};

use crate::{account::AccountId, agency::AgencyId, committee::PersonId, id::Id};

pub type FeedLinkId = Id<FeedLink>;

/// Whose calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeedOf {
    /// Meetings to which it is invited, and what it leads and owes.
    Agency(AgencyId),
    /// Meetings to which somebody is invited, and what the agencies lead and owe by whose posts they sit in committees.
    Member(PersonId),
}

/// A link by which a calendar is read without an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedLink {
    pub id: FeedLinkId,
    pub of: FeedOf,
    /// For whom or what it was made.
    pub note: Option<Arc<str>>,
    pub made_by: AccountId,
    pub created_at: DateTime<Utc>,
    /// No more than the day is kept.
    pub last_used_on: Option<NaiveDate>,
    pub revoked_at: Option<DateTime<Utc>>,
}

/// The first day that a calendar shows, and the first after its last: from one year back to two years ahead.
pub fn window(today: NaiveDate) -> (NaiveDate, NaiveDate) {
    (today.checked_sub_months(Months::new(12)).unwrap_or(today), today.checked_add_months(Months::new(24)).unwrap_or(today))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_calendar_shows_the_last_year_and_two_to_come() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
        assert_eq!(window(day("2016-02-29")), (day("2015-02-28"), day("2018-02-28")));
        assert_eq!(window(day("2014-07-01")), (day("2013-07-01"), day("2016-07-01")));
    }
}
