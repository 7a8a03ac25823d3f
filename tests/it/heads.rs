//! What the head of a request must say before anything else is looked at, and what every answer says of the way to come.

use testkit::{Backend, TestApp, both};

use crate::connections::{asked, connected};

both!(
    a_host_that_can_be_none_is_refused,
    the_service_as_a_whole_tells_its_methods,
    another_version_of_sockets_is_told_which_is_spoken,
    browsers_are_told_to_come_by_tls_where_the_service_is_known_by_it,
);

const HSTS: &str = "strict-transport-security";

/// The value of a header of an answer as it came.
fn header<'a>(answer: &'a str, name: &str) -> Option<&'a str> {
    let lines = answer.lines().skip(1).take_while(|line| !line.is_empty());
    lines.filter_map(|line| line.split_once(": ")).find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

fn a_host_that_can_be_none_is_refused(backend: Backend) {
    let app = TestApp::start(backend);
    let answer = |target: &str, host: &str| asked(&mut connected(&app), format!("GET {target} HTTP/1.1\r\nhost:{host}\r\n\r\n").as_bytes());
    for host in ["", " x", " haidang.example.vn:8080", " 127.0.0.1", " [::1]:8080"] {
        let told = answer("/healthz", host);
        assert!(told.starts_with("HTTP/1.1 200 "), "{host:?}: {told}");
    }
    for host in [" a b/@c", " user@x", " x/y", " x:y", " ::1", " [x]", " x?y", " x:80:80"] {
        for target in ["/healthz", "/api/v1/tasks", "/graphql?query=%7B__typename%7D"] {
            let told = answer(target, host);
            assert!(told.starts_with("HTTP/1.1 400 ") && told.contains("\"code\":\"HEADER_INVALID\""), "{target} {host}: {told}");
            assert_eq!(header(&told, "content-type"), Some("application/problem+json; charset=utf-8"), "{target} {host}");
            assert!(header(&told, "x-request-id").is_some(), "{told}");
        }
    }
    // What a target names counts as well, and does not make up for the header.
    assert!(answer("http://x:80/healthz", " y").starts_with("HTTP/1.1 200 "));
    for (target, host) in [("http://user@x/healthz", " x"), ("http://x/healthz", " a b")] {
        let told = answer(target, host);
        assert!(told.starts_with("HTTP/1.1 400 ") && told.contains("HEADER_INVALID"), "{target} {host}: {told}");
    }
}

fn the_service_as_a_whole_tells_its_methods(backend: Backend) {
    let app = TestApp::start(backend);
    let told = asked(&mut connected(&app), b"OPTIONS * HTTP/1.1\r\nhost: x\r\n\r\n");
    assert!(told.starts_with("HTTP/1.1 204 "), "{told}");
    assert_eq!(header(&told, "allow"), Some("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"), "{told}");
    assert!(asked(&mut connected(&app), b"GET * HTTP/1.1\r\nhost: x\r\n\r\n").starts_with("HTTP/1.1 404 "), "there is nothing to read");
}

fn another_version_of_sockets_is_told_which_is_spoken(backend: Backend) {
    let app = TestApp::start(backend);
    let shake = |lines: &str| {
        let head = format!("GET /graphql HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n{lines}\r\n");
        asked(&mut connected(&app), head.as_bytes())
    };
    let key = "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    for version in ["sec-websocket-version: 12\r\n", "sec-websocket-version: 8, 13\r\n", ""] {
        let told = shake(&format!("{version}{key}"));
        assert!(told.starts_with("HTTP/1.1 400 ") && told.contains("HEADER_INVALID"), "{version}: {told}");
        assert_eq!(header(&told, "sec-websocket-version"), Some("13"), "{version}: {told}");
    }
    let without_key = shake("sec-websocket-version: 13\r\n");
    assert!(without_key.starts_with("HTTP/1.1 400 ") && header(&without_key, "sec-websocket-version").is_none(), "{without_key}");
    assert!(shake(&format!("sec-websocket-version: 13\r\n{key}")).starts_with("HTTP/1.1 101 "));
}

fn browsers_are_told_to_come_by_tls_where_the_service_is_known_by_it(backend: Backend) {
    let asks =
        [("GET", "/", 200), ("GET", "/healthz", 200), ("GET", "/api/v1/me", 401), ("GET", "/nothing", 404), ("OPTIONS", "/docs", 204)];
    let origin = "https://portal.example";
    let preflight = [("origin", origin), ("access-control-request-method", "POST")];
    for (issuer, wanted) in [("http://127.0.0.1:8080", None), ("https://haidang.example.vn", Some("max-age=31536000"))] {
        let app = TestApp::set(backend, |settings| {
            settings.issuer = issuer.into();
            settings.cors_origins = vec![origin.into()];
        });
        let client = app.anonymous();
        for (method, path, status) in asks {
            let reply = client.send(method, path, &[], b"");
            assert_eq!((reply.status, reply.headers.get(HSTS).map(String::as_str)), (status, wanted), "{issuer} {method} {path}");
        }
        let reply = client.send("OPTIONS", "/api/v1/reports", &preflight, b"");
        assert_eq!((reply.status, reply.headers.get(HSTS).map(String::as_str)), (200, wanted), "{issuer}");
    }
}
