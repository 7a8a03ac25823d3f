//! Reporting rates: what is expected, what came and in time; parts that add up, and the list behind each figure.

use app::import::ImportOptions;
use domain::{account::Role, statistics::reporting::ReportFigure};
use serde_json::{Value, json};
use testkit::{Backend, Client, TestApp, both, database::execute, dice::Dice, seed};

use crate::{
    obligations::{list, standing, start},
    statistics::tell,
};

both!(
    rates_are_of_what_is_expected,
    parts_and_totals_of_reports_agree_at_every_level,
    coordinators_that_do_not_answer_are_listed_and_their_completion_is_untouched,
    each_caller_is_told_of_what_it_may_see,
    rates_cost_the_same_however_many,
);

const PROGRAMME: &str = "HP-1593-2013";
const ALL: &str = "programme=HP-1593-2013";

fn reports(client: &Client, query: &str) -> Value {
    tell(client, query)["total"]["reports"].take()
}

/// Stores, past all rules, that reports came in on a day for what an agency owes of a year.
pub fn received(app: &TestApp, backend: Backend, agency: &str, year: i32, on: &str) {
    let (no, uuid) = match backend {
        Backend::Sqlite => ("0", "randomblob(16)"),
        Backend::Postgres => ("FALSE", "gen_random_uuid()"),
    };
    execute(
        &app.database,
        &format!(
            "INSERT INTO reports (id, programme_id, task_id, occurrence_id, obligation_id, agency_id, year, period, is_consolidated, status, \
               version, first_received_on, revision, created_by, created_at)
             SELECT {uuid}, o.programme_id, o.task_id, o.occurrence_id, o.id, o.agency_id, o.year, o.period, {no}, 'SUBMITTED', 1, '{on}', 1,
               (SELECT id FROM accounts LIMIT 1), '2026-01-15 03:00:00' FROM obligations o JOIN agencies a ON a.id = o.agency_id
             WHERE a.code = '{agency}' AND o.year = {year} AND NOT EXISTS (SELECT 1 FROM reports r WHERE r.obligation_id = o.id)"
        ),
    );
}

pub fn exclude(app: &TestApp, backend: Backend, agency: &str, year: i32) {
    let yes = if backend == Backend::Sqlite { "1" } else { "TRUE" };
    let of = format!("agency_id = (SELECT id FROM agencies WHERE code = '{agency}') AND year = {year}");
    execute(&app.database, &format!("UPDATE obligations SET is_excluded = {yes} WHERE {of}"));
}

pub fn undate(app: &TestApp, agency: &str, year: i32) {
    let of = format!("agency_id = (SELECT id FROM agencies WHERE code = '{agency}') AND year = {year}");
    execute(&app.database, &format!("UPDATE obligations SET due_on = NULL, unknown_year = {year} WHERE {of}"));
}

fn rates_are_of_what_is_expected(backend: Backend) {
    let app = start(backend);
    let client = standing(&app);
    let press = format!("{ALL}&leadAgency=bao-hai-phong");
    // Eleven in all: V.2 in three years, I.5 in eight.
    let none = reports(&client, &press);
    assert_eq!([&none["obliged"], &none["expected"], &none["missing"], &none["actual"]], [11, 11, 11, 0]);
    received(&app, backend, "bao-hai-phong", 2016, "2017-01-15");
    received(&app, backend, "bao-hai-phong", 2017, "2018-01-16");
    exclude(&app, backend, "bao-hai-phong", 2018);
    undate(&app, "bao-hai-phong", 2019);
    received(&app, backend, "bao-hai-phong", 2019, "2019-12-01");
    let told = reports(&client, &press);
    let owed = |year: i32| list(&client, &format!("&agency=bao-hai-phong&year={year}")).len();
    let [on_time, late, excluded, unknown] = [2016, 2017, 2018, 2019].map(owed);
    assert!([on_time, late, excluded, unknown].iter().all(|count| *count > 0));
    let figures = ["onTime", "late", "excluded", "calendarUnknown", "notYetDue"]
        .map(|figure| usize::try_from(told[figure].as_u64().expect("a figure")).expect("few"));
    assert_eq!(figures, [on_time, late, excluded, unknown, 0]);
    let (expected, actual) = (11 - excluded - unknown, on_time + late);
    assert_eq!([&told["expected"], &told["actual"], &told["obliged"]], [expected, actual, 11 - excluded]);
    let rate = |numerator: usize| json!([numerator, expected]);
    let pair = |rate: &str| json!([told[rate]["numerator"], told[rate]["denominator"]]);
    assert_eq!((pair("reportingRate"), pair("timelinessRate")), (rate(actual), rate(on_time)));
    // On the due day itself it was not late yet, and nobody knew of what came later.
    let then = reports(&client, &format!("{press}&fromYear=2017&toYear=2017&asOf=2018-01-15"));
    assert_eq!([&then["notYetDue"], &then["expected"], &then["reportingRate"]["denominator"]], [late, 0, 0]);
    assert_eq!(then["reportingRate"]["percent"], Value::Null, "a rate of nothing is not 0 %");
    let after = reports(&client, &format!("{press}&fromYear=2017&toYear=2017&asOf=2018-01-16&comparedTo=2018-01-15"));
    assert_eq!(
        (&after["late"], &after["change"]["late"], &after["change"]["notYetDue"]),
        (&json!(late), &json!(late), &json!(-i64::try_from(late).expect("few")))
    );
}

fn key(figure: ReportFigure) -> String {
    let mut words = figure.label().to_lowercase();
    while let Some(i) = words.find('_') {
        words.replace_range(i..i + 2, &words[i + 1..i + 2].to_uppercase());
    }
    words
}

const AGENCIES: [&str; 6] = ["so-tttt", "bao-hai-phong", "dai-ptth-hai-phong", "so-ngoai-vu", "so-vhttdl", "so-tai-chinh"];

fn parts_and_totals_of_reports_agree_at_every_level(backend: Backend) {
    let app = start(backend);
    let mut file = seed::regimes_1593();
    for regime in [0, 1] {
        file["regimes"][regime]["obligedRoles"] = json!("ALL");
    }
    app.import_calendar(&file, ImportOptions { apply_changes: true, ..ImportOptions::default() }).expect("an import");
    app.generate();
    let client = app.person(None, Role::Auditor);
    for seed in [3_u64, 271, 65_537] {
        let mut dice = Dice::of(seed);
        for _ in 0..10 {
            let (agency, year) = (AGENCIES[dice.below(6)], 2013 + i32::try_from(dice.below(8)).expect("a year"));
            match dice.below(5) {
                0 => exclude(&app, backend, agency, year),
                1 => undate(&app, agency, year),
                n => received(&app, backend, agency, year, &format!("{}-01-{}", year + 1, [14, 15, 16][n - 2])),
            }
        }
        for as_of in ["2015-01-15", "2018-01-16", "2026-01-15"] {
            assert_adds_up(&client, as_of);
        }
    }
}

fn assert_adds_up(client: &Client, as_of: &str) {
    let total = reports(client, &format!("{ALL}&asOf={as_of}"));
    let of = |reports: &Value, figure: ReportFigure| reports[key(figure)].as_i64().expect("a figure");
    for grouping in ["AGENCY", "GROUP", "TASK", "YEAR", "PERIOD"] {
        let told = tell(client, &format!("{ALL}&asOf={as_of}&groupBy={grouping}"));
        for figure in ReportFigure::ALL {
            let sum: i64 = told["rows"].as_array().expect("rows").iter().map(|row| of(&row["reports"], *figure)).sum();
            assert_eq!(sum, of(&total, *figure), "{grouping} {figure} as of {as_of}");
        }
    }
    // The rule, obligation by obligation, comes to the same as the counting.
    let states = |state: &str| count(client, &json!({"programme": PROGRAMME, "state": state}), as_of);
    for figure in ReportFigure::ALL.iter().filter(|figure| **figure != ReportFigure::NonRespondingCoordinators) {
        let by_rule: i64 = figure.states().iter().map(|state| states(state.label())).sum();
        assert_eq!(by_rule, of(&total, *figure), "{figure} as of {as_of}");
    }
    // The list behind each figure of each row is as long as the figure says.
    for grouping in ["NONE", "GROUP", "PERIOD"] {
        let lists: Vec<String> = ReportFigure::ALL
            .iter()
            .map(|figure| format!("{}: obligations(figure: {figure}, first: 1) {{ totalCount }}", key(*figure)))
            .collect();
        let lists = lists.join(" ");
        let figures = ReportFigure::ALL.iter().map(|figure| key(*figure)).collect::<Vec<_>>().join(" ");
        let query = format!(
            "query($p: String) {{ figures: statistics(programme: $p, asOf: \"{as_of}\", groupBy: {grouping}) {{ total {{ reports {{ {figures} }} }} \
             rows {{ reports {{ {figures} }} }} }} lists: statistics(programme: $p, asOf: \"{as_of}\", groupBy: {grouping}) {{ \
             total {{ reports {{ {lists} }} }} rows {{ reports {{ {lists} }} }} }} }}"
        );
        let told = client.graphql(&query, &json!({"p": PROGRAMME}));
        let rows = |part: &str| -> Vec<Value> {
            let told = &told[part];
            std::iter::once(&told["total"]).chain(told["rows"].as_array().expect("rows")).map(|row| row["reports"].clone()).collect()
        };
        for (figures, lists) in rows("figures").iter().zip(rows("lists")) {
            for figure in ReportFigure::ALL {
                assert_eq!(lists[key(*figure)]["totalCount"], figures[key(*figure)], "{grouping} {figure} as of {as_of}");
            }
        }
    }
}

fn count(client: &Client, filter: &Value, as_of: &str) -> i64 {
    let query = "query($f: ObligationFilter, $d: NaiveDate) { obligations(filter: $f, asOf: $d) { totalCount } }";
    client.graphql(query, &json!({"f": filter, "d": as_of}))["obligations"]["totalCount"].as_i64().expect("a total")
}

fn coordinators_that_do_not_answer_are_listed_and_their_completion_is_untouched(backend: Backend) {
    let app = start(backend);
    let client = standing(&app);
    let of_task = format!("{ALL}&task=II.1&fromYear=2016&toYear=2016");
    let before = tell(&client, &format!("{ALL}&groupBy=AGENCY"));
    assert_eq!(reports(&client, &of_task)["nonRespondingCoordinators"], 0, "only the lead owes");
    let mut file = seed::regimes_1593();
    for regime in [0, 1] {
        file["regimes"][regime]["obligedRoles"] = json!("ALL");
    }
    app.import_calendar(&file, ImportOptions { apply_changes: true, ..ImportOptions::default() }).expect("an import");
    app.generate();
    let told = reports(&client, &of_task);
    assert_eq!((&told["missing"], &told["nonRespondingCoordinators"]), (&json!(10), &json!(9)));
    let behind = list(&client, &format!("&{of_task}&figure=NON_RESPONDING_COORDINATORS"));
    assert_eq!(behind.len(), 9);
    assert!(behind.iter().all(|owed| owed["agency"] != "so-tttt" && owed["state"] == "OVERDUE"));
    let one = behind[0]["agency"].as_str().expect("an agency").to_owned();
    received(&app, backend, &one, 2016, "2020-01-01");
    assert_eq!(reports(&client, &of_task)["nonRespondingCoordinators"], 8, "late, but answered");
    // What they owe or failed to say changes nobody's figures over tasks.
    let after = tell(&client, &format!("{ALL}&groupBy=AGENCY"));
    let tasks = |told: &Value| -> Vec<(Value, Value)> {
        let rows = told["rows"].as_array().expect("rows").iter();
        rows.map(|row| (row["agency"].clone(), row["tasks"].clone())).filter(|(_, tasks)| tasks["assigned"] != 0).collect()
    };
    assert_eq!(tasks(&before), tasks(&after));
}

fn each_caller_is_told_of_what_it_may_see(backend: Backend) {
    let app = start(backend);
    let obliged = |client: &Client| reports(client, ALL)["obliged"].clone();
    assert_eq!(obliged(&standing(&app)), 204);
    assert_eq!(obliged(&app.system_of("bao-hai-phong")), 11);
    assert_eq!(tell(&app.anonymous(), ALL)["total"]["reports"], Value::Null);
    let query = "{ statistics { total { reports { obliged } } } }";
    assert_eq!(app.anonymous().graphql(query, &json!({}))["statistics"]["total"]["reports"], Value::Null);
    // What is owed about the whole programme has a row of its own.
    let told = tell(&standing(&app), &format!("{ALL}&groupBy=TASK"));
    let whole = &told["rows"][0];
    assert_eq!((&whole["programme"], &whole["task"], &whole["reports"]["obliged"]), (&json!(PROGRAMME), &Value::Null, &json!(8)));
    assert_eq!(list(&standing(&app), &format!("&{ALL}&isAboutProgramme=true&figure=OBLIGED")).len(), 8);
}

fn rates_cost_the_same_however_many(backend: Backend) {
    let app = start(backend);
    let client = standing(&app);
    let cost = || app.fewest_statements(|| tell(&client, &format!("{ALL}&groupBy=AGENCY"))).0;
    cost();
    let few = cost();
    for year in 2013..=2020 {
        received(&app, backend, "bao-hai-phong", year, "2020-01-01");
    }
    assert_eq!(cost(), few);
}
