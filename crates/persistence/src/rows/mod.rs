//! Rows as they are stored, table by table, and how two states of a table are compared.
//! Must not hold rules: a row is filled by `app::import` or read by the files of the aggregates, never by a transport.
//! Comparing and applying whole sets of rows is `sync`.

mod calendar;
mod organisation;
mod plan;
mod programme;

use std::{collections::HashMap, hash::Hash};

pub use calendar::{PersonalClockRow, RegimeAgencyRow, RegimeRow, SpecialDayRow, WorkingYearRow};
pub use organisation::{
    AgencyAliasRow, AgencyMemberRow, AgencyRow, AgencyVersionRow, CitationRow, DocumentRecipientRow, DocumentRelationRow, DocumentRow,
    StageRow, TranslationRow,
};
pub use plan::{
    ChannelRow, FundingSourceRow, KnownIssueRow, KnownIssueTaskRow, MeasureRow, MeasureTargetRow, MeasureTaskRow, ResponsibilityAgencyRow,
    ResponsibilityRow,
};
pub use programme::{AssignmentRow, ObjectiveRow, OccurrenceRow, ProgrammeRow, TargetRow, TaskGroupRow, TaskRow};

pub use crate::sql_types::DbId;
use crate::{conn::Conn, error::DbError};

/// Gathers rows under their owners, keeping their order.
pub(crate) fn by_owner<K: Hash + Eq, V>(rows: impl IntoIterator<Item = Result<(K, V), DbError>>) -> Result<HashMap<K, Vec<V>>, DbError> {
    let mut found: HashMap<K, Vec<V>> = HashMap::new();
    for row in rows {
        let (owner, row) = row?;
        found.entry(owner).or_default().push(row);
    }
    Ok(found)
}

/// A table whose rows an import owns.
pub trait Synced: serde::Serialize {
    /// What a row is called in a list of differences.
    const KIND: &'static str;
    /// The columns by which a row is recognised in a file.
    const KEY: &'static [&'static str];
    /// Columns that an import sets once and never again (identifiers, what life did to the row since).
    const IGNORED: &'static [&'static str];

    fn insert(&self, conn: &mut Conn) -> Result<(), DbError>;
    fn update(&self, conn: &mut Conn) -> Result<(), DbError>;
    fn delete(&self, conn: &mut Conn) -> Result<(), DbError>;
}

/// Implements [`Synced`]. `by id` (or another key column) updates in place, so that what refers to the row stays; `by (…)` replaces
/// the row.
macro_rules! synced {
    ($row:ident, $table:ident, $kind:literal, key $key:expr, ignored $ignored:expr, by $id:ident) => {
        impl $crate::rows::Synced for $row {
            const KIND: &'static str = $kind;
            const KEY: &'static [&'static str] = &$key;
            const IGNORED: &'static [&'static str] = &$ignored;

            fn insert(&self, conn: &mut $crate::Conn) -> Result<(), $crate::DbError> {
                diesel::insert_into($table::table).values(self).execute(conn)?;
                Ok(())
            }
            fn update(&self, conn: &mut $crate::Conn) -> Result<(), $crate::DbError> {
                diesel::update($table::table.find(self.$id)).set(self).execute(conn)?;
                Ok(())
            }
            fn delete(&self, conn: &mut $crate::Conn) -> Result<(), $crate::DbError> {
                diesel::delete($table::table.find(self.$id)).execute(conn)?;
                Ok(())
            }
        }
    };
    ($row:ident, $table:ident, $kind:literal, key $key:expr, ignored $ignored:expr, by ($($column:ident),+)) => {
        impl $crate::rows::Synced for $row {
            const KIND: &'static str = $kind;
            const KEY: &'static [&'static str] = &$key;
            const IGNORED: &'static [&'static str] = &$ignored;

            fn insert(&self, conn: &mut $crate::Conn) -> Result<(), $crate::DbError> {
                diesel::insert_into($table::table).values(self).execute(conn)?;
                Ok(())
            }
            fn update(&self, conn: &mut $crate::Conn) -> Result<(), $crate::DbError> {
                self.delete(conn)?;
                self.insert(conn)
            }
            fn delete(&self, conn: &mut $crate::Conn) -> Result<(), $crate::DbError> {
                diesel::delete($table::table.find(($(&self.$column,)+))).execute(conn)?;
                Ok(())
            }
        }
    };
}
pub(crate) use synced;
