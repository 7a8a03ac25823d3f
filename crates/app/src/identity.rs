//! Signing in: credentials for a token, a token for the caller it stands for.
//! Must not tell a wrong name from a wrong secret, in words or in time.
//! Accounts are made in `account`; how tokens and passwords work is `auth`.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use auth::{AccessToken, Ctx, RequestId, matches_digest};
use domain::{
    account::{Account, AccountId, AccountKind, AccountStatus},
    error::{Code, Refusal},
    policy::Action,
    text,
};
use persistence::account::{self, Credentials};
use quick_cache::sync::Cache;
use tokio::sync::OwnedSemaphorePermit;

use crate::{App, Error};

/// An account is read again after this time, so that what was withdrawn ends at the latest then.
const FRESH: Duration = Duration::from_secs(2);
/// A login waits so long for its turn; then the caller is told to come back.
const LOGIN_WAIT: Duration = Duration::from_secs(5);
/// Hexadecimal, but the SHA-256 of nothing that anybody knows.
const NO_SECRET: &str = "0000000000000000000000000000000000000000000000000000000000000000";
/// So many accounts are remembered at most.
const REMEMBERED: usize = 4096;

/// Accounts read a moment ago.
pub struct Seen(Cache<AccountId, (Instant, Arc<Account>)>);

impl Default for Seen {
    fn default() -> Self {
        Self(Cache::new(REMEMBERED))
    }
}

/// What a caller offers for a token.
pub enum Offer {
    ClientCredentials { client_id: String, client_secret: String },
    Password { username: String, password: String },
}

/// Gives a token for credentials.
///
/// # Errors
/// `CREDENTIALS_INVALID` for any that are not right, whatever is wrong with them.
pub async fn issue_token(app: &App, offer: Offer) -> Result<AccessToken, Error> {
    let (login, kind) = match &offer {
        Offer::ClientCredentials { client_id, .. } => (client_id.clone(), AccountKind::Service),
        Offer::Password { username, .. } => (username.clone(), AccountKind::User),
    };
    if !text::storable(&login) {
        return Err(Refusal::new(Code::CredentialsInvalid).into());
    }
    let (now, today, catalogue_app) = (app.0.clock.now(), app.0.clock.today(), app.clone());
    let found = app
        .0
        .db
        .read(move |conn| -> Result<_, Error> {
            let credentials = account::credentials(conn, &login, now, today)?;
            let agency = credentials.as_ref().and_then(|c| c.account.agency);
            let catalogue = catalogue_app.0.catalogue.current(conn)?;
            Ok((credentials, agency.and_then(|id| catalogue.agency(id).map(|agency| Arc::clone(&agency.code)))))
        })
        .await?;
    let (credentials, agency) = found;
    let credentials = credentials.filter(|c| c.account.kind == kind && c.account.status == AccountStatus::Active);
    let account = proven(app, offer, credentials).await?.ok_or_else(|| Refusal::new(Code::CredentialsInvalid))?;
    app.0.tokens.issue(&account, agency.as_deref()).map_err(|_| Error::Internal("a token could not be signed"))
}

/// The account, if the offer proves that the caller is it.
async fn proven(app: &App, offer: Offer, credentials: Option<Credentials>) -> Result<Option<Account>, Error> {
    match offer {
        Offer::ClientCredentials { client_secret, .. } => {
            let kept = credentials.as_ref().map_or(&[][..], |c| &c.secret_hashes);
            // One digest is always made and compared, whether the client exists or not.
            let fits =
                kept.iter().map(String::as_str).chain([NO_SECRET]).fold(false, |fits, kept| matches_digest(&client_secret, kept) | fits);
            Ok(credentials.filter(|_| fits).map(|c| c.account))
        }
        Offer::Password { password, .. } => {
            let turn = turn(app).await?;
            let app = app.clone();
            let checked = tokio::task::spawn_blocking(move || {
                let kept = credentials.as_ref().and_then(|c| c.password_hash.as_deref());
                // A caller that goes away does not give its turn back before the hash is done.
                let _turn = turn;
                let fits = app.0.passwords.verify(&password, kept);
                credentials.filter(|_| fits).map(|c| c.account)
            });
            checked.await.map_err(|_| Error::Internal("checking a password failed"))
        }
    }
}

/// A permit to hash a password.
pub(crate) async fn turn(app: &App) -> Result<OwnedSemaphorePermit, Error> {
    match tokio::time::timeout(LOGIN_WAIT, Arc::clone(&app.0.hashing).acquire_owned()).await {
        Ok(Ok(turn)) => Ok(turn),
        _ => Err(Refusal::new(Code::Unavailable).into()),
    }
}

/// The caller that a token stands for, as it is stored now.
///
/// # Errors
/// `TOKEN_INVALID` when the token does not hold, or its account is gone or disabled.
pub async fn authenticate(app: &App, token: &str, request_id: RequestId) -> Result<Ctx, Error> {
    let verified = app.0.tokens.verify(token).map_err(|reason| {
        tracing::info!(%reason, request_id = request_id.as_str(), "token refused");
        Refusal::new(Code::TokenInvalid)
    })?;
    let account = account_now(app, verified.subject()).await?.ok_or_else(|| Refusal::new(Code::TokenInvalid))?;
    Ok(Ctx::of_token(&verified, account, request_id)?)
}

async fn account_now(app: &App, id: AccountId) -> Result<Option<Arc<Account>>, Error> {
    if let Some((read, account)) = app.0.accounts.0.get(&id)
        && read.elapsed() < FRESH
    {
        return Ok(Some(account));
    }
    let (read, today) = (Instant::now(), app.0.clock.today());
    let found: Option<Account> = app.0.db.read(move |conn| account::by_id(conn, id, today)).await?;
    let found = found.map(Arc::new);
    match &found {
        Some(account) => app.0.accounts.0.insert(id, (read, Arc::clone(account))),
        None => {
            app.0.accounts.0.remove(&id);
        }
    }
    Ok(found)
}

/// The caller's own account and the code of its agency.
///
/// # Errors
/// `UNAUTHENTICATED` without a token.
pub async fn me(view: &crate::View) -> Result<(Account, Option<Arc<str>>), Error> {
    view.ctx().allow(Action::ReadSelf)?;
    let account = view.ctx().account().cloned().ok_or_else(|| Refusal::new(Code::Unauthenticated))?;
    let agency = match account.agency {
        Some(id) => view.catalogue().await?.agency(id).map(|agency| Arc::clone(&agency.code)),
        None => None,
    };
    Ok((account, agency))
}
