//! What waits: supplements that are not allocated, and payments that are not settled, by their age.
//! Must not tell of lines that the caller may not know of, nor guess a deadline in a year whose working days are not known.
//! How it is found is `domain::budget`; remarks on one line are the parent module.

use std::collections::HashMap;

use chrono::{Datelike, NaiveDate};
use domain::{
    budget::{AgeBucket, BudgetLine, BudgetLineId, BudgetRules, Movement, MovementKind, Unallocated, ageing, standing_on},
    money::Total,
};
use persistence::budget as stored;
use uuid::Uuid;

use super::{LineFilter, asked, by_line, scope};
use crate::{
    Error, View,
    listing::{Listing, PageArgs, slice},
};

/// A supplement of which something is not allocated.
#[derive(Clone, Debug)]
pub struct Waiting {
    pub line: BudgetLine,
    pub supplement: Movement,
    pub open: Unallocated,
}

/// What of a line is not settled.
#[derive(Clone, Debug)]
pub struct AgedLine {
    pub line: BudgetLine,
    pub unsettled: Total,
    pub buckets: Vec<AgeBucket>,
}

/// What is not settled, as of a day.
#[derive(Clone, Debug)]
pub struct Aged {
    pub as_of: NaiveDate,
    pub page: Listing<AgedLine>,
    /// How many lines have something unsettled.
    pub count: usize,
    /// Of everything that the filter lets through.
    pub total: Vec<AgeBucket>,
}

type Known = (HashMap<BudgetLineId, BudgetLine>, Vec<Movement>, Vec<BudgetRules>);

/// Lines in scope with their movements of some kinds, and the rules of all years: three statements.
async fn known(view: &View, filter: &LineFilter, kinds: &'static [MovementKind]) -> Result<Option<Known>, Error> {
    let scope = scope(view)?;
    let Some(filter) = asked(view, filter).await? else { return Ok(None) };
    let found = view.read(move |conn| -> Result<Known, Error> {
        let lines: HashMap<BudgetLineId, BudgetLine> =
            stored::all(conn, &filter, &scope)?.into_iter().map(|line| (line.id, line)).collect();
        let ids: Vec<BudgetLineId> = lines.keys().copied().collect();
        let movements = stored::of_kinds(conn, &ids, kinds)?;
        Ok((lines, movements, stored::rules(conn)?))
    });
    found.await.map(Some)
}

/// Supplements that are not wholly allocated as of a day, today where nothing is said, in the order in which they were recorded; with
/// how many there are.
///
/// # Errors
/// `FORBIDDEN`, `PAGE_INVALID`, `CURSOR_INVALID`.
pub async fn unallocated(
    view: &View,
    filter: &LineFilter,
    as_of: Option<NaiveDate>,
    args: &PageArgs,
) -> Result<(Listing<Waiting>, usize), Error> {
    let day = as_of.unwrap_or_else(|| view.today());
    let list = format!("unallocated supplements {filter:?} {:?} {day}", scope(view)?);
    let mut waiting = Vec::new();
    if let Some((lines, movements, rules)) = known(view, filter, &[MovementKind::Supplemented, MovementKind::Allocated]).await? {
        let calendar = view.catalogue().await?.calendar();
        for (id, recorded) in by_line(movements) {
            let Some(line) = lines.get(&id) else { continue };
            let Some(rules) = BudgetRules::of_year(&rules, line.year) else { continue };
            let standing: Vec<&Movement> = standing_on(&recorded, day).collect();
            for open in domain::budget::unallocated(&standing, rules, calendar) {
                let supplement = standing.iter().find(|movement| movement.id == open.movement);
                waiting.extend(supplement.map(|supplement| Waiting { line: line.clone(), supplement: (*supplement).clone(), open }));
            }
        }
    }
    waiting.sort_by_key(|one| one.supplement.id);
    Ok((slice(&waiting, &list, args, |one: &Waiting| -> Uuid { one.supplement.id.uuid() })?, waiting.len()))
}

/// What was disbursed and is not settled as of a day, today where nothing is said, by its age in days.
///
/// # Errors
/// As [`unallocated`].
pub async fn unsettled(view: &View, filter: &LineFilter, as_of: Option<NaiveDate>, args: &PageArgs) -> Result<Aged, Error> {
    const KINDS: &[MovementKind] = &[MovementKind::Advanced, MovementKind::Paid, MovementKind::Settled, MovementKind::Refunded];
    let day = as_of.unwrap_or_else(|| view.today());
    let list = format!("unsettled money {filter:?} {:?} {day}", scope(view)?);
    let Some((lines, movements, rules)) = known(view, filter, KINDS).await? else {
        let page = Listing::default();
        return Ok(Aged { as_of: day, page, count: 0, total: Vec::new() });
    };
    let bounds = BudgetRules::of_year(&rules, day.year()).map_or_else(|| BudgetRules::first().ageing, |rules| rules.ageing.clone());
    let mut total = ageing(&[], &bounds, day);
    let mut aged = Vec::new();
    for (id, recorded) in by_line(movements) {
        let Some(line) = lines.get(&id) else { continue };
        let standing: Vec<&Movement> = standing_on(&recorded, day).collect();
        let buckets = ageing(&standing, &bounds, day);
        let Some(unsettled) = sum(buckets.iter().map(|bucket| bucket.amount)) else { continue };
        for (of_all, bucket) in total.iter_mut().zip(&buckets) {
            of_all.amount = sum([of_all.amount, bucket.amount].into_iter());
        }
        aged.push(AgedLine { line: line.clone(), unsettled, buckets });
    }
    Ok(Aged { as_of: day, count: aged.len(), page: slice(&aged, &list, args, |one: &AgedLine| -> Uuid { one.line.id.uuid() })?, total })
}

/// The sum of what is told; none where nothing is.
fn sum(told: impl Iterator<Item = Option<Total>>) -> Option<Total> {
    told.flatten().fold(None, |sum, one| Some(sum.unwrap_or_default() + one))
}
