//! What one operation may read, counted while it reads.
//! Must not guess: what a document may cost is estimated in `limits`, before anything runs.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use async_graphql::Error;

/// Entries at most that the fields of one operation are given.
const MAX_ENTRIES: usize = 100_000;

/// Entries given so far.
#[derive(Default)]
pub struct Budget(AtomicUsize);

impl Budget {
    /// Takes so many entries.
    ///
    /// # Errors
    /// `GRAPHQL_TOO_LARGE` when the operation has had enough.
    pub fn take(&self, entries: usize) -> Result<(), Error> {
        if self.0.fetch_add(entries, Ordering::Relaxed).saturating_add(entries) > MAX_ENTRIES {
            return Err(crate::error::exhausted());
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
