//! Batches of deliverables: pages and counts below tasks, agencies and programmes, and versions.
//! Must not ask a use case for one key at a time.
//! How batches are asked for is the parent module.

use std::{collections::HashMap, sync::Arc};

use app::{
    Error,
    deliverable::{self, Parent, Shown, StoredFilter},
    listing::{Listing, PageArgs},
};
use async_graphql::dataloader::Loader;
use domain::deliverable::{DeliverableId, Version};
use uuid::Uuid;

use super::{Batches, alike, at_once};

loader!(
    /// The versions of a deliverable.
    VersionsOfDeliverable(DeliverableId) -> Vec<Version>, deliverable::versions_of
);

loader!(
    /// A deliverable by its identifier, as far as the caller may see it.
    DeliverableBy(DeliverableId) -> one Shown, deliverable::by_ids
);

/// A page of the deliverables below something.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct DeliverablesBelow {
    pub parent: Parent,
    pub of: Uuid,
    pub filter: StoredFilter,
    pub page: PageArgs,
}

impl Loader<DeliverablesBelow> for Batches {
    type Value = Arc<Listing<Shown>>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[DeliverablesBelow]) -> Result<HashMap<DeliverablesBelow, Self::Value>, Arc<Error>> {
        let mut pages = HashMap::new();
        let rest = |key: &DeliverablesBelow| (key.parent, key.filter.clone(), key.page.clone());
        for ((parent, filter, page), ids) in alike(keys, rest, |key| key.of) {
            let key = |of| DeliverablesBelow { parent, of, filter: filter.clone(), page: page.clone() };
            for ids in ids.chunks(at_once(&page)) {
                let found = deliverable::below(&self.0, (parent, ids.to_vec()), filter.clone(), &page).await.map_err(Arc::new)?;
                pages.extend(found.into_iter().map(|(of, listing)| (key(of), Arc::new(listing))));
            }
        }
        Ok(pages)
    }
}

/// How many deliverables there are below something.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct DeliverableCountBelow {
    pub parent: Parent,
    pub of: Uuid,
    pub filter: StoredFilter,
}

impl Loader<DeliverableCountBelow> for Batches {
    type Value = i64;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[DeliverableCountBelow]) -> Result<HashMap<DeliverableCountBelow, i64>, Arc<Error>> {
        let mut counts = HashMap::new();
        for ((parent, filter), ids) in alike(keys, |key| (key.parent, key.filter.clone()), |key| key.of) {
            let found = deliverable::count_below(&self.0, (parent, ids), filter.clone()).await.map_err(Arc::new)?;
            counts.extend(found.into_iter().map(|(of, n)| (DeliverableCountBelow { parent, of, filter: filter.clone() }, n)));
        }
        Ok(counts)
    }
}
