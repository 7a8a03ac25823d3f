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
    open: Arc<Mutex<Slot>>,
}

struct Open {
    conn: Pooled,
    permit: OwnedSemaphorePermit,
    /// A statement failed, after which PostgreSQL answers nothing more in the transaction.
    is_broken: bool,
}

impl Open {
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
        Self { db, open: Arc::default() }
    }

    /// Runs `f` on the snapshot, away from the async workers.
    pub async fn read<T, E>(&self, f: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: TxError,
    {
        let mut open = Arc::clone(&self.open).lock_owned().await;
        let permit = if open.0.is_none() { Some(self.db.permit().await?) } else { None };
        let pool = self.db.pool();
        let task = tokio::task::spawn_blocking(move || {
            if let Some(permit) = permit {
                open.0 = Some(Open { conn: db::begun(&pool, tx::begin_read)?, permit, is_broken: false });
            }
            match open.0.as_mut() {
                Some(open) if !open.is_broken => {
                    let done = catch_unwind(AssertUnwindSafe(|| f(&mut open.conn))).unwrap_or_else(|_| Err(DbError::Panicked.into()));
                    open.is_broken = matches!(&done, Err(error) if error.database().is_some());
                    done
                }
                Some(_) => Err(DbError::Unavailable("an earlier read of the snapshot failed".into()).into()),
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
