//! `/api/v1/programmes/{code}/known-issues`, and confirming how they are read under `/api/v1/admin`.
//! Must not decide anything.
//! The use cases are `app::plan` and `app::reading`.

use actix_web::{HttpResponse, web};
use app::{View, plan, reading, version::programme_on};
use domain::error::Code;

use crate::{
    dto::{
        known_issue::{KnownIssue, KnownIssues, NewReadingConfirmation},
        place::Places,
        programme::ProgrammeParams,
    },
    extract::{Params, Push, Reading},
    problem::Problem,
};

/// Known defects of a decision's text: what is written, how it is read, and who answers for that; with `asOf` as it
/// stood on a day.
#[utoipa::path(
    get, path = "/api/v1/programmes/{code}/known-issues", operation_id = "list_known_issues", tag = "register",
    params(ProgrammeParams, ("code" = String, Path, description = "The programme's code.", max_length = 64)),
    responses((status = 200, description = "The defects.", body = KnownIssues)),
    security((), ("bearer" = []))
)]
pub async fn list_known_issues(
    Reading(view): Reading,
    path: web::Path<String>,
    Params(params): Params<ProgrammeParams>,
) -> Result<HttpResponse, Problem> {
    let programme = match params.as_of {
        None => plan::programme(&view, &path).await?.map(|programme| programme.id),
        Some(day) => programme_on(&view, &path, day).await?.map(|found| found.programme.id),
    };
    let programme = programme.ok_or_else(|| Problem::new(Code::NotFound))?;
    let issues = plan::known_issues(&view, vec![programme]).await?.remove(&programme).unwrap_or_default();
    let issues: Vec<_> = issues.into_iter().map(|issue| issue.on(params.as_of.unwrap_or_else(|| view.today()))).collect();
    let places = Places::of(&view, issues.iter().filter_map(|issue| Some(issue.confirmation.as_ref()?.id.uuid()))).await?;
    let catalogue = view.catalogue().await?;
    let body = KnownIssues { items: issues.iter().map(|issue| KnownIssue::of(issue, catalogue, &places)).collect() };
    view.clone().end().await?;
    Ok(HttpResponse::Ok().json(body))
}

/// Confirms how a defect of a decision's text is read: whoever asks answers for it from then on.
#[utoipa::path(
    post, path = "/api/v1/admin/programmes/{code}/known-issues/{id}/confirmation", operation_id = "confirm_reading",
    tag = "administration", request_body = NewReadingConfirmation,
    params(
        ("code" = String, Path, description = "The programme's code.", max_length = 64),
        ("id" = uuid::Uuid, Path, description = "The defect's identifier."),
    ),
    responses((status = 201, description = "The defect, with who answers for its reading.", body = KnownIssue)),
    security(("bearer" = []))
)]
pub async fn confirm_reading(push: Push, path: web::Path<(String, String)>) -> Result<HttpResponse, Problem> {
    let new: NewReadingConfirmation = push.read("confirm_reading").await?;
    let (programme, id) = path.into_inner();
    let issue = reading::confirm(&push.app, &push.ctx, programme, id, new.into()).await?;
    let view = View::new(&push.app, push.ctx.clone());
    let places = Places::of(&view, issue.confirmation.iter().map(|confirmed| confirmed.id.uuid())).await?;
    let body = KnownIssue::of(&issue, view.catalogue().await?, &places);
    view.clone().end().await?;
    Ok(HttpResponse::Created().json(body))
}
