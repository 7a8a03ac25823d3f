//! Whoever gives money for work and has a part in it: remarked under whatever name, and refused nothing.

use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, both, database::rows};

use crate::budget::{DECISION, ladder, line, movement, post, read, recorded, stage};

both!(
    m2_a_contributor_is_known_by_any_name_of_an_assignee,
    remarks_on_contributors_cost_the_same_however_many,
    a_typed_contributor_is_pseudonymised_for_good,
);

const DAY: &str = "2014-06-01";

fn m2_a_contributor_is_known_by_any_name_of_an_assignee(backend: Backend) {
    let (app, finance) = stage(backend);
    let agency = app.person(Some("so-tttt"), Role::AgencyApprover);
    let given = |by: Value, task: Value| {
        let fields = json!({"source": "SOCIALISED", "task": task, "contribution": by});
        let of = line(&finance, &fields);
        let flags = read(&agency, &format!("lines/{of}?asOf={DAY}"))["flags"].take();
        let kinds: Vec<Value> = flags.as_array().expect("flags").iter().map(|flag| flag["kind"].clone()).collect();
        assert!(kinds.is_empty() || kinds == [json!("CONTRIBUTOR_IS_ASSIGNEE")], "{kinds:?}");
        !kinds.is_empty()
    };
    let named = |name: &str, task: Value| given(json!({"name": name, "form": "CASH"}), task);
    // The company coordinates I.1; the department that leads it had that name, and is written so in the decision.
    for name in [
        "Công ty cổ phần Khu công nghiệp Đình Vũ",
        "CÔNG TY CỔ PHẦN KHU CÔNG NGHIỆP ĐÌNH VŨ",
        "Công Ty cổ phần Khu công nghiệp Ðình Vu\u{303}",
        "cong ty co phan  khu cong nghiep dinh vu",
        "Sở Thông tin và Truyền thông",
        "sở thông tin và truyền thông ",
        "Dinh Vu Industrial Zone Joint Stock Company",
    ] {
        assert!(named(name, json!("I.1")), "{name}");
        assert!(named(name, Value::Null), "{name}, of all assignees of the programme");
    }
    for name in ["Công ty cổ phần Đình Vũ", "Nguyễn Văn A"] {
        assert!(!named(name, json!("I.1")) && !named(name, Value::Null), "{name}");
    }
    assert!(!named("Công ty cổ phần Khu công nghiệp Đình Vũ", json!("V.2")), "it has no part in that task");
    let company = |task: Value| given(json!({"agency": "cty-cp-kcn-dinh-vu", "form": "CASH"}), task);
    assert_eq!((company(json!("I.1")), company(Value::Null), company(json!("V.2"))), (true, true, false));
}

fn remarks_on_contributors_cost_the_same_however_many(backend: Backend) {
    let (app, finance) = stage(backend);
    let make = |n: usize| {
        let task = if n.is_multiple_of(2) { json!("I.1") } else { Value::Null };
        line(&finance, &json!({"source": "SOCIALISED", "task": task, "contribution": {"name": format!("Hội {n}"), "form": "CASH"}}))
    };
    (0..8).for_each(|n| drop(make(n)));
    let query = "query($n: Int!) { budgetLines(first: $n) { nodes { flags { kind } } } }";
    let cost = |n: usize| app.fewest_statements(|| finance.graphql(query, &json!({"n": n}))).0;
    assert_eq!(cost(2), cost(8));
}

fn a_typed_contributor_is_pseudonymised_for_good(backend: Backend) {
    let (app, finance) = stage(backend);
    let body = |name: &str, title: &str| {
        json!({"programme": "HP-1593-2013", "task": "I.1", "year": 2020, "agency": "so-tttt", "source": "SOCIALISED", "draft": null, "title": title,
            "contribution": {"name": name, "form": "CASH"}})
    };
    let made = |name: &str, title: &str| {
        let mut body = body(name, title);
        body.as_object_mut().expect("a line").remove("draft");
        let reply = post(&finance, "lines", &body);
        assert_eq!(reply.status, 201, "{}", reply.body);
        reply.json()["id"].as_str().expect("an id").to_owned()
    };
    let name = "Nguyễn Văn \"A\"";
    let lines = [made(name, "Một"), made(name, "Hai")];
    let other = made("Nguyễn Văn B", name);
    recorded(&finance, &[movement(&lines[0], "RECEIVED", 700, "2020-04-01", &json!({}))]);
    let hide = |client: &testkit::Client, name: &str, reason: &str| {
        let wanted = json!({"name": name, "reason": reason, "document": DECISION});
        client.send(
            "POST",
            "/api/v1/admin/budget/contributor-pseudonyms",
            &[("content-type", "application/json")],
            wanted.to_string().as_bytes(),
        )
    };
    assert_eq!(hide(&app.person(None, Role::Standing), name, "Theo yêu cầu").code(), "FORBIDDEN");
    let unknown = |name: &str, why: &str| {
        let reply = hide(&finance, name, "Theo yêu cầu");
        assert_eq!((reply.status, reply.faults()), (422, vec![("/name".to_owned(), "REFERENCE_UNKNOWN".to_owned())]), "{why}");
    };
    unknown("Nguyễn Văn", "a part of a name is another one's");
    let hidden = hide(&app.person(None, Role::Admin), &format!(" {name} "), "Theo yêu cầu của người đóng góp");
    assert_eq!(hidden.status, 200, "{}", hidden.body);
    let (pseudonym, count) = (hidden.json()["pseudonym"].take(), hidden.json()["lines"].take());
    assert!(pseudonym.as_str().is_some_and(|pseudonym| pseudonym.starts_with("Người đã ẩn danh ")) && count == 2, "{}", hidden.body);
    for of in &lines {
        let told = read(&finance, &format!("lines/{of}"));
        assert_eq!((&told["contribution"]["name"], &told["revision"]), (&pseudonym, &json!(2)));
    }
    assert_eq!(ladder(&finance, &lines[0])["received"], 700, "what was given stays");
    let untouched = read(&finance, &format!("lines/{other}"));
    assert_eq!((&untouched["contribution"]["name"], &untouched["title"]), (&json!("Nguyễn Văn B"), &json!(name)));
    let kept = rows(&app.database, "SELECT identity AS line FROM budget_lines WHERE title IN ('Một', 'Hai')");
    assert!(kept.iter().all(|line| !line.contains("Văn") && line.contains("ẩn danh")), "{kept:?}");
    let log = app.person(None, Role::Auditor).get("/api/v1/admin/audit?operation=pseudonymise_budget_contributor").body;
    assert!(log.contains("ẩn danh") && !log.contains("Nguyễn"), "{log}");
    unknown(name, "nobody has the name any more");
    // Under the name a line is another one again.
    made(name, "Một");
}
