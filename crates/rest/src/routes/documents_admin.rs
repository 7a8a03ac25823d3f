//! `/api/v1/admin/documents`: writing documents down, relating them, planned documents on their way.
//! Must not let anything change without `If-Match`.
//! The use cases are `app::document`; what everybody reads is `documents`.

use actix_web::{HttpRequest, HttpResponse, http::header, web};
use app::{App, View, document};
use domain::{
    document::{DocumentId, DocumentRelationKind},
    error::Code,
    policy::operations::Interface,
};

use super::documents::{named, page, shown};
use crate::{
    condition::revision,
    dto::{
        document::{
            DocumentDetail, DocumentPage, DocumentParams,
            write::{DocumentChange, NewDocument, NewDocumentRelation, NewIssue, NewStage},
        },
        page::forward,
        text::Preference,
    },
    extract::{Caller, Params, Preferred, Push, Reading, liked_langs, subject},
    problem::Problem,
};

/// Documents as those see them who write them down, the newest first.
#[utoipa::path(
    get, path = "/api/v1/admin/documents", operation_id = "admin_list_documents", tag = "administration",
    params(DocumentParams, Preference),
    responses((status = 200, description = "A page of documents.", body = DocumentPage)),
    security(("bearer" = []))
)]
pub async fn admin_list_documents(
    Reading(view): Reading,
    Preferred(liked): Preferred,
    Params(params): Params<DocumentParams>,
) -> Result<HttpResponse, Problem> {
    let listing = document::list_to_manage(&view, &(&params).into(), &forward(params.limit, params.after)).await?;
    page(view, &listing, liked).await
}

/// One document as those see it who write it down.
#[utoipa::path(
    get, path = "/api/v1/admin/documents/{id}", operation_id = "admin_get_document", tag = "administration",
    params(("id" = uuid::Uuid, Path, description = "The document's identifier."), Preference),
    responses((status = 200, description = "The document.", body = DocumentDetail, headers(
        ("ETag" = String, description = "The revision; a change names it as `If-Match`."),
    ))),
    security(("bearer" = []))
)]
pub async fn admin_get_document(
    Reading(view): Reading,
    Preferred(liked): Preferred,
    path: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    app::admit(view.app(), view.ctx(), Interface::Rest, "admin_get_document", subject("document", &path)).await?;
    let found = document::by_id_to_manage(&view, named(&path)?).await?.ok_or_else(|| Problem::new(Code::NotFound))?;
    shown(view, &found, liked).await
}

/// Writes a document down. A number of any form is taken; what looks wrong about it is in `warnings`.
#[utoipa::path(
    post, path = "/api/v1/admin/documents", operation_id = "create_document", tag = "administration", request_body = NewDocument,
    responses((status = 201, description = "The document.", body = DocumentDetail, headers(
        ("Location" = String, description = "Where the document is."),
        ("ETag" = String, description = "The revision."),
    ))),
    security(("bearer" = []))
)]
pub async fn create_document(push: Push) -> Result<HttpResponse, Problem> {
    let new: NewDocument = push.read("create_document").await?;
    let id = document::create(&push.app, &push.ctx, new.into()).await?;
    let mut response = after(&push.app, push.ctx.clone(), &push.request, id).await?;
    *response.status_mut() = actix_web::http::StatusCode::CREATED;
    let location = header::HeaderValue::from_str(&format!("/api/v1/documents/{id}")).map_err(|_| Problem::new(Code::Internal))?;
    response.headers_mut().insert(header::LOCATION, location);
    Ok(response)
}

/// The document as it is after a change.
pub(super) async fn after(app: &App, ctx: auth::Ctx, request: &HttpRequest, id: DocumentId) -> Result<HttpResponse, Problem> {
    let view = View::new(app, ctx);
    let found = document::by_id(&view, id).await?.ok_or_else(|| Problem::new(Code::NotFound))?;
    shown(view, &found, liked_langs(request)).await
}

/// Changes what is written of a document.
#[utoipa::path(
    patch, path = "/api/v1/admin/documents/{id}", operation_id = "update_document", tag = "administration", request_body = DocumentChange,
    params(
        ("id" = uuid::Uuid, Path, description = "The document's identifier."),
        ("If-Match" = String, Header, description = "The `ETag` of the document that the change rests on.", max_length = 2000),
    ),
    responses((status = 200, description = "The document after it.", body = DocumentDetail, headers(
        ("ETag" = String, description = "The new revision."),
    ))),
    security(("bearer" = []))
)]
pub async fn update_document(push: Push, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let change: DocumentChange = push.read("update_document").await?;
    let (id, revision) = (named(&path)?, revision(&push.request)?);
    document::update(&push.app, &push.ctx, id, revision, change.into()).await?;
    after(&push.app, push.ctx.clone(), &push.request, id).await
}

/// Says how a document stands to another: on what it rests, what it amends, replaces or repeals.
#[utoipa::path(
    post, path = "/api/v1/admin/documents/{id}/relations", operation_id = "relate_documents", tag = "administration",
    request_body = NewDocumentRelation,
    params(
        ("id" = uuid::Uuid, Path, description = "The document's identifier."),
        ("If-Match" = String, Header, description = "The `ETag` of the document that the change rests on.", max_length = 2000),
    ),
    responses((status = 200, description = "The document after it.", body = DocumentDetail, headers(
        ("ETag" = String, description = "The new revision."),
    ))),
    security(("bearer" = []))
)]
pub async fn relate_documents(push: Push, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let new: NewDocumentRelation = push.read("relate_documents").await?;
    let (id, revision) = (named(&path)?, revision(&push.request)?);
    document::relate(&push.app, &push.ctx, id, revision, new.into()).await?;
    after(&push.app, push.ctx.clone(), &push.request, id).await
}

/// Takes a relation away that somebody added; what a programme's file says is corrected there.
#[utoipa::path(
    delete, path = "/api/v1/admin/documents/{id}/relations/{kind}/{relatedId}", operation_id = "unrelate_documents", tag = "administration",
    params(
        ("id" = uuid::Uuid, Path, description = "The document's identifier."),
        ("kind" = String, Path, description = "The kind of relation."),
        ("relatedId" = uuid::Uuid, Path, description = "The other document's identifier."),
        ("If-Match" = String, Header, description = "The `ETag` of the document that the change rests on.", max_length = 2000),
    ),
    responses((status = 200, description = "The document after it.", body = DocumentDetail, headers(
        ("ETag" = String, description = "The new revision."),
    ))),
    security(("bearer" = []))
)]
pub async fn unrelate_documents(
    Caller(ctx): Caller,
    app: web::Data<App>,
    request: HttpRequest,
    path: web::Path<(String, String, String)>,
) -> Result<HttpResponse, Problem> {
    app::admit(&app, &ctx, Interface::Rest, "unrelate_documents", subject("document", &path.0)).await?;
    let (id, related) = (named(&path.0)?, named(&path.2)?);
    let kind: DocumentRelationKind = path.1.parse().map_err(|_| Problem::new(Code::NotFound))?;
    document::unrelate(&app, &ctx, id, revision(&request)?, kind, related).await?;
    after(&app, ctx, &request, id).await
}

/// Says that a planned document was drafted, or submitted for decision.
#[utoipa::path(
    post, path = "/api/v1/admin/documents/{id}/stages", operation_id = "move_document", tag = "administration", request_body = NewStage,
    params(
        ("id" = uuid::Uuid, Path, description = "The document's identifier."),
        ("If-Match" = String, Header, description = "The `ETag` of the document that the change rests on.", max_length = 2000),
    ),
    responses((status = 200, description = "The document after it.", body = DocumentDetail, headers(
        ("ETag" = String, description = "The new revision."),
    ))),
    security(("bearer" = []))
)]
pub async fn move_document(push: Push, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let new: NewStage = push.read("move_document").await?;
    let (id, revision) = (named(&path)?, revision(&push.request)?);
    document::reach(&push.app, &push.ctx, id, revision, new.stage, new.on, new.note).await?;
    after(&push.app, push.ctx.clone(), &push.request, id).await
}

/// Issues a planned document: it has a number and a date from then on.
#[utoipa::path(
    post, path = "/api/v1/admin/documents/{id}/issue", operation_id = "issue_document", tag = "administration", request_body = NewIssue,
    params(
        ("id" = uuid::Uuid, Path, description = "The document's identifier."),
        ("If-Match" = String, Header, description = "The `ETag` of the document that the change rests on.", max_length = 2000),
    ),
    responses((status = 200, description = "The document after it.", body = DocumentDetail, headers(
        ("ETag" = String, description = "The new revision."),
    ))),
    security(("bearer" = []))
)]
pub async fn issue_document(push: Push, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let new: NewIssue = push.read("issue_document").await?;
    let (id, revision) = (named(&path)?, revision(&push.request)?);
    document::issue(&push.app, &push.ctx, id, revision, new.into()).await?;
    after(&push.app, push.ctx.clone(), &push.request, id).await
}
