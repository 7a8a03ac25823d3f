//! One state of the database, read as often as wanted by one operation.
//! Must not write. What it shows never mixes two states, so totals equal the sum of their parts.
//! Opened by `db::Db::snapshot`.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use tokio::sync::{Mutex, OwnedSemaphorePermit};

use crate::{
    conn::Conn,
    db::{self, Db, Pooled},
    error::{DbError, TxError},
    tx,
};

/// A read-only transaction that begins with its first read and ends when the last clone is dropped.
#[derive(Clone)]
pub struct Snapshot {
    db: Db,
    open: Arc<Mutex<Option<Open>>>,
}

struct Open {
    conn: Pooled,
    _permit: OwnedSemaphorePermit,
}

impl Drop for Open {
    fn drop(&mut self) {
        // Nothing was written: a failure here only makes the pool replace the connection.
        if let Err(error) = tx::rollback(&mut self.conn) {
            tracing::debug!(%error, "a snapshot did not end cleanly");
        }
    }
}

impl Snapshot {
    pub(crate) fn new(db: Db) -> Self {
        Self { db, open: Arc::new(Mutex::new(None)) }
    }

    /// Runs `f` on the snapshot, away from the async workers.
    pub async fn read<T, E>(&self, f: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: TxError,
    {
        let mut open = Arc::clone(&self.open).lock_owned().await;
        let permit = if open.is_none() { Some(self.db.permit().await?) } else { None };
        let pool = self.db.pool();
        let task = tokio::task::spawn_blocking(move || {
            if let Some(permit) = permit {
                *open = Some(Open { conn: db::begin_snapshot(&pool)?, _permit: permit });
            }
            match open.as_mut() {
                Some(open) => catch_unwind(AssertUnwindSafe(|| f(&mut open.conn))).unwrap_or_else(|_| Err(DbError::Panicked.into())),
                None => Err(DbError::Unavailable("the snapshot is not open".into()).into()),
            }
        });
        task.await.unwrap_or_else(|_| Err(DbError::Panicked.into()))
    }

    /// Ends the transaction and gives the connection back, off the async workers.
    pub async fn end(self) {
        if let Ok(mut open) = Arc::clone(&self.open).try_lock_owned() {
            let taken = open.take();
            if taken.is_some() && tokio::task::spawn_blocking(move || drop(taken)).await.is_err() {
                tracing::warn!("ending a snapshot panicked");
            }
        }
    }
}
