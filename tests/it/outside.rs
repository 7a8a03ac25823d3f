//! Tokens of other issuers, made here: which are for access, which sign-ins are entries, how long keys are trusted.
//! Must not need another program; a real issuer is `sign_on`.

use std::{
    io::{Read, Write},
    net::TcpListener,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
};

use app::identity::external::{Issuer, RoleMapping};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as B64};
use chrono::TimeDelta;
use domain::account::Role;
use ed25519_dalek::{Signer, SigningKey};
use serde_json::{Value, json};
use testkit::{Backend, TestApp, both, clock::TestClock, database::TestDatabase, database::rows};

both!(only_access_tokens_let_somebody_in, each_token_that_signs_in_is_an_entry_once, keys_die_when_they_cannot_be_fetched_again);

/// An issuer that a test can switch off.
struct City {
    base: String,
    key: SigningKey,
    /// What it publishes; nothing while it is away.
    published: Arc<Mutex<Option<Value>>>,
    asked: Arc<AtomicU32>,
}

impl City {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let key = SigningKey::from_bytes(&[5; 32]);
        let jwk = json!({"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": "k1", "x": B64.encode(key.verifying_key().as_bytes())});
        let published = Arc::new(Mutex::new(Some(json!({"keys": [jwk]}))));
        let asked = Arc::new(AtomicU32::new(0));
        let (keys, counted, issuer) = (Arc::clone(&published), Arc::clone(&asked), base.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (mut stream, mut head) = (stream.expect("a connection"), [0; 2048]);
                let read = stream.read(&mut head).expect("a request");
                let is_discovery = String::from_utf8_lossy(&head[..read]).contains("openid-configuration");
                counted.fetch_add(u32::from(is_discovery), Ordering::SeqCst);
                let (status, body) = match keys.lock().expect("keys").clone() {
                    None => ("503 Service Unavailable", json!({})),
                    Some(_) if is_discovery => ("200 OK", json!({"issuer": issuer, "jwks_uri": format!("{issuer}/jwks")})),
                    Some(keys) => ("200 OK", keys),
                };
                let body = body.to_string();
                let answer = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
                // A caller that went away is not missed.
                drop(stream.write_all(answer.as_bytes()));
            }
        });
        Self { base, key, published, asked }
    }

    fn publish(&self, keys: Option<Value>) -> Option<Value> {
        std::mem::replace(&mut *self.published.lock().expect("keys"), keys)
    }

    fn asked(&self) -> u32 {
        self.asked.load(Ordering::SeqCst)
    }

    fn settings(&self) -> Issuer {
        Issuer {
            issuer: self.base.clone(),
            audience: vec!["urn:haidang".into()],
            agency_claim: Some("agency".into()),
            name_claim: "name".into(),
            roles: vec![RoleMapping { claim: "groups".into(), value: "approver".into(), role: Role::AgencyApprover }],
        }
    }

    /// A token with this header beside algorithm and key, and these claims beside the usual ones.
    fn token(&self, app: &TestApp, header: &Value, claims: &Value) -> String {
        let now = app.now().timestamp();
        let mut head = json!({"alg": "EdDSA", "kid": "k1"});
        let mut body = json!({"iss": self.base, "sub": "binh", "aud": "urn:haidang", "iat": now, "exp": now + 6 * 3600,
                              "name": "Trần Văn Bình", "agency": "bao-hai-phong", "groups": ["approver"]});
        for (target, more) in [(&mut head, header), (&mut body, claims)] {
            for (name, value) in more.as_object().expect("an object") {
                target[name] = value.clone();
            }
        }
        let text = format!("{}.{}", B64.encode(head.to_string()), B64.encode(body.to_string()));
        format!("{text}.{}", B64.encode(self.key.sign(text.as_bytes()).to_bytes()))
    }
}

fn beside(backend: Backend, city: &City) -> TestApp {
    TestApp::beside(TestDatabase::with_programme(backend), TestClock::default(), vec![city.settings()])
}

fn only_access_tokens_let_somebody_in(backend: Backend) {
    let city = City::start();
    let app = beside(backend, &city);
    for (what, header, claims, is_let_in) in [
        ("RFC 9068", json!({"typ": "at+jwt"}), json!({"client_id": "c"}), true),
        ("RFC 9068, in full", json!({"typ": "application/AT+JWT"}), json!({"client_id": "c", "auth_time": 1}), true),
        ("a scope", json!({"typ": "JWT"}), json!({"scope": "openid"}), true),
        ("no kind, but a scope", json!({}), json!({"scp": ["openid"]}), true),
        ("Keycloak", json!({"typ": "JWT"}), json!({"typ": "Bearer", "azp": "c"}), true),
        ("Keycloak, ID", json!({"typ": "JWT"}), json!({"typ": "ID", "azp": "c", "scope": "openid"}), false),
        ("a nonce", json!({"typ": "JWT"}), json!({"nonce": "n", "scope": "openid"}), false),
        ("a hash of an access token", json!({"typ": "JWT"}), json!({"at_hash": "h", "scope": "openid"}), false),
        ("a hash of a code", json!({"typ": "at+jwt"}), json!({"c_hash": "h", "client_id": "c"}), false),
        ("a time of sign-in and nothing else", json!({"typ": "JWT"}), json!({"auth_time": 1, "acr": "1"}), false),
        ("nothing that tells", json!({}), json!({}), false),
        ("a logout token", json!({"typ": "logout+jwt"}), json!({"scope": "openid"}), false),
        ("another audience beside a scope", json!({"typ": "at+jwt"}), json!({"client_id": "c", "aud": "urn:other"}), false),
    ] {
        let reply = app.anonymous().with_token(Some(&city.token(&app, &header, &claims))).get("/api/v1/me");
        let wanted = if is_let_in { 200 } else { 401 };
        assert_eq!(reply.status, wanted, "{what}: {}", reply.body);
    }
}

fn each_token_that_signs_in_is_an_entry_once(backend: Backend) {
    let city = City::start();
    let app = beside(backend, &city);
    let entries = || {
        rows(
            &app.database,
            "SELECT outcome || ' ' || actor || ' ' || COALESCE(agency, '-') || ' ' || COALESCE(token, '-') || ' ' || network || ' ' || subject
             || ' ' || changes AS line FROM audit_entries WHERE operation = 'authenticate' AND outcome = 'DONE' ORDER BY at, id",
        )
    };
    let access = json!({"typ": "at+jwt"});
    let first = city.token(&app, &access, &json!({"client_id": "c", "jti": "one"}));
    let client = app.anonymous().with_token(Some(&first));
    // All at once and one after another: one token, one entry.
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| assert_eq!(client.get("/api/v1/me").status, 200));
        }
    });
    assert_eq!(client.get("/api/v1/tasks").status, 200);
    let wanted = format!("DONE USER bao-hai-phong one 127.0.0.1 account {{\"grant\":\"sign_on\",\"issuer\":\"{}\"}}", city.base);
    assert_eq!(entries(), [wanted]);
    // The next one of the same person, also without a name of its own, and of another second.
    for claims in
        [json!({"client_id": "c", "jti": "two"}), json!({"client_id": "c"}), json!({"client_id": "c", "iat": app.now().timestamp() - 1})]
    {
        let client = app.anonymous().with_token(Some(&city.token(&app, &access, &claims)));
        assert_eq!((client.get("/api/v1/me").status, client.get("/api/v1/me").status), (200, 200));
    }
    assert_eq!(entries().len(), 4);
    assert_eq!(rows(&app.database, "SELECT login AS line FROM audit_entries WHERE operation = 'provide_account'").len(), 1);
    // Somebody who is disabled here signs in no more, and the log says so.
    let id = client.get("/api/v1/me").json()["id"].as_str().expect("an id").to_owned();
    let admin = app.person(None, Role::Admin);
    assert_eq!(crate::access::patch(&admin, &format!("/api/v1/admin/accounts/{id}"), &json!({"status": "DISABLED"})).status, 204);
    let third = app.anonymous().with_token(Some(&city.token(&app, &access, &json!({"client_id": "c", "jti": "three"}))));
    assert_eq!(third.get("/api/v1/me").code(), "TOKEN_INVALID");
    assert_eq!(entries().len(), 4);
    let refused = "SELECT token AS line FROM audit_entries WHERE operation = 'authenticate' AND outcome = 'REFUSED'";
    assert_eq!(rows(&app.database, refused), ["three"]);
    // Nobody gets in unwritten.
    assert_eq!(crate::access::patch(&admin, &format!("/api/v1/admin/accounts/{id}"), &json!({"status": "ACTIVE"})).status, 204);
    let full = match backend {
        Backend::Sqlite => {
            "CREATE TRIGGER no_sign_on BEFORE INSERT ON audit_entries WHEN NEW.operation = 'authenticate'
             BEGIN SELECT RAISE(ABORT, 'full'); END"
        }
        Backend::Postgres => "ALTER TABLE audit_entries ADD CONSTRAINT no_sign_on CHECK (operation <> 'authenticate') NOT VALID",
    };
    persistence::by_hand::execute(&app.db, full).expect("a rule");
    assert!(third.get("/api/v1/me").status >= 500);
    assert_eq!(client.get("/api/v1/me").status, 200, "this one was written down before");
}

fn keys_die_when_they_cannot_be_fetched_again(backend: Backend) {
    let city = City::start();
    let app = beside(backend, &city);
    let token = city.token(&app, &json!({"typ": "at+jwt"}), &json!({"client_id": "c"}));
    let client = app.anonymous().with_token(Some(&token));
    let ask = || client.get("/api/v1/me").status;
    assert_eq!((ask(), city.asked()), (200, 1));
    // Kept an hour.
    app.clock.advance(TimeDelta::minutes(59));
    assert_eq!((ask(), city.asked()), (200, 1));
    // Away: asked for in vain, once a minute, and trusted meanwhile.
    let keys = city.publish(None);
    for minute in 1..=4 {
        app.clock.advance(TimeDelta::minutes(1));
        assert_eq!((ask(), ask(), city.asked()), (200, 200, 1 + minute), "minute {minute}");
    }
    app.clock.advance(TimeDelta::minutes(176));
    assert_eq!((ask(), ask(), city.asked()), (200, 200, 6), "a minute before four hours");
    // Four hours after they were fetched the keys are worth nothing, however often the issuer was asked in vain.
    app.clock.advance(TimeDelta::minutes(1));
    assert_eq!((ask(), ask(), city.asked()), (401, 401, 7));
    // Back again: within a minute.
    city.publish(keys);
    assert_eq!((ask(), city.asked()), (401, 7));
    app.clock.advance(TimeDelta::minutes(1));
    assert_eq!((ask(), city.asked()), (200, 8));
    // A key that the issuer takes back dies with the next fetch.
    city.publish(Some(json!({"keys": []})));
    app.clock.advance(TimeDelta::minutes(60));
    assert_eq!(ask(), 401);
}
