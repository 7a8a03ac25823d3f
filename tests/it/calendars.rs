//! Importing working days and regimes: twice changes nothing, differences are told, faults all together; and reading them.

use app::{
    ChangeKind, Error,
    import::{CalendarOutcome, ImportOptions},
};
use chrono::NaiveDate;
use domain::{
    account::Role,
    calendar::{SpecialDay, WorkCalendar, WorkingYear},
    calendar_file::{CalendarFile, check},
    period::Period,
    regime::{Deadline, earliest_lawful},
};
use serde_json::{Value, json};
use testkit::{Backend, TestApp, both, once, seed};

use crate::obligations::{list, standing, start};

once!(the_working_days_that_ship_count_as_officials_count, the_regimes_that_ship_keep_the_rules);
both!(
    the_files_come_out_as_they_are,
    what_a_calendar_rests_on_is_told_with_its_place,
    who_receives_and_is_no_more_waits,
    a_second_import_changes_nothing,
    a_changed_calendar_needs_confirmation,
    a_dry_run_keeps_nothing,
    all_faults_of_a_calendar_are_told_together,
    regimes_and_working_days_are_read_as_of_a_day,
    a_changed_rule_leaves_what_is_owed_alone,
);

const APPLY: ImportOptions = ImportOptions { dry_run: false, apply_changes: true };
const DRY: ImportOptions = ImportOptions { dry_run: true, apply_changes: false };

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn shipped() -> (WorkCalendar, CalendarFile) {
    let read = |file: Value| -> CalendarFile {
        assert_eq!(check(&file, &[]), []);
        serde_json::from_value(file).expect("a file")
    };
    let (days, regimes) = (read(seed::working_days()), read(seed::regimes_1593()));
    let years = days.working_years.into_iter().map(|year| WorkingYear {
        year: year.year,
        source: year.source.into(),
        to_confirm: year.to_confirm,
        basis: None,
        place: None,
        days: year.days.into_iter().map(|d| SpecialDay { day: d.day, kind: d.kind, name: d.name.into() }).collect(),
    });
    (WorkCalendar::new(years), regimes)
}

fn the_working_days_that_ship_count_as_officials_count() {
    let (calendar, _) = shipped();
    assert_eq!(calendar.add_working_days(day("2025-04-24"), 5), Ok(day("2025-05-05")));
    assert_eq!(calendar.roll(day("2022-12-25")), Ok(day("2022-12-26")));
    assert_eq!(earliest_lawful(day("2019-06-14"), &calendar), Deadline::On(day("2019-06-17")));
    // The Tết of each year is off as a whole; the Saturday worked for the day after May Day is not.
    assert_eq!(calendar.roll(day("2019-02-04")), Ok(day("2019-02-11")));
    assert_eq!(calendar.is_working(day("2025-04-26")), Ok(true));
    assert!((2019..=2026).all(|year| calendar.year(year).is_some_and(|year| year.to_confirm)), "nobody has confirmed them");
    assert!(calendar.is_working(day("2018-06-15")).is_err() && calendar.is_working(day("2027-06-15")).is_err());
}

fn the_regimes_that_ship_keep_the_rules() {
    let (calendar, file) = shipped();
    let due = |i: usize, label: &str| {
        let period: Period = label.parse().expect("a label");
        file.regimes[i].schedule().expect("a schedule").deadline(period, &calendar)
    };
    assert_eq!(due(0, "2018"), Deadline::On(day("2019-01-15")));
    assert_eq!(due(1, "2019"), Deadline::On(day("2019-12-18")));
    assert_eq!(due(2, "2016"), Deadline::On(day("2016-11-25")));
    assert!(file.regimes[2].is_estimate);
}

fn loaded(app: &TestApp) {
    for file in [seed::working_days(), seed::regimes_1593()] {
        assert!(app.import_calendar(&file, ImportOptions::default()).expect("an import").applied);
    }
}

const EVERYTHING: &str =
    "{ regimes(asOf: \"2019-06-01\") { id code name kind subject isEstimate obligedRoles basisAsWritten basis { number }
  schedule { frequency windowDay windowMonthsBefore dueDay dueMonthOffset dueWorkingDays dueRolls } programme { code } receiver { code }
  agencies { code } outline { code title required maxLength } form { code label type unit required min max decimals maxLength options }
  chasing { remindBefore remindOnDueDay remindAfter escalate { to afterDays } } validFrom validTo note }
  before: regimes(asOf: \"2016-01-01\") { id code basis { number } schedule { windowDay } }
  workingDays(year: 2025) { year source toConfirm days { day kind name } } }";

fn everything(app: &TestApp) -> Value {
    app.anonymous().graphql(EVERYTHING, &json!({}))
}

fn the_files_come_out_as_they_are(backend: Backend) {
    let app = TestApp::start(backend);
    let days = app.import_calendar(&seed::working_days(), ImportOptions::default()).expect("an import");
    let regimes = app.import_calendar(&seed::regimes_1593(), ImportOptions::default()).expect("an import");
    assert!(days.applied && days.new_calendar && regimes.applied && regimes.new_calendar);
    assert_eq!((days.counts.working_years, regimes.counts.regimes), (8, 5));
    let read = everything(&app);
    let file = seed::regimes_1593();
    let annual = read["regimes"].as_array().unwrap().iter().find(|regime| regime["code"] == "HP-1593-NAM").expect("the annual report");
    assert_eq!((&annual["outline"], &annual["name"]), (&file["regimes"][1]["outline"], &file["regimes"][1]["name"]));
    let field = |i: usize| (annual["form"][i]["code"].clone(), annual["form"][i]["type"].clone(), annual["form"][i]["max"].clone());
    assert_eq!(field(1), (json!("ty_le"), json!("DECIMAL"), json!("100")));
    let schedule = json!({"frequency": "YEAR", "windowDay": 15, "windowMonthsBefore": 1, "dueDay": 18, "dueMonthOffset": 0,
                          "dueWorkingDays": null, "dueRolls": true});
    assert_eq!(annual["schedule"], schedule);
    // The decree is not among the documents; its words are kept. The decision is.
    assert_eq!((&annual["basis"], &annual["basisAsWritten"]), (&Value::Null, &file["regimes"][1]["basis"]["asWritten"]));
    let before = read["before"].as_array().unwrap().iter().find(|regime| regime["code"] == "HP-1593-NAM").expect("the annual report");
    assert_eq!((&before["basis"]["number"], &before["schedule"]["windowDay"]), (&json!("1593/QĐ-UBND"), &json!(1)));
    let year = seed::working_days()["workingYears"].as_array().unwrap().iter().find(|year| year["year"] == 2025).cloned();
    assert_eq!(read["workingDays"], year.expect("2025"));
    let places = "{ regimes(asOf: \"2016-01-01\") { code section quote } workingDays(year: 2025) { section quote basis { number } } }";
    let read = app.anonymous().graphql(places, &json!({}));
    assert_eq!(read["regimes"][0], json!({"code": "HP-1593-NAM", "section": "Điều 2", "quote": null}));
    assert_eq!(read["workingDays"], json!({"section": null, "quote": null, "basis": null}));
}

fn what_a_calendar_rests_on_is_told_with_its_place(backend: Backend) {
    let app = TestApp::start(backend);
    crate::amendments::decision(&app.person(None, Role::Admin), "6150/TB-BLĐTBXH", "2024-12-03");
    let mut file = seed::working_days();
    let at = file["workingYears"].as_array().expect("years").iter().position(|year| year["year"] == 2025).expect("2025");
    let place = json!({"document": "6150/TB-BLĐTBXH", "section": "Mục 1", "quote": "nghỉ 09 ngày"});
    file["workingYears"][at]["basis"] = place.clone();
    let outcome = app.import_calendar(&file, ImportOptions::default()).expect("an import");
    let warned = |outcome: &CalendarOutcome| {
        outcome.warnings.iter().map(|warning| format!("{} {}", warning.pointer, warning.code)).collect::<Vec<_>>()
    };
    let wanted: Vec<String> = (0..8).filter(|i| *i != at).map(|i| format!("/workingYears/{i}/basis FIELD_REQUIRED")).collect();
    assert_eq!(warned(&outcome), wanted);
    let query = "{ workingDays(year: 2025) { section quote basis { number } } }";
    let read = || app.anonymous().graphql(query, &json!({}))["workingDays"].take();
    assert_eq!(read(), json!({"section": "Mục 1", "quote": "nghỉ 09 ngày", "basis": {"number": "6150/TB-BLĐTBXH"}}));
    // Another number is a difference that is told, and taken away again.
    file["workingYears"][at]["basis"] = json!({"document": "9999/TB-BNV"});
    let changed = app.import_calendar(&file, APPLY).expect("an import");
    assert_eq!((changed.changes.len(), changed.applied), (1, true));
    assert!(warned(&changed).contains(&format!("/workingYears/{at}/basis REFERENCE_UNKNOWN")));
    assert_eq!(read(), json!({"section": null, "quote": null, "basis": null}));
    // The decree is not among the documents, and one rule names none.
    let regimes = app.import_calendar(&seed::regimes_1593(), ImportOptions::default()).expect("an import");
    let at = |i: usize, code: &str| format!("/regimes/{i}/basis/document {code}");
    let wanted = [at(1, "REFERENCE_UNKNOWN"), at(2, "FIELD_REQUIRED"), at(3, "REFERENCE_UNKNOWN"), at(4, "REFERENCE_UNKNOWN")];
    assert_eq!(warned(&regimes), wanted);
    // A quotation is from a section, a section of a document.
    let mut wrong = seed::regimes_1593();
    wrong["regimes"][2]["basis"]["section"] = json!("Điều 1");
    wrong["regimes"][1]["basis"]["quote"] = json!("báo cáo năm");
    wrong["workingYears"] =
        json!([{"year": 2025, "source": "X", "toConfirm": true, "days": [], "basis": {"document": "1/TB-X", "quote": "X"}}]);
    let Err(Error::Refused(refusal)) = app.import_calendar(&wrong, DRY) else { panic!("not refused") };
    let told: Vec<String> = refusal.faults.iter().map(|fault| format!("{} {}", fault.pointer, fault.code.label())).collect();
    let wanted = ["/regimes/1/basis/section", "/regimes/2/basis/document", "/workingYears/0/basis/section"];
    assert_eq!(told, wanted.map(|at| format!("{at} FIELD_REQUIRED")));
}

/// A file may name who is no more: the reports go to whoever took the place, or a successor is to be named.
fn who_receives_and_is_no_more_waits(backend: Backend) {
    let app = TestApp::start(backend);
    let admin = app.person(None, Role::Admin);
    let event = json!({"kind": "DISSOLVE", "effectiveOn": "2018-01-01", "basis": "1593/QĐ-UBND", "predecessors": ["so-tttt"]});
    let typed = [("content-type", "application/json")];
    let done = admin.send("POST", "/api/v1/admin/agencies/events", &typed, event.to_string().as_bytes());
    assert_eq!(done.status, 201, "{}", done.body);
    loaded(&app);
    let queue = admin.get("/api/v1/admin/succession-queue?limit=200").json()["items"].take();
    let waits = queue.as_array().expect("entries").iter().filter(|entry| entry["agencyRole"] == "RECEIVER" && entry["agency"] == "so-tttt");
    assert!(waits.count() >= 1, "{queue}");
    let told = app.anonymous().graphql("{ regimes(asOf: \"2019-06-01\") { code receiver { code } } }", &json!({}));
    let annual = told["regimes"].as_array().expect("regimes").iter().find(|one| one["code"] == "HP-1593-NAM").expect("one");
    assert_eq!(annual["receiver"], Value::Null, "nobody receives them");
}

fn a_second_import_changes_nothing(backend: Backend) {
    let app = TestApp::start(backend);
    loaded(&app);
    let before = everything(&app);
    for options in [ImportOptions::default(), APPLY, DRY] {
        for file in [seed::working_days(), seed::regimes_1593()] {
            let outcome = app.import_calendar(&file, options).expect("an import");
            assert_eq!((outcome.changes.len(), outcome.applied, outcome.new_calendar), (0, false, false));
        }
    }
    assert_eq!(everything(&app), before);
}

fn told(outcome: &CalendarOutcome) -> Vec<String> {
    outcome.changes.iter().map(|c| format!("{:?} {} {}", c.change, c.subject, c.key)).collect()
}

/// A day off more and one less, another source, another due day, another agency.
fn changed() -> Value {
    let mut file = seed::regimes_1593();
    file["workingYears"] = seed::working_days()["workingYears"].clone();
    let year = &mut file["workingYears"][7];
    year["source"] = json!("Thông báo khác");
    year["days"].as_array_mut().unwrap().retain(|day| day["day"] != "2026-08-22");
    year["days"].as_array_mut().unwrap().push(json!({"day": "2026-11-24", "kind": "HOLIDAY", "name": "Ngày nghỉ mới"}));
    file["regimes"][1]["due"]["day"] = json!(20);
    file["regimes"][2]["agencies"] = json!(["so-ngoai-vu"]);
    file
}

fn a_changed_calendar_needs_confirmation(backend: Backend) {
    let app = TestApp::start(backend);
    loaded(&app);
    let before = everything(&app);
    let outcome = app.import_calendar(&changed(), ImportOptions::default()).expect("an import");
    assert!(!outcome.applied);
    assert_eq!(everything(&app), before, "nothing is stored without confirmation");
    let wanted = [
        "Changed workingYear 2026",
        "Removed specialDay 2026-08-22",
        "Added specialDay 2026-11-24",
        "Changed regime HP-1593-NAM / 2019-03-12",
        "Removed regimeAgency HP-1593-TTTT-NAM 2013-08-20 / so-tttt",
        "Added regimeAgency HP-1593-TTTT-NAM 2013-08-20 / so-ngoai-vu",
    ];
    assert_eq!(told(&outcome), wanted);
    assert_eq!(outcome.changes[3].fields["due_day"], (json!(18), json!(20)));
    let applied = app.import_calendar(&changed(), APPLY).expect("an import");
    assert!(applied.applied);
    let after = everything(&app);
    let annual = |read: &Value| read["regimes"].as_array().unwrap().iter().find(|r| r["code"] == "HP-1593-NAM").expect("a regime").clone();
    assert_eq!(annual(&after)["schedule"]["dueDay"], 20);
    assert_eq!(annual(&after)["id"], annual(&before)["id"], "the same row");
    let mut back = seed::regimes_1593();
    back["workingYears"] = seed::working_days()["workingYears"].clone();
    app.import_calendar(&back, APPLY).expect("an import");
    assert_eq!(everything(&app), before);
    let audited = testkit::database::rows(&app.database, "SELECT operation AS line FROM audit_entries WHERE operation = 'import_calendar'");
    assert_eq!(audited.len(), 4, "each import that stored something is an entry");
}

fn a_dry_run_keeps_nothing(backend: Backend) {
    let app = TestApp::start(backend);
    let new = app.import_calendar(&seed::regimes_1593(), DRY).expect("a dry run");
    assert!(new.new_calendar && !new.applied && new.changes.iter().all(|change| change.change == ChangeKind::Added));
    assert_eq!(app.anonymous().graphql("{ regimes { code } }", &json!({}))["regimes"], json!([]));
    loaded(&app);
    let dry = app.import_calendar(&changed(), ImportOptions { dry_run: true, apply_changes: true }).expect("a dry run");
    let real = app.import_calendar(&changed(), APPLY).expect("an import");
    assert_eq!(told(&dry), told(&real));
}

fn all_faults_of_a_calendar_are_told_together(backend: Backend) {
    let app = TestApp::start(backend);
    let faults = |file: &Value| match app.import_calendar(file, DRY) {
        Err(Error::Refused(refusal)) => {
            assert_eq!(refusal.code.label(), "IMPORT_INVALID");
            refusal.faults.iter().map(|fault| format!("{} {}", fault.pointer, fault.code.label())).collect::<Vec<_>>()
        }
        other => panic!("not refused: {other:?}"),
    };
    let mut form = seed::regimes_1593();
    form["regimes"][0]["frequency"] = json!("WEEK");
    form["regimes"][0]["window"]["day"] = json!("15");
    form["regimes"][1]["colour"] = json!("red");
    form["regimes"][2].as_object_mut().unwrap().remove("validFrom");
    let found = faults(&form);
    for wanted in ["/regimes/0/frequency NOT_ONE_OF", "/regimes/1/colour FIELD_UNKNOWN", "/regimes/2/validFrom FIELD_REQUIRED"] {
        assert!(found.iter().any(|fault| fault == wanted), "{wanted} in {found:?}");
    }
    assert!(found.iter().any(|fault| fault.starts_with("/regimes/0/window")), "{found:?}");
    let mut rules = seed::regimes_1593();
    rules["regimes"][0]["validTo"] = json!("2020-01-01");
    rules["regimes"][1]["form"]["fields"][1]["min"] = json!("200");
    rules["regimes"][2]["isEstimate"] = json!(false);
    let wanted =
        ["/regimes/1/form/fields/1/max OUT_OF_RANGE", "/regimes/1/validFrom PERIOD_INCONSISTENT", "/regimes/2/due PERIOD_INCONSISTENT"];
    assert_eq!(faults(&rules), wanted);
    let mut codes = seed::regimes_1593();
    codes["regimes"][0]["receiver"] = json!("so-khong-co");
    codes["regimes"][2]["agencies"] = json!(["so-tttt", "ai-do"]);
    for i in 0..2 {
        codes["regimes"][i]["programme"] = json!("HP-0");
    }
    let wanted = [
        "/regimes/0/programme PROGRAMME_UNKNOWN",
        "/regimes/0/receiver REFERENCE_UNKNOWN",
        "/regimes/1/programme PROGRAMME_UNKNOWN",
        "/regimes/2/agencies/1 REFERENCE_UNKNOWN",
    ];
    assert_eq!(faults(&codes), wanted);
}

fn regimes_and_working_days_are_read_as_of_a_day(backend: Backend) {
    let app = TestApp::start(backend);
    loaded(&app);
    let client = app.anonymous();
    let codes = |as_of: &str| {
        let data = client.graphql("query($day: NaiveDate) { regimes(asOf: $day) { code validFrom } }", &json!({"day": as_of}));
        data["regimes"].as_array().unwrap().iter().map(|r| format!("{} {}", r["code"], r["validFrom"]).replace('"', "")).collect::<Vec<_>>()
    };
    assert_eq!(codes("2013-08-19"), [""; 0]);
    assert_eq!(codes("2019-03-11"), ["HP-1593-NAM 2013-08-20", "HP-1593-TTTT-NAM 2013-08-20"]);
    let now = ["HP-1593-CHUYEN-DE 2019-03-12", "HP-1593-DOT-XUAT 2019-03-12", "HP-1593-NAM 2019-03-12", "HP-1593-TTTT-NAM 2013-08-20"];
    assert_eq!(codes("2019-03-12"), now);
    assert_eq!(client.graphql("{ workingDays(year: 2018) { year } }", &json!({}))["workingDays"], Value::Null);
}

fn a_changed_rule_leaves_what_is_owed_alone(backend: Backend) {
    let app = start(backend);
    let client = standing(&app);
    let before = list(&client, "");
    // What was promised under a row is not asked otherwise in its place.
    let edits: [fn(&mut Value); 4] = [
        |row| row["due"]["day"] = json!(28),
        |row| row["window"]["day"] = json!(10),
        |row| row["outline"][0]["required"] = json!(true),
        |row| row["form"]["fields"][0]["required"] = json!(false),
    ];
    for edit in edits {
        let mut file = seed::regimes_1593();
        edit(&mut file["regimes"][1]);
        match app.import_calendar(&file, APPLY) {
            Err(Error::Refused(refusal)) => {
                let told: Vec<_> = refusal.faults.iter().map(|fault| (fault.pointer.as_str(), fault.code.label())).collect();
                assert_eq!(told, [("/regimes/1", "STILL_IN_USE")]);
                assert!(refusal.faults[0].message.en.contains("valid later"), "{}", refusal.faults[0].message.en);
            }
            other => panic!("not refused: {other:?}"),
        }
        let shown = app.import_calendar(&file, ImportOptions::default()).expect("what differs");
        assert_eq!(shown.obstacles.iter().map(|obstacle| obstacle.pointer.as_str()).collect::<Vec<_>>(), ["/regimes/1"]);
    }
    // A new row that is valid later leaves what is owed alone.
    let mut file = seed::regimes_1593();
    let mut later = file["regimes"][1].clone();
    (later["due"]["day"], later["validFrom"]) = (json!(28), json!("2020-06-01"));
    file["regimes"][1]["validTo"] = json!("2020-06-01");
    file["regimes"].as_array_mut().unwrap().insert(2, later);
    app.import_calendar(&file, APPLY).expect("an import");
    assert_eq!((app.generate().made, app.generate().dated), (0, 0));
    assert_eq!(list(&client, ""), before);
    // A row that obligations rest on cannot go.
    let mut gone = seed::regimes_1593();
    gone["regimes"].as_array_mut().unwrap().remove(0);
    match app.import_calendar(&gone, APPLY) {
        Err(Error::Refused(refusal)) => assert_eq!(refusal.faults[0].code.label(), "STILL_IN_USE"),
        other => panic!("not refused: {other:?}"),
    }
}
