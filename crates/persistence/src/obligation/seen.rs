//! Obligations as they stood on a day, as rows `s` of a statement: lists of many filters at once; figures over them are `rates`.
//! Must have the scope and the conditions that the list of one filter has, which the parent module reads.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::{
    prelude::*,
    sql_types::{BigInt, Integer},
};
use domain::{
    obligation::{ObligationId, ObligationState},
    policy::ReportScope,
    statistics::reporting::ReportFigure,
};

use super::{AsOf, ObligationFilter, Standing, by_ids};
use crate::{
    apart::{Alike, Column, Filter, Part, alike, both},
    conn::Conn,
    error::DbError,
    fulfilment::{belongs, columns, end, owed_by, stands},
    rows::DbId,
    sql_types::DbUuid,
    statement::{Bind, Statement},
};

impl Filter for ObligationFilter {
    type Kind = (Option<String>, Option<i32>, Option<NaiveDate>, Option<ObligationState>, bool, Option<ReportFigure>);

    const COLUMNS: &'static [Column] = &[
        Column { name: "programme_id", condition: "s.programme_id = w.programme_id" },
        Column { name: "agency_id", condition: "s.agency_id = w.agency_id" },
        Column { name: "group_id", condition: "s.group_id = w.group_id" },
        Column { name: "task_id", condition: "s.task_id = w.task_id" },
        Column { name: "from_year", condition: "s.year >= w.from_year" },
        Column { name: "to_year", condition: "s.year <= w.to_year" },
        Column { name: "period", condition: "s.period = w.period" },
    ];

    fn kind(&self) -> Self::Kind {
        (self.regime.clone(), self.year, self.due_before, self.state, self.is_about_programme, self.figure)
    }

    fn parts(&self) -> Vec<Option<Part>> {
        vec![
            self.programme.map(|id| Part::Id(id.into())),
            self.agency.map(|id| Part::Id(id.into())),
            self.group.map(|id| Part::Id(id.into())),
            self.task.map(|id| Part::Id(id.into())),
            self.from_year.map(Part::Year),
            self.to_year.map(Part::Year),
            self.period.clone().map(Part::Text),
        ]
    }

    fn common(self, other: &Self) -> Self {
        Self {
            programme: both(&self.programme, &other.programme),
            agency: both(&self.agency, &other.agency),
            group: both(&self.group, &other.group),
            task: both(&self.task, &other.task),
            from_year: both(&self.from_year, &other.from_year),
            to_year: both(&self.to_year, &other.to_year),
            period: both(&self.period, &other.period),
            ..self
        }
    }
}

#[derive(QueryableByName)]
struct HeadRow {
    #[diesel(sql_type = Integer)]
    n: i32,
    #[diesel(sql_type = DbUuid)]
    id: DbId,
}

#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = Integer)]
    n: i32,
    #[diesel(sql_type = BigInt)]
    found: i64,
}

/// The heads of the lists of many filters, in the order of the filters: up to `limit` obligations of each by due day, from the first
/// on or from the last back. One statement for filters that say something of the same things, and those that read what is found.
pub fn heads(
    conn: &mut Conn,
    scope: &ReportScope,
    filters: &[ObligationFilter],
    as_of: AsOf,
    down: bool,
    limit: u32,
) -> Result<Vec<Vec<Standing>>, DbError> {
    let mut found: Vec<(usize, ObligationId)> = Vec::new();
    let direction = if down { "DESC" } else { "ASC" };
    for alike in alike(filters) {
        let order = format!("coalesce(s.due_on, '9999-12-31') {direction}, s.id {direction}");
        let ranked = format!("SELECT r.n, r.id FROM (SELECT w.n, s.id, row_number() OVER (PARTITION BY w.n ORDER BY {order}) AS place");
        let mut statement = fitting(conn, scope, &alike, as_of, &ranked);
        statement.add(&format!(") r WHERE r.place <= {limit} ORDER BY r.n, r.place"));
        let rows: Vec<HeadRow> = statement.query().load(conn)?;
        found.extend(rows.into_iter().map(|row| (row.n.unsigned_abs() as usize, row.id.of())));
    }
    let mut heads = vec![Vec::new(); filters.len()];
    if found.is_empty() {
        return Ok(heads);
    }
    let mut ids: Vec<ObligationId> = found.iter().map(|(_, id)| *id).collect();
    ids.sort_unstable();
    ids.dedup();
    let read = by_ids(conn, scope, &ids, as_of)?;
    let standing: HashMap<ObligationId, Standing> = read.into_iter().map(|standing| (standing.obligation.id, standing)).collect();
    for (place, id) in found {
        heads[place].extend(standing.get(&id).cloned());
    }
    Ok(heads)
}

/// How many obligations each of these filters finds, in their order. One statement for filters that say something of the same
/// things.
pub fn counts(conn: &mut Conn, scope: &ReportScope, filters: &[ObligationFilter], as_of: AsOf) -> Result<Vec<i64>, DbError> {
    let mut counts = vec![0; filters.len()];
    for alike in alike(filters) {
        let mut statement = fitting(conn, scope, &alike, as_of, "SELECT w.n, count(*) AS found");
        statement.add(" GROUP BY w.n");
        let rows: Vec<CountRow> = statement.query().load(conn)?;
        for CountRow { n, found } in rows {
            counts[n.unsigned_abs() as usize] = found;
        }
    }
    Ok(counts)
}

/// What a selection gives of the obligations `s` that fit the filters `w`.
fn fitting(conn: &Conn, scope: &ReportScope, alike: &Alike<ObligationFilter>, as_of: AsOf, selection: &str) -> Statement {
    let mut statement = seen(scope, &alike.common, as_of);
    alike.table(&mut statement);
    statement.add(&format!(" {selection} FROM w CROSS JOIN s WHERE 1 = 1"));
    let (figure, state) =
        (alike.common.figure.map(|figure| belongs(conn, figure)), alike.common.state.map(|state| stands(state).to_owned()));
    for condition in [figure, state].into_iter().flatten() {
        statement.add(&format!(" AND ({condition})"));
    }
    alike.conditions(&mut statement);
    statement
}

/// How the obligations of a filter stood on a day, as `s`: found out once for each, not again for everything that looks at it. The
/// conditions that look at how one stood, state and figure, are left to the statement.
pub(crate) fn seen(scope: &ReportScope, filter: &ObligationFilter, as_of: AsOf) -> Statement {
    let mut statement = Statement::default();
    statement.bind("WITH asof AS (SELECT ", Bind::Day(as_of.day));
    statement.bind(" AS day, ", Bind::At(end(as_of)));
    statement.add(&format!(
        " AS ended), s AS MATERIALIZED (SELECT {}, obligations.id, obligations.programme_id, obligations.period, t.group_id \
         FROM obligations CROSS JOIN asof LEFT JOIN tasks t ON t.id = obligations.task_id WHERE {}",
        columns(as_of),
        owed_by(as_of),
    ));
    within(&mut statement, scope);
    for (condition, value) in [
        (" AND obligations.programme_id = ", filter.programme.map(|id| Bind::Id(id.into()))),
        (" AND obligations.agency_id = ", filter.agency.map(|id| Bind::Id(id.into()))),
        (" AND obligations.task_id = ", filter.task.map(|id| Bind::Id(id.into()))),
        (" AND t.group_id = ", filter.group.map(|id| Bind::Id(id.into()))),
        (" AND obligations.year >= ", filter.from_year.map(Bind::Year)),
        (" AND obligations.year <= ", filter.to_year.map(Bind::Year)),
        (" AND obligations.year = ", filter.year.map(Bind::Year)),
        (" AND obligations.regime_code = ", filter.regime.clone().map(Bind::Text)),
        (" AND obligations.period = ", filter.period.clone().map(Bind::Text)),
        (" AND obligations.due_on < ", filter.due_before.map(Bind::Day)),
    ] {
        if let Some(value) = value {
            statement.bind(condition, value);
        }
    }
    if filter.is_about_programme {
        statement.add(" AND obligations.task_id IS NULL");
    }
    statement.add(")");
    statement
}

/// The twin of `super::scoped`.
fn within(statement: &mut Statement, scope: &ReportScope) {
    if scope.is_all() {
        return;
    }
    statement.add(" AND (1 = 0");
    for (agency, programme) in &scope.open {
        statement.add(" OR (1 = 1");
        if let Some(agency) = agency {
            statement.bind(" AND obligations.agency_id = ", Bind::Id((*agency).into()));
        }
        if let Some(programme) = programme {
            statement.bind(" AND obligations.programme_id = ", Bind::Id((*programme).into()));
        }
        statement.add(")");
    }
    statement.add(")");
}
