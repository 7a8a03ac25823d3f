//! Documents: reading them and what cites them, by what they are and by the day on which they hold.
//! Must not count in SQL what the database is not asked for in one statement.
//! The queries are `persistence::document`; changes are `write`, planned documents `stage`, files `files`.

mod files;
mod stage;
mod write;

pub use files::{FileChange, Uploaded, describe, file, files, take_off, upload};
pub use stage::{Issue, issue, reach};
pub use write::{NewRelation, create, relate, unrelate, update};

use std::collections::HashMap;

use auth::Ctx;
use chrono::NaiveDate;
use domain::{
    document::{Citation, Document, DocumentId, DocumentKind, DocumentMoved, DocumentRelation, DocumentStatus, stage::StageReached},
    document_number::{self, DocumentClass},
    error::{Code, Fault, Refusal},
    id::Id,
    lang::{Rendering, TranslatedField},
    policy::Action,
    text,
};
use persistence::{
    Conn,
    document::{self, DocumentKey, MovedKey},
};
use uuid::Uuid;

use crate::{
    Error, View,
    audit::{Deed, watched},
    listing::{Listing, PageArgs},
};

/// Which documents. Every condition given must hold.
#[derive(Clone, Debug, Default)]
pub struct DocumentFilter {
    pub kind: Option<DocumentKind>,
    pub status: Option<DocumentStatus>,
    /// Number and symbol as printed.
    pub number: Option<String>,
    pub class: Option<DocumentClass>,
    /// Code of the agency that issued it.
    pub issuer: Option<String>,
    /// Of issue, or the one in the number.
    pub year: Option<i32>,
    /// Only those that hold on this day.
    pub in_force_on: Option<NaiveDate>,
}

impl DocumentFilter {
    /// As the database is asked; nothing where nothing can fit.
    async fn asked(&self, view: &View) -> Result<Option<document::DocumentFilter>, Error> {
        let issuer = match &self.issuer {
            None => None,
            Some(code) => match view.catalogue().await?.agency_by_code(code) {
                None => return Ok(None),
                Some(agency) => Some(agency.id),
            },
        };
        if !self.number.as_deref().is_none_or(text::storable) {
            return Ok(None);
        }
        let DocumentFilter { kind, status, class, year, in_force_on, .. } = self.clone();
        let number = self.number.as_deref().map(document_number::repaired);
        Ok(Some(document::DocumentFilter { kind, status, number, class, issuer, year, in_force_on }))
    }
}

/// A page of documents by date of issue; undated ones come last.
///
/// # Errors
/// `PAGE_INVALID`, `CURSOR_INVALID`.
pub async fn list(view: &View, filter: &DocumentFilter, descending: bool, args: &PageArgs) -> Result<Listing<Document>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let list = format!("documents {descending} {filter:?}");
    let Some(filter) = filter.asked(view).await? else {
        return Ok(Listing::default());
    };
    let request = args.request::<(Option<NaiveDate>, Uuid)>(&list)?;
    let request = request.map(|(issued_on, id)| DocumentKey { issued_on, id: Id::from_uuid(id) });
    let page = view.read(move |conn| document::page(conn, &filter, descending, &request)).await?;
    let mut listing = Listing::of(page, &list, |document: &Document| (document.issued_on, document.id.uuid()));
    listing.items.iter_mut().for_each(|(_, document)| to_caller(view.ctx(), document));
    Ok(listing)
}

/// A page of the documents as those see it who write them down.
///
/// # Errors
/// `FORBIDDEN`, and as [`list`].
pub async fn list_to_manage(view: &View, filter: &DocumentFilter, args: &PageArgs) -> Result<Listing<Document>, Error> {
    watched(view.app(), view.ctx(), Deed::new("admin_list_documents"), async {
        view.ctx().allow(Action::ManageDocuments)?;
        list(view, filter, true, args).await
    })
    .await
}

/// What became of documents after a day, up to and on another, by day.
///
/// # Errors
/// `QUERY_INVALID` where the second day comes before the first; `PAGE_INVALID`, `CURSOR_INVALID`.
pub async fn moved(view: &View, after: NaiveDate, until: NaiveDate, args: &PageArgs) -> Result<Listing<DocumentMoved>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    if until < after {
        return Err(Refusal::with_faults(Code::QueryInvalid, vec![Fault::new("/until", Code::OutOfRange)]).into());
    }
    let list = format!("document changes {after} {until}");
    let request = args.request::<(NaiveDate, i32, Uuid, Uuid)>(&list)?;
    let key = |(on, place, document, by)| MovedKey { on, place, document: Id::from_uuid(document), by: Id::from_uuid(by) };
    let request = request.map(key);
    let page = view.read(move |conn| document::moved(conn, after, until, &request)).await?;
    Ok(Listing::of(page, &list, |moved| {
        let key = MovedKey::of(moved);
        (key.on, key.place, key.document.uuid(), key.by.uuid())
    }))
}

/// How many documents there are.
///
/// # Errors
/// When the database fails.
pub async fn count(view: &View, filter: &DocumentFilter) -> Result<i64, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let Some(filter) = filter.asked(view).await? else { return Ok(0) };
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
    let reference = document_number::repaired(reference);
    let found = if text::storable(&reference) { document::by_reference(conn, &reference)? } else { Vec::new() };
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
    let told = found.into_iter().map(|mut document| {
        to_caller(view.ctx(), &mut document);
        (document.id, document)
    });
    Ok(told.collect())
}

/// Counts the changes of internal files for a caller who sees these.
fn to_caller(ctx: &Ctx, document: &mut Document) {
    if ctx.reads_internal_files() {
        document.hidden_revisions = 0;
    }
}

/// The document with this identifier.
///
/// # Errors
/// When the database fails.
pub async fn by_id(view: &View, id: DocumentId) -> Result<Option<Document>, Error> {
    Ok(by_ids(view, vec![id]).await?.remove(&id))
}

/// The document with this identifier, for those who write documents down.
///
/// # Errors
/// `FORBIDDEN`.
pub async fn by_id_to_manage(view: &View, id: DocumentId) -> Result<Option<Document>, Error> {
    watched(view.app(), view.ctx(), Deed::new("admin_get_document").on("document", id), async {
        view.ctx().allow(Action::ManageDocuments)?;
        by_id(view, id).await
    })
    .await
}

/// What refers to these documents; in each relation the other document is the one that refers.
///
/// # Errors
/// When the database fails.
pub async fn relations_to(view: &View, ids: Vec<DocumentId>) -> Result<HashMap<DocumentId, Vec<DocumentRelation>>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    Ok(grouped(view.read(move |conn| document::relations_to(conn, &ids)).await?))
}

/// The stages that these documents went through.
///
/// # Errors
/// When the database fails.
pub async fn stages(view: &View, ids: Vec<DocumentId>) -> Result<HashMap<DocumentId, Vec<StageReached>>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let stages = view.read(move |conn| document::stages(conn, &ids)).await?;
    Ok(grouped(stages.into_iter().map(|stage| (stage.document, stage))))
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
    Ok(grouped(rows.into_iter().map(|(subject, field, rendering)| (subject, Translation { field, rendering }))))
}

/// A text in another language.
#[derive(Clone, Debug)]
pub struct Translation {
    pub field: TranslatedField,
    pub rendering: Rendering,
}

/// Gathers rows under their owners, keeping their order.
pub(crate) fn grouped<K: std::hash::Hash + Eq, V>(rows: impl IntoIterator<Item = (K, V)>) -> HashMap<K, Vec<V>> {
    let mut groups: HashMap<K, Vec<V>> = HashMap::new();
    for (key, value) in rows {
        groups.entry(key).or_default().push(value);
    }
    groups
}
