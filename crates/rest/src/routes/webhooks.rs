//! `/api/v1/webhooks`: addresses that are told what happens.
//! Must not show a secret but in the answers that make one.
//! The use cases are `app::webhook`; the log of what was sent is `webhook_deliveries`.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web,
};
use app::{App, View, webhook};
use auth::Ctx;
use domain::{
    error::Code,
    id::Id,
    webhook::{Webhook as Model, WebhookId},
};

use crate::{
    condition::{revision, revision_if_said},
    dto::{
        page::{forward, reply},
        webhook::{MadeWebhook, NewWebhook, NewWebhookSecret, RotatedWebhookSecret, Webhook, WebhookDelivery, WebhookPage, WebhookParams},
    },
    extract::{Caller, Params, Push, Reading, admit, replayed},
    problem::{Problem, ProblemDocument},
};

pub(super) fn named<T>(path: &str) -> Result<Id<T>, Problem> {
    path.parse().map_err(|_| Problem::new(Code::NotFound))
}

/// A webhook under its entity tag.
async fn shown(app: &App, ctx: &Ctx, model: &Model) -> Result<HttpResponse, Problem> {
    let view = View::new(app, ctx.clone());
    let body = Webhook::of(model, view.catalogue().await?);
    view.clone().end().await?;
    Ok(HttpResponse::Ok().insert_header((header::ETAG, format!("\"{}\"", body.revision))).json(body))
}

/// Webhooks, the newest first: those of the agencies that the caller speaks for, or all for administrators.
#[utoipa::path(
    get, path = "/api/v1/webhooks", operation_id = "list_webhooks", tag = "webhooks", params(WebhookParams),
    responses((status = 200, description = "A page of webhooks, without their secrets.", body = WebhookPage)),
    security(("bearer" = []))
)]
pub async fn list_webhooks(Reading(view): Reading, Params(params): Params<WebhookParams>) -> Result<HttpResponse, Problem> {
    let listing = webhook::list(&view, params.agency, &forward(params.limit, params.after)).await?;
    let catalogue = view.catalogue().await?;
    let items = listing.items.iter().map(|(_, model)| Webhook::of(model, catalogue)).collect();
    let page = WebhookPage { end_cursor: listing.end().map(str::to_owned), has_next: listing.has_next, items };
    view.clone().end().await?;
    Ok(reply(&page))
}

/// Has an address told what happens (Standard Webhooks): each event of the feed that the webhook's agency may know of, as a message of
/// its own, `{"type", "timestamp", "data"}` with the event as `/api/v1/changes` tells it. Messages are signed by the secret, which is in
/// this answer and in no other. Each is sent at least once, and those of one object in the order of its events.
#[utoipa::path(
    post, path = "/api/v1/webhooks", operation_id = "create_webhook", tag = "webhooks", request_body = NewWebhook,
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "Names this request; a retry carries the same key.", max_length = 255),
    ),
    responses(
        (status = 201, description = "The webhook, with its secret.", body = MadeWebhook, headers(
            ("ETag" = String, description = "The revision; a change names it as `If-Match`."),
            ("Idempotency-Replayed" = String, description = "`true` when an earlier request with this key made it."),
        )),
        (status = 404, description = "What the key made is there no more.", body = ProblemDocument, content_type = "application/problem+json"),
    ),
    security(("bearer" = []))
)]
pub async fn create_webhook(push: Push) -> Result<HttpResponse, Problem> {
    let new: NewWebhook = push.read("create_webhook").await?;
    let done = webhook::create(&push.app, &push.ctx, new.into(), push.key_if_said()?).await?;
    let made = done.made;
    let view = View::new(&push.app, push.ctx.clone());
    let model = Webhook::of(&made.webhook, view.catalogue().await?);
    view.clone().end().await?;
    let mut response = HttpResponse::build(StatusCode::CREATED);
    response.insert_header((header::LOCATION, format!("/api/v1/webhooks/{}", model.id)));
    response.insert_header((header::ETAG, format!("\"{}\"", model.revision)));
    Ok(replayed(response.json(MadeWebhook { webhook: model, secret: made.secret }), done.is_replay))
}

/// A webhook: how it stands, and since when it fails if it does.
#[utoipa::path(
    get, path = "/api/v1/webhooks/{id}", operation_id = "get_webhook", tag = "webhooks",
    params(("id" = uuid::Uuid, Path, description = "The webhook's identifier.")),
    responses((status = 200, description = "The webhook.", body = Webhook, headers(
        ("ETag" = String, description = "The revision; a change names it as `If-Match`."),
    ))),
    security(("bearer" = []))
)]
pub async fn get_webhook(
    Caller(ctx): Caller,
    app: web::Data<App>,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    admit(&app, &ctx, &request, "get_webhook").await?;
    let Reading(view) = Reading::of(&request)?;
    let found = webhook::get(&view, named(&path)?).await;
    view.end().await?;
    shown(&app, &ctx, &found?).await
}

/// Writes a webhook anew; its agency and its secret stay. Whoever does so answers for it from then on. What waits is sent as it was
/// queued; to another address at once, with all tries before it.
#[utoipa::path(
    put, path = "/api/v1/webhooks/{id}", operation_id = "update_webhook", tag = "webhooks", request_body = NewWebhook,
    params(
        ("id" = uuid::Uuid, Path, description = "The webhook's identifier."),
        ("If-Match" = String, Header, description = "The `ETag` of the webhook that the change rests on.", max_length = 2000),
    ),
    responses((status = 200, description = "It is changed.", body = Webhook, headers(("ETag" = String, description = "The new revision.")))),
    security(("bearer" = []))
)]
pub async fn update_webhook(push: Push, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let new: NewWebhook = push.read("update_webhook").await?;
    let (id, revision): (WebhookId, _) = (named(&path)?, revision(&push.request)?);
    let model = webhook::update(&push.app, &push.ctx, id, revision, new.into()).await?;
    shown(&push.app, &push.ctx, &model).await
}

/// Removes a webhook with the log of what was sent to it.
#[utoipa::path(
    delete, path = "/api/v1/webhooks/{id}", operation_id = "delete_webhook", tag = "webhooks",
    params(
        ("id" = uuid::Uuid, Path, description = "The webhook's identifier."),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the webhook, where it must not have changed.", max_length = 2000),
    ),
    responses((status = 204, description = "It is removed.")),
    security(("bearer" = []))
)]
pub async fn delete_webhook(
    Caller(ctx): Caller,
    app: web::Data<App>,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    admit(&app, &ctx, &request, "delete_webhook").await?;
    webhook::delete(&app, &ctx, named(&path)?, revision_if_said(&request)?).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Sends to a webhook again, from where it stopped: what happened since is not lost, and what waits is due at once with all tries before
/// it. Whoever does so answers for it from then on.
#[utoipa::path(
    post, path = "/api/v1/webhooks/{id}/enable", operation_id = "enable_webhook", tag = "webhooks",
    params(
        ("id" = uuid::Uuid, Path, description = "The webhook's identifier."),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the webhook, where it must not have changed.", max_length = 2000),
    ),
    responses(
        (status = 200, description = "It is active.", body = Webhook),
        (status = 409, description = "It was active.", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 422, description = "Its address is not let any more.", body = ProblemDocument, content_type = "application/problem+json"),
    ),
    security(("bearer" = []))
)]
pub async fn enable_webhook(
    Caller(ctx): Caller,
    app: web::Data<App>,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    admit(&app, &ctx, &request, "enable_webhook").await?;
    let model = webhook::enable(&app, &ctx, named(&path)?, revision_if_said(&request)?).await?;
    shown(&app, &ctx, &model).await
}

/// Ends sending to a webhook until it is enabled again; what happens meanwhile waits for it.
#[utoipa::path(
    post, path = "/api/v1/webhooks/{id}/disable", operation_id = "disable_webhook", tag = "webhooks",
    params(
        ("id" = uuid::Uuid, Path, description = "The webhook's identifier."),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the webhook, where it must not have changed.", max_length = 2000),
    ),
    responses(
        (status = 200, description = "It is disabled.", body = Webhook),
        (status = 409, description = "It was disabled.", body = ProblemDocument, content_type = "application/problem+json"),
    ),
    security(("bearer" = []))
)]
pub async fn disable_webhook(
    Caller(ctx): Caller,
    app: web::Data<App>,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    admit(&app, &ctx, &request, "disable_webhook").await?;
    let model = webhook::disable(&app, &ctx, named(&path)?, revision_if_said(&request)?).await?;
    shown(&app, &ctx, &model).await
}

/// Puts a new secret in the place of the present one. For a time both sign each message, so that receivers change over without a gap.
/// Two secrets are kept at most: another rotation before that time is over ends the earlier secret at once, whatever
/// `previousSecretUntil` said of it, and the one that it replaces signs beside the new one.
#[utoipa::path(
    post, path = "/api/v1/webhooks/{id}/secret", operation_id = "rotate_webhook_secret", tag = "webhooks", request_body = NewWebhookSecret,
    params(
        ("id" = uuid::Uuid, Path, description = "The webhook's identifier."),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the webhook, where it must not have changed.", max_length = 2000),
        ("Idempotency-Key" = Option<String>, Header, description = "Names this request; a retry carries the same key.", max_length = 255),
    ),
    responses((status = 201, description = "The new secret.", body = RotatedWebhookSecret, headers(
        ("ETag" = String, description = "The webhook's new revision."),
        ("Idempotency-Replayed" = String, description = "`true` when an earlier request with this key made it."),
    ))),
    security(("bearer" = []))
)]
pub async fn rotate_webhook_secret(push: Push, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let new: NewWebhookSecret = push.read("rotate_webhook_secret").await?;
    let at = (named(&path)?, revision_if_said(&push.request)?);
    let done = webhook::rotate(&push.app, &push.ctx, at, new.overlap_hours, push.key_if_said()?).await?;
    let mut response = HttpResponse::Created();
    response.insert_header((header::ETAG, format!("\"{}\"", done.made.webhook.revision)));
    Ok(replayed(response.json(RotatedWebhookSecret::from(done.made)), done.is_replay))
}

/// Sends a message of type `WEBHOOK_TEST` that tells of nothing; what comes of it is in the log.
#[utoipa::path(
    post, path = "/api/v1/webhooks/{id}/test", operation_id = "test_webhook", tag = "webhooks",
    params(
        ("id" = uuid::Uuid, Path, description = "The webhook's identifier."),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the webhook, where it must not have changed.", max_length = 2000),
    ),
    responses(
        (status = 202, description = "It is sent.", body = WebhookDelivery),
        (status = 409, description = "The webhook is disabled.", body = ProblemDocument, content_type = "application/problem+json"),
    ),
    security(("bearer" = []))
)]
pub async fn test_webhook(
    Caller(ctx): Caller,
    app: web::Data<App>,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    admit(&app, &ctx, &request, "test_webhook").await?;
    let message = webhook::test(&app, &ctx, named(&path)?, revision_if_said(&request)?).await?;
    Ok(HttpResponse::Accepted().json(WebhookDelivery::from(&message)))
}
