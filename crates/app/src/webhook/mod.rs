//! Webhooks: whose they are, and what callers may see of them.
//! Must not show a secret but in the answer that makes it, nor send what whoever answers for one may not know.
//! Changing them is `write`, the log of what was sent `log`, sending `send`, `claim` and `settle`, where they may lead `target`.

mod claim;
mod log;
mod message;
mod send;
mod settle;
mod target;
mod write;

use domain::{
    account::{Account, AccountStatus},
    agency::AgencyId,
    error::{Code, Refusal},
    id::Id,
    policy::{self, Action, Caller, ReportScope},
    webhook::{DisabledReason, Webhook, WebhookId},
};
use persistence::{Conn, account, webhook as stored};
use uuid::Uuid;

pub use log::{deliveries, delivery, redeliver, redeliver_dead};
pub use message::name as message_name;
pub use send::{Answered, Figures, Outgoing, Post, Sending, Setup};
pub use target::Targets;
pub use write::{NewWebhook, NewlyMade, create, delete, disable, enable, rotate, test, update};

use crate::{
    App, Error, View,
    audit::{Deed, hidden, watched},
    listing::{Listing, PageArgs},
};

const LIST: &str = "list_webhooks";

/// The agencies whose webhooks a scope opens; nothing where it opens all.
fn own(scope: &ReportScope) -> Option<Vec<AgencyId>> {
    (!scope.is_all()).then(|| scope.open.iter().filter_map(|(agency, _)| *agency).collect())
}

/// Whether a scope opens the webhooks of an agency, or of nobody's.
fn may(scope: &ReportScope, agency: Option<AgencyId>) -> bool {
    own(scope).is_none_or(|own| agency.is_some_and(|agency| own.contains(&agency)))
}

/// A page of the webhooks that the caller may keep, the newest first; those of one agency, where its code is given.
///
/// # Errors
/// `FORBIDDEN`, `PAGE_INVALID`, `CURSOR_INVALID`.
pub async fn list(view: &View, agency: Option<String>, args: &PageArgs) -> Result<Listing<Webhook>, Error> {
    watched(view.app(), view.ctx(), Deed::new(LIST), async {
        view.ctx().allow(Action::ManageWebhooks)?;
        let scope = view.ctx().webhook_scope();
        let list = format!("webhooks {agency:?} {scope:?}");
        let request = args.request::<Uuid>(&list)?.map(Id::from_uuid);
        let mut agencies = own(&scope);
        if let Some(code) = &agency {
            let named = view.catalogue().await?.agency_by_code(code).map(|agency| agency.id);
            let Some(named) = named.filter(|agency| may(&scope, Some(*agency))) else {
                return Ok(Listing::default());
            };
            agencies = Some(vec![named]);
        }
        let page = view.read(move |conn| stored::page(conn, agencies.as_deref(), &request)).await?;
        Ok(Listing::of(page, &list, |webhook| webhook.id.uuid()))
    })
    .await
}

/// A webhook.
///
/// # Errors
/// `FORBIDDEN`; `NOT_FOUND` for one that is not the caller's to keep.
pub async fn get(view: &View, id: WebhookId) -> Result<Webhook, Error> {
    view.ctx().allow(Action::ManageWebhooks)?;
    let scope = view.ctx().webhook_scope();
    let found = view.read(move |conn| stored::by_id(conn, id)).await?.filter(|webhook| may(&scope, webhook.agency));
    found.ok_or_else(|| {
        hidden(view, "get_webhook", "webhook", id.uuid());
        Refusal::new(Code::NotFound).into()
    })
}

/// What may be sent to a webhook now: of which events whoever answers for it may know, as far as they are its agency's.
///
/// # Errors
/// The outer when the database fails; the inner says why nothing may be sent any more.
fn standing(app: &App, conn: &mut Conn, webhook: &Webhook) -> Result<Result<ReportScope, DisabledReason>, Error> {
    let (now, today) = (app.0.clock.now(), app.0.clock.today());
    let owner = account::by_id(conn, webhook.owner, today)?;
    let is_in_force = |owner: &Account| owner.status == AccountStatus::Active && owner.limits.hold_at(now);
    let Some(owner) = owner.filter(is_in_force) else { return Ok(Err(DisabledReason::OwnerDisabled)) };
    let caller = Caller::Account(&owner);
    if !may(&policy::webhook_scope(caller), webhook.agency) {
        return Ok(Err(DisabledReason::RightWithdrawn));
    }
    let scope = policy::change_scope(caller);
    Ok(Ok(webhook.agency.map_or_else(|| scope.clone(), |agency| scope.within(agency))))
}
