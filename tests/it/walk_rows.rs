//! So many rows of every list of the schema, beside what is made up: what a walk over all of them reads.

use app::import::ImportOptions;
use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Client, Reply, TestApp, seed};

use crate::{
    amendments::{amended, counted, decision, post as administered},
    budget::{self, DECISION, line, movement},
    committee_offices::head,
    deliverables::{PROGRAMME, of, recorded, with},
    evidence::{BOUNDARY, PDF, Part, form, uploaded},
    meetings::{DECISION as DECISION_1593, act, called, change, minutes, sign},
    obligations::{list, standing},
    occurrences,
    persons::{made, personnel, send, whole},
    trainings::{COURSES, came, course, post, release, roll},
    workflow::{done, keyed},
};

/// Agencies are in more than one file, with the day of each.
const APPLY: ImportOptions = ImportOptions { dry_run: false, apply_changes: true };

/// So many rows of everything that is not made up, or too few of, with something of every list in one of them at least. The organisation
/// comes last: by it agencies end that do the rest.
pub fn fill(app: &TestApp, rows: usize) {
    let admin = app.person(None, Role::Admin);
    decision(&admin, DECISION, "2018-12-20");
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
    accounts(&admin);
    agencies(&admin);
    documents(&admin);
    reports(app);
    confirmed(app);
    valued(app);
    amended_programme(&admin, rows);
    app.import_organisation(&seed::organisation(), APPLY).expect("an import");
    organised(&admin);
}

fn is(status: u16, reply: &Reply) {
    assert_eq!(reply.status, status, "{}", reply.body);
}

/// The text of a field.
fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().expect("a text")
}

/// The body with the decision, and a place in it.
fn placed(body: Value) -> Value {
    with(with(body, "basis", json!(DECISION_1593)), "section", json!("Điều 2"))
}

fn code(i: usize) -> String {
    format!("TEST-{i}")
}

/// The decision with so many targets.
fn with_targets(rows: usize) -> Value {
    let mut file = seed::decision_1593();
    file.as_object_mut().expect("a file").remove("checks");
    let targets = file["targets"].as_array_mut().expect("targets");
    let first = targets[0].clone();
    for i in targets.len()..rows {
        targets.push(with(first.clone(), "code", json!(format!("T{}", i + 1))));
    }
    file
}

/// Small programmes with a duty each, and targets of the decision: twice as many, as to evaluate them takes many statements once.
fn programmes(app: &TestApp, rows: usize) {
    for i in 0..rows {
        let mut file = seed::made_up(1);
        file["decision"]["number"] = json!(format!("{}/QĐ-UBND", 77 + i));
        file["programme"]["code"] = json!(code(i));
        file["responsibilities"] = json!([{"code": "D1", "agency": "test-1", "role": "lead", "text_vi": "Phối hợp.",
                                           "with_agencies": ["test-0"], "recurrence": null}]);
        app.import(&file, APPLY).expect("an import");
    }
    app.import(&with_targets(2 * rows), APPLY).expect("an import");
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
    let establish = placed(json!({"kind": "ESTABLISH", "effectiveOn": "2014-03-01", "authority": "ubnd-tp-hai-phong",
                                  "standingAgency": "so-tttt", "seats": seats}));
    is(201, &send(admin, "POST", &format!("/api/v1/admin/committees/{code}/acts"), Some(&json!(0)), &establish));
}

/// Meetings with signed minutes that are corrected; after them others sit in the committee.
fn meetings(app: &TestApp, rows: usize) {
    let standing = standing(app);
    for day in 1..=rows {
        let meeting = called(&standing, &format!("2014-03-{day:02}T02:00:00Z"));
        is(201, &meeting);
        let held = act(&standing, &meeting.json(), &json!({"kind": "HOLD"}));
        let written = change(&standing, &held, ("PUT", "/minutes"), &minutes());
        is(200, &written);
        let signed = act(&standing, &written.json(), &sign());
        act(&standing, &signed, &json!({"kind": "CORRECT", "text": "Họp tại phòng 2.", "reason": "Ghi nhầm phòng."}));
    }
    let seats = json!([{"role": "HEAD", "rank": 1, "person": {"name": "Hoàng Văn E"}},
                       {"role": "MEMBER", "rank": 2, "person": {"name": "Lê Văn F"}}]);
    let consolidate = placed(json!({"kind": "CONSOLIDATE", "effectiveOn": "2016-07-01", "authority": "ubnd-tp-hai-phong", "seats": seats}));
    let admin = app.person(None, Role::Admin);
    is(201, &send(&admin, "POST", "/api/v1/admin/committees/bcd-ttdn/acts", Some(&json!(1)), &consolidate));
}

/// People of the register, who head agencies, what they ask of their data, and links of calendars.
fn people(app: &TestApp, rows: usize) {
    let (personnel, admin) = (personnel(app), app.person(None, Role::Admin));
    for i in 0..rows {
        let person = made(&personnel, &whole(&format!("Nguyễn Văn {i}")));
        let request = json!({"person": person["id"], "kind": "ACCESS", "channel": "PAPER", "receivedAt": "2026-01-12T03:00:00Z",
                             "involvesThirdParty": false});
        let asked = send(&personnel, "POST", "/api/v1/admin/personal-requests", None, &request);
        is(201, &asked);
        let asked = asked.json();
        let steps = format!("/api/v1/admin/personal-requests/{}/steps", text(&asked, "id"));
        is(200, &send(&personnel, "POST", &steps, Some(&asked["revision"]), &json!({"step": "ACKNOWLEDGED"})));
        if (1..10).contains(&i) {
            let held = json!({"title": "Giám đốc", "name": person["name"], "from": "2014-01-01", "person": person["id"]});
            head(&admin, &format!("test-{i}"), &placed(held));
        }
        let link = json!({"agency": "so-ngoai-vu", "note": format!("Văn thư {i}")});
        is(201, &send(&admin, "POST", "/api/v1/calendar-links", None, &link));
    }
}

/// Courses with a session that people came to, what is planned of them, materials with a version, and staff of the ends of years.
fn trainings(app: &TestApp, rows: usize) {
    let (home, staff) = (app.system_of("so-noi-vu"), personnel(app));
    let people = staff.get("/api/v1/admin/persons?limit=100").json()["items"].take();
    let people = people.as_array().expect("people").iter().take(rows);
    let came_each: Value = people.map(|person| json!({"person": person["id"], "result": "COMPLETED"})).collect();
    for i in 0..rows {
        let title = format!("Bồi dưỡng {i}");
        let new = json!({"programme": PROGRAMME, "task": "III.3", "agency": "so-noi-vu", "title": format!("Tài liệu {i}")});
        let material = post(&home, "/api/v1/trainings/materials", &new);
        let versions = format!("/api/v1/trainings/materials/{}/versions", text(&material, "id"));
        post(&home, &versions, &json!({"number": 1, "language": "vi", "issuedOn": "2013-10-01", "document": DECISION_1593}));
        let made = post(&home, COURSES, &course("so-noi-vu", &title));
        let on = format!("2014-03-{:02}", i + 1);
        let session = json!({"status": "HELD", "from": on, "to": on, "materials": [{"material": material["id"], "version": 1}]});
        let made = post(&home, &format!("{COURSES}/{}/sessions", text(&made, "id")), &session);
        let session = text(&made["sessions"][0], "id");
        came(&staff, session, "so-noi-vu", &came_each);
        came(&staff, session, "so-tai-chinh", &json!([{"headcount": 6}]));
        let item = json!({"programme": PROGRAMME, "year": 2014, "agency": "so-noi-vu", "kind": "REFRESHER", "title": title,
                          "audience": "STAFF", "sessions": 2, "attendances": 80, "document": DECISION_1593});
        post(&home, "/api/v1/training-plan", &item);
        let counts = json!({"headcount": 40, "inCharge": 6, "document": DECISION_1593});
        is(201, &roll(&home, "so-noi-vu", &format!("{}-12-31", 2014 + i), &counts));
    }
    release(&app.person(None, Role::Admin), 2014);
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
        recorded(&press, &with(of("FILM", None, &format!("Phim {i}"), film), "year", json!(year)));
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

/// Systems that sign in with a key, from a network.
fn accounts(admin: &Client) {
    let new = json!({"kind": "SERVICE", "login": "may-noi-vu", "name": "Máy", "agency": "so-noi-vu", "roles": ["AGENCY_SYSTEM"],
                     "networks": ["10.0.0.0/8"]});
    let made = send(admin, "POST", "/api/v1/admin/accounts", None, &new);
    is(201, &made);
    // The public key of the first example of RFC 8032.
    let jwk = json!({"kty": "OKP", "crv": "Ed25519", "kid": "k1", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"});
    let keys = format!("/api/v1/admin/accounts/{}/keys", text(&made.json(), "id"));
    is(201, &send(admin, "POST", &keys, None, &json!({ "jwk": jwk })));
}

/// An agency whose name and code stand in a document.
fn agencies(admin: &Client) {
    let named = json!({"agency": {"name": "Cơ quan đổi tên"}, "from": "2016-01-01"});
    for (what, body) in [("version", named), ("e-code", json!({"code": "H24.99", "from": "2016-01-01"}))] {
        is(204, &send(admin, "PUT", &format!("/api/v1/admin/agencies/test-8/{what}"), None, &placed(body)));
    }
}

/// A decision that replaces one and amends another, with a file, and one that repeals it.
fn documents(admin: &Client) {
    let path = |id: &str, what: &str| format!("/api/v1/admin/documents/{id}/{what}");
    let relate = |document: &Value, kind: &str, related: &str| {
        let body = json!({"kind": kind, "related": related});
        let reply = send(admin, "POST", &path(text(document, "id"), "relations"), Some(&document["revision"]), &body);
        is(200, &reply);
        reply.json()
    };
    let made = |number: &str, on: &str| {
        let id = decision(admin, number, on);
        admin.get(&format!("/api/v1/documents/{id}")).json()
    };
    let new = relate(&made("42/2018/QĐ-UBND", "2018-12-28"), "REPLACES", "510/2013/QĐ-UBND");
    let new = relate(&new, "AMENDS", DECISION_1593);
    let parts: [Part<'_>; 3] =
        [("role", None, None, "SIGNED".as_bytes()), ("visibility", None, None, "PUBLIC".as_bytes()), ("file", Some("42.pdf"), None, PDF)];
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    is(201, &admin.send("POST", &path(text(&new, "id"), "files"), &[("content-type", &kind)], &form(&parts)));
    relate(&made("43/2019/QĐ-UBND", "2019-12-28"), "REPEALS", "42/2018/QĐ-UBND");
}

/// A report by sections with a file that was accepted, one over it, and a draft; more time that is asked for, and what was delivered.
fn reports(app: &TestApp) {
    let (press, own, standing) = (app.system_of("bao-hai-phong"), app.system_of("so-ngoai-vu"), standing(app));
    let drafted = |client: &Client, task: &str| {
        let content = json!({"percent": 40, "narrative": "Đã làm.", "produced": [{"description": "Ấn phẩm", "quantity": 3}],
                             "sections": {"ket_qua": "Đủ"}});
        let body = json!({"programme": PROGRAMME, "task": task, "year": 2014, "content": content});
        let reply = keyed(client, "/api/v1/reports/drafts", task, &body);
        is(201, &reply);
        text(&reply.json(), "id").to_owned()
    };
    drafted(&own, "V.3");
    let report = drafted(&press, "V.2");
    let file = uploaded(&press, &report, "an-pham.pdf", PDF)["id"].take();
    let path = format!("/api/v1/reports/{report}");
    done(&press, "POST", &path, "/submit", &Value::Null);
    done(&standing, "POST", &path, "/accept", &Value::Null);
    let over = json!({"programme": PROGRAMME, "year": 2014, "content": {"narrative": "Tổng hợp."}, "sources": [report]});
    is(201, &keyed(&standing, "/api/v1/reports/consolidated", "over", &over));
    let due = occurrences::id(&occurrences::of(&press, "V.2", 2014));
    occurrences::done(&press, &due, "extensions", Some(&json!({"dueOn": "2026-06-30", "reason": "Chờ kinh phí."})));
    delivered(app, (&press, &own), &file);
}

/// A deliverable of each kind that has lists of its own.
fn delivered(app: &TestApp, (press, own): (&Client, &Client), file: &Value) {
    let place = json!([{"document": DECISION_1593, "section": "Điều 1", "quote": "Chương trình"}]);
    let paper = json!({"languages": ["vi", "en"], "publishedOn": "2014-05-01", "printRun": 2_000});
    let paper = with(of("PUBLICATION", Some("V.2"), "Ấn phẩm", paper), "evidence", json!([file]));
    recorded(press, &with(paper, "documents", place));
    let answer = json!({"noticedOn": "2014-05-02", "claim": "Tin sai", "response": "Tin đúng", "respondedOn": "2014-05-05"});
    recorded(press, &with(of("REBUTTAL", Some("I.5"), "Phản bác", answer), "channel", json!("STATE")));
    let event = json!({"form": "SEMINAR", "from": "2014-02-10", "to": "2014-02-10", "jointOrganisers": ["Hội hữu nghị"]});
    let event = with(of("EVENT", None, "Hội thảo", event), "audiences", json!(["INVESTORS"]));
    recorded(own, &with(event, "channel", json!("STATE")));
    let guests = json!({"direction": "INWARD", "reach": "MULTILATERAL", "countries": ["LA", "KR"], "from": "2014-05-01", "to": "2014-05-03",
                        "members": 4});
    recorded(own, &of("DELEGATION_EXCHANGE", Some("I.3"), "Đoàn", guests));
    let week = json!({"from": "2014-06-01", "to": "2014-06-08", "locations": ["Cát Bà"], "items": 45});
    recorded(&app.system_of("ubnd-huyen-cat-hai"), &of("CAMPAIGN", Some("I.4"), "Tuần lễ biển", week));
    let praise = json!({"form": "CHAIR_CERTIFICATE", "recipientKind": "INDIVIDUAL", "isForeign": true, "decidedOn": "2014-09-02",
                        "recipient": "John"});
    recorded(&app.system_of("so-noi-vu"), &of("COMMENDATION", None, "Bằng khen", praise));
}

/// A misprint whose reading somebody answers for.
fn confirmed(app: &TestApp) {
    let standing = standing(app);
    let query = "{ programme(code: \"HP-1593-2013\") { knownIssues { id readAs } } }";
    let issues = standing.graphql(query, &json!({}))["programme"]["knownIssues"].take();
    let issue = issues.as_array().expect("issues").iter().find(|issue| issue["readAs"].is_string()).expect("a misprint").clone();
    let path = format!("/api/v1/admin/programmes/{PROGRAMME}/known-issues/{}/confirmation", text(&issue, "id"));
    is(201, &send(&standing, "POST", &path, None, &placed(json!({"confirmedOn": "2014-01-15", "post": "Phó Giám đốc"}))));
}

/// What documents state of targets in words and of a set, and a chapter of the budget.
fn valued(app: &TestApp) {
    let home = app.person(Some("so-noi-vu"), Role::Standing);
    let words = json!({"text": "Người ở nước ngoài đọc Cổng.", "figures": [{"label": "Lượt truy cập", "value": "12.000"}]});
    for (target, field, value) in [("T6", "narrative", words), ("T4", "items", json!(["en"]))] {
        let stated = json!({"year": 2015, "finality": "FINAL", "on": "2015-12-31", "document": DECISION_1593});
        let path = format!("/api/v1/admin/programmes/{PROGRAMME}/targets/{target}/values");
        is(201, &send(&home, "POST", &path, None, &with(stated, field, value)));
    }
    let chapter = json!({"level": "CHAPTER", "code": "427", "name": "Sở Thông tin và Truyền thông", "from": "2021-01-01"});
    is(200, &send(&app.person(Some("so-tai-chinh"), Role::Finance), "PUT", "/api/v1/admin/budget/codes", None, &chapter));
}

/// A second version of the programme, with other words for a task.
fn amended_programme(admin: &Client, rows: usize) {
    decision(admin, "2100/QĐ-UBND", "2016-02-20");
    let mut file = counted(with_targets(2 * rows));
    file["tasks"][0]["title_vi"] = json!("Xuất bản ấn phẩm mới");
    amended(admin, "2100/QĐ-UBND", "2016-03-01", &file);
}

/// Whom words mean since the organisation is known, and an agency that is no more and leaves duties behind.
fn organised(admin: &Client) {
    let tasks = admin.get(&format!("/api/v1/tasks?programme={PROGRAMME}&limit=200")).json()["items"].take();
    for task in tasks.as_array().expect("tasks").iter().filter(|task| text(task, "code").starts_with("II.")) {
        let path = format!("/api/v1/admin/tasks/{}/designations", text(task, "id"));
        let meant = json!({"collective": "cac-so-ban-nganh-ubnd-quan-huyen-lien-quan", "agencies": ["so-noi-vu"], "from": "2016-07-01"});
        is(201, &send(admin, "POST", &path, None, &placed(meant)));
    }
    let roll = json!({"rule": "OPEN", "isComplete": false, "members": ["so-tai-chinh", "so-noi-vu"], "from": "2025-12-01"});
    is(204, &send(admin, "PUT", "/api/v1/admin/agencies/cac-so-nganh/roll", None, &placed(roll)));
    let ends = json!({"code": "giai-the", "kind": "DISSOLVE", "effectiveOn": "2021-01-01", "predecessors": ["test-0"]});
    is(201, &administered(admin, "agencies/events", &placed(ends)));
}
