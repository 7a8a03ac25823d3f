//! Reading tasks with their assignments and occurrences.
//! Must not change them; a task changes by import or amendment.
//! The queries are `persistence::task`.

use std::collections::{HashMap, HashSet};

use chrono::{Datelike, NaiveDate};
use domain::{
    agency::AgencyId,
    error::{Code, Fault, Refusal},
    id::Id,
    policy::Action,
    programme::{ProgrammeId, TaskGroup},
    task::{Assignment, AssignmentRole, Occurrence, Task, TaskId},
    text,
};
use persistence::{
    Conn,
    task::{self, TaskFilter as StoredFilter, TaskKey, TaskSort},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    Error, View,
    document::grouped,
    listing::{Listing, PageArgs},
};

pub use persistence::task::TaskSort as Sort;

/// Which tasks, by codes. Every condition given must hold.
#[derive(Clone, Debug, Default)]
pub struct TaskFilter {
    pub programme: Option<String>,
    /// Needs `programme`, as codes of groups are unique only within one.
    pub group: Option<String>,
    pub code: Option<String>,
    /// Assigned to this agency, in `role` if that is given.
    pub agency: Option<String>,
    /// Led by this agency.
    pub lead_agency: Option<String>,
    /// Also count an agency as assigned where a collective with it on its roll is.
    pub through_collectives: bool,
    pub role: Option<AssignmentRole>,
    /// With an occurrence in this year.
    pub year: Option<i32>,
    /// Part of the title, without regard to case and diacritics.
    pub text: Option<String>,
    /// What was in force at the end of this day, in its words; as things are where nothing is said. Who is assigned is told by a `year`
    /// where there is one.
    pub as_of: Option<NaiveDate>,
}

#[derive(Deserialize, Serialize)]
#[serde(untagged)]
enum CursorKey {
    Annex(Uuid, i32, Uuid),
    Year(i32, Uuid),
    Title(String, Uuid),
}

/// A page of tasks.
///
/// # Errors
/// `PAGE_INVALID`, `CURSOR_INVALID`, `QUERY_INVALID`.
pub async fn list(view: &View, filter: &TaskFilter, sort: TaskSort, descending: bool, args: &PageArgs) -> Result<Listing<Task>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let list = format!("tasks {sort:?} {descending} {filter:?}");
    let request = args.request::<CursorKey>(&list)?.try_map(|key| position(key, sort))?;
    let Some(stored) = stored_filter(view, filter).await? else {
        return Ok(Listing::default());
    };
    let day = filter.as_of.unwrap_or_else(|| view.today());
    let page = view.read(move |conn| task::page(conn, &stored, sort, descending, &request, day)).await?;
    Ok(Listing::of(page, &list, |task| key(task, sort)))
}

fn key(task: &Task, sort: TaskSort) -> CursorKey {
    match TaskKey::of(task, sort) {
        TaskKey::Annex { programme, rank, id } => CursorKey::Annex(programme.uuid(), rank, id.uuid()),
        TaskKey::Year { year, id } => CursorKey::Year(year, id.uuid()),
        TaskKey::Title { key, id } => CursorKey::Title(key, id.uuid()),
    }
}

fn position(key: CursorKey, sort: TaskSort) -> Result<TaskKey, Refusal> {
    match (sort, key) {
        (TaskSort::Annex, CursorKey::Annex(programme, rank, id)) => {
            Ok(TaskKey::Annex { programme: Id::from_uuid(programme), rank, id: Id::from_uuid(id) })
        }
        (TaskSort::StartYear | TaskSort::EndYear, CursorKey::Year(year, id)) => Ok(TaskKey::Year { year, id: Id::from_uuid(id) }),
        (TaskSort::Title, CursorKey::Title(key, id)) => Ok(TaskKey::Title { key, id: Id::from_uuid(id) }),
        _ => Err(Refusal::new(Code::CursorInvalid)),
    }
}

/// How many tasks there are.
///
/// # Errors
/// `QUERY_INVALID`.
pub async fn count(view: &View, filter: &TaskFilter) -> Result<i64, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let Some(stored) = stored_filter(view, filter).await? else { return Ok(0) };
    let day = filter.as_of.unwrap_or_else(|| view.today());
    view.read(move |conn| task::count(conn, &stored, day)).await
}

/// The filter with identifiers for codes; `None` when a code is unknown, so that nothing can fit.
async fn stored_filter(view: &View, filter: &TaskFilter) -> Result<Option<StoredFilter>, Error> {
    if filter.text.as_ref().is_some_and(|text| text.chars().count() > text::MAX_SEARCH) {
        return Err(text_too_long().into());
    }
    let catalogue = view.catalogue().await?;
    if [&filter.code, &filter.text].into_iter().flatten().any(|text| !text::storable(text)) {
        return Ok(None);
    }
    let mut stored = StoredFilter { code: filter.code.clone(), year: filter.year, as_of: filter.as_of, ..StoredFilter::default() };
    stored.title_part = filter.text.as_deref().map(text::fold);
    let programme = filter.programme.as_deref().map(|code| catalogue.programme_by_code(code));
    if let Some(programme) = programme {
        let Some(programme) = programme else { return Ok(None) };
        stored.programme = Some(programme.id);
    }
    if let Some(code) = &filter.group {
        let Some(Some(programme)) = programme else { return Err(group_without_programme().into()) };
        let Some(group) = programme.group_coded(code) else { return Ok(None) };
        stored.group = Some(group.id);
    }
    let year = filter.year.unwrap_or_else(|| filter.as_of.unwrap_or_else(|| view.today()).year());
    let wanted = [(&filter.agency, filter.role), (&filter.lead_agency, filter.lead_agency.as_ref().map(|_| AssignmentRole::Lead))];
    for (code, role) in wanted {
        let mut agencies: Option<Vec<AgencyId>> = None;
        if let Some(code) = code {
            let Some(agency) = catalogue.agency_by_code(code) else { return Ok(None) };
            let through = if filter.through_collectives { catalogue.collectives_with(agency.id, year) } else { HashSet::new() };
            agencies = Some(std::iter::once(agency.id).chain(through).collect());
        }
        if agencies.is_some() || role.is_some() {
            stored.assigned.push((agencies, role));
        }
    }
    Ok(Some(stored))
}

fn text_too_long() -> Refusal {
    let limit = text::MAX_SEARCH;
    let fault = Fault::worded(
        "/text",
        Code::LengthOutOfRange,
        format!("Chuỗi tìm kiếm dài nhất {limit} ký tự."),
        format!("A search text has at most {limit} characters."),
    );
    Refusal::with_faults(Code::QueryInvalid, vec![fault])
}

fn group_without_programme() -> Refusal {
    let fault = Fault::worded(
        "/group",
        Code::FieldRequired,
        "Lọc theo nhóm cần có mã chương trình.",
        "Filtering by group needs the programme's code.",
    );
    Refusal::with_faults(Code::QueryInvalid, vec![fault])
}

/// The tasks with these identifiers.
///
/// # Errors
/// When the database fails.
pub async fn by_ids(view: &View, ids: Vec<TaskId>) -> Result<HashMap<TaskId, Task>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let found = view.read(move |conn| task::by_ids(conn, &ids)).await?;
    Ok(found.into_iter().map(|task| (task.id, task)).collect())
}

/// The tasks of these groups in the order of the annex.
///
/// # Errors
/// When the database fails.
pub async fn by_groups(view: &View, groups: Vec<Id<TaskGroup>>) -> Result<HashMap<Id<TaskGroup>, Vec<Task>>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    Ok(grouped(view.read(move |conn| task::by_groups(conn, &groups)).await?.into_iter().map(|task| (task.group, task))))
}

/// The task of a programme with this code.
///
/// # Errors
/// When the database fails.
pub async fn by_code(view: &View, programme: ProgrammeId, code: String) -> Result<Option<Task>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    if !text::storable(&code) {
        return Ok(None);
    }
    view.read(move |conn| task::by_code(conn, programme, &code)).await
}

/// The tasks of programmes with these codes, of those that there are.
///
/// # Errors
/// When the database fails.
pub async fn by_codes(view: &View, keys: Vec<(ProgrammeId, String)>) -> Result<HashMap<(ProgrammeId, String), Task>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let keys: HashSet<(ProgrammeId, String)> = keys.into_iter().filter(|(_, code)| text::storable(code)).collect();
    let (programmes, codes): (Vec<ProgrammeId>, Vec<String>) = keys.iter().cloned().unzip();
    let read = move |conn: &mut Conn| task::by_codes(conn, &programmes, &codes.iter().map(String::as_str).collect::<Vec<_>>());
    let found = view.read(read).await?.into_iter().map(|task| ((task.programme, task.code.to_string()), task));
    Ok(found.filter(|(key, _)| keys.contains(key)).collect())
}

/// The assignments of these tasks that hold on a day, today where none is said, in their order.
///
/// # Errors
/// When the database fails.
pub async fn assignments(view: &View, ids: Vec<TaskId>, as_of: Option<NaiveDate>) -> Result<HashMap<TaskId, Vec<Assignment>>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let day = as_of.unwrap_or_else(|| view.today());
    Ok(grouped(view.read(move |conn| task::assignments(conn, &ids, day)).await?.into_iter().map(|a| (a.task, a))))
}

/// The assignments of tasks, each on a day, in their order; one statement for however many days.
///
/// # Errors
/// When the database fails.
pub async fn assignments_on(view: &View, keys: Vec<(TaskId, NaiveDate)>) -> Result<HashMap<(TaskId, NaiveDate), Vec<Assignment>>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let ids: Vec<TaskId> = keys.iter().map(|(task, _)| *task).collect();
    let mut ever = view.read(move |conn| task::assignments_ever(conn, &ids)).await?;
    ever.sort_by_key(|assignment| (assignment.role != AssignmentRole::Lead, assignment.rank, assignment.id));
    let on = |(task, day): (TaskId, NaiveDate)| {
        let holds = ever.iter().filter(|assignment| assignment.task == task && assignment.validity.contains(day));
        ((task, day), holds.cloned().collect())
    };
    Ok(keys.into_iter().map(on).collect())
}

/// The occurrences of these tasks by year.
///
/// # Errors
/// When the database fails.
pub async fn occurrences(view: &View, ids: Vec<TaskId>) -> Result<HashMap<TaskId, Vec<Occurrence>>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    Ok(grouped(view.read(move |conn| task::occurrences(conn, &ids)).await?.into_iter().map(|o| (o.task, o))))
}
