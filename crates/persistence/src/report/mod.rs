//! Reports as they are stored and read. Every read starts from a scope; there is no way to list without one.
//! Must not judge a report; a version once written is never changed.
//! Batches by task are `over_tasks`, versions and what was done `history`, changes `write`, many of them at once `bulk`.

mod bulk;
mod history;
mod over_tasks;
mod write;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::{
    dsl::{exists, sql},
    expression::BoxableExpression,
    prelude::*,
    sql_types::Bool,
};
use domain::{
    agency::AgencyId,
    page::{Direction, Page, PageRequest},
    policy::ReportScope,
    programme::ProgrammeId,
    report::{Report, ReportContent, ReportEventKind, ReportId, ReportStatus, Submission},
    task::TaskId,
};

pub use bulk::{add_events, add_versions, aggregate, by_external_refs, drop_drafts, insert_all, insert_with_history, submit_again};
pub(crate) use history::{EventRow, SourceRow};
pub use history::{Narrative, add_event, add_sources, draft, drafts, events, narratives_like, sources, version, versions, versions_of};
pub use over_tasks::{count_by_task, heads_by_task};
pub use write::{ReportChange, add_version, by_external_ref, change, discard, drop_draft, insert, save_draft, written};

use crate::{
    catalogue::{json, parsed},
    conn::{Conn, MultiBackend},
    error::DbError,
    per_backend,
    rows::DbId,
    schema::{report_drafts, report_events, report_versions, reports},
    sql_types::opt,
    statement::{Bind, Statement},
};

/// Which reports, of those in scope. Every condition given must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ReportFilter {
    pub programme: Option<ProgrammeId>,
    pub task: Option<TaskId>,
    pub agency: Option<AgencyId>,
    pub year: Option<i32>,
    pub period: Option<String>,
    /// As the caller sees it.
    pub status: Option<ReportStatus>,
    pub external_ref: Option<String>,
}

#[derive(Clone, Debug, Insertable, Queryable, QueryableByName, Selectable)]
#[diesel(table_name = reports, treat_none_as_default_value = false)]
pub(crate) struct ReportRow {
    id: DbId,
    programme_id: DbId,
    task_id: Option<DbId>,
    occurrence_id: Option<DbId>,
    obligation_id: Option<DbId>,
    agency_id: DbId,
    year: i32,
    period: String,
    external_ref: Option<String>,
    is_consolidated: bool,
    status: String,
    version: i32,
    accepted_version: Option<i32>,
    public_status: Option<String>,
    first_received_on: Option<chrono::NaiveDate>,
    reopened_until: Option<chrono::NaiveDate>,
    revision: i32,
    created_by: DbId,
    created_at: chrono::NaiveDateTime,
    names_regime: bool,
    hidden_revisions: i32,
}

#[derive(Clone, Debug, Insertable, Queryable, Selectable)]
#[diesel(table_name = report_versions, treat_none_as_default_value = false)]
pub(crate) struct VersionRow {
    report_id: DbId,
    version: i32,
    percent: Option<i32>,
    narrative: String,
    produced: String,
    sections: String,
    form_values: String,
    is_estimate: bool,
    channel: String,
    received_on: chrono::NaiveDate,
    author_id: DbId,
    approver_id: Option<DbId>,
    submitted_by: DbId,
    submitted_at: chrono::NaiveDateTime,
}

#[derive(AsChangeset, Clone, Debug, Insertable, Queryable, Selectable)]
#[diesel(table_name = report_drafts, treat_none_as_null = true)]
struct DraftRow {
    report_id: DbId,
    percent: Option<i32>,
    narrative: String,
    produced: String,
    sections: String,
    form_values: String,
    author_id: DbId,
    saved_at: chrono::NaiveDateTime,
}

/// What everybody may read. Word by word the condition of the index `reports_published`, or it could not be used.
const PUBLISHED: &str = "reports.public_status IS NOT NULL";

type Condition = Box<dyn BoxableExpression<reports::table, MultiBackend, SqlType = Bool>>;

/// What the caller sees by role: all that was submitted, or everything of an agency, within a programme where that is said.
fn inside(scope: &ReportScope) -> Option<Condition> {
    scope.open.iter().fold(None, |found: Option<Condition>, (agency, programme)| {
        let mut condition: Condition = match agency {
            Some(agency) => Box::new(reports::agency_id.eq(DbId::from(*agency))),
            None => Box::new(reports::version.gt(0)),
        };
        if let Some(programme) = programme {
            condition = Box::new(condition.and(reports::programme_id.eq(DbId::from(*programme))));
        }
        Some(match found {
            Some(found) => Box::new(found.or(condition)),
            None => condition,
        })
    })
}

/// What [`inside`] says, of reports `r` in a statement that is written as text.
pub(crate) fn inside_of(statement: &mut Statement, scope: &ReportScope) {
    statement.add("(1 = 0");
    for (agency, programme) in &scope.open {
        match agency {
            Some(agency) => {
                statement.bind(" OR (r.agency_id = ", Bind::Id(DbId::from(*agency)));
            }
            None => statement.add(" OR (r.version > 0"),
        }
        if let Some(programme) = programme {
            statement.bind(" AND r.programme_id = ", Bind::Id(DbId::from(*programme)));
        }
        statement.add(")");
    }
    statement.add(")");
}

/// The reports in scope: the root of every query here.
fn scoped(scope: &ReportScope) -> reports::BoxedQuery<'static, MultiBackend> {
    let query = reports::table.into_boxed();
    match inside(scope) {
        // Whatever is published was submitted.
        Some(inside) if scope.is_all() => query.filter(inside),
        Some(inside) => query.filter(sql::<Bool>(PUBLISHED).or(inside)),
        None => query.filter(sql::<Bool>(PUBLISHED)),
    }
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
    if let Some(period) = &filter.period {
        query = query.filter(reports::period.eq(period.clone()));
    }
    if let Some(status) = filter.status {
        // Who sees a report only because it is published is not to learn how it stands inside.
        query = match (inside(scope), inside(scope)) {
            (Some(inside), _) if scope.is_all() => query.filter(inside.and(reports::status.eq(status.label()))),
            (Some(inside), Some(again)) => {
                let outside = diesel::dsl::not(again).and(reports::public_status.eq(status.label()));
                query.filter(inside.and(reports::status.eq(status.label())).or(outside))
            }
            _ => query.filter(reports::public_status.eq(status.label())),
        };
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
    for (id, below) in request.bounds(down) {
        let id = DbId::from(*id);
        query = if below { query.filter(reports::id.lt(id)) } else { query.filter(reports::id.gt(id)) };
    }
    query = if down { query.order(reports::id.desc()) } else { query.order(reports::id.asc()) };
    let rows: Vec<ReportRow> = query.select(ReportRow::as_select()).load(conn)?;
    Ok(Page::cut(with_content(conn, scope, rows)?, request))
}

/// How many reports there are.
pub fn count(conn: &mut Conn, scope: &ReportScope, filter: &ReportFilter) -> Result<i64, DbError> {
    Ok(filtered(scope, filter).count().get_result(conn)?)
}

/// The report with this identifier, if it is in scope.
pub fn by_id(conn: &mut Conn, scope: &ReportScope, id: ReportId) -> Result<Option<Report>, DbError> {
    Ok(by_ids(conn, scope, &[id])?.pop())
}

/// The reports with these identifiers that are in scope.
pub fn by_ids(conn: &mut Conn, scope: &ReportScope, ids: &[ReportId]) -> Result<Vec<Report>, DbError> {
    let ids: Vec<DbId> = ids.iter().map(|id| DbId::from(*id)).collect();
    let rows: Vec<ReportRow> = scoped(scope).filter(reports::id.eq_any(ids)).select(ReportRow::as_select()).load(conn)?;
    with_content(conn, scope, rows)
}

/// The tasks of a programme with an accepted report: one that everybody may read, and that was accepted before an instant where one
/// is said.
pub fn accepted_tasks(conn: &mut Conn, programme: ProgrammeId, before: Option<DateTime<Utc>>) -> Result<Vec<TaskId>, DbError> {
    let published = reports::table.filter(sql::<Bool>(PUBLISHED)).filter(reports::programme_id.eq(DbId::from(programme)));
    let mut query = published.filter(reports::task_id.is_not_null()).into_boxed::<MultiBackend>();
    if let Some(before) = before {
        let accepted = report_events::table
            .filter(report_events::report_id.eq(reports::id))
            .filter(report_events::kind.eq(ReportEventKind::Accepted.label()))
            .filter(report_events::at.lt(before.naive_utc()));
        query = query.filter(exists(accepted));
    }
    let rows: Vec<Option<DbId>> = query.select(reports::task_id).distinct().load(conn)?;
    Ok(rows.into_iter().flatten().map(DbId::of).collect())
}

/// The accepted reports of a year of a programme that everybody may read and that were accepted before an instant, with their agencies.
pub fn accepted_of_year(
    conn: &mut Conn,
    programme: ProgrammeId,
    year: i32,
    before: DateTime<Utc>,
) -> Result<Vec<(AgencyId, ReportId)>, DbError> {
    let accepted = report_events::table
        .filter(report_events::report_id.eq(reports::id))
        .filter(report_events::kind.eq(ReportEventKind::Accepted.label()))
        .filter(report_events::at.lt(before.naive_utc()));
    let rows: Vec<(DbId, DbId)> = reports::table
        .filter(sql::<Bool>(PUBLISHED))
        .filter(reports::programme_id.eq(DbId::from(programme)))
        .filter(reports::year.eq(year))
        .filter(exists(accepted))
        .order(reports::id)
        .select((reports::agency_id, reports::id))
        .load(conn)?;
    Ok(rows.into_iter().map(|(agency, report)| (agency.of(), report.of())).collect())
}

/// The report with this identifier, kept as it is until the transaction ends, if it is in scope.
pub fn locked(conn: &mut Conn, scope: &ReportScope, id: ReportId) -> Result<Option<Report>, DbError> {
    per_backend::lock_report(conn, id.into())?;
    by_id(conn, scope, id)
}

/// Adds to each row the version that its reader sees, in one statement; and the drafts of those that have none, in another.
fn with_content(conn: &mut Conn, scope: &ReportScope, rows: Vec<ReportRow>) -> Result<Vec<Report>, DbError> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let submitted: Vec<DbId> = rows.iter().filter(|row| row.version > 0).map(|row| row.id).collect();
    let written: Vec<DbId> = rows.iter().filter(|row| row.version == 0).map(|row| row.id).collect();
    let mut found: HashMap<(DbId, i32), VersionRow> = HashMap::new();
    if !submitted.is_empty() {
        // Only the two versions that anybody may be shown.
        let shown = reports::version.eq(report_versions::version).or(reports::accepted_version.eq(report_versions::version.nullable()));
        let versions: Vec<VersionRow> = report_versions::table
            .inner_join(reports::table.on(reports::id.eq(report_versions::report_id)))
            .filter(report_versions::report_id.eq_any(submitted))
            .filter(shown)
            .select(VersionRow::as_select())
            .load(conn)?;
        found.extend(versions.into_iter().map(|row| ((row.report_id, row.version), row)));
    }
    let mut drafts: HashMap<DbId, DraftRow> = HashMap::new();
    if !written.is_empty() {
        let rows: Vec<DraftRow> =
            report_drafts::table.filter(report_drafts::report_id.eq_any(written)).select(DraftRow::as_select()).load(conn)?;
        drafts.extend(rows.into_iter().map(|row| (row.report_id, row)));
    }
    rows.into_iter().map(|row| shown(row, scope, &mut found, &mut drafts)).collect()
}

/// A report as the caller sees it.
fn shown(
    row: ReportRow,
    scope: &ReportScope,
    versions: &mut HashMap<(DbId, i32), VersionRow>,
    drafts: &mut HashMap<DbId, DraftRow>,
) -> Result<Report, DbError> {
    let is_inside = scope.opens(row.agency_id.of(), row.programme_id.of(), row.version > 0);
    let writes = scope.opens(row.agency_id.of(), row.programme_id.of(), false);
    let lost = |table, column| DbError::Inconsistent { table, column, id: row.id.0.to_string() };
    let number = if is_inside { row.version } else { row.accepted_version.ok_or_else(|| lost("reports", "accepted_version"))? };
    let (content, submission) = if number == 0 {
        let draft = drafts.remove(&row.id).ok_or_else(|| lost("report_drafts", "report_id"))?;
        (history::draft_content(&draft)?, None)
    } else {
        let version = versions.remove(&(row.id, number)).ok_or_else(|| lost("report_versions", "version"))?;
        (history::content(&version)?, Some(submission(&version)?))
    };
    let status = if is_inside { &row.status } else { row.public_status.as_ref().ok_or_else(|| lost("reports", "public_status"))? };
    Ok(Report {
        status: parsed(status, "reports", "status", row.id)?,
        id: row.id.of(),
        programme: row.programme_id.of(),
        task: opt(row.task_id),
        occurrence: opt(row.occurrence_id),
        obligation: opt(row.obligation_id.filter(|_| is_inside)),
        names_regime: row.names_regime,
        agency: row.agency_id.of(),
        year: row.year,
        period: row.period,
        external_ref: row.external_ref,
        is_consolidated: row.is_consolidated,
        version: number,
        accepted_version: row.accepted_version,
        public_status: row.public_status.as_ref().map(|label| parsed(label, "reports", "public_status", row.id)).transpose()?,
        first_received_on: row.first_received_on,
        reopened_until: row.reopened_until.filter(|_| is_inside),
        revision: row.revision,
        hidden_revisions: if writes { 0 } else { row.hidden_revisions },
        created_by: row.created_by.of(),
        created_at: row.created_at.and_utc(),
        content,
        submission,
        is_inside,
    })
}

fn submission(row: &VersionRow) -> Result<Submission, DbError> {
    Ok(Submission {
        is_estimate: row.is_estimate,
        channel: parsed(&row.channel, "report_versions", "channel", row.report_id)?,
        received_on: row.received_on,
        author: row.author_id.of(),
        approver: opt(row.approver_id),
        submitted_by: row.submitted_by.of(),
        submitted_at: row.submitted_at.and_utc(),
    })
}

/// What a version or a draft says, from its columns.
fn content_of(
    (percent, narrative): (Option<i32>, &str),
    (produced, sections, values): (&str, &str, &str),
    (table, id): (&'static str, DbId),
) -> Result<ReportContent, DbError> {
    Ok(ReportContent {
        percent,
        narrative: narrative.to_owned(),
        produced: json(produced, table, "produced", id)?,
        sections: json(sections, table, "sections", id)?,
        values: json(values, table, "form_values", id)?,
    })
}
