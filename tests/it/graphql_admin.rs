//! What administrators change over GraphQL: each mutation does what it says, tells what is wrong, and is read back.

use app::import::ImportOptions;
use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, Client, TestApp, both, seed};

both!(
    agencies_are_made_changed_and_coded,
    rolls_are_set_and_successors_named,
    committees_are_planned,
    documents_are_written_related_and_issued,
    data_of_a_person_is_restricted_and_pseudonymised,
);

const BASIS: &str = "1593/QĐ-UBND";

/// Code and places of what is wrong; nothing where it is done.
fn told(answer: &Value) -> Vec<String> {
    let problem = &answer["problem"];
    if problem.is_null() {
        return Vec::new();
    }
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let faults = problem["faults"].as_array().expect("faults").iter();
    std::iter::once(text(&problem["code"]))
        .chain(faults.map(|fault| format!("{} {}", text(&fault["pointer"]), text(&fault["code"]))))
        .collect()
}

const PROBLEM: &str = "problem { code faults { pointer code } }";

/// A mutation with these arguments in the language of the query.
fn outcome(client: &Client, mutation: &str, arguments: &str) -> Vec<String> {
    told(&client.graphql(&format!("mutation {{ {mutation}({arguments}) {{ {PROBLEM} }} }}"), &json!({}))[mutation])
}

fn agencies_are_made_changed_and_coded(backend: Backend) {
    let app = TestApp::start(backend);
    let admin = app.person(None, Role::Admin);
    let create = |basis: &str| {
        let input = "input: {name: \"Sở Du lịch\", shortName: \"Sở DL\", kind: DEPARTMENT, parent: \"ubnd-tp-hai-phong\"}";
        outcome(&admin, "createAgency", &format!("code: \"so-du-lich\", {input}, from: \"2016-01-01\", basis: \"{basis}\""))
    };
    assert_eq!(create("9999/QĐ-UBND"), ["BODY_INVALID", "/basis REFERENCE_UNKNOWN"]);
    assert_eq!(create(BASIS), Vec::<String>::new());
    assert_eq!(create(BASIS)[0], "ALREADY_EXISTS");
    let changed = format!("code: \"so-du-lich\", input: {{name: \"Sở Du lịch và Thể thao\"}}, from: \"2019-01-01\", basis: \"{BASIS}\"");
    assert_eq!(outcome(&admin, "changeAgency", &changed), Vec::<String>::new());
    for name in ["\\u200b", "Sở\\u0001 Du lịch"] {
        let unseen = format!("code: \"so-du-lich\", input: {{name: \"{name}\"}}, from: \"2019-06-01\", basis: \"{BASIS}\"");
        assert_eq!(outcome(&admin, "changeAgency", &unseen), ["BODY_INVALID", "/input/name PATTERN_MISMATCH"], "{name}");
    }
    let coded = |code: &str| {
        let arguments = format!("agency: \"so-du-lich\", code: \"{code}\", from: \"2020-09-15\", basis: \"{BASIS}\"");
        outcome(&admin, "setAgencyCode", &arguments)
    };
    assert_eq!(coded("KHONG")[0], "BODY_INVALID");
    assert_eq!(coded("H24.99"), Vec::<String>::new());
    let on = |day: &str| {
        let query =
            "query($day: NaiveDate!) { agency(code: \"so-du-lich\", asOf: $day) { name isActive kind parent { code } eCodes { code } } }";
        app.anonymous().graphql(query, &json!({"day": day}))["agency"].take()
    };
    let was = |name: &str, is_active: bool, codes: Value| json!({"name": name, "isActive": is_active, "kind": "DEPARTMENT", "parent": {"code": "ubnd-tp-hai-phong"}, "eCodes": codes});
    assert!(!on("2015-12-31")["isActive"].as_bool().expect("a bool"));
    assert_eq!(on("2018-12-31"), was("Sở Du lịch", true, json!([])));
    assert_eq!(on("2020-09-15"), was("Sở Du lịch và Thể thao", true, json!([{"code": "H24.99"}])));
}

fn rolls_are_set_and_successors_named(backend: Backend) {
    let app = TestApp::start(backend);
    app.import_organisation(&seed::organisation(), ImportOptions::default()).expect("an import");
    let admin = app.person(None, Role::Admin);
    let queue = |agency: &str| -> Vec<String> {
        let found = admin.graphql("{ succession: successionQueue(first: 200) { nodes { id agency { code } } } }", &json!({}));
        let nodes = found["succession"]["nodes"].as_array().expect("entries").clone();
        nodes
            .iter()
            .filter(|entry| entry["agency"]["code"] == agency)
            .map(|entry| entry["id"].as_str().expect("an id").to_owned())
            .collect()
    };
    let roll = |members: &str, from: &str| {
        let arguments = format!(
            "agency: \"ubnd-cac-quan-huyen\", rule: CLOSED, isComplete: true, members: [{members}], from: \"{from}\", basis: \"{BASIS}\""
        );
        outcome(&admin, "setRoll", &arguments)
    };
    assert!(!queue("ubnd-cac-quan-huyen").is_empty());
    assert_eq!(roll("", "2025-08-01"), ["BODY_INVALID", "/members RULE_BROKEN"]);
    assert_eq!(roll("\"so-noi-vu\"", "2025-08-01"), Vec::<String>::new());
    assert!(queue("ubnd-cac-quan-huyen").is_empty(), "what waited has somebody");
    let query = "{ agency(code: \"ubnd-cac-quan-huyen\", asOf: \"2025-08-01\") { members { agency { code } basis { number } } } }";
    let members = app.anonymous().graphql(query, &json!({}))["agency"]["members"].take();
    assert_eq!(members, json!([{"agency": {"code": "so-noi-vu"}, "basis": {"number": BASIS}}]));
    // A district that led in its own name has no successor yet.
    let waiting = queue("ubnd-huyen-cat-hai");
    let named = |entries: &[String], successor: &str| {
        let mutation = format!(
            "mutation($entries: [ID!]!, $successor: String!) {{ nameSuccessor(entries: $entries, successor: $successor, \
             effectiveOn: \"2025-08-01\", basis: \"{BASIS}\") {{ resolved {PROBLEM} }} }}"
        );
        admin.graphql(&mutation, &json!({"entries": entries, "successor": successor}))["nameSuccessor"].take()
    };
    assert!(!waiting.is_empty());
    let wrong = named(&waiting, "khong-co");
    assert_eq!(
        (told(&wrong), &wrong["resolved"]),
        (vec!["BODY_INVALID".to_owned(), "/successor REFERENCE_UNKNOWN".to_owned()], &Value::Null)
    );
    assert_eq!(queue("ubnd-huyen-cat-hai"), waiting);
    assert_eq!(named(&waiting, "so-noi-vu"), json!({"resolved": waiting.len(), "problem": null}));
    assert!(queue("ubnd-huyen-cat-hai").is_empty());
}

fn committees_are_planned(backend: Backend) {
    let app = TestApp::start(backend);
    let admin = app.person(None, Role::Admin);
    assert_eq!(outcome(&admin, "planCommittee", "agency: \"so-tttt\"")[0], "BODY_INVALID", "a department is no committee");
    let planned = format!("agency: \"bcd-ttdn\", plannedBy: \"{BASIS}\"");
    assert_eq!(outcome(&admin, "planCommittee", &planned), Vec::<String>::new());
    assert_eq!(outcome(&admin, "planCommittee", &planned)[0], "ALREADY_EXISTS");
    let query = "{ committee(code: \"bcd-ttdn\") { status revision plannedBy { number } roster { id } term { basis { number } } } }";
    let found = app.anonymous().graphql(query, &json!({}))["committee"].take();
    assert_eq!(found, json!({"status": "PLANNED", "revision": 0, "plannedBy": {"number": BASIS}, "roster": [], "term": null}));
}

fn documents_are_written_related_and_issued(backend: Backend) {
    let app = TestApp::start(backend);
    let admin = app.person(None, Role::Admin);
    let fields = "document { id revision status number year issuedOn relations { kind section document { number } } }";
    let done = |mutation: &str, arguments: &str| {
        let answer =
            admin.graphql(&format!("mutation {{ {mutation}({arguments}) {{ {fields} {PROBLEM} }} }}"), &json!({}))[mutation].take();
        assert_eq!(told(&answer), Vec::<String>::new(), "{mutation}");
        answer["document"].clone()
    };
    let new = "input: {kind: DIRECTIVE, status: PLANNED, title: \"Chỉ thị về thông tin đối ngoại\", issuer: \"ubnd-tp-hai-phong\"}";
    let made = done("createDocument", new);
    assert_eq!((&made["status"], &made["number"], &made["revision"]), (&json!("PLANNED"), &Value::Null, &json!(1)));
    let id = made["id"].as_str().expect("an id");
    let relation = format!("relation: {{kind: CARRIES_OUT, related: \"{BASIS}\", section: \"Điều 1\"}}");
    let related = done("relateDocuments", &format!("id: \"{id}\", revision: 1, {relation}"));
    assert_eq!(related["relations"], json!([{"kind": "CARRIES_OUT", "section": "Điều 1", "document": {"number": BASIS}}]));
    let stale = outcome(&admin, "relateDocuments", &format!("id: \"{id}\", revision: 1, {relation}"));
    assert_eq!(stale[0], "PRECONDITION_FAILED");
    let issued = done("issueDocument", &format!("id: \"{id}\", revision: 2, issue: {{number: \"12/CT-UBND\", issuedOn: \"2014-05-05\"}}"));
    assert_eq!((&issued["status"], &issued["number"], &issued["year"]), (&json!("ISSUED"), &json!("12/CT-UBND"), &json!(2014)));
    let other = app.anonymous().graphql("{ documents(filter: {number: \"1593/QĐ-UBND\"}) { nodes { id } } }", &json!({}));
    let other = other["documents"]["nodes"][0]["id"].as_str().expect("an id").to_owned();
    let alone = done("unrelateDocuments", &format!("id: \"{id}\", revision: 3, kind: CARRIES_OUT, related: \"{other}\""));
    assert_eq!((&alone["relations"], &alone["revision"]), (&json!([]), &json!(4)));
    let again = outcome(
        &admin,
        "createDocument",
        "input: {kind: DIRECTIVE, number: \"12/CT-UBND\", issuer: \"ubnd-tp-hai-phong\", issuedOn: \"2014-01-01\"}",
    );
    assert_eq!(again[0], "ALREADY_EXISTS");
}

fn data_of_a_person_is_restricted_and_pseudonymised(backend: Backend) {
    let app = TestApp::start(backend);
    let admin = app.person(None, Role::Admin);
    let fields = "person { id name workEmail revision restrictedSince pseudonymisedAt }";
    let done = |mutation: &str, arguments: &str| {
        let answer =
            admin.graphql(&format!("mutation {{ {mutation}({arguments}) {{ {fields} {PROBLEM} }} }}"), &json!({}))[mutation].take();
        assert_eq!(told(&answer), Vec::<String>::new(), "{mutation}");
        answer["person"].clone()
    };
    let made = done("createPerson", "input: {name: \"Nguyễn Văn A\", workEmail: \"a@haiphong.gov.vn\"}");
    let (id, at) = (made["id"].as_str().expect("an id"), |revision: &Value| {
        format!("id: \"{}\", revision: {revision}", made["id"].as_str().expect("an id"))
    });
    assert_eq!(made["workEmail"], "a@haiphong.gov.vn");
    let marked = done("restrictPerson", &format!("{}, restricted: true, reason: \"Theo yêu cầu.\"", at(&made["revision"])));
    assert!(marked["restrictedSince"].is_string() && marked["workEmail"].is_null(), "{marked}");
    let stale = format!("{}, restricted: false, reason: \"Theo yêu cầu.\"", at(&made["revision"]));
    assert_eq!(outcome(&admin, "restrictPerson", &stale)[0], "PRECONDITION_FAILED");
    let lifted = done("restrictPerson", &format!("{}, restricted: false, reason: \"Xong.\"", at(&marked["revision"])));
    assert_eq!((&lifted["restrictedSince"], &lifted["workEmail"]), (&Value::Null, &json!("a@haiphong.gov.vn")));
    let gone = done("pseudonymisePerson", &format!("{}, reason: \"Theo yêu cầu.\", document: \"{BASIS}\"", at(&lifted["revision"])));
    assert!(gone["pseudonymisedAt"].is_string() && gone["workEmail"].is_null() && gone["name"] != "Nguyễn Văn A", "{gone}");
    let read = admin.graphql("query($id: ID!) { person(id: $id) { name } }", &json!({"id": id}));
    assert_eq!(read["person"]["name"], gone["name"]);
}
