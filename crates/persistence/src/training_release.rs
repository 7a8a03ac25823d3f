//! What was released of a year's figures of people.
//! Must not change a release: they are appended, and hold the figures themselves.
//! What may be released after what is `domain::training::release`.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use domain::{
    id::Id,
    programme::ProgrammeId,
    suppression::{Published, Shown},
    training::{PublicTable, Release, ReleasedShare, ReleasedTable, ToldShare},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    catalogue::{json, parsed},
    conn::Conn,
    error::DbError,
    rows::DbId,
    schema::training_releases,
    sql_types::opt,
    training::{kept, natural},
};

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = training_releases, treat_none_as_default_value = false)]
struct ReleaseRow {
    id: DbId,
    programme_id: DbId,
    year: i32,
    number: i32,
    as_of: NaiveDate,
    document_id: Option<DbId>,
    figures: String,
    account_id: DbId,
    recorded_at: NaiveDateTime,
}

/// Figures as they are kept; null where they are hidden.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct KeptTable {
    agencies: Vec<Uuid>,
    courses: Vec<Uuid>,
    counts: Vec<Vec<u64>>,
    cells: Vec<Vec<Option<u64>>>,
    row_totals: Vec<Option<u64>>,
    column_totals: Vec<Option<u64>>,
    total: Option<u64>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct KeptShare {
    target: Uuid,
    version: u32,
    base: String,
    missing: u32,
    /// Whether there is a share at all.
    is_known: bool,
    /// Points of a hundred at the least and at the most, where they are told.
    told: Option<(u64, u64)>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct KeptFigures {
    table: Option<KeptTable>,
    /// None where nothing was on record; null within where it is hidden.
    attendances: Option<[Option<u64>; 1]>,
    shares: Vec<KeptShare>,
}

fn figure(value: Option<u64>) -> Shown {
    value.map_or(Shown::Suppressed, Shown::Value)
}

fn figures(values: Vec<Option<u64>>) -> Vec<Shown> {
    values.into_iter().map(figure).collect()
}

fn values(figures: &[Shown]) -> Vec<Option<u64>> {
    figures.iter().map(|figure| figure.value()).collect()
}

/// Every release of a programme, by year and then in their order.
pub fn of_programme(conn: &mut Conn, programme: ProgrammeId) -> Result<Vec<Release>, DbError> {
    let query = training_releases::table
        .filter(training_releases::programme_id.eq(DbId::from(programme)))
        .order((training_releases::year, training_releases::number));
    query.select(ReleaseRow::as_select()).load::<ReleaseRow>(conn)?.iter().map(release).collect()
}

/// The last release of a year.
pub fn latest(conn: &mut Conn, programme: ProgrammeId, year: i32) -> Result<Option<Release>, DbError> {
    let row: Option<ReleaseRow> = training_releases::table
        .filter(training_releases::programme_id.eq(DbId::from(programme)))
        .filter(training_releases::year.eq(year))
        .order(training_releases::number.desc())
        .select(ReleaseRow::as_select())
        .first(conn)
        .optional()?;
    row.as_ref().map(release).transpose()
}

fn release(row: &ReleaseRow) -> Result<Release, DbError> {
    let id = row.id;
    let read: KeptFigures = json(&row.figures, "training_releases", "figures", id)?;
    let share = |kept: KeptShare| {
        Ok(ReleasedShare {
            base: parsed(&kept.base, "training_releases", "figures", id)?,
            target: Id::from_uuid(kept.target),
            version: kept.version,
            missing: kept.missing,
            share: match kept.told {
                Some((at_least, at_most)) => ToldShare::Told { at_least, at_most },
                None if kept.is_known => ToldShare::Hidden,
                None => ToldShare::NoData,
            },
        })
    };
    Ok(Release {
        number: natural(row.number, "training_releases", "number", id)?,
        id: id.of(),
        programme: row.programme_id.of(),
        year: row.year,
        as_of: row.as_of,
        document: opt(row.document_id),
        by: row.account_id.of(),
        at: row.recorded_at.and_utc(),
        table: read.table.map(table),
        attendances: read.attendances.map(|[value]| figure(value)),
        shares: read.shares.into_iter().map(share).collect::<Result<_, DbError>>()?,
    })
}

fn table(kept: KeptTable) -> ReleasedTable<domain::agency::AgencyId, domain::training::CourseId> {
    let figures = Published {
        cells: kept.cells.into_iter().map(figures).collect(),
        row_totals: figures(kept.row_totals),
        column_totals: figures(kept.column_totals),
        total: figure(kept.total),
    };
    let rows = kept.agencies.into_iter().map(Id::from_uuid).collect();
    let columns = kept.courses.into_iter().map(Id::from_uuid).collect();
    ReleasedTable { table: PublicTable { rows, columns, figures }, counts: kept.counts }
}

/// Appends a release.
///
/// # Errors
/// When the database fails, or the year has a release of this number.
pub fn insert(conn: &mut Conn, release: &Release) -> Result<(), DbError> {
    let id = DbId::from(release.id);
    let table = release.table.as_ref().map(|ReleasedTable { table, counts }| KeptTable {
        agencies: table.rows.iter().map(|row| row.uuid()).collect(),
        courses: table.columns.iter().map(|column| column.uuid()).collect(),
        counts: counts.clone(),
        cells: table.figures.cells.iter().map(|cells| values(cells)).collect(),
        row_totals: values(&table.figures.row_totals),
        column_totals: values(&table.figures.column_totals),
        total: table.figures.total.value(),
    });
    let share = |one: &ReleasedShare| KeptShare {
        target: one.target.uuid(),
        version: one.version,
        base: one.base.label().into(),
        missing: one.missing,
        is_known: one.share != ToldShare::NoData,
        told: match one.share {
            ToldShare::Told { at_least, at_most } => Some((at_least, at_most)),
            ToldShare::NoData | ToldShare::Hidden => None,
        },
    };
    let attendances = release.attendances.map(|figure| [figure.value()]);
    let figures = KeptFigures { table, attendances, shares: release.shares.iter().map(share).collect() };
    let wrong = |_| DbError::Inconsistent { table: "training_releases", column: "figures", id: id.0.to_string() };
    let row = ReleaseRow {
        id,
        programme_id: release.programme.into(),
        year: release.year,
        number: kept(release.number),
        as_of: release.as_of,
        document_id: release.document.map(DbId::from),
        figures: serde_json::to_string(&figures).map_err(wrong)?,
        account_id: release.by.into(),
        recorded_at: release.at.naive_utc(),
    };
    diesel::insert_into(training_releases::table).values(&row).execute(conn)?;
    Ok(())
}
