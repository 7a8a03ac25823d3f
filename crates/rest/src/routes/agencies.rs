//! `/api/v1/agencies`.
//! Must not change agencies.
//! The use case is `app::agency`.

use actix_web::HttpResponse;
use app::agency::{self, AgencyFilter, AgencySort};

use crate::{
    dto::{
        agency::{Agency, AgencyPage, AgencyParams},
        page::forward,
    },
    extract::{Params, Reading},
    problem::{Problem, ProblemDocument},
};

/// Agencies and collectives by code.
#[utoipa::path(
    get, path = "/api/v1/agencies", operation_id = "list_agencies", tag = "register", params(AgencyParams),
    responses(
        (status = 200, description = "A page of agencies.", body = AgencyPage),
        (status = 400, description = "A parameter or cursor is not valid.", body = ProblemDocument, content_type = "application/problem+json"),
    ),
    security((), ("bearer" = []))
)]
pub async fn list_agencies(Reading(view): Reading, Params(params): Params<AgencyParams>) -> Result<HttpResponse, Problem> {
    let filter = AgencyFilter { kind: None, collective: params.collective, parent: params.parent, text: params.text };
    let listing = agency::list(&view, &filter, AgencySort::Code, false, &forward(params.limit, params.after)).await?;
    let (catalogue, today) = (view.catalogue().await?, view.today());
    let page = AgencyPage {
        end_cursor: listing.end().map(str::to_owned),
        has_next: listing.has_next,
        items: listing.items.iter().map(|(_, agency)| Agency::of(agency, catalogue, today)).collect(),
    };
    view.clone().end().await?;
    Ok(HttpResponse::Ok().json(page))
}
