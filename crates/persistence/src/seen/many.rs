//! Occurrences of many filters at once, for the lists behind the rows of figures.
//! Must have the conditions that the list of one filter has: both come from the parent module.

use diesel::{prelude::*, sql_types::Integer};
use domain::{
    occurrence::Timeliness,
    statistics::Figure,
    task::{Occurrence, OccurrenceStatus},
};

use super::{COLUMNS, SeenFilter, SeenRow, Sight, Wanted, as_seen, conditions, seen};
use crate::{
    apart::{Alike, COUNTED, Column, Filter, Part, alike, both, count, first, ranked},
    conn::Conn,
    error::DbError,
    statement::Statement,
};

const PROGRAMME: Column = Column { name: "programme_id", condition: "s.programme_id = w.programme_id" };
const GROUP: Column = Column { name: "group_id", condition: "s.group_id = w.group_id" };
const TASK: Column = Column { name: "task_id", condition: "s.task_id = w.task_id" };
const LEAD: Column = Column { name: "lead_id", condition: "l.agency_id = w.lead_id" };
const FROM: Column = Column { name: "from_year", condition: "s.year >= w.from_year" };
const TO: Column = Column { name: "to_year", condition: "s.year <= w.to_year" };

impl Filter for SeenFilter {
    type Kind = (Option<OccurrenceStatus>, Option<Timeliness>, Option<Figure>);

    fn kind(&self) -> Self::Kind {
        let Self { programme: _, group: _, task: _, lead: _, from_year: _, to_year: _, status, timeliness, figure } = *self;
        (status, timeliness, figure)
    }

    fn parts(&self) -> Vec<(&'static Column, Option<Part>)> {
        vec![
            (&PROGRAMME, self.programme.map(|id| Part::Id(id.into()))),
            (&GROUP, self.group.map(|id| Part::Id(id.into()))),
            (&TASK, self.task.map(|id| Part::Id(id.into()))),
            (&LEAD, self.lead.map(|id| Part::Id(id.into()))),
            (&FROM, self.from_year.map(Part::Year)),
            (&TO, self.to_year.map(Part::Year)),
        ]
    }

    fn common(self, other: &Self) -> Self {
        Self {
            programme: both(self.programme.as_ref(), other.programme.as_ref()),
            group: both(self.group.as_ref(), other.group.as_ref()),
            task: both(self.task.as_ref(), other.task.as_ref()),
            lead: both(self.lead.as_ref(), other.lead.as_ref()),
            from_year: both(self.from_year.as_ref(), other.from_year.as_ref()),
            to_year: both(self.to_year.as_ref(), other.to_year.as_ref()),
            ..self
        }
    }
}

#[derive(QueryableByName)]
struct HeadRow {
    #[diesel(sql_type = Integer)]
    n: i32,
    #[diesel(embed)]
    row: SeenRow,
}

/// The heads of the lists of many filters, in the order of the filters: up to `limit` occurrences of each by identifier, from the
/// first on or from the last back. One statement for filters that say something of the same things.
pub fn heads(conn: &mut Conn, filters: &[SeenFilter], sight: Sight, down: bool, limit: u32) -> Result<Vec<Vec<Occurrence>>, DbError> {
    let mut heads = vec![Vec::new(); filters.len()];
    let direction = if down { "DESC" } else { "ASC" };
    for alike in alike(filters) {
        let mut statement = fitting(conn, &alike, sight, &ranked(COLUMNS, &format!("s.id {direction}")));
        first(&mut statement, limit);
        let rows: Vec<HeadRow> = statement.query().load(conn)?;
        for HeadRow { n, row } in rows {
            heads[n.unsigned_abs() as usize].push(as_seen(row)?);
        }
    }
    Ok(heads)
}

/// How many occurrences each of these filters finds, in their order. One statement for filters that say something of the same
/// things.
pub fn counts(conn: &mut Conn, filters: &[SeenFilter], sight: Sight) -> Result<Vec<i64>, DbError> {
    let mut counts = vec![0; filters.len()];
    for alike in alike(filters) {
        let statement = fitting(conn, &alike, sight, COUNTED);
        count(conn, statement, &mut counts)?;
    }
    Ok(counts)
}

/// What a selection gives of the occurrences `s` that fit the filters `w`.
fn fitting(conn: &Conn, alike: &Alike<SeenFilter>, sight: Sight, selection: &str) -> Statement {
    let by_lead = alike.has(&LEAD);
    let mut statement = seen(conn, &alike.common, sight, if by_lead { Wanted::AllByLead } else { Wanted::All });
    alike.table(&mut statement);
    statement.add(&format!(" {selection} FROM w CROSS JOIN scope s"));
    if by_lead {
        statement.add(" JOIN leads l ON l.occurrence_id = s.id");
    }
    conditions(&mut statement, &alike.common);
    alike.conditions(&mut statement);
    statement
}
