//! Writing deliverables: many in a fixed number of statements, and a change of one over the revision that was seen.
//! Must not change or remove a version.
//! Reading is the parent module.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;
use domain::{
    account::AccountId,
    deliverable::{Change, DeliverableId, Record},
};

use crate::{
    conn::Conn,
    error::DbError,
    per_backend,
    rows::DbId,
    schema::{deliverable_audiences, deliverable_documents, deliverable_files, deliverable_languages, deliverable_versions, deliverables},
    search,
};

#[derive(AsChangeset, Clone, Debug, Insertable)]
#[diesel(table_name = deliverables, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(crate) struct DeliverableRow {
    id: DbId,
    programme_id: DbId,
    agency_id: DbId,
    task_id: Option<DbId>,
    kind: String,
    public_kind: Option<String>,
    visibility: String,
    year: i32,
    channel: Option<String>,
    outlet: Option<String>,
    begun_on: Option<NaiveDate>,
    ends_on: Option<NaiveDate>,
    alert_on: Option<NaiveDate>,
    external_ref: Option<String>,
    content: String,
    revision: i32,
    withdrawn_at: Option<NaiveDateTime>,
    changed_at: NaiveDateTime,
}

#[derive(Clone, Debug, Insertable, Queryable, Selectable)]
#[diesel(table_name = deliverable_versions, treat_none_as_default_value = false)]
pub(crate) struct VersionRow {
    pub deliverable_id: DbId,
    pub revision: i32,
    pub change: String,
    pub content: String,
    pub reason: Option<String>,
    pub account_id: DbId,
    pub recorded_at: NaiveDateTime,
}

#[derive(Insertable)]
#[diesel(table_name = deliverable_audiences, treat_none_as_default_value = false)]
pub(crate) struct AudienceRow {
    deliverable_id: DbId,
    audience: &'static str,
}

#[derive(Insertable)]
#[diesel(table_name = deliverable_languages, treat_none_as_default_value = false)]
pub(crate) struct LanguageRow {
    deliverable_id: DbId,
    language: String,
}

#[derive(Insertable)]
#[diesel(table_name = deliverable_documents, treat_none_as_default_value = false)]
pub(crate) struct DocumentRow {
    deliverable_id: DbId,
    document_id: DbId,
}

#[derive(Insertable)]
#[diesel(table_name = deliverable_files, treat_none_as_default_value = false)]
pub(crate) struct FileRow {
    deliverable_id: DbId,
    file_id: DbId,
}

/// Who changed what, when, how, and for a withdrawal why.
#[derive(Clone, Copy, Debug)]
pub struct By<'a> {
    pub account: AccountId,
    pub at: DateTime<Utc>,
    pub change: Change,
    pub reason: Option<&'a str>,
}

fn row(record: &Record) -> Result<DeliverableRow, DbError> {
    let content = &record.content;
    let renewal = content.renewal();
    Ok(DeliverableRow {
        id: record.id.into(),
        programme_id: record.programme.into(),
        agency_id: record.agency.into(),
        task_id: content.task.map(DbId::from),
        kind: record.kind().label().into(),
        public_kind: record.public_kind().map(|kind| kind.label().into()),
        visibility: content.visibility.label().into(),
        year: content.year,
        channel: content.channel.map(|channel| channel.label().into()),
        outlet: content.outlet().map(str::to_owned),
        begun_on: content.details.counts_on(),
        ends_on: renewal.map(|(_, last)| last),
        alert_on: renewal.map(|(first, _)| first),
        external_ref: record.external_ref.clone(),
        content: written(record)?,
        revision: record.revision,
        withdrawn_at: record.withdrawn_at.map(|at| at.naive_utc()),
        changed_at: record.changed_at.naive_utc(),
    })
}

fn written(record: &Record) -> Result<String, DbError> {
    let lost = |_| DbError::Inconsistent { table: "deliverables", column: "content", id: record.id.to_string() };
    serde_json::to_string(&record.content).map_err(lost)
}

fn version(record: &Record, by: By<'_>) -> Result<VersionRow, DbError> {
    Ok(VersionRow {
        deliverable_id: record.id.into(),
        revision: record.revision,
        change: by.change.label().into(),
        content: written(record)?,
        reason: by.reason.map(str::to_owned),
        account_id: by.account.into(),
        recorded_at: by.at.naive_utc(),
    })
}

/// Stores new deliverables with their first versions: one statement a table for each thousand rows.
pub fn insert_all(conn: &mut Conn, records: &[Record], by: By<'_>) -> Result<(), DbError> {
    let rows = records.iter().map(row).collect::<Result<Vec<_>, _>>()?;
    rows.chunks(per_backend::CHUNK).try_for_each(|rows| per_backend::insert_deliverables(conn, rows))?;
    let versions = records.iter().map(|record| version(record, by)).collect::<Result<Vec<_>, _>>()?;
    versions.chunks(per_backend::CHUNK).try_for_each(|rows| per_backend::insert_deliverable_versions(conn, rows))?;
    search::add_deliverables(conn, records)?;
    insert_parts(conn, records)
}

/// What lists look for beside the columns.
fn insert_parts(conn: &mut Conn, records: &[Record]) -> Result<(), DbError> {
    let of = |record: &Record| DbId::from(record.id);
    let audiences: Vec<AudienceRow> = records
        .iter()
        .flat_map(|one| {
            one.content.audiences.iter().map(move |audience| AudienceRow { deliverable_id: of(one), audience: audience.label() })
        })
        .collect();
    audiences.chunks(per_backend::CHUNK).try_for_each(|rows| per_backend::insert_deliverable_audiences(conn, rows))?;
    let languages: Vec<LanguageRow> = records
        .iter()
        .flat_map(|one| {
            let languages = one.content.languages().into_iter();
            languages.map(move |language| LanguageRow { deliverable_id: of(one), language: language.to_owned() }).collect::<Vec<_>>()
        })
        .collect();
    languages.chunks(per_backend::CHUNK).try_for_each(|rows| per_backend::insert_deliverable_languages(conn, rows))?;
    let documents: Vec<DocumentRow> = records
        .iter()
        .flat_map(|one| {
            let named: BTreeSet<DbId> = one.content.sources.iter().map(|source| source.document.into()).collect();
            named.into_iter().map(move |document_id| DocumentRow { deliverable_id: of(one), document_id })
        })
        .collect();
    documents.chunks(per_backend::CHUNK).try_for_each(|rows| per_backend::insert_deliverable_documents(conn, rows))?;
    let files: Vec<FileRow> = records
        .iter()
        .flat_map(|one| one.content.evidence.iter().map(move |file| FileRow { deliverable_id: of(one), file_id: (*file).into() }))
        .collect();
    files.chunks(per_backend::CHUNK).try_for_each(|rows| per_backend::insert_deliverable_files(conn, rows))
}

/// Stores a deliverable as it is after a change, with the version of its revision, over the revision before; false when that is gone.
pub fn change(conn: &mut Conn, record: &Record, by: By<'_>) -> Result<bool, DbError> {
    let seen =
        deliverables::table.filter(deliverables::id.eq(DbId::from(record.id))).filter(deliverables::revision.eq(record.revision - 1));
    if diesel::update(seen).set(&row(record)?).execute(conn)? == 0 {
        return Ok(false);
    }
    per_backend::insert_deliverable_versions(conn, &[version(record, by)?])?;
    search::change_deliverable(conn, record)?;
    forget_parts(conn, record.id)?;
    insert_parts(conn, std::slice::from_ref(record))?;
    Ok(true)
}

fn forget_parts(conn: &mut Conn, id: DeliverableId) -> Result<(), DbError> {
    let id = DbId::from(id);
    diesel::delete(deliverable_audiences::table.filter(deliverable_audiences::deliverable_id.eq(id))).execute(conn)?;
    diesel::delete(deliverable_languages::table.filter(deliverable_languages::deliverable_id.eq(id))).execute(conn)?;
    diesel::delete(deliverable_documents::table.filter(deliverable_documents::deliverable_id.eq(id))).execute(conn)?;
    diesel::delete(deliverable_files::table.filter(deliverable_files::deliverable_id.eq(id))).execute(conn)?;
    Ok(())
}
