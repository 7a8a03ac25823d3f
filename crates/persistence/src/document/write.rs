//! Changing documents: rows, recipients, relations, stages.
//! Must not decide whether a change may be made; a row is changed only from the revision that it was made for.
//! Reading them is the parent module; what a programme's file writes is `sync`.

use chrono::NaiveDate;
use diesel::{dsl::max, prelude::*};
use domain::{
    account::AccountId,
    agency::AgencyId,
    document::{
        DocumentId, DocumentRelation, DocumentRelationKind, DocumentStatus,
        draft::DocumentDraft,
        stage::{Stage, StageReached},
    },
};

use crate::{
    catalogue::parsed,
    conn::Conn,
    error::DbError,
    per_backend,
    rows::{DbId, DocumentRecipientRow, DocumentRelationRow, DocumentRow, StageRow},
    schema::{document_recipients, document_relations, document_stages, documents},
    search,
    sql_types::opt,
};

/// A document that did not exist here.
pub struct NewDocument<'a> {
    pub id: DocumentId,
    /// Under which a programme's file finds it.
    pub natural_key: String,
    pub draft: &'a DocumentDraft,
    /// The agency that the draft names.
    pub issuer: Option<AgencyId>,
}

/// Stores a document with its recipients.
///
/// # Errors
/// `Unique` where another has its natural key, or its number, symbol, issuer and year.
pub fn insert(conn: &mut Conn, new: &NewDocument<'_>) -> Result<(), DbError> {
    let mut row = DocumentRow { id: new.id.into(), natural_key: new.natural_key.clone(), revision: 1, ..DocumentRow::default() };
    fill(&mut row, new.draft, new.issuer);
    diesel::insert_into(documents::table).values(&row).execute(conn)?;
    search::sync_documents(conn, &[new.id])?;
    replace_recipients(conn, new.id, &new.draft.recipients)
}

/// Writes what a draft says over a document that has this revision; gives whether it had.
///
/// # Errors
/// `Unique` as [`insert`].
pub fn advance(conn: &mut Conn, id: DocumentId, revision: i32, draft: &DocumentDraft, issuer: Option<AgencyId>) -> Result<bool, DbError> {
    let current = documents::table.find(DbId::from(id)).filter(documents::revision.eq(revision));
    let row: Option<DocumentRow> = current.select(DocumentRow::as_select()).first(conn).optional()?;
    let Some(mut row) = row else { return Ok(false) };
    fill(&mut row, draft, issuer);
    row.revision = revision + 1;
    let changed = diesel::update(documents::table.find(DbId::from(id)).filter(documents::revision.eq(revision))).set(&row).execute(conn)?;
    search::sync_documents(conn, &[id])?;
    Ok(changed == 1)
}

fn fill(row: &mut DocumentRow, draft: &DocumentDraft, issuer: Option<AgencyId>) {
    row.kind = draft.kind.label().into();
    row.status = draft.status.label().into();
    row.number.clone_from(&draft.number);
    row.title.clone_from(&draft.title);
    row.summary.clone_from(&draft.summary);
    row.issuer_id = issuer.map(DbId::from);
    row.issuer_as_written.clone_from(&draft.issuer_as_written);
    row.issued_on = draft.issued_on;
    row.effective_on = draft.effective_on;
    row.expires_on = draft.expires_on;
    row.signer.clone_from(&draft.signer);
    row.capacity = draft.capacity.map(|capacity| capacity.label().into());
    row.signer_position.clone_from(&draft.signer_position);
    row.note.clone_from(&draft.note);
    row.read_number(draft.issuer.as_deref().or(draft.issuer_as_written.as_deref()));
}

/// Raises the revision of a document of which something beside its row changed, if it has this one; gives whether it had. What is hidden
/// shows to those alone who read internal files.
pub fn touch(conn: &mut Conn, id: DocumentId, revision: i32, is_hidden: bool) -> Result<bool, DbError> {
    let current = documents::table.find(DbId::from(id)).filter(documents::revision.eq(revision));
    let hidden = documents::hidden_revisions + i32::from(is_hidden);
    let counts = (documents::revision.eq(revision + 1), documents::hidden_revisions.eq(hidden));
    Ok(diesel::update(current).set(counts).execute(conn)? == 1)
}

/// The documents that go by this natural key.
pub fn by_key(conn: &mut Conn, natural_key: &str) -> Result<Option<(DocumentId, DocumentStatus)>, DbError> {
    let query = documents::table.filter(documents::natural_key.eq(natural_key)).select((documents::id, documents::status));
    let found: Option<(DbId, String)> = query.first(conn).optional()?;
    found.map(|(id, status)| Ok((id.of(), parsed(&status, "documents", "status", id)?))).transpose()
}

/// Who issues a document: the agency, and the words for it.
pub type Issuer = (Option<AgencyId>, Option<String>);

/// By whom documents with this title are planned.
pub fn planned_by(conn: &mut Conn, title: &str) -> Result<Vec<Issuer>, DbError> {
    let planned = documents::table.filter(documents::status.eq(DocumentStatus::Planned.label())).filter(documents::title.eq(title));
    let rows: Vec<(Option<DbId>, Option<String>)> = planned.select((documents::issuer_id, documents::issuer_as_written)).load(conn)?;
    Ok(rows.into_iter().map(|(issuer, words)| (opt(issuer), words)).collect())
}

/// Gives a document these recipients in place of those that it has.
pub fn replace_recipients(conn: &mut Conn, id: DocumentId, recipients: &[String]) -> Result<(), DbError> {
    diesel::delete(document_recipients::table.filter(document_recipients::document_id.eq(DbId::from(id)))).execute(conn)?;
    let ranked = recipients.iter().zip(1..);
    let rows: Vec<DocumentRecipientRow> =
        ranked.map(|(as_written, rank)| DocumentRecipientRow { document_id: id.into(), rank, as_written: as_written.clone() }).collect();
    if rows.is_empty() { Ok(()) } else { per_backend::insert_recipients(conn, &rows) }
}

/// Adds a relation behind the others of its document.
///
/// # Errors
/// `Unique` where it is there already.
pub fn insert_relation(conn: &mut Conn, id: DocumentId, relation: &DocumentRelation) -> Result<(), DbError> {
    let of = document_relations::table.filter(document_relations::document_id.eq(DbId::from(id)));
    let last: Option<i32> = of.select(max(document_relations::rank)).first(conn)?;
    let row = DocumentRelationRow {
        document_id: id.into(),
        related_id: relation.related.into(),
        kind: relation.kind.label().into(),
        rank: last.unwrap_or(0) + 1,
        section: relation.section.clone(),
        quote: relation.quote.clone(),
        note: relation.note.clone(),
        is_partial: relation.is_partial,
        account_id: relation.added_by.map(DbId::from),
    };
    diesel::insert_into(document_relations::table).values(&row).execute(conn)?;
    Ok(())
}

/// Who added a relation, where it is there: nobody for what a programme's file says.
pub fn relation_origin(
    conn: &mut Conn,
    id: DocumentId,
    kind: DocumentRelationKind,
    related: DocumentId,
) -> Result<Option<Option<AccountId>>, DbError> {
    let one = document_relations::table
        .filter(document_relations::document_id.eq(DbId::from(id)))
        .filter(document_relations::related_id.eq(DbId::from(related)))
        .filter(document_relations::kind.eq(kind.label()));
    let found: Option<Option<DbId>> = one.select(document_relations::account_id).first(conn).optional()?;
    Ok(found.map(|account| account.map(DbId::of)))
}

/// Takes a relation away.
pub fn remove_relation(conn: &mut Conn, id: DocumentId, kind: DocumentRelationKind, related: DocumentId) -> Result<(), DbError> {
    let one = document_relations::table
        .filter(document_relations::document_id.eq(DbId::from(id)))
        .filter(document_relations::related_id.eq(DbId::from(related)))
        .filter(document_relations::kind.eq(kind.label()));
    diesel::delete(one).execute(conn)?;
    Ok(())
}

/// The last stage that a document reached, with its rank and day.
pub fn last_stage(conn: &mut Conn, id: DocumentId) -> Result<Option<(i32, Stage, NaiveDate)>, DbError> {
    let of = document_stages::table.filter(document_stages::document_id.eq(DbId::from(id)));
    let last: Option<StageRow> = of.order(document_stages::rank.desc()).select(StageRow::as_select()).first(conn).optional()?;
    last.map(|row| Ok((row.rank, parsed(&row.stage, "document_stages", "stage", row.document_id)?, row.reached_on))).transpose()
}

/// Notes that a document reached a stage.
pub fn insert_stage(conn: &mut Conn, reached: &StageReached) -> Result<(), DbError> {
    let row = StageRow {
        document_id: reached.document.into(),
        rank: reached.rank,
        stage: reached.stage.label().into(),
        reached_on: reached.on,
        note: reached.note.clone(),
        account_id: reached.recorded_by.into(),
        recorded_at: reached.recorded_at.naive_utc(),
    };
    diesel::insert_into(document_stages::table).values(&row).execute(conn)?;
    Ok(())
}
