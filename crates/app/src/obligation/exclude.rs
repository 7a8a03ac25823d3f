//! Excluding an obligation with a reason, and making it owed again.
//! Must not remove it: an excluded one counts nowhere, and can come back.
//! Who may is `domain::policy`; nobody excuses their own agency.

use auth::Ctx;
use domain::{
    error::{Code, Refusal},
    event::EventKind,
    obligation::ObligationId,
    policy::{Action, Resource},
};
use persistence::{
    Conn,
    obligation::{AsOf, Exclusion, by_id, exclude as store},
};
use serde_json::json;

use super::{Owed, news};
use crate::{
    App, Error,
    audit::{Deed, record, watched},
    outbox::announce,
    words::words,
};

/// Characters of a reason.
const MAX_REASON: usize = 2000;

/// What is done to an obligation.
#[derive(Clone, Copy)]
struct Act {
    operation: &'static str,
    is_excluded: bool,
    event: EventKind,
}

/// Excludes an obligation: it counts no more among what is owed.
///
/// # Errors
/// `FORBIDDEN`, `OWN_MATTER`, `NOT_FOUND`, `BODY_INVALID` without a reason, `ALREADY_EXISTS` when it is excluded.
pub async fn exclude(app: &App, ctx: &Ctx, id: ObligationId, reason: &str) -> Result<Owed, Error> {
    let act = Act { operation: "exclude_obligation", is_excluded: true, event: EventKind::ObligationExcluded };
    set(app, ctx, id, reason, act).await
}

/// Makes an excluded obligation owed again.
///
/// # Errors
/// As [`exclude`]; `ALREADY_EXISTS` when it is owed.
pub async fn include(app: &App, ctx: &Ctx, id: ObligationId, reason: &str) -> Result<Owed, Error> {
    let act = Act { operation: "include_obligation", is_excluded: false, event: EventKind::ObligationIncluded };
    set(app, ctx, id, reason, act).await
}

async fn set(app: &App, ctx: &Ctx, id: ObligationId, reason: &str, act: Act) -> Result<Owed, Error> {
    watched(app, ctx, Deed::new(act.operation).on("obligation", id), async {
        ctx.allow(Action::ManageObligations)?;
        let reason = words("/reason", reason, MAX_REASON)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        app.0.db.append(move |conn| change(&app_, conn, &ctx_, id, &reason, act)).await
    })
    .await
}

fn change(app: &App, conn: &mut Conn, ctx: &Ctx, id: ObligationId, reason: &str, act: Act) -> Result<Owed, Error> {
    let today = app.0.clock.today();
    let found = by_id(conn, &ctx.obligation_scope(), id, AsOf::day(today, today))?;
    let mut standing = found.ok_or_else(|| Refusal::new(Code::NotFound))?;
    let obligation = &mut standing.obligation;
    let on = Resource { agency: Some(obligation.agency), programme: Some(obligation.programme), ..Resource::default() };
    ctx.allow_on(Action::ManageObligations, &on)?;
    let Act { operation, is_excluded, event } = act;
    let account = ctx.account().map(|account| account.id);
    let exclusion = Exclusion { obligation: id, is_excluded, reason, account, at: app.0.clock.now() };
    if !store(conn, app.0.ids.next(), &exclusion)? {
        return Err(as_before(is_excluded).into());
    }
    obligation.is_excluded = is_excluded;
    announce(app, conn, news(event, obligation))?;
    let changes = json!({"before": {"isExcluded": !is_excluded}, "after": {"isExcluded": is_excluded, "reason": reason}});
    record(app, conn, ctx, Deed::new(operation).on("obligation", id).with(changes))?;
    Ok(Owed::of(standing, today))
}

fn as_before(is_excluded: bool) -> Refusal {
    let (vi, en) = if is_excluded {
        ("Nghĩa vụ báo cáo này đã được loại trừ.", "The obligation is excluded already.")
    } else {
        ("Nghĩa vụ báo cáo này không bị loại trừ.", "The obligation is not excluded.")
    };
    Refusal::worded(Code::AlreadyExists, vi, en)
}
