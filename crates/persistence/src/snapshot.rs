//! One state of the database, read as often as wanted by one operation.
//! Must not write, nor read on when the time of its operation is over or nobody waits for it any more: then the statement under way ends,
//! on SQLite within a millisecond, on PostgreSQL when that time is over. What it shows never mixes two states, so totals equal the sum of
//! their parts.
//! Opened by `db::Db::snapshot`.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Duration,
};

use interrupt::{Until, Waiting};
use tokio::sync::{Mutex, OwnedSemaphorePermit};

use crate::{
    conn::Conn,
    db::{self, Db, Pooled},
    error::{DbError, TxError},
    tx,
};

/// PostgreSQL is told the time anew when a statement could go on for longer than this after it is over.
const EXCESS: Duration = Duration::from_millis(500);
/// PostgreSQL ends a statement this long after its time is over, so that it is known here that it is.
const GRACE: Duration = Duration::from_millis(20);

/// A read-only transaction that begins with its first read and ends when the last clone is dropped.
#[derive(Clone)]
pub struct Snapshot {
    db: Db,
    open: Arc<Mutex<Slot>>,
    /// Whoever reads waits for it until the last clone is dropped.
    waiting: Arc<Waiting>,
}

struct Open {
    conn: Pooled,
    permit: OwnedSemaphorePermit,
    /// After which time PostgreSQL ends a statement, where that is another than the connection's own.
    limit: Option<Duration>,
    /// A statement failed, after which PostgreSQL answers nothing more in the transaction.
    is_broken: bool,
}

impl Open {
    fn begin(db: &Db, permit: OwnedSemaphorePermit, until: &Until) -> Result<Self, DbError> {
        let limit = until.left().map(|left| left + GRACE);
        Ok(Self { conn: db::begun(&db.pool(), |conn| tx::begin_read(conn, limit))?, permit, limit, is_broken: false })
    }

    fn read<T, E: TxError>(&mut self, until: &Until, f: impl FnOnce(&mut Conn) -> Result<T, E>, usual: Duration) -> Result<T, E> {
        if until.is_over() {
            return Err(DbError::TooSlow.into());
        }
        if self.is_broken {
            return Err(DbError::Unavailable("an earlier read of the snapshot failed".into()).into());
        }
        self.is_broken = true;
        self.tell(until, usual)?;
        let done = until.watch(|| catch_unwind(AssertUnwindSafe(|| f(&mut self.conn)))).unwrap_or_else(|_| Err(DbError::Panicked.into()));
        self.is_broken = matches!(&done, Err(error) if error.database().is_some());
        match &done {
            // What the database says of a statement that was ended is its own way to say so.
            Err(error) if matches!(error.database(), Some(DbError::Unavailable(_) | DbError::Diesel(_))) && until.is_over() => {
                Err(DbError::TooSlow.into())
            }
            _ => done,
        }
    }

    /// Tells PostgreSQL what is left of the time, where what it knows of that is not good enough any more.
    fn tell(&mut self, until: &Until, usual: Duration) -> Result<(), DbError> {
        let wanted = until.left().map(|left| left + GRACE);
        let is_told = match (self.limit, wanted) {
            (None, None) => true,
            (Some(limit), Some(wanted)) => (wanted..=wanted + EXCESS).contains(&limit),
            _ => false,
        };
        if !is_told {
            tx::limit(&mut self.conn, wanted.unwrap_or(usual))?;
            self.limit = wanted;
        }
        Ok(())
    }

    fn end(mut self) {
        // Nothing was written: a failure here only makes the pool replace the connection.
        if let Err(error) = tx::rollback(&mut self.conn) {
            tracing::debug!(%error, "a snapshot did not end cleanly");
        }
        drop(self.conn);
        drop(self.permit);
    }
}

/// An open transaction, ended off the async workers wherever it is dropped.
#[derive(Default)]
struct Slot(Option<Open>);

impl Drop for Slot {
    fn drop(&mut self) {
        let Some(open) = self.0.take() else { return };
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn_blocking(move || open.end())),
            Err(_) => open.end(),
        }
    }
}

impl Snapshot {
    pub(crate) fn new(db: Db) -> Self {
        Self { db, open: Arc::default(), waiting: Arc::new(Waiting::on(Until::default())) }
    }

    /// The same state, read as a part of an operation: what is read through this ends with it, or when its last clone is dropped.
    #[must_use]
    pub fn within(&self, operation: &Until) -> Self {
        Self { waiting: Arc::new(Waiting::on(operation.part())), ..self.clone() }
    }

    /// Runs `f` on the snapshot, away from the async workers.
    ///
    /// # Errors
    /// `TooSlow` when the time of the operation is over or nobody waits for it any more, before or while `f` runs.
    pub async fn read<T, E>(&self, f: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: TxError,
    {
        let mut open = Arc::clone(&self.open).lock_owned().await;
        let until = self.waiting.until().clone();
        if until.is_over() {
            return Err(DbError::TooSlow.into());
        }
        let permit = if open.0.is_none() { Some(self.db.permit().await?) } else { None };
        let db = self.db.clone();
        let task = tokio::task::spawn_blocking(move || {
            if let Some(permit) = permit {
                open.0 = Some(Open::begin(&db, permit, &until)?);
            }
            match open.0.as_mut() {
                Some(open) => open.read(&until, f, db.statement_timeout()),
                None => Err(DbError::Unavailable("the snapshot is not open".into()).into()),
            }
        });
        task.await.unwrap_or_else(|_| Err(DbError::Panicked.into()))
    }

    /// Ends the transaction and gives the connection back, off the async workers.
    pub async fn end(self) {
        if let Ok(mut open) = Arc::clone(&self.open).try_lock_owned() {
            let Some(taken) = open.0.take() else { return };
            if tokio::task::spawn_blocking(move || taken.end()).await.is_err() {
                tracing::warn!("ending a snapshot panicked");
            }
        }
    }
}
