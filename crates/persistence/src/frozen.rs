//! Frozen statistics: written once, listed by programme.
//! Must only add; the schema forbids anything else.
//! What the content means is known to `app::statistics::frozen`.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use domain::{
    page::{Direction, Page, PageRequest},
    programme::ProgrammeId,
    statistics::frozen::{Frozen, FrozenId},
};

use crate::{
    catalogue::parsed,
    conn::{Conn, MultiBackend},
    error::DbError,
    rows::DbId,
    schema::frozen_statistics,
    sql_types::{db_ids, opt},
};

#[derive(Clone, Debug, Insertable, Queryable, Selectable)]
#[diesel(table_name = frozen_statistics, treat_none_as_default_value = false)]
struct FrozenRow {
    id: DbId,
    title: String,
    programme_id: Option<DbId>,
    document_id: Option<DbId>,
    as_of: NaiveDate,
    compared_to: NaiveDate,
    told_by: String,
    formula_version: i32,
    inputs_head: String,
    content_sha256: String,
    agency_id: Option<DbId>,
    account_id: DbId,
    frozen_at: NaiveDateTime,
}

/// Keeps figures with their content.
pub fn insert(conn: &mut Conn, frozen: &Frozen, content: &str) -> Result<(), DbError> {
    let row = FrozenRow {
        id: frozen.id.into(),
        title: frozen.title.clone(),
        programme_id: frozen.programme.map(DbId::from),
        document_id: frozen.document.map(DbId::from),
        as_of: frozen.as_of,
        compared_to: frozen.compared_to,
        told_by: frozen.grouping.label().into(),
        formula_version: frozen.formula_version,
        inputs_head: frozen.inputs_head.clone(),
        content_sha256: frozen.content_sha256.clone(),
        agency_id: frozen.agency.map(DbId::from),
        account_id: frozen.frozen_by.into(),
        frozen_at: frozen.frozen_at.naive_utc(),
    };
    diesel::insert_into(frozen_statistics::table).values((row, frozen_statistics::content.eq(content))).execute(conn)?;
    Ok(())
}

fn of(programme: Option<ProgrammeId>) -> frozen_statistics::BoxedQuery<'static, MultiBackend> {
    let query = frozen_statistics::table.into_boxed();
    match programme {
        Some(programme) => query.filter(frozen_statistics::programme_id.eq(DbId::from(programme))),
        None => query,
    }
}

/// A page of frozen figures, of a programme where one is named, the newest first.
pub fn page(conn: &mut Conn, programme: Option<ProgrammeId>, request: &PageRequest<FrozenId>) -> Result<Page<Frozen>, DbError> {
    let down = request.direction == Direction::Forward;
    let mut query = of(programme).limit(i64::from(request.size) + 1);
    for (id, below) in request.bounds(down) {
        let id = DbId::from(*id);
        query = if below { query.filter(frozen_statistics::id.lt(id)) } else { query.filter(frozen_statistics::id.gt(id)) };
    }
    query = if down { query.order(frozen_statistics::id.desc()) } else { query.order(frozen_statistics::id.asc()) };
    let rows: Vec<FrozenRow> = query.select(FrozenRow::as_select()).load(conn)?;
    Ok(Page::cut(rows.into_iter().map(frozen).collect::<Result<_, _>>()?, request))
}

/// How many frozen figures there are.
pub fn count(conn: &mut Conn, programme: Option<ProgrammeId>) -> Result<i64, DbError> {
    Ok(of(programme).count().get_result(conn)?)
}

/// The frozen figures with this identifier.
pub fn by_id(conn: &mut Conn, id: FrozenId) -> Result<Option<Frozen>, DbError> {
    let query = frozen_statistics::table.find(DbId::from(id)).select(FrozenRow::as_select());
    query.first(conn).optional()?.map(frozen).transpose()
}

/// What is kept of these.
pub fn contents(conn: &mut Conn, ids: &[FrozenId]) -> Result<Vec<(FrozenId, String)>, DbError> {
    let query = frozen_statistics::table.filter(frozen_statistics::id.eq_any(db_ids(ids)));
    let rows: Vec<(DbId, String)> = query.select((frozen_statistics::id, frozen_statistics::content)).load(conn)?;
    Ok(rows.into_iter().map(|(id, content)| (id.of(), content)).collect())
}

fn frozen(row: FrozenRow) -> Result<Frozen, DbError> {
    Ok(Frozen {
        grouping: parsed(&row.told_by, "frozen_statistics", "told_by", row.id)?,
        id: row.id.of(),
        title: row.title,
        programme: opt(row.programme_id),
        document: opt(row.document_id),
        as_of: row.as_of,
        compared_to: row.compared_to,
        formula_version: row.formula_version,
        inputs_head: row.inputs_head,
        content_sha256: row.content_sha256,
        agency: opt(row.agency_id),
        frozen_by: row.account_id.of(),
        frozen_at: row.frozen_at.and_utc(),
    })
}
