//! Reads of what programmes bring about.
//! Must not read anything itself: each field asks one use case.
//! The other reads are in the parent module.

use std::sync::Arc;

use app::deliverable;
use async_graphql::{Context, ID, InputObject, Object, Result};
use chrono::NaiveDate;

use crate::{
    enums::{AffairsChannel, Audience, DeliverableKind, Direction},
    error::failure,
    paging::{Page, args, connection},
    types::{
        deliverable::{Deliverable, DeliverableTotal, DeliverableYear},
        view,
    },
};

/// Which deliverables, of those that the caller may see. Every condition given must hold; those from `audience` on hold only for what
/// the caller sees by role.
#[derive(Default, InputObject)]
struct DeliverableFilter {
    /// Code of the programme.
    programme: Option<String>,
    /// Code of the task; needs `programme`.
    task: Option<String>,
    /// Code of the agency.
    agency: Option<String>,
    /// The year to which they count.
    year: Option<i32>,
    /// Of this kind only.
    kind: Option<DeliverableKind>,
    /// By whose foreign affairs.
    channel: Option<AffairsChannel>,
    /// Code of the system or body that carries it.
    outlet: Option<String>,
    /// A language tag.
    language: Option<String>,
    /// Whom it is for, or who takes part.
    audience: Option<Audience>,
    /// The sender's own reference.
    external_ref: Option<String>,
    /// Agreements to be renewed on this day.
    to_renew_on: Option<NaiveDate>,
    /// Those that were withdrawn, instead of those that stand.
    #[graphql(default)]
    withdrawn: bool,
}

impl From<DeliverableFilter> for deliverable::DeliverableFilter {
    fn from(filter: DeliverableFilter) -> Self {
        Self {
            programme: filter.programme,
            task: filter.task,
            agency: filter.agency,
            year: filter.year,
            kind: filter.kind.map(Into::into),
            channel: filter.channel.map(Into::into),
            outlet: filter.outlet,
            language: filter.language,
            audience: filter.audience.map(Into::into),
            external_ref: filter.external_ref,
            to_renew_on: filter.to_renew_on,
            withdrawn: filter.withdrawn,
        }
    }
}

#[derive(Default)]
pub struct DeliverableQuery;

#[Object]
impl DeliverableQuery {
    /// A deliverable, as far as the caller may see it; null where there is none to see.
    async fn deliverable(
        &self,
        ctx: &Context<'_>,
        id: ID,
        #[graphql(desc = "As it was on record at the end of this day, for whoever sees it by role.")] known_on: Option<NaiveDate>,
    ) -> Result<Option<Deliverable>> {
        let Ok(id) = id.parse::<domain::deliverable::DeliverableId>() else { return Ok(None) };
        let found = deliverable::seen(view(ctx)?, id, known_on).await.map_err(|error| failure(&error))?;
        Ok(found.map(|shown| Deliverable(Arc::new(shown))))
    }

    /// Deliverables that the caller may see, in the order in which they were recorded. Rebuttals of false claims and commendations are
    /// listed only to those who see them by role; everybody reads their counts in `deliverableFigures`.
    #[allow(clippy::too_many_arguments)] // the arguments of a connection, by name for the client
    async fn deliverables(
        &self,
        ctx: &Context<'_>,
        filter: Option<DeliverableFilter>,
        #[graphql(default)] direction: Direction,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Page<Deliverable, DeliverableTotal>> {
        let filter = deliverable::DeliverableFilter::from(filter.unwrap_or_default());
        let page = args(first, after, last, before);
        let listing = deliverable::list(view(ctx)?, &filter, direction.is_down(), &page).await.map_err(|error| failure(&error))?;
        Ok(connection(listing, DeliverableTotal::All(filter), |shown| Deliverable(Arc::new(shown))))
    }

    /// What everybody may know of the register of the programme with this code, by year; null where there is no such programme.
    async fn deliverable_figures(&self, ctx: &Context<'_>, programme: String, year: Option<i32>) -> Result<Option<Vec<DeliverableYear>>> {
        let found = deliverable::figures(view(ctx)?, &programme, year, None).await.map_err(|error| failure(&error))?;
        Ok(found.map(|years| years.into_iter().map(|(year, figures)| DeliverableYear::of(year, figures)).collect()))
    }
}
