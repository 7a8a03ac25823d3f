//! Meetings with everything that belongs to them: pages in scope, batches by key, writing.
//! Must not decide what may be done, nor write over what is signed; the schema forbids that too.
//! The rules are `domain::meeting`; the tasks that follow from conclusions are `conclusion`.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::{dsl::exists, prelude::*};
use domain::{
    agency::AgencyId,
    committee::CommitteeId,
    meeting::{Attended, Conclusion, Correction, Invitee, Meeting, MeetingId, Signature},
    page::{Direction, Page, PageRequest},
    policy::ReportScope,
    programme::ProgrammeId,
    task::TaskId,
};

use crate::{
    catalogue::parsed,
    conn::{Conn, MultiBackend},
    error::DbError,
    meeting_roster, per_backend,
    rows::DbId,
    schema::{assignments, conclusion_coordinators, conclusions, meeting_invitees, meeting_items, meetings, minutes_corrections},
    sql_types::{db_ids, opt},
};

#[derive(AsChangeset, Insertable, Queryable, Selectable)]
#[diesel(table_name = meetings, treat_none_as_null = true, treat_none_as_default_value = false)]
struct MeetingRow {
    id: DbId,
    committee_id: DbId,
    programme_id: DbId,
    title: String,
    place: Option<String>,
    starts_at: NaiveDateTime,
    ends_at: Option<NaiveDateTime>,
    quorum: Option<i32>,
    status: String,
    reason: Option<String>,
    minutes: Option<String>,
    signer: Option<String>,
    signed_on: Option<NaiveDate>,
    document_id: Option<DbId>,
    published_at: Option<NaiveDateTime>,
    revision: i32,
}

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = meeting_items, treat_none_as_default_value = false)]
pub(crate) struct ItemRow {
    meeting_id: DbId,
    rank: i32,
    title: String,
}

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = meeting_invitees, treat_none_as_default_value = false)]
pub(crate) struct InviteeRow {
    id: DbId,
    meeting_id: DbId,
    rank: i32,
    seat_id: Option<DbId>,
    agency_id: Option<DbId>,
    words: Option<String>,
    attendance: Option<String>,
    reason: Option<String>,
    represented_by: Option<String>,
}

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = minutes_corrections)]
struct CorrectionRow {
    meeting_id: DbId,
    number: i32,
    text: String,
    reason: String,
    account_id: DbId,
    at: NaiveDateTime,
}

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = conclusions, treat_none_as_default_value = false)]
pub(crate) struct ConclusionRow {
    id: DbId,
    meeting_id: DbId,
    number: i32,
    text: String,
    lead_id: DbId,
    due_on: NaiveDate,
    task_id: Option<DbId>,
}

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = conclusion_coordinators, treat_none_as_default_value = false)]
pub(crate) struct CoordinatorRow {
    conclusion_id: DbId,
    agency_id: DbId,
    rank: i32,
}

/// Which meetings, of those in scope. Every condition given must hold.
#[derive(Clone, Copy, Debug, Default)]
pub struct MeetingFilter {
    pub committee: Option<CommitteeId>,
    pub programme: Option<ProgrammeId>,
}

/// Where a meeting stands in a list: the newest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MeetingKey {
    pub starts_at: DateTime<Utc>,
    pub id: MeetingId,
}

type Boxed = meetings::BoxedQuery<'static, MultiBackend>;

/// What is published, what the scope opens as a whole, and what concerns an agency of the scope: it is invited, or has or
/// had a part in what was concluded in signed minutes: as the minutes say, or as whoever took it over.
fn in_scope(scope: &ReportScope) -> Boxed {
    let mut query = meetings::table.filter(meetings::published_at.is_not_null()).into_boxed();
    for (agency, programme) in &scope.open {
        let invited = |agency: AgencyId| {
            let rows = meeting_invitees::table.filter(meeting_invitees::meeting_id.eq(meetings::id));
            exists(rows.filter(meeting_invitees::agency_id.eq(DbId::from(agency))))
        };
        let carries = |agency: AgencyId| {
            let parts = assignments::table.on(conclusions::task_id.eq(assignments::task_id.nullable()));
            let rows = conclusions::table.inner_join(parts).filter(conclusions::meeting_id.eq(meetings::id));
            exists(rows.filter(assignments::agency_id.eq(DbId::from(agency))))
        };
        query = match (agency, programme) {
            (None, None) => query.or_filter(meetings::revision.gt(0)),
            (None, Some(programme)) => query.or_filter(meetings::programme_id.eq(DbId::from(*programme))),
            (Some(agency), None) => query.or_filter(invited(*agency).or(carries(*agency))),
            (Some(agency), Some(programme)) => {
                let within = meetings::programme_id.eq(DbId::from(*programme));
                query.or_filter(within.and(invited(*agency).or(carries(*agency))))
            }
        };
    }
    query
}

fn filtered(filter: MeetingFilter, scope: &ReportScope) -> Boxed {
    let mut query = in_scope(scope);
    if let Some(committee) = filter.committee {
        query = query.filter(meetings::committee_id.eq(DbId::from(committee)));
    }
    if let Some(programme) = filter.programme {
        query = query.filter(meetings::programme_id.eq(DbId::from(programme)));
    }
    query
}

/// A page of meetings, the newest first, each as a whole.
pub fn page(
    conn: &mut Conn,
    filter: MeetingFilter,
    scope: &ReportScope,
    request: &PageRequest<MeetingKey>,
) -> Result<Page<Meeting>, DbError> {
    let down = request.direction == Direction::Forward;
    let mut query = filtered(filter, scope).limit(i64::from(request.size) + 1);
    for (key, below) in request.bounds(down) {
        let (at, id) = (key.starts_at.naive_utc(), DbId::from(key.id));
        query = if below {
            query.filter(meetings::starts_at.lt(at).or(meetings::starts_at.eq(at).and(meetings::id.lt(id))))
        } else {
            query.filter(meetings::starts_at.gt(at).or(meetings::starts_at.eq(at).and(meetings::id.gt(id))))
        };
    }
    query = if down {
        query.order((meetings::starts_at.desc(), meetings::id.desc()))
    } else {
        query.order((meetings::starts_at.asc(), meetings::id.asc()))
    };
    let rows: Vec<MeetingRow> = query.select(MeetingRow::as_select()).load(conn)?;
    Ok(Page::cut(whole(conn, rows)?, request))
}

/// How many meetings there are.
pub fn count(conn: &mut Conn, filter: MeetingFilter, scope: &ReportScope) -> Result<i64, DbError> {
    Ok(filtered(filter, scope).count().get_result(conn)?)
}

/// The meeting with this identifier, if it is in scope.
pub fn by_id(conn: &mut Conn, id: MeetingId, scope: &ReportScope) -> Result<Option<Meeting>, DbError> {
    let query = in_scope(scope).filter(meetings::id.eq(DbId::from(id)));
    let rows: Vec<MeetingRow> = query.select(MeetingRow::as_select()).load(conn)?;
    Ok(whole(conn, rows)?.pop())
}

/// The meetings in scope that concluded what these tasks follow: one statement, and those of the meetings where there are any.
pub fn of_tasks(conn: &mut Conn, tasks: &[TaskId], scope: &ReportScope) -> Result<Vec<Meeting>, DbError> {
    let followed = conclusions::table.filter(conclusions::task_id.eq_any(db_ids(tasks).into_iter().map(Some).collect::<Vec<_>>()));
    let ids: Vec<DbId> = followed.select(conclusions::meeting_id).distinct().load(conn)?;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<MeetingRow> = in_scope(scope).filter(meetings::id.eq_any(ids)).select(MeetingRow::as_select()).load(conn)?;
    whole(conn, rows)
}

/// Rows with what belongs to them, in eight statements.
fn whole(conn: &mut Conn, rows: Vec<MeetingRow>) -> Result<Vec<Meeting>, DbError> {
    let ids: Vec<DbId> = rows.iter().map(|row| row.id).collect();
    let items: Vec<ItemRow> = meeting_items::table
        .filter(meeting_items::meeting_id.eq_any(&ids))
        .order(meeting_items::rank)
        .select(ItemRow::as_select())
        .load(conn)?;
    let invitees: Vec<InviteeRow> = meeting_invitees::table
        .filter(meeting_invitees::meeting_id.eq_any(&ids))
        .order(meeting_invitees::rank)
        .select(InviteeRow::as_select())
        .load(conn)?;
    let rosters = meeting_roster::of(conn, &ids)?;
    let corrections: Vec<CorrectionRow> = minutes_corrections::table
        .filter(minutes_corrections::meeting_id.eq_any(&ids))
        .order(minutes_corrections::number)
        .select(CorrectionRow::as_select())
        .load(conn)?;
    let concluded: Vec<ConclusionRow> = conclusions::table
        .filter(conclusions::meeting_id.eq_any(&ids))
        .order(conclusions::number)
        .select(ConclusionRow::as_select())
        .load(conn)?;
    let of_these = conclusions::table.filter(conclusions::meeting_id.eq_any(&ids)).select(conclusions::id);
    let coordinators: Vec<CoordinatorRow> = conclusion_coordinators::table
        .filter(conclusion_coordinators::conclusion_id.eq_any(of_these))
        .order(conclusion_coordinators::rank)
        .select(CoordinatorRow::as_select())
        .load(conn)?;
    let mut carried = carried(conn, &ids)?;
    let mut found: Vec<Meeting> = rows.into_iter().map(meeting).collect::<Result<_, _>>()?;
    let places: HashMap<DbId, usize> = ids.into_iter().enumerate().map(|(i, id)| (id, i)).collect();
    let mut beside: HashMap<DbId, Vec<AgencyId>> = HashMap::new();
    for row in coordinators {
        beside.entry(row.conclusion_id).or_default().push(row.agency_id.of());
    }
    for (meeting, seat) in rosters {
        found[places[&meeting]].roster.push(seat);
    }
    for row in items {
        found[places[&row.meeting_id]].agenda.push(row.title.into());
    }
    for row in invitees {
        let place = places[&row.meeting_id];
        found[place].invitees.push(invitee(row)?);
    }
    for row in corrections {
        let correction = Correction {
            number: row.number,
            text: row.text.into(),
            reason: row.reason.into(),
            account: row.account_id.of(),
            at: row.at.and_utc(),
        };
        found[places[&row.meeting_id]].corrections.push(correction);
    }
    for row in concluded {
        let coordinators = beside.remove(&row.id).unwrap_or_default();
        let carried_by = carried.remove(&row.id).unwrap_or_default();
        let conclusion = Conclusion {
            id: row.id.of(),
            number: row.number,
            text: row.text.into(),
            lead: row.lead_id.of(),
            coordinators,
            due_on: row.due_on,
            task: opt(row.task_id),
            carried_by,
        };
        found[places[&row.meeting_id]].conclusions.push(conclusion);
    }
    Ok(found)
}

/// Whoever has or had a part in what these meetings concluded, by conclusion.
fn carried(conn: &mut Conn, meetings: &[DbId]) -> Result<HashMap<DbId, Vec<AgencyId>>, DbError> {
    let rows: Vec<(DbId, DbId)> = conclusions::table
        .inner_join(assignments::table.on(conclusions::task_id.eq(assignments::task_id.nullable())))
        .filter(conclusions::meeting_id.eq_any(meetings))
        .order((assignments::valid_from, assignments::id))
        .select((conclusions::id, assignments::agency_id))
        .load(conn)?;
    let mut carried: HashMap<DbId, Vec<AgencyId>> = HashMap::new();
    for (conclusion, agency) in rows {
        carried.entry(conclusion).or_default().push(agency.of());
    }
    Ok(carried)
}

fn meeting(row: MeetingRow) -> Result<Meeting, DbError> {
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

fn meeting_row(meeting: &Meeting) -> MeetingRow {
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

fn invitee(row: InviteeRow) -> Result<Invitee, DbError> {
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

fn invitee_row(meeting: MeetingId, index: usize, invitee: &Invitee) -> InviteeRow {
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
