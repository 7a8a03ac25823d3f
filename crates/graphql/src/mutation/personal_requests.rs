//! Requests of people about their data, and what becomes of that data: given out, restricted, pseudonymised.
//! Must not give anything out but for a purpose, nor change anything but from the revision that the caller names.
//! The use cases are `app::person`; writing people down is `persons`.

use app::{
    Error, View,
    person::{self, request},
};
use async_graphql::{Context, ID, InputObject, Json, Object, Result, SimpleObject};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    id::Id,
    personal_request::{PersonalRequestId, RequestState},
};

use super::{
    Problem, admitted, admitted_on, named,
    persons::{PersonPayload, payload as person_payload},
    settled,
};
use crate::{
    enums::{PersonalRequestKind, PersonalRequestState, RequestChannel},
    error::failure,
    loaders,
    types::{personal_request::PersonalRequest, view},
};

/// A request that came.
#[derive(InputObject)]
struct PersonalRequestInput {
    /// Identifier of the person that it is about.
    person: ID,
    /// What is asked.
    kind: PersonalRequestKind,
    /// How it came.
    channel: RequestChannel,
    /// The law of this day gives the clock.
    received_at: DateTime<Utc>,
    /// A processor or a third party has to act as well.
    #[graphql(default)]
    involves_third_party: bool,
}

/// A step of a request.
#[derive(InputObject)]
struct PersonalRequestStepInput {
    /// How far it comes by it: all but RECEIVED.
    step: PersonalRequestState,
    /// When it was taken; now where nothing is said.
    at: Option<DateTime<Utc>>,
    /// Of an extension, and of nothing else: the new last day.
    until: Option<NaiveDate>,
    /// Needed for an extension, as the person is told, and for a refusal.
    reason: Option<String>,
    /// Of a refusal, and of nothing else.
    legal_ground: Option<String>,
}

/// What came of a change of a request.
#[derive(SimpleObject)]
struct PersonalRequestPayload {
    /// As it is after the change.
    request: Option<PersonalRequest>,
    /// Null when it is done.
    problem: Option<Problem>,
}

/// Everything that is kept of a person.
#[derive(SimpleObject)]
struct PersonExportPayload {
    /// The person, its fields with their class, posts, account, requests, and what the audit log tells of it.
    content: Option<Json<serde_json::Value>>,
    /// Null when it is done.
    problem: Option<Problem>,
}

/// An identifier that is none names nothing.
pub(super) fn request_named(id: Option<&ID>) -> Option<PersonalRequestId> {
    id.map(|id| id.parse().unwrap_or(Id::from_uuid(uuid::Uuid::nil())))
}

/// The request as it is after a change, or why there was none.
async fn payload(ctx: &Context<'_>, done: std::result::Result<PersonalRequestId, Error>) -> Result<PersonalRequestPayload> {
    match settled(done)? {
        Ok(id) => {
            let view: &View = view(ctx)?;
            view.clone().end().await.map_err(|error| failure(&error))?;
            loaders::forget(ctx)?;
            let found = request::by_id(view, id).await.map_err(|error| failure(&error))?;
            Ok(PersonalRequestPayload { request: found.map(PersonalRequest), problem: None })
        }
        Err(problem) => Ok(PersonalRequestPayload { request: None, problem: Some(problem) }),
    }
}

#[derive(Default)]
pub struct PersonalRequestsMutation;

#[Object]
impl PersonalRequestsMutation {
    /// Writes a request down. The law of the day of receipt says by when it is to be acknowledged and acted on.
    async fn create_personal_request(&self, ctx: &Context<'_>, input: PersonalRequestInput) -> Result<PersonalRequestPayload> {
        let view = admitted(ctx, "createPersonalRequest").await?;
        let new = request::NewRequest {
            person: input.person.parse().unwrap_or(Id::from_uuid(uuid::Uuid::nil())),
            kind: input.kind.into(),
            channel: input.channel.into(),
            received_at: input.received_at,
            involves_third_party: input.involves_third_party,
        };
        payload(ctx, request::create(view.app(), view.ctx(), new, None).await.map(|done| done.made)).await
    }

    /// Takes a step with a request: acknowledged, extended once with a reason that the person is told, done, or refused on a legal ground.
    async fn move_personal_request(
        &self,
        ctx: &Context<'_>,
        id: ID,
        revision: i32,
        step: PersonalRequestStepInput,
    ) -> Result<PersonalRequestPayload> {
        let view = admitted_on(ctx, "movePersonalRequest", "personal_request", &id).await?;
        let PersonalRequestStepInput { step, at, until, reason, legal_ground } = step;
        let done = async {
            let id: PersonalRequestId = named(&id)?;
            let new = request::NewStep { step: RequestState::from(step), at, until, reason, legal_ground };
            request::take(view.app(), view.ctx(), (id, revision), new).await.map(|()| id)
        };
        payload(ctx, done.await).await
    }

    /// Gives out everything that is kept of a person, what is restricted included. The purpose is an entry of the audit log before there is an
    /// answer.
    async fn export_person(
        &self,
        ctx: &Context<'_>,
        person: ID,
        purpose: String,
        #[graphql(desc = "Identifier of the person's open request; needed while processing is restricted.")] request: Option<ID>,
    ) -> Result<PersonExportPayload> {
        let view = admitted_on(ctx, "exportPerson", "person", &person).await?;
        let done = async { person::export(view.app(), view.ctx(), named(&person)?, purpose, request_named(request.as_ref())).await };
        Ok(match settled(done.await)? {
            Ok(content) => PersonExportPayload { content: Some(Json(content)), problem: None },
            Err(problem) => PersonExportPayload { content: None, problem: Some(problem) },
        })
    }

    /// Restricts the processing of a person's data, or lets it go on.
    #[allow(clippy::too_many_arguments)] // by name for the client
    async fn restrict_person(
        &self,
        ctx: &Context<'_>,
        id: ID,
        revision: i32,
        restricted: bool,
        reason: String,
        #[graphql(desc = "Number or identifier.")] document: Option<String>,
        #[graphql(desc = "Identifier of the person's open request.")] request: Option<ID>,
    ) -> Result<PersonPayload> {
        let view = admitted_on(ctx, "restrictPerson", "person", &id).await?;
        let ground = person::Ground { reason, document, request: request_named(request.as_ref()) };
        let done = async {
            let id = named(&id)?;
            person::restrict(view.app(), view.ctx(), (id, revision), restricted, ground).await.map(|()| id)
        };
        person_payload(ctx, done.await).await
    }

    /// Leaves a pseudonym of a person and nothing else in the register, for good. What documents print stays as it was published.
    async fn pseudonymise_person(
        &self,
        ctx: &Context<'_>,
        id: ID,
        revision: i32,
        reason: String,
        #[graphql(desc = "Number or identifier.")] document: String,
        #[graphql(desc = "Identifier of the person's open request.")] request: Option<ID>,
    ) -> Result<PersonPayload> {
        let view = admitted_on(ctx, "pseudonymisePerson", "person", &id).await?;
        let ground = person::Ground { reason, document: Some(document), request: request_named(request.as_ref()) };
        let done = async {
            let id = named(&id)?;
            person::pseudonymise(view.app(), view.ctx(), (id, revision), ground).await.map(|()| id)
        };
        person_payload(ctx, done.await).await
    }
}
