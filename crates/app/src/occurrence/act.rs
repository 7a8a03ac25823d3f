//! Doing something to an occurrence: a lead starts, delivers, gives back; who assigned it confirms, repeats, suspends, ends.
//! Must not let anybody decide on what their own agency leads, unless the programme has that marked.
//! Order: policy, facts, revision, rule, rows, event, entry; all in one transaction.

use auth::Ctx;
use chrono::NaiveDate;
use domain::{
    agency::AgencyId,
    error::{Code, Fault, Refusal},
    event::EventKind,
    occurrence::{Claim, Move, OccurrenceAct, OccurrenceEvent, Step, step},
    policy::{Action, Decision},
    report::ReportId,
    revision::Revisions,
    task::{Occurrence, OccurrenceId, Task},
};
use persistence::{Conn, occurrence, report};
use serde_json::json;

use super::{
    extension::lapse,
    facts::{Facts, facts, faulty, named_agency, named_document, worded},
};
use crate::{
    App, Error,
    audit::{Deed, record, watched},
    outbox::{News, announce},
};

/// Why something is decided, and on which document.
#[derive(Clone, Debug, Default)]
pub struct Ground {
    pub reason: Option<String>,
    /// Identifier or number.
    pub document: Option<String>,
}

/// Something to do to an occurrence.
#[derive(Clone, Debug)]
pub enum Change {
    Start,
    /// A lead has delivered.
    Claim {
        delivered_on: NaiveDate,
        /// What shows it.
        note: String,
        report: Option<ReportId>,
    },
    /// A lead gives it back.
    Return {
        reason: String,
        /// Code of the agency that should do it instead.
        agency: String,
    },
    Confirm(Ground),
    /// Needs a reason.
    Redo(Ground),
    /// Needs a reason and a document, as do the two below.
    Suspend(Ground),
    Cancel(Ground),
    Withdraw(Ground),
    /// Needs a reason.
    Resume(Ground),
    /// Needs a reason.
    Reopen(Ground),
}

impl Change {
    fn act(&self) -> OccurrenceAct {
        match self {
            Self::Start => OccurrenceAct::Start,
            Self::Claim { .. } => OccurrenceAct::Claim,
            Self::Return { .. } => OccurrenceAct::Return,
            Self::Confirm(_) => OccurrenceAct::Confirm,
            Self::Redo(_) => OccurrenceAct::Redo,
            Self::Suspend(_) => OccurrenceAct::Suspend,
            Self::Cancel(_) => OccurrenceAct::Cancel,
            Self::Withdraw(_) => OccurrenceAct::Withdraw,
            Self::Resume(_) => OccurrenceAct::Resume,
            Self::Reopen(_) => OccurrenceAct::Reopen,
        }
    }

    fn action(&self) -> Action {
        match self {
            Self::Start => Action::StartTask,
            Self::Claim { .. } | Self::Return { .. } => Action::WorkOnTask,
            _ => Action::DecideOnTask,
        }
    }

    fn operation(&self) -> &'static str {
        told(self.act()).0
    }
}

/// The name of the operation and of what is told to others.
fn told(act: OccurrenceAct) -> (&'static str, EventKind) {
    match act {
        OccurrenceAct::Start => ("start_occurrence", EventKind::OccurrenceStarted),
        OccurrenceAct::Claim => ("claim_occurrence", EventKind::OccurrenceClaimed),
        OccurrenceAct::Return => ("return_occurrence", EventKind::OccurrenceReturned),
        OccurrenceAct::Confirm => ("confirm_occurrence", EventKind::OccurrenceConfirmed),
        OccurrenceAct::Redo => ("redo_occurrence", EventKind::OccurrenceRedo),
        OccurrenceAct::Suspend => ("suspend_occurrence", EventKind::OccurrenceSuspended),
        OccurrenceAct::Resume => ("resume_occurrence", EventKind::OccurrenceResumed),
        OccurrenceAct::Cancel => ("cancel_occurrence", EventKind::OccurrenceCancelled),
        OccurrenceAct::Withdraw => ("withdraw_occurrence", EventKind::OccurrenceWithdrawn),
        OccurrenceAct::Reopen => ("reopen_occurrence", EventKind::OccurrenceReopened),
    }
}

/// Does something to an occurrence whose current revision the caller has seen.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN`, `NOT_A_LEAD`, `OWN_MATTER`, `PRECONDITION_FAILED`, `OCCURRENCE_STATE`, `BODY_INVALID`.
pub async fn act(app: &App, ctx: &Ctx, id: OccurrenceId, revision: impl Into<Revisions>, change: Change) -> Result<(), Error> {
    let revision: Revisions = revision.into();
    let operation = change.operation();
    watched(app, ctx, Deed::new(operation).on("occurrence", id), async {
        ctx.allow(change.action())?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        app.0.db.write(move |conn| apply(&app_, conn, &ctx_, id, &revision, &change)).await
    })
    .await
}

/// What goes with a move, read and checked.
struct Given {
    what: Move,
    agency: Option<AgencyId>,
    decision: Decision,
    reason: Option<String>,
    document: Option<domain::document::DocumentId>,
    report: Option<ReportId>,
}

fn apply(app: &App, conn: &mut Conn, ctx: &Ctx, id: OccurrenceId, revision: &Revisions, change: &Change) -> Result<(), Error> {
    let facts = facts(app, conn, id)?;
    let given = given(app, conn, ctx, &facts, change, revision)?;
    let step = step(&facts.standing, &facts.leads, given.what, app.0.clock.today())?;
    let after = Occurrence {
        status: step.to,
        completed_on: step.completed_on,
        revision: facts.occurrence.revision + 1,
        ..facts.occurrence.clone()
    };
    if !occurrence::advance(conn, &after)? {
        return Err(Refusal::new(Code::PreconditionFailed).into());
    }
    claims(app, conn, ctx, &facts, &given, &step)?;
    let proposed_agency = if let Move::Return { to, .. } = given.what { Some(to) } else { None };
    let event = OccurrenceEvent {
        id: app.0.ids.next(),
        occurrence: id,
        number: after.revision,
        act: step.act,
        from: step.from,
        to: step.to,
        agency: given.agency,
        account: ctx.account().map(|account| account.id).ok_or_else(|| Refusal::new(Code::Unauthenticated))?,
        at: app.0.clock.now(),
        counts_on: step.counts_on,
        reason: given.reason,
        document: given.document,
        proposed_agency,
        self_decided: given.decision.self_decided,
    };
    occurrence::record(conn, &event)?;
    tell(app, conn, ctx, &facts, &event)?;
    lapse(app, conn, ctx, &facts, &event, change.operation())
}

/// Reads what goes with the move, once the caller may make it at all and has seen the current revision.
fn given(app: &App, conn: &mut Conn, ctx: &Ctx, facts: &Facts, change: &Change, revision: &Revisions) -> Result<Given, Error> {
    let (agency, decision) = match change.action() {
        Action::DecideOnTask => (None, facts.may_decide(ctx, None)?),
        action => (Some(facts.may_work(ctx, action)?), Decision::default()),
    };
    facts.is_current(revision)?;
    let by = agency.unwrap_or(AgencyId::from_uuid(uuid::Uuid::nil()));
    let mut given = Given { what: Move::Start { by }, agency, decision, reason: None, document: None, report: None };
    let (what, ground) = match change {
        Change::Start => return Ok(given),
        Change::Claim { delivered_on, note, report } => {
            given.reason = Some(worded("/note", note)?);
            if facts.task.period.first_day().is_some_and(|first| *delivered_on < first) {
                let words = ("Ngày này trước khi nhiệm vụ bắt đầu.", "This day is before the task begins.");
                return Err(Refusal::with_faults(
                    Code::BodyInvalid,
                    vec![Fault::worded("/deliveredOn", Code::OutOfRange, words.0, words.1)],
                )
                .into());
            }
            given.report = report.map(|report| its_report(conn, facts, by, report)).transpose()?;
            given.what = Move::Claim { by, delivered_on: *delivered_on };
            return Ok(given);
        }
        Change::Return { reason, agency } => {
            given.reason = Some(worded("/reason", reason)?);
            given.what = Move::Return { by, to: named_agency(app, conn, agency)? };
            return Ok(given);
        }
        Change::Confirm(ground) => (Move::Confirm, ground),
        Change::Redo(ground) => (Move::Redo, ground),
        Change::Suspend(ground) => (Move::Suspend, ground),
        Change::Cancel(ground) => (Move::Cancel, ground),
        Change::Withdraw(ground) => (Move::Withdraw, ground),
        Change::Resume(ground) => (Move::Resume, ground),
        Change::Reopen(ground) => (Move::Reopen, ground),
    };
    given.what = what;
    given.reason = ground.reason.as_deref().map(|reason| worded("/reason", reason)).transpose()?;
    given.document = named_document(conn, ground.document.as_deref())?;
    if given.reason.is_none() && what != Move::Confirm {
        return Err(faulty("/reason", Code::FieldRequired).into());
    }
    if given.document.is_none() && matches!(what, Move::Suspend | Move::Cancel | Move::Withdraw) {
        return Err(faulty("/document", Code::FieldRequired).into());
    }
    Ok(given)
}

/// A report that a claim may rest on: the agency's own, of this occurrence.
fn its_report(conn: &mut Conn, facts: &Facts, agency: AgencyId, id: ReportId) -> Result<ReportId, Error> {
    let own = domain::policy::ReportScope { open: vec![(Some(agency), None)] };
    let report = report::by_id(conn, &own, id)?;
    let fits = report.is_some_and(|report| report.agency == agency && report.occurrence == Some(facts.occurrence.id));
    if fits { Ok(id) } else { Err(faulty("/report", Code::ReferenceUnknown).into()) }
}

/// Keeps the claims in step: a new one replaces the agency's last, and what is to be done again was not delivered.
fn claims(app: &App, conn: &mut Conn, ctx: &Ctx, facts: &Facts, given: &Given, step: &Step) -> Result<(), Error> {
    let (id, now) = (facts.occurrence.id, app.0.clock.now());
    if step.withdraws_claims {
        occurrence::withdraw_claims(conn, id, None, now)?;
    }
    let Move::Claim { by, delivered_on } = given.what else { return Ok(()) };
    occurrence::withdraw_claims(conn, id, Some(by), now)?;
    let claim = Claim {
        id: app.0.ids.next(),
        occurrence: id,
        agency: by,
        delivered_on,
        note: given.reason.clone().unwrap_or_default(),
        report: given.report,
        claimed_by: ctx.account().map(|account| account.id).ok_or_else(|| Refusal::new(Code::Unauthenticated))?,
        claimed_at: now,
        withdrawn_at: None,
    };
    Ok(occurrence::insert_claim(conn, &claim)?)
}

/// What followers are told of something done to the occurrence of a task in a year.
pub(crate) fn news(event: &OccurrenceEvent, task: &Task, year: i32) -> News {
    News {
        kind: told(event.act).1,
        subject: ("occurrence", event.occurrence.uuid()),
        agency: event.agency,
        addressee: None,
        programme: Some(task.programme),
        is_public: true,
        body: json!({"task": &*task.code, "year": year, "status": event.to.label(), "revision": event.number}),
    }
}

fn tell(app: &App, conn: &mut Conn, ctx: &Ctx, facts: &Facts, event: &OccurrenceEvent) -> Result<(), Error> {
    let operation = told(event.act).0;
    announce(app, conn, news(event, &facts.task, facts.occurrence.year))?;
    let changes = json!({
        "on": facts.named(),
        "before": {"status": event.from.label()},
        "after": {"status": event.to.label(), "revision": event.number, "countsOn": event.counts_on, "reason": event.reason,
                  "document": event.document.map(|id| id.to_string()), "selfDecided": event.self_decided},
    });
    let agency = app.0.catalogue.current(conn)?.agency_code(event.agency);
    let deed = Deed::new(operation).on("occurrence", event.occurrence).for_agency(agency.as_deref());
    Ok(record(app, conn, ctx, deed.with(changes))?)
}
