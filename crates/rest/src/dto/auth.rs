//! Tokens and the caller's own account.
//! Must not show a secret.
//! Token requests are form-encoded (RFC 6749), so their form is read by the route.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A token request (RFC 6749, application/x-www-form-urlencoded). The client may also authenticate with HTTP Basic.
/// Parameters that are not known are ignored (section 3.2); repeated ones are refused.
#[derive(Deserialize, ToSchema)]
pub struct TokenRequest {
    /// `client_credentials` for a service account, `password` for a person, `refresh_token` to carry a session on.
    #[schema(example = "client_credentials", max_length = 64)]
    pub grant_type: String,
    /// Login of a service account, where it is not in HTTP Basic.
    #[schema(max_length = 64)]
    pub client_id: Option<String>,
    /// Secret of a service account, where it is not in HTTP Basic.
    #[schema(max_length = 200)]
    pub client_secret: Option<String>,
    /// User name of a person; with `password`.
    #[schema(max_length = 64)]
    pub username: Option<String>,
    /// Password of a person; with `password`.
    #[schema(max_length = 512)]
    pub password: Option<String>,
    /// Six digits of an authenticator or a recovery code, where the person has a second factor.
    #[schema(max_length = 64)]
    pub otp: Option<String>,
    /// The one that was given last; with `refresh_token`, and good once.
    #[schema(max_length = 200)]
    pub refresh_token: Option<String>,
    /// `urn:ietf:params:oauth:client-assertion-type:jwt-bearer` (RFC 7523).
    #[schema(max_length = 200)]
    pub client_assertion_type: Option<String>,
    /// A JWT that the client signed with a registered key.
    #[schema(max_length = 8192)]
    pub client_assertion: Option<String>,
    /// What the token is for, between spaces: `read`, `reports`, `account`, `admin`; all that the account may where nothing is said.
    #[schema(max_length = 200)]
    pub scope: Option<String>,
}

/// A token to be ended (RFC 7009).
#[derive(Deserialize, ToSchema)]
pub struct RevocationRequest {
    /// A refresh token; its session ends.
    #[schema(max_length = 8192)]
    pub token: String,
    /// Accepted and ignored.
    #[schema(max_length = 64)]
    pub token_type_hint: Option<String>,
}

/// An access token (RFC 6749, section 5.1).
#[derive(Serialize, ToSchema)]
pub struct TokenResponse {
    /// A JWT (RFC 9068); give it as `Authorization: Bearer …`.
    #[schema(max_length = 8192)]
    pub access_token: String,
    /// Always `Bearer` (RFC 6750).
    #[schema(example = "Bearer", max_length = 16)]
    pub token_type: String,
    /// Seconds.
    #[schema(example = 900, minimum = 0, maximum = 86400)]
    pub expires_in: i64,
    /// Carries the session on, once.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200)]
    pub refresh_token: Option<String>,
    /// What the token may be used for.
    #[schema(example = "read reports account admin", max_length = 200)]
    pub scope: String,
}

/// A refused token request (RFC 6749, section 5.2).
#[derive(Serialize, ToSchema)]
pub struct TokenError {
    /// `invalid_request`, `invalid_client`, `invalid_grant`, `invalid_scope`, `mfa_required`, `unsupported_grant_type` or, of a revocation, `unsupported_token_type`.
    #[schema(example = "invalid_client", max_length = 64)]
    pub error: String,
    /// What is wrong, for people to read.
    #[schema(max_length = 200)]
    pub error_description: String,
}

/// The caller's own account.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Me {
    pub id: uuid::Uuid,
    /// SERVICE or USER.
    #[schema(example = "SERVICE", max_length = 16, pattern = "^(SERVICE|USER)$")]
    pub kind: String,
    /// `client_id` of a service account, user name of a person.
    #[schema(max_length = 64)]
    pub login: String,
    /// Of the person, or of the system.
    #[schema(max_length = 500)]
    pub name: String,
    /// Code of the account's agency.
    #[schema(example = "so-tttt", max_length = 64)]
    pub agency: Option<String>,
    /// Roles in force today.
    #[schema(example = json!(["AGENCY_SYSTEM"]), max_items = 12, max_length = 32, pattern = "^(AGENCY_VIEWER|AGENCY_REPORTER|AGENCY_APPROVER|AGENCY_SYSTEM|STANDING|FINANCE|PERSONNEL|INSPECTOR|COMMITTEE|AUTHORITY|ADMIN|AUDITOR)$")]
    pub roles: Vec<String>,
    /// What the token may be used for.
    #[schema(example = json!(["read", "reports"]), max_items = 4, max_length = 16, pattern = "^(read|reports|account|admin)$")]
    pub scopes: Vec<String>,
}
