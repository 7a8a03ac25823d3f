//! How a report moves: draft → submitted → returned → submitted again → accepted → aggregated, and reopened until a day.
//! Must be the only place that says which act is possible where; who may act is `policy`.
//! The states of tasks are another matter, see `task`.

use chrono::NaiveDate;

use super::ReportStatus;
use crate::error::Code;

/// Something that can be done with a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Write on it.
    Save,
    /// Throw away what was never submitted.
    Discard,
    Submit,
    Return,
    Accept,
    /// Take it into a consolidated report.
    Aggregate,
    /// Let its agency submit once more until a day.
    Reopen,
}

impl Act {
    pub const ALL: [Self; 7] = [Self::Save, Self::Discard, Self::Submit, Self::Return, Self::Accept, Self::Aggregate, Self::Reopen];
}

/// Where a report stands, as far as the next act depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    pub status: ReportStatus,
    /// The last version that was submitted; 0 before the first.
    pub version: i32,
    pub accepted_version: Option<i32>,
    pub reopened_until: Option<NaiveDate>,
    /// The version submitted last is an estimate up to this day; afterwards a final one may follow without a reopening.
    pub estimate_until: Option<NaiveDate>,
}

impl Standing {
    /// Whether the agency may put a final version in the place of its accepted estimate.
    pub fn awaits_final(self, today: NaiveDate) -> bool {
        let is_accepted = matches!(self.status, ReportStatus::Accepted | ReportStatus::Aggregated);
        is_accepted && self.estimate_until.is_some_and(|until| until < today)
    }
}

/// The status after an act.
///
/// # Errors
/// `WRONG_STATE` where the act is not possible, `REOPENING_OVER` where its day has passed.
pub fn after(standing: Standing, act: Act, today: NaiveDate) -> Result<ReportStatus, Code> {
    use ReportStatus::{Accepted, Aggregated, Draft, Reopened, Returned, Submitted};
    let is_over = standing.reopened_until.is_some_and(|until| until < today);
    match (act, standing.status) {
        (Act::Save, status @ (Draft | Returned)) => Ok(status),
        (Act::Save, status) if standing.awaits_final(today) => Ok(status),
        (Act::Submit, _) if standing.awaits_final(today) => Ok(Submitted),
        (Act::Discard, Draft) if standing.version == 0 => Ok(Draft),
        (Act::Save | Act::Submit, Reopened) if is_over => Err(Code::ReopeningOver),
        (Act::Submit, Draft | Returned | Reopened) => Ok(Submitted),
        (Act::Return, Submitted) => Ok(Returned),
        (Act::Accept, Submitted) => Ok(Accepted),
        (Act::Aggregate, Accepted) => Ok(Aggregated),
        // Nothing came of the reopening: what was accepted before it is what the agency has said.
        (Act::Aggregate, Reopened) if is_over => Ok(Aggregated),
        (Act::Save, Reopened) | (Act::Reopen, Accepted | Aggregated) => Ok(Reopened),
        (Act::Reopen, Reopened) if is_over => Ok(Reopened),
        _ => Err(Code::WrongState),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn standing(status: ReportStatus) -> Standing {
        Standing { status, version: 1, accepted_version: None, reopened_until: None, estimate_until: None }
    }

    #[test]
    fn what_was_sent_is_read_only_until_it_is_returned_or_reopened() {
        let today = day("2014-12-01");
        for status in [ReportStatus::Submitted, ReportStatus::Accepted, ReportStatus::Aggregated] {
            for act in [Act::Save, Act::Submit, Act::Discard] {
                assert_eq!(after(standing(status), act, today), Err(Code::WrongState), "{act:?} {status:?}");
            }
        }
        assert_eq!(after(standing(ReportStatus::Returned), Act::Submit, today), Ok(ReportStatus::Submitted));
        assert_eq!(after(standing(ReportStatus::Aggregated), Act::Reopen, today), Ok(ReportStatus::Reopened));
    }

    #[test]
    fn a_reopened_report_can_be_submitted_up_to_its_day() {
        let open = Standing { reopened_until: Some(day("2014-12-10")), ..standing(ReportStatus::Reopened) };
        assert_eq!(after(open, Act::Submit, day("2014-12-10")), Ok(ReportStatus::Submitted));
        assert_eq!(after(open, Act::Submit, day("2014-12-11")), Err(Code::ReopeningOver));
        assert_eq!(after(open, Act::Save, day("2014-12-11")), Err(Code::ReopeningOver));
        assert_eq!(after(open, Act::Reopen, day("2014-12-10")), Err(Code::WrongState));
        assert_eq!(after(open, Act::Reopen, day("2014-12-11")), Ok(ReportStatus::Reopened));
        assert_eq!(after(open, Act::Aggregate, day("2014-12-10")), Err(Code::WrongState));
        assert_eq!(after(open, Act::Aggregate, day("2014-12-11")), Ok(ReportStatus::Aggregated));
    }

    #[test]
    fn a_final_version_follows_an_accepted_estimate_once_its_period_is_over() {
        let estimate = |status| Standing { estimate_until: Some(day("2014-12-31")), ..standing(status) };
        for status in [ReportStatus::Accepted, ReportStatus::Aggregated] {
            assert_eq!(after(estimate(status), Act::Submit, day("2014-12-31")), Err(Code::WrongState));
            assert_eq!(after(estimate(status), Act::Save, day("2014-12-31")), Err(Code::WrongState));
            assert_eq!(after(estimate(status), Act::Submit, day("2015-01-01")), Ok(ReportStatus::Submitted));
            assert_eq!(after(estimate(status), Act::Save, day("2015-01-01")), Ok(status));
        }
        assert_eq!(after(estimate(ReportStatus::Submitted), Act::Submit, day("2015-01-01")), Err(Code::WrongState));
    }

    proptest! {
        #[test]
        fn no_sequence_of_acts_loses_a_version(acts in proptest::collection::vec((0..7_usize, 0..20_u64), 1..60), estimated in any::<bool>()) {
            let start = day("2014-12-01");
            let mut now = Standing { version: 0, estimate_until: estimated.then_some(start), ..standing(ReportStatus::Draft) };
            for (act, days) in acts {
                let (act, today) = (Act::ALL[act], start + chrono::Days::new(days));
                let Ok(status) = after(now, act, today) else { continue };
                let before = now;
                now.status = status;
                match act {
                    Act::Submit => now.version += 1,
                    Act::Accept => now.accepted_version = Some(now.version),
                    Act::Reopen => now.reopened_until = Some(today + chrono::Days::new(5)),
                    _ => {}
                }
                prop_assert!(now.version >= before.version && now.accepted_version >= before.accepted_version);
                // Nothing is reviewed that was not submitted, and nothing is published that was not reviewed.
                prop_assert!(!matches!(now.status, ReportStatus::Submitted | ReportStatus::Returned) || now.version > 0);
                prop_assert!(!matches!(now.status, ReportStatus::Accepted | ReportStatus::Aggregated | ReportStatus::Reopened)
                    || now.accepted_version.is_some());
            }
        }
    }
}
