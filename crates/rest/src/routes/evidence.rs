//! `/api/v1/reports/{id}/files`: the files that prove what a report says.
//! Must not read a form or send bytes itself; `crate::file` does, for files of documents as well.
//! The use cases are `app::evidence`.

use actix_web::{HttpRequest, HttpResponse, http::header, web};
use app::{App, evidence};
use domain::{error::Code, report::ReportId, revision::Revisions};

use crate::{
    condition,
    dto::{
        evidence::{FilesParams, NewReportFile, RemovalParams, ReportFile, ReportFiles},
        report::revision,
    },
    extract::{Caller, Params, Reading, admit},
    file::{Bytes, Form, sent},
    problem::{Problem, ProblemDocument},
};

/// Puts a file on a report of the caller's agency, while the report is a draft, returned or reopened.
///
/// The file belongs to the version that is submitted next, and to those after it until it is taken off; a submitted version keeps
/// its files. The form has one part `file` and at most a part `title` and a part `documentNumber`. What the file is is found by looking at its bytes; its extension and
/// declared type must not say otherwise. PDF, DOCX, XLSX, PPTX, ODT, ODS, PNG, JPEG, WebP, MP4, MP3 are taken, and text and CSV
/// in UTF-8. A document that is marked as a state secret (MẬT, TỐI MẬT, TUYỆT MẬT, in capitals, in the name, the title,
/// the number, the text of a text file or office document, or what a PDF says of itself; the pages of a PDF and pictures are not
/// read) is refused, and the attempt is an entry of the audit log. The same bytes under the same name are on a report once: sent again, they are answered
/// with 200 and what is there, so a retry needs no `Idempotency-Key`; one that is sent is ignored.
#[utoipa::path(
    post, path = "/api/v1/reports/{id}/files", operation_id = "upload_report_file", tag = "reports",
    params(
        ("id" = uuid::Uuid, Path, description = "The report's identifier."),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the report, where it must not have changed.", max_length = 2000),
    ),
    request_body(content = NewReportFile, content_type = "multipart/form-data"),
    responses(
        (status = 201, description = "The file is on the report.", body = ReportFile, headers(("Location" = String, description = "Where its bytes are."))),
        (status = 200, description = "It was on the report before.", body = ReportFile),
        (status = 404, description = "There is none that the caller may know of.", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 409, description = "The report may not be written on (EVIDENCE_CLOSED, REOPENING_OVER), or has as many files as it may.", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 413, description = "The file is too large.", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 422, description = "The form has faults, the file is not taken (FILE_REFUSED), or it is marked as secret (DOCUMENT_SECRET).", body = ProblemDocument, content_type = "application/problem+json"),
    ),
    security(("bearer" = []))
)]
pub async fn upload_report_file(
    Caller(ctx): Caller,
    app: web::Data<App>,
    request: HttpRequest,
    path: web::Path<String>,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    admit(&app, &ctx, &request, "upload_report_file").await?;
    let report: ReportId = path.parse().map_err(|_| Problem::new(Code::NotFound))?;
    let at = (report, expected(&request)?);
    let form = Form::of(&request, payload)?;
    let uploaded = evidence::upload(&app, &ctx, at, form).await?;
    let mut response = if uploaded.is_new { HttpResponse::Created() } else { HttpResponse::Ok() };
    if uploaded.is_new {
        response.insert_header((header::LOCATION, uploaded.file.path()));
    }
    Ok(response.json(ReportFile::from(&uploaded.file)))
}

/// The files on a report, as open as the report is: its agency sees those of what is being written, others those of the version
/// that they see.
#[utoipa::path(
    get, path = "/api/v1/reports/{id}/files", operation_id = "list_report_files", tag = "reports",
    params(("id" = uuid::Uuid, Path, description = "The report's identifier."), FilesParams),
    responses((status = 200, description = "The files.", body = ReportFiles)),
    security((), ("bearer" = []))
)]
pub async fn list_report_files(
    Reading(view): Reading,
    Params(params): Params<FilesParams>,
    path: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let report = path.parse().map_err(|_| Problem::new(Code::NotFound))?;
    let files = evidence::list(&view, report, params.version).await?;
    view.clone().end().await?;
    Ok(HttpResponse::Ok().json(ReportFiles { items: files.iter().map(ReportFile::from).collect() }))
}

/// The bytes of a file, to be saved and not shown; as open as the report is.
#[utoipa::path(
    get, path = "/api/v1/reports/{id}/files/{fileId}", operation_id = "get_report_file", tag = "reports",
    params(
        ("id" = uuid::Uuid, Path, description = "The report's identifier."),
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
pub async fn get_report_file(
    Reading(view): Reading,
    app: web::Data<App>,
    request: HttpRequest,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (report, file) = identifiers(&path)?;
    let file = evidence::by_id(&view, report, file).await?;
    view.clone().end().await?;
    sent(&app, &request, &Bytes { name: &file.name, media_type: file.media_type, size: file.size, sha256: &file.sha256 }).await
}

/// Takes a file off a report of the caller's agency, while the report is a draft, returned or reopened. Its entry is kept, with who
/// did it and why, and the versions that were submitted with it keep it.
#[utoipa::path(
    delete, path = "/api/v1/reports/{id}/files/{fileId}", operation_id = "remove_report_file", tag = "reports",
    params(
        ("id" = uuid::Uuid, Path, description = "The report's identifier."),
        ("fileId" = uuid::Uuid, Path, description = "The file's identifier."),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the report, where it must not have changed.", max_length = 2000),
        RemovalParams
    ),
    responses(
        (status = 204, description = "It is off the report."),
        (status = 409, description = "The report may not be written on (EVIDENCE_CLOSED, REOPENING_OVER).", body = ProblemDocument, content_type = "application/problem+json"),
    ),
    security(("bearer" = []))
)]
pub async fn remove_report_file(
    Caller(ctx): Caller,
    app: web::Data<App>,
    path: web::Path<(String, String)>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    admit(&app, &ctx, &request, "remove_report_file").await?;
    let Params::<RemovalParams>(params) = Params::of(&request)?;
    let (report, file) = identifiers(&path)?;
    evidence::remove(&app, &ctx, (report, expected(&request)?), file, &params.reason).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The revisions of the report on which the change rests; any where nothing is said.
fn expected(request: &HttpRequest) -> Result<Revisions, Problem> {
    Ok(condition::said(request, revision)?.unwrap_or(Revisions::Any))
}

fn identifiers(path: &(String, String)) -> Result<(ReportId, domain::evidence::FileId), Problem> {
    let nothing = |_| Problem::new(Code::NotFound);
    Ok((path.0.parse().map_err(nothing)?, path.1.parse().map_err(nothing)?))
}
