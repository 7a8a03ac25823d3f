//! Handing in a report: who, for which task, once.
//! Must not accept a report for another agency than the caller's.
//! Order: policy, key, facts, rule, rows, stored answer; all in one transaction.

use std::sync::Arc;

use auth::{Ctx, digest};
use chrono::Datelike;
use domain::{
    agency::AgencyId,
    error::{Code, Refusal},
    event::EventKind,
    policy::{Action, Resource},
    report::{Product, Report, ReportContent, ReportStatus, TaskFacts, check},
    task::{Occurrence, Task},
    text,
};
use persistence::{Conn, DbError, report, task};

use serde_json::json;

use crate::{
    Answer, App, Error, OnceKey, StoredResponse,
    audit::{Deed, record, watched},
    catalogue::Catalogue,
    idempotency::once,
    outbox::{News, announce},
};

const OPERATION: &str = "submit_report";

/// A report to hand in. Lengths and ranges are checked by the form before this.
#[derive(Clone, Debug)]
pub struct NewReport {
    pub programme: String,
    pub task: String,
    pub year: i32,
    /// If given, it must be the caller's own.
    pub agency: Option<String>,
    /// 0 to 100.
    pub percent: i32,
    pub narrative: String,
    pub produced: Vec<Product>,
    pub external_ref: Option<String>,
}

/// A report that was stored, with the codes of what it is about.
#[derive(Clone, Debug)]
pub struct Submitted {
    pub report: Report,
    pub programme: Arc<str>,
    pub task: Arc<str>,
    pub agency: Arc<str>,
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
    watched(app, ctx, Deed::new(OPERATION), async { push(app, ctx, new, key, render).await }).await
}

async fn push(
    app: &App,
    ctx: &Ctx,
    new: NewReport,
    key: OnceKey,
    render: impl Fn(&Submitted) -> Result<StoredResponse, Error> + Send + 'static,
) -> Result<Answer, Error> {
    ctx.allow(Action::PushReport)?;
    let account = ctx.account().ok_or_else(|| Refusal::new(Code::Unauthenticated))?;
    let agency = account.agency.ok_or_else(|| Refusal::new(Code::Forbidden))?;
    let (app_, ctx_, author) = (app.clone(), ctx.clone(), account.id);
    once(app, agency.uuid(), OPERATION, key, move |conn| {
        let catalogue = app_.0.catalogue.current(conn)?;
        let code = own_code(&catalogue, agency, new.agency.as_deref())?;
        // The caller's rights may end at another agency's or programme's door.
        let programme = catalogue.programme_by_code(&new.programme).map(|programme| programme.id);
        ctx_.allow_on(Action::PushReport, &Resource { agency: Some(agency), programme, ..Resource::default() })?;
        let (task, occurrence) = fitting(conn, &catalogue, agency, &new)?;
        let now = app_.0.clock.now();
        let report = Report {
            id: app_.0.ids.next(),
            programme: task.programme,
            task: task.id,
            occurrence: occurrence.id,
            agency,
            year: new.year,
            external_ref: new.external_ref.clone(),
            status: ReportStatus::Submitted,
            version: 1,
            created_by: author,
            created_at: now,
            content: content(&new),
            submitted_at: now,
        };
        report::insert(conn, &report).map_err(taken)?;
        let response_id = report.id;
        announce(&app_, conn, news(&report))?;
        let response = render(&Submitted { report, programme: new.programme.as_str().into(), task: task.code, agency: code })?;
        let after = json!({"programme": new.programme, "task": new.task, "year": new.year, "version": 1, "percent": new.percent,
                           "externalRef": new.external_ref, "contentSha256": digest(response.body.as_bytes())});
        record(&app_, conn, &ctx_, Deed::new(OPERATION).on("report", response_id).with(json!({ "after": after })))?;
        Ok(response)
    })
    .await
}

/// That a report came in, for those who may know of it.
fn news(report: &Report) -> News {
    News {
        kind: EventKind::ReportSubmitted,
        subject: ("report", report.id.uuid()),
        agency: Some(report.agency),
        programme: Some(report.programme),
        is_public: false,
        body: json!({"version": report.version}),
    }
}

/// The code of the caller's agency, unless the report names another.
fn own_code(catalogue: &Catalogue, agency: AgencyId, named: Option<&str>) -> Result<Arc<str>, Error> {
    let own = catalogue.agency(agency).ok_or(Error::Internal("an account's agency is not in the catalogue"))?;
    match named {
        Some(code) if *code != *own.code => Err(Refusal::new(Code::AgencyNotYours).into()),
        _ => Ok(Arc::clone(&own.code)),
    }
}

/// The task and occurrence that the report is about, if it fits them.
fn fitting(conn: &mut Conn, catalogue: &Catalogue, agency: AgencyId, new: &NewReport) -> Result<(Task, Occurrence), Error> {
    let refuse = |facts| Error::from(Refusal::with_faults(Code::ReportRefused, check(facts)));
    let programme = catalogue.programme_by_code(&new.programme).ok_or_else(|| refuse(TaskFacts::ProgrammeUnknown))?;
    let found = task::by_code(conn, programme.id, &new.task)?.ok_or_else(|| refuse(TaskFacts::TaskUnknown))?;
    let occurrence = task::occurrence_in(conn, found.id, new.year)?;
    let agency_assigned = is_assigned(conn, catalogue, agency, &found, new.year)?;
    match occurrence {
        Some(occurrence) if agency_assigned => Ok((found, occurrence)),
        occurrence => Err(refuse(TaskFacts::Known { scheduled_in_year: occurrence.is_some(), agency_assigned })),
    }
}

/// Whether the agency leads or coordinates the task on some day of the year, by name or as one of a collective.
/// For a year outside the task's period the assignment as such is asked, so that one fault does not bring another.
fn is_assigned(conn: &mut Conn, catalogue: &Catalogue, agency: AgencyId, task: &Task, year: i32) -> Result<bool, DbError> {
    let assigned = task::assignments_ever(conn, &[task.id])?;
    // The years before the decision took effect belong to those whom it first assigned.
    let first = assigned.iter().filter_map(|assignment| assignment.validity.from).min().map_or(i32::MIN, |day| day.year());
    let year = year.clamp(task.period.start_year, task.period.end_year).max(first);
    let mut assigned = assigned.iter().filter(|assignment| assignment.validity.touches_year(year)).peekable();
    if assigned.peek().is_none() {
        return Ok(false);
    }
    let collectives = catalogue.collectives_with(agency, year);
    Ok(assigned.any(|assignment| assignment.agency == agency || collectives.contains(&assignment.agency)))
}

fn content(new: &NewReport) -> ReportContent {
    let produced = new.produced.iter().map(|product| Product {
        description: text::normalise(&product.description),
        quantity: product.quantity,
        unit: product.unit.as_deref().map(text::normalise),
    });
    ReportContent { percent: new.percent, narrative: text::normalise(&new.narrative), produced: produced.collect() }
}

fn taken(error: DbError) -> Error {
    match error {
        // What the report refers to went away in between: looked up again, it is told by name.
        DbError::ForeignKey(_) => DbError::Serialisation.into(),
        DbError::Unique(rule) if rule.contains("external_ref") => Refusal::new(Code::ExternalRefTaken).into(),
        other => other.into(),
    }
}
