//! What agencies owe: made once and counted, seen by whom it concerns, excluded and put back.

use app::import::ImportOptions;
use domain::account::Role;
use serde_json::{Value, json};
use testkit::{
    Backend, Client, Reply, TestApp, both,
    database::{execute, rows},
    seed,
};

both!(
    the_decisions_obligations_are_made_once_and_counted,
    nodes_side_by_side_make_each_obligation_once,
    a_period_keeps_the_rule_in_force_when_it_was_due,
    periods_to_come_are_made_three_months_ahead,
    a_collective_owes_through_its_members_of_that_day,
    a_member_that_left_before_the_period_ended_owes_nothing_for_it,
    collectives_without_members_are_counted,
    an_unknown_due_day_is_filled_in_when_its_year_is_known,
    an_agency_sees_what_it_owes_and_nothing_else,
    an_obligation_tells_by_when_and_in_what_form,
    filters_hold_together,
    pages_run_by_due_day_with_the_unknown_last,
    states_are_those_of_the_day_asked_for,
    an_excluded_obligation_leaves_the_count_and_can_return,
    excluding_is_for_the_standing_agency_and_never_its_own,
    statements_do_not_grow_with_the_rows,
);

const APPLY: ImportOptions = ImportOptions { dry_run: false, apply_changes: true };

/// With the files that ship, and every obligation made.
pub fn start(backend: Backend) -> TestApp {
    let app = TestApp::start(backend);
    for file in [seed::working_days(), seed::regimes_1593()] {
        app.import_calendar(&file, ImportOptions::default()).expect("an import");
    }
    app.generate();
    app
}

pub fn standing(app: &TestApp) -> Client {
    app.person(Some("so-tttt"), Role::Standing)
}

pub fn total(client: &Client, filter: &Value) -> i64 {
    let data = client.graphql("query($f: ObligationFilter) { obligations(filter: $f) { totalCount } }", &json!({"f": filter}));
    data["obligations"]["totalCount"].as_i64().expect("a total")
}

pub fn list(client: &Client, query: &str) -> Vec<Value> {
    let reply = client.get(&format!("/api/v1/obligations?limit=200{query}"));
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.json()["items"].as_array().expect("items").clone()
}

fn act(client: &Client, id: &Value, verb: &str, reason: &str) -> Reply {
    let path = format!("/api/v1/obligations/{}/{verb}", id.as_str().expect("an id"));
    client.send("POST", &path, &[("content-type", "application/json")], json!({ "reason": reason }).to_string().as_bytes())
}

fn the_decisions_obligations_are_made_once_and_counted(backend: Backend) {
    let app = TestApp::start(backend);
    assert_eq!(app.generate().made, 0, "without a regime nothing is owed");
    for file in [seed::working_days(), seed::regimes_1593()] {
        app.import_calendar(&file, ImportOptions::default()).expect("an import");
    }
    let first = app.generate();
    assert_eq!((first.made, first.dated), (204, 0));
    let again = app.generate();
    assert_eq!((again.made, again.dated), (0, 0));
    let followers = standing(&app);
    // Of 117 task-years each lead owes one: seven departments for I.2, two press agencies for I.5, several leads for I.3, V.2, V.3.
    assert_eq!(total(&followers, &json!({"regime": "HP-1593-NAM"})), 196);
    assert_eq!(total(&followers, &json!({"regime": "HP-1593-TTTT-NAM"})), 8);
    assert_eq!(total(&followers, &json!({"programme": "HP-1593-2013", "task": "I.2"})), 56);
    let years: Vec<i64> = (2012..=2021).map(|year| total(&followers, &json!({"regime": "HP-1593-NAM", "year": year}))).collect();
    assert_eq!(years, [0, 31, 31, 29, 21, 21, 21, 21, 21, 0].map(|n: i64| n), "annual tasks: 2013 to 2020 and no other year");
}

fn nodes_side_by_side_make_each_obligation_once(backend: Backend) {
    let app = TestApp::start(backend);
    for file in [seed::working_days(), seed::regimes_1593()] {
        app.import_calendar(&file, ImportOptions::default()).expect("an import");
    }
    let made: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| app.generate().made)).collect();
        threads.into_iter().map(|thread| thread.join().expect("a thread")).sum()
    });
    assert_eq!(made, 204, "together, no more than there are");
    assert_eq!(total(&standing(&app), &json!({})), 204);
}

fn a_period_keeps_the_rule_in_force_when_it_was_due(backend: Backend) {
    let app = start(backend);
    let client = standing(&app);
    let of = |year: i32| {
        let found = list(&client, &format!("&regime=HP-1593-NAM&programme=HP-1593-2013&task=I.4&year={year}"));
        assert_eq!(found.len(), 1);
        ["windowFrom", "cutOff", "dueOn"].map(|field| found[0][field].as_str().expect("a day").to_owned())
    };
    assert_eq!(of(2013), ["2013-01-01", "2013-12-31", "2014-01-15"]);
    assert_eq!(of(2018), ["2018-01-01", "2018-12-31", "2019-01-15"]);
    assert_eq!(of(2019), ["2018-12-15", "2019-12-14", "2019-12-18"]);
    let sector = list(&client, "&regime=HP-1593-TTTT-NAM&year=2016");
    assert_eq!(
        (&sector[0]["dueOn"], &sector[0]["isEstimate"], &sector[0]["receiver"]),
        (&json!("2016-11-25"), &json!(true), &json!("bcd-ttdn"))
    );
}

/// A quarterly regime of the made-up programme, about tasks.
fn quarterly() -> Value {
    let mut file = seed::regimes_1593();
    let mut regime = file["regimes"][1].clone();
    for (field, value) in
        [("code", json!("TEST-QUY")), ("programme", json!(seed::MADE_UP)), ("frequency", json!("QUARTER")), ("receiver", json!("test-0"))]
    {
        regime[field] = value;
    }
    file["regimes"] = json!([regime]);
    file
}

/// A made-up programme of the years around the test's clock.
fn running(tasks: usize) -> Value {
    let mut file = seed::made_up(tasks);
    (file["programme"]["start_year"], file["programme"]["end_year"]) = (json!(2025), json!(2027));
    for task in file["tasks"].as_array_mut().expect("tasks") {
        let period = &mut task["period"];
        (period["start_year"], period["end_year"], period["years"]) = (json!(2025), json!(2027), json!([2025, 2026, 2027]));
    }
    file
}

fn periods_to_come_are_made_three_months_ahead(backend: Backend) {
    let app = TestApp::start(backend);
    app.import(&running(1), ImportOptions::default()).expect("an import");
    app.import_calendar(&seed::working_days(), ImportOptions::default()).expect("an import");
    app.import_calendar(&quarterly(), ImportOptions::default()).expect("an import");
    // It is 15 January 2026: the second quarter begins on 15 March, the third on 15 June.
    assert_eq!(app.generate().made, 6);
    let client = standing(&app);
    let periods =
        |client: &Client| list(client, "&regime=TEST-QUY").iter().map(|o| o["period"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(periods(&client), ["2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2"]);
    app.clock.advance(chrono::TimeDelta::days(55));
    assert_eq!(app.generate().made, 0, "96 days before it begins");
    app.clock.advance(chrono::TimeDelta::days(1));
    assert_eq!(app.generate().made, 1);
    assert_eq!(periods(&standing(&app)).last().map(String::as_str), Some("2026-Q3"));
}

fn a_collective_owes_through_its_members_of_that_day(backend: Backend) {
    let app = TestApp::start(backend);
    // From 2016 on the radio is no longer on the roll of the press agencies.
    execute(
        &app.database,
        "UPDATE agency_members SET valid_to = '2016-01-01' WHERE collective_id = (SELECT id FROM agencies WHERE code = 'cac-co-quan-bao-chi-hai-phong')
         AND member_id = (SELECT id FROM agencies WHERE code = 'dai-ptth-hai-phong')",
    );
    for file in [seed::working_days(), seed::regimes_1593()] {
        app.import_calendar(&file, ImportOptions::default()).expect("an import");
    }
    app.generate();
    let owed = |year: i32| {
        let found = list(&standing(&app), &format!("&programme=HP-1593-2013&task=I.5&year={year}"));
        let mut told: Vec<String> = found.iter().map(|o| format!("{} through {}", o["agency"], o["through"]).replace('"', "")).collect();
        told.sort();
        told
    };
    let (paper, radio) =
        ("bao-hai-phong through cac-co-quan-bao-chi-hai-phong", "dai-ptth-hai-phong through cac-co-quan-bao-chi-hai-phong");
    assert_eq!(owed(2014), [paper, radio]);
    assert_eq!(owed(2015), [paper, radio], "on the last day of 2015 it was");
    assert_eq!(owed(2016), [paper]);
}

/// Ends the radio's part in the press agencies, as another decision would.
fn leaves(app: &TestApp, day: &str, stamp: i64) {
    execute(
        &app.database,
        &format!(
            "UPDATE agency_members SET valid_to = '{day}' WHERE collective_id = (SELECT id FROM agencies WHERE code = 'cac-co-quan-bao-chi-hai-phong')
             AND member_id = (SELECT id FROM agencies WHERE code = 'dai-ptth-hai-phong');
             UPDATE catalogue_stamp SET stamp = {stamp};"
        ),
    );
}

fn a_member_that_left_before_the_period_ended_owes_nothing_for_it(backend: Backend) {
    let app = start(backend);
    let (radio, client) = (app.system_of("dai-ptth-hai-phong"), standing(&app));
    let owed = || {
        let found = list(&client, "&programme=HP-1593-2013&task=I.5&agency=dai-ptth-hai-phong");
        found.iter().map(|o| o["year"].as_i64().expect("a year")).collect::<Vec<_>>()
    };
    assert_eq!(owed(), (2013..=2020).collect::<Vec<_>>());
    let all = total(&client, &json!({}));
    let of = |year: i64| list(&client, &format!("&programme=HP-1593-2013&task=I.5&agency=dai-ptth-hai-phong&year={year}")).remove(0);
    // What somebody has acted on stays: a report, even one being written, an exclusion, an urging letter.
    let report = |year: i32| json!({"programme": "HP-1593-2013", "task": "I.5", "year": year, "percent": 40, "narrative": "Đã làm."});
    assert_eq!(radio.push("k", &report(2017)).status, 201);
    assert_eq!(act(&client, &of(2018)["id"], "exclude", "Đã chuyển chức năng.").status, 200);
    let urge = format!("/api/v1/obligations/{}/urge", of(2019)["id"].as_str().expect("an id"));
    let headers = [("content-type", "application/json"), ("idempotency-key", "u")];
    assert!(client.send("POST", &urge, &headers, json!({"text": "Đề nghị gửi."}).to_string().as_bytes()).status < 300);
    let gone = [of(2016)["id"].clone(), of(2020)["id"].clone()];
    // On the last day of 2015 it was on the roll still: those years are missed, and stay so.
    leaves(&app, "2016-01-01", 1_000_001);
    let made = app.generate();
    assert_eq!((made.made, made.dated, made.withdrawn), (0, 0, 2));
    assert_eq!(owed(), [2013, 2014, 2015, 2017, 2018, 2019]);
    assert_eq!((of(2015)["state"].clone(), total(&client, &json!({}))), (json!("OVERDUE"), all - 2), "no other one goes");
    assert_eq!(app.generate().withdrawn, 0);
    let items = client.get("/api/v1/changes?limit=200").json()["items"].take();
    let mut told: Vec<Value> =
        items.as_array().expect("items").iter().filter(|item| item["kind"] == "OBLIGATION_WITHDRAWN").cloned().collect();
    told.sort_by_key(|item| item["seq"].as_i64());
    assert_eq!(told.iter().map(|item| item["subjectId"].clone()).collect::<Vec<_>>(), gone);
    assert_eq!((&told[0]["agency"], &told[0]["body"]), (&json!("dai-ptth-hai-phong"), &json!({"regime": "HP-1593-NAM", "period": "2016"})));
    // Back on the roll it owes them anew.
    leaves(&app, "2021-01-01", 1_000_002);
    let made = app.generate();
    assert_eq!((made.made, made.withdrawn), (2, 0));
    // What it leads in its own name it owes whatever rolls say.
    assert_eq!(list(&client, "&programme=HP-1593-2013&task=V.2&agency=dai-ptth-hai-phong").len(), 3);
}

fn collectives_without_members_are_counted(backend: Backend) {
    let app = start(backend);
    let mut file = seed::regimes_1593();
    file["regimes"][0]["obligedRoles"] = json!("ALL");
    file["regimes"][1]["obligedRoles"] = json!("ALL");
    app.import_calendar(&file, APPLY).expect("an import");
    let generated = app.generate();
    // "Các cơ quan, đơn vị liên quan" of I.3 and "Các cơ quan Trung ương và địa phương liên quan" of I.6, each for eight years.
    assert_eq!(generated.without_members, 16);
    let client = standing(&app);
    // II.1 is coordinated through a collective of collectives: seven departments, the office and two districts; one of them leads.
    let of_task = list(&client, "&programme=HP-1593-2013&task=II.1&year=2016");
    assert_eq!(of_task.len(), 10, "each once");
    assert_eq!(
        of_task.iter().filter(|o| o["agency"] == "so-tttt" && o["through"].is_null()).count(),
        1,
        "who is named owes in its own name"
    );
    assert_eq!(app.generate().made, 0);
}

fn an_unknown_due_day_is_filled_in_when_its_year_is_known(backend: Backend) {
    let app = TestApp::start(backend);
    app.import_calendar(&seed::regimes_1593(), ImportOptions::default()).expect("an import");
    assert_eq!(app.generate().made, 204);
    let client = standing(&app);
    let unknown = list(&client, "&state=CALENDAR_UNKNOWN");
    assert_eq!(unknown.len(), 42, "those of 2019 and 2020 roll over days off");
    assert!(unknown.iter().all(|o| o["dueOn"].is_null() && o["unknownYear"] == o["year"] && o["state"] == "CALENDAR_UNKNOWN"));
    let known: Vec<Value> = list(&client, "&year=2018");
    let mut days = seed::working_days();
    days["workingYears"].as_array_mut().unwrap().retain(|year| year["year"] == 2019);
    app.import_calendar(&days, ImportOptions::default()).expect("an import");
    let generated = app.generate();
    assert_eq!((generated.made, generated.dated), (0, 21));
    assert_eq!(total(&client, &json!({"state": "CALENDAR_UNKNOWN"})), 21);
    assert!(list(&client, "&regime=HP-1593-NAM&year=2019").iter().all(|o| o["dueOn"] == "2019-12-18" && o["unknownYear"].is_null()));
    assert_eq!(list(&client, "&year=2018"), known, "what was known stays");
    assert_eq!(app.generate().dated, 0);
}

fn an_agency_sees_what_it_owes_and_nothing_else(backend: Backend) {
    let app = start(backend);
    let press = app.system_of("bao-hai-phong");
    // I.5 in eight years through a collective, V.2 in three by name.
    let own = list(&press, "");
    assert_eq!((own.len(), total(&press, &json!({}))), (11, 11));
    assert!(own.iter().all(|o| o["agency"] == "bao-hai-phong"));
    assert_eq!(own.iter().filter(|o| o["through"] == "cac-co-quan-bao-chi-hai-phong").count(), 8);
    assert_eq!(list(&press, "&agency=dai-ptth-hai-phong"), Vec::<Value>::new());
    let other = list(&standing(&app), "&agency=dai-ptth-hai-phong")[0]["id"].clone();
    let node =
        |client: &Client, id: &Value| client.graphql("query($id: ID!) { node(id: $id) { id } }", &json!({"id": id}))["node"]["id"].clone();
    let path = |id: &Value| format!("/api/v1/obligations/{}", id.as_str().unwrap());
    assert_eq!((press.get(&path(&other)).status, node(&press, &other)), (404, Value::Null));
    assert_eq!((press.get(&path(&own[0]["id"])).json(), node(&press, &own[0]["id"])), (own[0].clone(), own[0]["id"].clone()));
    let nobody = app.anonymous();
    assert_eq!(
        (nobody.get("/api/v1/obligations").code(), nobody.get(&path(&other)).code()),
        ("UNAUTHENTICATED".into(), "UNAUTHENTICATED".into())
    );
    assert_eq!((nobody.graphql_code("{ obligations { totalCount } }"), node(&nobody, &other)), ("UNAUTHENTICATED".into(), Value::Null));
}

fn an_obligation_tells_by_when_and_in_what_form(backend: Backend) {
    let app = start(backend);
    let press = app.system_of("bao-hai-phong");
    let owed = list(&press, "&programme=HP-1593-2013&task=V.2&year=2014").remove(0);
    let file = seed::regimes_1593();
    for (field, wanted) in [
        ("regime", json!("HP-1593-NAM")),
        ("regimeName", file["regimes"][0]["name"].clone()),
        ("programme", json!("HP-1593-2013")),
        ("task", json!("V.2")),
        ("period", json!("2014")),
        ("dueOn", json!("2015-01-15")),
        ("receiver", json!("so-tttt")),
        ("state", json!("OVERDUE")),
        ("outline", file["regimes"][0]["outline"].clone()),
    ] {
        assert_eq!(owed[field], wanted, "{field}");
    }
    assert_eq!(owed["form"][0]["options"], file["regimes"][0]["form"]["fields"][0]["options"]);
    let query = "query($f: ObligationFilter, $day: NaiveDate) { obligations(filter: $f, asOf: $day) { nodes { id state dueOn period
      task { code } agency { code } programme { code } regime { code form { code type } outline { code } } } } }";
    let filter = json!({"programme": "HP-1593-2013", "task": "V.2", "year": 2014});
    let data = press.graphql(query, &json!({"f": filter, "day": "2015-01-15"}));
    let node = &data["obligations"]["nodes"][0];
    assert_eq!((&node["id"], &node["state"], &node["task"]["code"]), (&owed["id"], &json!("OPEN"), &json!("V.2")));
    assert_eq!(node["regime"]["form"][1], json!({"code": "ty_le", "type": "DECIMAL"}));
}

fn filters_hold_together(backend: Backend) {
    let app = start(backend);
    let client = standing(&app);
    assert_eq!(list(&client, "&dueBefore=2015-01-15&regime=HP-1593-NAM").len(), 31, "the day itself is not before");
    assert_eq!(list(&client, "&dueBefore=2015-01-16&regime=HP-1593-NAM").len(), 62);
    assert_eq!(list(&client, "&period=2016&agency=so-ngoai-vu").len(), 2, "I.2 through a collective and I.3");
    assert_eq!(list(&client, "&programme=HP-0").len() + list(&client, "&agency=x").len() + list(&client, "&regime=x").len(), 0);
    let refused = |query: &str| client.get(&format!("/api/v1/obligations?{query}")).code();
    assert_eq!(
        (refused("task=I.2"), refused("state=LATE"), refused("asOf=2019-02-30")),
        ("QUERY_INVALID".into(), "QUERY_INVALID".into(), "QUERY_INVALID".into())
    );
}

fn pages_run_by_due_day_with_the_unknown_last(backend: Backend) {
    let app = TestApp::start(backend);
    app.import_calendar(&seed::regimes_1593(), ImportOptions::default()).expect("an import");
    app.generate();
    let client = standing(&app);
    let mut seen: Vec<(Option<String>, String)> = Vec::new();
    let mut after = String::new();
    loop {
        let page = client.get(&format!("/api/v1/obligations?limit=50{after}")).json();
        let item = |o: &Value| (o["dueOn"].as_str().map(str::to_owned), o["id"].as_str().unwrap().to_owned());
        seen.extend(page["items"].as_array().unwrap().iter().map(item));
        if page["hasNext"] == false {
            break;
        }
        after = format!("&after={}", page["endCursor"].as_str().unwrap());
    }
    assert_eq!(seen.len(), 204);
    let mut sorted = seen.clone();
    sorted.sort_by_key(|(due, id)| (due.clone().unwrap_or_else(|| "9999".into()), id.clone()));
    assert_eq!(seen, sorted);
    assert!(seen[203].0.is_none() && seen[0].0.is_some());
    let back = client.graphql("{ obligations(last: 3) { nodes { id } pageInfo { hasPreviousPage startCursor } } }", &json!({}));
    let ids: Vec<&str> = back["obligations"]["nodes"].as_array().unwrap().iter().map(|o| o["id"].as_str().unwrap()).collect();
    assert_eq!(ids, [201, 202, 203].map(|i| seen[i].1.as_str()));
    let elsewhere = client.get(&format!("/api/v1/obligations?year=2014{after}"));
    assert_eq!(elsewhere.code(), "CURSOR_INVALID", "a cursor belongs to its list");
}

const STATES: [&str; 6] = ["OPEN", "OVERDUE", "FULFILLED_ON_TIME", "FULFILLED_LATE", "EXCLUDED", "CALENDAR_UNKNOWN"];

/// How many there are in each state as of a day; what is listed under a state is in it.
fn by_state(client: &Client, as_of: &str) -> Vec<usize> {
    let counts: Vec<usize> = STATES
        .iter()
        .map(|state| {
            let found = list(client, &format!("&regime=HP-1593-TTTT-NAM&asOf={as_of}&state={state}"));
            assert!(found.iter().all(|o| o["state"] == *state), "{state} {as_of}");
            found.len()
        })
        .collect();
    assert_eq!(counts.iter().sum::<usize>(), 8, "parts sum to the total");
    counts
}

fn states_are_those_of_the_day_asked_for(backend: Backend) {
    let app = start(backend);
    let client = standing(&app);
    assert_eq!(by_state(&client, "2013-11-25"), [8, 0, 0, 0, 0, 0]);
    assert_eq!(by_state(&client, "2013-11-26"), [7, 1, 0, 0, 0, 0]);
    assert_eq!(by_state(&client, "2020-11-26"), [0, 8, 0, 0, 0, 0]);
    let count = client.graphql("{ obligations(asOf: \"2013-11-26\", filter: {state: OVERDUE}) { totalCount } }", &json!({}));
    assert_eq!(count["obligations"]["totalCount"], 1);
}

fn an_excluded_obligation_leaves_the_count_and_can_return(backend: Backend) {
    let app = start(backend);
    let client = standing(&app);
    let id = list(&client, "&agency=so-ngoai-vu&year=2016")[0]["id"].clone();
    let owed = |client: &Client| {
        let all = list(client, "&agency=so-ngoai-vu&year=2016");
        all.iter().filter(|o| o["state"] != "EXCLUDED").count()
    };
    assert_eq!(owed(&client), 2);
    assert_eq!(act(&client, &id, "exclude", " ").faults(), [("/reason".to_owned(), "PATTERN_MISMATCH".to_owned())]);
    let done = act(&client, &id, "exclude", "Đã sáp nhập.");
    assert_eq!((done.status, &done.json()["state"]), (200, &json!("EXCLUDED")), "{}", done.body);
    assert_eq!((act(&client, &id, "exclude", "lần nữa").code(), owed(&client)), ("ALREADY_EXISTS".into(), 1));
    // Yesterday it was still owed.
    let yesterday = (app.now() - chrono::TimeDelta::days(1)).format("%Y-%m-%d").to_string();
    let state = |client: &Client, as_of: &str| {
        list(client, &format!("&agency=so-ngoai-vu&year=2016&asOf={as_of}")).iter().find(|o| o["id"] == id).unwrap()["state"].clone()
    };
    assert_eq!(state(&client, &yesterday), "OVERDUE");
    assert_eq!(list(&client, &format!("&agency=so-ngoai-vu&state=EXCLUDED&asOf={yesterday}")).len(), 0);
    app.clock.advance(chrono::TimeDelta::days(3));
    let client = standing(&app);
    let mutation = "mutation($id: ID!) { includeObligation(id: $id, reason: \"Nhầm đơn vị\") { obligation { state } problem { code } } }";
    let back = client.graphql(mutation, &json!({ "id": id }));
    assert_eq!(back["includeObligation"], json!({"obligation": {"state": "OVERDUE"}, "problem": null}));
    assert_eq!(client.graphql(mutation, &json!({ "id": id }))["includeObligation"]["problem"]["code"], "ALREADY_EXISTS");
    assert_eq!(owed(&client), 2);
    let between = (app.now() - chrono::TimeDelta::days(1)).format("%Y-%m-%d").to_string();
    assert_eq!(state(&client, &between), "EXCLUDED", "in between it was not");
    assert_eq!(list(&client, &format!("&agency=so-ngoai-vu&state=EXCLUDED&asOf={between}")).len(), 1);
    let kept = rows(&app.database, "SELECT reason AS line FROM obligation_exclusions ORDER BY id");
    assert_eq!(kept, ["Đã sáp nhập.", "Nhầm đơn vị"]);
    let events = rows(&app.database, "SELECT kind AS line FROM events ORDER BY position");
    assert_eq!(events, ["OBLIGATION_EXCLUDED", "OBLIGATION_INCLUDED"]);
    let audited = rows(&app.database, "SELECT operation AS line FROM audit_entries WHERE subject = 'obligation' ORDER BY at");
    assert_eq!(audited, ["exclude_obligation", "include_obligation"]);
    assert_eq!(app.generate().made, 0, "an excluded one is not made anew");
}

fn excluding_is_for_the_standing_agency_and_never_its_own(backend: Backend) {
    let app = start(backend);
    let (client, press) = (standing(&app), app.system_of("bao-hai-phong"));
    let own = list(&client, "&agency=so-tttt&year=2016")[0]["id"].clone();
    let other = list(&client, "&agency=bao-hai-phong&year=2016")[0]["id"].clone();
    assert_eq!(act(&client, &own, "exclude", "x").code(), "OWN_MATTER");
    for refused in [press, app.person(None, Role::Admin), app.person(None, Role::Committee)] {
        assert_eq!(act(&refused, &other, "exclude", "x").code(), "FORBIDDEN");
    }
    assert_eq!(act(&client, &json!("0199b2a0-0000-7000-8000-000000000001"), "exclude", "x").code(), "NOT_FOUND");
    assert_eq!(total(&client, &json!({"state": "EXCLUDED"})), 0);
}

fn statements_do_not_grow_with_the_rows(backend: Backend) {
    let app = start(backend);
    let client = standing(&app);
    let listed = |n: usize| {
        app.fewest_statements(|| {
            client.get(&format!("/api/v1/obligations?limit={n}&asOf=2015-01-01")).json()["items"].as_array().unwrap().len()
        })
    };
    let graphql = |n: usize| {
        let query = "query($n: Int!) { obligations(first: $n) { totalCount nodes { agency { code } through { code } task { code } regime { code } } } }";
        app.fewest_statements(|| client.graphql(query, &json!({ "n": n })))
    };
    listed(1);
    graphql(1);
    let ((few, five), (many, fifty)) = (listed(5), listed(50));
    assert_eq!((five, fifty, few), (5, 50, many));
    assert_eq!(graphql(5).0, graphql(50).0);
    app.import_calendar(&quarterly_for_all(), ImportOptions::default()).expect("an import");
    let made = |tasks: usize| {
        app.import(&running(tasks), APPLY).expect("an import");
        app.generate();
        execute(&app.database, "DELETE FROM obligations WHERE regime_code = 'TEST-QUY'");
        app.statements(|| app.generate().made)
    };
    let ((few, small), (many, large)) = (made(1), made(20));
    assert!(small > 0 && large > small + 100, "{small} {large}");
    assert_eq!(few, many);
}

/// The quarterly regime of no programme in particular.
fn quarterly_for_all() -> Value {
    let mut file = quarterly();
    file["regimes"][0]["programme"] = Value::Null;
    file["regimes"][0]["receiver"] = json!("so-tttt");
    file
}
