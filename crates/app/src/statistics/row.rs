//! What a row of figures is about, where it stands among the others, and the lists behind it.
//! Must not count anything.
//! The figures are put into rows by the parent module; rows that were kept come back by `frozen`.

use std::{collections::HashMap, sync::Arc};

use chrono::NaiveDate;
use domain::{
    agency::AgencyId,
    id::Id,
    programme::{ProgrammeId, TaskGroup},
    statistics::Grouping,
    task::{Task, TaskId},
};
use persistence::{rates::Rated, seen::Told};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    Error,
    catalogue::{Catalogue, version_on},
    obligation::ObligationFilter,
    occurrence::OccurrenceFilter,
};

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
    /// Of figures that were kept: what they were about is no more.
    Gone,
}

/// What a row is about by its codes and its name, which stay where the thing itself is gone.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct About {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub programme: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agency: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub year: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<String>,
    /// In Vietnamese: of an agency as it was called on the day of the figures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// What figures are counted under.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Key {
    All,
    Agency(AgencyId),
    Group(Id<TaskGroup>),
    Task(TaskId),
    Programme(ProgrammeId),
    Year(i32),
    Period(i32, String),
}

impl Key {
    pub(super) fn of_tasks(told: &Told, grouping: Grouping) -> Self {
        let by_id = told.agency.map(Self::Agency).or(told.group.map(Self::Group)).or(told.task.map(Self::Task));
        by_id.or(told.year.map(|year| Self::of_year(year, None, grouping))).unwrap_or(Self::All)
    }

    pub(super) fn of_reports(rated: &Rated, grouping: Grouping) -> Self {
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

    pub(super) const fn task(&self) -> Option<TaskId> {
        if let Self::Task(id) = self { Some(*id) } else { None }
    }

    /// The task or group, whose title an amendment may have changed.
    pub(super) fn titled(&self) -> Option<Uuid> {
        match self {
            Self::Task(id) => Some(id.uuid()),
            Self::Group(id) => Some(id.uuid()),
            Self::Programme(id) => Some(id.uuid()),
            _ => None,
        }
    }

    /// What the key stands for.
    pub(super) fn subject(self, tasks: &mut HashMap<TaskId, Task>) -> Result<Subject, Error> {
        Ok(match self {
            Self::All => Subject::All,
            Self::Agency(id) => Subject::Agency(id),
            Self::Group(id) => Subject::Group(id),
            Self::Task(id) => {
                Subject::Task(Arc::new(tasks.remove(&id).ok_or(Error::Internal("figures are about a task that is not there"))?))
            }
            Self::Programme(id) => Subject::Programme(id),
            Self::Year(year) => Subject::Year(year),
            Self::Period(year, period) => Subject::Period(year, period),
        })
    }
}

/// The order of rows: by codes, in the order of the annex, by years and periods.
pub(super) type Place = (String, i32, i32, String);

impl About {
    /// What a row is about, and where it stands.
    pub(super) fn of(subject: &Subject, catalogue: &Catalogue, day: NaiveDate) -> Result<(Self, Place), Error> {
        let code = |id| catalogue.programme(id).map(|programme| programme.code.to_string());
        let (mut about, mut place) = (Self::default(), Place::default());
        match subject {
            Subject::All | Subject::Gone => {}
            Subject::Agency(id) => {
                let agency = catalogue.agency(*id).ok_or(Error::Internal("figures are about an agency that is not in the catalogue"))?;
                about.agency = Some(agency.code.to_string());
                about.name = version_on(agency, day).map(|version| version.name.vi.to_string());
                place.0 = agency.code.to_string();
            }
            Subject::Group(id) => {
                let missing = || Error::Internal("a task's group is not in the catalogue");
                let (programme, at) = catalogue.group(*id).ok_or_else(missing)?;
                let group = programme.group_at(at).ok_or_else(missing)?;
                about.programme = Some(programme.code.to_string());
                (about.group, about.name) = (Some(group.code.to_string()), Some(group.title.vi.to_string()));
                place = (programme.code.to_string(), i32::try_from(at).unwrap_or(i32::MAX), 0, String::new());
            }
            Subject::Task(task) => {
                about.programme = code(task.programme);
                (about.task, about.name) = (Some(task.code.to_string()), Some(task.title.to_string()));
                let at = catalogue.group(task.group).and_then(|(_, at)| i32::try_from(at).ok()).unwrap_or(i32::MAX);
                place = (about.programme.clone().unwrap_or_default(), at, task.number, task.code.to_string());
            }
            Subject::Programme(id) => {
                about.programme = code(*id);
                about.name = catalogue.programme(*id).map(|programme| programme.title.vi.to_string());
                // Before the first group or task of the programme.
                place = (about.programme.clone().unwrap_or_default(), -1, 0, String::new());
            }
            Subject::Year(year) => {
                about.year = Some(*year);
                place.1 = *year;
            }
            Subject::Period(year, period) => {
                (about.year, about.period) = (Some(*year), Some(period.clone()));
                (place.1, place.3) = (*year, period.clone());
            }
        }
        Ok((about, place))
    }

    /// The occurrences and the obligations behind the figures of this row, of those that all figures are over; no occurrences where it
    /// is about reports alone.
    pub(super) fn lists(&self, all: &OccurrenceFilter) -> (Option<OccurrenceFilter>, ObligationFilter) {
        let mut filter = all.clone();
        let codes = [
            (&self.programme, &mut filter.programme),
            (&self.agency, &mut filter.lead_agency),
            (&self.group, &mut filter.group),
            (&self.task, &mut filter.task),
        ];
        for (code, of) in codes {
            if code.is_some() {
                of.clone_from(code);
            }
        }
        if let Some(year) = self.year {
            (filter.from_year, filter.to_year) = (Some(year), Some(year));
        }
        let is_about_programme = self.programme.is_some() && self.group.is_none() && self.task.is_none();
        let obligations = ObligationFilter { is_about_programme, period: self.period.clone(), ..owed(&filter) };
        let is_the_year = self.period.is_none() || self.period == self.year.map(|year| year.to_string());
        ((is_the_year && !is_about_programme).then_some(filter), obligations)
    }
}

/// The obligations beside the occurrences of a filter: of those that lead, what they owe.
pub(super) fn owed(filter: &OccurrenceFilter) -> ObligationFilter {
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
