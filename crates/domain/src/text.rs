//! Vietnamese text: one form at the door, a folded form for search.
//! Must not change what is stored beyond Unicode normalisation: the text as written stays as written.
//! Folding happens here and never in SQL, so that both databases find the same; how words are told apart is `search`.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark, is_nfc};

/// Characters at most of a text that is searched for.
pub const MAX_SEARCH: usize = 200;

/// Normalises to NFC (TCVN 6909:2001) and turns the look-alikes Ð/ð (Eth) into Đ/đ and no-break spaces into spaces.
pub fn normalise(text: &str) -> String {
    if is_nfc(text) && !text.contains(['\u{d0}', '\u{f0}', '\u{a0}']) {
        return text.to_owned();
    }
    text.nfc()
        .map(|c| match c {
            '\u{d0}' => 'Đ',
            '\u{f0}' => 'đ',
            '\u{a0}' => ' ',
            other => other,
        })
        .collect()
}

/// The characters of a text without case, tone marks and diacritics, đ as d.
pub fn folded(text: &str) -> impl Iterator<Item = char> {
    text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).map(|c| if matches!(c, 'đ' | '\u{f0}') { 'd' } else { c })
}

/// The text without case, tone marks and diacritics, đ as d, runs of white space as one space.
///
/// "Bạch Long Vỹ" becomes "bach long vy", "Đồ Sơn" "do son"; "Uỷ" and "Ủy" fold alike.
pub fn fold(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    let mut space = false;
    for c in folded(text) {
        if c.is_whitespace() {
            space = true;
            continue;
        }
        if space && !joined.is_empty() {
            joined.push(' ');
        }
        space = false;
        joined.push(c);
    }
    joined
}

/// Whether both databases can hold the text: PostgreSQL has no place for the character U+0000.
/// Nothing stored has it, so that a search for it finds nothing.
pub fn storable(text: &str) -> bool {
    !text.contains('\0')
}

/// Whether nothing of a text can be seen: blanks, and characters without width.
pub fn shows_nothing(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}'))
}

/// A `LIKE` pattern (escape character `\`) that finds `text` anywhere, `%` and `_` meaning themselves.
pub fn like_anywhere(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_drops_tones_marks_and_the_bar_of_d() {
        assert_eq!(fold("Bạch Long Vỹ"), "bach long vy");
        assert_eq!(fold("  ĐỒ  SƠN\u{a0}"), "do son");
        assert_eq!(fold("Uỷ ban"), fold("Ủy ban"));
        assert_eq!(fold("Hài Phòng"), "hai phong");
    }

    #[test]
    fn normalising_repairs_the_eth_and_composes() {
        assert_eq!(normalise("Q\u{d0}-UBND"), "QĐ-UBND");
        assert_eq!(normalise("o\u{302}\u{309}"), "ổ");
        assert_eq!(normalise("2013 -1015"), "2013 -1015");
    }

    #[test]
    fn wildcards_find_only_themselves() {
        assert_eq!(like_anywhere("100%_\\"), "%100\\%\\_\\\\%");
    }
}
