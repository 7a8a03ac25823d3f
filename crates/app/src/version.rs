//! Reading a programme as it was in force on a day, its versions, and what each changed.
//! Must not change anything; what is answered for a day is the same however many amendments came after it.
//! Amending is `import::amend`; what is in force today is read by `plan` and `task`.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use chrono::NaiveDate;
use domain::{
    amendment::{Version, due_on, versions as in_order},
    id::Id,
    occurrence::{due_as_of, state_as_of},
    policy::Action,
    programme::{Programme, ProgrammeId, Target, TaskGroup},
    task::{Occurrence, OccurrenceId, OccurrenceStatus, Task, TaskId},
};
use persistence::{amendment as stored, document, occurrence, task};
use serde_json::Value;

use crate::{Error, View, document::grouped};

/// A programme as it was in force on a day.
#[derive(Clone, Debug)]
pub struct ProgrammeOn {
    /// With the groups of that day.
    pub programme: Arc<Programme>,
    pub version: Version,
    pub day: NaiveDate,
}

/// The versions of programmes, each in the order of time.
///
/// # Errors
/// When the database fails.
pub async fn versions_of(view: &View, ids: Vec<ProgrammeId>) -> Result<HashMap<ProgrammeId, Vec<Version>>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let catalogue = view.catalogue().await?;
    let decisions: Vec<_> = ids.iter().filter_map(|id| Some((*id, catalogue.programme(*id)?.decision))).collect();
    let documents: Vec<_> = decisions.iter().map(|(_, decision)| *decision).collect();
    let (amendments, documents) = view
        .read(move |conn| -> Result<_, Error> { Ok((stored::of_programmes(conn, &ids)?, document::by_ids(conn, &documents)?)) })
        .await?;
    let amendments = grouped(amendments.into_iter().map(|amendment| (amendment.programme, amendment)));
    let signed = |id| documents.iter().find(|document| document.id == id).and_then(|document| document.effective_on.or(document.issued_on));
    let of = |(id, decision)| (id, in_order(decision, signed(decision), amendments.get(&id).map_or(&[][..], Vec::as_slice)));
    Ok(decisions.into_iter().map(of).collect())
}

/// The versions of a programme in the order of time.
///
/// # Errors
/// When the database fails.
pub async fn versions(view: &View, programme: &Arc<Programme>) -> Result<Vec<Version>, Error> {
    Ok(versions_of(view, vec![programme.id]).await?.remove(&programme.id).unwrap_or_default())
}

/// One version of a programme with its differences from the one before; nothing where there is none.
///
/// # Errors
/// When the database fails.
pub async fn version(view: &View, code: &str, number: i32) -> Result<Option<(Version, Vec<Value>)>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let Some(programme) = view.catalogue().await?.programme_by_code(code).cloned() else { return Ok(None) };
    let Some(version) = versions(view, &programme).await?.into_iter().find(|version| version.number == number) else { return Ok(None) };
    let changes = differences(&version)?;
    Ok(Some((version, changes)))
}

/// How a version differs from the one before: nothing for the one that was signed.
///
/// # Errors
/// When what is stored cannot be read.
pub fn differences(version: &Version) -> Result<Vec<Value>, Error> {
    let Some(amendment) = &version.amendment else { return Ok(Vec::new()) };
    serde_json::from_str(&amendment.changes).map_err(|_| Error::Internal("differences that are no JSON"))
}

/// The programme with this code as it was in force on a day; nothing before it was signed.
///
/// # Errors
/// When the database fails.
pub async fn programme_on(view: &View, code: &str, day: NaiveDate) -> Result<Option<ProgrammeOn>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let Some(programme) = view.catalogue().await?.programme_by_code(code).cloned() else { return Ok(None) };
    let version = versions(view, &programme).await?.into_iter().find(|version| version.validity.contains(day));
    let Some(version) = version else { return Ok(None) };
    let id = programme.id;
    let worded = view.read(move |conn| stored::worded(conn, &[id])).await?;
    let mut groups: Vec<_> = worded.groups.into_iter().filter(|(_, _, validity)| validity.contains(day)).collect();
    groups.sort_by(|a, b| (a.1, &a.0.code).cmp(&(b.1, &b.0.code)));
    // Words that hold still have their translations in the catalogue.
    let now = |group: &TaskGroup| programme.groups.iter().find(|now| now.id == group.id && now.title.vi == group.title.vi).cloned();
    let groups = groups.into_iter().map(|(group, _, _)| now(&group).unwrap_or(group)).collect();
    let programme = Arc::new(Programme { groups, ..(*programme).clone() });
    Ok(Some(ProgrammeOn { programme, version, day }))
}

/// The tasks of groups, each on a day, in the order of the annex.
///
/// # Errors
/// When the database fails.
pub async fn tasks_on(view: &View, keys: Vec<(Id<TaskGroup>, NaiveDate)>) -> Result<HashMap<(Id<TaskGroup>, NaiveDate), Vec<Task>>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let groups: Vec<_> = keys.iter().map(|(group, _)| *group).collect();
    let mut tasks = view
        .read(move |conn| -> Result<_, Error> {
            let programmes: HashSet<ProgrammeId> = stored::programmes_of_groups(conn, &groups)?.into_values().collect();
            Ok(stored::worded(conn, &programmes.into_iter().collect::<Vec<_>>())?.tasks)
        })
        .await?;
    tasks.sort_by(|a, b| (a.number, &a.code).cmp(&(b.number, &b.code)));
    let on = |(group, day): (Id<TaskGroup>, NaiveDate)| {
        ((group, day), tasks.iter().filter(|task| task.group == group && task.validity.contains(day)).cloned().collect())
    };
    Ok(keys.into_iter().map(on).collect())
}

/// The targets of programmes, each on a day.
///
/// # Errors
/// When the database fails.
pub async fn targets_on(view: &View, keys: Vec<(ProgrammeId, NaiveDate)>) -> Result<HashMap<(ProgrammeId, NaiveDate), Vec<Target>>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let programmes: Vec<_> = keys.iter().map(|(programme, _)| *programme).collect();
    let mut targets = view.read(move |conn| stored::worded(conn, &programmes)).await?.targets;
    targets.sort_by(|a, b| (a.code.len(), &a.code).cmp(&(b.code.len(), &b.code)));
    let on = |(programme, day): (ProgrammeId, NaiveDate)| {
        let holds = targets.iter().filter(|target| target.programme == programme && target.validity.contains(day));
        ((programme, day), holds.cloned().collect())
    };
    Ok(keys.into_iter().map(on).collect())
}

/// The task with this code as it was worded on a day.
///
/// # Errors
/// When the database fails.
pub async fn task_on(view: &View, programme: ProgrammeId, code: &str, day: NaiveDate) -> Result<Option<Task>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let tasks = view.read(move |conn| stored::worded(conn, &[programme])).await?.tasks;
    Ok(tasks.into_iter().find(|task| *task.code == *code && task.validity.contains(day)))
}

/// The years of tasks, each as it stood at the end of a day.
///
/// # Errors
/// When the database fails.
pub async fn occurrences_on(view: &View, keys: Vec<(TaskId, NaiveDate)>) -> Result<HashMap<(TaskId, NaiveDate), Vec<Occurrence>>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let tasks: Vec<TaskId> = keys.iter().map(|(task, _)| *task).collect::<HashSet<_>>().into_iter().collect();
    let (known, history, extensions, due) = view
        .read(move |conn| -> Result<_, Error> {
            let known = task::occurrences(conn, &tasks)?;
            let ids: Vec<OccurrenceId> = known.iter().map(|one| one.id).collect();
            let (history, extensions) = (occurrence::history(conn, &ids)?, occurrence::extensions(conn, &ids)?);
            Ok((known, history, extensions, stored::due_days(conn, &ids)?))
        })
        .await?;
    let history = grouped(history.into_iter().map(|event| (event.occurrence, event)));
    let extensions = grouped(extensions.into_iter().map(|one| (one.occurrence, one)));
    let due: HashMap<OccurrenceId, DueDays> = grouped(due);
    let stood = |one: &Occurrence, day: NaiveDate| {
        let status = state_as_of(history.get(&one.id).map_or(&[][..], Vec::as_slice), day);
        let promised = due_on(one.original_due_on, due.get(&one.id).map_or(&[][..], Vec::as_slice), day);
        Occurrence {
            status,
            due_on: due_as_of(promised, extensions.get(&one.id).map_or(&[][..], Vec::as_slice), day),
            completed_on: one.completed_on.filter(|_| status == OccurrenceStatus::Completed),
            ..one.clone()
        }
    };
    let on = |(task, day): (TaskId, NaiveDate)| {
        let there = known.iter().filter(|one| one.task == task && one.valid_from.is_none_or(|from| from <= day));
        ((task, day), there.map(|one| stood(one, day)).collect())
    };
    Ok(keys.into_iter().map(on).collect())
}

/// Days from which due days hold, with these.
pub type DueDays = Vec<(NaiveDate, NaiveDate)>;

/// The due days that amendments set for these occurrences.
///
/// # Errors
/// When the database fails.
pub async fn due_days(view: &View, ids: Vec<OccurrenceId>) -> Result<HashMap<OccurrenceId, DueDays>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    Ok(grouped(view.read(move |conn| stored::due_days(conn, &ids)).await?))
}
