//! Whether a report fits the task or obligation that it names.
//! Must tell every fault at once, and none that only follows from another.
//! The facts are gathered by `app::report`.

use crate::{
    error::{Code, Fault},
    obligation::ObligationId,
    regime::{Regime, RegimeKind},
};

/// What is known of the task when a report names it.
#[derive(Clone, Copy, Debug)]
pub enum TaskFacts {
    ProgrammeUnknown,
    TaskUnknown,
    Known {
        scheduled_in_year: bool,
        /// Leads or coordinates it that year, by name or as a member of a collective.
        agency_assigned: bool,
    },
}

/// Everything that keeps a report from fitting the task it names, each with its place in the body.
pub fn check(facts: TaskFacts) -> Vec<Fault> {
    match facts {
        TaskFacts::ProgrammeUnknown => vec![Fault::new("/programme", Code::ProgrammeUnknown)],
        TaskFacts::TaskUnknown => vec![Fault::new("/task", Code::TaskUnknown)],
        TaskFacts::Known { scheduled_in_year, agency_assigned } => {
            let mut faults = Vec::new();
            if !scheduled_in_year {
                faults.push(Fault::new("/year", Code::YearNotScheduled));
            }
            if !agency_assigned {
                faults.push(Fault::new("/task", Code::AgencyNotAssigned));
            }
            faults
        }
    }
}

/// An obligation of the agency for what a report is about and for its period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub obligation: ObligationId,
    /// Owed in a set cycle and no estimate.
    pub is_ordinary: bool,
    /// Another report answers to it, sent or being written.
    pub is_met: bool,
}

/// Whether a report that names no regime may answer to one.
pub fn is_ordinary(regime: &Regime) -> bool {
    regime.kind == RegimeKind::Periodic && !regime.is_estimate
}

/// What a report answers to that names the regime: the candidates are that regime's.
///
/// # Errors
/// When nothing is owed, or another report was made for it.
pub fn named(candidates: &[Candidate]) -> Result<ObligationId, Fault> {
    match candidates {
        [one] if one.is_met => Err(Fault::new("/regime", Code::ObligationMet)),
        [one] => Ok(one.obligation),
        _ => Err(Fault::new("/regime", Code::ObligationUnknown)),
    }
}

/// What a report answers to that names no regime: the ordinary obligation, if it is open. Between several nothing is guessed.
pub fn ordinary(candidates: &[Candidate]) -> Option<ObligationId> {
    let mut ordinary = candidates.iter().filter(|candidate| candidate.is_ordinary);
    let one = ordinary.next().filter(|candidate| !candidate.is_met)?;
    ordinary.next().is_none().then_some(one.obligation)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::id::Id;

    fn candidate(number: u128, is_ordinary: bool, is_met: bool) -> Candidate {
        Candidate { obligation: Id::from_uuid(Uuid::from_u128(number)), is_ordinary, is_met }
    }

    #[test]
    fn a_named_regime_is_answered_once_and_exactly() {
        let code = |candidates: &[Candidate]| named(candidates).map_err(|fault| fault.code);
        let estimate = candidate(1, false, false);
        assert_eq!(code(&[estimate]), Ok(estimate.obligation));
        assert_eq!(code(&[candidate(1, true, true)]), Err(Code::ObligationMet));
        assert_eq!(code(&[]), Err(Code::ObligationUnknown));
    }

    #[test]
    fn without_a_regime_the_one_ordinary_obligation_is_meant() {
        let (estimate, open) = (candidate(1, false, false), candidate(2, true, false));
        assert_eq!(ordinary(&[estimate, open]), Some(open.obligation));
        assert_eq!(ordinary(&[estimate]), None);
        assert_eq!(ordinary(&[candidate(2, true, true)]), None);
        assert_eq!(ordinary(&[open, candidate(3, true, false)]), None, "which of two is not guessed");
        assert_eq!(ordinary(&[open, candidate(3, true, true)]), None, "nor is the other taken when one is met");
    }

    #[test]
    fn every_fault_is_listed_and_none_that_follows_from_another() {
        assert!(check(TaskFacts::Known { scheduled_in_year: true, agency_assigned: true }).is_empty());
        let both = check(TaskFacts::Known { scheduled_in_year: false, agency_assigned: false });
        assert_eq!(both.iter().map(|f| f.code).collect::<Vec<_>>(), [Code::YearNotScheduled, Code::AgencyNotAssigned]);
        let unknown = check(TaskFacts::TaskUnknown);
        assert_eq!(unknown.iter().map(|f| f.code).collect::<Vec<_>>(), [Code::TaskUnknown]);
    }
}
