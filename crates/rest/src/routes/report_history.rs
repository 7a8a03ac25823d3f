//! What was submitted and done before with a report.
//! Must not name people to those who only read what is published.
//! The use cases are `app::report`.

use actix_web::{HttpResponse, web};
use app::{View, report};
use domain::{
    account::AccountId,
    error::Code,
    policy::operations::Interface,
    report::{ReportId, ReportVersion},
};

use crate::{
    dto::report::{
        Names, ReportEventBody, ReportEvents, ReportVersionBody, ReportVersions, SimilarReport, SimilarReports, VersionChange,
        VersionChanges,
    },
    extract::{Reading, subject},
    problem::Problem,
};

fn identifier(text: &str) -> Result<ReportId, Problem> {
    text.parse().map_err(|_| Problem::new(Code::NotFound))
}

/// The versions of a report that the caller may see, from the first on.
#[utoipa::path(
    get, path = "/api/v1/reports/{id}/versions", operation_id = "list_report_versions", tag = "reports",
    params(("id" = uuid::Uuid, Path, description = "The report's identifier.")),
    responses((status = 200, description = "Its versions.", body = ReportVersions)),
    security((), ("bearer" = []))
)]
pub async fn list_report_versions(Reading(view): Reading, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let id = identifier(&path)?;
    let versions = report::versions(&view, id).await?;
    let names = names(&view, &versions).await?;
    let sources = report::sources(&view, vec![id]).await?.remove(&id).unwrap_or_default();
    let body = ReportVersions { items: versions.iter().map(|version| ReportVersionBody::of(version, &names, &sources)).collect() };
    view.clone().end().await?;
    Ok(HttpResponse::Ok().json(body))
}

/// Who wrote, let go and sent these versions, where the caller may know.
async fn names(view: &View, versions: &[ReportVersion]) -> Result<Names, Problem> {
    let Some(report) = versions.first().map(|version| version.report) else { return Ok(Names::new()) };
    if !report::is_inside(view, report).await? {
        return Ok(Names::new());
    }
    let mut ids: Vec<AccountId> = versions
        .iter()
        .flat_map(|version| {
            let submission = &version.submission;
            [Some(submission.author), submission.approver, Some(submission.submitted_by)]
        })
        .flatten()
        .collect();
    ids.sort_unstable();
    ids.dedup();
    Ok(report::names(view, ids).await?)
}

/// One version of a report.
#[utoipa::path(
    get, path = "/api/v1/reports/{id}/versions/{version}", operation_id = "get_report_version", tag = "reports",
    params(
        ("id" = uuid::Uuid, Path, description = "The report's identifier."),
        ("version" = i32, Path, description = "From 1."),
    ),
    responses((status = 200, description = "The version.", body = ReportVersionBody)),
    security((), ("bearer" = []))
)]
pub async fn get_report_version(Reading(view): Reading, path: web::Path<(String, String)>) -> Result<HttpResponse, Problem> {
    let number = path.1.parse().map_err(|_| Problem::new(Code::NotFound))?;
    let id = identifier(&path.0)?;
    let version = report::version(&view, id, number).await?;
    let names = names(&view, std::slice::from_ref(&version)).await?;
    let sources = report::sources(&view, vec![id]).await?.remove(&id).unwrap_or_default();
    view.clone().end().await?;
    Ok(HttpResponse::Ok().json(ReportVersionBody::of(&version, &names, &sources)))
}

/// How a version differs from the one before it, field by field and file by file.
#[utoipa::path(
    get, path = "/api/v1/reports/{id}/versions/{version}/changes", operation_id = "list_version_changes", tag = "reports",
    params(
        ("id" = uuid::Uuid, Path, description = "The report's identifier."),
        ("version" = i32, Path, description = "From 1."),
    ),
    responses((status = 200, description = "The differences.", body = VersionChanges)),
    security((), ("bearer" = []))
)]
pub async fn list_version_changes(Reading(view): Reading, path: web::Path<(String, String)>) -> Result<HttpResponse, Problem> {
    let number = path.1.parse().map_err(|_| Problem::new(Code::NotFound))?;
    let changes = report::version_changes(&view, identifier(&path.0)?, number).await?;
    let items = changes.into_iter().map(|c| VersionChange { pointer: c.pointer, before: c.before, after: c.after }).collect();
    view.clone().end().await?;
    Ok(HttpResponse::Ok().json(VersionChanges { items }))
}

/// What was done with a report, in order, for its agency and those who follow it.
#[utoipa::path(
    get, path = "/api/v1/reports/{id}/history", operation_id = "list_report_events", tag = "reports",
    params(("id" = uuid::Uuid, Path, description = "The report's identifier.")),
    responses((status = 200, description = "What was done.", body = ReportEvents)),
    security((), ("bearer" = []))
)]
pub async fn list_report_events(Reading(view): Reading, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let events = report::events(&view, identifier(&path)?).await?;
    let mut ids: Vec<AccountId> = events.iter().map(|event| event.account).collect();
    ids.sort_unstable();
    ids.dedup();
    let names = report::names(&view, ids).await?;
    view.clone().end().await?;
    Ok(HttpResponse::Ok().json(ReportEvents { items: events.iter().map(|event| ReportEventBody::of(event, &names)).collect() }))
}

/// The reports that a report resembles word for word, for reviewers: the agency's own and other agencies' on the same task.
#[utoipa::path(
    get, path = "/api/v1/reports/{id}/similar", operation_id = "list_similar_reports", tag = "reports",
    params(("id" = uuid::Uuid, Path, description = "The report's identifier.")),
    responses((status = 200, description = "The most similar first.", body = SimilarReports)),
    security(("bearer" = []))
)]
pub async fn list_similar_reports(Reading(view): Reading, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    app::admit(view.app(), view.ctx(), Interface::Rest, "list_similar_reports", subject("report", &path)).await?;
    let found = report::similar(&view, identifier(&path)?).await?;
    let catalogue = view.catalogue().await?;
    let agency = |similar: &report::Similar| catalogue.agency_code(Some(similar.report.agency)).unwrap_or_default();
    let items = found.iter().map(|similar| SimilarReport::of(similar, &agency(similar))).collect();
    view.clone().end().await?;
    Ok(HttpResponse::Ok().json(SimilarReports { items }))
}
