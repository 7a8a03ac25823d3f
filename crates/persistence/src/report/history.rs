//! What was submitted and done: versions, drafts, events, and what consolidated versions were built from.
//! Must not be asked for a report that is out of the caller's scope; callers look it up in `mod` first.
//! Versions and events are only ever added.

use diesel::prelude::*;
use domain::{
    agency::AgencyId,
    report::{Remark, ReportContent, ReportDraft, ReportEvent, ReportId, ReportVersion},
    task::TaskId,
};

use super::{DraftRow, VersionRow, content_of, submission};
use crate::{
    catalogue::{json, parsed},
    conn::Conn,
    error::DbError,
    per_backend,
    rows::DbId,
    schema::{report_drafts, report_events, report_sources, report_versions, reports},
    sql_types::db_ids,
};

pub(super) fn content(row: &VersionRow) -> Result<ReportContent, DbError> {
    content_of((row.percent, &row.narrative), (&row.produced, &row.sections, &row.form_values), ("report_versions", row.report_id))
}

pub(super) fn draft_content(row: &DraftRow) -> Result<ReportContent, DbError> {
    content_of((row.percent, &row.narrative), (&row.produced, &row.sections, &row.form_values), ("report_drafts", row.report_id))
}

fn version_of(row: &VersionRow) -> Result<ReportVersion, DbError> {
    Ok(ReportVersion { report: row.report_id.of(), number: row.version, content: content(row)?, submission: submission(row)? })
}

/// Every version of a report, from the first on.
pub fn versions(conn: &mut Conn, id: ReportId) -> Result<Vec<ReportVersion>, DbError> {
    versions_of(conn, &[id])
}

/// Every version of these reports, by report and number.
pub fn versions_of(conn: &mut Conn, ids: &[ReportId]) -> Result<Vec<ReportVersion>, DbError> {
    let rows: Vec<VersionRow> = report_versions::table
        .filter(report_versions::report_id.eq_any(db_ids(ids)))
        .order((report_versions::report_id, report_versions::version))
        .select(VersionRow::as_select())
        .load(conn)?;
    rows.iter().map(version_of).collect()
}

/// One version of a report.
pub fn version(conn: &mut Conn, id: ReportId, number: i32) -> Result<Option<ReportVersion>, DbError> {
    let row: Option<VersionRow> =
        report_versions::table.find((DbId::from(id), number)).select(VersionRow::as_select()).first(conn).optional()?;
    row.as_ref().map(version_of).transpose()
}

/// What is being written on a report.
pub fn draft(conn: &mut Conn, id: ReportId) -> Result<Option<ReportDraft>, DbError> {
    Ok(drafts(conn, &[id])?.pop())
}

/// What is being written on these reports.
pub fn drafts(conn: &mut Conn, ids: &[ReportId]) -> Result<Vec<ReportDraft>, DbError> {
    let rows: Vec<DraftRow> =
        report_drafts::table.filter(report_drafts::report_id.eq_any(db_ids(ids))).select(DraftRow::as_select()).load(conn)?;
    rows.iter()
        .map(|row| {
            Ok(ReportDraft {
                report: row.report_id.of(),
                content: draft_content(row)?,
                author: row.author_id.of(),
                saved_at: row.saved_at.and_utc(),
            })
        })
        .collect()
}

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = report_events, treat_none_as_default_value = false)]
pub(crate) struct EventRow {
    id: DbId,
    report_id: DbId,
    version: i32,
    kind: String,
    reason: Option<String>,
    remarks: String,
    until: Option<chrono::NaiveDate>,
    account_id: DbId,
    at: chrono::NaiveDateTime,
    is_self_decided: bool,
}

/// Adds what was done.
pub fn add_event(conn: &mut Conn, event: &ReportEvent) -> Result<(), DbError> {
    let row = event_row(event)?;
    diesel::insert_into(report_events::table).values(&row).execute(conn)?;
    Ok(())
}

/// What was done, as it is stored.
pub(super) fn event_row(event: &ReportEvent) -> Result<EventRow, DbError> {
    let remarks = serde_json::to_string(&event.remarks).map_err(|_| DbError::Inconsistent {
        table: "report_events",
        column: "remarks",
        id: event.id.to_string(),
    })?;
    Ok(EventRow {
        id: event.id.into(),
        report_id: event.report.into(),
        version: event.version,
        kind: event.kind.label().into(),
        reason: event.reason.clone(),
        remarks,
        until: event.until,
        account_id: event.account.into(),
        at: event.at.naive_utc(),
        is_self_decided: event.is_self_decided,
    })
}

/// What was done with these reports, in order.
pub fn events(conn: &mut Conn, ids: &[ReportId]) -> Result<Vec<ReportEvent>, DbError> {
    let rows: Vec<EventRow> = report_events::table
        .filter(report_events::report_id.eq_any(db_ids(ids)))
        .order((report_events::report_id, report_events::id))
        .select(EventRow::as_select())
        .load(conn)?;
    rows.into_iter()
        .map(|row| {
            let remarks: Vec<Remark> = json(&row.remarks, "report_events", "remarks", row.id)?;
            Ok(ReportEvent {
                kind: parsed(&row.kind, "report_events", "kind", row.id)?,
                id: row.id.of(),
                report: row.report_id.of(),
                version: row.version,
                reason: row.reason,
                remarks,
                until: row.until,
                account: row.account_id.of(),
                at: row.at.and_utc(),
                is_self_decided: row.is_self_decided,
            })
        })
        .collect()
}

#[derive(Insertable)]
#[diesel(table_name = report_sources, treat_none_as_default_value = false)]
pub(crate) struct SourceRow {
    report_id: DbId,
    version: i32,
    source_id: DbId,
    source_version: i32,
}

/// Notes what a consolidated version was built from: reports, each in a version.
pub fn add_sources(conn: &mut Conn, id: ReportId, version: i32, from: &[(ReportId, i32)]) -> Result<(), DbError> {
    let row = |(source, source_version): &(ReportId, i32)| SourceRow {
        report_id: id.into(),
        version,
        source_id: (*source).into(),
        source_version: *source_version,
    };
    let rows: Vec<SourceRow> = from.iter().map(row).collect();
    for rows in rows.chunks(per_backend::CHUNK) {
        per_backend::insert_sources(conn, rows)?;
    }
    Ok(())
}

/// What these reports' versions were built from: report, version, source and its version.
pub fn sources(conn: &mut Conn, ids: &[ReportId]) -> Result<Vec<(ReportId, i32, ReportId, i32)>, DbError> {
    let rows: Vec<(DbId, i32, DbId, i32)> = report_sources::table
        .filter(report_sources::report_id.eq_any(db_ids(ids)))
        .order((report_sources::report_id, report_sources::version, report_sources::source_id))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, version, source, source_version)| (id.of(), version, source.of(), source_version)).collect())
}

/// A narrative to compare with.
#[derive(Clone, Debug)]
pub struct Narrative {
    pub report: ReportId,
    pub version: i32,
    pub text: String,
}

/// The narratives that one might have been copied from: the newest versions of the agency's own reports, and of all reports
/// on the same task; up to `limit` each, without those of the report itself.
pub fn narratives_like(
    conn: &mut Conn,
    (report, agency, task): (ReportId, AgencyId, Option<TaskId>),
    limit: i64,
) -> Result<Vec<Narrative>, DbError> {
    let newest = || {
        reports::table
            .inner_join(
                report_versions::table.on(report_versions::report_id.eq(reports::id).and(report_versions::version.eq(reports::version))),
            )
            .filter(reports::id.ne(DbId::from(report)))
            .order(reports::id.desc())
            .limit(limit)
            .select((reports::id, reports::version, report_versions::narrative))
            .into_boxed()
    };
    let mut rows: Vec<(DbId, i32, String)> = newest().filter(reports::agency_id.eq(DbId::from(agency))).load(conn)?;
    if let Some(task) = task {
        let others = newest().filter(reports::task_id.eq(DbId::from(task))).filter(reports::agency_id.ne(DbId::from(agency)));
        rows.extend(others.load::<(DbId, i32, String)>(conn)?);
    }
    Ok(rows.into_iter().map(|(id, version, text)| Narrative { report: id.of(), version, text }).collect())
}
