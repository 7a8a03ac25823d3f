//! Chasing: reminders by the rules, escalation above, urging by hand; each said once, to whom it concerns, answered by the report.

use app::import::ImportOptions;
use chrono::TimeDelta;
use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, Client, Reply, TestApp, both, database::rows, seed};

use crate::obligations::{list, standing, start};

both!(
    reminders_are_made_once_whatever_is_repeated,
    nodes_side_by_side_chase_once,
    nobody_is_chased_for_what_is_met_or_excluded,
    silence_is_told_above_by_days_and_levels,
    silence_is_told_to_whoever_serves_the_programme_on_the_day,
    a_report_is_received_by_whoever_did_on_the_day,
    a_notice_is_answered_when_the_report_comes_in,
    the_standing_agency_urges_by_hand_and_nobody_else,
    nobody_is_urged_for_what_is_not_owed,
    notices_and_events_reach_those_concerned_and_nobody_else,
    pages_of_notices_run_from_the_newest,
    chasing_costs_the_same_however_much_is_owed,
);

const OWN: &str = "bao-hai-phong";
const OTHER: &str = "dai-ptth-hai-phong";

fn keyed(client: &Client, path: &str, key: &str, body: &Value) -> Reply {
    client.send("POST", path, &[("content-type", "application/json"), ("idempotency-key", key)], body.to_string().as_bytes())
}

/// Asks for a report by 22 January; it is the 15th, and agencies are reminded two days before, on the day, and a day after.
fn ask(app: &TestApp, agencies: &[&str]) {
    let asked =
        json!({"regime": "HP-1593-DOT-XUAT", "label": "Sự việc 12/5", "agencies": agencies, "cutOff": "2026-01-20", "due": "2026-01-22"});
    let reply = keyed(&standing(app), "/api/v1/report-requests", "ask", &asked);
    assert_eq!(reply.status, 201, "{}", reply.body);
}

fn after(app: &TestApp, days: i64) -> (usize, usize) {
    app.clock.advance(TimeDelta::days(days));
    let chased = app.chase();
    (chased.reminders, chased.escalations)
}

fn notices(client: &Client, query: &str) -> Vec<Value> {
    let reply = client.get(&format!("/api/v1/notices?limit=200{query}"));
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.json()["items"].as_array().expect("items").clone()
}

/// Kind, level and offset of each, the oldest first.
fn steps(notices: &[Value]) -> Vec<String> {
    let step = |notice: &Value| format!("{} {} {}", notice["kind"], notice["level"], notice["offsetDays"]).replace('"', "");
    notices.iter().rev().map(step).collect()
}

fn urge(client: &Client, id: &Value, key: &str, text: &str) -> Reply {
    keyed(client, &format!("/api/v1/obligations/{}/urge", id.as_str().expect("an id")), key, &json!({ "text": text }))
}

fn answer(client: &Client) -> Reply {
    let body = json!({"programme": "HP-1593-2013", "regime": "HP-1593-DOT-XUAT", "year": 2026, "period": "Sự việc 12/5", "narrative": "Đã xử lý."});
    client.push("answer", &body)
}

fn reminders_are_made_once_whatever_is_repeated(backend: Backend) {
    let app = start(backend);
    assert_eq!(after(&app, 0), (0, 0), "what fell due years ago is left alone");
    ask(&app, &[OWN, OTHER]);
    assert_eq!([after(&app, 0), after(&app, 4)], [(0, 0); 2], "not yet");
    assert_eq!([after(&app, 1), after(&app, 0), after(&app, 1)], [(2, 0), (0, 0), (0, 0)], "two days before, once");
    assert_eq!([after(&app, 1), after(&app, 0)], [(2, 0), (0, 0)], "on the day");
    assert_eq!([after(&app, 1), after(&app, 0)], [(2, 2), (0, 0)], "a day after, and the standing agency is told");
    assert_eq!(after(&app, 30), (0, 0), "no rule asks for more");
    let wanted = ["REMINDER AGENCY -2", "REMINDER AGENCY 0", "REMINDER AGENCY 1", "ESCALATION STANDING 1"];
    let told = notices(&standing(&app), &format!("&agency={OWN}"));
    assert_eq!(steps(&told), wanted);
    let last = &told[0];
    for (field, wanted) in [
        ("addressee", json!("so-tttt")),
        ("agency", json!(OWN)),
        ("regime", json!("HP-1593-DOT-XUAT")),
        ("period", json!("Sự việc 12/5")),
        ("dueOn", json!("2026-01-22")),
        ("day", json!("2026-01-23")),
        ("text", Value::Null),
        ("isAnswered", json!(false)),
    ] {
        assert_eq!(last[field], wanted, "{field}");
    }
    let events = rows(&app.database, "SELECT kind AS line FROM events WHERE kind <> 'OBLIGATION_REQUESTED'");
    assert_eq!(events.len(), 8, "each notice is an event: {events:?}");
    let audited = rows(&app.database, "SELECT operation AS line FROM audit_entries WHERE operation = 'chase_obligations'");
    assert_eq!(audited.len(), 3, "each run that did something is an entry");
}

fn nodes_side_by_side_chase_once(backend: Backend) {
    let app = start(backend);
    ask(&app, &[OWN, OTHER, "so-ngoai-vu"]);
    app.clock.advance(TimeDelta::days(5));
    let sent: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..6).map(|_| scope.spawn(|| app.chase().reminders)).collect();
        threads.into_iter().map(|thread| thread.join().expect("a thread")).sum()
    });
    assert_eq!((sent, notices(&standing(&app), "").len()), (3, 3));
    assert_eq!(rows(&app.database, "SELECT kind AS line FROM events WHERE kind = 'OBLIGATION_REMINDED'").len(), 3);
}

fn nobody_is_chased_for_what_is_met_or_excluded(backend: Backend) {
    let app = start(backend);
    ask(&app, &[OWN, OTHER, "so-ngoai-vu"]);
    assert_eq!(answer(&app.system_of(OWN)).status, 201);
    let client = standing(&app);
    let id = list(&client, &format!("&regime=HP-1593-DOT-XUAT&agency={OTHER}"))[0]["id"].clone();
    let path = format!("/api/v1/obligations/{}/exclude", id.as_str().expect("an id"));
    assert_eq!(keyed(&client, &path, "x", &json!({"reason": "Không liên quan."})).status, 200);
    assert_eq!(after(&app, 5), (1, 0));
    let told = notices(&standing(&app), "");
    assert_eq!((told.len(), &told[0]["agency"]), (1, &json!("so-ngoai-vu")));
}

fn silence_is_told_above_by_days_and_levels(backend: Backend) {
    let app = start(backend);
    let mut file = seed::regimes_1593();
    let rules = json!({"escalate": [{"to": "STANDING", "afterDays": 5}, {"to": "COMMITTEE", "afterDays": 15}, {"to": "AUTHORITY", "afterDays": 30}]});
    for regime in file["regimes"].as_array_mut().expect("regimes") {
        if regime["code"] == "HP-1593-DOT-XUAT" {
            regime["chasing"] = rules.clone();
        }
    }
    app.import_calendar(&file, ImportOptions { dry_run: false, apply_changes: true }).expect("an import");
    ask(&app, &[OWN]);
    let told: Vec<(usize, usize)> = [11, 1, 9, 1, 14, 1].map(|days| after(&app, days)).into();
    assert_eq!(told, [(0, 0), (0, 1), (0, 0), (0, 1), (0, 0), (0, 1)]);
    let told = notices(&standing(&app), "&kind=ESCALATION");
    let addressed: Vec<String> =
        told.iter().rev().map(|notice| format!("{} {}", notice["level"], notice["addressee"]).replace('"', "")).collect();
    assert_eq!(addressed, ["STANDING so-tttt", "COMMITTEE bcd-ttdn", "AUTHORITY ubnd-tp-hai-phong"]);
}

fn silence_is_told_to_whoever_serves_the_programme_on_the_day(backend: Backend) {
    for (kind, successors, addressee) in
        [("MERGE", json!([{"code": "so-ngoai-vu"}]), json!("so-ngoai-vu")), ("DISSOLVE", json!([]), Value::Null)]
    {
        let app = start(backend);
        ask(&app, &[OWN]);
        let (admin, follows) = (app.person(None, Role::Admin), app.person(Some("so-ngoai-vu"), Role::Standing));
        let receiver = || list(&follows, &format!("&agency={OWN}&regime=HP-1593-DOT-XUAT"))[0]["receiver"].clone();
        assert_eq!(receiver(), "so-tttt");
        let event = json!({"kind": kind, "effectiveOn": "2026-01-01", "basis": "1593/QĐ-UBND", "predecessors": ["so-tttt"], "successors": successors});
        let done = keyed(&admin, "/api/v1/admin/agencies/events", "event", &event);
        assert_eq!(done.status, 201, "{}", done.body);
        assert_eq!(receiver(), addressee, "{kind}");
        let told = || notices(&app.person(Some("so-ngoai-vu"), Role::Standing), &format!("&agency={OWN}&kind=ESCALATION"));
        if addressee == Value::Null {
            assert_eq!((after(&app, 8).1, told().len()), (0, 0), "nobody is there to be told");
            let admin = app.person(None, Role::Admin);
            let queue = admin.get("/api/v1/admin/succession-queue?limit=200").json();
            let entry =
                queue["items"].as_array().expect("items").iter().find(|one| one["agencyRole"] == "STANDING_AGENCY").expect("it")["id"]
                    .clone();
            let named = json!({"entries": [entry], "successor": "so-ngoai-vu", "effectiveOn": "2026-01-22", "basis": "1593/QĐ-UBND"});
            let done = keyed(&admin, "/api/v1/admin/succession-queue/successor", "name", &named);
            assert_eq!(done.status, 201, "{}", done.body);
        }
        let days = if addressee == Value::Null { 0 } else { 8 };
        assert_eq!([after(&app, days).1, after(&app, 0).1], [1, 0], "told once somebody is there, and once only");
        assert_eq!(told()[0]["addressee"], "so-ngoai-vu", "{kind}");
    }
}

fn a_report_is_received_by_whoever_did_on_the_day(backend: Backend) {
    let app = start(backend);
    ask(&app, &[OWN, OTHER]);
    assert_eq!(answer(&app.system_of(OWN)).status, 201);
    let admin = app.person(None, Role::Admin);
    let event = json!({"kind": "MERGE", "effectiveOn": "2026-01-20", "basis": "1593/QĐ-UBND", "predecessors": ["so-tttt"],
                       "successors": [{"code": "so-ngoai-vu"}]});
    assert_eq!(keyed(&admin, "/api/v1/admin/agencies/events", "event", &event).status, 201);
    app.clock.advance(TimeDelta::days(8));
    let follows = app.person(Some("so-ngoai-vu"), Role::Standing);
    let received = |agency: &str, day: &str| {
        let rest = list(&follows, &format!("&agency={agency}&regime=HP-1593-DOT-XUAT&asOf={day}"))[0]["receiver"].clone();
        let query = "query($a: String!, $d: NaiveDate) { obligations(asOf: $d, filter: {agency: $a, regime: \"HP-1593-DOT-XUAT\"}) { nodes { regime { receiver { code } } } } }";
        let told = follows.graphql(query, &json!({"a": agency, "d": day}));
        assert_eq!(told["obligations"]["nodes"][0]["regime"]["receiver"]["code"], rest, "{agency} {day}: both tell the same");
        rest
    };
    assert_eq!(["2026-01-19", "2026-01-20", "2026-01-23"].map(|day| received(OTHER, day)), ["so-tttt", "so-ngoai-vu", "so-ngoai-vu"]);
    assert_eq!(["2026-01-19", "2026-01-23"].map(|day| received(OWN, day)), ["so-tttt", "so-tttt"], "it came in before");
}

fn a_notice_is_answered_when_the_report_comes_in(backend: Backend) {
    let app = start(backend);
    ask(&app, &[OWN, OTHER]);
    assert_eq!(after(&app, 6), (2, 0));
    let press = app.system_of(OWN);
    assert_eq!(notices(&press, "&isAnswered=false").len(), 1);
    assert_eq!(answer(&press).status, 201);
    let told = notices(&press, "&isAnswered=true");
    assert_eq!((told.len(), &told[0]["answeredOn"]), (1, &json!("2026-01-21")));
    assert_eq!((notices(&press, "&isAnswered=false").len(), notices(&standing(&app), "&isAnswered=false").len()), (0, 1));
    assert_eq!(after(&app, 1), (1, 0), "whoever has answered is left in peace");
}

fn the_standing_agency_urges_by_hand_and_nobody_else(backend: Backend) {
    let app = start(backend);
    let client = standing(&app);
    let id = list(&client, &format!("&agency={OWN}&year=2016"))[0]["id"].clone();
    let sent = urge(&client, &id, "k", "Đề nghị gửi báo cáo.");
    assert_eq!(sent.status, 201, "{}", sent.body);
    let notice = sent.json();
    assert_eq!((&notice["kind"], &notice["addressee"], &notice["text"]), (&json!("URGING"), &json!(OWN), &json!("Đề nghị gửi báo cáo.")));
    let again = urge(&client, &id, "k", "Đề nghị gửi báo cáo.");
    assert_eq!((&again.body, again.headers["idempotency-replayed"].as_str()), (&sent.body, "true"));
    assert_eq!(notices(&client, ""), [notice]);
    assert_eq!(urge(&client, &id, "l", "Lần hai.").status, 201, "somebody may be urged again");
    assert_eq!(urge(&client, &id, "m", " ").faults(), [("/text".to_owned(), "PATTERN_MISMATCH".to_owned())]);
    for refused in [app.system_of(OWN), app.person(None, Role::Admin), app.person(None, Role::Committee), app.person(None, Role::Authority)]
    {
        assert_eq!(urge(&refused, &id, "k", "x").code(), "FORBIDDEN");
    }
    assert_eq!(app.anonymous().get("/api/v1/notices").code(), "UNAUTHENTICATED");
    let audited = rows(&app.database, "SELECT outcome AS line FROM audit_entries WHERE operation = 'urge_obligation' ORDER BY outcome");
    assert_eq!(audited.iter().filter(|outcome| *outcome == "DONE").count(), 2, "{audited:?}");
}

fn nobody_is_urged_for_what_is_not_owed(backend: Backend) {
    let app = start(backend);
    let (client, press) = (standing(&app), app.system_of(OWN));
    ask(&app, &[OWN]);
    let id = list(&client, "&regime=HP-1593-DOT-XUAT")[0]["id"].clone();
    assert_eq!(answer(&press).status, 201);
    assert_eq!((urge(&client, &id, "k", "x").status, urge(&client, &id, "k", "x").code()), (409, "WRONG_STATE".into()));
    assert_eq!(urge(&client, &json!("0199b2a0-0000-7000-8000-000000000001"), "k", "x").code(), "NOT_FOUND");
    assert_eq!(notices(&client, ""), Vec::<Value>::new());
}

fn notices_and_events_reach_those_concerned_and_nobody_else(backend: Backend) {
    let app = start(backend);
    ask(&app, &[OWN, OTHER]);
    assert_eq!((after(&app, 5), after(&app, 3)), ((2, 0), (2, 2)));
    let kinds = |client: &Client| -> Vec<String> {
        let items = client.get("/api/v1/changes?limit=200").json()["items"].take();
        items.as_array().expect("items").iter().map(|item| format!("{} {}", item["kind"], item["agency"]).replace('"', "")).collect()
    };
    let press = app.system_of(OWN);
    let own = ["REQUESTED", "REMINDED", "REMINDED", "ESCALATED"].map(|kind| format!("OBLIGATION_{kind} {OWN}"));
    assert_eq!(kinds(&press), own);
    assert_eq!(kinds(&standing(&app)).len(), 8);
    assert_eq!((kinds(&app.system_of("so-ngoai-vu")), kinds(&app.anonymous())), (Vec::new(), Vec::new()));
    // What is addressed to an agency is in its feed as it is among its notices, and in that of who sees both once.
    assert_eq!(kinds(&app.system_of("so-tttt")), [OWN, OTHER].map(|owing| format!("OBLIGATION_ESCALATED {owing}")));
    assert!(notices(&press, "").iter().all(|notice| notice["agency"] == OWN));
    assert_eq!((notices(&press, "").len(), notices(&press, &format!("&agency={OTHER}")).len()), (3, 0));
    assert_eq!(notices(&app.system_of("so-ngoai-vu"), ""), Vec::<Value>::new());
    // The standing agency's own system holds no role over others, and is told what is addressed to it.
    assert_eq!(steps(&notices(&app.system_of("so-tttt"), "")), ["ESCALATION STANDING 1"; 2]);
    let query = "{ notices { totalCount nodes { agency { code } obligation { id } } } obligations(filter: {regime: \"HP-1593-DOT-XUAT\"}) { nodes { notices { kind level } } } }";
    let data = press.graphql(query, &json!({}));
    assert_eq!(data["notices"]["totalCount"], 3);
    assert_eq!(data["obligations"]["nodes"][0]["notices"][2], json!({"kind": "ESCALATION", "level": "STANDING"}));
    let addressed = app.system_of("so-tttt").graphql(query, &json!({}));
    assert_eq!((&addressed["notices"]["totalCount"], &addressed["notices"]["nodes"][0]["obligation"]), (&json!(2), &Value::Null));
}

fn pages_of_notices_run_from_the_newest(backend: Backend) {
    let app = start(backend);
    let client = standing(&app);
    let id = list(&client, &format!("&agency={OWN}&year=2016"))[0]["id"].clone();
    for n in 0..5 {
        assert_eq!(urge(&client, &id, &n.to_string(), &n.to_string()).status, 201);
    }
    let (mut seen, mut after) = (Vec::new(), String::new());
    loop {
        let page = client.get(&format!("/api/v1/notices?limit=2{after}")).json();
        seen.extend(page["items"].as_array().expect("items").iter().map(|notice| notice["text"].as_str().expect("a text").to_owned()));
        if page["hasNext"] == false {
            break;
        }
        after = format!("&after={}", page["endCursor"].as_str().expect("a cursor"));
    }
    assert_eq!(seen, ["4", "3", "2", "1", "0"]);
    assert_eq!(client.get(&format!("/api/v1/notices?kind=URGING{after}")).code(), "CURSOR_INVALID", "a cursor belongs to its list");
    assert_eq!(client.get("/api/v1/notices?kind=SHOUTING").code(), "QUERY_INVALID");
}

fn chasing_costs_the_same_however_much_is_owed(backend: Backend) {
    let cost = |agencies: &[&str]| {
        let app = start(backend);
        ask(&app, agencies);
        app.clock.advance(TimeDelta::days(5));
        let (statements, chased) = app.statements(|| app.chase());
        assert_eq!(chased.reminders, agencies.len());
        let client = standing(&app);
        client.get("/api/v1/notices");
        (statements, app.statements(|| notices(&client, "").len()).0)
    };
    let few = cost(&[OWN]);
    assert_eq!(cost(&[OWN, OTHER, "so-ngoai-vu", "so-tai-chinh"]), few);
    assert!(few.0 <= 20, "{few:?} statements");
}
