//! Links of calendars, and what the calendar of one shows: meetings, and what is owed.
//! Must not hold a secret, only its hash; nor read an agenda, minutes or conclusions, which no calendar shows.
//! Tasks that fall due are `seen::led`; what becomes of it all is `app::feed`.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::{
    prelude::*,
    sql_types::{BigInt, Bool, Date, Nullable, Text, Timestamp},
};
use domain::{
    agency::AgencyId,
    committee::{CommitteeId, PersonId, SeatId},
    feed::{FeedLink, FeedLinkId, FeedOf},
    meeting::{MeetingId, MeetingStatus},
    obligation::ObligationId,
    page::{Direction, Page, PageRequest},
    programme::ProgrammeId,
};

use crate::{
    catalogue::parsed,
    conn::{Conn, MultiBackend},
    error::DbError,
    rows::DbId,
    schema::{calendar_links, meeting_invitees, meetings, persons},
    sql_types::{DbUuid, db_ids, opt},
    statement::{Bind, Statement},
};

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = calendar_links, treat_none_as_default_value = false)]
struct LinkRow {
    id: DbId,
    agency_id: Option<DbId>,
    person_id: Option<DbId>,
    note: Option<String>,
    account_id: DbId,
    created_at: NaiveDateTime,
    last_used_on: Option<NaiveDate>,
    revoked_at: Option<NaiveDateTime>,
}

impl LinkRow {
    fn link(self) -> Result<FeedLink, DbError> {
        let of = match (self.agency_id, self.person_id) {
            (Some(agency), None) => FeedOf::Agency(agency.of()),
            (None, Some(person)) => FeedOf::Member(person.of()),
            _ => return Err(DbError::Inconsistent { table: "calendar_links", column: "agency_id", id: self.id.0.to_string() }),
        };
        Ok(FeedLink {
            id: self.id.of(),
            of,
            note: self.note.map(Into::into),
            made_by: self.account_id.of(),
            created_at: self.created_at.and_utc(),
            last_used_on: self.last_used_on,
            revoked_at: self.revoked_at.map(|at| at.and_utc()),
        })
    }
}

/// Which links: of these agencies, or all where nothing is said, that of a member among them.
#[derive(Clone, Debug, Default)]
pub struct LinkFilter {
    pub agencies: Option<Vec<AgencyId>>,
    pub member: Option<PersonId>,
}

fn filtered(filter: &LinkFilter) -> calendar_links::BoxedQuery<'static, MultiBackend> {
    let mut query = calendar_links::table.into_boxed();
    if let Some(agencies) = &filter.agencies {
        query = query.filter(calendar_links::agency_id.eq_any(db_ids(agencies).into_iter().map(Some).collect::<Vec<_>>()));
    }
    if let Some(member) = filter.member {
        query = query.filter(calendar_links::person_id.eq(DbId::from(member)));
    }
    query
}

/// A page of links, the newest first, revoked ones too.
pub fn page(conn: &mut Conn, filter: &LinkFilter, request: &PageRequest<FeedLinkId>) -> Result<Page<FeedLink>, DbError> {
    let down = request.direction == Direction::Forward;
    let mut query = filtered(filter).limit(i64::from(request.size) + 1);
    for (id, below) in request.bounds(down) {
        let id = DbId::from(*id);
        query = if below { query.filter(calendar_links::id.lt(id)) } else { query.filter(calendar_links::id.gt(id)) };
    }
    query = if down { query.order(calendar_links::id.desc()) } else { query.order(calendar_links::id.asc()) };
    let rows: Vec<LinkRow> = query.select(LinkRow::as_select()).load(conn)?;
    Ok(Page::cut(rows.into_iter().map(LinkRow::link).collect::<Result<_, _>>()?, request))
}

/// Every link of a member, the oldest first, revoked ones too.
pub fn of_member(conn: &mut Conn, member: PersonId) -> Result<Vec<FeedLink>, DbError> {
    let filter = LinkFilter { member: Some(member), agencies: None };
    let rows: Vec<LinkRow> = filtered(&filter).order(calendar_links::id).select(LinkRow::as_select()).load(conn)?;
    rows.into_iter().map(LinkRow::link).collect()
}

/// How many links there are.
pub fn count(conn: &mut Conn, filter: &LinkFilter) -> Result<i64, DbError> {
    Ok(filtered(filter).count().get_result(conn)?)
}

/// The link with this identifier.
pub fn by_id(conn: &mut Conn, id: FeedLinkId) -> Result<Option<FeedLink>, DbError> {
    let row: Option<LinkRow> = calendar_links::table.find(DbId::from(id)).select(LinkRow::as_select()).first(conn).optional()?;
    row.map(LinkRow::link).transpose()
}

/// The link whose secret has this hash, unless it was revoked.
pub fn by_digest(conn: &mut Conn, digest: &str) -> Result<Option<FeedLink>, DbError> {
    let named = calendar_links::table.filter(calendar_links::secret_sha256.eq(digest)).filter(calendar_links::revoked_at.is_null());
    let row: Option<LinkRow> = named.select(LinkRow::as_select()).first(conn).optional()?;
    row.map(LinkRow::link).transpose()
}

/// Stores a link with the hash of its secret.
pub fn insert(conn: &mut Conn, link: &FeedLink, digest: &str) -> Result<(), DbError> {
    let (agency, member) = match link.of {
        FeedOf::Agency(agency) => (Some(agency.into()), None),
        FeedOf::Member(person) => (None, Some(person.into())),
    };
    let row = LinkRow {
        id: link.id.into(),
        agency_id: agency,
        person_id: member,
        note: link.note.as_deref().map(str::to_owned),
        account_id: link.made_by.into(),
        created_at: link.created_at.naive_utc(),
        last_used_on: link.last_used_on,
        revoked_at: link.revoked_at.map(|at| at.naive_utc()),
    };
    diesel::insert_into(calendar_links::table).values((row, calendar_links::secret_sha256.eq(digest))).execute(conn)?;
    Ok(())
}

/// Revokes a link; false where it was revoked before.
pub fn revoke(conn: &mut Conn, id: FeedLinkId, at: DateTime<Utc>) -> Result<bool, DbError> {
    let live = calendar_links::table.find(DbId::from(id)).filter(calendar_links::revoked_at.is_null());
    Ok(diesel::update(live).set(calendar_links::revoked_at.eq(at.naive_utc())).execute(conn)? == 1)
}

/// Keeps the day on which a link was used last.
pub fn used(conn: &mut Conn, id: FeedLinkId, day: NaiveDate) -> Result<(), DbError> {
    diesel::update(calendar_links::table.find(DbId::from(id))).set(calendar_links::last_used_on.eq(day)).execute(conn)?;
    Ok(())
}

/// What somebody is called, if their data may be used: it is neither restricted nor gone.
pub fn name_of(conn: &mut Conn, person: PersonId) -> Result<Option<String>, DbError> {
    let open = persons::table.find(DbId::from(person)).filter(persons::restricted_at.is_null()).filter(persons::pseudonymised_at.is_null());
    Ok(open.select(persons::name).first(conn).optional()?)
}

/// A meeting as a calendar shows it, once for each who is invited and asked for.
#[derive(Clone, Debug)]
pub struct Invitation {
    pub meeting: MeetingId,
    pub committee: CommitteeId,
    pub title: String,
    pub place: Option<String>,
    pub starts_at: DateTime<Utc>,
    pub ends_at: Option<DateTime<Utc>>,
    pub status: MeetingStatus,
    pub revision: i32,
    pub changed_at: DateTime<Utc>,
    pub seat: Option<SeatId>,
}

type InvitationRow = (
    (DbId, DbId, String, Option<String>, NaiveDateTime, Option<NaiveDateTime>),
    (String, i32, NaiveDateTime, Option<NaiveDateTime>, Option<DbId>),
);

/// The meetings from an instant on and before another to which an agency, or whoever sits in these seats, is invited, in order.
pub fn invitations(
    conn: &mut Conn,
    agency: Option<AgencyId>,
    seats: &[SeatId],
    (from, to): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<Invitation>, DbError> {
    let mut query = meetings::table
        .inner_join(meeting_invitees::table.on(meeting_invitees::meeting_id.eq(meetings::id)))
        .filter(meetings::starts_at.ge(from.naive_utc()))
        .filter(meetings::starts_at.lt(to.naive_utc()))
        .into_boxed();
    query = match agency {
        Some(agency) => query.filter(meeting_invitees::agency_id.eq(DbId::from(agency))),
        None => query.filter(meeting_invitees::seat_id.eq_any(db_ids(seats).into_iter().map(Some).collect::<Vec<_>>())),
    };
    let rows: Vec<InvitationRow> = query
        .order((meetings::starts_at, meetings::id, meeting_invitees::rank))
        .select((
            (meetings::id, meetings::committee_id, meetings::title, meetings::place, meetings::starts_at, meetings::ends_at),
            (meetings::status, meetings::revision, meetings::created_at, meetings::changed_at, meeting_invitees::seat_id),
        ))
        .load(conn)?;
    let invitation = |((id, committee, title, place, starts_at, ends_at), (status, revision, created, changed, seat)): InvitationRow| {
        Ok(Invitation {
            status: parsed(&status, "meetings", "status", id)?,
            meeting: id.of(),
            committee: committee.of(),
            title,
            place,
            starts_at: starts_at.and_utc(),
            ends_at: ends_at.map(|at| at.and_utc()),
            revision,
            changed_at: changed.unwrap_or(created).and_utc(),
            seat: opt(seat),
        })
    };
    rows.into_iter().map(invitation).collect()
}

/// Something owed, with its due day.
#[derive(Clone, Debug)]
pub struct Owed {
    pub obligation: ObligationId,
    pub agency: AgencyId,
    pub programme: ProgrammeId,
    pub regime_code: String,
    pub period: String,
    pub due_on: NaiveDate,
    pub is_excluded: bool,
    /// How often it was excluded or made owed again.
    pub changes: i64,
    pub changed_at: DateTime<Utc>,
    /// Code and title of the task that it is about.
    pub task: Option<(String, String)>,
}

#[derive(QueryableByName)]
struct OwedRow {
    #[diesel(sql_type = DbUuid)]
    id: DbId,
    #[diesel(sql_type = DbUuid)]
    agency_id: DbId,
    #[diesel(sql_type = DbUuid)]
    programme_id: DbId,
    #[diesel(sql_type = Text)]
    regime_code: String,
    #[diesel(sql_type = Text)]
    period: String,
    #[diesel(sql_type = Date)]
    due_on: NaiveDate,
    #[diesel(sql_type = Bool)]
    is_excluded: bool,
    #[diesel(sql_type = Timestamp)]
    created_at: NaiveDateTime,
    #[diesel(sql_type = BigInt)]
    changes: i64,
    #[diesel(sql_type = Nullable<Timestamp>)]
    changed_at: Option<NaiveDateTime>,
    #[diesel(sql_type = Nullable<Text>)]
    code: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    title: Option<String>,
}

/// What these agencies owe from a day on and before another, by due day: one statement.
pub fn owed(conn: &mut Conn, agencies: &[AgencyId], (from, to): (NaiveDate, NaiveDate)) -> Result<Vec<Owed>, DbError> {
    let mut statement = Statement::default();
    statement.add(
        "SELECT o.id, o.agency_id, o.programme_id, o.regime_code, o.period, o.due_on, o.is_excluded, o.created_at, \
         (SELECT count(*) FROM obligation_exclusions x WHERE x.obligation_id = o.id) AS changes, \
         (SELECT max(x.at) FROM obligation_exclusions x WHERE x.obligation_id = o.id) AS changed_at, t.code, t.title \
         FROM obligations o LEFT JOIN tasks t ON t.id = o.task_id WHERE o.agency_id IN (",
    );
    for (i, agency) in agencies.iter().enumerate() {
        statement.bind(if i == 0 { "" } else { ", " }, Bind::Id((*agency).into()));
    }
    statement.bind(") AND o.due_on >= ", Bind::Day(from));
    statement.bind(" AND o.due_on < ", Bind::Day(to));
    statement.add(" ORDER BY o.due_on, o.id");
    let rows: Vec<OwedRow> = statement.query().load(conn)?;
    let owed = |row: OwedRow| Owed {
        obligation: row.id.of(),
        agency: row.agency_id.of(),
        programme: row.programme_id.of(),
        regime_code: row.regime_code,
        period: row.period,
        due_on: row.due_on,
        is_excluded: row.is_excluded,
        changes: row.changes,
        changed_at: row.changed_at.unwrap_or(row.created_at).and_utc(),
        task: row.code.zip(row.title),
    };
    Ok(rows.into_iter().map(owed).collect())
}
