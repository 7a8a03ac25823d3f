//! Where things are kept: one Diesel code base for SQLite and PostgreSQL, their connections, transactions and migrations.
//! Must not decide who may do what or whether a report is right; must not be seen by `rest` and `graphql`.
//! Start at `db` (how to read and write); one file per aggregate holds the queries, `rows` what is stored.

pub mod account;
pub mod amendment;
pub mod attempts;
pub mod audit;
#[cfg(feature = "testing")]
pub mod by_hand;
pub mod calendar;
pub mod catalogue;
pub mod chasing;
pub mod committee;
pub mod conclusion;
mod conn;
pub mod db;
pub mod designation;
pub mod document;
mod dsn;
pub mod error;
pub mod evidence;
pub mod evidence_store;
pub mod feed;
pub mod frozen;
pub mod fulfilment;
pub mod grant;
pub mod idempotency;
pub mod in_use;
pub mod meeting;
pub mod meeting_roster;
pub mod migrate;
pub mod node;
pub mod obligation;
pub mod occurrence;
pub mod occurrence_bulk;
pub mod organisation;
pub mod outbox;
mod per_backend;
pub mod person;
pub mod personal_request;
pub mod plan;
pub mod rates;
pub mod report;
pub mod report_file;
pub mod rows;
pub mod schema;
pub mod second_factor;
pub mod secret;
pub mod seed;
pub mod seen;
pub mod session;
pub mod snapshot;
mod sql_types;
mod statement;
pub mod succession;
pub mod succession_queue;
pub mod sync;
pub mod task;
mod tx;
pub mod url;
pub mod wording;
mod writer;

pub use conn::Conn;
pub use db::{Db, Options};
pub use error::DbError;
pub use snapshot::Snapshot;
pub use tx::nested as savepoint;
