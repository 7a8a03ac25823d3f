//! Movements of money: found, listed and appended, many at once.
//! Must not change or remove one; the schema refuses that in any case.
//! Lines are the parent module, sums `sums`.

use std::sync::Arc;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use domain::{
    budget::{BudgetLineId, Movement, MovementId, MovementKind},
    document::{DocumentId, DocumentStatus, Place},
    money::Dong,
    page::{Direction, Page, PageRequest},
};
use uuid::Uuid;

use crate::{
    catalogue::parsed,
    conn::Conn,
    error::DbError,
    per_backend::{self, CHUNK},
    rows::DbId,
    schema::{budget_movements, documents},
    sql_types::{db_ids, opt},
};

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = budget_movements, treat_none_as_default_value = false)]
pub(crate) struct MovementRow {
    id: DbId,
    line_id: DbId,
    year: i32,
    number: i32,
    kind: String,
    amount: i64,
    day: NaiveDate,
    booking_year: i32,
    work_done_on: Option<NaiveDate>,
    document_id: Option<DbId>,
    section: Option<String>,
    quote: Option<String>,
    agency_id: Option<DbId>,
    recorder_id: DbId,
    external_ref: Option<String>,
    refers_to_id: Option<DbId>,
    exception: Option<String>,
    account_id: DbId,
    recorded_at: NaiveDateTime,
}

/// A movement to append.
#[derive(Clone, Debug)]
pub struct Recording {
    pub movement: Movement,
    /// The budget year of its line.
    pub year: i32,
    /// Its place among those of its line, from 1.
    pub number: i32,
    /// Among whose references its own is: an agency's or an account's.
    pub recorder: Uuid,
}

/// Lines that one statement names; no year has as many.
const LINES: usize = 10_000;

/// The movements of these lines, each line's in the order in which they were recorded.
pub fn of_lines(conn: &mut Conn, lines: &[BudgetLineId]) -> Result<Vec<Movement>, DbError> {
    let mut found = Vec::new();
    for lines in db_ids(lines).chunks(LINES) {
        let rows: Vec<MovementRow> = budget_movements::table
            .filter(budget_movements::line_id.eq_any(lines))
            .order((budget_movements::line_id, budget_movements::number))
            .select(MovementRow::as_select())
            .load(conn)?;
        found.extend(rows.into_iter().map(movement).collect::<Result<Vec<_>, _>>()?);
    }
    Ok(found)
}

/// The movements of some kinds of these lines, reversals always among them; each line's in the order in which they were recorded.
pub fn of_kinds(conn: &mut Conn, lines: &[BudgetLineId], kinds: &[MovementKind]) -> Result<Vec<Movement>, DbError> {
    let labels: Vec<&str> = kinds.iter().chain(&[MovementKind::Reversed]).map(|kind| kind.label()).collect();
    let mut found = Vec::new();
    for lines in db_ids(lines).chunks(LINES) {
        let rows: Vec<MovementRow> = budget_movements::table
            .filter(budget_movements::line_id.eq_any(lines))
            .filter(budget_movements::kind.eq_any(&labels))
            .order((budget_movements::line_id, budget_movements::number))
            .select(MovementRow::as_select())
            .load(conn)?;
        found.extend(rows.into_iter().map(movement).collect::<Result<Vec<_>, _>>()?);
    }
    Ok(found)
}

/// A page of the movements of a line in the order in which they were recorded, each with its number.
pub fn page(conn: &mut Conn, line: BudgetLineId, request: &PageRequest<i32>) -> Result<Page<(i32, Movement)>, DbError> {
    let down = request.direction == Direction::Backward;
    let mut query =
        budget_movements::table.filter(budget_movements::line_id.eq(DbId::from(line))).limit(i64::from(request.size) + 1).into_boxed();
    for (key, below) in request.bounds(down) {
        query = if below { query.filter(budget_movements::number.lt(*key)) } else { query.filter(budget_movements::number.gt(*key)) };
    }
    query = if down { query.order(budget_movements::number.desc()) } else { query.order(budget_movements::number.asc()) };
    let rows: Vec<MovementRow> = query.select(MovementRow::as_select()).load(conn)?;
    let rows: Result<Vec<_>, DbError> = rows.into_iter().map(|row| Ok((row.number, movement(row)?))).collect();
    Ok(Page::cut(rows?, request))
}

/// A movement by its identifier, with its place among those of its line.
pub fn by_id(conn: &mut Conn, id: MovementId) -> Result<Option<(i32, Movement)>, DbError> {
    let query = budget_movements::table.filter(budget_movements::id.eq(DbId::from(id))).select(MovementRow::as_select());
    let row: Option<MovementRow> = query.first(conn).optional()?;
    row.map(|row| Ok((row.number, movement(row)?))).transpose()
}

/// A movement under its recorder and reference.
pub type Referenced = ((Uuid, String), Movement);

/// The movements that these recorders have under references of their own.
pub fn external_refs(conn: &mut Conn, recorders: &[Uuid], references: &[&str]) -> Result<Vec<Referenced>, DbError> {
    let recorders: Vec<DbId> = recorders.iter().copied().map(DbId).collect();
    let mut found = Vec::new();
    for references in references.chunks(CHUNK) {
        let rows: Vec<MovementRow> = budget_movements::table
            .filter(budget_movements::recorder_id.eq_any(&recorders))
            .filter(budget_movements::external_ref.eq_any(references))
            .select(MovementRow::as_select())
            .load(conn)?;
        for row in rows {
            let Some(reference) = row.external_ref.clone() else { continue };
            found.push(((row.recorder_id.0, reference), movement(row)?));
        }
    }
    Ok(found)
}

/// The issued documents that texts name, each by its number or its identifier: one statement for a group of them.
pub fn documents_named(conn: &mut Conn, references: &[&str]) -> Result<Vec<(DocumentId, Option<String>)>, DbError> {
    let mut found = Vec::new();
    for references in references.chunks(CHUNK) {
        let ids: Vec<DbId> = references.iter().filter_map(|text| Some(DbId(text.parse::<DocumentId>().ok()?.uuid()))).collect();
        let numbers: Vec<&str> = references.iter().copied().filter(|text| text.parse::<DocumentId>().is_err()).collect();
        let rows: Vec<(DbId, Option<String>)> = documents::table
            .filter(documents::status.eq(DocumentStatus::Issued.label()))
            .filter(documents::id.eq_any(ids).or(documents::number.eq_any(numbers)))
            .select((documents::id, documents::number))
            .load(conn)?;
        found.extend(rows.into_iter().map(|(id, number)| (id.of(), number)));
    }
    Ok(found)
}

/// Appends movements, a group in one statement.
///
/// # Errors
/// `Unique` where another transaction recorded under the same reference meanwhile.
pub fn append(conn: &mut Conn, recordings: &[Recording]) -> Result<(), DbError> {
    for recordings in recordings.chunks(CHUNK) {
        per_backend::insert_movements(conn, &recordings.iter().map(row).collect::<Vec<_>>())?;
    }
    Ok(())
}

fn row(Recording { movement, year, number, recorder }: &Recording) -> MovementRow {
    let (section, quote) = movement.place.clone().map(|place| (place.section, place.quote)).unzip();
    MovementRow {
        id: movement.id.into(),
        line_id: movement.line.into(),
        year: *year,
        number: *number,
        kind: movement.kind.label().into(),
        amount: movement.amount.get(),
        day: movement.on,
        booking_year: movement.booking_year,
        work_done_on: movement.work_done_on,
        document_id: movement.document.map(DbId::from),
        section,
        quote: quote.flatten(),
        agency_id: movement.agency.map(DbId::from),
        recorder_id: DbId(*recorder),
        external_ref: movement.external_ref.as_deref().map(str::to_owned),
        refers_to_id: movement.refers_to.map(DbId::from),
        exception: movement.exception.as_deref().map(str::to_owned),
        account_id: movement.recorded_by.into(),
        recorded_at: movement.recorded_at.naive_utc(),
    }
}

fn movement(row: MovementRow) -> Result<Movement, DbError> {
    Ok(Movement {
        id: row.id.of(),
        line: row.line_id.of(),
        kind: parsed(&row.kind, "budget_movements", "kind", row.id)?,
        amount: Dong::new(row.amount),
        on: row.day,
        booking_year: row.booking_year,
        work_done_on: row.work_done_on,
        document: opt(row.document_id),
        place: row.section.map(|section| Place { section, quote: row.quote }),
        agency: opt(row.agency_id),
        external_ref: row.external_ref.map(Arc::from),
        refers_to: opt(row.refers_to_id),
        exception: row.exception.map(Arc::from),
        recorded_by: row.account_id.of(),
        recorded_at: row.recorded_at.and_utc(),
    })
}
