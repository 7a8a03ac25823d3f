//! Batches of the lists behind figures: occurrences and obligations of many filters.
//! Must not ask a use case for one filter at a time.
//! How batches are asked for is the parent module.

use std::{collections::HashMap, hash::Hash, sync::Arc};

use app::{
    Error,
    listing::{Listing, PageArgs},
    obligation::{self, ObligationFilter, Owed},
    occurrence::{self, OccurrenceFilter},
};
use async_graphql::dataloader::Loader;
use chrono::NaiveDate;
use domain::task::Occurrence;

use super::{Batches, all_at_once};

/// The filters of keys by what else the keys say.
fn alike<K, R: Hash + Eq, F>(keys: &[K], rest: impl Fn(&K) -> R, filter: impl Fn(&K) -> F) -> HashMap<R, Vec<F>> {
    let mut alike: HashMap<R, Vec<F>> = HashMap::new();
    for key in keys {
        alike.entry(rest(key)).or_default().push(filter(key));
    }
    alike
}

/// The first page of the occurrences behind a figure, or the last one: no cursor fits many lists.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct OccurrencesBehind {
    pub filter: OccurrenceFilter,
    pub page: PageArgs,
}

impl Loader<OccurrencesBehind> for Batches {
    type Value = Option<Arc<Listing<Occurrence>>>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[OccurrencesBehind]) -> Result<HashMap<OccurrencesBehind, Self::Value>, Arc<Error>> {
        let mut pages = HashMap::new();
        for (page, filters) in alike(keys, |key| key.page.clone(), |key| key.filter.clone()) {
            all_at_once(filters.len(), &page)?;
            let found = occurrence::heads(&self.0, filters, false, &page).await.map_err(Arc::new)?;
            let key = |filter| OccurrencesBehind { filter, page: page.clone() };
            pages.extend(found.into_iter().map(|(filter, listing)| (key(filter), Some(Arc::new(listing)))));
        }
        Ok(pages)
    }
}

/// How many occurrences fit a filter.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct OccurrenceCountOf(pub OccurrenceFilter);

impl Loader<OccurrenceCountOf> for Batches {
    type Value = i64;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[OccurrenceCountOf]) -> Result<HashMap<OccurrenceCountOf, i64>, Arc<Error>> {
        let found = occurrence::counts(&self.0, keys.iter().map(|key| key.0.clone()).collect()).await.map_err(Arc::new)?;
        Ok(found.into_iter().map(|(filter, count)| (OccurrenceCountOf(filter), count)).collect())
    }
}

/// The first page of the obligations behind a figure, or the last one: no cursor fits many lists.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct ObligationsBehind {
    pub filter: ObligationFilter,
    pub as_of: Option<NaiveDate>,
    pub page: PageArgs,
}

impl Loader<ObligationsBehind> for Batches {
    type Value = Option<Arc<Listing<Owed>>>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[ObligationsBehind]) -> Result<HashMap<ObligationsBehind, Self::Value>, Arc<Error>> {
        let mut pages = HashMap::new();
        for ((as_of, page), filters) in alike(keys, |key| (key.as_of, key.page.clone()), |key| key.filter.clone()) {
            all_at_once(filters.len(), &page)?;
            let found = obligation::heads(&self.0, filters, as_of, &page).await.map_err(Arc::new)?;
            let key = |filter| ObligationsBehind { filter, as_of, page: page.clone() };
            pages.extend(found.into_iter().map(|(filter, listing)| (key(filter), Some(Arc::new(listing)))));
        }
        Ok(pages)
    }
}

/// How many obligations fit a filter.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct ObligationCountOf {
    pub filter: ObligationFilter,
    pub as_of: Option<NaiveDate>,
}

impl Loader<ObligationCountOf> for Batches {
    type Value = i64;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[ObligationCountOf]) -> Result<HashMap<ObligationCountOf, i64>, Arc<Error>> {
        let mut counts = HashMap::new();
        for (as_of, filters) in alike(keys, |key| key.as_of, |key| key.filter.clone()) {
            let found = obligation::counts(&self.0, filters, as_of).await.map_err(Arc::new)?;
            counts.extend(found.into_iter().map(|(filter, count)| (ObligationCountOf { filter, as_of }, count)));
        }
        Ok(counts)
    }
}
