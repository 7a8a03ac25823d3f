//! Asking agencies for a thematic or ad hoc report: once, with everything stated, and all faults told together.

use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, Client, Reply, both, database::rows};

use crate::obligations::{list, standing, start, total};

both!(a_thematic_or_ad_hoc_report_is_asked_for_once, a_request_has_all_its_faults_told, a_request_rewrites_nothing_that_was,);

fn ask(client: &Client, key: &str, body: &Value) -> Reply {
    client.send(
        "POST",
        "/api/v1/report-requests",
        &[("content-type", "application/json"), ("idempotency-key", key)],
        body.to_string().as_bytes(),
    )
}

fn ad_hoc() -> Value {
    json!({"regime": "HP-1593-DOT-XUAT", "label": "Sự việc 12/5", "agencies": ["so-ngoai-vu", "cac-co-quan-bao-chi-hai-phong", "bao-hai-phong"],
           "cutOff": "2026-01-20", "due": "2026-01-22"})
}

fn a_thematic_or_ad_hoc_report_is_asked_for_once(backend: Backend) {
    let app = start(backend);
    let client = standing(&app);
    let made = ask(&client, "k", &ad_hoc());
    assert_eq!(made.status, 201, "{}", made.body);
    let body = made.json();
    let agencies: Vec<&str> = body["obligations"].as_array().unwrap().iter().map(|o| o["agency"].as_str().unwrap()).collect();
    assert_eq!(agencies, ["so-ngoai-vu", "bao-hai-phong", "dai-ptth-hai-phong"], "each once");
    assert_eq!((&body["requester"], &body["windowFrom"]), (&json!("so-tttt"), &json!("2026-01-01")));
    let again = ask(&client, "k", &ad_hoc());
    assert_eq!((&again.body, again.headers["idempotency-replayed"].as_str()), (&made.body, "true"));
    assert_eq!(ask(&client, "k2", &ad_hoc()).code(), "ALREADY_EXISTS", "the label names another request of the regime");
    let press = app.system_of("dai-ptth-hai-phong");
    let owed = list(&press, "&regime=HP-1593-DOT-XUAT").remove(0);
    for (field, wanted) in [
        ("period", json!("Sự việc 12/5")),
        ("dueOn", json!("2026-01-22")),
        ("cutOff", json!("2026-01-20")),
        ("state", json!("OPEN")),
        ("requester", json!("so-tttt")),
        ("through", json!("cac-co-quan-bao-chi-hai-phong")),
        ("task", Value::Null),
    ] {
        assert_eq!(owed[field], wanted, "{field}");
    }
    let committee = app.person(None, Role::Committee);
    let mut thematic = ad_hoc();
    (thematic["regime"], thematic["requester"]) = (json!("HP-1593-CHUYEN-DE"), json!("bcd-ttdn"));
    assert_eq!(ask(&committee, "k", &thematic).status, 201);
    assert_eq!(ask(&press, "k", &thematic).code(), "FORBIDDEN");
    let events = rows(&app.database, "SELECT kind AS line FROM events WHERE kind = 'OBLIGATION_REQUESTED'");
    assert_eq!(events.len(), 6, "each agency is told");
    assert_eq!(app.generate().made, 0, "the hourly run leaves requests alone");
}

fn a_request_has_all_its_faults_told(backend: Backend) {
    let app = start(backend);
    let (client, authority) = (standing(&app), app.person(None, Role::Authority));
    let told = |client: &Client, changes: &Value| {
        let mut body = ad_hoc();
        for (name, value) in changes.as_object().unwrap() {
            body[name] = value.clone();
        }
        let reply = ask(client, "k", &body);
        assert_eq!((reply.status, reply.code().as_str()), (422, "BODY_INVALID"), "{}", reply.body);
        reply.faults().into_iter().map(|(pointer, code)| format!("{pointer} {code}")).collect::<Vec<_>>()
    };
    assert_eq!(
        told(&client, &json!({"regime": "HP-1593-NAM", "task": "V.2"})),
        ["/regime RULE_BROKEN"][..].iter().map(ToString::to_string).chain(["/cutOff YEAR_NOT_SCHEDULED".to_owned()]).collect::<Vec<_>>()
    );
    assert_eq!(told(&client, &json!({"regime": "X-1"})), ["/regime REFERENCE_UNKNOWN"]);
    assert_eq!(told(&authority, &json!({})), ["/requester FIELD_REQUIRED"]);
    let many = json!({"agencies": ["ai-do", "cac-to-chuc-ctxh"], "requester": "x", "programme": "HP-0", "due": "2026-01-19", "from": "2026-01-21", "task": "V.2"});
    let wanted = [
        "/programme PROGRAMME_UNKNOWN",
        "/agencies/0 REFERENCE_UNKNOWN",
        "/agencies/1 RULE_BROKEN",
        "/requester REFERENCE_UNKNOWN",
        "/from PERIOD_INCONSISTENT",
        "/due PERIOD_INCONSISTENT",
        "/task RULE_BROKEN",
    ];
    assert_eq!(told(&client, &many), wanted);
    let mut bare = ad_hoc();
    for field in ["cutOff", "due"] {
        bare.as_object_mut().unwrap().remove(field);
    }
    let faults: Vec<String> = ask(&client, "k", &bare).faults().into_iter().map(|(pointer, _)| pointer).collect();
    assert_eq!(faults, ["/cutOff", "/due"], "nothing is filled in that the requester has to state");
    assert_eq!(total(&client, &json!({"regime": "HP-1593-DOT-XUAT"})), 0);
}

fn a_request_rewrites_nothing_that_was(backend: Backend) {
    let app = start(backend);
    let client = standing(&app);
    let faults = |cut_off: &str, due: &str| {
        let mut body = ad_hoc();
        (body["cutOff"], body["due"]) = (json!(cut_off), json!(due));
        let reply = ask(&client, "k", &body);
        assert_eq!((reply.status, reply.code().as_str()), (422, "BODY_INVALID"), "{}", reply.body);
        reply.faults().into_iter().map(|(pointer, code)| format!("{pointer} {code}")).collect::<Vec<_>>()
    };
    // It is 15 January 2026, and the regime is in force from 12 March 2019.
    assert_eq!(faults("2026-01-10", "2026-01-14"), ["/due OUT_OF_RANGE"]);
    assert_eq!(faults("2019-03-11", "2026-01-22"), ["/cutOff PERIOD_INCONSISTENT"]);
    let told = |as_of: &str| {
        let query = format!("/api/v1/statistics?programme=HP-1593-2013&fromYear=2026&toYear=2026&asOf={as_of}");
        let reports = client.get(&query).json()["total"]["reports"].take();
        let listed = client.get(&format!("/api/v1/obligations?regime=HP-1593-DOT-XUAT&asOf={as_of}&limit=200")).json();
        (reports["obliged"].clone(), listed["items"].as_array().expect("items").len())
    };
    let before = ["2026-01-13", "2026-01-14", "2026-01-15"].map(told);
    assert_eq!(ask(&client, "k", &ad_hoc()).status, 201);
    assert_eq!(["2026-01-13", "2026-01-14"].map(told), [before[0].clone(), before[1].clone()], "what was told stays as it was");
    assert_eq!(told("2026-01-15"), (json!(before[2].0.as_i64().expect("a number") + 3), before[2].1 + 3));
}
