//! What every act on a report has in common: found in scope, at the revision that was seen, allowed, possible, and written down.
//! Must not decide what an act does to a report; its own file does.
//! The machine is `domain::report::state`.

use std::sync::Arc;

use auth::{Ctx, digest};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    account::AccountId,
    error::{Code, Refusal},
    event::EventKind,
    policy::{Action, Decision, Resource},
    report::{
        Remark, Report, ReportContent, ReportEvent, ReportEventKind, ReportId, ReportStatus,
        state::{self, Act},
    },
    revision::Revisions,
};
use persistence::{
    Conn, DbError,
    report::{self as stored, ReportChange},
};
use serde_json::{Value, json};

use super::{
    answer::{self, Answer},
    measure::Measure,
};
use crate::{
    App, Error,
    audit::{Deed, record},
    catalogue::Catalogue,
    outbox::{News, announce},
};

/// A report on which something may be done.
pub(super) struct Acting<'a> {
    pub app: &'a App,
    pub ctx: &'a Ctx,
    pub report: Report,
    pub account: AccountId,
    pub now: DateTime<Utc>,
    pub today: NaiveDate,
    /// The status after the act.
    pub status: ReportStatus,
    decision: Decision,
    /// Code of the report's agency, where it is that agency's own act; who reviews or consolidates acts for their own.
    agency: Option<Arc<str>>,
}

/// What is said about an act.
#[derive(Clone, Debug, Default)]
pub(super) struct Said {
    pub reason: Option<String>,
    pub remarks: Vec<Remark>,
    pub until: Option<NaiveDate>,
    /// What was submitted.
    pub content: Option<ReportContent>,
}

/// A report in the caller's scope.
///
/// # Errors
/// `NOT_FOUND` for one that the caller sees only because it is published, too: nothing can be done with that.
pub(super) fn find(conn: &mut Conn, ctx: &Ctx, id: ReportId) -> Result<Report, Error> {
    let found = stored::by_id(conn, &ctx.report_scope(), id)?.filter(|report| report.is_inside);
    Ok(found.ok_or_else(|| Refusal::new(Code::NotFound))?)
}

/// Whether the caller may do this to the report of an agency.
fn may(catalogue: &Catalogue, ctx: &Ctx, action: Action, report: &Report) -> Result<Decision, Refusal> {
    let self_decision_is_marked = catalogue.programme(report.programme).is_some_and(|programme| programme.policy.marks_self_decisions);
    // Whoever handed it in, or entered it for its agency, does not review it.
    let account = report.submission.as_ref().map(|submission| submission.submitted_by);
    let (agency, programme) = (Some(report.agency), Some(report.programme));
    let on = Resource { agency, programme, account, self_decision_is_marked, ..Resource::default() };
    ctx.allow_on(action, &on)
}

/// Begins an act on a report that rests on `revision`.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN`, `OWN_MATTER`, `PRECONDITION_FAILED`, `WRONG_STATE`, `REOPENING_OVER`.
pub(super) fn begin<'a>(
    app: &'a App,
    conn: &mut Conn,
    ctx: &'a Ctx,
    (id, revision): (ReportId, &Revisions),
    (action, act): (Action, Act),
) -> Result<Acting<'a>, Error> {
    let report = find(conn, ctx, id)?;
    let catalogue = app.0.catalogue.current(conn)?;
    let estimates_until = answer::estimates_until(conn, &catalogue, &report)?;
    Ok(begin_on(app, &catalogue, ctx, (report, revision, estimates_until), (action, act))?)
}

/// Begins an act on a report that was found in scope, and the day up to which its regime estimates.
///
/// # Errors
/// As those of [`begin`].
pub(super) fn begin_on<'a>(
    app: &'a App,
    catalogue: &Catalogue,
    ctx: &'a Ctx,
    (report, revision, estimates_until): (Report, &Revisions, Option<NaiveDate>),
    (action, act): (Action, Act),
) -> Result<Acting<'a>, Refusal> {
    let decision = may(catalogue, ctx, action, &report)?;
    revision.check(report.seen_revision())?;
    let now = app.0.clock.now();
    let today = app.0.clock.today();
    let status = state::after(report.standing(estimates_until), act, today).map_err(Refusal::new)?;
    let account = ctx.account().ok_or_else(|| Refusal::new(Code::Unauthenticated))?.id;
    let is_own = matches!(action, Action::DraftReport | Action::PushReport);
    let agency = if is_own { catalogue.agency_code(Some(report.agency)) } else { None };
    Ok(Acting { app, ctx, report, account, now, today, status, decision, agency })
}

/// Counts what its agency writes between two versions of a report as a change of it, files too, so that nobody who sees it acts on what
/// they have not seen; refused when another came in between.
pub(crate) fn written(conn: &mut Conn, report: &Report) -> Result<(), Error> {
    if stored::written(conn, report.id, report.revision)? { Ok(()) } else { Err(Refusal::new(Code::PreconditionFailed).into()) }
}

impl Acting<'_> {
    /// Where the report will stand, apart from what the act itself changes.
    pub fn change(&self) -> ReportChange {
        ReportChange {
            status: self.status,
            version: self.report.version,
            accepted_version: self.report.accepted_version,
            public_status: self.report.public_status,
            first_received_on: self.report.first_received_on,
            reopened_until: self.report.reopened_until,
        }
    }

    /// What the report answers to, and what its content is measured by.
    pub fn answer(&self, conn: &mut Conn) -> Result<(Option<Answer>, Measure), Error> {
        let catalogue = self.app.0.catalogue.current(conn)?;
        let answer = answer::of(conn, &catalogue, &self.report)?;
        let measure = Measure::of_stored(answer.as_ref(), &catalogue, &self.report);
        Ok((answer, measure))
    }

    /// Stores the change; refused when another came in between.
    pub fn store(&self, conn: &mut Conn, change: &ReportChange) -> Result<(), Error> {
        if stored::change(conn, self.report.id, self.report.revision, change)? {
            Ok(())
        } else {
            Err(Refusal::new(Code::PreconditionFailed).into())
        }
    }

    /// Writes down what was done: for the report's history, for those who follow, and for the audit log.
    pub fn tell(&self, conn: &mut Conn, operation: &'static str, version: i32, kind: ReportEventKind, said: Said) -> Result<(), DbError> {
        let content = said.content.clone();
        let event = self.event(version, kind, said);
        let (report, agency) = (&self.report, self.agency.as_deref());
        let before = Some((report.status, report.version));
        let done = Done { operation, report, before, status: self.status, event: &event, content: content.as_ref(), agency };
        tell(self.app, conn, self.ctx, &done)
    }

    /// What was done, for the report's history.
    pub fn event(&self, version: i32, kind: ReportEventKind, said: Said) -> ReportEvent {
        ReportEvent {
            id: self.app.0.ids.next(),
            report: self.report.id,
            version,
            kind,
            reason: said.reason,
            remarks: said.remarks,
            until: said.until,
            account: self.account,
            at: self.now,
            is_self_decided: self.decision.self_decided,
        }
    }

    /// Writes an entry of the audit log that tells what changed.
    pub fn record(&self, conn: &mut Conn, operation: &'static str, changes: Value) -> Result<(), DbError> {
        let deed = Deed::new(operation).on("report", self.report.id).for_agency(self.agency.as_deref());
        record(self.app, conn, self.ctx, deed.with(changes))
    }
}

/// Something that was done with a report.
pub(super) struct Done<'a> {
    pub operation: &'static str,
    pub report: &'a Report,
    /// Status and version before; none for a new report.
    pub before: Option<(ReportStatus, i32)>,
    /// After it.
    pub status: ReportStatus,
    pub event: &'a ReportEvent,
    /// What was submitted.
    pub content: Option<&'a ReportContent>,
    /// Code of the agency that it was done for, where that is the report's and not simply the account's.
    pub agency: Option<&'a str>,
}

/// Writes down what was done with a report.
pub(super) fn tell(app: &App, conn: &mut Conn, ctx: &Ctx, done: &Done<'_>) -> Result<(), DbError> {
    let (news, deed) = told(done);
    stored::add_event(conn, done.event)?;
    announce(app, conn, news)?;
    record(app, conn, ctx, deed)
}

/// What followers and the audit log are told of something done with a report.
pub(super) fn told(done: &Done<'_>) -> (News, Deed) {
    let Done { operation, report, before, status, event, content, agency } = *done;
    let after = json!({"status": status.label(), "version": event.version, "act": event.kind.label(), "reason": event.reason, "until": event.until,
                       "remarks": event.remarks.len(), "selfDecided": event.is_self_decided, "percent": content.map(|content| content.percent), "contentSha256": content.map(sha256)});
    let mut changes = json!({ "after": after });
    if let Some((status, version)) = before {
        changes["before"] = json!({"status": status.label(), "version": version});
    }
    (news(report, event), Deed::new(operation).on("report", report.id).for_agency(agency).with(changes))
}

/// What followers are told of something done with a report.
pub(crate) fn news(report: &Report, event: &ReportEvent) -> News {
    let (kind, is_public) = match event.kind {
        ReportEventKind::Submitted => (EventKind::ReportSubmitted, false),
        ReportEventKind::Returned => (EventKind::ReportReturned, false),
        ReportEventKind::Accepted => (EventKind::ReportAccepted, true),
        ReportEventKind::Aggregated => (EventKind::ReportAggregated, true),
        ReportEventKind::Reopened => (EventKind::ReportReopened, false),
    };
    News {
        kind,
        subject: ("report", report.id.uuid()),
        agency: Some(report.agency),
        addressee: None,
        programme: Some(report.programme),
        is_public,
        body: json!({"version": event.version}),
    }
}

/// Stands for a content in the audit log.
pub(super) fn sha256(content: &ReportContent) -> String {
    let document = json!({"percent": content.percent, "narrative": content.narrative, "produced": content.produced,
                          "sections": content.sections, "values": content.values});
    digest(document.to_string().as_bytes())
}
