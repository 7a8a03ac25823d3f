//! People of the register: what is restricted is sealed, opened for a purpose alone, and stands nowhere else.

use domain::{
    account::Role,
    person::{FIELDS, FieldClass, PersonField},
};
use serde_json::{Value, json};
use testkit::{
    Backend, Client, Reply, TestApp, both,
    database::{execute, rows},
    once,
};

both!(
    what_is_restricted_stands_in_no_answer_and_nowhere_in_the_database,
    every_opening_leaves_an_entry_with_its_purpose,
    what_cannot_be_written_down_is_not_opened,
    a_sealed_value_opens_in_its_own_place_only,
    a_changed_byte_is_an_error_and_nothing_else,
    a_person_is_changed_by_revision_and_faults_tell_no_value,
    a_head_of_agency_may_be_a_person_of_the_register,
    lists_of_people_send_as_many_statements_for_many_as_for_few,
);
once!(the_guide_tells_how_each_field_is_held);

pub const PATH: &str = "/api/v1/admin/persons";

pub fn send(client: &Client, method: &str, path: &str, revision: Option<&Value>, body: &Value) -> Reply {
    let tag = revision.map(|revision| format!("\"{revision}\""));
    let mut headers = vec![("content-type", "application/json")];
    headers.extend(tag.as_deref().map(|tag| ("if-match", tag)));
    client.send(method, path, &headers, body.to_string().as_bytes())
}

pub fn of(person: &Value, rest: &str) -> String {
    format!("{PATH}/{}{rest}", person["id"].as_str().expect("an id"))
}

pub fn made(client: &Client, body: &Value) -> Value {
    let reply = send(client, "POST", PATH, None, body);
    assert_eq!(reply.status, 201, "{}", reply.body);
    reply.json()
}

/// Values that nothing else in the database has, of the restricted fields in the order of the table.
const RESTRICTED: [(&str, &str); 4] = [
    ("birthDate", "1971-08-13"),
    ("identityNumber", "031071998877"),
    ("homeAddress", "Số 17 ngõ Cây Khế"),
    ("personalPhone", "0913 776 655"),
];

pub fn whole(name: &str) -> Value {
    let mut body = json!({"name": name, "positionTitle": "Phó Giám đốc", "workEmail": "an@haiphong.gov.vn", "workPhone": "0225 3842 123"});
    for (field, value) in RESTRICTED {
        body[field] = json!(value);
    }
    body
}

pub fn open(client: &Client, person: &Value, purpose: &str) -> Reply {
    send(client, "POST", &of(person, "/restricted"), None, &json!({"purpose": purpose}))
}

pub fn personnel(app: &TestApp) -> Client {
    app.person(None, Role::Personnel)
}

/// Operation, purpose and fields of what was opened.
fn openings(app: &TestApp) -> Vec<(String, Value)> {
    let sql = "SELECT login || ' ' || subject_id || ' ' || changes AS line FROM audit_entries
               WHERE operation = 'read_personal_fields' AND subject = 'person' AND outcome = 'DONE' ORDER BY at, id";
    let split = |line: String| {
        let mut parts = line.splitn(3, ' ');
        let (_, id, changes) = (parts.next(), parts.next().expect("an id"), parts.next().expect("changes"));
        (id.to_owned(), serde_json::from_str(changes).expect("JSON"))
    };
    rows(&app.database, sql).into_iter().map(split).collect()
}

/// Everything that the database holds of people, requests and entries; on SQLite the bytes of its files as well.
pub fn dump(app: &TestApp, backend: Backend) -> String {
    let mut all = Vec::new();
    for sql in [
        "SELECT name || ' ' || coalesce(position_title, '') || ' ' || coalesce(work_email, '') || coalesce(work_phone, '') AS line FROM persons",
        "SELECT field || ' ' || key_id || ' ' || sealed AS line FROM person_restricted_fields",
        "SELECT operation || ' ' || coalesce(changes, '') AS line FROM audit_entries",
    ] {
        all.extend(rows(&app.database, sql));
    }
    if backend == Backend::Sqlite {
        for file in std::fs::read_dir(app.database.dir.path()).expect("the folder") {
            let path = file.expect("a file").path();
            if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("test.db")) {
                all.push(String::from_utf8_lossy(&std::fs::read(path).expect("bytes")).into_owned());
            }
        }
    }
    all.join("\n")
}

fn what_is_restricted_stands_in_no_answer_and_nowhere_in_the_database(backend: Backend) {
    let app = TestApp::start(backend);
    let client = personnel(&app);
    let first = send(&client, "POST", PATH, None, &whole("Nguyễn Văn An"));
    assert_eq!(first.status, 201, "{}", first.body);
    let person = first.json();
    let mut told = vec![first.body];
    assert_eq!(person["restrictedFields"], json!(["birthDate", "homeAddress", "identityNumber", "personalPhone"]));
    assert_eq!((&person["workEmail"], &person["revision"]), (&json!("an@haiphong.gov.vn"), &json!(1)));
    let change = json!({"homeAddress": "Số 17 ngõ Cây Khế", "positionTitle": "Giám đốc"});
    let changed = send(&client, "PATCH", &of(&person, ""), Some(&json!(1)), &change);
    assert_eq!((changed.status, &changed.json()["positionTitle"]), (200, &json!("Giám đốc")), "{}", changed.body);
    told.push(changed.body);
    let auditor = app.person(None, Role::Auditor);
    for client in [&client, &auditor, &app.person(None, Role::Admin)] {
        for path in [PATH.to_owned(), format!("{PATH}?name=nguyen"), of(&person, "")] {
            let reply = client.get(&path);
            assert_eq!(reply.status, 200, "{}", reply.body);
            told.push(reply.body);
        }
        let fields =
            "id name positionTitle workEmail workPhone account restrictedFields restrictedSince pseudonymisedAt revision posts { name }";
        let query = format!("query($id: ID!) {{ persons {{ totalCount nodes {{ {fields} }} }} person(id: $id) {{ {fields} }} }}");
        told.push(client.graphql(&query, &json!({"id": person["id"]})).to_string());
        // A field that would open without a purpose is not in the schema.
        for (field, _) in RESTRICTED {
            let reply = client.graphql_reply(&format!("{{ persons {{ nodes {{ {field} }} }} }}"), &json!({}));
            assert!(reply["data"].is_null(), "{reply}");
        }
        for (_, value) in RESTRICTED {
            let found = client.graphql("query($n: String) { persons(name: $n) { totalCount } }", &json!({ "n": value }));
            assert_eq!(found["persons"]["totalCount"], 0, "what is sealed is not searched");
        }
    }
    let entries = auditor.get("/api/v1/admin/audit?subject=person&limit=200");
    assert!(entries.body.contains("create_person") && entries.body.contains("update_person"), "{}", entries.body);
    told.push(entries.body);
    told.push(dump(&app, backend));
    let told = told.join("\n");
    for (field, value) in RESTRICTED {
        assert!(told.contains(field) && !told.contains(value), "{field}");
        assert!(PersonField::restricted().any(|restricted| restricted.label() == field));
    }
    // Nobody else has the register at all.
    for path in [PATH.to_owned(), of(&person, "")] {
        assert_eq!(app.anonymous().get(&path).code(), "UNAUTHENTICATED");
        assert_eq!(app.person(Some("so-tttt"), Role::Standing).get(&path).code(), "FORBIDDEN");
    }
}

fn every_opening_leaves_an_entry_with_its_purpose(backend: Backend) {
    let app = TestApp::start(backend);
    let client = personnel(&app);
    let person = made(&client, &whole("Trần Thị Bình"));
    let id = person["id"].as_str().expect("an id").to_owned();
    for bad in [
        json!({}),
        json!({"purpose": ""}),
        json!({"purpose": " \u{2003}"}),
        json!({"purpose": null}),
        json!({"purpose": "x", "fields": ["workEmail"]}),
    ] {
        let reply = send(&client, "POST", &of(&person, "/restricted"), None, &bad);
        assert_eq!((reply.status, reply.code()), (422, "BODY_INVALID".into()), "{bad} {}", reply.body);
        assert!(RESTRICTED.iter().all(|(_, value)| !reply.body.contains(value)));
    }
    let query = "mutation($p: ID!, $w: String!, $f: [RestrictedField!]) {
                   readPersonalFields(person: $p, purpose: $w, fields: $f) { fields { birthDate homeAddress } problem { code } } }";
    let empty = client.graphql(query, &json!({"p": id, "w": "  ", "f": null}))["readPersonalFields"].take();
    assert_eq!(empty, json!({"fields": null, "problem": {"code": "BODY_INVALID"}}));
    assert_eq!(openings(&app), [], "nothing was opened");

    let opened = open(&client, &person, "Lập hồ sơ kiện toàn.");
    assert_eq!(opened.status, 200, "{}", opened.body);
    assert_eq!(
        opened.json(),
        json!({"birthDate": "1971-08-13", "identityNumber": "031071998877", "homeAddress": "Số 17 ngõ Cây Khế", "personalPhone": "0913 776 655"})
    );
    let all = json!(["birthDate", "identityNumber", "homeAddress", "personalPhone"]);
    assert_eq!(openings(&app), [(id.clone(), json!({"purpose": "Lập hồ sơ kiện toàn.", "fields": all, "request": null}))]);
    let one = client.graphql(query, &json!({"p": id, "w": "Gửi thư.", "f": ["HOME_ADDRESS"]}))["readPersonalFields"].take();
    assert_eq!(one, json!({"fields": {"birthDate": null, "homeAddress": "Số 17 ngõ Cây Khế"}, "problem": null}));
    assert_eq!(openings(&app)[1], (id.clone(), json!({"purpose": "Gửi thư.", "fields": ["homeAddress"], "request": null})));
    // By GET no mutation is asked for, so that no address has a purpose.
    let by_get =
        client.get(&format!("/graphql?query=mutation%7BreadPersonalFields(person:%22{id}%22,purpose:%22x%22)%7Bproblem%7Bcode%7D%7D%7D"));
    assert_eq!(by_get.status, 405, "{}", by_get.body);
    // Whoever audits sees that it happened and why, and opens nothing; the attempt is an entry too.
    let auditor = app.person(None, Role::Auditor);
    let seen = auditor.get(&format!("/api/v1/admin/audit?operation=read_personal_fields&subject=person&subjectId={id}"));
    assert!(seen.body.contains("Lập hồ sơ kiện toàn.") && RESTRICTED.iter().all(|(_, value)| !seen.body.contains(value)), "{}", seen.body);
    for other in [&auditor, &app.person(None, Role::Standing), &app.system_of("so-tttt")] {
        assert_eq!(open(other, &person, "Tò mò.").code(), "FORBIDDEN");
        assert_eq!(other.graphql_reply(query, &json!({"p": id, "w": "x"}))["errors"][0]["extensions"]["code"], "FORBIDDEN");
    }
    let refused = "SELECT operation AS line FROM audit_entries WHERE operation = 'read_personal_fields' AND outcome = 'REFUSED'";
    assert_eq!(rows(&app.database, refused).len(), 6);
    assert_eq!(openings(&app).len(), 2);
}

fn what_cannot_be_written_down_is_not_opened(backend: Backend) {
    let app = TestApp::start(backend);
    let client = personnel(&app);
    let person = made(&client, &whole("Lê Văn Cường"));
    execute(
        &app.database,
        match backend {
            Backend::Sqlite => {
                "CREATE TRIGGER no_reads BEFORE INSERT ON audit_entries WHEN NEW.operation = 'read_personal_fields'
                 BEGIN SELECT RAISE(ABORT, 'full'); END"
            }
            Backend::Postgres => "ALTER TABLE audit_entries ADD CONSTRAINT no_reads CHECK (operation <> 'read_personal_fields') NOT VALID",
        },
    );
    let refused = open(&client, &person, "Lập hồ sơ.");
    assert!(refused.status >= 500 && RESTRICTED.iter().all(|(_, value)| !refused.body.contains(value)), "{}", refused.body);
}

fn a_sealed_value_opens_in_its_own_place_only(backend: Backend) {
    let app = TestApp::start(backend);
    let client = personnel(&app);
    let (a, b) = (made(&client, &whole("A")), made(&client, &whole("B")));
    let hex = |person: &Value| person["id"].as_str().expect("an id").replace('-', "");
    let id = |person: &Value| match backend {
        Backend::Sqlite => format!("x'{}'", hex(person)),
        Backend::Postgres => format!("'{}'", person["id"].as_str().expect("an id")),
    };
    let broken = |person: &Value, why: &str| {
        let reply = open(&client, person, "Thử.");
        assert_eq!((reply.status, reply.code()), (500, "PERSONAL_DATA_BROKEN".into()), "{why}: {}", reply.body);
        assert!(RESTRICTED.iter().all(|(_, value)| !reply.body.contains(value)));
    };
    let sealed = |person: &Value, field: &str| {
        format!("(SELECT sealed FROM person_restricted_fields WHERE person_id = {} AND field = '{field}')", id(person))
    };
    let set = |person: &Value, field: &str, to: &str| {
        execute(
            &app.database,
            &format!("UPDATE person_restricted_fields SET sealed = {to} WHERE person_id = {} AND field = '{field}'", id(person)),
        );
    };
    let kept = rows(&app.database, &format!("SELECT {} AS line", sealed(&a, "birthDate"))).remove(0);
    set(&a, "birthDate", &sealed(&b, "birthDate"));
    broken(&a, "of another person");
    set(&a, "birthDate", &sealed(&a, "personalPhone"));
    broken(&a, "of another field");
    set(&a, "birthDate", &format!("'{kept}'"));
    assert_eq!(open(&client, &a, "Thử.").json()["birthDate"], "1971-08-13");
    // The row as a whole under another field: the primary key lets it, the seal does not.
    execute(&app.database, &format!("DELETE FROM person_restricted_fields WHERE person_id = {} AND field = 'homeAddress'", id(&a)));
    execute(
        &app.database,
        &format!("UPDATE person_restricted_fields SET field = 'homeAddress' WHERE person_id = {} AND field = 'birthDate'", id(&a)),
    );
    broken(&a, "a row under another field");
    assert_eq!(open(&client, &b, "Thử.").status, 200);
}

fn a_changed_byte_is_an_error_and_nothing_else(backend: Backend) {
    let app = TestApp::start(backend);
    let client = personnel(&app);
    let person = made(&client, &json!({"name": "A", "personalPhone": "0913 776 655"}));
    let kept = rows(&app.database, "SELECT sealed AS line FROM person_restricted_fields").remove(0);
    let mut dice = testkit::dice::Dice::of(7);
    let mut tried: Vec<String> = vec![String::new(), ".".into(), kept.split_once('.').expect("a key").0.to_owned(), format!("{kept}A")];
    for _ in 0..40 {
        let (mut bytes, at) = (kept.clone().into_bytes(), dice.below(kept.len()));
        let other = [b'A', b'b', b'7', b'_', b'.', b' '][dice.below(6)];
        bytes[at] = if bytes[at] == other { b'-' } else { other };
        tried.push(String::from_utf8(bytes).expect("ASCII"));
        tried.push(kept[..dice.below(kept.len())].to_owned());
    }
    for text in tried {
        execute(&app.database, &format!("UPDATE person_restricted_fields SET sealed = '{text}'"));
        let reply = open(&client, &person, "Thử.");
        // The last character may stand for bits that are not used; base64 of that form is refused as well.
        assert_eq!((reply.status, reply.code()), (500, "PERSONAL_DATA_BROKEN".into()), "{text}: {}", reply.body);
    }
    execute(&app.database, &format!("UPDATE person_restricted_fields SET sealed = '{kept}'"));
    assert_eq!(open(&client, &person, "Thử.").json()["personalPhone"], "0913 776 655");
}

fn a_person_is_changed_by_revision_and_faults_tell_no_value(backend: Backend) {
    let app = TestApp::start(backend);
    let client = personnel(&app);
    let person = made(&client, &whole("Hoàng Văn Em"));
    assert_eq!(send(&client, "PATCH", &of(&person, ""), None, &json!({"name": "X"})).code(), "PRECONDITION_REQUIRED");
    assert_eq!(send(&client, "PATCH", &of(&person, ""), Some(&json!(7)), &json!({"name": "X"})).code(), "PRECONDITION_FAILED");
    let bad = json!({"name": " ", "birthDate": "1971-02-30", "identityNumber": "0310719988", "personalPhone": "gọi tôi nhé", "workEmail": "a b@c.d"});
    let reply = send(&client, "PATCH", &of(&person, ""), Some(&json!(1)), &bad);
    let places: Vec<String> = reply.faults().into_iter().map(|(place, _)| place).collect();
    assert_eq!(reply.status, 422);
    for place in ["/name", "/birthDate", "/identityNumber", "/personalPhone", "/workEmail"] {
        assert!(places.iter().any(|found| found == place), "{place} of {places:?}");
    }
    assert!(["1971-02-30", "0310719988", "gọi tôi"].iter().all(|value| !reply.body.contains(value)), "{}", reply.body);
    // An account is one person's, and a person's.
    let user = crate::access::id_of(&app.person(None, Role::Admin), &app.user(None, &[]).login);
    let linked = send(&client, "PATCH", &of(&person, ""), Some(&json!(1)), &json!({"account": user}));
    assert_eq!(linked.json()["account"], json!(user), "{}", linked.body);
    assert_eq!(send(&client, "POST", PATH, None, &json!({"name": "Khác", "account": user})).code(), "ALREADY_EXISTS");
    let nobody = send(&client, "POST", PATH, None, &json!({"name": "Khác", "account": "0199b2a0-0000-7000-8000-000000000001"}));
    assert_eq!(nobody.faults(), [("/account".to_owned(), "REFERENCE_UNKNOWN".to_owned())]);
    let graphql = "mutation($id: ID!, $r: Int!) { updatePerson(id: $id, revision: $r, change: {account: null, birthDate: null}) {
        person { account restrictedFields revision } problem { code } } }";
    let reply = client.graphql(graphql, &json!({"id": person["id"], "r": 2}))["updatePerson"].take();
    assert_eq!(
        reply["person"],
        json!({"account": null, "restrictedFields": ["HOME_ADDRESS", "IDENTITY_NUMBER", "PERSONAL_PHONE"], "revision": 3})
    );
    assert_eq!(client.graphql(graphql, &json!({"id": person["id"], "r": 2}))["updatePerson"]["problem"]["code"], "PRECONDITION_FAILED");
}

fn a_head_of_agency_may_be_a_person_of_the_register(backend: Backend) {
    let app = TestApp::start(backend);
    let (client, admin) = (personnel(&app), app.person(None, Role::Admin));
    let person = made(&client, &json!({"name": "Vũ Thị Giang"}));
    let put = |person: &Value| {
        let body = json!({"title": "Giám đốc", "name": "Vũ Thị Giang", "from": "2016-01-01", "basis": "1593/QĐ-UBND", "person": person});
        send(&admin, "PUT", "/api/v1/admin/agencies/so-tttt/head", None, &body)
    };
    assert_eq!(put(&json!("0199b2a0-0000-7000-8000-000000000001")).faults(), [("/person".to_owned(), "REFERENCE_UNKNOWN".to_owned())]);
    assert!(put(&person["id"]).status < 300);
    let posts = client.get(&of(&person, "")).json()["posts"].take();
    assert_eq!((&posts[0]["agency"], &posts[0]["title"], &posts[0]["from"]), (&json!("so-tttt"), &json!("Giám đốc"), &json!("2016-01-01")));
    let query = "query($id: ID!) { person(id: $id) { posts { title name agency { code } document { number } } } }";
    let posts = client.graphql(query, &json!({"id": person["id"]}))["person"]["posts"].take();
    assert_eq!(
        posts,
        json!([{"title": "Giám đốc", "name": "Vũ Thị Giang", "agency": {"code": "so-tttt"}, "document": {"number": "1593/QĐ-UBND"}}])
    );
}

fn lists_of_people_send_as_many_statements_for_many_as_for_few(backend: Backend) {
    let app = TestApp::start(backend);
    let client = personnel(&app);
    for n in 0..12 {
        made(&client, &whole(&format!("Người {n}")));
    }
    crate::statements::quiet(&app);
    let sent = |n: i32| {
        let graphql = format!("{{ persons(first: {n}) {{ nodes {{ name restrictedFields posts {{ title }} }} }} }}");
        let rest = app.fewest_statements(|| client.get(&format!("{PATH}?limit={n}"))).0;
        (rest, app.fewest_statements(|| client.graphql(&graphql, &json!({}))).0)
    };
    sent(1);
    assert_eq!(sent(2), sent(12));
}

fn the_guide_tells_how_each_field_is_held() {
    let guide = include_str!("../../docs/administration.md");
    for rule in FIELDS {
        let class = match rule.class {
            FieldClass::Public => "public",
            FieldClass::Internal => "internal",
            FieldClass::Restricted => "restricted",
        };
        assert!(guide.contains(&format!("| `{}` | {class} |", rule.field)), "{}", rule.field);
    }
}
