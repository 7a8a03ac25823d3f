//! How much a client may say on a socket: messages and bytes, in a second and at once.
//! Must not know what is said. What an operation may cost is `rates`, which counts operations besides.
//! Bytes are counted as they arrive, so that pieces of messages count before there is a message of them.

use std::{cell::Cell, num::NonZeroU32, rc::Rc};

use actix_web::{dev::Payload, error::PayloadError, web};
use futures_util::StreamExt;
use governor::{
    Quota, RateLimiter,
    clock::MonotonicClock,
    state::{InMemoryState, NotKeyed},
};

type Limiter = RateLimiter<NotKeyed, InMemoryState, MonotonicClock>;

/// A second of this is what the system of an agency may ask for in a minute.
const MESSAGES: Rate = Rate { a_second: 100, at_once: 300 };
const BYTES: Rate = Rate { a_second: 128 * 1024, at_once: 1024 * 1024 };

struct Rate {
    a_second: u32,
    at_once: u32,
}

impl Rate {
    fn limiter(&self) -> Limiter {
        let number = |number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
        RateLimiter::direct_with_clock(Quota::per_second(number(self.a_second)).allow_burst(number(self.at_once)), MonotonicClock)
    }
}

/// What a client has said of late.
#[derive(Clone)]
pub struct Pace(Rc<Heard>);

struct Heard {
    messages: Limiter,
    bytes: Limiter,
    is_over: Cell<bool>,
}

impl Pace {
    pub fn new() -> Self {
        Self(Rc::new(Heard { messages: MESSAGES.limiter(), bytes: BYTES.limiter(), is_over: Cell::new(false) }))
    }

    /// Counts a message; false where it is one too many.
    pub fn message(&self) -> bool {
        self.0.messages.check().is_ok()
    }

    /// Whether so much came that nothing more is read.
    pub fn is_over(&self) -> bool {
        self.0.is_over.get()
    }

    /// Counts bytes; false where they are too many.
    fn bytes(&self, count: usize) -> bool {
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        // More at once than there may ever be is too much as well.
        let is_let = NonZeroU32::new(count).is_none_or(|count| matches!(self.0.bytes.check_n(count), Ok(Ok(()))));
        self.0.is_over.set(!is_let);
        is_let
    }

    /// What comes, until it is too much.
    pub fn counted(&self, payload: web::Payload) -> Payload {
        let pace = self.clone();
        let counted = payload.map(move |chunk| {
            chunk.and_then(|bytes| if pace.bytes(bytes.len()) { Ok(bytes) } else { Err(PayloadError::Overflow) })
        });
        Payload::Stream { payload: Box::pin(counted) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_much_at_once_and_no_more() {
        let pace = Pace::new();
        let messages = (0..2 * MESSAGES.at_once).filter(|_| pace.message()).count();
        assert!((MESSAGES.at_once as usize..MESSAGES.at_once as usize + 50).contains(&messages), "{messages}");
        assert!(!pace.is_over() && pace.bytes(0) && pace.bytes(BYTES.at_once as usize));
        assert!(!pace.bytes(BYTES.at_once as usize / 2) && pace.is_over());
        assert!(!Pace::new().bytes(usize::MAX));
    }
}
