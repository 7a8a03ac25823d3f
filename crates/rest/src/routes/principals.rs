//! `/api/v1/tasks/{id}/principal`: the lead that alone answers for a task with several.
//! Must not change without `If-Match`, which names the designation before.
//! The use case is `app::occurrence`.

use actix_web::{HttpResponse, http::header, web};
use app::{
    View,
    occurrence::{self, Designation},
};
use domain::{error::Code, task::TaskId};

use crate::{
    condition::revision,
    dto::{occurrence::Principal, occurrence_act::NewPrincipal},
    extract::{Push, Reading},
    problem::Problem,
};

/// The lead that alone answers for a task, if one is designated.
#[utoipa::path(
    get, path = "/api/v1/tasks/{id}/principal", operation_id = "get_principal", tag = "occurrences",
    params(("id" = uuid::Uuid, Path, description = "The task's identifier.")),
    responses((status = 200, description = "The principal.", body = Principal, headers(
        ("ETag" = String, description = "How many designations there were; a change names it as `If-Match`."),
    ))),
    security((), ("bearer" = []))
)]
pub async fn get_principal(Reading(view): Reading, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    shown(view, named(&path)?).await
}

/// Designates the lead that alone answers for a task from today on, or nobody.
#[utoipa::path(
    put, path = "/api/v1/tasks/{id}/principal", operation_id = "designate_principal", tag = "occurrences", request_body = NewPrincipal,
    params(
        ("id" = uuid::Uuid, Path, description = "The task's identifier."),
        ("If-Match" = String, Header, description = "The `ETag` of the principal before.", max_length = 2000),
    ),
    responses((status = 200, description = "The principal after it.", body = Principal, headers(
        ("ETag" = String, description = "How many designations there were."),
    ))),
    security(("bearer" = []))
)]
pub async fn designate_principal(push: Push, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let body: NewPrincipal = push.read("designate_principal").await?;
    let (id, revision) = (named(&path)?, revision(&push.request)?);
    let designation = Designation { agency: body.agency, document: body.document };
    occurrence::designate(&push.app, &push.ctx, id, revision, designation).await?;
    shown(View::new(&push.app, push.ctx.clone()), id).await
}

fn named(path: &str) -> Result<TaskId, Problem> {
    path.parse().map_err(|_| Problem::new(Code::NotFound))
}

async fn shown(view: View, id: TaskId) -> Result<HttpResponse, Problem> {
    if app::task::by_ids(&view, vec![id]).await?.is_empty() {
        return Err(Problem::new(Code::NotFound));
    }
    let designations = occurrence::principals(&view, vec![id]).await?.remove(&id).unwrap_or_default();
    let body = Principal::of(designations.last(), view.catalogue().await?);
    view.clone().end().await?;
    Ok(HttpResponse::Ok().insert_header((header::ETAG, format!("\"{}\"", body.revision))).json(body))
}
