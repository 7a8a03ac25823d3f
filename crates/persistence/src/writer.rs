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
    pub fn start(conn: Conn) -> Result<Self, DbError> {
        let (sender, receiver) = sync_channel(QUEUE);
        thread::Builder::new()
            .name("sqlite-writer".into())
            .spawn(move || work(conn, &receiver))
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

fn work(mut conn: Conn, jobs: &Receiver<Job>) {
    while let Ok(first) = jobs.recv() {
        let batch = std::iter::once(first).chain(jobs.try_iter().take(MAX_BATCH - 1));
        run(&mut conn, batch);
    }
}

fn run(conn: &mut Conn, batch: impl Iterator<Item = Job>) {
    let begun = tx::begin_write(conn);
    let mut answers = Vec::new();
    if let Err(error) = begun {
        tracing::error!(%error, "the writer cannot begin a transaction");
        // Dropping the jobs tells their callers that the writer could not take them.
        batch.for_each(drop);
        return;
    }
    for job in batch {
        answers.push(job(conn));
    }
    let committed = tx::commit(conn);
    if let Err(error) = &committed {
        tracing::error!(%error, "the writer cannot commit");
        if let Err(second) = tx::rollback(conn) {
            tracing::error!(error = %second, "the writer cannot roll back");
        }
    }
    for answer in answers {
        answer(committed.as_ref().map_err(|error| DbError::Unavailable(error.to_string())).copied());
    }
}
