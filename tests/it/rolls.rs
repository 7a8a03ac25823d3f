//! Rolls of collectives: who may be on one, what waits while nobody is, and what the next roll ends, by hand and by file.

use app::import::ImportOptions;
use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, Client, TestApp, both, seed};

both!(
    nobody_and_who_is_no_more_are_no_roll,
    words_that_have_somebody_again_wait_no_more,
    a_roll_of_the_past_follows_what_happened_since,
    the_next_roll_of_a_file_ends_the_one_before,
    a_file_does_not_empty_a_roll_nor_reach_behind_a_later_one,
);

const APPLY: ImportOptions = ImportOptions { dry_run: false, apply_changes: true };
const DRY: ImportOptions = ImportOptions { dry_run: true, apply_changes: false };
const DISTRICTS: &str = "ubnd-cac-quan-huyen";
const WORDS: &str = "cac-so-nganh";

fn put(client: &Client, collective: &str, from: &str, members: &[&str]) -> (u16, Vec<(String, String)>) {
    let body = json!({"rule": "CLOSED", "isComplete": true, "members": members, "from": from, "basis": "1593/QĐ-UBND"});
    let path = format!("/api/v1/admin/agencies/{collective}/roll");
    let reply = client.send("PUT", &path, &[("content-type", "application/json")], body.to_string().as_bytes());
    (reply.status, if reply.status < 400 { Vec::new() } else { reply.faults() })
}

fn dissolve(client: &Client, agency: &str, day: &str) {
    let body = json!({"kind": "DISSOLVE", "effectiveOn": day, "basis": "1593/QĐ-UBND", "predecessors": [agency]});
    let path = "/api/v1/admin/agencies/events";
    let reply = client.send("POST", path, &[("content-type", "application/json")], body.to_string().as_bytes());
    assert_eq!(reply.status, 201, "{}", reply.body);
}

fn members(client: &Client, collective: &str, day: &str) -> Vec<String> {
    let reply = client.get(&format!("/api/v1/agencies/{collective}?asOf={day}")).json();
    reply["members"].as_array().expect("members").iter().map(|code| code.as_str().expect("a code").to_owned()).collect()
}

/// The tasks, and the duties of the programme, that wait for whoever takes the place of an agency or of words.
fn waiting(client: &Client, agency: &str) -> Vec<String> {
    let queue = client.get("/api/v1/admin/succession-queue?limit=200").json()["items"].take();
    let of = queue.as_array().expect("entries").iter().filter(|entry| entry["agency"] == agency);
    let what = |entry: &Value| entry["task"].as_str().or(entry["subject"].as_str()).expect("a task or a duty").to_owned();
    let mut waiting: Vec<String> = of.map(what).collect();
    waiting.sort();
    waiting
}

fn start(backend: Backend) -> (TestApp, Client) {
    let app = TestApp::start(backend);
    app.import_organisation(&seed::organisation(), ImportOptions::default()).expect("an import");
    let admin = app.person(None, Role::Admin);
    (app, admin)
}

fn nobody_and_who_is_no_more_are_no_roll(backend: Backend) {
    let (_app, admin) = start(backend);
    let one = |pointer: &str| (422, vec![(pointer.to_owned(), "RULE_BROKEN".to_owned())]);
    assert_eq!(put(&admin, DISTRICTS, "2025-08-01", &["so-noi-vu", "ubnd-quan-hong-bang"]), one("/members/1"));
    assert_eq!(put(&admin, DISTRICTS, "2025-08-01", &[]), one("/members"));
    assert_eq!(put(&admin, "cac-to-chuc-ctxh", "2020-01-01", &[]), one("/members"));
    // Words that mean nobody themselves are nobody.
    assert_eq!(put(&admin, "cac-to-chuc-ctxh", "2025-08-01", &[DISTRICTS]), one("/members"));
    assert_eq!(members(&admin, "cac-to-chuc-ctxh", "2020-01-01").len(), 6);
    assert_eq!(put(&admin, "cac-to-chuc-ctxh", "2025-06-30", &[DISTRICTS]).0, 204);
}

fn words_that_have_somebody_again_wait_no_more(backend: Backend) {
    let (_app, admin) = start(backend);
    let before = waiting(&admin, DISTRICTS);
    assert!(
        ["II.1", "II.2", "II.3", "II.4", "III.2", "V.1", "D2.2.e"].iter().all(|task| before.contains(&(*task).to_owned())),
        "{before:?}"
    );
    let islands = waiting(&admin, "ubnd-huyen-cat-hai");
    assert!(!islands.is_empty());
    assert_eq!(put(&admin, DISTRICTS, "2025-08-01", &["so-noi-vu"]), (204, Vec::new()));
    assert_eq!(waiting(&admin, DISTRICTS), Vec::<String>::new());
    assert_eq!(waiting(&admin, "ubnd-huyen-cat-hai"), islands, "what is led by a body of its own waits on");
    assert_eq!(members(&admin, DISTRICTS, "2025-07-31"), Vec::<String>::new());
    assert_eq!(members(&admin, DISTRICTS, "2025-08-01"), ["so-noi-vu"]);
    // Whoever came ends too: nobody is left again.
    dissolve(&admin, "so-noi-vu", "2026-01-01");
    assert_eq!(members(&admin, DISTRICTS, "2026-01-01"), Vec::<String>::new());
    assert_eq!(waiting(&admin, DISTRICTS), before);
}

fn a_roll_of_the_past_follows_what_happened_since(backend: Backend) {
    let app = TestApp::start(backend);
    let admin = app.person(None, Role::Admin);
    dissolve(&admin, "so-noi-vu", "2018-01-01");
    assert_eq!(waiting(&admin, WORDS), Vec::<String>::new());
    assert_eq!(put(&admin, WORDS, "2016-01-01", &["so-noi-vu"]), (204, Vec::new()));
    assert_eq!(members(&admin, WORDS, "2017-12-31"), ["so-noi-vu"]);
    assert_eq!(members(&admin, WORDS, "2018-01-01"), Vec::<String>::new());
    assert!(!waiting(&admin, WORDS).is_empty(), "what is assigned through the words waits");
}

fn roll(from: &str, members: &[&str]) -> Value {
    json!({"collective": WORDS, "from": from, "rule": "CLOSED", "complete": true, "members": members, "source": "Văn bản", "confidence": "HIGH"})
}

fn file(rolls: &[Value]) -> Value {
    json!({"schema": "organisation/1", "rolls": rolls})
}

fn the_next_roll_of_a_file_ends_the_one_before(backend: Backend) {
    let app = TestApp::start(backend);
    let public = app.anonymous();
    // Not in the order of time.
    let mut rolls = vec![roll("2016-01-01", &["so-ngoai-vu", "so-tai-chinh"]), roll("2014-01-01", &["so-tttt", "so-ngoai-vu"])];
    let told = app.import_organisation(&file(&rolls), APPLY).expect("an import");
    assert!(told.applied);
    rolls.push(roll("2019-01-01", &["so-tai-chinh", "so-noi-vu"]));
    let dry = app.import_organisation(&file(&rolls), DRY).expect("an import");
    let told = app.import_organisation(&file(&rolls), APPLY).expect("an import");
    assert_eq!(told.changes, dry.changes);
    let keys: Vec<&str> = told.changes.iter().map(|change| change.key.as_str()).collect();
    assert!(keys.contains(&"cac-so-nganh / 2019-01-01") && keys.contains(&"cac-so-nganh / so-noi-vu / 2019-01-01"), "{keys:?}");
    assert!(!keys.contains(&"cac-so-nganh / so-tai-chinh / 2019-01-01"), "who goes on keeps the place: {keys:?}");
    assert_eq!(members(&public, WORDS, "2013-12-31").len(), 7, "what the decision said");
    for (day, on) in [
        ("2014-01-01", ["so-ngoai-vu", "so-tttt"]),
        ("2015-12-31", ["so-ngoai-vu", "so-tttt"]),
        ("2016-01-01", ["so-ngoai-vu", "so-tai-chinh"]),
        ("2018-12-31", ["so-ngoai-vu", "so-tai-chinh"]),
        ("2019-01-01", ["so-noi-vu", "so-tai-chinh"]),
        ("2026-01-01", ["so-noi-vu", "so-tai-chinh"]),
    ] {
        let mut found = members(&public, WORDS, day);
        found.sort();
        assert_eq!(found, on, "{day}");
    }
    assert_eq!(app.import_organisation(&file(&rolls), APPLY).expect("an import").changes, []);
    assert_eq!(app.import(&seed::decision_1593(), APPLY).expect("an import").changes, []);
    assert_eq!(members(&public, WORDS, "2026-01-01").len(), 2);
}

fn a_file_does_not_empty_a_roll_nor_reach_behind_a_later_one(backend: Backend) {
    let (app, _admin) = start(backend);
    let refused = |roll: Value| {
        let app::Error::Refused(refusal) = app.import_organisation(&file(&[roll]), APPLY).expect_err("a refusal") else {
            panic!("a refusal")
        };
        refusal.faults.iter().map(|fault| fault.pointer.clone()).collect::<Vec<_>>()
    };
    assert_eq!(refused(roll("2026-03-01", &[])), ["/rolls/0/members"]);
    assert_eq!(refused(roll("2026-03-01", &["so-noi-vu", "so-tttt"])), ["/rolls/0/members/1"], "it is no more");
    assert_eq!(refused(roll("2015-01-01", &["so-noi-vu"])), ["/rolls/0/from"], "somebody joined later");
}
