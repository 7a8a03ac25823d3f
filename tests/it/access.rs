//! Accounts, tokens and roles as administrators and their owners handle them.

use std::time::{Duration, Instant};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as B64};
use chrono::TimeDelta;
use domain::account::Role;
use ed25519_dalek::{Signer, SigningKey};
use serde_json::{Value, json};
use testkit::{Backend, Client, Reply, TestApp, app::Secrets, both};

both!(
    a_refresh_token_is_good_once,
    what_is_withdrawn_ends_within_seconds,
    a_new_password_ends_other_sessions,
    secrets_rotate_without_a_gap,
    accounts_have_networks_ends_and_scopes,
    an_account_has_a_name_that_shows,
    a_second_factor_is_asked_for_and_used_once,
    wrong_passwords_are_throttled_for_their_account_alone,
    a_system_signs_its_own_assertions,
    nobody_changes_their_own_rights,
    grants_reach_no_further_than_they_say,
);

pub(super) fn token(app: &TestApp, form: &str) -> Reply {
    app.anonymous().send("POST", "/api/v1/auth/token", &[("content-type", "application/x-www-form-urlencoded")], form.as_bytes())
}

pub(super) fn signed_in(app: &TestApp, user: &Secrets) -> Value {
    let reply = token(app, &format!("grant_type=password&username={}&password={}", user.login, user.secret));
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.json()
}

pub(super) fn bearer(app: &TestApp, answer: &Value) -> Client {
    app.anonymous().with_token(answer["access_token"].as_str())
}

pub(super) fn post(client: &Client, path: &str, body: &Value) -> Reply {
    client.send("POST", path, &[("content-type", "application/json")], body.to_string().as_bytes())
}

pub(super) fn patch(client: &Client, path: &str, body: &Value) -> Reply {
    client.send("PATCH", path, &[("content-type", "application/json")], body.to_string().as_bytes())
}

/// Asks until the answer is this one: what is withdrawn ends within five seconds.
pub(super) fn becomes(status: u16, ask: impl Fn() -> Reply) {
    let begun = Instant::now();
    loop {
        let reply = ask();
        if reply.status == status {
            return;
        }
        assert!(begun.elapsed() < Duration::from_secs(5), "still {} {}", reply.status, reply.body);
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// The identifier of an account.
pub(super) fn id_of(admin: &Client, login: &str) -> String {
    let accounts = admin.graphql("{ accounts(first: 200) { nodes { id login } } }", &json!({}));
    let nodes = accounts["accounts"]["nodes"].as_array().expect("accounts").clone();
    nodes.iter().find(|node| node["login"] == login).expect("the account")["id"].as_str().expect("an id").to_owned()
}

fn a_refresh_token_is_good_once(backend: Backend) {
    let app = TestApp::start(backend);
    let first = signed_in(&app, &app.user(None, &[Role::Auditor]));
    let refresh =
        |answer: &Value| token(&app, &format!("grant_type=refresh_token&refresh_token={}", answer["refresh_token"].as_str().expect("one")));
    let second = refresh(&first);
    assert_eq!(second.status, 200, "{}", second.body);
    let second = second.json();
    assert_ne!(second["refresh_token"], first["refresh_token"]);
    assert_eq!(bearer(&app, &second).get("/api/v1/me").status, 200);
    // Whoever uses the first one again has stolen it, or was stolen from: the session ends for both.
    let again = refresh(&first);
    assert_eq!((again.status, &again.json()["error"]), (400, &json!("invalid_grant")));
    assert_eq!(refresh(&second).status, 400);
    becomes(401, || bearer(&app, &second).get("/api/v1/me"));
    // Ended by its owner, and by time.
    let third = signed_in(&app, &app.user(None, &[Role::Auditor]));
    let form = format!("token={}", third["refresh_token"].as_str().expect("one"));
    let revoke =
        || app.anonymous().send("POST", "/api/v1/auth/revoke", &[("content-type", "application/x-www-form-urlencoded")], form.as_bytes());
    assert_eq!((revoke().status, revoke().status), (200, 200));
    assert_eq!(refresh(&third).status, 400);
    // An access token ends with its session; whoever would end it by itself is told so (RFC 7009, section 2.2.1).
    let other = signed_in(&app, &app.user(None, &[Role::Auditor]));
    let form = format!("token={}", other["access_token"].as_str().expect("one"));
    let told =
        app.anonymous().send("POST", "/api/v1/auth/revoke", &[("content-type", "application/x-www-form-urlencoded")], form.as_bytes());
    assert_eq!((told.status, &told.json()["error"]), (400, &json!("unsupported_token_type")));
    assert_eq!(bearer(&app, &other).get("/api/v1/me").status, 200);
    let fourth = signed_in(&app, &app.user(None, &[Role::Auditor]));
    app.clock.advance(TimeDelta::days(15));
    assert_eq!(refresh(&fourth).status, 400, "unused for a fortnight");
    assert_eq!(token(&app, "grant_type=refresh_token&refresh_token=none").status, 400);
}

fn what_is_withdrawn_ends_within_seconds(backend: Backend) {
    let app = TestApp::start(backend);
    let admin = app.person(None, Role::Admin);
    let press = app.service_account("bao-hai-phong", &[Role::AgencySystem]);
    let system = app.anonymous().sign_in_service(&press);
    let id = id_of(&admin, &press.login);
    let report = json!({"programme": "HP-1593-2013", "task": "V.2", "year": 2014, "percent": 1, "narrative": "x"});
    assert_eq!(system.push("a", &report).status, 201);
    // A role.
    let account = admin.get(&format!("/api/v1/admin/accounts/{id}")).json();
    let grant = account["grants"][0]["id"].as_str().expect("a grant").to_owned();
    let gone = admin.send("DELETE", &format!("/api/v1/admin/accounts/{id}/grants/{grant}"), &[], b"");
    assert_eq!(gone.status, 204, "{}", gone.body);
    becomes(403, || system.push("b", &report));
    assert_eq!(admin.send("DELETE", &format!("/api/v1/admin/accounts/{id}/grants/{grant}"), &[], b"").status, 404);
    let given = post(&admin, &format!("/api/v1/admin/accounts/{id}/grants"), &json!({"role": "AGENCY_SYSTEM", "agency": "bao-hai-phong"}));
    assert_eq!(given.status, 201, "{}", given.body);
    becomes(201, || system.push("b", &report));
    // The account.
    assert_eq!(patch(&admin, &format!("/api/v1/admin/accounts/{id}"), &json!({"status": "DISABLED"})).status, 204);
    becomes(401, || system.get("/api/v1/me"));
    let form = format!("grant_type=client_credentials&client_id={}&client_secret={}", press.login, press.secret);
    assert_eq!(token(&app, &form).status, 401);
    assert_eq!(patch(&admin, &format!("/api/v1/admin/accounts/{id}"), &json!({"status": "ACTIVE"})).status, 204);
    assert_eq!(token(&app, &form).status, 200);
    // A session, by its owner and by an administrator.
    let user = app.user(None, &[Role::Auditor]);
    let (one, other) = (bearer(&app, &signed_in(&app, &user)), bearer(&app, &signed_in(&app, &user)));
    let sessions = one.get("/api/v1/me/sessions").json()["items"].as_array().expect("sessions").clone();
    assert_eq!(sessions.len(), 2);
    let foreign =
        sessions.iter().find(|session| session["isCurrent"] == false).expect("the other")["id"].as_str().expect("an id").to_owned();
    assert_eq!(app.person(None, Role::Finance).send("DELETE", &format!("/api/v1/me/sessions/{foreign}"), &[], b"").status, 404);
    assert_eq!(one.send("DELETE", &format!("/api/v1/me/sessions/{foreign}"), &[], b"").status, 204);
    becomes(401, || other.get("/api/v1/me"));
    let own = sessions.iter().find(|session| session["isCurrent"] == true).expect("this one")["id"].as_str().expect("an id").to_owned();
    let path = format!("/api/v1/admin/accounts/{}/sessions/{own}", id_of(&admin, &user.login));
    assert_eq!(admin.send("DELETE", &path, &[], b"").status, 204);
    becomes(401, || one.get("/api/v1/me"));
}

fn a_new_password_ends_other_sessions(backend: Backend) {
    let app = TestApp::start(backend);
    let mut user = app.user(None, &[Role::Auditor]);
    let (here, there) = (bearer(&app, &signed_in(&app, &user)), signed_in(&app, &user));
    let change = |current: &str, new: &str| post(&here, "/api/v1/me/password", &json!({"currentPassword": current, "newPassword": new}));
    let faults = |reply: Reply| (reply.status, reply.faults());
    let fault = |pointer: &str, code: &str| (422, vec![(pointer.to_owned(), code.to_owned())]);
    assert_eq!(faults(change("wrong", "thuyền ra khơi lúc rạng đông")), fault("/currentPassword", "CREDENTIALS_INVALID"));
    assert_eq!(faults(change(&user.secret, "password123")), fault("/newPassword", "PASSWORD_WEAK"));
    assert_eq!(faults(change(&user.secret, "ngắn")), fault("/newPassword", "LENGTH_OUT_OF_RANGE"));
    assert_eq!(change(&user.secret, "thuyen ra khoi luc rang dong").status, 204);
    assert_eq!(here.get("/api/v1/me").status, 200);
    becomes(401, || bearer(&app, &there).get("/api/v1/me"));
    assert_eq!(token(&app, &format!("grant_type=password&username={}&password={}", user.login, user.secret)).status, 400);
    user.secret = "thuyen+ra+khoi+luc+rang+dong".into();
    signed_in(&app, &user);
    // An administrator gives a new one, which ends them all.
    let admin = app.person(None, Role::Admin);
    let reset = post(&admin, &format!("/api/v1/admin/accounts/{}/password", id_of(&admin, &user.login)), &json!({}));
    assert_eq!(reset.status, 200, "{}", reset.body);
    becomes(401, || here.get("/api/v1/me"));
    reset.json()["password"].as_str().expect("a password").clone_into(&mut user.secret);
    signed_in(&app, &user);
}

fn secrets_rotate_without_a_gap(backend: Backend) {
    let app = TestApp::start(backend);
    let admin = app.person(None, Role::Admin);
    let old = app.service_account("bao-hai-phong", &[Role::AgencySystem]);
    let path = format!("/api/v1/admin/accounts/{}", id_of(&admin, &old.login));
    let made = post(&admin, &format!("{path}/secrets"), &json!({}));
    assert_eq!(made.status, 201, "{}", made.body);
    let new = Secrets { login: old.login.clone(), secret: made.json()["clientSecret"].as_str().expect("a secret").to_owned() };
    let (with_old, with_new) = (app.anonymous().sign_in_service(&old), app.anonymous().sign_in_service(&new));
    let third = post(&admin, &format!("{path}/secrets"), &json!({}));
    assert_eq!((third.status, third.code().as_str()), (409, "TOO_MANY_SECRETS"));
    let secrets = admin.get(&path).json()["secrets"].as_array().expect("secrets").clone();
    assert!(secrets.iter().all(|secret| secret["lastUsedAt"].is_string()) && !secrets.iter().any(|s| s.to_string().contains("hds_")));
    let first =
        secrets.iter().find(|secret| secret["id"] != made.json()["id"]).expect("the old one")["id"].as_str().expect("an id").to_owned();
    assert_eq!(admin.send("DELETE", &format!("{path}/secrets/{first}"), &[], b"").status, 204);
    becomes(401, || with_old.get("/api/v1/me"));
    assert_eq!(with_new.get("/api/v1/me").status, 200);
    assert_eq!(token(&app, &format!("grant_type=client_credentials&client_id={}&client_secret={}", old.login, old.secret)).status, 401);
    assert_eq!(post(&admin, &format!("{path}/secrets"), &json!({"expiresAt": "2001-01-01T00:00:00Z"})).faults()[0].0, "/expiresAt");
    // A secret that ends by itself.
    let until = app.clock_in(TimeDelta::hours(1));
    let made = post(&admin, &format!("{path}/secrets"), &json!({ "expiresAt": until })).json();
    let form =
        format!("grant_type=client_credentials&client_id={}&client_secret={}", old.login, made["clientSecret"].as_str().expect("a secret"));
    assert_eq!(token(&app, &form).status, 200);
    app.clock.advance(TimeDelta::hours(2));
    assert_eq!(token(&app, &form).status, 401);
}

fn accounts_have_networks_ends_and_scopes(backend: Backend) {
    let app = TestApp::start(backend);
    let admin = app.person(None, Role::Admin);
    let make = |login: &str, more: Value| {
        let mut body = json!({"kind": "SERVICE", "login": login, "name": "X", "agency": "bao-hai-phong", "roles": ["AGENCY_SYSTEM"]});
        body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        let reply = post(&admin, "/api/v1/admin/accounts", &body);
        assert_eq!(reply.status, 201, "{}", reply.body);
        Secrets { login: login.into(), secret: reply.json()["clientSecret"].as_str().expect("a secret").into() }
    };
    let ask = |secrets: &Secrets, more: &str| {
        token(&app, &format!("grant_type=client_credentials&client_id={}&client_secret={}{more}", secrets.login, secrets.secret))
    };
    // Networks: the token endpoint and every token afterwards.
    let elsewhere = make("elsewhere", json!({"networks": ["10.0.0.0/8"]}));
    assert_eq!(ask(&elsewhere, "").status, 401);
    let here = make("here-only", json!({"networks": ["127.0.0.0/8", "::1/128"]}));
    let client = bearer(&app, &ask(&here, "").json());
    assert_eq!(client.get("/api/v1/me").status, 200);
    let path = format!("/api/v1/admin/accounts/{}", id_of(&admin, "here-only"));
    assert_eq!(patch(&admin, &path, &json!({"networks": ["10.0.0.0/8"]})).status, 204);
    becomes(403, || client.get("/api/v1/me"));
    assert_eq!(client.get("/api/v1/me").code(), "NETWORK_NOT_ALLOWED");
    let spoofed = client.send("GET", "/api/v1/me", &[("x-forwarded-for", "10.0.0.1")], b"");
    assert_eq!(spoofed.status, 403, "a header from nobody's proxy is not believed");
    // Ends.
    let until = app.clock_in(TimeDelta::minutes(5));
    let over = json!({"kind": "SERVICE", "login": "over", "name": "X", "agency": "so-tttt", "expiresAt": "2001-01-01T00:00:00Z"});
    assert_eq!(post(&admin, "/api/v1/admin/accounts", &over).faults()[0].0, "/expiresAt");
    let passing = make("passing", json!({ "expiresAt": until }));
    let client = bearer(&app, &ask(&passing, "").json());
    assert_eq!(client.get("/api/v1/me").status, 200);
    app.clock.advance(TimeDelta::minutes(6));
    becomes(401, || client.get("/api/v1/me"));
    assert_eq!(ask(&passing, "").status, 401);
    // Scopes, of the account and of the token.
    let admin = app.person(None, Role::Admin);
    let reader = make("reader", json!({"scopes": ["read"]}));
    let report = json!({"programme": "HP-1593-2013", "task": "V.2", "year": 2014, "percent": 1, "narrative": "x"});
    let refused = bearer(&app, &ask(&reader, "").json()).push("k", &report);
    assert_eq!((refused.status, refused.code().as_str()), (403, "SCOPE_INSUFFICIENT"));
    assert_eq!(refused.headers["www-authenticate"], "Bearer error=\"insufficient_scope\"");
    assert_eq!(ask(&reader, "&scope=reports").json()["error"], "invalid_scope");
    assert_eq!(ask(&reader, "&scope=everything").json()["error"], "invalid_scope");
    let both = make("both", json!({}));
    let narrow = ask(&both, "&scope=reports").json();
    assert_eq!(narrow["scope"], "reports");
    let pusher = bearer(&app, &narrow);
    assert_eq!(pusher.push("k", &report).status, 201);
    assert_eq!(pusher.get("/api/v1/reports").json()["items"], json!([]), "not given to read");
    let bad = json!({"kind": "SERVICE", "login": "a b", "name": "", "roles": ["AGENCY_SYSTEM"], "networks": ["10.0.0.1/99"], "scopes": []});
    let told: Vec<String> = post(&admin, "/api/v1/admin/accounts", &bad).faults().into_iter().map(|(pointer, _)| pointer).collect();
    assert_eq!(told, ["/login", "/name", "/scopes"], "the form");
    let bad = json!({"kind": "SERVICE", "login": "ab", "name": "X", "roles": ["AGENCY_SYSTEM"], "networks": ["10.0.0.1/99"]});
    let told: Vec<String> = post(&admin, "/api/v1/admin/accounts", &bad).faults().into_iter().map(|(pointer, _)| pointer).collect();
    assert_eq!(told, ["/networks/0", "/agency", "/roles/0"], "the rules");
    let of_many = json!({"kind": "SERVICE", "login": "of-many", "name": "X", "agency": "cac-so-nganh", "roles": ["AGENCY_SYSTEM"]});
    let told = post(&admin, "/api/v1/admin/accounts", &of_many).faults();
    assert_eq!(told, [("/agency".to_owned(), "RULE_BROKEN".to_owned())], "a collective has no system of its own");
}

fn an_account_has_a_name_that_shows(backend: Backend) {
    let app = TestApp::start(backend);
    let admin = app.person(None, Role::Admin);
    let named = |login: &str, name: &str| {
        let body = json!({"kind": "SERVICE", "login": login, "name": name, "agency": "bao-hai-phong", "roles": ["AGENCY_SYSTEM"]});
        post(&admin, "/api/v1/admin/accounts", &body)
    };
    assert_eq!(named("named", "Hệ thống \u{200b}").status, 201);
    let path = format!("/api/v1/admin/accounts/{}", id_of(&admin, "named"));
    for blank in [" ", "\u{200b}", "\u{a0}\u{feff}"] {
        let wanted = [("/name".to_owned(), "PATTERN_MISMATCH".to_owned())];
        let made = named("blank", blank);
        assert_eq!((made.status, made.faults().as_slice()), (422, wanted.as_slice()), "{blank:?}: {}", made.body);
        let changed = patch(&admin, &path, &json!({ "name": blank }));
        assert_eq!((changed.status, changed.faults().as_slice()), (422, wanted.as_slice()), "{blank:?}: {}", changed.body);
    }
}

fn a_second_factor_is_asked_for_and_used_once(backend: Backend) {
    let app = TestApp::start(backend);
    let user = app.user(None, &[Role::Auditor]);
    let client = bearer(&app, &signed_in(&app, &user));
    let enrolled = post(&client, "/api/v1/me/second-factor", &json!({"currentPassword": user.secret}));
    assert_eq!(enrolled.status, 201, "{}", enrolled.body);
    let address = enrolled.json()["address"].as_str().expect("an address").to_owned();
    assert!(address.starts_with("otpauth://totp/"), "{address}");
    let code = |ahead: i64| testkit::one_time_code(&address, app.now() + TimeDelta::seconds(ahead));
    // Not confirmed yet, it is not asked for.
    signed_in(&app, &user);
    assert_eq!(post(&client, "/api/v1/me/second-factor/confirm", &json!({"code": "000000"})).faults()[0].0, "/code");
    let confirmed = post(&client, "/api/v1/me/second-factor/confirm", &json!({"code": code(0)}));
    assert_eq!(confirmed.status, 200, "{}", confirmed.body);
    let recovery = confirmed.json()["recoveryCodes"].as_array().expect("codes").clone();
    assert_eq!(recovery.len(), 10);
    let login = |otp: &str| token(&app, &format!("grant_type=password&username={}&password={}{otp}", user.login, user.secret));
    assert_eq!((login("").status, login("").json()["error"].as_str()), (400, Some("mfa_required")));
    assert_eq!(login(&format!("&otp={}", code(0))).status, 400, "the code that confirmed was used");
    app.clock.advance(TimeDelta::seconds(60));
    let fresh = code(0);
    assert_eq!(login(&format!("&otp={fresh}")).status, 200);
    assert_eq!(login(&format!("&otp={fresh}")).status, 400, "no code is good twice");
    let spare = recovery[3].as_str().expect("a code");
    assert_eq!(login(&format!("&otp={spare}")).status, 200);
    assert_eq!(login(&format!("&otp={spare}")).status, 400, "no recovery code is good twice");
    let wrong = format!("grant_type=password&username={}&password=wrong-wrong&otp={fresh}", user.login);
    assert_eq!(token(&app, &wrong).json()["error"], "invalid_grant", "the password is judged first");
    // Taken away: by its owner with a code, by an administrator without.
    let remove =
        |otp: &str| post(&client, "/api/v1/me/second-factor/remove", &json!({"currentPassword": user.secret, "oneTimePassword": otp}));
    app.clock.advance(TimeDelta::seconds(60));
    assert_eq!(remove("000000").faults()[0].0, "/oneTimePassword", "a wrong code");
    let admin = app.person(None, Role::Admin);
    let path = format!("/api/v1/admin/accounts/{}/second-factor", id_of(&admin, &user.login));
    assert_eq!(admin.send("DELETE", &path, &[], b"").status, 204);
    assert_eq!(admin.send("DELETE", &path, &[], b"").status, 404);
    signed_in(&app, &user);
    let sealed = persistence::by_hand::lines(&app.db, "SELECT count(*) || '' AS line FROM second_factors").expect("a line");
    assert_eq!(sealed, ["0"]);
}

fn wrong_passwords_are_throttled_for_their_account_alone(backend: Backend) {
    let app = TestApp::start(backend);
    let (victim, other) = (app.user(None, &[Role::Auditor]), app.user(None, &[Role::Auditor]));
    let guess = |login: &str| token(&app, &format!("grant_type=password&username={login}&password=guess-guess"));
    for (login, what) in [(victim.login.as_str(), "known"), ("nobody-such", "unknown")] {
        let answers: Vec<(u16, String)> = (0..12).map(|_| guess(login)).map(|reply| (reply.status, reply.body)).collect();
        assert!(answers[..10].iter().all(|answer| *answer == answers[0] && answer.0 == 400), "{what}: {answers:?}");
        assert!(answers[10..].iter().all(|(status, body)| *status == 429 && body.contains("TOO_MANY_ATTEMPTS")), "{what}: {answers:?}");
    }
    let refused = token(&app, &format!("grant_type=password&username={}&password={}", victim.login, victim.secret));
    assert_eq!(
        (refused.status, refused.headers["retry-after"].as_str()),
        (429, "900"),
        "even the right one, from where it never signed in"
    );
    for _ in 0..176 {
        assert_eq!(guess(&victim.login).status, 429);
    }
    signed_in(&app, &other);
    app.clock.advance(TimeDelta::minutes(16));
    signed_in(&app, &victim);
    // A network from which too much fails is refused for a while, whatever it tries.
    let key = auth::digest(b"network|127.0.0.1");
    let sql = format!("UPDATE failed_attempts SET failures = 300, expires_at = '2099-01-01 00:00:00' WHERE key_sha256 = '{key}'");
    persistence::by_hand::execute(&app.db, &sql).expect("a statement");
    assert_eq!(guess("somebody-else").status, 429);
    persistence::by_hand::execute(&app.db, &format!("DELETE FROM failed_attempts WHERE key_sha256 = '{key}'")).expect("a statement");
    // Where it has signed in, it has a count of its own.
    for _ in 0..10 {
        assert_eq!(guess(&victim.login).status, 400);
    }
    assert_eq!(guess(&victim.login).status, 429);
}

/// A JWT signed with this key.
pub(super) fn signed(key: &SigningKey, header: &Value, claims: &Value) -> String {
    let text = format!("{}.{}", B64.encode(header.to_string()), B64.encode(claims.to_string()));
    let signature = key.sign(text.as_bytes());
    format!("{text}.{}", B64.encode(signature.to_bytes()))
}

fn a_system_signs_its_own_assertions(backend: Backend) {
    let app = TestApp::start(backend);
    let admin = app.person(None, Role::Admin);
    let system = app.service_account("bao-hai-phong", &[Role::AgencySystem]);
    let path = format!("/api/v1/admin/accounts/{}/keys", id_of(&admin, &system.login));
    let key = SigningKey::from_bytes(&[7; 32]);
    let x = B64.encode(key.verifying_key().as_bytes());
    let jwk = json!({"kty": "OKP", "crv": "Ed25519", "kid": "k1", "x": x});
    let mut private = jwk.clone();
    private["d"] = json!("AAAA");
    for bad in [private, json!({"kty": "oct", "k": "AAAA", "kid": "k"}), json!({"kty": "OKP", "crv": "Ed25519", "x": x}), json!({})] {
        assert_eq!(post(&admin, &path, &json!({ "jwk": bad })).status, 422, "{bad}");
    }
    let made = post(&admin, &path, &json!({ "jwk": jwk }));
    assert_eq!(made.status, 201, "{}", made.body);
    let now = app.now().timestamp();
    let claims = |jti: &str| json!({"iss": system.login, "sub": system.login, "aud": "http://haidang.test", "jti": jti, "iat": now, "exp": now + 60});
    let header = json!({"alg": "EdDSA", "kid": "k1"});
    let ask = |assertion: &str| {
        token(
            &app,
            &format!(
                "grant_type=client_credentials&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer&client_assertion={assertion}"
            ),
        )
    };
    let assertion = signed(&key, &header, &claims("1"));
    let reply = ask(&assertion);
    assert_eq!(reply.status, 200, "{}", reply.body);
    let client = bearer(&app, &reply.json());
    assert_eq!(client.get("/api/v1/me").json()["login"], system.login.as_str());
    let wrong = |what: &str, reply: Reply| assert_eq!((reply.status, &reply.json()["error"]), (401, &json!("invalid_client")), "{what}");
    wrong("used twice", ask(&assertion));
    wrong("another key", ask(&signed(&SigningKey::from_bytes(&[8; 32]), &header, &claims("2"))));
    wrong("no such key", ask(&signed(&key, &json!({"alg": "EdDSA", "kid": "../k1"}), &claims("3"))));
    wrong("no algorithm", ask(&signed(&key, &json!({"alg": "none", "kid": "k1"}), &claims("4"))));
    let changed = [
        ("aud", json!("http://elsewhere.test")),
        ("iss", json!("somebody")),
        ("sub", json!("somebody")),
        ("exp", json!(now - 120)),
        ("exp", json!(now + 3600)),
        ("jti", json!("")),
    ];
    for (name, value) in changed {
        let mut claims = claims("5");
        claims[name] = value;
        wrong(name, ask(&signed(&key, &header, &claims)));
    }
    let revoked = admin.send("DELETE", &format!("{path}/{}", made.json()["id"].as_str().expect("an id")), &[], b"");
    assert_eq!(revoked.status, 204);
    wrong("revoked", ask(&signed(&key, &header, &claims("6"))));
    becomes(401, || client.get("/api/v1/me"));
}

fn nobody_changes_their_own_rights(backend: Backend) {
    let app = TestApp::start(backend);
    let (one, other) = (app.user(None, &[Role::Admin]), app.person(None, Role::Admin));
    let admin = bearer(&app, &signed_in(&app, &one));
    let path = format!("/api/v1/admin/accounts/{}", id_of(&admin, &one.login));
    let own = [
        post(&admin, &format!("{path}/grants"), &json!({"role": "AUDITOR"})),
        patch(&admin, &path, &json!({"name": "X"})),
        post(&admin, &format!("{path}/password"), &json!({})),
        post(&admin, &format!("{path}/secrets"), &json!({})),
    ];
    for reply in own {
        assert_eq!((reply.status, reply.code().as_str()), (403, "OWN_MATTER"), "{}", reply.body);
    }
    assert_eq!(post(&other, &format!("{path}/grants"), &json!({"role": "AUDITOR"})).status, 201);
    let twice = post(&other, &format!("{path}/grants"), &json!({"role": "AUDITOR"}));
    assert_eq!((twice.status, twice.code().as_str()), (409, "ALREADY_EXISTS"));
    let refused = app.person(None, Role::Auditor).get("/api/v1/admin/audit?refused=true&limit=200").json();
    let entries = refused["items"].as_array().expect("entries").iter().filter(|entry| entry["code"] == "OWN_MATTER").count();
    assert_eq!(entries, 4);
}

fn grants_reach_no_further_than_they_say(backend: Backend) {
    let app = TestApp::start(backend);
    let admin = app.person(None, Role::Admin);
    let user = app.user(Some("bao-hai-phong"), &[]);
    let path = format!("/api/v1/admin/accounts/{}/grants", id_of(&admin, &user.login));
    let give = |grant: Value| post(&admin, &path, &grant);
    let faults = |grant: Value| give(grant).faults().into_iter().map(|(pointer, code)| format!("{pointer} {code}")).collect::<Vec<_>>();
    assert_eq!(faults(json!({"role": "AGENCY_VIEWER"})), ["/agency FIELD_REQUIRED"]);
    assert_eq!(
        faults(json!({"role": "ADMIN", "agency": "bao-hai-phong", "programme": "HP-1593-2013"})),
        ["/agency RULE_BROKEN", "/programme RULE_BROKEN"]
    );
    assert_eq!(
        faults(json!({"role": "STANDING", "programme": "NONE", "validFrom": "2014-01-02", "validTo": "2014-01-02"})),
        ["/programme REFERENCE_UNKNOWN", "/validTo PERIOD_INCONSISTENT"]
    );
    assert_eq!(faults(json!({"role": "STANDING", "validTo": app.now().date_naive()})), ["/validTo RULE_BROKEN"]);
    assert_eq!(faults(json!({"role": "STANDING", "basis": "0199b2a0-0000-7000-8000-000000000001"})), ["/basis REFERENCE_UNKNOWN"]);
    app.system_of("dai-ptth-hai-phong")
        .push("k", &json!({"programme": "HP-1593-2013", "task": "V.2", "year": 2014, "percent": 1, "narrative": "x"}));
    let client = bearer(&app, &signed_in(&app, &user));
    let seen =
        |client: &Client| client.graphql("{ reports { totalCount } }", &json!({}))["reports"]["totalCount"].as_i64().expect("a total");
    assert_eq!(seen(&client), 0);
    // Not yet, no longer, in another programme, of another agency.
    let import = testkit::seed::made_up(2);
    app.import(&import, app::import::ImportOptions::default()).expect("an import");
    let today = app.now().date_naive();
    let tomorrow = today.succ_opt().expect("a day").succ_opt().expect("a day");
    for grant in [
        json!({"role": "STANDING", "validFrom": tomorrow}),
        json!({"role": "STANDING", "validTo": tomorrow, "validFrom": today.succ_opt()}),
        json!({"role": "STANDING", "programme": testkit::seed::MADE_UP}),
        json!({"role": "AGENCY_VIEWER", "agency": "bao-hai-phong"}),
    ] {
        assert_eq!(give(grant.clone()).status, 201, "{grant}");
    }
    std::thread::sleep(Duration::from_millis(2100));
    assert_eq!(seen(&client), 0);
    assert_eq!(give(json!({"role": "STANDING", "programme": "HP-1593-2013"})).status, 201);
    std::thread::sleep(Duration::from_millis(2100));
    assert_eq!(seen(&client), 1);
}
