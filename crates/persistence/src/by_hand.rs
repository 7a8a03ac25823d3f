//! Statements written by hand, for tests that look at the schema or break something on purpose.
//! Must not be called by anything that ships: compiled with the feature `testing` only.
//! The service's own statements are in the files of the aggregates.

use diesel::{connection::SimpleConnection, prelude::*, sql_query, sql_types::Text};

use crate::{conn::Conn, db::Db, error::DbError};

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// Runs statements.
pub fn execute(db: &Db, sql: &str) -> Result<(), DbError> {
    Ok(db.dedicated()?.batch_execute(sql)?)
}

/// A connection whose open transaction keeps what it took until it is dropped.
pub struct Held(Conn);

/// Runs statements that begin a transaction and take locks, and keeps them.
pub fn hold(db: &Db, sql: &str) -> Result<Held, DbError> {
    let mut conn = db.dedicated()?;
    conn.batch_execute(sql)?;
    Ok(Held(conn))
}

impl Held {
    /// Makes it last.
    pub fn keep(mut self) -> Result<(), DbError> {
        Ok(self.0.batch_execute("COMMIT")?)
    }

    /// Gives everything back.
    pub fn let_go(mut self) -> Result<(), DbError> {
        Ok(self.0.batch_execute("ROLLBACK")?)
    }
}

/// The column `line` of a query.
pub fn lines(db: &Db, sql: &str) -> Result<Vec<String>, DbError> {
    let rows: Vec<Line> = sql_query(sql).load(&mut db.dedicated()?)?;
    Ok(rows.into_iter().map(|row| row.line).collect())
}
