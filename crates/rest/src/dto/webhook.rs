//! Webhooks as REST shows them, what is sent to make one, and the log of what was sent to it.
//! Must not hold a secret beside the answers that make one.
//! See `app::webhook`.

use app::{
    catalogue::Catalogue,
    webhook::{NewWebhook as Wanted, NewlyMade},
};
use chrono::{DateTime, Utc};
use domain::webhook as model;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::page::page;

/// Which webhooks.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct WebhookParams {
    /// Code of the agency.
    #[param(max_length = 64)]
    pub agency: Option<String>,
    /// Rows on the page; 20 where nothing is asked.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i32>,
    /// `endCursor` of the page before.
    #[param(max_length = 2000)]
    pub after: Option<String>,
}

/// A webhook as somebody wants it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewWebhook {
    /// Where messages are sent: https on port 443 or 8443, unless whoever runs the service lets more.
    #[schema(example = "https://hooks.example.vn/haidang", min_length = 1, max_length = 2000)]
    pub url: String,
    /// Code of the agency that it is for: it is told of this agency's events and public ones. Administrators may leave it out. It stays
    /// as it was made.
    #[schema(example = "bao-hai-phong", max_length = 64)]
    pub agency: Option<String>,
    /// What it is for, in words of whoever makes it.
    #[schema(min_length = 1, max_length = 500)]
    pub description: Option<String>,
    /// Kinds of events, as in the feed; all where none is named.
    #[schema(example = json!(["REPORT_ACCEPTED", "REPORT_RETURNED"]), max_items = 64, max_length = 64)]
    #[serde(default)]
    pub kinds: Vec<String>,
    /// Code of the programme; events of all, and of none, where nothing is said.
    #[schema(example = "HP-1593-2013", max_length = 64)]
    pub programme: Option<String>,
    /// The number in the feed after which it is told; what happens from now on where nothing is said. It counts when a webhook is made.
    #[schema(minimum = 0, maximum = 9_223_372_036_854_775_807_i64)]
    pub since: Option<i64>,
}

impl From<NewWebhook> for Wanted {
    fn from(new: NewWebhook) -> Self {
        let NewWebhook { url, agency, description, kinds, programme, since } = new;
        Self { url, agency, description, kinds, programme, since }
    }
}

/// An address that is told what happens, without its secret.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Webhook {
    pub id: Uuid,
    /// Where messages are sent.
    #[schema(example = "https://hooks.example.vn/haidang", max_length = 2000)]
    pub url: String,
    /// Code of the agency that it is for.
    #[schema(max_length = 64)]
    pub agency: Option<String>,
    /// What it is for, in words of whoever made it.
    #[schema(max_length = 500)]
    pub description: Option<String>,
    /// Kinds of events, as in the feed; all where none is named.
    #[schema(example = json!(["REPORT_ACCEPTED", "REPORT_RETURNED"]), max_items = 64, max_length = 64)]
    pub kinds: Vec<String>,
    /// Code of the programme.
    #[schema(max_length = 64)]
    pub programme: Option<String>,
    /// `DISABLED`: nothing is sent; what happens meanwhile waits.
    #[schema(example = "ACTIVE", pattern = "^(ACTIVE|DISABLED)$", max_length = 16)]
    pub status: String,
    /// Why nothing is sent.
    #[schema(value_type = Option<String>, pattern = "^(BY_HAND|GONE|FAILING|OWNER_DISABLED|RIGHT_WITHDRAWN)$", max_length = 16)]
    pub disabled_reason: Option<&'static str>,
    /// Since when nothing is sent; null while it is active.
    pub disabled_at: Option<DateTime<Utc>>,
    /// Identifier of the account that answers for it, the last that made, changed or enabled it: what this account may not know is not sent.
    pub owner: Uuid,
    /// Raised by every change; `ETag` of the webhook.
    #[schema(minimum = 1, maximum = 2_147_483_647)]
    pub revision: i32,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub changed_at: DateTime<Utc>,
    /// The number in the feed up to which events were queued for it.
    #[schema(minimum = 0, maximum = 9_223_372_036_854_775_807_i64)]
    pub seen: i64,
    /// Until when the secret before the present one signs as well; another rotation before that ends it at once.
    pub previous_secret_until: Option<DateTime<Utc>>,
    /// When a message was last delivered; null where none was yet.
    pub last_success_at: Option<DateTime<Utc>>,
    /// Since when nothing was delivered, where that is so.
    pub failing_since: Option<DateTime<Utc>>,
}

impl Webhook {
    pub fn of(webhook: &model::Webhook, catalogue: &Catalogue) -> Self {
        let programme = webhook.programme.and_then(|id| catalogue.programme(id));
        Self {
            id: webhook.id.uuid(),
            url: webhook.url.to_string(),
            agency: catalogue.agency_code(webhook.agency).map(|code| code.to_string()),
            description: webhook.description.as_deref().map(str::to_owned),
            kinds: webhook.kinds.iter().map(|kind| kind.label().to_owned()).collect(),
            programme: programme.map(|programme| programme.code.to_string()),
            status: webhook.status.label().into(),
            disabled_reason: webhook.disabled.map(|(reason, _)| reason.label()),
            disabled_at: webhook.disabled.map(|(_, at)| at),
            owner: webhook.owner.uuid(),
            revision: webhook.revision,
            created_at: webhook.created_at,
            changed_at: webhook.changed_at,
            seen: webhook.seen,
            previous_secret_until: webhook.previous_until,
            last_success_at: webhook.last_success_at,
            failing_since: webhook.failing_since,
        }
    }
}

page!(WebhookPage of Webhook, "A page of webhooks, the newest first.");

/// A webhook that was made.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MadeWebhook {
    #[serde(flatten)]
    pub webhook: Webhook,
    /// By which receivers know that a message is ours (Standard Webhooks). Shown to nobody else.
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", max_length = 200)]
    pub secret: String,
}

/// For how long both secrets sign.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewWebhookSecret {
    /// Hours for which the present secret signs beside the new one; 24 where nothing is said, and with 0 it ends at once. One that still
    /// signs from an earlier rotation ends at once in any case.
    #[schema(minimum = 0, maximum = 168)]
    pub overlap_hours: Option<i32>,
}

/// A secret that was put in the place of another.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RotatedWebhookSecret {
    /// Shown to nobody else.
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", max_length = 200)]
    pub secret: String,
    /// Until when the one before signs as well; another rotation before that ends it at once.
    pub previous_secret_until: Option<DateTime<Utc>>,
}

impl From<NewlyMade> for RotatedWebhookSecret {
    fn from(made: NewlyMade) -> Self {
        Self { secret: made.secret, previous_secret_until: made.webhook.previous_until }
    }
}

/// Which messages.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct WebhookDeliveryParams {
    /// How far they have come; `DEAD` are those that were given up.
    #[param(value_type = Option<String>, pattern = "^(PENDING|DELIVERED|DEAD|WITHHELD)$", max_length = 16)]
    pub state: Option<model::DeliveryState>,
    /// Rows on the page; 20 where nothing is asked.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i32>,
    /// `endCursor` of the page before.
    #[param(max_length = 2000)]
    pub after: Option<String>,
}

/// A try to deliver a message.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WebhookAttempt {
    /// Which try of the message it is, from 1.
    #[schema(minimum = 1, maximum = 2_147_483_647)]
    pub number: i32,
    /// When it was tried.
    pub at: DateTime<Utc>,
    /// Milliseconds that it took.
    #[schema(minimum = 0, maximum = 2_147_483_647)]
    pub millis: i32,
    /// HTTP status that the receiver answered with.
    #[schema(minimum = 100, maximum = 999)]
    pub status: Option<i32>,
    /// Why it failed.
    #[schema(
        value_type = Option<String>,
        pattern = "^(STATUS|REDIRECT|NAME_UNKNOWN|ADDRESS_FORBIDDEN|CONNECTION|TLS|TIMED_OUT|UNSIGNED|INTERRUPTED)$",
        max_length = 20
    )]
    pub fault: Option<&'static str>,
    /// The beginning of what the receiver said; nothing where it is not in the public Internet.
    #[schema(max_length = 1000)]
    pub answer: Option<String>,
}

impl From<&model::Attempt> for WebhookAttempt {
    fn from(attempt: &model::Attempt) -> Self {
        let (number, at, millis, status) = (attempt.number, attempt.at, attempt.millis, attempt.status);
        Self { number, at, millis, status, fault: attempt.fault.map(model::Fault::label), answer: attempt.answer.clone() }
    }
}

/// A message to a webhook.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WebhookDelivery {
    pub id: Uuid,
    /// `webhook-id` of the message, the same over all tries.
    #[schema(example = "msg_0199b2a00000700080000000000000001", max_length = 64)]
    pub message: String,
    /// Number of the event in the feed; none for a message that tries whether it arrives.
    #[schema(minimum = 1, maximum = 9_223_372_036_854_775_807_i64)]
    pub seq: Option<i64>,
    /// What it tells of.
    #[schema(example = "REPORT_ACCEPTED", max_length = 64)]
    pub kind: String,
    /// What that happened to: messages of one object are sent in the order of its events.
    pub subject_id: Uuid,
    /// `DEAD`: given up after the last try; `WITHHELD`: whoever answers for the webhook may not know of the event any more.
    #[schema(example = "DELIVERED", pattern = "^(PENDING|DELIVERED|DEAD|WITHHELD)$", max_length = 16)]
    pub state: String,
    /// Tries so far.
    #[schema(minimum = 0, maximum = 2_147_483_647)]
    pub attempts: i32,
    /// When it was queued.
    pub created_at: DateTime<Utc>,
    /// When it is tried next, at the earliest; null where it is not.
    pub due_at: Option<DateTime<Utc>>,
    /// When it was delivered, given up or withheld; null while it is pending.
    pub ended_at: Option<DateTime<Utc>>,
    /// What came of the last try; null before the first.
    pub last_attempt: Option<WebhookAttempt>,
}

impl From<&model::Delivery> for WebhookDelivery {
    fn from(delivery: &model::Delivery) -> Self {
        Self {
            id: delivery.id.uuid(),
            message: app::webhook::message_name(delivery.id),
            seq: delivery.seq,
            kind: delivery.kind.clone(),
            subject_id: delivery.subject,
            state: delivery.state.label().into(),
            attempts: delivery.attempts,
            created_at: delivery.created_at,
            due_at: (delivery.state == model::DeliveryState::Pending).then_some(delivery.due_at),
            ended_at: delivery.ended_at,
            last_attempt: delivery.last.as_ref().map(Into::into),
        }
    }
}

page!(WebhookDeliveryPage of WebhookDelivery, "A page of messages to a webhook, the newest first.");

/// A message to a webhook with every try.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WebhookDeliveryLog {
    #[serde(flatten)]
    pub delivery: WebhookDelivery,
    /// The first comes first.
    #[schema(max_items = 10_000)]
    pub tried: Vec<WebhookAttempt>,
}

/// How many messages are sent again.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RedeliveredWebhooks {
    /// Those that are pending once more.
    #[schema(minimum = 0, maximum = 9_223_372_036_854_775_807_i64)]
    pub messages: i64,
}
