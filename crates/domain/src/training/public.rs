//! Figures of trainings for everybody: counts by agency and one other cut, small ones hidden.
//! Must not tell of anybody by name, nor let a hidden figure be computed.
//! How figures are hidden is `suppression`.

use std::collections::{BTreeMap, BTreeSet};

use super::{Attendant, Counted, CourseId, Participation, SessionId};
use crate::{
    agency::AgencyId,
    person::PersonId,
    suppression::{NotATable, Published, Rule, suppress},
};

/// Counts everybody once, where they were reached first, of parts in sessions that were held, in the order of time: for which agency, by
/// which course. What is added up of it are different people, so that numbers of people by agency, by course and in all are sums of one
/// table. Of those who are not named so many count as are surely others; each sum is a number of people at the least.
pub fn newly_reached<'a>(parts: impl IntoIterator<Item = (CourseId, &'a Participation)>) -> Vec<(AgencyId, CourseId, Counted)> {
    type Here = (CourseId, BTreeSet<PersonId>, u64);
    let mut order: Vec<(SessionId, AgencyId)> = Vec::new();
    let mut groups: BTreeMap<(SessionId, AgencyId), Here> = BTreeMap::new();
    for (course, part) in parts {
        let key = (part.session, part.agency);
        let here = groups.entry(key).or_insert_with(|| {
            order.push(key);
            (course, BTreeSet::new(), 0)
        });
        match part.attendant {
            Attendant::Person(person) => drop(here.1.insert(person)),
            Attendant::Headcount(heads) => here.2 += u64::from(heads),
        }
    }
    let mut named: BTreeSet<PersonId> = BTreeSet::new();
    let mut of_agency: BTreeMap<AgencyId, (BTreeSet<PersonId>, u64)> = BTreeMap::new();
    let (mut others, mut most) = (0_u64, 0_u64);
    let mut reached = Vec::new();
    for key in order {
        let Some((course, people, heads)) = groups.remove(&key) else { continue };
        let (known, largest) = of_agency.entry(key.1).or_default();
        others -= largest.saturating_sub(known.len() as u64);
        *largest = (*largest).max(people.len() as u64 + heads);
        named.extend(&people);
        known.extend(people);
        others += largest.saturating_sub(known.len() as u64);
        // Whoever was surely there by then was there.
        let new = (named.len() as u64 + others).saturating_sub(most);
        most += new;
        reached.push((key.1, course, Counted { at_least: new, at_most: new }));
    }
    reached
}

/// A table of people with its headings. Shares of hidden figures are not told either: whoever knows a share and its whole knows the part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicTable<R, C> {
    pub rows: Vec<R>,
    pub columns: Vec<C>,
    pub figures: Published,
}

/// Lays counts out by row and column and hides what is under the threshold, and what would give it away; none of nothing. What is not
/// recorded is hidden like what is small, as it must not look like nought. Counts are at the least, where people are not named. Totals are
/// sums of the cells: of people who stand in several cells they are sums of counts, not of people.
///
/// # Errors
/// When a total does not fit.
pub fn public_table<R: Copy + Ord, C: Copy + Ord>(
    counts: &[(R, C, Counted)],
    threshold: u64,
) -> Result<Option<PublicTable<R, C>>, NotATable> {
    if counts.is_empty() {
        return Ok(None);
    }
    let mut cells: BTreeMap<(R, C), u64> = BTreeMap::new();
    for (row, column, counted) in counts {
        let cell = cells.entry((*row, *column)).or_default();
        *cell = cell.checked_add(counted.at_least).ok_or(NotATable::Overflow)?;
    }
    let rows: BTreeSet<R> = counts.iter().map(|(row, ..)| *row).collect();
    let columns: BTreeSet<C> = counts.iter().map(|(_, column, _)| *column).collect();
    let row = |row: &R| columns.iter().map(|column| cells.get(&(*row, *column)).copied().unwrap_or(0)).collect();
    let figures: Vec<Vec<u64>> = rows.iter().map(row).collect();
    let figures = suppress(&figures, Rule { threshold, shows_noughts: false })?;
    Ok(Some(PublicTable { rows: rows.into_iter().collect(), columns: columns.into_iter().collect(), figures }))
}
