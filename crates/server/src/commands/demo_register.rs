//! What the demo's agencies brought about: made up, so that there is something to read.
//! Must not be recorded otherwise than an agency's own system would.
//! The file is `data/deliverables-demo.json`; the demo itself is `demo`.

use std::sync::Arc;

use app::{
    App, Error, OnceKey, StoredResponse, View,
    deliverable::{self, DeliverableFilter, NewDeliverable},
    identity::{self, Offer},
};
use auth::{Ctx, Origin, RequestId};
use domain::{
    error::{Code, Refusal},
    id::SystemIds,
};
use serde::Deserialize;

const REGISTER: &[u8] = include_bytes!("../../../../data/deliverables-demo.json");

#[derive(Deserialize)]
struct Register {
    items: Vec<NewDeliverable>,
}

/// Records what is made up for an agency, signed in as its system, unless the agency has something in the register.
///
/// # Errors
/// When the database fails, or the file is not as it ships.
pub async fn record(app: &App, agency: &str, client_id: &str, client_secret: &str) -> Result<usize, Error> {
    let origin = || Origin { request_id: RequestId::new(&SystemIds::default()), network: None };
    let offer = Offer::ClientCredentials { client_id: client_id.to_owned(), client_secret: client_secret.to_owned() };
    let token = identity::issue_token(app, &Ctx::anonymous(origin()), offer, None).await?.access.token;
    let ctx = identity::authenticate(app, &token, origin()).await?;
    let view = View::new(app, ctx.clone());
    let filter = DeliverableFilter { agency: Some(agency.to_owned()), ..DeliverableFilter::default() };
    let known = deliverable::count(&view, &filter).await?;
    view.end().await?;
    let register: Register = serde_json::from_slice(REGISTER).map_err(|_| Refusal::new(Code::BodyUnreadable))?;
    let own: Vec<NewDeliverable> = register.items.into_iter().filter(|new| new.agency.as_deref() == Some(agency)).collect();
    if known > 0 || own.is_empty() {
        return Ok(0);
    }
    let (count, key) = (own.len(), OnceKey::new("demo", REGISTER)?);
    let render = |_: &[deliverable::Shown]| Ok(StoredResponse { status: 200, location: None, body: "{}".to_owned() });
    deliverable::record_all(app, &ctx, Arc::new(own), key, render).await?;
    Ok(count)
}
