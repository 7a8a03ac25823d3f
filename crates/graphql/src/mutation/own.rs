//! Everybody's own account: password, second factor, sessions.
//! Must not touch an account but the caller's.
//! The use cases are `app::access`.

use app::access;
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use domain::error::{Code, Refusal};

use super::{Outcome, Problem, outcome, settled};
use crate::types::view;

/// What came of beginning a second factor.
#[derive(SimpleObject)]
struct EnrolledPayload {
    /// `otpauth` key URI, to be scanned as a QR code or opened; shown this once.
    address: Option<String>,
    /// Null when it is done.
    problem: Option<Problem>,
}

/// What came of confirming a second factor.
#[derive(SimpleObject)]
struct ConfirmedPayload {
    /// Codes that stand in for a lost authenticator, each good once; shown this once.
    recovery_codes: Vec<String>,
    /// Null when it is done.
    problem: Option<Problem>,
}

#[derive(Default)]
pub struct OwnMutation;

#[Object]
impl OwnMutation {
    /// Changes the caller's password and ends every other session.
    async fn change_password(&self, ctx: &Context<'_>, current_password: String, new_password: String) -> Result<Outcome> {
        let view = view(ctx)?;
        outcome(access::change_password(view.app(), view.ctx(), current_password, new_password).await)
    }

    /// Begins a second factor. It counts once its first code is confirmed.
    async fn enrol_second_factor(&self, ctx: &Context<'_>, current_password: String) -> Result<EnrolledPayload> {
        let view = view(ctx)?;
        Ok(match settled(access::enrol_second_factor(view.app(), view.ctx(), current_password).await)? {
            Ok(enrolled) => EnrolledPayload { address: Some(enrolled.address), problem: None },
            Err(problem) => EnrolledPayload { address: None, problem: Some(problem) },
        })
    }

    /// Confirms a second factor with its first code.
    async fn confirm_second_factor(&self, ctx: &Context<'_>, code: String) -> Result<ConfirmedPayload> {
        let view = view(ctx)?;
        Ok(match settled(access::confirm_second_factor(view.app(), view.ctx(), code).await)? {
            Ok(recovery_codes) => ConfirmedPayload { recovery_codes, problem: None },
            Err(problem) => ConfirmedPayload { recovery_codes: Vec::new(), problem: Some(problem) },
        })
    }

    /// Takes the caller's second factor away.
    async fn remove_second_factor(
        &self,
        ctx: &Context<'_>,
        current_password: String,
        one_time_password: Option<String>,
    ) -> Result<Outcome> {
        let view = view(ctx)?;
        outcome(access::remove_second_factor(view.app(), view.ctx(), current_password, one_time_password).await)
    }

    /// Ends one of the caller's sessions; its tokens are worth nothing within seconds.
    async fn end_my_session(&self, ctx: &Context<'_>, id: ID) -> Result<Outcome> {
        let view = view(ctx)?;
        let done = async {
            let id = id.parse().map_err(|_| app::Error::from(Refusal::new(Code::NotFound)))?;
            access::end_own_session(view.app(), view.ctx(), id).await
        };
        outcome(done.await)
    }
}
