//! Accounts: finding, listing, making, changing.
//! Must not compare secrets or issue tokens; that is `auth`. Hashes are only handed to the sign-in use case.
//! Their roles are `grant`, their secrets `secret`, their sessions `session`; what a role may do is `domain::policy`.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;
use domain::{
    account::{Account, AccountId, AccountKind, AccountStatus, Held, Limits, Scopes},
    agency::AgencyId,
    page::{Direction, Page, PageRequest},
};
use uuid::Uuid;

use crate::{
    catalogue::parsed,
    conn::Conn,
    error::DbError,
    grant,
    rows::DbId,
    schema::{accounts, client_secrets},
    sql_types::{db_ids, opt},
};

#[derive(Clone, Insertable, Queryable, Selectable)]
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
    expires_at: Option<NaiveDateTime>,
    scopes: Option<String>,
    networks: Option<String>,
    last_used_at: Option<NaiveDateTime>,
    external_issuer: Option<String>,
    external_subject: Option<String>,
}

/// An account with what proves that a caller is it.
pub struct Credentials {
    pub account: Account,
    /// PHC string; people only.
    pub password_hash: Option<String>,
    /// Each secret in force with its hexadecimal SHA-256; service accounts only.
    pub secrets: Vec<(Uuid, String)>,
}

/// An account as administrators see it.
#[derive(Clone, Debug)]
pub struct Listed {
    pub account: Account,
    pub created_at: DateTime<Utc>,
    pub last_used_at: Option<DateTime<Utc>>,
    /// Issuer and subject, where somebody else vouches for the account.
    pub external: Option<(String, String)>,
}

/// A new account.
pub struct NewAccount {
    pub id: AccountId,
    pub kind: AccountKind,
    pub login: String,
    pub name: String,
    pub agency: Option<AgencyId>,
    pub password_hash: Option<String>,
    pub limits: Limits,
    pub scopes: Scopes,
    pub external: Option<(String, String)>,
    pub created_at: DateTime<Utc>,
}

/// The account with this identifier and the roles it holds on `day`.
pub fn by_id(conn: &mut Conn, id: AccountId, day: NaiveDate) -> Result<Option<Account>, DbError> {
    Ok(listed(conn, id, day)?.map(|listed| listed.account))
}

/// The account with this identifier as administrators see it.
pub fn listed(conn: &mut Conn, id: AccountId, day: NaiveDate) -> Result<Option<Listed>, DbError> {
    let row: Option<AccountRow> = accounts::table.find(DbId::from(id)).select(AccountRow::as_select()).first(conn).optional()?;
    let Some(row) = row else { return Ok(None) };
    let held = grant::held(conn, &[row.id], day)?.remove(&row.id).unwrap_or_default();
    Ok(Some(row.listed(held)?))
}

/// The names of these accounts.
pub fn names(conn: &mut Conn, ids: &[AccountId]) -> Result<Vec<(AccountId, String)>, DbError> {
    let rows: Vec<(DbId, String)> =
        accounts::table.filter(accounts::id.eq_any(db_ids(ids))).select((accounts::id, accounts::name)).load(conn)?;
    Ok(rows.into_iter().map(|(id, name)| (id.of(), name)).collect())
}

/// The account that somebody else vouches for.
pub fn by_external(conn: &mut Conn, issuer: &str, subject: &str, day: NaiveDate) -> Result<Option<Account>, DbError> {
    let row: Option<AccountRow> = accounts::table
        .filter(accounts::external_issuer.eq(issuer))
        .filter(accounts::external_subject.eq(subject))
        .select(AccountRow::as_select())
        .first(conn)
        .optional()?;
    let Some(row) = row else { return Ok(None) };
    let held = grant::held(conn, &[row.id], day)?.remove(&row.id).unwrap_or_default();
    Ok(Some(row.listed(held)?.account))
}

/// The account with this login, with its secrets in force at `now`.
pub fn credentials(conn: &mut Conn, login: &str, now: DateTime<Utc>, day: NaiveDate) -> Result<Option<Credentials>, DbError> {
    let row: Option<AccountRow> =
        accounts::table.filter(accounts::login.eq(login)).select(AccountRow::as_select()).first(conn).optional()?;
    // Nobody has the nil identifier: a login that does not exist takes the same statements as one that does.
    let id = row.as_ref().map_or(DbId(Uuid::nil()), |row| row.id);
    let secrets: Vec<(DbId, String)> = client_secrets::table
        .filter(client_secrets::account_id.eq(id))
        .filter(client_secrets::revoked_at.is_null())
        .filter(client_secrets::expires_at.is_null().or(client_secrets::expires_at.gt(now.naive_utc())))
        .select((client_secrets::id, client_secrets::secret_sha256))
        .load(conn)?;
    let held = grant::held(conn, &[id], day)?.remove(&id).unwrap_or_default();
    let Some(row) = row else { return Ok(None) };
    let (password_hash, account) = (row.password_hash.clone(), row.listed(held)?.account);
    Ok(Some(Credentials { account, password_hash, secrets: secrets.into_iter().map(|(id, sha256)| (id.0, sha256)).collect() }))
}

/// A page of accounts by login.
pub fn page(
    conn: &mut Conn,
    kind: Option<AccountKind>,
    agency: Option<AgencyId>,
    request: &PageRequest<String>,
    day: NaiveDate,
) -> Result<Page<Listed>, DbError> {
    let down = request.direction == Direction::Backward;
    let mut query = accounts::table.limit(i64::from(request.size) + 1).into_boxed();
    if let Some(kind) = kind {
        query = query.filter(accounts::kind.eq(kind.label()));
    }
    if let Some(agency) = agency {
        query = query.filter(accounts::agency_id.eq(DbId::from(agency)));
    }
    for (login, below) in request.bounds(down) {
        query = if below { query.filter(accounts::login.lt(login.clone())) } else { query.filter(accounts::login.gt(login.clone())) };
    }
    query = if down { query.order(accounts::login.desc()) } else { query.order(accounts::login.asc()) };
    let rows: Vec<AccountRow> = query.select(AccountRow::as_select()).load(conn)?;
    let ids: Vec<DbId> = rows.iter().map(|row| row.id).collect();
    let mut held = grant::held(conn, &ids, day)?;
    let rows = rows.into_iter().map(|row| {
        let held = held.remove(&row.id).unwrap_or_default();
        row.listed(held)
    });
    Ok(Page::cut(rows.collect::<Result<_, _>>()?, request))
}

impl AccountRow {
    fn listed(self, held: Vec<Held>) -> Result<Listed, DbError> {
        let inconsistent = || DbError::Inconsistent { table: "accounts", column: "scopes", id: self.id.0.to_string() };
        let scopes = self.scopes.as_deref().map_or(Ok(Scopes::ALL), str::parse).map_err(|_| inconsistent())?;
        Ok(Listed {
            account: Account {
                kind: parsed(&self.kind, "accounts", "kind", self.id)?,
                status: parsed(&self.status, "accounts", "status", self.id)?,
                id: self.id.of(),
                login: self.login.into(),
                name: self.name.into(),
                agency: opt(self.agency_id),
                scopes,
                limits: Limits { expires_at: self.expires_at.map(|at| at.and_utc()), networks: self.networks.map(Into::into) },
                held,
            },
            created_at: self.created_at.and_utc(),
            last_used_at: self.last_used_at.map(|at| at.and_utc()),
            external: self.external_issuer.zip(self.external_subject),
        })
    }
}

fn stored(scopes: Scopes) -> Option<String> {
    (scopes != Scopes::ALL).then(|| scopes.to_string())
}

/// Stores a new account.
pub fn insert(conn: &mut Conn, new: &NewAccount) -> Result<(), DbError> {
    let (external_issuer, external_subject) = new.external.clone().unzip();
    let row = AccountRow {
        id: new.id.into(),
        kind: new.kind.label().into(),
        login: new.login.clone(),
        name: new.name.clone(),
        agency_id: new.agency.map(DbId::from),
        status: AccountStatus::Active.label().into(),
        password_hash: new.password_hash.clone(),
        created_at: new.created_at.naive_utc(),
        expires_at: new.limits.expires_at.map(|at| at.naive_utc()),
        scopes: stored(new.scopes),
        networks: new.limits.networks.as_deref().map(str::to_owned),
        last_used_at: None,
        external_issuer,
        external_subject,
    };
    diesel::insert_into(accounts::table).values(&row).execute(conn)?;
    Ok(())
}

/// Stores what can change of an account: name, status, scopes, limits.
pub fn update(conn: &mut Conn, account: &Account) -> Result<(), DbError> {
    diesel::update(accounts::table.find(DbId::from(account.id)))
        .set((
            accounts::name.eq(account.name.to_string()),
            accounts::status.eq(account.status.label()),
            accounts::scopes.eq(stored(account.scopes)),
            accounts::expires_at.eq(account.limits.expires_at.map(|at| at.naive_utc())),
            accounts::networks.eq(account.limits.networks.as_deref().map(str::to_owned)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Stores the hash of a new password.
pub fn set_password(conn: &mut Conn, id: AccountId, hash: &str) -> Result<(), DbError> {
    diesel::update(accounts::table.find(DbId::from(id))).set(accounts::password_hash.eq(hash)).execute(conn)?;
    Ok(())
}

/// Notes that an account signed in; false when it was disabled a moment ago.
pub fn touch(conn: &mut Conn, id: AccountId, at: DateTime<Utc>) -> Result<bool, DbError> {
    let active = accounts::table.filter(accounts::id.eq(DbId::from(id))).filter(accounts::status.eq(AccountStatus::Active.label()));
    Ok(diesel::update(active).set(accounts::last_used_at.eq(at.naive_utc())).execute(conn)? == 1)
}

/// The account with this login as administrators see it.
pub fn by_login(conn: &mut Conn, login: &str, day: NaiveDate) -> Result<Option<Listed>, DbError> {
    let id: Option<DbId> = accounts::table.filter(accounts::login.eq(login)).select(accounts::id).first(conn).optional()?;
    match id {
        Some(id) => listed(conn, id.of(), day),
        None => Ok(None),
    }
}
