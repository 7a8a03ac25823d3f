//! Handing in a report: who, for which task, once.
//! Must not accept a report for another agency than the caller's, unless the caller may enter what came in by other ways.
//! Order: policy, key, facts, rule, rows, stored answer; all in one transaction.

use std::sync::Arc;

use auth::Ctx;
use chrono::NaiveDate;
use domain::{
    agency::AgencyId,
    error::{Code, Fault, Refusal},
    period::Period,
    policy::{Action, Resource},
    report::{Channel, Report, ReportEvent, ReportEventKind, ReportStatus, Submission},
};
use persistence::{Conn, DbError, report};
use serde_json::json;

use super::{
    acts::{Done, sha256, tell},
    facts::{About, Asked, Contents, Place, place},
    measure::fits,
};
use crate::{
    Answer, App, Error, OnceKey, StoredResponse,
    audit::{Deed, record, watched},
    catalogue::Catalogue,
    idempotency::{once, scope_of},
};

/// A report to hand in.
#[derive(Clone, Debug)]
pub struct NewReport {
    pub about: About,
    /// If given, it must be the caller's own.
    pub agency: Option<String>,
    pub contents: Contents,
    pub external_ref: Option<String>,
}

/// How a report came in that its agency did not send itself.
#[derive(Clone, Copy, Debug)]
pub struct Received {
    pub channel: Channel,
    pub on: NaiveDate,
}

/// A report that was stored, with the codes of what it is about.
#[derive(Clone, Debug)]
pub struct Submitted {
    pub report: Report,
    pub programme: Arc<str>,
    pub task: Option<Arc<str>>,
    pub agency: Arc<str>,
}

/// What becomes of a new report.
#[derive(Clone, Copy, Debug)]
pub(super) enum Way {
    /// Written on for a while.
    Draft,
    /// Sent by the agency itself.
    Sent,
    /// Entered by another.
    Entered(Received),
}

impl Way {
    const fn operation(self) -> &'static str {
        match self {
            Self::Draft => "create_draft",
            Self::Sent => "submit_report",
            Self::Entered(_) => "enter_report",
        }
    }

    const fn action(self) -> Action {
        match self {
            Self::Draft => Action::DraftReport,
            Self::Sent => Action::PushReport,
            Self::Entered(_) => Action::EnterReport,
        }
    }
}

/// Stores a report of the caller's agency once for its key.
///
/// # Errors
/// `FORBIDDEN`, `AGENCY_NOT_YOURS`, `REPORT_REFUSED` with every fault, `EXTERNAL_REF_TAKEN`, and those of the key.
pub async fn submit(
    app: &App,
    ctx: &Ctx,
    new: NewReport,
    key: OnceKey,
    render: impl Fn(&Submitted) -> Result<StoredResponse, Error> + Send + 'static,
) -> Result<Answer, Error> {
    make(app, ctx, (new, Way::Sent), key, render).await
}

/// Begins a report of the caller's agency, to be written on, once for its key.
///
/// # Errors
/// As those of [`submit`].
pub async fn create_draft(
    app: &App,
    ctx: &Ctx,
    new: NewReport,
    key: OnceKey,
    render: impl Fn(&Submitted) -> Result<StoredResponse, Error> + Send + 'static,
) -> Result<Answer, Error> {
    make(app, ctx, (new, Way::Draft), key, render).await
}

/// Stores a report that came in on paper or by other ways, or that is entered for an agency, once for its key.
///
/// # Errors
/// As those of [`submit`], `OWN_MATTER` for the caller's own agency, and `BODY_INVALID` for an agency that is not
/// known or a day that is still to come or before the period.
pub async fn enter(
    app: &App,
    ctx: &Ctx,
    (new, received): (NewReport, Received),
    key: OnceKey,
    render: impl Fn(&Submitted) -> Result<StoredResponse, Error> + Send + 'static,
) -> Result<Answer, Error> {
    make(app, ctx, (new, Way::Entered(received)), key, render).await
}

async fn make(
    app: &App,
    ctx: &Ctx,
    (new, way): (NewReport, Way),
    key: OnceKey,
    render: impl Fn(&Submitted) -> Result<StoredResponse, Error> + Send + 'static,
) -> Result<Answer, Error> {
    watched(app, ctx, Deed::new(way.operation()), async {
        ctx.allow(way.action())?;
        let account = ctx.account().ok_or_else(|| Refusal::new(Code::Unauthenticated))?;
        let scope = match way {
            // Who enters for others, or by a role alone, may have no agency: the key is the account's then.
            Way::Entered(_) => account.id.uuid(),
            Way::Draft | Way::Sent => scope_of(account),
        };
        let (app_, ctx_) = (app.clone(), ctx.clone());
        once(app, scope, way.operation(), key, move |conn| {
            let submitted = store(&app_, conn, &ctx_, &new, way)?;
            let response = render(&submitted)?;
            written_down(&app_, conn, &ctx_, &submitted, way, way.operation())?;
            Ok(response)
        })
        .await
    })
    .await
}

/// Puts a new report where it belongs.
pub(super) fn store(app: &App, conn: &mut Conn, ctx: &Ctx, new: &NewReport, way: Way) -> Result<Submitted, Error> {
    let catalogue = app.0.catalogue.current(conn)?;
    let (agency, code) = whose(&catalogue, ctx, new, way)?;
    let programme = catalogue.programme_by_code(&new.about.programme).map(|programme| programme.id);
    ctx.allow_on(way.action(), &Resource { agency: Some(agency), programme, ..Resource::default() })?;
    let place = place(conn, &catalogue, Asked { agency: Some(agency), about: &new.about, kept: None })?;
    if let Way::Entered(received) = way
        && !(begins(&place, new.about.year)..=app.0.clock.today()).contains(&received.on)
    {
        return Err(Refusal::with_faults(Code::BodyInvalid, vec![Fault::new("/receivedOn", Code::OutOfRange)]).into());
    }
    let report = built(app, ctx, agency, new, &place, way)?;
    fits(place.task.is_some(), &report.content, &place.measure, report.submission.is_some())?;
    report::insert(conn, &report).map_err(taken)?;
    Ok(Submitted { report, programme: Arc::clone(&place.programme_code), task: place.task_code(), agency: code })
}

/// The first day on which a report can have come in: nobody reports before the period begins that it is about.
fn begins(place: &Place, year: i32) -> NaiveDate {
    let schedule = place.answer.as_ref().and_then(|answer| answer.regime.schedule);
    let period: Option<Period> = place.period.parse().ok();
    let window = schedule.zip(period).map(|(schedule, period)| period.window(schedule.window).from);
    window.or_else(|| NaiveDate::from_ymd_opt(year, 1, 1)).unwrap_or(NaiveDate::MIN)
}

/// Whose report it is: one of those agencies for which the caller may send reports on the programme, or the one that it is
/// entered for.
pub(super) fn whose(catalogue: &Catalogue, ctx: &Ctx, new: &NewReport, way: Way) -> Result<(AgencyId, Arc<str>), Error> {
    let named = new.agency.as_deref().map(|code| catalogue.agency_by_code(code).map(|agency| agency.id));
    let of = |id: AgencyId| {
        let agency = catalogue.agency(id).ok_or(Error::Internal("an account's agency is not in the catalogue"))?;
        Ok((agency.id, Arc::clone(&agency.code)))
    };
    if let Way::Entered(_) = way {
        let unknown = || Refusal::with_faults(Code::BodyInvalid, vec![Fault::new("/agency", Code::ReferenceUnknown)]);
        return of(named.flatten().ok_or_else(unknown)?);
    }
    let account = ctx.account().ok_or_else(|| Refusal::new(Code::Unauthenticated))?;
    let programme = catalogue.programme_by_code(&new.about.programme).map(|programme| programme.id);
    if let Some(named) = named {
        let may = |id: &AgencyId| ctx.allow_on(way.action(), &Resource { agency: Some(*id), programme, ..Resource::default() }).is_ok();
        return of(named.filter(may).ok_or_else(|| Refusal::new(Code::AgencyNotYours))?);
    }
    let own = ctx.agencies_for(way.action(), programme);
    // The account's own agency comes first.
    let first = account.agency.filter(|id| own.contains(id)).or_else(|| own.first().copied());
    of(first.ok_or_else(|| Refusal::new(Code::Forbidden))?)
}

/// A new report, as it is to be stored.
pub(super) fn built(app: &App, ctx: &Ctx, agency: AgencyId, new: &NewReport, place: &Place, way: Way) -> Result<Report, Error> {
    let (now, today) = (app.0.clock.now(), app.0.clock.today());
    let author = ctx.account().ok_or_else(|| Refusal::new(Code::Unauthenticated))?.id;
    let submission = |received: Received, approver| Submission {
        is_estimate: place.answer.as_ref().is_some_and(|answer| answer.is_estimate(&place.period, received.on)),
        channel: received.channel,
        received_on: received.on,
        author,
        approver,
        submitted_by: author,
        submitted_at: now,
    };
    let submission = match way {
        Way::Draft => None,
        Way::Sent => Some(submission(Received { channel: Channel::Api, on: today }, Some(author))),
        Way::Entered(received) => Some(submission(received, None)),
    };
    Ok(Report {
        id: app.0.ids.next(),
        programme: place.programme,
        task: place.task.as_ref().map(|(task, _)| task.id),
        occurrence: place.task.as_ref().map(|(_, occurrence)| occurrence.id),
        obligation: place.answer.as_ref().map(|answer| answer.obligation),
        names_regime: place.answer.as_ref().is_some_and(|answer| answer.is_named),
        agency,
        year: new.about.year,
        period: place.period.clone(),
        external_ref: new.external_ref.clone(),
        is_consolidated: false,
        status: if submission.is_some() { ReportStatus::Submitted } else { ReportStatus::Draft },
        version: i32::from(submission.is_some()),
        accepted_version: None,
        public_status: None,
        first_received_on: submission.as_ref().map(|submission| submission.received_on),
        reopened_until: None,
        revision: 1,
        hidden_revisions: 0,
        created_by: author,
        created_at: now,
        content: place.measure.kept(new.contents.stored()?),
        submission,
        is_inside: true,
    })
}

/// The history, the outbox and the audit log learn of it.
pub(super) fn written_down(
    app: &App,
    conn: &mut Conn,
    ctx: &Ctx,
    Submitted { report, agency, .. }: &Submitted,
    way: Way,
    operation: &'static str,
) -> Result<(), DbError> {
    // Who enters a report for an agency does not act for it.
    let agency = (!matches!(way, Way::Entered(_))).then_some(&**agency);
    let Some(submission) = &report.submission else {
        let after = json!({"status": report.status.label(), "year": report.year, "contentSha256": sha256(&report.content)});
        let deed = Deed::new(operation).on("report", report.id).for_agency(agency);
        return record(app, conn, ctx, deed.with(json!({ "after": after })));
    };
    let event = submitted_event(app, report, submission);
    let done = Done { operation, report, before: None, status: report.status, event: &event, content: Some(&report.content), agency };
    tell(app, conn, ctx, &done)
}

/// That a report was sent, for its history.
pub(super) fn submitted_event(app: &App, report: &Report, submission: &Submission) -> ReportEvent {
    ReportEvent {
        id: app.0.ids.next(),
        report: report.id,
        version: report.version,
        kind: ReportEventKind::Submitted,
        reason: None,
        remarks: Vec::new(),
        until: None,
        account: submission.submitted_by,
        at: submission.submitted_at,
        is_self_decided: false,
    }
}

/// What keeps a new report from being stored.
pub(super) fn taken(error: DbError) -> Error {
    match error {
        // What the report refers to went away in between: looked up again, it is told by name.
        DbError::ForeignKey(_) => DbError::Serialisation.into(),
        DbError::Unique(rule) if rule.contains("external_ref") => Refusal::new(Code::ExternalRefTaken).into(),
        // Another report took the obligation in between: looked up again, this one stands beside it or is refused.
        DbError::Unique(rule) if rule.contains("obligation_id") => DbError::Serialisation.into(),
        other => other.into(),
    }
}
