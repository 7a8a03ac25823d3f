//! Signing in: RFC 6749 at the token endpoint, bearer tokens everywhere else.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD as B64},
};
use domain::account::Role;
use ed25519_dalek::SigningKey;
use serde_json::{Value, json};
use testkit::{Backend, Reply, TestApp, both};

use crate::access::signed;

both!(
    a_service_account_signs_in_both_ways,
    credentials_in_http_basic_are_form_encoded,
    wrong_credentials_are_all_answered_alike,
    malformed_token_requests_are_refused,
    what_the_protocol_allows_is_accepted,
    a_person_signs_in_and_is_who_they_are,
    only_a_valid_bearer_token_counts,
    a_token_names_the_agency_and_the_session_of_its_account,
    the_key_set_has_no_private_part,
);

fn token(app: &TestApp, headers: &[(&str, &str)], form: &str) -> Reply {
    let form_type = ("content-type", "application/x-www-form-urlencoded");
    let headers: Vec<(&str, &str)> = std::iter::once(form_type).chain(headers.iter().copied()).collect();
    app.anonymous().send("POST", "/api/v1/auth/token", &headers, form.as_bytes())
}

fn a_service_account_signs_in_both_ways(backend: Backend) {
    let app = TestApp::start(backend);
    let secrets = app.service_account("so-tttt", &[Role::AgencySystem]);
    let form = format!("grant_type=client_credentials&client_id={}&client_secret={}", secrets.login, secrets.secret);
    let reply = token(&app, &[], &form);
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert_eq!((&reply.json()["token_type"], &reply.json()["expires_in"]), (&json!("Bearer"), &json!(900)));
    let unstored = |reply: &Reply| (reply.headers["cache-control"].as_str() == "no-store", reply.headers["pragma"].as_str() == "no-cache");
    assert_eq!(unstored(&reply), (true, true));
    let basic = format!("Basic {}", STANDARD.encode(format!("{}:{}", secrets.login, secrets.secret)));
    assert_eq!(token(&app, &[("authorization", &basic)], "grant_type=client_credentials").status, 200);
    let twice = token(&app, &[("authorization", &basic)], &form);
    assert_eq!((twice.status, &twice.json()["error"]), (400, &json!("invalid_request")));
    assert_eq!(unstored(&twice), (true, true));
}

fn credentials_in_http_basic_are_form_encoded(backend: Backend) {
    let app = TestApp::start(backend);
    let secrets = app.service_account("so-tttt", &[Role::AgencySystem]);
    let encoded = |text: &str| text.replace('-', "%2D").replace('_', "%5f");
    let status = |id: &str, secret: &str| {
        let basic = format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")));
        token(&app, &[("authorization", &basic)], "grant_type=client_credentials").status
    };
    assert_eq!(status(&encoded(&secrets.login), &encoded(&secrets.secret)), 200);
    assert_eq!(status(&secrets.login, &format!("{}+", secrets.secret)), 401);
    assert_eq!(status("%ff", &secrets.secret), 400, "what is no text is no name");
}

fn wrong_credentials_are_all_answered_alike(backend: Backend) {
    let app = TestApp::start(backend);
    let (service, person) = (app.service_account("so-tttt", &[Role::AgencySystem]), app.user(None, &[Role::Admin]));
    let client = |id: &str, secret: &str| token(&app, &[], &format!("grant_type=client_credentials&client_id={id}&client_secret={secret}"));
    let answers = [client(&service.login, "hds_wrong"), client("nobody", "hds_wrong"), client(&person.login, &person.secret)];
    for answer in &answers {
        assert_eq!((answer.status, answer.json()["error"].as_str()), (401, Some("invalid_client")));
        assert_eq!(answer.body, answers[0].body);
    }
    let named = |name: &str, password: &str| token(&app, &[], &format!("grant_type=password&username={name}&password={password}"));
    let answers = [named(&person.login, "wrong-password"), named("nobody", "wrong-password"), named(&service.login, &service.secret)];
    for answer in &answers {
        assert_eq!((answer.status, answer.json()["error"].as_str()), (400, Some("invalid_grant")));
        assert_eq!(answer.body, answers[0].body);
    }
}

fn malformed_token_requests_are_refused(backend: Backend) {
    let app = TestApp::start(backend);
    let error = |reply: Reply| (reply.status, reply.json()["error"].as_str().unwrap_or_default().to_owned());
    for form in ["", "grant_type=client_credentials", "grant_type=password&username=x", "client_id=a&client_secret=b", "a=b", "%ff=1"] {
        assert_eq!(error(token(&app, &[], form)), (400, "invalid_request".into()), "{form}");
    }
    assert_eq!(error(token(&app, &[], "grant_type=implicit")), (400, "unsupported_grant_type".into()));
    let as_json = app.anonymous().send("POST", "/api/v1/auth/token", &[("content-type", "application/json")], b"{}");
    assert_eq!(error(as_json), (400, "invalid_request".into()));
    let form = [("content-type", "application/x-www-form-urlencoded"), ("content-encoding", "gzip")];
    assert_eq!(app.anonymous().send("POST", "/api/v1/auth/token", &form, b"").code(), "CONTENT_ENCODING_UNSUPPORTED");
    let huge = format!("grant_type={}", "x".repeat(20_000));
    assert_eq!(token(&app, &[], &huge).status, 413);
}

fn what_the_protocol_allows_is_accepted(backend: Backend) {
    let app = TestApp::start(backend);
    let secrets = app.service_account("so-tttt", &[Role::AgencySystem]);
    let basic = format!("Basic {}", STANDARD.encode(format!("{}:{}", secrets.login, secrets.secret)));
    let same = format!("grant_type=client_credentials&client_id={}&audience=x&resource=y", secrets.login);
    assert_eq!(token(&app, &[("authorization", &basic)], &same).status, 200, "unknown parameters are ignored (RFC 6749, 3.2)");
    let other = "grant_type=client_credentials&client_id=somebody";
    assert_eq!(token(&app, &[("authorization", &basic)], other).status, 400);
}

fn a_person_signs_in_and_is_who_they_are(backend: Backend) {
    let app = TestApp::start(backend);
    let standing = app.person(Some("so-tttt"), Role::Standing);
    let me = standing.get("/api/v1/me").json();
    assert_eq!((&me["kind"], &me["agency"], &me["roles"]), (&json!("USER"), &json!("so-tttt"), &json!(["STANDING"])));
    let data = standing.graphql("{ me { login agency { code } roles } }", &json!({}));
    assert_eq!(data["me"], json!({"login": me["login"], "agency": {"code": "so-tttt"}, "roles": ["STANDING"]}));
    assert_eq!(app.anonymous().graphql("{ me { login } }", &json!({})), json!({"me": null}));
    let nobody = app.anonymous().get("/api/v1/me");
    assert_eq!((nobody.status, nobody.code().as_str()), (401, "UNAUTHENTICATED"));
    assert_eq!(nobody.headers["www-authenticate"], "Bearer");
}

fn only_a_valid_bearer_token_counts(backend: Backend) {
    let app = TestApp::start(backend);
    let client = app.system_of("so-tttt");
    let token = client.token().to_owned();
    let me = |header: &str| app.anonymous().send("GET", "/api/v1/me", &[("authorization", header)], b"");
    assert_eq!(me(&format!("bEaReR {token}")).status, 200);
    let cut = &token[..token.len() - 2];
    for bad in [format!("Bearer {cut}"), format!("Basic {token}"), token.clone(), "Bearer".into(), "Bearer ".into(), "Bearer a.b.c".into()]
    {
        let reply = me(&bad);
        assert_eq!((reply.status, reply.code().as_str()), (401, "TOKEN_INVALID"), "{bad}");
        assert_eq!(reply.headers["www-authenticate"], "Bearer error=\"invalid_token\"");
    }
    assert_eq!(app.anonymous().get(&format!("/api/v1/me?access_token={token}")).status, 400, "nowhere but in the header");
    let twice =
        app.anonymous().send("GET", "/api/v1/me", &[("authorization", &format!("Bearer {token}")), ("authorization", "Bearer x")], b"");
    assert_eq!(twice.status, 401);
    app.clock.advance(chrono::TimeDelta::minutes(17));
    assert_eq!(client.get("/api/v1/me").code(), "TOKEN_INVALID", "expired");
    assert_eq!(client.get("/api/v1/tasks").code(), "TOKEN_INVALID", "a bad token is not the same as none");
}

/// A part of a JWT.
fn part(token: &str, index: usize) -> Value {
    let part = token.split('.').nth(index).expect("a part");
    serde_json::from_slice(&B64.decode(part).expect("base64url")).expect("JSON")
}

fn a_token_names_the_agency_and_the_session_of_its_account(backend: Backend) {
    let app = TestApp::start(backend);
    let (system, other_system) = (app.system_of("so-tttt"), app.system_of("bao-hai-phong"));
    let (person, other_person) = (app.person(Some("so-tttt"), Role::Standing), app.person(Some("bao-hai-phong"), Role::AgencyViewer));
    let auditor = app.person(None, Role::Auditor);
    // The instance's own key.
    let keys = std::fs::read(app.database.dir.path().join("keys.json")).expect("the key file");
    let keys: Value = serde_json::from_slice(&keys).expect("JSON");
    let seed = keys["keys"].as_array().expect("keys").iter().find_map(|key| key["d"].as_str()).expect("a key that signs");
    let seed: [u8; 32] = B64.decode(seed).expect("base64url").try_into().expect("32 bytes");
    let key = SigningKey::from_bytes(&seed);
    let me = |token: &str, change: Option<(&str, &Value)>| {
        let mut claims = part(token, 1);
        if let Some((name, value)) = change {
            claims[name] = value.clone();
        }
        app.anonymous().with_token(Some(&signed(&key, &part(token, 0), &claims))).get("/api/v1/me")
    };
    for client in [&system, &other_system, &person, &other_person, &auditor] {
        let reply = me(client.token(), None);
        assert_eq!(reply.status, 200, "as it was issued: {}", reply.body);
    }
    let (theirs, nobodys) = (json!("bao-hai-phong"), json!("khong-co"));
    let sid = |token: &str| part(token, 1)["sid"].clone();
    let (secret, session) = (sid(other_system.token()), sid(other_person.token()));
    let changed = [
        (&system, ("agency", &theirs)),
        (&system, ("agency", &nobodys)),
        (&person, ("agency", &theirs)),
        (&auditor, ("agency", &theirs)),
        (&system, ("sid", &secret)),
        (&system, ("sid", &session)),
        (&person, ("sid", &session)),
        (&person, ("sid", &secret)),
    ];
    for (client, change) in changed {
        let reply = me(client.token(), Some(change));
        assert_eq!((reply.status, reply.code().as_str()), (401, "TOKEN_INVALID"), "{change:?}: {}", reply.body);
    }
}

fn the_key_set_has_no_private_part(backend: Backend) {
    let app = TestApp::start(backend);
    let set = app.anonymous().get("/.well-known/jwks.json").json();
    let key = &set["keys"][0];
    assert_eq!((&key["kty"], &key["crv"], &key["alg"]), (&json!("OKP"), &json!("Ed25519"), &json!("EdDSA")));
    assert!(key["d"].is_null() && key["kid"].is_string());
}
