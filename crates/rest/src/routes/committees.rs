//! `/api/v1/committees` and `/api/v1/admin/committees`: who sat where on a day, and acts on committees.
//! Must not change one without a document and the revision that the change rests on.
//! The use cases are `app::committee`.

use actix_web::{HttpResponse, http::header, web};
use app::{
    View,
    committee::{self, Committee as Known, Posts},
};
use domain::error::Code;

use crate::{
    condition::revision,
    dto::{
        committee::{
            ActParams, Committee, CommitteeActOutcome, CommitteeActs, CommitteeDetail, CommitteeMember, CommitteePage, CommitteeParams,
            CommitteePlace, CompareParams, NewCommittee, NewCommitteeAct, RosterDifference, RosterParams, SeatHistory,
        },
        page::{forward, reply},
        place::Places,
    },
    extract::{Params, Push, Reading},
    problem::Problem,
};

/// Committees by code, as they stood on a day.
#[utoipa::path(
    get, path = "/api/v1/committees", operation_id = "list_committees", tag = "committees", params(CommitteeParams),
    responses((status = 200, description = "A page of committees.", body = CommitteePage)),
    security((), ("bearer" = []))
)]
pub async fn list_committees(Reading(view): Reading, Params(params): Params<CommitteeParams>) -> Result<HttpResponse, Problem> {
    let day = params.as_of.unwrap_or_else(|| view.today());
    let listing = committee::list(&view, &forward(params.limit, params.after)).await?;
    let terms = listing.items.iter().filter_map(|(_, known)| known.history.term_on(day)).map(|term| term.id.uuid());
    let places = Places::of(&view, terms).await?;
    let catalogue = view.catalogue().await?;
    let page = CommitteePage {
        end_cursor: listing.end().map(str::to_owned),
        has_next: listing.has_next,
        items: listing.items.iter().map(|(_, known)| Committee::of(known, catalogue, &places, day)).collect(),
    };
    view.clone().end().await?;
    Ok(reply(&page))
}

async fn found(view: &View, code: &str) -> Result<Known, Problem> {
    committee::by_code(view, code).await?.ok_or_else(|| Problem::new(Code::NotFound))
}

/// A committee with its roster on a day.
#[utoipa::path(
    get, path = "/api/v1/committees/{code}", operation_id = "get_committee", tag = "committees",
    params(("code" = String, Path, description = "Code of its body.", max_length = 64), RosterParams),
    responses((status = 200, description = "The committee.", body = CommitteeDetail, headers(
        ("ETag" = String, description = "The revision; a change names it as `If-Match`."),
    ))),
    security((), ("bearer" = []))
)]
pub async fn get_committee(
    Reading(view): Reading,
    Params(params): Params<RosterParams>,
    path: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let day = params.as_of.unwrap_or_else(|| view.today());
    let known = found(&view, &path).await?;
    let catalogue = view.catalogue().await?;
    let posts = Posts::of(catalogue);
    let seated = known.roster(&posts, day);
    let term = seated.term.as_ref().map(|term| term.id.uuid());
    let places = Places::of(&view, CommitteePlace::rows(&seated.places).chain(term)).await?;
    let roster = CommitteePlace::all(&seated.places, &posts, &places);
    let body = CommitteeDetail { committee: Committee::of(&known, catalogue, &places, day), roster };
    view.clone().end().await?;
    Ok(HttpResponse::Ok().insert_header((header::ETAG, format!("\"{}\"", known.revision))).json(body))
}

/// Everything that was done to a committee, in its order, with what each act changed: the roster of every day follows from it and from
/// who held the posts that seats go with. An act that was annulled stays, beside the one that annulled it.
#[utoipa::path(
    get, path = "/api/v1/committees/{code}/acts", operation_id = "list_committee_acts", tag = "committees",
    params(("code" = String, Path, description = "Code of its body.", max_length = 64)),
    responses((status = 200, description = "The acts.", body = CommitteeActs)),
    security((), ("bearer" = []))
)]
pub async fn list_committee_acts(Reading(view): Reading, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let id = found(&view, &path).await?.agency.id;
    let acts = committee::acts(&view, vec![id]).await?.remove(&id).unwrap_or_default();
    let places = Places::of(&view, acts.iter().map(|logged| logged.act.id.uuid())).await?;
    let body = CommitteeActs::of(&acts, view.catalogue().await?, &places);
    view.clone().end().await?;
    Ok(HttpResponse::Ok().json(body))
}

/// How the rosters of two days differ: who joined, who left, who has another role or duty.
#[utoipa::path(
    get, path = "/api/v1/committees/{code}/changes", operation_id = "compare_committee_rosters", tag = "committees",
    params(("code" = String, Path, description = "Code of its body.", max_length = 64), CompareParams),
    responses((status = 200, description = "The difference.", body = RosterDifference)),
    security((), ("bearer" = []))
)]
pub async fn compare_committee_rosters(
    Reading(view): Reading,
    Params(params): Params<CompareParams>,
    path: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let known = found(&view, &path).await?;
    let posts = Posts::of(view.catalogue().await?);
    let (before, after) = (known.roster(&posts, params.from), known.roster(&posts, params.to));
    let rows = CommitteePlace::rows(&before.places).chain(CommitteePlace::rows(&after.places));
    let places = Places::of(&view, rows).await?;
    let difference = domain::committee::difference(&before, &after);
    let body = RosterDifference::of((params.from, params.to), &difference, &posts, &places);
    view.clone().end().await?;
    Ok(HttpResponse::Ok().json(body))
}

/// Everybody who ever sat in a seat, in the order of time; by the post that it goes with, or by name.
#[utoipa::path(
    get, path = "/api/v1/committees/{code}/seats/{id}/history", operation_id = "get_seat_history", tag = "committees",
    params(
        ("code" = String, Path, description = "Code of its body.", max_length = 64),
        ("id" = uuid::Uuid, Path, description = "The seat's identifier."),
    ),
    responses((status = 200, description = "The seat and who sat there.", body = SeatHistory)),
    security((), ("bearer" = []))
)]
pub async fn get_seat_history(Reading(view): Reading, path: web::Path<(String, String)>) -> Result<HttpResponse, Problem> {
    let nothing = || Problem::new(Code::NotFound);
    let (known, seat) = (found(&view, &path.0).await?, path.1.parse().map_err(|_| nothing())?);
    let posts = Posts::of(view.catalogue().await?);
    let (seat, occupants) = known.occupants(&posts, seat).ok_or_else(nothing)?;
    let rows = occupants.iter().map(|occupant| occupant.row).chain([seat.id.uuid()]);
    let places = Places::of(&view, rows).await?;
    let body = SeatHistory::of(&known, (seat, &occupants), (&posts, &places), view.today());
    view.clone().end().await?;
    Ok(HttpResponse::Ok().json(body))
}

/// Somebody of whom a roster tells, with every seat in which they sat, by name or by an office, in whichever committee.
#[utoipa::path(
    get, path = "/api/v1/committee-members/{id}", operation_id = "get_committee_member", tag = "committees",
    params(("id" = uuid::Uuid, Path, description = "The person's identifier.")),
    responses((status = 200, description = "The person and their seats.", body = CommitteeMember)),
    security((), ("bearer" = []))
)]
pub async fn get_committee_member(Reading(view): Reading, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let nothing = || Problem::new(Code::NotFound);
    let id = path.parse().map_err(|_| nothing())?;
    let person = committee::people(&view, vec![id]).await?.remove(&id).ok_or_else(nothing)?;
    let seats = committee::seats_of(&view, vec![id]).await?.remove(&id).unwrap_or_default();
    let places = Places::of(&view, seats.iter().map(|sat| sat.occupant.row)).await?;
    let body = CommitteeMember::of(&person, &seats, view.catalogue().await?, &places);
    view.clone().end().await?;
    Ok(HttpResponse::Ok().json(body))
}

/// Registers a body as a committee that a document calls for. It has no seats before it is established.
#[utoipa::path(
    post, path = "/api/v1/admin/committees", operation_id = "plan_committee", tag = "committees", request_body = NewCommittee,
    responses((status = 201, description = "It is registered.", body = Committee, headers(
        ("Location" = String, description = "Where it is."),
    ))),
    security(("bearer" = []))
)]
pub async fn plan_committee(push: Push) -> Result<HttpResponse, Problem> {
    let new: NewCommittee = push.read("plan_committee").await?;
    committee::plan(&push.app, &push.ctx, new.agency.clone(), new.planned_by).await?;
    let view = View::new(&push.app, push.ctx.clone());
    let known = found(&view, &new.agency).await?;
    let body = Committee::of(&known, view.catalogue().await?, &Places::default(), view.today());
    view.clone().end().await?;
    let mut response = HttpResponse::Created();
    response.insert_header((header::LOCATION, format!("/api/v1/committees/{}", known.agency.code)));
    Ok(response.json(body))
}

/// Does something to a committee: establishes it, consolidates its roster, adds or takes away seats, puts somebody into a seat or lets
/// them leave it, names the next standing agency, dissolves it. Each rests on a document and takes effect on its day; the day before
/// stays as it was. What has not taken effect can be annulled.
#[utoipa::path(
    post, path = "/api/v1/admin/committees/{code}/acts", operation_id = "record_committee_act", tag = "committees",
    request_body = NewCommitteeAct,
    params(
        ("code" = String, Path, description = "Code of its body.", max_length = 64),
        ("If-Match" = String, Header, description = "The `ETag` of the committee that the act rests on.", max_length = 2000),
        ActParams,
    ),
    responses(
        (status = 200, description = "What would come of it (`dryRun`).", body = CommitteeActOutcome),
        (status = 201, description = "It is done.", body = CommitteeActOutcome),
    ),
    security(("bearer" = []))
)]
pub async fn record_committee_act(push: Push, Params(params): Params<ActParams>, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let new: NewCommitteeAct = push.read("record_committee_act").await?;
    let (code, is_rehearsed) = (path.into_inner(), params.dry_run.unwrap_or(false));
    let revision = revision(&push.request)?;
    let done = committee::act(&push.app, &push.ctx, code, revision, new.into(), is_rehearsed).await?;
    let view = View::new(&push.app, push.ctx.clone());
    let catalogue = view.catalogue().await?;
    let posts = Posts::of(catalogue);
    let places = Places::of(&view, CommitteePlace::rows(&done.roster(&posts).places)).await?;
    let body = CommitteeActOutcome::of(&done, is_rehearsed, (catalogue, &posts, &places));
    view.clone().end().await?;
    Ok(if is_rehearsed { HttpResponse::Ok() } else { HttpResponse::Created() }.json(body))
}
