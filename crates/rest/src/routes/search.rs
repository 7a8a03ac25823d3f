//! `/api/v1/search`.
//! Must not show more than `app::search` gives, nor make markup of it.
//! The use case is `app::search`.

use actix_web::HttpResponse;
use app::search::{self, Search};

use crate::{
    dto::{
        page::{forward, reply},
        search::{SearchHit, SearchPage, SearchParams},
    },
    extract::{Params, Reading},
    problem::{Problem, ProblemDocument},
};

/// What has every word of a text, as far as the caller may see it: agencies by every name, alias and abbreviation, tasks, documents,
/// reports, deliverables. The best fits come first: words as typed before words without accents, names and titles before texts.
#[utoipa::path(
    get, path = "/api/v1/search", operation_id = "search", tag = "register", params(SearchParams),
    responses(
        (status = 200, description = "A page of what was found; an empty one where there is nothing.", body = SearchPage),
        (status = 400, description = "A parameter or cursor is not valid.", body = ProblemDocument, content_type = "application/problem+json"),
    ),
    security((), ("bearer" = []))
)]
pub async fn search(Reading(view): Reading, Params(params): Params<SearchParams>) -> Result<HttpResponse, Problem> {
    let search = Search::from(&params);
    let listing = search::list(&view, &search, "/q", &forward(params.limit, params.after)).await?;
    let total_count = search::count(&view, &search, "/q").await?;
    view.clone().end().await?;
    Ok(reply(&SearchPage {
        end_cursor: listing.end().map(str::to_owned),
        has_next: listing.has_next,
        items: listing.items.iter().map(|(_, found)| SearchHit::of(found, search.as_of)).collect(),
        total_count,
    }))
}
