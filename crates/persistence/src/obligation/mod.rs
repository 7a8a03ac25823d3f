//! Obligations: pages in scope, of many filters at once in `many`, and what their generation reads and writes.
//! Must not derive how one stands; what answers to it is `fulfilment`.
//! The scope comes from `domain::policy`; who owes what is decided in `app::obligation`.

mod many;
mod seen;

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::{
    dsl::sql,
    expression::BoxableExpression,
    prelude::*,
    sql_types::{Bool, Date},
};
use domain::{
    account::AccountId,
    agency::AgencyId,
    clock::day_after,
    id::Id,
    obligation::{Obligation, ObligationId, ObligationState},
    page::{Direction, Page, PageRequest},
    period::Window,
    policy::ReportScope,
    programme::{ProgrammeId, TaskGroup},
    regime::{Deadline, RegimeId},
    statistics::reporting::ReportFigure,
    task::TaskId,
};

pub use many::{counts, heads};
pub(crate) use seen::seen;

use crate::{
    conn::{Conn, MultiBackend},
    error::DbError,
    fulfilment::{Answer, answers, in_figure, in_state, were_owed},
    per_backend,
    rows::DbId,
    schema::{obligation_exclusions, obligations, tasks},
    sql_types::{DbUuid, db_ids, opt},
};

/// Which obligations, of those in scope. Every condition given must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ObligationFilter {
    pub programme: Option<ProgrammeId>,
    pub agency: Option<AgencyId>,
    pub task: Option<TaskId>,
    /// Code.
    pub regime: Option<String>,
    pub year: Option<i32>,
    pub period: Option<String>,
    /// Due before this day.
    pub due_before: Option<NaiveDate>,
    pub state: Option<ObligationState>,
    pub group: Option<Id<TaskGroup>>,
    /// About the whole programme, not about a task.
    pub is_about_programme: bool,
    pub from_year: Option<i32>,
    /// Included.
    pub to_year: Option<i32>,
    /// Those that a figure counts.
    pub figure: Option<ReportFigure>,
}

/// The day as of which a list is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AsOf {
    pub day: NaiveDate,
    /// Set for a day in the past: the instant at which it ended. What was excluded by then has to be looked up.
    pub ended: Option<DateTime<Utc>>,
}

/// Where an obligation stands in the list by due day; those without one come last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ObligationKey {
    pub due_on: Option<NaiveDate>,
    pub id: ObligationId,
}

#[derive(Clone, Debug, Insertable, Queryable, Selectable)]
#[diesel(table_name = obligations, treat_none_as_default_value = false)]
pub(crate) struct ObligationRow {
    id: DbId,
    regime_id: DbId,
    programme_id: DbId,
    agency_id: DbId,
    occurrence_id: Option<DbId>,
    task_id: Option<DbId>,
    regime_code: String,
    period: String,
    year: i32,
    window_from: NaiveDate,
    window_to: NaiveDate,
    due_on: Option<NaiveDate>,
    unknown_year: Option<i32>,
    through_id: Option<DbId>,
    requester_id: Option<DbId>,
    is_excluded: bool,
    created_at: NaiveDateTime,
    owed_from: Option<NaiveDate>,
}

/// An obligation and the report that answers to it.
#[derive(Clone, Debug)]
pub struct Standing {
    pub obligation: Obligation,
    pub answer: Option<Answer>,
}

/// Stands for "no due day" in the indexes.
const UNDATED: &str = "coalesce(obligations.due_on, '9999-12-31')";
/// Rows of one statement; SQLite binds up to 32,766 values.
const CHUNK: usize = 1000;

type Boxed = obligations::BoxedQuery<'static, MultiBackend>;
pub(crate) type Condition = Box<dyn BoxableExpression<obligations::table, MultiBackend, SqlType = Bool>>;

/// The obligations in scope: the root of every read here.
fn scoped(scope: &ReportScope) -> Boxed {
    let query = obligations::table.into_boxed();
    if scope.is_all() {
        return query;
    }
    scope.open.iter().fold(query.filter(nothing()), |query, opened| match opened {
        (Some(agency), Some(programme)) => {
            let within = obligations::agency_id.eq(DbId::from(*agency)).and(obligations::programme_id.eq(DbId::from(*programme)));
            query.or_filter(within)
        }
        (Some(agency), None) => query.or_filter(obligations::agency_id.eq(DbId::from(*agency))),
        (None, Some(programme)) => query.or_filter(obligations::programme_id.eq(DbId::from(*programme))),
        (None, None) => query,
    })
}

fn nothing() -> diesel::expression::SqlLiteral<Bool> {
    sql::<Bool>("1 = 0")
}

fn filtered(conn: &Conn, scope: &ReportScope, filter: &ObligationFilter, as_of: AsOf) -> Boxed {
    let mut query = scoped(scope);
    if let Some(owed) = were_owed(as_of) {
        query = query.filter(owed);
    }
    if let Some(programme) = filter.programme {
        query = query.filter(obligations::programme_id.eq(DbId::from(programme)));
    }
    if let Some(agency) = filter.agency {
        query = query.filter(obligations::agency_id.eq(DbId::from(agency)));
    }
    if let Some(task) = filter.task {
        query = query.filter(obligations::task_id.eq(DbId::from(task)));
    }
    if let Some(code) = &filter.regime {
        query = query.filter(obligations::regime_code.eq(code.clone()));
    }
    if let Some(year) = filter.year {
        query = query.filter(obligations::year.eq(year));
    }
    if let Some(period) = &filter.period {
        query = query.filter(obligations::period.eq(period.clone()));
    }
    if let Some(day) = filter.due_before {
        query = query.filter(obligations::due_on.lt(day));
    }
    if let Some(group) = filter.group {
        let of_group = tasks::table.filter(tasks::group_id.eq(DbId::from(group))).select(tasks::id.nullable());
        query = query.filter(obligations::task_id.eq_any(of_group));
    }
    if filter.is_about_programme {
        query = query.filter(obligations::task_id.is_null());
    }
    if let Some(year) = filter.from_year {
        query = query.filter(obligations::year.ge(year));
    }
    if let Some(year) = filter.to_year {
        query = query.filter(obligations::year.le(year));
    }
    if let Some(figure) = filter.figure {
        query = query.filter(in_figure(conn, figure, as_of));
    }
    if let Some(state) = filter.state {
        query = query.filter(in_state(state, as_of));
    }
    query
}

/// A page of obligations by due day.
pub fn page(
    conn: &mut Conn,
    scope: &ReportScope,
    filter: &ObligationFilter,
    as_of: AsOf,
    request: &PageRequest<ObligationKey>,
) -> Result<Page<Standing>, DbError> {
    let down = request.direction == Direction::Backward;
    let mut query = filtered(conn, scope, filter, as_of).limit(i64::from(request.size) + 1);
    for (key, below) in request.bounds(down) {
        let day = key.due_on.unwrap_or_else(|| NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or(NaiveDate::MAX));
        let operator = if below { "<" } else { ">" };
        query = query.filter(
            sql::<Bool>(&format!("({UNDATED}, obligations.id) {operator} ("))
                .bind::<Date, _>(day)
                .sql(", ")
                .bind::<DbUuid, _>(DbId::from(key.id))
                .sql(")"),
        );
    }
    let order = sql::<Date>(UNDATED);
    query = if down { query.order((order.desc(), obligations::id.desc())) } else { query.order((order.asc(), obligations::id.asc())) };
    let rows: Vec<ObligationRow> = query.select(ObligationRow::as_select()).load(conn)?;
    Ok(Page::cut(as_they_were(conn, scope, rows, as_of)?, request))
}

/// How many obligations there are.
pub fn count(conn: &mut Conn, scope: &ReportScope, filter: &ObligationFilter, as_of: AsOf) -> Result<i64, DbError> {
    Ok(filtered(conn, scope, filter, as_of).count().get_result(conn)?)
}

/// The obligation with this identifier as of a day, if it is in scope.
pub fn by_id(conn: &mut Conn, scope: &ReportScope, id: ObligationId, as_of: AsOf) -> Result<Option<Standing>, DbError> {
    Ok(by_ids(conn, scope, &[id], as_of)?.pop())
}

/// The obligations with these identifiers as of a day that are in scope.
pub fn by_ids(conn: &mut Conn, scope: &ReportScope, ids: &[ObligationId], as_of: AsOf) -> Result<Vec<Standing>, DbError> {
    let query = scoped(scope).filter(obligations::id.eq_any(db_ids(ids)));
    let rows: Vec<ObligationRow> = query.select(ObligationRow::as_select()).load(conn)?;
    as_they_were(conn, scope, rows, as_of)
}

/// Obligations with what was excluded as of a day, and what answers to them.
fn as_they_were(conn: &mut Conn, scope: &ReportScope, rows: Vec<ObligationRow>, as_of: AsOf) -> Result<Vec<Standing>, DbError> {
    let ids: Vec<DbId> = rows.iter().map(|row| row.id).collect();
    let mut answers = if ids.is_empty() { HashMap::new() } else { answers(conn, scope, &ids)? };
    let excluded: HashSet<DbId> = if ids.is_empty() {
        HashSet::new()
    } else {
        let excluded = obligations::table.filter(obligations::id.eq_any(ids)).filter(in_state(ObligationState::Excluded, as_of));
        excluded.select(obligations::id).load(conn)?.into_iter().collect()
    };
    let was = |row: ObligationRow| obligation(ObligationRow { is_excluded: excluded.contains(&row.id), ..row });
    let standing = |row| {
        let obligation = was(row)?;
        Ok(Standing { answer: answers.remove(&obligation.id), obligation })
    };
    rows.into_iter().map(standing).collect()
}

/// What an obligation is known by: task (or none), programme, code of the regime, period, agency.
pub type NaturalKey = (Option<TaskId>, ProgrammeId, String, String, AgencyId);

/// What every stored obligation is known by.
pub fn keys(conn: &mut Conn) -> Result<HashSet<NaturalKey>, DbError> {
    let columns = (obligations::task_id, obligations::programme_id, obligations::regime_code, obligations::period, obligations::agency_id);
    let rows: Vec<(Option<DbId>, DbId, String, String, DbId)> = obligations::table.select(columns).load(conn)?;
    Ok(rows.into_iter().map(|(task, programme, code, period, agency)| (opt(task), programme.of(), code, period, agency.of())).collect())
}

/// An obligation that was made by itself, through a collective.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Through {
    pub id: ObligationId,
    pub regime: RegimeId,
    pub agency: AgencyId,
    pub collective: AgencyId,
    pub task: Option<TaskId>,
    /// The last day of the period.
    pub cut_off: NaiveDate,
}

/// The obligations that were made by themselves, through a collective.
pub fn through_collectives(conn: &mut Conn) -> Result<Vec<Through>, DbError> {
    type Row = (DbId, DbId, DbId, Option<DbId>, Option<DbId>, NaiveDate);
    let columns = (
        obligations::id,
        obligations::regime_id,
        obligations::agency_id,
        obligations::through_id,
        obligations::task_id,
        obligations::window_to,
    );
    let derived = obligations::table.filter(obligations::through_id.is_not_null()).filter(obligations::requester_id.is_null());
    let rows: Vec<Row> = derived.select(columns).load(conn)?;
    let through = |(id, regime, agency, collective, task, cut_off): Row| {
        let collective = collective?.of();
        Some(Through { id: id.of(), regime: regime.of(), agency: agency.of(), collective, task: opt(task), cut_off })
    };
    Ok(rows.into_iter().filter_map(through).collect())
}

/// Stores obligations; those that are stored already stay as they are. Tells how many are new.
pub fn insert(conn: &mut Conn, new: &[Obligation]) -> Result<usize, DbError> {
    let rows: Vec<ObligationRow> = new.iter().map(stored).collect();
    rows.chunks(CHUNK).try_fold(0, |made, chunk| Ok(made + per_backend::insert_obligations(conn, chunk)?))
}

/// Rows of regimes and their periods whose due day was not known.
pub fn undated(conn: &mut Conn) -> Result<Vec<(RegimeId, String, i32)>, DbError> {
    let query = obligations::table.filter(obligations::due_on.is_null()).distinct();
    let rows: Vec<(DbId, String, Option<i32>)> =
        query.select((obligations::regime_id, obligations::period, obligations::unknown_year)).load(conn)?;
    Ok(rows.into_iter().map(|(regime, period, year)| (regime.of(), period, year.unwrap_or_default())).collect())
}

/// Fills in a due day that was not known; one that is known stays. Tells how many obligations it was missing from.
pub fn date(conn: &mut Conn, regime: RegimeId, period: &str, deadline: Deadline) -> Result<usize, DbError> {
    let undated = obligations::table
        .filter(obligations::regime_id.eq(DbId::from(regime)))
        .filter(obligations::period.eq(period))
        .filter(obligations::due_on.is_null());
    let set = (obligations::due_on.eq(deadline.day()), obligations::unknown_year.eq(deadline.unknown_year()));
    Ok(diesel::update(undated).set(set).execute(conn)?)
}

/// Whether a request of a regime in a programme bears this label already.
pub fn is_label_taken(conn: &mut Conn, programme: ProgrammeId, regime: &str, label: &str) -> Result<bool, DbError> {
    let taken = obligations::table
        .filter(obligations::programme_id.eq(DbId::from(programme)))
        .filter(obligations::regime_code.eq(regime))
        .filter(obligations::period.eq(label));
    Ok(diesel::select(diesel::dsl::exists(taken)).get_result(conn)?)
}

/// That an obligation is excluded or owed again.
#[derive(Clone, Debug)]
pub struct Exclusion<'a> {
    pub obligation: ObligationId,
    pub is_excluded: bool,
    pub reason: &'a str,
    pub account: Option<AccountId>,
    pub at: DateTime<Utc>,
}

/// Excludes an obligation or makes it owed again, with the reason; false when it stood so before.
pub fn exclude(conn: &mut Conn, id: Id<()>, exclusion: &Exclusion<'_>) -> Result<bool, DbError> {
    let other = obligations::table
        .filter(obligations::id.eq(DbId::from(exclusion.obligation)))
        .filter(obligations::is_excluded.eq(!exclusion.is_excluded));
    if diesel::update(other).set(obligations::is_excluded.eq(exclusion.is_excluded)).execute(conn)? == 0 {
        return Ok(false);
    }
    diesel::insert_into(obligation_exclusions::table)
        .values((
            obligation_exclusions::id.eq(DbId::from(id)),
            obligation_exclusions::obligation_id.eq(DbId::from(exclusion.obligation)),
            obligation_exclusions::is_excluded.eq(exclusion.is_excluded),
            obligation_exclusions::reason.eq(exclusion.reason),
            obligation_exclusions::account_id.eq(exclusion.account.map(DbId::from)),
            obligation_exclusions::at.eq(exclusion.at.naive_utc()),
        ))
        .execute(conn)?;
    Ok(true)
}

fn stored(new: &Obligation) -> ObligationRow {
    ObligationRow {
        id: new.id.into(),
        regime_id: new.regime.into(),
        programme_id: new.programme.into(),
        agency_id: new.agency.into(),
        occurrence_id: new.occurrence.map(DbId::from),
        task_id: new.task.map(DbId::from),
        regime_code: new.regime_code.to_string(),
        period: new.period.to_string(),
        year: new.year,
        window_from: new.window.from,
        window_to: new.window.to,
        due_on: new.deadline.day(),
        unknown_year: new.deadline.unknown_year(),
        through_id: new.through.map(DbId::from),
        requester_id: new.requester.map(DbId::from),
        is_excluded: new.is_excluded,
        created_at: new.created_at.naive_utc(),
        owed_from: new.owed_from,
    }
}

pub(crate) fn obligation(row: ObligationRow) -> Result<Obligation, DbError> {
    let deadline = match (row.due_on, row.unknown_year) {
        (Some(day), None) => Deadline::On(day),
        (None, Some(year)) => Deadline::Unknown { year },
        _ => return Err(DbError::Inconsistent { table: "obligations", column: "due_on", id: row.id.0.to_string() }),
    };
    Ok(Obligation {
        id: row.id.of(),
        regime: row.regime_id.of(),
        programme: row.programme_id.of(),
        agency: row.agency_id.of(),
        task: opt(row.task_id),
        occurrence: opt(row.occurrence_id),
        regime_code: row.regime_code.into(),
        period: row.period.into(),
        year: row.year,
        window: Window { from: row.window_from, to: row.window_to },
        deadline,
        through: opt(row.through_id),
        requester: opt(row.requester_id),
        is_excluded: row.is_excluded,
        created_at: row.created_at.and_utc(),
        owed_from: row.owed_from,
    })
}

impl AsOf {
    /// The end of a day, seen from `today`.
    pub fn day(day: NaiveDate, today: NaiveDate) -> Self {
        let ended = (day < today).then(|| domain::clock::day_begins(day_after(day)));
        Self { day, ended }
    }
}
