//! A retry with a key: what was made is told again, nothing second is there, and the key holds for nothing else.

use serde_json::{Value, json};
use testkit::{
    Backend, Client, Reply, TestApp, both,
    database::{execute, rows},
};

use crate::{
    access::becomes,
    persons::{made, personnel, send},
    trainings::{COURSES, course},
    webhooks::{OWN, start},
    workflow::keyed,
};

both!(
    a_webhook_is_made_once_for_its_key_and_keeps_its_secret,
    a_key_of_a_webhook_is_that_of_its_account,
    a_course_and_its_sessions_are_made_once_for_their_keys,
    a_request_of_a_person_is_made_once_for_its_key,
    what_is_refused_leaves_its_key,
    who_may_do_it_no_more_is_not_told_it_again,
);

const HOOKS: &str = "/api/v1/webhooks";
const REQUESTS: &str = "/api/v1/admin/personal-requests";
const OFFICE: &str = "so-noi-vu";
const KEY: &str = "k-1";

/// How many rows a table has.
pub fn count(app: &TestApp, table: &str) -> usize {
    rows(&app.database, &format!("SELECT count(*) || '' AS line FROM {table}")).concat().parse().expect("a number")
}

/// What an answer says of being one that was given before.
fn replayed(reply: &Reply) -> (u16, Option<&str>) {
    (reply.status, reply.headers.get("idempotency-replayed").map(String::as_str))
}

/// Sends a body twice with a key, and another body with it; gives both answers.
fn twice(app: &TestApp, client: &Client, (path, table): (&str, &str), body: &Value, other: &Value) -> (Value, Value) {
    let first = keyed(client, path, KEY, body);
    assert_eq!(replayed(&first), (201, None), "{path}: {}", first.body);
    let there = count(app, table);
    let again = keyed(client, path, KEY, body);
    assert_eq!(replayed(&again), (201, Some("true")), "{path}: {}", again.body);
    let reused = keyed(client, path, KEY, other);
    assert_eq!((reused.status, reused.code().as_str()), (422, "IDEMPOTENCY_KEY_REUSED"), "{path}");
    assert_eq!(count(app, table), there, "{path}");
    (first.json(), again.json())
}

/// Where a course has its sessions.
fn sessions(course: &Value) -> String {
    format!("{COURSES}/{}/sessions", course["id"].as_str().expect("an id"))
}

fn planned(on: &str) -> Value {
    json!({"status": "PLANNED", "from": on, "to": on})
}

fn request(person: &Value, kind: &str) -> Value {
    json!({"person": person, "kind": kind, "channel": "PAPER", "receivedAt": "2026-01-12T03:00:00Z", "involvesThirdParty": false})
}

fn a_webhook_is_made_once_for_its_key_and_keeps_its_secret(backend: Backend) {
    let (app, receiver) = start(backend);
    let press = app.system_of(OWN);
    let body = json!({"url": receiver.url(), "agency": OWN});
    let other = json!({"url": receiver.url(), "agency": OWN, "description": "Khác"});
    let (first, again) = twice(&app, &press, (HOOKS, "webhooks"), &body, &other);
    assert_eq!((&first["id"], &first["secret"]), (&again["id"], &again["secret"]));
    let listed = || press.get(HOOKS).json()["items"].as_array().map(Vec::len);
    assert_eq!(listed(), Some(1));
    // It is told as it stands.
    let path = format!("{HOOKS}/{}", first["id"].as_str().expect("an id"));
    assert_eq!(press.send("POST", &format!("{path}/disable"), &[], b"").status, 200);
    let again = keyed(&press, HOOKS, KEY, &body).json();
    assert_eq!((&again["id"], &again["status"], &again["secret"]), (&first["id"], &json!("DISABLED"), &first["secret"]));
    // A secret is put in the place of another once for its key: receivers have until then what they were given.
    let path = format!("{path}/secret");
    let [rotated, retried] = [(); 2].map(|()| keyed(&press, &path, KEY, &json!({"overlapHours": 2})));
    assert_eq!((replayed(&rotated), replayed(&retried)), ((201, None), (201, Some("true"))));
    assert_eq!(rotated.json(), retried.json());
    assert_ne!(rotated.json()["secret"], first["secret"]);
    assert_eq!((rotated.revision(), retried.revision()), ("3".into(), "3".into()));
    // A retry is answered before its condition is asked: what it changed itself does not refuse it.
    let of_the_second = [("content-type", "application/json"), ("idempotency-key", KEY), ("if-match", "\"2\"")];
    let retried = press.send("POST", &path, &of_the_second, json!({"overlapHours": 2}).to_string().as_bytes());
    assert_eq!(replayed(&retried), (201, Some("true")), "{}", retried.body);
    assert_ne!(keyed(&press, &path, "k-2", &json!({})).json()["secret"], rotated.json()["secret"]);
    // Another secret, which may be another's, is told to nobody who did not make it.
    for path in [HOOKS, path.as_str()] {
        let body = if path == HOOKS { body.clone() } else { json!({"overlapHours": 2}) };
        let stale = keyed(&press, path, KEY, &body);
        assert_eq!((stale.status, stale.code().as_str()), (409, "WRONG_STATE"), "{path}");
    }
    // Without a key nobody knows that it is a retry.
    assert_eq!(send(&press, "POST", HOOKS, None, &body).status, 201);
    assert_eq!(listed(), Some(2));
    // What is removed is not told, and not made again either.
    let gone = format!("{HOOKS}/{}", first["id"].as_str().expect("an id"));
    assert_eq!(press.send("DELETE", &gone, &[], b"").status, 204);
    assert_eq!((keyed(&press, HOOKS, KEY, &body).status, listed()), (404, Some(1)));
}

fn a_key_of_a_webhook_is_that_of_its_account(backend: Backend) {
    let (app, receiver) = start(backend);
    let body = json!({"url": receiver.url(), "agency": OWN});
    let [first, second] = [app.system_of(OWN), app.system_of(OWN)].map(|client| keyed(&client, HOOKS, KEY, &body));
    assert_eq!((replayed(&first), replayed(&second)), ((201, None), (201, None)), "{}", second.body);
    let (first, second) = (first.json(), second.json());
    assert!(first["id"] != second["id"] && first["secret"] != second["secret"], "nobody is told another's secret");
    assert_eq!(count(&app, "webhooks"), 2);
}

fn a_course_and_its_sessions_are_made_once_for_their_keys(backend: Backend) {
    let app = TestApp::start(backend);
    let agency = app.system_of(OFFICE);
    let (body, other) = (course(OFFICE, "Bồi dưỡng"), course(OFFICE, "Tập huấn"));
    let (first, again) = twice(&app, &agency, (COURSES, "training_courses"), &body, &other);
    assert_eq!(first["id"], again["id"]);
    let (day, next) = (planned("2014-05-06"), planned("2014-05-07"));
    let (told, again) = twice(&app, &agency, (&sessions(&first), "training_sessions"), &day, &next);
    assert_eq!((&told["sessions"][0]["id"], told["sessions"].as_array().map(Vec::len)), (&again["sessions"][0]["id"], Some(1)));
    // The course belongs to what is said.
    let elsewhere = keyed(&agency, COURSES, "k-2", &other).json();
    let reused = keyed(&agency, &sessions(&elsewhere), KEY, &day);
    assert_eq!((reused.status, reused.code().as_str()), (422, "IDEMPOTENCY_KEY_REUSED"));
    // The key is the agency's, whoever of it asks.
    let colleague = keyed(&app.system_of(OFFICE), COURSES, KEY, &body);
    assert_eq!((replayed(&colleague), &colleague.json()["id"]), ((201, Some("true")), &first["id"]));
    assert_eq!((count(&app, "training_courses"), count(&app, "training_sessions")), (2, 1));
    // Without a key nobody knows that it is a retry.
    assert_eq!(send(&agency, "POST", COURSES, None, &body).status, 201);
    assert_eq!(send(&agency, "POST", &sessions(&first), None, &day).status, 201);
    assert_eq!((count(&app, "training_courses"), count(&app, "training_sessions")), (3, 2));
}

fn a_request_of_a_person_is_made_once_for_its_key(backend: Backend) {
    let app = TestApp::start(backend);
    let staff = personnel(&app);
    let person = made(&staff, &json!({"name": "Nguyễn Văn An"}))["id"].take();
    let (body, other) = (request(&person, "ACCESS"), request(&person, "RESTRICT"));
    let (first, again) = twice(&app, &staff, (REQUESTS, "personal_requests"), &body, &other);
    assert_eq!(first["id"], again["id"]);
    assert_eq!(staff.get(REQUESTS).json()["items"].as_array().map(Vec::len), Some(1));
    // An account without an agency has keys of its own.
    assert_eq!(replayed(&keyed(&personnel(&app), REQUESTS, KEY, &body)), (201, None));
    assert_eq!(send(&staff, "POST", REQUESTS, None, &body).status, 201);
    assert_eq!(count(&app, "personal_requests"), 3);
}

fn what_is_refused_leaves_its_key(backend: Backend) {
    let (app, receiver) = start(backend);
    let (agency, press, staff) = (app.system_of(OFFICE), app.system_of(OWN), personnel(&app));
    let person = made(&staff, &json!({"name": "Nguyễn Văn An"}))["id"].take();
    let course = course(OFFICE, "Bồi dưỡng");
    let mut elsewhere = course.clone();
    elsewhere["task"] = json!("X.9");
    let hook = json!({"url": receiver.url(), "agency": OWN});
    let mut unknown = hook.clone();
    unknown["programme"] = json!("KHONG-CO");
    let nobody = request(&json!("0199b2a0-0000-7000-8000-000000000001"), "ACCESS");
    for (client, path, wrong, right) in
        [(&agency, COURSES, elsewhere, course), (&press, HOOKS, unknown, hook), (&staff, REQUESTS, nobody, request(&person, "ACCESS"))]
    {
        let refused = keyed(client, path, KEY, &wrong);
        assert_eq!((refused.status, refused.code().as_str()), (422, "BODY_INVALID"), "{path}");
        let done = keyed(client, path, KEY, &right);
        assert_eq!(replayed(&done), (201, None), "{path}: {}", done.body);
    }
}

fn who_may_do_it_no_more_is_not_told_it_again(backend: Backend) {
    let (app, receiver) = start(backend);
    let (agency, press, staff) = (app.system_of(OFFICE), app.system_of(OWN), personnel(&app));
    let person = made(&staff, &json!({"name": "Nguyễn Văn An"}))["id"].take();
    let course = course(OFFICE, "Bồi dưỡng");
    let made = keyed(&agency, COURSES, "k-0", &course).json();
    let asked = [
        (&agency, COURSES.to_owned(), course),
        (&agency, sessions(&made), planned("2014-05-06")),
        (&press, HOOKS.to_owned(), json!({"url": receiver.url(), "agency": OWN})),
        (&staff, REQUESTS.to_owned(), request(&person, "ACCESS")),
    ];
    for (client, path, body) in &asked {
        assert_eq!(keyed(client, path, KEY, body).status, 201, "{path}");
    }
    execute(&app.database, "UPDATE grants SET revoked_at = created_at");
    for (client, path, body) in &asked {
        becomes(403, || keyed(client, path, KEY, body));
        assert_eq!(keyed(client, path, KEY, body).code(), "FORBIDDEN", "{path}");
    }
}
