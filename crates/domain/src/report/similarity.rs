//! How much of a narrative stands in another one word for word: runs of three words, as a share of all runs of both.
//! Must not judge: a reviewer looks, the public never sees it.
//! The narratives to compare with come from `persistence::report`.

use std::collections::HashSet;

use crate::text;

/// Words that make a run.
const RUN: usize = 3;

/// The runs of words of a text, as hashes; case, tone marks and punctuation do not count.
#[derive(Clone, Debug, Default)]
pub struct Shingles(HashSet<u64>);

impl Shingles {
    /// The runs of a text. One shorter than a run is one run.
    pub fn of(narrative: &str) -> Self {
        let folded = text::fold(narrative);
        let words: Vec<&str> = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        if words.is_empty() {
            return Self::default();
        }
        Self(words.windows(RUN.min(words.len())).map(hash).collect())
    }

    /// Jaccard's index: shared runs as a share of all, 0 to 1. Texts without words resemble nothing.
    #[allow(clippy::cast_precision_loss)] // a report has far fewer runs than 2^52
    pub fn resemblance(&self, other: &Self) -> f64 {
        let shared = self.0.intersection(&other.0).count();
        let all = self.0.len() + other.0.len() - shared;
        if all == 0 { 0.0 } else { shared as f64 / all as f64 }
    }
}

/// FNV-1a over the words, with a mark between them; the same on every machine.
fn hash(words: &[&str]) -> u64 {
    let bytes = words.iter().flat_map(|word| word.bytes().chain([0xff]));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resemblance(a: &str, b: &str) -> f64 {
        Shingles::of(a).resemblance(&Shingles::of(b))
    }

    #[test]
    fn a_copy_is_found_and_two_texts_of_the_same_office_are_not() {
        let first = "Sở đã tổ chức hai lớp tập huấn về thông tin đối ngoại cho cán bộ các quận, huyện.";
        let copied = "SỞ ĐÃ TỔ CHỨC HAI LỚP TẬP HUẤN VỀ THÔNG TIN ĐỐI NGOẠI cho cán bộ các quận huyện";
        let other = "Báo đã mở chuyên mục tiếng Anh và đăng ba mươi tin về cảng biển Hải Phòng.";
        assert!((resemblance(first, copied) - 1.0).abs() < f64::EPSILON);
        assert!(resemblance(first, other) < 0.05);
        let half = format!("{first} {other}");
        assert!((0.3..0.8).contains(&resemblance(first, &half)), "{}", resemblance(first, &half));
    }

    #[test]
    fn texts_without_words_resemble_nothing() {
        assert!(resemblance("", "") < f64::EPSILON && resemblance("…", "—") < f64::EPSILON);
        assert!((resemblance("Xong", "xong.") - 1.0).abs() < f64::EPSILON);
    }
}
