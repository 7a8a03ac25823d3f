//! Figures over tasks and over what is owed as of a day, told by agency, group, task, year or period, beside those of a day before.
//! Must not compute a figure that `domain::statistics` does not say, nor mix two states: all come from one snapshot.
//! The counting is `persistence::seen` and `persistence::rates`, one statement for each grouping and day.

use std::{collections::HashMap, sync::Arc};

use chrono::{Months, NaiveDate};
use domain::{
    agency::AgencyId,
    error::{Code, Fault, Refusal},
    id::Id,
    policy::Action,
    programme::{ProgrammeId, TaskGroup},
    statistics::{Grouping, TaskFigures, reporting::ReportFigures},
    task::{Task, TaskId},
};
use persistence::{
    obligation::AsOf,
    rates::{self, Rated},
    seen::{self, Sight, Told},
};

use crate::{
    Error, View,
    catalogue::Catalogue,
    obligation::{self, ObligationFilter},
    occurrence::{OccurrenceFilter, Stored, sight, stored_filter},
};

/// Figures to tell.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Which occurrences; the day among it is the day of the figures.
    pub filter: OccurrenceFilter,
    pub grouping: Grouping,
    /// The day that the change is told since; a month before where nothing is said.
    pub compared_to: Option<NaiveDate>,
}

/// What a row of figures is about.
#[derive(Clone, Debug)]
pub enum Subject {
    All,
    Agency(AgencyId),
    Group(Id<TaskGroup>),
    Task(Arc<Task>),
    /// What is owed about a whole programme, where figures are told by group or task: it belongs to none.
    Programme(ProgrammeId),
    Year(i32),
    /// A period of a year.
    Period(i32, String),
}

/// Figures of one thing, and those of the day before it is compared with.
#[derive(Clone, Debug)]
pub struct Row {
    pub subject: Subject,
    /// The occurrences behind the figures over tasks.
    pub filter: OccurrenceFilter,
    /// The obligations behind the figures over reports.
    pub obligations: ObligationFilter,
    pub tasks: TaskFigures,
    pub tasks_before: TaskFigures,
    /// Over the obligations that the caller may see, now and before; none for who may see none.
    pub reports: Option<(ReportFigures, ReportFigures)>,
}

/// Figures as of a day.
#[derive(Clone, Debug)]
pub struct Statistics {
    pub as_of: NaiveDate,
    pub compared_to: NaiveDate,
    pub grouping: Grouping,
    pub total: Row,
    /// In the order of codes, of the annex, of years, or of periods.
    pub rows: Vec<Row>,
}

/// What figures are counted under.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    All,
    Agency(AgencyId),
    Group(Id<TaskGroup>),
    Task(TaskId),
    Programme(ProgrammeId),
    Year(i32),
    Period(i32, String),
}

/// Figures under one key.
#[derive(Clone, Copy)]
struct Counted {
    tasks: TaskFigures,
    tasks_before: TaskFigures,
    reports: ReportFigures,
    reports_before: ReportFigures,
}

type ByKey = HashMap<Key, Counted>;

/// The figures that are wanted.
///
/// # Errors
/// `QUERY_INVALID`.
pub async fn tell(view: &View, wanted: &Wanted) -> Result<Statistics, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let now = sight(view, wanted.filter.as_of, None)?;
    let month_before = now.day.checked_sub_months(Months::new(1)).unwrap_or(now.day);
    let compared_to = wanted.compared_to.unwrap_or(month_before);
    let before = sight(view, Some(compared_to), None).map_err(|_| before_invalid())?;
    if compared_to >= now.day {
        return Err(before_invalid().into());
    }
    let filter = OccurrenceFilter { as_of: Some(now.day), ..wanted.filter.clone() };
    let (as_of, grouping) = (now.day, wanted.grouping);
    let none = Counted {
        tasks: TaskFigures::none(as_of),
        tasks_before: TaskFigures::none(compared_to),
        reports: ReportFigures::default(),
        reports_before: ReportFigures::default(),
    };
    let mut counted = ByKey::new();
    let mut groupings = vec![Grouping::None, grouping];
    groupings.dedup();
    for grouping in groupings.iter().copied() {
        count_tasks(view, &filter, (now, before), grouping, (none, &mut counted)).await?;
    }
    let shows_reports = view.ctx().allow(Action::ReadObligations).is_ok();
    if shows_reports {
        for grouping in groupings.iter().copied() {
            count_reports(view, &owed(&filter), (as_of, compared_to), grouping, (none, &mut counted)).await?;
        }
    }
    let row = |counted: Counted, subject, filter, obligations| Row {
        subject,
        filter,
        obligations,
        tasks: counted.tasks,
        tasks_before: counted.tasks_before,
        reports: shows_reports.then_some((counted.reports, counted.reports_before)),
    };
    let total = row(counted.remove(&Key::All).unwrap_or(none), Subject::All, filter.clone(), owed(&filter));
    let mut tasks = crate::task::by_ids(view, counted.keys().filter_map(Key::task).collect()).await?;
    let catalogue = view.catalogue().await?;
    let mut rows = Vec::new();
    for (key, counted) in counted {
        let Behind { place, subject, filter, obligations } = behind(catalogue, &mut tasks, &filter, key)?;
        rows.push((place, row(counted, subject, filter, obligations)));
    }
    rows.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(Statistics { as_of, compared_to, grouping, total, rows: rows.into_iter().map(|(_, row)| row).collect() })
}

fn before_invalid() -> Refusal {
    let words = ("Ngày so sánh phải trước ngày của số liệu.", "The day to compare with must be before the day of the figures.");
    Refusal::with_faults(Code::QueryInvalid, vec![Fault::worded("/comparedTo", Code::OutOfRange, words.0, words.1)])
}

/// The obligations beside the occurrences of a filter: of those that lead, what they owe.
fn owed(filter: &OccurrenceFilter) -> ObligationFilter {
    ObligationFilter {
        programme: filter.programme.clone(),
        group: filter.group.clone(),
        task: filter.task.clone(),
        agency: filter.lead_agency.clone(),
        from_year: filter.from_year,
        to_year: filter.to_year,
        ..ObligationFilter::default()
    }
}

async fn count_tasks(
    view: &View,
    filter: &OccurrenceFilter,
    (now, before): (Sight, Sight),
    grouping: Grouping,
    (none, counted): (Counted, &mut ByKey),
) -> Result<(), Error> {
    let Some(Stored { filter: stored, .. }) = stored_filter(view, filter).await? else { return Ok(()) };
    let lead = stored.lead;
    let found = view.read(move |conn| {
        let mut each = |sight| seen::figures(conn, &stored, sight, grouping);
        Ok::<_, persistence::DbError>((each(now)?, each(before)?))
    });
    let (told_now, told_before) = found.await?;
    for told in told_now {
        // Others that lead together with the agency asked for have rows of their own, but not here.
        if lead.is_none() || told.agency.is_none() || told.agency == lead {
            counted.entry(Key::of_tasks(&told, grouping)).or_insert(none).tasks = told.figures;
        }
    }
    for told in told_before {
        if let Some(counted) = counted.get_mut(&Key::of_tasks(&told, grouping)) {
            counted.tasks_before = told.figures;
        }
    }
    Ok(())
}

async fn count_reports(
    view: &View,
    filter: &ObligationFilter,
    (now, before): (NaiveDate, NaiveDate),
    grouping: Grouping,
    (none, counted): (Counted, &mut ByKey),
) -> Result<(), Error> {
    let Some(stored) = obligation::stored_filter(view, filter).await? else { return Ok(()) };
    let (scope, today) = (view.ctx().report_scope(), view.today());
    let found = view.read(move |conn| {
        let mut each = |day| rates::figures(conn, &scope, &stored, AsOf::day(day, today), grouping);
        Ok::<_, persistence::DbError>((each(now)?, each(before)?))
    });
    let (rated_now, rated_before) = found.await?;
    for rated in rated_now {
        counted.entry(Key::of_reports(&rated, grouping)).or_insert(none).reports = rated.figures;
    }
    for rated in rated_before {
        if let Some(counted) = counted.get_mut(&Key::of_reports(&rated, grouping)) {
            counted.reports_before = rated.figures;
        }
    }
    Ok(())
}

impl Key {
    fn of_tasks(told: &Told, grouping: Grouping) -> Self {
        let by_id = told.agency.map(Self::Agency).or(told.group.map(Self::Group)).or(told.task.map(Self::Task));
        by_id.or(told.year.map(|year| Self::of_year(year, None, grouping))).unwrap_or(Self::All)
    }

    fn of_reports(rated: &Rated, grouping: Grouping) -> Self {
        let by_id = rated.agency.map(Self::Agency).or(rated.group.map(Self::Group)).or(rated.task.map(Self::Task));
        let by_id = by_id.or(rated.programme.map(Self::Programme));
        by_id.or(rated.year.map(|year| Self::of_year(year, rated.period.clone(), grouping))).unwrap_or(Self::All)
    }

    /// An occurrence is of its year: that is its period.
    fn of_year(year: i32, period: Option<String>, grouping: Grouping) -> Self {
        match grouping {
            Grouping::Period => Self::Period(year, period.unwrap_or_else(|| year.to_string())),
            _ => Self::Year(year),
        }
    }

    const fn task(&self) -> Option<TaskId> {
        if let Self::Task(id) = self { Some(*id) } else { None }
    }
}

/// Where a row stands, what it is about, and the lists behind its figures.
struct Behind {
    place: (String, i32, String),
    subject: Subject,
    filter: OccurrenceFilter,
    obligations: ObligationFilter,
}

fn behind(catalogue: &Catalogue, tasks: &mut HashMap<TaskId, Task>, all: &OccurrenceFilter, key: Key) -> Result<Behind, Error> {
    let mut filter = all.clone();
    let code = |id| catalogue.programme(id).map(|programme| programme.code.to_string());
    let no_period = String::new;
    let (place, subject) = match key {
        Key::All => return Err(Error::Internal("a row is about everything")),
        Key::Agency(agency) => {
            let code = catalogue.agency(agency).map(|agency| agency.code.to_string()).unwrap_or_default();
            filter.lead_agency = Some(code.clone());
            ((code, 0, no_period()), Subject::Agency(agency))
        }
        Key::Group(id) => {
            let (programme, place) = catalogue.group(id).ok_or(Error::Internal("a task's group is not in the catalogue"))?;
            filter.programme = code(programme.id);
            filter.group = Some(programme.groups[place].code.to_string());
            ((programme.code.to_string(), i32::try_from(place).unwrap_or(i32::MAX), no_period()), Subject::Group(id))
        }
        Key::Task(id) => {
            let task = tasks.remove(&id).ok_or(Error::Internal("figures are about a task that is not there"))?;
            filter.programme = code(task.programme);
            filter.task = Some(task.code.to_string());
            ((filter.programme.clone().unwrap_or_default(), task.rank, no_period()), Subject::Task(Arc::new(task)))
        }
        Key::Programme(id) => {
            filter.programme = code(id);
            // Before the first group or task of the programme.
            let place = (filter.programme.clone().unwrap_or_default(), -1, no_period());
            let obligations = ObligationFilter { is_about_programme: true, ..owed(&filter) };
            let subject = Subject::Programme(id);
            return Ok(Behind { place, subject, filter: without_occurrences(filter), obligations });
        }
        Key::Year(year) => {
            (filter.from_year, filter.to_year) = (Some(year), Some(year));
            ((String::new(), year, no_period()), Subject::Year(year))
        }
        Key::Period(year, period) => {
            (filter.from_year, filter.to_year) = (Some(year), Some(year));
            let obligations = ObligationFilter { period: Some(period.clone()), ..owed(&filter) };
            let is_the_year = period == year.to_string();
            let filter = if is_the_year { filter } else { without_occurrences(filter) };
            let (place, subject) = ((String::new(), year, period.clone()), Subject::Period(year, period));
            return Ok(Behind { place, subject, filter, obligations });
        }
    };
    Ok(Behind { place, subject, obligations: owed(&filter), filter })
}

/// The list behind the figures over tasks of a row that is about reports alone: no year is after the last and before the first.
fn without_occurrences(filter: OccurrenceFilter) -> OccurrenceFilter {
    OccurrenceFilter { from_year: Some(i32::MAX), to_year: Some(i32::MIN), ..filter }
}
