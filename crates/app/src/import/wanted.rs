//! A programme file as rows: what should be stored once it is imported.
//! Must not read or write the database; identifiers of rows that exist are taken over from what was read before.
//! Comparing and applying is `persistence::sync`. The plan's rows are in `plan`, the register's in `register`.

mod plan;
mod register;

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    document::DocumentKind,
    id::IdSource,
    lang::{Lang, TranslatedField, TranslationState},
    seed::Seed,
};
use persistence::{
    rows::{CitationRow, DbId, TranslationRow},
    sync::{Names, Tables},
};

/// Builds the wanted rows step by step; later steps find the identifiers of earlier ones by code.
struct Builder<'a> {
    seed: &'a Seed,
    before: &'a Tables,
    ids: &'a dyn IdSource,
    now: DateTime<Utc>,
    after: Tables,
    names: Names,
    agencies: HashMap<&'a str, DbId>,
    documents: HashMap<String, DbId>,
    groups: HashMap<&'a str, DbId>,
    objectives: HashMap<&'a str, DbId>,
    tasks: HashMap<&'a str, DbId>,
    targets: HashMap<&'a str, DbId>,
}

/// The rows that the file wants, and what to call them when differences are told.
pub(super) fn rows(seed: &Seed, before: &Tables, ids: &dyn IdSource, now: DateTime<Utc>) -> (Tables, Names) {
    let mut builder = Builder {
        seed,
        before,
        ids,
        now,
        after: Tables::default(),
        names: stored_names(before),
        agencies: HashMap::new(),
        documents: HashMap::new(),
        groups: HashMap::new(),
        objectives: HashMap::new(),
        tasks: HashMap::new(),
        targets: HashMap::new(),
    };
    builder.agencies();
    builder.documents();
    builder.agency_details();
    let programme = builder.programme();
    builder.groups(programme);
    builder.objectives(programme);
    builder.tasks(programme);
    builder.targets(programme);
    builder.measures(programme);
    builder.responsibilities(programme);
    builder.means(programme);
    builder.known_issues(programme);
    (builder.after, builder.names)
}

/// What is stored is called by its code even where the file names it no more.
fn stored_names(before: &Tables) -> Names {
    let groups = before.task_groups.iter().map(|row| (row.id.0, row.code.clone()));
    let objectives = before.objectives.iter().map(|row| (row.id.0, row.code.clone()));
    let tasks = before.tasks.iter().map(|row| (row.id.0, row.code.clone()));
    let targets = before.targets.iter().map(|row| (row.id.0, row.code.clone()));
    let measures = before.measures.iter().map(|row| (row.id.0, row.code.clone()));
    let duties = before.responsibilities.iter().map(|row| (row.id.0, row.code.clone()));
    let channels = before.channels.iter().map(|row| (row.id.0, row.code.clone()));
    let sources = before.funding_sources.iter().map(|row| (row.id.0, row.code.clone()));
    let issues = before.known_issues.iter().map(|row| (row.id.0, row.location.clone()));
    groups
        .chain(objectives)
        .chain(tasks)
        .chain(targets)
        .chain(measures)
        .chain(duties)
        .chain(channels)
        .chain(sources)
        .chain(issues)
        .collect()
}

fn document_kind(label: &str) -> DocumentKind {
    match label {
        "law" => DocumentKind::Law,
        "decree" => DocumentKind::Decree,
        "circular" => DocumentKind::Circular,
        "decision" => DocumentKind::Decision,
        "directive" => DocumentKind::Directive,
        "party_conclusion" => DocumentKind::PartyConclusion,
        "submission" => DocumentKind::Submission,
        "strategy" => DocumentKind::Strategy,
        "plan" => DocumentKind::Plan,
        "official_letter" => DocumentKind::OfficialLetter,
        "notice" => DocumentKind::Notice,
        _ => DocumentKind::Other,
    }
}

impl Builder<'_> {
    /// The identifier of a row that is stored already, or a new one.
    fn id(&self, stored: Option<DbId>) -> DbId {
        stored.unwrap_or_else(|| DbId::from(self.ids.next::<()>()))
    }

    /// The agency with a code. The file was checked: every code in it is known.
    fn agency(&self, code: &str) -> Option<DbId> {
        self.agencies.get(code).copied()
    }

    fn agency_opt(&self, code: Option<&String>) -> Option<DbId> {
        code.and_then(|code| self.agency(code))
    }

    fn decision(&self) -> Option<DbId> {
        self.documents.get(&self.seed.decision.key()).copied()
    }

    fn effective(&self) -> NaiveDate {
        self.seed.decision.effective_date
    }

    /// From when on a row is worded as it is; nothing for the words that were signed.
    #[allow(clippy::unused_self)] // reads as one of the builder's questions
    fn held_since<R>(&self, stored: &[R], id: DbId, of: impl Fn(&R) -> (DbId, Option<NaiveDate>)) -> Option<NaiveDate> {
        stored.iter().map(of).find(|(stored, _)| *stored == id).and_then(|(_, since)| since)
    }

    /// Whether an amendment made the row or words it now.
    fn is_amended(&self, id: DbId) -> bool {
        let groups = self.before.task_groups.iter().map(|row| (row.id, row.valid_from));
        let tasks = self.before.tasks.iter().map(|row| (row.id, row.valid_from));
        let targets = self.before.targets.iter().map(|row| (row.id, row.valid_from));
        let objectives = self.before.objectives.iter().map(|row| (row.id, row.valid_from));
        let measures = self.before.measures.iter().map(|row| (row.id, row.valid_from));
        let duties = self.before.responsibilities.iter().map(|row| (row.id, row.valid_from));
        let programmes = self.before.programmes.iter().map(|row| (row.id, row.valid_from));
        let body = objectives.chain(measures).chain(duties).chain(programmes);
        groups.chain(tasks).chain(targets).chain(body).any(|(row, since)| row == id && since.is_some())
    }

    fn name(&mut self, id: DbId, name: impl Into<String>) {
        self.names.insert(id.0, name.into());
    }

    /// A citation of the decision.
    fn cite(&mut self, subject: DbId, rank: i32, section: impl Into<String>, quote: Option<&str>) {
        let Some(document_id) = self.decision() else { return };
        let same = |row: &&CitationRow| (row.subject_id, row.document_id, row.rank) == (subject, document_id, rank);
        if self.is_amended(subject) {
            // The decision says what it said, however much the file says now.
            let all = self.before.citations.iter().filter(|row| rank == 1 && (row.subject_id, row.document_id) == (subject, document_id));
            self.after.citations.extend(all.cloned());
            return;
        }
        let id = self.id(self.before.citations.iter().find(same).map(|row| row.id));
        let (section, quote) = (section.into(), quote.map(str::to_owned));
        self.after.citations.push(CitationRow { id, subject_id: subject, document_id, rank, section, quote });
    }

    /// The English text of a subject beside the Vietnamese one. One that a person has reviewed stays as it is.
    fn english(&mut self, subject: DbId, field: TranslatedField, vi: &str, text: Option<&String>) {
        let Some(text) = text else { return };
        let same = |row: &&TranslationRow| row.subject_id == subject && row.field == field.label() && row.lang == Lang::En.label();
        let stored = self.before.translations.iter().find(same);
        let reviewed = stored.filter(|row| row.state == TranslationState::Reviewed.label() || row.account_id.is_some());
        let row = reviewed.cloned().unwrap_or_else(|| TranslationRow {
            subject_id: subject,
            field: field.label().into(),
            lang: Lang::En.label().into(),
            text: text.clone(),
            state: TranslationState::Machine.label().into(),
            source: vi.to_owned(),
            account_id: None,
            edited_at: None,
        });
        self.after.translations.push(row);
    }
}

/// Positions from 1.
fn rank(index: usize) -> i32 {
    i32::try_from(index + 1).unwrap_or(i32::MAX)
}
