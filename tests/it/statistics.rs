//! Figures that add up: the published tables come out, every part is in its total, every list is behind its figure.

use app::import::ImportOptions;
use chrono::TimeDelta;
use domain::statistics::{Figure, formulas, reporting};
use serde_json::{Value, json};
use testkit::{
    Backend, Client, TestApp, both,
    bulk::{self, Batch},
    database::{execute, rows},
    dice::Dice,
    once,
    seed::{MADE_UP, made_up},
};

both!(
    the_city_s_table_of_august_2018_comes_out,
    open_tasks_are_overdue_from_midnight_of_the_next_day,
    each_lead_is_credited_and_no_coordinator,
    parts_and_totals_agree_at_every_level,
    a_past_day_counts_what_stood_then,
    figures_cost_the_same_however_many,
    odd_questions_are_refused,
);
once!(each_formula_is_published_with_its_figure);

/// A server over the made-up programme with so many tasks of eight years.
fn filled(backend: Backend, tasks: usize, batches: &[Batch]) -> TestApp {
    let app = TestApp::start(backend);
    app.service_account("so-tttt", &[]);
    app.import(&made_up(1), ImportOptions::default()).expect("an import");
    bulk::occurrences(&app, backend, tasks, batches);
    app
}

pub fn tell(client: &Client, query: &str) -> Value {
    let reply = client.get(&format!("/api/v1/statistics?{query}"));
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.json()
}

fn the_city_s_table_of_august_2018_comes_out(backend: Backend) {
    let batch = |count, status, due_on, completed_on| Batch { count, status, due_on, completed_on };
    let (due, overdue) = (Some("2018-08-15"), Some("2018-05-01"));
    let app = filled(
        backend,
        1_520,
        &[
            batch(4_071, "COMPLETED", due, Some("2018-08-15")),
            batch(3_085, "COMPLETED", due, Some("2018-08-16")),
            batch(2_986, "COMPLETED", None, Some("2018-08-01")),
            batch(1_760, "IN_PROGRESS", Some("2018-08-31"), None),
            batch(258, "NOT_STARTED", overdue, None),
        ],
    );
    let told = tell(&app.anonymous(), &format!("programme={MADE_UP}&asOf=2018-08-31&comparedTo=2018-08-15&groupBy=AGENCY"));
    let tasks = &told["total"]["tasks"];
    assert_eq!([&tasks["assigned"], &tasks["completed"], &tasks["open"], &tasks["openOverdue"]], [12_160, 10_142, 2_018, 258]);
    let percent = |rate: &str| tasks[rate]["percent"].as_str().expect("a rate").to_owned();
    assert_eq!(percent("allCompletionRate"), "83.40");
    assert_eq!(["onTimeShare", "lateShare", "noDeadlineShare"].map(percent), ["40.14", "30.42", "29.44"]);
    assert_eq!(["overdueShareOfAll", "overdueShareOfDue"].map(percent), ["2.12", "3.48"]);
    assert_eq!(tasks["dueCompletionRate"], json!({"numerator": 7_156, "denominator": 7_414, "percent": "96.52"}));
    assert_eq!(tasks["longestDaysOverdue"], 122);
    // On 15 August those delivered on the 16th were still open, on their last day.
    assert_eq!((&tasks["change"]["completedLate"], &tasks["change"]["openWithin"]), (&json!(3_085), &json!(-3_085)));
    assert_eq!(told["rows"].as_array().unwrap().len(), 7, "seven lead agencies");
    // The list behind each figure is as long as the figure says.
    let query = "query($p: String) { statistics(programme: $p, asOf: \"2018-08-31\") { total { tasks {
      a: occurrences(figure: OPEN_OVERDUE, first: 1) { totalCount nodes { dueOn timeliness(asOf: \"2018-08-31\") } }
      b: occurrences(figure: FALLEN_DUE, first: 1) { totalCount } c: occurrences(figure: COMPLETED_NO_DEADLINE, first: 1) { totalCount } } } } }";
    let lists = app.anonymous().graphql(query, &json!({"p": MADE_UP}));
    let lists = &lists["statistics"]["total"]["tasks"];
    assert_eq!(["a", "b", "c"].map(|list| lists[list]["totalCount"].as_i64().unwrap()), [258, 7_414, 2_986]);
    assert_eq!(lists["a"]["nodes"][0], json!({"dueOn": "2018-05-01", "timeliness": "OVERDUE"}));
}

fn open_tasks_are_overdue_from_midnight_of_the_next_day(backend: Backend) {
    let app = filled(backend, 1, &[Batch { count: 8, status: "IN_PROGRESS", due_on: Some("2026-01-15"), completed_on: None }]);
    let counts = || {
        let told = tell(&app.anonymous(), &format!("programme={MADE_UP}"));
        let tasks = &told["total"]["tasks"];
        (told["asOf"].clone(), tasks["openWithin"].as_i64().unwrap(), tasks["openOverdue"].as_i64().unwrap())
    };
    // Ten in the morning in Viet Nam.
    assert_eq!(counts(), (json!("2026-01-15"), 8, 0));
    app.clock.advance(TimeDelta::hours(14) - TimeDelta::seconds(1));
    assert_eq!(counts(), (json!("2026-01-15"), 8, 0));
    app.clock.advance(TimeDelta::seconds(1));
    assert_eq!(counts(), (json!("2026-01-16"), 0, 8));
}

fn each_lead_is_credited_and_no_coordinator(backend: Backend) {
    let app = TestApp::start(backend);
    let client = app.anonymous();
    let told = tell(&client, "programme=HP-1593-2013&groupBy=AGENCY&asOf=2026-01-15");
    let assigned = |agency: &str| {
        let row = told["rows"].as_array().unwrap().iter().find(|row| row["agency"] == agency);
        row.map(|row| row["tasks"]["assigned"].as_i64().unwrap())
    };
    // 117 task-years; the central authority only coordinates, and collectives stand for their members.
    assert_eq!(told["total"]["tasks"]["assigned"], 117);
    assert_eq!(assigned("cuc-ttdn"), None);
    assert_eq!(assigned("cac-co-quan-bao-chi-hai-phong"), None);
    // V.2 (three years) by name, I.5 (eight years) as one of the press agencies.
    assert_eq!(assigned("bao-hai-phong"), Some(11));
    for row in told["rows"].as_array().unwrap() {
        let agency = row["agency"].as_str().unwrap();
        let listed = client.graphql(
            "query($f: OccurrenceFilter) { occurrences(filter: $f, first: 1) { totalCount } }",
            &json!({"f": {"programme": "HP-1593-2013", "leadAgency": agency, "figure": "ASSIGNED"}}),
        );
        assert_eq!(listed["occurrences"]["totalCount"], row["tasks"]["assigned"], "{agency}");
    }
    // Asked for one lead, its row is told, not those who lead with it.
    let one = tell(&client, "programme=HP-1593-2013&groupBy=AGENCY&leadAgency=bao-hai-phong");
    assert_eq!((one["rows"].as_array().unwrap().len(), &one["total"]["tasks"]["assigned"]), (1, &json!(11)));
}

const DAYS: [&str; 5] = ["2018-02-28", "2018-06-30", "2018-07-01", "2018-08-31", "2019-12-31"];

fn a_batch(dice: &mut Dice) -> Batch {
    let status = ["NOT_STARTED", "IN_PROGRESS", "COMPLETED", "COMPLETED", "SUSPENDED", "CANCELLED"][dice.below(6)];
    let due_on = (dice.below(4) > 0).then(|| DAYS[dice.below(5)]);
    Batch { count: 1 + dice.below(5), status, due_on, completed_on: (status == "COMPLETED").then(|| DAYS[dice.below(5)]) }
}

fn parts_and_totals_agree_at_every_level(backend: Backend) {
    for seed in [3_u64, 271, 65_537, 4_294_967_291] {
        let mut dice = Dice::of(seed);
        let batches: Vec<Batch> = (0..24).map(|_| a_batch(&mut dice)).collect();
        let app = filled(backend, 9, &batches);
        for as_of in ["2018-01-01", "2018-06-30", "2018-07-01", "2018-09-01", "2026-01-15", "2030-01-01"] {
            assert_adds_up(&app.anonymous(), as_of);
        }
    }
}

fn assert_adds_up(client: &Client, as_of: &str) {
    let key = |figure: Figure| {
        let mut words = figure.label().to_lowercase();
        while let Some(i) = words.find('_') {
            words.replace_range(i..i + 2, &words[i + 1..i + 2].to_uppercase());
        }
        words
    };
    let total = tell(client, &format!("programme={MADE_UP}&asOf={as_of}"))["total"]["tasks"].clone();
    let of = |tasks: &Value, figure: Figure| tasks[key(figure)].as_i64().expect("a figure");
    for grouping in ["AGENCY", "GROUP", "TASK", "YEAR", "PERIOD"] {
        let told = tell(client, &format!("programme={MADE_UP}&asOf={as_of}&groupBy={grouping}"));
        // Each of the made-up tasks has one lead, so that agencies sum as well.
        for figure in Figure::ALL {
            let sum: i64 = told["rows"].as_array().unwrap().iter().map(|row| of(&row["tasks"], *figure)).sum();
            assert_eq!(sum, of(&total, *figure), "{grouping} {figure} as of {as_of}");
        }
    }
    // The rule, occurrence by occurrence, comes to the same as the counting.
    let page = client.get(&format!("/api/v1/occurrences?programme={MADE_UP}&asOf={as_of}&limit=200")).json();
    let items = page["items"].as_array().unwrap();
    let stand = |wanted: &[&str], done: bool| {
        let fits = |item: &&Value| wanted.contains(&item["timeliness"].as_str().unwrap_or("-")) && (item["status"] == "COMPLETED") == done;
        i64::try_from(items.iter().filter(fits).count()).expect("few")
    };
    let by_rule = [
        (Figure::CompletedOnTime, stand(&["ON_TIME"], true)),
        (Figure::CompletedLate, stand(&["LATE"], true)),
        (Figure::CompletedNoDeadline, stand(&["NO_DEADLINE"], true)),
        (Figure::OpenWithin, stand(&["WITHIN", "NEARLY_DUE"], false)),
        (Figure::OpenOverdue, stand(&["OVERDUE"], false)),
        (Figure::OpenNoDeadline, stand(&["NO_DEADLINE"], false)),
    ];
    for (figure, counted) in by_rule {
        assert_eq!(of(&total, figure), counted, "{figure} as of {as_of}");
    }
    for timeliness in ["NO_DEADLINE", "ON_TIME", "LATE", "WITHIN", "NEARLY_DUE", "OVERDUE"] {
        let found = client.get(&format!("/api/v1/occurrences?programme={MADE_UP}&asOf={as_of}&timeliness={timeliness}&limit=200")).json();
        let stand = items.iter().filter(|item| item["timeliness"] == timeliness).count();
        assert_eq!(found["items"].as_array().unwrap().len(), stand, "{timeliness} as of {as_of}");
    }
    for figure in Figure::ALL {
        let listed = client.graphql(
            "query($f: OccurrenceFilter) { occurrences(filter: $f, first: 1) { totalCount } }",
            &json!({"f": {"programme": MADE_UP, "asOf": as_of, "figure": figure.label()}}),
        );
        assert_eq!(listed["occurrences"]["totalCount"].as_i64(), Some(of(&total, *figure)), "{figure} as of {as_of}");
        let (within, behind) = ("fromYear=1945&toYear=2200", format!("programme={MADE_UP}&asOf={as_of}&figure={figure}&limit=200"));
        let found = client.get(&format!("/api/v1/occurrences?{behind}&{within}")).json();
        let counted = usize::try_from(of(&total, *figure)).expect("a count");
        assert_eq!(found["items"].as_array().unwrap().len(), counted, "{figure} as of {as_of}");
    }
}

fn a_past_day_counts_what_stood_then(backend: Backend) {
    let app = filled(
        backend,
        1,
        &[
            Batch { count: 3, status: "COMPLETED", due_on: Some("2018-06-30"), completed_on: Some("2018-07-20") },
            Batch { count: 5, status: "CANCELLED", due_on: Some("2018-06-30"), completed_on: None },
        ],
    );
    let no = if backend == Backend::Sqlite { "0" } else { "FALSE" };
    let uuid = if backend == Backend::Sqlite { "randomblob(16)" } else { "gen_random_uuid()" };
    // One was given time until the end of July, on 15 July.
    execute(&app.database, &format!(
        "INSERT INTO extensions (id, occurrence_id, agency_id, requested_by, requested_at, reason, proposed_due_on, status, decided_by, \
           decided_at, decided_on, decided_due_on, self_decided)
         SELECT {uuid}, o.id, a.id, c.id, '2018-07-10 03:00:00', 'x', '2018-07-31', 'APPROVED', c.id, '2018-07-15 03:00:00', '2018-07-15', '2018-07-31', {no}
           FROM occurrences o JOIN tasks t ON t.id = o.task_id JOIN programmes p ON p.id = t.programme_id
           CROSS JOIN (SELECT id FROM agencies LIMIT 1) a CROSS JOIN (SELECT id FROM accounts LIMIT 1) c
          WHERE p.code = '{MADE_UP}' AND o.year = 2013;
         UPDATE occurrences SET due_on = '2018-07-31' WHERE id IN (SELECT occurrence_id FROM extensions);"
    ));
    let on = |day: &str| {
        let tasks = tell(&app.anonymous(), &format!("programme={MADE_UP}&asOf={day}"))["total"]["tasks"].clone();
        ["assigned", "completedOnTime", "completedLate", "openWithin", "openOverdue", "extensionsApproved"]
            .map(|f| tasks[f].as_i64().unwrap())
    };
    assert_eq!(on("2018-01-01"), [8, 0, 0, 8, 0, 0], "not cancelled yet");
    assert_eq!(on("2018-06-30"), [3, 0, 0, 3, 0, 0]);
    assert_eq!(on("2018-07-14"), [3, 0, 0, 0, 3, 0], "completed later, open then");
    assert_eq!(on("2018-07-15"), [3, 0, 0, 1, 2, 1], "the later day counts from its decision on");
    assert_eq!(on("2018-07-20"), [3, 1, 2, 0, 0, 1]);
    assert_eq!(on("2026-01-15"), [3, 1, 2, 0, 0, 1]);
    assert_eq!(rows(&app.database, "SELECT count(*) || '' AS line FROM extensions"), ["1"]);
    let change = tell(&app.anonymous(), &format!("programme={MADE_UP}&asOf=2018-07-20&comparedTo=2018-07-14"));
    assert_eq!(change["total"]["tasks"]["change"]["openOverdue"], -3);
    assert_eq!(tell(&app.anonymous(), &format!("programme={MADE_UP}&asOf=2018-03-31"))["comparedTo"], "2018-02-28", "a month before");
}

fn figures_cost_the_same_however_many(backend: Backend) {
    const QUERY: &str = "query($p: String) { statistics(programme: $p, asOf: \"2018-08-31\", groupBy: TASK) { total { tasks { assigned } }
      rows { task { code } tasks { assigned dueCompletionRate { percent } change { openOverdue } } } } }";
    let cost = |tasks: usize| {
        let app =
            filled(backend, tasks, &[Batch { count: tasks * 8, status: "NOT_STARTED", due_on: Some("2018-05-01"), completed_on: None }]);
        let client = app.anonymous();
        client.graphql(QUERY, &json!({"p": MADE_UP})); // reads the catalogue into memory
        let (statements, data) = app.fewest_statements(|| client.graphql(QUERY, &json!({"p": MADE_UP})));
        assert_eq!(data["statistics"]["rows"].as_array().unwrap().len(), tasks);
        let listed =
            "query($p: String) { occurrences(filter: {programme: $p}, first: 200) { nodes { task { code } status(asOf: \"2018-01-01\")
          leadAgencies { code } history { act } claims { note } extensions { status } timeliness(asOf: \"2018-01-01\") } } }";
        let (listing, _) = app.fewest_statements(|| client.graphql(listed, &json!({"p": MADE_UP})));
        (statements, listing)
    };
    let (few, many) = (cost(2), cost(24));
    assert_eq!(few, many);
    assert!(few.0 <= 7, "{few:?}"); // one of them for titles of that day
}

fn odd_questions_are_refused(backend: Backend) {
    let app = TestApp::start(backend);
    for odd in [
        "asOf=1900-01-01",
        "groupBy=MOON",
        "asOf=2018-08-31&comparedTo=2018-08-31",
        "group=I",
        "task=V.2",
        "fromYear=1",
        "figure=OPEN",
        "fromYear=2016&toYear=2015",
    ] {
        let reply = app.anonymous().get(&format!("/api/v1/statistics?{odd}"));
        assert_eq!((reply.status, reply.code().as_str()), (400, "QUERY_INVALID"), "{odd}");
    }
    // Zeros for what is not there would be taken for a figure.
    for (unknown, pointer) in [
        ("programme=KHONG-CO", "/programme"),
        ("programme=HP-1593-2013&group=XX", "/group"),
        ("programme=HP-1593-2013&task=X.9", "/task"),
        ("leadAgency=khong-co", "/leadAgency"),
    ] {
        let reply = app.anonymous().get(&format!("/api/v1/statistics?{unknown}"));
        assert_eq!((reply.status, reply.faults()), (400, vec![(pointer.to_owned(), "REFERENCE_UNKNOWN".to_owned())]), "{unknown}");
    }
    let nothing = tell(&app.anonymous(), "programme=HP-1593-2013&fromYear=2100&groupBy=YEAR");
    assert_eq!((&nothing["total"]["tasks"]["assigned"], nothing["rows"].as_array().unwrap().len()), (&json!(0), 0));
    assert_eq!(
        nothing["total"]["tasks"]["allCompletionRate"],
        json!({"numerator": 0, "denominator": 0, "percent": null}),
        "null, never 0 %"
    );
}

fn each_formula_is_published_with_its_figure() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let rates = [
        formulas::DUE_COMPLETION,
        formulas::ALL_COMPLETION,
        formulas::ON_TIME_SHARE,
        formulas::LATE_SHARE,
        formulas::NO_DEADLINE_SHARE,
        formulas::OVERDUE_SHARE_OF_ALL,
        formulas::OVERDUE_SHARE_OF_DUE,
        formulas::LONGEST_OVERDUE,
        formulas::EXTENSIONS,
        reporting::formulas::REPORTING,
        reporting::formulas::TIMELINESS,
    ];
    for file in ["openapi/openapi.json", "openapi/schema.graphql"] {
        let text = std::fs::read_to_string(root.join(file)).expect("a specification");
        let of_reports = reporting::ReportFigure::ALL.iter().map(|figure| figure.formula());
        for formula in Figure::ALL.iter().map(|figure| figure.formula()).chain(of_reports).chain(rates) {
            assert!(text.contains(formula), "{file} does not say: {formula}");
        }
    }
}
