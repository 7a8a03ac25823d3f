//! Transactions on either database: how they begin, end and nest.
//! Must not know what is done inside.
//! Retries and pools are in `db`; the single writer of SQLite is `writer`.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::Duration,
};

use diesel::{
    Connection,
    connection::{AnsiTransactionManager, SimpleConnection, TransactionManager},
};

use crate::{conn::Conn, error::DbError};

type Manager = <Conn as Connection>::TransactionManager;

/// Begins a read-only transaction that sees one state of the database throughout. Where a time is given, PostgreSQL ends each of its
/// statements after that.
pub fn begin_read(conn: &mut Conn, within: Option<Duration>) -> Result<(), DbError> {
    match conn {
        Conn::Pg(pg) => {
            // One message, one answer.
            let within = within.map(|time| format!("; {}", timed(time))).unwrap_or_default();
            AnsiTransactionManager::begin_transaction_sql(pg, &format!("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY{within}"))?;
        }
        Conn::Sqlite(sqlite) => AnsiTransactionManager::begin_transaction_sql(sqlite, "BEGIN DEFERRED")?,
    }
    Ok(())
}

/// Lets PostgreSQL end each statement of the open transaction after a time; zero is without end.
pub fn limit(conn: &mut Conn, time: Duration) -> Result<(), DbError> {
    match conn {
        Conn::Pg(pg) => Ok(pg.batch_execute(&timed(time))?),
        // Its statements are watched where they run.
        Conn::Sqlite(_) => Ok(()),
    }
}

fn timed(time: Duration) -> String {
    format!("SET LOCAL statement_timeout = {}", time.as_millis().min(i32::MAX as u128))
}

/// Begins a transaction that writes: the only one on SQLite, serialisable on PostgreSQL.
pub fn begin_write(conn: &mut Conn) -> Result<(), DbError> {
    match conn {
        Conn::Pg(pg) => AnsiTransactionManager::begin_transaction_sql(pg, "BEGIN ISOLATION LEVEL SERIALIZABLE")?,
        Conn::Sqlite(sqlite) => AnsiTransactionManager::begin_transaction_sql(sqlite, "BEGIN IMMEDIATE")?,
    }
    Ok(())
}

/// Begins a transaction whose rules are all held by constraints of the schema.
pub fn begin_append(conn: &mut Conn) -> Result<(), DbError> {
    match conn {
        Conn::Pg(pg) => AnsiTransactionManager::begin_transaction_sql(pg, "BEGIN ISOLATION LEVEL READ COMMITTED")?,
        Conn::Sqlite(sqlite) => AnsiTransactionManager::begin_transaction_sql(sqlite, "BEGIN IMMEDIATE")?,
    }
    Ok(())
}

/// Whether no transaction is open and the connection's state is known.
pub fn is_idle(conn: &mut Conn) -> bool {
    matches!(Manager::transaction_manager_status_mut(conn).transaction_depth(), Ok(None))
}

/// Whether exactly one transaction is open, without savepoints, as far as is known.
pub fn is_outermost(conn: &mut Conn) -> bool {
    matches!(Manager::transaction_manager_status_mut(conn).transaction_depth(), Ok(Some(depth)) if depth.get() == 1)
}

/// Makes what was done last.
pub fn commit(conn: &mut Conn) -> Result<(), DbError> {
    Manager::commit_transaction(conn).map_err(DbError::from)
}

/// Undoes what was done.
pub fn rollback(conn: &mut Conn) -> Result<(), DbError> {
    Manager::rollback_transaction(conn).map_err(DbError::from)
}

/// Runs `f`; a panic inside becomes an error, so that the connection can be cleaned up.
pub fn guarded<T, E: From<DbError>>(conn: &mut Conn, f: &mut impl FnMut(&mut Conn) -> Result<T, E>) -> Result<T, E> {
    catch_unwind(AssertUnwindSafe(|| f(conn))).unwrap_or_else(|_| Err(DbError::Panicked.into()))
}

/// Runs `f` in a transaction begun by `begin`: commits its success, rolls back its failure.
pub fn within<T, E: From<DbError>>(
    conn: &mut Conn,
    begin: fn(&mut Conn) -> Result<(), DbError>,
    f: &mut impl FnMut(&mut Conn) -> Result<T, E>,
) -> Result<T, E> {
    begin(conn)?;
    finish(conn, f)
}

/// Runs `f` in the transaction that is open: commits its success, rolls back its failure.
pub fn finish<T, E: From<DbError>>(conn: &mut Conn, f: &mut impl FnMut(&mut Conn) -> Result<T, E>) -> Result<T, E> {
    match guarded(conn, f) {
        Ok(value) => {
            commit(conn)?;
            Ok(value)
        }
        Err(error) => {
            // The cause matters more than a rollback that failed with it: a broken connection is thrown away.
            if let Err(second) = rollback(conn) {
                tracing::warn!(error = %second, "rollback failed");
            }
            Err(error)
        }
    }
}

/// Runs `f` in a savepoint of the transaction that is open.
pub fn nested<T, E: From<DbError>>(conn: &mut Conn, f: &mut impl FnMut(&mut Conn) -> Result<T, E>) -> Result<T, E> {
    within(conn, |conn| Manager::begin_transaction(conn).map_err(DbError::from), f)
}
