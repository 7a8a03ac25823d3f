//! GraphQL over HTTP: forms of an answer, statuses, and what a query string asks for.

use serde_json::{Value, json};
use testkit::{Backend, Client, Reply, TestApp, both};

both!(
    the_status_tells_what_was_not_executed_to_those_who_ask_for_it,
    an_answer_has_the_form_that_is_liked_best,
    a_query_string_asks_like_a_body,
);

const GRAPHQL: &str = "application/graphql-response+json";
const JSON: &str = "application/json";

fn posted(client: &Client, accept: &str, body: &Value) -> Reply {
    client.send("POST", "/graphql", &[("content-type", JSON), ("accept", accept)], body.to_string().as_bytes())
}

fn media_type(reply: &Reply) -> &str {
    reply.headers.get("content-type").map(String::as_str).unwrap_or_default()
}

fn the_status_tells_what_was_not_executed_to_those_who_ask_for_it(backend: Backend) {
    let app = TestApp::start(backend);
    let client = app.anonymous();
    let refused = [
        json!({"query": "{"}),
        json!({"query": "{ nothing }"}),
        json!({"query": "query($n: Int!) { tasks(first: $n) { totalCount } }", "variables": {"n": "x"}}),
        json!({"query": "query($n: Int!) { tasks(first: $n) { totalCount } }"}),
        json!({"query": "query A { __typename } query B { __typename }"}),
        json!({"query": "query A { __typename }", "operationName": "C"}),
        json!({"query": "{ ...A } fragment A on Query { ...A }"}),
    ];
    for body in refused {
        let reply = posted(&client, GRAPHQL, &body);
        assert_eq!((reply.status, media_type(&reply)), (400, "application/graphql-response+json; charset=utf-8"), "{body}: {}", reply.body);
        let told = reply.json();
        assert!(told.get("data").is_none() && told["errors"][0]["extensions"]["code"].is_string(), "{body}: {told}");
        let reply = posted(&client, JSON, &body);
        assert_eq!((reply.status, media_type(&reply)), (200, "application/json; charset=utf-8"), "{body}");
        assert_eq!(reply.json(), told, "{body}");
    }
    // What was executed has data, whatever became of a field.
    let body = json!({"query": "{ __typename obligations { totalCount } }"});
    let reply = posted(&client, GRAPHQL, &body);
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert!(
        reply.json().get("data").is_some_and(Value::is_null) && reply.json()["errors"][0]["path"] == json!(["obligations"]),
        "{}",
        reply.body
    );
    // Nothing to execute is a fault of the request in either form.
    for accept in [GRAPHQL, JSON] {
        for body in [json!({}), json!({"query": null}), json!({"query": ""}), json!({"qeury": "{ __typename }"})] {
            let reply = posted(&client, accept, &body);
            assert_eq!((reply.status, reply.json().get("data")), (400, None), "{accept} {body}");
        }
    }
}

fn an_answer_has_the_form_that_is_liked_best(backend: Backend) {
    let app = TestApp::start(backend);
    let client = app.anonymous();
    let body = json!({"query": "{ __typename }"});
    let form = |accept: &str| media_type(&posted(&client, accept, &body)).split(';').next().unwrap_or_default().to_owned();
    for (accept, expected) in [
        ("*/*", JSON),
        ("application/json;q=0.9, application/graphql-response+json", GRAPHQL),
        ("application/graphql-response+json;q=0.1, application/json", JSON),
        ("text/html, application/*;q=0.5", JSON),
    ] {
        assert_eq!(form(accept), expected, "{accept}");
    }
    let reply = posted(&client, "image/png", &body);
    assert_eq!((reply.status, reply.code().as_str()), (406, "NOT_ACCEPTABLE"));
    // A mutation whose answer nobody could read does nothing.
    let admin = app.person(None, domain::account::Role::Admin);
    let making =
        json!({"query": "mutation { createAgency(input: {code: \"so-moi\", name: {vi: \"Sở Mới\"}, kind: DEPARTMENT}) { __typename } }"});
    assert_eq!(posted(&admin, "text/html", &making).status, 406);
    let found = client.graphql("{ agency(code: \"so-moi\") { code } }", &json!({}));
    assert_eq!(found["agency"], Value::Null);
    let vary = posted(&client, GRAPHQL, &body);
    assert!(vary.headers["vary"].to_lowercase().contains("accept"), "{:?}", vary.headers);
}

fn a_query_string_asks_like_a_body(backend: Backend) {
    let app = TestApp::start(backend);
    let client = app.anonymous();
    let two = "/graphql?query=query%20A%7Ba:__typename%7D%20query%20B($n:Int)%7Btasks(first:$n)%7Bnodes%7Bcode%7D%7D%7D";
    let told = client.get(&format!("{two}&operationName=A")).json();
    assert_eq!((&told["data"], &told["extensions"]["cost"]["estimated"]), (&json!({"a": "Query"}), &json!(1)));
    let told = client.get(&format!("{two}&operationName=B&variables=%7B%22n%22:1%7D")).json();
    assert_eq!(told["data"]["tasks"]["nodes"].as_array().map(Vec::len), Some(1), "{told}");
    let empty = client.get("/graphql?query=%7B__typename%7D&operationName=&variables=&extensions=");
    assert_eq!(empty.json()["data"], json!({"__typename": "Query"}));
    for broken in ["query=%7Ba%7D&query=%7Bb%7D", "query=%7B__typename%7D&variables=x", "query=%7B__typename%7D&extensions=%5B%5D"] {
        let reply = client.get(&format!("/graphql?{broken}"));
        assert_eq!((reply.status, reply.code().as_str()), (400, "QUERY_INVALID"), "{broken}");
    }
    let mutation = client.get("/graphql?query=query%20A%7B__typename%7D%20mutation%20M%7B__typename%7D&operationName=M");
    assert_eq!((mutation.status, mutation.headers.get("allow").map(String::as_str)), (405, Some("POST")));
    assert_eq!(client.get("/graphql?query=query%20A%7B__typename%7D%20mutation%20M%7B__typename%7D&operationName=A").status, 200);
    assert_eq!(client.get("/graphql").status, 400, "nothing is asked for");
}
