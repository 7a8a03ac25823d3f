//! Files on reports, and claims on their bytes.
//! Must not hold bytes; those are in `evidence_store`. The row of a file on a report stays, also of one taken off; it goes only
//! with a report that was never submitted and is thrown away.
//! Which files are taken is `domain::evidence`; the order of claim, bytes and row is `app::evidence`.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use domain::{
    account::AccountId,
    evidence::{FileId, ReportFile},
    id::Id,
    report::ReportId,
};

use crate::{
    catalogue::parsed,
    conn::Conn,
    error::DbError,
    per_backend,
    rows::DbId,
    schema::{file_claims, files, report_files, reports},
    sql_types::db_ids,
};

/// A claim on the bytes of a hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    pub id: Id<Claim>,
    pub sha256: String,
    pub expires_at: DateTime<Utc>,
}

const STORE: &str = "STORE";
const REMOVE: &str = "REMOVE";

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

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = file_claims, treat_none_as_default_value = false)]
pub(crate) struct ClaimRow {
    id: DbId,
    sha256: String,
    purpose: String,
    expires_at: NaiveDateTime,
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

/// Counts a change of a report's files as one of the report, so that nobody acts on what they have not seen.
pub fn touch(conn: &mut Conn, report: ReportId) -> Result<(), DbError> {
    diesel::update(reports::table.find(DbId::from(report))).set(reports::revision.eq(reports::revision + 1)).execute(conn)?;
    Ok(())
}

/// Takes every file off a report that is thrown away; tells their hashes, each once. Each needs a claim that has run out, by which
/// the sweep finds bytes that are nobody's now: see [`orphan`].
pub fn discard(conn: &mut Conn, report: ReportId) -> Result<Vec<String>, DbError> {
    let on = || report_files::table.filter(report_files::report_id.eq(DbId::from(report)));
    let hashes: Vec<String> = on().select(report_files::sha256).distinct().order(report_files::sha256).load(conn)?;
    if !hashes.is_empty() {
        diesel::delete(on()).execute(conn)?;
    }
    Ok(hashes)
}

/// Writes claims on bytes that may be nobody's.
pub fn orphan(conn: &mut Conn, claims: &[Claim]) -> Result<(), DbError> {
    let rows: Vec<ClaimRow> = claims.iter().map(to_store).collect();
    rows.chunks(1000).try_for_each(|rows| per_backend::insert_claims(conn, rows))
}

fn to_store(claim: &Claim) -> ClaimRow {
    ClaimRow { id: claim.id.into(), sha256: claim.sha256.clone(), purpose: STORE.into(), expires_at: claim.expires_at.naive_utc() }
}

/// Says that the bytes of a hash are about to be stored; false while they are being removed. Needs a transaction that is as if
/// alone.
pub fn claim(conn: &mut Conn, claim: &Claim, now: DateTime<Utc>) -> Result<bool, DbError> {
    let removing = file_claims::table
        .filter(file_claims::sha256.eq(&claim.sha256))
        .filter(file_claims::purpose.eq(REMOVE))
        .filter(file_claims::expires_at.gt(now.naive_utc()));
    let removing: i64 = removing.count().get_result(conn)?;
    if removing > 0 {
        return Ok(false);
    }
    diesel::insert_into(file_claims::table).values(&to_store(claim)).execute(conn)?;
    Ok(true)
}

/// Settles a claim that holds until `then`; false when it runs out before, after which the bytes may be gone.
pub fn settle(conn: &mut Conn, id: Id<Claim>, then: DateTime<Utc>) -> Result<bool, DbError> {
    let own = file_claims::table.filter(file_claims::id.eq(DbId::from(id))).filter(file_claims::expires_at.gt(then.naive_utc()));
    let own = own.filter(file_claims::purpose.eq(STORE));
    Ok(diesel::delete(own).execute(conn)? > 0)
}

/// Up to `limit` claims that have run out: whoever wrote them has died, or was refused.
pub fn expired(conn: &mut Conn, now: DateTime<Utc>, limit: i64) -> Result<Vec<Claim>, DbError> {
    let rows: Vec<ClaimRow> = file_claims::table
        .filter(file_claims::expires_at.le(now.naive_utc()))
        .order((file_claims::expires_at, file_claims::id))
        .limit(limit)
        .select(ClaimRow::as_select())
        .load(conn)?;
    let claim = |row: ClaimRow| Claim { id: row.id.of(), sha256: row.sha256, expires_at: row.expires_at.and_utc() };
    Ok(rows.into_iter().map(claim).collect())
}

/// What is to become of the bytes of a claim that has run out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// They are a file's, or the claim is gone.
    Kept,
    /// Somebody else has a claim on them.
    Contested,
    /// They are nobody's, and the claim is now one to remove them.
    Doomed,
}

/// Decides on the bytes of a claim that has run out. Needs a transaction that is as if alone: no claim to store may come between
/// the look and the claim to remove.
pub fn doom(conn: &mut Conn, claim: &Claim, now: DateTime<Utc>, until: DateTime<Utc>) -> Result<Fate, DbError> {
    let own = file_claims::table.filter(file_claims::id.eq(DbId::from(claim.id)));
    let kept: i64 = report_files::table.filter(report_files::sha256.eq(&claim.sha256)).count().get_result(conn)?;
    if kept > 0 {
        diesel::delete(own).execute(conn)?;
        return Ok(Fate::Kept);
    }
    let others = file_claims::table.filter(file_claims::sha256.eq(&claim.sha256)).filter(file_claims::id.ne(DbId::from(claim.id)));
    let others: i64 = others.filter(file_claims::expires_at.gt(now.naive_utc())).count().get_result(conn)?;
    if others > 0 {
        return Ok(Fate::Contested);
    }
    // Another node may have taken it up since it was listed.
    let still = own.filter(file_claims::expires_at.le(now.naive_utc()));
    let taken =
        diesel::update(still).set((file_claims::purpose.eq(REMOVE), file_claims::expires_at.eq(until.naive_utc()))).execute(conn)?;
    if taken == 0 {
        return Ok(Fate::Contested);
    }
    // The last report that had them was thrown away.
    diesel::delete(files::table.find(&claim.sha256)).execute(conn)?;
    Ok(Fate::Doomed)
}

/// Forgets a claim to remove, once the bytes are gone.
pub fn forget(conn: &mut Conn, id: Id<Claim>) -> Result<(), DbError> {
    diesel::delete(file_claims::table.filter(file_claims::id.eq(DbId::from(id)))).execute(conn)?;
    Ok(())
}
