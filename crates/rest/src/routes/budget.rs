//! `/api/v1/budget`: lines, and what adds up of their movements.
//! Must not add anything up itself.
//! The use cases are `app::budget`; movements are `budget_movements`.

use actix_web::{HttpResponse, http::header, web};
use app::{View, budget};
use domain::{budget::BudgetLineId, error::Code};

use crate::{
    condition::revision,
    dto::{
        budget::{BudgetDayParams, BudgetLine, BudgetLineChange, BudgetLinePage, BudgetLineParams, NewBudgetLine},
        budget_figures::{BudgetFiguresPage, BudgetLadderParams, SourceLadder, UnallocatedPage, UnallocatedSupplement, UnsettledPage},
        page::{forward, reply},
    },
    extract::{Params, Push, Reading},
    problem::Problem,
};

pub(super) fn named(path: &str) -> Result<BudgetLineId, Problem> {
    path.parse().map_err(|_| Problem::new(Code::NotFound))
}

/// Lines of the budget that the caller may know of, in the order in which they were written down, each with its ladder.
#[utoipa::path(
    get, path = "/api/v1/budget/lines", operation_id = "list_budget_lines", tag = "budget", params(BudgetLineParams),
    responses(
        (status = 200, description = "A page of lines.", body = BudgetLinePage),
    ),
    security(("bearer" = []))
)]
pub async fn list_budget_lines(Reading(view): Reading, Params(params): Params<BudgetLineParams>) -> Result<HttpResponse, Problem> {
    let listing = budget::list(&view, &params.filter(), &forward(params.limit, params.after.clone())).await?;
    let asked = (None, params.as_of);
    let ladders = budget::of_lines(&view, listing.items.iter().map(|(_, line)| (line.id, asked)).collect()).await?;
    let catalogue = view.catalogue().await?;
    let shown = |line: &domain::budget::BudgetLine| BudgetLine::of(line, ladder(line, ladders.get(&(line.id, asked))), None, catalogue);
    let page = BudgetLinePage {
        end_cursor: listing.end().map(str::to_owned),
        has_next: listing.has_next,
        items: listing.items.iter().map(|(_, line)| shown(line)).collect(),
    };
    view.clone().end().await?;
    Ok(reply(&page))
}

/// The one ladder of a line, which has one source.
fn ladder(line: &domain::budget::BudgetLine, ladders: Option<&domain::budget::Ladders>) -> SourceLadder {
    let of_it = ladders.and_then(|ladders| ladders.of(line.source)).cloned().unwrap_or_default();
    SourceLadder::of(&of_it, line.source.ceiling())
}

/// A line with its ladder and remarks, under its entity tag.
async fn shown(view: View, id: BudgetLineId, params: BudgetDayParams, is_new: bool) -> Result<HttpResponse, Problem> {
    let Some(line) = budget::by_id(&view, id).await? else {
        view.clone().end().await?;
        return Err(Problem::new(Code::NotFound));
    };
    let asked = (None, params.as_of);
    let ladders = budget::of_lines(&view, vec![(id, asked)]).await?;
    let flags = budget::remarks(&view, vec![id], params.as_of).await?.remove(&id).unwrap_or_default();
    let body = BudgetLine::of(&line, ladder(&line, ladders.get(&(id, asked))), Some(&flags), view.catalogue().await?);
    view.clone().end().await?;
    let mut response = if is_new { HttpResponse::Created() } else { HttpResponse::Ok() };
    if is_new {
        response.insert_header((header::LOCATION, format!("/api/v1/budget/lines/{id}")));
    }
    Ok(response.insert_header((header::ETAG, format!("\"{}\"", line.revision))).json(body))
}

/// A line of the budget with its ladder and what is remarked of it.
#[utoipa::path(
    get, path = "/api/v1/budget/lines/{id}", operation_id = "get_budget_line", tag = "budget",
    params(("id" = uuid::Uuid, Path, description = "The line's identifier."), BudgetDayParams),
    responses(
        (status = 200, description = "The line.", body = BudgetLine, headers(
            ("ETag" = String, description = "The revision; a change names it as `If-Match`."),
        )),
    ),
    security(("bearer" = []))
)]
pub async fn get_budget_line(
    Reading(view): Reading,
    path: web::Path<String>,
    Params(params): Params<BudgetDayParams>,
) -> Result<HttpResponse, Problem> {
    shown(view, named(&path)?, params, false).await
}

/// Writes down a line: an agency its own, finance any.
#[utoipa::path(
    post, path = "/api/v1/budget/lines", operation_id = "create_budget_line", tag = "budget", request_body = NewBudgetLine,
    responses((status = 201, description = "It is written down.", body = BudgetLine, headers(
        ("Location" = String, description = "Where it is."),
        ("ETag" = String, description = "The revision; a change names it as `If-Match`."),
    ))),
    security(("bearer" = []))
)]
pub async fn create_budget_line(push: Push) -> Result<HttpResponse, Problem> {
    let new: NewBudgetLine = push.read("create_budget_line").await?;
    let id = budget::create(&push.app, &push.ctx, new.into()).await?;
    shown(View::new(&push.app, push.ctx.clone()), id, BudgetDayParams { as_of: None }, true).await
}

/// Sets anew what may change of a line: its digits in the classification, what it buys, its title. Money is moved by movements alone.
#[utoipa::path(
    put, path = "/api/v1/budget/lines/{id}", operation_id = "update_budget_line", tag = "budget", request_body = BudgetLineChange,
    params(
        ("id" = uuid::Uuid, Path, description = "The line's identifier."),
        ("If-Match" = String, Header, description = "The `ETag` of the line that the change rests on.", max_length = 2000),
    ),
    responses((status = 200, description = "It is changed.", body = BudgetLine, headers(
        ("ETag" = String, description = "The new revision."),
    ))),
    security(("bearer" = []))
)]
pub async fn update_budget_line(push: Push, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let change: BudgetLineChange = push.read("update_budget_line").await?;
    let (id, revision) = (named(&path)?, revision(&push.request)?);
    budget::update(&push.app, &push.ctx, id, revision, change.into()).await?;
    shown(View::new(&push.app, push.ctx.clone()), id, BudgetDayParams { as_of: None }, false).await
}

/// Ladders by line, task, agency, source or year, with the ladders of everything that was asked for; each source apart. They are
/// published, but for those by line.
#[utoipa::path(
    get, path = "/api/v1/budget/ladders", operation_id = "list_budget_ladders", tag = "budget", params(BudgetLadderParams),
    responses(
        (status = 200, description = "A page of ladders.", body = BudgetFiguresPage),
    ),
    security((), ("bearer" = []))
)]
pub async fn list_budget_ladders(Reading(view): Reading, Params(params): Params<BudgetLadderParams>) -> Result<HttpResponse, Problem> {
    let args = forward(params.limit, params.after.clone());
    let told = budget::figures(&view, params.by, &params.filter(), params.as_of, &args).await?;
    let page = BudgetFiguresPage::of(&told, params.by, view.catalogue().await?);
    view.clone().end().await?;
    Ok(reply(&page))
}

/// Supplements that are not wholly allocated, with the last working day for it.
#[utoipa::path(
    get, path = "/api/v1/budget/unallocated", operation_id = "list_unallocated_supplements", tag = "budget", params(BudgetLineParams),
    responses(
        (status = 200, description = "A page of supplements.", body = UnallocatedPage),
    ),
    security(("bearer" = []))
)]
pub async fn list_unallocated_supplements(
    Reading(view): Reading,
    Params(params): Params<BudgetLineParams>,
) -> Result<HttpResponse, Problem> {
    let (day, args) = (params.as_of.unwrap_or_else(|| view.today()), forward(params.limit, params.after.clone()));
    let (listing, _) = budget::unallocated(&view, &params.filter(), params.as_of, &args).await?;
    let catalogue = view.catalogue().await?;
    let page = UnallocatedPage {
        end_cursor: listing.end().map(str::to_owned),
        has_next: listing.has_next,
        items: listing.items.iter().map(|(_, waiting)| UnallocatedSupplement::of(waiting, day, catalogue)).collect(),
    };
    view.clone().end().await?;
    Ok(reply(&page))
}

/// What was disbursed and is not settled, by its age in days.
#[utoipa::path(
    get, path = "/api/v1/budget/unsettled", operation_id = "list_unsettled_money", tag = "budget", params(BudgetLineParams),
    responses(
        (status = 200, description = "A page of lines with something unsettled.", body = UnsettledPage),
    ),
    security(("bearer" = []))
)]
pub async fn list_unsettled_money(Reading(view): Reading, Params(params): Params<BudgetLineParams>) -> Result<HttpResponse, Problem> {
    let args = forward(params.limit, params.after.clone());
    let aged = budget::unsettled(&view, &params.filter(), params.as_of, &args).await?;
    let page = UnsettledPage::of(&aged, view.catalogue().await?);
    view.clone().end().await?;
    Ok(reply(&page))
}
