//! Grants: roles given to accounts, for an agency, a programme, a time, on the ground of a document.
//! Must not remove one: what was held stays known, an end is an instant.
//! What a role may do is `domain::policy`.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;
use domain::{
    account::{AccountId, Grant, GrantId, Held},
    validity::Validity,
};

use crate::{
    catalogue::parsed,
    conn::Conn,
    error::DbError,
    rows::{DbId, by_owner},
    schema::grants,
    sql_types::opt,
};

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = grants)]
struct GrantRow {
    id: DbId,
    account_id: DbId,
    role: String,
    agency_id: Option<DbId>,
    programme_id: Option<DbId>,
    valid_from: Option<NaiveDate>,
    valid_to: Option<NaiveDate>,
    basis_document_id: Option<DbId>,
    created_at: NaiveDateTime,
    revoked_at: Option<NaiveDateTime>,
}

/// The roles that accounts hold on a day.
pub(crate) fn held(conn: &mut Conn, accounts: &[DbId], day: NaiveDate) -> Result<HashMap<DbId, Vec<Held>>, DbError> {
    let rows: Vec<GrantRow> = grants::table
        .filter(grants::account_id.eq_any(accounts))
        .filter(grants::revoked_at.is_null())
        .filter(grants::valid_from.is_null().or(grants::valid_from.le(day)))
        .filter(grants::valid_to.is_null().or(grants::valid_to.gt(day)))
        .select(GrantRow::as_select())
        .load(conn)?;
    let mut held: HashMap<DbId, Vec<Held>> = HashMap::new();
    for row in rows {
        held.entry(row.account_id).or_default().push(row.held()?);
    }
    for held in held.values_mut() {
        held.sort_unstable();
        held.dedup();
    }
    Ok(held)
}

/// Every grant that an account ever had, the newest first.
pub fn of_account(conn: &mut Conn, account: AccountId) -> Result<Vec<Grant>, DbError> {
    Ok(of_accounts(conn, &[account])?.remove(&account).unwrap_or_default())
}

/// Every grant that each of these accounts ever had, the newest first.
pub fn of_accounts(conn: &mut Conn, accounts: &[AccountId]) -> Result<HashMap<AccountId, Vec<Grant>>, DbError> {
    let rows: Vec<GrantRow> = grants::table
        .filter(grants::account_id.eq_any(accounts.iter().map(|id| DbId::from(*id))))
        .order(grants::id.desc())
        .select(GrantRow::as_select())
        .load(conn)?;
    by_owner(rows.into_iter().map(|row| Ok((row.account_id.of(), row.grant()?))))
}

/// The grant with this identifier.
pub fn by_id(conn: &mut Conn, id: GrantId) -> Result<Option<Grant>, DbError> {
    let row: Option<GrantRow> = grants::table.find(DbId::from(id)).select(GrantRow::as_select()).first(conn).optional()?;
    row.map(GrantRow::grant).transpose()
}

impl GrantRow {
    fn held(&self) -> Result<Held, DbError> {
        Ok(Held { role: parsed(&self.role, "grants", "role", self.id)?, agency: opt(self.agency_id), programme: opt(self.programme_id) })
    }

    fn grant(self) -> Result<Grant, DbError> {
        Ok(Grant {
            held: self.held()?,
            id: self.id.of(),
            account: self.account_id.of(),
            validity: Validity { from: self.valid_from, to: self.valid_to },
            basis: opt(self.basis_document_id),
            created_at: self.created_at.and_utc(),
            revoked_at: self.revoked_at.map(|at| at.and_utc()),
        })
    }
}

/// Stores a grant.
pub fn insert(conn: &mut Conn, grant: &Grant) -> Result<(), DbError> {
    let row = GrantRow {
        id: grant.id.into(),
        account_id: grant.account.into(),
        role: grant.held.role.label().into(),
        agency_id: grant.held.agency.map(DbId::from),
        programme_id: grant.held.programme.map(DbId::from),
        valid_from: grant.validity.from,
        valid_to: grant.validity.to,
        basis_document_id: grant.basis.map(DbId::from),
        created_at: grant.created_at.naive_utc(),
        revoked_at: grant.revoked_at.map(|at| at.naive_utc()),
    };
    diesel::insert_into(grants::table).values(&row).execute(conn)?;
    Ok(())
}

/// Withdraws a grant; tells whether it was in force or still to come.
pub fn revoke(conn: &mut Conn, id: GrantId, at: DateTime<Utc>) -> Result<bool, DbError> {
    let open = grants::table.find(DbId::from(id)).filter(grants::revoked_at.is_null());
    Ok(diesel::update(open).set(grants::revoked_at.eq(at.naive_utc())).execute(conn)? == 1)
}
