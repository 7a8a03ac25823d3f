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

#[derive(QueryableByName)]
struct Step {
    #[diesel(sql_type = Text)]
    detail: String,
}

#[derive(QueryableByName)]
struct PlanLine {
    #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
    line: String,
}

/// How the database would carry out a statement with these values, each with its type and as written in SQL, if reading a table
/// from end to end were the last resort, as it is once tables are large.
pub fn plan(db: &Db, statement: &str, values: &[(&str, String)]) -> Result<Vec<String>, DbError> {
    match &mut db.dedicated()? {
        // What is not bound is null, which changes no plan.
        Conn::Sqlite(conn) => {
            let steps: Vec<Step> = sql_query(format!("EXPLAIN QUERY PLAN {statement}")).load(conn)?;
            Ok(steps.into_iter().map(|step| step.detail).collect())
        }
        Conn::Pg(conn) => {
            let list = |of: Vec<&str>| if of.is_empty() { String::new() } else { format!("({})", of.join(", ")) };
            let (types, given) = values.iter().map(|(kind, value)| (*kind, value.as_str())).unzip();
            let (types, given) = (list(types), list(given));
            conn.batch_execute(&format!(
                "SET enable_seqscan = off; SET plan_cache_mode = force_custom_plan; PREPARE asked {types} AS {statement}"
            ))?;
            let lines: Vec<PlanLine> = sql_query(format!("EXPLAIN EXECUTE asked{given}")).load(conn)?;
            Ok(lines.into_iter().map(|line| line.line).collect())
        }
    }
}

/// A read of so many steps, which the database makes one after the other.
pub fn count(conn: &mut Conn, steps: u64) -> Result<String, DbError> {
    let sql = format!(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {steps}) SELECT CAST(count(*) AS TEXT) AS line FROM n"
    );
    let rows: Vec<Line> = sql_query(sql).load(conn)?;
    Ok(rows.into_iter().map(|row| row.line).collect())
}

/// A read that takes ten minutes if nobody ends it.
pub fn sleep(conn: &mut Conn) -> Result<String, DbError> {
    match conn {
        Conn::Sqlite(_) => count(conn, 10_000_000_000),
        Conn::Pg(conn) => {
            let rows: Vec<Line> = sql_query("SELECT CAST(pg_sleep(600) AS TEXT) AS line").load(conn)?;
            Ok(rows.into_iter().map(|row| row.line).collect())
        }
    }
}

/// A setting of PostgreSQL, as the transaction has it.
pub fn setting(conn: &mut Conn, name: &str) -> Result<String, DbError> {
    let rows: Vec<Line> = sql_query(format!("SELECT current_setting('{name}') AS line")).load(conn)?;
    Ok(rows.into_iter().map(|row| row.line).collect())
}
