//! Writing where in documents things stand.
//! Must not change a place that is written; an act keeps the one that it was recorded with, and may get words where none are kept.
//! Reading places is the parent module; those of a programme's file are written by `sync`.

use diesel::prelude::*;
use domain::{
    document::{Citation, DocumentId, ENDS, Place},
    id::Id,
};
use uuid::Uuid;

use crate::{conn::Conn, error::DbError, per_backend, rows::DbId, schema::citations};

#[derive(Insertable)]
#[diesel(table_name = citations, treat_none_as_default_value = false)]
pub(crate) struct NewCitationRow {
    pub id: DbId,
    pub subject_id: DbId,
    pub document_id: DbId,
    pub rank: i32,
    pub section: String,
    pub quote: Option<String>,
}

/// Where in which document something stands.
#[derive(Clone, Debug)]
pub struct Cited {
    pub id: Id<Citation>,
    /// Identifier of the row.
    pub subject: Uuid,
    pub document: DocumentId,
    /// From 1, among the places of the subject in one document.
    pub rank: i32,
    pub place: Place,
}

/// Stores places in one statement.
pub fn cite(conn: &mut Conn, cited: &[Cited]) -> Result<(), DbError> {
    let row = |one: &Cited| NewCitationRow {
        id: one.id.into(),
        subject_id: DbId(one.subject),
        document_id: one.document.into(),
        rank: one.rank,
        section: one.place.section.clone(),
        quote: one.place.quote.clone(),
    };
    let rows: Vec<NewCitationRow> = cited.iter().map(row).collect();
    rows.chunks(per_backend::CHUNK).try_for_each(|rows| per_backend::insert_citations(conn, rows))
}

/// Adds the words of the first place of a row in a document, where none are kept.
pub fn quote(conn: &mut Conn, (subject, document): (Uuid, DocumentId), words: &str) -> Result<(), DbError> {
    let first = citations::table
        .filter(citations::subject_id.eq(DbId(subject)))
        .filter(citations::document_id.eq(DbId::from(document)))
        .filter(citations::rank.eq(1))
        .filter(citations::quote.is_null());
    diesel::update(first).set(citations::quote.eq(words)).execute(conn)?;
    Ok(())
}

/// Takes away where the end of these rows stands: they end otherwise, or not yet.
pub fn forget_ends(conn: &mut Conn, subjects: &[Uuid]) -> Result<(), DbError> {
    let subjects: Vec<DbId> = subjects.iter().copied().map(DbId).collect();
    diesel::delete(citations::table.filter(citations::subject_id.eq_any(subjects)).filter(citations::rank.eq(ENDS))).execute(conn)?;
    Ok(())
}
