//! Tokens and the caller's own account.
//! Must not show a secret.
//! Token requests are form-encoded (RFC 6749), so their form is read by the route.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A token request (RFC 6749, application/x-www-form-urlencoded). The client may also authenticate with HTTP Basic.
/// Parameters that are not known are ignored (section 3.2); repeated ones are refused.
#[derive(Deserialize, ToSchema)]
pub struct TokenRequest {
    /// `client_credentials` for a service account, `password` for a person.
    #[schema(example = "client_credentials", max_length = 64)]
    pub grant_type: String,
    #[schema(max_length = 64)]
    pub client_id: Option<String>,
    #[schema(max_length = 200)]
    pub client_secret: Option<String>,
    #[schema(max_length = 64)]
    pub username: Option<String>,
    #[schema(max_length = 512)]
    pub password: Option<String>,
    /// Accepted and ignored: a token carries the roles that its account holds.
    #[schema(max_length = 1000)]
    #[expect(dead_code, reason = "part of the protocol")]
    pub scope: Option<String>,
}

/// An access token (RFC 6749, section 5.1).
#[derive(Serialize, ToSchema)]
pub struct TokenResponse {
    /// A JWT (RFC 9068); give it as `Authorization: Bearer …`.
    #[schema(max_length = 8192)]
    pub access_token: String,
    #[schema(example = "Bearer", max_length = 16)]
    pub token_type: String,
    /// Seconds.
    #[schema(example = 900, minimum = 0, maximum = 86400)]
    pub expires_in: i64,
}

/// A refused token request (RFC 6749, section 5.2).
#[derive(Serialize, ToSchema)]
pub struct TokenError {
    /// `invalid_request`, `invalid_client`, `invalid_grant` or `unsupported_grant_type`.
    #[schema(example = "invalid_client", max_length = 64)]
    pub error: String,
    #[schema(max_length = 200)]
    pub error_description: String,
}

/// The caller's own account.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Me {
    pub id: uuid::Uuid,
    /// SERVICE or USER.
    #[schema(example = "SERVICE", max_length = 16)]
    pub kind: String,
    /// `client_id` of a service account, user name of a person.
    #[schema(max_length = 64)]
    pub login: String,
    #[schema(max_length = 500)]
    pub name: String,
    /// Code of the account's agency.
    #[schema(example = "so-tttt", max_length = 64)]
    pub agency: Option<String>,
    #[schema(max_items = 12)]
    pub roles: Vec<String>,
}
