//! Writing meetings and what belongs to them.
//! Must not write over what is signed; the schema forbids that too.
//! Rows are `meeting_rows`; meetings are read in `meeting`.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::{
    agency::AgencyId,
    meeting::{Conclusion, Correction, Meeting, MeetingId},
};

use crate::{
    conn::Conn,
    error::DbError,
    meeting_rows::{ConclusionRow, CoordinatorRow, CorrectionRow, InviteeRow, ItemRow, invitee_row, meeting_row, rank},
    per_backend,
    rows::DbId,
    schema::{conclusion_coordinators, conclusions, meeting_invitees, meeting_items, meetings, minutes_corrections},
};

/// Stores a meeting with its agenda and whoever is invited.
pub fn insert(conn: &mut Conn, meeting: &Meeting, at: DateTime<Utc>) -> Result<(), DbError> {
    diesel::insert_into(meetings::table).values((meeting_row(meeting), meetings::created_at.eq(at.naive_utc()))).execute(conn)?;
    insert_agenda(conn, meeting)?;
    insert_invitees(conn, meeting)
}

/// Writes over a meeting that had this revision; false where it has another by now.
pub fn update(conn: &mut Conn, meeting: &Meeting, seen: i32, at: DateTime<Utc>) -> Result<bool, DbError> {
    let same = meetings::table.find(DbId::from(meeting.id)).filter(meetings::revision.eq(seen));
    Ok(diesel::update(same).set((meeting_row(meeting), meetings::changed_at.eq(at.naive_utc()))).execute(conn)? == 1)
}

/// Writes agenda and invited anew.
pub fn replace_plan(conn: &mut Conn, meeting: &Meeting) -> Result<(), DbError> {
    diesel::delete(meeting_items::table.filter(meeting_items::meeting_id.eq(DbId::from(meeting.id)))).execute(conn)?;
    insert_agenda(conn, meeting)?;
    replace_invitees(conn, meeting)
}

/// Writes anew who is invited, with who came.
pub fn replace_invitees(conn: &mut Conn, meeting: &Meeting) -> Result<(), DbError> {
    diesel::delete(meeting_invitees::table.filter(meeting_invitees::meeting_id.eq(DbId::from(meeting.id)))).execute(conn)?;
    insert_invitees(conn, meeting)
}

fn insert_agenda(conn: &mut Conn, meeting: &Meeting) -> Result<(), DbError> {
    let item =
        |(i, title): (usize, &std::sync::Arc<str>)| ItemRow { meeting_id: meeting.id.into(), rank: rank(i), title: title.to_string() };
    let items: Vec<ItemRow> = meeting.agenda.iter().enumerate().map(item).collect();
    if items.is_empty() { Ok(()) } else { per_backend::insert_meeting_items(conn, &items) }
}

fn insert_invitees(conn: &mut Conn, meeting: &Meeting) -> Result<(), DbError> {
    let invitees: Vec<InviteeRow> = meeting.invitees.iter().enumerate().map(|(i, one)| invitee_row(meeting.id, i, one)).collect();
    if invitees.is_empty() { Ok(()) } else { per_backend::insert_invitees(conn, &invitees) }
}

/// Appends a correction.
pub fn insert_correction(conn: &mut Conn, meeting: MeetingId, correction: &Correction) -> Result<(), DbError> {
    let row = CorrectionRow {
        meeting_id: meeting.into(),
        number: correction.number,
        text: correction.text.to_string(),
        reason: correction.reason.to_string(),
        account_id: correction.account.into(),
        at: correction.at.naive_utc(),
    };
    diesel::insert_into(minutes_corrections::table).values(row).execute(conn)?;
    Ok(())
}

/// Writes anew what was concluded.
pub fn replace_conclusions(conn: &mut Conn, meeting: &Meeting) -> Result<(), DbError> {
    let of_this = conclusions::meeting_id.eq(DbId::from(meeting.id));
    let ids = conclusions::table.filter(of_this).select(conclusions::id);
    diesel::delete(conclusion_coordinators::table.filter(conclusion_coordinators::conclusion_id.eq_any(ids))).execute(conn)?;
    diesel::delete(conclusions::table.filter(of_this)).execute(conn)?;
    let row = |one: &Conclusion| ConclusionRow {
        id: one.id.into(),
        meeting_id: meeting.id.into(),
        number: one.number,
        text: one.text.to_string(),
        lead_id: one.lead.into(),
        due_on: one.due_on,
        task_id: one.task.map(DbId::from),
    };
    let rows: Vec<ConclusionRow> = meeting.conclusions.iter().map(row).collect();
    let beside = |one: &Conclusion| -> Vec<CoordinatorRow> {
        let row =
            |(i, agency): (usize, &AgencyId)| CoordinatorRow { conclusion_id: one.id.into(), agency_id: (*agency).into(), rank: rank(i) };
        one.coordinators.iter().enumerate().map(row).collect()
    };
    let coordinators: Vec<CoordinatorRow> = meeting.conclusions.iter().flat_map(beside).collect();
    if !rows.is_empty() {
        per_backend::insert_conclusions(conn, &rows)?;
    }
    if !coordinators.is_empty() {
        per_backend::insert_coordinators(conn, &coordinators)?;
    }
    Ok(())
}
