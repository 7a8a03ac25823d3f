//! So many rows of every list of the schema, beside what is made up: what a walk over all of them reads.

use app::import::ImportOptions;
use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Client, Reply, TestApp, seed};

use crate::{
    amendments::decision,
    budget::{self, DECISION, line, movement},
    committee_offices::head,
    deliverables::{self, PROGRAMME, of, recorded},
    meetings::{DECISION as DECISION_1593, act, called, change, minutes, sign},
    obligations::{list, standing},
    persons::{made, personnel, send, whole},
    trainings::{COURSES, course, post, roll},
    workflow::keyed,
};

/// Agencies are in more than one file, with the day of each.
const APPLY: ImportOptions = ImportOptions { dry_run: false, apply_changes: true };

/// So many rows of everything that is not made up, or too few of. The organisation comes last: by it agencies end that do the rest.
pub fn fill(app: &TestApp, rows: usize) {
    decision(&app.person(None, Role::Admin), DECISION, "2018-12-20");
    programmes(app, rows);
    regimes(app, rows);
    money(app, rows);
    committees(app, rows);
    meetings(app, rows);
    people(app, rows);
    trainings(app, rows);
    register(app, rows);
    published(app, rows);
    urged(app, rows);
    app.import_organisation(&seed::organisation(), APPLY).expect("an import");
}

fn is(status: u16, reply: &Reply) {
    assert_eq!(reply.status, status, "{}", reply.body);
}

fn code(i: usize) -> String {
    format!("TEST-{i}")
}

/// Small programmes, and as many targets of the decision.
fn programmes(app: &TestApp, rows: usize) {
    for i in 0..rows {
        let mut file = seed::made_up(1);
        file["decision"]["number"] = json!(format!("{}/QĐ-UBND", 77 + i));
        file["programme"]["code"] = json!(code(i));
        app.import(&file, APPLY).expect("an import");
    }
    let mut file = seed::decision_1593();
    file.as_object_mut().expect("a file").remove("checks");
    let targets = file["targets"].as_array_mut().expect("targets");
    let first = targets[0].clone();
    for i in targets.len()..rows {
        let mut target = first.clone();
        target["code"] = json!(format!("T{}", i + 1));
        targets.push(target);
    }
    app.import(&file, APPLY).expect("an import");
}

/// Working days, the regimes of the decision, and one of each small programme; with what is owed by them.
fn regimes(app: &TestApp, rows: usize) {
    let shipped = seed::regimes_1593();
    let regime = |i: usize| {
        let mut regime = shipped["regimes"][2].clone();
        regime["code"] = json!(format!("{}-NAM", code(i)));
        regime["programme"] = json!(code(i));
        regime["agencies"] = json!(["test-1"]);
        regime["receiver"] = json!("test-0");
        regime
    };
    let regimes: Vec<Value> = (0..rows).map(regime).collect();
    for file in [seed::working_days(), shipped, json!({"schema": "calendar/1", "regimes": regimes})] {
        app.import_calendar(&file, APPLY).expect("an import");
    }
    app.generate();
}

/// Lines with a supplement that is not allocated and a payment that is not settled, and means of years.
fn money(app: &TestApp, rows: usize) {
    let finance = app.person(Some("so-tai-chinh"), Role::Finance);
    for i in 0..rows {
        let of_task = line(&finance, &json!({"title": format!("Dòng {i}")}));
        let one = |kind: &str, amount: i64, on: &str| movement(&of_task, kind, amount, on, &json!({}));
        let movements = [one("ASSIGNED", 900, "2019-12-25"), one("SUPPLEMENTED", 50, "2020-09-01"), one("PAID", 400, "2020-10-01")];
        budget::recorded(&finance, &movements);
        let means = json!({"programme": PROGRAMME, "year": 2011 + i, "source": "STATE_PROVINCIAL", "amount": 1_000, "on": "2019-11-01",
                           "document": DECISION});
        is(200, &budget::post(&finance, "means", &means));
    }
}

/// Committees of an agency that ends in 2025, whose head has a seat in each.
fn committees(app: &TestApp, rows: usize) {
    let admin = app.person(None, Role::Admin);
    head(&admin, "so-tttt", &json!({"title": "Giám đốc", "name": "Vũ Thị Một", "from": "2013-01-01"}));
    established(&admin, "bcd-ttdn");
    for i in 1..rows {
        let code = format!("bcd-{i}");
        let new = json!({"code": code, "agency": {"name": format!("Ban chỉ đạo {i}"), "kind": "COMMITTEE"}, "from": "2014-01-01",
                         "basis": DECISION_1593});
        is(204, &send(&admin, "POST", "/api/v1/admin/agencies", None, &new));
        established(&admin, &code);
    }
}

fn established(admin: &Client, code: &str) {
    let plan = json!({"agency": code, "plannedBy": DECISION_1593});
    is(201, &send(admin, "POST", "/api/v1/admin/committees", None, &plan));
    let seats = json!([{"role": "HEAD", "rank": 1, "person": {"name": "Nguyễn Văn A"}}, {"role": "MEMBER", "rank": 2, "post": "so-tttt"}]);
    let establish = json!({"kind": "ESTABLISH", "effectiveOn": "2014-03-01", "basis": DECISION_1593, "authority": "ubnd-tp-hai-phong",
                           "standingAgency": "so-tttt", "seats": seats});
    is(201, &send(admin, "POST", &format!("/api/v1/admin/committees/{code}/acts"), Some(&json!(0)), &establish));
}

/// Meetings with signed minutes.
fn meetings(app: &TestApp, rows: usize) {
    let standing = standing(app);
    for day in 1..=rows {
        let meeting = called(&standing, &format!("2014-03-{day:02}T02:00:00Z"));
        is(201, &meeting);
        let held = act(&standing, &meeting.json(), &json!({"kind": "HOLD"}));
        let written = change(&standing, &held, ("PUT", "/minutes"), &minutes());
        is(200, &written);
        act(&standing, &written.json(), &sign());
    }
}

/// People of the register, what they ask of their data, and links of calendars.
fn people(app: &TestApp, rows: usize) {
    let (personnel, admin) = (personnel(app), app.person(None, Role::Admin));
    for i in 0..rows {
        let person = made(&personnel, &whole(&format!("Nguyễn Văn {i}")));
        let request = json!({"person": person["id"], "kind": "ACCESS", "channel": "PAPER", "receivedAt": "2026-01-12T03:00:00Z",
                             "involvesThirdParty": false});
        is(201, &send(&personnel, "POST", "/api/v1/admin/personal-requests", None, &request));
        let link = json!({"agency": "so-ngoai-vu", "note": format!("Văn thư {i}")});
        is(201, &send(&admin, "POST", "/api/v1/calendar-links", None, &link));
    }
}

/// Courses, what is planned of them, materials with a version, and staff of the ends of years.
fn trainings(app: &TestApp, rows: usize) {
    let home = app.system_of("so-noi-vu");
    for i in 0..rows {
        let title = format!("Bồi dưỡng {i}");
        post(&home, COURSES, &course("so-noi-vu", &title));
        let item = json!({"programme": PROGRAMME, "year": 2014, "agency": "so-noi-vu", "kind": "REFRESHER", "title": title,
                          "audience": "STAFF", "sessions": 2, "attendances": 80, "document": DECISION_1593});
        post(&home, "/api/v1/training-plan", &item);
        let new = json!({"programme": PROGRAMME, "task": "III.3", "agency": "so-noi-vu", "title": format!("Tài liệu {i}")});
        let material = post(&home, "/api/v1/trainings/materials", &new);
        let versions = format!("/api/v1/trainings/materials/{}/versions", material["id"].as_str().expect("an id"));
        post(&home, &versions, &json!({"number": 1, "language": "vi", "issuedOn": "2013-10-01", "document": DECISION_1593}));
        let counts = json!({"headcount": 40, "inCharge": 6, "document": DECISION_1593});
        is(201, &roll(&home, "so-noi-vu", &format!("{}-12-31", 2014 + i), &counts));
    }
}

/// Deliverables: editions of one year, and films of one year each.
fn register(app: &TestApp, rows: usize) {
    let press = app.system_of("bao-hai-phong");
    for i in 0..rows {
        let edition = json!({"outlet": "cong-ttdt", "language": "en", "contents": ["tin tức"], "launchedOn": "2014-01-10"});
        recorded(&press, &of("FOREIGN_EDITION", Some("V.2"), &format!("Bản tin số {i}"), edition));
        let year = 2013 + i;
        let film = json!({"languages": ["vi"], "minutes": 30, "completedOn": format!("{year}-08-01"),
                          "broadcasts": [{"outlet": "thp", "on": format!("{year}-09-02")}]});
        recorded(&press, &deliverables::with(of("FILM", None, &format!("Phim {i}"), film), "year", json!(year)));
    }
}

/// Figures that are published.
fn published(app: &TestApp, rows: usize) {
    let authority = app.person(None, Role::Authority);
    for i in 0..rows {
        let figures = json!({"title": format!("Sơ kết {i}"), "programme": PROGRAMME, "document": DECISION_1593, "groupBy": "AGENCY"});
        is(201, &keyed(&authority, "/api/v1/statistics/frozen", &format!("figures-{i}"), &figures));
    }
}

/// Reports that are owed and asked for by hand.
fn urged(app: &TestApp, rows: usize) {
    let standing = standing(app);
    let owed = list(&standing, "&regime=HP-1593-NAM&year=2016");
    assert!(owed.len() >= rows, "only {} are owed", owed.len());
    for one in &owed[..rows] {
        let id = one["id"].as_str().expect("an id");
        is(201, &keyed(&standing, &format!("/api/v1/obligations/{id}/urge"), id, &json!({"text": "Đề nghị gửi báo cáo."})));
    }
}
