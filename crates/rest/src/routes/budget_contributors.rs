//! `/api/v1/admin/budget/contributor-pseudonyms`: hiding whoever gave money under a typed name.
//! Must not keep or tell the name.
//! The use case is `app::budget`; people of the register are `persons`.

use actix_web::HttpResponse;
use app::budget;

use crate::{
    dto::budget_contributor::{ContributorPseudonym, ContributorPseudonymWanted},
    extract::Push,
    problem::Problem,
};

/// Puts a pseudonym in the place of a contributor's typed name on every line that has it, for good. What was given stays as it is.
#[utoipa::path(
    post, path = "/api/v1/admin/budget/contributor-pseudonyms", operation_id = "pseudonymise_budget_contributor", tag = "administration",
    request_body = ContributorPseudonymWanted,
    responses((status = 200, description = "What is left of the name.", body = ContributorPseudonym)),
    security(("bearer" = []))
)]
pub async fn pseudonymise_budget_contributor(push: Push) -> Result<HttpResponse, Problem> {
    let wanted: ContributorPseudonymWanted = push.read("pseudonymise_budget_contributor").await?;
    let hidden = budget::pseudonymise(&push.app, &push.ctx, wanted.into()).await?;
    Ok(HttpResponse::Ok().json(ContributorPseudonym::from(hidden)))
}
