//! What is remarked of a line and refuses nothing: late adjustments, supplements that wait, exceptions, contributors with a part in it.
//! Must not guess a deadline in a year whose working days are not known.
//! What is refused is `ledger`; the days come from `rules` and the working-day calendar.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::{BudgetLine, BudgetRules, Ladder, Ledger, Movement, MovementId, MovementKind, Parts, Stood, stood};
use crate::{
    calendar::WorkCalendar,
    money::{Dong, Total},
    regime::Deadline,
};

/// A remark on a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flag {
    /// An adjustment after the last day for it (15 November, by the rules of the year).
    LateAdjustment { movement: MovementId },
    /// A supplement that is not wholly allocated although its working days are over.
    SupplementUnallocated { movement: MovementId, open: Dong, due_on: NaiveDate },
    /// A supplement that is not wholly allocated, and the days off of a year that matters are not known.
    SupplementDeadlineUnknown { movement: MovementId, open: Dong, year: i32 },
    /// Recorded against the order of the ladder, for a reason.
    Excepted { movement: MovementId },
    /// Whoever contributes has a part in the task.
    ContributorIsAssignee,
    /// Left after the books were closed, neither carried over nor cancelled.
    UnspentAfterClosing { amount: Total },
}

/// A supplement of which something is not allocated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unallocated {
    pub movement: MovementId,
    pub open: Dong,
    /// The last working day for it.
    pub due: Deadline,
}

/// Everything remarked of a line on a day, by the movements that stood on it. `parts` are those who lead or coordinate its task;
/// `rules` those of all years: without any for the line's nothing is remarked.
pub fn flags(
    (line, ledger): (&BudgetLine, &Ledger),
    parts: &Parts,
    (rules, calendar): (&[BudgetRules], &WorkCalendar),
    as_of: NaiveDate,
) -> Vec<Flag> {
    let Some(of_year) = BudgetRules::of_year(rules, line.year) else { return Vec::new() };
    let standing: Vec<&Movement> = ledger.standing_on(as_of).collect();
    let late = |movement: &&&Movement| movement.kind == MovementKind::Adjusted && of_year.is_late_adjustment(line.year, movement.on);
    let mut flags: Vec<Flag> = standing.iter().filter(late).map(|movement| Flag::LateAdjustment { movement: movement.id }).collect();
    for Unallocated { movement, open, due } in unallocated(&standing, of_year, calendar) {
        match due {
            Deadline::On(due_on) if as_of > due_on => flags.push(Flag::SupplementUnallocated { movement, open, due_on }),
            Deadline::Unknown { year } => flags.push(Flag::SupplementDeadlineUnknown { movement, open, year }),
            Deadline::On(_) => {}
        }
    }
    let excepted = standing.iter().filter(|movement| movement.exception.is_some());
    flags.extend(excepted.map(|movement| Flag::Excepted { movement: movement.id }));
    if line.contributor_is_assignee(parts) {
        flags.push(Flag::ContributorIsAssignee);
    }
    flags.extend(unspent(line, &standing, rules, as_of));
    flags
}

/// What is left in the books of the years that are closed, apart from what was carried over into the next.
fn unspent(line: &BudgetLine, standing: &[&Movement], rules: &[BudgetRules], as_of: NaiveDate) -> Option<Flag> {
    if line.contribution.is_some() {
        return None;
    }
    let rows: Vec<_> = standing.iter().map(|movement| (movement.kind, movement.booking_year, movement.amount.into())).collect();
    let stood = stood(line.year, &rows);
    let is_closed =
        |year: &i32| BudgetRules::of_year(rules, *year).and_then(|rules| rules.closing_day(*year)).is_some_and(|last| as_of > last);
    let books: BTreeSet<i32> = stood.iter().flat_map(Stood::years).filter(is_closed).collect();
    let left = books.into_iter().filter_map(|year| Ladder::of_all(&stood, Some(year)).left(line.source.ceiling()));
    let amount: Total = left.filter(|left| left.is_positive()).sum();
    amount.is_positive().then_some(Flag::UnspentAfterClosing { amount })
}

/// The supplements among movements that stand of which allocations, that name them, do not make up the whole; with their last day.
pub fn unallocated(standing: &[&Movement], rules: &BudgetRules, calendar: &WorkCalendar) -> Vec<Unallocated> {
    let mut allocated: BTreeMap<MovementId, Total> = BTreeMap::new();
    for movement in standing.iter().filter(|movement| movement.kind == MovementKind::Allocated) {
        if let Some(of) = movement.refers_to {
            let sum = allocated.entry(of).or_default();
            *sum = *sum + movement.amount.into();
        }
    }
    let mut found = Vec::new();
    for supplement in standing.iter().filter(|movement| movement.kind == MovementKind::Supplemented) {
        let open = Total::from(supplement.amount) - allocated.get(&supplement.id).copied().unwrap_or_default();
        // What is open of an amount is no larger than it.
        if let Some(open) = open.dong().ok().filter(|open| open.is_positive()) {
            let due = match calendar.add_working_days(supplement.on, rules.allocation_days) {
                Ok(day) => Deadline::On(day),
                Err(unknown) => Deadline::Unknown { year: unknown.0 },
            };
            found.push(Unallocated { movement: supplement.id, open, due });
        }
    }
    found
}

/// What was disbursed and is not settled, by its age.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AgeBucket {
    /// Days since the payment, at the least.
    pub from_days: u32,
    /// At the most; none for the oldest.
    pub to_days: Option<u32>,
    /// None where nothing of this age is open.
    pub amount: Option<Total>,
}

/// How old is what is not settled, of movements that stand up to a day: settlements and refunds go to the oldest payments first. The
/// amounts sum up to what is unsettled, where that is not less than nought. `bounds` in days, ascending: 30, 90 make 0–30, 31–90, 91–.
pub fn ageing(standing: &[&Movement], bounds: &[u32], as_of: NaiveDate) -> Vec<AgeBucket> {
    let upto: Vec<&&Movement> = standing.iter().filter(|movement| movement.on <= as_of).collect();
    let closing = |movement: &&&&Movement| matches!(movement.kind, MovementKind::Settled | MovementKind::Refunded);
    let mut closed: Total = upto.iter().filter(closing).map(|movement| Total::from(movement.amount)).sum();
    let mut paid: Vec<&&&Movement> = upto.iter().filter(|movement| movement.kind.is_disbursement()).collect();
    paid.sort_by_key(|movement| (movement.on, movement.id));
    let starts = std::iter::once(0).chain(bounds.iter().map(|bound| bound + 1));
    let ends = bounds.iter().copied().map(Some).chain([None]);
    let mut buckets: Vec<AgeBucket> = starts.zip(ends).map(|(from_days, to_days)| AgeBucket { from_days, to_days, amount: None }).collect();
    for movement in paid {
        let settled = closed.min(movement.amount.into());
        closed = closed - settled;
        let open = Total::from(movement.amount) - settled;
        let days = u32::try_from((as_of - movement.on).num_days()).unwrap_or(0);
        let bucket = buckets.iter_mut().find(|bucket| bucket.to_days.is_none_or(|to| days <= to));
        if let Some(bucket) = bucket.filter(|_| open.is_positive()) {
            bucket.amount = Some(bucket.amount.unwrap_or_default() + open);
        }
    }
    buckets
}
