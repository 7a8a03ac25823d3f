//! `/api/v1/auth/token` (RFC 6749) and `/api/v1/me`.
//! Must not tell a wrong name from a wrong secret.
//! The use case is `app::identity`.

use actix_web::{HttpRequest, HttpResponse, http::header, web};
use app::{
    App,
    identity::{self, Offer},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use domain::error::Code;

use crate::{
    dto::auth::{Me, TokenError, TokenRequest, TokenResponse},
    extract::Reading,
    problem::Problem,
};

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
pub async fn issue_token(app: web::Data<App>, request: HttpRequest, bytes: web::Bytes) -> Result<HttpResponse, Problem> {
    let offer = match offer(&request, &bytes) {
        Ok(offer) => offer,
        Err((error, description)) => return Ok(refused(error, description, &request)),
    };
    let wrong = if matches!(offer, Offer::Password { .. }) { "invalid_grant" } else { "invalid_client" };
    match identity::issue_token(&app, offer).await {
        Ok(token) => Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(TokenResponse {
            access_token: token.token,
            token_type: "Bearer".into(),
            expires_in: token.expires_in,
        })),
        Err(error) if error.refusal().code == Code::CredentialsInvalid => {
            Ok(refused(wrong, "The credentials are not right. / Thông tin đăng nhập không đúng.", &request))
        }
        Err(error) => Err(error.into()),
    }
}

type OAuthError = (&'static str, &'static str);

/// Reads the request: form, grant, and the client's credentials from one place only.
fn offer(request: &HttpRequest, bytes: &[u8]) -> Result<Offer, OAuthError> {
    const FORM: &str = "The body must be application/x-www-form-urlencoded with each parameter once.";
    let stated = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_form = stated.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"));
    let text = std::str::from_utf8(bytes).ok().filter(|_| is_form).ok_or(("invalid_request", FORM))?;
    let form = web::Query::<TokenRequest>::from_query(text).map_err(|_| ("invalid_request", FORM))?.into_inner();
    match form.grant_type.as_str() {
        "client_credentials" => match (basic(request)?, form.client_id, form.client_secret) {
            // RFC 6749 lets client_id stand beside HTTP Basic, as long as both name the same client.
            (Some((client_id, client_secret)), same, None) if same.as_ref().is_none_or(|same| *same == client_id) => {
                Ok(Offer::ClientCredentials { client_id, client_secret })
            }
            (None, Some(client_id), Some(client_secret)) => Ok(Offer::ClientCredentials { client_id, client_secret }),
            (Some(_), _, _) => Err(("invalid_request", "Give the client's credentials in one place only.")),
            (None, _, _) => Err(("invalid_request", "client_id and client_secret are needed.")),
        },
        "password" => match (form.username, form.password) {
            (Some(username), Some(password)) => Ok(Offer::Password { username, password }),
            _ => Err(("invalid_request", "username and password are needed.")),
        },
        _ => Err(("unsupported_grant_type", "grant_type is client_credentials or password.")),
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
    Ok(Some((id.to_owned(), secret.to_owned())))
}

fn refused(error: &str, description: &str, request: &HttpRequest) -> HttpResponse {
    let mut response = if error == "invalid_client" { HttpResponse::Unauthorized() } else { HttpResponse::BadRequest() };
    if error == "invalid_client" && request.headers().contains_key(header::AUTHORIZATION) {
        response.insert_header((header::WWW_AUTHENTICATE, r#"Basic realm="haidang""#));
    }
    response
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(TokenError { error: error.into(), error_description: description.into() })
}

/// The caller's own account.
#[utoipa::path(
    get, path = "/api/v1/me", operation_id = "get_me", tag = "auth",
    responses(
        (status = 200, description = "The account.", body = Me),
    ),
    security(("bearer" = []))
)]
pub async fn get_me(Reading(view): Reading) -> Result<HttpResponse, Problem> {
    let (account, agency) = identity::me(&view).await?;
    view.clone().end().await;
    let roles = account.roles.iter().map(|role| role.label().to_owned()).collect();
    let (kind, login, name) = (account.kind.label().to_owned(), account.login.to_string(), account.name.to_string());
    Ok(HttpResponse::Ok().json(Me { id: account.id.uuid(), kind, login, name, agency: agency.map(|code| code.to_string()), roles }))
}
