//! The schema's own history: what is applied, what is missing, what this binary does not know.
//! Must not repair anything; a schema that does not fit is refused with a sentence.
//! The migrations are `migrations/{sqlite,postgres}`, embedded at build time.

use std::collections::BTreeSet;

use diesel::{
    connection::SimpleConnection,
    migration::{Migration, MigrationSource, MigrationVersion},
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::{conn::Conn, db::Db, error::DbError, per_backend};

const SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

/// Serialises migrating nodes on PostgreSQL ("haidang" in ASCII).
const MIGRATION_LOCK: i64 = 0x0068_6169_6461_6e67;

/// Where Diesel notes the migrations that are applied.
const HISTORY: &str = "__diesel_schema_migrations";

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

/// Applies what is missing; gives the versions applied. Several nodes may call it at once.
pub fn up(db: &Db) -> Result<Vec<String>, MigrateError> {
    let mut conn = db.dedicated()?;
    if let Conn::Pg(pg) = &mut conn {
        pg.batch_execute(&format!("SELECT pg_advisory_lock({MIGRATION_LOCK})")).map_err(DbError::from)?;
    }
    let (known, applied) = versions(&mut conn)?;
    match compare(&known, &applied) {
        SchemaState::Newer { unknown } => return Err(MigrateError::Newer(unknown.join(", "))),
        SchemaState::HalfMigrated { missing } => return Err(MigrateError::HalfMigrated(missing.join(", "))),
        SchemaState::Current | SchemaState::Empty | SchemaState::Behind { .. } => {}
    }
    let done = match &mut conn {
        Conn::Pg(pg) => pg.run_pending_migrations(POSTGRES).map(|versions| names(&versions)),
        Conn::Sqlite(sqlite) => sqlite.run_pending_migrations(SQLITE).map(|versions| names(&versions)),
    };
    done.map_err(|error| MigrateError::Failed(error.to_string()))
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
        Conn::Pg(pg) => {
            let known: Vec<Box<dyn Migration<diesel::pg::Pg>>> = POSTGRES.migrations().map_err(failed)?;
            (known.iter().map(|m| m.name().version().to_string()).collect(), pg.applied_migrations().map_err(failed)?)
        }
        Conn::Sqlite(sqlite) => {
            let known: Vec<Box<dyn Migration<diesel::sqlite::Sqlite>>> = SQLITE.migrations().map_err(failed)?;
            (known.iter().map(|m| m.name().version().to_string()).collect(), sqlite.applied_migrations().map_err(failed)?)
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
