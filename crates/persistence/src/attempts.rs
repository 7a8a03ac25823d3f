//! Failed sign-ins, counted for a login or a network address.
//! Must not keep whom they are counted for in the clear.
//! When so many are too many is decided in `app::identity`.

use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_query,
    sql_types::{Integer, Text, Timestamp},
};

use crate::{
    conn::{Conn, MultiBackend},
    error::DbError,
    schema::failed_attempts,
};

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = Integer)]
    failures: i32,
}

/// One statement, so that attempts side by side all count. Diesel cannot write it for both databases at once.
const COUNT: &str = "INSERT INTO failed_attempts (key_sha256, failures, expires_at) VALUES ($1, 1, $2) \
    ON CONFLICT (key_sha256) DO UPDATE SET \
    failures = CASE WHEN failed_attempts.expires_at > $3 THEN failed_attempts.failures + 1 ELSE 1 END, \
    expires_at = CASE WHEN failed_attempts.expires_at > $4 THEN failed_attempts.expires_at ELSE excluded.expires_at END \
    RETURNING failures";

/// Counts one more for each key and gives their sums. A count that has run out begins anew and then lasts until `expires`.
pub fn count(conn: &mut Conn, keys_sha256: &[String], now: DateTime<Utc>, expires: DateTime<Utc>) -> Result<Vec<i32>, DbError> {
    let mut counts = Vec::new();
    for key in keys_sha256 {
        let query = sql_query(COUNT)
            .into_boxed::<MultiBackend>()
            .bind::<Text, _>(key.clone())
            .bind::<Timestamp, _>(expires.naive_utc())
            .bind::<Timestamp, _>(now.naive_utc())
            .bind::<Timestamp, _>(now.naive_utc());
        let count: Count = query.get_result(conn)?;
        counts.push(count.failures);
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
