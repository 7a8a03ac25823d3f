//! Walking long lists: every row once, in both directions, while others write.

use std::collections::HashSet;

use app::import::ImportOptions;
use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, Client, TestApp, both, seed};

both!(
    walks_meet_every_task_once_in_every_order,
    walks_over_reports_hold_while_others_push,
    the_edges_are_told_right,
    both_cursors_bound_a_page,
    rest_pages_walk_the_same_list,
);

/// Walks a list by pages and gives the identifiers in the order met.
fn walk(client: &Client, field: &str, forward: bool, size: usize) -> Vec<String> {
    let (count, cursor, edge, more) =
        if forward { ("first", "after", "endCursor", "hasNextPage") } else { ("last", "before", "startCursor", "hasPreviousPage") };
    let (name, arguments) = field.split_once('|').unwrap();
    let mut met = Vec::new();
    let mut at = Value::Null;
    loop {
        let query = format!(
            "query($c: String) {{ {name}({arguments} {count}: {size}, {cursor}: $c) {{ nodes {{ id }} pageInfo {{ {edge} {more} }} }} }}"
        );
        let mut page = client.graphql(&query, &json!({"c": at}))[name].take();
        let mut ids: Vec<String> = page["nodes"].as_array().unwrap().iter().map(|node| node["id"].as_str().unwrap().to_owned()).collect();
        if !forward {
            ids.reverse();
        }
        met.extend(ids);
        if page["pageInfo"][more] == false {
            return met;
        }
        at = page["pageInfo"][edge].take();
    }
}

fn walks_meet_every_task_once_in_every_order(backend: Backend) {
    let app = TestApp::start(backend);
    app.import(&seed::made_up(120), ImportOptions::default()).expect("an import");
    let client = app.anonymous();
    for order in ["ANNEX", "START_YEAR", "END_YEAR", "NAME"] {
        for direction in ["ASC", "DESC"] {
            let field = format!("tasks|orderBy: {{field: {order}, direction: {direction}}},");
            let forward = walk(&client, &field, true, 7);
            assert_eq!((forward.len(), forward.iter().collect::<HashSet<_>>().len()), (139, 139), "{order} {direction}");
            let mut backward = walk(&client, &field, false, 11);
            backward.reverse();
            assert_eq!(forward, backward, "{order} {direction}");
        }
    }
    for list in ["agencies|", "agencies|orderBy: {field: NAME, direction: DESC},", "documents|", "documents|direction: DESC,"] {
        let forward = walk(&client, list, true, 3);
        let mut backward = walk(&client, list, false, 2);
        backward.reverse();
        assert_eq!(forward, backward, "{list}");
        assert_eq!(forward.iter().collect::<HashSet<_>>().len(), if list.starts_with("agencies") { 43 } else { 9 }, "{list}");
    }
}

fn walks_over_reports_hold_while_others_push(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    let push = |i: usize| {
        let body = json!({"programme": "HP-1593-2013", "task": "V.2", "year": 2014, "percent": 1, "narrative": "x"});
        press.push(&format!("k{i}"), &body).json()["id"].as_str().unwrap().to_owned()
    };
    let old: Vec<String> = (0..30).map(push).collect();
    let auditor = app.person(None, Role::Auditor);
    let met = std::thread::scope(|scope| {
        let writer = scope.spawn(|| (30..60).for_each(|i| drop(push(i))));
        let met = walk(&auditor, "reports|", true, 4);
        writer.join().expect("the writer");
        met
    });
    assert_eq!(met.iter().collect::<HashSet<_>>().len(), met.len(), "no row twice");
    assert_eq!(&met[..30], &old[..], "none of the old ones lost, in the order in which they came in");
    let mut newest_first = walk(&auditor, "reports|direction: DESC,", true, 9);
    newest_first.reverse();
    assert_eq!(newest_first, walk(&auditor, "reports|", true, 200));
}

fn the_edges_are_told_right(backend: Backend) {
    let app = TestApp::start(backend);
    let client = app.anonymous();
    let info = |arguments: &str| {
        let query =
            format!("{{ tasks({arguments}) {{ nodes {{ code }} pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }}");
        client.graphql(&query, &json!({}))["tasks"].take()
    };
    let flags = |page: &Value| (page["pageInfo"]["hasPreviousPage"].as_bool().unwrap(), page["pageInfo"]["hasNextPage"].as_bool().unwrap());
    assert_eq!(flags(&info("first: 19")), (false, false));
    assert_eq!(flags(&info("first: 18")), (false, true));
    assert_eq!(flags(&info("last: 18")), (true, false));
    let none = info("first: 5, filter: {year: 1999}");
    assert_eq!((flags(&none), &none["pageInfo"]["endCursor"]), ((false, false), &Value::Null));
    let last = info("first: 19")["pageInfo"]["endCursor"].as_str().unwrap().to_owned();
    let beyond = info(&format!("first: 5, after: \"{last}\""));
    assert_eq!((flags(&beyond), beyond["nodes"].as_array().unwrap().len()), ((true, false), 0));
}

fn both_cursors_bound_a_page(backend: Backend) {
    let app = crate::obligations::start(backend);
    let press = app.system_of("bao-hai-phong");
    for i in 0..9 {
        let body = json!({"programme": "HP-1593-2013", "task": "V.2", "year": 2014, "percent": 1, "narrative": "x"});
        assert_eq!(press.push(&format!("k{i}"), &body).status, 201);
        app.service_account("so-tttt", &[Role::AgencySystem]);
    }
    let standing = crate::obligations::standing(&app);
    let (admin, auditor) = (app.person(None, Role::Admin), app.person(None, Role::Auditor));
    for (client, name, arguments) in [
        (&press, "tasks", "orderBy: {field: ANNEX}"),
        (&press, "tasks", "orderBy: {field: NAME, direction: DESC}"),
        (&press, "tasks", "orderBy: {field: START_YEAR}"),
        (&press, "agencies", "orderBy: {field: NAME, direction: DESC}"),
        (&press, "documents", "direction: DESC"),
        (&press, "occurrences", "direction: DESC"),
        (&press, "reports", "direction: DESC"),
        (&standing, "obligations", ""),
        (&admin, "accounts", ""),
        (&auditor, "auditEntries", ""),
    ] {
        bounded(client, name, arguments);
    }
    // Reports below a task: the same, one list each.
    let query = "{ programme(code: \"HP-1593-2013\") { task(code: \"V.2\") { reports(ARGS) { totalCount nodes { id } pageInfo { hasNextPage hasPreviousPage } } } } }";
    let below = |args: &str| press.graphql(&query.replace("ARGS", args), &json!({}))["programme"]["task"]["reports"].take();
    let none = below("first: 0");
    assert_eq!((&none["totalCount"], &none["nodes"], &none["pageInfo"]["hasNextPage"]), (&json!(9), &json!([]), &json!(true)));
}

/// Tries a list with no rows wanted, and with both cursors from either end.
fn bounded(client: &Client, name: &str, arguments: &str) {
    let total = if matches!(name, "accounts" | "auditEntries") { "" } else { "totalCount" };
    let page = |page: &str| {
        let info = "pageInfo { hasPreviousPage hasNextPage startCursor endCursor }";
        let query = format!("{{ {name}({arguments} {page}) {{ {total} edges {{ cursor }} {info} }} }}");
        let mut found = client.graphql(&query, &json!({}))[name].take();
        let text = |edge: &Value| edge["cursor"].as_str().unwrap().to_owned();
        let cursors: Vec<String> = found["edges"].as_array().unwrap().iter().map(text).collect();
        let info = found["pageInfo"].take();
        ((info["hasPreviousPage"].as_bool().unwrap(), info["hasNextPage"].as_bool().unwrap()), cursors, found["totalCount"].take())
    };
    let (_, all, total) = page("first: 8");
    assert_eq!(all.len(), 8, "{name}");
    assert_eq!(page("first: 0"), ((false, true), vec![], total.clone()), "{name}");
    assert_eq!(page("last: 0"), ((true, false), vec![], total), "{name}");
    let between = format!("after: \"{}\", before: \"{}\"", all[1], all[6]);
    for (count, flags, wanted) in [
        ("first: 0", (true, true), &all[0..0]),
        ("first: 2", (true, true), &all[2..4]),
        ("first: 4", (true, false), &all[2..6]),
        ("first: 9", (true, false), &all[2..6]),
        ("", (true, false), &all[2..6]),
        ("last: 0", (true, true), &all[0..0]),
        ("last: 2", (true, true), &all[4..6]),
        ("last: 4", (false, true), &all[2..6]),
    ] {
        let (told, met, _) = page(&format!("{between} {count}"));
        assert_eq!((told, &met[..]), (flags, wanted), "{name}({arguments}) {count}");
    }
    let (only_before, only_after) = (format!("first: 9, before: \"{}\"", all[3]), format!("last: 1, after: \"{}\"", all[3]));
    assert_eq!(page(&only_before).1, all[..3], "{name}");
    assert_eq!(page(&only_after).1, page("last: 1").1, "{name}");
    let crossed = format!("first: 9, after: \"{}\", before: \"{}\"", all[5], all[2]);
    assert_eq!(page(&crossed).1, Vec::<String>::new(), "{name}");
}

fn rest_pages_walk_the_same_list(backend: Backend) {
    let app = TestApp::start(backend);
    let client = app.anonymous();
    let (mut met, mut after) = (Vec::new(), String::new());
    loop {
        let page = client.get(&format!("/api/v1/tasks?limit=4{after}")).json();
        met.extend(page["items"].as_array().unwrap().iter().map(|task| task["id"].as_str().unwrap().to_owned()));
        if page["hasNext"] == false {
            break;
        }
        after = format!("&after={}", page["endCursor"].as_str().unwrap());
    }
    assert_eq!(met, walk(&client, "tasks|", true, 50));
    let bad = [
        ("limit=0", "/limit OUT_OF_RANGE"),
        ("limit=201", "/limit OUT_OF_RANGE"),
        ("limit=x", "/limit TYPE_MISMATCH"),
        ("limit=", "/limit TYPE_MISMATCH"),
        ("limit=99999999999999999999", "/limit TYPE_MISMATCH"),
        ("limit=1&limit=2", "/limit DUPLICATE"),
        ("role=LEADER", "/role NOT_ONE_OF"),
        ("unknown=1&year=abc&limit=201", "/limit OUT_OF_RANGE, /unknown FIELD_UNKNOWN, /year TYPE_MISMATCH"),
    ];
    for (query, wanted) in bad {
        let reply = client.get(&format!("/api/v1/tasks?{query}"));
        assert_eq!((reply.status, reply.code().as_str()), (400, "QUERY_INVALID"), "{query}: {}", reply.body);
        let told: Vec<String> = reply.faults().into_iter().map(|(pointer, code)| format!("{pointer} {code}")).collect();
        assert_eq!(told.join(", "), wanted, "{query}");
    }
    // An operation that takes none refuses all.
    let nowhere = "/api/v1/reports/0199b2a0-0000-7000-8000-000000000001?x=1";
    for reply in [
        client.get("/api/v1/me?x=1&year=2014"),
        client.get(nowhere),
        app.system_of("so-tttt").send("POST", "/api/v1/reports?x=1", &[("content-type", "application/json")], b"{}"),
    ] {
        assert_eq!((reply.status, reply.code().as_str()), (400, "QUERY_INVALID"), "{}", reply.body);
        assert_eq!(reply.faults()[0], ("/x".to_owned(), "FIELD_UNKNOWN".to_owned()));
    }
    let reply = client.get("/api/v1/tasks?after=x");
    assert_eq!((reply.status, reply.code().as_str()), (400, "CURSOR_INVALID"));
}
