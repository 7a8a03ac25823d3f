//! The checked-in specifications are those of the program, and describe what runs.

use serde_json::{Value, json};
use testkit::{Backend, TestApp, once, only};

once!(the_checked_in_specifications_are_current, every_operation_says_what_it_answers, every_property_says_what_it_means);
only!(Sqlite: every_field_and_value_says_what_it_means, every_described_path_runs_and_no_other, pages_load_nothing_from_elsewhere, every_error_code_has_a_page);

/// Nothing has this identifier.
const NOTHING: &str = "0199b2a0-0000-7000-8000-000000000001";

fn root() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

pub fn openapi() -> Value {
    serde_json::from_str(&std::fs::read_to_string(root().join("openapi/openapi.json")).expect("the document")).expect("JSON")
}

fn the_checked_in_specifications_are_current() {
    for (what, file) in [("openapi", "openapi/openapi.json"), ("graphql", "openapi/schema.graphql"), ("access", "docs/access.md")] {
        let output = std::process::Command::new(std::env::current_exe().expect("this program"))
            .args(["--as-haidang", "export", what, "--check", "--file"])
            .arg(root().join(file))
            .output()
            .expect("a run");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

fn every_operation_says_what_it_answers() {
    let document = openapi();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            let at = format!("{method} {path}");
            assert!(operation["operationId"].is_string() && operation["security"].is_array(), "{at}");
            assert!(!operation["description"].as_str().or(operation["summary"].as_str()).unwrap_or_default().is_empty(), "{at}");
            for (status, response) in operation["responses"].as_object().expect("responses") {
                let is_error = status.starts_with(['4', '5']);
                let named = response["$ref"].as_str().and_then(|name| document.pointer(name.trim_start_matches('#')));
                let Some(content) = named.unwrap_or(response)["content"].as_object() else {
                    assert!(matches!(status.as_str(), "204" | "200" | "304"), "{at} {status} has no content");
                    continue;
                };
                let kinds: Vec<&String> = content.keys().collect();
                let problem = kinds == ["application/problem+json"];
                assert!(problem == is_error || path.starts_with("/api/v1/auth/"), "{at} {status}");
            }
        }
    }
}

/// What says itself under any name.
const SAY_THEMSELVES: [&str; 2] = ["id", "items"];

/// Properties within a schema that say nothing, with where they stand.
fn silent(schema: &Value, at: &str, found: &mut Vec<String>) {
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        // What is told elsewhere says so there.
        let says = |one: &Value| one["$ref"].is_string() || one["description"].as_str().is_some_and(|said| !said.is_empty());
        let one_says = property["oneOf"].as_array().is_some_and(|ones| ones.iter().any(says));
        if !says(property) && !one_says && !SAY_THEMSELVES.contains(&name.as_str()) {
            found.push(format!("{at}.{name}"));
        }
        silent(property, &format!("{at}.{name}"), found);
    }
    for part in ["allOf", "oneOf", "anyOf"].iter().filter_map(|kind| schema[kind].as_array()).flatten().chain(schema.get("items")) {
        silent(part, at, found);
    }
}

fn every_property_says_what_it_means() {
    let (document, mut found) = (openapi(), Vec::new());
    for (name, schema) in document["components"]["schemas"].as_object().expect("schemas") {
        silent(schema, name, &mut found);
        if schema["description"].as_str().is_none_or(str::is_empty) {
            found.push(name.clone());
        }
    }
    assert!(found.is_empty(), "these say nothing of what they mean: {found:#?}");
}

fn every_field_and_value_says_what_it_means(backend: Backend) {
    let told = TestApp::start(backend).anonymous().graphql(include_str!("introspection.graphql"), &json!({}));
    let types: Vec<&Value> = told["__schema"]["types"].as_array().expect("types").iter().collect();
    assert!(types.len() > 300);
    let mut found = Vec::new();
    for ty in types.into_iter().filter(|ty| !ty["name"].as_str().expect("a name").starts_with("__")) {
        for part in ["fields", "inputFields", "enumValues"].iter().filter_map(|kind| ty[kind].as_array()).flatten() {
            let name = part["name"].as_str().expect("a name");
            if part["description"].as_str().is_none_or(str::is_empty) && !SAY_THEMSELVES.contains(&name) {
                found.push(format!("{}.{name}", ty["name"]));
            }
        }
    }
    assert!(found.is_empty(), "these say nothing of what they mean: {found:#?}");
}

fn every_described_path_runs_and_no_other(backend: Backend) {
    let app = TestApp::start(backend);
    let client = app.anonymous();
    for (path, methods) in openapi()["paths"].as_object().expect("paths") {
        let concrete = path.replace("{id}", NOTHING).replace("{fileId}", NOTHING);
        if methods.get("get").is_some() {
            let (head, get) = (client.send("HEAD", &concrete, &[], b""), client.get(&concrete));
            assert_eq!((head.status, head.body.as_str()), (get.status, ""), "HEAD {path}");
        }
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            let reply = client.send(method, &concrete, &[], b"");
            let described = methods.get(method.to_lowercase()).is_some();
            assert_eq!(reply.status != 405, described, "{method} {path}: {}", reply.status);
            if !described {
                assert_eq!(reply.code(), "METHOD_NOT_ALLOWED");
                let named = methods.as_object().unwrap().keys().map(|m| m.to_uppercase());
                let allowed: Vec<String> =
                    named.flat_map(|m| if m == "GET" { vec![m, "HEAD".into()] } else { vec![m] }).chain(["OPTIONS".into()]).collect();
                assert_eq!(reply.headers["allow"].split(", ").collect::<Vec<_>>(), allowed);
            }
        }
    }
    for nowhere in ["/api/v1/nothing", "/api/v1", "/api/v2/tasks", "/nothing", "/graphiql/../keys.json"] {
        let reply = client.get(nowhere);
        assert_eq!((reply.status, reply.code().as_str()), (404, "NOT_FOUND"), "{nowhere}");
    }
}

fn pages_load_nothing_from_elsewhere(backend: Backend) {
    let app = TestApp::start(backend);
    let client = app.anonymous();
    for page in [
        "/",
        "/docs/",
        "/docs/swagger-ui.css",
        "/docs/swagger-ui-bundle.js",
        "/docs/boot.js",
        "/docs/sign-in.js",
        "/graphiql",
        "/graphiql/graphiql.js",
        "/graphiql/boot.js",
        "/graphiql/examples.js",
        "/icon.svg",
        "/favicon.ico",
    ] {
        let reply = client.get(page);
        assert_eq!(reply.status, 200, "{page}");
        assert!(reply.headers["content-security-policy"].starts_with("default-src 'none'"), "{page}");
        assert_eq!(reply.headers["x-content-type-options"], "nosniff", "{page}");
        if !page.contains('.') {
            for tag in ["src=\"http", "href=\"http", "src=\"//", "href=\"//"] {
                assert!(!reply.body.contains(tag), "{page} loads from elsewhere");
            }
        }
    }
    for page in ["/docs/swagger-initializer.js", "/docs/oauth2-redirect.html", "/docs/../keys.json", "/graphiql/index.html"] {
        assert_eq!(client.get(page).status, 404, "{page}: not among what is served");
    }
    assert_eq!(client.get("/healthz").body, "ok\n");
    assert_eq!(client.get("/readyz").body, "ready\n");
    assert!(client.get("/metrics").body.contains("haidang_http_requests_total"));
    assert_eq!(client.send("GET", "/metrics", &[("x-forwarded-for", "203.0.113.9")], b"").status, 404, "not for those behind a proxy");
    assert_eq!(client.get("/openapi.json").json(), openapi());
    let request_id = client.send("GET", "/healthz", &[("x-request-id", "abc-1")], b"");
    assert_eq!(request_id.headers["x-request-id"], "abc-1");
    assert_ne!(client.send("GET", "/healthz", &[("x-request-id", "a b")], b"").headers["x-request-id"], "a b");
}

fn every_error_code_has_a_page(backend: Backend) {
    let app = TestApp::start(backend);
    for code in domain::error::Code::ALL {
        let reply = app.anonymous().get(&format!("/problems/{}", code.label()));
        assert_eq!(reply.status, 200, "{}", code.label());
        assert!(reply.body.contains(code.meaning().vi.as_ref()));
    }
    assert_eq!(app.anonymous().get("/problems/NOTHING").status, 404);
}
