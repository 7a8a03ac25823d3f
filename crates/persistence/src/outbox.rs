//! The outbox: events written with what they tell of, and numbered once that is committed.
//! Must only add; a number once given stays.
//! What an event says is `domain::event`.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use domain::event::Event;

use crate::{conn::Conn, error::DbError, rows::DbId, schema::events};

#[derive(Insertable)]
#[diesel(table_name = events)]
struct NewEventRow<'a> {
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

/// Adds an event in the transaction of what it tells of.
pub fn append(conn: &mut Conn, event: &Event) -> Result<(), DbError> {
    let row = NewEventRow {
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
    diesel::insert_into(events::table).values(&row).execute(conn)?;
    Ok(())
}
