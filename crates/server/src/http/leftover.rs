//! What comes on a connection after an answer and begins no request, as the rest of a body that is too long. Its sender may be a program
//! that reads no answer before all is sent: it is read and thrown away for as long as a connection parts. Reading much of it would keep
//! others waiting; beyond a little for each connection, all connections together have only so much.
//! Must not know what a request is; that is `stream`.

use std::sync::Arc;

use super::flow::{Flow, Rate};

/// Bytes of each connection: more than the longest head is.
const OF_EACH: usize = 256 * 1024;
/// Bytes beyond these, of all connections: at once more than the longest body that is taken, so that whoever sends more learns so.
const OF_ALL: Rate = Rate { a_second: 4 * 1024 * 1024, at_once: 32 * 1024 * 1024 };

/// What all connections of a process have.
pub struct Leftovers(Flow);

impl Leftovers {
    pub fn new() -> Arc<Self> {
        Arc::new(Self(Flow::new(&OF_ALL)))
    }
}

/// What was read on a connection since its last answer.
pub struct Leftover {
    all: Arc<Leftovers>,
    read: usize,
    is_over: bool,
}

impl Leftover {
    pub fn new(all: Arc<Leftovers>) -> Self {
        Self { all, read: 0, is_over: false }
    }

    /// Counts bytes; true where they are those after which no more is to be read.
    pub fn came(&mut self, bytes: usize) -> bool {
        let was_over = self.is_over;
        self.read += bytes;
        self.is_over |= self.read > OF_EACH && !self.all.0.lets(bytes);
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
    const MOST: usize = OF_ALL.at_once as usize / PIECE;

    /// How many pieces a connection reads of so many.
    fn read(leftover: &mut Leftover, pieces: usize) -> usize {
        (0..pieces).position(|_| leftover.came(PIECE)).unwrap_or(pieces)
    }

    #[test]
    fn each_connection_has_a_little_and_all_have_so_much() {
        let all = Leftovers::new();
        let mut first = Leftover::new(Arc::clone(&all));
        assert_eq!(read(&mut first, MOST), MOST, "the longest body may be a little longer");
        assert!(!first.is_over());
        let mut second = Leftover::new(Arc::clone(&all));
        assert!(read(&mut second, MOST) < MOST && second.is_over());
        assert!(!second.came(PIECE), "it is told once");
        second.begin();
        assert!(!second.is_over() && read(&mut second, OF_EACH / PIECE) == OF_EACH / PIECE, "the next request has its own");
        let mut third = Leftover::new(all);
        assert_eq!(read(&mut third, OF_EACH / PIECE), OF_EACH / PIECE, "whatever others sent");
    }
}
