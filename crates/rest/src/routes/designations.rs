//! `/api/v1/tasks/{id}/designations`, and naming whom filtered words mean under `/api/v1/admin`.
//! Must not decide anything.
//! The use case is `app::designation`.

use actix_web::{HttpResponse, web};
use app::{View, designation};
use domain::{error::Code, task::TaskId};

use crate::{
    dto::{
        agency::AsOfParams,
        designation::{DesignatedPart, Designations, NewDesignation},
        organisation::DryRun,
        place::Places,
    },
    extract::{Params, Push, Reading},
    problem::Problem,
};

/// Whom words for relevant agencies mean for a task on a day, and every document that said so.
#[utoipa::path(
    get, path = "/api/v1/tasks/{id}/designations", operation_id = "list_designations", tag = "register",
    params(("id" = uuid::Uuid, Path, description = "The task's identifier."), AsOfParams),
    responses((status = 200, description = "What is designated.", body = Designations)),
    security((), ("bearer" = []))
)]
pub async fn list_designations(
    Reading(view): Reading,
    path: web::Path<String>,
    Params(params): Params<AsOfParams>,
) -> Result<HttpResponse, Problem> {
    let id = named(&path)?;
    if app::task::by_ids(&view, vec![id]).await?.is_empty() {
        return Err(Problem::new(Code::NotFound));
    }
    let parts = designation::of_task(&view, id, params.as_of).await?;
    let places = Places::of(&view, parts.iter().flat_map(|part| &part.designations).map(|one| one.id.uuid())).await?;
    let catalogue = view.catalogue().await?;
    let body = Designations { items: parts.iter().map(|part| DesignatedPart::of(part, catalogue, &places)).collect() };
    view.clone().end().await?;
    Ok(HttpResponse::Ok().json(body))
}

/// Names, from a day on, whom words for relevant agencies mean for a task; with `dryRun=true` only shows what would then be so.
#[utoipa::path(
    post, path = "/api/v1/admin/tasks/{id}/designations", operation_id = "designate_members", tag = "administration",
    params(("id" = uuid::Uuid, Path, description = "The task's identifier."), DryRun), request_body = NewDesignation,
    responses(
        (status = 200, description = "What would be designated; nothing was kept.", body = DesignatedPart),
        (status = 201, description = "What is designated from the day on; what was before stays known.", body = DesignatedPart),
    ),
    security(("bearer" = []))
)]
pub async fn designate_members(push: Push, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let new: NewDesignation = push.read("designate_members").await?;
    let dry_run = Params::<DryRun>::of(&push.request)?.0.dry_run.unwrap_or(false);
    let standing = designation::designate(&push.app, &push.ctx, named(&path)?, new.into(), dry_run).await?;
    let view = View::new(&push.app, push.ctx.clone());
    let places = Places::of(&view, standing.designations.iter().map(|one| one.id.uuid())).await?;
    let body = DesignatedPart::of(&standing, view.catalogue().await?, &places);
    view.clone().end().await?;
    Ok(if dry_run { HttpResponse::Ok().json(body) } else { HttpResponse::Created().json(body) })
}

fn named(path: &str) -> Result<TaskId, Problem> {
    path.parse().map_err(|_| Problem::new(Code::NotFound))
}
