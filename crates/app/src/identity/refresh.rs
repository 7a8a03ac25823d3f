//! Carrying a session on with a refresh token, and ending it.
//! Must not accept a refresh token twice: who does so has stolen it or was stolen from, and the session ends.
//! Sessions are opened in `password`.

use auth::{AccessToken, Ctx, digest, random_token};
use domain::{
    account::{Account, AccountStatus, Scopes},
    error::{Code, Refusal},
};
use persistence::{Conn, account, session};
use serde_json::json;

use super::{
    TokenAnswer, narrowed,
    password::{IDLE, LONGEST},
};
use crate::{
    App, Error,
    audit::{Deed, record, record_refused, watched},
};

/// What became of a refresh token. What led to a refusal is in the log with it.
enum Used {
    Carried(Box<AccessToken>),
    Refused,
}

pub(super) async fn carry_on(app: &App, ctx: &Ctx, refresh_token: &str, wanted: Option<Scopes>) -> Result<TokenAnswer, Error> {
    let next = random_token().map_err(|_| Error::Internal("the operating system gives no randomness"))?;
    let (sha256, next_sha256) = (digest(refresh_token.as_bytes()), digest(next.as_bytes()));
    let (app_, ctx_) = (app.clone(), ctx.clone());
    // More than the session was opened for uses nothing up.
    let used = watched(app, ctx, Deed::new("issue_token"), async {
        app.0.db.write(move |conn| -> Result<Used, Error> { exchange(&app_, conn, &ctx_, &sha256, &next_sha256, wanted) }).await
    });
    match used.await? {
        Used::Carried(access) => Ok(TokenAnswer { access: *access, refresh_token: Some(next) }),
        Used::Refused => Err(Refusal::new(Code::CredentialsInvalid).into()),
    }
}

fn exchange(app: &App, conn: &mut Conn, ctx: &Ctx, sha256: &str, next_sha256: &str, wanted: Option<Scopes>) -> Result<Used, Error> {
    let (now, today) = (app.0.clock.now(), app.0.clock.today());
    let refuse = |conn: &mut Conn, deed: Deed| -> Result<Used, Error> {
        record_refused(app, conn, ctx, deed, Code::CredentialsInvalid)?;
        Ok(Used::Refused)
    };
    let Some(refresh) = session::refresh(conn, sha256)? else { return refuse(conn, Deed::new("issue_token")) };
    let session = refresh.session;
    // Whose it is stands in the entry of a refusal too.
    let stored = account::by_id(conn, session.account, today)?;
    let catalogue = app.0.catalogue.current(conn)?;
    let deed = |grant: &str| {
        let deed = Deed::new("issue_token").on("account", session.account);
        let deed = deed.with(json!({"grant": grant, "session": session.id.to_string()}));
        let by = |deed: Deed, account: &Account| deed.by(account, catalogue.agency_code(account.agency).as_deref(), None);
        stored.iter().fold(deed, by)
    };
    if refresh.used_at.is_some() || !session::use_refresh(conn, sha256, now)? {
        let is_ended = session::end(conn, session.account, session.id, now)?;
        let grant = if is_ended { "refresh_token used twice; the session ends" } else { "refresh_token used twice" };
        return refuse(conn, deed(grant));
    }
    if session.ended_at.is_some() || session.expires_at <= now {
        return refuse(conn, deed("refresh_token"));
    }
    let network = ctx.origin().network;
    let usable =
        |account: &Account| account.status == AccountStatus::Active && account.limits.hold_at(now) && super::admits(account, network);
    let Some(account) = stored.clone().filter(usable) else { return refuse(conn, deed("refresh_token")) };
    // Never more than the session was opened for.
    let account = narrowed(Account { scopes: account.scopes.within(session.scopes), ..account }, wanted)?;
    let agency = catalogue.agency_code(account.agency);
    session::insert_refresh(conn, next_sha256, session.id, now)?;
    session::carry_on(conn, session.id, now, (now + IDLE).min(session.created_at + LONGEST))?;
    let access = app.0.tokens.issue(&account, agency.as_deref(), session.id.uuid());
    let access = access.map_err(|_| Error::Internal("a token could not be signed"))?;
    record(app, conn, ctx, deed("refresh_token").by(&account, agency.as_deref(), Some(&access.id)))?;
    Ok(Used::Carried(Box::new(access)))
}

/// What came of revoking a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Revoked {
    /// It is worth nothing now, or was nothing before.
    Done,
    /// Access tokens end with their session or by themselves.
    NotRevocable,
}

/// Ends the session that a refresh token belongs to (RFC 7009). A token that is none ends nothing, and that is no error.
///
/// # Errors
/// When the database fails.
pub async fn revoke(app: &App, ctx: &Ctx, token: &str) -> Result<Revoked, Error> {
    // A refresh token has no parts.
    if token.contains('.') {
        return Ok(Revoked::NotRevocable);
    }
    let (app_, ctx_, sha256) = (app.clone(), ctx.clone(), digest(token.as_bytes()));
    app.0
        .db
        .write(move |conn| -> Result<Revoked, Error> {
            let Some(refresh) = session::refresh(conn, &sha256)? else { return Ok(Revoked::Done) };
            let (session, now) = (refresh.session, app_.0.clock.now());
            if session::end(conn, session.account, session.id, now)? {
                let deed = Deed::new("revoke_token").on("session", session.id);
                let account = account::by_id(conn, session.account, app_.0.clock.today())?;
                let agency = account.as_ref().and_then(|account| account.agency);
                let agency = app_.0.catalogue.current(conn)?.agency_code(agency);
                let deed = account.iter().fold(deed, |deed, account| deed.by(account, agency.as_deref(), None));
                record(&app_, conn, &ctx_, deed)?;
            }
            Ok(Revoked::Done)
        })
        .await
}
