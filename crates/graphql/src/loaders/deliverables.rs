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
use domain::{
    deliverable::{DeliverableId, Version},
    error::{Code, Refusal},
    page::DEFAULT_PAGE_SIZE,
};
use uuid::Uuid;

use super::Batches;

loader!(
    /// The versions of a deliverable.
    VersionsOfDeliverable(DeliverableId) -> Vec<Version>, deliverable::versions_of
);

/// A deliverable by its identifier, as far as the caller may see it.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct DeliverableBy(pub DeliverableId);

impl Loader<DeliverableBy> for Batches {
    type Value = Option<Arc<Shown>>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[DeliverableBy]) -> Result<HashMap<DeliverableBy, Option<Arc<Shown>>>, Arc<Error>> {
        let found = deliverable::by_ids(&self.0, keys.iter().map(|key| key.0).collect()).await.map_err(Arc::new)?;
        Ok(found.into_iter().map(|(id, shown)| (DeliverableBy(id), Some(Arc::new(shown)))).collect())
    }
}

/// Deliverables at most that one field is read for at once, over all that it hangs below.
const MAX_DELIVERABLES: usize = 10_000;

/// A page of the deliverables below something.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct DeliverablesBelow {
    pub parent: Parent,
    pub of: Uuid,
    pub filter: StoredFilter,
    pub page: PageArgs,
}

impl Loader<DeliverablesBelow> for Batches {
    type Value = Option<Arc<Listing<Shown>>>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[DeliverablesBelow]) -> Result<HashMap<DeliverablesBelow, Option<Arc<Listing<Shown>>>>, Arc<Error>> {
        let mut alike: HashMap<(Parent, StoredFilter, PageArgs), Vec<Uuid>> = HashMap::new();
        for key in keys {
            alike.entry((key.parent, key.filter.clone(), key.page.clone())).or_default().push(key.of);
        }
        let mut pages = HashMap::new();
        for ((parent, filter, page), ids) in alike {
            let size = page.first.or(page.last).and_then(|size| usize::try_from(size).ok()).unwrap_or(DEFAULT_PAGE_SIZE as usize);
            if ids.len().saturating_mul(size) > MAX_DELIVERABLES {
                return Err(Arc::new(Refusal::new(Code::GraphqlTooLarge).into()));
            }
            let found = deliverable::below(&self.0, (parent, ids), filter.clone(), &page).await.map_err(Arc::new)?;
            let key = |of| DeliverablesBelow { parent, of, filter: filter.clone(), page: page.clone() };
            pages.extend(found.into_iter().map(|(of, listing)| (key(of), Some(Arc::new(listing)))));
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
        let mut alike: HashMap<(Parent, StoredFilter), Vec<Uuid>> = HashMap::new();
        for key in keys {
            alike.entry((key.parent, key.filter.clone())).or_default().push(key.of);
        }
        let mut counts = HashMap::new();
        for ((parent, filter), ids) in alike {
            let found = deliverable::count_below(&self.0, (parent, ids), filter.clone()).await.map_err(Arc::new)?;
            counts.extend(found.into_iter().map(|(of, n)| (DeliverableCountBelow { parent, of, filter: filter.clone() }, n)));
        }
        Ok(counts)
    }
}
