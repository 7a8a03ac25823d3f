//! The register of deliverables as it is read. Every list starts from a scope; there is no way to list without one.
//! Must not let what is internal decide whether somebody outside finds a row: such conditions hold only for whoever sees it by role.
//! Writing is `write`, what new ones name `lookup`; the rules are `domain::deliverable`.

mod lookup;
mod write;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::{
    prelude::*,
    sql_types::{BigInt, Integer, Nullable, Text, Timestamp},
};
use domain::{
    agency::AgencyId,
    deliverable::{AffairsChannel, Audience, Deliverable, DeliverableId, DeliverableKind, Record, Version, Visibility},
    page::{Direction, Page, PageRequest},
    policy::ReportScope,
    programme::ProgrammeId,
    task::TaskId,
};
use uuid::Uuid;

pub use lookup::{FileOwner, documents_named, external_refs, file_owners};
pub(crate) use write::{AudienceRow, DeliverableRow, DocumentRow, FileRow, LanguageRow, VersionRow};
pub use write::{By, change, insert_all};

use crate::{
    catalogue::{json, parsed},
    conn::Conn,
    error::DbError,
    rows::DbId,
    schema::deliverable_versions,
    sql_types::{DbUuid, db_ids},
    statement::{Bind, Statement},
};

/// Which deliverables, of those in scope. Every condition given must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct DeliverableFilter {
    pub programme: Option<ProgrammeId>,
    pub task: Option<TaskId>,
    pub agency: Option<AgencyId>,
    pub year: Option<i32>,
    pub kind: Option<DeliverableKind>,
    pub channel: Option<AffairsChannel>,
    pub outlet: Option<String>,
    pub language: Option<String>,
    /// For whoever sees it by role.
    pub audience: Option<Audience>,
    /// For whoever sees it by role.
    pub external_ref: Option<String>,
    /// Agreements to be renewed on this day, for whoever sees them by role.
    pub to_renew_on: Option<NaiveDate>,
    /// Those that were withdrawn, for whoever sees them by role, instead of those that stand.
    pub withdrawn: bool,
}

impl DeliverableFilter {
    /// Whether it asks for what only those know who see it by role.
    const fn asks_inside(&self) -> bool {
        self.audience.is_some() || self.external_ref.is_some() || self.to_renew_on.is_some() || self.withdrawn
    }
}

/// Below what deliverables hang in lists below lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Parent {
    Task,
    Agency,
    Programme,
}

impl Parent {
    const fn column(self) -> &'static str {
        match self {
            Self::Task => "task_id",
            Self::Agency => "agency_id",
            Self::Programme => "programme_id",
        }
    }
}

const COLUMNS: &str = "d.id, d.programme_id, d.agency_id, d.task_id, d.external_ref, d.content, d.revision, d.withdrawn_at, d.changed_at";

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = DbUuid)]
    id: DbId,
    #[diesel(sql_type = DbUuid)]
    programme_id: DbId,
    #[diesel(sql_type = DbUuid)]
    agency_id: DbId,
    #[diesel(sql_type = Nullable<DbUuid>)]
    task_id: Option<DbId>,
    #[diesel(sql_type = Nullable<Text>)]
    external_ref: Option<String>,
    #[diesel(sql_type = Text)]
    content: String,
    #[diesel(sql_type = Integer)]
    revision: i32,
    #[diesel(sql_type = Nullable<Timestamp>)]
    withdrawn_at: Option<NaiveDateTime>,
    #[diesel(sql_type = Timestamp)]
    changed_at: NaiveDateTime,
}

impl Row {
    fn record(self, scope: &ReportScope) -> Result<Record, DbError> {
        Ok(Record {
            content: json(&self.content, "deliverables", "content", self.id)?,
            id: self.id.of(),
            programme: self.programme_id.of(),
            agency: self.agency_id.of(),
            external_ref: self.external_ref,
            revision: self.revision,
            withdrawn_at: self.withdrawn_at.map(|at| at.and_utc()),
            changed_at: self.changed_at.and_utc(),
            is_inside: scope.opens(self.agency_id.of(), self.programme_id.of(), true),
        })
    }

    const fn parent(&self, of: Parent) -> Option<DbId> {
        match of {
            Parent::Task => self.task_id,
            Parent::Agency => Some(self.agency_id),
            Parent::Programme => Some(self.programme_id),
        }
    }
}

fn records(rows: Vec<Row>, scope: &ReportScope) -> Result<Vec<Record>, DbError> {
    rows.into_iter().map(|row| row.record(scope)).collect()
}

/// What the caller sees of deliverables `d`: by role, and what is public unless `is_inside` alone is asked for.
pub(crate) fn scoped(statement: &mut Statement, scope: &ReportScope, is_inside: bool) {
    if scope.is_all() {
        return statement.add("1 = 1");
    }
    statement.add(if is_inside { "(1 = 0" } else { "(d.public_kind IS NOT NULL" });
    for (agency, programme) in &scope.open {
        statement.add(" OR (1 = 1");
        if let Some(agency) = agency {
            statement.bind(" AND d.agency_id = ", Bind::Id(DbId::from(*agency)));
        }
        if let Some(programme) = programme {
            statement.bind(" AND d.programme_id = ", Bind::Id(DbId::from(*programme)));
        }
        statement.add(")");
    }
    statement.add(")");
}

/// The conditions of a list, after WHERE.
fn conditions(statement: &mut Statement, scope: &ReportScope, filter: &DeliverableFilter) {
    scoped(statement, scope, filter.asks_inside());
    statement.add(if filter.withdrawn { " AND d.withdrawn_at IS NOT NULL" } else { " AND d.withdrawn_at IS NULL" });
    let text = |text: &str| Bind::Text(text.to_owned());
    let equal = [
        ("programme_id", filter.programme.map(|id| Bind::Id(id.into()))),
        ("task_id", filter.task.map(|id| Bind::Id(id.into()))),
        ("agency_id", filter.agency.map(|id| Bind::Id(id.into()))),
        ("year", filter.year.map(Bind::Year)),
        ("kind", filter.kind.map(|kind| text(kind.label()))),
        ("channel", filter.channel.map(|channel| text(channel.label()))),
        ("outlet", filter.outlet.as_deref().map(text)),
        ("external_ref", filter.external_ref.as_deref().map(text)),
    ];
    for (column, value) in equal {
        if let Some(value) = value {
            statement.bind(&format!(" AND d.{column} = "), value);
        }
    }
    if let Some(language) = &filter.language {
        statement.bind(" AND d.id IN (SELECT l.deliverable_id FROM deliverable_languages l WHERE l.language = ", text(language));
        statement.add(")");
    }
    if let Some(audience) = filter.audience {
        statement.bind(" AND d.id IN (SELECT a.deliverable_id FROM deliverable_audiences a WHERE a.audience = ", text(audience.label()));
        statement.add(")");
    }
    if let Some(day) = filter.to_renew_on {
        statement.bind(" AND d.alert_on <= ", Bind::Day(day));
        statement.bind(" AND d.ends_on >= ", Bind::Day(day));
    }
}

/// A page of deliverables by identifier, which is the order in which their nodes recorded them.
pub fn page(
    conn: &mut Conn,
    scope: &ReportScope,
    filter: &DeliverableFilter,
    descending: bool,
    request: &PageRequest<DeliverableId>,
) -> Result<Page<Record>, DbError> {
    let down = (request.direction == Direction::Backward) != descending;
    let mut statement = Statement::default();
    statement.add(&format!("SELECT {COLUMNS} FROM deliverables d WHERE "));
    conditions(&mut statement, scope, filter);
    for (id, below) in request.bounds(down) {
        statement.bind(if below { " AND d.id < " } else { " AND d.id > " }, Bind::Id((*id).into()));
    }
    statement.add(&format!(" ORDER BY d.id {} LIMIT {}", if down { "DESC" } else { "ASC" }, request.size + 1));
    let rows: Vec<Row> = statement.query().load(conn)?;
    Ok(Page::cut(records(rows, scope)?, request))
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// How many deliverables there are.
pub fn count(conn: &mut Conn, scope: &ReportScope, filter: &DeliverableFilter) -> Result<i64, DbError> {
    let mut statement = Statement::default();
    statement.add("SELECT count(*) AS n FROM deliverables d WHERE ");
    conditions(&mut statement, scope, filter);
    let counted: Counted = statement.query().get_result(conn)?;
    Ok(counted.n)
}

fn among(statement: &mut Statement, column: &str, ids: &[Uuid]) {
    statement.add(&format!("d.{column} IN ("));
    for (i, id) in ids.iter().enumerate() {
        statement.bind(if i == 0 { "" } else { ", " }, Bind::Id(DbId(*id)));
    }
    statement.add(")");
}

/// The heads of many lists at once: up to `limit` deliverables of each parent, from the first on or from the last back, each with its
/// parent; in the order of the lists, in one statement.
pub fn heads(
    conn: &mut Conn,
    scope: &ReportScope,
    filter: &DeliverableFilter,
    (parent, ids): (Parent, &[Uuid]),
    down: bool,
    limit: u32,
) -> Result<Vec<(Uuid, Record)>, DbError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let (column, order) = (parent.column(), if down { "DESC" } else { "ASC" });
    let mut statement = Statement::default();
    statement.add(&format!(
        "SELECT {COLUMNS} FROM (SELECT {COLUMNS}, row_number() OVER (PARTITION BY d.{column} ORDER BY d.id {order}) AS n \
         FROM deliverables d WHERE "
    ));
    among(&mut statement, column, ids);
    statement.add(" AND ");
    conditions(&mut statement, scope, filter);
    statement.add(&format!(") d WHERE d.n <= {limit} ORDER BY d.id {order}"));
    let rows: Vec<Row> = statement.query().load(conn)?;
    rows.into_iter().filter_map(|row| Some((row.parent(parent)?, row))).map(|(of, row)| Ok((of.0, row.record(scope)?))).collect()
}

#[derive(QueryableByName)]
struct CountedOf {
    #[diesel(sql_type = DbUuid)]
    id: DbId,
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// How many deliverables each of these parents has; those without any are left out.
pub fn count_of(
    conn: &mut Conn,
    scope: &ReportScope,
    filter: &DeliverableFilter,
    (parent, ids): (Parent, &[Uuid]),
) -> Result<Vec<(Uuid, i64)>, DbError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let column = parent.column();
    let mut statement = Statement::default();
    statement.add(&format!("SELECT d.{column} AS id, count(*) AS n FROM deliverables d WHERE "));
    among(&mut statement, column, ids);
    statement.add(" AND ");
    conditions(&mut statement, scope, filter);
    statement.add(&format!(" GROUP BY d.{column}"));
    let rows: Vec<CountedOf> = statement.query().load(conn)?;
    Ok(rows.into_iter().map(|row| (row.id.0, row.n)).collect())
}

/// The deliverables with these identifiers that are in scope, withdrawn ones for whoever sees them by role.
pub fn by_ids(conn: &mut Conn, scope: &ReportScope, ids: &[DeliverableId]) -> Result<Vec<Record>, DbError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    let mut statement = Statement::default();
    statement.add(&format!("SELECT {COLUMNS} FROM deliverables d WHERE "));
    among(&mut statement, "id", &ids);
    statement.add(" AND ");
    scoped(&mut statement, scope, false);
    records(statement.query().load(conn)?, scope)
}

/// What of a programme stands on a day, internal or not: what was not withdrawn and does not count from a later day only; in one
/// statement, by identifier. What goes on counts as it is recorded now: whether an edition was there on the day follows from its dates.
pub fn standing(conn: &mut Conn, programme: ProgrammeId, day: NaiveDate) -> Result<Vec<(Deliverable, Visibility)>, DbError> {
    let found = of_programme(conn, programme, |statement| {
        statement.bind(" AND (d.begun_on IS NULL OR d.begun_on <= ", Bind::Day(day));
        statement.add(")");
    })?;
    Ok(found.iter().map(|record| (record.deliverable(), record.content.visibility)).collect())
}

/// The agreements of these agencies that are to be renewed from a day within these on, withdrawn ones too; one statement.
pub fn to_renew(conn: &mut Conn, agencies: &[AgencyId], (from, to): (NaiveDate, NaiveDate)) -> Result<Vec<Record>, DbError> {
    if agencies.is_empty() {
        return Ok(Vec::new());
    }
    let mut statement = Statement::default();
    statement.add(&format!("SELECT {COLUMNS} FROM deliverables d WHERE "));
    among(&mut statement, Parent::Agency.column(), &agencies.iter().map(|id| id.uuid()).collect::<Vec<_>>());
    statement.bind(" AND d.alert_on >= ", Bind::Day(from));
    statement.bind(" AND d.alert_on < ", Bind::Day(to));
    statement.add(" ORDER BY d.alert_on, d.id");
    records(statement.query().load(conn)?, &ReportScope::default())
}

/// What of a programme is counted for everybody, in a year where one is said, and by a day where one is.
pub fn counted(conn: &mut Conn, programme: ProgrammeId, year: Option<i32>, by: Option<NaiveDate>) -> Result<Vec<Deliverable>, DbError> {
    let found = of_programme(conn, programme, |statement| {
        statement.bind(" AND d.visibility = ", Bind::Text(Visibility::Public.label().to_owned()));
        if let Some(year) = year {
            statement.bind(" AND d.year = ", Bind::Year(year));
        }
        if let Some(day) = by {
            statement.bind(" AND d.begun_on <= ", Bind::Day(day));
        }
    })?;
    Ok(found.iter().map(Record::deliverable).collect())
}

fn of_programme(conn: &mut Conn, programme: ProgrammeId, more: impl FnOnce(&mut Statement)) -> Result<Vec<Record>, DbError> {
    let mut statement = Statement::default();
    statement.add(&format!("SELECT {COLUMNS} FROM deliverables d WHERE d.withdrawn_at IS NULL"));
    statement.bind(" AND d.programme_id = ", Bind::Id(programme.into()));
    more(&mut statement);
    statement.add(" ORDER BY d.id");
    let rows: Vec<Row> = statement.query().load(conn)?;
    records(rows, &ReportScope::default())
}

/// The versions of these deliverables, in order. The caller sees them by role.
pub fn versions(conn: &mut Conn, ids: &[DeliverableId]) -> Result<Vec<Version>, DbError> {
    let rows: Vec<VersionRow> = deliverable_versions::table
        .filter(deliverable_versions::deliverable_id.eq_any(db_ids(ids)))
        .order((deliverable_versions::deliverable_id, deliverable_versions::revision))
        .select(VersionRow::as_select())
        .load(conn)?;
    let version = |row: VersionRow| {
        Ok(Version {
            change: parsed(&row.change, "deliverable_versions", "change", row.deliverable_id)?,
            content: json(&row.content, "deliverable_versions", "content", row.deliverable_id)?,
            deliverable: row.deliverable_id.of(),
            revision: row.revision,
            reason: row.reason,
            account: row.account_id.of(),
            recorded_at: row.recorded_at.and_utc(),
        })
    };
    rows.into_iter().map(version).collect()
}
