//! How the number formats of a workbook show numbers: as they are, or a hundredfold with a sign of per cent.
//! Must not guess: where a format leaves open which number it shows, that is told.
//! Cells are read in `xlsx`.

use std::io::BufRead;

use calamine::Style;
use quick_xml::{Reader, events::Event};
use serde_json::Number;

use super::{table::Cell, xlsx::number_of};

/// Tags at most of what describes the styles of cells: Excel has 65,490 styles.
const MAX_TAGS: usize = 200_000;
/// What all styles may take, were each as long as the longest tag: the reader gives each a format and a font of its own.
const MAX_COPIED: usize = 64 * 1024 * 1024;

/// How a format shows a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Shown {
    #[default]
    AsItIs,
    /// Who writes `40%` into a cell has 0.4 kept.
    PerCent,
    Unclear,
}

/// What the cells of a style show for what they hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Format {
    above: Shown,
    /// For less than nought.
    below: Shown,
}

/// A part of a format's code, of four at most: above nought, below it, nought, and text.
#[derive(Clone, Copy, Debug, Default)]
struct Section {
    /// Signs of per cent: each shows a hundredfold.
    signs: usize,
    is_text: bool,
}

impl Format {
    pub fn of(style: &Style) -> Self {
        style.number_format.as_ref().map(|format| Self::by(&format.format_code)).unwrap_or_default()
    }

    fn by(code: &str) -> Self {
        let (sections, has_conditions) = sections(code);
        let mut signs = sections.iter().filter(|section| !section.is_text).map(|section| section.signs);
        let first = signs.next().unwrap_or_default();
        let others: Vec<usize> = signs.take(2).collect();
        let above = match first {
            0 => Shown::AsItIs,
            1 => Shown::PerCent,
            _ => Shown::Unclear,
        };
        if has_conditions && others.iter().any(|signs| *signs != first) {
            return Self { above: Shown::Unclear, below: Shown::Unclear };
        }
        let below = if others.first().is_none_or(|signs| *signs == first) { above } else { Shown::Unclear };
        Self { above, below }
    }

    /// What a cell with this number shows; what is shown as per cent is the text that it reads as.
    pub fn cell(self, number: f64) -> Cell {
        match if number < 0.0 { self.below } else { self.above } {
            Shown::PerCent => per_cent(number),
            Shown::Unclear if number != 0.0 => Cell::Unclear,
            Shown::AsItIs | Shown::Unclear => number_of(number),
        }
    }
}

/// The parts of a code, and whether any holds under a condition only (`[>=1]`). What is quoted, escaped, filled or left blank shows
/// nothing of the number, nor does what is in brackets.
fn sections(code: &str) -> (Vec<Section>, bool) {
    let (mut all, mut section, mut has_conditions) = (Vec::new(), Section::default(), false);
    let mut letters = code.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' | '_' | '*' => {
                letters.next();
            }
            '"' => letters.by_ref().take_while(|next| *next != '"').for_each(drop),
            '[' => {
                let inside: String = letters.by_ref().take_while(|next| *next != ']').collect();
                has_conditions |= inside.starts_with(['<', '>', '=']);
            }
            ';' => all.push(std::mem::take(&mut section)),
            '%' => section.signs += 1,
            '@' => section.is_text = true,
            _ => {}
        }
    }
    all.push(section);
    (all, has_conditions)
}

/// A hundredfold, digit for digit: a sheet keeps fifteen digits, and multiplying a double would give others (`0.29`). What has more
/// digits, as a third has, is told.
fn per_cent(number: f64) -> Cell {
    let written = format!("{number:.14e}");
    let parts = written.split_once('e').and_then(|(digits, power)| Some((digits, power.parse::<i32>().ok()?)));
    let Some((digits, power)) = parts else { return Cell::NoNumber };
    let (Ok(kept), Ok(shown)) = (written.parse::<f64>(), format!("{digits}e{}", power + 2).parse::<f64>()) else { return Cell::NoNumber };
    // Programs divide what was typed by a hundred, which may miss the nearest double.
    if (kept - number).abs() > 2.0 * f64::EPSILON * number.abs() {
        return Cell::Inexact;
    }
    match number_of(shown) {
        Cell::Number(number) => Cell::Text(text_of(&number)),
        other => other,
    }
}

/// With a comma before decimals, and never three of these: they could be thousands.
fn text_of(number: &Number) -> String {
    let written = number.to_string();
    match written.split_once('.') {
        None => format!("{written}%"),
        Some((whole, decimals)) if decimals.len() == 3 => format!("{whole},{decimals}0%"),
        Some((whole, decimals)) => format!("{whole},{decimals}%"),
    }
}

/// Whether the reader would make too much of a description of styles. It is read as the reader does, so that both see the same tags.
///
/// # Errors
/// When it is no XML.
pub fn are_too_many(described: impl BufRead) -> Result<bool, quick_xml::Error> {
    let mut xml = Reader::from_reader(described);
    xml.config_mut().check_end_names = false;
    let (mut buffer, mut count, mut longest) = (Vec::new(), 0, 0);
    loop {
        buffer.clear();
        match xml.read_event_into(&mut buffer)? {
            Event::Eof => return Ok(false),
            Event::Start(tag) | Event::Empty(tag) => (count, longest) = (count + 1, tag.len().max(longest)),
            _ => {}
        }
        if count > MAX_TAGS || count * longest > MAX_COPIED {
            return Ok(true);
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::{
        decimal::Decimal,
        number::{Meaning, read},
    };

    use super::*;

    #[test]
    fn codes_tell_what_is_per_cent() {
        use Shown::{AsItIs, PerCent, Unclear};
        for (code, above, below) in [
            ("General", AsItIs, AsItIs),
            ("0%", PerCent, PerCent),
            ("0.00%", PerCent, PerCent),
            ("[Red]0%;[Blue]-0%;\"-\";@", PerCent, PerCent),
            ("0%;@", PerCent, PerCent),
            ("0%;-0", PerCent, Unclear),
            ("0%;", PerCent, Unclear),
            ("0;0%", AsItIs, Unclear),
            ("0%%", Unclear, Unclear),
            ("[<1]0%;0", Unclear, Unclear),
            ("[<1]0%;0%", PerCent, PerCent),
            ("0\"%\"", AsItIs, AsItIs),
            ("0\\%", AsItIs, AsItIs),
            ("0_%", AsItIs, AsItIs),
            ("[$%-409]0", AsItIs, AsItIs),
            ("0\"", AsItIs, AsItIs),
            ("0\\", AsItIs, AsItIs),
            ("", AsItIs, AsItIs),
        ] {
            assert_eq!(Format::by(code), Format { above, below }, "{code}");
        }
    }

    #[test]
    fn per_cent_is_shown_digit_for_digit() {
        let format = Format::by("0%");
        for (kept, shown) in [
            (1.0, "100%"),
            (0.4, "40%"),
            (0.405, "40,5%"),
            (0.29, "29%"),
            (0.57, "57%"),
            (0.07, "7%"),
            (0.070_000_000_000_000_02, "7%"),
            (12.3 / 100.0, "12,3%"),
            (-0.125, "-12,5%"),
            (0.0, "0%"),
            (12.5, "1250%"),
            (0.012_345, "1,2345%"),
            (0.123_456, "12,3456%"),
            (0.123_45, "12,3450%"),
        ] {
            assert_eq!(format.cell(kept), Cell::Text(shown.to_owned()), "{kept}");
        }
        for number in [1.0 / 3.0, 2.0 / 3.0, 1e14, 1e-9, f64::MAX] {
            assert_eq!(format.cell(number), Cell::Inexact, "{number}");
        }
        for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(format.cell(number), Cell::NoNumber, "{number}");
        }
        let unclear = Format::by("0%%");
        assert_eq!((unclear.cell(0.4), unclear.cell(0.0)), (Cell::Unclear, Cell::Number(0.into())));
    }

    #[test]
    fn what_is_shown_is_read_as_that_number() {
        for thousandths in (0..=120_000_u32).step_by(7) {
            let kept = f64::from(thousandths) / 100_000.0;
            let Cell::Text(shown) = Format::by("0.000%").cell(kept) else { panic!("{kept}") };
            let wanted: Decimal = format!("{}.{:03}", thousandths / 1000, thousandths % 1000).parse().expect("a decimal");
            assert_eq!(read(&shown, Meaning::Fraction { unit: Some("%") }), Ok(wanted), "{shown}");
        }
    }

    #[test]
    fn styles_that_would_fill_the_memory_are_too_many() {
        let are_too_many = |text: &str| are_too_many(text.as_bytes()).expect("XML");
        let code = |length: usize| format!("<numFmt formatCode='{}'/>", "0".repeat(length));
        assert!(!are_too_many(&format!("{}{}", code(255), "<xf numFmtId='200'/>".repeat(65_490))));
        assert!(are_too_many(&format!("{}{}", code(1_000_000), "<xf numFmtId='200'/>".repeat(100))));
        assert!(are_too_many(&"<xf/>".repeat(200_001)));
        // What else stands in a text does not make it shorter.
        let odd = format!("<numFmt formatCode='{}'/>", "0<\"".repeat(300_000));
        assert!(are_too_many(&format!("{odd}{}", "<xf numFmtId='200'/>".repeat(100))));
    }
}
