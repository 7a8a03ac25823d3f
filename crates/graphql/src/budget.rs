//! What one operation may read, counted while it reads.
//! Must not guess: what a document may cost is estimated in `limits`, before anything runs.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use app::listing::Listing;
use async_graphql::Error;

use crate::limits::Exceeded;

/// Entries given so far to the fields of one operation, and how many they may be. Clones share it.
#[derive(Clone)]
pub struct Budget {
    given: Arc<AtomicUsize>,
    most: u32,
}

impl Budget {
    pub fn new(most: u32) -> Self {
        Self { given: Arc::default(), most }
    }

    /// Entries given so far.
    pub fn given(&self) -> usize {
        self.given.load(Ordering::Relaxed)
    }

    /// Takes so many entries.
    ///
    /// # Errors
    /// `GRAPHQL_TOO_LARGE` when the operation has had enough.
    pub fn take(&self, entries: usize) -> Result<(), Error> {
        let given = self.given.fetch_add(entries, Ordering::Relaxed).saturating_add(entries);
        if given as u64 > u64::from(self.most) {
            return Err(crate::error::exhausted(&Exceeded { limit: "entries", asked: given as u64, most: self.most }));
        }
        Ok(())
    }
}

/// How many entries a loaded value has.
pub trait Entries {
    fn entries(&self) -> usize;
}

impl<T> Entries for Arc<Vec<T>> {
    fn entries(&self) -> usize {
        self.len()
    }
}

impl<T> Entries for Arc<Listing<T>> {
    /// What a page holds, and the page.
    fn entries(&self) -> usize {
        self.items.len() + 1
    }
}

impl<T> Entries for Option<T> {
    fn entries(&self) -> usize {
        1
    }
}

impl Entries for i64 {
    fn entries(&self) -> usize {
        1
    }
}

impl Entries for Arc<String> {
    fn entries(&self) -> usize {
        1
    }
}
