//! `/api/v1/admin/accounts`: accounts and the roles given to them.
//! Must not show a secret but in the answer that makes it.
//! The use cases are `app::access`; secrets, keys and sessions are `credentials`.

use actix_web::{HttpResponse, http::header, web};
use app::{App, access, listing::PageArgs};
use domain::{account as model, error::Code, policy::operations::Interface};

use crate::{
    dto::{
        access::{Account, AccountChange, AccountDetail, AccountPage, AccountParams, Created, Grant, NewAccount, NewGrant, Session},
        page::{forward, reply},
    },
    extract::{Caller, Params, Push, Reading, subject},
    problem::Problem,
};

/// Accounts by login.
#[utoipa::path(
    get, path = "/api/v1/admin/accounts", operation_id = "list_accounts", tag = "administration", params(AccountParams),
    responses((status = 200, description = "A page of accounts.", body = AccountPage)),
    security(("bearer" = []))
)]
pub async fn list_accounts(Reading(view): Reading, Params(params): Params<AccountParams>) -> Result<HttpResponse, Problem> {
    let filter = access::AccountFilter { kind: params.kind, agency: params.agency };
    let args: PageArgs = forward(params.limit, params.after);
    let listing = access::list(&view, &filter, &args).await?;
    let catalogue = view.catalogue().await?;
    let page = AccountPage {
        end_cursor: listing.end().map(str::to_owned),
        has_next: listing.has_next,
        items: listing.items.iter().map(|(_, listed)| Account::of(listed, &view, catalogue)).collect(),
    };
    view.clone().end().await?;
    Ok(reply(&page))
}

/// Makes an account. Its secret or first password is in the answer and nowhere else.
#[utoipa::path(
    post, path = "/api/v1/admin/accounts", operation_id = "create_account", tag = "administration", request_body = NewAccount,
    responses((status = 201, description = "The account is made.", body = Created, headers(
        ("Location" = String, description = "Where the account is."),
    ))),
    security(("bearer" = []))
)]
pub async fn create_account(push: Push) -> Result<HttpResponse, Problem> {
    let new: NewAccount = push.read("create_account").await?;
    let is_service = new.kind == model::AccountKind::Service;
    let (id, secret) = access::create(&push.app, &push.ctx, new.into()).await?;
    let (client_secret, password) = if is_service { (Some(secret), None) } else { (None, Some(secret)) };
    let mut response = HttpResponse::Created();
    response.insert_header((header::LOCATION, format!("/api/v1/admin/accounts/{id}")));
    Ok(response.json(Created { id: id.uuid(), client_secret, password }))
}

/// One account with its grants, secrets, keys and sessions.
#[utoipa::path(
    get, path = "/api/v1/admin/accounts/{id}", operation_id = "get_account", tag = "administration",
    params(("id" = uuid::Uuid, Path, description = "The account's identifier.")),
    responses((status = 200, description = "The account.", body = AccountDetail)),
    security(("bearer" = []))
)]
pub async fn get_account(Reading(view): Reading, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    app::admit(view.app(), view.ctx(), Interface::Rest, "get_account", subject("account", &path)).await?;
    let id: model::AccountId = path.parse().map_err(|_| Problem::new(Code::NotFound))?;
    let listed = access::by_id(&view, id).await?.ok_or_else(|| Problem::new(Code::NotFound))?;
    let (grants, credentials, sessions) =
        (access::grants(&view, id).await?, access::credentials(&view, id).await?, access::sessions(&view, &listed.account).await?);
    let catalogue = view.catalogue().await?;
    let detail = AccountDetail {
        account: Account::of(&listed, &view, catalogue),
        grants: grants.iter().map(|grant| Grant::of(grant, catalogue)).collect(),
        secrets: credentials.secrets.into_iter().map(Into::into).collect(),
        keys: credentials.keys.into_iter().map(Into::into).collect(),
        sessions: sessions.iter().map(|session| Session::of(session, None)).collect(),
    };
    view.clone().end().await?;
    Ok(HttpResponse::Ok().json(detail))
}

/// Changes an account. Disabling it makes its tokens worthless within seconds.
#[utoipa::path(
    patch, path = "/api/v1/admin/accounts/{id}", operation_id = "update_account", tag = "administration", request_body = AccountChange,
    params(("id" = uuid::Uuid, Path, description = "The account's identifier.")),
    responses((status = 204, description = "It is changed.")),
    security(("bearer" = []))
)]
pub async fn update_account(push: Push, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let change: AccountChange = push.read("update_account").await?;
    let id = path.parse().map_err(|_| Problem::new(Code::NotFound))?;
    access::update(&push.app, &push.ctx, id, change.into()).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Gives a role to an account.
#[utoipa::path(
    post, path = "/api/v1/admin/accounts/{id}/grants", operation_id = "create_grant", tag = "administration", request_body = NewGrant,
    params(("id" = uuid::Uuid, Path, description = "The account's identifier.")),
    responses((status = 201, description = "The role is given.", body = Created)),
    security(("bearer" = []))
)]
pub async fn create_grant(push: Push, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let new: NewGrant = push.read("create_grant").await?;
    let id = path.parse().map_err(|_| Problem::new(Code::NotFound))?;
    let grant = access::give(&push.app, &push.ctx, id, new.into()).await?;
    Ok(HttpResponse::Created().json(Created { id: grant.uuid(), client_secret: None, password: None }))
}

/// Withdraws a role from an account; it counts no more within seconds.
#[utoipa::path(
    delete, path = "/api/v1/admin/accounts/{id}/grants/{grantId}", operation_id = "revoke_grant", tag = "administration",
    params(
        ("id" = uuid::Uuid, Path, description = "The account's identifier."),
        ("grantId" = uuid::Uuid, Path, description = "The grant's identifier."),
    ),
    responses((status = 204, description = "The role is withdrawn.")),
    security(("bearer" = []))
)]
pub async fn revoke_grant(Caller(ctx): Caller, app: web::Data<App>, path: web::Path<(String, String)>) -> Result<HttpResponse, Problem> {
    app::admit(&app, &ctx, Interface::Rest, "revoke_grant", subject("account", &path.0)).await?;
    let nothing = |_| Problem::new(Code::NotFound);
    access::withdraw(&app, &ctx, path.0.parse().map_err(nothing)?, path.1.parse().map_err(nothing)?).await?;
    Ok(HttpResponse::NoContent().finish())
}
