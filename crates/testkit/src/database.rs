//! A fresh database for each test: a copy of a file on SQLite, a clone of a template on PostgreSQL.
//! Must not share anything between tests but the templates, which have the schema and decision 1593.
//! The server behind the PostgreSQL half is `postgres`.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
    time::Duration,
};

use persistence::{Db, Options, db::Record, migrate, url::DatabaseUrl};
use tempfile::TempDir;

use crate::{
    app::import_into,
    harness::Backend,
    postgres::{self, Availability, Cluster},
};

const TEMPLATE: &str = "haidang_template";

/// A database of one test. It goes when this goes.
pub struct TestDatabase {
    pub url: DatabaseUrl,
    /// For files of the test.
    pub dir: TempDir,
    /// Statements sent by every [`Db`] opened here.
    pub statements: Arc<AtomicU64>,
    /// The statements themselves, while somebody keeps a list.
    pub record: Record,
    name: Option<String>,
}

impl TestDatabase {
    /// With the schema and decision 1593 in it.
    pub fn with_programme(backend: Backend) -> Self {
        match backend {
            Backend::Sqlite => {
                let database = Self::empty(backend);
                std::fs::copy(sqlite_template(), database.sqlite_path()).unwrap_or_else(|e| panic!("copy the template: {e}"));
                database
            }
            Backend::Postgres => Self::postgres(Some(postgres_template())),
        }
    }

    /// Without even a schema.
    pub fn empty(backend: Backend) -> Self {
        match backend {
            Backend::Sqlite => {
                let dir = tempdir();
                let url = DatabaseUrl::Sqlite(dir.path().join("test.db"));
                Self { url, dir, statements: Arc::default(), record: Record::default(), name: None }
            }
            Backend::Postgres => Self::postgres(None),
        }
    }

    fn postgres(template: Option<&str>) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let cluster = cluster();
        cluster.create_database(&name, template).unwrap_or_else(|e| panic!("create a database: {e}"));
        let url = cluster.url(&name).parse().unwrap_or_else(|e| panic!("the cluster's URL: {e}"));
        Self { url, dir: tempdir(), statements: Arc::default(), record: Record::default(), name: Some(name) }
    }

    fn sqlite_path(&self) -> PathBuf {
        self.dir.path().join("test.db")
    }

    /// Opens it.
    pub fn open(&self) -> Db {
        let options = Options {
            connections: 4,
            count_statements: Some(Arc::clone(&self.statements)),
            record_statements: Some(Arc::clone(&self.record)),
            ..Options::default()
        };
        Db::open(&self.url, &options).unwrap_or_else(|e| panic!("open {}: {e}", self.url))
    }

    /// The URL as it is given on a command line.
    pub fn url_text(&self) -> String {
        match &self.url {
            DatabaseUrl::Sqlite(path) => format!("sqlite:{}", path.display()),
            DatabaseUrl::Postgres(url) => url.clone(),
        }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Some(name) = &self.name {
            // Whatever is left goes with the server.
            drop(cluster().drop_database(name));
        }
    }
}

fn tempdir() -> TempDir {
    tempfile::Builder::new().prefix("haidang-test-").tempdir().unwrap_or_else(|e| panic!("a temporary folder: {e}"))
}

/// Whether there is a PostgreSQL to test with.
pub fn postgres_available() -> Result<(), String> {
    match postgres::find() {
        Availability::Found(_) => Ok(()),
        Availability::Missing(why) => Err(why),
    }
}

/// The private server of this process.
fn cluster() -> &'static Cluster {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    CLUSTER.get_or_init(|| match postgres::find() {
        Availability::Found(binaries) => Cluster::start(binaries).unwrap_or_else(|e| panic!("start PostgreSQL: {e}")),
        Availability::Missing(why) => panic!("{why}"),
    })
}

fn postgres_template() -> &'static str {
    static MADE: OnceLock<()> = OnceLock::new();
    MADE.get_or_init(|| {
        cluster().create_database(TEMPLATE, None).unwrap_or_else(|e| panic!("create the template: {e}"));
        let url = cluster().url(TEMPLATE).parse().unwrap_or_else(|e| panic!("the cluster's URL: {e}"));
        fill(&url);
    });
    TEMPLATE
}

fn sqlite_template() -> &'static Path {
    static MADE: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
    let (_, path) = MADE.get_or_init(|| {
        let dir = tempdir();
        let path = dir.path().join("template.db");
        fill(&DatabaseUrl::Sqlite(path.clone()));
        // The last connection takes the write-ahead log away when it closes; before that a copy would miss it.
        let log = dir.path().join("template.db-wal");
        for _ in 0..500 {
            if !log.exists() {
                return (dir, path);
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("the template was not closed");
    });
    path
}

fn fill(url: &DatabaseUrl) {
    let db = Db::open(url, &Options { connections: 1, ..Options::default() }).unwrap_or_else(|e| panic!("open the template: {e}"));
    migrate::up(&db).unwrap_or_else(|e| panic!("migrate the template: {e}"));
    import_into(&db, server::PROGRAMME_1593);
}

/// A database of PostgreSQL that lets nobody in until this is dropped.
pub struct Closed<'a>(&'a str);

impl TestDatabase {
    /// Cuts off whoever is connected, and lets nobody in. PostgreSQL only.
    pub fn close(&self) -> Closed<'_> {
        let name = self.name.as_deref().unwrap_or_else(|| panic!("only a database of PostgreSQL can be closed"));
        administer(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false"));
        administer(&format!("DO $$ BEGIN PERFORM pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'; END $$"));
        Closed(name)
    }
}

impl Drop for Closed<'_> {
    fn drop(&mut self) {
        administer(&format!("ALTER DATABASE {} ALLOW_CONNECTIONS true", self.0));
    }
}

fn administer(sql: &str) {
    let url = cluster().admin_url().parse().unwrap_or_else(|e| panic!("the cluster's URL: {e}"));
    let db = Db::open(&url, &Options { connections: 1, ..Options::default() }).unwrap_or_else(|e| panic!("the cluster: {e}"));
    persistence::by_hand::execute(&db, sql).unwrap_or_else(|e| panic!("{sql}: {e}"));
}

/// Runs a statement by hand, to bring about what the service never does.
pub fn execute(database: &TestDatabase, sql: &str) {
    persistence::by_hand::execute(&database.open(), sql).unwrap_or_else(|e| panic!("{sql}: {e}"));
}

/// Runs a statement by hand that a rule of the schema may forbid; tells what the database says then.
pub fn try_execute(database: &TestDatabase, sql: &str) -> Result<(), String> {
    persistence::by_hand::execute(&database.open(), sql).map_err(|error| format!("{error:?}"))
}

/// The column `line` of a query by hand.
pub fn rows(database: &TestDatabase, sql: &str) -> Vec<String> {
    persistence::by_hand::lines(&database.open(), sql).unwrap_or_else(|e| panic!("{sql}: {e}"))
}
