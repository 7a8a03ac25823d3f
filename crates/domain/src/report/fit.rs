//! Whether a report fits the task or obligation that it names.
//! Must tell every fault at once, and none that only follows from another.
//! The facts are gathered by `app::report`.

use crate::error::{Code, Fault};

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_is_listed_and_none_that_follows_from_another() {
        assert!(check(TaskFacts::Known { scheduled_in_year: true, agency_assigned: true }).is_empty());
        let both = check(TaskFacts::Known { scheduled_in_year: false, agency_assigned: false });
        assert_eq!(both.iter().map(|f| f.code).collect::<Vec<_>>(), [Code::YearNotScheduled, Code::AgencyNotAssigned]);
        let unknown = check(TaskFacts::TaskUnknown);
        assert_eq!(unknown.iter().map(|f| f.code).collect::<Vec<_>>(), [Code::TaskUnknown]);
    }
}
