//! A process that dies at any moment: what got its 201 is there exactly once, a retry doubles nothing, and the feed goes on.

use std::{
    collections::HashSet,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use app::access::{AccountDraft, Terms, create};
use auth::KeySet;
use domain::account::{AccountKind, Role, Scopes};
use serde_json::json;
use testkit::{
    Backend, Client,
    app::{operator, use_cases, wait},
    both,
    clock::TestClock,
    database::TestDatabase,
    process::Process,
};

both!(a_thousand_reports_survive_a_kill);

const PUSHES: usize = 1_000;
const THREADS: usize = 4;

/// Pushes report `i`; true when it got its 201.
fn push(client: &Client, i: usize) -> bool {
    let body =
        json!({"programme": "HP-1593-2013", "task": "V.2", "year": 2014, "percent": 1, "narrative": format!("báo cáo {i}")}).to_string();
    let key = format!("key-{i}");
    let headers = [("content-type", "application/json"), ("idempotency-key", key.as_str())];
    match client.try_send("POST", "/api/v1/reports", &headers, body.as_bytes()) {
        Ok(reply) if reply.status == 201 => true,
        Ok(reply) => panic!("report {i}: {} {}", reply.status, reply.body),
        Err(_) => false,
    }
}

/// Every narrative stored, walked page by page.
fn narratives(client: &Client) -> Vec<String> {
    let (mut found, mut after) = (Vec::new(), String::new());
    loop {
        let page = client.get(&format!("/api/v1/reports?limit=200{after}")).json();
        found.extend(page["items"].as_array().expect("items").iter().map(|r| r["narrative"].as_str().expect("text").to_owned()));
        if page["hasNext"] == false {
            return found;
        }
        after = format!("&after={}", page["endCursor"].as_str().expect("a cursor"));
    }
}

/// The numbers and subjects of the whole feed, walked piece by piece.
fn feed(client: &Client) -> (Vec<i64>, HashSet<String>) {
    let (mut numbers, mut subjects, mut since) = (Vec::new(), HashSet::new(), 0);
    loop {
        let piece = client.get(&format!("/api/v1/changes?limit=200&since={since}")).json();
        for item in piece["items"].as_array().expect("items") {
            numbers.push(item["seq"].as_i64().expect("a number"));
            subjects.insert(item["subjectId"].as_str().expect("an id").to_owned());
        }
        since = piece["nextSince"].as_i64().expect("a number");
        if piece["hasMore"] == false {
            return (numbers, subjects);
        }
    }
}

/// The account of the newspaper's system, and the keys of the service in a file.
pub(super) fn prepared(database: &TestDatabase) -> (testkit::app::Secrets, std::path::PathBuf) {
    let keys = database.dir.path().join("served.json");
    KeySet::generate(&keys).expect("keys");
    let app = use_cases(&database.open(), &TestClock::default());
    let draft = AccountDraft {
        kind: AccountKind::Service,
        login: "press".into(),
        name: "press".into(),
        agency: Some("bao-hai-phong".into()),
        roles: vec![Role::AgencySystem],
        terms: Terms::default(),
        scopes: Scopes::ALL,
        expires_at: None,
        networks: Vec::new(),
    };
    let (_, secret) = wait(create(&app, &operator(), draft)).expect("an account");
    (testkit::app::Secrets { login: "press".into(), secret }, keys)
}

fn a_thousand_reports_survive_a_kill(backend: Backend) {
    let database = TestDatabase::with_programme(backend);
    let (secrets, keys) = prepared(&database);

    // 1. Push from several threads and kill the server somewhere past the middle.
    let mut process = Process::serve(&database, &keys);
    let client = process.anonymous().sign_in_service(&secrets);
    let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let acknowledged: Vec<usize> = std::thread::scope(|scope| {
        let pushers: Vec<_> = (0..THREADS)
            .map(|_| {
                scope.spawn(|| {
                    let client = client.clone();
                    let mut mine = Vec::new();
                    loop {
                        let i = next.fetch_add(1, Ordering::SeqCst);
                        if i >= PUSHES || !push(&client, i) {
                            return mine;
                        }
                        mine.push(i);
                        done.fetch_add(1, Ordering::SeqCst);
                    }
                })
            })
            .collect();
        while done.load(Ordering::SeqCst) < PUSHES / 2 {
            assert!(!pushers.iter().all(std::thread::ScopedJoinHandle::is_finished), "the pushers gave up before the kill");
            std::thread::sleep(Duration::from_millis(1));
        }
        process.kill();
        pushers.into_iter().flat_map(|pusher| pusher.join().expect("a pusher")).collect()
    });
    drop(process);
    assert!((PUSHES / 2..PUSHES).contains(&acknowledged.len()), "{} acknowledged", acknowledged.len());

    // 2. Restart: what got its 201 is there exactly once.
    let process = Process::serve(&database, &keys);
    let client = process.anonymous().sign_in_service(&secrets);
    let stored = narratives(&client);
    let distinct: HashSet<&String> = stored.iter().collect();
    assert_eq!(distinct.len(), stored.len(), "no report twice");
    for i in &acknowledged {
        assert!(distinct.contains(&format!("báo cáo {i}")), "report {i} got its 201 and is gone");
    }
    let (before, _) = feed(&client);
    assert_eq!(before, (1..).take(stored.len()).collect::<Vec<i64>>(), "each has its number, given before the kill or after");

    // 3. Repeat all thousand with their keys: exactly a thousand.
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let client = client.clone();
            scope.spawn(move || (thread..PUSHES).step_by(THREADS).for_each(|i| assert!(push(&client, i), "report {i} got no answer")));
        }
    });
    let stored = narratives(&client);
    assert_eq!(stored.len(), PUSHES);
    assert_eq!(stored.iter().collect::<HashSet<_>>().len(), PUSHES);
    // Whoever followed the feed goes on where it was: no gap, nothing twice.
    let (numbers, subjects) = feed(&client);
    assert_eq!((numbers, subjects.len()), ((1..).take(PUSHES).collect(), PUSHES));
}
