//! What no agency answers for: the queue, page by page, and settling its entries.
//! Must not choose who answers; what is put into it comes from `succession`.
//! Naming a successor is `app::succession::name`.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::{
    dsl::sql,
    prelude::*,
    sql_types::{Bool, Date},
};
use domain::{
    agency::AgencyId,
    id::Id,
    obligation::{Obligation, ObligationId},
    page::{Direction, Page, PageRequest},
    programme::ProgrammeId,
    succession::{AgencyEventId, AgencyRole},
    task::Assignment,
};

use crate::{
    agency_role,
    conn::{Conn, MultiBackend},
    error::DbError,
    rows::{AssignmentRow, DbId},
    schema::{assignments, obligations, succession_queue, tasks},
    sql_types::{DbUuid, db_ids, opt},
    succession::{HeldRows, QueueRow, owed_by_id},
    task::assignment,
};

/// Something that waits for an owner.
#[derive(Clone, Debug)]
pub struct Waiting {
    pub id: Id<Waiting>,
    pub event: AgencyEventId,
    /// Whose it was.
    pub agency: AgencyId,
    pub since: NaiveDate,
    pub resolved_by: Option<AgencyEventId>,
    pub assignment: Option<Assignment>,
    pub obligation: Option<Obligation>,
    pub role: Option<AgencyRole>,
    /// Of the task or the report; of a role the catalogue knows.
    pub programme: Option<ProgrammeId>,
}

/// Where something stands in the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaitingKey {
    pub since: NaiveDate,
    pub id: Id<Waiting>,
}

/// As far as is known up to a horizon: nobody was named, no amendment ended what waits, no later designation, up to a day, names others
/// for it, and nobody came onto the roll of the words up to that day: a place on it is left on the day on which its body ends, and
/// one that begins later has nobody, so that words which lose everybody again wait again.
const OPEN: [&str; 9] = [
    "(succession_queue.since <= ",
    " AND NOT EXISTS (SELECT 1 FROM agency_events r WHERE r.id = succession_queue.resolved_by_id AND r.effective_on <= ",
    ") AND NOT EXISTS (SELECT 1 FROM assignment_endings e JOIN programme_amendments p ON p.id = e.amendment_id \
        WHERE e.assignment_id = succession_queue.assignment_id AND p.effective_on <= ",
    ") AND NOT EXISTS (SELECT 1 FROM assignments a \
        JOIN designations d ON d.task_id = a.task_id AND d.collective_id = a.agency_id AND d.valid_from >= succession_queue.since \
        WHERE a.id = succession_queue.assignment_id AND a.agency_id <> succession_queue.agency_id AND d.valid_from <= ",
    " AND NOT EXISTS (SELECT 1 FROM designated_agencies n \
              WHERE n.designation_id = d.id AND n.agency_id = succession_queue.agency_id)) \
    AND NOT EXISTS (WITH RECURSIVE on_roll (id) AS ( \
            SELECT m.member_id FROM agency_members m \
            WHERE m.collective_id = succession_queue.agency_id AND m.valid_from <= ",
    " AND (m.valid_to IS NULL OR m.valid_to > ",
    ") UNION \
            SELECT m.member_id FROM agency_members m JOIN on_roll o ON m.collective_id = o.id WHERE m.valid_from <= ",
    ")) SELECT 1 FROM on_roll JOIN agencies b ON b.id = on_roll.id WHERE NOT b.is_collective AND EXISTS ( \
            SELECT 1 FROM agency_versions v WHERE v.agency_id = b.id AND (v.valid_to IS NULL OR v.valid_to > ",
    "))))",
];

/// A day, and the roles that wait on it with whoever had them: whether one does follows from all that was signed.
#[derive(Clone, Debug)]
pub struct WaitsOn {
    pub day: NaiveDate,
    /// What begins, or is settled, from later days on does not count: it is asked what waited on the day itself.
    pub is_as_of: bool,
    /// Only what is of these programmes; everything where nothing is said. Roles that are named are of them already.
    pub within: Option<Vec<ProgrammeId>>,
    pub roles: Vec<(AgencyRole, AgencyId)>,
}

impl WaitsOn {
    /// The last day of which anything counts.
    fn horizon(&self) -> NaiveDate {
        if self.is_as_of { self.day } else { whenever() }
    }
}

/// Later than any day that is written down; both databases can compare it.
fn whenever() -> NaiveDate {
    NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or_default()
}

type Open = Box<dyn BoxableExpression<succession_queue::table, MultiBackend, SqlType = Bool>>;

/// Whether an entry about a task or a report waits for an owner on a day, by what is known up to a horizon.
fn is_open(day: NaiveDate, horizon: NaiveDate) -> Open {
    let open = sql::<Bool>("(role IS NULL AND ").sql(OPEN[0]).bind::<Date, _>(horizon).sql(OPEN[1]).bind::<Date, _>(horizon);
    let open = open.sql(OPEN[2]).bind::<Date, _>(horizon).sql(OPEN[3]).bind::<Date, _>(day);
    let open = open.sql(OPEN[4]).bind::<Date, _>(day).sql(OPEN[5]).bind::<Date, _>(horizon);
    let open = open.sql(OPEN[6]).bind::<Date, _>(day).sql(OPEN[5]).bind::<Date, _>(horizon);
    Box::new(open.sql(OPEN[7]).bind::<Date, _>(day).sql(OPEN[8]).sql(")"))
}

/// Whether an entry waits for an owner, of those roles and programmes.
fn waits(conn: &mut Conn, on: &WaitsOn) -> Result<Open, DbError> {
    let open = is_open(on.day, on.horizon());
    let roles = open_roles(conn, on)?;
    let open: Open = if roles.is_empty() { open } else { Box::new(open.or(succession_queue::id.eq_any(roles))) };
    let Some(programmes) = &on.within else { return Ok(open) };
    let of_task = assignments::table.inner_join(tasks::table).filter(tasks::programme_id.eq_any(db_ids(programmes)));
    let owed = obligations::table.filter(obligations::programme_id.eq_any(db_ids(programmes)));
    let of_task = succession_queue::assignment_id.assume_not_null().eq_any(of_task.select(assignments::id));
    let owed = succession_queue::obligation_id.assume_not_null().eq_any(owed.select(obligations::id));
    Ok(Box::new(open.and(succession_queue::role.is_not_null().or(of_task).or(owed))))
}

/// The entries about roles that wait.
fn open_roles(conn: &mut Conn, on: &WaitsOn) -> Result<Vec<DbId>, DbError> {
    if on.roles.is_empty() {
        return Ok(Vec::new());
    }
    let subjects: Vec<DbId> = on.roles.iter().map(|(role, _)| DbId(role.subject)).collect();
    let of = (succession_queue::id, succession_queue::role, succession_queue::subject_id, succession_queue::agency_id);
    let found: Vec<(DbId, Option<String>, Option<DbId>, DbId)> =
        succession_queue::table.filter(succession_queue::subject_id.eq_any(subjects)).select(of).load(conn)?;
    let is_named = |kind: &str, subject: DbId, agency: DbId| {
        on.roles.iter().any(|(role, of)| role.kind.label() == kind && role.subject == subject.0 && *of == agency.of())
    };
    let open = found
        .into_iter()
        .filter(|(_, kind, subject, agency)| kind.as_deref().zip(*subject).is_some_and(|(kind, subject)| is_named(kind, subject, *agency)));
    Ok(open.map(|(id, ..)| id).collect())
}

/// A page of what waits for an owner, the longest waiting first.
pub fn queue(conn: &mut Conn, on: &WaitsOn, request: &PageRequest<WaitingKey>) -> Result<Page<Waiting>, DbError> {
    let down = request.direction == Direction::Backward;
    let open = waits(conn, on)?;
    let mut query = succession_queue::table.filter(open).limit(i64::from(request.size) + 1).into_boxed::<MultiBackend>();
    for (key, below) in request.bounds(down) {
        let operator = if below { "<" } else { ">" };
        query = query.filter(
            sql::<Bool>(&format!("(since, id) {operator} ("))
                .bind::<Date, _>(key.since)
                .sql(", ")
                .bind::<DbUuid, _>(DbId::from(key.id))
                .sql(")"),
        );
    }
    let (since, id) = (succession_queue::since, succession_queue::id);
    query = if down { query.order((since.desc(), id.desc())) } else { query.order((since.asc(), id.asc())) };
    let rows: Vec<QueueRow> = query.select(QueueRow::as_select()).load(conn)?;
    Ok(Page::cut(waiting(conn, rows)?, request))
}

/// Those of these assignments that wait for an owner.
pub fn waiting_of(conn: &mut Conn, today: NaiveDate, ids: &[DbId]) -> Result<Vec<DbId>, DbError> {
    let open = succession_queue::table.filter(succession_queue::assignment_id.eq_any(ids)).filter(is_open(today, whenever()));
    Ok(open.select(succession_queue::assignment_id.assume_not_null()).distinct().load(conn)?)
}

/// How much waits for an owner.
pub fn queue_count(conn: &mut Conn, on: &WaitsOn) -> Result<i64, DbError> {
    let open = waits(conn, on)?;
    Ok(succession_queue::table.filter(open).count().get_result(conn)?)
}

/// These entries of the queue, settled or not.
pub fn queued(conn: &mut Conn, ids: &[Id<Waiting>]) -> Result<Vec<Waiting>, DbError> {
    let query = succession_queue::table.filter(succession_queue::id.eq_any(db_ids(ids))).order(succession_queue::id);
    let rows = query.select(QueueRow::as_select()).load(conn)?;
    waiting(conn, rows)
}

/// The entries with what they are about, in three statements.
fn waiting(conn: &mut Conn, rows: Vec<QueueRow>) -> Result<Vec<Waiting>, DbError> {
    let ids: Vec<DbId> = rows.iter().filter_map(|row| row.assignment_id).collect();
    let found: HeldRows = assignments::table
        .inner_join(tasks::table)
        .filter(assignments::id.eq_any(ids))
        .select((AssignmentRow::as_select(), tasks::programme_id))
        .load(conn)?;
    let assigned: HashMap<DbId, (AssignmentRow, DbId)> = found.into_iter().map(|(row, programme)| (row.id, (row, programme))).collect();
    let ids: Vec<ObligationId> = rows.iter().filter_map(|row| opt(row.obligation_id)).collect();
    let owed: HashMap<ObligationId, Obligation> = owed_by_id(conn, &ids)?.into_iter().map(|owed| (owed.id, owed)).collect();
    rows.into_iter()
        .map(|row| {
            let of_assignment = row.assignment_id.and_then(|id| assigned.get(&id));
            let obligation: Option<Obligation> = row.obligation_id.and_then(|id| owed.get(&id.of()).cloned());
            let programme = of_assignment.map(|(_, programme)| programme.of()).or(obligation.as_ref().map(|owed| owed.programme));
            let role = row.role.as_deref().zip(row.subject_id);
            let role = role.map(|(kind, subject)| agency_role::role(kind, subject, "succession_queue")).transpose()?;
            if programme.is_none() && role.is_none() {
                return Err(DbError::Inconsistent { table: "succession_queue", column: "assignment_id", id: row.id.0.to_string() });
            }
            Ok(Waiting {
                id: row.id.of(),
                event: row.event_id.of(),
                agency: row.agency_id.of(),
                since: row.since,
                resolved_by: opt(row.resolved_by_id),
                assignment: of_assignment.map(|(row, _)| assignment(row)).transpose()?,
                obligation,
                role,
                programme,
            })
        })
        .collect()
}

/// Settles entries by an event; tells how many were open.
pub fn resolve(conn: &mut Conn, on: &WaitsOn, ids: &[Id<Waiting>], event: AgencyEventId) -> Result<usize, DbError> {
    let is_open = waits(conn, on)?;
    let open = succession_queue::table.filter(succession_queue::id.eq_any(db_ids(ids))).filter(is_open);
    Ok(diesel::update(open).set(succession_queue::resolved_by_id.eq(DbId::from(event))).execute(conn)?)
}
