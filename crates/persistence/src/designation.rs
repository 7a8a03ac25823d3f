//! Designations of members of filtered collectives: all of them for the catalogue, and writing one.
//! Must not decide who may be named; a designation is appended, and ends the one before.
//! The rules are `domain::designation`.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use domain::{agency::AgencyId, designation::Designation, validity::Validity};

use crate::{
    conn::Conn,
    error::DbError,
    per_backend,
    rows::DbId,
    schema::{designated_agencies, designations, tasks},
};

#[derive(Clone, Debug, Insertable, Queryable, Selectable)]
#[diesel(table_name = designations, treat_none_as_default_value = false)]
struct Row {
    id: DbId,
    task_id: DbId,
    collective_id: DbId,
    basis_document_id: DbId,
    valid_from: NaiveDate,
    valid_to: Option<NaiveDate>,
}

#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = designated_agencies)]
pub(crate) struct DesignatedRow {
    designation_id: DbId,
    agency_id: DbId,
    rank: i32,
}

/// Every designation, in the order of time.
pub fn all(conn: &mut Conn) -> Result<Vec<Designation>, DbError> {
    let query = designations::table.inner_join(tasks::table.on(tasks::id.eq(designations::task_id)));
    let rows: Vec<(Row, DbId)> =
        query.order((designations::valid_from, designations::id)).select((Row::as_select(), tasks::programme_id)).load(conn)?;
    let mut named: HashMap<DbId, Vec<AgencyId>> = HashMap::new();
    let columns = (designated_agencies::designation_id, designated_agencies::agency_id);
    let agencies: Vec<(DbId, DbId)> = designated_agencies::table.order(designated_agencies::rank).select(columns).load(conn)?;
    for (designation, agency) in agencies {
        named.entry(designation).or_default().push(agency.of());
    }
    let designation = |(row, programme): (Row, DbId)| Designation {
        id: row.id.of(),
        task: row.task_id.of(),
        programme: programme.of(),
        collective: row.collective_id.of(),
        agencies: named.remove(&row.id).unwrap_or_default(),
        validity: Validity { from: Some(row.valid_from), to: row.valid_to },
        basis: row.basis_document_id.of(),
    };
    Ok(rows.into_iter().map(designation).collect())
}

/// Stores a designation from a day on, and ends the one that held before.
pub fn insert(conn: &mut Conn, new: &Designation, from: NaiveDate) -> Result<(), DbError> {
    let before = designations::table
        .filter(designations::task_id.eq(DbId::from(new.task)))
        .filter(designations::collective_id.eq(DbId::from(new.collective)))
        .filter(designations::valid_to.is_null());
    diesel::update(before).set(designations::valid_to.eq(from)).execute(conn)?;
    let row = Row {
        id: new.id.into(),
        task_id: new.task.into(),
        collective_id: new.collective.into(),
        basis_document_id: new.basis.into(),
        valid_from: from,
        valid_to: None,
    };
    diesel::insert_into(designations::table).values(&row).execute(conn)?;
    let named = |(agency, rank): (&AgencyId, i32)| DesignatedRow { designation_id: new.id.into(), agency_id: (*agency).into(), rank };
    let rows: Vec<DesignatedRow> = new.agencies.iter().zip(1..).map(named).collect();
    rows.chunks(per_backend::CHUNK).try_for_each(|rows| per_backend::insert_designated(conn, rows))
}
