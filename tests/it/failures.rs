//! When something else has the database, or the database is gone: what callers are told, and that it passes.

use std::time::Duration;

use app::{View, task::TaskFilter};
use auth::{Ctx, Origin, RequestId};
use domain::id::SystemIds;
use serde_json::{Value, json};
use testkit::{
    Backend, TestApp,
    app::{import_into, wait},
    both,
    database::execute,
    only, seed,
};

both!(a_key_in_use_is_told_at_once, one_operation_sees_one_state,);
only!(Postgres: callers_come_back_when_the_database_does);
only!(Sqlite: a_writer_that_must_wait_too_long_is_told);

fn report() -> Value {
    json!({"programme": "HP-1593-2013", "task": "V.2", "year": 2014, "percent": 40, "narrative": "Đã làm."})
}

/// Keeps every writer of reports waiting.
fn occupied(app: &TestApp, backend: Backend) -> persistence::by_hand::Held {
    let sql = match backend {
        Backend::Sqlite => "BEGIN IMMEDIATE",
        Backend::Postgres => "BEGIN; LOCK TABLE reports IN EXCLUSIVE MODE",
    };
    persistence::by_hand::hold(&app.db, sql).expect("a lock")
}

fn a_key_in_use_is_told_at_once(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    let held = occupied(&app, backend);
    let (sender, answers) = std::sync::mpsc::channel();
    for _ in 0..2 {
        let (press, sender) = (press.clone(), sender.clone());
        std::thread::spawn(move || sender.send(press.push("k", &report())));
    }
    // Whichever came second is answered while the first still waits.
    let second = answers.recv_timeout(Duration::from_secs(4)).expect("an answer while the first waits");
    assert_eq!((second.status, second.code().as_str()), (409, "IDEMPOTENCY_IN_PROGRESS"));
    held.let_go().expect("the lock goes");
    let first = answers.recv_timeout(Duration::from_secs(20)).expect("the first answer");
    assert_eq!((first.status, first.headers.get("idempotency-replayed")), (201, None), "{}", first.body);
    assert_eq!(press.push("k", &report()).body, first.body);
}

fn one_operation_sees_one_state(backend: Backend) {
    let app = TestApp::start(backend);
    let elsewhere = app.database.open();
    wait(async {
        let view = || View::new(&app.app, Ctx::anonymous(Origin { request_id: RequestId::new(&SystemIds::default()), network: None }));
        let (all, ours) = (TaskFilter::default(), view());
        assert_eq!(app::task::count(&ours, &all).await.expect("a count"), 19);
        let file = seed::made_up(3).to_string();
        std::thread::spawn(move || import_into(&elsewhere, file.as_bytes())).join().expect("an import");
        assert_eq!(app::task::count(&ours, &all).await.expect("a count"), 19, "the operation's state stays");
        assert_eq!(ours.catalogue().await.expect("a catalogue").programmes().len(), 1);
        let later = view();
        assert_eq!(app::task::count(&later, &all).await.expect("a count"), 22);
        assert_eq!(later.catalogue().await.expect("a catalogue").programmes().len(), 2);
        // A reader of the old state does not bring the old catalogue back.
        assert_eq!(view().catalogue().await.expect("a catalogue").programmes().len(), 2);
    });
}

fn callers_come_back_when_the_database_does(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    let closed = app.database.close();
    let refused = [press.push("k", &report()), press.get("/api/v1/reports"), press.get("/api/v1/agencies")];
    assert!(refused.iter().all(|reply| (reply.status, reply.code().as_str()) == (503, "UNAVAILABLE")), "{:?}", refused.map(|r| r.body));
    assert_eq!(app.anonymous().graphql_code("{ programmes { totalCount } }"), "UNAVAILABLE");
    assert_eq!((press.get("/readyz").status, press.get("/healthz").status), (503, 200));
    drop(closed);
    // Another node has migrated it to what this one does not know.
    let history = "__diesel_schema_migrations (version, run_on) VALUES ('20991231000001', '2099-01-01 00:00:00')";
    execute(&app.database, &format!("INSERT INTO {history}"));
    assert_eq!((press.get("/readyz").status, press.get("/healthz").status), (503, 200));
    execute(&app.database, "DELETE FROM __diesel_schema_migrations WHERE version = '20991231000001'");
    let pushed = press.push("k", &report());
    assert_eq!(pushed.status, 201, "{}", pushed.body);
    assert_eq!(press.get("/readyz").status, 200);
}

fn a_writer_that_must_wait_too_long_is_told(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    let held = occupied(&app, backend);
    let refused = press.push("k", &report());
    assert_eq!((refused.status, refused.code().as_str()), (503, "UNAVAILABLE"), "{}", refused.body);
    assert_eq!(press.get("/api/v1/reports").status, 200, "readers do not wait for writers");
    held.let_go().expect("the lock goes");
    assert_eq!(press.push("k", &report()).status, 201);
}
