//! Money over GraphQL: the same as over REST, below tasks, agencies and programmes, in a number of statements that does not grow.

use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, Client, both};

use crate::budget::{DECISION, line, movement, post, read, recorded, stage};

both!(
    graphql_writes_lines_and_records_movements,
    what_is_not_arranged_is_told_below_tasks,
    lists_of_lines_cost_the_same_however_many,
    graphql_tells_of_years_and_of_what_waits_as_rest_does,
    lines_and_movements_are_found_by_identifier_alone,
);

const RECORD: &str = "mutation($input: [NewBudgetMovement!]!, $atomic: Boolean) { recordBudgetMovements(input: $input, atomic: $atomic) {
  movements { id isNew faults { pointer code } } problem { code faults { pointer code } } } }";

fn record(client: &Client, input: &Value, atomic: bool) -> Value {
    client.graphql(RECORD, &json!({"input": input, "atomic": atomic}))["recordBudgetMovements"].take()
}

fn graphql_writes_lines_and_records_movements(backend: Backend) {
    let (app, finance) = stage(backend);
    let agency = app.person(Some("so-tttt"), Role::AgencyApprover);
    let create =
        "mutation($input: NewBudgetLine!) { createBudgetLine(input: $input) { line { id revision agency { code } task { code } source
      contribution { name form } classification { chapter } ladder { needed left } } problem { code faults { pointer code } } } }";
    let input = json!({"programme": "HP-1593-2013", "task": "I.1", "year": 2020, "agency": "so-tttt", "source": "STATE_PROVINCIAL",
        "draft": {"classification": {"chapter": "427"}, "title": "In ấn phẩm"}});
    let made = agency.graphql(create, &json!({ "input": input }))["createBudgetLine"].take();
    let shown = json!({"id": made["line"]["id"], "revision": 1, "agency": {"code": "so-tttt"}, "task": {"code": "I.1"}, "source": "STATE_PROVINCIAL",
        "contribution": null, "classification": {"chapter": "427"}, "ladder": {"needed": null, "left": null}});
    assert_eq!(made["line"], shown);
    let again = agency.graphql(create, &json!({ "input": input }))["createBudgetLine"]["problem"].take();
    assert_eq!(again["code"], "ALREADY_EXISTS");
    let id = made["line"]["id"].as_str().expect("an id");
    let update = format!(
        "mutation {{ updateBudgetLine(id: \"{id}\", revision: 1, change: {{isCapital: true, assetNote: \"Máy in\"}}) \
         {{ line {{ revision isCapital assetNote title }} problem {{ code }} }} }}"
    );
    let changed = agency.graphql(&update, &json!({}))["updateBudgetLine"].take();
    assert_eq!(changed["line"], json!({"revision": 2, "isCapital": true, "assetNote": "Máy in", "title": null}));
    assert_eq!(agency.graphql(&update, &json!({}))["updateBudgetLine"]["problem"]["code"], "PRECONDITION_FAILED");
    let need = json!({"line": id, "kind": "NEED", "amount": "1.234,5 triệu đồng", "on": "2020-01-01", "externalRef": "NC-1"});
    let assigned =
        json!({"line": id, "kind": "ASSIGNED", "amount": 3_000_000_000_i64, "on": "2019-12-25", "document": DECISION, "section": "Điều 1"});
    let refused = record(&agency, &json!([need, assigned]), true);
    let tried = app.person(None, Role::Auditor).get("/api/v1/admin/audit?operation=record_budget_movements&refused=true").json();
    assert_eq!(tried["items"][0]["code"], "FORBIDDEN", "that it tried is in the log");
    assert_eq!(refused["problem"], json!({"code": "BATCH_REFUSED", "faults": [{"pointer": "/1/kind", "code": "FORBIDDEN"}]}));
    let apart = record(&agency, &json!([need, assigned, {"line": id, "kind": "NEED", "amount": "1,234.5", "on": "2020-01-01"}]), false);
    assert_eq!((&apart["movements"][0]["isNew"], &apart["movements"][1]["faults"][0]["code"]), (&json!(true), &json!("FORBIDDEN")));
    assert_eq!(apart["movements"][2]["faults"], json!([{"pointer": "/amount", "code": "NUMBER_AMBIGUOUS"}]));
    assert_eq!(record(&finance, &json!([assigned]), true)["problem"], Value::Null);
    let same = record(&agency, &json!([need]), true)["movements"][0].take();
    assert_eq!((&same["isNew"], &same["id"]), (&json!(false), &apart["movements"][0]["id"]));
    assert_eq!(record(&agency, &json!([]), true)["problem"]["code"], "BODY_INVALID");
    let query = format!(
        "{{ budgetLine(id: \"{id}\") {{ ladder {{ needed assigned left disbursed }} before: ladder(asOf: \"2019-12-31\") {{ needed assigned }} flags {{ kind }} \
         movements(first: 1) {{ totalCount pageInfo {{ hasNextPage endCursor }} nodes {{ number kind amount externalRef agency {{ code }} document {{ number }} }} }} }} }}"
    );
    let told = agency.graphql(&query, &json!({}))["budgetLine"].take();
    assert_eq!(
        told["ladder"],
        json!({"needed": 1_234_500_000, "assigned": 3_000_000_000_i64, "left": 3_000_000_000_i64, "disbursed": null})
    );
    assert_eq!(
        (&told["before"], &told["flags"][0]["kind"]),
        (&json!({"needed": null, "assigned": 3_000_000_000_i64}), &json!("UNSPENT_AFTER_CLOSING"))
    );
    let first = json!([{"number": 1, "kind": "NEED", "amount": 1_234_500_000, "externalRef": "NC-1", "agency": {"code": "so-tttt"}, "document": null}]);
    assert_eq!((&told["movements"]["nodes"], &told["movements"]["totalCount"]), (&first, &json!(2)));
    let next = query.replace("first: 1", &format!("after: \"{}\"", told["movements"]["pageInfo"]["endCursor"].as_str().expect("a cursor")));
    let next = agency.graphql(&next, &json!({}))["budgetLine"]["movements"]["nodes"].take();
    assert_eq!((&next[0]["number"], &next[0]["document"]["number"]), (&json!(2), &json!(DECISION)));
    // Another agency's line is not there; nobody in public may ask.
    let other = app.system_of("bao-hai-phong");
    assert_eq!(other.graphql(&query, &json!({}))["budgetLine"], Value::Null);
    assert_eq!(app.anonymous().graphql_code(&query), "UNAUTHENTICATED");
}

fn what_is_not_arranged_is_told_below_tasks(backend: Backend) {
    let (app, finance) = stage(backend);
    let of_task = line(&finance, &json!({}));
    recorded(
        &finance,
        &[movement(&of_task, "ASSIGNED", 1_000, "2019-12-25", &json!({})), movement(&of_task, "PAID", 250, "2020-05-01", &json!({}))],
    );
    let query = "{ tasks(filter: {programme: \"HP-1593-2013\"}, first: 50) { nodes { code budget(year: 2020) { arrangement label stateDisbursementPercent
      state { assigned disbursed settled } sources { source ladder { left } } } } } }";
    let told = app.anonymous().graphql(query, &json!({}))["tasks"]["nodes"].take();
    let (mut arranged, mut not) = (Vec::new(), 0);
    for task in told.as_array().expect("tasks") {
        if task["budget"]["arrangement"] == "ARRANGED" {
            arranged.push(task.clone());
        } else {
            not += 1;
            let nothing = json!({"arrangement": "NOT_ARRANGED", "label": "chưa bố trí", "stateDisbursementPercent": null,
                "state": {"assigned": null, "disbursed": null, "settled": null}, "sources": []});
            assert_eq!(task["budget"], nothing);
        }
    }
    let of_it = json!({"arrangement": "ARRANGED", "label": "đã bố trí", "stateDisbursementPercent": "25.00",
        "state": {"assigned": 1_000, "disbursed": 250, "settled": null}, "sources": [{"source": "STATE_PROVINCIAL", "ladder": {"left": 750}}]});
    assert_eq!((arranged, not), (vec![json!({"code": "I.1", "budget": of_it})], 18));
    let query = "{ programme(code: \"HP-1593-2013\") { of: budget(year: 2020) { state { assigned } } all: budget { state { assigned } }
      none: budget(year: 2019) { label } } agency(code: \"so-tttt\") { budget(asOf: \"2019-12-31\") { state { assigned disbursed } } } }";
    let told = app.anonymous().graphql(query, &json!({}));
    let assigned = json!({"state": {"assigned": 1_000}});
    assert_eq!(told["programme"], json!({"of": assigned, "all": assigned, "none": {"label": "chưa bố trí"}}));
    assert_eq!(told["agency"]["budget"]["state"], json!({"assigned": 1_000, "disbursed": null}));
    assert_eq!(
        read(&app.anonymous(), "ladders?by=AGENCY&asOf=2019-12-31")["items"][0]["ladders"]["state"]["assigned"],
        1_000,
        "as over REST"
    );
}

fn lists_of_lines_cost_the_same_however_many(backend: Backend) {
    let (app, finance) = stage(backend);
    let lines: Vec<String> = (0..12).map(|n| line(&finance, &json!({"title": format!("Dòng {n}")}))).collect();
    let needs: Vec<Value> = lines.iter().map(|of| movement(of, "NEED", 5, "2020-01-01", &json!({}))).collect();
    recorded(&finance, &needs);
    let query = "query($n: Int!) { budgetLines(first: $n) { totalCount nodes { title task { code budget(year: 2020) { label } } agency { code } ladder { needed }
      flags { kind } movements(first: 2) { totalCount nodes { amount document { number } } } } } }";
    let cost = |n: usize| {
        let (statements, data) = app.fewest_statements(|| finance.graphql(query, &json!({"n": n})));
        let nodes = data["budgetLines"]["nodes"].as_array().expect("nodes");
        assert_eq!((nodes.len(), &data["budgetLines"]["totalCount"]), (n, &json!(12)));
        assert!(nodes.iter().all(|node| node["ladder"]["needed"] == 5 && node["movements"]["nodes"][0]["document"]["number"] == DECISION));
        statements
    };
    let (two, twelve) = (cost(2), cost(12));
    assert_eq!(two, twelve);
    assert!(twelve <= 14, "{twelve} statements");
}

fn graphql_tells_of_years_and_of_what_waits_as_rest_does(backend: Backend) {
    let (app, finance) = stage(backend);
    let of_task = line(&finance, &json!({}));
    let one = |kind: &str, amount: i64, on: &str| movement(&of_task, kind, amount, on, &json!({}));
    recorded(
        &finance,
        &[
            one("NEED", 900, "2019-08-01"),
            one("ASSIGNED", 600, "2019-12-25"),
            one("PAID", 250, "2020-05-01"),
            one("SUPPLEMENTED", 50, "2020-09-01"),
        ],
    );
    let means = json!({"programme": "HP-1593-2013", "year": 2020, "source": "STATE_PROVINCIAL", "amount": 700, "on": "2019-11-01",
        "document": DECISION, "section": "Mục 4"});
    assert_eq!(post(&finance, "means", &means).status, 200);
    let public = app.anonymous();
    let query = "{ budgetMeans(programme: \"HP-1593-2013\", year: 2020) { programme { code } year state { needed able assigned shortOfNeed notYetAssigned }
      sources { source means { needed able } document { number } section } }
      budgetSettings { rules { fromYear booksClose { month day } allocationDays ageing } codes { level code } } }";
    let (statements, told) = app.fewest_statements(|| public.graphql(query, &json!({})));
    assert!(statements <= 8, "{statements} statements");
    let state = json!({"needed": 900, "able": 700, "assigned": 650, "shortOfNeed": 250, "notYetAssigned": 50});
    let source =
        json!({"source": "STATE_PROVINCIAL", "means": {"needed": 900, "able": 700}, "document": {"number": DECISION}, "section": "Mục 4"});
    assert_eq!(told["budgetMeans"], json!([{"programme": {"code": "HP-1593-2013"}, "year": 2020, "state": state, "sources": [source]}]));
    let rules = json!({"fromYear": null, "booksClose": {"month": 1, "day": 31}, "allocationDays": 10, "ageing": [30, 90, 180, 365]});
    assert_eq!(told["budgetSettings"], json!({"rules": [rules], "codes": []}));
    let query =
        "{ unallocatedSupplements(asOf: \"2020-09-17\") { totalCount nodes { line { id agency { code } } movement open dueOn isOverdue } }
      unsettledMoney(filter: {agency: \"so-tttt\"}, asOf: \"2020-06-30\") { totalCount asOf ages { fromDays toDays amount }
        nodes { line { id } unsettled ages { amount } } } }";
    let told = finance.graphql(query, &json!({}));
    let rest = read(&finance, "unallocated?asOf=2020-09-17")["items"][0].take();
    let waiting = json!({"line": {"id": of_task, "agency": {"code": "so-tttt"}}, "movement": rest["movement"], "open": 50,
        "dueOn": rest["dueOn"], "isOverdue": true});
    assert_eq!(told["unallocatedSupplements"], json!({"totalCount": 1, "nodes": [waiting]}));
    let unsettled = &told["unsettledMoney"];
    assert_eq!(
        (&unsettled["totalCount"], &unsettled["asOf"], &unsettled["nodes"][0]["unsettled"]),
        (&json!(1), &json!("2020-06-30"), &json!(250))
    );
    assert_eq!(unsettled["ages"][1], json!({"fromDays": 31, "toDays": 90, "amount": 250}));
    assert_eq!((&unsettled["ages"][0]["amount"], &unsettled["nodes"][0]["line"]["id"]), (&Value::Null, &json!(of_task)));
    // What is a line's is for those who may know of it.
    let other = app.system_of("bao-hai-phong").graphql(query, &json!({}));
    assert_eq!((&other["unallocatedSupplements"]["totalCount"], &other["unsettledMoney"]["totalCount"]), (&json!(0), &json!(0)));
    assert_eq!(public.graphql_code("{ unsettledMoney { totalCount } }"), "UNAUTHENTICATED");
    assert_eq!(public.graphql_code("{ unallocatedSupplements { totalCount } }"), "UNAUTHENTICATED");
    let cost = || app.fewest_statements(|| finance.graphql(query, &json!({}))).0;
    let few = cost();
    for n in 0..6 {
        let more = line(&finance, &json!({"title": format!("Dòng {n}")}));
        let of = |kind: &str, amount: i64, on: &str| movement(&more, kind, amount, on, &json!({}));
        recorded(&finance, &[of("SUPPLEMENTED", 9, "2020-04-01"), of("PAID", 4, "2020-05-01")]);
    }
    assert_eq!(few, cost(), "statements");
}

fn lines_and_movements_are_found_by_identifier_alone(backend: Backend) {
    let (app, finance) = stage(backend);
    let of_task = line(&finance, &json!({}));
    let need = recorded(&finance, &[movement(&of_task, "NEED", 5, "2020-01-01", &json!({}))]).remove(0);
    let query = "query($id: ID!) { node(id: $id) { __typename id ... on BudgetLine { year source } ... on BudgetMovement { kind amount number } } }";
    let found = |client: &Client, id: &str| client.graphql(query, &json!({ "id": id }))["node"].take();
    let own = app.system_of("so-tttt");
    for client in [&finance, &own] {
        assert_eq!(found(client, &of_task), json!({"__typename": "BudgetLine", "id": of_task, "year": 2020, "source": "STATE_PROVINCIAL"}));
        assert_eq!(found(client, &need), json!({"__typename": "BudgetMovement", "id": need, "kind": "NEED", "amount": 5, "number": 1}));
    }
    for client in [&app.anonymous(), &app.system_of("bao-hai-phong")] {
        assert_eq!((found(client, &of_task), found(client, &need)), (Value::Null, Value::Null));
    }
    let tried = app.person(None, Role::Auditor).get("/api/v1/admin/audit?operation=node&refused=true").json();
    assert_eq!(tried["items"].as_array().map(Vec::len), Some(4), "whoever asked for what is not theirs is in the log");
}
