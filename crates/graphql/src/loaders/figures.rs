//! Batches of the lists behind figures: occurrences and obligations of many filters.
//! Must not ask a use case for one filter at a time.
//! How batches are asked for is the parent module.

use std::{collections::HashMap, sync::Arc};

use app::{
    Error,
    listing::{Listing, PageArgs},
    obligation::{self, ObligationFilter, Owed},
    occurrence::{self, OccurrenceFilter},
};
use async_graphql::dataloader::Loader;
use chrono::NaiveDate;
use domain::task::Occurrence;

use super::{Batches, alike, at_once};

/// The first page of the occurrences behind a figure, or the last one: no cursor fits many lists.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct OccurrencesBehind {
    pub filter: OccurrenceFilter,
    pub page: PageArgs,
}

impl Loader<OccurrencesBehind> for Batches {
    type Value = Arc<Listing<Occurrence>>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[OccurrencesBehind]) -> Result<HashMap<OccurrencesBehind, Self::Value>, Arc<Error>> {
        let mut pages = HashMap::new();
        for (page, filters) in alike(keys, |key| key.page.clone(), |key| key.filter.clone()) {
            let key = |filter| OccurrencesBehind { filter, page: page.clone() };
            for filters in filters.chunks(at_once(&page)) {
                let found = occurrence::heads(&self.0, filters.to_vec(), false, &page).await.map_err(Arc::new)?;
                pages.extend(found.into_iter().map(|(filter, listing)| (key(filter), Arc::new(listing))));
            }
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
    type Value = Arc<Listing<Owed>>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[ObligationsBehind]) -> Result<HashMap<ObligationsBehind, Self::Value>, Arc<Error>> {
        let mut pages = HashMap::new();
        for ((as_of, page), filters) in alike(keys, |key| (key.as_of, key.page.clone()), |key| key.filter.clone()) {
            let key = |filter| ObligationsBehind { filter, as_of, page: page.clone() };
            for filters in filters.chunks(at_once(&page)) {
                let found = obligation::heads(&self.0, filters.to_vec(), as_of, &page).await.map_err(Arc::new)?;
                pages.extend(found.into_iter().map(|(filter, listing)| (key(filter), Arc::new(listing))));
            }
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
