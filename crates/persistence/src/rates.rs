//! Figures over obligations in scope as of a day, in one statement for each grouping.
//! Must count by the conditions of `fulfilment` alone, which the lists behind the figures have too.
//! The formulas are `domain::statistics::reporting`.

use diesel::{
    prelude::*,
    sql_types::{BigInt, Integer, Nullable, Text},
};
use domain::{
    agency::AgencyId,
    id::Id,
    policy::ReportScope,
    programme::{ProgrammeId, TaskGroup},
    statistics::{
        Grouping,
        reporting::{ReportCounts, ReportFigure, ReportFigures},
    },
    task::TaskId,
};

use crate::{
    conn::Conn,
    error::DbError,
    fulfilment::belongs,
    obligation::{AsOf, ObligationFilter, seen},
    rows::DbId,
    sql_types::{DbUuid, opt},
};

/// Figures under what they are told by.
#[derive(Clone, Debug)]
pub struct Rated {
    pub agency: Option<AgencyId>,
    pub group: Option<Id<TaskGroup>>,
    pub task: Option<TaskId>,
    /// Of what is about a whole programme, where figures are told by group or task.
    pub programme: Option<ProgrammeId>,
    pub year: Option<i32>,
    /// With its year.
    pub period: Option<String>,
    pub figures: ReportFigures,
}

#[derive(QueryableByName)]
struct RatedRow {
    #[diesel(sql_type = Nullable<DbUuid>)]
    id: Option<DbId>,
    #[diesel(sql_type = Nullable<DbUuid>)]
    programme_id: Option<DbId>,
    #[diesel(sql_type = Nullable<Integer>)]
    year: Option<i32>,
    #[diesel(sql_type = Nullable<Text>)]
    period: Option<String>,
    #[diesel(sql_type = BigInt)]
    obliged: i64,
    #[diesel(sql_type = BigInt)]
    expected: i64,
    #[diesel(sql_type = BigInt)]
    actual: i64,
    #[diesel(sql_type = BigInt)]
    on_time: i64,
    #[diesel(sql_type = BigInt)]
    late: i64,
    #[diesel(sql_type = BigInt)]
    missing: i64,
    #[diesel(sql_type = BigInt)]
    not_yet_due: i64,
    #[diesel(sql_type = BigInt)]
    calendar_unknown: i64,
    #[diesel(sql_type = BigInt)]
    excluded: i64,
    #[diesel(sql_type = BigInt)]
    non_responding_coordinators: i64,
}

/// The figures of the obligations in scope of a filter, told by a grouping. All together are one row, also where there is nothing.
pub fn figures(
    conn: &mut Conn,
    scope: &ReportScope,
    filter: &ObligationFilter,
    as_of: AsOf,
    grouping: Grouping,
) -> Result<Vec<Rated>, DbError> {
    let mut statement = seen(scope, filter, as_of);
    let (id, programme, year, period) = ("CAST(NULL AS UUID)", "CAST(NULL AS UUID)", "CAST(NULL AS INTEGER)", "CAST(NULL AS TEXT)");
    let whole = "CASE WHEN s.task_id IS NULL THEN s.programme_id END";
    let key = match grouping {
        Grouping::None => [id, programme, year, period],
        Grouping::Agency => ["s.agency_id", programme, year, period],
        Grouping::Group => ["s.group_id", whole, year, period],
        Grouping::Task => ["s.task_id", whole, year, period],
        Grouping::Year => [id, programme, "s.year", period],
        Grouping::Period => [id, programme, "s.year", "s.period"],
    };
    statement.add(&format!(" SELECT {} AS id, {} AS programme_id, {} AS year, {} AS period", key[0], key[1], key[2], key[3]));
    for figure in ReportFigure::ALL {
        statement.add(&format!(", count(CASE WHEN {} THEN 1 END) AS {}", belongs(conn, *figure), figure.label().to_lowercase()));
    }
    statement.add(" FROM s");
    if grouping != Grouping::None {
        statement.add(" GROUP BY 1, 2, 3, 4");
    }
    let rows: Vec<RatedRow> = statement.query().load(conn)?;
    rows.into_iter().map(|row| rated(row, grouping)).collect()
}

fn rated(row: RatedRow, grouping: Grouping) -> Result<Rated, DbError> {
    let counts = ReportCounts {
        on_time: row.on_time,
        late: row.late,
        missing: row.missing,
        not_yet_due: row.not_yet_due,
        calendar_unknown: row.calendar_unknown,
        excluded: row.excluded,
        non_responding_coordinators: row.non_responding_coordinators,
    };
    let figures = ReportFigures::new(counts, (row.obliged, row.expected, row.actual));
    let figures = figures.map_err(|wrong| DbError::Inconsistent { table: "obligations", column: "due_on", id: wrong.to_string() })?;
    let of = |wanted| row.id.filter(|_| grouping == wanted);
    Ok(Rated {
        agency: opt(of(Grouping::Agency)),
        group: opt(of(Grouping::Group)),
        task: opt(of(Grouping::Task)),
        programme: opt(row.programme_id),
        year: row.year,
        period: row.period,
        figures,
    })
}
