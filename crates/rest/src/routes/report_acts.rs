//! What is done with a report: written on, sent, returned, accepted, reopened, consolidated, put under its sender's reference.
//! Must not change a report whose caller has not said which state it saw.
//! The use cases are `app::report`; pushing and reading are `reports`.

use actix_web::{HttpRequest, HttpResponse, http::header, web};
use app::{App, report};
use domain::{
    error::{Code, Refusal},
    report::{Channel, ReportId},
    revision::Revisions,
};

use super::reports::{given, render};
use crate::{
    condition::{required, said},
    dto::report::{DraftBody, EnteredReport, NewConsolidation, NewDraft, NewReport, ReopenBody, Report, ReturnBody, entity_tag, revision},
    extract::{Caller, Push, admit, idempotency_key, require_json},
    problem::{Problem, ProblemDocument},
};

/// The report and the revisions on which the act rests.
fn at(request: &HttpRequest, id: &str) -> Result<(ReportId, Revisions), Problem> {
    let id = id.parse().map_err(|_| Problem::new(Code::NotFound))?;
    Ok((id, required(request, revision)?))
}

/// Begins a report of the caller's agency, to be written on and sent later.
#[utoipa::path(
    post, path = "/api/v1/reports/drafts", operation_id = "create_draft", tag = "reports", request_body = NewDraft,
    params(("Idempotency-Key" = String, Header, description = "Names this request; a retry carries the same key.", max_length = 255)),
    responses((status = 201, description = "The draft is stored.", body = Report, headers(("Location" = String, description = "Where the report is.")))),
    security(("bearer" = []))
)]
pub async fn create_draft(push: Push) -> Result<HttpResponse, Problem> {
    push.admit("create_draft").await?;
    require_json(&push.request)?;
    let key = idempotency_key(&push.request, &push.bytes)?;
    let new: NewDraft = push.body()?;
    let made = report::create_draft(&push.app, &push.ctx, new.into(), key, render).await;
    Ok(given(made.map_err(|error| Problem::within(error, "/content", is_content))?))
}

/// Saves what is being written, in whole. Possible on a draft, on a returned report, on a reopened one up to its day, and on an accepted
/// estimate once its period is over.
#[utoipa::path(
    put, path = "/api/v1/reports/{id}/draft", operation_id = "update_draft", tag = "reports", request_body = DraftBody,
    params(
        ("id" = uuid::Uuid, Path, description = "The report's identifier."),
        ("If-Match" = String, Header, description = "ETag of the report as it was read.", max_length = 2000),
    ),
    responses((status = 204, description = "It is saved.")),
    security(("bearer" = []))
)]
pub async fn update_draft(push: Push, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let body: DraftBody = push.read("update_draft").await?;
    report::save_draft(&push.app, &push.ctx, at(&push.request, &path)?, body.into()).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Throws away a report that was never submitted.
#[utoipa::path(
    delete, path = "/api/v1/reports/{id}", operation_id = "discard_draft", tag = "reports",
    params(
        ("id" = uuid::Uuid, Path, description = "The report's identifier."),
        ("If-Match" = String, Header, description = "ETag of the report as it was read.", max_length = 2000),
    ),
    responses(
        (status = 204, description = "It is gone."),
        (status = 409, description = "It was submitted.", body = ProblemDocument, content_type = "application/problem+json"),
    ),
    security(("bearer" = []))
)]
pub async fn discard_draft(
    Caller(ctx): Caller,
    app: web::Data<App>,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    admit(&app, &ctx, &request, "discard_draft").await?;
    report::discard(&app, &ctx, at(&request, &path)?).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Sends what was written as a new version, which is never changed after that.
#[utoipa::path(
    post, path = "/api/v1/reports/{id}/submit", operation_id = "send_report", tag = "reports",
    params(
        ("id" = uuid::Uuid, Path, description = "The report's identifier."),
        ("If-Match" = String, Header, description = "ETag of the report as it was read.", max_length = 2000),
    ),
    responses(
        (status = 204, description = "It is submitted."),
        (status = 409, description = "It is not to be submitted now.", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 422, description = "It does not say all that it must.", body = ProblemDocument, content_type = "application/problem+json"),
    ),
    security(("bearer" = []))
)]
pub async fn send_report(
    Caller(ctx): Caller,
    app: web::Data<App>,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    admit(&app, &ctx, &request, "send_report").await?;
    report::send(&app, &ctx, at(&request, &path)?).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Gives a submitted report back to its agency, with a reason and remarks on its fields. Nobody reviews their own agency's.
#[utoipa::path(
    post, path = "/api/v1/reports/{id}/return", operation_id = "return_report", tag = "reports", request_body = ReturnBody,
    params(
        ("id" = uuid::Uuid, Path, description = "The report's identifier."),
        ("If-Match" = String, Header, description = "ETag of the report as it was read.", max_length = 2000),
    ),
    responses((status = 204, description = "It is returned.")),
    security(("bearer" = []))
)]
pub async fn return_report(push: Push, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let body: ReturnBody = push.read("return_report").await?;
    let remarks = body.remarks.into_iter().map(Into::into).collect();
    report::give_back(&push.app, &push.ctx, at(&push.request, &path)?, body.reason, remarks).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Accepts a submitted report: its version is published and summed from here on. Nobody accepts their own agency's.
#[utoipa::path(
    post, path = "/api/v1/reports/{id}/accept", operation_id = "accept_report", tag = "reports",
    params(
        ("id" = uuid::Uuid, Path, description = "The report's identifier."),
        ("If-Match" = String, Header, description = "ETag of the report as it was read.", max_length = 2000),
    ),
    responses(
        (status = 204, description = "It is accepted."),
        (status = 409, description = "It is not submitted.", body = ProblemDocument, content_type = "application/problem+json"),
    ),
    security(("bearer" = []))
)]
pub async fn accept_report(
    Caller(ctx): Caller,
    app: web::Data<App>,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    admit(&app, &ctx, &request, "accept_report").await?;
    report::accept(&app, &ctx, at(&request, &path)?).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Lets the agency submit an accepted report once more up to a day; the accepted version counts until a new one is accepted.
#[utoipa::path(
    post, path = "/api/v1/reports/{id}/reopen", operation_id = "reopen_report", tag = "reports", request_body = ReopenBody,
    params(
        ("id" = uuid::Uuid, Path, description = "The report's identifier."),
        ("If-Match" = String, Header, description = "ETag of the report as it was read.", max_length = 2000),
    ),
    responses((status = 204, description = "It is reopened.")),
    security(("bearer" = []))
)]
pub async fn reopen_report(push: Push, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let body: ReopenBody = push.read("reopen_report").await?;
    report::reopen(&push.app, &push.ctx, at(&push.request, &path)?, body.reason, body.until).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Stores a report that came in on paper or by other ways, or that is entered for its agency. Timeliness counts the day on which it came in.
#[utoipa::path(
    post, path = "/api/v1/reports/received", operation_id = "enter_report", tag = "reports", request_body = EnteredReport,
    params(("Idempotency-Key" = String, Header, description = "Names this request; a retry carries the same key.", max_length = 255)),
    responses((status = 201, description = "The report is stored.", body = Report, headers(("Location" = String, description = "Where the report is.")))),
    security(("bearer" = []))
)]
pub async fn enter_report(push: Push) -> Result<HttpResponse, Problem> {
    push.admit("enter_report").await?;
    require_json(&push.request)?;
    let key = idempotency_key(&push.request, &push.bytes)?;
    let body: EnteredReport = push.body()?;
    let channel: Channel = body.channel.parse().map_err(|_| Problem::new(Code::BodyInvalid))?;
    let received = report::Received { channel, on: body.received_on };
    let entered = report::enter(&push.app, &push.ctx, (body.report.into(), received), key, render).await;
    Ok(given(entered.map_err(|error| Problem::within(error, "/report", |field| field != "receivedOn"))?))
}

/// Builds a report from accepted ones, which are aggregated by that. It names the versions that it was built from.
#[utoipa::path(
    post, path = "/api/v1/reports/consolidated", operation_id = "consolidate_reports", tag = "reports", request_body = NewConsolidation,
    params(("Idempotency-Key" = String, Header, description = "Names this request; a retry carries the same key.", max_length = 255)),
    responses((status = 201, description = "The report is stored.", body = Report, headers(("Location" = String, description = "Where the report is.")))),
    security(("bearer" = []))
)]
pub async fn consolidate_reports(push: Push) -> Result<HttpResponse, Problem> {
    push.admit("consolidate_reports").await?;
    require_json(&push.request)?;
    let key = idempotency_key(&push.request, &push.bytes)?;
    let body: NewConsolidation = push.body()?;
    let made = report::consolidate(&push.app, &push.ctx, body.into(), key, render).await;
    Ok(given(made.map_err(|error| Problem::within(error, "/content", is_content))?))
}

/// Stores what the sender's report under this reference says: made where there is none, submitted again where that is possible, left
/// alone where nothing changed.
#[utoipa::path(
    put, path = "/api/v1/reports/by-ref/{agency}/{externalRef}", operation_id = "put_report", tag = "reports", request_body = NewReport,
    params(
        ("agency" = String, Path, description = "Code of the caller's agency.", max_length = 64),
        ("externalRef" = String, Path, description = "The sender's own reference, unique within its agency.", max_length = 128),
        ("If-Match" = Option<String>, Header, description = "ETag of the report as it was read; needed where there is one.", max_length = 2000),
        ("If-None-Match" = Option<String>, Header, description = "`*`: only where there is none.", max_length = 1),
    ),
    responses(
        (status = 200, description = "The report as it is now.", body = Report, headers(
            ("ETag" = String, description = "Names this state of it; goes into `If-Match`."),
        )),
        (status = 201, description = "The report is stored.", body = Report, headers(
            ("Location" = String, description = "Where the report is."),
            ("ETag" = String, description = "Names this state of it; goes into `If-Match`."),
        )),
        (status = 412, description = "There is one already, or it has changed.", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 428, description = "There is one already, and `If-Match` is missing.", body = ProblemDocument, content_type = "application/problem+json"),
    ),
    security(("bearer" = []))
)]
pub async fn put_report(push: Push, path: web::Path<(String, String)>) -> Result<HttpResponse, Problem> {
    let body: NewReport = push.read("put_report").await?;
    let (agency, external_ref) = path.into_inner();
    let mut new: report::NewReport = body.into();
    let names = [("/agency", &new.agency, &agency), ("/externalRef", &new.external_ref, &external_ref)];
    let faults: Vec<_> = names
        .iter()
        .filter(|(_, inside, outside)| inside.as_ref().is_some_and(|inside| inside != *outside))
        .map(|(pointer, _, _)| domain::error::Fault::new(*pointer, Code::RuleBroken))
        .collect();
    if !faults.is_empty() {
        return Err(Refusal::with_faults(Code::BodyInvalid, faults).into());
    }
    // Clients take the two of dots alone for steps of the path.
    let is_step = matches!(external_ref.as_str(), "." | "..");
    if is_step || !(1..=128).contains(&external_ref.len()) || !external_ref.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Problem::new(Code::NotFound));
    }
    (new.agency, new.external_ref) = (Some(agency), Some(external_ref));
    let put = report::put(&push.app, &push.ctx, new, expected(&push.request)?).await?;
    let mut response = if put.is_new { HttpResponse::Created() } else { HttpResponse::Ok() };
    if put.is_new {
        response.insert_header((header::LOCATION, format!("/api/v1/reports/{}", put.submitted.report.id)));
    }
    response.insert_header((header::ETAG, entity_tag(&put.submitted.report)));
    Ok(response.json(Report::submitted(&put.submitted)))
}

/// What the request says of the report that it expects to find.
fn expected(request: &HttpRequest) -> Result<report::Expected, Problem> {
    let seen = said(request, revision)?;
    match request.headers().get(header::IF_NONE_MATCH) {
        None => Ok(seen.map_or(report::Expected::Nothing, report::Expected::Revision)),
        // Where it must be there and must not, neither is ever so.
        Some(value) if value.as_bytes() == b"*" && seen.is_some() => Ok(report::Expected::Revision(std::iter::empty().collect())),
        Some(value) if value.as_bytes() == b"*" => Ok(report::Expected::None),
        Some(_) => Err(Problem::new(Code::HeaderInvalid)),
    }
}

/// Whether a field stands in the content of a report.
fn is_content(field: &str) -> bool {
    matches!(field, "percent" | "narrative" | "produced" | "sections" | "values")
}
