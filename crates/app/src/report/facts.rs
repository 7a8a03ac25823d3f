//! What a report names, looked up: programme, task, occurrence, and whether its agency has a part in it.
//! Must not write, and leaves the verdict to `domain::report::fit`.
//! Used by everything that makes a report.

use std::{collections::BTreeMap, sync::Arc};

use chrono::Datelike;
use domain::{
    agency::AgencyId,
    error::{Code, Fault, Refusal},
    programme::ProgrammeId,
    report::{
        Product, Report, ReportContent,
        fit::{TaskFacts, check},
    },
    task::{Occurrence, Task},
    text,
};
use persistence::{Conn, DbError, fulfilment::Sought, task};
use serde_json::{Map, Value};

use super::answer::{self, Answer};
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
    pub answer: Option<Answer>,
    pub period: String,
}

impl Place {
    pub fn task_code(&self) -> Option<Arc<str>> {
        self.task.as_ref().map(|(task, _)| Arc::clone(&task.code))
    }
}

/// Finds where a report of this agency belongs; one that is stored already keeps what it answers to.
///
/// # Errors
/// `REPORT_REFUSED` with every fault.
pub(super) fn place(
    conn: &mut Conn,
    catalogue: &Catalogue,
    agency: AgencyId,
    about: &About,
    kept: Option<&Report>,
) -> Result<Place, Error> {
    let refuse = |faults| Error::from(Refusal::with_faults(Code::ReportRefused, faults));
    let programme = catalogue.programme_by_code(&about.programme).ok_or_else(|| refuse(check(TaskFacts::ProgrammeUnknown)))?;
    let is_about_programme = kept.is_some_and(|report| report.task.is_none());
    let task = match &about.task {
        Some(code) => Some(task::by_code(conn, programme.id, code)?.ok_or_else(|| refuse(check(TaskFacts::TaskUnknown)))?),
        None if is_about_programme => None,
        None => match answer::task_needed(catalogue, about.regime.as_deref()) {
            Some(fault) => return Err(refuse(vec![fault])),
            None => None,
        },
    };
    let period = about.period.clone().unwrap_or_else(|| about.year.to_string());
    let regime = about.regime.as_deref();
    let answer = match kept {
        Some(report) => Ok(answer::of(conn, catalogue, report)?),
        None => {
            let task = task.as_ref().map(|task| task.id);
            let sought = Sought { programme: programme.id, agency, task, year: about.year, period: &period, regime };
            answer::to(conn, catalogue, &sought)?
        }
    };
    // Whom a report was asked of may hand it in, whether or not they have a part in the task.
    let is_obliged = matches!(answer, Ok(Some(_)));
    let task = task.map(|found| occurrence(conn, catalogue, (agency, is_obliged), found, about.year)).transpose()?;
    let mut answer = answer.map_err(|fault| refuse(vec![fault]))?;
    if let Some(answer) = &mut answer {
        answer.is_named |= regime.is_some();
    }
    Ok(Place { programme: programme.id, programme_code: Arc::clone(&programme.code), task, answer, period })
}

/// The task with its occurrence of the year.
fn occurrence(
    conn: &mut Conn,
    catalogue: &Catalogue,
    (agency, is_obliged): (AgencyId, bool),
    task: Task,
    year: i32,
) -> Result<(Task, Occurrence), Error> {
    let occurrence = task::occurrence_in(conn, task.id, year)?;
    let agency_assigned = is_obliged || is_assigned(conn, catalogue, agency, &task, year)?;
    match occurrence {
        Some(occurrence) if agency_assigned => Ok((task, occurrence)),
        occurrence => {
            let facts = TaskFacts::Known { scheduled_in_year: occurrence.is_some(), agency_assigned };
            Err(Refusal::with_faults(Code::ReportRefused, check(facts)).into())
        }
    }
}

/// Whether a content fits what the report answers to and, once it is sent, says all that must be said.
///
/// # Errors
/// `REPORT_REFUSED` with every fault.
pub(super) fn fits(is_about_task: bool, content: &ReportContent, answer: Option<&Answer>, is_sent: bool) -> Result<(), Error> {
    let mut faults = Vec::new();
    if is_sent && is_about_task && content.percent.is_none() {
        faults.push(Fault::new("/percent", Code::PercentNeeded));
    }
    if is_sent && content.narrative.trim().is_empty() {
        faults.push(Fault::new("/narrative", Code::FieldRequired));
    }
    faults.extend(answer.map(|answer| answer.faults(content, is_sent)).unwrap_or_default());
    if faults.is_empty() { Ok(()) } else { Err(Refusal::with_faults(Code::ReportRefused, faults).into()) }
}

/// Whether the agency leads or coordinates the task on some day of the year, by name or as one of a collective.
/// For a year outside the task's period the assignment as such is asked, so that one fault does not bring another.
fn is_assigned(conn: &mut Conn, catalogue: &Catalogue, agency: AgencyId, task: &Task, year: i32) -> Result<bool, DbError> {
    let assigned = task::assignments_ever(conn, &[task.id])?;
    // The years before the decision took effect belong to those whom it first assigned.
    let first = assigned.iter().filter_map(|assignment| assignment.validity.from).min().map_or(i32::MIN, |day| day.year());
    let year = year.clamp(task.period.start_year, task.period.end_year).max(first);
    let mut assigned = assigned.iter().filter(|assignment| assignment.validity.touches_year(year)).peekable();
    if assigned.peek().is_none() {
        return Ok(false);
    }
    let collectives = catalogue.collectives_with(agency, year);
    Ok(assigned.any(|assignment| assignment.agency == agency || collectives.contains(&assignment.agency)))
}
