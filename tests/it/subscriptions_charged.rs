//! What subscriptions count for: each answer is charged as the operation that it is, waits where that is too much, and leaves room for others.

use std::time::{Duration, Instant};

use auth::digest;
use domain::account::Role;
use serde_json::{Value, json};
use testkit::{
    Backend, Client, TestApp, both,
    socket::{Events, Socket},
};

use crate::{
    slow::slowed,
    subscriptions::{FOLLOW, number, opened, pushed},
    webhooks::OWN,
};

both!(
    each_answer_is_charged_and_none_is_lost,
    followers_leave_connections_to_others,
    a_follower_waits_for_a_place_of_its_caller,
    a_document_may_be_named_over_a_socket_too,
);

/// Counts for two requests.
const WIDE: &str =
    "subscription { changes(after: 0) { seq programme { deliverables(first: 200) { nodes { a: id b: id c: id d: id e: id f: id } } } } }";

/// A server where auditors may ask for this.
fn limited(backend: Backend, limits: &[(&'static str, u32)]) -> TestApp {
    TestApp::set(backend, |settings| {
        for (name, value) in limits {
            settings.allowances.set("AUDITOR", name, *value).expect("a limit");
        }
    })
}

fn each_answer_is_charged_and_none_is_lost(backend: Backend) {
    const EVENTS: i64 = 18;
    let app = limited(backend, &[("requests_per_minute", 120)]);
    let (press, auditor) = (app.system_of(OWN), app.person(None, Role::Auditor));
    for i in 0..EVENTS {
        pushed(&press, &i.to_string());
    }
    number(&app);
    // Most of the minute goes: five requests a time.
    let twenty = ('a'..='t').map(|name| format!("{name}: id")).collect::<Vec<_>>().join(" ");
    let costly = format!("{{ tasks(first: 200) {{ nodes {{ {twenty} }} }} }}");
    let body = json!({"query": costly}).to_string();
    let spend = |client: &Client| client.send("POST", "/graphql", &[("content-type", "application/json")], body.as_bytes());
    for _ in 0..20 {
        assert_eq!(spend(&auditor).json()["extensions"]["cost"]["requests"], 5);
    }
    // 20 requests are left, and 2 a second come: of 18 answers at 2 each, 8 wait for a second each.
    let begun = Instant::now();
    let mut socket = Socket::of(&app.base, Some(auditor.token()));
    socket.subscribe("1", WIDE);
    let seq = |message: &Value| message["payload"]["data"]["changes"]["seq"].as_i64();
    let first: Vec<Option<i64>> = (0..8).map(|_| seq(&socket.message())).collect();
    assert_eq!(first, (1..=8).map(Some).collect::<Vec<_>>());
    socket.message();
    assert_eq!(spend(&auditor).code(), "TOO_MANY_REQUESTS", "it is the caller's minute");
    let rest: Vec<Option<i64>> = (0..EVENTS - 9).map(|_| seq(&socket.message())).collect();
    assert_eq!(rest, (10..=EVENTS).map(Some).collect::<Vec<_>>(), "late, in order, and each once");
    assert!(begun.elapsed() > Duration::from_secs(4), "{:?}", begun.elapsed());
    // As a stream it is the same.
    std::thread::sleep(Duration::from_millis(2_500));
    let begun = Instant::now();
    let mut events = Events::open(&app.base, Some(auditor.token()), WIDE, "Last-Event-ID: 12\r\n");
    assert_eq!(events.status, 200);
    let told: Vec<Option<String>> = (13..=EVENTS).map(|_| events.next_event().and_then(|told| told.id)).collect();
    assert_eq!(told, (13..=EVENTS).map(|seq| Some(seq.to_string())).collect::<Vec<_>>());
    assert!(begun.elapsed() > Duration::from_secs(2), "{:?}", begun.elapsed());
}

fn followers_leave_connections_to_others(backend: Backend) {
    let app = limited(backend, &[("seconds", 4)]);
    let (press, auditor) = (app.system_of(OWN), app.person(None, Role::Auditor));
    pushed(&press, "a");
    number(&app);
    slowed(&app, backend);
    // As many as there are connections.
    let mut sockets: Vec<Socket> = (0..4).map(|_| Socket::of(&app.base, Some(auditor.token()))).collect();
    for socket in &mut sockets {
        socket.subscribe("1", WIDE);
    }
    std::thread::sleep(Duration::from_millis(600));
    let asked = Instant::now();
    for _ in 0..4 {
        assert_eq!(press.get("/api/v1/tasks?limit=1").status, 200);
    }
    assert!(asked.elapsed() < Duration::from_secs(2), "{:?}", asked.elapsed());
    for socket in &mut sockets {
        let told = socket.message();
        assert_eq!(told["payload"]["errors"][0]["extensions"]["code"], "GRAPHQL_TOO_SLOW", "{told}");
        opened(socket);
    }
}

fn a_follower_waits_for_a_place_of_its_caller(backend: Backend) {
    let app = limited(backend, &[("seconds", 3), ("concurrent", 1)]);
    let (press, auditor) = (app.system_of(OWN), app.person(None, Role::Auditor));
    let mut socket = Socket::of(&app.base, Some(auditor.token()));
    socket.subscribe("1", FOLLOW);
    opened(&mut socket);
    slowed(&app, backend);
    let slow = std::thread::spawn(move || auditor.graphql_code("{ deliverables(first: 1) { nodes { id } } }"));
    std::thread::sleep(Duration::from_millis(500));
    let id = pushed(&press, "a");
    number(&app);
    assert!(socket.is_silent_for(Duration::from_secs(1)), "its caller is being answered");
    assert_eq!(slow.join().expect("an answer"), "GRAPHQL_TOO_SLOW");
    assert_eq!(socket.message()["payload"]["data"]["changes"], json!({"seq": 1, "kind": "REPORT_SUBMITTED", "subjectId": id}));
}

fn a_document_may_be_named_over_a_socket_too(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of(OWN);
    let mut socket = Socket::of(&app.base, Some(press.token()));
    let ask = |socket: &mut Socket, payload: Value| {
        socket.say(&json!({"id": "1", "type": "subscribe", "payload": payload}));
        socket.message()
    };
    let hash = digest(FOLLOW.as_bytes());
    let named = || json!({"documentId": format!("sha256:{hash}")});
    let unknown = ask(&mut socket, named());
    assert_eq!((&unknown["type"], &unknown["payload"][0]["extensions"]["code"]), (&json!("error"), &json!("PERSISTED_QUERY_NOT_FOUND")));
    // What was sent once may be named.
    let extensions = json!({"persistedQuery": {"version": 1, "sha256Hash": hash}});
    socket.say(&json!({"id": "2", "type": "subscribe", "payload": {"query": FOLLOW, "extensions": extensions}}));
    opened(&mut socket);
    socket.say(&json!({"id": "1", "type": "subscribe", "payload": named()}));
    socket.say(&json!({"id": "3", "type": "subscribe", "payload": {"extensions": extensions}}));
    opened(&mut socket);
    pushed(&press, "a");
    number(&app);
    let mut told: Vec<String> = (0..3).map(|_| socket.message()["id"].as_str().expect("an identifier").to_owned()).collect();
    told.sort();
    assert_eq!(told, ["1", "2", "3"]);
}
