//! Obligations and the reports that answer to them: what may be answered, what was, and how that stands.
//! Must not say a rule of its own: `stands` and `belongs` are the mirrors in SQL of `domain::obligation` and `domain::statistics`.
//! Lists of obligations are `obligation`, figures over them `rates`.

use std::collections::HashMap;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::{
    dsl::sql,
    prelude::*,
    sql_types::{Bool, Date, Timestamp},
};
use domain::{
    agency::AgencyId,
    clock::{day_after, day_begins},
    obligation::{ObligationId, ObligationState},
    policy::ReportScope,
    programme::ProgrammeId,
    regime::RegimeId,
    report::ReportId,
    statistics::reporting::ReportFigure,
    task::TaskId,
};

use crate::{
    conn::Conn,
    error::DbError,
    obligation::{AsOf, Condition},
    per_backend,
    rows::DbId,
    schema::{obligations, reports},
    sql_types::db_ids,
    task::NOT_YET,
};

/// What reports are about that look for obligations.
#[derive(Clone, Copy, Debug)]
pub struct Sought<'a> {
    pub programmes: &'a [ProgrammeId],
    pub agencies: &'a [AgencyId],
    pub tasks: &'a [TaskId],
    /// Some are about no task.
    pub are_about_programmes: bool,
    pub years: &'a [i32],
    pub periods: &'a [&'a str],
}

/// An obligation that a report may answer to.
#[derive(Clone, Debug)]
pub struct Owed {
    pub obligation: ObligationId,
    pub regime: RegimeId,
    pub programme: ProgrammeId,
    pub agency: AgencyId,
    pub task: Option<TaskId>,
    pub year: i32,
    pub period: String,
    /// A report answers to it.
    pub is_met: bool,
}

/// That the task-year of an obligation was cancelled or taken back: nothing is owed on it any more.
const ENDED: &str =
    "EXISTS (SELECT 1 FROM occurrences o WHERE o.id = obligations.occurrence_id AND o.status IN ('CANCELLED', 'WITHDRAWN'))";
/// The same, or that it is suspended: nobody is asked for a report on it now.
pub(crate) const AT_REST: &str =
    "EXISTS (SELECT 1 FROM occurrences o WHERE o.id = obligations.occurrence_id AND o.status IN ('SUSPENDED', 'CANCELLED', 'WITHDRAWN'))";

/// The obligations of these agencies for what reports are about. What is excluded is not owed.
pub fn sought(conn: &mut Conn, sought: &Sought<'_>) -> Result<Vec<Owed>, DbError> {
    type Row = (DbId, DbId, DbId, DbId, Option<DbId>, i32, String, bool);
    let mut found = Vec::new();
    let is_met = || sql::<Bool>("EXISTS (SELECT 1 FROM reports r WHERE r.obligation_id = obligations.id)");
    for tasks in about(sought) {
        let mut query = obligations::table
            .filter(obligations::agency_id.eq_any(db_ids(sought.agencies)))
            .filter(obligations::year.eq_any(sought.years))
            .filter(obligations::period.eq_any(sought.periods))
            .filter(obligations::programme_id.eq_any(db_ids(sought.programmes)))
            .filter(obligations::is_excluded.eq(false))
            .filter(sql::<Bool>(&format!("NOT {ENDED}")))
            .into_boxed();
        query = match tasks {
            Some(tasks) => query.filter(obligations::task_id.eq_any(db_ids(tasks))),
            None => query.filter(obligations::task_id.is_null()),
        };
        let columns = (
            obligations::id,
            obligations::regime_id,
            obligations::programme_id,
            obligations::agency_id,
            obligations::task_id,
            obligations::year,
            obligations::period,
            is_met(),
        );
        let rows: Vec<Row> = query.select(columns).load(conn)?;
        found.extend(rows.into_iter().map(|(id, regime, programme, agency, task, year, period, is_met)| Owed {
            obligation: id.of(),
            regime: regime.of(),
            programme: programme.of(),
            agency: agency.of(),
            task: task.map(DbId::of),
            year,
            period,
            is_met,
        }));
    }
    Ok(found)
}

/// What is looked for in a statement of its own: tasks, and what is about none.
fn about<'a>(sought: &Sought<'a>) -> impl Iterator<Item = Option<&'a [TaskId]>> + use<'a> {
    let is_any = !sought.agencies.is_empty();
    let tasks = (is_any && !sought.tasks.is_empty()).then_some(Some(sought.tasks));
    let none = (is_any && sought.are_about_programmes).then_some(None);
    tasks.into_iter().chain(none)
}

/// The rows of the regimes that obligations rest on.
pub fn regimes_of(conn: &mut Conn, ids: &[ObligationId]) -> Result<Vec<(ObligationId, RegimeId)>, DbError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let query = obligations::table.filter(obligations::id.eq_any(db_ids(ids))).select((obligations::id, obligations::regime_id));
    let found: Vec<(DbId, DbId)> = query.load(conn)?;
    Ok(found.into_iter().map(|(id, regime)| (id.of(), regime.of())).collect())
}

/// A report that answers to an obligation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    pub report: ReportId,
    /// When its first version came in; none while it is being written.
    pub received_on: Option<NaiveDate>,
}

/// The reports that answer to these obligations, as far as the reader may know of them.
pub fn answers(conn: &mut Conn, scope: &ReportScope, ids: &[DbId]) -> Result<HashMap<ObligationId, Answer>, DbError> {
    type Row = (DbId, Option<DbId>, DbId, DbId, i32, Option<NaiveDate>);
    let query = reports::table.filter(reports::obligation_id.eq_any(ids.to_vec()));
    let columns =
        (reports::id, reports::obligation_id, reports::agency_id, reports::programme_id, reports::version, reports::first_received_on);
    let rows: Vec<Row> = query.select(columns).load(conn)?;
    let seen = rows.into_iter().filter(|(_, _, agency, programme, version, _)| scope.opens(agency.of(), programme.of(), *version > 0));
    let answer = |(id, obligation, _, _, _, received_on): Row| Some((obligation?.of(), Answer { report: id.of(), received_on }));
    Ok(seen.filter_map(answer).collect())
}

/// When the report came in that answers to the obligation, as far as that was known on the day.
pub(crate) const RECEIVED: &str =
    "(SELECT r.first_received_on FROM reports r WHERE r.obligation_id = obligations.id AND r.first_received_on <= asof.day)";

/// Whether an obligation is excluded as of the day: by somebody with a reason, with its task-year from the day on which that is
/// cancelled or taken back, or, unless a report came in, while that is suspended.
fn excluded(as_of: AsOf) -> String {
    let (by_somebody, status) = match as_of.ended {
        None => ("obligations.is_excluded", "(SELECT o.status FROM occurrences o WHERE o.id = obligations.occurrence_id)"),
        Some(_) => (
            "coalesce((SELECT e.is_excluded FROM obligation_exclusions e WHERE e.obligation_id = obligations.id \
             AND (e.counts_on <= asof.day OR e.counts_on IS NULL AND e.at < asof.ended) \
             ORDER BY e.id DESC LIMIT 1), false)",
            "(SELECT e.to_status FROM occurrence_events e WHERE e.occurrence_id = obligations.occurrence_id AND e.counts_on <= asof.day \
             ORDER BY e.number DESC LIMIT 1)",
        ),
    };
    format!(
        "({by_somebody} OR CASE {status} WHEN 'CANCELLED' THEN true WHEN 'WITHDRAWN' THEN true \
         WHEN 'SUSPENDED' THEN {RECEIVED} IS NULL ELSE false END)"
    )
}

/// The end of the day, which is only looked at for a day in the past.
pub(crate) fn end(as_of: AsOf) -> NaiveDateTime {
    as_of.ended.unwrap_or_else(|| day_begins(day_after(as_of.day))).naive_utc()
}

/// That something was owed at all by the end of a day in the past, around that instant and that day: what was asked for later was
/// not, nor what followed from a later document, nor anything of a programme that was not decided yet; what follows from a regime was,
/// whenever it was written down.
const OWED_BY: [&str; 2] =
    ["(obligations.requester_id IS NULL OR obligations.created_at < ", ") AND (obligations.owed_from IS NULL OR obligations.owed_from <= "];

fn decided_by() -> String {
    format!(") AND obligations.programme_id NOT IN ({NOT_YET}")
}

/// What was owed at all as of the day of `asof`; on a day that has not ended, all that there is.
pub(crate) fn owed_by(as_of: AsOf) -> String {
    let [asked, followed] = OWED_BY;
    if as_of.ended.is_some() { format!("{asked}asof.ended{followed}asof.day{}asof.day)", decided_by()) } else { "1 = 1".into() }
}

/// The same as a condition of obligations; none on a day that has not ended.
pub(crate) fn were_owed(as_of: AsOf) -> Option<Condition> {
    let [asked, followed] = OWED_BY;
    let (ended, day) = (as_of.ended?.naive_utc(), as_of.day);
    let owed = sql::<Bool>(asked).bind::<Timestamp, _>(ended).sql(followed).bind::<Date, _>(day);
    Some(Box::new(owed.sql(&decided_by()).bind::<Date, _>(day).sql(")")))
}

/// What stands like this, of rows `s` with due day, day, exclusion and the day of receipt.
pub(crate) fn stands(state: ObligationState) -> &'static str {
    match state {
        ObligationState::Excluded => "s.is_excluded",
        ObligationState::CalendarUnknown => "NOT s.is_excluded AND s.due_on IS NULL",
        ObligationState::FulfilledOnTime => "NOT s.is_excluded AND s.received_on <= s.due_on",
        ObligationState::FulfilledLate => "NOT s.is_excluded AND s.received_on > s.due_on",
        ObligationState::Open => "NOT s.is_excluded AND s.received_on IS NULL AND s.due_on >= s.day",
        ObligationState::Overdue => "NOT s.is_excluded AND s.received_on IS NULL AND s.due_on < s.day",
    }
}

/// What belongs to a figure, of the same rows.
pub(crate) fn belongs(conn: &Conn, figure: ReportFigure) -> String {
    let any = |states: &[ObligationState]| states.iter().map(|state| format!("({})", stands(*state))).collect::<Vec<_>>().join(" OR ");
    match figure {
        ReportFigure::NonRespondingCoordinators => format!("{} AND {}", stands(ObligationState::Overdue), leads_not(conn)),
        other => any(other.states()),
    }
}

/// That the agency of `s` does not lead the task in the obligation's year, neither by name nor through the collective through
/// which it owes. The years before the decision belong to those whom it first assigned.
fn leads_not(conn: &Conn) -> String {
    let (later, first) = (per_backend::greatest(conn), "(SELECT min(f.valid_from) FROM assignments f WHERE f.task_id = s.task_id)");
    format!(
        "s.task_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM assignments a WHERE a.task_id = s.task_id AND a.role = 'LEAD' \
         AND (a.agency_id = s.agency_id OR a.agency_id = s.through_id) \
         AND (a.valid_from IS NULL OR a.valid_from <= {later}(s.window_to, coalesce({first}, s.window_to))) \
         AND (a.valid_to IS NULL OR a.valid_to > {later}(s.window_to, coalesce({first}, s.window_to))))"
    )
}

/// The columns of `s` that the conditions here look at.
pub(crate) fn columns(as_of: AsOf) -> String {
    format!(
        "obligations.due_on, obligations.year, obligations.task_id, obligations.agency_id, obligations.through_id, \
         obligations.window_to, asof.day, \
         {} AS is_excluded, {RECEIVED} AS received_on",
        excluded(as_of)
    )
}

/// A condition of the rows `s` as one of obligations.
fn of_obligations(condition: &str, as_of: AsOf) -> Condition {
    let condition = format!(" AS ended) asof) s WHERE {condition})");
    Box::new(
        sql::<Bool>(&format!("EXISTS (SELECT 1 FROM (SELECT {} FROM (SELECT ", columns(as_of)))
            .bind::<Date, _>(as_of.day)
            .sql(" AS day, ")
            .bind::<Timestamp, _>(end(as_of))
            .sql(&condition),
    )
}

/// Those that `domain::obligation::state` says are in a state.
pub(crate) fn in_state(state: ObligationState, as_of: AsOf) -> Condition {
    of_obligations(stands(state), as_of)
}

/// Those that a figure counts.
pub(crate) fn in_figure(conn: &Conn, figure: ReportFigure, as_of: AsOf) -> Condition {
    of_obligations(&belongs(conn, figure), as_of)
}
