//! Teaching materials with their versions.
//! Must not hold a file: files are those of documents.
//! Which session used which is `training`.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;
use domain::{
    account::AccountId,
    page::{Direction, Page, PageRequest},
    programme::ProgrammeId,
    training::{Material, MaterialId, MaterialVersion},
};

use crate::{
    conn::{Conn, MultiBackend},
    error::DbError,
    rows::DbId,
    schema::{training_material_versions, training_materials},
    sql_types::{db_ids, opt},
    training::{kept, natural},
};

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = training_materials, treat_none_as_default_value = false)]
struct MaterialRow {
    id: DbId,
    programme_id: DbId,
    task_id: Option<DbId>,
    agency_id: DbId,
    title: String,
}

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = training_material_versions, treat_none_as_default_value = false)]
struct VersionRow {
    material_id: DbId,
    number: i32,
    language: String,
    issued_on: NaiveDate,
    document_id: Option<DbId>,
    link: Option<String>,
}

fn filtered(programme: Option<ProgrammeId>) -> training_materials::BoxedQuery<'static, MultiBackend> {
    let query = training_materials::table.into_boxed();
    match programme {
        Some(programme) => query.filter(training_materials::programme_id.eq(DbId::from(programme))),
        None => query,
    }
}

/// A page of materials, the newest first, with their versions: two statements.
pub fn page(conn: &mut Conn, programme: Option<ProgrammeId>, request: &PageRequest<MaterialId>) -> Result<Page<Material>, DbError> {
    let down = request.direction == Direction::Forward;
    let mut query = filtered(programme).limit(i64::from(request.size) + 1);
    for (id, below) in request.bounds(down) {
        let id = DbId::from(*id);
        query = if below { query.filter(training_materials::id.lt(id)) } else { query.filter(training_materials::id.gt(id)) };
    }
    query = if down { query.order(training_materials::id.desc()) } else { query.order(training_materials::id.asc()) };
    let rows: Vec<MaterialRow> = query.select(MaterialRow::as_select()).load(conn)?;
    Ok(Page::cut(whole(conn, rows)?, request))
}

/// How many materials there are.
pub fn count(conn: &mut Conn, programme: Option<ProgrammeId>) -> Result<i64, DbError> {
    Ok(filtered(programme).count().get_result(conn)?)
}

/// The materials with these identifiers, in no particular order.
pub fn by_ids(conn: &mut Conn, ids: &[MaterialId]) -> Result<Vec<Material>, DbError> {
    let rows = training_materials::table.filter(training_materials::id.eq_any(db_ids(ids))).select(MaterialRow::as_select()).load(conn)?;
    whole(conn, rows)
}

fn whole(conn: &mut Conn, rows: Vec<MaterialRow>) -> Result<Vec<Material>, DbError> {
    let ids: Vec<DbId> = rows.iter().map(|row| row.id).collect();
    let versions: Vec<VersionRow> = training_material_versions::table
        .filter(training_material_versions::material_id.eq_any(ids))
        .order((training_material_versions::material_id, training_material_versions::number, training_material_versions::language))
        .select(VersionRow::as_select())
        .load(conn)?;
    let mut of_material: HashMap<DbId, Vec<MaterialVersion>> = HashMap::new();
    for row in versions {
        let number = natural(row.number, "training_material_versions", "number", row.material_id)?;
        of_material.entry(row.material_id).or_default().push(MaterialVersion {
            number,
            language: row.language.into(),
            issued_on: row.issued_on,
            document: opt(row.document_id),
            link: row.link.map(Into::into),
        });
    }
    let material = |row: MaterialRow| Material {
        id: row.id.of(),
        programme: row.programme_id.of(),
        task: opt(row.task_id),
        agency: row.agency_id.of(),
        title: row.title.into(),
        versions: of_material.remove(&row.id).unwrap_or_default(),
    };
    Ok(rows.into_iter().map(material).collect())
}

/// Stores a material without versions.
pub fn insert(conn: &mut Conn, material: &Material, (by, at): (AccountId, DateTime<Utc>)) -> Result<(), DbError> {
    let row = MaterialRow {
        id: material.id.into(),
        programme_id: material.programme.into(),
        task_id: material.task.map(DbId::from),
        agency_id: material.agency.into(),
        title: material.title.to_string(),
    };
    let row = (row, training_materials::account_id.eq(DbId::from(by)), training_materials::recorded_at.eq(at.naive_utc()));
    diesel::insert_into(training_materials::table).values(row).execute(conn)?;
    Ok(())
}

/// Appends a version.
pub fn insert_version(
    conn: &mut Conn,
    material: MaterialId,
    version: &MaterialVersion,
    (by, at): (AccountId, DateTime<Utc>),
) -> Result<(), DbError> {
    let at: NaiveDateTime = at.naive_utc();
    let row = VersionRow {
        material_id: material.into(),
        number: kept(version.number),
        language: version.language.to_string(),
        issued_on: version.issued_on,
        document_id: version.document.map(DbId::from),
        link: version.link.as_deref().map(str::to_owned),
    };
    let row = (row, training_material_versions::account_id.eq(DbId::from(by)), training_material_versions::recorded_at.eq(at));
    diesel::insert_into(training_material_versions::table).values(row).execute(conn)?;
    Ok(())
}
