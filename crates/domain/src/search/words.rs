//! How a text falls into words, and in which forms each of them is looked for.
//! Must not know what is searched; both what is kept and what is asked for go through here.
//! Folding by letter is `text::folded`.

use std::ops::Range;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use crate::text;

/// Characters at most of a word that count: what begins alike for so long is alike.
const MAX_WORD: usize = 64;

/// The five marks of tone: grave, acute, tilde, hook above, dot below.
const TONES: [char; 5] = ['\u{300}', '\u{301}', '\u{303}', '\u{309}', '\u{323}'];

/// A word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Where in the text it stands, in bytes.
    pub range: Range<usize>,
    /// Without case, tone and diacritics, as it stands there: "vy".
    pub plain: String,
    /// The same with y as i at the end of a syllable where both are written: "vi".
    pub folded: String,
    /// Without case, the tone taken out of the syllable and put before it, so that hoà and hòa are one word.
    pub exact: String,
    /// A character of a script that does not part words by spaces.
    pub is_han: bool,
}

impl Word {
    fn of(text: &str, range: Range<usize>, is_han: bool) -> Self {
        let written = &text[range.clone()];
        let letters = |c: &char| c.is_alphanumeric();
        let plain: String = text::folded(written).filter(letters).take(MAX_WORD).collect();
        Self { range, folded: end_in_i(&plain), exact: tone_first(written), plain, is_han }
    }
}

/// `y` as `i` at the end, after a consonant or `qu`, where Vietnamese writes either (kỹ or kĩ, Vỹ or Vĩ, quý or quí); "tay" is no "tai".
fn end_in_i(plain: &str) -> String {
    let Some(stem) = plain.strip_suffix('y') else { return plain.to_owned() };
    let before = stem.chars().next_back();
    let is_either =
        before.is_none_or(|c| c.is_ascii_alphabetic() && !matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y')) || stem.ends_with("qu");
    if is_either { format!("{stem}i") } else { plain.to_owned() }
}

fn tone_first(written: &str) -> String {
    let decomposed: Vec<char> = written.nfd().flat_map(char::to_lowercase).map(|c| if c == '\u{f0}' { 'đ' } else { c }).collect();
    let (tones, letters): (Vec<char>, Vec<char>) = decomposed.into_iter().partition(|c| TONES.contains(c));
    let letters = letters.into_iter().filter(|c| c.is_alphanumeric() || is_combining_mark(*c)).nfc();
    tones.into_iter().take(4).chain(letters.take(MAX_WORD)).collect()
}

/// Chinese characters and kana.
fn is_han(c: char) -> bool {
    matches!(u32::from(c), 0x3005..=0x3007 | 0x3041..=0x30ff | 0x31f0..=0x31ff | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xf900..=0xfaff | 0x2_0000..=0x3_ffff)
}

/// The words of a text in their order: runs of letters and digits, "&" between two of them taken as nothing (TT&TT), and each character
/// of a script without spaces by itself.
pub fn words(text: &str) -> Vec<Word> {
    let (mut words, mut open): (Vec<Word>, Option<Range<usize>>) = (Vec::new(), None);
    let mut rest = text.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        let end = at + c.len_utf8();
        let joins = || c == '&' && text[end..].chars().next().is_some_and(char::is_alphanumeric);
        match &mut open {
            _ if is_han(c) => {
                words.extend(open.take().map(|range| Word::of(text, range, false)));
                // A mark of sound belongs to the kana before it.
                let mut end = end;
                while let Some((at, mark)) = rest.next_if(|(_, next)| is_combining_mark(*next)) {
                    end = at + mark.len_utf8();
                }
                words.push(Word::of(text, at..end, true));
            }
            Some(range) if c.is_alphanumeric() || is_combining_mark(c) || joins() => range.end = end,
            // A mark without a letter before it is none of the word behind it: where it stands depends on the normal form.
            None if c.is_alphanumeric() && !is_combining_mark(c) => open = Some(at..end),
            _ => words.extend(open.take().map(|range| Word::of(text, range, false))),
        }
    }
    words.extend(open.map(|range| Word::of(text, range, false)));
    words.retain(|word| !word.plain.is_empty());
    words
}

/// Words of a name that initials leave out as often as not.
const CONNECTIVE: &str = "va";

/// Names of more words than this are descriptions, which nobody abbreviates.
const MAX_ABBREVIATED: usize = 16;

/// The initials by which a name is known: those of its beginning, from the first word or the second, and those of its end, with "và"
/// and without. "Sở Thông tin và Truyền thông" is known as STTTT, TTTT and STTVTT.
pub fn initials(name: &str) -> Vec<String> {
    let words = words(name);
    if words.len() > MAX_ABBREVIATED || words.iter().any(|word| word.is_han) {
        return Vec::new();
    }
    let first = |word: &Word| word.plain.chars().next();
    let all: Vec<char> = words.iter().filter_map(first).collect();
    let without: Vec<char> = words.iter().filter(|word| word.plain != CONNECTIVE).filter_map(first).collect();
    let mut found = Vec::new();
    for letters in [all, without] {
        let runs = (0..2).flat_map(|from| (from + 2..=letters.len()).map(move |to| from..to));
        let ends = (2..letters.len().saturating_sub(1)).map(|from| from..letters.len());
        found.extend(runs.chain(ends).map(|run| letters[run].iter().collect::<String>()));
    }
    found.sort_unstable();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn folded(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.folded).collect()
    }

    fn exact(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.exact).collect()
    }

    #[test]
    fn words_are_found_however_they_are_typed() {
        assert_eq!(
            folded("UBND huyện Bạch Long Vỹ, Sở TT&TT; 1593/QĐ-UBND"),
            ["ubnd", "huyen", "bach", "long", "vi", "so", "tttt", "1593", "qd", "ubnd"]
        );
        assert_eq!(folded("Bạch Long Vĩ"), folded("bach long vy"));
        assert_eq!(folded("Hài Phòng"), folded("HẢI PHÒNG"));
        assert_eq!(folded("quý quí kỹ kĩ y"), ["qui", "qui", "ki", "ki", "i"]);
        assert_ne!(folded("tay"), folded("tai"));
        assert_eq!(folded("% _ ' \" \\ & * ( ) : ^ - |"), Vec::<String>::new());
    }

    #[test]
    fn the_place_of_a_tone_makes_no_difference_and_the_tone_does() {
        assert_eq!(exact("hoà thuý Uỷ"), exact("hòa thúy Ủy"));
        assert_ne!(exact("hoà"), exact("hoá"));
        assert_ne!(exact("hoà"), exact("hoa"));
        assert_ne!(exact("đa"), exact("da"));
        assert_ne!(exact("Vỹ"), exact("Vĩ"));
    }

    #[test]
    fn characters_without_spaces_are_words_of_their_own() {
        assert_eq!(folded("外事厅 2021年"), ["外", "事", "厅", "2021", "年"]);
        assert_eq!(folded("カ\u{3099}イド"), folded("ガイド"));
    }

    #[test]
    fn a_word_begins_with_a_letter_in_every_normal_form() {
        let (composed, decomposed) = ("\u{1FCD}\u{16FF0}\u{D85}", "\u{1FBF}\u{16FF0}\u{300}\u{D85}");
        assert_eq!(composed.nfd().collect::<String>(), decomposed);
        assert_eq!((exact(composed), exact(decomposed)), (vec!["\u{D85}".to_owned()], vec!["\u{D85}".to_owned()]));
    }

    #[test]
    fn a_department_is_known_by_its_initials() {
        let known = initials("Sở Thông tin và Truyền thông");
        for name in ["stttt", "tttt", "sttvtt", "ttvtt"] {
            assert!(known.iter().any(|one| one == name), "{name} in {known:?}");
        }
        assert!(initials("Ủy ban nhân dân huyện Bạch Long Vỹ").contains(&"ubnd".to_owned()));
        assert_eq!(initials("Cảng"), Vec::<String>::new());
    }

    proptest! {
        #[test]
        fn normal_forms_and_case_make_no_difference(text in "\\PC{0,40}") {
            let (composed, decomposed) = (text.nfc().collect::<String>(), text.nfd().collect::<String>());
            prop_assert_eq!(folded(&composed), folded(&decomposed));
            prop_assert_eq!(exact(&composed), exact(&decomposed));
        }

        #[test]
        fn exact_words_that_are_equal_are_equal_when_folded(text in "[a-zA-ZăâđêôơưạảãáàứừửữựíìỉĩịýỳỷỹỵĐ&./ ]{0,40}") {
            for word in words(&text) {
                prop_assert_eq!(&folded(&word.exact).concat(), &word.folded);
            }
        }

        #[test]
        fn words_hold_letters_and_digits_alone(text in "\\PC{0,60}") {
            for word in words(&text) {
                prop_assert!(word.folded.chars().all(char::is_alphanumeric) && !word.folded.is_empty());
                prop_assert!(word.plain.chars().count() <= MAX_WORD);
                prop_assert!(text.get(word.range).is_some());
            }
        }
    }
}
