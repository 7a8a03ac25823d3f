//! Documents, how they refer to each other, and where in them a thing stands.
//! Must not decide what may be written of one.
//! Rows are in `rows::organisation`; what is in force and what became of documents is `force`, changing them `write`, their files `file`, writing places `cite`, whose place a row has `origin`.

mod cite;
mod file;
mod force;
mod origin;
mod reread;
mod write;

pub(crate) use cite::NewCitationRow;
pub use cite::{Cited, cite, forget_ends, quote};
pub use file::{FileRemoval, count_files, describe_file, file_by_id, files_of, insert_file, remove_file, same_file};
pub use force::{MovedKey, moved};
pub use origin::{amended_at, opened_by_acts, opened_by_events};
pub use reread::reread;
pub use write::{
    NewDocument, advance, by_key, insert, insert_relation, insert_stage, last_stage, planned_by, relation_origin, remove_relation,
    replace_recipients, touch,
};

use chrono::NaiveDate;
use diesel::{
    dsl::sql,
    prelude::*,
    sql_types::{Bool, Date},
};
use domain::{
    agency::AgencyId,
    document::{AsWritten, Citation, Document, DocumentId, DocumentKind, DocumentRelation, DocumentStatus, stage::StageReached},
    document_number::DocumentClass,
    lang::{Rendering, TranslatedField},
    page::{Direction, Page, PageRequest},
};
use uuid::Uuid;

use crate::{
    catalogue::parsed,
    conn::{Conn, MultiBackend},
    error::DbError,
    rows::{CitationRow, DocumentRelationRow, DocumentRow, StageRow, TranslationRow},
    schema::{citations, document_recipients, document_relations, document_stages, documents, translations},
    sql_types::{DbId, DbUuid, db_ids, opt},
    translation,
};

/// Which documents.
#[derive(Clone, Debug, Default)]
pub struct DocumentFilter {
    pub kind: Option<DocumentKind>,
    pub status: Option<DocumentStatus>,
    /// As printed.
    pub number: Option<String>,
    pub class: Option<DocumentClass>,
    pub issuer: Option<AgencyId>,
    /// Of issue, or the one in the number.
    pub year: Option<i32>,
    pub in_force_on: Option<NaiveDate>,
}

/// Where a document stands in the list by date of issue; undated ones come last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DocumentKey {
    pub issued_on: Option<NaiveDate>,
    pub id: DocumentId,
}

/// Stands for "no date" in the index.
const UNDATED: &str = "coalesce(documents.issued_on, '9999-12-31')";

fn filtered(filter: &DocumentFilter) -> documents::BoxedQuery<'static, MultiBackend> {
    let mut query = documents::table.into_boxed();
    if let Some(kind) = filter.kind {
        query = query.filter(documents::kind.eq(kind.label()));
    }
    if let Some(number) = &filter.number {
        query = query.filter(documents::number.eq(number.clone()));
    }
    if let Some(status) = filter.status {
        query = query.filter(documents::status.eq(status.label()));
    }
    if let Some(class) = filter.class {
        query = query.filter(documents::class.eq(class.label()));
    }
    if let Some(issuer) = filter.issuer {
        query = query.filter(documents::issuer_id.eq(DbId::from(issuer)));
    }
    if let Some(year) = filter.year {
        query = query.filter(documents::year.eq(year));
    }
    match filter.in_force_on {
        Some(day) => force::in_force_on(query, day),
        None => query,
    }
}

/// A page of documents by date of issue.
pub fn page(
    conn: &mut Conn,
    filter: &DocumentFilter,
    descending: bool,
    request: &PageRequest<DocumentKey>,
) -> Result<Page<Document>, DbError> {
    let down = (request.direction == Direction::Backward) != descending;
    let mut query = filtered(filter).limit(i64::from(request.size) + 1);
    for (key, below) in request.bounds(down) {
        let day = key.issued_on.unwrap_or_else(|| NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or(NaiveDate::MAX));
        let operator = if below { "<" } else { ">" };
        query = query.filter(
            sql::<Bool>(&format!("({UNDATED}, documents.id) {operator} ("))
                .bind::<Date, _>(day)
                .sql(", ")
                .bind::<DbUuid, _>(DbId::from(key.id))
                .sql(")"),
        );
    }
    let order = sql::<Date>(UNDATED);
    query = if down { query.order((order.desc(), documents::id.desc())) } else { query.order((order.asc(), documents::id.asc())) };
    let rows: Vec<DocumentRow> = query.select(DocumentRow::as_select()).load(conn)?;
    Ok(Page::cut(rows.into_iter().map(document).collect::<Result<_, _>>()?, request))
}

/// How many documents there are.
pub fn count(conn: &mut Conn, filter: &DocumentFilter) -> Result<i64, DbError> {
    Ok(filtered(filter).count().get_result(conn)?)
}

/// The documents that a text names: one by its identifier, or every one that was issued under its number.
pub fn by_reference(conn: &mut Conn, reference: &str) -> Result<Vec<DocumentId>, DbError> {
    let named = documents::table.select(documents::id).into_boxed::<MultiBackend>();
    let named = match reference.parse::<DocumentId>() {
        Ok(id) => named.filter(documents::id.eq(DbId::from(id))),
        Err(_) => named.filter(documents::number.eq(reference.to_owned())),
    };
    let ids: Vec<DbId> = named.filter(documents::status.eq(DocumentStatus::Issued.label())).limit(2).load(conn)?;
    Ok(ids.into_iter().map(DbId::of).collect())
}

/// The documents with these identifiers, in no particular order.
pub fn by_ids(conn: &mut Conn, ids: &[DocumentId]) -> Result<Vec<Document>, DbError> {
    let rows: Vec<DocumentRow> = documents::table.filter(documents::id.eq_any(db_ids(ids))).select(DocumentRow::as_select()).load(conn)?;
    rows.into_iter().map(document).collect()
}

/// What these documents refer to, in their order.
pub fn relations(conn: &mut Conn, ids: &[DocumentId]) -> Result<Vec<(DocumentId, DocumentRelation)>, DbError> {
    let rows: Vec<DocumentRelationRow> = document_relations::table
        .filter(document_relations::document_id.eq_any(db_ids(ids)))
        .order((document_relations::rank, document_relations::kind, document_relations::related_id))
        .select(DocumentRelationRow::as_select())
        .load(conn)?;
    rows.into_iter().map(|row| Ok((row.document_id.of(), relation(&row, row.related_id.of())?))).collect()
}

/// What refers to these documents; in each relation the other document is the one that refers.
pub fn relations_to(conn: &mut Conn, ids: &[DocumentId]) -> Result<Vec<(DocumentId, DocumentRelation)>, DbError> {
    let rows: Vec<DocumentRelationRow> = document_relations::table
        .filter(document_relations::related_id.eq_any(db_ids(ids)))
        .order((document_relations::document_id, document_relations::rank, document_relations::kind))
        .select(DocumentRelationRow::as_select())
        .load(conn)?;
    rows.into_iter().map(|row| Ok((row.related_id.of(), relation(&row, row.document_id.of())?))).collect()
}

fn relation(row: &DocumentRelationRow, other: DocumentId) -> Result<DocumentRelation, DbError> {
    Ok(DocumentRelation {
        related: other,
        kind: parsed(&row.kind, "document_relations", "kind", row.document_id)?,
        section: row.section.clone(),
        quote: row.quote.clone(),
        note: row.note.clone(),
        is_partial: row.is_partial,
        added_by: opt(row.account_id),
    })
}

/// The stages that these documents went through, in order.
pub fn stages(conn: &mut Conn, ids: &[DocumentId]) -> Result<Vec<StageReached>, DbError> {
    let rows: Vec<StageRow> = document_stages::table
        .filter(document_stages::document_id.eq_any(db_ids(ids)))
        .order((document_stages::document_id, document_stages::rank))
        .select(StageRow::as_select())
        .load(conn)?;
    rows.into_iter()
        .map(|row| {
            Ok(StageReached {
                stage: parsed(&row.stage, "document_stages", "stage", row.document_id)?,
                document: row.document_id.of(),
                rank: row.rank,
                on: row.reached_on,
                note: row.note,
                recorded_by: row.account_id.of(),
                recorded_at: row.recorded_at.and_utc(),
            })
        })
        .collect()
}

/// To whom these documents went, as written.
pub fn recipients(conn: &mut Conn, ids: &[DocumentId]) -> Result<Vec<(DocumentId, String)>, DbError> {
    let rows: Vec<(DbId, String)> = document_recipients::table
        .filter(document_recipients::document_id.eq_any(db_ids(ids)))
        .order(document_recipients::rank)
        .select((document_recipients::document_id, document_recipients::as_written))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, text)| (id.of(), text)).collect())
}

/// Where these things stand in documents, in order.
pub fn citations(conn: &mut Conn, subjects: &[Uuid]) -> Result<Vec<(Uuid, Citation)>, DbError> {
    let subjects: Vec<DbId> = subjects.iter().copied().map(DbId).collect();
    let rows: Vec<CitationRow> = citations::table
        .filter(citations::subject_id.eq_any(subjects))
        .order((citations::document_id, citations::rank))
        .select(CitationRow::as_select())
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|row| (row.subject_id.0, Citation { document: row.document_id.of(), rank: row.rank, section: row.section, quote: row.quote }))
        .collect())
}

/// Translations of these things: subject, which text, the words.
pub fn translations(conn: &mut Conn, subjects: &[Uuid]) -> Result<Vec<(Uuid, TranslatedField, Rendering)>, DbError> {
    let subjects: Vec<DbId> = subjects.iter().copied().map(DbId).collect();
    let rows: Vec<TranslationRow> =
        translations::table.filter(translations::subject_id.eq_any(subjects)).select(TranslationRow::as_select()).load(conn)?;
    rows.into_iter()
        .map(|row| {
            let field = parsed(&row.field, "translations", "field", row.subject_id)?;
            Ok((row.subject_id.0, field, translation::rendering(&row)?))
        })
        .collect()
}

fn document(row: DocumentRow) -> Result<Document, DbError> {
    Ok(Document {
        id: row.id.of(),
        kind: parsed(&row.kind, "documents", "kind", row.id)?,
        status: parsed(&row.status, "documents", "status", row.id)?,
        class: row.class.as_deref().map(|class| parsed(class, "documents", "class", row.id)).transpose()?,
        capacity: row.capacity.as_deref().map(|capacity| parsed(capacity, "documents", "capacity", row.id)).transpose()?,
        number: row.number,
        year: row.year,
        title: row.title,
        summary: row.summary,
        issuer: opt(row.issuer_id),
        issuer_as_written: row.issuer_as_written,
        issued_on: row.issued_on,
        effective_on: row.effective_on,
        expires_on: row.expires_on,
        signer: row.signer,
        note: row.note,
        as_written: AsWritten {
            kind: row.kind_as_written,
            issued_on: row.issued_on_as_written,
            effective_on: row.effective_on_as_written,
            number_and_date_source: row.number_and_date_source,
            signer_position: row.signer_position,
            signer_note: row.signer_note,
            recipients_note: row.recipients_note,
        },
        revision: row.revision,
        hidden_revisions: row.hidden_revisions,
    })
}
