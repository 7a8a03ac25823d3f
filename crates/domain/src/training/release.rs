//! Figures of people as they are released: what everybody is told of a year, one release after another.
//! Must not let two releases, or two answers beside each other, differ by a few people: whoever compares them would know who was added.
//! How the first table of a year is hidden is `suppression`; what is counted is `public`.
//!
//! # The rule
//!
//! A later release takes a count over where it is apart from what every earlier one told: the same, or five or more away, in the cell, in
//! its row, in its column and in all. Where it is not, the former count stands. What was hidden stays hidden and takes over growth alone;
//! what was shown never becomes small. So whatever change of hidden figures an outsider holds possible in the first table is possible in
//! every later one too, by the same numbers, and releases laid beside each other tell no more than the first does.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};

use super::{Counted, CourseId, PublicTable, StaffBase, public_table};
use crate::{
    account::AccountId,
    agency::AgencyId,
    document::DocumentId,
    id::Id,
    programme::{ProgrammeId, Target},
    suppression::{NotATable, Published, SMALLEST_SHOWN, Shown},
};

/// Whether nobody learns of a few people by comparing two numbers.
pub const fn is_apart(one: u64, other: u64) -> bool {
    let between = one.abs_diff(other);
    between == 0 || between >= SMALLEST_SHOWN
}

/// A table that was released, with the counts behind it: they are told to nobody, and kept for the release after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleasedTable<R, C> {
    pub table: PublicTable<R, C>,
    pub counts: Vec<Vec<u64>>,
}

impl<R: Copy + Ord, C: Copy + Ord> ReleasedTable<R, C> {
    /// The counts under other headings, nought where this table has none.
    fn laid_out(&self, rows: &[R], columns: &[C]) -> Vec<Vec<u64>> {
        let count = |row: &R, column: &C| self.place(row, column).map_or(0, |(row, column)| self.counts[row][column]);
        rows.iter().map(|row| columns.iter().map(|column| count(row, column)).collect()).collect()
    }

    fn place(&self, row: &R, column: &C) -> Option<(usize, usize)> {
        Some((self.table.rows.binary_search(row).ok()?, self.table.columns.binary_search(column).ok()?))
    }
}

/// The table of a year as it is released after those before it, in their order; none of nothing.
///
/// # Errors
/// When a total does not fit.
pub fn release<R: Copy + Ord, C: Copy + Ord>(
    counts: &[(R, C, Counted)],
    former: &[ReleasedTable<R, C>],
) -> Result<Option<ReleasedTable<R, C>>, NotATable> {
    let mut cells: BTreeMap<(R, C), u64> = BTreeMap::new();
    for (row, column, counted) in counts {
        let cell = cells.entry((*row, *column)).or_default();
        *cell = cell.checked_add(counted.at_least).ok_or(NotATable::Overflow)?;
    }
    let laid_out = |rows: &[R], columns: &[C]| -> Vec<Vec<u64>> {
        let count = |row: &R, column: &C| cells.get(&(*row, *column)).copied().unwrap_or(0);
        rows.iter().map(|row| columns.iter().map(|column| count(row, column)).collect()).collect()
    };
    let Some(latest) = former.last() else {
        let table = public_table(counts, SMALLEST_SHOWN)?;
        return Ok(table.map(|table| ReleasedTable { counts: laid_out(&table.rows, &table.columns), table }));
    };
    let rows: BTreeSet<R> = latest.table.rows.iter().copied().chain(cells.keys().map(|(row, _)| *row)).collect();
    let columns: BTreeSet<C> = latest.table.columns.iter().copied().chain(cells.keys().map(|(_, column)| *column)).collect();
    let (mut rows, mut columns): (Vec<R>, Vec<C>) = (rows.into_iter().collect(), columns.into_iter().collect());
    let before: Vec<Vec<Vec<u64>>> = former.iter().map(|one| one.laid_out(&rows, &columns)).collect();
    let mut counts = laid_out(&rows, &columns);
    settle(&mut counts, &before, |row, column| {
        let (row, column) = latest.place(&rows[row], &columns[column])?;
        Some(latest.table.figures.cells[row][column])
    });
    // What has no figure yet is told from its first one on.
    let has_row = |at: usize| latest.table.rows.contains(&rows[at]) || counts[at].iter().any(|count| *count > 0);
    let has_column = |at: usize| latest.table.columns.contains(&columns[at]) || counts.iter().any(|row| row[at] > 0);
    let kept: (Vec<usize>, Vec<usize>) =
        ((0..rows.len()).filter(|at| has_row(*at)).collect(), (0..columns.len()).filter(|at| has_column(*at)).collect());
    counts = kept.0.iter().map(|row| kept.1.iter().map(|column| counts[*row][*column]).collect()).collect();
    rows = kept.0.iter().map(|row| rows[*row]).collect();
    columns = kept.1.iter().map(|column| columns[*column]).collect();
    let figures = shown(&counts, latest, &rows, &columns)?;
    Ok(Some(ReleasedTable { table: PublicTable { rows, columns, figures }, counts }))
}

/// Puts the former count in the place of each that is not apart from what was told, until cells, rows, columns and all are.
fn settle(counts: &mut Vec<Vec<u64>>, before: &[Vec<Vec<u64>>], figure: impl Fn(usize, usize) -> Option<Shown>) {
    let Some(latest) = before.last() else { return };
    let columns = counts.first().map_or(0, Vec::len);
    for row in 0..counts.len() {
        for column in 0..columns {
            let (new, last) = (counts[row][column], latest[row][column]);
            let may_be = match figure(row, column) {
                Some(Shown::Suppressed) => new >= last,
                Some(Shown::Value(_)) => new >= SMALLEST_SHOWN,
                None => true,
            };
            if !(may_be && before.iter().all(|table| is_apart(new, table[row][column]))) {
                counts[row][column] = last;
            }
        }
    }
    let of_row = |table: &[Vec<u64>], row: usize| table[row].iter().fold(0, |sum: u64, count| sum.saturating_add(*count));
    let of_column = |table: &[Vec<u64>], column: usize| table.iter().fold(0, |sum: u64, row| sum.saturating_add(row[column]));
    let mut is_settled = false;
    while !is_settled {
        is_settled = true;
        for row in 0..counts.len() {
            if !before.iter().all(|table| is_apart(of_row(counts, row), of_row(table, row))) {
                counts[row].clone_from(&latest[row]);
                is_settled = false;
            }
        }
        for column in 0..columns {
            if !before.iter().all(|table| is_apart(of_column(counts, column), of_column(table, column))) {
                counts.iter_mut().zip(latest).for_each(|(row, last)| row[column] = last[column]);
                is_settled = false;
            }
        }
    }
    let all = |table: &[Vec<u64>]| (0..table.len()).fold(0, |sum: u64, row| sum.saturating_add(of_row(table, row)));
    if !before.iter().all(|table| is_apart(all(counts), all(table))) {
        counts.clone_from(latest);
    }
}

/// The figures with those hidden that were hidden before; what there was none of is hidden where it is nought, which it must not look
/// like.
fn shown<R: Copy + Ord, C: Copy + Ord>(
    counts: &[Vec<u64>],
    latest: &ReleasedTable<R, C>,
    rows: &[R],
    columns: &[C],
) -> Result<Published, NotATable> {
    let figures = &latest.table.figures;
    let as_before = |before: Option<Shown>, count: u64| match before {
        Some(Shown::Suppressed) => Shown::Suppressed,
        None if count < SMALLEST_SHOWN => Shown::Suppressed,
        _ => Shown::Value(count),
    };
    let sum = |counts: Vec<u64>| counts.into_iter().try_fold(0_u64, u64::checked_add).ok_or(NotATable::Overflow);
    let mut told = Published { cells: Vec::new(), row_totals: Vec::new(), column_totals: Vec::new(), total: Shown::Suppressed };
    let mut all = 0_u64;
    for (row, counts) in rows.iter().zip(counts) {
        let cell =
            |(column, count): (&C, &u64)| as_before(latest.place(row, column).map(|(row, column)| figures.cells[row][column]), *count);
        told.cells.push(columns.iter().zip(counts).map(cell).collect());
        let total = sum(counts.clone())?;
        all = all.checked_add(total).ok_or(NotATable::Overflow)?;
        told.row_totals.push(as_before(latest.table.rows.binary_search(row).ok().map(|at| figures.row_totals[at]), total));
    }
    for (at, column) in columns.iter().enumerate() {
        let total = sum(counts.iter().map(|row| row[at]).collect())?;
        told.column_totals.push(as_before(latest.table.columns.binary_search(column).ok().map(|at| figures.column_totals[at]), total));
    }
    told.total = as_before(Some(figures.total), all);
    Ok(told)
}

/// What is told of a share of people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToldShare {
    /// Nothing is on record.
    NoData,
    /// It is there, and told to nobody outside.
    Hidden,
    /// Points of a hundred, in steps.
    Told { at_least: u64, at_most: u64 },
}

/// What was released of a target over one whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReleasedShare {
    pub target: Id<Target>,
    /// The version of the definition by which it was counted.
    pub version: u32,
    pub base: StaffBase,
    /// How many agencies had not told their staff.
    pub missing: u32,
    pub share: ToldShare,
}

pub type ReleaseId = Id<Release>;

/// What everybody is told of a year from a day on, until it is released again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    pub id: ReleaseId,
    pub programme: ProgrammeId,
    pub year: i32,
    /// From 1 in its year.
    pub number: u32,
    /// The day as of which the figures were known.
    pub as_of: NaiveDate,
    /// By which it is released.
    pub document: Option<DocumentId>,
    pub by: AccountId,
    pub at: DateTime<Utc>,
    /// None where nothing was on record.
    pub table: Option<ReleasedTable<AgencyId, CourseId>>,
    /// Lượt người; none where nothing was on record.
    pub attendances: Option<Shown>,
    pub shares: Vec<ReleasedShare>,
}

impl Release {
    /// The day that the figures are of: in their year.
    pub fn figures_of(&self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.year, 12, 31).map_or(self.as_of, |end| end.min(self.as_of))
    }

    /// Different people in all, as far as they are told.
    pub fn total(&self) -> Option<u64> {
        self.table.as_ref().and_then(|released| released.table.figures.total.value())
    }

    /// Whether the figures are of the whole year.
    pub fn is_whole_year(&self) -> bool {
        NaiveDate::from_ymd_opt(self.year, 12, 31).is_some_and(|end| self.as_of >= end)
    }
}

/// Attendances beside a number of people: told where those who came again are many, and more or fewer by many than ever told. `people`
/// are those who are told, `counted` those who are on record: where the former count stands, the former attendances stand with it.
pub fn attendances(count: u64, people: Shown, counted: u64, former: &[Release]) -> Shown {
    let Some(people) = people.value() else { return Shown::Suppressed };
    if people != counted {
        let last = former.last().filter(|last| last.total() == Some(people)).and_then(|last| last.attendances);
        return last.unwrap_or(Shown::Suppressed);
    }
    let again = count.saturating_sub(people);
    let told = former.iter().filter_map(|one| Some((one.attendances?.value()?, one.total()?)));
    let mut beside = told.map(|(then, people)| is_apart(count, then) && is_apart(again, then.saturating_sub(people)));
    if again >= SMALLEST_SHOWN && beside.all(|is_apart| is_apart) { Shown::Value(count) } else { Shown::Suppressed }
}
