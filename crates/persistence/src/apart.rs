//! Many filters of one list in one statement: what all of them say is a condition of it, what tells them apart are the rows of `w`.
//! Must not know what is listed; the rooms `many` of `seen` and `obligation` do.

use std::{collections::HashMap, hash::Hash};

use diesel::{
    prelude::*,
    sql_types::{BigInt, Integer},
};

use crate::{
    conn::Conn,
    error::DbError,
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

    /// All that is none of the parts.
    fn kind(&self) -> Self::Kind;

    /// The parts that filters may have or not, in one order for all.
    fn parts(&self) -> Vec<(&'static Column, Option<Part>)>;

    /// The filter with those parts that both have alike.
    fn common(self, other: &Self) -> Self;
}

/// What two filters say of one thing, if they say the same.
pub(crate) fn both<T: Clone + PartialEq>(one: Option<&T>, other: Option<&T>) -> Option<T> {
    if one == other { one.cloned() } else { None }
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
    for (place, filter) in filters.iter().enumerate() {
        let has = filter.parts().iter().map(|(_, part)| part.is_some()).collect();
        kinds.entry((filter.kind(), has)).or_default().push(place);
    }
    let alike = kinds.into_values().filter_map(|places| {
        let common = places.iter().map(|place| filters[*place].clone()).reduce(|all, one| all.common(&one))?;
        // What one has and not all have alike: all have it, each its own.
        let apart = |place: usize| filters[place].parts().into_iter().zip(common.parts()).filter(|(_, (_, common))| common.is_none());
        let columns = apart(places[0]).filter_map(|((column, part), _)| part.map(|_| column)).collect();
        let rows = places.iter().map(|place| (*place, apart(*place).filter_map(|((_, part), _)| part).collect())).collect();
        Some(Alike { common, columns, rows })
    });
    alike.collect()
}

/// A selection of rows with their places in the list of their filter; `first` cuts it.
pub(crate) fn ranked(columns: &str, order: &str) -> String {
    format!("SELECT r.* FROM (SELECT w.n, {columns}, row_number() OVER (PARTITION BY w.n ORDER BY {order}) AS place")
}

/// Ends a statement of ranked rows: the first ones of each filter.
pub(crate) fn first(statement: &mut Statement, limit: u32) {
    statement.add(&format!(") r WHERE r.place <= {limit} ORDER BY r.n, r.place"));
}

/// Of a selection that is counted; `count` ends it.
pub(crate) const COUNTED: &str = "SELECT w.n, count(*) AS found";

#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = Integer)]
    n: i32,
    #[diesel(sql_type = BigInt)]
    found: i64,
}

/// Ends a statement that counts, and reads what it counts into the places of the filters.
pub(crate) fn count(conn: &mut Conn, mut statement: Statement, counts: &mut [i64]) -> Result<(), DbError> {
    statement.add(" GROUP BY w.n");
    let rows: Vec<CountRow> = statement.query().load(conn)?;
    for row in rows {
        counts[row.n.unsigned_abs() as usize] = row.found;
    }
    Ok(())
}

impl<F> Alike<F> {
    /// Whether the filters differ by this column.
    pub(crate) fn has(&self, column: &Column) -> bool {
        self.columns.iter().any(|one| one.name == column.name)
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
