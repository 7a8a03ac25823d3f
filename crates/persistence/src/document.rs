//! Documents, how they refer to each other, and where in them a thing stands.
//! Must not judge what is in force.
//! Rows are in `rows::organisation`.

use chrono::NaiveDate;
use diesel::{
    dsl::sql,
    prelude::*,
    sql_types::{Bool, Date},
};
use domain::{
    document::{AsWritten, Citation, Document, DocumentId, DocumentKind, DocumentRelation, DocumentStatus},
    lang::{Lang, TranslatedField},
    page::{Direction, Page, PageRequest},
};
use uuid::Uuid;

use crate::{
    catalogue::parsed,
    conn::{Conn, MultiBackend},
    error::DbError,
    rows::{CitationRow, DocumentRelationRow, DocumentRow, TranslationRow},
    schema::{citations, document_recipients, document_relations, documents, translations},
    sql_types::{DbId, DbUuid, db_ids, opt},
};

/// Which documents.
#[derive(Clone, Debug, Default)]
pub struct DocumentFilter {
    pub kind: Option<DocumentKind>,
    pub number: Option<String>,
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
    query
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
        .order(document_relations::rank)
        .select(DocumentRelationRow::as_select())
        .load(conn)?;
    rows.into_iter()
        .map(|row| {
            let relation = DocumentRelation {
                related: row.related_id.of(),
                kind: parsed(&row.kind, "document_relations", "kind", row.document_id)?,
                section: row.section,
                quote: row.quote,
                note: row.note,
            };
            Ok((row.document_id.of(), relation))
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
        .map(|row| (row.subject_id.0, Citation { document: row.document_id.of(), section: row.section, quote: row.quote }))
        .collect())
}

/// Translations of these things: subject, which text, language, words.
pub fn translations(conn: &mut Conn, subjects: &[Uuid]) -> Result<Vec<(Uuid, TranslatedField, Lang, String)>, DbError> {
    let subjects: Vec<DbId> = subjects.iter().copied().map(DbId).collect();
    let rows: Vec<TranslationRow> =
        translations::table.filter(translations::subject_id.eq_any(subjects)).select(TranslationRow::as_select()).load(conn)?;
    rows.into_iter()
        .map(|row| {
            let field = parsed(&row.field, "translations", "field", row.subject_id)?;
            let lang = parsed(&row.lang, "translations", "lang", row.subject_id)?;
            Ok((row.subject_id.0, field, lang, row.text))
        })
        .collect()
}

fn document(row: DocumentRow) -> Result<Document, DbError> {
    Ok(Document {
        id: row.id.of(),
        kind: parsed(&row.kind, "documents", "kind", row.id)?,
        status: parsed(&row.status, "documents", "status", row.id)?,
        number: row.number,
        title: row.title,
        issuer: opt(row.issuer_id),
        issuer_as_written: row.issuer_as_written,
        issued_on: row.issued_on,
        effective_on: row.effective_on,
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
    })
}
