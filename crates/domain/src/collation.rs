//! Vietnamese order of names: a ă â b c d đ e ê …, tones ngang, huyền, hỏi, ngã, sắc, nặng (the collation `vi` of CLDR).
//! Must not be asked of a database: both would have to know the same version of the same rules.
//! Whoever sorts by name keeps the key beside the name, or makes it in memory.

use std::{convert::Infallible, fmt::Write, sync::LazyLock};

use icu_collator::{Collator, CollatorBorrowed, options::CollatorOptions};
use icu_locale_core::locale;
use unicode_normalization::UnicodeNormalization;

/// Bytes at most of a key: names that are equal so far are told apart by what else a list is sorted by.
const MAX_KEY: usize = 160;

static VIETNAMESE: LazyLock<Option<CollatorBorrowed<'static>>> =
    LazyLock::new(|| Collator::try_new(locale!("vi").into(), CollatorOptions::default()).ok());

/// A key that is compared byte by byte as the text is in Vietnamese order: hexadecimal digits, which every database compares alike.
pub fn key(text: &str) -> String {
    let mut bytes = Vec::new();
    match &*VIETNAMESE {
        Some(collator) => {
            let Ok(()): Result<(), Infallible> = collator.write_sort_key_to(text, &mut bytes);
        }
        // The rules are compiled in; a test reads them.
        None => bytes.extend(text.nfd().collect::<String>().bytes()),
    }
    bytes.truncate(MAX_KEY);
    hexadecimal(&bytes)
}

/// Bytes as hexadecimal digits, in the order of the bytes.
pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sorted(mut names: Vec<&str>) -> Vec<&str> {
        names.sort_by_key(|name| key(name));
        names
    }

    #[test]
    fn letters_and_tones_stand_in_vietnamese_order() {
        let letters = ["a", "ă", "â", "b", "c", "d", "đ", "e", "ê", "g", "i", "o", "ô", "ơ", "p", "t", "u", "ư", "v", "x", "y"];
        let mut shuffled = letters.to_vec();
        shuffled.reverse();
        assert_eq!(sorted(shuffled), letters);
        let tones = ["ma", "mà", "mả", "mã", "má", "mạ", "mac"];
        assert_eq!(sorted(vec!["mac", "mạ", "má", "mã", "mả", "mà", "ma"]), tones);
        let names = ["Sở Du lịch", "Sở Đào tạo", "Sở Ngoại vụ", "Sở Y tế"];
        assert_eq!(sorted(vec!["Sở Y tế", "Sở Đào tạo", "Sở Ngoại vụ", "Sở Du lịch"]), names);
    }

    proptest! {
        #[test]
        fn composed_and_decomposed_texts_have_one_key(text in "[a-zăâđêôơưạảãáàứừửữự ]{0,20}") {
            prop_assert_eq!(key(&text.nfd().collect::<String>()), key(&text.nfc().collect::<String>()));
        }
    }
}
