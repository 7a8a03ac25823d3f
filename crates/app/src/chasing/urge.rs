//! Urging an agency by hand to report what it owes (công văn đôn đốc).
//! Must not urge for what is met, excluded or without a due day, nor twice for one key.
//! Who may is `domain::policy`; order: policy, key, obligation, rule, rows, stored answer, all in one transaction.

use auth::Ctx;
use domain::{
    chasing::{Notice, NoticeKind, NoticeLevel, is_chased},
    error::{Code, Refusal},
    obligation::ObligationId,
    policy::{Action, Resource},
};
use persistence::{
    Conn, chasing,
    obligation::{AsOf, by_id},
};
use serde_json::json;

use super::{Told, news};
use crate::{
    Answer, App, Error, OnceKey, StoredResponse,
    audit::{Deed, record, watched},
    catalogue::Catalogue,
    idempotency::{once, scope_of},
    obligation::Owed,
    outbox::announce,
    words::words,
};

const OPERATION: &str = "urge_obligation";
/// Characters of a text.
const MAX_TEXT: usize = 2000;

/// Urges the agency that owes a report, once for the key.
///
/// # Errors
/// `FORBIDDEN`, `NOT_FOUND`, `BODY_INVALID` without a text, `WRONG_STATE` where nothing is owed, and those of the key.
pub async fn urge(
    app: &App,
    ctx: &Ctx,
    id: ObligationId,
    text: &str,
    key: OnceKey,
    render: impl Fn(&Told, &Catalogue) -> Result<StoredResponse, Error> + Send + 'static,
) -> Result<Answer, Error> {
    watched(app, ctx, Deed::new(OPERATION).on("obligation", id), async {
        ctx.allow(Action::UrgeAgencies)?;
        let text = words("/text", text, MAX_TEXT)?;
        let account = ctx.account().ok_or_else(|| Refusal::new(Code::Unauthenticated))?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        once(app, scope_of(account), OPERATION, key, move |conn| {
            let told = send(&app_, conn, &ctx_, id, &text)?;
            let response = render(&told, &*app_.0.catalogue.current(conn)?)?;
            let after = json!({"notice": told.notice.id.to_string(), "text": text});
            record(&app_, conn, &ctx_, Deed::new(OPERATION).on("obligation", id).with(json!({ "after": after })))?;
            Ok(response)
        })
        .await
    })
    .await
}

fn send(app: &App, conn: &mut Conn, ctx: &Ctx, id: ObligationId, text: &str) -> Result<Told, Error> {
    let today = app.0.clock.today();
    let found = by_id(conn, &ctx.obligation_scope(), id, AsOf::day(today, today))?;
    let owed = Owed::of(found.ok_or_else(|| Refusal::new(Code::NotFound))?, today);
    let obligation = &owed.obligation;
    let on = Resource { agency: Some(obligation.agency), programme: Some(obligation.programme), ..Resource::default() };
    ctx.allow_on(Action::UrgeAgencies, &on)?;
    if !is_chased(owed.state) {
        let words = (
            "Chỉ đôn đốc khi nghĩa vụ báo cáo có hạn và chưa được thực hiện.",
            "An agency is urged only for a report that has a due day and has not come in.",
        );
        return Err(Refusal::worded(Code::WrongState, words.0, words.1).into());
    }
    let notice = Notice {
        id: app.0.ids.next(),
        obligation: obligation.id,
        programme: obligation.programme,
        owing: obligation.agency,
        kind: NoticeKind::Urging,
        level: NoticeLevel::Agency,
        addressee: Some(obligation.agency),
        offset_days: None,
        text: Some(text.to_owned()),
        sent_by: ctx.account().map(|account| account.id),
        day: today,
        sent_at: app.0.clock.now(),
    };
    chasing::insert(conn, std::slice::from_ref(&notice))?;
    announce(app, conn, news(&notice, obligation))?;
    let (regime_code, period) = (obligation.regime_code.to_string(), obligation.period.to_string());
    Ok(Told { notice, regime_code, period, due_on: obligation.deadline.day(), answered_on: None })
}
