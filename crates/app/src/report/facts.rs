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
        Product, ReportContent,
        fit::{TaskFacts, check},
    },
    task::{Occurrence, Task},
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
    /// In the form in which it is stored; `at` is where the content stands in what was sent.
    ///
    /// # Errors
    /// `BODY_INVALID` with every text that cannot be kept.
    pub(super) fn stored(&self, at: &str) -> Result<ReportContent, Refusal> {
        let faults = self.unstorable(at);
        if !faults.is_empty() {
            return Err(Refusal::with_faults(Code::BodyInvalid, faults));
        }
        let produced = self.produced.iter().map(|product| Product {
            description: text::normalise(&product.description),
            quantity: product.quantity,
            unit: product.unit.as_deref().map(text::normalise),
        });
        let value = |value: &Value| value.as_str().map_or_else(|| value.clone(), |words| text::normalise(words).into());
        Ok(ReportContent {
            percent: self.percent,
            narrative: text::normalise(&self.narrative),
            produced: produced.collect(),
            sections: self.sections.iter().map(|(code, words)| (code.clone(), text::normalise(words))).collect(),
            values: self.values.iter().map(|(code, given)| (code.clone(), value(given))).collect(),
        })
    }

    /// Texts that not every database holds, each with its place.
    fn unstorable(&self, at: &str) -> Vec<Fault> {
        let mut texts = vec![("/narrative".to_owned(), text::storable(&self.narrative))];
        for (place, product) in self.produced.iter().enumerate() {
            texts.push((format!("/produced/{place}/description"), text::storable(&product.description)));
            texts.push((format!("/produced/{place}/unit"), product.unit.as_deref().is_none_or(text::storable)));
        }
        let fits = |(code, words): (&String, &String)| (member("/sections", code), text::storable(code) && text::storable(words));
        texts.extend(self.sections.iter().map(fits));
        texts.extend(self.values.iter().map(|(code, value)| (member("/values", code), text::storable(code) && is_storable(value))));
        let broken = texts.into_iter().filter(|(_, is_storable)| !is_storable);
        broken.map(|(pointer, _)| Fault::new(format!("{at}{pointer}"), Code::PatternMismatch)).collect()
    }
}

/// The place of a member of an object (RFC 6901).
fn member(object: &str, name: &str) -> String {
    format!("{object}/{}", name.replace('~', "~0").replace('/', "~1"))
}

/// Whether every text in a value can be kept.
fn is_storable(value: &Value) -> bool {
    match value {
        Value::String(words) => text::storable(words),
        Value::Array(values) => values.iter().all(is_storable),
        Value::Object(members) => members.iter().all(|(name, value)| text::storable(name) && is_storable(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => true,
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
    let refuse = |faults| Error::from(Refusal::with_faults(Code::ReportRefused, faults));
    let programme = catalogue.programme_by_code(&about.programme).ok_or_else(|| refuse(check(TaskFacts::ProgrammeUnknown)))?;
    let Some(code) = &about.task else {
        return Err(refuse(vec![Fault::new("/task", Code::FieldRequired)]));
    };
    let found = task::by_code(conn, programme.id, code)?.ok_or_else(|| refuse(check(TaskFacts::TaskUnknown)))?;
    let occurrence = task::occurrence_in(conn, found.id, about.year)?;
    let agency_assigned = is_assigned(conn, catalogue, agency, &found, about.year)?;
    match occurrence {
        Some(occurrence) if agency_assigned => Ok(Place {
            programme: programme.id,
            programme_code: Arc::clone(&programme.code),
            task: Some((found, occurrence)),
            obligation: None,
            period: about.period.clone().unwrap_or_else(|| about.year.to_string()),
            is_estimate: false,
        }),
        occurrence => Err(refuse(check(TaskFacts::Known { scheduled_in_year: occurrence.is_some(), agency_assigned }))),
    }
}

/// Whether a content says all that must be said when it is sent.
///
/// # Errors
/// `REPORT_REFUSED` with every fault.
pub(super) fn complete(is_about_task: bool, content: &ReportContent) -> Result<(), Error> {
    let mut faults = Vec::new();
    if is_about_task && content.percent.is_none() {
        faults.push(Fault::new("/percent", Code::PercentNeeded));
    }
    if content.narrative.trim().is_empty() {
        faults.push(Fault::new("/narrative", Code::FieldRequired));
    }
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
