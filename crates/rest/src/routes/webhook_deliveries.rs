//! `/api/v1/webhooks/{id}/deliveries`: the log of what was sent to a webhook, and sending again.
//! Must not show it to whom the webhook is not.
//! The use cases are `app::webhook`; webhooks themselves are `webhooks`.

use actix_web::{HttpRequest, HttpResponse, web};
use app::{App, webhook};

use super::webhooks::named;
use crate::{
    condition::revision_if_said,
    dto::{
        page::{forward, reply},
        webhook::{RedeliveredWebhooks, WebhookDelivery, WebhookDeliveryLog, WebhookDeliveryPage, WebhookDeliveryParams},
    },
    extract::{Caller, Params, Reading, admit},
    problem::{Problem, ProblemDocument},
};

/// What was sent to a webhook, the newest first, each message with its last try. What was delivered is forgotten after some days.
#[utoipa::path(
    get, path = "/api/v1/webhooks/{id}/deliveries", operation_id = "list_webhook_deliveries", tag = "webhooks",
    params(("id" = uuid::Uuid, Path, description = "The webhook's identifier."), WebhookDeliveryParams),
    responses((status = 200, description = "A page of messages.", body = WebhookDeliveryPage)),
    security(("bearer" = []))
)]
pub async fn list_webhook_deliveries(
    Caller(ctx): Caller,
    app: web::Data<App>,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    admit(&app, &ctx, &request, "list_webhook_deliveries").await?;
    let Params(params) = Params::<WebhookDeliveryParams>::of(&request)?;
    let Reading(view) = Reading::of(&request)?;
    let listed = webhook::deliveries(&view, named(&path)?, params.state, &forward(params.limit, params.after)).await;
    view.end().await?;
    let listing = listed?;
    let items = listing.items.iter().map(|(_, message)| message.into()).collect();
    Ok(reply(&WebhookDeliveryPage { end_cursor: listing.end().map(str::to_owned), has_next: listing.has_next, items }))
}

/// A message with every try.
#[utoipa::path(
    get, path = "/api/v1/webhooks/{id}/deliveries/{deliveryId}", operation_id = "get_webhook_delivery", tag = "webhooks",
    params(
        ("id" = uuid::Uuid, Path, description = "The webhook's identifier."),
        ("deliveryId" = uuid::Uuid, Path, description = "The message's identifier."),
    ),
    responses((status = 200, description = "The message.", body = WebhookDeliveryLog)),
    security(("bearer" = []))
)]
pub async fn get_webhook_delivery(
    Caller(ctx): Caller,
    app: web::Data<App>,
    request: HttpRequest,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    admit(&app, &ctx, &request, "get_webhook_delivery").await?;
    let Reading(view) = Reading::of(&request)?;
    let found = webhook::delivery(&view, named(&path.0)?, named(&path.1)?).await;
    view.end().await?;
    let (message, tried) = found?;
    let tried = tried.iter().map(Into::into).collect();
    Ok(HttpResponse::Ok().json(WebhookDeliveryLog { delivery: WebhookDelivery::from(&message), tried }))
}

/// Sends a message again that was delivered, given up or withheld, or at once one that waits for its next try, with those of its object
/// for which it waits; under the identifier that it had, and with all tries before it.
#[utoipa::path(
    post, path = "/api/v1/webhooks/{id}/deliveries/{deliveryId}/redeliver", operation_id = "redeliver_webhook_delivery", tag = "webhooks",
    params(
        ("id" = uuid::Uuid, Path, description = "The webhook's identifier."),
        ("deliveryId" = uuid::Uuid, Path, description = "The message's identifier."),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the webhook, where it must not have changed.", max_length = 2000),
    ),
    responses(
        (status = 202, description = "It is sent again.", body = RedeliveredWebhooks),
        (status = 409, description = "It is being sent.", body = ProblemDocument, content_type = "application/problem+json"),
    ),
    security(("bearer" = []))
)]
pub async fn redeliver_webhook_delivery(
    Caller(ctx): Caller,
    app: web::Data<App>,
    request: HttpRequest,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    admit(&app, &ctx, &request, "redeliver_webhook_delivery").await?;
    webhook::redeliver(&app, &ctx, (named(&path.0)?, revision_if_said(&request)?), named(&path.1)?).await?;
    Ok(HttpResponse::Accepted().json(RedeliveredWebhooks { messages: 1 }))
}

/// Sends every message again that was given up. Those of one object are sent in the order of its events.
#[utoipa::path(
    post, path = "/api/v1/webhooks/{id}/redeliver", operation_id = "redeliver_webhook_dead", tag = "webhooks",
    params(
        ("id" = uuid::Uuid, Path, description = "The webhook's identifier."),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the webhook, where it must not have changed.", max_length = 2000),
    ),
    responses((status = 202, description = "How many are sent again.", body = RedeliveredWebhooks)),
    security(("bearer" = []))
)]
pub async fn redeliver_webhook_dead(
    Caller(ctx): Caller,
    app: web::Data<App>,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    admit(&app, &ctx, &request, "redeliver_webhook_dead").await?;
    let count = webhook::redeliver_dead(&app, &ctx, named(&path)?, revision_if_said(&request)?).await?;
    Ok(HttpResponse::Accepted().json(RedeliveredWebhooks { messages: i64::try_from(count).unwrap_or(i64::MAX) }))
}
