//! A retry never doubles: the first answer to a key is stored with its effect and given again.
//! Must not store refusals: a request that was refused can be mended and sent again with its key.
//! Semantics of draft-ietf-httpapi-idempotency-key-header; the store is `persistence::idempotency`.

use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
};

use auth::{Ctx, digest};
use chrono::TimeDelta;
use domain::{
    account::Account,
    error::{Code, Refusal},
    id::Id,
    policy::Action,
};
use persistence::{
    Conn,
    idempotency::{self, KeyScope, StoredAnswer},
};
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{App, Error, identity::still};

/// A key is remembered for so long.
const LIFETIME: TimeDelta = TimeDelta::hours(72);

/// Among whose keys those of an account are: of its agency, or its own where it has none.
pub(crate) fn scope_of(account: &Account) -> Uuid {
    account.agency.map_or_else(|| account.id.uuid(), Id::uuid)
}

/// A caller's key and what it was sent with.
#[derive(Clone, Debug)]
pub struct OnceKey {
    key: String,
    request_sha256: String,
}

impl OnceKey {
    /// A key with the body of its request.
    ///
    /// # Errors
    /// `IDEMPOTENCY_KEY_INVALID` unless the key is 1 to 255 printable ASCII characters, blanks among them.
    pub fn new(key: &str, body: &[u8]) -> Result<Self, Refusal> {
        Self::with_digest(key, digest(body))
    }

    /// A key with the digest of what its request says.
    ///
    /// # Errors
    /// As those of [`OnceKey::new`].
    pub fn with_digest(key: &str, request_sha256: String) -> Result<Self, Refusal> {
        if !(1..=255).contains(&key.len()) || !key.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') {
            return Err(Refusal::worded(
                Code::IdempotencyKeyInvalid,
                "Idempotency-Key gồm 1 đến 255 ký tự ASCII in được.",
                "An Idempotency-Key has 1 to 255 printable ASCII characters.",
            ));
        }
        Ok(Self { key: key.to_owned(), request_sha256 })
    }
}

/// A response as it is stored and given again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredResponse {
    pub status: u16,
    pub location: Option<String>,
    /// JSON.
    pub body: String,
}

/// An answer, new or given again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub response: StoredResponse,
    pub replayed: bool,
}

/// Keys whose first request is being worked on by this process.
#[derive(Default)]
pub struct InUse(Mutex<HashSet<KeyScope>>);

/// Takes a key out of use when it goes.
struct Hold {
    app: App,
    scope: KeyScope,
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.app.0.keys_in_use.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.scope);
    }
}

/// Does `work` once for the key, in the transaction that stores its answer.
pub(crate) async fn once(
    app: &App,
    scope: Uuid,
    operation: &'static str,
    once: OnceKey,
    work: impl FnMut(&mut Conn) -> Result<StoredResponse, Error> + Send + 'static,
) -> Result<Answer, Error> {
    // What is held in mind meanwhile lies apart from the future of whoever waits.
    Box::pin(app.0.db.append(held(app, scope, operation, once, work)?)).await
}

/// What a request made that may have a key.
#[derive(Clone, Copy, Debug)]
pub struct Made<T> {
    pub made: T,
    /// An earlier request with this key made it.
    pub is_replay: bool,
}

/// Makes something in one transaction; once for the key, where the request has one. What is kept is what it is called by: who asks
/// again, and may still do such things, is told of it as it stands then.
pub(crate) async fn made_once<T: Serialize + DeserializeOwned + Send + 'static>(
    app: &App,
    (ctx, action): (&Ctx, Action),
    (operation, scope): (&'static str, Uuid),
    key: Option<OnceKey>,
    mut make: impl FnMut(&mut Conn) -> Result<T, Error> + Send + 'static,
) -> Result<Made<T>, Error> {
    const UNREADABLE: Error = Error::Internal("what a key made cannot be called by its name");
    let Some(key) = key else { return Ok(Made { made: app.0.db.write(make).await?, is_replay: false }) };
    let work = move |conn: &mut Conn| {
        let body = serde_json::to_string(&make(conn)?).map_err(|_| UNREADABLE)?;
        Ok(StoredResponse { status: 201, location: None, body })
    };
    let mut once = held(app, scope, operation, key, work)?;
    let (app_, ctx) = (app.clone(), ctx.clone());
    let answer = app.0.db.write(move |conn| still(&app_, conn, &ctx, action).and_then(|_| once(conn))).await?;
    let made = serde_json::from_str(&answer.response.body).map_err(|_| UNREADABLE)?;
    Ok(Made { made, is_replay: answer.replayed })
}

/// Work under a key, which nobody else has before it ends.
fn held(
    app: &App,
    scope: Uuid,
    operation: &'static str,
    once: OnceKey,
    mut work: impl FnMut(&mut Conn) -> Result<StoredResponse, Error> + Send + 'static,
) -> Result<impl FnMut(&mut Conn) -> Result<Answer, Error> + Send + 'static, Refusal> {
    let scope = KeyScope { scope, operation, key: once.key };
    let newly = app.0.keys_in_use.0.lock().unwrap_or_else(PoisonError::into_inner).insert(scope.clone());
    if !newly {
        return Err(Refusal::new(Code::IdempotencyInProgress));
    }
    let hold = Hold { app: app.clone(), scope: scope.clone() };
    let (lock, now, request_sha256) = (lock_digest(&scope), app.0.clock.now(), once.request_sha256);
    Ok(move |conn: &mut Conn| {
        // Held until the work ends, also when the caller has gone away.
        let _ = &hold;
        if !idempotency::try_lock(conn, lock)? {
            return Err(Refusal::new(Code::IdempotencyInProgress).into());
        }
        if let Some(stored) = idempotency::find(conn, &scope, now)? {
            return replay(stored, &request_sha256);
        }
        let response = work(conn)?;
        let answer = StoredAnswer {
            request_sha256: request_sha256.clone(),
            status: response.status,
            location: response.location.clone(),
            body: response.body.clone(),
        };
        idempotency::store(conn, &scope, &answer, now, now + LIFETIME)?;
        Ok(Answer { response, replayed: false })
    })
}

fn replay(stored: StoredAnswer, request_sha256: &str) -> Result<Answer, Error> {
    if stored.request_sha256 != request_sha256 {
        return Err(Refusal::new(Code::IdempotencyKeyReused).into());
    }
    let response = StoredResponse { status: stored.status, location: stored.location, body: stored.body };
    Ok(Answer { response, replayed: true })
}

/// A number that stands for the key when nodes keep each other waiting.
fn lock_digest(scope: &KeyScope) -> i64 {
    let digest = Sha256::new().chain_update(scope.scope).chain_update(scope.operation).chain_update(&scope.key).finalize();
    i64::from_be_bytes([digest[0], digest[1], digest[2], digest[3], digest[4], digest[5], digest[6], digest[7]])
}
