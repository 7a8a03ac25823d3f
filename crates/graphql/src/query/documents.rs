//! One document, what became of documents between two days, and what a programme leaves open.
//! Must not read anything itself: each field asks one use case.
//! The list of documents is in the parent module.

use std::sync::Arc;

use app::{document, gap};
use async_graphql::{
    Context, ID, Object, Result,
    connection::{Connection, Edge},
};
use chrono::NaiveDate;

use crate::{
    error::failure,
    paging::args,
    types::{
        document::{Document, DocumentMoved},
        gap::Gap,
        view,
    },
};

#[derive(Default)]
pub struct DocumentQuery;

#[Object]
impl DocumentQuery {
    /// The document with this identifier; null where there is none.
    async fn document(&self, ctx: &Context<'_>, id: ID) -> Result<Option<Document>> {
        let Ok(id) = id.parse() else { return Ok(None) };
        let found = document::by_id(view(ctx)?, id).await.map_err(|error| failure(&error))?;
        Ok(found.map(|document| Document(Arc::new(document))))
    }

    /// What became of documents after a day, up to and on another, by day. What held on the first day is
    /// `documents(filter: {inForceOn: …})`.
    #[allow(clippy::too_many_arguments)] // the arguments of a connection, by name for the client
    async fn document_changes(
        &self,
        ctx: &Context<'_>,
        since: NaiveDate,
        #[graphql(desc = "Included.")] until: NaiveDate,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<String, DocumentMoved>> {
        let page = args(first, after, last, before);
        let listing = document::moved(view(ctx)?, since, until, &page).await.map_err(|error| failure(&error))?;
        let mut connection = Connection::new(listing.has_previous, listing.has_next);
        connection.edges.extend(listing.items.into_iter().map(|(cursor, moved)| Edge::new(cursor, DocumentMoved(moved))));
        Ok(connection)
    }

    /// What a programme's decision leaves open on a day, by kind; null where there is no such programme, or was none yet.
    async fn gaps(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Code.")] programme: String,
        #[graphql(desc = "As it was on this day; today where nothing is said.")] as_of: Option<NaiveDate>,
    ) -> Result<Option<Vec<Gap>>> {
        let gaps = gap::list(view(ctx)?, &programme, as_of).await.map_err(|error| failure(&error))?;
        Ok(gaps.map(|gaps| gaps.into_iter().map(Gap).collect()))
    }
}
