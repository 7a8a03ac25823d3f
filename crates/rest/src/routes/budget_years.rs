//! `/api/v1/budget/means` and `/api/v1/budget/settings`: what there is to give in a year, and what holds for budget years.
//! Must not choose which settings hold.
//! The use cases are `app::budget`; lines and movements are `budget`.

use actix_web::HttpResponse;
use app::{View, budget};

use crate::{
    dto::budget_year::{BudgetMeans, BudgetMeansList, BudgetMeansParams, BudgetSettings, NewBudgetCode, NewBudgetMeans, NewBudgetRules},
    extract::{Params, Push, Reading},
    problem::Problem,
};

/// What programmes need in each year, what there is to give, and what was assigned.
#[utoipa::path(
    get, path = "/api/v1/budget/means", operation_id = "list_budget_means", tag = "budget", params(BudgetMeansParams),
    responses(
        (status = 200, description = "Need against means.", body = BudgetMeansList),
    ),
    security((), ("bearer" = []))
)]
pub async fn list_budget_means(Reading(view): Reading, Params(params): Params<BudgetMeansParams>) -> Result<HttpResponse, Problem> {
    told(view, params).await
}

async fn told(view: View, params: BudgetMeansParams) -> Result<HttpResponse, Problem> {
    let means = budget::means(&view, params.programme, params.year, params.as_of).await?;
    let catalogue = view.catalogue().await?;
    let items = means.iter().map(|one| BudgetMeans::of(one, catalogue)).collect();
    view.clone().end().await?;
    Ok(HttpResponse::Ok().json(BudgetMeansList { items }))
}

/// Records what a source can give a programme in a year, as a document tells it. What was recorded before stays and counts no more.
#[utoipa::path(
    post, path = "/api/v1/budget/means", operation_id = "record_budget_means", tag = "budget", request_body = NewBudgetMeans,
    responses((status = 200, description = "The programme's year as it stands now.", body = BudgetMeansList)),
    security(("bearer" = []))
)]
pub async fn record_budget_means(push: Push) -> Result<HttpResponse, Problem> {
    let new: NewBudgetMeans = push.read("record_budget_means").await?;
    let params = BudgetMeansParams { programme: Some(new.programme.clone()), year: Some(new.year), as_of: None };
    budget::record_mean(&push.app, &push.ctx, new.into()).await?;
    told(View::new(&push.app, push.ctx.clone()), params).await
}

async fn settings(view: View) -> Result<HttpResponse, Problem> {
    let body = BudgetSettings::of(&budget::settings(&view).await?);
    view.end().await?;
    Ok(HttpResponse::Ok().json(body))
}

/// Days and thresholds of budget years, and the codes of the classification, with the time for which they hold.
#[utoipa::path(
    get, path = "/api/v1/budget/settings", operation_id = "get_budget_settings", tag = "budget",
    responses((status = 200, description = "What holds, held and will hold.", body = BudgetSettings)),
    security((), ("bearer" = []))
)]
pub async fn get_budget_settings(Reading(view): Reading) -> Result<HttpResponse, Problem> {
    settings(view).await
}

/// Writes down days and thresholds from a budget year on, in place of those that begin with it; years before keep theirs.
#[utoipa::path(
    put, path = "/api/v1/admin/budget/rules", operation_id = "put_budget_rules", tag = "administration", request_body = NewBudgetRules,
    responses((status = 200, description = "What holds now.", body = BudgetSettings)),
    security(("bearer" = []))
)]
pub async fn put_budget_rules(push: Push) -> Result<HttpResponse, Problem> {
    let new: NewBudgetRules = push.read("put_budget_rules").await?;
    budget::put_rules(&push.app, &push.ctx, new.into()).await?;
    settings(View::new(&push.app, push.ctx.clone())).await
}

/// Writes down what a code of the classification means from a day on, in place of what was written down for that day; what held on
/// it ends.
#[utoipa::path(
    put, path = "/api/v1/admin/budget/codes", operation_id = "put_budget_code", tag = "administration", request_body = NewBudgetCode,
    responses((status = 200, description = "What holds now.", body = BudgetSettings)),
    security(("bearer" = []))
)]
pub async fn put_budget_code(push: Push) -> Result<HttpResponse, Problem> {
    let new: NewBudgetCode = push.read("put_budget_code").await?;
    budget::put_code(&push.app, &push.ctx, new.into()).await?;
    settings(View::new(&push.app, push.ctx.clone())).await
}
