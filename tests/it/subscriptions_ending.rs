//! How sockets end: by what is said wrongly, by rights that are withdrawn, by too much, and with the server.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use serde_json::json;
use testkit::{
    Backend, TestApp, both,
    database::execute,
    socket::{Events, Frame, Socket},
};

use crate::{
    subscriptions::{FOLLOW, number, opened, pushed},
    webhooks::OWN,
};

both!(
    what_is_not_of_the_protocol_closes_by_its_code,
    whoever_does_not_say_who_they_are_in_time_is_closed,
    a_token_that_runs_out_ends_what_rests_on_it,
    an_account_that_is_disabled_is_told_nothing_more,
    a_page_of_another_origin_opens_nothing,
    too_much_is_not_taken,
    a_reader_that_does_not_read_holds_up_nobody,
    a_server_that_ends_says_so,
);

const PROTOCOL: &str = "Sec-WebSocket-Protocol: graphql-transport-ws\r\n";

fn what_is_not_of_the_protocol_closes_by_its_code(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of(OWN);
    let open = || Socket::open(&app.base);
    let known = || Socket::of(&app.base, Some(press.token()));
    // 4400: no message.
    for text in ["", "{", "[]", "{}", r#"{"type":"start"}"#, r#"{"type":"subscribe","id":"1"}"#, r#"{"type":"complete"}"#] {
        let mut socket = known();
        socket.send(true, 1, text.as_bytes());
        assert_eq!(socket.closed(), Some(4400), "{text}");
    }
    let mut socket = open();
    socket.send(true, 2, br#"{"type":"connection_init"}"#);
    assert_eq!(socket.closed(), Some(4400), "no text");
    // 4401: nobody, or not well.
    let mut socket = open();
    socket.subscribe("1", FOLLOW);
    assert_eq!(socket.closed(), Some(4401));
    for payload in [json!({"authorization": "Bearer x"}), json!({"authorization": "x"}), json!({"Authorization": 1})] {
        let mut socket = open();
        socket.say(&json!({"type": "connection_init", "payload": payload}));
        assert_eq!(socket.closed(), Some(4401), "{payload}");
    }
    // 4406: another subprotocol, or none.
    for headers in ["", "Sec-WebSocket-Protocol: graphql-ws\r\n"] {
        let mut socket = Socket::try_open(&app.base, headers).expect("a socket");
        assert_eq!((socket.protocol.clone(), socket.closed()), (None, Some(4406)));
    }
    let among = Socket::try_open(&app.base, "Sec-WebSocket-Protocol: graphql-ws, graphql-transport-ws\r\n").expect("a socket");
    assert_eq!(among.protocol.as_deref(), Some("graphql-transport-ws"));
    // 4409: an identifier that is in use.
    let mut socket = known();
    socket.subscribe("1", FOLLOW);
    socket.subscribe("1", FOLLOW);
    assert_eq!(socket.closed(), Some(4409));
    // 4429: said twice.
    let mut socket = known();
    socket.init(None);
    assert_eq!(socket.closed(), Some(4429));
    let mut socket = open();
    socket.init(None);
    socket.init(None);
    assert_eq!(socket.closed(), Some(4429), "before it is answered, too");
    // What says goodbye is said goodbye to.
    let mut socket = known();
    socket.send(true, 8, &1000_u16.to_be_bytes());
    assert_eq!((socket.frame(), socket.frame()), (Frame::Close(Some(1000)), Frame::End));
    // What is no WebSocket opens none.
    assert_eq!(press.send("GET", "/graphql", &[("upgrade", "websocket"), ("connection", "upgrade")], b"").status, 400);
}

fn whoever_does_not_say_who_they_are_in_time_is_closed(backend: Backend) {
    let app = TestApp::start(backend);
    let (mut silent, began) = (Socket::open(&app.base), Instant::now());
    assert_eq!(silent.closed(), Some(4408));
    assert!((4..20).contains(&began.elapsed().as_secs()), "{:?}", began.elapsed());
}

fn a_token_that_runs_out_ends_what_rests_on_it(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of(OWN);
    let mut socket = Socket::of(&app.base, Some(press.token()));
    let mut public = Socket::of(&app.base, None);
    let mut events = Events::open(&app.base, Some(press.token()), FOLLOW, "");
    for socket in [&mut socket, &mut public] {
        socket.subscribe("1", FOLLOW);
        opened(socket);
    }
    app.clock.advance(TimeDelta::hours(24));
    let began = Instant::now();
    assert_eq!(socket.closed(), Some(4401));
    assert!(began.elapsed() < Duration::from_secs(8), "{:?}", began.elapsed());
    let last = events.next_event().expect("why");
    assert!(last.event == "next" && last.data.contains("TOKEN_INVALID"), "{last:?}");
    assert_eq!(events.next_event().map(|told| told.event).as_deref(), Some("complete"));
    opened(&mut public);
}

fn an_account_that_is_disabled_is_told_nothing_more(backend: Backend) {
    let app = TestApp::start(backend);
    let (press, other) = (app.system_of(OWN), app.system_of(OWN));
    let login = press.graphql("{ me { login } }", &json!({}))["me"]["login"].as_str().expect("a login").to_owned();
    let mut socket = Socket::of(&app.base, Some(press.token()));
    socket.subscribe("1", FOLLOW);
    opened(&mut socket);
    execute(&app.database, &format!("UPDATE accounts SET status = 'DISABLED' WHERE login = '{login}'"));
    let began = Instant::now();
    // What happens at this very moment is not told any more.
    pushed(&other, "a");
    number(&app);
    assert_eq!(socket.frame(), Frame::Close(Some(4403)));
    assert!(began.elapsed() < Duration::from_secs(8), "{:?}", began.elapsed());
    // Without an event it is found out as well.
    let (third, _) = (app.system_of(OWN), ());
    let login = third.graphql("{ me { login } }", &json!({}))["me"]["login"].as_str().expect("a login").to_owned();
    let mut socket = Socket::of(&app.base, Some(third.token()));
    execute(&app.database, &format!("UPDATE accounts SET status = 'DISABLED' WHERE login = '{login}'"));
    assert_eq!(socket.closed(), Some(4403));
    // A role that is taken away ends what it opened, and the connection stays.
    let fourth = app.system_of(OWN);
    let login = fourth.graphql("{ me { login } }", &json!({}))["me"]["login"].as_str().expect("a login").to_owned();
    let mut socket = Socket::of(&app.base, Some(fourth.token()));
    socket.subscribe("1", FOLLOW);
    opened(&mut socket);
    execute(&app.database, &format!("DELETE FROM grants WHERE account_id = (SELECT id FROM accounts WHERE login = '{login}')"));
    pushed(&other, "b");
    number(&app);
    assert!(socket.is_silent_for(Duration::from_secs(1)), "nothing of what it may not know");
    opened(&mut socket);
}

fn a_page_of_another_origin_opens_nothing(backend: Backend) {
    let app = TestApp::start(backend);
    let own = app.base.clone();
    let open = |origin: &str| Socket::try_open(&app.base, &format!("{PROTOCOL}Origin: {origin}\r\n")).map(|_| ());
    assert_eq!(open(&own), Ok(()));
    for other in ["https://evil.example", "null", "http://127.0.0.1:1", "http://127.0.0.1"] {
        assert_eq!(open(other), Err(403), "{other}");
    }
}

fn too_much_is_not_taken(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of(OWN);
    let mut socket = Socket::of(&app.base, Some(press.token()));
    socket.send(true, 1, &vec![b' '; 200 * 1024]);
    assert_eq!(socket.closed(), Some(1009), "a message");
    let mut socket = Socket::of(&app.base, Some(press.token()));
    for i in 0..4 {
        socket.send(false, u8::from(i == 0), &vec![b' '; 40 * 1024]);
    }
    assert_eq!(socket.closed(), Some(1009), "a message in parts");
    let mut socket = Socket::of(&app.base, Some(press.token()));
    let text = json!({"type": "ping"}).to_string();
    socket.send(false, 1, &text.as_bytes()[..5]);
    socket.send(true, 0, &text.as_bytes()[5..]);
    assert_eq!(socket.message(), json!({"type": "pong"}), "parts that are not too long");
    for i in 0..20 {
        socket.subscribe(&i.to_string(), FOLLOW);
    }
    opened(&mut socket);
    socket.subscribe("one more", FOLLOW);
    assert_eq!(socket.closed(), Some(4429), "operations");
    let held: Vec<Socket> = (0..20).map(|_| Socket::of(&app.base, Some(press.token()))).collect();
    let mut more = Socket::open(&app.base);
    more.init(Some(press.token()));
    assert_eq!(more.closed(), Some(4429), "connections of an account");
    drop(held);
    let until = Instant::now() + Duration::from_secs(20);
    let again = std::iter::from_fn(|| {
        std::thread::sleep(Duration::from_millis(50));
        let mut socket = Socket::open(&app.base);
        socket.init(Some(press.token()));
        Some(socket.frame())
    });
    let acknowledged = |frame: Frame| matches!(frame, Frame::Text(text) if text.contains("connection_ack"));
    assert!(again.take_while(|_| Instant::now() < until).any(acknowledged), "places are given back");
}

fn a_reader_that_does_not_read_holds_up_nobody(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of(OWN);
    let id = pushed(&press, "a");
    number(&app);
    // Ten thousand more, each with something to tell.
    let rows = if backend == Backend::Sqlite {
        "INSERT INTO events (seq, id, at, kind, subject, subject_id, agency_id, programme_id, is_public, body) WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n \
         WHERE i < 10001) SELECT n.i, randomblob(16), e.at, e.kind, e.subject, e.subject_id, e.agency_id, e.programme_id, 0, '{\"text\": \"' || hex(zeroblob(500)) || '\"}' FROM n, events e \
         WHERE e.seq = 1"
    } else {
        "INSERT INTO events (seq, id, at, kind, subject, subject_id, agency_id, programme_id, is_public, body) SELECT n.i, gen_random_uuid(), e.at, e.kind, e.subject, e.subject_id, \
         e.agency_id, e.programme_id, FALSE, '{\"text\": \"' || repeat('0', 1000) || '\"}' FROM generate_series(2, 10001) AS n(i), events e WHERE e.seq = 1"
    };
    execute(&app.database, rows);
    execute(&app.database, "UPDATE event_head SET seq = 10001");
    let mut slow: Vec<Socket> = (0..5).map(|_| Socket::of(&app.base, Some(press.token()))).collect();
    for socket in &mut slow {
        socket.subscribe("1", "subscription { changes(after: 0) { seq body subjectId agency { code name } } }");
    }
    // Others are told what happens meanwhile.
    let mut quick = Socket::of(&app.base, Some(press.token()));
    quick.subscribe("1", FOLLOW);
    opened(&mut quick);
    for i in 0..5 {
        pushed(&press, &format!("k{i}"));
        number(&app);
        assert_eq!(quick.message()["payload"]["data"]["changes"]["seq"], 10_002 + i, "of {id}");
    }
    // Within seconds the slow ones are given up: what still comes is what was on its way, and not the rest.
    std::thread::sleep(Duration::from_secs(14));
    for mut socket in slow {
        let mut texts = 0;
        while let Frame::Text(_) | Frame::Ping(_) = socket.frame() {
            texts += 1;
        }
        assert!(texts < 9_000, "{texts}");
    }
}

fn a_server_that_ends_says_so(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of(OWN);
    let mut socket = Socket::of(&app.base, Some(press.token()));
    socket.subscribe("1", FOLLOW);
    opened(&mut socket);
    let mut events = Events::open(&app.base, Some(press.token()), FOLLOW, "");
    let began = Instant::now();
    let ending = std::thread::spawn(move || drop(app));
    assert_eq!(socket.closed(), Some(1001));
    assert_eq!(events.next_event().map(|told| told.event).as_deref(), Some("complete"));
    ending.join().expect("the end");
    assert!(began.elapsed() < Duration::from_secs(4), "nobody is waited for: {:?}", began.elapsed());
}
