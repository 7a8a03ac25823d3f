//! Occurrences: what became of a task in a year, lists of them (`list`), and doing something about it (`act`, `extension`, `principal`).
//! Must not let anything change without the revision that it rests on, or without an entry and an event.
//! The rules are `domain::occurrence`; figures over many are `statistics`.

mod act;
mod extension;
mod facts;
mod list;
mod principal;

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use domain::{
    agency::AgencyId,
    occurrence::{Claim, Extension, OccurrenceEvent, Principal},
    policy::Action,
    task::{Occurrence, OccurrenceId, TaskId},
};
use persistence::{DbError, occurrence, task};

pub(crate) use act::news;
pub use act::{Change, Ground, act};
use extension::is_shown;
pub(crate) use extension::news as extension_news;
pub use extension::{Decided, approve, ask, reject, withdraw};
pub(crate) use facts::{first as first_assigned, leads as leads_in};
pub use list::{OccurrenceFilter, count, counts, heads, list};
pub(crate) use list::{resolved, sight};
pub use principal::{Designation, designate};

use crate::{Error, View, document::grouped};

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
