//! Sign-on elsewhere, with a real `OpenID` Connect issuer (`tests/sign-on`, npm's oidc-provider).

use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use app::identity::external::{Issuer, RoleMapping};
use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::TimeDelta;
use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, Client, Reply, TestApp, clock::TestClock, database::TestDatabase, needing};

needing!(node: the_city_s_people_sign_on, an_issuer_s_keys_rotate, what_an_issuer_does_not_vouch_for_is_refused);

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("sign-on")
}

/// Whether the issuer can be started here.
fn node() -> Result<(), String> {
    if !folder().join("node_modules/oidc-provider").exists() {
        return Err("the issuer is not installed; run npm ci --prefix tests/sign-on".into());
    }
    let ran = Command::new("node").arg("--version").stdout(Stdio::null()).status();
    ran.map(|_| ()).map_err(|error| format!("there is no node: {error}"))
}

/// A running issuer.
struct Provider {
    child: Child,
    port: u16,
}

impl Drop for Provider {
    fn drop(&mut self) {
        // It may be dead already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Provider {
    fn start(port: Option<u16>, kid: &str) -> Self {
        let port = port.unwrap_or_else(|| {
            let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
            free.local_addr().expect("an address").port()
        });
        let mut command = Command::new("node");
        command.arg("issuer.mjs").arg(port.to_string()).arg(kid).current_dir(folder()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("node");
        let mut lines = BufReader::new(child.stdout.take().expect("stdout")).lines();
        assert!(lines.any(|line| line.expect("a line").starts_with("listening on")), "the issuer did not start");
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, port }
    }

    fn issuer(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// An access token of a client of the issuer.
    fn token(&self, client: &str) -> String {
        let basic = format!("Basic {}", STANDARD.encode(format!("{client}:{client}-secret")));
        let headers = [("content-type", "application/x-www-form-urlencoded"), ("authorization", basic.as_str())];
        let reply =
            Client::new(&self.issuer(), None).send("POST", "/token", &headers, b"grant_type=client_credentials&resource=urn:haidang");
        assert_eq!(reply.status, 200, "{}", reply.body);
        reply.json()["access_token"].as_str().expect("a token").to_owned()
    }
}

fn city(provider: &Provider) -> Issuer {
    let mapping = |value: &str, role| RoleMapping { claim: "groups".into(), value: value.into(), role };
    Issuer {
        issuer: provider.issuer(),
        audience: vec!["urn:haidang".into()],
        agency_claim: Some("agency".into()),
        name_claim: "name".into(),
        roles: vec![mapping("haidang-approver", Role::AgencyApprover), mapping("haidang-auditor", Role::Auditor)],
    }
}

/// A server that accepts the city's tokens; its clock is the issuer's.
fn start(backend: Backend, issuer: Issuer) -> TestApp {
    TestApp::beside(TestDatabase::with_programme(backend), TestClock::of_the_machine(), vec![issuer])
}

fn report() -> Value {
    json!({"programme": "HP-1593-2013", "task": "V.2", "year": 2014, "percent": 40, "narrative": "x"})
}

fn the_city_s_people_sign_on(backend: Backend) {
    let provider = Provider::start(None, "k1");
    let app = start(backend, city(&provider));
    let approver = app.anonymous().with_token(Some(&provider.token("city-approver")));
    let me = approver.get("/api/v1/me").json();
    assert_eq!((&me["name"], &me["agency"], &me["roles"]), (&json!("Trần Văn Bình"), &json!("bao-hai-phong"), &json!(["AGENCY_APPROVER"])));
    assert_eq!(approver.push("k", &report()).status, 201);
    assert_eq!(approver.graphql("{ reports { totalCount } }", &json!({}))["reports"]["totalCount"], 1);
    // The same person with another token is the same account; one without an agency holds no role of one.
    let again = app.anonymous().with_token(Some(&provider.token("city-approver"))).get("/api/v1/me").json();
    assert_eq!(again["id"], me["id"]);
    let stranger = app.anonymous().with_token(Some(&provider.token("city-stranger")));
    assert_eq!(stranger.get("/api/v1/me").json()["roles"], json!([]));
    assert_eq!(stranger.push("k", &report()).status, 403);
    let auditor = app.anonymous().with_token(Some(&provider.token("city-auditor")));
    let entries = auditor.get("/api/v1/admin/audit?operation=provide_account").json();
    assert_eq!(entries["items"].as_array().expect("entries").len(), 3);
    // Disabled here, whatever the issuer says.
    let admin = app.person(None, Role::Admin);
    let path = format!("/api/v1/admin/accounts/{}", me["id"].as_str().expect("an id"));
    assert_eq!(admin.get(&path).json()["externalIssuer"], provider.issuer().as_str());
    let disable = admin.send("PATCH", &path, &[("content-type", "application/json")], br#"{"status": "DISABLED"}"#);
    assert_eq!(disable.status, 204, "{}", disable.body);
    assert_eq!(approver.get("/api/v1/me").code(), "TOKEN_INVALID");
}

fn an_issuer_s_keys_rotate(backend: Backend) {
    let provider = Provider::start(None, "k1");
    let app = start(backend, city(&provider));
    let first = app.anonymous().with_token(Some(&provider.token("city-auditor")));
    assert_eq!(first.get("/api/v1/me").status, 200);
    let port = provider.port;
    drop(provider);
    // What is known stays known while the issuer is away.
    assert_eq!(first.get("/api/v1/me").status, 200);
    let provider = Provider::start(Some(port), "k2");
    let second = app.anonymous().with_token(Some(&provider.token("city-auditor")));
    assert_eq!(second.get("/api/v1/me").code(), "TOKEN_INVALID", "asked again once a minute at most");
    app.clock.advance(TimeDelta::seconds(61));
    assert_eq!(second.get("/api/v1/me").status, 200);
    assert_eq!(first.get("/api/v1/me").code(), "TOKEN_INVALID", "the old key is gone");
}

fn what_an_issuer_does_not_vouch_for_is_refused(backend: Backend) {
    let provider = Provider::start(None, "k1");
    let token = provider.token("city-auditor");
    let refused = |app: &TestApp, token: &str| {
        let reply: Reply = app.anonymous().with_token(Some(token)).get("/api/v1/me");
        assert_eq!((reply.status, reply.code().as_str()), (401, "TOKEN_INVALID"), "{}", reply.body);
    };
    let app = start(backend, city(&provider));
    assert_eq!(app.anonymous().with_token(Some(&token)).get("/api/v1/me").status, 200);
    let mut flipped = token.clone().into_bytes();
    let last = flipped.len() - 20;
    flipped[last] = if flipped[last] == b'A' { b'B' } else { b'A' };
    refused(&app, &String::from_utf8(flipped).expect("text"));
    app.clock.advance(TimeDelta::minutes(12));
    refused(&app, &token);
    // Another audience, an issuer that is not configured, one that names itself otherwise.
    let other = Issuer { audience: vec!["urn:something-else".into()], ..city(&provider) };
    refused(&start(backend, other), &token);
    refused(&TestApp::start(backend), &token);
    let renamed = Issuer { issuer: format!("http://localhost:{}", provider.port), ..city(&provider) };
    refused(&start(backend, renamed), &token);
}
