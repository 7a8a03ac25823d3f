//! The audit log as it really stands in the tables, for checking and exporting it.
//! Must trust no column: what the service would not have written itself is not read as if it had.
//! Writing and listing entries is `audit`, what their hash is made of `domain::audit`.

use std::ops::Range;

use chrono::{DateTime, NaiveDateTime, TimeDelta};
use diesel::{
    RunQueryDsl, sql_query,
    sql_types::{BigInt, Binary, Bool, Nullable},
};
use domain::audit::{Head, Row, Written, named, shown};
use uuid::Uuid;

use crate::{conn::Conn, error::DbError};

/// Columns as bytes, in the form in which each database keeps them.
#[derive(diesel::QueryableByName)]
struct RawRow {
    #[diesel(sql_type = BigInt)]
    strand: i64,
    #[diesel(sql_type = BigInt)]
    number: i64,
    /// Every column holds a value of its own kind.
    #[diesel(sql_type = Bool)]
    typed: bool,
    #[diesel(sql_type = Nullable<Binary>)]
    id: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<Binary>)]
    at: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<Binary>)]
    actor: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<Binary>)]
    account_id: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<Binary>)]
    login: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<Binary>)]
    agency: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<Binary>)]
    token: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<Binary>)]
    network: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<Binary>)]
    request: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<Binary>)]
    operation: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<Binary>)]
    subject: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<Binary>)]
    subject_id: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<Binary>)]
    changes: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<Binary>)]
    outcome: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<Binary>)]
    code: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<Binary>)]
    previous_sha256: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<Binary>)]
    sha256: Option<Vec<u8>>,
}

const TEXTS: [&str; 14] = [
    "actor",
    "login",
    "agency",
    "token",
    "network",
    "request",
    "operation",
    "subject",
    "subject_id",
    "changes",
    "outcome",
    "code",
    "previous_sha256",
    "sha256",
];

/// Rows after a place, in the order of strands and numbers. Sent forms on PostgreSQL and casts on SQLite lose nothing.
fn statement(is_postgres: bool) -> String {
    let (texts, typed) = if is_postgres {
        (TEXTS.map(|name| format!("textsend({name}) AS {name}")), "TRUE".to_owned())
    } else {
        let kinds = TEXTS.map(|name| format!("typeof({name}) IN ('text', 'null')")).join(" AND ");
        let typed = format!(
            "typeof(strand) = 'integer' AND typeof(number) = 'integer' AND typeof(id) = 'blob' AND typeof(at) = 'text' \
             AND typeof(account_id) IN ('blob', 'null') AND {kinds}"
        );
        (TEXTS.map(|name| format!("CAST({name} AS BLOB) AS {name}")), typed)
    };
    let own = if is_postgres {
        "uuid_send(id) AS id, timestamp_send(at) AS at, uuid_send(account_id) AS account_id"
    } else {
        "CAST(id AS BLOB) AS id, CAST(at AS BLOB) AS at, CAST(account_id AS BLOB) AS account_id"
    };
    let strand = if is_postgres { "strand::bigint" } else { "strand" };
    format!(
        "SELECT {strand} AS strand, number, ({typed}) AS typed, {own}, {} FROM audit_entries \
         WHERE (strand, number) > ($1, $2) ORDER BY strand, number LIMIT $3",
        texts.join(", ")
    )
}

/// Up to `limit` rows after a strand and number, in the order of both.
pub fn rows(conn: &mut Conn, (strand, number): (i64, i64), limit: i64) -> Result<Vec<Row>, DbError> {
    let is_postgres = matches!(conn, Conn::Pg(_));
    let query = sql_query(statement(is_postgres)).bind::<BigInt, _>(strand).bind::<BigInt, _>(number).bind::<BigInt, _>(limit);
    let raw: Vec<RawRow> = match conn {
        Conn::Pg(pg) => query.load(pg)?,
        Conn::Sqlite(sqlite) => query.load(sqlite)?,
    };
    Ok(raw.into_iter().map(|raw| Row { strand: raw.strand, number: raw.number, written: raw.written(is_postgres) }).collect())
}

impl RawRow {
    /// The entry, if every column holds what the service would have written there.
    fn written(self, is_postgres: bool) -> Option<Written> {
        let strand = i32::try_from(self.strand).ok().filter(|_| self.typed)?;
        let at = self.at?;
        Some(Written {
            strand,
            number: self.number,
            previous: text(self.previous_sha256)??,
            id: identifier(self.id)??,
            at: if is_postgres { sent_instant(&at)? } else { written_instant(&at)? },
            actor: text(self.actor)??,
            account: identifier(self.account_id)?,
            login: text(self.login)?,
            agency: text(self.agency)?,
            token: text(self.token)?,
            network: text(self.network)?,
            request: text(self.request)??,
            operation: text(self.operation)??,
            subject: text(self.subject)?,
            subject_id: text(self.subject_id)?,
            changes: text(self.changes)?,
            outcome: text(self.outcome)??,
            code: text(self.code)?,
            sha256: text(self.sha256)??,
        })
    }
}

/// A text or nothing; none at all for bytes that are no text.
#[expect(clippy::option_option, reason = "what cannot be read is not what is not there")]
fn text(bytes: Option<Vec<u8>>) -> Option<Option<String>> {
    bytes.map(|bytes| String::from_utf8(bytes).ok()).map_or(Some(None), |text| text.map(Some))
}

#[expect(clippy::option_option, reason = "what cannot be read is not what is not there")]
fn identifier(bytes: Option<Vec<u8>>) -> Option<Option<String>> {
    bytes.map(|bytes| Uuid::from_slice(&bytes).ok()).map_or(Some(None), |id| id.map(|id| Some(id.to_string())))
}

/// SQLite keeps a text, of which the one form is taken in which it is written.
fn written_instant(bytes: &[u8]) -> Option<String> {
    const FORM: &str = "%F %T%.f";
    let text = std::str::from_utf8(bytes).ok()?;
    let at = NaiveDateTime::parse_from_str(text, FORM).ok()?;
    let is_fine = at.format(FORM).to_string() == text && at.and_utc().timestamp_subsec_nanos() % 1000 == 0;
    is_fine.then(|| shown(at.and_utc()))
}

/// PostgreSQL sends the microseconds since 2000.
fn sent_instant(bytes: &[u8]) -> Option<String> {
    let micros = i64::from_be_bytes(bytes.try_into().ok()?);
    let since = DateTime::from_timestamp(946_684_800, 0)?;
    since.checked_add_signed(TimeDelta::microseconds(micros)).map(shown)
}

#[derive(diesel::QueryableByName)]
struct RawHead {
    #[diesel(sql_type = BigInt)]
    strand: i64,
    #[diesel(sql_type = BigInt)]
    entries: i64,
    #[diesel(sql_type = Binary)]
    head_sha256: Vec<u8>,
}

/// Where every strand ends.
pub fn heads(conn: &mut Conn) -> Result<Vec<Head>, DbError> {
    const PG: &str = "SELECT strand::bigint AS strand, entries, textsend(head_sha256) AS head_sha256 FROM audit_strands ORDER BY strand";
    const LITE: &str = "SELECT strand, entries, CAST(head_sha256 AS BLOB) AS head_sha256 FROM audit_strands ORDER BY strand";
    let raw: Vec<RawHead> = match conn {
        Conn::Pg(pg) => sql_query(PG).load(pg)?,
        Conn::Sqlite(sqlite) => sql_query(LITE).load(sqlite)?,
    };
    let head = |raw: RawHead| Head {
        strand: named(raw.strand),
        entries: raw.entries,
        sha256: String::from_utf8_lossy(&raw.head_sha256).into_owned(),
    };
    Ok(raw.into_iter().map(head).collect())
}

/// The strands that a log has on this database.
pub fn strands(conn: &Conn) -> Range<i32> {
    match conn {
        Conn::Pg(_) => 0..64,
        Conn::Sqlite(_) => 0..1,
    }
}
