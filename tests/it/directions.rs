//! Directions of documents that no meeting concluded: each a task that is led, due, owed and counted.

use app::import::ImportOptions;
use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, Client, Reply, TestApp, both, database::rows, seed};

use crate::{
    amendments::decision,
    audit::verdict,
    meetings::{TASKS, act, codes, established, minuted, sign},
};

both!(
    a_direction_is_a_task_that_its_lead_owes,
    every_fault_of_a_direction_is_told,
    directions_and_conclusions_are_counted_together,
    what_is_due_after_the_programme_is_owed_too,
    what_is_written_down_later_may_hold_earlier,
    graphql_records_directions,
);

const LETTER: &str = "1681/UBND-TCD";

fn direction() -> Value {
    json!({"basis": LETTER, "section": "Mục 2", "quote": "Giao Sở Thông tin và Truyền thông", "text": "Lập hồ sơ biển đảo.",
           "lead": "so-tttt", "coordinators": ["so-ngoai-vu"], "dueOn": "2015-06-30"})
}

fn record(client: &Client, programme: &str, body: &Value) -> Reply {
    let path = format!("/api/v1/admin/programmes/{programme}/directions");
    client.send("POST", &path, &[("content-type", "application/json")], body.to_string().as_bytes())
}

fn with(field: &str, value: Value) -> Value {
    let mut body = direction();
    body[field] = value;
    body
}

fn stage(backend: Backend) -> (TestApp, Client) {
    let app = TestApp::start(backend);
    decision(&app.person(None, Role::Admin), LETTER, "2014-10-01");
    let standing = app.person(Some("so-tttt"), Role::Standing);
    (app, standing)
}

fn a_direction_is_a_task_that_its_lead_owes(backend: Backend) {
    let (app, standing) = stage(backend);
    let public = app.anonymous();
    let assigned = |day: &str| {
        let told = public.get(&format!("/api/v1/statistics?programme=HP-1593-2013&asOf={day}")).json();
        told["total"]["tasks"]["assigned"].as_i64().expect("a figure")
    };
    let then = [assigned("2014-09-30"), assigned("2014-10-01")];
    let reply = record(&standing, "HP-1593-2013", &direction());
    assert_eq!(reply.status, 201, "{}", reply.body);
    let task = reply.json();
    assert_eq!((&task["code"], &task["name"]), (&json!("KL.1"), &json!("Lập hồ sơ biển đảo.")));
    assert_eq!((&task["leadAgencies"], &task["coordinatingAgencies"]), (&json!(["so-tttt"]), &json!(["so-ngoai-vu"])));
    assert_eq!([assigned("2014-09-30"), assigned("2014-10-01")], [then[0], then[1] + 1], "from the day of the letter on");
    for file in [seed::working_days(), seed::regimes_1593()] {
        app.import_calendar(&file, ImportOptions::default()).expect("an import");
    }
    app.generate();
    let owed = "SELECT o.regime_code AS line FROM obligations o JOIN tasks t ON t.id = o.task_id WHERE t.code = 'KL.1'";
    assert!(!rows(&app.database, owed).is_empty(), "reports on it are owed");
    let query = "{ tasks(filter: {programme: \"HP-1593-2013\", group: \"KL\"}) { nodes { citations { section quote document { number } } \
                 occurrences { dueOn } } } }";
    let told = public.graphql(query, &json!({}))["tasks"]["nodes"][0].take();
    let place = json!([{"section": "Mục 2", "quote": "Giao Sở Thông tin và Truyền thông", "document": {"number": LETTER}}]);
    assert_eq!((&told["citations"], &told["occurrences"]), (&place, &json!([{"dueOn": "2015-06-30"}])));
    let informed =
        "SELECT g.code AS line FROM events e JOIN agencies g ON g.id = e.agency_id WHERE e.kind = 'CONCLUSION_ASSIGNED' ORDER BY 1";
    assert_eq!(rows(&app.database, informed), ["so-ngoai-vu", "so-tttt"], "whoever has a part is told");
    assert_eq!(record(&standing, "HP-1593-2013", &direction()).code(), "ALREADY_EXISTS", "once is enough");
    let letter = public.get("/api/v1/documents?number=1681/UBND-TCD").json()["items"][0]["id"].take();
    assert_eq!((&task["direction"], &public.get(TASKS).json()["items"][0]["direction"]), (&letter, &letter));
    let query_of = "{ tasks(filter: {programme: \"HP-1593-2013\"}) { nodes { code direction { number } conclusion { number } } } }";
    let told = public.graphql(query_of, &json!({}))["tasks"]["nodes"].take();
    let directed = told.as_array().expect("tasks").iter().filter(|task| !task["direction"].is_null()).cloned().collect::<Vec<_>>();
    assert_eq!(directed, [json!({"code": "KL.1", "direction": {"number": LETTER}, "conclusion": null})]);
    // Without a section the whole document says it; the programme's file leaves it alone.
    let whole = json!({"basis": LETTER, "text": "Khác.", "lead": "so-tai-chinh", "effectiveOn": "2014-11-01", "dueOn": "2014-12-01"});
    assert_eq!(record(&standing, "HP-1593-2013", &whole).status, 201);
    app.import(&seed::decision_1593(), ImportOptions { dry_run: false, apply_changes: true }).expect("an import");
    assert_eq!(codes(&public, TASKS), ["KL.1", "KL.2"]);
    let told = public.graphql(query, &json!({}))["tasks"]["nodes"][1]["citations"][0].take();
    assert_eq!((&told["section"], &told["quote"]), (&json!("Toàn văn"), &Value::Null));
    assert!(verdict(&app, None).is_ok());
}

fn every_fault_of_a_direction_is_told(backend: Backend) {
    let (app, standing) = stage(backend);
    let told = |body: &Value| record(&standing, "HP-1593-2013", body).faults();
    let fault = |at: &str, code: &str| (at.to_owned(), code.to_owned());
    assert_eq!(record(&standing, "khong-co", &direction()).code(), "NOT_FOUND");
    let wrong = json!({"basis": "9999/QĐ-UBND", "section": "\u{2003}", "quote": "\u{2003}", "text": "\u{2003}", "lead": "khong-co",
                       "coordinators": ["so-tttt", "so-tttt"], "dueOn": "2300-01-01"});
    let all = [
        fault("/text", "FIELD_REQUIRED"),
        fault("/section", "FIELD_REQUIRED"),
        fault("/quote", "FIELD_REQUIRED"),
        fault("/basis", "REFERENCE_UNKNOWN"),
        fault("/lead", "REFERENCE_UNKNOWN"),
        fault("/coordinators/1", "DUPLICATE"),
        fault("/dueOn", "OUT_OF_RANGE"),
    ];
    assert_eq!(told(&wrong), all);
    // What shows nothing says nothing, and what XML has no place for would break the charts that name the task.
    for text in ["\u{200b}", "Lập\u{1} hồ sơ", "Lập hồ sơ\u{ffff}"] {
        assert_eq!(told(&with("text", json!(text))), [fault("/text", "PATTERN_MISMATCH")], "{text:?}");
    }
    // Of a collective nobody in particular leads; what falls due before it holds cannot be done in time.
    assert_eq!(told(&with("lead", json!("ubnd-cac-quan-huyen"))), [fault("/lead", "RULE_BROKEN")]);
    assert_eq!(told(&with("dueOn", json!("2014-09-30"))), [fault("/dueOn", "OUT_OF_RANGE")]);
    assert_eq!(told(&with("effectiveOn", json!("2014-09-30"))), [fault("/effectiveOn", "OUT_OF_RANGE")], "before it was issued");
    assert_eq!(told(&with("effectiveOn", json!("2199-01-01"))), [fault("/effectiveOn", "OUT_OF_RANGE")]);
    // A document that is not issued is none to rest on, and one without a day says not since when.
    let admin = app.person(None, Role::Admin);
    let written = |body: Value| {
        let made = admin.send("POST", "/api/v1/admin/documents", &[("content-type", "application/json")], body.to_string().as_bytes());
        assert_eq!(made.status, 201, "{}", made.body);
        made.json()["id"].clone()
    };
    let planned = written(json!({"kind": "DIRECTIVE", "title": "Chỉ thị dự kiến", "status": "PLANNED"}));
    assert_eq!(told(&with("basis", planned)), [fault("/basis", "REFERENCE_UNKNOWN")]);
    let undated = written(json!({"kind": "OTHER", "number": "5/VP-TH", "issuerAsWritten": "Văn phòng"}));
    assert_eq!(told(&with("basis", undated)), [fault("/basis", "RULE_BROKEN")]);
    for client in [admin, app.person(Some("so-tttt"), Role::AgencyApprover)] {
        assert_eq!(record(&client, "HP-1593-2013", &direction()).code(), "FORBIDDEN");
    }
    assert!(codes(&app.anonymous(), TASKS).is_empty(), "nothing half-written remains");
}

fn directions_and_conclusions_are_counted_together(backend: Backend) {
    let (app, standing) = established(backend);
    decision(&app.person(None, Role::Admin), LETTER, "2014-10-01");
    assert_eq!(record(&standing, "HP-1593-2013", &direction()).status, 201);
    act(&standing, &minuted(&standing), &sign());
    assert_eq!(record(&standing, "HP-1593-2013", &with("text", json!("Khác."))).status, 201);
    assert_eq!(codes(&app.anonymous(), TASKS), ["KL.1", "KL.2", "KL.3", "KL.4"]);
    let groups = app.anonymous().graphql("{ programme(code: \"HP-1593-2013\") { groups { code name } } }", &json!({}));
    let last = groups["programme"]["groups"].as_array().and_then(|groups| groups.last()).cloned().expect("a group");
    assert_eq!(last, json!({"code": "KL", "name": "Kết luận, chỉ đạo"}));
}

fn what_is_due_after_the_programme_is_owed_too(backend: Backend) {
    let (app, standing) = stage(backend);
    assert_eq!(record(&standing, "HP-1593-2013", &with("dueOn", json!("2021-11-30"))).status, 201);
    for file in [seed::working_days(), seed::regimes_1593()] {
        app.import_calendar(&file, ImportOptions::default()).expect("an import");
    }
    app.generate();
    let owed = "SELECT DISTINCT o.year || '' AS line FROM obligations o JOIN tasks t ON t.id = o.task_id WHERE t.code = 'KL.1'";
    assert_eq!(rows(&app.database, owed), ["2021"]);
    let whole = "SELECT DISTINCT o.year || '' AS line FROM obligations o WHERE o.task_id IS NULL ORDER BY 1 DESC";
    assert_eq!(rows(&app.database, whole)[0], "2020", "the programme as a whole ends with its last year");
}

/// The group begins with what holds earliest.
fn what_is_written_down_later_may_hold_earlier(backend: Backend) {
    let (app, standing) = stage(backend);
    let later = json!({"basis": LETTER, "text": "Sau.", "lead": "so-tttt", "effectiveOn": "2015-05-01", "dueOn": "2015-12-01"});
    for body in [&later, &direction()] {
        assert_eq!(record(&standing, "HP-1593-2013", body).status, 201);
    }
    let on = |day: &str| {
        let found = app.anonymous().get(&format!("/api/v1/programmes/HP-1593-2013?asOf={day}")).json();
        let groups = found["groups"].as_array().expect("groups").clone();
        let tasks = |group: &Value| group["tasks"].as_array().expect("tasks").iter().map(|task| task["code"].clone()).collect::<Vec<_>>();
        groups.iter().find(|group| group["code"] == "KL").map(tasks)
    };
    assert_eq!(on("2014-09-30"), None);
    assert_eq!((on("2015-01-01"), on("2015-05-01")), (Some(vec![json!("KL.2")]), Some(vec![json!("KL.1"), json!("KL.2")])));
}

fn graphql_records_directions(backend: Backend) {
    let (app, standing) = stage(backend);
    let mutation = "mutation($input: NewDirectionInput!) { recordDirection(programme: \"HP-1593-2013\", input: $input) {
        task { code name } problem { code faults { pointer code } } } }";
    let told = standing.graphql(mutation, &json!({"input": with("lead", json!("khong-co"))}))["recordDirection"].take();
    assert_eq!(told["problem"], json!({"code": "BODY_INVALID", "faults": [{"pointer": "/lead", "code": "REFERENCE_UNKNOWN"}]}));
    let told = standing.graphql(mutation, &json!({"input": direction()}))["recordDirection"].take();
    assert_eq!(told, json!({"task": {"code": "KL.1", "name": "Lập hồ sơ biển đảo."}, "problem": null}));
    assert_eq!(codes(&app.anonymous(), TASKS), ["KL.1"]);
}
