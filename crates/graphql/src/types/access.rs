//! Accounts, grants, credentials, sessions, signing keys, and the audit log.
//! Must not show a secret but in the payload that makes it.
//! The use cases are `app::access` and `app::audit`.

use app::{
    View,
    access::{self, AccountListed, Credential},
    personal::{look, look_entry},
};
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    account::{self as model, Restricted},
    audit::Link,
};

use super::{agency_opt, document_opt, id};
use crate::{
    enums::{AccountKind, AccountStatus, Role},
    loaders::{GrantsOf, KeysOf, SecretsOf, SessionsOf, load},
    types::{agency::Agency, document::Document, programme::Programme},
};

/// A person or a system that can sign in, as administrators see it.
pub struct Account {
    pub listed: AccountListed,
    /// The state that it was read from.
    pub view: View,
}

/// A person or a system that can sign in, as administrators see it.
#[Object]
impl Account {
    pub(crate) async fn id(&self) -> ID {
        id(self.listed.account.id)
    }

    /// Whether a system or a person signs in with it.
    async fn kind(&self) -> AccountKind {
        self.listed.account.kind.into()
    }

    /// `client_id` of a service account, user name of a person.
    async fn login(&self) -> &str {
        &self.listed.account.login
    }

    /// Of the person, or of the system.
    async fn name(&self) -> &str {
        &self.listed.account.name
    }

    /// The agency that the account speaks for.
    async fn agency(&self, ctx: &Context<'_>) -> Result<Option<Agency>> {
        agency_opt(ctx, self.listed.account.agency).await
    }

    /// Whether it may sign in.
    async fn status(&self) -> AccountStatus {
        self.listed.account.status.into()
    }

    /// Roles in force today.
    async fn roles(&self) -> Vec<Role> {
        self.listed.account.roles().into_iter().map(Into::into).collect()
    }

    /// What its tokens may be used for at most: `read`, `reports`, `account`, `admin`.
    async fn scopes(&self) -> Vec<String> {
        self.listed.account.scopes.to_string().split(' ').map(str::to_owned).collect()
    }

    /// From then on it may not sign in; null where it has no end.
    async fn expires_at(&self) -> Option<DateTime<Utc>> {
        self.listed.account.limits.expires_at
    }

    /// Networks (CIDR) from which it may be used; any where there are none.
    async fn networks(&self) -> Vec<&str> {
        look(&self.view, &self.listed.account, &[Restricted::Networks], 1);
        self.listed.account.limits.networks.as_deref().map(|all| all.split(' ').collect()).unwrap_or_default()
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime<Utc> {
        self.listed.created_at
    }

    /// When it last got a token.
    async fn last_used_at(&self) -> Option<DateTime<Utc>> {
        look(&self.view, &self.listed.account, &[Restricted::LastUsedAt], 1);
        self.listed.last_used_at
    }

    /// The issuer that vouches for the account, where it signs in elsewhere.
    async fn external_issuer(&self) -> Option<&str> {
        self.listed.external.as_ref().map(|(issuer, _)| issuer.as_str())
    }

    /// As which that issuer knows it.
    async fn external_subject(&self) -> Option<&str> {
        look(&self.view, &self.listed.account, &[Restricted::ExternalSubject], 1);
        self.listed.external.as_ref().map(|(_, subject)| subject.as_str())
    }

    /// Every grant that it ever had, the newest first.
    async fn grants(&self, ctx: &Context<'_>) -> Result<Vec<Grant>> {
        let grants = load(ctx, GrantsOf(self.listed.account.id)).await?;
        Ok(grants.iter().cloned().map(Grant).collect())
    }

    /// Every secret that it ever had, without the secret itself.
    async fn secrets(&self, ctx: &Context<'_>) -> Result<Vec<CredentialState>> {
        Ok(load(ctx, SecretsOf(self.listed.account.id)).await?.iter().map(Into::into).collect())
    }

    /// Every public key that it ever had.
    async fn keys(&self, ctx: &Context<'_>) -> Result<Vec<CredentialState>> {
        Ok(load(ctx, KeysOf(self.listed.account.id)).await?.iter().map(Into::into).collect())
    }

    /// Sessions that go on.
    async fn sessions(&self, ctx: &Context<'_>) -> Result<Vec<Session>> {
        let sessions = load(ctx, SessionsOf(self.listed.account.id)).await?;
        look(&self.view, &self.listed.account, &[Restricted::Sessions], sessions.len());
        Ok(sessions.iter().map(|session| Session::of(session, None)).collect())
    }
}

/// A role given to an account.
pub struct Grant(pub model::Grant);

/// A role given to an account.
#[Object]
impl Grant {
    async fn id(&self) -> ID {
        id(self.0.id)
    }

    /// What the account may do by it.
    async fn role(&self) -> Role {
        self.0.held.role.into()
    }

    /// For which agency it is held; null for the roles that are not of agencies.
    async fn agency(&self, ctx: &Context<'_>) -> Result<Option<Agency>> {
        agency_opt(ctx, self.0.held.agency).await
    }

    /// In all programmes where there is none.
    async fn programme(&self, ctx: &Context<'_>) -> Result<Option<Programme>> {
        match self.0.held.programme {
            Some(id) => super::programme(ctx, id).await.map(Some),
            None => Ok(None),
        }
    }

    /// First day on which it holds; null where none was set.
    async fn valid_from(&self) -> Option<NaiveDate> {
        self.0.validity.from
    }

    /// First day on which it no longer holds.
    async fn valid_to(&self) -> Option<NaiveDate> {
        self.0.validity.to
    }

    /// The document that it rests on.
    async fn basis(&self, ctx: &Context<'_>) -> Result<Option<Document>> {
        document_opt(ctx, self.0.basis).await
    }

    /// When it was given.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When it was withdrawn.
    async fn revoked_at(&self) -> Option<DateTime<Utc>> {
        self.0.revoked_at
    }
}

/// A secret or public key, without what it proves.
#[derive(SimpleObject)]
pub struct CredentialState {
    id: ID,
    /// Name of a public key.
    kid: Option<String>,
    /// When it was made or registered.
    created_at: DateTime<Utc>,
    /// From then on it proves nothing; null where it has no end.
    expires_at: Option<DateTime<Utc>>,
    /// When it was revoked; null while nobody has.
    revoked_at: Option<DateTime<Utc>>,
    /// When a token was last given for it; null where none was.
    last_used_at: Option<DateTime<Utc>>,
}

impl From<&Credential> for CredentialState {
    fn from(credential: &Credential) -> Self {
        Self {
            id: ID(credential.id.to_string()),
            kid: credential.kid.clone(),
            created_at: credential.created_at,
            expires_at: credential.expires_at,
            revoked_at: credential.revoked_at,
            last_used_at: credential.last_used_at,
        }
    }
}

/// A session of a person.
#[derive(SimpleObject)]
pub struct Session {
    id: ID,
    /// When the person signed in.
    created_at: DateTime<Utc>,
    /// When it last gave a token.
    last_used_at: DateTime<Utc>,
    /// When it ends: 14 days after it was last used, 90 after the sign-in at the latest.
    expires_at: DateTime<Utc>,
    /// Network address of the sign-in.
    network: Option<String>,
    /// What the client called itself.
    user_agent: Option<String>,
    /// The one that this request came with.
    is_current: bool,
}

impl Session {
    pub fn of(session: &model::Session, current: Option<model::SessionId>) -> Self {
        Self {
            id: id(session.id),
            created_at: session.created_at,
            last_used_at: session.last_used_at,
            expires_at: session.expires_at,
            network: session.network.clone(),
            user_agent: session.user_agent.clone(),
            is_current: current == Some(session.id),
        }
    }
}

/// How a signing key stands.
#[derive(SimpleObject)]
pub struct SigningKey {
    /// Its name, which tokens have in their header.
    kid: String,
    /// It signs now.
    signs: bool,
    /// It signs from then on.
    signs_from: Option<DateTime<Utc>>,
    /// It verifies until then.
    verifies_until: Option<DateTime<Utc>>,
}

impl From<access::SigningKey> for SigningKey {
    fn from(state: access::SigningKey) -> Self {
        let at = |seconds: Option<i64>| seconds.and_then(|seconds| DateTime::from_timestamp(seconds, 0));
        Self { kid: state.kid, signs: state.signs, signs_from: at(state.signs_from), verifies_until: at(state.verifies_until) }
    }
}

/// Something that was done or refused, at its place in a strand of the audit log.
pub struct AuditEntry {
    pub link: Link,
    /// The state that it was read from.
    pub view: View,
}

/// Something that was done or refused, at its place in a strand of the audit log.
#[Object]
impl AuditEntry {
    async fn id(&self) -> ID {
        id(self.link.entry.id)
    }

    /// When it was done or refused.
    async fn at(&self) -> DateTime<Utc> {
        self.link.entry.at
    }

    /// NOBODY, SERVICE, USER or OPERATOR.
    async fn actor(&self) -> &str {
        self.link.entry.actor.label()
    }

    /// Identifier of the account that acted.
    async fn account(&self) -> Option<ID> {
        self.link.entry.account.map(id)
    }

    /// The account's login then, or the one that was tried.
    async fn login(&self) -> Option<&str> {
        self.link.entry.login.as_deref()
    }

    /// Code of the agency that the account spoke for.
    async fn agency(&self) -> Option<&str> {
        self.link.entry.agency.as_deref()
    }

    /// Identifier of the token (`jti`).
    async fn token(&self) -> Option<&str> {
        self.link.entry.token.as_deref()
    }

    /// Network address.
    async fn network(&self) -> Option<&str> {
        look_entry(&self.view, &self.link.entry);
        self.link.entry.network.as_deref()
    }

    /// The request in which that was, by its `X-Request-Id`.
    async fn request(&self) -> &str {
        &self.link.entry.request
    }

    /// Name of the operation in REST, which GraphQL's are told by too.
    async fn operation(&self) -> &str {
        &self.link.entry.operation
    }

    /// Kind of what it was about.
    async fn subject(&self) -> Option<&str> {
        self.link.entry.subject.as_ref().map(|(kind, _)| kind.as_str())
    }

    /// Identifier or code of what it was about.
    async fn subject_id(&self) -> Option<&str> {
        self.link.entry.subject.as_ref().map(|(_, id)| id.as_str())
    }

    /// What changed, as JSON; secrets are masked.
    async fn changes(&self) -> Option<&str> {
        self.link.entry.changes.as_deref()
    }

    /// DONE or REFUSED.
    async fn outcome(&self) -> &str {
        self.link.entry.outcome.label()
    }

    /// Why it was refused.
    async fn code(&self) -> Option<&str> {
        self.link.entry.code.as_deref()
    }

    /// Entries are kept in several strands, each a chain of its own.
    async fn strand(&self) -> i32 {
        self.link.strand
    }

    /// Its place in the strand, from 1.
    async fn number(&self) -> i64 {
        self.link.number
    }

    /// SHA-256 of the entry before in the strand.
    async fn previous(&self) -> &str {
        &self.link.previous
    }

    /// SHA-256 of this entry, hexadecimal.
    async fn sha256(&self) -> &str {
        &self.link.sha256
    }
}
