//! The outbox: events written with what they tell of, and numbered once that is committed.
//! Must only add; a number once given stays.
//! What an event says is `domain::event`, when numbers are given `app::outbox`.

use chrono::NaiveDateTime;
use diesel::{
    prelude::*,
    sql_query,
    sql_types::{BigInt, Bool},
};
use domain::{event::Event, event::Numbered, policy::ReportScope};

use crate::{
    catalogue::{json, parsed},
    conn::{Conn, MultiBackend},
    error::DbError,
    per_backend,
    rows::DbId,
    schema::{event_head, events},
    sql_types::{DbUuid, opt},
};

#[derive(Insertable)]
#[diesel(table_name = events, treat_none_as_default_value = false)]
pub(crate) struct NewEventRow<'a> {
    id: DbId,
    at: NaiveDateTime,
    kind: &'a str,
    subject: &'a str,
    subject_id: DbId,
    agency_id: Option<DbId>,
    programme_id: Option<DbId>,
    is_public: bool,
    body: String,
    addressee_id: Option<DbId>,
}

/// Adds events in the transaction of what they tell of, after the change itself: see [`number`].
pub fn append(conn: &mut Conn, told: &[Event]) -> Result<(), DbError> {
    let row = |event: &Event| NewEventRow {
        id: event.id.into(),
        at: event.at.naive_utc(),
        kind: event.kind.label(),
        subject: event.subject,
        subject_id: DbId(event.subject_id),
        agency_id: event.agency.map(DbId::from),
        programme_id: event.programme.map(DbId::from),
        is_public: event.is_public,
        body: event.body.to_string(),
        addressee_id: event.addressee.map(DbId::from),
    };
    // Grouped so that SQLite, which binds up to 32,766 values, takes each group.
    let rows: Vec<NewEventRow<'_>> = told.iter().map(row).collect();
    rows.chunks(1000).try_for_each(|rows| per_backend::insert_events(conn, rows))
}

#[derive(QueryableByName)]
struct Waiting {
    #[diesel(sql_type = Bool)]
    found: bool,
}

/// Whether a committed event waits for its number. Costs a look at an index that holds those alone.
pub fn is_waiting(conn: &mut Conn) -> Result<bool, DbError> {
    let row: Waiting = sql_query("SELECT EXISTS (SELECT 1 FROM events WHERE seq IS NULL) AS found").get_result(conn)?;
    Ok(row.found)
}

/// Gives up to `limit` committed events their numbers; tells how many.
///
/// Whoever numbers holds the head, so there is one at a time, and none sees what another has not committed. On PostgreSQL the
/// transaction must be READ COMMITTED: its second statement then sees all that was committed before the head was free, numbers
/// given by the holder before included. (One snapshot for the whole transaction might be older than those, and end in a
/// conflict.) What commits later is not seen here and gets a later number, so whoever has read up to a number misses none below.
///
/// The events of one object come in the order of its changes. Two transactions that change an object wait for each other at
/// its row, and each writes its event after its change; so the second takes its `position` when the first is committed, and
/// whoever sees both sees them in that order, whoever sees one alone sees the first.
pub fn number(conn: &mut Conn, limit: i64) -> Result<usize, DbError> {
    const GIVE: &str = "UPDATE events SET seq = waiting.seq FROM (SELECT position, $1 + row_number() OVER (ORDER BY position) AS seq \
                        FROM events WHERE seq IS NULL ORDER BY position LIMIT $2) AS waiting WHERE events.position = waiting.position";
    let head = per_backend::event_head(conn)?;
    let given = sql_query(GIVE).bind::<BigInt, _>(head).bind::<BigInt, _>(limit).execute(conn)?;
    if given > 0 {
        let last = head.saturating_add(i64::try_from(given).unwrap_or(i64::MAX));
        diesel::update(event_head::table.find(1)).set(event_head::seq.eq(last)).execute(conn)?;
    }
    Ok(given)
}

/// The last number given.
pub fn head(conn: &mut Conn) -> Result<i64, DbError> {
    Ok(event_head::table.find(1).select(event_head::seq).first(conn)?)
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = events)]
struct EventRow {
    seq: Option<i64>,
    id: DbId,
    at: NaiveDateTime,
    kind: String,
    subject: String,
    subject_id: DbId,
    agency_id: Option<DbId>,
    programme_id: Option<DbId>,
    body: String,
}

#[derive(QueryableByName)]
struct Seq {
    #[diesel(sql_type = BigInt)]
    seq: i64,
}

/// Up to `limit` events in scope after a number, in order.
///
/// Each part of the scope walks its own index and stops at `limit`: one condition with OR would walk past everything that the
/// caller may not see, or sort everything that it may.
pub fn after(conn: &mut Conn, scope: &ReportScope, since: i64, limit: i64) -> Result<Vec<Numbered>, DbError> {
    let (parts, binds) = parts(scope);
    let parts: Vec<String> = parts
        .iter()
        .map(|part| format!("SELECT seq FROM (SELECT seq FROM events WHERE seq > $1 AND {part} ORDER BY seq LIMIT $2) AS part"))
        .collect();
    let text = format!("SELECT seq FROM ({}) AS seen ORDER BY seq LIMIT $2", parts.join(" UNION "));
    let mut query = sql_query(text).into_boxed::<MultiBackend>().bind::<BigInt, _>(since).bind::<BigInt, _>(limit);
    for id in binds {
        query = query.bind::<DbUuid, _>(id);
    }
    let seqs: Vec<i64> = query.load(conn)?.into_iter().map(|row: Seq| row.seq).collect();
    if seqs.is_empty() {
        return Ok(Vec::new());
    }
    let query = events::table.filter(events::seq.eq_any(seqs)).order(events::seq).select(EventRow::as_select());
    query.load(conn)?.into_iter().map(numbered).collect()
}

/// What a scope opens, as conditions that an index begins with, and their identifiers from `$3` on.
fn parts(scope: &ReportScope) -> (Vec<String>, Vec<DbId>) {
    if scope.is_all() {
        return (vec!["TRUE".into()], Vec::new());
    }
    let (mut parts, mut binds) = (vec!["is_public".to_owned()], Vec::new());
    for (agency, programme) in &scope.open {
        // Whose matter it is, and to whom it is addressed besides.
        let of = if agency.is_some() { &["agency_id", "addressee_id"][..] } else { &["agency_id"] };
        for column in of {
            let mut conditions = Vec::new();
            for (column, id) in [(*column, agency.map(DbId::from)), ("programme_id", programme.map(DbId::from))] {
                let Some(id) = id else { continue };
                binds.push(id);
                conditions.push(format!("{column} = ${}", binds.len() + 2));
            }
            parts.push(conditions.join(" AND "));
        }
    }
    (parts, binds)
}

fn numbered(row: EventRow) -> Result<Numbered, DbError> {
    let unnumbered = || DbError::Inconsistent { table: "events", column: "seq", id: row.id.0.to_string() };
    Ok(Numbered {
        seq: row.seq.ok_or_else(unnumbered)?,
        kind: parsed(&row.kind, "events", "kind", row.id)?,
        body: json(&row.body, "events", "body", row.id)?,
        id: row.id.of(),
        at: row.at.and_utc(),
        subject: row.subject,
        subject_id: row.subject_id.0,
        agency: opt(row.agency_id),
        programme: opt(row.programme_id),
    })
}
