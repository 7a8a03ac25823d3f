//! The outbox: events written with what they tell of, and numbered once that is committed.
//! Must only add; a number once given stays.
//! What an event says is `domain::event`.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use domain::event::Event;

use crate::{conn::Conn, error::DbError, per_backend, rows::DbId, schema::events};

#[derive(Insertable)]
#[diesel(table_name = events, treat_none_as_default_value = false)]
pub(crate) struct NewEventRow<'a> {
    id: DbId,
    at: NaiveDateTime,
    kind: &'a str,
    subject: &'a str,
    subject_id: DbId,
    agency_id: Option<DbId>,
    programme_id: Option<DbId>,
    is_public: bool,
    body: String,
}

/// Adds events in the transaction of what they tell of.
pub fn append(conn: &mut Conn, told: &[Event]) -> Result<(), DbError> {
    let row = |event: &Event| NewEventRow {
        id: event.id.into(),
        at: event.at.naive_utc(),
        kind: event.kind.label(),
        subject: event.subject,
        subject_id: DbId(event.subject_id),
        agency_id: event.agency.map(DbId::from),
        programme_id: event.programme.map(DbId::from),
        is_public: event.is_public,
        body: event.body.to_string(),
    };
    // Grouped so that SQLite, which binds up to 32,766 values, takes each group.
    let rows: Vec<NewEventRow<'_>> = told.iter().map(row).collect();
    rows.chunks(1000).try_for_each(|rows| per_backend::insert_events(conn, rows))
}
