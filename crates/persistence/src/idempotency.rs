//! First answers to idempotency keys, stored in the transaction of their effect.
//! Must not decide what is the same request; that is `app::idempotency`.
//! A key belongs to its scope (an agency, or an account without one) and operation.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::{conn::Conn, error::DbError, per_backend, rows::DbId, schema::idempotency_keys};

/// Whose key, and for what.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct KeyScope {
    pub scope: Uuid,
    pub operation: &'static str,
    pub key: String,
}

/// An answer as it was given the first time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredAnswer {
    pub request_sha256: String,
    pub status: u16,
    pub location: Option<String>,
    pub body: String,
}

#[derive(Insertable)]
#[diesel(table_name = idempotency_keys)]
struct KeyRow<'a> {
    scope_id: DbId,
    operation: &'a str,
    key: &'a str,
    request_sha256: &'a str,
    status: i32,
    location: Option<&'a str>,
    body: &'a str,
    created_at: NaiveDateTime,
    expires_at: NaiveDateTime,
}

/// What is read of a kept answer.
#[derive(Queryable, Selectable)]
#[diesel(table_name = idempotency_keys)]
struct KeptRow {
    request_sha256: String,
    status: i32,
    location: Option<String>,
    body: String,
    expires_at: NaiveDateTime,
}

/// Holds the key against every other node until the transaction ends; false when another holds it.
///
/// `digest` stands for the key; two keys with one digest only keep each other waiting.
pub fn try_lock(conn: &mut Conn, digest: i64) -> Result<bool, DbError> {
    per_backend::try_lock(conn, digest)
}

/// The answer stored for a key; one that has expired is forgotten here, so that the key can be stored anew.
pub fn find(conn: &mut Conn, scope: &KeyScope, now: DateTime<Utc>) -> Result<Option<StoredAnswer>, DbError> {
    let of_key = || idempotency_keys::table.find((DbId(scope.scope), scope.operation, scope.key.as_str()));
    let Some(kept) = of_key().select(KeptRow::as_select()).first(conn).optional()? else {
        return Ok(None);
    };
    if kept.expires_at <= now.naive_utc() {
        diesel::delete(of_key()).execute(conn)?;
        return Ok(None);
    }
    let status = u16::try_from(kept.status).map_err(|_| DbError::Inconsistent {
        table: "idempotency_keys",
        column: "status",
        id: scope.key.clone(),
    })?;
    Ok(Some(StoredAnswer { request_sha256: kept.request_sha256, status, location: kept.location, body: kept.body }))
}

/// Stores the answer to a key for which `find` told none in the same transaction.
pub fn store(conn: &mut Conn, scope: &KeyScope, answer: &StoredAnswer, now: DateTime<Utc>, expires: DateTime<Utc>) -> Result<(), DbError> {
    let row = KeyRow {
        scope_id: DbId(scope.scope),
        operation: scope.operation,
        key: &scope.key,
        request_sha256: &answer.request_sha256,
        status: i32::from(answer.status),
        location: answer.location.as_deref(),
        body: &answer.body,
        created_at: now.naive_utc(),
        expires_at: expires.naive_utc(),
    };
    diesel::insert_into(idempotency_keys::table).values(&row).execute(conn)?;
    Ok(())
}

/// Forgets keys that have expired; tells how many.
pub fn purge(conn: &mut Conn, now: DateTime<Utc>) -> Result<usize, DbError> {
    Ok(diesel::delete(idempotency_keys::table.filter(idempotency_keys::expires_at.le(now.naive_utc()))).execute(conn)?)
}
