//! `/api/v1/statistics`.
//! Must not compute a figure.
//! The use case is `app::statistics`.

use actix_web::HttpResponse;
use app::statistics;

use crate::{
    dto::statistics::{Statistics, StatisticsParams},
    extract::{Params, Reading},
    problem::Problem,
};

/// Figures over tasks and over reports that are owed as of a day, in total and told by agency, group, task, year or period.
#[utoipa::path(
    get, path = "/api/v1/statistics", operation_id = "get_statistics", tag = "statistics", params(StatisticsParams),
    responses((status = 200, description = "The figures.", body = Statistics)),
    security((), ("bearer" = []))
)]
pub async fn get_statistics(Reading(view): Reading, Params(params): Params<StatisticsParams>) -> Result<HttpResponse, Problem> {
    let told = statistics::tell(&view, &params.into()).await?;
    let body = Statistics::of(&told);
    view.clone().end().await?;
    Ok(HttpResponse::Ok().json(body))
}
