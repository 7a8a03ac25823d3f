//! What is sent to a webhook: what happened, as the feed of changes tells it, signed.
//! Must not carry anything that the feed does not.
//! The form is that of Standard Webhooks; the feed is `outbox`.

use auth::WebhookSecret;
use chrono::{DateTime, Utc};
use domain::{
    event::Numbered,
    webhook::{Delivery, DeliveryId, TEST},
};
use serde_json::{Value, json};

use crate::catalogue::Catalogue;

/// What a receiver recognises a message by, the same over all tries.
pub fn name(id: DeliveryId) -> String {
    format!("msg_{}", id.uuid().simple())
}

/// The body of a message of an event.
pub(super) fn of_event(event: &Numbered, catalogue: &Catalogue) -> Value {
    let programme = event.programme.and_then(|id| catalogue.programme(id));
    let data = json!({
        "seq": event.seq,
        "id": event.id.uuid(),
        "at": event.at,
        "kind": event.kind.label(),
        "subject": event.subject,
        "subjectId": event.subject_id,
        "agency": catalogue.agency_code(event.agency).map(|code| code.to_string()),
        "programme": programme.map(|programme| programme.code.to_string()),
        "body": event.body,
    });
    json!({"type": event.kind.label(), "timestamp": event.at, "data": data})
}

/// The body of a message that tries whether it arrives.
pub(super) fn of_test(delivery: &Delivery) -> Value {
    json!({"type": TEST, "timestamp": delivery.created_at, "data": {"webhook": delivery.webhook.uuid()}})
}

/// The headers of a message at an instant, signed with each of these secrets; none where one is no key.
pub(super) fn headers(id: DeliveryId, at: DateTime<Utc>, body: &[u8], secrets: &[WebhookSecret]) -> Option<Vec<(&'static str, String)>> {
    let (name, timestamp) = (name(id), at.timestamp());
    let signatures: Vec<String> = secrets.iter().map(|secret| secret.sign(&name, timestamp, body)).collect::<Option<_>>()?;
    if signatures.is_empty() {
        return None;
    }
    Some(vec![
        ("content-type", "application/json".into()),
        ("webhook-id", name),
        ("webhook-timestamp", timestamp.to_string()),
        ("webhook-signature", signatures.join(" ")),
    ])
}
