//! Reads of budget years: need against means, what holds for them, and what waits.
//! Must not read anything itself: each field asks one use case.
//! Lines are `budget`.

use app::budget::{self, LineFilter};
use async_graphql::{Context, Object, Result};
use chrono::NaiveDate;

use super::budget::BudgetLineFilter;
use crate::{
    budget::Budget as Spent,
    error::failure,
    paging::{Page, args, connection},
    types::{
        budget_year::{BudgetAge, BudgetMeans, BudgetSettings, UnallocatedSupplement, UnallocatedTotal, UnsettledLine, UnsettledTotal},
        view,
    },
};

#[derive(Default)]
pub struct BudgetYearQuery;

#[Object]
impl BudgetYearQuery {
    /// What programmes need in each year, what there is to give, and what was assigned, as of a day.
    async fn budget_means(
        &self,
        ctx: &Context<'_>,
        programme: Option<String>,
        year: Option<i32>,
        as_of: Option<NaiveDate>,
    ) -> Result<Vec<BudgetMeans>> {
        let means = budget::means(view(ctx)?, programme, year, as_of).await.map_err(|error| failure(&error))?;
        ctx.data::<Spent>()?.take(means.len())?;
        Ok(means.into_iter().map(BudgetMeans).collect())
    }

    /// Days and thresholds of budget years, and the codes of the classification, with the time for which they hold.
    async fn budget_settings(&self, ctx: &Context<'_>) -> Result<BudgetSettings> {
        let settings = budget::settings(view(ctx)?).await.map_err(|error| failure(&error))?;
        ctx.data::<Spent>()?.take(settings.rules.len() + settings.codes.len())?;
        Ok(BudgetSettings::of(settings))
    }

    /// Supplements that are not wholly allocated as of a day, of lines that the caller may know of, with the last working day for it.
    #[allow(clippy::too_many_arguments)] // the arguments of a connection, by name for the client
    async fn unallocated_supplements(
        &self,
        ctx: &Context<'_>,
        filter: Option<BudgetLineFilter>,
        as_of: Option<NaiveDate>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Page<UnallocatedSupplement, UnallocatedTotal>> {
        let (view, filter) = (view(ctx)?, LineFilter::from(filter.unwrap_or_default()));
        let day = as_of.unwrap_or_else(|| view.today());
        let args = args(first, after, last, before);
        let (listing, total_count) = budget::unallocated(view, &filter, as_of, &args).await.map_err(|error| failure(&error))?;
        Ok(connection(listing, UnallocatedTotal { total_count }, |waiting| UnallocatedSupplement::of(waiting, day)))
    }

    /// What was disbursed and is not settled as of a day, by its age in days, of lines that the caller may know of.
    #[allow(clippy::too_many_arguments)] // the arguments of a connection, by name for the client
    async fn unsettled_money(
        &self,
        ctx: &Context<'_>,
        filter: Option<BudgetLineFilter>,
        as_of: Option<NaiveDate>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Page<UnsettledLine, UnsettledTotal>> {
        let filter = LineFilter::from(filter.unwrap_or_default());
        let args = args(first, after, last, before);
        let aged = budget::unsettled(view(ctx)?, &filter, as_of, &args).await.map_err(|error| failure(&error))?;
        let total = UnsettledTotal { total_count: aged.count, as_of: aged.as_of, ages: BudgetAge::all(&aged.total) };
        Ok(connection(aged.page, total, UnsettledLine::of))
    }
}
