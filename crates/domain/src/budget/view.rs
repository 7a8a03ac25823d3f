//! Ladders by line, task, agency, source and year: every one of them the sum of the same movements.
//! Must not know where rows come from: movements themselves, or a database's sums of those that stand.
//! A single ladder is `ladder`.

use std::collections::BTreeMap;

use super::{BudgetLine, BudgetLineId, FundingSourceKind, Ladders, Movement, MovementKind};
use crate::{
    agency::AgencyId,
    labels::labelled_enum,
    money::{Dong, Overflow},
    task::TaskId,
};

labelled_enum! {
    /// By what ladders are asked for.
    pub enum Dimension {
        Line = "LINE",
        Task = "TASK",
        Agency = "AGENCY",
        Source = "SOURCE",
        /// The budget year of the line.
        Year = "YEAR",
        /// The year in whose books it stands.
        BookingYear = "BOOKING_YEAR",
    }
}

/// Of what a ladder is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    Line(BudgetLineId),
    /// None: of the programme as a whole.
    Task(Option<TaskId>),
    Agency(AgencyId),
    Source(FundingSourceKind),
    Year(i32),
}

/// A movement that stands, or the sum of several of one kind, with what its line says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recorded {
    pub line: BudgetLineId,
    pub task: Option<TaskId>,
    pub agency: AgencyId,
    pub source: FundingSourceKind,
    pub year: i32,
    pub booking_year: i32,
    pub kind: MovementKind,
    pub amount: Dong,
}

impl Recorded {
    /// A movement of its line.
    pub fn of(line: &BudgetLine, movement: &Movement) -> Self {
        Self {
            line: line.id,
            task: line.task,
            agency: line.agency,
            source: line.source,
            year: line.year,
            booking_year: movement.booking_year,
            kind: movement.kind,
            amount: movement.amount,
        }
    }

    const fn key(&self, by: Dimension) -> Key {
        match by {
            Dimension::Line => Key::Line(self.line),
            Dimension::Task => Key::Task(self.task),
            Dimension::Agency => Key::Agency(self.agency),
            Dimension::Source => Key::Source(self.source),
            Dimension::Year => Key::Year(self.year),
            Dimension::BookingYear => Key::Year(self.booking_year),
        }
    }
}

/// The ladders of all that stands, by what is asked for. What has no movements has no ladder.
///
/// # Errors
/// When a sum does not fit.
pub fn views(rows: impl IntoIterator<Item = Recorded>, by: Dimension) -> Result<BTreeMap<Key, Ladders>, Overflow> {
    let mut views: BTreeMap<Key, Ladders> = BTreeMap::new();
    for row in rows {
        views.entry(row.key(by)).or_default().add(row.source, row.kind, row.amount, row.booking_year != row.year)?;
    }
    Ok(views)
}
