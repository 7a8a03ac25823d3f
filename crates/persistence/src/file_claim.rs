//! Claims on the bytes of files: who is about to store them, or to remove them.
//! Must not hold bytes, nor let any be removed that a file of a report or of a document has.
//! The order of claim, bytes and row is `app::evidence`; the files are `report_file` and `document::file`.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::{dsl::exists, prelude::*};
use domain::id::Id;

use crate::{
    conn::Conn,
    error::DbError,
    per_backend,
    rows::DbId,
    schema::{document_files, file_claims, files, report_files},
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
#[diesel(table_name = file_claims, treat_none_as_default_value = false)]
pub(crate) struct ClaimRow {
    id: DbId,
    sha256: String,
    purpose: String,
    expires_at: NaiveDateTime,
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
    let on_reports = report_files::table.filter(report_files::sha256.eq(&claim.sha256)).select(report_files::id);
    let of_documents = document_files::table.filter(document_files::sha256.eq(&claim.sha256)).select(document_files::id);
    let kept: (bool, bool) = diesel::select((exists(on_reports), exists(of_documents))).get_result(conn)?;
    if kept.0 || kept.1 {
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
