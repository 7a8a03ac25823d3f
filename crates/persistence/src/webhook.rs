//! Webhooks as they are kept: whom they are for, how they stand, their sealed secrets.
//! Must not open a secret, nor decide whether one is disabled.
//! What is sent to them is `delivery`; what becomes of it all is `app::webhook`.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use domain::{
    agency::AgencyId,
    page::{Direction, Page, PageRequest},
    webhook::{DisabledReason, Webhook, WebhookId, WebhookStatus},
};

use crate::{
    catalogue::parsed,
    conn::{Conn, MultiBackend},
    delivery::Id,
    error::DbError,
    per_backend,
    rows::DbId,
    schema::webhooks,
    sql_types::{db_ids, opt},
    statement::{Bind, Statement},
};

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = webhooks, treat_none_as_default_value = false)]
struct WebhookRow {
    id: DbId,
    agency_id: Option<DbId>,
    account_id: DbId,
    url: String,
    description: Option<String>,
    kinds: String,
    programme_id: Option<DbId>,
    status: String,
    disabled_reason: Option<String>,
    disabled_at: Option<NaiveDateTime>,
    previous_until: Option<NaiveDateTime>,
    revision: i32,
    created_at: NaiveDateTime,
    changed_at: NaiveDateTime,
    seen_seq: i64,
    last_success_at: Option<NaiveDateTime>,
    failing_since: Option<NaiveDateTime>,
}

impl WebhookRow {
    fn of(webhook: &Webhook) -> Self {
        Self {
            id: webhook.id.into(),
            agency_id: webhook.agency.map(DbId::from),
            account_id: webhook.owner.into(),
            url: webhook.url.to_string(),
            description: webhook.description.as_deref().map(str::to_owned),
            kinds: labels(webhook),
            programme_id: webhook.programme.map(DbId::from),
            status: webhook.status.label().into(),
            disabled_reason: webhook.disabled.map(|(reason, _)| reason.label().into()),
            disabled_at: webhook.disabled.map(|(_, at)| at.naive_utc()),
            previous_until: webhook.previous_until.map(|at| at.naive_utc()),
            revision: webhook.revision,
            created_at: webhook.created_at.naive_utc(),
            changed_at: webhook.changed_at.naive_utc(),
            seen_seq: webhook.seen,
            last_success_at: webhook.last_success_at.map(|at| at.naive_utc()),
            failing_since: webhook.failing_since.map(|at| at.naive_utc()),
        }
    }

    fn webhook(self) -> Result<Webhook, DbError> {
        let reason: Option<DisabledReason> =
            self.disabled_reason.as_deref().map(|reason| parsed(reason, "webhooks", "disabled_reason", self.id)).transpose()?;
        let kinds = self.kinds.split(' ').filter(|kind| !kind.is_empty());
        Ok(Webhook {
            id: self.id.of(),
            agency: opt(self.agency_id),
            owner: self.account_id.of(),
            kinds: kinds.map(|kind| parsed(kind, "webhooks", "kinds", self.id)).collect::<Result<_, _>>()?,
            url: self.url.into(),
            description: self.description.map(Into::into),
            programme: opt(self.programme_id),
            status: parsed(&self.status, "webhooks", "status", self.id)?,
            disabled: reason.zip(self.disabled_at.map(|at| at.and_utc())),
            revision: self.revision,
            created_at: self.created_at.and_utc(),
            changed_at: self.changed_at.and_utc(),
            seen: self.seen_seq,
            previous_until: self.previous_until.map(|at| at.and_utc()),
            last_success_at: self.last_success_at.map(|at| at.and_utc()),
            failing_since: self.failing_since.map(|at| at.and_utc()),
        })
    }
}

fn labels(webhook: &Webhook) -> String {
    webhook.kinds.iter().map(|kind| kind.label()).collect::<Vec<_>>().join(" ")
}

/// The secret that signs, and the one before with the instant until which it signs as well; both sealed.
#[derive(Clone, Debug)]
pub struct Sealed {
    pub present: String,
    pub previous: Option<(String, DateTime<Utc>)>,
}

fn of_agencies(agencies: Option<&[AgencyId]>) -> webhooks::BoxedQuery<'static, MultiBackend> {
    let query = webhooks::table.into_boxed();
    match agencies {
        Some(agencies) => query.filter(webhooks::agency_id.eq_any(db_ids(agencies).into_iter().map(Some).collect::<Vec<_>>())),
        None => query,
    }
}

/// A page of webhooks, the newest first: of these agencies, or all where nothing is said.
pub fn page(conn: &mut Conn, agencies: Option<&[AgencyId]>, request: &PageRequest<WebhookId>) -> Result<Page<Webhook>, DbError> {
    let down = request.direction == Direction::Forward;
    let mut query = of_agencies(agencies).limit(i64::from(request.size) + 1);
    for (id, below) in request.bounds(down) {
        let id = DbId::from(*id);
        query = if below { query.filter(webhooks::id.lt(id)) } else { query.filter(webhooks::id.gt(id)) };
    }
    query = if down { query.order(webhooks::id.desc()) } else { query.order(webhooks::id.asc()) };
    let rows: Vec<WebhookRow> = query.select(WebhookRow::as_select()).load(conn)?;
    Ok(Page::cut(rows.into_iter().map(WebhookRow::webhook).collect::<Result<_, _>>()?, request))
}

/// How many webhooks an agency has, or nobody's agency.
pub fn count_of(conn: &mut Conn, agency: Option<AgencyId>) -> Result<i64, DbError> {
    let query = webhooks::table.into_boxed::<MultiBackend>();
    let query = match agency {
        Some(agency) => query.filter(webhooks::agency_id.eq(DbId::from(agency))),
        None => query.filter(webhooks::agency_id.is_null()),
    };
    Ok(query.count().get_result(conn)?)
}

/// The webhook with this identifier.
pub fn by_id(conn: &mut Conn, id: WebhookId) -> Result<Option<Webhook>, DbError> {
    let row: Option<WebhookRow> = webhooks::table.find(DbId::from(id)).select(WebhookRow::as_select()).first(conn).optional()?;
    row.map(WebhookRow::webhook).transpose()
}

/// The webhook with this identifier, which nobody else changes until the transaction ends; nothing where it is gone.
pub fn locked(conn: &mut Conn, id: WebhookId) -> Result<Option<Webhook>, DbError> {
    if per_backend::lock_webhook(conn, id.into(), false)? { by_id(conn, id) } else { Ok(None) }
}

/// As [`locked`], and nothing where somebody else has it.
pub fn free(conn: &mut Conn, id: WebhookId) -> Result<Option<Webhook>, DbError> {
    if per_backend::lock_webhook(conn, id.into(), true)? { by_id(conn, id) } else { Ok(None) }
}

/// Stores a webhook with its sealed secret.
pub fn insert(conn: &mut Conn, webhook: &Webhook, sealed: &str) -> Result<(), DbError> {
    diesel::insert_into(webhooks::table).values((WebhookRow::of(webhook), webhooks::secret_sealed.eq(sealed))).execute(conn)?;
    Ok(())
}

/// Stores what somebody changed, over the revision before; false where that is not there. How sending goes stays as it is, but for
/// since when it fails.
pub fn advance(conn: &mut Conn, webhook: &Webhook) -> Result<bool, DbError> {
    let before = webhooks::table.find(DbId::from(webhook.id)).filter(webhooks::revision.eq(webhook.revision - 1));
    let change = (
        webhooks::account_id.eq(DbId::from(webhook.owner)),
        webhooks::url.eq(webhook.url.to_string()),
        webhooks::description.eq(webhook.description.as_deref().map(str::to_owned)),
        webhooks::kinds.eq(labels(webhook)),
        webhooks::programme_id.eq(webhook.programme.map(DbId::from)),
        webhooks::status.eq(webhook.status.label()),
        webhooks::disabled_reason.eq(webhook.disabled.map(|(reason, _)| reason.label())),
        webhooks::disabled_at.eq(webhook.disabled.map(|(_, at)| at.naive_utc())),
        webhooks::failing_since.eq(webhook.failing_since.map(|at| at.naive_utc())),
        webhooks::revision.eq(webhook.revision),
        webhooks::changed_at.eq(webhook.changed_at.naive_utc()),
    );
    Ok(diesel::update(before).set(change).execute(conn)? == 1)
}

/// Removes a webhook with its log; false where it is not there.
pub fn delete(conn: &mut Conn, id: WebhookId) -> Result<bool, DbError> {
    Ok(diesel::delete(webhooks::table.find(DbId::from(id))).execute(conn)? == 1)
}

/// The sealed secrets.
pub fn sealed(conn: &mut Conn, id: WebhookId) -> Result<Option<Sealed>, DbError> {
    type Row = (String, Option<String>, Option<NaiveDateTime>);
    let columns = (webhooks::secret_sealed, webhooks::previous_sealed, webhooks::previous_until);
    let row: Option<Row> = webhooks::table.find(DbId::from(id)).select(columns).first(conn).optional()?;
    Ok(row.map(|(present, previous, until)| Sealed { present, previous: previous.zip(until.map(|at| at.and_utc())) }))
}

/// Puts another secret in the place of the present one, which signs until an instant as well, or no more; whatever was before that one is
/// gone. False where the revision is another. Whoever has seen it has not seen this.
pub fn rotate(conn: &mut Conn, (id, revision): (WebhookId, i32), sealed: &Sealed, at: DateTime<Utc>) -> Result<bool, DbError> {
    let before = webhooks::table.find(DbId::from(id)).filter(webhooks::revision.eq(revision));
    let (previous, until) = sealed.previous.clone().unzip();
    let change = (
        webhooks::secret_sealed.eq(&sealed.present),
        webhooks::previous_sealed.eq(previous),
        webhooks::previous_until.eq(until.map(|at| at.naive_utc())),
        webhooks::revision.eq(revision + 1),
        webhooks::changed_at.eq(at.naive_utc()),
    );
    Ok(diesel::update(before).set(change).execute(conn)? == 1)
}

/// Ends sending to one that is active; false where it is not. Whoever has seen the revision before has not seen this.
pub fn disable(conn: &mut Conn, id: WebhookId, reason: DisabledReason, at: DateTime<Utc>) -> Result<bool, DbError> {
    let active = webhooks::table.find(DbId::from(id)).filter(webhooks::status.eq(WebhookStatus::Active.label()));
    let change = (
        webhooks::status.eq(WebhookStatus::Disabled.label()),
        webhooks::disabled_reason.eq(reason.label()),
        webhooks::disabled_at.eq(at.naive_utc()),
        webhooks::revision.eq(webhooks::revision + 1),
        webhooks::changed_at.eq(at.naive_utc()),
    );
    Ok(diesel::update(active).set(change).execute(conn)? == 1)
}

/// Active webhooks for which not every event up to a number was looked at and fewer than `room` messages wait: by identifier, those
/// after one.
pub fn behind(conn: &mut Conn, head: i64, room: i64, after: Option<WebhookId>, limit: i64) -> Result<Vec<WebhookId>, DbError> {
    let mut statement = Statement::default();
    statement.bind("SELECT w.id FROM webhooks w WHERE w.status = 'ACTIVE' AND w.seen_seq < ", Bind::Number(head));
    if let Some(after) = after {
        statement.bind(" AND w.id > ", Bind::Id(after.into()));
    }
    // Looks at so many entries of an index at most, however many wait.
    statement.bind(
        " AND (SELECT 1 FROM webhook_deliveries d WHERE d.webhook_id = w.id AND d.state = 'PENDING' LIMIT 1 OFFSET ",
        Bind::Number(room - 1),
    );
    statement.bind(") IS NULL ORDER BY w.id LIMIT ", Bind::Number(limit));
    let rows: Vec<Id> = statement.query().load(conn)?;
    Ok(rows.into_iter().map(|row| row.id.of()).collect())
}

/// Notes that every event up to a number was looked at.
pub fn seen(conn: &mut Conn, id: WebhookId, seq: i64) -> Result<(), DbError> {
    diesel::update(webhooks::table.find(DbId::from(id))).set(webhooks::seen_seq.eq(seq)).execute(conn)?;
    Ok(())
}

/// Notes that something was delivered.
pub fn succeeded(conn: &mut Conn, id: WebhookId, at: DateTime<Utc>) -> Result<(), DbError> {
    let change = (webhooks::last_success_at.eq(at.naive_utc()), webhooks::failing_since.eq(None::<NaiveDateTime>));
    diesel::update(webhooks::table.find(DbId::from(id))).set(change).execute(conn)?;
    Ok(())
}

/// Notes that something was not delivered, where it is the first time.
pub fn failed(conn: &mut Conn, id: WebhookId, at: DateTime<Utc>) -> Result<(), DbError> {
    let well = webhooks::table.find(DbId::from(id)).filter(webhooks::failing_since.is_null());
    diesel::update(well).set(webhooks::failing_since.eq(at.naive_utc())).execute(conn)?;
    Ok(())
}
