//! The audit log as it is stored: entries in strands, each strand with its end.
//! Must only add; what an entry says and how it is hashed is `domain::audit`. Writers take whichever strand is free.
//! Reading it for a check, trusting nothing, is `evidence`.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use domain::{
    account::AccountId,
    audit::{Entry, EntryId, Link},
    page::{Direction, Page, PageRequest},
};

use crate::{
    catalogue::parsed,
    conn::Conn,
    error::DbError,
    evidence, per_backend,
    rows::DbId,
    schema::{audit_entries, audit_strands},
    sql_types::opt,
};

/// Which entries.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct AuditFilter {
    pub account: Option<AccountId>,
    pub operation: Option<String>,
    /// As it was then, or as it was tried.
    pub login: Option<String>,
    /// Kind of what it was about.
    pub subject: Option<String>,
    pub subject_id: Option<String>,
    pub refused: Option<bool>,
    /// From this instant on.
    pub from: Option<DateTime<Utc>>,
    /// Before this instant.
    pub to: Option<DateTime<Utc>>,
}

#[derive(Clone, Debug, Insertable, Queryable, Selectable)]
#[diesel(table_name = audit_entries, treat_none_as_default_value = false)]
pub(crate) struct EntryRow {
    strand: i32,
    number: i64,
    id: DbId,
    at: NaiveDateTime,
    actor: String,
    account_id: Option<DbId>,
    login: Option<String>,
    agency: Option<String>,
    token: Option<String>,
    network: Option<String>,
    request: String,
    operation: String,
    subject: Option<String>,
    subject_id: Option<String>,
    changes: Option<String>,
    outcome: String,
    code: Option<String>,
    previous_sha256: String,
    sha256: String,
}

/// Adds an entry at the end of a strand that nobody else is writing to. Holds the strand until the transaction ends, so it
/// should be the last thing that a transaction does.
pub fn append(conn: &mut Conn, entry: Entry) -> Result<(), DbError> {
    // The last bits of an identifier are random.
    let start = i32::from(entry.id.uuid().as_bytes()[15]);
    let head = per_backend::free_strand(conn, start)?;
    let link = Link::after(head.strand, head.entries, &head.sha256, entry);
    let (strand, number, sha256) = (link.strand, link.number, link.sha256.clone());
    diesel::insert_into(audit_entries::table).values(EntryRow::from(link)).execute(conn)?;
    diesel::update(audit_strands::table.find(strand))
        .set((audit_strands::entries.eq(number), audit_strands::head_sha256.eq(sha256)))
        .execute(conn)?;
    Ok(())
}

/// Adds entries, one after the other, at the end of one strand; as [`append`], and in a handful of statements.
pub fn append_all(conn: &mut Conn, entries: impl IntoIterator<Item = Entry>) -> Result<(), DbError> {
    let mut entries = entries.into_iter().peekable();
    let Some(first) = entries.peek() else { return Ok(()) };
    let mut head = per_backend::free_strand(conn, i32::from(first.id.uuid().as_bytes()[15]))?;
    while entries.peek().is_some() {
        let rows = entries.by_ref().take(per_backend::CHUNK).map(|entry| {
            let link = Link::after(head.strand, head.entries, &head.sha256, entry);
            (head.entries, head.sha256) = (link.number, link.sha256.clone());
            EntryRow::from(link)
        });
        let rows: Vec<EntryRow> = rows.collect();
        per_backend::insert_entries(conn, &rows)?;
    }
    diesel::update(audit_strands::table.find(head.strand))
        .set((audit_strands::entries.eq(head.entries), audit_strands::head_sha256.eq(head.sha256)))
        .execute(conn)?;
    Ok(())
}

/// How many rows the log has, wherever they stand.
pub fn count(conn: &mut Conn) -> Result<i64, DbError> {
    Ok(audit_entries::table.count().get_result(conn)?)
}

/// A page of entries, the newest first.
pub fn page(conn: &mut Conn, filter: &AuditFilter, request: &PageRequest<EntryId>) -> Result<Page<Link>, DbError> {
    // What somebody else put in beside the strands is found by checking and is not shown as an entry.
    let strands = evidence::strands(conn);
    let placed = audit_entries::table.filter(audit_entries::strand.between(strands.start, strands.end - 1));
    let mut query = placed.filter(audit_entries::number.gt(0)).limit(i64::from(request.size) + 1).into_boxed();
    if let Some(account) = filter.account {
        query = query.filter(audit_entries::account_id.eq(DbId::from(account)));
    }
    if let Some(operation) = &filter.operation {
        query = query.filter(audit_entries::operation.eq(operation.clone()));
    }
    if let Some(login) = &filter.login {
        query = query.filter(audit_entries::login.eq(login.clone()));
    }
    if let Some(subject) = &filter.subject {
        query = query.filter(audit_entries::subject.eq(subject.clone()));
    }
    if let Some(id) = &filter.subject_id {
        query = query.filter(audit_entries::subject_id.eq(id.clone()));
    }
    if let Some(from) = filter.from {
        query = query.filter(audit_entries::at.ge(from.naive_utc()));
    }
    if let Some(to) = filter.to {
        query = query.filter(audit_entries::at.lt(to.naive_utc()));
    }
    if let Some(refused) = filter.refused {
        query = query.filter(audit_entries::outcome.eq(if refused { "REFUSED" } else { "DONE" }));
    }
    let down = request.direction == Direction::Forward;
    for (id, below) in request.bounds(down) {
        let id = DbId::from(*id);
        query = if below { query.filter(audit_entries::id.lt(id)) } else { query.filter(audit_entries::id.gt(id)) };
    }
    query = if down { query.order(audit_entries::id.desc()) } else { query.order(audit_entries::id.asc()) };
    let rows: Vec<EntryRow> = query.select(EntryRow::as_select()).load(conn)?;
    Ok(Page::cut(rows.into_iter().map(EntryRow::link).collect::<Result<_, _>>()?, request))
}

impl From<Link> for EntryRow {
    fn from(link: Link) -> Self {
        let entry = link.entry;
        let (subject, subject_id) = entry.subject.unzip();
        Self {
            strand: link.strand,
            number: link.number,
            id: entry.id.into(),
            at: entry.at.naive_utc(),
            actor: entry.actor.label().into(),
            account_id: entry.account.map(DbId::from),
            login: entry.login,
            agency: entry.agency,
            token: entry.token,
            network: entry.network,
            request: entry.request,
            operation: entry.operation,
            subject,
            subject_id,
            changes: entry.changes,
            outcome: entry.outcome.label().into(),
            code: entry.code,
            previous_sha256: link.previous,
            sha256: link.sha256,
        }
    }
}

impl EntryRow {
    fn link(self) -> Result<Link, DbError> {
        Ok(Link {
            strand: self.strand,
            number: self.number,
            entry: Entry {
                actor: parsed(&self.actor, "audit_entries", "actor", self.id)?,
                outcome: parsed(&self.outcome, "audit_entries", "outcome", self.id)?,
                id: self.id.of(),
                at: self.at.and_utc(),
                account: opt(self.account_id),
                login: self.login,
                agency: self.agency,
                token: self.token,
                network: self.network,
                request: self.request,
                operation: self.operation,
                subject: self.subject.zip(self.subject_id),
                changes: self.changes,
                code: self.code,
            },
            previous: self.previous_sha256,
            sha256: self.sha256,
        })
    }
}
