//! Reports and their versions. Every read starts from a scope; there is no way to list without one.
//! Must not judge a report; a version once written is never changed.
//! The scope comes from `domain::policy`, the rules from `domain::report`.

use std::collections::HashMap;

use diesel::{
    dsl::sql,
    prelude::*,
    query_builder::{BoxedSqlQuery, SqlQuery},
    sql_query,
    sql_types::{BigInt, Bool, Integer, Text},
};
use domain::{
    agency::AgencyId,
    page::{Direction, Page, PageRequest},
    policy::ReportScope,
    programme::ProgrammeId,
    report::{Report, ReportContent, ReportId, ReportStatus},
    task::TaskId,
};

use crate::{
    catalogue::{json, parsed},
    conn::{Conn, MultiBackend},
    error::DbError,
    per_backend,
    rows::DbId,
    schema::{report_versions, reports},
    sql_types::{DbUuid, db_ids},
};

/// Which reports, of those in scope. Every condition given must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ReportFilter {
    pub programme: Option<ProgrammeId>,
    pub task: Option<TaskId>,
    pub agency: Option<AgencyId>,
    pub year: Option<i32>,
    pub status: Option<ReportStatus>,
    pub external_ref: Option<String>,
}

#[derive(Clone, Debug, Insertable, Queryable, Selectable)]
#[diesel(table_name = reports)]
struct ReportRow {
    id: DbId,
    programme_id: DbId,
    task_id: DbId,
    occurrence_id: DbId,
    agency_id: DbId,
    year: i32,
    external_ref: Option<String>,
    status: String,
    version: i32,
    created_by: DbId,
    created_at: chrono::NaiveDateTime,
}

#[derive(Clone, Debug, Insertable, Queryable, Selectable)]
#[diesel(table_name = report_versions)]
struct VersionRow {
    report_id: DbId,
    version: i32,
    percent: i32,
    narrative: String,
    produced: String,
    submitted_by: DbId,
    submitted_at: chrono::NaiveDateTime,
}

/// What everybody may read. Word by word the condition of the index `reports_published`, or it could not be used.
const PUBLISHED: &str = "reports.status IN ('ACCEPTED', 'AGGREGATED')";

/// The reports in scope: the root of every query here.
fn scoped(scope: &ReportScope) -> reports::BoxedQuery<'static, MultiBackend> {
    let query = reports::table.into_boxed();
    if scope.is_all() {
        return query;
    }
    scope.open.iter().fold(query.filter(sql::<Bool>(PUBLISHED)), |query, opened| match opened {
        (Some(agency), Some(programme)) => {
            let within = reports::agency_id.eq(DbId::from(*agency)).and(reports::programme_id.eq(DbId::from(*programme)));
            query.or_filter(within)
        }
        (Some(agency), None) => query.or_filter(reports::agency_id.eq(DbId::from(*agency))),
        (None, Some(programme)) => query.or_filter(reports::programme_id.eq(DbId::from(*programme))),
        (None, None) => query,
    })
}

fn filtered(scope: &ReportScope, filter: &ReportFilter) -> reports::BoxedQuery<'static, MultiBackend> {
    let mut query = scoped(scope);
    if let Some(programme) = filter.programme {
        query = query.filter(reports::programme_id.eq(DbId::from(programme)));
    }
    if let Some(task) = filter.task {
        query = query.filter(reports::task_id.eq(DbId::from(task)));
    }
    if let Some(agency) = filter.agency {
        query = query.filter(reports::agency_id.eq(DbId::from(agency)));
    }
    if let Some(year) = filter.year {
        query = query.filter(reports::year.eq(year));
    }
    if let Some(status) = filter.status {
        query = query.filter(reports::status.eq(status.label()));
    }
    if let Some(external_ref) = &filter.external_ref {
        query = query.filter(reports::external_ref.eq(external_ref.clone()));
    }
    query
}

/// A page of reports by identifier, which is the order in which their nodes made them.
pub fn page(
    conn: &mut Conn,
    scope: &ReportScope,
    filter: &ReportFilter,
    descending: bool,
    request: &PageRequest<ReportId>,
) -> Result<Page<Report>, DbError> {
    let down = (request.direction == Direction::Backward) != descending;
    let mut query = filtered(scope, filter).limit(i64::from(request.size) + 1);
    if let Some(id) = request.cursor.map(DbId::from) {
        query = if down { query.filter(reports::id.lt(id)) } else { query.filter(reports::id.gt(id)) };
    }
    query = if down { query.order(reports::id.desc()) } else { query.order(reports::id.asc()) };
    let rows: Vec<ReportRow> = query.select(ReportRow::as_select()).load(conn)?;
    Ok(Page::cut(with_content(conn, rows)?, request))
}

/// How many reports there are.
pub fn count(conn: &mut Conn, scope: &ReportScope, filter: &ReportFilter) -> Result<i64, DbError> {
    Ok(filtered(scope, filter).count().get_result(conn)?)
}

/// How many reports each of these tasks has; tasks without any are left out.
pub fn count_by_task(conn: &mut Conn, scope: &ReportScope, filter: &ReportFilter, tasks: &[TaskId]) -> Result<Vec<(TaskId, i64)>, DbError> {
    if tasks.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<Counted> = over_tasks(scope, filter, tasks, |conditions| {
        format!("SELECT reports.task_id AS id, count(*) AS n FROM reports WHERE {conditions} GROUP BY reports.task_id")
    })
    .load(conn)?;
    Ok(rows.into_iter().map(|row| (row.id.of(), row.n)).collect())
}

#[derive(diesel::QueryableByName)]
struct Counted {
    #[diesel(sql_type = DbUuid)]
    id: DbId,
    #[diesel(sql_type = BigInt)]
    n: i64,
}

#[derive(diesel::QueryableByName)]
struct Ranked {
    #[diesel(sql_type = DbUuid)]
    id: DbId,
}

/// The heads of many tasks' lists at once: up to `limit` reports a task, from the first on or from the last back.
/// Comes in the order of the lists.
pub fn heads_by_task(
    conn: &mut Conn,
    scope: &ReportScope,
    filter: &ReportFilter,
    tasks: &[TaskId],
    down: bool,
    limit: u32,
) -> Result<Vec<Report>, DbError> {
    if tasks.is_empty() {
        return Ok(Vec::new());
    }
    let direction = if down { "DESC" } else { "ASC" };
    let ranked: Vec<Ranked> = over_tasks(scope, filter, tasks, |conditions| {
        format!(
            "SELECT ranked.id FROM (SELECT reports.id, row_number() OVER (PARTITION BY reports.task_id ORDER BY reports.id \
             {direction}) AS n FROM reports WHERE {conditions}) ranked WHERE ranked.n <= {limit}"
        )
    })
    .load(conn)?;
    let ids: Vec<DbId> = ranked.into_iter().map(|row| row.id).collect();
    let query = reports::table.filter(reports::id.eq_any(ids)).select(ReportRow::as_select());
    let rows = if down { query.order(reports::id.desc()).load(conn)? } else { query.order(reports::id.asc()).load(conn)? };
    with_content(conn, rows)
}

/// The columns that an entry of a scope fixes.
fn columns(opened: &(Option<AgencyId>, Option<ProgrammeId>)) -> impl Iterator<Item = (&'static str, DbId)> {
    let agency = opened.0.map(|id| ("agency_id", DbId::from(id)));
    agency.into_iter().chain(opened.1.map(|id| ("programme_id", DbId::from(id))))
}

type Dynamic = BoxedSqlQuery<'static, MultiBackend, SqlQuery>;

/// A statement over the reports of these tasks, in scope and filtered. Diesel cannot select from a subquery, hence the
/// text; every value is bound. Placeholders are numbered in the order of binding, which both databases understand.
fn over_tasks(scope: &ReportScope, filter: &ReportFilter, tasks: &[TaskId], statement: impl FnOnce(&str) -> String) -> Dynamic {
    let mut conditions = Vec::new();
    let mut next = 0;
    let mut place = || {
        next += 1;
        format!("${next}")
    };
    let places: Vec<String> = tasks.iter().map(|_| place()).collect();
    conditions.push(format!("reports.task_id IN ({})", places.join(", ")));
    let opened: Vec<(&str, DbId)> = scope.open.iter().flat_map(columns).collect();
    if !scope.is_all() {
        let mut any = vec![PUBLISHED.to_owned()];
        any.extend(scope.open.iter().map(|opened| {
            let all: Vec<String> = columns(opened).map(|(column, _)| format!("reports.{column} = {}", place())).collect();
            format!("({})", all.join(" AND "))
        }));
        conditions.push(format!("({})", any.join(" OR ")));
    }
    let given = [
        ("programme_id", filter.programme.is_some()),
        ("agency_id", filter.agency.is_some()),
        ("year", filter.year.is_some()),
        ("status", filter.status.is_some()),
        ("external_ref", filter.external_ref.is_some()),
    ];
    conditions.extend(given.iter().filter(|(_, given)| *given).map(|(column, _)| format!("reports.{column} = {}", place())));
    let mut query = sql_query(statement(&conditions.join(" AND "))).into_boxed::<MultiBackend>();
    for task in tasks {
        query = query.bind::<DbUuid, _>(DbId::from(*task));
    }
    if !scope.is_all() {
        for (_, id) in opened {
            query = query.bind::<DbUuid, _>(id);
        }
    }
    if let Some(programme) = filter.programme {
        query = query.bind::<DbUuid, _>(DbId::from(programme));
    }
    if let Some(agency) = filter.agency {
        query = query.bind::<DbUuid, _>(DbId::from(agency));
    }
    if let Some(year) = filter.year {
        query = query.bind::<Integer, _>(year);
    }
    if let Some(status) = filter.status {
        query = query.bind::<Text, _>(status.label());
    }
    if let Some(external_ref) = &filter.external_ref {
        query = query.bind::<Text, _>(external_ref.clone());
    }
    query
}

/// The report with this identifier, if it is in scope.
pub fn by_id(conn: &mut Conn, scope: &ReportScope, id: ReportId) -> Result<Option<Report>, DbError> {
    let row: Option<ReportRow> =
        scoped(scope).filter(reports::id.eq(DbId::from(id))).select(ReportRow::as_select()).first(conn).optional()?;
    match row {
        Some(row) => Ok(with_content(conn, vec![row])?.pop()),
        None => Ok(None),
    }
}

/// Those of these reports that are in scope.
pub(crate) fn visible(conn: &mut Conn, scope: &ReportScope, ids: &[ReportId]) -> Result<Vec<DbId>, DbError> {
    Ok(scoped(scope).filter(reports::id.eq_any(db_ids(ids))).select(reports::id).load(conn)?)
}

/// The report with this identifier, kept as it is until the transaction ends, if it is in scope.
pub fn locked(conn: &mut Conn, scope: &ReportScope, id: ReportId) -> Result<Option<Report>, DbError> {
    per_backend::lock_report(conn, id.into())?;
    by_id(conn, scope, id)
}

/// The agency's report with this reference of its own.
pub fn by_external_ref(conn: &mut Conn, agency: AgencyId, external_ref: &str) -> Result<Option<ReportId>, DbError> {
    let id: Option<DbId> = reports::table
        .filter(reports::agency_id.eq(DbId::from(agency)))
        .filter(reports::external_ref.eq(external_ref))
        .select(reports::id)
        .first(conn)
        .optional()?;
    Ok(id.map(DbId::of))
}

/// Stores a new report with its first version.
pub fn insert(conn: &mut Conn, report: &Report) -> Result<(), DbError> {
    let row = ReportRow {
        id: report.id.into(),
        programme_id: report.programme.into(),
        task_id: report.task.into(),
        occurrence_id: report.occurrence.into(),
        agency_id: report.agency.into(),
        year: report.year,
        external_ref: report.external_ref.clone(),
        status: report.status.label().into(),
        version: report.version,
        created_by: report.created_by.into(),
        created_at: report.created_at.naive_utc(),
    };
    let produced = serde_json::to_string(&report.content.produced).map_err(|_| DbError::Inconsistent {
        table: "report_versions",
        column: "produced",
        id: report.id.to_string(),
    })?;
    let version = VersionRow {
        report_id: report.id.into(),
        version: report.version,
        percent: report.content.percent,
        narrative: report.content.narrative.clone(),
        produced,
        submitted_by: report.created_by.into(),
        submitted_at: report.submitted_at.naive_utc(),
    };
    diesel::insert_into(reports::table).values(&row).execute(conn)?;
    diesel::insert_into(report_versions::table).values(&version).execute(conn)?;
    Ok(())
}

/// Adds to each row the version that counts, in one statement.
fn with_content(conn: &mut Conn, rows: Vec<ReportRow>) -> Result<Vec<Report>, DbError> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<DbId> = rows.iter().map(|row| row.id).collect();
    let versions: Vec<VersionRow> =
        report_versions::table.filter(report_versions::report_id.eq_any(ids)).select(VersionRow::as_select()).load(conn)?;
    let mut versions: HashMap<(DbId, i32), VersionRow> = versions.into_iter().map(|row| ((row.report_id, row.version), row)).collect();
    rows.into_iter()
        .map(|row| {
            let version = versions.remove(&(row.id, row.version));
            let version =
                version.ok_or_else(|| DbError::Inconsistent { table: "report_versions", column: "version", id: row.id.0.to_string() })?;
            report(row, version)
        })
        .collect()
}

fn report(row: ReportRow, version: VersionRow) -> Result<Report, DbError> {
    Ok(Report {
        status: parsed(&row.status, "reports", "status", row.id)?,
        id: row.id.of(),
        programme: row.programme_id.of(),
        task: row.task_id.of(),
        occurrence: row.occurrence_id.of(),
        agency: row.agency_id.of(),
        year: row.year,
        external_ref: row.external_ref,
        version: row.version,
        created_by: row.created_by.of(),
        created_at: row.created_at.and_utc(),
        content: ReportContent {
            percent: version.percent,
            narrative: version.narrative,
            produced: json(&version.produced, "report_versions", "produced", row.id)?,
        },
        submitted_at: version.submitted_at.and_utc(),
    })
}
