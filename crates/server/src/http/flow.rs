//! How much of something may come: in a second, and at once; of one, or of each of many.
//! What callers may ask for in a minute is `rates`.

use std::{hash::Hash, num::NonZeroU32};

use governor::{
    Quota, RateLimiter,
    clock::MonotonicClock,
    state::{InMemoryState, NotKeyed, keyed::HashMapStateStore},
};

/// So much at once, which comes back by so much a second.
pub struct Rate {
    pub a_second: u32,
    pub at_once: u32,
}

impl Rate {
    fn quota(&self) -> Quota {
        let number = |number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
        Quota::per_second(number(self.a_second)).allow_burst(number(self.at_once))
    }
}

/// So much as a limiter counts it; nothing where there is nothing to count.
fn counted(count: usize) -> Option<NonZeroU32> {
    NonZeroU32::new(u32::try_from(count).unwrap_or(u32::MAX))
}

/// What has come of late.
pub struct Flow(RateLimiter<NotKeyed, InMemoryState, MonotonicClock>);

impl Flow {
    pub fn new(rate: &Rate) -> Self {
        Self(RateLimiter::direct_with_clock(rate.quota(), MonotonicClock))
    }

    /// Counts so much; false where it is too much, which then is not counted.
    pub fn lets(&self, count: usize) -> bool {
        // More at once than there may ever be is too much as well.
        counted(count).is_none_or(|count| matches!(self.0.check_n(count), Ok(Ok(()))))
    }
}

/// What has come of late of each.
pub struct Flows<K: Clone + Eq + Hash>(RateLimiter<K, HashMapStateStore<K>, MonotonicClock>);

impl<K: Clone + Eq + Hash> Flows<K> {
    pub fn new(rate: &Rate) -> Self {
        Self(RateLimiter::hashmap_with_clock(rate.quota(), MonotonicClock))
    }

    /// Counts so much of one; false where it is too much, which then is not counted.
    pub fn lets(&self, of: &K, count: usize) -> bool {
        counted(count).is_none_or(|count| matches!(self.0.check_key_n(of, count), Ok(Ok(()))))
    }

    /// Forgets those of whom nothing has come of late.
    pub fn forget(&self) {
        self.0.retain_recent();
        self.0.shrink_to_fit();
    }
}
