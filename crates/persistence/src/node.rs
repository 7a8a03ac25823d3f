//! Which table an identifier belongs to.
//! Must not read what is found there: whether the caller may know of it is asked afterwards.
//! Used by `app::node`.

use diesel::{prelude::*, sql_query, sql_types::Text};
use uuid::Uuid;

use crate::{
    conn::{Conn, MultiBackend},
    error::DbError,
    rows::DbId,
    sql_types::DbUuid,
};

/// Tables whose rows can be asked for by identifier alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeKind {
    Document,
    Task,
    Objective,
    Target,
    Report,
    Obligation,
    Frozen,
    BudgetLine,
    BudgetMovement,
    Deliverable,
}

const TABLES: [(NodeKind, &str); 10] = [
    (NodeKind::Document, "documents"),
    (NodeKind::Task, "tasks"),
    (NodeKind::Objective, "objectives"),
    (NodeKind::Target, "targets"),
    (NodeKind::Report, "reports"),
    (NodeKind::Obligation, "obligations"),
    (NodeKind::Frozen, "frozen_statistics"),
    (NodeKind::BudgetLine, "budget_lines"),
    (NodeKind::BudgetMovement, "budget_movements"),
    (NodeKind::Deliverable, "deliverables"),
];

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Text)]
    kind: String,
}

/// The table that has this identifier: one statement of primary key look-ups.
pub fn kind_of(conn: &mut Conn, id: Uuid) -> Result<Option<NodeKind>, DbError> {
    let parts: Vec<String> =
        TABLES.iter().enumerate().map(|(i, (_, table))| format!("SELECT '{table}' AS kind FROM {table} WHERE id = ${}", i + 1)).collect();
    let mut query = sql_query(parts.join(" UNION ALL ")).into_boxed::<MultiBackend>();
    for _ in TABLES {
        query = query.bind::<DbUuid, _>(DbId(id));
    }
    let found: Vec<Found> = query.load(conn)?;
    Ok(found.first().and_then(|row| TABLES.iter().find(|(_, table)| *table == row.kind)).map(|(kind, _)| *kind))
}
