//! Working days and reporting regimes: read whole for the catalogue, and as rows before an import.
//! Must not judge a rule; an unreadable row is a loud error.
//! Rows are in `rows::calendar`, comparing and applying them is `sync`.

use std::{collections::HashMap, sync::Arc};

use diesel::prelude::*;
use domain::{
    calendar::{SpecialDay, WorkCalendar, WorkingYear},
    document::Place,
    period::WindowRule,
    regime::{DueRule, Regime, Schedule},
    validity::Validity,
};

use crate::{
    catalogue::{json, parsed},
    conn::Conn,
    error::DbError,
    rows::{PersonalClockRow, RegimeAgencyRow, RegimeRow, SpecialDayRow, WorkingYearRow},
    schema::{documents, personal_clocks, regime_agencies, regimes as regimes_table, special_days, working_years},
    sql_types::{DbId, opt},
    sync::CalendarTables,
};

/// The label of a due day in a month.
pub const CALENDAR_DAY: &str = "CALENDAR_DAY";
/// The label of a due day counted in working days.
pub const WORKING_DAYS: &str = "WORKING_DAYS";

/// The working days of all years that are known.
pub fn working_days(conn: &mut Conn) -> Result<WorkCalendar, DbError> {
    let years: Vec<WorkingYearRow> = working_years::table.select(WorkingYearRow::as_select()).load(conn)?;
    let rows: Vec<SpecialDayRow> = special_days::table.order(special_days::day).select(SpecialDayRow::as_select()).load(conn)?;
    let mut days: HashMap<i32, Vec<SpecialDay>> = HashMap::new();
    for row in rows {
        let unreadable = || DbError::Inconsistent { table: "special_days", column: "kind", id: row.day.to_string() };
        let kind = row.kind.parse().map_err(|_| unreadable())?;
        days.entry(row.year).or_default().push(SpecialDay { day: row.day, kind, name: row.name.into() });
    }
    let year = |row: WorkingYearRow| WorkingYear {
        year: row.year,
        source: row.source.into(),
        to_confirm: row.to_confirm,
        basis: opt(row.basis_document_id),
        place: place(row.section, row.quote),
        days: days.remove(&row.year).unwrap_or_default(),
    };
    Ok(WorkCalendar::new(years.into_iter().map(year).collect::<Vec<_>>()))
}

/// All regimes by code and time.
pub fn regimes(conn: &mut Conn) -> Result<Vec<Regime>, DbError> {
    let query = regimes_table::table.order((regimes_table::code, regimes_table::valid_from));
    let rows: Vec<RegimeRow> = query.select(RegimeRow::as_select()).load(conn)?;
    let obliged: Vec<RegimeAgencyRow> =
        regime_agencies::table.order(regime_agencies::rank).select(RegimeAgencyRow::as_select()).load(conn)?;
    let mut agencies: HashMap<DbId, Vec<_>> = HashMap::new();
    for row in obliged {
        agencies.entry(row.regime_id).or_default().push(row.agency_id.of());
    }
    rows.into_iter().map(|row| Ok(Regime { agencies: agencies.remove(&row.id).unwrap_or_default(), ..regime(row)? })).collect()
}

fn regime(row: RegimeRow) -> Result<Regime, DbError> {
    let id = row.id;
    Ok(Regime {
        schedule: schedule(&row)?,
        kind: parsed(&row.kind, "regimes", "kind", id)?,
        subject: parsed(&row.subject, "regimes", "subject", id)?,
        obliged_roles: row.obliged_roles.as_deref().map(|label| parsed(label, "regimes", "obliged_roles", id)).transpose()?,
        outline: json(&row.outline, "regimes", "outline", id)?,
        form: json(&row.form, "regimes", "form", id)?,
        chasing: json(&row.chasing, "regimes", "chasing", id)?,
        id: id.of(),
        code: row.code.into(),
        name: row.name.into(),
        programme: opt(row.programme_id),
        is_estimate: row.is_estimate,
        agencies: Vec::new(),
        receiver: opt(row.receiver_id),
        basis: opt(row.basis_document_id),
        basis_as_written: row.basis_as_written.into(),
        validity: Validity { from: Some(row.valid_from), to: row.valid_to },
        note: row.note.map(Arc::from),
        place: place(row.section, row.quote),
    })
}

fn place(section: Option<String>, quote: Option<String>) -> Option<Place> {
    section.map(|section| Place { section, quote })
}

fn schedule(row: &RegimeRow) -> Result<Option<Schedule>, DbError> {
    let Some(frequency) = &row.frequency else { return Ok(None) };
    let frequency = parsed(frequency, "regimes", "frequency", row.id)?;
    let unreadable = |column| DbError::Inconsistent { table: "regimes", column, id: row.id.0.to_string() };
    let natural = |value: Option<i32>| value.and_then(|value| u32::try_from(value).ok());
    let window = WindowRule {
        day: natural(row.window_day).ok_or_else(|| unreadable("window_day"))?,
        months_before: row.window_months_before.ok_or_else(|| unreadable("window_months_before"))?,
    };
    let due = match row.due_rule.as_deref() {
        Some(CALENDAR_DAY) => DueRule::CalendarDay {
            month_offset: row.due_month_offset.ok_or_else(|| unreadable("due_month_offset"))?,
            day: natural(row.due_day).ok_or_else(|| unreadable("due_day"))?,
        },
        Some(WORKING_DAYS) => DueRule::WorkingDays(natural(row.due_working_days).ok_or_else(|| unreadable("due_working_days"))?),
        _ => return Err(unreadable("due_rule")),
    };
    Ok(Some(Schedule { frequency, window, due, rolls: row.due_rolls }))
}

/// What is stored of these years and of the regimes with these codes.
pub fn stored(conn: &mut Conn, years: &[i32], codes: &[&str], kinds: &[&str]) -> Result<CalendarTables, DbError> {
    let regimes: Vec<RegimeRow> =
        regimes_table::table.filter(regimes_table::code.eq_any(codes)).select(RegimeRow::as_select()).load(conn)?;
    let ids: Vec<DbId> = regimes.iter().map(|row| row.id).collect();
    Ok(CalendarTables {
        working_years: working_years::table.filter(working_years::year.eq_any(years)).select(WorkingYearRow::as_select()).load(conn)?,
        special_days: special_days::table.filter(special_days::year.eq_any(years)).select(SpecialDayRow::as_select()).load(conn)?,
        regime_agencies: regime_agencies::table
            .filter(regime_agencies::regime_id.eq_any(ids))
            .select(RegimeAgencyRow::as_select())
            .load(conn)?,
        regimes,
        personal_clocks: personal_clocks::table
            .filter(personal_clocks::kind.eq_any(kinds))
            .select(PersonalClockRow::as_select())
            .load(conn)?,
    })
}

/// Every document that bears one of these numbers.
pub fn documents_numbered(conn: &mut Conn, numbers: &[&str]) -> Result<Vec<(String, DbId)>, DbError> {
    let query = documents::table.filter(documents::number.eq_any(numbers)).order(documents::id);
    let rows: Vec<(Option<String>, DbId)> = query.select((documents::number, documents::id)).load(conn)?;
    Ok(rows.into_iter().filter_map(|(number, id)| Some((number?, id))).collect())
}
