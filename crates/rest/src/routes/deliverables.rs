//! `/api/v1/deliverables`: what programmes bring about, recorded by agencies, read by everybody as far as it is public.
//! Must not let one be changed without `If-Match`, nor show more of one than `app::deliverable` gives.
//! The use cases are `app::deliverable`.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, http::header, web};
use app::{
    Error, StoredResponse, View,
    deliverable::{self, DeliverableFilter, Shown},
};
use auth::digest;
use domain::{deliverable::DeliverableId, error::Code, lang::Liked};
use serde::Serialize;

use super::reports::{given, task_codes};
use crate::{
    condition::revision,
    dto::{
        deliverable::{
            Deliverable, DeliverableBody, DeliverableDays, DeliverablePage, DeliverableParams, DeliverableVersions, DeliverableWithdrawal,
            NewDeliverable, NewDeliverables, NewDeliverablesParams, RecordedDeliverable, RecordedDeliverables,
        },
        deliverable_figures::{DeliverableFigures, DeliverableFiguresParams},
        page::{forward, reply},
        text::{Preference, Texts},
    },
    extract::{Params, Preferred, Push, Reading, idempotency_key, key_unless_rehearsed, liked_langs, require_json},
    problem::{Problem, ProblemDocument},
};

/// Deliverables that the caller may see, in the order in which they were recorded: publications, films, editions, events, agreements
/// and all else. Rebuttals of false claims and commendations are listed only to those who see them by role; everybody reads their
/// counts among the figures.
#[utoipa::path(
    get, path = "/api/v1/deliverables", operation_id = "list_deliverables", tag = "deliverables", params(DeliverableParams, Preference),
    responses((status = 200, description = "A page of deliverables.", body = DeliverablePage)),
    security((), ("bearer" = []))
)]
pub async fn list_deliverables(
    Reading(view): Reading,
    Preferred(liked): Preferred,
    Params(params): Params<DeliverableParams>,
) -> Result<HttpResponse, Problem> {
    let filter = DeliverableFilter::from(&params);
    let listing = deliverable::list(&view, &filter, false, &forward(params.limit, params.after)).await?;
    let codes = task_codes(&view, listing.items.iter().filter_map(|(_, shown)| shown.task)).await?;
    let texts = texts(&view, liked, listing.items.iter().map(|(_, shown)| shown)).await?;
    let (told, today) = ((&**view.catalogue().await?, &texts), view.today());
    let days = (params.as_of.unwrap_or(today), today);
    let code = |shown: &Shown| codes.get(&shown.task?).map(String::as_str);
    let page = DeliverablePage {
        end_cursor: listing.end().map(str::to_owned),
        has_next: listing.has_next,
        items: listing.items.iter().map(|(_, shown)| Deliverable::of(shown, code(shown), told, days, params.stale_days)).collect(),
    };
    view.clone().end().await?;
    Ok(reply(&page))
}

/// What the titles that the caller sees are in other languages.
async fn texts<'a>(view: &View, liked: Liked, all: impl Iterator<Item = &'a Shown>) -> Result<Texts, Error> {
    Texts::of(view, liked, all.filter(|shown| shown.title.is_some()).map(|shown| shown.id.uuid()).collect()).await
}

/// What everybody may know of the register of a programme, by year: counts, and of rebuttals the days of the answers.
#[utoipa::path(
    get, path = "/api/v1/deliverables/figures", operation_id = "get_deliverable_figures", tag = "deliverables",
    params(DeliverableFiguresParams),
    responses(
        (status = 200, description = "The figures.", body = DeliverableFigures),
        (status = 404, description = "There is no such programme.", body = ProblemDocument, content_type = "application/problem+json"),
    ),
    security((), ("bearer" = []))
)]
pub async fn get_deliverable_figures(
    Reading(view): Reading,
    Params(params): Params<DeliverableFiguresParams>,
) -> Result<HttpResponse, Problem> {
    let years = deliverable::figures(&view, &params.programme, params.year, None).await?.ok_or_else(|| Problem::new(Code::NotFound))?;
    view.clone().end().await?;
    Ok(HttpResponse::Ok().json(DeliverableFigures::of(&years)))
}

/// One deliverable.
#[utoipa::path(
    get, path = "/api/v1/deliverables/{id}", operation_id = "get_deliverable", tag = "deliverables",
    params(("id" = uuid::Uuid, Path, description = "The deliverable's identifier."), DeliverableDays, Preference),
    responses((status = 200, description = "The deliverable.", body = Deliverable, headers(
        ("ETag" = String, description = "The revision; a change names it as `If-Match`. For whoever sees it by role."),
    ))),
    security((), ("bearer" = []))
)]
pub async fn get_deliverable(
    Reading(view): Reading,
    Preferred(liked): Preferred,
    path: web::Path<String>,
    Params(days): Params<DeliverableDays>,
) -> Result<HttpResponse, Problem> {
    let id = named(&path)?;
    let Some(shown) = deliverable::by_id(&view, id, days.known_on).await? else {
        app::node::note_hidden(&view, "get_deliverable", id.uuid()).await?;
        return Err(Problem::new(Code::NotFound));
    };
    answered(&view, &shown, &days, liked).await
}

fn named(path: &str) -> Result<DeliverableId, Problem> {
    path.parse().map_err(|_| Problem::new(Code::NotFound))
}

async fn answered(view: &View, shown: &Shown, days: &DeliverableDays, liked: Liked) -> Result<HttpResponse, Problem> {
    let codes = task_codes(view, shown.task.into_iter()).await?;
    let code = shown.task.and_then(|task| codes.get(&task)).map(String::as_str);
    let texts = texts(view, liked, std::iter::once(shown)).await?;
    let (told, today) = ((&**view.catalogue().await?, &texts), view.today());
    let body = Deliverable::of(shown, code, told, (days.as_of.unwrap_or(today), today), days.stale_days);
    view.clone().end().await?;
    let mut response = HttpResponse::Ok();
    if let Some(inside) = &shown.inside {
        response.insert_header((header::ETAG, format!("\"{}\"", inside.revision)));
    }
    Ok(response.json(body))
}

/// What was said of a deliverable with each revision, from the first on, for whoever sees it by role.
#[utoipa::path(
    get, path = "/api/v1/deliverables/{id}/versions", operation_id = "list_deliverable_versions", tag = "deliverables",
    params(("id" = uuid::Uuid, Path, description = "The deliverable's identifier.")),
    responses((status = 200, description = "Its versions.", body = DeliverableVersions)),
    security((), ("bearer" = []))
)]
pub async fn list_deliverable_versions(Reading(view): Reading, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let versions = deliverable::versions(&view, named(&path)?).await?;
    view.clone().end().await?;
    Ok(HttpResponse::Ok().json(DeliverableVersions { items: versions.iter().map(Into::into).collect() }))
}

/// Records what the caller's agency brought about. Needs `Idempotency-Key`, as a report does.
#[utoipa::path(
    post, path = "/api/v1/deliverables", operation_id = "record_deliverable", tag = "deliverables", request_body = NewDeliverable,
    params(("Idempotency-Key" = String, Header, description = "Names this request; a retry carries the same key.", max_length = 255)),
    responses((status = 201, description = "It is recorded.", body = RecordedDeliverable, headers(
        ("Location" = String, description = "Where the deliverable is."),
        ("Idempotency-Replayed" = String, description = "`true` when this is an earlier answer given again."),
    ))),
    security(("bearer" = []))
)]
pub async fn record_deliverable(push: Push) -> Result<HttpResponse, Problem> {
    push.admit("record_deliverable").await?;
    require_json(&push.request)?;
    let key = idempotency_key(&push.request, &push.bytes)?;
    let new: NewDeliverable = push.body()?;
    let render = |shown: &Shown| answer(201, Some(format!("/api/v1/deliverables/{}", shown.id)), &RecordedDeliverable::of(shown));
    Ok(given(deliverable::record_one(&push.app, &push.ctx, new.into(), key, render).await?))
}

fn answer(status: u16, location: Option<String>, body: &impl Serialize) -> Result<StoredResponse, Error> {
    let body = serde_json::to_string(body).map_err(|_| Error::Internal("a deliverable cannot be written as JSON"))?;
    Ok(StoredResponse { status, location, body })
}

/// Records up to 500 deliverables of the caller's agency together, or none of them; every fault of every row is told at `/items/…`. With
/// `dryRun=true` everything is done and undone, and no `Idempotency-Key` is needed.
#[utoipa::path(
    post, path = "/api/v1/deliverables/batch", operation_id = "record_deliverables", tag = "deliverables", request_body = NewDeliverables,
    params(
        NewDeliverablesParams,
        ("Idempotency-Key" = Option<String>, Header, description = "Names this request; a retry carries the same key. Needed but for a dry run.", max_length = 255),
    ),
    responses((status = 200, description = "They are, or would be, recorded.", body = RecordedDeliverables, headers(
        ("Idempotency-Replayed" = String, description = "`true` when this is an earlier answer given again."),
    ))),
    security(("bearer" = []))
)]
pub async fn record_deliverables(push: Push, request: HttpRequest) -> Result<HttpResponse, Problem> {
    push.admit("record_deliverables").await?;
    let Params(params): Params<NewDeliverablesParams> = Params::of(&request)?;
    require_json(&push.request)?;
    let dry_run = params.dry_run.unwrap_or(false);
    let key = key_unless_rehearsed(&push.request, digest(&push.bytes), dry_run)?;
    let body: NewDeliverables = push.body()?;
    let all = Arc::new(body.items.into_iter().map(Into::into).collect());
    let Some(key) = key else {
        let recorded = deliverable::rehearse_all(&push.app, &push.ctx, all).await?;
        return Ok(HttpResponse::Ok().json(RecordedDeliverables { dry_run, recorded, items: Vec::new() }));
    };
    let render = |made: &[Shown]| {
        let items: Vec<_> = made.iter().map(RecordedDeliverable::of).collect();
        answer(200, None, &RecordedDeliverables { dry_run: false, recorded: items.len(), items })
    };
    Ok(given(deliverable::record_all(&push.app, &push.ctx, all, key, render).await?))
}

/// The deliverable after a change.
async fn after(push: &Push, id: DeliverableId) -> Result<HttpResponse, Problem> {
    let view = View::new(&push.app, push.ctx.clone());
    let shown = deliverable::by_id(&view, id, None).await?.ok_or_else(|| Problem::new(Code::NotFound))?;
    answered(&view, &shown, &DeliverableDays { as_of: None, known_on: None, stale_days: None }, liked_langs(&push.request)).await
}

/// Says of a deliverable something else, in whole; what was said before is kept with its revision.
#[utoipa::path(
    put, path = "/api/v1/deliverables/{id}", operation_id = "correct_deliverable", tag = "deliverables", request_body = DeliverableBody,
    params(
        ("id" = uuid::Uuid, Path, description = "The deliverable's identifier."),
        ("If-Match" = String, Header, description = "The `ETag` that the change rests on.", max_length = 2000),
    ),
    responses((status = 200, description = "The deliverable after it.", body = Deliverable, headers(("ETag" = String, description = "The new revision.")))),
    security(("bearer" = []))
)]
pub async fn correct_deliverable(push: Push, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let body: DeliverableBody = push.read("correct_deliverable").await?;
    let (id, revision) = (named(&path)?, revision(&push.request)?);
    deliverable::correct(&push.app, &push.ctx, (id, revision), body.into()).await?;
    after(&push, id).await
}

/// Takes a deliverable out of what counts, for a reason; it stays readable to those who see it by role.
#[utoipa::path(
    post, path = "/api/v1/deliverables/{id}/withdraw", operation_id = "withdraw_deliverable", tag = "deliverables",
    request_body = DeliverableWithdrawal,
    params(
        ("id" = uuid::Uuid, Path, description = "The deliverable's identifier."),
        ("If-Match" = String, Header, description = "The `ETag` that the change rests on.", max_length = 2000),
    ),
    responses((status = 200, description = "The deliverable after it.", body = Deliverable, headers(("ETag" = String, description = "The new revision.")))),
    security(("bearer" = []))
)]
pub async fn withdraw_deliverable(push: Push, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let body: DeliverableWithdrawal = push.read("withdraw_deliverable").await?;
    let (id, revision) = (named(&path)?, revision(&push.request)?);
    deliverable::withdraw(&push.app, &push.ctx, (id, revision), &body.reason).await?;
    after(&push, id).await
}
