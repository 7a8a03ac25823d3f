//! Following what happens.
//! Must not read anything itself: the field asks one use case.
//! The other reads are in the parent module.

use app::outbox;
use async_graphql::{Context, Object, Result};

use crate::{
    error::failure,
    types::{change::ChangeConnection, view},
};

#[derive(Default)]
pub struct ChangesQuery;

#[Object]
impl ChangesQuery {
    /// What happened after a number, in order, as far as the caller may see it; 20 events where nothing is asked, 200 at most.
    /// Nothing is left out and nothing comes twice; numbers between those that are seen belong to what others may see.
    async fn changes(&self, ctx: &Context<'_>, #[graphql(default)] since: i64, first: Option<i32>) -> Result<ChangeConnection> {
        Ok(outbox::changes(view(ctx)?, since, first).await.map_err(|error| failure(&error))?.into())
    }
}
