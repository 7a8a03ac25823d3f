//! `/api/v1/programmes/{code}/targets`: what is reached of targets; and how they are measured, under `/api/v1/admin`.
//! Must not decide anything.
//! The use cases are `app::target`.

use actix_web::{HttpResponse, web};
use app::{
    View,
    target::{self, When},
};
use chrono::NaiveDate;
use domain::error::{Code, Fault, Refusal};

use crate::{
    dto::{
        page::{forward, reply},
        target_definition::{NewTargetDefinition, NewTargetValue},
        target_evaluation::{TargetEvaluation, TargetEvaluations, TargetParams, TargetRecord, TargetRecordPage, TargetRecordParams},
        text::{Preference, Texts},
    },
    extract::{Params, Preferred, Push, Reading, liked_langs},
    problem::Problem,
};

/// What is reached of each target of a programme as of a day, by the definition of that day, with no data as a state of its own.
#[utoipa::path(
    get, path = "/api/v1/programmes/{code}/targets", operation_id = "list_target_evaluations", tag = "targets",
    params(TargetParams, Preference, ("code" = String, Path, description = "The programme's code.", max_length = 64)),
    responses((status = 200, description = "The targets.", body = TargetEvaluations)),
    security((), ("bearer" = []))
)]
pub async fn list_target_evaluations(
    Reading(view): Reading,
    Preferred(liked): Preferred,
    path: web::Path<String>,
    Params(params): Params<TargetParams>,
) -> Result<HttpResponse, Problem> {
    let found = target::evaluations(&view, &path, When { as_of: params.as_of, year: params.year }).await?;
    let texts = Texts::of(&view, liked, found.iter().map(|one| one.target.id.uuid()).collect()).await?;
    let catalogue = view.catalogue().await?;
    let body = TargetEvaluations { items: found.iter().map(|one| TargetEvaluation::of(one, catalogue, &texts)).collect() };
    view.clone().end().await?;
    Ok(HttpResponse::Ok().json(body))
}

/// The records that the value of a target rests on, as far as the caller may know of them.
#[utoipa::path(
    get, path = "/api/v1/programmes/{code}/targets/{target}/records", operation_id = "list_target_records", tag = "targets",
    params(
        TargetRecordParams,
        ("code" = String, Path, description = "The programme's code.", max_length = 64),
        ("target" = String, Path, description = "The target's code.", max_length = 64),
    ),
    responses((status = 200, description = "A page of records.", body = TargetRecordPage)),
    security((), ("bearer" = []))
)]
pub async fn list_target_records(
    Reading(view): Reading,
    path: web::Path<(String, String)>,
    Params(params): Params<TargetRecordParams>,
) -> Result<HttpResponse, Problem> {
    let (programme, code) = path.into_inner();
    let page = forward(params.limit, params.after);
    let (listing, _) = target::records(&view, (&programme, &code), When { as_of: params.as_of, year: params.year }, &page).await?;
    let catalogue = view.catalogue().await?;
    let items = listing.items.iter().map(|(_, record)| TargetRecord::of(*record, catalogue)).collect();
    let page = TargetRecordPage { end_cursor: listing.end().map(str::to_owned), has_next: listing.has_next, items };
    view.clone().end().await?;
    Ok(reply(&page))
}

async fn shown(push: &Push, (programme, code): (&str, &str), as_of: NaiveDate) -> Result<HttpResponse, Problem> {
    let view = View::new(&push.app, push.ctx.clone());
    let found = target::by_code_near(&view, programme, code, as_of).await?;
    let texts = Texts::of(&view, liked_langs(&push.request), vec![found.target.id.uuid()]).await?;
    let body = TargetEvaluation::of(&found, view.catalogue().await?, &texts);
    view.clone().end().await?;
    Ok(HttpResponse::Created().json(body))
}

/// Says how a target is measured from a day on, by a document; earlier versions stay for earlier days.
#[utoipa::path(
    post, path = "/api/v1/admin/programmes/{code}/targets/{target}/definitions", operation_id = "define_target", tag = "administration",
    request_body = NewTargetDefinition,
    params(
        ("code" = String, Path, description = "The programme's code.", max_length = 64),
        ("target" = String, Path, description = "The target's code.", max_length = 64),
    ),
    responses((status = 201, description = "The target as of the first day of the version.", body = TargetEvaluation)),
    security(("bearer" = []))
)]
pub async fn define_target(push: Push, path: web::Path<(String, String)>) -> Result<HttpResponse, Problem> {
    let new: NewTargetDefinition = push.read("define_target").await?;
    let ((programme, code), from) = (path.into_inner(), new.from);
    target::define(&push.app, &push.ctx, programme.clone(), code.clone(), new.into()).await?;
    shown(&push, (&programme, &code), from).await
}

/// Types in a value that a document states; the one typed in last for a year counts where nothing is on record.
#[utoipa::path(
    post, path = "/api/v1/admin/programmes/{code}/targets/{target}/values", operation_id = "state_target_value", tag = "administration",
    request_body = NewTargetValue,
    params(
        ("code" = String, Path, description = "The programme's code.", max_length = 64),
        ("target" = String, Path, description = "The target's code.", max_length = 64),
    ),
    responses((status = 201, description = "The target as of the day of the value.", body = TargetEvaluation)),
    security(("bearer" = []))
)]
pub async fn state_target_value(push: Push, path: web::Path<(String, String)>) -> Result<HttpResponse, Problem> {
    let new: NewTargetValue = push.read("state_target_value").await?;
    let ((programme, code), on) = (path.into_inner(), new.on);
    let one = || Refusal::with_faults(Code::BodyInvalid, vec![Fault::new("", Code::RuleBroken)]);
    let new = new.read().ok_or_else(one)?;
    target::state(&push.app, &push.ctx, programme.clone(), code.clone(), new).await?;
    shown(&push, (&programme, &code), on).await
}
