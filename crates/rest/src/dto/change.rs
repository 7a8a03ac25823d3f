//! The feed of what happened, as followers read it.
//! Must not carry more than names: what a name stands for is read where it is kept.
//! See `app::outbox`.

use app::{catalogue::Catalogue, outbox};
use chrono::{DateTime, Utc};
use domain::event::Numbered;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Which piece of the feed.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct ChangeParams {
    /// `nextSince` of the piece before; from the beginning where nothing is given.
    #[param(minimum = 0, maximum = 9_223_372_036_854_775_807_i64)]
    pub since: Option<i64>,
    /// Events at most; 20 where nothing is asked.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i32>,
}

/// Something that happened.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// Its place in the feed. Numbers between those that are seen belong to what others may see.
    #[schema(example = 7, minimum = 1, maximum = 9_223_372_036_854_775_807_i64)]
    pub seq: i64,
    pub id: Uuid,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// What happened. Kinds are added in time: pass over what you do not know.
    #[schema(example = "REPORT_SUBMITTED", max_length = 64)]
    pub kind: String,
    /// What it happened to, in a word.
    #[schema(example = "report", max_length = 64)]
    pub subject: String,
    /// The identifier of what it happened to.
    pub subject_id: Uuid,
    /// Code of the agency whose matter it is.
    #[schema(example = "bao-hai-phong", max_length = 64)]
    pub agency: Option<String>,
    /// Code of the programme.
    #[schema(example = "HP-1593-2013", max_length = 64)]
    pub programme: Option<String>,
    /// More about it, by the kind.
    #[schema(value_type = Object)]
    pub body: serde_json::Value,
}

impl Change {
    fn of(event: Numbered, catalogue: &Catalogue) -> Self {
        Self {
            seq: event.seq,
            id: event.id.uuid(),
            at: event.at,
            kind: event.kind.label().into(),
            subject: event.subject,
            subject_id: event.subject_id,
            agency: catalogue.agency_code(event.agency).map(|code| code.to_string()),
            programme: event.programme.and_then(|id| catalogue.programme(id)).map(|programme| programme.code.to_string()),
            body: event.body,
        }
    }
}

/// A piece of the feed.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Changes {
    #[schema(max_items = 200)]
    pub items: Vec<Change>,
    /// Give it as `since` to go on: the number of the last event that is shown, or the `since` that was given where there is none. Where a
    /// caller holds a role for an agency in one programme, it moves past what the caller may not see by whole thousands.
    #[schema(example = 7, minimum = 0, maximum = 9_223_372_036_854_775_807_i64)]
    pub next_since: i64,
    /// Whether more is there already; else come back after a while.
    pub has_more: bool,
}

impl Changes {
    pub fn of(changes: outbox::Changes, catalogue: &Catalogue) -> Self {
        let items = changes.items.into_iter().map(|event| Change::of(event, catalogue));
        Self { items: items.collect(), next_since: changes.next_since, has_more: changes.has_more }
    }
}
