//! `/api/v1/trainings/materials`, `/api/v1/training-plan` and `/api/v1/staff-rolls`.
//! Must not decide anything.
//! The use cases are `app::training` and `app::staff_roll`; courses are `trainings`.

use actix_web::{HttpRequest, HttpResponse, web};
use app::{App, View, staff_roll, training};
use domain::error::Code;

use crate::{
    dto::{
        page::{forward, reply},
        training_register::{
            MaterialParams, NewMaterialVersion, NewStaffRoll, NewTrainingMaterial, NewTrainingPlanItem, PlanParams, StaffRoll,
            StaffRollPage, StaffRollParams, TrainingMaterial, TrainingMaterialPage, TrainingPlan, TrainingPlanItem,
        },
    },
    extract::{Caller, Params, Push, Reading, admit},
    problem::Problem,
};

/// Teaching materials with their versions, the newest first.
#[utoipa::path(
    get, path = "/api/v1/trainings/materials", operation_id = "list_training_materials", tag = "trainings", params(MaterialParams),
    responses((status = 200, description = "A page of materials.", body = TrainingMaterialPage)),
    security((), ("bearer" = []))
)]
pub async fn list_training_materials(Reading(view): Reading, Params(params): Params<MaterialParams>) -> Result<HttpResponse, Problem> {
    let listing = training::materials(&view, params.programme.as_deref(), &forward(params.limit, params.after)).await?;
    let catalogue = view.catalogue().await?;
    let items = listing.items.iter().map(|(_, material)| TrainingMaterial::of(material, catalogue)).collect();
    let page = TrainingMaterialPage { end_cursor: listing.end().map(str::to_owned), has_next: listing.has_next, items };
    view.clone().end().await?;
    Ok(reply(&page))
}

async fn shown(view: View, id: domain::training::MaterialId) -> Result<HttpResponse, Problem> {
    let found = training::materials_by_ids(&view, vec![id]).await?.remove(&id).ok_or_else(|| Problem::new(Code::NotFound))?;
    let body = TrainingMaterial::of(&found, view.catalogue().await?);
    view.clone().end().await?;
    Ok(HttpResponse::Created().json(body))
}

/// Writes teaching material down, for the agency that compiles it.
#[utoipa::path(
    post, path = "/api/v1/trainings/materials", operation_id = "create_training_material", tag = "trainings",
    request_body = NewTrainingMaterial,
    responses((status = 201, description = "The material, without a version.", body = TrainingMaterial)),
    security(("bearer" = []))
)]
pub async fn create_training_material(push: Push) -> Result<HttpResponse, Problem> {
    let new: NewTrainingMaterial = push.read("create_training_material").await?;
    let id = training::create_material(&push.app, &push.ctx, new.into()).await?;
    shown(View::new(&push.app, push.ctx.clone()), id).await
}

/// Appends a version of material in a language: the document whose files it is, or a link.
#[utoipa::path(
    post, path = "/api/v1/trainings/materials/{id}/versions", operation_id = "add_training_material_version", tag = "trainings",
    request_body = NewMaterialVersion, params(("id" = uuid::Uuid, Path, description = "The material's identifier.")),
    responses((status = 201, description = "The material with its versions.", body = TrainingMaterial)),
    security(("bearer" = []))
)]
pub async fn add_training_material_version(push: Push, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let new: NewMaterialVersion = push.read("add_training_material_version").await?;
    let id = path.parse().map_err(|_| Problem::new(Code::NotFound))?;
    training::add_version(&push.app, &push.ctx, id, new.into()).await?;
    shown(View::new(&push.app, push.ctx.clone()), id).await
}

/// A year's training plan with what was held of it, and at last what was held beside it.
#[utoipa::path(
    get, path = "/api/v1/training-plan", operation_id = "list_training_plan", tag = "trainings", params(PlanParams),
    responses((status = 200, description = "The plan.", body = TrainingPlan)),
    security((), ("bearer" = []))
)]
pub async fn list_training_plan(Reading(view): Reading, Params(params): Params<PlanParams>) -> Result<HttpResponse, Problem> {
    let found = training::plan_year(&view, &params.programme, params.year).await?;
    let catalogue = view.catalogue().await?;
    let body = TrainingPlan { items: found.iter().map(|one| TrainingPlanItem::of(one, catalogue)).collect() };
    view.clone().end().await?;
    Ok(HttpResponse::Ok().json(body))
}

/// Writes an item of an agency's training plan of a year down.
#[utoipa::path(
    post, path = "/api/v1/training-plan", operation_id = "plan_training", tag = "trainings", request_body = NewTrainingPlanItem,
    responses((status = 201, description = "The item, of which nothing is held yet.", body = TrainingPlanItem)),
    security(("bearer" = []))
)]
pub async fn plan_training(push: Push) -> Result<HttpResponse, Problem> {
    let new: NewTrainingPlanItem = push.read("plan_training").await?;
    let item = training::plan(&push.app, &push.ctx, new.into()).await?;
    let view = View::new(&push.app, push.ctx.clone());
    let body = TrainingPlanItem::of(&training::PlanProgress::of_new(item), view.catalogue().await?);
    view.clone().end().await?;
    Ok(HttpResponse::Created().json(body))
}

/// Staff rolls that the caller may see: those of its own agency, or all for those who keep them.
#[utoipa::path(
    get, path = "/api/v1/staff-rolls", operation_id = "list_staff_rolls", tag = "trainings", params(StaffRollParams),
    responses((status = 200, description = "A page of rolls.", body = StaffRollPage)),
    security(("bearer" = []))
)]
pub async fn list_staff_rolls(Caller(ctx): Caller, app: web::Data<App>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    admit(&app, &ctx, &request, "list_staff_rolls").await?;
    let Params(params) = Params::<StaffRollParams>::of(&request)?;
    let Reading(view) = Reading::of(&request)?;
    let filter = staff_roll::StaffRollFilter { agency: params.agency, as_of: params.as_of };
    let listing = staff_roll::list(&view, &filter, &forward(params.limit, params.after)).await?;
    let catalogue = view.catalogue().await?;
    let items = listing.items.iter().map(|(_, roll)| StaffRoll::of(roll, catalogue)).collect();
    let page = StaffRollPage { end_cursor: listing.end().map(str::to_owned), has_next: listing.has_next, items };
    view.clone().end().await?;
    Ok(reply(&page))
}

/// Writes down what an agency returns of its staff for a day, in the place of what it returned for that day before: sent again it
/// changes nothing.
#[utoipa::path(
    put, path = "/api/v1/staff-rolls/{agency}/{on}", operation_id = "record_staff_roll", tag = "trainings", request_body = NewStaffRoll,
    params(
        ("agency" = String, Path, description = "Code of the agency.", max_length = 64),
        ("on" = chrono::NaiveDate, Path, description = "The day that is counted."),
    ),
    responses(
        (status = 200, description = "The roll, in the place of an earlier one.", body = StaffRoll),
        (status = 201, description = "The roll, the first for that day.", body = StaffRoll),
    ),
    security(("bearer" = []))
)]
pub async fn record_staff_roll(push: Push, path: web::Path<(String, String)>) -> Result<HttpResponse, Problem> {
    let new: NewStaffRoll = push.read("record_staff_roll").await?;
    let (agency, on) = path.into_inner();
    let on = on.parse().map_err(|_| Problem::new(Code::NotFound))?;
    let (roll, is_new) = staff_roll::record_roll(&push.app, &push.ctx, agency, on, new.into()).await?;
    let view = View::new(&push.app, push.ctx.clone());
    let body = StaffRoll::of(&roll, view.catalogue().await?);
    view.clone().end().await?;
    let mut response = if is_new { HttpResponse::Created() } else { HttpResponse::Ok() };
    Ok(response.json(body))
}
