//! Occurrences: what became of a task in a year, and doing something about it (`act`, `extension`, `principal`).
//! Must not let anything change without the revision that it rests on, or without an entry and an event.
//! The rules are `domain::occurrence`; figures over many are `statistics`.

mod act;
mod extension;
mod facts;
mod principal;

use std::collections::{HashMap, HashSet};

use chrono::{Datelike, Days, NaiveDate};
use domain::{
    agency::AgencyId,
    error::{Code, Fault, Refusal},
    id::Id,
    occurrence::{Claim, Extension, NEARLY_DUE_DAYS, OccurrenceEvent, Principal, Timeliness},
    policy::Action,
    statistics::Figure,
    task::{Occurrence, OccurrenceId, OccurrenceStatus, TaskId},
};
use persistence::{
    DbError, occurrence,
    seen::{self, SeenFilter, Sight},
    task,
};
use uuid::Uuid;

pub(crate) use act::news;
pub use act::{Change, Ground, act};
use extension::is_shown;
pub(crate) use extension::news as extension_news;
pub use extension::{Decided, approve, ask, reject, withdraw};
pub(crate) use facts::{first as first_assigned, leads as leads_in};
pub use principal::{Designation, designate};

use crate::{
    Error, View,
    document::grouped,
    listing::{Listing, PageArgs},
};

/// Days that a caller may look from, and so many days ahead.
const YEARS: std::ops::RangeInclusive<i32> = 1945..=2200;
const MAX_NEARLY_DUE: u32 = 366;

/// Which occurrences, by codes, as they were on a day. Every condition given must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct OccurrenceFilter {
    pub programme: Option<String>,
    /// Needs `programme`, as codes of groups are unique only within one.
    pub group: Option<String>,
    /// Needs `programme`, as codes of tasks are unique only within one.
    pub task: Option<String>,
    /// Leads on the day that `Occurrence::led_on` says, by name or as a member of a collective.
    pub lead_agency: Option<String>,
    pub from_year: Option<i32>,
    /// Included.
    pub to_year: Option<i32>,
    pub status: Option<OccurrenceStatus>,
    pub timeliness: Option<Timeliness>,
    pub figure: Option<Figure>,
    /// Today where nothing is said.
    pub as_of: Option<NaiveDate>,
    /// Days before the due day from which on one is nearly due.
    pub nearly_due_days: Option<u32>,
}

/// A filter as the database takes it, and the day it looks from.
pub(crate) struct Stored {
    pub(crate) filter: SeenFilter,
    pub(crate) sight: Sight,
}

/// The occurrences of a day as a caller's words say it.
pub(crate) fn sight(view: &View, as_of: Option<NaiveDate>, nearly: Option<u32>) -> Result<Sight, Refusal> {
    let (today, nearly) = (view.today(), nearly.unwrap_or(NEARLY_DUE_DAYS));
    let day = as_of.unwrap_or(today);
    let mut faults = Vec::new();
    if !YEARS.contains(&day.year()) {
        faults.push(Fault::new("/asOf", Code::OutOfRange));
    }
    if nearly > MAX_NEARLY_DUE {
        faults.push(Fault::new("/nearlyDueDays", Code::OutOfRange));
    }
    if !faults.is_empty() {
        return Err(Refusal::with_faults(Code::QueryInvalid, faults));
    }
    let near = day.checked_add_days(Days::new(u64::from(nearly))).unwrap_or(day);
    Ok(Sight { day, is_past: day < today, near })
}

/// A page of occurrences by identifier, as they were on the filter's day.
///
/// # Errors
/// `PAGE_INVALID`, `CURSOR_INVALID`, `QUERY_INVALID`.
pub async fn list(view: &View, filter: &OccurrenceFilter, descending: bool, args: &PageArgs) -> Result<Listing<Occurrence>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let list = format!("occurrences {descending} {filter:?}");
    let request = args.request::<Uuid>(&list)?.map(Id::from_uuid);
    let Some(stored) = stored_filter(view, filter).await? else {
        return Ok(Listing { items: Vec::new(), has_next: false, has_previous: false });
    };
    let page = view.read(move |conn| seen::page(conn, &stored.filter, stored.sight, descending, &request)).await?;
    Ok(Listing::of(page, &list, |occurrence| occurrence.id.uuid()))
}

/// How many occurrences there were.
///
/// # Errors
/// `QUERY_INVALID`.
pub async fn count(view: &View, filter: &OccurrenceFilter) -> Result<i64, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let Some(stored) = stored_filter(view, filter).await? else { return Ok(0) };
    view.read(move |conn| seen::count(conn, &stored.filter, stored.sight)).await
}

/// The filter with identifiers for codes; `None` when a code is unknown, so that nothing can fit.
pub(crate) async fn stored_filter(view: &View, filter: &OccurrenceFilter) -> Result<Option<Stored>, Error> {
    Ok(resolved(view, filter).await?.ok())
}

/// The filter with identifiers for codes, or where the code stands that names nothing.
pub(crate) async fn resolved(view: &View, filter: &OccurrenceFilter) -> Result<Result<Stored, &'static str>, Error> {
    let sight = sight(view, filter.as_of, filter.nearly_due_days)?;
    if filter.from_year.zip(filter.to_year).is_some_and(|(from, to)| from > to) {
        return Err(Refusal::with_faults(Code::QueryInvalid, vec![Fault::new("/toYear", Code::PeriodInconsistent)]).into());
    }
    let catalogue = view.catalogue().await?;
    let mut stored = SeenFilter {
        from_year: filter.from_year,
        to_year: filter.to_year,
        status: filter.status,
        timeliness: filter.timeliness,
        figure: filter.figure,
        ..SeenFilter::default()
    };
    let programme = filter.programme.as_deref().map(|code| catalogue.programme_by_code(code));
    if let Some(programme) = programme {
        let Some(programme) = programme else { return Ok(Err("/programme")) };
        stored.programme = Some(programme.id);
    }
    if let Some(code) = &filter.group {
        let Some(Some(programme)) = programme else { return Err(needs_programme("/group").into()) };
        let Some(group) = programme.group_coded(code) else { return Ok(Err("/group")) };
        stored.group = Some(group.id);
    }
    if let Some(code) = &filter.task {
        let Some(Some(programme)) = programme else { return Err(needs_programme("/task").into()) };
        let Some(task) = crate::task::by_code(view, programme.id, code.clone()).await? else { return Ok(Err("/task")) };
        stored.task = Some(task.id);
    }
    if let Some(code) = &filter.lead_agency {
        let Some(agency) = catalogue.agency_by_code(code) else { return Ok(Err("/leadAgency")) };
        stored.lead = Some(agency.id);
    }
    Ok(Ok(Stored { filter: stored, sight }))
}

fn needs_programme(pointer: &str) -> Refusal {
    let words = ("Điều kiện lọc này cần có mã chương trình.", "This filter needs the programme's code.");
    Refusal::with_faults(Code::QueryInvalid, vec![Fault::worded(pointer, Code::FieldRequired, words.0, words.1)])
}

/// The occurrence with this identifier, as it stands.
///
/// # Errors
/// When the database fails.
pub async fn by_id(view: &View, id: OccurrenceId) -> Result<Option<Occurrence>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    Ok(view.read(move |conn| occurrence::by_ids(conn, &[id])).await?.pop())
}

/// What was done to these occurrences, in order. The public reads the reasons of what was decided, not those that agencies gave
/// each other on the way.
///
/// # Errors
/// When the database fails.
pub async fn history(view: &View, ids: Vec<OccurrenceId>) -> Result<HashMap<OccurrenceId, Vec<OccurrenceEvent>>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let is_public = view.ctx().report_scope().is_published();
    let events = view.read(move |conn| occurrence::history(conn, &ids)).await?;
    let shown = |event: OccurrenceEvent| {
        if is_public && !event.act.is_decided_above() { OccurrenceEvent { reason: None, proposed_agency: None, ..event } } else { event }
    };
    Ok(grouped(events.into_iter().map(|event| (event.occurrence, shown(event)))))
}

/// The claims of these occurrences as they were made, withdrawn ones too. The public sees none; other agencies see that there is
/// one, and not what it says.
///
/// # Errors
/// When the database fails.
pub async fn claims(view: &View, ids: Vec<OccurrenceId>) -> Result<HashMap<OccurrenceId, Vec<Claim>>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let scope = view.ctx().report_scope();
    if scope.is_published() {
        return Ok(HashMap::new());
    }
    let (programmes, claims) =
        view.read(move |conn| Ok::<_, DbError>((occurrence::programmes(conn, &ids)?, occurrence::claims(conn, &ids)?))).await?;
    let opens = |claim: &Claim| programmes.get(&claim.occurrence).is_some_and(|programme| scope.opens(claim.agency, *programme, true));
    let shown = |claim: Claim| if opens(&claim) { claim } else { Claim { note: String::new(), report: None, ..claim } };
    Ok(grouped(claims.into_iter().map(|claim| (claim.occurrence, shown(claim)))))
}

/// The requests for more time of these occurrences as they were made: one's own agency's, and everybody's that were approved.
///
/// # Errors
/// When the database fails.
pub async fn extensions(view: &View, ids: Vec<OccurrenceId>) -> Result<HashMap<OccurrenceId, Vec<Extension>>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let scope = view.ctx().report_scope();
    let (programmes, asked) =
        view.read(move |conn| Ok::<_, DbError>((occurrence::programmes(conn, &ids)?, occurrence::extensions(conn, &ids)?))).await?;
    let is_shown = |one: &Extension| programmes.get(&one.occurrence).is_some_and(|programme| is_shown(&scope, one, *programme));
    let shown = asked.into_iter().filter(is_shown);
    Ok(grouped(shown.map(|one| (one.occurrence, one))))
}

/// The designations of these tasks in order, of which the last one may be in force.
///
/// # Errors
/// When the database fails.
pub async fn principals(view: &View, tasks: Vec<TaskId>) -> Result<HashMap<TaskId, Vec<Principal>>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    Ok(grouped(view.read(move |conn| occurrence::principals(conn, &tasks)).await?.into_iter().map(|named| (named.task, named))))
}

/// Who leads these tasks on these days, the first ones before anybody did: by name, or as a member of a collective.
///
/// Of a task-year, `Occurrence::led_on` says the day.
///
/// # Errors
/// When the database fails.
pub async fn leads(view: &View, wanted: Vec<(TaskId, NaiveDate)>) -> Result<HashMap<(TaskId, NaiveDate), Vec<AgencyId>>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let tasks: Vec<TaskId> = wanted.iter().map(|(task, _)| *task).collect::<HashSet<_>>().into_iter().collect();
    let assigned = view.read(move |conn| task::assignments_ever(conn, &tasks)).await?;
    let assigned = grouped(assigned.into_iter().map(|assignment| (assignment.task, assignment)));
    let catalogue = view.catalogue().await?;
    let of = |task, day: NaiveDate| {
        let assigned: &[_] = assigned.get(&task).map_or(&[], Vec::as_slice);
        facts::leads(catalogue, assigned, facts::first(assigned).map_or(day, |first| day.max(first)))
    };
    Ok(wanted.into_iter().map(|(task, day)| ((task, day), of(task, day))).collect())
}
