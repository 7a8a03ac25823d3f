//! What opened a row, where its place in a document is the place of that: an act on a committee, an event of agencies, an amendment.
//! Must not say where anything stands; that is read for what is found here.
//! Whose place counts is `app::place`.

use diesel::prelude::*;
use domain::{
    document::{Citation, DocumentId},
    task::TaskId,
};
use uuid::Uuid;

use crate::{
    conn::Conn,
    error::DbError,
    schema::{assignment_successions, committee_act_changes, programme_amendments, tasks},
    sql_types::{DbId, db_ids},
};

/// The acts that opened these rows of committees, as row and act.
pub fn opened_by_acts(conn: &mut Conn, rows: &[Uuid]) -> Result<Vec<(Uuid, Uuid)>, DbError> {
    let rows: Vec<DbId> = rows.iter().copied().map(DbId).collect();
    let opened = committee_act_changes::table
        .filter(committee_act_changes::row_id.eq_any(rows))
        .filter(committee_act_changes::change.eq("OPEN"))
        .select((committee_act_changes::row_id, committee_act_changes::act_id));
    let found: Vec<(DbId, DbId)> = opened.load(conn)?;
    Ok(found.into_iter().map(|(row, act)| (row.0, act.0)).collect())
}

/// The events that opened these assignments, as assignment and event.
pub fn opened_by_events(conn: &mut Conn, assignments: &[Uuid]) -> Result<Vec<(Uuid, Uuid)>, DbError> {
    let assignments: Vec<DbId> = assignments.iter().copied().map(DbId).collect();
    let opened = assignment_successions::table
        .filter(assignment_successions::assignment_id.eq_any(assignments))
        .select((assignment_successions::assignment_id, assignment_successions::event_id));
    let found: Vec<(DbId, DbId)> = opened.load(conn)?;
    Ok(found.into_iter().map(|(row, event)| (row.0, event.0)).collect())
}

/// Where the amendments of these tasks' programmes stand in their documents, where that is told.
pub fn amended_at(conn: &mut Conn, ids: &[TaskId]) -> Result<Vec<(TaskId, Citation)>, DbError> {
    let amended = programme_amendments::table
        .inner_join(tasks::table.on(tasks::programme_id.eq(programme_amendments::programme_id)))
        .filter(tasks::id.eq_any(db_ids(ids)))
        .filter(programme_amendments::section.is_not_null())
        .order(programme_amendments::number)
        .select((
            tasks::id,
            programme_amendments::basis_document_id,
            programme_amendments::section.assume_not_null(),
            programme_amendments::quote,
        ));
    let found: Vec<(DbId, DbId, String, Option<String>)> = amended.load(conn)?;
    let document = |id: DbId| -> DocumentId { id.of() };
    let at = |(task, basis, section, quote): (DbId, DbId, String, Option<String>)| {
        (task.of(), Citation { document: document(basis), rank: 1, section, quote })
    };
    Ok(found.into_iter().map(at).collect())
}
