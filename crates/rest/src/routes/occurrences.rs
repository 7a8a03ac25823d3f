//! `/api/v1/occurrences`: what became of tasks, and moving them.
//! Must not let anything move without `If-Match`.
//! The use cases are `app::occurrence`; extensions and principals are in the files beside this one.

use actix_web::{HttpResponse, http::header, web};
use app::{
    View,
    occurrence::{self, Change, Ground, OccurrenceFilter},
};
use domain::{error::Code, task::OccurrenceId};

use crate::{
    condition::revision,
    dto::{
        occurrence::{Occurrence, OccurrenceDetail, OccurrencePage, OccurrenceParams},
        occurrence_act::{NewClaim, NewReturn, Order, Reasoned, Remark},
        page::{forward, reply},
    },
    extract::{Params, Push, Reading},
    problem::Problem,
};

/// Occurrences as they were on a day, by identifier.
#[utoipa::path(
    get, path = "/api/v1/occurrences", operation_id = "list_occurrences", tag = "occurrences", params(OccurrenceParams),
    responses((status = 200, description = "A page of occurrences.", body = OccurrencePage)),
    security((), ("bearer" = []))
)]
pub async fn list_occurrences(Reading(view): Reading, Params(params): Params<OccurrenceParams>) -> Result<HttpResponse, Problem> {
    let (filter, day) = (OccurrenceFilter::from(&params), params.as_of.unwrap_or_else(|| view.today()));
    let listing = occurrence::list(&view, &filter, false, &forward(params.limit, params.after)).await?;
    let tasks = app::task::by_ids(&view, listing.items.iter().map(|(_, occurrence)| occurrence.task).collect()).await?;
    let catalogue = view.catalogue().await?;
    let items = listing.items.iter();
    let page = OccurrencePage {
        end_cursor: listing.end().map(str::to_owned),
        has_next: listing.has_next,
        items: items.map(|(_, occurrence)| Occurrence::of(occurrence, &tasks, catalogue, day, params.nearly_due_days)).collect(),
    };
    view.clone().end().await?;
    Ok(reply(&page))
}

/// One occurrence with everything that was done to it.
#[utoipa::path(
    get, path = "/api/v1/occurrences/{id}", operation_id = "get_occurrence", tag = "occurrences",
    params(("id" = uuid::Uuid, Path, description = "The occurrence's identifier.")),
    responses((status = 200, description = "The occurrence.", body = OccurrenceDetail, headers(
        ("ETag" = String, description = "The revision; a change names it as `If-Match`."),
    ))),
    security((), ("bearer" = []))
)]
pub async fn get_occurrence(Reading(view): Reading, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    shown(view, named(&path)?).await
}

/// The occurrence that a path names.
pub(super) fn named(path: &str) -> Result<OccurrenceId, Problem> {
    path.parse().map_err(|_| Problem::new(Code::NotFound))
}

/// An occurrence as it stands, with its entity tag.
pub(super) async fn shown(view: View, id: OccurrenceId) -> Result<HttpResponse, Problem> {
    let found = occurrence::by_id(&view, id).await?.ok_or_else(|| Problem::new(Code::NotFound))?;
    let history = occurrence::history(&view, vec![id]).await?.remove(&id).unwrap_or_default();
    let claims = occurrence::claims(&view, vec![id]).await?.remove(&id).unwrap_or_default();
    let extensions = occurrence::extensions(&view, vec![id]).await?.remove(&id).unwrap_or_default();
    let led = (found.task, found.led_on(view.today(), None));
    let leads = occurrence::leads(&view, vec![led]).await?.remove(&led).unwrap_or_default();
    let tasks = app::task::by_ids(&view, vec![found.task]).await?;
    let catalogue = view.catalogue().await?;
    let body = Occurrence::of(&found, &tasks, catalogue, view.today(), None);
    let body = OccurrenceDetail::of(body, &leads, &history, &claims, &extensions, catalogue);
    view.clone().end().await?;
    Ok(HttpResponse::Ok().insert_header((header::ETAG, format!("\"{}\"", found.revision))).json(body))
}

/// Makes a change that rests on the revision that the request names, and shows what came of it.
async fn changed(push: &Push, path: &str, change: Change) -> Result<HttpResponse, Problem> {
    let (id, revision) = (named(path)?, revision(&push.request)?);
    occurrence::act(&push.app, &push.ctx, id, revision, change).await?;
    shown(View::new(&push.app, push.ctx.clone()), id).await
}

/// Begins: the caller's agency, which leads the task, is at work.
#[utoipa::path(
    post, path = "/api/v1/occurrences/{id}/start", operation_id = "start_occurrence", tag = "occurrences",
    params(
        ("id" = uuid::Uuid, Path, description = "The occurrence's identifier."),
        ("If-Match" = String, Header, description = "The `ETag` of the occurrence that the change rests on.", max_length = 2000),
    ),
    responses((status = 200, description = "The occurrence after it.", body = OccurrenceDetail, headers(
        ("ETag" = String, description = "The new revision."),
    ))),
    security(("bearer" = []))
)]
pub async fn start_occurrence(push: Push, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    push.admit("start_occurrence").await?;
    changed(&push, &path, Change::Start).await
}

/// Says that the caller's agency has delivered. When every lead has, or the principal alone, it waits to be confirmed.
#[utoipa::path(
    post, path = "/api/v1/occurrences/{id}/claim", operation_id = "claim_occurrence", tag = "occurrences", request_body = NewClaim,
    params(
        ("id" = uuid::Uuid, Path, description = "The occurrence's identifier."),
        ("If-Match" = String, Header, description = "The `ETag` of the occurrence that the change rests on.", max_length = 2000),
    ),
    responses((status = 200, description = "The occurrence after it.", body = OccurrenceDetail, headers(
        ("ETag" = String, description = "The new revision."),
    ))),
    security(("bearer" = []))
)]
pub async fn claim_occurrence(push: Push, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let body: NewClaim = push.read("claim_occurrence").await?;
    changed(&push, &path, body.into()).await
}

/// Gives a task back before it is begun, with who should do it instead.
#[utoipa::path(
    post, path = "/api/v1/occurrences/{id}/return", operation_id = "return_occurrence", tag = "occurrences", request_body = NewReturn,
    params(
        ("id" = uuid::Uuid, Path, description = "The occurrence's identifier."),
        ("If-Match" = String, Header, description = "The `ETag` of the occurrence that the change rests on.", max_length = 2000),
    ),
    responses((status = 200, description = "The occurrence after it.", body = OccurrenceDetail, headers(
        ("ETag" = String, description = "The new revision."),
    ))),
    security(("bearer" = []))
)]
pub async fn return_occurrence(push: Push, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let body: NewReturn = push.read("return_occurrence").await?;
    changed(&push, &path, body.into()).await
}

/// Confirms what was delivered. Nobody confirms what their own agency leads.
#[utoipa::path(
    post, path = "/api/v1/occurrences/{id}/confirm", operation_id = "confirm_occurrence", tag = "occurrences", request_body = Remark,
    params(
        ("id" = uuid::Uuid, Path, description = "The occurrence's identifier."),
        ("If-Match" = String, Header, description = "The `ETag` of the occurrence that the change rests on.", max_length = 2000),
    ),
    responses((status = 200, description = "The occurrence after it.", body = OccurrenceDetail, headers(
        ("ETag" = String, description = "The new revision."),
    ))),
    security(("bearer" = []))
)]
pub async fn confirm_occurrence(push: Push, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let body: Remark = push.read("confirm_occurrence").await?;
    changed(&push, &path, Change::Confirm(Ground::from(body))).await
}

/// Has it done again: what was delivered does not do.
#[utoipa::path(
    post, path = "/api/v1/occurrences/{id}/redo", operation_id = "redo_occurrence", tag = "occurrences", request_body = Reasoned,
    params(
        ("id" = uuid::Uuid, Path, description = "The occurrence's identifier."),
        ("If-Match" = String, Header, description = "The `ETag` of the occurrence that the change rests on.", max_length = 2000),
    ),
    responses((status = 200, description = "The occurrence after it.", body = OccurrenceDetail, headers(
        ("ETag" = String, description = "The new revision."),
    ))),
    security(("bearer" = []))
)]
pub async fn redo_occurrence(push: Push, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let body: Reasoned = push.read("redo_occurrence").await?;
    changed(&push, &path, Change::Redo(Ground::from(body))).await
}

/// Suspends it; until it is resumed it does not count.
#[utoipa::path(
    post, path = "/api/v1/occurrences/{id}/suspend", operation_id = "suspend_occurrence", tag = "occurrences", request_body = Order,
    params(
        ("id" = uuid::Uuid, Path, description = "The occurrence's identifier."),
        ("If-Match" = String, Header, description = "The `ETag` of the occurrence that the change rests on.", max_length = 2000),
    ),
    responses((status = 200, description = "The occurrence after it.", body = OccurrenceDetail, headers(
        ("ETag" = String, description = "The new revision."),
    ))),
    security(("bearer" = []))
)]
pub async fn suspend_occurrence(push: Push, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let body: Order = push.read("suspend_occurrence").await?;
    changed(&push, &path, Change::Suspend(Ground::from(body))).await
}

/// Takes it up again where it was suspended.
#[utoipa::path(
    post, path = "/api/v1/occurrences/{id}/resume", operation_id = "resume_occurrence", tag = "occurrences", request_body = Reasoned,
    params(
        ("id" = uuid::Uuid, Path, description = "The occurrence's identifier."),
        ("If-Match" = String, Header, description = "The `ETag` of the occurrence that the change rests on.", max_length = 2000),
    ),
    responses((status = 200, description = "The occurrence after it.", body = OccurrenceDetail, headers(
        ("ETag" = String, description = "The new revision."),
    ))),
    security(("bearer" = []))
)]
pub async fn resume_occurrence(push: Push, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let body: Reasoned = push.read("resume_occurrence").await?;
    changed(&push, &path, Change::Resume(Ground::from(body))).await
}

/// Cancels it for good.
#[utoipa::path(
    post, path = "/api/v1/occurrences/{id}/cancel", operation_id = "cancel_occurrence", tag = "occurrences", request_body = Order,
    params(
        ("id" = uuid::Uuid, Path, description = "The occurrence's identifier."),
        ("If-Match" = String, Header, description = "The `ETag` of the occurrence that the change rests on.", max_length = 2000),
    ),
    responses((status = 200, description = "The occurrence after it.", body = OccurrenceDetail, headers(
        ("ETag" = String, description = "The new revision."),
    ))),
    security(("bearer" = []))
)]
pub async fn cancel_occurrence(push: Push, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let body: Order = push.read("cancel_occurrence").await?;
    changed(&push, &path, Change::Cancel(Ground::from(body))).await
}

/// Takes it back from whom it was given to, for good.
#[utoipa::path(
    post, path = "/api/v1/occurrences/{id}/withdraw", operation_id = "withdraw_occurrence", tag = "occurrences", request_body = Order,
    params(
        ("id" = uuid::Uuid, Path, description = "The occurrence's identifier."),
        ("If-Match" = String, Header, description = "The `ETag` of the occurrence that the change rests on.", max_length = 2000),
    ),
    responses((status = 200, description = "The occurrence after it.", body = OccurrenceDetail, headers(
        ("ETag" = String, description = "The new revision."),
    ))),
    security(("bearer" = []))
)]
pub async fn withdraw_occurrence(push: Push, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let body: Order = push.read("withdraw_occurrence").await?;
    changed(&push, &path, Change::Withdraw(Ground::from(body))).await
}

/// Has a task that was given back done after all.
#[utoipa::path(
    post, path = "/api/v1/occurrences/{id}/reopen", operation_id = "reopen_occurrence", tag = "occurrences", request_body = Reasoned,
    params(
        ("id" = uuid::Uuid, Path, description = "The occurrence's identifier."),
        ("If-Match" = String, Header, description = "The `ETag` of the occurrence that the change rests on.", max_length = 2000),
    ),
    responses((status = 200, description = "The occurrence after it.", body = OccurrenceDetail, headers(
        ("ETag" = String, description = "The new revision."),
    ))),
    security(("bearer" = []))
)]
pub async fn reopen_occurrence(push: Push, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let body: Reasoned = push.read("reopen_occurrence").await?;
    changed(&push, &path, Change::Reopen(Ground::from(body))).await
}
