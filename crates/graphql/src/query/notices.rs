//! Reads of the log of chasing.
//! Must not read anything itself: the field asks one use case.
//! The other reads are in the parent module.

use app::chasing;
use async_graphql::{Context, ID, InputObject, Object, Result};

use crate::{
    enums::{NoticeKind, NoticeLevel},
    error::failure,
    paging::{Page, args, connection},
    types::{
        notice::{Notice, NoticeTotal},
        view,
    },
};

/// Which notices, of those that concern the caller. Every condition given must hold.
#[derive(Default, InputObject)]
pub struct NoticeFilter {
    /// Code of the programme.
    programme: Option<String>,
    /// Code of the agency that owes the report.
    agency: Option<String>,
    /// Code of the agency to which it is addressed.
    addressee: Option<String>,
    /// The obligation's identifier.
    obligation: Option<ID>,
    /// How the agency is chased.
    kind: Option<NoticeKind>,
    /// To whom it is addressed.
    level: Option<NoticeLevel>,
    /// Whether the report has come in.
    is_answered: Option<bool>,
}

/// An identifier that is none fits nothing.
fn read(filter: NoticeFilter) -> chasing::NoticeFilter {
    let named = |id: ID| id.parse().unwrap_or_else(|_| domain::id::Id::from_uuid(uuid::Uuid::nil()));
    chasing::NoticeFilter {
        programme: filter.programme,
        agency: filter.agency,
        addressee: filter.addressee,
        obligation: filter.obligation.map(named),
        kind: filter.kind.map(Into::into),
        level: filter.level.map(Into::into),
        is_answered: filter.is_answered,
    }
}

#[derive(Default)]
pub struct NoticeQuery;

#[Object]
impl NoticeQuery {
    /// What was told of what the caller's agency owes, and what is addressed to it; those who follow agencies see all. The newest
    /// first.
    async fn notices(
        &self,
        ctx: &Context<'_>,
        filter: Option<NoticeFilter>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Page<Notice, NoticeTotal>> {
        let filter = read(filter.unwrap_or_default());
        let listing = chasing::list(view(ctx)?, &filter, &args(first, after, last, before)).await.map_err(|error| failure(&error))?;
        Ok(connection(listing, NoticeTotal { filter }, Notice))
    }
}
