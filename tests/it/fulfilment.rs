//! Reports answer what is owed: which obligation is meant, in which form, once, and how it stands from then on.

use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, Client, Reply, both, database::rows};

use crate::obligations::{list, standing, start, total};

both!(
    a_report_on_a_task_answers_the_ordinary_obligation,
    what_is_late_stays_late_and_tells_when_it_was_met,
    a_named_regime_is_answered_exactly_or_refused,
    a_report_on_the_programme_answers_a_regime_about_it,
    a_form_is_filled_in_where_the_regime_is_named,
    a_draft_holds_its_obligation_until_it_is_thrown_away,
    an_excluded_obligation_is_not_answered,
    a_report_by_reference_keeps_its_obligation,
    a_report_on_paper_counts_from_the_day_it_came_in,
    a_request_is_answered_by_whom_it_asked,
    racing_pushes_leave_one_answer,
    rows_of_a_batch_answer_what_is_owed_once,
    a_report_and_its_obligation_show_each_other_to_whom_they_concern,
    a_consolidated_report_answers_what_its_agency_owes,
    racing_consolidations_leave_one_answer,
    a_consolidation_costs_the_same_however_many_it_takes_in,
);

const OWN: &str = "bao-hai-phong";

fn report(year: i32) -> Value {
    json!({"programme": "HP-1593-2013", "task": "V.2", "year": year, "percent": 40, "narrative": "Đã mở chuyên mục."})
}

fn with(mut body: Value, changes: &Value) -> Value {
    for (name, value) in changes.as_object().expect("changes") {
        body[name] = value.clone();
    }
    body
}

fn form() -> Value {
    json!({"muc_do": "HOÀN THÀNH", "ty_le": 100, "tin_bai": 12})
}

/// A report on a programme, under its sector's rule.
fn annual(year: i32) -> Value {
    json!({"programme": "HP-1593-2013", "regime": "HP-1593-TTTT-NAM", "year": year, "narrative": "Báo cáo năm.",
           "values": {"nhiem_vu_hoan_thanh": 3, "danh_gia": "TỐT"}})
}

fn owed(client: &Client, year: i32) -> Value {
    list(client, &format!("&regime=HP-1593-NAM&programme=HP-1593-2013&task=V.2&agency={OWN}&year={year}")).remove(0)
}

fn keyed(client: &Client, path: &str, key: &str, body: &Value) -> Reply {
    client.send("POST", path, &[("content-type", "application/json"), ("idempotency-key", key)], body.to_string().as_bytes())
}

fn act(client: &Client, method: &str, path: &str, verb: &str, body: &Value) -> Reply {
    let tag = client.get(path).headers["etag"].clone();
    let bytes = if body.is_null() { String::new() } else { body.to_string() };
    client.send(method, &format!("{path}{verb}"), &[("content-type", "application/json"), ("if-match", &tag)], bytes.as_bytes())
}

fn refused(reply: &Reply) -> Vec<String> {
    assert_eq!((reply.status, reply.code().as_str()), (422, "REPORT_REFUSED"), "{}", reply.body);
    reply.faults().into_iter().map(|(pointer, code)| format!("{pointer} {code}")).collect()
}

fn stored(reply: &Reply) -> (Value, String) {
    assert_eq!(reply.status, 201, "{}", reply.body);
    (reply.json(), reply.headers["location"].clone())
}

fn a_report_on_a_task_answers_the_ordinary_obligation(backend: Backend) {
    let app = start(backend);
    let press = app.system_of(OWN);
    assert_eq!(owed(&press, 2014)["state"], "OVERDUE");
    let (first, _) = stored(&press.push("a", &report(2014)));
    assert_eq!((&first["obligation"], &first["isEstimate"]), (&owed(&press, 2014)["id"], &json!(false)));
    assert_eq!(owed(&press, 2015)["state"], "OVERDUE", "another year's is owed still");
    // Once it is met, another report on the same stands beside it.
    let (second, _) = stored(&press.push("b", &report(2014)));
    assert_eq!(second["obligation"], Value::Null);
    assert_eq!(total(&press, &json!({"state": "FULFILLED_LATE"})), 1);
    assert_eq!(owed(&press, 2014)["report"], first["id"]);
}

fn what_is_late_stays_late_and_tells_when_it_was_met(backend: Backend) {
    let app = start(backend);
    let (press, standing) = (app.system_of(OWN), standing(&app));
    let (_, path) = stored(&press.push("a", &report(2014)));
    let stands = |as_of: &str| {
        let query = format!("&regime=HP-1593-NAM&task=V.2&programme=HP-1593-2013&agency={OWN}&year=2014&asOf={as_of}");
        let found = list(&standing, &query).remove(0);
        (found["state"].as_str().expect("a state").to_owned(), found["fulfilledOn"].clone())
    };
    let met = ("FULFILLED_LATE".to_owned(), json!("2026-01-15"));
    assert_eq!(stands("2026-01-15"), met);
    assert_eq!(stands("2026-01-14"), ("OVERDUE".into(), Value::Null), "nobody knew the day before");
    assert_eq!(stands("2015-01-15"), ("OPEN".into(), Value::Null));
    for (state, count) in [("FULFILLED_LATE", 0), ("OVERDUE", 1)] {
        let query = format!("&regime=HP-1593-NAM&task=V.2&programme=HP-1593-2013&agency={OWN}&year=2014&asOf=2026-01-14&state={state}");
        assert_eq!(list(&standing, &query).len(), count, "{state}");
    }
    // Given back and sent again on a later day: the first receipt is what counts.
    assert_eq!(act(&standing, "POST", &path, "/return", &json!({"reason": "Thiếu số liệu."})).status, 204);
    assert_eq!(stands("2026-01-15"), met);
    app.clock.advance(chrono::TimeDelta::days(3));
    let (press, standing) = (app.system_of(OWN), crate::obligations::standing(&app));
    assert_eq!(act(&press, "POST", &path, "/submit", &Value::Null).status, 204);
    assert_eq!(owed(&standing, 2014)["fulfilledOn"], "2026-01-15");
}

fn a_named_regime_is_answered_exactly_or_refused(backend: Backend) {
    let app = start(backend);
    let press = app.system_of(OWN);
    let named = |regime: &str, changes: &Value| with(with(report(2014), &json!({"regime": regime, "values": form()})), changes);
    assert_eq!(refused(&press.push("a", &named("HP-0", &json!({})))), ["/regime OBLIGATION_UNKNOWN"]);
    assert_eq!(refused(&press.push("a", &named("HP-1593-NAM", &json!({"period": "2014-Q1"})))), ["/regime OBLIGATION_UNKNOWN"]);
    // The rule of the sector is about the whole programme, and binds another agency.
    assert_eq!(refused(&press.push("a", &named("HP-1593-TTTT-NAM", &json!({})))), ["/regime OBLIGATION_UNKNOWN"]);
    // What follows from another fault is not told.
    assert_eq!(refused(&press.push("a", &named("HP-1593-NAM", &json!({"task": "II.4"})))), ["/task AGENCY_NOT_ASSIGNED"]);
    let (first, _) = stored(&press.push("a", &named("HP-1593-NAM", &json!({}))));
    assert_eq!(first["obligation"], owed(&press, 2014)["id"]);
    assert_eq!(refused(&press.push("b", &named("HP-1593-NAM", &json!({})))), ["/regime OBLIGATION_MET"]);
}

fn a_report_on_the_programme_answers_a_regime_about_it(backend: Backend) {
    let app = start(backend);
    let department = app.system_of("so-tttt");
    let without = |field: &str| {
        let mut body = annual(2016);
        body.as_object_mut().expect("a body").remove(field);
        body
    };
    let bare = department.push("a", &without("regime"));
    assert_eq!(bare.faults(), [("/percent".to_owned(), "FIELD_REQUIRED".to_owned()), ("/task".to_owned(), "FIELD_REQUIRED".to_owned())]);
    assert_eq!(refused(&department.push("a", &with(annual(2016), &json!({"regime": "HP-1593-NAM"})))), ["/task FIELD_REQUIRED"]);
    assert_eq!(refused(&department.push("a", &with(annual(2016), &json!({"regime": "HP-0"})))), ["/regime OBLIGATION_UNKNOWN"]);
    let (made, path) = stored(&department.push("a", &annual(2016)));
    let owed = list(&department, "&regime=HP-1593-TTTT-NAM&year=2016").remove(0);
    assert_eq!((&made["obligation"], &made["task"], &made["percent"]), (&owed["id"], &Value::Null, &Value::Null));
    // It is due in November of its own year, and came in long after that.
    assert_eq!(made["isEstimate"], false);
    // It is never meant where no regime is named, and is answered still when it is sent again.
    let authority = app.person(None, Role::Authority);
    assert_eq!(act(&authority, "POST", &path, "/return", &json!({"reason": "x"})).status, 204);
    assert_eq!(act(&department, "POST", &path, "/submit", &Value::Null).status, 204);
    assert_eq!(department.get(&path).json()["obligation"], owed["id"]);
}

fn a_form_is_filled_in_where_the_regime_is_named(backend: Backend) {
    let app = start(backend);
    let press = app.system_of(OWN);
    let values = |values: &Value| with(report(2014), &json!({ "values": values }));
    let odd = json!({"muc_do": "XONG", "tin_bai": -1, "la": 1});
    assert_eq!(
        refused(&press.push("a", &values(&odd))),
        ["/values/la FIELD_UNKNOWN", "/values/muc_do NOT_ONE_OF", "/values/tin_bai OUT_OF_RANGE"],
        "what is given has to fit"
    );
    let named = with(values(&json!({"tin_bai": 1})), &json!({"regime": "HP-1593-NAM"}));
    let missing = ["/values/muc_do FIELD_REQUIRED", "/values/ty_le FIELD_REQUIRED"];
    assert_eq!(refused(&press.push("a", &named)), missing);
    // A draft may be unfinished; what it says has to fit, and all must be there when it is sent.
    let approver = app.person(Some(OWN), Role::AgencyApprover);
    let draft = |values: &Value| {
        let about = json!({"programme": "HP-1593-2013", "task": "V.2", "year": 2014, "regime": "HP-1593-NAM"});
        keyed(&approver, "/api/v1/reports/drafts", "d", &with(about, &json!({"content": {"values": values}})))
    };
    assert_eq!(refused(&draft(&json!({"tin_bai": "mười"}))), ["/content/values/tin_bai TYPE_MISMATCH"]);
    let (_, path) = stored(&draft(&json!({"tin_bai": 1})));
    let says = |values: Value| json!({"percent": 40, "narrative": "x", "values": values});
    assert_eq!(refused(&act(&approver, "PUT", &path, "/draft", &says(json!({"ty_le": 101})))), ["/values/ty_le OUT_OF_RANGE"]);
    assert_eq!(act(&approver, "PUT", &path, "/draft", &says(json!({"tin_bai": 2}))).status, 204);
    assert_eq!(refused(&act(&approver, "POST", &path, "/submit", &Value::Null)), missing);
    assert_eq!(act(&approver, "PUT", &path, "/draft", &says(form())).status, 204);
    assert_eq!(act(&approver, "POST", &path, "/submit", &Value::Null).status, 204);
    assert_eq!(owed(&press, 2014)["state"], "FULFILLED_LATE");
    // Without the regime's name nothing has to be given.
    stored(&press.push("b", &with(report(2015), &json!({"values": {"tin_bai": 1}}))));
}

fn a_draft_holds_its_obligation_until_it_is_thrown_away(backend: Backend) {
    let app = start(backend);
    let (writer, standing) = (app.person(Some(OWN), Role::AgencyApprover), standing(&app));
    let draft = json!({"programme": "HP-1593-2013", "task": "V.2", "year": 2014});
    let (made, path) = stored(&keyed(&writer, "/api/v1/reports/drafts", "d", &draft));
    assert_eq!(made["obligation"], owed(&writer, 2014)["id"]);
    assert_eq!((&owed(&writer, 2014)["state"], &owed(&writer, 2014)["report"]), (&json!("OVERDUE"), &made["id"]));
    assert_eq!(owed(&standing, 2014)["report"], Value::Null, "nobody else knows of a draft");
    let named = with(report(2014), &json!({"regime": "HP-1593-NAM", "values": form()}));
    assert_eq!(refused(&writer.push("a", &named)), ["/regime OBLIGATION_MET"]);
    assert_eq!(act(&writer, "DELETE", &path, "", &Value::Null).status, 204);
    let (sent, _) = stored(&writer.push("b", &named));
    assert_eq!(owed(&standing, 2014)["report"], sent["id"]);
}

fn an_excluded_obligation_is_not_answered(backend: Backend) {
    let app = start(backend);
    let (press, standing) = (app.system_of(OWN), standing(&app));
    let path = format!("/api/v1/obligations/{}/exclude", owed(&standing, 2014)["id"].as_str().expect("an id"));
    let reason = json!({"reason": "Đã giải thể."}).to_string();
    assert_eq!(standing.send("POST", &path, &[("content-type", "application/json")], reason.as_bytes()).status, 200);
    let named = with(report(2014), &json!({"regime": "HP-1593-NAM", "values": form()}));
    assert_eq!(refused(&press.push("a", &named)), ["/regime OBLIGATION_UNKNOWN"]);
    assert_eq!(stored(&press.push("b", &report(2014))).0["obligation"], Value::Null);
}

fn a_report_by_reference_keeps_its_obligation(backend: Backend) {
    let app = start(backend);
    let (press, standing) = (app.system_of(OWN), standing(&app));
    let put = |body: &Value, tag: (&str, &str)| {
        let path = format!("/api/v1/reports/by-ref/{OWN}/R-1");
        press.send("PUT", &path, &[("content-type", "application/json"), tag], body.to_string().as_bytes())
    };
    let named = with(report(2014), &json!({"regime": "HP-1593-NAM", "values": form()}));
    let missing = with(named.clone(), &json!({"values": {}}));
    let faults = ["/values/muc_do FIELD_REQUIRED", "/values/ty_le FIELD_REQUIRED"];
    assert_eq!(refused(&put(&missing, ("if-none-match", "*"))), faults);
    let (made, path) = stored(&put(&named, ("if-none-match", "*")));
    assert_eq!(made["obligation"], owed(&press, 2014)["id"]);
    assert_eq!(act(&standing, "POST", &path, "/return", &json!({"reason": "x"})).status, 204);
    let tag = press.get(&path).headers["etag"].clone();
    let elsewhere = with(named.clone(), &json!({"regime": "HP-1593-TTTT-NAM"}));
    assert_eq!(refused(&put(&elsewhere, ("if-match", &tag))), ["/regime EXTERNAL_REF_TAKEN"]);
    assert_eq!(refused(&put(&missing, ("if-match", &tag))), faults);
    let again = put(&with(named, &json!({"percent": 60})), ("if-match", &tag));
    assert_eq!(
        (again.status, &again.json()["obligation"], &again.json()["version"]),
        (200, &made["obligation"], &json!(2)),
        "{}",
        again.body
    );
}

fn a_report_on_paper_counts_from_the_day_it_came_in(backend: Backend) {
    let app = start(backend);
    let standing = standing(&app);
    for (year, day, state) in [(2014, "2015-01-15", "FULFILLED_ON_TIME"), (2015, "2016-01-16", "FULFILLED_LATE")] {
        let body = json!({"channel": "PAPER", "receivedOn": day, "report": with(report(year), &json!({"agency": OWN}))});
        let (made, _) = stored(&keyed(&standing, "/api/v1/reports/received", day, &body));
        let owed = owed(&standing, year);
        assert_eq!((&owed["state"], &owed["fulfilledOn"], &owed["id"]), (&json!(state), &json!(day), &made["obligation"]));
    }
}

fn a_request_is_answered_by_whom_it_asked(backend: Backend) {
    let app = start(backend);
    let asked =
        json!({"regime": "HP-1593-DOT-XUAT", "label": "Sự việc 12/5", "agencies": [OWN], "cutOff": "2026-01-20", "due": "2026-01-22"});
    assert_eq!(keyed(&standing(&app), "/api/v1/report-requests", "k", &asked).status, 201);
    let press = app.system_of(OWN);
    let body = |period: &str| json!({"programme": "HP-1593-2013", "regime": "HP-1593-DOT-XUAT", "year": 2026, "period": period, "narrative": "Đã xử lý."});
    assert_eq!(refused(&press.push("a", &body("Sự việc 13/5"))), ["/regime OBLIGATION_UNKNOWN"]);
    let other = app.system_of("dai-ptth-hai-phong");
    assert_eq!(refused(&other.push("a", &body("Sự việc 12/5"))), ["/regime OBLIGATION_UNKNOWN"]);
    stored(&press.push("a", &body("Sự việc 12/5")));
    assert_eq!(list(&press, "&regime=HP-1593-DOT-XUAT").remove(0)["state"], "FULFILLED_ON_TIME");
}

fn racing_pushes_leave_one_answer(backend: Backend) {
    let app = start(backend);
    let press = app.system_of(OWN);
    let race = |body: &(dyn Fn(usize) -> Value + Sync)| -> Vec<Reply> {
        std::thread::scope(|scope| {
            let push = |n: usize| press.push(&format!("{}-{n}", body(n)["year"]), &body(n));
            let threads: Vec<_> = (0..8).map(|n| scope.spawn(move || push(n))).collect();
            threads.into_iter().map(|thread| thread.join().expect("a thread")).collect()
        })
    };
    let named = race(&|_| with(report(2014), &json!({"regime": "HP-1593-NAM", "values": form()})));
    assert_eq!(named.iter().filter(|reply| reply.status == 201).count(), 1);
    for other in named.iter().filter(|reply| reply.status != 201) {
        assert_eq!(refused(other), ["/regime OBLIGATION_MET"]);
    }
    // Where no regime is named, each is stored, and one answers.
    let ordinary = race(&|n| with(report(2015), &json!({ "percent": n })));
    assert!(ordinary.iter().all(|reply| reply.status == 201));
    assert_eq!(ordinary.iter().filter(|reply| !reply.json()["obligation"].is_null()).count(), 1);
    let linked = rows(&app.database, "SELECT CAST(count(obligation_id) AS TEXT) AS line FROM reports");
    assert_eq!(linked, ["2"]);
}

fn a_report_and_its_obligation_show_each_other_to_whom_they_concern(backend: Backend) {
    let app = start(backend);
    let (press, standing) = (app.system_of(OWN), standing(&app));
    let (made, path) = stored(&press.push("a", &report(2014)));
    assert_eq!(act(&standing, "POST", &path, "/accept", &Value::Null).status, 204);
    let query = "query($id: ID!) { node(id: $id) { ... on Report { obligation { period state fulfilledOn report { id } } } } }";
    let told = |client: &Client| client.graphql(query, &json!({"id": made["id"]}))["node"]["obligation"].take();
    let wanted = json!({"period": "2014", "state": "FULFILLED_LATE", "fulfilledOn": "2026-01-15", "report": {"id": made["id"]}});
    assert_eq!(told(&press), wanted);
    assert_eq!(told(&standing), wanted);
    // The public reads the report and not what was owed.
    assert_eq!(told(&app.anonymous()), Value::Null);
    assert_eq!((app.anonymous().get(&path).status, &app.anonymous().get(&path).json()["obligation"]), (200, &Value::Null));
    let listed = |n: usize| {
        let query = "query($n: Int!) { obligations(first: $n) { nodes { report { version obligation { period } } } } }";
        app.fewest_statements(|| standing.graphql(query, &json!({ "n": n }))).0
    };
    for year in [2013, 2015] {
        stored(&press.push(&year.to_string(), &report(year)));
    }
    listed(200);
    assert_eq!(listed(100), listed(200), "statements do not grow with the rows");
}

fn rows_of_a_batch_answer_what_is_owed_once(backend: Backend) {
    let app = start(backend);
    let press = app.system_of(OWN);
    let named =
        |reference: &str, year: i32| with(report(year), &json!({"externalRef": reference, "regime": "HP-1593-NAM", "values": form()}));
    let plain = |reference: &str, year: i32| with(report(year), &json!({"externalRef": reference}));
    let send = |mode: &str, key: Option<&str>, rows: &[Value]| {
        let reply = press.batch(mode, "application/json", key, json!(rows).to_string().as_bytes());
        assert_eq!(reply.status, 200, "{}", reply.body);
        reply.json()
    };
    // Of two rows under one regime the second comes too late; a form is judged as for one report.
    let mut unfit = named("B-3", 2015);
    unfit["values"] = json!({"muc_do": "XONG"});
    let rehearsed = send("?dryRun=true&atomic=false", None, &[named("B-1", 2014), named("B-2", 2014), unfit]);
    let faults = crate::batches::told(&rehearsed);
    assert_eq!(faults[0], "2 /regime OBLIGATION_MET", "{faults:?}");
    assert!(faults.iter().any(|fault| fault.starts_with("3 /values/")), "{faults:?}");
    // Without a name the first of two takes what is owed, and the other stands beside it.
    send("?atomic=false", Some("k1"), &[plain("C-1", 2014), plain("C-2", 2014)]);
    let (_, path) = stored(&press.push("k", &named("C-3", 2015)));
    let answering = "SELECT external_ref || ' ' || version AS line FROM reports WHERE obligation_id IS NOT NULL ORDER BY external_ref";
    assert_eq!(rows(&app.database, answering), ["C-1 1", "C-3 1"]);
    assert_eq!(owed(&press, 2014)["state"], "FULFILLED_LATE");
    // What is stored keeps what it answers to.
    assert_eq!(act(&standing(&app), "POST", &path, "/return", &json!({"reason": "Thiếu số liệu."})).status, 204);
    let again = with(named("C-3", 2015), &json!({"percent": 60, "ifMatch": "\"r2\""}));
    let told = send("?atomic=false", Some("k2"), &[again]);
    assert_eq!(crate::batches::outcomes(&told), ["CHANGED"], "{told}");
    assert_eq!(rows(&app.database, answering), ["C-1 1", "C-3 2"]);
}

const CONSOLIDATED: &str = "/api/v1/reports/consolidated";

/// A consolidated report on the programme of these, under its sector's rule.
fn consolidated(sources: &[String], changes: &Value) -> Value {
    let content = json!({"narrative": "Tổng hợp năm.", "values": {"nhiem_vu_hoan_thanh": 3, "danh_gia": "TỐT"}});
    let body = json!({"programme": "HP-1593-2013", "regime": "HP-1593-TTTT-NAM", "year": 2014, "sources": sources, "content": content});
    with(body, changes)
}

/// Identifiers of reports of these years that the standing agency has accepted.
fn accepted(press: &Client, standing: &Client, years: &[i32]) -> Vec<String> {
    let one = |year: &i32| {
        let (made, path) = stored(&press.push(&format!("source-{year}"), &report(*year)));
        assert_eq!(act(standing, "POST", &path, "/accept", &Value::Null).status, 204);
        made["id"].as_str().expect("an id").to_owned()
    };
    years.iter().map(one).collect()
}

fn a_consolidated_report_answers_what_its_agency_owes(backend: Backend) {
    let app = start(backend);
    let (press, standing) = (app.system_of(OWN), standing(&app));
    let sources = accepted(&press, &standing, &[2014]);
    let owed = || list(&standing, "&regime=HP-1593-TTTT-NAM&year=2014").remove(0);
    let figures = || {
        let told = crate::statistics::tell(&standing, "programme=HP-1593-2013&groupBy=TASK&fromYear=2014&toYear=2014");
        let whole = &told["rows"][0]["reports"];
        assert_eq!(told["rows"][0]["task"], Value::Null, "what is owed about the whole programme comes first");
        ["expected", "actual", "late", "missing"].map(|figure| whole[figure].as_i64().expect("a figure"))
    };
    assert_eq!((owed()["state"].clone(), figures()), (json!("OVERDUE"), [1, 0, 0, 1]));
    let send = |key: &str, changes: &Value| keyed(&standing, CONSOLIDATED, key, &consolidated(&sources, changes));
    // What is wrong is told at its place, all of it at once, and nothing is half done.
    let unknown = "01890000-0000-7000-8000-000000000000";
    let odd = json!({"sources": [unknown], "content": {"narrative": "x", "values": {"nhiem_vu_hoan_thanh": -1}}});
    assert_eq!(
        refused(&send("a", &odd)),
        ["/sources/0 REFERENCE_UNKNOWN", "/content/values/nhiem_vu_hoan_thanh OUT_OF_RANGE", "/content/values/danh_gia FIELD_REQUIRED"]
    );
    assert_eq!(refused(&send("b", &json!({"regime": "HP-1593-NAM"}))), ["/regime RULE_BROKEN"], "that one is answered task by task");
    assert_eq!(
        refused(&send("c", &json!({"regime": "HP-0", "sources": [unknown]}))),
        ["/regime OBLIGATION_UNKNOWN", "/sources/0 REFERENCE_UNKNOWN"]
    );
    assert_eq!(refused(&send("d", &json!({"period": "2014-Q1"}))), ["/regime OBLIGATION_UNKNOWN"]);
    let elsewhere = keyed(&app.person(Some("so-ngoai-vu"), Role::Standing), CONSOLIDATED, "e", &consolidated(&sources, &json!({})));
    assert_eq!(refused(&elsewhere), ["/regime OBLIGATION_UNKNOWN"], "each agency answers what it owes itself");
    assert_eq!((owed()["report"].clone(), figures()), (Value::Null, [1, 0, 0, 1]));
    // Without a regime it answers to nothing, and its period is one of the calendar.
    let mut plain = consolidated(&sources, &json!({"period": "hôm nay"}));
    plain.as_object_mut().expect("a body").remove("regime");
    assert_eq!(refused(&keyed(&standing, CONSOLIDATED, "f", &plain)), ["/period PATTERN_MISMATCH"]);
    // No regime asks for half a year: there is no form that values could be of.
    let half = with(plain, &json!({"period": "2014-H1"}));
    let unasked = ["/content/values/danh_gia FIELD_UNKNOWN", "/content/values/nhiem_vu_hoan_thanh FIELD_UNKNOWN"];
    assert_eq!(refused(&keyed(&standing, CONSOLIDATED, "g", &half)), unasked);
    let bare = with(half, &json!({"content": {"narrative": "Tổng hợp."}}));
    let (beside, _) = stored(&keyed(&standing, CONSOLIDATED, "g", &bare));
    assert_eq!((&beside["obligation"], &beside["period"]), (&Value::Null, &json!("2014-H1")));
    let (made, path) = stored(&send("h", &json!({})));
    assert_eq!(
        [&made["obligation"], &made["isConsolidated"], &made["isEstimate"], &made["period"]],
        [&owed()["id"], &json!(true), &json!(false), &json!("2014")]
    );
    assert_eq!((&owed()["state"], &owed()["report"]), (&json!("FULFILLED_LATE"), &made["id"]));
    assert_eq!(figures(), [1, 1, 1, 0]);
    assert_eq!(stored(&send("h", &json!({}))).0["id"], made["id"], "the same key is the same report");
    assert_eq!(refused(&send("i", &json!({}))), ["/regime OBLIGATION_MET"]);
    // It goes the way of every other, and keeps what it answers to and in which form.
    let authority = app.person(None, Role::Authority);
    assert_eq!(act(&authority, "POST", &path, "/return", &json!({"reason": "x"})).status, 204);
    let department = app.person(Some("so-tttt"), Role::AgencyApprover);
    let empty = json!({"narrative": "x", "values": {}});
    assert_eq!(act(&department, "PUT", &path, "/draft", &empty).status, 204);
    let missing = ["/values/nhiem_vu_hoan_thanh FIELD_REQUIRED", "/values/danh_gia FIELD_REQUIRED"];
    assert_eq!(refused(&act(&department, "POST", &path, "/submit", &Value::Null)), missing);
    // What was asked for under a name of its own is answered under that name.
    let asked = json!({"regime": "HP-1593-DOT-XUAT", "label": "Sự việc 12/5", "agencies": ["so-tttt"], "cutOff": "2026-01-20", "due": "2026-01-22"});
    assert_eq!(keyed(&authority, "/api/v1/report-requests", "k", &with(asked, &json!({"requester": "ubnd-tp-hai-phong"}))).status, 201);
    let answer = json!({"regime": "HP-1593-DOT-XUAT", "year": 2026, "period": "Sự việc 12/5", "content": {"narrative": "Đã xử lý."}});
    assert_eq!(stored(&send("l", &answer)).0["obligation"], list(&standing, "&regime=HP-1593-DOT-XUAT").remove(0)["id"]);
}

fn racing_consolidations_leave_one_answer(backend: Backend) {
    let app = start(backend);
    let (press, standing) = (app.system_of(OWN), standing(&app));
    let body = consolidated(&accepted(&press, &standing, &[2014, 2015]), &json!({}));
    let told: Vec<Reply> = std::thread::scope(|scope| {
        let send = |n: usize| keyed(&standing, CONSOLIDATED, &n.to_string(), &body);
        let threads: Vec<_> = (0..6).map(|n| scope.spawn(move || send(n))).collect();
        threads.into_iter().map(|thread| thread.join().expect("a thread")).collect()
    });
    assert_eq!(told.iter().filter(|reply| reply.status == 201).count(), 1);
    for other in told.iter().filter(|reply| reply.status != 201) {
        assert_eq!(refused(other), ["/regime OBLIGATION_MET"]);
    }
    let aggregated = rows(&app.database, "SELECT CAST(count(*) AS TEXT) AS line FROM report_events WHERE kind = 'AGGREGATED'");
    assert_eq!(aggregated, ["2"], "each source is taken in once");
}

fn a_consolidation_costs_the_same_however_many_it_takes_in(backend: Backend) {
    let app = start(backend);
    let (press, standing) = (app.system_of(OWN), standing(&app));
    let cost = |key: &str, sources: &[String], period: &str| {
        let mut body = consolidated(sources, &json!({ "period": period }));
        body.as_object_mut().expect("a body").remove("regime");
        // On a busy machine a caller is read again; the fewest of three is what it takes.
        let once = |n: i32| {
            let (count, reply) = app.statements(|| keyed(&standing, CONSOLIDATED, &format!("{key}-{n}"), &body));
            stored(&reply);
            count
        };
        (0..3).map(once).min().expect("three")
    };
    let sources = accepted(&press, &standing, &[2013, 2014, 2015]);
    let more: Vec<String> = (0..6)
        .map(|n| {
            let (made, path) = stored(&press.push(&format!("more-{n}"), &report(2014)));
            assert_eq!(act(&standing, "POST", &path, "/accept", &Value::Null).status, 204);
            made["id"].as_str().expect("an id").to_owned()
        })
        .collect();
    cost("a", &sources[..1], "2014");
    let one = cost("b", &sources[1..2], "2014");
    assert_eq!(cost("c", &more, "2014"), one);
}
