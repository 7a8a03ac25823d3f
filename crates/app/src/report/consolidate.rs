//! Consolidating: the standing agency's report, built from accepted versions that it names.
//! Must not take in what was not accepted; the versions named are the ones that were summed.
//! The consolidated report is one of the caller's agency and goes the way of every other.

use std::sync::Arc;

use auth::Ctx;
use domain::{
    error::{Code, Fault, Refusal},
    policy::{Action, Resource},
    programme::ProgrammeId,
    report::{Channel, Report, ReportEvent, ReportEventKind, ReportId, ReportStatus, Submission, state::Act},
};
use persistence::{Conn, report as stored};

use super::{
    acts::{Said, begin, tell},
    facts::Contents,
    submit::{Submitted, taken},
};
use crate::{
    Answer, App, Error, OnceKey, StoredResponse,
    audit::{Deed, watched},
    idempotency::once,
};

const OPERATION: &str = "consolidate_reports";
/// Reports at most that one is built from.
pub const MAX_SOURCES: usize = 500;

/// A report to build.
#[derive(Clone, Debug)]
pub struct Consolidation {
    pub programme: String,
    pub year: i32,
    /// The year where nothing else is said.
    pub period: Option<String>,
    pub contents: Contents,
    /// Reports of the programme, accepted.
    pub sources: Vec<ReportId>,
    pub external_ref: Option<String>,
}

/// Builds a report from accepted ones, which are aggregated by that, once for its key.
///
/// # Errors
/// `FORBIDDEN`, `REPORT_REFUSED` with every source that is not an accepted report of the programme, and those of the key.
pub async fn consolidate(
    app: &App,
    ctx: &Ctx,
    new: Consolidation,
    key: OnceKey,
    render: impl Fn(&Submitted) -> Result<StoredResponse, Error> + Send + 'static,
) -> Result<Answer, Error> {
    watched(app, ctx, Deed::new(OPERATION), async {
        ctx.allow(Action::ConsolidateReports)?;
        let account = ctx.account().ok_or_else(|| Refusal::new(Code::Unauthenticated))?;
        let agency = account.agency.ok_or_else(|| Refusal::new(Code::Forbidden))?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        once(app, agency.uuid(), OPERATION, key, move |conn| {
            let submitted = build(&app_, conn, &ctx_, &new)?;
            render(&submitted)
        })
        .await
    })
    .await
}

fn build(app: &App, conn: &mut Conn, ctx: &Ctx, new: &Consolidation) -> Result<Submitted, Error> {
    let catalogue = app.0.catalogue.current(conn)?;
    let refuse = |faults| Error::from(Refusal::with_faults(Code::ReportRefused, faults));
    let programme = catalogue.programme_by_code(&new.programme);
    let programme = programme.ok_or_else(|| refuse(vec![Fault::new("/programme", Code::ProgrammeUnknown)]))?;
    ctx.allow_on(Action::ConsolidateReports, &Resource { programme: Some(programme.id), ..Resource::default() })?;
    // 1. The versions that it is built from.
    let sources = accepted(conn, ctx, programme.id, &new.sources)?;
    // 2. The report.
    let report = built(app, ctx, programme.id, new)?;
    super::facts::fits(false, &report.content, None, true)?;
    stored::insert(conn, &report).map_err(taken)?;
    let versions: Vec<(ReportId, i32)> = sources.iter().filter_map(|source| Some((source.id, source.accepted_version?))).collect();
    stored::add_sources(conn, report.id, report.version, &versions)?;
    // 3. What was accepted is aggregated now; what was so before is named once more.
    for source in sources.iter().filter(|source| source.status == ReportStatus::Accepted) {
        let acting = begin(app, conn, ctx, (source.id, source.revision), (Action::ConsolidateReports, Act::Aggregate))?;
        let mut change = acting.change();
        change.public_status = Some(ReportStatus::Aggregated);
        acting.store(conn, &change)?;
        acting.tell(conn, OPERATION, source.version, ReportEventKind::Aggregated, Said::default())?;
    }
    let event = ReportEvent {
        id: app.0.ids.next(),
        report: report.id,
        version: report.version,
        kind: ReportEventKind::Submitted,
        reason: None,
        remarks: Vec::new(),
        until: None,
        account: report.created_by,
        at: report.created_at,
        is_self_decided: false,
    };
    tell(app, conn, ctx, &report, &event, (OPERATION, None))?;
    let agency = catalogue.agency_code(Some(report.agency)).ok_or(Error::Internal("an account's agency is not in the catalogue"))?;
    Ok(Submitted { report, programme: Arc::clone(&programme.code), task: None, agency })
}

/// The sources, each an accepted report of the programme in the caller's scope, in the order in which they are named.
fn accepted(conn: &mut Conn, ctx: &Ctx, programme: ProgrammeId, ids: &[ReportId]) -> Result<Vec<Report>, Error> {
    let found = stored::by_ids(conn, &ctx.report_scope(), ids)?;
    let (mut sources, mut faults) = (Vec::new(), Vec::new());
    for (place, id) in ids.iter().enumerate() {
        let at = || format!("/sources/{place}");
        match found.iter().find(|report| report.id == *id && report.programme == programme && report.is_inside) {
            _ if ids[..place].contains(id) => faults.push(Fault::new(at(), Code::Duplicate)),
            None => faults.push(Fault::new(at(), Code::ReferenceUnknown)),
            Some(report) if !matches!(report.status, ReportStatus::Accepted | ReportStatus::Aggregated) => {
                faults.push(Fault::new(at(), Code::NotAccepted));
            }
            Some(report) => sources.push(report.clone()),
        }
    }
    if faults.is_empty() { Ok(sources) } else { Err(Refusal::with_faults(Code::ReportRefused, faults).into()) }
}

fn built(app: &App, ctx: &Ctx, programme: ProgrammeId, new: &Consolidation) -> Result<Report, Error> {
    let (now, today) = (app.0.clock.now(), app.0.clock.today());
    let account = ctx.account().ok_or_else(|| Refusal::new(Code::Unauthenticated))?;
    let agency = account.agency.ok_or_else(|| Refusal::new(Code::Forbidden))?;
    Ok(Report {
        id: app.0.ids.next(),
        programme,
        task: None,
        occurrence: None,
        obligation: None,
        names_regime: false,
        agency,
        year: new.year,
        period: new.period.clone().unwrap_or_else(|| new.year.to_string()),
        external_ref: new.external_ref.clone(),
        is_consolidated: true,
        status: ReportStatus::Submitted,
        version: 1,
        accepted_version: None,
        public_status: None,
        first_received_on: Some(today),
        reopened_until: None,
        revision: 1,
        created_by: account.id,
        created_at: now,
        content: new.contents.stored()?,
        submission: Some(Submission {
            is_estimate: false,
            channel: Channel::Api,
            received_on: today,
            author: account.id,
            approver: Some(account.id),
            submitted_by: account.id,
            submitted_at: now,
        }),
        is_inside: true,
    })
}
