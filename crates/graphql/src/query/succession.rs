//! Reads of what happened to agencies, and of what waits for an owner.
//! Must not read anything itself: each field asks one use case.
//! Recording events is `mutation::organisation`.

use app::succession;
use async_graphql::{Context, Object, Result};
use chrono::NaiveDate;
use domain::succession as happened;

use crate::{
    error::failure,
    paging::{Page, args, connection, total},
    types::{
        succession::{AgencyEvent, SuccessionEntry},
        vacated_seat::VacatedSeat,
        view,
    },
};

#[derive(Default)]
pub struct SuccessionQuery;

#[Object]
impl SuccessionQuery {
    /// Everything that happened to agencies, in the order of time; with `toConfirm` what somebody who knows has yet to confirm, or the
    /// rest.
    async fn agency_events(&self, ctx: &Context<'_>, to_confirm: Option<bool>) -> Result<Vec<AgencyEvent>> {
        let events = succession::events(view(ctx)?, None).await.map_err(|error| failure(&error))?;
        let is_open = |event: &happened::AgencyEvent| event.attestation.as_ref().is_some_and(|attestation| attestation.to_confirm);
        Ok(events.into_iter().filter(|event| to_confirm.is_none_or(|wanted| is_open(event) == wanted)).map(AgencyEvent).collect())
    }

    /// What no agency answers for, the longest waiting first. With `asOf` what waited on that day, settled from a later one or not; else what
    /// waits today, from a later day on too.
    async fn succession_queue(
        &self,
        ctx: &Context<'_>,
        as_of: Option<NaiveDate>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Page<SuccessionEntry, SuccessionTotal>> {
        let listing = succession::queue(view(ctx)?, as_of, &args(first, after, last, before)).await.map_err(|error| failure(&error))?;
        Ok(connection(listing, SuccessionTotal { as_of }, SuccessionEntry))
    }

    /// What agencies which are no more left in committees: seats that went with their posts, and committees that they served. It waits for
    /// a document to say who is next; the longest waiting first. `asOf` as of `successionQueue`.
    async fn vacated_seats(
        &self,
        ctx: &Context<'_>,
        as_of: Option<NaiveDate>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Page<VacatedSeat, VacatedSeatTotal>> {
        let listing = succession::seats(view(ctx)?, as_of, &args(first, after, last, before)).await.map_err(|error| failure(&error))?;
        Ok(connection(listing, VacatedSeatTotal { as_of }, VacatedSeat))
    }
}

total!(
    /// The total of seats that wait.
    VacatedSeatTotal { as_of: Option<NaiveDate> } |this, ctx| succession::seats_count(view(ctx)?, this.as_of).await.map_err(|error| failure(&error))
);
total!(
    /// The total of what waits for an owner.
    SuccessionTotal { as_of: Option<NaiveDate> } |this, ctx| succession::queue_count(view(ctx)?, this.as_of).await.map_err(|error| failure(&error))
);
