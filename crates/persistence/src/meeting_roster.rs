//! The rosters with which meetings were held, kept with them.
//! Must not be written anew: what is recorded of a committee later does not change who was entitled to be there.
//! Meetings themselves are `meeting`, rosters as they stand `committee`.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use domain::{
    committee::PersonId,
    meeting::{Meeting, MeetingId, SeatThen},
};

use crate::{
    catalogue::parsed,
    conn::Conn,
    error::DbError,
    meeting_rows::rank,
    per_backend,
    rows::DbId,
    schema::{meeting_invitees, meeting_seats, meetings},
    sql_types::opt,
};

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = meeting_seats, treat_none_as_default_value = false)]
pub(crate) struct SeatThenRow {
    meeting_id: DbId,
    seat_id: DbId,
    rank: i32,
    unit: Option<String>,
    role: String,
    name: Option<String>,
    person_id: Option<DbId>,
}

/// A seat that a person had at a meeting, by labels.
#[derive(Clone, Debug)]
pub struct SatAt {
    pub meeting: MeetingId,
    pub starts_at: DateTime<Utc>,
    pub role: String,
    pub name: Option<String>,
    pub attendance: Option<String>,
}

/// The rosters of these meetings, each seat with its meeting.
pub(crate) fn of(conn: &mut Conn, meetings: &[DbId]) -> Result<Vec<(DbId, SeatThen)>, DbError> {
    let rows: Vec<SeatThenRow> = meeting_seats::table
        .filter(meeting_seats::meeting_id.eq_any(meetings))
        .order((meeting_seats::meeting_id, meeting_seats::rank))
        .select(SeatThenRow::as_select())
        .load(conn)?;
    rows.into_iter().map(|row| Ok((row.meeting_id, seat_then(row)?))).collect()
}

fn seat_then(row: SeatThenRow) -> Result<SeatThen, DbError> {
    Ok(SeatThen {
        unit: row.unit.as_deref().map(|unit| parsed(unit, "meeting_seats", "unit", row.seat_id)).transpose()?,
        role: parsed(&row.role, "meeting_seats", "role", row.seat_id)?,
        seat: row.seat_id.of(),
        name: row.name.map(Into::into),
        person: opt(row.person_id),
    })
}

/// Stores the roster with which a meeting was held.
pub fn insert(conn: &mut Conn, meeting: &Meeting) -> Result<(), DbError> {
    let row = |(i, one): (usize, &SeatThen)| SeatThenRow {
        meeting_id: meeting.id.into(),
        seat_id: one.seat.into(),
        rank: rank(i),
        unit: one.unit.map(|unit| unit.label().into()),
        role: one.role.label().into(),
        name: one.name.as_deref().map(str::to_owned),
        person_id: one.person.map(DbId::from),
    };
    let rows: Vec<SeatThenRow> = meeting.roster.iter().enumerate().map(row).collect();
    if rows.is_empty() { Ok(()) } else { per_backend::insert_meeting_seats(conn, &rows) }
}

/// The meetings at which a person had a seat of the roster, the oldest first: which, when, in which role and by which name, and
/// whether the person came, where that is said.
pub fn attended_by(conn: &mut Conn, person: PersonId) -> Result<Vec<SatAt>, DbError> {
    type Row = (DbId, NaiveDateTime, String, Option<String>, Option<String>);
    let invited = meeting_invitees::table.on(meeting_invitees::meeting_id
        .eq(meeting_seats::meeting_id)
        .and(meeting_invitees::seat_id.eq(meeting_seats::seat_id.nullable())));
    let rows: Vec<Row> = meeting_seats::table
        .inner_join(meetings::table.on(meetings::id.eq(meeting_seats::meeting_id)))
        .left_join(invited)
        .filter(meeting_seats::person_id.eq(DbId::from(person)))
        .order((meetings::starts_at, meetings::id))
        .select((meetings::id, meetings::starts_at, meeting_seats::role, meeting_seats::name, meeting_invitees::attendance.nullable()))
        .load(conn)?;
    let sat = |(meeting, at, role, name, attendance): Row| SatAt { meeting: meeting.of(), starts_at: at.and_utc(), role, name, attendance };
    Ok(rows.into_iter().map(sat).collect())
}
