//! `/api/v1/admin/agencies` and `/api/v1/admin/succession-queue`: what happens to agencies, and who answers for what has no owner.
//! Must not decide anything; a preview is the same call, undone.
//! The use cases are `app::succession` and `app::organisation`.

use std::collections::HashMap;

use actix_web::{HttpResponse, web};
use app::{View, organisation::change, succession};

use crate::{
    dto::{
        agency_change::{ChangeAgency, CreateAgency, SetAgencyCode, SetHeadOfAgency, SetRoll},
        organisation::{DryRun, NewAgencyEvent, RecordedEvent},
        page::{forward, reply},
        place::Places,
        succession::{NewSuccession, QueueParams, Succession, SuccessionEntry, SuccessionPage},
        vacated_seat::{VacatedSeat, VacatedSeatPage},
    },
    extract::{Params, Push, Reading},
    problem::{Problem, ProblemDocument},
};

/// Records what happens to agencies; with `dryRun=true` shows all that it would move, and keeps nothing.
#[utoipa::path(
    post, path = "/api/v1/admin/agencies/events", operation_id = "record_agency_event", tag = "administration", params(DryRun),
    request_body = NewAgencyEvent,
    responses(
        (status = 200, description = "All that the event would move; nothing was kept.", body = RecordedEvent),
        (status = 201, description = "The event, and all that it moved.", body = RecordedEvent),
    ),
    security(("bearer" = []))
)]
pub async fn record_agency_event(push: Push) -> Result<HttpResponse, Problem> {
    let new: NewAgencyEvent = push.read("record_agency_event").await?;
    let dry_run = Params::<DryRun>::of(&push.request)?.0.dry_run.unwrap_or(false);
    let codes: Vec<String> = new.successors.iter().map(|successor| successor.code.clone()).collect();
    let recorded = succession::record_event(&push.app, &push.ctx, new.into(), dry_run).await?;
    let made: HashMap<_, _> = recorded.event.successors.iter().copied().zip(codes).collect();
    let view = View::new(&push.app, push.ctx.clone());
    let places = Places::of(&view, std::iter::once(recorded.event.id.uuid())).await?;
    let body = RecordedEvent::of(&recorded, view.catalogue().await?, &made, &places);
    view.clone().end().await?;
    Ok(if dry_run { HttpResponse::Ok().json(body) } else { HttpResponse::Created().json(body) })
}

/// What no agency answers for, the longest waiting first.
#[utoipa::path(
    get, path = "/api/v1/admin/succession-queue", operation_id = "list_succession_queue", tag = "administration", params(QueueParams),
    responses(
        (status = 200, description = "A page of what waits for an owner.", body = SuccessionPage),
        (status = 400, description = "A parameter or cursor is not valid.", body = ProblemDocument, content_type = "application/problem+json"),
    ),
    security(("bearer" = []))
)]
pub async fn list_succession_queue(Reading(view): Reading, Params(params): Params<QueueParams>) -> Result<HttpResponse, Problem> {
    let listing = succession::queue(&view, params.as_of, &forward(params.limit, params.after)).await?;
    let waiting: Vec<_> = listing.items.iter().map(|(_, waiting)| waiting.clone()).collect();
    let (tasks, catalogue) = (succession::task_codes(&view, &waiting).await?, view.catalogue().await?);
    let page = SuccessionPage {
        end_cursor: listing.end().map(str::to_owned),
        has_next: listing.has_next,
        items: waiting.iter().map(|waiting| SuccessionEntry::of(waiting, catalogue, &tasks)).collect(),
    };
    view.clone().end().await?;
    Ok(reply(&page))
}

/// What agencies which are no more left in committees: seats that went with their posts, and committees that they served. It waits for a
/// document to say who is next.
#[utoipa::path(
    get, path = "/api/v1/admin/succession-queue/seats", operation_id = "list_vacated_seats", tag = "administration", params(QueueParams),
    responses((status = 200, description = "A page of what waits, the longest waiting first.", body = VacatedSeatPage)),
    security(("bearer" = []))
)]
pub async fn list_vacated_seats(Reading(view): Reading, Params(params): Params<QueueParams>) -> Result<HttpResponse, Problem> {
    let listing = succession::seats(&view, params.as_of, &forward(params.limit, params.after)).await?;
    let catalogue = view.catalogue().await?;
    let items = listing.items.iter().map(|(_, seat)| VacatedSeat::of(seat, catalogue)).collect();
    let page = VacatedSeatPage { end_cursor: listing.end().map(str::to_owned), has_next: listing.has_next, items };
    view.clone().end().await?;
    Ok(reply(&page))
}

/// Names who answers for entries of the queue from a day on.
#[utoipa::path(
    post, path = "/api/v1/admin/succession-queue/successor", operation_id = "name_successor", tag = "administration",
    request_body = NewSuccession,
    responses((status = 201, description = "They have an owner.", body = Succession)),
    security(("bearer" = []))
)]
pub async fn name_successor(push: Push) -> Result<HttpResponse, Problem> {
    let new: NewSuccession = push.read("name_successor").await?;
    let named = succession::name(&push.app, &push.ctx, new.into()).await?;
    let view = View::new(&push.app, push.ctx.clone());
    let places = Places::of(&view, named.events.iter().map(|event| event.id.uuid())).await?;
    let body = Succession::of(&named, view.catalogue().await?, &places);
    view.clone().end().await?;
    Ok(HttpResponse::Created().json(body))
}

/// Makes an agency.
#[utoipa::path(
    post, path = "/api/v1/admin/agencies", operation_id = "create_agency", tag = "administration", request_body = CreateAgency,
    responses((status = 204, description = "It is there from the day on.")),
    security(("bearer" = []))
)]
pub async fn create_agency(push: Push) -> Result<HttpResponse, Problem> {
    let new: CreateAgency = push.read("create_agency").await?;
    change(&push.app, &push.ctx, new.into()).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Changes name, kind or parent of an agency from a day on.
#[utoipa::path(
    put, path = "/api/v1/admin/agencies/{code}/version", operation_id = "change_agency", tag = "administration",
    request_body = ChangeAgency, params(("code" = String, Path, description = "The agency's code.", max_length = 64)),
    responses((status = 204, description = "It is so from the day on; what it was before stays.")),
    security(("bearer" = []))
)]
pub async fn change_agency(push: Push, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let new: ChangeAgency = push.read("change_agency").await?;
    change(&push.app, &push.ctx, new.of(path.into_inner())).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Gives an agency another electronic code from a day on.
#[utoipa::path(
    put, path = "/api/v1/admin/agencies/{code}/e-code", operation_id = "set_agency_code", tag = "administration",
    request_body = SetAgencyCode, params(("code" = String, Path, description = "The agency's code.", max_length = 64)),
    responses((status = 204, description = "It is so from the day on; what it was before stays.")),
    security(("bearer" = []))
)]
pub async fn set_agency_code(push: Push, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let new: SetAgencyCode = push.read("set_agency_code").await?;
    change(&push.app, &push.ctx, new.of(path.into_inner())).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Says who heads an agency from a day on, or that nobody does.
#[utoipa::path(
    put, path = "/api/v1/admin/agencies/{code}/head", operation_id = "set_head_of_agency", tag = "administration",
    request_body = SetHeadOfAgency, params(("code" = String, Path, description = "The agency's code.", max_length = 64)),
    responses((status = 204, description = "It is so from the day on; who was it before stays known.")),
    security(("bearer" = []))
)]
pub async fn set_head_of_agency(push: Push, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let new: SetHeadOfAgency = push.read("set_head_of_agency").await?;
    change(&push.app, &push.ctx, new.of(path.into_inner(), true)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Says who holds another post of an agency from a day on, or that nobody does.
#[utoipa::path(
    put, path = "/api/v1/admin/agencies/{code}/posts", operation_id = "set_post_of_agency", tag = "administration",
    request_body = SetHeadOfAgency, params(("code" = String, Path, description = "The agency's code.", max_length = 64)),
    responses((status = 204, description = "It is so from the day on; who held it before stays known.")),
    security(("bearer" = []))
)]
pub async fn set_post_of_agency(push: Push, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let new: SetHeadOfAgency = push.read("set_post_of_agency").await?;
    change(&push.app, &push.ctx, new.of(path.into_inner(), false)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Says who is on the roll of a collective from a day on, and how it is to be read.
#[utoipa::path(
    put, path = "/api/v1/admin/agencies/{code}/roll", operation_id = "set_roll", tag = "administration",
    request_body = SetRoll, params(("code" = String, Path, description = "The collective's code.", max_length = 64)),
    responses((status = 204, description = "It is so from the day on; who was on it before stays known.")),
    security(("bearer" = []))
)]
pub async fn set_roll(push: Push, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let new: SetRoll = push.read("set_roll").await?;
    change(&push.app, &push.ctx, new.of(path.into_inner())).await?;
    Ok(HttpResponse::NoContent().finish())
}
