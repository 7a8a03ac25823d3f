//! Attacks on tokens and on other agencies' data: each is refused with the right status and code, and written down.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as B64};
use domain::account::Role;
use ed25519_dalek::{Signer, SigningKey};
use serde_json::{Value, json};
use testkit::{Backend, Client, TestApp, both};

both!(doctored_tokens_are_refused, a_token_of_another_kind_is_none, another_agency_s_data_is_found_on_no_path);

/// The service's own key, as only its machine knows it.
fn own_key(app: &TestApp) -> (String, SigningKey) {
    let text = std::fs::read_to_string(app.database.dir.path().join("keys.json")).expect("the key file");
    let set: Value = serde_json::from_str(&text).expect("JSON");
    let key = set["keys"].as_array().expect("keys").iter().find(|key| key["kty"] == "OKP").expect("a signing key").clone();
    let seed = B64.decode(key["d"].as_str().expect("d")).expect("base64url");
    (key["kid"].as_str().expect("a kid").into(), SigningKey::from_bytes(&seed.try_into().expect("32 bytes")))
}

fn part(token: &str, i: usize) -> Value {
    serde_json::from_slice(&B64.decode(token.split('.').nth(i).expect("a part")).expect("base64url")).expect("JSON")
}

fn signed(key: &SigningKey, header: &Value, claims: &Value) -> String {
    let text = format!("{}.{}", B64.encode(header.to_string()), B64.encode(claims.to_string()));
    format!("{text}.{}", B64.encode(key.sign(text.as_bytes()).to_bytes()))
}

/// The header and claims of a good token, changed.
fn doctored(token: &str, key: &SigningKey, header: &[(&str, Value)], claims: &[(&str, Value)]) -> String {
    let (mut head, mut body) = (part(token, 0), part(token, 1));
    for (target, changes) in [(&mut head, header), (&mut body, claims)] {
        for (name, value) in changes {
            match value {
                Value::Null => drop(target.as_object_mut().expect("an object").remove(*name)),
                value => target[*name] = value.clone(),
            }
        }
    }
    signed(key, &head, &body)
}

fn doctored_tokens_are_refused(backend: Backend) {
    let app = TestApp::start(backend);
    let client = app.system_of("bao-hai-phong");
    let (kid, key) = own_key(&app);
    let stranger = SigningKey::from_bytes(&[9; 32]);
    let jwk = json!({"kty": "OKP", "crv": "Ed25519", "x": B64.encode(stranger.verifying_key().as_bytes())});
    let now = app.now().timestamp();
    let token = client.token().to_owned();
    let by = |key: &SigningKey, header: &[(&str, Value)], claims: &[(&str, Value)]| doctored(&token, key, header, claims);
    let unsigned = |alg: &str| {
        let header = json!({"alg": alg, "typ": "at+jwt", "kid": kid});
        format!("{}.{}.", B64.encode(header.to_string()), token.split('.').nth(1).expect("claims"))
    };
    let mut attacks: Vec<(String, String)> = ["none", "None", "NONE", "nOnE", ""].map(|alg| (format!("alg {alg}"), unsigned(alg))).into();
    let hs256 = {
        // Signed with the public key as if it were a secret shared by both.
        let text = format!(
            "{}.{}",
            B64.encode(json!({"alg": "HS256", "typ": "at+jwt", "kid": kid}).to_string()),
            token.split('.').nth(1).expect("claims")
        );
        let mac = hmac_sha256(key.verifying_key().as_bytes(), text.as_bytes());
        format!("{text}.{}", B64.encode(mac))
    };
    attacks.push(("HS256 with the public key".into(), hs256));
    let headers = [
        ("another key", &stranger, vec![("alg", json!("EdDSA"))]),
        ("unknown kid", &stranger, vec![("kid", json!("unknown"))]),
        ("kid like a path", &stranger, vec![("kid", json!("../../etc/passwd"))]),
        ("kid like SQL", &stranger, vec![("kid", json!("' OR 1=1 --"))]),
        ("kid that is a number", &key, vec![("kid", json!(1))]),
        ("a long kid", &key, vec![("kid", json!("k".repeat(5000)))]),
        ("no kid", &key, vec![("kid", Value::Null)]),
        ("embedded jwk", &stranger, vec![("jwk", jwk.clone())]),
        ("jku", &stranger, vec![("jku", json!("http://127.0.0.1:1/jwks")), ("kid", json!("theirs"))]),
        ("x5u", &stranger, vec![("x5u", json!("http://127.0.0.1:1/cert"))]),
        ("another type", &key, vec![("typ", json!("JWT"))]),
        ("crit", &key, vec![("crit", json!(["exp"]))]),
    ];
    attacks.extend(headers.into_iter().map(|(what, key, header)| (what.to_owned(), by(key, &header, &[]))));
    let claims = [
        ("wrong iss", ("iss", json!("http://elsewhere.test"))),
        ("no iss", ("iss", Value::Null)),
        ("wrong aud", ("aud", json!("haidang2"))),
        ("no aud", ("aud", Value::Null)),
        ("expired", ("exp", json!(now - 300))),
        ("no exp", ("exp", Value::Null)),
        ("exp that is a text", ("exp", json!("soon"))),
        ("not yet valid", ("nbf", json!(now + 3600))),
        ("issued in the future", ("iat", json!(now + 3600))),
        ("sub of nobody", ("sub", json!("0199b2a0-0000-7000-8000-000000000001"))),
        ("sub that is none", ("sub", json!("admin"))),
        ("resting on nothing", ("sid", json!("0199b2a0-0000-7000-8000-000000000001"))),
        ("unknown scopes", ("scope", json!("everything"))),
        ("another agency", ("agency", json!("so-tttt"))),
    ];
    attacks.extend(claims.into_iter().map(|(what, change)| (what.to_owned(), by(&key, &[], &[change]))));
    attacks.push(("200 KiB".into(), by(&key, &[], &[("x", json!("x".repeat(7000)))])));
    let before = count(&app);
    for (what, token) in &attacks {
        let reply = app.anonymous().with_token(Some(token)).get("/api/v1/me");
        assert_eq!((reply.status, reply.code().as_str()), (401, "TOKEN_INVALID"), "{what}: {}", reply.body);
        assert_eq!(reply.headers["www-authenticate"], "Bearer error=\"invalid_token\"", "{what}");
    }
    // Claims that the service does not read from a token change nothing: the stored account counts.
    let greedy = by(&key, &[], &[("roles", json!(["ADMIN"]))]);
    let me = app.anonymous().with_token(Some(&greedy)).get("/api/v1/me").json();
    assert_eq!((&me["roles"], &me["agency"]), (&json!(["AGENCY_SYSTEM"]), &json!("bao-hai-phong")));
    assert_eq!(client.get("/api/v1/me").status, 200);
    assert_eq!(count(&app) - before, i64::try_from(attacks.len()).expect("few"), "nothing is written but the attempts");
}

/// Entries of the audit log.
fn count(app: &TestApp) -> i64 {
    let lines = persistence::by_hand::lines(&app.db, "SELECT count(*) || '' AS line FROM audit_entries").expect("a line");
    lines[0].parse().expect("a number")
}

/// RFC 2104.
fn hmac_sha256(key: &[u8], text: &[u8]) -> Vec<u8> {
    let hash = |parts: [&[u8]; 2]| {
        let hex = auth::digest(&parts.concat());
        (0..32).map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).expect("hexadecimal")).collect::<Vec<u8>>()
    };
    let pad = |with: u8| (0..64).map(|i| key.get(i).copied().unwrap_or_default() ^ with).collect::<Vec<u8>>();
    hash([&pad(0x5c), &hash([&pad(0x36), text])])
}

fn a_token_of_another_kind_is_none(backend: Backend) {
    let app = TestApp::start(backend);
    let user = app.user(None, &[Role::Auditor]);
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let ask = |body: String| app.anonymous().send("POST", "/api/v1/auth/token", &form, body.as_bytes());
    let answer = ask(format!("grant_type=password&username={}&password={}", user.login, user.secret)).json();
    let (access, refresh) = (answer["access_token"].as_str().expect("one"), answer["refresh_token"].as_str().expect("one"));
    assert_eq!(app.anonymous().with_token(Some(refresh)).get("/api/v1/me").status, 401);
    assert_eq!(ask(format!("grant_type=refresh_token&refresh_token={access}")).status, 400);
    let assertion = "client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    assert_eq!(ask(format!("grant_type=client_credentials&{assertion}&client_assertion={access}")).status, 401);
    // Nothing that proves anything lies open in the database.
    let dump = "SELECT token_sha256 || session_id AS line FROM refresh_tokens";
    let dump = match backend {
        Backend::Sqlite => dump.replace("session_id", "hex(session_id)"),
        Backend::Postgres => dump.to_owned(),
    };
    let kept = persistence::by_hand::lines(&app.db, &dump).expect("lines");
    assert!(!kept.is_empty() && kept.iter().all(|line| !line.contains(refresh)));
}

/// A word that stands in one agency's report only.
const MARKER: &str = "dấu-riêng-9c1e";

fn another_agency_s_data_is_found_on_no_path(backend: Backend) {
    let app = TestApp::start(backend);
    let victim = app.system_of("bao-hai-phong");
    let body =
        json!({"programme": "HP-1593-2013", "task": "V.2", "year": 2014, "percent": 73, "narrative": MARKER, "externalRef": "MARK-1"});
    let pushed = victim.push("k", &body);
    assert_eq!(pushed.status, 201, "{}", pushed.body);
    let id = pushed.json()["id"].as_str().expect("an id").to_owned();
    let cursor = victim.get("/api/v1/reports").json()["endCursor"].as_str().expect("a cursor").to_owned();
    let strangers = [app.anonymous(), app.system_of("dai-ptth-hai-phong"), app.person(Some("so-noi-vu"), Role::AgencyApprover)];
    for stranger in &strangers {
        for answer in everything(stranger, &id, &cursor) {
            assert!(!answer.contains(MARKER) && !answer.contains("MARK-1") && !answer.contains("\"percent\":73"), "{answer}");
            assert!(!answer.contains("\"totalCount\":1"), "{answer}");
        }
    }
    // Headers do not make a caller another agency's.
    let forged =
        [("content-type", "application/json"), ("idempotency-key", "z"), ("x-agency", "bao-hai-phong"), ("x-forwarded-user", "admin")];
    let mut other = body.clone();
    other["externalRef"] = json!("MARK-2");
    let reply = strangers[1].send("POST", "/api/v1/reports", &forged, other.to_string().as_bytes());
    assert_ne!(reply.json()["agency"], "bao-hai-phong", "{}", reply.body);
    // The same reference and the same key of another agency tell nothing of the victim's.
    let twin = strangers[1].push("k", &body);
    assert_eq!(twin.status, 201, "{}", twin.body);
}

/// What a caller gets by every list, filter, sort, search, nested field, identifier, count and cursor.
fn everything(client: &Client, id: &str, cursor: &str) -> Vec<String> {
    let mut answers = Vec::new();
    for query in [
        "{ reports { totalCount nodes { id narrative percent externalRef } } }".to_owned(),
        "{ reports(direction: DESC, last: 3) { totalCount edges { cursor node { narrative } } } }".into(),
        "{ reports(filter: {externalRef: \"MARK-1\"}) { totalCount nodes { narrative } } }".into(),
        "{ reports(filter: {agency: \"bao-hai-phong\", status: SUBMITTED, year: 2014}) { totalCount nodes { percent } } }".into(),
        "{ tasks(filter: {text: \"dau rieng\"}) { totalCount nodes { reports { totalCount nodes { narrative } } } } }".into(),
        "{ tasks(first: 200) { nodes { code reports(first: 5) { totalCount nodes { narrative percent } } } } }".into(),
        "{ programme(code: \"HP-1593-2013\") { task(code: \"V.2\") { reports(first: 1) { totalCount nodes { percent narrative } } } } }"
            .into(),
        format!("{{ node(id: \"{id}\") {{ id ... on Report {{ narrative percent }} }} }}"),
        format!("{{ reports(first: 1, after: \"{cursor}\") {{ totalCount nodes {{ narrative }} }} }}"),
        "{ agency(code: \"bao-hai-phong\") { code name } }".into(),
    ] {
        answers.push(client.graphql_reply(&query, &json!({})).to_string());
    }
    for path in [
        "/api/v1/reports".to_owned(),
        "/api/v1/reports?externalRef=MARK-1".into(),
        "/api/v1/reports?agency=bao-hai-phong&year=2014&status=SUBMITTED".into(),
        "/api/v1/reports?programme=HP-1593-2013&task=V.2".into(),
        format!("/api/v1/reports?after={cursor}"),
        format!("/api/v1/reports/{id}"),
        "/api/v1/admin/audit".into(),
        "/api/v1/admin/accounts".into(),
    ] {
        answers.push(client.get(&path).body);
    }
    answers
}
