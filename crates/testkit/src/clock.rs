//! A clock that stands still until a test moves it.
//! Must not follow the machine's time; one that must agree with others is set to it once.
//! The real one is `domain::clock::SystemClock`.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use domain::clock::Clock;

/// Clones show the same time.
#[derive(Clone)]
pub struct TestClock(Arc<Mutex<DateTime<Utc>>>);

impl Default for TestClock {
    /// Ten in the morning in Viet Nam on a working day of 2026.
    fn default() -> Self {
        let start = DateTime::from_timestamp(1_768_446_000, 0).unwrap_or_default();
        Self(Arc::new(Mutex::new(start)))
    }
}

impl TestClock {
    /// Set to the machine's time once, for tests with others who have a clock of their own.
    pub fn of_the_machine() -> Self {
        Self(Arc::new(Mutex::new(domain::clock::SystemClock.now())))
    }

    /// Lets time pass.
    pub fn advance(&self, by: TimeDelta) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now += by;
    }
}

impl Clock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
