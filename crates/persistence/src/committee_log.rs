//! The log of committees: acts with what each changed.
//! Must not change an entry; the schema forbids that too.
//! What an act may do is `domain::committee`; the rows that follow are made in `committee_store` and read in `committee`.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::{
    dsl::sql,
    prelude::*,
    sql_types::{Nullable, Text},
};
use domain::{
    account::AccountId,
    committee::{
        Change, ChangeKind, CommitteeAct, CommitteeActKind, CommitteeId, Logged, Office, Opened, PersonId, RowId, RowKind, Seat, SeatId,
        StandingAgency, Stay, Term,
    },
    id::Id,
    meeting::MeetingStatus,
    validity::Validity,
};

use crate::{
    catalogue::parsed,
    conn::Conn,
    error::DbError,
    meeting_rows::rank,
    per_backend,
    rows::DbId,
    schema::{committee_act_changes, committee_acts, meeting_invitees, meeting_seats, meetings},
    sql_types::{db_ids, opt},
};

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = committee_acts, treat_none_as_default_value = false)]
struct ActRow {
    id: DbId,
    committee_id: DbId,
    number: i32,
    kind: String,
    effective_on: NaiveDate,
    basis_document_id: Option<DbId>,
    note: Option<String>,
    annuls_id: Option<DbId>,
    is_inferred: bool,
}

/// One change of an act. Days and documents of what it opens are those of the act.
#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = committee_act_changes, treat_none_as_default_value = false)]
pub(crate) struct ChangeRow {
    act_id: DbId,
    position: i32,
    change: String,
    what: String,
    row_id: DbId,
    term_id: Option<DbId>,
    seat_id: Option<DbId>,
    agency_id: Option<DbId>,
    unit: Option<String>,
    role: Option<String>,
    rank: Option<i32>,
    post_id: Option<DbId>,
    head_of_id: Option<DbId>,
    post_as_written: Option<String>,
    duty: Option<String>,
    person_id: Option<DbId>,
    printed_name: Option<String>,
}

/// What was done to committees, in its order, with what it changed; in two statements.
pub fn acts(conn: &mut Conn, ids: &[CommitteeId]) -> Result<Vec<Logged>, DbError> {
    let of_these = committee_acts::committee_id.eq_any(db_ids(ids));
    let rows: Vec<ActRow> = committee_acts::table
        .filter(of_these)
        .order((committee_acts::committee_id, committee_acts::number))
        .select(ActRow::as_select())
        .load(conn)?;
    let changed: Vec<ChangeRow> = committee_act_changes::table
        .inner_join(committee_acts::table.on(committee_acts::id.eq(committee_act_changes::act_id)))
        .filter(committee_acts::committee_id.eq_any(db_ids(ids)))
        .order((committee_act_changes::act_id, committee_act_changes::position))
        .select(ChangeRow::as_select())
        .load(conn)?;
    let mut of_act: HashMap<DbId, Vec<ChangeRow>> = HashMap::new();
    for row in changed {
        of_act.entry(row.act_id).or_default().push(row);
    }
    let logged = |row: ActRow| {
        let changed = of_act.remove(&row.id).unwrap_or_default();
        let is_inferred = row.is_inferred;
        let act = act(row)?;
        let changes = changed.iter().map(|row| change(row, &act)).collect::<Result<_, _>>()?;
        Ok(Logged { act, changes, is_inferred })
    };
    rows.into_iter().map(logged).collect()
}

fn act(row: ActRow) -> Result<CommitteeAct, DbError> {
    Ok(CommitteeAct {
        kind: parsed(&row.kind, "committee_acts", "kind", row.id)?,
        id: row.id.of(),
        committee: row.committee_id.of(),
        effective_on: row.effective_on,
        number: row.number,
        basis: opt(row.basis_document_id),
        note: row.note.map(Into::into),
        annuls: opt(row.annuls_id),
    })
}

/// The day of the last act of each of these committees that was not annulled.
pub(crate) fn last_days(conn: &mut Conn, ids: &[DbId]) -> Result<HashMap<DbId, NaiveDate>, DbError> {
    type Row = (DbId, DbId, NaiveDate, String, Option<DbId>);
    let rows: Vec<Row> = committee_acts::table
        .filter(committee_acts::committee_id.eq_any(ids))
        .select((
            committee_acts::id,
            committee_acts::committee_id,
            committee_acts::effective_on,
            committee_acts::kind,
            committee_acts::annuls_id,
        ))
        .load(conn)?;
    let annulled: HashSet<DbId> = rows.iter().filter_map(|row| row.4).collect();
    let mut last: HashMap<DbId, NaiveDate> = HashMap::new();
    for (id, committee, day, kind, _) in rows {
        if kind != CommitteeActKind::Annul.label() && !annulled.contains(&id) {
            let known = last.entry(committee).or_insert(day);
            *known = day.max(*known);
        }
    }
    Ok(last)
}

/// The acts that put a person into a seat, as the log has them, also those that were annulled: which committee, from which day, by
/// which name.
pub fn naming(conn: &mut Conn, person: PersonId) -> Result<Vec<(CommitteeId, NaiveDate, String)>, DbError> {
    let rows: Vec<(DbId, NaiveDate, Option<String>)> = committee_act_changes::table
        .inner_join(committee_acts::table.on(committee_acts::id.eq(committee_act_changes::act_id)))
        .filter(committee_act_changes::person_id.eq(DbId::from(person)))
        .order((committee_acts::effective_on, committee_acts::id))
        .select((committee_acts::committee_id, committee_acts::effective_on, committee_act_changes::printed_name))
        .load(conn)?;
    Ok(rows.into_iter().map(|(committee, day, name)| (committee.of(), day, name.unwrap_or_default())).collect())
}

/// Whether a meeting that was not cancelled was planned or held with one of these seats.
pub fn met(conn: &mut Conn, seats: &[SeatId]) -> Result<bool, DbError> {
    let invited = meeting_invitees::table
        .inner_join(meetings::table.on(meetings::id.eq(meeting_invitees::meeting_id)))
        .filter(meeting_invitees::seat_id.eq_any(db_ids(seats).into_iter().map(Some).collect::<Vec<_>>()))
        .filter(meetings::status.ne(MeetingStatus::Cancelled.label()))
        .select(meeting_invitees::id);
    let kept = meeting_seats::table.filter(meeting_seats::seat_id.eq_any(db_ids(seats)));
    Ok(diesel::select(diesel::dsl::exists(invited)).get_result::<bool>(conn)?
        || diesel::select(diesel::dsl::exists(kept)).get_result(conn)?)
}

/// Leaves whom meetings that were cancelled invited by these seats as words, so that the seats may go.
pub fn detach(conn: &mut Conn, seats: &[SeatId]) -> Result<(), DbError> {
    const WORDS: &str = "(SELECT coalesce(s.position, s.role) FROM committee_seats s WHERE s.id = meeting_invitees.seat_id)";
    let of_these = meeting_invitees::seat_id.eq_any(db_ids(seats).into_iter().map(Some).collect::<Vec<_>>());
    let words = meeting_invitees::words.eq(sql::<Nullable<Text>>(WORDS));
    diesel::update(meeting_invitees::table.filter(of_these)).set((words, meeting_invitees::seat_id.eq(None::<DbId>))).execute(conn)?;
    Ok(())
}

fn change(row: &ChangeRow, act: &CommitteeAct) -> Result<Change, DbError> {
    let wrong = || DbError::Inconsistent { table: "committee_act_changes", column: "change", id: format!("{} {}", act.id, row.position) };
    let id = row.row_id;
    let named = match parsed(&row.what, "committee_act_changes", "what", row.act_id)? {
        RowKind::Term => RowId::Term(id.of()),
        RowKind::StandingAgency => RowId::Standing(id.of()),
        RowKind::Seat => RowId::Seat(id.of()),
        RowKind::Stay => RowId::Stay(id.of()),
    };
    Ok(match parsed(&row.change, "committee_act_changes", "change", row.act_id)? {
        ChangeKind::Open => Change::Open(opened(row, named, act)?.ok_or_else(wrong)?),
        ChangeKind::End => Change::End(named, act.effective_on),
        ChangeKind::Withdraw => Change::Withdraw(named),
        ChangeKind::Resume => Change::Resume(named),
    })
}

/// None where the row is not whole.
fn opened(row: &ChangeRow, named: RowId, act: &CommitteeAct) -> Result<Option<Opened>, DbError> {
    let validity = Validity { from: Some(act.effective_on), to: None };
    let Some(basis) = act.basis else { return Ok(None) };
    let parse_seat = |id: SeatId, term: DbId, role: &str, rank: i32| -> Result<Opened, DbError> {
        Ok(Opened::Seat(Seat {
            unit: row.unit.as_deref().map(|unit| parsed(unit, "committee_act_changes", "unit", row.act_id)).transpose()?,
            role: parsed(role, "committee_act_changes", "role", row.act_id)?,
            id,
            term: term.of(),
            rank,
            office: row.head_of_id.map(|agency| Office::HeadOf(agency.of())).or(row.post_id.map(|post| Office::Post(post.of()))),
            position: row.post_as_written.as_deref().map(Into::into),
            duty: row.duty.as_deref().map(Into::into),
            validity,
            basis,
        }))
    };
    Ok(match (named, row.agency_id, row.term_id) {
        (RowId::Term(id), Some(authority), _) => {
            Some(Opened::Term(Term { id, committee: act.committee, authority: authority.of(), validity, basis }))
        }
        (RowId::Standing(id), Some(agency), Some(term)) => {
            Some(Opened::Standing(StandingAgency { id, term: term.of(), agency: agency.of(), validity, basis }))
        }
        (RowId::Seat(id), _, Some(term)) => match row.role.as_deref().zip(row.rank) {
            Some((role, rank)) => Some(parse_seat(id, term, role, rank)?),
            None => None,
        },
        (RowId::Stay(id), ..) => row.seat_id.zip(row.person_id).zip(row.printed_name.as_deref()).map(|((seat, person), name)| {
            Opened::Stay(Stay { id, seat: seat.of(), person: person.of(), printed_name: name.into(), validity, basis })
        }),
        _ => None,
    })
}

fn change_row(act: &CommitteeAct, index: usize, change: &Change) -> ChangeRow {
    let mut row = ChangeRow {
        act_id: act.id.into(),
        position: rank(index),
        change: change.kind().label().into(),
        what: change.row().kind().label().into(),
        row_id: Id::<Change>::from_uuid(change.row().uuid()).into(),
        term_id: None,
        seat_id: None,
        agency_id: None,
        unit: None,
        role: None,
        rank: None,
        post_id: None,
        head_of_id: None,
        post_as_written: None,
        duty: None,
        person_id: None,
        printed_name: None,
    };
    let Some(opened) = change.opened() else { return row };
    row.agency_id = opened.agency().map(DbId::from);
    row.term_id = opened.term().map(DbId::from);
    if let Some(seat) = opened.seat() {
        row.unit = seat.unit.map(|unit| unit.label().into());
        (row.role, row.rank) = (Some(seat.role.label().into()), Some(seat.rank));
        row.post_id = seat.office.and_then(Office::post).map(DbId::from);
        row.head_of_id = seat.office.and_then(Office::headed).map(DbId::from);
        row.post_as_written = seat.position.as_deref().map(str::to_owned);
        row.duty = seat.duty.as_deref().map(str::to_owned);
    }
    if let Some(stay) = opened.stay() {
        (row.seat_id, row.person_id) = (Some(stay.seat.into()), Some(stay.person.into()));
        row.printed_name = Some(stay.printed_name.to_string());
    }
    row
}

/// Appends an act with what it changed to the log.
pub(crate) fn append(
    conn: &mut Conn,
    act: &CommitteeAct,
    changes: &[Change],
    by: (Option<AccountId>, DateTime<Utc>),
) -> Result<(), DbError> {
    insert_act(conn, act, by)?;
    let rows: Vec<ChangeRow> = changes.iter().enumerate().map(|(i, change)| change_row(act, i, change)).collect();
    rows.chunks(per_backend::CHUNK).try_for_each(|rows| per_backend::insert_committee_changes(conn, rows))
}

fn insert_act(conn: &mut Conn, act: &CommitteeAct, (account, at): (Option<AccountId>, DateTime<Utc>)) -> Result<(), DbError> {
    let row = ActRow {
        id: act.id.into(),
        committee_id: act.committee.into(),
        number: act.number,
        kind: act.kind.label().into(),
        effective_on: act.effective_on,
        basis_document_id: act.basis.map(DbId::from),
        note: act.note.as_deref().map(str::to_owned),
        annuls_id: act.annuls.map(DbId::from),
        is_inferred: false,
    };
    let recorded: NaiveDateTime = at.naive_utc();
    let values = (row, committee_acts::account_id.eq(account.map(DbId::from)), committee_acts::recorded_at.eq(recorded));
    diesel::insert_into(committee_acts::table).values(values).execute(conn)?;
    Ok(())
}
