//! Administration of access: accounts, what they prove themselves with, what they may do, and everybody's own account.
//! Must not show a secret twice: what is returned once is nowhere else.
//! Signing in is `identity`; every act here is an entry of `audit`.

mod accounts;
mod credentials;
mod grants;
mod own;

use auth::Ctx;
use domain::{
    account::{Account, AccountId},
    error::{Code, Fault, Refusal},
    policy::{Action, Resource},
};
use persistence::{Conn, account, account::Listed};

pub use accounts::{AccountChange, AccountDraft, AccountFilter, by_id, by_login, create, list, update};
pub use credentials::{
    Credentials, SigningKey, add_key, add_secret, credentials, end_session, end_sessions, keys_of, note_rotation,
    remove_second_factor as reset_second_factor, reset_password, revoke_key, revoke_secret, secrets_of, sessions, sessions_of,
    signing_keys,
};
pub use grants::{GrantDraft, Terms, give, grants, grants_of, withdraw};
pub use own::{
    EnrolledFactor, change_password, confirm_second_factor, end_session as end_own_session, enrol_second_factor, remove_second_factor,
    sessions as own_sessions,
};
pub use persistence::{account::Listed as AccountListed, secret::Credential};

use crate::{App, Error, identity::current};

/// The account that an act is about.
///
/// # Errors
/// `NOT_FOUND`.
fn existing(app: &App, conn: &mut Conn, id: AccountId) -> Result<Listed, Error> {
    Ok(account::listed(conn, id, app.0.clock.today())?.ok_or_else(|| Refusal::new(Code::NotFound))?)
}

/// Asks whether the caller may administer this account.
fn may_manage(ctx: &Ctx, id: AccountId) -> Result<(), Refusal> {
    ctx.allow_on(Action::ManageAccounts, &Resource { account: Some(id), ..Resource::default() }).map(|_| ())
}

/// The caller as stored in this transaction, who may still administer accounts, this one among them.
fn still_managing(app: &App, conn: &mut Conn, ctx: &Ctx, id: Option<AccountId>) -> Result<Ctx, Error> {
    let ctx = current(app, conn, ctx)?;
    ctx.allow_on(Action::ManageAccounts, &Resource { account: id, ..Resource::default() })?;
    Ok(ctx)
}

/// The caller's own account.
fn own_account(ctx: &Ctx) -> Result<Account, Refusal> {
    ctx.account().cloned().ok_or_else(|| Refusal::new(Code::Unauthenticated))
}

fn invalid(pointer: &str, code: Code) -> Error {
    Refusal::with_faults(Code::BodyInvalid, vec![Fault::new(pointer, code)]).into()
}
