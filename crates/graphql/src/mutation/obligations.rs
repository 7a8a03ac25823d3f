//! Excluding obligations and putting them back.
//! Must not remove one.
//! The use cases are `app::obligation`; asking for reports is REST.

use app::{Error, obligation, obligation::Owed};
use async_graphql::{Context, ID, Object, Result, SimpleObject};

use super::{Problem, admitted_on, named, settled};
use crate::types::obligation::Obligation;

/// What came of a change of an obligation.
#[derive(SimpleObject)]
struct ObligationPayload {
    /// As it stands now.
    obligation: Option<Obligation>,
    /// Null when it is done.
    problem: Option<Problem>,
}

fn payload(done: std::result::Result<Owed, Error>) -> Result<ObligationPayload> {
    Ok(match settled(done)? {
        Ok(owed) => ObligationPayload { obligation: Some(Obligation(owed)), problem: None },
        Err(problem) => ObligationPayload { obligation: None, problem: Some(problem) },
    })
}

#[derive(Default)]
pub struct ObligationsMutation;

#[Object]
impl ObligationsMutation {
    /// Takes an obligation out of what is owed, with a reason. It can be put back.
    async fn exclude_obligation(&self, ctx: &Context<'_>, id: ID, reason: String) -> Result<ObligationPayload> {
        let view = admitted_on(ctx, "excludeObligation", "obligation", &id).await?;
        payload(async { obligation::exclude(view.app(), view.ctx(), named(&id)?, &reason).await }.await)
    }

    /// Puts an excluded obligation back among what is owed.
    async fn include_obligation(&self, ctx: &Context<'_>, id: ID, reason: String) -> Result<ObligationPayload> {
        let view = admitted_on(ctx, "includeObligation", "obligation", &id).await?;
        payload(async { obligation::include(view.app(), view.ctx(), named(&id)?, &reason).await }.await)
    }
}
