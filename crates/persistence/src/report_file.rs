//! Files on reports.
//! Must not hold bytes; those are in `evidence_store`. The row of a file on a report stays, also of one taken off; it goes only
//! with a report that was never submitted and is thrown away.
//! Which files are taken is `domain::evidence`; claims on bytes are `file_claim`, files of documents `document::file`.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use domain::{
    account::AccountId,
    evidence::{FileId, ReportFile},
    report::ReportId,
};

use crate::{
    catalogue::parsed,
    conn::Conn,
    error::DbError,
    per_backend,
    rows::DbId,
    schema::{files, report_files},
    sql_types::db_ids,
};

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = report_files)]
struct FileRow {
    id: DbId,
    report_id: DbId,
    sha256: String,
    name: String,
    title: Option<String>,
    document_number: Option<String>,
    media_type: String,
    since_version: i32,
    until_version: Option<i32>,
    uploaded_by: DbId,
    uploaded_at: NaiveDateTime,
}

fn file((row, size): (FileRow, i64)) -> Result<ReportFile, DbError> {
    Ok(ReportFile {
        media_type: parsed(&row.media_type, "report_files", "media_type", row.id)?,
        id: row.id.of(),
        report: row.report_id.of(),
        sha256: row.sha256,
        size,
        name: row.name,
        title: row.title,
        document_number: row.document_number,
        since_version: row.since_version,
        until_version: row.until_version,
        uploaded_by: row.uploaded_by.of(),
        uploaded_at: row.uploaded_at.and_utc(),
    })
}

/// The files that these reports have, or had in some version, in the order in which they came. The caller was shown the reports.
pub fn of_reports(conn: &mut Conn, reports: &[ReportId]) -> Result<Vec<ReportFile>, DbError> {
    let rows: Vec<(FileRow, i64)> = report_files::table
        .inner_join(files::table)
        .filter(report_files::report_id.eq_any(db_ids(reports)))
        .filter(report_files::until_version.is_null().or(report_files::until_version.ge(report_files::since_version.nullable())))
        .order((report_files::report_id, report_files::id))
        .select((FileRow::as_select(), files::size))
        .load(conn)?;
    rows.into_iter().map(file).collect()
}

/// A file that is or was on a report.
pub fn by_id(conn: &mut Conn, report: ReportId, id: FileId) -> Result<Option<ReportFile>, DbError> {
    let row = report_files::table
        .inner_join(files::table)
        .filter(report_files::id.eq(DbId::from(id)))
        .filter(report_files::report_id.eq(DbId::from(report)))
        .select((FileRow::as_select(), files::size))
        .first(conn)
        .optional()?;
    row.map(file).transpose()
}

/// The file with these bytes and this name on a report.
pub fn same(conn: &mut Conn, report: ReportId, name: &str, sha256: &str) -> Result<Option<ReportFile>, DbError> {
    let row = report_files::table
        .inner_join(files::table)
        .filter(report_files::report_id.eq(DbId::from(report)))
        .filter(report_files::name.eq(name))
        .filter(report_files::sha256.eq(sha256))
        .filter(report_files::removed_at.is_null())
        .select((FileRow::as_select(), files::size))
        .first(conn)
        .optional()?;
    row.map(file).transpose()
}

/// How many files are on a report.
pub fn count(conn: &mut Conn, report: ReportId) -> Result<i64, DbError> {
    let on = report_files::report_id.eq(DbId::from(report));
    Ok(report_files::table.filter(on).filter(report_files::removed_at.is_null()).count().get_result(conn)?)
}

/// Puts a file on a report.
pub fn insert(conn: &mut Conn, file: &ReportFile) -> Result<(), DbError> {
    per_backend::insert_file_once(conn, &file.sha256, file.size, file.uploaded_at.naive_utc())?;
    let row = FileRow {
        id: file.id.into(),
        report_id: file.report.into(),
        sha256: file.sha256.clone(),
        name: file.name.clone(),
        title: file.title.clone(),
        document_number: file.document_number.clone(),
        media_type: file.media_type.label().into(),
        since_version: file.since_version,
        until_version: file.until_version,
        uploaded_by: file.uploaded_by.into(),
        uploaded_at: file.uploaded_at.naive_utc(),
    };
    diesel::insert_into(report_files::table).values(&row).execute(conn)?;
    Ok(())
}

/// Who takes a file off its report, when, why, and which version had it last.
#[derive(Clone, Debug)]
pub struct Removal {
    pub by: AccountId,
    pub at: DateTime<Utc>,
    pub reason: String,
    pub until_version: i32,
}

/// Takes a file off its report; false when somebody did before.
pub fn remove(conn: &mut Conn, id: FileId, removal: &Removal) -> Result<bool, DbError> {
    let on = report_files::table.filter(report_files::id.eq(DbId::from(id))).filter(report_files::removed_at.is_null());
    let done = diesel::update(on)
        .set((
            report_files::removed_by.eq(DbId::from(removal.by)),
            report_files::removed_at.eq(removal.at.naive_utc()),
            report_files::removed_reason.eq(&removal.reason),
            report_files::until_version.eq(removal.until_version),
        ))
        .execute(conn)?;
    Ok(done > 0)
}

/// Takes every file off a report that is thrown away; tells their hashes, each once. Each needs a claim that has run out, by which
/// the sweep finds bytes that are nobody's now: see [`crate::file_claim::orphan`].
pub fn discard(conn: &mut Conn, report: ReportId) -> Result<Vec<String>, DbError> {
    let on = || report_files::table.filter(report_files::report_id.eq(DbId::from(report)));
    let hashes: Vec<String> = on().select(report_files::sha256).distinct().order(report_files::sha256).load(conn)?;
    if !hashes.is_empty() {
        diesel::delete(on()).execute(conn)?;
    }
    Ok(hashes)
}
