//! How a planned document comes to be: drafted, submitted, issued.
//! Must not let one be issued twice, nor time run backwards.
//! An issued document is changed by others, which say so (`DocumentRelationKind`).

use chrono::{DateTime, NaiveDate, Utc};

use super::DocumentId;
use crate::{
    account::AccountId,
    error::{Code, Fault, Refusal},
    labels::labelled_enum,
};

labelled_enum! {
    /// Where a document that is called for has come to.
    pub enum Stage {
        /// There is a text; after SUBMITTED it was given back.
        Drafted = "DRAFTED",
        /// Trình.
        Submitted = "SUBMITTED",
        /// It has a number and a date.
        Issued = "ISSUED",
    }
}

/// A stage that a document reached.
#[derive(Clone, Debug)]
pub struct StageReached {
    pub document: DocumentId,
    /// From 1.
    pub rank: i32,
    pub stage: Stage,
    pub on: NaiveDate,
    pub note: Option<String>,
    pub recorded_by: AccountId,
    pub recorded_at: DateTime<Utc>,
}

/// Whether a document that last reached a stage on a day may reach this one on this day.
///
/// # Errors
/// `WRONG_STATE` after it was issued, or where it has this stage already; `BODY_INVALID` for a day before the last one or one to come.
pub fn may_reach(last: Option<(Stage, NaiveDate)>, next: Stage, on: NaiveDate, today: NaiveDate) -> Result<(), Refusal> {
    let wrong = |code| Refusal::with_faults(Code::BodyInvalid, vec![Fault::new("/on", code)]);
    match last {
        Some((Stage::Issued, _)) => return Err(Refusal::new(Code::WrongState)),
        Some((stage, _)) if stage == next => return Err(Refusal::new(Code::WrongState)),
        Some((_, day)) if on < day => return Err(wrong(Code::OutOfRange)),
        _ => {}
    }
    if on > today { Err(wrong(Code::DayInFuture)) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn code(last: Option<(Stage, &str)>, next: Stage, on: &str) -> Option<(Code, Option<Code>)> {
        let last = last.map(|(stage, on)| (stage, day(on)));
        let refusal = may_reach(last, next, day(on), day("2014-06-30")).err()?;
        Some((refusal.code, refusal.faults.first().map(|fault| fault.code)))
    }

    #[test]
    fn a_document_goes_from_draft_to_issue_and_back_to_draft_only_before() {
        assert_eq!(code(None, Stage::Drafted, "2014-01-01"), None);
        assert_eq!(code(Some((Stage::Drafted, "2014-01-01")), Stage::Submitted, "2014-01-01"), None);
        assert_eq!(code(Some((Stage::Submitted, "2014-01-01")), Stage::Drafted, "2014-02-01"), None);
        assert_eq!(code(Some((Stage::Submitted, "2014-01-01")), Stage::Issued, "2014-02-01"), None);
        assert_eq!(code(None, Stage::Issued, "2014-02-01"), None);
        for next in Stage::ALL {
            assert_eq!(code(Some((Stage::Issued, "2014-01-01")), *next, "2014-02-01"), Some((Code::WrongState, None)));
        }
        assert_eq!(code(Some((Stage::Drafted, "2014-01-01")), Stage::Drafted, "2014-02-01"), Some((Code::WrongState, None)));
    }

    #[test]
    fn time_does_not_run_backwards_nor_ahead() {
        let wrong = |code| Some((Code::BodyInvalid, Some(code)));
        assert_eq!(code(Some((Stage::Drafted, "2014-02-01")), Stage::Submitted, "2014-01-31"), wrong(Code::OutOfRange));
        assert_eq!(code(None, Stage::Drafted, "2014-07-01"), wrong(Code::DayInFuture));
        assert_eq!(code(None, Stage::Drafted, "2014-06-30"), None);
    }
}
