//! Small cells of public tables are hidden, and so many others that nobody can compute them from what is shown.
//! Must not be asked to hide single figures out of their table: a cell is safe only within the table that is published.
//! How much an outsider can still conclude is `reach`; whose numbers they are is `training`.
//!
//! # The rule
//!
//! A table of counts has rows, columns, the totals of both and a total of all; every figure is nought or more.
//! 1. Primary suppression: every figure under the threshold, totals as well, is hidden (noughts too, unless the rule shows them).
//! 2. Complementary suppression: more figures are hidden until, for each figure hidden by 1, an outsider who knows the shown figures,
//!    that parts add up to totals, and that no count is negative, must still hold it possible that it is the threshold or more; and
//!    until no hidden figure at all can be computed.
//!
//! The range that is open to an outsider is found exactly. A table with totals is a flow that goes round, from a row through its cells
//! into columns, from the columns' totals into the total of all, and through the rows' totals back; a hidden figure can be raised as
//! far as other hidden figures let the flow close (Gusfield, "A graph theoretic approach to statistical data security", SIAM J. Comput.
//! 17(3), 1988; Cox, "Suppression methodology and statistical disclosure control", JASA 75, 1980). Where the range is too narrow, the
//! cheapest closed way is hidden: cells rather than totals, few rather than many, small rather than large. As long as a total is shown
//! it follows that no row and no column hides one figure alone, nor several whose sum is under the threshold.
//!
//! # Limits
//!
//! - It protects against outsiders. Who is one of those counted knows one more than an outsider does.
//! - It protects one table. The same people counted by another cut, another year or another threshold make another table; tables that
//!   share figures have to share what they hide, which the caller sees to (rates and per cents of hidden figures are hidden as well).
//! - Figures are hidden one after the other, by a heuristic: as few as possible it need not be.
//! - It is known that it is done. Whoever knows the rule can guess that among hidden figures one is under the threshold; not which.

mod reach;

use reach::Network;

/// Figures of people smaller than this are not published. No law states a number; five is common practice of statistical offices.
pub const SMALLEST_SHOWN: u64 = 5;

/// What is hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Figures under it are hidden; 1 or more.
    pub threshold: u64,
    /// A nought is shown: that nobody is counted tells of nobody. What is hidden is 1 or more then, as everybody knows.
    pub shows_noughts: bool,
}

impl Default for Rule {
    fn default() -> Self {
        Self { threshold: SMALLEST_SHOWN, shows_noughts: false }
    }
}

impl Rule {
    const fn is_small(self, value: u64) -> bool {
        value < self.threshold && value >= self.floor()
    }

    /// The smallest figure that is ever hidden.
    const fn floor(self) -> u64 {
        if self.shows_noughts { 1 } else { 0 }
    }
}

/// The table has rows of different lengths, none at all, or a total that does not fit into 64 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotATable {
    #[error("the rows of a table have the same number of columns, and there is at least one of each")]
    Ragged,
    #[error("a total does not fit into 64 bits")]
    Overflow,
}

/// A figure of a published table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    Value(u64),
    /// Hidden, small itself or for the sake of others: which of both is not told.
    Suppressed,
}

impl Shown {
    /// The figure, if it is shown.
    pub const fn value(self) -> Option<u64> {
        match self {
            Self::Value(value) => Some(value),
            Self::Suppressed => None,
        }
    }
}

/// A table as it is published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// By row, then column.
    pub cells: Vec<Vec<Shown>>,
    pub row_totals: Vec<Shown>,
    pub column_totals: Vec<Shown>,
    pub total: Shown,
}

impl Published {
    /// How many figures are hidden, totals as well.
    pub fn hidden(&self) -> usize {
        let all = self.cells.iter().flatten().chain(&self.row_totals).chain(&self.column_totals).chain([&self.total]);
        all.filter(|figure| figure.value().is_none()).count()
    }
}

/// Hides what must not be seen of a table of counts.
///
/// # Errors
/// When it is no table.
pub fn suppress(cells: &[Vec<u64>], rule: Rule) -> Result<Published, NotATable> {
    let figures = with_totals(cells)?;
    let mut network = Network::new(figures, rule.floor());
    let small: Vec<(usize, usize)> = network.places().filter(|at| rule.is_small(network.value(*at))).collect();
    for at in &small {
        network.hide(*at);
    }
    for at in small {
        let wanted = rule.threshold - network.value(at);
        if network.can_grow(at, wanted) < wanted {
            for other in network.cheapest_way(at, wanted) {
                network.hide(other);
            }
        }
    }
    Ok(published(&network))
}

/// Hides what must not be seen of a list of counts with one total.
///
/// # Errors
/// When there is none, or the total does not fit.
pub fn suppress_list(counts: &[u64], rule: Rule) -> Result<(Vec<Shown>, Shown), NotATable> {
    let table = suppress(&[counts.to_vec()], rule)?;
    // A column of one row is hidden where either of its two equal figures is.
    let both = table.cells.iter().flatten().zip(&table.column_totals);
    let list = both.map(|(cell, total)| if *cell == *total { *cell } else { Shown::Suppressed }).collect();
    let total = if table.total == table.row_totals[0] { table.total } else { Shown::Suppressed };
    Ok((list, total))
}

/// The table with a last column of row totals and a last row of column totals.
fn with_totals(cells: &[Vec<u64>]) -> Result<Vec<Vec<u64>>, NotATable> {
    let columns = cells.first().map_or(0, Vec::len);
    if columns == 0 || cells.iter().any(|row| row.len() != columns) {
        return Err(NotATable::Ragged);
    }
    let sum = |mut parts: Box<dyn Iterator<Item = u64> + '_>| parts.try_fold(0_u64, u64::checked_add).ok_or(NotATable::Overflow);
    let mut figures = Vec::with_capacity(cells.len() + 1);
    for row in cells {
        let total = sum(Box::new(row.iter().copied()))?;
        figures.push(row.iter().copied().chain([total]).collect::<Vec<u64>>());
    }
    let last: Result<Vec<u64>, NotATable> = (0..=columns).map(|column| sum(Box::new(figures.iter().map(move |row| row[column])))).collect();
    figures.push(last?);
    Ok(figures)
}

fn published(network: &Network) -> Published {
    let (rows, columns) = network.size();
    let shown = |at| if network.is_hidden(at) { Shown::Suppressed } else { Shown::Value(network.value(at)) };
    Published {
        cells: (0..rows).map(|row| (0..columns).map(|column| shown((row, column))).collect()).collect(),
        row_totals: (0..rows).map(|row| shown((row, columns))).collect(),
        column_totals: (0..columns).map(|column| shown((rows, column))).collect(),
        total: shown((rows, columns)),
    }
}

#[cfg(test)]
mod tests;
