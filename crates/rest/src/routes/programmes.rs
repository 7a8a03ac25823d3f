//! `/api/v1/programmes` and `/api/v1/admin/programmes`: a programme as it was in force on a day, its versions, and amending it.
//! Must not decide anything; a preview is the same call, undone.
//! The use cases are `app::version` and `app::import`.

use actix_web::{HttpResponse, web};
use app::{
    Error, View,
    import::amend,
    plan::{measure_targets_ever, measure_tasks_ever, responsibility_agencies},
    task,
    version::{ProgrammeOn, measures_on, objectives_on, programme_on, responsibilities_on, targets_on, tasks_on, version, versions},
};
use domain::{error::Code, lang::Liked};

use crate::{
    dto::{
        organisation::DryRun,
        programme::{
            NewAmendment, Parts, Programme, ProgrammeDiff, ProgrammeParams, ProgrammeVersion, ProgrammeVersions, RecordedAmendment, Sight,
        },
        text::{Preference, Texts},
    },
    extract::{Params, Preferred, Push, Reading},
    problem::Problem,
};

/// A programme with its own words, objectives, targets, groups, tasks, assignments, measures and duties as they were in force on a
/// day; today where none is said.
#[utoipa::path(
    get, path = "/api/v1/programmes/{code}", operation_id = "get_programme", tag = "register",
    params(ProgrammeParams, Preference, ("code" = String, Path, description = "The programme's code.")),
    responses((status = 200, description = "The programme on that day.", body = Programme)),
    security((), ("bearer" = []))
)]
pub async fn get_programme(
    Reading(view): Reading,
    Preferred(liked): Preferred,
    path: web::Path<String>,
    Params(params): Params<ProgrammeParams>,
) -> Result<HttpResponse, Problem> {
    let day = params.as_of.unwrap_or(view.today());
    let found = programme_on(&view, &path, day).await?.ok_or_else(|| Problem::new(Code::NotFound))?;
    let parts = parts(&view, &found, liked).await?;
    let sight = Sight { catalogue: view.catalogue().await?, day, today: view.today() };
    let body = Programme::of(&found, &parts, sight);
    view.clone().end().await?;
    Ok(HttpResponse::Ok().json(body))
}

/// All that is told of a programme on its day, in a fixed number of statements.
async fn parts(view: &View, found: &ProgrammeOn, liked: Liked) -> Result<Parts, Error> {
    let (key, day) = (vec![(found.programme.id, found.day)], found.day);
    let tasks = tasks_on(view, found.programme.groups.iter().map(|group| (group.id, day)).collect()).await?;
    let assignments = task::assignments(view, tasks.values().flatten().map(|task| task.id).collect(), Some(day)).await?;
    let measures: Vec<_> = measures_on(view, key.clone()).await?.into_values().flatten().collect();
    let duties: Vec<_> = responsibilities_on(view, key.clone()).await?.into_values().flatten().collect();
    let ids: Vec<_> = measures.iter().map(|measure| measure.id).collect();
    let targets: Vec<_> = targets_on(view, key.clone()).await?.into_values().flatten().collect();
    let worded = tasks.values().flatten().map(|task| task.id.uuid()).chain(targets.iter().map(|target| target.id.uuid())).collect();
    Ok(Parts {
        texts: Texts::of(view, liked, worded).await?,
        tasks,
        assignments,
        targets,
        objectives: objectives_on(view, key).await?.into_values().flatten().collect(),
        measure_tasks: measure_tasks_ever(view, ids.clone()).await?,
        measure_targets: measure_targets_ever(view, ids).await?,
        duty_agencies: responsibility_agencies(view, duties.iter().map(|duty| duty.id).collect()).await?,
        measures,
        duties,
    })
}

/// The versions of a programme: the one that was signed, and one for each amendment.
#[utoipa::path(
    get, path = "/api/v1/programmes/{code}/versions", operation_id = "list_programme_versions", tag = "register",
    params(("code" = String, Path, description = "The programme's code.")),
    responses((status = 200, description = "The versions in the order of time.", body = ProgrammeVersions)),
    security((), ("bearer" = []))
)]
pub async fn list_programme_versions(Reading(view): Reading, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let found = view.catalogue().await?.programme_by_code(&path).cloned();
    let programme = found.ok_or_else(|| Problem::new(Code::NotFound))?;
    let items = versions(&view, &programme).await?.iter().map(ProgrammeVersion::from).collect();
    view.clone().end().await?;
    Ok(HttpResponse::Ok().json(ProgrammeVersions { items }))
}

/// How a version of a programme differs from the one before, field by field; the version as signed differs from none.
#[utoipa::path(
    get, path = "/api/v1/programmes/{code}/versions/{number}/diff", operation_id = "get_programme_diff", tag = "register",
    params(
        ("code" = String, Path, description = "The programme's code."),
        ("number" = i32, Path, description = "The version's number, from 1."),
    ),
    responses((status = 200, description = "The differences.", body = ProgrammeDiff)),
    security((), ("bearer" = []))
)]
pub async fn get_programme_diff(Reading(view): Reading, path: web::Path<(String, String)>) -> Result<HttpResponse, Problem> {
    let (code, number) = path.into_inner();
    let number: i32 = number.parse().map_err(|_| Problem::new(Code::NotFound))?;
    let (version, changes) = version(&view, &code, number).await?.ok_or_else(|| Problem::new(Code::NotFound))?;
    let body = ProgrammeDiff { version: (&version).into(), changes: changes.iter().map(Into::into).collect() };
    view.clone().end().await?;
    Ok(HttpResponse::Ok().json(body))
}

/// Amends a programme by a document from a day on; with `dryRun=true` shows what that would change, and keeps nothing.
#[utoipa::path(
    post, path = "/api/v1/admin/programmes/{code}/amendments", operation_id = "amend_programme", tag = "administration",
    params(("code" = String, Path, description = "The programme's code."), DryRun), request_body = NewAmendment,
    responses(
        (status = 200, description = "All that the amendment would change; nothing was kept.", body = RecordedAmendment),
        (status = 201, description = "The amendment, and all that it changed.", body = RecordedAmendment),
    ),
    security(("bearer" = []))
)]
pub async fn amend_programme(push: Push, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let new: NewAmendment = push.read("amend_programme").await?;
    let dry_run = Params::<DryRun>::of(&push.request)?.0.dry_run.unwrap_or(false);
    let recorded = amend(&push.app, &push.ctx, path.into_inner(), new.into(), dry_run).await?;
    let view = View::new(&push.app, push.ctx.clone());
    let body = RecordedAmendment::of(&recorded, view.catalogue().await?);
    view.clone().end().await?;
    Ok(if dry_run { HttpResponse::Ok().json(body) } else { HttpResponse::Created().json(body) })
}
