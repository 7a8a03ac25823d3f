//! Reads of what became of tasks: occurrences and the figures over them.
//! Must not read anything itself: each field asks one use case.
//! The other reads are in the parent module.

use app::{occurrence, statistics::frozen};
use async_graphql::{Context, ID, InputObject, Object, Result};
use chrono::NaiveDate;
use domain::occurrence::NEARLY_DUE_DAYS;

use crate::{
    enums::{Direction, Grouping, OccurrenceStatus, TaskFigure, Timeliness},
    error::failure,
    paging::{Page, args, connection},
    types::{
        frozen::{FrozenStatistics, FrozenTotal},
        occurrence::{OccurrenceTotal, TaskOccurrence},
        statistics::Statistics,
        view,
    },
};

/// Which occurrences, as they were on a day. Every condition given must hold.
#[derive(Default, InputObject)]
pub struct OccurrenceFilter {
    /// Code of the programme.
    programme: Option<String>,
    /// Code of the group; needs `programme`.
    group: Option<String>,
    /// Code of the task; needs `programme`.
    task: Option<String>,
    /// Code of an agency that answers for it, by name or as a member of a collective: its lead on the day it is seen from, at the end of its
    /// year, or when it was delivered.
    lead_agency: Option<String>,
    /// Included.
    from_year: Option<i32>,
    /// Included.
    to_year: Option<i32>,
    /// Where they stood on the day to look from.
    status: Option<OccurrenceStatus>,
    /// How they stood to their due day on that day.
    timeliness: Option<Timeliness>,
    /// Those that a figure counts.
    figure: Option<TaskFigure>,
    /// The day to look from; today where nothing is said.
    as_of: Option<NaiveDate>,
    /// Days before the due day from which on one is nearly due.
    #[graphql(default_with = "NEARLY_DUE_DAYS.cast_signed()")]
    nearly_due_days: i32,
}

impl From<OccurrenceFilter> for occurrence::OccurrenceFilter {
    fn from(filter: OccurrenceFilter) -> Self {
        Self {
            programme: filter.programme,
            group: filter.group,
            task: filter.task,
            lead_agency: filter.lead_agency,
            from_year: filter.from_year,
            to_year: filter.to_year,
            status: filter.status.map(Into::into),
            timeliness: filter.timeliness.map(Into::into),
            figure: filter.figure.map(Into::into),
            as_of: filter.as_of,
            // The use case knows the range, which what is below nought lies outside of as well as the largest number.
            nearly_due_days: Some(u32::try_from(filter.nearly_due_days).unwrap_or(u32::MAX)),
        }
    }
}

/// Which occurrences figures are over. Every condition given must hold.
#[derive(Default, InputObject)]
pub struct StatisticsFilter {
    /// Code of the group; needs `programme`.
    group: Option<String>,
    /// Code of the task; needs `programme`.
    task: Option<String>,
    /// Code of an agency that leads; of reports, what it owes.
    lead_agency: Option<String>,
    /// Included.
    from_year: Option<i32>,
    /// Included.
    to_year: Option<i32>,
}

#[derive(Default)]
pub struct OccurrenceQuery;

#[Object]
impl OccurrenceQuery {
    /// Tasks year by year, as they were on a day.
    #[allow(clippy::too_many_arguments)] // the arguments of a connection, by name for the client
    async fn occurrences(
        &self,
        ctx: &Context<'_>,
        filter: Option<OccurrenceFilter>,
        #[graphql(default)] direction: Direction,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Page<TaskOccurrence, OccurrenceTotal>> {
        let filter = occurrence::OccurrenceFilter::from(filter.unwrap_or_default());
        let page = args(first, after, last, before);
        let listing = occurrence::list(view(ctx)?, &filter, direction.is_down(), &page).await.map_err(|error| failure(&error))?;
        let day = filter.as_of;
        Ok(connection(listing, OccurrenceTotal { filter: Some(filter) }, |occurrence| TaskOccurrence::seen(occurrence, day)))
    }

    /// The occurrence with this identifier; null where there is none.
    async fn occurrence(&self, ctx: &Context<'_>, id: ID) -> Result<Option<TaskOccurrence>> {
        let Ok(id) = id.parse() else { return Ok(None) };
        Ok(occurrence::by_id(view(ctx)?, id).await.map_err(|error| failure(&error))?.map(TaskOccurrence::now))
    }

    /// Figures over tasks and over reports that are owed as of a day, today where nothing is said, in total and told by agency,
    /// group, task, year or period.
    async fn statistics(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Code of the programme; all programmes where nothing is said.")] programme: Option<String>,
        as_of: Option<NaiveDate>,
        #[graphql(default_with = "Grouping::None")] group_by: Grouping,
        filter: Option<StatisticsFilter>,
        #[graphql(desc = "The day that changes are told since; a month before where nothing is said.")] compared_to: Option<NaiveDate>,
    ) -> Result<Statistics> {
        let filter = filter.unwrap_or_default();
        let filter = occurrence::OccurrenceFilter {
            programme,
            group: filter.group,
            task: filter.task,
            lead_agency: filter.lead_agency,
            from_year: filter.from_year,
            to_year: filter.to_year,
            as_of,
            ..occurrence::OccurrenceFilter::default()
        };
        let wanted = app::statistics::Wanted { filter, grouping: group_by.into(), compared_to };
        Ok(Statistics(app::statistics::tell(view(ctx)?, &wanted).await.map_err(|error| failure(&error))?))
    }

    /// Figures that were published, the newest first.
    async fn frozen_statistics(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Code of the programme.")] programme: Option<String>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Page<FrozenStatistics, FrozenTotal>> {
        let listing = frozen::list(view(ctx)?, programme.as_deref(), &args(first, after, last, before)).await;
        Ok(connection(listing.map_err(|error| failure(&error))?, FrozenTotal { programme }, FrozenStatistics))
    }
}
