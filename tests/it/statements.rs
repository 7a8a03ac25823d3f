//! The number of SQL statements does not grow with the rows.

use std::{sync::atomic::Ordering, time::Duration};

use app::{App, View, import::ImportOptions};
use serde_json::json;
use testkit::{
    Backend, TestApp,
    app::{operator, use_cases, wait},
    both,
    database::execute,
    seed,
};

both!(
    a_page_of_tasks_costs_the_same_however_long,
    the_first_request_costs_no_more_than_others,
    the_catalogue_is_read_before_the_first_request,
    nested_lists_cost_the_same_however_many,
);

/// Statements that read the whole catalogue after it has changed.
const CATALOGUE: u64 = 32;

const TASKS: &str = "query($n: Int!) { tasks(first: $n, filter: {programme: \"TEST-2020\"}) { totalCount nodes { code name
  group { code name } leadAgencies { code name } coordinatingAgencies { code name } } pageInfo { hasNextPage } } }";

fn a_page_of_tasks_costs_the_same_however_long(backend: Backend) {
    let app = TestApp::start(backend);
    app.import(&seed::made_up(60), ImportOptions::default()).expect("an import");
    let client = app.anonymous();
    let cost = |n: usize| {
        let (statements, data) = app.fewest_statements(|| client.graphql(TASKS, &json!({"n": n})));
        let nodes = data["tasks"]["nodes"].as_array().expect("nodes");
        assert_eq!((nodes.len(), &data["tasks"]["totalCount"]), (n, &json!(60)));
        assert!(nodes.iter().all(|task| task["coordinatingAgencies"].as_array().unwrap().len() == 3));
        statements
    };
    cost(1); // reads the changed catalogue into memory
    let (five, fifty) = (cost(5), cost(50));
    assert_eq!(five, fifty);
    assert!(fifty <= 6, "{fifty} statements");
}

fn the_first_request_costs_no_more_than_others(backend: Backend) {
    let app = TestApp::start(backend);
    quiet(&app);
    let query = TASKS.replace("TEST-2020", "HP-1593-2013");
    let ask = || app.statements(|| app.anonymous().graphql(&query, &json!({"n": 5}))).0;
    let (first, second) = (ask(), ask());
    assert_eq!(first, second);
    assert!(first <= 6, "{first} statements");
    // After a change of the catalogue one request reads it again, at a cost that does not grow with what is in it.
    app.import(&seed::made_up(60), ImportOptions::default()).expect("an import");
    ask(); // what the import read of it is kept
    execute(&app.database, "UPDATE catalogue_stamp SET stamp = 7");
    let (changed, again) = (ask(), ask());
    assert_eq!((changed - first, again), (CATALOGUE, first));
}

fn the_catalogue_is_read_before_the_first_request(backend: Backend) {
    let app = TestApp::start(backend);
    quiet(&app);
    let cost = |use_cases: &App| {
        let view = View::new(use_cases, operator());
        app.statements(|| wait(async { view.catalogue().await.map(drop).expect("a catalogue") })).0
    };
    let (cold, warm) = (use_cases(&app.db, &app.clock), use_cases(&app.db, &app.clock));
    wait(warm.warm()).expect("a catalogue");
    assert_eq!((cost(&cold), cost(&warm)), (CATALOGUE + 1, 1), "the stamp is looked at every time");
    assert_eq!(cost(&app.app), 1, "whoever serves has read it");
}

/// Waits until what a server does by itself when it starts is done.
pub fn quiet(app: &TestApp) {
    let sent = || app.database.statements.load(Ordering::Relaxed);
    let (mut before, mut still) = (sent(), 0);
    while still < 5 {
        std::thread::sleep(Duration::from_millis(100));
        still = if sent() == before { still + 1 } else { 0 };
        before = sent();
    }
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
    let cost = |n: usize| app.fewest_statements(|| press.graphql(NESTED, &json!({"n": n})));
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
