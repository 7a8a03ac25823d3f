//! Signing in as a system: with a secret, or with an assertion that it signed itself (RFC 7523).
//! Must not tell an unknown client from a wrong secret.
//! Secrets and keys are given out in `access::credentials`.

use std::sync::Arc;

use auth::{
    Ctx, digest,
    foreign::{self, Expected, PublicJwk, Purpose},
    matches_digest,
};
use chrono::{DateTime, Utc};
use domain::{
    account::{Account, AccountKind, AccountStatus, Scopes},
    error::{Code, Refusal},
    text,
};
use persistence::{DbError, account, secret};
use serde_json::json;
use uuid::Uuid;

use super::{TokenAnswer, narrowed};
use crate::{App, Error, audit::Deed, audit::record};

/// Hexadecimal, but the SHA-256 of nothing that anybody knows.
const NO_SECRET: &str = "0000000000000000000000000000000000000000000000000000000000000000";
/// An assertion lives so many seconds at most.
const ASSERTION_LIFETIME: i64 = 300;

/// What a client proved itself with.
enum Proven {
    Secret(Uuid),
    Key { id: Uuid, assertion_sha256: String, expires_at: DateTime<Utc> },
}

struct Found {
    account: Option<Account>,
    agency: Option<Arc<str>>,
    secrets: Vec<(Uuid, String)>,
    key: Option<secret::PublicKey>,
}

async fn find(app: &App, ctx: &Ctx, client_id: &str, kid: Option<String>) -> Result<Found, Error> {
    let login = if text::storable(client_id) { client_id.to_owned() } else { String::new() };
    let kid = kid.filter(|kid| text::storable(kid));
    let (app_, network, now, today) = (app.clone(), ctx.origin().network, app.0.clock.now(), app.0.clock.today());
    let found = app.0.db.read(move |conn| -> Result<Found, Error> {
        let credentials = account::credentials(conn, &login, now, today)?;
        let id = credentials.as_ref().map_or(domain::id::Id::from_uuid(Uuid::nil()), |c| c.account.id);
        let key = match &kid {
            Some(kid) => secret::key(conn, id, kid, now)?,
            None => None,
        };
        let catalogue = app_.0.catalogue.current(conn)?;
        let usable = credentials.filter(|c| {
            c.account.kind == AccountKind::Service
                && c.account.status == AccountStatus::Active
                && c.account.limits.hold_at(now)
                && super::admits(&c.account, network)
        });
        let agency = usable.as_ref().and_then(|c| catalogue.agency(c.account.agency?)).map(|agency| Arc::clone(&agency.code));
        let (account, secrets) = usable.map_or((None, Vec::new()), |c| (Some(c.account), c.secrets));
        Ok(Found { account, agency, secrets, key })
    });
    found.await
}

pub(super) async fn by_secret(
    app: &App,
    ctx: &Ctx,
    client_id: &str,
    client_secret: &str,
    wanted: Option<Scopes>,
) -> Result<TokenAnswer, Error> {
    let found = find(app, ctx, client_id, None).await?;
    // One digest is always made and compared, whether the client exists or not.
    let kept = found.secrets.iter().map(|(id, sha256)| (Some(*id), sha256.as_str())).chain([(None, NO_SECRET)]);
    let fits = kept.fold(None, |fits, (id, sha256)| if matches_digest(client_secret, sha256) { id } else { fits });
    let (Some(account), Some(secret)) = (found.account, fits) else { return Err(Refusal::new(Code::CredentialsInvalid).into()) };
    issue(app, ctx, account, found.agency, Proven::Secret(secret), wanted).await
}

pub(super) async fn by_assertion(
    app: &App,
    ctx: &Ctx,
    client_id: Option<&str>,
    assertion: &str,
    wanted: Option<Scopes>,
) -> Result<TokenAnswer, Error> {
    let wrong = || Error::from(Refusal::new(Code::CredentialsInvalid));
    // RFC 7523, section 3: issuer and subject are the client. Read before the signature only to find whose key it is.
    let client_id = match client_id {
        Some(client_id) => client_id.to_owned(),
        None => foreign::named_subject(assertion).ok_or_else(wrong)?,
    };
    let found = find(app, ctx, &client_id, foreign::named_key(assertion)).await?;
    let (Some(account), Some(key)) = (found.account, found.key) else { return Err(wrong()) };
    let jwk = serde_json::from_str(&key.jwk).ok().and_then(|jwk| PublicJwk::parse(&jwk).ok());
    let jwk = jwk.ok_or(Error::Internal("a stored public key cannot be read"))?;
    let issuer = &app.0.tokens.settings().issuer;
    let audience = [issuer.clone(), format!("{}/api/v1/auth/token", issuer.trim_end_matches('/'))];
    let now = app.0.clock.now();
    let expected = Expected {
        issuer: &client_id,
        audience: &audience,
        purpose: Purpose::Assertion,
        lifetime: ASSERTION_LIFETIME,
        now: now.timestamp(),
    };
    let claims = foreign::verify(assertion, &jwk, &expected).map_err(|reason| {
        tracing::info!(%reason, "assertion refused");
        wrong()
    })?;
    let jti = claims.text("jti").ok_or_else(wrong)?;
    if claims.text("sub") != Some(&client_id) {
        return Err(wrong());
    }
    let used = digest(format!("{}|{jti}", account.id).as_bytes());
    let expires_at = now + chrono::TimeDelta::seconds(ASSERTION_LIFETIME + 120);
    issue(app, ctx, account, found.agency, Proven::Key { id: key.id, assertion_sha256: used, expires_at }, wanted).await
}

async fn issue(
    app: &App,
    ctx: &Ctx,
    account: Account,
    agency: Option<Arc<str>>,
    proven: Proven,
    wanted: Option<Scopes>,
) -> Result<TokenAnswer, Error> {
    let account = Arc::new(narrowed(account, wanted)?);
    let rests_on = match &proven {
        Proven::Secret(id) | Proven::Key { id, .. } => *id,
    };
    let access = app.0.tokens.issue(&account, agency.as_deref(), rests_on).map_err(|_| Error::Internal("a token could not be signed"))?;
    let (app_, ctx_, account_, now) = (app.clone(), ctx.clone(), Arc::clone(&account), app.0.clock.now());
    let issued = Deed::new("issue_token").by(&account, agency.as_deref(), Some(&access.id)).on("account", account.id);
    app.0
        .db
        .append(move |conn| -> Result<(), Error> {
            let (is_in_force, grant) = match &proven {
                Proven::Secret(id) => (secret::touch_secret(conn, *id, now)?, "client_secret"),
                Proven::Key { id, assertion_sha256, expires_at } => {
                    secret::use_assertion(conn, assertion_sha256, *expires_at).map_err(|error| match error {
                        DbError::Unique(_) => Error::from(Refusal::new(Code::CredentialsInvalid)),
                        other => other.into(),
                    })?;
                    (secret::touch_key(conn, *id, now)?, "private_key_jwt")
                }
            };
            // What was withdrawn while it was being compared proves nothing.
            if !is_in_force || !account::touch(conn, account_.id, now)? {
                return Err(Refusal::new(Code::CredentialsInvalid).into());
            }
            record(&app_, conn, &ctx_, issued.clone().with(json!({"grant": grant, "credential": rests_on.to_string()})))?;
            Ok(())
        })
        .await?;
    Ok(TokenAnswer { access, refresh_token: None })
}
