//! Webhooks among others: what fails, is slow or has too much waiting holds up nobody else, and nobody reads through them what is not public.

use std::{
    sync::{Arc, Condvar, Mutex},
    time::{Duration, Instant},
};

use app::webhook::{Answered, Outgoing, Post, Setup, Targets};
use chrono::TimeDelta;
use domain::webhook::{Fault, MAX_WEBHOOKS};
use serde_json::{Value, json};
use testkit::{
    Backend, TestApp,
    app::wait,
    both,
    database::{execute, rows},
};

use crate::{
    webhooks::{OTHER, OWN, made, post, report, send, start},
    workflow::pushed,
};

both!(
    full_queues_keep_nobody_waiting,
    what_is_wrong_with_one_webhook_is_not_wrong_with_all,
    a_slow_receiver_holds_up_its_own_agency_alone,
    a_long_queue_gives_way_after_each_batch,
    what_stands_in_private_networks_is_not_read_through_a_webhook,
);

const THIRD: &str = "so-ngoai-vu";

/// Sends nowhere, and answers as a test says.
struct Says<F>(F);

impl<F: Fn(&Outgoing) -> Answered + Send + Sync> Post for Says<F> {
    fn post(&self, message: &Outgoing) -> Result<Answered, Fault> {
        Ok((self.0)(message))
    }
}

fn saying(backend: Backend, says: impl Fn(&Outgoing) -> Answered + Send + Sync + 'static) -> TestApp {
    let app = TestApp::start(backend);
    app.app.send_webhooks_with(Setup { post: Arc::new(Says(says)), ..server::webhook_setup(Targets::default(), 30) });
    app
}

fn fine() -> Answered {
    Answered { status: 200, retry_after: None, body: b"fine".to_vec(), is_public: true }
}

/// A query that gives the numbers from 1 as `i`, under the name `n`, and an expression for a new identifier.
fn numbers(backend: Backend, count: i64) -> (String, &'static str) {
    match backend {
        Backend::Sqlite => {
            (format!("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) SELECT"), "randomblob(16)")
        }
        Backend::Postgres => (format!("WITH n AS (SELECT generate_series(1, {count}) AS i) SELECT"), "gen_random_uuid()"),
    }
}

/// Lets so many messages that tell of nothing wait for each of these webhooks, due at an instant as written in SQL.
fn wait_for(app: &TestApp, backend: Backend, webhooks: &str, count: i64, due: &str) {
    let (numbers, id) = numbers(backend, count);
    let due = if backend == Backend::Sqlite { due.to_owned() } else { format!("CAST({due} AS TIMESTAMP)") };
    execute(
        &app.database,
        &format!(
            "INSERT INTO webhook_deliveries (id, webhook_id, kind, subject_id, state, attempts, tries, created_at, due_at) \
             {numbers} {id}, w.id, 'WEBHOOK_TEST', w.id, 'PENDING', 0, 0, w.created_at, {due} FROM n, webhooks w WHERE {webhooks}"
        ),
    );
}

fn full_queues_keep_nobody_waiting(backend: Backend) {
    let (app, receiver) = start(backend);
    let (press, radio) = (app.system_of(OWN), app.system_of(OTHER));
    made(&press, &json!({"url": receiver.url(), "agency": OWN}));
    pushed(&press, "a", &report("V.2", 2014));
    wait(app.app.number_events()).expect("numbers");
    // More than are looked for in one statement, all furthest behind, and for each as much waits as may.
    let (numbers, id) = numbers(backend, 64);
    execute(
        &app.database,
        &format!(
            "INSERT INTO webhooks (id, agency_id, account_id, url, kinds, status, secret_sealed, revision, created_at, changed_at, seen_seq) \
             {numbers} {id}, agency_id, account_id, url, kinds, status, secret_sealed, 1, created_at, changed_at, 0 FROM n, webhooks w"
        ),
    );
    wait_for(&app, backend, "TRUE", 1_000, "'2099-01-01 00:00:00'");
    made(&radio, &json!({"url": receiver.url(), "agency": OTHER}));
    pushed(&radio, "a", &report("V.2", 2014));
    send(&app);
    assert_eq!(receiver.taken().len(), 1, "the one that has room is told");
    let behind = || rows(&app.database, "SELECT CAST(count(*) AS TEXT) AS line FROM webhooks WHERE seen_seq = 0").concat();
    assert_eq!(behind(), "65", "the others wait in the feed");
    let (statements, begun) = app.statements(|| wait(app.app.begin_webhooks()).expect("a round").len());
    assert!(begun == 0 && statements < 10, "{statements} statements for what has no room");
    // Room for one is enough, and one round comes to all of them.
    let one_of_each =
        "DELETE FROM webhook_deliveries WHERE id IN (SELECT min(CAST(id AS TEXT)) FROM webhook_deliveries GROUP BY webhook_id)";
    let one_of_each = match backend {
        Backend::Sqlite => one_of_each.replace("min(CAST(id AS TEXT))", "min(id)"),
        Backend::Postgres => one_of_each.replace("WHERE id IN", "WHERE CAST(id AS TEXT) IN"),
    };
    execute(&app.database, &one_of_each);
    wait(async {
        for served in app.app.begin_webhooks().await.expect("a round") {
            served.await.expect("a service");
        }
    });
    assert_eq!(behind(), "0");
}

fn what_is_wrong_with_one_webhook_is_not_wrong_with_all(backend: Backend) {
    let (app, receiver) = start(backend);
    let (press, radio) = (app.system_of(OWN), app.system_of(OTHER));
    made(&press, &json!({"url": receiver.url(), "agency": OWN}));
    execute(&app.database, "UPDATE webhooks SET kinds = 'NOBODY_KNOWS'");
    made(&radio, &json!({"url": receiver.url(), "agency": OTHER}));
    pushed(&radio, "a", &report("V.2", 2014));
    send(&app);
    assert_eq!(receiver.taken().len(), 1);
}

/// Where messages wait until it is opened, or for a while.
#[derive(Default)]
struct Gate {
    /// Whether it is open, and where those led that wait before it.
    state: Mutex<(bool, Vec<String>)>,
    opened: Condvar,
}

impl Gate {
    fn pass(&self, url: &str) {
        let mut state = self.state.lock().expect("a gate");
        state.1.push(url.to_owned());
        drop(self.opened.wait_timeout_while(state, Duration::from_secs(30), |state| !state.0).expect("a gate"));
    }

    fn open(&self) {
        self.state.lock().expect("a gate").0 = true;
        self.opened.notify_all();
    }

    fn count(&self, host: &str) -> usize {
        self.state.lock().expect("a gate").1.iter().filter(|url| url.contains(host)).count()
    }
}

fn a_slow_receiver_holds_up_its_own_agency_alone(backend: Backend) {
    let (gate, prompt) = (Arc::new(Gate::default()), Arc::new(Mutex::new(0)));
    let (gate_, prompt_) = (Arc::clone(&gate), Arc::clone(&prompt));
    let app = saying(backend, move |message| {
        if message.url.contains("slow") {
            gate_.pass(&message.url);
        } else {
            *prompt_.lock().expect("a count") += 1;
        }
        fine()
    });
    // More slow ones than are looked for in one statement, made before the prompt one.
    for (agency, host, count) in [(OWN, "slow-a", MAX_WEBHOOKS), (THIRD, "slow-b", 20)] {
        let system = app.system_of(agency);
        for _ in 0..count {
            made(&system, &json!({"url": format!("https://{host}.example.vn/"), "agency": agency}));
        }
    }
    made(&app.system_of(OTHER), &json!({"url": "https://prompt.example.vn/", "agency": OTHER}));
    wait_for(&app, backend, "TRUE", 2, "w.created_at");
    wait(async {
        let (mut begun, until) = (Vec::new(), Instant::now() + Duration::from_secs(15));
        let stand = || (*prompt.lock().expect("a count"), gate.count("slow-a"), gate.count("slow-b"));
        while stand() != (2, 4, 4) {
            assert!(Instant::now() < until, "{:?} of two, and four to each agency's receivers at once", stand());
            begun.extend(app.app.begin_webhooks().await.expect("a round"));
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert_eq!(stand(), (2, 4, 4), "and no more");
        gate.open();
        for served in begun {
            served.await.expect("a service");
        }
    });
    assert_eq!((gate.count("slow-a"), gate.count("slow-b")), (100, 40), "each message once, when it is its turn");
}

fn a_long_queue_gives_way_after_each_batch(backend: Backend) {
    let sent = Arc::new(Mutex::new(Vec::new()));
    let sent_ = Arc::clone(&sent);
    let app = saying(backend, move |message| {
        sent_.lock().expect("a list").push(message.url.clone());
        fine()
    });
    let press = app.system_of(OWN);
    for host in ["long", "short"] {
        made(&press, &json!({"url": format!("https://{host}.example.vn/"), "agency": OWN}));
    }
    wait_for(&app, backend, "w.url LIKE '%long%'", 40, "w.created_at");
    app.clock.advance(TimeDelta::seconds(1));
    wait_for(&app, backend, "w.url LIKE '%short%'", 1, "w.created_at");
    send(&app);
    let sent = sent.lock().expect("a list");
    let place = sent.iter().position(|url| url.contains("short"));
    assert!(sent.len() == 41 && place.is_some_and(|place| place <= 8), "{place:?} of {}", sent.len());
}

fn what_stands_in_private_networks_is_not_read_through_a_webhook(backend: Backend) {
    let app = saying(backend, |message| Answered {
        status: 503,
        retry_after: None,
        body: b"the words of a host".to_vec(),
        is_public: message.url.contains("public"),
    });
    let press = app.system_of(OWN);
    for (host, answer) in [("public", json!("the words of a host")), ("inside", Value::Null)] {
        let (hook, _) = made(&press, &json!({"url": format!("https://{host}.example.vn/"), "agency": OWN}));
        assert_eq!(post(&press, &format!("{hook}/test"), &Value::Null).status, 202);
        send(&app);
        let last = press.get(&format!("{hook}/deliveries")).json()["items"][0]["lastAttempt"].take();
        assert_eq!((&last["status"], &last["fault"], &last["answer"]), (&json!(503), &json!("STATUS"), &answer), "{host}");
    }
    let kept = rows(&app.database, "SELECT CAST(count(answer) AS TEXT) AS line FROM webhook_attempts").concat();
    assert_eq!(kept, "1", "nor is it kept");
}
