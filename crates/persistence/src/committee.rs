//! Committees: the terms, standing agencies, seats and stays that follow from what was done to them.
//! Must not change a row: acts do that, through `committee_log`, which keeps what they change.
//! What an act may do is `domain::committee`; the bodies themselves are agencies, in the catalogue.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::{dsl::max, prelude::*};
use domain::{
    agency::{AgencyId, Post},
    committee::{CommitteeId, History, Office, Person, PersonId, Seat, StandingAgency, Stay, Term},
    document::DocumentId,
    id::Id,
    text,
    validity::Validity,
};

use crate::{
    catalogue::parsed,
    committee_log,
    conn::Conn,
    error::DbError,
    per_backend,
    rows::DbId,
    schema::{
        committee_act_changes, committee_acts, committee_seats, committee_standing_agencies, committee_stays, committee_terms, committees,
        meeting_seats, persons, post_holder_persons, post_holders,
    },
    sql_types::{db_ids, opt},
};

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = committee_terms, treat_none_as_default_value = false)]
pub(crate) struct TermRow {
    id: DbId,
    committee_id: DbId,
    authority_id: DbId,
    valid_from: NaiveDate,
    valid_to: Option<NaiveDate>,
    basis_document_id: DbId,
}

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = committee_standing_agencies, treat_none_as_default_value = false)]
pub(crate) struct StandingRow {
    id: DbId,
    term_id: DbId,
    agency_id: DbId,
    valid_from: NaiveDate,
    valid_to: Option<NaiveDate>,
    basis_document_id: DbId,
}

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = committee_seats, treat_none_as_default_value = false)]
pub(crate) struct SeatRow {
    id: DbId,
    term_id: DbId,
    committee_id: DbId,
    unit: Option<String>,
    role: String,
    rank: i32,
    post_id: Option<DbId>,
    head_of_id: Option<DbId>,
    position: Option<String>,
    duty: Option<String>,
    valid_from: NaiveDate,
    valid_to: Option<NaiveDate>,
    basis_document_id: DbId,
}

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = committee_stays, treat_none_as_default_value = false)]
pub(crate) struct StayRow {
    id: DbId,
    seat_id: DbId,
    person_id: DbId,
    printed_name: String,
    valid_from: NaiveDate,
    valid_to: Option<NaiveDate>,
    basis_document_id: DbId,
}

/// Somebody of whom the register knows the name alone.
#[derive(Insertable)]
#[diesel(table_name = persons, treat_none_as_default_value = false)]
pub(crate) struct NewPersonRow {
    id: DbId,
    name: String,
    name_folded: String,
    revision: i32,
    recorded_at: NaiveDateTime,
}

/// A committee as it is kept beside its body.
#[derive(Clone, Copy, Debug)]
pub struct Registered {
    pub id: CommitteeId,
    /// The document that calls for it.
    pub planned_by: Option<DocumentId>,
    /// How many acts there were.
    pub acts: i32,
}

/// All committees, in no order.
pub fn all(conn: &mut Conn) -> Result<Vec<Registered>, DbError> {
    let acts: Vec<(DbId, Option<i32>)> = committee_acts::table
        .group_by(committee_acts::committee_id)
        .select((committee_acts::committee_id, max(committee_acts::number)))
        .load(conn)?;
    let acts: HashMap<DbId, Option<i32>> = acts.into_iter().collect();
    let rows: Vec<(DbId, Option<DbId>)> = committees::table.select((committees::agency_id, committees::planned_document_id)).load(conn)?;
    let registered = |(id, planned): (DbId, Option<DbId>)| Registered {
        id: id.of(),
        planned_by: opt(planned),
        acts: acts.get(&id).copied().flatten().unwrap_or_default(),
    };
    Ok(rows.into_iter().map(registered).collect())
}

/// A committee with the number of its acts. Two acts at once have the same number, which the database lets one of them have.
pub fn for_act(conn: &mut Conn, id: CommitteeId) -> Result<Option<Registered>, DbError> {
    let query = committees::table.find(DbId::from(id)).select((committees::agency_id, committees::planned_document_id));
    let row: Option<(DbId, Option<DbId>)> = query.first(conn).optional()?;
    let Some((id, planned)) = row else { return Ok(None) };
    let acts: Option<i32> =
        committee_acts::table.filter(committee_acts::committee_id.eq(id)).select(max(committee_acts::number)).first(conn)?;
    Ok(Some(Registered { id: id.of(), planned_by: opt(planned), acts: acts.unwrap_or_default() }))
}

/// Registers a body as a committee.
pub fn insert(conn: &mut Conn, id: CommitteeId, planned_by: Option<DocumentId>, at: DateTime<Utc>) -> Result<(), DbError> {
    let row = (
        committees::agency_id.eq(DbId::from(id)),
        committees::planned_document_id.eq(planned_by.map(DbId::from)),
        committees::created_at.eq(at.naive_utc()),
    );
    diesel::insert_into(committees::table).values(row).execute(conn)?;
    Ok(())
}

/// The rosters that these committees had and have, in five statements.
pub fn histories(conn: &mut Conn, ids: &[CommitteeId]) -> Result<HashMap<CommitteeId, History>, DbError> {
    let ids = db_ids(ids);
    let of_these = committee_terms::committee_id.eq_any(ids.clone());
    let terms: Vec<TermRow> =
        committee_terms::table.filter(of_these).order(committee_terms::valid_from).select(TermRow::as_select()).load(conn)?;
    let of_terms = committee_terms::table.filter(committee_terms::committee_id.eq_any(ids.clone())).select(committee_terms::id);
    let standing: Vec<StandingRow> = committee_standing_agencies::table
        .filter(committee_standing_agencies::term_id.eq_any(of_terms))
        .order((committee_standing_agencies::valid_from, committee_standing_agencies::id))
        .select(StandingRow::as_select())
        .load(conn)?;
    let of_these = committee_seats::committee_id.eq_any(ids.clone());
    let seats: Vec<SeatRow> = committee_seats::table
        .filter(of_these)
        .order((committee_seats::valid_from, committee_seats::rank, committee_seats::id))
        .select(SeatRow::as_select())
        .load(conn)?;
    let in_these = committee_seats::table.filter(committee_seats::committee_id.eq_any(ids.clone())).select(committee_seats::id);
    let stays: Vec<StayRow> = committee_stays::table
        .filter(committee_stays::seat_id.eq_any(in_these))
        .order((committee_stays::valid_from, committee_stays::id))
        .select(StayRow::as_select())
        .load(conn)?;
    let last = committee_log::last_days(conn, &ids)?;
    let mut histories: HashMap<CommitteeId, History> = HashMap::new();
    let mut of_seat: HashMap<DbId, DbId> = HashMap::new();
    for (id, day) in last {
        histories.entry(id.of()).or_default().last_act_on = Some(day);
    }
    let of_term: HashMap<DbId, DbId> = terms.iter().map(|row| (row.id, row.committee_id)).collect();
    for row in terms {
        histories.entry(row.committee_id.of()).or_default().terms.push(term(&row));
    }
    for row in standing {
        if let Some(committee) = of_term.get(&row.term_id) {
            histories.entry(committee.of()).or_default().standing.push(self::standing(&row));
        }
    }
    for row in seats {
        of_seat.insert(row.id, row.committee_id);
        histories.entry(row.committee_id.of()).or_default().seats.push(seat(row)?);
    }
    for row in stays {
        if let Some(committee) = of_seat.get(&row.seat_id) {
            histories.entry(committee.of()).or_default().stays.push(stay(&row));
        }
    }
    Ok(histories)
}

/// The stays of people in the seats of all committees, in the order of time.
pub fn seats_of(conn: &mut Conn, people: &[PersonId]) -> Result<Vec<(CommitteeId, Seat, Stay)>, DbError> {
    let rows: Vec<(StayRow, SeatRow)> = committee_stays::table
        .inner_join(committee_seats::table.on(committee_seats::id.eq(committee_stays::seat_id)))
        .filter(committee_stays::person_id.eq_any(db_ids(people)))
        .order((committee_stays::valid_from, committee_stays::id))
        .select((StayRow::as_select(), SeatRow::as_select()))
        .load(conn)?;
    rows.into_iter().map(|(held, place)| Ok((place.committee_id.of(), seat(place)?, stay(&held)))).collect()
}

/// Whether a person ever sat in a seat, by name or with a post, or was to sit in one by an act that was annulled.
pub fn has_sat(conn: &mut Conn, person: PersonId) -> Result<bool, DbError> {
    let stays = committee_stays::table.filter(committee_stays::person_id.eq(DbId::from(person)));
    let kept = meeting_seats::table.filter(meeting_seats::person_id.eq(DbId::from(person)));
    let logged = committee_act_changes::table.filter(committee_act_changes::person_id.eq(DbId::from(person)));
    Ok(diesel::select(diesel::dsl::exists(stays)).get_result::<bool>(conn)?
        || diesel::select(diesel::dsl::exists(kept)).get_result::<bool>(conn)?
        || diesel::select(diesel::dsl::exists(logged)).get_result(conn)?)
}

/// Says of every seat of a person, also on the rosters that meetings keep and in the log, that somebody else sat in it.
pub fn reseat(conn: &mut Conn, person: PersonId, other: PersonId) -> Result<(), DbError> {
    let stays = committee_stays::table.filter(committee_stays::person_id.eq(DbId::from(person)));
    diesel::update(stays).set(committee_stays::person_id.eq(DbId::from(other))).execute(conn)?;
    let kept = meeting_seats::table.filter(meeting_seats::person_id.eq(DbId::from(person)));
    diesel::update(kept).set(meeting_seats::person_id.eq(DbId::from(other))).execute(conn)?;
    let logged = committee_act_changes::table.filter(committee_act_changes::person_id.eq(DbId::from(person)));
    diesel::update(logged).set(committee_act_changes::person_id.eq(DbId::from(other))).execute(conn)?;
    Ok(())
}

/// The seats that go with one of these offices, in all committees.
pub fn seats_with(conn: &mut Conn, posts: &[Id<Post>], headed: &[AgencyId]) -> Result<Vec<(CommitteeId, Seat)>, DbError> {
    let with = committee_seats::post_id.eq_any(db_ids(posts)).or(committee_seats::head_of_id.eq_any(db_ids(headed)));
    let rows: Vec<SeatRow> = committee_seats::table
        .filter(with)
        .order((committee_seats::valid_from, committee_seats::id))
        .select(SeatRow::as_select())
        .load(conn)?;
    rows.into_iter().map(|row| Ok((row.committee_id.of(), seat(row)?))).collect()
}

/// The people among these who ever sat in a seat or held a post, with the name that a document printed last.
pub fn people_by_ids(conn: &mut Conn, ids: &[PersonId]) -> Result<Vec<Person>, DbError> {
    type Row = (DbId, NaiveDate, DbId, String);
    let mut rows: Vec<Row> = committee_stays::table
        .filter(committee_stays::person_id.eq_any(db_ids(ids)))
        .select((committee_stays::person_id, committee_stays::valid_from, committee_stays::id, committee_stays::printed_name))
        .load(conn)?;
    let held: Vec<Row> = post_holders::table
        .inner_join(post_holder_persons::table.on(post_holder_persons::holder_id.eq(post_holders::id)))
        .filter(post_holder_persons::person_id.eq_any(db_ids(ids)))
        .select((post_holder_persons::person_id, post_holders::valid_from, post_holders::id, post_holders::name))
        .load(conn)?;
    rows.extend(held);
    rows.sort_unstable_by(|a, b| (a.0, b.1, b.2).cmp(&(b.0, a.1, a.2)));
    let mut people: Vec<Person> = rows.into_iter().map(|(id, _, _, name)| Person { id: id.of(), name: name.into() }).collect();
    people.dedup_by_key(|person| person.id);
    Ok(people)
}

/// The people among these who can be seated, as the register calls them: it knows them by their name.
pub fn can_sit(conn: &mut Conn, ids: &[PersonId]) -> Result<Vec<Person>, DbError> {
    let known = persons::table.filter(persons::id.eq_any(db_ids(ids))).filter(persons::pseudonymised_at.is_null());
    let rows: Vec<(DbId, String)> = known.select((persons::id, persons::name)).load(conn)?;
    Ok(rows.into_iter().map(|(id, name)| Person { id: id.of(), name: name.into() }).collect())
}

/// Puts people into the register by their names.
pub fn insert_people(conn: &mut Conn, new: &[Person], at: DateTime<Utc>) -> Result<(), DbError> {
    let row = |person: &Person| NewPersonRow {
        id: person.id.into(),
        name: person.name.to_string(),
        name_folded: text::fold(&person.name),
        revision: 1,
        recorded_at: at.naive_utc(),
    };
    if new.is_empty() { Ok(()) } else { per_backend::insert_people(conn, &new.iter().map(row).collect::<Vec<_>>()) }
}

fn first(validity: Validity) -> NaiveDate {
    validity.from.unwrap_or(NaiveDate::MIN)
}

const fn validity(from: NaiveDate, to: Option<NaiveDate>) -> Validity {
    Validity { from: Some(from), to }
}

fn term(row: &TermRow) -> Term {
    Term {
        id: row.id.of(),
        committee: row.committee_id.of(),
        authority: row.authority_id.of(),
        validity: validity(row.valid_from, row.valid_to),
        basis: row.basis_document_id.of(),
    }
}

fn standing(row: &StandingRow) -> StandingAgency {
    StandingAgency {
        id: row.id.of(),
        term: row.term_id.of(),
        agency: row.agency_id.of(),
        validity: validity(row.valid_from, row.valid_to),
        basis: row.basis_document_id.of(),
    }
}

pub(crate) fn standing_row(standing: &StandingAgency) -> StandingRow {
    StandingRow {
        id: standing.id.into(),
        term_id: standing.term.into(),
        agency_id: standing.agency.into(),
        valid_from: first(standing.validity),
        valid_to: standing.validity.to,
        basis_document_id: standing.basis.into(),
    }
}

pub(crate) fn term_row(term: &Term) -> TermRow {
    TermRow {
        id: term.id.into(),
        committee_id: term.committee.into(),
        authority_id: term.authority.into(),
        valid_from: first(term.validity),
        valid_to: term.validity.to,
        basis_document_id: term.basis.into(),
    }
}

fn seat(row: SeatRow) -> Result<Seat, DbError> {
    Ok(Seat {
        unit: row.unit.as_deref().map(|unit| parsed(unit, "committee_seats", "unit", row.id)).transpose()?,
        role: parsed(&row.role, "committee_seats", "role", row.id)?,
        id: row.id.of(),
        term: row.term_id.of(),
        rank: row.rank,
        office: row.head_of_id.map(|agency| Office::HeadOf(agency.of())).or(row.post_id.map(|post| Office::Post(post.of()))),
        position: row.position.map(Into::into),
        duty: row.duty.map(Into::into),
        validity: validity(row.valid_from, row.valid_to),
        basis: row.basis_document_id.of(),
    })
}

pub(crate) fn seat_row(committee: CommitteeId, seat: &Seat) -> SeatRow {
    SeatRow {
        id: seat.id.into(),
        term_id: seat.term.into(),
        committee_id: committee.into(),
        unit: seat.unit.map(|unit| unit.label().into()),
        role: seat.role.label().into(),
        rank: seat.rank,
        post_id: seat.office.and_then(Office::post).map(DbId::from),
        head_of_id: seat.office.and_then(Office::headed).map(DbId::from),
        position: seat.position.as_deref().map(str::to_owned),
        duty: seat.duty.as_deref().map(str::to_owned),
        valid_from: first(seat.validity),
        valid_to: seat.validity.to,
        basis_document_id: seat.basis.into(),
    }
}

fn stay(row: &StayRow) -> Stay {
    Stay {
        id: row.id.of(),
        seat: row.seat_id.of(),
        person: row.person_id.of(),
        printed_name: row.printed_name.as_str().into(),
        validity: validity(row.valid_from, row.valid_to),
        basis: row.basis_document_id.of(),
    }
}

pub(crate) fn stay_row(stay: &Stay) -> StayRow {
    StayRow {
        id: stay.id.into(),
        seat_id: stay.seat.into(),
        person_id: stay.person.into(),
        printed_name: stay.printed_name.to_string(),
        valid_from: first(stay.validity),
        valid_to: stay.validity.to,
        basis_document_id: stay.basis.into(),
    }
}
