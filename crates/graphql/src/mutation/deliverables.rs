//! What agencies brought about: recorded, corrected, withdrawn.
//! Must not decide anything. Many at once are recorded over REST.
//! The use cases are `app::deliverable`.

use std::sync::Arc;

use app::{OnceKey, StoredResponse, deliverable as cases};
use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use domain::{deliverable::DeliverableId, id::Id};
use uuid::Uuid;

use super::{Problem, admitted, admitted_on, after, named, settled};
use crate::{
    enums::{AffairsChannel, Audience, DeliverableKind, DeliverableVisibility},
    error::failure,
    types::{deliverable::Deliverable, deliverable_details::DeliverableDetailsInput},
};

/// A document that a deliverable rests on or is.
#[derive(InputObject)]
struct DeliverableDocumentInput {
    /// Number or identifier of the document, which is issued.
    document: String,
    /// Where the document speaks of it.
    section: Option<String>,
    /// Its words there, verbatim; needs `section`.
    quote: Option<String>,
}

/// What is said of a deliverable, in whole.
#[derive(InputObject)]
struct DeliverableInput {
    /// Code of the task within the programme, in which the agency has a part; none where the decision has no task for it.
    task: Option<String>,
    /// The year to which it counts.
    year: i32,
    /// In Vietnamese.
    title: String,
    /// By whose foreign affairs.
    channel: Option<AffairsChannel>,
    /// Who may know of it.
    visibility: DeliverableVisibility,
    /// Whom it is for, or who takes part.
    #[graphql(default)]
    audiences: Vec<Audience>,
    /// Documents that it rests on or is.
    #[graphql(default)]
    documents: Vec<DeliverableDocumentInput>,
    /// Identifiers of files on submitted reports of the agency that prove it.
    #[graphql(default)]
    evidence: Vec<ID>,
    /// The fields of its kind.
    details: DeliverableDetailsInput,
}

impl From<DeliverableInput> for cases::Said {
    fn from(input: DeliverableInput) -> Self {
        let source = |of: DeliverableDocumentInput| cases::NewSource { document: of.document, section: of.section, quote: of.quote };
        Self {
            task: input.task,
            year: input.year,
            title: input.title,
            channel: input.channel.map(Into::into),
            visibility: input.visibility.into(),
            audiences: input.audiences.into_iter().map(Into::into).collect(),
            sources: input.documents.into_iter().map(source).collect(),
            // What is no identifier names no file.
            evidence: input.evidence.iter().map(|id| id.parse::<Id<()>>().map_or(Uuid::nil(), Id::uuid)).collect(),
            details: input.details.fields(),
        }
    }
}

/// What came of a change of the register.
#[derive(SimpleObject)]
struct DeliverablePayload {
    /// As it is after it.
    deliverable: Option<Deliverable>,
    /// Null when it is done.
    problem: Option<Problem>,
}

async fn payload(ctx: &Context<'_>, done: std::result::Result<DeliverableId, app::Error>) -> Result<DeliverablePayload> {
    match settled(done)? {
        Err(problem) => Ok(DeliverablePayload { deliverable: None, problem: Some(problem) }),
        Ok(id) => {
            let found = cases::by_id(after(ctx).await?, id, None).await.map_err(|error| failure(&error))?;
            Ok(DeliverablePayload { deliverable: found.map(|shown| Deliverable(Arc::new(shown))), problem: None })
        }
    }
}

#[derive(Default)]
pub struct DeliverablesMutation;

#[Object]
impl DeliverablesMutation {
    /// Records what the caller's agency brought about, once for a key.
    #[allow(clippy::too_many_arguments)] // by name for the client
    async fn record_deliverable(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Code of the programme.")] programme: String,
        kind: DeliverableKind,
        input: DeliverableInput,
        #[graphql(desc = "Code of the agency; if given, it must be the caller's own.")] agency: Option<String>,
        #[graphql(desc = "The sender's own reference, once within its agency.")] external_ref: Option<String>,
        #[graphql(desc = "Names this request; a retry carries the same key.")] idempotency_key: String,
    ) -> Result<DeliverablePayload> {
        let view = admitted(ctx, "recordDeliverable").await?;
        let new = cases::NewDeliverable { programme, agency, kind: kind.into(), external_ref, said: input.into() };
        let done = async {
            let key = OnceKey::new(&idempotency_key, format!("{new:?}").as_bytes())?;
            let render = |shown: &cases::Shown| Ok(StoredResponse { status: 201, location: None, body: shown.id.to_string() });
            let answer = cases::record_one(view.app(), view.ctx(), new, key, render).await?;
            answer.response.body.parse().map_err(|_| app::Error::Internal("an answer is no identifier"))
        };
        payload(ctx, done.await).await
    }

    /// Says of a deliverable something else; what was said before is kept with its revision.
    async fn correct_deliverable(&self, ctx: &Context<'_>, id: ID, revision: i32, input: DeliverableInput) -> Result<DeliverablePayload> {
        let view = admitted_on(ctx, "correctDeliverable", "deliverable", &id).await?;
        let done = async {
            let id: DeliverableId = named(&id)?;
            cases::correct(view.app(), view.ctx(), (id, revision), input.into()).await.map(|()| id)
        };
        payload(ctx, done.await).await
    }

    /// Takes a deliverable out of what counts, for a reason; it stays readable to those who see it by role.
    async fn withdraw_deliverable(&self, ctx: &Context<'_>, id: ID, revision: i32, reason: String) -> Result<DeliverablePayload> {
        let view = admitted_on(ctx, "withdrawDeliverable", "deliverable", &id).await?;
        let done = async {
            let id: DeliverableId = named(&id)?;
            cases::withdraw(view.app(), view.ctx(), (id, revision), &reason).await.map(|()| id)
        };
        payload(ctx, done.await).await
    }
}
