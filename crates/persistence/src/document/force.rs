//! Which documents hold on a day, and what became of documents between two days.
//! Must say both by the same conditions; a document that was replaced or repealed stays so whatever becomes of what did it.
//! Days: a document holds from its day of effect, where none is known from its day of issue, to the day before it expires.

use chrono::NaiveDate;
use diesel::{
    dsl::sql,
    prelude::*,
    sql_types::{Bool, Date, Integer},
};
use domain::{
    document::{DocumentEvent, DocumentId, DocumentMoved},
    page::{Direction, Page, PageRequest},
};

use crate::{
    conn::{Conn, MultiBackend},
    error::DbError,
    rows::DbId,
    schema::documents,
    sql_types::DbUuid,
    statement::{Bind, Statement},
};

/// The first day on which a document holds, by the name of its row in the statement.
fn starts(row: &str) -> String {
    format!("coalesce({row}.effective_on, {row}.issued_on)")
}

/// Whether the document of a row ever held: one that expires or is ended before it takes effect never does. Binds nothing.
fn took_effect(row: &str) -> String {
    let (it, undoer) = (starts(row), starts("undoer"));
    format!(
        "({row}.expires_on IS NULL OR {row}.expires_on > {it})
         AND NOT EXISTS (SELECT 1 FROM document_relations AS undoing JOIN documents AS undoer ON undoer.id = undoing.document_id
           WHERE undoing.related_id = {row}.id AND undoing.kind IN ('REPLACES', 'REPEALS') AND NOT undoing.is_partial
             AND undoer.status = 'ISSUED' AND {undoer} <= {it})"
    )
}

/// What ends the document of the row `ended` for good: one that replaces or repeals the whole of it and took effect. The row of
/// the one that ends it is `ender`. Binds nothing.
fn enders(ended: &str) -> String {
    let it = took_effect("ender");
    format!(
        "document_relations AS ending JOIN documents AS ender ON ender.id = ending.document_id
         WHERE ending.related_id = {ended}.id AND ending.kind IN ('REPLACES', 'REPEALS') AND NOT ending.is_partial
           AND ender.status = 'ISSUED' AND {it}"
    )
}

/// The documents of a query that hold on a day.
pub(super) fn in_force_on(
    query: documents::BoxedQuery<'static, MultiBackend>,
    day: NaiveDate,
) -> documents::BoxedQuery<'static, MultiBackend> {
    let (it, ender, enders) = (starts("documents"), starts("ender"), enders("documents"));
    query.filter(
        sql::<Bool>(&format!("(documents.status = 'ISSUED' AND {it} <= "))
            .bind::<Date, _>(day)
            .sql(" AND (documents.expires_on IS NULL OR documents.expires_on > ")
            .bind::<Date, _>(day)
            .sql(&format!(") AND NOT EXISTS (SELECT 1 FROM {enders} AND {ender} <= "))
            .bind::<Date, _>(day)
            .sql("))"),
    )
}

/// Where something that became of a document stands in the list by day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MovedKey {
    pub on: NaiveDate,
    /// The place of the event among those of its day.
    pub place: i32,
    pub document: DocumentId,
    /// The document that did it, or the document itself.
    pub by: DocumentId,
}

impl MovedKey {
    /// The key of something.
    pub fn of(moved: &DocumentMoved) -> Self {
        let place = DocumentEvent::ALL.iter().position(|event| *event == moved.event).and_then(|place| i32::try_from(place).ok());
        Self { on: moved.on, place: place.unwrap_or(i32::MAX), document: moved.document, by: moved.by.unwrap_or(moved.document) }
    }
}

#[derive(QueryableByName)]
struct MovedRow {
    #[diesel(sql_type = Date)]
    day: NaiveDate,
    #[diesel(sql_type = Integer)]
    place: i32,
    #[diesel(sql_type = DbUuid)]
    document_id: DbId,
    #[diesel(sql_type = DbUuid)]
    by_id: DbId,
    #[diesel(sql_type = Bool)]
    is_partial: bool,
}

/// A page of what became of documents after a day, up to and on another, by day. The places are those of `DocumentEvent::ALL`.
pub fn moved(conn: &mut Conn, after: NaiveDate, until: NaiveDate, request: &PageRequest<MovedKey>) -> Result<Page<DocumentMoved>, DbError> {
    let down = request.direction == Direction::Backward;
    let mut statement = Statement::default();
    statement.add(&format!("SELECT day, place, document_id, by_id, is_partial FROM ({}) AS moved WHERE day > ", events()));
    statement.bind("", Bind::Day(after));
    statement.bind(" AND day <= ", Bind::Day(until));
    for (key, below) in request.bounds(down) {
        statement.add(&format!(" AND (day, place, document_id, by_id) {} (", if below { "<" } else { ">" }));
        statement.bind("", Bind::Day(key.on));
        statement.bind(", ", Bind::Year(key.place));
        statement.bind(", ", Bind::Id(key.document.into()));
        statement.bind(", ", Bind::Id(key.by.into()));
        statement.add(")");
    }
    let order = if down { "DESC" } else { "ASC" };
    statement.add(&format!(" ORDER BY day {order}, place {order}, document_id {order}, by_id {order}"));
    statement.bind(" LIMIT ", Bind::Year(i32::try_from(request.size).unwrap_or(i32::MAX).saturating_add(1)));
    let rows: Vec<MovedRow> = statement.query().load(conn)?;
    Ok(Page::cut(rows.iter().map(event).collect::<Result<_, _>>()?, request))
}

/// Everything that becomes of documents, each with its day: what never took effect becomes nothing and does nothing, and what was
/// ended before does not expire.
fn events() -> String {
    let (it, ender, enders) = (starts("documents"), starts("ender"), enders("documents"));
    let (began, ender_began) = (took_effect("documents"), took_effect("ender"));
    format!(
        "SELECT {it} AS day, 0 AS place, documents.id AS document_id, documents.id AS by_id, 1 = 0 AS is_partial
           FROM documents WHERE documents.status = 'ISSUED' AND {it} IS NOT NULL AND {began}
         UNION ALL
         SELECT documents.expires_on, 1, documents.id, documents.id, 1 = 0
           FROM documents WHERE documents.status = 'ISSUED' AND documents.expires_on IS NOT NULL AND {began}
            AND NOT EXISTS (SELECT 1 FROM {enders} AND {ender} <= documents.expires_on)
         UNION ALL
         SELECT {ender}, CASE done.kind WHEN 'AMENDS' THEN 2 WHEN 'REPLACES' THEN 3 ELSE 4 END, done.related_id, ender.id, done.is_partial
           FROM document_relations AS done JOIN documents AS ender ON ender.id = done.document_id
          WHERE ender.status = 'ISSUED' AND done.kind IN ('AMENDS', 'REPLACES', 'REPEALS') AND {ender} IS NOT NULL AND {ender_began}"
    )
}

fn event(row: &MovedRow) -> Result<DocumentMoved, DbError> {
    let event = usize::try_from(row.place).ok().and_then(|place| DocumentEvent::ALL.get(place).copied());
    Ok(DocumentMoved {
        on: row.day,
        event: event.ok_or_else(|| DbError::Inconsistent {
            table: "document_relations",
            column: "kind",
            id: row.document_id.0.to_string(),
        })?,
        document: row.document_id.of(),
        by: (row.by_id != row.document_id).then(|| row.by_id.of()),
        is_partial: row.is_partial,
    })
}
