//! Making the rows of committees follow an act.
//! Must not do anything that the log does not keep. Rows are removed for an annulment alone: they never held.
//! The log is `committee_log`; rosters are read in `committee`.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use domain::{
    account::AccountId,
    committee::{Change, CommitteeAct, Opened, RowId},
};

use crate::{
    committee::{SeatRow, StayRow, seat_row, standing_row, stay_row, term_row},
    committee_log,
    conn::Conn,
    error::DbError,
    per_backend,
    rows::DbId,
    schema::{committee_seats, committee_standing_agencies, committee_stays, committee_terms},
};

/// Stores an act with what it changed, and makes the rows follow: first what is withdrawn or ends, then what goes on or begins.
pub fn store(conn: &mut Conn, act: &CommitteeAct, changes: &[Change], by: (Option<AccountId>, DateTime<Utc>)) -> Result<(), DbError> {
    committee_log::append(conn, act, changes, by)?;
    withdraw(conn, changes)?;
    let ended = |change: &Change| if let Change::End(row, _) = change { Some(*row) } else { None };
    let resumed = |change: &Change| if let Change::Resume(row) = change { Some(*row) } else { None };
    end(conn, &changes.iter().filter_map(ended).collect::<Vec<_>>(), Some(act.effective_on))?;
    end(conn, &changes.iter().filter_map(resumed).collect::<Vec<_>>(), None)?;
    let (mut seats, mut stays): (Vec<SeatRow>, Vec<StayRow>) = (Vec::new(), Vec::new());
    for change in changes {
        match change {
            Change::Open(Opened::Term(term)) => {
                diesel::insert_into(committee_terms::table).values(&term_row(term)).execute(conn)?;
            }
            Change::Open(Opened::Standing(standing)) => {
                diesel::insert_into(committee_standing_agencies::table).values(&standing_row(standing)).execute(conn)?;
            }
            Change::Open(Opened::Seat(seat)) => seats.push(seat_row(act.committee, seat)),
            Change::Open(Opened::Stay(stay)) => stays.push(stay_row(stay)),
            _ => {}
        }
    }
    if !seats.is_empty() {
        per_backend::insert_seats(conn, &seats)?;
    }
    if !stays.is_empty() {
        per_backend::insert_stays(conn, &stays)?;
    }
    Ok(())
}

/// Identifiers by what they are of.
#[derive(Default)]
struct Picked {
    terms: Vec<DbId>,
    standing: Vec<DbId>,
    seats: Vec<DbId>,
    stays: Vec<DbId>,
}

fn picked(rows: &[RowId]) -> Picked {
    let mut picked = Picked::default();
    for row in rows {
        match row {
            RowId::Term(id) => picked.terms.push((*id).into()),
            RowId::Standing(id) => picked.standing.push((*id).into()),
            RowId::Seat(id) => picked.seats.push((*id).into()),
            RowId::Stay(id) => picked.stays.push((*id).into()),
        }
    }
    picked
}

fn withdraw(conn: &mut Conn, changes: &[Change]) -> Result<(), DbError> {
    let withdrawn = |change: &Change| if let Change::Withdraw(row) = change { Some(*row) } else { None };
    let rows = picked(&changes.iter().filter_map(withdrawn).collect::<Vec<_>>());
    macro_rules! remove {
        ($($ids:expr, $table:ident;)+) => { $(if !$ids.is_empty() {
            diesel::delete($table::table.filter($table::id.eq_any($ids))).execute(conn)?;
        })+ };
    }
    remove!(rows.stays, committee_stays; rows.seats, committee_seats; rows.standing, committee_standing_agencies; rows.terms, committee_terms;);
    Ok(())
}

fn end(conn: &mut Conn, rows: &[RowId], day: Option<NaiveDate>) -> Result<(), DbError> {
    let rows = picked(rows);
    macro_rules! end {
        ($($ids:expr, $table:ident;)+) => { $(if !$ids.is_empty() {
            diesel::update($table::table.filter($table::id.eq_any($ids))).set($table::valid_to.eq(day)).execute(conn)?;
        })+ };
    }
    end!(rows.stays, committee_stays; rows.seats, committee_seats; rows.standing, committee_standing_agencies; rows.terms, committee_terms;);
    Ok(())
}
