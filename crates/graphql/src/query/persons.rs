//! Reads of the register of people, without what is restricted.
//! Must not open a field: that is a mutation, which no address and no cache keeps.
//! The use cases are `app::person`.

use app::person::{self, request};
use async_graphql::{Context, ID, Object, Result};
use domain::policy::operations::Interface;

use crate::{
    enums::{PersonalRequestKind, PersonalRequestState},
    error::failure,
    paging::{Page, args, connection, total},
    types::{
        person::{Person, person_by_id},
        personal_request::PersonalRequest,
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

    /// Requests of people about their data, the newest first.
    #[allow(clippy::too_many_arguments)] // the arguments of a connection, by name for the client
    async fn personal_requests(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Identifier.")] person: Option<ID>,
        kind: Option<PersonalRequestKind>,
        state: Option<PersonalRequestState>,
        #[graphql(default = false, desc = "Only those that are late.")] overdue: bool,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Page<PersonalRequest, PersonalRequestTotal>> {
        // An identifier that is none names nobody.
        let person = person.map(|id| id.parse().unwrap_or(domain::id::Id::from_uuid(uuid::Uuid::nil())));
        let overdue = overdue.then_some(true);
        let filter = request::RequestFilter { person, kind: kind.map(Into::into), state: state.map(Into::into), overdue };
        let listing = request::list(view(ctx)?, &filter, &args(first, after, last, before)).await.map_err(|error| failure(&error))?;
        Ok(connection(listing, PersonalRequestTotal { filter }, PersonalRequest))
    }

    /// The request with this identifier; null where there is none.
    async fn personal_request(&self, ctx: &Context<'_>, id: ID) -> Result<Option<PersonalRequest>> {
        let view = view(ctx)?;
        let about = id.parse().ok().map(|id| ("personal_request", id));
        app::admit(view.app(), view.ctx(), Interface::Query, "personalRequest", about).await.map_err(|error| failure(&error))?;
        let Ok(id) = id.parse() else { return Ok(None) };
        Ok(request::by_id(view, id).await.map_err(|error| failure(&error))?.map(PersonalRequest))
    }
}

total!(
    /// The total of people.
    PersonTotal { filter: person::PersonFilter } |this, ctx| {
        person::count(view(ctx)?, &this.filter).await.map_err(|error| failure(&error))
    }
);
total!(
    /// The total of requests.
    PersonalRequestTotal { filter: request::RequestFilter } |this, ctx| {
        request::count(view(ctx)?, &this.filter).await.map_err(|error| failure(&error))
    }
);
