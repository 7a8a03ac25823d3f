//! Links by which calendars are read: made and revoked.
//! Must not show a secret but in the payload that makes it.
//! The use cases are `app::feed`; calendars themselves are read over REST.

use app::feed;
use async_graphql::{Context, ID, Object, Result, SimpleObject};

use super::{Problem, admitted, admitted_on, named, settled};
use crate::types::calendar_link::CalendarLink;

/// What came of making or revoking a link.
#[derive(Default, SimpleObject)]
struct CalendarLinkPayload {
    /// As it is after the change; null where nothing was done.
    link: Option<CalendarLink>,
    /// Where the calendar is read, on this service; of a link that was just made. Whoever has it reads the calendar.
    path: Option<String>,
    /// Null when it is done.
    problem: Option<Problem>,
}

#[derive(Default)]
pub struct CalendarLinksMutation;

#[Object]
impl CalendarLinksMutation {
    /// Makes a link by which the calendar of an agency, or of a member of committees, is read without an account: one of both is named.
    /// Its path is shown this once.
    async fn create_calendar_link(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Code.")] agency: Option<String>,
        #[graphql(desc = "Identifier of a person; for those who keep the rosters of committees.")] member: Option<ID>,
        #[graphql(desc = "For whom or what it is made.")] note: Option<String>,
    ) -> Result<CalendarLinkPayload> {
        let view = admitted(ctx, "createCalendarLink").await?;
        let new = feed::NewLink { agency, member: member.map(|id| id.0), note };
        Ok(match settled(feed::create(view.app(), view.ctx(), new).await)? {
            Ok(made) => CalendarLinkPayload { path: Some(made.path()), link: Some(CalendarLink(made.link)), problem: None },
            Err(problem) => CalendarLinkPayload { problem: Some(problem), ..CalendarLinkPayload::default() },
        })
    }

    /// Revokes a link: from then on its address is not found.
    async fn revoke_calendar_link(&self, ctx: &Context<'_>, id: ID) -> Result<CalendarLinkPayload> {
        let view = admitted_on(ctx, "revokeCalendarLink", "calendar_link", &id).await?;
        let done = async { feed::revoke(view.app(), view.ctx(), named(&id)?).await };
        Ok(match settled(done.await)? {
            Ok(link) => CalendarLinkPayload { link: Some(CalendarLink(link)), ..CalendarLinkPayload::default() },
            Err(problem) => CalendarLinkPayload { problem: Some(problem), ..CalendarLinkPayload::default() },
        })
    }
}
