//! A process or a database that fails in the middle of a batch: nothing is half done, and a retry doubles nothing.

use std::time::Duration;

use serde_json::{Value, json};
use testkit::{
    Backend, TestApp, both,
    database::{TestDatabase, execute, rows},
    process::Process,
};

use crate::{
    audit::verdict,
    batches::{JSON, row, total},
    crash::prepared,
};

both!(a_kill_in_the_middle_of_a_batch_leaves_nothing_half_done, a_failure_at_any_table_leaves_nothing_half_done);

const ROWS: usize = 4_000;

fn body(count: usize) -> Vec<u8> {
    let rows: Vec<Value> = (0..count).map(|i| row(&format!("A-{i}"))).collect();
    json!(rows).to_string().into_bytes()
}

/// What the tables hold that a batch writes.
fn counts(database: &TestDatabase) -> Vec<String> {
    let count = |sql: &str| format!("SELECT CAST(count(*) AS TEXT) AS line FROM {sql}");
    let tables = ["reports", "report_versions", "report_events", "events", "audit_entries WHERE subject = 'report'", "idempotency_keys"];
    tables.iter().flat_map(|table| rows(database, &count(table))).collect()
}

fn a_kill_in_the_middle_of_a_batch_leaves_nothing_half_done(backend: Backend) {
    let database = TestDatabase::with_programme(backend);
    let (secrets, keys) = prepared(&database);
    let (none, all) = (vec!["0".to_owned(); 6], [vec![ROWS.to_string(); 5], vec!["1".to_owned()]].concat());
    let mut cut = 0;
    // From before the first row to after the last, in ever longer steps; the first that gets through ends it.
    for wait in [5, 50, 150, 300, 500, 800, 1_200, 2_000, 4_000, 8_000, 16_000, 30_000] {
        let mut process = Process::serve(&database, &keys);
        let client = process.anonymous().sign_in_service(&secrets);
        let answered = std::thread::scope(|scope| {
            let sent = scope.spawn(|| {
                let headers = [("content-type", JSON), ("idempotency-key", "k")];
                client.try_send("POST", "/api/v1/reports/batch", &headers, &body(ROWS)).is_ok_and(|reply| reply.status == 200)
            });
            let begun = std::time::Instant::now();
            while !sent.is_finished() && begun.elapsed() < Duration::from_millis(wait) {
                std::thread::sleep(Duration::from_millis(5));
            }
            process.kill();
            sent.join().expect("a sender")
        });
        drop(process);
        let found = counts(&database);
        assert!(found == none || found == all, "killed after {wait} ms: {found:?}");
        assert!(!answered || found == all, "what got its 200 is there");
        if found == all {
            break;
        }
        cut += 1;
    }
    assert!(cut > 0, "one was killed before it was done");
    // A retry gives the first answer, or makes it.
    let process = Process::serve(&database, &keys);
    let client = process.anonymous().sign_in_service(&secrets);
    let reply = client.batch("", JSON, Some("k"), &body(ROWS));
    assert_eq!((reply.status, &reply.json()["created"]), (200, &json!(ROWS)));
    assert_eq!(counts(&database), all);
}

/// Lets the database refuse the row of a table that comes after so many.
pub(super) fn fail_at(database: &TestDatabase, backend: Backend, table: &str, after: usize) {
    let sql = match backend {
        Backend::Sqlite => format!(
            "CREATE TRIGGER fails BEFORE INSERT ON {table} WHEN (SELECT count(*) FROM {table}) >= {after} \
             BEGIN SELECT RAISE(ABORT, 'made to fail'); END"
        ),
        Backend::Postgres => format!(
            "CREATE OR REPLACE FUNCTION fails() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
             IF (SELECT count(*) FROM {table}) >= {after} THEN RAISE EXCEPTION 'made to fail'; END IF; RETURN NEW; END $$; \
             CREATE TRIGGER fails BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION fails()"
        ),
    };
    execute(database, &sql);
}

pub(super) fn mend(database: &TestDatabase, backend: Backend, table: &str) {
    execute(database, &if backend == Backend::Sqlite { "DROP TRIGGER fails".into() } else { format!("DROP TRIGGER fails ON {table}") });
}

fn a_failure_at_any_table_leaves_nothing_half_done(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    let before = counts(&app.database);
    for table in ["reports", "report_versions", "report_events", "events", "audit_entries", "idempotency_keys"] {
        let there: usize = rows(&app.database, &format!("SELECT CAST(count(*) AS TEXT) AS line FROM {table}"))[0].parse().expect("a count");
        fail_at(&app.database, backend, table, if table == "idempotency_keys" { there } else { there + 30 });
        let reply = press.batch("", JSON, Some("k"), &body(60));
        assert_eq!((reply.status, reply.code().as_str()), (500, "INTERNAL"), "{table}");
        mend(&app.database, backend, table);
        assert_eq!(counts(&app.database), before, "{table}");
    }
    assert_eq!(press.batch("", JSON, Some("k"), &body(60)).status, 200);
    assert_eq!(total(&press), 60);
    assert!(verdict(&app, None).is_ok());
}
