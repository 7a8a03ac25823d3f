//! Estimates and what supersedes them: up to the end of the period figures run ahead, afterwards a final version takes their place.

use chrono::{NaiveDate, TimeDelta};
use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, Client, TestApp, both};

use crate::{
    evidence::{PDF, upload},
    obligations::{list, start},
    workflow::{act, done, now, pushed, tag},
};

both!(
    a_final_version_supersedes_an_accepted_estimate,
    a_reference_or_a_row_supersedes_an_estimate_too,
    what_comes_in_after_the_period_is_final_from_the_start,
    other_regimes_need_a_reopening,
);

const OWN: &str = "so-tttt";

/// Moves the clock to noon of a day, to and fro.
fn on(app: &TestApp, day: &str) {
    let day: NaiveDate = day.parse().expect("a day");
    let days = day - domain::clock::local_day(app.now());
    app.clock.advance(TimeDelta::days(days.num_days()));
}

fn annual(done: i64) -> Value {
    json!({"programme": "HP-1593-2013", "regime": "HP-1593-TTTT-NAM", "year": 2019, "narrative": "Báo cáo năm.",
           "values": {"nhiem_vu_hoan_thanh": done, "danh_gia": "TỐT"}})
}

fn says(done: i64) -> Value {
    json!({"narrative": "Báo cáo năm, số chính thức.", "values": {"nhiem_vu_hoan_thanh": done, "danh_gia": "ĐẠT"}})
}

fn told(client: &Client, path: &str) -> (Value, Value, Value, Value) {
    let mut report = client.get(path).json();
    (report["status"].take(), report["version"].take(), report["isEstimate"].take(), report["values"]["nhiem_vu_hoan_thanh"].take())
}

/// The estimate of 2019, sent and accepted in November.
fn estimated(app: &TestApp, body: &Value) -> String {
    on(app, "2019-11-20");
    let path = pushed(&app.system_of(OWN), "a", body);
    done(&app.person(None, Role::Authority), "POST", &path, "/accept", &Value::Null);
    path
}

fn a_final_version_supersedes_an_accepted_estimate(backend: Backend) {
    let app = start(backend);
    let path = estimated(&app, &annual(3));
    let estimate = (json!("ACCEPTED"), json!(1), json!(true), json!(3));
    assert_eq!(told(&app.anonymous(), &path), estimate);
    // The year runs on: it stays what it is.
    on(&app, "2019-12-31");
    let department = app.system_of(OWN);
    assert_eq!(now(&department, "PUT", &path, "/draft", &says(4)), (409, "WRONG_STATE".into()));
    assert_eq!(now(&department, "POST", &path, "/submit", &Value::Null), (409, "WRONG_STATE".into()));
    assert_eq!(upload(&department, path.rsplit('/').next().expect("an id"), "x.pdf", PDF).code(), "EVIDENCE_CLOSED");
    // Once it is over, the final one follows without anybody's leave.
    on(&app, "2020-01-10");
    let (department, authority, public) = (app.system_of(OWN), app.person(None, Role::Authority), app.anonymous());
    done(&department, "PUT", &path, "/draft", &says(5));
    assert_eq!(upload(&department, path.rsplit('/').next().expect("an id"), "x.pdf", PDF).status, 201);
    assert_eq!(told(&public, &path), estimate, "what is being written is seen by nobody else");
    done(&department, "POST", &path, "/submit", &Value::Null);
    assert_eq!(told(&department, &path), (json!("SUBMITTED"), json!(2), json!(false), json!(5)));
    assert_eq!(told(&public, &path), estimate, "it counts until the final one is accepted");
    done(&authority, "POST", &path, "/accept", &Value::Null);
    assert_eq!(told(&public, &path), (json!("ACCEPTED"), json!(2), json!(false), json!(5)));
    let versions = department.get(&format!("{path}/versions")).json();
    let versions: Vec<_> =
        versions["items"].as_array().expect("items").iter().map(|v| (v["version"].clone(), v["isEstimate"].clone())).collect();
    assert_eq!(versions, [(json!(1), json!(true)), (json!(2), json!(false))], "the estimate stays readable");
    // What is final stays so without a reopening, and timeliness counts the estimate's day.
    assert_eq!(now(&department, "POST", &path, "/submit", &Value::Null), (409, "WRONG_STATE".into()));
    let owed = list(&department, "&regime=HP-1593-TTTT-NAM&year=2019").remove(0);
    assert_eq!((&owed["state"], &owed["fulfilledOn"]), (&json!("FULFILLED_ON_TIME"), &json!("2019-11-20")));
}

fn a_reference_or_a_row_supersedes_an_estimate_too(backend: Backend) {
    let app = start(backend);
    let named = |done: i64| {
        let mut body = annual(done);
        body["externalRef"] = json!("N-1");
        body
    };
    let path = estimated(&app, &named(3));
    on(&app, "2020-01-10");
    let (department, authority) = (app.system_of(OWN), app.person(None, Role::Authority));
    // The same figures again say that they are final now.
    let by_ref = format!("/api/v1/reports/by-ref/{OWN}/N-1");
    let put = act(&department, "PUT", &by_ref, &tag(&department, &path), &named(3));
    assert_eq!((put.status, &put.json()["version"], &put.json()["isEstimate"]), (200, &json!(2), &json!(false)), "{}", put.body);
    done(&authority, "POST", &path, "/accept", &Value::Null);
    let same = act(&department, "PUT", &by_ref, &tag(&department, &path), &named(3));
    assert_eq!((same.status, &same.json()["version"], &same.json()["status"]), (200, &json!(2), &json!("ACCEPTED")));
    // A row of a batch goes the same way.
    let other = start(backend);
    let path = estimated(&other, &named(3));
    on(&other, "2020-01-10");
    let department = other.system_of(OWN);
    let mut row = named(6);
    row["ifMatch"] = json!(tag(&department, &path).trim_matches('"'));
    let reply = department.batch("", "application/json", Some("k"), json!([row]).to_string().as_bytes());
    assert_eq!((reply.status, &reply.json()["changed"]), (200, &json!(1)), "{}", reply.body);
    assert_eq!(told(&department, &path), (json!("SUBMITTED"), json!(2), json!(false), json!(6)));
}

fn what_comes_in_after_the_period_is_final_from_the_start(backend: Backend) {
    let app = start(backend);
    on(&app, "2020-01-10");
    let path = pushed(&app.system_of(OWN), "a", &annual(3));
    assert_eq!(told(&app.system_of(OWN), &path).2, false);
    // What came in on paper counts from the day on which it came in.
    let other = start(backend);
    on(&other, "2020-01-10");
    let mut report = annual(3);
    report["agency"] = json!(OWN);
    let body = json!({"channel": "PAPER", "receivedOn": "2019-11-20", "report": report});
    let entered = crate::workflow::keyed(&other.person(Some("ubnd-tp-hai-phong"), Role::Standing), "/api/v1/reports/received", "k", &body);
    assert_eq!((entered.status, &entered.json()["isEstimate"]), (201, &json!(true)), "{}", entered.body);
}

fn other_regimes_need_a_reopening(backend: Backend) {
    let app = start(backend);
    let press = app.system_of("bao-hai-phong");
    let body = json!({"programme": "HP-1593-2013", "task": "V.2", "year": 2014, "percent": 40, "narrative": "Đã làm."});
    let path = pushed(&press, "a", &body);
    done(&app.person(None, Role::Authority), "POST", &path, "/accept", &Value::Null);
    assert_eq!(now(&press, "POST", &path, "/submit", &Value::Null), (409, "WRONG_STATE".into()));
}
