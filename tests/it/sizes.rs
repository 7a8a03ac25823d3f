//! How long a request may be, head and body, as it is set.

use std::{
    io::{Read, Write},
    time::{Duration, Instant},
};

use serde_json::json;
use server::Transport;
use testkit::{Backend, TestApp, both};

use crate::connections::{asked, connected};

both!(a_head_is_no_longer_than_is_set, bodies_are_no_longer_than_is_set, what_is_much_too_long_is_not_read_to_its_end);

const JSON: (&str, &str) = ("content-type", "application/json");

fn a_head_is_no_longer_than_is_set(backend: Backend) {
    let app = TestApp::start(backend);
    let (public, known) = (app.anonymous(), app.system_of("bao-hai-phong"));
    let long = "x".repeat(Transport::default().head);
    let short = &long[..long.len() - 1_000];
    for path in ["/api/v1/tasks", "/graphql", "/docs", "/healthz", "/nowhere"] {
        // However good the token is, and whoever asks.
        for client in [&public, &known] {
            let reply = client.send("GET", path, &[("x-trace", &long)], b"");
            assert_eq!((reply.status, reply.code().as_str()), (431, "HEADERS_TOO_LARGE"), "{path}");
            assert!(reply.headers.contains_key("x-request-id"), "{path}");
        }
    }
    let parts: Vec<(String, &str)> = (0..4).map(|i| (format!("x-trace-{i}"), &long[..long.len() / 4])).collect();
    let parts: Vec<(&str, &str)> = parts.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    assert_eq!(public.send("GET", "/api/v1/tasks", &parts, b"").status, 431, "headers are counted together");
    assert_eq!(public.get(&format!("/api/v1/search?text={long}")).status, 431, "the line is counted too");
    assert_eq!(public.send("GET", "/api/v1/tasks", &[("x-trace", short)], b"").status, 200);
    let proxied = format!("GET http://{long}/api/v1/tasks HTTP/1.1\r\nhost: x\r\n\r\n");
    let proxied = asked(&mut connected(&app), proxied.as_bytes());
    assert!(proxied.starts_with("HTTP/1.1 431 "), "whoever asks as of a proxy: {proxied}");
    let app = TestApp::set(backend, |settings| settings.transport.head = 4_096);
    assert_eq!(app.anonymous().send("GET", "/api/v1/tasks", &[("x-trace", &long[..4_096])], b"").status, 431);
    assert_eq!(app.anonymous().send("GET", "/api/v1/tasks", &[("x-trace", &long[..3_072])], b"").status, 200);
}

fn bodies_are_no_longer_than_is_set(backend: Backend) {
    let app = TestApp::set(backend, |settings| {
        settings.transport.bodies.json = 20_000;
        settings.transport.bodies.batch = 40_000;
    });
    let press = app.system_of("bao-hai-phong");
    let of = |bytes: usize| {
        let body = json!({"programme": "HP-1593-2013", "task": "V.2", "year": 2014, "percent": 40, "narrative": ""}).to_string();
        body.replace("\"narrative\":\"\"", &format!("\"narrative\":\"{}\"", "x".repeat(bytes - body.len())))
    };
    let push = |body: &str, key: &str| press.send("POST", "/api/v1/reports", &[JSON, ("idempotency-key", key)], body.as_bytes());
    assert_eq!(push(&of(19_000), "a").status, 201);
    assert_eq!(push(&of(20_001), "b").code(), "BODY_TOO_LARGE");
    let batch = |bytes: usize| press.batch("?dryRun=true", JSON.1, None, format!("[{}]", of(bytes - 2)).as_bytes());
    assert_eq!(batch(30_000).status, 200);
    let reply = batch(40_001);
    assert_eq!((reply.status, reply.code().as_str()), (413, "BODY_TOO_LARGE"));
}

fn what_is_much_too_long_is_not_read_to_its_end(backend: Backend) {
    const WHOLE: usize = 1024 * 1024 * 1024;
    let app = TestApp::start(backend);
    let piece = vec![b' '; 64 * 1024];
    let chunk = [b"10000\r\n", piece.as_slice(), b"\r\n"].concat();
    let told = format!("content-length: {WHOLE}");
    for (length, piece) in [(told.as_str(), &piece), ("transfer-encoding: chunked", &chunk)] {
        let mut stream = connected(&app);
        write!(stream, "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n{length}\r\n\r\n").expect("a head");
        let (started, mut sent) = (Instant::now(), 0);
        while sent < WHOLE && stream.write_all(piece).is_ok() {
            sent += piece.len();
        }
        // What the system takes of it before anybody reads is some megabytes more.
        assert!(sent < WHOLE / 8, "{length}: {sent} bytes are taken");
        assert!(started.elapsed() > Duration::from_millis(500), "{length}: whoever sends has time to read the answer");
        let mut answer = Vec::new();
        let ended = stream.read_to_end(&mut answer);
        let answer = String::from_utf8_lossy(&answer);
        assert!(answer.starts_with("HTTP/1.1 413 ") && answer.contains("BODY_TOO_LARGE"), "{length}: {answer}, {ended:?}");
    }
    assert_eq!(app.anonymous().get("/api/v1/tasks").status, 200);
}
