//! Reading what a programme says beside its tasks.
//! Must not change it; a programme changes by import or amendment.
//! The queries are `persistence::plan`.

use std::{collections::HashMap, hash::Hash, sync::Arc};

use domain::{
    id::Id,
    policy::{Action, Resource},
    programme::{Certainty, Channel, FundingSource, KnownIssue, Measure, Objective, Programme, ProgrammeId, Responsibility, Target},
    task::TaskId,
};
use persistence::{Conn, DbError, plan};

use crate::{Error, View, document::grouped};

/// The programme with this code.
///
/// # Errors
/// When the database fails.
pub async fn programme(view: &View, code: &str) -> Result<Option<Arc<Programme>>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    Ok(view.catalogue().await?.programme_by_code(code).cloned())
}

/// Reads rows of one kind for many owners and gathers them.
async fn gathered<K, O, V>(
    view: &View,
    owners: Vec<K>,
    read: fn(&mut Conn, &[K]) -> Result<Vec<V>, DbError>,
    owner: fn(&V) -> O,
) -> Result<HashMap<O, Vec<V>>, Error>
where
    K: Send + 'static,
    O: Hash + Eq,
    V: Send + 'static,
{
    view.ctx().allow(Action::ReadPublished)?;
    let rows = view.read(move |conn| read(conn, &owners)).await?;
    Ok(grouped(rows.into_iter().map(|row| (owner(&row), row))))
}

/// The objectives of these programmes.
///
/// # Errors
/// When the database fails.
pub async fn objectives(view: &View, programmes: Vec<ProgrammeId>) -> Result<HashMap<ProgrammeId, Vec<Objective>>, Error> {
    gathered(view, programmes, plan::objectives, |row| row.programme).await
}

/// The targets of these programmes.
///
/// # Errors
/// When the database fails.
pub async fn targets(view: &View, programmes: Vec<ProgrammeId>) -> Result<HashMap<ProgrammeId, Vec<Target>>, Error> {
    gathered(view, programmes, plan::targets, |row| row.programme).await
}

/// The objectives with these identifiers.
///
/// # Errors
/// When the database fails.
pub async fn objectives_by_ids(view: &View, ids: Vec<Id<Objective>>) -> Result<HashMap<Id<Objective>, Vec<Objective>>, Error> {
    gathered(view, ids, plan::objectives_by_ids, |row| row.id).await
}

/// The targets with these identifiers.
///
/// # Errors
/// When the database fails.
pub async fn targets_by_ids(view: &View, ids: Vec<Id<Target>>) -> Result<HashMap<Id<Target>, Vec<Target>>, Error> {
    gathered(view, ids, plan::targets_by_ids, |row| row.id).await
}

/// The measures of these programmes.
///
/// # Errors
/// When the database fails.
pub async fn measures(view: &View, programmes: Vec<ProgrammeId>) -> Result<HashMap<ProgrammeId, Vec<Measure>>, Error> {
    gathered(view, programmes, plan::measures, |row| row.programme).await
}

/// The tasks that carry out these measures, with how sure that is.
///
/// # Errors
/// When the database fails.
pub async fn measure_tasks(view: &View, ids: Vec<Id<Measure>>) -> Result<HashMap<Id<Measure>, Vec<MeasureTask>>, Error> {
    gathered(view, ids, |conn, ids| plan::measure_tasks(conn, ids, false), |row| row.0).await
}

/// The tasks that ever carried out these measures, as these are worded now.
///
/// # Errors
/// When the database fails.
pub async fn measure_tasks_ever(view: &View, ids: Vec<Id<Measure>>) -> Result<HashMap<Id<Measure>, Vec<MeasureTask>>, Error> {
    gathered(view, ids, |conn, ids| plan::measure_tasks(conn, ids, true), |row| row.0).await
}

/// A measure, a task that carries it out, and how sure that is.
pub type MeasureTask = (Id<Measure>, TaskId, Certainty);

/// The targets that belong to these measures.
///
/// # Errors
/// When the database fails.
pub async fn measure_targets(view: &View, ids: Vec<Id<Measure>>) -> Result<HashMap<Id<Measure>, Vec<MeasureTarget>>, Error> {
    gathered(view, ids, |conn, ids| plan::measure_targets(conn, ids, false), |row| row.0).await
}

/// The targets that ever belonged to these measures, as these are worded now.
///
/// # Errors
/// When the database fails.
pub async fn measure_targets_ever(view: &View, ids: Vec<Id<Measure>>) -> Result<HashMap<Id<Measure>, Vec<MeasureTarget>>, Error> {
    gathered(view, ids, |conn, ids| plan::measure_targets(conn, ids, true), |row| row.0).await
}

/// The duties that these programmes give to agencies.
///
/// # Errors
/// When the database fails.
pub async fn responsibilities(view: &View, programmes: Vec<ProgrammeId>) -> Result<HashMap<ProgrammeId, Vec<Responsibility>>, Error> {
    gathered(view, programmes, plan::responsibilities, |row| row.programme).await
}

pub use persistence::plan::{DutyAgency as ResponsibilityAgency, MeasureTarget};

/// The other agencies of these duties.
///
/// # Errors
/// When the database fails.
pub async fn responsibility_agencies(
    view: &View,
    ids: Vec<Id<Responsibility>>,
) -> Result<HashMap<Id<Responsibility>, Vec<ResponsibilityAgency>>, Error> {
    gathered(view, ids, plan::responsibility_agencies, |row| row.0).await
}

/// The systems that these programmes name.
///
/// # Errors
/// When the database fails.
pub async fn channels(view: &View, programmes: Vec<ProgrammeId>) -> Result<HashMap<ProgrammeId, Vec<Channel>>, Error> {
    gathered(view, programmes, plan::channels, |row| row.programme).await
}

/// Where the money of these programmes is to come from.
///
/// # Errors
/// When the database fails.
pub async fn funding_sources(view: &View, programmes: Vec<ProgrammeId>) -> Result<HashMap<ProgrammeId, Vec<FundingSource>>, Error> {
    gathered(view, programmes, plan::funding_sources, |row| row.programme).await
}

/// The known defects of these programmes' texts; who confirmed a reading is told to whoever may know.
///
/// # Errors
/// When the database fails.
pub async fn known_issues(view: &View, programmes: Vec<ProgrammeId>) -> Result<HashMap<ProgrammeId, Vec<KnownIssue>>, Error> {
    let mut found = gathered(view, programmes, plan::known_issues, |row| row.programme).await?;
    for issue in found.values_mut().flatten() {
        told(view, issue);
    }
    Ok(found)
}

/// Leaves out who confirmed a reading, for whoever has nothing to do with the programme.
fn told(view: &View, issue: &mut KnownIssue) {
    let on = Resource { programme: Some(issue.programme), ..Resource::default() };
    if let Some(confirmation) = &mut issue.confirmation
        && view.ctx().allow_on(Action::ReadConfirmers, &on).is_err()
    {
        confirmation.by = None;
    }
}

/// The known defects that concern these tasks, told as those of programmes.
///
/// # Errors
/// When the database fails.
pub async fn known_issues_of_tasks(view: &View, tasks: Vec<TaskId>) -> Result<HashMap<TaskId, Vec<(TaskId, KnownIssue)>>, Error> {
    let mut found = gathered(view, tasks, plan::known_issues_of_tasks, |row| row.0).await?;
    for (_, issue) in found.values_mut().flatten() {
        told(view, issue);
    }
    Ok(found)
}
