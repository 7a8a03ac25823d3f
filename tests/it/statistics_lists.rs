//! The lists behind rows of figures: read together they say what each alone says.

use app::import::ImportOptions;
use domain::{
    account::Role,
    statistics::{Figure, reporting::ReportFigure},
};
use serde_json::{Value, json};
use testkit::{Backend, Client, TestApp, both, database::execute, seed};

use crate::{
    obligations::start,
    rates::{exclude, received, undate},
};

both!(lists_of_all_rows_are_those_of_each, a_row_about_reports_alone_has_no_occurrences);

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
    let (_app, client) = owed(backend);
    let tasks = asked("occurrences", [Figure::Assigned, Figure::OpenOverdue, Figure::FallenDue].map(|figure| figure.label()));
    let reports = [ReportFigure::Obliged, ReportFigure::Missing, ReportFigure::NonRespondingCoordinators].map(|figure| figure.label());
    let reports = asked("obligations", reports);
    let fields = |asked: &[(&str, &str, &str)]| -> String {
        let fields = asked.iter().enumerate().map(|(i, (field, figure, size))| format!("l{i}: {field}(figure: {figure}, {size}) {PAGE} "));
        fields.collect()
    };
    let (of_tasks, of_reports) = (fields(&tasks), fields(&reports));
    let mut met = 0;
    for (grouping, as_of) in
        [("AGENCY", "2026-01-15"), ("GROUP", "2016-02-01"), ("TASK", "2026-01-15"), ("YEAR", "2018-06-01"), ("PERIOD", "2017-01-16")]
    {
        for kind in [("tasks", &tasks, &of_tasks), ("reports", &reports, &of_reports)] {
            let (part, asked, fields) = kind;
            let query = format!(
                "query($p: String) {{ statistics(programme: $p, asOf: \"{as_of}\", groupBy: {grouping}) {{ rows {{ code year period \
                 programme {{ code }} {part} {{ {fields} }} }} }} }}"
            );
            let told = client.graphql(&query, &json!({"p": PROGRAMME}));
            for row in told["statistics"]["rows"].as_array().expect("rows") {
                let (occurrences, obligations) = filters(grouping, row);
                let filter = if part == "tasks" { occurrences } else { obligations };
                if part == "tasks" && has_no_occurrences(row) {
                    continue;
                }
                for (i, one) in asked.iter().enumerate() {
                    let list = &row[part][format!("l{i}")];
                    assert_eq!(*list, alone(&client, *one, &filter, as_of), "{grouping} {row} {one:?}");
                    met += usize::from(list["nodes"].as_array().is_some_and(|nodes| !nodes.is_empty()));
                }
            }
        }
    }
    assert!(met > 300, "only {met} lists had anything in them");
}

/// A row that is about reports alone: of a whole programme, or of a part of a year.
fn has_no_occurrences(row: &Value) -> bool {
    let is_part_of_a_year = row["period"].as_str().is_some_and(|period| row["year"].to_string() != period);
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
