//! Reading again: entity tags, who may keep an answer, compressed answers, links between pages, and what may be done with a resource.

use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, Client, Reply, TestApp, both};

both!(
    a_tag_changes_exactly_when_what_is_shown_does,
    a_tag_of_one_thing_changes_with_all_that_is_shown_of_it,
    what_failed_and_what_is_read_by_machines_is_kept_by_nobody,
    answers_are_kept_by_whom_they_are_for,
    answers_are_compressed_as_the_caller_can_read_them,
    what_never_changes_is_compressed_once,
    nobody_is_refused_for_a_coding,
    how_the_process_is_is_kept_by_nobody,
    pages_are_linked,
    every_resource_tells_what_may_be_done_with_it,
);

const OPENAPI: &str = include_str!("../../openapi/openapi.json");

fn again(client: &Client, path: &str, tag: &str) -> Reply {
    client.send("GET", path, &[("if-none-match", tag)], b"")
}

fn a_tag_changes_exactly_when_what_is_shown_does(backend: Backend) {
    let app = TestApp::start(backend);
    let (public, system) = (app.anonymous(), app.system_of("so-ngoai-vu"));
    for path in ["/api/v1/reports", "/graphql?query=%7Breports%7BtotalCount%7D%7D"] {
        let tag = public.get(path).headers["etag"].clone();
        let unchanged = again(&public, path, &tag);
        assert_eq!((unchanged.status, unchanged.bytes.len(), unchanged.headers["etag"].as_str()), (304, 0, tag.as_str()), "{path}");
        assert!(!unchanged.headers.contains_key("content-type"), "{:?}", unchanged.headers);
    }
    let path = "/api/v1/reports";
    let (of_public, of_system) = (public.get(path).headers["etag"].clone(), system.get(path).headers["etag"].clone());
    assert_eq!(of_public, of_system, "both see nothing yet");
    let body = json!({"programme": "HP-1593-2013", "task": "I.3", "year": 2014, "percent": 10, "narrative": "Đã làm"});
    let pushed = system.push("a-key", &body);
    assert_eq!(pushed.status, 201, "{}", pushed.body);
    assert_eq!(again(&system, path, &of_system).status, 200, "its own agency sees one more");
    assert_eq!(again(&public, path, &of_public).status, 304, "the public does not see it before it is accepted");
    let cases =
        [("*", 304), (&*format!("\"x\", W/\"y\", {of_public}"), 304), ("\"x\", W/\"y\", *", 200), (&*of_public.replace('"', ""), 200)];
    for (tags, status) in cases {
        assert_eq!(again(&public, path, tags).status, status, "{tags}");
    }
    // What is not a reading has none.
    let posted = public.send("POST", "/graphql", &[("content-type", "application/json")], br#"{"query":"{__typename}"}"#);
    assert!(!posted.headers.contains_key("etag"), "{:?}", posted.headers);
}

fn a_tag_of_one_thing_changes_with_all_that_is_shown_of_it(backend: Backend) {
    let app = TestApp::start(backend);
    let (public, admin) = (app.anonymous(), app.person(None, Role::Admin));
    let send = |path: &str, tag: Option<&str>, body: Value| {
        let mut headers = vec![("content-type", "application/json")];
        headers.extend(tag.map(|tag| ("if-match", tag)));
        let reply = admin.send("POST", path, &headers, body.to_string().as_bytes());
        assert!(reply.status < 300, "{}", reply.body);
        reply.json()
    };
    let made = |number: &str| {
        let body = json!({"kind": "DECISION", "number": number, "issuer": "ubnd-tp-hai-phong", "issuedOn": "2018-12-28"});
        send("/api/v1/admin/documents", None, body)["id"].as_str().expect("an id").to_owned()
    };
    let (old, new) = (made("42/2018/QĐ-UBND"), made("43/2018/QĐ-UBND"));
    let path = format!("/api/v1/documents/{old}");
    let first = public.get(&path);
    let tag = first.headers["etag"].clone();
    assert!(tag.starts_with("\"1.") && again(&public, &path, &tag).status == 304, "{tag}");
    // Another document comes to refer to it: its own revision stays, what is shown of it does not.
    send(&format!("/api/v1/admin/documents/{new}/relations"), Some("\"1\""), json!({"kind": "REPEALS", "related": old}));
    let then = again(&public, &path, &tag);
    assert_eq!((then.status, then.revision().as_str()), (200, "1"));
    assert_ne!((&then.headers["etag"], &then.body), (&tag, &first.body));
    // A strong tag is of the bytes as they are sent, and names the revision whatever these are.
    let packed = admin.send("GET", &path, &[("accept-encoding", "gzip")], b"");
    let strong = packed.headers["etag"].clone();
    assert!(strong.ends_with("--gzip\""), "{strong}");
    let unchanged = admin.send("GET", &path, &[("accept-encoding", "gzip"), ("if-none-match", &strong)], b"");
    assert_eq!((unchanged.status, &unchanged.headers["etag"]), (304, &strong));
    send(&format!("/api/v1/admin/documents/{old}/relations"), Some(&strong), json!({"kind": "FOLLOWS", "related": new}));
    assert_eq!(public.get(&path).revision(), "2");
}

fn what_failed_and_what_is_read_by_machines_is_kept_by_nobody(backend: Backend) {
    let app = TestApp::set(backend, |settings| settings.public_max_age = 60);
    let public = app.anonymous();
    let unknown = format!("/graphql?extensions=%7B%22persistedQuery%22:%7B%22version%22:1,%22sha256Hash%22:%22{}%22%7D%7D", "a".repeat(64));
    for path in [unknown.as_str(), "/graphql?query=%7Bnothing%7D"] {
        let reply = public.get(path);
        assert_eq!((reply.status, reply.headers["cache-control"].as_str(), reply.headers.get("etag")), (200, "no-store", None), "{path}");
    }
    // What one may not see is there for another.
    for (path, status) in
        [("/api/v1/agencies/nobody", 404), ("/api/v1/nothing", 404), ("/api/v1/agencies?limit=x", 400), ("/api/v1/me", 401)]
    {
        let reply = public.get(path);
        assert_eq!((reply.status, reply.headers["cache-control"].as_str()), (status, "no-store"), "{path}");
    }
    let kept = public.get("/graphql?query=%7B__typename%7D");
    assert_eq!(kept.headers["cache-control"], "public, max-age=60, must-revalidate");
    // Meetings are not the caller's own account, though their path begins with the same letters.
    let meetings = public.get("/api/v1/meetings");
    assert_eq!(
        (meetings.headers["cache-control"].as_str(), meetings.headers.contains_key("etag")),
        (kept.headers["cache-control"].as_str(), true)
    );
}

fn answers_are_kept_by_whom_they_are_for(backend: Backend) {
    let app = TestApp::set(backend, |settings| settings.public_max_age = 60);
    let kept = |client: &Client, path: &str| client.get(path).headers["cache-control"].clone();
    let (public, admin) = (app.anonymous(), app.person(None, Role::Admin));
    assert_eq!(kept(&public, "/api/v1/tasks?limit=1"), "public, max-age=60, must-revalidate");
    assert_eq!(kept(&admin, "/api/v1/tasks?limit=1"), "private, no-cache");
    let reply = admin.get("/api/v1/admin/accounts");
    assert_eq!((reply.headers["cache-control"].as_str(), reply.headers.get("etag")), ("no-store", None));
    assert_eq!(kept(&admin, "/api/v1/me"), "no-store");
    let vary = public.get("/api/v1/tasks?limit=1").headers["vary"].to_lowercase();
    assert!(vary.contains("authorization") && vary.contains("accept-encoding"), "{vary}");
}

fn answers_are_compressed_as_the_caller_can_read_them(backend: Backend) {
    let app = TestApp::start(backend);
    let client = app.anonymous();
    let plain = client.get("/api/v1/agencies");
    assert_eq!(plain.headers.get("content-encoding"), None);
    for (accepted, coding) in [("gzip", "gzip"), ("br", "br"), ("zstd", "zstd"), ("br;q=0.5, gzip;q=0", "br")] {
        let reply = client.send("GET", "/api/v1/agencies", &[("accept-encoding", accepted)], b"");
        assert_eq!((reply.status, reply.headers.get("content-encoding").map(String::as_str)), (200, Some(coding)), "{accepted}");
        assert!(reply.bytes.len() * 2 < plain.bytes.len(), "{coding}: {} of {}", reply.bytes.len(), plain.bytes.len());
        assert_eq!(reply.headers["etag"], plain.headers["etag"], "{coding}");
    }
    let unchanged = client.send("GET", "/api/v1/agencies", &[("accept-encoding", "br"), ("if-none-match", &plain.headers["etag"])], b"");
    assert_eq!((unchanged.status, unchanged.bytes.len()), (304, 0));
}

fn what_never_changes_is_compressed_once(backend: Backend) {
    let app = TestApp::start(backend);
    let client = app.anonymous();
    for path in ["/graphiql/graphiql.js", "/graphiql", "/docs/swagger-ui-bundle.js", "/docs/", "/openapi.json", "/schema.graphql"] {
        let plain = client.get(path);
        assert_eq!((plain.status, plain.headers.get("content-encoding")), (200, None), "{path}");
        for coding in ["br", "zstd", "gzip", "deflate"] {
            let ask = |more: &[(&str, &str)]| client.send("GET", path, &[&[("accept-encoding", coding)], more].concat(), b"");
            let coded = ask(&[]);
            assert_eq!((coded.status, coded.headers.get("content-encoding").map(String::as_str)), (200, Some(coding)), "{path}");
            let length: usize = coded.headers["content-length"].parse().expect("what is compressed as it is sent has no length");
            assert!(length < plain.bytes.len() && length == coded.bytes.len(), "{path} {coding}: {length}");
            for name in ["etag", "content-type"] {
                assert_eq!(coded.headers[name], plain.headers[name], "{path} {coding}");
            }
            assert!(coded.headers["vary"].to_lowercase().contains("accept-encoding"), "{:?}", coded.headers);
            let unchanged = ask(&[("if-none-match", &plain.headers["etag"])]);
            let of_the_body = unchanged.headers.get("content-encoding");
            assert_eq!((unchanged.status, unchanged.bytes.len(), of_the_body), (304, 0, None), "{path} {coding}");
        }
    }
}

fn nobody_is_refused_for_a_coding(backend: Backend) {
    let app = TestApp::start(backend);
    for accepted in ["identity;q=0, *;q=0", "*;q=0", "compress, identity;q=0"] {
        for (path, status) in [("/api/v1/tasks?limit=1", 200), ("/graphiql/graphiql.js", 200), ("/api/v1/nowhere", 404)] {
            let reply = app.anonymous().send("GET", path, &[("accept-encoding", accepted)], b"");
            assert_eq!((reply.status, reply.headers.get("content-encoding")), (status, None), "{path} {accepted}");
            assert!(reply.headers.contains_key("x-request-id"), "{path}: {:?}", reply.headers);
        }
    }
}

fn how_the_process_is_is_kept_by_nobody(backend: Backend) {
    let app = TestApp::set(backend, |settings| settings.public_max_age = 60);
    for path in ["/healthz", "/readyz", "/metrics"] {
        let reply = app.anonymous().send("GET", path, &[("if-none-match", "*")], b"");
        assert_eq!((reply.status, reply.headers["cache-control"].as_str(), reply.headers.get("etag")), (200, "no-store", None), "{path}");
    }
}

/// The address with this relation.
fn link(reply: &Reply, relation: &str) -> Option<String> {
    let links = reply.headers.get("link")?.split(", ").filter_map(|link| link.split_once(">; rel=")).collect::<Vec<_>>();
    let found = links.into_iter().find(|(_, of)| of.trim_matches('"') == relation);
    found.map(|(address, _)| address.trim_start_matches('<').to_owned())
}

fn pages_are_linked(backend: Backend) {
    let app = TestApp::start(backend);
    let client = app.anonymous();
    let whole: Vec<Value> = client.get("/api/v1/tasks").json()["items"].as_array().expect("items").clone();
    let (mut seen, mut next, mut pages) = (Vec::new(), Some("/api/v1/tasks?limit=7".to_owned()), 0);
    while let Some(path) = next {
        let reply = client.get(&path);
        assert_eq!(reply.status, 200, "{path}: {}", reply.body);
        seen.extend(reply.json()["items"].as_array().expect("items").clone());
        next = link(&reply, "next");
        assert_eq!(next.is_some(), reply.json()["hasNext"] == true, "{path}");
        if let Some(first) = link(&reply, "first") {
            assert_eq!(first, "/api/v1/tasks?limit=7");
        }
        pages += 1;
    }
    assert_eq!((seen.len(), pages), (whole.len(), whole.len().div_ceil(7)));
    assert_eq!(seen, whole);
    // That a page has a link where more follow is held by the client that asks, for every list.
    let found = client.get("/api/v1/search?q=hai%20phong&limit=1");
    assert!(link(&found, "next").is_some_and(|next| next.contains("q=hai+phong")), "{:?}", found.headers);
}

fn every_resource_tells_what_may_be_done_with_it(backend: Backend) {
    let app = TestApp::start(backend);
    let client = app.anonymous();
    let document: Value = serde_json::from_str(OPENAPI).expect("a description");
    for (path, item) in document["paths"].as_object().expect("paths") {
        let id = "0199b2a0-0000-7000-8000-000000000000";
        let at = path.split('/').map(|part| if part.starts_with('{') { id } else { part }).collect::<Vec<_>>().join("/");
        let methods: Vec<String> =
            item.as_object().expect("an item").keys().filter(|key| *key != "parameters").map(|key| key.to_uppercase()).collect();
        let reply = client.send("OPTIONS", &at, &[], b"");
        assert_eq!((reply.status, reply.bytes.len()), (204, 0), "{path}: {}", reply.body);
        let allow: Vec<&str> = reply.headers["allow"].split(", ").collect();
        let mut expected: Vec<&str> = methods.iter().map(String::as_str).chain(["OPTIONS"]).collect();
        if methods.iter().any(|method| method == "GET") {
            expected.push("HEAD");
            let (got, head) = (client.get(&at), client.send("HEAD", &at, &[], b""));
            assert_eq!((head.status, head.bytes.len()), (got.status, 0), "{path}");
            for name in ["content-type", "etag", "cache-control"] {
                assert_eq!(head.headers.get(name), got.headers.get(name), "{path} {name}");
            }
        }
        expected.sort_unstable();
        let mut told = allow.clone();
        told.sort_unstable();
        assert_eq!(told, expected, "{path}");
        let refused = client.send("TRACE", &at, &[], b"");
        assert_eq!((refused.status, refused.code().as_str()), (405, "METHOD_NOT_ALLOWED"), "{path}");
        assert!(refused.headers["allow"].contains(methods[0].as_str()), "{path}: {:?}", refused.headers);
    }
}
