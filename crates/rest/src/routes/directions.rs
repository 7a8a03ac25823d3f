//! `/api/v1/admin/programmes/{code}/directions`: what a document directs becomes a task.
//! Must not decide anything.
//! The use case is `app::direction`.

use actix_web::{HttpResponse, web};
use app::{View, direction, task};
use domain::error::Code;

use crate::{
    dto::{direction::NewDirection, task::Task, text::Texts},
    extract::{Push, liked_langs},
    problem::Problem,
};

/// Makes what a document directs, and no meeting concluded, a task of the programme: led, due, reported and counted like those of its
/// annex.
#[utoipa::path(
    post, path = "/api/v1/admin/programmes/{code}/directions", operation_id = "record_direction", tag = "administration",
    params(("code" = String, Path, description = "The programme's code.")), request_body = NewDirection,
    responses((status = 201, description = "The task that follows it.", body = Task)),
    security(("bearer" = []))
)]
pub async fn record_direction(push: Push, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let new: NewDirection = push.read("record_direction").await?;
    let id = direction::record_direction(&push.app, &push.ctx, &path, new.into()).await?;
    let (view, liked) = (View::new(&push.app, push.ctx.clone()), liked_langs(&push.request));
    let task = task::by_ids(&view, vec![id]).await?.remove(&id).ok_or_else(|| Problem::new(Code::NotFound))?;
    let assignments = task::assignments(&view, vec![id], None).await?.remove(&id).unwrap_or_default();
    let by = direction::of_tasks(&view, vec![id]).await?;
    let texts = Texts::of(&view, liked, vec![id.uuid()]).await?;
    let body = Task::of(&task, &assignments, (view.catalogue().await?, view.today()), &texts).directed(by.get(&id));
    view.clone().end().await?;
    Ok(HttpResponse::Created().json(body))
}
