//! What life has laid on rows that an import would take away: reports, obligations, history.
//! Must not take anything away or decide whether it may go; the schema forbids it in any case.
//! Which rows an import takes away is `sync`; how it is told is `app::import`.

use std::collections::{BTreeMap, HashSet};

use diesel::{dsl::count_star, prelude::*};

use crate::{
    conn::Conn,
    error::DbError,
    rows::DbId,
    schema::{extensions, obligations, occurrence_claims, occurrence_events, reports, task_principals},
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

/// Counts the rows of tables that refer to one of these.
macro_rules! count {
    ($conn:expr, $ids:expr, $found:expr, $($what:ident in $table:ident by $column:ident: $of:ty;)+) => {
        $(for ids in $ids.chunks(CHUNK) {
            let query = $table::table.filter($table::$column.eq_any(ids)).group_by($table::$column);
            let rows: Vec<($of, i64)> = query.select(($table::$column, count_star())).load($conn)?;
            for (id, count) in rows {
                if let Some(id) = Option::<DbId>::from(id) {
                    $found.entry(id).or_default().push((Resting::$what, count));
                }
            }
        })+
    };
}

/// What rests on the tasks and occurrences that go when what is stored becomes what is wanted.
pub fn by_programme(conn: &mut Conn, stored: &Tables, wanted: &Tables) -> Result<InUse, DbError> {
    let tasks = gone(stored.tasks.iter().map(|row| row.id), wanted.tasks.iter().map(|row| row.id));
    let occurrences = gone(stored.occurrences.iter().map(|row| row.id), wanted.occurrences.iter().map(|row| row.id));
    let mut found = InUse::new();
    count! { conn, tasks, found,
        Report in reports by task_id: Option<DbId>;
        Obligation in obligations by task_id: Option<DbId>;
        Principal in task_principals by task_id: DbId;
    }
    count! { conn, occurrences, found,
        Report in reports by occurrence_id: Option<DbId>;
        Obligation in obligations by occurrence_id: Option<DbId>;
        Event in occurrence_events by occurrence_id: DbId;
        Claim in occurrence_claims by occurrence_id: DbId;
        Extension in extensions by occurrence_id: DbId;
    }
    Ok(found)
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
