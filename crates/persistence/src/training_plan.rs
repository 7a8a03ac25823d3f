//! What the yearly training plans name.
//! Must not know what was held; that is `training`.
//! Plan against what was held is `domain::training::against_plan`.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::{
    account::AccountId,
    programme::ProgrammeId,
    training::{PlanItem, PlanItemId},
};

use crate::{
    catalogue::parsed,
    conn::Conn,
    error::DbError,
    rows::DbId,
    schema::training_plan_items,
    training::{kept, natural},
};

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = training_plan_items, treat_none_as_default_value = false)]
struct ItemRow {
    id: DbId,
    programme_id: DbId,
    year: i32,
    agency_id: DbId,
    kind: String,
    title: String,
    audience: Option<String>,
    sessions: Option<i32>,
    attendances: Option<i32>,
    document_id: DbId,
}

/// What a year's plans of a programme name, in the order in which it was written down.
pub fn of_year(conn: &mut Conn, programme: ProgrammeId, year: i32) -> Result<Vec<PlanItem>, DbError> {
    let query = training_plan_items::table
        .filter(training_plan_items::programme_id.eq(DbId::from(programme)))
        .filter(training_plan_items::year.eq(year))
        .order(training_plan_items::id);
    query.select(ItemRow::as_select()).load(conn)?.into_iter().map(item).collect()
}

/// The item with this identifier.
pub fn by_id(conn: &mut Conn, id: PlanItemId) -> Result<Option<PlanItem>, DbError> {
    let row: Option<ItemRow> = training_plan_items::table.find(DbId::from(id)).select(ItemRow::as_select()).first(conn).optional()?;
    row.map(item).transpose()
}

fn item(row: ItemRow) -> Result<PlanItem, DbError> {
    let id = row.id;
    let number = |given: Option<i32>, column| given.map(|given| natural(given, "training_plan_items", column, id)).transpose();
    Ok(PlanItem {
        kind: parsed(&row.kind, "training_plan_items", "kind", id)?,
        audience: row.audience.map(|label| parsed(&label, "training_plan_items", "audience", id)).transpose()?,
        sessions: number(row.sessions, "sessions")?,
        attendances: number(row.attendances, "attendances")?,
        id: id.of(),
        programme: row.programme_id.of(),
        year: row.year,
        agency: row.agency_id.of(),
        title: row.title.into(),
        document: row.document_id.of(),
    })
}

/// Stores an item.
pub fn insert(conn: &mut Conn, item: &PlanItem, (by, at): (AccountId, DateTime<Utc>)) -> Result<(), DbError> {
    let row = ItemRow {
        id: item.id.into(),
        programme_id: item.programme.into(),
        year: item.year,
        agency_id: item.agency.into(),
        kind: item.kind.label().into(),
        title: item.title.to_string(),
        audience: item.audience.map(|audience| audience.label().into()),
        sessions: item.sessions.map(kept),
        attendances: item.attendances.map(kept),
        document_id: item.document.into(),
    };
    let row = (row, training_plan_items::account_id.eq(DbId::from(by)), training_plan_items::recorded_at.eq(at.naive_utc()));
    diesel::insert_into(training_plan_items::table).values(row).execute(conn)?;
    Ok(())
}
