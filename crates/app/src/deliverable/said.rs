//! What somebody says of deliverables, read: what it names is looked up for all of them at once, and every fault is told.
//! Must not write, nor send a statement a deliverable.
//! What is wrong with one by itself is `domain::deliverable`; writing is `write`.

use std::collections::{BTreeSet, HashMap};

use chrono::{Datelike, NaiveDate};
use domain::{
    agency::AgencyId,
    deliverable::{AffairsChannel, Audience, Content, Deliverable, DeliverableKind, Details, Source, Visibility},
    document::DocumentId,
    document_number,
    error::{Code, Fault},
    evidence::FileId,
    id::Id,
    programme::ProgrammeId,
    task::{Assignment, Task, TaskId},
    text,
};
use persistence::{Conn, DbError, deliverable as stored, task};
use serde::Deserialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{
    catalogue::Catalogue,
    meeting::YEARS,
    occurrence::first_assigned,
    place::{MAX_QUOTE, MAX_SECTION},
    words,
};

/// Deliverables of one batch at most.
pub const MAX_ROWS: usize = 500;
const MAX_TITLE: usize = 500;
/// Characters of a text among the fields of a kind.
const MAX_TEXT: usize = 4000;
/// Entries of a list among the fields of a kind, and of documents and files.
const MAX_LIST: usize = 100;

/// A document that a deliverable rests on or is.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewSource {
    /// Number or identifier.
    pub document: String,
    pub section: Option<String>,
    /// Verbatim; needs a section.
    pub quote: Option<String>,
}

/// What is said of a deliverable, by codes.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Said {
    pub task: Option<String>,
    pub year: i32,
    pub title: String,
    pub channel: Option<AffairsChannel>,
    pub visibility: Visibility,
    #[serde(default)]
    pub audiences: Vec<Audience>,
    #[serde(default, rename = "documents")]
    pub sources: Vec<NewSource>,
    /// Files on reports of the agency.
    #[serde(default)]
    pub evidence: Vec<Uuid>,
    /// The fields of the kind.
    pub details: Map<String, Value>,
}

/// A deliverable to record; in a file as REST takes it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewDeliverable {
    pub programme: String,
    /// If given, one for which the caller may record.
    pub agency: Option<String>,
    pub kind: DeliverableKind,
    pub external_ref: Option<String>,
    #[serde(flatten)]
    pub said: Said,
}

/// Whose a deliverable is, and what does not change with a correction.
#[derive(Clone, Copy, Debug)]
pub(super) struct Owner {
    pub programme: ProgrammeId,
    pub agency: AgencyId,
    pub kind: DeliverableKind,
}

/// What deliverables name, as it is stored.
#[derive(Default)]
pub(super) struct Known {
    tasks: HashMap<(ProgrammeId, String), Task>,
    assignments: HashMap<TaskId, Vec<Assignment>>,
    documents: HashMap<String, Vec<DocumentId>>,
    files: HashMap<FileId, AgencyId>,
}

impl Known {
    /// Looks up what these say, in four statements.
    pub fn load(conn: &mut Conn, all: &[(Owner, &Said)]) -> Result<Self, DbError> {
        let mut known = Self::default();
        let programmes: BTreeSet<ProgrammeId> = all.iter().map(|(owner, _)| owner.programme).collect();
        let codes: BTreeSet<&str> = all.iter().filter_map(|(_, said)| said.task.as_deref()).filter(|code| text::storable(code)).collect();
        if !codes.is_empty() {
            let tasks = task::by_codes(conn, &programmes.into_iter().collect::<Vec<_>>(), &codes.into_iter().collect::<Vec<_>>())?;
            let ids: Vec<TaskId> = tasks.iter().map(|task| task.id).collect();
            known.tasks = tasks.into_iter().map(|task| ((task.programme, task.code.to_string()), task)).collect();
            for assignment in task::assignments_ever(conn, &ids)? {
                known.assignments.entry(assignment.task).or_default().push(assignment);
            }
        }
        let references = all.iter().flat_map(|(_, said)| said.sources.iter().map(|source| document_number::repaired(&source.document)));
        let references: BTreeSet<String> = references.filter(|text| text::storable(text)).collect();
        known.documents = stored::documents_named(conn, &references.into_iter().collect::<Vec<_>>())?;
        let files: BTreeSet<FileId> = all.iter().flat_map(|(_, said)| said.evidence.iter().map(|id| Id::from_uuid(*id))).collect();
        known.files = stored::file_owners(conn, &files.into_iter().collect::<Vec<_>>())?.into_iter().collect();
        Ok(known)
    }

    /// What is said of one, as it is stored, or everything that is wrong with it.
    pub fn content(&self, catalogue: &Catalogue, owner: Owner, said: &Said, today: NaiveDate) -> Result<Content, Vec<Fault>> {
        let mut faults = Vec::new();
        if !YEARS.contains(&said.year) {
            faults.push(Fault::new("/year", Code::OutOfRange));
        }
        let title = words::line("/title", &said.title, MAX_TITLE).map_err(|fault| faults.push(fault)).unwrap_or_default();
        let task = said.task.as_ref().and_then(|code| self.task(catalogue, owner, code, said.year, &mut faults));
        let sources = self.sources(&said.sources, &mut faults);
        let evidence = self.evidence(owner.agency, &said.evidence, &mut faults);
        let details = details(owner.kind, &said.details).map_err(|found| faults.extend(found)).ok();
        let Some(details) = details else { return Err(faults) };
        let audiences: BTreeSet<Audience> = said.audiences.iter().copied().collect();
        let (year, channel, visibility) = (said.year, said.channel, said.visibility);
        let content = Content { task, year, title, channel, visibility, audiences, sources, evidence, details };
        // A text or a document that cannot be read has been told.
        let own = judged(&content, owner).faults(today, "").into_iter().map(|fault| Fault { pointer: placed(&fault.pointer), ..fault });
        let own: Vec<Fault> = own.filter(|fault| !faults.iter().any(|told| told.pointer.starts_with(&fault.pointer))).collect();
        faults.extend(own);
        if faults.is_empty() { Ok(content) } else { Err(faults) }
    }

    /// The task, if the agency has a part in it in the year.
    fn task(&self, catalogue: &Catalogue, owner: Owner, code: &str, year: i32, faults: &mut Vec<Fault>) -> Option<TaskId> {
        let Some(task) = self.tasks.get(&(owner.programme, code.to_owned())) else {
            faults.push(Fault::new("/task", Code::TaskUnknown));
            return None;
        };
        let assigned = self.assignments.get(&task.id).map_or(&[][..], Vec::as_slice);
        // As for reports: the years before the decision belong to those whom it first assigned, and a year outside the task's period
        // brings no other fault.
        let first = first_assigned(assigned).map_or(i32::MIN, |day| day.year());
        let year = year.clamp(task.period.start_year, task.period.end_year).max(first);
        let collectives = catalogue.collectives_with(owner.agency, year);
        let has_part = assigned
            .iter()
            .filter(|assignment| assignment.validity.touches_year(year))
            .any(|assignment| assignment.agency == owner.agency || collectives.contains(&assignment.agency));
        if !has_part {
            faults.push(Fault::new("/task", Code::AgencyNotAssigned));
        }
        Some(task.id)
    }

    fn sources(&self, given: &[NewSource], faults: &mut Vec<Fault>) -> Vec<Source> {
        if given.len() > MAX_LIST {
            faults.push(Fault::new("/documents", Code::LengthOutOfRange));
        }
        let mut found = Vec::new();
        for (i, source) in given.iter().enumerate() {
            let at = |field: &str| format!("/documents/{i}/{field}");
            let named = self.documents.get(&document_number::repaired(&source.document)).map_or(&[][..], Vec::as_slice);
            let code = match named {
                [_] => None,
                [] => Some(Code::ReferenceUnknown),
                _ => Some(Code::ReferenceAmbiguous),
            };
            faults.extend(code.map(|code| Fault::new(at("document"), code)));
            let mut read = |field: &str, given: &Option<String>, most| {
                let given = given.as_deref()?;
                words::read(&at(field), given, most).map_err(|fault| faults.push(fault)).ok()
            };
            let (section, quote) = (read("section", &source.section, MAX_SECTION), read("quote", &source.quote, MAX_QUOTE));
            if source.section.is_none() && source.quote.is_some() {
                faults.push(domain::document::Place::without_section(at("section")));
            }
            found.extend(named.first().map(|document| Source { document: *document, section, quote }));
        }
        found
    }

    fn evidence(&self, agency: AgencyId, given: &[Uuid], faults: &mut Vec<Fault>) -> Vec<FileId> {
        if given.len() > MAX_LIST {
            faults.push(Fault::new("/evidence", Code::LengthOutOfRange));
        }
        let mut found: Vec<FileId> = Vec::new();
        for (i, id) in given.iter().enumerate() {
            let id = Id::from_uuid(*id);
            // Of another agency's file nothing is told, not even that it exists.
            let code = match self.files.get(&id) {
                Some(owner) if *owner == agency => found.contains(&id).then_some(Code::Duplicate),
                _ => Some(Code::ReferenceUnknown),
            };
            match code {
                Some(code) => faults.push(Fault::new(format!("/evidence/{i}"), code)),
                None => found.push(id),
            }
        }
        found
    }
}

/// As the rules of the domain read it; its identifier is of no account to them.
fn judged(content: &Content, owner: Owner) -> Deliverable {
    Deliverable {
        id: Id::from_uuid(Uuid::nil()),
        programme: owner.programme,
        task: content.task,
        agency: owner.agency,
        year: content.year,
        title: content.title.as_str().into(),
        channel: content.channel,
        audiences: content.audiences.clone(),
        documents: content.sources.iter().map(|source| source.document).collect(),
        evidence: content.evidence.clone(),
        details: content.details.clone(),
        revision: 1,
    }
}

/// Where a fault of the domain stands in what was sent: the fields of the kind are in an object of their own.
fn placed(pointer: &str) -> String {
    if ["/title", "/year", "/documents"].contains(&pointer) { pointer.to_owned() } else { format!("/details{pointer}") }
}

/// The fields of a kind, with texts in the form in which they are stored.
fn details(kind: DeliverableKind, given: &Map<String, Value>) -> Result<Details, Vec<Fault>> {
    let mut faults = Vec::new();
    let fields: Map<String, Value> =
        given.iter().map(|(name, value)| (name.clone(), kept(value, &format!("/details/{}", escaped(name)), &mut faults))).collect();
    match Details::read(kind, fields, "/details") {
        Ok(details) if faults.is_empty() => Ok(details),
        Ok(_) => Err(faults),
        Err(found) => {
            // What cannot be kept has been told.
            let told: BTreeSet<String> = faults.iter().map(|fault| fault.pointer.clone()).collect();
            faults.extend(found.into_iter().filter(|fault| !told.contains(&fault.pointer)));
            Err(faults)
        }
    }
}

fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// A value with its texts as they are stored; what cannot be kept is a fault.
fn kept(value: &Value, at: &str, faults: &mut Vec<Fault>) -> Value {
    match value {
        Value::String(given) => {
            let words = text::normalise(given.trim());
            // Blanks are judged with their fields; what shows nothing looks like one and is none.
            if !text::storable(&words) || (!words.is_empty() && text::shows_nothing(&words)) {
                faults.push(Fault::new(at, Code::PatternMismatch));
            } else if words.chars().count() > MAX_TEXT {
                faults.push(Fault::new(at, Code::LengthOutOfRange));
            }
            Value::String(words)
        }
        Value::Array(values) => {
            if values.len() > MAX_LIST {
                faults.push(Fault::new(at, Code::LengthOutOfRange));
                return Value::Null;
            }
            Value::Array(values.iter().enumerate().map(|(i, value)| kept(value, &format!("{at}/{i}"), faults)).collect())
        }
        Value::Object(members) => Value::Object(
            members.iter().map(|(name, value)| (name.clone(), kept(value, &format!("{at}/{}", escaped(name)), faults))).collect(),
        ),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}
