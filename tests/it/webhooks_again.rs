//! Webhooks that start again: what waited goes on at once when its cause was mended, and what cannot go on is not looked at.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{account::Role, webhook::retry::MAX_TRIES};
use serde_json::{Value, json};
use testkit::{Backend, TestApp, app::wait, both, database::execute};

use crate::{
    webhooks::{OTHER, OWN, made, post, report, send, start},
    webhooks_failing::{items, told},
    workflow::{act, done, pushed},
};

both!(
    enabling_gives_what_waits_all_its_tries,
    what_waits_goes_to_another_address_at_once,
    what_waits_is_sent_at_once_when_somebody_asks,
    what_waits_behind_another_is_not_looked_at,
    what_is_withheld_does_not_hold_up_the_rest,
);

/// Much later, for everything that waits.
const LATER: &str = "UPDATE webhook_deliveries SET due_at = '2099-01-01 00:00:00' WHERE state = 'PENDING'";
/// The one that was queued last.
const LAST: &str = "event_seq = (SELECT max(event_seq) FROM webhook_deliveries)";

/// Begins one round and waits for what it does; how many webhooks it looked after.
fn round(app: &TestApp) -> usize {
    wait(async {
        app.app.number_events().await.expect("numbers");
        let begun = app.app.begin_webhooks().await.expect("a round");
        let count = begun.len();
        for served in begun {
            served.await.expect("a service");
        }
        count
    })
}

fn due(item: &Value) -> DateTime<Utc> {
    item["dueAt"].as_str().expect("an instant").parse().expect("an instant")
}

/// A webhook that two messages of one object wait for until much later, the first after a try.
fn waiting(app: &TestApp, receiver: &testkit::receiver::Receiver) -> String {
    let (press, standing) = (app.system_of(OWN), app.person(Some("so-noi-vu"), Role::Standing));
    let (hook, _) = made(&press, &json!({"url": receiver.url(), "agency": OWN}));
    let path = pushed(&press, "a", &report("V.2", 2014));
    done(&standing, "POST", &path, "/return", &json!({"reason": "Thiếu số liệu."}));
    receiver.answer(|_| (500, ""));
    send(app);
    assert_eq!(receiver.taken().len(), 1);
    execute(&app.database, LATER);
    receiver.answer(|_| (200, ""));
    send(app);
    assert_eq!(receiver.taken().len(), 0);
    hook
}

fn kinds(messages: &[testkit::receiver::Message]) -> Vec<String> {
    told(messages).into_iter().map(|(kind, _)| kind).collect()
}

fn enabling_gives_what_waits_all_its_tries(backend: Backend) {
    let (app, receiver) = start(backend);
    let press = app.system_of(OWN);
    let (hook, _) = made(&press, &json!({"url": receiver.url(), "agency": OWN, "kinds": ["REPORT_SUBMITTED"]}));
    receiver.answer(|_| (503, ""));
    pushed(&press, "a", &report("V.2", 2014));
    pushed(&press, "b", &report("V.2", 2015));
    send(&app);
    // Each has its last try before it, one of them much later.
    execute(&app.database, &format!("UPDATE webhook_deliveries SET tries = {0}, attempts = {0}", MAX_TRIES - 1));
    execute(&app.database, &format!("{LATER} AND {LAST}"));
    app.clock.advance(TimeDelta::seconds(7));
    send(&app);
    receiver.taken();
    assert_eq!(press.get(&hook).json()["disabledReason"], "FAILING");
    let pending = || items(&press, &hook, "?state=PENDING");
    assert_eq!(pending().len(), 1);
    assert_eq!(press.send("POST", &format!("{hook}/enable"), &[], b"").status, 200);
    assert_eq!(due(&pending()[0]), app.now(), "at once");
    send(&app);
    assert_eq!((receiver.taken().len(), press.get(&hook).json()["status"].clone()), (1, json!("ACTIVE")), "one failure does not end it");
    let left = pending();
    assert!(left.len() == 1 && (3..=7).contains(&(due(&left[0]) - app.now()).num_seconds()), "as after a first try: {left:?}");
    receiver.answer(|_| (200, ""));
    app.clock.advance(TimeDelta::seconds(7));
    send(&app);
    assert_eq!((receiver.taken().len(), items(&press, &hook, "?state=DELIVERED").len()), (1, 1));
}

fn what_waits_goes_to_another_address_at_once(backend: Backend) {
    let (app, receiver) = start(backend);
    let hook = waiting(&app, &receiver);
    let press = app.system_of(OWN);
    let put = |tag: &str, url: &str| {
        let body = json!({"url": url, "agency": OWN, "description": "Hệ thống mới"});
        let changed = act(&press, "PUT", &hook, tag, &body);
        assert_eq!(changed.status, 200, "{}", changed.body);
        send(&app);
        kinds(&receiver.taken())
    };
    assert_eq!(put("\"1\"", &receiver.url()), [""; 0], "where it stays, what waits waits");
    assert_eq!(put("\"2\"", &receiver.url().replace("/in", "/mended")), ["REPORT_SUBMITTED", "REPORT_RETURNED"]);
}

fn what_waits_is_sent_at_once_when_somebody_asks(backend: Backend) {
    let (app, receiver) = start(backend);
    let hook = waiting(&app, &receiver);
    let press = app.system_of(OWN);
    let waits = items(&press, &hook, "?state=PENDING");
    let again = |item: &Value| post(&press, &format!("{hook}/deliveries/{}/redeliver", item["id"].as_str().expect("an id")), &Value::Null);
    // As while it is on its way.
    let lease = if backend == Backend::Sqlite { "randomblob(16)" } else { "gen_random_uuid()" };
    execute(&app.database, &format!("UPDATE webhook_deliveries SET lease = {lease} WHERE {LAST}"));
    assert_eq!(again(&waits[0]).code(), "WRONG_STATE");
    execute(&app.database, "UPDATE webhook_deliveries SET lease = NULL");
    // The later one asked for: it does not overtake the one before it.
    assert_eq!((&waits[0]["kind"], again(&waits[0]).json()), (&json!("REPORT_RETURNED"), json!({"messages": 1})));
    send(&app);
    assert_eq!(kinds(&receiver.taken()), ["REPORT_SUBMITTED", "REPORT_RETURNED"]);
}

fn what_waits_behind_another_is_not_looked_at(backend: Backend) {
    let (app, receiver) = start(backend);
    let (press, standing) = (app.system_of(OWN), app.person(Some("so-noi-vu"), Role::Standing));
    let (hook, _) = made(&press, &json!({"url": receiver.url(), "agency": OWN}));
    let path = pushed(&press, "a", &report("V.2", 2014));
    receiver.answer(|_| (500, ""));
    assert_eq!((round(&app), receiver.taken().len()), (1, 1));
    // What comes later is due when that before it is, and nobody looks at it until then.
    app.clock.advance(TimeDelta::seconds(1));
    done(&standing, "POST", &path, "/return", &json!({"reason": "Thiếu số liệu."}));
    assert_eq!((round(&app), receiver.taken().len()), (0, 0));
    let waits = items(&press, &hook, "?state=PENDING");
    assert_eq!((waits.len(), due(&waits[0])), (2, due(&waits[1])));
    // Nor where it came to be due in another way.
    execute(&app.database, &format!("UPDATE webhook_deliveries SET due_at = created_at WHERE {LAST}"));
    assert_eq!((round(&app), receiver.taken().len()), (0, 0));
    receiver.answer(|_| (200, ""));
    app.clock.advance(TimeDelta::seconds(7));
    send(&app);
    assert_eq!(kinds(&receiver.taken()), ["REPORT_SUBMITTED", "REPORT_RETURNED"]);
}

fn what_is_withheld_does_not_hold_up_the_rest(backend: Backend) {
    let (app, receiver) = start(backend);
    let press = app.system_of(OWN);
    let secrets = app.user(None, &[Role::Admin]);
    let (hook, _) = made(&app.anonymous().sign_in_person(&secrets), &json!({"url": receiver.url()}));
    receiver.answer(|_| (500, ""));
    for key in ["a", "b", "c", "d", "e", "f"] {
        pushed(&press, key, &report("V.2", 2014));
    }
    send(&app);
    assert_eq!(receiver.taken().len(), 6);
    let role = "UPDATE grants SET role = 'AGENCY_SYSTEM', agency_id = (SELECT id FROM agencies WHERE code = 'dai-ptth-hai-phong')";
    execute(&app.database, &format!("{role} WHERE account_id = (SELECT account_id FROM webhooks)"));
    execute(&app.database, "UPDATE webhooks SET agency_id = (SELECT id FROM agencies WHERE code = 'dai-ptth-hai-phong')");
    app.clock.advance(TimeDelta::seconds(7));
    let radio = app.system_of(OTHER);
    assert_eq!(post(&radio, &format!("{hook}/test"), &Value::Null).status, 202);
    receiver.answer(|_| (200, ""));
    assert_eq!(round(&app), 1);
    let came: Vec<Value> = receiver.taken().iter().map(|message| message.json()["type"].clone()).collect();
    assert_eq!((came, items(&radio, &hook, "?state=WITHHELD").len()), (vec![json!("WEBHOOK_TEST")], 6), "in one service");
}
