//! Finding: the one statement that looks words up, ranks what has them and leaves out what the caller may not see.
//! Must not fold or part words: both databases are asked for what `domain::search` made, word by word.
//! What the databases do not share is `dialect`; keeping entries is `keep`, making all of them anew `rebuild`.

mod dialect;
mod keep;
mod rebuild;

use chrono::NaiveDate;
use diesel::{
    prelude::*,
    sql_types::{BigInt, Integer, Text},
};
use domain::{
    page::{Direction, Page, PageRequest},
    policy::ReportScope,
    programme::ProgrammeId,
    search::{Fit, Query, SearchKind},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub(crate) use keep::{add_deliverables, add_versions, change_deliverable};
pub use keep::{sync_agencies, sync_deliverables, sync_documents, sync_tasks, sync_tasks_of};
pub use rebuild::{Rebuilt, is_current, rebuild};

use crate::{
    catalogue::parsed,
    conn::Conn,
    deliverable,
    error::DbError,
    report,
    rows::DbId,
    sql_types::DbUuid,
    statement::{Bind, Statement},
};
use domain::lang::Lang;

/// What is searched, and for whom.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub query: Query,
    pub kinds: Vec<SearchKind>,
    /// As things were called on this day; as they are now, agencies by every name, where nothing is said.
    pub as_of: Option<NaiveDate>,
    /// With a day: the programmes that were signed by then.
    pub programmes: Vec<ProgrammeId>,
    pub reports: ReportScope,
    pub deliverables: ReportScope,
}

/// Where a hit stands: how well it fits, what hits of one rank are sorted by, and what was hit.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct HitKey(pub i32, pub String, pub Uuid);

/// Something that was found, with the best of the entries by which it was.
#[derive(Clone, Debug)]
pub struct Hit {
    pub key: HitKey,
    pub kind: SearchKind,
    pub fit: Fit,
    pub lang: Lang,
    pub title: String,
    pub body: String,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = DbUuid)]
    subject_id: DbId,
    #[diesel(sql_type = Integer)]
    fit: i32,
    #[diesel(sql_type = Text)]
    sort_key: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    lang: String,
    #[diesel(sql_type = Text)]
    title: String,
    #[diesel(sql_type = Text)]
    body: String,
}

/// Entries `e` that have the words, as far as the caller may see them; after FROM.
fn found(conn: &Conn, statement: &mut Statement, wanted: &Wanted) {
    statement.add(
        "search_entries e LEFT JOIN reports r ON e.kind = 'REPORT' AND r.id = e.subject_id \
         LEFT JOIN deliverables d ON e.kind = 'DELIVERABLE' AND d.id = e.subject_id WHERE ",
    );
    dialect::fits(conn, statement, &wanted.query, Fit::FoldedText);
    statement.add(" AND (1 = 0");
    for kind in &wanted.kinds {
        statement.bind(" OR (e.kind = ", Bind::Text(kind.label().to_owned()));
        statement.add(" AND ");
        seen(statement, wanted, *kind);
        statement.add(")");
    }
    statement.add(")");
    if let Some(day) = wanted.as_of {
        statement.bind(" AND (e.valid_from IS NULL OR e.valid_from <= ", Bind::Day(day));
        statement.bind(") AND (e.valid_to IS NULL OR e.valid_to > ", Bind::Day(day));
        statement.add(")");
    }
}

/// What the caller may see of one kind, in the words in which it may.
fn seen(statement: &mut Statement, wanted: &Wanted, kind: SearchKind) {
    match kind {
        SearchKind::Agency | SearchKind::Document => statement.add("1 = 1"),
        SearchKind::Task if wanted.as_of.is_none() => statement.add("e.valid_to IS NULL"),
        SearchKind::Task => {
            statement.add("(1 = 0");
            for programme in &wanted.programmes {
                statement.bind(" OR e.programme_id = ", Bind::Id(DbId::from(*programme)));
            }
            statement.add(")");
        }
        // Whoever sees a report by role sees what was sent last, by the day if one is asked for, others what was accepted.
        SearchKind::Report => {
            statement.add("e.ordinal = CASE WHEN ");
            report::inside_of(statement, &wanted.reports);
            if let Some(day) = wanted.as_of {
                statement.add(" THEN (SELECT max(v.ordinal) FROM search_entries v WHERE v.subject_id = e.subject_id AND v.valid_from <= ");
                statement.bind("", Bind::Day(day));
                statement.add(")");
            } else {
                statement.add(" THEN r.version");
            }
            statement.add(" WHEN r.public_status IS NOT NULL THEN r.accepted_version END");
        }
        SearchKind::Deliverable => {
            statement.add("((d.public_kind IS NOT NULL AND NOT e.is_inside) OR ");
            deliverable::scoped(statement, &wanted.deliverables, true);
            statement.add(")");
        }
    }
}

/// A page of what has every word: the best fits first, each thing once, by the best of its names.
pub fn page(conn: &mut Conn, wanted: &Wanted, request: &PageRequest<HitKey>) -> Result<Page<Hit>, DbError> {
    let down = request.direction == Direction::Backward;
    let mut statement = Statement::default();
    statement.add(
        "SELECT h.subject_id, h.fit, h.sort_key, t.kind, t.lang, t.title, t.body FROM (SELECT f.id, f.subject_id, f.fit, f.sort_key FROM \
         (SELECT c.id, c.subject_id, c.fit, c.sort_key, row_number() OVER (PARTITION BY c.subject_id ORDER BY c.fit, c.ordinal) AS n FROM \
         (SELECT e.id, e.subject_id, e.ordinal, e.sort_key, CASE",
    );
    let (last, others) = (Fit::FoldedText, [Fit::ExactTitle, Fit::ExactText, Fit::FoldedTitle]);
    for fit in others {
        statement.add(" WHEN ");
        dialect::fits(conn, &mut statement, &wanted.query, fit);
        statement.add(&format!(" THEN {}", fit.rank()));
    }
    statement.add(&format!(" ELSE {} END AS fit FROM ", last.rank()));
    found(conn, &mut statement, wanted);
    statement.add(") c) f WHERE f.n = 1");
    for (HitKey(fit, sort_key, subject), below) in request.bounds(down) {
        statement.add(" AND (f.fit, f.sort_key, f.subject_id)");
        statement.bind(if below { " < (" } else { " > (" }, Bind::Count(*fit));
        statement.bind(", ", Bind::Text(sort_key.clone()));
        statement.bind(", ", Bind::Id(DbId(*subject)));
        statement.add(")");
    }
    let way = if down { "DESC" } else { "ASC" };
    statement.add(&format!(" ORDER BY f.fit {way}, f.sort_key {way}, f.subject_id {way} LIMIT {}", request.size + 1));
    statement.add(&format!(") h JOIN search_entries t ON t.id = h.id ORDER BY h.fit {way}, h.sort_key {way}, h.subject_id {way}"));
    let rows: Vec<Row> = statement.query().load(conn)?;
    Ok(Page::cut(rows.into_iter().map(hit).collect::<Result<_, _>>()?, request))
}

fn hit(row: Row) -> Result<Hit, DbError> {
    let fit = usize::try_from(row.fit).ok().and_then(|rank| Fit::ALL.get(rank)).copied();
    Ok(Hit {
        kind: parsed(&row.kind, "search_entries", "kind", row.subject_id)?,
        lang: parsed(&row.lang, "search_entries", "lang", row.subject_id)?,
        fit: fit.ok_or(DbError::Inconsistent { table: "search_entries", column: "words", id: row.subject_id.0.to_string() })?,
        key: HitKey(row.fit, row.sort_key, row.subject_id.0),
        title: row.title,
        body: row.body,
    })
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// How many things have every word, of those that the caller may see.
pub fn count(conn: &mut Conn, wanted: &Wanted) -> Result<i64, DbError> {
    let mut statement = Statement::default();
    statement.add("SELECT count(DISTINCT e.subject_id) AS n FROM ");
    found(conn, &mut statement, wanted);
    let counted: Counted = statement.query().get_result(conn)?;
    Ok(counted.n)
}
