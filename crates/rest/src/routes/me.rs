//! `/api/v1/me`: everybody's own account, password, second factor and sessions.
//! Must not touch an account but the caller's.
//! The use cases are `app::access` and `app::identity`.

use actix_web::{HttpResponse, web};
use app::{App, access, identity};
use domain::{error::Code, policy::operations::Interface};

use crate::{
    dto::{
        access::{EnrolledFactor, FactorConfirmation, FactorEnrolment, FactorRemoval, PasswordChange, RecoveryCodes, Session, Sessions},
        auth::Me,
    },
    extract::{Caller, Push, Reading},
    problem::{Problem, ProblemDocument},
};

/// The caller's own account.
#[utoipa::path(
    get, path = "/api/v1/me", operation_id = "get_me", tag = "auth",
    responses((status = 200, description = "The account.", body = Me)),
    security(("bearer" = []))
)]
pub async fn get_me(Caller(ctx): Caller, app: web::Data<App>) -> Result<HttpResponse, Problem> {
    app::admit(&app, &ctx, Interface::Rest, "get_me", None).await?;
    let (account, agency) = identity::me(&ctx)?;
    let roles = account.roles().iter().map(|role| role.label().to_owned()).collect();
    let (kind, login, name) = (account.kind.label().to_owned(), account.login.to_string(), account.name.to_string());
    let scopes = account.scopes.to_string().split(' ').map(str::to_owned).collect();
    let agency = agency.map(|code| code.to_string());
    Ok(HttpResponse::Ok().json(Me { id: account.id.uuid(), kind, login, name, agency, roles, scopes }))
}

/// Changes the caller's password and ends every other session.
#[utoipa::path(
    post, path = "/api/v1/me/password", operation_id = "change_password", tag = "auth", request_body = PasswordChange,
    responses((status = 204, description = "The new password counts from now on.")),
    security(("bearer" = []))
)]
pub async fn change_password(push: Push) -> Result<HttpResponse, Problem> {
    let change: PasswordChange = push.read("change_password").await?;
    access::change_password(&push.app, &push.ctx, change.current_password, change.new_password).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Begins a second factor. It counts once its first code is confirmed.
#[utoipa::path(
    post, path = "/api/v1/me/second-factor", operation_id = "enrol_second_factor", tag = "auth", request_body = FactorEnrolment,
    responses((status = 201, description = "What an authenticator is given, shown this once.", body = EnrolledFactor)),
    security(("bearer" = []))
)]
pub async fn enrol_second_factor(push: Push) -> Result<HttpResponse, Problem> {
    let enrolment: FactorEnrolment = push.read("enrol_second_factor").await?;
    let enrolled = access::enrol_second_factor(&push.app, &push.ctx, enrolment.current_password).await?;
    Ok(HttpResponse::Created().json(EnrolledFactor { address: enrolled.address }))
}

/// Confirms a second factor with its first code.
#[utoipa::path(
    post, path = "/api/v1/me/second-factor/confirm", operation_id = "confirm_second_factor", tag = "auth", request_body = FactorConfirmation,
    responses(
        (status = 200, description = "Recovery codes, shown this once.", body = RecoveryCodes),
        (status = 404, description = "No second factor was begun.", body = ProblemDocument, content_type = "application/problem+json"),
    ),
    security(("bearer" = []))
)]
pub async fn confirm_second_factor(push: Push) -> Result<HttpResponse, Problem> {
    let confirmation: FactorConfirmation = push.read("confirm_second_factor").await?;
    let recovery_codes = access::confirm_second_factor(&push.app, &push.ctx, confirmation.code).await?;
    Ok(HttpResponse::Ok().json(RecoveryCodes { recovery_codes }))
}

/// Takes the caller's second factor away.
#[utoipa::path(
    post, path = "/api/v1/me/second-factor/remove", operation_id = "remove_second_factor", tag = "auth", request_body = FactorRemoval,
    responses(
        (status = 204, description = "The password alone signs in from now on."),
        (status = 404, description = "There is no second factor.", body = ProblemDocument, content_type = "application/problem+json"),
    ),
    security(("bearer" = []))
)]
pub async fn remove_second_factor(push: Push) -> Result<HttpResponse, Problem> {
    let removal: FactorRemoval = push.read("remove_second_factor").await?;
    access::remove_second_factor(&push.app, &push.ctx, removal.current_password, removal.one_time_password).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The caller's sessions that go on, the newest first.
#[utoipa::path(
    get, path = "/api/v1/me/sessions", operation_id = "list_my_sessions", tag = "auth",
    responses((status = 200, description = "The sessions.", body = Sessions)),
    security(("bearer" = []))
)]
pub async fn list_my_sessions(Reading(view): Reading) -> Result<HttpResponse, Problem> {
    app::admit(view.app(), view.ctx(), Interface::Rest, "list_my_sessions", None).await?;
    let sessions = access::own_sessions(&view).await?;
    let current = view.ctx().session();
    view.clone().end().await?;
    Ok(HttpResponse::Ok().json(Sessions { items: sessions.iter().map(|session| Session::of(session, current)).collect() }))
}

/// Ends one of the caller's sessions; its tokens are worth nothing within seconds.
#[utoipa::path(
    delete, path = "/api/v1/me/sessions/{id}", operation_id = "end_my_session", tag = "auth",
    params(("id" = uuid::Uuid, Path, description = "The session's identifier.")),
    responses((status = 204, description = "The session has ended.")),
    security(("bearer" = []))
)]
pub async fn end_my_session(Caller(ctx): Caller, app: web::Data<App>, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let id = path.parse().map_err(|_| Problem::new(Code::NotFound))?;
    access::end_own_session(&app, &ctx, id).await?;
    Ok(HttpResponse::NoContent().finish())
}
