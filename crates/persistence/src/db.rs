//! The database as the use cases see it: read in one snapshot, write in one transaction.
//! Must not know what is read or written; never blocks an async worker.
//! Addresses are `url`, connections `conn`, the queue before SQLite's writer is `writer`.

use std::{
    convert::Infallible,
    path::Path,
    sync::{Arc, Mutex, atomic::AtomicU64},
    time::Duration,
};

use diesel::{connection::SimpleConnection, r2d2::R2D2Connection};
use tokio::sync::Semaphore;

use crate::{
    conn::{self, Conn, Purpose},
    error::{DbError, TxError},
    snapshot::Snapshot,
    tx,
    url::DatabaseUrl,
    writer::Writer,
};

/// How often a transaction is run again after a serialisation failure.
const RETRIES: usize = 8;

/// Settings of a [`Db`].
#[derive(Clone, Debug)]
pub struct Options {
    /// Connections at most; on SQLite readers, one writer comes on top.
    pub connections: u32,
    /// How long a caller waits for a connection before it is told to come back.
    pub acquire_timeout: Duration,
    /// PostgreSQL ends a statement after this time where its operation has none of its own; zero is without end.
    pub statement_timeout: Duration,
    /// Counts every statement; for tests, as it costs a rendering of each.
    pub count_statements: Option<Arc<AtomicU64>>,
    /// Takes down every statement with its values while there is a list; for tests, too.
    pub record_statements: Option<Record>,
}

/// A list of statements, while there is one.
pub type Record = Arc<Mutex<Option<Vec<String>>>>;

impl Default for Options {
    fn default() -> Self {
        let (acquire_timeout, statement_timeout) = (Duration::from_secs(3), Duration::from_secs(15));
        Self { connections: 8, acquire_timeout, statement_timeout, count_statements: None, record_statements: None }
    }
}

pub(crate) type Pooled = r2d2::PooledConnection<Manager>;

/// A database, cheap to clone.
#[derive(Clone)]
pub struct Db(Arc<Inner>);

struct Inner {
    url: DatabaseUrl,
    options: Options,
    pool: r2d2::Pool<Manager>,
    /// One permit a connection: callers wait here, not on a thread.
    permits: Arc<Semaphore>,
    /// Set for SQLite.
    writer: Option<Writer>,
}

/// Opens and judges connections for the pool.
pub(crate) struct Manager {
    url: DatabaseUrl,
    purpose: Purpose,
    options: Options,
}

impl r2d2::ManageConnection for Manager {
    type Connection = Conn;
    type Error = DbError;

    fn connect(&self) -> Result<Conn, DbError> {
        conn::open(&self.url, self.purpose, &self.options)
    }

    fn is_valid(&self, conn: &mut Conn) -> Result<(), DbError> {
        Ok(conn.batch_execute("SELECT 1")?)
    }

    fn has_broken(&self, conn: &mut Conn) -> bool {
        conn.is_broken()
    }
}

impl Db {
    /// Opens the database; the file of an embedded one is made where it is missing.
    ///
    /// # Errors
    /// `Unavailable` with one line that says why, when the server or the folder cannot be used.
    pub fn open(url: &DatabaseUrl, options: &Options) -> Result<Self, DbError> {
        // First alone, so that the error is the database's own and not the pool's time-out.
        let first = conn::open(url, Purpose::Write, options)?;
        let (writer, purpose) = match url {
            DatabaseUrl::Sqlite(_) => {
                let (url, options) = (url.clone(), options.clone());
                (Some(Writer::start(first, move || conn::open(&url, Purpose::Write, &options))?), Purpose::Read)
            }
            DatabaseUrl::Postgres(_) => (None, Purpose::Write),
        };
        let pool = r2d2::Pool::builder()
            .max_size(options.connections)
            .min_idle(Some(1))
            .connection_timeout(options.acquire_timeout)
            .test_on_check_out(false)
            .error_handler(Box::new(Logged))
            .build(Manager { url: url.clone(), purpose, options: options.clone() })
            .map_err(|error| DbError::Unavailable(error.to_string()))?;
        let permits = Arc::new(Semaphore::new(options.connections as usize));
        Ok(Self(Arc::new(Inner { url: url.clone(), options: options.clone(), pool, permits, writer })))
    }

    /// Where the database is.
    pub fn url(&self) -> &DatabaseUrl {
        &self.0.url
    }

    /// Writes one state of an embedded database into a new file, while others read and write.
    ///
    /// # Errors
    /// When the file is there already or cannot be written; `Unavailable` for a database that is not a file.
    pub fn copy_into(&self, file: &Path) -> Result<(), DbError> {
        let name = file.to_str().filter(|_| matches!(self.0.url, DatabaseUrl::Sqlite(_)));
        let name = name.ok_or_else(|| DbError::Unavailable("only an embedded database is copied into a file with a plain name".into()))?;
        let mut conn = conn::open(&self.0.url, Purpose::Write, &self.0.options)?;
        Ok(conn.batch_execute(&format!("VACUUM INTO '{}'", name.replace('\'', "''")))?)
    }

    /// One state of the database for as many reads as wanted; nothing is opened before the first.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot::new(self.clone())
    }

    /// Runs `f` once on one state of the database.
    pub async fn read<T, E>(&self, f: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: TxError,
    {
        self.snapshot().read(f).await
    }

    /// Runs `f` in a transaction as if it were alone; again from the start when another came in between.
    pub async fn write<T, E>(&self, f: impl FnMut(&mut Conn) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: TxError,
    {
        self.run(tx::begin_write, f).await
    }

    /// Like [`Db::write`], for work whose rules are all held by constraints of the schema: others may come in between.
    pub async fn append<T, E>(&self, f: impl FnMut(&mut Conn) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: TxError,
    {
        self.run(tx::begin_append, f).await
    }

    /// Like [`Db::append`], but nothing of it stays, however it ends.
    pub async fn rehearse<T, E>(&self, mut f: impl FnMut(&mut Conn) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: TxError,
    {
        let work = move |conn: &mut Conn| {
            f(conn).map_or_else(|error| Err::<Infallible, _>(Undone::Failed(error)), |value| Err(Undone::Done(value)))
        };
        match self.append(work).await {
            Ok(never) => match never {},
            Err(Undone::Done(value)) => Ok(value),
            Err(Undone::Failed(error)) => Err(error),
        }
    }

    async fn run<T, E>(
        &self,
        begin: fn(&mut Conn) -> Result<(), DbError>,
        mut f: impl FnMut(&mut Conn) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: TxError,
    {
        if let Some(writer) = &self.0.writer {
            let answer = writer.submit(f)?;
            return answer.await.unwrap_or_else(|_| Err(DbError::Unavailable("the writer gave no answer".into()).into()));
        }
        let permit = self.permit().await?;
        let pool = self.0.pool.clone();
        let task = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            for _ in 0..RETRIES {
                let mut conn = begun(&pool, begin)?;
                match tx::finish(&mut conn, &mut f) {
                    Err(error) if matches!(error.database(), Some(DbError::Serialisation)) => {}
                    done => return done,
                }
            }
            Err(DbError::Unavailable("the transaction met others too often".into()).into())
        });
        task.await.unwrap_or_else(|_| Err(DbError::Panicked.into()))
    }

    /// Asks the database whether it is there, and on SQLite whether it takes writes.
    pub async fn ping(&self) -> Result<(), DbError> {
        if self.0.writer.is_some() {
            self.append(|conn| Ok::<_, DbError>(conn.batch_execute("SELECT 1")?)).await?;
        }
        self.read(|conn| Ok(conn.batch_execute("SELECT 1")?)).await
    }

    /// A connection outside the pool, for migrations: they take as long as they take.
    pub(crate) fn dedicated(&self) -> Result<Conn, DbError> {
        conn::open(&self.0.url, Purpose::Write, &Options { statement_timeout: Duration::ZERO, ..self.0.options.clone() })
    }

    pub(crate) async fn permit(&self) -> Result<tokio::sync::OwnedSemaphorePermit, DbError> {
        let permits = Arc::clone(&self.0.permits);
        match tokio::time::timeout(self.0.options.acquire_timeout, permits.acquire_owned()).await {
            Ok(Ok(permit)) => Ok(permit),
            _ => Err(DbError::Unavailable("all connections are busy".into())),
        }
    }

    pub(crate) fn statement_timeout(&self) -> Duration {
        self.0.options.statement_timeout
    }

    pub(crate) fn pool(&self) -> r2d2::Pool<Manager> {
        self.0.pool.clone()
    }
}

/// How a rehearsal ends: as a failure of its transaction, so that it is rolled back.
enum Undone<T, E> {
    Done(T),
    Failed(E),
}

impl<T, E: From<DbError>> From<DbError> for Undone<T, E> {
    fn from(error: DbError) -> Self {
        Self::Failed(error.into())
    }
}

impl<T: Send + 'static, E: TxError> TxError for Undone<T, E> {
    fn database(&self) -> Option<&DbError> {
        match self {
            Self::Done(_) => None,
            Self::Failed(error) => error.database(),
        }
    }
}

/// A connection of the pool.
fn checked_out(pool: &r2d2::Pool<Manager>) -> Result<Pooled, DbError> {
    pool.get().map_err(|error| DbError::Unavailable(error.to_string()))
}

/// A connection of the pool with a transaction open. Connections that died while idle are replaced.
pub(crate) fn begun(pool: &r2d2::Pool<Manager>, begin: impl Fn(&mut Conn) -> Result<(), DbError>) -> Result<Pooled, DbError> {
    let mut last = DbError::Unavailable("no connection".into());
    for _ in 0..=pool.max_size() {
        let mut conn = checked_out(pool)?;
        match begin(&mut conn) {
            Ok(()) => return Ok(conn),
            Err(error @ DbError::Unavailable(_)) => last = error,
            Err(error) => return Err(error),
        }
    }
    Err(last)
}

/// The pool's own errors go to the log, not to stderr.
#[derive(Debug)]
struct Logged;

impl r2d2::HandleError<DbError> for Logged {
    fn handle_error(&self, error: DbError) {
        tracing::warn!(%error, "a connection could not be opened");
    }
}
