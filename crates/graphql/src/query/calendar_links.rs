//! Reads of links of calendars.
//! Must not read anything itself: each field asks one use case.
//! Making and revoking them is a mutation.

use app::feed::{self, LinkFilter};
use async_graphql::{Context, ID, Object, Result};
use domain::id::Id;

use crate::{
    error::failure,
    paging::{Page, args, connection},
    types::{
        calendar_link::{CalendarLink, CalendarLinkTotal},
        view,
    },
};

#[derive(Default)]
pub struct CalendarLinkQuery;

#[Object]
impl CalendarLinkQuery {
    /// Links of calendars, the newest first, revoked ones too: those of the caller's agency, or of everybody for those who keep the rosters.
    #[allow(clippy::too_many_arguments)] // the arguments of a connection
    async fn calendar_links(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Code.")] agency: Option<String>,
        #[graphql(desc = "Identifier of a person.")] member: Option<ID>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Page<CalendarLink, CalendarLinkTotal>> {
        // An identifier that is none names nobody.
        let member = member.map(|id| id.parse().unwrap_or(Id::from_uuid(uuid::Uuid::nil())));
        let filter = LinkFilter { agency, member };
        let listing = feed::list(view(ctx)?, &filter, &args(first, after, last, before)).await.map_err(|error| failure(&error))?;
        Ok(connection(listing, CalendarLinkTotal { filter }, CalendarLink))
    }
}
