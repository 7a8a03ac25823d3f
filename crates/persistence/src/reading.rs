//! Confirmations of how defects of decisions are read.
//! Must not change one, but for who it names once they are pseudonymised; with another reading it goes, and the audit log tells of it.
//! Defects with their confirmations are read in `plan`.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use domain::{
    account::AccountId,
    id::Id,
    programme::ProgrammeId,
    reading::{Confirmation, Confirmer},
};

use crate::{
    conn::Conn,
    error::DbError,
    rows::DbId,
    schema::{citations, known_issues, reading_confirmations},
    sql_types::{db_ids, opt},
};

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = reading_confirmations, treat_none_as_default_value = false)]
pub(crate) struct ConfirmationRow {
    id: DbId,
    known_issue_id: DbId,
    account_id: DbId,
    confirmed_by: String,
    post: Option<String>,
    agency_id: Option<DbId>,
    confirmed_on: NaiveDate,
    basis_document_id: Option<DbId>,
    remark: Option<String>,
    recorded_at: NaiveDateTime,
}

pub(crate) fn confirmation(row: ConfirmationRow) -> Confirmation {
    Confirmation {
        id: row.id.of(),
        issue: row.known_issue_id.of(),
        account: row.account_id.of(),
        by: Some(Confirmer { name: row.confirmed_by, post: row.post, remark: row.remark }),
        agency: opt(row.agency_id),
        on: row.confirmed_on,
        basis: opt(row.basis_document_id),
        recorded_at: row.recorded_at.and_utc(),
    }
}

/// Stores a confirmation by somebody.
///
/// # Errors
/// `Unique` where the reading is confirmed.
pub fn insert(conn: &mut Conn, new: &Confirmation, by: &Confirmer) -> Result<(), DbError> {
    let row = ConfirmationRow {
        id: new.id.into(),
        known_issue_id: new.issue.into(),
        account_id: new.account.into(),
        confirmed_by: by.name.clone(),
        post: by.post.clone(),
        agency_id: new.agency.map(DbId::from),
        confirmed_on: new.on,
        basis_document_id: new.basis.map(DbId::from),
        remark: by.remark.clone(),
        recorded_at: new.recorded_at.naive_utc(),
    };
    diesel::insert_into(reading_confirmations::table).values(&row).execute(conn)?;
    Ok(())
}

/// The defects of a programme whose readings are confirmed, with the confirmations.
pub fn confirmed(conn: &mut Conn, programme: ProgrammeId) -> Result<Vec<Confirmation>, DbError> {
    let of_programme = known_issues::table.filter(known_issues::programme_id.eq(DbId::from(programme))).select(known_issues::id);
    let rows: Vec<ConfirmationRow> = reading_confirmations::table
        .filter(reading_confirmations::known_issue_id.eq_any(of_programme))
        .select(ConfirmationRow::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(confirmation).collect())
}

/// What an account confirmed, with the programme and where in its decision, in the order in which it was written down.
pub fn of_account(conn: &mut Conn, account: AccountId) -> Result<Vec<(ProgrammeId, String, Confirmation)>, DbError> {
    let rows: Vec<(DbId, String, ConfirmationRow)> = reading_confirmations::table
        .inner_join(known_issues::table.on(known_issues::id.eq(reading_confirmations::known_issue_id)))
        .filter(reading_confirmations::account_id.eq(DbId::from(account)))
        .order(reading_confirmations::id)
        .select((known_issues::programme_id, known_issues::location, ConfirmationRow::as_select()))
        .load(conn)?;
    Ok(rows.into_iter().map(|(programme, location, row)| (programme.of(), location, confirmation(row))).collect())
}

/// Leaves a pseudonym of whoever confirmed with an account; tells of how many readings.
pub fn pseudonymise(conn: &mut Conn, account: AccountId, pseudonym: &str) -> Result<usize, DbError> {
    let of_account = reading_confirmations::table.filter(reading_confirmations::account_id.eq(DbId::from(account)));
    let left = (
        reading_confirmations::confirmed_by.eq(pseudonym),
        reading_confirmations::post.eq(None::<String>),
        reading_confirmations::remark.eq(None::<String>),
    );
    Ok(diesel::update(of_account).set(left).execute(conn)?)
}

/// Takes confirmations away, with where they stand in documents: what they confirmed is read otherwise.
pub fn withdraw(conn: &mut Conn, gone: &[Id<Confirmation>]) -> Result<(), DbError> {
    diesel::delete(citations::table.filter(citations::subject_id.eq_any(db_ids(gone)))).execute(conn)?;
    diesel::delete(reading_confirmations::table.filter(reading_confirmations::id.eq_any(db_ids(gone)))).execute(conn)?;
    Ok(())
}
