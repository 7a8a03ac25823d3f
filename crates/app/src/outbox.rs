//! The outbox: telling others what has happened, in the transaction in which it happens, and the feed of it.
//! Must not be written outside of that transaction: an event without its change, or the reverse, is a lie.
//! What an event says is `domain::event`, where it is kept and how it gets its number `persistence::outbox`.

use chrono::{DateTime, Utc};
use domain::{
    agency::AgencyId,
    error::{Code, Fault, Refusal},
    event::{Event, EventKind, Numbered},
    id::Id,
    page::{DEFAULT_PAGE_SIZE, page_size},
    policy::Action,
    programme::ProgrammeId,
};
use persistence::{Conn, DbError, outbox};
use serde_json::Value;
use tokio::sync::watch;
use uuid::Uuid;

pub use persistence::outbox::Wanted;

use crate::{App, Error, View};

/// So many events get their numbers in one transaction at most.
const BATCH: i64 = 5_000;
/// So many numbers at once are left behind where walking them again would cost.
const BLOCK: i64 = 1_000;

/// Something to tell.
#[derive(Clone, Debug)]
pub(crate) struct News {
    pub kind: EventKind,
    /// What it happened to: its kind in a word, and its identifier.
    pub subject: (&'static str, Uuid),
    pub agency: Option<AgencyId>,
    /// To whom it is addressed besides.
    pub addressee: Option<AgencyId>,
    pub programme: Option<ProgrammeId>,
    pub is_public: bool,
    pub body: Value,
}

/// Writes an event. Comes after the change that it tells of, so that the events of one object are in the order of its changes.
pub(crate) fn announce(app: &App, conn: &mut Conn, news: News) -> Result<(), DbError> {
    announce_all(app, conn, vec![news])
}

/// Writes events in one statement.
pub(crate) fn announce_all(app: &App, conn: &mut Conn, news: Vec<News>) -> Result<(), DbError> {
    let events = news.into_iter().map(|news| news.event(app.0.ids.next(), app.0.clock.now()));
    outbox::append(conn, &events.collect::<Vec<_>>())
}

impl News {
    /// As an event of an instant.
    pub fn event(self, id: Id<Event>, at: DateTime<Utc>) -> Event {
        Event {
            id,
            at,
            kind: self.kind,
            subject: self.subject.0,
            subject_id: self.subject.1,
            agency: self.agency,
            addressee: self.addressee,
            programme: self.programme,
            is_public: self.is_public,
            body: self.body,
        }
    }
}

impl App {
    /// Gives every committed event that has none its number; tells how many. Costs one look where there is nothing to do.
    ///
    /// # Errors
    /// `UNAVAILABLE` when the database does not answer.
    pub async fn number_events(&self) -> Result<usize, Error> {
        let mut given = 0;
        if !self.0.db.read(outbox::is_waiting).await? {
            return Ok(given);
        }
        loop {
            let batch = self.0.db.append(|conn| outbox::number(conn, BATCH)).await?;
            given += batch;
            if batch > 0 {
                self.tell_news();
            }
            // What was written meanwhile is for the next time.
            if i64::try_from(batch).is_ok_and(|batch| batch < BATCH) {
                return Ok(given);
            }
        }
    }
}

impl App {
    /// Changes when something may have happened since: to whoever follows, a reason to look.
    pub fn news(&self) -> watch::Receiver<u64> {
        self.0.news.subscribe()
    }

    /// Wakes whoever follows in this process whenever another numbers events. Blocks for good on PostgreSQL; on SQLite there is no other.
    pub fn hear_of_news(&self) {
        persistence::listen::listen(&self.0.db, || {
            self.tell_news();
            true
        });
    }

    /// The last number given.
    ///
    /// # Errors
    /// `UNAVAILABLE` when the database does not answer.
    pub async fn head_of_changes(&self) -> Result<i64, Error> {
        Ok(self.0.db.read(outbox::head).await?)
    }

    /// Wakes whoever follows in this process.
    pub fn tell_news(&self) {
        self.0.news.send_modify(|count| *count = count.wrapping_add(1));
    }
}

/// A piece of the feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changes {
    pub items: Vec<Numbered>,
    /// Where to go on. What the caller may not see moves it in whole blocks, and only for a scope that has no index of its own.
    pub next_since: i64,
    /// Whether there is more already.
    pub has_more: bool,
    /// How far it was read, what the caller may not see included; told to nobody.
    reached: i64,
}

/// What the caller may know of that happened after a number: without gaps, and the same whenever it is read.
///
/// Numbers are given over all events of the service. Whoever reads the feed thus learns how many others there were between two that it
/// sees, but nothing of them: not whose, not what, not when; and what is told stays the same until there is something more to see. Who
/// has a role may find the last number by trying, and so how many there are; who has none may not.
/// What is in it for a caller is decided by what the caller may see when it reads; whoever is given more later reads from 0 again.
///
/// # Errors
/// `PAGE_INVALID`; `QUERY_INVALID` for a number that was never given.
pub async fn changes(view: &View, since: i64, limit: Option<i32>) -> Result<Changes, Error> {
    view.ctx().allow(Action::ReadChanges)?;
    let size = page_size(limit.unwrap_or(DEFAULT_PAGE_SIZE.cast_signed()))? as usize;
    // 1. What the caller itself has done is in it. (Where the operation has read before, its state stays as it is, and what is
    // numbered now comes with the next piece.)
    view.app().number_events().await?;
    let piece = piece(view, &Wanted::default(), since, size).await?;
    let is_beyond = piece.items.is_empty() && !piece.has_more;
    if is_beyond && !is_given(view, since).await? { Err(unknown("/since", since).into()) } else { Ok(piece) }
}

/// Whether a number up to the head is one that the caller may have been given. Who sees what is public alone has none beyond the last
/// event that it sees; were those told from numbers beyond the head, it could count what it may not see by trying. Others may have
/// lost a role since, and are held to the head.
async fn is_given(view: &View, since: i64) -> Result<bool, Error> {
    let scope = view.ctx().change_scope();
    if since <= 0 || !scope.is_published() {
        return Ok(true);
    }
    let seen = view.read(move |conn| outbox::after(conn, &scope, &Wanted::default(), since - 1, 1)).await?;
    Ok(!seen.is_empty())
}

/// The refusal of a number that no event has, or none that the caller may have been given.
fn unknown(pointer: &str, since: i64) -> Refusal {
    let code = if since < 0 { Code::OutOfRange } else { Code::SinceUnknown };
    Refusal::with_faults(Code::QueryInvalid, vec![Fault::new(pointer, code)])
}

/// What is followed from now on, or after a number.
#[derive(Clone, Debug, Default)]
pub struct Follow {
    /// Code.
    pub programme: Option<String>,
    /// All where none is named.
    pub kinds: Vec<EventKind>,
    pub after: Option<i64>,
}

/// How far somebody has followed, and what.
#[derive(Clone, Debug)]
pub struct Followed {
    wanted: Wanted,
    since: i64,
}

impl Followed {
    /// Goes back before an event that was read and not told.
    pub fn back_before(&mut self, seq: i64) {
        self.since = self.since.min(seq - 1);
    }
}

/// Begins to follow.
///
/// # Errors
/// `QUERY_INVALID` for a programme that is not there or a number that was never given.
pub async fn begin(view: &View, follow: Follow) -> Result<Followed, Error> {
    view.ctx().allow(Action::ReadChanges)?;
    let mut wanted = Wanted { programme: None, kinds: follow.kinds };
    if let Some(code) = &follow.programme {
        let known = view.catalogue().await?.programme_by_code(code).map(|programme| programme.id);
        let invalid = || Refusal::with_faults(Code::QueryInvalid, vec![Fault::new("/programme", Code::ProgrammeUnknown)]);
        wanted.programme = Some(known.ok_or_else(invalid)?);
    }
    let head = view.read(outbox::head).await?;
    let Some(after) = follow.after else { return Ok(Followed { wanted, since: head }) };
    if !(0..=head).contains(&after) || !is_given(view, after).await? {
        return Err(unknown("/after", after).into());
    }
    Ok(Followed { wanted, since: after })
}

/// What happened since, as far as the caller may know of it now; the next time goes on after it.
///
/// # Errors
/// When the database fails.
pub async fn next(view: &View, followed: &mut Followed, size: usize) -> Result<Changes, Error> {
    view.ctx().allow(Action::ReadChanges)?;
    let changes = piece(view, &followed.wanted, followed.since, size).await?;
    followed.since = changes.reached;
    Ok(changes)
}

/// What the caller may know of that happened after a number, as it may know now: the one place that says so.
pub(crate) async fn piece(view: &View, wanted: &Wanted, since: i64, size: usize) -> Result<Changes, Error> {
    // 2. The piece and where the feed ends, of one state.
    let (scope, limit) = (view.ctx().change_scope(), i64::try_from(size).unwrap_or(i64::MAX).saturating_add(1));
    // An agency's events of one programme are walked among its others; every other part of a scope has an index that goes past nothing.
    let is_walked = !scope.is_all() && scope.open.iter().any(|(agency, programme)| agency.is_some() && programme.is_some());
    let wanted = wanted.clone();
    let read =
        move |conn: &mut Conn| -> Result<_, DbError> { Ok((outbox::head(conn)?, outbox::after(conn, &scope, &wanted, since, limit)?)) };
    let (head, mut items) = view.read(read).await?;
    if !(0..=head).contains(&since) {
        return Err(unknown("/since", since).into());
    }
    // 3. Where to go on: after the last that is shown, not after what others may see alone; whoever asks again goes past that by index.
    let has_more = items.len() > size;
    items.truncate(size);
    let last = items.last().map_or(since, |last| last.seq);
    let next_since = if is_walked && !has_more { last.max(head - head % BLOCK) } else { last };
    Ok(Changes { items, next_since, has_more, reached: if has_more { last } else { head } })
}
