//! What everybody reads of people in trainings and targets: no figure of a few, and none by which one could be computed.

use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, Client, TestApp, both};

use crate::{
    amendments::decision,
    persons::{made, personnel},
    targets::{RULE, define, of, qualified, targets},
    trainings::{came, course, held, people, release, released, roll},
};

both!(
    nothing_that_is_shown_gives_a_suppressed_figure_away,
    shares_of_people_are_told_in_steps_whatever_changes_by_a_few,
    attendances_are_shown_where_those_who_came_again_are_many,
    what_is_not_released_is_told_to_nobody_and_one_person_more_is_not_told,
    versions_over_other_agencies_tell_the_same,
    no_number_of_people_stands_beside_a_share,
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
    let (public, standing) = (app.anonymous(), app.person(Some("so-tttt"), Role::Standing));
    define(&standing, "T2", &json!({"from": "2014-01-01", "reckoning": "PEOPLE_TRAINED", "population": AGENCIES}));
    release(&standing, 2014);
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
    // Coverage is told in steps of five points, without a number of people.
    let t2 = of(&targets(&public, "?year=2014"), "T2");
    assert_eq!(points(&t2), [json!("20.00"), json!("25.00"), Value::Null, Value::Null]);
    assert_eq!((&t2["byAgency"], &t2["records"], &t2["isSuppressed"]), (&json!([]), &json!(0), &json!(false)));
    assert_eq!(of(&targets(&staff, "?year=2014"), "T2")["records"], json!(66));
}

fn shares_of_people_are_told_in_steps_whatever_changes_by_a_few(backend: Backend) {
    let (app, staff) = stage(backend, [[12, 3], [20, 9], [7, 15]]);
    let (public, standing) = (app.anonymous(), app.person(Some("so-tttt"), Role::Standing));
    let live = |query: &str, code: &str| of(&targets(&staff, query), code)["value"].clone();
    // Over two of three agencies, then over all, then with two more people in the next year: no number of people is ever told.
    define(&standing, "T2", &json!({"from": "2014-01-01", "reckoning": "PEOPLE_TRAINED", "population": ["so-tttt", "so-ngoai-vu"]}));
    release(&standing, 2014);
    assert_eq!(live("?year=2014", "T2")["atLeast"], json!(44));
    assert_eq!(points(&of(&targets(&public, "?year=2014"), "T2")), [json!("20.00"), json!("25.00"), Value::Null, Value::Null]);
    define(&standing, "T2", &json!({"from": "2014-01-02", "reckoning": "PEOPLE_TRAINED", "population": AGENCIES}));
    release(&standing, 2014);
    let session = held(&staff, &course("so-noi-vu", "2015"), "2015-03-03");
    came(&staff, &session, "so-tttt", &entries(&named(&staff, 2)));
    release(&standing, 2015);
    assert_eq!((live("?year=2014", "T2")["atLeast"].take(), live("?year=2015", "T2")["atLeast"].take()), (json!(66), json!(68)));
    for year in ["2014", "2015"] {
        assert_eq!(points(&of(&targets(&public, &format!("?year={year}")), "T2"))[..2], [json!("20.00"), json!("25.00")], "{year}");
    }
    // Days within a year would show single sessions: everybody is told what was released, with the day that it is of.
    for day in ["2014-01-31", "2014-05-05", "2014-12-31"] {
        let told = of(&targets(&public, &format!("?asOf={day}&year=2014")), "T2");
        assert_eq!((&points(&told)[0], &told["asOf"]), (&json!("20.00"), &json!("2014-12-31")), "{day}");
    }
    assert_eq!(live("?asOf=2014-05-05", "T2")["atLeast"], json!(39));
    // Of 60 in charge 57 are qualified: over so few no share is told, whatever else is.
    define(&standing, "T3", &qualified(&AGENCIES));
    for agency in AGENCIES {
        roll(&staff, agency, "2014-06-30", &json!({"headcount": 100, "inCharge": 20, "fullyQualified": 19}));
    }
    release(&standing, 2014);
    let hidden = of(&targets(&public, "?year=2014"), "T3");
    assert_eq!((&hidden["isSuppressed"], &hidden["status"]), (&json!(true), &json!("UNDETERMINED")), "{hidden}");
    assert_eq!(points(&hidden), [Value::Null, Value::Null, Value::Null, Value::Null]);
    assert_eq!(live("?year=2014", "T3")["percentAtLeast"], json!("95.00"));
    // A return that tells other numbers alone leaves what was told of these.
    roll(&staff, "so-tttt", "2014-10-30", &json!({"headcount": 101}));
    assert_eq!(live("?year=2014", "T3")["percentAtLeast"], json!("95.00"));
    // What a document states of people is told as coarsely.
    let stated = json!({"year": 2014, "on": "2014-12-31", "document": RULE, "finality": "FINAL", "share": {"part": 50, "whole": 300}});
    let path = "/api/v1/admin/programmes/HP-1593-2013/targets/T2/values";
    let reply = crate::persons::send(&standing, "POST", path, None, &stated);
    assert_eq!(reply.status, 201, "{}", reply.body);
    let beside = of(&targets(&public, "?year=2014"), "T2")["stated"].take();
    assert_eq!(
        (&beside["value"]["percentAtLeast"], &beside["value"]["atLeast"], &beside["value"]["whole"]),
        (&json!("15.00"), &Value::Null, &Value::Null),
        "{beside}"
    );
    assert_eq!(of(&targets(&staff, "?year=2014"), "T2")["stated"]["value"]["atLeast"], json!(50));
    // Its time is over: it is told so, whenever the year was released.
    assert_eq!(of(&targets(&public, "?year=2015"), "T2")["status"], "NOT_MET");
}

/// What a target tells of a share: the points and the numbers.
fn points(told: &Value) -> [Value; 4] {
    let value = &told["value"];
    [&value["percentAtLeast"], &value["percentAtMost"], &value["atLeast"], &value["whole"]].map(Clone::clone)
}

fn attendances_are_shown_where_those_who_came_again_are_many(backend: Backend) {
    let app = TestApp::start(backend);
    let (staff, standing) = (personnel(&app), app.person(None, Role::Standing));
    let all = named(&staff, 12);
    let told = |on: &str, people: &[Value]| {
        let session = held(&staff, &course("so-noi-vu", on), on);
        came(&staff, &session, "so-tttt", &entries(people));
        release(&standing, 2014);
        let told = app.anonymous().get(FIGURES).json();
        (shown(&told["persons"]), shown(&told["attendances"]))
    };
    assert_eq!(told("2014-03-03", &all), (Some(12), None));
    assert_eq!(told("2014-04-03", &all[..3]), (Some(12), None), "three came again");
    assert_eq!(told("2014-05-03", &all[3..6]), (Some(12), Some(18)));
    assert_eq!(told("2014-06-03", &all[6..8]), (Some(12), None), "two more attendances than were told");
}

fn what_is_not_released_is_told_to_nobody_and_one_person_more_is_not_told(backend: Backend) {
    let app = TestApp::start(backend);
    decision(&app.person(None, Role::Admin), RULE, "2013-12-01");
    let (staff, public, standing) = (personnel(&app), app.anonymous(), app.person(None, Role::Standing));
    let session = held(&staff, &course("so-noi-vu", "Đợt 1"), "2014-05-05");
    let all = named(&staff, 26);
    came(&staff, &session, "so-tttt", &entries(&all[..20]));
    let figures = |client: &Client| client.get(FIGURES).json();
    let told = figures(&public);
    assert_eq!(
        [&told["publication"], &told["persons"], &told["asOf"], &told["rows"]],
        [&json!("NOT_RELEASED"), &Value::Null, &Value::Null, &json!([])],
        "not released is no data"
    );
    assert_eq!(figures(&app.system_of("so-tttt")), told, "an agency is told no more of others");
    let chart = |client: &Client| client.get("/api/v1/charts/trainings.json?programme=HP-1593-2013&year=2014").json()["rows"].take();
    assert_eq!(chart(&public), json!([]));
    let live = figures(&staff);
    assert_eq!((&live["publication"], &live["persons"]["value"]), (&json!("LIVE"), &json!(20)));
    // An administrator or the standing agency releases it, by a document, as of a day; the log has it.
    let reply = released(&standing, &json!({"year": 2014, "asOf": "2014-12-31", "document": RULE}));
    assert_eq!((reply.status, reply.json()), (201, figures(&public)), "{}", reply.body);
    let first = figures(&public);
    assert_eq!((&first["publication"], &first["asOf"], &first["persons"]["value"]), (&json!("RELEASED"), &json!("2014-12-31"), &json!(20)));
    assert!(first["document"].is_string());
    for (change, at, code) in [
        (json!({"year": 2014, "asOf": "2014-11-30"}), "/asOf", "OUT_OF_RANGE"),
        (json!({"year": 2014, "asOf": "2199-01-01"}), "/asOf", "OUT_OF_RANGE"),
        (json!({"year": 2016, "asOf": "2015-01-01", "document": "khong-co"}), "/asOf", "OUT_OF_RANGE"),
    ] {
        assert_eq!(released(&standing, &change).faults()[0], (at.to_owned(), code.to_owned()), "{change}");
    }
    assert_eq!(released(&staff, &json!({"year": 2014})).code(), "FORBIDDEN");
    assert!(crate::audit::verdict(&app, None).is_ok());
    // One comes more: between releases nothing changes, and a release does not tell of one.
    came(&staff, &session, "so-tttt", &entries(&all[..21]));
    assert_eq!((figures(&public), figures(&staff)["persons"]["value"].take()), (first.clone(), json!(21)));
    release(&standing, 2014);
    assert_eq!(figures(&public)["persons"], first["persons"]);
    came(&staff, &session, "so-tttt", &entries(&all));
    let before = figures(&public);
    assert_eq!(before["persons"]["value"], json!(20));
    release(&standing, 2014);
    assert_eq!((figures(&public)["persons"]["value"].take(), chart(&public)[0]["cells"][0]["value"].take()), (json!(26), json!("26")));
    // Over GraphQL the same act and the same figures.
    let act = "mutation { releaseTrainingFigures(programme: \"HP-1593-2013\", input: {year: 2015}) { figures { publication asOf persons { value } } \
               problem { code } } }";
    let done = standing.graphql(act, &json!({}))["releaseTrainingFigures"].take();
    assert_eq!((&done["figures"]["publication"], &done["figures"]["persons"]), (&json!("RELEASED"), &Value::Null), "{done}");
    let wrong = standing.graphql(&act.replace("2015", "2199"), &json!({}))["releaseTrainingFigures"].take();
    assert_eq!(wrong["problem"]["code"], json!("BODY_INVALID"));
}

fn versions_over_other_agencies_tell_the_same(backend: Backend) {
    let (app, staff) = stage(backend, [[12, 8], [20, 9], [7, 15]]);
    let (public, standing) = (app.anonymous(), app.person(None, Role::Standing));
    define(&standing, "T2", &json!({"from": "2014-01-01", "reckoning": "PEOPLE_TRAINED", "population": AGENCIES}));
    // The next version leaves one agency out: of two people.
    roll(&staff, "bao-hai-phong", "2014-07-01", &json!({"headcount": 2, "inCharge": 1}));
    define(&standing, "T2", &json!({"from": "2014-06-01", "population": ["so-tttt", "so-ngoai-vu"]}));
    let t2 = |query: &str| of(&targets(&public, query), "T2");
    assert_eq!((&t2("?year=2014")["publication"], &t2("?year=2014")["status"]), (&json!("NOT_RELEASED"), &json!("NO_DATA")));
    assert_eq!(released(&standing, &json!({"year": 2014, "asOf": "2014-05-01"})).status, 201);
    release(&standing, 2014);
    let told = |query: &str| {
        let told = t2(query);
        (told["definition"]["version"].clone(), told["value"]["percentAtLeast"].clone(), told["value"]["whole"].clone())
    };
    // Whatever day and version is asked for: what was released last, by the version by which it was counted.
    for query in ["?asOf=2014-05-31&year=2014", "?asOf=2014-06-01&year=2014", "?year=2014"] {
        assert_eq!(told(query), (json!(3), json!("20.00"), Value::Null), "{query}");
    }
    let whole = |day: &str| of(&targets(&staff, &format!("?asOf={day}")), "T2")["value"]["whole"].take();
    assert_eq!((whole("2014-12-31"), whole("2014-05-31")), (json!(200), Value::Null));
}

fn no_number_of_people_stands_beside_a_share(backend: Backend) {
    let (app, staff) = stage(backend, [[12, 8], [20, 9], [7, 15]]);
    let (public, standing) = (app.anonymous(), app.person(None, Role::Standing));
    define(&standing, "T2", &json!({"from": "2014-01-01", "reckoning": "PEOPLE_TRAINED", "population": AGENCIES}));
    define(&standing, "T3", &qualified(&AGENCIES));
    // All of them are in charge but three of one agency: the wholes of T2 and T3 would tell of these three.
    for (agency, all, some) in [("so-tttt", 100, 97), ("so-ngoai-vu", 100, 100), ("bao-hai-phong", 100, 100)] {
        roll(&staff, agency, "2014-06-30", &json!({"headcount": all, "inCharge": some, "fullyQualified": some - 40}));
    }
    release(&standing, 2014);
    let told = targets(&public, "?year=2014");
    assert_eq!(["T2", "T3"].map(|code| numbers_of(&of(&told, code)).len()), [0, 0], "{told}");
    assert_eq!(["T2", "T3"].map(|code| points(&of(&told, code))[0].clone()), [json!("20.00"), json!("55.00")]);
    assert_eq!(of(&targets(&staff, "?year=2014"), "T3")["value"]["whole"], json!(297));
    // The chart tells what the answer tells.
    let chart = public.get("/api/v1/charts/targets.json?programme=HP-1593-2013&year=2014").json();
    let row = chart["rows"].as_array().expect("rows").iter().find(|row| row["key"] == "T3").expect("the target").clone();
    assert_eq!((&row["cells"][0]["value"], &row["cells"][1]["value"]), (&json!("từ 55,00% đến 60,00%"), &Value::Null), "{row}");
    assert_eq!(row["cells"][4]["value"], json!("31/12/2014"), "{row}");
}

/// Every number of people that a target tells.
fn numbers_of(one: &Value) -> Vec<u64> {
    let values = one["alternatives"].as_array().expect("wholes").iter().map(|one| &one["value"]).chain([&one["value"]]);
    values.flat_map(|value| [value["atLeast"].as_u64(), value["whole"].as_u64()]).flatten().collect()
}
