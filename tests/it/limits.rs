//! How much a caller may ask for, how often, how many at once, and from which pages.

use std::{collections::BTreeSet, io::Write, net::TcpStream};

use domain::{
    account::Role,
    allowance::{Allowance, Allowances},
};
use serde_json::json;
use testkit::{Backend, Client, TestApp, both};

use crate::specs::openapi;

both!(
    each_limit_of_a_document_is_told_by_its_name,
    a_role_may_ask_for_more,
    an_operation_tells_what_it_cost,
    so_many_requests_a_minute_and_no_more,
    deep_documents_are_let_in_as_far_as_a_role_may_go,
    lists_are_no_requests,
    a_costly_operation_is_many_requests,
    pages_and_descriptions_are_counted_too,
    an_address_has_a_minute_of_its_own,
    so_many_at_once_and_no_more,
    only_pages_of_known_origins_may_ask,
    pages_of_known_origins_use_every_header_that_is_described,
    no_compressed_body_is_taken,
);

/// A server where the public may ask for this.
fn public(backend: Backend, changes: &[(&'static str, u32)]) -> TestApp {
    TestApp::set(backend, |settings| {
        for (name, value) in changes {
            settings.allowances.set("PUBLIC", name, *value).unwrap_or_else(|why| panic!("{name}: {why}"));
        }
    })
}

fn each_limit_of_a_document_is_told_by_its_name(backend: Backend) {
    let limits = [
        ("depth", 3),
        ("aliases", 1),
        ("directives", 1),
        ("root_fields", 2),
        ("reads", 1),
        ("introspection", 1),
        ("fields", 10),
        ("cost", 100),
        ("tokens", 100),
        ("bytes", 600),
    ];
    let client = public(backend, &limits);
    let client = client.anonymous();
    let at_most = [
        "{ programmes { nodes { code } } }",
        "{ a: __typename }",
        "{ __typename @include(if: true) }",
        "{ __typename programmes { totalCount } }",
        "{ __schema { description } }",
    ];
    for text in at_most {
        client.graphql(text, &json!({}));
    }
    let many = format!("{{ tasks(first: 1) {{ nodes {{ {} }} }} }}", "code ".repeat(100));
    for (text, limit, asked, most) in [
        ("{ programmes { nodes { groups { code } } } }", "depth", 4, 3),
        ("{ a: __typename b: __typename }", "aliases", 2, 1),
        ("{ __typename @include(if: true) @skip(if: false) }", "directives", 2, 1),
        ("{ ...F __typename } fragment F on Query { programmes { totalCount } tasks { totalCount } }", "root_fields", 3, 2),
        ("{ tasks(first: 1) { totalCount } programmes(first: 1) { totalCount } }", "reads", 2, 1),
        ("{ __schema { description } __type(name: \"Query\") { name } }", "introspection", 2, 1),
        (
            "{ programmes { totalCount nodes { code id year: code } edges { cursor } pageInfo { hasNextPage endCursor } } }",
            "fields",
            11,
            10,
        ),
        ("{ tasks(first: 34) { nodes { code name id } } }", "cost", 137, 100),
        (&format!("{{ __typename }}{}", " ".repeat(600)), "bytes", 614, 600),
        // No more of it is read.
        (&many, "tokens", 101, 100),
    ] {
        let reply = client.graphql_reply(text, &json!({}));
        let told = &reply["errors"][0]["extensions"];
        assert!(told["code"] == "GRAPHQL_TOO_LARGE" && reply.get("data").is_none(), "{text}: {reply}");
        // No place of a document is one of line 0.
        assert!(reply["errors"][0].get("locations").is_none(), "{text}: {reply}");
        assert_eq!((told["limit"]["name"].as_str(), told["limit"]["most"].as_u64()), (Some(limit), Some(most)), "{text}: {told}");
        assert_eq!(told["limit"]["asked"], asked, "{text}: {told}");
    }
}

fn a_role_may_ask_for_more(backend: Backend) {
    let app = TestApp::set(backend, |settings| {
        let mut allowances = Allowances::equal(Allowance { introspection: 0, depth: 2, ..Allowance::MOST });
        allowances.set("AUDITOR", "introspection", 1).expect("a limit");
        allowances.set("STANDING", "depth", 3).expect("a limit");
        settings.allowances = allowances;
    });
    let (schema, deep) = ("{ __schema { description } }", "{ programmes { nodes { code } } }");
    assert_eq!(app.anonymous().graphql_code(schema), "INTROSPECTION_CLOSED");
    assert_eq!(app.anonymous().graphql_code(deep), "GRAPHQL_TOO_LARGE");
    let (auditor, standing) = (app.person(None, Role::Auditor), app.person(None, Role::Standing));
    auditor.graphql(schema, &json!({}));
    assert_eq!(auditor.graphql_code(deep), "GRAPHQL_TOO_LARGE");
    standing.graphql(deep, &json!({}));
    assert_eq!(standing.graphql_code(schema), "INTROSPECTION_CLOSED");
}

fn an_operation_tells_what_it_cost(backend: Backend) {
    let app = TestApp::start(backend);
    let reply =
        app.anonymous().graphql_reply("{ tasks(first: 5) { nodes { assignments { agency { code } } } } a: __typename }", &json!({}));
    let cost = &reply["extensions"]["cost"];
    assert_eq!((cost["estimated"].as_u64(), cost["limit"].as_u64()), (Some(112), Some(Allowance::PUBLIC.cost.into())), "{reply}");
    assert_eq!(cost["requests"], 2, "one for each field of its own: {cost}");
    assert!(cost["entries"].as_u64().is_some_and(|entries| entries >= 5), "{cost}");
    let wide = "{ tasks(first: 200) { nodes { code name id group { code name } programme { code } } } }";
    assert_eq!(app.anonymous().graphql_reply(wide, &json!({}))["extensions"]["cost"]["requests"], 2);
}

fn so_many_requests_a_minute_and_no_more(backend: Backend) {
    let app = public(backend, &[("requests_per_minute", 4)]);
    let (client, auditor) = (app.anonymous(), app.person(None, Role::Auditor));
    // Signing in was none of them.
    for left in [3, 2, 1, 0] {
        let reply = client.get("/api/v1/tasks?limit=1");
        assert_eq!((reply.status, reply.headers["ratelimit-policy"].as_str()), (200, "\"caller\";q=4;w=60"));
        assert!(reply.headers["ratelimit"].starts_with(&format!("\"caller\";r={left};t=")), "{:?}", reply.headers);
    }
    // Neither another path, nor another address that the caller tells of itself, nor another way to ask.
    for path in ["/api/v1/tasks?limit=1", "/api/v1/agencies", "/graphql?query=%7B__typename%7D"] {
        let reply = client.send("GET", path, &[("x-forwarded-for", "198.51.100.7")], b"");
        assert_eq!((reply.status, reply.code().as_str()), (429, "TOO_MANY_REQUESTS"), "{path}");
        let wait: u64 = reply.headers["retry-after"].parse().expect("seconds");
        assert!((1..=20).contains(&wait), "{wait}");
    }
    assert_eq!(client.get("/healthz").status, 200, "a probe is always answered");
    assert_eq!(auditor.get("/api/v1/tasks?limit=1").status, 200, "an account has a minute of its own");
    assert_eq!(app.person(None, Role::Auditor).get("/api/v1/me").status, 200, "whoever signs in is not kept from it by who reads");
}

fn deep_documents_are_let_in_as_far_as_a_role_may_go(backend: Backend) {
    let client = public(backend, &[("depth", 30)]);
    let within = "... on Programme { task(code: \"V.2\") { programme { ";
    let deep = format!("{{ programme(code: \"HP-1593-2013\") {{ {} code {} }} }}", within.repeat(14), "} } } ".repeat(14));
    client.anonymous().graphql(&deep, &json!({}));
}

fn lists_are_no_requests(backend: Backend) {
    let app = TestApp::start(backend);
    for body in ["[\"{__typename}\"]", " [{\"query\": \"{__typename}\"}]", "[]"] {
        let reply = app.anonymous().send("POST", "/graphql", &[("content-type", "application/json")], body.as_bytes());
        assert_eq!((reply.status, reply.code().as_str()), (400, "BODY_UNREADABLE"), "{body}");
    }
}

fn a_costly_operation_is_many_requests(backend: Backend) {
    let app = public(backend, &[("requests_per_minute", 10)]);
    let client = app.anonymous();
    let text = |first: u32| {
        format!(
            "{{ tasks(first: {first}) {{ nodes {{ a: id b: id c: id d: id e: id f: id g: id h: id i: id j: id k: id l: id m: id n: id o: id p: id q: id r: id s: id t: id }} }} }}"
        )
    };
    let reply = client.graphql_reply(&text(200), &json!({}));
    assert_eq!(reply["extensions"]["cost"]["requests"], 5, "{reply}");
    client.graphql(&text(100), &json!({}));
    let body = json!({"query": text(200)}).to_string();
    let refused = client.send("POST", "/graphql", &[("content-type", "application/json")], body.as_bytes());
    assert_eq!((refused.status, refused.code().as_str()), (429, "TOO_MANY_REQUESTS"));
    assert!(refused.headers.contains_key("retry-after"), "{:?}", refused.headers);
}

fn pages_and_descriptions_are_counted_too(backend: Backend) {
    let paths = ["/graphiql/graphiql.js", "/docs/swagger-ui-bundle.js", "/openapi.json", "/schema.graphql", "/", "/nowhere"];
    for path in paths {
        let app = public(backend, &[("requests_per_minute", 2)]);
        let status = || app.anonymous().get(path).status;
        let (first, second, third) = (status(), status(), status());
        assert!(first == second && first != 429 && third == 429, "{path}: {first} {second} {third}");
        assert_eq!(app.anonymous().get("/healthz").status, 200, "a probe is always answered");
    }
}

fn an_address_has_a_minute_of_its_own(backend: Backend) {
    let app = TestApp::set(backend, |settings| {
        settings.address_requests_per_minute = 4;
        settings.trusted_proxies = vec!["127.0.0.0/8".parse().expect("a network")];
    });
    let from = |address: &str| app.anonymous().send("GET", "/api/v1/tasks?limit=1", &[("x-forwarded-for", address)], b"");
    for _ in 0..4 {
        assert_eq!(from("198.51.100.7").status, 200);
    }
    // Whoever they say they are: nothing is asked of the database for them.
    let (statements, reply) = app.statements(|| {
        let headers = [("x-forwarded-for", "198.51.100.7"), ("authorization", "Bearer x")];
        app.anonymous().send("GET", "/api/v1/tasks?limit=1", &headers, b"")
    });
    assert_eq!((reply.status, reply.code().as_str(), statements), (429, "TOO_MANY_REQUESTS", 0));
    assert!(reply.headers.contains_key("retry-after"), "{:?}", reply.headers);
    assert_eq!(from("198.51.100.8").status, 200);
}

fn so_many_at_once_and_no_more(backend: Backend) {
    let app = public(backend, &[("concurrent", 2)]);
    let (address, auditor) = (app.base.trim_start_matches("http://").to_owned(), app.person(None, Role::Auditor));
    let slow = || {
        let mut stream = TcpStream::connect(&address).expect("a connection");
        let head = "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{";
        stream.write_all(head.as_bytes()).expect("a head");
        stream
    };
    let slow = [slow(), slow()];
    let asked = |client: &Client| client.get("/api/v1/tasks?limit=1");
    let after_a_while = |_| {
        std::thread::sleep(std::time::Duration::from_millis(20));
        asked(&app.anonymous())
    };
    let refused = (0..200).map(after_a_while).find(|reply| reply.status == 429).expect("the third is one too many");
    assert_eq!((refused.code().as_str(), refused.headers["retry-after"].as_str()), ("TOO_MANY_REQUESTS", "1"));
    assert_eq!(asked(&auditor).status, 200, "others are not held up");
    drop(slow);
    let answered = (0..200).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(50));
        asked(&app.anonymous()).status == 200
    });
    assert!(answered, "who left counts no more");
}

fn only_pages_of_known_origins_may_ask(backend: Backend) {
    let preflight = |app: &TestApp, origin: &str| {
        let headers = [
            ("origin", origin),
            ("access-control-request-method", "POST"),
            ("access-control-request-headers", "authorization,content-type,idempotency-key"),
        ];
        app.anonymous().send("OPTIONS", "/api/v1/reports", &headers, b"")
    };
    let allowed = |headers: &std::collections::BTreeMap<String, String>| headers.get("access-control-allow-origin").cloned();
    let app = TestApp::start(backend);
    assert_eq!(allowed(&preflight(&app, "https://portal.example").headers), None, "none by default");
    let app = TestApp::set(backend, |settings| settings.cors_origins = vec!["https://portal.example".into()]);
    let reply = preflight(&app, "https://portal.example");
    assert_eq!((reply.status, allowed(&reply.headers).as_deref()), (200, Some("https://portal.example")));
    assert!(reply.headers["access-control-allow-headers"].to_lowercase().contains("idempotency-key"));
    assert_eq!((reply.headers["access-control-max-age"].as_str(), reply.headers.get("access-control-allow-credentials")), ("3600", None));
    let refused = preflight(&app, "https://evil.example");
    assert_eq!((allowed(&refused.headers), refused.status, refused.code().as_str()), (None, 403, "FORBIDDEN"), "{}", refused.body);
    let header = |name: &str| refused.headers[name].as_str();
    assert_eq!((header("content-type"), header("x-content-type-options")), ("application/problem+json; charset=utf-8", "nosniff"));
    for (origin, told) in [("https://portal.example", Some("https://portal.example")), ("https://evil.example", None), ("null", None)] {
        for path in ["/api/v1/agencies?limit=1", "/graphql?query={__typename}"] {
            let reply = app.anonymous().send("GET", path, &[("origin", origin), ("accept-encoding", "gzip")], b"");
            assert_eq!((reply.status, allowed(&reply.headers).as_deref()), (200, told), "{origin}");
            // All that others' caches must tell apart, however many have said so.
            let vary: Vec<String> = reply.headers["vary"].split(',').map(|name| name.trim().to_lowercase()).collect();
            for name in ["origin", "authorization", "accept-encoding", "accept-language"] {
                assert_eq!(vary.iter().filter(|known| *known == name).count(), 1, "{path} {name}: {vary:?}");
            }
        }
    }
}

fn pages_of_known_origins_use_every_header_that_is_described(backend: Backend) {
    let app = TestApp::set(backend, |settings| settings.cors_origins = vec!["https://portal.example".into()]);
    let description = openapi();
    let (mut asked, mut told) = (BTreeSet::new(), BTreeSet::new());
    for item in description["paths"].as_object().expect("paths").values() {
        for operation in item.as_object().expect("operations").values() {
            for parameter in operation["parameters"].as_array().into_iter().flatten().filter(|one| one["in"] == "header") {
                asked.insert(parameter["name"].as_str().expect("a name").to_lowercase());
            }
            for answer in operation["responses"].as_object().into_iter().flat_map(|answers| answers.values()) {
                told.extend(answer["headers"].as_object().into_iter().flat_map(|headers| headers.keys()).map(|name| name.to_lowercase()));
            }
        }
    }
    // What browsers let pages read anyway, and what only they themselves look at.
    told.retain(|name| !name.starts_with("access-control-"));
    for read_anyway in ["cache-control", "content-language", "content-length", "content-type", "expires", "last-modified", "pragma", "vary"]
    {
        told.remove(read_anyway);
    }
    assert!(asked.contains("validation-token") && told.contains("idempotency-replayed"), "{asked:?} {told:?}");
    for name in asked {
        let headers = [
            ("origin", "https://portal.example"),
            ("access-control-request-method", "POST"),
            ("access-control-request-headers", name.as_str()),
        ];
        assert_eq!(app.anonymous().send("OPTIONS", "/api/v1/reports", &headers, b"").status, 200, "{name} may be sent");
    }
    let reply = app.anonymous().send("GET", "/api/v1/agencies?limit=1", &[("origin", "https://portal.example")], b"");
    let exposed: BTreeSet<String> =
        reply.headers["access-control-expose-headers"].split(',').map(|name| name.trim().to_lowercase()).collect();
    assert!(told.is_subset(&exposed), "not to be read: {:?}", told.difference(&exposed));
}

fn no_compressed_body_is_taken(backend: Backend) {
    let app = TestApp::start(backend);
    for path in ["/graphql", "/api/v1/reports", "/api/v1/reports/batch?dryRun=true", "/api/v1/auth/token"] {
        for coding in ["gzip", "br", "zstd", "deflate"] {
            let media = if path.ends_with("token") { "application/x-www-form-urlencoded" } else { "application/json" };
            let headers = [("content-type", media), ("content-encoding", coding), ("idempotency-key", "k")];
            let reply = app.system_of("so-ngoai-vu").send("POST", path, &headers, b"\x1f\x8b\x08\x00");
            assert_eq!((reply.status, reply.code().as_str()), (415, "CONTENT_ENCODING_UNSUPPORTED"), "{path} {coding}");
        }
    }
}
