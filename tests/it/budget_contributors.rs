//! Whoever gives money for work and has a part in it: remarked under whatever name, and refused nothing.

use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, both};

use crate::budget::{line, read, stage};

both!(m2_a_contributor_is_known_by_any_name_of_an_assignee, remarks_on_contributors_cost_the_same_however_many);

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
