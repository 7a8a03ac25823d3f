//! What everybody reads of people in trainings and targets: no figure of a few, and none by which one could be computed.

use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, Client, TestApp, both};

use crate::{
    amendments::decision,
    persons::{made, personnel},
    targets::{RULE, define, of, qualified, targets},
    trainings::{came, course, held, people, roll},
};

both!(
    nothing_that_is_shown_gives_a_suppressed_figure_away,
    what_another_year_or_another_whole_would_give_away_is_hidden_too,
    attendances_are_shown_where_those_who_came_again_are_many,
);

const FIGURES: &str = "/api/v1/trainings/figures?programme=HP-1593-2013&year=2014";
const AGENCIES: [&str; 3] = ["so-tttt", "so-ngoai-vu", "bao-hai-phong"];

fn named(staff: &Client, count: usize) -> Vec<Value> {
    (0..count).map(|i| made(staff, &json!({"name": format!("Người {i}")}))["id"].take()).collect()
}

fn entries(people: &[Value]) -> Value {
    people.iter().map(|id| json!({ "person": id })).collect()
}

/// Two courses and three agencies, each with so many people who take part in one course alone.
fn stage(backend: Backend, counts: [[usize; 2]; 3]) -> (TestApp, Client) {
    let app = TestApp::start(backend);
    decision(&app.person(None, Role::Admin), RULE, "2013-12-01");
    let staff = personnel(&app);
    for (column, on) in ["2014-03-03", "2014-09-09"].into_iter().enumerate() {
        let session = held(&staff, &course("so-noi-vu", on), on);
        for (agency, row) in AGENCIES.iter().zip(counts) {
            came(&staff, &session, agency, &entries(&named(&staff, row[column])));
        }
    }
    for agency in AGENCIES {
        assert_eq!(roll(&staff, agency, "2014-06-30", &json!({"headcount": 100, "inCharge": 20})).status, 201);
    }
    (app, staff)
}

fn shown(figure: &Value) -> Option<u64> {
    assert_eq!(figure["value"].is_null(), figure["isSuppressed"] == true, "{figure}");
    figure["value"].as_u64()
}

/// Every table of cells that an outsider must hold possible: no count is negative, parts add up to totals that are shown.
fn possible(told: &Value, most: u64) -> Vec<Vec<u64>> {
    let rows = told["rows"].as_array().expect("rows");
    let cells: Vec<Option<u64>> = rows.iter().flat_map(|row| row["cells"].as_array().expect("cells").iter().map(shown)).collect();
    let columns = told["courses"].as_array().expect("columns").len();
    let mut all: Vec<Vec<u64>> = vec![Vec::new()];
    for (i, cell) in cells.iter().enumerate() {
        let row_total = shown(&rows[i / columns]["total"]);
        let choices: Vec<u64> = cell.map_or_else(|| (0..=most).collect(), |value| vec![value]);
        let mut next = Vec::new();
        for known in &all {
            for choice in &choices {
                let mut longer = known.clone();
                longer.push(*choice);
                let is_row_end = longer.len() % columns == 0;
                let sum: u64 = longer[longer.len() - (longer.len() - 1) % columns - 1..].iter().sum();
                if !is_row_end || row_total.is_none_or(|total| total == sum) {
                    next.push(longer);
                }
            }
        }
        all = next;
    }
    let fits = |table: &Vec<u64>| {
        let of_column = |column: usize| table.iter().skip(column).step_by(columns).sum::<u64>();
        (0..columns).all(|column| shown(&told["courses"][column]["total"]).is_none_or(|total| total == of_column(column)))
            && shown(&told["persons"]).is_none_or(|total| total == table.iter().sum::<u64>())
    };
    all.retain(fits);
    all
}

fn nothing_that_is_shown_gives_a_suppressed_figure_away(backend: Backend) {
    let (app, staff) = stage(backend, [[12, 3], [20, 9], [7, 15]]);
    let public = app.anonymous();
    let told = public.get(FIGURES).json();
    let rows = told["rows"].as_array().expect("rows");
    let row = |code: &str| {
        let row = rows.iter().find(|row| row["agency"] == code).expect("a row");
        (row["cells"].as_array().expect("cells").iter().map(shown).collect::<Vec<_>>(), shown(&row["total"]))
    };
    // Three people are hidden, and so many others that nobody can tell that they are three.
    assert_eq!(row("so-tttt"), (vec![None, None], Some(15)));
    assert_eq!(row("so-ngoai-vu"), (vec![Some(20), Some(9)], Some(29)));
    assert_eq!(row("bao-hai-phong"), (vec![None, None], Some(22)));
    let totals: Vec<_> = told["courses"].as_array().expect("columns").iter().map(|course| shown(&course["total"])).collect();
    assert_eq!((totals, shown(&told["persons"])), (vec![Some(39), Some(27)], Some(66)));
    let tables = possible(&told, 40);
    let at = rows.iter().position(|row| row["agency"] == "so-tttt").expect("a row") * 2 + 1;
    let values: Vec<u64> = tables.iter().map(|table| table[at]).collect();
    assert!(values.contains(&3) && values.iter().any(|value| *value >= 5), "{values:?}");
    // The same figures over GraphQL, and nothing else that everybody reads tells of people.
    let query = "{ trainingFigures(programme: \"HP-1593-2013\", year: 2014) { persons { value isSuppressed } attendances { value isSuppressed } \
                 courses { total { value isSuppressed } } rows { agency { code } cells { value isSuppressed } total { value isSuppressed } } } \
                 trainingPlan(programme: \"HP-1593-2013\", year: 2014) { attendances } }";
    let over = public.graphql(query, &json!({}));
    for (i, row) in rows.iter().enumerate() {
        assert_eq!(
            (&over["trainingFigures"]["rows"][i]["cells"], &over["trainingFigures"]["rows"][i]["total"]),
            (&row["cells"], &row["total"])
        );
    }
    assert_eq!((&over["trainingFigures"]["persons"], &over["trainingPlan"][0]["attendances"]), (&told["persons"], &Value::Null));
    // An agency's own people see their own beside, and no more of others.
    let own = app.system_of("so-tttt");
    assert_eq!(own.get(FIGURES).json(), told);
    assert_eq!(people(&own, "&year=2014")["people"]["attendances"], json!(15));
    // Coverage is cut from the same table: all who are in it over everybody's staff.
    let standing = app.person(Some("so-tttt"), Role::Standing);
    define(&standing, "T2", &json!({"from": "2014-01-01", "reckoning": "PEOPLE_TRAINED", "population": AGENCIES}));
    let t2 = of(&targets(&public, "?year=2014"), "T2");
    assert_eq!(
        (&t2["value"]["atLeast"], &t2["value"]["whole"], &t2["value"]["percentAtLeast"]),
        (&json!(66), &json!(300), &json!("22.00"))
    );
    assert_eq!((&t2["byAgency"], &t2["records"], &t2["isSuppressed"]), (&json!([]), &json!(0), &json!(false)));
    assert_eq!(of(&targets(&staff, "?year=2014"), "T2")["records"], json!(66));
}

fn what_another_year_or_another_whole_would_give_away_is_hidden_too(backend: Backend) {
    let (app, staff) = stage(backend, [[12, 3], [20, 9], [7, 15]]);
    let (public, standing) = (app.anonymous(), app.person(Some("so-tttt"), Role::Standing));
    let hidden = |told: &Value| {
        assert_eq!((&told["isSuppressed"], &told["status"]), (&json!(true), &json!("UNDETERMINED")), "{told}");
        let value = &told["value"];
        assert!(
            [&value["atLeast"], &value["atMost"], &value["whole"], &value["percentAtLeast"]].iter().all(|field| field.is_null()),
            "{told}"
        );
    };
    // Over two of three agencies the number of people less what is shown of them would be what is hidden.
    define(&standing, "T2", &json!({"from": "2014-01-01", "reckoning": "PEOPLE_TRAINED", "population": ["so-tttt", "so-ngoai-vu"]}));
    hidden(&of(&targets(&public, "?year=2014"), "T2"));
    assert_eq!(of(&targets(&staff, "?year=2014"), "T2")["value"]["atLeast"], json!(44));
    // Over all of them it is told; two more in the next year are the difference of two years.
    define(&standing, "T2", &json!({"from": "2014-01-02", "reckoning": "PEOPLE_TRAINED", "population": AGENCIES}));
    assert_eq!(of(&targets(&public, "?year=2014"), "T2")["value"]["atLeast"], json!(66));
    let session = held(&staff, &course("so-noi-vu", "2015"), "2015-03-03");
    came(&staff, &session, "so-tttt", &entries(&named(&staff, 2)));
    hidden(&of(&targets(&public, "?year=2015"), "T2"));
    assert_eq!(of(&targets(&staff, "?year=2015"), "T2")["value"]["atLeast"], json!(68));
    assert_eq!(of(&targets(&public, "?year=2014"), "T2")["value"]["atLeast"], json!(66));
    // Days within a year would show single sessions: everybody is told the end of it.
    for day in ["2014-01-31", "2014-05-05", "2014-12-31"] {
        assert_eq!(of(&targets(&public, &format!("?asOf={day}&year=2014")), "T2")["value"]["atLeast"], json!(66), "{day}");
    }
    assert_eq!(of(&targets(&staff, "?asOf=2014-05-05"), "T2")["value"]["atLeast"], json!(39));
    // Of those in charge few are not qualified: nobody is told how many, nor what share that is.
    define(&standing, "T3", &qualified(&AGENCIES));
    for agency in AGENCIES {
        roll(&staff, agency, "2014-06-30", &json!({"headcount": 100, "inCharge": 20, "fullyQualified": 19}));
    }
    hidden(&of(&targets(&public, "?year=2014"), "T3"));
    assert_eq!(of(&targets(&staff, "?year=2014"), "T3")["value"]["percentAtLeast"], json!("95.00"));
}

fn attendances_are_shown_where_those_who_came_again_are_many(backend: Backend) {
    let app = TestApp::start(backend);
    let staff = personnel(&app);
    let all = named(&staff, 12);
    let told = |on: &str, people: &[Value]| {
        let session = held(&staff, &course("so-noi-vu", on), on);
        came(&staff, &session, "so-tttt", &entries(people));
        let told = app.anonymous().get(FIGURES).json();
        (shown(&told["persons"]), shown(&told["attendances"]))
    };
    assert_eq!(told("2014-03-03", &all), (Some(12), None));
    assert_eq!(told("2014-04-03", &all[..3]), (Some(12), None), "three came again");
    assert_eq!(told("2014-05-03", &all[3..6]), (Some(12), Some(18)));
}
