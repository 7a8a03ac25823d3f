//! Who took part in trainings: pages of a session, all of a programme, of one person; writing an agency's.
//! Must not be asked without the agencies that the caller may know of.
//! Courses and sessions are `training`; what is counted is `domain::training`.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;
use domain::{
    account::AccountId,
    agency::AgencyId,
    page::{Direction, Page, PageRequest},
    person::PersonId,
    programme::ProgrammeId,
    training::{Attendant, Certificate, CourseId, Participation, ParticipationId, SessionId},
};

use crate::{
    catalogue::parsed,
    conn::{Conn, MultiBackend},
    error::DbError,
    per_backend,
    rows::DbId,
    schema::{training_courses, training_participations, training_sessions},
    sql_types::db_ids,
    training::{kept, natural},
};

#[derive(Queryable, Selectable)]
#[diesel(table_name = training_participations)]
struct PartRow {
    id: DbId,
    session_id: DbId,
    agency_id: DbId,
    person_id: Option<DbId>,
    headcount: Option<i32>,
    result: Option<String>,
    certificate_number: Option<String>,
    certificate_on: Option<NaiveDate>,
}

/// A part to store.
#[derive(Insertable)]
#[diesel(table_name = training_participations, treat_none_as_default_value = false)]
pub(crate) struct NewPartRow {
    id: DbId,
    session_id: DbId,
    agency_id: DbId,
    person_id: Option<DbId>,
    headcount: Option<i32>,
    result: Option<String>,
    certificate_number: Option<String>,
    certificate_on: Option<NaiveDate>,
    account_id: DbId,
    recorded_at: NaiveDateTime,
}

/// Of these agencies; of all where nothing is said.
fn of_session(session: SessionId, agencies: Option<&[AgencyId]>) -> training_participations::BoxedQuery<'static, MultiBackend> {
    let mut query = training_participations::table.filter(training_participations::session_id.eq(DbId::from(session))).into_boxed();
    if let Some(agencies) = agencies {
        query = query.filter(training_participations::agency_id.eq_any(db_ids(agencies)));
    }
    query
}

/// A page of a session's parts, in the order in which they were written down.
pub fn page(
    conn: &mut Conn,
    session: SessionId,
    agencies: Option<&[AgencyId]>,
    request: &PageRequest<ParticipationId>,
) -> Result<Page<Participation>, DbError> {
    let down = request.direction == Direction::Backward;
    let mut query = of_session(session, agencies).limit(i64::from(request.size) + 1);
    for (id, below) in request.bounds(down) {
        let id = DbId::from(*id);
        query = if below { query.filter(training_participations::id.lt(id)) } else { query.filter(training_participations::id.gt(id)) };
    }
    query = if down { query.order(training_participations::id.desc()) } else { query.order(training_participations::id.asc()) };
    let rows: Vec<PartRow> = query.select(PartRow::as_select()).load(conn)?;
    Ok(Page::cut(rows.into_iter().map(part).collect::<Result<_, _>>()?, request))
}

/// How many entries a session has.
pub fn count(conn: &mut Conn, session: SessionId, agencies: Option<&[AgencyId]>) -> Result<i64, DbError> {
    Ok(of_session(session, agencies).count().get_result(conn)?)
}

/// Every part in sessions of a programme that were held and began on or before a day, with the course and the first day of the
/// session, in the order of time.
pub fn held(conn: &mut Conn, programme: ProgrammeId, until: NaiveDate) -> Result<Vec<(CourseId, NaiveDate, Participation)>, DbError> {
    let rows: Vec<(PartRow, DbId, NaiveDate)> = training_participations::table
        .inner_join(training_sessions::table.on(training_sessions::id.eq(training_participations::session_id)))
        .inner_join(training_courses::table.on(training_courses::id.eq(training_sessions::course_id)))
        .filter(training_courses::programme_id.eq(DbId::from(programme)))
        .filter(training_sessions::status.eq(domain::training::SessionStatus::Held.label()))
        .filter(training_sessions::held_from.le(until))
        .order((training_sessions::held_from, training_sessions::id, training_participations::id))
        .select((PartRow::as_select(), training_courses::id, training_sessions::held_from))
        .load(conn)?;
    rows.into_iter().map(|(row, course, from)| Ok((course.of(), from, part(row)?))).collect()
}

/// What a person took part in.
#[derive(Clone, Debug)]
pub struct TookPart {
    pub course: String,
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub agency: AgencyId,
    pub result: Option<String>,
    pub certificate: Option<(String, NaiveDate)>,
}

/// Everything that a person took part in, in the order of time.
pub fn of_person(conn: &mut Conn, person: PersonId) -> Result<Vec<TookPart>, DbError> {
    let rows: Vec<(PartRow, String, NaiveDate, NaiveDate)> = training_participations::table
        .inner_join(training_sessions::table.on(training_sessions::id.eq(training_participations::session_id)))
        .inner_join(training_courses::table.on(training_courses::id.eq(training_sessions::course_id)))
        .filter(training_participations::person_id.eq(DbId::from(person)))
        .order((training_sessions::held_from, training_participations::id))
        .select((PartRow::as_select(), training_courses::title, training_sessions::held_from, training_sessions::held_to))
        .load(conn)?;
    let took = |(row, course, from, to): (PartRow, String, NaiveDate, NaiveDate)| TookPart {
        course,
        from,
        to,
        agency: row.agency_id.of(),
        result: row.result,
        certificate: row.certificate_number.zip(row.certificate_on),
    };
    Ok(rows.into_iter().map(took).collect())
}

fn part(row: PartRow) -> Result<Participation, DbError> {
    let id = row.id;
    let attendant = match (row.person_id, row.headcount) {
        (Some(person), None) => Attendant::Person(person.of()),
        (None, Some(heads)) => Attendant::Headcount(natural(heads, "training_participations", "headcount", id)?),
        _ => return Err(DbError::Inconsistent { table: "training_participations", column: "person_id", id: id.0.to_string() }),
    };
    let certificate = row.certificate_number.zip(row.certificate_on);
    Ok(Participation {
        result: row.result.map(|label| parsed(&label, "training_participations", "result", id)).transpose()?,
        id: id.of(),
        session: row.session_id.of(),
        agency: row.agency_id.of(),
        attendant,
        certificate: certificate.map(|(number, issued_on)| Certificate { number: number.into(), issued_on }),
    })
}

/// Which of these people are in a session for another agency.
pub fn elsewhere(conn: &mut Conn, session: SessionId, agency: AgencyId, people: &[PersonId]) -> Result<Vec<PersonId>, DbError> {
    let ids: Vec<Option<DbId>> = people.iter().map(|id| Some(DbId::from(*id))).collect();
    let rows: Vec<Option<DbId>> = training_participations::table
        .filter(training_participations::session_id.eq(DbId::from(session)))
        .filter(training_participations::agency_id.ne(DbId::from(agency)))
        .filter(training_participations::person_id.eq_any(ids))
        .select(training_participations::person_id)
        .load(conn)?;
    Ok(rows.into_iter().flatten().map(DbId::of).collect())
}

/// Stores who of an agency took part in a session, in the place of what was stored; tells how many entries there were.
pub fn replace(
    conn: &mut Conn,
    (session, agency): (SessionId, AgencyId),
    parts: &[Participation],
    (by, at): (AccountId, DateTime<Utc>),
) -> Result<usize, DbError> {
    let before = training_participations::table
        .filter(training_participations::session_id.eq(DbId::from(session)))
        .filter(training_participations::agency_id.eq(DbId::from(agency)));
    let gone = diesel::delete(before).execute(conn)?;
    let row = |one: &Participation| {
        let (person, heads) = match one.attendant {
            Attendant::Person(person) => (Some(person.into()), None),
            Attendant::Headcount(heads) => (None, Some(kept(heads))),
        };
        NewPartRow {
            id: one.id.into(),
            session_id: session.into(),
            agency_id: agency.into(),
            person_id: person,
            headcount: heads,
            result: one.result.map(|result| result.label().into()),
            certificate_number: one.certificate.as_ref().map(|certificate| certificate.number.to_string()),
            certificate_on: one.certificate.as_ref().map(|certificate| certificate.issued_on),
            account_id: by.into(),
            recorded_at: at.naive_utc(),
        }
    };
    let rows: Vec<NewPartRow> = parts.iter().map(row).collect();
    for rows in rows.chunks(per_backend::CHUNK) {
        per_backend::insert_participations(conn, rows)?;
    }
    Ok(gone)
}

/// Whether a person took part in anything.
pub fn has_part(conn: &mut Conn, person: PersonId) -> Result<bool, DbError> {
    let query = training_participations::table.filter(training_participations::person_id.eq(DbId::from(person)));
    Ok(query.count().get_result::<i64>(conn)? > 0)
}

/// What one person took part in is another's from now on, without what certificates say.
pub fn pseudonymise(conn: &mut Conn, person: PersonId, nobody: PersonId) -> Result<(), DbError> {
    let rows = training_participations::table.filter(training_participations::person_id.eq(DbId::from(person)));
    let nothing = (
        training_participations::person_id.eq(Some(DbId::from(nobody))),
        training_participations::certificate_number.eq(None::<String>),
        training_participations::certificate_on.eq(None::<NaiveDate>),
    );
    diesel::update(rows).set(nothing).execute(conn)?;
    Ok(())
}
