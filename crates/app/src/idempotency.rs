//! A retry never doubles: the first answer to a key is stored with its effect and given again.
//! Must not store refusals: a request that was refused can be mended and sent again with its key.
//! Semantics of draft-ietf-httpapi-idempotency-key-header; the store is `persistence::idempotency`.

use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
};

use auth::digest;
use chrono::TimeDelta;
use domain::error::{Code, Refusal};
use persistence::{
    Conn,
    idempotency::{self, KeyScope, StoredAnswer},
};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{App, Error};

/// A key is remembered for so long.
const LIFETIME: TimeDelta = TimeDelta::hours(72);

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
    mut work: impl FnMut(&mut Conn) -> Result<StoredResponse, Error> + Send + 'static,
) -> Result<Answer, Error> {
    let scope = KeyScope { scope, operation, key: once.key };
    let newly = app.0.keys_in_use.0.lock().unwrap_or_else(PoisonError::into_inner).insert(scope.clone());
    if !newly {
        return Err(Refusal::new(Code::IdempotencyInProgress).into());
    }
    let hold = Hold { app: app.clone(), scope: scope.clone() };
    let (lock, now, request_sha256) = (lock_digest(&scope), app.0.clock.now(), once.request_sha256);
    let done = app.0.db.append(move |conn| {
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
    });
    done.await
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
