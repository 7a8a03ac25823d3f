//! Words for relevant agencies: whom a document names for a task, from which day on, who is meant after them, and what is refused.

use app::import::ImportOptions;
use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, Client, Reply, TestApp, both, seed};

both!(
    words_for_relevant_agencies_oblige_those_whom_a_document_names,
    a_dry_run_of_a_designation_keeps_nothing,
    what_does_not_hold_together_is_not_designated,
    whoever_takes_the_duty_of_a_designated_agency_is_meant,
    a_designation_of_the_past_follows_what_happened_since,
);

const WORDS: &str = "cac-so-ban-nganh-ubnd-quan-huyen-lien-quan";

/// Decision 1593, the bodies of Hải Phòng, and a yearly report that everybody with a part in a task owes.
fn start(backend: Backend) -> TestApp {
    let app = TestApp::start(backend);
    app.import_organisation(&seed::organisation(), ImportOptions::default()).expect("an import");
    let mut regimes = seed::regimes_1593();
    for regime in regimes["regimes"].as_array_mut().expect("regimes") {
        if regime["subject"] == "TASK" {
            regime["obligedRoles"] = json!("ALL");
        }
    }
    for file in [seed::working_days(), regimes] {
        app.import_calendar(&file, ImportOptions::default()).expect("an import");
    }
    app.generate();
    app
}

fn task(client: &Client, code: &str) -> String {
    let query = "query($c: String!) { programme(code: \"HP-1593-2013\") { task(code: $c) { id } } }";
    client.graphql(query, &json!({ "c": code }))["programme"]["task"]["id"].as_str().expect("an id").to_owned()
}

fn designate(client: &Client, task: &str, from: &str, agencies: &[&str], dry: bool) -> Reply {
    let body = json!({"collective": WORDS, "agencies": agencies, "from": from, "basis": "1593/QĐ-UBND"});
    sent(client, task, &body, dry)
}

fn sent(client: &Client, task: &str, body: &Value, dry: bool) -> Reply {
    let path = format!("/api/v1/admin/tasks/{task}/designations{}", if dry { "?dryRun=true" } else { "" });
    client.send("POST", &path, &[("content-type", "application/json")], body.to_string().as_bytes())
}

fn part(client: &Client, task: &str, day: &str) -> Value {
    let reply = client.get(&format!("/api/v1/tasks/{task}/designations?asOf={day}"));
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.json()["items"][0].take()
}

fn meant(client: &Client, task: &str, day: &str) -> (bool, Vec<String>) {
    let part = part(client, task, day);
    let codes = part["agencies"].as_array().expect("agencies").iter().map(|code| code.as_str().expect("a code").to_owned());
    (part["needsDesignation"] == true, codes.collect())
}

fn owing(client: &Client, year: i32) -> Vec<String> {
    let list = crate::obligations::list(client, &format!("&programme=HP-1593-2013&task=II.1&regime=HP-1593-NAM&year={year}"));
    let mut codes: Vec<String> = list.iter().map(|owed| owed["agency"].as_str().expect("a code").to_owned()).collect();
    codes.sort();
    codes
}

fn undesignated(client: &Client) -> Vec<String> {
    let gaps = client.get("/api/v1/programmes/HP-1593-2013/gaps").json()["items"].take();
    let of = gaps.as_array().expect("gaps").iter().filter(|gap| gap["kind"] == "TASK_WITHOUT_DESIGNATION");
    of.map(|gap| gap["code"].as_str().expect("a code").to_owned()).collect()
}

fn words_for_relevant_agencies_oblige_those_whom_a_document_names(backend: Backend) {
    let app = start(backend);
    let (admin, public, follows) = (app.person(None, Role::Admin), app.anonymous(), crate::obligations::standing(&app));
    let id = task(&public, "II.1");
    // Nobody is meant, and everybody is told so.
    assert_eq!(meant(&public, &id, "2016-12-31"), (true, Vec::new()));
    assert_eq!(undesignated(&public), ["I.3", "I.6", "II.1", "II.2", "II.3", "II.4", "III.2", "V.1"]);
    let listed = || {
        let tasks = public.get("/api/v1/tasks?programme=HP-1593-2013&limit=200&asOf=2016-12-31").json()["items"].take();
        tasks.as_array().expect("tasks").iter().find(|task| task["code"] == "II.1").expect("II.1")["undesignated"].clone()
    };
    assert_eq!(listed(), json!([WORDS]));
    assert_eq!(owing(&follows, 2016), ["so-tttt"]);
    // From the day on those are meant whom the document names.
    let done = designate(&admin, &id, "2016-07-01", &["so-ngoai-vu", "so-tai-chinh"], false);
    assert_eq!(done.status, 201, "{}", done.body);
    assert_eq!(done.json()["agencies"], json!(["so-ngoai-vu", "so-tai-chinh"]));
    assert_eq!(meant(&public, &id, "2016-06-30"), (true, Vec::new()));
    let both = vec!["so-ngoai-vu".to_owned(), "so-tai-chinh".to_owned()];
    assert_eq!(meant(&public, &id, "2016-07-01"), (false, both.clone()));
    assert_eq!(listed(), json!([]));
    assert!(!undesignated(&public).contains(&"II.1".to_owned()));
    assert_eq!(app.generate().made, 10, "two agencies, 2016 to 2020");
    assert_eq!((owing(&follows, 2015), owing(&follows, 2016).len()), (vec!["so-tttt".to_owned()], 3));
    // A later document names others; what held before stays.
    assert_eq!(designate(&admin, &id, "2018-01-01", &["so-tai-chinh"], false).status, 201);
    assert_eq!(app.generate().withdrawn, 3);
    assert_eq!((owing(&follows, 2017).len(), owing(&follows, 2018)), (3, vec!["so-tai-chinh".to_owned(), "so-tttt".to_owned()]));
    assert_eq!(meant(&public, &id, "2017-12-31"), (false, both));
    // And one ends it.
    assert_eq!(designate(&admin, &id, "2020-01-01", &[], false).status, 201);
    assert_eq!(app.generate().withdrawn, 1);
    assert_eq!(meant(&public, &id, "2020-01-01"), (true, Vec::new()));
    assert!(undesignated(&public).contains(&"II.1".to_owned()));
    let query =
        "query($id: ID!) { node(id: $id) { ... on Task { assignments(asOf: \"2018-06-01\") { role needsDesignation agencies { code }
        designations { agencies { code } validFrom validTo basis { number } } } } } }";
    let told = public.graphql(query, &json!({ "id": id }))["node"]["assignments"].take();
    assert_eq!((&told[0]["role"], &told[0]["needsDesignation"], &told[0]["designations"]), (&json!("LEAD"), &json!(false), &json!([])));
    assert_eq!((&told[1]["needsDesignation"], &told[1]["agencies"]), (&json!(false), &json!([{"code": "so-tai-chinh"}])));
    let days = |i: usize| (told[1]["designations"][i]["validFrom"].clone(), told[1]["designations"][i]["validTo"].clone());
    assert_eq!(days(0), (json!("2016-07-01"), json!("2018-01-01")));
    assert_eq!((days(2), &told[1]["designations"][2]["agencies"]), ((json!("2020-01-01"), Value::Null), &json!([])));
    let auditor = app.person(None, Role::Auditor);
    let entries = auditor.get("/api/v1/admin/audit?limit=200&operation=designate_members").json()["items"].take();
    let told: Vec<_> = entries.as_array().expect("entries").iter().map(|entry| &entry["subjectId"]).collect();
    assert_eq!(told, vec![&json!(id); 3]);
}

fn a_dry_run_of_a_designation_keeps_nothing(backend: Backend) {
    let app = start(backend);
    let (admin, public) = (app.person(None, Role::Admin), app.anonymous());
    let id = task(&public, "II.1");
    let shown = designate(&admin, &id, "2016-07-01", &["so-ngoai-vu"], true);
    assert_eq!((shown.status, &shown.json()["agencies"]), (200, &json!(["so-ngoai-vu"])), "{}", shown.body);
    assert_eq!(meant(&public, &id, "2016-07-01"), (true, Vec::new()));
    let mutation = "mutation($id: ID!, $dry: Boolean!) { designateMembers(task: $id, collective: \"cac-so-ban-nganh-ubnd-quan-huyen-lien-quan\",
        agencies: [\"so-ngoai-vu\"], from: \"2016-07-01\", basis: \"1593/QĐ-UBND\", dryRun: $dry) { problem { code } part { needsDesignation agencies { code } } } }";
    for dry in [true, false] {
        let told = admin.graphql(mutation, &json!({"id": id, "dry": dry}))["designateMembers"].take();
        assert_eq!(told, json!({"problem": null, "part": {"needsDesignation": false, "agencies": [{"code": "so-ngoai-vu"}]}}));
        assert_eq!(meant(&public, &id, "2016-07-01").0, dry);
    }
}

fn what_does_not_hold_together_is_not_designated(backend: Backend) {
    let app = start(backend);
    let (admin, follows) = (app.person(None, Role::Admin), app.person(Some("so-tttt"), Role::Standing));
    let id = task(&admin, "II.1");
    let right = json!({"collective": WORDS, "agencies": ["so-ngoai-vu"], "from": "2016-07-01", "basis": "1593/QĐ-UBND"});
    let faults = |change: &dyn Fn(&mut Value)| {
        let mut body = right.clone();
        change(&mut body);
        let reply = sent(&admin, &id, &body, false);
        assert_eq!((reply.status, reply.code().as_str()), (422, "BODY_INVALID"), "{}", reply.body);
        reply.faults()
    };
    let one = |pointer: &str, code: &str| vec![(pointer.to_owned(), code.to_owned())];
    assert_eq!(faults(&|body| body["basis"] = json!("9999/QĐ-UBND")), one("/basis", "REFERENCE_UNKNOWN"));
    assert_eq!(faults(&|body| body["collective"] = json!("so-tttt")), one("/collective", "REFERENCE_UNKNOWN"));
    assert_eq!(faults(&|body| body["collective"] = json!("cac-co-quan-don-vi-lien-quan")), one("/collective", "RULE_BROKEN"));
    assert_eq!(faults(&|body| body["agencies"] = json!([])), one("/agencies", "RULE_BROKEN"));
    let wrong = faults(&|body| body["agencies"] = json!(["so-ngoai-vu", "so-ngoai-vu", "cac-so-nganh", "khong-co", "so-khcn-2025"]));
    let codes: Vec<_> = wrong.iter().map(|(pointer, code)| (pointer.as_str(), code.as_str())).collect();
    assert_eq!(
        codes,
        [
            ("/agencies/1", "DUPLICATE"),
            ("/agencies/2", "RULE_BROKEN"),
            ("/agencies/3", "REFERENCE_UNKNOWN"),
            ("/agencies/4", "RULE_BROKEN")
        ]
    );
    assert_eq!(sent(&follows, &id, &right, false).status, 403);
    assert_eq!(sent(&admin, "00000000-0000-7000-8000-000000000000", &right, false).status, 404);
    assert_eq!(sent(&admin, &id, &right, false).status, 201);
    assert_eq!(faults(&|_| ()), one("/from", "PERIOD_INCONSISTENT"));
}

fn event(client: &Client, event: &Value) {
    let reply = client.send("POST", "/api/v1/admin/agencies/events", &[("content-type", "application/json")], event.to_string().as_bytes());
    assert_eq!(reply.status, 201, "{}", reply.body);
}

fn waiting(client: &Client, agency: &str) -> Vec<(String, String)> {
    let queue = client.get("/api/v1/admin/succession-queue?limit=200").json()["items"].take();
    let of = queue.as_array().expect("entries").iter().filter(|entry| entry["agency"] == agency && entry["role"] == "COORDINATING");
    of.map(|entry| (entry["task"].as_str().expect("a code").to_owned(), entry["since"].as_str().expect("a day").to_owned())).collect()
}

fn whoever_takes_the_duty_of_a_designated_agency_is_meant(backend: Backend) {
    let app = start(backend);
    let (admin, public) = (app.person(None, Role::Admin), app.anonymous());
    let id = task(&public, "II.1");
    assert_eq!(designate(&admin, &id, "2014-01-01", &["so-y-te", "so-tu-phap"], false).status, 201);
    let basis = "1593/QĐ-UBND";
    event(
        &admin,
        &json!({"kind": "MERGE", "effectiveOn": "2017-07-01", "basis": basis, "predecessors": ["so-y-te"], "successors": [{"code": "so-cong-thuong"}]}),
    );
    assert_eq!(meant(&public, &id, "2017-06-30").1, ["so-y-te", "so-tu-phap"]);
    assert_eq!(meant(&public, &id, "2017-07-01").1, ["so-cong-thuong", "so-tu-phap"]);
    assert!(waiting(&admin, "so-y-te").is_empty());
    event(&admin, &json!({"kind": "DISSOLVE", "effectiveOn": "2018-07-01", "basis": basis, "predecessors": ["so-tu-phap"]}));
    assert_eq!(meant(&public, &id, "2018-07-01").1, ["so-cong-thuong"]);
    assert_eq!(waiting(&admin, "so-tu-phap"), [("II.1".to_owned(), "2018-07-01".to_owned())]);
    event(&admin, &json!({"kind": "DISSOLVE", "effectiveOn": "2019-07-01", "basis": basis, "predecessors": ["so-cong-thuong"]}));
    assert_eq!(meant(&public, &id, "2019-07-01"), (false, Vec::new()), "designated, and with nobody who has the duty");
    assert_eq!(waiting(&admin, "so-cong-thuong"), [("II.1".to_owned(), "2019-07-01".to_owned())]);
    assert_eq!(designate(&admin, &id, "2027-01-01", &["so-noi-vu"], false).status, 201);
    assert_eq!(waiting(&admin, "so-cong-thuong").len(), 1, "until that day nobody answers");
    app.clock.advance(chrono::TimeDelta::days(400));
    let admin = app.person(None, Role::Admin);
    // Others are named: nobody waits for whoever takes the place of those of before.
    assert_eq!(meant(&public, &id, "2027-01-01").1, ["so-noi-vu"]);
    assert_eq!((waiting(&admin, "so-cong-thuong"), waiting(&admin, "so-tu-phap")), (Vec::new(), Vec::new()));
}

fn a_designation_of_the_past_follows_what_happened_since(backend: Backend) {
    let app = start(backend);
    let (admin, public) = (app.person(None, Role::Admin), app.anonymous());
    let id = task(&public, "II.1");
    event(&admin, &json!({"kind": "DISSOLVE", "effectiveOn": "2018-07-01", "basis": "1593/QĐ-UBND", "predecessors": ["so-y-te"]}));
    assert!(waiting(&admin, "so-y-te").is_empty());
    assert_eq!(designate(&admin, &id, "2014-01-01", &["so-y-te", "so-tttt"], true).status, 200);
    assert!(waiting(&admin, "so-y-te").is_empty(), "nothing was kept");
    assert_eq!(designate(&admin, &id, "2014-01-01", &["so-y-te", "so-tttt"], false).status, 201);
    assert_eq!(meant(&public, &id, "2018-06-30").1, ["so-y-te", "so-tttt"]);
    assert_eq!(meant(&public, &id, "2018-07-01").1, ["so-tttt"]);
    assert_eq!(waiting(&admin, "so-y-te"), [("II.1".to_owned(), "2018-07-01".to_owned())]);
    assert_eq!(meant(&public, &id, "2025-03-01").1, ["so-vhttdl-2025"], "the lead agency's work went by function");
}
