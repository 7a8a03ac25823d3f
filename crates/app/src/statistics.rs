//! Figures over tasks and over what is owed as of a day, told by agency, group, task, year or period, beside those of a day before.
//! Must not compute a figure that `domain::statistics` does not say, nor mix two states: all come from one snapshot.
//! The counting is `persistence::seen` and `persistence::rates`, one statement for each grouping and day; what a row is about is `row`,
//! figures that are kept `frozen`.

mod content;
pub mod frozen;
mod row;

use std::{collections::HashMap, sync::Arc};

use chrono::{Months, NaiveDate};
use domain::{
    error::{Code, Fault, Refusal},
    policy::Action,
    statistics::{FORMULA_VERSION, Grouping, TaskFigures, reporting::ReportFigures},
};
use persistence::{
    amendment,
    obligation::AsOf,
    rates,
    seen::{self, SeenFilter, Sight},
};

pub use row::{About, Subject};
use row::{Key, owed};
use uuid::Uuid;

use crate::{
    Error, View,
    obligation::{self, ObligationFilter},
    occurrence::{OccurrenceFilter, resolved, sight},
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

/// Figures of one thing, and those of the day before it is compared with.
#[derive(Clone, Debug)]
pub struct Row {
    pub subject: Subject,
    pub about: About,
    /// The day of the figures.
    pub as_of: NaiveDate,
    /// The occurrences behind the figures over tasks; none where the row is about reports alone.
    pub occurrences: Option<OccurrenceFilter>,
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
    /// What all figures are over.
    pub filter: OccurrenceFilter,
    pub compared_to: NaiveDate,
    pub grouping: Grouping,
    pub formula_version: i32,
    pub total: Row,
    /// In the order of codes, of the annex, of years, or of periods.
    pub rows: Vec<Row>,
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
    // Zeros for a mistyped code would be taken for a figure.
    let unknown = |pointer| Refusal::with_faults(Code::QueryInvalid, vec![Fault::new(pointer, Code::ReferenceUnknown)]);
    let stored = resolved(view, &filter).await?.map_err(unknown)?.filter;
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
        count_tasks(view, &stored, (now, before), grouping, (none, &mut counted)).await?;
    }
    let shows_reports = view.ctx().allow(Action::ReadObligations).is_ok();
    if shows_reports {
        for grouping in groupings.iter().copied() {
            count_reports(view, &owed(&filter), (as_of, compared_to), grouping, (none, &mut counted)).await?;
        }
    }
    let row = |counted: Counted, subject, about: About| {
        let (occurrences, obligations) = about.lists(&filter);
        let reports = shows_reports.then_some((counted.reports, counted.reports_before));
        Row { subject, about, as_of, occurrences, obligations, tasks: counted.tasks, tasks_before: counted.tasks_before, reports }
    };
    let total = row(counted.remove(&Key::All).unwrap_or(none), Subject::All, About::default());
    let mut tasks = crate::task::by_ids(view, counted.keys().filter_map(Key::task).collect()).await?;
    let catalogue = view.catalogue().await?;
    let titles = titles(view, now, counted.keys().filter_map(Key::titled).collect()).await?;
    for (id, task) in &mut tasks {
        task.title = titles.get(&id.uuid()).map_or_else(|| Arc::clone(&task.title), |title| Arc::from(title.as_str()));
    }
    let mut rows = Vec::new();
    for (key, counted) in counted {
        let titled = key.titled();
        let subject = key.subject(&mut tasks)?;
        let (mut about, place) = About::of(&subject, catalogue, as_of)?;
        about.name = titled.and_then(|id| titles.get(&id).cloned()).or(about.name);
        rows.push((place, row(counted, subject, about)));
    }
    rows.sort_by(|a, b| a.0.cmp(&b.0));
    let rows = rows.into_iter().map(|(_, row)| row).collect();
    Ok(Statistics { as_of, filter, compared_to, grouping, formula_version: FORMULA_VERSION, total, rows })
}

/// What tasks and groups were called on a past day, of those that are called otherwise since.
async fn titles(view: &View, sight: Sight, ids: Vec<Uuid>) -> Result<HashMap<Uuid, String>, Error> {
    if !sight.is_past || ids.is_empty() {
        return Ok(HashMap::new());
    }
    let found = view.read(move |conn| amendment::titles_on(conn, &ids, sight.day)).await?;
    Ok(found)
}

fn before_invalid() -> Refusal {
    let words = ("Ngày so sánh phải trước ngày của số liệu.", "The day to compare with must be before the day of the figures.");
    Refusal::with_faults(Code::QueryInvalid, vec![Fault::worded("/comparedTo", Code::OutOfRange, words.0, words.1)])
}

async fn count_tasks(
    view: &View,
    stored: &SeenFilter,
    (now, before): (Sight, Sight),
    grouping: Grouping,
    (none, counted): (Counted, &mut ByKey),
) -> Result<(), Error> {
    let (lead, stored) = (stored.lead, stored.clone());
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
