//! Reading what was submitted and done: versions, their differences, drafts, events, sources.
//! Must not show more of a report than its caller sees of it: who reads what is published sees the accepted version alone.
//! The queries are `persistence::report`.

use std::collections::HashMap;

use domain::{
    account::AccountId,
    error::{Code, Refusal},
    evidence::{ReportFile, Shown},
    policy::Action,
    report::{
        Report, ReportDraft, ReportEvent, ReportId, ReportVersion,
        diff::{FieldChange, changes, file_changes},
    },
};
use persistence::{DbError, account, report as stored, report_file};

use super::by_id;
use crate::{Error, View, document::grouped, node::note_hidden};

/// The report, or `NOT_FOUND`; that somebody asked for what is not theirs is noted.
pub(crate) async fn seen(view: &View, id: ReportId) -> Result<Report, Error> {
    if let Some(report) = by_id(view, id).await? {
        return Ok(report);
    }
    note_hidden(view, "get_report", id.uuid()).await?;
    Err(Refusal::new(Code::NotFound).into())
}

/// The versions of these reports that the caller may see, from the first on; reports out of scope are left out.
///
/// # Errors
/// When the database fails.
pub async fn versions_of(view: &View, ids: Vec<ReportId>) -> Result<HashMap<ReportId, Vec<ReportVersion>>, Error> {
    view.ctx().allow(Action::ReadReports)?;
    let scope = view.ctx().report_scope();
    let (reports, found) =
        view.read(move |conn| Ok::<_, DbError>((stored::by_ids(conn, &scope, &ids)?, stored::versions_of(conn, &ids)?))).await?;
    let reports: HashMap<ReportId, Report> = reports.into_iter().map(|report| (report.id, report)).collect();
    let shown = found.into_iter().filter(|version| reports.get(&version.report).is_some_and(|report| shows(report, version.number)));
    Ok(grouped(shown.map(|version| (version.report, version))))
}

/// The versions of a report that the caller may see, from the first on.
///
/// # Errors
/// `NOT_FOUND`.
pub async fn versions(view: &View, id: ReportId) -> Result<Vec<ReportVersion>, Error> {
    seen(view, id).await?;
    Ok(versions_of(view, vec![id]).await?.remove(&id).unwrap_or_default())
}

fn shows(report: &Report, number: i32) -> bool {
    report.is_inside || report.accepted_version == Some(number)
}

/// One version of a report.
///
/// # Errors
/// `NOT_FOUND`.
pub async fn version(view: &View, id: ReportId, number: i32) -> Result<ReportVersion, Error> {
    let report = seen(view, id).await?;
    let found = if shows(&report, number) { view.read(move |conn| stored::version(conn, id, number)).await? } else { None };
    Ok(found.ok_or_else(|| Refusal::new(Code::NotFound))?)
}

/// How a version differs from the one before it, in what it says and in its files; the first from nothing.
///
/// # Errors
/// `NOT_FOUND`.
pub async fn version_changes(view: &View, id: ReportId, number: i32) -> Result<Vec<FieldChange>, Error> {
    let after = version(view, id, number).await?;
    let before = match number {
        1 => None,
        _ => Some(version(view, id, number - 1).await?),
    };
    let files = view.read(move |conn| report_file::of_reports(conn, &[id])).await?;
    let mut found = changes(&before.map(|version| version.content).unwrap_or_default(), &after.content);
    found.extend(files_changed(&files, number));
    Ok(found)
}

/// How the files of a version differ from those of the one before it, of all that the report has or had.
pub fn files_changed(files: &[ReportFile], number: i32) -> Vec<FieldChange> {
    let of = |number| files.iter().filter(|file| file.is_in(Shown::Version(number))).collect::<Vec<_>>();
    file_changes(&of(number - 1), &of(number))
}

/// What was done with a report, in order.
///
/// # Errors
/// `NOT_FOUND`, also for those who only read what is published.
pub async fn events(view: &View, id: ReportId) -> Result<Vec<ReportEvent>, Error> {
    inside(view, id).await?;
    Ok(events_of(view, vec![id]).await?.remove(&id).unwrap_or_default())
}

/// What was done with these reports, in order; reports that the caller does not see by role are left out.
///
/// # Errors
/// When the database fails.
pub async fn events_of(view: &View, ids: Vec<ReportId>) -> Result<HashMap<ReportId, Vec<ReportEvent>>, Error> {
    view.ctx().allow(Action::ReadReports)?;
    let scope = view.ctx().report_scope();
    let found = view.read(move |conn| {
        let seen = stored::by_ids(conn, &scope, &ids)?;
        let seen: Vec<ReportId> = seen.iter().filter(|report| report.is_inside).map(|report| report.id).collect();
        stored::events(conn, &seen)
    });
    Ok(grouped(found.await?.into_iter().map(|event| (event.report, event))))
}

/// What is being written on these reports, for their agencies; others are left out.
///
/// # Errors
/// When the database fails.
pub async fn drafts_of(view: &View, ids: Vec<ReportId>) -> Result<HashMap<ReportId, Vec<ReportDraft>>, Error> {
    view.ctx().allow(Action::ReadReports)?;
    let scope = view.ctx().report_scope();
    let found = view.read(move |conn| {
        let seen = stored::by_ids(conn, &scope, &ids)?;
        let own: Vec<ReportId> =
            seen.iter().filter(|report| scope.opens(report.agency, report.programme, false)).map(|report| report.id).collect();
        stored::drafts(conn, &own)
    });
    Ok(grouped(found.await?.into_iter().map(|draft| (draft.report, draft))))
}

async fn inside(view: &View, id: ReportId) -> Result<Report, Error> {
    let report = seen(view, id).await?;
    if report.is_inside {
        return Ok(report);
    }
    note_hidden(view, "get_report", id.uuid()).await?;
    Err(Refusal::new(Code::NotFound).into())
}

/// Whether the caller sees a report by role, not only because it is published.
///
/// # Errors
/// `NOT_FOUND`.
pub async fn is_inside(view: &View, id: ReportId) -> Result<bool, Error> {
    Ok(seen(view, id).await?.is_inside)
}

/// What the shown versions of these reports were built from: each source and its version. The reports are ones that the
/// caller was shown.
///
/// # Errors
/// When the database fails.
pub async fn sources(view: &View, ids: Vec<ReportId>) -> Result<HashMap<ReportId, Vec<(i32, ReportId, i32)>>, Error> {
    view.ctx().allow(Action::ReadReports)?;
    let found = view.read(move |conn| stored::sources(conn, &ids)).await?;
    Ok(grouped(found.into_iter().map(|(id, version, source, source_version)| (id, (version, source, source_version)))))
}

/// The names of accounts that wrote, sent or reviewed what the caller was shown.
///
/// # Errors
/// When the database fails.
pub async fn names(view: &View, ids: Vec<AccountId>) -> Result<HashMap<AccountId, String>, Error> {
    view.ctx().allow(Action::ReadReports)?;
    Ok(view.read(move |conn| account::names(conn, &ids)).await?.into_iter().collect())
}
