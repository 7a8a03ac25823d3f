//! The outbox: events written with what they tell of, and numbered once that is committed.
//! Must only add; a number once given stays.
//! What an event says is `domain::event`, when numbers are given `app::outbox`.

use chrono::NaiveDateTime;
use diesel::{
    prelude::*,
    sql_query,
    sql_types::{BigInt, Bool},
};
use domain::{
    event::{Event, EventKind, Numbered},
    policy::ReportScope,
    programme::ProgrammeId,
};

use crate::{
    catalogue::{json, parsed},
    conn::Conn,
    error::DbError,
    per_backend,
    rows::DbId,
    schema::{event_head, events},
    sql_types::opt,
    statement::{Bind, Statement},
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
        per_backend::tell_listeners(conn)?;
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

/// Which events, of those in scope. Every condition given must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    pub programme: Option<ProgrammeId>,
    /// All where none is named.
    pub kinds: Vec<EventKind>,
}

/// Up to `limit` events in scope after a number, in order.
///
/// Each part of the scope walks its own index and stops at `limit`: one condition with OR would walk past everything that the
/// caller may not see, or sort everything that it may.
pub fn after(conn: &mut Conn, scope: &ReportScope, wanted: &Wanted, since: i64, limit: i64) -> Result<Vec<Numbered>, DbError> {
    let mut statement = Statement::default();
    statement.add("SELECT seq FROM (");
    let mut places = None;
    for (i, part) in parts(scope).into_iter().enumerate() {
        let before = format!("{}SELECT seq FROM (SELECT seq FROM events WHERE seq > ", if i == 0 { "" } else { " UNION " });
        let (since, limit) = match places {
            Some((since, limit)) => (statement.again(&before, since), limit),
            None => (statement.bind(&before, Bind::Number(since)), statement.hold(Bind::Number(limit))),
        };
        places = Some((since, limit));
        part.add_to(&mut statement);
        wanted.add_to(&mut statement);
        statement.again(" ORDER BY seq LIMIT ", limit);
        statement.add(") AS part");
    }
    // A scope opens at least what is public.
    let Some((_, limit)) = places else { return Ok(Vec::new()) };
    statement.again(") AS seen ORDER BY seq LIMIT ", limit);
    let seqs: Vec<i64> = statement.query().load(conn)?.into_iter().map(|row: Seq| row.seq).collect();
    by_numbers(conn, seqs)
}

/// Those of these events that are in scope, in order.
pub fn among(conn: &mut Conn, scope: &ReportScope, seqs: &[i64]) -> Result<Vec<Numbered>, DbError> {
    if seqs.is_empty() {
        return Ok(Vec::new());
    }
    let mut statement = Statement::default();
    for (i, part) in parts(scope).into_iter().enumerate() {
        statement.add(if i == 0 { "SELECT seq FROM events WHERE seq IN (" } else { " UNION SELECT seq FROM events WHERE seq IN (" });
        for (i, seq) in seqs.iter().enumerate() {
            statement.bind(if i == 0 { "" } else { ", " }, Bind::Number(*seq));
        }
        statement.add(")");
        part.add_to(&mut statement);
    }
    let seqs: Vec<i64> = statement.query().load(conn)?.into_iter().map(|row: Seq| row.seq).collect();
    by_numbers(conn, seqs)
}

fn by_numbers(conn: &mut Conn, seqs: Vec<i64>) -> Result<Vec<Numbered>, DbError> {
    if seqs.is_empty() {
        return Ok(Vec::new());
    }
    let query = events::table.filter(events::seq.eq_any(seqs)).order(events::seq).select(EventRow::as_select());
    query.load(conn)?.into_iter().map(numbered).collect()
}

impl Wanted {
    fn add_to(&self, statement: &mut Statement) {
        if let Some(programme) = self.programme {
            statement.bind(" AND programme_id = ", Bind::Id(programme.into()));
        }
        for (i, kind) in self.kinds.iter().enumerate() {
            statement.bind(if i == 0 { " AND kind IN (" } else { ", " }, Bind::Text(kind.label().into()));
        }
        if !self.kinds.is_empty() {
            statement.add(")");
        }
    }
}

/// What a scope opens, as conditions that an index begins with.
enum Part {
    All,
    Public,
    /// Whose matter it is, or to whom it is addressed besides: identifiers by column.
    Of(Vec<(&'static str, DbId)>),
}

impl Part {
    fn add_to(&self, statement: &mut Statement) {
        match self {
            Self::All => {}
            Self::Public => statement.add(" AND is_public"),
            Self::Of(conditions) => {
                for (column, id) in conditions {
                    statement.bind(&format!(" AND {column} = "), Bind::Id(*id));
                }
            }
        }
    }
}

fn parts(scope: &ReportScope) -> Vec<Part> {
    if scope.is_all() {
        return vec![Part::All];
    }
    let mut parts = vec![Part::Public];
    for (agency, programme) in &scope.open {
        let of = if agency.is_some() { &["agency_id", "addressee_id"][..] } else { &["agency_id"] };
        for column in of {
            let conditions = [(*column, agency.map(DbId::from)), ("programme_id", programme.map(DbId::from))];
            parts.push(Part::Of(conditions.into_iter().filter_map(|(column, id)| Some((column, id?))).collect()));
        }
    }
    parts
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
