//! Administration of accounts, grants, secrets, keys and sessions.
//! Must not show a secret but in the payload that makes it.
//! The use cases are `app::access`.

use app::access;
use async_graphql::{Context, ID, InputObject, Json, MaybeUndefined, Object, Result, SimpleObject};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    account::{AccountId, Scope, Scopes},
    error::{Code, Fault, Refusal},
};

use super::{Outcome, Problem, admitted, admitted_on, after, named, outcome, patch, settled};
use crate::{
    enums::{AccountKind, AccountStatus, Role},
    error::failure,
    types::access::Account,
};

/// An account to make.
#[derive(InputObject)]
struct NewAccountInput {
    /// A system or a person; it stays so.
    kind: AccountKind,
    /// `client_id` of a service account, user name of a person.
    login: String,
    /// Of the person, or of the system.
    name: String,
    /// Code of the agency that the account speaks for; a service account needs one.
    agency: Option<String>,
    /// Roles from the start; those of agencies are held for the account's own.
    #[graphql(default)]
    roles: Vec<Role>,
    /// First day of these roles.
    valid_from: Option<NaiveDate>,
    /// First day on which these roles no longer hold.
    valid_to: Option<NaiveDate>,
    /// Identifier of the document that these roles rest on.
    basis: Option<ID>,
    /// What its tokens may be used for at most: `read`, `reports`, `account`, `admin`; all where nothing is said.
    scopes: Option<Vec<String>>,
    /// From then on it may not sign in; no end where nothing is said.
    expires_at: Option<DateTime<Utc>>,
    /// Networks (CIDR) from which it may be used; any where there are none.
    #[graphql(default)]
    networks: Vec<String>,
}

/// What to change of an account; what is left out stays.
#[derive(InputObject)]
struct AccountChangeInput {
    /// Of the person, or of the system.
    name: Option<String>,
    /// DISABLED ends every session; ACTIVE lets the account sign in again.
    status: Option<AccountStatus>,
    /// What its tokens may be used for at most: `read`, `reports`, `account`, `admin`.
    scopes: Option<Vec<String>>,
    /// Null takes the end away.
    expires_at: MaybeUndefined<DateTime<Utc>>,
    /// An empty list lets it be used from anywhere.
    networks: Option<Vec<String>>,
}

/// A role to give.
#[derive(InputObject)]
struct NewGrantInput {
    /// What the account may do by it.
    role: Role,
    /// Code; needed for the roles of agencies, and for those only.
    agency: Option<String>,
    /// Code; in all programmes where nothing is said.
    programme: Option<String>,
    /// First day.
    valid_from: Option<NaiveDate>,
    /// First day on which it no longer holds.
    valid_to: Option<NaiveDate>,
    /// Identifier of the document that it rests on.
    basis: Option<ID>,
}

/// What came of a change of an account.
#[derive(SimpleObject)]
struct AccountPayload {
    /// As it is after the change.
    account: Option<Account>,
    /// Of a service account; shown this once.
    client_secret: Option<String>,
    /// Of a person; shown this once.
    password: Option<String>,
    /// Null when it is done.
    problem: Option<Problem>,
}

/// What came of making a secret, a key or a grant.
#[derive(SimpleObject)]
struct MadePayload {
    /// Of what was made.
    id: Option<ID>,
    /// Shown this once.
    client_secret: Option<String>,
    /// Null when it is done.
    problem: Option<Problem>,
}

fn scopes(labels: Option<Vec<String>>) -> Result<Option<Scopes>, app::Error> {
    let Some(labels) = labels else { return Ok(None) };
    let read = |(i, label): (usize, &String)| {
        label
            .parse::<Scope>()
            .map_err(|_| Refusal::with_faults(Code::BodyInvalid, vec![Fault::new(format!("/scopes/{i}"), Code::NotOneOf)]))
    };
    let scopes = labels.iter().enumerate().map(read).collect::<std::result::Result<Vec<_>, _>>()?;
    Ok(Some(Scopes::of(&scopes)))
}

/// For how long a role is given, and on what ground.
fn terms(valid_from: Option<NaiveDate>, valid_to: Option<NaiveDate>, basis: Option<&ID>) -> Result<access::Terms, app::Error> {
    Ok(access::Terms { valid_from, valid_to, basis: basis.map(named).transpose()? })
}

/// The account as it is after a change: in a state of its own, read after it.
async fn changed(ctx: &Context<'_>, id: AccountId) -> Result<Option<Account>> {
    let view = after(ctx).await?;
    let listed = access::by_id(view, id).await.map_err(|error| failure(&error))?;
    Ok(listed.map(|listed| Account { listed, view: view.clone() }))
}

#[derive(Default)]
pub struct AccountsMutation;

#[Object]
impl AccountsMutation {
    /// Makes an account. Its secret or first password is in the payload and nowhere else.
    async fn create_account(&self, ctx: &Context<'_>, input: NewAccountInput) -> Result<AccountPayload> {
        let (view, kind) = (admitted(ctx, "createAccount").await?, input.kind);
        let done = async {
            let draft = access::AccountDraft {
                kind: kind.into(),
                login: input.login,
                name: input.name,
                agency: input.agency,
                roles: input.roles.into_iter().map(Into::into).collect(),
                terms: terms(input.valid_from, input.valid_to, input.basis.as_ref())?,
                scopes: scopes(input.scopes)?.unwrap_or(Scopes::ALL),
                expires_at: input.expires_at,
                networks: input.networks,
            };
            access::create(view.app(), view.ctx(), draft).await
        };
        Ok(match settled(done.await)? {
            Ok((id, secret)) => {
                let (client_secret, password) = if kind == AccountKind::Service { (Some(secret), None) } else { (None, Some(secret)) };
                AccountPayload { account: changed(ctx, id).await?, client_secret, password, problem: None }
            }
            Err(problem) => AccountPayload { account: None, client_secret: None, password: None, problem: Some(problem) },
        })
    }

    /// Changes an account. Disabling it makes its tokens worthless within seconds.
    async fn update_account(&self, ctx: &Context<'_>, id: ID, change: AccountChangeInput) -> Result<AccountPayload> {
        let view = admitted_on(ctx, "updateAccount", "account", &id).await?;
        let done = async {
            let id: AccountId = named(&id)?;
            let change = access::AccountChange {
                name: change.name,
                status: change.status.map(Into::into),
                scopes: scopes(change.scopes)?,
                expires_at: patch(change.expires_at),
                networks: change.networks,
            };
            access::update(view.app(), view.ctx(), id, change).await.map(|()| id)
        };
        Ok(match settled(done.await)? {
            Ok(id) => AccountPayload { account: changed(ctx, id).await?, client_secret: None, password: None, problem: None },
            Err(problem) => AccountPayload { account: None, client_secret: None, password: None, problem: Some(problem) },
        })
    }

    /// Gives a person a new random password, shown this once, and ends their sessions.
    async fn reset_password(&self, ctx: &Context<'_>, account: ID) -> Result<AccountPayload> {
        let view = admitted_on(ctx, "resetPassword", "account", &account).await?;
        let done = async {
            let id: AccountId = named(&account)?;
            access::reset_password(view.app(), view.ctx(), id).await.map(|password| (id, password))
        };
        Ok(match settled(done.await)? {
            Ok((id, password)) => {
                AccountPayload { account: changed(ctx, id).await?, client_secret: None, password: Some(password), problem: None }
            }
            Err(problem) => AccountPayload { account: None, client_secret: None, password: None, problem: Some(problem) },
        })
    }

    /// Takes away the second factor of a person who has lost it.
    async fn reset_second_factor(&self, ctx: &Context<'_>, account: ID) -> Result<Outcome> {
        let view = admitted_on(ctx, "resetSecondFactor", "account", &account).await?;
        outcome(async { access::reset_second_factor(view.app(), view.ctx(), named(&account)?).await }.await)
    }

    /// Gives a service account another secret; two are in force at most, so that one can be rotated.
    async fn create_secret(&self, ctx: &Context<'_>, account: ID, expires_at: Option<DateTime<Utc>>) -> Result<MadePayload> {
        let view = admitted_on(ctx, "createSecret", "account", &account).await?;
        let done = async { access::add_secret(view.app(), view.ctx(), named(&account)?, expires_at).await };
        Ok(match settled(done.await)? {
            Ok((id, secret)) => MadePayload { id: Some(ID(id.to_string())), client_secret: Some(secret), problem: None },
            Err(problem) => MadePayload { id: None, client_secret: None, problem: Some(problem) },
        })
    }

    /// Revokes a secret; tokens given for it are worth nothing within seconds.
    async fn revoke_secret(&self, ctx: &Context<'_>, account: ID, secret: ID) -> Result<Outcome> {
        let view = admitted_on(ctx, "revokeSecret", "account", &account).await?;
        outcome(async { access::revoke_secret(view.app(), view.ctx(), named(&account)?, named::<()>(&secret)?.uuid()).await }.await)
    }

    /// Gives a service account a public key (JWK with a `kid`) with which it signs assertions (RFC 7523).
    async fn create_client_key(
        &self,
        ctx: &Context<'_>,
        account: ID,
        jwk: Json<serde_json::Value>,
        expires_at: Option<DateTime<Utc>>,
    ) -> Result<MadePayload> {
        let view = admitted_on(ctx, "createClientKey", "account", &account).await?;
        let done = async { access::add_key(view.app(), view.ctx(), named(&account)?, jwk.0, expires_at).await };
        Ok(match settled(done.await)? {
            Ok(id) => MadePayload { id: Some(ID(id.to_string())), client_secret: None, problem: None },
            Err(problem) => MadePayload { id: None, client_secret: None, problem: Some(problem) },
        })
    }

    /// Revokes a public key; tokens given for it are worth nothing within seconds.
    async fn revoke_client_key(&self, ctx: &Context<'_>, account: ID, key: ID) -> Result<Outcome> {
        let view = admitted_on(ctx, "revokeClientKey", "account", &account).await?;
        outcome(async { access::revoke_key(view.app(), view.ctx(), named(&account)?, named::<()>(&key)?.uuid()).await }.await)
    }

    /// Gives a role to an account.
    async fn create_grant(&self, ctx: &Context<'_>, account: ID, grant: NewGrantInput) -> Result<MadePayload> {
        let view = admitted_on(ctx, "createGrant", "account", &account).await?;
        let done = async {
            let draft = access::GrantDraft {
                role: grant.role.into(),
                agency: grant.agency,
                programme: grant.programme,
                terms: terms(grant.valid_from, grant.valid_to, grant.basis.as_ref())?,
            };
            access::give(view.app(), view.ctx(), named(&account)?, draft).await
        };
        Ok(match settled(done.await)? {
            Ok(id) => MadePayload { id: Some(ID(id.to_string())), client_secret: None, problem: None },
            Err(problem) => MadePayload { id: None, client_secret: None, problem: Some(problem) },
        })
    }

    /// Withdraws a role from an account; it counts no more within seconds.
    async fn revoke_grant(&self, ctx: &Context<'_>, account: ID, grant: ID) -> Result<Outcome> {
        let view = admitted_on(ctx, "revokeGrant", "account", &account).await?;
        outcome(async { access::withdraw(view.app(), view.ctx(), named(&account)?, named(&grant)?).await }.await)
    }

    /// Ends a person's session; its tokens are worth nothing within seconds.
    async fn end_account_session(&self, ctx: &Context<'_>, account: ID, session: ID) -> Result<Outcome> {
        let view = admitted_on(ctx, "endAccountSession", "account", &account).await?;
        outcome(async { access::end_session(view.app(), view.ctx(), named(&account)?, named(&session)?).await }.await)
    }
}
