//! Figures as they are kept: JSON that says everything by code and name, so that it can be read when what it is about is gone.
//! Must not lose a part: totals and rates follow from the parts, by the formulas of the version that stands beside them.
//! Written and read by `frozen`.

use std::{collections::HashMap, sync::Arc};

use chrono::NaiveDate;
use domain::{
    id::Id,
    statistics::{
        Counts, Grouping, TaskFigures,
        reporting::{ReportCounts, ReportFigures},
    },
    task::{Task, TaskId},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{About, Row, Statistics, Subject};
use crate::{Error, catalogue::Catalogue, occurrence::OccurrenceFilter};

/// What is kept, with nothing but itself needed to read it.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Content {
    as_of: NaiveDate,
    compared_to: NaiveDate,
    group_by: Grouping,
    formula_version: i32,
    of: Asked,
    total: KeptRow,
    rows: Vec<KeptRow>,
}

/// Which tasks and obligations were asked for, by code.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Asked {
    programme: Option<String>,
    group: Option<String>,
    task: Option<String>,
    lead_agency: Option<String>,
    from_year: Option<i32>,
    to_year: Option<i32>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct KeptRow {
    id: Option<Uuid>,
    about: About,
    tasks: KeptTasks,
    tasks_before: KeptTasks,
    reports: Option<(ReportCounts, ReportCounts)>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct KeptTasks {
    counts: Counts,
    oldest_overdue: Option<NaiveDate>,
    extensions_approved: i64,
}

impl Content {
    pub(super) fn of(statistics: &Statistics) -> Self {
        let filter = &statistics.filter;
        let of = Asked {
            programme: filter.programme.clone(),
            group: filter.group.clone(),
            task: filter.task.clone(),
            lead_agency: filter.lead_agency.clone(),
            from_year: filter.from_year,
            to_year: filter.to_year,
        };
        Self {
            as_of: statistics.as_of,
            compared_to: statistics.compared_to,
            group_by: statistics.grouping,
            formula_version: statistics.formula_version,
            of,
            total: KeptRow::of(&statistics.total),
            rows: statistics.rows.iter().map(KeptRow::of).collect(),
        }
    }

    /// As it is kept.
    pub(super) fn text(&self) -> Result<String, Error> {
        serde_json::to_string(self).map_err(|_| Error::Internal("figures cannot be written as JSON"))
    }

    /// What was kept.
    pub(super) fn read(text: &str) -> Result<Self, Error> {
        serde_json::from_str(text).map_err(|_| Error::Internal("frozen figures cannot be read"))
    }

    /// The tasks that rows are about.
    pub(super) fn tasks(&self) -> impl Iterator<Item = TaskId> {
        self.rows.iter().filter(|row| row.about.task.is_some()).filter_map(|row| row.id.map(Id::from_uuid))
    }

    /// The figures, about what of it is still there.
    pub(super) fn told(self, catalogue: &Catalogue, tasks: &HashMap<TaskId, Task>) -> Statistics {
        let filter = OccurrenceFilter {
            programme: self.of.programme,
            group: self.of.group,
            task: self.of.task,
            lead_agency: self.of.lead_agency,
            from_year: self.of.from_year,
            to_year: self.of.to_year,
            as_of: Some(self.as_of),
            ..OccurrenceFilter::default()
        };
        let (as_of, compared_to) = (self.as_of, self.compared_to);
        let row = |row: KeptRow| {
            let (occurrences, obligations) = row.about.lists(&filter);
            Row {
                subject: row.subject(catalogue, tasks),
                about: row.about,
                as_of,
                occurrences,
                obligations,
                tasks: row.tasks.told(as_of),
                tasks_before: row.tasks_before.told(compared_to),
                reports: row.reports.map(|(now, before)| (ReportFigures::of_parts(now), ReportFigures::of_parts(before))),
            }
        };
        Statistics {
            as_of,
            compared_to,
            grouping: self.group_by,
            formula_version: self.formula_version,
            total: row(self.total),
            rows: self.rows.into_iter().map(row).collect(),
            filter,
        }
    }
}

impl KeptRow {
    fn of(row: &Row) -> Self {
        let id = match &row.subject {
            Subject::Agency(id) => Some(id.uuid()),
            Subject::Group(id) => Some(id.uuid()),
            Subject::Task(task) => Some(task.id.uuid()),
            Subject::Programme(id) => Some(id.uuid()),
            Subject::All | Subject::Year(_) | Subject::Period(..) | Subject::Gone => None,
        };
        Self {
            id,
            about: row.about.clone(),
            tasks: KeptTasks::of(&row.tasks),
            tasks_before: KeptTasks::of(&row.tasks_before),
            reports: row.reports.map(|(now, before)| (*now.counts(), *before.counts())),
        }
    }

    fn subject(&self, catalogue: &Catalogue, tasks: &HashMap<TaskId, Task>) -> Subject {
        let about = &self.about;
        if let Some(year) = about.year {
            return about.period.clone().map_or(Subject::Year(year), |period| Subject::Period(year, period));
        }
        let Some(id) = self.id else { return Subject::All };
        let found = if about.agency.is_some() {
            catalogue.agency(Id::from_uuid(id)).map(|agency| Subject::Agency(agency.id))
        } else if about.group.is_some() {
            catalogue.group(Id::from_uuid(id)).map(|_| Subject::Group(Id::from_uuid(id)))
        } else if about.task.is_some() {
            tasks.get(&Id::from_uuid(id)).map(|task| Subject::Task(Arc::new(task.clone())))
        } else {
            catalogue.programme(Id::from_uuid(id)).map(|programme| Subject::Programme(programme.id))
        };
        found.unwrap_or(Subject::Gone)
    }
}

impl KeptTasks {
    const fn of(figures: &TaskFigures) -> Self {
        Self { counts: *figures.counts(), oldest_overdue: figures.oldest_overdue(), extensions_approved: figures.extensions_approved() }
    }

    const fn told(&self, as_of: NaiveDate) -> TaskFigures {
        TaskFigures::of_parts(as_of, self.counts, self.oldest_overdue, self.extensions_approved)
    }
}
