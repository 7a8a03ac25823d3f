//! The few statements that the two databases do not share.
//! Must stay small: one arm by default, a `match` only where the derive cannot.
//! Connections are `conn`.

use diesel::{RunQueryDsl, sql_query, sql_types::BigInt};

use crate::{conn::Conn, error::DbError};

#[derive(diesel::QueryableByName)]
struct Locked {
    #[diesel(sql_type = diesel::sql_types::Bool)]
    locked: bool,
}

/// Takes the lock `key` until the end of the transaction, if nobody on any node holds it.
/// On SQLite there is one writer, and being inside its transaction is the lock.
pub fn try_lock(conn: &mut Conn, key: i64) -> Result<bool, DbError> {
    match conn {
        Conn::Pg(pg) => {
            let row: Locked = sql_query("SELECT pg_try_advisory_xact_lock($1) AS locked").bind::<BigInt, _>(key).get_result(pg)?;
            Ok(row.locked)
        }
        Conn::Sqlite(_) => Ok(true),
    }
}
