//! How deeply a document's text nests, read before it is parsed: the parser bounds selections, not values, and goes down the
//! stack for each level of either.
//! Must not fail on what is no GraphQL; the parser tells that.
//! What a document selects is counted in `limits`.

use crate::limits::Exceeded;

/// Brackets within brackets at most. The standard introspection query needs 13.
const MAX_NESTING: u32 = 64;

/// What is told of a text that nests deeper.
pub const EXCEEDED: Exceeded = Exceeded { limit: "nesting", asked: MAX_NESTING as u64 + 1, most: MAX_NESTING };

/// Whether the text nests no deeper than a document may.
pub fn is_flat(text: &str) -> bool {
    let mut rest = text.as_bytes();
    let mut depth = 0_u32;
    while let [first, after @ ..] = rest {
        rest = match first {
            b'#' => after.iter().position(|byte| matches!(byte, b'\n' | b'\r')).map_or(&[][..], |end| &after[end..]),
            b'"' => after_string(after),
            b'[' | b'{' | b'(' => {
                depth += 1;
                if depth > MAX_NESTING {
                    return false;
                }
                after
            }
            b']' | b'}' | b')' => {
                depth = depth.saturating_sub(1);
                after
            }
            _ => after,
        };
    }
    true
}

/// What follows a string whose first quote was read. One that does not end hides nothing: its line is read on.
pub fn after_string(rest: &[u8]) -> &[u8] {
    if let Some(block) = rest.strip_prefix(b"\"\"") {
        let mut at = 0;
        while let Some(found) = block[at..].windows(3).position(|three| three == b"\"\"\"") {
            at += found;
            if at == 0 || block[at - 1] != b'\\' {
                return &block[at + 3..];
            }
            at += 3;
        }
        return block;
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
}
