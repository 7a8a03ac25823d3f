//! Reports: reading here; handing in `submit`, `by_ref` and `batch`, writing `draft`, reviewing `review`, consolidating `consolidate`.
//! Must not show a report outside the caller's scope, not even that it exists.
//! The rules are `domain::report`, the queries `persistence::report`, what was done before `history`.

mod acts;
mod answer;
mod batch;
mod by_ref;
mod consolidate;
mod draft;
mod facts;
mod history;
mod measure;
mod review;
mod similar;
mod submit;

use std::collections::HashMap;

use domain::{
    error::Refusal,
    id::Id,
    page::{Direction, Page, PageRequest},
    policy::Action,
    report::{Report, ReportId, ReportStatus},
    task::TaskId,
    text,
};
use persistence::report::{self, ReportFilter as StoredFilter};
use uuid::Uuid;

pub(crate) use acts::{news, written};
pub(crate) use answer::estimates_until;
pub use batch::{
    Batch, BatchOutcome, MAX_ROW_FAULTS, MAX_ROWS, Rehearsed, Row, RowOutcome, RowReport, Stored, StoredKind, rehearse_all, submit_all,
};
pub use by_ref::{Expected, Put, put};
pub use consolidate::{Consolidation, MAX_SOURCES, consolidate};
pub use draft::{discard, save_draft, send};
pub use facts::{About, Contents};
pub(crate) use history::seen;
pub use history::{
    drafts_of, events, events_of, files_changed, is_inside, names, sources, version, version_changes, versions, versions_of,
};
pub use review::{accept, give_back, reopen};
pub use similar::{Similar, similar};
pub use submit::{NewReport, Received, Submitted, create_draft, enter, submit};

use crate::{
    Error, View,
    document::grouped,
    listing::{Listing, PageArgs},
};

/// Which reports, by codes. Every condition given must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ReportFilter {
    pub programme: Option<String>,
    /// Needs `programme`, as codes of tasks are unique only within one.
    pub task: Option<String>,
    pub agency: Option<String>,
    pub year: Option<i32>,
    /// E.g. 2019-Q2.
    pub period: Option<String>,
    pub status: Option<ReportStatus>,
    pub external_ref: Option<String>,
}

/// A page of the reports in the caller's scope by identifier: in the order in which they were made, give or take the moments
/// that nodes work side by side.
///
/// # Errors
/// `PAGE_INVALID`, `CURSOR_INVALID`.
pub async fn list(view: &View, filter: &ReportFilter, descending: bool, args: &PageArgs) -> Result<Listing<Report>, Error> {
    view.ctx().allow(Action::ReadReports)?;
    let scope = view.ctx().report_scope();
    let list = format!("reports {descending} {filter:?} {scope:?}");
    let request = request(args, &list)?;
    let Some(stored) = stored_filter(view, filter).await? else {
        return Ok(Listing::default());
    };
    let page = view.read(move |conn| report::page(conn, &scope, &stored, descending, &request)).await?;
    Ok(Listing::of(page, &list, |report| report.id.uuid()))
}

fn request(args: &PageArgs, list: &str) -> Result<PageRequest<ReportId>, Refusal> {
    Ok(args.request::<Uuid>(list)?.map(Id::from_uuid))
}

/// How many reports are in the caller's scope.
///
/// # Errors
/// When the database fails.
pub async fn count(view: &View, filter: &ReportFilter) -> Result<i64, Error> {
    view.ctx().allow(Action::ReadReports)?;
    let scope = view.ctx().report_scope();
    let Some(stored) = stored_filter(view, filter).await? else { return Ok(0) };
    view.read(move |conn| report::count(conn, &scope, &stored)).await
}

/// The filter with identifiers for codes; `None` when a code is unknown, so that nothing can fit.
async fn stored_filter(view: &View, filter: &ReportFilter) -> Result<Option<StoredFilter>, Error> {
    let catalogue = view.catalogue().await?;
    if [&filter.external_ref, &filter.period].into_iter().flatten().any(|text| !text::storable(text)) {
        return Ok(None);
    }
    let mut stored = StoredFilter {
        year: filter.year,
        period: filter.period.clone(),
        status: filter.status,
        external_ref: filter.external_ref.clone(),
        ..StoredFilter::default()
    };
    if let Some(code) = &filter.programme {
        let Some(programme) = catalogue.programme_by_code(code) else { return Ok(None) };
        stored.programme = Some(programme.id);
    }
    if let Some(code) = &filter.agency {
        let Some(agency) = catalogue.agency_by_code(code) else { return Ok(None) };
        stored.agency = Some(agency.id);
    }
    if let Some(code) = &filter.task {
        let Some(programme) = stored.programme else { return Err(task_without_programme().into()) };
        let Some(task) = crate::task::by_code(view, programme, code.clone()).await? else { return Ok(None) };
        stored.task = Some(task.id);
    }
    Ok(Some(stored))
}

/// Codes of tasks are unique only within a programme.
pub(crate) fn task_without_programme() -> Refusal {
    use domain::error::{Code, Fault};
    let fault = Fault::worded(
        "/task",
        Code::FieldRequired,
        "Lọc theo nhiệm vụ cần có mã chương trình.",
        "Filtering by task needs the programme's code.",
    );
    Refusal::with_faults(Code::QueryInvalid, vec![fault])
}

/// A page of each task's reports.
///
/// Tasks read from the start of their lists share two statements, however many they are; a page after a cursor belongs to
/// one task only.
///
/// # Errors
/// `PAGE_INVALID`, `CURSOR_INVALID`.
pub async fn by_tasks(
    view: &View,
    tasks: Vec<TaskId>,
    filter: StoredFilter,
    descending: bool,
    args: &PageArgs,
) -> Result<HashMap<TaskId, Listing<Report>>, Error> {
    view.ctx().allow(Action::ReadReports)?;
    let scope = view.ctx().report_scope();
    let list = |task: TaskId| format!("reports of {task} {descending} {filter:?} {scope:?}");
    if args.has_cursor() {
        let mut pages = HashMap::new();
        for task in tasks {
            let (list, filter) = (list(task), StoredFilter { task: Some(task), ..filter.clone() });
            let request = request(args, &list)?;
            let scope = scope.clone();
            let page = view.read(move |conn| report::page(conn, &scope, &filter, descending, &request)).await?;
            pages.insert(task, Listing::of(page, &list, |report| report.id.uuid()));
        }
        return Ok(pages);
    }
    let head = request(args, "")?;
    let down = (head.direction == Direction::Backward) != descending;
    let (wanted, stored, limit) = (tasks.clone(), filter.clone(), head.size + 1);
    let asked = scope.clone();
    let rows = view.read(move |conn| report::heads_by_task(conn, &asked, &stored, &wanted, down, limit)).await?;
    let mut rows = grouped(rows.into_iter().filter_map(|report| Some((report.task?, report))));
    let page = |task: &TaskId, rows| Listing::of(Page::cut(rows, &head), &list(*task), |report: &Report| report.id.uuid());
    Ok(tasks.iter().map(|task| (*task, page(task, rows.remove(task).unwrap_or_default()))).collect())
}

/// How many reports each of these tasks has in the caller's scope.
///
/// # Errors
/// When the database fails.
pub async fn count_by_tasks(view: &View, tasks: Vec<TaskId>, filter: StoredFilter) -> Result<HashMap<TaskId, i64>, Error> {
    view.ctx().allow(Action::ReadReports)?;
    let scope = view.ctx().report_scope();
    Ok(view.read(move |conn| report::count_by_task(conn, &scope, &filter, &tasks)).await?.into_iter().collect())
}

/// The reports with these identifiers that the caller may know of.
///
/// # Errors
/// When the database fails.
pub async fn by_ids(view: &View, ids: Vec<ReportId>) -> Result<HashMap<ReportId, Report>, Error> {
    view.ctx().allow(Action::ReadReports)?;
    let scope = view.ctx().report_scope();
    let found = view.read(move |conn| report::by_ids(conn, &scope, &ids)).await?;
    Ok(found.into_iter().map(|report| (report.id, report)).collect())
}

/// The report with this identifier, if the caller may know of it.
///
/// # Errors
/// When the database fails.
pub async fn by_id(view: &View, id: ReportId) -> Result<Option<Report>, Error> {
    view.ctx().allow(Action::ReadReports)?;
    let scope = view.ctx().report_scope();
    view.read(move |conn| report::by_id(conn, &scope, id)).await
}
