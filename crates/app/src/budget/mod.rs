//! The budget: lines, as far as a caller may know of them, with what was recorded and is remarked of each.
//! Must not change what was recorded; that is `record`, where movements are appended.
//! Writing lines down is `line`, sums over many are `figures`, what waits is `waiting`, days, thresholds and codes are `setting`.

mod figures;
mod judge;
mod line;
mod part;
mod pseudonym;
mod record;
mod setting;
mod waiting;

pub(crate) use figures::all_figures;
pub use figures::{
    Figures, FiguresFilter, FiguresKey, MeansOfYear, NewMean, Told, figures, means, of_agencies, of_lines, of_programmes, of_tasks,
    record_mean,
};
pub use line::{LineChange, LineDraft, NewContribution, NewLine, create, update};
pub use persistence::budget::Mean;
pub use pseudonym::{ContributorToHide, HiddenContributor, pseudonymise};
pub use record::{
    AmountGiven, MAX_ROWS, MovementBatch, MovementOutcome, MovementRow, NewMovement, Recorded, RowOutcome, record, record_all, rehearse_all,
};
pub use setting::{CodeDraft, RulesDraft, Settings, put_code, put_rules, settings};
pub use waiting::{Aged, AgedLine, Waiting, unallocated, unsettled};

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use domain::{
    budget::{BudgetLine, BudgetLineId, Flag, FundingSourceKind, Ledger, Movement, flags},
    error::Refusal,
    id::Id,
    policy::{Action, ReportScope},
};
use persistence::{
    budget::{self as stored, LineFilter as Filter},
    task,
};
use uuid::Uuid;

use self::part::PartsOf;
use crate::{
    Error, View,
    audit::hidden,
    listing::{Listing, PageArgs, slice},
};

/// Which lines, by codes. Every condition given must hold.
#[derive(Clone, Debug, Default)]
pub struct LineFilter {
    pub programme: Option<String>,
    /// Of the programme that is named.
    pub task: Option<String>,
    pub agency: Option<String>,
    pub source: Option<FundingSourceKind>,
    pub year: Option<i32>,
    pub is_capital: Option<bool>,
}

/// The lines of the budget that the caller may know of.
fn scope(view: &View) -> Result<ReportScope, Refusal> {
    view.ctx().allow(Action::ReadBudget)?;
    Ok(view.ctx().budget_scope())
}

/// A filter with identifiers for codes; none where a code names nothing.
async fn asked(view: &View, filter: &LineFilter) -> Result<Option<Filter>, Error> {
    let catalogue = view.catalogue().await?;
    let mut found = Filter { source: filter.source, year: filter.year, is_capital: filter.is_capital, ..Filter::default() };
    if let Some(code) = &filter.programme {
        let Some(programme) = catalogue.programme_by_code(code) else { return Ok(None) };
        found.programme = Some(programme.id);
    }
    if let Some(code) = &filter.agency {
        let Some(agency) = catalogue.agency_by_code(code) else { return Ok(None) };
        found.agency = Some(agency.id);
    }
    if let Some(code) = filter.task.clone() {
        let Some(programme) = found.programme else { return Ok(None) };
        let Some(task) = view.read(move |conn| task::by_code(conn, programme, &code)).await? else { return Ok(None) };
        found.task = Some(task.id);
    }
    Ok(Some(found))
}

/// A page of the lines that the caller may know of, in the order in which they were written down.
///
/// # Errors
/// `FORBIDDEN`, `PAGE_INVALID`, `CURSOR_INVALID`.
pub async fn list(view: &View, filter: &LineFilter, args: &PageArgs) -> Result<Listing<BudgetLine>, Error> {
    let scope = scope(view)?;
    let list = format!("budget lines {filter:?} {scope:?}");
    let request = args.request::<Uuid>(&list)?.map(Id::from_uuid);
    let Some(filter) = asked(view, filter).await? else {
        return Ok(Listing::default());
    };
    let page = view.read(move |conn| stored::page(conn, &filter, &scope, &request)).await?;
    Ok(Listing::of(page, &list, |line| line.id.uuid()))
}

/// How many lines the caller may know of.
///
/// # Errors
/// `FORBIDDEN`.
pub async fn count(view: &View, filter: &LineFilter) -> Result<i64, Error> {
    let scope = scope(view)?;
    let Some(filter) = asked(view, filter).await? else { return Ok(0) };
    view.read(move |conn| stored::count(conn, &filter, &scope)).await
}

/// The lines with these identifiers that the caller may know of.
///
/// # Errors
/// `FORBIDDEN`.
pub async fn by_ids(view: &View, ids: Vec<BudgetLineId>) -> Result<HashMap<BudgetLineId, BudgetLine>, Error> {
    let scope = scope(view)?;
    let found = view.read(move |conn| stored::by_ids(conn, &ids, &scope)).await?;
    Ok(found.into_iter().map(|line| (line.id, line)).collect())
}

/// The line with this identifier, if the caller may know of it.
///
/// # Errors
/// `FORBIDDEN`.
pub async fn by_id(view: &View, id: BudgetLineId) -> Result<Option<BudgetLine>, Error> {
    let found = by_ids(view, vec![id]).await?.remove(&id);
    if found.is_none() && view.read(move |conn| stored::by_ids(conn, &[id], &everything())).await?.pop().is_some() {
        hidden(view, "get_budget_line", "budget_line", id.uuid());
    }
    Ok(found)
}

/// The line with this identifier, if the caller may know of any and of this one.
pub(crate) async fn node(view: &View, id: Uuid) -> Result<Option<BudgetLine>, Error> {
    let Ok(scope) = scope(view) else { return Ok(None) };
    Ok(view.read(move |conn| stored::by_ids(conn, &[Id::from_uuid(id)], &scope)).await?.pop())
}

/// The movement with this identifier and its number, if the caller may know of its line.
pub(crate) async fn movement_node(view: &View, id: Uuid) -> Result<Option<(i32, Movement)>, Error> {
    let Ok(scope) = scope(view) else { return Ok(None) };
    view.read(move |conn| -> Result<_, Error> {
        let Some(found) = stored::movement_by_id(conn, Id::from_uuid(id))? else { return Ok(None) };
        let is_known = !stored::by_ids(conn, &[found.1.line], &scope)?.is_empty();
        Ok(is_known.then_some(found))
    })
    .await
}

/// A page of the movements of a line in the order in which they were recorded, each with its number; none of a line that the caller
/// may not know of.
///
/// # Errors
/// `FORBIDDEN`, `PAGE_INVALID`, `CURSOR_INVALID`.
pub async fn movements(view: &View, line: BudgetLineId, args: &PageArgs) -> Result<Option<Listing<(i32, Movement)>>, Error> {
    if by_id(view, line).await?.is_none() {
        return Ok(None);
    }
    let list = format!("budget movements {line}");
    let request = args.request::<i32>(&list)?;
    let page = view.read(move |conn| stored::page_of_movements(conn, line, &request)).await?;
    Ok(Some(Listing::of(page, &list, |(number, _)| *number)))
}

/// Pages of the movements of these lines, each with how many the line has in all: in one statement whatever their number. Those of
/// lines that the caller may not know of are empty.
///
/// # Errors
/// As [`movements`].
pub async fn movements_of(view: &View, keys: Vec<(BudgetLineId, PageArgs)>) -> Result<HashMap<(BudgetLineId, PageArgs), Paged>, Error> {
    let known = by_ids(view, keys.iter().map(|(line, _)| *line).collect()).await?;
    let ids: Vec<BudgetLineId> = known.keys().copied().collect();
    let recorded = by_line(view.read(move |conn| stored::of_lines(conn, &ids)).await?);
    let mut found = HashMap::new();
    for (line, args) in keys {
        // They have no gaps: the number is the place.
        let movements: Vec<(i32, Movement)> = (1..).zip(recorded.get(&line).into_iter().flatten().cloned()).collect();
        let listing = slice(&movements, &format!("budget movements {line}"), &args, |(number, _)| *number)?;
        found.insert((line, args), (listing, movements.len()));
    }
    Ok(found)
}

/// A page of movements, and how many there are in all.
pub type Paged = (Listing<(i32, Movement)>, usize);

/// What is remarked of these lines, each on a day: as [`remarks`], once for each day that is asked for.
///
/// # Errors
/// As [`remarks`].
pub async fn remarks_on(
    view: &View,
    keys: Vec<(BudgetLineId, Option<NaiveDate>)>,
) -> Result<HashMap<(BudgetLineId, Option<NaiveDate>), Vec<Flag>>, Error> {
    let mut by_day: BTreeMap<Option<NaiveDate>, Vec<BudgetLineId>> = BTreeMap::new();
    for (line, day) in keys {
        by_day.entry(day).or_default().push(line);
    }
    let mut found = HashMap::new();
    for (day, lines) in by_day {
        found.extend(remarks(view, lines, day).await?.into_iter().map(|(line, flags)| ((line, day), flags)));
    }
    Ok(found)
}

/// What is remarked of these lines on a day, today where nothing is said: of those that the caller may know of.
///
/// # Errors
/// `FORBIDDEN`.
pub async fn remarks(view: &View, ids: Vec<BudgetLineId>, as_of: Option<NaiveDate>) -> Result<HashMap<BudgetLineId, Vec<Flag>>, Error> {
    let scope = scope(view)?;
    let (catalogue, day) = (view.catalogue().await?.clone(), as_of.unwrap_or_else(|| view.today()));
    view.read(move |conn| -> Result<_, Error> {
        let lines = stored::by_ids(conn, &ids, &scope)?;
        let ids: Vec<BudgetLineId> = lines.iter().map(|line| line.id).collect();
        let mut movements = by_line(stored::of_lines(conn, &ids)?);
        let (rules, parts) = (stored::rules(conn)?, PartsOf::read(conn, &catalogue, &lines, day)?);
        let mut found = HashMap::new();
        for line in &lines {
            let recorded = movements.remove(&line.id).unwrap_or_default();
            let ledger = folded(line, recorded)?;
            found.insert(line.id, flags((line, &ledger), parts.of(line), (&rules, catalogue.calendar()), day));
        }
        Ok(found)
    })
    .await
}

fn by_line(movements: Vec<Movement>) -> BTreeMap<BudgetLineId, Vec<Movement>> {
    let mut found: BTreeMap<BudgetLineId, Vec<Movement>> = BTreeMap::new();
    for movement in movements {
        found.entry(movement.line).or_default().push(movement);
    }
    found
}

/// A line with everything that was recorded of it.
fn folded(line: &BudgetLine, movements: Vec<Movement>) -> Result<Ledger, Error> {
    // Whatever is on record was looked at before it was recorded.
    Ledger::fold(line, movements).map_err(|_| Error::Internal("the movements of a budget line do not add up"))
}

/// Everything there is, for looking at what a caller may not know of.
fn everything() -> ReportScope {
    ReportScope { open: vec![(None, None)] }
}
