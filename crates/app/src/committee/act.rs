//! Doing something to a committee, or only rehearsing it, by the same code.
//! Must not decide what an act may do (`domain::committee`), nor do anything without a document.
//! What an act names is resolved in `naming`.

use auth::Ctx;
use chrono::{Datelike, NaiveDate};
use domain::{
    agency::AgencyKind,
    committee::{
        self, Change, CommitteeAct, CommitteeActKind, CommitteeId, CommitteeRole, CommitteeUnit, History, Logged, Roster, RowId, SeatId,
        folded,
    },
    document::{DocumentId, Place},
    error::{Code, Fault, Refusal},
    event::EventKind,
    policy::{Action, Resource},
    revision::Revisions,
    text,
    warning::Warning,
};
use persistence::{Conn, DbError, committee as stored, committee_log, committee_store, document};
use serde_json::json;

use super::{Posts, naming::Naming};
use crate::{
    App, Error,
    audit::{Deed, record, watched},
    catalogue::{Catalogue, version_on},
    document::named_in,
    identity::current,
    outbox::{News, announce},
    place::{NewPlace, cite},
};

const PLAN: &str = "plan_committee";
const ACT: &str = "record_committee_act";
/// Years of which the service keeps anything.
const YEARS: std::ops::RangeInclusive<i32> = 1945..=2200;

/// Something to do to a committee.
#[derive(Clone, Debug)]
pub struct NewAct {
    pub kind: CommitteeActKind,
    /// The first day on which it holds.
    pub effective_on: NaiveDate,
    /// The document that it rests on, by identifier or number; an annulment may have a reason instead.
    pub basis: Option<String>,
    /// Where in it.
    pub place: NewPlace,
    /// Of an annulment without a document the reason.
    pub note: Option<String>,
    /// The act that an annulment takes back.
    pub annuls: Option<String>,
    /// Code of the agency that sets it up; for an establishment or consolidation.
    pub authority: Option<String>,
    /// Code; for an establishment or consolidation, or the next one.
    pub standing_agency: Option<String>,
    /// The whole roster of an establishment or consolidation, or what an amendment adds.
    pub seats: Vec<NewSeat>,
    /// Seats that an amendment takes away.
    pub ended: Vec<String>,
    /// Into which somebody is put, or which somebody leaves.
    pub seat: Option<String>,
    /// Who is put into it.
    pub person: Option<NewPerson>,
    /// Or with what it goes from then on: the code of an agency, whose head sits here, or the identifier of a post.
    pub post: Option<String>,
    /// The title of another post than the head's in the agency with that code.
    pub post_title: Option<String>,
    /// That post as the document writes it.
    pub position: Option<String>,
}

/// A seat to make.
#[derive(Clone, Debug)]
pub struct NewSeat {
    pub unit: Option<CommitteeUnit>,
    pub role: CommitteeRole,
    /// From 1.
    pub rank: i32,
    /// Ex officio: the code of an agency, whose head sits here, or the identifier of a post.
    pub post: Option<String>,
    /// The title of another post than the head's in the agency with that code.
    pub post_title: Option<String>,
    pub position: Option<String>,
    pub duty: Option<String>,
    pub person: Option<NewPerson>,
}

/// Somebody known, by identifier, or somebody new, by name: one of both.
#[derive(Clone, Debug, Default)]
pub struct NewPerson {
    pub id: Option<String>,
    /// As the decision prints it.
    pub name: Option<String>,
}

/// What an act did, or would do.
#[derive(Clone, Debug)]
pub struct Done {
    pub logged: Logged,
    /// Where in its document it stands.
    pub place: Option<Place>,
    /// What looks wrong about it; it is done all the same.
    pub warnings: Vec<Warning>,
    /// The committee after it.
    pub history: History,
}

impl Done {
    /// Who sits where on the day of the act, after it.
    pub fn roster(&self, posts: &Posts<'_>) -> Roster {
        posts.roster(&self.history, self.logged.act.effective_on)
    }
}

/// Registers a body as a committee that a document calls for.
///
/// # Errors
/// `FORBIDDEN`, `BODY_INVALID`, `ALREADY_EXISTS`.
pub async fn plan(app: &App, ctx: &Ctx, code: String, planned_by: Option<String>) -> Result<(), Error> {
    watched(app, ctx, Deed::new(PLAN).on("committee", &code), async {
        ctx.allow(Action::ManageCommittees)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        app.0
            .db
            .write(move |conn| -> Result<(), Error> {
                let ctx = current(&app_, conn, &ctx_)?;
                ctx.allow(Action::ManageCommittees)?;
                let catalogue = app_.0.catalogue.current(conn)?;
                let body = body(&app_, &catalogue, &code)?;
                manages(&ctx, &catalogue, body)?;
                let document = planned_by.as_deref().map(|reference| named_in(conn, "/plannedBy", reference)).transpose()?;
                stored::insert(conn, body, document, app_.0.clock.now()).map_err(|error| match error {
                    DbError::Unique(_) => Error::from(Refusal::new(Code::AlreadyExists)),
                    other => other.into(),
                })?;
                let after = json!({"code": code, "plannedBy": document.map(|id| id.to_string())});
                Ok(record(&app_, conn, &ctx, Deed::new(PLAN).on("committee", body).with(json!({ "after": after })))?)
            })
            .await
    })
    .await
}

/// Whether the caller manages this committee: by a grant for every programme that it steers, or by one for all of them.
fn manages(ctx: &Ctx, catalogue: &Catalogue, committee: CommitteeId) -> Result<(), Refusal> {
    let steered = catalogue.programmes().iter().filter(|programme| programme.steering_committee == Some(committee));
    let mut on: Vec<Resource> = steered.map(|programme| Resource { programme: Some(programme.id), ..Resource::default() }).collect();
    if on.is_empty() {
        on.push(Resource { is_of_no_programme: true, ..Resource::default() });
    }
    on.iter().try_for_each(|on| ctx.allow_on(Action::ManageCommittees, on).map(|_| ()))
}

/// A body that may be a committee.
fn body(app: &App, catalogue: &Catalogue, code: &str) -> Result<CommitteeId, Error> {
    let refuse = |code| Error::from(Refusal::with_faults(Code::BodyInvalid, vec![Fault::new("/agency", code)]));
    let agency = catalogue.agency_by_code(code).ok_or_else(|| refuse(Code::ReferenceUnknown))?;
    let is_committee = version_on(agency, app.0.clock.today()).is_some_and(|version| version.kind == AgencyKind::Committee);
    if is_committee && agency.collective.is_none() { Ok(agency.id) } else { Err(refuse(Code::RuleBroken)) }
}

/// Does something to the committee with this code that had so many acts when the caller read it; rehearsed, nothing of it stays.
///
/// # Errors
/// `FORBIDDEN`, `NOT_FOUND`, `PRECONDITION_FAILED`, `BODY_INVALID` with every fault, `WRONG_STATE`.
pub async fn act(
    app: &App,
    ctx: &Ctx,
    code: String,
    revision: impl Into<Revisions>,
    new: NewAct,
    is_rehearsed: bool,
) -> Result<Done, Error> {
    let revision: Revisions = revision.into();
    watched(app, ctx, Deed::new(ACT).on("committee", &code), async {
        ctx.allow(Action::ManageCommittees)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        let run = move |conn: &mut Conn| -> Result<Done, Error> { store(&app_, conn, &ctx_, (&code, &revision), &new) };
        if is_rehearsed { app.0.db.rehearse(run).await } else { app.0.db.write(run).await }
    })
    .await
}

fn store(app: &App, conn: &mut Conn, ctx: &Ctx, (code, revision): (&str, &Revisions), new: &NewAct) -> Result<Done, Error> {
    let ctx = &current(app, conn, ctx)?;
    ctx.allow(Action::ManageCommittees)?;
    let catalogue = app.0.catalogue.current(conn)?;
    let nothing = || Error::from(Refusal::new(Code::NotFound));
    let committee = catalogue.agency_by_code(code).ok_or_else(nothing)?.id;
    manages(ctx, &catalogue, committee)?;
    let registered = stored::for_act(conn, committee)?.ok_or_else(nothing)?;
    revision.check(registered.acts)?;
    // 1. What the act names.
    let mut naming = Naming::new(app, &catalogue, new);
    let basis = naming.basis(conn)?;
    let place = naming.place();
    naming.look_up(conn)?;
    let matter = naming.matter();
    let annuls = naming.annuls();
    let Naming { people, mut faults, .. } = naming;
    if !YEARS.contains(&new.effective_on.year()) {
        faults.push(Fault::new("/effectiveOn", Code::OutOfRange));
    }
    // 2. What it changes.
    let act = CommitteeAct {
        id: app.0.ids.next(),
        committee,
        kind: new.kind,
        effective_on: new.effective_on,
        number: registered.acts + 1,
        // Where nothing could be named a fault says so; the others are told beside it.
        basis: basis.or_else(|| (new.kind != CommitteeActKind::Annul).then(|| app.0.ids.next())),
        note: new.note.as_deref().map(|note| text::normalise(note).into()),
        annuls,
    };
    let (changes, history) = if new.kind == CommitteeActKind::Annul {
        annulled(app, conn, &act, faults)?
    } else {
        let posts = Posts::of(&catalogue);
        let mut history = stored::histories(conn, &[committee])?.remove(&committee).unwrap_or_default();
        let changes = judged(committee::apply(&history, &act, &matter, &|office| posts.holders(office)), faults)?;
        history.take(&changes, &act);
        (changes, history)
    };
    // 3. The rows, and what others are told.
    stored::insert_people(conn, &people, app.0.clock.now())?;
    committee_store::store(conn, &act, &changes, (ctx.account().map(|account| account.id), app.0.clock.now()))?;
    if let Some(basis) = act.basis {
        cite(app, conn, (act.id.uuid(), basis), place.as_ref())?;
    }
    tell(app, conn, ctx, (code, &act, changes.len()))?;
    Ok(Done { place, warnings: warnings(conn, &act)?, logged: Logged { act, changes, is_inferred: false }, history })
}

/// What looks wrong about an act. An annulment takes back what was to be, whenever its own document was issued.
fn warnings(conn: &mut Conn, act: &CommitteeAct) -> Result<Vec<Warning>, DbError> {
    let basis: Vec<DocumentId> = act.basis.filter(|_| act.kind != CommitteeActKind::Annul).into_iter().collect();
    let found = document::by_ids(conn, &basis)?;
    let is_early = found.iter().any(|document| document.issued_on.is_some_and(|issued| act.effective_on < issued));
    Ok(if is_early { vec![Warning::EffectiveBeforeIssue] } else { Vec::new() })
}

/// What others are told of an act, and the entry in the audit log.
fn tell(app: &App, conn: &mut Conn, ctx: &Ctx, (code, act, rows): (&str, &CommitteeAct, usize)) -> Result<(), Error> {
    let committee = act.committee;
    let body = json!({"committee": code, "act": act.kind.label(), "number": act.number, "effectiveOn": act.effective_on});
    announce(
        app,
        conn,
        News {
            kind: EventKind::CommitteeChanged,
            subject: ("committee", committee.uuid()),
            agency: Some(committee),
            addressee: None,
            programme: None,
            is_public: true,
            body,
        },
    )?;
    let after = json!({"committee": code, "kind": act.kind.label(), "number": act.number, "effectiveOn": act.effective_on,
                       "basis": act.basis.map(|id| id.to_string()), "annuls": act.annuls.map(|id| id.to_string()), "rows": rows});
    Ok(record(app, conn, ctx, Deed::new(ACT).on("committee", committee).with(json!({ "after": after })))?)
}

/// What an annulment changes, and the history that follows from the log with it.
fn annulled(app: &App, conn: &mut Conn, act: &CommitteeAct, faults: Vec<Fault>) -> Result<(Vec<Change>, History), Error> {
    let mut log = committee_log::acts(conn, &[act.committee])?;
    let mut found = committee::annulment(&log, act, app.0.clock.today());
    if let Ok(changes) = &found
        && committee_log::met(conn, &gone(changes))?
    {
        let words = (
            "Đã có cuộc họp mời theo ghế của quyết định này; hãy sửa danh sách mời trước.",
            "A meeting invites by seats of this act; change whom it invites first.",
        );
        found = Err(vec![Fault::worded("/annuls", Code::WrongState, words.0, words.1)]);
    }
    let changes = judged(found, faults)?;
    committee_log::detach(conn, &gone(&changes))?;
    log.push(Logged { act: act.clone(), changes: changes.clone(), is_inferred: false });
    Ok((changes, folded(&log)))
}

/// The seats that changes withdraw.
fn gone(changes: &[Change]) -> Vec<SeatId> {
    changes.iter().filter_map(|change| if let Change::Withdraw(RowId::Seat(seat)) = change { Some(*seat) } else { None }).collect()
}

/// The changes of an act, unless something is wrong with it or with what it names.
fn judged(changes: Result<Vec<Change>, Vec<Fault>>, mut faults: Vec<Fault>) -> Result<Vec<Change>, Error> {
    let is_state = |found: &[Fault]| found.iter().any(|fault| fault.pointer.is_empty() && fault.code == Code::WrongState);
    let found = match changes {
        Ok(changes) if faults.is_empty() => return Ok(changes),
        Ok(_) => Vec::new(),
        Err(found) if is_state(&found) => return Err(Refusal::new(Code::WrongState).into()),
        Err(found) => found,
    };
    // What could not be named brings no other fault; a post is named by two fields.
    let is_named = |fault: &Fault| {
        let title = format!("{}Title", fault.pointer);
        faults.iter().all(|told| told.pointer != fault.pointer && told.pointer != title)
    };
    let new: Vec<Fault> = found.into_iter().filter(is_named).collect();
    faults.extend(new);
    faults.sort_by(|a, b| a.pointer.cmp(&b.pointer));
    Err(Refusal::with_faults(Code::BodyInvalid, faults).into())
}
