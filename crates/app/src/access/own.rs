//! Everybody's own account: password, second factor, sessions.
//! Must not change a password or a second factor without the current password.
//! What administrators do to accounts of others is `credentials`.

use auth::{Ctx, OneTimeSecret, judge_password, recovery_codes};
use domain::{
    account::{Account, AccountKind, Session, SessionId},
    error::{Code, Fault, Refusal},
    policy::Action,
};
use persistence::{Conn, account, second_factor, session};
use serde_json::json;

use super::{accounts::hashed, invalid, own_account};
use crate::{
    App, Error, View,
    audit::{Deed, record, refused, watched},
    identity::{
        current,
        password::{is_known_from, judged, opened_secret, proof, purpose, still},
        throttle::Counted,
    },
};

/// What an authenticator shows in its list.
const ISSUER: &str = "Hải Đăng";

/// A second factor on its way.
#[derive(Clone, Debug)]
pub struct EnrolledFactor {
    /// `otpauth` address (key URI), also as a QR code; shown once.
    pub address: String,
}

/// The caller, who must be a person with a password here.
fn person(ctx: &Ctx) -> Result<Account, Refusal> {
    ctx.allow(Action::ManageSelf)?;
    let account = own_account(ctx)?;
    if account.kind == AccountKind::User { Ok(account) } else { Err(Refusal::new(Code::Forbidden)) }
}

/// A current password that fitted when it was judged.
struct Confirmed {
    hash: Option<String>,
    counted: Counted,
}

impl Confirmed {
    /// Holds it against the account as it is stored now; then the attempt was none. Belongs where all else has held.
    fn settle(&self, app: &App, conn: &mut Conn, ctx: &Ctx, account: &Account) -> Result<(), Error> {
        still(app, conn, ctx, account, self.hash.as_deref()).map_err(|error| match error {
            Error::Refused(_) => invalid("/currentPassword", Code::CredentialsInvalid),
            other => other,
        })?;
        Ok(self.counted.forgive(conn)?)
    }
}

/// Checks the caller's current password, counted like a sign-in.
async fn confirmed(app: &App, ctx: &Ctx, account: &Account, password: String) -> Result<Confirmed, Error> {
    let (network, now, today) = (ctx.origin().network, app.0.clock.now(), app.0.clock.today());
    let (id, login) = (account.id, account.login.to_string());
    // A token may be in the hands of a stranger.
    let is_known = app.0.db.read(move |conn| is_known_from(conn, id, network, now)).await?;
    let counted = Counted::new(&account.login, network, is_known);
    let counting = counted.clone();
    if app.0.db.append(move |conn| counting.count(conn, now)).await? {
        return Err(Refusal::new(Code::TooManyAttempts).into());
    }
    let kept = app.0.db.read(move |conn| account::credentials(conn, &login, now, today)).await?;
    let hash = kept.and_then(|kept| kept.password_hash);
    let (fits, _) = judged(app, ctx, password, hash.clone()).await?;
    if fits { Ok(Confirmed { hash, counted }) } else { Err(invalid("/currentPassword", Code::CredentialsInvalid)) }
}

/// Runs an act on the caller's own account in one transaction with its entry.
async fn act<T: Send + 'static>(
    app: &App,
    ctx: &Ctx,
    deed: Deed,
    act: impl Fn(&App, &Ctx, &mut Conn) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let (app_, ctx_) = (app.clone(), ctx.clone());
    app.0
        .db
        .write(move |conn| -> Result<T, Error> {
            let ctx = current(&app_, conn, &ctx_)?;
            let done = act(&app_, &ctx, conn)?;
            record(&app_, conn, &ctx, deed.clone())?;
            Ok(done)
        })
        .await
}

/// Changes the caller's password and ends every other session.
///
/// # Errors
/// `BODY_INVALID` with `CREDENTIALS_INVALID` for a wrong current password, `LENGTH_OUT_OF_RANGE` or `PASSWORD_WEAK` for the new one.
pub async fn change_password(app: &App, ctx: &Ctx, current: String, new: String) -> Result<(), Error> {
    let deed = Deed::new("change_password");
    watched(app, ctx, deed.clone(), async {
        let account = person(ctx)?;
        let catalogue_of = app.clone();
        // Judged first: a weak one is no wrong guess of the current one.
        let catalogue = app.0.db.read(move |conn| catalogue_of.0.catalogue.current(conn)).await.map_err(Error::from)?;
        let names = catalogue.codes_and_names().chain([&*account.login, &*account.name]).collect::<Vec<_>>();
        judge_password(&new, &names).map_err(|reason| {
            let code = if matches!(reason, auth::PasswordError::Length) { Code::LengthOutOfRange } else { Code::PasswordWeak };
            Refusal::with_faults(Code::BodyInvalid, vec![Fault::new("/newPassword", code)])
        })?;
        let confirmed = confirmed(app, ctx, &account, current).await?;
        let (hash, id, own) = (hashed(app, ctx, new).await?, account.id, ctx.session());
        act(app, ctx, deed.on("account", id).with(json!({"password": "***"})), move |app, ctx, conn| {
            confirmed.settle(app, conn, ctx, &account)?;
            account::set_password(conn, id, &hash)?;
            session::end_all(conn, id, own, app.0.clock.now())?;
            Ok(())
        })
        .await
    })
    .await
}

/// Begins a second factor; it counts once [`confirm_second_factor`] has seen a code of it.
///
/// # Errors
/// As for the current password; `ALREADY_EXISTS` when one is confirmed.
pub async fn enrol_second_factor(app: &App, ctx: &Ctx, current: String) -> Result<EnrolledFactor, Error> {
    let deed = Deed::new("enrol_second_factor");
    watched(app, ctx, deed.clone(), async {
        let account = person(ctx)?;
        let confirmed = confirmed(app, ctx, &account, current).await?;
        let secret = OneTimeSecret::generate().map_err(|_| Error::Internal("the operating system gives no randomness"))?;
        let sealed = app.0.tokens.keys().seals().seal(&purpose(&account), secret.reveal());
        let sealed = sealed.map_err(|_| Error::Internal("there is no key that seals; haidang keys rotate makes one"))?;
        let address = secret.address(&account.login, ISSUER).map_err(|_| Error::Internal("a second factor has no address"))?;
        let id = account.id;
        act(app, ctx, deed.on("account", id), move |app, ctx, conn| {
            confirmed.settle(app, conn, ctx, &account)?;
            if second_factor::find(conn, id)?.is_some_and(|factor| factor.is_confirmed) {
                return Err(Refusal::new(Code::AlreadyExists).into());
            }
            Ok(second_factor::put(conn, id, &sealed, app.0.clock.now())?)
        })
        .await?;
        Ok(EnrolledFactor { address })
    })
    .await
}

/// Confirms a second factor with its first code; gives recovery codes, shown once, each good once.
///
/// # Errors
/// `NOT_FOUND` when none was begun; `BODY_INVALID` with `CREDENTIALS_INVALID` for a wrong code.
pub async fn confirm_second_factor(app: &App, ctx: &Ctx, code: String) -> Result<Vec<String>, Error> {
    let deed = Deed::new("confirm_second_factor");
    watched(app, ctx, deed.clone(), async {
        let account = person(ctx)?;
        let codes = recovery_codes().map_err(|_| Error::Internal("the operating system gives no randomness"))?;
        let (shown, kept): (Vec<String>, Vec<String>) = codes.into_iter().unzip();
        let id = account.id;
        act(app, ctx, deed.on("account", id).with(json!({"recoveryCodes": "***"})), move |app, _, conn| {
            let factor = second_factor::find(conn, id)?.filter(|factor| !factor.is_confirmed);
            let factor = factor.ok_or_else(|| Refusal::new(Code::NotFound))?;
            let now = app.0.clock.now();
            let step = opened_secret(app, &account, &factor)?.step_of(code.trim(), u64::try_from(now.timestamp()).unwrap_or_default());
            let step = step.ok_or_else(|| invalid("/code", Code::CredentialsInvalid))?;
            Ok(second_factor::confirm(conn, id, step, &kept, now)?)
        })
        .await?;
        Ok(shown)
    })
    .await
}

/// Takes the caller's second factor away.
///
/// # Errors
/// As for the current password, and for a wrong one-time password; `NOT_FOUND` when there is none.
pub async fn remove_second_factor(app: &App, ctx: &Ctx, current: String, one_time: Option<String>) -> Result<(), Error> {
    let deed = Deed::new("remove_second_factor");
    watched(app, ctx, deed.clone(), async {
        let account = person(ctx)?;
        let confirmed = confirmed(app, ctx, &account, current).await?;
        let id = account.id;
        act(app, ctx, deed.on("account", id), move |app, ctx, conn| {
            let (factor, now) = (second_factor::find(conn, id)?.ok_or_else(|| Refusal::new(Code::NotFound))?, app.0.clock.now());
            if factor.is_confirmed {
                let wrong = || invalid("/oneTimePassword", Code::CredentialsInvalid);
                let proof = proof(app, &account, &factor, one_time.as_deref(), now).map_err(|error| match error {
                    Error::Refused(_) => wrong(),
                    other => other,
                })?;
                if !proof.take(conn, &account, now)? {
                    return Err(wrong());
                }
            }
            confirmed.settle(app, conn, ctx, &account)?;
            second_factor::remove(conn, id)?;
            Ok(())
        })
        .await
    })
    .await
}

/// The caller's own sessions that go on, the newest first.
///
/// # Errors
/// `UNAUTHENTICATED` without a token.
pub async fn sessions(view: &View) -> Result<Vec<Session>, Error> {
    view.ctx().allow(Action::ReadSelf)?;
    let (id, now) = (own_account(view.ctx())?.id, view.app().0.clock.now());
    view.read(move |conn| session::open(conn, id, now)).await
}

/// Ends one of the caller's own sessions.
///
/// # Errors
/// `NOT_FOUND` when the caller has none such.
pub async fn end_session(app: &App, ctx: &Ctx, id: SessionId) -> Result<(), Error> {
    let deed = Deed::new("end_my_session").on("session", id);
    watched(app, ctx, deed.clone(), async {
        ctx.allow(Action::ManageSelf)?;
        let account = own_account(ctx)?.id;
        let done = act(app, ctx, deed.clone(), move |app, _, conn| {
            if session::end(conn, account, id, app.0.clock.now())? { Ok(()) } else { Err(Refusal::new(Code::NotFound).into()) }
        });
        let done = done.await;
        if let Err(Error::Refused(refusal)) = &done
            && refusal.code == Code::NotFound
            && app.0.db.read(move |conn| session::by_id(conn, id)).await?.is_some_and(|session| session.account != account)
        {
            refused(app, ctx, deed, Code::NotFound).await;
        }
        done
    })
    .await
}
