//! Batches of reports: rehearsed, stored in whole or row by row, once, and for whom they vouch.

use chrono::TimeDelta;
use domain::account::Role;
use serde_json::{Value, json};
use testkit::{
    Backend, Client, Reply, TestApp, both,
    database::{execute, rows},
};

use crate::audit::verdict;

both!(
    a_dry_run_tells_every_fault_and_stores_nothing,
    a_row_tells_all_that_is_wrong_with_it,
    all_rows_are_stored_or_none,
    each_row_can_stand_for_itself,
    a_row_that_the_database_refuses_harms_no_other,
    a_change_needs_the_revision_it_rests_on,
    a_token_is_of_one_content_state_and_caller,
    a_token_holds_for_an_hour,
    a_retry_of_a_batch_gives_the_first_answer_again,
    rows_are_of_ones_own_agency,
    every_report_of_a_batch_has_its_history,
    statements_do_not_grow_with_rows,
    there_are_limits,
);

pub(super) const JSON: &str = "application/json";

pub(super) fn row(reference: &str) -> Value {
    json!({"programme": "HP-1593-2013", "task": "V.2", "year": 2014, "percent": 40, "narrative": "Đã làm.", "externalRef": reference})
}

/// A row with some fields otherwise.
pub(super) fn with(reference: &str, fields: &[(&str, Value)]) -> Value {
    let mut row = row(reference);
    for (name, value) in fields {
        row[*name] = value.clone();
    }
    row
}

fn send(client: &Client, query: &str, key: &str, rows: &[Value]) -> Reply {
    client.batch(query, JSON, Some(key), json!(rows).to_string().as_bytes())
}

fn dry(client: &Client, query: &str, rows: &[Value]) -> Value {
    let reply = client.batch(query, JSON, None, json!(rows).to_string().as_bytes());
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.json()
}

/// Row, pointer and code of each fault of an answer.
pub(super) fn told(answer: &Value) -> Vec<String> {
    let text = |fault: &Value| format!("{} {} {}", fault["row"], fault["pointer"].as_str().unwrap(), fault["code"].as_str().unwrap());
    answer["faults"].as_array().expect("faults").iter().map(text).collect()
}

pub(super) fn outcomes(answer: &Value) -> Vec<&str> {
    answer["rows"].as_array().expect("rows").iter().map(|row| row["outcome"].as_str().unwrap()).collect()
}

pub(super) fn total(client: &Client) -> i64 {
    client.graphql("{ reports { totalCount } }", &json!({}))["reports"]["totalCount"].as_i64().expect("a total")
}

fn faulty() -> Vec<Value> {
    vec![
        row("A-1"),
        with("A-2", &[("task", json!("V.9"))]),
        with("A-3", &[("year", json!(2016)), ("status", json!("ACCEPTED"))]),
        with("A-4", &[("year", json!(2016))]),
        with("A-1", &[("percent", json!(50))]),
        with("A-6", &[("percent", json!(101)), ("narrative", json!(""))]),
        with("A-7", &[("ifMatch", json!("r1"))]),
        with("A-8", &[("agency", json!("dai-ptth-hai-phong"))]),
    ]
}

const FAULTS: [&str; 9] = [
    "2 /task TASK_UNKNOWN",
    "3 /status FIELD_UNKNOWN",
    "3 /year YEAR_NOT_SCHEDULED",
    "4 /year YEAR_NOT_SCHEDULED",
    "5 /externalRef DUPLICATE",
    "6 /narrative LENGTH_OUT_OF_RANGE",
    "6 /percent OUT_OF_RANGE",
    "7 /ifMatch PRECONDITION_FAILED",
    "8 /agency AGENCY_NOT_YOURS",
];

fn a_dry_run_tells_every_fault_and_stores_nothing(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    let answer = dry(&press, "?dryRun=true", &faulty());
    assert_eq!(told(&answer), FAULTS);
    assert_eq!((&answer["created"], &answer["refused"], &answer["faultCount"]), (&json!(1), &json!(7), &json!(9)));
    assert_eq!(answer["faults"][3]["message"]["vi"], "Nhiệm vụ không có kỳ thực hiện trong năm này.");
    assert_eq!(answer["faults"][3]["message"]["en"], "The task has no occurrence in this year.");
    assert_eq!((&answer["validationToken"], &answer["rows"][0]["id"]), (&Value::Null, &Value::Null));
    let steps = dry(&press, "?dryRun=true", &[row("."), row(".."), row("...")]);
    assert_eq!(told(&steps), ["1 /externalRef PATTERN_MISMATCH", "2 /externalRef PATTERN_MISMATCH"]);
    let fine = dry(&press, "?dryRun=true", &[row("A-1"), row("A-2")]);
    assert_eq!((outcomes(&fine), told(&fine).len()), (vec!["CREATED"; 2], 0));
    assert!(fine["validationToken"].is_string() && fine["validUntil"].is_string());
    assert_eq!(total(&press), 0);
    assert_eq!(rows(&app.database, "SELECT CAST(count(*) AS TEXT) AS line FROM events"), ["0"]);
    assert!(verdict(&app, None).is_ok());
}

fn a_row_tells_all_that_is_wrong_with_it(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    assert_eq!(outcomes(&send(&press, "", "k", &[row("KEPT")]).json()), ["CREATED"]);
    let without = |reference: &str, fields: &[(&str, Value)]| {
        let mut row = with(reference, fields);
        row.as_object_mut().expect("a row").retain(|_, value| !value.is_null());
        row
    };
    let foreign = ("agency", json!("dai-ptth-hai-phong"));
    let cases: [(Value, &[&str]); 14] = [
        // Form, subject, content: whatever does not hide another.
        (
            without("A", &[("year", json!(2016)), ("percent", Value::Null), ("narrative", json!(" ")), ("x", json!(1))]),
            &["/narrative PATTERN_MISMATCH", "/percent FIELD_REQUIRED", "/x FIELD_UNKNOWN", "/year YEAR_NOT_SCHEDULED"],
        ),
        (
            with("B", &[foreign.clone(), ("year", json!(2016)), ("percent", json!(101))]),
            &["/agency AGENCY_NOT_YOURS", "/percent OUT_OF_RANGE", "/year YEAR_NOT_SCHEDULED"],
        ),
        (with("C", &[("agency", json!(7)), ("task", json!("V.9"))]), &["/agency TYPE_MISMATCH", "/task TASK_UNKNOWN"]),
        // What cannot be read hides what rests on it, and brings nothing of its own.
        (
            with("D", &[("programme", json!(7)), ("task", json!("V.9")), ("percent", json!("x"))]),
            &["/percent TYPE_MISMATCH", "/programme TYPE_MISMATCH"],
        ),
        (with("E", &[("year", json!("x")), ("task", json!("V.9"))]), &["/task TASK_UNKNOWN", "/year TYPE_MISMATCH"]),
        (with("E", &[("year", json!("x"))]), &["/externalRef DUPLICATE", "/year TYPE_MISMATCH"]),
        (with("F", &[("task", json!(7)), ("programme", json!("HP-0"))]), &["/programme PROGRAMME_UNKNOWN", "/task TYPE_MISMATCH"]),
        (with("G", &[("regime", json!(7)), ("year", json!(2016))]), &["/regime TYPE_MISMATCH", "/year YEAR_NOT_SCHEDULED"]),
        (with("Ð", &[("ifMatch", json!("r1")), ("year", json!(2016))]), &["/externalRef PATTERN_MISMATCH", "/year YEAR_NOT_SCHEDULED"]),
        (with("H", &[("ifMatch", json!("r1")), ("task", json!("V.9"))]), &["/ifMatch PRECONDITION_FAILED", "/task TASK_UNKNOWN"]),
        // A change that moves the report, without a revision.
        (
            with("KEPT", &[("year", json!(2015)), ("percent", json!(101))]),
            &["/ifMatch PRECONDITION_REQUIRED", "/percent OUT_OF_RANGE", "/year EXTERNAL_REF_TAKEN"],
        ),
        (
            with("a b", &[("task", json!("III.1")), ("regime", json!("none"))]),
            &["/externalRef PATTERN_MISMATCH", "/regime OBLIGATION_UNKNOWN", "/task AGENCY_NOT_ASSIGNED"],
        ),
        (with("J", &[foreign.clone(), ("regime", json!("none"))]), &["/agency AGENCY_NOT_YOURS", "/regime OBLIGATION_UNKNOWN"]),
        (
            with("I", &[("regime", json!("none")), ("sections", json!({"a": 7, "b": "Xong"}))]),
            &["/regime OBLIGATION_UNKNOWN", "/sections/a TYPE_MISMATCH"],
        ),
    ];
    let rows: Vec<Value> = cases.iter().map(|(row, _)| row.clone()).collect();
    let wanted: Vec<String> =
        cases.iter().enumerate().flat_map(|(i, (_, faults))| faults.iter().map(move |fault| format!("{} {fault}", i + 1))).collect();
    assert_eq!(told(&dry(&press, "?dryRun=true", &rows)), wanted);
    // Right at last, once everything that was told is mended.
    assert_eq!(told(&dry(&press, "?dryRun=true", &[row("A"), with("KEPT", &[("ifMatch", json!("r1"))])])), [""; 0]);
}

fn all_rows_are_stored_or_none(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    let refused = send(&press, "", "k", &faulty());
    assert_eq!((refused.status, refused.code().as_str()), (422, "BATCH_REFUSED"), "{}", refused.body);
    let places: Vec<String> = refused.faults().into_iter().map(|(pointer, code)| format!("{pointer} {code}")).collect();
    let wanted = FAULTS.map(|fault| {
        let (row, rest) = fault.split_once(' ').expect("a row");
        format!("/{}{rest}", row.parse::<usize>().expect("a number") - 1)
    });
    assert_eq!(places, wanted);
    assert_eq!(total(&press), 0);
    // A refused batch leaves its key unused.
    let answer = send(&press, "", "k", &[row("A-1"), row("A-2")]);
    assert_eq!((answer.status, outcomes(&answer.json())), (200, vec!["CREATED"; 2]), "{}", answer.body);
    assert_eq!(total(&press), 2);
    let stored = press.get(&format!("/api/v1/reports/{}", answer.json()["rows"][1]["id"].as_str().expect("an id"))).json();
    assert_eq!((&stored["externalRef"], &stored["status"], &stored["narrative"]), (&json!("A-2"), &json!("SUBMITTED"), &json!("Đã làm.")));
}

fn each_row_can_stand_for_itself(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    let rehearsed = dry(&press, "?dryRun=true&atomic=false", &faulty());
    assert!(rehearsed["validationToken"].is_string(), "one row would be stored");
    let answer = send(&press, "?atomic=false", "k", &faulty());
    assert_eq!((answer.status, told(&answer.json())), (200, told(&rehearsed)), "{}", answer.body);
    assert_eq!(outcomes(&answer.json()), outcomes(&rehearsed));
    assert_eq!(outcomes(&answer.json())[..2], ["CREATED", "REFUSED"]);
    assert_eq!(total(&press), 1);
    assert!(verdict(&app, None).is_ok());
}

/// Makes the database refuse the report with the reference `A-2`, whatever the service thinks of it.
fn poison(app: &TestApp, backend: Backend) {
    let sql = match backend {
        Backend::Sqlite => {
            "CREATE TRIGGER poison BEFORE INSERT ON reports WHEN NEW.external_ref = 'A-2' BEGIN SELECT RAISE(ABORT, 'poison'); END"
        }
        Backend::Postgres => {
            "CREATE FUNCTION poison() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
             IF NEW.external_ref = 'A-2' THEN RAISE EXCEPTION 'poison'; END IF; RETURN NEW; END $$; \
             CREATE TRIGGER poison BEFORE INSERT ON reports FOR EACH ROW EXECUTE FUNCTION poison()"
        }
    };
    execute(&app.database, sql);
}

fn a_row_that_the_database_refuses_harms_no_other(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    poison(&app, backend);
    let three = [row("A-1"), row("A-2"), row("A-3")];
    let whole = send(&press, "", "k", &three);
    assert_eq!((whole.status, whole.code().as_str()), (500, "INTERNAL"));
    assert_eq!(total(&press), 0);
    let apart = send(&press, "?atomic=false", "k", &three);
    assert_eq!((apart.status, told(&apart.json())), (200, vec!["2  INTERNAL".to_owned()]), "{}", apart.body);
    assert_eq!(total(&press), 2);
    assert_eq!(rows(&app.database, "SELECT CAST(count(*) AS TEXT) AS line FROM report_events"), ["2"]);
    assert!(!apart.body.contains("poison"), "no text of the database reaches a client");
    assert!(verdict(&app, None).is_ok());
}

fn a_change_needs_the_revision_it_rests_on(backend: Backend) {
    let app = TestApp::start(backend);
    let (press, standing) = (app.system_of("bao-hai-phong"), app.person(Some("so-tttt"), Role::Standing));
    let answer = send(&press, "", "a", &[row("A-1"), row("A-2"), row("A-3"), row("A-4")]).json();
    for row in &answer["rows"].as_array().expect("rows")[..2] {
        let path = format!("/api/v1/reports/{}/return", row["id"].as_str().expect("an id"));
        let headers = [("content-type", JSON), ("if-match", row["etag"].as_str().expect("a tag"))];
        assert_eq!(standing.send("POST", &path, &headers, r#"{"reason": "Thiếu."}"#.as_bytes()).status, 204);
    }
    let other = ("narrative", json!("Đã làm thêm."));
    let rows = [
        with("A-1", &[other.clone(), ("ifMatch", json!("\"r2\""))]),
        with("A-2", std::slice::from_ref(&other)),
        with("A-2", &[other.clone(), ("ifMatch", json!("r2"))]),
        with("A-3", &[("ifMatch", json!("r1"))]),
        with("A-4", &[other.clone(), ("ifMatch", json!("r7"))]),
        with("A-5", &[("ifMatch", json!("r1"))]),
    ];
    let answer = dry(&press, "?dryRun=true", &rows);
    let wanted = [
        "2 /ifMatch PRECONDITION_REQUIRED",
        "3 /externalRef DUPLICATE",
        "5 /ifMatch PRECONDITION_FAILED",
        "6 /ifMatch PRECONDITION_FAILED",
    ];
    assert_eq!(told(&answer), wanted);
    assert_eq!(outcomes(&answer), ["CHANGED", "REFUSED", "REFUSED", "UNCHANGED", "REFUSED", "REFUSED"]);
    // What was submitted is not written over, and no report moves elsewhere.
    let rows = [
        with("A-3", &[other.clone(), ("ifMatch", json!("r1"))]),
        with("A-1", &[("year", json!(2015)), ("ifMatch", json!("r2"))]),
        with("A-2", &[other, ("ifMatch", json!("r2"))]),
    ];
    let answer = send(&press, "?atomic=false", "b", &rows).json();
    assert_eq!(told(&answer), ["1  WRONG_STATE", "2 /year EXTERNAL_REF_TAKEN"]);
    let changed = &answer["rows"][2];
    assert_eq!((&changed["outcome"], &changed["etag"]), (&json!("CHANGED"), &json!("\"r3\"")));
    let path = format!("/api/v1/reports/{}", changed["id"].as_str().expect("an id"));
    let stored = press.get(&path);
    assert_eq!((stored.revision().as_str(), &stored.json()["version"]), ("r3", &json!(2)));
    assert_eq!(stored.json()["narrative"], "Đã làm thêm.");
    let history: Vec<Value> = press.get(&format!("{path}/history")).json()["items"].as_array().expect("items").clone();
    assert_eq!(history.iter().map(|event| event["act"].as_str().unwrap()).collect::<Vec<_>>(), ["SUBMITTED", "RETURNED", "SUBMITTED"]);
    assert!(verdict(&app, None).is_ok());
}

fn with_token(client: &Client, query: &str, key: &str, token: &Value, rows: &[Value]) -> Reply {
    let headers = [("content-type", JSON), ("idempotency-key", key), ("validation-token", token.as_str().expect("a token"))];
    client.send("POST", &format!("/api/v1/reports/batch{query}"), &headers, json!(rows).to_string().as_bytes())
}

fn a_token_is_of_one_content_state_and_caller(backend: Backend) {
    let app = TestApp::start(backend);
    let (press, colleague) = (app.system_of("bao-hai-phong"), app.system_of("bao-hai-phong"));
    let (two, three) = ([row("A-1"), row("A-2")], [row("A-1"), row("A-2"), row("A-3")]);
    let token = &dry(&press, "?dryRun=true", &two)["validationToken"];
    let refused = |reply: &Reply| assert_eq!((reply.status, reply.code().as_str()), (412, "VALIDATION_TOKEN_INVALID"), "{}", reply.body);
    refused(&with_token(&press, "", "a", token, &three));
    refused(&with_token(&press, "?atomic=false", "b", token, &two));
    refused(&with_token(&colleague, "", "c", token, &two));
    refused(&with_token(&press, "", "d", &json!("made.up"), &two));
    // Another report takes the reference that the rehearsal found free.
    assert_eq!(send(&press, "", "e", &[row("A-2")]).status, 200);
    refused(&with_token(&press, "", "f", token, &two));
    assert_eq!(total(&press), 1);
    let one = [row("A-1")];
    let token = &dry(&press, "?dryRun=true", &one)["validationToken"];
    assert_eq!(with_token(&press, "", "g", token, &one).status, 200);
    assert_eq!(total(&press), 2);
}

fn a_token_holds_for_an_hour(backend: Backend) {
    let app = TestApp::start(backend);
    let secrets = app.service_account("bao-hai-phong", &[Role::AgencySystem]);
    let one = [row("A-1")];
    let token = &dry(&app.anonymous().sign_in_service(&secrets), "?dryRun=true", &one)["validationToken"];
    app.clock.advance(TimeDelta::minutes(61));
    let press = app.anonymous().sign_in_service(&secrets);
    assert_eq!(with_token(&press, "", "a", token, &one).code(), "VALIDATION_TOKEN_INVALID");
    let token = &dry(&press, "?dryRun=true", &one)["validationToken"];
    app.clock.advance(TimeDelta::minutes(59));
    let press = app.anonymous().sign_in_service(&secrets);
    assert_eq!(with_token(&press, "", "a", token, &one).status, 200);
}

fn a_retry_of_a_batch_gives_the_first_answer_again(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    let two = [row("A-1"), row("A-2")];
    let first = send(&press, "", "k", &two);
    let again = send(&press, "", "k", &two);
    assert_eq!((again.status, &again.body), (200, &first.body));
    assert_eq!((first.headers.get("idempotency-replayed"), again.headers["idempotency-replayed"].as_str()), (None, "true"));
    for (query, rows) in [("?atomic=false", &two[..]), ("", &two[..1])] {
        let other = send(&press, query, "k", rows);
        assert_eq!((other.status, other.code().as_str()), (422, "IDEMPOTENCY_KEY_REUSED"));
    }
    assert_eq!(press.batch("", JSON, None, json!(two).to_string().as_bytes()).code(), "IDEMPOTENCY_KEY_MISSING");
    assert_eq!(total(&press), 2);
}

fn rows_are_of_ones_own_agency(backend: Backend) {
    let app = TestApp::start(backend);
    let (press, radio) = (app.system_of("bao-hai-phong"), app.system_of("dai-ptth-hai-phong"));
    assert_eq!(send(&radio, "", "k", &[row("A-1")]).status, 200);
    // Another agency's equal reference names nothing of one's own.
    assert_eq!(outcomes(&dry(&press, "?dryRun=true", &[row("A-1")])), ["CREATED"]);
    let foreign = [with("A-1", &[("agency", json!("dai-ptth-hai-phong"))]), with("A-2", &[("agency", json!("none"))])];
    assert_eq!(send(&press, "", "k", &foreign).status, 422);
    let auditor = app.person(None, Role::Auditor);
    let entries = auditor.get("/api/v1/admin/audit?operation=submit_reports&refused=true").json();
    assert_eq!(entries["items"][0]["code"], "AGENCY_NOT_YOURS", "{entries}");
    let viewer = app.person(Some("bao-hai-phong"), Role::AgencyViewer);
    assert_eq!(viewer.batch("?dryRun=true", JSON, None, b"[").code(), "FORBIDDEN");
    assert_eq!(app.anonymous().batch("?dryRun=true", JSON, None, b"[").code(), "UNAUTHENTICATED");
}

fn every_report_of_a_batch_has_its_history(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    let many: Vec<Value> = (0..1_500).map(|i| row(&format!("A-{i}"))).collect();
    assert_eq!(send(&press, "", "k", &many).json()["created"], 1_500);
    let count = |sql: &str| rows(&app.database, &format!("SELECT CAST(count(*) AS TEXT) AS line FROM {sql}"));
    assert_eq!(count("report_versions"), ["1500"]);
    assert_eq!(count("report_events WHERE kind = 'SUBMITTED'"), ["1500"]);
    assert_eq!(count("events WHERE kind = 'REPORT_SUBMITTED'"), ["1500"]);
    assert_eq!(count("audit_entries WHERE operation = 'submit_reports' AND subject = 'report' AND outcome = 'DONE'"), ["1500"]);
    assert!(verdict(&app, None).is_ok());
}

fn statements_do_not_grow_with_rows(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    let cost = |key: &str, count: usize| {
        let rows: Vec<Value> = (0..count).map(|i| row(&format!("{key}-{i}"))).collect();
        let (statements, reply) = app.statements(|| send(&press, "", key, &rows));
        assert_eq!(reply.json()["created"], count);
        statements
    };
    cost("first", 1); // reads the catalogue into memory
    let (few, many) = (cost("few", 2), cost("many", 800));
    assert_eq!(few, many);
    assert!(many < 30, "{many} statements");
}

fn there_are_limits(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    let code = |media: &str, body: &[u8]| {
        let reply = press.batch("?dryRun=true", media, None, body);
        (reply.status, reply.code())
    };
    let many = format!("[{}]", vec!["{}"; 10_001].join(","));
    assert_eq!(code(JSON, many.as_bytes()), (413, "BODY_TOO_LARGE".into()));
    assert_eq!(code(JSON, &vec![b' '; 20 * 1024 * 1024 + 1]), (413, "BODY_TOO_LARGE".into()));
    for broken in ["", "{}", "[{}", "[{}] x", "[{},]", "null", "[1"] {
        assert_eq!(code(JSON, broken.as_bytes()), (400, "BODY_UNREADABLE".into()), "{broken}");
    }
    assert_eq!(code(JSON, b"[]"), (422, "BODY_INVALID".into()));
    for media in ["text/plain", "application/json; charset=latin1", "application/vnd.ms-excel"] {
        assert_eq!(code(media, b"[]"), (415, "MEDIA_TYPE_UNSUPPORTED".into()), "{media}");
    }
    let coded = |media: &str, coding: &str| {
        let headers = [("content-type", media), ("content-encoding", coding)];
        press.send("POST", "/api/v1/reports/batch?dryRun=true", &headers, b"[]").code()
    };
    assert_eq!(
        (coded(JSON, "gzip"), coded("text/csv", "br")),
        ("CONTENT_ENCODING_UNSUPPORTED".into(), "CONTENT_ENCODING_UNSUPPORTED".into())
    );
    for fine in ["application/json; charset=\"utf-8\"", "Application/JSON;", "text/csv; charset=UTF-8; header=present"] {
        assert_eq!(coded(fine, "identity"), "BODY_INVALID", "{fine}");
    }
    // What is wrong with one row is the row's.
    let long = format!(r#"[{{"narrative": "{}"}}, {{"a": 1, "a": 2}}, 7]"#, "x".repeat(1024 * 1024));
    let answer = press.batch("?dryRun=true", JSON, None, long.as_bytes());
    assert_eq!(
        (answer.status, told(&answer.json())),
        (200, ["1  LENGTH_OUT_OF_RANGE", "2  BODY_UNREADABLE", "3  TYPE_MISMATCH"].map(String::from).to_vec())
    );
    for query in ["?dryRun=yes", "?dryrun=true", "?atomic=true&atomic=true"] {
        assert_eq!(press.batch(query, JSON, None, b"[]").code(), "QUERY_INVALID", "{query}");
    }
}
