//! The log of chasing: what is still owed around a day, what was told of it, and pages in scope.
//! Must only add; whether a notice was answered is read from the reports, not stored.
//! What is told when is `domain::chasing`, done by `app::chasing`.

use std::collections::{HashMap, HashSet};

use chrono::{NaiveDate, NaiveDateTime};
use diesel::{
    dsl::sql,
    prelude::*,
    sql_types::{Bool, Date},
};
use domain::{
    agency::AgencyId,
    chasing::{Notice, NoticeId, NoticeKind, NoticeLevel, Step},
    obligation::{Obligation, ObligationId},
    page::{Direction, Page, PageRequest},
    policy::ReportScope,
    programme::ProgrammeId,
};

use crate::{
    catalogue::parsed,
    conn::{Conn, MultiBackend},
    error::DbError,
    fulfilment::AT_REST,
    obligation::{ObligationRow, obligation},
    per_backend::{self, CHUNK},
    rows::DbId,
    schema::{notices, obligations, reports},
    sql_types::{db_ids, opt},
};

#[derive(Clone, Debug, Insertable, Queryable, Selectable)]
#[diesel(table_name = notices, treat_none_as_default_value = false)]
pub(crate) struct NoticeRow {
    id: DbId,
    obligation_id: DbId,
    programme_id: DbId,
    owing_id: DbId,
    kind: String,
    level: String,
    addressee_id: Option<DbId>,
    offset_days: Option<i32>,
    text: Option<String>,
    account_id: Option<DbId>,
    day: NaiveDate,
    sent_at: NaiveDateTime,
}

/// Which notices, of those in scope. Every condition given must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NoticeFilter {
    pub programme: Option<ProgrammeId>,
    /// Who owes the report.
    pub agency: Option<AgencyId>,
    pub addressee: Option<AgencyId>,
    pub obligation: Option<ObligationId>,
    pub kind: Option<NoticeKind>,
    pub level: Option<NoticeLevel>,
    pub is_answered: Option<bool>,
}

/// A notice, what it is about, and since when it is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub notice: Notice,
    pub regime_code: String,
    pub period: String,
    pub due_on: Option<NaiveDate>,
    pub answered_on: Option<NaiveDate>,
}

/// Among which obligations it is looked for what is still owed.
#[derive(Clone, Copy, Debug)]
pub enum Among<'a> {
    /// Due within these days, both included.
    Due(NaiveDate, NaiveDate),
    Ids(&'a [ObligationId]),
}

/// Whether the report of `obligations` came in, and that of a notice.
const MET: &str = "EXISTS (SELECT 1 FROM reports r WHERE r.obligation_id = obligations.id AND r.first_received_on IS NOT NULL)";
const ANSWERED: &str = "EXISTS (SELECT 1 FROM reports r WHERE r.obligation_id = notices.obligation_id AND r.first_received_on IS NOT NULL)";
/// Stands for chasing among the locks.
const LOCK: i64 = 0x6861_6964_616e_6701;

/// Whether this transaction is the only one on any node that chases by the rules.
pub fn try_lock(conn: &mut Conn) -> Result<bool, DbError> {
    per_backend::try_lock(conn, LOCK)
}

fn unmet(among: Among<'_>) -> obligations::BoxedQuery<'static, MultiBackend> {
    let owed = obligations::table
        .filter(obligations::is_excluded.eq(false))
        .filter(obligations::due_on.is_not_null())
        .filter(sql::<Bool>(&format!("NOT {MET}")))
        .filter(sql::<Bool>(&format!("NOT {AT_REST}")))
        .into_boxed();
    match among {
        Among::Due(from, to) => owed.filter(obligations::due_on.ge(from)).filter(obligations::due_on.le(to)),
        Among::Ids(ids) => owed.filter(obligations::id.eq_any(db_ids(ids))),
    }
}

/// What is owed, has a due day, and has not been met, by due day.
pub fn owed(conn: &mut Conn, among: Among<'_>) -> Result<Vec<Obligation>, DbError> {
    let query = unmet(among).order((obligations::due_on, obligations::id));
    let rows: Vec<ObligationRow> = query.select(ObligationRow::as_select()).load(conn)?;
    rows.into_iter().map(obligation).collect()
}

/// The steps that rules have taken.
pub fn taken(conn: &mut Conn, among: Among<'_>) -> Result<HashSet<(ObligationId, Step)>, DbError> {
    let query = notices::table.filter(notices::offset_days.is_not_null()).into_boxed();
    let query = match among {
        Among::Due(from, to) => query.filter(
            sql::<Bool>("notices.obligation_id IN (SELECT id FROM obligations WHERE due_on >= ")
                .bind::<Date, _>(from)
                .sql(" AND due_on <= ")
                .bind::<Date, _>(to)
                .sql(")"),
        ),
        Among::Ids(ids) => query.filter(notices::obligation_id.eq_any(db_ids(ids))),
    };
    let rows: Vec<NoticeRow> = query.select(NoticeRow::as_select()).load(conn)?;
    let step = |row| {
        let Notice { obligation, kind, level, offset_days, .. } = notice(row)?;
        Ok(offset_days.map(|offset_days| (obligation, Step { kind, level, offset_days })))
    };
    rows.into_iter().map(step).filter_map(Result::transpose).collect()
}

/// Adds notices.
pub fn insert(conn: &mut Conn, new: &[Notice]) -> Result<(), DbError> {
    let rows: Vec<NoticeRow> = new.iter().map(stored).collect();
    rows.chunks(CHUNK).try_for_each(|chunk| per_backend::insert_notices(conn, chunk))
}

/// A page of notices in scope, the newest first.
pub fn page(conn: &mut Conn, scope: &ReportScope, filter: &NoticeFilter, request: &PageRequest<NoticeId>) -> Result<Page<Told>, DbError> {
    let down = request.direction == Direction::Forward;
    let mut query = filtered(scope, filter).limit(i64::from(request.size) + 1);
    for (id, below) in request.bounds(down) {
        let id = DbId::from(*id);
        query = if below { query.filter(notices::id.lt(id)) } else { query.filter(notices::id.gt(id)) };
    }
    query = if down { query.order(notices::id.desc()) } else { query.order(notices::id.asc()) };
    let rows: Vec<NoticeRow> = query.select(NoticeRow::as_select()).load(conn)?;
    Ok(Page::cut(told(conn, rows)?, request))
}

/// How many notices there are.
pub fn count(conn: &mut Conn, scope: &ReportScope, filter: &NoticeFilter) -> Result<i64, DbError> {
    Ok(filtered(scope, filter).count().get_result(conn)?)
}

/// The notices of these obligations in scope, the oldest first.
pub fn of_obligations(conn: &mut Conn, scope: &ReportScope, ids: &[ObligationId]) -> Result<Vec<Told>, DbError> {
    let query = filtered(scope, &NoticeFilter::default()).filter(notices::obligation_id.eq_any(db_ids(ids))).order(notices::id);
    let rows: Vec<NoticeRow> = query.select(NoticeRow::as_select()).load(conn)?;
    told(conn, rows)
}

type Boxed = notices::BoxedQuery<'static, MultiBackend>;

/// The notices in scope: of what an agency owes, and of what is addressed to it.
fn scoped(scope: &ReportScope) -> Boxed {
    let query = notices::table.into_boxed();
    if scope.is_all() {
        return query;
    }
    let concerns = |agency: AgencyId| {
        let addressed = notices::addressee_id.is_not_null().and(notices::addressee_id.assume_not_null().eq(DbId::from(agency)));
        notices::owing_id.eq(DbId::from(agency)).or(addressed)
    };
    scope.open.iter().fold(query.filter(sql::<Bool>("1 = 0")), |query, opened| match opened {
        (Some(agency), Some(programme)) => query.or_filter(notices::programme_id.eq(DbId::from(*programme)).and(concerns(*agency))),
        (Some(agency), None) => query.or_filter(concerns(*agency)),
        (None, Some(programme)) => query.or_filter(notices::programme_id.eq(DbId::from(*programme))),
        (None, None) => query,
    })
}

fn filtered(scope: &ReportScope, filter: &NoticeFilter) -> Boxed {
    let mut query = scoped(scope);
    if let Some(programme) = filter.programme {
        query = query.filter(notices::programme_id.eq(DbId::from(programme)));
    }
    if let Some(agency) = filter.agency {
        query = query.filter(notices::owing_id.eq(DbId::from(agency)));
    }
    if let Some(addressee) = filter.addressee {
        query = query.filter(notices::addressee_id.eq(DbId::from(addressee)));
    }
    if let Some(obligation) = filter.obligation {
        query = query.filter(notices::obligation_id.eq(DbId::from(obligation)));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(notices::kind.eq(kind.label()));
    }
    if let Some(level) = filter.level {
        query = query.filter(notices::level.eq(level.label()));
    }
    match filter.is_answered {
        Some(true) => query.filter(sql::<Bool>(ANSWERED)),
        Some(false) => query.filter(sql::<Bool>(&format!("NOT {ANSWERED}"))),
        None => query,
    }
}

/// Notices with what they are about, and since when that is met.
fn told(conn: &mut Conn, rows: Vec<NoticeRow>) -> Result<Vec<Told>, DbError> {
    type About = (DbId, (String, String, Option<NaiveDate>));
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<DbId> = rows.iter().map(|row| row.obligation_id).collect();
    let columns = (obligations::id, (obligations::regime_code, obligations::period, obligations::due_on));
    let about: Vec<About> = obligations::table.filter(obligations::id.eq_any(ids.clone())).select(columns).load(conn)?;
    let about: HashMap<DbId, _> = about.into_iter().collect();
    let received: Vec<(Option<DbId>, Option<NaiveDate>)> = reports::table
        .filter(reports::obligation_id.eq_any(ids))
        .filter(reports::first_received_on.is_not_null())
        .select((reports::obligation_id, reports::first_received_on))
        .load(conn)?;
    let received: HashMap<Option<DbId>, _> = received.into_iter().collect();
    let each = |row: NoticeRow| {
        let inconsistent = || DbError::Inconsistent { table: "notices", column: "obligation_id", id: row.id.0.to_string() };
        let (regime_code, period, due_on) = about.get(&row.obligation_id).cloned().ok_or_else(inconsistent)?;
        let answered_on = received.get(&Some(row.obligation_id)).copied().flatten();
        Ok(Told { notice: notice(row)?, regime_code, period, due_on, answered_on })
    };
    rows.into_iter().map(each).collect()
}

fn stored(new: &Notice) -> NoticeRow {
    NoticeRow {
        id: new.id.into(),
        obligation_id: new.obligation.into(),
        programme_id: new.programme.into(),
        owing_id: new.owing.into(),
        kind: new.kind.label().into(),
        level: new.level.label().into(),
        addressee_id: new.addressee.map(DbId::from),
        offset_days: new.offset_days,
        text: new.text.clone(),
        account_id: new.sent_by.map(DbId::from),
        day: new.day,
        sent_at: new.sent_at.naive_utc(),
    }
}

fn notice(row: NoticeRow) -> Result<Notice, DbError> {
    Ok(Notice {
        kind: parsed(&row.kind, "notices", "kind", row.id)?,
        level: parsed(&row.level, "notices", "level", row.id)?,
        id: row.id.of(),
        obligation: row.obligation_id.of(),
        programme: row.programme_id.of(),
        owing: row.owing_id.of(),
        addressee: opt(row.addressee_id),
        offset_days: row.offset_days,
        text: row.text,
        sent_by: opt(row.account_id),
        day: row.day,
        sent_at: row.sent_at.and_utc(),
    })
}
