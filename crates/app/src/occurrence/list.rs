//! Lists of occurrences as they were on a day: a page, how many, and of many filters at once.
//! Must not say a condition: the statements are `persistence::seen`.

use std::collections::HashMap;

use chrono::{Datelike, Days, NaiveDate};
use domain::{
    error::{Code, Fault, Refusal},
    id::Id,
    occurrence::{NEARLY_DUE_DAYS, Timeliness},
    page::{Direction, Page},
    policy::Action,
    programme::ProgrammeId,
    statistics::Figure,
    task::{Occurrence, OccurrenceStatus},
};
use persistence::seen::{self, SeenFilter, Sight};
use uuid::Uuid;

use crate::{
    Error, View,
    catalogue::Catalogue,
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
    Ok(Sight { day, is_past: day < today, near, with_coming: false })
}

/// What the cursors of a list are for.
fn name(filter: &OccurrenceFilter, descending: bool) -> String {
    format!("occurrences {descending} {filter:?}")
}

/// A page of occurrences by identifier, as they were on the filter's day.
///
/// # Errors
/// `PAGE_INVALID`, `CURSOR_INVALID`, `QUERY_INVALID`.
pub async fn list(view: &View, filter: &OccurrenceFilter, descending: bool, args: &PageArgs) -> Result<Listing<Occurrence>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let list = name(filter, descending);
    let request = args.request::<Uuid>(&list)?.map(Id::from_uuid);
    let Some(stored) = stored_filter(view, filter).await? else { return Ok(Listing::default()) };
    let page = view.read(move |conn| seen::page(conn, &stored.filter, stored.sight, descending, &request)).await?;
    Ok(Listing::of(page, &list, |occurrence| occurrence.id.uuid()))
}

/// The first pages of the lists of many filters, or the last ones, each as [`list`] gives it: one statement for filters of one day
/// that say something of the same things.
///
/// # Errors
/// `PAGE_INVALID`, `CURSOR_INVALID` for a cursor where there are many, `QUERY_INVALID`.
pub async fn heads(
    view: &View,
    filters: Vec<OccurrenceFilter>,
    descending: bool,
    args: &PageArgs,
) -> Result<HashMap<OccurrenceFilter, Listing<Occurrence>>, Error> {
    if let [filter] = filters.as_slice() {
        let listing = list(view, filter, descending, args).await?;
        return Ok(HashMap::from([(filter.clone(), listing)]));
    }
    view.ctx().allow(Action::ReadPublished)?;
    let request = args.request::<Uuid>("")?;
    let (down, limit) = ((request.direction == Direction::Backward) != descending, request.size + 1);
    let mut pages: HashMap<OccurrenceFilter, Listing<Occurrence>> = HashMap::new();
    for (sight, (known, stored)) in by_sight(view, &filters).await? {
        let heads = view.read(move |conn| seen::heads(conn, &stored, sight, down, limit)).await?;
        for (filter, rows) in known.into_iter().zip(heads) {
            let listing = Listing::of(Page::cut(rows, &request), &name(filter, descending), |occurrence| occurrence.id.uuid());
            pages.insert(filter.clone(), listing);
        }
    }
    for filter in filters {
        pages.entry(filter).or_default();
    }
    Ok(pages)
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

/// How many occurrences there were of each filter: one statement for filters of one day that say something of the same things.
///
/// # Errors
/// `QUERY_INVALID`.
pub async fn counts(view: &View, filters: Vec<OccurrenceFilter>) -> Result<HashMap<OccurrenceFilter, i64>, Error> {
    if let [filter] = filters.as_slice() {
        let count = count(view, filter).await?;
        return Ok(HashMap::from([(filter.clone(), count)]));
    }
    view.ctx().allow(Action::ReadPublished)?;
    let mut counts: HashMap<OccurrenceFilter, i64> = HashMap::new();
    for (sight, (known, stored)) in by_sight(view, &filters).await? {
        let found = view.read(move |conn| seen::counts(conn, &stored, sight)).await?;
        counts.extend(known.into_iter().cloned().zip(found));
    }
    for filter in filters {
        counts.entry(filter).or_insert(0);
    }
    Ok(counts)
}

/// Filters with what the database takes for them, by the day from which they look; those whose code names nothing are left out.
type BySight<'a> = HashMap<Sight, (Vec<&'a OccurrenceFilter>, Vec<SeenFilter>)>;

async fn by_sight<'a>(view: &View, filters: &'a [OccurrenceFilter]) -> Result<BySight<'a>, Error> {
    let mut by_sight = BySight::new();
    for (filter, stored) in filters.iter().zip(all_resolved(view, filters).await?) {
        if let Ok(stored) = stored {
            let (known, of_day) = by_sight.entry(stored.sight).or_default();
            known.push(filter);
            of_day.push(stored.filter);
        }
    }
    Ok(by_sight)
}

/// The filter with identifiers for codes; `None` when a code is unknown, so that nothing can fit.
async fn stored_filter(view: &View, filter: &OccurrenceFilter) -> Result<Option<Stored>, Error> {
    Ok(resolved(view, filter).await?.ok())
}

/// The filter with identifiers for codes, or where the code stands that names nothing.
pub(crate) async fn resolved(view: &View, filter: &OccurrenceFilter) -> Result<Result<Stored, &'static str>, Error> {
    let found = all_resolved(view, std::slice::from_ref(filter)).await?.pop();
    found.ok_or(Error::Internal("a filter was not resolved"))
}

/// Each filter with identifiers for codes, or where the code stands that names nothing; the codes of tasks are read together.
async fn all_resolved(view: &View, filters: &[OccurrenceFilter]) -> Result<Vec<Result<Stored, &'static str>>, Error> {
    let catalogue = view.catalogue().await?;
    let mut all = filters.iter().map(|filter| known(view, catalogue, filter)).collect::<Result<Vec<_>, Error>>()?;
    let coded =
        |(filter, stored): (&OccurrenceFilter, &Result<Stored, _>)| Some((stored.as_ref().ok()?.filter.programme?, filter.task.clone()?));
    let wanted: Vec<(ProgrammeId, String)> = filters.iter().zip(&all).filter_map(coded).collect();
    if wanted.is_empty() {
        return Ok(all);
    }
    let tasks = crate::task::by_codes(view, wanted).await?;
    for (filter, resolved) in filters.iter().zip(&mut all) {
        let (Ok(stored), Some(code)) = (resolved.as_mut(), &filter.task) else { continue };
        let task = stored.filter.programme.and_then(|programme| tasks.get(&(programme, code.clone())));
        match task {
            Some(task) => stored.filter.task = Some(task.id),
            None => *resolved = Err("/task"),
        }
    }
    Ok(all)
}

/// The filter with the identifiers that the catalogue knows, all but the task's.
fn known(view: &View, catalogue: &Catalogue, filter: &OccurrenceFilter) -> Result<Result<Stored, &'static str>, Error> {
    let sight = sight(view, filter.as_of, filter.nearly_due_days)?;
    if filter.from_year.zip(filter.to_year).is_some_and(|(from, to)| from > to) {
        return Err(Refusal::with_faults(Code::QueryInvalid, vec![Fault::new("/toYear", Code::PeriodInconsistent)]).into());
    }
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
    if filter.task.is_some() && stored.programme.is_none() {
        return Err(needs_programme("/task").into());
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
