//! Sums of the movements that stood on a day, by kind and by what is asked for, in one statement each.
//! Must not turn what is not recorded into nought: a line without movements has no sum.
//! What the sums mean is `domain::budget`; movements themselves are `movement`.

use chrono::NaiveDate;
use diesel::{
    prelude::*,
    sql_types::{BigInt, Date, Integer, Nullable, Text},
};
use domain::{
    agency::AgencyId,
    budget::{BudgetLineId, FundingSourceKind, Stood},
    money::Total,
    policy::ReportScope,
    programme::ProgrammeId,
    task::TaskId,
};
use uuid::Uuid;

use crate::{
    catalogue::parsed,
    conn::Conn,
    error::DbError,
    rows::DbId,
    sql_types::DbUuid,
    statement::{Bind, Statement},
};

/// By what sums are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grouping {
    Line,
    Task,
    Agency,
    Programme,
    Source,
    Year,
    /// By programme and budget year.
    Means,
}

/// Which lines and movements. Every condition given must hold; an empty list is no condition.
#[derive(Clone, Debug, Default)]
pub struct SumFilter {
    pub programmes: Vec<ProgrammeId>,
    pub tasks: Vec<TaskId>,
    pub agencies: Vec<AgencyId>,
    pub lines: Vec<BudgetLineId>,
    pub source: Option<FundingSourceKind>,
    pub year: Option<i32>,
    pub is_capital: Option<bool>,
    /// Lines that it opens; all where there is none.
    pub scope: Option<ReportScope>,
}

/// As of which day sums are told.
#[derive(Clone, Debug)]
pub enum AsOf {
    Day(NaiveDate),
    /// Each line, task, agency or programme, as they are grouped by, as of days of its own.
    Each(Vec<(Uuid, NaiveDate)>),
}

/// Of what a sum is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SumKey {
    /// Of the line, task, agency or programme.
    pub id: Option<Uuid>,
    pub year: Option<i32>,
}

/// A sum of movements of one kind, source and year of books; none for lines of which nothing stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sum {
    pub key: SumKey,
    pub day: NaiveDate,
    pub source: FundingSourceKind,
    pub stood: Option<Stood>,
}

/// Amounts are added in two parts, which no number of rows makes too large: so many đồng, and what is left of them.
const PART: i128 = 1_000_000_000;

#[derive(QueryableByName)]
struct SumRow {
    #[diesel(sql_type = Date)]
    day: NaiveDate,
    #[diesel(sql_type = Nullable<DbUuid>)]
    id: Option<DbId>,
    #[diesel(sql_type = Nullable<Integer>)]
    year: Option<i32>,
    #[diesel(sql_type = Text)]
    source: String,
    #[diesel(sql_type = Nullable<Text>)]
    kind: Option<String>,
    #[diesel(sql_type = Nullable<Integer>)]
    books: Option<i32>,
    #[diesel(sql_type = Integer)]
    late: i32,
    #[diesel(sql_type = Integer)]
    assigned: i32,
    #[diesel(sql_type = Integer)]
    compared: i32,
    #[diesel(sql_type = Nullable<BigInt>)]
    high: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    low: Option<i64>,
}

/// Whether a line has any movement of some kinds.
fn has(kinds: &str) -> String {
    format!("max(CASE WHEN kind IN ({kinds}) THEN 1 ELSE 0 END) OVER (PARTITION BY line_id, day)")
}

/// The sums of what stood on a day: what was undone later stood still. What is decided of a line as a whole is decided before lines are
/// added up. Of days of their own nothing is told but of what has lines.
pub fn sums(conn: &mut Conn, filter: &SumFilter, grouping: Grouping, as_of: &AsOf) -> Result<Vec<Sum>, DbError> {
    let (no_id, no_year) = ("CAST(NULL AS UUID)", "CAST(NULL AS INTEGER)");
    let (id, year) = match grouping {
        Grouping::Line => ("l.id", no_year),
        Grouping::Task => ("l.task_id", no_year),
        Grouping::Agency => ("l.agency_id", no_year),
        Grouping::Programme => ("l.programme_id", no_year),
        Grouping::Source => (no_id, no_year),
        Grouping::Year => (no_id, "l.year"),
        Grouping::Means => ("l.programme_id", "l.year"),
    };
    let mut statement = Statement::default();
    let lines = asked(&mut statement, as_of, id);
    statement.add(&format!(
        ", stood AS (SELECT l.id AS line_id, a.day AS day, {id} AS id, {year} AS year, l.source AS source, m.kind AS kind, m.booking_year AS books, \
         CASE WHEN m.booking_year <> l.year THEN 1 ELSE 0 END AS late, sum(m.amount / {PART}) AS high, sum(m.amount % {PART}) AS low \
         FROM asked a {lines} LEFT JOIN budget_movements m ON m.line_id = l.id AND m.kind <> 'REVERSED' AND m.day <= a.day"
    ));
    if let Some(year) = filter.year {
        statement.bind(" AND m.year = ", Bind::Year(year));
    }
    statement.add(" AND NOT EXISTS (SELECT 1 FROM budget_movements r WHERE r.refers_to_id = m.id AND r.kind = 'REVERSED'");
    statement.add(" AND r.day <= a.day) WHERE 1 = 1");
    narrow(&mut statement, filter);
    let (assigned, needed, paid) = (has("'ASSIGNED', 'SUPPLEMENTED', 'ADJUSTED'"), has("'NEED'"), has("'ADVANCED', 'PAID', 'REFUNDED'"));
    // As they are written, since both databases group by the place of an expression.
    statement.add(&format!(
        " GROUP BY 1, 2, 3, 4, 5, 6, 7, 8), decided AS (SELECT day, id, year, source, kind, books, late, {assigned} AS assigned, \
         {needed} * {paid} AS compared, high, low FROM stood) \
         SELECT day, id, year, source, kind, books, late, assigned, compared, \
         CAST(sum(high) AS BIGINT) AS high, CAST(sum(low) AS BIGINT) AS low FROM decided GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9"
    ));
    let rows: Vec<SumRow> = statement.query().load(conn)?;
    rows.iter().map(sum).collect()
}

/// The days that are asked for, as a table `asked` of identifiers and days; how lines are joined to it.
fn asked(statement: &mut Statement, as_of: &AsOf, id: &str) -> String {
    statement.add("WITH asked (id, day) AS (VALUES ");
    match as_of {
        AsOf::Day(day) => {
            statement.bind("(CAST(NULL AS UUID), ", Bind::Day(*day));
            statement.add("))");
            "CROSS JOIN budget_lines l".to_owned()
        }
        AsOf::Each(asked) => {
            for (i, (id, day)) in asked.iter().enumerate() {
                statement.bind(if i == 0 { "(" } else { "), (" }, Bind::Id(DbId(*id)));
                statement.bind(", ", Bind::Day(*day));
            }
            statement.add("))");
            format!("JOIN budget_lines l ON {id} = a.id")
        }
    }
}

fn narrow(statement: &mut Statement, filter: &SumFilter) {
    let programmes: Vec<Uuid> = filter.programmes.iter().map(|id| id.uuid()).collect();
    let tasks: Vec<Uuid> = filter.tasks.iter().map(|id| id.uuid()).collect();
    let agencies: Vec<Uuid> = filter.agencies.iter().map(|id| id.uuid()).collect();
    let lines: Vec<Uuid> = filter.lines.iter().map(|id| id.uuid()).collect();
    for (column, ids) in [("l.programme_id", programmes), ("l.task_id", tasks), ("l.agency_id", agencies), ("l.id", lines)] {
        for (i, id) in ids.iter().enumerate() {
            let before = if i == 0 { format!(" AND {column} IN (") } else { ", ".to_owned() };
            statement.bind(&before, Bind::Id(DbId(*id)));
        }
        statement.add(if ids.is_empty() { "" } else { ")" });
    }
    if let Some(source) = filter.source {
        statement.bind(" AND l.source = ", Bind::Text(source.label().into()));
    }
    if let Some(year) = filter.year {
        statement.bind(" AND l.year = ", Bind::Year(year));
    }
    match filter.is_capital {
        Some(true) => statement.add(" AND l.is_capital"),
        Some(false) => statement.add(" AND NOT l.is_capital"),
        None => {}
    }
    let Some(scope) = filter.scope.as_ref().filter(|scope| !scope.is_all()) else { return };
    statement.add(" AND (1 = 0");
    for (agency, programme) in &scope.open {
        statement.add(" OR (1 = 1");
        if let Some(agency) = agency {
            statement.bind(" AND l.agency_id = ", Bind::Id((*agency).into()));
        }
        if let Some(programme) = programme {
            statement.bind(" AND l.programme_id = ", Bind::Id((*programme).into()));
        }
        statement.add(")");
    }
    statement.add(")");
}

fn sum(row: &SumRow) -> Result<Sum, DbError> {
    let id = row.id.unwrap_or_default();
    let amount = row.high.zip(row.low).map(|(high, low)| Total::new(i128::from(high) * PART + i128::from(low)));
    let stood = match (row.kind.as_deref(), row.books, amount) {
        (Some(kind), Some(books), Some(amount)) => Some(Stood {
            kind: parsed(kind, "budget_movements", "kind", id)?,
            amount,
            books,
            is_late: row.late == 1,
            is_assigned: row.assigned == 1,
            is_compared: row.compared == 1,
        }),
        _ => None,
    };
    Ok(Sum {
        key: SumKey { id: row.id.map(|id| id.0), year: row.year },
        day: row.day,
        source: parsed(&row.source, "budget_lines", "source", id)?,
        stood,
    })
}
