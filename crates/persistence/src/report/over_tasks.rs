//! Batches: reports of many tasks at once, for lists below lists.
//! Must put scope and filter into the statement, as the lists of `mod` do; both have the same conditions.
//! Diesel cannot select from a subquery, hence the text; every value is bound.

use diesel::{
    prelude::*,
    query_builder::{BoxedSqlQuery, SqlQuery},
    sql_query,
    sql_types::{BigInt, Integer, Text},
};
use domain::{policy::ReportScope, report::Report, task::TaskId};

use super::{PUBLISHED, ReportFilter, ReportRow, with_content};
use crate::{
    conn::{Conn, MultiBackend},
    error::DbError,
    rows::DbId,
    schema::reports,
    sql_types::DbUuid,
};

/// How many reports each of these tasks has; tasks without any are left out.
pub fn count_by_task(conn: &mut Conn, scope: &ReportScope, filter: &ReportFilter, tasks: &[TaskId]) -> Result<Vec<(TaskId, i64)>, DbError> {
    if tasks.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<Counted> = over_tasks(scope, filter, tasks, |conditions| {
        format!("SELECT reports.task_id AS id, count(*) AS n FROM reports WHERE {conditions} GROUP BY reports.task_id")
    })
    .load(conn)?;
    Ok(rows.into_iter().map(|row| (row.id.of(), row.n)).collect())
}

#[derive(diesel::QueryableByName)]
struct Counted {
    #[diesel(sql_type = DbUuid)]
    id: DbId,
    #[diesel(sql_type = BigInt)]
    n: i64,
}

#[derive(diesel::QueryableByName)]
struct Ranked {
    #[diesel(sql_type = DbUuid)]
    id: DbId,
}

/// The heads of many tasks' lists at once: up to `limit` reports a task, from the first on or from the last back.
/// Comes in the order of the lists.
pub fn heads_by_task(
    conn: &mut Conn,
    scope: &ReportScope,
    filter: &ReportFilter,
    tasks: &[TaskId],
    down: bool,
    limit: u32,
) -> Result<Vec<Report>, DbError> {
    if tasks.is_empty() {
        return Ok(Vec::new());
    }
    let direction = if down { "DESC" } else { "ASC" };
    let ranked: Vec<Ranked> = over_tasks(scope, filter, tasks, |conditions| {
        format!(
            "SELECT ranked.id FROM (SELECT reports.id, row_number() OVER (PARTITION BY reports.task_id ORDER BY reports.id \
             {direction}) AS n FROM reports WHERE {conditions}) ranked WHERE ranked.n <= {limit}"
        )
    })
    .load(conn)?;
    let ids: Vec<DbId> = ranked.into_iter().map(|row| row.id).collect();
    let query = reports::table.filter(reports::id.eq_any(ids)).select(ReportRow::as_select());
    let rows = if down { query.order(reports::id.desc()).load(conn)? } else { query.order(reports::id.asc()).load(conn)? };
    with_content(conn, scope, rows)
}

/// A value to bind.
enum Value {
    Id(DbId),
    Number(i32),
    Words(String),
}

type Dynamic = BoxedSqlQuery<'static, MultiBackend, SqlQuery>;

/// The conditions of a statement and what is bound in them. Placeholders are numbered in the order of binding, which both
/// databases understand.
#[derive(Default)]
struct Conditions {
    all: Vec<String>,
    bound: Vec<Value>,
}

impl Conditions {
    fn place(&mut self, value: Value) -> String {
        self.bound.push(value);
        format!("${}", self.bound.len())
    }

    /// What the caller sees by role; the twin of `super::inside`.
    fn inside(&mut self, scope: &ReportScope) -> Option<String> {
        let any: Vec<String> = scope
            .open
            .iter()
            .map(|(agency, programme)| {
                let mut condition = match agency {
                    Some(agency) => format!("reports.agency_id = {}", self.place(Value::Id(DbId::from(*agency)))),
                    None => "reports.version > 0".to_owned(),
                };
                if let Some(programme) = programme {
                    condition = format!("({condition} AND reports.programme_id = {})", self.place(Value::Id(DbId::from(*programme))));
                }
                condition
            })
            .collect();
        (!any.is_empty()).then(|| format!("({})", any.join(" OR ")))
    }

    fn scope(&mut self, scope: &ReportScope) {
        let condition = match self.inside(scope) {
            Some(inside) if scope.is_all() => inside,
            Some(inside) => format!("({PUBLISHED} OR {inside})"),
            None => PUBLISHED.to_owned(),
        };
        self.all.push(condition);
    }

    fn filter(&mut self, scope: &ReportScope, filter: &ReportFilter) {
        let ids = [("programme_id", filter.programme.map(DbId::from)), ("agency_id", filter.agency.map(DbId::from))];
        for (column, id) in ids {
            self.equal(column, id.map(Value::Id));
        }
        self.equal("year", filter.year.map(Value::Number));
        self.equal("period", filter.period.clone().map(Value::Words));
        self.equal("external_ref", filter.external_ref.clone().map(Value::Words));
        if let Some(status) = filter.status {
            // SQLite counts placeholders by where each first stands, so they are made in the order of the text.
            let inside = self.inside(scope);
            let label = self.place(Value::Words(status.label().to_owned()));
            self.all.push(match inside {
                Some(inside) => {
                    format!("(({inside} AND reports.status = {label}) OR (NOT {inside} AND reports.public_status = {label}))")
                }
                None => format!("reports.public_status = {label}"),
            });
        }
    }

    fn equal(&mut self, column: &str, value: Option<Value>) {
        if let Some(value) = value {
            let place = self.place(value);
            self.all.push(format!("reports.{column} = {place}"));
        }
    }
}

/// A statement over the reports of these tasks, in scope and filtered.
fn over_tasks(scope: &ReportScope, filter: &ReportFilter, tasks: &[TaskId], statement: impl FnOnce(&str) -> String) -> Dynamic {
    let mut conditions = Conditions::default();
    let places: Vec<String> = tasks.iter().map(|task| conditions.place(Value::Id(DbId::from(*task)))).collect();
    conditions.all.push(format!("reports.task_id IN ({})", places.join(", ")));
    conditions.scope(scope);
    conditions.filter(scope, filter);
    let query = sql_query(statement(&conditions.all.join(" AND "))).into_boxed::<MultiBackend>();
    conditions.bound.into_iter().fold(query, |query, value| match value {
        Value::Id(id) => query.bind::<DbUuid, _>(id),
        Value::Number(number) => query.bind::<Integer, _>(number),
        Value::Words(words) => query.bind::<Text, _>(words),
    })
}
