//! What exists and belongs to another agency: not found by whoever asks for it, whatever they want with it, and each attempt an
//! entry of the audit log.

use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, Client, TestApp, both, database::rows};

use crate::{
    obligations::{list, start},
    workflow::{keyed, tag},
};

both!(
    what_is_done_to_the_report_of_another_agency_is_not_found_and_written_down,
    what_is_read_of_another_agency_is_not_found_and_written_down,
    nobody_accepts_what_they_entered_for_another,
    the_public_reads_what_was_decided_of_a_task_and_not_what_agencies_said,
);

const OTHER: &str = "so-tttt";

fn report(task: &str) -> Value {
    json!({"programme": "HP-1593-2013", "task": task, "year": 2014, "percent": 40, "narrative": "Đã làm."})
}

/// The path of a report of another agency, with the entity tag that it has.
fn anothers(app: &TestApp) -> (String, String) {
    let owner = app.system_of(OTHER);
    let path = owner.push("other", &report("I.1")).headers["location"].clone();
    let tag = tag(&owner, &path);
    (path, tag)
}

/// How many refused attempts the log tells of.
fn attempts(app: &TestApp) -> usize {
    rows(&app.database, "SELECT operation AS line FROM audit_entries WHERE outcome = 'REFUSED' AND code = 'NOT_FOUND'").len()
}

fn what_is_done_to_the_report_of_another_agency_is_not_found_and_written_down(backend: Backend) {
    let app = TestApp::start(backend);
    let (path, tag) = anothers(&app);
    let content = json!({"percent": 1, "narrative": "x"}).to_string();
    let acts = [
        ("PUT", "/draft", content.as_str()),
        ("POST", "/submit", ""),
        ("DELETE", "", ""),
        ("DELETE", "/files/0199b2a0-0000-7000-8000-000000000001?reason=x", ""),
    ];
    for caller in [app.person(Some("bao-hai-phong"), Role::AgencyApprover), app.system_of("bao-hai-phong")] {
        for ((method, verb, body), tag) in acts.iter().flat_map(|act| [tag.as_str(), "\"r7\"", "\"abc\""].map(|tag| (*act, tag))) {
            let before = attempts(&app);
            let headers = [("content-type", "application/json"), ("if-match", tag)];
            let reply = caller.send(method, &format!("{path}{verb}"), &headers, body.as_bytes());
            // Some of it a system may not do at all.
            if reply.status == 403 {
                continue;
            }
            assert_eq!((reply.status, reply.code().as_str()), (404, "NOT_FOUND"), "{method} {verb} {tag}");
            assert_eq!(attempts(&app), before + 1, "{method} {verb}");
        }
    }
    let id = path.rsplit('/').next().expect("an id");
    let caller = app.person(Some("bao-hai-phong"), Role::AgencyApprover);
    for mutation in ["sendReport", "discardDraft"] {
        let before = attempts(&app);
        let query = format!("mutation($id: ID!) {{ {mutation}(id: $id, revision: 1) {{ problem {{ code }} report {{ id }} }} }}");
        let told = caller.graphql_reply(&query, &json!({ "id": id }));
        assert!(told.to_string().contains("NOT_FOUND"), "{mutation}: {told}");
        assert_eq!(attempts(&app), before + 1, "{mutation}");
    }
    assert_eq!(app.system_of(OTHER).get(&path).json()["version"], 1);
}

fn what_is_read_of_another_agency_is_not_found_and_written_down(backend: Backend) {
    let app = start(backend);
    let (path, _) = anothers(&app);
    let owed = list(&app.system_of(OTHER), "&regime=HP-1593-NAM&year=2014").remove(0);
    let owed = owed["id"].as_str().expect("an id");
    let caller = app.person(Some("bao-hai-phong"), Role::AgencyViewer);
    let report = ["", "/versions", "/versions/1", "/versions/1/changes", "/history", "/files"];
    let paths = report.iter().map(|part| format!("{path}{part}")).chain([format!("/api/v1/obligations/{owed}")]);
    for path in paths {
        let before = attempts(&app);
        let reply = caller.get(&path);
        assert_eq!((reply.status, reply.code().as_str()), (404, "NOT_FOUND"), "{path}");
        assert_eq!(attempts(&app), before + 1, "{path}");
    }
    let node = |caller: &Client, id: &str| caller.graphql("query($id: ID!) { node(id: $id) { id } }", &json!({ "id": id }))["node"].take();
    for id in [path.rsplit('/').next().expect("an id"), owed] {
        let before = attempts(&app);
        assert_eq!(node(&caller, id), Value::Null);
        assert_eq!(attempts(&app), before + 1, "{id}");
    }
    // What is nowhere is nobody's.
    let before = attempts(&app);
    assert_eq!(node(&caller, "0199b2a0-0000-7000-8000-000000000001"), Value::Null);
    assert_eq!(attempts(&app), before);
}

fn nobody_accepts_what_they_entered_for_another(backend: Backend) {
    let app = TestApp::start(backend);
    let (entering, other) = (app.person(None, Role::Standing), app.person(None, Role::Standing));
    let mut body = report("V.2");
    body["agency"] = json!("bao-hai-phong");
    let body = json!({"channel": "PAPER", "receivedOn": "2014-12-01", "report": body});
    let path = keyed(&entering, "/api/v1/reports/received", "k", &body).headers["location"].clone();
    let accept = |client: &Client| {
        let tag = tag(client, &path);
        client.send("POST", &format!("{path}/accept"), &[("if-match", &tag)], b"")
    };
    assert_eq!(accept(&entering).code(), "OWN_MATTER");
    assert_eq!(accept(&other).status, 204);
}

fn the_public_reads_what_was_decided_of_a_task_and_not_what_agencies_said(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.person(Some("bao-hai-phong"), Role::AgencyApprover);
    let found = press.get("/api/v1/occurrences?programme=HP-1593-2013&task=V.2&year=2014").json();
    let path = format!("/api/v1/occurrences/{}", found["items"][0]["id"].as_str().expect("an id"));
    let act = |client: &Client, verb: &str, body: &Value| {
        let tag = tag(client, &path);
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let reply =
            client.send("POST", &format!("{path}{verb}"), &[("content-type", "application/json"), ("if-match", &tag)], body.as_bytes());
        assert!(reply.status < 300, "{verb}: {} {}", reply.status, reply.body);
    };
    act(&press, "/start", &Value::Null);
    act(&press, "/extensions", &json!({"dueOn": "2027-12-31", "reason": "Thiếu kinh phí."}));
    act(&press, "/claim", &json!({"deliveredOn": "2014-12-01", "note": "Xong chuyên mục."}));
    let told = press.get(&path).json();
    assert_eq!((&told["claims"][0]["note"], &told["extensions"][0]["reason"]), (&json!("Xong chuyên mục."), &json!("Thiếu kinh phí.")));
    let public = app.anonymous().get(&path);
    assert!(!public.body.contains("Xong") && !public.body.contains("kinh phí"), "{}", public.body);
    assert_eq!((&public.json()["claims"], &public.json()["extensions"]), (&json!([]), &json!([])));
    let other = app.person(Some("dai-ptth-hai-phong"), Role::AgencyViewer).get(&path);
    assert!(!other.body.contains("kinh phí") && other.json()["claims"][0]["note"] == "", "{}", other.body);
}
