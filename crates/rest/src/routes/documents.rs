//! `/api/v1/documents`: documents by what they are and by the day on which they hold, and the gaps of a programme.
//! Must not change one; that is `documents_admin`.
//! The use cases are `app::document` and `app::gap`.

use actix_web::{HttpResponse, http::header, web};
use app::{Error, View, document, gap, listing::Listing};
use domain::{
    document::{self as model, DocumentId},
    error::Code,
    lang::Liked,
};

use crate::{
    dto::{
        document::{Document, DocumentChangeParams, DocumentDetail, DocumentMovedPage, DocumentPage, DocumentParams},
        gap::Gaps,
        page::{forward, reply},
        programme::ProgrammeParams,
        text::{Preference, Texts},
    },
    extract::{Params, Preferred, Reading},
    problem::Problem,
};

/// Documents by date of issue, the newest first; undated ones come before them.
#[utoipa::path(
    get, path = "/api/v1/documents", operation_id = "list_documents", tag = "documents", params(DocumentParams, Preference),
    responses((status = 200, description = "A page of documents.", body = DocumentPage)),
    security((), ("bearer" = []))
)]
pub async fn list_documents(
    Reading(view): Reading,
    Preferred(liked): Preferred,
    Params(params): Params<DocumentParams>,
) -> Result<HttpResponse, Problem> {
    let listing = document::list(&view, &(&params).into(), true, &forward(params.limit, params.after)).await?;
    page(view, &listing, liked).await
}

/// A page as it is shown.
pub(super) async fn page(view: View, listing: &Listing<model::Document>, liked: Liked) -> Result<HttpResponse, Problem> {
    let texts = texts(&view, liked, listing.items.iter().map(|(_, document)| document)).await?;
    let catalogue = view.catalogue().await?;
    let items = listing.items.iter().map(|(_, document)| Document::of(document, catalogue, &texts)).collect();
    let page = DocumentPage { end_cursor: listing.end().map(str::to_owned), has_next: listing.has_next, items };
    view.clone().end().await?;
    Ok(reply(&page))
}

/// What titles are in other languages.
async fn texts<'a>(view: &View, liked: Liked, all: impl Iterator<Item = &'a model::Document>) -> Result<Texts, Error> {
    Texts::of(view, liked, all.filter(|document| document.title.is_some()).map(|document| document.id.uuid()).collect()).await
}

/// What became of documents after a day, up to and on another: taking effect, expiring, being amended, replaced, repealed.
#[utoipa::path(
    get, path = "/api/v1/documents/changes", operation_id = "list_document_changes", tag = "documents", params(DocumentChangeParams),
    responses((status = 200, description = "A page of what became of them, by day.", body = DocumentMovedPage)),
    security((), ("bearer" = []))
)]
pub async fn list_document_changes(Reading(view): Reading, Params(params): Params<DocumentChangeParams>) -> Result<HttpResponse, Problem> {
    let listing = document::moved(&view, params.since, params.until, &forward(params.limit, params.after)).await?;
    let items = listing.items.iter().map(|(_, moved)| moved.into()).collect();
    let page = DocumentMovedPage { end_cursor: listing.end().map(str::to_owned), has_next: listing.has_next, items };
    view.clone().end().await?;
    Ok(reply(&page))
}

/// One document with what it refers to, what refers to it, how it came to be, and its files.
#[utoipa::path(
    get, path = "/api/v1/documents/{id}", operation_id = "get_document", tag = "documents",
    params(("id" = uuid::Uuid, Path, description = "The document's identifier."), Preference),
    responses((status = 200, description = "The document.", body = DocumentDetail, headers(
        ("ETag" = String, description = "The revision; a change names it as `If-Match`."),
    ))),
    security((), ("bearer" = []))
)]
pub async fn get_document(Reading(view): Reading, Preferred(liked): Preferred, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let found = document::by_id(&view, named(&path)?).await?.ok_or_else(|| Problem::new(Code::NotFound))?;
    shown(view, &found, liked).await
}

/// The document that a path names.
pub(super) fn named(path: &str) -> Result<DocumentId, Problem> {
    path.parse().map_err(|_| Problem::new(Code::NotFound))
}

/// A document as it stands, with its entity tag.
pub(super) async fn shown(view: View, found: &model::Document, liked: Liked) -> Result<HttpResponse, Problem> {
    let id = found.id;
    let relations = document::relations(&view, vec![id]).await?.remove(&id).unwrap_or_default();
    let referring = document::relations_to(&view, vec![id]).await?.remove(&id).unwrap_or_default();
    let recipients = document::recipients(&view, vec![id]).await?.remove(&id).unwrap_or_default();
    let stages = document::stages(&view, vec![id]).await?.remove(&id).unwrap_or_default();
    let files = document::files(&view, vec![id]).await?.remove(&id).unwrap_or_default();
    let texts = texts(&view, liked, std::iter::once(found)).await?;
    let body = DocumentDetail {
        document: Document::of(found, view.catalogue().await?, &texts),
        relations: relations.iter().map(Into::into).collect(),
        referred_to_by: referring.iter().map(Into::into).collect(),
        recipients,
        stages: stages.iter().map(Into::into).collect(),
        files: files.iter().map(Into::into).collect(),
    };
    view.clone().end().await?;
    Ok(HttpResponse::Ok().insert_header((header::ETAG, format!("\"{}\"", found.seen_revision()))).json(body))
}

/// What a programme's decision leaves open on a day: measures without a task, tasks without coordinators, targets without a year, and
/// more.
#[utoipa::path(
    get, path = "/api/v1/programmes/{code}/gaps", operation_id = "list_gaps", tag = "documents",
    params(ProgrammeParams, ("code" = String, Path, description = "The programme's code.")),
    responses((status = 200, description = "The gaps, by kind.", body = Gaps)),
    security((), ("bearer" = []))
)]
pub async fn list_gaps(
    Reading(view): Reading,
    path: web::Path<String>,
    Params(params): Params<ProgrammeParams>,
) -> Result<HttpResponse, Problem> {
    let gaps = gap::list(&view, &path, params.as_of).await?.ok_or_else(|| Problem::new(Code::NotFound))?;
    view.clone().end().await?;
    Ok(HttpResponse::Ok().json(Gaps { items: gaps.into_iter().map(Into::into).collect() }))
}
