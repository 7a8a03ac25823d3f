//! Messages to webhooks: the queue that processes share, and the log of what came of it.
//! Must not decide when something is tried again, nor who may know of an event.
//! Webhooks themselves are `webhook`; whoever sends is `app::webhook::send`.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::{
    dsl::sql,
    prelude::*,
    sql_types::{Bool, Nullable},
};
use domain::{
    agency::AgencyId,
    page::{Direction, Page, PageRequest},
    webhook::{Attempt, Delivery, DeliveryId, DeliveryState, WebhookId},
};
use uuid::Uuid;

use crate::{
    catalogue::parsed,
    conn::{Conn, MultiBackend},
    error::DbError,
    per_backend,
    rows::DbId,
    schema::{webhook_attempts, webhook_deliveries, webhooks},
    sql_types::{DbUuid, db_ids, opt},
    statement::{Bind, Statement},
};

#[derive(Clone, Debug, Insertable, Queryable, Selectable)]
#[diesel(table_name = webhook_deliveries, treat_none_as_default_value = false)]
pub(crate) struct DeliveryRow {
    id: DbId,
    webhook_id: DbId,
    event_seq: Option<i64>,
    kind: String,
    subject_id: DbId,
    state: String,
    attempts: i32,
    tries: i32,
    created_at: NaiveDateTime,
    due_at: NaiveDateTime,
    first_tried_at: Option<NaiveDateTime>,
    ended_at: Option<NaiveDateTime>,
    lease: Option<DbId>,
}

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = webhook_attempts, treat_none_as_default_value = false)]
struct AttemptRow {
    delivery_id: DbId,
    number: i32,
    at: NaiveDateTime,
    millis: i32,
    status: Option<i32>,
    fault: Option<String>,
    answer: Option<String>,
}

impl DeliveryRow {
    fn delivery(self, last: Option<Attempt>) -> Result<Delivery, DbError> {
        Ok(Delivery {
            state: parsed(&self.state, "webhook_deliveries", "state", self.id)?,
            id: self.id.of(),
            webhook: self.webhook_id.of(),
            seq: self.event_seq,
            kind: self.kind,
            subject: self.subject_id.0,
            attempts: self.attempts,
            tries: self.tries,
            created_at: self.created_at.and_utc(),
            due_at: self.due_at.and_utc(),
            first_tried_at: self.first_tried_at.map(|at| at.and_utc()),
            ended_at: self.ended_at.map(|at| at.and_utc()),
            last,
        })
    }
}

impl AttemptRow {
    fn attempt(self) -> Result<Attempt, DbError> {
        let id = self.delivery_id;
        Ok(Attempt {
            number: self.number,
            at: self.at.and_utc(),
            millis: self.millis,
            status: self.status,
            fault: self.fault.as_deref().map(|fault| parsed(fault, "webhook_attempts", "fault", id)).transpose()?,
            answer: self.answer,
        })
    }
}

/// Puts messages into the queue in one statement for each thousand.
pub fn insert(conn: &mut Conn, new: &[Delivery]) -> Result<(), DbError> {
    let row = |delivery: &Delivery| DeliveryRow {
        id: delivery.id.into(),
        webhook_id: delivery.webhook.into(),
        event_seq: delivery.seq,
        kind: delivery.kind.clone(),
        subject_id: DbId(delivery.subject),
        state: delivery.state.label().into(),
        attempts: delivery.attempts,
        tries: delivery.tries,
        created_at: delivery.created_at.naive_utc(),
        due_at: delivery.due_at.naive_utc(),
        first_tried_at: delivery.first_tried_at.map(|at| at.naive_utc()),
        ended_at: delivery.ended_at.map(|at| at.naive_utc()),
        lease: None,
    };
    let rows: Vec<DeliveryRow> = new.iter().map(row).collect();
    rows.chunks(per_backend::CHUNK).try_for_each(|rows| per_backend::insert_deliveries(conn, rows))
}

/// Makes what is due and waits behind an earlier message of its object due when that is, so that nobody looks at it before.
pub fn follow(conn: &mut Conn, webhook: WebhookId, now: DateTime<Utc>) -> Result<(), DbError> {
    const EARLIER: &str = "FROM webhook_deliveries e WHERE e.webhook_id = webhook_deliveries.webhook_id \
                           AND e.subject_id = webhook_deliveries.subject_id AND e.state = 'PENDING' AND e.event_seq < webhook_deliveries.event_seq";
    let mut statement = Statement::default();
    let set = format!("UPDATE webhook_deliveries SET due_at = (SELECT max(e.due_at) {EARLIER}) WHERE webhook_id = ");
    statement.bind(&set, Bind::Id(webhook.into()));
    let now = statement.hold(Bind::At(now.naive_utc()));
    statement.again(" AND state = 'PENDING' AND due_at <= ", now);
    statement.again(&format!(" AND EXISTS (SELECT 1 {EARLIER} AND e.due_at > "), now);
    statement.add(")");
    statement.query().execute(conn)?;
    Ok(())
}

fn pending(webhook: WebhookId) -> webhook_deliveries::BoxedQuery<'static, MultiBackend> {
    // The condition is spelt out, so that a plan may rest on the indexes that hold these alone.
    webhook_deliveries::table
        .filter(webhook_deliveries::webhook_id.eq(DbId::from(webhook)))
        .filter(sql::<Bool>("state = 'PENDING'"))
        .into_boxed()
}

/// How many messages wait.
pub fn waiting(conn: &mut Conn, webhook: WebhookId) -> Result<i64, DbError> {
    Ok(pending(webhook).count().get_result(conn)?)
}

#[derive(QueryableByName)]
pub(crate) struct Id {
    #[diesel(sql_type = DbUuid)]
    pub id: DbId,
}

/// That no earlier message of the same object waits, as a condition on `d`.
const FIRST: &str = " AND NOT EXISTS (SELECT 1 FROM webhook_deliveries e WHERE e.webhook_id = d.webhook_id AND e.subject_id = d.subject_id \
                     AND e.state = 'PENDING' AND e.event_seq < d.event_seq)";

#[derive(QueryableByName)]
struct DueRow {
    #[diesel(sql_type = DbUuid)]
    id: DbId,
    #[diesel(sql_type = Nullable<DbUuid>)]
    agency_id: Option<DbId>,
}

/// Active webhooks for which something can be taken, each with the agency that it is for; those whose message is due longest first.
pub fn due(conn: &mut Conn, now: DateTime<Utc>, limit: i64) -> Result<Vec<(WebhookId, Option<AgencyId>)>, DbError> {
    let mut statement = Statement::default();
    statement.bind(
        "SELECT id, agency_id FROM (SELECT w.id, w.agency_id, (SELECT d.due_at FROM webhook_deliveries d WHERE d.webhook_id = w.id \
         AND d.state = 'PENDING' AND d.due_at <= ",
        Bind::At(now.naive_utc()),
    );
    statement.add(FIRST);
    statement.add(" ORDER BY d.due_at LIMIT 1) AS oldest FROM webhooks w WHERE w.status = 'ACTIVE') AS waits WHERE oldest IS NOT NULL");
    statement.bind(" ORDER BY oldest, id LIMIT ", Bind::Number(limit));
    let rows: Vec<DueRow> = statement.query().load(conn)?;
    Ok(rows.into_iter().map(|row| (row.id.of(), opt(row.agency_id))).collect())
}

/// A message that is this process's to send, and whether another had it and did not come back.
#[derive(Clone, Debug)]
pub struct Claimed {
    pub delivery: Delivery,
    pub was_left: bool,
}

/// Up to `limit` messages that are due and not behind an earlier one of the same object; nobody else takes them until the
/// transaction ends.
pub fn claimable(conn: &mut Conn, webhook: WebhookId, now: DateTime<Utc>, limit: i64) -> Result<Vec<Claimed>, DbError> {
    let mut statement = Statement::default();
    statement.bind("SELECT d.id FROM webhook_deliveries d WHERE d.webhook_id = ", Bind::Id(webhook.into()));
    statement.bind(" AND d.state = 'PENDING' AND d.due_at <= ", Bind::At(now.naive_utc()));
    statement.add(FIRST);
    statement.bind(" ORDER BY d.due_at, d.id LIMIT ", Bind::Number(limit));
    statement.add(per_backend::skip_locked(conn));
    let ids: Vec<Id> = statement.query().load(conn)?;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<DbId> = ids.into_iter().map(|row| row.id).collect();
    let query = webhook_deliveries::table.filter(webhook_deliveries::id.eq_any(ids));
    let rows: Vec<DeliveryRow> =
        query.order((webhook_deliveries::event_seq, webhook_deliveries::id)).select(DeliveryRow::as_select()).load(conn)?;
    let claimed = |row: DeliveryRow| Ok(Claimed { was_left: row.lease.is_some(), delivery: row.delivery(None)? });
    rows.into_iter().map(claimed).collect()
}

/// Who sends until when.
#[derive(Clone, Copy, Debug)]
pub struct Lease {
    pub id: Uuid,
    pub from: DateTime<Utc>,
    pub until: DateTime<Utc>,
}

/// Takes messages for a try.
pub fn take(conn: &mut Conn, ids: &[DeliveryId], lease: Lease) -> Result<(), DbError> {
    let these = webhook_deliveries::table.filter(webhook_deliveries::id.eq_any(db_ids(ids)));
    let change = (
        webhook_deliveries::attempts.eq(webhook_deliveries::attempts + 1),
        webhook_deliveries::tries.eq(webhook_deliveries::tries + 1),
        webhook_deliveries::due_at.eq(lease.until.naive_utc()),
        webhook_deliveries::lease.eq(DbId(lease.id)),
    );
    diesel::update(these).set(change).execute(conn)?;
    let first =
        webhook_deliveries::table.filter(webhook_deliveries::id.eq_any(db_ids(ids))).filter(webhook_deliveries::first_tried_at.is_null());
    diesel::update(first).set(webhook_deliveries::first_tried_at.eq(lease.from.naive_utc())).execute(conn)?;
    Ok(())
}

/// Ends messages without a try.
pub fn end(conn: &mut Conn, ids: &[DeliveryId], state: DeliveryState, at: DateTime<Utc>) -> Result<(), DbError> {
    let these = webhook_deliveries::table.filter(webhook_deliveries::id.eq_any(db_ids(ids)));
    let change = (
        webhook_deliveries::state.eq(state.label()),
        webhook_deliveries::ended_at.eq(at.naive_utc()),
        webhook_deliveries::lease.eq(None::<DbId>),
    );
    diesel::update(these).set(change).execute(conn)?;
    Ok(())
}

/// How a message stands after a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    Ended(DeliveryState, DateTime<Utc>),
    Due(DateTime<Utc>),
}

/// Writes down what came of a try by its lease; false where the lease has ended and another has the message.
pub fn settle(conn: &mut Conn, delivery: &Delivery, lease: Uuid, after: After) -> Result<bool, DbError> {
    let held = webhook_deliveries::table
        .find(DbId::from(delivery.id))
        .filter(webhook_deliveries::lease.eq(DbId(lease)))
        .filter(sql::<Bool>("state = 'PENDING'"));
    let free = webhook_deliveries::lease.eq(None::<DbId>);
    let changed = match after {
        After::Ended(state, at) => {
            let change = (webhook_deliveries::state.eq(state.label()), webhook_deliveries::ended_at.eq(at.naive_utc()), free);
            diesel::update(held).set(change).execute(conn)?
        }
        After::Due(at) => {
            let changed = diesel::update(held).set((webhook_deliveries::due_at.eq(at.naive_utc()), free)).execute(conn)?;
            if changed == 1 && delivery.seq.is_some() {
                // What comes after it need not be looked at before.
                let later = webhook_deliveries::table
                    .filter(webhook_deliveries::webhook_id.eq(DbId::from(delivery.webhook)))
                    .filter(webhook_deliveries::subject_id.eq(DbId(delivery.subject)))
                    .filter(sql::<Bool>("state = 'PENDING'"))
                    .filter(webhook_deliveries::event_seq.gt(delivery.seq))
                    .filter(webhook_deliveries::due_at.lt(at.naive_utc()));
                diesel::update(later).set(webhook_deliveries::due_at.eq(at.naive_utc())).execute(conn)?;
            }
            changed
        }
    };
    Ok(changed == 1)
}

/// Makes what waits behind a message due at once, when that has ended.
pub fn hasten(conn: &mut Conn, delivery: &Delivery, now: DateTime<Utc>) -> Result<(), DbError> {
    let later = webhook_deliveries::table
        .filter(webhook_deliveries::webhook_id.eq(DbId::from(delivery.webhook)))
        .filter(webhook_deliveries::subject_id.eq(DbId(delivery.subject)))
        .filter(sql::<Bool>("state = 'PENDING'"))
        .filter(webhook_deliveries::tries.eq(0))
        .filter(webhook_deliveries::due_at.gt(now.naive_utc()));
    diesel::update(later).set(webhook_deliveries::due_at.eq(now.naive_utc())).execute(conn)?;
    Ok(())
}

/// Adds tries to the log.
pub fn record(conn: &mut Conn, tried: &[(DeliveryId, Attempt)]) -> Result<(), DbError> {
    for (id, attempt) in tried {
        let row = AttemptRow {
            delivery_id: (*id).into(),
            number: attempt.number,
            at: attempt.at.naive_utc(),
            millis: attempt.millis,
            status: attempt.status,
            fault: attempt.fault.map(|fault| fault.label().into()),
            answer: attempt.answer.clone(),
        };
        diesel::insert_into(webhook_attempts::table).values(row).execute(conn)?;
    }
    Ok(())
}

/// The last try of each of these messages.
fn last_of(conn: &mut Conn, ids: Vec<DbId>) -> Result<HashMap<DbId, Attempt>, DbError> {
    let query = webhook_attempts::table
        .inner_join(webhook_deliveries::table.on(webhook_deliveries::id.eq(webhook_attempts::delivery_id)))
        .filter(webhook_deliveries::id.eq_any(ids))
        .filter(webhook_attempts::number.eq(webhook_deliveries::attempts));
    let rows: Vec<AttemptRow> = query.select(AttemptRow::as_select()).load(conn)?;
    rows.into_iter().map(|row| Ok((row.delivery_id, row.attempt()?))).collect()
}

/// A page of the log of a webhook, the newest first, each with its last try.
pub fn page(
    conn: &mut Conn,
    webhook: WebhookId,
    state: Option<DeliveryState>,
    request: &PageRequest<DeliveryId>,
) -> Result<Page<Delivery>, DbError> {
    let down = request.direction == Direction::Forward;
    let mut query = webhook_deliveries::table
        .filter(webhook_deliveries::webhook_id.eq(DbId::from(webhook)))
        .into_boxed::<MultiBackend>()
        .limit(i64::from(request.size) + 1);
    if let Some(state) = state {
        query = query.filter(webhook_deliveries::state.eq(state.label()));
    }
    for (id, below) in request.bounds(down) {
        let id = DbId::from(*id);
        query = if below { query.filter(webhook_deliveries::id.lt(id)) } else { query.filter(webhook_deliveries::id.gt(id)) };
    }
    query = if down { query.order(webhook_deliveries::id.desc()) } else { query.order(webhook_deliveries::id.asc()) };
    let rows: Vec<DeliveryRow> = query.select(DeliveryRow::as_select()).load(conn)?;
    let mut last = last_of(conn, rows.iter().map(|row| row.id).collect())?;
    let told = rows.into_iter().map(|row| {
        let last = last.remove(&row.id);
        row.delivery(last)
    });
    Ok(Page::cut(told.collect::<Result<_, _>>()?, request))
}

/// A message of a webhook with every try, the first first.
pub fn with_attempts(conn: &mut Conn, webhook: WebhookId, id: DeliveryId) -> Result<Option<(Delivery, Vec<Attempt>)>, DbError> {
    let query = webhook_deliveries::table.find(DbId::from(id)).filter(webhook_deliveries::webhook_id.eq(DbId::from(webhook)));
    let Some(row) = query.select(DeliveryRow::as_select()).first::<DeliveryRow>(conn).optional()? else { return Ok(None) };
    let query = webhook_attempts::table.filter(webhook_attempts::delivery_id.eq(row.id)).order(webhook_attempts::number);
    let rows: Vec<AttemptRow> = query.select(AttemptRow::as_select()).load(conn)?;
    let attempts: Vec<Attempt> = rows.into_iter().map(AttemptRow::attempt).collect::<Result<_, _>>()?;
    let last = attempts.last().filter(|last| last.number == row.attempts).cloned();
    Ok(Some((row.delivery(last)?, attempts)))
}

/// How a message stands that is tried as if for the first time.
#[derive(AsChangeset)]
#[diesel(table_name = webhook_deliveries, treat_none_as_null = true)]
struct Anew {
    state: &'static str,
    tries: i32,
    due_at: NaiveDateTime,
    first_tried_at: Option<NaiveDateTime>,
    ended_at: Option<NaiveDateTime>,
    lease: Option<DbId>,
}

impl Anew {
    fn at(now: DateTime<Utc>) -> Self {
        let state = DeliveryState::Pending.label();
        Self { state, tries: 0, due_at: now.naive_utc(), first_tried_at: None, ended_at: None, lease: None }
    }
}

/// Puts one message back into the queue, whether it has ended or waits for its next try, in which case earlier ones of its object, for
/// which it waits, are due with it; false where it is being sent.
pub fn again(conn: &mut Conn, message: &Delivery, now: DateTime<Utc>) -> Result<bool, DbError> {
    let one = webhook_deliveries::table.find(DbId::from(message.id)).filter(webhook_deliveries::webhook_id.eq(DbId::from(message.webhook)));
    let free = one.filter(webhook_deliveries::ended_at.is_not_null().or(webhook_deliveries::lease.is_null()));
    let is_put = diesel::update(free).set(Anew::at(now)).execute(conn)? == 1;
    if is_put && message.state == DeliveryState::Pending {
        afresh(conn, message.webhook, Some(message), now)?;
    }
    Ok(is_put)
}

/// Puts every message of a webhook that was given up back into the queue; tells how many.
pub fn dead_again(conn: &mut Conn, webhook: WebhookId, now: DateTime<Utc>) -> Result<usize, DbError> {
    let of = webhook_deliveries::table.filter(webhook_deliveries::webhook_id.eq(DbId::from(webhook)));
    Ok(diesel::update(of.filter(webhook_deliveries::state.eq(DeliveryState::Dead.label()))).set(Anew::at(now)).execute(conn)?)
}

/// Makes what waits for a webhook due at once, with all its tries before it: everything, or what one message of an object waits for.
/// What is being sent stays as it is.
pub fn afresh(conn: &mut Conn, webhook: WebhookId, before: Option<&Delivery>, now: DateTime<Utc>) -> Result<(), DbError> {
    let waits = webhook_deliveries::table
        .filter(webhook_deliveries::webhook_id.eq(DbId::from(webhook)))
        .filter(sql::<Bool>("state = 'PENDING'"))
        .filter(webhook_deliveries::lease.is_null());
    match before {
        None => diesel::update(waits).set(Anew::at(now)).execute(conn)?,
        Some(message) => {
            let of_object = waits.filter(webhook_deliveries::subject_id.eq(DbId(message.subject)));
            diesel::update(of_object.filter(webhook_deliveries::event_seq.lt(message.seq))).set(Anew::at(now)).execute(conn)?
        }
    };
    Ok(())
}

/// Forgets what was delivered or withheld before an instant, a thousand at most; tells how many.
pub fn purge(conn: &mut Conn, before: DateTime<Utc>) -> Result<usize, DbError> {
    let mut statement = Statement::default();
    statement.bind("SELECT id FROM webhook_deliveries WHERE ended_at IS NOT NULL AND ended_at < ", Bind::At(before.naive_utc()));
    statement.add(" AND state <> 'DEAD' ORDER BY ended_at LIMIT 1000");
    let ids: Vec<Id> = statement.query().load(conn)?;
    let ids: Vec<DbId> = ids.into_iter().map(|row| row.id).collect();
    Ok(diesel::delete(webhook_deliveries::table.filter(webhook_deliveries::id.eq_any(ids))).execute(conn)?)
}

/// How far sending is: messages that wait at active webhooks, since when the oldest does, and how many events the one furthest
/// behind has not looked at.
pub fn lag(conn: &mut Conn, head: i64) -> Result<(i64, Option<DateTime<Utc>>, i64), DbError> {
    let waiting = webhook_deliveries::table
        .inner_join(webhooks::table.on(webhooks::id.eq(webhook_deliveries::webhook_id)))
        .filter(webhooks::status.eq("ACTIVE"))
        .filter(webhook_deliveries::state.eq("PENDING"));
    let columns = (diesel::dsl::count_star(), diesel::dsl::min(webhook_deliveries::created_at));
    let (count, oldest): (i64, Option<NaiveDateTime>) = waiting.select(columns).first(conn)?;
    let furthest = webhooks::table.filter(webhooks::status.eq("ACTIVE")).select(diesel::dsl::min(webhooks::seen_seq));
    let furthest: Option<i64> = furthest.first(conn)?;
    Ok((count, oldest.map(|at| at.and_utc()), furthest.map_or(0, |seen| head.saturating_sub(seen))))
}
