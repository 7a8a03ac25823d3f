//! Meetings of committees: reading what a caller may see of them.
//! Must not show minutes or conclusions that are neither signed nor the caller's to read: `domain::meeting` says what is.
//! Plans are `plan`, what is done to a meeting `act`, the tasks of conclusions `follow`.

mod act;
mod follow;
mod plan;

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use auth::Ctx;
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use domain::{
    agency::{Agency, AgencyId},
    committee::{CommitteeId, CommitteeRole, History},
    error::{Code, Refusal},
    id::Id,
    meeting::{Conclusion, Invitee, Meeting, MeetingId, MeetingStatus, Quorum, SeatThen, Sight, Step},
    policy::{Action, ReportScope, Resource},
    programme::{Programme, ProgrammeId},
    revision::Revisions,
    task::TaskId,
};
use persistence::{
    Conn, committee,
    meeting::{self as stored, MeetingKey},
    meeting_store,
};
use serde_json::Value;
use uuid::Uuid;

pub use act::{MinutesDraft, NewAttendance, NewConclusion, NewMeetingAct, act, draft};
pub use plan::{MeetingPlan, NewInvitee, NewMeeting, create, replan};

use crate::{
    App, Error, View,
    audit::{Deed, record},
    catalogue::Catalogue,
    committee::Posts,
    identity::current,
    listing::{Listing, PageArgs},
    outbox::{News, announce_all},
};

/// Which meetings, by codes. Every condition given must hold.
#[derive(Clone, Debug, Default)]
pub struct MeetingFilter {
    pub committee: Option<String>,
    pub programme: Option<String>,
}

/// A meeting as a caller sees it.
#[derive(Clone, Debug)]
pub struct Seen {
    pub meeting: Meeting,
    pub sight: Sight,
    /// The body of the committee.
    pub committee: Arc<Agency>,
    pub programme: Arc<Programme>,
    pub invited: Vec<Invited>,
    /// None before the meeting.
    pub quorum: Option<Quorum>,
}

/// Somebody who is invited, by name.
#[derive(Clone, Debug)]
pub struct Invited {
    pub invitee: Invitee,
    /// In the committee, on the day of the meeting.
    pub role: Option<CommitteeRole>,
    /// Of whoever sits in the seat on that day; as it was known when the meeting was held.
    pub name: Option<Arc<str>>,
}

/// Years in which meetings are held and something falls due.
pub(crate) const YEARS: std::ops::RangeInclusive<i32> = 1945..=2200;

/// A page of the meetings that the caller may see, the newest first.
///
/// # Errors
/// `PAGE_INVALID`, `CURSOR_INVALID`.
pub async fn list(view: &View, filter: &MeetingFilter, args: &PageArgs) -> Result<Listing<Seen>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let scope = scope(view).await?;
    let list = format!("meetings {filter:?} {scope:?}");
    let request = args.request::<(DateTime<Utc>, Uuid)>(&list)?;
    let request = request.map(|(starts_at, id)| MeetingKey { starts_at, id: Id::from_uuid(id) });
    let Some(filter) = asked(view, filter).await? else {
        return Ok(Listing::default());
    };
    let within = scope.clone();
    let page = view.read(move |conn| stored::page(conn, filter, &within, &request)).await?;
    let listing = Listing::of(page, &list, |meeting| (meeting.starts_at, meeting.id.uuid()));
    let (cursors, meetings): (Vec<String>, Vec<Meeting>) = listing.items.into_iter().unzip();
    let seen = dressed(view, meetings, &scope).await?;
    Ok(Listing { items: cursors.into_iter().zip(seen).collect(), has_next: listing.has_next, has_previous: listing.has_previous })
}

/// How many meetings the caller may see.
///
/// # Errors
/// When the database fails.
pub async fn count(view: &View, filter: &MeetingFilter) -> Result<i64, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let scope = scope(view).await?;
    let Some(filter) = asked(view, filter).await? else { return Ok(0) };
    view.read(move |conn| stored::count(conn, filter, &scope)).await
}

/// The meeting with this identifier, if the caller may see it.
///
/// # Errors
/// When the database fails.
pub async fn by_id(view: &View, id: MeetingId) -> Result<Option<Seen>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let scope = scope(view).await?;
    let within = scope.clone();
    let found = view.read(move |conn| stored::by_id(conn, id, &within)).await?;
    Ok(dressed(view, found.into_iter().collect(), &scope).await?.pop())
}

/// What was concluded at meetings of a programme whose minutes are not signed on a day, of what the caller may see, each with the
/// meeting's title.
///
/// # Errors
/// When the database fails.
pub(crate) async fn unsigned(view: &View, programme: ProgrammeId, day: NaiveDate) -> Result<Vec<(Conclusion, Arc<str>)>, Error> {
    let scope = scope(view).await?;
    let within = scope.clone();
    let found = view.read(move |conn| stored::unsigned(conn, programme, day, &within)).await?;
    let seen = dressed(view, found, &scope).await?;
    let of = |seen: Seen| {
        let title = Arc::clone(&seen.meeting.title);
        seen.meeting.conclusions.into_iter().map(move |conclusion| (conclusion, Arc::clone(&title)))
    };
    Ok(seen.into_iter().flat_map(of).collect())
}

/// What these tasks follow, of what the caller may see: the conclusion, and its meeting.
///
/// # Errors
/// When the database fails.
pub async fn concluded(view: &View, tasks: Vec<TaskId>) -> Result<HashMap<TaskId, (Arc<Seen>, Conclusion)>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let scope = scope(view).await?;
    let within = scope.clone();
    let found = view.read(move |conn| stored::of_tasks(conn, &tasks, &within)).await?;
    let mut by_task = HashMap::new();
    for seen in dressed(view, found, &scope).await? {
        let seen = Arc::new(seen);
        let of = |one: &Conclusion| Some((one.task?, (Arc::clone(&seen), one.clone())));
        by_task.extend(seen.meeting.conclusions.iter().filter_map(of));
    }
    Ok(by_task)
}

/// What the caller may see: what concerns a collective concerns whoever is on its roll this year.
async fn scope(view: &View) -> Result<ReportScope, Error> {
    let mut scope = view.ctx().meeting_scope();
    if scope.open.iter().all(|(agency, _)| agency.is_none()) {
        return Ok(scope);
    }
    let (catalogue, year) = (view.catalogue().await?, view.today().year());
    let through = |(agency, programme): &(Option<AgencyId>, Option<ProgrammeId>)| {
        let collectives = agency.map(|agency| catalogue.collectives_with(agency, year)).unwrap_or_default();
        let programme = *programme;
        collectives.into_iter().map(move |collective| (Some(collective), programme))
    };
    let more: Vec<_> = scope.open.iter().flat_map(through).collect();
    scope.open.extend(more);
    scope.open.sort_unstable();
    scope.open.dedup();
    Ok(scope)
}

/// As the database is asked; nothing where nothing can fit.
async fn asked(view: &View, filter: &MeetingFilter) -> Result<Option<stored::MeetingFilter>, Error> {
    let catalogue = view.catalogue().await?;
    let committee = filter.committee.as_deref().map(|code| catalogue.agency_by_code(code).map(|agency| agency.id));
    let programme = filter.programme.as_deref().map(|code| catalogue.programme_by_code(code).map(|programme| programme.id));
    if matches!(committee, Some(None)) || matches!(programme, Some(None)) {
        return Ok(None);
    }
    Ok(Some(stored::MeetingFilter { committee: committee.flatten(), programme: programme.flatten() }))
}

/// Meetings as the caller sees them, with the names of the day: in four statements, however many they are.
async fn dressed(view: &View, meetings: Vec<Meeting>, scope: &ReportScope) -> Result<Vec<Seen>, Error> {
    if meetings.is_empty() {
        return Ok(Vec::new());
    }
    let catalogue = Arc::clone(view.catalogue().await?);
    let scope = scope.clone();
    view.read(move |conn| -> Result<Vec<Seen>, Error> {
        let posts = Posts::of(&catalogue);
        // What was held has its roster; of the others it is read as it stands.
        let coming: BTreeSet<CommitteeId> =
            meetings.iter().filter(|meeting| meeting.status != MeetingStatus::Held).map(|meeting| meeting.committee).collect();
        let histories = committee::histories(conn, &coming.into_iter().collect::<Vec<_>>())?;
        let seen = |meeting: Meeting| {
            let stands = |history| seats(history, &posts, &meeting);
            let roster = histories.get(&meeting.committee).filter(|_| meeting.status != MeetingStatus::Held).map(stands);
            one(&catalogue, meeting, roster.as_deref(), &scope)
        };
        meetings.into_iter().map(seen).collect()
    })
    .await
}

/// The roster of the meeting's day as it stands.
fn seats(history: &History, posts: &Posts<'_>, meeting: &Meeting) -> Vec<SeatThen> {
    posts.roster(history, meeting.day()).places.iter().map(SeatThen::from).collect()
}

/// `roster`: of the day, where the meeting has none yet.
fn one(catalogue: &Catalogue, meeting: Meeting, roster: Option<&[SeatThen]>, scope: &ReportScope) -> Result<Seen, Error> {
    let quorum = meeting.quorum();
    let (meeting, sight) = meeting.seen_by(scope);
    let roster = roster.unwrap_or(&meeting.roster);
    let invited = |invitee: &Invitee| {
        let seat = roster.iter().find(|seat| Some(seat.seat) == invitee.seat);
        Invited { invitee: invitee.clone(), role: seat.map(|seat| seat.role), name: seat.and_then(|seat| seat.name.clone()) }
    };
    Ok(Seen {
        committee: Arc::clone(catalogue.agency(meeting.committee).ok_or(Error::Internal("a committee's body is not in the catalogue"))?),
        programme: Arc::clone(catalogue.programme(meeting.programme).ok_or(Error::Internal("a meeting's programme is not there"))?),
        invited: meeting.invitees.iter().map(invited).collect(),
        quorum,
        meeting,
        sight,
    })
}

/// A meeting that is being changed, in one transaction.
struct Desk<'a> {
    app: &'a App,
    ctx: Ctx,
    catalogue: Arc<Catalogue>,
    meeting: Meeting,
    /// The revision that the change rests on.
    seen: i32,
}

/// Takes a meeting to change it: the caller may, has seen it as it is, and it stands so that this can be done.
fn open<'a>(app: &'a App, conn: &mut Conn, ctx: &Ctx, (id, revision): (MeetingId, &Revisions), step: Step) -> Result<Desk<'a>, Error> {
    let ctx = current(app, conn, ctx)?;
    ctx.allow(Action::ManageMeetings)?;
    let meeting = stored::by_id(conn, id, &ctx.meeting_scope())?.ok_or_else(|| Refusal::new(Code::NotFound))?;
    ctx.allow_on(Action::ManageMeetings, &Resource { programme: Some(meeting.programme), ..Resource::default() })?;
    let seen = meeting.revision;
    revision.check(seen)?;
    if !meeting.may(step) {
        return Err(Refusal::new(Code::WrongState).into());
    }
    Ok(Desk { app, ctx, catalogue: app.0.catalogue.current(conn)?, meeting, seen })
}

impl Desk<'_> {
    /// Stores the meeting itself under its next revision.
    fn store(&mut self, conn: &mut Conn) -> Result<(), Error> {
        self.meeting.revision = self.seen + 1;
        if meeting_store::update(conn, &self.meeting, self.seen, self.app.0.clock.now()).map_err(taken)? {
            Ok(())
        } else {
            Err(Refusal::new(Code::PreconditionFailed).into())
        }
    }

    /// Tells the others and the audit log.
    fn close(&self, conn: &mut Conn, operation: &'static str, more: Vec<News>, after: &Value) -> Result<(), Error> {
        let news = std::iter::once(news(&self.meeting)).chain(more).collect();
        announce_all(self.app, conn, news)?;
        let deed = Deed::new(operation).on("meeting", self.meeting.id).with(serde_json::json!({ "after": after }));
        Ok(record(self.app, conn, &self.ctx, deed)?)
    }
}

/// One meeting of a committee at a time.
fn taken(error: persistence::DbError) -> Error {
    match error {
        persistence::DbError::Unique(_) => Refusal::new(Code::AlreadyExists).into(),
        other => other.into(),
    }
}

/// That a meeting changed: told to those who follow its programme, and to everybody once its minutes are published.
fn news(meeting: &Meeting) -> News {
    News {
        kind: domain::event::EventKind::MeetingChanged,
        subject: ("meeting", meeting.id.uuid()),
        agency: None,
        addressee: None,
        programme: Some(meeting.programme),
        is_public: meeting.published_at.is_some(),
        body: serde_json::json!({"status": meeting.status.label(), "revision": meeting.revision}),
    }
}
