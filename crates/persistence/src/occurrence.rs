//! Occurrences one by one: what was done to them, who claims to have delivered, who asked for more time.
//! Must not decide what may be done; rows of events are only added.
//! Lists and figures as of a day are `seen`, the rules `domain::occurrence`.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;
use domain::{
    agency::AgencyId,
    occurrence::{Claim, Extension, ExtensionId, ExtensionStatus, OccurrenceEvent, Principal},
    programme::ProgrammeId,
    task::{Occurrence, OccurrenceId, TaskId},
    validity::Validity,
};

use crate::{
    catalogue::parsed,
    conn::Conn,
    error::DbError,
    rows::{DbId, OccurrenceRow},
    schema::{extensions, occurrence_claims, occurrence_events, occurrences, task_principals, tasks},
    sql_types::{db_ids, opt},
    task::occurrence,
};

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = occurrence_events, treat_none_as_default_value = false)]
pub(crate) struct EventRow {
    id: DbId,
    occurrence_id: DbId,
    number: i32,
    act: String,
    from_status: String,
    to_status: String,
    agency_id: Option<DbId>,
    account_id: DbId,
    at: NaiveDateTime,
    counts_on: NaiveDate,
    reason: Option<String>,
    document_id: Option<DbId>,
    proposed_agency_id: Option<DbId>,
    self_decided: bool,
}

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = occurrence_claims, treat_none_as_default_value = false)]
pub(crate) struct ClaimRow {
    id: DbId,
    occurrence_id: DbId,
    agency_id: DbId,
    delivered_on: NaiveDate,
    note: String,
    report_id: Option<DbId>,
    claimed_by: DbId,
    claimed_at: NaiveDateTime,
    withdrawn_at: Option<NaiveDateTime>,
}

#[derive(AsChangeset, Insertable, Queryable, Selectable)]
#[diesel(table_name = extensions, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(crate) struct ExtensionRow {
    id: DbId,
    occurrence_id: DbId,
    agency_id: DbId,
    requested_by: DbId,
    requested_at: NaiveDateTime,
    reason: String,
    proposed_due_on: NaiveDate,
    status: String,
    decided_by: Option<DbId>,
    decided_at: Option<NaiveDateTime>,
    decided_on: Option<NaiveDate>,
    decision_reason: Option<String>,
    decided_due_on: Option<NaiveDate>,
    document_id: Option<DbId>,
    self_decided: bool,
}

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = task_principals)]
struct PrincipalRow {
    id: DbId,
    task_id: DbId,
    number: i32,
    agency_id: Option<DbId>,
    valid_from: NaiveDate,
    valid_to: Option<NaiveDate>,
    document_id: DbId,
}

/// The occurrences with these identifiers, in no particular order.
pub fn by_ids(conn: &mut Conn, ids: &[OccurrenceId]) -> Result<Vec<Occurrence>, DbError> {
    let rows: Vec<OccurrenceRow> =
        occurrences::table.filter(occurrences::id.eq_any(db_ids(ids))).select(OccurrenceRow::as_select()).load(conn)?;
    rows.iter().map(occurrence).collect()
}

/// What was done to these occurrences, each one's in order.
pub fn history(conn: &mut Conn, ids: &[OccurrenceId]) -> Result<Vec<OccurrenceEvent>, DbError> {
    let rows: Vec<EventRow> = occurrence_events::table
        .filter(occurrence_events::occurrence_id.eq_any(db_ids(ids)))
        .order((occurrence_events::occurrence_id, occurrence_events::number))
        .select(EventRow::as_select())
        .load(conn)?;
    rows.into_iter().map(event).collect()
}

/// The programmes of these occurrences.
pub fn programmes(conn: &mut Conn, ids: &[OccurrenceId]) -> Result<HashMap<OccurrenceId, ProgrammeId>, DbError> {
    let rows: Vec<(DbId, DbId)> = occurrences::table
        .inner_join(tasks::table.on(tasks::id.eq(occurrences::task_id)))
        .filter(occurrences::id.eq_any(db_ids(ids)))
        .select((occurrences::id, tasks::programme_id))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, programme)| (id.of(), programme.of())).collect())
}

/// The claims of these occurrences as they were made, withdrawn ones too.
pub fn claims(conn: &mut Conn, ids: &[OccurrenceId]) -> Result<Vec<Claim>, DbError> {
    let rows: Vec<ClaimRow> = occurrence_claims::table
        .filter(occurrence_claims::occurrence_id.eq_any(db_ids(ids)))
        .order(occurrence_claims::id)
        .select(ClaimRow::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(claim).collect())
}

/// The requests for more time of these occurrences as they were made.
pub fn extensions(conn: &mut Conn, ids: &[OccurrenceId]) -> Result<Vec<Extension>, DbError> {
    let rows: Vec<ExtensionRow> = extensions::table
        .filter(extensions::occurrence_id.eq_any(db_ids(ids)))
        .order(extensions::id)
        .select(ExtensionRow::as_select())
        .load(conn)?;
    rows.into_iter().map(extension).collect()
}

/// The request with this identifier.
pub fn extension_by_id(conn: &mut Conn, id: ExtensionId) -> Result<Option<Extension>, DbError> {
    let row: Option<ExtensionRow> = extensions::table.find(DbId::from(id)).select(ExtensionRow::as_select()).first(conn).optional()?;
    row.map(extension).transpose()
}

/// The designations of these tasks in order.
pub fn principals(conn: &mut Conn, tasks: &[TaskId]) -> Result<Vec<Principal>, DbError> {
    let rows: Vec<PrincipalRow> = task_principals::table
        .filter(task_principals::task_id.eq_any(db_ids(tasks)))
        .order((task_principals::task_id, task_principals::number))
        .select(PrincipalRow::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(principal).collect())
}

/// Writes an occurrence over the revision before its own; tells whether that was still the current one.
pub fn advance(conn: &mut Conn, to: &Occurrence) -> Result<bool, DbError> {
    let current = occurrences::table.find(DbId::from(to.id)).filter(occurrences::revision.eq(to.revision - 1));
    let changed = diesel::update(current)
        .set((
            occurrences::status.eq(to.status.label()),
            occurrences::due_on.eq(to.due_on),
            occurrences::completed_on.eq(to.completed_on),
            occurrences::revision.eq(to.revision),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Adds an event.
pub fn record(conn: &mut Conn, event: &OccurrenceEvent) -> Result<(), DbError> {
    diesel::insert_into(occurrence_events::table).values(&event_row(event)).execute(conn)?;
    Ok(())
}

pub(crate) fn event_row(event: &OccurrenceEvent) -> EventRow {
    EventRow {
        id: event.id.into(),
        occurrence_id: event.occurrence.into(),
        number: event.number,
        act: event.act.label().into(),
        from_status: event.from.label().into(),
        to_status: event.to.label().into(),
        agency_id: event.agency.map(DbId::from),
        account_id: event.account.into(),
        at: event.at.naive_utc(),
        counts_on: event.counts_on,
        reason: event.reason.clone(),
        document_id: event.document.map(DbId::from),
        proposed_agency_id: event.proposed_agency.map(DbId::from),
        self_decided: event.self_decided,
    }
}

/// Adds a claim.
pub fn insert_claim(conn: &mut Conn, claim: &Claim) -> Result<(), DbError> {
    diesel::insert_into(occurrence_claims::table).values(&claim_row(claim)).execute(conn)?;
    Ok(())
}

pub(crate) fn claim_row(claim: &Claim) -> ClaimRow {
    ClaimRow {
        id: claim.id.into(),
        occurrence_id: claim.occurrence.into(),
        agency_id: claim.agency.into(),
        delivered_on: claim.delivered_on,
        note: claim.note.clone(),
        report_id: claim.report.map(DbId::from),
        claimed_by: claim.claimed_by.into(),
        claimed_at: claim.claimed_at.naive_utc(),
        withdrawn_at: claim.withdrawn_at.map(|at| at.naive_utc()),
    }
}

/// Withdraws what was claimed of an occurrence, by one agency or by all.
pub fn withdraw_claims(conn: &mut Conn, id: OccurrenceId, agency: Option<AgencyId>, at: DateTime<Utc>) -> Result<(), DbError> {
    let mut live = diesel::update(occurrence_claims::table)
        .filter(occurrence_claims::occurrence_id.eq(DbId::from(id)).and(occurrence_claims::withdrawn_at.is_null()))
        .set(occurrence_claims::withdrawn_at.eq(at.naive_utc()))
        .into_boxed();
    if let Some(agency) = agency {
        live = live.filter(occurrence_claims::agency_id.eq(DbId::from(agency)));
    }
    live.execute(conn)?;
    Ok(())
}

/// Adds a request for more time.
pub fn insert_extension(conn: &mut Conn, new: &Extension) -> Result<(), DbError> {
    diesel::insert_into(extensions::table).values(&extension_row(new)).execute(conn)?;
    Ok(())
}

/// Settles a request that was open; tells whether it still was.
pub fn settle_extension(conn: &mut Conn, settled: &Extension) -> Result<bool, DbError> {
    let open = extensions::table.find(DbId::from(settled.id)).filter(extensions::status.eq(ExtensionStatus::Requested.label()));
    Ok(diesel::update(open).set(&extension_row(settled)).execute(conn)? == 1)
}

/// Adds a designation; the one before ends on its first day.
pub fn designate(conn: &mut Conn, new: &Principal) -> Result<(), DbError> {
    let current =
        task_principals::table.filter(task_principals::task_id.eq(DbId::from(new.task))).filter(task_principals::valid_to.is_null());
    diesel::update(current).set(task_principals::valid_to.eq(new.validity.from)).execute(conn)?;
    let row = PrincipalRow {
        id: new.id.into(),
        task_id: new.task.into(),
        number: new.number,
        agency_id: new.agency.map(DbId::from),
        valid_from: new.validity.from.unwrap_or(NaiveDate::MIN),
        valid_to: new.validity.to,
        document_id: new.document.into(),
    };
    diesel::insert_into(task_principals::table).values(&row).execute(conn)?;
    Ok(())
}

fn event(row: EventRow) -> Result<OccurrenceEvent, DbError> {
    Ok(OccurrenceEvent {
        act: parsed(&row.act, "occurrence_events", "act", row.id)?,
        from: parsed(&row.from_status, "occurrence_events", "from_status", row.id)?,
        to: parsed(&row.to_status, "occurrence_events", "to_status", row.id)?,
        id: row.id.of(),
        occurrence: row.occurrence_id.of(),
        number: row.number,
        agency: opt(row.agency_id),
        account: row.account_id.of(),
        at: row.at.and_utc(),
        counts_on: row.counts_on,
        reason: row.reason,
        document: opt(row.document_id),
        proposed_agency: opt(row.proposed_agency_id),
        self_decided: row.self_decided,
    })
}

fn claim(row: ClaimRow) -> Claim {
    Claim {
        id: row.id.of(),
        occurrence: row.occurrence_id.of(),
        agency: row.agency_id.of(),
        delivered_on: row.delivered_on,
        note: row.note,
        report: opt(row.report_id),
        claimed_by: row.claimed_by.of(),
        claimed_at: row.claimed_at.and_utc(),
        withdrawn_at: row.withdrawn_at.map(|at| at.and_utc()),
    }
}

fn extension(row: ExtensionRow) -> Result<Extension, DbError> {
    Ok(Extension {
        status: parsed(&row.status, "extensions", "status", row.id)?,
        id: row.id.of(),
        occurrence: row.occurrence_id.of(),
        agency: row.agency_id.of(),
        requested_by: row.requested_by.of(),
        requested_at: row.requested_at.and_utc(),
        reason: row.reason,
        proposed_due_on: row.proposed_due_on,
        decided_by: opt(row.decided_by),
        decided_at: row.decided_at.map(|at| at.and_utc()),
        decided_on: row.decided_on,
        decision_reason: row.decision_reason,
        decided_due_on: row.decided_due_on,
        document: opt(row.document_id),
        self_decided: row.self_decided,
    })
}

pub(crate) fn extension_row(extension: &Extension) -> ExtensionRow {
    ExtensionRow {
        id: extension.id.into(),
        occurrence_id: extension.occurrence.into(),
        agency_id: extension.agency.into(),
        requested_by: extension.requested_by.into(),
        requested_at: extension.requested_at.naive_utc(),
        reason: extension.reason.clone(),
        proposed_due_on: extension.proposed_due_on,
        status: extension.status.label().into(),
        decided_by: extension.decided_by.map(DbId::from),
        decided_at: extension.decided_at.map(|at| at.naive_utc()),
        decided_on: extension.decided_on,
        decision_reason: extension.decision_reason.clone(),
        decided_due_on: extension.decided_due_on,
        document_id: extension.document.map(DbId::from),
        self_decided: extension.self_decided,
    }
}

#[allow(clippy::needless_pass_by_value)] // a row is read once
fn principal(row: PrincipalRow) -> Principal {
    Principal {
        id: row.id.of(),
        task: row.task_id.of(),
        number: row.number,
        agency: opt(row.agency_id),
        validity: Validity { from: Some(row.valid_from), to: row.valid_to },
        document: row.document_id.of(),
    }
}
