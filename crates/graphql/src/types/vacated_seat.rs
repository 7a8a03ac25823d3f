//! What agencies leave in committees when they end.
//! Must not say who is next.
//! The use case is `app::succession`.

use app::succession;
use async_graphql::{Context, ID, Object, Result};
use chrono::NaiveDate;

use super::agency;
use crate::{
    enums::{CommitteeRole, CommitteeUnit, VacatedPlace},
    types::agency::Agency,
};

/// What an agency that ends, or a post that falls vacant, leaves in a committee: a seat that goes with the post, in which nobody sits
/// until somebody holds it or a document changes the roster, or the committee that it served as standing agency, until a document
/// names the next one.
pub struct VacatedSeat(pub succession::VacatedSeat);

/// What an agency that ends, or a post that falls vacant, leaves in a committee: a seat that goes with the post, in which nobody sits
/// until somebody holds it or a document changes the roster, or the committee that it served as standing agency, until a document
/// names the next one.
#[Object]
impl VacatedSeat {
    /// A seat, or the part of the standing agency.
    async fn what(&self) -> VacatedPlace {
        self.0.what.into()
    }

    /// Identifier of the seat, or of the row that says which agency was the standing one.
    async fn id(&self) -> ID {
        ID(self.0.id.to_string())
    }

    /// The body of the committee.
    async fn committee(&self, ctx: &Context<'_>) -> Result<Agency> {
        agency(ctx, self.0.committee).await
    }

    /// Null for a seat in the committee itself, and for a standing agency.
    async fn unit(&self) -> Option<CommitteeUnit> {
        self.0.seat?.unit.map(Into::into)
    }

    /// Null for a standing agency.
    async fn role(&self) -> Option<CommitteeRole> {
        self.0.seat.map(|facts| facts.role.into())
    }

    /// Position in the decision, from 1; null for a standing agency.
    async fn rank(&self) -> Option<i32> {
        self.0.seat.map(|facts| facts.rank)
    }

    /// The agency whose post it goes with, or which was the standing agency.
    async fn post_agency(&self, ctx: &Context<'_>) -> Result<Agency> {
        agency(ctx, self.0.agency).await
    }

    /// What the post was called on the last day before; null where nobody held it.
    async fn post(&self) -> Option<&str> {
        self.0.post.as_deref()
    }

    /// The first day on which nobody sits there, or serves the committee.
    async fn since(&self) -> NaiveDate {
        self.0.since
    }
}
