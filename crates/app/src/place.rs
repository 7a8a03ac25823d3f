//! Where in its document an act stands: reading it, keeping it with the act, and telling it of whatever the act opened.
//! Must not keep a place without a document, nor twice: what an act opened stands where the act does.
//! Documents are `document`; the rows are `persistence::document`.

use std::collections::{HashMap, HashSet};

use domain::{
    document::{Citation, DocumentId, Place},
    error::{Code, Fault},
    id::Id,
    policy::Action,
    succession::AgencyEvent,
    task::{Assignment, TaskId},
};
use persistence::{
    Conn, DbError,
    document::{self, Cited},
};
use uuid::Uuid;

use crate::{App, Error, View, catalogue::Catalogue, document::grouped, words};

/// Characters of a section.
pub(crate) const MAX_SECTION: usize = 200;
/// Characters of a quotation.
pub(crate) const MAX_QUOTE: usize = 4000;

/// Where in the document that is named beside it an act stands, as somebody says it.
#[derive(Clone, Debug, Default)]
pub struct NewPlace {
    pub section: Option<String>,
    /// Verbatim; needs a section.
    pub quote: Option<String>,
}

impl NewPlace {
    /// What it says; nothing where nothing is said, or where it is not right.
    pub(crate) fn read(&self, faults: &mut Vec<Fault>) -> Option<Place> {
        let section = self.section.as_deref().map(|section| words::line("/section", section, MAX_SECTION));
        let quote = self.quote.as_deref().map(quoted);
        if section.is_none() && quote.is_some() {
            faults.push(Place::without_section("/section"));
        }
        let mut right = |read: Result<String, Fault>| read.map_err(|fault| faults.push(fault)).ok();
        let (section, quote) = (section.map(&mut right), quote.map(&mut right));
        match (section, quote) {
            (Some(Some(section)), None) => Some(Place { section, quote: None }),
            (Some(Some(section)), Some(Some(quote))) => Some(Place { section, quote: Some(quote) }),
            _ => None,
        }
    }

    /// Says that there is no such place where no document is named.
    pub(crate) fn without_document(&self, faults: &mut Vec<Fault>) {
        for (at, given) in [("/section", &self.section), ("/quote", &self.quote)] {
            if given.is_some() {
                faults.push(Place::without_document(at, Code::RuleBroken));
            }
        }
    }
}

/// A quotation may have lines, and no other control characters.
fn quoted(given: &str) -> Result<String, Fault> {
    let words = words::read("/quote", given, MAX_QUOTE)?;
    let is_line = |c: char| matches!(c, '\n' | '\r' | '\t') || !c.is_control();
    if words.chars().all(is_line) { Ok(words) } else { Err(Fault::new("/quote", Code::PatternMismatch)) }
}

/// Keeps with a row the place in its document, where one is told.
pub(crate) fn cite(app: &App, conn: &mut Conn, (subject, document): (Uuid, DocumentId), place: Option<&Place>) -> Result<(), DbError> {
    cite_at(app, conn, (subject, document, 1), place)
}

/// As [`cite`], as the place of this rank in the document.
pub(crate) fn cite_at(
    app: &App,
    conn: &mut Conn,
    (subject, document, rank): (Uuid, DocumentId, i32),
    place: Option<&Place>,
) -> Result<(), DbError> {
    let Some(place) = place.cloned() else { return Ok(()) };
    document::cite(conn, &[Cited { id: app.0.ids.next(), subject, document, rank, place }])
}

/// Where these rows stand in documents: where is told of them, else where the act or the event of agencies stands that opened them.
///
/// # Errors
/// When the database fails.
pub async fn of_rows(view: &View, rows: Vec<Uuid>) -> Result<HashMap<Uuid, Vec<Citation>>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    if rows.is_empty() {
        return Ok(HashMap::new());
    }
    let renamed = opened_by_events(view.catalogue().await?, &rows);
    view.read(move |conn| -> Result<_, Error> {
        let opened: HashMap<Uuid, Uuid> = document::opened_by_acts(conn, &rows)?.into_iter().chain(renamed).collect();
        let subjects: Vec<Uuid> = rows.iter().chain(opened.values()).copied().collect();
        let found = grouped(document::citations(conn, &subjects)?);
        let at = |row: Uuid| found.get(&row).or_else(|| found.get(opened.get(&row)?)).map(|places| (row, places.clone()));
        Ok(rows.iter().copied().filter_map(at).collect())
    })
    .await
}

/// The events that opened those of these rows that are names of agencies: of the day, by the document, with a part of the agency.
fn opened_by_events(catalogue: &Catalogue, rows: &[Uuid]) -> Vec<(Uuid, Uuid)> {
    let rows: HashSet<Uuid> = rows.iter().copied().collect();
    let versions = catalogue.agencies().iter().flat_map(|agency| agency.versions.iter().map(|version| (agency.id, version)));
    let asked = versions.filter(|(_, version)| rows.contains(&version.id.uuid()));
    let opened = asked.filter_map(|(agency, version)| {
        let is_it = |event: &&AgencyEvent| {
            (Some(event.effective_on), Some(event.basis)) == (version.validity.from, version.basis)
                && event.predecessors.iter().chain(&event.successors).any(|party| *party == agency)
        };
        let event = catalogue.events().iter().find(is_it)?;
        Some((version.id.uuid(), event.id.uuid()))
    });
    opened.collect()
}

/// An assignment with its task and the document that it rests on.
pub type Assigned = (Id<Assignment>, TaskId, DocumentId);

/// Where these assignments stand in their documents: where the event stands that opened them, else where their document speaks of the
/// task, else where it amends the programme.
///
/// # Errors
/// When the database fails.
pub async fn of_assignments(view: &View, assigned: Vec<Assigned>) -> Result<HashMap<Assigned, Vec<Citation>>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    if assigned.is_empty() {
        return Ok(HashMap::new());
    }
    view.read(move |conn| -> Result<_, Error> {
        let ids: Vec<Uuid> = assigned.iter().map(|(id, ..)| id.uuid()).collect();
        let opened: HashMap<Uuid, Uuid> = document::opened_by_events(conn, &ids)?.into_iter().collect();
        let mut tasks: Vec<TaskId> = assigned.iter().map(|(_, task, _)| *task).collect();
        tasks.sort_unstable();
        tasks.dedup();
        let subjects: Vec<Uuid> = ids.into_iter().chain(opened.values().copied()).chain(tasks.iter().map(|task| task.uuid())).collect();
        let told = grouped(document::citations(conn, &subjects)?);
        let amended = grouped(document::amended_at(conn, &tasks)?);
        let at = |(id, task, basis): Assigned| {
            let in_basis = |places: Option<&Vec<Citation>>| -> Vec<Citation> {
                places.into_iter().flatten().filter(|place| place.document == basis).cloned().collect()
            };
            let event = opened.get(&id.uuid()).and_then(|event| told.get(event));
            let sources = [told.get(&id.uuid()), event, told.get(&task.uuid()), amended.get(&task)];
            sources.into_iter().map(in_basis).find(|places| !places.is_empty()).unwrap_or_default()
        };
        Ok(assigned.iter().map(|one| (*one, at(*one))).collect())
    })
    .await
}
