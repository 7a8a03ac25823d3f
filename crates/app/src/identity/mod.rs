//! Signing in: credentials for a token, a token for the caller it stands for.
//! Must not tell a wrong name from a wrong secret, in words or in time.
//! Ways to sign in have a file each; accounts are made in `access`, how tokens and passwords work is `auth`.

mod client;
pub mod external;
pub(crate) mod password;
mod refresh;
pub(crate) mod throttle;
pub(crate) mod turns;

use std::{
    net::IpAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use auth::{AccessToken, Ctx, KeySet, Origin, VerifiedToken};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use domain::{
    account::{Account, AccountId, AccountKind, Scopes, SessionId},
    error::{Code, Refusal},
    policy::Action,
};
use persistence::{Conn, DbError, account, secret, session};
use quick_cache::sync::Cache;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    App, Error,
    audit::{Deed, record, refused, watched},
};

pub use password::PasswordOffer;
pub use refresh::{Revoked, revoke};

/// What is known of a caller is read again after this time, so that what was withdrawn ends at the latest then.
const FRESH: Duration = Duration::from_secs(2);
/// So many callers are remembered at most.
const REMEMBERED: usize = 4096;

/// What a token stands for now: the account with its agency's code, if what it rests on is in force.
#[derive(Clone)]
struct Standing {
    read: Instant,
    account: Arc<Account>,
    agency: Option<Arc<str>>,
    in_force: bool,
}

/// Callers seen a moment ago, by account and what their tokens rest on.
pub struct Seen(Cache<(AccountId, Uuid), Standing>);

impl Default for Seen {
    fn default() -> Self {
        Self(Cache::new(REMEMBERED))
    }
}

/// What a caller offers for a token.
pub enum Offer {
    ClientCredentials { client_id: String, client_secret: String },
    Assertion { client_id: Option<String>, assertion: String },
    Password(PasswordOffer),
    Refresh { refresh_token: String },
}

/// What a caller gets for it.
pub struct TokenAnswer {
    pub access: AccessToken,
    /// Carries a person's session on; good once.
    pub refresh_token: Option<String>,
}

/// Gives a token for credentials, for no more than `wanted`.
///
/// # Errors
/// `CREDENTIALS_INVALID` for any that are not right, whatever is wrong with them; `SECOND_FACTOR_REQUIRED`,
/// `TOO_MANY_ATTEMPTS`, `SCOPE_INSUFFICIENT`.
pub async fn issue_token(app: &App, ctx: &Ctx, offer: Offer, wanted: Option<Scopes>) -> Result<TokenAnswer, Error> {
    let login = match &offer {
        Offer::ClientCredentials { client_id, .. } => Some(client_id.clone()),
        Offer::Assertion { client_id, .. } => client_id.clone(),
        Offer::Password(offer) => Some(offer.username.clone()),
        Offer::Refresh { .. } => None,
    };
    // A refresh token names its session, which its own entries tell of.
    if let Offer::Refresh { refresh_token } = offer {
        return refresh::carry_on(app, ctx, &refresh_token, wanted).await;
    }
    let mut deed = Deed::new("issue_token");
    if let Some(login) = &login {
        deed = deed.tried_by(login);
    }
    watched(app, ctx, deed, async {
        match offer {
            Offer::ClientCredentials { client_id, client_secret } => client::by_secret(app, ctx, &client_id, &client_secret, wanted).await,
            Offer::Assertion { client_id, assertion } => client::by_assertion(app, ctx, client_id.as_deref(), &assertion, wanted).await,
            Offer::Password(offer) => password::sign_in(app, ctx, offer, wanted).await,
            Offer::Refresh { .. } => Err(Error::Internal("a refresh token was carried on already")),
        }
    })
    .await
}

/// The account with no more scopes than wanted.
fn narrowed(account: Account, wanted: Option<Scopes>) -> Result<Account, Error> {
    let scopes = wanted.map_or(account.scopes, |wanted| wanted.within(account.scopes));
    if scopes.is_empty() { Err(Refusal::new(Code::ScopeInsufficient).into()) } else { Ok(Account { scopes, ..account }) }
}

/// Whether an account may be used from an address.
pub(crate) fn admits(account: &Account, network: Option<IpAddr>) -> bool {
    let Some(networks) = &account.limits.networks else { return true };
    let address = network.map(|address| address.to_canonical());
    networks
        .split(' ')
        .filter_map(|network| network.parse::<ipnet::IpNet>().ok())
        .any(|net| address.is_some_and(|address| net.contains(&address)))
}

/// The caller that a token stands for, as it is stored now.
///
/// # Errors
/// `TOKEN_INVALID` when the token does not hold, what it stands for is gone, disabled, expired or ended, or what it names is not the
/// account's; `NETWORK_NOT_ALLOWED` from elsewhere.
pub async fn authenticate(app: &App, token: &str, origin: Origin) -> Result<Ctx, Error> {
    let mut deed = Deed::new("authenticate");
    let done = if app.0.tokens.names_own_key(token) {
        own(app, token, origin.clone(), &mut deed).await
    } else {
        external::authenticate(app, token, origin.clone(), &mut deed).await
    };
    if let Err(Error::Refused(refusal)) = &done {
        refused(app, &Ctx::anonymous(origin), deed, refusal.code).await;
    }
    done
}

/// `deed` learns whose token it is as soon as the signature holds.
async fn own(app: &App, token: &str, origin: Origin, deed: &mut Deed) -> Result<Ctx, Error> {
    let verified = match app.0.tokens.verify(token) {
        Ok(verified) => verified,
        Err(reason) => {
            tracing::info!(%reason, request_id = origin.request_id.as_str(), "token refused");
            if let Some((id, jti)) = app.0.tokens.issued_to(token) {
                let (app_, today) = (app.clone(), app.0.clock.today());
                let found = app.0.db.read(move |conn| -> Result<_, Error> {
                    let Some(account) = account::by_id(conn, id, today)? else { return Ok(None) };
                    let agency = app_.0.catalogue.current(conn)?.agency_code(account.agency);
                    Ok(Some((account, agency)))
                });
                if let Some((account, agency)) = found.await? {
                    *deed = deed.clone().by(&account, agency.as_deref(), Some(&jti));
                }
            }
            return Err(Refusal::new(Code::TokenInvalid).into());
        }
    };
    let standing = standing(app, &verified).await?.ok_or_else(|| Refusal::new(Code::TokenInvalid))?;
    *deed = deed.clone().by(&standing.account, standing.agency.as_deref(), Some(verified.id()));
    if !standing.in_force || !standing.account.limits.hold_at(app.0.clock.now()) {
        return Err(Refusal::new(Code::TokenInvalid).into());
    }
    if !admits(&standing.account, origin.network) {
        return Err(Refusal::new(Code::NetworkNotAllowed).into());
    }
    Ok(Ctx::of_token(&verified, standing.account, standing.agency, origin)?)
}

/// Whether a token that held once has run out, by what it says itself.
pub fn has_run_out(app: &App, token: &str) -> bool {
    let claims = token.split('.').nth(1).and_then(|claims| URL_SAFE_NO_PAD.decode(claims).ok());
    let claims: Option<Value> = claims.and_then(|claims| serde_json::from_slice(&claims).ok());
    claims.and_then(|claims| claims["exp"].as_i64()).is_some_and(|end| end <= app.0.clock.now().timestamp())
}

/// The caller as it is stored now. Whoever sends its body slowly is read again when the last byte has come: rights that were
/// withdrawn meanwhile count for nothing.
///
/// # Errors
/// `TOKEN_INVALID` when the account or what its token rests on is no longer in force; that is an entry of the audit log.
pub async fn renewed(app: &App, ctx: &Ctx) -> Result<Ctx, Error> {
    if ctx.account().is_none() {
        return Ok(ctx.clone());
    }
    let (app_, ctx_) = (app.clone(), ctx.clone());
    let renewed = app.0.db.read(move |conn| current(&app_, conn, &ctx_)).await;
    if let Err(Error::Refused(refusal)) = &renewed {
        refused(app, ctx, Deed::new("authenticate"), refusal.code).await;
    }
    renewed
}

/// The caller as it is stored in this transaction. What it could do when its request came may have been withdrawn while a password
/// was hashed or a connection awaited; what changes something asks again where it writes.
///
/// # Errors
/// `TOKEN_INVALID` when the account or what its token rests on is no longer in force.
pub(crate) fn current(app: &App, conn: &mut Conn, ctx: &Ctx) -> Result<Ctx, Error> {
    let Some(seen) = ctx.account() else { return Ok(ctx.clone()) };
    let (now, today) = (app.0.clock.now(), app.0.clock.today());
    let gone = || Error::from(Refusal::new(Code::TokenInvalid));
    let stored = account::by_id(conn, seen.id, today)?.ok_or_else(gone)?;
    let is_in_force = match ctx.rests_on() {
        Some(rests_on) => is_in_force(conn, &stored, rests_on, now)?,
        None => true,
    };
    if !is_in_force || !stored.limits.hold_at(now) || !admits(&stored, ctx.origin().network) {
        return Err(gone());
    }
    Ok(ctx.renewed(stored)?)
}

/// The caller as stored in this transaction, who may still do this.
pub(crate) fn still(app: &App, conn: &mut Conn, ctx: &Ctx, action: Action) -> Result<Ctx, Error> {
    let ctx = current(app, conn, ctx)?;
    ctx.allow(action)?;
    Ok(ctx)
}

/// Whether what a token was given for is the account's and still counts.
fn is_in_force(conn: &mut Conn, account: &Account, rests_on: Uuid, now: DateTime<Utc>) -> Result<bool, DbError> {
    match account.kind {
        AccountKind::User => session::is_open(conn, account.id, SessionId::from_uuid(rests_on), now),
        AccountKind::Service => secret::is_in_force(conn, account.id, rests_on, now),
    }
}

async fn standing(app: &App, token: &VerifiedToken) -> Result<Option<Standing>, Error> {
    let (id, rests_on) = (token.subject(), token.rests_on());
    if let Some(seen) = app.0.seen.0.get(&(id, rests_on))
        && seen.read.elapsed() < FRESH
    {
        return Ok(Some(seen));
    }
    let (app_, read, now, today) = (app.clone(), Instant::now(), app.0.clock.now(), app.0.clock.today());
    let found = app.0.db.read(move |conn| -> Result<Option<Standing>, Error> {
        let Some(account) = account::by_id(conn, id, today)? else { return Ok(None) };
        let in_force = is_in_force(conn, &account, rests_on, now)?;
        let agency = app_.0.catalogue.current(conn)?.agency_code(account.agency);
        Ok(Some(Standing { read, account: Arc::new(account), agency, in_force }))
    });
    let found = found.await?;
    match &found {
        Some(standing) => app.0.seen.0.insert((id, rests_on), standing.clone()),
        None => {
            app.0.seen.0.remove(&(id, rests_on));
        }
    }
    Ok(found)
}

/// The caller's own account and the code of its agency.
///
/// # Errors
/// `UNAUTHENTICATED` without a token.
pub fn me(ctx: &Ctx) -> Result<(Account, Option<Arc<str>>), Refusal> {
    ctx.allow(Action::ReadSelf)?;
    let account = ctx.account().cloned().ok_or_else(|| Refusal::new(Code::Unauthenticated))?;
    Ok((account, ctx.agency().map(Arc::from)))
}

/// Uses the keys of a file that was read again, and puts into the log from which key on this node signs now and before. The keys
/// are in use even where that cannot be written.
///
/// # Errors
/// When the database fails.
pub async fn follow_keys(app: &App, ctx: &Ctx, keys: KeySet) -> Result<(), Error> {
    let known = |keys: &KeySet| keys.states(app.0.clock.now().timestamp()).into_iter().map(|key| key.kid).collect::<Vec<_>>();
    let before = known(&app.0.tokens.keys());
    let after = known(&keys);
    app.0.tokens.replace_keys(keys);
    let deed = Deed::new("follow_signing_keys").with(json!({"before": {"kids": before}, "after": {"kids": after}}));
    let (app_, ctx_) = (app.clone(), ctx.clone());
    app.0.db.append(move |conn| -> Result<(), Error> { Ok(record(&app_, conn, &ctx_, deed.clone())?) }).await
}
