//! Failed sign-ins, counted for a login, a network address, or both.
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

/// Counts one more for a key and gives the sum. A count that has run out begins anew and then lasts until `expires`.
pub fn count(conn: &mut Conn, key_sha256: &str, now: DateTime<Utc>, expires: DateTime<Utc>) -> Result<i32, DbError> {
    let query = sql_query(COUNT)
        .into_boxed::<MultiBackend>()
        .bind::<Text, _>(key_sha256.to_owned())
        .bind::<Timestamp, _>(expires.naive_utc())
        .bind::<Timestamp, _>(now.naive_utc())
        .bind::<Timestamp, _>(now.naive_utc());
    let count: Count = query.get_result(conn)?;
    Ok(count.failures)
}

/// Takes one back, as the attempt was no failure.
pub fn take_back(conn: &mut Conn, key_sha256: &str) -> Result<(), DbError> {
    let some = failed_attempts::table.find(key_sha256).filter(failed_attempts::failures.gt(0));
    diesel::update(some).set(failed_attempts::failures.eq(failed_attempts::failures - 1)).execute(conn)?;
    Ok(())
}

/// Forgets a count altogether.
pub fn forget(conn: &mut Conn, key_sha256: &str) -> Result<(), DbError> {
    diesel::delete(failed_attempts::table.find(key_sha256)).execute(conn)?;
    Ok(())
}

/// Forgets counts that have run out.
pub fn purge(conn: &mut Conn, now: DateTime<Utc>) -> Result<usize, DbError> {
    Ok(diesel::delete(failed_attempts::table.filter(failed_attempts::expires_at.le(now.naive_utc()))).execute(conn)?)
}
