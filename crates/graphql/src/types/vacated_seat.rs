//! Seats of committees that agencies leave when they end.
//! Must not say who is to sit there.
//! The use case is `app::succession`.

use app::succession;
use async_graphql::{Context, ID, Object, Result};
use chrono::NaiveDate;

use super::{agency, id};
use crate::{
    enums::{CommitteeRole, CommitteeUnit},
    types::agency::Agency,
};

/// A seat that goes with a post of an agency that ends: nobody sits there until a document changes the roster.
pub struct VacatedSeat(pub succession::VacatedSeat);

/// A seat that goes with a post of an agency that ends: nobody sits there until a document changes the roster.
#[Object]
impl VacatedSeat {
    /// Identifier of the seat.
    async fn id(&self) -> ID {
        id(self.0.seat)
    }

    /// The body of the committee.
    async fn committee(&self, ctx: &Context<'_>) -> Result<Agency> {
        agency(ctx, self.0.committee).await
    }

    async fn unit(&self) -> Option<CommitteeUnit> {
        self.0.unit.map(Into::into)
    }

    async fn role(&self) -> CommitteeRole {
        self.0.role.into()
    }

    /// Position in the decision, from 1.
    async fn rank(&self) -> i32 {
        self.0.rank
    }

    /// The agency whose post it goes with.
    async fn post_agency(&self, ctx: &Context<'_>) -> Result<Agency> {
        agency(ctx, self.0.agency).await
    }

    /// What the post was called on the last day of the agency; null where nobody held it.
    async fn post(&self) -> Option<&str> {
        self.0.post.as_deref()
    }

    /// The first day on which nobody sits there.
    async fn since(&self) -> NaiveDate {
        self.0.since
    }
}
