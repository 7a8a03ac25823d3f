//! Reads of the budget.
//! Must not read anything itself: each field asks one use case.
//! What waits and what holds for budget years is `budget_years`; what adds up for a task, an agency or a programme hangs below it.

use std::sync::Arc;

use app::budget::{self, LineFilter};
use async_graphql::{Context, ID, InputObject, Object, Result};

use crate::{
    enums::FundingSourceKind,
    error::failure,
    paging::{Page, args, connection},
    types::{
        budget_line::{BudgetLine, BudgetLineTotal},
        view,
    },
};

/// Which lines. Every condition given must hold.
#[derive(Default, InputObject)]
pub(super) struct BudgetLineFilter {
    /// Code.
    programme: Option<String>,
    /// Code of a task of the programme, which is named too.
    task: Option<String>,
    /// Code.
    agency: Option<String>,
    /// Where the money comes from.
    source: Option<FundingSourceKind>,
    /// The budget year.
    year: Option<i32>,
    /// Whether it buys or builds assets.
    is_capital: Option<bool>,
}

impl From<BudgetLineFilter> for LineFilter {
    fn from(asked: BudgetLineFilter) -> Self {
        Self {
            programme: asked.programme,
            task: asked.task,
            agency: asked.agency,
            source: asked.source.map(Into::into),
            year: asked.year,
            is_capital: asked.is_capital,
        }
    }
}

#[derive(Default)]
pub struct BudgetQuery;

#[Object]
impl BudgetQuery {
    /// A line of the budget; null where there is none that the caller may know of.
    async fn budget_line(&self, ctx: &Context<'_>, id: ID) -> Result<Option<BudgetLine>> {
        let view = view(ctx)?;
        // Whoever may read none is told so, whatever they ask for.
        let Ok(id) = id.parse() else { return Ok(None) };
        Ok(budget::by_id(view, id).await.map_err(|error| failure(&error))?.map(|line| BudgetLine(Arc::new(line))))
    }

    /// Lines of the budget that the caller may know of, in the order in which they were written down.
    async fn budget_lines(
        &self,
        ctx: &Context<'_>,
        filter: Option<BudgetLineFilter>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Page<BudgetLine, BudgetLineTotal>> {
        let filter = LineFilter::from(filter.unwrap_or_default());
        let listing = budget::list(view(ctx)?, &filter, &args(first, after, last, before)).await.map_err(|error| failure(&error))?;
        Ok(connection(listing, BudgetLineTotal { filter }, |line| BudgetLine(Arc::new(line))))
    }
}
