//! `/api/v1/budget/movements`, and those of a line.
//! Must not read an upload on a worker's thread, nor judge more of a row than its form.
//! The use cases are `app::budget`; lines are `budget`.

use std::{io::Read, sync::Arc};

use actix_web::{HttpRequest, HttpResponse, web};
use app::{
    App, Error, StoredResponse,
    budget::{self, MAX_ROWS, MovementBatch, MovementOutcome, MovementRow},
    form::Form,
    strict,
};
use auth::digest;
use domain::error::{Code, Fault, Refusal};
use serde_json::value::RawValue;

use super::{budget::named, reports::given};
use crate::{
    batch::{self, Upload},
    dto::{
        budget::BudgetPageParams,
        budget_movement::{BudgetMovement, BudgetMovementPage, MovementBatchParams, MovementBatchResult, NewBudgetMovement},
        page::{forward, reply},
    },
    extract::{Caller, Params, Reading, admit, key_unless_rehearsed, require_json},
    forms::Forms,
    problem::{Problem, ProblemDocument},
};

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
    Ok(reply(&page.ok_or_else(|| Problem::new(Code::NotFound))?))
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
    let key = key_unless_rehearsed(&request, sha256, dry_run)?;
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
    let document = match strict::read(text.as_bytes()) {
        Ok(document) => document,
        Err(error) => return refused(vec![batch::no_document(&error)]),
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
