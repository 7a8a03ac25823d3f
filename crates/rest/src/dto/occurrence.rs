//! Occurrences as REST shows them; what is sent to move them is `occurrence_act`.
//! Must not show which account did something: agencies act, and the audit log knows the rest.
//! See `app::occurrence`.

use std::collections::HashMap;

use app::{catalogue::Catalogue, occurrence::OccurrenceFilter};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    agency::AgencyId,
    id::Id,
    occurrence::{self as model, EXTENDED_OFTEN, NEARLY_DUE_DAYS},
    statistics::Figure,
    task::{self, OccurrenceStatus, Task, TaskId},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::page::page;

/// Which occurrences, as they were on a day.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct OccurrenceParams {
    /// Code of the programme.
    #[param(max_length = 64)]
    pub programme: Option<String>,
    /// Code of the group; needs `programme`.
    #[param(max_length = 64)]
    pub group: Option<String>,
    /// Code of the task; needs `programme`.
    #[param(max_length = 64)]
    pub task: Option<String>,
    /// Code of an agency that answers for it, by name or as a member of a collective: its lead on the day it is seen from, at the end of its
    /// year, or when it was delivered.
    #[param(max_length = 64)]
    pub lead_agency: Option<String>,
    /// The year of the task that they are about.
    #[param(minimum = 1945, maximum = 2200)]
    pub year: Option<i32>,
    /// Included.
    #[param(minimum = 1945, maximum = 2200)]
    pub from_year: Option<i32>,
    /// Included.
    #[param(minimum = 1945, maximum = 2200)]
    pub to_year: Option<i32>,
    /// Where they stood on the day to look from.
    #[param(value_type = Option<String>, max_length = 32, pattern = "^(NOT_STARTED|IN_PROGRESS|AWAITING_CONFIRMATION|COMPLETED|REDO|SUSPENDED|CANCELLED|WITHDRAWN|RETURNED)$")]
    pub status: Option<OccurrenceStatus>,
    /// How they stood to their due day on that day.
    #[param(value_type = Option<String>, max_length = 16, pattern = "^(NO_DEADLINE|ON_TIME|LATE|WITHIN|NEARLY_DUE|OVERDUE)$")]
    pub timeliness: Option<model::Timeliness>,
    /// What a figure of `/api/v1/statistics` counts: the list behind it.
    #[param(value_type = Option<String>, max_length = 32, pattern = "^(ASSIGNED|COMPLETED|COMPLETED_ON_TIME|COMPLETED_LATE|COMPLETED_NO_DEADLINE|OPEN|OPEN_WITHIN|OPEN_OVERDUE|OPEN_NO_DEADLINE|FALLEN_DUE)$")]
    pub figure: Option<Figure>,
    /// The day to look from; today where nothing is said.
    pub as_of: Option<NaiveDate>,
    /// Days before the due day from which on one is nearly due; 3 where nothing is said.
    #[param(minimum = 0, maximum = 366)]
    pub nearly_due_days: Option<u32>,
    /// Rows on the page; 20 where nothing is asked.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i32>,
    /// `endCursor` of the page before.
    #[param(max_length = 2000)]
    pub after: Option<String>,
}

impl From<&OccurrenceParams> for OccurrenceFilter {
    fn from(params: &OccurrenceParams) -> Self {
        Self {
            programme: params.programme.clone(),
            group: params.group.clone(),
            task: params.task.clone(),
            lead_agency: params.lead_agency.clone(),
            from_year: params.year.max(params.from_year),
            to_year: [params.year, params.to_year].into_iter().flatten().min(),
            status: params.status,
            timeliness: params.timeliness,
            figure: params.figure,
            as_of: params.as_of,
            nearly_due_days: params.nearly_due_days,
        }
    }
}

/// A task in one year.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Occurrence {
    pub id: Uuid,
    /// Code of the programme.
    #[schema(example = "HP-1593-2013", max_length = 64)]
    pub programme: String,
    /// Code of the task.
    #[schema(example = "V.2", max_length = 64)]
    pub task: String,
    /// Identifier of the task.
    pub task_id: Uuid,
    /// The year of the task that it is about.
    #[schema(example = 2014, minimum = 1945, maximum = 2200)]
    pub year: i32,
    /// Where it stands on the day that it is seen from.
    #[schema(
        example = "IN_PROGRESS",
        max_length = 32,
        pattern = "^(NOT_STARTED|IN_PROGRESS|AWAITING_CONFIRMATION|COMPLETED|REDO|SUSPENDED|CANCELLED|WITHDRAWN|RETURNED)$"
    )]
    pub status: String,
    /// How it stands to its due day; null while it does not count (suspended, cancelled, withdrawn).
    #[schema(example = "WITHIN", max_length = 16, pattern = "^(NO_DEADLINE|ON_TIME|LATE|WITHIN|NEARLY_DUE|OVERDUE)$")]
    pub timeliness: Option<String>,
    /// The last day on which it is on time; null without a deadline.
    pub due_on: Option<NaiveDate>,
    /// As first set, before any extension.
    pub original_due_on: Option<NaiveDate>,
    /// When the last product was delivered.
    pub completed_on: Option<NaiveDate>,
    /// Raised by every change; the `ETag` of the occurrence.
    #[schema(example = 3, minimum = 1, maximum = 1_000_000)]
    pub revision: i32,
}

impl Occurrence {
    /// An occurrence as seen from a day; tasks come from a read of their own.
    pub fn of(
        occurrence: &task::Occurrence,
        tasks: &HashMap<TaskId, Task>,
        catalogue: &Catalogue,
        day: NaiveDate,
        nearly: Option<u32>,
    ) -> Self {
        let task = tasks.get(&occurrence.task);
        let programme = task.and_then(|task| catalogue.programme(task.programme));
        let nearly = nearly.unwrap_or(NEARLY_DUE_DAYS);
        let timeliness = occurrence.status.timeliness(occurrence.due_on, occurrence.completed_on, day, nearly);
        Self {
            id: occurrence.id.uuid(),
            programme: programme.map(|programme| programme.code.to_string()).unwrap_or_default(),
            task: task.map(|task| task.code.to_string()).unwrap_or_default(),
            task_id: occurrence.task.uuid(),
            year: occurrence.year,
            status: occurrence.status.label().into(),
            timeliness: timeliness.map(|timeliness| timeliness.label().into()),
            due_on: occurrence.due_on,
            original_due_on: occurrence.original_due_on,
            completed_on: occurrence.completed_on,
            revision: occurrence.revision,
        }
    }
}

page!(OccurrencePage of Occurrence, "A page of occurrences.");

/// An occurrence with everything that was done to it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OccurrenceDetail {
    #[serde(flatten)]
    pub occurrence: Occurrence,
    /// Codes of the agencies that answer for it, members of a collective in its place: its leads today, at the end of its year, or when it
    /// was delivered.
    #[schema(max_items = 1000)]
    pub lead_agencies: Vec<String>,
    /// What was done, in order.
    #[schema(max_items = 10000)]
    pub history: Vec<OccurrenceEvent>,
    /// Who said when that it was delivered.
    #[schema(max_items = 10000)]
    pub claims: Vec<Claim>,
    /// Requests for a later due day in the order in which they were made.
    #[schema(max_items = 10000)]
    pub extensions: Vec<Extension>,
    /// Three or more extensions were approved.
    pub extended_often: bool,
}

/// Something that was done to an occurrence.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OccurrenceEvent {
    /// What was done.
    #[schema(max_length = 16, pattern = "^(START|CLAIM|RETURN|CONFIRM|REDO|SUSPEND|RESUME|CANCEL|WITHDRAW|REOPEN)$")]
    pub act: String,
    /// Where it stood before.
    #[schema(
        max_length = 32,
        pattern = "^(NOT_STARTED|IN_PROGRESS|AWAITING_CONFIRMATION|COMPLETED|REDO|SUSPENDED|CANCELLED|WITHDRAWN|RETURNED)$"
    )]
    pub from: String,
    /// Where it stood after.
    #[schema(
        max_length = 32,
        pattern = "^(NOT_STARTED|IN_PROGRESS|AWAITING_CONFIRMATION|COMPLETED|REDO|SUSPENDED|CANCELLED|WITHDRAWN|RETURNED)$"
    )]
    pub to: String,
    /// Code of the lead that did it; null for a decision.
    #[schema(max_length = 64)]
    pub agency: Option<String>,
    /// When it was entered; from which day on it counts, `countsOn` tells.
    pub at: DateTime<Utc>,
    /// From this day on it counts: for a completion the day of delivery.
    pub counts_on: NaiveDate,
    /// Why, and of a claim what shows it; the public is told it of suspending, resuming, cancelling, withdrawing and reopening alone.
    #[schema(max_length = 5000)]
    pub reason: Option<String>,
    /// Identifier of the document that it rests on.
    pub document: Option<Uuid>,
    /// Code of the agency that should do it instead.
    #[schema(max_length = 64)]
    pub proposed_agency: Option<String>,
    /// Decided by an agency that leads the task itself.
    pub self_decided: bool,
}

/// That a lead has delivered.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Claim {
    /// Code of the lead that says so.
    #[schema(max_length = 64)]
    pub agency: String,
    /// The day on which the product was delivered.
    pub delivered_on: NaiveDate,
    /// What shows it.
    #[schema(max_length = 5000)]
    pub note: String,
    /// Identifier of the report that it rests on.
    pub report: Option<Uuid>,
    /// When the lead said so.
    pub claimed_at: DateTime<Utc>,
    /// When it ceased to count: replaced by a later one, or to be done again.
    pub withdrawn_at: Option<DateTime<Utc>>,
}

/// A request for a later due day.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Extension {
    pub id: Uuid,
    /// Code of the lead that asks.
    #[schema(max_length = 64)]
    pub agency: String,
    /// When more time was asked for.
    pub requested_at: DateTime<Utc>,
    /// Why more time is needed.
    #[schema(max_length = 5000)]
    pub reason: String,
    /// The due day that is asked for.
    pub proposed_due_on: NaiveDate,
    /// Whether it is open, was decided, taken back, or lapsed.
    #[schema(max_length = 16, pattern = "^(REQUESTED|APPROVED|REJECTED|WITHDRAWN|LAPSED)$")]
    pub status: String,
    /// When it was granted, refused, taken back, or lapsed; null while it is open.
    pub decided_at: Option<DateTime<Utc>>,
    /// Why it was decided so; of one that lapsed, what ended the task's year.
    #[schema(max_length = 5000)]
    pub decision_reason: Option<String>,
    /// The due day that was granted.
    pub decided_due_on: Option<NaiveDate>,
    /// Identifier of the document that the decision rests on.
    pub document: Option<Uuid>,
    /// Decided by an agency that leads the task itself.
    pub self_decided: bool,
}

fn code(id: AgencyId, catalogue: &Catalogue) -> String {
    catalogue.agency_code(Some(id)).map(|code| code.to_string()).unwrap_or_default()
}

impl OccurrenceDetail {
    pub fn of(
        occurrence: Occurrence,
        leads: &[AgencyId],
        history: &[model::OccurrenceEvent],
        claims: &[model::Claim],
        extensions: &[model::Extension],
        catalogue: &Catalogue,
    ) -> Self {
        let approved = extensions.iter().filter(|extension| extension.status == model::ExtensionStatus::Approved).count();
        Self {
            occurrence,
            lead_agencies: leads.iter().map(|lead| code(*lead, catalogue)).collect(),
            history: history.iter().map(|event| OccurrenceEvent::of(event, catalogue)).collect(),
            claims: claims.iter().map(|claim| Claim::of(claim, catalogue)).collect(),
            extensions: extensions.iter().map(|extension| Extension::of(extension, catalogue)).collect(),
            extended_often: approved >= EXTENDED_OFTEN,
        }
    }
}

impl OccurrenceEvent {
    fn of(event: &model::OccurrenceEvent, catalogue: &Catalogue) -> Self {
        Self {
            act: event.act.label().into(),
            from: event.from.label().into(),
            to: event.to.label().into(),
            agency: event.agency.map(|id| code(id, catalogue)),
            at: event.at,
            counts_on: event.counts_on,
            reason: event.reason.clone(),
            document: event.document.map(Id::uuid),
            proposed_agency: event.proposed_agency.map(|id| code(id, catalogue)),
            self_decided: event.self_decided,
        }
    }
}

impl Claim {
    fn of(claim: &model::Claim, catalogue: &Catalogue) -> Self {
        Self {
            agency: code(claim.agency, catalogue),
            delivered_on: claim.delivered_on,
            note: claim.note.clone(),
            report: claim.report.map(Id::uuid),
            claimed_at: claim.claimed_at,
            withdrawn_at: claim.withdrawn_at,
        }
    }
}

impl Extension {
    fn of(extension: &model::Extension, catalogue: &Catalogue) -> Self {
        Self {
            id: extension.id.uuid(),
            agency: code(extension.agency, catalogue),
            requested_at: extension.requested_at,
            reason: extension.reason.clone(),
            proposed_due_on: extension.proposed_due_on,
            status: extension.status.label().into(),
            decided_at: extension.decided_at,
            decision_reason: extension.decision_reason.clone(),
            decided_due_on: extension.decided_due_on,
            document: extension.document.map(Id::uuid),
            self_decided: extension.self_decided,
        }
    }
}

/// The lead that alone answers for a task.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Principal {
    /// Code; null where all leads answer together.
    #[schema(max_length = 64)]
    pub agency: Option<String>,
    /// The first day on which it is so; null where nobody was ever designated.
    pub valid_from: Option<NaiveDate>,
    /// Identifier of the document that says so.
    pub document: Option<Uuid>,
    /// How many designations there were; the `ETag`.
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub revision: i32,
}

impl Principal {
    pub fn of(current: Option<&model::Principal>, catalogue: &Catalogue) -> Self {
        Self {
            agency: current.and_then(|principal| principal.agency).map(|id| code(id, catalogue)),
            valid_from: current.and_then(|principal| principal.validity.from),
            document: current.map(|principal| principal.document.uuid()),
            revision: current.map_or(0, |principal| principal.number),
        }
    }
}
