//! What service accounts prove themselves with: secrets, public keys, assertions that were used.
//! Must not hold a secret itself, only its hash.
//! Comparing and verifying is `auth`; sessions of people are `session`.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use domain::account::AccountId;
use uuid::Uuid;

use crate::{
    conn::Conn,
    error::DbError,
    rows::{DbId, by_owner},
    schema::{client_keys, client_secrets, used_assertions},
};

/// A secret or a public key, without what it proves.
#[derive(Clone, Debug)]
pub struct Credential {
    pub id: Uuid,
    /// Name of a public key; secrets have none.
    pub kid: Option<String>,
    pub created_at: DateTime<Utc>,
    pub expires_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
    pub last_used_at: Option<DateTime<Utc>>,
}

impl Credential {
    /// Whether it proves anything at an instant.
    pub fn is_in_force(&self, now: DateTime<Utc>) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| now < end)
    }
}

/// A public key in force.
pub struct PublicKey {
    pub id: Uuid,
    pub jwk: String,
}

type Times = (NaiveDateTime, Option<NaiveDateTime>, Option<NaiveDateTime>, Option<NaiveDateTime>);

fn credential(id: DbId, kid: Option<String>, (created_at, expires_at, revoked_at, last_used_at): Times) -> Credential {
    let utc = |at: Option<NaiveDateTime>| at.map(|at| at.and_utc());
    Credential {
        id: id.0,
        kid,
        created_at: created_at.and_utc(),
        expires_at: utc(expires_at),
        revoked_at: utc(revoked_at),
        last_used_at: utc(last_used_at),
    }
}

/// Every secret that an account ever had, the newest first.
pub fn secrets(conn: &mut Conn, account: AccountId) -> Result<Vec<Credential>, DbError> {
    Ok(secrets_of(conn, &[account])?.remove(&account).unwrap_or_default())
}

/// Every secret that each of these accounts ever had, the newest first.
pub fn secrets_of(conn: &mut Conn, accounts: &[AccountId]) -> Result<HashMap<AccountId, Vec<Credential>>, DbError> {
    let times = (client_secrets::created_at, client_secrets::expires_at, client_secrets::revoked_at, client_secrets::last_used_at);
    let rows: Vec<(DbId, DbId, Times)> = client_secrets::table
        .filter(client_secrets::account_id.eq_any(accounts.iter().map(|id| DbId::from(*id))))
        .order(client_secrets::id.desc())
        .select((client_secrets::account_id, client_secrets::id, times))
        .load(conn)?;
    by_owner(rows.into_iter().map(|(account, id, times)| Ok((account.of(), credential(id, None, times)))))
}

/// Stores the hash of a service account's secret.
pub fn insert_secret(
    conn: &mut Conn,
    id: Uuid,
    account: AccountId,
    secret_sha256: &str,
    at: DateTime<Utc>,
    expires_at: Option<DateTime<Utc>>,
) -> Result<(), DbError> {
    diesel::insert_into(client_secrets::table)
        .values((
            client_secrets::id.eq(DbId(id)),
            client_secrets::account_id.eq(DbId::from(account)),
            client_secrets::secret_sha256.eq(secret_sha256),
            client_secrets::created_at.eq(at.naive_utc()),
            client_secrets::expires_at.eq(expires_at.map(|at| at.naive_utc())),
        ))
        .execute(conn)?;
    Ok(())
}

/// Revokes a secret of the account; tells whether it had such a one that was not revoked yet.
pub fn revoke_secret(conn: &mut Conn, account: AccountId, id: Uuid, at: DateTime<Utc>) -> Result<bool, DbError> {
    let open = client_secrets::table
        .filter(client_secrets::id.eq(DbId(id)))
        .filter(client_secrets::account_id.eq(DbId::from(account)))
        .filter(client_secrets::revoked_at.is_null());
    Ok(diesel::update(open).set(client_secrets::revoked_at.eq(at.naive_utc())).execute(conn)? == 1)
}

/// Notes that a secret was used; false when it was revoked a moment ago.
pub fn touch_secret(conn: &mut Conn, id: Uuid, at: DateTime<Utc>) -> Result<bool, DbError> {
    let open = client_secrets::table.filter(client_secrets::id.eq(DbId(id))).filter(client_secrets::revoked_at.is_null());
    Ok(diesel::update(open).set(client_secrets::last_used_at.eq(at.naive_utc())).execute(conn)? == 1)
}

/// Every public key that each of these accounts ever had, the newest first.
pub fn keys_of(conn: &mut Conn, accounts: &[AccountId]) -> Result<HashMap<AccountId, Vec<Credential>>, DbError> {
    let times = (client_keys::created_at, client_keys::expires_at, client_keys::revoked_at, client_keys::last_used_at);
    let rows: Vec<(DbId, DbId, String, Times)> = client_keys::table
        .filter(client_keys::account_id.eq_any(accounts.iter().map(|id| DbId::from(*id))))
        .order(client_keys::id.desc())
        .select((client_keys::account_id, client_keys::id, client_keys::kid, times))
        .load(conn)?;
    by_owner(rows.into_iter().map(|(account, id, kid, times)| Ok((account.of(), credential(id, Some(kid), times)))))
}

/// The account's public key of this name, if it is in force at `now`.
pub fn key(conn: &mut Conn, account: AccountId, kid: &str, now: DateTime<Utc>) -> Result<Option<PublicKey>, DbError> {
    let row: Option<(DbId, String)> = client_keys::table
        .filter(client_keys::account_id.eq(DbId::from(account)))
        .filter(client_keys::kid.eq(kid))
        .filter(client_keys::revoked_at.is_null())
        .filter(client_keys::expires_at.is_null().or(client_keys::expires_at.gt(now.naive_utc())))
        .select((client_keys::id, client_keys::jwk))
        .first(conn)
        .optional()?;
    Ok(row.map(|(id, jwk)| PublicKey { id: id.0, jwk }))
}

/// Stores a public key.
pub fn insert_key(
    conn: &mut Conn,
    id: Uuid,
    account: AccountId,
    (kid, jwk): (&str, &str),
    at: DateTime<Utc>,
    expires_at: Option<DateTime<Utc>>,
) -> Result<(), DbError> {
    diesel::insert_into(client_keys::table)
        .values((
            client_keys::id.eq(DbId(id)),
            client_keys::account_id.eq(DbId::from(account)),
            client_keys::kid.eq(kid),
            client_keys::jwk.eq(jwk),
            client_keys::created_at.eq(at.naive_utc()),
            client_keys::expires_at.eq(expires_at.map(|at| at.naive_utc())),
        ))
        .execute(conn)?;
    Ok(())
}

/// Revokes a public key of the account; tells whether it had such a one that was not revoked yet.
pub fn revoke_key(conn: &mut Conn, account: AccountId, id: Uuid, at: DateTime<Utc>) -> Result<bool, DbError> {
    let open = client_keys::table
        .filter(client_keys::id.eq(DbId(id)))
        .filter(client_keys::account_id.eq(DbId::from(account)))
        .filter(client_keys::revoked_at.is_null());
    Ok(diesel::update(open).set(client_keys::revoked_at.eq(at.naive_utc())).execute(conn)? == 1)
}

/// Notes that a public key was used; false when it was revoked a moment ago.
pub fn touch_key(conn: &mut Conn, id: Uuid, at: DateTime<Utc>) -> Result<bool, DbError> {
    let open = client_keys::table.filter(client_keys::id.eq(DbId(id))).filter(client_keys::revoked_at.is_null());
    Ok(diesel::update(open).set(client_keys::last_used_at.eq(at.naive_utc())).execute(conn)? == 1)
}

/// Whether a secret or a public key of the account is still in force: what a service account's token rests on.
pub fn is_in_force(conn: &mut Conn, account: AccountId, id: Uuid, now: DateTime<Utc>) -> Result<bool, DbError> {
    let now = now.naive_utc();
    let secret = client_secrets::table
        .find(DbId(id))
        .filter(client_secrets::account_id.eq(DbId::from(account)))
        .filter(client_secrets::revoked_at.is_null())
        .filter(client_secrets::expires_at.is_null().or(client_secrets::expires_at.gt(now)));
    if diesel::select(diesel::dsl::exists(secret)).get_result::<bool>(conn)? {
        return Ok(true);
    }
    let key = client_keys::table
        .find(DbId(id))
        .filter(client_keys::account_id.eq(DbId::from(account)))
        .filter(client_keys::revoked_at.is_null())
        .filter(client_keys::expires_at.is_null().or(client_keys::expires_at.gt(now)));
    Ok(diesel::select(diesel::dsl::exists(key)).get_result(conn)?)
}

/// Notes that an assertion was used.
///
/// # Errors
/// `Unique` when it was used before.
pub fn use_assertion(conn: &mut Conn, assertion_sha256: &str, expires_at: DateTime<Utc>) -> Result<(), DbError> {
    diesel::insert_into(used_assertions::table)
        .values((used_assertions::assertion_sha256.eq(assertion_sha256), used_assertions::expires_at.eq(expires_at.naive_utc())))
        .execute(conn)?;
    Ok(())
}

/// Forgets assertions that nobody could use any more.
pub fn purge_assertions(conn: &mut Conn, now: DateTime<Utc>) -> Result<usize, DbError> {
    Ok(diesel::delete(used_assertions::table.filter(used_assertions::expires_at.le(now.naive_utc()))).execute(conn)?)
}
