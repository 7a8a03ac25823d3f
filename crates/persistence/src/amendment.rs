//! Versions of programmes: amendments, and keeping what rows said before.
//! Must not decide what an amendment may change; `app::import::amendment` does.
//! Reading what was said on a day is `wording`; the rows that hold now are those of `task`, `plan` and `catalogue`.

use std::collections::HashMap;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::{dsl::sql, prelude::*, sql_types::Bool};
use domain::{
    amendment::{Amendment, AmendmentId},
    document::DocumentId,
    id::Id,
    obligation::Obligation,
    programme::{ProgrammeId, TaskGroup},
    task::{OccurrenceId, TaskId},
};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::{
    catalogue::json,
    conn::{Conn, MultiBackend},
    error::DbError,
    obligation::{ObligationRow, obligation},
    per_backend::{self, CHUNK},
    rows::{AssignmentRow, DbId},
    schema::{
        assignment_endings, assignment_successions, assignments, citations, measures, objectives, obligations, occurrence_due_days,
        programme_amendments, programme_past, programmes, reports, responsibilities, targets, task_groups, tasks,
    },
    sql_types::db_ids,
};

/// Owed, or excluded by a change of the programme or of agencies, which another change may take back.
const FOLLOWS: &str = "(NOT obligations.is_excluded OR (SELECT e.counts_on FROM obligation_exclusions e \
     WHERE e.obligation_id = obligations.id ORDER BY e.id DESC LIMIT 1) IS NOT NULL)";

/// An amendment as stored.
#[derive(Clone, Debug, Insertable, Queryable, Selectable)]
#[diesel(table_name = programme_amendments, treat_none_as_default_value = false)]
pub struct AmendmentRow {
    pub id: DbId,
    pub programme_id: DbId,
    pub number: i32,
    pub basis_document_id: DbId,
    pub section: Option<String>,
    pub quote: Option<String>,
    pub effective_on: NaiveDate,
    pub content_sha256: String,
    pub changes: String,
    pub account_id: DbId,
    pub recorded_at: NaiveDateTime,
}

/// What a row said before an amendment.
#[derive(Clone, Debug, Insertable, Queryable, Selectable)]
#[diesel(table_name = programme_past, treat_none_as_default_value = false)]
pub struct PastRow {
    pub id: DbId,
    pub amendment_id: DbId,
    pub programme_id: DbId,
    pub kind: String,
    pub subject_id: DbId,
    pub content: String,
    pub english: Option<String>,
    pub valid_from: Option<NaiveDate>,
    pub valid_to: NaiveDate,
}

/// An assignment that an amendment ended.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = assignment_endings)]
pub struct EndingRow {
    pub assignment_id: DbId,
    pub amendment_id: DbId,
}

/// A due day that an amendment set.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = occurrence_due_days)]
pub struct DueDayRow {
    pub id: DbId,
    pub occurrence_id: DbId,
    pub amendment_id: DbId,
    pub effective_on: NaiveDate,
    pub due_on: NaiveDate,
}

pub const GROUP: &str = "GROUP";
pub const TASK: &str = "TASK";
pub const TARGET: &str = "TARGET";
pub const OBJECTIVE: &str = "OBJECTIVE";
pub const MEASURE: &str = "MEASURE";
pub const DUTY: &str = "DUTY";
pub const PROGRAMME: &str = "PROGRAMME";

/// The amendments of these programmes in the order of time.
pub fn of_programmes(conn: &mut Conn, programmes: &[ProgrammeId]) -> Result<Vec<Amendment>, DbError> {
    let query = programme_amendments::table.filter(programme_amendments::programme_id.eq_any(db_ids(programmes)));
    let rows: Vec<AmendmentRow> = query.order(programme_amendments::number).select(AmendmentRow::as_select()).load(conn)?;
    Ok(rows.into_iter().map(amendment).collect())
}

fn amendment(row: AmendmentRow) -> Amendment {
    Amendment {
        id: row.id.of(),
        programme: row.programme_id.of(),
        number: row.number,
        basis: row.basis_document_id.of(),
        section: row.section,
        quote: row.quote,
        effective_on: row.effective_on,
        content_sha256: row.content_sha256,
        changes: row.changes,
        recorded_at: row.recorded_at.and_utc(),
    }
}

/// Stores an amendment.
pub fn insert(conn: &mut Conn, row: &AmendmentRow) -> Result<(), DbError> {
    diesel::insert_into(programme_amendments::table).values(row).execute(conn)?;
    Ok(())
}

/// Stores what rows said before.
pub fn insert_past(conn: &mut Conn, rows: &[PastRow]) -> Result<(), DbError> {
    rows.chunks(CHUNK).try_for_each(|rows| per_backend::insert_past(conn, rows))
}

/// Stores due days that an amendment set.
pub fn insert_due_days(conn: &mut Conn, rows: &[DueDayRow]) -> Result<(), DbError> {
    rows.chunks(CHUNK).try_for_each(|rows| per_backend::insert_due_days(conn, rows))
}

macro_rules! withdrawn {
    ($conn:ident, $programme:ident, $($table:ident in $list:literal),+) => {{
        let mut found = Vec::new();
        $(
            let gone = $table::table.filter($table::programme_id.eq(DbId::from($programme))).filter($table::valid_to.is_not_null());
            let codes: Vec<String> = gone.select($table::code).load($conn)?;
            found.extend(codes.into_iter().map(|code| ($list, code)));
        )+
        Ok(found)
    }};
}

/// What a programme had in a list of its file and has no more: that list, in which a code is not given twice, and the code.
pub fn withdrawn(conn: &mut Conn, programme: ProgrammeId) -> Result<Vec<(&'static str, String)>, DbError> {
    withdrawn!(
        conn,
        programme,
        task_groups in "groups",
        objectives in "objectives",
        tasks in "tasks",
        targets in "targets",
        measures in "measures",
        responsibilities in "responsibilities"
    )
}

/// These assignments, with all that events made of them since.
pub fn with_successions(conn: &mut Conn, ids: &[DbId]) -> Result<Vec<AssignmentRow>, DbError> {
    let (mut found, mut open) = (ids.to_vec(), ids.to_vec());
    while !open.is_empty() {
        let followers = assignment_successions::table.filter(assignment_successions::follows_id.eq_any(&open));
        open = followers.select(assignment_successions::assignment_id).load(conn)?;
        open.retain(|id| !found.contains(id));
        found.extend(&open);
    }
    Ok(assignments::table.filter(assignments::id.eq_any(found)).select(AssignmentRow::as_select()).load(conn)?)
}

/// Ends assignments on a day by an amendment; `held` are those of them that no event has ended before.
pub fn end_assignments(conn: &mut Conn, ended: &[DbId], held: &[DbId], day: NaiveDate, amendment: AmendmentId) -> Result<(), DbError> {
    diesel::update(assignments::table.filter(assignments::id.eq_any(held))).set(assignments::valid_to.eq(day)).execute(conn)?;
    let row = |id: &DbId| EndingRow { assignment_id: *id, amendment_id: amendment.into() };
    let rows: Vec<EndingRow> = ended.iter().map(row).collect();
    rows.chunks(CHUNK).try_for_each(|rows| per_backend::insert_endings(conn, rows))
}

/// What is owed of these tasks and, where that is asked for too, of the whole programme, for periods that end on a day or later, and
/// neither reported nor asked for by hand.
pub fn owed(conn: &mut Conn, tasks: &[TaskId], whole: Option<ProgrammeId>, day: NaiveDate) -> Result<Vec<Obligation>, DbError> {
    let reported = reports::table.filter(reports::obligation_id.is_not_null()).select(reports::obligation_id.assume_not_null());
    let mut query = obligations::table
        .filter(obligations::window_to.ge(day))
        .filter(sql::<Bool>(FOLLOWS))
        .filter(obligations::requester_id.is_null())
        .filter(obligations::id.ne_all(reported))
        .order(obligations::id)
        .into_boxed::<MultiBackend>();
    let of_tasks = obligations::task_id.eq_any(db_ids(tasks)).assume_not_null();
    query = match whole {
        None => query.filter(of_tasks),
        Some(id) => query.filter(of_tasks.or(obligations::task_id.is_null().and(obligations::programme_id.eq(DbId::from(id))))),
    };
    let rows: Vec<ObligationRow> = query.select(ObligationRow::as_select()).load(conn)?;
    rows.into_iter().map(obligation).collect()
}

/// How often a document is cited by what it is cited for.
pub fn cited(conn: &mut Conn, document: DbId) -> Result<HashMap<DbId, i32>, DbError> {
    let query = citations::table.filter(citations::document_id.eq(document)).group_by(citations::subject_id);
    let rows: Vec<(DbId, Option<i32>)> = query.select((citations::subject_id, diesel::dsl::max(citations::rank))).load(conn)?;
    Ok(rows.into_iter().map(|(subject, rank)| (subject, rank.unwrap_or_default())).collect())
}

/// From when on a due day holds, and the due day.
pub type DueDay = (NaiveDate, NaiveDate);

/// The due days that amendments set for these occurrences, in the order of time.
pub fn due_days(conn: &mut Conn, ids: &[OccurrenceId]) -> Result<Vec<(OccurrenceId, DueDay)>, DbError> {
    let query = occurrence_due_days::table.filter(occurrence_due_days::occurrence_id.eq_any(db_ids(ids)));
    let columns = (occurrence_due_days::occurrence_id, occurrence_due_days::effective_on, occurrence_due_days::due_on);
    let rows: Vec<(DbId, NaiveDate, NaiveDate)> = query.order(occurrence_due_days::effective_on).select(columns).load(conn)?;
    Ok(rows.into_iter().map(|(id, from, due)| (id.of(), (from, due))).collect())
}

pub(crate) fn read<R: DeserializeOwned>(past: &PastRow) -> Result<R, DbError> {
    json(&past.content, "programme_past", "content", past.id)
}

/// The titles that programmes, groups and tasks had on a day, of those that have had another since.
pub fn titles_on(conn: &mut Conn, ids: &[Uuid], day: NaiveDate) -> Result<HashMap<Uuid, String>, DbError> {
    #[derive(serde::Deserialize)]
    struct Titled {
        title: String,
    }
    let ids: Vec<DbId> = ids.iter().map(|id| DbId(*id)).collect();
    let query = programme_past::table
        .filter(programme_past::subject_id.eq_any(ids))
        .filter(programme_past::kind.eq_any([GROUP, TASK, PROGRAMME]))
        .filter(programme_past::valid_from.is_null().or(programme_past::valid_from.le(day)))
        .filter(programme_past::valid_to.gt(day));
    let rows: Vec<PastRow> = query.select(PastRow::as_select()).load(conn)?;
    rows.iter().map(|past| Ok((past.subject_id.0, read::<Titled>(past)?.title))).collect()
}

/// The days from which amendments hold that rest on a document, and those from which the first amendments hold of the programmes
/// that it made.
pub fn resting_on(conn: &mut Conn, document: DocumentId) -> Result<(Vec<NaiveDate>, Vec<NaiveDate>), DbError> {
    let document = DbId::from(document);
    let basis = programme_amendments::table.filter(programme_amendments::basis_document_id.eq(document));
    let made = programmes::table.filter(programmes::decision_id.eq(document)).select(programmes::id);
    let first = programme_amendments::table.filter(programme_amendments::programme_id.eq_any(made));
    Ok((
        basis.select(programme_amendments::effective_on).load(conn)?,
        first.filter(programme_amendments::number.eq(2)).select(programme_amendments::effective_on).load(conn)?,
    ))
}

/// Whether a programme that one document made was amended by another.
pub fn is_amended_by(conn: &mut Conn, decision: DocumentId, basis: DocumentId) -> Result<bool, DbError> {
    let made = programmes::table.filter(programmes::decision_id.eq(DbId::from(decision))).select(programmes::id);
    let amending = programme_amendments::table
        .filter(programme_amendments::basis_document_id.eq(DbId::from(basis)))
        .filter(programme_amendments::programme_id.eq_any(made));
    Ok(diesel::select(diesel::dsl::exists(amending)).get_result(conn)?)
}

/// The programmes of these groups, whether they hold or not.
pub fn programmes_of_groups(conn: &mut Conn, groups: &[Id<TaskGroup>]) -> Result<HashMap<Id<TaskGroup>, ProgrammeId>, DbError> {
    let query = task_groups::table.filter(task_groups::id.eq_any(db_ids(groups))).select((task_groups::id, task_groups::programme_id));
    let rows: Vec<(DbId, DbId)> = query.load(conn)?;
    Ok(rows.into_iter().map(|(group, programme)| (group.of(), programme.of())).collect())
}
