//! The number of SQL statements does not grow with the rows.

use app::import::ImportOptions;
use serde_json::json;
use testkit::{Backend, TestApp, both, seed};

both!(a_page_of_tasks_costs_the_same_however_long, nested_lists_cost_the_same_however_many);

const TASKS: &str = "query($n: Int!) { tasks(first: $n, filter: {programme: \"TEST-2020\"}) { totalCount nodes { code name
  group { code name } leadAgencies { code name } coordinatingAgencies { code name } } pageInfo { hasNextPage } } }";

fn a_page_of_tasks_costs_the_same_however_long(backend: Backend) {
    let app = TestApp::start(backend);
    app.import(&seed::made_up(60), ImportOptions::default()).expect("an import");
    let client = app.anonymous();
    let cost = |n: usize| {
        let (statements, data) = app.statements(|| client.graphql(TASKS, &json!({"n": n})));
        let nodes = data["tasks"]["nodes"].as_array().expect("nodes");
        assert_eq!((nodes.len(), &data["tasks"]["totalCount"]), (n, &json!(60)));
        assert!(nodes.iter().all(|task| task["coordinatingAgencies"].as_array().unwrap().len() == 3));
        statements
    };
    cost(1); // reads the catalogue into memory
    let (five, fifty) = (cost(5), cost(50));
    assert_eq!(five, fifty);
    assert!(fifty <= 6, "{fifty} statements");
}

fn nested_lists_cost_the_same_however_many(backend: Backend) {
    const NESTED: &str = "query($n: Int!) { tasks(first: $n) { nodes { name(lang: EN) occurrences { year } knownIssues { location }
      citations { section document { number relations { document { title } } } } programme { objectives { code citations { quote } } }
      assignments { agency { name(lang: EN) parent { code } members { agency { code } } } basis { issuer { code } } }
      reports(first: 2) { totalCount nodes { narrative task { code } } } } } }";
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    for (i, task) in ["V.2", "I.5", "I.4", "V.2", "V.2"].iter().enumerate() {
        let body = json!({"programme": "HP-1593-2013", "task": task, "year": 2014, "percent": 1, "narrative": "x"});
        assert_eq!(press.push(&format!("k{i}"), &body).status, 201);
    }
    let cost = |n: usize| app.statements(|| press.graphql(NESTED, &json!({"n": n})));
    cost(1);
    let (few, _) = cost(5);
    let (many, data) = cost(19);
    assert_eq!(few, many);
    let reports: Vec<(i64, usize)> = data["tasks"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|task| (task["reports"]["totalCount"].as_i64().unwrap(), task["reports"]["nodes"].as_array().unwrap().len()))
        .collect();
    assert_eq!(reports.iter().map(|r| r.0).sum::<i64>(), 5);
    assert!(reports.contains(&(3, 2)), "three reports on V.2, two on the page: {reports:?}");
}
