//! Lists of obligations in the caller's scope as of a day: a page, how many, and of many filters at once.
//! Must not show one outside the scope; the statements are `persistence::obligation`.

use std::collections::HashMap;

use chrono::NaiveDate;
use domain::{
    id::Id,
    obligation::ObligationState,
    page::{Direction, Page},
    policy::{Action, ReportScope},
    programme::ProgrammeId,
    statistics::reporting::ReportFigure,
    text,
};
use persistence::obligation::{self, AsOf, ObligationFilter as StoredFilter, ObligationKey};
use uuid::Uuid;

use super::{Owed, as_of_day};
use crate::{
    Error, View,
    catalogue::Catalogue,
    listing::{Listing, PageArgs},
};

/// Which obligations, by codes. Every condition given must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ObligationFilter {
    pub programme: Option<String>,
    pub agency: Option<String>,
    /// Needs `programme`, as codes of tasks are unique only within one.
    pub task: Option<String>,
    pub regime: Option<String>,
    pub year: Option<i32>,
    pub period: Option<String>,
    pub due_before: Option<NaiveDate>,
    pub state: Option<ObligationState>,
    /// Code; needs `programme`.
    pub group: Option<String>,
    /// About the whole programme, not about a task.
    pub is_about_programme: bool,
    pub from_year: Option<i32>,
    /// Included.
    pub to_year: Option<i32>,
    /// Those that a figure counts.
    pub figure: Option<ReportFigure>,
}

/// What the cursors of a list are for.
fn name(filter: &ObligationFilter, as_of: AsOf, scope: &ReportScope) -> String {
    format!("obligations {filter:?} {} {scope:?}", as_of.day)
}

/// Where an obligation stands in a list.
fn key(owed: &Owed) -> (Option<NaiveDate>, Uuid) {
    (owed.obligation.deadline.day(), owed.obligation.id.uuid())
}

/// A page of the obligations in the caller's scope by due day; those whose due day is not known come last.
///
/// # Errors
/// `FORBIDDEN`, `PAGE_INVALID`, `CURSOR_INVALID`, `QUERY_INVALID`.
pub async fn list(view: &View, filter: &ObligationFilter, as_of: Option<NaiveDate>, args: &PageArgs) -> Result<Listing<Owed>, Error> {
    view.ctx().allow(Action::ReadObligations)?;
    let (scope, as_of) = (view.ctx().obligation_scope(), as_of_day(view, as_of));
    let list = name(filter, as_of, &scope);
    let request = args.request::<(Option<NaiveDate>, Uuid)>(&list)?;
    let request = request.map(|(due_on, id)| ObligationKey { due_on, id: Id::from_uuid(id) });
    let Some(stored) = stored_filter(view, filter).await? else { return Ok(Listing::default()) };
    let page = view.read(move |conn| obligation::page(conn, &scope, &stored, as_of, &request)).await?;
    Ok(Listing::of(page.map(|standing| Owed::of(standing, as_of.day)), &list, key))
}

/// The first pages of the lists of many filters, or the last ones, each as [`list`] gives it: one statement for filters that say
/// something of the same things.
///
/// # Errors
/// `FORBIDDEN`, `PAGE_INVALID`, `CURSOR_INVALID` for a cursor where there are many, `QUERY_INVALID`.
pub async fn heads(
    view: &View,
    filters: Vec<ObligationFilter>,
    as_of: Option<NaiveDate>,
    args: &PageArgs,
) -> Result<HashMap<ObligationFilter, Listing<Owed>>, Error> {
    if let [filter] = filters.as_slice() {
        let listing = list(view, filter, as_of, args).await?;
        return Ok(HashMap::from([(filter.clone(), listing)]));
    }
    view.ctx().allow(Action::ReadObligations)?;
    let (scope, as_of) = (view.ctx().obligation_scope(), as_of_day(view, as_of));
    let request = args.request::<(Option<NaiveDate>, Uuid)>("")?;
    let (down, limit) = (request.direction == Direction::Backward, request.size + 1);
    let (known, stored) = all_known(view, &filters).await?;
    let asked = scope.clone();
    let heads = view.read(move |conn| obligation::heads(conn, &asked, &stored, as_of, down, limit)).await?;
    let mut pages: HashMap<ObligationFilter, Listing<Owed>> = HashMap::new();
    for (filter, rows) in known.into_iter().zip(heads) {
        let page = Page::cut(rows, &request).map(|standing| Owed::of(standing, as_of.day));
        pages.insert(filter.clone(), Listing::of(page, &name(filter, as_of, &scope), key));
    }
    for filter in filters {
        pages.entry(filter).or_default();
    }
    Ok(pages)
}

/// How many obligations are in the caller's scope.
///
/// # Errors
/// `FORBIDDEN`, `QUERY_INVALID`.
pub async fn count(view: &View, filter: &ObligationFilter, as_of: Option<NaiveDate>) -> Result<i64, Error> {
    view.ctx().allow(Action::ReadObligations)?;
    let (scope, as_of) = (view.ctx().obligation_scope(), as_of_day(view, as_of));
    let Some(stored) = stored_filter(view, filter).await? else { return Ok(0) };
    view.read(move |conn| obligation::count(conn, &scope, &stored, as_of)).await
}

/// How many obligations of each filter are in the caller's scope: one statement for filters that say something of the same things.
///
/// # Errors
/// `FORBIDDEN`, `QUERY_INVALID`.
pub async fn counts(
    view: &View,
    filters: Vec<ObligationFilter>,
    as_of: Option<NaiveDate>,
) -> Result<HashMap<ObligationFilter, i64>, Error> {
    if let [filter] = filters.as_slice() {
        let count = count(view, filter, as_of).await?;
        return Ok(HashMap::from([(filter.clone(), count)]));
    }
    view.ctx().allow(Action::ReadObligations)?;
    let (scope, as_of) = (view.ctx().obligation_scope(), as_of_day(view, as_of));
    let (known, stored) = all_known(view, &filters).await?;
    let found = view.read(move |conn| obligation::counts(conn, &scope, &stored, as_of)).await?;
    let mut counts: HashMap<ObligationFilter, i64> = known.into_iter().cloned().zip(found).collect();
    for filter in filters {
        counts.entry(filter).or_insert(0);
    }
    Ok(counts)
}

/// Filters with what the database takes for them; those whose code names nothing are left out.
async fn all_known<'a>(view: &View, filters: &'a [ObligationFilter]) -> Result<(Vec<&'a ObligationFilter>, Vec<StoredFilter>), Error> {
    let stored = stored_filters(view, filters).await?;
    Ok(filters.iter().zip(stored).filter_map(|(filter, stored)| Some((filter, stored?))).unzip())
}

/// The filter with identifiers for codes; `None` when a code is unknown, so that nothing can fit.
pub(crate) async fn stored_filter(view: &View, filter: &ObligationFilter) -> Result<Option<StoredFilter>, Error> {
    Ok(stored_filters(view, std::slice::from_ref(filter)).await?.pop().flatten())
}

/// The same of many filters; the codes of tasks are read together.
async fn stored_filters(view: &View, filters: &[ObligationFilter]) -> Result<Vec<Option<StoredFilter>>, Error> {
    let catalogue = view.catalogue().await?;
    let mut all = filters.iter().map(|filter| known(catalogue, filter)).collect::<Result<Vec<_>, Error>>()?;
    let coded = |(filter, stored): (&ObligationFilter, &Option<StoredFilter>)| Some((stored.as_ref()?.programme?, filter.task.clone()?));
    let wanted: Vec<(ProgrammeId, String)> = filters.iter().zip(&all).filter_map(coded).collect();
    if wanted.is_empty() {
        return Ok(all);
    }
    let tasks = crate::task::by_codes(view, wanted).await?;
    for (filter, stored) in filters.iter().zip(&mut all) {
        let (Some(of), Some(code)) = (stored.as_mut(), &filter.task) else { continue };
        let task = of.programme.and_then(|programme| tasks.get(&(programme, code.clone())));
        match task {
            Some(task) => of.task = Some(task.id),
            None => *stored = None,
        }
    }
    Ok(all)
}

/// The filter with the identifiers that the catalogue knows, all but the task's.
fn known(catalogue: &Catalogue, filter: &ObligationFilter) -> Result<Option<StoredFilter>, Error> {
    if [&filter.regime, &filter.period].into_iter().flatten().any(|text| !text::storable(text)) {
        return Ok(None);
    }
    let mut stored = StoredFilter {
        regime: filter.regime.clone(),
        year: filter.year,
        period: filter.period.clone(),
        due_before: filter.due_before,
        state: filter.state,
        is_about_programme: filter.is_about_programme,
        from_year: filter.from_year,
        to_year: filter.to_year,
        figure: filter.figure,
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
    if let Some(code) = &filter.group {
        let of = stored.programme.and_then(|id| catalogue.programme(id)).ok_or_else(crate::report::task_without_programme)?;
        let Some(group) = of.group_coded(code) else { return Ok(None) };
        stored.group = Some(group.id);
    }
    if filter.task.is_some() && stored.programme.is_none() {
        return Err(crate::report::task_without_programme().into());
    }
    Ok(Some(stored))
}
