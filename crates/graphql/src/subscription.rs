//! The root of what is followed.
//! Must not wait for anything: it says what is followed, or what one event is; `follow` goes from one to the next.
//! The reads are `query`.

use std::sync::PoisonError;

use app::outbox::{self, Follow};
use async_graphql::{Context, Result, Subscription, futures_util::stream};

use crate::{
    enums::EventKind,
    error::failure,
    follow::Source,
    types::{change::Change, view},
};

/// One event, or none while it is asked what is followed.
type Told = stream::Iter<std::option::IntoIter<Change>>;

/// What happens, told when it does. Over a WebSocket by `graphql-transport-ws`, or as server-sent events.
#[derive(Default)]
pub struct Subscriptions;

#[Subscription(name = "Subscription")]
impl Subscriptions {
    /// Each event that the caller may know of when it happens, in order and without gaps: of a programme by its code, of these kinds,
    /// where something is said. It begins after a number of the feed, or with what happens from now on; whoever was cut off goes on
    /// after the last number seen.
    async fn changes(
        &self,
        ctx: &Context<'_>,
        programme: Option<String>,
        kinds: Option<Vec<EventKind>>,
        after: Option<i64>,
    ) -> Result<Told> {
        let event = match ctx.data::<Source>()? {
            Source::Event(event) => Some(Change::of((**event).clone())),
            Source::Opening { slot, after: resumed } => {
                let kinds = kinds.unwrap_or_default().into_iter().map(Into::into).collect();
                let followed = outbox::begin(view(ctx)?, Follow { programme, kinds, after: resumed.or(after) })
                    .await
                    .map_err(|error| failure(&error))?;
                *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(followed);
                None
            }
        };
        Ok(stream::iter(event))
    }
}
