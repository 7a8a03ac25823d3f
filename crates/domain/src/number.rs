//! Numbers as people write them in Vietnamese, “1.234,5 triệu đồng”, read exactly.
//! Must not guess: what could mean two numbers is refused as ambiguous, and nothing passes through floating point.
//! The numbers themselves are `decimal`; which field wants which kind is `data_form`.

use crate::{decimal::Decimal, text};

/// What a number is for, which decides how its points and words can be meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning<'a> {
    /// A whole number, with its unit or without.
    Whole { unit: Option<&'a str> },
    /// A number that may have decimals, with its unit or without.
    Fraction { unit: Option<&'a str> },
    /// Đồng, in words of its multiples or without.
    Money,
}

/// Why a text is no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotNumber {
    #[error("not a number")]
    Unreadable,
    /// Its point or comma could part thousands or begin the decimals.
    #[error("could mean two numbers")]
    Ambiguous,
}

/// Words for multiples of a đồng, without diacritics, and their powers of ten.
const MULTIPLES: [(&str, u32); 5] = [("", 0), ("nghin", 3), ("trieu", 6), ("ty", 9), ("nghin ty", 12)];

/// Reads a number: points part thousands and a comma begins the decimals; a point that cannot part thousands begins them too, as
/// machines write it.
///
/// # Errors
/// `Ambiguous` for “1.234” where decimals may be, for “1,234” and for “1,234.5”, and for “1.00” and “1.0000” of đồng, which have no
/// decimals: what such a point begins may be thousands with a digit too few or too many. `Unreadable` for what is no number.
pub fn read(written: &str, meaning: Meaning<'_>) -> Result<Decimal, NotNumber> {
    let plain = text::normalise(written).replace(['\u{202f}', '\u{2009}'], " ");
    let plain = plain.trim();
    let unsigned = plain.strip_prefix(['-', '\u{2212}']);
    let (sign, rest) = unsigned.map_or(("", plain), |rest| ("-", rest));
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.' && c != ',').unwrap_or(rest.len());
    let (digits, words) = rest.split_at(end);
    let power = power_of(words.trim(), meaning).ok_or(NotNumber::Unreadable)?;
    if meaning == Meaning::Money && power == 0 && are_nearly_groups(digits) {
        return Err(NotNumber::Ambiguous);
    }
    let may_have_decimals = power > 0 || matches!(meaning, Meaning::Fraction { .. });
    let (whole, fraction) = parts(digits, may_have_decimals)?;
    let number: Decimal = format!("{sign}{whole}.{fraction}").parse().map_err(|_| NotNumber::Unreadable)?;
    number.times_ten_to(power).ok_or(NotNumber::Unreadable)
}

/// The power of ten that the words after a number stand for.
fn power_of(words: &str, meaning: Meaning<'_>) -> Option<u32> {
    let words = text::fold(words);
    match meaning {
        Meaning::Whole { unit } | Meaning::Fraction { unit } => {
            (words.is_empty() || unit.is_some_and(|unit| text::fold(unit) == words)).then_some(0)
        }
        Meaning::Money => {
            let multiple = ["dong", "vnd", "d", "₫"].iter().find_map(|unit| words.strip_suffix(unit)).unwrap_or(&words);
            let multiple = multiple.trim().replace("ngan", "nghin");
            let multiple = if multiple.ends_with("ti") { multiple.replace("ti", "ty") } else { multiple };
            MULTIPLES.iter().find(|(word, _)| *word == multiple).map(|(_, power)| *power)
        }
    }
}

/// The digits before and after the beginning of the decimals.
fn parts(digits: &str, may_have_decimals: bool) -> Result<(String, String), NotNumber> {
    let joined = |groups: &str, mark: char| groups.replace(mark, "");
    let (points, commas) = (digits.matches('.').count(), digits.matches(',').count());
    match (points, commas) {
        (0, 0) => Ok((some(digits)?, "0".into())),
        (1, 0) if are_groups(digits, '.') && may_have_decimals => Err(NotNumber::Ambiguous),
        (_, 0) if are_groups(digits, '.') => Ok((joined(digits, '.'), "0".into())),
        (0, _) if are_groups(digits, ',') => Err(NotNumber::Ambiguous),
        (1, 0) => split(digits, '.'),
        (0, 1) => split(digits, ','),
        (_, 1) => match digits.split_once(',') {
            Some((groups, fraction)) if are_groups(groups, '.') && !fraction.contains('.') => Ok((joined(groups, '.'), some(fraction)?)),
            _ => Err(english(digits)),
        },
        _ => Err(english(digits)),
    }
}

/// “1,234.5” is told as ambiguous, as most who write it mean it as it is read in English.
fn english(digits: &str) -> NotNumber {
    match digits.split_once('.') {
        Some((groups, _)) if are_groups(groups, ',') => NotNumber::Ambiguous,
        _ => NotNumber::Unreadable,
    }
}

fn split(digits: &str, mark: char) -> Result<(String, String), NotNumber> {
    let (whole, fraction) = digits.split_once(mark).ok_or(NotNumber::Unreadable)?;
    Ok((some(whole)?, some(fraction)?))
}

fn some(digits: &str) -> Result<String, NotNumber> {
    if digits.is_empty() { Err(NotNumber::Unreadable) } else { Ok(digits.to_owned()) }
}

/// Whether a mark parts thousands: one to three digits that do not begin with a zero, then groups of three.
fn are_groups(digits: &str, mark: char) -> bool {
    let mut groups = digits.split(mark);
    let first = groups.next().unwrap_or_default();
    let mut rest = groups.peekable();
    (1..=3).contains(&first.len())
        && !first.starts_with('0')
        && rest.peek().is_some()
        && first.bytes().all(|byte| byte.is_ascii_digit())
        && rest.all(|group| group.len() == 3 && group.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Whether one point stands where it could part thousands, but for how many digits follow. Before it machines write more digits, as in
/// “1234.00”: that can be meant in one way only.
fn are_nearly_groups(digits: &str) -> bool {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    digits.split_once('.').is_some_and(|(first, rest)| {
        (1..=3).contains(&first.len()) && !first.starts_with('0') && is_number(first) && is_number(rest) && rest.len() != 3
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WHOLE: Meaning<'_> = Meaning::Whole { unit: Some("lượt người") };
    const FRACTION: Meaning<'_> = Meaning::Fraction { unit: Some("%") };

    fn told(written: &str, meaning: Meaning<'_>) -> String {
        match read(written, meaning) {
            Ok(number) => number.to_string(),
            Err(NotNumber::Ambiguous) => "ambiguous".into(),
            Err(NotNumber::Unreadable) => "unreadable".into(),
        }
    }

    #[test]
    fn money_is_read_in_words_and_figures() {
        for (written, dong) in [
            ("1.234,5 triệu đồng", "1234500000"),
            ("105.645,46 tỷ đồng", "105645460000000"),
            ("105.645,46 tỉ", "105645460000000"),
            ("1,5 nghìn tỷ đồng", "1500000000000"),
            ("1.234.567 đ", "1234567"),
            ("1.234", "1234"),
            ("500 ngàn", "500000"),
            ("-2\u{a0}triệu đồng", "-2000000"),
            ("1234567₫", "1234567"),
            ("0,000001 triệu đồng", "1"),
            ("0,0000001 triệu đồng", "0.1"),
            ("1.5 triệu", "1500000"),
            ("12.34 tỷ", "12340000000"),
            ("1.0000 triệu", "1000000"),
            ("1234.00", "1234"),
            ("1,00 đồng", "1"),
            ("0.5", "0.5"),
        ] {
            assert_eq!(told(written, Meaning::Money), dong, "{written}");
        }
    }

    #[test]
    fn what_could_mean_two_numbers_is_refused() {
        for (written, meaning) in [
            ("1.234", FRACTION),
            ("1,234", FRACTION),
            ("1,234", WHOLE),
            ("1,234.5", FRACTION),
            ("1,234,567", WHOLE),
            ("1,234,567.89", Meaning::Money),
            ("1.234 triệu đồng", Meaning::Money),
            ("1,234 tỷ đồng", Meaning::Money),
            ("1.00", Meaning::Money),
            ("1.0000", Meaning::Money),
            ("-12.5 đồng", Meaning::Money),
        ] {
            assert_eq!(told(written, meaning), "ambiguous", "{written}");
        }
    }

    #[test]
    fn what_can_mean_one_number_only_is_read() {
        for (written, meaning, number) in [
            ("1.234", WHOLE, "1234"),
            ("1.234 lượt người", WHOLE, "1234"),
            ("12,5%", FRACTION, "12.5"),
            ("12.5", FRACTION, "12.5"),
            ("0.125", FRACTION, "0.125"),
            ("0,125", FRACTION, "0.125"),
            ("1234,567", FRACTION, "1234.567"),
            ("1.234,567", FRACTION, "1234.567"),
            ("1.234.567", FRACTION, "1234567"),
            ("99,1250", FRACTION, "99.125"),
            ("−3", WHOLE, "-3"),
            ("007", WHOLE, "7"),
        ] {
            assert_eq!(told(written, meaning), number, "{written}");
        }
        let long = "9".repeat(40);
        for junk in ["", " ", "x", "-", ".", ",", "1.", ",5", "1.23.456", "1,2,3", "1.2,3.4", "12 kg", "1e3", "١", "1.234,", "+1", &long] {
            assert_eq!(told(junk, FRACTION), "unreadable", "{junk}");
        }
        assert_eq!(told("5 triệu đồng", WHOLE), "unreadable");
        assert_eq!(told("5 đô la", Meaning::Money), "unreadable");
    }

    /// A whole number with points between its thousands.
    fn grouped(number: u64) -> String {
        let digits = number.to_string();
        let groups: Vec<&str> = digits.as_bytes().rchunks(3).rev().map(|group| std::str::from_utf8(group).expect("digits")).collect();
        groups.join(".")
    }

    proptest! {
        #[test]
        fn what_is_written_in_full_is_read_as_it_was_meant(whole in 0..1_000_000_000_000_u64, fraction in "[0-9]{1,6}") {
            // With points and a comma both, or with none of three digits alone, nothing is left to guess.
            let written = format!("{},{fraction}", grouped(whole));
            let wanted: Decimal = format!("{whole}.{fraction}").parse().expect("a decimal");
            match read(&written, FRACTION) {
                Ok(number) => prop_assert_eq!(number, wanted),
                Err(why) => {
                    prop_assert_eq!(why, NotNumber::Ambiguous);
                    prop_assert!((1..1000).contains(&whole) && fraction.len() == 3, "{}", written);
                }
            }
            prop_assert_eq!(read(&format!("{} đồng", grouped(whole)), Meaning::Money), Ok(format!("{whole}").parse().expect("a decimal")));
        }

        #[test]
        fn nothing_panics(written in "\\PC{0,20}") {
            for meaning in [WHOLE, FRACTION, Meaning::Money] {
                let _ = read(&written, meaning);
            }
        }
    }
}
