//! Second factors: the sealed secret of one-time passwords, and recovery codes as hashes.
//! Must not open a sealed secret; that is `auth`.
//! Signing in with one is `app::identity`.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use domain::account::AccountId;

use crate::{
    conn::Conn,
    error::DbError,
    rows::DbId,
    schema::{recovery_codes, second_factors},
};

/// What is kept of a second factor.
pub struct SecondFactor {
    pub secret_sealed: String,
    /// It counts from its first right code on.
    pub is_confirmed: bool,
    /// No code of this time step or an earlier one is taken again.
    pub last_step: Option<i64>,
}

/// The second factor of an account.
pub fn find(conn: &mut Conn, account: AccountId) -> Result<Option<SecondFactor>, DbError> {
    let row: Option<(String, Option<NaiveDateTime>, Option<i64>)> = second_factors::table
        .find(DbId::from(account))
        .select((second_factors::secret_sealed, second_factors::confirmed_at, second_factors::last_step))
        .first(conn)
        .optional()?;
    Ok(row.map(|(secret_sealed, confirmed_at, last_step)| SecondFactor { secret_sealed, is_confirmed: confirmed_at.is_some(), last_step }))
}

/// Stores a new one, not confirmed yet, in the place of any other.
pub fn put(conn: &mut Conn, account: AccountId, secret_sealed: &str, at: DateTime<Utc>) -> Result<(), DbError> {
    remove(conn, account)?;
    diesel::insert_into(second_factors::table)
        .values((
            second_factors::account_id.eq(DbId::from(account)),
            second_factors::secret_sealed.eq(secret_sealed),
            second_factors::created_at.eq(at.naive_utc()),
        ))
        .execute(conn)?;
    Ok(())
}

/// Confirms it and stores the hashes of its recovery codes.
pub fn confirm(conn: &mut Conn, account: AccountId, step: i64, codes_sha256: &[String], at: DateTime<Utc>) -> Result<(), DbError> {
    diesel::update(second_factors::table.find(DbId::from(account)))
        .set((second_factors::confirmed_at.eq(at.naive_utc()), second_factors::last_step.eq(step)))
        .execute(conn)?;
    let rows: Vec<_> = codes_sha256
        .iter()
        .map(|code| (recovery_codes::account_id.eq(DbId::from(account)), recovery_codes::code_sha256.eq(code)))
        .collect();
    for row in rows {
        diesel::insert_into(recovery_codes::table).values(row).execute(conn)?;
    }
    Ok(())
}

/// Takes the code of a time step; false when that step or a later one was taken already.
pub fn take_step(conn: &mut Conn, account: AccountId, step: i64) -> Result<bool, DbError> {
    let fresh =
        second_factors::table.find(DbId::from(account)).filter(second_factors::last_step.is_null().or(second_factors::last_step.lt(step)));
    Ok(diesel::update(fresh).set(second_factors::last_step.eq(step)).execute(conn)? == 1)
}

/// Uses up a recovery code; false when there is none such left.
pub fn take_recovery_code(conn: &mut Conn, account: AccountId, code_sha256: &str, at: DateTime<Utc>) -> Result<bool, DbError> {
    let unused = recovery_codes::table.find((DbId::from(account), code_sha256)).filter(recovery_codes::used_at.is_null());
    Ok(diesel::update(unused).set(recovery_codes::used_at.eq(at.naive_utc())).execute(conn)? == 1)
}

/// Removes the second factor and its recovery codes; tells whether there was one.
pub fn remove(conn: &mut Conn, account: AccountId) -> Result<bool, DbError> {
    diesel::delete(recovery_codes::table.filter(recovery_codes::account_id.eq(DbId::from(account)))).execute(conn)?;
    Ok(diesel::delete(second_factors::table.find(DbId::from(account))).execute(conn)? == 1)
}
