//! Where things are kept: one Diesel code base for SQLite and PostgreSQL, their connections, transactions and migrations.
//! Must not decide who may do what or whether a report is right; must not be seen by `rest` and `graphql`.
//! Start at `db` (how to read and write); one file per aggregate holds the queries, `rows` what is stored.

//A pub mod account;
//A pub mod catalogue;
mod conn;
pub mod db;
//A pub mod document;
pub mod error;
//A pub mod idempotency;
pub mod migrate;
//A mod per_backend;
//A pub mod plan;
//A pub mod report;
pub mod rows;
pub mod schema;
pub mod snapshot;
mod sql_types;
pub mod sync;
//A pub mod task;
mod tx;
pub mod url;
mod writer;

pub use conn::Conn;
pub use db::{Db, Options};
pub use error::DbError;
pub use snapshot::Snapshot;
