//! Documents: read from their numbers, unique, in force or not, planned and issued, related to each other.

use app::import::ImportOptions;
use domain::account::Role;
use serde_json::{Value, json};
use testkit::{
    Backend, Client, Reply, TestApp, both,
    database::{TestDatabase, execute, rows},
    seed,
};

both!(
    real_numbers_are_read_and_none_is_refused_for_its_form,
    a_document_is_known_by_issuer_number_symbol_and_year,
    a_document_holds_from_its_day_of_effect_until_another_ends_it,
    what_became_of_documents_is_told_by_day_in_pages,
    a_planned_document_gets_its_number_and_a_file_finds_it_again,
    what_people_add_to_a_document_outlives_another_import,
    a_change_rests_on_the_revision_that_was_seen,
    state_secrets_are_not_kept,
    relations_are_seen_from_both_sides,
    a_file_finds_by_its_number_what_people_wrote_down,
    numbers_stored_before_are_read_once,
    lists_of_documents_send_as_many_statements_for_many_as_for_few,
);

const PATH: &str = "/api/v1/admin/documents";

fn send(client: &Client, method: &str, path: &str, revision: Option<&Value>, body: &Value) -> Reply {
    let tag = revision.map(|revision| format!("\"{revision}\""));
    let mut headers = vec![("content-type", "application/json")];
    headers.extend(tag.as_deref().map(|tag| ("if-match", tag)));
    client.send(method, path, &headers, body.to_string().as_bytes())
}

fn made(client: &Client, body: &Value) -> Value {
    let reply = send(client, "POST", PATH, None, body);
    assert_eq!(reply.status, 201, "{}", reply.body);
    assert_eq!(reply.headers["location"], format!("/api/v1/documents/{}", reply.json()["id"].as_str().expect("an id")));
    reply.json()
}

fn of(document: &Value, rest: &str) -> String {
    format!("{PATH}/{}{rest}", document["id"].as_str().expect("an id"))
}

/// Does something to a document that must succeed; gives the document after it.
fn done(client: &Client, method: &str, document: &Value, rest: &str, body: &Value) -> Value {
    let reply = send(client, method, &of(document, rest), Some(&document["revision"]), body);
    assert_eq!(reply.status, 200, "{method} {rest}: {}", reply.body);
    assert_eq!(reply.revision(), reply.json()["revision"].to_string());
    reply.json()
}

/// What a refusal says: status, code, and the first fault.
fn refused(reply: &Reply) -> (u16, String, Option<(String, String)>) {
    (reply.status, reply.code(), reply.faults().into_iter().next())
}

fn listed(client: &Client, filter: &str) -> Vec<Value> {
    let reply = client.get(&format!("/api/v1/documents?limit=200{filter}"));
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.json()["items"].as_array().expect("documents").clone()
}

fn numbers(client: &Client, filter: &str) -> Vec<String> {
    let mut numbers: Vec<String> =
        listed(client, filter).iter().map(|document| document["number"].as_str().unwrap_or("-").to_owned()).collect();
    numbers.sort();
    numbers
}

fn decision(number: &str, issuer: &str, issued_on: &str) -> Value {
    json!({"kind": "DECISION", "number": number, "issuer": issuer, "issuedOn": issued_on})
}

fn admin(app: &TestApp) -> Client {
    app.person(None, Role::Admin)
}

fn real_numbers_are_read_and_none_is_refused_for_its_form(backend: Backend) {
    let app = TestApp::start(backend);
    let client = admin(&app);
    for (number, kept, class, symbol, warnings) in [
        ("42/2018/QĐ-UBND", "42/2018/QĐ-UBND", "NORMATIVE", "QĐ-UBND", json!([])),
        ("1594/QĐ-UBND", "1594/QĐ-UBND", "NAMED", "QĐ-UBND", json!([])),
        ("164-KH/TU", "164-KH/TU", "PARTY", "KH/TU", json!([])),
        ("1681/UBND-TCD", "1681/UBND-TCD", "OFFICIAL_LETTER", "UBND-TCD", json!([])),
        ("1595/QD-UBND", "1595/QD-UBND", "OFFICIAL_LETTER", "QD-UBND", json!([["TYPE_MISSPELT", "1595/QĐ-UBND"]])),
        ("1596/Q\u{d0}-UBND\u{a0}", "1596/QĐ-UBND", "NAMED", "QĐ-UBND", json!([["REPAIRED", null]])),
        ("1597/QĐ-TU", "1597/QĐ-TU", "NAMED", "QĐ-TU", json!([["PARTY_FORM_EXPECTED", "1597-QĐ/TU"]])),
        ("61/BCTĐ-STP", "61/BCTĐ-STP", "OFFICIAL_LETTER", "BCTĐ-STP", json!([["TYPE_UNKNOWN", null]])),
        ("Số 45a", "Số 45a", "", "", json!([["UNREADABLE", null]])),
    ] {
        let document =
            made(&client, &json!({"kind": "OTHER", "number": number, "issuerAsWritten": "Một cơ quan", "issuedOn": "2018-12-28"}));
        let told: Vec<Value> =
            document["warnings"].as_array().expect("warnings").iter().map(|w| json!([w["code"], w["suggestion"]])).collect();
        // What is repaired is remarked where it is written down; what is kept needs no repair.
        let wanted = if warnings[0][0] == "REPAIRED" { json!([]) } else { warnings };
        assert_eq!((json!(told), &document["number"]), (wanted, &json!(kept)), "{number}");
        let text = |field: &str| document[field].as_str().unwrap_or_default().to_owned();
        assert_eq!((text("class"), text("symbol"), &document["year"]), (class.to_owned(), symbol.to_owned(), &json!(2018)), "{number}");
    }
    assert_eq!(numbers(&app.anonymous(), "&class=PARTY"), ["16-KL/TW", "164-KH/TU"], "one of the decision's own among them");
    assert_eq!(numbers(&app.anonymous(), "&class=NORMATIVE&year=2018"), ["42/2018/QĐ-UBND"]);
    let graphql = "{ documents(filter: {number: \"1595/QD-UBND\"}) { nodes { class symbol year warnings { code suggestion vi en } } } }";
    let found = client.graphql(graphql, &json!({}))["documents"]["nodes"][0].take();
    assert_eq!((&found["class"], &found["warnings"][0]["suggestion"]), (&json!("OFFICIAL_LETTER"), &json!("1595/QĐ-UBND")));
}

fn a_document_is_known_by_issuer_number_symbol_and_year(backend: Backend) {
    let app = TestApp::start(backend);
    let client = admin(&app);
    let exists = (409, "ALREADY_EXISTS".to_owned(), None);
    let create = |body: &Value| send(&client, "POST", PATH, None, body);
    // Decision 1593 came with its programme.
    let (ours, same) = ("ubnd-tp-hai-phong", decision("1593/QĐ-UBND", "ubnd-tp-hai-phong", "2013-12-31"));
    assert_eq!(refused(&create(&same)), exists);
    assert_eq!(refused(&create(&decision("1593/Q\u{d0}-UBND", ours, "2013-01-01"))), exists);
    let later = made(&client, &decision("1593/QĐ-UBND", ours, "2014-08-20"));
    made(&client, &decision("1593/CT-UBND", ours, "2013-08-20"));
    let elsewhere =
        json!({"kind": "DECISION", "number": "1593/QĐ-UBND", "issuerAsWritten": "UBND tỉnh Hải Dương", "issuedOn": "2013-08-20"});
    made(&client, &elsewhere);
    assert_eq!(refused(&create(&elsewhere)), exists);
    let moved = send(&client, "PATCH", &of(&later, ""), Some(&later["revision"]), &json!({"issuedOn": "2013-05-01"}));
    assert_eq!(refused(&moved), exists);
    // The year in the number is enough, and a zero before it makes no other document.
    let decree =
        |number: &str, day: Option<&str>| json!({"kind": "DECREE", "number": number, "issuerAsWritten": "Chính phủ", "issuedOn": day});
    made(&client, &decree("09/2019/NĐ-CP", Some("2019-01-24")));
    assert_eq!(refused(&create(&decree("9/2019/NĐ-CP", None))), exists);
    // What was written down under a wrong number leaves the number free.
    let wrong = made(&client, &decision("88/QĐ-UBND", ours, "2014-01-01"));
    done(&client, "PATCH", &wrong, "", &json!({"number": "89/QĐ-UBND"}));
    made(&client, &decision("88/QĐ-UBND", ours, "2014-01-01"));
    // By its number alone it is nobody's any more.
    let relation = json!({"kind": "LEGAL_BASIS", "related": "1593/QĐ-UBND"});
    let reply = send(&client, "POST", &of(&later, "/relations"), Some(&later["revision"]), &relation);
    assert_eq!(refused(&reply), (422, "BODY_INVALID".into(), Some(("/related".into(), "REFERENCE_AMBIGUOUS".into()))));
    assert_eq!(listed(&app.anonymous(), "&number=1593/Q%C4%90-UBND").len(), 3);
    assert_eq!(listed(&app.anonymous(), "&number=1593/Q%C4%90-UBND&issuer=ubnd-tp-hai-phong&year=2014")[0]["id"], later["id"]);
}

/// The regulation of 2013, the decision of 2018 that replaces it from 15/01/2019, and that decision's document.
fn replaced(client: &Client) -> (Value, Value) {
    let body = json!({"kind": "DECISION", "number": "42/2018/QĐ-UBND", "issuer": "ubnd-tp-hai-phong", "issuedOn": "2018-12-28",
        "effectiveOn": "2019-01-15", "abstract": "Ban hành Quy chế quản lý nhà nước về thông tin đối ngoại", "signer": "Nguyễn Văn Tùng",
        "capacity": "TM", "signerPosition": "Chủ tịch", "recipients": ["Như Điều 3", "Lưu: VT"]});
    let new = made(client, &body);
    assert_eq!((&new["issuedOn"], &new["effectiveOn"]), (&json!("2018-12-28"), &json!("2019-01-15")));
    assert_eq!((&new["capacity"], &new["recipients"]), (&json!("TM"), &json!(["Như Điều 3", "Lưu: VT"])));
    let relation =
        json!({"kind": "REPLACES", "related": "510/2013/QĐ-UBND", "section": "Điều 2", "quote": "thay thế Quyết định số 510/2013/QĐ-UBND"});
    let new = done(client, "POST", &new, "/relations", &relation);
    let old = listed(client, "&number=510/2013/Q%C4%90-UBND").remove(0);
    (old, new)
}

fn a_document_holds_from_its_day_of_effect_until_another_ends_it(backend: Backend) {
    let app = TestApp::start(backend);
    let client = admin(&app);
    let (_, new) = replaced(&client);
    let of_city = |day: &str| numbers(&app.anonymous(), &format!("&class=NORMATIVE&issuer=ubnd-tp-hai-phong&inForceOn={day}"));
    let (old, then) = (vec!["510/2013/QĐ-UBND".to_owned()], vec!["42/2018/QĐ-UBND".to_owned()]);
    assert_eq!(of_city("2013-03-12"), Vec::<String>::new());
    assert_eq!(of_city("2013-03-13"), old);
    assert_eq!(of_city("2018-12-28"), old, "issued, and not in effect yet");
    assert_eq!(of_city("2019-01-14"), old);
    assert_eq!(of_city("2019-01-15"), then);
    // A part of it goes: the rest holds on. The whole of it goes: nothing comes back.
    let partial = made(&client, &decision("07/2020/QĐ-UBND", "ubnd-tp-hai-phong", "2020-01-01"));
    done(&client, "POST", &partial, "/relations", &json!({"kind": "REPEALS", "related": "42/2018/QĐ-UBND", "isPartial": true}));
    assert_eq!(of_city("2020-01-01"), ["07/2020/QĐ-UBND", "42/2018/QĐ-UBND"]);
    let last = made(&client, &decision("01/2021/QĐ-UBND", "ubnd-tp-hai-phong", "2021-01-01"));
    let last = done(&client, "POST", &last, "/relations", &json!({"kind": "REPEALS", "related": new["id"]}));
    assert_eq!(of_city("2020-12-31"), ["07/2020/QĐ-UBND", "42/2018/QĐ-UBND"]);
    assert_eq!(of_city("2021-01-01"), ["01/2021/QĐ-UBND", "07/2020/QĐ-UBND"]);
    done(&client, "PATCH", &last, "", &json!({"expiresOn": "2022-01-01"}));
    assert_eq!(of_city("2021-12-31"), ["01/2021/QĐ-UBND", "07/2020/QĐ-UBND"]);
    assert_eq!(of_city("2022-01-01"), ["07/2020/QĐ-UBND"], "what it repealed stays repealed");
    // What is ended before it takes effect ends nothing.
    let late = json!({"kind": "DECISION", "number": "09/2022/QĐ-UBND", "issuer": "ubnd-tp-hai-phong", "issuedOn": "2022-01-01", "effectiveOn": "2022-03-01"});
    let late = made(&client, &late);
    done(&client, "POST", &late, "/relations", &json!({"kind": "REPLACES", "related": "07/2020/QĐ-UBND"}));
    assert_eq!(of_city("2022-03-01"), ["09/2022/QĐ-UBND"]);
    let stop = made(&client, &decision("10/2022/QĐ-UBND", "ubnd-tp-hai-phong", "2022-02-01"));
    done(&client, "POST", &stop, "/relations", &json!({"kind": "REPEALS", "related": late["id"]}));
    assert_eq!(of_city("2022-03-01"), ["07/2020/QĐ-UBND", "10/2022/QĐ-UBND"]);
    let counted = client.graphql("{ documents(filter: {class: NORMATIVE, inForceOn: \"2022-03-01\"}) { totalCount } }", &json!({}));
    assert_eq!(counted["documents"]["totalCount"], 2);
}

fn what_became_of_documents_is_told_by_day_in_pages(backend: Backend) {
    let app = TestApp::start(backend);
    let client = admin(&app);
    let (old, new) = replaced(&client);
    let amending = made(&client, &decision("05/2019/QĐ-UBND", "ubnd-tp-hai-phong", "2019-06-01"));
    let amending = done(&client, "POST", &amending, "/relations", &json!({"kind": "AMENDS", "related": new["id"]}));
    done(&client, "PATCH", &amending, "", &json!({"expiresOn": "2019-12-01"}));
    let wanted = [
        ("2019-01-15", "TAKES_EFFECT", &new["id"], Value::Null),
        ("2019-01-15", "REPLACED", &old["id"], new["id"].clone()),
        ("2019-06-01", "TAKES_EFFECT", &amending["id"], Value::Null),
        ("2019-06-01", "AMENDED", &new["id"], amending["id"].clone()),
        ("2019-12-01", "EXPIRES", &amending["id"], Value::Null),
    ];
    let wanted: Vec<Value> = wanted.iter().map(|(on, event, document, by)| json!([on, event, document, by])).collect();
    let (mut told, mut after) = (Vec::new(), String::new());
    loop {
        let page = app.anonymous().get(&format!("/api/v1/documents/changes?since=2019-01-14&until=2019-12-31&limit=2{after}")).json();
        told.extend(page["items"].as_array().expect("items").iter().map(|m| json!([m["on"], m["event"], m["document"], m["by"]])));
        if page["hasNext"] == false {
            break;
        }
        after = format!("&after={}", page["endCursor"].as_str().expect("a cursor"));
    }
    assert_eq!(told, wanted);
    let empty = app.anonymous().get("/api/v1/documents/changes?since=2019-01-15&until=2019-01-15").json();
    assert_eq!(empty["items"], json!([]), "the first day is not among them");
    let wrong = app.anonymous().get("/api/v1/documents/changes?since=2019-01-15&until=2019-01-14");
    assert_eq!(refused(&wrong), (400, "QUERY_INVALID".into(), Some(("/until".into(), "OUT_OF_RANGE".into()))));
    let last =
        "{ documentChanges(since: \"2019-01-14\", until: \"2019-12-31\", last: 1) { nodes { event document { number } by { number } } } }";
    assert_eq!(
        client.graphql(last, &json!({}))["documentChanges"]["nodes"],
        json!([{"event": "EXPIRES", "document": {"number": "05/2019/QĐ-UBND"}, "by": null}])
    );
}

fn directive(client: &Client) -> Value {
    let mut planned = listed(client, "&status=PLANNED");
    assert_eq!(planned.len(), 1, "the directive that section 3.2 calls for");
    client.get(&format!("/api/v1/documents/{}", planned.remove(0)["id"].as_str().expect("an id"))).json()
}

fn a_planned_document_gets_its_number_and_a_file_finds_it_again(backend: Backend) {
    let app = TestApp::start(backend);
    let client = app.person(Some("so-tttt"), Role::Standing);
    let planned = directive(&client);
    assert_eq!(planned["stages"], json!([]));
    let numbered = send(&client, "PATCH", &of(&planned, ""), Some(&planned["revision"]), &json!({"number": "04/CT-UBND"}));
    assert_eq!(refused(&numbered), (422, "BODY_INVALID".into(), Some(("/number".into(), "RULE_BROKEN".into()))));
    let stage = |stage: &str, on: &str| json!({"stage": stage, "on": on});
    let planned = done(&client, "POST", &planned, "/stages", &stage("DRAFTED", "2014-01-10"));
    let again = send(&client, "POST", &of(&planned, "/stages"), Some(&planned["revision"]), &stage("DRAFTED", "2014-01-11"));
    assert_eq!(refused(&again), (409, "WRONG_STATE".into(), None));
    let early = send(&client, "POST", &of(&planned, "/stages"), Some(&planned["revision"]), &stage("SUBMITTED", "2014-01-09"));
    assert_eq!(refused(&early).2, Some(("/on".into(), "OUT_OF_RANGE".into())));
    let planned = done(&client, "POST", &planned, "/stages", &stage("SUBMITTED", "2014-02-10"));
    let issue = json!({"number": "04/CT-UBND", "issuedOn": "2014-02-01", "issuer": "ubnd-tp-hai-phong", "signer": "Dương Anh Điền", "capacity": "TM"});
    let early = send(&client, "POST", &of(&planned, "/issue"), Some(&planned["revision"]), &issue);
    assert_eq!(refused(&early).2, Some(("/issuedOn".into(), "OUT_OF_RANGE".into())));
    let mut issue = issue;
    issue["issuedOn"] = json!("2014-03-01");
    let issued = done(&client, "POST", &planned, "/issue", &issue);
    let stages: Vec<Value> = issued["stages"].as_array().expect("stages").iter().map(|s| json!([s["stage"], s["on"]])).collect();
    assert_eq!(stages, [json!(["DRAFTED", "2014-01-10"]), json!(["SUBMITTED", "2014-02-10"]), json!(["ISSUED", "2014-03-01"])]);
    assert_eq!((&issued["status"], &issued["class"], &issued["year"]), (&json!("ISSUED"), &json!("NAMED"), &json!(2014)));
    let twice = send(&client, "POST", &of(&issued, "/issue"), Some(&issued["revision"]), &issue);
    assert_eq!(refused(&twice), (409, "WRONG_STATE".into(), None));
    // The file that calls for it finds it, and leaves it issued.
    for apply_changes in [false, true] {
        let outcome = app.import(&seed::decision_1593(), ImportOptions { dry_run: false, apply_changes }).expect("an import");
        assert_eq!(outcome.changes, [], "nothing differs");
    }
    let after = client.get(&format!("/api/v1/documents/{}", issued["id"].as_str().expect("an id"))).json();
    assert_eq!(after, issued);
    // The title is free again for the next one.
    let next = json!({"kind": "DIRECTIVE", "status": "PLANNED", "title": issued["title"]});
    made(&client, &next);
    assert_eq!(refused(&send(&client, "POST", PATH, None, &next)).1, "ALREADY_EXISTS");
}

fn what_people_add_to_a_document_outlives_another_import(backend: Backend) {
    let app = TestApp::start(backend);
    let client = admin(&app);
    let found = listed(&client, "&number=1593/Q%C4%90-UBND").remove(0);
    assert_eq!(found["signerPosition"], Value::Null);
    let change =
        json!({"capacity": "TM", "signerPosition": "Chủ tịch", "abstract": "Phê duyệt Chương trình hành động", "expiresOn": "2021-01-01"});
    let changed = done(&client, "PATCH", &found, "", &change);
    let basis = made(&client, &decision("77/QĐ-UBND", "ubnd-tp-hai-phong", "2013-01-05"));
    let changed = done(&client, "POST", &changed, "/relations", &json!({"kind": "AMENDS", "related": basis["id"]}));
    let outcome = app.import(&seed::decision_1593(), ImportOptions { dry_run: false, apply_changes: true }).expect("an import");
    assert_eq!(outcome.changes, [], "nothing that the file says differs");
    let mut file = seed::decision_1593();
    file["decision"]["note"] = json!("Đã đối chiếu.");
    let outcome = app.import(&file, ImportOptions { dry_run: false, apply_changes: true }).expect("an import");
    assert_eq!(outcome.changes.len(), 1, "{:?}", outcome.changes);
    let after = client.get(&format!("/api/v1/documents/{}", found["id"].as_str().expect("an id"))).json();
    assert_eq!(after["note"], "Đã đối chiếu.");
    for kept in ["capacity", "signerPosition", "abstract", "expiresOn", "relations"] {
        assert_eq!(after[kept], changed[kept], "{kept}");
    }
    assert_ne!(after["revision"], changed["revision"], "whoever saw it before the file sees that it changed");
}

fn a_change_rests_on_the_revision_that_was_seen(backend: Backend) {
    let app = TestApp::start(backend);
    let client = admin(&app);
    let document = made(&client, &decision("11/QĐ-UBND", "ubnd-tp-hai-phong", "2014-01-01"));
    let note = |text: &str| json!({ "note": text });
    assert_eq!(refused(&send(&client, "PATCH", &of(&document, ""), None, &note("x"))), (428, "PRECONDITION_REQUIRED".into(), None));
    let changed = done(&client, "PATCH", &document, "", &note("một"));
    assert_eq!((&changed["note"], &changed["revision"]), (&json!("một"), &json!(2)));
    let stale = send(&client, "PATCH", &of(&document, ""), Some(&document["revision"]), &note("hai"));
    assert_eq!(refused(&stale), (412, "PRECONDITION_FAILED".into(), None));
    let graphql = "mutation($id: ID!, $r: Int!) { updateDocument(id: $id, revision: $r, change: {note: null}) { document { note revision } problem { code } } }";
    let reply = client.graphql(graphql, &json!({"id": document["id"], "r": 1}))["updateDocument"].take();
    assert_eq!(reply, json!({"document": null, "problem": {"code": "PRECONDITION_FAILED"}}));
    let reply = client.graphql(graphql, &json!({"id": document["id"], "r": 2}))["updateDocument"].take();
    assert_eq!(reply, json!({"document": {"note": null, "revision": 3}, "problem": null}));
    // Each is an entry of the audit log, with what changed.
    let entries = app.person(None, Role::Auditor).get("/api/v1/admin/audit?operation=update_document&limit=10").json();
    let told: Vec<&Value> = entries["items"].as_array().expect("entries").iter().map(|entry| &entry["outcome"]).collect();
    assert_eq!(told, ["DONE", "DONE"], "{entries}");
}

fn state_secrets_are_not_kept(backend: Backend) {
    let app = TestApp::start(backend);
    let client = admin(&app);
    for secret in [
        json!({"kind": "OTHER", "number": "12/BC-UBND (MẬT)", "issuer": "ubnd-tp-hai-phong"}),
        json!({"kind": "PLAN", "number": "12/KH-UBND", "issuer": "ubnd-tp-hai-phong", "abstract": "TỐI MẬT - Kế hoạch"}),
    ] {
        assert_eq!(refused(&send(&client, "POST", PATH, None, &secret)), (422, "DOCUMENT_SECRET".into(), None));
    }
    let document = made(&client, &decision("12/QĐ-UBND", "ubnd-tp-hai-phong", "2014-01-01"));
    let marked = send(&client, "PATCH", &of(&document, ""), Some(&document["revision"]), &json!({"note": "TUYỆT MẬT"}));
    assert_eq!(refused(&marked).1, "DOCUMENT_SECRET");
    assert!(!rows(&app.database, "SELECT coalesce(note, '') AS line FROM documents").iter().any(|note| note.contains("MẬT")));
}

fn relations_are_seen_from_both_sides(backend: Backend) {
    let app = TestApp::start(backend);
    let client = admin(&app);
    let (old, new) = replaced(&client);
    let fields = "query($id: ID!) { document(id: $id) { relations { kind document { id } } replacedBy { kind section quote document { id } } amendedBy { kind } } }";
    let seen = app.anonymous().graphql(fields, &json!({"id": old["id"]}))["document"].take();
    let by = json!([{"kind": "REPLACES", "section": "Điều 2", "quote": "thay thế Quyết định số 510/2013/QĐ-UBND", "document": {"id": new["id"]}}]);
    assert_eq!((&seen["replacedBy"], &seen["amendedBy"]), (&by, &json!([])));
    let relate = |document: &Value, body: Value| send(&client, "POST", &of(document, "/relations"), Some(&document["revision"]), &body);
    let broken = |reply: &Reply| refused(reply).2;
    let at = |place: &str, code: &str| Some((place.to_owned(), code.to_owned()));
    assert_eq!(broken(&relate(&new, json!({"kind": "AMENDS", "related": new["id"]}))), at("/related", "RULE_BROKEN"));
    assert_eq!(broken(&relate(&old, json!({"kind": "REPEALS", "related": new["id"]}))), at("/related", "RULE_BROKEN"));
    assert_eq!(broken(&relate(&new, json!({"kind": "AMENDS", "related": "khong/co"}))), at("/related", "REFERENCE_UNKNOWN"));
    assert_eq!(broken(&relate(&new, json!({"kind": "AMENDS", "related": old["id"], "isPartial": true}))), at("/isPartial", "RULE_BROKEN"));
    assert_eq!(refused(&relate(&new, json!({"kind": "REPLACES", "related": old["id"]}))).1, "ALREADY_EXISTS");
    // What somebody added goes again; what the programme's file says does not.
    let relation =
        |document: &Value, kind: &str, other: &Value| of(document, &format!("/relations/{kind}/{}", other.as_str().expect("an id")));
    let after = send(&client, "DELETE", &relation(&new, "REPLACES", &old["id"]), Some(&new["revision"]), &Value::Null);
    assert_eq!((after.status, &after.json()["relations"]), (200, &json!([])), "{}", after.body);
    let decision = listed(&client, "&number=1593/Q%C4%90-UBND").remove(0);
    let kept = send(&client, "DELETE", &relation(&decision, "CARRIES_OUT", &old["id"]), Some(&decision["revision"]), &Value::Null);
    assert_eq!(refused(&kept), (409, "WRONG_STATE".into(), None));
}

fn a_file_finds_by_its_number_what_people_wrote_down(backend: Backend) {
    let database = TestDatabase::empty(backend);
    persistence::migrate::up(&database.open()).expect("migrations");
    let app = TestApp::over(database);
    let client = admin(&app);
    // Under another key than the file's: with a zero that the paper does not have.
    let body = json!({"kind": "DECISION", "number": "0368/QĐ-TTg", "issuerAsWritten": "Thủ tướng Chính phủ", "issuedOn": "2013-02-28"});
    let document = made(&client, &body);
    app.import(&seed::decision_1593(), ImportOptions { dry_run: false, apply_changes: true }).expect("an import");
    let found = listed(&client, "&number=368/Q%C4%90-TTg");
    assert_eq!((found.len(), &found[0]["id"]), (1, &document["id"]));
    let again = app.import(&seed::decision_1593(), ImportOptions::default()).expect("an import");
    assert_eq!(again.changes, []);
}

fn numbers_stored_before_are_read_once(backend: Backend) {
    let database = TestDatabase::with_programme(backend);
    let read = "SELECT coalesce(number, '-') || ' ' || coalesce(class, '-') || ' ' || coalesce(symbol, '-') || ' ' || coalesce(identity, '-') AS line FROM documents ORDER BY 1";
    let before = rows(&database, read);
    assert!(before.contains(&"1593/QĐ-UBND NAMED QĐ-UBND 1593|QĐ-UBND|ubnd-tp-hai-phong|2013".to_owned()), "{before:?}");
    assert!(
        before.contains(&"16-KL/TW PARTY KL/TW 16|KL/TW|Bộ Chính trị Ban Chấp hành Trung ương Đảng Khóa XI|2012".to_owned()),
        "{before:?}"
    );
    execute(&database, "UPDATE documents SET class = NULL, symbol = NULL, serial = NULL, identity = NULL");
    let db = database.open();
    let count = testkit::app::wait(db.write(persistence::document::reread)).expect("a reading");
    assert_eq!((count, rows(&database, read)), (5, before));
    assert_eq!(testkit::app::wait(db.write(persistence::document::reread)).expect("a reading"), 0);
}

fn lists_of_documents_send_as_many_statements_for_many_as_for_few(backend: Backend) {
    let app = TestApp::start(backend);
    let client = admin(&app);
    for n in 20..40 {
        let document = made(&client, &decision(&format!("{n}/QĐ-UBND"), "ubnd-tp-hai-phong", "2014-01-01"));
        done(&client, "POST", &document, "/relations", &json!({"kind": "AMENDS", "related": "510/2013/QĐ-UBND"}));
    }
    let sent = |first: i32| {
        let list = format!("{{ documents(first: {first}, filter: {{inForceOn: \"2015-01-01\"}}) {{ nodes {{ number warnings {{ code }}
            relations {{ document {{ number }} }} amendedBy {{ document {{ number stages {{ on }} }} }} stages {{ stage }} recipientsAsWritten }} }} }}");
        // Nobody: what an account may is read again every few seconds.
        app.statements(|| app.anonymous().graphql(&list, &json!({}))).0
    };
    crate::statements::quiet(&app);
    // By day: the decision and what twenty others amend are among the first six.
    // What two branches ask of one loader comes in one batch or in two.
    let (few, many) = (sent(6), sent(26));
    assert!(few.max(many) <= 8 && few.abs_diff(many) <= 1, "{few} and {many}");
    let changes = |limit: i32| {
        app.statements(|| app.anonymous().get(&format!("/api/v1/documents/changes?since=2013-01-01&until=2014-12-31&limit={limit}"))).0
    };
    assert_eq!(changes(1), changes(30));
}
