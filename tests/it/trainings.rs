//! Trainings: courses and sessions, who took part, materials, plans, staff rolls; and what becomes of it with people's data.

use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, Client, Reply, TestApp, both, database::rows};

use crate::{
    amendments::decision,
    audit::verdict,
    persons::{made, of, personnel, send},
};

both!(
    h1_courses_have_audiences_hours_organisers_and_sessions,
    h2_courses_of_central_bodies_count_with_those_who_were_sent,
    h3_plans_stand_beside_what_was_held,
    h4_materials_have_versions_in_languages_and_sessions_use_them,
    h5_rolls_tell_staff_of_a_day_and_what_is_missing_is_not_nought,
    one_person_in_three_courses_is_one_person_and_three_attendances,
    every_fault_of_participants_is_told_and_nothing_is_stored,
    an_agency_writes_and_sees_its_own_alone,
    what_is_kept_of_a_person_has_their_trainings,
    graphql_writes_and_reads_trainings,
    a_list_of_courses_sends_as_many_statements_for_many_as_for_few,
);

pub const COURSES: &str = "/api/v1/trainings/courses";
pub const PLAN: &str = "88/KH-SNV";
const PROGRAMME: &str = "HP-1593-2013";

pub fn course(organiser: &str, title: &str) -> Value {
    json!({"programme": PROGRAMME, "task": "III.2", "kind": "REFRESHER", "title": title, "organiser": organiser,
           "audiences": ["LEADER", "STAFF"], "hours": 24})
}

pub fn post(client: &Client, path: &str, body: &Value) -> Value {
    let reply = send(client, "POST", path, None, body);
    assert_eq!(reply.status, 201, "{}", reply.body);
    reply.json()
}

/// A course with one session that was held on a day: the session's identifier.
pub fn held(client: &Client, body: &Value, on: &str) -> String {
    let course = post(client, COURSES, body);
    let path = format!("{COURSES}/{}/sessions", course["id"].as_str().expect("an id"));
    let course = post(client, &path, &json!({"status": "HELD", "from": on, "to": on}));
    course["sessions"][0]["id"].as_str().expect("an id").to_owned()
}

pub fn parts_of(session: &str) -> String {
    format!("/api/v1/trainings/sessions/{session}/participations")
}

pub fn record(client: &Client, session: &str, agency: &str, participants: &Value) -> Reply {
    send(client, "PUT", &parts_of(session), None, &json!({"agency": agency, "participants": participants}))
}

pub fn came(client: &Client, session: &str, agency: &str, participants: &Value) -> Value {
    let reply = record(client, session, agency, participants);
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.json()
}

pub fn roll(client: &Client, agency: &str, on: &str, counts: &Value) -> Reply {
    send(client, "PUT", &format!("/api/v1/staff-rolls/{agency}/{on}"), None, counts)
}

/// What everybody is told of a year is what is so today.
pub fn release(client: &Client, year: i32) {
    let reply = released(client, &json!({ "year": year }));
    assert_eq!(reply.status, 201, "{}", reply.body);
}

pub fn released(client: &Client, body: &Value) -> Reply {
    send(client, "POST", &format!("/api/v1/admin/programmes/{PROGRAMME}/training-releases"), None, body)
}

pub fn people(client: &Client, query: &str) -> Value {
    let reply = client.get(&format!("/api/v1/trainings/people?programme={PROGRAMME}{query}"));
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.json()
}

fn h1_courses_have_audiences_hours_organisers_and_sessions(backend: Backend) {
    let app = TestApp::start(backend);
    let agency = app.system_of("so-noi-vu");
    let made = post(&agency, COURSES, &course("so-noi-vu", "Bồi dưỡng thông tin đối ngoại"));
    let path = format!("{COURSES}/{}", made["id"].as_str().expect("an id"));
    let planned = post(&agency, &format!("{path}/sessions"), &json!({"status": "PLANNED", "from": "2014-05-06", "to": "2014-05-08"}));
    let session = &planned["sessions"][0];
    let at = format!("/api/v1/trainings/sessions/{}", session["id"].as_str().expect("an id"));
    let body = json!({"status": "HELD", "from": "2014-05-06", "to": "2014-05-07", "place": "Hội trường thành phố"});
    let done = send(&agency, "PUT", &at, Some(&session["revision"]), &body);
    assert_eq!(done.status, 200, "{}", done.body);
    assert_eq!(send(&agency, "PUT", &at, Some(&session["revision"]), &body).code(), "PRECONDITION_FAILED");
    let told = app.anonymous().get(&path).json();
    let fields = [&told["kind"], &told["organiser"], &told["audiences"], &told["hours"], &told["isCentral"]];
    assert_eq!(fields, [&json!("REFRESHER"), &json!("so-noi-vu"), &json!(["LEADER", "STAFF"]), &json!(24), &json!(false)]);
    let session = &told["sessions"][0];
    let fields = [&session["status"], &session["from"], &session["to"], &session["place"]];
    assert_eq!(fields, [&json!("HELD"), &json!("2014-05-06"), &json!("2014-05-07"), &json!("Hội trường thành phố")]);
    // What is changed rests on what was seen; faults are told together.
    let mut other = course("so-noi-vu", "Tập huấn");
    other["kind"] = json!("WORKSHOP");
    let changed = send(&agency, "PUT", &path, Some(&told["revision"]), &other);
    assert_eq!((changed.status, &changed.json()["kind"]), (200, &json!("WORKSHOP")), "{}", changed.body);
    assert_eq!(send(&agency, "PUT", &path, Some(&told["revision"]), &other).code(), "PRECONDITION_FAILED");
    let wrong = json!({"programme": PROGRAMME, "task": "X.9", "kind": "FORMAL", "title": "\u{2003}", "document": "khong-co"});
    let faults = send(&agency, "POST", COURSES, None, &wrong).faults();
    let fault = |at: &str, code: &str| (at.to_owned(), code.to_owned());
    let all = [
        fault("/organiser", "RULE_BROKEN"),
        fault("/title", "FIELD_REQUIRED"),
        fault("/task", "TASK_UNKNOWN"),
        fault("/document", "REFERENCE_UNKNOWN"),
    ];
    assert_eq!(faults, all);
    let future = json!({"status": "HELD", "from": "2199-05-06", "to": "2199-05-06"});
    assert_eq!(send(&agency, "POST", &format!("{path}/sessions"), None, &future).faults(), [fault("/from", "DAY_IN_FUTURE")]);
    assert!(verdict(&app, None).is_ok());
}

fn h2_courses_of_central_bodies_count_with_those_who_were_sent(backend: Backend) {
    let app = TestApp::start(backend);
    let (staff, agency) = (personnel(&app), app.system_of("so-tttt"));
    let mut central = course("", "Lớp của Bộ");
    central["organiser"] = Value::Null;
    central.as_object_mut().expect("an object").remove("organiser");
    central["centralOrganiser"] = json!("Bộ Thông tin và Truyền thông");
    assert_eq!(send(&agency, "POST", COURSES, None, &central).code(), "AGENCY_NOT_YOURS");
    let session = held(&staff, &central, "2014-06-02");
    let done = came(&agency, &session, "so-tttt", &json!([{"headcount": 7}]));
    assert_eq!((&done["entries"], &done["attendances"], &done["named"]), (&json!(1), &json!(7), &json!(0)));
    let listed = app.anonymous().get(&format!("{COURSES}?isCentral=true")).json()["items"].take();
    assert_eq!((&listed[0]["centralOrganiser"], &listed[0]["organiser"]), (&json!("Bộ Thông tin và Truyền thông"), &Value::Null));
    assert_eq!(app.anonymous().get(&format!("{COURSES}?isCentral=false")).json()["items"], json!([]));
    let told = people(&staff, "&year=2014");
    assert_eq!(told["people"], json!({"attendances": 7, "personsAtLeast": 7, "personsAtMost": 7}));
}

fn h3_plans_stand_beside_what_was_held(backend: Backend) {
    let app = TestApp::start(backend);
    decision(&app.person(None, Role::Admin), PLAN, "2014-01-10");
    let (staff, agency) = (personnel(&app), app.system_of("so-noi-vu"));
    let item = json!({"programme": PROGRAMME, "year": 2014, "agency": "so-noi-vu", "kind": "REFRESHER", "title": "Bồi dưỡng cán bộ",
                      "audience": "STAFF", "sessions": 2, "attendances": 80, "document": PLAN});
    let planned = post(&agency, "/api/v1/training-plan", &item);
    assert_eq!((&planned["plannedSessions"], &planned["heldSessions"]), (&json!(2), &json!(0)));
    assert_eq!(send(&agency, "POST", "/api/v1/training-plan", None, &item).code(), "ALREADY_EXISTS");
    let mut fills = course("so-noi-vu", "Bồi dưỡng cán bộ, đợt 1");
    fills["planItem"] = planned["item"].clone();
    let session = held(&agency, &fills, "2014-03-03");
    came(&staff, &session, "so-tttt", &json!([{"headcount": 30}]));
    held(&agency, &course("so-noi-vu", "Ngoài kế hoạch"), "2014-09-09");
    held(&agency, &course("so-noi-vu", "Năm sau"), "2015-09-09");
    let path = format!("/api/v1/training-plan?programme={PROGRAMME}&year=2014");
    let told = staff.get(&path).json()["items"].take();
    let of = |told: &Value, i: usize| {
        ["title", "plannedSessions", "heldSessions", "plannedAttendances", "attendances"].map(|field| told[i][field].clone())
    };
    assert_eq!(of(&told, 0), [json!("Bồi dưỡng cán bộ"), json!(2), json!(1), json!(80), json!(30)]);
    assert_eq!(of(&told, 1), [Value::Null, Value::Null, json!(1), Value::Null, Value::Null]);
    assert_eq!(told.as_array().map(Vec::len), Some(2));
    // Everybody reads what was held, and how many came only those who may know of every agency's.
    let public = app.anonymous().get(&path).json()["items"].take();
    assert_eq!(of(&public, 0), [json!("Bồi dưỡng cán bộ"), json!(2), json!(1), json!(80), Value::Null]);
    let told = planned_and_held(&app, 2014);
    assert_eq!(told, [vec![json!("2"), json!("1"), json!("0")], vec![Value::Null, json!("1"), json!("0")]]);
}

/// The plan's items in a chart: planned, held and cancelled sessions.
pub fn planned_and_held(app: &TestApp, year: i32) -> Vec<Vec<Value>> {
    let told = app.anonymous().get(&format!("/api/v1/charts/trainings.json?programme={PROGRAMME}&year={year}&by=PLAN")).json();
    let rows = told["rows"].as_array().expect("rows");
    rows.iter().map(|row| row["cells"].as_array().expect("cells").iter().map(|cell| cell["value"].clone()).collect()).collect()
}

fn h4_materials_have_versions_in_languages_and_sessions_use_them(backend: Backend) {
    let app = TestApp::start(backend);
    decision(&app.person(None, Role::Admin), "12/STTTT-TL", "2013-10-01");
    let agency = app.system_of("so-tttt");
    let new = json!({"programme": PROGRAMME, "task": "III.3", "agency": "so-tttt", "title": "Tài liệu bồi dưỡng"});
    let material = post(&agency, "/api/v1/trainings/materials", &new);
    let path = format!("/api/v1/trainings/materials/{}/versions", material["id"].as_str().expect("an id"));
    let version = |number: i32, language: &str, on: &str| json!({"number": number, "language": language, "issuedOn": on});
    let mut first = version(1, "vi", "2013-10-01");
    first["document"] = json!("12/STTTT-TL");
    post(&agency, &path, &first);
    let mut second = version(1, "en", "2013-12-01");
    second["link"] = json!("https://haiphong.gov.vn/tai-lieu");
    post(&agency, &path, &second);
    let told = post(&agency, &path, &version(2, "vi", "2014-02-01"));
    let versions: Vec<_> = told["versions"].as_array().expect("versions").iter().map(|one| (&one["number"], &one["language"])).collect();
    assert_eq!(versions, [(&json!(1), &json!("en")), (&json!(1), &json!("vi")), (&json!(2), &json!("vi"))]);
    assert_eq!((&told["versions"][0]["link"], told["versions"][1]["document"].is_string()), (&second["link"], true));
    let faults = |body: &Value| send(&agency, "POST", &path, None, body).faults();
    let fault = |at: &str, code: &str| (at.to_owned(), code.to_owned());
    assert_eq!(faults(&version(2, "vi", "2014-03-01")), [fault("/number", "DUPLICATE")]);
    assert_eq!(faults(&version(3, "vi", "2014-01-01")), [fault("/issuedOn", "PERIOD_INCONSISTENT")]);
    assert_eq!(faults(&version(3, "tiếng Việt", "2014-05-01")), [fault("/language", "PATTERN_MISMATCH")]);
    // A session tells which version it used; one that is not there it cannot have used.
    let course = post(&agency, COURSES, &course("so-tttt", "Bồi dưỡng"));
    let sessions = format!("{COURSES}/{}/sessions", course["id"].as_str().expect("an id"));
    let using = |version: i32| json!({"status": "HELD", "from": "2014-05-05", "to": "2014-05-05", "materials": [{"material": material["id"], "version": version}]});
    let told = post(&agency, &sessions, &using(2));
    assert_eq!(told["sessions"][0]["materials"], json!([{"material": material["id"], "version": 2}]));
    assert_eq!(send(&agency, "POST", &sessions, None, &using(3)).faults(), [fault("/materials/0", "REFERENCE_UNKNOWN")]);
    let listed = app.anonymous().get("/api/v1/trainings/materials").json()["items"].take();
    assert_eq!((&listed[0]["agency"], listed[0]["versions"].as_array().map(Vec::len)), (&json!("so-tttt"), Some(3)));
}

fn h5_rolls_tell_staff_of_a_day_and_what_is_missing_is_not_nought(backend: Backend) {
    let app = TestApp::start(backend);
    decision(&app.person(None, Role::Admin), "5/BC-STTTT", "2014-01-05");
    let (agency, staff) = (app.system_of("so-tttt"), personnel(&app));
    let counts = json!({"headcount": 60, "inCharge": 6, "withDegree": 6, "withLanguage": 5, "posts": 3, "fullTime": 1, "partTime": 5,
                        "hasFocalPoint": true, "document": "5/BC-STTTT"});
    let first = roll(&agency, "so-tttt", "2013-12-31", &counts);
    assert_eq!(first.status, 201, "{}", first.body);
    let again = roll(&agency, "so-tttt", "2013-12-31", &counts);
    assert_eq!((again.status, &again.json()), (200, &first.json()), "sent again it changes nothing");
    assert_eq!(first.json()["fullyQualified"], Value::Null, "not told is not nought");
    let wrong = roll(&agency, "so-tttt", "2014-12-31", &json!({"headcount": 5, "inCharge": 6, "withDegree": 7}));
    let fault = |at: &str, code: &str| (at.to_owned(), code.to_owned());
    assert_eq!(wrong.faults(), [fault("/inCharge", "OUT_OF_RANGE"), fault("/withDegree", "OUT_OF_RANGE")]);
    assert_eq!(roll(&agency, "so-tttt", "2199-12-31", &json!({})).faults(), [fault("/on", "OUT_OF_RANGE")]);
    roll(&staff, "so-ngoai-vu", "2014-06-30", &json!({"headcount": 40}));
    let listed = |client: &Client, query: &str| {
        let items = client.get(&format!("/api/v1/staff-rolls{query}")).json()["items"].take();
        items.as_array().expect("rolls").iter().map(|roll| roll["agency"].as_str().expect("a code").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(listed(&staff, ""), ["so-ngoai-vu", "so-tttt"]);
    assert_eq!(listed(&staff, "?asOf=2014-01-01"), ["so-tttt"]);
    assert_eq!(listed(&agency, ""), ["so-tttt"]);
    assert_eq!(listed(&agency, "?agency=so-ngoai-vu"), [""; 0]);
    // Denominators stand side by side, each with who has not told it.
    let session = held(&staff, &course("so-noi-vu", "Bồi dưỡng"), "2014-05-05");
    came(&agency, &session, "so-tttt", &json!([{"headcount": 3}]));
    let told = people(&staff, "&asOf=2014-12-31")["coverage"].take();
    let of = |i: usize| ["base", "staff", "atLeast", "missing"].map(|field| told[i][field].clone());
    assert_eq!(of(0), [json!("ALL_STAFF"), json!(100), json!("3.00"), json!([])]);
    assert_eq!(of(1), [json!("IN_CHARGE"), json!(6), json!("50.00"), json!(["so-ngoai-vu"])]);
    let told = people(&staff, "&asOf=2013-12-30");
    assert_eq!((&told["people"], &told["coverage"][0]["staff"]), (&Value::Null, &Value::Null), "nothing was on record then");
}

/// Known answers of `one person in three courses = 1 person, 3 lượt`.
fn one_person_in_three_courses_is_one_person_and_three_attendances(backend: Backend) {
    let app = TestApp::start(backend);
    let staff = personnel(&app);
    let person = made(&staff, &json!({"name": "Nguyễn Văn An"}));
    for (title, on) in [("Một", "2014-03-03"), ("Hai", "2014-06-03"), ("Ba", "2014-09-03")] {
        let session = held(&staff, &course("so-noi-vu", title), on);
        came(&staff, &session, "so-tttt", &json!([{"person": person["id"], "result": "COMPLETED"}]));
    }
    roll(&staff, "so-tttt", "2014-12-31", &json!({"headcount": 10}));
    let told = people(&staff, "&asOf=2014-12-31");
    assert_eq!(told["people"], json!({"attendances": 3, "personsAtLeast": 1, "personsAtMost": 1}));
    assert_eq!((&told["coverage"][0]["atLeast"], &told["coverage"][0]["atMost"]), (&json!("10.00"), &json!("10.00")));
    assert_eq!(told["byAgency"][0]["people"]["attendances"], json!(3));
    assert_eq!(told["byCourse"].as_array().map(Vec::len), Some(3));
    assert_eq!(people(&staff, "&asOf=2014-05-01")["people"]["attendances"], json!(1));
    // People who are not named are a range: the same six may have come twice.
    for on in ["2015-03-03", "2015-04-03"] {
        let session = held(&staff, &course("so-noi-vu", on), on);
        came(&staff, &session, "so-ngoai-vu", &json!([{"headcount": 6}]));
    }
    assert_eq!(people(&staff, "&year=2015")["people"], json!({"attendances": 12, "personsAtLeast": 6, "personsAtMost": 12}));
}

fn every_fault_of_participants_is_told_and_nothing_is_stored(backend: Backend) {
    let app = TestApp::start(backend);
    let staff = personnel(&app);
    let person = made(&staff, &json!({"name": "Trần Thị Bình"}));
    let session = held(&staff, &course("so-noi-vu", "Bồi dưỡng"), "2014-05-05");
    let all = json!([{"person": person["id"]}, {"person": person["id"]}, {"headcount": 3, "certificateNumber": "1", "certificateOn": "2014-06-01"},
        {"person": "0199b2a0-0000-7000-8000-000000000001"}, {}, {"person": person["id"], "headcount": 2},
        {"headcount": 1, "certificateOn": "2014-06-01"}]);
    let fault = |at: &str, code: &str| (at.to_owned(), code.to_owned());
    let wanted = [
        fault("/participants/1/person", "DUPLICATE"),
        fault("/participants/2/certificate", "RULE_BROKEN"),
        fault("/participants/3/person", "REFERENCE_UNKNOWN"),
        fault("/participants/4", "RULE_BROKEN"),
        fault("/participants/5", "RULE_BROKEN"),
        fault("/participants/6/certificateNumber", "FIELD_REQUIRED"),
    ];
    assert_eq!(record(&staff, &session, "so-tttt", &all).faults(), wanted);
    let right = json!([{"person": person["id"], "result": "COMPLETED", "certificateNumber": "CN-01", "certificateOn": "2014-05-06"}]);
    let tried =
        send(&staff, "PUT", &format!("{}?dryRun=true", parts_of(&session)), None, &json!({"agency": "so-tttt", "participants": right}));
    assert_eq!((tried.status, &tried.json()["isDryRun"], &tried.json()["entries"]), (200, &json!(true), &json!(1)), "{}", tried.body);
    assert_eq!(rows(&app.database, "SELECT count(*) || '' AS line FROM training_participations"), ["0"]);
    came(&staff, &session, "so-tttt", &right);
    let again = came(&staff, &session, "so-tttt", &right);
    assert_eq!((&again["replaced"], &again["entries"]), (&json!(1), &json!(1)), "an agency's list is one list");
    // Nobody comes for two agencies at once.
    assert_eq!(record(&staff, &session, "so-ngoai-vu", &right).faults(), [fault("/participants/0/person", "DUPLICATE")]);
    let shown = staff.get(&parts_of(&session)).json()["items"].take();
    assert_eq!((&shown[0]["name"], &shown[0]["certificateNumber"]), (&json!("Trần Thị Bình"), &json!("CN-01")));
    // A session that is to come has nobody yet, and one with somebody in it was held.
    let path = format!("/api/v1/trainings/sessions/{session}");
    let planned = json!({"status": "PLANNED", "from": "2014-05-05", "to": "2014-05-05"});
    assert_eq!(send(&staff, "PUT", &path, Some(&json!(1)), &planned).code(), "WRONG_STATE");
    came(&staff, &session, "so-tttt", &json!([]));
    assert_eq!(send(&staff, "PUT", &path, Some(&json!(1)), &planned).status, 200);
    assert_eq!(record(&staff, &session, "so-tttt", &right).code(), "WRONG_STATE");
}

fn an_agency_writes_and_sees_its_own_alone(backend: Backend) {
    let app = TestApp::start(backend);
    let (staff, own, other) = (personnel(&app), app.system_of("so-tttt"), app.system_of("so-ngoai-vu"));
    let session = held(&staff, &course("so-noi-vu", "Bồi dưỡng"), "2014-05-05");
    came(&own, &session, "so-tttt", &json!([{"headcount": 8}]));
    came(&other, &session, "so-ngoai-vu", &json!([{"headcount": 9}]));
    assert_eq!(record(&own, &session, "so-ngoai-vu", &json!([])).code(), "AGENCY_NOT_YOURS");
    assert_eq!(record(&own, &session, "khong-co", &json!([])).code(), "AGENCY_NOT_YOURS", "which others there are is not told");
    assert_eq!(send(&own, "POST", COURSES, None, &course("so-ngoai-vu", "X")).code(), "AGENCY_NOT_YOURS");
    assert_eq!(roll(&own, "so-ngoai-vu", "2014-12-31", &json!({})).code(), "AGENCY_NOT_YOURS");
    let seen = |client: &Client| {
        let items = client.get(&parts_of(&session)).json()["items"].take();
        items.as_array().expect("parts").iter().map(|part| part["headcount"].clone()).collect::<Vec<_>>()
    };
    assert_eq!((seen(&own), seen(&other), seen(&staff)), (vec![json!(8)], vec![json!(9)], vec![json!(8), json!(9)]));
    let auditor = app.person(None, Role::Auditor);
    assert_eq!(seen(&auditor), [json!(8), json!(9)]);
    assert_eq!(record(&auditor, &session, "so-tttt", &json!([])).code(), "FORBIDDEN");
    let told = people(&own, "");
    assert_eq!((&told["within"], &told["people"]["attendances"]), (&json!(["so-tttt"]), &json!(8)));
    for path in [parts_of(&session), format!("/api/v1/trainings/people?programme={PROGRAMME}"), "/api/v1/staff-rolls".into()] {
        assert_eq!(app.anonymous().get(&path).code(), "UNAUTHENTICATED", "{path}");
        assert_eq!(app.person(None, Role::Inspector).get(&path).code(), "FORBIDDEN", "{path}");
    }
    // A refusal is an entry.
    let refused =
        "SELECT code AS line FROM audit_entries WHERE operation = 'record_participations' AND outcome = 'REFUSED' ORDER BY at, id";
    assert_eq!(rows(&app.database, refused), ["AGENCY_NOT_YOURS", "AGENCY_NOT_YOURS", "FORBIDDEN"]);
}

fn what_is_kept_of_a_person_has_their_trainings(backend: Backend) {
    let app = TestApp::start(backend);
    decision(&app.person(None, Role::Admin), "7/QĐ-XL", "2015-01-05");
    let staff = personnel(&app);
    let (person, other) = (made(&staff, &json!({"name": "Phạm Thị Cúc"})), made(&staff, &json!({"name": "Lê Văn Dũng"})));
    let session = held(&staff, &course("so-noi-vu", "Bồi dưỡng"), "2014-05-05");
    let both = json!([{"person": person["id"], "result": "COMPLETED", "certificateNumber": "CN-77", "certificateOn": "2014-05-06"},
                      {"person": other["id"]}]);
    came(&staff, &session, "so-tttt", &both);
    let export = send(&staff, "POST", &of(&person, "/export"), None, &json!({"purpose": "Yêu cầu của người đó"}));
    let told = export.json()["content"]["trainings"].take();
    let one = json!([{"course": "Bồi dưỡng", "from": "2014-05-05", "to": "2014-05-05", "agency": "so-tttt", "result": "COMPLETED",
                      "certificate": {"number": "CN-77", "issuedOn": "2014-05-06"}}]);
    assert_eq!(told, one, "{}", export.body);
    // While processing is restricted nothing is shown but that there is an entry, and nothing new is written.
    let ground = json!({"restricted": true, "reason": "Yêu cầu của người đó"});
    assert_eq!(send(&staff, "PUT", &of(&person, "/restriction"), Some(&person["revision"]), &ground).status, 200);
    let shown = staff.get(&parts_of(&session)).json()["items"][0].take();
    assert_eq!((&shown["name"], &shown["certificateNumber"], &shown["isRestricted"]), (&Value::Null, &Value::Null, &json!(true)));
    let fault = ("/participants/0/person".to_owned(), "PERSONAL_DATA_RESTRICTED".to_owned());
    assert_eq!(record(&staff, &session, "so-tttt", &both).faults(), [fault]);
    // A pseudonym leaves the counts and takes the certificate; the entry leads to nobody.
    let now = staff.get(&of(&person, "")).json();
    let ground = json!({"reason": "Theo yêu cầu", "document": "7/QĐ-XL"});
    let done = send(&staff, "POST", &of(&person, "/pseudonym"), Some(&now["revision"]), &ground);
    assert_eq!(done.status, 200, "{}", done.body);
    assert_eq!(people(&staff, "")["people"], json!({"attendances": 2, "personsAtLeast": 2, "personsAtMost": 2}));
    let shown = staff.get(&parts_of(&session)).json()["items"][0].take();
    assert_ne!(shown["person"], person["id"]);
    assert_eq!((&shown["certificateNumber"], &shown["result"]), (&Value::Null, &json!("COMPLETED")));
    let kept = "SELECT coalesce(certificate_number, '-') AS line FROM training_participations ORDER BY id";
    assert_eq!(rows(&app.database, kept), ["-", "-"]);
    assert!(verdict(&app, None).is_ok());
}

fn graphql_writes_and_reads_trainings(backend: Backend) {
    let app = TestApp::start(backend);
    let staff = personnel(&app);
    let create = "mutation($input: TrainingCourseInput!) { createTrainingCourse(input: $input) { course { id revision organiser { code } \
                  audiences task { code } } problem { code } } }";
    let input = json!({"programme": PROGRAMME, "task": "III.2", "kind": "FORMAL", "title": "Đào tạo", "organiser": "so-noi-vu", "audiences": ["MANAGER"]});
    let made = staff.graphql(create, &json!({ "input": input }))["createTrainingCourse"]["course"].take();
    assert_eq!(
        (&made["organiser"]["code"], &made["audiences"], &made["task"]["code"]),
        (&json!("so-noi-vu"), &json!(["MANAGER"]), &json!("III.2"))
    );
    let session = "mutation($id: ID!) { createTrainingSession(courseId: $id, input: {status: HELD, from: \"2014-05-05\", to: \"2014-05-05\"}) \
                   { course { sessions { id status } } problem { code } } }";
    let session = staff.graphql(session, &json!({"id": made["id"]}))["createTrainingSession"]["course"]["sessions"][0]["id"].take();
    let record = "mutation($id: ID!) { recordParticipations(session: $id, agency: \"so-tttt\", participants: [{headcount: 9}]) \
                  { entries attendances problem { code } } }";
    let done = staff.graphql(record, &json!({ "id": session }))["recordParticipations"].take();
    assert_eq!(done, json!({"entries": 1, "attendances": 9, "problem": null}));
    let roll = "mutation { recordStaffRoll(agency: \"so-tttt\", on: \"2014-12-31\", input: {headcount: 18}) { roll { headcount inCharge } problem { code } } }";
    assert_eq!(staff.graphql(roll, &json!({}))["recordStaffRoll"]["roll"], json!({"headcount": 18, "inCharge": null}));
    // What is below nought is told as what is wrong with the input, like what is too much.
    let below = "mutation($id: ID!) { recordStaffRoll(agency: \"so-tttt\", on: \"2014-12-30\", input: {headcount: -1, inCharge: -2}) { problem { ...P } } \
                 recordParticipations(session: $id, agency: \"so-tttt\", participants: [{headcount: 9}, {headcount: -9}]) { problem { ...P } } } \
                 fragment P on Problem { code faults { pointer code } }";
    let told = staff.graphql(below, &json!({ "id": session }));
    let out = |places: &[&str]| {
        let faults: Vec<Value> = places.iter().map(|at| json!({"pointer": at, "code": "OUT_OF_RANGE"})).collect();
        json!({"problem": {"code": "BODY_INVALID", "faults": faults}})
    };
    assert_eq!(told["recordStaffRoll"], out(&["/headcount", "/inCharge"]));
    assert_eq!(told["recordParticipations"], out(&["/participants/1/headcount"]));
    let read = "query($id: ID!) { participations(session: $id) { totalCount nodes { headcount agency { code } } } \
                trainingPeople(programme: \"HP-1593-2013\", year: 2014) { people { attendances } coverage { base staff atLeast } } \
                staffRolls { totalCount nodes { agency { code } } } trainingCourses(programme: \"HP-1593-2013\") { totalCount } }";
    let told = staff.graphql(read, &json!({ "id": session }));
    assert_eq!(told["participations"], json!({"totalCount": 1, "nodes": [{"headcount": 9, "agency": {"code": "so-tttt"}}]}));
    assert_eq!(told["trainingPeople"]["coverage"][0], json!({"base": "ALL_STAFF", "staff": 18, "atLeast": "50.00"}));
    assert_eq!((&told["staffRolls"]["totalCount"], &told["trainingCourses"]["totalCount"]), (&json!(1), &json!(1)));
    let public = "{ trainingFigures(programme: \"HP-1593-2013\", year: 2014) { persons { value isSuppressed } rows { total { value } } } }";
    release(&app.person(None, Role::Standing), 2014);
    let told = app.anonymous().graphql(public, &json!({}))["trainingFigures"].take();
    assert_eq!(told, json!({"persons": {"value": 9, "isSuppressed": false}, "rows": [{"total": {"value": 9}}]}));
    assert_eq!(app.anonymous().graphql_code("{ staffRolls { totalCount } }"), "UNAUTHENTICATED");
}

fn a_list_of_courses_sends_as_many_statements_for_many_as_for_few(backend: Backend) {
    let app = TestApp::start(backend);
    let (staff, public) = (personnel(&app), app.anonymous());
    let read = || app.fewest_statements(|| public.get(&format!("{COURSES}?limit=200"))).0;
    held(&staff, &course("so-noi-vu", "Một"), "2014-05-05");
    let few = read();
    for i in 0..8 {
        let session = held(&staff, &course("so-noi-vu", &format!("Khóa {i}")), "2014-05-05");
        came(&staff, &session, "so-tttt", &json!([{"headcount": 9}]));
    }
    assert_eq!(read(), few);
    let figures = || app.fewest_statements(|| public.get(&format!("/api/v1/trainings/figures?programme={PROGRAMME}&year=2014"))).0;
    let standing = app.person(None, Role::Standing);
    release(&standing, 2014);
    let before = figures();
    let session = held(&staff, &course("so-noi-vu", "Thêm"), "2014-06-05");
    came(&staff, &session, "so-ngoai-vu", &json!([{"headcount": 9}]));
    release(&standing, 2014);
    assert_eq!(figures(), before);
}
