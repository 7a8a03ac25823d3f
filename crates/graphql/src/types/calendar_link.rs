//! Links of calendars.
//! Must not show a secret: a mutation gives it once.
//! The use cases are `app::feed`.

use app::feed::{self, LinkFilter};
use async_graphql::{Context, ID, Object, Result};
use chrono::{DateTime, NaiveDate, Utc};
use domain::feed as model;

use super::{agency, id, view};
use crate::{
    error::failure,
    paging::total,
    types::{
        agency::Agency,
        committee::{CommitteeMember, member},
    },
};

/// A link by which a calendar is read, without its secret.
pub struct CalendarLink(pub model::FeedLink);

/// A link by which a calendar is read, without its secret.
#[Object]
impl CalendarLink {
    async fn id(&self) -> ID {
        id(self.0.id)
    }

    /// Whose calendar it is; null for that of a member of committees.
    async fn agency(&self, ctx: &Context<'_>) -> Result<Option<Agency>> {
        match self.0.of {
            model::FeedOf::Agency(id) => agency(ctx, id).await.map(Some),
            model::FeedOf::Member(_) => Ok(None),
        }
    }

    /// Whose calendar it is; null for that of an agency, and for somebody who never sat in a committee by name.
    async fn member(&self, ctx: &Context<'_>) -> Result<Option<CommitteeMember>> {
        match self.0.of {
            model::FeedOf::Agency(_) => Ok(None),
            model::FeedOf::Member(person) => member(ctx, person).await,
        }
    }

    /// Identifier of the person whose calendar it is.
    async fn member_id(&self) -> Option<ID> {
        match self.0.of {
            model::FeedOf::Agency(_) => None,
            model::FeedOf::Member(person) => Some(id(person)),
        }
    }

    /// For whom or what it was made.
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }

    /// Identifier of the account that made it.
    async fn made_by(&self) -> ID {
        id(self.0.made_by)
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// The day on which it was read last; no more is kept.
    async fn last_used_on(&self) -> Option<NaiveDate> {
        self.0.last_used_on
    }

    /// When it was revoked; null while the calendar is read by it.
    async fn revoked_at(&self) -> Option<DateTime<Utc>> {
        self.0.revoked_at
    }
}

total!(
    /// The total of links.
    CalendarLinkTotal { filter: LinkFilter } |this, ctx| {
        feed::count(view(ctx)?, &this.filter).await.map_err(|error| failure(&error))
    }
);
