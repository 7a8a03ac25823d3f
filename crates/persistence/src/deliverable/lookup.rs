//! What new deliverables name, looked up for all of them at once.
//! Must not judge; unknown names are simply not there.
//! Writing is `write`.

use std::collections::HashMap;

use diesel::prelude::*;
use domain::{
    agency::AgencyId,
    document::{DocumentId, DocumentStatus},
    evidence::FileId,
};

use crate::{
    conn::Conn,
    error::DbError,
    rows::DbId,
    schema::{deliverables, documents, report_files, reports},
    sql_types::db_ids,
};

/// The issued documents that these texts name, by number or identifier; a number may be that of several.
pub fn documents_named(conn: &mut Conn, references: &[String]) -> Result<HashMap<String, Vec<DocumentId>>, DbError> {
    let mut found: HashMap<String, Vec<DocumentId>> = HashMap::new();
    if references.is_empty() {
        return Ok(found);
    }
    let ids: Vec<DbId> = references.iter().filter_map(|text| text.parse::<DocumentId>().ok()).map(DbId::from).collect();
    let is_named = documents::id.eq_any(ids).or(documents::number.eq_any(references).assume_not_null());
    let rows: Vec<(DbId, Option<String>)> = documents::table
        .filter(is_named)
        .filter(documents::status.eq(DocumentStatus::Issued.label()))
        .order(documents::id)
        .select((documents::id, documents::number))
        .load(conn)?;
    for (id, number) in rows {
        found.insert(id.0.to_string(), vec![id.of()]);
        if let Some(number) = number {
            found.entry(number).or_default().push(id.of());
        }
    }
    Ok(found)
}

/// A file on a report that was submitted, and the agency whose it is.
pub type FileOwner = (FileId, AgencyId);

/// Whose files these are; left out are those that are nowhere, were taken off, or are on what was never submitted.
pub fn file_owners(conn: &mut Conn, ids: &[FileId]) -> Result<Vec<FileOwner>, DbError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(DbId, DbId)> = report_files::table
        .inner_join(reports::table.on(reports::id.eq(report_files::report_id)))
        .filter(report_files::id.eq_any(db_ids(ids)))
        .filter(report_files::removed_at.is_null())
        .filter(reports::version.gt(0))
        .select((report_files::id, reports::agency_id))
        .load(conn)?;
    Ok(rows.into_iter().map(|(file, agency)| (file.of(), agency.of())).collect())
}

/// Which of these references the agencies use already.
pub fn external_refs(conn: &mut Conn, agencies: &[AgencyId], references: &[&str]) -> Result<Vec<(AgencyId, String)>, DbError> {
    if references.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(DbId, Option<String>)> = deliverables::table
        .filter(deliverables::agency_id.eq_any(db_ids(agencies)))
        .filter(deliverables::external_ref.eq_any(references))
        .select((deliverables::agency_id, deliverables::external_ref))
        .load(conn)?;
    Ok(rows.into_iter().filter_map(|(agency, reference)| Some((agency.of(), reference?))).collect())
}
