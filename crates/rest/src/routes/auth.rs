//! `/api/v1/auth`: tokens (RFC 6749) and ending what they stand for (RFC 7009).
//! Must not tell a wrong name from a wrong secret.
//! The use case is `app::identity`.

use std::borrow::Cow;

use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, http::header, web};
use app::identity::{self, Offer, PasswordOffer, Revoked};
use base64::{Engine, engine::general_purpose::STANDARD};
use domain::{account::Scopes, error::Code};
use percent_encoding::percent_decode_str;
use serde::de::DeserializeOwned;

use crate::{
    dto::auth::{RevocationRequest, TokenError, TokenRequest, TokenResponse},
    extract::{Push, require_plain},
    problem::Problem,
};

/// Bytes of a token to be ended at most, and of what it is said to be.
const MAX_TOKEN: usize = 8_192;
const MAX_HINT: usize = 64;

/// Gives an access token for client credentials, or for a person's name and password.
#[utoipa::path(
    post, path = "/api/v1/auth/token", operation_id = "issue_token", tag = "auth",
    request_body(content = TokenRequest, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "A token.", body = TokenResponse),
        (status = 400, description = "The request is not one of RFC 6749.", body = TokenError),
        (status = 401, description = "The credentials are not right.", body = TokenError),
    ),
    security(())
)]
pub async fn issue_token(push: Push) -> Result<HttpResponse, Problem> {
    require_plain(push.request.headers())?;
    let (offer, scopes) = match offer(&push.request, &push.bytes) {
        Ok(offer) => offer,
        Err((error, description)) => return Ok(refused(error, description)),
    };
    let wrong = if matches!(offer, Offer::Password { .. } | Offer::Refresh { .. }) { "invalid_grant" } else { "invalid_client" };
    match identity::issue_token(&push.app, &push.ctx, offer, scopes).await {
        Ok(answer) => Ok(unstored(&mut HttpResponse::Ok()).json(TokenResponse {
            access_token: answer.access.token,
            token_type: "Bearer".into(),
            expires_in: answer.access.expires_in,
            refresh_token: answer.refresh_token,
            scope: answer.access.scopes.to_string(),
        })),
        Err(error) => match error.refusal().code {
            Code::CredentialsInvalid => Ok(refused(wrong, "The credentials are not right. / Thông tin đăng nhập không đúng.")),
            Code::SecondFactorRequired => {
                Ok(refused("mfa_required", "A one-time password is needed in otp. / Cần mã xác thực dùng một lần (otp)."))
            }
            Code::ScopeInsufficient => Ok(refused("invalid_scope", "The account has none of these scopes.")),
            _ => Err(error.into()),
        },
    }
}

/// What somebody is told who would revoke an access token.
const NOT_REVOCABLE: &str =
    "An access token ends with its session: revoke the refresh token. / Hãy thu hồi refresh token; access token hết hiệu lực cùng phiên.";

type OAuthError = (&'static str, &'static str);

/// What a client that signs its own assertions says of them (RFC 7523, section 2.2).
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Reads a form in which each parameter stands once.
fn form<T: DeserializeOwned>(request: &HttpRequest, bytes: &[u8]) -> Result<T, OAuthError> {
    const FORM: OAuthError = ("invalid_request", "The body must be application/x-www-form-urlencoded with each parameter once.");
    let stated = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_form = stated.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"));
    let text = std::str::from_utf8(bytes).ok().filter(|_| is_form).ok_or(FORM)?;
    Ok(web::Query::<T>::from_query(text).map_err(|_| FORM)?.into_inner())
}

/// Reads the request: form, grant, scopes, and the client's credentials from one place only.
fn offer(request: &HttpRequest, bytes: &[u8]) -> Result<(Offer, Option<Scopes>), OAuthError> {
    let form: TokenRequest = form(request, bytes)?;
    let scopes =
        form.scope.as_deref().map(|scope| scope.parse().map_err(|_| ("invalid_scope", "Scopes are read, reports, account and admin.")));
    let scopes = scopes.transpose()?;
    let offer = match form.grant_type.as_str() {
        "client_credentials" => client(request, form)?,
        "password" => match (form.username, form.password) {
            (Some(username), Some(password)) => {
                let user_agent = request.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok()).map(str::to_owned);
                Offer::Password(PasswordOffer { username, password, one_time: form.otp, user_agent })
            }
            _ => return Err(("invalid_request", "username and password are needed.")),
        },
        "refresh_token" => match form.refresh_token {
            Some(refresh_token) => Offer::Refresh { refresh_token },
            None => return Err(("invalid_request", "refresh_token is needed.")),
        },
        _ => return Err(("unsupported_grant_type", "grant_type is client_credentials, password or refresh_token.")),
    };
    Ok((offer, scopes))
}

/// What a client proves itself with.
fn client(request: &HttpRequest, form: TokenRequest) -> Result<Offer, OAuthError> {
    const ONE_PLACE: OAuthError = ("invalid_request", "Give the client's credentials in one place only.");
    match (basic(request)?, form.client_secret, form.client_assertion) {
        // RFC 6749 lets client_id stand beside HTTP Basic, as long as both name the same client.
        (Some((client_id, client_secret)), None, None) if form.client_id.as_ref().is_none_or(|same| *same == client_id) => {
            Ok(Offer::ClientCredentials { client_id, client_secret })
        }
        (None, None, Some(assertion)) if form.client_assertion_type.as_deref() == Some(ASSERTION_TYPE) => {
            Ok(Offer::Assertion { client_id: form.client_id, assertion })
        }
        (None, None, Some(_)) => Err(("invalid_request", "client_assertion_type is not the one of RFC 7523.")),
        (None, Some(client_secret), None) => match form.client_id {
            Some(client_id) => Ok(Offer::ClientCredentials { client_id, client_secret }),
            None => Err(("invalid_request", "client_id and client_secret are needed.")),
        },
        (None, None, None) => Err(("invalid_request", "client_id and client_secret are needed.")),
        _ => Err(ONE_PLACE),
    }
}

/// The client's credentials from the Authorization header (RFC 6749, section 2.3.1).
fn basic(request: &HttpRequest) -> Result<Option<(String, String)>, OAuthError> {
    const BAD: OAuthError = ("invalid_request", "The Authorization header is not HTTP Basic.");
    let Some(value) = request.headers().get(header::AUTHORIZATION) else { return Ok(None) };
    let text = value.to_str().map_err(|_| BAD)?;
    let (scheme, encoded) = text.split_once(' ').ok_or(BAD)?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(BAD);
    }
    let decoded = STANDARD.decode(encoded.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok()).ok_or(BAD)?;
    let (id, secret) = decoded.split_once(':').ok_or(BAD)?;
    Ok(Some((form_decoded(id).ok_or(BAD)?, form_decoded(secret).ok_or(BAD)?)))
}

/// Undoes the form encoding in which name and secret stand there.
fn form_decoded(text: &str) -> Option<String> {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8().ok().map(Cow::into_owned)
}

/// No cache keeps an answer that may hold a token (RFC 6749, section 5.1).
fn unstored(response: &mut HttpResponseBuilder) -> &mut HttpResponseBuilder {
    response.insert_header((header::CACHE_CONTROL, "no-store")).insert_header((header::PRAGMA, "no-cache"))
}

fn refused(error: &str, description: &str) -> HttpResponse {
    let mut response = if error == "invalid_client" { HttpResponse::Unauthorized() } else { HttpResponse::BadRequest() };
    if error == "invalid_client" {
        // With every 401, wherever the client gave its credentials (RFC 9110, section 15.5.2).
        response.insert_header((header::WWW_AUTHENTICATE, r#"Basic realm="haidang""#));
    }
    unstored(&mut response).json(TokenError { error: error.into(), error_description: description.into() })
}

/// Ends the session that a refresh token belongs to (RFC 7009). A token that is none is no error.
///
/// The session's access tokens end with it. An access token cannot be revoked by itself and is answered with `unsupported_token_type`.
#[utoipa::path(
    post, path = "/api/v1/auth/revoke", operation_id = "revoke_token", tag = "auth",
    request_body(content = RevocationRequest, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "The token is worth nothing now."),
        (status = 400, description = "The request is not one of RFC 7009, or the token is an access token (`unsupported_token_type`).", body = TokenError),
    ),
    security(())
)]
pub async fn revoke_token(push: Push) -> Result<HttpResponse, Problem> {
    require_plain(push.request.headers())?;
    let form = form::<RevocationRequest>(&push.request, &push.bytes);
    match form {
        Ok(form) if form.token.len() > MAX_TOKEN || form.token_type_hint.as_ref().is_some_and(|hint| hint.len() > MAX_HINT) => {
            Ok(refused("invalid_request", "A parameter is longer than it may be."))
        }
        Ok(form) => Ok(match identity::revoke(&push.app, &push.ctx, &form.token).await? {
            Revoked::Done => HttpResponse::Ok().finish(),
            Revoked::NotRevocable => refused("unsupported_token_type", NOT_REVOCABLE),
        }),
        Err((error, description)) => Ok(refused(error, description)),
    }
}
