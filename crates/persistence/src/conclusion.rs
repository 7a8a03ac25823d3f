//! The tasks as which conclusions of meetings and directions are followed, beside those that a programme's file brings.
//! Must not touch a task of the file; an import does not touch these (`seed`).
//! Conclusions themselves are `meeting`; reading tasks is `task`.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::{
    dsl::{AssumeNotNull, Filter, IsNotNull, Select, exists, max},
    prelude::*,
    sql_query,
    sql_types::Text,
};
use domain::{
    account::AccountId,
    collation,
    document::DocumentId,
    id::Id,
    programme::{ProgrammeId, TaskGroup},
    task::{Assignment, Occurrence, Task, TaskId},
    text,
};

use crate::{
    conn::{Conn, MultiBackend},
    document::NewCitationRow,
    error::DbError,
    per_backend,
    rows::{DbId, Synced, TaskGroupRow},
    schema::{conclusions, directions, occurrences, task_groups, tasks},
    search,
    sql_types::{DbUuid, db_ids},
    succession::NewAssignmentRow,
};

#[derive(Insertable)]
#[diesel(table_name = tasks, treat_none_as_default_value = false)]
pub(crate) struct NewTaskRow {
    id: DbId,
    programme_id: DbId,
    group_id: DbId,
    code: String,
    number: i32,
    rank: i32,
    title: String,
    title_folded: String,
    title_key: String,
    recurrence: String,
    period_as_written: String,
    start_year: i32,
    end_year: i32,
    lead_as_written: String,
    coordinating_as_written: String,
    period_end_on: Option<NaiveDate>,
    valid_from: Option<NaiveDate>,
}

#[derive(Insertable)]
#[diesel(table_name = occurrences, treat_none_as_default_value = false)]
pub(crate) struct NewOccurrenceRow {
    id: DbId,
    task_id: DbId,
    year: i32,
    status: String,
    due_on: Option<NaiveDate>,
    original_due_on: Option<NaiveDate>,
    revision: i32,
    valid_from: Option<NaiveDate>,
}

/// What of a programme there is already.
#[derive(Clone, Copy, Debug)]
pub struct Standing {
    /// The group of what was concluded and directed.
    pub group: Option<Id<TaskGroup>>,
    /// Position of the last group.
    pub last_group: i32,
    /// How many conclusions and directions are tasks.
    pub tasks: i32,
    /// Position of the last task.
    pub last_task: i32,
}

/// A task to follow, as a whole.
pub struct Followed {
    pub task: Task,
    pub occurrence: Occurrence,
    pub assignments: Vec<Assignment>,
    /// Where its document says it.
    pub section: String,
    pub quote: Option<String>,
    pub citation: DbId,
}

impl Followed {
    /// From when on somebody carries it out; before that day there was no such task.
    fn from(&self) -> Option<NaiveDate> {
        self.assignments.first()?.validity.from
    }
}

/// The tasks as which conclusions are followed.
pub(crate) fn concluded() -> Select<Filter<conclusions::table, IsNotNull<conclusions::task_id>>, AssumeNotNull<conclusions::task_id>> {
    conclusions::table.filter(conclusions::task_id.is_not_null()).select(conclusions::task_id.assume_not_null())
}

/// The tasks as which directions are followed.
pub(crate) fn directed() -> Select<directions::table, directions::task_id> {
    directions::table.select(directions::task_id)
}

/// A task that follows a direction.
pub struct NewDirection {
    pub task: TaskId,
    pub programme: ProgrammeId,
    pub document: DocumentId,
    pub account: AccountId,
    pub recorded_at: DateTime<Utc>,
}

/// Stores that a task follows a direction.
pub fn insert_direction(conn: &mut Conn, new: &NewDirection) -> Result<(), DbError> {
    let row = (
        directions::task_id.eq(DbId::from(new.task)),
        directions::programme_id.eq(DbId::from(new.programme)),
        directions::basis_document_id.eq(DbId::from(new.document)),
        directions::account_id.eq(DbId::from(new.account)),
        directions::recorded_at.eq(new.recorded_at.naive_utc()),
    );
    diesel::insert_into(directions::table).values(row).execute(conn)?;
    Ok(())
}

/// The documents that direct these tasks.
pub fn directions(conn: &mut Conn, tasks: &[TaskId]) -> Result<Vec<(TaskId, DocumentId)>, DbError> {
    let rows: Vec<(DbId, DbId)> = directions::table
        .filter(directions::task_id.eq_any(db_ids(tasks)))
        .select((directions::task_id, directions::basis_document_id))
        .load(conn)?;
    Ok(rows.into_iter().map(|(task, document)| (task.of(), document.of())).collect())
}

/// Whether a document directs a task of these words already.
pub fn is_directed(conn: &mut Conn, programme: ProgrammeId, document: DocumentId, title: &str) -> Result<bool, DbError> {
    let same = directions::table
        .inner_join(tasks::table.on(tasks::id.eq(directions::task_id)))
        .filter(directions::programme_id.eq(DbId::from(programme)))
        .filter(directions::basis_document_id.eq(DbId::from(document)))
        .filter(tasks::title.eq(title));
    Ok(diesel::select(exists(same)).get_result(conn)?)
}

/// What of a programme there is already, in three statements.
pub fn standing(conn: &mut Conn, programme: ProgrammeId) -> Result<Standing, DbError> {
    let programme = DbId::from(programme);
    let of_programme =
        tasks::table.filter(tasks::programme_id.eq(programme)).filter(tasks::id.eq_any(concluded()).or(tasks::id.eq_any(directed())));
    let groups: Vec<DbId> = of_programme.select(tasks::group_id).load(conn)?;
    let last_group: Option<i32> =
        task_groups::table.filter(task_groups::programme_id.eq(programme)).select(max(task_groups::rank)).first(conn)?;
    let last_task: Option<i32> = tasks::table.filter(tasks::programme_id.eq(programme)).select(max(tasks::rank)).first(conn)?;
    Ok(Standing {
        group: groups.first().copied().map(DbId::of),
        last_group: last_group.unwrap_or_default(),
        tasks: i32::try_from(groups.len()).unwrap_or(i32::MAX),
        last_task: last_task.unwrap_or_default(),
    })
}

/// Opens the group of what is concluded in a programme.
pub fn insert_group(conn: &mut Conn, group: &TaskGroup, rank: i32, valid_from: NaiveDate) -> Result<(), DbError> {
    let row = TaskGroupRow {
        id: group.id.into(),
        programme_id: group.programme.into(),
        code: group.code.to_string(),
        rank,
        title: group.title.vi.to_string(),
        section: None,
        valid_from: Some(valid_from),
        valid_to: None,
    };
    row.insert(conn)
}

/// Lets a group begin on an earlier day, for what holds since then; tells whether it did.
pub fn begin_group(conn: &mut Conn, id: Id<TaskGroup>, from: NaiveDate) -> Result<bool, DbError> {
    let later = task_groups::table.filter(task_groups::id.eq(DbId::from(id))).filter(task_groups::valid_from.gt(from));
    Ok(diesel::update(later).set(task_groups::valid_from.eq(from)).execute(conn)? > 0)
}

/// Stores tasks with their year, whoever carries them out, and their document, and what they are found by.
pub fn follow(conn: &mut Conn, followed: &[Followed]) -> Result<(), DbError> {
    if followed.is_empty() {
        return Ok(());
    }
    per_backend::insert_tasks(conn, &followed.iter().map(|one| task_row(&one.task, one.from())).collect::<Vec<_>>())?;
    per_backend::insert_occurrences(conn, &followed.iter().map(|one| occurrence_row(&one.occurrence, one.from())).collect::<Vec<_>>())?;
    let parts = followed.iter().flat_map(|one| &one.assignments).filter_map(NewAssignmentRow::of);
    per_backend::insert_assignments(conn, &parts.collect::<Vec<_>>())?;
    let cited = |one: &Followed| {
        let document_id = one.assignments.first()?.basis.into();
        let (subject_id, section, quote) = (one.task.id.into(), one.section.clone(), one.quote.clone());
        Some(NewCitationRow { id: one.citation, subject_id, document_id, rank: 1, section, quote })
    };
    per_backend::insert_citations(conn, &followed.iter().filter_map(cited).collect::<Vec<_>>())?;
    search::sync_tasks(conn, &followed.iter().map(|one| one.task.id).collect::<Vec<_>>())
}

fn task_row(task: &Task, valid_from: Option<NaiveDate>) -> NewTaskRow {
    NewTaskRow {
        valid_from,
        id: task.id.into(),
        programme_id: task.programme.into(),
        group_id: task.group.into(),
        code: task.code.to_string(),
        number: task.number,
        rank: task.rank,
        title: task.title.to_string(),
        title_folded: text::fold(&task.title),
        title_key: collation::key(&task.title),
        recurrence: task.period.recurrence.label().into(),
        period_as_written: task.period.as_written.to_string(),
        start_year: task.period.start_year,
        end_year: task.period.end_year,
        lead_as_written: task.lead_as_written.to_string(),
        coordinating_as_written: task.coordinating_as_written.to_string(),
        period_end_on: task.period.end_on,
    }
}

fn occurrence_row(occurrence: &Occurrence, valid_from: Option<NaiveDate>) -> NewOccurrenceRow {
    NewOccurrenceRow {
        valid_from,
        id: occurrence.id.into(),
        task_id: occurrence.task.into(),
        year: occurrence.year,
        status: occurrence.status.label().into(),
        due_on: occurrence.due_on,
        original_due_on: occurrence.original_due_on,
        revision: occurrence.revision,
    }
}

/// Gives tasks other titles, in one statement, and what they are found by.
pub fn retitle(conn: &mut Conn, titles: &[(TaskId, &str)]) -> Result<(), DbError> {
    if titles.is_empty() {
        return Ok(());
    }
    // Numbered in the order of the text, which is how SQLite counts them.
    let place = |i: usize| format!("(${}, ${}, ${}, ${})", 4 * i + 1, 4 * i + 2, 4 * i + 3, 4 * i + 4);
    let places: Vec<String> = (0..titles.len()).map(place).collect();
    let statement = format!(
        "UPDATE tasks SET title = v.column2, title_folded = v.column3, title_key = v.column4 FROM (VALUES {}) AS v WHERE tasks.id = v.column1",
        places.join(", ")
    );
    let query = titles.iter().fold(sql_query(statement).into_boxed::<MultiBackend>(), |query, (task, title)| {
        let words = query.bind::<DbUuid, _>(DbId::from(*task)).bind::<Text, _>((*title).to_owned());
        words.bind::<Text, _>(text::fold(title)).bind::<Text, _>(collation::key(title))
    });
    query.execute(conn)?;
    search::sync_tasks(conn, &titles.iter().map(|(task, _)| *task).collect::<Vec<_>>())
}
