//! Lists and figures of a day before an amendment, by GraphQL: how each year stood then, its task, its group, in the words of the day.

use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, Client, TestApp, both};

use crate::amendments::{amended, counted, decision, file, place, without};

both!(
    a_list_of_a_past_day_tells_how_each_stood_to_its_due_day_then,
    a_year_in_a_list_of_a_past_day_is_of_its_task_as_it_was_then,
    rows_of_figures_of_a_past_day_are_about_tasks_as_they_were_then,
    rows_of_figures_of_a_past_day_are_about_groups_as_they_were_then,
    without_a_day_a_programme_has_no_task_that_was_taken,
    what_was_worded_otherwise_costs_the_same_however_many_rows,
);

/// The last day of the words that were signed, and the first of the amendment.
const EVE: &str = "2016-06-30";
const DAY: &str = "2016-07-01";
const OLD: &str = "Đẩy mạnh tuyên truyền bảo vệ biển, đảo thành phố";
const NEW: &str = "Đẩy mạnh tuyên truyền bảo vệ biển, đảo và vùng ven biển";

/// I.4 has another title and another lead, II.4 is no task any more, V.4 is a new one.
fn changed() -> Value {
    let mut file = without(file(), "II.4");
    let renamed = place(&file, "I.4");
    file["tasks"][renamed]["title_vi"] = json!(NEW);
    file["tasks"][renamed]["lead"]["agencies"] = json!([{"agency": "so-noi-vu", "collective": false}]);
    let mut new = file["tasks"][place(&file, "V.3")].clone();
    new["number"] = json!(4);
    new["code"] = json!("V.4");
    new["title_vi"] = json!("Xây dựng cơ sở dữ liệu thông tin đối ngoại");
    new["lead"] = json!({"as_written_lines": ["Sở Nội vụ"], "agencies": [{"agency": "so-noi-vu", "collective": false}]});
    new["coordinating"] = json!({"as_written_lines": [], "agencies": []});
    new["period"] = json!({"as_written": "2020", "kind": "fixed", "start_year": 2020, "end_year": 2020, "years": [2020]});
    file["tasks"].as_array_mut().expect("tasks").push(new);
    counted(file)
}

fn start(backend: Backend) -> (TestApp, Client) {
    let app = TestApp::start(backend);
    let admin = app.person(None, Role::Admin);
    decision(&admin, "777/QĐ-UBND", "2016-06-20");
    amended(&admin, "777/QĐ-UBND", DAY, &changed());
    let public = app.anonymous();
    (app, public)
}

fn list<'a>(told: &'a Value, path: &str) -> &'a [Value] {
    told.pointer(path).and_then(Value::as_array).unwrap_or_else(|| panic!("no list at {path}: {told}"))
}

/// What has this text at a place.
fn with<'a>(rows: &'a [Value], path: &str, text: &str) -> Option<&'a Value> {
    rows.iter().find(|row| row.pointer(path).is_some_and(|found| found == text))
}

fn a_list_of_a_past_day_tells_how_each_stood_to_its_due_day_then(backend: Backend) {
    let (_app, public) = start(backend);
    let query = "query($day: NaiveDate) {
      occurrences(filter: {programme: \"HP-1593-2013\", fromYear: 2016, toYear: 2016, asOf: $day}, first: 50) { nodes { id timeliness } }
      statistics(programme: \"HP-1593-2013\", asOf: $day, filter: {fromYear: 2016, toYear: 2016}) {
        total { tasks { openWithin occurrences(figure: OPEN_WITHIN, first: 50) { nodes { timeliness } } } } }
      programme(code: \"HP-1593-2013\", asOf: $day) { task(code: \"I.4\") { occurrences { year timeliness now: timeliness(asOf: \"2026-01-15\") } } }
      search(text: \"bảo vệ biển đảo\", kinds: [TASK], asOf: $day, first: 10) {
        nodes { node { ... on Task { code occurrences { year timeliness now: timeliness(asOf: \"2026-01-15\") } } } } } }";
    let told = public.graphql(query, &json!({"day": EVE}));
    // Both interfaces say the same, and it is what the filter would find.
    let rest = public.get(&format!("/api/v1/occurrences?programme=HP-1593-2013&year=2016&asOf={EVE}&limit=50")).json();
    let each = |rows: &[Value]| rows.iter().map(|one| (one["id"].clone(), one["timeliness"].clone())).collect::<Vec<_>>();
    let nodes = each(list(&told, "/occurrences/nodes"));
    assert_eq!(nodes, each(list(&rest, "/items")));
    assert!(!nodes.is_empty() && nodes.iter().all(|(_, timeliness)| timeliness == "WITHIN"), "{nodes:?}");
    let behind = list(&told, "/statistics/total/tasks/occurrences/nodes");
    assert_eq!(told["statistics"]["total"]["tasks"]["openWithin"], behind.len());
    assert!(behind.len() == nodes.len() && behind.iter().all(|one| one["timeliness"] == "WITHIN"), "{behind:?}");
    let years = list(&told, "/programme/task/occurrences");
    assert_eq!(years.len(), 8);
    for one in years {
        let then = if one["year"].as_i64() < Some(2016) { "OVERDUE" } else { "WITHIN" };
        assert_eq!((&one["timeliness"], &one["now"]), (&json!(then), &json!("OVERDUE")), "{one}");
    }
    let found = with(list(&told, "/search/nodes"), "/node/code", "I.4").expect("I.4");
    assert_eq!(list(found, "/node/occurrences"), years);
    let near = public.graphql(query, &json!({"day": "2016-12-30"}));
    assert!(list(&near, "/occurrences/nodes").iter().any(|one| one["timeliness"] == "NEARLY_DUE"), "{near}");
}

fn a_year_in_a_list_of_a_past_day_is_of_its_task_as_it_was_then(backend: Backend) {
    let (_app, public) = start(backend);
    let query = "query($day: NaiveDate) {
      occurrences(filter: {programme: \"HP-1593-2013\", fromYear: 2016, toYear: 2016, asOf: $day}, first: 50) {
        nodes { status task { code name validTo leadAgencies { code } } } }
      programme(code: \"HP-1593-2013\", asOf: $day) { task(code: \"I.4\") { occurrences { task { name } } } } }";
    let told = |day: Value| public.graphql(query, &json!({ "day": day }));
    let of = |told: &Value, code: &str| with(list(told, "/occurrences/nodes"), "/task/code", code).cloned().expect("a year of the task");
    let was = json!({"code": "I.4", "name": OLD, "validTo": DAY, "leadAgencies": [{"code": "so-tttt"}]});
    let is = json!({"code": "I.4", "name": NEW, "validTo": null, "leadAgencies": [{"code": "so-noi-vu"}]});
    for (day, task) in [(json!(EVE), &was), (json!(DAY), &is), (Value::Null, &is)] {
        let told = told(day.clone());
        assert_eq!(&of(&told, "I.4")["task"], task, "{day}");
        let years = list(&told, "/programme/task/occurrences");
        assert!(!years.is_empty() && years.iter().all(|one| one["task"]["name"] == task["name"]), "{day}: {told}");
        // A task that was taken is still told, in its last words.
        let taken = of(&told, "II.4");
        let stood = if day == EVE { ("NOT_STARTED", json!([{"code": "so-tttt"}])) } else { ("WITHDRAWN", json!([])) };
        assert_eq!((&taken["status"], &taken["task"]["leadAgencies"]), (&json!(stood.0), &stood.1), "{day}");
        assert_eq!(taken["task"]["validTo"], DAY, "{day}");
    }
}

fn rows_of_figures_of_a_past_day_are_about_tasks_as_they_were_then(backend: Backend) {
    let (_app, public) = start(backend);
    let query = "query($day: NaiveDate) { statistics(programme: \"HP-1593-2013\", asOf: $day, groupBy: TASK) { rows { code name
      task { code name validTo occurrences { year status } leadAgencies { code } group { code } } } } }";
    let told = |day: Value| public.graphql(query, &json!({ "day": day }));
    let of = |told: &Value, code: &str| with(list(told, "/statistics/rows"), "/code", code).cloned();
    let facts = |row: &Value| (row["name"].clone(), row["task"]["name"].clone(), row["task"]["validTo"].clone());
    for (day, name, end, lead) in [
        (json!(EVE), OLD, json!(DAY), "so-tttt"),
        (json!(DAY), NEW, Value::Null, "so-noi-vu"),
        (Value::Null, NEW, Value::Null, "so-noi-vu"),
    ] {
        let told = told(day.clone());
        let row = of(&told, "I.4").expect("I.4");
        assert_eq!(facts(&row), (json!(name), json!(name), end), "{day}");
        assert_eq!((&row["task"]["leadAgencies"], &row["task"]["group"]), (&json!([{"code": lead}]), &json!({"code": "I"})), "{day}");
        // Its years before the amendment are still counted.
        let taken = of(&told, "II.4").expect("II.4");
        assert_eq!((&taken["task"]["code"], &taken["task"]["validTo"]), (&json!("II.4"), &json!(DAY)), "{day}");
        let withdrawn = list(&taken, "/task/occurrences").iter().filter(|one| one["status"] == "WITHDRAWN").count();
        assert_eq!(withdrawn, if day == EVE { 0 } else { 5 }, "{day}: {taken}");
        assert_eq!(of(&told, "V.4").is_some(), day != EVE, "{day}");
    }
}

fn rows_of_figures_of_a_past_day_are_about_groups_as_they_were_then(backend: Backend) {
    let (_app, public) = start(backend);
    let query = "query($day: NaiveDate) { statistics(programme: \"HP-1593-2013\", asOf: $day, groupBy: GROUP) { rows {
      group { code tasks { code name } programme { version { number } } } } } }";
    for (day, version, name) in [(json!(EVE), 1, OLD), (json!(DAY), 2, NEW), (Value::Null, 2, NEW)] {
        let told = public.graphql(query, &json!({ "day": day }));
        let group = |code: &str| with(list(&told, "/statistics/rows"), "/group/code", code).expect("a row")["group"].clone();
        let has = |code: &str, task: &str| with(list(&group(code), "/tasks"), "/code", task).is_some();
        assert_eq!((has("II", "II.4"), has("V", "V.4")), (day == EVE, day != EVE), "{day}: {told}");
        assert_eq!(with(list(&group("I"), "/tasks"), "/code", "I.4").expect("I.4")["name"], name, "{day}");
        assert_eq!(group("I")["programme"]["version"]["number"], version, "{day}");
    }
}

fn without_a_day_a_programme_has_no_task_that_was_taken(backend: Backend) {
    let (_app, public) = start(backend);
    let query =
        "query($code: String!, $day: NaiveDate) { programme(code: \"HP-1593-2013\", asOf: $day) { task(code: $code) { code name } } }";
    let task = |code: &str, day: Value| public.graphql(query, &json!({"code": code, "day": day}))["programme"]["task"].take();
    for today in [Value::Null, json!("2026-01-15")] {
        assert_eq!(task("II.4", today.clone()), Value::Null, "{today}");
        assert_eq!(task("V.4", today.clone())["code"], "V.4", "{today}");
        assert_eq!(task("I.4", today.clone())["name"], NEW, "{today}");
    }
    assert_eq!((&task("II.4", json!(EVE))["code"], &task("V.4", json!(EVE))), (&json!("II.4"), &Value::Null));
}

fn what_was_worded_otherwise_costs_the_same_however_many_rows(backend: Backend) {
    const YEARS: &str = "query($filter: OccurrenceFilter) { occurrences(filter: $filter, first: 50) {
      nodes { timeliness leadAgencies { code } task { name validTo leadAgencies { code } } } } }";
    const TASKS: &str =
        "query($filter: StatisticsFilter) { statistics(programme: \"HP-1593-2013\", asOf: \"2016-06-30\", groupBy: TASK, filter: $filter) {
      rows { task { name validTo occurrences { year status } leadAgencies { code } group { code tasks { code } } } } } }";
    let (app, public) = start(backend);
    let cost = |query: &str, rows: &str, filter: &Value| {
        let (statements, told) = app.fewest_statements(|| public.graphql(query, &json!({ "filter": filter })));
        (statements, list(&told, rows).len())
    };
    let group = json!({"programme": "HP-1593-2013", "group": "I", "fromYear": 2016, "toYear": 2016, "asOf": EVE});
    let whole = json!({"programme": "HP-1593-2013", "asOf": EVE});
    for (query, rows, [few, many]) in
        [(YEARS, "/occurrences/nodes", [group, whole]), (TASKS, "/statistics/rows", [json!({"group": "I"}), json!({})])]
    {
        cost(query, rows, &few); // reads the changed catalogue into memory
        let (few, many) = (cost(query, rows, &few), cost(query, rows, &many));
        assert!(many.1 >= few.1 + 10, "{few:?} {many:?}");
        // What other rows wait for may be read in a batch before theirs.
        assert!(many.0 <= few.0 + 4, "{few:?} {many:?}");
    }
}
