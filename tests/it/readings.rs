//! How misprints of a decision are read: kept as written, and read by somebody who answers for it.

use app::import::{ImportOptions, ImportOutcome};
use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, Client, Reply, TestApp, both, seed};

use crate::persons::{made, of, personnel, send};

both!(
    a_misprint_is_read_by_somebody_who_answers_for_it,
    what_is_no_reading_is_not_confirmed,
    another_reading_is_confirmed_anew,
    readings_cost_as_much_when_they_are_confirmed,
    nobody_answers_for_a_reading_before_its_day,
    whoever_confirmed_is_given_out_and_pseudonymised_with_the_person,
    each_of_two_confirmations_tells_its_place,
);

const APPLY: ImportOptions = ImportOptions { dry_run: false, apply_changes: true };
const DRY: ImportOptions = ImportOptions { dry_run: true, apply_changes: false };
const ISSUES: &str = "/api/v1/programmes/HP-1593-2013/known-issues";

fn issue(client: &Client, location: &str) -> Value {
    let reply = client.get(ISSUES).json();
    let items = reply["items"].as_array().expect("defects").clone();
    items.into_iter().find(|one| one["location"] == location).unwrap_or_else(|| panic!("no {location}"))
}

fn confirm(client: &Client, issue: &Value, body: &Value) -> Reply {
    let id = issue["id"].as_str().expect("an id");
    let path = format!("/api/v1/admin/programmes/HP-1593-2013/known-issues/{id}/confirmation");
    client.send("POST", &path, &[("content-type", "application/json")], body.to_string().as_bytes())
}

/// The misprints for whose reading nobody answers.
fn open(client: &Client) -> Vec<String> {
    let gaps = client.get("/api/v1/programmes/HP-1593-2013/gaps").json();
    let open = gaps["items"].as_array().expect("gaps").iter().filter(|gap| gap["kind"] == "READING_NOT_CONFIRMED");
    open.map(|gap| gap["code"].as_str().expect("a code").to_owned()).collect()
}

fn fault(at: &str, code: &str) -> Vec<(String, String)> {
    vec![(at.to_owned(), code.to_owned())]
}

fn reread(app: &TestApp, options: ImportOptions, read_as: &str) -> ImportOutcome {
    let mut file = seed::decision_1593();
    file["known_defects_in_seed"][0]["read_as"] = json!(read_as);
    app.import(&file, options).expect("an import")
}

fn a_misprint_is_read_by_somebody_who_answers_for_it(backend: Backend) {
    let app = TestApp::start(backend);
    let typo = issue(&app.anonymous(), "IV.1");
    assert_eq!((&typo["asWritten"], &typo["readAs"], &typo["confirmation"]), (&json!("2013 -1015"), &json!("2013-2015"), &Value::Null));
    assert!(open(&app.anonymous()).contains(&"IV.1".to_owned()));
    // Whoever only follows the programme answers for nothing.
    let inspector = app.person(None, Role::Inspector);
    assert_eq!(confirm(&inspector, &typo, &json!({})).code(), "FORBIDDEN");
    assert_eq!(confirm(&app.anonymous(), &typo, &json!({})).status, 401);

    let standing = app.person(Some("so-tttt"), Role::Standing);
    let body = json!({"confirmedOn": "2014-01-15", "post": "Phó Giám đốc", "basis": "1593/QĐ-UBND", "section": "Phụ lục, IV.1",
                      "quote": "2013 -1015", "remark": "Lỗi đánh máy."});
    let done = confirm(&standing, &typo, &body);
    assert_eq!(done.status, 201, "{}", done.body);
    let told = issue(&inspector, "IV.1")["confirmation"].take();
    assert_eq!(done.json()["confirmation"], told);
    // Everybody is told that it is, when, for which agency and by which document; by whom, those who have to do with the programme.
    let mut public = told.clone();
    for field in ["confirmedBy", "post", "remark"] {
        public[field] = Value::Null;
    }
    for stranger in [app.anonymous(), app.person(None, Role::Personnel)] {
        assert_eq!(issue(&stranger, "IV.1")["confirmation"], public);
    }
    let by = standing.graphql("{ me { name } }", &json!({}))["me"]["name"].take();
    assert_eq!((&told["confirmedBy"], &told["agency"], &told["confirmedOn"]), (&by, &json!("so-tttt"), &json!("2014-01-15")));
    for field in ["post", "section", "quote", "remark"] {
        assert_eq!(told[field], body[field]);
    }
    assert!(!open(&app.anonymous()).contains(&"IV.1".to_owned()));
    // The text stays as it was written; the task shows both.
    let read =
        "{ programme(code: \"HP-1593-2013\") { knownIssues { location isConfirmed } task(code: \"IV.1\") { knownIssues { asWritten readAs
        isConfirmed confirmation { confirmedBy post agency { code } confirmedOn remark basis { number } citations { section } } } } } }";
    let hidden = app.anonymous().graphql(read, &json!({}))["programme"]["task"]["knownIssues"][0]["confirmation"].take();
    assert_eq!([&hidden["confirmedBy"], &hidden["post"], &hidden["remark"]], [&Value::Null; 3]);
    assert_eq!((&hidden["agency"]["code"], &hidden["basis"]["number"]), (&json!("so-tttt"), &json!("1593/QĐ-UBND")));
    let seen = inspector.graphql(read, &json!({}))["programme"].take();
    let one = &seen["task"]["knownIssues"][0];
    assert_eq!((&one["asWritten"], &one["isConfirmed"], &one["confirmation"]["confirmedBy"]), (&json!("2013 -1015"), &json!(true), &by));
    assert_eq!(one["confirmation"]["citations"], json!([{"section": "Phụ lục, IV.1"}]));
    assert_eq!(one["confirmation"]["basis"]["number"], "1593/QĐ-UBND");
    let confirmed = seen["knownIssues"].as_array().expect("defects").iter().filter(|one| one["isConfirmed"] == true).count();
    assert_eq!(confirmed, 1);
    // Once, and it is in the log.
    assert_eq!(confirm(&standing, &typo, &json!({})).code(), "ALREADY_EXISTS");
    let entries = app.person(None, Role::Auditor).get("/api/v1/admin/audit?limit=200&operation=confirm_reading").json()["items"].take();
    let kept = entries.as_array().expect("entries").iter().find(|entry| entry["outcome"] == "DONE");
    assert!(kept.is_some_and(|entry| entry.to_string().contains("2014-01-15")), "{entries}");
    // What can be erased is not in it.
    assert!(!entries.to_string().contains("Phó Giám đốc") && !entries.to_string().contains("Lỗi đánh máy."), "{entries}");
}

fn what_is_no_reading_is_not_confirmed(backend: Backend) {
    let app = TestApp::start(backend);
    let admin = app.person(None, Role::Admin);
    let (typo, gap) = (issue(&admin, "IV.1"), issue(&admin, "I.2, I.5"));
    assert_eq!(confirm(&admin, &gap, &json!({})).faults(), fault("", "RULE_BROKEN"));
    for (body, faults) in [
        (json!({"confirmedOn": "2150-01-01"}), fault("/confirmedOn", "DAY_IN_FUTURE")),
        (json!({"confirmedOn": "2010-01-01"}), fault("/confirmedOn", "OUT_OF_RANGE")),
        (json!({"section": "Điều 1"}), fault("/section", "RULE_BROKEN")),
        (json!({"basis": "khong-co"}), fault("/basis", "REFERENCE_UNKNOWN")),
        (json!({"basis": "1593/QĐ-UBND", "quote": "x"}), fault("/section", "FIELD_REQUIRED")),
        (json!({"post": "\u{2003}"}), fault("/post", "FIELD_REQUIRED")),
    ] {
        let reply = confirm(&admin, &typo, &body);
        assert_eq!(reply.faults(), faults, "{body}: {}", reply.body);
    }
    let nothing = json!({"id": "01890000-0000-7000-8000-000000000000"});
    assert_eq!(confirm(&admin, &nothing, &json!({})).code(), "NOT_FOUND");
    let mutation = "mutation($id: ID!) { confirmReading(programme: \"HP-1593-2013\", issue: $id, input: {post: \"Chánh Văn phòng\"}) {
        issue { isConfirmed confirmation { post confirmedOn } } problem { code } } }";
    let done = admin.graphql(mutation, &json!({"id": typo["id"]}))["confirmReading"].take();
    assert_eq!((&done["issue"]["isConfirmed"], &done["problem"]), (&json!(true), &Value::Null), "{done}");
    assert_eq!(done["issue"]["confirmation"]["post"], "Chánh Văn phòng");
    let again = admin.graphql(mutation, &json!({"id": typo["id"]}))["confirmReading"].take();
    assert_eq!(again["problem"]["code"], "ALREADY_EXISTS");
}

fn another_reading_is_confirmed_anew(backend: Backend) {
    let app = TestApp::start(backend);
    let admin = app.person(None, Role::Admin);
    let body = json!({"basis": "1593/QĐ-UBND", "section": "IV.1"});
    assert_eq!(confirm(&admin, &issue(&admin, "IV.1"), &body).status, 201);
    assert_eq!(confirm(&admin, &issue(&admin, "3.5"), &json!({})).status, 201);
    // The same reading keeps it, whatever else the file says.
    let mut file = seed::decision_1593();
    file["tasks"][0]["note"] = json!("Ghi chú khác.");
    assert!(app.import(&file, APPLY).expect("an import").confirmations_withdrawn.is_empty());
    assert!(issue(&admin, "IV.1")["confirmation"].is_object());
    // Another one is told beforehand, and is nobody's yet.
    let seen = reread(&app, DRY, "2013-2018");
    assert!(seen.confirmations_withdrawn.len() == 1 && seen.confirmations_withdrawn[0].starts_with("IV.1 – "), "{seen:?}");
    assert!(issue(&admin, "IV.1")["confirmation"].is_object());
    assert_eq!(reread(&app, APPLY, "2013-2018").confirmations_withdrawn, seen.confirmations_withdrawn);
    assert_eq!(issue(&admin, "IV.1")["confirmation"], Value::Null);
    assert!(issue(&admin, "3.5")["confirmation"].is_object());
    // Read as before it is confirmed anew; so is a defect that goes and comes back.
    assert!(reread(&app, APPLY, "2013-2015").confirmations_withdrawn.is_empty());
    assert_eq!(issue(&admin, "IV.1")["confirmation"], Value::Null);
    assert_eq!(confirm(&admin, &issue(&admin, "IV.1"), &body).status, 201);
    let mut without = seed::decision_1593();
    without["known_defects_in_seed"].as_array_mut().expect("defects").remove(0);
    assert_eq!(app.import(&without, APPLY).expect("an import").confirmations_withdrawn.len(), 1);
}

fn readings_cost_as_much_when_they_are_confirmed(backend: Backend) {
    let app = TestApp::start(backend);
    let admin = app.person(None, Role::Admin);
    let list = || app.fewest_statements(|| app.anonymous().get(ISSUES).status).0;
    assert_eq!(confirm(&admin, &issue(&admin, "IV.1"), &json!({})).status, 201);
    let one = list();
    for location in ["V.2", "2, bullet 5", "3.5", "3.2 heading"] {
        assert_eq!(confirm(&admin, &issue(&admin, location), &json!({"basis": "1593/QĐ-UBND", "section": "x"})).status, 201);
    }
    assert_eq!(list(), one);
    assert_eq!(open(&admin), Vec::<String>::new());
}

fn nobody_answers_for_a_reading_before_its_day(backend: Backend) {
    let app = TestApp::start(backend);
    let admin = app.person(None, Role::Admin);
    assert_eq!(confirm(&admin, &issue(&admin, "IV.1"), &json!({"confirmedOn": "2014-01-15"})).status, 201);
    let query = "query($day: NaiveDate!) { programme(code: \"HP-1593-2013\", asOf: $day) {
        knownIssues { location isConfirmed confirmation { confirmedOn } } task(code: \"IV.1\") { knownIssues { isConfirmed } } } }";
    for (day, is_confirmed) in [("2014-01-14", false), ("2014-01-15", true)] {
        let open = admin.get(&format!("/api/v1/programmes/HP-1593-2013/gaps?asOf={day}")).json();
        let open =
            open["items"].as_array().expect("gaps").iter().any(|gap| gap["kind"] == "READING_NOT_CONFIRMED" && gap["code"] == "IV.1");
        assert_eq!(open, !is_confirmed, "{day}");
        let listed = admin.get(&format!("{ISSUES}?asOf={day}")).json()["items"].take();
        let listed = listed.as_array().expect("defects").iter().find(|one| one["location"] == "IV.1").expect("the misprint").clone();
        assert_eq!(listed["confirmation"].is_object(), is_confirmed, "{day}: {listed}");
        let seen = admin.graphql(query, &json!({ "day": day }))["programme"].take();
        let one =
            seen["knownIssues"].as_array().expect("defects").iter().find(|one| one["location"] == "IV.1").expect("the misprint").clone();
        assert_eq!((&one["isConfirmed"], one["confirmation"].is_object()), (&json!(is_confirmed), is_confirmed), "{day}");
        assert_eq!(seen["task"]["knownIssues"][0]["isConfirmed"], is_confirmed, "{day}");
    }
    assert_eq!(admin.get(&format!("{ISSUES}?asOf=1990-01-01")).code(), "NOT_FOUND");
}

fn whoever_confirmed_is_given_out_and_pseudonymised_with_the_person(backend: Backend) {
    let app = TestApp::start(backend);
    let (client, admin, standing) = (personnel(&app), app.person(None, Role::Admin), app.person(Some("so-tttt"), Role::Standing));
    let me = standing.graphql("{ me { login name } }", &json!({}))["me"].take();
    let account = crate::access::id_of(&admin, me["login"].as_str().expect("a login"));
    let body =
        json!({"confirmedOn": "2014-01-15", "post": "Phó Giám đốc", "basis": "1593/QĐ-UBND", "section": "IV.1", "remark": "Lỗi đánh máy."});
    assert_eq!(confirm(&standing, &issue(&admin, "IV.1"), &body).status, 201);
    assert_eq!(confirm(&admin, &issue(&admin, "3.5"), &json!({"post": "Chánh Văn phòng"})).status, 201);
    let others = issue(&admin, "3.5");
    let person = made(&client, &json!({"name": "Lê Thị Xuân", "account": account}));
    let content = send(&client, "POST", &of(&person, "/export"), None, &json!({"purpose": "Cấp bản sao."})).json()["content"].take();
    let given = content["confirmations"].as_array().expect("confirmations").clone();
    assert_eq!(given.len(), 1, "{given:?}");
    assert_eq!((&given[0]["programme"], &given[0]["location"]), (&json!("HP-1593-2013"), &json!("IV.1")));
    for field in ["post", "remark", "confirmedOn"] {
        assert_eq!(given[0][field], body[field]);
    }
    assert_eq!((&given[0]["confirmedBy"], &given[0]["agency"]), (&me["name"], &json!("so-tttt")));
    // That it is confirmed stays, with its day and document; by whom is a pseudonym.
    let ground = json!({"reason": "Theo yêu cầu xóa.", "document": "1593/QĐ-UBND"});
    let gone = send(&client, "POST", &of(&person, "/pseudonym"), Some(&json!(1)), &ground);
    assert_eq!(gone.status, 200, "{}", gone.body);
    let left = issue(&admin, "IV.1")["confirmation"].take();
    assert_eq!((&left["confirmedBy"], &left["post"], &left["remark"]), (&gone.json()["name"], &Value::Null, &Value::Null));
    assert_eq!((&left["confirmedOn"], &left["section"], &left["agency"]), (&body["confirmedOn"], &json!("IV.1"), &json!("so-tttt")));
    assert_eq!(issue(&admin, "3.5"), others);
}

fn each_of_two_confirmations_tells_its_place(backend: Backend) {
    let app = TestApp::start(backend);
    let admin = app.person(None, Role::Admin);
    let one = |name: &str, section: &str| {
        format!("{name}: confirmReading(programme: \"HP-1593-2013\", issue: ${name}, input: {{basis: \"1593/QĐ-UBND\", section: \"{section}\"}}) {{
            issue {{ confirmation {{ citations {{ section }} basis {{ number }} }} }} problem {{ code }} }}")
    };
    let mutation = format!("mutation($a: ID!, $b: ID!) {{ {} {} }}", one("a", "Mục 1"), one("b", "Mục 2"));
    let done = admin.graphql(&mutation, &json!({"a": issue(&admin, "IV.1")["id"], "b": issue(&admin, "3.5")["id"]}));
    for (name, section) in [("a", "Mục 1"), ("b", "Mục 2")] {
        assert_eq!(done[name]["issue"]["confirmation"]["citations"], json!([{ "section": section }]), "{done}");
    }
}
