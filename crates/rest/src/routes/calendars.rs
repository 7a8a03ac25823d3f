//! `/api/v1/calendar-links` and `/api/v1/calendars`: secret links, and the calendars that are read by them.
//! Must not show a secret but in the answer that makes it, nor let a shared cache keep a calendar.
//! The use cases are `app::feed`.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, EntityTag, IfNoneMatch},
    web,
};
use app::{App, View, feed};
use domain::{error::Code, id::Id};

use crate::{
    dto::{
        calendar_link::{CalendarLink, CalendarLinkPage, CalendarLinkParams, MadeCalendarLink, NewCalendarLink},
        page::{forward, reply},
    },
    extract::{Caller, Params, Push, Reading, admit},
    problem::Problem,
};

/// Links of calendars, the newest first, revoked ones too: those of the caller's agency, or of everybody for those who keep the rosters.
#[utoipa::path(
    get, path = "/api/v1/calendar-links", operation_id = "list_calendar_links", tag = "calendars", params(CalendarLinkParams),
    responses((status = 200, description = "A page of links, without their secrets.", body = CalendarLinkPage)),
    security(("bearer" = []))
)]
pub async fn list_calendar_links(Reading(view): Reading, Params(params): Params<CalendarLinkParams>) -> Result<HttpResponse, Problem> {
    let filter = feed::LinkFilter { agency: params.agency, member: params.member.map(Id::from_uuid) };
    let listing = feed::list(&view, &filter, &forward(params.limit, params.after)).await?;
    let catalogue = view.catalogue().await?;
    let items = listing.items.iter().map(|(_, link)| CalendarLink::of(link, catalogue)).collect();
    let page = CalendarLinkPage { end_cursor: listing.end().map(str::to_owned), has_next: listing.has_next, items };
    view.clone().end().await?;
    Ok(reply(&page))
}

/// Makes a link by which the calendar of an agency, or of a member of committees, is read without an account. Its secret is in this
/// answer and nowhere else.
#[utoipa::path(
    post, path = "/api/v1/calendar-links", operation_id = "create_calendar_link", tag = "calendars", request_body = NewCalendarLink,
    responses((status = 201, description = "The link, with its secret path.", body = MadeCalendarLink)),
    security(("bearer" = []))
)]
pub async fn create_calendar_link(push: Push) -> Result<HttpResponse, Problem> {
    let new: NewCalendarLink = push.read("create_calendar_link").await?;
    let made = feed::create(&push.app, &push.ctx, new.into()).await?;
    let view = View::new(&push.app, push.ctx.clone());
    let link = CalendarLink::of(&made.link, view.catalogue().await?);
    view.clone().end().await?;
    Ok(HttpResponse::Created().json(MadeCalendarLink { link, path: made.path() }))
}

/// Revokes a link: from then on its address is not found.
#[utoipa::path(
    delete, path = "/api/v1/calendar-links/{id}", operation_id = "revoke_calendar_link", tag = "calendars",
    params(("id" = uuid::Uuid, Path, description = "The link's identifier.")),
    responses(
        (status = 204, description = "It is revoked."),
        (status = 409, description = "It was revoked before.", body = crate::problem::ProblemDocument, content_type = "application/problem+json"),
    ),
    security(("bearer" = []))
)]
pub async fn revoke_calendar_link(
    Caller(ctx): Caller,
    app: web::Data<App>,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    admit(&app, &ctx, &request, "revoke_calendar_link").await?;
    let id = path.parse().map_err(|_| Problem::new(Code::NotFound))?;
    feed::revoke(&app, &ctx, id).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The calendar of a link in iCalendar (RFC 5545): meetings, and all-day entries for what falls due, from one year back to two years
/// ahead. Whoever has the address reads it.
#[utoipa::path(
    get, path = "/api/v1/calendars/{file}", operation_id = "get_calendar", tag = "calendars",
    params(("file" = String, Path, description = "The secret of the link, and `.ics`.", max_length = 100)),
    responses(
        (status = 200, description = "The calendar.", body = String, content_type = "text/calendar", headers(
            ("ETag" = String, description = "It changes with what is shown."),
        )),
        (status = 304, description = "The caller has it (`If-None-Match`)."),
    ),
    security(())
)]
pub async fn get_calendar(app: web::Data<App>, request: HttpRequest, file: web::Path<String>) -> Result<HttpResponse, Problem> {
    let secret = file.strip_suffix(".ics").ok_or_else(|| Problem::new(Code::NotFound))?;
    let calendar = feed::read(&app, secret).await?;
    let tag = EntityTag::new_strong(calendar.tag);
    let is_known = match request.headers().contains_key(header::IF_NONE_MATCH).then(|| header::Header::parse(&request)) {
        Some(Ok(IfNoneMatch::Any)) => true,
        Some(Ok(IfNoneMatch::Items(tags))) => tags.iter().any(|given| given.weak_eq(&tag)),
        Some(Err(_)) | None => false,
    };
    let mut response = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response.insert_header(header::ETag(tag)).insert_header((header::CACHE_CONTROL, "private, no-cache"));
    Ok(if is_known { response.finish() } else { response.content_type("text/calendar; charset=utf-8").body(calendar.text) })
}
