//! Marks of secrecy: whether a text says of itself that it is a state secret.
//! Must not be taken for a proof that a text is none: it finds marks written as letters, not stamps in pictures.
//! Degrees are those of the Law on the Protection of State Secrets (29/2018/QH14), article 8: TUYỆT MẬT, TỐI MẬT, MẬT.
//!
//! A mark is the word MẬT in capital letters, composed or not, alone or after TỐI or TUYỆT. In a text in capitals the same
//! letters are part of ordinary words ("MẬT ĐỘ DÂN SỐ", "BẢO MẬT", "LUẬT BẢO VỆ BÍ MẬT NHÀ NƯỚC", "MẬT ONG"): where the word
//! stands beside one of those in the same line it is no mark. What is refused wrongly can be renamed; what is taken wrongly
//! cannot be taken back, so the list is short. "mật" and "Mật" are never marks, and letters without tone marks ("MAT") are none.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Words that make an ordinary one with MẬT after them.
const BEFORE: [&str; 12] = ["BÍ", "BẢO", "THÂN", "CƠ", "NGHIÊM", "CẨN", "GAN", "TÚI", "SỎI", "ỐNG", "DỊCH", "ĐƯỜNG"];
/// Words that make an ordinary one with MẬT before them.
const AFTER: [&str; 10] = ["ONG", "ĐỘ", "KHẨU", "MÃ", "THIẾT", "MÍA", "VỤ", "NGỮ", "NGHỊ", "NGỌT"];
/// Longer words are none of those that matter.
const LONGEST: usize = 32;

/// Looks for a mark in a text that comes in pieces.
#[derive(Debug, Default)]
pub struct Finder {
    word: String,
    /// The word before, with nothing but spaces since.
    before: Option<String>,
    /// MẬT stands alone so far; the word after it decides.
    undecided: bool,
    found: bool,
}

impl Finder {
    /// Reads on.
    pub fn read(&mut self, text: &str) {
        text.chars().for_each(|c| self.letter(c));
    }

    /// Whether there was a mark, at the end of the text.
    pub fn is_marked(mut self) -> bool {
        self.letter('\n');
        self.found
    }

    fn letter(&mut self, c: char) {
        if c.is_alphanumeric() || is_combining_mark(c) {
            if self.word.len() < LONGEST {
                self.word.push(c);
            }
            return;
        }
        if !self.word.is_empty() {
            let word: String = self.word.drain(..).nfc().collect();
            self.word(word);
        }
        if !matches!(c, ' ' | '\t' | '\u{a0}') {
            // The next word belongs to something else.
            self.found |= std::mem::take(&mut self.undecided);
            self.before = None;
        }
    }

    fn word(&mut self, word: String) {
        let undecided = std::mem::take(&mut self.undecided);
        self.found |= undecided && !AFTER.contains(&word.as_str());
        if word == "MẬT" {
            match self.before.as_deref() {
                Some("TỐI" | "TUYỆT") => self.found = true,
                Some(before) if BEFORE.contains(&before) => {}
                _ => self.undecided = true,
            }
        }
        self.before = Some(word);
    }
}

/// Whether a short text, such as a name or title, is marked.
pub fn is_marked(text: &str) -> bool {
    let mut finder = Finder::default();
    finder.read(text);
    finder.is_marked()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_found_wherever_they_stand() {
        for text in [
            "MẬT",
            "TỐI MẬT",
            "TUYỆT MẬT",
            "Số: 12/BC-UBND MẬT",
            "bc_MẬT_2014.pdf",
            "[MẬT] kế hoạch.docx",
            "Độ mật: MẬT",
            "ĐỘ MẬT: TỐI MẬT",
            "BẢO VỆ BÍ MẬT NHÀ NƯỚC\nMẬT\nKế hoạch",
            "MẬT\nMÃ SỐ 1",
            "TUYỆT  MẬT ONG",
            "TO\u{302}\u{301}I MA\u{302}\u{323}T",
            "MA\u{323}\u{302}T",
        ] {
            assert!(is_marked(text), "{text:?}");
        }
    }

    #[test]
    fn ordinary_words_are_no_marks() {
        for text in [
            "",
            "bí mật",
            "Bảo vệ bí mật nhà nước",
            "Mật",
            "mật ong",
            "LUẬT BẢO VỆ BÍ MẬT NHÀ NƯỚC",
            "MẬT ONG BẠC HÀ",
            "MẬT ĐỘ DÂN SỐ",
            "AN TOÀN, BẢO MẬT THÔNG TIN",
            "MẬT KHẨU",
            "MẬTX",
            "MAT",
            "MẤT",
        ] {
            assert!(!is_marked(text), "{text:?}");
        }
    }

    #[test]
    fn pieces_read_as_the_whole() {
        let text = "Kính gửi: UBND — TO\u{302}\u{301}I MA\u{302}\u{323}T, BÍ MẬT";
        let at: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        for cut in at {
            let mut finder = Finder::default();
            finder.read(&text[..cut]);
            finder.read(&text[cut..]);
            assert!(finder.is_marked(), "{cut}");
        }
    }
}
