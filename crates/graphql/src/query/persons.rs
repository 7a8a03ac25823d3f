//! Reads of the register of people, without what is restricted.
//! Must not open a field: that is a mutation, which no address and no cache keeps.
//! The use cases are `app::person`.

use app::person;
use async_graphql::{Context, ID, Object, Result};
use domain::policy::operations::Interface;

use crate::{
    error::failure,
    paging::{Page, args, connection, total},
    types::{
        person::{Person, person_by_id},
        view,
    },
};

#[derive(Default)]
pub struct PersonQuery;

#[Object]
impl PersonQuery {
    /// People in the order in which they were written down.
    async fn persons(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Anywhere in the name; case, tones and diacritics do not matter.")] name: Option<String>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Page<Person, PersonTotal>> {
        let filter = person::PersonFilter { name };
        let listing = person::list(view(ctx)?, &filter, &args(first, after, last, before)).await.map_err(|error| failure(&error))?;
        Ok(connection(listing, PersonTotal { filter }, |person| Person::from(&person)))
    }

    /// The person with this identifier; null where there is none.
    async fn person(&self, ctx: &Context<'_>, id: ID) -> Result<Option<Person>> {
        let view = view(ctx)?;
        // Asked before anything is told, even that there is none.
        let about = id.parse().ok().map(|id| ("person", id));
        app::admit(view.app(), view.ctx(), Interface::Query, "person", about).await.map_err(|error| failure(&error))?;
        let Ok(id) = id.parse() else { return Ok(None) };
        person_by_id(ctx, id).await
    }
}

total!(
    /// The total of people.
    PersonTotal { filter: person::PersonFilter } |this, ctx| {
        person::count(view(ctx)?, &this.filter).await.map_err(|error| failure(&error))
    }
);
