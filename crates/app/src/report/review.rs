//! Reviewing: return with reasons, accept, reopen until a day.
//! Must not let anybody decide on a report of their own agency, unless the programme marks that for all to see.
//! The machine is `domain::report::state`.

use auth::Ctx;
use chrono::NaiveDate;
use domain::{
    error::{Code, Fault, Refusal},
    evidence::Shown,
    policy::Action,
    report::{Remark, Report, ReportContent, ReportEventKind, ReportId, ReportStatus, state::Act},
    revision::Revisions,
    text,
};
use persistence::{Conn, DbError, report_file};
use serde_json::{Value, json};

use super::acts::{Said, begin};
use crate::{
    App, Error,
    audit::{Deed, watched},
};

/// Gives a report back, with a reason and what is to be mended where.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN`, `OWN_MATTER`, `PRECONDITION_FAILED`, `WRONG_STATE`, `BODY_INVALID` for a remark on what is not there
/// or a text that cannot be kept.
pub async fn give_back(
    app: &App,
    ctx: &Ctx,
    at: (ReportId, impl Into<Revisions>),
    reason: String,
    remarks: Vec<Remark>,
) -> Result<(), Error> {
    const OPERATION: &str = "return_report";
    let at: (_, Revisions) = (at.0, at.1.into());
    watched(app, ctx, Deed::new(OPERATION).on("report", at.0), async {
        ctx.allow(Action::ReviewReport)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        let work = move |conn: &mut Conn| -> Result<(), Error> {
            let acting = begin(&app_, conn, &ctx_, (at.0, &at.1), (Action::ReviewReport, Act::Return))?;
            let files = files(conn, &acting.report, &remarks)?;
            let faults = [unkept(&reason, &remarks), misplaced(&acting.report.content, &files, &remarks)].concat();
            if !faults.is_empty() {
                return Err(Refusal::with_faults(Code::BodyInvalid, faults).into());
            }
            acting.store(conn, &acting.change())?;
            let remarks = remarks.iter().map(|remark| Remark { pointer: remark.pointer.clone(), text: text::normalise(&remark.text) });
            let said = Said { reason: Some(text::normalise(&reason)), remarks: remarks.collect(), ..Said::default() };
            Ok(acting.tell(conn, OPERATION, acting.report.version, ReportEventKind::Returned, said)?)
        };
        app.0.db.append(work).await
    })
    .await
}

/// Texts that not every database holds.
fn unkept(reason: &str, remarks: &[Remark]) -> Vec<Fault> {
    let mut pointers = Vec::new();
    if !text::storable(reason) {
        pointers.push("/reason".to_owned());
    }
    let broken = remarks.iter().enumerate().filter(|(_, remark)| !text::storable(&remark.text));
    pointers.extend(broken.map(|(place, _)| format!("/remarks/{place}/text")));
    pointers.into_iter().map(|pointer| Fault::new(pointer, Code::PatternMismatch)).collect()
}

/// The files of the version that is given back, where a remark is on one.
fn files(conn: &mut Conn, report: &Report, remarks: &[Remark]) -> Result<Vec<Value>, DbError> {
    if !remarks.iter().any(|remark| remark.pointer.starts_with("/files")) {
        return Ok(Vec::new());
    }
    let found = report_file::of_reports(conn, &[report.id])?;
    let of_version = found.iter().filter(|file| file.is_in(Shown::Version(report.version)));
    Ok(of_version.map(|file| json!({"name": file.name, "sha256": file.sha256})).collect())
}

/// Remarks on fields and files that the report does not have.
fn misplaced(content: &ReportContent, files: &[Value], remarks: &[Remark]) -> Vec<Fault> {
    let document = json!({"percent": content.percent, "narrative": content.narrative, "produced": content.produced,
                          "sections": content.sections, "values": content.values, "files": files});
    let is_lost = |remark: &Remark| document.pointer(&remark.pointer).is_none();
    let lost = remarks.iter().enumerate().filter(|(_, remark)| is_lost(remark));
    lost.map(|(place, _)| Fault::new(format!("/remarks/{place}/pointer"), Code::ReferenceUnknown)).collect()
}

/// Accepts a report: from here on its version is published and summed.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN`, `OWN_MATTER`, `PRECONDITION_FAILED`, `WRONG_STATE`.
pub async fn accept(app: &App, ctx: &Ctx, at: (ReportId, impl Into<Revisions>)) -> Result<(), Error> {
    const OPERATION: &str = "accept_report";
    let at: (_, Revisions) = (at.0, at.1.into());
    watched(app, ctx, Deed::new(OPERATION).on("report", at.0), async {
        ctx.allow(Action::ReviewReport)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        let work = move |conn: &mut Conn| -> Result<(), Error> {
            let acting = begin(&app_, conn, &ctx_, (at.0, &at.1), (Action::ReviewReport, Act::Accept))?;
            let version = acting.report.version;
            let mut change = acting.change();
            change.accepted_version = Some(version);
            change.public_status = Some(ReportStatus::Accepted);
            change.reopened_until = None;
            acting.store(conn, &change)?;
            Ok(acting.tell(conn, OPERATION, version, ReportEventKind::Accepted, Said::default())?)
        };
        app.0.db.append(work).await
    })
    .await
}

/// Lets the agency submit a report once more up to a day; what was accepted counts until a new version is.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN`, `OWN_MATTER`, `PRECONDITION_FAILED`, `WRONG_STATE`, `BODY_INVALID` for a day that has passed.
pub async fn reopen(app: &App, ctx: &Ctx, at: (ReportId, impl Into<Revisions>), reason: String, until: NaiveDate) -> Result<(), Error> {
    const OPERATION: &str = "reopen_report";
    let at: (_, Revisions) = (at.0, at.1.into());
    watched(app, ctx, Deed::new(OPERATION).on("report", at.0), async {
        ctx.allow(Action::ReviewReport)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        let work = move |conn: &mut Conn| -> Result<(), Error> {
            let acting = begin(&app_, conn, &ctx_, (at.0, &at.1), (Action::ReviewReport, Act::Reopen))?;
            let unkept = unkept(&reason, &[]);
            if !unkept.is_empty() {
                return Err(Refusal::with_faults(Code::BodyInvalid, unkept).into());
            }
            if until < acting.today {
                return Err(Refusal::with_faults(Code::BodyInvalid, vec![Fault::new("/until", Code::OutOfRange)]).into());
            }
            let mut change = acting.change();
            change.reopened_until = Some(until);
            acting.store(conn, &change)?;
            let said = Said { reason: Some(text::normalise(&reason)), until: Some(until), ..Said::default() };
            Ok(acting.tell(conn, OPERATION, acting.report.version, ReportEventKind::Reopened, said)?)
        };
        app.0.db.append(work).await
    })
    .await
}
