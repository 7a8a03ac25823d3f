//! Requests of people about their data, with their clocks and steps.
//! Must not count a day: clocks are told as they were counted.
//! The use cases are `app::person::request`.

use std::sync::Arc;

use app::person::request;
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use chrono::{DateTime, NaiveDate, Utc};
use domain::personal_request as model;

use super::{id, view};
use crate::{
    enums::{ClockState, PersonalRequestKind, PersonalRequestState, RequestChannel, RequestLateness},
    loaders,
};

/// What a person asked, with its clock.
pub struct PersonalRequest(pub model::PersonalRequest);

/// What a person asked, with its clock.
#[Object]
impl PersonalRequest {
    async fn id(&self) -> ID {
        id(self.0.id)
    }

    /// Identifier of the person.
    async fn person(&self) -> ID {
        id(self.0.person)
    }

    /// What is asked.
    async fn kind(&self) -> PersonalRequestKind {
        self.0.kind.into()
    }

    /// How it came.
    async fn channel(&self) -> RequestChannel {
        self.0.channel.into()
    }

    /// When it came. The law of this day gives the clock.
    async fn received_at(&self) -> DateTime<Utc> {
        self.0.received_at
    }

    /// A processor or a third party has to act as well.
    async fn involves_third_party(&self) -> bool {
        self.0.involves_third_party
    }

    /// How far it has come.
    async fn state(&self) -> PersonalRequestState {
        self.0.state.into()
    }

    /// What is known of its clock.
    async fn clock(&self) -> ClockState {
        self.0.deadlines.clock.into()
    }

    /// The law that the clock is of.
    async fn basis(&self) -> Option<&str> {
        self.0.deadlines.basis.as_deref()
    }

    /// Last day.
    async fn acknowledge_by(&self) -> Option<NaiveDate> {
        self.0.deadlines.acknowledge_by
    }

    /// Last day.
    async fn act_by(&self) -> Option<NaiveDate> {
        self.0.deadlines.act_by
    }

    /// The instant, where the law counts hours.
    async fn act_by_at(&self) -> Option<DateTime<Utc>> {
        self.0.deadlines.act_by_at
    }

    /// Last day, once it is extended.
    async fn extended_until(&self) -> Option<NaiveDate> {
        self.0.extended_until
    }

    /// For what it is late.
    async fn overdue(&self, ctx: &Context<'_>) -> Result<Option<RequestLateness>> {
        Ok(self.0.lateness(request::now(view(ctx)?)).map(Into::into))
    }

    /// Raised by every step; a step names it.
    async fn revision(&self) -> i32 {
        self.0.revision
    }

    /// The steps that it took, in order.
    async fn steps(&self, ctx: &Context<'_>) -> Result<Vec<PersonalRequestStep>> {
        let steps: Arc<Vec<model::RequestStep>> = loaders::load(ctx, loaders::StepsOfRequest(self.0.id)).await?;
        Ok(steps.iter().map(Into::into).collect())
    }
}

/// A step that a request took.
#[derive(SimpleObject)]
pub struct PersonalRequestStep {
    /// How far it came by it.
    step: PersonalRequestState,
    /// When it was taken.
    at: DateTime<Utc>,
    /// Of an extension: the new last day.
    until: Option<NaiveDate>,
    /// Why; an extension and a refusal always have one.
    reason: Option<String>,
    /// Of a refusal.
    legal_ground: Option<String>,
}

impl From<&model::RequestStep> for PersonalRequestStep {
    fn from(step: &model::RequestStep) -> Self {
        Self {
            step: step.step.into(),
            at: step.taken_at,
            until: step.until,
            reason: step.reason.clone(),
            legal_ground: step.legal_ground.clone(),
        }
    }
}
