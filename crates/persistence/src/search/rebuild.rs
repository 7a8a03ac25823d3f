//! Making everything that things are found by anew, as after a change of the rules by which that is made.
//! Must not leave a half: it is one transaction, and what is right already stays as it is.
//! Called by `migrate` where the rules differ, and by whoever runs `haidang search rebuild`.

use diesel::{dsl::sql, prelude::*, sql_types::Bool};
use domain::search::{self, Entry};
use uuid::Uuid;

use super::{
    dialect,
    keep::{self, Of, sync},
};
use crate::{
    conn::{Conn, MultiBackend},
    error::DbError,
    report,
    rows::DbId,
    schema::{deliverables, documents, reports, search_entries, search_rules, tasks},
};

/// Things that are read at once.
const ROWS: i64 = 500;

/// What rebuilding found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rebuilt {
    /// Entries that there are now.
    pub entries: usize,
    /// Of those, entries that were missing or otherwise, and entries that were of nothing.
    pub mended: usize,
}

/// Whether the entries were made by the rules of this program.
pub fn is_current(conn: &mut Conn) -> Result<bool, DbError> {
    let version: i32 = search_rules::table.find(1).select(search_rules::version).first(conn)?;
    Ok(version == search::VERSION)
}

/// Makes every entry right.
///
/// # Errors
/// When the database fails.
pub fn rebuild(conn: &mut Conn) -> Result<Rebuilt, DbError> {
    dialect::keep_still(conn)?;
    if !is_current(conn)? {
        // What other rules made may look alike and yet have other words.
        diesel::delete(search_entries::table).execute(conn)?;
    }
    let mut done = Rebuilt { mended: orphans(conn)?, ..Rebuilt::default() };
    let agencies = keep::agencies(conn)?;
    done.take(conn, &Of::Agencies, agencies)?;
    macro_rules! all {
        ($table:ident, $read:expr) => {
            let mut after: Option<DbId> = None;
            loop {
                let mut query = $table::table.select($table::id).order($table::id).limit(ROWS).into_boxed::<MultiBackend>();
                if let Some(after) = after {
                    query = query.filter($table::id.gt(after));
                }
                let ids: Vec<DbId> = query.load(conn)?;
                after = ids.last().copied();
                if after.is_none() {
                    break;
                }
                let ids: Vec<Uuid> = ids.into_iter().map(|id| id.0).collect();
                let wanted: Vec<Entry> = $read(conn, &ids)?;
                done.take(conn, &Of::Things(&ids), wanted)?;
            }
        };
    }
    all!(tasks, keep::tasks);
    all!(documents, keep::documents);
    all!(reports, versions);
    all!(deliverables, keep::deliverables);
    diesel::update(search_rules::table.find(1)).set(search_rules::version.eq(search::VERSION)).execute(conn)?;
    Ok(done)
}

impl Rebuilt {
    fn take(&mut self, conn: &mut Conn, of: &Of<'_>, wanted: Vec<Entry>) -> Result<(), DbError> {
        self.entries += wanted.len();
        self.mended += sync(conn, of, wanted)?;
        Ok(())
    }
}

/// Takes away entries of things that are no more.
fn orphans(conn: &mut Conn) -> Result<usize, DbError> {
    const OF_NOTHING: &str = "search_entries.kind <> 'AGENCY' AND NOT EXISTS (SELECT 1 FROM tasks t WHERE t.id = search_entries.subject_id) \
         AND NOT EXISTS (SELECT 1 FROM documents d WHERE d.id = search_entries.subject_id) \
         AND NOT EXISTS (SELECT 1 FROM reports r WHERE r.id = search_entries.subject_id) \
         AND NOT EXISTS (SELECT 1 FROM deliverables v WHERE v.id = search_entries.subject_id)";
    Ok(diesel::delete(search_entries::table.filter(sql::<Bool>(OF_NOTHING))).execute(conn)?)
}

fn versions(conn: &mut Conn, ids: &[Uuid]) -> Result<Vec<Entry>, DbError> {
    let ids: Vec<_> = ids.iter().map(|id| DbId(*id).of()).collect();
    Ok(report::versions_of(conn, &ids)?.iter().map(search::report).collect())
}
