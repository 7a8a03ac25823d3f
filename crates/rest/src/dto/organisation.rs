//! Administration of agencies as REST reads and shows it: events, what they move, changes.
//! Must not decide anything; the use cases are `app::succession` and `app::organisation`.
//! Agencies as everybody reads them are `agency`, what waits for an owner `succession`.

use std::collections::HashMap;

use app::{
    catalogue::Catalogue,
    place::NewPlace,
    succession::{DutyDraft, EventDraft, NewAgency, Recorded, SuccessorDraft},
};
use chrono::NaiveDate;
use domain::{
    agency::AgencyKind,
    succession::{AgencyEvent, AgencyEventKind, DutySet},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    place::{Place, Places},
    succession::MovedRole,
    vacated_seat::VacatedSeat,
};

/// What an agency is called and where it stands.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct AgencyNames {
    /// In Vietnamese.
    #[schema(example = "Sở Khoa học và Công nghệ", min_length = 1, max_length = 500)]
    pub name: String,
    /// E.g. "Sở TT&TT"; none where nothing is said.
    #[schema(example = "Sở KH&CN", min_length = 1, max_length = 100)]
    pub short_name: Option<String>,
    /// As before where nothing is said.
    #[schema(value_type = Option<String>, max_length = 16, pattern = "^(COMMITTEE|DEPARTMENT|DISTRICT|PRESS|CENTRE|PARTY|CENTRAL|ENTERPRISE|COLLECTIVE)$")]
    pub kind: Option<AgencyKind>,
    /// A finer kind, e.g. `provincial_department`; as before where nothing is said.
    #[schema(min_length = 1, max_length = 100)]
    pub subkind: Option<String>,
    /// Code; as before where nothing is said.
    #[schema(max_length = 64)]
    pub parent: Option<String>,
}

impl From<AgencyNames> for NewAgency {
    fn from(names: AgencyNames) -> Self {
        let AgencyNames { name, short_name, kind, subkind, parent } = names;
        Self { name, short_name, kind, subkind, parent }
    }
}

/// A successor: an agency that is there, or one that the event makes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewSuccessor {
    /// Of the agency; of one that the event makes a code that none ever had, of a-z, 0-9 and hyphens.
    #[schema(example = "so-khcn-2025", min_length = 2, max_length = 64, pattern = "^[a-z0-9-]+$")]
    pub code: String,
    /// For an agency that the event makes.
    pub new: Option<AgencyNames>,
}

/// Duties that a successor takes: of a programme, of a task of it, or of a kind.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewDuty {
    /// Code.
    #[schema(max_length = 64)]
    pub successor: String,
    /// Code.
    #[schema(max_length = 64)]
    pub programme: Option<String>,
    /// Code; needs `programme`.
    #[schema(max_length = 64)]
    pub task: Option<String>,
    /// Code of a kind of work.
    #[schema(example = "EXTERNAL_INFORMATION", max_length = 64)]
    pub function: Option<String>,
}

/// Something that happens to agencies.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewAgencyEvent {
    /// Names the event; made up where nothing is said.
    #[schema(min_length = 2, max_length = 64, pattern = "^[a-z0-9-]+$")]
    pub code: Option<String>,
    /// What happens.
    #[schema(value_type = String, max_length = 32, pattern = "^(RENAME|CONSOLIDATE|MERGE|DIVIDE|SPLIT|DISSOLVE|FUNCTION_TRANSFER)$")]
    pub kind: AgencyEventKind,
    /// The first day on which it holds.
    pub effective_on: NaiveDate,
    /// Number or identifier of the document.
    #[schema(min_length = 1, max_length = 200)]
    pub basis: String,
    /// Where in the document it stands.
    #[schema(min_length = 1, max_length = 200)]
    pub section: Option<String>,
    /// Its words there, verbatim; needs `section`.
    #[schema(min_length = 1, max_length = 4000)]
    pub quote: Option<String>,
    /// Codes.
    #[schema(min_items = 1, max_items = 200)]
    pub predecessors: Vec<String>,
    /// Who takes over.
    #[serde(default)]
    #[schema(max_items = 200)]
    pub successors: Vec<NewSuccessor>,
    /// Which duties each successor takes.
    #[serde(default)]
    #[schema(max_items = 1000)]
    pub duties: Vec<NewDuty>,
    /// What a renamed agency is called.
    pub becomes: Option<AgencyNames>,
    /// A remark, shown with the event.
    #[schema(min_length = 1, max_length = 2000)]
    pub note: Option<String>,
}

impl From<NewAgencyEvent> for EventDraft {
    fn from(new: NewAgencyEvent) -> Self {
        let successor = |new: NewSuccessor| SuccessorDraft { code: new.code, new: new.new.map(Into::into) };
        let duty = |new: NewDuty| DutyDraft { successor: new.successor, programme: new.programme, task: new.task, function: new.function };
        Self {
            code: new.code,
            kind: new.kind,
            effective_on: new.effective_on,
            basis: new.basis,
            place: NewPlace { section: new.section, quote: new.quote },
            predecessors: new.predecessors,
            successors: new.successors.into_iter().map(successor).collect(),
            duties: new.duties.into_iter().map(duty).collect(),
            becomes: new.becomes.map(Into::into),
            note: new.note,
        }
    }
}

/// Whether an event is only to be shown.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct DryRun {
    /// Shows all that would then be so, or would move, and keeps nothing.
    pub dry_run: Option<bool>,
}

/// Which duties went to whom.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Duty {
    /// Code.
    #[schema(max_length = 64)]
    pub successor: String,
    /// Code of the programme all of which went.
    #[schema(max_length = 64)]
    pub programme: Option<String>,
    /// Identifier of the task that went.
    pub task: Option<Uuid>,
    /// Code of the kind of work that went.
    #[schema(max_length = 64)]
    pub function: Option<String>,
}

/// Something that happened to agencies.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AgencyEventEntry {
    pub id: Uuid,
    /// Names the event; no two have the same.
    #[schema(max_length = 64)]
    pub code: String,
    /// What happened.
    #[schema(max_length = 32, pattern = "^(RENAME|CONSOLIDATE|MERGE|DIVIDE|SPLIT|DISSOLVE|FUNCTION_TRANSFER)$")]
    pub kind: String,
    /// The first day on which it holds.
    pub effective_on: NaiveDate,
    /// Identifier of the document.
    pub basis: Uuid,
    #[serde(flatten)]
    pub place: Place,
    /// Codes.
    #[schema(max_items = 200)]
    pub predecessors: Vec<String>,
    /// Codes.
    #[schema(max_items = 200)]
    pub successors: Vec<String>,
    /// Which duties each successor took.
    #[schema(max_items = 1000)]
    pub duties: Vec<Duty>,
    /// Roles beside tasks that it moved, or for which it named a successor.
    #[schema(max_items = 10_000)]
    pub roles: Vec<MovedRole>,
    /// A remark of whoever recorded it.
    #[schema(max_length = 2000)]
    pub note: Option<String>,
    /// Where it is attested, where that is told beside the document.
    #[schema(max_length = 1000)]
    pub source: Option<String>,
    /// How sure that is; null where the document itself says it.
    #[schema(max_length = 16, pattern = "^(HIGH|MEDIUM|LOW)$")]
    pub confidence: Option<String>,
    /// Somebody who knows has yet to say that it is so.
    pub to_confirm: bool,
}

pub(super) fn code(catalogue: &Catalogue, id: domain::agency::AgencyId) -> String {
    catalogue.agency_code(Some(id)).map(|code| code.to_string()).unwrap_or_default()
}

impl AgencyEventEntry {
    pub fn of(event: &AgencyEvent, catalogue: &Catalogue, places: &Places) -> Self {
        let duty = |share: &domain::succession::Share| {
            let (mut programme, mut task, mut function) = (None, None, None);
            match share.duties {
                DutySet::Programme(id) => programme = catalogue.programme(id).map(|found| found.code.to_string()),
                DutySet::Task(id) => task = Some(id.uuid()),
                DutySet::Function(id) => {
                    function = catalogue.functions().iter().find(|found| found.id == id).map(|found| found.code.to_string());
                }
            }
            Duty { successor: code(catalogue, share.successor), programme, task, function }
        };
        Self {
            id: event.id.uuid(),
            code: event.code.to_string(),
            kind: event.kind.label().to_owned(),
            effective_on: event.effective_on,
            basis: event.basis.uuid(),
            place: places.at(event.id.uuid(), Some(event.basis)),
            predecessors: event.predecessors.iter().map(|id| code(catalogue, *id)).collect(),
            successors: event.successors.iter().map(|id| code(catalogue, *id)).collect(),
            duties: event.shares.iter().map(duty).collect(),
            roles: catalogue.roles_moved_by(event.id).iter().filter_map(|moved| MovedRole::given(moved, catalogue)).collect(),
            note: event.note.as_deref().map(str::to_owned),
            source: event.attestation.as_ref().map(|attestation| attestation.source.to_string()),
            confidence: event.attestation.as_ref().map(|attestation| attestation.confidence.label().to_owned()),
            to_confirm: event.attestation.as_ref().is_some_and(|attestation| attestation.to_confirm),
        }
    }
}

/// An assignment that goes to a successor, or to the queue.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MovedAssignment {
    /// Code.
    #[schema(max_length = 64)]
    pub programme: String,
    /// Code.
    #[schema(max_length = 64)]
    pub task: String,
    /// What the agency is to the task.
    #[schema(max_length = 16, pattern = "^(LEAD|COORDINATING)$")]
    pub role: String,
    /// Code.
    #[schema(max_length = 64)]
    pub from: String,
    /// Code; null where nobody takes it: it waits in the queue.
    #[schema(max_length = 64)]
    pub to: Option<String>,
}

/// A report owed that goes to a successor, or to the queue.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MovedObligation {
    /// Identifier of what is owed.
    pub id: Uuid,
    /// Code.
    #[schema(max_length = 64)]
    pub regime: String,
    /// Label of the period, or of the request.
    #[schema(max_length = 64)]
    pub period: String,
    /// Code.
    #[schema(max_length = 64)]
    pub from: String,
    /// Code; null where nobody takes it.
    #[schema(max_length = 64)]
    pub to: Option<String>,
}

/// A place on a roll that is left or taken.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MovedPlace {
    /// Code.
    #[schema(max_length = 64)]
    pub collective: String,
    /// Code.
    #[schema(max_length = 64)]
    pub member: String,
    /// Whether the member joins the roll; else it leaves it.
    pub joins: bool,
}

/// An account of an agency that ends, or a role that one holds for it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Touched {
    /// Of the account, or of the grant.
    pub id: Uuid,
    /// `client_id` of a service account, user name of a person.
    #[schema(max_length = 64)]
    pub login: String,
    /// The role held for the agency; null for an account of it.
    #[schema(
        max_length = 32,
        pattern = "^(AGENCY_VIEWER|AGENCY_REPORTER|AGENCY_APPROVER|AGENCY_SYSTEM|STANDING|FINANCE|PERSONNEL|INSPECTOR|COMMITTEE|AUTHORITY|ADMIN|AUDITOR)$"
    )]
    pub role: Option<String>,
    /// Code.
    #[schema(max_length = 64)]
    pub agency: String,
}

/// An event with all that it moves.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecordedEvent {
    /// Null for a preview, which keeps nothing.
    pub event: Option<AgencyEventEntry>,
    /// False for a preview.
    pub applied: bool,
    /// Parts in tasks that go to a successor, or to the queue.
    #[schema(max_items = 100_000)]
    pub assignments: Vec<MovedAssignment>,
    /// Reports owed that go to a successor, or to the queue.
    #[schema(max_items = 100_000)]
    pub obligations: Vec<MovedObligation>,
    /// Roles beside tasks.
    #[schema(max_items = 10_000)]
    pub roles: Vec<MovedRole>,
    /// Places on rolls that are left or taken.
    #[schema(max_items = 10_000)]
    pub rolls: Vec<MovedPlace>,
    /// Seats of committees that go with posts of agencies that end; they wait until a document changes the roster.
    #[schema(max_items = 10_000)]
    pub seats: Vec<VacatedSeat>,
    /// Accounts of agencies that end; they stay, and somebody has to look after them.
    #[schema(max_items = 10_000)]
    pub accounts: Vec<Touched>,
    /// Roles that accounts hold for agencies that end.
    #[schema(max_items = 10_000)]
    pub grants: Vec<Touched>,
}

impl RecordedEvent {
    /// `made` tells the codes of agencies that only the event makes.
    pub fn of(recorded: &Recorded, catalogue: &Catalogue, made: &HashMap<domain::agency::AgencyId, String>, places: &Places) -> Self {
        let code = |id: domain::agency::AgencyId| made.get(&id).cloned().unwrap_or_else(|| code(catalogue, id));
        let moves = &recorded.moves;
        let programme = |id| catalogue.programme(id).map(|found| found.code.to_string()).unwrap_or_default();
        let assignment = |moved: &app::succession::MovedAssignment| MovedAssignment {
            programme: programme(moved.programme),
            task: moved.task_code.clone(),
            role: moved.role.label().to_owned(),
            from: code(moved.from),
            to: moved.to.map(code),
        };
        let obligation = |moved: &app::succession::MovedObligation| MovedObligation {
            id: moved.id.uuid(),
            regime: moved.regime.clone(),
            period: moved.period.clone(),
            from: code(moved.from),
            to: moved.to.map(code),
        };
        let role = |moved: &app::succession::MovedRole| MovedRole {
            role: moved.kind.label().to_owned(),
            programme: moved.programme.map(programme),
            subject: moved.code.clone(),
            from: code(moved.from),
            to: moved.to.map(code),
        };
        let place = |moved: &app::succession::MovedPlace| MovedPlace {
            collective: code(moved.collective),
            member: code(moved.member),
            joins: moved.joins,
        };
        let accounts = moves.accounts.iter().map(|(id, login, agency)| Touched {
            id: id.uuid(),
            login: login.clone(),
            role: None,
            agency: code(*agency),
        });
        let grants = moves.grants.iter().map(|(id, login, role, agency)| Touched {
            id: id.uuid(),
            login: login.clone(),
            role: Some(role.clone()),
            agency: code(*agency),
        });
        Self {
            event: recorded.applied.then(|| AgencyEventEntry::of(&recorded.event, catalogue, places)),
            applied: recorded.applied,
            assignments: moves.assignments.iter().map(assignment).collect(),
            obligations: moves.obligations.iter().map(obligation).collect(),
            roles: moves.roles.iter().map(role).collect(),
            rolls: moves.rolls.iter().map(place).collect(),
            seats: moves.seats.iter().map(|seat| VacatedSeat::of(seat, catalogue)).collect(),
            accounts: accounts.collect(),
            grants: grants.collect(),
        }
    }
}
