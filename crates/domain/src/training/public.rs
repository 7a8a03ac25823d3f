//! Figures of trainings for everybody: counts by agency and one other cut, small ones hidden.
//! Must not tell of anybody by name, nor let a hidden figure be computed.
//! How figures are hidden is `suppression`.

use std::collections::{BTreeMap, BTreeSet};

use super::Counted;
use crate::suppression::{NotATable, Published, Rule, suppress};

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
