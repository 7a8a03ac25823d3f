//! Money for tasks: who records what, once, and kept as it is.

use app::import::ImportOptions;
use domain::account::Role;
use serde_json::{Value, json};
use testkit::{
    Backend, Client, Reply, TestApp, both,
    database::{rows, try_execute},
    seed,
};

use crate::{amendments::decision, workflow::keyed};

both!(
    an_agency_records_under_its_own_lines_alone,
    a_reference_names_one_movement_and_a_key_one_answer,
    two_payments_at_once_do_not_both_pass,
    movements_are_kept_as_they_are,
    the_days_and_codes_of_budget_years_are_settings,
    days_and_amounts_that_cannot_be_are_refused,
);

/// What money is assigned by.
pub(crate) const DECISION: &str = "12/QĐ-STC";

/// Decision 1593 with its working days, finance, and a document by which money is moved.
pub(crate) fn stage(backend: Backend) -> (TestApp, Client) {
    let app = TestApp::start(backend);
    app.import_calendar(&seed::working_days(), ImportOptions::default()).expect("an import");
    decision(&app.person(None, Role::Admin), DECISION, "2018-12-20");
    let finance = app.person(Some("so-tai-chinh"), Role::Finance);
    (app, finance)
}

pub(crate) fn post(client: &Client, path: &str, body: &Value) -> Reply {
    client.send("POST", &format!("/api/v1/budget/{path}"), &[("content-type", "application/json")], body.to_string().as_bytes())
}

pub(crate) fn with(mut body: Value, fields: &Value) -> Value {
    for (name, value) in fields.as_object().expect("fields") {
        body[name] = value.clone();
    }
    body
}

/// A line of task I.1 in 2020, with some fields otherwise; its identifier.
pub(crate) fn line(client: &Client, fields: &Value) -> String {
    let usual = json!({"programme": "HP-1593-2013", "task": "I.1", "year": 2020, "agency": "so-tttt", "source": "STATE_PROVINCIAL"});
    let made = post(client, "lines", &with(usual, fields));
    assert_eq!(made.status, 201, "{}", made.body);
    made.json()["id"].as_str().expect("an id").to_owned()
}

/// A movement by the decision, with some fields otherwise.
pub(crate) fn movement(line: &str, kind: &str, amount: impl Into<Value>, on: &str, fields: &Value) -> Value {
    with(json!({"line": line, "kind": kind, "amount": amount.into(), "on": on, "document": DECISION}), fields)
}

/// Sends movements under a key that nobody has used.
pub(crate) fn send(client: &Client, query: &str, movements: &[Value]) -> Reply {
    static NEXT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(1);
    let key = format!("money-{}", NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
    keyed(client, &format!("/api/v1/budget/movements{query}"), &key, &json!(movements))
}

/// Records movements; their identifiers.
pub(crate) fn recorded(client: &Client, movements: &[Value]) -> Vec<String> {
    let reply = send(client, "", movements);
    assert_eq!(reply.status, 200, "{}", reply.body);
    let rows = reply.json()["rows"].as_array().expect("rows").clone();
    rows.iter().map(|row| row["id"].as_str().expect("an id").to_owned()).collect()
}

/// Why a movement is refused: place and code.
pub(crate) fn refused(client: &Client, movement: Value) -> Vec<(String, String)> {
    let reply = send(client, "", &[movement]);
    assert_eq!((reply.status, reply.code().as_str()), (422, "BATCH_REFUSED"), "{}", reply.body);
    reply.faults()
}

pub(crate) fn fault(at: &str, code: &str) -> Vec<(String, String)> {
    vec![(format!("/0{at}"), code.to_owned())]
}

pub(crate) fn read(client: &Client, path: &str) -> Value {
    let reply = client.get(&format!("/api/v1/budget/{path}"));
    assert_eq!(reply.status, 200, "{path}: {}", reply.body);
    reply.json()
}

pub(crate) fn ladder(client: &Client, line: &str) -> Value {
    read(client, &format!("lines/{line}"))["ladder"].take()
}

fn an_agency_records_under_its_own_lines_alone(backend: Backend) {
    let (app, finance) = stage(backend);
    let (own, other) = (app.system_of("so-tttt"), app.system_of("bao-hai-phong"));
    let of_task = line(&own, &json!({}));
    let usual = json!({"programme": "HP-1593-2013", "task": "I.1", "year": 2020, "agency": "so-tttt", "source": "FUND"});
    assert_eq!(post(&other, "lines", &usual).code(), "FORBIDDEN", "no line of another agency");
    assert_eq!(other.get(&format!("/api/v1/budget/lines/{of_task}")).code(), "NOT_FOUND");
    assert_eq!(other.get(&format!("/api/v1/budget/lines/{of_task}/movements")).code(), "NOT_FOUND");
    assert_eq!(read(&other, "lines")["items"], json!([]));
    assert_eq!(refused(&other, movement(&of_task, "NEED", 1, "2020-01-01", &json!({}))), fault("/line", "REFERENCE_UNKNOWN"));
    let headers = [("content-type", "application/json"), ("if-match", "\"1\"")];
    assert_eq!(other.send("PUT", &format!("/api/v1/budget/lines/{of_task}"), &headers, b"{}").code(), "NOT_FOUND");
    let auditor = app.person(None, Role::Auditor);
    let tried = |operation: &str| {
        auditor.get(&format!("/api/v1/admin/audit?refused=true&operation={operation}")).json()["items"].as_array().map_or(0, Vec::len)
    };
    let operations = ["create_budget_line", "get_budget_line", "record_budget_movements", "update_budget_line"];
    assert_eq!(operations.map(tried), [1, 2, 1, 1], "whatever was tried is in the log");
    // Whoever only drafts for the agency reads, and records nothing.
    let reporter = app.person(Some("so-tttt"), Role::AgencyReporter);
    assert_eq!(read(&reporter, "lines")["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(send(&reporter, "", &[movement(&of_task, "NEED", 1, "2020-01-01", &json!({}))]).code(), "FORBIDDEN");
    recorded(&own, &[movement(&of_task, "NEED", 7, "2020-01-01", &json!({}))]);
    recorded(&finance, &[movement(&of_task, "NEED", 5, "2020-01-01", &json!({}))]);
    let by = read(&own, &format!("lines/{of_task}/movements?limit=1"));
    assert_eq!((&by["items"][0]["agency"], &by["hasNext"]), (&json!("so-tttt"), &json!(true)));
    let next = read(&own, &format!("lines/{of_task}/movements?after={}", by["endCursor"].as_str().expect("a cursor")));
    assert_eq!((&next["items"][0]["amount"], &next["hasNext"]), (&json!(5), &json!(false)));
    assert_eq!(
        rows(
            &app.database,
            "SELECT count(*) || '' AS line FROM audit_entries WHERE operation = 'record_budget_movements' AND outcome = 'DONE'"
        ),
        ["2"]
    );
}

fn a_reference_names_one_movement_and_a_key_one_answer(backend: Backend) {
    let (app, finance) = stage(backend);
    let system = app.system_of("so-tttt");
    let of_task = line(&finance, &json!({}));
    recorded(&finance, &[movement(&of_task, "ASSIGNED", 1_000, "2019-12-25", &json!({}))]);
    let paid = |amount: i64, reference: &str| movement(&of_task, "PAID", amount, "2020-05-01", &json!({"externalRef": reference}));
    let rehearsed = send(&system, "?dryRun=true", &[paid(600, "A"), paid(600, "B")]).json();
    let outcomes = |answer: &Value| {
        answer["rows"]
            .as_array()
            .expect("rows")
            .iter()
            .map(|row| row["outcome"].as_str().unwrap_or_default().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        (outcomes(&rehearsed), &rehearsed["faults"][0]["code"]),
        (vec!["CREATED".to_owned(), "REFUSED".into()], &json!("DISBURSED_OVER_ASSIGNED"))
    );
    assert_eq!((&rehearsed["rows"][0]["id"], &ladder(&system, &of_task)["disbursed"]), (&Value::Null, &Value::Null), "nothing of it stays");
    let path = "/api/v1/budget/movements";
    let body = json!([paid(600, "A")]);
    let first = keyed(&system, path, "k", &body);
    let again = keyed(&system, path, "k", &body);
    assert_eq!((first.status, &again.body), (200, &first.body));
    assert_eq!(again.headers.get("idempotency-replayed").map(String::as_str), Some("true"));
    assert_eq!(keyed(&system, path, "k", &json!([paid(1, "C")])).code(), "IDEMPOTENCY_KEY_REUSED");
    assert_eq!(
        system.send("POST", path, &[("content-type", "application/json")], body.to_string().as_bytes()).code(),
        "IDEMPOTENCY_KEY_MISSING"
    );
    // Under another key the same movement is the same still, also where it would pass no more.
    let same = keyed(&system, path, "k2", &json!([paid(600, " A "), paid(600, "A")])).json();
    assert_eq!(
        (outcomes(&same), &same["rows"][0]["id"]),
        (vec!["UNCHANGED".to_owned(), "UNCHANGED".into()], &first.json()["rows"][0]["id"])
    );
    assert_eq!(refused(&system, paid(599, "A")), fault("/externalRef", "EXTERNAL_REF_TAKEN"));
    recorded(&finance, &[movement(&of_task, "NEED", 1, "2020-01-01", &json!({"externalRef": "A"}))]);
    // Each row for itself: what is right is recorded.
    let apart =
        send(&system, "?atomic=false", &[paid(500, "D"), paid(100, "E"), json!({"line": of_task}), paid(301, "F"), paid(300, "G")]).json();
    assert_eq!(outcomes(&apart), ["REFUSED", "CREATED", "REFUSED", "REFUSED", "CREATED"]);
    assert_eq!(ladder(&system, &of_task)["left"], 0);
    let whole = send(&system, "", &[movement(&of_task, "NEED", 1, "2020-01-01", &json!({})), paid(1, "H")]);
    assert_eq!(
        (whole.code().as_str(), whole.faults()),
        ("BATCH_REFUSED", vec![("/1/amount".to_owned(), "DISBURSED_OVER_ASSIGNED".to_owned())])
    );
    assert_eq!(ladder(&system, &of_task)["needed"], 1, "nothing of it stays");
    assert_eq!(send(&system, "", &[]).code(), "BODY_INVALID");
    // A row that cannot be read at all is told as that.
    for row in [r#"{"amount": 1e400}"#, r#"{"note": "\ud800"}"#, r#"{"note": "a", "note": "b"}"#] {
        let path = "/api/v1/budget/movements?dryRun=true";
        let told = system.send("POST", path, &[("content-type", "application/json")], format!("[{row}]").as_bytes()).json();
        let fault = &told["faults"][0];
        assert_eq!((&fault["code"], &fault["pointer"]), (&json!("BODY_UNREADABLE"), &json!("")), "{row}: {told}");
        assert!(told.to_string().contains("is not JSON, or has a name that is repeated"), "{row}: {told}");
    }
    let many = vec![json!({}); 10_001];
    assert_eq!(send(&system, "", &many).code(), "BODY_TOO_LARGE");
}

fn two_payments_at_once_do_not_both_pass(backend: Backend) {
    let (app, finance) = stage(backend);
    let systems = [app.system_of("so-tttt"), app.system_of("so-tttt"), app.system_of("so-tttt")];
    for round in 0..6 {
        let of_task = line(&finance, &json!({"title": format!("Dòng {round}")}));
        recorded(&finance, &[movement(&of_task, "ASSIGNED", 1_000, "2019-12-25", &json!({}))]);
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let pay = |system| {
                let paid = movement(&of_task, "PAID", 600, "2020-05-01", &json!({}));
                scope.spawn(move || send(system, "", &[paid]).status)
            };
            let threads: Vec<_> = systems.iter().map(pay).collect();
            threads.into_iter().map(|thread| thread.join().expect("an answer")).collect()
        });
        let mut sorted = statuses.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, [200, 422, 422], "round {round}");
        assert_eq!(ladder(&finance, &of_task)["disbursed"], 600);
    }
}

fn movements_are_kept_as_they_are(backend: Backend) {
    let (app, finance) = stage(backend);
    let of_task = line(&finance, &json!({}));
    recorded(&finance, &[movement(&of_task, "NEED", 5, "2020-01-01", &json!({}))]);
    let means = json!({"programme": "HP-1593-2013", "year": 2020, "source": "AID", "amount": 1, "on": "2020-01-01", "document": DECISION});
    assert_eq!(post(&finance, "means", &means).status, 200);
    for statement in [
        "UPDATE budget_movements SET amount = 6",
        "DELETE FROM budget_movements",
        "UPDATE budget_means SET amount = 6",
        "DELETE FROM budget_means",
    ] {
        assert!(try_execute(&app.database, statement).is_err_and(|error| error.contains("are kept as they")), "{statement}");
    }
    assert_eq!(ladder(&finance, &of_task)["needed"], 5);
    // Nor does the file of a programme take away a task that money is recorded for.
    let apply = ImportOptions { dry_run: false, apply_changes: true };
    app.import(&seed::made_up(3), apply).expect("an import");
    line(&finance, &json!({"programme": "TEST-2020", "task": "I.3"}));
    let refused = app.import(&seed::made_up(2), apply);
    assert!(refused.is_err_and(|error| format!("{:?}", error.refusal()).contains("1 budget line")));
}

fn the_days_and_codes_of_budget_years_are_settings(backend: Backend) {
    let (app, finance) = stage(backend);
    let first = read(&app.anonymous(), "settings")["rules"].take();
    let known = domain::budget::BudgetRules::first();
    let day = |day: domain::budget::DayOfYear| json!({"month": day.month, "day": day.day});
    let seeded = json!([{"fromYear": null, "toYear": null, "source": &*known.source, "toConfirm": known.to_confirm, "booksClose": day(known.books_close),
        "adjustedUntil": day(known.adjusted_until), "allocationDays": known.allocation_days, "ageing": known.ageing}]);
    assert_eq!(first, seeded, "what the program knows is what a new database holds");
    let put = |client: &Client, path: &str, body: &Value| {
        client.send("PUT", &format!("/api/v1/admin/budget/{path}"), &[("content-type", "application/json")], body.to_string().as_bytes())
    };
    let rules = json!({"fromYear": 2021, "source": "Luật mới", "booksClose": {"month": 2, "day": 28}, "adjustedUntil": {"month": 9, "day": 30},
        "allocationDays": 5, "ageing": [10]});
    assert_eq!(put(&app.person(None, Role::Standing), "rules", &rules).code(), "FORBIDDEN");
    assert_eq!(put(&finance, "rules", &rules).status, 200);
    let told = put(&app.person(None, Role::Admin), "rules", &with(rules, &json!({"allocationDays": 6}))).json()["rules"].take();
    assert_eq!((&told[0]["toYear"], &told[1]["allocationDays"], told.as_array().map(Vec::len)), (&json!(2021), &json!(6), Some(2)));
    // Books of 2021 close in February, those of 2020 still in January.
    let (before, after) = (line(&finance, &json!({})), line(&finance, &json!({"year": 2021})));
    recorded(
        &finance,
        &[
            movement(&before, "ASSIGNED", 10, "2019-12-25", &json!({})),
            movement(&after, "ASSIGNED", 10, "2020-12-25", &json!({})),
            movement(&after, "PAID", 1, "2022-02-28", &json!({"workDoneOn": "2021-12-31"})),
        ],
    );
    assert_eq!(
        refused(&finance, movement(&before, "PAID", 1, "2021-02-28", &json!({"workDoneOn": "2020-12-31"}))),
        fault("/on", "BOOKS_CLOSED")
    );
    // Digits mean what the table of the year says; a level without a table takes any.
    let code = |from: &str| json!({"level": "CHAPTER", "code": "427", "name": "Sở Thông tin và Truyền thông", "from": from});
    assert_eq!(put(&finance, "codes", &code("2021-01-01")).status, 200);
    let classified = |year: i32, chapter: &str| {
        let body = json!({"programme": "HP-1593-2013", "year": year, "agency": "so-tttt", "source": "FUND", "classification": {"chapter": chapter, "category": "160"}});
        let reply = post(&finance, "lines", &body);
        if reply.status == 201 { Vec::new() } else { reply.faults() }
    };
    let unknown = |code: &str| vec![("/classification/chapter".to_owned(), code.to_owned())];
    assert_eq!((classified(2021, "427"), classified(2020, "427")), (Vec::new(), unknown("REFERENCE_UNKNOWN")));
    assert_eq!((classified(2021, "428"), classified(2021, "4A7")), (unknown("REFERENCE_UNKNOWN"), unknown("PATTERN_MISMATCH")));
    let ended = with(code("2023-01-01"), &json!({"to": "2024-01-01", "name": "Tên mới"}));
    let codes = put(&finance, "codes", &ended).json()["codes"].take();
    assert_eq!((&codes[0]["to"], &codes[1]["to"]), (&json!("2023-01-01"), &json!("2024-01-01")));
    assert_eq!(
        put(&finance, "codes", &with(code("2020-01-01"), &json!({"to": "2022-01-01"}))).faults(),
        [("/to".to_owned(), "OUT_OF_RANGE".to_owned())]
    );
}

fn days_and_amounts_that_cannot_be_are_refused(backend: Backend) {
    let (_app, finance) = stage(backend);
    let (of_state, of_fund) = (line(&finance, &json!({})), line(&finance, &json!({"source": "FUND"})));
    for on in ["0000-01-01", "1999-01-01", "2018-12-31"] {
        for kind in ["ASSIGNED", "SUPPLEMENTED", "CARRIED_OVER"] {
            let faults = refused(&finance, movement(&of_state, kind, 1, on, &json!({})));
            assert!(faults.contains(&("/0/on".to_owned(), "PERIOD_INCONSISTENT".to_owned())), "{kind} {on}: {faults:?}");
        }
        assert_eq!(refused(&finance, movement(&of_fund, "NEED", 1, on, &json!({}))), fault("/on", "PERIOD_INCONSISTENT"));
    }
    recorded(&finance, &[movement(&of_state, "ASSIGNED", 10, "2019-01-01", &json!({}))]);
    let early = refused(&finance, movement(&of_state, "CARRIED_OVER", 1, "2019-12-31", &json!({})));
    assert_eq!(early, fault("/on", "PERIOD_INCONSISTENT"), "no money leaves books that have not begun");
    // Đồng have no decimals: what looks like thousands with a digit too few or too many is asked about.
    for amount in ["1.00", "1.0000", "1.5 đồng"] {
        let faults = refused(&finance, movement(&of_fund, "NEED", amount, "2020-01-01", &json!({})));
        assert_eq!(faults, fault("/amount", "NUMBER_AMBIGUOUS"), "{amount}");
    }
    let read_as = [("1.000", 1_000), ("1234.00", 1_234), ("1.5 triệu", 1_500_000), ("12.34 tỷ", 12_340_000_000_i64)];
    let sent: Vec<Value> = read_as.iter().map(|(amount, _)| movement(&of_fund, "NEED", *amount, "2020-01-01", &json!({}))).collect();
    recorded(&finance, &sent);
    let whole: i64 = read_as.iter().map(|(_, dong)| dong).sum();
    assert_eq!(ladder(&finance, &of_fund)["needed"], json!(whole));
}
