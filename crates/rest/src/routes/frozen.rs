//! `/api/v1/statistics/frozen`: figures that were published, kept as they were told.
//! Must not compute or change one.
//! The use case is `app::statistics::frozen`.

use actix_web::{HttpResponse, web};
use app::{
    Error, StoredResponse,
    catalogue::Catalogue,
    statistics::{Statistics, frozen},
};
use domain::{
    error::Code,
    statistics::frozen::{Frozen, FrozenId},
};

use super::reports::given;
use crate::{
    dto::{
        frozen::{FrozenEntry, FrozenPage, FrozenParams, FrozenStatistics, NewFrozenStatistics},
        page::{forward, reply},
    },
    extract::{Params, Push, Reading, idempotency_key, require_json},
    problem::{Problem, ProblemDocument},
};

/// Publishes figures: they are counted in one state of the data and kept as they are told, to be cited by their identifier.
///
/// Needs `Idempotency-Key`, as pushing a report does. The figures are over a programme that the caller's roles reach as a whole.
#[utoipa::path(
    post, path = "/api/v1/statistics/frozen", operation_id = "freeze_statistics", tag = "statistics", request_body = NewFrozenStatistics,
    params(("Idempotency-Key" = String, Header, description = "Names this act; a retry carries the same key.", max_length = 255)),
    responses((status = 201, description = "The figures are kept.", body = FrozenStatistics, headers(
        ("Location" = String, description = "Where they can be read."),
        ("Idempotency-Replayed" = String, description = "`true` when this is an earlier answer given again."),
    ))),
    security(("bearer" = []))
)]
pub async fn freeze_statistics(push: Push) -> Result<HttpResponse, Problem> {
    push.admit("freeze_statistics").await?;
    require_json(&push.request)?;
    let key = idempotency_key(&push.request, &push.bytes)?;
    let body: NewFrozenStatistics = push.body()?;
    let answer = frozen::freeze(&push.app, &push.ctx, body.into(), key, render).await?;
    Ok(given(answer))
}

/// The answer as it is stored with its key.
fn render(frozen: &Frozen, statistics: &Statistics, catalogue: &Catalogue) -> Result<StoredResponse, Error> {
    let written = serde_json::to_string(&FrozenStatistics::of(frozen, statistics, catalogue));
    let body = written.map_err(|_| Error::Internal("figures cannot be written as JSON"))?;
    Ok(StoredResponse { status: 201, location: Some(format!("/api/v1/statistics/frozen/{}", frozen.id)), body })
}

/// What was published, the newest first, without the figures themselves.
#[utoipa::path(
    get, path = "/api/v1/statistics/frozen", operation_id = "list_frozen_statistics", tag = "statistics", params(FrozenParams),
    responses(
        (status = 200, description = "A page of frozen figures.", body = FrozenPage),
        (status = 400, description = "A parameter or cursor is not valid.", body = ProblemDocument, content_type = "application/problem+json"),
    ),
    security((), ("bearer" = []))
)]
pub async fn list_frozen_statistics(Reading(view): Reading, Params(params): Params<FrozenParams>) -> Result<HttpResponse, Problem> {
    let listing = frozen::list(&view, params.programme.as_deref(), &forward(params.limit, params.after)).await?;
    let catalogue = view.catalogue().await?;
    let items = listing.items.iter().map(|(_, frozen)| FrozenEntry::of(frozen, catalogue)).collect();
    let page = FrozenPage { end_cursor: listing.end().map(str::to_owned), has_next: listing.has_next, items };
    view.clone().end().await?;
    Ok(reply(&page))
}

/// Published figures as they were told.
#[utoipa::path(
    get, path = "/api/v1/statistics/frozen/{id}", operation_id = "get_frozen_statistics", tag = "statistics",
    params(("id" = uuid::Uuid, Path, description = "The identifier by which they are cited.")),
    responses((status = 200, description = "The figures.", body = FrozenStatistics)),
    security((), ("bearer" = []))
)]
pub async fn get_frozen_statistics(Reading(view): Reading, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let id: FrozenId = path.parse().map_err(|_| Problem::new(Code::NotFound))?;
    let found = frozen::by_id(&view, id).await?.ok_or_else(|| Problem::new(Code::NotFound))?;
    let figures = frozen::contents(&view, vec![id]).await?.remove(&id).ok_or_else(|| Problem::new(Code::NotFound))?;
    let body = FrozenStatistics::of(&found, &figures, view.catalogue().await?);
    view.clone().end().await?;
    Ok(HttpResponse::Ok().json(body))
}
