//! What a report names, looked up: programme, task, occurrence, and whether its agency has a part in it.
//! Must not write, and leaves the verdict to `domain::report::fit`.
//! Looking up is apart from judging, so that one report and ten thousand go the same way.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    mem,
    sync::Arc,
};

use chrono::Datelike;
use domain::{
    agency::AgencyId,
    error::{Code, Fault, Refusal},
    obligation::ObligationId,
    period::Period,
    programme::{Programme, ProgrammeId},
    regime::Regime,
    report::{
        Product, Report, ReportContent,
        fit::{TaskFacts, check},
    },
    task::{Assignment, Occurrence, OccurrenceStatus, Task, TaskId},
    text,
};
use persistence::{
    Conn, DbError,
    fulfilment::{self, Owed, Sought},
    task,
};
use serde_json::{Map, Value};

use super::{
    answer::{self, Answer},
    measure::{Measure, falls_under},
};
use crate::{Error, catalogue::Catalogue, occurrence::first_assigned};

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

impl About {
    /// The label of the period.
    pub(super) fn label(&self) -> String {
        self.period.clone().unwrap_or_else(|| self.year.to_string())
    }
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
    ///
    /// # Errors
    /// `BODY_INVALID` with every text that cannot be kept.
    pub(super) fn stored(&self) -> Result<ReportContent, Refusal> {
        let faults = self.unstorable();
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
    fn unstorable(&self) -> Vec<Fault> {
        let mut texts = vec![("/narrative".to_owned(), text::storable(&self.narrative))];
        for (place, product) in self.produced.iter().enumerate() {
            texts.push((format!("/produced/{place}/description"), text::storable(&product.description)));
            texts.push((format!("/produced/{place}/unit"), product.unit.as_deref().is_none_or(text::storable)));
        }
        let fits = |(code, words): (&String, &String)| (member("/sections", code), text::storable(code) && text::storable(words));
        texts.extend(self.sections.iter().map(fits));
        texts.extend(self.values.iter().map(|(code, value)| (member("/values", code), text::storable(code) && is_storable(value))));
        let broken = texts.into_iter().filter(|(_, is_storable)| !is_storable);
        broken.map(|(pointer, _)| Fault::new(pointer, Code::PatternMismatch)).collect()
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
    pub answer: Option<Answer>,
    pub measure: Measure,
    pub period: String,
}

impl Place {
    pub fn task_code(&self) -> Option<Arc<str>> {
        self.task.as_ref().map(|(task, _)| Arc::clone(&task.code))
    }
}

/// Finds where a report belongs.
///
/// # Errors
/// `REPORT_REFUSED` with every fault.
pub(super) fn place(conn: &mut Conn, catalogue: &Catalogue, asked: Asked<'_>) -> Result<Place, Error> {
    let mut known = Known::default();
    known.load(conn, catalogue, &[asked])?;
    known.place(catalogue, asked).map_err(|faults| Refusal::with_faults(Code::ReportRefused, faults).into())
}

/// A report that is looked up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'a> {
    /// `None` where nobody can tell whose it is.
    pub agency: Option<AgencyId>,
    pub about: &'a About,
    /// One that is stored already keeps what it answers to.
    pub kept: Option<&'a Report>,
}

/// What is stored of what reports name, looked up for all of them at once.
#[derive(Debug, Default)]
pub(super) struct Known {
    tasks: HashMap<ProgrammeId, HashMap<Arc<str>, Task>>,
    occurrences: HashMap<(TaskId, i32), Occurrence>,
    assignments: HashMap<TaskId, Vec<Assignment>>,
    /// The collectives that have an agency on their rolls in a year.
    collectives: HashMap<(AgencyId, i32), HashSet<AgencyId>>,
    owed: HashMap<AgencyId, Vec<Owed>>,
    /// The regimes of what stored reports answer to.
    answered: HashMap<ObligationId, Arc<Regime>>,
    /// What reports answer to that are judged but not yet stored; kept from one group to the next.
    pub taken: HashSet<ObligationId>,
}

impl Known {
    /// Looks up what these reports name, in five statements.
    pub fn load(&mut self, conn: &mut Conn, catalogue: &Catalogue, asked: &[Asked<'_>]) -> Result<(), Error> {
        *self = Self { taken: mem::take(&mut self.taken), ..Self::default() };
        let codes: BTreeSet<&str> = asked.iter().map(|asked| asked.about.programme.as_str()).collect();
        let programmes: Vec<ProgrammeId> = codes.into_iter().filter_map(|code| Some(catalogue.programme_by_code(code)?.id)).collect();
        if programmes.is_empty() {
            return Ok(());
        }
        let tasks = self.load_tasks(conn, &programmes, asked)?;
        self.load_obligations(conn, catalogue, (&programmes, &tasks), asked)
    }

    fn load_tasks(&mut self, conn: &mut Conn, programmes: &[ProgrammeId], asked: &[Asked<'_>]) -> Result<Vec<TaskId>, DbError> {
        let codes: BTreeSet<&str> = asked.iter().filter_map(|asked| asked.about.task.as_deref()).collect();
        let codes: Vec<&str> = codes.into_iter().filter(|code| text::storable(code)).collect();
        if codes.is_empty() {
            return Ok(Vec::new());
        }
        let tasks = task::by_codes(conn, programmes, &codes)?;
        let ids: Vec<TaskId> = tasks.iter().map(|task| task.id).collect();
        for task in tasks {
            self.tasks.entry(task.programme).or_default().insert(Arc::clone(&task.code), task);
        }
        if ids.is_empty() {
            return Ok(ids);
        }
        let occurrences = task::occurrences_in(conn, &ids, &years(asked))?;
        self.occurrences = occurrences.into_iter().map(|occurrence| ((occurrence.task, occurrence.year), occurrence)).collect();
        for assignment in task::assignments_ever(conn, &ids)? {
            self.assignments.entry(assignment.task).or_default().push(assignment);
        }
        Ok(ids)
    }

    fn load_obligations(
        &mut self,
        conn: &mut Conn,
        catalogue: &Catalogue,
        (programmes, tasks): (&[ProgrammeId], &[TaskId]),
        asked: &[Asked<'_>],
    ) -> Result<(), Error> {
        let kept: Vec<ObligationId> = asked.iter().filter_map(|asked| asked.kept?.obligation).collect();
        for (obligation, regime) in fulfilment::regimes_of(conn, &kept)? {
            let regime = catalogue.regime(regime).cloned().ok_or(answer::NO_REGIME)?;
            self.answered.insert(obligation, regime);
        }
        let new = || asked.iter().filter(|asked| asked.kept.is_none());
        let agencies: Vec<AgencyId> = new().filter_map(|asked| asked.agency).collect::<BTreeSet<_>>().into_iter().collect();
        let periods: BTreeSet<String> = new().map(|asked| asked.about.label()).collect();
        let periods: Vec<&str> = periods.iter().map(String::as_str).filter(|label| text::storable(label)).collect();
        let are_about_programmes = new().any(|asked| asked.about.task.is_none());
        let sought = Sought { programmes, agencies: &agencies, tasks, are_about_programmes, years: &years(asked), periods: &periods };
        for owed in fulfilment::sought(conn, &sought)? {
            self.owed.entry(owed.agency).or_default().push(owed);
        }
        Ok(())
    }

    /// Where a report belongs that was looked up.
    ///
    /// # Errors
    /// Every fault.
    pub fn place(&mut self, catalogue: &Catalogue, asked: Asked<'_>) -> Result<Place, Vec<Fault>> {
        let about = asked.about;
        let contradicted = contradicted(catalogue, about);
        let (programme, task) = match self.subject(catalogue, about, asked.kept) {
            Ok(subject) if contradicted.is_none() => subject,
            subject => return Err(contradicted.into_iter().chain(subject.err().unwrap_or_default()).collect()),
        };
        let period = about.label();
        let answer = if let Some(report) = asked.kept {
            Ok(self.kept(report))
        } else {
            let owed = asked.agency.and_then(|agency| self.owed.get(&agency)).map_or(&[][..], Vec::as_slice).iter().filter(|owed| {
                let is_about = (owed.programme, owed.task) == (programme.id, task.as_ref().map(|task| task.id));
                is_about && (owed.year, owed.period.as_str()) == (about.year, period.as_str())
            });
            answer::to(catalogue, owed, &self.taken, about.regime.as_deref())
        };
        // Whom a report was asked of may hand it in, whether or not they have a part in the task; once, which is told as such.
        let is_obliged = match &answer {
            Ok(answer) => answer.is_some(),
            Err(fault) => fault.code == Code::ObligationMet,
        };
        let task = task.map(|task| self.occurrence(catalogue, (asked.agency, is_obliged), task, about.year)).transpose()?;
        if let Some(ended) = task.as_ref().filter(|_| asked.kept.is_none()).and_then(|(_, occurrence)| ended(occurrence)) {
            return Err(vec![ended]);
        }
        let mut answer = answer.map_err(|fault| vec![fault])?;
        if let Some(answer) = &mut answer {
            answer.is_named |= about.regime.is_some();
        }
        let measure = Measure::of(answer.as_ref(), || falls_under(catalogue, about).cloned());
        Ok(Place { programme: programme.id, programme_code: Arc::clone(&programme.code), task, answer, measure, period })
    }

    /// The programme and the task that a report names.
    fn subject<'c>(
        &self,
        catalogue: &'c Catalogue,
        about: &About,
        kept: Option<&Report>,
    ) -> Result<(&'c Programme, Option<Task>), Vec<Fault>> {
        let programme = catalogue.programme_by_code(&about.programme).ok_or_else(|| check(TaskFacts::ProgrammeUnknown))?;
        let task = match &about.task {
            Some(code) => {
                let task = self.tasks.get(&programme.id).and_then(|tasks| tasks.get(code.as_str()));
                Some(task.cloned().ok_or_else(|| check(TaskFacts::TaskUnknown))?)
            }
            None if kept.is_some_and(|report| report.task.is_none()) => None,
            None => match answer::task_needed(catalogue, about.regime.as_deref()) {
                Some(fault) => return Err(vec![fault]),
                None => None,
            },
        };
        Ok((programme, task))
    }

    /// What is wrong with where a report belongs as far as that can be told without knowing whose it is, or without fields
    /// that cannot be read.
    pub fn misplaced(&self, catalogue: &Catalogue, about: &About, is_unread: impl Fn(&str) -> bool) -> Vec<Fault> {
        let mut faults = if is_unread("programme") {
            Vec::new()
        } else if about.task.is_none() && (is_unread("task") || is_unread("regime")) {
            let is_known = catalogue.programme_by_code(&about.programme).is_some();
            if is_known { Vec::new() } else { check(TaskFacts::ProgrammeUnknown) }
        } else {
            match self.subject(catalogue, about, None) {
                Ok((_, Some(task))) if !is_unread("year") => {
                    let scheduled_in_year = self.occurrences.contains_key(&(task.id, about.year));
                    check(TaskFacts::Known { scheduled_in_year, agency_assigned: true })
                }
                Ok(_) => Vec::new(),
                Err(faults) => faults,
            }
        };
        faults.extend(unknown_regime(catalogue, about));
        faults
    }

    /// What a stored report answers to.
    pub fn kept(&self, report: &Report) -> Option<Answer> {
        let obligation = report.obligation?;
        let regime = Arc::clone(self.answered.get(&obligation)?);
        Some(Answer { obligation, regime, is_named: report.names_regime })
    }

    /// The task with its occurrence of the year.
    fn occurrence(
        &mut self,
        catalogue: &Catalogue,
        (agency, is_obliged): (Option<AgencyId>, bool),
        task: Task,
        year: i32,
    ) -> Result<(Task, Occurrence), Vec<Fault>> {
        let agency_assigned = is_obliged || agency.is_some_and(|agency| self.is_assigned(catalogue, agency, &task, year));
        match self.occurrences.get(&(task.id, year)) {
            Some(occurrence) if agency_assigned => Ok((task, occurrence.clone())),
            occurrence => Err(check(TaskFacts::Known { scheduled_in_year: occurrence.is_some(), agency_assigned })),
        }
    }

    /// Whether the agency leads or coordinates the task on some day of the year, by name or as one of a collective.
    /// For a year outside the task's period the assignment as such is asked, so that one fault does not bring another.
    fn is_assigned(&mut self, catalogue: &Catalogue, agency: AgencyId, task: &Task, year: i32) -> bool {
        let assigned = self.assignments.get(&task.id).map_or(&[][..], Vec::as_slice);
        // The years before the decision took effect belong to those whom it first assigned.
        let first = first_assigned(assigned).map_or(i32::MIN, |day| day.year());
        let year = year.clamp(task.period.start_year, task.period.end_year).max(first);
        let mut assigned = assigned.iter().filter(|assignment| assignment.validity.touches_year(year)).peekable();
        if assigned.peek().is_none() {
            return false;
        }
        let collectives = self.collectives.entry((agency, year)).or_insert_with(|| catalogue.collectives_with(agency, year));
        assigned.any(|assignment| assignment.agency == agency || collectives.contains(&assignment.agency))
    }
}

/// That a period of the calendar is not of the year that is named with it. What is asked for bears a name of its own.
pub(super) fn contradicted(catalogue: &Catalogue, about: &About) -> Option<Fault> {
    let is_label = about.regime.as_deref().and_then(|code| catalogue.regime_rows(code).last()).is_some_and(|row| row.schedule.is_none());
    let period: Period = about.period.as_deref().filter(|_| !is_label)?.parse().ok()?;
    let words = ("Kỳ báo cáo không thuộc năm đã ghi.", "The period is not of the year that is given.");
    (period.year() != about.year).then(|| Fault::worded("/period", Code::PeriodInconsistent, words.0, words.1))
}

/// That nothing is reported any more on a task-year that was cancelled or taken back.
fn ended(occurrence: &Occurrence) -> Option<Fault> {
    let is_ended = matches!(occurrence.status, OccurrenceStatus::Cancelled | OccurrenceStatus::Withdrawn);
    let words = ("Nhiệm vụ của năm này đã hủy hoặc đã thu hồi.", "The task was cancelled or taken back for this year.");
    is_ended.then(|| Fault::worded("/task", Code::OccurrenceState, words.0, words.1))
}

/// That nobody owes anything under a regime that is not there, whatever else is wrong.
pub(super) fn unknown_regime(catalogue: &Catalogue, about: &About) -> Option<Fault> {
    let is_unknown = about.regime.as_deref().is_some_and(|code| catalogue.regime_rows(code).is_empty());
    is_unknown.then(|| Fault::new("/regime", Code::ObligationUnknown))
}

fn years(asked: &[Asked<'_>]) -> Vec<i32> {
    asked.iter().map(|asked| asked.about.year).collect::<BTreeSet<_>>().into_iter().collect()
}
