//! Agencies through time: who was there on a day, where duties went, what has no owner, and that the past stays as it was.

use app::import::{ImportOptions, OrganisationOutcome};
use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, Client, Reply, TestApp, both, database::TestDatabase, seed};

both!(
    the_districts_are_fifteen_then_reshaped_then_none,
    duties_of_the_lead_agency_go_by_function,
    a_report_of_2014_keeps_its_agency_and_tells_who_answers_now,
    a_transfer_without_document_or_duties_is_refused,
    a_preview_shows_what_the_event_then_moves,
    what_nobody_takes_waits_until_a_successor_is_named,
    importing_again_changes_nothing_and_undoes_nothing,
    the_order_of_imports_does_not_matter,
    codes_heads_and_rolls_hold_from_a_day_on,
    what_is_owed_later_goes_to_the_successor,
);

const APPLY: ImportOptions = ImportOptions { dry_run: false, apply_changes: true };
const DRY: ImportOptions = ImportOptions { dry_run: true, apply_changes: false };

fn imported(app: &TestApp, options: ImportOptions) -> OrganisationOutcome {
    app.import_organisation(&seed::organisation(), options).expect("an import")
}

/// Decision 1593, and the bodies of Hải Phòng through time.
fn start(backend: Backend) -> TestApp {
    let app = TestApp::start(backend);
    let outcome = imported(&app, ImportOptions::default());
    assert!(outcome.applied && outcome.new_organisation);
    app
}

fn strings(list: &Value, of: impl Fn(&Value) -> &Value) -> Vec<String> {
    list.as_array().expect("a list").iter().map(|item| of(item).as_str().expect("text").to_owned()).collect()
}

fn roll(client: &Client, day: &str) -> Value {
    let query = "query($day: NaiveDate) { agency(code: \"ubnd-cac-quan-huyen\", asOf: $day) {
      collective { rule complete } members { agency { code name subkind isActive } } } }";
    client.graphql(query, &json!({ "day": day }))["agency"].take()
}

fn count(roll: &Value, subkinds: &[&str]) -> usize {
    strings(&roll["members"], |member| &member["agency"]["subkind"]).iter().filter(|kind| subkinds.contains(&kind.as_str())).count()
}

fn waiting(client: &Client) -> Vec<(String, String, String)> {
    let queue = client.graphql(
        "{ successionQueue(first: 200) { totalCount nodes { since agency { code } task { code } role agencyRole } } }",
        &json!({}),
    )["successionQueue"]
        .take();
    let nodes = queue["nodes"].as_array().expect("nodes");
    assert_eq!(queue["totalCount"], nodes.len());
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    // Roles beside tasks are in `duties_of_agencies`.
    let nodes = nodes.iter().filter(|node| node["agencyRole"].is_null());
    nodes.map(|node| (text(&node["since"]), text(&node["agency"]["code"]), text(&node["task"]["code"]))).collect()
}

fn admin(app: &TestApp) -> Client {
    app.person(None, Role::Admin)
}

fn the_districts_are_fifteen_then_reshaped_then_none(backend: Backend) {
    let app = start(backend);
    let public = app.anonymous();
    let first = roll(&public, "2013-08-20");
    assert_eq!(first["members"].as_array().unwrap().len(), 15);
    assert_eq!(first["collective"], json!({"rule": "CLOSED", "complete": true}));
    assert_eq!([count(&first, &["urban_district"]), count(&first, &["rural_district", "island_district"])], [7, 8]);
    assert!(strings(&first["members"], |member| &member["agency"]["name"]).contains(&"UBND huyện Thủy Nguyên".to_owned()));
    let reshaped = roll(&public, "2025-01-02");
    let kinds = [&["urban_district"][..], &["rural_district", "island_district"], &["city"]];
    assert_eq!(kinds.map(|kinds| count(&reshaped, kinds)), [8, 6, 1]);
    assert!(strings(&reshaped["members"], |member| &member["agency"]["name"]).contains(&"UBND thành phố Thủy Nguyên".to_owned()));
    assert_eq!(roll(&public, "2025-07-01")["members"], json!([]));
    assert_eq!(roll(&public, "2025-07-02")["members"], json!([]));
    assert_eq!(roll(&public, "2025-06-30")["members"].as_array().unwrap().len(), 15);
    let queue = waiting(&admin(&app));
    let districts: Vec<_> =
        queue.iter().filter(|(since, _, _)| since == "2025-07-01").map(|(_, agency, task)| (agency.as_str(), task.as_str())).collect();
    for island in ["ubnd-huyen-cat-hai", "ubnd-huyen-bach-long-vy"] {
        assert!(districts.contains(&(island, "I.4")), "{districts:?}");
    }
    for task in ["II.1", "II.2", "II.3", "II.4", "III.2", "V.1"] {
        assert!(districts.contains(&("ubnd-cac-quan-huyen", task)), "{task}: {districts:?}");
    }
}

fn leads(client: &Client, task: &str, day: &str) -> Vec<String> {
    let query = "query($task: String!, $day: NaiveDate) { programme(code: \"HP-1593-2013\") { task(code: $task) { leadAgencies(asOf: $day) { code } } } }";
    let data = client.graphql(query, &json!({"task": task, "day": day}));
    strings(&data["programme"]["task"]["leadAgencies"], |agency| &agency["code"])
}

fn duties_of_the_lead_agency_go_by_function(backend: Backend) {
    let app = start(backend);
    let public = app.anonymous();
    for task in ["I.1", "I.4", "II.1", "III.3"] {
        assert_eq!(leads(&public, task, "2025-02-28"), ["so-tttt"], "{task}");
        assert_eq!(leads(&public, task, "2025-03-01"), ["so-vhttdl-2025"], "{task}");
    }
    assert_eq!(leads(&public, "V.1", "2025-02-28"), ["so-tttt"]);
    assert_eq!(leads(&public, "V.1", "2025-03-01"), ["so-khcn-2025"]);
    assert_eq!(leads(&public, "V.3", "2014-01-01"), ["so-khdt", "so-ngoai-vu", "so-vhttdl", "so-tttt"], "the past stays");
    let agency = public.graphql(
        "{ agency(code: \"so-tttt\") { isActive name shortName answersNow { code } events { code kind duties { function successor { code } } } } }",
        &json!({}),
    )["agency"]
        .take();
    assert_eq!((&agency["isActive"], &agency["name"]), (&json!(false), &json!("Sở Thông tin và Truyền thông")));
    assert_eq!(agency["shortName"], "Sở TT&TT");
    let mut answering = strings(&agency["answersNow"], |agency| &agency["code"]);
    answering.sort();
    assert_eq!(answering, ["cong-an-tp", "so-khcn-2025", "so-vhttdl-2025"]);
    assert_eq!(strings(&agency["events"], |event| &event["kind"]), ["FUNCTION_TRANSFER", "CONSOLIDATE"]);
}

fn a_report_of_2014_keeps_its_agency_and_tells_who_answers_now(backend: Backend) {
    let app = TestApp::start(backend);
    let system = app.system_of("so-tttt");
    let push = |key: &str, task: &str| {
        let body = json!({"programme": "HP-1593-2013", "task": task, "year": 2014, "percent": 100, "narrative": "Đã xong."});
        let reply = system.push(key, &body);
        assert_eq!(reply.status, 201, "{}", reply.body);
        reply.json()["id"].clone()
    };
    let (press, it) = (push("a", "I.4"), push("b", "V.1"));
    assert!(imported(&app, ImportOptions::default()).applied);
    let query = "query($id: ID!) { node(id: $id) { ... on Report { agency { code name isActive asOf } answersNow { code } } } }";
    for (id, now) in [(&press, "so-vhttdl-2025"), (&it, "so-khcn-2025")] {
        let report = system.graphql(query, &json!({ "id": id }))["node"].take();
        assert_eq!(
            report["agency"],
            json!({"code": "so-tttt", "name": "Sở Thông tin và Truyền thông", "isActive": true, "asOf": "2014-12-31"})
        );
        assert_eq!(report["answersNow"]["code"], now);
    }
}

fn send(client: &Client, method: &str, path: &str, body: &Value) -> Reply {
    client.send(method, &format!("/api/v1/{path}"), &[("content-type", "application/json")], body.to_string().as_bytes())
}

fn transfer() -> Value {
    json!({"kind": "FUNCTION_TRANSFER", "effectiveOn": "2018-01-01", "basis": "1593/QĐ-UBND", "predecessors": ["so-noi-vu"],
           "successors": [{"code": "so-tai-chinh"}], "duties": [{"successor": "so-tai-chinh", "programme": "HP-1593-2013", "task": "III.4"}]})
}

fn a_transfer_without_document_or_duties_is_refused(backend: Backend) {
    let app = TestApp::start(backend);
    let admin = admin(&app);
    let refused = |change: &dyn Fn(&mut Value)| {
        let mut event = transfer();
        change(&mut event);
        let reply = send(&admin, "POST", "admin/agencies/events?dryRun=true", &event);
        assert_eq!((reply.status, reply.code().as_str()), (422, "BODY_INVALID"), "{}", reply.body);
        reply.faults()
    };
    let one = |pointer: &str, code: &str| vec![(pointer.to_owned(), code.to_owned())];
    for field in ["basis", "effectiveOn"] {
        let faults = refused(&|event| drop(event.as_object_mut().unwrap().remove(field)));
        assert_eq!(faults.len(), 1, "{faults:?}");
    }
    assert_eq!(refused(&|event| event["basis"] = json!("9999/QĐ-UBND")), one("/basis", "REFERENCE_UNKNOWN"));
    assert_eq!(refused(&|event| event["duties"] = json!([])), one("/duties", "FIELD_REQUIRED"));
    assert_eq!(refused(&|event| event["predecessors"] = json!(["khong-co"])), one("/predecessors/0", "REFERENCE_UNKNOWN"));
    assert_eq!(refused(&|event| event["duties"][0]["task"] = json!("X.1")), one("/duties/0/task", "REFERENCE_UNKNOWN"));
    assert_eq!(refused(&|event| event["duties"][0]["function"] = json!("IT")), one("/duties/0", "RULE_BROKEN"));
    assert_eq!(refused(&|event| event["predecessors"] = json!(["cac-so-nganh"])), one("/predecessors/0", "RULE_BROKEN"));
    assert_eq!(leads(&admin, "III.4", "2019-01-01"), ["so-noi-vu"]);
    let standing = app.person(Some("so-tttt"), Role::Standing);
    assert_eq!(send(&standing, "POST", "admin/agencies/events", &transfer()).status, 403);
}

fn a_preview_shows_what_the_event_then_moves(backend: Backend) {
    let app = TestApp::start(backend);
    let admin = admin(&app);
    let of_it = app.service_account("so-noi-vu", &[Role::AgencySystem]);
    let dissolve = json!({"code": "thu-nghiem", "kind": "DISSOLVE", "effectiveOn": "2018-01-01", "basis": "1593/QĐ-UBND", "predecessors": ["so-noi-vu"]});
    let preview = send(&admin, "POST", "admin/agencies/events?dryRun=true", &dissolve);
    assert_eq!(preview.status, 200, "{}", preview.body);
    let mut preview = preview.json();
    assert_eq!((&preview["event"], &preview["applied"]), (&Value::Null, &json!(false)));
    assert_eq!(
        preview["assignments"],
        json!([{"programme": "HP-1593-2013", "task": "III.4", "role": "LEAD", "from": "so-noi-vu", "to": null}])
    );
    assert_eq!(preview["accounts"][0]["login"], json!(of_it.login));
    assert_eq!(preview["grants"][0]["role"], "AGENCY_SYSTEM");
    assert!(preview["rolls"].as_array().unwrap().iter().all(|place| place["joins"] == false && place["member"] == "so-noi-vu"));
    assert_eq!(leads(&admin, "III.4", "2019-01-01"), ["so-noi-vu"], "nothing was kept");
    assert!(waiting(&admin).is_empty());
    let done = send(&admin, "POST", "admin/agencies/events", &dissolve);
    assert_eq!(done.status, 201, "{}", done.body);
    let mut done = done.json();
    assert_eq!(done["event"]["code"], "thu-nghiem");
    for told in [&mut preview, &mut done] {
        (told["event"], told["applied"]) = (Value::Null, Value::Null);
    }
    assert_eq!(preview, done);
    assert_eq!(leads(&admin, "III.4", "2019-01-01"), Vec::<String>::new());
    assert_eq!(leads(&admin, "III.4", "2017-12-31"), ["so-noi-vu"]);
    assert_eq!(send(&admin, "POST", "admin/agencies/events", &dissolve).status, 409, "a code names one event");
    let changes = admin.graphql("{ changes(first: 200) { nodes { kind } } }", &json!({}));
    assert!(strings(&changes["changes"]["nodes"], |node| &node["kind"]).contains(&"AGENCY_EVENT_RECORDED".to_owned()));
}

fn what_nobody_takes_waits_until_a_successor_is_named(backend: Backend) {
    let app = TestApp::start(backend);
    let (admin, standing) = (admin(&app), app.person(Some("so-tttt"), Role::Standing));
    let dissolve = json!({"kind": "DISSOLVE", "effectiveOn": "2018-01-01", "basis": "1593/QĐ-UBND", "predecessors": ["so-noi-vu"]});
    assert_eq!(send(&admin, "POST", "admin/agencies/events", &dissolve).status, 201);
    let queue = standing.get("/api/v1/admin/succession-queue").json();
    let of_tasks: Vec<&Value> = queue["items"].as_array().unwrap().iter().filter(|one| one["agencyRole"].is_null()).collect();
    assert_eq!(of_tasks.len(), 1);
    let entry = of_tasks[0];
    assert_eq!((&entry["task"], &entry["role"], &entry["since"]), (&json!("III.4"), &json!("LEAD"), &json!("2018-01-01")));
    let named = |day: &str, successor: &str| {
        let body = json!({"entries": [entry["id"]], "successor": successor, "effectiveOn": day, "basis": "1593/QĐ-UBND"});
        send(&standing, "POST", "admin/succession-queue/successor", &body)
    };
    assert_eq!(named("2017-12-31", "so-tai-chinh").faults()[0].0, "/effectiveOn");
    assert_eq!(named("2018-06-01", "so-noi-vu").faults()[0].0, "/successor");
    let done = named("2018-06-01", "so-tai-chinh");
    assert_eq!((done.status, &done.json()["resolved"]), (201, &json!(1)), "{}", done.body);
    assert_eq!(leads(&admin, "III.4", "2018-05-31"), Vec::<String>::new());
    assert_eq!(leads(&admin, "III.4", "2018-06-01"), ["so-tai-chinh"]);
    assert!(waiting(&admin).is_empty());
    assert_eq!(named("2018-06-01", "so-tai-chinh").faults()[0], ("/entries/0".to_owned(), "RULE_BROKEN".to_owned()));
}

/// Enough of agencies and tasks to see any change.
fn everything(app: &TestApp) -> Value {
    let query = "{ agencies(first: 200) { nodes { code name shortName isActive aliases collective { rule complete }
        members { agency { code } validFrom validTo } history { name validFrom validTo } } }
      agencyEvents { code effectiveOn predecessors { code name } successors { code name } }
      tasks(first: 100) { nodes { code assignments { role agency { code } validFrom validTo } past: assignments(asOf: \"2014-01-01\") { role agency { code } } } } }";
    app.anonymous().graphql(query, &json!({}))
}

fn importing_again_changes_nothing_and_undoes_nothing(backend: Backend) {
    let app = TestApp::start(backend);
    let before = everything(&app);
    let dry = imported(&app, DRY);
    assert!(!dry.applied && !dry.changes.is_empty() && dry.unowned > 0);
    assert_eq!(everything(&app), before, "a dry run keeps nothing");
    let real = imported(&app, ImportOptions::default());
    let told = |outcome: &OrganisationOutcome| outcome.changes.iter().map(|change| change.key.clone()).collect::<Vec<_>>();
    assert_eq!(told(&dry), told(&real));
    assert_eq!(dry.unowned, real.unowned);
    let after = everything(&app);
    let queue = waiting(&admin(&app));
    for options in [ImportOptions::default(), APPLY, DRY] {
        assert_eq!(imported(&app, options).changes, []);
        assert_eq!(app.import(&seed::decision_1593(), options).expect("an import").changes, []);
    }
    let mut changed = seed::decision_1593();
    changed["tasks"][0]["title_vi"] = json!("Xuất bản ấn phẩm mới");
    assert!(app.import(&changed, APPLY).expect("an import").applied);
    assert_eq!(everything(&app), after);
    assert_eq!(waiting(&admin(&app)), queue);
    let unknown = json!({"schema": "organisation/1", "rolls": [{"collective": "khong-co", "from": "2020-01-01", "rule": "OPEN", "complete": false,
        "members": [], "source": "x", "confidence": "LOW"}]});
    let app::Error::Refused(refusal) = app.import_organisation(&unknown, APPLY).expect_err("faults") else { panic!("a refusal") };
    let faults: Vec<&str> = refusal.faults.iter().map(|fault| fault.pointer.as_str()).collect();
    assert_eq!(faults, ["/rolls/0/toConfirm"]);
}

fn the_order_of_imports_does_not_matter(backend: Backend) {
    let database = TestDatabase::empty(backend);
    persistence::migrate::up(&database.open()).expect("migrations");
    let other = TestApp::over(database);
    assert!(imported(&other, ImportOptions::default()).applied, "without any programme");
    other.import(&seed::decision_1593(), APPLY).expect("an import");
    let app = start(backend);
    let sorted = |app: &TestApp| {
        let mut queue = waiting(&admin(app));
        queue.sort();
        queue
    };
    assert_eq!(sorted(&other), sorted(&app));
    for task in ["I.1", "I.2", "I.3", "I.4", "I.5", "V.1", "V.3"] {
        for day in ["2013-08-20", "2016-09-04", "2025-03-01", "2026-01-15"] {
            let (mut one, mut two) = (leads(&other.anonymous(), task, day), leads(&app.anonymous(), task, day));
            one.sort();
            two.sort();
            assert_eq!(one, two, "{task} on {day}");
        }
    }
}

fn codes_heads_and_rolls_hold_from_a_day_on(backend: Backend) {
    let app = TestApp::start(backend);
    let admin = admin(&app);
    let put = |path: &str, body: Value| {
        let mut body = body;
        body["basis"] = json!("1593/QĐ-UBND");
        let reply = send(&admin, "PUT", &format!("admin/agencies/{path}"), &body);
        (reply.status, if reply.status < 400 { Vec::new() } else { reply.faults() })
    };
    let done = (204, Vec::new());
    assert_eq!(put("so-tttt/e-code", json!({"code": "000.00.13.H24", "from": "2016-04-01"})), done);
    assert_eq!(put("so-tttt/e-code", json!({"code": "H24.13", "from": "2020-09-15"})), done);
    assert_eq!(
        put("so-tttt/e-code", json!({"code": "h24/13", "from": "2021-01-01"})).1,
        [("/code".to_owned(), "PATTERN_MISMATCH".to_owned())]
    );
    for (name, from) in [("Nguyễn Văn A", "2013-01-01"), ("Trần Thị B", "2015-06-01")] {
        assert_eq!(put("so-tttt/head", json!({"title": "Giám đốc", "name": name, "from": from})), done);
    }
    assert_eq!(put("so-tttt/head", json!({"title": "Giám đốc", "name": "C", "from": "2014-01-01"})).1[0].0, "/from", "the past stays");
    assert_eq!(put("so-tttt/version", json!({"agency": {"name": "Sở Thông tin"}, "from": "2022-01-01"})), done);
    let of = |day: &str| admin.get(&format!("/api/v1/agencies/so-tttt?asOf={day}")).json();
    assert_eq!((&of("2014-06-01")["head"]["name"], &of("2015-06-01")["head"]["name"]), (&json!("Nguyễn Văn A"), &json!("Trần Thị B")));
    assert_eq!(
        (&of("2016-04-01")["eCodes"], &of("2021-01-01")["eCodes"]),
        (&json!(["000.00.13.H24"]), &json!(["000.00.13.H24", "H24.13"]))
    );
    assert_eq!((&of("2021-12-31")["name"], &of("2022-01-01")["name"]), (&json!("Sở Thông tin và Truyền thông"), &json!("Sở Thông tin")));
    assert_eq!(of("2022-01-01")["history"].as_array().unwrap().len(), 2);
    let members = json!({"rule": "FILTERED", "isComplete": true, "members": ["so-tttt", "so-ngoai-vu"], "from": "2019-01-01"});
    assert_eq!(put("cac-so-nganh/roll", members), done);
    let roll = |day: &str| admin.get(&format!("/api/v1/agencies/cac-so-nganh?asOf={day}")).json();
    assert_eq!((roll("2018-12-31")["members"].as_array().unwrap().len(), &roll("2018-12-31")["roll"]["isComplete"]), (7, &json!(false)));
    assert_eq!(roll("2019-01-01")["members"], json!(["so-tttt", "so-ngoai-vu"]));
    let told = &roll("2019-01-01")["roll"];
    assert_eq!((&told["rule"], &told["isComplete"], &told["needsDesignation"]), (&json!("FILTERED"), &json!(true), &json!(false)));
    let new = json!({"code": "so-moi", "agency": {"name": "Sở mới", "parent": "ubnd-tp-hai-phong"}, "from": "2020-01-01", "basis": "1593/QĐ-UBND"});
    assert_eq!(send(&admin, "POST", "admin/agencies", &new).status, 204);
    assert_eq!(send(&admin, "POST", "admin/agencies", &new).status, 409);
    // What is wrong with the agency is told by its place in the body.
    let wrong = json!({"name": "Sở", "parent": "khong-co", "subkind": " \n"});
    let places = [("/agency/parent", "REFERENCE_UNKNOWN"), ("/agency/subkind", "FIELD_REQUIRED")];
    let places = places.map(|(at, code)| (at.to_owned(), code.to_owned()));
    assert_eq!(put("so-moi/version", json!({"agency": wrong, "from": "2023-01-01"})).1, places);
    let other = json!({"code": "so-khac", "agency": wrong, "from": "2020-01-01", "basis": "1593/QĐ-UBND"});
    assert_eq!(send(&admin, "POST", "admin/agencies", &other).faults(), places);
    let change = "mutation { changeAgency(code: \"so-moi\", input: {name: \"Sở\", parent: \"khong-co\"}, from: \"2023-01-01\", \
        basis: \"1593/QĐ-UBND\") { problem { faults { pointer } } } }";
    let told = admin.graphql(change, &json!({}))["changeAgency"]["problem"]["faults"].take();
    assert_eq!(told, json!([{"pointer": "/input/parent"}]), "by its arguments over GraphQL");
    let codes = |day: &str| strings(&admin.get(&format!("/api/v1/agencies?limit=200&asOf={day}")).json()["items"], |item| &item["code"]);
    assert!(!codes("2019-12-31").contains(&"so-moi".to_owned()) && codes("2020-01-01").contains(&"so-moi".to_owned()));
}

fn what_is_owed_later_goes_to_the_successor(backend: Backend) {
    let app = crate::obligations::start(backend);
    let (admin, standing) = (admin(&app), app.person(Some("so-tttt"), Role::Standing));
    let merge = json!({"kind": "MERGE", "effectiveOn": "2017-07-01", "basis": "1593/QĐ-UBND", "predecessors": ["so-khdt"], "successors": [{"code": "so-ngoai-vu"}]});
    let owed = |agency: &str| -> Vec<(String, bool)> {
        let list = crate::obligations::list(&standing, &format!("&programme=HP-1593-2013&regime=HP-1593-NAM&agency={agency}"));
        let state = |one: &Value| (one["period"].as_str().unwrap().to_owned(), one["state"] == "EXCLUDED");
        list.iter().filter(|one| one["task"] == "I.2").map(state).collect()
    };
    let before = owed("so-ngoai-vu");
    assert_eq!(owed("so-khdt").iter().filter(|(_, excluded)| *excluded).count(), 0);
    let done = send(&admin, "POST", "admin/agencies/events", &merge);
    assert_eq!(done.status, 201, "{}", done.body);
    let moved = done.json()["obligations"].as_array().unwrap().clone();
    assert!(moved.iter().all(|one| one["from"] == "so-khdt" && one["to"] == "so-ngoai-vu"), "{moved:?}");
    let gone: Vec<(String, bool)> = owed("so-khdt");
    assert!(gone.iter().all(|(period, excluded)| *excluded == (period.as_str() >= "2017")), "{gone:?}");
    assert_eq!(owed("so-ngoai-vu"), before, "it owed the same through the roll already");
    assert_eq!(app.generate().made, 0, "nothing more is owed");
}
