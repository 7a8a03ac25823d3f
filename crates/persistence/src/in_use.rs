//! What life has laid on rows that an import would take away: reports, obligations, history.
//! Must not decide whether a row may go; the schema forbids it in any case. Obligations that nobody has acted on go with it.
//! Which rows an import takes away is `sync`; how it is told is `app::import`.

use std::collections::{BTreeMap, HashMap, HashSet};

use diesel::{
    dsl::{count_star, sql},
    prelude::*,
    sql_types::Bool,
};
use domain::obligation::{Obligation, ObligationId};

use crate::{
    conn::Conn,
    error::DbError,
    obligation::{ObligationRow, obligation},
    rows::{AssignmentRow, DbId, RegimeRow},
    schema::{
        budget_lines, designations, extensions, notices, obligations, occurrence_claims, occurrence_events, reports, task_principals,
    },
    sql_types::db_ids,
    sync::{CalendarTables, Tables},
};

/// What rests on a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Resting {
    Report,
    Obligation,
    Event,
    Claim,
    Extension,
    Principal,
    Designation,
    BudgetLine,
}

/// Rows that cannot go, each with how many of what rest on it.
pub type InUse = BTreeMap<DbId, Vec<(Resting, i64)>>;

/// Identifiers in one statement.
const CHUNK: usize = 10_000;

/// Somebody has done something about the obligation: asked for it, reported, excluded it, urged the agency. What only follows from
/// the task-year (the obligation itself, and what rules told of it) is not that.
const HELD: &str = "(obligations.requester_id IS NOT NULL \
    OR EXISTS (SELECT 1 FROM reports r WHERE r.obligation_id = obligations.id) \
    OR EXISTS (SELECT 1 FROM obligation_exclusions e WHERE e.obligation_id = obligations.id) \
    OR EXISTS (SELECT 1 FROM notices n WHERE n.obligation_id = obligations.id AND n.kind = 'URGING'))";

/// Counts the rows of tables that refer to one of these.
macro_rules! count {
    ($conn:expr, $ids:expr, $found:expr, $($what:ident in $table:ident $(where $held:ident)? by $column:ident: $of:ty;)+) => {
        $(for ids in $ids.chunks(CHUNK) {
            let query = $table::table.filter($table::$column.eq_any(ids))$(.filter(sql::<Bool>($held)))?.group_by($table::$column);
            let rows: Vec<($of, i64)> = query.select(($table::$column, count_star())).load($conn)?;
            for (id, count) in rows {
                if let Some(id) = Option::<DbId>::from(id) {
                    $found.entry(id).or_default().push((Resting::$what, count));
                }
            }
        })+
    };
}

/// What an import of a programme meets.
#[derive(Clone, Debug, Default)]
pub struct Met {
    pub in_use: InUse,
    /// Obligations of task-years and of agencies that go, which nobody has acted on.
    pub untouched: Vec<Obligation>,
}

/// What rests on the tasks and occurrences that go when what is stored becomes what is wanted.
pub fn by_programme(conn: &mut Conn, stored: &Tables, wanted: &Tables) -> Result<Met, DbError> {
    let tasks = gone(stored.tasks.iter().map(|row| row.id), wanted.tasks.iter().map(|row| row.id));
    let occurrences = gone(stored.occurrences.iter().map(|row| row.id), wanted.occurrences.iter().map(|row| row.id));
    let mut found = InUse::new();
    count! { conn, tasks, found,
        Report in reports by task_id: Option<DbId>;
        Obligation in obligations where HELD by task_id: Option<DbId>;
        Principal in task_principals by task_id: DbId;
        Designation in designations by task_id: DbId;
        BudgetLine in budget_lines by task_id: Option<DbId>;
    }
    count! { conn, occurrences, found,
        Report in reports by occurrence_id: Option<DbId>;
        Obligation in obligations where HELD by occurrence_id: Option<DbId>;
        Event in occurrence_events by occurrence_id: DbId;
        Claim in occurrence_claims by occurrence_id: DbId;
        Extension in extensions by occurrence_id: DbId;
    }
    let mut untouched = of_assignments(conn, stored, wanted, &mut found)?;
    for ids in occurrences.chunks(CHUNK) {
        let query = obligations::table.filter(obligations::occurrence_id.eq_any(ids)).filter(sql::<Bool>(&format!("NOT {HELD}")));
        let rows: Vec<ObligationRow> = query.order(obligations::id).select(ObligationRow::as_select()).load(conn)?;
        untouched.extend(rows.into_iter().map(obligation).collect::<Result<Vec<_>, _>>()?);
    }
    untouched.sort_by_key(|obligation| obligation.id);
    untouched.dedup_by_key(|obligation| obligation.id);
    Ok(Met { in_use: found, untouched })
}

/// What rests on assignments that go, of agencies that have no part in the task any more: their reports on it, and what they owe.
fn of_assignments(conn: &mut Conn, stored: &Tables, wanted: &Tables, found: &mut InUse) -> Result<Vec<Obligation>, DbError> {
    // Members that another decision names stay whatever this file says.
    let members: Vec<_> = stored.agency_members.iter().chain(&wanted.agency_members).collect();
    let part = |tables: &Tables| -> HashMap<(DbId, DbId), DbId> {
        let each = |row: &AssignmentRow| {
            let of = members.iter().filter(|member| member.collective_id == row.agency_id).map(|member| member.member_id);
            std::iter::once(row.agency_id).chain(of).map(|agency| ((row.task_id, agency), row.id)).collect::<Vec<_>>()
        };
        tables.assignments.iter().flat_map(each).collect()
    };
    let stays: HashSet<DbId> = wanted.tasks.iter().map(|row| row.id).collect();
    let (was, is) = (part(stored), part(wanted));
    let gone: HashMap<(DbId, DbId), DbId> = was.into_iter().filter(|(of, _)| stays.contains(&of.0) && !is.contains_key(of)).collect();
    let tasks: Vec<DbId> = gone.keys().map(|(task, _)| *task).collect::<HashSet<_>>().into_iter().collect();
    let mut untouched = Vec::new();
    for ids in tasks.chunks(CHUNK) {
        let of_reports = reports::table.filter(reports::task_id.eq_any(ids)).group_by((reports::task_id, reports::agency_id));
        let rows: Vec<(Option<DbId>, DbId, i64)> = of_reports.select((reports::task_id, reports::agency_id, count_star())).load(conn)?;
        for (task, agency, count) in rows {
            if let Some(assignment) = task.and_then(|task| gone.get(&(task, agency))) {
                found.entry(*assignment).or_default().push((Resting::Report, count));
            }
        }
        let owed = obligations::table.filter(obligations::task_id.eq_any(ids)).filter(sql::<Bool>(&format!("NOT {HELD}")));
        let rows: Vec<ObligationRow> = owed.order(obligations::id).select(ObligationRow::as_select()).load(conn)?;
        for obligation in rows.into_iter().map(obligation) {
            let obligation = obligation?;
            let of = obligation.task.map(|task| (DbId::from(task), DbId::from(obligation.agency)));
            untouched.extend(of.is_some_and(|of| gone.contains_key(&of)).then_some(obligation));
        }
    }
    Ok(untouched)
}

/// Those of these obligations that nobody has acted on.
pub fn untouched(conn: &mut Conn, ids: &[ObligationId]) -> Result<Vec<Obligation>, DbError> {
    let mut found = Vec::new();
    for ids in db_ids(ids).chunks(CHUNK) {
        let query = obligations::table.filter(obligations::id.eq_any(ids)).filter(sql::<Bool>(&format!("NOT {HELD}")));
        let rows: Vec<ObligationRow> = query.order(obligations::id).select(ObligationRow::as_select()).load(conn)?;
        found.extend(rows.into_iter().map(obligation).collect::<Result<Vec<_>, _>>()?);
    }
    Ok(found)
}

/// Takes away obligations that nobody has acted on, with what rules told of them.
///
/// # Errors
/// `ForeignKey` when somebody has acted on one meanwhile.
pub fn withdraw(conn: &mut Conn, ids: &[ObligationId]) -> Result<(), DbError> {
    for ids in db_ids(ids).chunks(CHUNK) {
        let by_rules = notices::table.filter(notices::obligation_id.eq_any(ids)).filter(notices::account_id.is_null());
        diesel::delete(by_rules).execute(conn)?;
        diesel::delete(obligations::table.filter(obligations::id.eq_any(ids))).execute(conn)?;
    }
    Ok(())
}

/// What rests on the regimes that go, or ask for something else, when what is stored becomes what is wanted.
pub fn by_calendar(conn: &mut Conn, stored: &CalendarTables, wanted: &CalendarTables) -> Result<InUse, DbError> {
    let mut regimes = gone(stored.regimes.iter().map(|row| row.id), wanted.regimes.iter().map(|row| row.id));
    let asks_otherwise = |row: &&RegimeRow| wanted.regimes.iter().any(|other| other.id == row.id && !ask_the_same(other, row));
    regimes.extend(stored.regimes.iter().filter(asks_otherwise).map(|row| row.id));
    let mut found = InUse::new();
    count! { conn, regimes, found, Obligation in obligations by regime_id: DbId; }
    Ok(found)
}

/// Whether two rows of a regime promise the same: about what, for which days, by when, in which form.
fn ask_the_same(one: &RegimeRow, other: &RegimeRow) -> bool {
    let subject = |row: &RegimeRow| (row.kind.clone(), row.subject.clone(), row.outline.clone(), row.form.clone());
    let window = |row: &RegimeRow| (row.frequency.clone(), row.window_day, row.window_months_before, row.is_estimate);
    let due = |row: &RegimeRow| (row.due_rule.clone(), row.due_month_offset, row.due_day, row.due_working_days, row.due_rolls);
    subject(one) == subject(other) && window(one) == window(other) && due(one) == due(other)
}

fn gone(stored: impl Iterator<Item = DbId>, wanted: impl Iterator<Item = DbId>) -> Vec<DbId> {
    let wanted: HashSet<DbId> = wanted.collect();
    stored.filter(|id| !wanted.contains(id)).collect()
}
