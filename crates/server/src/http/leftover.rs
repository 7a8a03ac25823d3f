//! What comes on a connection after an answer and begins no request, as the rest of a body that is too long. Its sender may be a program
//! that reads no answer before all is sent: it is read and thrown away for as long as a connection parts. Reading much of it would keep
//! others waiting; beyond a little for each connection, those of an address and all together have only so much.
//! Must not know what a request is; that is `stream`.

use std::sync::Arc;

use super::{
    flow::{Flow, Flows, Rate},
    network::Subscriber,
};

/// Bytes of each connection: more than the longest head is.
const OF_EACH: usize = 256 * 1024;
/// Bytes beyond these, of an address: at once more than the longest batch is, so that whoever sends a longer one learns so.
const OF_ADDRESS: Rate = Rate { a_second: 1024 * 1024, at_once: 24 * 1024 * 1024 };
/// The same, of all connections.
const OF_ALL: Rate = Rate { a_second: 16 * 1024 * 1024, at_once: 128 * 1024 * 1024 };

/// What all connections of a process have.
pub struct Leftovers {
    of_each: Flows<Subscriber>,
    of_all: Flow,
}

impl Leftovers {
    pub fn new() -> Self {
        Self { of_each: Flows::new(&OF_ADDRESS), of_all: Flow::new(&OF_ALL) }
    }

    /// Forgets addresses of which nothing has come of late.
    pub fn forget(&self) {
        self.of_each.forget();
    }
}

/// What was read on a connection since its last answer.
pub struct Leftover {
    all: Arc<Leftovers>,
    /// Whose connection it is; a proxy's is nobody's.
    of: Option<Subscriber>,
    read: usize,
    is_over: bool,
}

impl Leftover {
    pub fn new(all: Arc<Leftovers>, of: Option<Subscriber>) -> Self {
        Self { all, of, read: 0, is_over: false }
    }

    /// Counts bytes; true where they are those after which no more is to be read.
    pub fn came(&mut self, bytes: usize) -> bool {
        let was_over = self.is_over;
        self.read += bytes;
        let is_let = || self.of.is_none_or(|of| self.all.of_each.lets(&of, bytes)) && self.all.of_all.lets(bytes);
        self.is_over |= self.read > OF_EACH && !is_let();
        self.is_over && !was_over
    }

    /// A request has begun: what comes is its body.
    pub fn begin(&mut self) {
        (self.read, self.is_over) = (0, false);
    }

    /// Whether no more is to be read.
    pub const fn is_over(&self) -> bool {
        self.is_over
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PIECE: usize = 32 * 1024;
    const MOST: usize = OF_ADDRESS.at_once as usize / PIECE;

    /// How many pieces a connection reads of so many.
    fn read(leftover: &mut Leftover, pieces: usize) -> usize {
        (0..pieces).position(|_| leftover.came(PIECE)).unwrap_or(pieces)
    }

    #[test]
    fn each_connection_has_a_little_and_each_address_so_much() {
        let all = Arc::new(Leftovers::new());
        let of = |address: [u8; 4]| Leftover::new(Arc::clone(&all), Some(Subscriber::of(address.into())));
        let (mut first, mut second) = (of([192, 0, 2, 1]), of([192, 0, 2, 1]));
        assert_eq!(read(&mut first, MOST), MOST, "the longest batch may be a little longer");
        assert!(!first.is_over());
        assert!(read(&mut second, MOST) < MOST && second.is_over());
        assert!(!second.came(PIECE), "it is told once");
        second.begin();
        assert!(!second.is_over() && read(&mut second, OF_EACH / PIECE) == OF_EACH / PIECE, "the next request has its own");
        assert_eq!(read(&mut of([192, 0, 2, 2]), MOST), MOST, "whatever others sent");
        let many: usize = (3..20).map(|last| read(&mut of([192, 0, 2, last]), MOST)).sum();
        assert!(many < 5 * MOST, "all together have so much");
        assert_eq!(read(&mut of([192, 0, 2, 20]), OF_EACH / PIECE), OF_EACH / PIECE, "and each connection a little");
    }
}
