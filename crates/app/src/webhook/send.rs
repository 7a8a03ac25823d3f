//! Sending: events are queued for the webhooks that are told them, and what is due is sent by whichever process comes first.
//! Must not hold a connection or a transaction while it sends, nor send what another has taken.
//! What may be sent is decided in the parent module, what came of it is written down by `settle`.

use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use auth::{Ctx, WebhookSecret};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    policy::ReportScope,
    webhook::{Attempt, Delivery, DeliveryId, DeliveryState, Fault, Webhook, WebhookId, WebhookStatus, retry::MAX_TRIES},
};
use persistence::{
    Conn,
    delivery::{self, Claimed, Lease},
    outbox::{self, Wanted},
    webhook as stored,
};
use serde_json::Value;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    task::JoinHandle,
};
use uuid::Uuid;

use super::{
    Targets, message,
    settle::{self, disabled},
    standing,
    write::{purpose, queued},
};
use crate::{App, Error};

/// Messages that are sent at once, over all webhooks.
const AT_ONCE: u32 = 16;
/// Messages that are sent to one webhook at once.
const TO_ONE: usize = 4;
/// Messages that wait for one webhook at most; what happens besides waits in the feed.
const WAITING: i64 = 1_000;
/// Events that are queued in one transaction.
const BATCH: i64 = 200;
/// Webhooks that are looked after in one round.
const ROUND: i64 = 64;
/// A message is another's to send after this time. It must be longer than sending takes, and clocks of processes may differ.
const LEASE: TimeDelta = TimeDelta::seconds(90);

/// A message as it goes out.
#[derive(Clone, Debug)]
pub struct Outgoing {
    pub url: String,
    /// Names in lower case.
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
}

/// What a receiver answered.
#[derive(Clone, Debug)]
pub struct Answered {
    pub status: u16,
    pub retry_after: Option<String>,
    /// The beginning of the body.
    pub body: Vec<u8>,
}

/// Sends; blocks for as long as that takes, which is less than a minute.
pub trait Post: Send + Sync {
    /// Sends a message and gives the answer, whatever its status.
    ///
    /// # Errors
    /// Why there is no answer.
    fn post(&self, message: &Outgoing) -> Result<Answered, Fault>;
}

/// What a process sends with.
pub struct Setup {
    pub post: Arc<dyn Post>,
    pub targets: Targets,
    /// Days for which the log keeps what was delivered.
    pub keep_days: u32,
    /// In whose name the audit log tells of what sending does by itself.
    pub by: Ctx,
}

/// What was sent by this process, and what waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    pub delivered: u64,
    pub failed: u64,
    pub dead: u64,
    pub withheld: u64,
    pub waiting: i64,
    /// Seconds since which the oldest message waits.
    pub oldest_seconds: i64,
    /// Events that the webhook furthest behind has not been told.
    pub behind: i64,
}

/// How sending goes in this process.
pub struct Sending {
    setup: OnceLock<Setup>,
    permits: Arc<Semaphore>,
    in_service: Mutex<HashSet<WebhookId>>,
    is_ending: AtomicBool,
    pub(super) counts: Counts,
}

#[derive(Default)]
pub(super) struct Counts {
    pub delivered: AtomicU64,
    pub failed: AtomicU64,
    pub dead: AtomicU64,
    pub withheld: AtomicU64,
}

impl Default for Sending {
    fn default() -> Self {
        Self {
            setup: OnceLock::new(),
            permits: Arc::new(Semaphore::new(AT_ONCE as usize)),
            in_service: Mutex::default(),
            is_ending: AtomicBool::new(false),
            counts: Counts::default(),
        }
    }
}

impl Sending {
    /// Where webhooks may lead.
    pub(super) fn targets(&self) -> Targets {
        self.setup.get().map(|setup| setup.targets.clone()).unwrap_or_default()
    }

    pub(super) fn by(&self) -> Option<&Ctx> {
        self.setup.get().map(|setup| &setup.by)
    }

    fn serves(&self) -> std::sync::MutexGuard<'_, HashSet<WebhookId>> {
        self.in_service.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A message that this process has taken.
pub(super) struct Work {
    pub delivery: Delivery,
    pub lease: Uuid,
    body: Vec<u8>,
    secrets: Vec<WebhookSecret>,
    url: String,
}

/// A webhook that this process looks after, until it is dropped.
struct Service(App, WebhookId);

impl Drop for Service {
    fn drop(&mut self) {
        self.0.0.webhooks.serves().remove(&self.1);
    }
}

impl App {
    /// Says, once, with what webhooks are sent to; without it none is.
    pub fn send_webhooks_with(&self, setup: Setup) {
        self.0.webhooks.setup.get_or_init(|| setup);
    }

    /// Queues what happened, and begins to send what is due to webhooks that this process does not look after yet.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin_webhooks(&self) -> Result<Vec<JoinHandle<()>>, Error> {
        let sending = &self.0.webhooks;
        if sending.setup.get().is_none() || sending.is_ending.load(Ordering::SeqCst) {
            return Ok(Vec::new());
        }
        let now = self.0.clock.now();
        let behind = self.0.db.read(|conn| {
            let head = outbox::head(conn)?;
            stored::behind(conn, head, ROUND)
        });
        for id in behind.await? {
            let app = self.clone();
            if self.0.db.append(move |conn| queue(&app, conn, id)).await? {
                // There is more: the next round begins at once.
                self.tell_news();
            }
        }
        let due = self.0.db.read(move |conn| delivery::due(conn, now, ROUND)).await?;
        let fresh: Vec<WebhookId> = {
            let mut serves = sending.serves();
            due.into_iter().filter(|id| serves.insert(*id)).collect()
        };
        Ok(fresh.into_iter().map(|id| tokio::spawn(serve(Service(self.clone(), id)))).collect())
    }

    /// Queues and sends until nothing is due.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn finish_webhooks(&self) -> Result<(), Error> {
        loop {
            let begun = self.begin_webhooks().await?;
            if begun.is_empty() {
                return Ok(());
            }
            for served in begun {
                served.await.map_err(|_| Error::Internal("sending to a webhook panicked"))?;
            }
        }
    }

    /// Takes no more messages, and waits until those that are on their way have their answers; for so long at most.
    pub async fn end_webhooks(&self, within: Duration) {
        let sending = &self.0.webhooks;
        sending.is_ending.store(true, Ordering::SeqCst);
        if tokio::time::timeout(within, sending.permits.acquire_many(AT_ONCE)).await.is_err() {
            tracing::warn!("messages to webhooks are on their way; they are sent again");
        }
    }

    /// What was sent by this process, and what waits.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn webhook_figures(&self) -> Result<Figures, Error> {
        let lag = self.0.db.read(|conn| {
            let head = outbox::head(conn)?;
            delivery::lag(conn, head)
        });
        let (waiting, oldest, behind) = lag.await?;
        let counts = &self.0.webhooks.counts;
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Ok(Figures {
            delivered: read(&counts.delivered),
            failed: read(&counts.failed),
            dead: read(&counts.dead),
            withheld: read(&counts.withheld),
            waiting,
            oldest_seconds: oldest.map_or(0, |oldest| (self.0.clock.now() - oldest).num_seconds().max(0)),
            behind,
        })
    }

    /// Forgets what was delivered longer ago than it is kept; tells how many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn purge_webhooks(&self) -> Result<usize, Error> {
        let Some(setup) = self.0.webhooks.setup.get() else { return Ok(0) };
        let before = self.0.clock.now() - TimeDelta::days(setup.keep_days.into());
        let mut purged = 0;
        loop {
            match self.0.db.append(move |conn| delivery::purge(conn, before)).await? {
                0 => return Ok(purged),
                more => purged += more,
            }
        }
    }
}

/// Queues what happened for a webhook, unless another process is at it; tells whether there may be more for which there is room.
fn queue(app: &App, conn: &mut Conn, id: WebhookId) -> Result<bool, Error> {
    let Some(webhook) = stored::free(conn, id)?.filter(|webhook| webhook.status == WebhookStatus::Active) else { return Ok(false) };
    let scope = match standing(app, conn, &webhook)? {
        Ok(scope) => scope,
        Err(reason) => {
            disabled(app, conn, &webhook, reason)?;
            return Ok(false);
        }
    };
    let room = (WAITING - delivery::waiting(conn, id)?).min(BATCH);
    if room <= 0 {
        return Ok(false);
    }
    // Read before the events: what is numbered meanwhile is for the next time, or found below, and left out by neither.
    let head = outbox::head(conn)?;
    let wanted = Wanted { programme: webhook.programme, kinds: webhook.kinds.clone() };
    let events = outbox::after(conn, &scope, &wanted, webhook.seen, room)?;
    let is_full = i64::try_from(events.len()).is_ok_and(|count| count == room);
    let last = events.last().map_or(webhook.seen, |last| last.seq);
    let seen = if is_full { last } else { last.max(head) };
    let new: Vec<Delivery> =
        events.iter().map(|event| queued(app, id, (Some(event.seq), event.kind.label().to_owned(), event.subject_id))).collect();
    delivery::insert(conn, &new)?;
    stored::seen(conn, id, seen)?;
    Ok(is_full && room == BATCH)
}

/// Sends to one webhook until nothing is due.
async fn serve(service: Service) {
    let Service(app, id) = &service;
    loop {
        let permits = permits(app).await;
        if permits.is_empty() || app.0.webhooks.is_ending.load(Ordering::SeqCst) {
            return;
        }
        let (app_, id, limit) = (app.clone(), *id, i64::try_from(permits.len()).unwrap_or(1));
        let work = match app.0.db.append(move |conn| claim(&app_, conn, id, limit)).await {
            Ok(work) => work,
            Err(error) => {
                tracing::warn!(%error, webhook = %id, "messages to a webhook could not be taken");
                return;
            }
        };
        if work.is_empty() {
            return;
        }
        let sent = work.into_iter().zip(permits).map(|(work, permit)| sent(app.clone(), work, permit));
        futures_util::future::join_all(sent).await;
    }
}

/// At least one permit to send, and as many more as are free, up to what one webhook may have.
async fn permits(app: &App) -> Vec<OwnedSemaphorePermit> {
    let all = &app.0.webhooks.permits;
    let Ok(first) = Arc::clone(all).acquire_owned().await else { return Vec::new() };
    let more = std::iter::from_fn(|| Arc::clone(all).try_acquire_owned().ok()).take(TO_ONE - 1);
    std::iter::once(first).chain(more).collect()
}

/// Takes what is due, as far as it may still be sent.
fn claim(app: &App, conn: &mut Conn, id: WebhookId, limit: i64) -> Result<Vec<Work>, Error> {
    let now = app.0.clock.now();
    // 1. Whether anything may be sent, and what.
    let Some(webhook) = stored::by_id(conn, id)?.filter(|webhook| webhook.status == WebhookStatus::Active) else { return Ok(Vec::new()) };
    let scope = match standing(app, conn, &webhook)? {
        Ok(scope) => scope,
        Err(reason) => {
            disabled(app, conn, &webhook, reason)?;
            return Ok(Vec::new());
        }
    };
    // 2. What others have left is told in the log, and given up where it was left too often.
    let claimed = delivery::claimable(conn, id, now, limit)?;
    if claimed.is_empty() {
        return Ok(Vec::new());
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
    Ok(work.collect())
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
    Ok(opened.map(|opened| opened.into_iter().map(WebhookSecret::of).collect()).unwrap_or_else(|error| {
        tracing::error!(%error, webhook = %webhook.id, "the secret of a webhook cannot be opened");
        Vec::new()
    }))
}

/// Sends one message and writes down what came of it.
async fn sent(app: App, work: Work, permit: OwnedSemaphorePermit) {
    let Some(setup) = app.0.webhooks.setup.get() else { return };
    let (at, began) = (app.0.clock.now(), Instant::now());
    let outcome = match message::headers(work.delivery.id, at, &work.body, &work.secrets) {
        None => Err(Fault::Unsigned),
        Some(headers) => {
            let message = Outgoing { url: work.url.clone(), headers, body: work.body.clone() };
            let post = Arc::clone(&setup.post);
            let posted = tokio::task::spawn_blocking(move || post.post(&message)).await;
            posted.unwrap_or_else(|error| {
                tracing::error!(%error, "sending to a webhook panicked");
                Err(Fault::Connection)
            })
        }
    };
    let millis = i32::try_from(began.elapsed().as_millis()).unwrap_or(i32::MAX);
    if let Err(error) = settle::settle(&app, work, outcome, (at, millis)).await {
        // The lease ends, and the message is sent again.
        tracing::warn!(%error, "what came of a message to a webhook could not be written down");
    }
    drop(permit);
}
