//! `/api/v1/obligations` and `/api/v1/report-requests`: what agencies owe, and asking for more.
//! Must not decide what is owed; obligations come due by themselves or by a request.
//! The use cases are `app::obligation`.

use actix_web::{HttpResponse, web};
use app::{
    Error, StoredResponse, View,
    obligation::{self, ObligationFilter, Owed},
};
use domain::error::Code;

use super::reports::{given, task_codes};
use crate::{
    dto::{
        obligation::{AsOfParams, NewReportRequest, Obligation, ObligationPage, ObligationParams, Reason, ReportRequest},
        page::{forward, reply},
    },
    extract::{Params, Push, Reading, idempotency_key, require_json, subject},
    problem::{Problem, ProblemDocument},
};

/// What the caller's agency owes, by when, in what form; those who follow agencies see all. By due day.
#[utoipa::path(
    get, path = "/api/v1/obligations", operation_id = "list_obligations", tag = "obligations", params(ObligationParams),
    responses(
        (status = 200, description = "A page of obligations.", body = ObligationPage),
        (status = 400, description = "A parameter or cursor is not valid.", body = ProblemDocument, content_type = "application/problem+json"),
    ),
    security(("bearer" = []))
)]
pub async fn list_obligations(Reading(view): Reading, Params(params): Params<ObligationParams>) -> Result<HttpResponse, Problem> {
    let filter = ObligationFilter::from(&params);
    let listing = obligation::list(&view, &filter, params.as_of, &forward(params.limit, params.after)).await?;
    let owed: Vec<&Owed> = listing.items.iter().map(|(_, owed)| owed).collect();
    let page =
        ObligationPage { end_cursor: listing.end().map(str::to_owned), has_next: listing.has_next, items: shown(&view, &owed).await? };
    view.clone().end().await?;
    Ok(reply(&page))
}

/// Obligations with the codes of what they are about.
async fn shown(view: &View, owed: &[&Owed]) -> Result<Vec<Obligation>, Problem> {
    let codes = task_codes(view, owed.iter().filter_map(|owed| owed.obligation.task)).await?;
    let catalogue = view.catalogue().await?;
    let item = |owed: &&Owed| {
        let regime = catalogue.regime(owed.obligation.regime).ok_or(Error::Internal("an obligation rests on no regime"))?;
        let task = owed.obligation.task.and_then(|task| codes.get(&task).cloned());
        Ok(Obligation::of(owed, regime, task, catalogue, view.today()))
    };
    owed.iter().map(item).collect()
}

async fn one(view: View, owed: &Owed) -> Result<HttpResponse, Problem> {
    let body = shown(&view, &[owed]).await?.pop();
    view.end().await?;
    Ok(HttpResponse::Ok().json(body))
}

/// One obligation.
#[utoipa::path(
    get, path = "/api/v1/obligations/{id}", operation_id = "get_obligation", tag = "obligations",
    params(("id" = uuid::Uuid, Path, description = "The obligation's identifier."), AsOfParams),
    responses((status = 200, description = "The obligation.", body = Obligation)),
    security(("bearer" = []))
)]
pub async fn get_obligation(
    Reading(view): Reading,
    Params(params): Params<AsOfParams>,
    path: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    // Asked before anything is told, even that there is none.
    let about = subject("obligation", &path);
    app::admit(view.app(), view.ctx(), domain::policy::operations::Interface::Rest, "get_obligation", about).await?;
    let id = path.parse().map_err(|_| Problem::new(Code::NotFound))?;
    let Some(owed) = obligation::by_id(&view, id, params.as_of).await? else {
        app::node::note_hidden(&view, "get_obligation", id.uuid()).await?;
        return Err(Problem::new(Code::NotFound));
    };
    one(view, &owed).await
}

/// Takes an obligation out of what is owed, with a reason: a unit that was dissolved, merged or is not concerned. It can be put
/// back.
#[utoipa::path(
    post, path = "/api/v1/obligations/{id}/exclude", operation_id = "exclude_obligation", tag = "obligations", request_body = Reason,
    params(("id" = uuid::Uuid, Path, description = "The obligation's identifier.")),
    responses((status = 200, description = "It counts no more.", body = Obligation)),
    security(("bearer" = []))
)]
pub async fn exclude_obligation(push: Push, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let body: Reason = push.read("exclude_obligation").await?;
    let id = path.parse().map_err(|_| Problem::new(Code::NotFound))?;
    let owed = obligation::exclude(&push.app, &push.ctx, id, &body.reason).await?;
    one(View::new(&push.app, push.ctx.clone()), &owed).await
}

/// Puts an excluded obligation back among what is owed.
#[utoipa::path(
    post, path = "/api/v1/obligations/{id}/include", operation_id = "include_obligation", tag = "obligations", request_body = Reason,
    params(("id" = uuid::Uuid, Path, description = "The obligation's identifier.")),
    responses((status = 200, description = "It counts again.", body = Obligation)),
    security(("bearer" = []))
)]
pub async fn include_obligation(push: Push, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let body: Reason = push.read("include_obligation").await?;
    let id = path.parse().map_err(|_| Problem::new(Code::NotFound))?;
    let owed = obligation::include(&push.app, &push.ctx, id, &body.reason).await?;
    one(View::new(&push.app, push.ctx.clone()), &owed).await
}

/// Asks agencies for a thematic or ad hoc report.
///
/// Needs `Idempotency-Key`, as pushing a report does. Whoever asks states the cut-off and the deadline; of a collective every
/// member on the day of the cut-off is asked.
#[utoipa::path(
    post, path = "/api/v1/report-requests", operation_id = "request_reports", tag = "obligations", request_body = NewReportRequest,
    params(("Idempotency-Key" = String, Header, description = "Names this request; a retry carries the same key.", max_length = 255)),
    responses((status = 201, description = "The agencies owe the report.", body = ReportRequest, headers(
        ("Idempotency-Replayed" = String, description = "`true` when this is an earlier answer given again."),
    ))),
    security(("bearer" = []))
)]
pub async fn request_reports(push: Push) -> Result<HttpResponse, Problem> {
    push.admit("request_reports").await?;
    require_json(&push.request)?;
    let key = idempotency_key(&push.request, &push.bytes)?;
    let new: NewReportRequest = push.body()?;
    let answer = obligation::request(&push.app, &push.ctx, new.into(), key, render).await?;
    Ok(given(answer))
}

/// The answer as it is stored with its key.
fn render(made: &obligation::Requested) -> Result<StoredResponse, Error> {
    let body = serde_json::to_string(&ReportRequest::from(made)).map_err(|_| Error::Internal("a request cannot be written as JSON"))?;
    Ok(StoredResponse { status: 201, location: None, body })
}
