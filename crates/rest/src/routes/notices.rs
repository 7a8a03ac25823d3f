//! `/api/v1/notices` and urging: who was reminded, urged or told of silence.
//! Must not decide who is chased; rules do by themselves, the standing agency by hand.
//! The use cases are `app::chasing`.

use actix_web::{HttpResponse, web};
use app::{
    Error, StoredResponse,
    catalogue::Catalogue,
    chasing::{self, NoticeFilter, Told},
};
use domain::error::Code;

use super::reports::given;
use crate::{
    dto::{
        notice::{NewUrging, Notice, NoticePage, NoticeParams},
        page::{forward, reply},
    },
    extract::{Params, Push, Reading, idempotency_key, require_json},
    problem::{Problem, ProblemDocument},
};

/// What was told of what the caller's agency owes, and what is addressed to it; those who follow agencies see all. The newest
/// first.
#[utoipa::path(
    get, path = "/api/v1/notices", operation_id = "list_notices", tag = "obligations", params(NoticeParams),
    responses(
        (status = 200, description = "A page of notices.", body = NoticePage),
        (status = 400, description = "A parameter or cursor is not valid.", body = ProblemDocument, content_type = "application/problem+json"),
    ),
    security(("bearer" = []))
)]
pub async fn list_notices(Reading(view): Reading, Params(params): Params<NoticeParams>) -> Result<HttpResponse, Problem> {
    let listing = chasing::list(&view, &NoticeFilter::from(&params), &forward(params.limit, params.after)).await?;
    let catalogue = view.catalogue().await?;
    let items = listing.items.iter().map(|(_, told)| Notice::of(told, catalogue)).collect();
    let page = NoticePage { end_cursor: listing.end().map(str::to_owned), has_next: listing.has_next, items };
    view.clone().end().await?;
    Ok(reply(&page))
}

/// Urges the agency that owes a report. It stays in the log, answered once the report comes in.
///
/// Needs `Idempotency-Key`, as pushing a report does. Nobody is urged for what has come in, is excluded or has no due day.
#[utoipa::path(
    post, path = "/api/v1/obligations/{id}/urge", operation_id = "urge_obligation", tag = "obligations", request_body = NewUrging,
    params(
        ("id" = uuid::Uuid, Path, description = "The obligation's identifier."),
        ("Idempotency-Key" = String, Header, description = "Names this notice; a retry carries the same key.", max_length = 255),
    ),
    responses((status = 201, description = "The agency is urged.", body = Notice, headers(
        ("Idempotency-Replayed" = String, description = "`true` when this is an earlier answer given again."),
    ))),
    security(("bearer" = []))
)]
pub async fn urge_obligation(push: Push, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    push.admit("urge_obligation").await?;
    require_json(&push.request)?;
    let id = path.parse().map_err(|_| Problem::new(Code::NotFound))?;
    // A key names one notice: the same words to another agency are another request.
    let key = idempotency_key(&push.request, &[path.as_bytes(), &push.bytes].concat())?;
    let body: NewUrging = push.body()?;
    let answer = chasing::urge(&push.app, &push.ctx, id, &body.text, key, render).await?;
    Ok(given(answer))
}

/// The answer as it is stored with its key.
fn render(told: &Told, catalogue: &Catalogue) -> Result<StoredResponse, Error> {
    let written = serde_json::to_string(&Notice::of(told, catalogue));
    let body = written.map_err(|_| Error::Internal("a notice cannot be written as JSON"))?;
    Ok(StoredResponse { status: 201, location: None, body })
}
