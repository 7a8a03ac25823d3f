//! What accounts prove themselves with, as administrators look after it: secrets, public keys, passwords, sessions.
//! Must not show a secret twice, or leave more than two in force.
//! Everybody's own password and second factor are `own`.

use std::collections::HashMap;

use auth::{
    ClientSecret, Ctx, KeyState,
    foreign::{JwkError, PublicJwk},
    random_token,
};
use chrono::{DateTime, Utc};
use domain::{
    account::{Account, AccountId, AccountKind, Restricted, Session, SessionId},
    error::{Code, Refusal},
    policy::Action,
};
use persistence::{Conn, DbError, account, second_factor, secret, secret::Credential, session};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{accounts::hashed, existing, invalid, may_manage, still_managing};
use crate::{
    App, Error, View,
    audit::{Deed, record, watched},
    personal::look,
};

/// So many secrets are in force at once, so that one can be rotated.
const SECRETS: usize = 2;

/// How a signing key stands.
pub type SigningKey = KeyState;

/// Secrets and public keys of a service account, the newest first.
#[derive(Clone, Debug)]
pub struct Credentials {
    pub secrets: Vec<Credential>,
    pub keys: Vec<Credential>,
}

/// The secrets and public keys of an account, without what they prove.
///
/// # Errors
/// `FORBIDDEN` without the right.
pub async fn credentials(view: &View, account: AccountId) -> Result<Credentials, Error> {
    let secrets = secrets_of(view, vec![account]).await?.remove(&account).unwrap_or_default();
    Ok(Credentials { secrets, keys: keys_of(view, vec![account]).await?.remove(&account).unwrap_or_default() })
}

/// The secrets of each of these accounts, without what they prove, the newest first.
///
/// # Errors
/// `FORBIDDEN` without the right.
pub async fn secrets_of(view: &View, accounts: Vec<AccountId>) -> Result<HashMap<AccountId, Vec<Credential>>, Error> {
    view.ctx().allow(Action::ReadAccounts)?;
    view.read(move |conn| secret::secrets_of(conn, &accounts)).await
}

/// The public keys of each of these accounts, the newest first.
///
/// # Errors
/// `FORBIDDEN` without the right.
pub async fn keys_of(view: &View, accounts: Vec<AccountId>) -> Result<HashMap<AccountId, Vec<Credential>>, Error> {
    view.ctx().allow(Action::ReadAccounts)?;
    view.read(move |conn| secret::keys_of(conn, &accounts)).await
}

/// Runs an act of administration on an account in one transaction with its entry.
async fn administer<T: Send + 'static>(
    app: &App,
    ctx: &Ctx,
    operation: &'static str,
    account: AccountId,
    act: impl Fn(&App, &mut Conn, AccountKind) -> Result<(T, Value), Error> + Send + 'static,
) -> Result<T, Error> {
    watched(app, ctx, Deed::new(operation).on("account", account), async {
        may_manage(ctx, account)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        app.0
            .db
            .write(move |conn| -> Result<T, Error> {
                let ctx = still_managing(&app_, conn, &ctx_, Some(account))?;
                let kind = existing(&app_, conn, account)?.account.kind;
                let (done, changes) = act(&app_, conn, kind)?;
                record(&app_, conn, &ctx, Deed::new(operation).on("account", account).with(changes))?;
                Ok(done)
            })
            .await
    })
    .await
}

/// Only accounts of this kind have such a thing.
fn only(kind: AccountKind, wanted: AccountKind) -> Result<(), Error> {
    if kind == wanted { Ok(()) } else { Err(Refusal::new(Code::NotFound).into()) }
}

/// Gives a service account another secret, shown once.
///
/// # Errors
/// `TOO_MANY_SECRETS` when two are in force; `NOT_FOUND`, `OWN_MATTER`.
pub async fn add_secret(app: &App, ctx: &Ctx, account: AccountId, expires_at: Option<DateTime<Utc>>) -> Result<(Uuid, String), Error> {
    let secret = ClientSecret::generate().map_err(|_| Error::Internal("the operating system gives no randomness"))?;
    let (digest, shown) = (secret.digest(), secret.reveal().to_owned());
    let id = administer(app, ctx, "create_secret", account, move |app, conn, kind| {
        only(kind, AccountKind::Service)?;
        let now = app.0.clock.now();
        if expires_at.is_some_and(|end| end <= now) {
            return Err(invalid("/expiresAt", Code::OutOfRange));
        }
        if secret::secrets(conn, account)?.iter().filter(|secret| secret.is_in_force(now)).count() >= SECRETS {
            return Err(Refusal::new(Code::TooManySecrets).into());
        }
        let id = app.0.ids.next_uuid();
        secret::insert_secret(conn, id, account, &digest, now, expires_at)?;
        Ok((id, json!({"secret": id.to_string(), "expiresAt": expires_at})))
    });
    Ok((id.await?, shown))
}

/// Revokes a secret; tokens given for it are worth nothing within seconds.
///
/// # Errors
/// `NOT_FOUND`, `OWN_MATTER`.
pub async fn revoke_secret(app: &App, ctx: &Ctx, account: AccountId, id: Uuid) -> Result<(), Error> {
    administer(app, ctx, "revoke_secret", account, move |app, conn, _| {
        if !secret::revoke_secret(conn, account, id, app.0.clock.now())? {
            return Err(Refusal::new(Code::NotFound).into());
        }
        Ok(((), json!({"secret": id.to_string()})))
    })
    .await
}

/// Gives a service account a public key with which it signs assertions (RFC 7523).
///
/// # Errors
/// `BODY_INVALID` for anything but a public JWK with a name; `ALREADY_EXISTS` for a name in use; `NOT_FOUND`, `OWN_MATTER`.
pub async fn add_key(app: &App, ctx: &Ctx, account: AccountId, jwk: Value, expires_at: Option<DateTime<Utc>>) -> Result<Uuid, Error> {
    let sound = |key: PublicJwk| if key.is_sound() { Ok(key) } else { Err(JwkError::Unsuitable) };
    let key = PublicJwk::parse(&jwk).and_then(sound).map_err(|reason| {
        let words = (
            "Cần một khóa công khai JWK (RSA từ 2048 đến 4096 bit, P-256, P-384 hoặc Ed25519).",
            format!("A public JWK is needed: {reason}."),
        );
        Refusal::with_faults(Code::BodyInvalid, vec![domain::error::Fault::worded("/jwk", Code::RuleBroken, words.0, words.1)])
    });
    let kid = key.and_then(|key| {
        let fault = || Refusal::with_faults(Code::BodyInvalid, vec![domain::error::Fault::new("/jwk/kid", Code::FieldRequired)]);
        key.kid()
            .filter(|kid| (1..=200).contains(&kid.len()) && kid.bytes().all(|byte| byte.is_ascii_graphic()))
            .map(str::to_owned)
            .ok_or_else(fault)
    });
    administer(app, ctx, "create_client_key", account, move |app, conn, kind| {
        only(kind, AccountKind::Service)?;
        let (kid, now, id) = (kid.clone()?, app.0.clock.now(), app.0.ids.next_uuid());
        if expires_at.is_some_and(|end| end <= now) {
            return Err(invalid("/expiresAt", Code::OutOfRange));
        }
        secret::insert_key(conn, id, account, (&kid, &jwk.to_string()), now, expires_at).map_err(|error| match error {
            DbError::Unique(_) => Error::from(Refusal::new(Code::AlreadyExists)),
            other => other.into(),
        })?;
        Ok((id, json!({"key": id.to_string(), "kid": kid, "expiresAt": expires_at})))
    })
    .await
}

/// Revokes a public key; tokens given for it are worth nothing within seconds.
///
/// # Errors
/// `NOT_FOUND`, `OWN_MATTER`.
pub async fn revoke_key(app: &App, ctx: &Ctx, account: AccountId, id: Uuid) -> Result<(), Error> {
    administer(app, ctx, "revoke_client_key", account, move |app, conn, _| {
        if !secret::revoke_key(conn, account, id, app.0.clock.now())? {
            return Err(Refusal::new(Code::NotFound).into());
        }
        Ok(((), json!({"key": id.to_string()})))
    })
    .await
}

/// Gives a person a new random password, shown once, and ends their sessions.
///
/// # Errors
/// `NOT_FOUND`, `OWN_MATTER`, `WRONG_STATE` for an account that another issuer vouches for.
pub async fn reset_password(app: &App, ctx: &Ctx, account: AccountId) -> Result<String, Error> {
    // Refused before any work is done for it.
    watched(app, ctx, Deed::new("reset_password").on("account", account), async { Ok(may_manage(ctx, account)?) }).await?;
    let password = random_token().map_err(|_| Error::Internal("the operating system gives no randomness"))?;
    let hash = hashed(app, ctx, password.clone()).await?;
    administer(app, ctx, "reset_password", account, move |app, conn, kind| {
        only(kind, AccountKind::User)?;
        // A password of its own would open it past whoever vouches for it.
        if existing(app, conn, account)?.external.is_some() {
            return Err(vouched_for_elsewhere().into());
        }
        account::set_password(conn, account, &hash)?;
        let ended = session::end_all(conn, account, None, app.0.clock.now())?;
        Ok(((), json!({"password": "***", "sessionsEnded": ended})))
    })
    .await?;
    Ok(password)
}

fn vouched_for_elsewhere() -> Refusal {
    let (vi, en) = (
        "Tài khoản này đăng nhập qua hệ thống đăng nhập khác, nên không có mật khẩu ở đây.",
        "This account signs in at another issuer and has no password here.",
    );
    Refusal::worded(Code::WrongState, vi, en)
}

/// Takes away a person's second factor, for one who has lost it.
///
/// # Errors
/// `NOT_FOUND`, `OWN_MATTER`.
pub async fn remove_second_factor(app: &App, ctx: &Ctx, account: AccountId) -> Result<(), Error> {
    administer(app, ctx, "reset_second_factor", account, move |_, conn, _| {
        if !second_factor::remove(conn, account)? {
            return Err(Refusal::new(Code::NotFound).into());
        }
        Ok(((), json!({"secondFactor": "***"})))
    })
    .await
}

/// The sessions of a person that go on, the newest first. Who reads somebody else's leaves an entry.
///
/// # Errors
/// `FORBIDDEN` without the right.
pub async fn sessions(view: &View, account: &Account) -> Result<Vec<Session>, Error> {
    let sessions = sessions_of(view, vec![account.id]).await?.remove(&account.id).unwrap_or_default();
    look(view, account, &[Restricted::Sessions], sessions.len());
    Ok(sessions)
}

/// The sessions of each of these people that go on, the newest first. Whoever shows them notes the look, as [`sessions`] does.
///
/// # Errors
/// `FORBIDDEN` without the right.
pub async fn sessions_of(view: &View, accounts: Vec<AccountId>) -> Result<HashMap<AccountId, Vec<Session>>, Error> {
    view.ctx().allow(Action::ReadAccounts)?;
    let now = view.app().0.clock.now();
    view.read(move |conn| session::open_of(conn, &accounts, now)).await
}

/// Ends every session of a person, whose tokens are worth nothing within seconds; tells how many there were.
///
/// # Errors
/// `NOT_FOUND`, `OWN_MATTER`.
pub async fn end_sessions(app: &App, ctx: &Ctx, account: AccountId) -> Result<usize, Error> {
    administer(app, ctx, "end_account_sessions", account, move |app, conn, kind| {
        only(kind, AccountKind::User)?;
        let now = app.0.clock.now();
        // Those that ran out by themselves are not counted.
        let open = session::open(conn, account, now)?.len();
        session::end_all(conn, account, None, now)?;
        Ok((open, json!({"sessionsEnded": open})))
    })
    .await
}

/// Ends a person's session; its tokens are worth nothing within seconds.
///
/// # Errors
/// `NOT_FOUND`, `OWN_MATTER`.
pub async fn end_session(app: &App, ctx: &Ctx, account: AccountId, id: SessionId) -> Result<(), Error> {
    administer(app, ctx, "end_account_session", account, move |app, conn, _| {
        if !session::end(conn, account, id, app.0.clock.now())? {
            return Err(Refusal::new(Code::NotFound).into());
        }
        Ok(((), json!({"session": id.to_string()})))
    })
    .await
}

/// Puts into the log that the signing keys were rotated: from `before` to `after`, which are names of keys.
///
/// # Errors
/// When the database fails.
pub async fn note_rotation(app: &App, ctx: &Ctx, before: Option<String>, after: Option<String>) -> Result<(), Error> {
    let (app_, ctx_) = (app.clone(), ctx.clone());
    let deed = Deed::new("rotate_signing_keys").with(json!({"before": {"kid": before}, "after": {"kid": after}}));
    app.0.db.append(move |conn| -> Result<(), Error> { Ok(record(&app_, conn, &ctx_, deed.clone())?) }).await
}

/// How the signing keys stand.
///
/// # Errors
/// `FORBIDDEN` without the right.
pub async fn signing_keys(app: &App, ctx: &Ctx) -> Result<Vec<SigningKey>, Error> {
    watched(app, ctx, Deed::new("list_signing_keys"), async {
        ctx.allow(Action::ReadKeys)?;
        Ok(app.0.tokens.keys().states(app.0.clock.now().timestamp()))
    })
    .await
}
