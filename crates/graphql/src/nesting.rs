//! How deeply a document's text nests, read before it is parsed: the parser bounds selections, not values, and goes down the
//! stack for each level of either.
//! Must not fail on what is no GraphQL; the parser tells that.
//! What a document selects is counted in `limits`.

use crate::limits::Exceeded;

/// Brackets within brackets at most. The standard introspection query needs 13.
const MAX_NESTING: u32 = 64;

/// What is told of a text that nests deeper.
pub const EXCEEDED: Exceeded = Exceeded { limit: "nesting", asked: MAX_NESTING as u64 + 1, most: MAX_NESTING };

/// The three quotes around a block.
const BLOCK: &[u8] = b"\"\"\"";

/// Whether the text nests no deeper than a document may.
pub fn is_flat(text: &str) -> bool {
    let text = text.as_bytes();
    let (mut strings, mut depth, mut at) = (Strings::default(), 0_u32, 0);
    while let Some(first) = text.get(at) {
        at = match first {
            b'#' => text[at..].iter().position(|byte| matches!(byte, b'\n' | b'\r')).map_or(text.len(), |end| at + end),
            b'"' => strings.after(text, at),
            b'[' | b'{' | b'(' => {
                depth += 1;
                if depth > MAX_NESTING {
                    return false;
                }
                at + 1
            }
            b']' | b'}' | b')' => {
                depth = depth.saturating_sub(1);
                at + 1
            }
            _ => at + 1,
        };
    }
    true
}

/// The strings of one text, read from its beginning on: where one was found not to end, no later one is sought the end of.
#[derive(Default)]
pub struct Strings {
    /// No block ends from here on.
    has_no_block: bool,
    /// No string in quotes that begins before this offset ends.
    open_until: usize,
}

impl Strings {
    /// The offset behind the string whose first quote stands at `quote`. One that does not end hides nothing: its line is read on.
    pub fn after(&mut self, text: &[u8], quote: usize) -> usize {
        if text[quote..].starts_with(BLOCK) {
            let content = quote + BLOCK.len();
            let end = if self.has_no_block { None } else { block_end(text, content) };
            self.has_no_block = end.is_none();
            return end.unwrap_or(content);
        }
        if quote < self.open_until {
            return quote + 1;
        }
        let mut at = quote + 1;
        while let Some(byte) = text.get(at) {
            match byte {
                b'\\' => at += 2,
                b'"' => return at + 1,
                b'\n' | b'\r' => break,
                _ => at += 1,
            }
        }
        // Every quote until here is escaped, and what follows it was read.
        self.open_until = at;
        quote + 1
    }
}

/// The offset behind the block whose content begins at `content`, where it ends.
fn block_end(text: &[u8], content: usize) -> Option<usize> {
    let mut at = content;
    while let Some(found) = text[at..].windows(BLOCK.len()).position(|three| three == BLOCK) {
        at += found;
        if at == content || text[at - 1] != b'\\' {
            return Some(at + BLOCK.len());
        }
        at += BLOCK.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_are_counted_where_they_nest() {
        let nested =
            |depth: u32| format!("{{ tasks(filter: {}) {{ totalCount }} }}", "[".repeat(depth as usize) + &"]".repeat(depth as usize));
        assert!(is_flat(&nested(MAX_NESTING - 2)));
        assert!(!is_flat(&nested(MAX_NESTING - 1)));
        assert!(is_flat(&"{ a } ".repeat(1000)), "beside each other they do not nest");
        assert!(!is_flat(&"{a:".repeat(5000)), "whether they end or not");
    }

    #[test]
    fn brackets_in_strings_and_comments_are_none() {
        let many = "[".repeat(200);
        for text in [
            format!("{{ a(b: \"{many}\") }}"),
            format!("{{ a(b: \"\\\"{many}\") }}"),
            format!("{{ a(b: \"\"\"{many} \\\"\"\" \" {many}\"\"\") }}"),
            format!("# {many}\n{{ a }}"),
        ] {
            assert!(is_flat(&text), "{text}");
        }
        // What only looks like one hides nothing.
        for text in [format!("\" \n{many}"), format!("\"\"\"{many}"), format!("# \" \n{many}"), format!("\"\" {many}")] {
            assert!(!is_flat(&text), "{text}");
        }
    }

    #[test]
    fn strings_that_do_not_end_are_long_and_hide_nothing() {
        let many = "[".repeat(200);
        for open in [
            format!("{{__type(name:\"\"\"{}", "\\\"\"\"".repeat(12_000)),
            format!("{{__type(name:\"{}", "\\\"".repeat(25_000)),
            format!("{{__type(name:\"{}\\", "\\\"\\\n".repeat(12_000)),
        ] {
            assert!(is_flat(&open), "{}", &open[..30]);
            assert!(!is_flat(&format!("{open}\n{many}")), "{}", &open[..30]);
        }
    }

    /// What follows a string, whatever was read before it.
    fn sought(rest: &[u8]) -> &[u8] {
        if let Some(block) = rest.strip_prefix(b"\"\"") {
            return block_end(block, 0).map_or(block, |end| &block[end..]);
        }
        let mut at = 0;
        while let Some(byte) = rest.get(at) {
            match byte {
                b'\\' => at += 2,
                b'"' => return &rest[at + 1..],
                b'\n' | b'\r' => return rest,
                _ => at += 1,
            }
        }
        rest
    }

    #[test]
    fn what_was_read_before_changes_no_end() {
        let texts = |signs: &'static [u8], length: u32| {
            (0..signs.len().pow(length)).map(move |number| -> Vec<u8> {
                let sign = |left: &mut usize, _: u32| {
                    let sign = signs[*left % signs.len()];
                    *left /= signs.len();
                    Some(sign)
                };
                (0..length).scan(number, sign).collect()
            })
        };
        let few = (0..=8).flat_map(|length| texts(b"\"\\\nx", length));
        for text in few.chain((9..=15).flat_map(|length| texts(b"\"\\", length))) {
            let (mut strings, mut at) = (Strings::default(), 0);
            while at < text.len() {
                if text[at] == b'"' {
                    let after = strings.after(&text, at);
                    assert_eq!(after, text.len() - sought(&text[at + 1..]).len(), "{} at {at}", text.escape_ascii());
                    at = after;
                } else {
                    at += 1;
                }
            }
        }
    }
}
