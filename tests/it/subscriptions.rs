//! Following over a WebSocket and as server-sent events: what is told to whom, and how it goes on after a break.

use std::time::Duration;

use domain::account::Role;
use serde_json::{Value, json};
use testkit::{
    Backend, Client, TestApp,
    app::wait,
    both,
    socket::{Events, Frame, Socket},
};

use crate::webhooks::{OTHER, OWN, report};

both!(
    a_follower_is_told_what_it_may_know_when_it_happens,
    a_follower_goes_on_where_it_was,
    what_is_followed_is_narrowed_by_programme_and_kind,
    reads_and_changes_go_over_a_socket_too,
    what_is_not_executed_is_an_error_and_the_socket_stays,
    events_come_over_http_and_go_on_after_the_last_one,
    an_event_is_told_with_all_that_hangs_below_it,
);

pub const FOLLOW: &str = "subscription { changes { seq kind subjectId } }";

pub fn pushed(client: &Client, key: &str) -> String {
    let reply = client.push(key, &report("V.2", 2014));
    assert_eq!(reply.status, 201, "{}", reply.body);
    reply.json()["id"].as_str().expect("an id").to_owned()
}

pub fn number(app: &TestApp) {
    wait(app.app.number_events()).expect("numbers");
}

/// Waits until a subscription is open: what is asked after it is answered after it.
pub fn opened(socket: &mut Socket) {
    // Opening reads the database; a tenth of it is time enough on a busy machine only if it is given often.
    std::thread::sleep(Duration::from_millis(500));
    socket.say(&json!({"type": "ping"}));
    assert_eq!(socket.message(), json!({"type": "pong"}));
}

fn a_follower_is_told_what_it_may_know_when_it_happens(backend: Backend) {
    let app = TestApp::start(backend);
    let (press, radio) = (app.system_of(OWN), app.system_of(OTHER));
    let mut ours = Socket::of(&app.base, Some(press.token()));
    let mut auditor = Socket::of(&app.base, Some(app.person(None, Role::Auditor).token()));
    let mut public = Socket::of(&app.base, None);
    for socket in [&mut ours, &mut auditor, &mut public] {
        socket.subscribe("1", FOLLOW);
        opened(socket);
    }
    let (theirs, mine) = (pushed(&radio, "a"), pushed(&press, "a"));
    number(&app);
    let event = |seq: i64, id: &str| json!({"seq": seq, "kind": "REPORT_SUBMITTED", "subjectId": id});
    let told = |event: Value| json!({"id": "1", "type": "next", "payload": {"data": {"changes": event}}});
    assert_eq!(ours.message(), told(event(2, &mine)), "and nothing of another's");
    assert_eq!((auditor.message(), auditor.message()), (told(event(1, &theirs)), told(event(2, &mine))));
    assert!(public.is_silent_for(Duration::from_millis(700)));
    // Whoever has had enough says so; what is told after that is told to others.
    ours.say(&json!({"type": "complete", "id": "1"}));
    pushed(&press, "b");
    number(&app);
    assert_eq!(auditor.message()["payload"]["data"]["changes"]["seq"], 3);
    assert!(ours.is_silent_for(Duration::from_millis(700)));
}

fn a_follower_goes_on_where_it_was(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of(OWN);
    for i in 0..45 {
        pushed(&press, &i.to_string());
    }
    number(&app);
    let seqs = |socket: &mut Socket, count: usize| -> Vec<i64> {
        (0..count).map(|_| socket.message()["payload"]["data"]["changes"]["seq"].as_i64().expect("a number")).collect()
    };
    let mut first = Socket::of(&app.base, Some(press.token()));
    first.subscribe("a", "subscription { changes(after: 0) { seq } }");
    assert_eq!(seqs(&mut first, 30), (1..=30).collect::<Vec<_>>());
    drop(first);
    let mut second = Socket::of(&app.base, Some(press.token()));
    second.subscribe("a", "subscription { changes(after: 30) { seq } }");
    assert_eq!(seqs(&mut second, 15), (31..=45).collect::<Vec<_>>(), "each once, in order");
    pushed(&press, "more");
    number(&app);
    assert_eq!(seqs(&mut second, 1), [46]);
    second.subscribe("b", "subscription { changes(after: 99) { seq } }");
    let refused = second.message();
    assert_eq!((&refused["type"], &refused["payload"][0]["extensions"]["code"]), (&json!("error"), &json!("QUERY_INVALID")), "{refused}");
    assert_eq!(refused["payload"][0]["extensions"]["faults"][0]["code"], "SINCE_UNKNOWN");
}

fn what_is_followed_is_narrowed_by_programme_and_kind(backend: Backend) {
    let app = TestApp::start(backend);
    let (press, standing) = (app.system_of(OWN), app.person(Some("so-noi-vu"), Role::Standing));
    let mut socket = Socket::of(&app.base, Some(press.token()));
    socket.subscribe("1", "subscription { changes(programme: \"HP-1593-2013\", kinds: [REPORT_RETURNED], after: 0) { kind subjectId } }");
    let id = pushed(&press, "a");
    crate::workflow::done(&standing, "POST", &format!("/api/v1/reports/{id}"), "/return", &json!({"reason": "Thiếu số liệu."}));
    number(&app);
    assert_eq!(socket.message()["payload"]["data"]["changes"], json!({"kind": "REPORT_RETURNED", "subjectId": id}));
    socket.subscribe("2", "subscription { changes(programme: \"NOPE\") { kind } }");
    let refused = socket.message();
    assert_eq!(refused["payload"][0]["extensions"]["faults"][0], {
        let mut fault = refused["payload"][0]["extensions"]["faults"][0].clone();
        fault["code"] = json!("PROGRAMME_UNKNOWN");
        fault["pointer"] = json!("/programme");
        fault
    });
}

fn reads_and_changes_go_over_a_socket_too(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of(OWN);
    let mut socket = Socket::of(&app.base, Some(press.token()));
    socket.say(&json!({"id": "q", "type": "subscribe", "payload": {
        "query": "query A { __typename } query B($c: String!) { agency(code: $c) { code } }", "operationName": "B", "variables": {"c": OWN}}}));
    assert_eq!(socket.message(), json!({"id": "q", "type": "next", "payload": {"data": {"agency": {"code": OWN}}}}));
    assert_eq!(socket.message(), json!({"id": "q", "type": "complete"}));
    // An identifier that is free again may be used again.
    socket.subscribe("q", "{ me { login } }");
    assert!(socket.message()["payload"]["data"]["me"]["login"].as_str().is_some_and(|login| login.starts_with(OWN)));
    assert_eq!(socket.message()["type"], "complete");
    socket.subscribe("m", "mutation { endMySession(id: \"0199b2a0-0000-7000-8000-000000000001\") { problem { code } } }");
    assert_eq!(socket.message()["payload"]["data"]["endMySession"]["problem"]["code"], "NOT_FOUND");
    assert_eq!(socket.message()["type"], "complete");
    // Errors of fields stand beside the data.
    socket.subscribe("e", "{ changes(since: -1) { hasMore } }");
    let answer = socket.message();
    assert_eq!((&answer["type"], &answer["payload"]["errors"][0]["extensions"]["code"]), (&json!("next"), &json!("QUERY_INVALID")));
    // The protocol's pings, and those of the socket.
    assert_eq!(socket.message()["type"], "complete");
    socket.say(&json!({"type": "ping", "payload": {"x": 1}}));
    assert_eq!(socket.message(), json!({"type": "pong", "payload": {"x": 1}}));
    socket.send(true, 9, b"here");
    assert_eq!(socket.frame(), Frame::Pong(b"here".to_vec()));
}

fn what_is_not_executed_is_an_error_and_the_socket_stays(backend: Backend) {
    let app = TestApp::start(backend);
    let mut socket = Socket::of(&app.base, None);
    let deep = format!("{{ tasks {{ nodes {{ {} }} }} }}", (0..900).map(|i| format!("a{i}: code ")).collect::<String>());
    let deeper = format!("{{ {}{} }}", "a { ".repeat(300), "}".repeat(300));
    for (query, code) in [
        ("{ nope }", "GRAPHQL_INVALID"),
        ("subscription { changes { nope } }", "GRAPHQL_INVALID"),
        ("subscription { changes { seq } more: changes { seq } }", "GRAPHQL_INVALID"),
        ("subscription { __typename }", "GRAPHQL_INVALID"),
        ("", "GRAPHQL_INVALID"),
        (deeper.as_str(), "GRAPHQL_TOO_LARGE"),
    ] {
        socket.subscribe("1", query);
        let answer = socket.message();
        let told = (&answer["id"], &answer["type"], &answer["payload"][0]["extensions"]["code"]);
        assert_eq!(told, (&json!("1"), &json!("error"), &json!(code)), "{query:.60}: {answer}");
    }
    socket.subscribe("1", &deep);
    assert_eq!(socket.message()["type"], "next");
    assert_eq!(socket.message()["type"], "complete");
    // A subscription that is asked for as a read is told so.
    assert_eq!(app.anonymous().graphql_code(FOLLOW), "GRAPHQL_INVALID");
}

fn events_come_over_http_and_go_on_after_the_last_one(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of(OWN);
    for key in ["a", "b", "c"] {
        pushed(&press, key);
    }
    number(&app);
    let follow = "subscription { changes(after: 0) { seq } }";
    let mut events = Events::open(&app.base, Some(press.token()), follow, "");
    let kind = events.headers.iter().find(|(name, _)| name == "content-type").map(|(_, value)| value.as_str());
    assert_eq!((events.status, kind), (200, Some("text/event-stream; charset=utf-8")));
    for seq in 1..=3 {
        let told = events.next_event().expect("an event");
        assert_eq!((told.event.as_str(), told.id), ("next", Some(seq.to_string())));
        assert_eq!(told.data, format!("{{\"data\":{{\"changes\":{{\"seq\":{seq}}}}}}}"));
    }
    pushed(&press, "d");
    number(&app);
    assert_eq!(events.next_event().and_then(|told| told.id).as_deref(), Some("4"), "when it happens");
    drop(events);
    let mut again = Events::open(&app.base, Some(press.token()), follow, "Last-Event-ID: 3\r\n");
    assert_eq!(again.next_event().and_then(|told| told.id).as_deref(), Some("4"));
    // What is read is told once, and what is refused begins no stream.
    let mut read = Events::open(&app.base, None, "{ __typename }", "");
    assert_eq!(
        read.next_event().map(|told| (told.event, told.data)),
        Some(("next".into(), "{\"data\":{\"__typename\":\"Query\"}}".into()))
    );
    assert_eq!(read.next_event().map(|told| told.event).as_deref(), Some("complete"));
    assert_eq!(read.next_event(), None);
    assert_eq!(Events::open(&app.base, None, "{ nope }", "").status, 400);
    assert_eq!(Events::open(&app.base, None, "subscription { changes(after: 99) { seq } }", "").status, 400);
    let get = |query: &str| press.send("GET", &format!("/graphql?query={query}"), &[("accept", "text/event-stream")], b"");
    assert_eq!(get("%7B__typename%7D").body, "event: next\ndata: {\"data\":{\"__typename\":\"Query\"}}\n\nevent: complete\ndata: \n\n");
    assert_eq!(get("mutation%7B__typename%7D").status, 405);
}

fn an_event_is_told_with_all_that_hangs_below_it(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of(OWN);
    let mut socket = Socket::of(&app.base, Some(press.token()));
    let query = "subscription S($after: Int) { ...Root } fragment Root on Subscription { told: changes(after: $after) { __typename agency { code } \
                 programme { code } body at } }";
    socket.say(&json!({"id": "1", "type": "subscribe", "payload": {"query": query, "variables": {"after": 0}}}));
    pushed(&press, "a");
    pushed(&press, "b");
    number(&app);
    for _ in 0..2 {
        let told = socket.message()["payload"]["data"]["told"].take();
        assert_eq!(
            (&told["__typename"], &told["agency"]["code"], &told["programme"]["code"]),
            (&json!("Change"), &json!(OWN), &json!("HP-1593-2013"))
        );
        assert_eq!(told["body"], json!({"version": 1}));
    }
}
