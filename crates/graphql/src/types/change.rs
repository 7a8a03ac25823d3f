//! The feed of what happened.
//! Must not carry more than names: what a name stands for is read through `node`.
//! See `app::outbox`.

use app::outbox;
use async_graphql::{Context, ID, Json, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use domain::event as model;
use serde_json::Value;

use super::{agency_opt, id, programme};
use crate::{
    enums::EventKind,
    types::{agency::Agency, programme::Programme},
};

/// Something that happened.
pub struct Change(model::Numbered);

impl Change {
    pub(crate) fn of(event: model::Numbered) -> Self {
        Self(event)
    }
}

/// Something that happened.
#[Object]
impl Change {
    /// Its place in the feed. Numbers between those that are seen belong to what others may see.
    async fn seq(&self) -> i64 {
        self.0.seq
    }

    async fn id(&self) -> ID {
        id(self.0.id)
    }

    /// When it happened.
    async fn at(&self) -> DateTime<Utc> {
        self.0.at
    }

    /// What happened. Kinds are added in time: pass over what you do not know.
    async fn kind(&self) -> EventKind {
        self.0.kind.into()
    }

    /// What it happened to, in a word.
    async fn subject(&self) -> &str {
        &self.0.subject
    }

    /// The identifier of what it happened to.
    async fn subject_id(&self) -> ID {
        ID(self.0.subject_id.to_string())
    }

    /// The agency whose matter it is.
    async fn agency(&self, ctx: &Context<'_>) -> Result<Option<Agency>> {
        agency_opt(ctx, self.0.agency).await
    }

    /// Null where it is of none.
    async fn programme(&self, ctx: &Context<'_>) -> Result<Option<Programme>> {
        match self.0.programme {
            Some(id) => programme(ctx, id).await.map(Some),
            None => Ok(None),
        }
    }

    /// More about it, by the kind.
    async fn body(&self) -> Json<&Value> {
        Json(&self.0.body)
    }
}

/// A piece of the feed. It goes on by number, not by cursor.
#[derive(SimpleObject)]
pub struct ChangeConnection {
    /// In the order of their numbers.
    nodes: Vec<Change>,
    /// Give it as `since` to go on: the number of the last event that is shown, or the `since` that was given where there is none. Where a
    /// caller holds a role for an agency in one programme, it moves past what the caller may not see by whole thousands.
    next_since: i64,
    /// Whether more is there already.
    has_more: bool,
}

impl From<outbox::Changes> for ChangeConnection {
    fn from(changes: outbox::Changes) -> Self {
        let nodes = changes.items.into_iter().map(Change).collect();
        Self { nodes, next_since: changes.next_since, has_more: changes.has_more }
    }
}
