//! Rows of meetings, and what they are in the domain.
//! Must not ask the database anything.
//! Meetings are read in `meeting` and written in `meeting_store`.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use domain::meeting::{Attended, Invitee, Meeting, MeetingId, Signature};

use crate::{
    catalogue::parsed,
    error::DbError,
    rows::DbId,
    schema::{conclusion_coordinators, conclusions, meeting_invitees, meeting_items, meetings, minutes_corrections},
    sql_types::opt,
};

#[derive(AsChangeset, Insertable, Queryable, Selectable)]
#[diesel(table_name = meetings, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(crate) struct MeetingRow {
    pub id: DbId,
    pub committee_id: DbId,
    pub programme_id: DbId,
    pub title: String,
    pub place: Option<String>,
    pub starts_at: NaiveDateTime,
    pub ends_at: Option<NaiveDateTime>,
    pub quorum: Option<i32>,
    pub status: String,
    pub reason: Option<String>,
    pub minutes: Option<String>,
    pub signer: Option<String>,
    pub signed_on: Option<NaiveDate>,
    pub document_id: Option<DbId>,
    pub published_at: Option<NaiveDateTime>,
    pub revision: i32,
}

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = meeting_items, treat_none_as_default_value = false)]
pub(crate) struct ItemRow {
    pub meeting_id: DbId,
    pub rank: i32,
    pub title: String,
}

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = meeting_invitees, treat_none_as_default_value = false)]
pub(crate) struct InviteeRow {
    pub id: DbId,
    pub meeting_id: DbId,
    pub rank: i32,
    pub seat_id: Option<DbId>,
    pub agency_id: Option<DbId>,
    pub words: Option<String>,
    pub attendance: Option<String>,
    pub reason: Option<String>,
    pub represented_by: Option<String>,
}

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = minutes_corrections)]
pub(crate) struct CorrectionRow {
    pub meeting_id: DbId,
    pub number: i32,
    pub text: String,
    pub reason: String,
    pub account_id: DbId,
    pub at: NaiveDateTime,
}

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = conclusions, treat_none_as_default_value = false)]
pub(crate) struct ConclusionRow {
    pub id: DbId,
    pub meeting_id: DbId,
    pub number: i32,
    pub text: String,
    pub lead_id: DbId,
    pub due_on: NaiveDate,
    pub task_id: Option<DbId>,
}

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = conclusion_coordinators, treat_none_as_default_value = false)]
pub(crate) struct CoordinatorRow {
    pub conclusion_id: DbId,
    pub agency_id: DbId,
    pub rank: i32,
}

pub(crate) fn meeting(row: MeetingRow) -> Result<Meeting, DbError> {
    let signature = row.signer.zip(row.signed_on).zip(row.document_id);
    Ok(Meeting {
        status: parsed(&row.status, "meetings", "status", row.id)?,
        id: row.id.of(),
        committee: row.committee_id.of(),
        programme: row.programme_id.of(),
        title: row.title.into(),
        place: row.place.map(Into::into),
        starts_at: row.starts_at.and_utc(),
        ends_at: row.ends_at.map(|at| at.and_utc()),
        quorum: row.quorum,
        reason: row.reason.map(Into::into),
        agenda: Vec::new(),
        invitees: Vec::new(),
        roster: Vec::new(),
        minutes: row.minutes.map(Into::into),
        signature: signature.map(|((signer, on), document)| Signature { signer: signer.into(), on, document: document.of() }),
        corrections: Vec::new(),
        conclusions: Vec::new(),
        published_at: row.published_at.map(|at| at.and_utc()),
        revision: row.revision,
    })
}

pub(crate) fn meeting_row(meeting: &Meeting) -> MeetingRow {
    let words = |words: &Option<std::sync::Arc<str>>| words.as_deref().map(str::to_owned);
    let signature = meeting.signature.as_ref();
    MeetingRow {
        id: meeting.id.into(),
        committee_id: meeting.committee.into(),
        programme_id: meeting.programme.into(),
        title: meeting.title.to_string(),
        place: words(&meeting.place),
        starts_at: meeting.starts_at.naive_utc(),
        ends_at: meeting.ends_at.map(|at| at.naive_utc()),
        quorum: meeting.quorum,
        status: meeting.status.label().into(),
        reason: words(&meeting.reason),
        minutes: words(&meeting.minutes),
        signer: signature.map(|signature| signature.signer.to_string()),
        signed_on: signature.map(|signature| signature.on),
        document_id: signature.map(|signature| signature.document.into()),
        published_at: meeting.published_at.map(|at| at.naive_utc()),
        revision: meeting.revision,
    }
}

pub(crate) fn invitee(row: InviteeRow) -> Result<Invitee, DbError> {
    let how = row.attendance.as_deref().map(|how| parsed(how, "meeting_invitees", "attendance", row.id)).transpose()?;
    let (reason, by) = (row.reason, row.represented_by);
    Ok(Invitee {
        id: row.id.of(),
        seat: opt(row.seat_id),
        agency: opt(row.agency_id),
        words: row.words.map(Into::into),
        attended: how.map(|how| Attended { how, reason: reason.map(Into::into), represented_by: by.map(Into::into) }),
    })
}

/// Positions from 1.
pub(crate) fn rank(index: usize) -> i32 {
    i32::try_from(index + 1).unwrap_or(i32::MAX)
}

pub(crate) fn invitee_row(meeting: MeetingId, index: usize, invitee: &Invitee) -> InviteeRow {
    let attended = invitee.attended.as_ref();
    InviteeRow {
        id: invitee.id.into(),
        meeting_id: meeting.into(),
        rank: rank(index),
        seat_id: invitee.seat.map(DbId::from),
        agency_id: invitee.agency.map(DbId::from),
        words: invitee.words.as_deref().map(str::to_owned),
        attendance: attended.map(|attended| attended.how.label().into()),
        reason: attended.and_then(|attended| attended.reason.as_deref()).map(str::to_owned),
        represented_by: attended.and_then(|attended| attended.represented_by.as_deref()).map(str::to_owned),
    }
}
