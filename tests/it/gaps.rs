//! What a programme's decision leaves open, found from what it says and what was reported.

use std::collections::BTreeMap;

use app::import::ImportOptions;
use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, Client, TestApp, both, seed};

use crate::{amendments, committees, meetings};

both!(
    the_gaps_of_decision_1593_are_found,
    reports_close_gaps_once_they_are_accepted,
    gaps_are_those_of_a_day,
    many_gaps_take_as_many_statements_as_few,
    a_committee_leaves_open_what_rests_on_no_document,
    what_is_concluded_rests_on_signed_minutes,
);

const PATH: &str = "/api/v1/programmes/HP-1593-2013/gaps";

fn gaps(client: &Client) -> Vec<Value> {
    let reply = client.get(PATH);
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.json()["items"].as_array().expect("gaps").clone()
}

fn by_kind(gaps: &[Value]) -> BTreeMap<String, Vec<String>> {
    let mut kinds: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    for gap in gaps {
        kinds.entry(text(&gap["kind"])).or_default().push(text(&gap["code"]));
    }
    kinds
}

fn the_gaps_of_decision_1593_are_found(backend: Backend) {
    let app = TestApp::start(backend);
    let gaps = gaps(&app.anonymous());
    let (found, all) = (by_kind(&gaps), |codes: &str| codes.split(' ').map(str::to_owned).collect::<Vec<_>>());
    let wanted = BTreeMap::from([
        ("MEASURE_WITHOUT_TASK".to_owned(), all("3.1.h 3.2.b 3.3.d 3.4.b")),
        ("TASK_WITHOUT_COORDINATOR".to_owned(), all("I.2 V.2 V.3")),
        ("TASK_LED_BY_COLLECTIVE".to_owned(), all("I.2 I.5")),
        (
            "TASK_NEVER_REPORTED".to_owned(),
            all("I.1 I.2 I.3 I.4 I.5 I.6 II.1 II.2 II.3 II.4 III.1 III.2 III.3 III.4 IV.1 IV.2 V.1 V.2 V.3"),
        ),
        ("TARGET_WITHOUT_DUE_YEAR".to_owned(), all("T1 T6 T8 T9")),
        ("TARGET_WITHOUT_TASK".to_owned(), all("T1 T2 T3 T4 T5 T6 T8 T9")),
        ("TARGET_NOT_FED".to_owned(), all("T1 T2 T3 T4 T5 T6 T7 T8 T9")),
        // Of the second, the rewards of Điều 2.3.
        ("RESPONSIBILITY_WITHOUT_DUE".to_owned(), all("D2.3.b D2.4.c")),
        (
            "DOCUMENT_NOT_ISSUED".to_owned(),
            vec![
                "Chỉ thị tăng cường quản lý nhà nước và đẩy mạnh hoạt động thông tin đối ngoại trên địa bàn thành phố Hải Phòng".to_owned(),
            ],
        ),
        // Nobody answers yet for how its misprints are read.
        ("READING_NOT_CONFIRMED".to_owned(), ["IV.1", "V.2", "2, bullet 5", "3.5", "3.2 heading"].map(str::to_owned).to_vec()),
    ]);
    assert_eq!(found, wanted);
    // Each with where it stands in the decision.
    let decision = app.anonymous().get("/api/v1/documents?number=1593/Q%C4%90-UBND").json()["items"][0]["id"].take();
    assert!(gaps.iter().all(|gap| gap["document"] == decision && gap["section"].is_string()), "{gaps:?}");
    let of = |kind: &str, code: &str| gaps.iter().find(|gap| gap["kind"] == kind && gap["code"] == code).expect("a gap");
    let measure = of("MEASURE_WITHOUT_TASK", "3.1.h");
    assert_eq!((&measure["section"], &measure["note"]), (&json!("3.1"), &json!("No annex task.")));
    assert!(measure["quote"].as_str().expect("a quote").starts_with("Kết hợp các hình thức thông tin đối ngoại"));
    assert!(of("TARGET_WITHOUT_TASK", "T9")["quote"].as_str().expect("a quote").contains("3 đến 5 phim tài liệu"));
    assert!(of("RESPONSIBILITY_WITHOUT_DUE", "D2.3.b")["text"].as_str().expect("a text").contains("cơ chế khen thưởng"));
    // Both skins tell the same.
    let fields = "{ gaps(programme: \"HP-1593-2013\") { kind subject code section quote document { number } } }";
    let told = app.anonymous().graphql(fields, &json!({}))["gaps"].take();
    assert_eq!(by_kind(told.as_array().expect("gaps")), wanted);
    assert_eq!(told[0]["document"]["number"], "1593/QĐ-UBND");
    assert_eq!(app.anonymous().get("/api/v1/programmes/X/gaps").code(), "NOT_FOUND");
    assert_eq!(app.anonymous().graphql("{ gaps(programme: \"X\") { code } }", &json!({}))["gaps"], Value::Null);
}

fn reports_close_gaps_once_they_are_accepted(backend: Backend) {
    let app = TestApp::start(backend);
    let before = by_kind(&gaps(&app.anonymous()));
    let body = json!({"programme": "HP-1593-2013", "task": "V.2", "year": 2014, "percent": 40, "narrative": "Đã làm."});
    let pushed = app.system_of("bao-hai-phong").push("k", &body);
    assert_eq!(pushed.status, 201, "{}", pushed.body);
    assert_eq!(by_kind(&gaps(&app.person(Some("so-tttt"), Role::Standing))), before, "what is not accepted closes nothing, whoever looks");
    let accepts = app.person(Some("so-noi-vu"), Role::Standing);
    crate::workflow::done(&accepts, "POST", &pushed.headers["location"], "/accept", &Value::Null);
    let after = by_kind(&gaps(&app.anonymous()));
    let without =
        |kind: &str, gone: &[&str]| before[kind].iter().filter(|code| !gone.contains(&code.as_str())).cloned().collect::<Vec<_>>();
    assert_eq!(after["TASK_NEVER_REPORTED"], without("TASK_NEVER_REPORTED", &["V.2"]));
    // Both belong to the measure that V.2 carries out.
    assert_eq!(after["TARGET_NOT_FED"], without("TARGET_NOT_FED", &["T4", "T5"]));
}

/// The gaps of these kinds: kind, subject, code, text.
fn of_kinds(gaps: &[Value], kinds: &[&str]) -> Vec<[String; 4]> {
    let told = |gap: &Value| ["kind", "subject", "code", "text"].map(|field| gap[field].as_str().expect("a text").to_owned());
    gaps.iter().map(told).filter(|gap| kinds.contains(&gap[0].as_str())).collect()
}

fn row(words: [&str; 4]) -> [String; 4] {
    words.map(str::to_owned)
}

fn a_committee_leaves_open_what_rests_on_no_document(backend: Backend) {
    let (app, admin) = committees::planned(backend);
    let kinds = ["SEAT_WITHOUT_HOLDER", "ACT_WITHOUT_DOCUMENT"];
    let found = || of_kinds(&gaps(&app.anonymous()), &kinds);
    assert_eq!(found(), Vec::<[String; 4]>::new());
    committees::done(&admin, 0, &committees::establishment());
    assert_eq!(found(), [row(["SEAT_WITHOUT_HOLDER", "SEAT", "bcd-ttdn", "SECRETARY"])]);
    // An annulment by a reason.
    let wrong = committees::done(&admin, 1, &json!({"kind": "DISSOLVE", "effectiveOn": "2150-01-01", "basis": committees::DECISION}));
    let annul = json!({"kind": "ANNUL", "effectiveOn": "2150-01-01", "annuls": wrong["act"]["id"], "note": "Nhập nhầm."});
    committees::done(&admin, 2, &annul);
    let wanted = [
        row(["SEAT_WITHOUT_HOLDER", "SEAT", "bcd-ttdn", "SECRETARY"]),
        row(["ACT_WITHOUT_DOCUMENT", "COMMITTEE_ACT", "bcd-ttdn", "ANNUL 2150-01-01"]),
    ];
    assert_eq!(found(), wanted);
    let told = app.anonymous().graphql("{ gaps(programme: \"HP-1593-2013\") { kind subject code text note } }", &json!({}))["gaps"].take();
    let told = told.as_array().expect("gaps");
    assert_eq!(of_kinds(told, &kinds), wanted);
    assert!(told.iter().any(|gap| gap["note"] == "Nhập nhầm."));
}

/// Who may read what was concluded is told that nothing is signed; nobody else is.
fn what_is_concluded_rests_on_signed_minutes(backend: Backend) {
    let (app, standing) = meetings::established(backend);
    let written = meetings::minuted(&standing);
    let found = |client: &Client| of_kinds(&gaps(client), &["CONCLUSION_WITHOUT_DOCUMENT"]);
    let wanted = [
        row(["CONCLUSION_WITHOUT_DOCUMENT", "CONCLUSION", "1", "Xây dựng quy chế."]),
        row(["CONCLUSION_WITHOUT_DOCUMENT", "CONCLUSION", "2", "Bố trí kinh phí."]),
    ];
    assert_eq!(found(&standing), wanted);
    let told = standing.graphql("{ gaps(programme: \"HP-1593-2013\") { kind subject code text } }", &json!({}))["gaps"].take();
    assert_eq!(of_kinds(told.as_array().expect("gaps"), &["CONCLUSION_WITHOUT_DOCUMENT"]), wanted);
    for client in [app.anonymous(), app.person(Some("so-noi-vu"), Role::AgencyApprover)] {
        assert_eq!(found(&client), Vec::<[String; 4]>::new());
    }
    meetings::act(&standing, &written, &meetings::sign());
    assert_eq!(found(&standing), Vec::<[String; 4]>::new());
}

/// What was open on a day stays so, whatever came later.
fn gaps_are_those_of_a_day(backend: Backend) {
    let (app, standing) = meetings::established(backend);
    let public = app.anonymous();
    let on = |client: &Client, day: &str| {
        let reply = client.get(&format!("{PATH}?asOf={day}"));
        assert_eq!(reply.status, 200, "{}", reply.body);
        by_kind(reply.json()["items"].as_array().expect("gaps"))
    };
    assert_eq!(public.get(&format!("{PATH}?asOf=2013-08-19")).code(), "NOT_FOUND", "it was not signed");
    let signed = on(&public, "2013-08-20");
    assert!(!signed.contains_key("SEAT_WITHOUT_HOLDER") && signed["TASK_NEVER_REPORTED"].len() < 19, "what begins later is not late");
    let now = by_kind(&gaps(&public));
    let today = app.now().date_naive().to_string();
    assert_eq!(on(&public, &today), now);
    // A report closes a gap on the day on which it is accepted, not before.
    let body = json!({"programme": "HP-1593-2013", "task": "V.2", "year": 2014, "percent": 40, "narrative": "Đã làm."});
    let pushed = app.system_of("bao-hai-phong").push("k", &body);
    let accepts = app.person(Some("so-noi-vu"), Role::Standing);
    crate::workflow::done(&accepts, "POST", &pushed.headers["location"], "/accept", &Value::Null);
    let has =
        |gaps: &BTreeMap<String, Vec<String>>, kind: &str, code: &str| gaps.get(kind).is_some_and(|all| all.iter().any(|one| one == code));
    assert!(has(&on(&public, "2020-01-01"), "TASK_NEVER_REPORTED", "V.2") && !has(&by_kind(&gaps(&public)), "TASK_NEVER_REPORTED", "V.2"));
    // Conclusions wait for a signature from the meeting on until its day.
    let written = meetings::minuted(&standing);
    let waits = |day: &str| on(&standing, day).get("CONCLUSION_WITHOUT_DOCUMENT").map_or(0, Vec::len);
    meetings::act(&standing, &written, &meetings::sign());
    assert_eq!(["2014-03-11", "2014-03-12", "2014-03-13", "2014-03-14"].map(waits), [0, 2, 2, 0]);
    // The directive that the decision calls for was not there until it was issued.
    let admin = app.person(None, Role::Admin);
    let planned = public.get("/api/v1/documents?status=PLANNED").json()["items"][0].take();
    let issue = json!({"number": "12/CT-UBND", "issuer": "ubnd-tp-hai-phong", "issuedOn": "2014-05-05"}).to_string();
    let id = planned["id"].as_str().expect("an id");
    let tag = format!("\"{}\"", admin.get(&format!("/api/v1/admin/documents/{id}")).json()["revision"]);
    let headers = [("content-type", "application/json"), ("if-match", tag.as_str())];
    let issued = admin.send("POST", &format!("/api/v1/admin/documents/{id}/issue"), &headers, issue.as_bytes());
    assert_eq!(issued.status, 200, "{}", issued.body);
    let open = |day: &str| on(&public, day).contains_key("DOCUMENT_NOT_ISSUED");
    assert_eq!(["2014-05-04", "2014-05-05"].map(open), [true, false]);
    // Who led before an amendment led.
    amendments::decision(&admin, "2100/QĐ-UBND", "2016-02-20");
    amendments::amended(&admin, "2100/QĐ-UBND", "2016-03-01", &amendments::without(amendments::file(), "III.4"));
    let known = |day: &str| has(&on(&public, day), "TASK_NEVER_REPORTED", "III.4");
    assert_eq!(["2016-02-29", "2016-03-01"].map(known), [true, false]);
    let query = "query($day: NaiveDate) { gaps(programme: \"HP-1593-2013\", asOf: $day) { kind code } \
                 programmes(asOf: $day) { totalCount nodes { code version { number } tasks: groups { tasks { code } } } } }";
    let told = public.graphql(query, &json!({"day": "2016-02-29"}));
    assert_eq!(by_kind(told["gaps"].as_array().expect("gaps")), on(&public, "2016-02-29"), "both skins tell the same");
    let tasks = |told: &Value| told["programmes"]["nodes"][0]["tasks"].to_string().contains("\"III.4\"");
    assert!(tasks(&told) && !tasks(&public.graphql(query, &json!({"day": "2016-03-01"}))));
    let none = public.graphql(query, &json!({"day": "2013-08-19"}));
    assert_eq!((&none["gaps"], &none["programmes"]["totalCount"]), (&Value::Null, &json!(0)));
}

fn many_gaps_take_as_many_statements_as_few(backend: Backend) {
    let app = TestApp::start(backend);
    app.import(&seed::made_up(150), ImportOptions { dry_run: false, apply_changes: true }).expect("an import");
    let sent = |programme: &str| app.statements(|| app.anonymous().get(&format!("/api/v1/programmes/{programme}/gaps"))).0;
    crate::statements::quiet(&app);
    sent("HP-1593-2013");
    assert_eq!(sent("HP-1593-2013"), sent(seed::MADE_UP));
}
