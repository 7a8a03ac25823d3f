//! Accounts, their secrets and their roles.
//! Must not compare secrets or issue tokens; that is `auth`. Hashes are only handed to the sign-in use case.
//! What a role may do is `domain::policy`.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;
use domain::{
    account::{Account, AccountId, AccountKind, AccountStatus, Role},
    agency::AgencyId,
    id::Id,
};
use uuid::Uuid;

use crate::{
    catalogue::parsed,
    conn::Conn,
    error::DbError,
    rows::DbId,
    schema::{accounts, client_secrets, grants},
    sql_types::opt,
};

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = accounts)]
struct AccountRow {
    id: DbId,
    kind: String,
    login: String,
    name: String,
    agency_id: Option<DbId>,
    status: String,
    password_hash: Option<String>,
    created_at: NaiveDateTime,
}

/// An account with what proves that a caller is it.
pub struct Credentials {
    pub account: Account,
    /// PHC string; people only.
    pub password_hash: Option<String>,
    /// Hexadecimal SHA-256 of each secret in force; service accounts only.
    pub secret_hashes: Vec<String>,
}

/// A new account.
pub struct NewAccount {
    pub id: AccountId,
    pub kind: AccountKind,
    pub login: String,
    pub name: String,
    pub agency: Option<AgencyId>,
    pub password_hash: Option<String>,
    pub created_at: DateTime<Utc>,
}

/// The account with this identifier and the roles it holds on `day`.
pub fn by_id(conn: &mut Conn, id: AccountId, day: NaiveDate) -> Result<Option<Account>, DbError> {
    let row: Option<AccountRow> = accounts::table.find(DbId::from(id)).select(AccountRow::as_select()).first(conn).optional()?;
    let Some(row) = row else { return Ok(None) };
    let labels = role_labels(conn, row.id, row.agency_id, day)?;
    Ok(Some(account(&row, &labels)?))
}

/// The account with this login, with its secrets in force at `now`.
pub fn credentials(conn: &mut Conn, login: &str, now: DateTime<Utc>, day: NaiveDate) -> Result<Option<Credentials>, DbError> {
    let row: Option<AccountRow> =
        accounts::table.filter(accounts::login.eq(login)).select(AccountRow::as_select()).first(conn).optional()?;
    // Nobody has the nil identifier: a login that does not exist takes the same statements as one that does.
    let id = row.as_ref().map_or(DbId(Uuid::nil()), |row| row.id);
    let secret_hashes = client_secrets::table
        .filter(client_secrets::account_id.eq(id))
        .filter(client_secrets::revoked_at.is_null())
        .filter(client_secrets::expires_at.is_null().or(client_secrets::expires_at.gt(now.naive_utc())))
        .select(client_secrets::secret_sha256)
        .load(conn)?;
    let labels = role_labels(conn, id, row.as_ref().and_then(|row| row.agency_id), day)?;
    let Some(row) = row else { return Ok(None) };
    let account = account(&row, &labels)?;
    Ok(Some(Credentials { account, password_hash: row.password_hash, secret_hashes }))
}

/// Labels of the roles that an account of the agency holds on `day`.
fn role_labels(conn: &mut Conn, account: DbId, agency: Option<DbId>, day: NaiveDate) -> Result<Vec<String>, DbError> {
    Ok(grants::table
        .filter(grants::account_id.eq(account))
        // A role is held without limits or not at all: narrower grants count nothing until narrower questions are asked.
        .filter(grants::programme_id.is_null())
        .filter(grants::agency_id.is_null().or(grants::agency_id.eq(agency)))
        .filter(grants::valid_from.is_null().or(grants::valid_from.le(day)))
        .filter(grants::valid_to.is_null().or(grants::valid_to.gt(day)))
        .select(grants::role)
        .distinct()
        .load(conn)?)
}

fn account(row: &AccountRow, labels: &[String]) -> Result<Account, DbError> {
    let mut roles = labels.iter().map(|label| parsed(label, "grants", "role", row.id)).collect::<Result<Vec<Role>, _>>()?;
    roles.sort_unstable();
    Ok(Account {
        id: row.id.of(),
        kind: parsed(&row.kind, "accounts", "kind", row.id)?,
        status: parsed(&row.status, "accounts", "status", row.id)?,
        login: row.login.as_str().into(),
        name: row.name.as_str().into(),
        agency: opt(row.agency_id),
        roles,
    })
}

/// Stores a new account.
pub fn insert(conn: &mut Conn, new: &NewAccount) -> Result<(), DbError> {
    let row = AccountRow {
        id: new.id.into(),
        kind: new.kind.label().into(),
        login: new.login.clone(),
        name: new.name.clone(),
        agency_id: new.agency.map(DbId::from),
        status: AccountStatus::Active.label().into(),
        password_hash: new.password_hash.clone(),
        created_at: new.created_at.naive_utc(),
    };
    diesel::insert_into(accounts::table).values(&row).execute(conn)?;
    Ok(())
}

/// Stores the hash of a service account's secret.
pub fn insert_secret(conn: &mut Conn, id: Id<()>, account: AccountId, secret_sha256: &str, at: DateTime<Utc>) -> Result<(), DbError> {
    diesel::insert_into(client_secrets::table)
        .values((
            client_secrets::id.eq(DbId::from(id)),
            client_secrets::account_id.eq(DbId::from(account)),
            client_secrets::secret_sha256.eq(secret_sha256),
            client_secrets::created_at.eq(at.naive_utc()),
        ))
        .execute(conn)?;
    Ok(())
}

/// Gives a role to an account, without limit of time.
pub fn insert_grant(
    conn: &mut Conn,
    id: Id<()>,
    account: AccountId,
    role: Role,
    agency: Option<AgencyId>,
    at: DateTime<Utc>,
) -> Result<(), DbError> {
    diesel::insert_into(grants::table)
        .values((
            grants::id.eq(DbId::from(id)),
            grants::account_id.eq(DbId::from(account)),
            grants::role.eq(role.label()),
            grants::agency_id.eq(agency.map(DbId::from)),
            grants::created_at.eq(at.naive_utc()),
        ))
        .execute(conn)?;
    Ok(())
}
