//! What of a deliverable falls due or goes stale: agreements to renew, editions that nobody looks after, rebuttals that take time.
//! Must not change anything; a state follows from its fields and a day.
//! The fields are `details`.

use chrono::{Days, NaiveDate};

use super::{Agreement, Edition, Rebuttal};
use crate::labels::labelled_enum;

/// Days before its end from which an agreement is on the list of those to renew, where it does not say itself.
pub const ALERT_DAYS: u32 = 60;
/// Days without a look after which an edition counts as unchecked, where nothing else is asked.
pub const STALE_DAYS: u32 = 180;

labelled_enum! {
    /// How an agreement stands on a day.
    pub enum Renewal {
        NotYetInForce = "NOT_YET_IN_FORCE",
        InForce = "IN_FORCE",
        /// Ends soon.
        RenewNow = "RENEW_NOW",
        Expired = "EXPIRED",
    }
}

impl Agreement {
    /// How it stands on a day: the last day is within, and the alert begins so many days before it.
    pub fn renewal(&self, as_of: NaiveDate) -> Renewal {
        if as_of < self.from {
            return Renewal::NotYetInForce;
        }
        let Some(to) = self.to else { return Renewal::InForce };
        let alert = to.checked_sub_days(Days::new(self.alert_days.unwrap_or(ALERT_DAYS).into()));
        match alert {
            _ if as_of > to => Renewal::Expired,
            Some(alert) if as_of < alert => Renewal::InForce,
            _ => Renewal::RenewNow,
        }
    }
}

labelled_enum! {
    /// How a foreign-language edition stands on a day.
    pub enum EditionState {
        Prepared = "PREPARED",
        Live = "LIVE",
        /// Launched, and nobody has looked for long whether it is still there.
        Unchecked = "UNCHECKED",
        Closed = "CLOSED",
    }
}

impl Edition {
    /// How it stands on a day; it is closed from its last day on. `stale_days`: after so many days without a look it is unchecked.
    pub fn state(&self, as_of: NaiveDate, stale_days: u32) -> EditionState {
        let Some(launched) = self.launched_on.filter(|launched| *launched <= as_of) else { return EditionState::Prepared };
        if self.closed_on.is_some_and(|closed| closed <= as_of) {
            return EditionState::Closed;
        }
        let seen = self.last_checked_on.filter(|checked| *checked <= as_of).unwrap_or(launched);
        if (as_of - seen).num_days() > i64::from(stale_days) { EditionState::Unchecked } else { EditionState::Live }
    }

    /// Whether it is there on a day: launched and not closed.
    pub fn is_there(&self, as_of: NaiveDate) -> bool {
        matches!(self.state(as_of, u32::MAX), EditionState::Live | EditionState::Unchecked)
    }
}

impl Rebuttal {
    /// Days from the notice to the answer (“kịp thời”); none while there is no answer.
    pub fn response_days(&self) -> Option<i64> {
        self.responded_on.map(|responded| (responded - self.noticed_on).num_days())
    }
}
