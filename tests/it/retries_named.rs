//! A retry without a key: what is named, dated or rests on what was seen is refused a second time; what is not says so and makes another.

use app::import::ImportOptions;
use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, Reply, TestApp, both, seed};

use crate::{
    access::{bearer, id_of, post, signed_in},
    amendments::{amend, decision, file, without},
    budget, committees, meetings,
    persons::{PATH as PERSONS, personnel},
    retries::count,
    targets::{RULE, of, targets},
    trainings::{PLAN, came, course, held, released},
    webhooks::{OWN, made as hooked, start},
};

both!(
    accounts_their_roles_and_keys_are_there_once,
    a_secret_or_link_that_was_lost_is_taken_away_by_hand,
    a_second_factor_takes_the_place_of_one_that_was_lost,
    agencies_and_what_happens_to_them_are_recorded_once,
    an_event_that_is_sent_many_times_at_once_is_recorded_once,
    members_are_designated_once,
    a_successor_is_named_once,
    committees_act_and_meet_once,
    documents_and_what_they_amend_are_written_down_once,
    what_a_document_directs_and_how_it_is_read_is_recorded_once,
    targets_are_defined_once_and_values_stated_again,
    figures_are_released_again,
    what_trainings_need_is_written_down_once,
    a_budget_line_is_there_once,
    a_person_is_made_again_unless_their_account_is_named,
);

const ACCOUNTS: &str = "/api/v1/admin/accounts";
const LINKS: &str = "/api/v1/calendar-links";
const FACTOR: &str = "/api/v1/me/second-factor";
const ADMIN: &str = "/api/v1/admin";
const OF_PROGRAMME: &str = "/api/v1/admin/programmes/HP-1593-2013";
const BASIS: &str = "1593/QĐ-UBND";
const THERE: (u16, &str) = (409, "ALREADY_EXISTS");
const FAULTY: (u16, &str) = (422, "BODY_INVALID");

/// Sends twice: the first makes something, the second is refused so, and nothing second is there. Gives the first answer.
fn once(app: &TestApp, table: &str, (status, code): (u16, &str), send: impl Fn() -> Reply) -> Reply {
    let first = send();
    assert!(matches!(first.status, 201 | 204), "{table}: {} {}", first.status, first.body);
    let there = count(app, table);
    let again = send();
    assert_eq!((again.status, again.code().as_str()), (status, code), "{table}: {}", again.body);
    assert_eq!(count(app, table), there, "{table}");
    first
}

/// Sends what is made again each time; gives both answers.
fn again(send: impl Fn() -> Reply) -> [Value; 2] {
    [send(), send()].map(|reply| {
        assert_eq!(reply.status, 201, "{}", reply.body);
        reply.json()
    })
}

fn id(of: &Value) -> &str {
    of["id"].as_str().expect("an id")
}

fn accounts_their_roles_and_keys_are_there_once(backend: Backend) {
    let app = TestApp::start(backend);
    let admin = app.person(None, Role::Admin);
    let new = json!({"kind": "SERVICE", "login": "thu-nghiem", "name": "Hệ thống", "agency": OWN, "roles": ["AGENCY_SYSTEM"]});
    let made = once(&app, "accounts", THERE, || post(&admin, ACCOUNTS, &new)).json();
    let path = format!("{ACCOUNTS}/{}", id(&made));
    let role = json!({"role": "AGENCY_VIEWER", "agency": OWN});
    once(&app, "grants", THERE, || post(&admin, &format!("{path}/grants"), &role));
    let jwk = json!({"kty": "OKP", "crv": "Ed25519", "kid": "k1", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"});
    once(&app, "client_keys", THERE, || post(&admin, &format!("{path}/keys"), &json!({ "jwk": jwk })));
}

fn a_secret_or_link_that_was_lost_is_taken_away_by_hand(backend: Backend) {
    let (app, receiver) = start(backend);
    let admin = app.person(None, Role::Admin);
    let system = app.service_account(OWN, &[Role::AgencySystem]);
    let path = format!("{ACCOUNTS}/{}", id_of(&admin, &system.login));
    let add = || post(&admin, &format!("{path}/secrets"), &json!({}));
    let gone = |id: &str| admin.send("DELETE", &format!("{path}/secrets/{id}"), &[], b"").status;
    let first = admin.get(&path).json()["secrets"][0]["id"].take();
    assert_eq!(gone(first.as_str().expect("an id")), 204);
    let [lost, known] = again(add);
    assert_ne!(lost["id"], known["id"]);
    assert_eq!(add().code(), "TOO_MANY_SECRETS");
    let listed = admin.get(&path).json()["secrets"].take();
    assert!(listed.as_array().expect("secrets").iter().any(|one| one["id"] == lost["id"]), "{listed}");
    assert_eq!(gone(id(&lost)), 204);
    // A link.
    let office = app.person(Some("so-ngoai-vu"), Role::AgencyApprover);
    let [lost, known] = again(|| post(&office, LINKS, &json!({"agency": "so-ngoai-vu"})));
    assert_ne!(lost["path"], known["path"]);
    assert_eq!(office.get(LINKS).json()["items"].as_array().map(Vec::len), Some(2));
    assert_eq!(office.send("DELETE", &format!("{LINKS}/{}", id(&lost)), &[], b"").status, 204);
    assert_eq!(app.anonymous().get(lost["path"].as_str().expect("a path")).status, 404);
    assert_eq!(app.anonymous().get(known["path"].as_str().expect("a path")).status, 200);
    // The secret of a webhook gives way to another one each time.
    let press = app.system_of(OWN);
    let (hook, _) = hooked(&press, &json!({"url": receiver.url(), "agency": OWN}));
    let [lost, known] = again(|| post(&press, &format!("{hook}/secret"), &json!({})));
    assert_ne!(lost["secret"], known["secret"]);
    assert_eq!(count(&app, "webhooks"), 1);
}

fn a_second_factor_takes_the_place_of_one_that_was_lost(backend: Backend) {
    let app = TestApp::start(backend);
    let user = app.user(None, &[Role::Auditor]);
    let client = bearer(&app, &signed_in(&app, &user));
    let enrol = || post(&client, FACTOR, &json!({"currentPassword": user.secret}));
    let [lost, known] = again(enrol);
    assert_ne!(lost["address"], known["address"]);
    assert_eq!(count(&app, "second_factors"), 1);
    let code = testkit::one_time_code(known["address"].as_str().expect("an address"), app.now());
    assert_eq!(post(&client, &format!("{FACTOR}/confirm"), &json!({ "code": code })).status, 200);
    let refused = enrol();
    assert_eq!((refused.status, refused.code().as_str()), THERE);
    assert_eq!(count(&app, "second_factors"), 1);
}

fn transfer() -> Value {
    json!({"kind": "FUNCTION_TRANSFER", "effectiveOn": "2018-01-01", "basis": BASIS, "predecessors": ["so-noi-vu"],
           "successors": [{"code": "so-tai-chinh"}], "duties": [{"successor": "so-tai-chinh", "programme": "HP-1593-2013", "task": "III.4"}]})
}

fn agencies_and_what_happens_to_them_are_recorded_once(backend: Backend) {
    let app = TestApp::start(backend);
    let admin = app.person(None, Role::Admin);
    let new = json!({"code": "so-moi", "agency": {"name": "Sở mới", "parent": "ubnd-tp-hai-phong"}, "from": "2020-01-01", "basis": BASIS});
    once(&app, "agencies", THERE, || post(&admin, &format!("{ADMIN}/agencies"), &new));
    let events = format!("{ADMIN}/agencies/events");
    let mut named = transfer();
    named["code"] = json!("chuyen-giao");
    for _ in 0..2 {
        assert_eq!(post(&admin, &format!("{events}?dryRun=true"), &named).status, 200, "a rehearsal keeps nothing");
    }
    once(&app, "agency_events", THERE, || post(&admin, &events, &named));
    let rename = json!({"kind": "RENAME", "effectiveOn": "2019-01-01", "basis": BASIS, "predecessors": ["so-ngoai-vu"],
                        "becomes": {"name": "Sở Đối ngoại"}});
    once(&app, "agency_events", FAULTY, || post(&admin, &events, &rename));
    // Whatever it is called, or not: it is on record.
    let there = count(&app, "agency_events");
    let told = post(&admin, &events, &transfer());
    assert_eq!((told.status, told.code().as_str(), count(&app, "agency_events")), (409, "ALREADY_EXISTS", there));
}

fn an_event_that_is_sent_many_times_at_once_is_recorded_once(backend: Backend) {
    let app = TestApp::start(backend);
    let admin = app.person(None, Role::Admin);
    for day in 1..=4 {
        let mut event = transfer();
        event["effectiveOn"] = json!(format!("2018-01-0{day}"));
        if day % 2 == 0 {
            event["predecessors"] = json!(["so-tai-chinh"]);
            event["successors"] = json!([{"code": "so-noi-vu"}]);
            event["duties"][0]["successor"] = json!("so-noi-vu");
        }
        let mut told: Vec<u16> = std::thread::scope(|scope| {
            let ask = || scope.spawn(|| post(&admin, &format!("{ADMIN}/agencies/events"), &event).status);
            let all: Vec<_> = (0..4).map(|_| ask()).collect();
            all.into_iter().map(|one| one.join().expect("an answer")).collect()
        });
        told.sort_unstable();
        assert_eq!(told, [201, 409, 409, 409], "{day}");
    }
}

fn members_are_designated_once(backend: Backend) {
    let app = TestApp::start(backend);
    app.import_organisation(&seed::organisation(), ImportOptions::default()).expect("an import");
    let admin = app.person(None, Role::Admin);
    let query = "{ programme(code: \"HP-1593-2013\") { task(code: \"II.1\") { id } } }";
    let task = admin.graphql(query, &json!({}))["programme"]["task"]["id"].take();
    let path = format!("{ADMIN}/tasks/{}/designations", task.as_str().expect("an id"));
    let named = json!({"collective": "cac-so-ban-nganh-ubnd-quan-huyen-lien-quan", "agencies": ["so-ngoai-vu"], "from": "2016-07-01",
                       "basis": BASIS});
    for _ in 0..2 {
        assert_eq!(post(&admin, &format!("{path}?dryRun=true"), &named).status, 200, "a rehearsal keeps nothing");
    }
    once(&app, "designations", FAULTY, || post(&admin, &path, &named));
}

fn a_successor_is_named_once(backend: Backend) {
    let app = TestApp::start(backend);
    let (admin, standing) = (app.person(None, Role::Admin), app.person(Some("so-tttt"), Role::Standing));
    let dissolve = json!({"kind": "DISSOLVE", "effectiveOn": "2018-01-01", "basis": BASIS, "predecessors": ["so-noi-vu"]});
    assert_eq!(post(&admin, &format!("{ADMIN}/agencies/events"), &dissolve).status, 201);
    let queue = standing.get(&format!("{ADMIN}/succession-queue?limit=200")).json()["items"].take();
    let waiting = queue.as_array().expect("entries").iter().find(|one| one["agencyRole"].is_null()).expect("an entry");
    let named = json!({"entries": [waiting["id"]], "successor": "so-tai-chinh", "effectiveOn": "2018-06-01", "basis": BASIS});
    once(&app, "agency_events", FAULTY, || post(&standing, &format!("{ADMIN}/succession-queue/successor"), &named));
}

fn committees_act_and_meet_once(backend: Backend) {
    let app = TestApp::start(backend);
    let (admin, standing) = (app.person(None, Role::Admin), app.person(Some("so-tttt"), Role::Standing));
    let plan = json!({"agency": "bcd-ttdn", "plannedBy": BASIS});
    once(&app, "committees", THERE, || committees::post(&admin, &plan));
    let act = committees::establishment();
    for _ in 0..2 {
        assert_eq!(committees::send(&admin, 0, "?dryRun=true", &act).status, 200, "a rehearsal keeps nothing");
    }
    once(&app, "committee_acts", (412, "PRECONDITION_FAILED"), || committees::send(&admin, 0, "", &act));
    once(&app, "meetings", THERE, || meetings::called(&standing, "2014-03-11T18:00:00Z"));
}

fn documents_and_what_they_amend_are_written_down_once(backend: Backend) {
    let app = TestApp::start(backend);
    let admin = app.person(None, Role::Admin);
    let documents = format!("{ADMIN}/documents");
    for new in [
        json!({"kind": "DECISION", "number": "2100/QĐ-UBND", "issuer": "ubnd-tp-hai-phong", "issuedOn": "2016-02-20"}),
        json!({"kind": "OTHER", "number": "Số 45a", "issuerAsWritten": "Một cơ quan", "issuedOn": "2018-12-28"}),
        json!({"kind": "DIRECTIVE", "status": "PLANNED", "title": "Chỉ thị về thông tin đối ngoại"}),
    ] {
        once(&app, "documents", THERE, || post(&admin, &documents, &new));
    }
    let changed = without(file(), "V.2");
    for _ in 0..2 {
        assert_eq!(amend(&admin, "2100/QĐ-UBND", "2016-03-01", &changed, true).status, 200, "a rehearsal keeps nothing");
    }
    once(&app, "programme_amendments", FAULTY, || amend(&admin, "2100/QĐ-UBND", "2016-03-01", &changed, false));
}

fn what_a_document_directs_and_how_it_is_read_is_recorded_once(backend: Backend) {
    let app = TestApp::start(backend);
    decision(&app.person(None, Role::Admin), "1681/UBND-TCD", "2014-10-01");
    let standing = app.person(Some("so-tttt"), Role::Standing);
    let direction = json!({"basis": "1681/UBND-TCD", "text": "Lập hồ sơ biển đảo.", "lead": "so-tttt", "dueOn": "2015-06-30"});
    once(&app, "directions", THERE, || post(&standing, &format!("{OF_PROGRAMME}/directions"), &direction));
    let issues = app.anonymous().get("/api/v1/programmes/HP-1593-2013/known-issues").json()["items"].take();
    let issue = issues.as_array().expect("defects").iter().find(|one| one["location"] == "IV.1").expect("IV.1").clone();
    let confirmation = format!("{OF_PROGRAMME}/known-issues/{}/confirmation", id(&issue));
    once(&app, "reading_confirmations", THERE, || post(&standing, &confirmation, &json!({})));
}

fn targets_are_defined_once_and_values_stated_again(backend: Backend) {
    let app = TestApp::start(backend);
    decision(&app.person(None, Role::Admin), RULE, "2013-12-01");
    let standing = app.person(Some("so-noi-vu"), Role::Standing);
    let version = json!({"from": "2015-01-01", "basis": RULE, "words": "Cách tính theo hướng dẫn.", "dueYear": 2018});
    once(&app, "target_definitions", FAULTY, || post(&standing, &format!("{OF_PROGRAMME}/targets/T2/definitions"), &version));
    let value = json!({"year": 2020, "finality": "FINAL", "on": "2020-12-31", "document": RULE, "count": 2});
    let path = format!("{OF_PROGRAMME}/targets/T8/values");
    let told = || of(&targets(&standing, "?year=2020"), "T8")["value"]["count"].take();
    assert_eq!(post(&standing, &path, &value).status, 201);
    assert_eq!(told(), json!(2));
    assert_eq!(post(&standing, &path, &value).status, 201);
    assert_eq!((told(), count(&app, "target_values")), (json!(2), 2), "it counts once");
}

fn figures_are_released_again(backend: Backend) {
    let app = TestApp::start(backend);
    let (staff, standing) = (personnel(&app), app.person(None, Role::Standing));
    let session = held(&staff, &course("so-noi-vu", "Bồi dưỡng"), "2014-05-05");
    came(&staff, &session, "so-tttt", &json!([{"headcount": 9}]));
    let [first, second] = again(|| released(&standing, &json!({"year": 2014})));
    assert_eq!((&first["persons"], &first["rows"]), (&second["persons"], &second["rows"]));
    assert_eq!(count(&app, "training_releases"), 2);
}

fn what_trainings_need_is_written_down_once(backend: Backend) {
    let app = TestApp::start(backend);
    decision(&app.person(None, Role::Admin), PLAN, "2014-01-10");
    let agency = app.system_of("so-noi-vu");
    let item = json!({"programme": "HP-1593-2013", "year": 2014, "agency": "so-noi-vu", "kind": "REFRESHER", "title": "Bồi dưỡng cán bộ",
                      "sessions": 2, "document": PLAN});
    once(&app, "training_plan_items", THERE, || post(&agency, "/api/v1/training-plan", &item));
    let new = json!({"programme": "HP-1593-2013", "task": "III.3", "agency": "so-noi-vu", "title": "Tài liệu bồi dưỡng"});
    let material = once(&app, "training_materials", THERE, || post(&agency, "/api/v1/trainings/materials", &new)).json();
    let versions = format!("/api/v1/trainings/materials/{}/versions", id(&material));
    let version = json!({"number": 1, "language": "vi", "issuedOn": "2014-02-01", "document": PLAN});
    once(&app, "training_material_versions", FAULTY, || post(&agency, &versions, &version));
}

fn a_budget_line_is_there_once(backend: Backend) {
    let (app, finance) = budget::stage(backend);
    let line = json!({"programme": "HP-1593-2013", "task": "I.1", "year": 2020, "agency": "so-tttt", "source": "STATE_PROVINCIAL"});
    once(&app, "budget_lines", THERE, || budget::post(&finance, "lines", &line));
}

fn a_person_is_made_again_unless_their_account_is_named(backend: Backend) {
    let app = TestApp::start(backend);
    let staff = personnel(&app);
    let [first, second] = again(|| post(&staff, PERSONS, &json!({"name": "Nguyễn Văn An"})));
    assert_ne!(first["id"], second["id"]);
    assert_eq!(staff.get(&format!("{PERSONS}?name=nguyen")).json()["items"].as_array().map(Vec::len), Some(2));
    let user = app.user(None, &[Role::Auditor]);
    let account = id_of(&app.person(None, Role::Admin), &user.login);
    let linked = json!({"name": "Trần Thị Bình", "account": account});
    once(&app, "persons", THERE, || post(&staff, PERSONS, &linked));
}
