//! `/api/v1/budget`: lines, movements, and what adds up of them.
//! Must not add anything up itself.
//! The use cases are `app::budget`; movements are read from an upload like batches of reports.

use std::{io::Read, sync::Arc};

use actix_web::{HttpRequest, HttpResponse, http::header, web};
use app::{
    App, Error, StoredResponse, View,
    budget::{self, MAX_ROWS, MovementBatch, MovementOutcome, MovementRow},
    form::Form,
    strict,
};
use auth::digest;
use domain::{
    budget::BudgetLineId,
    error::{Code, Fault, Refusal},
};
use serde_json::value::RawValue;

use super::reports::given;
use crate::{
    batch::{self, Upload},
    dto::{
        budget::{BudgetDayParams, BudgetLine, BudgetLineChange, BudgetLinePage, BudgetLineParams, BudgetPageParams, NewBudgetLine},
        budget_figures::{BudgetFiguresPage, BudgetLadderParams, SourceLadder, UnallocatedPage, UnallocatedSupplement, UnsettledPage},
        budget_movement::{BudgetMovement, BudgetMovementPage, MovementBatchParams, MovementBatchResult, NewBudgetMovement},
        page::forward,
    },
    extract::{Caller, Params, Push, Reading, admit, idempotency_key_of, require_json, revision},
    forms::Forms,
    problem::{Problem, ProblemDocument},
};

fn named(path: &str) -> Result<BudgetLineId, Problem> {
    path.parse().map_err(|_| Problem::new(Code::NotFound))
}

/// Lines of the budget that the caller may know of, in the order in which they were written down, each with its ladder.
#[utoipa::path(
    get, path = "/api/v1/budget/lines", operation_id = "list_budget_lines", tag = "budget", params(BudgetLineParams),
    responses((status = 200, description = "A page of lines.", body = BudgetLinePage)),
    security(("bearer" = []))
)]
pub async fn list_budget_lines(Reading(view): Reading, Params(params): Params<BudgetLineParams>) -> Result<HttpResponse, Problem> {
    let listing = budget::list(&view, &params.filter(), &forward(params.limit, params.after.clone())).await?;
    let asked = (None, params.as_of);
    let ladders = budget::of_lines(&view, listing.items.iter().map(|(_, line)| (line.id, asked)).collect()).await?;
    let catalogue = view.catalogue().await?;
    let shown = |line: &domain::budget::BudgetLine| -> Result<BudgetLine, Error> {
        Ok(BudgetLine::of(line, ladder(line, ladders.get(&(line.id, asked)))?, None, catalogue))
    };
    let page = BudgetLinePage {
        end_cursor: listing.end().map(str::to_owned),
        has_next: listing.has_next,
        items: listing.items.iter().map(|(_, line)| shown(line)).collect::<Result<_, _>>()?,
    };
    view.clone().end().await?;
    Ok(HttpResponse::Ok().json(page))
}

/// The one ladder of a line, which has one source.
fn ladder(line: &domain::budget::BudgetLine, ladders: Option<&domain::budget::Ladders>) -> Result<SourceLadder, Error> {
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
    let body = BudgetLine::of(&line, ladder(&line, ladders.get(&(id, asked)))?, Some(&flags), view.catalogue().await?);
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
    responses((status = 200, description = "The line.", body = BudgetLine, headers(
        ("ETag" = String, description = "The revision; a change names it as `If-Match`."),
    ))),
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
        ("If-Match" = String, Header, description = "The `ETag` of the line that the change rests on.", max_length = 64),
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

/// The movements of a line, in the order in which they were recorded; what was undone stands beside what undoes it.
#[utoipa::path(
    get, path = "/api/v1/budget/lines/{id}/movements", operation_id = "list_budget_movements", tag = "budget",
    params(("id" = uuid::Uuid, Path, description = "The line's identifier."), BudgetPageParams),
    responses((status = 200, description = "A page of movements.", body = BudgetMovementPage)),
    security(("bearer" = []))
)]
pub async fn list_budget_movements(
    Reading(view): Reading,
    path: web::Path<String>,
    Params(params): Params<BudgetPageParams>,
) -> Result<HttpResponse, Problem> {
    let listing = budget::movements(&view, named(&path)?, &forward(params.limit, params.after)).await?;
    let catalogue = view.catalogue().await?;
    let page = listing.map(|listing| BudgetMovementPage {
        end_cursor: listing.end().map(str::to_owned),
        has_next: listing.has_next,
        items: listing.items.iter().map(|(_, (number, movement))| BudgetMovement::of(*number, movement, catalogue)).collect(),
    });
    view.clone().end().await?;
    Ok(HttpResponse::Ok().json(page.ok_or_else(|| Problem::new(Code::NotFound))?))
}

/// Records up to 10,000 movements, in up to 20 MiB: an array in JSON. An agency records what it needs, plans, receives and pays under
/// its own lines; finance records everything, and alone what is assigned, changed, carried over, cancelled and settled.
///
/// The rows are taken in their order, each against what its line holds with the rows before it. Sent twice under one `externalRef` a
/// movement is the same; another one under it is refused. With `dryRun=true` everything is done and undone. Without,
/// `Idempotency-Key` is needed. All rows are recorded or none, and 422 tells up to 1000 faults; with `atomic=false` each row stands
/// for itself.
#[utoipa::path(
    post, path = "/api/v1/budget/movements", operation_id = "record_budget_movements", tag = "budget",
    request_body = Vec<NewBudgetMovement>,
    params(MovementBatchParams, ("Idempotency-Key" = Option<String>, Header, description = "Needed unless `dryRun`.", max_length = 257)),
    responses(
        (status = 200, description = "What became of each row, or would become of it.", body = MovementBatchResult, headers(
            ("Idempotency-Replayed" = String, description = "`true` when this is an earlier answer given again."),
        )),
        (status = 413, description = "More than 20 MiB or 10,000 rows.", body = ProblemDocument, content_type = "application/problem+json"),
    ),
    security(("bearer" = []))
)]
pub async fn record_budget_movements(
    (Caller(ctx), Params(params)): (Caller, Params<MovementBatchParams>),
    (app, forms): (web::Data<App>, web::Data<Forms>),
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    admit(&app, &ctx, &request, "record_budget_movements").await?;
    require_json(&request)?;
    let (atomic, dry_run) = (params.atomic.unwrap_or(true), params.dry_run.unwrap_or(false));
    let _place = app.upload_place()?;
    let upload = batch::receive(&request, payload).await?;
    let sha256 = digest(format!("{atomic} {}", upload.sha256).as_bytes());
    let key = if dry_run { None } else { Some(idempotency_key_of(&request, sha256)?) };
    let _place = app.batch_place().await?;
    let rows = web::block(move || {
        let form = forms.body("NewBudgetMovement").ok_or_else(|| Refusal::new(Code::Internal))?;
        rows(upload, form)
    });
    // A reader that fails on what it is given has not read it.
    let rows = rows.await.map_err(|_| Problem::new(Code::BodyUnreadable))??;
    let sent = Arc::new(MovementBatch { rows, atomic });
    let Some(key) = key else {
        let outcome = budget::rehearse_all(&app, &ctx, sent).await?;
        return Ok(HttpResponse::Ok().json(MovementBatchResult::of(&outcome, atomic, true)));
    };
    let render = move |outcome: &MovementOutcome| render(outcome, atomic);
    Ok(given(budget::record_all(&app, &ctx, sent, key, render).await?))
}

/// The answer as it is stored with its key.
fn render(outcome: &MovementOutcome, atomic: bool) -> Result<StoredResponse, Error> {
    let body = serde_json::to_string(&MovementBatchResult::of(outcome, atomic, false));
    let body = body.map_err(|_| Error::Internal("the outcome of a batch cannot be written as JSON"))?;
    Ok(StoredResponse { status: 200, location: None, body })
}

/// The rows of an upload, each read by the form of one.
fn rows(mut upload: Upload, form: &Form) -> Result<Vec<MovementRow>, Refusal> {
    let mut text = String::new();
    let unreadable = || {
        let words = ("Nội dung không phải một mảng JSON hợp lệ trong UTF-8.", "The body is not an array in JSON and UTF-8.");
        Refusal::worded(Code::BodyUnreadable, words.0, words.1)
    };
    upload.file.read_to_string(&mut text).map_err(|_| unreadable())?;
    let items: Vec<&RawValue> = serde_json::from_str(&text).map_err(|_| unreadable())?;
    if items.is_empty() {
        let words = ("Không có dòng nào.", "There are no rows.");
        return Err(Refusal::with_faults(Code::BodyInvalid, vec![Fault::worded("", Code::LengthOutOfRange, words.0, words.1)]));
    }
    if items.len() > MAX_ROWS {
        let (vi, en) = (format!("Một lô có nhiều nhất {MAX_ROWS} dòng."), format!("A batch has at most {MAX_ROWS} rows."));
        return Err(Refusal::worded(Code::BodyTooLarge, vi, en));
    }
    Ok(items.into_iter().map(|item| row(item.get(), form)).collect())
}

fn row(text: &str, form: &Form) -> MovementRow {
    let refused = |faults| MovementRow { said: None, faults };
    let Ok(document) = strict::read(text.as_bytes()) else {
        let words = ("Dòng này có tên bị lặp lại.", "The row has a name that is repeated.");
        return refused(vec![Fault::worded("", Code::BodyUnreadable, words.0, words.1)]);
    };
    let faults = form.faults(&document);
    if !faults.is_empty() {
        return refused(faults);
    }
    match serde_json::from_value::<NewBudgetMovement>(document) {
        Ok(new) => MovementRow { said: Some(Box::new(new.into())), faults: Vec::new() },
        Err(error) => {
            tracing::error!(%error, "the form of a movement lets through what its type does not take");
            refused(vec![Fault::new("", Code::TypeMismatch)])
        }
    }
}

/// Ladders by line, task, agency, source or year, with the ladders of everything that was asked for; each source apart. They are
/// published, but for those by line.
#[utoipa::path(
    get, path = "/api/v1/budget/ladders", operation_id = "list_budget_ladders", tag = "budget", params(BudgetLadderParams),
    responses((status = 200, description = "A page of ladders.", body = BudgetFiguresPage)),
    security((), ("bearer" = []))
)]
pub async fn list_budget_ladders(Reading(view): Reading, Params(params): Params<BudgetLadderParams>) -> Result<HttpResponse, Problem> {
    let args = forward(params.limit, params.after.clone());
    let told = budget::figures(&view, params.by, &params.filter(), params.as_of, &args).await?;
    let page = BudgetFiguresPage::of(&told, params.by, view.catalogue().await?)?;
    view.clone().end().await?;
    Ok(HttpResponse::Ok().json(page))
}

/// Supplements that are not wholly allocated, with the last working day for it.
#[utoipa::path(
    get, path = "/api/v1/budget/unallocated", operation_id = "list_unallocated_supplements", tag = "budget", params(BudgetLineParams),
    responses((status = 200, description = "A page of supplements.", body = UnallocatedPage)),
    security(("bearer" = []))
)]
pub async fn list_unallocated_supplements(
    Reading(view): Reading,
    Params(params): Params<BudgetLineParams>,
) -> Result<HttpResponse, Problem> {
    let (day, args) = (params.as_of.unwrap_or_else(|| view.today()), forward(params.limit, params.after.clone()));
    let listing = budget::unallocated(&view, &params.filter(), params.as_of, &args).await?;
    let catalogue = view.catalogue().await?;
    let page = UnallocatedPage {
        end_cursor: listing.end().map(str::to_owned),
        has_next: listing.has_next,
        items: listing.items.iter().map(|(_, waiting)| UnallocatedSupplement::of(waiting, day, catalogue)).collect(),
    };
    view.clone().end().await?;
    Ok(HttpResponse::Ok().json(page))
}

/// What was disbursed and is not settled, by its age in days.
#[utoipa::path(
    get, path = "/api/v1/budget/unsettled", operation_id = "list_unsettled_money", tag = "budget", params(BudgetLineParams),
    responses((status = 200, description = "A page of lines with something unsettled.", body = UnsettledPage)),
    security(("bearer" = []))
)]
pub async fn list_unsettled_money(Reading(view): Reading, Params(params): Params<BudgetLineParams>) -> Result<HttpResponse, Problem> {
    let args = forward(params.limit, params.after.clone());
    let aged = budget::unsettled(&view, &params.filter(), params.as_of, &args).await?;
    let page = UnsettledPage::of(&aged, view.catalogue().await?);
    view.clone().end().await?;
    Ok(HttpResponse::Ok().json(page))
}
