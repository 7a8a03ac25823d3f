//! Action programmes: the promise as signed, apart from what is done about it.
//! Must not know reports or accounts.
//! Tasks are in `task`; the file from which a programme is imported is `seed`.

use std::sync::Arc;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    agency::AgencyId, document::DocumentId, id::Id, labels::labelled_enum, lang::Multilingual, reading::Confirmation, task::TaskId,
    validity::Validity,
};

pub type ProgrammeId = Id<Programme>;

labelled_enum! {
    pub enum ObjectiveKind {
        General = "GENERAL",
        Specific = "SPECIFIC",
        /// A direction beyond the dated objectives ("Định hướng đến năm 2020").
        Orientation = "ORIENTATION",
    }
}

labelled_enum! {
    /// How a target's figure is compared.
    pub enum Comparator {
        Exactly = "EXACTLY",
        AtLeast = "AT_LEAST",
        /// From the smaller to the larger figure; above is shown, not an error.
        Range = "RANGE",
        /// No figure is stated.
        Qualitative = "QUALITATIVE",
    }
}

labelled_enum! {
    /// Whether the decision says it or a reader concluded it.
    pub enum Certainty {
        Stated = "STATED",
        Inferred = "INFERRED",
    }
}

labelled_enum! {
    /// What another agency is to a responsibility.
    pub enum ResponsibilityRelation {
        With = "WITH",
        DirectedAt = "DIRECTED_AT",
    }
}

/// When tasks fall due where the decision names no day, and how decisions in one's own matter are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DuePolicy {
    /// Of the year, 1 to 12.
    pub month: i32,
    pub day: i32,
    /// A decision in one's own matter is marked for all to see; else it is refused.
    pub marks_self_decisions: bool,
}

impl Default for DuePolicy {
    fn default() -> Self {
        Self { month: 12, day: 31, marks_self_decisions: false }
    }
}

impl DuePolicy {
    /// The day of a year on which what belongs to it falls due; none where the calendar has no such day.
    pub fn due_in(self, year: i32) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(year, u32::try_from(self.month).ok()?, u32::try_from(self.day).ok()?)
    }
}

/// A programme with what is read for nearly every request.
#[derive(Clone, Debug)]
pub struct Programme {
    pub id: ProgrammeId,
    pub code: Arc<str>,
    pub title: Multilingual,
    pub start_year: i32,
    /// Included.
    pub end_year: i32,
    pub midpoint_year: Option<i32>,
    pub period_as_written: Arc<str>,
    pub scope: Option<Arc<str>>,
    pub decision: DocumentId,
    pub parent_document: Option<DocumentId>,
    pub reports_to: Option<AgencyId>,
    pub steering_committee: Option<AgencyId>,
    pub standing_agency: Option<AgencyId>,
    pub accountable_as_written: Option<Arc<str>>,
    pub funding: Option<Funding>,
    pub policy: DuePolicy,
    /// In the order of the annex.
    pub groups: Vec<TaskGroup>,
    /// Those that an amendment took away: tasks of earlier days are in them.
    pub ended_groups: Vec<TaskGroup>,
}

impl Programme {
    /// The group at a place: those in force come first.
    pub fn group_at(&self, place: usize) -> Option<&TaskGroup> {
        self.groups.iter().chain(&self.ended_groups).nth(place)
    }

    /// The group with this code, in force or not.
    pub fn group_coded(&self, code: &str) -> Option<&TaskGroup> {
        self.groups.iter().chain(&self.ended_groups).find(|group| *group.code == *code)
    }
}

/// A group of tasks ("II. Xây dựng hoàn thiện hệ thống văn bản …").
#[derive(Clone, Debug)]
pub struct TaskGroup {
    pub id: Id<TaskGroup>,
    pub programme: ProgrammeId,
    pub code: Arc<str>,
    pub title: Multilingual,
    /// The section of the decision's body that the group belongs to.
    pub section: Option<Arc<str>>,
}

/// Where the money is to come from, in words: the decision states no amount.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Funding {
    pub section: String,
    pub quotes: Vec<String>,
    /// Agency codes.
    pub allocation_lead: Option<String>,
    pub settlement_lead: Option<String>,
    pub settlement_with: Vec<String>,
    pub note: Option<String>,
}

#[derive(Clone, Debug)]
pub struct Objective {
    pub id: Id<Objective>,
    pub programme: ProgrammeId,
    pub code: String,
    pub kind: ObjectiveKind,
    pub text: String,
    pub group: Option<Id<TaskGroup>>,
    pub due_year: Option<i32>,
    pub note: Option<String>,
    /// As of a target.
    pub validity: Validity,
}

#[derive(Clone, Debug)]
pub struct Target {
    pub id: Id<Target>,
    pub programme: ProgrammeId,
    pub objective: Option<Id<Objective>>,
    pub task: Option<TaskId>,
    pub code: String,
    pub section: String,
    /// The words of the decision.
    pub text: String,
    pub comparator: Comparator,
    pub unit: Option<String>,
    /// In whole units; absent where the decision states no figure.
    pub value_min: Option<i64>,
    /// Set for a range only.
    pub value_max: Option<i64>,
    pub due_year: Option<i32>,
    pub numerator: Option<String>,
    pub denominator: Option<String>,
    pub scope: TargetScope,
    pub note: Option<String>,
    /// From when on it is worded so, nothing for the words that were signed; and until when, nothing while it holds.
    pub validity: Validity,
    /// What is measured, in English, of a wording that holds no more.
    pub english: Option<Arc<str>>,
}

/// What a target's figure is counted over.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetScope {
    /// Items that must all be there, e.g. language tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub required_items: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outlets: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub content: Vec<String>,
    /// Conditions that must hold together.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<String>,
    /// Agency codes, each of which must reach the figure.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agencies: Vec<String>,
}

/// A paragraph of the decision's body that says what is to be done.
#[derive(Clone, Debug)]
pub struct Measure {
    pub id: Id<Measure>,
    pub programme: ProgrammeId,
    pub code: String,
    pub text: String,
    pub note: Option<String>,
    /// As of a target.
    pub validity: Validity,
    /// Which tasks and targets belonged to it, of a wording that holds no more.
    pub links: Option<MeasureLinks>,
}

/// Which tasks and targets belong to a measure, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MeasureLinks {
    pub tasks: Vec<(TaskId, Certainty)>,
    pub targets: Vec<Id<Target>>,
}

/// A duty that the decision's body gives to an agency.
#[derive(Clone, Debug)]
pub struct Responsibility {
    pub id: Id<Responsibility>,
    pub programme: ProgrammeId,
    pub agency: AgencyId,
    pub code: String,
    pub role: String,
    pub text: String,
    pub recurrence: Option<String>,
    pub produces: Vec<String>,
    pub note: Option<String>,
    /// As of a target.
    pub validity: Validity,
    /// The other agencies in their order, of a wording that holds no more.
    pub others: Option<Vec<(ResponsibilityRelation, AgencyId)>>,
}

/// A system that the decision names (portal, gazette, online paper).
#[derive(Clone, Debug)]
pub struct Channel {
    pub id: Id<Channel>,
    pub programme: ProgrammeId,
    pub code: String,
    pub name: String,
    pub operator: Option<AgencyId>,
    pub note: Option<String>,
}

#[derive(Clone, Debug)]
pub struct FundingSource {
    pub id: Id<FundingSource>,
    pub programme: ProgrammeId,
    pub code: String,
    pub name: String,
    pub note: Option<String>,
}

/// A defect of the decision's text, kept beside how it is read.
#[derive(Clone, Debug)]
pub struct KnownIssue {
    pub id: Id<KnownIssue>,
    pub programme: ProgrammeId,
    pub location: String,
    pub as_written: Option<String>,
    pub read_as: Option<String>,
    pub note: Option<String>,
    /// Who answers for the reading.
    pub confirmation: Option<Confirmation>,
}
