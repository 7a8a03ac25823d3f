//! What a rehearsal vouches for: this content, found like this, for this caller, for a while.
//! Must not be readable or made by the caller; it is sealed with the keys of the service.
//! What the state is made of is `judge`.

use auth::Ctx;
use chrono::{DateTime, TimeDelta, Utc};
use domain::error::{Code, Refusal};
use serde::{Deserialize, Serialize};

use super::Batch;
use crate::App;

/// A token holds for so long.
const LIFETIME: TimeDelta = TimeDelta::hours(1);

#[derive(Deserialize, Serialize)]
struct Vouched {
    content: String,
    atomic: bool,
    state: String,
    until: DateTime<Utc>,
}

/// A token is its caller's alone.
fn purpose(ctx: &Ctx) -> String {
    let account = ctx.account().map(|account| account.id.to_string());
    format!("rehearsed batch of {}", account.unwrap_or_default())
}

/// Vouches for the state that a content was found to rest on; `None` without a key that seals.
pub(super) fn seal(app: &App, ctx: &Ctx, (batch, atomic): (&Batch, bool), state: String) -> Option<(String, DateTime<Utc>)> {
    let until = app.0.clock.now() + LIFETIME;
    let vouched = serde_json::to_vec(&Vouched { content: batch.sha256.clone(), atomic, state, until }).ok()?;
    let sealed = app.0.tokens.keys().seals().seal(&purpose(ctx), &vouched);
    sealed.inspect_err(|error| tracing::warn!(%error, "a rehearsal has no token")).ok().map(|token| (token, until))
}

/// The state that a token vouches for.
///
/// # Errors
/// `VALIDATION_TOKEN_INVALID` for another content, mode or caller, and after its time.
pub(super) fn open(app: &App, ctx: &Ctx, (batch, atomic): (&Batch, bool), token: &str) -> Result<String, Refusal> {
    let opened = app.0.tokens.keys().seals().open(&purpose(ctx), token).ok();
    let vouched: Option<Vouched> = opened.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let holds = |vouched: &Vouched| vouched.content == batch.sha256 && vouched.atomic == atomic && app.0.clock.now() < vouched.until;
    vouched.filter(holds).map(|vouched| vouched.state).ok_or_else(|| Refusal::new(Code::ValidationTokenInvalid))
}
