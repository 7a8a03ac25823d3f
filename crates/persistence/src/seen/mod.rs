//! Occurrences as they were on a day: lists of them, and figures over them, each in one statement; of many filters at once in `many`.
//! Must not say a formula of its own: what belongs to a figure is one condition here, used for counting and for the list behind it.
//! The formulas are `domain::statistics`; single occurrences are `occurrence`.

mod many;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::{
    prelude::*,
    sql_types::{BigInt, Date, Integer, Nullable, Text, Timestamp},
};
use domain::{
    agency::AgencyId,
    id::Id,
    occurrence::Timeliness,
    page::{Direction, Page, PageRequest},
    programme::{ProgrammeId, TaskGroup},
    statistics::{Counts, Figure, Grouping, TaskFigures},
    task::{Occurrence, OccurrenceId, OccurrenceStatus, TaskId},
};

pub use many::{counts, heads};

use crate::{
    catalogue::parsed,
    conn::Conn,
    error::DbError,
    per_backend::{greatest, least, year_s_end},
    rows::{DbId, OccurrenceRow},
    sql_types::{DbUuid, opt},
    statement::{Bind, Statement},
    task::{NOT_YET, occurrence},
};

/// Which occurrences. Every condition given must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct SeenFilter {
    pub programme: Option<ProgrammeId>,
    pub group: Option<Id<TaskGroup>>,
    pub task: Option<TaskId>,
    /// Led by this agency on the day that `Occurrence::led_on` says, by name or as a member of a collective.
    pub lead: Option<AgencyId>,
    pub from_year: Option<i32>,
    /// Included.
    pub to_year: Option<i32>,
    pub status: Option<OccurrenceStatus>,
    pub timeliness: Option<Timeliness>,
    pub figure: Option<Figure>,
}

/// From which day occurrences are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Sight {
    pub day: NaiveDate,
    /// Before today: the state is read from what was done until then, else from where things stand.
    pub is_past: bool,
    /// The last due day that is nearly due.
    pub near: NaiveDate,
    /// Programmes that are decided and not in force yet on the day are looked at, too.
    pub with_coming: bool,
}

/// Figures under what they are told by.
#[derive(Clone, Debug)]
pub struct Told {
    pub agency: Option<AgencyId>,
    pub group: Option<Id<TaskGroup>>,
    pub task: Option<TaskId>,
    pub year: Option<i32>,
    pub figures: TaskFigures,
}

const ASSIGNED: &str = "s.status NOT IN ('SUSPENDED', 'CANCELLED', 'WITHDRAWN')";
const OPEN: &str = "s.status NOT IN ('SUSPENDED', 'CANCELLED', 'WITHDRAWN', 'COMPLETED')";
const COMPLETED: &str = "s.status = 'COMPLETED'";

/// What belongs to a figure.
fn belongs(figure: Figure) -> String {
    match figure {
        Figure::Assigned => ASSIGNED.into(),
        Figure::Completed => COMPLETED.into(),
        Figure::CompletedOnTime => {
            format!("{COMPLETED} AND s.due_on IS NOT NULL AND (s.completed_on IS NULL OR s.completed_on <= s.due_on)")
        }
        Figure::CompletedLate => format!("{COMPLETED} AND s.completed_on > s.due_on"),
        Figure::CompletedNoDeadline => format!("{COMPLETED} AND s.due_on IS NULL"),
        Figure::Open => OPEN.into(),
        Figure::OpenWithin => format!("{OPEN} AND s.due_on >= s.day"),
        Figure::OpenOverdue => format!("{OPEN} AND s.due_on < s.day"),
        Figure::OpenNoDeadline => format!("{OPEN} AND s.due_on IS NULL"),
        Figure::FallenDue => {
            let parts = [Figure::CompletedOnTime, Figure::CompletedLate, Figure::OpenOverdue];
            parts.map(|part| format!("({})", belongs(part))).join(" OR ")
        }
    }
}

/// What stands to its due day like this.
fn stands(timeliness: Timeliness) -> String {
    match timeliness {
        Timeliness::NoDeadline => format!("{ASSIGNED} AND s.due_on IS NULL"),
        Timeliness::OnTime => belongs(Figure::CompletedOnTime),
        Timeliness::Late => belongs(Figure::CompletedLate),
        Timeliness::Within => format!("{} AND s.due_on > s.near", belongs(Figure::OpenWithin)),
        Timeliness::NearlyDue => format!("{} AND s.due_on <= s.near", belongs(Figure::OpenWithin)),
        Timeliness::Overdue => belongs(Figure::OpenOverdue),
    }
}

/// What is made of the occurrences that are seen.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// Some of them, so that the database may stop when it has enough.
    Few,
    /// Figures or lists over all: how each stood is found out once, not again for everything that looks at it.
    All,
    AllByLead,
}

/// What the occurrences of a filter were on a day, as `scope`, and who led them, as `leads`.
fn seen(conn: &Conn, filter: &SeenFilter, sight: Sight, wanted: Wanted) -> Statement {
    let mut statement = Statement::default();
    let day = statement.hold(Bind::Day(sight.day));
    statement.again("WITH RECURSIVE asof AS (SELECT ", day);
    statement.bind(" AS day, ", Bind::Day(sight.near));
    let due;
    let (status, due) = if sight.is_past {
        let granted = "(SELECT max(x.decided_due_on) FROM extensions x WHERE x.occurrence_id = o.id AND x.status = 'APPROVED' \
             AND x.decided_on <= asof.day)";
        let promised = "coalesce((SELECT d.due_on FROM occurrence_due_days d WHERE d.occurrence_id = o.id \
             AND d.effective_on <= asof.day ORDER BY d.effective_on DESC LIMIT 1), o.original_due_on)";
        due = format!("{}(coalesce({granted}, {promised}), coalesce({promised}, {granted}))", greatest(conn));
        (
            "coalesce((SELECT e.to_status FROM occurrence_events e WHERE e.occurrence_id = o.id AND e.counts_on <= asof.day \
             ORDER BY e.number DESC LIMIT 1), 'NOT_STARTED')",
            due.as_str(),
        )
    } else {
        ("o.status", "o.due_on")
    };
    statement.add(&format!(
        " AS near), scope AS {once}(SELECT o.id, o.task_id, t.programme_id, t.group_id, o.year, o.original_due_on, o.completed_on, \
         o.revision, asof.day, asof.near, {status} AS status, {due} AS due_on, \
         (SELECT count(*) FROM extensions x WHERE x.occurrence_id = o.id AND x.status = 'APPROVED' AND x.decided_on <= asof.day) AS extended, \
         (SELECT min(a.valid_from) FROM assignments a WHERE a.task_id = o.task_id) AS first_on \
         FROM occurrences o JOIN tasks t ON t.id = o.task_id CROSS JOIN asof \
         WHERE (o.valid_from IS NULL OR o.valid_from <= asof.day)",
        once = if wanted == Wanted::Few { "" } else { "MATERIALIZED " },
    ));
    // What was signed is there from the day of its decision on.
    if !sight.with_coming {
        statement.again(&format!(" AND t.programme_id NOT IN ({NOT_YET}"), day);
        statement.add(")");
    }
    for (column, id) in [
        ("t.programme_id", filter.programme.map(DbId::from)),
        ("t.group_id", filter.group.map(DbId::from)),
        ("o.task_id", filter.task.map(DbId::from)),
    ] {
        if let Some(id) = id {
            statement.bind(&format!(" AND {column} = "), Bind::Id(id));
        }
    }
    for (condition, year) in [(" AND o.year >= ", filter.from_year), (" AND o.year <= ", filter.to_year)] {
        if let Some(year) = year {
            statement.bind(condition, Bind::Year(year));
        }
    }
    statement.add(")");
    if wanted == Wanted::AllByLead || filter.lead.is_some() {
        statement.add(&leads(conn));
    }
    statement
}

/// Who led each, each member of a collective in its place: the day is the twin of `Occurrence::led_on`.
fn leads(conn: &Conn) -> String {
    let holds = |row: &str, day: &str| {
        format!("({row}.valid_from IS NULL OR {row}.valid_from <= {day}) AND ({row}.valid_to IS NULL OR {row}.valid_to > {day})")
    };
    let (earlier, later, end) = (least(conn), greatest(conn), year_s_end(conn, "s.year"));
    format!(
        ", asked AS (SELECT s.id, s.task_id, {later}(coalesce(s.first_on, s.day), {earlier}(s.day, {end}, \
         CASE WHEN s.status = 'COMPLETED' THEN coalesce(s.completed_on, s.day) ELSE s.day END)) AS day FROM scope s), \
         led AS (SELECT k.id AS occurrence_id, k.day, a.agency_id FROM asked k JOIN assignments a ON a.task_id = k.task_id \
         WHERE a.role = 'LEAD' AND {assigned} \
         UNION SELECT l.occurrence_id, l.day, m.member_id FROM led l JOIN agency_members m ON m.collective_id = l.agency_id \
         WHERE {member}), \
         leads AS (SELECT l.occurrence_id, l.agency_id FROM led l WHERE NOT EXISTS \
         (SELECT 1 FROM agency_members m WHERE m.collective_id = l.agency_id AND {member}))",
        assigned = holds("a", "k.day"),
        member = holds("m", "l.day"),
    )
}

/// The conditions that look at what was seen.
fn conditions(statement: &mut Statement, filter: &SeenFilter) {
    statement.add(" WHERE 1 = 1");
    if let Some(lead) = filter.lead {
        statement.bind(" AND s.id IN (SELECT occurrence_id FROM leads WHERE agency_id = ", Bind::Id(lead.into()));
        statement.add(")");
    }
    if let Some(status) = filter.status {
        statement.bind(" AND s.status = ", Bind::Text(status.label().to_owned()));
    }
    for condition in [filter.timeliness.map(stands), filter.figure.map(belongs)].into_iter().flatten() {
        statement.add(&format!(" AND ({condition})"));
    }
}

/// What is read of an occurrence that is seen.
const COLUMNS: &str = "s.id, s.task_id, s.year, s.status, s.due_on, s.original_due_on, \
     CASE WHEN s.status = 'COMPLETED' THEN s.completed_on END AS completed_on, s.revision";

#[derive(QueryableByName)]
struct SeenRow {
    #[diesel(sql_type = DbUuid)]
    id: DbId,
    #[diesel(sql_type = DbUuid)]
    task_id: DbId,
    #[diesel(sql_type = Integer)]
    year: i32,
    #[diesel(sql_type = Text)]
    status: String,
    #[diesel(sql_type = Nullable<Date>)]
    due_on: Option<NaiveDate>,
    #[diesel(sql_type = Nullable<Date>)]
    original_due_on: Option<NaiveDate>,
    #[diesel(sql_type = Nullable<Date>)]
    completed_on: Option<NaiveDate>,
    #[diesel(sql_type = Integer)]
    revision: i32,
}

/// A page of occurrences as they were, by identifier.
pub fn page(
    conn: &mut Conn,
    filter: &SeenFilter,
    sight: Sight,
    descending: bool,
    request: &PageRequest<OccurrenceId>,
) -> Result<Page<Occurrence>, DbError> {
    let down = (request.direction == Direction::Backward) != descending;
    let mut statement = seen(conn, filter, sight, Wanted::Few);
    statement.add(&format!(" SELECT {COLUMNS} FROM scope s"));
    conditions(&mut statement, filter);
    for (id, below) in request.bounds(down) {
        statement.bind(if below { " AND s.id < " } else { " AND s.id > " }, Bind::Id((*id).into()));
    }
    let direction = if down { "DESC" } else { "ASC" };
    statement.add(&format!(" ORDER BY s.id {direction} LIMIT {}", request.size + 1));
    let rows: Vec<SeenRow> = statement.query().load(conn)?;
    Ok(Page::cut(rows.into_iter().map(as_seen).collect::<Result<_, _>>()?, request))
}

fn as_seen(row: SeenRow) -> Result<Occurrence, DbError> {
    occurrence(&OccurrenceRow {
        id: row.id,
        task_id: row.task_id,
        year: row.year,
        status: row.status,
        due_on: row.due_on,
        original_due_on: row.original_due_on,
        completed_on: row.completed_on,
        revision: row.revision,
        valid_from: None,
    })
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// An occurrence that an agency leads, with its due day.
#[derive(Clone, Debug)]
pub struct Led {
    pub lead: AgencyId,
    pub occurrence: OccurrenceId,
    pub programme: ProgrammeId,
    /// Code and title of its task.
    pub code: String,
    pub title: String,
    pub year: i32,
    pub status: OccurrenceStatus,
    pub due_on: NaiveDate,
    pub revision: i32,
    /// When something was done to it last.
    pub changed_at: Option<DateTime<Utc>>,
}

#[derive(QueryableByName)]
struct LedRow {
    #[diesel(sql_type = DbUuid)]
    lead: DbId,
    #[diesel(sql_type = DbUuid)]
    id: DbId,
    #[diesel(sql_type = DbUuid)]
    programme_id: DbId,
    #[diesel(sql_type = Text)]
    code: String,
    #[diesel(sql_type = Text)]
    title: String,
    #[diesel(sql_type = Integer)]
    year: i32,
    #[diesel(sql_type = Text)]
    status: String,
    #[diesel(sql_type = Date)]
    due_on: NaiveDate,
    #[diesel(sql_type = Integer)]
    revision: i32,
    #[diesel(sql_type = Nullable<Timestamp>)]
    acted_at: Option<NaiveDateTime>,
    #[diesel(sql_type = Nullable<Timestamp>)]
    decided_at: Option<NaiveDateTime>,
}

/// The occurrences that these agencies lead and that fall due from a day on and before another, by due day: one statement.
pub fn led(conn: &mut Conn, agencies: &[AgencyId], (from, to): (NaiveDate, NaiveDate), sight: Sight) -> Result<Vec<Led>, DbError> {
    let mut statement = seen(conn, &SeenFilter::default(), sight, Wanted::Few);
    statement.add(&leads(conn));
    statement.add(
        " SELECT l.agency_id AS lead, s.id, s.programme_id, t.code, t.title, s.year, s.status, s.due_on, s.revision, \
         (SELECT max(e.at) FROM occurrence_events e WHERE e.occurrence_id = s.id) AS acted_at, \
         (SELECT max(x.decided_at) FROM extensions x WHERE x.occurrence_id = s.id) AS decided_at \
         FROM scope s JOIN tasks t ON t.id = s.task_id JOIN leads l ON l.occurrence_id = s.id WHERE l.agency_id IN (",
    );
    for (i, agency) in agencies.iter().enumerate() {
        statement.bind(if i == 0 { "" } else { ", " }, Bind::Id((*agency).into()));
    }
    statement.bind(") AND s.due_on >= ", Bind::Day(from));
    statement.bind(" AND s.due_on < ", Bind::Day(to));
    statement.add(" ORDER BY s.due_on, s.id, l.agency_id");
    let rows: Vec<LedRow> = statement.query().load(conn)?;
    let led = |row: LedRow| {
        Ok(Led {
            status: parsed(&row.status, "occurrences", "status", row.id)?,
            lead: row.lead.of(),
            occurrence: row.id.of(),
            programme: row.programme_id.of(),
            code: row.code,
            title: row.title,
            year: row.year,
            due_on: row.due_on,
            revision: row.revision,
            changed_at: row.acted_at.max(row.decided_at).map(|at| at.and_utc()),
        })
    };
    rows.into_iter().map(led).collect()
}

/// How many occurrences there were.
pub fn count(conn: &mut Conn, filter: &SeenFilter, sight: Sight) -> Result<i64, DbError> {
    let mut statement = seen(conn, filter, sight, Wanted::Few);
    statement.add(" SELECT count(*) AS n FROM scope s");
    conditions(&mut statement, filter);
    let counted: Counted = statement.query().get_result(conn)?;
    Ok(counted.n)
}

#[derive(QueryableByName)]
struct ToldRow {
    #[diesel(sql_type = Nullable<DbUuid>)]
    id: Option<DbId>,
    #[diesel(sql_type = Nullable<Integer>)]
    year: Option<i32>,
    #[diesel(sql_type = BigInt)]
    assigned: i64,
    #[diesel(sql_type = BigInt)]
    completed: i64,
    #[diesel(sql_type = BigInt)]
    open: i64,
    #[diesel(sql_type = BigInt)]
    completed_on_time: i64,
    #[diesel(sql_type = BigInt)]
    completed_late: i64,
    #[diesel(sql_type = BigInt)]
    completed_no_deadline: i64,
    #[diesel(sql_type = BigInt)]
    open_within: i64,
    #[diesel(sql_type = BigInt)]
    open_overdue: i64,
    #[diesel(sql_type = BigInt)]
    open_no_deadline: i64,
    #[diesel(sql_type = Nullable<Date>)]
    oldest_overdue: Option<NaiveDate>,
    #[diesel(sql_type = BigInt)]
    extensions_approved: i64,
}

/// The figures of the occurrences of a filter as of a day, told by a grouping, in one statement. All together are one row, also
/// where there is nothing.
pub fn figures(conn: &mut Conn, filter: &SeenFilter, sight: Sight, grouping: Grouping) -> Result<Vec<Told>, DbError> {
    let wanted = if grouping == Grouping::Agency { Wanted::AllByLead } else { Wanted::All };
    let mut statement = seen(conn, filter, sight, wanted);
    let no_id = "CAST(NULL AS UUID)";
    let (id, year, join) = match grouping {
        Grouping::None => (no_id, "CAST(NULL AS INTEGER)", ""),
        Grouping::Agency => ("l.agency_id", "CAST(NULL AS INTEGER)", " JOIN leads l ON l.occurrence_id = s.id"),
        Grouping::Group => ("s.group_id", "CAST(NULL AS INTEGER)", ""),
        Grouping::Task => ("s.task_id", "CAST(NULL AS INTEGER)", ""),
        Grouping::Year | Grouping::Period => (no_id, "s.year", ""),
    };
    statement.add(&format!(" SELECT {id} AS id, {year} AS year"));
    for figure in Figure::ALL.iter().filter(|figure| **figure != Figure::FallenDue) {
        statement.add(&format!(", count(CASE WHEN {} THEN 1 END) AS {}", belongs(*figure), figure.label().to_lowercase()));
    }
    let overdue = belongs(Figure::OpenOverdue);
    statement.add(&format!(
        ", min(CASE WHEN {overdue} THEN s.due_on END) AS oldest_overdue, \
         CAST(coalesce(sum(CASE WHEN {ASSIGNED} THEN s.extended END), 0) AS BIGINT) AS extensions_approved FROM scope s{join}"
    ));
    conditions(&mut statement, filter);
    if grouping != Grouping::None {
        statement.add(if matches!(grouping, Grouping::Year | Grouping::Period) { " GROUP BY s.year" } else { " GROUP BY 1" });
    }
    let rows: Vec<ToldRow> = statement.query().load(conn)?;
    rows.into_iter().map(|row| told(&row, grouping, sight)).collect()
}

fn told(row: &ToldRow, grouping: Grouping, sight: Sight) -> Result<Told, DbError> {
    let counts = Counts {
        completed_on_time: row.completed_on_time,
        completed_late: row.completed_late,
        completed_no_deadline: row.completed_no_deadline,
        open_within: row.open_within,
        open_overdue: row.open_overdue,
        open_no_deadline: row.open_no_deadline,
    };
    let totals = (row.assigned, row.completed, row.open);
    let figures = TaskFigures::new(sight.day, counts, totals, row.oldest_overdue, row.extensions_approved);
    let figures = figures.map_err(|wrong| DbError::Inconsistent { table: "occurrences", column: "status", id: wrong.to_string() })?;
    let of = |wanted| row.id.filter(|_| grouping == wanted);
    Ok(Told { agency: opt(of(Grouping::Agency)), group: opt(of(Grouping::Group)), task: opt(of(Grouping::Task)), year: row.year, figures })
}
