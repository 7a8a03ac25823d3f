//! Tables with known answers, and an outsider who tries every table that agrees with what is shown.

use proptest::prelude::*;

use super::*;

const X: Shown = Shown::Suppressed;

fn v(value: u64) -> Shown {
    Shown::Value(value)
}

#[test]
fn large_figures_are_all_shown() {
    let table = suppress(&[vec![5, 12], vec![30, 7]], Rule::default()).expect("a table");
    assert_eq!(table.hidden(), 0);
    assert_eq!((table.row_totals, table.column_totals, table.total), (vec![v(17), v(37)], vec![v(35), v(19)], v(54)));
}

#[test]
fn one_small_cell_hides_the_rectangle_that_it_could_be_computed_from() {
    let table = suppress(&[vec![3, 20, 40], vec![15, 9, 60], vec![70, 80, 90]], Rule::default()).expect("a table");
    assert_eq!(table.cells, vec![vec![X, X, v(40)], vec![X, X, v(60)], vec![v(70), v(80), v(90)]]);
    assert!(table.row_totals.iter().chain(&table.column_totals).chain([&table.total]).all(|figure| figure.value().is_some()));
}

#[test]
fn two_hidden_figures_whose_sum_is_small_hide_a_third() {
    // 2 + 1 = 3 would tell that both are small; 9 is hidden as well.
    let (list, total) = suppress_list(&[2, 1, 9, 50], Rule::default()).expect("a list");
    assert_eq!((list, total), (vec![X, X, X, v(50)], v(62)));
    let (list, total) = suppress_list(&[4, 3, 50], Rule::default()).expect("a list");
    assert_eq!((list, total), (vec![X, X, v(50)], v(57)), "7 of both tells of neither");
}

#[test]
fn where_nothing_else_helps_a_total_is_hidden() {
    assert_eq!(suppress_list(&[3], Rule::default()), Ok((vec![X], X)));
    let (list, total) = suppress_list(&[3, 0], Rule { shows_noughts: true, ..Rule::default() }).expect("a list");
    assert_eq!((list, total), (vec![X, v(0)], X));
}

#[test]
fn a_nought_that_may_be_shown_is_never_hidden_for_others() {
    let rule = Rule { threshold: 3, shows_noughts: true };
    let table = suppress(&[vec![1, 1], vec![0, 3]], rule).expect("a table");
    assert_eq!(table.cells, vec![vec![X, X], vec![v(0), v(3)]]);
    assert_eq!(table.row_totals, [X, v(3)]);
}

#[test]
fn a_table_of_all_agencies_and_years_is_done_at_once() {
    let cells: Vec<Vec<u64>> = (0..200_u64).map(|row| (0..8).map(|column| (row * 7 + column * 5) % 23).collect()).collect();
    let table = suppress(&cells, Rule::default()).expect("a table");
    assert!(table.row_totals.iter().all(|figure| figure.value().is_some()) && table.total.value().is_some(), "totals stay");
}

#[test]
fn what_is_no_table_is_refused() {
    assert_eq!(suppress(&[], Rule::default()), Err(NotATable::Ragged));
    assert_eq!(suppress(&[vec![]], Rule::default()), Err(NotATable::Ragged));
    assert_eq!(suppress(&[vec![1, 2], vec![1]], Rule::default()), Err(NotATable::Ragged));
    assert_eq!(suppress(&[vec![u64::MAX, 1]], Rule::default()), Err(NotATable::Overflow));
}

/// The published table with totals as its last row and column.
fn laid_out(table: &Published) -> Vec<Vec<Option<u64>>> {
    let with = |row: &Vec<Shown>, total: &Shown| row.iter().chain([total]).map(|figure| figure.value()).collect();
    let rows = table.cells.iter().zip(&table.row_totals).map(|(row, total)| with(row, total));
    rows.chain([with(&table.column_totals, &table.total)]).collect()
}

/// Every value that a figure has in some table that agrees with what is shown, by trying all tables of cells up to a largest value.
fn possible(shown: &[Vec<Option<u64>>], floor: u64, largest: u64) -> Vec<Vec<std::collections::BTreeSet<u64>>> {
    let (rows, columns) = (shown.len() - 1, shown[0].len() - 1);
    let mut found = vec![vec![std::collections::BTreeSet::new(); columns + 1]; rows + 1];
    let mut cells = vec![0; rows * columns];
    try_all(shown, floor, largest, 0, &mut cells, &mut found);
    found
}

fn agrees(shown: Option<u64>, value: u64, floor: u64) -> bool {
    shown.map_or(value >= floor, |shown| shown == value)
}

fn try_all(
    shown: &[Vec<Option<u64>>],
    floor: u64,
    largest: u64,
    next: usize,
    cells: &mut [u64],
    found: &mut [Vec<std::collections::BTreeSet<u64>>],
) {
    let (rows, columns) = (shown.len() - 1, shown[0].len() - 1);
    let row_total = |cells: &[u64], row: usize| cells[row * columns..(row + 1) * columns].iter().sum::<u64>();
    if next > 0 && next.is_multiple_of(columns) {
        let row = next / columns - 1;
        if !agrees(shown[row][columns], row_total(cells, row), floor) {
            return;
        }
    }
    if next == rows * columns {
        let table: Vec<Vec<u64>> = cells.chunks(columns).map(<[u64]>::to_vec).collect();
        let table = with_totals(&table).expect("a table");
        let fits = table.iter().flatten().zip(shown.iter().flatten()).all(|(value, shown)| agrees(*shown, *value, floor));
        if fits {
            for (value, values) in table.iter().flatten().zip(found.iter_mut().flatten()) {
                values.insert(*value);
            }
        }
        return;
    }
    let range = shown[next / columns][next % columns].map_or(floor..=largest, |value| value..=value);
    for value in range {
        cells[next] = value;
        try_all(shown, floor, largest, next + 1, cells, found);
    }
}

/// The values of hidden figures that the sums alone settle: by elimination, over fractions as pairs of whole numbers.
fn settled_by_sums(shown: &[Vec<Option<u64>>]) -> usize {
    let places: Vec<(usize, usize)> =
        (0..shown.len()).flat_map(|r| (0..shown[0].len()).map(move |c| (r, c))).filter(|(r, c)| shown[*r][*c].is_none()).collect();
    let (last_row, last_column) = (shown.len() - 1, shown[0].len() - 1);
    let line = |belongs: &dyn Fn(usize, usize) -> bool, is_total: &dyn Fn(usize, usize) -> bool| -> Vec<i128> {
        let sign = |(r, c): &(usize, usize)| {
            if !belongs(*r, *c) {
                0
            } else if is_total(*r, *c) {
                -1
            } else {
                1
            }
        };
        places.iter().map(sign).collect()
    };
    let rows = (0..=last_row).map(|row| line(&move |r, _| r == row, &move |_, c| c == last_column));
    let columns = (0..=last_column).map(|column| line(&move |_, c| c == column, &move |r, _| r == last_row));
    let mut matrix: Vec<Vec<i128>> = rows.chain(columns).collect();
    let mut rank = 0;
    for column in 0..places.len() {
        let Some(pivot) = (rank..matrix.len()).find(|row| matrix[*row][column] != 0) else { continue };
        matrix.swap(rank, pivot);
        let lead = matrix[rank].clone();
        for (_, other) in matrix.iter_mut().enumerate().filter(|(row, _)| *row != rank) {
            let factor = other[column];
            // The matrix of such sums is totally unimodular: whole numbers stay whole.
            for (entry, leading) in other.iter_mut().zip(&lead) {
                *entry = *entry * lead[column] - factor * leading;
            }
        }
        rank += 1;
    }
    matrix.iter().filter(|row| row.iter().filter(|entry| **entry != 0).count() == 1).count()
}

fn table(
    rows: std::ops::RangeInclusive<usize>,
    columns: std::ops::RangeInclusive<usize>,
    values: impl Strategy<Value = u64> + Clone,
) -> impl Strategy<Value = Vec<Vec<u64>>> {
    (rows, columns).prop_flat_map(move |(rows, columns)| prop::collection::vec(prop::collection::vec(values.clone(), columns), rows))
}

fn rules() -> impl Strategy<Value = Rule> {
    any::<bool>().prop_map(|shows_noughts| Rule { threshold: 3, shows_noughts })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(60) })]

    #[test]
    fn whoever_tries_every_table_learns_no_hidden_figure(cells in table(1..=2, 1..=3, 0..5_u64), rule in rules()) {
        // A figure is at most 4, and raised by no more than the threshold: whoever tries all up to 7 misses none that counts.
        let truth = with_totals(&cells).expect("a table");
        let shown = laid_out(&suppress(&cells, rule).expect("a table"));
        let possible = possible(&shown, rule.floor(), 7);
        for ((value, shown), possible) in truth.iter().flatten().zip(shown.iter().flatten()).zip(possible.iter().flatten()) {
            prop_assert!(possible.contains(value));
            prop_assert!(shown.is_none() || !rule.is_small(*value), "{} is shown", value);
            if shown.is_none() {
                prop_assert!(possible.len() > 1, "a hidden {} is told by {:?}", value, cells);
                prop_assert!(!rule.is_small(*value) || possible.last() >= Some(&rule.threshold), "{} is known to be small", value);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn no_sum_settles_a_hidden_figure_and_no_line_hides_one_alone(cells in table(1..=7, 1..=7, prop_oneof![0..9_u64, 0..200_u64])) {
        let published = suppress(&cells, Rule::default()).expect("a table");
        let shown = laid_out(&published);
        prop_assert_eq!(settled_by_sums(&shown), 0);
        let lines = shown.iter().cloned().chain((0..shown[0].len()).map(|column| shown.iter().map(|row| row[column]).collect()));
        for line in lines {
            let hidden = line.iter().filter(|figure| figure.is_none()).count();
            prop_assert!(hidden != 1, "{:?}", line);
        }
        // What is hidden of a line with a total that is shown sums up to the threshold or more.
        for (row, truth) in published.cells.iter().zip(&cells).zip(&published.row_totals).filter(|(_, total)| total.value().is_some()).map(|(row, _)| row) {
            let hidden: Vec<u64> = row.iter().zip(truth).filter(|(shown, _)| shown.value().is_none()).map(|(_, value)| *value).collect();
            prop_assert!(hidden.is_empty() || hidden.iter().sum::<u64>() >= SMALLEST_SHOWN);
        }
    }
}
