//! Requests of people about their data: the clocks of the law, the requests, the steps that they took.
//! Must not judge a step or count a day; whatever is late is found by what was counted when the request was written down.
//! The rules are `domain::personal_request`.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::{dsl::sql, prelude::*, sql_types::Bool};
use domain::{
    account::AccountId,
    page::{Direction, Page, PageRequest},
    person::PersonId,
    personal_request::{ClockState, Deadlines, LegalClock, PersonalRequest, PersonalRequestId, RequestKind, RequestState, RequestStep},
    validity::Validity,
};

use crate::{
    catalogue::parsed,
    conn::{Conn, MultiBackend},
    error::DbError,
    rows::{DbId, PersonalClockRow},
    schema::{personal_clocks, personal_request_steps, personal_requests},
    sql_types::db_ids,
};

#[derive(AsChangeset, Clone, Insertable, Queryable, Selectable)]
#[diesel(table_name = personal_requests, treat_none_as_null = true, treat_none_as_default_value = false)]
struct RequestRow {
    id: DbId,
    person_id: DbId,
    kind: String,
    channel: String,
    received_at: NaiveDateTime,
    involves_third_party: bool,
    state: String,
    clock: String,
    basis: Option<String>,
    acknowledge_by: Option<NaiveDate>,
    act_by: Option<NaiveDate>,
    act_by_at: Option<NaiveDateTime>,
    extended_until: Option<NaiveDate>,
    revision: i32,
    account_id: DbId,
    recorded_at: NaiveDateTime,
}

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = personal_request_steps, treat_none_as_default_value = false)]
struct StepRow {
    request_id: DbId,
    rank: i32,
    step: String,
    taken_at: NaiveDateTime,
    until: Option<NaiveDate>,
    reason: Option<String>,
    legal_ground: Option<String>,
    account_id: DbId,
    recorded_at: NaiveDateTime,
}

/// Which requests. Every condition given must hold.
#[derive(Clone, Debug, Default)]
pub struct RequestFilter {
    pub person: Option<PersonId>,
    pub kind: Option<RequestKind>,
    pub state: Option<RequestState>,
    pub overdue: Option<Overdue>,
}

/// Whether requests are late at an instant, on its day.
#[derive(Clone, Copy, Debug)]
pub struct Overdue {
    /// False: only those that are not.
    pub is_late: bool,
    pub now: DateTime<Utc>,
    pub today: NaiveDate,
}

/// The clocks of the law.
pub fn clocks(conn: &mut Conn) -> Result<Vec<LegalClock>, DbError> {
    let rows: Vec<PersonalClockRow> = personal_clocks::table
        .order((personal_clocks::kind, personal_clocks::valid_from))
        .select(PersonalClockRow::as_select())
        .load(conn)?;
    let natural = |value: Option<i32>| value.and_then(|value| u32::try_from(value).ok());
    let clock = |row: PersonalClockRow| {
        let unreadable = || DbError::Inconsistent { table: "personal_clocks", column: "kind", id: row.kind.clone() };
        Ok(LegalClock {
            kind: row.kind.parse().map_err(|_| unreadable())?,
            validity: Validity { from: Some(row.valid_from), to: row.valid_to },
            basis: row.basis.clone(),
            acknowledge_working_days: natural(row.acknowledge_working_days),
            act_hours: natural(row.act_hours),
            act_days: natural(row.act_days),
            act_days_third_party: natural(row.act_days_third_party),
            extension_days: natural(row.extension_days),
            rolls: row.rolls,
        })
    };
    rows.into_iter().map(clock).collect()
}

const OPEN: [&str; 3] = [RequestState::Received.label(), RequestState::Acknowledged.label(), RequestState::Extended.label()];

/// When the requests of these kinds came that are still open, with the kind of each.
pub fn open_of_kinds(conn: &mut Conn, kinds: &[&str]) -> Result<Vec<(String, DateTime<Utc>)>, DbError> {
    let open = personal_requests::table.filter(personal_requests::kind.eq_any(kinds)).filter(personal_requests::state.eq_any(OPEN));
    let rows: Vec<(String, NaiveDateTime)> = open.select((personal_requests::kind, personal_requests::received_at)).load(conn)?;
    Ok(rows.into_iter().map(|(kind, at)| (kind, at.and_utc())).collect())
}

fn filtered(filter: &RequestFilter) -> personal_requests::BoxedQuery<'static, MultiBackend> {
    use diesel::sql_types::{Date, Integer, Timestamp};
    let mut query = personal_requests::table.into_boxed();
    if let Some(person) = filter.person {
        query = query.filter(personal_requests::person_id.eq(DbId::from(person)));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(personal_requests::kind.eq(kind.label()));
    }
    if let Some(state) = filter.state {
        query = query.filter(personal_requests::state.eq(state.label()));
    }
    if let Some(Overdue { is_late, now, today }) = filter.overdue {
        if is_late {
            query = query.filter(personal_requests::state.eq_any(OPEN));
        }
        // What is closed, or has no last day yet, is not late.
        query = query.filter(
            sql::<Bool>("(CASE WHEN state NOT IN ('DONE', 'REFUSED') AND (CASE WHEN extended_until IS NOT NULL THEN extended_until < ")
                .bind::<Date, _>(today)
                .sql(" WHEN act_by_at IS NOT NULL THEN act_by_at < ")
                .bind::<Timestamp, _>(now.naive_utc())
                .sql(" ELSE act_by < ")
                .bind::<Date, _>(today)
                .sql(" END OR (state = 'RECEIVED' AND acknowledge_by < ")
                .bind::<Date, _>(today)
                .sql(")) THEN 1 ELSE 0 END = ")
                .bind::<Integer, _>(i32::from(is_late))
                .sql(")"),
        );
    }
    query
}

/// A page of requests, the newest first.
pub fn page(conn: &mut Conn, filter: &RequestFilter, request: &PageRequest<PersonalRequestId>) -> Result<Page<PersonalRequest>, DbError> {
    let down = request.direction == Direction::Forward;
    let mut query = filtered(filter).limit(i64::from(request.size) + 1);
    for (id, below) in request.bounds(down) {
        let id = DbId::from(*id);
        query = if below { query.filter(personal_requests::id.lt(id)) } else { query.filter(personal_requests::id.gt(id)) };
    }
    query = if down { query.order(personal_requests::id.desc()) } else { query.order(personal_requests::id.asc()) };
    let rows: Vec<RequestRow> = query.select(RequestRow::as_select()).load(conn)?;
    Ok(Page::cut(rows.into_iter().map(stored).collect::<Result<_, _>>()?, request))
}

/// How many requests there are.
pub fn count(conn: &mut Conn, filter: &RequestFilter) -> Result<i64, DbError> {
    Ok(filtered(filter).count().get_result(conn)?)
}

/// The requests with these identifiers, in no particular order.
pub fn by_ids(conn: &mut Conn, ids: &[PersonalRequestId]) -> Result<Vec<PersonalRequest>, DbError> {
    let query = personal_requests::table.filter(personal_requests::id.eq_any(db_ids(ids)));
    query.select(RequestRow::as_select()).load(conn)?.into_iter().map(stored).collect()
}

/// Every request about a person, the oldest first.
pub fn of_person(conn: &mut Conn, person: PersonId) -> Result<Vec<PersonalRequest>, DbError> {
    let query = personal_requests::table.filter(personal_requests::person_id.eq(DbId::from(person))).order(personal_requests::id);
    query.select(RequestRow::as_select()).load(conn)?.into_iter().map(stored).collect()
}

/// Open requests whose clock depended on working days that were not known, so many at most.
pub fn undated(conn: &mut Conn, after: Option<PersonalRequestId>, most: i64) -> Result<Vec<PersonalRequest>, DbError> {
    let query = personal_requests::table
        .filter(personal_requests::id.gt(after.map_or(DbId(uuid::Uuid::nil()), DbId::from)))
        .filter(personal_requests::state.eq_any(OPEN))
        .filter(personal_requests::clock.eq(ClockState::CalendarUnknown.label()))
        .order(personal_requests::id)
        .limit(most);
    query.select(RequestRow::as_select()).load(conn)?.into_iter().map(stored).collect()
}

fn stored(row: RequestRow) -> Result<PersonalRequest, DbError> {
    let id = row.id;
    Ok(PersonalRequest {
        kind: parsed(&row.kind, "personal_requests", "kind", id)?,
        channel: parsed(&row.channel, "personal_requests", "channel", id)?,
        state: parsed(&row.state, "personal_requests", "state", id)?,
        deadlines: Deadlines {
            clock: parsed(&row.clock, "personal_requests", "clock", id)?,
            basis: row.basis,
            acknowledge_by: row.acknowledge_by,
            act_by: row.act_by,
            act_by_at: row.act_by_at.map(|at| at.and_utc()),
        },
        id: id.of(),
        person: row.person_id.of(),
        received_at: row.received_at.and_utc(),
        involves_third_party: row.involves_third_party,
        extended_until: row.extended_until,
        revision: row.revision,
        recorded_by: row.account_id.of(),
        recorded_at: row.recorded_at.and_utc(),
    })
}

fn row(request: &PersonalRequest) -> RequestRow {
    RequestRow {
        id: request.id.into(),
        person_id: request.person.into(),
        kind: request.kind.label().into(),
        channel: request.channel.label().into(),
        received_at: request.received_at.naive_utc(),
        involves_third_party: request.involves_third_party,
        state: request.state.label().into(),
        clock: request.deadlines.clock.label().into(),
        basis: request.deadlines.basis.clone(),
        acknowledge_by: request.deadlines.acknowledge_by,
        act_by: request.deadlines.act_by,
        act_by_at: request.deadlines.act_by_at.map(|at| at.naive_utc()),
        extended_until: request.extended_until,
        revision: request.revision,
        account_id: request.recorded_by.into(),
        recorded_at: request.recorded_at.naive_utc(),
    }
}

/// Stores a new request.
pub fn insert(conn: &mut Conn, request: &PersonalRequest) -> Result<(), DbError> {
    diesel::insert_into(personal_requests::table).values(&row(request)).execute(conn)?;
    Ok(())
}

/// Stores a request over the revision that it has, which goes up; false when it is another by now.
pub fn advance(conn: &mut Conn, request: &PersonalRequest) -> Result<bool, DbError> {
    let seen = personal_requests::table
        .filter(personal_requests::id.eq(DbId::from(request.id)))
        .filter(personal_requests::revision.eq(request.revision));
    let next = RequestRow { revision: request.revision + 1, ..row(request) };
    Ok(diesel::update(seen).set(&next).execute(conn)? == 1)
}

/// The steps that these requests took, in order.
pub fn steps(conn: &mut Conn, ids: &[PersonalRequestId]) -> Result<Vec<(PersonalRequestId, RequestStep)>, DbError> {
    let rows: Vec<StepRow> = personal_request_steps::table
        .filter(personal_request_steps::request_id.eq_any(db_ids(ids)))
        .order((personal_request_steps::request_id, personal_request_steps::rank))
        .select(StepRow::as_select())
        .load(conn)?;
    let step = |row: StepRow| {
        let step = RequestStep {
            step: parsed(&row.step, "personal_request_steps", "step", row.request_id)?,
            taken_at: row.taken_at.and_utc(),
            until: row.until,
            reason: row.reason,
            legal_ground: row.legal_ground,
        };
        Ok((row.request_id.of(), step))
    };
    rows.into_iter().map(step).collect()
}

/// Stores a step of a request at its place.
pub fn insert_step(
    conn: &mut Conn,
    (request, rank): (PersonalRequestId, i32),
    step: &RequestStep,
    (by, at): (AccountId, DateTime<Utc>),
) -> Result<(), DbError> {
    let row = StepRow {
        request_id: request.into(),
        rank,
        step: step.step.label().into(),
        taken_at: step.taken_at.naive_utc(),
        until: step.until,
        reason: step.reason.clone(),
        legal_ground: step.legal_ground.clone(),
        account_id: by.into(),
        recorded_at: at.naive_utc(),
    };
    diesel::insert_into(personal_request_steps::table).values(&row).execute(conn)?;
    Ok(())
}
