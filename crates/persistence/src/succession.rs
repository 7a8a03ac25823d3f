//! Events of agencies, who takes which duties, what has no owner, and moving what they move.
//! Must not decide where a duty goes; `domain::succession` does.
//! Versions, codes and rolls are `organisation`, of which kind duties are is `function`.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::{
    dsl::sql,
    prelude::*,
    sql_types::{Bool, Nullable},
};
use domain::{
    account::AccountId,
    agency::AgencyId,
    id::Id,
    obligation::{Obligation, ObligationId},
    programme::ProgrammeId,
    succession::{AgencyEvent, AgencyEventId, DutySet, Functions, Held, Moved, Opened, Queued, QueuedRole, Share},
    task::Assignment,
};

use crate::{
    agency_role,
    catalogue::parsed,
    conn::{Conn, MultiBackend},
    error::DbError,
    obligation::{ObligationRow, obligation},
    organisation::{self, NewMember},
    per_backend,
    rows::{AssignmentRow, DbId},
    schema::{
        accounts, agency_event_duties, agency_event_parties, agency_events, assignment_successions, assignments, grants,
        obligation_exclusions, obligations, succession_queue, tasks,
    },
    sql_types::db_ids,
    task::assignment,
};

#[derive(Clone, Debug, Insertable, Queryable, Selectable)]
#[diesel(table_name = agency_events, treat_none_as_default_value = false)]
struct EventRow {
    id: DbId,
    code: String,
    kind: String,
    effective_on: NaiveDate,
    rank: i32,
    basis_document_id: DbId,
    note: Option<String>,
    account_id: Option<DbId>,
    recorded_at: NaiveDateTime,
}

#[derive(Clone, Debug, Insertable, Queryable, Selectable)]
#[diesel(table_name = agency_event_parties)]
pub(crate) struct PartyRow {
    event_id: DbId,
    role: String,
    rank: i32,
    agency_id: DbId,
}

#[derive(Clone, Debug, Insertable, Queryable, Selectable)]
#[diesel(table_name = agency_event_duties, treat_none_as_default_value = false)]
pub(crate) struct DutyRow {
    id: DbId,
    event_id: DbId,
    successor_id: DbId,
    rank: i32,
    programme_id: Option<DbId>,
    task_id: Option<DbId>,
    function_id: Option<DbId>,
}

#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = assignments, treat_none_as_default_value = false)]
pub(crate) struct NewAssignmentRow {
    id: DbId,
    task_id: DbId,
    agency_id: DbId,
    role: String,
    rank: i32,
    valid_from: NaiveDate,
    valid_to: Option<NaiveDate>,
    basis_document_id: DbId,
}

#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = assignment_successions)]
#[allow(clippy::struct_field_names)] // the names of the columns
pub(crate) struct SuccessionRow {
    assignment_id: DbId,
    follows_id: DbId,
    event_id: DbId,
}

#[derive(Clone, Debug, Insertable, Queryable, Selectable)]
#[diesel(table_name = succession_queue, treat_none_as_default_value = false)]
pub(crate) struct QueueRow {
    pub(crate) id: DbId,
    pub(crate) event_id: DbId,
    pub(crate) agency_id: DbId,
    pub(crate) assignment_id: Option<DbId>,
    pub(crate) obligation_id: Option<DbId>,
    pub(crate) since: NaiveDate,
    pub(crate) resolved_by_id: Option<DbId>,
    pub(crate) role: Option<String>,
    pub(crate) subject_id: Option<DbId>,
}

/// Something that waits, of which nothing is said yet.
fn entry(ids: &dyn domain::id::IdSource, event: AgencyEventId, agency: AgencyId, since: NaiveDate) -> QueueRow {
    QueueRow {
        id: ids.next::<()>().into(),
        event_id: event.into(),
        agency_id: agency.into(),
        assignment_id: None,
        obligation_id: None,
        since,
        resolved_by_id: None,
        role: None,
        subject_id: None,
    }
}

const PREDECESSOR: &str = "PREDECESSOR";
const SUCCESSOR: &str = "SUCCESSOR";

/// Every event in the order of time.
pub fn events(conn: &mut Conn) -> Result<Vec<AgencyEvent>, DbError> {
    let order = (agency_events::effective_on, agency_events::rank);
    let rows: Vec<EventRow> = agency_events::table.order(order).select(EventRow::as_select()).load(conn)?;
    let parties: Vec<PartyRow> = agency_event_parties::table.order(agency_event_parties::rank).select(PartyRow::as_select()).load(conn)?;
    let mut by_event: HashMap<DbId, (Vec<AgencyId>, Vec<AgencyId>)> = HashMap::new();
    for party in parties {
        let of_event = by_event.entry(party.event_id).or_default();
        (if party.role == PREDECESSOR { &mut of_event.0 } else { &mut of_event.1 }).push(party.agency_id.of());
    }
    let duties: Vec<DutyRow> = agency_event_duties::table.order(agency_event_duties::rank).select(DutyRow::as_select()).load(conn)?;
    let mut shares: HashMap<DbId, Vec<Share>> = HashMap::new();
    for duty in duties {
        let set = match (duty.programme_id, duty.task_id, duty.function_id) {
            (Some(id), None, None) => DutySet::Programme(id.of()),
            (None, Some(id), None) => DutySet::Task(id.of()),
            (None, None, Some(id)) => DutySet::Function(id.of()),
            _ => return Err(DbError::Inconsistent { table: "agency_event_duties", column: "task_id", id: duty.id.0.to_string() }),
        };
        shares.entry(duty.event_id).or_default().push(Share { successor: duty.successor_id.of(), duties: set });
    }
    let mut attested = organisation::attested(conn, &rows.iter().map(|row| row.id).collect::<Vec<_>>())?;
    rows.into_iter()
        .map(|row| {
            let (predecessors, successors) = by_event.remove(&row.id).unwrap_or_default();
            Ok(AgencyEvent {
                id: row.id.of(),
                kind: parsed(&row.kind, "agency_events", "kind", row.id)?,
                code: row.code.into(),
                effective_on: row.effective_on,
                rank: row.rank,
                basis: row.basis_document_id.of(),
                predecessors,
                successors,
                shares: shares.remove(&row.id).unwrap_or_default(),
                note: row.note.map(Arc::from),
                attestation: attested.remove(&row.id),
            })
        })
        .collect()
}

/// Stores an event with its parties and shares.
pub fn insert_event(
    conn: &mut Conn,
    event: &AgencyEvent,
    ids: &dyn domain::id::IdSource,
    (account, at): (Option<AccountId>, DateTime<Utc>),
) -> Result<(), DbError> {
    let row = EventRow {
        id: event.id.into(),
        code: event.code.to_string(),
        kind: event.kind.label().into(),
        effective_on: event.effective_on,
        rank: event.rank,
        basis_document_id: event.basis.into(),
        note: event.note.as_deref().map(str::to_owned),
        account_id: account.map(DbId::from),
        recorded_at: at.naive_utc(),
    };
    diesel::insert_into(agency_events::table).values(&row).execute(conn)?;
    let party = |role: &'static str| {
        move |(i, agency): (usize, &AgencyId)| PartyRow {
            event_id: event.id.into(),
            role: role.into(),
            rank: position(i),
            agency_id: (*agency).into(),
        }
    };
    let parties = event.predecessors.iter().enumerate().map(party(PREDECESSOR));
    let parties: Vec<PartyRow> = parties.chain(event.successors.iter().enumerate().map(party(SUCCESSOR))).collect();
    per_backend::insert_parties(conn, &parties)?;
    let duty = |(i, share): (usize, &Share)| {
        let (mut programme_id, mut task_id, mut function_id) = (None, None, None);
        match share.duties {
            DutySet::Programme(id) => programme_id = Some(id.into()),
            DutySet::Task(id) => task_id = Some(id.into()),
            DutySet::Function(id) => function_id = Some(id.into()),
        }
        let (id, successor_id) = (DbId::from(ids.next::<()>()), share.successor.into());
        DutyRow { id, event_id: event.id.into(), successor_id, rank: position(i), programme_id, task_id, function_id }
    };
    let duties: Vec<DutyRow> = event.shares.iter().enumerate().map(duty).collect();
    if duties.is_empty() { Ok(()) } else { per_backend::insert_duties(conn, &duties) }
}

fn position(index: usize) -> i32 {
    i32::try_from(index + 1).unwrap_or(i32::MAX)
}

pub(crate) type HeldRows = Vec<(AssignmentRow, DbId)>;

fn held(rows: HeldRows, duties: &Functions) -> Result<Vec<Held>, DbError> {
    rows.into_iter()
        .map(|(row, programme)| {
            let assignment = assignment(&row)?;
            Ok(Held { duty: duties.duty(programme.of(), Some(assignment.task)), assignment })
        })
        .collect()
}

/// The assignments of these agencies that hold after a day, or are still to hold.
pub fn held_after(conn: &mut Conn, agencies: &[AgencyId], day: NaiveDate, duties: &Functions) -> Result<Vec<Held>, DbError> {
    let query = assignments::table
        .inner_join(tasks::table)
        .filter(assignments::agency_id.eq_any(db_ids(agencies)))
        .filter(assignments::valid_to.is_null().or(assignments::valid_to.gt(day)));
    held(query.select((AssignmentRow::as_select(), tasks::programme_id)).load(conn)?, duties)
}

/// The assignments of the tasks that these are of, all that ever were.
pub fn held_beside(conn: &mut Conn, ids: &[Id<Assignment>], duties: &Functions) -> Result<Vec<Held>, DbError> {
    let tasks_of: Vec<DbId> =
        assignments::table.filter(assignments::id.eq_any(db_ids(ids))).select(assignments::task_id).distinct().load(conn)?;
    let query = assignments::table.inner_join(tasks::table).filter(assignments::task_id.eq_any(tasks_of));
    held(query.select((AssignmentRow::as_select(), tasks::programme_id)).load(conn)?, duties)
}

/// The assignments of a programme's tasks, all that ever were.
pub fn held_in(conn: &mut Conn, programme: ProgrammeId, duties: &Functions) -> Result<Vec<Held>, DbError> {
    let query = assignments::table.inner_join(tasks::table).filter(tasks::programme_id.eq(DbId::from(programme)));
    held(query.select((AssignmentRow::as_select(), tasks::programme_id)).load(conn)?, duties)
}

/// Writes what events moved. `basis` tells the document of an event.
pub fn store(conn: &mut Conn, moved: &Moved, events: &[AgencyEvent], ids: &dyn domain::id::IdSource) -> Result<(), DbError> {
    for (day, closed) in by_day(&moved.closed) {
        diesel::update(assignments::table.filter(assignments::id.eq_any(closed))).set(assignments::valid_to.eq(day)).execute(conn)?;
    }
    let rows: Vec<NewAssignmentRow> = moved.opened.iter().filter_map(opened).collect();
    rows.chunks(per_backend::CHUNK).try_for_each(|rows| per_backend::insert_assignments(conn, rows))?;
    let succession = |opened: &Opened| SuccessionRow {
        assignment_id: opened.assignment.id.into(),
        follows_id: opened.follows.into(),
        event_id: opened.event.into(),
    };
    let rows: Vec<SuccessionRow> = moved.opened.iter().map(succession).collect();
    rows.chunks(per_backend::CHUNK).try_for_each(|rows| per_backend::insert_successions(conn, rows))?;
    for (day, left) in by_day(&moved.left) {
        organisation::end_members(conn, &left.into_iter().map(DbId::of).collect::<Vec<_>>(), day)?;
    }
    let basis = |id: AgencyEventId| events.iter().find(|event| event.id == id).map(|event| event.basis);
    let joined: Vec<NewMember> = moved
        .joined
        .iter()
        .map(|(place, event)| NewMember {
            id: place.id,
            collective: place.collective,
            member: place.member,
            rank: place.rank,
            validity: place.validity,
            basis: basis(*event),
        })
        .collect();
    organisation::insert_members(conn, &joined)?;
    agency_role::insert(conn, &moved.roles)?;
    let queued = |queued: &Queued| QueueRow {
        assignment_id: Some(queued.assignment.into()),
        ..entry(ids, queued.event, queued.agency, queued.since)
    };
    let role = |queued: &QueuedRole| QueueRow {
        role: Some(queued.role.kind.label().into()),
        subject_id: Some(DbId(queued.role.subject)),
        ..entry(ids, queued.event, queued.agency, queued.since)
    };
    let rows: Vec<QueueRow> = moved.queued.iter().map(queued).chain(moved.queued_roles.iter().map(role)).collect();
    rows.chunks(per_backend::CHUNK).try_for_each(|rows| per_backend::insert_queued(conn, rows))
}

fn by_day<T>(dated: &[(Id<T>, NaiveDate)]) -> HashMap<NaiveDate, Vec<DbId>> {
    let mut days: HashMap<NaiveDate, Vec<DbId>> = HashMap::new();
    for (id, day) in dated {
        days.entry(*day).or_default().push((*id).into());
    }
    days
}

fn opened(opened: &Opened) -> Option<NewAssignmentRow> {
    NewAssignmentRow::of(&opened.assignment)
}

impl NewAssignmentRow {
    /// None without a first day.
    pub(crate) fn of(new: &Assignment) -> Option<Self> {
        Some(Self {
            id: new.id.into(),
            task_id: new.task.into(),
            agency_id: new.agency.into(),
            role: new.role.label().into(),
            rank: new.rank,
            valid_from: new.validity.from?,
            valid_to: new.validity.to,
            basis_document_id: new.basis.into(),
        })
    }
}

/// What these agencies still owe for periods that end on a day or later, and of those that are no more then also what falls due on the
/// day or later: neither excluded nor reported on. A draft is no report.
pub fn owed_after(conn: &mut Conn, agencies: &[AgencyId], (day, ends): (NaiveDate, bool)) -> Result<Vec<Obligation>, DbError> {
    let due: Box<dyn BoxableExpression<obligations::table, MultiBackend, SqlType = Nullable<Bool>>> = if ends {
        Box::new(obligations::window_to.ge(day).nullable().or(obligations::due_on.ge(day)))
    } else {
        Box::new(obligations::window_to.ge(day).nullable())
    };
    let query = obligations::table
        .filter(obligations::agency_id.eq_any(db_ids(agencies)))
        .filter(due)
        .filter(obligations::is_excluded.eq(false))
        .filter(sql::<Bool>(
            "NOT EXISTS (SELECT 1 FROM reports r WHERE r.obligation_id = obligations.id AND r.first_received_on IS NOT NULL)",
        ))
        .order(obligations::id);
    let rows: Vec<ObligationRow> = query.select(ObligationRow::as_select()).load(conn)?;
    rows.into_iter().map(obligation).collect()
}

/// Which of these an agency that takes them over owes already by itself.
pub fn owed_already(conn: &mut Conn, given: &[(Obligation, AgencyId)]) -> Result<HashSet<ObligationId>, DbError> {
    if given.is_empty() {
        return Ok(HashSet::new());
    }
    let (agencies, periods): (Vec<AgencyId>, Vec<String>) = given.iter().map(|(old, to)| (*to, old.period.to_string())).unzip();
    let query = obligations::table.filter(obligations::agency_id.eq_any(db_ids(&agencies))).filter(obligations::period.eq_any(periods));
    let rows: Vec<ObligationRow> = query.select(ObligationRow::as_select()).load(conn)?;
    let own = rows.into_iter().map(obligation).collect::<Result<Vec<_>, _>>()?;
    let key = |one: &Obligation, agency: AgencyId| (agency, one.programme, one.task, one.regime_code.to_string(), one.period.to_string());
    let own: HashSet<_> = own.iter().map(|one| key(one, one.agency)).collect();
    Ok(given.iter().filter(|(old, to)| own.contains(&key(old, *to))).map(|(old, _)| old.id).collect())
}

/// These obligations, whoever may know of them.
pub fn owed_by_id(conn: &mut Conn, ids: &[ObligationId]) -> Result<Vec<Obligation>, DbError> {
    let query = obligations::table.filter(obligations::id.eq_any(db_ids(ids))).order(obligations::id);
    let rows: Vec<ObligationRow> = query.select(ObligationRow::as_select()).load(conn)?;
    rows.into_iter().map(obligation).collect()
}

/// Puts obligations into the queue.
pub fn queue_obligations(
    conn: &mut Conn,
    event: &AgencyEvent,
    left: &[&Obligation],
    ids: &dyn domain::id::IdSource,
) -> Result<(), DbError> {
    let queued =
        |left: &&Obligation| QueueRow { obligation_id: Some(left.id.into()), ..entry(ids, event.id, left.agency, event.effective_on) };
    let rows: Vec<QueueRow> = left.iter().map(queued).collect();
    rows.chunks(per_backend::CHUNK).try_for_each(|rows| per_backend::insert_queued(conn, rows))
}

/// Accounts of agencies that are no more, by login: with the agency that each is of.
pub fn accounts_of(conn: &mut Conn, agencies: &[AgencyId]) -> Result<Vec<(AccountId, String, AgencyId)>, DbError> {
    let query = accounts::table.filter(accounts::agency_id.eq_any(db_ids(agencies))).order(accounts::login);
    let rows: Vec<(DbId, String, Option<DbId>)> = query.select((accounts::id, accounts::login, accounts::agency_id)).load(conn)?;
    Ok(rows.into_iter().filter_map(|(id, login, agency)| Some((id.of(), login, agency?.of()))).collect())
}

/// A grant of a role for an agency: identifier, login of the account, role, agency.
pub type GrantOf = (Id<domain::account::Grant>, String, String, AgencyId);

/// Grants for agencies that hold after a day, by login.
pub fn grants_of(conn: &mut Conn, agencies: &[AgencyId], day: NaiveDate) -> Result<Vec<GrantOf>, DbError> {
    let query = grants::table
        .inner_join(accounts::table)
        .filter(grants::agency_id.eq_any(db_ids(agencies)))
        .filter(grants::revoked_at.is_null())
        .filter(grants::valid_to.is_null().or(grants::valid_to.gt(day)))
        .order((accounts::login, grants::id));
    let rows: Vec<(DbId, String, String, Option<DbId>)> =
        query.select((grants::id, accounts::login, grants::role, grants::agency_id)).load(conn)?;
    Ok(rows.into_iter().filter_map(|(id, login, role, agency)| Some((id.of(), login, role, agency?.of()))).collect())
}

#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = obligation_exclusions, treat_none_as_default_value = false)]
pub(crate) struct ExclusionRow {
    id: DbId,
    obligation_id: DbId,
    is_excluded: bool,
    reason: String,
    account_id: Option<DbId>,
    at: NaiveDateTime,
    counts_on: Option<NaiveDate>,
}

/// Excludes obligations from a day on, or makes them owed again, in two statements.
pub fn exclude(
    conn: &mut Conn,
    (left, is_excluded): (&[ObligationId], bool),
    (reason, day): (&str, NaiveDate),
    ids: &dyn domain::id::IdSource,
    (account, at): (Option<AccountId>, DateTime<Utc>),
) -> Result<(), DbError> {
    if left.is_empty() {
        return Ok(());
    }
    let own = obligations::table.filter(obligations::id.eq_any(db_ids(left)));
    diesel::update(own).set(obligations::is_excluded.eq(is_excluded)).execute(conn)?;
    let row = |obligation: &ObligationId| ExclusionRow {
        id: ids.next::<()>().into(),
        obligation_id: (*obligation).into(),
        is_excluded,
        reason: reason.to_owned(),
        account_id: account.map(DbId::from),
        at: at.naive_utc(),
        counts_on: Some(day),
    };
    let rows: Vec<ExclusionRow> = left.iter().map(row).collect();
    rows.chunks(per_backend::CHUNK).try_for_each(|rows| per_backend::insert_exclusions(conn, rows))
}
