//! Obligations of many filters at once, for the lists behind the rows of figures.
//! Must have the conditions that the list of one filter has: `seen` and `fulfilment` say them.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::{prelude::*, sql_types::Integer};
use domain::{
    obligation::{ObligationId, ObligationState},
    policy::ReportScope,
    statistics::reporting::ReportFigure,
};

use super::{AsOf, ObligationFilter, Standing, by_ids, seen::seen};
use crate::{
    apart::{Alike, COUNTED, Column, Filter, Part, alike, both, count, first, ranked},
    conn::Conn,
    error::DbError,
    fulfilment::{belongs, stands},
    rows::DbId,
    sql_types::DbUuid,
    statement::Statement,
};

const PROGRAMME: Column = Column { name: "programme_id", condition: "s.programme_id = w.programme_id" };
const AGENCY: Column = Column { name: "agency_id", condition: "s.agency_id = w.agency_id" };
const GROUP: Column = Column { name: "group_id", condition: "s.group_id = w.group_id" };
const TASK: Column = Column { name: "task_id", condition: "s.task_id = w.task_id" };
const FROM: Column = Column { name: "from_year", condition: "s.year >= w.from_year" };
const TO: Column = Column { name: "to_year", condition: "s.year <= w.to_year" };
const PERIOD: Column = Column { name: "period", condition: "s.period = w.period" };

impl Filter for ObligationFilter {
    /// Regime, year, day before which it is due, state, whether it is about a programme, figure.
    type Kind = (Option<String>, Option<i32>, Option<NaiveDate>, Option<ObligationState>, bool, Option<ReportFigure>);

    fn kind(&self) -> Self::Kind {
        let Self {
            programme: _,
            agency: _,
            group: _,
            task: _,
            from_year: _,
            to_year: _,
            period: _,
            regime,
            year,
            due_before,
            state,
            is_about_programme,
            figure,
        } = self;
        (regime.clone(), *year, *due_before, *state, *is_about_programme, *figure)
    }

    fn parts(&self) -> Vec<(&'static Column, Option<Part>)> {
        vec![
            (&PROGRAMME, self.programme.map(|id| Part::Id(id.into()))),
            (&AGENCY, self.agency.map(|id| Part::Id(id.into()))),
            (&GROUP, self.group.map(|id| Part::Id(id.into()))),
            (&TASK, self.task.map(|id| Part::Id(id.into()))),
            (&FROM, self.from_year.map(Part::Year)),
            (&TO, self.to_year.map(Part::Year)),
            (&PERIOD, self.period.clone().map(Part::Text)),
        ]
    }

    fn common(self, other: &Self) -> Self {
        Self {
            programme: both(self.programme.as_ref(), other.programme.as_ref()),
            agency: both(self.agency.as_ref(), other.agency.as_ref()),
            group: both(self.group.as_ref(), other.group.as_ref()),
            task: both(self.task.as_ref(), other.task.as_ref()),
            from_year: both(self.from_year.as_ref(), other.from_year.as_ref()),
            to_year: both(self.to_year.as_ref(), other.to_year.as_ref()),
            period: both(self.period.as_ref(), other.period.as_ref()),
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
        let mut statement = fitting(conn, scope, &alike, as_of, &ranked("s.id", &order));
        first(&mut statement, limit);
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
        let statement = fitting(conn, scope, &alike, as_of, COUNTED);
        count(conn, statement, &mut counts)?;
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
