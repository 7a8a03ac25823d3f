//! Figures over tasks as of a day, told by agency, group, task or year, beside those of a day before.
//! Must not compute a figure that `domain::statistics` does not say, nor mix two states: all come from one snapshot.
//! The counting is `persistence::seen`, one statement for each grouping and day.

use std::{collections::HashMap, sync::Arc};

use chrono::{Months, NaiveDate};
use domain::{
    agency::AgencyId,
    error::{Code, Fault, Refusal},
    id::Id,
    policy::Action,
    programme::TaskGroup,
    statistics::{Grouping, TaskFigures},
    task::{Task, TaskId},
};
use persistence::seen::{self, Told};

use crate::{
    Error, View,
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
    Year(i32),
}

/// Figures of one thing, and those of the day before it is compared with.
#[derive(Clone, Debug)]
pub struct Row {
    pub subject: Subject,
    /// The occurrences behind the figures.
    pub filter: OccurrenceFilter,
    pub tasks: TaskFigures,
    pub tasks_before: TaskFigures,
}

/// Figures as of a day.
#[derive(Clone, Debug)]
pub struct Statistics {
    pub as_of: NaiveDate,
    pub compared_to: NaiveDate,
    pub grouping: Grouping,
    pub total: Row,
    /// In the order of codes, of the annex, or of years.
    pub rows: Vec<Row>,
}

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
    let total = |tasks, tasks_before| Row { subject: Subject::All, filter: filter.clone(), tasks, tasks_before };
    let (as_of, grouping) = (now.day, wanted.grouping);
    let Some(Stored { filter: stored, .. }) = stored_filter(view, &filter).await? else {
        let total = total(TaskFigures::none(as_of), TaskFigures::none(compared_to));
        return Ok(Statistics { as_of, compared_to, grouping, total, rows: Vec::new() });
    };
    let asked = stored.clone();
    let counted = view.read(move |conn| {
        let mut all = |sight| seen::figures(conn, &asked, sight, Grouping::None);
        let (all_now, all_before) = (all(now)?, all(before)?);
        if grouping == Grouping::None {
            return Ok((all_now, all_before, Vec::new(), Vec::new()));
        }
        let mut each = |sight| seen::figures(conn, &asked, sight, grouping);
        Ok::<_, persistence::DbError>((all_now, all_before, each(now)?, each(before)?))
    });
    let (all_now, all_before, mut each_now, each_before) = counted.await?;
    // Others that lead together with the agency asked for have rows of their own, but not here.
    each_now.retain(|told| stored.lead.is_none() || told.agency.is_none() || told.agency == stored.lead);
    let one = |told: &[Told], day| told.first().map_or_else(|| TaskFigures::none(day), |told| told.figures);
    let total = total(one(&all_now, as_of), one(&all_before, compared_to));
    let rows = rows(view, &filter, each_now, each_before, compared_to).await?;
    Ok(Statistics { as_of, compared_to, grouping, total, rows })
}

fn before_invalid() -> Refusal {
    let words = ("Ngày so sánh phải trước ngày của số liệu.", "The day to compare with must be before the day of the figures.");
    Refusal::with_faults(Code::QueryInvalid, vec![Fault::worded("/comparedTo", Code::OutOfRange, words.0, words.1)])
}

/// The rows with what they are about, in their order.
async fn rows(
    view: &View,
    filter: &OccurrenceFilter,
    now: Vec<Told>,
    before: Vec<Told>,
    compared_to: NaiveDate,
) -> Result<Vec<Row>, Error> {
    let key = |told: &Told| (told.agency, told.group, told.task, told.year);
    let before: HashMap<_, TaskFigures> = before.iter().map(|told| (key(told), told.figures)).collect();
    let mut tasks = crate::task::by_ids(view, now.iter().filter_map(|told| told.task).collect::<Vec<TaskId>>()).await?;
    let catalogue = view.catalogue().await?;
    let mut rows = Vec::new();
    for told in now {
        let tasks_before = before.get(&key(&told)).copied().unwrap_or_else(|| TaskFigures::none(compared_to));
        let mut filter = filter.clone();
        let mut of_programme = |id| filter.programme = catalogue.programme(id).map(|programme| programme.code.to_string());
        let (place, subject) = if let Some(agency) = told.agency {
            let code = catalogue.agency(agency).map(|agency| agency.code.to_string()).unwrap_or_default();
            filter.lead_agency = Some(code.clone());
            ((code, 0), Subject::Agency(agency))
        } else if let Some(id) = told.group {
            let (programme, place) = catalogue.group(id).ok_or(Error::Internal("a task's group is not in the catalogue"))?;
            of_programme(programme.id);
            filter.group = Some(programme.groups[place].code.to_string());
            ((programme.code.to_string(), i32::try_from(place).unwrap_or(i32::MAX)), Subject::Group(id))
        } else if let Some(task) = told.task.and_then(|id| tasks.remove(&id)) {
            of_programme(task.programme);
            filter.task = Some(task.code.to_string());
            ((filter.programme.clone().unwrap_or_default(), task.rank), Subject::Task(Arc::new(task)))
        } else if let Some(year) = told.year {
            (filter.from_year, filter.to_year) = (Some(year), Some(year));
            ((String::new(), year), Subject::Year(year))
        } else {
            return Err(Error::Internal("figures are about nothing"));
        };
        rows.push((place, Row { subject, filter, tasks: told.figures, tasks_before }));
    }
    rows.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(rows.into_iter().map(|(_, row)| row).collect())
}
