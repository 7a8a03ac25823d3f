//! Signing in with a name and a password, and a second factor where the account has one.
//! Must not tell a wrong name from a wrong password, in words or in time.
//! Throttling is `throttle`, hashing `auth::Passwords`.

use std::{net::IpAddr, sync::Arc};

use auth::{Ctx, OneTimeSecret, digest, random_token, recovery_digest};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    account::{Account, AccountId, AccountKind, AccountStatus, Scopes, Session},
    error::{Code, Refusal},
    text,
};
use persistence::{
    Conn, DbError,
    account::{self, Credentials},
    second_factor::{self, SecondFactor},
    session,
};
use serde_json::json;

use super::{
    TokenAnswer, narrowed,
    throttle::{Counted, place_of},
    turns::Turn,
};
use crate::{App, Error, audit::Deed, audit::record};

/// A session ends after so long without use.
pub(super) const IDLE: TimeDelta = TimeDelta::days(14);
/// A session ends after so long in any case.
pub(super) const LONGEST: TimeDelta = TimeDelta::days(90);
/// A network where an account signed in within this time is known.
const KNOWN: TimeDelta = TimeDelta::days(90);

/// A person's sign-in.
pub struct PasswordOffer {
    pub username: String,
    pub password: String,
    /// Six digits, or a recovery code.
    pub one_time: Option<String>,
    pub user_agent: Option<String>,
}

struct Found {
    credentials: Option<Credentials>,
    second_factor: Option<SecondFactor>,
    agency: Option<Arc<str>>,
    counted: Counted,
}

pub(super) async fn sign_in(app: &App, ctx: &Ctx, offer: PasswordOffer, wanted: Option<Scopes>) -> Result<TokenAnswer, Error> {
    // 1. What is kept, with the same statements for every name.
    let found = find(app, ctx, &offer.username).await?;
    // 2. The attempt counts before it is judged, so that many at once count too.
    let (counted, now) = (found.counted.clone(), app.0.clock.now());
    if app.0.db.append(move |conn| counted.count(conn, now)).await? {
        return Err(Refusal::new(Code::TooManyAttempts).into());
    }
    // 3. The password.
    let hash = found.credentials.as_ref().and_then(|c| c.password_hash.clone());
    let (fits, rehashed) = judged(app, ctx, offer.password.clone(), hash.clone()).await?;
    let account = found.credentials.filter(|_| fits).map(|c| c.account).ok_or_else(|| Refusal::new(Code::CredentialsInvalid))?;
    let account = Arc::new(narrowed(account, wanted)?);
    // 4. The second factor, the session, the entry: together or not at all.
    let second_factor = found.second_factor.filter(|factor| factor.is_confirmed);
    let proof = match &second_factor {
        Some(factor) => Some(counted_proof(app, &account, factor, (offer.one_time.as_deref(), &found.counted), now).await?),
        None => None,
    };
    let refresh_token = random_token().map_err(|_| Error::Internal("the operating system gives no randomness"))?;
    let session = opened(app, ctx, &account, offer.user_agent, now);
    let agency = found.agency.as_deref();
    let access = app.0.tokens.issue(&account, agency, session.id.uuid()).map_err(|_| Error::Internal("a token could not be signed"))?;
    let issued = Deed::new("issue_token").by(&account, agency, Some(&access.id)).on("account", account.id);
    let (app_, ctx_, account_, session_, refresh_sha256) =
        (app.clone(), ctx.clone(), Arc::clone(&account), session.clone(), digest(refresh_token.as_bytes()));
    let counted = found.counted;
    app.0
        .db
        .write(move |conn| -> Result<(), Error> {
            still(&app_, conn, &ctx_, &account_, hash.as_deref())?;
            // A second factor may have been confirmed, removed or exchanged since.
            let factor = second_factor::find(conn, account_.id)?.filter(|factor| factor.is_confirmed);
            let is_same = factor.map(|factor| factor.secret_sealed) == second_factor.as_ref().map(|factor| factor.secret_sealed.clone());
            if !is_same || !proof.as_ref().map_or(Ok(true), |proof| proof.take(conn, &account_, now))? {
                return Err(Refusal::new(Code::CredentialsInvalid).into());
            }
            counted.forgive(conn)?;
            if let Some(hash) = &rehashed {
                account::set_password(conn, account_.id, hash)?;
            }
            session::insert(conn, &session_)?;
            session::insert_refresh(conn, &refresh_sha256, session_.id, now)?;
            account::touch(conn, account_.id, now)?;
            record(&app_, conn, &ctx_, issued.clone().with(json!({"grant": "password", "session": session_.id.to_string()})))?;
            Ok(())
        })
        .await?;
    Ok(TokenAnswer { access, refresh_token: Some(refresh_token) })
}

/// Whether the account may be signed in to from here.
fn is_usable(account: &Account, ctx: &Ctx, now: DateTime<Utc>) -> bool {
    account.kind == AccountKind::User
        && account.status == AccountStatus::Active
        && account.limits.hold_at(now)
        && super::admits(account, ctx.origin().network)
}

/// Refuses when the account is no longer as it was when its password was judged: hashing takes time, in which an administrator
/// may have reset the password or disabled the account.
///
/// # Errors
/// `CREDENTIALS_INVALID`.
pub(crate) fn still(app: &App, conn: &mut Conn, ctx: &Ctx, account: &Account, hash: Option<&str>) -> Result<(), Error> {
    let (now, today) = (app.0.clock.now(), app.0.clock.today());
    let kept = account::credentials(conn, &account.login, now, today)?;
    let is_same = kept
        .is_some_and(|kept| kept.account.id == account.id && kept.password_hash.as_deref() == hash && is_usable(&kept.account, ctx, now));
    if is_same { Ok(()) } else { Err(Refusal::new(Code::CredentialsInvalid).into()) }
}

async fn find(app: &App, ctx: &Ctx, username: &str) -> Result<Found, Error> {
    let login = if text::storable(username) { username.to_owned() } else { String::new() };
    let (app_, ctx, now, today) = (app.clone(), ctx.clone(), app.0.clock.now(), app.0.clock.today());
    let network = ctx.origin().network;
    let found = app.0.db.read(move |conn| -> Result<Found, Error> {
        let credentials = account::credentials(conn, &login, now, today)?;
        // Nobody has the nil identifier.
        let id = credentials.as_ref().map_or(domain::id::Id::from_uuid(uuid::Uuid::nil()), |c| c.account.id);
        let is_known = is_known_from(conn, id, network, now)?;
        let second_factor = second_factor::find(conn, id)?;
        let catalogue = app_.0.catalogue.current(conn)?;
        let credentials = credentials.filter(|c| is_usable(&c.account, &ctx, now));
        let agency = credentials.as_ref().and_then(|c| catalogue.agency(c.account.agency?)).map(|agency| Arc::clone(&agency.code));
        Ok(Found { credentials, second_factor, agency, counted: Counted::new(&login, network, is_known) })
    });
    found.await
}

/// Whether the account signed in from an address before.
pub(crate) fn is_known_from(conn: &mut Conn, account: AccountId, network: Option<IpAddr>, now: DateTime<Utc>) -> Result<bool, DbError> {
    network.map_or(Ok(false), |address| session::is_known_from(conn, account, &place_of(address), now - KNOWN))
}

/// A permit to hash a password for this caller.
pub(crate) async fn turn(app: &App, ctx: &Ctx) -> Result<Turn, Error> {
    app.0.hashing.of(ctx.origin().network).await.map_err(|_| Refusal::new(Code::Unavailable).into())
}

/// Whether the password fits, and a new hash of it when the kept one was made with older parameters.
pub(crate) async fn judged(app: &App, ctx: &Ctx, password: String, hash: Option<String>) -> Result<(bool, Option<String>), Error> {
    let (turn, app) = (turn(app, ctx).await?, app.clone());
    let judged = tokio::task::spawn_blocking(move || {
        // A caller that goes away does not give its turn back before the hash is done.
        let _turn = turn;
        let fits = app.0.passwords.verify(&password, hash.as_deref());
        let outdated = fits && hash.is_some_and(|hash| app.0.passwords.is_outdated(&hash));
        (fits, if outdated { app.0.passwords.hash(&password).ok() } else { None })
    });
    judged.await.map_err(|_| Error::Internal("checking a password failed"))
}

/// What proves the second factor, to be used up with the sign-in.
pub(crate) enum Proof {
    Step(i64),
    Recovery(String),
}

impl Proof {
    /// Uses it up; false when it was used before.
    pub(crate) fn take(&self, conn: &mut Conn, account: &Account, now: DateTime<Utc>) -> Result<bool, Error> {
        Ok(match self {
            Self::Step(step) => second_factor::take_step(conn, account.id, *step)?,
            Self::Recovery(sha256) => second_factor::take_recovery_code(conn, account.id, sha256, now)?,
        })
    }
}

/// As [`proof`], where what is given counts as an attempt until it is known to be right.
async fn counted_proof(
    app: &App,
    account: &Account,
    factor: &SecondFactor,
    (given, counted): (Option<&str>, &Counted),
    now: DateTime<Utc>,
) -> Result<Proof, Error> {
    let (counted, is_given) = (counted.clone(), given.is_some_and(|code| !code.trim().is_empty()));
    if is_given && app.0.db.append(move |conn| counted.count_code(conn, now)).await? {
        return Err(Refusal::new(Code::TooManyAttempts).into());
    }
    proof(app, account, factor, given, now)
}

/// Reads the one-time password or recovery code of an account that needs one.
pub(crate) fn proof(app: &App, account: &Account, factor: &SecondFactor, given: Option<&str>, now: DateTime<Utc>) -> Result<Proof, Error> {
    let given = given.map(str::trim).filter(|code| !code.is_empty()).ok_or_else(|| Refusal::new(Code::SecondFactorRequired))?;
    if given.len() != 6 {
        return Ok(Proof::Recovery(recovery_digest(given)));
    }
    let secret = opened_secret(app, account, factor)?;
    let step = secret.step_of(given, u64::try_from(now.timestamp()).unwrap_or_default());
    Ok(Proof::Step(step.ok_or_else(|| Refusal::new(Code::CredentialsInvalid))?))
}

/// The secret of a second factor.
pub(crate) fn opened_secret(app: &App, account: &Account, factor: &SecondFactor) -> Result<OneTimeSecret, Error> {
    let opened = app.0.tokens.keys().seals().open(&purpose(account), &factor.secret_sealed);
    Ok(OneTimeSecret::of(opened.map_err(|_| Error::Internal("a second factor is sealed with a key that is not there"))?))
}

/// What a second factor's secret is sealed for.
pub(crate) fn purpose(account: &Account) -> String {
    format!("second factor of {}", account.id)
}

fn opened(app: &App, ctx: &Ctx, account: &Account, user_agent: Option<String>, now: DateTime<Utc>) -> Session {
    Session {
        id: app.0.ids.next(),
        account: account.id,
        created_at: now,
        last_used_at: now,
        expires_at: now + IDLE,
        ended_at: None,
        scopes: account.scopes,
        network: ctx.origin().network.map(place_of),
        user_agent: user_agent.map(|text| text.chars().filter(|c| !c.is_control()).take(200).collect()),
    }
}
