//! Courses and their sessions: pages, batches by key, writing them.
//! Must not know who took part; that is `training_part`.
//! The rules are `domain::training`; plans and materials are `training_plan` and `training_material`.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;
use domain::{
    account::AccountId,
    page::{Direction, Page, PageRequest},
    programme::ProgrammeId,
    training::{Course, CourseId, CourseKind, MaterialId, Organiser, Session, SessionId, TrainingAudience},
};

use crate::{
    catalogue::{json, parsed},
    conn::{Conn, MultiBackend},
    error::DbError,
    per_backend,
    rows::DbId,
    schema::{training_courses, training_session_materials, training_sessions},
    sql_types::{db_ids, opt},
};

#[derive(AsChangeset, Insertable, Queryable, Selectable)]
#[diesel(table_name = training_courses, treat_none_as_null = true, treat_none_as_default_value = false)]
struct CourseRow {
    id: DbId,
    programme_id: DbId,
    task_id: Option<DbId>,
    kind: String,
    title: String,
    organiser_id: Option<DbId>,
    central_organiser: Option<String>,
    is_central: bool,
    audiences: String,
    hours: Option<i32>,
    plan_item_id: Option<DbId>,
    document_id: Option<DbId>,
    revision: i32,
}

#[derive(AsChangeset, Insertable, Queryable, Selectable)]
#[diesel(table_name = training_sessions, treat_none_as_null = true, treat_none_as_default_value = false)]
struct SessionRow {
    id: DbId,
    course_id: DbId,
    status: String,
    held_from: NaiveDate,
    held_to: NaiveDate,
    place: Option<String>,
    revision: i32,
}

/// A version of teaching material that a session used.
#[derive(Insertable)]
#[diesel(table_name = training_session_materials)]
pub(crate) struct UsedRow {
    session_id: DbId,
    material_id: DbId,
    version: i32,
}

/// Which courses. Every condition given must hold.
#[derive(Clone, Debug, Default)]
pub struct CourseFilter {
    pub programme: Option<ProgrammeId>,
    pub kind: Option<CourseKind>,
    pub is_central: Option<bool>,
}

fn filtered(filter: &CourseFilter) -> training_courses::BoxedQuery<'static, MultiBackend> {
    let mut query = training_courses::table.into_boxed();
    if let Some(programme) = filter.programme {
        query = query.filter(training_courses::programme_id.eq(DbId::from(programme)));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(training_courses::kind.eq(kind.label()));
    }
    if let Some(is_central) = filter.is_central {
        query = query.filter(training_courses::is_central.eq(is_central));
    }
    query
}

/// A page of courses, the newest first.
pub fn page(conn: &mut Conn, filter: &CourseFilter, request: &PageRequest<CourseId>) -> Result<Page<Course>, DbError> {
    let down = request.direction == Direction::Forward;
    let mut query = filtered(filter).limit(i64::from(request.size) + 1);
    for (id, below) in request.bounds(down) {
        let id = DbId::from(*id);
        query = if below { query.filter(training_courses::id.lt(id)) } else { query.filter(training_courses::id.gt(id)) };
    }
    query = if down { query.order(training_courses::id.desc()) } else { query.order(training_courses::id.asc()) };
    let rows: Vec<CourseRow> = query.select(CourseRow::as_select()).load(conn)?;
    Ok(Page::cut(rows.into_iter().map(course).collect::<Result<_, _>>()?, request))
}

/// How many courses there are.
pub fn count(conn: &mut Conn, filter: &CourseFilter) -> Result<i64, DbError> {
    Ok(filtered(filter).count().get_result(conn)?)
}

/// Every course of a programme, in the order in which they were written down.
pub fn of_programme(conn: &mut Conn, programme: ProgrammeId) -> Result<Vec<Course>, DbError> {
    let filter = CourseFilter { programme: Some(programme), ..CourseFilter::default() };
    filtered(&filter).order(training_courses::id).select(CourseRow::as_select()).load(conn)?.into_iter().map(course).collect()
}

/// The courses with these identifiers, in no particular order.
pub fn by_ids(conn: &mut Conn, ids: &[CourseId]) -> Result<Vec<Course>, DbError> {
    let query = training_courses::table.filter(training_courses::id.eq_any(db_ids(ids)));
    query.select(CourseRow::as_select()).load(conn)?.into_iter().map(course).collect()
}

/// The sessions of these courses, in the order of time, with the materials that they used: two statements.
pub fn sessions(conn: &mut Conn, courses: &[CourseId]) -> Result<Vec<Session>, DbError> {
    let rows = training_sessions::table
        .filter(training_sessions::course_id.eq_any(db_ids(courses)))
        .order((training_sessions::held_from, training_sessions::id))
        .select(SessionRow::as_select())
        .load(conn)?;
    with_materials(conn, rows)
}

/// The session with this identifier.
pub fn session(conn: &mut Conn, id: SessionId) -> Result<Option<Session>, DbError> {
    let row = training_sessions::table.find(DbId::from(id)).select(SessionRow::as_select()).first(conn).optional()?;
    Ok(with_materials(conn, row.into_iter().collect())?.pop())
}

fn with_materials(conn: &mut Conn, rows: Vec<SessionRow>) -> Result<Vec<Session>, DbError> {
    let ids: Vec<DbId> = rows.iter().map(|row| row.id).collect();
    let used: Vec<(DbId, DbId, i32)> = training_session_materials::table
        .filter(training_session_materials::session_id.eq_any(ids))
        .order((training_session_materials::session_id, training_session_materials::material_id, training_session_materials::version))
        .select((training_session_materials::session_id, training_session_materials::material_id, training_session_materials::version))
        .load(conn)?;
    let mut materials: HashMap<DbId, Vec<(MaterialId, u32)>> = HashMap::new();
    for (session, material, version) in used {
        let version = natural(version, "training_session_materials", "version", session)?;
        materials.entry(session).or_default().push((material.of(), version));
    }
    let session = |row: SessionRow| {
        Ok(Session {
            status: parsed(&row.status, "training_sessions", "status", row.id)?,
            id: row.id.of(),
            course: row.course_id.of(),
            from: row.held_from,
            to: row.held_to,
            place: row.place.map(Into::into),
            materials: materials.remove(&row.id).unwrap_or_default(),
            revision: row.revision,
        })
    };
    rows.into_iter().map(session).collect()
}

/// A number that is nought or more.
pub(crate) fn natural(number: i32, table: &'static str, column: &'static str, id: DbId) -> Result<u32, DbError> {
    u32::try_from(number).map_err(|_| DbError::Inconsistent { table, column, id: id.0.to_string() })
}

/// A number as the database keeps it; the schema refuses what is out of its range.
pub(crate) fn kept(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

fn course(row: CourseRow) -> Result<Course, DbError> {
    let id = row.id;
    let audiences: Vec<TrainingAudience> = json(&row.audiences, "training_courses", "audiences", id)?;
    let organiser = match (row.organiser_id, row.central_organiser) {
        (Some(agency), None) => Organiser::Agency(agency.of()),
        (None, Some(words)) => Organiser::Central(words.into()),
        _ => return Err(DbError::Inconsistent { table: "training_courses", column: "organiser_id", id: id.0.to_string() }),
    };
    Ok(Course {
        kind: parsed(&row.kind, "training_courses", "kind", id)?,
        id: id.of(),
        programme: row.programme_id.of(),
        task: opt(row.task_id),
        title: row.title.into(),
        organiser,
        is_central: row.is_central,
        audiences: audiences.into_iter().collect(),
        hours: row.hours.map(|hours| natural(hours, "training_courses", "hours", id)).transpose()?,
        plan_item: opt(row.plan_item_id),
        document: opt(row.document_id),
        revision: row.revision,
    })
}

fn course_row(course: &Course) -> CourseRow {
    let (organiser, central) = match &course.organiser {
        Organiser::Agency(agency) => (Some(DbId::from(*agency)), None),
        Organiser::Central(words) => (None, Some(words.to_string())),
    };
    let labels: Vec<&str> = course.audiences.iter().map(|audience| audience.label()).collect();
    CourseRow {
        id: course.id.into(),
        programme_id: course.programme.into(),
        task_id: course.task.map(DbId::from),
        kind: course.kind.label().into(),
        title: course.title.to_string(),
        organiser_id: organiser,
        central_organiser: central,
        is_central: course.is_central,
        audiences: serde_json::json!(labels).to_string(),
        hours: course.hours.map(kept),
        plan_item_id: course.plan_item.map(DbId::from),
        document_id: course.document.map(DbId::from),
        revision: course.revision,
    }
}

/// Stores a new course.
pub fn insert(conn: &mut Conn, course: &Course, (by, at): (AccountId, DateTime<Utc>)) -> Result<(), DbError> {
    let row = (course_row(course), training_courses::account_id.eq(DbId::from(by)), training_courses::recorded_at.eq(at.naive_utc()));
    diesel::insert_into(training_courses::table).values(row).execute(conn)?;
    Ok(())
}

/// Stores a course over the revision that it has, which goes up; false when it is another by now.
pub fn advance(conn: &mut Conn, course: &Course) -> Result<bool, DbError> {
    let seen = training_courses::table
        .filter(training_courses::id.eq(DbId::from(course.id)))
        .filter(training_courses::revision.eq(course.revision));
    let next = CourseRow { revision: course.revision + 1, ..course_row(course) };
    Ok(diesel::update(seen).set(&next).execute(conn)? == 1)
}

fn session_row(session: &Session) -> SessionRow {
    SessionRow {
        id: session.id.into(),
        course_id: session.course.into(),
        status: session.status.label().into(),
        held_from: session.from,
        held_to: session.to,
        place: session.place.as_deref().map(str::to_owned),
        revision: session.revision,
    }
}

/// Stores a new session with the materials that it used.
pub fn insert_session(conn: &mut Conn, session: &Session, (by, at): (AccountId, DateTime<Utc>)) -> Result<(), DbError> {
    let at: NaiveDateTime = at.naive_utc();
    let row = (session_row(session), training_sessions::account_id.eq(DbId::from(by)), training_sessions::recorded_at.eq(at));
    diesel::insert_into(training_sessions::table).values(row).execute(conn)?;
    insert_used(conn, session)
}

/// Stores a session over the revision that it has, which goes up; false when it is another by now.
pub fn advance_session(conn: &mut Conn, session: &Session) -> Result<bool, DbError> {
    let seen = training_sessions::table
        .filter(training_sessions::id.eq(DbId::from(session.id)))
        .filter(training_sessions::revision.eq(session.revision));
    let next = SessionRow { revision: session.revision + 1, ..session_row(session) };
    if diesel::update(seen).set(&next).execute(conn)? != 1 {
        return Ok(false);
    }
    let used = training_session_materials::table.filter(training_session_materials::session_id.eq(DbId::from(session.id)));
    diesel::delete(used).execute(conn)?;
    insert_used(conn, session)?;
    Ok(true)
}

fn insert_used(conn: &mut Conn, session: &Session) -> Result<(), DbError> {
    let row = |(material, version): &(MaterialId, u32)| UsedRow {
        session_id: session.id.into(),
        material_id: (*material).into(),
        version: kept(*version),
    };
    let rows: Vec<UsedRow> = session.materials.iter().map(row).collect();
    if rows.is_empty() { Ok(()) } else { per_backend::insert_used_materials(conn, &rows) }
}
