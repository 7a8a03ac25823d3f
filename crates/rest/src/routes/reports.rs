//! `/api/v1/reports`: pushing and reading.
//! Must not accept a field that is not published, or answer a retry with anything but the first answer.
//! The use case is `app::report`.

use std::collections::HashMap;

use actix_web::{HttpResponse, http::header, web};
use app::{Answer, Error, StoredResponse, View, report, report::ReportFilter, task};
use domain::{
    error::Code,
    report::{self as model, ReportId},
    task::TaskId,
};

use crate::{
    dto::{
        agency::AsOfParams,
        page::{forward, reply},
        report::{NewReport, Report, ReportPage, ReportParams, ReportSource, entity_tag},
    },
    extract::{Params, Push, Reading, idempotency_key, replayed, require_json},
    problem::{Problem, ProblemDocument},
};

/// Hands in a report of the caller's agency.
///
/// Needs `Idempotency-Key` (1 to 255 printable ASCII characters, as a string of RFC 9651 in quotes or without them; scope: the
/// agency and this operation; kept 72 hours). The same key with the same body gives the first answer again, with
/// `Idempotency-Replayed: true`. A refused report does not use up its key.
#[utoipa::path(
    post, path = "/api/v1/reports", operation_id = "submit_report", tag = "reports", request_body = NewReport,
    params(("Idempotency-Key" = String, Header, description = "Names this request; a retry carries the same key.", max_length = 255)),
    responses(
        (status = 201, description = "The report is stored.", body = Report, headers(
            ("Location" = String, description = "Where the report is."),
            ("Idempotency-Replayed" = String, description = "`true` when this is an earlier answer given again."),
        )),
        (status = 400, description = "The body or a header cannot be read.", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 403, description = "Not allowed, or another agency's report.", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 409, description = "The key is in use right now, or the reference is taken.", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 415, description = "The body is not JSON, or compressed.", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 422, description = "The body has faults, does not fit its task, or the key was used for another body.", body = ProblemDocument, content_type = "application/problem+json"),
    ),
    security(("bearer" = []))
)]
pub async fn submit_report(push: Push) -> Result<HttpResponse, Problem> {
    push.admit("submit_report").await?;
    require_json(&push.request)?;
    let key = idempotency_key(&push.request, &push.bytes)?;
    let new: NewReport = push.body()?;
    let answer = report::submit(&push.app, &push.ctx, new.into(), key, render).await?;
    Ok(given(answer))
}

/// The answer as it is stored with its key.
pub(super) fn render(submitted: &report::Submitted) -> Result<StoredResponse, Error> {
    let body = serde_json::to_string(&Report::submitted(submitted)).map_err(|_| Error::Internal("a report cannot be written as JSON"))?;
    Ok(StoredResponse { status: 201, location: Some(format!("/api/v1/reports/{}", submitted.report.id)), body })
}

/// An answer as it was stored with its key.
pub(super) fn given(answer: Answer) -> HttpResponse {
    let status = actix_web::http::StatusCode::from_u16(answer.response.status).unwrap_or(actix_web::http::StatusCode::CREATED);
    let mut response = HttpResponse::build(status);
    response.content_type("application/json");
    if let Some(location) = &answer.response.location {
        response.insert_header((header::LOCATION, location.as_str()));
    }
    replayed(response.body(answer.response.body), answer.replayed)
}

/// Reports that the caller may see, in the order of their identifiers: as they were made, give or take a moment.
#[utoipa::path(
    get, path = "/api/v1/reports", operation_id = "list_reports", tag = "reports", params(ReportParams),
    responses(
        (status = 200, description = "A page of reports.", body = ReportPage),
        (status = 400, description = "A parameter or cursor is not valid.", body = ProblemDocument, content_type = "application/problem+json"),
    ),
    security((), ("bearer" = []))
)]
pub async fn list_reports(Reading(view): Reading, Params(params): Params<ReportParams>) -> Result<HttpResponse, Problem> {
    let filter = ReportFilter::from(&params);
    let listing = report::list(&view, &filter, false, &forward(params.limit, params.after)).await?;
    let codes = task_codes(&view, listing.items.iter().filter_map(|(_, report)| report.task)).await?;
    let (catalogue, today) = (view.catalogue().await?, view.today());
    let days = (params.as_of.unwrap_or(today), today);
    let code = |report: &model::Report| codes.get(&report.task?).map(String::as_str);
    let page = ReportPage {
        end_cursor: listing.end().map(str::to_owned),
        has_next: listing.has_next,
        items: listing.items.iter().map(|(_, report)| Report::of(report, code(report), catalogue, days)).collect(),
    };
    view.clone().end().await?;
    Ok(reply(&page))
}

/// The codes of tasks, each read once.
pub(super) async fn task_codes(view: &View, tasks: impl Iterator<Item = TaskId>) -> Result<HashMap<TaskId, String>, Problem> {
    let mut ids: Vec<TaskId> = tasks.collect();
    ids.sort_unstable();
    ids.dedup();
    Ok(task::by_ids(view, ids).await?.into_iter().map(|(id, task)| (id, task.code.to_string())).collect())
}

/// One report.
#[utoipa::path(
    get, path = "/api/v1/reports/{id}", operation_id = "get_report", tag = "reports",
    params(("id" = uuid::Uuid, Path, description = "The report's identifier."), AsOfParams),
    responses(
        (status = 200, description = "The report.", body = Report, headers(("ETag" = String, description = "Names this state of it; goes into `If-Match`."))),
        (status = 404, description = "There is none that the caller may know of.", body = ProblemDocument, content_type = "application/problem+json"),
    ),
    security((), ("bearer" = []))
)]
pub async fn get_report(
    Reading(view): Reading,
    path: web::Path<String>,
    Params(params): Params<AsOfParams>,
) -> Result<HttpResponse, Problem> {
    let id: ReportId = path.parse().map_err(|_| Problem::new(Code::NotFound))?;
    let Some(report) = report::by_id(&view, id).await? else {
        app::node::note_hidden(&view, "get_report", id.uuid()).await?;
        return Err(Problem::new(Code::NotFound));
    };
    let codes = task_codes(&view, report.task.into_iter()).await?;
    let code = report.task.and_then(|task| codes.get(&task)).map(String::as_str);
    let today = view.today();
    let mut body = Report::of(&report, code, view.catalogue().await?, (params.as_of.unwrap_or(today), today));
    if report.is_consolidated {
        let sources = report::sources(&view, vec![id]).await?.remove(&id).unwrap_or_default();
        body.sources = Some(ReportSource::of(&sources, report.version));
    }
    view.clone().end().await?;
    Ok(HttpResponse::Ok().insert_header((header::ETAG, entity_tag(&report))).json(body))
}
