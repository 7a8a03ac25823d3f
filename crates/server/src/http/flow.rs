//! How much of something may come: in a second, and at once.
//! What callers may ask for in a minute is `rates`.

use std::num::NonZeroU32;

use governor::{
    Quota, RateLimiter,
    clock::MonotonicClock,
    state::{InMemoryState, NotKeyed},
};

/// So much at once, which comes back by so much a second.
pub struct Rate {
    pub a_second: u32,
    pub at_once: u32,
}

/// What has come of late.
pub struct Flow(RateLimiter<NotKeyed, InMemoryState, MonotonicClock>);

impl Flow {
    pub fn new(rate: &Rate) -> Self {
        let number = |number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::per_second(number(rate.a_second)).allow_burst(number(rate.at_once));
        Self(RateLimiter::direct_with_clock(quota, MonotonicClock))
    }

    /// Counts so much; false where it is too much, which then is not counted.
    pub fn lets(&self, count: usize) -> bool {
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        // More at once than there may ever be is too much as well.
        NonZeroU32::new(count).is_none_or(|count| matches!(self.0.check_n(count), Ok(Ok(()))))
    }
}
