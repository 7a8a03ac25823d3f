//! What a report names, looked up: programme, task, occurrence, and whether its agency has a part in it.
//! Must not write, and leaves the verdict to `domain::report::fit`.
//! Looking up is apart from judging, so that one report and ten thousand go the same way.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    sync::Arc,
};

use chrono::Datelike;
use domain::{
    agency::AgencyId,
    error::{Code, Fault, Refusal},
    programme::ProgrammeId,
    report::{
        Product, ReportContent,
        fit::{TaskFacts, check},
    },
    task::{Assignment, Occurrence, Task, TaskId},
    text,
};
use persistence::{Conn, DbError, task};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{Error, catalogue::Catalogue};

/// What a report is about, by codes.
#[derive(Clone, Debug)]
pub struct About {
    pub programme: String,
    /// Left out for a report about the whole programme.
    pub task: Option<String>,
    pub year: i32,
    /// The year where nothing else is said.
    pub period: Option<String>,
    /// Code of the reporting regime that it answers to.
    pub regime: Option<String>,
}

/// What a report says, as it came. Lengths and ranges are checked by the form before this.
#[derive(Clone, Debug, Default)]
pub struct Contents {
    /// 0 to 100.
    pub percent: Option<i32>,
    pub narrative: String,
    pub produced: Vec<Product>,
    pub sections: BTreeMap<String, String>,
    pub values: Map<String, Value>,
}

impl Contents {
    /// In the form in which it is stored.
    pub(super) fn stored(&self) -> ReportContent {
        let produced = self.produced.iter().map(|product| Product {
            description: text::normalise(&product.description),
            quantity: product.quantity,
            unit: product.unit.as_deref().map(text::normalise),
        });
        let value = |value: &Value| value.as_str().map_or_else(|| value.clone(), |words| text::normalise(words).into());
        ReportContent {
            percent: self.percent,
            narrative: text::normalise(&self.narrative),
            produced: produced.collect(),
            sections: self.sections.iter().map(|(code, words)| (code.clone(), text::normalise(words))).collect(),
            values: self.values.iter().map(|(code, given)| (code.clone(), value(given))).collect(),
        }
    }
}

/// Where a report belongs.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub programme: ProgrammeId,
    pub programme_code: Arc<str>,
    pub task: Option<(Task, Occurrence)>,
    pub obligation: Option<Uuid>,
    pub period: String,
    /// What it answers to is due before its period ends.
    pub is_estimate: bool,
}

impl Place {
    pub fn task_code(&self) -> Option<Arc<str>> {
        self.task.as_ref().map(|(task, _)| Arc::clone(&task.code))
    }
}

/// Finds where a report of this agency belongs.
///
/// # Errors
/// `REPORT_REFUSED` with every fault.
pub(super) fn place(conn: &mut Conn, catalogue: &Catalogue, agency: AgencyId, about: &About) -> Result<Place, Error> {
    let mut known = Known::load(conn, catalogue, &[about])?;
    known.place(catalogue, agency, about).map_err(|faults| Refusal::with_faults(Code::ReportRefused, faults).into())
}

/// What is stored of the tasks that reports name, looked up for all of them at once.
#[derive(Debug, Default)]
pub(super) struct Known {
    tasks: HashMap<ProgrammeId, HashMap<Arc<str>, Task>>,
    occurrences: HashMap<(TaskId, i32), Occurrence>,
    assignments: HashMap<TaskId, Vec<Assignment>>,
    /// The collectives that have an agency on their rolls in a year.
    collectives: HashMap<(AgencyId, i32), HashSet<AgencyId>>,
}

impl Known {
    /// Looks up what these reports name, in three statements.
    pub fn load(conn: &mut Conn, catalogue: &Catalogue, abouts: &[&About]) -> Result<Self, DbError> {
        let mut known = Self::default();
        let distinct = |codes: &mut dyn Iterator<Item = &'_ str>| codes.map(str::to_owned).collect::<BTreeSet<_>>();
        let named = distinct(&mut abouts.iter().map(|about| about.programme.as_str()));
        let programmes: Vec<ProgrammeId> = named.iter().filter_map(|code| Some(catalogue.programme_by_code(code)?.id)).collect();
        let codes = distinct(&mut abouts.iter().filter_map(|about| about.task.as_deref()));
        let codes: Vec<&str> = codes.iter().map(String::as_str).filter(|code| text::storable(code)).collect();
        if programmes.is_empty() || codes.is_empty() {
            return Ok(known);
        }
        let tasks = task::by_codes(conn, &programmes, &codes)?;
        let ids: Vec<TaskId> = tasks.iter().map(|task| task.id).collect();
        for task in tasks {
            known.tasks.entry(task.programme).or_default().insert(Arc::clone(&task.code), task);
        }
        if ids.is_empty() {
            return Ok(known);
        }
        let years: Vec<i32> = abouts.iter().map(|about| about.year).collect::<BTreeSet<_>>().into_iter().collect();
        let occurrences = task::occurrences_in(conn, &ids, &years)?;
        known.occurrences = occurrences.into_iter().map(|occurrence| ((occurrence.task, occurrence.year), occurrence)).collect();
        for assignment in task::assignments_ever(conn, &ids)? {
            known.assignments.entry(assignment.task).or_default().push(assignment);
        }
        Ok(known)
    }

    /// Where a report of this agency belongs.
    ///
    /// # Errors
    /// Every fault.
    pub fn place(&mut self, catalogue: &Catalogue, agency: AgencyId, about: &About) -> Result<Place, Vec<Fault>> {
        let programme = catalogue.programme_by_code(&about.programme).ok_or_else(|| check(TaskFacts::ProgrammeUnknown))?;
        let Some(code) = &about.task else {
            return Err(vec![Fault::new("/task", Code::FieldRequired)]);
        };
        let task = self.tasks.get(&programme.id).and_then(|tasks| tasks.get(code.as_str())).cloned();
        let task = task.ok_or_else(|| check(TaskFacts::TaskUnknown))?;
        let agency_assigned = self.is_assigned(catalogue, agency, &task, about.year);
        match self.occurrences.get(&(task.id, about.year)) {
            Some(occurrence) if agency_assigned => Ok(Place {
                programme: programme.id,
                programme_code: Arc::clone(&programme.code),
                task: Some((task, occurrence.clone())),
                obligation: None,
                period: about.period.clone().unwrap_or_else(|| about.year.to_string()),
                is_estimate: false,
            }),
            occurrence => Err(check(TaskFacts::Known { scheduled_in_year: occurrence.is_some(), agency_assigned })),
        }
    }

    /// Whether the agency leads or coordinates the task on some day of the year, by name or as one of a collective.
    /// For a year outside the task's period the assignment as such is asked, so that one fault does not bring another.
    fn is_assigned(&mut self, catalogue: &Catalogue, agency: AgencyId, task: &Task, year: i32) -> bool {
        let assigned = self.assignments.get(&task.id).map_or(&[][..], Vec::as_slice);
        // The years before the decision took effect belong to those whom it first assigned.
        let first = assigned.iter().filter_map(|assignment| assignment.validity.from).min().map_or(i32::MIN, |day| day.year());
        let year = year.clamp(task.period.start_year, task.period.end_year).max(first);
        let mut assigned = assigned.iter().filter(|assignment| assignment.validity.touches_year(year)).peekable();
        if assigned.peek().is_none() {
            return false;
        }
        let collectives = self.collectives.entry((agency, year)).or_insert_with(|| catalogue.collectives_with(agency, year));
        assigned.any(|assignment| assignment.agency == agency || collectives.contains(&assignment.agency))
    }
}

/// Whether a content says all that must be said when it is sent.
///
/// # Errors
/// `REPORT_REFUSED` with every fault.
pub(super) fn complete(is_about_task: bool, content: &ReportContent) -> Result<(), Error> {
    let faults = missing(is_about_task, content);
    if faults.is_empty() { Ok(()) } else { Err(Refusal::with_faults(Code::ReportRefused, faults).into()) }
}

/// What a content leaves out that must be said when it is sent.
pub(super) fn missing(is_about_task: bool, content: &ReportContent) -> Vec<Fault> {
    let mut faults = Vec::new();
    if is_about_task && content.percent.is_none() {
        faults.push(Fault::new("/percent", Code::PercentNeeded));
    }
    if content.narrative.trim().is_empty() {
        faults.push(Fault::new("/narrative", Code::FieldRequired));
    }
    faults
}
