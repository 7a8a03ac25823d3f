//! The use cases: what can be done with the service, once, under every transport.
//! Must not know HTTP or GraphQL; each operation asks the policy before it touches anything.
//! Reads go through a `View` (one caller, one state of the database); start at `task` or `report`.

pub mod access;
pub mod agency;
pub mod audit;
pub mod budget;
pub mod calendar;
pub mod catalogue;
pub mod chart;
pub mod chasing;
pub mod committee;
pub mod cursor;
pub mod deliverable;
pub mod designation;
pub mod direction;
pub mod document;
mod error;
pub mod evidence;
pub mod feed;
pub mod form;
pub mod gap;
pub mod generate;
mod idempotency;
pub mod identity;
pub mod import;
pub mod listing;
pub mod meeting;
pub mod node;
pub mod obligation;
pub mod occurrence;
pub mod organisation;
pub mod outbox;
pub mod person;
pub mod personal;
pub mod place;
pub mod plan;
pub mod post;
pub mod reading;
pub mod report;
pub mod search;
pub mod staff_roll;
pub mod statistics;
pub mod strict;
pub mod succession;
pub mod target;
pub mod task;
mod tracked;
pub mod training;
pub mod translation;
pub mod version;
mod view;
pub mod webhook;
mod words;

use std::{
    path::PathBuf,
    sync::{Arc, OnceLock},
};

use auth::{PasswordError, Passwords, Tokens};
use domain::{
    clock::Clock,
    error::{Code, Refusal},
    id::IdSource,
};
use evidence::Evidence;
use identity::external::{Issuers, SignedIn};
use persistence::{Conn, Db, DbError, attempts, migrate, secret, session};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

pub use audit::admit;
pub use document::DocumentFilter;
pub use error::Error;
pub use idempotency::{Answer, Made, OnceKey, StoredResponse};
pub use persistence::{
    report::ReportFilter,
    sync::{Change, ChangeKind},
};
pub use view::View;

/// Everything the use cases need, cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

struct Parts {
    db: Db,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
    tokens: Tokens,
    passwords: Passwords,
    /// One a core.
    hashing: identity::turns::Turns,
    catalogue: catalogue::Cache,
    seen: identity::Seen,
    issuers: Issuers,
    signed_in: SignedIn,
    keys_in_use: idempotency::InUse,
    /// One permit a long upload that waits on disk, and one a batch that is in memory.
    uploads: Arc<Semaphore>,
    batches: Arc<Semaphore>,
    evidence: Evidence,
    /// Where the keys of restricted fields of people are kept.
    personal_keys: OnceLock<PathBuf>,
    webhooks: webhook::Sending,
    /// Counted up whenever something happened that may concern whoever follows.
    news: watch::Sender<u64>,
}

/// Long uploads on disk at once, of up to 20 MiB each.
const UPLOADS: usize = 16;
/// Batches in memory at once.
const BATCHES: usize = 2;

impl App {
    /// Over an open database, with the clock, identifiers and keys of the process.
    ///
    /// # Errors
    /// When password hashing cannot be prepared.
    pub fn new(
        db: Db,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn IdSource>,
        tokens: Tokens,
        issuers: Issuers,
        evidence: Evidence,
    ) -> Result<Self, PasswordError> {
        Ok(Self(Arc::new(Parts {
            db,
            clock,
            ids,
            tokens,
            passwords: Passwords::new()?,
            hashing: identity::turns::Turns::new(std::thread::available_parallelism().map_or(2, std::num::NonZero::get)),
            catalogue: catalogue::Cache::default(),
            seen: identity::Seen::default(),
            issuers,
            signed_in: SignedIn::default(),
            keys_in_use: idempotency::InUse::default(),
            uploads: Arc::new(Semaphore::new(UPLOADS)),
            batches: Arc::new(Semaphore::new(BATCHES)),
            evidence,
            personal_keys: OnceLock::new(),
            webhooks: webhook::Sending::default(),
            news: watch::Sender::new(0),
        })))
    }

    /// Names the file with the keys of restricted fields of people, once; without one these can be neither written nor opened.
    pub fn keep_personal_keys_in(&self, file: PathBuf) {
        self.0.personal_keys.get_or_init(|| file);
    }

    /// The public keys that verify this service's tokens (RFC 7517).
    pub fn jwks(&self) -> serde_json::Value {
        self.0.tokens.jwks()
    }

    /// A place on disk for a long upload, for as long as it is kept.
    ///
    /// # Errors
    /// `UNAVAILABLE` when all are taken.
    pub fn upload_place(&self) -> Result<OwnedSemaphorePermit, Refusal> {
        Arc::clone(&self.0.uploads).try_acquire_owned().map_err(|_| Refusal::new(Code::Unavailable))
    }

    /// A place in memory for a batch, once there is one.
    ///
    /// # Errors
    /// `UNAVAILABLE` when the service ends.
    pub async fn batch_place(&self) -> Result<OwnedSemaphorePermit, Refusal> {
        Arc::clone(&self.0.batches).acquire_owned().await.map_err(|_| Refusal::new(Code::Unavailable))
    }

    /// Whether the database answers, and with a schema that this program understands: another node may have migrated it.
    ///
    /// # Errors
    /// `UNAVAILABLE` when it does not.
    pub async fn ready(&self) -> Result<(), Error> {
        self.0.db.ping().await?;
        if self.0.db.read(migrate::is_current).await? { Ok(()) } else { Err(Refusal::new(Code::Unavailable).into()) }
    }

    /// Reads the catalogue into memory, so that the first caller does not wait for it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn warm(&self) -> Result<(), Error> {
        let app = self.clone();
        self.0.db.read(move |conn| app.0.catalogue.current(conn)).await?;
        Ok(())
    }

    /// Forgets what has run out: idempotency keys, counts of failures, assertions and refresh tokens; tells how many.
    ///
    /// # Errors
    /// `UNAVAILABLE` when the database does not answer.
    pub async fn purge_expired(&self) -> Result<usize, Error> {
        let now = self.0.clock.now();
        let purge = move |conn: &mut Conn| -> Result<usize, DbError> {
            let keys = persistence::idempotency::purge(conn, now)?;
            let failures = attempts::purge(conn, now)?;
            let assertions = secret::purge_assertions(conn, now)?;
            Ok(keys + failures + assertions + session::purge(conn, now)?)
        };
        Ok(self.0.db.append(purge).await?)
    }
}
