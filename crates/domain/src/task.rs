//! Tasks of a programme: their period, their occurrences, who leads and who coordinates.
//! Must not know reports; a report names an occurrence, not the other way round.
//! Groups, objectives and targets are in `programme`; the life of an occurrence is `occurrence`.

use std::sync::Arc;

use chrono::NaiveDate;

use crate::{
    agency::AgencyId,
    document::DocumentId,
    id::Id,
    labels::labelled_enum,
    programme::{ProgrammeId, TaskGroup},
    validity::Validity,
};

pub type TaskId = Id<Task>;
pub type OccurrenceId = Id<Occurrence>;

labelled_enum! {
    /// How a task returns.
    pub enum Recurrence {
        /// "Hàng năm": every year of the programme.
        Annual = "ANNUAL",
        /// The years stated.
        Fixed = "FIXED",
    }
}

labelled_enum! {
    /// What an agency is to a task.
    pub enum AssignmentRole {
        /// Chủ trì.
        Lead = "LEAD",
        /// Phối hợp.
        Coordinating = "COORDINATING",
    }
}

labelled_enum! {
    /// Where a task stands in one year.
    pub enum OccurrenceStatus {
        NotStarted = "NOT_STARTED",
        InProgress = "IN_PROGRESS",
        AwaitingConfirmation = "AWAITING_CONFIRMATION",
        Completed = "COMPLETED",
        Redo = "REDO",
        Suspended = "SUSPENDED",
        Cancelled = "CANCELLED",
        Withdrawn = "WITHDRAWN",
        Returned = "RETURNED",
    }
}

/// When a task is carried out: the words of the decision and how they are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period {
    pub as_written: Arc<str>,
    pub start_year: i32,
    /// Included.
    pub end_year: i32,
    pub recurrence: Recurrence,
    pub note: Option<Arc<str>>,
    /// From what the years of an annual task follow.
    pub rule: Option<Arc<str>>,
    /// The first day, where days are given.
    pub start_on: Option<NaiveDate>,
    /// The last day, included.
    pub end_on: Option<NaiveDate>,
}

impl Period {
    /// Every year with an occurrence.
    pub fn years(&self) -> std::ops::RangeInclusive<i32> {
        self.start_year..=self.end_year
    }

    /// The day from which on something can be done for the task.
    pub fn first_day(&self) -> Option<NaiveDate> {
        self.start_on.or_else(|| NaiveDate::from_ymd_opt(self.start_year, 1, 1))
    }
}

/// A task of the annex.
#[derive(Clone, Debug)]
pub struct Task {
    pub id: TaskId,
    pub programme: ProgrammeId,
    pub group: Id<TaskGroup>,
    /// E.g. "II.3", unique within the programme.
    pub code: Arc<str>,
    /// Position within the group, from 1.
    pub number: i32,
    /// Position within the programme, from 1.
    pub rank: i32,
    pub title: Arc<str>,
    pub period: Period,
    pub lead_as_written: Arc<str>,
    pub coordinating_as_written: Arc<str>,
    pub note: Option<Arc<str>>,
    /// From when on it is worded so, nothing for the words that were signed; and until when, nothing while it holds.
    pub validity: Validity,
    /// The title in English, of a wording that was put in the place of another.
    pub english: Option<Arc<str>>,
    /// It was worded otherwise later; what an amendment took keeps its last words.
    pub is_reworded: bool,
}

impl Task {
    /// For how long its words hold: without end for the last ones, in whose translations they are told.
    pub fn words(&self) -> Validity {
        if self.is_reworded { self.validity } else { Validity { to: None, ..self.validity } }
    }
}

/// An agency's part in a task.
#[derive(Clone, Debug)]
pub struct Assignment {
    pub id: Id<Assignment>,
    pub task: TaskId,
    pub agency: AgencyId,
    pub role: AssignmentRole,
    /// Position within the role, from 1.
    pub rank: i32,
    pub validity: Validity,
    pub basis: DocumentId,
}

/// A task in one year.
#[derive(Clone, Debug)]
pub struct Occurrence {
    pub id: OccurrenceId,
    pub task: TaskId,
    pub year: i32,
    pub status: OccurrenceStatus,
    /// Without one it is never late.
    pub due_on: Option<NaiveDate>,
    /// As first set, before any extension.
    pub original_due_on: Option<NaiveDate>,
    /// When the product was delivered.
    pub completed_on: Option<NaiveDate>,
    /// Raised by every change, from 1.
    pub revision: i32,
    /// From when on the year belongs to the task; nothing for what was signed.
    pub valid_from: Option<NaiveDate>,
}

impl Occurrence {
    /// The day whose leads answer for it, seen from a day: that day while it runs, the last day of its year afterwards, the day
    /// of delivery once it is completed. The time before the decision took effect belongs to those whom it `first` assigned.
    ///
    /// So a lead that changes within a year takes over what is open, and what was done stays with whoever did it.
    pub fn led_on(&self, as_of: NaiveDate, first: Option<NaiveDate>) -> NaiveDate {
        let end = NaiveDate::from_ymd_opt(self.year, 12, 31).unwrap_or(as_of);
        let delivered = self.completed_on.filter(|_| self.status == OccurrenceStatus::Completed).unwrap_or(as_of);
        as_of.min(end).min(delivered).max(first.unwrap_or(NaiveDate::MIN))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_annual_task_of_2013_to_2020_has_eight_years() {
        let period = Period {
            as_written: "Hàng năm".into(),
            start_year: 2013,
            end_year: 2020,
            recurrence: Recurrence::Annual,
            note: None,
            rule: None,
            start_on: None,
            end_on: None,
        };
        let years: Vec<i32> = period.years().collect();
        assert_eq!(years.len(), 8);
        assert!(!years.contains(&2012) && !years.contains(&2021));
    }

    #[test]
    fn labels_round_trip() {
        for status in OccurrenceStatus::ALL {
            assert_eq!(status.label().parse(), Ok(*status));
        }
        assert!("DONE".parse::<OccurrenceStatus>().is_err());
    }
}
