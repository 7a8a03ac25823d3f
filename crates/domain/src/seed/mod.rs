//! The file from which a programme is imported ("programme-seed/1"), as types.
//! Must not decide what is stored; `app::import` does. The published form is `data/programme.schema.json`.
//! What a schema cannot say (codes that must exist, periods, counts) is in `check` and `counts`.

mod check;
mod counts;
mod keys;

use chrono::NaiveDate;
use serde::Deserialize;

pub use check::check;

use crate::programme::DuePolicy;

/// Parts of a file that are about the file itself: neither stored nor compared. Everything else is.
pub const LEFT_OUT: [&str; 2] = ["/generated_from", "/conventions"];

/// A programme file. Texts ending in `_vi` are verbatim; `null` means "not stated".
#[derive(Clone, Debug, Deserialize)]
pub struct Seed {
    pub decision: Decision,
    pub programme: Programme,
    pub policy: Option<Policy>,
    pub objectives: Vec<Objective>,
    pub targets: Vec<Target>,
    pub groups: Vec<Group>,
    pub tasks: Vec<Task>,
    pub measures: Vec<Measure>,
    pub responsibilities: Vec<Responsibility>,
    pub funding: Funding,
    pub systems: Vec<System>,
    pub agencies: Vec<Agency>,
    pub known_defects_in_seed: Vec<Defect>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Decision {
    pub number: String,
    pub type_vi: String,
    pub title_vi: String,
    pub title_en: Option<String>,
    pub issuer: String,
    pub issuer_as_written: String,
    pub date: NaiveDate,
    pub date_as_written: String,
    pub number_and_date_source_vi: Option<String>,
    pub effective_date: NaiveDate,
    pub effective_vi: Option<String>,
    pub signatory: Option<Signatory>,
    pub note: Option<String>,
    pub legal_bases: Vec<LegalBasis>,
    pub related_documents: Vec<RelatedDocument>,
    pub accountable_for_execution_vi: Option<String>,
    #[serde(default)]
    pub recipients_as_written: Vec<String>,
    pub recipients_note: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Signatory {
    pub name: String,
    pub position: Option<String>,
    pub note: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct LegalBasis {
    pub order: i32,
    #[serde(rename = "type")]
    pub kind: String,
    pub number: Option<String>,
    pub date: Option<NaiveDate>,
    pub issuer: Option<String>,
    pub issuer_vi: Option<String>,
    pub title_vi: Option<String>,
    pub quote_vi: String,
    pub note: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct RelatedDocument {
    #[serde(rename = "type")]
    pub kind: String,
    pub number: Option<String>,
    pub date: Option<NaiveDate>,
    pub issuer: Option<String>,
    pub issuer_vi: Option<String>,
    pub title_vi: String,
    pub relation: String,
    pub section: Option<String>,
    pub note: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Programme {
    pub code: String,
    pub title_vi: String,
    pub title_en: Option<String>,
    pub start_year: i32,
    pub end_year: i32,
    pub period_vi: String,
    pub midpoint_year: Option<i32>,
    pub midpoint_note: Option<String>,
    pub scope_vi: Option<String>,
    /// Number of a document of `decision.legal_bases`.
    pub parent_programme: Option<String>,
    pub steering_committee: Option<String>,
    pub standing_agency: Option<String>,
    pub reports_to: Option<String>,
}

/// What the programme leaves to its administrators; the usual where nothing is said.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Policy {
    /// The day of its year on which a task falls due.
    pub annual_due: Option<AnnualDue>,
    /// Decisions in one's own matter are marked instead of refused.
    #[serde(default)]
    pub self_decisions_marked: bool,
}

#[derive(Clone, Copy, Debug, Deserialize)]
pub struct AnnualDue {
    pub month: i32,
    pub day: i32,
}

impl Policy {
    /// What it means for due days and for decisions.
    pub fn due(self) -> DuePolicy {
        let usual = DuePolicy { marks_self_decisions: self.self_decisions_marked, ..DuePolicy::default() };
        self.annual_due.map_or(usual, |due| DuePolicy { month: due.month, day: due.day, ..usual })
    }
}

impl Seed {
    /// The policy that the file asks for.
    pub fn due_policy(&self) -> DuePolicy {
        self.policy.map(Policy::due).unwrap_or_default()
    }
}

#[derive(Clone, Debug, Deserialize)]
pub struct Objective {
    pub code: String,
    pub kind: String,
    pub group: Option<String>,
    pub due_year: Option<i32>,
    pub text_vi: String,
    pub note: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Target {
    pub code: String,
    pub objective: Option<String>,
    pub section: String,
    pub quote_vi: String,
    pub indicator_en: Option<String>,
    pub unit: Option<String>,
    pub comparator: String,
    pub target_value: Option<TargetValue>,
    pub due_year: Option<i32>,
    pub numerator: Option<String>,
    pub denominator: Option<String>,
    #[serde(default)]
    pub conditions: Vec<String>,
    #[serde(default)]
    pub required_items: Vec<String>,
    #[serde(default)]
    pub outlets: Vec<String>,
    #[serde(default)]
    pub content: Vec<String>,
    #[serde(default)]
    pub agencies: Vec<String>,
    pub task: Option<String>,
    pub note: Option<String>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(untagged)]
pub enum TargetValue {
    One(i64),
    Range(i64, i64),
}

#[derive(Clone, Debug, Deserialize)]
pub struct Group {
    pub code: String,
    pub order: i32,
    pub title_vi: String,
    pub title_en: Option<String>,
    pub body_section: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Task {
    pub code: String,
    pub group: String,
    pub number: i32,
    pub title_vi: String,
    pub title_en: Option<String>,
    pub lead: Assignees,
    pub coordinating: Assignees,
    pub period: Period,
    pub note: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Assignees {
    pub as_written_lines: Vec<String>,
    pub agencies: Vec<Assignee>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Assignee {
    pub agency: String,
    pub collective: bool,
    pub members_named_in_seed: Option<Vec<String>>,
    /// Where the decision gives this part, where that is not where it speaks of the task.
    pub section: Option<String>,
    /// Verbatim; needs a section.
    pub quote_vi: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Period {
    pub as_written: String,
    pub kind: String,
    pub start_year: i32,
    pub end_year: i32,
    pub years: Vec<i32>,
    pub rule: Option<String>,
    pub normalised: Option<Normalised>,
    pub note: Option<String>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Normalised {
    pub start: NaiveDate,
    pub end: NaiveDate,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Measure {
    pub code: String,
    pub text_vi: String,
    #[serde(default)]
    pub tasks_inferred: Vec<String>,
    #[serde(default)]
    pub targets: Vec<String>,
    pub note: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Responsibility {
    pub code: String,
    pub agency: String,
    pub role: String,
    pub text_vi: String,
    #[serde(default)]
    pub with_agencies: Vec<String>,
    #[serde(default)]
    pub directed_at: Vec<String>,
    pub recurrence: Option<String>,
    #[serde(default)]
    pub produces: Vec<String>,
    pub note: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Funding {
    pub section: String,
    pub quotes_vi: Vec<String>,
    pub sources: Vec<Source>,
    pub note: Option<String>,
    pub allocation_lead: Option<String>,
    pub settlement_lead: Option<String>,
    #[serde(default)]
    pub settlement_with: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Source {
    pub code: String,
    pub name_vi: String,
    pub name_en: Option<String>,
    pub note: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct System {
    pub code: String,
    pub name_vi: String,
    pub name_en: Option<String>,
    pub operator: Option<String>,
    pub note: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Agency {
    pub code: String,
    pub name_vi: String,
    pub name_en: Option<String>,
    pub kind: String,
    pub subkind: Option<String>,
    pub parent: Option<String>,
    pub names_as_written: Vec<String>,
    pub standing_agency: Option<String>,
    pub members_named_in_seed: Option<Vec<String>>,
    pub membership_complete: Option<bool>,
    pub membership_rule: Option<String>,
    #[serde(default)]
    pub includes_collectives: Vec<String>,
    pub used_in: Option<Vec<String>>,
    pub note: Option<String>,
}

impl Agency {
    /// Whether the entry stands for several bodies.
    pub fn is_collective(&self) -> bool {
        self.kind == "collective"
    }
}

#[derive(Clone, Debug, Deserialize)]
pub struct Defect {
    #[serde(rename = "where")]
    pub location: String,
    pub as_written: Option<String>,
    pub read_as: Option<String>,
    pub note: Option<String>,
}
