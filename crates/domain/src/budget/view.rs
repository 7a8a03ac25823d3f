//! Ladders by line, task, agency, source and year: every one of them the sum of the same movements.
//! Must not know where rows come from: movements themselves, or a database's sums of those that stand.
//! A single ladder is `ladder`.

use std::collections::BTreeMap;

use super::{BudgetLine, BudgetLineId, FundingSourceKind, Ladders, Stood};
use crate::{agency::AgencyId, labels::labelled_enum, task::TaskId};

labelled_enum! {
    /// By what ladders are asked for.
    pub enum Dimension {
        Line = "LINE",
        Task = "TASK",
        Agency = "AGENCY",
        Source = "SOURCE",
        /// The budget year of the line.
        Year = "YEAR",
        /// The year in whose books it stands; what is carried over leaves one and comes into the next.
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

/// The ladders of what stands of lines, by what is asked for. What has no movements has no ladder.
pub fn views<'a>(lines: impl IntoIterator<Item = (&'a BudgetLine, Vec<Stood>)>, by: Dimension) -> BTreeMap<Key, Ladders> {
    let mut views: BTreeMap<Key, Ladders> = BTreeMap::new();
    for (line, stood) in lines {
        for one in &stood {
            let key = match by {
                Dimension::Line => Key::Line(line.id),
                Dimension::Task => Key::Task(line.task),
                Dimension::Agency => Key::Agency(line.agency),
                Dimension::Source => Key::Source(line.source),
                Dimension::Year => Key::Year(line.year),
                Dimension::BookingYear => {
                    one.years().for_each(|year| views.entry(Key::Year(year)).or_default().add(line.source, one, Some(year)));
                    continue;
                }
            };
            views.entry(key).or_default().add(line.source, one, None);
        }
    }
    views
}
