//! Webhooks that fail: what is tried again and when, what is given up, and when nothing is sent any more.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use chrono::TimeDelta;
use domain::{account::Role, webhook::retry::MAX_TRIES};
use serde_json::{Value, json};
use testkit::{Backend, Client, TestApp, both, database::execute, receiver::Message};

use crate::{
    webhooks::{OTHER, OWN, made, post, report, send, start},
    workflow::{done, pushed},
};

both!(
    messages_of_one_object_keep_their_order_and_hold_up_no_other,
    a_message_is_tried_by_the_law_given_up_and_sent_again,
    a_receiver_that_wants_no_more_is_sent_no_more,
    a_receiver_is_not_tried_before_it_asks,
    a_right_that_is_withdrawn_ends_what_rests_on_it,
    what_its_owner_may_not_know_any_more_is_withheld,
    a_try_that_nobody_came_back_from_is_made_again,
    what_was_delivered_is_forgotten_in_time_and_what_was_not_is_not,
);

pub fn told(messages: &[Message]) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    messages.iter().map(|message| (text(&message.json()["type"]), text(&message.json()["data"]["subjectId"]))).collect()
}

fn id(path: &str) -> String {
    path.rsplit('/').next().expect("an id").to_owned()
}

pub fn items(client: &Client, hook: &str, query: &str) -> Vec<Value> {
    let reply = client.get(&format!("{hook}/deliveries{query}"));
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.json()["items"].as_array().expect("items").clone()
}

fn messages_of_one_object_keep_their_order_and_hold_up_no_other(backend: Backend) {
    let (app, receiver) = start(backend);
    let (press, standing) = (app.system_of(OWN), app.person(Some("so-noi-vu"), Role::Standing));
    let (hook, _) = made(&press, &json!({"url": receiver.url(), "agency": OWN}));
    let (slow, fine) = (pushed(&press, "a", &report("V.2", 2014)), pushed(&press, "b", &report("V.2", 2015)));
    done(&standing, "POST", &slow, "/return", &json!({"reason": "Thiếu số liệu."}));
    done(&standing, "POST", &fine, "/return", &json!({"reason": "Thiếu số liệu."}));
    let (of_slow, fails) = (id(&slow), Arc::new(AtomicBool::new(true)));
    let (slow_, fails_) = (of_slow.clone(), Arc::clone(&fails));
    receiver.answer(move |message| if message.body.contains(&slow_) && fails_.load(Ordering::SeqCst) { (500, "") } else { (200, "") });
    send(&app);
    let mut seen = told(&receiver.taken());
    seen.sort();
    let wanted = |of: &str, kinds: &[&str]| kinds.iter().map(|kind| ((*kind).to_owned(), of.to_owned())).collect::<Vec<_>>();
    let mut all = [wanted(&of_slow, &["REPORT_SUBMITTED"]), wanted(&id(&fine), &["REPORT_SUBMITTED", "REPORT_RETURNED"])].concat();
    all.sort();
    assert_eq!(seen, all, "the later one waits behind the one that failed, the other object's do not");
    app.clock.advance(TimeDelta::seconds(7));
    send(&app);
    assert_eq!(told(&receiver.taken()), wanted(&of_slow, &["REPORT_SUBMITTED"]), "again, and alone");
    fails.store(false, Ordering::SeqCst);
    app.clock.advance(TimeDelta::seconds(31));
    send(&app);
    assert_eq!(told(&receiver.taken()), wanted(&of_slow, &["REPORT_SUBMITTED", "REPORT_RETURNED"]), "in order");
    let press = app.system_of(OWN);
    assert!(items(&press, &hook, "").iter().all(|item| item["state"] == "DELIVERED"));
}

fn a_message_is_tried_by_the_law_given_up_and_sent_again(backend: Backend) {
    let (app, receiver) = start(backend);
    let press = app.system_of(OWN);
    let (hook, _) = made(&press, &json!({"url": receiver.url(), "agency": OWN, "kinds": ["REPORT_SUBMITTED"]}));
    receiver.answer(|_| (503, ""));
    pushed(&press, "a", &report("V.2", 2014));
    send(&app);
    let (mut names, mut waits) = (Vec::new(), Vec::new());
    for _ in 1..MAX_TRIES {
        // Tokens live for minutes, tries are hours apart.
        let item = items(&app.system_of(OWN), &hook, "").remove(0);
        assert_eq!(item["state"], "PENDING");
        let due: chrono::DateTime<chrono::Utc> = item["dueAt"].as_str().expect("an instant").parse().expect("an instant");
        let wait = due - app.now();
        waits.push(wait.num_seconds());
        app.clock.advance(wait - TimeDelta::milliseconds(1));
        send(&app);
        assert_eq!(receiver.came().len(), waits.len(), "not before its time");
        app.clock.advance(TimeDelta::milliseconds(1));
        send(&app);
    }
    for message in receiver.taken() {
        names.push((message.header("webhook-id").to_owned(), message.body.clone()));
    }
    assert_eq!(names.len(), usize::try_from(MAX_TRIES).expect("a number"));
    assert!(names.windows(2).all(|pair| pair[0] == pair[1]), "one message, whatever the try");
    for (wait, law) in waits.iter().zip([5, 25, 125, 625, 3_125, 15_625, 43_200, 43_200, 43_200]) {
        assert!((law * 79 / 100..=law * 121 / 100).contains(wait), "{waits:?}");
    }
    // Given up, the webhook is disabled, and whoever has it is told.
    let press = app.system_of(OWN);
    let item = items(&press, &hook, "?state=DEAD").remove(0);
    let log = press.get(&format!("{hook}/deliveries/{}", item["id"].as_str().expect("an id"))).json();
    let tried = log["tried"].as_array().expect("tries");
    assert_eq!(
        (tried.len(), &tried[9]["number"], &tried[9]["fault"], &tried[9]["answer"]),
        (10, &json!(10), &json!("STATUS"), &Value::Null)
    );
    let stands = press.get(&hook).json();
    assert_eq!((&stands["status"], &stands["disabledReason"]), (&json!("DISABLED"), &json!("FAILING")));
    let feed = press.get("/api/v1/changes").json();
    let last = feed["items"].as_array().expect("items").last().expect("an event").clone();
    assert_eq!(
        (&last["kind"], &last["subjectId"], &last["body"]),
        (&json!("WEBHOOK_DISABLED"), &stands["id"], &json!({"reason": "FAILING"}))
    );
    assert_eq!(app.system_of(OTHER).get("/api/v1/changes").json()["items"], json!([]), "and nobody else");
    // Enabled and sent again, it goes through under its name.
    receiver.answer(|_| (200, ""));
    assert_eq!(press.send("POST", &format!("{hook}/enable"), &[], b"").status, 200);
    let again = press.send("POST", &format!("{hook}/redeliver"), &[], b"");
    assert_eq!((again.status, again.json()), (202, json!({"messages": 1})));
    send(&app);
    let came = receiver.taken();
    assert_eq!((came.len(), came[0].header("webhook-id")), (1, names[0].0.as_str()));
    // What was delivered can be sent again too, by itself, and is sent once however often it is asked for.
    let one = format!("{hook}/deliveries/{}/redeliver", item["id"].as_str().expect("an id"));
    assert_eq!(press.send("POST", &one, &[], b"").status, 202);
    assert_eq!(press.send("POST", &one, &[], b"").status, 202);
    send(&app);
    assert_eq!((receiver.taken().len(), items(&press, &hook, "")[0]["attempts"].as_i64()), (1, Some(12)));
}

fn a_receiver_that_wants_no_more_is_sent_no_more(backend: Backend) {
    let (app, receiver) = start(backend);
    let press = app.system_of(OWN);
    let (hook, _) = made(&press, &json!({"url": receiver.url(), "agency": OWN}));
    receiver.answer(|_| (410, ""));
    pushed(&press, "a", &report("V.2", 2014));
    send(&app);
    pushed(&press, "b", &report("V.2", 2015));
    send(&app);
    assert_eq!(receiver.came().len(), 1);
    assert_eq!(press.get(&hook).json()["disabledReason"], "GONE");
    assert_eq!(items(&press, &hook, "")[0]["state"], "DEAD");
}

fn a_receiver_is_not_tried_before_it_asks(backend: Backend) {
    let (app, receiver) = start(backend);
    let press = app.system_of(OWN);
    let (hook, _) = made(&press, &json!({"url": receiver.url(), "agency": OWN}));
    receiver.answer(|_| (429, "retry-after: 1000\r\n"));
    pushed(&press, "a", &report("V.2", 2014));
    send(&app);
    assert_eq!(items(&press, &hook, "")[0]["dueAt"], json!(app.clock_in(TimeDelta::seconds(1000))));
    app.clock.advance(TimeDelta::seconds(999));
    send(&app);
    assert_eq!(receiver.came().len(), 1);
    app.clock.advance(TimeDelta::seconds(1));
    send(&app);
    assert_eq!(receiver.came().len(), 2);
}

fn a_right_that_is_withdrawn_ends_what_rests_on_it(backend: Backend) {
    let (app, receiver) = start(backend);
    let (admin, press) = (app.person(None, Role::Admin), app.system_of(OWN));
    for (withdraw, reason) in [
        ("UPDATE accounts SET status = 'DISABLED' WHERE id =", "OWNER_DISABLED"),
        ("DELETE FROM grants WHERE account_id =", "RIGHT_WITHDRAWN"),
    ] {
        let owner = app.system_of(OWN);
        let (hook, _) = made(&owner, &json!({"url": receiver.url(), "agency": OWN, "kinds": ["REPORT_SUBMITTED"]}));
        pushed(&press, reason, &report("V.2", 2014));
        send(&app);
        assert_eq!(receiver.taken().len(), 1, "{reason}");
        execute(&app.database, &format!("{withdraw} (SELECT account_id FROM webhooks ORDER BY id DESC LIMIT 1)"));
        let (later, quoted) = (pushed(&press, &format!("{reason}-2"), &report("V.2", 2015)), format!("\"reason\":\"{reason}\""));
        send(&app);
        assert_eq!(receiver.taken().len(), 0, "{reason}: {later}");
        assert_eq!(admin.get(&hook).json()["disabledReason"], reason);
        assert!(press.get("/api/v1/changes?limit=200").body.contains(&quoted), "its agency is told");
        // Whoever enables it answers for it, and nothing was lost.
        assert_eq!(press.send("POST", &format!("{hook}/enable"), &[], b"").status, 200);
        send(&app);
        assert_eq!(told(&receiver.taken()), [("REPORT_SUBMITTED".to_owned(), id(&later))]);
        assert_eq!(press.send("DELETE", &hook, &[], b"").status, 204);
    }
}

fn what_its_owner_may_not_know_any_more_is_withheld(backend: Backend) {
    let (app, receiver) = start(backend);
    let press = app.system_of(OWN);
    let secrets = app.user(None, &[Role::Admin]);
    let admin = app.anonymous().sign_in_person(&secrets);
    let (hook, _) = made(&admin, &json!({"url": receiver.url()}));
    receiver.answer(|_| (500, ""));
    pushed(&press, "a", &report("V.2", 2014));
    send(&app);
    assert_eq!(receiver.taken().len(), 1);
    // Whoever answers for it keeps webhooks, and of another agency alone.
    let role = "UPDATE grants SET role = 'AGENCY_SYSTEM', agency_id = (SELECT id FROM agencies WHERE code = 'dai-ptth-hai-phong')";
    execute(&app.database, &format!("{role} WHERE account_id = (SELECT account_id FROM webhooks)"));
    execute(&app.database, "UPDATE webhooks SET agency_id = (SELECT id FROM agencies WHERE code = 'dai-ptth-hai-phong')");
    app.clock.advance(TimeDelta::seconds(7));
    send(&app);
    assert_eq!(receiver.came().len(), 0);
    let radio = app.system_of(OTHER);
    let item = items(&radio, &hook, "").remove(0);
    assert_eq!((&item["state"], &item["attempts"]), (&json!("WITHHELD"), &json!(1)));
    assert_eq!(radio.get(&hook).json()["status"], "ACTIVE");
}

fn a_try_that_nobody_came_back_from_is_made_again(backend: Backend) {
    let (app, receiver) = start(backend);
    let press = app.system_of(OWN);
    let (hook, _) = made(&press, &json!({"url": receiver.url(), "agency": OWN}));
    pushed(&press, "a", &report("V.2", 2014));
    receiver.answer(|_| (500, ""));
    send(&app);
    // As a process leaves it that dies while it sends.
    let lease = if backend == Backend::Sqlite { "randomblob(16)" } else { "gen_random_uuid()" };
    execute(&app.database, &format!("UPDATE webhook_deliveries SET attempts = 2, tries = 2, lease = {lease}"));
    receiver.answer(|_| (200, ""));
    app.clock.advance(TimeDelta::seconds(10));
    send(&app);
    let item = items(&press, &hook, "").remove(0);
    let log = press.get(&format!("{hook}/deliveries/{}", item["id"].as_str().expect("an id"))).json();
    let faults: Vec<&Value> = log["tried"].as_array().expect("tries").iter().map(|attempt| &attempt["fault"]).collect();
    assert_eq!((&log["state"], faults), (&json!("DELIVERED"), vec![&json!("STATUS"), &json!("INTERRUPTED"), &Value::Null]));
}

fn what_was_delivered_is_forgotten_in_time_and_what_was_not_is_not(backend: Backend) {
    let (app, receiver) = start(backend);
    let press = app.system_of(OWN);
    let (hook, _) = made(&press, &json!({"url": receiver.url(), "agency": OWN}));
    pushed(&press, "a", &report("V.2", 2014));
    send(&app);
    receiver.answer(|_| (410, ""));
    assert_eq!(post(&press, &format!("{hook}/test"), &Value::Null).status, 202);
    send(&app);
    let purged = |app: &TestApp| testkit::app::wait(app.app.purge_webhooks()).expect("purged");
    app.clock.advance(TimeDelta::days(30));
    assert_eq!(purged(&app), 0);
    app.clock.advance(TimeDelta::seconds(1));
    assert_eq!(purged(&app), 1);
    let left = items(&app.system_of(OWN), &hook, "");
    assert_eq!((left.len(), &left[0]["state"]), (1, &json!("DEAD")));
    // What is kept longer than time goes back is kept.
    let long = TestApp::start(backend);
    long.app.send_webhooks_with(server::webhook_setup(app::webhook::Targets::default(), u32::MAX));
    assert_eq!(purged(&long), 0);
}
