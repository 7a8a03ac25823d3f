//! Figures as of a day, each with its formula and the list behind it.
//! Must not compute one: they come from `domain::statistics`, and a test compares the words here with the formulas there.
//! Figures over reports are `rates`; see `app::statistics`.

use std::sync::Arc;

use app::{
    listing::Listing,
    occurrence::{self, OccurrenceFilter},
    statistics::{self as told, Subject},
};
use async_graphql::{Context, Object, Result, SimpleObject};
use chrono::NaiveDate;
use domain::statistics::{self as model, Figure};

use super::{agency_on, view};
use crate::{
    enums::{Grouping, TaskFigure},
    error::failure,
    loaders::{self, OccurrencesBehind},
    paging::{Page, args, connection},
    types::{
        agency::Agency,
        occurrence::{OccurrenceTotal, TaskOccurrence},
        programme::{Programme, TaskGroup},
        rates::ReportFigures,
        task::Task,
    },
};

/// Figures as of a day, all of one state of the data.
pub struct Statistics(pub told::Statistics);

/// Figures as of a day, all of one state of the data.
#[Object]
impl Statistics {
    /// The day of the figures.
    async fn as_of(&self) -> NaiveDate {
        self.0.as_of
    }

    /// The day that changes are told since.
    async fn compared_to(&self) -> NaiveDate {
        self.0.compared_to
    }

    /// Raised when a formula changes.
    async fn formula_version(&self) -> i32 {
        self.0.formula_version
    }

    /// What the rows are about.
    async fn group_by(&self) -> Grouping {
        self.0.grouping.into()
    }

    /// All together.
    async fn total(&self) -> StatisticsRow {
        StatisticsRow(Arc::new(self.0.total.clone()))
    }

    /// One row for each agency, group, task, year or period. An occurrence with several leads counts with each of them; by anything
    /// else the rows sum to the total, and those of reports always do: what is owed about a whole programme has a row of its own.
    async fn rows(&self, ctx: &Context<'_>) -> Result<Vec<StatisticsRow>> {
        ctx.data::<crate::budget::Budget>()?.take(self.0.rows.len())?;
        Ok(self.0.rows.iter().cloned().map(|row| StatisticsRow(Arc::new(row))).collect())
    }
}

/// The day of figures, as of which what they are about is shown; none for those of today, where it is shown as it is in force.
fn seen_on(ctx: &Context<'_>, row: &told::Row) -> Result<Option<NaiveDate>> {
    let today = view(ctx)?.today();
    Ok(Some(row.as_of).filter(|day| *day != today))
}

/// Figures of one thing, as of a day.
pub struct StatisticsRow(Arc<told::Row>);

/// Figures of one thing.
#[Object]
impl StatisticsRow {
    /// Code of what the row is about: it stays in frozen figures when the thing itself is gone. Null for all together.
    async fn code(&self) -> Option<String> {
        let about = &self.0.about;
        let code = about.agency.as_ref().or(about.task.as_ref()).or(about.group.as_ref()).or(about.programme.as_ref());
        code.or(about.period.as_ref()).cloned().or_else(|| about.year.map(|year| year.to_string()))
    }

    /// Vietnamese name of the agency as it was called on `asOf`, or title of the group, task or programme.
    async fn name(&self) -> Option<&str> {
        self.0.about.name.as_deref()
    }

    /// The lead agency, where figures are told by agency.
    async fn agency(&self, ctx: &Context<'_>) -> Result<Option<Agency>> {
        match self.0.subject {
            Subject::Agency(id) => agency_on(ctx, id, Some(self.0.as_of)).await.map(Some),
            _ => Ok(None),
        }
    }

    /// The group as it was on `asOf`, where figures are told by group; in its last words where it was none on that day.
    async fn group(&self, ctx: &Context<'_>) -> Result<Option<TaskGroup>> {
        match self.0.subject {
            Subject::Group(id) => TaskGroup::on(ctx, id, seen_on(ctx, &self.0)?).await.map(Some),
            _ => Ok(None),
        }
    }

    /// The task as it was on `asOf`, where figures are told by task; in its last words where it was none on that day.
    async fn task(&self, ctx: &Context<'_>) -> Result<Option<Task>> {
        let Subject::Task(task) = &self.0.subject else { return Ok(None) };
        match seen_on(ctx, &self.0)? {
            Some(day) if !task.validity.contains(day) => Task::seen(ctx, task.id, Some(day)).await,
            day => Ok(Some(Task(Arc::clone(task), day))),
        }
    }

    /// The programme as it was on `asOf`, for what is owed about a whole programme where figures are told by group or task.
    async fn programme(&self, ctx: &Context<'_>) -> Result<Option<Programme>> {
        match self.0.subject {
            Subject::Programme(id) => Programme::on(ctx, id, seen_on(ctx, &self.0)?).await.map(Some),
            _ => Ok(None),
        }
    }

    /// The year, where figures are told by year or period.
    async fn year(&self) -> Option<i32> {
        if let Subject::Year(year) | Subject::Period(year, _) = self.0.subject { Some(year) } else { None }
    }

    /// Label of the period, where figures are told by period. An occurrence is of its year.
    async fn period(&self) -> Option<&str> {
        if let Subject::Period(_, period) = &self.0.subject { Some(period) } else { None }
    }

    /// Figures over the occurrences (tasks year by year) that the row is about.
    async fn tasks(&self) -> TaskFigures {
        TaskFigures(Arc::clone(&self.0))
    }

    /// Null for who may not see what agencies owe.
    async fn reports(&self) -> Option<ReportFigures> {
        ReportFigures::of(&self.0)
    }
}

/// A share as the two numbers that it is made of.
#[derive(SimpleObject)]
pub struct Rate {
    /// The part.
    numerator: i64,
    /// What it is a part of; 0 where there is nothing, and then no per cent.
    denominator: i64,
    /// In per cent with two digits, half up; null of nothing, which is not 0 %.
    percent: Option<String>,
}

impl From<model::Rate> for Rate {
    fn from(rate: model::Rate) -> Self {
        Self { numerator: rate.numerator, denominator: rate.denominator, percent: rate.percent() }
    }
}

/// Each figure minus itself on the day that is compared with.
#[derive(SimpleObject)]
pub struct TaskChange {
    /// `assigned` on `asOf` minus that on `comparedTo`.
    assigned: i64,
    /// `completed` on `asOf` minus that on `comparedTo`.
    completed: i64,
    /// `completedOnTime` on `asOf` minus that on `comparedTo`.
    completed_on_time: i64,
    /// `completedLate` on `asOf` minus that on `comparedTo`.
    completed_late: i64,
    /// `completedNoDeadline` on `asOf` minus that on `comparedTo`.
    completed_no_deadline: i64,
    /// `open` on `asOf` minus that on `comparedTo`.
    open: i64,
    /// `openWithin` on `asOf` minus that on `comparedTo`.
    open_within: i64,
    /// `openOverdue` on `asOf` minus that on `comparedTo`.
    open_overdue: i64,
    /// `openNoDeadline` on `asOf` minus that on `comparedTo`.
    open_no_deadline: i64,
    /// `fallenDue` on `asOf` minus that on `comparedTo`.
    fallen_due: i64,
}

/// Figures over tasks as of a day; parts always sum to their totals.
pub struct TaskFigures(Arc<told::Row>);

/// Figures over tasks as of a day; parts always sum to their totals.
#[Object]
impl TaskFigures {
    /// assigned = completed + open: every occurrence that is not suspended, cancelled or withdrawn.
    async fn assigned(&self) -> i64 {
        self.0.tasks.figure(Figure::Assigned)
    }

    /// completed = completedOnTime + completedLate + completedNoDeadline.
    async fn completed(&self) -> i64 {
        self.0.tasks.figure(Figure::Completed)
    }

    /// completedOnTime: confirmed, and delivered on the due day or before.
    async fn completed_on_time(&self) -> i64 {
        self.0.tasks.figure(Figure::CompletedOnTime)
    }

    /// completedLate: confirmed, and delivered after the due day.
    async fn completed_late(&self) -> i64 {
        self.0.tasks.figure(Figure::CompletedLate)
    }

    /// completedNoDeadline: confirmed, without a due day.
    async fn completed_no_deadline(&self) -> i64 {
        self.0.tasks.figure(Figure::CompletedNoDeadline)
    }

    /// open = openWithin + openOverdue + openNoDeadline.
    async fn open(&self) -> i64 {
        self.0.tasks.figure(Figure::Open)
    }

    /// openWithin: not confirmed, and the due day is not past.
    async fn open_within(&self) -> i64 {
        self.0.tasks.figure(Figure::OpenWithin)
    }

    /// openOverdue: not confirmed, and the due day is past, from 00:00 local time of the day after it.
    async fn open_overdue(&self) -> i64 {
        self.0.tasks.figure(Figure::OpenOverdue)
    }

    /// openNoDeadline: not confirmed, without a due day.
    async fn open_no_deadline(&self) -> i64 {
        self.0.tasks.figure(Figure::OpenNoDeadline)
    }

    /// fallenDue = completedOnTime + completedLate + openOverdue.
    async fn fallen_due(&self) -> i64 {
        self.0.tasks.figure(Figure::FallenDue)
    }

    /// dueCompletionRate = (completedOnTime + completedLate) / (completedOnTime + completedLate + openOverdue).
    async fn due_completion_rate(&self) -> Rate {
        self.0.tasks.due_completion_rate().into()
    }

    /// allCompletionRate = completed / assigned.
    async fn all_completion_rate(&self) -> Rate {
        self.0.tasks.all_completion_rate().into()
    }

    /// onTimeShare = completedOnTime / completed.
    async fn on_time_share(&self) -> Rate {
        self.0.tasks.on_time_share().into()
    }

    /// lateShare = completedLate / completed.
    async fn late_share(&self) -> Rate {
        self.0.tasks.late_share().into()
    }

    /// noDeadlineShare = completedNoDeadline / completed.
    async fn no_deadline_share(&self) -> Rate {
        self.0.tasks.no_deadline_share().into()
    }

    /// overdueShareOfAll = openOverdue / assigned.
    async fn overdue_share_of_all(&self) -> Rate {
        self.0.tasks.overdue_share_of_all().into()
    }

    /// overdueShareOfDue = openOverdue / fallenDue.
    async fn overdue_share_of_due(&self) -> Rate {
        self.0.tasks.overdue_share_of_due().into()
    }

    /// longestDaysOverdue = asOf − the earliest due day of those in openOverdue, in days; null where nothing is overdue.
    async fn longest_days_overdue(&self) -> Option<i64> {
        self.0.tasks.longest_days_overdue()
    }

    /// extensionsApproved: extensions approved until asOf, of the occurrences that are assigned.
    async fn extensions_approved(&self) -> i64 {
        self.0.tasks.extensions_approved()
    }

    /// Each figure minus itself on the day that is compared with.
    async fn change(&self) -> TaskChange {
        let since = |figure| self.0.tasks.figure(figure) - self.0.tasks_before.figure(figure);
        TaskChange {
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

    /// The occurrences behind a figure, as they were on the day of the figures.
    #[allow(clippy::too_many_arguments)] // the arguments of a connection, by name for the client
    async fn occurrences(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "TaskFigure::Assigned")] figure: TaskFigure,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Page<TaskOccurrence, OccurrenceTotal>> {
        let Some(filter) = self.0.occurrences.clone() else {
            return Ok(connection(Listing::default(), OccurrenceTotal { filter: None }, |occurrence| {
                TaskOccurrence::seen(occurrence, None)
            }));
        };
        let filter = OccurrenceFilter { figure: Some(figure.into()), ..filter };
        let page = args(first, after, last, before);
        let (day, total) = (seen_on(ctx, &self.0)?, OccurrenceTotal { filter: Some(filter.clone()) });
        let listing = if page.has_cursor() {
            occurrence::list(view(ctx)?, &filter, false, &page).await.map_err(|error| failure(&error))?
        } else {
            (*loaders::load(ctx, OccurrencesBehind { filter, page }).await?).clone()
        };
        Ok(connection(listing, total, |occurrence| TaskOccurrence::seen(occurrence, day)))
    }
}
