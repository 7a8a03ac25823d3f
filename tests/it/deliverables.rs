//! What the programme brings about, kind by kind as the decision names it: recorded by its agency, read back by role and by everybody.

use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, Client, Reply, TestApp, both};

use crate::{
    amendments::decision,
    evidence::{PDF, drafted, uploaded},
    workflow::{act, done, keyed},
};

both!(
    c1_a_publication_has_languages_print_run_day_and_proof,
    c2_a_film_has_minutes_and_broadcasts_and_stands_without_a_task,
    c3_an_edition_is_live_unchecked_and_closed_on_days,
    c4_a_department_has_its_section_of_the_portal,
    c5_an_event_has_its_form_place_and_attendance,
    c6_delegations_go_in_and_out,
    c7_a_campaign_has_the_places_with_sea,
    c9_media_output_is_counted_by_outlet_and_direction,
    c10_an_agreement_is_on_the_list_to_renew_before_it_ends,
    c11_a_press_visit_tells_what_came_of_it,
    c12_what_people_of_the_city_abroad_do_is_counted_and_nobody_is_registered,
    c13_what_overseas_vietnamese_take_part_in_is_told_by_audience,
    c14_what_was_done_is_told_by_channel,
    c15_cooperation_is_told_by_country,
    c16_an_application_tells_when_it_was_updated,
    c17_what_has_no_figure_is_told_in_words,
    m7_an_incentive_is_drafted_issued_and_applied,
    m8_commendations_are_counted_and_nobody_is_named,
    every_fault_of_a_deliverable_is_told,
    a_reference_in_use_is_told_as_that_of_a_deliverable,
);

pub const PROGRAMME: &str = "HP-1593-2013";

/// A deliverable of a kind, of 2014 and for everybody.
pub fn of(kind: &str, task: Option<&str>, title: &str, details: Value) -> Value {
    json!({"programme": PROGRAMME, "task": task, "kind": kind, "year": 2014, "title": title, "visibility": "PUBLIC", "details": details})
}

/// As another says it.
pub fn with(mut body: Value, field: &str, value: Value) -> Value {
    body[field] = value;
    body
}

pub fn record(client: &Client, key: &str, body: &Value) -> Reply {
    keyed(client, "/api/v1/deliverables", key, body)
}

/// Its path, once it is recorded under its title as the key.
pub fn recorded(client: &Client, body: &Value) -> String {
    let key = format!("k{}", body.to_string().bytes().fold(7_u64, |hash, byte| hash.wrapping_mul(31).wrapping_add(byte.into())));
    let reply = record(client, &key, body);
    assert_eq!(reply.status, 201, "{}", reply.body);
    reply.headers["location"].clone()
}

pub fn list(client: &Client, query: &str) -> Vec<Value> {
    let reply = client.get(&format!("/api/v1/deliverables?programme={PROGRAMME}{query}"));
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.json()["items"].as_array().expect("items").clone()
}

pub fn titles(client: &Client, query: &str) -> Vec<String> {
    list(client, query).iter().map(|item| item["title"].as_str().unwrap_or_default().to_owned()).collect()
}

pub fn figures(client: &Client, year: i32) -> Value {
    let told = client.get(&format!("/api/v1/deliverables/figures?programme={PROGRAMME}&year={year}")).json();
    told.pointer("/years/0").cloned().unwrap_or_default()
}

/// It is recorded and read back by its agency as it was said, and everybody reads these fields of it.
fn holds(app: &TestApp, agency: &str, body: &Value, public: Value) -> String {
    let system = app.system_of(agency);
    let path = recorded(&system, body);
    let own = system.get(&path).json();
    assert_eq!((&own["details"], &own["title"], &own["agency"]), (&body["details"], &body["title"], &json!(agency)));
    assert_eq!((&own["task"], &own["internal"]["visibility"]), (&body["task"], &json!("PUBLIC")));
    let shown = app.anonymous().get(&path).json();
    assert_eq!((&shown["details"], &shown["internal"], &shown["title"]), (&public, &Value::Null, &body["title"]));
    path
}

/// What is wrong with a deliverable where one field of its kind is said otherwise.
fn told(client: &Client, body: &Value, field: &str, value: Value) -> Vec<(String, String)> {
    let mut wrong = body.clone();
    wrong["details"][field] = value;
    let reply = record(client, "wrong", &wrong);
    assert_eq!(reply.code(), "BODY_INVALID", "{}", reply.body);
    reply.faults()
}

fn is_gap(app: &TestApp, kind: &str, code: &str) -> bool {
    let gaps = app.anonymous().get(&format!("/api/v1/programmes/{PROGRAMME}/gaps")).json()["items"].take();
    gaps.as_array().expect("gaps").iter().any(|gap| gap["kind"] == kind && gap["code"] == code)
}

fn fault(at: &str, code: &str) -> Vec<(String, String)> {
    vec![(at.to_owned(), code.to_owned())]
}

fn c1_a_publication_has_languages_print_run_day_and_proof(backend: Backend) {
    let app = TestApp::start(backend);
    decision(&app.person(None, Role::Admin), "1681/UBND-TCD", "2014-10-01");
    let (press, standing) = (app.system_of("bao-hai-phong"), app.person(Some("so-tttt"), Role::Standing));
    let report = drafted(&press, "r");
    let file = uploaded(&press, &report, "an-pham.pdf", PDF)["id"].take();
    let details = json!({"languages": ["vi", "en"], "publishedOn": "2014-05-01", "printRun": 2000, "url": "https://haiphong.gov.vn/a"});
    let body = of("PUBLICATION", Some("V.2"), "Hải Phòng – thành phố Cảng", details.clone());
    let body = with(body, "evidence", json!([file]));
    let body = with(body, "documents", json!([{"document": "1681/UBND-TCD", "section": "Mục 2", "quote": "Xuất bản ấn phẩm"}]));
    assert_eq!(record(&press, "k", &body).faults(), fault("/evidence/0", "REFERENCE_UNKNOWN"), "the report is not submitted");
    done(&press, "POST", &format!("/api/v1/reports/{report}"), "/submit", &Value::Null);
    let path = holds(&app, "bao-hai-phong", &body, details);
    let own = standing.get(&path).json();
    let letter = app.anonymous().get("/api/v1/documents?number=1681/UBND-TCD").json()["items"][0]["id"].take();
    let place = json!([{"document": letter, "section": "Mục 2", "quote": "Xuất bản ấn phẩm"}]);
    assert_eq!((&own["documents"], &own["internal"]["evidence"]), (&place, &json!([file])));
    assert_eq!(app.anonymous().get(&path).json()["documents"], json!([{"document": letter, "section": null, "quote": null}]));
    // Of another agency's file nothing is told.
    let other = with(with(body.clone(), "task", json!("V.3")), "agency", Value::Null);
    assert_eq!(record(&app.system_of("so-tttt"), "o", &other).faults(), fault("/evidence/0", "REFERENCE_UNKNOWN"));
    assert_eq!(told(&press, &body, "languages", json!(["Tiếng Anh"])), fault("/details/languages", "PATTERN_MISMATCH"));
    assert_eq!(figures(&app.anonymous(), 2014)["kinds"], json!([{"label": "PUBLICATION", "count": 1}]));
}

fn c2_a_film_has_minutes_and_broadcasts_and_stands_without_a_task(backend: Backend) {
    let app = TestApp::start(backend);
    let details =
        json!({"languages": ["vi"], "minutes": 30, "completedOn": "2014-08-01", "broadcasts": [{"outlet": "thp", "on": "2014-09-02"}]});
    holds(&app, "dai-ptth-hai-phong", &of("FILM", None, "Biển đảo quê hương", details.clone()), details.clone());
    holds(&app, "so-vhttdl", &of("MAJOR_PROGRAMME", None, "Lễ hội Hoa phượng đỏ", details.clone()), details);
    assert!(is_gap(&app, "TARGET_WITHOUT_TASK", "T9"), "the target that counts them has no task until somebody names one");
}

fn c3_an_edition_is_live_unchecked_and_closed_on_days(backend: Backend) {
    let app = TestApp::start(backend);
    let details = json!({"outlet": "cong-ttdt", "language": "en", "contents": ["tin tức"], "url": "https://haiphong.gov.vn/en",
                         "launchedOn": "2014-01-10", "lastCheckedOn": "2014-06-01", "closedOn": "2015-01-10"});
    let body = of("FOREIGN_EDITION", Some("V.2"), "Chuyên trang tiếng Anh", details.clone());
    let path = holds(&app, "bao-hai-phong", &body, details);
    let state = |day: &str, more: &str| app.anonymous().get(&format!("{path}?asOf={day}{more}")).json()["editionState"].take();
    let days = ["2014-01-09", "2014-01-10", "2014-11-28", "2014-11-29", "2015-01-10"].map(|day| state(day, ""));
    assert_eq!(days, ["PREPARED", "LIVE", "LIVE", "UNCHECKED", "CLOSED"], "180 days after the last look");
    assert_eq!(state("2014-06-03", "&staleDays=1"), "UNCHECKED");
    assert_eq!(titles(&app.anonymous(), "&language=en&outlet=cong-ttdt"), ["Chuyên trang tiếng Anh"]);
    assert!(titles(&app.anonymous(), "&language=fr").is_empty());
    assert_eq!(told(&app.system_of("bao-hai-phong"), &body, "launchedOn", Value::Null), fault("/details/launchedOn", "FIELD_REQUIRED"));
}

fn c4_a_department_has_its_section_of_the_portal(backend: Backend) {
    let app = TestApp::start(backend);
    let details = json!({"outlet": "cong-ttdt", "language": "en", "contents": [], "launchedOn": "2014-03-01"});
    for agency in ["so-khdt", "so-ngoai-vu", "so-vhttdl", "so-tttt"] {
        holds(&app, agency, &of("PORTAL_SECTION", Some("V.3"), agency, details.clone()), details.clone());
    }
    assert_eq!(titles(&app.anonymous(), "&kind=PORTAL_SECTION&task=V.3").len(), 4);
    assert_eq!(titles(&app.anonymous(), "&kind=PORTAL_SECTION&agency=so-ngoai-vu"), ["so-ngoai-vu"]);
    // Who has no part in the task says nothing of it.
    let other = of("PORTAL_SECTION", Some("V.3"), "Chuyên mục", details);
    assert_eq!(record(&app.system_of("bao-hai-phong"), "x", &other).faults(), fault("/task", "AGENCY_NOT_ASSIGNED"));
}

fn c5_an_event_has_its_form_place_and_attendance(backend: Backend) {
    let app = TestApp::start(backend);
    let details = json!({"form": "INVESTMENT_PROMOTION", "from": "2014-05-01", "to": "2014-05-03", "place": "Tokyo", "country": "JP",
                         "jointOrganisers": ["JETRO"], "attendance": 300, "result": "Ký ba biên bản ghi nhớ"});
    let body = of("EVENT", Some("I.2"), "Xúc tiến đầu tư tại Nhật Bản", details.clone());
    holds(&app, "so-khdt", &body, details);
    let system = app.system_of("so-khdt");
    assert_eq!(told(&system, &body, "to", json!("2014-04-30")), fault("/details/to", "PERIOD_INCONSISTENT"));
    assert_eq!(told(&system, &body, "country", json!("Nhật")), fault("/details/country", "PATTERN_MISMATCH"));
}

fn c6_delegations_go_in_and_out(backend: Backend) {
    let app = TestApp::start(backend);
    let details = |direction: &str| json!({"direction": direction, "reach": "MULTILATERAL", "countries": ["LA", "KR"], "from": "2014-05-01", "to": "2014-05-03", "members": 4});
    let public = |direction: &str| json!({"direction": direction, "reach": "MULTILATERAL", "countries": ["LA", "KR"], "from": "2014-05-01", "to": "2014-05-03"});
    for direction in ["INWARD", "OUTWARD"] {
        holds(&app, "so-ngoai-vu", &of("DELEGATION_EXCHANGE", Some("I.3"), direction, details(direction)), public(direction));
    }
    let body = of("DELEGATION_EXCHANGE", Some("I.3"), "Đoàn", details("INWARD"));
    assert_eq!(told(&app.system_of("so-ngoai-vu"), &body, "countries", json!([])), fault("/details/countries", "FIELD_REQUIRED"));
}

fn c7_a_campaign_has_the_places_with_sea(backend: Backend) {
    let app = TestApp::start(backend);
    let places = json!(["ubnd-huyen-bach-long-vy", "ubnd-huyen-cat-hai"]);
    let details = json!({"from": "2014-06-01", "to": "2014-06-08", "locations": places, "items": 45});
    holds(&app, "ubnd-huyen-cat-hai", &of("CAMPAIGN", Some("I.4"), "Tuần lễ biển và hải đảo", details.clone()), details);
}

fn c9_media_output_is_counted_by_outlet_and_direction(backend: Backend) {
    let app = TestApp::start(backend);
    let details = |direction: &str, items: i64| json!({"outlet": "bao-hai-phong-dien-tu", "direction": direction, "language": "en", "from": "2014-01-01", "to": "2014-12-31", "items": items});
    for (direction, items) in [("INWARD", 120), ("OUTWARD", 80)] {
        let said = details(direction, items);
        holds(&app, "bao-hai-phong", &of("MEDIA_OUTPUT", Some("I.5"), direction, said.clone()), said);
    }
    let found = list(&app.anonymous(), "&outlet=bao-hai-phong-dien-tu");
    let items: Vec<_> = found.iter().map(|item| (item["details"]["direction"].clone(), item["details"]["items"].clone())).collect();
    assert_eq!(items, [(json!("INWARD"), json!(120)), (json!("OUTWARD"), json!(80))]);
}

fn c10_an_agreement_is_on_the_list_to_renew_before_it_ends(backend: Backend) {
    let app = TestApp::start(backend);
    let details = json!({"form": "CONTRACT", "counterparty": "VTV4", "counterpartyKind": "CENTRAL_CHANNEL", "from": "2014-01-01",
                         "to": "2014-12-31", "value": 1_234_500_000_i64, "alertDays": 30});
    let public = json!({"form": "CONTRACT", "counterparty": "VTV4", "counterpartyKind": "CENTRAL_CHANNEL", "from": "2014-01-01", "to": "2014-12-31"});
    let body = of("AGREEMENT", Some("I.6"), "Hợp đồng với VTV4", details);
    let path = holds(&app, "so-tttt", &body, public);
    let system = app.system_of("so-tttt");
    let state = |day: &str| system.get(&format!("{path}?asOf={day}")).json()["renewal"].take();
    let days = ["2013-12-31", "2014-11-30", "2014-12-01", "2014-12-31", "2015-01-01"].map(state);
    assert_eq!(days, ["NOT_YET_IN_FORCE", "IN_FORCE", "RENEW_NOW", "RENEW_NOW", "EXPIRED"]);
    let due = |client: &Client, day: &str| titles(client, &format!("&toRenewOn={day}")).len();
    assert_eq!(["2014-11-30", "2014-12-01", "2014-12-31", "2015-01-01"].map(|day| due(&system, day)), [0, 1, 1, 0]);
    assert_eq!(due(&app.anonymous(), "2014-12-01"), 0, "when it alerts is its agency's matter");
    assert_eq!(app.anonymous().get(&format!("{path}?asOf=2014-12-01")).json()["renewal"], Value::Null);
    assert_eq!(told(&system, &body, "value", json!(-1)), fault("/details/value", "OUT_OF_RANGE"));
    // It is in the calendar of its agency, on the day from which it is to be renewed.
    let soon = json!({"form": "CONTRACT", "counterparty": "VTV4", "counterpartyKind": "CENTRAL_CHANNEL", "from": "2026-01-01", "to": "2026-03-31",
                      "alertDays": 30});
    recorded(&system, &with(of("AGREEMENT", Some("I.6"), "Hợp đồng năm 2026", soon), "year", json!(2026)));
    let standing = app.person(Some("so-tttt"), Role::Standing);
    let calendar = |agency: &str| {
        let body = json!({ "agency": agency }).to_string();
        let link = standing.send("POST", "/api/v1/calendar-links", &[("content-type", "application/json")], body.as_bytes()).json();
        app.anonymous().get(link["path"].as_str().expect("a path")).body
    };
    let own = calendar("so-tttt");
    assert!(own.contains("Gia hạn: Hợp đồng năm 2026") && own.contains("20260301"), "{own}");
    assert!(!calendar("so-ngoai-vu").contains("Gia hạn"));
}

fn c11_a_press_visit_tells_what_came_of_it(backend: Backend) {
    let app = TestApp::start(backend);
    let details = json!({"outlet": "NHK", "country": "JP", "from": "2014-05-01", "to": "2014-05-03", "reporters": 4, "pieces": 2});
    let public = json!({"outlet": "NHK", "country": "JP", "from": "2014-05-01", "to": "2014-05-03", "pieces": 2});
    holds(&app, "so-ngoai-vu", &of("PRESS_VISIT", None, "Đoàn phóng viên NHK", details), public);
}

fn c12_what_people_of_the_city_abroad_do_is_counted_and_nobody_is_registered(backend: Backend) {
    let app = TestApp::start(backend);
    let system = app.system_of("so-ngoai-vu");
    let details = json!({"form": "SEMINAR", "from": "2014-02-10", "to": "2014-02-10"});
    let event = with(of("EVENT", None, "Gặp mặt kiều bào Xuân Giáp Ngọ", details), "audiences", json!(["OVERSEAS_VIETNAMESE"]));
    recorded(&system, &event);
    assert_eq!(titles(&system, "&audience=OVERSEAS_VIETNAMESE"), ["Gặp mặt kiều bào Xuân Giáp Ngọ"]);
    let public = app.anonymous();
    assert!(titles(&public, "&audience=OVERSEAS_VIETNAMESE").is_empty(), "there is no public register of them");
    assert_eq!(figures(&public, 2014)["audiences"], json!([{"label": "OVERSEAS_VIETNAMESE", "count": 1}]), "they are counted");
    // Nobody is named in it, in whatever form it is read by those outside.
    let chart = public.get("/api/v1/charts/deliverables.csv?programme=HP-1593-2013&by=AUDIENCE");
    assert!(chart.body.contains("Người Việt Nam ở nước ngoài") && !chart.body.contains("Xuân Giáp Ngọ"), "{}", chart.body);
}

fn c13_what_overseas_vietnamese_take_part_in_is_told_by_audience(backend: Backend) {
    let app = TestApp::start(backend);
    let system = app.system_of("so-ngoai-vu");
    let details = json!({"form": "SEMINAR", "from": "2014-02-10", "to": "2014-02-10"});
    let event = |title: &str, audiences: Value| with(of("EVENT", None, title, details.clone()), "audiences", audiences);
    recorded(&system, &event("Kiều bào với quê hương", json!(["OVERSEAS_VIETNAMESE", "INVESTORS"])));
    recorded(&system, &event("Hội thảo nhà đầu tư", json!(["INVESTORS"])));
    assert_eq!(titles(&system, "&audience=OVERSEAS_VIETNAMESE"), ["Kiều bào với quê hương"]);
    assert_eq!(titles(&system, "&audience=INVESTORS").len(), 2, "one for two audiences counts for each");
    let counts = json!([{"label": "OVERSEAS_VIETNAMESE", "count": 1}, {"label": "INVESTORS", "count": 2}]);
    assert_eq!(figures(&app.anonymous(), 2014)["audiences"], counts);
}

fn c14_what_was_done_is_told_by_channel(backend: Backend) {
    let app = TestApp::start(backend);
    let system = app.system_of("so-ngoai-vu");
    let details = json!({"form": "CONFERENCE", "from": "2014-02-10", "to": "2014-02-10"});
    for channel in ["PARTY", "STATE", "PEOPLE"] {
        recorded(&system, &with(of("EVENT", None, channel, details.clone()), "channel", json!(channel)));
    }
    assert_eq!(titles(&app.anonymous(), "&channel=PEOPLE"), ["PEOPLE"]);
    let counts = figures(&app.anonymous(), 2014)["channels"].take();
    assert_eq!(counts, json!([{"label": "PARTY", "count": 1}, {"label": "STATE", "count": 1}, {"label": "PEOPLE", "count": 1}]));
}

fn c15_cooperation_is_told_by_country(backend: Backend) {
    let app = TestApp::start(backend);
    let details = json!({"form": "MEMORANDUM", "counterparty": "Thành phố Incheon", "counterpartyKind": "FOREIGN_PARTNER", "country": "KR",
                         "from": "2014-04-01"});
    let path = holds(&app, "so-ngoai-vu", &of("AGREEMENT", Some("IV.2"), "Ghi nhớ với Incheon", details.clone()), details);
    assert_eq!(app.system_of("so-ngoai-vu").get(&path).json()["renewal"], json!("IN_FORCE"), "it has no end");
}

fn c16_an_application_tells_when_it_was_updated(backend: Backend) {
    let app = TestApp::start(backend);
    let details = json!({"url": "https://haiphong.gov.vn", "launchedOn": "2014-02-01", "lastUpdatedOn": "2015-06-30", "uptime": 9950});
    let body = of("IT_APPLICATION", Some("V.1"), "Hệ thống thông tin đối ngoại", details.clone());
    holds(&app, "so-tttt", &body, details);
    assert_eq!(told(&app.system_of("so-tttt"), &body, "uptime", json!(10_001)), fault("/details/uptime", "OUT_OF_RANGE"));
}

fn c17_what_has_no_figure_is_told_in_words(backend: Backend) {
    let app = TestApp::start(backend);
    let details =
        json!({"criterion": "Phối hợp thông tin đối nội với đối ngoại", "assessedOn": "2014-12-01", "narrative": "Nhuần nhuyễn."});
    let body = of("ASSESSMENT", None, "Đánh giá năm 2014", details.clone());
    holds(&app, "so-tttt", &body, details);
    assert_eq!(told(&app.system_of("so-tttt"), &body, "narrative", json!(" ")), fault("/details/narrative", "FIELD_REQUIRED"));
    assert_eq!(told(&app.system_of("so-tttt"), &body, "narrative", json!("\u{2060}")), fault("/details/narrative", "PATTERN_MISMATCH"));
}

fn m7_an_incentive_is_drafted_issued_and_applied(backend: Backend) {
    let app = TestApp::start(backend);
    let system = app.system_of("so-tttt");
    let body = of("INCENTIVE_INSTRUMENT", Some("IV.1"), "Cơ chế đào tạo", json!({"form": "TRAINING_POLICY", "state": "DRAFTED"}));
    let path = recorded(&system, &body);
    let step = |tag: &str, details: Value| {
        let mut said = body.clone();
        let members = said.as_object_mut().expect("an object");
        members.remove("programme");
        members.remove("kind");
        said["details"] = details;
        act(&system, "PUT", &path, tag, &said)
    };
    let issued = json!({"form": "TRAINING_POLICY", "state": "ISSUED", "issuedOn": "2014-03-01"});
    assert_eq!(step("\"1\"", issued).status, 200);
    let early = json!({"form": "TRAINING_POLICY", "state": "APPLIED", "issuedOn": "2014-03-01", "appliedOn": "2014-02-01"});
    assert_eq!(step("\"2\"", early).faults(), fault("/details/appliedOn", "PERIOD_INCONSISTENT"));
    let applied =
        json!({"form": "TRAINING_POLICY", "state": "APPLIED", "issuedOn": "2014-03-01", "appliedOn": "2014-04-01", "beneficiaries": 3});
    assert_eq!(step("\"2\"", applied).status, 200);
    assert_eq!(system.get(&path).json()["details"]["beneficiaries"], json!(3));
    let shown = app.anonymous().get(&path).json()["details"].take();
    assert_eq!(shown, json!({"form": "TRAINING_POLICY", "state": "APPLIED", "issuedOn": "2014-03-01", "appliedOn": "2014-04-01"}));
    let states = system.get(&format!("{path}/versions")).json()["items"].take();
    let states: Vec<_> = states.as_array().expect("versions").iter().map(|version| version["details"]["state"].clone()).collect();
    assert_eq!(states, ["DRAFTED", "ISSUED", "APPLIED"], "what was said before is kept");
}

fn m8_commendations_are_counted_and_nobody_is_named(backend: Backend) {
    let app = TestApp::start(backend);
    let details = |foreign: bool, who: &str| json!({"form": "CHAIR_CERTIFICATE", "recipientKind": "INDIVIDUAL", "isForeign": foreign, "decidedOn": "2014-09-02", "recipient": who});
    let system = app.system_of("so-noi-vu");
    for (foreign, who) in [(true, "Ông A"), (false, "Bà B"), (false, "Bà C")] {
        let body = of("COMMENDATION", None, &format!("Bằng khen {who}"), details(foreign, who));
        let path = recorded(&system, &body);
        assert_eq!(system.get(&path).json()["details"], body["details"]);
        assert_eq!(app.anonymous().get(&path).code(), "NOT_FOUND");
    }
    let sort = |foreign: bool, count: i64| json!({"form": "CHAIR_CERTIFICATE", "recipientKind": "INDIVIDUAL", "isForeign": foreign, "count": count});
    assert_eq!(figures(&app.anonymous(), 2014)["commendations"], json!([sort(false, 2), sort(true, 1)]));
    assert!(list(&app.anonymous(), "").is_empty());
    assert!(is_gap(&app, "RESPONSIBILITY_WITHOUT_DUE", "D2.3.b"), "the mechanism has neither a task nor a year");
}

fn every_fault_of_a_deliverable_is_told(backend: Backend) {
    let app = TestApp::start(backend);
    let system = app.system_of("bao-hai-phong");
    let body = of("FILM", Some("X.9"), "\u{2003}", json!({"languages": ["x"], "completedOn": "2013-08-01"}));
    let wrong = with(body, "documents", json!([{"document": "9999/QĐ-UBND"}, {"document": "1593/QĐ-UBND", "quote": "x"}]));
    let told: Vec<_> = record(&system, "a", &with(wrong, "evidence", json!(["0199b2a0-0000-7000-8000-000000000001"]))).faults();
    let all = [
        ("/title", "FIELD_REQUIRED"),
        ("/task", "TASK_UNKNOWN"),
        ("/documents/0/document", "REFERENCE_UNKNOWN"),
        ("/documents/1/section", "FIELD_REQUIRED"),
        ("/evidence/0", "REFERENCE_UNKNOWN"),
        ("/year", "PERIOD_INCONSISTENT"),
        ("/details/languages", "PATTERN_MISMATCH"),
    ];
    assert_eq!(told, all.map(|(at, code)| (at.to_owned(), code.to_owned())));
    let film = |details: Value| record(&system, "b", &of("FILM", None, "Phim", details)).faults();
    assert_eq!(film(json!({"languages": ["vi"], "claim": "x"})), fault("/details/claim", "FIELD_UNKNOWN"), "a field of another kind");
    assert_eq!(film(json!({"languages": ["vi"], "kind": "REBUTTAL"})), fault("/details/kind", "FIELD_UNKNOWN"));
    assert_eq!(film(json!({"languages": ["vi\u{0}"]})), fault("/details/languages/0", "PATTERN_MISMATCH"));
    assert_eq!(film(json!({"languages": ["vi"], "completedOn": "2199-01-01"})).len(), 2, "to come, and of another year");
    let unseen = of("FILM", None, "\u{200b}", json!({"languages": ["vi"]}));
    assert_eq!(record(&system, "b", &unseen).faults(), fault("/title", "PATTERN_MISMATCH"));
    let law = of("LEGAL_DOCUMENT", Some("I.5"), "Chỉ thị", json!({"form": "DIRECTIVE", "issuedOn": "2014-01-15"}));
    assert_eq!(record(&system, "c", &law).faults(), fault("/documents", "FIELD_REQUIRED"));
    let other = with(of("FILM", None, "Phim", json!({"languages": ["vi"]})), "agency", json!("so-tttt"));
    assert_eq!(record(&system, "d", &other).code(), "AGENCY_NOT_YOURS");
    for (client, code) in [(app.person(Some("bao-hai-phong"), Role::AgencyReporter), "FORBIDDEN"), (app.anonymous(), "UNAUTHENTICATED")] {
        assert_eq!(record(&client, "e", &of("FILM", None, "Phim", json!({"languages": ["vi"]}))).code(), code);
    }
    assert!(list(&app.person(None, Role::Auditor), "").is_empty(), "nothing half-written remains");
}

fn a_reference_in_use_is_told_as_that_of_a_deliverable(backend: Backend) {
    let app = TestApp::start(backend);
    let system = app.system_of("bao-hai-phong");
    let film = with(of("FILM", None, "Phim", json!({"languages": ["vi"], "broadcasts": []})), "externalRef", json!("SP-1"));
    let batch = keyed(&system, "/api/v1/deliverables/batch", "a", &json!({"items": [film, film]}));
    assert_eq!(batch.faults(), [("/items/1/externalRef".to_owned(), "EXTERNAL_REF_TAKEN".to_owned())]);
    assert_eq!(record(&system, "b", &film).status, 201);
    for reply in [batch, record(&system, "c", &film)] {
        assert!(reply.body.contains("names another deliverable of the agency"), "{}", reply.body);
        assert!(!reply.body.contains("names another report of the agency"), "{}", reply.body);
    }
}
