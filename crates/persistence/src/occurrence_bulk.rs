//! What became of many occurrences at once: where they stand, what was done to them, claims, requests for more time.
//! Must not send a statement an occurrence: rows go in groups that both databases can bind.
//! One occurrence at a time is `occurrence`; what is stored of it is the same.

use diesel::{
    prelude::*,
    sql_query,
    sql_types::{Date, Integer, Nullable, Text},
};
use domain::{
    occurrence::{Claim, Extension, OccurrenceEvent},
    task::Occurrence,
};

use crate::{
    conn::{Conn, MultiBackend},
    error::DbError,
    occurrence::{claim_row, event_row, extension_row},
    per_backend::{self, CHUNK},
    rows::DbId,
    sql_types::DbUuid,
};

/// Writes over occurrences as they were made, whatever they are now.
pub fn put(conn: &mut Conn, occurrences: &[Occurrence]) -> Result<(), DbError> {
    for occurrences in occurrences.chunks(CHUNK) {
        // Numbered in the order of the text, which is how SQLite counts them.
        let place = |i: usize| format!("(${}, ${}, ${}, ${}, ${})", 5 * i + 1, 5 * i + 2, 5 * i + 3, 5 * i + 4, 5 * i + 5);
        let places: Vec<String> = (0..occurrences.len()).map(place).collect();
        let statement = format!(
            "UPDATE occurrences SET status = v.column2, due_on = v.column3, completed_on = v.column4, revision = v.column5 \
             FROM (VALUES {}) AS v WHERE occurrences.id = v.column1",
            places.join(", ")
        );
        let query = occurrences.iter().fold(sql_query(statement).into_boxed::<MultiBackend>(), |query, occurrence| {
            query
                .bind::<DbUuid, _>(DbId::from(occurrence.id))
                .bind::<Text, _>(occurrence.status.label())
                .bind::<Nullable<Date>, _>(occurrence.due_on)
                .bind::<Nullable<Date>, _>(occurrence.completed_on)
                .bind::<Integer, _>(occurrence.revision)
        });
        query.execute(conn)?;
    }
    Ok(())
}

/// Adds what was done.
pub fn record_all(conn: &mut Conn, events: &[OccurrenceEvent]) -> Result<(), DbError> {
    let rows: Vec<_> = events.iter().map(event_row).collect();
    rows.chunks(CHUNK).try_for_each(|rows| per_backend::insert_occurrence_events(conn, rows))
}

/// Adds claims.
pub fn insert_claims(conn: &mut Conn, claims: &[Claim]) -> Result<(), DbError> {
    let rows: Vec<_> = claims.iter().map(claim_row).collect();
    rows.chunks(CHUNK).try_for_each(|rows| per_backend::insert_occurrence_claims(conn, rows))
}

/// Adds requests for more time.
pub fn insert_extensions(conn: &mut Conn, extensions: &[Extension]) -> Result<(), DbError> {
    let rows: Vec<_> = extensions.iter().map(extension_row).collect();
    rows.chunks(CHUNK).try_for_each(|rows| per_backend::insert_extensions(conn, rows))
}
