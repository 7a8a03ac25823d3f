//! Correcting a programme that agencies owe reports for: what only followed from a task-year goes with it, what people did keeps it.

use app::{
    Error,
    import::{ImportOptions, ImportOutcome},
};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use testkit::{Backend, Client, TestApp, both, database::rows, seed};

use crate::obligations::{list, standing, start, total};

both!(
    what_nobody_acted_on_goes_with_its_task_year,
    what_rules_told_goes_too,
    what_people_did_keeps_a_task_year,
    a_preview_tells_what_stands_in_the_way,
    an_agency_that_leaves_a_task_owes_nothing_for_it,
    agencies_that_leave_the_file_are_named,
);

const APPLY: ImportOptions = ImportOptions { dry_run: false, apply_changes: true };
const DRY: ImportOptions = ImportOptions { dry_run: true, apply_changes: false };
const SHOW: ImportOptions = ImportOptions { dry_run: false, apply_changes: false };

/// V.2, which runs from 2013 to 2015, in the years given.
fn shortened(years: &[i32]) -> Value {
    let mut file = seed::decision_1593();
    file.as_object_mut().expect("a file").remove("checks");
    let at = file["tasks"].as_array().expect("tasks").iter().position(|task| task["code"] == "V.2").expect("V.2");
    let (first, last) = (years[0], years[years.len() - 1]);
    file["tasks"][at]["period"] =
        json!({"as_written": format!("{first} - {last}"), "kind": "fixed", "start_year": first, "end_year": last, "years": years});
    file
}

fn owed(client: &Client) -> Vec<String> {
    let told = |item: &Value| format!("{} {}", item["year"], item["agency"]).replace('"', "");
    list(client, "&programme=HP-1593-2013&task=V.2").iter().map(told).collect()
}

fn obstacles(outcome: Result<ImportOutcome, Error>) -> Vec<String> {
    match outcome {
        Err(Error::Refused(refusal)) => {
            refusal.faults.iter().map(|fault| format!("{} {} {}", fault.pointer, fault.code.label(), fault.message.en)).collect()
        }
        other => panic!("not refused: {other:?}"),
    }
}

fn what_nobody_acted_on_goes_with_its_task_year(backend: Backend) {
    let app = start(backend);
    let client = standing(&app);
    let (before, all) = (owed(&client), total(&client, &json!({})));
    let of_2015 = before.iter().filter(|line| line.starts_with("2015")).count();
    assert_eq!((before.len(), of_2015), (9, 3), "three leads in three years");
    let gone = list(&client, "&programme=HP-1593-2013&task=V.2&year=2015");
    for (options, applied) in [(SHOW, false), (DRY, false), (APPLY, true)] {
        let outcome = app.import(&shortened(&[2013, 2014]), options).expect("an import");
        assert_eq!((outcome.applied, outcome.withdrawn_obligations), (applied, 3));
        assert_eq!(outcome.obstacles, []);
        assert_eq!(owed(&client).len(), if applied { 6 } else { 9 });
    }
    assert_eq!(total(&client, &json!({})), all - 3, "no other one goes");
    let items = client.get("/api/v1/changes?limit=200").json()["items"].take();
    let told: Vec<_> = items.as_array().expect("items").iter().map(|item| (&item["kind"], &item["subjectId"])).collect();
    let kind = json!("OBLIGATION_WITHDRAWN");
    let mut wanted: Vec<_> = gone.iter().map(|item| (&kind, &item["id"])).collect();
    wanted.sort_by_key(|(_, id)| id.to_string());
    assert_eq!(told, wanted);
    let audited = rows(&app.database, "SELECT changes AS line FROM audit_entries WHERE operation = 'import_programme'");
    assert!(audited.last().expect("an entry").contains("\"withdrawnObligations\":3"), "{audited:?}");
    // The year comes back with the file, and what is owed for it is made anew.
    app.import(&seed::decision_1593(), APPLY).expect("an import");
    assert_eq!(app.generate().made, 3);
    assert_eq!(owed(&client), before);
}

fn what_rules_told_goes_too(backend: Backend) {
    let app = TestApp::start(backend);
    let day: DateTime<Utc> = "2014-01-20T03:00:00Z".parse().expect("an instant");
    app.clock.advance(day - domain::clock::Clock::now(&app.clock));
    for file in [seed::working_days(), seed::regimes_1593()] {
        app.import_calendar(&file, ImportOptions::default()).expect("an import");
    }
    app.generate();
    let sent = app.chase();
    assert!(sent.reminders > 0, "the reports of 2013 are late");
    let client = standing(&app);
    let told = || client.get("/api/v1/notices?limit=200&agency=bao-hai-phong").json()["items"].as_array().expect("items").len();
    let before = told();
    assert!(before > 0);
    app.import(&shortened(&[2014, 2015]), APPLY).expect("an import");
    assert!(owed(&client).iter().all(|line| !line.starts_with("2013")));
    assert_eq!(before - told(), 1, "the reminder about V.2 in 2013");
}

fn what_people_did_keeps_a_task_year(backend: Backend) {
    let app = start(backend);
    let (client, press) = (standing(&app), app.system_of("bao-hai-phong"));
    let of = |year: i32| {
        let found = list(&client, &format!("&programme=HP-1593-2013&task=V.2&year={year}&agency=bao-hai-phong"));
        found[0]["id"].as_str().expect("an id").to_owned()
    };
    let post = |path: String, body: &Value| {
        let headers = [("content-type", "application/json"), ("idempotency-key", path.as_str())];
        let reply = client.send("POST", &path, &headers, body.to_string().as_bytes());
        assert!(reply.status < 300, "{}", reply.body);
    };
    post(format!("/api/v1/obligations/{}/exclude", of(2013)), &json!({"reason": "Đã báo cáo ở tỉnh"}));
    post(format!("/api/v1/obligations/{}/urge", of(2014)), &json!({"text": "Đề nghị gửi báo cáo."}));
    let report = json!({"programme": "HP-1593-2013", "task": "V.2", "year": 2015, "percent": 40, "narrative": "x"});
    assert_eq!(press.push("k", &report).status, 201);
    let told = obstacles(app.import(&shortened(&[2015]), APPLY));
    assert_eq!(told.len(), 2);
    for (line, year) in told.iter().zip([2013, 2014]) {
        assert!(line.contains(&format!("V.2 / {year} cannot go; what rests on it: 1 obligation.")), "{line}");
    }
    let told = obstacles(app.import(&shortened(&[2013, 2014]), APPLY));
    assert!(told[0].contains("V.2 / 2015 cannot go; what rests on it: 1 report, 1 obligation."), "{told:?}");
    assert_eq!(owed(&client).len(), 9, "nothing went");
}

fn a_preview_tells_what_stands_in_the_way(backend: Backend) {
    let app = start(backend);
    let report = json!({"programme": "HP-1593-2013", "task": "V.2", "year": 2015, "percent": 40, "narrative": "x"});
    assert_eq!(app.system_of("bao-hai-phong").push("k", &report).status, 201);
    let outcome = app.import(&shortened(&[2013, 2014]), SHOW).expect("a preview");
    assert!(!outcome.applied && !outcome.changes.is_empty(), "differences are shown all the same");
    let told: Vec<_> = outcome.obstacles.iter().map(|obstacle| (obstacle.pointer.as_str(), obstacle.code)).collect();
    assert_eq!(told, [("/tasks/17/period/years", "STILL_IN_USE")]);
    let mut calendar = seed::regimes_1593();
    calendar["regimes"].as_array_mut().expect("regimes").remove(0);
    let outcome = app.import_calendar(&calendar, SHOW).expect("a preview");
    assert_eq!(outcome.obstacles[0].code, "STILL_IN_USE");
}

fn an_agency_that_leaves_a_task_owes_nothing_for_it(backend: Backend) {
    let app = start(backend);
    let client = standing(&app);
    let mut file = seed::decision_1593();
    file.as_object_mut().expect("a file").remove("checks");
    let at = file["tasks"].as_array().expect("tasks").iter().position(|task| task["code"] == "V.2").expect("V.2");
    file["tasks"][at]["lead"]["agencies"].as_array_mut().expect("agencies").retain(|lead| lead["agency"] != "bao-hai-phong");
    let outcome = app.import(&file, SHOW).expect("a preview");
    assert_eq!((outcome.withdrawn_obligations, outcome.obstacles), (3, Vec::new()));
    // What it reported keeps it.
    let report = json!({"programme": "HP-1593-2013", "task": "V.2", "year": 2015, "percent": 40, "narrative": "x"});
    assert_eq!(app.system_of("bao-hai-phong").push("k", &report).status, 201);
    let told = obstacles(app.import(&file, APPLY));
    assert_eq!(
        told,
        [format!("/tasks/{at}/lead/agencies STILL_IN_USE The assignment V.2 / bao-hai-phong cannot go; what rests on it: 1 report.")]
    );
    // Another lead has said nothing.
    let mut other = seed::decision_1593();
    other.as_object_mut().expect("a file").remove("checks");
    other["tasks"][at]["lead"]["agencies"].as_array_mut().expect("agencies").retain(|lead| lead["agency"] != "trung-tam-tttt");
    assert_eq!(app.import(&other, APPLY).expect("an import").withdrawn_obligations, 3);
    let owed = owed(&client);
    assert!(owed.len() == 6 && owed.iter().all(|line| !line.contains("trung-tam-tttt")), "{owed:?}");
}

fn agencies_that_leave_the_file_are_named(backend: Backend) {
    let app = TestApp::start(backend);
    let renamed = seed::decision_1593().to_string().replace("\"so-ngoai-vu\"", "\"so-ngoai-vu-moi\"");
    let file = serde_json::from_str(&renamed).expect("JSON");
    let outcome = app.import(&file, SHOW).expect("a preview");
    assert_eq!(outcome.agencies_left, ["so-ngoai-vu"]);
    let keys: Vec<_> = outcome.changes.iter().map(|change| change.key.as_str()).collect();
    assert!(keys.iter().any(|key| key.contains(" so-ngoai-vu ")), "by its code: {keys:?}");
    let is_identifier = |key: &str| key.split(" / ").any(|part| part.len() == 36 && part.matches('-').count() == 4);
    assert!(!keys.iter().any(|key| is_identifier(key)), "{keys:?}");
    app.import(&file, APPLY).expect("an import");
    assert_eq!(app.import(&file, SHOW).expect("a preview").agencies_left, [""; 0], "told once");
}
