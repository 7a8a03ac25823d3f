//! `/api/v1/documents/{id}/files` and, for those who keep them, `/api/v1/admin/documents/{id}/files`: the files of documents.
//! Must not read a form or send bytes itself; `crate::file` does, for files on reports as well.
//! The use cases are `app::document`; which files a document has stands with it, in `documents`.

use actix_web::{HttpRequest, HttpResponse, http::header, web};
use app::{App, document};
use domain::{
    document::{DocumentId, file::DocumentFileId},
    error::Code,
};

use super::{documents::named, documents_admin::after};
use crate::{
    condition::{revision, revision_if_said},
    dto::{
        document::{
            DocumentDetail,
            file::{DocumentFile, DocumentFileChange, NewDocumentFile},
        },
        evidence::RemovalParams,
    },
    extract::{Caller, Params, Push, Reading, admit},
    file::{Bytes, Form, sent},
    problem::{Problem, ProblemDocument},
};

fn identifiers(path: &(String, String)) -> Result<(DocumentId, DocumentFileId), Problem> {
    Ok((named(&path.0)?, path.1.parse().map_err(|_| Problem::new(Code::NotFound))?))
}

/// The bytes of a file of a document, to be saved and not shown: for everybody where it is published, else for those who hold a role.
#[utoipa::path(
    get, path = "/api/v1/documents/{id}/files/{fileId}", operation_id = "get_document_file", tag = "documents",
    params(
        ("id" = uuid::Uuid, Path, description = "The document's identifier."),
        ("fileId" = uuid::Uuid, Path, description = "The file's identifier."),
    ),
    responses(
        (status = 200, description = "The file, as its own media type.", body = Vec<u8>, content_type = "*/*", headers(
            ("ETag" = String, description = "SHA-256 of the bytes."),
            ("Content-Disposition" = String, description = "`attachment`, with the name (RFC 6266)."),
        )),
        (status = 304, description = "The caller has these bytes (`If-None-Match`)."),
    ),
    security((), ("bearer" = []))
)]
pub async fn get_document_file(
    Reading(view): Reading,
    app: web::Data<App>,
    request: HttpRequest,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (document, id) = identifiers(&path)?;
    let file = document::file(&view, document, id).await?;
    view.clone().end().await?;
    sent(&app, &request, &Bytes { name: &file.name, media_type: file.media_type, size: file.size, sha256: &file.sha256 }).await
}

/// Puts a file on a document: the signed copy, an annex, a draft.
///
/// The form has one part `file`, a part `role`, and at most a part `visibility` and a part `title`. What is taken, how it is looked at and
/// how a retry is answered is as for files on reports. A file that is published is the document's for everybody; nothing is published
/// before the document is issued, and drafts are not published at all.
#[utoipa::path(
    post, path = "/api/v1/admin/documents/{id}/files", operation_id = "upload_document_file", tag = "administration",
    params(
        ("id" = uuid::Uuid, Path, description = "The document's identifier."),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the document, where it must not have changed.", max_length = 2000),
    ),
    request_body(content = NewDocumentFile, content_type = "multipart/form-data"),
    responses(
        (status = 201, description = "The file is on the document.", body = DocumentFile, headers(("Location" = String, description = "Where its bytes are."))),
        (status = 200, description = "It was on the document before.", body = DocumentFile),
        (status = 404, description = "There is no such document.", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 409, description = "The document has as many files as it may.", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 413, description = "The file is too large.", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 422, description = "The form has faults, the file is not taken (FILE_REFUSED), or it is marked as secret (DOCUMENT_SECRET).", body = ProblemDocument, content_type = "application/problem+json"),
    ),
    security(("bearer" = []))
)]
pub async fn upload_document_file(
    Caller(ctx): Caller,
    app: web::Data<App>,
    request: HttpRequest,
    path: web::Path<String>,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    admit(&app, &ctx, &request, "upload_document_file").await?;
    let at = (named(&path)?, revision_if_said(&request)?);
    let uploaded = document::upload(&app, &ctx, at, Form::of(&request, payload)?).await?;
    let mut response = if uploaded.is_new { HttpResponse::Created() } else { HttpResponse::Ok() };
    if uploaded.is_new {
        response.insert_header((header::LOCATION, uploaded.file.path()));
    }
    Ok(response.json(DocumentFile::from(&uploaded.file)))
}

/// Says what a file is to its document and who sees it: a draft becomes an annex, an internal file is published or taken back.
#[utoipa::path(
    patch, path = "/api/v1/admin/documents/{id}/files/{fileId}", operation_id = "update_document_file", tag = "administration",
    request_body = DocumentFileChange,
    params(
        ("id" = uuid::Uuid, Path, description = "The document's identifier."),
        ("fileId" = uuid::Uuid, Path, description = "The file's identifier."),
        ("If-Match" = String, Header, description = "The `ETag` of the document that the change rests on.", max_length = 2000),
    ),
    responses((status = 200, description = "The document after it.", body = DocumentDetail, headers(
        ("ETag" = String, description = "The new revision."),
    ))),
    security(("bearer" = []))
)]
pub async fn update_document_file(push: Push, path: web::Path<(String, String)>) -> Result<HttpResponse, Problem> {
    let change: DocumentFileChange = push.read("update_document_file").await?;
    let ((document, id), revision) = (identifiers(&path)?, revision(&push.request)?);
    document::describe(&push.app, &push.ctx, (document, revision), id, change.into()).await?;
    after(&push.app, push.ctx.clone(), &push.request, document).await
}

/// Takes a file off a document. Its entry is kept, with who did it and why.
#[utoipa::path(
    delete, path = "/api/v1/admin/documents/{id}/files/{fileId}", operation_id = "remove_document_file", tag = "administration",
    params(
        ("id" = uuid::Uuid, Path, description = "The document's identifier."),
        ("fileId" = uuid::Uuid, Path, description = "The file's identifier."),
        ("If-Match" = String, Header, description = "The `ETag` of the document that the change rests on.", max_length = 2000),
        RemovalParams
    ),
    responses((status = 200, description = "The document after it.", body = DocumentDetail, headers(
        ("ETag" = String, description = "The new revision."),
    ))),
    security(("bearer" = []))
)]
pub async fn remove_document_file(
    Caller(ctx): Caller,
    app: web::Data<App>,
    path: web::Path<(String, String)>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    admit(&app, &ctx, &request, "remove_document_file").await?;
    let Params::<RemovalParams>(params) = Params::of(&request)?;
    let (document, id) = identifiers(&path)?;
    document::take_off(&app, &ctx, (document, revision(&request)?), id, params.reason).await?;
    after(&app, ctx, &request, document).await
}
