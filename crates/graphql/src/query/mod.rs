//! The root of every read.
//! Must not read anything itself: each field asks one use case.
//! Filters and orders of the lists are in `filters`.

mod access;
mod budget;
mod budget_years;
mod calendar_links;
mod changes;
mod committees;
mod deliverables;
mod documents;
mod filters;
mod meetings;
mod notices;
mod obligations;
mod occurrences;
mod persons;
mod review;
mod search;
mod succession;
mod trainings;

use std::sync::Arc;

use app::{View, agency, document, identity, node, plan, report, task, version};
use async_graphql::{ComplexObject, Context, ID, MergedObject, Object, Result, SimpleObject};
use chrono::NaiveDate;

use crate::{
    enums::{Direction, Role},
    error::failure,
    paging::{Page, args, connection, total},
    types::{
        access::Session,
        agency::Agency,
        document::Document,
        node::Node,
        programme::Programme,
        report::{Report, ReportTotal},
        task::Task,
        view,
    },
};
use filters::{AgencyFilter, AgencyOrder, DocumentFilter, ReportFilter, TaskFilter, TaskOrder};

/// Reads. What a programme says is open to everybody; reports are shown as far as the caller's role lets.
#[derive(Default, MergedObject)]
pub struct Query(RootQuery, WorkQuery, RegisterQuery);

/// Reads of what is done. Two parts nest less deep than one, which the compiler minds.
#[derive(Default, MergedObject)]
pub struct WorkQuery(
    review::ReviewQuery,
    occurrences::OccurrenceQuery,
    obligations::ObligationQuery,
    notices::NoticeQuery,
    changes::ChangesQuery,
    meetings::MeetingQuery,
    budget::BudgetQuery,
    budget_years::BudgetYearQuery,
    deliverables::DeliverableQuery,
);

/// Reads of what there is.
#[derive(Default, MergedObject)]
pub struct RegisterQuery(
    access::AccessQuery,
    committees::CommitteeQuery,
    calendar_links::CalendarLinkQuery,
    documents::DocumentQuery,
    succession::SuccessionQuery,
    persons::PersonQuery,
    trainings::TrainingQuery,
    search::SearchQuery,
);

#[derive(Default)]
pub struct RootQuery;

#[Object]
impl RootQuery {
    /// The programme with this code, as it was in force on a day, today where nothing is said; null where there is none, and before it
    /// was signed.
    async fn programme(&self, ctx: &Context<'_>, code: String, as_of: Option<NaiveDate>) -> Result<Option<Programme>> {
        let Some(day) = as_of else {
            return Ok(plan::programme(view(ctx)?, &code).await.map_err(|error| failure(&error))?.map(Programme::now));
        };
        let found = version::programme_on(view(ctx)?, &code, day).await.map_err(|error| failure(&error))?;
        Ok(found.map(|found| Programme(found.programme, Some(day))))
    }

    /// Programmes by code: those that were signed by a day, as they were in force on it, or all as they are where none is said.
    async fn programmes(
        &self,
        ctx: &Context<'_>,
        as_of: Option<NaiveDate>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Page<Programme, ProgrammeTotal>> {
        let listing = version::list(view(ctx)?, as_of, &args(first, after, last, before)).await.map_err(|error| failure(&error))?;
        Ok(connection(listing, ProgrammeTotal { as_of }, |programme| Programme(programme, as_of)))
    }

    /// The agency with this code, as of a day, today where nothing is said; null where there is none.
    async fn agency(&self, ctx: &Context<'_>, code: String, as_of: Option<NaiveDate>) -> Result<Option<Agency>> {
        let found = agency::by_code(view(ctx)?, &code).await.map_err(|error| failure(&error))?;
        Ok(found.map(|agency| Agency(agency, as_of)))
    }

    /// Agencies and collectives: those that are there on a day, or every one there ever was where none is said.
    #[allow(clippy::too_many_arguments)] // the arguments of a connection, by name for the client
    async fn agencies(
        &self,
        ctx: &Context<'_>,
        filter: Option<AgencyFilter>,
        order_by: Option<AgencyOrder>,
        as_of: Option<NaiveDate>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Page<Agency, AgencyTotal>> {
        let filter = agency::AgencyFilter { as_of, ..filter.unwrap_or_default().into() };
        let order = order_by.unwrap_or_default();
        let page = args(first, after, last, before);
        let listing = agency::list(view(ctx)?, &filter, order.field.into(), order.direction.is_down(), &page).await;
        Ok(connection(listing.map_err(|error| failure(&error))?, AgencyTotal { filter }, |agency| Agency(agency, as_of)))
    }

    /// Tasks of all programmes: those that were in force at the end of a day, in its words, or as they are where none is said.
    #[allow(clippy::too_many_arguments)] // the arguments of a connection, by name for the client
    async fn tasks(
        &self,
        ctx: &Context<'_>,
        filter: Option<TaskFilter>,
        order_by: Option<TaskOrder>,
        #[graphql(desc = "Who leads and coordinates, also as a filter, is of this day too, or of today.")] as_of: Option<NaiveDate>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Page<Task, TaskTotal>> {
        let filter = task::TaskFilter { as_of, ..filter.unwrap_or_default().into() };
        let order = order_by.unwrap_or_default();
        let page = args(first, after, last, before);
        let listing = task::list(view(ctx)?, &filter, order.field.into(), order.direction.is_down(), &page).await;
        Ok(connection(listing.map_err(|error| failure(&error))?, TaskTotal { filter }, |task| Task(Arc::new(task), as_of)))
    }

    /// Reports that the caller may see, in the order in which they came in.
    #[allow(clippy::too_many_arguments)] // the arguments of a connection, by name for the client
    async fn reports(
        &self,
        ctx: &Context<'_>,
        filter: Option<ReportFilter>,
        #[graphql(default)] direction: Direction,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Page<Report, ReportTotal>> {
        let filter = report::ReportFilter::from(filter.unwrap_or_default());
        let page = args(first, after, last, before);
        let listing = report::list(view(ctx)?, &filter, direction.is_down(), &page).await.map_err(|error| failure(&error))?;
        Ok(connection(listing, ReportTotal::All(filter), Report))
    }

    /// Documents by date of issue: the oldest first, and undated ones last; with `DESC` the newest first, and undated ones before
    /// them.
    #[allow(clippy::too_many_arguments)] // the arguments of a connection, by name for the client
    async fn documents(
        &self,
        ctx: &Context<'_>,
        filter: Option<DocumentFilter>,
        #[graphql(default)] direction: Direction,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Page<Document, DocumentTotal>> {
        let filter = app::DocumentFilter::from(filter.unwrap_or_default());
        let page = args(first, after, last, before);
        let listing = document::list(view(ctx)?, &filter, direction.is_down(), &page).await.map_err(|error| failure(&error))?;
        Ok(connection(listing, DocumentTotal { filter }, |document| Document(Arc::new(document))))
    }

    /// Whatever implements `Node`, by its identifier; null where there is none that the caller may know of. Other things that have an `id`
    /// are read by fields of their own, or with what they belong to.
    async fn node(&self, ctx: &Context<'_>, id: ID) -> Result<Option<Node>> {
        let Ok(id) = id.parse::<domain::id::Id<()>>() else { return Ok(None) };
        Ok(node::by_id(view(ctx)?, id.uuid()).await.map_err(|error| failure(&error))?.map(Into::into))
    }

    /// The caller's own account; null without a token.
    async fn me(&self, ctx: &Context<'_>) -> Result<Option<Me>> {
        let view: &View = view(ctx)?;
        if view.ctx().account().is_none() {
            return Ok(None);
        }
        let (account, agency) = identity::me(view.ctx()).map_err(|refusal| failure(&refusal.into()))?;
        let agency = match agency {
            Some(code) => agency::by_code(view, &code).await.map_err(|error| failure(&error))?.map(Agency::now),
            None => None,
        };
        let roles = account.roles().iter().map(|role| (*role).into()).collect();
        let scopes = account.scopes.to_string().split(' ').map(str::to_owned).collect();
        Ok(Some(Me { login: account.login.to_string(), name: account.name.to_string(), agency, roles, scopes }))
    }
}

/// The caller.
#[derive(SimpleObject)]
#[graphql(complex)]
struct Me {
    /// `client_id` of a service account, user name of a person.
    login: String,
    /// Of the person, or of the system.
    name: String,
    /// The agency that the account speaks for.
    agency: Option<Agency>,
    /// Roles in force today.
    roles: Vec<Role>,
    /// What the token may be used for.
    scopes: Vec<String>,
}

#[ComplexObject]
impl Me {
    /// The caller's sessions that go on, the newest first.
    async fn sessions(&self, ctx: &Context<'_>) -> Result<Vec<Session>> {
        let view = view(ctx)?;
        let sessions = app::access::own_sessions(view).await.map_err(|error| failure(&error))?;
        Ok(sessions.iter().map(|session| Session::of(session, view.ctx().session())).collect())
    }
}

total!(
    /// The total of programmes.
    ProgrammeTotal { as_of: Option<NaiveDate> } |this, ctx| {
        let signed = version::signed_by(view(ctx)?, this.as_of).await.map_err(|error| failure(&error))?;
        Ok(i64::try_from(signed.len())?)
    }
);
total!(
    /// The total of agencies.
    AgencyTotal { filter: agency::AgencyFilter } |this, ctx| {
        Ok(i64::try_from(agency::count(view(ctx)?, &this.filter).await.map_err(|error| failure(&error))?)?)
    }
);
total!(
    /// The total of tasks.
    TaskTotal { filter: task::TaskFilter } |this, ctx| {
        task::count(view(ctx)?, &this.filter).await.map_err(|error| failure(&error))
    }
);
total!(
    /// The total of documents.
    DocumentTotal { filter: app::DocumentFilter } |this, ctx| {
        document::count(view(ctx)?, &this.filter).await.map_err(|error| failure(&error))
    }
);
