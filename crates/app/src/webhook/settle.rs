//! What comes of a message: it is delivered, tried again, or given up, and a webhook that fails for good is disabled.
//! Must not write over what another process has taken since.
//! The law of trying again is `domain::webhook::retry`.

use std::sync::atomic::Ordering;

use chrono::{DateTime, Utc};
use domain::{
    event::EventKind,
    webhook::{Attempt, DeliveryState, DisabledReason, Fault, MAX_ANSWER, Verdict, Webhook, is_persistent, retry, verdict},
};
use persistence::{
    Conn,
    delivery::{self, After},
    webhook as stored,
};
use serde_json::json;

use super::{claim::Work, send::Answered};
use crate::{
    App, Error,
    audit::{Deed, record},
    outbox::{News, announce},
};

/// What a try came to, as it is written down.
struct Tried {
    attempt: Attempt,
    verdict: Verdict,
    after: After,
}

/// Writes down what came of a message.
pub(super) async fn settle(
    app: &App,
    work: Work,
    outcome: Result<Answered, Fault>,
    (at, millis): (DateTime<Utc>, i32),
) -> Result<(), Error> {
    let now = app.0.clock.now();
    let tried = judged(app, &work, outcome, (at, millis, now));
    let (after, app_) = (tried.after, app.clone());
    let is_ours = app.0.db.append(move |conn| written(&app_, conn, &work, &tried, now)).await?;
    if is_ours {
        let counts = &app.0.webhooks.counts;
        match after {
            After::Ended(DeliveryState::Delivered, _) => counts.delivered.fetch_add(1, Ordering::Relaxed),
            After::Ended(..) => {
                counts.failed.fetch_add(1, Ordering::Relaxed);
                counts.dead.fetch_add(1, Ordering::Relaxed)
            }
            After::Due(_) => counts.failed.fetch_add(1, Ordering::Relaxed),
        };
    }
    Ok(())
}

fn judged(app: &App, work: &Work, outcome: Result<Answered, Fault>, (at, millis, now): (DateTime<Utc>, i32, DateTime<Utc>)) -> Tried {
    let asked = outcome.as_ref().ok().and_then(|answered| retry::asked(answered.retry_after.as_deref()?, now));
    let verdict = outcome.as_ref().map_or_else(|fault| Verdict::Failed(*fault), |answered| verdict(answered.status));
    let answered = outcome.ok();
    let attempt = Attempt {
        number: work.delivery.attempts,
        at,
        millis,
        status: answered.as_ref().map(|answered| answered.status.into()),
        fault: match verdict {
            Verdict::Delivered => None,
            Verdict::Failed(fault) => Some(fault),
            Verdict::Gone => Some(Fault::Status),
        },
        // What stands in networks that are not public is not for whoever names an address there.
        answer: answered.filter(|answered| answered.is_public).map(|answered| kept(&answered.body)).filter(|text| !text.is_empty()),
    };
    // The last bytes of an identifier are drawn by chance.
    let [.., high, low] = app.0.ids.next_uuid().into_bytes();
    let after = match verdict {
        Verdict::Delivered => After::Ended(DeliveryState::Delivered, now),
        Verdict::Gone => After::Ended(DeliveryState::Dead, now),
        Verdict::Failed(_) => match retry::wait(work.delivery.tries, u16::from_be_bytes([high, low]), asked) {
            Some(wait) => After::Due(now + wait),
            None => After::Ended(DeliveryState::Dead, now),
        },
    };
    Tried { attempt, verdict, after }
}

/// The beginning of what a receiver said, as text that every database takes.
fn kept(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(&body[..body.len().min(MAX_ANSWER)]);
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

/// False where the message is another's by now.
fn written(app: &App, conn: &mut Conn, work: &Work, tried: &Tried, now: DateTime<Utc>) -> Result<bool, Error> {
    let message = &work.delivery;
    let Some(webhook) = stored::locked(conn, message.webhook)? else { return Ok(false) };
    if !delivery::settle(conn, message, work.lease, tried.after)? {
        return Ok(false);
    }
    delivery::record(conn, &[(message.id, tried.attempt.clone())])?;
    if matches!(tried.after, After::Ended(..)) {
        delivery::hasten(conn, message, now)?;
    }
    match tried.verdict {
        Verdict::Delivered => stored::succeeded(conn, webhook.id, now)?,
        Verdict::Failed(_) => stored::failed(conn, webhook.id, now)?,
        Verdict::Gone => disabled(app, conn, &webhook, DisabledReason::Gone)?,
    }
    let is_given_up = matches!((tried.verdict, tried.after), (Verdict::Failed(_), After::Ended(..)));
    if is_given_up && message.first_tried_at.is_some_and(|first| is_persistent(first, webhook.last_success_at)) {
        disabled(app, conn, &webhook, DisabledReason::Failing)?;
    }
    Ok(true)
}

/// Ends sending to a webhook, and tells whose it is: in the feed, and in the audit log.
pub(super) fn disabled(app: &App, conn: &mut Conn, webhook: &Webhook, reason: DisabledReason) -> Result<(), Error> {
    if !stored::disable(conn, webhook.id, reason, app.0.clock.now())? {
        return Ok(());
    }
    let news = News {
        kind: EventKind::WebhookDisabled,
        subject: ("webhook", webhook.id.uuid()),
        agency: webhook.agency,
        addressee: None,
        programme: None,
        is_public: false,
        body: json!({"reason": reason.label()}),
    };
    announce(app, conn, news)?;
    if let Some(by) = app.0.webhooks.by() {
        let changes = json!({"after": {"status": "DISABLED", "disabledReason": reason.label()}});
        record(app, conn, by, Deed::new("disable_webhook").on("webhook", webhook.id).with(changes))?;
    }
    tracing::warn!(webhook = %webhook.id, reason = reason.label(), "a webhook is disabled");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_of_an_answer_is_short_and_storable() {
        assert_eq!(kept(b"fine\r\n\0\x1b[31m"), "fine\n[31m");
        assert_eq!(kept(&[b'a'; 5_000]).len(), MAX_ANSWER);
        // A letter that is cut in two is told as such.
        let cut = [vec![b'a'; MAX_ANSWER - 1], "ề".as_bytes().to_vec()].concat();
        assert!(kept(&cut).ends_with("a\u{fffd}"));
    }
}
