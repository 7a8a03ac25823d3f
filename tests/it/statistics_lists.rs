//! The lists behind rows of figures: read together they say what each alone says.

use app::import::ImportOptions;
use domain::{
    account::Role,
    statistics::{Figure, reporting::ReportFigure},
};
use serde_json::{Value, json};
use testkit::{
    Backend, Client, TestApp, both,
    bulk::{self, Batch},
    database::execute,
    seed::{self, made_up},
};

use crate::{
    obligations::start,
    rates::{exclude, received, undate},
};

both!(
    lists_of_all_rows_are_those_of_each,
    lists_of_rows_of_many_programmes_are_as_long_as_the_figures_say,
    a_list_of_a_row_goes_on_from_its_cursor,
    a_page_that_may_not_be_is_refused_as_elsewhere,
    a_row_about_reports_alone_has_no_occurrences,
);

const PROGRAMME: &str = "HP-1593-2013";

/// What is owed by all agencies, some of it met, some excluded, some without a due day, some for a quarter.
fn owed(backend: Backend) -> (TestApp, Client) {
    let app = start(backend);
    let client = app.person(None, Role::Auditor);
    let mut file = seed::regimes_1593();
    file["regimes"][0]["obligedRoles"] = json!("ALL");
    app.import_calendar(&file, ImportOptions { apply_changes: true, ..ImportOptions::default() }).expect("an import");
    app.generate();
    received(&app, backend, "so-tttt", 2014, "2015-01-10");
    received(&app, backend, "bao-hai-phong", 2015, "2016-03-01");
    exclude(&app, backend, "so-ngoai-vu", 2016);
    undate(&app, "so-vhttdl", 2016);
    let quarter =
        "UPDATE obligations SET period = '2015-Q1' WHERE year = 2015 AND agency_id = (SELECT id FROM agencies WHERE code = 'so-tai-chinh')";
    execute(&app.database, quarter);
    (app, client)
}

/// Lists behind figures: of the field, the figure, the size of the page.
fn asked(field: &'static str, figures: [&'static str; 3]) -> Vec<(&'static str, &'static str, &'static str)> {
    figures.iter().flat_map(|figure| ["first: 2", "last: 2", "first: 0"].map(|size| (field, *figure, size))).collect()
}

const PAGE: &str = "{ totalCount pageInfo { hasNextPage hasPreviousPage } nodes { id } }";

/// The filters for the lists of a row by themselves.
fn filters(grouping: &str, row: &Value) -> (Value, Value) {
    let mut all = json!({"programme": PROGRAMME});
    let mut owed = all.clone();
    let mut set = |key: &str, owed_key: &str, value: &Value| {
        all[key] = value.clone();
        owed[owed_key] = value.clone();
    };
    match grouping {
        "AGENCY" => set("leadAgency", "agency", &row["code"]),
        _ if !row["programme"].is_null() => owed["isAboutProgramme"] = json!(true),
        "GROUP" => set("group", "group", &row["code"]),
        "TASK" => set("task", "task", &row["code"]),
        _ => {
            set("fromYear", "fromYear", &row["year"]);
            set("toYear", "toYear", &row["year"]);
            if !row["period"].is_null() {
                owed["period"] = row["period"].clone();
            }
        }
    }
    (all, owed)
}

/// A list of a filter by itself.
fn alone(client: &Client, (field, figure, size): (&str, &str, &str), filter: &Value, as_of: &str) -> Value {
    let mut filter = filter.clone();
    filter["figure"] = json!(figure);
    let query = if field == "occurrences" {
        filter["asOf"] = json!(as_of);
        format!("query($f: OccurrenceFilter) {{ occurrences(filter: $f, {size}) {PAGE} }}")
    } else {
        format!("query($f: ObligationFilter) {{ obligations(filter: $f, asOf: \"{as_of}\", {size}) {PAGE} }}")
    };
    client.graphql(&query, &json!({"f": filter}))[field].take()
}

fn lists_of_all_rows_are_those_of_each(backend: Backend) {
    let (app, auditor) = owed(backend);
    let agency = app.person(Some("so-tttt"), Role::AgencyReporter);
    let tasks = asked("occurrences", [Figure::Assigned, Figure::OpenOverdue, Figure::FallenDue].map(Figure::label));
    let reports = [ReportFigure::Obliged, ReportFigure::Missing, ReportFigure::NonRespondingCoordinators].map(ReportFigure::label);
    let reports = asked("obligations", reports);
    let mut met = 0;
    for (client, grouping, as_of) in [
        (&auditor, "AGENCY", "2026-01-15"),
        (&auditor, "GROUP", "2016-02-01"),
        (&auditor, "TASK", "2026-01-15"),
        (&auditor, "YEAR", "2018-06-01"),
        (&auditor, "PERIOD", "2017-01-16"),
        (&agency, "TASK", "2017-01-16"),
        (&agency, "YEAR", "2026-01-15"),
    ] {
        for (part, asked) in [("tasks", &tasks), ("reports", &reports)] {
            met += compared(client, (grouping, as_of), (part, asked));
        }
    }
    assert!(met > 400, "only {met} lists had anything in them");
}

/// Compares the lists of all rows with each alone; gives how many had anything in them.
fn compared(client: &Client, (grouping, as_of): (&str, &str), (part, asked): (&str, &[(&str, &str, &str)])) -> usize {
    let fields = asked.iter().enumerate().map(|(i, (field, figure, size))| format!("l{i}: {field}(figure: {figure}, {size}) {PAGE} "));
    let fields: String = fields.collect();
    let query = format!(
        "query($p: String) {{ statistics(programme: $p, asOf: \"{as_of}\", groupBy: {grouping}) {{ rows {{ code year period \
         programme {{ code }} {part} {{ {fields} }} }} }} }}"
    );
    let told = client.graphql(&query, &json!({"p": PROGRAMME}));
    let mut met = 0;
    for row in told["statistics"]["rows"].as_array().expect("rows") {
        if part == "tasks" && has_no_occurrences(row) {
            continue;
        }
        let (occurrences, obligations) = filters(grouping, row);
        let filter = if part == "tasks" { occurrences } else { obligations };
        for (i, one) in asked.iter().enumerate() {
            let list = &row[part][format!("l{i}")];
            assert_eq!(*list, alone(client, *one, &filter, as_of), "{grouping} {row} {one:?}");
            met += usize::from(list["nodes"].as_array().is_some_and(|nodes| !nodes.is_empty()));
        }
    }
    met
}

fn lists_of_rows_of_many_programmes_are_as_long_as_the_figures_say(backend: Backend) {
    let (app, client) = owed(backend);
    app.import(&made_up(1), ImportOptions::default()).expect("an import");
    bulk::occurrences(&app, backend, 3, &[Batch { count: 9, status: "IN_PROGRESS", due_on: Some("2026-01-10"), completed_on: None }]);
    for grouping in ["GROUP", "TASK", "AGENCY"] {
        let query = format!(
            "{{ statistics(groupBy: {grouping}) {{ rows {{ code tasks {{ assigned openOverdue a: occurrences {{ totalCount }} \
             b: occurrences(figure: OPEN_OVERDUE, first: 200) {{ totalCount nodes {{ id }} }} }} reports {{ obliged missing \
             a: obligations(figure: OBLIGED) {{ totalCount }} b: obligations(first: 200) {{ totalCount nodes {{ id }} }} }} }} }} }}"
        );
        let told = client.graphql(&query, &json!({}));
        let rows = told["statistics"]["rows"].as_array().expect("rows");
        for row in rows {
            let (tasks, reports) = (&row["tasks"], &row["reports"]);
            assert_eq!([&tasks["a"]["totalCount"], &tasks["b"]["totalCount"]], [&tasks["assigned"], &tasks["openOverdue"]], "{row}");
            assert_eq!([&reports["a"]["totalCount"], &reports["b"]["totalCount"]], [&reports["obliged"], &reports["missing"]], "{row}");
            for list in [&tasks["b"], &reports["b"]] {
                let nodes = list["nodes"].as_array().expect("nodes").len();
                assert_eq!(nodes as u64, list["totalCount"].as_u64().expect("a number").min(200), "{row}");
            }
        }
        assert!(rows.iter().any(|row| row["tasks"]["assigned"].as_i64() > Some(0) && row["reports"]["obliged"].as_i64() == Some(0)));
    }
}

fn a_list_of_a_row_goes_on_from_its_cursor(backend: Backend) {
    let (_app, client) = owed(backend);
    let list = |part: &str, field: &str, arguments: &str| {
        let query = format!(
            "{{ statistics(programme: \"{PROGRAMME}\", groupBy: AGENCY, filter: {{leadAgency: \"so-tttt\"}}) {{ total {{ code }} rows {{ \
             {part} {{ {field}({arguments}) {{ nodes {{ id }} pageInfo {{ endCursor }} }} }} }} }} }}"
        );
        let mut told = client.graphql(&query, &json!({}));
        assert_eq!(told["statistics"]["rows"].as_array().expect("rows").len(), 1);
        told["statistics"]["rows"][0][part][field].take()
    };
    for (part, field, figure) in [("tasks", "occurrences", "ASSIGNED"), ("reports", "obligations", "OBLIGED")] {
        let all = list(part, field, &format!("figure: {figure}, first: 5"));
        let begin = list(part, field, &format!("figure: {figure}, first: 2"));
        let cursor = begin["pageInfo"]["endCursor"].as_str().expect("a cursor");
        let rest = list(part, field, &format!("figure: {figure}, first: 3, after: \"{cursor}\""));
        let ids = |page: &Value| page["nodes"].as_array().expect("nodes").clone();
        assert_eq!(ids(&all).len(), 5);
        assert_eq!(ids(&all), [ids(&begin), ids(&rest)].concat());
    }
}

fn a_page_that_may_not_be_is_refused_as_elsewhere(backend: Backend) {
    let (_app, client) = owed(backend);
    let lists = |size: usize, times: usize| -> String {
        let lists: Vec<String> = (0..times).map(|i| format!("a{i}: occurrences(first: {size}) {{ nodes {{ id }} }}")).collect();
        let lists = lists.join(" ");
        format!("{{ statistics(groupBy: AGENCY) {{ rows {{ tasks {{ {lists} }} }} }} }}")
    };
    for size in [201, 5_000] {
        assert_eq!(client.graphql_code(&lists(size, 1)), "PAGE_INVALID");
    }
    // However large they could be: what there is counts.
    let told = client.graphql_reply(&lists(200, 8), &json!({}));
    assert!(told["errors"].is_null(), "{}", told["errors"]);
    let nodes =
        |row: &Value| -> usize { (0..8).map(|i| row["tasks"][format!("a{i}")]["nodes"].as_array().expect("nodes").len() + 1).sum() };
    let read: usize = told["data"]["statistics"]["rows"].as_array().expect("rows").iter().map(nodes).sum();
    assert!(told["extensions"]["cost"]["entries"].as_u64() >= Some(read as u64), "{} of {read}", told["extensions"]);
}

/// A row that is about reports alone: of a whole programme, or of a part of a year.
fn has_no_occurrences(row: &Value) -> bool {
    let is_part_of_a_year = row["period"].as_str().is_some_and(|period| period.parse().ok() != row["year"].as_i64());
    !row["programme"].is_null() || is_part_of_a_year
}

fn a_row_about_reports_alone_has_no_occurrences(backend: Backend) {
    let (_app, client) = owed(backend);
    for grouping in ["GROUP", "TASK", "PERIOD"] {
        let query = format!(
            "query($p: String) {{ statistics(programme: $p, groupBy: {grouping}) {{ rows {{ code year period programme {{ code }} \
             tasks {{ assigned occurrences {PAGE} }} reports {{ obliged }} }} }} }}"
        );
        let told = client.graphql(&query, &json!({"p": PROGRAMME}));
        let rows = told["statistics"]["rows"].as_array().expect("rows");
        let (alone, others): (Vec<&Value>, Vec<&Value>) = rows.iter().partition(|row| has_no_occurrences(row));
        assert!(!alone.is_empty() && !others.is_empty(), "{grouping}: {rows:?}");
        for row in alone {
            assert!(row["reports"]["obliged"].as_i64() > Some(0), "{row}");
            assert_eq!(row["tasks"]["assigned"], 0);
            let none = json!({"totalCount": 0, "pageInfo": {"hasNextPage": false, "hasPreviousPage": false}, "nodes": []});
            assert_eq!(row["tasks"]["occurrences"], none);
        }
        for row in others {
            assert_eq!(row["tasks"]["occurrences"]["totalCount"], row["tasks"]["assigned"]);
        }
    }
}
