//! `/api/v1/reports/batch`: many reports at once, in four formats.
//! Must not read an upload into memory whole, nor on a worker's thread.
//! How rows are read is `batch`, the use case `app::report`.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use app::{
    App, Error, StoredResponse,
    report::{self, Batch, BatchOutcome},
};
use auth::digest;
use domain::error::{Code, Refusal};

use super::reports::given;
use crate::{
    batch::{self, Media, Upload},
    dto::{
        regime::Workbook,
        report::{BatchParams, BatchResult, BatchRow},
    },
    extract::{Caller, Params, admit, key_unless_rehearsed},
    forms::Forms,
    problem::{Problem, ProblemDocument},
};

/// Hands in up to 10,000 reports of the caller's agency, in up to 20 MiB: an array in JSON, a document a line (NDJSON), CSV in UTF-8
/// parted by commas or semicolons, or the first sheet of an XLSX workbook. The templates of the regimes have the columns.
///
/// A row whose `externalRef` names a report is a change of it and needs `ifMatch`. With `dryRun=true` everything is done and
/// undone: the answer tells every fault, and its `validationToken` vouches for it. Without, `Idempotency-Key` is needed as for one
/// report. All rows are stored or none, and 422 tells up to 1000 faults; with `atomic=false` each row stands for itself, and the
/// answer tells what became of each.
#[utoipa::path(
    post, path = "/api/v1/reports/batch", operation_id = "submit_reports", tag = "reports",
    request_body(content(
        (Vec<BatchRow> = "application/json"),
        (String = "application/x-ndjson"),
        (String = "text/csv"),
        (Workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ), description = "The rows."),
    params(
        BatchParams,
        ("Idempotency-Key" = Option<String>, Header, description = "Names this request; a retry carries the same key. Needed but for a dry run.", max_length = 255),
        ("Validation-Token" = Option<String>, Header, description = "`validationToken` of a dry run; what it does not vouch for is refused.", max_length = 2000),
    ),
    responses(
        (status = 200, description = "What became of each row, or would become of it.", body = BatchResult, headers(
            ("Idempotency-Replayed" = String, description = "`true` when this is an earlier answer given again."),
        )),
        (status = 412, description = "The validation token is of another content, state or caller, or has expired.", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 413, description = "More than 20 MiB or 10,000 rows, or an archive that unpacks to too much.", body = ProblemDocument, content_type = "application/problem+json"),
    ),
    security(("bearer" = []))
)]
pub async fn submit_reports(
    (Caller(ctx), Params(params)): (Caller, Params<BatchParams>),
    (app, forms): (web::Data<App>, web::Data<Forms>),
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    admit(&app, &ctx, &request, "submit_reports").await?;
    let (media, atomic) = (Media::of(&request)?, params.atomic.unwrap_or(true));
    let dry_run = params.dry_run.unwrap_or(false);
    let _place = app.upload_place()?;
    let Upload { file, sha256 } = batch::receive(&request, payload).await?;
    let sha256 = digest(format!("{} {sha256}", media.label()).as_bytes());
    let key = key_unless_rehearsed(&request, digest(format!("{atomic} {sha256}").as_bytes()), dry_run)?;
    let token = validation_token(&request)?;
    let _place = app.batch_place().await?;
    let rows = web::block(move || {
        let form = forms.body("BatchRow").ok_or_else(|| Refusal::new(Code::Internal))?;
        batch::read(file, media, form)
    });
    // A reader that fails on what it is given has not read it.
    let rows = rows.await.map_err(|_| Problem::new(Code::BodyUnreadable))??;
    let sent = Arc::new(Batch { rows, sha256 });
    let Some(key) = key else {
        let rehearsed = report::rehearse_all(&app, &ctx, sent, atomic).await?;
        return Ok(HttpResponse::Ok().json(BatchResult::rehearsed(rehearsed, media, atomic)));
    };
    let render = move |outcome: &BatchOutcome| render(outcome, media, atomic);
    Ok(given(report::submit_all(&app, &ctx, (sent, atomic, token), key, render).await?))
}

/// Bytes of such a token at most.
const MAX_TOKEN: usize = 2_000;

/// What vouches for the outcome of a rehearsal, if something does.
fn validation_token(request: &HttpRequest) -> Result<Option<String>, Refusal> {
    let Some(value) = request.headers().get("Validation-Token") else { return Ok(None) };
    let text = value.to_str().ok().filter(|text| text.len() <= MAX_TOKEN);
    text.map(|text| Some(text.to_owned())).ok_or_else(|| Refusal::new(Code::HeaderInvalid))
}

/// The answer as it is stored with its key.
fn render(outcome: &BatchOutcome, media: Media, atomic: bool) -> Result<StoredResponse, Error> {
    let body = serde_json::to_string(&BatchResult::done(outcome, media, atomic));
    let body = body.map_err(|_| Error::Internal("the outcome of a batch cannot be written as JSON"))?;
    Ok(StoredResponse { status: 200, location: None, body })
}
