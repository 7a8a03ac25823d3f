//! Reading documents and what cites them.
//! Must not judge whether a document is in force.
//! The queries are `persistence::document`.

use std::collections::HashMap;

use domain::{
    document::{Citation, Document, DocumentId, DocumentRelation},
    error::{Code, Fault, Refusal},
    id::Id,
    lang::{Lang, TranslatedField},
    policy::Action,
    text,
};
use persistence::{
    Conn,
    document::{self, DocumentFilter, DocumentKey},
};
use uuid::Uuid;

use crate::{
    Error, View,
    listing::{Listing, PageArgs},
};

/// A page of documents by date of issue; undated ones come last.
///
/// # Errors
/// `PAGE_INVALID`, `CURSOR_INVALID`.
pub async fn list(view: &View, filter: &DocumentFilter, descending: bool, args: &PageArgs) -> Result<Listing<Document>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let list = format!("documents {descending} {filter:?}");
    if !findable(filter) {
        return Ok(Listing { items: Vec::new(), has_next: false, has_previous: false });
    }
    let request = args.request::<(Option<chrono::NaiveDate>, Uuid)>(&list)?;
    let request = request.map(|(issued_on, id)| DocumentKey { issued_on, id: Id::from_uuid(id) });
    let filter = filter.clone();
    let page = view.read(move |conn| document::page(conn, &filter, descending, &request)).await?;
    Ok(Listing::of(page, &list, |document| (document.issued_on, document.id.uuid())))
}

fn findable(filter: &DocumentFilter) -> bool {
    filter.number.as_deref().is_none_or(text::storable)
}

/// How many documents there are.
///
/// # Errors
/// When the database fails.
pub async fn count(view: &View, filter: &DocumentFilter) -> Result<i64, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    if !findable(filter) {
        return Ok(0);
    }
    let filter = filter.clone();
    view.read(move |conn| document::count(conn, &filter)).await
}

/// The issued document that a text names, by its number or its identifier.
///
/// # Errors
/// `BODY_INVALID` with `REFERENCE_UNKNOWN` or `REFERENCE_AMBIGUOUS` at the pointer.
pub async fn named(view: &View, pointer: &'static str, reference: String) -> Result<DocumentId, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    view.read(move |conn| named_in(conn, pointer, &reference)).await
}

/// As [`named`], within a transaction.
pub(crate) fn named_in(conn: &mut Conn, pointer: &'static str, reference: &str) -> Result<DocumentId, Error> {
    let found = if text::storable(reference) { document::by_reference(conn, reference)? } else { Vec::new() };
    let code = match found.as_slice() {
        [one] => return Ok(*one),
        [] => Code::ReferenceUnknown,
        _ => Code::ReferenceAmbiguous,
    };
    Err(Refusal::with_faults(Code::BodyInvalid, vec![Fault::new(pointer, code)]).into())
}

/// The documents with these identifiers.
///
/// # Errors
/// When the database fails.
pub async fn by_ids(view: &View, ids: Vec<DocumentId>) -> Result<HashMap<DocumentId, Document>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let found = view.read(move |conn| document::by_ids(conn, &ids)).await?;
    Ok(found.into_iter().map(|document| (document.id, document)).collect())
}

/// What these documents refer to.
///
/// # Errors
/// When the database fails.
pub async fn relations(view: &View, ids: Vec<DocumentId>) -> Result<HashMap<DocumentId, Vec<DocumentRelation>>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    Ok(grouped(view.read(move |conn| document::relations(conn, &ids)).await?))
}

/// To whom these documents went, as written.
///
/// # Errors
/// When the database fails.
pub async fn recipients(view: &View, ids: Vec<DocumentId>) -> Result<HashMap<DocumentId, Vec<String>>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    Ok(grouped(view.read(move |conn| document::recipients(conn, &ids)).await?))
}

/// Where these things stand in documents.
///
/// # Errors
/// When the database fails.
pub async fn citations(view: &View, subjects: Vec<Uuid>) -> Result<HashMap<Uuid, Vec<Citation>>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    Ok(grouped(view.read(move |conn| document::citations(conn, &subjects)).await?))
}

/// The texts of these things in other languages than Vietnamese.
///
/// # Errors
/// When the database fails.
pub async fn translations(view: &View, subjects: Vec<Uuid>) -> Result<HashMap<Uuid, Vec<Translation>>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let rows = view.read(move |conn| document::translations(conn, &subjects)).await?;
    Ok(grouped(rows.into_iter().map(|(subject, field, lang, text)| (subject, Translation { field, lang, text }))))
}

/// A text in another language.
#[derive(Clone, Debug)]
pub struct Translation {
    pub field: TranslatedField,
    pub lang: Lang,
    pub text: String,
}

/// Gathers rows under their owners, keeping their order.
pub(crate) fn grouped<K: std::hash::Hash + Eq, V>(rows: impl IntoIterator<Item = (K, V)>) -> HashMap<K, Vec<V>> {
    let mut groups: HashMap<K, Vec<V>> = HashMap::new();
    for (key, value) in rows {
        groups.entry(key).or_default().push(value);
    }
    groups
}
