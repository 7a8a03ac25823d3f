//! The log of what was sent to a webhook, and sending again.
//! Must not show it to whom the webhook is not.
//! The queue is `persistence::delivery`.

use auth::Ctx;
use domain::{
    error::{Code, Refusal},
    id::Id,
    policy::Action,
    revision::Revisions,
    webhook::{Attempt, Delivery, DeliveryId, DeliveryState, WebhookId},
};
use persistence::{Conn, delivery as stored};
use serde_json::json;
use uuid::Uuid;

use super::{get, write::own};
use crate::{
    App, Error, View,
    audit::{Deed, record, watched},
    identity::current,
    listing::{Listing, PageArgs},
};

/// A page of what was sent to a webhook, the newest first, each with its last try.
///
/// # Errors
/// As [`get`]; `PAGE_INVALID`, `CURSOR_INVALID`.
pub async fn deliveries(
    view: &View,
    webhook: WebhookId,
    state: Option<DeliveryState>,
    args: &PageArgs,
) -> Result<Listing<Delivery>, Error> {
    get(view, webhook).await?;
    let list = format!("deliveries {webhook} {state:?}");
    let request = args.request::<Uuid>(&list)?.map(Id::from_uuid);
    let page = view.read(move |conn| stored::page(conn, webhook, state, &request)).await?;
    Ok(Listing::of(page, &list, |delivery| delivery.id.uuid()))
}

/// A message with every try.
///
/// # Errors
/// As [`get`].
pub async fn delivery(view: &View, webhook: WebhookId, id: DeliveryId) -> Result<(Delivery, Vec<Attempt>), Error> {
    get(view, webhook).await?;
    let found = view.read(move |conn| stored::with_attempts(conn, webhook, id)).await?;
    Ok(found.ok_or_else(|| Refusal::new(Code::NotFound))?)
}

/// Sends a message again that has ended, or at once one that waits for its next try, with all its tries before it; under the identifier
/// that it had.
///
/// # Errors
/// As [`get`]; `PRECONDITION_FAILED`; `WRONG_STATE` for one that is being sent.
pub async fn redeliver(app: &App, ctx: &Ctx, (webhook, revision): (WebhookId, Revisions), id: DeliveryId) -> Result<(), Error> {
    const ONE: &str = "redeliver_webhook_delivery";
    again(app, ctx, ONE, (webhook, revision), move |conn, now| {
        let (message, _) = stored::with_attempts(conn, webhook, id)?.ok_or_else(|| Refusal::new(Code::NotFound))?;
        if stored::again(conn, &message, now)? { Ok(1) } else { Err(Refusal::new(Code::WrongState).into()) }
    })
    .await
    .map(|_| ())
}

/// Sends every message of a webhook again that was given up; tells how many.
///
/// # Errors
/// As [`get`]; `PRECONDITION_FAILED`.
pub async fn redeliver_dead(app: &App, ctx: &Ctx, webhook: WebhookId, revision: Revisions) -> Result<usize, Error> {
    again(app, ctx, "redeliver_webhook_dead", (webhook, revision), move |conn, now| Ok(stored::dead_again(conn, webhook, now)?)).await
}

async fn again(
    app: &App,
    ctx: &Ctx,
    operation: &'static str,
    (webhook, revision): (WebhookId, Revisions),
    put: impl Fn(&mut Conn, chrono::DateTime<chrono::Utc>) -> Result<usize, Error> + Send + 'static,
) -> Result<usize, Error> {
    let count = watched(app, ctx, Deed::new(operation).on("webhook", webhook), async {
        ctx.allow(Action::ManageWebhooks)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        let work = move |conn: &mut Conn| -> Result<usize, Error> {
            let ctx = &current(&app_, conn, &ctx_)?;
            own(conn, ctx, (webhook, &revision))?;
            let count = put(conn, app_.0.clock.now())?;
            record(&app_, conn, ctx, Deed::new(operation).on("webhook", webhook).with(json!({"after": {"messages": count}})))?;
            Ok(count)
        };
        app.0.db.write(work).await
    })
    .await?;
    app.tell_news();
    Ok(count)
}
