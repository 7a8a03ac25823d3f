//! Making accounts: service accounts bound to an agency, people with passwords, and the roles of both.
//! Must not show a secret twice: what is returned here is nowhere else.
//! Signing in is `identity`.

use auth::{ClientSecret, Ctx, random_token};
use domain::{
    account::{AccountId, AccountKind, Role},
    error::{Code, Fault, Refusal},
    policy::Action,
};
use persistence::{
    Conn, DbError,
    account::{self, NewAccount},
};

use crate::{App, Error, identity};

/// An account to make.
#[derive(Clone, Debug)]
pub struct AccountDraft {
    pub kind: AccountKind,
    /// `client_id` or user name.
    pub login: String,
    pub name: String,
    /// Code; needed for a service account.
    pub agency: Option<String>,
    pub roles: Vec<Role>,
}

/// Makes an account and gives its secret: a client secret, or a random first password.
///
/// # Errors
/// `ALREADY_EXISTS` for a login in use; faults for an unknown agency.
pub async fn create(app: &App, ctx: &Ctx, draft: AccountDraft) -> Result<(AccountId, String), Error> {
    ctx.allow(Action::ManageAccounts)?;
    let secret = secret_for(app, draft.kind).await?;
    let (kept, shown) = secret;
    let app_ = app.clone();
    let id = app.0.db.write(move |conn| -> Result<AccountId, Error> { insert(&app_, conn, &draft, &kept) }).await?;
    Ok((id, shown))
}

/// What is kept of a new secret.
enum Kept {
    Secret(String),
    Password(String),
}

async fn secret_for(app: &App, kind: AccountKind) -> Result<(Kept, String), Error> {
    let no_randomness = |_| Error::Internal("the operating system gives no randomness");
    match kind {
        AccountKind::Service => {
            let secret = ClientSecret::generate().map_err(no_randomness)?;
            Ok((Kept::Secret(secret.digest()), secret.reveal().to_owned()))
        }
        AccountKind::User => {
            let password = random_token().map_err(no_randomness)?;
            let (turn, app, chosen) = (identity::turn(app).await?, app.clone(), password.clone());
            let hashed = tokio::task::spawn_blocking(move || {
                let _turn = turn;
                app.0.passwords.hash(&chosen)
            })
            .await;
            let hash = hashed.ok().and_then(Result::ok).ok_or(Error::Internal("hashing a password failed"))?;
            Ok((Kept::Password(hash), password))
        }
    }
}

fn insert(app: &App, conn: &mut Conn, draft: &AccountDraft, kept: &Kept) -> Result<AccountId, Error> {
    let catalogue = app.0.catalogue.current(conn)?;
    let agency = match &draft.agency {
        Some(code) => Some(catalogue.agency_by_code(code).ok_or_else(unknown_agency)?.id),
        None if draft.kind == AccountKind::Service => return Err(unknown_agency().into()),
        None => None,
    };
    let (id, now) = (app.0.ids.next(), app.0.clock.now());
    let new = NewAccount {
        id,
        kind: draft.kind,
        login: draft.login.clone(),
        name: draft.name.clone(),
        agency,
        password_hash: match kept {
            Kept::Password(hash) => Some(hash.clone()),
            Kept::Secret(_) => None,
        },
        created_at: now,
    };
    account::insert(conn, &new).map_err(|error| match error {
        DbError::Unique(rule) if rule.contains("login") => Error::Refused(Refusal::new(Code::AlreadyExists)),
        other => Error::Db(other),
    })?;
    if let Kept::Secret(digest) = kept {
        account::insert_secret(conn, app.0.ids.next(), id, digest, now)?;
    }
    for role in &draft.roles {
        account::insert_grant(conn, app.0.ids.next(), id, *role, agency, now)?;
    }
    Ok(id)
}

fn unknown_agency() -> Refusal {
    Refusal::with_faults(Code::BodyInvalid, vec![Fault::new("/agency", Code::ReferenceUnknown)])
}
