//! `/api/v1/changes`: following what happens.
//! Must not remember its readers: each keeps the number that it has come to.
//! The use case is `app::outbox`.

use actix_web::HttpResponse;
use app::outbox;

use crate::{
    dto::change::{ChangeParams, Changes},
    extract::{Params, Reading},
    problem::{Problem, ProblemDocument},
};

/// What happened after a number, in order, as far as the caller may see it: public events for everybody, those of an agency or
/// programme for those who may read its reports.
///
/// Nothing is left out and nothing comes twice, whatever is read when and whoever died in between: an event gets its number once
/// it is stored for good, and none below comes later. The events of one object are in the order of its changes. Numbers are given
/// over all events of the service, so there are gaps between those that a caller sees; they tell how many others there were and
/// nothing else. What others may see alone changes nothing in the answer. Events are never removed. Whoever is given a role later reads
/// from 0 again.
#[utoipa::path(
    get, path = "/api/v1/changes", operation_id = "list_changes", tag = "changes", params(ChangeParams),
    responses(
        (status = 200, description = "A piece of the feed.", body = Changes),
        (status = 400, description = "A parameter is not valid, or `since` was never given here (SINCE_UNKNOWN): it is of another database, or, for whoever sees public events alone, beyond the last of them.", body = ProblemDocument, content_type = "application/problem+json"),
    ),
    security((), ("bearer" = []))
)]
pub async fn list_changes(Reading(view): Reading, Params(params): Params<ChangeParams>) -> Result<HttpResponse, Problem> {
    let changes = outbox::changes(&view, params.since.unwrap_or(0), params.limit).await?;
    let body = Changes::of(changes, view.catalogue().await?);
    view.clone().end().await?;
    Ok(HttpResponse::Ok().json(body))
}
