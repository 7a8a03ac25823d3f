//! `/api/v1/extensions` and the request for one: more time for a task.
//! Must not let anything change without `If-Match`, which names the revision of the occurrence.
//! The use cases are `app::occurrence`.

use actix_web::{HttpResponse, web};
use app::{View, occurrence};
use domain::{error::Code, occurrence::ExtensionId};

use super::occurrences::{named, shown};
use crate::{
    condition::revision,
    dto::{
        occurrence::OccurrenceDetail,
        occurrence_act::{Approval, NewExtension, Reasoned},
    },
    extract::Push,
    problem::Problem,
};

/// Asks for a later due day. A request alone changes nothing; one is open at a time.
#[utoipa::path(
    post, path = "/api/v1/occurrences/{id}/extensions", operation_id = "request_extension", tag = "occurrences", request_body = NewExtension,
    params(
        ("id" = uuid::Uuid, Path, description = "The occurrence's identifier."),
        ("If-Match" = String, Header, description = "The `ETag` of the occurrence that the request rests on.", max_length = 2000),
    ),
    responses((status = 200, description = "The occurrence with the request.", body = OccurrenceDetail, headers(
        ("ETag" = String, description = "The new revision."),
    ))),
    security(("bearer" = []))
)]
pub async fn request_extension(push: Push, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let body: NewExtension = push.read("request_extension").await?;
    let (id, revision) = (named(&path)?, revision(&push.request)?);
    occurrence::ask(&push.app, &push.ctx, id, revision, body.due_on, body.reason).await?;
    shown(View::new(&push.app, push.ctx.clone()), id).await
}

/// The request that a path names.
fn asked(path: &str) -> Result<ExtensionId, Problem> {
    path.parse().map_err(|_| Problem::new(Code::NotFound))
}

/// Grants a request: the due day moves to the day asked for, or to another later one. Never by who asked, nor by who leads.
#[utoipa::path(
    post, path = "/api/v1/extensions/{id}/approve", operation_id = "approve_extension", tag = "occurrences", request_body = Approval,
    params(
        ("id" = uuid::Uuid, Path, description = "The request's identifier."),
        ("If-Match" = String, Header, description = "The `ETag` of the occurrence that the request is about.", max_length = 2000),
    ),
    responses((status = 200, description = "The occurrence after it.", body = OccurrenceDetail, headers(
        ("ETag" = String, description = "The new revision."),
    ))),
    security(("bearer" = []))
)]
pub async fn approve_extension(push: Push, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let body: Approval = push.read("approve_extension").await?;
    let (id, revision) = (asked(&path)?, revision(&push.request)?);
    let occurrence = occurrence::approve(&push.app, &push.ctx, id, revision, body.into()).await?;
    shown(View::new(&push.app, push.ctx.clone()), occurrence).await
}

/// Refuses a request; the due day stays.
#[utoipa::path(
    post, path = "/api/v1/extensions/{id}/reject", operation_id = "reject_extension", tag = "occurrences", request_body = Reasoned,
    params(
        ("id" = uuid::Uuid, Path, description = "The request's identifier."),
        ("If-Match" = String, Header, description = "The `ETag` of the occurrence that the request is about.", max_length = 2000),
    ),
    responses((status = 200, description = "The occurrence after it.", body = OccurrenceDetail, headers(
        ("ETag" = String, description = "The new revision."),
    ))),
    security(("bearer" = []))
)]
pub async fn reject_extension(push: Push, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let body: Reasoned = push.read("reject_extension").await?;
    let (id, revision) = (asked(&path)?, revision(&push.request)?);
    let occurrence = occurrence::reject(&push.app, &push.ctx, id, revision, body.into()).await?;
    shown(View::new(&push.app, push.ctx.clone()), occurrence).await
}

/// Takes a request of the caller's own agency back.
#[utoipa::path(
    post, path = "/api/v1/extensions/{id}/withdraw", operation_id = "withdraw_extension", tag = "occurrences",
    params(
        ("id" = uuid::Uuid, Path, description = "The request's identifier."),
        ("If-Match" = String, Header, description = "The `ETag` of the occurrence that the request is about.", max_length = 2000),
    ),
    responses((status = 200, description = "The occurrence after it.", body = OccurrenceDetail, headers(
        ("ETag" = String, description = "The new revision."),
    ))),
    security(("bearer" = []))
)]
pub async fn withdraw_extension(push: Push, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    push.admit("withdraw_extension").await?;
    let (id, revision) = (asked(&path)?, revision(&push.request)?);
    let occurrence = occurrence::withdraw(&push.app, &push.ctx, id, revision).await?;
    shown(View::new(&push.app, push.ctx.clone()), occurrence).await
}
