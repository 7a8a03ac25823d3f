//! What is stored of a programme and of what its file names, read as whole rows before an import.
//! Must not read more than that: agencies and documents are shared with other programmes.
//! What is done with it is `sync`; the file's format is known to `app::import`.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use uuid::Uuid;

use crate::{
    conclusion::{concluded, directed},
    conn::Conn,
    error::DbError,
    rows::{DbId, MeasureTargetRow, MeasureTaskRow, ProgrammeRow},
    schema::{
        agencies, agency_aliases, agency_members, agency_versions, assignment_endings, assignment_successions, assignments,
        catalogue_stamp, channels, citations, document_recipients, document_relations, documents, funding_sources, known_issue_tasks,
        known_issues, measure_targets, measure_tasks, measures, objectives, occurrences, programme_amendments, programme_imports,
        programmes, responsibilities, responsibility_agencies, targets, task_groups, tasks, translations,
    },
    search,
    sync::Tables,
};

/// The documents that a file names: their natural keys, the decision's first, and what nobody else's document shares of them.
pub struct DocumentKeys<'a> {
    pub keys: &'a [&'a str],
    pub decision: Option<&'a str>,
    pub identities: &'a [String],
}

/// Reads what is stored of the programme with this code, of these agencies and of these documents.
pub fn load(conn: &mut Conn, programme: &str, agency_codes: &[&str], named: &DocumentKeys<'_>) -> Result<Tables, DbError> {
    let mut stored = Tables::default();
    load_register(conn, &mut stored, agency_codes, named)?;
    let by_key = || stored.documents.iter().find(|row| Some(&row.natural_key.as_str()) == named.keys.first());
    let by_identity = stored.documents.iter().find(|row| row.identity.is_some() && row.identity.as_deref() == named.decision);
    if let Some(decision) = by_identity.or_else(by_key).map(|row| row.id) {
        load_decision(conn, &mut stored, decision)?;
    }
    stored.programmes = programmes::table.filter(programmes::code.eq(programme)).select(ProgrammeRow::as_select()).load(conn)?;
    if let Some(programme) = stored.programmes.first().map(|row| row.id) {
        load_programme(conn, &mut stored, programme)?;
        load_body(conn, &mut stored, programme)?;
    }
    load_texts(conn, &mut stored)?;
    Ok(stored)
}

macro_rules! read {
    ($conn:expr, $query:expr) => {
        $query.select(SelectableHelper::as_select()).load($conn)?
    };
}

fn load_register(conn: &mut Conn, stored: &mut Tables, codes: &[&str], named: &DocumentKeys<'_>) -> Result<(), DbError> {
    stored.agencies = read!(conn, agencies::table.filter(agencies::code.eq_any(codes)));
    let is_named = documents::natural_key.eq_any(named.keys).or(documents::identity.eq_any(named.identities).assume_not_null());
    stored.documents = read!(conn, documents::table.filter(is_named));
    let ids: Vec<DbId> = stored.agencies.iter().map(|row| row.id).collect();
    stored.agency_versions =
        read!(conn, agency_versions::table.filter(agency_versions::agency_id.eq_any(&ids)).filter(agency_versions::valid_from.is_null()));
    stored.agency_aliases = read!(conn, agency_aliases::table.filter(agency_aliases::agency_id.eq_any(&ids)));
    stored.agency_members = read!(conn, agency_members::table.filter(agency_members::collective_id.eq_any(&ids)));
    Ok(())
}

fn load_decision(conn: &mut Conn, stored: &mut Tables, decision: DbId) -> Result<(), DbError> {
    stored.document_relations = read!(conn, document_relations::table.filter(document_relations::document_id.eq(decision)));
    stored.document_recipients = read!(conn, document_recipients::table.filter(document_recipients::document_id.eq(decision)));
    Ok(())
}

fn load_programme(conn: &mut Conn, stored: &mut Tables, programme: DbId) -> Result<(), DbError> {
    // What was concluded and directed is not the file's.
    let of_meetings = tasks::table.filter(tasks::id.eq_any(concluded()).or(tasks::id.eq_any(directed()))).select(tasks::group_id);
    let own = task_groups::table.filter(task_groups::programme_id.eq(programme)).filter(task_groups::valid_to.is_null());
    stored.task_groups = read!(conn, own.filter(task_groups::id.ne_all(of_meetings)));
    stored.objectives =
        read!(conn, objectives::table.filter(objectives::programme_id.eq(programme)).filter(objectives::valid_to.is_null()));
    let own = || tasks::table.filter(tasks::programme_id.eq(programme)).filter(tasks::valid_to.is_null());
    stored.tasks = read!(conn, own().filter(tasks::id.ne_all(concluded())).filter(tasks::id.ne_all(directed())));
    stored.targets = read!(conn, targets::table.filter(targets::programme_id.eq(programme)).filter(targets::valid_to.is_null()));
    let of_programme = own().filter(tasks::id.ne_all(concluded())).filter(tasks::id.ne_all(directed())).select(tasks::id);
    // What events opened since is not the file's, nor what an amendment ended.
    let opened = assignment_successions::table.select(assignment_successions::assignment_id);
    let ended = assignment_endings::table.select(assignment_endings::assignment_id);
    let own = assignments::table.filter(assignments::task_id.eq_any(of_programme)).filter(assignments::id.ne_all(opened));
    let own = own.filter(assignments::id.ne_all(ended));
    stored.assignments = read!(conn, own);
    stored.occurrences = read!(conn, occurrences::table.filter(occurrences::task_id.eq_any(of_programme)));
    Ok(())
}

fn load_body(conn: &mut Conn, stored: &mut Tables, programme: DbId) -> Result<(), DbError> {
    let own = || measures::table.filter(measures::programme_id.eq(programme)).filter(measures::valid_to.is_null());
    stored.measures = read!(conn, own());
    let of_programme = own().select(measures::id);
    // What belongs to tasks and targets that hold no more stays with them.
    let (tasks, targets): (Vec<DbId>, Vec<DbId>) =
        (stored.tasks.iter().map(|row| row.id).collect(), stored.targets.iter().map(|row| row.id).collect());
    let to_tasks = measure_tasks::table.filter(measure_tasks::measure_id.eq_any(of_programme));
    stored.measure_tasks = read!(conn, to_tasks.filter(measure_tasks::task_id.eq_any(&tasks)));
    let to_targets = measure_targets::table.filter(measure_targets::measure_id.eq_any(of_programme));
    stored.measure_targets = read!(conn, to_targets.filter(measure_targets::target_id.eq_any(&targets)));
    let own = || responsibilities::table.filter(responsibilities::programme_id.eq(programme)).filter(responsibilities::valid_to.is_null());
    stored.responsibilities = read!(conn, own());
    let of_programme = own().select(responsibilities::id);
    stored.responsibility_agencies =
        read!(conn, responsibility_agencies::table.filter(responsibility_agencies::responsibility_id.eq_any(of_programme)));
    stored.channels = read!(conn, channels::table.filter(channels::programme_id.eq(programme)));
    stored.funding_sources = read!(conn, funding_sources::table.filter(funding_sources::programme_id.eq(programme)));
    stored.known_issues = read!(conn, known_issues::table.filter(known_issues::programme_id.eq(programme)));
    let of_programme = known_issues::table.filter(known_issues::programme_id.eq(programme)).select(known_issues::id);
    let to_tasks = known_issue_tasks::table.filter(known_issue_tasks::known_issue_id.eq_any(of_programme));
    stored.known_issue_tasks = read!(conn, to_tasks.filter(known_issue_tasks::task_id.eq_any(&tasks)));
    Ok(())
}

/// The tasks and targets that belong to these measures, those that hold no more too, by measure and rank.
pub fn links_ever(conn: &mut Conn, ids: &[DbId]) -> Result<(Vec<MeasureTaskRow>, Vec<MeasureTargetRow>), DbError> {
    Ok((
        read!(conn, measure_tasks::table.filter(measure_tasks::measure_id.eq_any(ids))),
        read!(conn, measure_targets::table.filter(measure_targets::measure_id.eq_any(ids))),
    ))
}

fn load_texts(conn: &mut Conn, stored: &mut Tables) -> Result<(), DbError> {
    let owned = owned_ids(stored);
    // What an amendment of the programme cites is its own.
    let programmes: Vec<DbId> = stored.programmes.iter().map(|row| row.id).collect();
    let amending = programme_amendments::table.filter(programme_amendments::programme_id.eq_any(programmes));
    let amending = amending.select(programme_amendments::basis_document_id);
    let cited = citations::table.filter(citations::subject_id.eq_any(&owned)).filter(citations::document_id.ne_all(amending));
    stored.citations = read!(conn, cited);
    let (versions, documents) = (stored.agency_versions.iter().map(|row| row.id), stored.documents.iter().map(|row| row.id));
    let translated: Vec<DbId> = owned.into_iter().chain(versions).chain(documents).collect();
    stored.translations = read!(conn, translations::table.filter(translations::subject_id.eq_any(&translated)));
    Ok(())
}

/// Everything that belongs to the programme alone and can be cited or translated.
pub(crate) fn owned_ids(stored: &Tables) -> Vec<DbId> {
    let mut ids: Vec<DbId> = stored.programmes.iter().map(|row| row.id).collect();
    ids.extend(stored.task_groups.iter().map(|row| row.id));
    ids.extend(stored.objectives.iter().map(|row| row.id));
    ids.extend(stored.tasks.iter().map(|row| row.id));
    ids.extend(stored.assignments.iter().map(|row| row.id));
    ids.extend(stored.targets.iter().map(|row| row.id));
    ids.extend(stored.measures.iter().map(|row| row.id));
    ids.extend(stored.responsibilities.iter().map(|row| row.id));
    ids.extend(stored.channels.iter().map(|row| row.id));
    ids.extend(stored.funding_sources.iter().map(|row| row.id));
    ids
}

/// Documents by what they are known by.
pub fn documents_keyed(conn: &mut Conn, keys: &[&str]) -> Result<Vec<(String, DbId)>, DbError> {
    Ok(documents::table.filter(documents::natural_key.eq_any(keys)).select((documents::natural_key, documents::id)).load(conn)?)
}

/// Documents of which somebody wrote down number, issuer and year, by these.
pub fn documents_identified(conn: &mut Conn, identities: &[&str]) -> Result<Vec<(String, DbId)>, DbError> {
    let query =
        documents::table.filter(documents::identity.eq_any(identities)).select((documents::identity.assume_not_null(), documents::id));
    Ok(query.load(conn)?)
}

/// What to call documents: by number, or as they are known where they have none.
pub fn documents_called(conn: &mut Conn, ids: &[DbId]) -> Result<Vec<(Uuid, String)>, DbError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let query = documents::table.filter(documents::id.eq_any(ids)).select((documents::id, documents::number, documents::natural_key));
    let rows: Vec<(DbId, Option<String>, String)> = query.load(conn)?;
    Ok(rows.into_iter().map(|(id, number, key)| (id.0, number.unwrap_or(key))).collect())
}

impl Tables {
    /// The documents that rows refer to, some of them more than once.
    pub fn documents_referred_to(&self) -> impl Iterator<Item = DbId> {
        let decisions = self.programmes.iter().map(|row| row.decision_id);
        let parents = self.programmes.iter().filter_map(|row| row.parent_document_id);
        let related = self.document_relations.iter().map(|row| row.related_id);
        let assigned = self.assignments.iter().map(|row| row.basis_document_id);
        let members = self.agency_members.iter().filter_map(|row| row.basis_document_id);
        decisions.chain(parents).chain(related).chain(assigned).chain(members).chain(self.citations.iter().map(|row| row.document_id))
    }

    /// The agencies that the programme gives something to do, some of them more than once.
    pub fn agencies_with_a_part(&self) -> impl Iterator<Item = DbId> {
        let bodies = |row: &ProgrammeRow| [row.reports_to_id, row.steering_committee_id, row.standing_agency_id];
        let assigned = self.assignments.iter().map(|row| row.agency_id);
        let responsible = self.responsibility_agencies.iter().map(|row| row.agency_id);
        let operating = self.channels.iter().filter_map(|row| row.operator_id);
        self.programmes.iter().flat_map(bodies).flatten().chain(assigned).chain(responsible).chain(operating)
    }
}

/// Tells readers that what they keep in memory is out of date, and the search what agencies are called by now. `stamp` must never have
/// been used before.
pub fn stamp_catalogue(conn: &mut Conn, stamp: i64) -> Result<(), DbError> {
    diesel::update(catalogue_stamp::table).set(catalogue_stamp::stamp.eq(stamp)).execute(conn)?;
    search::sync_agencies(conn)
}

/// Notes that a file changed a programme.
pub fn record_import(
    conn: &mut Conn,
    id: DbId,
    programme: DbId,
    content_sha256: &str,
    changes: i32,
    at: NaiveDateTime,
) -> Result<(), DbError> {
    diesel::insert_into(programme_imports::table)
        .values((
            programme_imports::id.eq(id),
            programme_imports::programme_id.eq(programme),
            programme_imports::content_sha256.eq(content_sha256),
            programme_imports::changes.eq(changes),
            programme_imports::imported_at.eq(at),
        ))
        .execute(conn)?;
    Ok(())
}
