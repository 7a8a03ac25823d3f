//! Failed sign-ins, counted for a login or a network address.
//! Must not keep whom they are counted for in the clear.
//! When so many are too many is decided in `app::identity`.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::{conn::Conn, error::DbError, schema::failed_attempts};

/// Counts one more for each key and gives their sums, with the instants at which they are forgotten.
///
/// A count that has run out begins anew and then lasts until `expires`.
pub fn count(
    conn: &mut Conn,
    keys_sha256: &[String],
    now: DateTime<Utc>,
    expires: DateTime<Utc>,
) -> Result<Vec<(i32, DateTime<Utc>)>, DbError> {
    let mut counts = Vec::new();
    for key in keys_sha256 {
        let stored: Option<(i32, NaiveDateTime)> = failed_attempts::table
            .find(key)
            .filter(failed_attempts::expires_at.gt(now.naive_utc()))
            .select((failed_attempts::failures, failed_attempts::expires_at))
            .first(conn)
            .optional()?;
        let (failures, until) = stored.map_or((1, expires.naive_utc()), |(failures, until)| (failures.saturating_add(1), until));
        diesel::delete(failed_attempts::table.find(key)).execute(conn)?;
        diesel::insert_into(failed_attempts::table)
            .values((failed_attempts::key_sha256.eq(key), failed_attempts::failures.eq(failures), failed_attempts::expires_at.eq(until)))
            .execute(conn)?;
        counts.push((failures, until.and_utc()));
    }
    Ok(counts)
}

/// Takes one back for each key, as the attempt was no failure; `forget` is forgotten altogether.
pub fn forgive(conn: &mut Conn, keys_sha256: &[String], forget: &str) -> Result<(), DbError> {
    for key in keys_sha256 {
        let some = failed_attempts::table.find(key).filter(failed_attempts::failures.gt(0));
        diesel::update(some).set(failed_attempts::failures.eq(failed_attempts::failures - 1)).execute(conn)?;
    }
    diesel::delete(failed_attempts::table.find(forget)).execute(conn)?;
    Ok(())
}

/// Forgets counts that have run out.
pub fn purge(conn: &mut Conn, now: DateTime<Utc>) -> Result<usize, DbError> {
    Ok(diesel::delete(failed_attempts::table.filter(failed_attempts::expires_at.le(now.naive_utc()))).execute(conn)?)
}
