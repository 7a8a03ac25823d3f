//! Made-up data: as much as was asked for, the same for the same seed, and nothing in it that the service itself would not have made.

use std::{
    collections::BTreeSet,
    process::{Command, Output},
};

use app::{
    Error,
    generate::{Made, Order, Outcome, generate},
};
use domain::account::Role;
use serde_json::Value;
use testkit::{
    Backend, TestApp,
    app::{operator, use_cases, wait},
    both,
    clock::TestClock,
    database::{TestDatabase, rows},
    process::ENTRY,
};

use crate::{
    audit::verdict,
    batch_crash::{fail_at, mend},
    budget,
    statistics::tell,
};

both!(
    what_is_made_grows_with_the_scale,
    the_same_seed_makes_the_same_on_every_database,
    figures_over_it_add_up,
    a_second_run_is_refused,
    a_database_in_use_is_refused_unless_that_is_said,
    what_is_broken_off_leaves_nothing,
    every_report_can_be_read_page_by_page,
    every_report_is_one_that_the_service_would_have_taken,
    every_year_is_where_its_events_led,
    the_feed_tells_all_of_it_without_a_gap,
);

const PROGRAMME: &str = "TAI-01-1-2021";

fn order(scale: &str, seed: u64) -> Order {
    Order { scale: scale.parse().expect("a scale"), seed, beside_existing: false }
}

fn make(database: &TestDatabase, order: Order) -> Result<Outcome, Error> {
    let app = use_cases(&database.open(), &TestClock::default());
    wait(generate(&app, &operator(), order))
}

fn made(database: &TestDatabase, order: Order) -> Made {
    match make(database, order).expect("a working database") {
        Outcome::Made(made) => made,
        other => panic!("{other:?}"),
    }
}

/// A database with decision 1593 and made-up data beside it.
pub fn filled(backend: Backend, scale: &str) -> (TestDatabase, Made) {
    let database = TestDatabase::with_programme(backend);
    let made = made(&database, order(scale, 1));
    (database, made)
}

fn number(database: &TestDatabase, sql: &str) -> usize {
    rows(database, &format!("SELECT CAST(({sql}) AS TEXT) AS line"))[0].parse().expect("a number")
}

fn what_is_made_grows_with_the_scale(backend: Backend) {
    let counts = |database: &TestDatabase| {
        let of = |table: &str, made: &str| number(database, &format!("SELECT count(*) FROM {table} WHERE {made}"));
        let of_programme = "programme_id IN (SELECT id FROM programmes WHERE code LIKE 'TAI-%')";
        [of("programmes", "code LIKE 'TAI-%'"), of("agencies", "code LIKE 'tai-%'"), of("tasks", of_programme), of("reports", of_programme)]
    };
    let (small, few) = filled(backend, "0.01");
    assert_eq!(counts(&small), [1, 12, 10, 1_000]);
    assert_eq!((few.programmes, few.agencies, few.tasks, few.reports), (1, 12, 10, 1_000));
    let (large, many) = filled(backend, "0.03");
    assert_eq!(counts(&large), [1, 12, 30, 3_000]);
    let per_report = |made: Made| made.versions * 100 / made.reports;
    assert!((110..=118).contains(&per_report(few)) && (110..=118).contains(&per_report(many)), "{few:?} {many:?}");
    assert_eq!(many.obligations, number(&large, "SELECT count(*) FROM obligations"));
}

/// What is made up, without identifiers, in lines that both databases write alike.
fn contents(database: &TestDatabase) -> BTreeSet<String> {
    let text = |columns: &[&str]| {
        columns.iter().map(|column| format!("coalesce(CAST({column} AS TEXT), '-')")).collect::<Vec<_>>().join(" || '|' || ")
    };
    let queries = [
        (
            vec!["a.code", "v.name", "v.kind", "p.code"],
            "agencies a JOIN agency_versions v ON v.agency_id = a.id LEFT JOIN agencies p ON p.id = v.parent_id",
        ),
        (
            vec!["p.code", "p.title", "p.start_year", "p.end_year", "d.number", "d.issued_on"],
            "programmes p JOIN documents d ON d.id = p.decision_id",
        ),
        (
            vec!["p.code", "t.code", "t.title", "t.period_as_written", "a.code", "s.role", "s.rank"],
            "tasks t JOIN programmes p ON p.id = t.programme_id JOIN assignments s ON s.task_id = t.id JOIN agencies a ON a.id = s.agency_id",
        ),
        (
            vec!["t.code", "o.year", "o.status", "o.due_on", "o.original_due_on", "o.completed_on", "o.revision"],
            "occurrences o JOIN tasks t ON t.id = o.task_id",
        ),
        (
            vec!["t.code", "o.year", "e.number", "e.act", "e.from_status", "e.to_status", "e.at", "e.counts_on", "e.reason", "c.login"],
            "occurrence_events e JOIN occurrences o ON o.id = e.occurrence_id JOIN tasks t ON t.id = o.task_id JOIN accounts c ON c.id = e.account_id",
        ),
        (
            vec!["t.code", "o.year", "a.code", "x.delivered_on", "x.claimed_at", "x.withdrawn_at"],
            "occurrence_claims x JOIN occurrences o ON o.id = x.occurrence_id JOIN tasks t ON t.id = o.task_id JOIN agencies a ON a.id = x.agency_id",
        ),
        (
            vec!["t.code", "o.year", "x.status", "x.requested_at", "x.reason", "x.decided_on", "x.decided_due_on"],
            "extensions x JOIN occurrences o ON o.id = x.occurrence_id JOIN tasks t ON t.id = o.task_id",
        ),
        (
            vec!["t.code", "a.code", "o.period", "o.due_on"],
            "obligations o JOIN tasks t ON t.id = o.task_id JOIN agencies a ON a.id = o.agency_id",
        ),
        (
            vec![
                "t.code",
                "a.code",
                "r.period",
                "r.status",
                "r.accepted_version",
                "r.first_received_on",
                "r.reopened_until",
                "r.revision",
                "v.version",
                "v.percent",
                "v.narrative",
                "v.produced",
                "v.form_values",
                "v.channel",
                "v.received_on",
                "v.submitted_at",
                "c.login",
            ],
            "reports r JOIN report_versions v ON v.report_id = r.id JOIN tasks t ON t.id = r.task_id JOIN agencies a ON a.id = r.agency_id \
          JOIN accounts c ON c.id = v.author_id",
        ),
        (
            vec!["t.code", "a.code", "r.period", "e.kind", "e.version", "e.at", "e.reason", "e.remarks", "e.until", "c.login"],
            "report_events e JOIN reports r ON r.id = e.report_id JOIN tasks t ON t.id = r.task_id JOIN agencies a ON a.id = r.agency_id \
          JOIN accounts c ON c.id = e.account_id",
        ),
    ];
    let lines = queries.iter().flat_map(|(columns, from)| {
        let found = rows(database, &format!("SELECT {} AS line FROM {from}", text(columns)));
        assert!(!found.is_empty(), "{from}");
        found
    });
    lines.collect()
}

fn the_same_seed_makes_the_same_on_every_database(backend: Backend) {
    let one = TestDatabase::with_programme(backend);
    let other = TestDatabase::with_programme(Backend::Sqlite);
    let counts = made(&one, order("0.02", 7));
    assert_eq!(made(&other, order("0.02", 7)), counts);
    let (first, second) = (contents(&one), contents(&other));
    let differing: Vec<&String> = first.symmetric_difference(&second).take(6).collect();
    assert!(differing.is_empty(), "{differing:#?}");
    assert!(first.len() > 5_000, "{}", first.len());
    // Another seed makes as much, and says something else.
    let third = TestDatabase::with_programme(backend);
    assert_eq!(made(&third, order("0.02", 8)).reports, counts.reports);
    let told = contents(&third).intersection(&first).filter(|line| line.contains(" quý ")).count();
    assert_eq!(told, 0);
}

fn sum(told: &Value, part: &str, figure: &str) -> i64 {
    let rows = told["rows"].as_array().expect("rows");
    rows.iter().map(|row| row[part][figure].as_i64().unwrap_or_else(|| panic!("{figure}: {row}"))).sum()
}

fn figures_over_it_add_up(backend: Backend) {
    let (database, made) = filled(backend, "0.05");
    let app = TestApp::over(database);
    let standing = app.person(Some("so-tttt"), Role::Standing);
    for day in ["2025-12-31", "2023-06-30"] {
        for grouping in ["GROUP", "TASK", "YEAR"] {
            let told = tell(&standing, &format!("programme={PROGRAMME}&asOf={day}&groupBy={grouping}"));
            for figure in ["assigned", "completed", "completedOnTime", "completedLate", "openWithin", "openOverdue", "extensionsApproved"] {
                assert_eq!(sum(&told, "tasks", figure), told["total"]["tasks"][figure].as_i64().expect("a figure"), "{grouping} {figure}");
            }
            for figure in ["obliged", "expected", "onTime", "late", "missing", "notYetDue"] {
                assert_eq!(
                    sum(&told, "reports", figure),
                    told["total"]["reports"][figure].as_i64().expect("a figure"),
                    "{grouping} {figure}"
                );
            }
        }
    }
    // Every state is there on one day or the other, and what is told is what was made.
    let told = ["2025-12-31", "2024-12-01"].map(|day| tell(&standing, &format!("programme={PROGRAMME}&asOf={day}")));
    let total = |told: &Value, part: &str, figure: &str| told["total"][part][figure].as_u64().unwrap_or_else(|| panic!("{figure}"));
    for (part, figures) in [
        ("tasks", &["completedOnTime", "completedLate", "openWithin", "openOverdue", "extensionsApproved"][..]),
        ("reports", &["onTime", "late", "missing", "notYetDue", "nonRespondingCoordinators"]),
    ] {
        for figure in figures {
            assert!(told.iter().any(|told| total(told, part, figure) > 0), "{figure}: {told:?}");
        }
    }
    // What was cancelled or withdrawn is owed no more, and what was said of it counts no more.
    assert_eq!(total(&told[0], "reports", "obliged") + total(&told[0], "reports", "excluded"), made.obligations as u64);
    let ended = "SELECT CAST(count(*) AS TEXT) AS line FROM reports JOIN occurrences ON occurrences.id = reports.occurrence_id \
                 WHERE occurrences.status IN ('CANCELLED', 'WITHDRAWN')";
    let ended: u64 = rows(&app.database, ended)[0].parse().expect("a number");
    assert!(ended > 0);
    assert_eq!(total(&told[0], "reports", "actual") + ended, 5_000);
}

/// The command as on the machine.
fn command(database: &TestDatabase, args: &[&str]) -> Output {
    let program = std::env::current_exe().expect("this program");
    let url = database.url_text();
    Command::new(program).args([ENTRY, "--database-url", &url, "generate"]).args(args).output().expect("a process")
}

fn a_second_run_is_refused(backend: Backend) {
    let database = TestDatabase::with_programme(backend);
    let first = command(&database, &["--scale", "0.01"]);
    let (said, failed) = (String::from_utf8_lossy(&first.stdout).into_owned(), String::from_utf8_lossy(&first.stderr).into_owned());
    assert!(first.status.success(), "{failed}");
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines.len(), 2, "{said}");
    assert!(lines[0].starts_with("12 agencies, 1 programmes, 10 tasks with ") && lines[0].contains(" 1000 reports in "), "{said}");
    assert!(lines[1].starts_with("Made in ") && lines[1].ends_with(" s (scale 0.01, seed 1)."), "{said}");
    let before = number(&database, "SELECT count(*) FROM reports");
    for again in [&["--scale", "0.01"][..], &["--scale", "0.02", "--seed", "2", "--beside-existing"]] {
        let second = command(&database, again);
        let told = String::from_utf8_lossy(&second.stderr).into_owned();
        assert_eq!((second.status.code(), told.lines().count()), (Some(2), 1), "{told}");
        assert!(told.contains("made-up programmes already, TAI-01-1-2021"), "{told}");
    }
    assert_eq!(number(&database, "SELECT count(*) FROM reports"), before);
    // A scale that is none is told as a wrong argument.
    let odd = command(&database, &["--scale", "0.0001"]);
    assert!(!odd.status.success() && String::from_utf8_lossy(&odd.stderr).contains("from 0.001 to 100"));
    // One entry tells of the act, and the log holds.
    let app = TestApp::over(database);
    let entries = rows(&app.database, "SELECT changes AS line FROM audit_entries WHERE operation = 'generate_data'");
    assert_eq!(entries.len(), 1);
    assert!(entries[0].contains("\"reports\":1000") && entries[0].contains("\"seed\":1"), "{}", entries[0]);
    assert!(verdict(&app, None).is_ok());
}

fn a_database_in_use_is_refused_unless_that_is_said(backend: Backend) {
    let app = TestApp::start(backend);
    let body = serde_json::json!({"programme": "HP-1593-2013", "task": "V.2", "year": 2014, "percent": 1, "narrative": "Đã làm."});
    assert_eq!(app.system_of("bao-hai-phong").push("k", &body).status, 201);
    let made = |order| make(&app.database, order).expect("an answer");
    assert_eq!(made(order("0.001", 1)), Outcome::InUse("reports".into()), "somebody has reported");
    let beside = Order { beside_existing: true, ..order("0.001", 1) };
    assert!(matches!(made(beside), Outcome::Made(Made { reports: 100, .. })));
    assert_eq!(number(&app.database, "SELECT count(*) FROM reports"), 101);
    // Another programme is a reason without any report.
    let other = TestApp::start(backend);
    other.import(&testkit::seed::made_up(1), app::import::ImportOptions::default()).expect("an import");
    assert_eq!(
        make(&other.database, order("0.001", 1)).expect("an answer"),
        Outcome::InUse(format!("programme {}", testkit::seed::MADE_UP))
    );
    // So is whoever may act, and what was recorded, without any report.
    let without = TestApp::over(TestDatabase::with_programme(backend));
    without.person(None, Role::Auditor);
    assert_eq!(make(&without.database, order("0.001", 1)).expect("an answer"), Outcome::InUse("accounts".into()));
    assert_eq!(number(&without.database, "SELECT count(*) FROM reports"), 0);
    let (paid, finance) = budget::stage(backend);
    let line = budget::line(&finance, &serde_json::json!({}));
    budget::recorded(&finance, &[budget::movement(&line, "NEED", 5, "2020-01-01", &serde_json::json!({}))]);
    assert_eq!(make(&paid.database, order("0.001", 1)).expect("an answer"), Outcome::InUse("movements of budgets".into()));
}

fn what_is_broken_off_leaves_nothing(backend: Backend) {
    let database = TestDatabase::with_programme(backend);
    let counts = || {
        let tables =
            ["agencies", "accounts", "programmes", "tasks", "obligations", "occurrence_events", "reports", "events", "audit_entries"];
        tables.map(|table| number(&database, &format!("SELECT count(*) FROM {table}")))
    };
    let before = counts();
    for (table, after) in [("report_versions", 700), ("events", 1_500), ("audit_entries", before[8])] {
        fail_at(&database, backend, table, after);
        assert!(make(&database, order("0.01", 1)).is_err(), "{table}");
        mend(&database, backend, table);
        assert_eq!(counts(), before, "{table}");
    }
    assert_eq!(made(&database, order("0.01", 1)).reports, 1_000);
}

fn every_report_can_be_read_page_by_page(backend: Backend) {
    let (database, _) = filled(backend, "0.01");
    let app = TestApp::over(database);
    let auditor = app.person(None, Role::Auditor);
    let (mut seen, mut cursor) = (BTreeSet::new(), String::new());
    loop {
        let page = auditor.get(&format!("/api/v1/reports?programme={PROGRAMME}&limit=200{cursor}"));
        assert_eq!(page.status, 200, "{}", page.body);
        let page = page.json();
        let reports = page["items"].as_array().expect("reports");
        for report in reports {
            assert!(report["narrative"].as_str().is_some_and(|text| text.contains("quý")), "{report}");
            seen.insert(report["id"].as_str().expect("an id").to_owned());
        }
        if page["hasNext"] == false {
            break;
        }
        cursor = format!("&after={}", page["endCursor"].as_str().expect("a cursor"));
    }
    assert_eq!(seen.len(), 1_000);
    // One with several versions shows them all, and what was done.
    let sql = "SELECT CAST(count(*) AS TEXT) AS line FROM reports WHERE version > 1";
    assert_ne!(rows(&app.database, sql), ["0"]);
    let several = seen.iter().find_map(|id| {
        let versions = auditor.get(&format!("/api/v1/reports/{id}/versions")).json();
        let count = versions["items"].as_array().map_or(0, Vec::len);
        (count > 1).then(|| (id.clone(), count))
    });
    let (id, count) = several.expect("a report with several versions");
    let events = auditor.get(&format!("/api/v1/reports/{id}/history")).json();
    assert!(events["items"].as_array().is_some_and(|events| events.len() >= 2 * count - 1), "{events}");
}

/// Nothing that these conditions find may be there.
fn none(database: &TestDatabase, wrongs: &[(&str, &str)]) {
    for (what, sql) in wrongs {
        assert_eq!(number(database, &format!("SELECT count(*) FROM {sql}")), 0, "{what}");
    }
}

fn every_report_is_one_that_the_service_would_have_taken(backend: Backend) {
    let (database, _) = filled(backend, "0.05");
    let assigned = "SELECT 1 FROM assignments s WHERE s.task_id = r.task_id AND (s.agency_id = r.agency_id \
                    OR s.agency_id IN (SELECT m.collective_id FROM agency_members m WHERE m.member_id = r.agency_id))";
    let versions = "SELECT count(*) FROM report_versions v WHERE v.report_id = r.id";
    none(
        &database,
        &[
            ("of who has no part in the task", &format!("reports r WHERE NOT EXISTS ({assigned})")),
            (
                "of a year that is not the task's",
                "reports r JOIN occurrences o ON o.id = r.occurrence_id WHERE o.year <> r.year OR o.task_id <> r.task_id",
            ),
            ("with a version that is not there", &format!("reports r WHERE r.version <> ({versions})")),
            (
                "accepted or returned by who sent it or for whom",
                "report_events e JOIN reports r ON r.id = e.report_id JOIN accounts c ON c.id = e.account_id \
              WHERE e.kind <> 'SUBMITTED' AND (c.agency_id = r.agency_id OR e.account_id = \
              (SELECT v.submitted_by FROM report_versions v WHERE v.report_id = r.id AND v.version = e.version))",
            ),
            (
                "with fewer changes than its revision",
                "reports r WHERE r.revision <> (SELECT count(*) FROM report_events e WHERE e.report_id = r.id)",
            ),
            (
                "shown though nobody accepted it",
                "reports r WHERE (r.public_status IS NULL) <> NOT EXISTS \
              (SELECT 1 FROM report_events e WHERE e.report_id = r.id AND e.kind = 'ACCEPTED')",
            ),
            (
                "whose last event is another state",
                "reports r WHERE r.status <> \
              (SELECT e.kind FROM report_events e WHERE e.report_id = r.id ORDER BY e.at DESC, e.id DESC LIMIT 1)",
            ),
            (
                "whose history is not in order",
                "report_events e JOIN report_events f ON f.report_id = e.report_id AND f.id > e.id WHERE f.at <= e.at",
            ),
            (
                "whose versions are not in order",
                "report_versions v JOIN report_versions w ON w.report_id = v.report_id AND w.version > v.version \
              WHERE w.submitted_at <= v.submitted_at",
            ),
            (
                "received on another day than its first version",
                "reports r JOIN report_versions v ON v.report_id = r.id AND v.version = 1 \
              WHERE v.received_on <> r.first_received_on",
            ),
            (
                "answering what another owes, or for another period",
                "reports r JOIN obligations o ON o.id = r.obligation_id \
              WHERE o.agency_id <> r.agency_id OR o.task_id <> r.task_id OR o.period <> r.period OR o.year <> r.year",
            ),
            (
                "before its period was over",
                "reports r JOIN obligations o ON o.id = r.obligation_id WHERE r.first_received_on <= o.window_to",
            ),
            (
                "without an event of the feed for each of its own",
                "reports r WHERE (SELECT count(*) FROM events n WHERE n.subject_id = r.id) <> r.revision",
            ),
        ],
    );
    for kind in ["SUBMITTED", "RETURNED", "ACCEPTED", "REOPENED"] {
        assert!(number(&database, &format!("SELECT count(*) FROM reports WHERE status = '{kind}'")) > 0, "{kind}");
    }
    assert!(number(&database, "SELECT count(*) FROM report_versions WHERE channel = 'PAPER' AND approver_id IS NULL") > 0);
}

fn every_year_is_where_its_events_led(backend: Backend) {
    let (database, _) = filled(backend, "0.1");
    none(
        &database,
        &[
            (
                "in a state that no event made",
                "occurrences o WHERE o.status <> coalesce((SELECT e.to_status FROM occurrence_events e \
              WHERE e.occurrence_id = o.id ORDER BY e.number DESC LIMIT 1), 'NOT_STARTED')",
            ),
            (
                "begun from another state than it had",
                "occurrence_events e WHERE e.from_status <> coalesce((SELECT f.to_status FROM occurrence_events f \
              WHERE f.occurrence_id = e.occurrence_id AND f.number < e.number ORDER BY f.number DESC LIMIT 1), 'NOT_STARTED')",
            ),
            (
                "with fewer changes than its revision",
                "occurrences o WHERE o.revision <> 1 + (SELECT count(*) FROM occurrence_events e WHERE e.occurrence_id = o.id) \
              + (SELECT count(*) + count(x.decided_at) FROM extensions x WHERE x.occurrence_id = o.id)",
            ),
            (
                "with a due day that nobody granted",
                "occurrences o WHERE o.due_on <> coalesce((SELECT max(x.decided_due_on) FROM extensions x \
              WHERE x.occurrence_id = o.id), o.original_due_on)",
            ),
            (
                "completed on another day than the last claim says",
                "occurrences o WHERE o.status = 'COMPLETED' AND o.completed_on <> \
              (SELECT max(c.delivered_on) FROM occurrence_claims c WHERE c.occurrence_id = o.id AND c.withdrawn_at IS NULL)",
            ),
            (
                "told in another order",
                "occurrence_events e JOIN occurrence_events f ON f.occurrence_id = e.occurrence_id AND f.number > e.number WHERE f.at <= e.at",
            ),
            (
                "decided by a lead",
                "occurrence_events e JOIN accounts c ON c.id = e.account_id JOIN occurrences o ON o.id = e.occurrence_id \
              JOIN assignments s ON s.task_id = o.task_id AND s.role = 'LEAD' AND s.agency_id = c.agency_id WHERE e.agency_id IS NULL",
            ),
        ],
    );
    let statuses = rows(&database, "SELECT DISTINCT status AS line FROM occurrences ORDER BY 1");
    assert_eq!(statuses.len(), 9, "{statuses:?}");
    for (what, sql) in [("a task with several leads", "HAVING count(*) > 1"), ("one lead alone", "HAVING count(*) = 1")] {
        let led = format!("SELECT count(*) FROM (SELECT task_id FROM assignments WHERE role = 'LEAD' GROUP BY task_id {sql}) x");
        assert!(number(&database, &led) > 0, "{what}");
    }
    let by_collective =
        "SELECT count(*) FROM assignments s JOIN agencies a ON a.id = s.agency_id WHERE s.role = 'LEAD' AND a.code LIKE 'tai-%'";
    let collective = if backend == Backend::Sqlite { "a.is_collective = 1" } else { "a.is_collective" };
    assert!(number(&database, &format!("{by_collective} AND {collective}")) > 0);
    let alone = "SELECT count(*) FROM tasks t WHERE NOT EXISTS (SELECT 1 FROM assignments s WHERE s.task_id = t.id AND s.role = 'COORDINATING') \
                 AND t.programme_id IN (SELECT id FROM programmes WHERE code LIKE 'TAI-%')";
    assert!(number(&database, alone) > 0);
}

fn the_feed_tells_all_of_it_without_a_gap(backend: Backend) {
    let (database, made) = filled(backend, "0.01");
    assert_eq!(number(&database, "SELECT count(*) FROM events WHERE seq IS NULL"), 0, "all have their numbers");
    let app = TestApp::over(database);
    let auditor = app.person(None, Role::Auditor);
    let (mut since, mut told) = (0, Vec::new());
    loop {
        let piece = auditor.get(&format!("/api/v1/changes?since={since}&limit=200")).json();
        told.extend(piece["items"].as_array().expect("events").iter().map(|event| event["seq"].as_i64().expect("a number")));
        since = piece["nextSince"].as_i64().expect("a number");
        if piece["hasMore"] == false {
            break;
        }
    }
    assert_eq!(told, (1..=i64::try_from(made.events).expect("few")).collect::<Vec<_>>());
}
