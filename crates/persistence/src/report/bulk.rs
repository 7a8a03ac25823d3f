//! Many reports at once: found by their references, stored, submitted again, each in a handful of statements.
//! Must not send a statement a report: rows go in groups that both databases can bind.
//! One report at a time is `write`; what is stored of it is the same.

use chrono::NaiveDate;
use diesel::{
    prelude::*,
    query_builder::{BoxedSqlQuery, SqlQuery},
    sql_query,
    sql_types::{Date, Integer, Text},
};
use domain::{
    agency::AgencyId,
    report::{Report, ReportEvent, ReportId, ReportStatus, ReportVersion},
};

use super::{history::event_row, write};
use crate::{
    conn::{Conn, MultiBackend},
    error::DbError,
    per_backend::{self, CHUNK},
    rows::DbId,
    schema::{report_drafts, reports},
    search,
    sql_types::{DbUuid, db_ids},
};

type Statement<'a> = BoxedSqlQuery<'a, MultiBackend, SqlQuery>;

/// The reports that these agencies have under these references of their own.
pub fn by_external_refs(conn: &mut Conn, agencies: &[AgencyId], references: &[&str]) -> Result<Vec<(AgencyId, String, ReportId)>, DbError> {
    let mut found = Vec::new();
    for references in references.chunks(CHUNK) {
        let query = reports::table
            .filter(reports::agency_id.eq_any(db_ids(agencies)))
            .filter(reports::external_ref.eq_any(references))
            .select((reports::agency_id, reports::external_ref, reports::id));
        let rows: Vec<(DbId, Option<String>, DbId)> = query.load(conn)?;
        found.extend(rows.into_iter().filter_map(|(agency, reference, id)| Some((agency.of(), reference?, id.of()))));
    }
    Ok(found)
}

/// Stores new reports that were sent, each with its first version.
pub fn insert_all(conn: &mut Conn, new: &[&Report]) -> Result<(), DbError> {
    for reports in new.chunks(CHUNK) {
        let rows: Vec<_> = reports.iter().map(|report| write::report_row(report)).collect();
        per_backend::insert_reports(conn, &rows)?;
        let versions: Vec<ReportVersion> = reports.iter().filter_map(|report| write::first_version(report)).collect();
        add_versions(conn, &versions.iter().collect::<Vec<_>>())?;
    }
    Ok(())
}

/// Stores reports as they stand after everything that was done with them.
pub fn insert_with_history(conn: &mut Conn, past: &[&Report], versions: &[&ReportVersion], events: &[&ReportEvent]) -> Result<(), DbError> {
    for reports in past.chunks(CHUNK) {
        let rows: Vec<_> = reports.iter().map(|report| write::report_row(report)).collect();
        per_backend::insert_reports(conn, &rows)?;
    }
    add_versions(conn, versions)?;
    add_events(conn, events)
}

/// Adds versions.
pub fn add_versions(conn: &mut Conn, versions: &[&ReportVersion]) -> Result<(), DbError> {
    for versions in versions.chunks(CHUNK) {
        let rows: Vec<_> = versions.iter().map(|version| write::version_row(version)).collect::<Result<_, _>>()?;
        per_backend::insert_versions(conn, &rows)?;
        search::add_versions(conn, versions)?;
    }
    Ok(())
}

/// Adds what was done.
pub fn add_events(conn: &mut Conn, events: &[&ReportEvent]) -> Result<(), DbError> {
    for events in events.chunks(CHUNK) {
        let rows: Vec<_> = events.iter().map(|event| event_row(event)).collect::<Result<_, _>>()?;
        per_backend::insert_report_events(conn, &rows)?;
    }
    Ok(())
}

/// Takes the drafts of these reports away.
pub fn drop_drafts(conn: &mut Conn, ids: &[ReportId]) -> Result<(), DbError> {
    for ids in ids.chunks(CHUNK) {
        diesel::delete(report_drafts::table.filter(report_drafts::report_id.eq_any(db_ids(ids)))).execute(conn)?;
    }
    Ok(())
}

/// Gives reports one version more, submitted on `today`, if each is still at its revision; tells whether all were.
pub fn submit_again(conn: &mut Conn, at: &[(ReportId, i32)], today: NaiveDate) -> Result<bool, DbError> {
    for at in at.chunks(CHUNK) {
        let statement = format!(
            "UPDATE reports SET status = $1, version = version + 1, revision = revision + 1, \
             first_received_on = coalesce(first_received_on, $2) WHERE {}",
            at_revisions(at, 3)
        );
        let query = sql_query(statement).into_boxed::<MultiBackend>();
        let query = query.bind::<Text, _>(ReportStatus::Submitted.label()).bind::<Date, _>(today);
        if bound(query, at).execute(conn)? != at.len() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Takes accepted reports into a consolidated one, if each is still at its revision; tells whether all were.
pub fn aggregate(conn: &mut Conn, at: &[(ReportId, i32)]) -> Result<bool, DbError> {
    for at in at.chunks(CHUNK) {
        let statement = format!(
            "UPDATE reports SET status = $1, public_status = $2, reopened_until = NULL, revision = revision + 1 WHERE {}",
            at_revisions(at, 3)
        );
        let label = ReportStatus::Aggregated.label();
        let query = sql_query(statement).into_boxed::<MultiBackend>().bind::<Text, _>(label).bind::<Text, _>(label);
        if bound(query, at).execute(conn)? != at.len() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// That a report is one of these at its revision, numbered from `first` in the order of the text, which is how SQLite counts.
fn at_revisions(at: &[(ReportId, i32)], first: usize) -> String {
    let places: Vec<String> = (0..at.len()).map(|i| format!("(${}, ${})", 2 * i + first, 2 * i + first + 1)).collect();
    format!("(id, revision) IN (VALUES {})", places.join(", "))
}

/// The same reports and revisions as values.
fn bound<'a>(query: Statement<'a>, at: &[(ReportId, i32)]) -> Statement<'a> {
    at.iter().fold(query, |query, (id, revision)| query.bind::<DbUuid, _>(DbId::from(*id)).bind::<Integer, _>(*revision))
}
