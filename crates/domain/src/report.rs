//! Reports: what an agency says of a task in a year, version by version.
//! A submitted version is never changed; a correction is a new version.
//! The rule that decides whether a report fits its task is `check`.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    account::AccountId,
    agency::AgencyId,
    error::{Code, Fault},
    id::Id,
    labels::labelled_enum,
    programme::ProgrammeId,
    task::{Occurrence, TaskId},
};

pub type ReportId = Id<Report>;

labelled_enum! {
    pub enum ReportStatus {
        Submitted = "SUBMITTED",
        Returned = "RETURNED",
        /// Published from here on.
        Accepted = "ACCEPTED",
        Aggregated = "AGGREGATED",
    }
}

impl ReportStatus {
    /// Whether everybody may read it.
    pub const fn is_published(self) -> bool {
        matches!(self, Self::Accepted | Self::Aggregated)
    }
}

/// Something that was produced, e.g. two publications.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    pub description: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}

/// A report with the version that counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    pub id: ReportId,
    pub programme: ProgrammeId,
    pub task: TaskId,
    pub occurrence: Id<Occurrence>,
    pub agency: AgencyId,
    pub year: i32,
    pub external_ref: Option<String>,
    pub status: ReportStatus,
    pub version: i32,
    pub created_by: AccountId,
    pub created_at: DateTime<Utc>,
    pub content: ReportContent,
    pub submitted_at: DateTime<Utc>,
}

/// What a version says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportContent {
    /// 0 to 100.
    pub percent: i32,
    pub narrative: String,
    pub produced: Vec<Product>,
}

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
