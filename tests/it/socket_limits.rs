//! How much a client may say on a socket, and what of it is counted before anything is read.

use std::cell::RefCell;

use serde_json::{Value, json};
use testkit::{
    Backend, TestApp, both,
    socket::{Frame, Socket},
};

use crate::webhooks::OWN;

both!(
    frames_that_are_no_messages_are_short,
    a_client_that_says_too_much_is_closed,
    operations_are_counted_before_anything_is_read,
);

fn frames_that_are_no_messages_are_short(backend: Backend) {
    let app = TestApp::start(backend);
    let mut socket = Socket::of(&app.base, None);
    let longest = [b'x'; 125];
    socket.send(true, 9, &longest);
    assert_eq!(socket.frame(), Frame::Pong(longest.to_vec()));
    socket.send(true, 10, &longest);
    let said = |bytes: usize| json!({"type": "ping", "payload": {"x": "x".repeat(bytes - 34)}});
    socket.say(&said(1_024));
    assert_eq!(socket.message()["payload"], said(1_024)["payload"], "said back");
    socket.say(&said(1_025));
    assert_eq!(socket.closed(), Some(4400), "a message that is said back");
    let goodbye = [&1000_u16.to_be_bytes()[..], &[b'x'; 124]].concat();
    for (code, bytes) in [(9, vec![b'x'; 126]), (9, vec![b'x'; 100 * 1024]), (10, vec![b'x'; 126]), (8, goodbye)] {
        let mut socket = Socket::of(&app.base, None);
        socket.send(true, code, &bytes);
        assert_eq!(socket.closed(), Some(1002), "{} bytes of code {code}", bytes.len());
    }
}

fn a_client_that_says_too_much_is_closed(backend: Backend) {
    let app = TestApp::start(backend);
    let many: [(u8, Vec<u8>); 4] = [
        (1, br#"{"type":"pong"}"#.to_vec()),
        (1, br#"{"type":"complete","id":"1"}"#.to_vec()),
        (9, Vec::new()),
        (10, vec![b'x'; 125]),
    ];
    for (code, bytes) in many {
        let mut socket = Socket::of(&app.base, None);
        (0..1_000).for_each(|_| socket.send(true, code, &bytes));
        assert_eq!(socket.closed(), Some(4429), "a thousand at once: {}", String::from_utf8_lossy(&bytes));
    }
    let mut socket = Socket::of(&app.base, None);
    let long = format!(r#"{{"type":"complete","id":"1"{}}}"#, " ".repeat(100 * 1024));
    (0..40).for_each(|_| socket.send(true, 1, long.as_bytes()));
    assert_eq!(socket.closed(), Some(4429), "four million bytes at once");
    // Pieces that never are a message.
    let mut socket = Socket::of(&app.base, None);
    socket.send(false, 1, b"");
    (0..200_000).for_each(|_| socket.send(false, 0, b""));
    assert_eq!(socket.closed(), Some(4429), "a million bytes of nothing");
    // As much as an office says in a morning.
    let mut socket = Socket::of(&app.base, None);
    for i in 0..200 {
        socket.subscribe(&i.to_string(), "{ __typename }");
        assert_eq!(answered(&mut socket)["type"], "next");
    }
}

/// The next message, and the end of its operation where it has one.
fn answered(socket: &mut Socket) -> Value {
    let told = socket.message();
    if told["type"] == "next" {
        assert_eq!(socket.message()["type"], "complete");
    }
    told
}

fn operations_are_counted_before_anything_is_read(backend: Backend) {
    let query = "{ __typename }";
    let refused = |told: &Value| told["type"] == "error" && told["payload"][0]["extensions"]["code"] == "TOO_MANY_REQUESTS";
    // The minute of an account, and that of an address: the opening is one, what says who it is another.
    for (of_account, of_address, let_in) in [(3, u32::MAX, 3), (100, 8, 4)] {
        let app = TestApp::set(backend, |settings| {
            settings.allowances.set("AGENCY_SYSTEM", "requests_per_minute", of_account).expect("a limit");
            settings.address_requests_per_minute = of_address;
        });
        let press = app.system_of(OWN);
        let socket = RefCell::new(Socket::of(&app.base, Some(press.token())));
        let ask = || {
            let mut socket = socket.borrow_mut();
            socket.subscribe("1", query);
            answered(&mut socket)
        };
        let mut told = Value::Null;
        let answers = std::iter::repeat_with(ask).take(20).inspect(|answer| told = answer.clone()).filter(|answer| answer["type"] == "next");
        let answers = answers.count();
        assert!((1..=let_in).contains(&answers) && refused(&told), "{answers}: {told}");
        let (statements, told) = app.fewest_statements(ask);
        assert!(refused(&told), "{told}");
        assert_eq!(statements, 0, "nothing is read for whoever is refused");
    }
    // Whoever has no minute left does not say who they are either.
    let app = TestApp::set(backend, |settings| settings.address_requests_per_minute = 3);
    let press = app.system_of(OWN);
    let mut sockets: Vec<Socket> = Vec::new();
    while let Ok(socket) = Socket::try_open(&app.base, "Sec-WebSocket-Protocol: graphql-transport-ws\r\n") {
        sockets.push(socket);
    }
    let mut last = sockets.pop().expect("a socket");
    last.init(Some(press.token()));
    assert_eq!(last.closed(), Some(4429));
}
