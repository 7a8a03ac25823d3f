//! What people and systems have recorded: whether a database is in use.
//! Must not count what imports make: programmes, agencies and calendars are there before anybody acts.
//! Who asks is `app::generate`.

use diesel::prelude::*;

use crate::{
    conn::Conn,
    error::DbError,
    rows::DbId,
    schema::{accounts, budget_movements, deliverables, meetings, reports, training_courses, training_sessions},
};

/// Whether a table has any row.
macro_rules! is_any {
    ($conn:expr, $table:ident) => {
        $table::table.select($table::id).first::<DbId>($conn).optional()?.is_some()
    };
}

/// The first kind of record that there is one of; none where nobody has acted. Everything that is recorded is somebody's, and accounts
/// are never removed: they stand for all that is not named here.
pub fn first(conn: &mut Conn) -> Result<Option<&'static str>, DbError> {
    let found = [
        ("reports", is_any!(conn, reports)),
        ("movements of budgets", is_any!(conn, budget_movements)),
        ("deliverables", is_any!(conn, deliverables)),
        ("trainings", is_any!(conn, training_courses) || is_any!(conn, training_sessions)),
        ("meetings", is_any!(conn, meetings)),
        ("accounts", is_any!(conn, accounts)),
    ];
    Ok(found.into_iter().find(|(_, is_there)| *is_there).map(|(what, _)| what))
}
