//! Asking for more time and deciding on it.
//! Must not move the due day but by an approval, nor let those decide who asked.
//! The rules are `domain::occurrence`; a request belongs to its occurrence and rests on that one's revision.

use auth::Ctx;
use chrono::NaiveDate;
use domain::{
    error::{Code, Refusal},
    event::EventKind,
    occurrence::{self as rules, Extension, ExtensionId, ExtensionStatus, OccurrenceEvent, Settlement},
    policy::{Action, ReportScope},
    programme::ProgrammeId,
    revision::Revisions,
    task::{Occurrence, OccurrenceId, Task},
};
use persistence::{Conn, DbError, occurrence};
use serde_json::json;

use super::facts::{Facts, facts, faulty, named_document, worded};
use crate::{
    App, Error,
    audit::{Deed, record, watched},
    outbox::{News, announce},
};

/// How a request is decided on.
#[derive(Clone, Debug, Default)]
pub struct Decided {
    /// Another day than was asked for; for an approval only.
    pub due_on: Option<NaiveDate>,
    /// A rejection needs one.
    pub reason: Option<String>,
    /// Identifier or number.
    pub document: Option<String>,
}

/// Asks for a later due day.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN`, `NOT_A_LEAD`, `PRECONDITION_FAILED`, `OCCURRENCE_STATE`, `NO_DEADLINE`, `EXTENSION_OPEN`, `BODY_INVALID`.
pub async fn ask(
    app: &App,
    ctx: &Ctx,
    id: OccurrenceId,
    revision: impl Into<Revisions>,
    due_on: NaiveDate,
    reason: String,
) -> Result<ExtensionId, Error> {
    let revision: Revisions = revision.into();
    watched(app, ctx, Deed::new("request_extension").on("occurrence", id), async {
        ctx.allow(Action::WorkOnTask)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        app.0.db.write(move |conn| request(&app_, conn, &ctx_, id, &revision, due_on, &reason)).await
    })
    .await
}

fn request(
    app: &App,
    conn: &mut Conn,
    ctx: &Ctx,
    id: OccurrenceId,
    revision: &Revisions,
    due_on: NaiveDate,
    reason: &str,
) -> Result<ExtensionId, Error> {
    let facts = facts(app, conn, id)?;
    let agency = facts.may_work(ctx, Action::WorkOnTask)?;
    facts.is_current(revision)?;
    let reason = worded("/reason", reason)?;
    rules::ask(&facts.standing, &facts.leads, agency, due_on)?;
    let account = ctx.account().map(|account| account.id).ok_or_else(|| Refusal::new(Code::Unauthenticated))?;
    let new = Extension::requested(app.0.ids.next(), (id, agency), (account, app.0.clock.now()), (due_on, reason));
    advance(conn, &facts, facts.occurrence.due_on)?;
    occurrence::insert_extension(conn, &new).map_err(|error| match error {
        DbError::Unique(_) => Refusal::new(Code::ExtensionOpen).into(),
        other => Error::from(other),
    })?;
    tell(app, conn, ctx, &facts, &new, ("request_extension", EventKind::ExtensionRequested))?;
    Ok(new.id)
}

/// Grants a request: the due day moves to the day asked for, or to another one.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN`, `OWN_MATTER`, `PRECONDITION_FAILED`, `EXTENSION_DECIDED`, `OCCURRENCE_STATE`, `BODY_INVALID`.
pub async fn approve(
    app: &App,
    ctx: &Ctx,
    id: ExtensionId,
    revision: impl Into<Revisions>,
    decided: Decided,
) -> Result<OccurrenceId, Error> {
    settle(app, ctx, id, revision.into(), ExtensionStatus::Approved, decided).await
}

/// Refuses a request; the due day stays.
///
/// # Errors
/// As [`approve`].
pub async fn reject(
    app: &App,
    ctx: &Ctx,
    id: ExtensionId,
    revision: impl Into<Revisions>,
    decided: Decided,
) -> Result<OccurrenceId, Error> {
    settle(app, ctx, id, revision.into(), ExtensionStatus::Rejected, decided).await
}

/// Takes a request of one's own agency back.
///
/// # Errors
/// `NOT_FOUND`, also for another agency's; `FORBIDDEN`, `PRECONDITION_FAILED`, `EXTENSION_DECIDED`.
pub async fn withdraw(app: &App, ctx: &Ctx, id: ExtensionId, revision: impl Into<Revisions>) -> Result<OccurrenceId, Error> {
    settle(app, ctx, id, revision.into(), ExtensionStatus::Withdrawn, Decided::default()).await
}

async fn settle(
    app: &App,
    ctx: &Ctx,
    id: ExtensionId,
    revision: Revisions,
    to: ExtensionStatus,
    decided: Decided,
) -> Result<OccurrenceId, Error> {
    let (operation, kind, action) = match to {
        ExtensionStatus::Withdrawn => ("withdraw_extension", EventKind::ExtensionWithdrawn, Action::WorkOnTask),
        ExtensionStatus::Rejected => ("reject_extension", EventKind::ExtensionDecided, Action::DecideOnTask),
        _ => ("approve_extension", EventKind::ExtensionDecided, Action::DecideOnTask),
    };
    watched(app, ctx, Deed::new(operation).on("extension", id), async {
        ctx.allow(action)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        let work = move |conn: &mut Conn| {
            let asked = occurrence::extension_by_id(conn, id)?.ok_or_else(|| Refusal::new(Code::NotFound))?;
            let facts = facts(&app_, conn, asked.occurrence)?;
            let settled = settled(&app_, conn, &ctx_, &facts, asked, &revision, to, &decided)?;
            advance(conn, &facts, settled.decided_due_on.or(facts.occurrence.due_on))?;
            if !occurrence::settle_extension(conn, &settled)? {
                return Err(Refusal::new(Code::ExtensionDecided).into());
            }
            tell(&app_, conn, &ctx_, &facts, &settled, (operation, kind))?;
            Ok(settled.occurrence)
        };
        app.0.db.write::<_, Error>(work).await
    })
    .await
}

/// The request as it is once settled.
#[expect(clippy::too_many_arguments, reason = "what is decided, by whom, on what")]
fn settled(
    app: &App,
    conn: &mut Conn,
    ctx: &Ctx,
    facts: &Facts,
    asked: Extension,
    revision: &Revisions,
    to: ExtensionStatus,
    decided: &Decided,
) -> Result<Extension, Error> {
    let allowed = match to {
        ExtensionStatus::Withdrawn => ctx.allow_on(Action::WorkOnTask, &facts.of(Some(asked.agency))),
        _ => facts.may_decide(ctx, Some(asked.requested_by)),
    };
    // A request that the caller is not shown is not there for it.
    let is_shown = is_shown(&ctx.report_scope(), &asked, facts.programme.id);
    let self_decided = allowed.map_err(|refusal| if is_shown { refusal } else { Refusal::new(Code::NotFound) })?.self_decided;
    facts.is_current(revision)?;
    rules::is_undecided(&asked)?;
    let decision_reason = decided.reason.as_deref().map(|reason| worded("/reason", reason)).transpose()?;
    if to == ExtensionStatus::Rejected && decision_reason.is_none() {
        return Err(faulty("/reason", Code::FieldRequired).into());
    }
    let decided_due_on =
        if to == ExtensionStatus::Approved { Some(rules::approve(&facts.standing, &asked, decided.due_on)?) } else { None };
    Ok(asked.settled(Settlement {
        status: to,
        by: ctx.account().map(|account| account.id).ok_or_else(|| Refusal::new(Code::Unauthenticated))?,
        at: app.0.clock.now(),
        reason: decision_reason,
        due_on: decided_due_on,
        document: named_document(conn, decided.document.as_deref())?,
        self_decided,
    }))
}

/// Closes the request that still waits when a task's year ends: there is nothing left to decide.
pub(super) fn lapse(
    app: &App,
    conn: &mut Conn,
    ctx: &Ctx,
    facts: &Facts,
    end: &OccurrenceEvent,
    operation: &'static str,
) -> Result<(), Error> {
    let Some(asked) = facts.asked.clone().filter(|_| end.to.is_ended()) else { return Ok(()) };
    let lapsed = asked.lapsed(end);
    if !occurrence::settle_extension(conn, &lapsed)? {
        return Err(Refusal::new(Code::PreconditionFailed).into());
    }
    tell(app, conn, ctx, facts, &lapsed, (operation, EventKind::ExtensionLapsed))
}

/// Whether whoever reads in this scope is shown a request: one's own agency's, and everybody's that was approved.
pub(super) fn is_shown(scope: &ReportScope, asked: &Extension, programme: ProgrammeId) -> bool {
    asked.status == ExtensionStatus::Approved || scope.opens(asked.agency, programme, true)
}

/// Raises the revision, and moves the due day where one was granted.
fn advance(conn: &mut Conn, facts: &Facts, due_on: Option<NaiveDate>) -> Result<(), Error> {
    let after = Occurrence { due_on, revision: facts.occurrence.revision + 1, ..facts.occurrence.clone() };
    if occurrence::advance(conn, &after)? { Ok(()) } else { Err(Refusal::new(Code::PreconditionFailed).into()) }
}

/// What followers are told of a request for more time, which made this revision of the year's occurrence.
pub(crate) fn news(extension: &Extension, kind: EventKind, task: &Task, (year, revision): (i32, i32)) -> News {
    News {
        kind,
        subject: ("occurrence", extension.occurrence.uuid()),
        agency: Some(extension.agency),
        addressee: None,
        programme: Some(task.programme),
        // What was asked for is the agency's matter; what was granted is told with the task.
        is_public: extension.status == ExtensionStatus::Approved,
        body: json!({"task": &*task.code, "year": year, "extension": extension.id.to_string(), "status": extension.status.label(),
                     "revision": revision}),
    }
}

fn tell(
    app: &App,
    conn: &mut Conn,
    ctx: &Ctx,
    facts: &Facts,
    extension: &Extension,
    (operation, kind): (&'static str, EventKind),
) -> Result<(), Error> {
    let revision = facts.occurrence.revision + 1;
    announce(app, conn, news(extension, kind, &facts.task, (facts.occurrence.year, revision)))?;
    let changes = json!({
        "on": facts.named(),
        "before": {"dueOn": facts.occurrence.due_on},
        "after": {"status": extension.status.label(), "proposedDueOn": extension.proposed_due_on, "dueOn": extension.decided_due_on,
                  "reason": extension.decision_reason.as_ref().unwrap_or(&extension.reason), "revision": revision,
                  "document": extension.document.map(|id| id.to_string()), "selfDecided": extension.self_decided},
    });
    // Who asks, or takes it back, acts for the lead; who decides, for their own.
    let asks = matches!(extension.status, ExtensionStatus::Requested | ExtensionStatus::Withdrawn);
    let agency = app.0.catalogue.current(conn)?.agency_code(Some(extension.agency).filter(|_| asks));
    let deed = Deed::new(operation).on("extension", extension.id).for_agency(agency.as_deref());
    Ok(record(app, conn, ctx, deed.with(changes))?)
}
