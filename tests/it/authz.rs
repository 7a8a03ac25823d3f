//! Reports are shown as far as the caller's role lets: in lists, counts, filters, nested fields and by identifier.

use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, Client, TestApp, both};

both!(a_stranger_cannot_find_a_report_by_any_path, those_who_read_all_see_all, cursors_of_others_do_not_fit);

/// A word that stands in one agency's report only.
const MARKER: &str = "dấu-riêng-7f3a";

fn pushed(app: &TestApp) -> (Client, String) {
    let press = app.system_of("bao-hai-phong");
    let body = json!({"programme": "HP-1593-2013", "task": "V.2", "year": 2014, "percent": 40, "narrative": MARKER, "externalRef": "X-1"});
    let reply = press.push("k", &body);
    assert_eq!(reply.status, 201, "{}", reply.body);
    (press, reply.json()["id"].as_str().unwrap().to_owned())
}

/// Every path by which the schema and the routes reach a report.
fn paths(client: &Client, id: &str) -> Vec<Value> {
    let queries = [
        "{ reports { totalCount nodes { narrative } } }".to_owned(),
        "{ reports(filter: {externalRef: \"X-1\"}) { totalCount nodes { narrative } } }".to_owned(),
        "{ reports(filter: {agency: \"bao-hai-phong\", year: 2014, status: SUBMITTED}) { totalCount nodes { narrative } } }".to_owned(),
        "{ reports(filter: {programme: \"HP-1593-2013\", task: \"V.2\"}, direction: DESC) { totalCount edges { cursor node { id } } } }"
            .to_owned(),
        format!("{{ node(id: \"{id}\") {{ id ... on Report {{ narrative }} }} }}"),
        "{ programme(code: \"HP-1593-2013\") { task(code: \"V.2\") { reports(last: 5) { totalCount nodes { narrative } } } } }".to_owned(),
        "{ programme(code: \"HP-1593-2013\") { groups { tasks { reports { totalCount nodes { narrative } } } } } }".to_owned(),
        "{ tasks { nodes { reports(first: 1, year: 2014) { totalCount nodes { narrative } } } } }".to_owned(),
    ];
    let mut answers: Vec<Value> = queries.iter().map(|query| client.graphql(query, &json!({}))).collect();
    for path in ["/api/v1/reports", "/api/v1/reports?externalRef=X-1", "/api/v1/reports?agency=bao-hai-phong&year=2014"] {
        answers.push(client.get(path).json());
    }
    answers
}

fn a_stranger_cannot_find_a_report_by_any_path(backend: Backend) {
    let app = TestApp::start(backend);
    let empty: Vec<Value> = paths(&app.anonymous(), "0199b2a0-0000-7000-8000-000000000001");
    let (press, id) = pushed(&app);
    let seen = paths(&press, &id);
    assert!(seen.iter().enumerate().all(|(i, answer)| *answer != empty[i]), "the owner sees it on every path");
    let strangers = [
        app.anonymous(),
        app.system_of("dai-ptth-hai-phong"),
        app.person(Some("bao-hai-phong"), Role::Finance),
        app.person(Some("bao-hai-phong"), Role::Personnel),
    ];
    for stranger in strangers {
        assert_eq!(paths(&stranger, &id), empty);
        let (there, nowhere) =
            (stranger.get(&format!("/api/v1/reports/{id}")), stranger.get("/api/v1/reports/0199b2a0-0000-7000-8000-000000000001"));
        assert_eq!((there.status, there.json()), (404, nowhere.json()));
    }
}

fn those_who_read_all_see_all(backend: Backend) {
    let app = TestApp::start(backend);
    let (_, id) = pushed(&app);
    for role in [Role::Standing, Role::Inspector, Role::Committee, Role::Authority, Role::Admin, Role::Auditor] {
        let reader = app.person(Some("so-noi-vu"), role);
        assert_eq!(reader.get(&format!("/api/v1/reports/{id}")).json()["narrative"], MARKER, "{role}");
    }
    for role in [Role::AgencyViewer, Role::AgencyReporter] {
        assert_eq!(app.person(Some("bao-hai-phong"), role).get(&format!("/api/v1/reports/{id}")).status, 200, "{role}");
        assert_eq!(app.person(Some("so-noi-vu"), role).get(&format!("/api/v1/reports/{id}")).status, 404, "{role}");
    }
}

fn cursors_of_others_do_not_fit(backend: Backend) {
    let app = TestApp::start(backend);
    let (press, _) = pushed(&app);
    let cursor = press.get("/api/v1/reports").json()["endCursor"].as_str().unwrap().to_owned();
    assert_eq!(press.get(&format!("/api/v1/reports?after={cursor}")).status, 200);
    let other = app.system_of("dai-ptth-hai-phong").get(&format!("/api/v1/reports?after={cursor}"));
    assert_eq!((other.status, other.code().as_str()), (400, "CURSOR_INVALID"));
    assert_eq!(press.get(&format!("/api/v1/tasks?after={cursor}")).code(), "CURSOR_INVALID");
    assert_eq!(press.get(&format!("/api/v1/reports?year=2014&after={cursor}")).code(), "CURSOR_INVALID");
}
