//! The letters of pictures: Noto Sans, which has every Vietnamese one, built in; how wide a text is, and where it breaks.
//! Must not look for fonts on the machine.
//! Used by `layout` and `picture`.

use std::sync::OnceLock;

use domain::text;
use plotters::style::{FontDesc, FontFamily, FontStyle, TextStyle, register_font};

use crate::NotDrawn;

/// The families of the text, the built-in one first, as CSS has it.
pub const FAMILY: &str = "Noto Sans, Arial, sans-serif";
/// The library measures a letter against its line, and writes SVG with 1/1.24 of that; a line of Noto Sans is 1.362 of its size.
const WIDER: f64 = 1.362 / 1.24;

/// Makes the letters known; once for the whole program.
pub fn register() -> Result<(), NotDrawn> {
    static DONE: OnceLock<Result<(), ()>> = OnceLock::new();
    let both = || {
        register_font(FAMILY, FontStyle::Normal, notosans::REGULAR_TTF).map_err(|_| ())?;
        register_font(FAMILY, FontStyle::Bold, notosans::BOLD_TTF).map_err(|_| ())
    };
    DONE.get_or_init(both).map_err(|()| NotDrawn::Drawing("the built-in letters cannot be read".into()))
}

/// The text without characters that XML has no place for: a drawing with one of them is none.
pub fn drawable(text: &str) -> String {
    text.chars().filter(|c| text::is_writable(*c)).collect()
}

/// How a text looks.
#[derive(Clone, Copy)]
pub struct Ink {
    /// Pixels from line to line are 1.3 of it.
    pub size: i32,
    pub is_bold: bool,
}

impl Ink {
    pub const TITLE: Self = Self { size: 22, is_bold: true };
    pub const PLAIN: Self = Self { size: 15, is_bold: false };
    pub const SMALL: Self = Self { size: 13, is_bold: false };

    pub fn style(self) -> TextStyle<'static> {
        let style = if self.is_bold { FontStyle::Bold } else { FontStyle::Normal };
        // A font whose weight is set afterwards is measured by the weight it had.
        TextStyle::from(FontDesc::new(FontFamily::Name(FAMILY), f64::from(self.size) * 1.24, style))
    }

    pub const fn line(self) -> i32 {
        self.size * 13 / 10
    }

    /// Pixels across.
    pub fn width(self, text: &str) -> Result<i32, NotDrawn> {
        let ((left, _), (right, _)) = self.style().font.layout_box(text).map_err(|error| NotDrawn::Drawing(error.to_string()))?;
        #[allow(clippy::cast_possible_truncation, reason = "pixels of a line of text")]
        Ok((f64::from(right - left) * WIDER).ceil() as i32)
    }

    /// The text in lines of so many pixels, at most so many lines; what does not fit ends in an ellipsis.
    pub fn lines(self, text: &str, width: i32, most: usize) -> Result<Vec<String>, NotDrawn> {
        let mut lines: Vec<String> = Vec::new();
        let mut line = String::new();
        for word in drawable(text).split_whitespace() {
            let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
            if line.is_empty() || self.width(&longer)? <= width {
                line = longer;
            } else {
                lines.push(std::mem::replace(&mut line, word.to_owned()));
            }
        }
        lines.push(line);
        if lines.len() > most {
            lines.truncate(most);
            if let Some(last) = lines.last_mut() {
                last.push('…');
            }
        }
        for line in &mut lines {
            while self.width(line)? > width && line.chars().count() > 1 {
                let kept = line.trim_end_matches('…').chars().count().saturating_sub(1);
                *line = line.chars().take(kept).collect::<String>().trim_end().to_owned() + "…";
            }
        }
        Ok(lines)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_of_the_language_is_built_in() {
        let letters = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ";
        let all = format!("{letters}{}0123456789%.,…–-₫", letters.to_uppercase());
        register().expect("letters");
        // A letter that is missing is as wide as the box of a missing one, in both weights; none of the language is.
        let widths = |letter: char| [false, true].map(|is_bold| Ink { size: 400, is_bold }.width(&letter.to_string()).expect("a width"));
        for letter in all.chars() {
            assert!(widths(letter)[0] > 0 && widths(letter) != widths('\u{E000}'), "{letter}");
        }
        assert_eq!(widths('日'), widths('\u{E000}'));
    }

    #[test]
    fn lines_are_no_wider_than_asked() {
        register().expect("letters");
        let text = "Sở Thông tin và Truyền thông chủ trì, phối hợp với Sở Ngoại vụ và Ủy ban nhân dân các quận, huyện";
        let lines = Ink::PLAIN.lines(text, 200, 3).expect("lines");
        assert_eq!(lines.len(), 3);
        assert!(lines[2].ends_with('…'), "{lines:?}");
        for line in &lines {
            assert!(Ink::PLAIN.width(line).expect("a width") <= 200, "{line}");
        }
        assert_eq!(Ink::PLAIN.lines("Cát Hải", 200, 3).expect("lines"), ["Cát Hải"]);
        let long = Ink::PLAIN.lines(&"x".repeat(200), 100, 2).expect("lines");
        assert!(long.len() == 1 && long[0].ends_with('…') && Ink::PLAIN.width(&long[0]).expect("a width") <= 100);
    }
}
