//! Accounts, grants and what accounts prove themselves with, as administrators see them, and everybody's own account.
//! Must not show a secret but in the answer that makes it.
//! The published schemas of the bodies are what they are checked against.

use app::{
    View,
    access::{self, AccountListed, Credential},
    catalogue::Catalogue,
    personal::look,
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    account::{self as model, Restricted},
    patch::Patch,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::page::page;

/// An account to make.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewAccount {
    /// `SERVICE` for a system, `USER` for a person.
    #[schema(value_type = String, example = "SERVICE", pattern = "^(SERVICE|USER)$", max_length = 16)]
    pub kind: model::AccountKind,
    /// `client_id` of a service account, user name of a person.
    #[schema(example = "so-ngoai-vu-system", min_length = 2, max_length = 64, pattern = "^[A-Za-z0-9._@-]+$")]
    pub login: String,
    /// Of the person, or of the system.
    #[schema(
        example = "Hệ thống của Sở Ngoại vụ",
        min_length = 1,
        max_length = 200,
        pattern = r"^[^\x00-\x1f]*[^\s\x00-\x1f\u200B-\u200F\u2060\uFEFF][^\x00-\x1f]*$"
    )]
    pub name: String,
    /// Code of the agency that the account speaks for; a service account needs one.
    #[schema(example = "so-ngoai-vu", min_length = 1, max_length = 64)]
    pub agency: Option<String>,
    /// Roles from the start; those of agencies are held for the account's own.
    #[serde(default)]
    #[schema(value_type = Vec<String>, max_items = 12, max_length = 32, pattern = "^(AGENCY_VIEWER|AGENCY_REPORTER|AGENCY_APPROVER|AGENCY_SYSTEM|STANDING|FINANCE|PERSONNEL|INSPECTOR|COMMITTEE|AUTHORITY|ADMIN|AUDITOR)$")]
    pub roles: Vec<model::Role>,
    /// First day of these roles.
    pub valid_from: Option<NaiveDate>,
    /// First day on which these roles no longer hold.
    pub valid_to: Option<NaiveDate>,
    /// Identifier of the document that these roles rest on.
    pub basis: Option<Uuid>,
    /// What its tokens may be used for at most: `read`, `reports`, `account`, `admin`; all where nothing is said.
    #[schema(value_type = Option<Vec<String>>, min_items = 1, max_items = 4, max_length = 16, pattern = "^(read|reports|account|admin)$")]
    pub scopes: Option<Vec<model::Scope>>,
    /// From then on it may not sign in; no end where nothing is said.
    pub expires_at: Option<DateTime<Utc>>,
    /// Networks (CIDR) from which it may be used; any where nothing is said.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub networks: Vec<String>,
}

impl From<NewAccount> for access::AccountDraft {
    fn from(new: NewAccount) -> Self {
        Self {
            kind: new.kind,
            login: new.login,
            name: new.name,
            agency: new.agency,
            roles: new.roles,
            terms: access::Terms { valid_from: new.valid_from, valid_to: new.valid_to, basis: new.basis.map(domain::id::Id::from_uuid) },
            scopes: new.scopes.as_deref().map_or(model::Scopes::ALL, model::Scopes::of),
            expires_at: new.expires_at,
            networks: new.networks,
        }
    }
}

/// What to change of an account; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct AccountChange {
    /// Of the person, or of the system.
    #[schema(min_length = 1, max_length = 200, pattern = r"^[^\x00-\x1f]*[^\s\x00-\x1f\u200B-\u200F\u2060\uFEFF][^\x00-\x1f]*$")]
    pub name: Option<String>,
    /// `DISABLED` ends every session; `ACTIVE` lets the account sign in again.
    #[schema(value_type = Option<String>, pattern = "^(ACTIVE|DISABLED)$", max_length = 16)]
    pub status: Option<model::AccountStatus>,
    /// What its tokens may be used for at most: `read`, `reports`, `account`, `admin`.
    #[schema(value_type = Option<Vec<String>>, min_items = 1, max_items = 4, max_length = 16, pattern = "^(read|reports|account|admin)$")]
    pub scopes: Option<Vec<model::Scope>>,
    /// Null takes the end away.
    #[serde(default)]
    #[schema(value_type = Option<DateTime<Utc>>)]
    pub expires_at: Patch<DateTime<Utc>>,
    /// An empty list lets it be used from anywhere.
    #[schema(max_items = 50)]
    pub networks: Option<Vec<String>>,
}

impl From<AccountChange> for access::AccountChange {
    fn from(change: AccountChange) -> Self {
        Self {
            name: change.name,
            status: change.status,
            scopes: change.scopes.as_deref().map(model::Scopes::of),
            expires_at: change.expires_at,
            networks: change.networks,
        }
    }
}

/// An account.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    pub id: Uuid,
    /// SERVICE or USER.
    #[schema(example = "SERVICE", pattern = "^(SERVICE|USER)$", max_length = 16)]
    pub kind: String,
    /// `client_id` of a service account, user name of a person.
    #[schema(max_length = 64)]
    pub login: String,
    /// Of the person, or of the system.
    #[schema(max_length = 500)]
    pub name: String,
    /// Code of the agency that the account speaks for.
    #[schema(max_length = 64)]
    pub agency: Option<String>,
    /// ACTIVE or DISABLED.
    #[schema(example = "ACTIVE", pattern = "^(ACTIVE|DISABLED)$", max_length = 16)]
    pub status: String,
    /// Roles in force today.
    #[schema(example = json!(["AGENCY_SYSTEM"]), max_items = 12, max_length = 32, pattern = "^(AGENCY_VIEWER|AGENCY_REPORTER|AGENCY_APPROVER|AGENCY_SYSTEM|STANDING|FINANCE|PERSONNEL|INSPECTOR|COMMITTEE|AUTHORITY|ADMIN|AUDITOR)$")]
    pub roles: Vec<String>,
    /// What its tokens may be used for at most: `read`, `reports`, `account`, `admin`.
    #[schema(example = json!(["read", "reports"]), max_items = 4, max_length = 16, pattern = "^(read|reports|account|admin)$")]
    pub scopes: Vec<String>,
    /// From then on it may not sign in; null where it has no end.
    pub expires_at: Option<DateTime<Utc>>,
    /// Networks (CIDR) from which it may be used; any where there are none.
    #[schema(max_items = 50)]
    pub networks: Vec<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last got a token.
    pub last_used_at: Option<DateTime<Utc>>,
    /// The issuer that vouches for the account, where it signs in elsewhere.
    #[schema(max_length = 500)]
    pub external_issuer: Option<String>,
    /// Its name there.
    #[schema(max_length = 500)]
    pub external_subject: Option<String>,
}

impl Account {
    /// Shows it to the caller of a view, which leaves an entry where it is another person's.
    pub fn of(listed: &AccountListed, view: &View, catalogue: &Catalogue) -> Self {
        let account = &listed.account;
        look(view, account, &[Restricted::Networks, Restricted::LastUsedAt, Restricted::ExternalSubject], 1);
        let (external_issuer, external_subject) = listed.external.clone().unzip();
        Self {
            id: account.id.uuid(),
            kind: account.kind.label().into(),
            login: account.login.to_string(),
            name: account.name.to_string(),
            agency: catalogue.agency_code(account.agency).map(|code| code.to_string()),
            status: account.status.label().into(),
            roles: account.roles().iter().map(|role| role.label().to_owned()).collect(),
            scopes: account.scopes.to_string().split(' ').map(str::to_owned).collect(),
            expires_at: account.limits.expires_at,
            networks: account.limits.networks.as_deref().map(|all| all.split(' ').map(str::to_owned).collect()).unwrap_or_default(),
            created_at: listed.created_at,
            last_used_at: listed.last_used_at,
            external_issuer,
            external_subject,
        }
    }
}

page!(AccountPage of Account, "A page of accounts.");

/// An account with everything that administrators look after.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccountDetail {
    #[serde(flatten)]
    pub account: Account,
    /// Every grant that it ever had, the newest first.
    #[schema(max_items = 10000)]
    pub grants: Vec<Grant>,
    /// Every secret that it ever had, without the secret itself.
    #[schema(max_items = 10000)]
    pub secrets: Vec<CredentialState>,
    /// Every public key that it ever had.
    #[schema(max_items = 10000)]
    pub keys: Vec<CredentialState>,
    /// Sessions that go on.
    #[schema(max_items = 10000)]
    pub sessions: Vec<Session>,
}

/// Which accounts.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct AccountParams {
    #[param(value_type = Option<String>, pattern = "^(SERVICE|USER)$", max_length = 16)]
    pub kind: Option<model::AccountKind>,
    /// Code of the agency.
    #[param(max_length = 64)]
    pub agency: Option<String>,
    /// Rows on the page; 20 where nothing is asked.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i32>,
    /// `endCursor` of the page before.
    #[param(max_length = 2000)]
    pub after: Option<String>,
}

/// A secret that was made; it is shown this once.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Created {
    /// Of what was made.
    pub id: Uuid,
    /// Of a service account.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200)]
    pub client_secret: Option<String>,
    /// First password of a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200)]
    pub password: Option<String>,
}

/// A role to give.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewGrant {
    /// What the account may do by it.
    #[schema(value_type = String, example = "AGENCY_APPROVER", max_length = 32, pattern = "^(AGENCY_VIEWER|AGENCY_REPORTER|AGENCY_APPROVER|AGENCY_SYSTEM|STANDING|FINANCE|PERSONNEL|INSPECTOR|COMMITTEE|AUTHORITY|ADMIN|AUDITOR)$")]
    pub role: model::Role,
    /// Code; needed for the roles of agencies, and for those only.
    #[schema(example = "so-ngoai-vu", min_length = 1, max_length = 64)]
    pub agency: Option<String>,
    /// Code; in all programmes where nothing is said.
    #[schema(example = "HP-1593-2013", min_length = 1, max_length = 64)]
    pub programme: Option<String>,
    /// First day.
    pub valid_from: Option<NaiveDate>,
    /// First day on which it no longer holds.
    pub valid_to: Option<NaiveDate>,
    /// Identifier of the document that it rests on.
    pub basis: Option<Uuid>,
}

impl From<NewGrant> for access::GrantDraft {
    fn from(new: NewGrant) -> Self {
        Self {
            role: new.role,
            agency: new.agency,
            programme: new.programme,
            terms: access::Terms { valid_from: new.valid_from, valid_to: new.valid_to, basis: new.basis.map(domain::id::Id::from_uuid) },
        }
    }
}

/// A role given to an account.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Grant {
    pub id: Uuid,
    /// What the account may do by it.
    #[schema(
        example = "AGENCY_APPROVER",
        max_length = 32,
        pattern = "^(AGENCY_VIEWER|AGENCY_REPORTER|AGENCY_APPROVER|AGENCY_SYSTEM|STANDING|FINANCE|PERSONNEL|INSPECTOR|COMMITTEE|AUTHORITY|ADMIN|AUDITOR)$"
    )]
    pub role: String,
    /// Code of the agency for which it is held; null for the roles that are not of agencies.
    #[schema(max_length = 64)]
    pub agency: Option<String>,
    /// Code; in all programmes where there is none.
    #[schema(max_length = 64)]
    pub programme: Option<String>,
    /// First day on which it holds; null where none was set.
    pub valid_from: Option<NaiveDate>,
    /// First day on which it no longer holds.
    pub valid_to: Option<NaiveDate>,
    /// Identifier of the document that it rests on.
    pub basis: Option<Uuid>,
    /// When it was given.
    pub created_at: DateTime<Utc>,
    /// When it was withdrawn.
    pub revoked_at: Option<DateTime<Utc>>,
}

impl Grant {
    pub fn of(grant: &model::Grant, catalogue: &Catalogue) -> Self {
        Self {
            id: grant.id.uuid(),
            role: grant.held.role.label().into(),
            agency: catalogue.agency_code(grant.held.agency).map(|code| code.to_string()),
            programme: grant.held.programme.and_then(|id| catalogue.programme(id)).map(|programme| programme.code.to_string()),
            valid_from: grant.validity.from,
            valid_to: grant.validity.to,
            basis: grant.basis.map(domain::id::Id::uuid),
            created_at: grant.created_at,
            revoked_at: grant.revoked_at,
        }
    }
}

/// Another secret for a service account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewSecret {
    /// From then on it proves nothing; no end where nothing is said.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A public key with which a service account signs assertions (RFC 7523).
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewClientKey {
    /// A public JWK with a `kid`: RSA of 2048 to 4096 bits, P-256, P-384 or Ed25519.
    #[schema(value_type = Object)]
    pub jwk: Value,
    /// From then on it proves nothing; no end where nothing is said.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A secret or public key, without what it proves.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CredentialState {
    pub id: Uuid,
    /// Name of a public key.
    #[schema(max_length = 200)]
    pub kid: Option<String>,
    /// When it was made or registered.
    pub created_at: DateTime<Utc>,
    /// From then on it proves nothing; null where it has no end.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was revoked; null while nobody has.
    pub revoked_at: Option<DateTime<Utc>>,
    /// When a token was last given for it; null where none was.
    pub last_used_at: Option<DateTime<Utc>>,
}

impl From<Credential> for CredentialState {
    fn from(credential: Credential) -> Self {
        Self {
            id: credential.id,
            kid: credential.kid,
            created_at: credential.created_at,
            expires_at: credential.expires_at,
            revoked_at: credential.revoked_at,
            last_used_at: credential.last_used_at,
        }
    }
}

/// A session of a person.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    pub id: Uuid,
    /// When the person signed in.
    pub created_at: DateTime<Utc>,
    /// When it last gave a token.
    pub last_used_at: DateTime<Utc>,
    /// When it ends: 14 days after it was last used, 90 after the sign-in at the latest.
    pub expires_at: DateTime<Utc>,
    /// Network address of the sign-in.
    #[schema(max_length = 64)]
    pub network: Option<String>,
    /// What the client called itself.
    #[schema(max_length = 500)]
    pub user_agent: Option<String>,
    /// The one that this request came with.
    pub is_current: bool,
}

impl Session {
    pub fn of(session: &model::Session, current: Option<model::SessionId>) -> Self {
        Self {
            id: session.id.uuid(),
            created_at: session.created_at,
            last_used_at: session.last_used_at,
            expires_at: session.expires_at,
            network: session.network.clone(),
            user_agent: session.user_agent.clone(),
            is_current: current == Some(session.id),
        }
    }
}

/// The caller's sessions that go on.
#[derive(Serialize, ToSchema)]
pub struct Sessions {
    #[schema(max_items = 10000)]
    pub items: Vec<Session>,
}

/// A new password in the place of the current one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct PasswordChange {
    /// As it is before the change.
    #[schema(min_length = 1, max_length = 512)]
    pub current_password: String,
    /// 8 to 128 characters, neither trivial nor known to have leaked.
    #[schema(min_length = 1, max_length = 512)]
    pub new_password: String,
}

/// Begins a second factor.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct FactorEnrolment {
    /// The caller's.
    #[schema(min_length = 1, max_length = 512)]
    pub current_password: String,
}

/// What an authenticator is given; it is shown this once.
#[derive(Serialize, ToSchema)]
pub struct EnrolledFactor {
    /// `otpauth` key URI, to be scanned as a QR code or opened.
    #[schema(max_length = 1000)]
    pub address: String,
}

/// The first code of a second factor.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FactorConfirmation {
    /// Six digits, as the authenticator shows them now.
    #[schema(example = "123456", min_length = 6, max_length = 6, pattern = "^[0-9]{6}$")]
    pub code: String,
}

/// Codes that stand in for a lost authenticator, each good once; they are shown this once.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecoveryCodes {
    /// Each stands in for the one-time password once.
    #[schema(max_items = 20)]
    pub recovery_codes: Vec<String>,
}

/// Takes the second factor away.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct FactorRemoval {
    /// The caller's.
    #[schema(min_length = 1, max_length = 512)]
    pub current_password: String,
    /// Six digits, or a recovery code.
    #[schema(min_length = 1, max_length = 64)]
    pub one_time_password: Option<String>,
}

/// How the signing keys stand.
#[derive(Serialize, ToSchema)]
pub struct SigningKeys {
    #[schema(max_items = 100)]
    pub items: Vec<SigningKey>,
}

/// How a signing key stands.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SigningKey {
    /// Its name, which tokens have in their header.
    #[schema(max_length = 64)]
    pub kid: String,
    /// It signs now.
    pub signs: bool,
    /// It signs from then on.
    pub signs_from: Option<DateTime<Utc>>,
    /// It verifies until then.
    pub verifies_until: Option<DateTime<Utc>>,
}

impl From<access::SigningKey> for SigningKey {
    fn from(state: access::SigningKey) -> Self {
        let at = |seconds: Option<i64>| seconds.and_then(|seconds| DateTime::from_timestamp(seconds, 0));
        Self { kid: state.kid, signs: state.signs, signs_from: at(state.signs_from), verifies_until: at(state.verifies_until) }
    }
}
