//! Reads that take too long: they end with their operation, in the database too, and what they held is there for others.

use std::{
    sync::mpsc::channel,
    time::{Duration, Instant},
};

use domain::account::Role;
use persistence::{Db, DbError, Options, Until, by_hand};
use testkit::{
    Backend, TestApp, both,
    database::{TestDatabase, execute, rows},
};

both!(
    a_read_ends_when_the_time_of_its_operation_is_over,
    what_nobody_waits_for_ends,
    nothing_but_what_is_late_is_ended,
    each_part_of_an_operation_has_its_own_end,
    slow_operations_leave_room_for_others,
);

const HALF: Duration = Duration::from_millis(500);

/// A database that one may read at a time.
fn narrow(database: &TestDatabase) -> Db {
    Db::open(&database.url, &Options { connections: 1, ..Options::default() }).expect("a database")
}

fn run<T>(future: impl Future<Output = T>) -> T {
    // One thread for what blocks: whatever a read leaves on it, the next one finds.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).max_blocking_threads(1).enable_time().build();
    runtime.expect("a runtime").block_on(future)
}

async fn quick(db: &Db) -> Result<String, DbError> {
    db.read(|conn| by_hand::count(conn, 3)).await
}

/// Statements that PostgreSQL has under way.
fn sleepers(database: &TestDatabase) -> usize {
    let sql = "SELECT query AS line FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND query LIKE '%pg_sleep(%' \
               AND pid <> pg_backend_pid()";
    rows(database, sql).len()
}

fn a_read_ends_when_the_time_of_its_operation_is_over(backend: Backend) {
    let database = TestDatabase::with_programme(backend);
    let db = narrow(&database);
    run(async {
        let snapshot = db.snapshot().within(&Until::after(HALF));
        assert_eq!(snapshot.read(|conn| by_hand::count(conn, 3)).await.expect("in time"), "3");
        let begun = Instant::now();
        let ended = snapshot.read(by_hand::sleep).await;
        assert!(matches!(ended, Err(DbError::TooSlow)), "{ended:?}");
        let took = begun.elapsed();
        assert!((HALF / 2..3 * HALF).contains(&took), "{took:?}");
        // What was waiting for its turn does not even ask.
        let (sender, asked) = channel();
        let late = snapshot.read(move |_| sender.send(()).map_err(|_| DbError::Panicked)).await;
        assert!(matches!(late, Err(DbError::TooSlow)) && asked.recv().is_err(), "{late:?}");
        snapshot.end().await;
        assert_eq!(quick(&db).await.expect("the connection is good for more"), "3");
    });
    assert!(backend == Backend::Sqlite || sleepers(&database) == 0);
}

fn what_nobody_waits_for_ends(backend: Backend) {
    let database = TestDatabase::with_programme(backend);
    let db = narrow(&database);
    run(async {
        let snapshot = db.snapshot().within(&Until::after(4 * HALF));
        let begun = Instant::now();
        let second = snapshot.clone();
        let queued = tokio::spawn(async move { second.read(|conn| by_hand::count(conn, 3)).await });
        assert!(tokio::time::timeout(HALF, snapshot.read(by_hand::sleep)).await.is_err(), "it goes on while somebody waits");
        drop(snapshot);
        // Another that waits still keeps it, as fields of one operation do for each other.
        let queued = queued.await.expect("no panic");
        assert!(matches!(queued, Err(DbError::TooSlow)) || queued.is_ok(), "{queued:?}");
        let snapshot = db.snapshot();
        let left = snapshot.within(&Until::after(4 * HALF));
        assert!(tokio::time::timeout(HALF, left.read(by_hand::sleep)).await.is_err());
        drop((left, snapshot));
        let left = Instant::now();
        assert_eq!(quick(&db).await.expect("the connection is there again"), "3");
        // SQLite is asked not to go on; PostgreSQL ends by itself, when the time of the operation is over.
        let most = if backend == Backend::Sqlite { HALF } else { 5 * HALF };
        assert!(left.elapsed() < most, "{:?} of {:?}", left.elapsed(), begun.elapsed());
    });
    assert!(backend == Backend::Sqlite || sleepers(&database) == 0);
}

fn nothing_but_what_is_late_is_ended(backend: Backend) {
    let database = TestDatabase::with_programme(backend);
    let db = narrow(&database);
    execute(&database, "CREATE TABLE written (n BIGINT NOT NULL)");
    run(async {
        let writer = db.clone();
        // A long write beside it, and on the same threads after it.
        let write = move || {
            let db = writer.clone();
            async move { db.write(|conn| by_hand::count(conn, 2_000_000)).await }
        };
        let snapshot = db.snapshot().within(&Until::after(HALF / 2));
        let (ended, written) = if backend == Backend::Sqlite {
            tokio::join!(snapshot.read(by_hand::sleep), write())
        } else {
            (snapshot.read(by_hand::sleep).await, Ok("2000000".to_owned()))
        };
        assert!(matches!(ended, Err(DbError::TooSlow)), "{ended:?}");
        assert_eq!(written.expect("a write is not ended"), "2000000");
        snapshot.end().await;
        let long = db.read(|conn| by_hand::count(conn, 2_000_000)).await;
        assert_eq!(long.expect("a read without an end is not ended"), "2000000");
        assert_eq!(write().await.expect("a write afterwards"), "2000000");
        // PostgreSQL keeps no limit of another operation, either.
        let Backend::Postgres = backend else { return };
        let told = db.read(|conn| by_hand::setting(conn, "statement_timeout")).await;
        assert_eq!(told.expect("a setting"), "15s");
    });
}

fn each_part_of_an_operation_has_its_own_end(backend: Backend) {
    let database = TestDatabase::with_programme(backend);
    let db = narrow(&database);
    run(async {
        let whole = db.snapshot();
        let (short, long) = (whole.within(&Until::after(HALF)), whole.within(&Until::after(20 * HALF)));
        assert_eq!(short.read(|conn| by_hand::count(conn, 3)).await.expect("in time"), "3");
        tokio::time::sleep(HALF).await;
        assert!(matches!(short.read(|conn| by_hand::count(conn, 3)).await, Err(DbError::TooSlow)));
        // Longer than the first had, on the same state.
        let counted = long.read(|conn| {
            let begun = Instant::now();
            while begun.elapsed() < 2 * HALF {
                by_hand::count(conn, 300_000)?;
            }
            by_hand::count(conn, 3)
        });
        assert_eq!(counted.await.expect("in its own time"), "3");
        if backend == Backend::Postgres {
            let told = |snapshot: &persistence::Snapshot| {
                let snapshot = snapshot.clone();
                async move { snapshot.read(|conn| by_hand::setting(conn, "statement_timeout")).await.expect("a setting") }
            };
            let millis: u64 = told(&long).await.trim_end_matches("ms").parse().expect("what is left, in milliseconds");
            assert!((6_000..10_500).contains(&millis), "{millis}");
            assert_eq!(told(&whole).await, "15s", "what has no end has the connection's");
        }
    });
}

/// Makes every read of deliverables take minutes.
fn slowed(app: &TestApp, backend: Backend) {
    let slow = match backend {
        Backend::Sqlite => "(WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000000000) SELECT count(*) FROM n)",
        Backend::Postgres => "(SELECT 1 FROM pg_sleep(600))",
    };
    execute(&app.database, "ALTER TABLE deliverables RENAME TO deliverables_kept");
    execute(&app.database, &format!("CREATE VIEW deliverables AS SELECT * FROM deliverables_kept WHERE {slow} > 0"));
}

fn slow_operations_leave_room_for_others(backend: Backend) {
    let app = TestApp::set(backend, |settings| {
        for caller in ["PUBLIC", "ACCOUNT"] {
            settings.allowances.set(caller, "seconds", 1).expect("a limit");
        }
    });
    slowed(&app, backend);
    let auditor = app.person(None, Role::Auditor);
    let begun = Instant::now();
    // Twice as many as there are connections.
    let asked: Vec<_> = (0..8)
        .map(|i| {
            let client = auditor.clone();
            std::thread::spawn(move || match i % 2 {
                0 => client.graphql_code("{ deliverables(first: 5) { nodes { title } } }"),
                _ => {
                    let reply = client.get("/api/v1/deliverables");
                    assert_eq!(reply.status, 503, "{}", reply.body);
                    reply.code()
                }
            })
        })
        .collect();
    let mut told: Vec<String> = asked.into_iter().map(|asked| asked.join().expect("an answer")).collect();
    told.sort();
    assert_eq!(told, [["GRAPHQL_TOO_SLOW"; 4], ["TOO_SLOW"; 4]].concat());
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    let again = Instant::now();
    for _ in 0..8 {
        assert_eq!(auditor.get("/api/v1/tasks?limit=1").status, 200);
    }
    assert!(again.elapsed() < Duration::from_secs(2), "{:?}", again.elapsed());
    std::thread::sleep(Duration::from_secs(1));
    assert!(backend == Backend::Sqlite || sleepers(&app.database) == 0);
}
