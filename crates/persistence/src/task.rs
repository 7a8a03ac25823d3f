//! Tasks with their assignments and occurrences: pages, counts and batches by key.
//! Must not know who asks: what a programme says is published.
//! Rows are in `rows::programme`, words of a day that hold no more in `then`; the filter's meaning is told in `app::task`.

mod then;

use std::sync::Arc;

use chrono::NaiveDate;
use diesel::{
    dsl::{exists, sql},
    prelude::*,
    sql_types::{Bool, Date, Integer, Text},
};
use domain::{
    agency::AgencyId,
    collation,
    id::Id,
    page::{Direction, Page, PageRequest},
    programme::{ProgrammeId, TaskGroup},
    task::{Assignment, AssignmentRole, Occurrence, Period, Task, TaskId},
    text,
    validity::Validity,
};

use crate::{
    catalogue::parsed,
    conn::{Conn, MultiBackend},
    error::DbError,
    rows::{AssignmentRow, OccurrenceRow, TaskRow},
    schema::{assignments, occurrences, tasks},
    sql_types::{DbId, DbUuid, db_ids},
};

/// Which tasks. Every condition given must hold.
#[derive(Clone, Debug, Default)]
pub struct TaskFilter {
    pub programme: Option<ProgrammeId>,
    pub group: Option<Id<TaskGroup>>,
    pub code: Option<String>,
    /// Each: assigned to any of these agencies, in this role.
    pub assigned: Vec<(Option<Vec<AgencyId>>, Option<AssignmentRole>)>,
    /// With an occurrence in this year.
    pub year: Option<i32>,
    /// Part of the folded title.
    pub title_part: Option<String>,
    /// In force on this day, in its words; as they hold now where none is said.
    pub as_of: Option<NaiveDate>,
}

/// The programmes that were decided after a day, which stands at the end. The day is that of `domain::amendment::versions`.
pub(crate) const NOT_YET: &str = "SELECT programmes.id FROM programmes JOIN documents ON documents.id = programmes.decision_id \
     WHERE coalesce(documents.effective_on, documents.issued_on) > ";

/// What tasks are sorted by; ties are broken by identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskSort {
    /// Programme, then position in its annex.
    Annex,
    StartYear,
    EndYear,
    /// The title in Vietnamese order.
    Title,
}

/// Where a task stands in a sorted list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TaskKey {
    Annex { programme: ProgrammeId, rank: i32, id: TaskId },
    Year { year: i32, id: TaskId },
    Title { key: String, id: TaskId },
}

impl TaskKey {
    pub fn of(task: &Task, sort: TaskSort) -> Self {
        let id = task.id;
        match sort {
            TaskSort::Annex => Self::Annex { programme: task.programme, rank: task.rank, id },
            TaskSort::StartYear => Self::Year { year: task.period.start_year, id },
            TaskSort::EndYear => Self::Year { year: task.period.end_year, id },
            TaskSort::Title => Self::Title { key: collation::key(&task.title), id },
        }
    }
}

type Boxed<'a> = tasks::BoxedQuery<'a, MultiBackend>;

/// The tasks of a filter whose words hold on its day.
fn filtered(filter: &TaskFilter, today: NaiveDate) -> Boxed<'static> {
    let query = tasks::table.into_boxed::<MultiBackend>();
    let mut query = match filter.as_of {
        None => query.filter(tasks::valid_to.is_null()),
        Some(day) => query
            .filter(tasks::valid_from.is_null().or(tasks::valid_from.le(day)))
            .filter(tasks::valid_to.is_null().or(tasks::valid_to.gt(day)))
            .filter(sql::<Bool>(&format!("tasks.programme_id NOT IN ({NOT_YET}")).bind::<Date, _>(day).sql(")")),
    };
    if let Some(programme) = filter.programme {
        query = query.filter(tasks::programme_id.eq(DbId::from(programme)));
    }
    if let Some(group) = filter.group {
        query = query.filter(tasks::group_id.eq(DbId::from(group)));
    }
    if let Some(code) = &filter.code {
        query = query.filter(tasks::code.eq(code.clone()));
    }
    if let Some(part) = &filter.title_part {
        query = query.filter(tasks::title_folded.like(text::like_anywhere(part)).escape('\\'));
    }
    carried_out(query, filter, today)
}

/// Those of the tasks that have the years and agencies of a filter, which do not change with the words.
fn carried_out(mut query: Boxed<'static>, filter: &TaskFilter, today: NaiveDate) -> Boxed<'static> {
    if let Some(year) = filter.year {
        let of_year = occurrences::table.filter(occurrences::task_id.eq(tasks::id)).filter(occurrences::year.eq(year));
        query = match filter.as_of {
            None => query.filter(exists(of_year)),
            Some(day) => query.filter(exists(of_year.filter(occurrences::valid_from.is_null().or(occurrences::valid_from.le(day))))),
        };
    }
    // In a year when one is asked for, on some day of it; else today.
    let day = |year: Option<i32>, month, day| year.and_then(|year| NaiveDate::from_ymd_opt(year, month, day)).unwrap_or(today);
    let days = (day(filter.year, 1, 1), day(filter.year, 12, 31));
    for (agencies, role) in &filter.assigned {
        let roles: Vec<&'static str> = role.map_or_else(|| AssignmentRole::ALL.iter().map(|r| r.label()).collect(), |r| vec![r.label()]);
        let assigned = assignments::table
            .filter(assignments::task_id.eq(tasks::id))
            .filter(assignments::valid_from.le(days.1))
            .filter(assignments::valid_to.is_null().or(assignments::valid_to.gt(days.0)))
            .filter(assignments::role.eq_any(roles));
        query = match agencies {
            Some(agencies) => query.filter(exists(assigned.filter(assignments::agency_id.eq_any(db_ids(agencies))))),
            None => query.filter(exists(assigned)),
        };
    }
    query
}

/// A page of tasks; as of a day, what is worded otherwise since takes its place among the others.
pub fn page(
    conn: &mut Conn,
    filter: &TaskFilter,
    sort: TaskSort,
    descending: bool,
    request: &PageRequest<TaskKey>,
    today: NaiveDate,
) -> Result<Page<Task>, DbError> {
    let down = (request.direction == Direction::Backward) != descending;
    let mut query = filtered(filter, today).limit(i64::from(request.size) + 1);
    for (key, below) in request.bounds(down) {
        query = beside(query, sort, key, if below { "<" } else { ">" });
    }
    query = match (sort, down) {
        (TaskSort::Annex, false) => query.order((tasks::programme_id.asc(), tasks::rank.asc(), tasks::id.asc())),
        (TaskSort::Annex, true) => query.order((tasks::programme_id.desc(), tasks::rank.desc(), tasks::id.desc())),
        (TaskSort::StartYear, false) => query.order((tasks::start_year.asc(), tasks::id.asc())),
        (TaskSort::StartYear, true) => query.order((tasks::start_year.desc(), tasks::id.desc())),
        (TaskSort::EndYear, false) => query.order((tasks::end_year.asc(), tasks::id.asc())),
        (TaskSort::EndYear, true) => query.order((tasks::end_year.desc(), tasks::id.desc())),
        (TaskSort::Title, false) => query.order((tasks::title_key.asc(), tasks::id.asc())),
        (TaskSort::Title, true) => query.order((tasks::title_key.desc(), tasks::id.desc())),
    };
    let rows: Vec<TaskRow> = query.select(TaskRow::as_select()).load(conn)?;
    let mut found = rows.into_iter().map(task).collect::<Result<Vec<_>, _>>()?;
    if let Some(day) = filter.as_of {
        let is_within = |task: &Task| {
            let place = TaskKey::of(task, sort);
            request.bounds(down).all(|(key, below)| if below { place < *key } else { place > *key })
        };
        found.extend(then::reworded(conn, filter, day)?.into_iter().filter(is_within));
        found.sort_by_cached_key(|task| TaskKey::of(task, sort));
        if down {
            found.reverse();
        }
    }
    Ok(Page::cut(found, request))
}

/// Keeps to one side of a row by one row comparison, which the index answers.
fn beside<'a>(query: Boxed<'a>, sort: TaskSort, key: &TaskKey, operator: &str) -> Boxed<'a> {
    match key {
        TaskKey::Annex { programme, rank, id } => query.filter(
            sql::<Bool>(&format!("(tasks.programme_id, tasks.rank, tasks.id) {operator} ("))
                .bind::<DbUuid, _>(DbId::from(*programme))
                .sql(", ")
                .bind::<Integer, _>(*rank)
                .sql(", ")
                .bind::<DbUuid, _>(DbId::from(*id))
                .sql(")"),
        ),
        TaskKey::Year { year, id } => {
            let column = if sort == TaskSort::StartYear { "start_year" } else { "end_year" };
            query.filter(
                sql::<Bool>(&format!("(tasks.{column}, tasks.id) {operator} ("))
                    .bind::<Integer, _>(*year)
                    .sql(", ")
                    .bind::<DbUuid, _>(DbId::from(*id))
                    .sql(")"),
            )
        }
        TaskKey::Title { key, id } => query.filter(
            sql::<Bool>(&format!("(tasks.title_key, tasks.id) {operator} ("))
                .bind::<Text, _>(key.clone())
                .sql(", ")
                .bind::<DbUuid, _>(DbId::from(*id))
                .sql(")"),
        ),
    }
}

/// How many tasks there are.
pub fn count(conn: &mut Conn, filter: &TaskFilter, today: NaiveDate) -> Result<i64, DbError> {
    let hold: i64 = filtered(filter, today).count().get_result(conn)?;
    let Some(day) = filter.as_of else { return Ok(hold) };
    let reworded = then::reworded(conn, filter, day)?.len();
    Ok(hold.saturating_add(i64::try_from(reworded).unwrap_or(i64::MAX)))
}

/// The tasks with these identifiers, in no particular order.
pub fn by_ids(conn: &mut Conn, ids: &[TaskId]) -> Result<Vec<Task>, DbError> {
    let rows: Vec<TaskRow> = tasks::table.filter(tasks::id.eq_any(db_ids(ids))).select(TaskRow::as_select()).load(conn)?;
    rows.into_iter().map(task).collect()
}

/// The tasks of these groups, each group's in its order.
pub fn by_groups(conn: &mut Conn, groups: &[Id<TaskGroup>]) -> Result<Vec<Task>, DbError> {
    let rows: Vec<TaskRow> = tasks::table
        .filter(tasks::group_id.eq_any(db_ids(groups)))
        .filter(tasks::valid_to.is_null())
        .order(tasks::rank)
        .select(TaskRow::as_select())
        .load(conn)?;
    rows.into_iter().map(task).collect()
}

/// The task of a programme with this code.
pub fn by_code(conn: &mut Conn, programme: ProgrammeId, code: &str) -> Result<Option<Task>, DbError> {
    let row: Option<TaskRow> = tasks::table
        .filter(tasks::programme_id.eq(DbId::from(programme)))
        .filter(tasks::code.eq(code))
        .select(TaskRow::as_select())
        .first(conn)
        .optional()?;
    row.map(task).transpose()
}

/// The tasks of these programmes that have one of these codes.
pub fn by_codes(conn: &mut Conn, programmes: &[ProgrammeId], codes: &[&str]) -> Result<Vec<Task>, DbError> {
    let rows: Vec<TaskRow> = tasks::table
        .filter(tasks::programme_id.eq_any(db_ids(programmes)))
        .filter(tasks::code.eq_any(codes))
        .select(TaskRow::as_select())
        .load(conn)?;
    rows.into_iter().map(task).collect()
}

/// The assignments of these tasks in force on `day`, leads before coordinators, in their order.
pub fn assignments(conn: &mut Conn, ids: &[TaskId], day: NaiveDate) -> Result<Vec<Assignment>, DbError> {
    let rows: Vec<AssignmentRow> = assignments::table
        .filter(assignments::task_id.eq_any(db_ids(ids)))
        .filter(assignments::valid_from.le(day))
        .filter(assignments::valid_to.is_null().or(assignments::valid_to.gt(day)))
        .order((assignments::role.desc(), assignments::rank))
        .select(AssignmentRow::as_select())
        .load(conn)?;
    rows.iter().map(assignment).collect()
}

/// Every assignment that these tasks ever had.
pub fn assignments_ever(conn: &mut Conn, tasks: &[TaskId]) -> Result<Vec<Assignment>, DbError> {
    let rows: Vec<AssignmentRow> =
        assignments::table.filter(assignments::task_id.eq_any(db_ids(tasks))).select(AssignmentRow::as_select()).load(conn)?;
    rows.iter().map(assignment).collect()
}

/// The programme of each task that has one of these.
pub fn of_programmes(conn: &mut Conn, programmes: &[ProgrammeId]) -> Result<Vec<(TaskId, ProgrammeId)>, DbError> {
    let query = tasks::table.filter(tasks::programme_id.eq_any(db_ids(programmes))).order(tasks::rank);
    let rows: Vec<(DbId, DbId)> = query.select((tasks::id, tasks::programme_id)).load(conn)?;
    Ok(rows.into_iter().map(|(task, programme)| (task.of(), programme.of())).collect())
}

/// Every assignment that a task of these programmes ever had, leads first, in their order.
pub fn assignments_of_programmes(conn: &mut Conn, programmes: &[ProgrammeId]) -> Result<Vec<Assignment>, DbError> {
    let of_programmes = tasks::table.filter(tasks::programme_id.eq_any(db_ids(programmes))).select(tasks::id);
    let rows: Vec<AssignmentRow> = assignments::table
        .filter(assignments::task_id.eq_any(of_programmes))
        .order((assignments::role.desc(), assignments::rank))
        .select(AssignmentRow::as_select())
        .load(conn)?;
    rows.iter().map(assignment).collect()
}

/// The occurrences of the tasks of these programmes.
pub fn occurrences_of_programmes(conn: &mut Conn, programmes: &[ProgrammeId]) -> Result<Vec<Occurrence>, DbError> {
    let of_programmes = tasks::table.filter(tasks::programme_id.eq_any(db_ids(programmes))).select(tasks::id);
    let query = occurrences::table.filter(occurrences::task_id.eq_any(of_programmes)).select(OccurrenceRow::as_select());
    let rows: Vec<OccurrenceRow> = query.load(conn)?;
    rows.iter().map(occurrence).collect()
}

/// The occurrences of these tasks by year.
pub fn occurrences(conn: &mut Conn, ids: &[TaskId]) -> Result<Vec<Occurrence>, DbError> {
    let rows: Vec<OccurrenceRow> = occurrences::table
        .filter(occurrences::task_id.eq_any(db_ids(ids)))
        .order(occurrences::year)
        .select(OccurrenceRow::as_select())
        .load(conn)?;
    rows.iter().map(occurrence).collect()
}

/// The occurrences of these tasks in these years.
pub fn occurrences_in(conn: &mut Conn, tasks: &[TaskId], years: &[i32]) -> Result<Vec<Occurrence>, DbError> {
    let rows: Vec<OccurrenceRow> = occurrences::table
        .filter(occurrences::task_id.eq_any(db_ids(tasks)))
        .filter(occurrences::year.eq_any(years))
        .select(OccurrenceRow::as_select())
        .load(conn)?;
    rows.iter().map(occurrence).collect()
}

/// The occurrence of a task in a year.
pub fn occurrence_in(conn: &mut Conn, task: TaskId, year: i32) -> Result<Option<Occurrence>, DbError> {
    let row: Option<OccurrenceRow> = occurrences::table
        .filter(occurrences::task_id.eq(DbId::from(task)))
        .filter(occurrences::year.eq(year))
        .select(OccurrenceRow::as_select())
        .first(conn)
        .optional()?;
    row.as_ref().map(occurrence).transpose()
}

pub(crate) fn task(row: TaskRow) -> Result<Task, DbError> {
    Ok(Task {
        period: Period {
            recurrence: parsed(&row.recurrence, "tasks", "recurrence", row.id)?,
            as_written: row.period_as_written.into(),
            start_year: row.start_year,
            end_year: row.end_year,
            note: row.period_note.map(Arc::from),
            rule: row.period_rule.map(Arc::from),
            start_on: row.period_start_on,
            end_on: row.period_end_on,
        },
        id: row.id.of(),
        programme: row.programme_id.of(),
        group: row.group_id.of(),
        code: row.code.into(),
        number: row.number,
        rank: row.rank,
        title: row.title.into(),
        lead_as_written: row.lead_as_written.into(),
        coordinating_as_written: row.coordinating_as_written.into(),
        note: row.note.map(Arc::from),
        validity: Validity { from: row.valid_from, to: row.valid_to },
        english: None,
        is_reworded: false,
    })
}

pub(crate) fn assignment(row: &AssignmentRow) -> Result<Assignment, DbError> {
    Ok(Assignment {
        id: row.id.of(),
        task: row.task_id.of(),
        agency: row.agency_id.of(),
        role: parsed(&row.role, "assignments", "role", row.id)?,
        rank: row.rank,
        validity: Validity { from: Some(row.valid_from), to: row.valid_to },
        basis: row.basis_document_id.of(),
    })
}

pub(crate) fn occurrence(row: &OccurrenceRow) -> Result<Occurrence, DbError> {
    Ok(Occurrence {
        id: row.id.of(),
        task: row.task_id.of(),
        year: row.year,
        status: parsed(&row.status, "occurrences", "status", row.id)?,
        due_on: row.due_on,
        original_due_on: row.original_due_on,
        completed_on: row.completed_on,
        revision: row.revision,
        valid_from: row.valid_from,
    })
}

/// Gives every task that was stored without it the key by which its title is sorted; called once after the migration that leaves it to
/// the program.
pub fn key_titles(conn: &mut Conn) -> Result<(), DbError> {
    let rows: Vec<(DbId, String)> = tasks::table.filter(tasks::title_key.eq("")).select((tasks::id, tasks::title)).load(conn)?;
    for (id, title) in rows {
        diesel::update(tasks::table.find(id)).set(tasks::title_key.eq(collation::key(&title))).execute(conn)?;
    }
    Ok(())
}
