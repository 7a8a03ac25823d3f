//! The one writer of an SQLite database: a thread with its connection, and a queue before it.
//! Waiting jobs share a transaction, and with it the wait for the disk; each has a savepoint of its own.
//! A job is answered only after the commit that holds it. PostgreSQL does this by itself.

use std::{
    sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel},
    thread,
};

use tokio::sync::oneshot;

use crate::{
    conn::Conn,
    error::{DbError, TxError},
    tx,
};

/// So many jobs share a commit at most.
const MAX_BATCH: usize = 64;
/// So many jobs wait at most before callers are told to come back.
const QUEUE: usize = 1024;

/// Tells a job's caller how the commit went.
type Answer = Box<dyn FnOnce(Result<(), DbError>) + Send>;
type Job = Box<dyn FnOnce(&mut Conn) -> Answer + Send>;

/// Sends jobs to the writer thread, which ends when every clone of this is dropped.
#[derive(Clone)]
pub struct Writer(SyncSender<Job>);

impl Writer {
    /// Starts the thread on `conn`.
    ///
    /// A connection that a failed disk left in an unknown state is replaced by what `reopen` gives.
    pub fn start(conn: Conn, reopen: impl Fn() -> Result<Conn, DbError> + Send + 'static) -> Result<Self, DbError> {
        let (sender, receiver) = sync_channel(QUEUE);
        thread::Builder::new()
            .name("sqlite-writer".into())
            .spawn(move || work(conn, &reopen, &receiver))
            .map_err(|error| DbError::Unavailable(format!("no thread for the writer: {error}")))?;
        Ok(Self(sender))
    }

    /// Queues `f`; the receiver gets its result once it is durable.
    pub fn submit<T, E>(
        &self,
        mut f: impl FnMut(&mut Conn) -> Result<T, E> + Send + 'static,
    ) -> Result<oneshot::Receiver<Result<T, E>>, DbError>
    where
        T: Send + 'static,
        E: TxError,
    {
        let (sender, receiver) = oneshot::channel();
        let job: Job = Box::new(move |conn| {
            let result = tx::nested(conn, &mut f);
            Box::new(move |committed| {
                let result = match committed {
                    Ok(()) => result,
                    Err(error) => result.and(Err(error.into())),
                };
                // A caller that has gone away needs no answer.
                drop(sender.send(result));
            })
        });
        self.0.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => DbError::Unavailable("too many writes are waiting".into()),
            TrySendError::Disconnected(_) => DbError::Unavailable("the writer has stopped".into()),
        })?;
        Ok(receiver)
    }
}

fn work(mut conn: Conn, reopen: &impl Fn() -> Result<Conn, DbError>, jobs: &Receiver<Job>) {
    while let Ok(first) = jobs.recv() {
        if !tx::is_idle(&mut conn) {
            tracing::warn!("the writer opens its connection anew");
            match reopen() {
                Ok(new) => conn = new,
                // Dropping the job tells its caller; the next one tries again.
                Err(error) => {
                    tracing::error!(%error, "the writer has no connection");
                    continue;
                }
            }
        }
        let batch = std::iter::once(first).chain(jobs.try_iter().take(MAX_BATCH - 1));
        run(&mut conn, batch);
    }
}

fn run(conn: &mut Conn, batch: impl Iterator<Item = Job>) {
    if let Err(error) = tx::begin_write(conn) {
        tracing::error!(%error, "the writer cannot begin a transaction");
        // Dropping the jobs tells their callers that the writer could not take them.
        batch.for_each(drop);
        return;
    }
    let mut answers = Vec::new();
    for job in batch {
        answers.push(job(conn));
        if !tx::is_outermost(conn) {
            break;
        }
    }
    let committed = if tx::is_outermost(conn) {
        tx::commit(conn)
    } else {
        // SQLite gave the transaction up (disk full, input or output failed): what follows would stand alone.
        Err(DbError::Unavailable("the transaction was lost".into()))
    };
    if let Err(error) = &committed {
        tracing::error!(%error, "the writer cannot commit");
        if let Err(second) = tx::rollback(conn) {
            tracing::debug!(error = %second, "nothing was left to roll back");
        }
    }
    for answer in answers {
        answer(committed.as_ref().map_err(|error| DbError::Unavailable(error.to_string())).copied());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Db, Options, url::DatabaseUrl};
    use diesel::connection::SimpleConnection;

    #[test]
    fn a_lost_transaction_costs_its_batch_and_nothing_after_it() {
        let dir = tempfile::tempdir().expect("a folder");
        let db = Db::open(&DatabaseUrl::Sqlite(dir.path().join("x.db")), &Options::default()).expect("a database");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
        let write = |sql: &'static str| runtime.block_on(db.write(move |conn| Ok::<_, DbError>(conn.batch_execute(sql)?)));
        write("CREATE TABLE t (x INTEGER) STRICT").expect("a table");
        // What SQLite does by itself when the disk is full: the whole transaction is gone.
        assert!(write("INSERT INTO t VALUES (1); ROLLBACK").is_err());
        runtime.block_on(db.ping()).expect("the writer works again");
        write("INSERT INTO t VALUES (2)").expect("a row");
        write("CREATE TABLE one (n INTEGER CHECK (n = 1)) STRICT; INSERT INTO one SELECT count(*) FROM t").expect("one row is there");
    }
}
