//! Writing reports: new ones, versions, drafts, and changes of where a report stands.
//! Must never change a version, and changes a report only from the revision that its caller saw.
//! Which change is allowed is `domain::report::state`.

use chrono::NaiveDate;
use diesel::prelude::*;
use domain::{
    agency::AgencyId,
    report::{Report, ReportContent, ReportDraft, ReportId, ReportStatus, ReportVersion},
};

use super::{DraftRow, ReportRow, VersionRow};
use crate::{
    conn::Conn,
    error::DbError,
    rows::DbId,
    schema::{report_drafts, report_versions, reports},
    search,
};

/// Where a report stands from now on.
#[derive(Clone, Debug)]
pub struct ReportChange {
    pub status: ReportStatus,
    pub version: i32,
    pub accepted_version: Option<i32>,
    pub public_status: Option<ReportStatus>,
    pub first_received_on: Option<NaiveDate>,
    pub reopened_until: Option<NaiveDate>,
}

/// The agency's report with this reference of its own.
pub fn by_external_ref(conn: &mut Conn, agency: AgencyId, external_ref: &str) -> Result<Option<ReportId>, DbError> {
    let id: Option<DbId> = reports::table
        .filter(reports::agency_id.eq(DbId::from(agency)))
        .filter(reports::external_ref.eq(external_ref))
        .select(reports::id)
        .first(conn)
        .optional()?;
    Ok(id.map(DbId::of))
}

/// Stores a new report: with its first version where it has a submission, else as a draft of its creator.
pub fn insert(conn: &mut Conn, report: &Report) -> Result<(), DbError> {
    diesel::insert_into(reports::table).values(&report_row(report)).execute(conn)?;
    if let Some(version) = first_version(report) {
        return add_version(conn, &version);
    }
    let draft = ReportDraft { report: report.id, content: report.content.clone(), author: report.created_by, saved_at: report.created_at };
    save_draft(conn, &draft)
}

/// The first version of a new report that was sent at once.
pub(super) fn first_version(report: &Report) -> Option<ReportVersion> {
    let submission = report.submission.clone()?;
    Some(ReportVersion { report: report.id, number: report.version, content: report.content.clone(), submission })
}

/// A new report, as it is stored.
pub(super) fn report_row(report: &Report) -> ReportRow {
    ReportRow {
        id: report.id.into(),
        programme_id: report.programme.into(),
        task_id: report.task.map(DbId::from),
        occurrence_id: report.occurrence.map(DbId::from),
        obligation_id: report.obligation.map(DbId::from),
        agency_id: report.agency.into(),
        year: report.year,
        period: report.period.clone(),
        external_ref: report.external_ref.clone(),
        is_consolidated: report.is_consolidated,
        status: report.status.label().into(),
        version: report.version,
        accepted_version: report.accepted_version,
        public_status: report.public_status.map(|status| status.label().into()),
        first_received_on: report.first_received_on,
        reopened_until: report.reopened_until,
        revision: report.revision,
        created_by: report.created_by.into(),
        created_at: report.created_at.naive_utc(),
        names_regime: report.names_regime,
        hidden_revisions: report.hidden_revisions,
    }
}

/// Changes where a report stands, if it is still at this revision; tells whether it was.
pub fn change(conn: &mut Conn, id: ReportId, revision: i32, change: &ReportChange) -> Result<bool, DbError> {
    let at = reports::table.find(DbId::from(id)).filter(reports::revision.eq(revision));
    let changed = diesel::update(at)
        .set((
            reports::status.eq(change.status.label()),
            reports::version.eq(change.version),
            reports::accepted_version.eq(change.accepted_version),
            reports::public_status.eq(change.public_status.map(ReportStatus::label)),
            reports::first_received_on.eq(change.first_received_on),
            reports::reopened_until.eq(change.reopened_until),
            reports::revision.eq(revision + 1),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Counts what a report's agency wrote between two versions as a change that nobody else sees, if the report is still at this
/// revision; tells whether it was.
pub fn written(conn: &mut Conn, id: ReportId, revision: i32) -> Result<bool, DbError> {
    let at = reports::table.find(DbId::from(id)).filter(reports::revision.eq(revision));
    let counts = (reports::revision.eq(revision + 1), reports::hidden_revisions.eq(reports::hidden_revisions + 1));
    Ok(diesel::update(at).set(counts).execute(conn)? == 1)
}

/// Adds a version.
pub fn add_version(conn: &mut Conn, version: &ReportVersion) -> Result<(), DbError> {
    diesel::insert_into(report_versions::table).values(&version_row(version)?).execute(conn)?;
    search::add_versions(conn, &[version])
}

/// A version, as it is stored.
pub(super) fn version_row(version: &ReportVersion) -> Result<VersionRow, DbError> {
    let (produced, sections, form_values) = texts(&version.content, version.report)?;
    Ok(VersionRow {
        report_id: version.report.into(),
        version: version.number,
        percent: version.content.percent,
        narrative: version.content.narrative.clone(),
        produced,
        sections,
        form_values,
        is_estimate: version.submission.is_estimate,
        channel: version.submission.channel.label().into(),
        received_on: version.submission.received_on,
        author_id: version.submission.author.into(),
        approver_id: version.submission.approver.map(DbId::from),
        submitted_by: version.submission.submitted_by.into(),
        submitted_at: version.submission.submitted_at.naive_utc(),
    })
}

/// Stores what is being written, in the place of what was written before.
pub fn save_draft(conn: &mut Conn, draft: &ReportDraft) -> Result<(), DbError> {
    let (produced, sections, form_values) = texts(&draft.content, draft.report)?;
    let row = DraftRow {
        report_id: draft.report.into(),
        percent: draft.content.percent,
        narrative: draft.content.narrative.clone(),
        produced,
        sections,
        form_values,
        author_id: draft.author.into(),
        saved_at: draft.saved_at.naive_utc(),
    };
    if diesel::update(report_drafts::table.find(row.report_id)).set(&row).execute(conn)? == 0 {
        diesel::insert_into(report_drafts::table).values(&row).execute(conn)?;
    }
    Ok(())
}

/// Takes the draft of a report away, once it is submitted or thrown away.
pub fn drop_draft(conn: &mut Conn, id: ReportId) -> Result<(), DbError> {
    diesel::delete(report_drafts::table.find(DbId::from(id))).execute(conn)?;
    Ok(())
}

/// Takes away a report that was never submitted, if it is still at this revision; tells whether it was.
pub fn discard(conn: &mut Conn, id: ReportId, revision: i32) -> Result<bool, DbError> {
    drop_draft(conn, id)?;
    let at = reports::table.find(DbId::from(id)).filter(reports::revision.eq(revision)).filter(reports::version.eq(0));
    Ok(diesel::delete(at).execute(conn)? == 1)
}

/// The columns of a content that are JSON.
fn texts(content: &ReportContent, id: ReportId) -> Result<(String, String, String), DbError> {
    let texts = || -> serde_json::Result<_> {
        Ok((serde_json::to_string(&content.produced)?, serde_json::to_string(&content.sections)?, serde_json::to_string(&content.values)?))
    };
    texts().map_err(|_| DbError::Inconsistent { table: "report_versions", column: "produced", id: id.to_string() })
}
