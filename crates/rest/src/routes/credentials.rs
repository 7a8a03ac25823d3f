//! `/api/v1/admin/accounts/{id}/…`: secrets, public keys, passwords and sessions; `/api/v1/admin/signing-keys`.
//! Must not show a secret but in the answer that makes it.
//! The use cases are `app::access`; accounts and roles are `accounts`.

use actix_web::{HttpResponse, web};
use app::{App, access};
use auth::Ctx;
use domain::{account::AccountId, error::Code, id::Id, policy::operations::Interface};
use uuid::Uuid;

use crate::{
    dto::access::{Created, NewClientKey, NewSecret, SigningKeys},
    extract::{Caller, Push, subject},
    problem::{Problem, ProblemDocument},
};

/// An identifier in a path; anything else names nothing.
fn id<T>(text: &str) -> Result<Id<T>, Problem> {
    text.parse().map_err(|_| Problem::new(Code::NotFound))
}

/// The account and the thing of it that a path names, for a caller who may act on it.
async fn named(app: &App, ctx: &Ctx, operation: &'static str, path: &(String, String)) -> Result<(AccountId, Uuid), Problem> {
    app::admit(app, ctx, Interface::Rest, operation, subject("account", &path.0)).await?;
    Ok((id(&path.0)?, id::<()>(&path.1)?.uuid()))
}

/// Gives a service account another secret; two are in force at most, so that one can be rotated.
#[utoipa::path(
    post, path = "/api/v1/admin/accounts/{id}/secrets", operation_id = "create_secret", tag = "administration", request_body = NewSecret,
    params(("id" = uuid::Uuid, Path, description = "The account's identifier.")),
    responses((status = 201, description = "The secret, shown this once.", body = Created)),
    security(("bearer" = []))
)]
pub async fn create_secret(push: Push, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let new: NewSecret = push.read("create_secret").await?;
    let (secret_id, secret) = access::add_secret(&push.app, &push.ctx, id(&path)?, new.expires_at).await?;
    Ok(HttpResponse::Created().json(Created { id: secret_id, client_secret: Some(secret), password: None }))
}

/// Revokes a secret; tokens given for it are worth nothing within seconds.
#[utoipa::path(
    delete, path = "/api/v1/admin/accounts/{id}/secrets/{credentialId}", operation_id = "revoke_secret", tag = "administration",
    params(
        ("id" = uuid::Uuid, Path, description = "The account's identifier."),
        ("credentialId" = uuid::Uuid, Path, description = "The secret's identifier."),
    ),
    responses((status = 204, description = "The secret is revoked.")),
    security(("bearer" = []))
)]
pub async fn revoke_secret(Caller(ctx): Caller, app: web::Data<App>, path: web::Path<(String, String)>) -> Result<HttpResponse, Problem> {
    let (account, secret) = named(&app, &ctx, "revoke_secret", &path).await?;
    access::revoke_secret(&app, &ctx, account, secret).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Gives a service account a public key with which it signs assertions (RFC 7523).
#[utoipa::path(
    post, path = "/api/v1/admin/accounts/{id}/keys", operation_id = "create_client_key", tag = "administration",
    request_body = NewClientKey,
    params(("id" = uuid::Uuid, Path, description = "The account's identifier.")),
    responses((status = 201, description = "The key counts.", body = Created)),
    security(("bearer" = []))
)]
pub async fn create_client_key(push: Push, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let new: NewClientKey = push.read("create_client_key").await?;
    let key = access::add_key(&push.app, &push.ctx, id(&path)?, new.jwk, new.expires_at).await?;
    Ok(HttpResponse::Created().json(Created { id: key, client_secret: None, password: None }))
}

/// Revokes a public key; tokens given for it are worth nothing within seconds.
#[utoipa::path(
    delete, path = "/api/v1/admin/accounts/{id}/keys/{keyId}", operation_id = "revoke_client_key", tag = "administration",
    params(
        ("id" = uuid::Uuid, Path, description = "The account's identifier."),
        ("keyId" = uuid::Uuid, Path, description = "The key's identifier."),
    ),
    responses((status = 204, description = "The key is revoked.")),
    security(("bearer" = []))
)]
pub async fn revoke_client_key(
    Caller(ctx): Caller,
    app: web::Data<App>,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (account, key) = named(&app, &ctx, "revoke_client_key", &path).await?;
    access::revoke_key(&app, &ctx, account, key).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Gives a person a new random password and ends their sessions.
#[utoipa::path(
    post, path = "/api/v1/admin/accounts/{id}/password", operation_id = "reset_password", tag = "administration",
    params(("id" = uuid::Uuid, Path, description = "The account's identifier.")),
    responses(
        (status = 200, description = "The password, shown this once.", body = Created),
        (status = 409, description = "Another issuer vouches for the account (WRONG_STATE).", body = ProblemDocument, content_type = "application/problem+json"),
    ),
    security(("bearer" = []))
)]
pub async fn reset_password(Caller(ctx): Caller, app: web::Data<App>, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    app::admit(&app, &ctx, Interface::Rest, "reset_password", subject("account", &path)).await?;
    let account: AccountId = id(&path)?;
    let password = access::reset_password(&app, &ctx, account).await?;
    Ok(HttpResponse::Ok().json(Created { id: account.uuid(), client_secret: None, password: Some(password) }))
}

/// Takes away the second factor of a person who has lost it.
#[utoipa::path(
    delete, path = "/api/v1/admin/accounts/{id}/second-factor", operation_id = "reset_second_factor", tag = "administration",
    params(("id" = uuid::Uuid, Path, description = "The account's identifier.")),
    responses((status = 204, description = "The password alone signs in from now on.")),
    security(("bearer" = []))
)]
pub async fn reset_second_factor(Caller(ctx): Caller, app: web::Data<App>, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    app::admit(&app, &ctx, Interface::Rest, "reset_second_factor", subject("account", &path)).await?;
    access::reset_second_factor(&app, &ctx, id(&path)?).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Ends a person's session; its tokens are worth nothing within seconds.
#[utoipa::path(
    delete, path = "/api/v1/admin/accounts/{id}/sessions/{sessionId}", operation_id = "end_account_session", tag = "administration",
    params(
        ("id" = uuid::Uuid, Path, description = "The account's identifier."),
        ("sessionId" = uuid::Uuid, Path, description = "The session's identifier."),
    ),
    responses((status = 204, description = "The session has ended.")),
    security(("bearer" = []))
)]
pub async fn end_account_session(
    Caller(ctx): Caller,
    app: web::Data<App>,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (account, session) = named(&app, &ctx, "end_account_session", &path).await?;
    access::end_session(&app, &ctx, account, Id::from_uuid(session)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// How the signing keys stand.
#[utoipa::path(
    get, path = "/api/v1/admin/signing-keys", operation_id = "list_signing_keys", tag = "administration",
    responses((status = 200, description = "The keys, without the keys themselves.", body = SigningKeys)),
    security(("bearer" = []))
)]
pub async fn list_signing_keys(Caller(ctx): Caller, app: web::Data<App>) -> Result<HttpResponse, Problem> {
    let keys = access::signing_keys(&app, &ctx).await?;
    Ok(HttpResponse::Ok().json(SigningKeys { items: keys.into_iter().map(Into::into).collect() }))
}
