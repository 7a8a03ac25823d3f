//! Webhooks: whom of the outside is told what happens, and how far telling has come.
//! Must not hold a secret, reach out or read a clock; what is sent is what the feed of changes says.
//! When it is tried again is `retry`, which addresses may be reached `address`; sending is `app::webhook`.

pub mod address;
pub mod retry;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{account::AccountId, agency::AgencyId, event::EventKind, id::Id, labels::labelled_enum, programme::ProgrammeId};

pub type WebhookId = Id<Webhook>;
pub type DeliveryId = Id<Delivery>;

/// Characters of an address at most.
pub const MAX_URL: usize = 2_000;
/// Characters of a description at most.
pub const MAX_DESCRIPTION: usize = 500;
/// What an owner may have at most, so that nobody makes the service send without an end.
pub const MAX_WEBHOOKS: i64 = 50;
/// Hours for which both secrets sign after a rotation, where nothing is said, and at most.
pub const OVERLAP_HOURS: (i32, i32) = (24, 168);
/// Bytes that are kept of what a receiver answers.
pub const MAX_ANSWER: usize = 1_000;
/// The kind of a message that tells of nothing, for trying whether it arrives.
pub const TEST: &str = "WEBHOOK_TEST";

labelled_enum! {
    pub enum WebhookStatus {
        Active = "ACTIVE",
        /// Nothing is sent; what happens meanwhile waits.
        Disabled = "DISABLED",
    }
}

labelled_enum! {
    /// Why nothing is sent.
    pub enum DisabledReason {
        /// Somebody said so.
        ByHand = "BY_HAND",
        /// The receiver answered 410.
        Gone = "GONE",
        /// Nothing was delivered for as long as a message is tried.
        Failing = "FAILING",
        /// The account that answers for it is disabled or has run out.
        OwnerDisabled = "OWNER_DISABLED",
        /// The account that answers for it may not have webhooks of this agency any more.
        RightWithdrawn = "RIGHT_WITHDRAWN",
    }
}

labelled_enum! {
    /// How far a message has come.
    pub enum DeliveryState {
        /// It is sent, or waits for its next try or for an earlier one of the same object.
        Pending = "PENDING",
        /// The receiver took it.
        Delivered = "DELIVERED",
        /// It was tried as often as it may be; it is sent again when somebody says so.
        Dead = "DEAD",
        /// Whoever answers for the webhook may not know of the event any more.
        Withheld = "WITHHELD",
    }
}

labelled_enum! {
    /// Why a try failed.
    pub enum Fault {
        /// The receiver answered with another status than 2xx.
        Status = "STATUS",
        /// It answered that it is elsewhere, which is not followed.
        Redirect = "REDIRECT",
        /// Its name has no address.
        NameUnknown = "NAME_UNKNOWN",
        /// Its address, port or plain HTTP is not allowed.
        AddressForbidden = "ADDRESS_FORBIDDEN",
        /// It could not be connected to, or did not speak HTTP.
        Connection = "CONNECTION",
        /// Its certificate does not hold.
        Tls = "TLS",
        /// It took too long.
        TimedOut = "TIMED_OUT",
        /// The secret could not be opened, so nothing was sent.
        Unsigned = "UNSIGNED",
        /// Whoever sent did not live to tell what came of it.
        Interrupted = "INTERRUPTED",
    }
}

/// An address outside that is told what happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    pub id: WebhookId,
    /// Whose it is: nothing of others is sent to it. None for those of administrators, which are told what these may know.
    pub agency: Option<AgencyId>,
    /// The account that answers for it, the last that made, changed or enabled it. What it may not know is not sent.
    pub owner: AccountId,
    pub url: Arc<str>,
    pub description: Option<Arc<str>>,
    /// Which events; all where none is named.
    pub kinds: Vec<EventKind>,
    pub programme: Option<ProgrammeId>,
    pub status: WebhookStatus,
    pub disabled: Option<(DisabledReason, DateTime<Utc>)>,
    /// Raised by every change, from 1.
    pub revision: i32,
    pub created_at: DateTime<Utc>,
    pub changed_at: DateTime<Utc>,
    /// The number in the feed up to which events were looked at.
    pub seen: i64,
    /// Until when the secret before the present one signs as well, unless another rotation ends it.
    pub previous_until: Option<DateTime<Utc>>,
    pub last_success_at: Option<DateTime<Utc>>,
    /// Since when nothing was delivered.
    pub failing_since: Option<DateTime<Utc>>,
}

/// A message to a webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    pub id: DeliveryId,
    pub webhook: WebhookId,
    /// Number of the event in the feed; none for a message that tries whether it arrives.
    pub seq: Option<i64>,
    /// Label of the event's kind, or [`TEST`].
    pub kind: String,
    /// What it is about: messages of one object are sent in the order of its events.
    pub subject: Uuid,
    pub state: DeliveryState,
    /// Tries over all.
    pub attempts: i32,
    /// Tries since it was asked for last.
    pub tries: i32,
    pub created_at: DateTime<Utc>,
    /// When it is tried next, while it is pending.
    pub due_at: DateTime<Utc>,
    pub first_tried_at: Option<DateTime<Utc>>,
    /// When it was delivered, given up or withheld.
    pub ended_at: Option<DateTime<Utc>>,
    /// What came of the last try.
    pub last: Option<Attempt>,
}

/// A try to deliver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// From 1.
    pub number: i32,
    pub at: DateTime<Utc>,
    pub millis: i32,
    /// HTTP status, if there was one.
    pub status: Option<i32>,
    pub fault: Option<Fault>,
    /// The beginning of what the receiver said, [`MAX_ANSWER`] bytes at most; nothing where it is not in the public Internet.
    pub answer: Option<String>,
}

/// What a try came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Delivered,
    /// It is tried again, if there is a try left.
    Failed(Fault),
    /// The receiver wants no more, ever.
    Gone,
}

/// What an answer's status means (Standard Webhooks: 2xx is a success, 410 ends it all, redirects are failures).
pub fn verdict(status: u16) -> Verdict {
    match status {
        200..=299 => Verdict::Delivered,
        300..=399 => Verdict::Failed(Fault::Redirect),
        410 => Verdict::Gone,
        _ => Verdict::Failed(Fault::Status),
    }
}

/// Whether an address fails for good: a message was given up, and nothing was delivered since its first try.
pub fn is_persistent(first_tried_at: DateTime<Utc>, last_success_at: Option<DateTime<Utc>>) -> bool {
    last_success_at.is_none_or(|success| success < first_tried_at)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn an_answer_means_what_the_specification_says() {
        for (status, meant) in [
            (200, Verdict::Delivered),
            (204, Verdict::Delivered),
            (301, Verdict::Failed(Fault::Redirect)),
            (307, Verdict::Failed(Fault::Redirect)),
            (400, Verdict::Failed(Fault::Status)),
            (410, Verdict::Gone),
            (429, Verdict::Failed(Fault::Status)),
            (503, Verdict::Failed(Fault::Status)),
        ] {
            assert_eq!(verdict(status), meant, "{status}");
        }
    }

    #[test]
    fn failing_for_good_is_failing_for_as_long_as_a_message_is_tried() {
        let first = DateTime::from_timestamp(1_768_446_000, 0).expect("an instant");
        assert!(is_persistent(first, None));
        assert!(is_persistent(first, Some(first - TimeDelta::seconds(1))));
        assert!(!is_persistent(first, Some(first)), "another object's message went through meanwhile");
    }
}
