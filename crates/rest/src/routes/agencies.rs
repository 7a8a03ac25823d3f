//! `/api/v1/agencies`.
//! Must not change agencies.
//! The use case is `app::agency`.

use actix_web::{HttpResponse, web};
use app::{
    agency::{self, AgencyFilter, AgencySort},
    succession,
};
use domain::error::Code;

use crate::{
    dto::{
        agency::{Agency, AgencyHistory, AgencyPage, AgencyParams, AsOfParams},
        page::{forward, reply},
        place::Places,
        text::Preference,
    },
    extract::{Params, Preferred, Reading},
    problem::{Problem, ProblemDocument},
};

/// Agencies and collectives by code.
#[utoipa::path(
    get, path = "/api/v1/agencies", operation_id = "list_agencies", tag = "register", params(AgencyParams, Preference),
    responses(
        (status = 200, description = "A page of agencies.", body = AgencyPage),
        (status = 400, description = "A parameter or cursor is not valid.", body = ProblemDocument, content_type = "application/problem+json"),
    ),
    security((), ("bearer" = []))
)]
pub async fn list_agencies(
    Reading(view): Reading,
    Preferred(liked): Preferred,
    Params(params): Params<AgencyParams>,
) -> Result<HttpResponse, Problem> {
    let AgencyParams { collective, parent, text, as_of, to_confirm, .. } = &params;
    let filter = AgencyFilter {
        kind: None,
        collective: *collective,
        parent: parent.clone(),
        text: text.clone(),
        as_of: *as_of,
        to_confirm: *to_confirm,
    };
    let listing = agency::list(&view, &filter, AgencySort::Code, false, &forward(params.limit, params.after)).await?;
    let (catalogue, today) = (view.catalogue().await?, view.today());
    let days = (params.as_of.unwrap_or(today), today);
    let page = AgencyPage {
        end_cursor: listing.end().map(str::to_owned),
        has_next: listing.has_next,
        items: listing.items.iter().map(|(_, agency)| Agency::of(agency, catalogue, days, liked)).collect(),
    };
    view.clone().end().await?;
    Ok(reply(&page))
}

/// An agency as of a day, with all that it was and that happened to it.
#[utoipa::path(
    get, path = "/api/v1/agencies/{code}", operation_id = "get_agency", tag = "register",
    params(("code" = String, Path, description = "The agency's code.", max_length = 64), AsOfParams, Preference),
    responses((status = 200, description = "The agency.", body = AgencyHistory)),
    security((), ("bearer" = []))
)]
pub async fn get_agency(
    Reading(view): Reading,
    Preferred(liked): Preferred,
    path: web::Path<String>,
    Params(params): Params<AsOfParams>,
) -> Result<HttpResponse, Problem> {
    let found = agency::by_code(&view, &path).await?.ok_or_else(|| Problem::new(Code::NotFound))?;
    let events = succession::events(&view, Some(found.id)).await?;
    let (catalogue, today) = (view.catalogue().await?, view.today());
    let places = Places::of(&view, AgencyHistory::rows(&found, &events).into_iter()).await?;
    let body = AgencyHistory::of(&found, &events, (catalogue, &places), (params.as_of.unwrap_or(today), today), liked);
    view.clone().end().await?;
    Ok(HttpResponse::Ok().json(body))
}
