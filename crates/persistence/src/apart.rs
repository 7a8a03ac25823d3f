//! Many filters of one list in one statement: what all of them say is a condition of it, what tells them apart are the rows of `w`.
//! Must not know what is listed; `seen::many` and `obligation::many` do.

use std::{collections::HashMap, hash::Hash};

use crate::{
    rows::DbId,
    statement::{Bind, Statement},
};

/// A condition by which filters may differ.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Part {
    Id(DbId),
    Year(i32),
    Text(String),
}

/// Where a part stands in `w`, and the condition that it makes there.
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) condition: &'static str,
}

/// A filter that can be read beside others.
pub(crate) trait Filter: Clone {
    /// What filters of one statement must have alike.
    type Kind: Hash + Eq;
    /// Of each part, in the order of `parts`.
    const COLUMNS: &'static [Column];

    fn kind(&self) -> Self::Kind;

    fn parts(&self) -> Vec<Option<Part>>;

    /// What both filters say.
    fn common(self, other: &Self) -> Self;
}

/// What two filters say of one thing, if they say the same.
pub(crate) fn both<T: Clone + PartialEq>(one: &Option<T>, other: &Option<T>) -> Option<T> {
    if one == other { one.clone() } else { None }
}

/// Filters that go into one statement: what they have in common, and what tells them apart.
pub(crate) struct Alike<F> {
    pub(crate) common: F,
    columns: Vec<&'static Column>,
    /// The place of each among all filters, with a part for every column.
    rows: Vec<(usize, Vec<Part>)>,
}

/// The filters by what may be read in one statement.
pub(crate) fn alike<F: Filter>(filters: &[F]) -> Vec<Alike<F>> {
    let mut kinds: HashMap<(F::Kind, Vec<bool>), Vec<usize>> = HashMap::new();
    let parts: Vec<Vec<Option<Part>>> = filters.iter().map(Filter::parts).collect();
    for (place, (filter, parts)) in filters.iter().zip(&parts).enumerate() {
        kinds.entry((filter.kind(), parts.iter().map(Option::is_some).collect())).or_default().push(place);
    }
    let alike = kinds.into_values().filter_map(|places| {
        let common = places.iter().map(|place| filters[*place].clone()).reduce(|all, one| all.common(&one))?;
        let differ: Vec<usize> = common.parts().iter().enumerate().filter(|(_, part)| part.is_none()).map(|(at, _)| at).collect();
        let row = |place: usize| (place, differ.iter().filter_map(|at| parts[place][*at].clone()).collect());
        let columns = differ.iter().filter(|at| parts[places[0]][**at].is_some()).map(|at| &F::COLUMNS[*at]).collect();
        Some(Alike { common, columns, rows: places.into_iter().map(row).collect() })
    });
    alike.collect()
}

impl<F> Alike<F> {
    /// Whether the filters differ by this column.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.columns.iter().any(|column| column.name == name)
    }

    /// Adds `w` to the tables that a statement begins with: a row for each filter, with its place as `n`.
    pub(crate) fn table(&self, statement: &mut Statement) {
        statement.add(", w(n");
        for column in &self.columns {
            statement.add(&format!(", {}", column.name));
        }
        statement.add(") AS (VALUES ");
        for (i, (place, parts)) in self.rows.iter().enumerate() {
            statement.add(&format!("{}({place}", if i == 0 { "" } else { ", " }));
            for part in parts {
                statement.bind(
                    ", ",
                    match part {
                        Part::Id(id) => Bind::Id(*id),
                        Part::Year(year) => Bind::Year(*year),
                        Part::Text(text) => Bind::Text(text.clone()),
                    },
                );
            }
            statement.add(")");
        }
        statement.add(")");
    }

    /// Adds to the conditions of a statement that a row fits the filter of `w`.
    pub(crate) fn conditions(&self, statement: &mut Statement) {
        for column in &self.columns {
            statement.add(&format!(" AND {}", column.condition));
        }
    }
}
