//! Reads of committees and of the people in them.
//! Must not read anything itself: each field asks one use case.
//! The other reads are in the parent module.

use app::committee;
use async_graphql::{Context, ID, Object, Result};
use chrono::NaiveDate;

use crate::{
    error::failure,
    paging::{Page, args, connection},
    types::{
        committee::{Committee, CommitteeMember, CommitteeTotal, member},
        view,
    },
};

#[derive(Default)]
pub struct CommitteeQuery;

#[Object]
impl CommitteeQuery {
    /// The committee whose body has this code, as it stood on a day; null where there is none.
    async fn committee(
        &self,
        ctx: &Context<'_>,
        code: String,
        #[graphql(desc = "Today where nothing is said.")] as_of: Option<NaiveDate>,
    ) -> Result<Option<Committee>> {
        let view = view(ctx)?;
        let found = committee::by_code(view, &code).await.map_err(|error| failure(&error))?;
        let as_of = as_of.unwrap_or_else(|| view.today());
        Ok(found.map(|known| Committee::new(known, as_of)))
    }

    /// Committees by code, as they stood on a day.
    async fn committees(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Today where nothing is said.")] as_of: Option<NaiveDate>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Page<Committee, CommitteeTotal>> {
        let view = view(ctx)?;
        let listing = committee::list(view, &args(first, after, last, before)).await.map_err(|error| failure(&error))?;
        let as_of = as_of.unwrap_or_else(|| view.today());
        Ok(connection(listing, CommitteeTotal {}, |known| Committee::new(known, as_of)))
    }

    /// Somebody of whom a roster tells; null where there is none.
    async fn committee_member(&self, ctx: &Context<'_>, id: ID) -> Result<Option<CommitteeMember>> {
        match id.parse() {
            Ok(id) => member(ctx, id).await,
            Err(_) => Ok(None),
        }
    }
}
