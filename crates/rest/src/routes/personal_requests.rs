//! `/api/v1/admin/personal-requests`: what people ask of their data, by when it is to be done, and how far it has come.
//! Must not let a request move without `If-Match`.
//! The use cases are `app::person::request`; the people are `persons`.

use actix_web::{HttpResponse, http::header, web};
use app::{View, person::request};
use domain::{
    error::Code,
    id::Id,
    personal_request::{PersonalRequest as Model, PersonalRequestId},
    policy::operations::Interface,
};

use crate::{
    condition::revision,
    dto::{
        page::{forward, reply},
        personal_request::{
            NewPersonalRequest, NewPersonalRequestStep, PersonalRequest, PersonalRequestDetail, PersonalRequestPage, PersonalRequestParams,
        },
    },
    extract::{Params, Push, Reading, replayed, subject},
    problem::Problem,
};

/// Requests of people about their data, the newest first; with `overdue=true` those that are late, with `overdue=false` those that are not.
#[utoipa::path(
    get, path = "/api/v1/admin/personal-requests", operation_id = "list_personal_requests", tag = "persons", params(PersonalRequestParams),
    responses((status = 200, description = "A page of requests.", body = PersonalRequestPage)),
    security(("bearer" = []))
)]
pub async fn list_personal_requests(
    Reading(view): Reading,
    Params(params): Params<PersonalRequestParams>,
) -> Result<HttpResponse, Problem> {
    let filter = request::RequestFilter {
        person: params.person.map(Id::from_uuid),
        kind: params.kind,
        state: params.state,
        overdue: params.overdue,
    };
    let listing = request::list(&view, &filter, &forward(params.limit, params.after)).await?;
    let now = request::now(&view);
    let items = listing.items.iter().map(|(_, request)| PersonalRequest::of(request, now)).collect();
    let page = PersonalRequestPage { end_cursor: listing.end().map(str::to_owned), has_next: listing.has_next, items };
    view.clone().end().await?;
    Ok(reply(&page))
}

/// One request with the steps that it took.
#[utoipa::path(
    get, path = "/api/v1/admin/personal-requests/{id}", operation_id = "get_personal_request", tag = "persons",
    params(("id" = uuid::Uuid, Path, description = "The request's identifier.")),
    responses((status = 200, description = "The request.", body = PersonalRequestDetail, headers(
        ("ETag" = String, description = "The revision; a step names it as `If-Match`."),
    ))),
    security(("bearer" = []))
)]
pub async fn get_personal_request(Reading(view): Reading, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    app::admit(view.app(), view.ctx(), Interface::Rest, "get_personal_request", subject("personal_request", &path)).await?;
    let found = request::by_id(&view, named(&path)?).await?.ok_or_else(|| Problem::new(Code::NotFound))?;
    shown(view, &found).await
}

fn named(path: &str) -> Result<PersonalRequestId, Problem> {
    path.parse().map_err(|_| Problem::new(Code::NotFound))
}

async fn shown(view: View, found: &Model) -> Result<HttpResponse, Problem> {
    let steps = request::steps(&view, vec![found.id]).await?.remove(&found.id).unwrap_or_default();
    let request = PersonalRequest::of(found, request::now(&view));
    let body = PersonalRequestDetail { request, steps: steps.iter().map(Into::into).collect() };
    view.clone().end().await?;
    Ok(HttpResponse::Ok().insert_header((header::ETAG, format!("\"{}\"", found.revision))).json(body))
}

async fn after(push: &Push, id: PersonalRequestId) -> Result<HttpResponse, Problem> {
    let view = View::new(&push.app, push.ctx.clone());
    let found = request::by_id(&view, id).await?.ok_or_else(|| Problem::new(Code::NotFound))?;
    shown(view, &found).await
}

/// Writes a request down. The law of the day of receipt says by when it is to be acknowledged and acted on.
#[utoipa::path(
    post, path = "/api/v1/admin/personal-requests", operation_id = "create_personal_request", tag = "persons",
    request_body = NewPersonalRequest,
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "Names this request; a retry carries the same key.", max_length = 255),
    ),
    responses((status = 201, description = "The request with its clock.", body = PersonalRequestDetail, headers(
        ("Location" = String, description = "Where the request is."),
        ("ETag" = String, description = "The revision."),
        ("Idempotency-Replayed" = String, description = "`true` when an earlier request with this key made it."),
    ))),
    security(("bearer" = []))
)]
pub async fn create_personal_request(push: Push) -> Result<HttpResponse, Problem> {
    let new: NewPersonalRequest = push.read("create_personal_request").await?;
    let NewPersonalRequest { person, kind, channel, received_at, involves_third_party } = new;
    let new = request::NewRequest { person: Id::from_uuid(person), kind, channel, received_at, involves_third_party };
    let done = request::create(&push.app, &push.ctx, new, push.key_if_said()?).await?;
    let id = done.made;
    let mut response = after(&push, id).await?;
    *response.status_mut() = actix_web::http::StatusCode::CREATED;
    let location = format!("/api/v1/admin/personal-requests/{id}");
    let location = header::HeaderValue::from_str(&location).map_err(|_| Problem::new(Code::Internal))?;
    response.headers_mut().insert(header::LOCATION, location);
    Ok(replayed(response, done.is_replay))
}

/// Takes a step with a request: acknowledged, extended once with a reason that the person is told, done, or refused on a legal ground.
#[utoipa::path(
    post, path = "/api/v1/admin/personal-requests/{id}/steps", operation_id = "move_personal_request", tag = "persons",
    request_body = NewPersonalRequestStep,
    params(
        ("id" = uuid::Uuid, Path, description = "The request's identifier."),
        ("If-Match" = String, Header, description = "The `ETag` of the request that the step rests on.", max_length = 2000),
    ),
    responses((status = 200, description = "The request after it.", body = PersonalRequestDetail, headers(
        ("ETag" = String, description = "The new revision."),
    ))),
    security(("bearer" = []))
)]
pub async fn move_personal_request(push: Push, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let new: NewPersonalRequestStep = push.read("move_personal_request").await?;
    let (id, revision) = (named(&path)?, revision(&push.request)?);
    let NewPersonalRequestStep { step, at, until, reason, legal_ground } = new;
    request::take(&push.app, &push.ctx, (id, revision), request::NewStep { step, at, until, reason, legal_ground }).await?;
    after(&push, id).await
}
