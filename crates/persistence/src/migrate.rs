//! The schema's own history: what is applied, what is missing, what this binary does not know.
//! Must not repair anything; a schema that does not fit is refused with a sentence.
//! The migrations are `migrations/{sqlite,postgres}`, embedded at build time.

use std::collections::BTreeSet;

use diesel::{
    QueryableByName, RunQueryDsl,
    backend::Backend,
    connection::{AnsiTransactionManager, SimpleConnection, TransactionManager},
    migration::{Migration, MigrationSource, MigrationVersion},
    pg::Pg,
    sql_query,
    sql_types::Text,
    sqlite::Sqlite,
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::{conn::Conn, db::Db, document, error::DbError, per_backend, search, task, tx};

const SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

/// Serialises migrating nodes on PostgreSQL ("haidang" in ASCII).
const MIGRATION_LOCK: i64 = 0x0068_6169_6461_6e67;

/// Where Diesel notes the migrations that are applied.
const HISTORY: &str = "__diesel_schema_migrations";

/// The migration that leaves reading the numbers of documents to the program.
const NUMBERS_READ: &str = "20261128000017";

/// The migration that leaves the order of titles to the program.
const TITLES_KEYED: &str = "20261130000080";

/// How a schema stands to this binary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SchemaState {
    Current,
    /// Nothing is applied.
    Empty,
    /// Some or all of this binary's newest migrations are missing.
    Behind {
        missing: Vec<String>,
    },
    /// An earlier migration is missing although a later one is applied.
    HalfMigrated {
        missing: Vec<String>,
    },
    /// Migrations are applied that this binary does not have.
    Newer {
        unknown: Vec<String>,
    },
}

/// Why migrating did not work.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    #[error(transparent)]
    Db(#[from] DbError),
    #[error("the schema is newer than this binary (it has {0}); use the newer haidang")]
    Newer(String),
    #[error("the schema is half migrated: {0} is missing although later migrations are applied; restore the database from a backup")]
    HalfMigrated(String),
    #[error("migration failed: {0}")]
    Failed(String),
}

/// Compares the schema with this binary's migrations, without changing anything.
pub fn state(db: &Db) -> Result<SchemaState, MigrateError> {
    let mut conn = db.dedicated()?;
    if !per_backend::has_table(&mut conn, HISTORY)? {
        return Ok(SchemaState::Empty);
    }
    let (known, applied) = versions(&mut conn)?;
    Ok(compare(&known, &applied))
}

#[derive(QueryableByName)]
struct Applied {
    #[diesel(sql_type = Text)]
    version: String,
}

/// Whether exactly this binary's migrations are applied: one statement, which writes nothing.
pub fn is_current(conn: &mut Conn) -> Result<bool, DbError> {
    let known = match conn {
        Conn::Pg(_) => MigrationSource::<Pg>::migrations(&POSTGRES).map(|known| numbers(&known)),
        Conn::Sqlite(_) => MigrationSource::<Sqlite>::migrations(&SQLITE).map(|known| numbers(&known)),
    };
    let known = known.map_err(|error| DbError::Unavailable(error.to_string()))?;
    let rows: Vec<Applied> = sql_query(format!("SELECT version FROM {HISTORY}")).load(conn)?;
    Ok(compare(&known, &rows.into_iter().map(|row| row.version).collect()) == SchemaState::Current)
}

fn numbers<B: Backend>(migrations: &[Box<dyn Migration<B>>]) -> BTreeSet<String> {
    migrations.iter().map(|migration| migration.name().version().to_string()).collect()
}

fn compare(known: &BTreeSet<String>, applied: &BTreeSet<String>) -> SchemaState {
    let unknown: Vec<String> = applied.difference(known).cloned().collect();
    if !unknown.is_empty() {
        return SchemaState::Newer { unknown };
    }
    if applied.is_empty() {
        return SchemaState::Empty;
    }
    let missing: Vec<String> = known.difference(applied).cloned().collect();
    match (missing.first(), applied.last()) {
        (None, _) => SchemaState::Current,
        (Some(first), Some(last)) if first < last => SchemaState::HalfMigrated { missing },
        _ => SchemaState::Behind { missing },
    }
}

/// Applies what is missing; gives the versions applied. Several nodes may call it at once: one at a time looks and applies.
pub fn up(db: &Db) -> Result<Vec<String>, MigrateError> {
    let mut conn = db.dedicated()?;
    match &mut conn {
        Conn::Pg(pg) => pg.batch_execute(&format!("SELECT pg_advisory_lock({MIGRATION_LOCK})")),
        // The only lock there is; the migrations are savepoints in it, and where one fails the connection ends with all of them.
        Conn::Sqlite(sqlite) => AnsiTransactionManager::begin_transaction_sql(sqlite, "BEGIN EXCLUSIVE"),
    }
    .map_err(DbError::from)?;
    let applied = apply(&mut conn)?;
    if let Conn::Sqlite(sqlite) = &mut conn {
        AnsiTransactionManager::commit_transaction(sqlite).map_err(DbError::from)?;
    }
    Ok(applied)
}

fn apply(conn: &mut Conn) -> Result<Vec<String>, MigrateError> {
    let (known, applied) = versions(conn)?;
    match compare(&known, &applied) {
        SchemaState::Newer { unknown } => return Err(MigrateError::Newer(unknown.join(", "))),
        SchemaState::HalfMigrated { missing } => return Err(MigrateError::HalfMigrated(missing.join(", "))),
        SchemaState::Current | SchemaState::Empty | SchemaState::Behind { .. } => {}
    }
    let done = match conn {
        Conn::Pg(pg) => pg.run_pending_migrations(POSTGRES).map(|versions| names(&versions)),
        Conn::Sqlite(sqlite) => sqlite.run_pending_migrations(SQLITE).map(|versions| names(&versions)),
    };
    let done = done.map_err(|error| MigrateError::Failed(error.to_string()))?;
    if done.iter().any(|version| version.starts_with(NUMBERS_READ)) {
        document::reread(conn)?;
    }
    if done.iter().any(|version| version.starts_with(TITLES_KEYED)) {
        task::key_titles(conn)?;
    }
    if !search::is_current(conn)? {
        let rebuilt = tx::nested(conn, &mut search::rebuild)?;
        tracing::info!(entries = rebuilt.entries, "what is searched was made anew");
    }
    Ok(done)
}

/// Takes every migration back, the newest first. Only tests want this.
pub fn down(db: &Db) -> Result<(), MigrateError> {
    let mut conn = db.dedicated()?;
    let done = match &mut conn {
        Conn::Pg(pg) => pg.revert_all_migrations(POSTGRES).map(|_| ()),
        Conn::Sqlite(sqlite) => sqlite.revert_all_migrations(SQLITE).map(|_| ()),
    };
    done.map_err(|error| MigrateError::Failed(error.to_string()))
}

fn names(versions: &[MigrationVersion<'_>]) -> Vec<String> {
    versions.iter().map(ToString::to_string).collect()
}

fn versions(conn: &mut Conn) -> Result<(BTreeSet<String>, BTreeSet<String>), MigrateError> {
    let failed = |error: Box<dyn std::error::Error + Send + Sync>| MigrateError::Failed(error.to_string());
    let (known, applied) = match conn {
        Conn::Pg(pg) => (numbers(&MigrationSource::<Pg>::migrations(&POSTGRES).map_err(failed)?), pg.applied_migrations().map_err(failed)?),
        Conn::Sqlite(sqlite) => {
            (numbers(&MigrationSource::<Sqlite>::migrations(&SQLITE).map_err(failed)?), sqlite.applied_migrations().map_err(failed)?)
        }
    };
    Ok((known, applied.iter().map(ToString::to_string).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(versions: &[&str]) -> BTreeSet<String> {
        versions.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_schema_is_judged_by_its_versions() {
        let known = set(&["1", "2", "3"]);
        assert_eq!(compare(&known, &set(&["1", "2", "3"])), SchemaState::Current);
        assert_eq!(compare(&known, &set(&[])), SchemaState::Empty);
        assert_eq!(compare(&known, &set(&["1"])), SchemaState::Behind { missing: vec!["2".into(), "3".into()] });
        assert_eq!(compare(&known, &set(&["1", "3"])), SchemaState::HalfMigrated { missing: vec!["2".into()] });
        assert_eq!(compare(&known, &set(&["1", "2", "3", "4"])), SchemaState::Newer { unknown: vec!["4".into()] });
    }
}
