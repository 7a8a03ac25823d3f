//! Signing in while something else happens, and what the log and the throttle make of it.

use std::time::Duration;

use chrono::TimeDelta;
use domain::account::Role;
use serde_json::json;
use testkit::{Backend, TestApp, both};

use crate::access::{bearer, post, signed_in, token};

both!(a_sign_in_under_way_does_not_outlive_a_reset, a_wrong_code_counts_like_a_wrong_password,);

fn a_sign_in_under_way_does_not_outlive_a_reset(backend: Backend) {
    let app = TestApp::start(backend);
    let victim = app.user(None, &[Role::Auditor]);
    let form = format!("grant_type=password&username={}&password={}", victim.login, victim.secret);
    std::thread::scope(|scope| {
        // Others take the turns, so that the victim's password waits to be judged.
        for i in 0..60 {
            let app = &app;
            scope.spawn(move || token(app, &format!("grant_type=password&username=nobody-{i}&password=guess-guess")));
        }
        std::thread::sleep(Duration::from_millis(100));
        let answer = scope.spawn(|| token(&app, &form));
        std::thread::sleep(Duration::from_millis(150));
        let reset = format!(
            "UPDATE accounts SET password_hash = 'another' WHERE login = '{}'; UPDATE sessions SET ended_at = '2026-01-15 00:00:00'",
            victim.login
        );
        persistence::by_hand::execute(&app.db, &reset).expect("statements");
        let answer = answer.join().expect("an answer");
        assert_eq!((answer.status, &answer.json()["error"]), (400, &json!("invalid_grant")), "{}", answer.body);
    });
    let left = |sql: &str| persistence::by_hand::lines(&app.db, sql).expect("a line");
    assert_eq!(left("SELECT count(*) || '' AS line FROM sessions WHERE ended_at IS NULL"), ["0"]);
    assert_eq!(left(&format!("SELECT password_hash AS line FROM accounts WHERE login = '{}'", victim.login)), ["another"]);
}

fn a_wrong_code_counts_like_a_wrong_password(backend: Backend) {
    let app = TestApp::start(backend);
    let user = app.user(None, &[Role::Auditor]);
    let client = bearer(&app, &signed_in(&app, &user));
    let enrolled = post(&client, "/api/v1/me/second-factor", &json!({"currentPassword": user.secret}));
    let address = enrolled.json()["address"].as_str().expect("an address").to_owned();
    let code = || testkit::one_time_code(&address, app.now());
    assert_eq!(post(&client, "/api/v1/me/second-factor/confirm", &json!({"code": code()})).status, 200);
    app.clock.advance(TimeDelta::seconds(60));
    let remove =
        |code: &str| post(&client, "/api/v1/me/second-factor/remove", &json!({"currentPassword": user.secret, "oneTimePassword": code}));
    let answers: Vec<u16> = (0..12).map(|_| remove("00000").status).collect();
    assert_eq!(answers, [vec![422; 10], vec![429; 2]].concat());
    assert_eq!(remove(&code()).status, 429, "even the right one");
}
