//! Reads of meetings.
//! Must not read anything itself: each field asks one use case.
//! The other reads are in the parent module.

use app::meeting::{self, MeetingFilter};
use async_graphql::{Context, ID, Object, Result};

use crate::{
    error::failure,
    paging::{Page, args, connection},
    types::{
        meeting::{Meeting, MeetingTotal},
        view,
    },
};

#[derive(Default)]
pub struct MeetingQuery;

#[Object]
impl MeetingQuery {
    /// A meeting, as far as the caller may see it; null where there is none to see.
    async fn meeting(&self, ctx: &Context<'_>, id: ID) -> Result<Option<Meeting>> {
        let Ok(id) = id.parse() else { return Ok(None) };
        Ok(meeting::by_id(view(ctx)?, id).await.map_err(|error| failure(&error))?.map(Meeting))
    }

    /// Meetings that the caller may see, the newest first.
    #[allow(clippy::too_many_arguments)] // the arguments of a connection
    async fn meetings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Code of the committee's body.")] committee: Option<String>,
        #[graphql(desc = "Code of the programme.")] programme: Option<String>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Page<Meeting, MeetingTotal>> {
        let filter = MeetingFilter { committee, programme };
        let listing = meeting::list(view(ctx)?, &filter, &args(first, after, last, before)).await.map_err(|error| failure(&error))?;
        Ok(connection(listing, MeetingTotal { filter }, Meeting))
    }
}
