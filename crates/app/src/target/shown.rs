//! What of figures of people in a target is told to whoever may not know of each agency's.
//! Must not tell a share, a whole or a status from which a figure under the threshold follows.
//! The table that shares these figures is `training::figures`; how figures are hidden is `domain::suppression`.

use domain::{
    agency::AgencyId,
    suppression::{Rule, SMALLEST_SHOWN, suppress_list},
    target::{Actual, Evaluation, Status},
    training::StaffBase,
};

use super::{Asked, Evaluated, NOTHING};
use crate::{
    Error,
    training::{HeldPart, is_public_history},
};

/// A status that tells nothing of a value that is not told.
fn hidden(status: Status) -> Evaluation {
    let status = if status == Status::NoData { Status::NoData } else { Status::Undetermined };
    Evaluation { status, share: None, count: None, missing: Vec::new() }
}

/// Part and whole of a share, where both are exact.
fn part_and_whole(value: &Actual) -> Option<(u64, u64)> {
    match value {
        // A range would tell how many came without being named.
        Actual::Share { at_least: Some(part), at_most: Some(most), whole: Some(whole) } if part == most => Some((*part, *whole)),
        _ => None,
    }
}

/// Whether part and rest may both be told; that nobody is in one tells of nobody.
fn are_many(part: u64, whole: u64) -> Result<bool, Error> {
    let rule = Rule { threshold: SMALLEST_SHOWN, shows_noughts: true };
    let (cells, total) = suppress_list(&[part, whole.saturating_sub(part)], rule).map_err(|_| Error::Internal("a share makes no table"))?;
    Ok(cells.iter().chain([&total]).all(|figure| figure.value().is_some()))
}

/// Shares of people trained: told where the tables of all years tell their totals, all who are counted there are counted here, and
/// neither those who were trained nor those who were not are few.
pub(super) fn trainings(asked: &Asked<'_>, parts: &[HeldPart], members: &[AgencyId], found: &mut Evaluated) -> Result<(), Error> {
    let is_whole = parts.iter().all(|held| members.contains(&held.part.agency));
    let is_public = is_whole && is_public_history(parts)?;
    let of = |base: StaffBase| found.alternatives.iter().find(|one| one.base == base).and_then(|one| part_and_whole(&one.value));
    let beside = of(StaffBase::AllStaff).zip(of(StaffBase::InCharge)).map(|((_, all), (_, some))| all.saturating_sub(some));
    for one in &mut found.alternatives {
        let Some((part, whole)) = part_and_whole(&one.value) else {
            // Without a share a number of people would stand alone.
            if let Actual::Share { at_least: None, whole: None, .. } = one.value {
                continue;
            }
            (one.value, one.evaluation, one.is_suppressed) = (NOTHING, hidden(one.evaluation.status), true);
            continue;
        };
        let is_apart = one.base == StaffBase::AllStaff || beside.is_none_or(|beside| beside == 0 || beside >= SMALLEST_SHOWN);
        if !(is_public && is_apart && are_many(part, whole)?) {
            (one.value, one.evaluation, one.is_suppressed) = (NOTHING, hidden(one.evaluation.status), true);
        }
    }
    found.records.retain(|(_, agency)| asked.within.as_ref().is_none_or(|open| open.contains(agency)));
    Ok(())
}

/// The share of those in charge who are fully qualified: told where neither they nor the others are few.
pub(super) fn rolls(found: &mut Evaluated) -> Result<(), Error> {
    let is_shown = match part_and_whole(&found.value) {
        Some((part, whole)) => are_many(part, whole)?,
        // A whole that stands alone is a number of people.
        None => found.value == NOTHING,
    };
    if !is_shown {
        (found.value, found.evaluation, found.is_suppressed) = (NOTHING, hidden(found.evaluation.status), true);
    }
    Ok(())
}
