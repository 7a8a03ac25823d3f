//! Days before a programme was there, and before it was amended: lists of tasks and figures tell what held then.

use app::import::ImportOptions;
use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, Client, TestApp, both, seed};

use crate::{
    access,
    amendments::{amended, codes, counted, decision, file, place, without},
    obligations,
    plans::walks_over,
    statistics::tell,
};

both!(
    a_programme_counts_nothing_before_its_first_day,
    nothing_is_owed_before_the_first_day,
    each_programme_counts_from_its_own_day,
    what_is_to_come_stands_in_the_calendar,
    tasks_of_a_day_are_those_in_force_in_its_words,
    tasks_of_a_day_are_found_by_what_they_were,
    pages_of_a_day_hold_each_task_once_in_every_order,
    tasks_of_a_day_cost_the_same_however_often_they_were_amended,
);

const PROGRAMME: &str = "HP-1593-2013";
const EVE: &str = "2015-02-28";
const DAY: &str = "2015-03-01";
/// Tasks that have other words from the day on.
const REWORDED: [(&str, &str); 3] = [("I.1", "Ra mắt sách song ngữ"), ("II.1", "Ban hành chiến lược"), ("V.1", "Áp dụng nền tảng số")];

const COUNTED: &str = "query($day: NaiveDate, $p: String) {
  statistics(programme: $p, asOf: $day) { total { tasks { assigned occurrences(first: 1) { totalCount } } } }
  occurrences(filter: {programme: $p, asOf: $day}, first: 1) { totalCount nodes { id } }
  tasks(filter: {programme: $p}, asOf: $day, first: 1) { totalCount nodes { id } } }";

/// Task-years that were assigned, and tasks, of a programme or of all, as of a day.
fn told(client: &Client, programme: Option<&str>, day: &str) -> (Value, Value) {
    let told = client.graphql(COUNTED, &json!({"day": day, "p": programme}));
    let tasks = &told["statistics"]["total"]["tasks"];
    let (years, found) = (&told["occurrences"], &told["tasks"]);
    assert_eq!((&tasks["assigned"], &tasks["occurrences"]["totalCount"]), (&years["totalCount"], &years["totalCount"]), "{day}");
    for list in [years, found] {
        assert_eq!(list["nodes"] == json!([]), list["totalCount"] == 0, "{day}: {list}");
    }
    (years["totalCount"].clone(), found["totalCount"].clone())
}

fn a_programme_counts_nothing_before_its_first_day(backend: Backend) {
    let app = TestApp::start(backend);
    let public = app.anonymous();
    let rows = |list: &Value| list.as_array().expect("rows").len();
    for (day, years, tasks, groups) in [("2000-01-01", 0, 0, 0), ("2013-08-19", 0, 0, 0), ("2013-08-20", 117, 19, 5)] {
        for programme in [Some(PROGRAMME), None] {
            assert_eq!(told(&public, programme, day), (json!(years), json!(tasks)), "{day}");
        }
        let of = format!("programme={PROGRAMME}&asOf={day}");
        let figures = tell(&public, &format!("{of}&groupBy=GROUP"));
        assert_eq!((&figures["total"]["tasks"]["assigned"], rows(&figures["rows"])), (&json!(years), groups), "{day}");
        for by in ["AGENCY", "TASK", "YEAR"] {
            assert_eq!(rows(&tell(&public, &format!("{of}&groupBy={by}"))["rows"]) == 0, years == 0, "{day} by {by}");
        }
        let page = |list: &str| rows(&public.get(&format!("/api/v1/{list}?{of}&limit=200")).json()["items"]);
        assert_eq!((page("occurrences"), page("tasks")), (years, tasks), "{day}");
        assert_eq!(rows(&public.get(&format!("/api/v1/charts/tasks.json?{of}")).json()["rows"]), groups, "{day}");
        let led = json!({"f": {"programme": PROGRAMME, "leadAgency": "so-tttt", "asOf": day}});
        let led = public.graphql("query($f: OccurrenceFilter) { occurrences(filter: $f, first: 1) { totalCount } }", &led);
        assert_eq!(led["occurrences"]["totalCount"] == 0, years == 0, "{day}");
    }
    // What is compared with a day before the programme is all new.
    let first = tell(&public, &format!("programme={PROGRAMME}&asOf=2013-08-20&comparedTo=2013-08-19"));
    assert_eq!(first["total"]["tasks"]["change"]["assigned"], 117);
}

fn each_programme_counts_from_its_own_day(backend: Backend) {
    let app = TestApp::start(backend);
    let mut later = seed::made_up(2);
    later["decision"]["date"] = json!("2015-01-10");
    later["decision"]["date_as_written"] = json!("ngày 10 tháng 01 năm 2015");
    later["decision"]["effective_date"] = json!("2015-02-01");
    app.import(&later, ImportOptions::default()).expect("an import");
    let public = app.anonymous();
    for (day, years, tasks) in [("2013-08-19", 0, 0), ("2015-01-31", 117, 19), ("2015-02-01", 133, 21)] {
        assert_eq!(told(&public, None, day), (json!(years), json!(tasks)), "{day}");
    }
    assert_eq!(told(&public, Some(seed::MADE_UP), "2015-01-31"), (json!(0), json!(0)));
}

fn nothing_is_owed_before_the_first_day(backend: Backend) {
    const OWED: &str = "query($day: NaiveDate) { obligations(asOf: $day, first: 1) { totalCount nodes { id } } }";
    let app = obligations::start(backend);
    let standing = obligations::standing(&app);
    for (day, is_owed) in [("2000-01-01", false), ("2013-08-19", false), ("2013-08-20", true)] {
        let figures = tell(&standing, &format!("programme={PROGRAMME}&asOf={day}&groupBy=AGENCY"));
        let obliged = figures["total"]["reports"]["obliged"].as_i64().expect("a number");
        let notyet = figures["total"]["reports"]["notYetDue"].as_i64().expect("a number");
        assert_eq!((obliged + notyet > 0, figures["rows"] != json!([])), (is_owed, is_owed), "{day}: {}", figures["total"]);
        let owed = standing.graphql(OWED, &json!({ "day": day }))["obligations"].take();
        assert_eq!((owed["totalCount"] != 0, owed["nodes"] != json!([])), (is_owed, is_owed), "{day}");
    }
}

/// Decided and not in force yet: whoever plans looks ahead.
fn what_is_to_come_stands_in_the_calendar(backend: Backend) {
    let app = TestApp::start(backend);
    let mut later = seed::made_up(1);
    later["decision"]["date"] = json!("2026-01-05");
    later["decision"]["date_as_written"] = json!("ngày 05 tháng 01 năm 2026");
    later["decision"]["effective_date"] = json!("2026-06-01");
    later["programme"]["end_year"] = json!(2026);
    later["tasks"][0]["period"] = json!({"as_written": "Hàng năm", "kind": "annual", "start_year": 2013, "end_year": 2026,
                                         "years": (2013..=2026).collect::<Vec<i32>>(), "rule": "every year"});
    app.import(&later, ImportOptions::default()).expect("an import");
    let lead = later["tasks"][0]["lead"]["agencies"][0]["agency"].clone();
    let made = access::post(&app.person(None, Role::Admin), "/api/v1/calendar-links", &json!({ "agency": lead }));
    assert_eq!(made.status, 201, "{}", made.body);
    let shown = app.anonymous().get(made.json()["path"].as_str().expect("a path"));
    assert_eq!(shown.body.matches("BEGIN:VEVENT").count(), 2, "those of a year back and of two years ahead: {}", shown.body);
    assert_eq!(told(&app.anonymous(), Some(seed::MADE_UP), "2026-01-15").0, 0);
}

fn worded(file: &mut Value, code: &str, title: &str) {
    let at = place(file, code);
    file["tasks"][at]["title_vi"] = json!(title);
}

/// V.2 is gone and I.7 new, three tasks have other words, IV.1 goes on until 2017.
fn changed() -> Value {
    let mut file = without(file(), "V.2");
    for (code, title) in REWORDED {
        worded(&mut file, code, title);
    }
    let at = place(&file, "IV.1");
    file["tasks"][at]["period"] =
        json!({"as_written": "2013-2017", "kind": "fixed", "start_year": 2013, "end_year": 2017, "years": [2013, 2014, 2015, 2016, 2017]});
    let mut new = file["tasks"][place(&file, "I.2")].clone();
    new["code"] = json!("I.7");
    new["number"] = json!(7);
    new["title_vi"] = json!("Nhiệm vụ mới");
    new["lead"] = json!({"as_written_lines": ["Sở Nội vụ"], "agencies": [{"agency": "so-noi-vu", "collective": false}]});
    new["coordinating"] = json!({"as_written_lines": [], "agencies": []});
    new["period"] = json!({"as_written": "2020", "kind": "fixed", "start_year": 2020, "end_year": 2020, "years": [2020]});
    file["tasks"].as_array_mut().expect("tasks").push(new);
    counted(file)
}

/// The programme as it was changed by a decision of the city, from 01/03/2015 on.
fn amended_once(backend: Backend) -> (TestApp, Client) {
    let app = TestApp::start(backend);
    let admin = app.person(None, Role::Admin);
    decision(&admin, "2100/QĐ-UBND", "2015-02-20");
    amended(&admin, "2100/QĐ-UBND", DAY, &changed());
    (app, admin)
}

fn by_code(list: &Value) -> Vec<Value> {
    let mut tasks = list.as_array().expect("tasks").clone();
    tasks.sort_by_key(|task| task["code"].to_string());
    tasks
}

fn tasks_of_a_day_are_those_in_force_in_its_words(backend: Backend) {
    const LISTED: &str = "query($day: NaiveDate) {
      tasks(filter: {programme: \"HP-1593-2013\"}, asOf: $day, first: 40) { totalCount nodes { ...T } }
      programme(code: \"HP-1593-2013\", asOf: $day) { groups { tasks { ...T } } } }
      fragment T on Task { code name nameText(lang: EN) { text lang } group { code } period { endYear } leadAgencies { code }
        occurrences { year } }";
    let (app, _) = amended_once(backend);
    let public = app.anonymous();
    let on = |day: &str| {
        let told = public.graphql(LISTED, &json!({ "day": day }));
        let listed = by_code(&told["tasks"]["nodes"]);
        let groups = told["programme"]["groups"].as_array().expect("groups").iter();
        let below: Vec<Value> = groups.flat_map(|group| group["tasks"].as_array().expect("tasks").clone()).collect();
        assert_eq!(listed, by_code(&json!(below)), "{day}: the list and the programme tell the same");
        assert_eq!(told["tasks"]["totalCount"], listed.len(), "{day}");
        let rest = public.get(&format!("/api/v1/tasks?programme={PROGRAMME}&asOf={day}&limit=200")).json();
        let said = |tasks: Vec<Value>| -> Vec<_> { tasks.iter().map(|task| (task["code"].clone(), task["name"].clone())).collect() };
        assert_eq!(said(by_code(&rest["items"])), said(listed.clone()), "{day}: REST tells the same");
        listed
    };
    let (eve, day) = (on(EVE), on(DAY));
    let of = |tasks: &[Value], code: &str| tasks.iter().find(|task| task["code"] == code).cloned();
    assert_eq!((eve.len(), day.len()), (19, 19));
    assert!(of(&eve, "V.2").is_some() && of(&eve, "I.7").is_none(), "{eve:?}");
    for code in ["V.2", "I.1"] {
        let told = of(&eve, code).expect("the task")["nameText"]["lang"].clone();
        assert_eq!(told, "EN", "{code}: what it was called in English then");
    }
    assert!(of(&day, "V.2").is_none() && of(&day, "I.7").is_some(), "{day:?}");
    let signed = seed::decision_1593();
    let name = |tasks: &[Value], code: &str| of(tasks, code).expect("the task")["name"].clone();
    for (code, title) in REWORDED {
        let before = signed["tasks"][place(&signed, code)]["title_vi"].clone();
        assert_eq!((name(&eve, code), name(&day, code)), (before, json!(title)));
    }
    let end = |tasks: &[Value]| of(tasks, "IV.1").expect("the task")["period"]["endYear"].clone();
    assert_eq!((end(&eve), end(&day)), (json!(2015), json!(2017)));
    // Where no day is said, as they are.
    let now = public.graphql("{ tasks(first: 40) { totalCount nodes { code name } } }", &json!({}))["tasks"].take();
    let now = by_code(&now["nodes"]);
    assert_eq!((now.len(), name(&now, "I.1")), (19, json!("Ra mắt sách song ngữ")));
}

fn tasks_of_a_day_are_found_by_what_they_were(backend: Backend) {
    const FOUND: &str = "query($f: TaskFilter, $day: NaiveDate) { tasks(filter: $f, asOf: $day, first: 40) { totalCount nodes { code } } }";
    let (app, _) = amended_once(backend);
    let public = app.anonymous();
    let found = |mut filter: Value, day: &str| {
        filter["programme"] = json!(PROGRAMME);
        let page = public.graphql(FOUND, &json!({"f": filter, "day": day}))["tasks"].take();
        let found = codes(&page["nodes"]);
        assert_eq!(page["totalCount"], found.len(), "{filter} on {day}");
        found
    };
    let none: [&str; 0] = [];
    assert_eq!(found(json!({"text": "sach song ngu"}), EVE), none);
    assert_eq!(found(json!({"text": "sach song ngu"}), DAY), ["I.1"]);
    assert_eq!(found(json!({"text": "XUẤT BẢN ẤN PHẨM"}), EVE), ["I.1"]);
    assert_eq!(found(json!({"text": "xuat ban an pham"}), DAY), none);
    for (code, there, gone) in [("I.7", DAY, EVE), ("V.2", EVE, DAY)] {
        assert_eq!(found(json!({ "code": code }), there), [code]);
        assert_eq!(found(json!({ "code": code }), gone), none);
    }
    assert_eq!((found(json!({"group": "I"}), EVE).len(), found(json!({"group": "I"}), DAY).len()), (6, 7));
    // Years and leads, of what is worded otherwise since too.
    assert!(found(json!({"leadAgency": "so-tttt", "year": 2014}), EVE).contains(&"I.1".to_owned()));
    assert!(!found(json!({"leadAgency": "so-noi-vu"}), EVE).contains(&"I.1".to_owned()));
    assert_eq!(found(json!({"code": "I.1", "year": 2015}), EVE), none);
    assert_eq!(found(json!({"code": "IV.1", "year": 2017}), EVE), none, "the year came later");
    assert_eq!(found(json!({"code": "IV.1", "year": 2017}), DAY), ["IV.1"]);
}

/// The tasks of the day before the amendment, page by page.
fn walked(client: &Client, order: &Value, is_backward: bool) -> Vec<Value> {
    let page = if is_backward { "last: 3, before: $c" } else { "first: 3, after: $c" };
    let query = format!(
        "query($day: NaiveDate, $o: TaskOrder, $c: String) {{ tasks(asOf: $day, orderBy: $o, {page}) {{ totalCount \
         nodes {{ code period {{ startYear endYear }} }} pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }}"
    );
    let (mut all, mut cursor) = (Vec::new(), Value::Null);
    loop {
        let page = client.graphql(&query, &json!({"day": EVE, "o": order, "c": cursor}))["tasks"].take();
        assert_eq!(page["totalCount"], 19);
        let mut nodes = page["nodes"].as_array().expect("nodes").clone();
        assert!(!nodes.is_empty() && all.len() < 19, "{order}: {all:?}");
        let (goes_on, next) = if is_backward { ("hasPreviousPage", "startCursor") } else { ("hasNextPage", "endCursor") };
        if is_backward {
            nodes.extend(all);
            all = nodes;
        } else {
            all.extend(nodes);
        }
        if page["pageInfo"][goes_on] != true {
            return all;
        }
        cursor = page["pageInfo"][next].clone();
    }
}

fn pages_of_a_day_hold_each_task_once_in_every_order(backend: Backend) {
    let (app, _) = amended_once(backend);
    let public = app.anonymous();
    for field in ["ANNEX", "START_YEAR", "END_YEAR", "NAME"] {
        let of = |direction: &str, is_backward: bool| walked(&public, &json!({"field": field, "direction": direction}), is_backward);
        let rising = of("ASC", false);
        let mut each = codes(&json!(rising));
        each.sort_unstable();
        each.dedup();
        assert_eq!(each.len(), 19, "{field}");
        let mut falling = of("DESC", false);
        falling.reverse();
        assert_eq!(rising, falling, "{field}");
        assert_eq!(of("ASC", true), rising, "{field}, backwards");
        let mut falling = of("DESC", true);
        falling.reverse();
        assert_eq!(falling, rising, "{field}, backwards");
        let is_in_order = |key: &str| rising.is_sorted_by_key(|task| task["period"][key].as_i64());
        assert!(field != "START_YEAR" || is_in_order("startYear"), "{rising:?}");
        assert!(field != "END_YEAR" || is_in_order("endYear"), "{rising:?}");
        // By the title of the day, not by the one of now.
        assert!(field != "NAME" || codes(&json!(rising)).iter().rev().take(4).any(|code| code == "I.1"), "{rising:?}");
    }
}

fn tasks_of_a_day_cost_the_same_however_often_they_were_amended(backend: Backend) {
    const ASKED: &str = "query($day: NaiveDate) { tasks(filter: {programme: \"HP-1593-2013\", leadAgency: \"so-tttt\"}, asOf: $day,
      first: 40) { totalCount nodes { code name group { code } leadAgencies { code } } } }";
    let (app, admin) = amended_once(backend);
    let public = app.anonymous();
    let cost = || app.fewest_statements(|| public.graphql(ASKED, &json!({"day": EVE})));
    cost(); // reads the changed catalogue into memory
    let (once, before) = cost();
    for year in [2016, 2017] {
        let number = format!("{year}/QĐ-UBND");
        decision(&admin, &number, &format!("{year}-02-20"));
        let mut file = changed();
        for task in file["tasks"].as_array_mut().expect("tasks") {
            task["title_vi"] = json!(format!("Lời của năm {year}: {}", task["code"]));
        }
        amended(&admin, &number, &format!("{year}-03-01"), &file);
    }
    cost();
    let (thrice, after) = cost();
    assert_eq!((thrice, &after), (once, &before));
    assert!(thrice <= 20, "{thrice} statements");
    if backend == Backend::Sqlite {
        let (sent, _) = app.sent(|| public.graphql(ASKED, &json!({"day": EVE})));
        let of_past: Vec<&String> = sent.iter().filter(|shown| shown.contains("programme_past")).collect();
        assert!(!of_past.is_empty(), "{sent:?}");
        for shown in of_past {
            assert_eq!(walks_over(&app, backend, shown, "programme_past"), [] as [String; 0], "{shown}");
        }
    }
}
