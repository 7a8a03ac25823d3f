//! What a programme says beside its tasks and targets as REST shows it on a day: objectives, measures, duties.
//! Must not conclude anything that the decision leaves open.
//! The programme itself is in `programme`.

use std::collections::HashMap;

use app::{
    catalogue::Catalogue,
    plan::{MeasureTarget, MeasureTask, ResponsibilityAgency},
    succession::{duty_holder, duty_others, duty_others_awaiting},
};
use chrono::NaiveDate;
use domain::{
    agency::AgencyId,
    id::Id,
    programme::{self as model, ResponsibilityRelation, Target},
    task::TaskId,
};
use serde::Serialize;
use utoipa::ToSchema;

/// What the programme wants to reach, in words, on a day.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProgrammeObjective {
    /// Unique within the programme.
    #[schema(example = "O1", max_length = 64)]
    pub code: String,
    /// GENERAL, SPECIFIC or ORIENTATION.
    #[schema(example = "SPECIFIC", max_length = 16)]
    pub kind: String,
    /// The words of the decision, or of the document that amends it.
    #[schema(max_length = 10000)]
    pub text: String,
    /// The year by which it is to be reached; null where the decision names none.
    #[schema(example = 2015, minimum = 1945, maximum = 2200)]
    pub due_year: Option<i32>,
    /// The first day on which it is worded so; null for the words that were signed.
    pub valid_from: Option<NaiveDate>,
    /// The first day on which it is no longer worded so, or no longer there; null while it is.
    pub valid_to: Option<NaiveDate>,
}

impl From<&model::Objective> for ProgrammeObjective {
    fn from(objective: &model::Objective) -> Self {
        Self {
            code: objective.code.clone(),
            kind: objective.kind.label().into(),
            text: objective.text.clone(),
            due_year: objective.due_year,
            valid_from: objective.validity.from,
            valid_to: objective.validity.to,
        }
    }
}

/// What the body of the decision says is to be done, on a day.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProgrammeMeasure {
    /// Unique within the programme.
    #[schema(example = "3.1.a", max_length = 64)]
    pub code: String,
    /// The words of the decision, or of the document that amends it.
    #[schema(max_length = 10000)]
    pub text: String,
    /// Codes of the tasks that carry it out on that day.
    #[schema(max_items = 10000)]
    pub tasks: Vec<String>,
    /// Codes of the targets that belong to it on that day.
    #[schema(max_items = 10000)]
    pub targets: Vec<String>,
    /// The first day on which it is worded so; null for the words that were signed.
    pub valid_from: Option<NaiveDate>,
    /// The first day on which it is no longer worded so, or no longer there; null while it is.
    pub valid_to: Option<NaiveDate>,
}

/// A duty that the decision's body gives to an agency, on a day.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProgrammeDuty {
    /// For example "D2.3.b": article 2, paragraph 3, second dash.
    #[schema(example = "D2.2.a", max_length = 64)]
    pub code: String,
    /// Code of the agency that has it on that day; of the one that had it last, while a successor is to be named.
    #[schema(example = "so-tttt", max_length = 64)]
    pub agency: Option<String>,
    /// Nobody has it on that day, since whoever had it is no more.
    pub awaits_successor: bool,
    /// What the agency has to do, as a label of the programme's file (LEAD, COORDINATE, DRAFT …).
    #[schema(example = "LEAD", max_length = 64)]
    pub role: String,
    /// The words of the decision, or of the document that amends it.
    #[schema(max_length = 10000)]
    pub text: String,
    /// Codes of those with whom it is carried out on that day.
    #[schema(max_items = 1000)]
    pub with_agencies: Vec<String>,
    /// Codes of those at whom it is directed on that day.
    #[schema(max_items = 1000)]
    pub directed_at: Vec<String>,
    /// Codes of those with whom it was carried out, in whose place nobody is on that day: a successor is to be named.
    #[schema(max_items = 1000)]
    pub with_awaiting: Vec<String>,
    /// Codes of those at whom it was directed, in whose place nobody is on that day.
    #[schema(max_items = 1000)]
    pub directed_at_awaiting: Vec<String>,
    /// The first day on which it is worded so; null for the words that were signed.
    pub valid_from: Option<NaiveDate>,
    /// The first day on which it is no longer worded so, or no longer there; null while it is.
    pub valid_to: Option<NaiveDate>,
}

/// What measures and duties are told with: what belongs to them as they are worded now, and the codes of what was there on the day.
pub struct Beside<'a> {
    pub tasks: &'a HashMap<Id<model::Measure>, Vec<MeasureTask>>,
    pub targets: &'a HashMap<Id<model::Measure>, Vec<MeasureTarget>>,
    pub others: &'a HashMap<Id<model::Responsibility>, Vec<ResponsibilityAgency>>,
    pub task_codes: HashMap<TaskId, &'a str>,
    pub target_codes: HashMap<Id<Target>, &'a str>,
    pub catalogue: &'a Catalogue,
    pub day: NaiveDate,
}

impl Beside<'_> {
    pub fn measure(&self, measure: &model::Measure) -> ProgrammeMeasure {
        let (tasks, targets): (Vec<TaskId>, Vec<Id<Target>>) = match &measure.links {
            Some(links) => (links.tasks.iter().map(|(task, _)| *task).collect(), links.targets.clone()),
            None => (
                self.tasks.get(&measure.id).into_iter().flatten().map(|row| row.1).collect(),
                self.targets.get(&measure.id).into_iter().flatten().map(|row| row.1).collect(),
            ),
        };
        ProgrammeMeasure {
            code: measure.code.clone(),
            text: measure.text.clone(),
            tasks: tasks.iter().filter_map(|id| self.task_codes.get(id)).map(|code| (*code).to_owned()).collect(),
            targets: targets.iter().filter_map(|id| self.target_codes.get(id)).map(|code| (*code).to_owned()).collect(),
            valid_from: measure.validity.from,
            valid_to: measure.validity.to,
        }
    }

    pub fn duty(&self, duty: &model::Responsibility) -> ProgrammeDuty {
        let others: Vec<(ResponsibilityRelation, AgencyId)> = match &duty.others {
            Some(others) => others.clone(),
            None => self.others.get(&duty.id).into_iter().flatten().map(|row| (row.1, row.2)).collect(),
        };
        let code = |id: AgencyId| self.catalogue.agency_code(Some(id)).map(|code| code.to_string());
        let of = |relation| duty_others(self.catalogue, duty, (&others, relation), self.day).into_iter().filter_map(code).collect();
        let awaiting =
            |relation| duty_others_awaiting(self.catalogue, duty, (&others, relation), self.day).into_iter().filter_map(code).collect();
        let holder = duty_holder(self.catalogue, duty, self.day);
        ProgrammeDuty {
            code: duty.code.clone(),
            agency: code(holder.agency),
            awaits_successor: holder.awaits,
            role: duty.role.clone(),
            text: duty.text.clone(),
            with_agencies: of(ResponsibilityRelation::With),
            directed_at: of(ResponsibilityRelation::DirectedAt),
            with_awaiting: awaiting(ResponsibilityRelation::With),
            directed_at_awaiting: awaiting(ResponsibilityRelation::DirectedAt),
            valid_from: duty.validity.from,
            valid_to: duty.validity.to,
        }
    }
}
