//! Figures as REST shows them, each with its formula.
//! Must not compute one: they come from `domain::statistics`, and a test compares the words here with the formulas there.
//! See `app::statistics`.

use app::{occurrence::OccurrenceFilter, statistics as app_statistics};
use chrono::NaiveDate;
use domain::statistics::{self as model, Figure, Grouping};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::rates::ReportFigures;

/// Which figures.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct StatisticsParams {
    /// Code of the programme; all programmes where nothing is said.
    #[param(max_length = 64)]
    pub programme: Option<String>,
    /// Code of the group; needs `programme`.
    #[param(max_length = 64)]
    pub group: Option<String>,
    /// Code of the task; needs `programme`.
    #[param(max_length = 64)]
    pub task: Option<String>,
    /// Code of an agency that leads; of reports, what it owes.
    #[param(max_length = 64)]
    pub lead_agency: Option<String>,
    /// Included.
    #[param(minimum = 1945, maximum = 2200)]
    pub from_year: Option<i32>,
    /// Included.
    #[param(minimum = 1945, maximum = 2200)]
    pub to_year: Option<i32>,
    /// The day of the figures; today where nothing is said.
    pub as_of: Option<NaiveDate>,
    /// The day that the change is told since; a month before where nothing is said.
    pub compared_to: Option<NaiveDate>,
    /// What the rows are about; none where nothing is said.
    #[param(value_type = Option<String>, max_length = 16, pattern = "^(NONE|AGENCY|GROUP|TASK|YEAR|PERIOD)$")]
    pub group_by: Option<Grouping>,
}

impl From<StatisticsParams> for app_statistics::Wanted {
    fn from(params: StatisticsParams) -> Self {
        let filter = OccurrenceFilter {
            programme: params.programme,
            group: params.group,
            task: params.task,
            lead_agency: params.lead_agency,
            from_year: params.from_year,
            to_year: params.to_year,
            as_of: params.as_of,
            ..OccurrenceFilter::default()
        };
        Self { filter, grouping: params.group_by.unwrap_or(Grouping::None), compared_to: params.compared_to }
    }
}

/// A share as the two numbers that it is made of.
#[derive(Serialize, ToSchema)]
pub struct Rate {
    /// The part.
    #[schema(minimum = 0)]
    pub numerator: i64,
    /// What it is a part of; 0 where there is nothing, and then no per cent.
    #[schema(minimum = 0)]
    pub denominator: i64,
    /// In per cent with two digits, half up; null of nothing, which is not 0 %.
    #[schema(example = "83.40", max_length = 16)]
    pub percent: Option<String>,
}

impl From<model::Rate> for Rate {
    fn from(rate: model::Rate) -> Self {
        Self { numerator: rate.numerator, denominator: rate.denominator, percent: rate.percent() }
    }
}

/// Figures over tasks as of a day; parts always sum to their totals.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TaskFigures {
    /// assigned = completed + open: every occurrence that is not suspended, cancelled or withdrawn.
    #[schema(minimum = 0)]
    pub assigned: i64,
    /// completed = completedOnTime + completedLate + completedNoDeadline.
    #[schema(minimum = 0)]
    pub completed: i64,
    /// completedOnTime: confirmed, and delivered on the due day or before.
    #[schema(minimum = 0)]
    pub completed_on_time: i64,
    /// completedLate: confirmed, and delivered after the due day.
    #[schema(minimum = 0)]
    pub completed_late: i64,
    /// completedNoDeadline: confirmed, without a due day.
    #[schema(minimum = 0)]
    pub completed_no_deadline: i64,
    /// open = openWithin + openOverdue + openNoDeadline.
    #[schema(minimum = 0)]
    pub open: i64,
    /// openWithin: not confirmed, and the due day is not past.
    #[schema(minimum = 0)]
    pub open_within: i64,
    /// openOverdue: not confirmed, and the due day is past, from 00:00 local time of the day after it.
    #[schema(minimum = 0)]
    pub open_overdue: i64,
    /// openNoDeadline: not confirmed, without a due day.
    #[schema(minimum = 0)]
    pub open_no_deadline: i64,
    /// fallenDue = completedOnTime + completedLate + openOverdue.
    #[schema(minimum = 0)]
    pub fallen_due: i64,
    /// dueCompletionRate = (completedOnTime + completedLate) / (completedOnTime + completedLate + openOverdue).
    pub due_completion_rate: Rate,
    /// allCompletionRate = completed / assigned.
    pub all_completion_rate: Rate,
    /// onTimeShare = completedOnTime / completed.
    pub on_time_share: Rate,
    /// lateShare = completedLate / completed.
    pub late_share: Rate,
    /// noDeadlineShare = completedNoDeadline / completed.
    pub no_deadline_share: Rate,
    /// overdueShareOfAll = openOverdue / assigned.
    pub overdue_share_of_all: Rate,
    /// overdueShareOfDue = openOverdue / fallenDue.
    pub overdue_share_of_due: Rate,
    /// longestDaysOverdue = asOf − the earliest due day of those in openOverdue, in days; null where nothing is overdue.
    #[schema(minimum = 1)]
    pub longest_days_overdue: Option<i64>,
    /// extensionsApproved: extensions approved until asOf, of the occurrences that are assigned.
    #[schema(minimum = 0)]
    pub extensions_approved: i64,
    /// Each figure minus itself on the day that is compared with.
    pub change: TaskChange,
}

/// Each figure minus itself on the day that is compared with.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TaskChange {
    /// `assigned` on `asOf` minus that on `comparedTo`.
    pub assigned: i64,
    /// `completed` on `asOf` minus that on `comparedTo`.
    pub completed: i64,
    /// `completedOnTime` on `asOf` minus that on `comparedTo`.
    pub completed_on_time: i64,
    /// `completedLate` on `asOf` minus that on `comparedTo`.
    pub completed_late: i64,
    /// `completedNoDeadline` on `asOf` minus that on `comparedTo`.
    pub completed_no_deadline: i64,
    /// `open` on `asOf` minus that on `comparedTo`.
    pub open: i64,
    /// `openWithin` on `asOf` minus that on `comparedTo`.
    pub open_within: i64,
    /// `openOverdue` on `asOf` minus that on `comparedTo`.
    pub open_overdue: i64,
    /// `openNoDeadline` on `asOf` minus that on `comparedTo`.
    pub open_no_deadline: i64,
    /// `fallenDue` on `asOf` minus that on `comparedTo`.
    pub fallen_due: i64,
}

impl TaskFigures {
    fn of(row: &app_statistics::Row) -> Self {
        let figures = &row.tasks;
        Self {
            assigned: figures.figure(Figure::Assigned),
            completed: figures.figure(Figure::Completed),
            completed_on_time: figures.figure(Figure::CompletedOnTime),
            completed_late: figures.figure(Figure::CompletedLate),
            completed_no_deadline: figures.figure(Figure::CompletedNoDeadline),
            open: figures.figure(Figure::Open),
            open_within: figures.figure(Figure::OpenWithin),
            open_overdue: figures.figure(Figure::OpenOverdue),
            open_no_deadline: figures.figure(Figure::OpenNoDeadline),
            fallen_due: figures.figure(Figure::FallenDue),
            due_completion_rate: figures.due_completion_rate().into(),
            all_completion_rate: figures.all_completion_rate().into(),
            on_time_share: figures.on_time_share().into(),
            late_share: figures.late_share().into(),
            no_deadline_share: figures.no_deadline_share().into(),
            overdue_share_of_all: figures.overdue_share_of_all().into(),
            overdue_share_of_due: figures.overdue_share_of_due().into(),
            longest_days_overdue: figures.longest_days_overdue(),
            extensions_approved: figures.extensions_approved(),
            change: TaskChange::of(row),
        }
    }
}

impl TaskChange {
    fn of(row: &app_statistics::Row) -> Self {
        let since = |figure| row.tasks.figure(figure) - row.tasks_before.figure(figure);
        Self {
            assigned: since(Figure::Assigned),
            completed: since(Figure::Completed),
            completed_on_time: since(Figure::CompletedOnTime),
            completed_late: since(Figure::CompletedLate),
            completed_no_deadline: since(Figure::CompletedNoDeadline),
            open: since(Figure::Open),
            open_within: since(Figure::OpenWithin),
            open_overdue: since(Figure::OpenOverdue),
            open_no_deadline: since(Figure::OpenNoDeadline),
            fallen_due: since(Figure::FallenDue),
        }
    }
}

/// Figures of one thing.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StatisticsRow {
    /// Code of the programme that the group or task is of; alone: what is owed about the whole programme.
    #[schema(example = "HP-1593-2013", max_length = 64)]
    pub programme: Option<String>,
    /// Code of the lead agency.
    #[schema(example = "so-thong-tin-truyen-thong", max_length = 64)]
    pub agency: Option<String>,
    /// Code of the group.
    #[schema(example = "V", max_length = 64)]
    pub group: Option<String>,
    /// Code of the task.
    #[schema(example = "V.2", max_length = 64)]
    pub task: Option<String>,
    /// The year, where figures are told by year or period.
    #[schema(example = 2014, minimum = 1945, maximum = 2200)]
    pub year: Option<i32>,
    /// Label of the period. An occurrence is of its year.
    #[schema(example = "2019-Q2", max_length = 64)]
    pub period: Option<String>,
    /// Vietnamese name of the agency as it was called on `asOf`, or title of the group, task or programme.
    #[schema(example = "Báo Hải Phòng", max_length = 2000)]
    pub name: Option<String>,
    /// Figures over the occurrences (tasks year by year) that the row is about.
    pub tasks: TaskFigures,
    /// Null for who may not see what agencies owe.
    pub reports: Option<ReportFigures>,
}

/// Figures as of a day, all of one state of the data.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Statistics {
    /// The day of the figures.
    pub as_of: NaiveDate,
    /// The day that changes are told since.
    pub compared_to: NaiveDate,
    /// Raised when a formula changes.
    #[schema(example = 1, minimum = 1, maximum = 1000)]
    pub formula_version: i32,
    /// What the rows are about.
    #[schema(max_length = 16, pattern = "^(NONE|AGENCY|GROUP|TASK|YEAR|PERIOD)$")]
    pub group_by: String,
    /// All together.
    pub total: StatisticsRow,
    /// An occurrence with several leads counts with each of them; by anything else the rows sum to the total, and those of reports
    /// always do.
    #[schema(max_items = 30000)]
    pub rows: Vec<StatisticsRow>,
}

impl StatisticsRow {
    fn of(row: &app_statistics::Row) -> Self {
        let about = row.about.clone();
        Self {
            programme: about.programme,
            agency: about.agency,
            group: about.group,
            task: about.task,
            year: about.year,
            period: about.period,
            name: about.name,
            tasks: TaskFigures::of(row),
            reports: ReportFigures::of(row),
        }
    }
}

impl Statistics {
    pub fn of(statistics: &app_statistics::Statistics) -> Self {
        Self {
            as_of: statistics.as_of,
            compared_to: statistics.compared_to,
            formula_version: statistics.formula_version,
            group_by: statistics.grouping.label().into(),
            total: StatisticsRow::of(&statistics.total),
            rows: statistics.rows.iter().map(StatisticsRow::of).collect(),
        }
    }
}
