//! `/api/v1/meetings`: meetings of committees, their minutes and what was concluded.
//! Must not change one without the revision that the change rests on.
//! The use cases are `app::meeting`.

use actix_web::{HttpResponse, http::header, web};
use app::{View, meeting};
use domain::{error::Code, meeting::MeetingId};

use crate::{
    condition::revision,
    dto::{
        meeting::{Meeting, MeetingPage, MeetingParams, NewMeeting, NewMeetingAct, NewMeetingPlan, NewMinutes},
        page::{forward, reply},
    },
    extract::{Params, Push, Reading},
    problem::Problem,
};

/// Meetings that the caller may see, the newest first: published ones, those of programmes that it follows, and those to which its
/// agency is invited or that gave it something to do.
#[utoipa::path(
    get, path = "/api/v1/meetings", operation_id = "list_meetings", tag = "meetings", params(MeetingParams),
    responses((status = 200, description = "A page of meetings.", body = MeetingPage)),
    security((), ("bearer" = []))
)]
pub async fn list_meetings(Reading(view): Reading, Params(params): Params<MeetingParams>) -> Result<HttpResponse, Problem> {
    let filter = meeting::MeetingFilter { committee: params.committee, programme: params.programme };
    let listing = meeting::list(&view, &filter, &forward(params.limit, params.after)).await?;
    let catalogue = view.catalogue().await?;
    let page = MeetingPage {
        end_cursor: listing.end().map(str::to_owned),
        has_next: listing.has_next,
        items: listing.items.iter().map(|(_, seen)| Meeting::of(seen, catalogue)).collect(),
    };
    view.clone().end().await?;
    Ok(reply(&page))
}

fn named(path: &str) -> Result<MeetingId, Problem> {
    path.parse().map_err(|_| Problem::new(Code::NotFound))
}

/// A meeting under its entity tag.
async fn shown(view: View, id: MeetingId, is_new: bool) -> Result<HttpResponse, Problem> {
    let seen = meeting::by_id(&view, id).await?.ok_or_else(|| Problem::new(Code::NotFound))?;
    let body = Meeting::of(&seen, view.catalogue().await?);
    view.clone().end().await?;
    let mut response = if is_new { HttpResponse::Created() } else { HttpResponse::Ok() };
    if is_new {
        response.insert_header((header::LOCATION, format!("/api/v1/meetings/{id}")));
    }
    Ok(response.insert_header((header::ETAG, format!("\"{}\"", body.revision))).json(body))
}

/// A meeting, as far as the caller may see it.
#[utoipa::path(
    get, path = "/api/v1/meetings/{id}", operation_id = "get_meeting", tag = "meetings",
    params(("id" = uuid::Uuid, Path, description = "The meeting's identifier.")),
    responses((status = 200, description = "The meeting.", body = Meeting, headers(
        ("ETag" = String, description = "The revision; a change names it as `If-Match`."),
    ))),
    security((), ("bearer" = []))
)]
pub async fn get_meeting(Reading(view): Reading, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    shown(view, named(&path)?, false).await
}

/// Calls a meeting of the committee that steers a programme.
#[utoipa::path(
    post, path = "/api/v1/meetings", operation_id = "create_meeting", tag = "meetings", request_body = NewMeeting,
    responses((status = 201, description = "It is called.", body = Meeting, headers(
        ("Location" = String, description = "Where it is."),
        ("ETag" = String, description = "The revision; a change names it as `If-Match`."),
    ))),
    security(("bearer" = []))
)]
pub async fn create_meeting(push: Push) -> Result<HttpResponse, Problem> {
    let new: NewMeeting = push.read("create_meeting").await?;
    let id = meeting::create(&push.app, &push.ctx, new.into()).await?;
    shown(View::new(&push.app, push.ctx.clone()), id, true).await
}

/// Sets the plan of a meeting anew, before it is held.
#[utoipa::path(
    put, path = "/api/v1/meetings/{id}", operation_id = "update_meeting", tag = "meetings", request_body = NewMeetingPlan,
    params(
        ("id" = uuid::Uuid, Path, description = "The meeting's identifier."),
        ("If-Match" = String, Header, description = "The `ETag` of the meeting that the change rests on.", max_length = 2000),
    ),
    responses((status = 200, description = "It is changed.", body = Meeting, headers(
        ("ETag" = String, description = "The new revision."),
    ))),
    security(("bearer" = []))
)]
pub async fn update_meeting(push: Push, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let plan: NewMeetingPlan = push.read("update_meeting").await?;
    let (id, revision) = (named(&path)?, revision(&push.request)?);
    meeting::replan(&push.app, &push.ctx, id, revision, plan.into()).await?;
    shown(View::new(&push.app, push.ctx.clone()), id, false).await
}

/// Writes the minutes of a meeting that was held, with what was concluded, as a whole; until they are signed.
#[utoipa::path(
    put, path = "/api/v1/meetings/{id}/minutes", operation_id = "write_minutes", tag = "meetings", request_body = NewMinutes,
    params(
        ("id" = uuid::Uuid, Path, description = "The meeting's identifier."),
        ("If-Match" = String, Header, description = "The `ETag` of the meeting that the change rests on.", max_length = 2000),
    ),
    responses((status = 200, description = "They are written.", body = Meeting, headers(
        ("ETag" = String, description = "The new revision."),
    ))),
    security(("bearer" = []))
)]
pub async fn write_minutes(push: Push, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let minutes: NewMinutes = push.read("write_minutes").await?;
    let (id, revision) = (named(&path)?, revision(&push.request)?);
    meeting::draft(&push.app, &push.ctx, id, revision, minutes.into()).await?;
    shown(View::new(&push.app, push.ctx.clone()), id, false).await
}

/// Does something to a meeting: it was held, with who came; it is cancelled; its minutes are signed, which locks them and makes each
/// conclusion a task; a correction is appended to signed minutes; they are published.
#[utoipa::path(
    post, path = "/api/v1/meetings/{id}/acts", operation_id = "record_meeting_act", tag = "meetings", request_body = NewMeetingAct,
    params(
        ("id" = uuid::Uuid, Path, description = "The meeting's identifier."),
        ("If-Match" = String, Header, description = "The `ETag` of the meeting that the act rests on.", max_length = 2000),
    ),
    responses((status = 200, description = "It is done.", body = Meeting, headers(
        ("ETag" = String, description = "The new revision."),
    ))),
    security(("bearer" = []))
)]
pub async fn record_meeting_act(push: Push, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let new: NewMeetingAct = push.read("record_meeting_act").await?;
    let (id, revision) = (named(&path)?, revision(&push.request)?);
    meeting::act(&push.app, &push.ctx, id, revision, new.into()).await?;
    shown(View::new(&push.app, push.ctx.clone()), id, false).await
}
