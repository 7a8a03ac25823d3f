//! Sums of money: every view is the sum of the same movements, whatever they are and however many.

use std::collections::BTreeMap;

use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, Client, TestApp, both, database::execute, dice::Dice};

use crate::{
    budget::{line, movement, read, recorded, send, stage},
    plans::ask,
};

both!(any_sequence_of_movements_reconciles, a_year_of_ten_thousand_movements_costs_the_same, a_batch_costs_the_same_however_long,);

/// Which kinds make a rung: those that are added, and those that are taken off.
const RUNGS: [(&str, &[&str], &[&str]); 11] = [
    ("needed", &["NEED"], &[]),
    ("assigned", &["ASSIGNED", "SUPPLEMENTED", "ADJUSTED"], &[]),
    ("allocated", &["ALLOCATED"], &[]),
    ("pledged", &["PLEDGED"], &[]),
    ("received", &["RECEIVED"], &[]),
    ("disbursed", &["ADVANCED", "PAID"], &["REFUNDED"]),
    ("settled", &["SETTLED"], &[]),
    ("carriedOver", &["CARRIED_OVER"], &[]),
    ("cancelled", &["CANCELLED"], &[]),
    ("refunded", &["REFUNDED"], &[]),
    ("unsettled", &["ADVANCED", "PAID"], &["REFUNDED", "SETTLED"]),
];
const KINDS: [&str; 14] = [
    "NEED",
    "ASSIGNED",
    "ASSIGNED",
    "SUPPLEMENTED",
    "ADJUSTED",
    "ALLOCATED",
    "PLEDGED",
    "RECEIVED",
    "ADVANCED",
    "PAID",
    "SETTLED",
    "CARRIED_OVER",
    "CANCELLED",
    "REFUNDED",
];

/// A movement on record with what its line says of it.
struct Known {
    line: Value,
    kind: String,
    amount: i128,
    on: String,
    id: String,
    undoes: Option<String>,
}

/// Everything on record, as the lists of movements tell it.
fn known(finance: &Client) -> Vec<Known> {
    let mut all = Vec::new();
    for line in read(finance, "lines?limit=200")["items"].as_array().expect("lines") {
        let id = line["id"].as_str().expect("an id");
        for movement in read(finance, &format!("lines/{id}/movements?limit=200"))["items"].as_array().expect("movements") {
            let text = |field: &str| movement[field].as_str().map(str::to_owned);
            let kind = text("kind").expect("a kind");
            all.push(Known {
                line: line.clone(),
                undoes: text("refersTo").filter(|_| kind == "REVERSED"),
                kind,
                amount: movement["amount"].as_i64().expect("an amount").into(),
                on: text("on").expect("a day"),
                id: text("id").expect("an id"),
            });
        }
    }
    all
}

/// What stood on a day of some kinds; none where nothing did.
fn sum(standing: &[&Known], kinds: &[&str]) -> Option<i128> {
    let of_kinds: Vec<i128> = standing.iter().filter(|one| kinds.contains(&one.kind.as_str())).map(|one| one.amount).collect();
    (!of_kinds.is_empty()).then(|| of_kinds.iter().sum())
}

fn assert_ladder(standing: &[&Known], told: &Value, what: &str) {
    for (rung, added, taken) in RUNGS {
        let (added, taken) = (sum(standing, added), sum(standing, taken));
        let wanted = (added.is_some() || taken.is_some()).then(|| added.unwrap_or(0) - taken.unwrap_or(0));
        assert_eq!(told[rung].as_i64().map(i128::from), wanted, "{rung} of {what}: {told}");
        assert!(wanted.is_some() || told[rung].is_null(), "what is not recorded is null");
    }
}

/// Every view of what is on record on a day adds up to the movements.
fn reconcile(app: &TestApp, finance: &Client, as_of: &str) {
    let all = known(finance);
    let undone: Vec<&str> = all.iter().filter(|one| one.on.as_str() <= as_of).filter_map(|one| one.undoes.as_deref()).collect();
    let stands = |one: &&Known| one.kind != "REVERSED" && one.on.as_str() <= as_of && !undone.contains(&one.id.as_str());
    let standing: Vec<&Known> = all.iter().filter(stands).collect();
    for (by, field) in [("LINE", "id"), ("TASK", "task"), ("AGENCY", "agency"), ("SOURCE", "source"), ("YEAR", "year")] {
        let client = if by == "LINE" { finance.clone() } else { app.anonymous() };
        let told = read(&client, &format!("ladders?by={by}&asOf={as_of}&limit=200"));
        let mut keys: BTreeMap<String, Vec<&Known>> = BTreeMap::new();
        for one in &standing {
            keys.entry(one.line[field].to_string()).or_default().push(one);
        }
        let place = if matches!(by, "LINE" | "TASK") { "id" } else { field };
        for item in told["items"].as_array().expect("items") {
            let of_it = keys.remove(&item[place].to_string()).unwrap_or_default();
            for source in item["ladders"]["sources"].as_array().expect("sources") {
                let of_source: Vec<&Known> = of_it.iter().filter(|one| one.line["source"] == source["source"]).copied().collect();
                assert!(!of_source.is_empty(), "nothing is told of a source that has nothing: {item}");
                assert_ladder(&of_source, &source["ladder"], &format!("{by} {}", item[place]));
            }
            let of_state = |one: &&&Known| one.line["source"].as_str().is_some_and(|source| source.starts_with("STATE"));
            let of_state: Vec<&Known> = of_it.iter().filter(of_state).copied().collect();
            assert_ladder(&of_state, &item["ladders"]["state"], &format!("the state by {by} {}", item[place]));
        }
        assert!(keys.is_empty(), "nothing that stands is left out of {by}: {:?}", keys.keys());
        let of_total = |source: &Value| standing.iter().filter(|one| one.line["source"] == source["source"]).copied().collect::<Vec<_>>();
        for source in told["total"]["sources"].as_array().expect("sources") {
            assert_ladder(&of_total(source), &source["ladder"], &format!("the total by {by}"));
        }
    }
}

/// What depends on what else a line has: in every view the sum of that of its lines.
const DERIVED: [&str; 5] = ["available", "left", "unsettled", "variance", "disbursedLate"];

/// The figures of a source of a ladder.
fn derived(ladders: &Value, source: &Value) -> Vec<Option<i128>> {
    let of_it = ladders["sources"].as_array().expect("sources").iter().find(|one| one["source"] == *source);
    DERIVED.iter().map(|figure| of_it.and_then(|one| one["ladder"][figure].as_i64()).map(i128::from)).collect()
}

/// The sums of figures; none where none is told.
fn together(all: impl Iterator<Item = Vec<Option<i128>>>) -> Vec<Option<i128>> {
    let add = |sum: Option<i128>, one: Option<i128>| {
        if sum.is_some() || one.is_some() { Some(sum.unwrap_or(0) + one.unwrap_or(0)) } else { None }
    };
    all.fold(vec![None; DERIVED.len()], |sums, one| sums.into_iter().zip(one).map(|(sum, one)| add(sum, one)).collect())
}

/// Every derived figure of a view is the sum of that of its lines, and the books of all years are the whole.
fn add_up(app: &TestApp, finance: &Client, as_of: &str) {
    let lines = read(finance, "lines?limit=200")["items"].take();
    let told = |client: &Client, by: &str| read(client, &format!("ladders?by={by}&asOf={as_of}&limit=200"));
    let by_line = told(finance, "LINE")["items"].take();
    let ladders = |line: &Value| {
        by_line.as_array().expect("lines").iter().find(|item| item["id"] == line["id"]).expect("its ladder")["ladders"].clone()
    };
    for (by, field) in [("TASK", "task"), ("AGENCY", "agency"), ("SOURCE", "source"), ("YEAR", "year")] {
        let place = if by == "TASK" { "id" } else { field };
        for item in told(&app.anonymous(), by)["items"].as_array().expect("items") {
            for source in item["ladders"]["sources"].as_array().expect("sources").iter().map(|source| &source["source"]) {
                let of_it = lines.as_array().expect("lines").iter().filter(|line| line[field] == item[place] && line["source"] == *source);
                let sum = together(of_it.map(|line| derived(&ladders(line), source)));
                assert_eq!(derived(&item["ladders"], source), sum, "{source} by {by} {} on {as_of}", item[place]);
            }
        }
    }
    let booked = told(&app.anonymous(), "BOOKING_YEAR");
    for source in booked["total"]["sources"].as_array().expect("sources").iter().map(|source| &source["source"]) {
        let years = booked["items"].as_array().expect("years").iter().map(|item| derived(&item["ladders"], source));
        assert_eq!(together(years), derived(&booked["total"], source), "{source} over the years on {as_of}");
    }
}

fn any_sequence_of_movements_reconciles(backend: Backend) {
    let (app, finance) = stage(backend);
    let given = json!({"name": "Hội A", "form": "CASH"});
    let lines = [
        line(&finance, &json!({})),
        line(&finance, &json!({"agency": "bao-hai-phong", "task": "V.2"})),
        line(&finance, &json!({"source": "STATE_CENTRAL", "year": 2019})),
        line(&finance, &json!({"source": "SOCIALISED", "contribution": given})),
        line(&finance, &json!({"source": "SERVICE_REVENUE", "agency": "bao-hai-phong"})),
        line(&finance, &json!({"source": "FUND", "title": "Không có gì"})),
    ];
    for seed in [11, 29] {
        let mut dice = Dice::of(seed);
        let mut ids: Vec<(String, String)> = Vec::new();
        for round in 0..4 {
            let drawn: Vec<Value> = (0..40)
                .map(|_| {
                    // The last line is left without anything.
                    let of = &lines[dice.below(lines.len() - 1)];
                    let kind = KINDS[dice.below(KINDS.len())];
                    let sign = if kind == "ADJUSTED" && dice.below(2) == 0 { -1 } else { 1 };
                    let amount = i64::try_from(dice.below(900)).expect("small") + 1;
                    let (month, day) = (dice.below(12) + 1, dice.below(28) + 1);
                    if dice.below(6) == 0 && !ids.is_empty() {
                        let (of, undone) = ids[dice.below(ids.len())].clone();
                        return json!({"line": of, "kind": "REVERSED", "on": format!("2021-0{}-10", round + 1), "refersTo": undone});
                    }
                    movement(of, kind, amount * sign, &format!("2020-{month:02}-{day:02}"), &json!({"exception": "Theo chỉ đạo"}))
                })
                .collect();
            let reply = send(&finance, "?atomic=false", &drawn);
            assert_eq!(reply.status, 200, "{}", reply.body);
            for (row, sent) in reply.json()["rows"].as_array().expect("rows").iter().zip(&drawn) {
                if let Some(id) = row["id"].as_str().filter(|_| sent["kind"] != "REVERSED") {
                    ids.push((sent["line"].as_str().expect("a line").to_owned(), id.to_owned()));
                }
            }
        }
        assert!(ids.len() > 40, "most of it is recorded: {}", ids.len());
        for as_of in ["2019-12-31", "2020-06-30", "2020-12-31", "2021-02-28", "2026-01-01"] {
            reconcile(&app, &finance, as_of);
            add_up(&app, &finance, as_of);
        }
    }
}

/// A thousand lines of a year with ten movements each, and as many of four years about it.
fn filled(app: &TestApp, finance: &Client, backend: Backend) {
    let of = line(finance, &json!({}));
    recorded(finance, &[movement(&of, "NEED", 1, "2020-01-01", &json!({}))]);
    let (uuid, no) = if backend == Backend::Sqlite { ("randomblob(16)", "0") } else { ("gen_random_uuid()", "FALSE") };
    let kinds = "CASE n.i WHEN 1 THEN 'ASSIGNED' WHEN 2 THEN 'NEED' WHEN 3 THEN 'ALLOCATED' WHEN 10 THEN 'SETTLED' ELSE 'PAID' END";
    let amounts = "CASE WHEN n.i <= 3 THEN 700 ELSE 100 END";
    execute(
        &app.database,
        &format!(
            "INSERT INTO budget_lines (id, programme_id, task_id, year, agency_id, source, is_capital, title, identity, revision, account_id, recorded_at)
             WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
             SELECT {uuid}, l.programme_id, l.task_id, 2021 + n.i % 5, l.agency_id, l.source, {no}, 'D' || n.i, 'D' || n.i, 1, l.account_id, l.recorded_at
               FROM n CROSS JOIN budget_lines l WHERE l.title IS NULL;
             INSERT INTO budget_movements (id, line_id, year, number, kind, amount, day, booking_year, recorder_id, account_id, recorded_at)
             WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10)
             SELECT {uuid}, l.id, l.year, n.i, {kinds}, {amounts}, '2022-05-05', l.year, l.account_id, l.account_id, l.recorded_at
               FROM n CROSS JOIN budget_lines l WHERE l.title IS NOT NULL;"
        ),
    );
    if backend == Backend::Postgres {
        execute(&app.database, "ANALYZE");
    }
}

fn a_year_of_ten_thousand_movements_costs_the_same(backend: Backend) {
    let (app, finance) = stage(backend);
    let standing = app.person(Some("so-tttt"), Role::Standing);
    let few = [("LINE", 2020), ("TASK", 2020), ("AGENCY", 2020)].map(|(by, year)| cost(&app, &standing, by, year));
    filled(&app, &finance, backend);
    let many = [("LINE", 2022), ("TASK", 2022), ("AGENCY", 2022)].map(|(by, year)| cost(&app, &standing, by, year));
    assert_eq!(few, many, "statements");
    assert!(many.iter().all(|statements| *statements <= 3), "{many:?}");
    let told = read(&standing, "ladders?by=LINE&year=2022&limit=200");
    assert_eq!((told["items"].as_array().map(Vec::len), &told["hasNext"]), (Some(200), &json!(true)));
    let state = &told["total"]["state"];
    assert_eq!((&state["assigned"], &state["needed"], &state["disbursed"]), (&json!(700_000), &json!(700_000), &json!(600_000)));
    assert_eq!((&state["settled"], &told["total"]["stateDisbursementPercent"]), (&json!(100_000), &json!("85.71")));
    let by_task = read(&standing, "ladders?by=TASK&year=2022");
    assert_eq!(by_task["total"], told["total"]);
    // Whatever is asked of a year or of an agency is found by an index.
    let one = told["items"][0]["id"].as_str().expect("a line");
    for path in [
        "ladders?by=AGENCY&year=2022".to_owned(),
        "ladders?by=LINE&year=2022&asOf=2022-06-30".into(),
        "ladders?by=YEAR&agency=bao-hai-phong".into(),
        "lines?agency=bao-hai-phong&year=2022".into(),
        format!("lines/{one}"),
        format!("lines/{one}/movements"),
        "unsettled?agency=bao-hai-phong&year=2022".into(),
    ] {
        assert!(ask(&app, backend, &path, || drop(read(&standing, &path))) > 0, "{path}");
    }
}

fn cost(app: &TestApp, client: &Client, by: &str, year: i32) -> u64 {
    app.fewest_statements(|| read(client, &format!("ladders?by={by}&year={year}&limit=200"))).0
}

fn a_batch_costs_the_same_however_long(backend: Backend) {
    let (app, finance) = stage(backend);
    let lines: Vec<String> = (0..6).map(|n| line(&finance, &json!({"title": format!("Dòng {n}")}))).collect();
    let batch = |from: usize, count: usize| -> Vec<Value> {
        let row = |n: usize| movement(&lines[n % 6], "NEED", 1, "2020-01-01", &json!({"externalRef": format!("R-{n}")}));
        (from..from + count).map(row).collect()
    };
    recorded(&finance, &batch(0, 1));
    let cost = |from: usize, count: usize| {
        let (statements, ids) = app.statements(|| recorded(&finance, &batch(from, count)));
        assert_eq!(ids.len(), count);
        statements
    };
    let (few, many) = (cost(10, 6), cost(100, 600));
    // What the server does beside it may come in between.
    assert!(many <= few + 2, "{few} statements for six movements, {many} for six hundred");
}
