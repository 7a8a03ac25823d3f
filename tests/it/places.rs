//! Where acts stand in their documents: section and words, kept with the act and told of whatever it opened.

use app::import::{ImportOptions, OrganisationOutcome};
use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, Client, Reply, TestApp, both, seed};

use crate::{
    amendments::{amended, decision, file, place},
    committees::{DECISION, done, establishment, on, planned, send},
};

both!(
    an_event_and_what_it_opened_stand_where_it_says,
    what_holds_from_a_day_on_stands_where_its_document_says,
    a_post_stands_where_it_begins_and_where_it_ends,
    an_act_on_a_committee_and_its_seats_stand_in_one_place,
    a_designation_stands_in_its_document,
    a_place_without_a_document_or_a_section_is_none,
    a_file_tells_where_events_and_rolls_stand,
    a_part_in_a_task_stands_where_the_decision_speaks_of_it,
    places_cost_as_much_for_many_rows_as_for_few,
    a_name_stands_where_the_event_stands_that_made_it,
    a_post_ends_where_its_document_says_and_nowhere_else,
    what_an_amendment_assigns_stands_in_its_document,
    each_act_of_a_request_tells_its_place,
);

const APPLY: ImportOptions = ImportOptions { dry_run: false, apply_changes: true };
const DRY: ImportOptions = ImportOptions { dry_run: true, apply_changes: false };
const HEADERS: [(&str, &str); 1] = [("content-type", "application/json")];
const SECTION: &str = "Điều 2, khoản 1";
const QUOTE: &str = "Giao Sở Tài chính\ntiếp nhận nhiệm vụ.";

/// The body with the decision, and a place in it.
fn placed(mut body: Value) -> Value {
    (body["basis"], body["section"], body["quote"]) = (json!(DECISION), json!(SECTION), json!(QUOTE));
    body
}

fn put(client: &Client, path: &str, body: &Value) -> Reply {
    client.send("PUT", &format!("/api/v1/admin/agencies/{path}"), &HEADERS, body.to_string().as_bytes())
}

fn post(client: &Client, path: &str, body: &Value) -> Reply {
    client.send("POST", &format!("/api/v1/admin/{path}"), &HEADERS, body.to_string().as_bytes())
}

fn transfer() -> Value {
    placed(json!({"code": "chuyen-viec", "kind": "FUNCTION_TRANSFER", "effectiveOn": "2016-01-01", "predecessors": ["so-tttt"],
                  "successors": [{"code": "so-tai-chinh"}], "duties": [{"successor": "so-tai-chinh", "programme": "HP-1593-2013"}]}))
}

/// Where something stands: as REST tells it beside the basis.
fn of(value: &Value) -> (&str, &str) {
    (value["section"].as_str().unwrap_or("-"), value["quote"].as_str().unwrap_or("-"))
}

fn agency(client: &Client, code: &str) -> Value {
    client.get(&format!("/api/v1/agencies/{code}")).json()
}

fn fault(at: &str, code: &str) -> Vec<(String, String)> {
    vec![(at.to_owned(), code.to_owned())]
}

fn an_event_and_what_it_opened_stand_where_it_says(backend: Backend) {
    let (app, admin) = planned(backend);
    let preview = post(&admin, "agencies/events?dryRun=true", &transfer());
    assert_eq!(preview.status, 200, "{}", preview.body);
    let made = post(&admin, "agencies/events", &transfer());
    assert_eq!(made.status, 201, "{}", made.body);
    assert_eq!(of(&made.json()["event"]), (SECTION, QUOTE));
    assert_eq!(of(&agency(&app.anonymous(), "so-tttt")["events"][0]), (SECTION, QUOTE));

    let read = "{ agency(code: \"so-tttt\") { events { citations { section quote document { number } } } }
        programme(code: \"HP-1593-2013\") { task(code: \"III.1\") { citations { section }
          assignments(asOf: \"2016-01-01\") { agency { code } citations { section document { number } } }
          before: assignments(asOf: \"2015-12-31\") { agency { code } citations { section } } } } }";
    let told = app.anonymous().graphql(read, &json!({}));
    let event = json!([{"section": SECTION, "quote": QUOTE, "document": {"number": DECISION}}]);
    assert_eq!(told["agency"]["events"][0]["citations"], event);
    let task = &told["programme"]["task"];
    let part = |list: &str, code: &str| {
        let parts = task[list].as_array().expect("assignments");
        parts.iter().find(|part| part["agency"]["code"] == code).unwrap_or_else(|| panic!("{code} in {task}"))["citations"].clone()
    };
    // What the event opened stands where the event does, what the decision gave where it speaks of the task.
    assert_eq!(part("assignments", "so-tai-chinh"), json!([{"section": SECTION, "document": {"number": DECISION}}]));
    assert_eq!(part("before", "so-tttt"), task["citations"]);
    assert_ne!(task["citations"], json!([]));
}

fn what_holds_from_a_day_on_stands_where_its_document_says(backend: Backend) {
    let (app, admin) = planned(backend);
    let named = json!({"agency": {"name": "Sở Thông tin"}, "from": "2016-01-01"});
    let roll = json!({"rule": "CLOSED", "isComplete": true, "members": ["so-tttt", "vp-ubnd-tp"], "from": "2016-01-01"});
    for (path, body) in
        [("so-tttt/version", &named), ("so-tttt/e-code", &json!({"code": "H24.13", "from": "2016-01-01"})), ("cac-so-nganh/roll", &roll)]
    {
        let reply = put(&admin, path, &placed(body.clone()));
        assert_eq!(reply.status, 204, "{path}: {}", reply.body);
    }
    let told = agency(&app.anonymous(), "so-tttt");
    assert_eq!([of(&told["history"][0]), of(&told["history"][1]), of(&told["codes"][0])], [("-", "-"), (SECTION, QUOTE), (SECTION, QUOTE)]);
    let words = agency(&app.anonymous(), "cac-so-nganh");
    assert_eq!(of(words["rolls"].as_array().expect("rolls").last().expect("a roll")), (SECTION, QUOTE));
    // Whoever it puts on the roll stands there too, whoever came by another does not.
    for member in words["memberships"].as_array().expect("members") {
        let place = if member["validFrom"] == "2016-01-01" { (SECTION, QUOTE) } else { ("-", "-") };
        assert_eq!(of(member), place, "{member}");
    }
    assert!(words["memberships"].as_array().expect("members").iter().any(|member| member["validFrom"] == "2016-01-01"));
    let read = "{ agency(code: \"so-tttt\") { history { citations { section } } eCodes { citations { quote } } }
        words: agency(code: \"cac-so-nganh\") { collective { citations { section quote } } } }";
    let told = app.anonymous().graphql(read, &json!({}));
    assert_eq!(told["agency"]["history"], json!([{"citations": []}, {"citations": [{"section": SECTION}]}]));
    assert_eq!(told["agency"]["eCodes"], json!([{"citations": [{"quote": QUOTE}]}]));
    assert_eq!(told["words"]["collective"]["citations"], json!([{"section": SECTION, "quote": QUOTE}]));
    // GraphQL takes what REST takes.
    let made = "mutation { createAgency(code: \"so-moi\", input: {name: \"Sở Mới\"}, from: \"2016-01-01\", basis: \"1593/QĐ-UBND\", \
                section: \"Điều 1\") { problem { code } } }";
    assert_eq!(admin.graphql(made, &json!({}))["createAgency"]["problem"], Value::Null);
    assert_eq!(of(&agency(&app.anonymous(), "so-moi")["history"][0]), ("Điều 1", "-"));
}

fn a_post_stands_where_it_begins_and_where_it_ends(backend: Backend) {
    let (app, admin) = planned(backend);
    let head = placed(json!({"title": "Giám đốc", "name": "Đỗ Văn Hai", "from": "2014-01-01"}));
    assert_eq!(put(&admin, "so-tai-chinh/head", &head).status, 204);
    let mut left = placed(json!({"vacant": true, "from": "2016-01-01"}));
    left["section"] = json!("Điều 9");
    assert_eq!(put(&admin, "so-tai-chinh/head", &left).status, 204);
    let holder = agency(&app.anonymous(), "so-tai-chinh")["postHolders"][0].take();
    assert_eq!(of(&holder), (SECTION, QUOTE));
    assert_eq!((&holder["endedBySection"], &holder["endedByQuote"]), (&json!("Điều 9"), &json!(QUOTE)));
    let read =
        "{ agency(code: \"so-tai-chinh\", asOf: \"2015-01-01\") { head { citations { section } } postHolders { citations { section } } } }";
    let both = json!([{"section": SECTION}, {"section": "Điều 9"}]);
    let told = app.anonymous().graphql(read, &json!({}))["agency"].take();
    assert_eq!((&told["head"]["citations"], &told["postHolders"][0]["citations"]), (&both, &both));
}

fn an_act_on_a_committee_and_its_seats_stand_in_one_place(backend: Backend) {
    let (app, admin) = planned(backend);
    let rehearsed = send(&admin, 0, "?dryRun=true", &placed(establishment()));
    assert_eq!(of(&rehearsed.json()["act"]), (SECTION, QUOTE), "{}", rehearsed.body);
    let act = done(&admin, 0, &placed(establishment()));
    assert_eq!(of(&act["act"]), (SECTION, QUOTE));
    let named = |roster: &Value| {
        let places = roster.as_array().expect("a roster").clone();
        places.into_iter().find(|place| !place["occupant"].is_null()).expect("somebody")
    };
    let seat = named(&act["roster"]);
    assert_eq!(of(&seat["occupant"]), (SECTION, QUOTE));
    let read = on(&app.anonymous(), "2020-01-01");
    assert_eq!([of(&read["term"]), of(&named(&read["roster"])["occupant"])], [(SECTION, QUOTE); 2]);
    let history = format!("/api/v1/committees/bcd-ttdn/seats/{}/history", seat["seat"].as_str().expect("an id"));
    assert_eq!(of(&app.anonymous().get(&history).json()), (SECTION, QUOTE));
    let query = "{ committee(code: \"bcd-ttdn\", asOf: \"2020-01-01\") { term { citations { section } } acts { citations { quote } }
        roster { citations { section } occupant { citations { section } } } } }";
    let told = app.anonymous().graphql(query, &json!({}))["committee"].take();
    let there = json!([{"section": SECTION}]);
    assert_eq!((&told["term"]["citations"], &told["acts"][0]["citations"]), (&there, &json!([{"quote": QUOTE}])));
    for place in told["roster"].as_array().expect("a roster") {
        assert_eq!(place["citations"], there);
    }
    assert_eq!(named(&told["roster"])["occupant"]["citations"], there);

    // What is annulled for a reason alone has no document to stand in.
    let future = json!({"kind": "DISSOLVE", "effectiveOn": "2030-01-01", "basis": DECISION});
    let future = done(&admin, 1, &future)["act"]["id"].clone();
    let taken_back = json!({"kind": "ANNUL", "effectiveOn": "2030-01-01", "annuls": future, "note": "Ghi nhầm.", "section": "Điều 1"});
    let refused = send(&admin, 2, "", &taken_back);
    assert_eq!(refused.faults(), fault("/section", "RULE_BROKEN"), "{}", refused.body);
}

fn a_designation_stands_in_its_document(backend: Backend) {
    let (app, admin) = planned(backend);
    organised(&app, |_| {}, ImportOptions::default());
    let query = "{ programme(code: \"HP-1593-2013\") { task(code: \"II.1\") { id } } }";
    let task = app.anonymous().graphql(query, &json!({}))["programme"]["task"].take();
    let id = task["id"].as_str().expect("an id");
    let words = "cac-so-ban-nganh-ubnd-quan-huyen-lien-quan";
    let body = placed(json!({"collective": words, "agencies": ["so-tai-chinh"], "from": "2016-07-01"}));
    let made = post(&admin, &format!("tasks/{id}/designations"), &body);
    assert_eq!(made.status, 201, "{}", made.body);
    assert_eq!(of(&made.json()["designations"][0]), (SECTION, QUOTE));
    let read = app.anonymous().get(&format!("/api/v1/tasks/{id}/designations")).json();
    assert_eq!(of(&read["items"][0]["designations"][0]), (SECTION, QUOTE));
}

fn a_place_without_a_document_or_a_section_is_none(backend: Backend) {
    let (app, admin) = planned(backend);
    let with = |field: &str, value: Value| {
        let mut body = transfer();
        body[field] = value;
        body
    };
    for (body, faults) in [
        (with("section", Value::Null), fault("/section", "FIELD_REQUIRED")),
        (with("section", json!("Điều\u{7}2")), fault("/section", "PATTERN_MISMATCH")),
        (with("section", json!("Điều 2\nĐiều 3")), fault("/section", "PATTERN_MISMATCH")),
        (with("section", json!("x".repeat(201))), fault("/section", "LENGTH_OUT_OF_RANGE")),
        (with("quote", json!("a\u{1b}b")), fault("/quote", "PATTERN_MISMATCH")),
        (with("quote", json!("x".repeat(4001))), fault("/quote", "LENGTH_OUT_OF_RANGE")),
        (with("quote", json!("  ")), fault("/quote", "FIELD_REQUIRED")),
    ] {
        let reply = post(&admin, "agencies/events", &body);
        assert_eq!(reply.faults(), faults, "{}", reply.body);
    }
    let mutation = "mutation($section: String) { setAgencyCode(agency: \"so-tttt\", code: \"H24.13\", from: \"2016-01-01\", basis: \
                    \"1593/QĐ-UBND\", section: $section, quote: \"Mã H24.13\") { problem { code faults { pointer } } } }";
    for section in [Value::Null, json!("x".repeat(201))] {
        let told = admin.graphql(mutation, &json!({ "section": section }))["setAgencyCode"]["problem"].take();
        assert_eq!((&told["code"], &told["faults"][0]["pointer"]), (&json!("BODY_INVALID"), &json!("/section")), "{told}");
    }
    assert_eq!(agency(&app.anonymous(), "so-tttt")["codes"], json!([]));
}

fn organised(app: &TestApp, change: impl FnOnce(&mut Value), options: ImportOptions) -> OrganisationOutcome {
    let mut file = seed::organisation();
    change(&mut file);
    app.import_organisation(&file, options).expect("an import")
}

fn a_file_tells_where_events_and_rolls_stand(backend: Backend) {
    let app = TestApp::start(backend);
    let roll = seed::organisation()["rolls"].as_array().expect("rolls").iter().position(|roll| roll["basis"].is_string());
    let event = seed::organisation()["events"][0].clone();
    let placed = |section: &'static str| {
        move |file: &mut Value| {
            (file["events"][0]["section"], file["events"][0]["quote"]) = (json!(section), json!("Sáp nhập."));
            if let Some(roll) = roll {
                file["rolls"][roll]["section"] = json!(section);
            }
        }
    };
    assert!(organised(&app, |_| {}, ImportOptions::default()).applied);
    // What was imported without a place gets it; another one is not written over it.
    let more = organised(&app, placed("Điều 1"), APPLY);
    let added: Vec<&str> = more.changes.iter().map(|change| change.subject).collect();
    assert_eq!(added.len(), 1 + usize::from(roll.is_some()), "{added:?}");
    assert!(added.contains(&"eventPlace"), "{added:?}");
    assert!(organised(&app, placed("Điều 1"), DRY).changes.is_empty());
    let other = organised(&app, placed("Điều 7"), DRY);
    assert!(other.obstacles.iter().any(|one| one.pointer == "/events/0/section"), "{:?}", other.obstacles);
    let code = event["predecessors"][0].as_str().expect("a code");
    let told = agency(&app.anonymous(), code)["events"].take();
    let told = told.as_array().expect("events").iter().find(|one| one["code"] == event["code"]).expect("the event");
    assert_eq!(of(told), ("Điều 1", "Sáp nhập."));
    // A place that was kept without words gets them.
    let words = |words: &'static str| {
        move |file: &mut Value| {
            (file["events"][0]["section"], file["events"][0]["quote"]) = (json!("Điều 1"), json!(words));
        }
    };
    let bare = TestApp::start(backend);
    assert!(organised(&bare, |file| file["events"][0]["section"] = json!("Điều 1"), ImportOptions::default()).applied);
    let more = organised(&bare, words("Sáp nhập."), APPLY);
    assert_eq!(more.changes.iter().map(|change| change.subject).collect::<Vec<_>>(), ["eventPlace"]);
    assert!(organised(&bare, words("Sáp nhập."), DRY).changes.is_empty());
    assert!(organised(&bare, words("Khác."), DRY).obstacles.iter().any(|one| one.pointer == "/events/0/quote"));
    let told = agency(&bare.anonymous(), code)["events"].take();
    let told = told.as_array().expect("events").iter().find(|one| one["code"] == event["code"]).expect("the event");
    assert_eq!(of(told), ("Điều 1", "Sáp nhập."));
    // From the first on, where the file says so at once.
    let fresh = TestApp::start(backend);
    assert!(organised(&fresh, placed("Điều 3"), ImportOptions::default()).applied);
    let told = agency(&fresh.anonymous(), code)["events"].take();
    let told = told.as_array().expect("events").iter().find(|one| one["code"] == event["code"]).expect("the event");
    assert_eq!(of(told), ("Điều 3", "Sáp nhập."));
}

fn a_part_in_a_task_stands_where_the_decision_speaks_of_it(backend: Backend) {
    let app = TestApp::start(backend);
    let mut file = seed::decision_1593();
    let task = file["tasks"].as_array().expect("tasks").iter().position(|task| task["code"] == "III.1").expect("the task");
    let part = &mut file["tasks"][task]["lead"]["agencies"][0];
    (part["section"], part["quote_vi"]) = (json!("Điều 3"), json!("Giao Sở làm đầu mối."));
    let outcome = app.import(&file, APPLY).expect("an import");
    assert!(outcome.changes.iter().any(|change| change.subject == "citation"), "{:?}", outcome.changes);
    let read = "{ programme(code: \"HP-1593-2013\") { task(code: \"III.1\") { citations { section }
        assignments { role citations { section quote } } } } }";
    let told = app.anonymous().graphql(read, &json!({}))["programme"]["task"].take();
    let parts = told["assignments"].as_array().expect("parts");
    assert_eq!(parts[0]["citations"], json!([{"section": "Điều 3", "quote": "Giao Sở làm đầu mối."}]));
    assert_eq!(parts[1]["citations"][0]["section"], told["citations"][0]["section"]);
    assert!(app.import(&file, DRY).expect("an import").changes.is_empty());
    // Left out again, the part stands where the task does.
    app.import(&seed::decision_1593(), APPLY).expect("an import");
    let told = app.anonymous().graphql(read, &json!({}))["programme"]["task"].take();
    assert_eq!(told["assignments"][0]["citations"][0]["section"], told["citations"][0]["section"]);
}

fn places_cost_as_much_for_many_rows_as_for_few(backend: Backend) {
    let app = TestApp::start(backend);
    let query = "query($n: Int!) { tasks(first: $n) { nodes { assignments { citations { section document { number } } } } } }";
    let cost = |n: usize| app.fewest_statements(|| app.anonymous().graphql(query, &json!({ "n": n }))).0;
    assert_eq!(cost(2), cost(19));
    let admin = app.person(None, Role::Admin);
    let history = || app.fewest_statements(|| app.anonymous().get("/api/v1/agencies/so-tttt").status).0;
    let before = history();
    for (day, code) in [("2015-01-01", "H24.11"), ("2016-01-01", "H24.12"), ("2017-01-01", "H24.13")] {
        assert_eq!(put(&admin, "so-tttt/e-code", &placed(json!({"code": code, "from": day}))).status, 204);
    }
    assert_eq!(history(), before);
}

fn rename(code: &str, name: &str) -> Value {
    placed(json!({"kind": "RENAME", "effectiveOn": "2017-01-01", "predecessors": [code], "becomes": {"name": name}}))
}

fn a_name_stands_where_the_event_stands_that_made_it(backend: Backend) {
    let (app, admin) = planned(backend);
    assert_eq!(post(&admin, "agencies/events", &rename("so-ngoai-vu", "Sở Đối ngoại")).status, 201);
    let merged = placed(json!({"kind": "CONSOLIDATE", "effectiveOn": "2018-01-01", "predecessors": ["so-tttt", "so-vhttdl"],
        "successors": [{"code": "so-moi", "new": {"name": "Sở Mới"}}]}));
    let merged = post(&admin, "agencies/events", &merged);
    assert_eq!(merged.status, 201, "{}", merged.body);
    for (code, places) in [("so-ngoai-vu", vec![("-", "-"), (SECTION, QUOTE)]), ("so-moi", vec![(SECTION, QUOTE)])] {
        let told = agency(&app.anonymous(), code)["history"].take();
        assert_eq!(told.as_array().expect("names").iter().map(of).collect::<Vec<_>>(), places, "{code}: {told}");
        let query = format!("{{ agency(code: \"{code}\") {{ history {{ citations {{ section quote }} }} }} }}");
        let told = app.anonymous().graphql(&query, &json!({}))["agency"]["history"].take();
        let last = told.as_array().expect("names").last().expect("a name").clone();
        assert_eq!(last["citations"], json!([{"section": SECTION, "quote": QUOTE}]), "{code}");
    }
}

fn a_post_ends_where_its_document_says_and_nowhere_else(backend: Backend) {
    let (app, admin) = planned(backend);
    let head = placed(json!({"title": "Giám đốc", "name": "Đỗ Văn Hai", "from": "2014-01-01"}));
    assert_eq!(put(&admin, "so-tai-chinh/head", &head).status, 204);
    let vacant = |from: &str| json!({"vacant": true, "from": from, "basis": DECISION});
    // By the document of its beginning, which says nothing of where it ends.
    assert_eq!(put(&admin, "so-tai-chinh/head", &vacant("2016-01-01")).status, 204);
    let holder = agency(&app.anonymous(), "so-tai-chinh")["postHolders"][0].take();
    assert_eq!((of(&holder), &holder["endedBySection"]), ((SECTION, QUOTE), &Value::Null));
    // And the other way round.
    let head = json!({"title": "Giám đốc", "name": "Vũ Thị Một", "from": "2014-01-01", "basis": DECISION});
    assert_eq!(put(&admin, "so-ngoai-vu/head", &head).status, 204);
    assert_eq!(put(&admin, "so-ngoai-vu/head", &placed(vacant("2030-01-01"))).status, 204);
    let holder = agency(&app.anonymous(), "so-ngoai-vu")["postHolders"][0].take();
    assert_eq!((of(&holder), &holder["endedBySection"]), (("-", "-"), &json!(SECTION)));
    // The agency ends before that, and the post falls vacant earlier still, by the same document.
    let dissolved = json!({"kind": "DISSOLVE", "effectiveOn": "2018-01-01", "basis": DECISION, "predecessors": ["so-ngoai-vu"]});
    let dissolved = post(&admin, "agencies/events", &dissolved);
    assert_eq!(dissolved.status, 201, "{}", dissolved.body);
    let holder = agency(&app.anonymous(), "so-ngoai-vu")["postHolders"][0].take();
    assert_eq!((&holder["validTo"], &holder["endedBy"], &holder["endedBySection"]), (&json!("2018-01-01"), &Value::Null, &Value::Null));
    let query = "{ agency(code: \"so-ngoai-vu\") { postHolders { citations { section } } } }";
    assert_eq!(app.anonymous().graphql(query, &json!({}))["agency"]["postHolders"][0]["citations"], json!([]));
    let mut left = placed(vacant("2017-01-01"));
    left["section"] = json!("Điều 9");
    let reply = put(&admin, "so-ngoai-vu/head", &left);
    assert_eq!(reply.status, 204, "{}", reply.body);
    let holder = agency(&app.anonymous(), "so-ngoai-vu")["postHolders"][0].take();
    assert_eq!((&holder["validTo"], &holder["endedBySection"]), (&json!("2017-01-01"), &json!("Điều 9")));
}

fn what_an_amendment_assigns_stands_in_its_document(backend: Backend) {
    let (app, admin) = planned(backend);
    let basis = decision(&admin, "99/QĐ-UBND", "2015-06-01");
    let mut file = file();
    let at = place(&file, "III.1");
    let assigned = json!({"agency": "so-tai-chinh", "collective": false, "section": "Điều 3", "quote_vi": "Giao Sở Tài chính phối hợp."});
    let lead = json!({"agency": "so-noi-vu", "collective": false, "section": "Điều 4"});
    file["tasks"][at]["coordinating"]["agencies"].as_array_mut().expect("agencies").push(assigned);
    file["tasks"][at]["lead"]["agencies"].as_array_mut().expect("agencies").push(lead);
    amended(&admin, &basis, "2016-01-01", &file);
    let read = "{ programme(code: \"HP-1593-2013\") { task(code: \"III.1\") { assignments(asOf: \"2016-01-01\") {
        role agency { code } citations { section quote document { number } } } } } }";
    let told = || {
        let told = app.anonymous().graphql(read, &json!({}))["programme"]["task"]["assignments"].take();
        let of = |code: &str| {
            let parts = told.as_array().expect("parts").iter();
            parts.filter(|part| part["agency"]["code"] == code).map(|part| part["citations"].clone()).next_back().unwrap_or_default()
        };
        [of("so-tai-chinh"), of("so-noi-vu")]
    };
    let number = json!({"number": "99/QĐ-UBND"});
    let there = [
        json!([{"section": "Điều 3", "quote": "Giao Sở Tài chính phối hợp.", "document": number}]),
        json!([{"section": "Điều 4", "quote": null, "document": number}]),
    ];
    assert_eq!(told(), there);
    // An import of the same file corrects nothing of it.
    app.import(&file, APPLY).expect("an import");
    assert_eq!(told(), there);
}

fn each_act_of_a_request_tells_its_place(backend: Backend) {
    let (_app, admin) = planned(backend);
    let event = |name: &str, code: &str, section: &str| {
        format!(
            "{name}: recordAgencyEvent(input: {{kind: RENAME, effectiveOn: \"2017-01-01\", basis: \"1593/QĐ-UBND\", section: \"{section}\",
            predecessors: [\"{code}\"], becomes: {{name: \"Tên mới {name}\"}}}}) {{ recorded {{ event {{ citations {{ section }} }} }} problem {{ code }} }}"
        )
    };
    let done =
        admin.graphql(&format!("mutation {{ {} {} }}", event("a", "so-ngoai-vu", "Điều 1"), event("b", "so-tttt", "Điều 2")), &json!({}));
    for (name, section) in [("a", "Điều 1"), ("b", "Điều 2")] {
        assert_eq!(done[name]["recorded"]["event"]["citations"], json!([{ "section": section }]), "{done}");
    }
    let mutation = "mutation($a: NewCommitteeActInput!, $b: NewCommitteeActInput!) {
        a: recordCommitteeAct(code: \"bcd-ttdn\", revision: 0, input: $a) { act { citations { section } } problem { code } }
        b: recordCommitteeAct(code: \"bcd-ttdn\", revision: 1, input: $b) { act { citations { section } } committee { term { citations { section } } } problem { code } } }";
    let entrusted =
        json!({"kind": "ENTRUST", "effectiveOn": "2015-01-01", "basis": DECISION, "section": "Điều 5", "standingAgency": "so-tai-chinh"});
    let done = admin.graphql(mutation, &json!({"a": placed(establishment()), "b": entrusted}));
    assert_eq!(done["a"]["act"]["citations"], json!([{ "section": SECTION }]), "{done}");
    assert_eq!(done["b"]["act"]["citations"], json!([{"section": "Điều 5"}]), "{done}");
    assert_eq!(done["b"]["committee"]["term"]["citations"], json!([{ "section": SECTION }]), "{done}");
}
