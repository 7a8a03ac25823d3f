//! Figures that are published: kept as they were told, whatever happens to what they were about; cited by their identifier.

use app::import::ImportOptions;
use domain::account::Role;
use serde_json::{Value, json};
use testkit::{
    Backend, Client, Reply, TestApp, both,
    database::{execute, rows},
    seed,
};

use crate::{
    obligations::{standing, start},
    statistics::tell,
};

both!(
    figures_stay_as_they_were_told,
    both_skins_tell_the_same,
    what_is_gone_is_still_named,
    a_retry_publishes_once,
    publishing_is_for_whom_the_policy_names_and_over_all_they_reach,
    what_cannot_be_published_is_told_in_place,
    nothing_changes_or_removes_what_was_published,
    figures_rest_on_the_head_of_the_audit_log,
    pages_run_from_the_newest,
);

const PATH: &str = "/api/v1/statistics/frozen";
const DECISION: &str = "HP-1593-2013";

fn freeze(client: &Client, key: &str, body: &Value) -> Reply {
    client.send("POST", PATH, &[("content-type", "application/json"), ("idempotency-key", key)], body.to_string().as_bytes())
}

fn frozen(client: &Client, key: &str, body: &Value) -> Value {
    let reply = freeze(client, key, body);
    assert_eq!(reply.status, 201, "{}", reply.body);
    reply.json()
}

fn read(client: &Client, id: &Value) -> Value {
    let reply = client.get(&format!("{PATH}/{}", id.as_str().expect("an id")));
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.json()
}

fn push(app: &TestApp, key: &str, year: i32) {
    let body = json!({"programme": DECISION, "task": "V.2", "year": year, "percent": 40, "narrative": "Đã làm."});
    assert_eq!(app.system_of("bao-hai-phong").push(key, &body).status, 201);
}

fn figures_stay_as_they_were_told(backend: Backend) {
    let app = start(backend);
    push(&app, "a", 2014);
    let client = standing(&app);
    let live = || tell(&client, &format!("programme={DECISION}&groupBy=AGENCY&asOf=2026-01-15&comparedTo=2014-12-30"));
    let told = live();
    let body = json!({"title": "  Sơ kết 2013–2016 ", "document": "1593/QĐ-UBND", "programme": DECISION, "groupBy": "AGENCY", "asOf": "2026-01-15",
        "comparedTo": "2014-12-30"});
    let kept = frozen(&client, "k", &body);
    assert_eq!(kept["figures"], told, "the figures of the same question");
    assert!(told["total"]["reports"]["actual"].as_i64() > Some(0), "{told}");
    assert!(told["total"]["tasks"]["change"]["openOverdue"].as_i64() > Some(0), "{told}");
    let entry = &kept["entry"];
    for (field, wanted) in [
        ("title", json!("Sơ kết 2013–2016")),
        ("programme", json!(DECISION)),
        ("asOf", json!("2026-01-15")),
        ("comparedTo", json!("2014-12-30")),
        ("groupBy", json!("AGENCY")),
        ("formulaVersion", json!(1)),
        ("agency", json!("so-tttt")),
    ] {
        assert_eq!(entry[field], wanted, "{field}");
    }
    let document = client.graphql("{ documents(filter: {number: \"1593/QĐ-UBND\"}) { nodes { id } } }", &json!({}));
    assert_eq!(entry["document"], document["documents"]["nodes"][0]["id"]);
    push(&app, "b", 2015);
    assert_ne!(live(), told, "a report of that day changes what is told now");
    assert_eq!(read(&app.anonymous(), &entry["id"]), kept, "and nothing of what was published, which everybody reads");
    let items = app.anonymous().get("/api/v1/changes?limit=200").json()["items"].take();
    let told: Vec<_> = items.as_array().expect("items").iter().filter(|item| item["kind"] == "STATISTICS_FROZEN").collect();
    assert_eq!((told.len(), &told[0]["subjectId"]), (1, &entry["id"]));
    let audited = rows(&app.database, "SELECT subject_id AS line FROM audit_entries WHERE operation = 'freeze_statistics'");
    assert_eq!(audited, [entry["id"].as_str().expect("an id")]);
}

fn both_skins_tell_the_same(backend: Backend) {
    let app = start(backend);
    push(&app, "a", 2014);
    let client = standing(&app);
    for (key, grouping) in ["NONE", "AGENCY", "GROUP", "TASK", "YEAR", "PERIOD"].iter().enumerate() {
        frozen(&client, &key.to_string(), &json!({"title": grouping, "programme": DECISION, "groupBy": grouping}));
    }
    let row = "{ code name agency { code } group { code } task { code } year period tasks { assigned openOverdue dueCompletionRate { percent } \
               change { assigned } } reports { obliged actual } }";
    let query = format!(
        "{{ frozenStatistics(programme: \"{DECISION}\") {{ totalCount nodes {{ id title asOf groupBy formulaVersion inputsHead contentSha256 \
         programme {{ code }} agency {{ code }} figures {{ total {row} rows {row} }} }} }} }}"
    );
    let list = app.anonymous().graphql(&query, &json!({}))["frozenStatistics"].take();
    assert_eq!(list["totalCount"], 6);
    for node in list["nodes"].as_array().expect("nodes") {
        let kept = read(&app.anonymous(), &node["id"]);
        assert_eq!((&node["contentSha256"], &node["inputsHead"]), (&kept["entry"]["contentSha256"], &kept["entry"]["inputsHead"]));
        let rows = kept["figures"]["rows"].as_array().expect("rows");
        assert_eq!(node["figures"]["rows"].as_array().expect("rows").len(), rows.len());
        for (told, kept) in node["figures"]["rows"].as_array().expect("rows").iter().zip(rows) {
            assert_eq!((&told["name"], &told["year"], &told["period"]), (&kept["name"], &kept["year"], &kept["period"]));
            for thing in ["agency", "group", "task"] {
                assert_eq!(told[thing]["code"], kept[thing], "{told}");
            }
            assert_eq!(
                (&told["tasks"]["assigned"], &told["reports"]["obliged"]),
                (&kept["tasks"]["assigned"], &kept["reports"]["obliged"])
            );
        }
        let by_node = format!("{{ node(id: {}) {{ ... on FrozenStatistics {{ title figures {{ total {row} }} }} }} }}", node["id"]);
        assert_eq!(app.anonymous().graphql(&by_node, &json!({}))["node"]["figures"]["total"], node["figures"]["total"]);
    }
}

fn what_is_gone_is_still_named(backend: Backend) {
    let app = start(backend);
    let client = standing(&app);
    let id = frozen(&client, "k", &json!({"title": "x", "programme": DECISION, "groupBy": "TASK"}))["entry"]["id"].take();
    let before = read(&client, &id);
    let mut file = seed::decision_1593();
    file["tasks"].as_array_mut().expect("tasks").retain(|task| task["code"] != "V.2");
    for measure in file["measures"].as_array_mut().expect("measures") {
        measure["tasks_inferred"].as_array_mut().expect("tasks").retain(|task| task != "V.2");
    }
    file.as_object_mut().expect("a file").remove("checks");
    app.import(&file, ImportOptions { dry_run: false, apply_changes: true }).expect("an import");
    assert_eq!(read(&client, &id), before);
    let query = format!(
        "{{ node(id: {id}) {{ ... on FrozenStatistics {{ figures {{ rows {{ code name task {{ code }} tasks {{ assigned }} }} }} }} }} }}"
    );
    let rows = client.graphql(&query, &json!({}))["node"]["figures"]["rows"].take();
    let gone = rows.as_array().expect("rows").iter().find(|row| row["code"] == "V.2").expect("V.2");
    assert_eq!((&gone["task"], &gone["tasks"]["assigned"]), (&Value::Null, &json!(3)));
    assert!(gone["name"].as_str().is_some_and(|name| !name.is_empty()));
}

fn a_retry_publishes_once(backend: Backend) {
    let app = start(backend);
    let client = standing(&app);
    let body = json!({"title": "x", "programme": DECISION});
    let first = freeze(&client, "k", &body);
    let again = freeze(&client, "k", &body);
    assert_eq!((first.status, again.status), (201, 201));
    assert_eq!((&first.headers["location"], &first.body), (&again.headers["location"], &again.body));
    assert_eq!(again.headers["idempotency-replayed"], "true");
    assert_eq!(first.headers["location"], format!("{PATH}/{}", first.json()["entry"]["id"].as_str().expect("an id")));
    assert_eq!(freeze(&client, "k", &json!({"title": "y"})).code(), "IDEMPOTENCY_KEY_REUSED");
    assert_eq!(client.get(PATH).json()["items"].as_array().map(Vec::len), Some(1));
    let without = client.send("POST", PATH, &[("content-type", "application/json")], body.to_string().as_bytes());
    assert_eq!((without.status, without.code().as_str()), (400, "IDEMPOTENCY_KEY_MISSING"));
}

fn publishing_is_for_whom_the_policy_names_and_over_all_they_reach(backend: Backend) {
    let app = start(backend);
    app.import(&seed::made_up(1), ImportOptions::default()).expect("an import");
    let body = json!({"title": "x", "programme": DECISION});
    assert_eq!(freeze(&app.anonymous(), "k", &body).status, 401);
    for role in [Role::AgencyApprover, Role::Auditor, Role::Admin, Role::Committee] {
        let agency = (role == Role::AgencyApprover).then_some("so-tttt");
        assert_eq!(freeze(&app.person(agency, role), "k", &body).status, 403, "{role:?}");
    }
    assert_eq!(freeze(&app.person(None, Role::Authority), "k", &body).status, 201);
    // Whose role is for one programme publishes figures of that one alone.
    let secrets = app.user(Some("so-tttt"), &[]);
    let admin = app.person(None, Role::Admin);
    let accounts = admin.get("/api/v1/admin/accounts?limit=200").json()["items"].take();
    let account =
        accounts.as_array().expect("items").iter().find(|account| account["login"] == secrets.login.as_str()).expect("the account");
    let path = format!("/api/v1/admin/accounts/{}/grants", account["id"].as_str().expect("an id"));
    let grant = json!({"role": "STANDING", "programme": DECISION}).to_string();
    let given = admin.send("POST", &path, &[("content-type", "application/json")], grant.as_bytes());
    assert_eq!(given.status, 201, "{}", given.body);
    let limited = app.anonymous().sign_in_person(&secrets);
    assert_eq!(freeze(&limited, "a", &body).status, 201);
    for other in [json!({"title": "x"}), json!({"title": "x", "programme": seed::MADE_UP})] {
        let refused = freeze(&limited, "b", &other);
        assert_eq!((refused.status, refused.code().as_str()), (403, "FORBIDDEN"), "{other}: {}", refused.body);
    }
}

fn what_cannot_be_published_is_told_in_place(backend: Backend) {
    let app = start(backend);
    let client = standing(&app);
    let cases = [
        (json!({"title": "\u{2003}"}), "/title"),
        (json!({"programme": DECISION}), "/title"),
        (json!({"title": "x", "programme": "nope"}), "/programme"),
        (json!({"title": "x", "programme": DECISION, "group": "IX"}), "/group"),
        (json!({"title": "x", "group": "I"}), "/group"),
        (json!({"title": "x", "programme": DECISION, "task": "V.9"}), "/task"),
        (json!({"title": "x", "leadAgency": "nope"}), "/leadAgency"),
        (json!({"title": "x", "document": "9999/QĐ-UBND"}), "/document"),
        (json!({"title": "x", "asOf": "2026-01-16"}), "/asOf"),
        (json!({"title": "x", "asOf": "2020-01-01", "comparedTo": "2020-01-01"}), "/comparedTo"),
        (json!({"title": "x", "groupBy": "COLOUR"}), "/groupBy"),
        (json!({"title": "x", "colour": 1}), "/colour"),
    ];
    for (body, pointer) in cases {
        let reply = freeze(&client, "k", &body);
        assert_eq!((reply.status, reply.code().as_str()), (422, "BODY_INVALID"), "{body}: {}", reply.body);
        let faults: Vec<_> = reply.faults().into_iter().map(|(at, _)| at).collect();
        assert_eq!(faults, [pointer], "{body}");
    }
    assert_eq!(client.get(PATH).json()["items"], json!([]));
    assert_eq!(client.get(&format!("{PATH}/nope")).status, 404);
    assert_eq!(client.get(&format!("{PATH}?colour=1")).code(), "QUERY_INVALID");
}

fn nothing_changes_or_removes_what_was_published(backend: Backend) {
    let app = start(backend);
    frozen(&standing(&app), "k", &json!({"title": "x", "programme": DECISION}));
    for sql in ["UPDATE frozen_statistics SET title = 'y'", "DELETE FROM frozen_statistics"] {
        let refused = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| execute(&app.database, sql)));
        assert!(refused.is_err(), "{sql}");
    }
    assert_eq!(rows(&app.database, "SELECT title AS line FROM frozen_statistics"), ["x"]);
}

fn figures_rest_on_the_head_of_the_audit_log(backend: Backend) {
    let app = start(backend);
    let client = standing(&app);
    let heads = || {
        let sql = "SELECT strand || ' ' || entries || ' ' || head_sha256 AS line FROM audit_strands ORDER BY strand";
        auth::digest((rows(&app.database, sql).join("\n") + "\n").as_bytes())
    };
    let before = heads();
    let body = json!({"title": "x", "programme": DECISION});
    assert_eq!(frozen(&client, "a", &body)["entry"]["inputsHead"], json!(before));
    let after = heads();
    assert_ne!(before, after, "freezing is an entry itself");
    assert_eq!(frozen(&client, "b", &body)["entry"]["inputsHead"], json!(after));
    // The content's digest is that of what is stored.
    let stored = rows(&app.database, "SELECT content || '|' || content_sha256 AS line FROM frozen_statistics");
    for line in stored {
        let (content, digest) = line.rsplit_once('|').expect("two columns");
        assert_eq!(auth::digest(content.as_bytes()), digest);
    }
}

fn pages_run_from_the_newest(backend: Backend) {
    let app = start(backend);
    app.import(&seed::made_up(1), ImportOptions::default()).expect("an import");
    let client = app.person(None, Role::Authority);
    for n in 0..5 {
        let programme = if n == 3 { seed::MADE_UP } else { DECISION };
        frozen(&client, &n.to_string(), &json!({"title": n.to_string(), "programme": programme}));
    }
    let titles = |page: &Value| page["items"].as_array().expect("items").iter().map(|item| item["title"].clone()).collect::<Vec<_>>();
    let first = client.get(&format!("{PATH}?limit=2&programme={DECISION}")).json();
    assert_eq!((titles(&first), &first["hasNext"]), (vec![json!("4"), json!("2")], &json!(true)));
    frozen(&client, "new", &json!({"title": "new", "programme": DECISION}));
    let cursor = first["endCursor"].as_str().expect("a cursor");
    let second = client.get(&format!("{PATH}?limit=2&programme={DECISION}&after={cursor}")).json();
    assert_eq!((titles(&second), &second["hasNext"]), (vec![json!("1"), json!("0")], &json!(false)));
    assert_eq!(titles(&client.get(&format!("{PATH}?programme=nope")).json()), Vec::<Value>::new());
    let (few, _) = app.fewest_statements(|| client.get(&format!("{PATH}?limit=1")));
    let (many, _) = app.fewest_statements(|| client.get(&format!("{PATH}?limit=6")));
    assert_eq!(few, many);
    let query = |n: i32| format!("{{ frozenStatistics(first: {n}) {{ nodes {{ figures {{ rows {{ code }} }} }} }} }}");
    let (few, _) = app.fewest_statements(|| client.graphql(&query(1), &json!({})));
    let (many, _) = app.fewest_statements(|| client.graphql(&query(6), &json!({})));
    assert_eq!(few, many);
}
