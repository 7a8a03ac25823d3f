//! Where something stands in a text: its line, and its column there in characters, as the specification counts them (2.1, 7.1.2).
//! Must not count what only other readers take for the end of a line, nor columns in bytes.

use async_graphql::Pos;

/// The places of a text.
pub struct Places {
    /// Where each line begins.
    lines: Vec<usize>,
    /// The bytes that begin no character.
    within: Vec<usize>,
}

impl Places {
    /// Those of this text.
    pub fn of(text: &str) -> Self {
        let (bytes, mut places) = (text.as_bytes(), Self { lines: vec![0], within: Vec::new() });
        for (at, byte) in bytes.iter().enumerate() {
            match byte {
                b'\n' => places.lines.push(at + 1),
                b'\r' if bytes.get(at + 1) != Some(&b'\n') => places.lines.push(at + 1),
                0x80..=0xBF => places.within.push(at),
                _ => {}
            }
        }
        places
    }

    /// The place of the byte at this offset.
    pub fn at(&self, offset: usize) -> Pos {
        // The first line begins before everything.
        let line = self.lines.partition_point(|start| *start <= offset).max(1);
        let start = self.lines[line - 1];
        let before = |end: usize| self.within.partition_point(|at| *at < end);
        Pos { line, column: 1 + (offset - start) - (before(offset) - before(start)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_characters_are_counted() {
        let text = "ệ a\r\n b\rc\n\u{2028}d";
        let places = Places::of(text);
        let of = |wanted: char| {
            let place = places.at(text.find(wanted).expect("a character"));
            (place.line, place.column)
        };
        assert_eq!((of('ệ'), of('a'), of('b'), of('c'), of('d')), ((1, 1), (1, 3), (2, 2), (3, 1), (4, 2)));
        let end = places.at(text.len());
        assert_eq!((end.line, end.column), (4, 3));
    }
}
