//! Signing in while something else happens, and what the log and the throttle make of it.

use std::{
    io::{Read, Write},
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use app::identity::{Offer, PasswordOffer, external::Issuer, issue_token};
use auth::{Ctx, Origin, RequestId};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as B64};
use chrono::TimeDelta;
use domain::{account::Role, error::Code};
use serde_json::{Value, json};
use testkit::{
    Backend, Client, TestApp,
    app::{Secrets, operator, wait},
    both,
    clock::TestClock,
    database::{TestDatabase, execute, rows},
};

use crate::access::{bearer, becomes, id_of, patch, post, signed_in, token};

both!(
    a_sign_in_under_way_does_not_outlive_a_reset,
    a_wrong_code_counts_like_a_wrong_password,
    the_log_tells_whose_sign_in_and_whose_token_it_was,
    attempts_at_what_is_not_ones_own_are_entries,
    a_subscriber_of_ipv6_is_known_at_all_of_its_addresses,
    a_stranger_keeps_one_address_waiting_and_no_other,
    codes_are_guessed_no_faster_from_many_addresses,
    a_stranger_with_a_token_keeps_nobody_from_signing_in_at_home,
    keys_of_an_issuer_are_fetched_once_for_all_who_ask,
    a_trivial_password_of_the_place_is_refused,
    what_was_withdrawn_a_moment_ago_changes_nothing,
    who_signs_on_elsewhere_gets_no_password_here,
);

fn a_sign_in_under_way_does_not_outlive_a_reset(backend: Backend) {
    let app = TestApp::start(backend);
    let victim = app.user(None, &[Role::Auditor]);
    let form = format!("grant_type=password&username={}&password={}", victim.login, victim.secret);
    std::thread::scope(|scope| {
        // Others take the turns, so that the victim's password waits to be judged.
        for i in 0..24 {
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
        assert_ne!(answer.status, 200, "{}", answer.body);
    });
    let left = |sql: &str| persistence::by_hand::lines(&app.db, sql).expect("a line");
    assert_eq!(left("SELECT count(*) || '' AS line FROM sessions WHERE ended_at IS NULL"), ["0"]);
    assert_eq!(left(&format!("SELECT password_hash AS line FROM accounts WHERE login = '{}'", victim.login)), ["another"]);
}

/// A session of somebody who has a second factor since a minute, and the address that its codes come of.
fn with_second_factor(app: &TestApp, user: &Secrets) -> (Client, String) {
    let client = bearer(app, &signed_in(app, user));
    let enrolled = post(&client, "/api/v1/me/second-factor", &json!({"currentPassword": user.secret}));
    let address = enrolled.json()["address"].as_str().expect("an address").to_owned();
    let code = testkit::one_time_code(&address, app.now());
    assert_eq!(post(&client, "/api/v1/me/second-factor/confirm", &json!({"code": code})).status, 200);
    app.clock.advance(TimeDelta::seconds(60));
    (client, address)
}

fn a_wrong_code_counts_like_a_wrong_password(backend: Backend) {
    let app = TestApp::start(backend);
    let user = app.user(None, &[Role::Auditor]);
    let (client, address) = with_second_factor(&app, &user);
    let code = || testkit::one_time_code(&address, app.now());
    let remove =
        |code: &str| post(&client, "/api/v1/me/second-factor/remove", &json!({"currentPassword": user.secret, "oneTimePassword": code}));
    let answers: Vec<u16> = (0..12).map(|_| remove("00000").status).collect();
    assert_eq!(answers, [vec![422; 10], vec![429; 2]].concat());
    assert_eq!(remove(&code()).status, 429, "even the right one");
}

/// The entries that a query of the log gives, the newest first.
fn entries(auditor: &Client, query: &str) -> Vec<Value> {
    let reply = auditor.get(&format!("/api/v1/admin/audit?limit=200&{query}"));
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.json()["items"].as_array().expect("entries").clone()
}

/// The `jti` of a token.
fn jti(token: &str) -> String {
    let claims = B64.decode(token.split('.').nth(1).expect("claims")).expect("base64url");
    serde_json::from_slice::<Value>(&claims).expect("JSON")["jti"].as_str().expect("an id").to_owned()
}

fn the_log_tells_whose_sign_in_and_whose_token_it_was(backend: Backend) {
    let app = TestApp::start(backend);
    let (auditor, admin) = (app.person(None, Role::Auditor), app.person(None, Role::Admin));
    let (system, person) = (app.service_account("bao-hai-phong", &[Role::AgencySystem]), app.user(Some("bao-hai-phong"), &[]));
    let (client, answer) = (app.anonymous().sign_in_service(&system), signed_in(&app, &person));
    let of = |login: &str| id_of(&admin, login);
    let signed = [(&system.login, "SERVICE", client.token()), (&person.login, "USER", answer["access_token"].as_str().expect("a token"))];
    for (login, kind, token) in signed {
        let found = entries(&auditor, &format!("account={}&operation=issue_token", of(login)));
        let told = |name: &str| found[0][name].as_str().unwrap_or_default().to_owned();
        assert_eq!(["actor", "login", "agency", "token", "outcome"].map(told), [kind, login, "bao-hai-phong", &jti(token), "DONE"]);
    }
    // Carried on; then once more with the same, which is a refusal that names whose session it was.
    let again = || token(&app, &format!("grant_type=refresh_token&refresh_token={}", answer["refresh_token"].as_str().expect("one")));
    let carried = again().json();
    let carried = jti(carried["access_token"].as_str().expect("a token"));
    assert_eq!(entries(&auditor, &format!("account={}&operation=issue_token", of(&person.login)))[0]["token"], carried.as_str());
    assert_eq!(again().status, 400);
    let reused = entries(&auditor, &format!("subject=account&subjectId={}&operation=issue_token", of(&person.login)));
    assert_eq!((&reused[0]["outcome"], &reused[0]["code"]), (&json!("REFUSED"), &json!("CREDENTIALS_INVALID")), "{reused:?}");
    assert!(reused[0]["changes"].as_str().expect("changes").contains("used twice; the session ends"), "{reused:?}");
    // From a network that is not allowed, out of time, disabled: the token is known all the same.
    let path = format!("/api/v1/admin/accounts/{}", of(&system.login));
    let refusals = |code: &str| {
        let found = entries(&auditor, &format!("account={}&operation=authenticate&refused=true", of(&system.login)));
        assert_eq!((&found[0]["code"], &found[0]["actor"]), (&json!(code), &json!("SERVICE")), "{found:?}");
        assert_eq!((&found[0]["login"], &found[0]["token"]), (&json!(system.login), &json!(jti(client.token()))));
        found.len()
    };
    assert_eq!(patch(&admin, &path, &json!({"networks": ["10.0.0.0/8"]})).status, 204);
    becomes(403, || client.get("/api/v1/me"));
    assert_eq!(refusals("NETWORK_NOT_ALLOWED"), 1);
    assert_eq!(patch(&admin, &path, &json!({"networks": [], "status": "DISABLED"})).status, 204);
    becomes(401, || client.get("/api/v1/me"));
    let before = refusals("TOKEN_INVALID");
    app.clock.advance(TimeDelta::minutes(17));
    let (auditor, admin) = (app.person(None, Role::Auditor), app.person(None, Role::Admin));
    assert_eq!(client.get("/api/v1/me").status, 401);
    let found = entries(&auditor, &format!("account={}&operation=authenticate&refused=true", id_of(&admin, &system.login)));
    assert_eq!((found.len(), &found[0]["token"]), (before + 1, &json!(jti(client.token()))), "{found:?}");
}

fn attempts_at_what_is_not_ones_own_are_entries(backend: Backend) {
    let app = TestApp::start(backend);
    let auditor = app.person(None, Role::Auditor);
    let report = json!({"programme": "HP-1593-2013", "task": "V.2", "year": 2014, "percent": 1, "narrative": "x"});
    let pushed = app.system_of("dai-ptth-hai-phong").push("k", &report).json();
    let id = pushed["id"].as_str().expect("an id");
    let user = app.user(Some("bao-hai-phong"), &[Role::AgencyViewer]);
    let client = bearer(&app, &signed_in(&app, &user));
    let node = client.graphql(&format!("{{ node(id: \"{id}\") {{ id }} }}"), &json!({}));
    assert_eq!(node["node"], Value::Null);
    let nothing = client.graphql("{ node(id: \"0199b2a0-0000-7000-8000-000000000001\") { id } }", &json!({}));
    assert_eq!(nothing["node"], Value::Null);
    let begun = std::time::Instant::now();
    let found = loop {
        let found = entries(&auditor, "operation=node&refused=true");
        if !found.is_empty() || begun.elapsed() > Duration::from_secs(5) {
            break found;
        }
        std::thread::sleep(Duration::from_millis(50));
    };
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((&found[0]["code"], &found[0]["subjectId"], &found[0]["login"]), (&json!("NOT_FOUND"), &json!(id), &json!(user.login)));
    // Somebody else's session.
    let (other, own) = (app.user(None, &[]), "/api/v1/me/sessions");
    let theirs = bearer(&app, &signed_in(&app, &other)).get(own).json()["items"][0]["id"].as_str().expect("an id").to_owned();
    assert_eq!(client.send("DELETE", &format!("{own}/{theirs}"), &[], b"").status, 404);
    assert_eq!(client.send("DELETE", &format!("{own}/0199b2a0-0000-7000-8000-000000000001"), &[], b"").status, 404);
    let found = entries(&auditor, "operation=end_my_session&refused=true");
    assert_eq!((found.len(), &found[0]["code"], &found[0]["subjectId"]), (1, &json!("NOT_FOUND"), &json!(theirs)), "{found:?}");
    // A wrong current password.
    let change = json!({"currentPassword": "wrong-wrong", "newPassword": "thuyen ra khoi luc rang dong"});
    assert_eq!(post(&client, "/api/v1/me/password", &change).status, 422);
    let found = entries(&auditor, "operation=change_password&refused=true");
    assert_eq!((found.len(), &found[0]["login"]), (1, &json!(user.login)), "{found:?}");
}

/// What becomes of a sign-in from an address.
fn tried(app: &TestApp, user: &Secrets, address: &str, password: &str) -> Result<(), Code> {
    tried_with(app, user, address, (password, None))
}

/// As [`tried`], with a code for the second factor.
fn tried_with(app: &TestApp, user: &Secrets, address: &str, (password, code): (&str, Option<String>)) -> Result<(), Code> {
    let origin = Origin { request_id: RequestId::parse("test").expect("an id"), network: Some(address.parse().expect("an address")) };
    let offer = PasswordOffer { username: user.login.clone(), password: password.into(), one_time: code, user_agent: None };
    let answer = wait(issue_token(&app.app, &Ctx::anonymous(origin), Offer::Password(offer), None));
    answer.map(|_| ()).map_err(|error| match error {
        app::Error::Refused(refusal) => refusal.code,
        other => panic!("{other}"),
    })
}

fn a_subscriber_of_ipv6_is_known_at_all_of_its_addresses(backend: Backend) {
    let app = TestApp::start(backend);
    let user = app.user(None, &[Role::Auditor]);
    let from = |address: &str, password: &str| tried(&app, &user, address, password);
    assert_eq!(from("2001:db8:1:2::1", &user.secret), Ok(()));
    // Strangers use up what all unknown places together may try.
    for place in 0..10 {
        for _ in 0..10 {
            assert_eq!(from(&format!("2001:db8:ffff:{place}::1"), "guess-guess"), Err(Code::CredentialsInvalid));
        }
    }
    assert_eq!(from("2001:db8:fffe::1", &user.secret), Err(Code::TooManyAttempts));
    assert_eq!(from("2001:db8:1:2:ffff::9", &user.secret), Ok(()), "at home, with another address");
    app.clock.advance(TimeDelta::minutes(15));
    assert_eq!(from("2001:db8:fffe::1", &user.secret), Ok(()));
}

fn a_stranger_keeps_one_address_waiting_and_no_other(backend: Backend) {
    let app = TestApp::start(backend);
    let user = app.user(None, &[Role::Auditor]);
    let from = |address: &str, password: &str| tried(&app, &user, address, password);
    let guesses = |address: &str, n: usize| (0..n).map(|_| from(address, "guess-guess")).collect::<Vec<_>>();
    let refused = |code: Code, n: usize| vec![Err::<(), Code>(code); n];
    let (wrong, too_many) = (|n| refused(Code::CredentialsInvalid, n), |n| refused(Code::TooManyAttempts, n));
    assert_eq!(guesses("203.0.113.1", 15), [wrong(10), too_many(5)].concat());
    assert_eq!(from("203.0.113.1", &user.secret), Err(Code::TooManyAttempts), "even the right one");
    assert_eq!(from("203.0.113.3", &user.secret), Ok(()), "from where it never signed in either");
    // The right password forgives what was tried at its place, and nothing else.
    assert_eq!(guesses("203.0.113.4", 9), wrong(9));
    assert_eq!(from("203.0.113.4", &user.secret), Ok(()));
    assert_eq!(guesses("203.0.113.4", 11), [wrong(10), too_many(1)].concat());
    assert_eq!(from("203.0.113.1", &user.secret), Err(Code::TooManyAttempts));
    // What was refused for its place does not count among all unknown ones.
    let key = auth::digest(format!("unknown|{}", user.login).as_bytes());
    let together = format!("SELECT failures || '' AS line FROM failed_attempts WHERE key_sha256 = '{key}'");
    assert_eq!(persistence::by_hand::lines(&app.db, &together).expect("a line"), ["19"]);
}

fn codes_are_guessed_no_faster_from_many_addresses(backend: Backend) {
    let app = TestApp::start(backend);
    let user = app.user(None, &[Role::Auditor]);
    assert_eq!(tried(&app, &user, "203.0.113.200", &user.secret), Ok(()), "at home");
    let (_, address) = with_second_factor(&app, &user);
    let code = || testkit::one_time_code(&address, app.now());
    let from = |place: &str, code: Option<String>| tried_with(&app, &user, place, (&user.secret, code));
    assert_eq!(from("203.0.113.1", None), Err(Code::SecondFactorRequired), "which is no guess");
    let wrong = if code() == "000000" { "000001" } else { "000000" };
    for place in 1..=10 {
        assert_eq!(from(&format!("203.0.113.{place}"), Some(wrong.into())), Err(Code::CredentialsInvalid), "{place}");
    }
    assert_eq!(from("203.0.113.11", Some(wrong.into())), Err(Code::TooManyAttempts));
    assert_eq!(from("203.0.113.12", Some(code())), Err(Code::TooManyAttempts), "even the right one");
    assert_eq!(from("203.0.113.200", Some(code())), Ok(()), "at home it is not waited for");
}

fn a_stranger_with_a_token_keeps_nobody_from_signing_in_at_home(backend: Backend) {
    let app = TestApp::set(backend, |settings| settings.trusted_proxies = vec!["127.0.0.0/8".parse().expect("a network")]);
    let user = app.user(None, &[Role::Auditor]);
    assert_eq!(tried(&app, &user, "203.0.113.200", &user.secret), Ok(()), "at home");
    let client = bearer(&app, &signed_in(&app, &user));
    let change = json!({"currentPassword": "guess-guess", "newPassword": "thuyen ra khoi luc rang dong"}).to_string();
    let guess = |place: u8| {
        let headers = [("content-type", "application/json"), ("x-forwarded-for", &*format!("203.0.113.{place}"))];
        client.send("POST", "/api/v1/me/password", &headers, change.as_bytes()).status
    };
    for place in 1..=10 {
        for _ in 0..10 {
            assert_eq!(guess(place), 422, "{place}");
        }
    }
    assert_eq!(guess(11), 429);
    assert_eq!(tried(&app, &user, "203.0.113.200", &user.secret), Ok(()));
}

/// Says what an issuer says, slowly, and counts how often it is asked.
fn slow_issuer() -> (String, Arc<AtomicU32>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let (asked, issuer) = (Arc::new(AtomicU32::new(0)), base.clone());
    let counted = Arc::clone(&asked);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, issuer, counted) = (stream.expect("a connection"), issuer.clone(), Arc::clone(&counted));
            std::thread::spawn(move || {
                counted.fetch_add(1, Ordering::SeqCst);
                let mut head = [0; 2048];
                let read = stream.read(&mut head).expect("a request");
                let is_discovery = String::from_utf8_lossy(&head[..read]).contains("openid-configuration");
                std::thread::sleep(Duration::from_millis(200));
                let body = if is_discovery { json!({"issuer": issuer, "jwks_uri": format!("{issuer}/jwks")}) } else { json!({"keys": []}) };
                let body = body.to_string();
                let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
                stream.write_all(answer.as_bytes()).expect("an answer");
            });
        }
    });
    (base, asked)
}

fn keys_of_an_issuer_are_fetched_once_for_all_who_ask(backend: Backend) {
    let (base, asked) = slow_issuer();
    let issuer = Issuer { issuer: base, audience: vec!["a".into()], agency_claim: None, name_claim: "name".into(), roles: Vec::new() };
    let app = TestApp::beside(TestDatabase::with_programme(backend), TestClock::default(), vec![issuer]);
    let all = || {
        std::thread::scope(|scope| {
            for i in 0..30 {
                let header = B64.encode(json!({"alg": "EdDSA", "kid": format!("unknown-{i}")}).to_string());
                let client = app.anonymous().with_token(Some(&format!("{header}.{}.AAAA", B64.encode("{}"))));
                scope.spawn(move || assert_eq!(client.get("/api/v1/me").status, 401));
            }
        });
        asked.load(Ordering::SeqCst)
    };
    assert_eq!(all(), 2, "the discovery document and the keys");
    assert_eq!(all(), 2, "not again within a minute");
    app.clock.advance(TimeDelta::minutes(2));
    assert_eq!(all(), 4, "once more after it");
}

fn a_trivial_password_of_the_place_is_refused(backend: Backend) {
    let app = TestApp::start(backend);
    let user = app.user(None, &[Role::Auditor]);
    let client = bearer(&app, &signed_in(&app, &user));
    let own = format!("{}!2026", user.login);
    for weak in [
        "Haiphong2013",
        "Haiphong@2024",
        "quantri@2024",
        "HP-1593-2013!",
        "hp15932013",
        "bao-hai-phong-2026",
        "dai-ptth-hai-phong",
        "Sothongtin2024",
        "hoangsa123",
        "Vietnam123!",
        &own,
    ] {
        let change = json!({"currentPassword": user.secret, "newPassword": weak});
        let told = post(&client, "/api/v1/me/password", &change).faults();
        assert_eq!(told, [("/newPassword".to_owned(), "PASSWORD_WEAK".to_owned())], "{weak}");
    }
}

/// A caller is remembered for two seconds; what changes something asks again where it is written.
fn what_was_withdrawn_a_moment_ago_changes_nothing(backend: Backend) {
    let app = TestApp::start(backend);
    let admin = app.user(None, &[Role::Admin]);
    let client = bearer(&app, &signed_in(&app, &admin));
    let (accounts, own) = ("/api/v1/admin/accounts", id_of(&client, &admin.login));
    let other = id_of(&client, &app.user(None, &[]).login);
    let by_hand = |sql: &str| persistence::by_hand::execute(&app.db, sql).expect("a statement");
    let acts = |wanted: (u16, &str)| {
        let made = json!({"kind": "USER", "login": "spare-key", "name": "X", "roles": ["ADMIN"]});
        let replies = [
            post(&client, accounts, &made),
            post(&client, &format!("{accounts}/{other}/grants"), &json!({"role": "ADMIN"})),
            post(&client, &format!("{accounts}/{other}/password"), &json!({})),
            patch(&client, &format!("{accounts}/{other}"), &json!({"name": "Y"})),
        ];
        for reply in replies {
            assert_eq!((reply.status, reply.code().as_str()), wanted, "{}", reply.body);
        }
    };
    let stamp = "2026-01-15 00:00:00";
    by_hand(&format!(
        "UPDATE grants SET revoked_at = '{stamp}' WHERE account_id = (SELECT id FROM accounts WHERE login = '{}')",
        admin.login
    ));
    acts((403, "FORBIDDEN"));
    by_hand(&format!("UPDATE grants SET revoked_at = NULL WHERE account_id = (SELECT id FROM accounts WHERE login = '{}')", admin.login));
    becomes(200, || client.get(&format!("{accounts}/{own}")));
    by_hand(&format!(
        "UPDATE sessions SET ended_at = '{stamp}' WHERE account_id = (SELECT id FROM accounts WHERE login = '{}')",
        admin.login
    ));
    acts((401, "TOKEN_INVALID"));
    let confirm = post(&client, "/api/v1/me/second-factor/confirm", &json!({"code": "123456"}));
    assert_eq!((confirm.status, confirm.code().as_str()), (401, "TOKEN_INVALID"));
}

fn who_signs_on_elsewhere_gets_no_password_here(backend: Backend) {
    let app = TestApp::start(backend);
    let admin = app.person(None, Role::Admin);
    let login = app.user(Some("so-tttt"), &[Role::AgencyReporter]).login;
    let set = format!(
        "UPDATE accounts SET external_issuer = 'https://sso.example', external_subject = 'x', password_hash = NULL WHERE login = '{login}'"
    );
    execute(&app.database, &set);
    let id = id_of(&admin, &login);
    let reply = post(&admin, &format!("/api/v1/admin/accounts/{id}/password"), &json!({}));
    assert_eq!((reply.status, reply.code().as_str()), (409, "WRONG_STATE"));
    let answer = admin.graphql(&format!("mutation {{ resetPassword(account: \"{id}\") {{ password problem {{ code }} }} }}"), &json!({}));
    assert_eq!(answer["resetPassword"], json!({"password": null, "problem": {"code": "WRONG_STATE"}}));
    let by_hand = wait(app::access::reset_password(&app.app, &operator(), id.parse().expect("an id")));
    assert!(matches!(by_hand, Err(app::Error::Refused(refusal)) if refusal.code == Code::WrongState), "the command too");
    let kept = rows(&app.database, &format!("SELECT coalesce(password_hash, 'none') AS line FROM accounts WHERE login = '{login}'"));
    assert_eq!(kept, ["none"]);
}
