//! Releases one after another, and an outsider who lays them beside each other.

use proptest::prelude::*;

use super::*;
use crate::suppression::{SMALLEST_SHOWN, Shown};

type Table = ReleasedTable<u8, char>;

/// One to four people: what nobody may learn of.
fn is_a_few(one: u64, other: u64) -> bool {
    (1..5).contains(&one.abs_diff(other))
}

fn counted(n: u64) -> Counted {
    Counted { at_least: n, at_most: n }
}

fn counts(cells: &[(u8, char, u64)]) -> Vec<(u8, char, Counted)> {
    cells.iter().map(|(row, column, n)| (*row, *column, counted(*n))).collect()
}

fn released(all: &[Vec<(u8, char, Counted)>]) -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    for counts in all {
        tables.extend(release(counts, &tables).expect("a table"));
    }
    tables
}

fn total(table: &Table) -> Option<u64> {
    table.table.figures.total.value()
}

#[test]
fn one_more_person_is_not_told_until_there_are_many() {
    let tables = released(&[
        counts(&[(1, 'a', 20), (2, 'a', 30)]),
        counts(&[(1, 'a', 21), (2, 'a', 30)]),
        counts(&[(1, 'a', 25), (2, 'a', 30)]),
        counts(&[(1, 'a', 24), (2, 'a', 30), (3, 'a', 2), (3, 'b', 7)]),
    ]);
    assert_eq!(tables.iter().map(total).collect::<Vec<_>>(), [Some(50), Some(50), Some(55), Some(62)]);
    let last = &tables[3].table;
    assert_eq!((&last.rows, &last.columns), (&vec![1, 2, 3], &vec!['a', 'b']), "two are not told, the seven beside are");
    assert_eq!(last.figures.cells[2], [Shown::Suppressed, Shown::Value(7)]);
    assert_eq!(last.figures.cells[0][0], Shown::Value(25), "what falls by one stays");
}

#[test]
fn what_was_hidden_stays_hidden_and_what_was_shown_never_gets_small() {
    let tables = released(&[
        counts(&[(1, 'a', 3), (1, 'b', 20), (2, 'a', 40), (2, 'b', 30)]),
        counts(&[(1, 'a', 30), (1, 'b', 20), (2, 'a', 40), (2, 'b', 30)]),
        counts(&[(1, 'a', 30), (1, 'b', 1), (2, 'a', 2), (2, 'b', 30)]),
    ]);
    let hidden = |table: &Table| table.table.figures.cells.concat().iter().filter(|cell| cell.value().is_none()).count();
    assert_eq!(tables.iter().map(hidden).collect::<Vec<_>>(), [4, 4, 4]);
    assert_eq!(tables.iter().map(total).collect::<Vec<_>>(), [Some(93), Some(120), Some(120)]);
    let tables = released(&[counts(&[(1, 'a', 30), (2, 'a', 20)]), counts(&[(1, 'a', 30), (2, 'a', 2)])]);
    assert_eq!(total(&tables[1]), Some(50));
}

fn laid_out(table: &Table) -> Vec<Vec<Option<u64>>> {
    let figures = &table.table.figures;
    let with = |row: &Vec<Shown>, total: &Shown| row.iter().chain([total]).map(|figure| figure.value()).collect();
    let rows = figures.cells.iter().zip(&figures.row_totals).map(|(row, total)| with(row, total));
    rows.chain([with(&figures.column_totals, &figures.total)]).collect()
}

/// By how much hidden cells could all be otherwise in every release at once, as far as anybody outside can tell: each way of adding to
/// and taking from the cells, the same in all releases, under which every figure that is shown stays as it is and none is negative.
fn otherwise(tables: &[Table]) -> Vec<Vec<i64>> {
    let first = &tables[0];
    let (rows, columns) = (first.table.rows.len(), first.table.columns.len());
    let mut ways: Vec<Vec<i64>> = vec![Vec::new()];
    for at in 0..rows * columns {
        let is_hidden = tables.iter().all(|table| table.table.figures.cells[at / columns][at % columns].value().is_none());
        let steps: Vec<i64> = if is_hidden { (-5..=5).collect() } else { vec![0] };
        ways = ways.into_iter().flat_map(|way| steps.iter().map(move |step| [way.clone(), vec![*step]].concat())).collect();
    }
    let fits = |way: &Vec<i64>| {
        tables.iter().all(|table| {
            let figures = &table.table.figures;
            let sum = |of: &dyn Fn(usize, usize) -> bool| -> i64 {
                (0..rows * columns).filter(|at| of(at / columns, at % columns)).map(|at| way[at]).sum()
            };
            let stays = |figure: &Shown, change: i64| figure.value().is_none() || change == 0;
            (0..rows).all(|row| stays(&figures.row_totals[row], sum(&|r, _| r == row)))
                && (0..columns).all(|column| stays(&figures.column_totals[column], sum(&|_, c| c == column)))
                && stays(&figures.total, sum(&|_, _| true))
                && (0..rows * columns).all(|at| table.counts[at / columns][at % columns].cast_signed() + way[at] >= 0)
        })
    };
    ways.retain(fits);
    ways
}

fn year() -> impl Strategy<Value = Vec<(u8, char, Counted)>> {
    let cell = prop_oneof![0..9_u64, 0..30_u64];
    prop::collection::vec(cell, 4)
        .prop_map(|cells| counts(&[(1, 'a', cells[0]), (1, 'b', cells[1]), (2, 'a', cells[2]), (2, 'b', cells[3])]))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn releases_laid_beside_each_other_tell_of_no_few_people(years in prop::collection::vec(year(), 1..=4)) {
        let tables = released(&years);
        let shown: Vec<_> = tables.iter().map(laid_out).collect();
        for (n, later) in shown.iter().enumerate() {
            for earlier in &shown[..n] {
                for (one, other) in later.iter().flatten().zip(earlier.iter().flatten()) {
                    prop_assert!(one.zip(*other).is_none_or(|(one, other)| !is_a_few(one, other)), "{:?} {:?}", one, other);
                }
            }
            prop_assert!(later.iter().flatten().flatten().all(|figure| *figure >= SMALLEST_SHOWN));
        }
        // Whoever has all releases must hold it possible, of each hidden few, that they are many, and of each hidden figure that it is another.
        let ways = otherwise(&tables);
        for table in &tables {
            for (at, count) in table.counts.concat().into_iter().enumerate() {
                let is_hidden = table.table.figures.cells.concat()[at].value().is_none();
                let highest = ways.iter().map(|way| count.cast_signed() + way[at]).max().unwrap_or_default();
                prop_assert!(!(is_hidden && count < SMALLEST_SHOWN) || highest >= SMALLEST_SHOWN.cast_signed(), "{} at {}", count, at);
            }
        }
    }
}
