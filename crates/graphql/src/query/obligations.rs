//! Reads of obligations, regimes and working days.
//! Must not read anything itself: each field asks one use case.
//! The other reads are in the parent module.

use app::{calendar, obligation};
use async_graphql::{Context, InputObject, Object, Result};
use chrono::NaiveDate;

use crate::{
    enums::{ObligationState, ReportFigure},
    error::failure,
    loaders::ObligationCountOf,
    paging::{Page, args, connection},
    types::{
        obligation::{Obligation, ObligationTotal, Regime, WorkingYear},
        view,
    },
};

/// Which obligations, of those that the caller may see. Every condition given must hold.
#[derive(Default, InputObject)]
pub struct ObligationFilter {
    /// Code of the programme.
    programme: Option<String>,
    /// Code of the agency.
    agency: Option<String>,
    /// Code of the task; needs `programme`.
    task: Option<String>,
    /// Code of the regime.
    regime: Option<String>,
    /// The year of the period; of a request, that of its cut-off.
    year: Option<i32>,
    /// Label of a period, e.g. 2019-Q2, or of a request.
    period: Option<String>,
    /// Due before this day.
    due_before: Option<NaiveDate>,
    /// How they stand on the day of the list.
    state: Option<ObligationState>,
    /// Code of the group; needs `programme`.
    group: Option<String>,
    /// About the whole programme, not about a task.
    #[graphql(default)]
    is_about_programme: bool,
    /// Included.
    from_year: Option<i32>,
    /// Included.
    to_year: Option<i32>,
    /// Those that a figure counts.
    figure: Option<ReportFigure>,
}

impl From<ObligationFilter> for obligation::ObligationFilter {
    fn from(filter: ObligationFilter) -> Self {
        Self {
            programme: filter.programme,
            agency: filter.agency,
            task: filter.task,
            regime: filter.regime,
            year: filter.year,
            period: filter.period,
            due_before: filter.due_before,
            state: filter.state.map(Into::into),
            group: filter.group,
            is_about_programme: filter.is_about_programme,
            from_year: filter.from_year,
            to_year: filter.to_year,
            figure: filter.figure.map(Into::into),
        }
    }
}

#[derive(Default)]
pub struct ObligationQuery;

#[Object]
impl ObligationQuery {
    /// What the caller's agency owes; those who follow agencies see all. By due day; those without one come last.
    #[allow(clippy::too_many_arguments)] // the arguments of a connection, by name for the client
    async fn obligations(
        &self,
        ctx: &Context<'_>,
        filter: Option<ObligationFilter>,
        #[graphql(desc = "How they stood at the end of this day; today where nothing is said.")] as_of: Option<NaiveDate>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Page<Obligation, ObligationTotal>> {
        let filter = obligation::ObligationFilter::from(filter.unwrap_or_default());
        let page = args(first, after, last, before);
        let listing = obligation::list(view(ctx)?, &filter, as_of, &page).await.map_err(|error| failure(&error))?;
        Ok(connection(listing, ObligationTotal { list: ObligationCountOf { filter, as_of } }, Obligation))
    }

    /// The reporting regimes in force on a day, today where nothing is said, by code.
    async fn regimes(&self, ctx: &Context<'_>, as_of: Option<NaiveDate>) -> Result<Vec<Regime>> {
        let regimes = calendar::regimes(view(ctx)?, as_of).await.map_err(|error| failure(&error))?;
        Ok(regimes.into_iter().map(|regime| Regime(regime, as_of)).collect())
    }

    /// The working days of a year; null where they are not known.
    async fn working_days(&self, ctx: &Context<'_>, year: i32) -> Result<Option<WorkingYear>> {
        Ok(calendar::working_year(view(ctx)?, year).await.map_err(|error| failure(&error))?.map(WorkingYear::from))
    }
}
