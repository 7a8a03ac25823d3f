//! Sending: events are queued for the webhooks that are told them, and what is due is sent by whichever process comes first.
//! Must not hold a connection or a transaction while it sends, nor let one owner's webhooks hold up another's.
//! What is taken is decided in `claim`, what came of it is written down by `settle`.

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use auth::Ctx;
use chrono::TimeDelta;
use domain::{
    agency::AgencyId,
    webhook::{Delivery, Fault, WebhookId, WebhookStatus},
};
use persistence::{
    Conn, delivery,
    outbox::{self, Wanted},
    webhook as stored,
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    task::JoinHandle,
};

use super::{
    Targets,
    claim::{Work, claim},
    message,
    settle::{self, disabled},
    standing,
    write::queued,
};
use crate::{App, Error};

/// Messages that are sent at once, over all webhooks.
const AT_ONCE: u32 = 16;
/// Messages that are sent at once to the webhooks of one agency, or to those of none: a receiver that is slow holds up its own.
const SHARE: usize = 4;
/// Messages that wait for one webhook at most; what happens besides waits in the feed.
const WAITING: i64 = 1_000;
/// Events that are queued in one transaction.
const BATCH: i64 = 200;
/// Webhooks that are looked for in one statement.
const PAGE: i64 = 64;

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
    /// Whether it came from the public Internet, not from a network that an operator lets.
    pub is_public: bool,
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
    shares: Mutex<HashMap<Option<AgencyId>, Arc<Semaphore>>>,
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
            shares: Mutex::default(),
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

    /// What the webhooks of an agency may send at once.
    fn share(&self, agency: Option<AgencyId>) -> Arc<Semaphore> {
        let mut shares = self.shares.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(shares.entry(agency).or_insert_with(|| Arc::new(Semaphore::new(SHARE))))
    }

    fn serves(&self) -> std::sync::MutexGuard<'_, HashSet<WebhookId>> {
        self.in_service.lock().unwrap_or_else(PoisonError::into_inner)
    }
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

    /// Queues what happened for every webhook for which there is room, and begins to send what is due to those that this process does
    /// not look after yet. What is wrong with one of them is told in the log, and keeps no other waiting.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin_webhooks(&self) -> Result<Vec<JoinHandle<()>>, Error> {
        let (sending, mut begun, mut after) = (&self.0.webhooks, Vec::new(), None);
        loop {
            if sending.setup.get().is_none() || sending.is_ending.load(Ordering::SeqCst) {
                return Ok(begun);
            }
            let behind = self.0.db.read(move |conn| {
                let head = outbox::head(conn)?;
                stored::behind(conn, head, WAITING, after, PAGE)
            });
            let behind = behind.await?;
            after = behind.last().copied();
            let is_last = i64::try_from(behind.len()).is_ok_and(|count| count < PAGE);
            for id in behind {
                let app = self.clone();
                match self.0.db.append(move |conn| queue(&app, conn, id)).await {
                    // There is more: the next round begins at once.
                    Ok(true) => self.tell_news(),
                    Ok(false) => {}
                    Err(error) => tracing::warn!(%error, webhook = %id, "events could not be queued for a webhook"),
                }
            }
            begun.extend(self.serve_due().await?);
            if is_last {
                return Ok(begun);
            }
        }
    }

    /// Begins to send to webhooks for which something is due.
    async fn serve_due(&self) -> Result<Vec<JoinHandle<()>>, Error> {
        let (sending, now) = (&self.0.webhooks, self.0.clock.now());
        // So many more as those in service may be among them.
        let limit = PAGE.saturating_add(i64::try_from(sending.serves().len()).unwrap_or(i64::MAX));
        let due = self.0.db.read(move |conn| delivery::due(conn, now, limit)).await?;
        let fresh: Vec<(WebhookId, Option<AgencyId>)> = {
            let mut serves = sending.serves();
            due.into_iter().filter(|(id, _)| serves.insert(*id)).collect()
        };
        let begin = |(id, agency)| tokio::spawn(serve(Service(self.clone(), id), sending.share(agency)));
        Ok(fresh.into_iter().map(begin).collect())
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
        let kept = TimeDelta::try_days(setup.keep_days.into());
        // Nothing is older than time goes back.
        let Some(before) = kept.and_then(|kept| self.0.clock.now().checked_sub_signed(kept)) else { return Ok(0) };
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
    if !new.is_empty() {
        delivery::follow(conn, id, app.0.clock.now())?;
    }
    stored::seen(conn, id, seen)?;
    Ok(is_full && room == BATCH)
}

/// Sends to one webhook until nothing is due; before each batch it waits behind all others that wait by then.
async fn serve(service: Service, share: Arc<Semaphore>) {
    let Service(app, id) = &service;
    loop {
        let permits = permits(app, &share).await;
        if permits.is_empty() || app.0.webhooks.is_ending.load(Ordering::SeqCst) {
            return;
        }
        let (app_, id, limit) = (app.clone(), *id, i64::try_from(permits.len()).unwrap_or(1));
        let work = match app.0.db.append(move |conn| claim(&app_, conn, id, limit)).await {
            Ok(Some(work)) => work,
            Ok(None) => return,
            Err(error) => {
                tracing::warn!(%error, webhook = %id, "messages to a webhook could not be taken");
                return;
            }
        };
        let sent = work.into_iter().zip(permits).map(|(work, permit)| sent(app.clone(), work, permit));
        futures_util::future::join_all(sent).await;
    }
}

/// Leave to send one message: of the agency's share, and of what this process sends at once.
struct Permit(#[expect(dead_code)] OwnedSemaphorePermit, #[expect(dead_code)] OwnedSemaphorePermit);

/// At least one permit to send, and as many more as nobody waits for. The share comes first: whoever waits for its own keeps nothing
/// from others. Both give way in the order in which they are asked.
async fn permits(app: &App, share: &Arc<Semaphore>) -> Vec<Permit> {
    let all = &app.0.webhooks.permits;
    let Ok(own) = Arc::clone(share).acquire_owned().await else { return Vec::new() };
    let Ok(first) = Arc::clone(all).acquire_owned().await else { return Vec::new() };
    let free = |of: &Arc<Semaphore>| Arc::clone(of).try_acquire_owned().ok();
    let more = std::iter::from_fn(|| Some(Permit(free(share)?, free(all)?)));
    std::iter::once(Permit(own, first)).chain(more).collect()
}

/// Sends one message and writes down what came of it.
async fn sent(app: App, work: Work, permit: Permit) {
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
