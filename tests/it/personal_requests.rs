//! What people ask of their data: by when it is to be done, how it moves, what it does to what is kept.

use chrono::{DateTime, Utc};
use domain::account::Role;
use serde_json::{Value, json};
use testkit::{
    Backend, Client, Reply, TestApp,
    app::{operator, wait},
    both,
    database::{TestDatabase, rows},
};

use crate::persons::{PATH, dump, made, of, open, personnel, send, whole};

both!(
    the_law_of_the_day_of_receipt_sets_the_clock,
    a_year_whose_working_days_are_unknown_is_said_and_dated_later,
    a_request_moves_by_its_steps_and_no_other_way,
    what_is_late_is_listed,
    restricted_processing_opens_for_requests_alone,
    an_export_holds_everything_and_is_an_entry,
    another_law_is_another_entry_of_the_file,
    clocks_that_contradict_each_other_are_not_imported,
    a_pseudonym_is_for_good_and_leaves_documents_whole,
    rosters_name_whom_documents_name_and_lead_nowhere,
);

const REQUESTS: &str = "/api/v1/admin/personal-requests";

/// A server whose clock stands at an instant, with the calendars that ship.
fn start(backend: Backend, at: &str) -> TestApp {
    let app = TestApp::over(TestDatabase::with_programme(backend));
    app.import_calendar(&testkit::seed::working_days(), app::import::ImportOptions::default()).expect("an import");
    go(&app, at);
    app
}

fn go(app: &TestApp, at: &str) {
    let at: DateTime<Utc> = at.parse().expect("an instant");
    app.clock.advance(at - app.now());
}

fn asked(client: &Client, person: &Value, kind: &str, received: &str, third_party: bool) -> Reply {
    let body = json!({"person": person["id"], "kind": kind, "channel": "PAPER", "receivedAt": received, "involvesThirdParty": third_party});
    send(client, "POST", REQUESTS, None, &body)
}

fn request(client: &Client, person: &Value, kind: &str, received: &str) -> Value {
    let reply = asked(client, person, kind, received, false);
    assert_eq!(reply.status, 201, "{}", reply.body);
    reply.json()
}

fn step(client: &Client, request: &Value, body: &Value) -> Reply {
    send(client, "POST", &format!("{REQUESTS}/{}/steps", request["id"].as_str().expect("an id")), Some(&request["revision"]), body)
}

fn stepped(client: &Client, request: &Value, body: &Value) -> Value {
    let reply = step(client, request, body);
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.json()
}

fn the_law_of_the_day_of_receipt_sets_the_clock(backend: Backend) {
    let app = start(backend, "2026-03-20T03:00:00Z");
    let client = personnel(&app);
    let person = made(&client, &json!({"name": "A"}));
    let clock = |kind: &str, received: &str, third_party: bool| {
        let reply = asked(&client, &person, kind, received, third_party).json();
        ["clock", "acknowledgeBy", "actBy", "actByAt"].map(|field| reply[field].clone())
    };
    let set = |acknowledge: &str, act: &str| [json!("SET"), json!(acknowledge), json!(act), Value::Null];
    assert_eq!(clock("RESTRICT", "2026-03-02T03:00:00Z", false), set("2026-03-04", "2026-03-17"));
    // 22 March is a Sunday, 12 March a Thursday.
    assert_eq!(clock("OBJECT", "2026-03-02T03:00:00Z", true), set("2026-03-04", "2026-03-23"));
    assert_eq!(clock("ACCESS", "2026-03-02T03:00:00Z", false), set("2026-03-04", "2026-03-12"));
    // Hours from the very instant, and nothing to acknowledge.
    let hours = [json!("SET"), Value::Null, json!("2024-05-09"), json!("2024-05-09T03:30:00Z")];
    assert_eq!(clock("RESTRICT", "2024-05-06T03:30:00Z", false), hours);
    let none = [json!("NO_STATUTORY_CLOCK"), Value::Null, Value::Null, Value::Null];
    assert_eq!(clock("DELETE", "2023-06-30T03:00:00Z", false), none, "no decree yet");
    assert_eq!(clock("DELETE", "2023-06-30T17:00:00Z", false)[0], json!("SET"), "1 July in Viet Nam");
    let later = asked(&client, &person, "ACCESS", "2026-03-21T03:00:00Z", false);
    assert_eq!(later.faults(), [("/receivedAt".to_owned(), "OUT_OF_RANGE".to_owned())]);
    let nobody = asked(&client, &json!({"id": "0199b2a0-0000-7000-8000-000000000001"}), "ACCESS", "2026-03-02T03:00:00Z", false);
    assert_eq!(nobody.faults(), [("/person".to_owned(), "REFERENCE_UNKNOWN".to_owned())]);
    let graphql = "mutation($p: ID!) { createPersonalRequest(input: {person: $p, kind: WITHDRAW_CONSENT, channel: EMAIL, receivedAt: \"2026-03-02T03:00:00Z\"}) {
        request { clock basis acknowledgeBy actBy state overdue steps { step } } problem { code } } }";
    let made = client.graphql(graphql, &json!({"p": person["id"]}))["createPersonalRequest"].take();
    assert_eq!(
        made["request"],
        json!({"clock": "SET", "basis": "Luật 91/2025/QH15, Nghị định 356/2025/NĐ-CP", "acknowledgeBy": "2026-03-04", "actBy": "2026-03-17",
               "state": "RECEIVED", "overdue": "ACTION", "steps": []})
    );
}

fn a_year_whose_working_days_are_unknown_is_said_and_dated_later(backend: Backend) {
    let app = start(backend, "2026-12-30T03:00:00Z");
    let client = personnel(&app);
    let person = made(&client, &json!({"name": "A"}));
    let unknown = request(&client, &person, "RESTRICT", "2026-12-30T02:00:00Z");
    assert_eq!((&unknown["clock"], &unknown["actBy"]), (&json!("CALENDAR_UNKNOWN"), &Value::Null));
    assert_eq!(wait(app::person::request::date_unknown(&app.app, &operator())).expect("a run"), 0);
    // 14 January 2027 is a Thursday; 1 January is off.
    let file = json!({"workingYears": [{"year": 2027, "source": "Thông báo thử nghiệm", "toConfirm": false, "days": [{"day": "2027-01-01", "kind": "HOLIDAY", "name": "Tết Dương lịch"}]}]});
    app.import_calendar(&with_form(file), app::import::ImportOptions::default()).expect("an import");
    assert_eq!(wait(app::person::request::date_unknown(&app.app, &operator())).expect("a run"), 1);
    let dated = client.get(&format!("{REQUESTS}/{}", unknown["id"].as_str().expect("an id"))).json();
    assert_eq!((&dated["clock"], &dated["acknowledgeBy"], &dated["actBy"]), (&json!("SET"), &json!("2027-01-04"), &json!("2027-01-14")));
}

/// The file of working days that ships, with these years instead.
fn with_form(years: Value) -> Value {
    let text = std::fs::read_to_string(format!("{}/../data/calendars/working-days.json", env!("CARGO_MANIFEST_DIR"))).expect("a file");
    let mut file: Value = serde_json::from_str(&text).expect("JSON");
    file["workingYears"] = years["workingYears"].clone();
    file
}

fn a_request_moves_by_its_steps_and_no_other_way(backend: Backend) {
    let app = start(backend, "2026-03-03T03:00:00Z");
    let client = personnel(&app);
    let person = made(&client, &json!({"name": "A"}));
    let received = request(&client, &person, "RESTRICT", "2026-03-02T03:00:00Z");
    for body in [
        json!({"step": "DONE"}),
        json!({"step": "REFUSED", "reason": "x", "legalGround": "x"}),
        json!({"step": "EXTENDED", "until": "2026-03-20", "reason": "x"}),
    ] {
        assert_eq!(step(&client, &received, &body).code(), "WRONG_STATE", "{body}");
    }
    assert_eq!(step(&client, &received, &json!({"step": "RECEIVED"})).code(), "BODY_INVALID");
    let early = step(&client, &received, &json!({"step": "ACKNOWLEDGED", "at": "2026-03-02T02:59:59Z"}));
    assert_eq!(early.faults(), [("/at".to_owned(), "OUT_OF_RANGE".to_owned())]);
    let known = stepped(&client, &received, &json!({"step": "ACKNOWLEDGED"}));
    assert_eq!(step(&client, &received, &json!({"step": "DONE"})).code(), "PRECONDITION_FAILED");
    let places = |body: &Value| step(&client, &known, body).faults().into_iter().map(|(place, _)| place).collect::<Vec<_>>();
    assert_eq!(places(&json!({"step": "EXTENDED"})), ["/until", "/reason"]);
    assert_eq!(places(&json!({"step": "EXTENDED", "until": "2026-04-02", "reason": "x"})), ["/until"], "sixteen days");
    assert_eq!(places(&json!({"step": "REFUSED"})), ["/legalGround", "/reason"]);
    assert_eq!(places(&json!({"step": "DONE", "until": "2026-04-01"})), ["/until"]);
    let extended = stepped(&client, &known, &json!({"step": "EXTENDED", "until": "2026-04-01", "reason": "Hồ sơ phức tạp."}));
    assert_eq!((&extended["state"], &extended["extendedUntil"]), (&json!("EXTENDED"), &json!("2026-04-01")));
    assert_eq!(step(&client, &extended, &json!({"step": "EXTENDED", "until": "2026-04-01", "reason": "x"})).code(), "WRONG_STATE", "once");
    let refused = "mutation($id: ID!, $r: Int!) { movePersonalRequest(id: $id, revision: $r, step: {step: REFUSED, reason: \"Phải lưu.\", legalGround: \"Luật Lưu trữ\"}) {
        request { state revision steps { step until reason legalGround } } problem { code } } }";
    let done = client.graphql(refused, &json!({"id": extended["id"], "r": extended["revision"]}))["movePersonalRequest"]["request"].take();
    assert_eq!((&done["state"], done["steps"].as_array().map(Vec::len)), (&json!("REFUSED"), Some(3)));
    assert_eq!(done["steps"][2], json!({"step": "REFUSED", "until": null, "reason": "Phải lưu.", "legalGround": "Luật Lưu trữ"}));
    let over = json!({"id": done["id"], "revision": done["revision"]});
    assert_eq!(
        client.graphql(refused, &json!({"id": extended["id"], "r": over["revision"]}))["movePersonalRequest"]["problem"]["code"],
        "WRONG_STATE"
    );
    // The older decree knows no extension.
    let old = request(&client, &person, "RESTRICT", "2024-05-06T03:30:00Z");
    let known = stepped(&client, &old, &json!({"step": "ACKNOWLEDGED"}));
    assert_eq!(step(&client, &known, &json!({"step": "EXTENDED", "until": "2026-04-01", "reason": "x"})).code(), "WRONG_STATE");
    let told = rows(
        &app.database,
        "SELECT operation AS line FROM audit_entries WHERE subject = 'personal_request' AND outcome = 'DONE' ORDER BY at, id",
    );
    assert_eq!(told.iter().filter(|line| *line == "move_personal_request").count(), 4, "{told:?}");
}

/// How many requests GraphQL lists where nothing is asked of them.
fn graphql_count(client: &Client) -> usize {
    let found = client.graphql("{ personalRequests { nodes { id } } }", &json!({}));
    found["personalRequests"]["nodes"].as_array().expect("requests").len()
}

fn what_is_late_is_listed(backend: Backend) {
    let app = start(backend, "2026-03-02T08:00:00Z");
    let client = personnel(&app);
    let person = made(&client, &json!({"name": "A"}));
    let days = request(&client, &person, "RESTRICT", "2026-03-02T03:00:00Z");
    request(&client, &person, "DELETE", "2022-01-03T03:00:00Z");
    let late = |at: &str| {
        go(&app, at);
        let client = personnel(&app);
        let found = client.get(&format!("{REQUESTS}?overdue=true")).json();
        let graphql = client.graphql("{ personalRequests(overdue: true) { totalCount nodes { overdue } } }", &json!({}));
        let items = found["items"].as_array().expect("requests").clone();
        assert_eq!(graphql["personalRequests"]["totalCount"], json!(items.len()));
        let listed = |query: &str| client.get(&format!("{REQUESTS}{query}")).json()["items"].as_array().expect("requests").clone();
        let (timely, all) = (listed("?overdue=false"), listed(""));
        assert!(timely.iter().all(|item| item["overdue"].is_null()), "{timely:?}");
        assert_eq!(
            (timely.len(), graphql_count(&client)),
            (all.len() - items.len(), all.len()),
            "false excludes; GraphQL's default asks nothing"
        );
        items.iter().map(|item| item["overdue"].as_str().unwrap_or("-").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(late("2026-03-04T16:59:00Z"), Vec::<String>::new());
    assert_eq!(late("2026-03-04T17:01:00Z"), ["ACKNOWLEDGEMENT"]);
    let client = personnel(&app);
    let days = stepped(&client, &days, &json!({"step": "ACKNOWLEDGED"}));
    assert_eq!(late("2026-03-17T16:59:00Z"), Vec::<String>::new());
    assert_eq!(late("2026-03-17T17:01:00Z"), ["ACTION"]);
    let client = personnel(&app);
    let old = request(&client, &person, "ACCESS", "2025-12-31T16:00:00Z");
    assert_eq!(late("2026-03-17T17:02:00Z").len(), 2, "72 hours are long over");
    let client = personnel(&app);
    stepped(&client, &stepped(&client, &old, &json!({"step": "ACKNOWLEDGED"})), &json!({"step": "DONE"}));
    stepped(&client, &days, &json!({"step": "DONE", "reason": "Đã hạn chế."}));
    assert_eq!(late("2027-01-01T00:00:00Z"), Vec::<String>::new());
}

fn restricted_processing_opens_for_requests_alone(backend: Backend) {
    let app = start(backend, "2026-03-03T03:00:00Z");
    let client = personnel(&app);
    let (person, other) = (made(&client, &whole("Nguyễn Thị Hoa")), made(&client, &json!({"name": "Khác"})));
    let asked = request(&client, &person, "RESTRICT", "2026-03-02T03:00:00Z");
    let of_other = request(&client, &other, "RESTRICT", "2026-03-02T03:00:00Z");
    let restrict = |revision: &Value, on: bool, request: &Value| {
        let body = json!({"restricted": on, "reason": "Theo yêu cầu.", "request": request});
        send(&client, "PUT", &of(&person, "/restriction"), Some(revision), &body)
    };
    assert_eq!(restrict(&json!(1), true, &of_other["id"]).faults(), [("/request".to_owned(), "REFERENCE_UNKNOWN".to_owned())]);
    let marked = restrict(&json!(1), true, &asked["id"]);
    assert_eq!(marked.status, 200, "{}", marked.body);
    let marked = marked.json();
    assert!(marked["restrictedSince"].is_string());
    assert_eq!((&marked["workEmail"], &marked["workPhone"], &marked["name"]), (&Value::Null, &Value::Null, &json!("Nguyễn Thị Hoa")));
    assert_eq!(restrict(&marked["revision"], true, &Value::Null).code(), "WRONG_STATE");
    for reply in [
        open(&client, &person, "Tò mò."),
        send(&client, "POST", &of(&person, "/export"), None, &json!({"purpose": "Tò mò."})),
        send(&client, "PATCH", &of(&person, ""), Some(&marked["revision"]), &json!({"workPhone": "0225 111 222"})),
    ] {
        assert_eq!((reply.status, reply.code()), (409, "PERSONAL_DATA_RESTRICTED".into()), "{}", reply.body);
    }
    let with = |request: &Value| json!({"purpose": "Giải quyết yêu cầu.", "request": request});
    let path = of(&person, "/restricted");
    assert_eq!(
        send(&client, "POST", &path, None, &with(&of_other["id"])).faults(),
        [("/request".to_owned(), "REFERENCE_UNKNOWN".to_owned())]
    );
    let opened = send(&client, "POST", &path, None, &with(&asked["id"]));
    assert_eq!((opened.status, &opened.json()["birthDate"]), (200, &json!("1971-08-13")), "{}", opened.body);
    let graphql = "mutation($p: ID!, $q: ID) { readPersonalFields(person: $p, purpose: \"Giải quyết.\", request: $q) { fields { birthDate } problem { code } } }";
    let refused = client.graphql(graphql, &json!({"p": person["id"], "q": null}))["readPersonalFields"].take();
    assert_eq!(refused, json!({"fields": null, "problem": {"code": "PERSONAL_DATA_RESTRICTED"}}));
    let opened = client.graphql(graphql, &json!({"p": person["id"], "q": asked["id"]}))["readPersonalFields"].take();
    assert_eq!(opened["fields"]["birthDate"], "1971-08-13");
    // A request that is settled opens nothing any more.
    stepped(&client, &stepped(&client, &asked, &json!({"step": "ACKNOWLEDGED"})), &json!({"step": "DONE"}));
    assert_eq!(send(&client, "POST", &path, None, &with(&asked["id"])).code(), "BODY_INVALID");
    let lifted = restrict(&marked["revision"], false, &Value::Null).json();
    assert_eq!((&lifted["restrictedSince"], &lifted["workEmail"]), (&Value::Null, &json!("an@haiphong.gov.vn")));
    assert_eq!(open(&client, &person, "Lập hồ sơ.").status, 200);
}

fn an_export_holds_everything_and_is_an_entry(backend: Backend) {
    let app = start(backend, "2026-03-03T03:00:00Z");
    let (client, admin) = (personnel(&app), app.person(None, Role::Admin));
    let signed_in = app.person(None, Role::Inspector).graphql("{ me { login } }", &json!({}))["me"]["login"].take();
    let user = json!(crate::access::id_of(&admin, signed_in.as_str().expect("a login")));
    let mut body = whole("Bùi Văn Khánh");
    body["account"] = user.clone();
    let person = made(&client, &body);
    let head = json!({"title": "Giám đốc", "name": "Bùi Văn Khánh", "from": "2016-01-01", "basis": "1593/QĐ-UBND", "person": person["id"]});
    assert!(send(&admin, "PUT", "/api/v1/admin/agencies/so-tttt/head", None, &head).status < 300);
    let asked = request(&client, &person, "OBTAIN_COPY", "2026-03-02T03:00:00Z");
    let path = of(&person, "/export");
    assert_eq!(send(&client, "POST", &path, None, &json!({"purpose": " "})).code(), "BODY_INVALID");
    let auditor = app.person(None, Role::Auditor);
    assert_eq!(send(&auditor, "POST", &path, None, &json!({"purpose": "x"})).code(), "FORBIDDEN");
    let reply = send(&client, "POST", &path, None, &json!({"purpose": "Cấp bản sao.", "request": asked["id"]}));
    assert_eq!(reply.status, 200, "{}", reply.body);
    let content = reply.json()["content"].take();
    for (field, value) in body.as_object().expect("fields").iter().filter(|(field, _)| *field != "account") {
        assert_eq!(content["fields"][field]["value"], *value, "{field}");
    }
    assert_eq!(content["fields"]["birthDate"]["class"], "RESTRICTED");
    assert_eq!((&content["posts"][0]["agency"], &content["account"]["id"]), (&json!("so-tttt"), &user));
    let entries: Vec<&Value> = content["entries"].as_array().expect("entries").iter().map(|entry| &entry["operation"]).collect();
    assert_eq!((&content["requests"][0]["kind"], entries), (&json!("OBTAIN_COPY"), vec![&json!("export_person"), &json!("create_person")]));
    let told = rows(&app.database, "SELECT changes AS line FROM audit_entries WHERE operation = 'export_person' AND outcome = 'DONE'");
    assert!(told.len() == 1 && told[0].contains("Cấp bản sao.") && !told[0].contains("1971-08-13"), "{told:?}");
    let graphql = "mutation($p: ID!) { exportPerson(person: $p, purpose: \"Cấp bản sao.\") { content problem { code } } }";
    let content = client.graphql(graphql, &json!({"p": person["id"]}))["exportPerson"]["content"].take();
    assert_eq!(content["fields"]["homeAddress"]["value"], "Số 17 ngõ Cây Khế");
    // What the account did is told without what it wrote of others, and the links of the person's calendar without their secrets.
    let acts = &content["acts"];
    let operations = |which: &str| acts[which].as_array().expect("entries").iter().map(|one| one["operation"].clone()).collect::<Vec<_>>();
    assert!(operations("onAccount").contains(&json!("issue_token")), "{acts}");
    assert!(
        !operations("done").is_empty() && acts["done"].as_array().expect("entries").iter().all(|one| one.get("changes").is_none()),
        "{acts}"
    );
    assert_eq!(content["calendarLinks"], json!([]));
    let sessions = content["account"]["sessions"].as_array().expect("sessions");
    assert!(sessions.len() == 1 && sessions[0]["createdAt"].is_string() && sessions[0]["endedAt"].is_null(), "{sessions:?}");
}

fn another_law_is_another_entry_of_the_file(backend: Backend) {
    let app = start(backend, "2028-02-01T03:00:00Z");
    let client = personnel(&app);
    let same = app.import_calendar(&testkit::seed::personal_clocks(), app::import::ImportOptions::default()).expect("an import");
    assert_eq!((same.changes, same.counts.personal_clocks), (vec![], 14), "what ships is what the file says");
    let person = made(&client, &whole("Hoàng Văn Thụ"));
    let clock = |received: &str| {
        let asked = request(&client, &person, "ACCESS", received);
        (asked["clock"].clone(), asked["actBy"].clone(), asked["acknowledgeBy"].clone())
    };
    let before = request(&client, &person, "ACCESS", "2026-03-02T03:00:00Z");
    // From 2028 on twenty days and one working day, for access alone.
    let mut file = testkit::seed::personal_clocks();
    let clocks = file["personalClocks"].as_array_mut().expect("clocks");
    clocks.retain(|clock| clock["kinds"].as_array().expect("kinds").contains(&json!("ACCESS")));
    for clock in clocks.iter_mut() {
        clock["kinds"] = json!(["ACCESS"]);
    }
    clocks[1]["validTo"] = json!("2028-01-01");
    clocks.push(json!({"kinds": ["ACCESS"], "validFrom": "2028-01-01", "basis": "Luật mới", "actDays": 20, "toConfirm": true}));
    let shown = app.import_calendar(&file, app::import::ImportOptions::default()).expect("an import");
    assert_eq!((shown.applied, shown.changes.len()), (false, 2), "a rule that changes is confirmed");
    let applied = app.import_calendar(&file, app::import::ImportOptions { dry_run: false, apply_changes: true }).expect("an import");
    assert!(applied.applied);
    assert_eq!(clock("2028-01-15T03:00:00Z"), (json!("SET"), json!("2028-02-04"), Value::Null));
    let after = client.get(&format!("/api/v1/admin/personal-requests/{}", before["id"].as_str().expect("an id"))).json();
    assert_eq!((&after["actBy"], &after["acknowledgeBy"]), (&before["actBy"], &before["acknowledgeBy"]), "what was promised stays");
    // A clock by which somebody still waits is not taken from under them.
    let only = json!({"schema": "calendar/1", "personalClocks": [{"kinds": ["ACCESS"], "validFrom": "2028-01-01", "basis": "x", "actDays": 9, "toConfirm": false}]});
    let told =
        app.import_calendar(&only, app::import::ImportOptions { dry_run: true, apply_changes: true }).expect_err("a refusal").refusal();
    assert_eq!(
        told.faults.iter().map(|fault| (fault.pointer.as_str(), fault.code.label())).collect::<Vec<_>>(),
        [("/personalClocks", "STILL_IN_USE")]
    );
    let other = request(&client, &person, "RESTRICT", "2026-03-02T03:00:00Z");
    assert_eq!(other["actBy"], "2026-03-17", "other kinds keep theirs");
}

fn clocks_that_contradict_each_other_are_not_imported(backend: Backend) {
    let app = start(backend, "2026-03-03T03:00:00Z");
    let file = json!({"schema": "calendar/1", "personalClocks": [
        {"kinds": ["ACCESS", "ACCESS"], "validFrom": "2028-01-01", "validTo": "2028-01-01", "basis": "x", "toConfirm": false},
        {"kinds": ["DELETE"], "validFrom": "2028-01-01", "basis": "x", "actHours": 72, "actDays": 3, "actDaysThirdParty": 2, "toConfirm": false},
        {"kinds": ["OBJECT", "DELETE"], "validFrom": "2029-01-01", "basis": "x", "actDays": 3, "toConfirm": false},
    ]});
    let refused = app.import_calendar(&file, app::import::ImportOptions::default()).expect_err("a refusal").refusal();
    let faults: Vec<String> = refused.faults.iter().map(|fault| format!("{} {}", fault.pointer, fault.code.label())).collect();
    assert_eq!(
        faults,
        [
            "/personalClocks/0/actDays FIELD_REQUIRED",
            "/personalClocks/0/kinds/1 DUPLICATE",
            "/personalClocks/0/validTo PERIOD_INCONSISTENT",
            "/personalClocks/1/actDaysThirdParty OUT_OF_RANGE",
            "/personalClocks/1/actHours RULE_BROKEN",
            "/personalClocks/2/kinds/1 PERIOD_INCONSISTENT",
        ]
    );
    let unknown = json!({"schema": "calendar/1", "personalClocks": [{"kinds": ["ERASE"], "validFrom": "2028-01-01", "basis": "x", "actDays": 3, "toConfirm": false}]});
    assert!(app.import_calendar(&unknown, app::import::ImportOptions::default()).is_err());
}

fn a_pseudonym_is_for_good_and_leaves_documents_whole(backend: Backend) {
    let app = start(backend, "2026-03-03T03:00:00Z");
    let (client, admin) = (personnel(&app), app.person(None, Role::Admin));
    let person = made(&client, &whole("Đặng Thị Lụa"));
    let head = json!({"title": "Giám đốc", "name": "Đặng Thị Lụa", "from": "2016-01-01", "basis": "1593/QĐ-UBND", "person": person["id"]});
    assert!(send(&admin, "PUT", "/api/v1/admin/agencies/so-tttt/head", None, &head).status < 300);
    let path = of(&person, "/pseudonym");
    let ground = |document: &str| json!({"reason": "Theo yêu cầu xóa.", "document": document});
    assert_eq!(send(&client, "POST", &path, Some(&json!(1)), &ground("9999/QĐ-UBND")).faults()[0].0, "/document");
    assert_eq!(send(&client, "POST", &path, Some(&json!(1)), &json!({"reason": "x"})).code(), "BODY_INVALID");
    let done = send(&client, "POST", &path, Some(&json!(1)), &ground("1593/QĐ-UBND"));
    assert_eq!(done.status, 200, "{}", done.body);
    let done = done.json();
    let name = done["name"].as_str().expect("a name").to_owned();
    assert!(name.starts_with("Người đã ẩn danh ") && done["pseudonymisedAt"].is_string(), "{done}");
    assert_eq!(
        (&done["restrictedFields"], &done["workEmail"], &done["positionTitle"], &done["posts"]),
        (&json!([]), &Value::Null, &Value::Null, &json!([]))
    );
    // The decision and the post keep what was published.
    let query = "{ agency(code: \"so-tttt\", asOf: \"2017-01-01\") { head { name } } }";
    assert_eq!(app.anonymous().graphql(query, &json!({}))["agency"]["head"]["name"], "Đặng Thị Lụa");
    assert_eq!(client.get(&format!("{PATH}?name=dang%20thi%20lua")).json()["items"], json!([]));
    assert_eq!(rows(&app.database, "SELECT field AS line FROM person_restricted_fields"), Vec::<String>::new());
    // For good: nothing is written on it any more, and the log tells neither name nor values.
    let revision = &done["revision"];
    for (method, rest, body) in [
        ("PATCH", "", json!({"name": "Đặng Thị Lụa"})),
        ("POST", "/pseudonym", ground("1593/QĐ-UBND")),
        ("PUT", "/restriction", json!({"restricted": true, "reason": "x"})),
    ] {
        assert_eq!(send(&client, method, &of(&person, rest), Some(revision), &body).code(), "WRONG_STATE", "{rest}");
    }
    let opened = open(&client, &person, "Thử.").json();
    assert!(opened.as_object().expect("fields").values().all(Value::is_null), "{opened}");
    let log = rows(&app.database, "SELECT coalesce(changes, '') AS line FROM audit_entries WHERE subject = 'person'").join("\n");
    assert!(log.contains("\"erased\"") && !log.contains("Đặng") && !log.contains("1971-08-13"), "{log}");
    assert!(dump(&app, Backend::Postgres).contains(&name));
}

fn rosters_name_whom_documents_name_and_lead_nowhere(backend: Backend) {
    let app = start(backend, "2026-03-03T03:00:00Z");
    let (client, admin) = (personnel(&app), app.person(None, Role::Admin));
    let person = made(&client, &whole("Đặng Thị Lụa"));
    let committees = "/api/v1/admin/committees";
    assert_eq!(send(&admin, "POST", committees, None, &json!({"agency": "bcd-ttdn", "plannedBy": "1593/QĐ-UBND"})).status, 201);
    let act = json!({
        "kind": "ESTABLISH", "effectiveOn": "2014-03-01", "basis": "1593/QĐ-UBND", "authority": "ubnd-tp-hai-phong", "standingAgency": "so-tttt",
        "seats": [{"role": "HEAD", "rank": 1, "person": {"id": person["id"]}}],
    });
    let seated = send(&admin, "POST", &format!("{committees}/bcd-ttdn/acts"), Some(&json!(0)), &act);
    assert_eq!(seated.status, 201, "{}", seated.body);
    let head = || app.anonymous().get("/api/v1/committees/bcd-ttdn?asOf=2015-01-01").json()["roster"][0]["occupant"].take();
    assert_eq!(head()["person"], person["id"], "{}", head());
    let done = send(
        &client,
        "POST",
        &of(&person, "/pseudonym"),
        Some(&json!(1)),
        &json!({"reason": "Theo yêu cầu xóa.", "document": "1593/QĐ-UBND"}),
    );
    assert_eq!(done.status, 200, "{}", done.body);
    let left = head();
    assert_eq!(left["name"], "Đặng Thị Lụa", "{left}");
    assert_ne!(left["person"], person["id"]);
    // The log of the committee names as well, and leads nowhere either.
    let log = app.anonymous().get("/api/v1/committees/bcd-ttdn/acts").body;
    let stay = |body: &str| body.contains("Đặng Thị Lụa") && body.contains(left["person"].as_str().expect("an id"));
    assert!(stay(&log) && !log.contains(person["id"].as_str().expect("an id")), "{log}");
    let member = |id: &Value| {
        app.anonymous().graphql("query($id: ID!) { committeeMember(id: $id) { name } }", &json!({"id": id}))["committeeMember"].take()
    };
    assert_eq!(member(&person["id"]), Value::Null);
    let named = client.get(&format!("{PATH}/{}", left["person"].as_str().expect("an id"))).json();
    assert!(named["name"].as_str().expect("a name").starts_with("Người đã ẩn danh ") && named["name"] != done.json()["name"], "{named}");
    assert_eq!(client.get(&format!("{PATH}?name=dang%20thi%20lua")).json()["items"], json!([]));
}
