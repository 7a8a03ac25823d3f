//! Calling a meeting, and changing its plan before it is held.
//! Must not invite a seat that is not on the roster of the day.
//! What is done to it afterwards is `act`.

use std::sync::Arc;

use auth::Ctx;
use chrono::{DateTime, Datelike, Utc};
use domain::{
    agency::AgencyId,
    committee::{CommitteeId, Place, Roster},
    error::{Code, Fault, Refusal},
    id::Id,
    meeting::{Invitee, Meeting, MeetingId, MeetingStatus, Step},
    policy::{Action, Resource},
    programme::ProgrammeId,
    revision::Revisions,
};
use persistence::{Conn, committee, meeting_store as stored};
use serde_json::{Value, json};

use super::{YEARS, news, open, taken};
use crate::{
    App, Error,
    audit::{Deed, record, watched},
    catalogue::Catalogue,
    committee::Posts,
    identity::current,
    outbox::announce,
    words::read_among,
};

const CREATE: &str = "create_meeting";
const REPLAN: &str = "update_meeting";
/// Longest title, place, item, words.
const MAX_WORDS: usize = 500;
const MAX_ITEMS: usize = 100;
const MAX_INVITED: usize = 500;

/// A meeting to call.
#[derive(Clone, Debug)]
pub struct NewMeeting {
    /// Code of the committee's body.
    pub committee: String,
    /// Code.
    pub programme: String,
    pub plan: MeetingPlan,
}

/// When, where, about what and with whom.
#[derive(Clone, Debug)]
pub struct MeetingPlan {
    pub title: String,
    pub place: Option<String>,
    pub starts_at: DateTime<Utc>,
    pub ends_at: Option<DateTime<Utc>>,
    /// Members who have to be there; more than half where nothing is said.
    pub quorum: Option<i32>,
    /// Titles, in order.
    pub agenda: Vec<String>,
    /// The whole roster of the day where nobody is named.
    pub invited: Vec<NewInvitee>,
}

/// Somebody to invite: a seat, an agency, or whoever is told in words; one of them.
#[derive(Clone, Debug, Default)]
pub struct NewInvitee {
    pub seat: Option<String>,
    /// Code.
    pub agency: Option<String>,
    pub words: Option<String>,
}

/// Calls a meeting.
///
/// # Errors
/// `FORBIDDEN`; `BODY_INVALID` with every fault; `ALREADY_EXISTS` where the committee meets at that time already.
pub async fn create(app: &App, ctx: &Ctx, new: NewMeeting) -> Result<MeetingId, Error> {
    watched(app, ctx, Deed::new(CREATE), async {
        ctx.allow(Action::ManageMeetings)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        app.0.db.write(move |conn| -> Result<MeetingId, Error> { store(&app_, conn, &ctx_, &new) }).await
    })
    .await
}

fn store(app: &App, conn: &mut Conn, ctx: &Ctx, new: &NewMeeting) -> Result<MeetingId, Error> {
    let ctx = &current(app, conn, ctx)?;
    let catalogue = app.0.catalogue.current(conn)?;
    let (programme, committee) = about(&catalogue, new)?;
    ctx.allow_on(Action::ManageMeetings, &Resource { programme: Some(programme), ..Resource::default() })?;
    let (id, now) = (app.0.ids.next(), app.0.clock.now());
    let mut meeting = blank(id, committee, programme, new.plan.starts_at);
    set(app, conn, &catalogue, &mut meeting, &new.plan).map_err(nested)?;
    stored::insert(conn, &meeting, now).map_err(taken)?;
    announce(app, conn, news(&meeting))?;
    record(app, conn, ctx, Deed::new(CREATE).on("meeting", id).with(json!({ "after": shown(&meeting) })))?;
    Ok(id)
}

/// A new meeting holds its plan; the faults of the plan are told by their places in it.
fn nested(error: Error) -> Error {
    match error {
        Error::Refused(refusal) => {
            let inside = |fault: Fault| Fault { pointer: format!("/plan{}", fault.pointer), ..fault };
            Refusal { faults: refusal.faults.into_iter().map(inside).collect(), ..refusal }.into()
        }
        other => other,
    }
}

fn blank(id: MeetingId, committee: CommitteeId, programme: ProgrammeId, starts_at: DateTime<Utc>) -> Meeting {
    Meeting {
        id,
        committee,
        programme,
        title: "".into(),
        place: None,
        starts_at,
        ends_at: None,
        quorum: None,
        status: MeetingStatus::Planned,
        reason: None,
        agenda: Vec::new(),
        invitees: Vec::new(),
        roster: Vec::new(),
        minutes: None,
        signature: None,
        corrections: Vec::new(),
        conclusions: Vec::new(),
        published_at: None,
        revision: 1,
    }
}

/// The programme, and the committee that steers it.
fn about(catalogue: &Catalogue, new: &NewMeeting) -> Result<(ProgrammeId, CommitteeId), Error> {
    let (programme, committee) = (catalogue.programme_by_code(&new.programme), catalogue.agency_by_code(&new.committee));
    let mut faults = Vec::new();
    if programme.is_none() {
        faults.push(Fault::new("/programme", Code::ReferenceUnknown));
    }
    if committee.is_none() {
        faults.push(Fault::new("/committee", Code::ReferenceUnknown));
    }
    if let (Some(programme), Some(committee)) = (programme, committee) {
        if programme.steering_committee.is_none_or(|steers| steers == committee.id) {
            return Ok((programme.id, committee.id));
        }
        let words = ("Ban chỉ đạo này không chỉ đạo chương trình đó.", "Another committee steers this programme.");
        faults.push(Fault::worded("/committee", Code::RuleBroken, words.0, words.1));
    }
    Err(Refusal::with_faults(Code::BodyInvalid, faults).into())
}

/// Changes the plan of a meeting that was not held yet.
///
/// # Errors
/// `FORBIDDEN`, `NOT_FOUND`, `PRECONDITION_FAILED`, `WRONG_STATE`, and as [`create`].
pub async fn replan(app: &App, ctx: &Ctx, id: MeetingId, revision: impl Into<Revisions>, plan: MeetingPlan) -> Result<(), Error> {
    let revision: Revisions = revision.into();
    watched(app, ctx, Deed::new(REPLAN).on("meeting", id), async {
        ctx.allow(Action::ManageMeetings)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        let change = move |conn: &mut Conn| -> Result<(), Error> {
            let mut desk = open(&app_, conn, &ctx_, (id, &revision), Step::Replan)?;
            let catalogue = Arc::clone(&desk.catalogue);
            set(&app_, conn, &catalogue, &mut desk.meeting, &plan)?;
            desk.store(conn)?;
            stored::replace_plan(conn, &desk.meeting)?;
            desk.close(conn, REPLAN, Vec::new(), &shown(&desk.meeting))
        };
        app.0.db.write(change).await
    })
    .await
}

/// What the audit log tells of a plan.
fn shown(meeting: &Meeting) -> Value {
    json!({"title": meeting.title, "startsAt": meeting.starts_at, "endsAt": meeting.ends_at, "place": meeting.place,
           "quorum": meeting.quorum, "agenda": meeting.agenda, "invited": meeting.invitees.len()})
}

/// Writes a plan into a meeting; every fault at once.
fn set(app: &App, conn: &mut Conn, catalogue: &Catalogue, meeting: &mut Meeting, plan: &MeetingPlan) -> Result<(), Error> {
    let mut faults = Vec::new();
    meeting.title = read_among("/title", &plan.title, MAX_WORDS, &mut faults).into();
    meeting.place = plan.place.as_deref().map(|place| read_among("/place", place, MAX_WORDS, &mut faults).into());
    (meeting.starts_at, meeting.ends_at, meeting.quorum) = (plan.starts_at, plan.ends_at, plan.quorum);
    let is_dated = YEARS.contains(&plan.starts_at.year());
    if !is_dated {
        faults.push(Fault::new("/startsAt", Code::OutOfRange));
    }
    if plan.ends_at.is_some_and(|ends| ends <= plan.starts_at || !YEARS.contains(&ends.year())) {
        faults.push(Fault::new("/endsAt", Code::OutOfRange));
    }
    if plan.quorum.is_some_and(|quorum| quorum < 1) {
        faults.push(Fault::new("/quorum", Code::OutOfRange));
    }
    for (at, given, most) in [("/agenda", plan.agenda.len(), MAX_ITEMS), ("/invited", plan.invited.len(), MAX_INVITED)] {
        if given > most {
            faults.push(Fault::new(at, Code::LengthOutOfRange));
        }
    }
    let item = |(i, title): (usize, &String)| read_among(&format!("/agenda/{i}"), title, MAX_WORDS, &mut faults).into();
    meeting.agenda = plan.agenda.iter().enumerate().take(MAX_ITEMS).map(item).collect();
    if !is_dated {
        return Err(Refusal::with_faults(Code::BodyInvalid, faults).into());
    }
    let history = committee::histories(conn, &[meeting.committee])?.remove(&meeting.committee).unwrap_or_default();
    let posts = Posts::of(catalogue);
    let roster = posts.roster(&history, meeting.day());
    if roster.term.is_none() {
        let words = ("Vào ngày họp, ban chỉ đạo chưa được thành lập hoặc đã giải thể.", "The committee is not established on that day.");
        faults.push(Fault::worded("/startsAt", Code::RuleBroken, words.0, words.1));
    } else {
        meeting.invitees = invitees(app, catalogue, &posts, &roster, &plan.invited, &mut faults);
    }
    if faults.is_empty() { Ok(()) } else { Err(Refusal::with_faults(Code::BodyInvalid, faults).into()) }
}

fn invitees(
    app: &App,
    catalogue: &Catalogue,
    posts: &Posts<'_>,
    roster: &Roster,
    named: &[NewInvitee],
    faults: &mut Vec<Fault>,
) -> Vec<Invitee> {
    let of_seat = |place: &Place| {
        let agency: Option<AgencyId> = place.seat.office.and_then(|office| posts.named(office, roster.day)).map(|office| office.agency.id);
        Invitee { id: app.0.ids.next(), seat: Some(place.seat.id), agency, words: None, attended: None }
    };
    if named.is_empty() {
        return roster.places.iter().map(of_seat).collect();
    }
    let mut found: Vec<Invitee> = Vec::new();
    for (i, one) in named.iter().enumerate().take(MAX_INVITED) {
        let blank = Invitee { id: app.0.ids.next(), seat: None, agency: None, words: None, attended: None };
        let (at, code, invitee) = match (&one.seat, &one.agency, &one.words) {
            (Some(seat), None, None) => {
                let seat = seat.parse().ok().map(|seat: Id<domain::committee::Seat>| seat);
                let place = roster.places.iter().find(|place| Some(place.seat.id) == seat);
                ("seat", Code::ReferenceUnknown, place.map(of_seat))
            }
            (None, Some(code), None) => {
                let agency = catalogue.agency_by_code(code);
                // A collective is whoever is on its roll.
                if agency.is_some_and(|agency| agency.collective.is_none() && !agency.is_active_on(roster.day)) {
                    let words = ("Cơ quan này không hoạt động vào ngày họp.", "The agency is not there on the day of the meeting.");
                    faults.push(Fault::worded(format!("/invited/{i}/agency"), Code::RuleBroken, words.0, words.1));
                }
                ("agency", Code::ReferenceUnknown, agency.map(|agency| Invitee { agency: Some(agency.id), ..blank }))
            }
            (None, None, Some(words)) => {
                let words = read_among(&format!("/invited/{i}/words"), words, MAX_WORDS, faults);
                ("words", Code::FieldRequired, Some(Invitee { words: Some(words.into()), ..blank }))
            }
            _ => ("", Code::RuleBroken, None),
        };
        match invitee {
            None => faults.push(Fault::new(format!("/invited/{i}/{at}").trim_end_matches('/'), code)),
            Some(new) if new.seat.is_some() && found.iter().any(|known| known.seat == new.seat) => {
                faults.push(Fault::new(format!("/invited/{i}/seat"), Code::Duplicate));
            }
            Some(new)
                if new.seat.is_none()
                    && new.agency.is_some()
                    && found.iter().any(|known| known.seat.is_none() && known.agency == new.agency) =>
            {
                faults.push(Fault::new(format!("/invited/{i}/agency"), Code::Duplicate));
            }
            Some(new) => found.push(new),
        }
    }
    found
}
