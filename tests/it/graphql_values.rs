//! Values in documents and variables: what is none of its type is refused before anything is done, what is not given is not there.

use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, Client, Reply, TestApp, both};

use crate::deliverables::{of, recorded};

both!(
    nothing_is_done_where_a_value_does_not_fit,
    each_document_is_taken_or_refused_by_its_values,
    a_variable_without_a_value_leaves_the_default,
    a_variable_without_a_value_leaves_what_is_kept,
    what_a_variable_holds_counts_wherever_it_is_put,
    a_query_string_that_is_no_text_is_refused,
    a_number_out_of_its_range_is_told_as_over_rest,
);

/// Asks so that the status tells whether anything was executed.
fn asked(client: &Client, query: &str, variables: &Value) -> Reply {
    let body = json!({"query": query, "variables": variables}).to_string();
    let headers = [("content-type", "application/json"), ("accept", "application/graphql-response+json")];
    client.send("POST", "/graphql", &headers, body.as_bytes())
}

const NUMBERS: [&str; 2] = ["301/QĐ-STTTT", "302/QĐ-STTTT"];

/// A mutation that writes two documents down, the second one with these fields as well.
fn two(variables: &str, second: &str) -> String {
    let make = |name: &str, number: &str, more: &str| {
        format!(
            "{name}: createDocument(input: {{number: \"{number}\", issuer: \"so-tttt\", {more}}}) {{ document {{ id }} problem {{ code }} }}"
        )
    };
    let first = make("a", NUMBERS[0], "kind: DECISION, issuedOn: \"2014-01-02\"");
    format!("mutation{variables} {{ {first} {} }}", make("b", NUMBERS[1], second))
}

fn kept(client: &Client) -> [Value; 2] {
    NUMBERS.map(|number| {
        let query = "query($n: String) { documents(filter: {number: $n}) { totalCount } }";
        client.graphql(query, &json!({"n": number}))["documents"]["totalCount"].take()
    })
}

fn nothing_is_done_where_a_value_does_not_fit(backend: Backend) {
    let app = TestApp::start(backend);
    let admin = app.person(None, Role::Admin);
    let day = two("($d: NaiveDate)", "kind: DECISION, issuedOn: $d");
    let mut refused: Vec<(String, Value)> = Vec::new();
    for wrong in [json!("2014-02-30"), json!("2013-8-20"), json!(" 2013-08-20"), json!("0000-01-01"), json!(5), json!(["2014-01-02"])] {
        refused.push((two("", &format!("kind: DECISION, issuedOn: {wrong}")), json!({})));
        refused.push((two(&format!("($d: NaiveDate = {wrong})"), "kind: DECISION, issuedOn: $d"), json!({})));
        refused.push((day.clone(), json!({"d": wrong})));
    }
    refused.push((two("($k: DocumentKind)", "kind: $k"), json!({})));
    refused.push((two("($k: DocumentKind)", "kind: $k"), json!({"k": "DECISION"})));
    refused.push((two("($r: String)", "kind: DECISION, recipients: [$r]"), json!({"r": "Lưu VT"})));
    refused.push((two("", "kind: DECISION, number: \"303/QĐ-STTTT\""), json!({})));
    for (query, variables) in refused {
        let reply = asked(&admin, &query, &variables);
        let told = reply.json();
        assert_eq!((reply.status, told.get("data")), (400, None), "{query} {variables}: {told}");
        let fault = &told["errors"][0];
        assert_eq!(fault["extensions"]["code"], "GRAPHQL_INVALID", "{query} {variables}: {told}");
        assert!(fault["extensions"]["messageVi"].is_string() && fault["locations"][0]["line"] == 1, "{query} {variables}: {told}");
        assert_eq!(kept(&admin), [0, 0].map(Value::from), "{query} {variables}");
    }
    let done = asked(&admin, &day, &json!({"d": "2014-01-03"})).json();
    assert!(done["errors"].is_null() && done["data"]["b"]["problem"].is_null(), "{done}");
    assert_eq!(kept(&admin), [1, 1].map(Value::from));
}

fn each_document_is_taken_or_refused_by_its_values(backend: Backend) {
    let app = TestApp::start(backend);
    let client = app.anonymous();
    let none = json!({});
    let programme = |day: &str| format!("{{ programme(code: \"HP-1593-2013\", asOf: {day}) {{ code }} }}");
    let record = |variables: &str, details: &str| {
        format!(
            "mutation{variables} {{ recordDeliverable(idempotencyKey: \"k\", programme: \"HP-1593-2013\", kind: PUBLICATION,
               input: {{title: \"Sách\", year: 2014, visibility: PUBLIC, details: {details}}}) {{ __typename }} }}"
        )
    };
    let chosen = record("($d: DeliverableDetailsInput!)", "$d");
    let table = [
        (programme("\"2014-01-01\""), none.clone(), true),
        (programme("null"), none.clone(), true),
        (programme("5"), none.clone(), false),
        (programme("X"), none.clone(), false),
        (programme("\"x\""), none.clone(), false),
        (programme("[\"2014-01-01\"]"), none.clone(), false),
        (programme("\"+10000-01-01\""), none.clone(), false),
        ("{ search(text: \"0000-01-01\") { totalCount } }".into(), none.clone(), true),
        ("{ node(id: 5) { id } }".into(), none.clone(), true),
        ("{ node(id: 99999999999999999999) { id } }".into(), none.clone(), false),
        ("mutation { createSecret(account: \"x\", expiresAt: \"2030-01-01T00:00:00Z\") { __typename } }".into(), none.clone(), true),
        ("mutation { createSecret(account: \"x\", expiresAt: \"2030-01-01\") { __typename } }".into(), none.clone(), false),
        ("query($a: SearchKind) { search(text: \"a\", kinds: [$a]) { totalCount } }".into(), none.clone(), false),
        ("query($a: SearchKind!) { search(text: \"a\", kinds: [$a]) { totalCount } }".into(), json!({"a": "AGENCY"}), true),
        ("query($a: String = null) { agency(code: $a) { code } }".into(), none.clone(), false),
        ("query($a: String = \"so-tttt\") { agency(code: $a) { code } }".into(), none.clone(), true),
        ("query($s: Boolean = null) { __typename @include(if: $s) }".into(), none.clone(), false),
        ("query($s: Boolean = true) { __typename @include(if: $s) }".into(), none.clone(), true),
        ("{ tasks(filter: {year: 2013, year: 2014}) { totalCount } }".into(), none.clone(), false),
        (record("", "{publication: {}}"), none.clone(), true),
        (record("", "{}"), none.clone(), false),
        (record("", "{publication: null}"), none.clone(), false),
        (record("", "{publication: {}, agreement: {}}"), none.clone(), false),
        (record("", "{publication: {publishedOn: \"2014-02-30\"}}"), none.clone(), false),
        (record("($p: PublicationDetailsInput)", "{publication: $p}"), json!({"p": {}}), false),
        (record("($p: PublicationDetailsInput!)", "{publication: $p}"), json!({"p": {}}), true),
        (chosen.clone(), json!({"d": {"publication": {}}}), true),
        (chosen.clone(), json!({"d": {}}), false),
        (chosen.clone(), json!({"d": {"publication": null}}), false),
        (chosen.clone(), json!({"d": {"publication": {}, "agreement": {}}}), false),
        (chosen, json!({"d": {"publication": {"publishedOn": "2014-02-30"}}}), false),
    ];
    for (query, variables, is_taken) in table {
        let reply = asked(&client, &query, &variables);
        assert_eq!(reply.status, if is_taken { 200 } else { 400 }, "{query} {variables}: {}", reply.body);
    }
}

fn a_variable_without_a_value_leaves_the_default(backend: Backend) {
    let app = TestApp::start(backend);
    let admin = app.person(None, Role::Admin);
    let answer = |query: &str, variables: Value| {
        let mut told = admin.graphql_reply(query, &variables);
        (told["data"].take(), told["errors"][0]["extensions"]["code"].clone())
    };
    let page = "(direction: $d, first: 1) { totalCount nodes { id } }";
    let documents = format!("query($d: Direction) {{ documents{page} }}");
    for (query, plain) in [
        (documents.clone(), "{ documents(first: 1) { totalCount nodes { id } } }"),
        (format!("query($d: Direction) {{ reports{page} }}"), "{ reports(first: 1) { totalCount nodes { id } } }"),
        (
            format!("query($d: Direction) {{ ...F }} fragment F on Query {{ documents{page} }}"),
            "{ documents(first: 1) { totalCount nodes { id } } }",
        ),
        ("query($g: Grouping) { statistics(groupBy: $g) { groupBy rows { code } } }".into(), "{ statistics { groupBy rows { code } } }"),
        ("query($s: Int) { changes(since: $s, first: 1) { nextSince } }".into(), "{ changes(first: 1) { nextSince } }"),
        ("query($b: Boolean) { personalRequests(overdue: $b) { totalCount } }".into(), "{ personalRequests { totalCount } }"),
        (
            "query($d: Direction) { agencies(orderBy: {field: CODE, direction: $d}, first: 3) { nodes { code } } }".into(),
            "{ agencies(orderBy: {field: CODE}, first: 3) { nodes { code } } }",
        ),
    ] {
        assert_eq!(answer(&query, json!({})), answer(plain, json!({})), "{query}");
    }
    let (ascending, fault) = answer(&documents, json!({}));
    assert!(ascending["documents"]["nodes"][0]["id"].is_string() && fault.is_null(), "{ascending} {fault}");
    assert_eq!(answer(&documents, json!({"d": "ASC"})).0, ascending);
    assert_ne!(answer(&documents, json!({"d": "DESC"})).0, ascending);
    let null = admin.graphql_reply(&documents, &json!({"d": null}));
    assert_eq!(null["errors"][0]["path"], json!(["documents"]), "null is a value: {null}");
}

fn a_variable_without_a_value_leaves_what_is_kept(backend: Backend) {
    let app = TestApp::start(backend);
    let admin = app.person(None, Role::Admin);
    let make = "mutation { createPerson(input: {name: \"Nguyễn Văn A\", workEmail: \"a@haiphong.gov.vn\"}) { person { id revision } } }";
    let made = admin.graphql(make, &json!({}))["createPerson"]["person"].take();
    let change = "mutation($id: ID!, $r: Int!, $t: String, $m: String) {
      updatePerson(id: $id, revision: $r, change: {positionTitle: $t, workEmail: $m}) {
        person { id revision positionTitle workEmail } problem { code } } }";
    let changed = |person: &Value, said: Value| {
        let mut variables = json!({"id": person["id"], "r": person["revision"]});
        for (name, value) in said.as_object().expect("variables") {
            variables[name] = value.clone();
        }
        let mut told = admin.graphql(change, &variables)["updatePerson"].take();
        assert!(told["problem"].is_null(), "{told}");
        told["person"].take()
    };
    let titled = changed(&made, json!({"t": "Chuyên viên"}));
    assert_eq!((&titled["positionTitle"], &titled["workEmail"]), (&json!("Chuyên viên"), &json!("a@haiphong.gov.vn")));
    let taken = changed(&titled, json!({"m": null}));
    assert_eq!((&taken["positionTitle"], &taken["workEmail"]), (&json!("Chuyên viên"), &Value::Null));
}

fn what_a_variable_holds_counts_wherever_it_is_put(backend: Backend) {
    let app = TestApp::start(backend);
    let of = |uses: usize, entries: usize| {
        let query = format!(
            "mutation($j: JSON!, $l: JSON) {{ createClientKey(account: \"x\", jwk: [$l {}]) {{ __typename }} }}",
            "$j ".repeat(uses)
        );
        app.anonymous().graphql_reply(&query, &json!({"j": vec![1; entries]}))["errors"][0]["extensions"].clone()
    };
    let refused = of(1_000, 20_000);
    assert_eq!((&refused["code"], &refused["limit"]["name"]), (&json!("GRAPHQL_TOO_LARGE"), &json!("cost")), "{refused}");
    assert_ne!(of(2, 20_000)["code"], "GRAPHQL_TOO_LARGE");
}

fn a_query_string_that_is_no_text_is_refused(backend: Backend) {
    let app = TestApp::start(backend);
    let client = app.anonymous();
    let named = "/graphql?query=query($n:String!)%7B__type(name:$n)%7Bname%7D%7D&variables=%7B%22n%22:%22";
    assert_eq!(client.get(&format!("{named}%E1%BB%87%22%7D")).json()["data"], json!({"__type": null}));
    for broken in [format!("{named}%FF%22%7D"), "/graphql?query=%7B__type(name:%22%E1%BB%22)%7Bname%7D%7D".into()] {
        let reply = client.get(&broken);
        assert_eq!((reply.status, reply.code().as_str()), (400, "QUERY_INVALID"), "{broken}");
    }
}

fn a_number_out_of_its_range_is_told_as_over_rest(backend: Backend) {
    let app = TestApp::start(backend);
    let client = app.anonymous();
    let refusal = |query: &str, variables: Value| {
        let told = client.graphql_reply(query, &variables)["errors"][0]["extensions"].take();
        let faults = told["faults"].as_array().cloned().unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        (text(&told["code"]), faults.iter().map(|fault| (text(&fault["pointer"]), text(&fault["code"]))).collect::<Vec<_>>())
    };
    let refused = |at: &str| ("QUERY_INVALID".to_owned(), vec![(at.to_owned(), "OUT_OF_RANGE".to_owned())]);
    let listed = "query($f: OccurrenceFilter) { occurrences(filter: $f) { totalCount } }";
    let told =
        "query($n: Int!) { programme(code: \"HP-1593-2013\") { task(code: \"I.1\") { occurrences { timeliness(nearlyDueDays: $n) } } } }";
    for number in [-1, 367, i32::MIN, i32::MAX] {
        let rest = client.get(&format!("/api/v1/occurrences?nearlyDueDays={number}"));
        assert_eq!((rest.code(), rest.faults()), refused("/nearlyDueDays"), "{number}");
        assert_eq!(refusal(listed, json!({"f": {"nearlyDueDays": number}})), refused("/nearlyDueDays"), "{number}");
        let written = listed.replace("($f: OccurrenceFilter)", "").replace("$f", &format!("{{nearlyDueDays: {number}}}"));
        assert_eq!(refusal(&written, json!({})), refused("/nearlyDueDays"), "{number}");
        assert_eq!(refusal(told, json!({"n": number})), refused("/nearlyDueDays"), "{number}");
    }
    for number in [0, 366] {
        assert!(client.graphql(listed, &json!({"f": {"nearlyDueDays": number}}))["occurrences"]["totalCount"].is_number(), "{number}");
        assert!(client.graphql(told, &json!({"n": number}))["programme"]["task"].is_object(), "{number}");
    }
    let body = of("PUBLICATION", Some("V.2"), "Sách", json!({"languages": ["vi"]}));
    let path = recorded(&app.system_of("bao-hai-phong"), &body);
    let id = path.rsplit('/').next().expect("an id");
    let state = "query($i: ID!, $n: Int) { node(id: $i) { ... on Deliverable { editionState(staleDays: $n) } } }";
    for number in [-1, 0, 36_501] {
        let rest = client.get(&format!("{path}?staleDays={number}"));
        assert_eq!((rest.code(), rest.faults()), refused("/staleDays"), "{number}");
        assert_eq!(refusal(state, json!({"i": id, "n": number})), refused("/staleDays"), "{number}");
    }
    assert_eq!(client.graphql(state, &json!({"i": id, "n": 36_500}))["node"], json!({"editionState": null}));
}
