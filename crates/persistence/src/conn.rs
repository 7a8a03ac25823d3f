//! A connection to either database, and how one is opened.
//! Must not hold queries; SQL that differs between the two is in `per_backend`.
//! Pools and transactions over it are in `db` and `tx`.

// The derive below writes paths that rustc finds longer than need be.
#![allow(unused_qualifications)]

use std::{
    path::Path,
    sync::{
        Arc, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use diesel::{
    Connection, PgConnection, SqliteConnection,
    connection::{InstrumentationEvent, SimpleConnection},
};

use crate::{
    db::{Options, Record},
    dsn::{Authorities, completed},
    error::DbError,
    url::DatabaseUrl,
};

/// A connection to either database.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    Pg(PgConnection),
    Sqlite(SqliteConnection),
}

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    Read,
    Write,
}

/// Opens a connection with the settings that every connection has.
pub fn open(url: &DatabaseUrl, purpose: Purpose, options: &Options) -> Result<Conn, DbError> {
    let mut conn = match url {
        DatabaseUrl::Sqlite(path) => Conn::Sqlite(open_sqlite(path, purpose)?),
        DatabaseUrl::Postgres(url) => Conn::Pg(open_postgres(url, options.statement_timeout)?),
    };
    if options.count_statements.is_some() || options.record_statements.is_some() {
        watch(&mut conn, options.count_statements.clone(), options.record_statements.clone());
    }
    Ok(conn)
}

fn open_sqlite(path: &Path, purpose: Purpose) -> Result<SqliteConnection, DbError> {
    let name = path.to_str().ok_or_else(|| DbError::Unavailable("the path of the database is not UTF-8".into()))?;
    // "./" keeps SQLite from reading a name that begins with "file:" as a URI.
    let name = if path.is_absolute() { name.to_owned() } else { format!("./{name}") };
    #[cfg(unix)]
    if purpose == Purpose::Write {
        make_private(path);
    }
    interrupt::install().map_err(|refused| DbError::Unavailable(format!("no hook into SQLite: {}", refused.0)))?;
    let mut conn = SqliteConnection::establish(&name).map_err(|error| unavailable(&error))?;
    conn.batch_execute("PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY;")?;
    conn.batch_execute(match purpose {
        Purpose::Read => "PRAGMA query_only = ON;",
        Purpose::Write => "PRAGMA journal_mode = WAL;",
    })?;
    Ok(conn)
}

/// Makes a missing file for its owner alone; what SQLite puts beside it follows. Where that fails, SQLite tells why.
#[cfg(unix)]
fn make_private(path: &Path) {
    use std::os::unix::fs::OpenOptionsExt;
    if let Err(error) = std::fs::OpenOptions::new().append(true).create_new(true).mode(0o600).open(path) {
        tracing::debug!(%error, "the database file was not made");
    }
}

fn open_postgres(url: &str, statement_timeout: Duration) -> Result<PgConnection, DbError> {
    let mut conn = PgConnection::establish(&completed(url, Authorities::of_machine())).map_err(|error| unavailable(&error))?;
    let millis = statement_timeout.as_millis();
    // Compiling a statement of figures takes ten times as long as carrying it out, and none runs long enough to win that back.
    conn.batch_execute(&format!(
        "SET TIME ZONE 'UTC'; SET statement_timeout = {millis}; SET lock_timeout = {millis}; \
         SET idle_in_transaction_session_timeout = '60s'; SET application_name = 'haidang'; SET jit = off;"
    ))?;
    Ok(conn)
}

fn unavailable(error: &diesel::ConnectionError) -> DbError {
    // One line: libpq's messages have several.
    DbError::Unavailable(error.to_string().split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Counts and takes down statements other than transaction control and settings.
fn watch(conn: &mut Conn, counter: Option<Arc<AtomicU64>>, record: Option<Record>) {
    const NOT_COUNTED: [&str; 7] = ["BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "SET ", "PRAGMA"];
    conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            let text = query.to_string();
            if !NOT_COUNTED.iter().any(|word| text.starts_with(word)) {
                if let Some(counter) = &counter {
                    counter.fetch_add(1, Ordering::Relaxed);
                }
                if let Some(record) = &record
                    && let Some(list) = record.lock().unwrap_or_else(PoisonError::into_inner).as_mut()
                {
                    list.push(text);
                }
            }
        }
    });
}
