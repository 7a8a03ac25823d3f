//! What is remarked of a line and refuses nothing: late adjustments, supplements that wait, exceptions, contributors with a part in it.
//! Must not guess a deadline in a year whose working days are not known.
//! What is refused is `ledger`; the days come from `rules` and the working-day calendar.

use chrono::NaiveDate;

use super::{BudgetLine, BudgetRules, Ledger, Movement, MovementId, MovementKind};
use crate::{
    agency::AgencyId,
    calendar::WorkCalendar,
    money::{Dong, Overflow},
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
    UnspentAfterClosing { amount: Dong },
}

/// A supplement of which something is not allocated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unallocated {
    pub movement: MovementId,
    pub open: Dong,
    /// The last working day for it.
    pub due: Deadline,
}

/// Everything remarked of a line on a day, by the movements up to it that stand now. `assignees` are those who lead or coordinate its task.
///
/// # Errors
/// When a sum does not fit.
pub fn flags(
    (line, ledger): (&BudgetLine, &Ledger),
    assignees: &[AgencyId],
    (rules, calendar): (&BudgetRules, &WorkCalendar),
    as_of: NaiveDate,
) -> Result<Vec<Flag>, Overflow> {
    let standing: Vec<&Movement> = ledger.standing().filter(|movement| movement.on <= as_of).collect();
    let late = |movement: &&&Movement| movement.kind == MovementKind::Adjusted && rules.is_late_adjustment(line.year, movement.on);
    let mut flags: Vec<Flag> = standing.iter().filter(late).map(|movement| Flag::LateAdjustment { movement: movement.id }).collect();
    for Unallocated { movement, open, due } in unallocated(&standing, rules, calendar)? {
        match due {
            Deadline::On(due_on) if as_of > due_on => flags.push(Flag::SupplementUnallocated { movement, open, due_on }),
            Deadline::Unknown { year } => flags.push(Flag::SupplementDeadlineUnknown { movement, open, year }),
            Deadline::On(_) => {}
        }
    }
    let excepted = standing.iter().filter(|movement| movement.exception.is_some());
    flags.extend(excepted.map(|movement| Flag::Excepted { movement: movement.id }));
    if line.contributor_is_assignee(assignees) {
        flags.push(Flag::ContributorIsAssignee);
    }
    flags.extend(unspent(line, &standing, rules, as_of)?);
    Ok(flags)
}

/// What is left of a line whose books are closed, apart from what was carried over.
fn unspent(line: &BudgetLine, standing: &[&Movement], rules: &BudgetRules, as_of: NaiveDate) -> Result<Option<Flag>, Overflow> {
    if rules.closing_day(line.year).is_none_or(|last| as_of <= last) || line.contribution.is_some() {
        return Ok(None);
    }
    let mut ladder = super::Ladder::default();
    for movement in standing {
        ladder.add(movement.kind, movement.amount, movement.booking_year != line.year)?;
    }
    let Some(left) = ladder.left(line.source.ceiling())? else { return Ok(None) };
    // What was carried over and paid since is no more left than what was carried over and is not.
    let carried = ladder.of(MovementKind::CarriedOver).unwrap_or_default().minus(ladder.disbursed_late().unwrap_or_default())?;
    let amount = left.minus(carried)?;
    Ok(amount.is_positive().then_some(Flag::UnspentAfterClosing { amount }))
}

/// The supplements among movements that stand of which allocations, that name them, do not make up the whole; with their last day.
///
/// # Errors
/// When a sum does not fit.
pub fn unallocated(standing: &[&Movement], rules: &BudgetRules, calendar: &WorkCalendar) -> Result<Vec<Unallocated>, Overflow> {
    let mut found = Vec::new();
    for supplement in standing.iter().filter(|movement| movement.kind == MovementKind::Supplemented) {
        let of_it = |movement: &&&Movement| movement.kind == MovementKind::Allocated && movement.refers_to == Some(supplement.id);
        let allocated = Dong::sum(standing.iter().filter(of_it).map(|movement| movement.amount))?.unwrap_or_default();
        let open = supplement.amount.minus(allocated)?;
        if open.is_positive() {
            let due = match calendar.add_working_days(supplement.on, rules.allocation_days) {
                Ok(day) => Deadline::On(day),
                Err(unknown) => Deadline::Unknown { year: unknown.0 },
            };
            found.push(Unallocated { movement: supplement.id, open, due });
        }
    }
    Ok(found)
}

/// What was disbursed and is not settled, by its age.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AgeBucket {
    /// Days since the payment, at the least.
    pub from_days: u32,
    /// At the most; none for the oldest.
    pub to_days: Option<u32>,
    /// None where nothing of this age is open.
    pub amount: Option<Dong>,
}

/// How old is what is not settled, of movements that stand up to a day: settlements and refunds go to the oldest payments first. The
/// amounts sum up to what is unsettled, where that is not less than nought. `bounds` in days, ascending: 30, 90 make 0–30, 31–90, 91–.
///
/// # Errors
/// When a sum does not fit.
pub fn ageing(standing: &[&Movement], bounds: &[u32], as_of: NaiveDate) -> Result<Vec<AgeBucket>, Overflow> {
    let upto: Vec<&&Movement> = standing.iter().filter(|movement| movement.on <= as_of).collect();
    let closing = |movement: &&&&Movement| matches!(movement.kind, MovementKind::Settled | MovementKind::Refunded);
    let mut closed = Dong::sum(upto.iter().filter(closing).map(|movement| movement.amount))?.unwrap_or_default();
    let mut paid: Vec<&&&Movement> = upto.iter().filter(|movement| movement.kind.is_disbursement()).collect();
    paid.sort_by_key(|movement| (movement.on, movement.id));
    let starts = std::iter::once(0).chain(bounds.iter().map(|bound| bound + 1));
    let ends = bounds.iter().copied().map(Some).chain([None]);
    let mut buckets: Vec<AgeBucket> = starts.zip(ends).map(|(from_days, to_days)| AgeBucket { from_days, to_days, amount: None }).collect();
    for movement in paid {
        let settled = closed.min(movement.amount);
        closed = closed.minus(settled)?;
        let open = movement.amount.minus(settled)?;
        let days = u32::try_from((as_of - movement.on).num_days()).unwrap_or(0);
        let bucket = buckets.iter_mut().find(|bucket| bucket.to_days.is_none_or(|to| days <= to));
        if let Some(bucket) = bucket.filter(|_| open.is_positive()) {
            bucket.amount = Some(bucket.amount.unwrap_or_default().plus(open)?);
        }
    }
    Ok(buckets)
}
