//! Vietnamese text: one form at the door, a folded form for search.
//! Must not change what is stored beyond Unicode normalisation: the text as written stays as written.
//! Folding happens here and never in SQL, so that both databases find the same; how words are told apart is `search`.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark, is_nfc};

use crate::error::Code;

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

/// Whether the text can be kept: both databases hold it, and whatever is made of it can be written as XML (charts, sheets).
/// Nothing stored has other characters, so that a search for them finds nothing.
pub fn storable(text: &str) -> bool {
    text.chars().all(is_writable)
}

/// Whether XML has the character (XML 1.0, section 2.2, Char): no control characters but tab and line ends, nor U+FFFE and U+FFFF.
/// PostgreSQL has no place for U+0000 either.
pub const fn is_writable(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..)
}

/// Whether nothing of a text can be seen: blanks, characters without width, and letters that are drawn as nothing.
pub fn shows_nothing(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || is_unseen(c))
}

const fn is_unseen(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
    )
}

/// What is wrong with a text that must say something: there is none, or nothing of it can be seen.
pub fn silence(text: &str) -> Option<Code> {
    if text.trim().is_empty() {
        return Some(Code::FieldRequired);
    }
    shows_nothing(text).then_some(Code::PatternMismatch)
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
    fn what_is_kept_can_be_written_as_xml() {
        for fine in ["", "Lập hồ sơ\tbiển đảo\r\n", "\u{7f}\u{85}\u{fffd}\u{10000}\u{10ffff}"] {
            assert!(storable(fine), "{fine:?}");
        }
        for odd in ['\0', '\u{1}', '\u{8}', '\u{b}', '\u{c}', '\u{1f}', '\u{fffe}', '\u{ffff}'] {
            assert!(!storable(&format!("Lập{odd} hồ sơ")), "{odd:?}");
        }
    }

    #[test]
    fn a_text_that_must_say_something_is_seen() {
        for blank in ["", " \n", "\u{a0}"] {
            assert_eq!(silence(blank), Some(Code::FieldRequired), "{blank:?}");
        }
        for unseen in ["\u{200b}", "\u{ad}", " \u{2061}\u{feff}", "\u{3164}\u{115f}\u{1160}\u{ffa0}", "\u{2800}", "\u{180e}"] {
            assert_eq!(silence(unseen), Some(Code::PatternMismatch), "{unseen:?}");
        }
        assert_eq!(silence("\u{200b}a"), None);
    }

    #[test]
    fn wildcards_find_only_themselves() {
        assert_eq!(like_anywhere("100%_\\"), "%100\\%\\_\\\\%");
    }
}
