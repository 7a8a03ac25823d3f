//! Searching.
//! Must not read anything itself: the field asks one use case.
//! The other reads are in the parent module.

use std::sync::Arc;

use app::search::{self, Search};
use async_graphql::{Context, Object, Result};
use chrono::NaiveDate;

use crate::{
    enums::SearchKind,
    error::failure,
    paging::{Page, args, connection},
    types::{
        search::{SearchHit, SearchTotal},
        view,
    },
};

#[derive(Default)]
pub struct SearchQuery;

#[Object]
impl SearchQuery {
    /// What has every word of a text, as far as the caller may see it: agencies by every name, alias and abbreviation, tasks, documents,
    /// reports, deliverables. Accents may be left out (“bach long vi” finds Bạch Long Vỹ), and the last word may be a beginning, from two
    /// letters on: a single letter is looked for as a whole word. The best fits come first: words as typed before words without accents,
    /// names and titles before texts.
    #[allow(clippy::too_many_arguments)] // the arguments of a connection, by name for the client
    async fn search(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Up to 200 characters with at least one letter or digit. Signs part words and mean nothing.")] text: String,
        #[graphql(desc = "Every kind where none is said.")] kinds: Option<Vec<SearchKind>>,
        #[graphql(desc = "By what things were called on this day; former names of agencies included where nothing is said.")] as_of: Option<
            NaiveDate,
        >,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Page<SearchHit, SearchTotal>> {
        let search = Search { text, kinds: kinds.unwrap_or_default().into_iter().map(Into::into).collect(), as_of };
        let page = args(first, after, last, before);
        let listing = search::list(view(ctx)?, &search, "/text", &page).await.map_err(|error| failure(&error))?;
        let text: Arc<str> = search.text.as_str().into();
        Ok(connection(listing, SearchTotal { search }, |found| SearchHit { found, text: Arc::clone(&text), as_of }))
    }
}
