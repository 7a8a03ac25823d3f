//! The number and symbol of a document, read as one of the four classes in which documents are numbered.
//! Must not refuse what stands on a real paper: what no class fits has none, and what looks wrong is a remark.
//! What is remarked is `remarks`; which abbreviations there are is `abbreviations`.
//!
//! Forms: Decree 30/2020/NĐ-CP (administrative documents), the Law on the Promulgation of Legal Documents (normative ones), and the
//! Party's own guidance. They are tried in the order normative, named, Party, official letter.

mod abbreviations;
mod remarks;

use std::fmt;

use chrono::NaiveDate;

pub use remarks::{Remark, RemarkKind};

use crate::{labels::labelled_enum, text};
use abbreviations::{is_normative_type, is_party_type, is_type};

/// Characters at most of a number with its symbol.
pub const MAX_NUMBER: usize = 100;

labelled_enum! {
    /// In which of the four ways a document is numbered.
    pub enum DocumentClass {
        /// Number, year, type and organ: 510/2013/QĐ-UBND, 83/2015/QH13.
        Normative = "NORMATIVE",
        /// An administrative document with a type: 1593/QĐ-UBND.
        Named = "NAMED",
        /// Of the Party: 16-KL/TW.
        Party = "PARTY",
        /// Công văn, which has no letters for its type: 1681/UBND-TCD.
        OfficialLetter = "OFFICIAL_LETTER",
    }
}

/// What a number and symbol are made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts {
    pub class: DocumentClass,
    /// As printed, with a leading zero where there is one.
    pub digits: String,
    /// The year that stands in the number.
    pub year: Option<i32>,
    /// The letters for the type, e.g. "QĐ".
    pub kind: Option<String>,
    /// The letters for who issued it, e.g. "UBND"; with several, all of them.
    pub organ: String,
    /// The letters for the unit that wrote it, e.g. "TCD".
    pub unit: Option<String>,
}

/// A number and symbol as they were read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The text with look-alike characters replaced and white space taken off; otherwise as it was given.
    pub text: String,
    /// Nothing where no class fits.
    pub parts: Option<Parts>,
    pub remarks: Vec<Remark>,
}

impl Parts {
    /// The digits as a number.
    pub fn serial(&self) -> Option<i32> {
        self.digits.parse().ok()
    }

    /// What stands beside number and year: "QĐ-UBND", "KL/TW", "UBND-TCD", "QH13".
    pub fn symbol(&self) -> String {
        let organ = match &self.unit {
            Some(unit) => format!("{}-{unit}", self.organ),
            None => self.organ.clone(),
        };
        match (&self.kind, self.class) {
            (Some(kind), DocumentClass::Party) => format!("{kind}/{organ}"),
            (Some(kind), _) => format!("{kind}-{organ}"),
            (None, _) => organ,
        }
    }
}

/// As it is printed on the document.
impl fmt::Display for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.digits)?;
        if let Some(year) = self.year {
            write!(f, "/{year}")?;
        }
        write!(f, "{}{}", if self.class == DocumentClass::Party { '-' } else { '/' }, self.symbol())
    }
}

/// Reads a number with its symbol. `issued_on` decides which abbreviations were in use.
pub fn read(given: &str, issued_on: Option<NaiveDate>) -> Reading {
    let text = repaired(given);
    let parts = parts(&text);
    let remarks = remarks::of(given, &text, parts.as_ref(), issued_on);
    Reading { text, parts, remarks }
}

/// The text in composed letters, Eth as Đ, the long dashes of word processors as hyphens, without white space at its ends and
/// around its strokes.
pub fn repaired(given: &str) -> String {
    let normal: String = text::normalise(given).chars().map(|c| if is_dash(c) { '-' } else { c }).collect();
    let words: Vec<&str> = normal.split_whitespace().collect();
    let mut text = String::with_capacity(normal.len());
    for word in words {
        let joins = text.is_empty() || text.ends_with(['/', '-']) || word.starts_with(['/', '-']);
        if !joins {
            text.push(' ');
        }
        text.push_str(word);
    }
    text
}

fn is_dash(c: char) -> bool {
    matches!(c, '\u{2010}'..='\u{2015}' | '\u{2212}')
}

fn parts(text: &str) -> Option<Parts> {
    normative(text).or_else(|| named(text)).or_else(|| party(text)).or_else(|| official_letter(text))
}

fn are_digits(text: &str, most: usize) -> bool {
    (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_capital(c: char) -> bool {
    c.is_ascii_uppercase() || c == 'Đ'
}

/// Letters of abbreviations, some of them small (`TTg`, `TTr`).
fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic() || c == 'Đ'
}

/// Whether a text has so many characters, all of them allowed.
fn is_made_of(text: &str, least: usize, most: usize, allowed: impl Fn(char) -> bool) -> bool {
    (least..=most).contains(&text.chars().count()) && text.chars().all(allowed)
}

/// Number, year, then type and organ, or the National Assembly or its Standing Committee with the number of its term.
fn normative(text: &str) -> Option<Parts> {
    let (digits, rest) = text.split_once('/')?;
    let (year, symbol) = rest.split_once('/')?;
    let is_year = are_digits(year, 4) && (year.starts_with("19") || year.starts_with("20")) && year.len() == 4;
    if !are_digits(digits, 4) || !is_year {
        return None;
    }
    let with = |kind: Option<&str>, organ: &str| Parts {
        class: DocumentClass::Normative,
        digits: digits.to_owned(),
        year: year.parse().ok(),
        kind: kind.map(str::to_owned),
        organ: organ.to_owned(),
        unit: None,
    };
    let term = ["UBTVQH", "QH"].into_iter().find_map(|assembly| symbol.strip_prefix(assembly));
    if term.is_some_and(|term| are_digits(term, 2)) {
        return Some(with(None, symbol));
    }
    let (kind, organ) = symbol.split_once('-')?;
    let is_organ = is_made_of(organ, 2, 25, |c| is_letter(c) || matches!(c, '&' | '-'));
    (is_normative_type(kind) && is_organ).then(|| with(Some(kind), organ))
}

/// Number, type, organ, and perhaps the unit that wrote it.
fn named(text: &str) -> Option<Parts> {
    let (digits, symbol) = text.split_once('/')?;
    let (kind, rest) = symbol.split_once('-')?;
    let (organ, unit) = match rest.split_once('-') {
        Some((organ, unit)) => (organ, Some(unit)),
        None => (rest, None),
    };
    let is_organ = is_made_of(organ, 2, 20, |c| is_letter(c) || c.is_ascii_digit() || matches!(c, '&' | '.'));
    let is_unit = unit.is_none_or(|unit| is_made_of(unit, 1, 15, |c| is_letter(c) || matches!(c, '&' | '.')));
    (are_digits(digits, 5) && is_type(kind) && is_organ && is_unit).then(|| Parts {
        class: DocumentClass::Named,
        digits: digits.to_owned(),
        year: None,
        kind: Some(kind.to_owned()),
        organ: organ.to_owned(),
        unit: unit.map(str::to_owned),
    })
}

/// Number and type before the stroke, organ behind it.
fn party(text: &str) -> Option<Parts> {
    let (before, organ) = text.split_once('/')?;
    let (digits, kind) = before.split_once('-')?;
    let is_organ = is_made_of(organ, 2, 12, is_capital);
    (are_digits(digits, 5) && is_party_type(kind) && is_organ).then(|| Parts {
        class: DocumentClass::Party,
        digits: digits.to_owned(),
        year: None,
        kind: Some(kind.to_owned()),
        organ: organ.to_owned(),
        unit: None,
    })
}

/// Number and organ, and perhaps the unit that wrote it.
fn official_letter(text: &str) -> Option<Parts> {
    let (digits, symbol) = text.split_once('/')?;
    let (organ, unit) = match symbol.split_once('-') {
        Some((organ, unit)) => (organ, Some(unit)),
        None => (symbol, None),
    };
    let is_organ = organ.starts_with(is_capital) && is_made_of(organ, 2, 15, |c| is_capital(c) || c == '&');
    let is_unit = unit.is_none_or(|unit| unit.starts_with(is_capital) && is_made_of(unit, 1, 15, |c| is_letter(c) || c == '&'));
    (are_digits(digits, 5) && is_organ && is_unit).then(|| Parts {
        class: DocumentClass::OfficialLetter,
        digits: digits.to_owned(),
        year: None,
        kind: None,
        organ: organ.to_owned(),
        unit: unit.map(str::to_owned),
    })
}

#[cfg(test)]
mod tests;
