//! Taking messages that are due: what may still be known of is this process's to send, the rest is withheld or given up.
//! Must not take what another has, nor send anything itself.
//! The queue is `persistence::delivery`, whoever sends `send`.

use std::sync::atomic::Ordering;

use auth::WebhookSecret;
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    policy::ReportScope,
    webhook::{Attempt, Delivery, DeliveryId, DeliveryState, Fault, Webhook, WebhookId, WebhookStatus, retry::MAX_TRIES},
};
use persistence::{
    Conn,
    delivery::{self, Claimed, Lease},
    outbox, webhook as stored,
};
use serde_json::Value;
use uuid::Uuid;

use super::{message, settle::disabled, standing, write::purpose};
use crate::{App, Error};

/// A message is another's to send after this time. It must be longer than sending takes, and clocks of processes may differ.
const LEASE: TimeDelta = TimeDelta::seconds(90);

/// A message that this process has taken.
pub(super) struct Work {
    pub delivery: Delivery,
    pub lease: Uuid,
    pub body: Vec<u8>,
    pub secrets: Vec<WebhookSecret>,
    pub url: String,
}

/// Takes what is due, as far as it may still be sent, which may be nothing of it; none where nothing is due.
pub(super) fn claim(app: &App, conn: &mut Conn, id: WebhookId, limit: i64) -> Result<Option<Vec<Work>>, Error> {
    let now = app.0.clock.now();
    // 1. Whether anything may be sent, and what.
    let Some(webhook) = stored::by_id(conn, id)?.filter(|webhook| webhook.status == WebhookStatus::Active) else { return Ok(None) };
    let scope = match standing(app, conn, &webhook)? {
        Ok(scope) => scope,
        Err(reason) => {
            disabled(app, conn, &webhook, reason)?;
            return Ok(None);
        }
    };
    // 2. What others have left is told in the log, and given up where it was left too often.
    let claimed = delivery::claimable(conn, id, now, limit)?;
    if claimed.is_empty() {
        return Ok(None);
    }
    let left: Vec<(DeliveryId, Attempt)> = claimed.iter().filter(|one| one.was_left).map(|one| interrupted(one, now)).collect();
    delivery::record(conn, &left)?;
    let (given_up, claimed): (Vec<Claimed>, Vec<Claimed>) = claimed.into_iter().partition(|one| one.delivery.tries >= MAX_TRIES);
    ended(app, conn, given_up.into_iter().map(|one| one.delivery), DeliveryState::Dead, now)?;
    // 3. What may be known of, as it is told now.
    let mut bodies = bodies(app, conn, &scope, &claimed)?;
    let (told, withheld): (Vec<Claimed>, Vec<Claimed>) =
        claimed.into_iter().partition(|one| bodies.iter().any(|(id, _)| *id == one.delivery.id));
    ended(app, conn, withheld.into_iter().map(|one| one.delivery), DeliveryState::Withheld, now)?;
    // 4. Ours from now on.
    let lease = Lease { id: app.0.ids.next_uuid(), from: now, until: now + LEASE };
    delivery::take(conn, &told.iter().map(|one| one.delivery.id).collect::<Vec<_>>(), lease)?;
    let secrets = secrets(app, conn, &webhook, now)?;
    let work = told.into_iter().map(|one| {
        let at = bodies.iter().position(|(id, _)| *id == one.delivery.id);
        let body = at.map(|at| bodies.swap_remove(at).1.to_string().into_bytes()).unwrap_or_default();
        let mut delivery = one.delivery;
        (delivery.attempts, delivery.tries) = (delivery.attempts + 1, delivery.tries + 1);
        delivery.first_tried_at.get_or_insert(now);
        Work { delivery, lease: lease.id, body, secrets: secrets.clone(), url: webhook.url.to_string() }
    });
    Ok(Some(work.collect()))
}

/// What the log tells of a try whose process did not come back.
fn interrupted(left: &Claimed, now: DateTime<Utc>) -> (DeliveryId, Attempt) {
    let (number, fault) = (left.delivery.attempts, Some(Fault::Interrupted));
    (left.delivery.id, Attempt { number, at: now, millis: 0, status: None, fault, answer: None })
}

/// Ends messages that are not tried, and lets through what waits behind them.
fn ended(
    app: &App,
    conn: &mut Conn,
    messages: impl Iterator<Item = Delivery>,
    state: DeliveryState,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let messages: Vec<Delivery> = messages.collect();
    if messages.is_empty() {
        return Ok(());
    }
    delivery::end(conn, &messages.iter().map(|message| message.id).collect::<Vec<_>>(), state, now)?;
    for message in &messages {
        delivery::hasten(conn, message, now)?;
    }
    let counts = &app.0.webhooks.counts;
    let count = if state == DeliveryState::Dead { &counts.dead } else { &counts.withheld };
    count.fetch_add(messages.len() as u64, Ordering::Relaxed);
    Ok(())
}

/// What each message says, for those that may be known of.
fn bodies(app: &App, conn: &mut Conn, scope: &ReportScope, claimed: &[Claimed]) -> Result<Vec<(DeliveryId, Value)>, Error> {
    let seqs: Vec<i64> = claimed.iter().filter_map(|one| one.delivery.seq).collect();
    let (events, catalogue) = (outbox::among(conn, scope, &seqs)?, app.0.catalogue.current(conn)?);
    let body = |delivery: &Delivery| match delivery.seq {
        None => Some(message::of_test(delivery)),
        Some(seq) => events.iter().find(|event| event.seq == seq).map(|event| message::of_event(event, &catalogue)),
    };
    Ok(claimed.iter().filter_map(|one| Some((one.delivery.id, body(&one.delivery)?))).collect())
}

/// The secrets that sign now; none where one cannot be opened, so that nothing goes out unsigned.
fn secrets(app: &App, conn: &mut Conn, webhook: &Webhook, now: DateTime<Utc>) -> Result<Vec<WebhookSecret>, Error> {
    let Some(sealed) = stored::sealed(conn, webhook.id)? else { return Ok(Vec::new()) };
    let previous = sealed.previous.filter(|(_, until)| now < *until).map(|(sealed, _)| sealed);
    let keys = app.0.tokens.keys();
    let opened = std::iter::once(sealed.present).chain(previous).map(|sealed| keys.seals().open(&purpose(webhook.id), &sealed));
    let opened: Result<Vec<Vec<u8>>, _> = opened.collect();
    let unread = |error| {
        tracing::error!(%error, webhook = %webhook.id, "the secret of a webhook cannot be opened");
        Vec::new()
    };
    Ok(opened.map_or_else(unread, |opened| opened.into_iter().map(WebhookSecret::of).collect()))
}
