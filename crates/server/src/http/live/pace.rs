//! How much a client may say on a socket: messages and bytes, in a second and at once.
//! Must not know what is said. What an operation may cost is `rates`, which counts operations besides.
//! Bytes are counted as they arrive, so that pieces of messages count before there is a message of them.

use std::{cell::Cell, rc::Rc};

use actix_web::{dev::Payload, error::PayloadError, web};
use futures_util::StreamExt;

use crate::http::flow::{Flow, Rate};

/// A second of this is what the system of an agency may ask for in a minute.
const MESSAGES: Rate = Rate { a_second: 100, at_once: 300 };
const BYTES: Rate = Rate { a_second: 128 * 1024, at_once: 1024 * 1024 };

/// What a client has said of late.
#[derive(Clone)]
pub struct Pace(Rc<Heard>);

struct Heard {
    messages: Flow,
    bytes: Flow,
    is_over: Cell<bool>,
}

impl Pace {
    pub fn new() -> Self {
        Self(Rc::new(Heard { messages: Flow::new(&MESSAGES), bytes: Flow::new(&BYTES), is_over: Cell::new(false) }))
    }

    /// Counts a message; false where it is one too many.
    pub fn message(&self) -> bool {
        self.0.messages.lets(1)
    }

    /// Whether so much came that nothing more is read.
    pub fn is_over(&self) -> bool {
        self.0.is_over.get()
    }

    /// Counts bytes; false where they are too many.
    fn bytes(&self, count: usize) -> bool {
        let is_let = self.0.bytes.lets(count);
        self.0.is_over.set(!is_let);
        is_let
    }

    /// What comes, until it is too much.
    pub fn counted(&self, payload: web::Payload) -> Payload {
        let pace = self.clone();
        let counted =
            payload.map(move |chunk| chunk.and_then(|bytes| if pace.bytes(bytes.len()) { Ok(bytes) } else { Err(PayloadError::Overflow) }));
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
