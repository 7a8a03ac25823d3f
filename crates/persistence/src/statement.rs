//! Statements that are written as text, for what Diesel cannot say: common table expressions, groupings over them.
//! Must not hold a value in the text: every value is bound.
//! Used by `seen`, `rates`, `deliverable`, `search`, `outbox` and others.

use std::fmt::Write;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::{
    query_builder::{BoxedSqlQuery, SqlQuery},
    sql_query,
    sql_types::{BigInt, Date, Integer, Text, Timestamp},
};

use crate::{conn::MultiBackend, rows::DbId, sql_types::DbUuid};

/// A value to bind.
pub enum Bind {
    Id(DbId),
    Year(i32),
    Count(i32),
    Number(i64),
    Day(NaiveDate),
    At(NaiveDateTime),
    Text(String),
}

/// A statement with its values, which are numbered in the order of the text: both databases understand that.
#[derive(Default)]
pub struct Statement {
    text: String,
    binds: Vec<Bind>,
}

type Dynamic = BoxedSqlQuery<'static, MultiBackend, SqlQuery>;

impl Statement {
    pub fn add(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Binds a value; gives the place by which [`Statement::again`] names it.
    pub fn bind(&mut self, before: &str, value: Bind) -> usize {
        self.binds.push(value);
        self.again(before, self.binds.len())
    }

    /// Binds a value that is named later.
    pub fn hold(&mut self, value: Bind) -> usize {
        self.binds.push(value);
        self.binds.len()
    }

    /// Names a value that is bound already.
    pub fn again(&mut self, before: &str, place: usize) -> usize {
        // Writing to a string does not fail.
        let _ = write!(self.text, "{before}${place}");
        place
    }

    pub fn query(self) -> Dynamic {
        self.binds.into_iter().fold(sql_query(self.text).into_boxed::<MultiBackend>(), |query, bind| match bind {
            Bind::Id(id) => query.bind::<DbUuid, _>(id),
            Bind::Number(number) => query.bind::<BigInt, _>(number),
            Bind::Year(number) | Bind::Count(number) => query.bind::<Integer, _>(number),
            Bind::Day(day) => query.bind::<Date, _>(day),
            Bind::At(at) => query.bind::<Timestamp, _>(at),
            Bind::Text(text) => query.bind::<Text, _>(text),
        })
    }
}
