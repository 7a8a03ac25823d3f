//! Sessions of people and the refresh tokens that carry them on.
//! Must not hold a refresh token itself, only its hash; a used one stays known, so that using it again is noticed.
//! Access tokens are not stored; they name their session.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use domain::account::{AccountId, Scopes, Session, SessionId};

use crate::{
    conn::Conn,
    error::DbError,
    rows::{DbId, by_owner},
    schema::{refresh_tokens, sessions},
};

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = sessions)]
struct SessionRow {
    id: DbId,
    account_id: DbId,
    created_at: NaiveDateTime,
    last_used_at: NaiveDateTime,
    expires_at: NaiveDateTime,
    ended_at: Option<NaiveDateTime>,
    scopes: String,
    network: Option<String>,
    user_agent: Option<String>,
}

impl SessionRow {
    fn session(self) -> Result<Session, DbError> {
        let inconsistent = |_| DbError::Inconsistent { table: "sessions", column: "scopes", id: self.id.0.to_string() };
        Ok(Session {
            scopes: self.scopes.parse::<Scopes>().map_err(inconsistent)?,
            id: self.id.of(),
            account: self.account_id.of(),
            created_at: self.created_at.and_utc(),
            last_used_at: self.last_used_at.and_utc(),
            expires_at: self.expires_at.and_utc(),
            ended_at: self.ended_at.map(|at| at.and_utc()),
            network: self.network,
            user_agent: self.user_agent,
        })
    }
}

/// A refresh token and what it belongs to.
pub struct Refresh {
    pub session: Session,
    pub used_at: Option<DateTime<Utc>>,
}

/// Every session of an account that is kept, also those that have ended, in the order in which they began.
pub fn of_account(conn: &mut Conn, account: AccountId) -> Result<Vec<Session>, DbError> {
    let query = sessions::table.filter(sessions::account_id.eq(DbId::from(account))).order(sessions::id);
    query.select(SessionRow::as_select()).load(conn)?.into_iter().map(SessionRow::session).collect()
}

/// Stores a new session.
pub fn insert(conn: &mut Conn, session: &Session) -> Result<(), DbError> {
    let row = SessionRow {
        id: session.id.into(),
        account_id: session.account.into(),
        created_at: session.created_at.naive_utc(),
        last_used_at: session.last_used_at.naive_utc(),
        expires_at: session.expires_at.naive_utc(),
        ended_at: session.ended_at.map(|at| at.naive_utc()),
        scopes: session.scopes.to_string(),
        network: session.network.clone(),
        user_agent: session.user_agent.clone(),
    };
    diesel::insert_into(sessions::table).values(&row).execute(conn)?;
    Ok(())
}

/// The session with this identifier.
pub fn by_id(conn: &mut Conn, id: SessionId) -> Result<Option<Session>, DbError> {
    let row: Option<SessionRow> = sessions::table.find(DbId::from(id)).select(SessionRow::as_select()).first(conn).optional()?;
    row.map(SessionRow::session).transpose()
}

/// The sessions of an account that go on at `now`, the newest first.
pub fn open(conn: &mut Conn, account: AccountId, now: DateTime<Utc>) -> Result<Vec<Session>, DbError> {
    Ok(open_of(conn, &[account], now)?.remove(&account).unwrap_or_default())
}

/// The sessions of each of these accounts that go on at `now`, the newest first.
pub fn open_of(conn: &mut Conn, accounts: &[AccountId], now: DateTime<Utc>) -> Result<HashMap<AccountId, Vec<Session>>, DbError> {
    let rows: Vec<SessionRow> = sessions::table
        .filter(sessions::account_id.eq_any(accounts.iter().map(|id| DbId::from(*id))))
        .filter(sessions::ended_at.is_null())
        .filter(sessions::expires_at.gt(now.naive_utc()))
        .order(sessions::id.desc())
        .select(SessionRow::as_select())
        .load(conn)?;
    by_owner(rows.into_iter().map(|row| Ok((row.account_id.of(), row.session()?))))
}

/// Whether tokens of the session are worth anything at `now`.
pub fn is_open(conn: &mut Conn, account: AccountId, id: SessionId, now: DateTime<Utc>) -> Result<bool, DbError> {
    let found = sessions::table
        .find(DbId::from(id))
        .filter(sessions::account_id.eq(DbId::from(account)))
        .filter(sessions::ended_at.is_null())
        .filter(sessions::expires_at.gt(now.naive_utc()));
    Ok(diesel::select(diesel::dsl::exists(found)).get_result(conn)?)
}

/// Ends a session of the account; tells whether it was open.
pub fn end(conn: &mut Conn, account: AccountId, id: SessionId, at: DateTime<Utc>) -> Result<bool, DbError> {
    let open = sessions::table
        .filter(sessions::id.eq(DbId::from(id)))
        .filter(sessions::account_id.eq(DbId::from(account)))
        .filter(sessions::ended_at.is_null());
    Ok(diesel::update(open).set(sessions::ended_at.eq(at.naive_utc())).execute(conn)? == 1)
}

/// Ends every session of the account but one; tells how many were open.
pub fn end_all(conn: &mut Conn, account: AccountId, but: Option<SessionId>, at: DateTime<Utc>) -> Result<usize, DbError> {
    let mut open = diesel::update(sessions::table)
        .filter(sessions::account_id.eq(DbId::from(account)))
        .filter(sessions::ended_at.is_null())
        .set(sessions::ended_at.eq(at.naive_utc()))
        .into_boxed();
    if let Some(but) = but {
        open = open.filter(sessions::id.ne(DbId::from(but)));
    }
    Ok(open.execute(conn)?)
}

/// Notes that a session goes on, and until when.
pub fn carry_on(conn: &mut Conn, id: SessionId, at: DateTime<Utc>, until: DateTime<Utc>) -> Result<(), DbError> {
    diesel::update(sessions::table.find(DbId::from(id)))
        .set((sessions::last_used_at.eq(at.naive_utc()), sessions::expires_at.eq(until.naive_utc())))
        .execute(conn)?;
    Ok(())
}

/// The refresh token with this hash and its session.
pub fn refresh(conn: &mut Conn, token_sha256: &str) -> Result<Option<Refresh>, DbError> {
    let row: Option<(DbId, Option<NaiveDateTime>)> =
        refresh_tokens::table.find(token_sha256).select((refresh_tokens::session_id, refresh_tokens::used_at)).first(conn).optional()?;
    let Some((session, used_at)) = row else { return Ok(None) };
    let session = by_id(conn, session.of())?;
    let inconsistent = || DbError::Inconsistent { table: "refresh_tokens", column: "session_id", id: token_sha256.to_owned() };
    Ok(Some(Refresh { session: session.ok_or_else(inconsistent)?, used_at: used_at.map(|at| at.and_utc()) }))
}

/// Stores the hash of a refresh token.
pub fn insert_refresh(conn: &mut Conn, token_sha256: &str, session: SessionId, at: DateTime<Utc>) -> Result<(), DbError> {
    diesel::insert_into(refresh_tokens::table)
        .values((
            refresh_tokens::token_sha256.eq(token_sha256),
            refresh_tokens::session_id.eq(DbId::from(session)),
            refresh_tokens::issued_at.eq(at.naive_utc()),
        ))
        .execute(conn)?;
    Ok(())
}

/// Uses a refresh token up; false when somebody was quicker.
pub fn use_refresh(conn: &mut Conn, token_sha256: &str, at: DateTime<Utc>) -> Result<bool, DbError> {
    let unused = refresh_tokens::table.find(token_sha256).filter(refresh_tokens::used_at.is_null());
    Ok(diesel::update(unused).set(refresh_tokens::used_at.eq(at.naive_utc())).execute(conn)? == 1)
}

/// Forgets the refresh tokens of sessions that ended before `before`; the sessions stay.
pub fn purge(conn: &mut Conn, before: DateTime<Utc>) -> Result<usize, DbError> {
    let over = sessions::table.filter(sessions::expires_at.le(before.naive_utc())).select(sessions::id);
    Ok(diesel::delete(refresh_tokens::table.filter(refresh_tokens::session_id.eq_any(over))).execute(conn)?)
}

/// Whether the account signed in from this place since an instant.
pub fn is_known_from(conn: &mut Conn, account: AccountId, network: &str, since: DateTime<Utc>) -> Result<bool, DbError> {
    let found = sessions::table
        .filter(sessions::account_id.eq(DbId::from(account)))
        .filter(sessions::network.eq(network))
        .filter(sessions::created_at.gt(since.naive_utc()));
    Ok(diesel::select(diesel::dsl::exists(found)).get_result(conn)?)
}
