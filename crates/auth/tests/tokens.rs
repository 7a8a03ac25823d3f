//! What a token must not get past: other algorithms, other keys, other types, other times.

#![allow(clippy::expect_used)] // a test fails by panicking

use std::sync::{Arc, Mutex};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as B64};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    account::{Account, AccountKind, AccountStatus, Held, Limits, Role, Scopes},
    clock::Clock,
    id::{Id, SystemIds},
};
use haidang_auth::{KeySet, TokenError, TokenSettings, Tokens};
use serde_json::{Value, json};
use uuid::Uuid;

struct Hands(Mutex<DateTime<Utc>>);

impl Clock for Hands {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().expect("no poison")
    }
}

struct Bench {
    tokens: Tokens,
    hands: Arc<Hands>,
    _dir: tempfile::TempDir,
}

fn bench(issuer: &str) -> Bench {
    let dir = tempfile::tempdir().expect("a folder");
    let keys = KeySet::generate(&dir.path().join("keys.json")).expect("keys");
    let hands = Arc::new(Hands(Mutex::new("2026-01-01T00:00:00Z".parse().expect("an instant"))));
    let settings = TokenSettings { issuer: issuer.into(), audience: "haidang".into() };
    let tokens = Tokens::new(keys, settings, Arc::clone(&hands) as Arc<dyn Clock>, Arc::new(SystemIds::default()));
    Bench { tokens, hands, _dir: dir }
}

fn account() -> Account {
    Account {
        id: Id::from_uuid(Uuid::from_u128(7)),
        kind: AccountKind::Service,
        login: "so-tttt".into(),
        name: "Sở".into(),
        agency: None,
        status: AccountStatus::Active,
        scopes: Scopes::ALL,
        limits: Limits::default(),
        held: vec![Held { role: Role::AgencySystem, agency: None, programme: None }],
    }
}

#[test]
fn keys_rotate_without_a_gap() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("keys.json");
    let hands = Arc::new(Hands(Mutex::new("2026-01-01T00:00:00Z".parse().expect("an instant"))));
    let settings = TokenSettings { issuer: "https://haidang.test".into(), audience: "haidang".into() };
    let keys = KeySet::generate(&path).expect("keys");
    let tokens = Tokens::new(keys, settings, Arc::clone(&hands) as Arc<dyn Clock>, Arc::new(SystemIds::default()));
    let issue = || tokens.issue(&account(), None, Uuid::nil()).expect("a token").token;
    let kid = |token: &str| part(token, 0)["kid"].as_str().expect("a kid").to_owned();
    let later = |seconds| *hands.0.lock().expect("no poison") += TimeDelta::seconds(seconds);
    let published = || tokens.jwks()["keys"].as_array().expect("keys").len();
    let first = issue();
    let sealed = tokens.keys().seals().seal("a", b"x").expect("sealed");
    tokens.replace_keys(KeySet::rotate(&path, hands.now().timestamp()).expect("rotated"));
    // Other nodes may not have read it yet: the old key goes on signing, the new one is published.
    assert_eq!((kid(&issue()), published()), (kid(&first), 2));
    later(61);
    let second = issue();
    assert_ne!(kid(&second), kid(&first));
    assert!(tokens.verify(&first).is_ok() && tokens.verify(&second).is_ok());
    assert!(tokens.keys().seals().open("a", &sealed).is_ok(), "what was sealed before still opens");
    // The last token of the old key, with its leeway, dies before the key does.
    later(15 * 60 + 60 - 62);
    assert!(tokens.verify(&first).is_ok());
    later(200);
    assert_eq!(tokens.verify(&first).err(), Some(TokenError::UnknownKey));
    assert_eq!(published(), 1);
    assert_eq!(
        KeySet::rotate(&path, hands.now().timestamp()).expect("rotated").states(hands.now().timestamp()).len(),
        2,
        "the dead key is gone"
    );
    assert_eq!(KeySet::load(&path).expect("keys").states(hands.now().timestamp()).iter().filter(|key| key.signs).count(), 1);
}

#[test]
fn keys_rotated_in_one_second_sign_with_the_one_that_stays() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("keys.json");
    let hands = Arc::new(Hands(Mutex::new("2026-01-01T00:00:00Z".parse().expect("an instant"))));
    let settings = TokenSettings { issuer: "https://haidang.test".into(), audience: "haidang".into() };
    KeySet::generate(&path).expect("keys");
    let now = hands.now().timestamp();
    KeySet::rotate(&path, now).expect("rotated");
    let keys = KeySet::rotate(&path, now).expect("rotated");
    let newest = keys.states(now)[0].kid.clone();
    let tokens = Tokens::new(keys, settings, Arc::clone(&hands) as Arc<dyn Clock>, Arc::new(SystemIds::default()));
    // Whatever the hour, what is issued now holds now and until it runs out.
    for minutes in 0..60 {
        let issued = tokens.issue(&account(), None, Uuid::nil()).expect("a token").token;
        assert!(tokens.verify(&issued).is_ok(), "after {minutes} minutes");
        *hands.0.lock().expect("no poison") += TimeDelta::seconds(14 * 60);
        assert!(tokens.verify(&issued).is_ok(), "issued after {minutes} minutes");
        *hands.0.lock().expect("no poison") -= TimeDelta::seconds(13 * 60);
    }
    let signs: Vec<String> = tokens.keys().states(hands.now().timestamp()).into_iter().filter(|key| key.signs).map(|key| key.kid).collect();
    assert_eq!(signs, [newest]);
}

#[test]
fn keys_rotated_at_once_are_all_kept() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("keys.json");
    KeySet::generate(&path).expect("keys");
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| KeySet::rotate(&path, 1_000).expect("rotated"));
        }
    });
    let states = KeySet::load(&path).expect("keys").states(1_000);
    assert_eq!((states.len(), states.iter().filter(|key| key.verifies_until.is_none()).count()), (9, 1));
    assert_eq!(std::fs::read_dir(dir.path()).expect("a folder").count(), 1, "nothing lies about");
}

fn part(token: &str, i: usize) -> Value {
    let text = token.split('.').nth(i).expect("a part");
    serde_json::from_slice(&B64.decode(text).expect("base64url")).expect("JSON")
}

fn with_header(token: &str, change: impl FnOnce(&mut Value)) -> String {
    let mut header = part(token, 0);
    change(&mut header);
    let rest = token.split_once('.').expect("three parts").1;
    format!("{}.{rest}", B64.encode(header.to_string()))
}

#[test]
fn a_token_says_what_rfc_9068_wants_and_verifies() {
    let bench = bench("https://haidang.test");
    let issued = bench.tokens.issue(&account(), Some("so-tttt"), Uuid::nil()).expect("a token");
    let header = part(&issued.token, 0);
    assert_eq!((&header["typ"], &header["alg"]), (&json!("at+jwt"), &json!("EdDSA")));
    let claims = part(&issued.token, 1);
    for claim in ["iss", "aud", "sub", "client_id", "jti", "iat", "nbf", "exp", "agency", "roles"] {
        assert!(!claims[claim].is_null(), "{claim}");
    }
    assert_eq!(bench.tokens.verify(&issued.token).map(|t| t.subject()), Ok(account().id));
    assert_eq!(bench.tokens.jwks()["keys"][0]["kid"], header["kid"]);
    assert!(bench.tokens.jwks()["keys"][0]["d"].is_null());
}

#[test]
fn tokens_live_fifteen_minutes_and_a_minute_of_leeway() {
    let bench = bench("https://haidang.test");
    let token = bench.tokens.issue(&account(), None, Uuid::nil()).expect("a token").token;
    let at = |seconds| {
        let start: DateTime<Utc> = "2026-01-01T00:00:00Z".parse().expect("an instant");
        *bench.hands.0.lock().expect("no poison") = start + TimeDelta::seconds(seconds);
        bench.tokens.verify(&token).map(|_| ())
    };
    assert_eq!(at(15 * 60 + 59), Ok(()));
    assert_eq!(at(15 * 60 + 60), Err(TokenError::OutOfTime));
    assert_eq!(at(-60), Ok(()));
    assert_eq!(at(-61), Err(TokenError::OutOfTime));
}

#[test]
fn foreign_and_doctored_tokens_are_refused() {
    let bench = bench("https://haidang.test");
    let token = bench.tokens.issue(&account(), None, Uuid::nil()).expect("a token").token;
    let foreign = bench_token("https://haidang.test");
    assert_eq!(bench.tokens.verify(&foreign).err(), Some(TokenError::UnknownKey));
    let mut parts: Vec<String> = token.split('.').map(str::to_owned).collect();
    let mut claims = part(&token, 1);
    claims["roles"] = json!(["ADMIN"]);
    parts[1] = B64.encode(claims.to_string());
    assert_eq!(bench.tokens.verify(&parts.join(".")).err(), Some(TokenError::Invalid));
    for alg in ["none", "None", "HS256", "ES256", "RS256"] {
        let doctored = with_header(&token, |header| header["alg"] = json!(alg));
        assert!(bench.tokens.verify(&doctored).is_err(), "{alg}");
    }
    for (name, value) in [("typ", json!("JWT")), ("kid", json!("../../etc/passwd")), ("kid", json!(7)), ("crit", json!(["exp"]))] {
        let doctored = with_header(&token, |header| header[name] = value.clone());
        assert!(bench.tokens.verify(&doctored).is_err(), "{name} {value}");
    }
    let embedded = with_header(&token, |header| header["jwk"] = json!({"kty": "OKP", "crv": "Ed25519", "x": "AAAA"}));
    assert!(bench.tokens.verify(&embedded).is_err(), "a changed header breaks the signature");
    for junk in ["", ".", "..", "a.b.c", &"x".repeat(9000)] {
        assert!(bench.tokens.verify(junk).is_err());
    }
}

fn bench_token(issuer: &str) -> String {
    bench(issuer).tokens.issue(&account(), None, Uuid::nil()).expect("a token").token
}

#[test]
fn a_key_file_is_private_and_never_overwritten() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("keys.json");
    KeySet::generate(&path).expect("keys");
    assert!(KeySet::generate(&path).is_err(), "an existing file stays");
    assert!(KeySet::load(&path).is_ok());
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&path).expect("a file").permissions());
    assert_eq!(mode & 0o777, 0o600);
    let mut permissions = std::fs::metadata(&path).expect("a file").permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0o644);
    std::fs::set_permissions(&path, permissions).expect("chmod");
    assert!(KeySet::load(&path).is_err(), "readable by all");
}
