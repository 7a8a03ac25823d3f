//! What life has laid on rows that an import would take away: reports, obligations, history.
//! Must not decide whether a row may go; the schema forbids it in any case. Obligations that nobody has acted on go with it.
//! Which rows an import takes away is `sync`; how it is told is `app::import`.

use std::collections::{BTreeMap, HashSet};

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
    rows::DbId,
    schema::{extensions, notices, obligations, occurrence_claims, occurrence_events, reports, task_principals},
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
    /// Obligations of task-years that go, which nobody has acted on.
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
    }
    count! { conn, occurrences, found,
        Report in reports by occurrence_id: Option<DbId>;
        Obligation in obligations where HELD by occurrence_id: Option<DbId>;
        Event in occurrence_events by occurrence_id: DbId;
        Claim in occurrence_claims by occurrence_id: DbId;
        Extension in extensions by occurrence_id: DbId;
    }
    let mut untouched = Vec::new();
    for ids in occurrences.chunks(CHUNK) {
        let query = obligations::table.filter(obligations::occurrence_id.eq_any(ids)).filter(sql::<Bool>(&format!("NOT {HELD}")));
        let rows: Vec<ObligationRow> = query.order(obligations::id).select(ObligationRow::as_select()).load(conn)?;
        untouched.extend(rows.into_iter().map(obligation).collect::<Result<Vec<_>, _>>()?);
    }
    Ok(Met { in_use: found, untouched })
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

/// What rests on the regimes that go when what is stored becomes what is wanted.
pub fn by_calendar(conn: &mut Conn, stored: &CalendarTables, wanted: &CalendarTables) -> Result<InUse, DbError> {
    let regimes = gone(stored.regimes.iter().map(|row| row.id), wanted.regimes.iter().map(|row| row.id));
    let mut found = InUse::new();
    count! { conn, regimes, found, Obligation in obligations by regime_id: DbId; }
    Ok(found)
}

fn gone(stored: impl Iterator<Item = DbId>, wanted: impl Iterator<Item = DbId>) -> Vec<DbId> {
    let wanted: HashSet<DbId> = wanted.collect();
    stored.filter(|id| !wanted.contains(id)).collect()
}
