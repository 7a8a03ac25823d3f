//! Programmes as REST shows them: on a day, version by version, and what amends them.
//! Must not compare anything; the differences are those that were recorded.
//! See `app::version` and `app::import`.

use std::collections::HashMap;

use app::{
    catalogue::{Catalogue, version_on},
    import::{Amended, AmendmentDraft},
    plan::{MeasureTarget, MeasureTask, ResponsibilityAgency},
    succession::answering,
    version::ProgrammeOn,
};
use chrono::NaiveDate;
use domain::{
    amendment as model,
    id::Id,
    programme::{Measure, Objective, Responsibility, Target as Aim, TaskGroup as Group},
    succession::AgencyRoleKind,
    task::{self, AssignmentRole, TaskId},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    programme_body::{Beside, ProgrammeDuty, ProgrammeMeasure, ProgrammeObjective},
    task::Period,
    text::{Text, Texts},
};
use crate::problem::ProblemFault;

/// As of when a programme is read.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct ProgrammeParams {
    /// As it was in force on this day; today where nothing is said.
    pub as_of: Option<NaiveDate>,
}

/// A version of a programme.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProgrammeVersion {
    /// From 1, which is the programme as signed.
    #[schema(example = 2, minimum = 1)]
    pub number: i32,
    /// The first day on which it holds.
    pub effective_on: Option<NaiveDate>,
    /// The first day on which it no longer holds; null while it does.
    pub ended_on: Option<NaiveDate>,
    /// The document that it rests on.
    pub basis: Uuid,
    /// Where in the document it stands.
    #[schema(max_length = 200)]
    pub section: Option<String>,
    /// Verbatim.
    #[schema(max_length = 4000)]
    pub quote: Option<String>,
}

impl From<&model::Version> for ProgrammeVersion {
    fn from(version: &model::Version) -> Self {
        let amendment = version.amendment.as_ref();
        Self {
            number: version.number,
            effective_on: version.validity.from,
            ended_on: version.validity.to,
            basis: version.basis.uuid(),
            section: amendment.and_then(|amendment| amendment.section.clone()),
            quote: amendment.and_then(|amendment| amendment.quote.clone()),
        }
    }
}

/// The versions of a programme.
#[derive(Serialize, ToSchema)]
pub struct ProgrammeVersions {
    /// In the order of time.
    #[schema(max_items = 1000)]
    pub items: Vec<ProgrammeVersion>,
}

/// What a field said before and says now.
#[derive(Serialize, ToSchema)]
pub struct AmendedField {
    /// Name of the field as it is stored, for example `title` or `due_year`.
    #[schema(example = "title", max_length = 64)]
    pub field: String,
    /// A text, number or day; null where nothing was said.
    #[schema(value_type = Option<String>, max_length = 20000)]
    pub before: Value,
    /// A text, number or day; null where nothing is said.
    #[schema(value_type = Option<String>, max_length = 20000)]
    pub after: Value,
}

/// A row that differs between two versions.
#[derive(Serialize, ToSchema)]
pub struct AmendedRow {
    /// programme, taskGroup, objective, task, assignment, occurrence, target, measure, measureTask, measureTarget, responsibility,
    /// responsibilityAgency, agency, agencyVersion, agencyAlias.
    #[schema(example = "task", max_length = 32)]
    pub subject: String,
    /// By codes.
    #[schema(example = "II.3", max_length = 1000)]
    pub key: String,
    /// ADDED, CHANGED or REMOVED.
    #[schema(max_length = 16, pattern = "^(ADDED|CHANGED|REMOVED)$")]
    pub change: String,
    /// What differs of a row that was changed; empty for one that was added or removed.
    #[schema(max_items = 100)]
    pub fields: Vec<AmendedField>,
}

impl From<&Value> for AmendedRow {
    fn from(change: &Value) -> Self {
        let text = |name: &str| change[name].as_str().unwrap_or_default().to_owned();
        let plain = |value: &Value| if value.is_null() || value.is_string() { value.clone() } else { Value::String(value.to_string()) };
        let field = |(name, pair): (&String, &Value)| AmendedField { field: name.clone(), before: plain(&pair[0]), after: plain(&pair[1]) };
        let fields = change["fields"].as_object().map(|fields| fields.iter().map(field).collect()).unwrap_or_default();
        Self { subject: text("subject"), key: text("key"), change: text("change"), fields }
    }
}

/// How a version differs from the one before.
#[derive(Serialize, ToSchema)]
pub struct ProgrammeDiff {
    /// The version that is compared with the one before.
    pub version: ProgrammeVersion,
    /// How it differs from the version before, row by row.
    #[schema(max_items = 100_000)]
    pub changes: Vec<AmendedRow>,
}

/// A change of a programme by a document.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewAmendment {
    /// Number or identifier of the document.
    #[schema(min_length = 1, max_length = 200)]
    pub basis: String,
    /// The first day on which it holds.
    pub effective_on: NaiveDate,
    /// Where in the document it stands.
    #[schema(min_length = 1, max_length = 200)]
    pub section: Option<String>,
    /// Verbatim.
    #[schema(min_length = 1, max_length = 4000)]
    pub quote: Option<String>,
    /// The programme as amended, as a programme file says it.
    #[schema(value_type = Object)]
    pub programme: Value,
}

impl From<NewAmendment> for AmendmentDraft {
    fn from(new: NewAmendment) -> Self {
        let NewAmendment { basis, effective_on, section, quote, programme } = new;
        Self { basis, effective_on, section, quote, file: programme.to_string().into_bytes() }
    }
}

/// An amendment, and all that it changes.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecordedAmendment {
    /// Code of the programme.
    #[schema(example = "HP-1593-2013", max_length = 64)]
    pub programme: String,
    /// Of the version that it makes.
    #[schema(example = 2, minimum = 2)]
    pub version: i32,
    /// The document that it rests on.
    pub basis: Uuid,
    /// The first day on which it holds.
    pub effective_on: NaiveDate,
    /// False for a preview: nothing was stored.
    pub applied: bool,
    /// How the programme differs from the version before, row by row.
    #[schema(max_items = 100_000)]
    pub changes: Vec<AmendedRow>,
    /// Obligations that are owed no more from the day on.
    #[schema(minimum = 0)]
    pub excluded_obligations: usize,
    /// Obligations that an earlier change had excluded and that are owed again.
    #[schema(minimum = 0)]
    pub readmitted_obligations: usize,
    /// What it gives to agencies that are not there: each waits in the queue until a successor is named, or names nobody who acts.
    #[schema(max_items = 10000)]
    pub warnings: Vec<ProblemFault>,
}

impl RecordedAmendment {
    pub fn of(amended: &Amended, catalogue: &Catalogue) -> Self {
        let changes = serde_json::to_value(&amended.changes).unwrap_or_default();
        Self {
            programme: catalogue.programme(amended.programme).map(|programme| programme.code.to_string()).unwrap_or_default(),
            version: amended.number,
            basis: amended.basis.uuid(),
            effective_on: amended.effective_on,
            applied: amended.applied,
            changes: changes.as_array().map(|changes| changes.iter().map(Into::into).collect()).unwrap_or_default(),
            excluded_obligations: amended.excluded_obligations,
            readmitted_obligations: amended.readmitted_obligations,
            warnings: amended.warnings.iter().map(Into::into).collect(),
        }
    }
}

/// What a day is seen with.
#[derive(Clone, Copy)]
pub struct Sight<'a> {
    pub catalogue: &'a Catalogue,
    pub day: NaiveDate,
    pub today: NaiveDate,
}

/// A programme as it was in force on a day.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Programme {
    pub id: Uuid,
    /// Unique in the service.
    #[schema(example = "HP-1593-2013", max_length = 64)]
    pub code: String,
    /// The title in Vietnamese.
    #[schema(max_length = 2000)]
    pub name: String,
    /// The title in the language that the caller likes best.
    pub name_text: Text,
    /// The first year of the period.
    #[schema(example = 2013, minimum = 1945, maximum = 2200)]
    pub start_year: i32,
    /// Included.
    #[schema(example = 2020, minimum = 1945, maximum = 2200)]
    pub end_year: i32,
    /// The period in the words of the decision, or of the document that amends it.
    #[schema(max_length = 2000)]
    pub period_as_written: String,
    /// The year by which dated targets fall due, where there is one.
    #[schema(example = 2015, minimum = 1945, maximum = 2200)]
    pub midpoint_year: Option<i32>,
    /// Whom the programme binds, in words.
    #[schema(max_length = 10000)]
    pub scope: Option<String>,
    /// Who answers for carrying it out, in words.
    #[schema(max_length = 10000)]
    pub accountable_as_written: Option<String>,
    /// Code of the body that receives the reviews, on that day; null too while a successor is to be named.
    #[schema(example = "ubnd-tp-hai-phong", max_length = 64)]
    pub reports_to: Option<String>,
    /// Code of the steering committee (ban chỉ đạo) of the programme; null where it has none.
    #[schema(example = "bcd-ttdn", max_length = 64)]
    pub steering_committee: Option<String>,
    /// Code of the steering committee's standing agency on that day; null too while a successor is to be named.
    #[schema(example = "so-tttt", max_length = 64)]
    pub standing_agency: Option<String>,
    /// Which of these roles nobody has on that day, since whoever had it is no more: a successor is to be named.
    #[schema(max_items = 2, example = json!(["STANDING_AGENCY"]))]
    pub awaits_successor: Vec<String>,
    /// The document that makes the programme.
    pub decision: Uuid,
    /// The day as of which it is told.
    pub as_of: NaiveDate,
    /// The version in force on that day.
    pub version: ProgrammeVersion,
    /// In the order of the annex.
    #[schema(max_items = 1000)]
    pub groups: Vec<ProgrammeGroup>,
    /// What the programme wants to reach, as figures where the decision states them, in the order of the decision.
    #[schema(max_items = 10000)]
    pub targets: Vec<ProgrammeTarget>,
    /// What the programme wants to reach, in words, in the order of the decision.
    #[schema(max_items = 10000)]
    pub objectives: Vec<ProgrammeObjective>,
    /// What the body of the decision says is to be done.
    #[schema(max_items = 10000)]
    pub measures: Vec<ProgrammeMeasure>,
    /// The duties that the body of the decision gives to agencies.
    #[schema(max_items = 10000)]
    pub responsibilities: Vec<ProgrammeDuty>,
}

/// What is told of a programme on a day.
pub struct Parts {
    pub tasks: HashMap<(Id<Group>, NaiveDate), Vec<task::Task>>,
    pub assignments: HashMap<TaskId, Vec<task::Assignment>>,
    pub targets: Vec<Aim>,
    pub objectives: Vec<Objective>,
    pub measures: Vec<Measure>,
    pub measure_tasks: HashMap<Id<Measure>, Vec<MeasureTask>>,
    pub measure_targets: HashMap<Id<Measure>, Vec<MeasureTarget>>,
    pub duties: Vec<Responsibility>,
    pub duty_agencies: HashMap<Id<Responsibility>, Vec<ResponsibilityAgency>>,
    pub texts: Texts,
}

/// A group of tasks on a day.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProgrammeGroup {
    /// Unique within the programme.
    #[schema(example = "II", max_length = 64)]
    pub code: String,
    /// The title in Vietnamese.
    #[schema(max_length = 2000)]
    pub name: String,
    /// The title in the language that the caller likes best.
    pub name_text: Text,
    /// In the order of the annex.
    #[schema(max_items = 10000)]
    pub tasks: Vec<ProgrammeTask>,
}

/// A task on a day.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProgrammeTask {
    pub id: Uuid,
    /// Unique within the programme.
    #[schema(example = "II.3", max_length = 64)]
    pub code: String,
    /// The title in Vietnamese.
    #[schema(max_length = 2000)]
    pub name: String,
    /// The title in the language that the caller likes best.
    pub name_text: Text,
    /// When the task is carried out: the words of the decision and how they are read.
    pub period: Period,
    /// The first day on which it is worded so; null for the words that were signed.
    pub valid_from: Option<NaiveDate>,
    /// The first day on which it is no longer worded so, or no longer a task; null while it is.
    pub valid_to: Option<NaiveDate>,
    /// In the order of the decision.
    #[schema(max_items = 1000)]
    pub lead_agencies: Vec<AssignedAgency>,
    /// In the order of the decision.
    #[schema(max_items = 1000)]
    pub coordinating_agencies: Vec<AssignedAgency>,
}

/// An agency with a part in a task on a day.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AssignedAgency {
    /// Code of the agency or collective that is assigned.
    #[schema(example = "so-tttt", max_length = 64)]
    pub code: String,
    /// As it was called on that day, in Vietnamese.
    #[schema(max_length = 500)]
    pub name: String,
    /// The same in the language that the caller likes best; null before it was there.
    pub name_text: Option<Text>,
    /// Codes of those who answer for it today: itself, while it is there.
    #[schema(max_items = 1000)]
    pub answers_now: Vec<String>,
}

/// A target on a day.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProgrammeTarget {
    /// Unique within the programme.
    #[schema(example = "T1", max_length = 64)]
    pub code: String,
    /// The words of the decision, or of the document that amends it.
    #[schema(max_length = 10000)]
    pub text: String,
    /// The same in the language that the caller likes best.
    pub indicator_text: Text,
    /// The section of the decision's body that states it.
    #[schema(max_length = 200)]
    pub section: String,
    /// The year by which it is to be reached; null where the decision names none.
    #[schema(example = 2015, minimum = 1945, maximum = 2200)]
    pub due_year: Option<i32>,
    /// The first day on which it is worded so; null for the words that were signed.
    pub valid_from: Option<NaiveDate>,
    /// The first day on which it is no longer worded so, or no longer there; null while it is.
    pub valid_to: Option<NaiveDate>,
}

impl Programme {
    pub fn of(found: &ProgrammeOn, parts: &Parts, sight: Sight<'_>) -> Self {
        let programme = &found.programme;
        let code = |id| sight.catalogue.agency_code(id).map(|code| code.to_string());
        let beside = Beside {
            tasks: &parts.measure_tasks,
            targets: &parts.measure_targets,
            others: &parts.duty_agencies,
            task_codes: parts.tasks.values().flatten().map(|task| (task.id, &*task.code)).collect(),
            target_codes: parts.targets.iter().map(|target| (target.id, target.code.as_str())).collect(),
            catalogue: sight.catalogue,
            day: found.day,
        };
        let bodies = sight.catalogue.bodies_on(programme, found.day);
        let of = |kind| sight.catalogue.body_of(programme, kind, found.day);
        let kinds = [AgencyRoleKind::StandingAgency, AgencyRoleKind::ReportsTo].into_iter();
        let awaiting = kinds.filter(|kind| of(*kind).is_some_and(|holder| holder.awaits));
        let shown =
            |one: &task::Task| ProgrammeTask::of(one, parts.assignments.get(&one.id).map_or(&[], Vec::as_slice), &parts.texts, sight);
        let group = |group: &Group| ProgrammeGroup {
            code: group.code.to_string(),
            name: group.title.vi.to_string(),
            name_text: parts.texts.text(&group.title),
            tasks: parts.tasks.get(&(group.id, found.day)).map_or(&[][..], Vec::as_slice).iter().map(shown).collect(),
        };
        Self {
            id: programme.id.uuid(),
            code: programme.code.to_string(),
            name: programme.title.vi.to_string(),
            name_text: parts.texts.text(&programme.title),
            start_year: programme.start_year,
            end_year: programme.end_year,
            period_as_written: programme.period_as_written.to_string(),
            midpoint_year: programme.midpoint_year,
            scope: programme.scope.as_deref().map(str::to_owned),
            accountable_as_written: programme.accountable_as_written.as_deref().map(str::to_owned),
            reports_to: code(bodies.authority),
            steering_committee: code(bodies.committee),
            standing_agency: code(bodies.standing),
            awaits_successor: awaiting.map(|kind| kind.label().to_owned()).collect(),
            decision: programme.decision.uuid(),
            as_of: found.day,
            version: (&found.version).into(),
            groups: programme.groups.iter().map(group).collect(),
            targets: parts.targets.iter().map(|target| ProgrammeTarget::of(target, &parts.texts)).collect(),
            objectives: parts.objectives.iter().map(Into::into).collect(),
            measures: parts.measures.iter().map(|measure| beside.measure(measure)).collect(),
            responsibilities: parts.duties.iter().map(|duty| beside.duty(duty)).collect(),
        }
    }
}

impl ProgrammeTask {
    fn of(one: &task::Task, assignments: &[task::Assignment], texts: &Texts, sight: Sight<'_>) -> Self {
        let agencies = |role| {
            let assigned = assignments.iter().filter(|assignment| assignment.role == role);
            assigned.filter_map(|assignment| AssignedAgency::of(assignment, texts, sight)).collect()
        };
        Self {
            id: one.id.uuid(),
            code: one.code.to_string(),
            name: one.title.to_string(),
            name_text: texts.task(one),
            period: Period {
                as_written: one.period.as_written.to_string(),
                start_year: one.period.start_year,
                end_year: one.period.end_year,
                recurrence: one.period.recurrence.label().into(),
            },
            valid_from: one.validity.from,
            valid_to: one.validity.to,
            lead_agencies: agencies(AssignmentRole::Lead),
            coordinating_agencies: agencies(AssignmentRole::Coordinating),
        }
    }
}

impl AssignedAgency {
    fn of(assignment: &task::Assignment, texts: &Texts, Sight { catalogue, day, today }: Sight<'_>) -> Option<Self> {
        let agency = catalogue.agency(assignment.agency)?;
        let code = |id| catalogue.agency(id).map(|agency| agency.code.to_string());
        let version = version_on(agency, day);
        Some(Self {
            code: agency.code.to_string(),
            name: version.map(|version| version.name.vi.to_string()).unwrap_or_default(),
            name_text: version.map(|version| texts.text(&version.name)),
            answers_now: answering(catalogue, agency.id, today).into_iter().filter_map(code).collect(),
        })
    }
}

impl ProgrammeTarget {
    fn of(target: &Aim, texts: &Texts) -> Self {
        Self {
            code: target.code.clone(),
            text: target.text.clone(),
            indicator_text: texts.target(target),
            section: target.section.clone(),
            due_year: target.due_year,
            valid_from: target.validity.from,
            valid_to: target.validity.to,
        }
    }
}
