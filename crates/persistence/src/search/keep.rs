//! Keeping what things are found by, in the transaction of what it tells of.
//! Must not change an entry in place: one that is no longer right goes, and the right one comes.
//! What is kept of which thing is `domain::search`; everything at once is `rebuild`.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::{prelude::*, sql_query, sql_types::Text};
use domain::{
    deliverable::{DeliverableId, Record},
    document::DocumentId,
    lang::Rendering,
    policy::ReportScope,
    programme::ProgrammeId,
    report::ReportVersion,
    search::{self, AgencyNames, Entry, NameOnce, Words},
    task::{Task, TaskId},
    validity::Validity,
};
use serde_json::json;
use uuid::Uuid;

use super::dialect;
use crate::{
    conn::{Conn, MultiBackend},
    deliverable, document,
    error::DbError,
    per_backend::CHUNK,
    rows::{AgencyAliasRow, AgencyVersionRow, DbId, TranslationRow, by_owner},
    schema::{agency_aliases, agency_versions, search_entries, tasks, translations},
    translation,
    wording::{self, Whose},
};

/// Rows of one statement, as their texts may be long.
const ROWS: usize = 1_000;

/// Takes entries on, in one statement for each so many.
pub(super) fn add(conn: &mut Conn, entries: &[Entry]) -> Result<(), DbError> {
    for entries in entries.chunks(ROWS) {
        let rows: Vec<_> = entries.iter().map(written).collect();
        let insert = dialect::insert(conn);
        sql_query(insert).bind::<Text, _>(serde_json::Value::from(rows).to_string()).execute(conn)?;
    }
    Ok(())
}

fn written(entry: &Entry) -> serde_json::Value {
    json!({
        "subject": entry.subject.simple().to_string(),
        "ordinal": entry.ordinal,
        "kind": entry.kind.label(),
        "inside": entry.is_inside,
        "programme": entry.programme.map(|id| id.simple().to_string()),
        "lang": entry.lang.label(),
        "title": entry.title,
        "body": entry.body,
        "since": entry.validity.from,
        "until": entry.validity.to,
        "sort": entry.sort_key,
        "words": entry.words(),
    })
}

/// An entry as it is kept, without its words, which follow from the rest.
#[derive(Queryable, Selectable)]
#[diesel(table_name = search_entries)]
struct KeptRow {
    id: i64,
    subject_id: DbId,
    ordinal: i32,
    is_inside: bool,
    programme_id: Option<DbId>,
    lang: String,
    title: String,
    body: String,
    valid_from: Option<NaiveDate>,
    valid_to: Option<NaiveDate>,
    sort_key: String,
}

impl KeptRow {
    fn is(&self, entry: &Entry) -> bool {
        let programme = self.programme_id.map(|id| id.0);
        (self.is_inside, programme, self.lang.as_str()) == (entry.is_inside, entry.programme, entry.lang.label())
            && (self.title.as_str(), self.body.as_str()) == (&entry.title, &entry.body)
            && Validity { from: self.valid_from, to: self.valid_to } == entry.validity
            && self.sort_key == entry.sort_key
    }
}

/// Which things' entries are made right.
pub(super) enum Of<'a> {
    Agencies,
    Things(&'a [Uuid]),
}

/// Makes the entries of these things what they are to be; tells how many were not. Reads once, and writes what differs.
pub(super) fn sync(conn: &mut Conn, of: &Of<'_>, wanted: Vec<Entry>) -> Result<usize, DbError> {
    let mut kept: Vec<KeptRow> = Vec::new();
    match of {
        Of::Agencies => {
            let agencies = search_entries::table.filter(search_entries::kind.eq("AGENCY"));
            kept = agencies.select(KeptRow::as_select()).load(conn)?;
        }
        Of::Things(ids) => {
            for ids in ids.chunks(CHUNK) {
                let ids: Vec<DbId> = ids.iter().map(|id| DbId(*id)).collect();
                let these = search_entries::table.filter(search_entries::subject_id.eq_any(ids)).into_boxed::<MultiBackend>();
                kept.extend(these.select(KeptRow::as_select()).load::<KeptRow>(conn)?);
            }
        }
    }
    let mut kept: HashMap<(Uuid, i32), KeptRow> = kept.into_iter().map(|row| ((row.subject_id.0, row.ordinal), row)).collect();
    let (mut new, mut gone) = (Vec::new(), Vec::new());
    for entry in wanted {
        match kept.remove(&(entry.subject, entry.ordinal)) {
            Some(row) if row.is(&entry) => {}
            Some(row) => {
                gone.push(row.id);
                new.push(entry);
            }
            None => new.push(entry),
        }
    }
    gone.extend(kept.into_values().map(|row| row.id));
    for ids in gone.chunks(CHUNK) {
        diesel::delete(search_entries::table.filter(search_entries::id.eq_any(ids))).execute(conn)?;
    }
    add(conn, &new)?;
    Ok(gone.len().max(new.len()))
}

/// What agencies are found by: every name of every one.
pub(super) fn agencies(conn: &mut Conn) -> Result<Vec<Entry>, DbError> {
    let mut names: HashMap<DbId, AgencyNames> = HashMap::new();
    let mut versions: Vec<AgencyVersionRow> = agency_versions::table.select(AgencyVersionRow::as_select()).load(conn)?;
    let of_versions = translations::subject_id.eq_any(agency_versions::table.select(agency_versions::id));
    let rows: Vec<TranslationRow> = translations::table.filter(of_versions).select(TranslationRow::as_select()).load(conn)?;
    let mut others = in_languages(rows.iter().map(|row| Ok((row.subject_id.0, translation::rendering(row)?))))?;
    // Sorted here, as the databases disagree about the place of NULL.
    versions.sort_by_key(|row| (row.valid_from, row.id));
    for row in versions {
        let validity = Validity { from: row.valid_from, to: row.valid_to };
        let translations = others.remove(&row.id.0).unwrap_or_default();
        let once = NameOnce { name: row.name, short_name: row.short_name, validity, translations };
        names.entry(row.agency_id).or_default().versions.push(once);
    }
    let aliases = agency_aliases::table.order((agency_aliases::rank, agency_aliases::alias)).select(AgencyAliasRow::as_select());
    for row in aliases.load::<AgencyAliasRow>(conn)? {
        names.entry(row.agency_id).or_default().aliases.push(row.alias);
    }
    Ok(names.into_iter().flat_map(|(id, names)| search::agency(&AgencyNames { id: id.0, ..names })).collect())
}

/// Translations by what they are of, each in the order of the languages.
fn in_languages(found: impl Iterator<Item = Result<(Uuid, Rendering), DbError>>) -> Result<HashMap<Uuid, Words>, DbError> {
    let mut words = by_owner(found.map(|one| one.map(|(subject, rendering)| (subject, (rendering.lang, rendering.text.to_string())))))?;
    for words in words.values_mut() {
        words.sort();
    }
    Ok(words)
}

/// What these things are called in other languages.
fn translated(conn: &mut Conn, ids: &[Uuid]) -> Result<HashMap<Uuid, Words>, DbError> {
    let mut found = Vec::new();
    for ids in ids.chunks(CHUNK) {
        found.extend(document::translations(conn, ids)?);
    }
    in_languages(found.into_iter().map(|(subject, _, rendering)| Ok((subject, rendering))))
}

/// Makes right what agencies are found by, after any of them changed.
pub fn sync_agencies(conn: &mut Conn) -> Result<(), DbError> {
    let wanted = agencies(conn)?;
    sync(conn, &Of::Agencies, wanted)?;
    Ok(())
}

/// What these tasks are found by: every wording that they ever had.
pub(super) fn tasks(conn: &mut Conn, ids: &[Uuid]) -> Result<Vec<Entry>, DbError> {
    let mut wordings: HashMap<TaskId, Vec<Task>> = HashMap::new();
    for ids in ids.chunks(CHUNK) {
        for task in wording::tasks(conn, &Whose::Rows(ids.to_vec()))? {
            wordings.entry(task.id).or_default().push(task);
        }
    }
    let (others, none) = (translated(conn, ids)?, Words::new());
    Ok(wordings.iter().flat_map(|(id, wordings)| search::task(wordings, others.get(&id.uuid()).unwrap_or(&none))).collect())
}

/// Makes right what tasks are found by, after they changed or went.
pub fn sync_tasks(conn: &mut Conn, ids: &[TaskId]) -> Result<(), DbError> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    let wanted = tasks(conn, &ids)?;
    sync(conn, &Of::Things(&ids), wanted)?;
    Ok(())
}

/// Makes right what all tasks of a programme are found by, those that went included.
pub fn sync_tasks_of(conn: &mut Conn, programme: ProgrammeId) -> Result<(), DbError> {
    let programme = DbId::from(programme);
    let there: Vec<DbId> = tasks::table.filter(tasks::programme_id.eq(programme)).select(tasks::id).load(conn)?;
    let kept: Vec<DbId> =
        search_entries::table.filter(search_entries::programme_id.eq(programme)).select(search_entries::subject_id).load(conn)?;
    let mut ids: Vec<TaskId> = there.into_iter().chain(kept).map(DbId::of).collect();
    ids.sort_unstable();
    ids.dedup();
    sync_tasks(conn, &ids)
}

/// What these documents are found by.
pub(super) fn documents(conn: &mut Conn, ids: &[Uuid]) -> Result<Vec<Entry>, DbError> {
    let mut entries = Vec::new();
    for ids in ids.chunks(CHUNK) {
        let ids: Vec<DocumentId> = ids.iter().map(|id| DocumentId::from_uuid(*id)).collect();
        entries.extend(document::by_ids(conn, &ids)?.iter().map(search::document));
    }
    Ok(entries)
}

/// Makes right what documents are found by, after they changed or went.
pub fn sync_documents(conn: &mut Conn, ids: &[DocumentId]) -> Result<(), DbError> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    let wanted = documents(conn, &ids)?;
    sync(conn, &Of::Things(&ids), wanted)?;
    Ok(())
}

/// Takes on new versions of reports: a version never changes, and whose it is to see is asked when it is looked for.
pub(crate) fn add_versions(conn: &mut Conn, versions: &[&ReportVersion]) -> Result<(), DbError> {
    add(conn, &versions.iter().map(|version| search::report(version)).collect::<Vec<_>>())
}

/// Takes on new deliverables, which nobody has translated yet.
pub(crate) fn add_deliverables(conn: &mut Conn, records: &[Record]) -> Result<(), DbError> {
    let none = Words::new();
    add(conn, &records.iter().flat_map(|record| search::deliverable(record, &none)).collect::<Vec<_>>())
}

/// Makes right what a deliverable is found by after a change; one that is withdrawn is not found.
pub(crate) fn change_deliverable(conn: &mut Conn, record: &Record) -> Result<(), DbError> {
    let ids = [record.id.uuid()];
    let wanted = registered(conn, std::slice::from_ref(record))?;
    sync(conn, &Of::Things(&ids), wanted)?;
    Ok(())
}

/// What these deliverables are found by.
fn registered(conn: &mut Conn, records: &[Record]) -> Result<Vec<Entry>, DbError> {
    let ids: Vec<Uuid> = records.iter().map(|record| record.id.uuid()).collect();
    let (others, none) = (translated(conn, &ids)?, Words::new());
    Ok(records.iter().flat_map(|record| search::deliverable(record, others.get(&record.id.uuid()).unwrap_or(&none))).collect())
}

/// What these deliverables are found by.
pub(super) fn deliverables(conn: &mut Conn, ids: &[Uuid]) -> Result<Vec<Entry>, DbError> {
    let (all, ids): (_, Vec<_>) = (ReportScope { open: vec![(None, None)] }, ids.iter().map(|id| DbId(*id).of()).collect());
    let records = deliverable::by_ids(conn, &all, &ids)?;
    registered(conn, &records)
}

/// Makes right what deliverables are found by, after their translations changed.
pub fn sync_deliverables(conn: &mut Conn, ids: &[DeliverableId]) -> Result<(), DbError> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    let wanted = deliverables(conn, &ids)?;
    sync(conn, &Of::Things(&ids), wanted)?;
    Ok(())
}
