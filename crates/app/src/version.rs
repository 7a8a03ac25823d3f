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
    programme::{Measure, Objective, Programme, ProgrammeId, Responsibility, Target, TaskGroup},
    task::{Occurrence, OccurrenceId, OccurrenceStatus, Task, TaskId},
    validity::Validity,
};
use persistence::{
    Conn, DbError, amendment as stored, document, occurrence, task,
    wording::{self, Whose},
};
use serde_json::Value;

use crate::{
    Error, View,
    document::grouped,
    listing::{Listing, PageArgs, slice},
};

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
    let programme = programmes_on(view, vec![(programme.id, day)]).await?.into_values().flatten().next().unwrap_or(programme);
    Ok(Some(ProgrammeOn { programme, version, day }))
}

/// Programmes, each as it was worded on a day, with the groups of that day.
///
/// # Errors
/// When the database fails.
pub async fn programmes_on(view: &View, keys: Vec<On<Programme>>) -> Result<HashMap<On<Programme>, Vec<Arc<Programme>>>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let ids: Vec<ProgrammeId> = keys.iter().map(|(id, _)| *id).collect();
    let whose = Whose::Programmes(ids.iter().map(|id| id.uuid()).collect());
    let (mut groups, said) =
        view.read(move |conn| -> Result<_, Error> { Ok((wording::groups(conn, &whose)?, wording::programmes(conn, &ids)?)) }).await?;
    groups.sort_by(|a, b| (a.1, &a.0.code).cmp(&(b.1, &b.0.code)));
    let catalogue = view.catalogue().await?;
    let on = |(id, day): On<Programme>| {
        let now = catalogue.programme(id)?;
        let was = said.iter().find(|(was, validity)| was.id == id && validity.contains(day)).map(|(was, _)| was);
        // Words that hold still have their translations in the catalogue.
        let still = |group: &TaskGroup| {
            let mut known = now.groups.iter().chain(&now.ended_groups);
            known.find(|known| known.id == group.id && known.title.vi == group.title.vi).cloned()
        };
        let of_day = groups.iter().filter(|(group, _, validity)| group.programme == id && validity.contains(day));
        let of_day: Vec<TaskGroup> = of_day.map(|(group, _, _)| still(group).unwrap_or_else(|| group.clone())).collect();
        let others = now.groups.iter().chain(&now.ended_groups).filter(|group| of_day.iter().all(|held| held.id != group.id));
        let ended_groups = others.cloned().collect();
        Some(((id, day), vec![Arc::new(Programme { groups: of_day, ended_groups, ..was.unwrap_or(now).clone() })]))
    };
    Ok(keys.into_iter().filter_map(on).collect())
}

/// The programmes that were in force on a day, by code; all where none is said.
///
/// # Errors
/// When the database fails.
pub async fn signed_by(view: &View, as_of: Option<NaiveDate>) -> Result<Vec<Arc<Programme>>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let all = view.catalogue().await?.programmes();
    let Some(day) = as_of else { return Ok(all.to_vec()) };
    let versions = versions_of(view, all.iter().map(|programme| programme.id).collect()).await?;
    let is_there = |programme: &&Arc<Programme>| {
        versions.get(&programme.id).is_some_and(|versions| versions.iter().any(|version| version.validity.contains(day)))
    };
    Ok(all.iter().filter(is_there).cloned().collect())
}

/// A page of programmes by code: those that were in force on a day, as they were worded on it, or all as they are.
///
/// # Errors
/// `PAGE_INVALID`, `CURSOR_INVALID`.
pub async fn list(view: &View, as_of: Option<NaiveDate>, args: &PageArgs) -> Result<Listing<Arc<Programme>>, Error> {
    let signed = signed_by(view, as_of).await?;
    // A cursor belongs to one list.
    let list = as_of.map_or_else(|| "programmes".to_owned(), |day| format!("programmes {day}"));
    let mut listing = slice(&signed, &list, args, |programme| programme.code.to_string())?;
    if let Some(day) = as_of {
        let mut worded = programmes_on(view, listing.items.iter().map(|(_, programme)| (programme.id, day)).collect()).await?;
        for (_, programme) in &mut listing.items {
            if let Some(was) = worded.remove(&(programme.id, day)).and_then(|mut found| found.pop()) {
                *programme = was;
            }
        }
    }
    Ok(listing)
}

/// Something on a day.
pub type On<T> = (Id<T>, NaiveDate);

/// What is read of owners or of itself, each on a day, in the order of codes.
async fn worded_on<K, T>(
    view: &View,
    keys: Vec<On<K>>,
    read: impl FnOnce(&mut Conn, Vec<Id<K>>) -> Result<Vec<T>, DbError> + Send + 'static,
    told: fn(&T) -> (Id<K>, Validity, &str),
) -> Result<HashMap<On<K>, Vec<T>>, Error>
where
    K: 'static,
    T: Clone + Send + 'static,
{
    view.ctx().allow(Action::ReadPublished)?;
    let ids: Vec<Id<K>> = keys.iter().map(|(id, _)| *id).collect();
    let mut found = view.read(move |conn| read(conn, ids)).await?;
    found.sort_by_cached_key(|one| place(told(one).2));
    let on = |(id, day): On<K>| {
        let holds = |one: &&T| {
            let (of, validity, _) = told(one);
            of == id && validity.contains(day)
        };
        ((id, day), found.iter().filter(holds).cloned().collect())
    };
    Ok(keys.into_iter().map(on).collect())
}

/// Where a code stands among others: "3.1.b" before "3.1.c", "T9" before "T10".
fn place(code: &str) -> Vec<(usize, String)> {
    code.split('.').map(|part| (part.len(), part.to_owned())).collect()
}

/// All of programmes.
fn of<K>(ids: &[Id<K>]) -> Whose {
    Whose::Programmes(ids.iter().map(|id| id.uuid()).collect())
}

/// These rows.
fn rows<K>(ids: &[Id<K>]) -> Whose {
    Whose::Rows(ids.iter().map(|id| id.uuid()).collect())
}

/// The tasks of groups, each on a day, in the order of the annex.
///
/// # Errors
/// When the database fails.
pub async fn tasks_on(view: &View, keys: Vec<On<TaskGroup>>) -> Result<HashMap<On<TaskGroup>, Vec<Task>>, Error> {
    let read = |conn: &mut Conn, groups: Vec<Id<TaskGroup>>| {
        let programmes: HashSet<ProgrammeId> = stored::programmes_of_groups(conn, &groups)?.into_values().collect();
        wording::tasks(conn, &of(&programmes.into_iter().collect::<Vec<_>>()))
    };
    let mut found = worded_on(view, keys, read, |task| (task.group, task.validity, &task.code)).await?;
    for tasks in found.values_mut() {
        tasks.sort_by(|a, b| (a.number, &a.code).cmp(&(b.number, &b.code)));
    }
    Ok(found)
}

/// Tasks, each on a day, alone in a list.
///
/// # Errors
/// When the database fails.
pub async fn tasks_by_ids_on(view: &View, keys: Vec<On<Task>>) -> Result<HashMap<On<Task>, Vec<Task>>, Error> {
    worded_on(view, keys, |conn, ids| wording::tasks(conn, &rows(&ids)), |task| (task.id, task.validity, &task.code)).await
}

/// The targets of programmes, each on a day.
///
/// # Errors
/// When the database fails.
pub async fn targets_on(view: &View, keys: Vec<On<Programme>>) -> Result<HashMap<On<Programme>, Vec<Target>>, Error> {
    let read = |conn: &mut Conn, ids: Vec<ProgrammeId>| wording::targets(conn, &of(&ids));
    worded_on(view, keys, read, |target| (target.programme, target.validity, &target.code)).await
}

/// Targets, each on a day, alone in a list.
///
/// # Errors
/// When the database fails.
pub async fn targets_by_ids_on(view: &View, keys: Vec<On<Target>>) -> Result<HashMap<On<Target>, Vec<Target>>, Error> {
    worded_on(view, keys, |conn, ids| wording::targets(conn, &rows(&ids)), |target| (target.id, target.validity, &target.code)).await
}

/// The objectives of programmes, each on a day.
///
/// # Errors
/// When the database fails.
pub async fn objectives_on(view: &View, keys: Vec<On<Programme>>) -> Result<HashMap<On<Programme>, Vec<Objective>>, Error> {
    let read = |conn: &mut Conn, ids: Vec<ProgrammeId>| wording::objectives(conn, &of(&ids));
    worded_on(view, keys, read, |objective| (objective.programme, objective.validity, &objective.code)).await
}

/// Objectives, each on a day, alone in a list.
///
/// # Errors
/// When the database fails.
pub async fn objectives_by_ids_on(view: &View, keys: Vec<On<Objective>>) -> Result<HashMap<On<Objective>, Vec<Objective>>, Error> {
    let read = |conn: &mut Conn, ids: Vec<Id<Objective>>| wording::objectives(conn, &rows(&ids));
    worded_on(view, keys, read, |objective| (objective.id, objective.validity, &objective.code)).await
}

/// The measures of programmes, each on a day.
///
/// # Errors
/// When the database fails.
pub async fn measures_on(view: &View, keys: Vec<On<Programme>>) -> Result<HashMap<On<Programme>, Vec<Measure>>, Error> {
    let read = |conn: &mut Conn, ids: Vec<ProgrammeId>| wording::measures(conn, &of(&ids));
    worded_on(view, keys, read, |measure| (measure.programme, measure.validity, &measure.code)).await
}

/// The duties of programmes, each on a day.
///
/// # Errors
/// When the database fails.
pub async fn responsibilities_on(view: &View, keys: Vec<On<Programme>>) -> Result<HashMap<On<Programme>, Vec<Responsibility>>, Error> {
    let read = |conn: &mut Conn, ids: Vec<ProgrammeId>| wording::responsibilities(conn, &of(&ids));
    worded_on(view, keys, read, |duty| (duty.programme, duty.validity, &duty.code)).await
}

/// A programme, the code of a task, a day.
type CodeOn = (ProgrammeId, String, NaiveDate);

/// The tasks with these codes as they were worded on a day, of those that there were.
///
/// # Errors
/// When the database fails.
pub async fn tasks_by_codes_on(view: &View, keys: Vec<CodeOn>) -> Result<HashMap<CodeOn, Task>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let programmes: Vec<ProgrammeId> = keys.iter().map(|(programme, ..)| *programme).collect::<HashSet<_>>().into_iter().collect();
    let tasks = view.read(move |conn| wording::tasks(conn, &of(&programmes))).await?;
    let on = |key: CodeOn| {
        let (programme, code, day) = &key;
        let is_it = |task: &&Task| task.programme == *programme && *task.code == **code && task.validity.contains(*day);
        tasks.iter().find(is_it).cloned().map(|task| (key, task))
    };
    Ok(keys.into_iter().filter_map(on).collect())
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
