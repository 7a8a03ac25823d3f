//! Meetings with everything that belongs to them: pages in scope, batches by key.
//! Must not decide what may be done, nor write; that is `meeting_store`.
//! The rules are `domain::meeting`; the tasks that follow from conclusions are `conclusion`.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::{dsl::exists, prelude::*};
use domain::{
    agency::AgencyId,
    clock::{day_after, day_begins},
    committee::CommitteeId,
    meeting::{Conclusion, Correction, Meeting, MeetingId},
    page::{Direction, Page, PageRequest},
    policy::ReportScope,
    programme::ProgrammeId,
    task::TaskId,
};

use crate::{
    conn::{Conn, MultiBackend},
    error::DbError,
    meeting_roster,
    meeting_rows::{ConclusionRow, CoordinatorRow, CorrectionRow, InviteeRow, ItemRow, MeetingRow, invitee, meeting},
    rows::DbId,
    schema::{assignments, conclusion_coordinators, conclusions, meeting_invitees, meeting_items, meetings, minutes_corrections},
    sql_types::{db_ids, opt},
};

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

/// The meetings of a programme in scope that were held by a day and whose minutes were not signed on it, the oldest first.
pub fn unsigned(conn: &mut Conn, programme: ProgrammeId, day: NaiveDate, scope: &ReportScope) -> Result<Vec<Meeting>, DbError> {
    let ids = conclusions::table
        .inner_join(meetings::table.on(meetings::id.eq(conclusions::meeting_id)))
        .filter(meetings::programme_id.eq(DbId::from(programme)))
        .filter(meetings::starts_at.lt(day_begins(day_after(day)).naive_utc()))
        .filter(meetings::signed_on.is_null().or(meetings::signed_on.gt(day)))
        .select(conclusions::meeting_id)
        .distinct()
        .load::<DbId>(conn)?;
    let query = in_scope(scope).filter(meetings::id.eq_any(ids)).order((meetings::starts_at, meetings::id));
    let rows: Vec<MeetingRow> = query.select(MeetingRow::as_select()).load(conn)?;
    whole(conn, rows)
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
