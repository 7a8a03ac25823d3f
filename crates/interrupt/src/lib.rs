//! Until when something may be read, and the end of what runs for longer in SQLite, which knows no time-out of its own.
//! Must not know what is read; no other crate may have unsafe code, and here only `hook` has it.
//! `persistence::snapshot` sets the time around each of its reads; PostgreSQL is told it in its own words.

mod hook;

use std::{
    cell::RefCell,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

pub use hook::{Refused, install};

/// How long an operation may read: until an instant, and for as long as somebody waits for it. Clones share the end.
#[derive(Clone, Debug, Default)]
pub struct Until(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    deadline: Option<Instant>,
    cancelled: AtomicBool,
    /// What this is a part of, and ends with.
    whole: Option<Until>,
}

impl Until {
    /// For so long from now.
    pub fn after(time: Duration) -> Self {
        // A time beyond what the clock can tell is none.
        Self(Arc::new(Inner { deadline: Instant::now().checked_add(time), ..Inner::default() }))
    }

    /// A part of this, which ends with it and may end before.
    pub fn part(&self) -> Self {
        Self(Arc::new(Inner { whole: Some(self.clone()), ..Inner::default() }))
    }

    /// Nobody waits any more.
    pub fn cancel(&self) {
        self.0.cancelled.store(true, Ordering::Release);
    }

    /// Whether nothing more is to be read.
    pub fn is_over(&self) -> bool {
        self.parts().any(|part| part.cancelled.load(Ordering::Acquire))
            || self.deadline().is_some_and(|deadline| deadline <= Instant::now())
    }

    /// What is left of the time; nothing where it has no end.
    pub fn left(&self) -> Option<Duration> {
        self.deadline().map(|deadline| deadline.saturating_duration_since(Instant::now()))
    }

    fn deadline(&self) -> Option<Instant> {
        self.parts().filter_map(|part| part.deadline).min()
    }

    /// This, what it is a part of, and so on.
    fn parts(&self) -> impl Iterator<Item = &Inner> {
        std::iter::successors(Some(&*self.0), |part| part.whole.as_ref().map(|whole| &*whole.0))
    }

    /// Runs `f`; a statement of SQLite that it has under way when the time is over fails as interrupted. What other threads do, and
    /// what this one does afterwards, is none of it.
    pub fn watch<T>(&self, f: impl FnOnce() -> T) -> T {
        let _restored = Restored(WATCHED.replace(Some(self.clone())));
        f()
    }
}

thread_local! {
    /// What the closure that runs on this thread has.
    static WATCHED: RefCell<Option<Until>> = const { RefCell::new(None) };
}

/// Puts back what was there before, also after a panic.
struct Restored(Option<Until>);

impl Drop for Restored {
    fn drop(&mut self) {
        WATCHED.replace(self.0.take());
    }
}

/// Whether what runs on this thread is to end. Never panics: SQLite asks in the midst of its work.
fn is_over() -> bool {
    let asked = WATCHED.try_with(|watched| watched.try_borrow().is_ok_and(|until| until.as_ref().is_some_and(Until::is_over)));
    asked.unwrap_or(false)
}

/// Cancels when it goes: whoever held it waits no more.
#[derive(Debug)]
pub struct Waiting(Until);

impl Waiting {
    /// For what somebody waits for as long as this is kept.
    pub fn on(until: Until) -> Self {
        Self(until)
    }

    /// What is waited for.
    pub fn until(&self) -> &Until {
        &self.0
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_ends_with_the_whole_and_may_end_before() {
        let whole = Until::after(Duration::from_mins(1));
        let (one, other) = (whole.part(), whole.part());
        assert!(one.left().is_some_and(|left| left > Duration::from_secs(50)) && Until::default().left().is_none());
        drop(Waiting::on(one.clone()));
        assert!(one.is_over() && !other.is_over() && !whole.is_over());
        whole.clone().cancel();
        assert!(other.is_over() && other.part().is_over());
        assert!(Until::after(Duration::ZERO).part().is_over() && !Until::after(Duration::MAX).is_over());
    }

    #[test]
    fn what_is_watched_ends_with_the_closure_even_if_it_panics() {
        let over = Until::after(Duration::ZERO);
        assert!(!is_over() && over.watch(is_over) && !is_over());
        assert!(over.watch(|| !Until::default().watch(is_over) && is_over()), "the inner one counts, then the outer one again");
        assert!(over.watch(|| !std::thread::spawn(is_over).join().expect("a thread")), "another thread has nothing to do with it");
        let caught = std::panic::catch_unwind(|| Until::after(Duration::ZERO).watch(|| std::panic::panic_any("on purpose")));
        assert!(caught.is_err() && !is_over());
    }
}
