//! GraphQL documents that are asked for by their hash.

use serde_json::{Value, json};
use testkit::{Backend, Client, Reply, TestApp, both};

both!(a_document_is_asked_for_by_its_hash_once_it_was_sent, only_trusted_documents_are_executed_where_that_is_required);

const TEXT: &str = "{ programmes { totalCount } }";
const JSON: (&str, &str) = ("content-type", "application/json");

fn named(hash: &str) -> String {
    json!({"persistedQuery": {"version": 1, "sha256Hash": hash}}).to_string().replace('"', "%22").replace('{', "%7B").replace('}', "%7D")
}

fn posted(client: &Client, body: &Value) -> Reply {
    client.send("POST", "/graphql", &[JSON], body.to_string().as_bytes())
}

fn code(reply: &Reply) -> Option<String> {
    reply.json()["errors"][0]["extensions"]["code"].as_str().map(str::to_owned)
}

fn a_document_is_asked_for_by_its_hash_once_it_was_sent(backend: Backend) {
    let app = TestApp::start(backend);
    let (client, hash) = (app.anonymous(), auth::digest(TEXT.as_bytes()));
    let by_hash = || client.get(&format!("/graphql?extensions={}", named(&hash)));
    let unknown = by_hash();
    assert_eq!(code(&unknown).as_deref(), Some("PERSISTED_QUERY_NOT_FOUND"), "{}", unknown.body);
    assert_eq!(unknown.json()["errors"][0]["message"], "PersistedQueryNotFound");
    let lie = posted(&client, &json!({"query": "{ __typename }", "extensions": {"persistedQuery": {"version": 1, "sha256Hash": hash}}}));
    assert_eq!(code(&lie).as_deref(), Some("PERSISTED_QUERY_MISMATCH"));
    let sent = posted(&client, &json!({"query": TEXT, "extensions": {"persistedQuery": {"version": 1, "sha256Hash": hash}}}));
    assert_eq!(sent.json()["data"]["programmes"]["totalCount"], 1, "{}", sent.body);
    let known = by_hash();
    assert_eq!(known.json()["data"], sent.json()["data"]);
    assert_eq!(known.headers["cache-control"], "public, max-age=0, must-revalidate");
    // What another version names is not known to be this.
    let other = posted(&client, &json!({"extensions": {"persistedQuery": {"version": 2, "sha256Hash": hash}}}));
    assert_eq!((code(&other).as_deref(), other.json()["data"].is_null()), (Some("GRAPHQL_INVALID"), true), "{}", other.body);
    let again = client.send("GET", &format!("/graphql?extensions={}", named(&hash)), &[("if-none-match", &known.headers["etag"])], b"");
    assert_eq!(again.status, 304);
    let by_id = posted(&client, &json!({"documentId": format!("sha256:{hash}")}));
    assert_eq!(by_id.json()["data"], sent.json()["data"]);
    // What is null is as good as left out, in whichever form it is answered.
    let nulls =
        json!({"query": null, "documentId": format!("sha256:{hash}"), "operationName": null, "variables": null, "extensions": null});
    assert_eq!(posted(&client, &nulls).json()["data"], sent.json()["data"]);
    let events = client.send("POST", "/graphql", &[JSON, ("accept", "text/event-stream")], nulls.to_string().as_bytes());
    assert!(events.status == 200 && events.body.contains("\"totalCount\":1"), "{}", events.body);
    let nameless = json!({"query": null, "documentId": null});
    assert_eq!(posted(&client, &nameless).status, 400);
    for odd in [json!({"query": 1}), json!({"query": null, "documentId": 1}), json!({"query": null, "variables": []})] {
        let reply = posted(&client, &odd);
        assert_eq!((reply.status, reply.code().as_str()), (400, "BODY_UNREADABLE"), "{odd}");
    }
    // What the schema refuses is not kept.
    let broken = auth::digest(b"{ nothing }");
    posted(&client, &json!({"query": "{ nothing }", "extensions": {"persistedQuery": {"version": 1, "sha256Hash": broken}}}));
    assert_eq!(code(&client.get(&format!("/graphql?extensions={}", named(&broken)))).as_deref(), Some("PERSISTED_QUERY_NOT_FOUND"));
    // A change is no reading, by whatever name it is asked for.
    let change = "mutation M { __typename }";
    let hash = auth::digest(change.as_bytes());
    posted(&client, &json!({"query": change, "extensions": {"persistedQuery": {"version": 1, "sha256Hash": hash}}}));
    for accept in ["application/json", "text/event-stream"] {
        let reply = client.send("GET", &format!("/graphql?extensions={}", named(&hash)), &[("accept", accept)], b"");
        assert_eq!(reply.status, 405, "{accept}: {}", reply.body);
    }
}

fn only_trusted_documents_are_executed_where_that_is_required(backend: Backend) {
    let folder = tempfile::tempdir().expect("a folder");
    let manifest = folder.path().join("manifest.json");
    std::fs::write(&manifest, json!({"programmes": TEXT}).to_string()).expect("a manifest");
    let app = TestApp::set(backend, |settings| {
        settings.persisted_queries_required = true;
        settings.persisted_manifest = Some(manifest);
    });
    let client = app.anonymous();
    for body in [json!({"documentId": "programmes"}), json!({"query": TEXT}), json!({"documentId": auth::digest(TEXT.as_bytes())})] {
        assert_eq!(posted(&client, &body).json()["data"]["programmes"]["totalCount"], 1, "{body}");
    }
    let hash = auth::digest(b"{ __typename }");
    for body in [
        json!({"query": "{ __typename }"}),
        json!({"query": "{ __typename }", "extensions": {"persistedQuery": {"version": 1, "sha256Hash": hash}}}),
        json!({"query": "{ __schema { description } }"}),
    ] {
        assert_eq!(code(&posted(&client, &body)).as_deref(), Some("PERSISTED_QUERY_REQUIRED"), "{body}");
    }
    assert_eq!(code(&posted(&client, &json!({"documentId": "another"}))).as_deref(), Some("PERSISTED_QUERY_NOT_FOUND"));
}
