//! `/api/v1/trainings`: courses, sessions, who took part, and figures of it.
//! Must not change a course or session without the revision that the change rests on.
//! The use cases are `app::training`.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web,
};
use app::{
    App, View,
    training::{self, CourseFilter, PeopleFilter},
};
use domain::{error::Code, id::Id, training::CourseId};

use crate::{
    condition::{revision, revision_if_said},
    dto::{
        page::{forward, reply},
        training::{
            CourseParams, DryRunParams, NewParticipations, NewTrainingCourse, NewTrainingSession, Participation, ParticipationPage,
            ParticipationParams, RecordedParticipations, TrainingCourse, TrainingCoursePage,
        },
        training_figures::{FiguresParams, NewTrainingRelease, PeopleParams, TrainingFigures, TrainingPeople},
    },
    extract::{Caller, Params, Push, Reading, admit, replayed},
    problem::Problem,
};

fn named<T>(path: &str) -> Result<Id<T>, Problem> {
    path.parse().map_err(|_| Problem::new(Code::NotFound))
}

/// A course under its entity tag.
async fn shown(view: View, id: CourseId, status: StatusCode) -> Result<HttpResponse, Problem> {
    let seen = training::by_id(&view, id).await?.ok_or_else(|| Problem::new(Code::NotFound))?;
    let body = TrainingCourse::of(&seen, view.catalogue().await?);
    view.clone().end().await?;
    let mut response = HttpResponse::build(status);
    if status == StatusCode::CREATED {
        response.insert_header((header::LOCATION, format!("/api/v1/trainings/courses/{id}")));
    }
    Ok(response.insert_header((header::ETAG, format!("\"{}\"", body.revision))).json(body))
}

/// Courses with their sessions, the newest first, those of central bodies among them.
#[utoipa::path(
    get, path = "/api/v1/trainings/courses", operation_id = "list_training_courses", tag = "trainings", params(CourseParams),
    responses((status = 200, description = "A page of courses.", body = TrainingCoursePage)),
    security((), ("bearer" = []))
)]
pub async fn list_training_courses(Reading(view): Reading, Params(params): Params<CourseParams>) -> Result<HttpResponse, Problem> {
    let filter = CourseFilter { programme: params.programme, kind: params.kind, is_central: params.is_central };
    let listing = training::list(&view, &filter, &forward(params.limit, params.after)).await?;
    let catalogue = view.catalogue().await?;
    let items = listing.items.iter().map(|(_, seen)| TrainingCourse::of(seen, catalogue)).collect();
    let page = TrainingCoursePage { end_cursor: listing.end().map(str::to_owned), has_next: listing.has_next, items };
    view.clone().end().await?;
    Ok(reply(&page))
}

/// A course with its sessions.
#[utoipa::path(
    get, path = "/api/v1/trainings/courses/{id}", operation_id = "get_training_course", tag = "trainings",
    params(("id" = uuid::Uuid, Path, description = "The course's identifier.")),
    responses((status = 200, description = "The course.", body = TrainingCourse, headers(
        ("ETag" = String, description = "The revision; a change names it as `If-Match`."),
    ))),
    security((), ("bearer" = []))
)]
pub async fn get_training_course(Reading(view): Reading, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    shown(view, named(&path)?, StatusCode::OK).await
}

/// Writes a course down: by the agency that holds it; what central bodies hold by those who keep trainings.
#[utoipa::path(
    post, path = "/api/v1/trainings/courses", operation_id = "create_training_course", tag = "trainings", request_body = NewTrainingCourse,
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "Names this request; a retry carries the same key.", max_length = 255),
    ),
    responses((status = 201, description = "The course.", body = TrainingCourse, headers(
        ("Location" = String, description = "Where it is."),
        ("ETag" = String, description = "The revision; a change names it as `If-Match`."),
        ("Idempotency-Replayed" = String, description = "`true` when an earlier request with this key made it."),
    ))),
    security(("bearer" = []))
)]
pub async fn create_training_course(push: Push) -> Result<HttpResponse, Problem> {
    let new: NewTrainingCourse = push.read("create_training_course").await?;
    let done = training::create(&push.app, &push.ctx, new.into(), push.key_if_said()?).await?;
    let response = shown(View::new(&push.app, push.ctx.clone()), done.made, StatusCode::CREATED).await?;
    Ok(replayed(response, done.is_replay))
}

/// Writes a course anew.
#[utoipa::path(
    put, path = "/api/v1/trainings/courses/{id}", operation_id = "update_training_course", tag = "trainings", request_body = NewTrainingCourse,
    params(
        ("id" = uuid::Uuid, Path, description = "The course's identifier."),
        ("If-Match" = String, Header, description = "The `ETag` of the course that the change rests on.", max_length = 2000),
    ),
    responses((status = 200, description = "It is changed.", body = TrainingCourse, headers(("ETag" = String, description = "The new revision.")))),
    security(("bearer" = []))
)]
pub async fn update_training_course(push: Push, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let new: NewTrainingCourse = push.read("update_training_course").await?;
    let (id, revision) = (named(&path)?, revision(&push.request)?);
    training::update(&push.app, &push.ctx, (id, revision), new.into()).await?;
    shown(View::new(&push.app, push.ctx.clone()), id, StatusCode::OK).await
}

/// Writes a session of a course down; the answer is the course with all of them.
#[utoipa::path(
    post, path = "/api/v1/trainings/courses/{id}/sessions", operation_id = "create_training_session", tag = "trainings",
    request_body = NewTrainingSession,
    params(
        ("id" = uuid::Uuid, Path, description = "The course's identifier."),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the course, where it must not have changed.", max_length = 2000),
        ("Idempotency-Key" = Option<String>, Header, description = "Names this request; a retry carries the same key.", max_length = 255),
    ),
    responses((status = 201, description = "The course with its sessions.", body = TrainingCourse, headers(
        ("Idempotency-Replayed" = String, description = "`true` when an earlier request with this key made it."),
    ))),
    security(("bearer" = []))
)]
pub async fn create_training_session(push: Push, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let new: NewTrainingSession = push.read("create_training_session").await?;
    let (id, revision) = (named(&path)?, revision_if_said(&push.request)?);
    let done = training::create_session(&push.app, &push.ctx, (id, revision), new.into(), push.key_if_said()?).await?;
    let response = shown(View::new(&push.app, push.ctx.clone()), id, StatusCode::CREATED).await?;
    Ok(replayed(response, done.is_replay))
}

/// Writes a session anew: that it was held, when, where, with which materials.
#[utoipa::path(
    put, path = "/api/v1/trainings/sessions/{id}", operation_id = "update_training_session", tag = "trainings",
    request_body = NewTrainingSession,
    params(
        ("id" = uuid::Uuid, Path, description = "The session's identifier."),
        ("If-Match" = String, Header, description = "The `revision` of the session that the change rests on, in quotes.", max_length = 2000),
    ),
    responses((status = 200, description = "The course with its sessions.", body = TrainingCourse)),
    security(("bearer" = []))
)]
pub async fn update_training_session(push: Push, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let new: NewTrainingSession = push.read("update_training_session").await?;
    let (id, revision) = (named(&path)?, revision(&push.request)?);
    let course = training::update_session(&push.app, &push.ctx, (id, revision), new.into()).await?;
    shown(View::new(&push.app, push.ctx.clone()), course, StatusCode::OK).await
}

/// Who took part in a session, of the agencies that the caller may know of: its own, or all for those who keep trainings.
#[utoipa::path(
    get, path = "/api/v1/trainings/sessions/{id}/participations", operation_id = "list_participations", tag = "trainings",
    params(ParticipationParams, ("id" = uuid::Uuid, Path, description = "The session's identifier.")),
    responses((status = 200, description = "A page of participations.", body = ParticipationPage)),
    security(("bearer" = []))
)]
pub async fn list_participations(
    Caller(ctx): Caller,
    app: web::Data<App>,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    admit(&app, &ctx, &request, "list_participations").await?;
    let Params(params) = Params::<ParticipationParams>::of(&request)?;
    let Reading(view) = Reading::of(&request)?;
    let listing = training::parts(&view, named(&path)?, &forward(params.limit, params.after)).await?;
    let catalogue = view.catalogue().await?;
    let items = listing.items.iter().map(|(_, seen)| Participation::of(seen, catalogue)).collect();
    let page = ParticipationPage { end_cursor: listing.end().map(str::to_owned), has_next: listing.has_next, items };
    view.clone().end().await?;
    Ok(reply(&page))
}

/// Writes down everybody of one agency who took part in a session that was held, in the place of what was written down before: sent
/// again it changes nothing. Either all of it is taken or none.
#[utoipa::path(
    put, path = "/api/v1/trainings/sessions/{id}/participations", operation_id = "record_participations", tag = "trainings",
    request_body = NewParticipations,
    params(
        DryRunParams,
        ("id" = uuid::Uuid, Path, description = "The session's identifier."),
        ("If-Match" = Option<String>, Header, description = "The `revision` of the session, in quotes, where it must not have changed.", max_length = 2000),
    ),
    responses((status = 200, description = "What was written down, or would be.", body = RecordedParticipations)),
    security(("bearer" = []))
)]
pub async fn record_participations(push: Push, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let new: NewParticipations = push.read("record_participations").await?;
    let Params(params) = Params::<DryRunParams>::of(&push.request)?;
    let is_dry_run = params.dry_run.unwrap_or(false);
    let at = (named(&path)?, revision_if_said(&push.request)?);
    let done = training::record_parts(&push.app, &push.ctx, at, new.into(), is_dry_run).await?;
    Ok(HttpResponse::Ok().json(RecordedParticipations::from(done)))
}

/// Figures of a year for everybody, from one table as it was released: small ones are hidden, and so many others that none can be computed.
#[utoipa::path(
    get, path = "/api/v1/trainings/figures", operation_id = "get_training_figures", tag = "trainings", params(FiguresParams),
    responses((status = 200, description = "The table.", body = TrainingFigures),
        (status = 404, description = "There is no such programme.", body = crate::problem::ProblemDocument, content_type = "application/problem+json")),
    security((), ("bearer" = []))
)]
pub async fn get_training_figures(Reading(view): Reading, Params(params): Params<FiguresParams>) -> Result<HttpResponse, Problem> {
    let figures = training::figures(&view, &params.programme, params.year).await?;
    let body = TrainingFigures::of(&figures, view.catalogue().await?);
    view.clone().end().await?;
    Ok(HttpResponse::Ok().json(body))
}

/// Releases a year's figures of people as of a day: everybody is told these until the year is released again. A later release takes over
/// what is five or more away from what was told before, so that nobody who compares them learns of a few people.
#[utoipa::path(
    post, path = "/api/v1/admin/programmes/{code}/training-releases", operation_id = "release_training_figures", tag = "administration",
    request_body = NewTrainingRelease, params(("code" = String, Path, description = "The programme's code.", max_length = 64)),
    responses((status = 201, description = "What everybody is told from now on.", body = TrainingFigures)),
    security(("bearer" = []))
)]
pub async fn release_training_figures(push: Push, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let new: NewTrainingRelease = push.read("release_training_figures").await?;
    let released = training::release(&push.app, &push.ctx, path.into_inner(), new.into()).await?;
    let view = View::new(&push.app, push.ctx.clone());
    let body = TrainingFigures::of(&released, view.catalogue().await?);
    view.clone().end().await?;
    Ok(HttpResponse::Created().json(body))
}

/// How many people took part and how often, over every denominator side by side, of the agencies that the caller may know of.
#[utoipa::path(
    get, path = "/api/v1/trainings/people", operation_id = "get_training_people", tag = "trainings", params(PeopleParams),
    responses((status = 200, description = "The numbers.", body = TrainingPeople),
        (status = 404, description = "There is no such programme.", body = crate::problem::ProblemDocument, content_type = "application/problem+json")),
    security(("bearer" = []))
)]
pub async fn get_training_people(Caller(ctx): Caller, app: web::Data<App>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    admit(&app, &ctx, &request, "get_training_people").await?;
    let Params(params) = Params::<PeopleParams>::of(&request)?;
    let Reading(view) = Reading::of(&request)?;
    let filter = PeopleFilter { programme: params.programme, year: params.year, as_of: params.as_of };
    let found = training::people(&view, filter).await?;
    let body = TrainingPeople::of(&found, view.catalogue().await?);
    view.clone().end().await?;
    Ok(HttpResponse::Ok().json(body))
}
