//! The abbreviations of the types of documents, and when five of them changed.
//! Must not hold what an abbreviation of an organ means: "SNV" signs for two departments.
//! Decree 30/2020/NĐ-CP, annex III, part I; before it Circular 01/2011/TT-BNV.

use chrono::NaiveDate;

use crate::text;

/// Types of administrative documents and of the copies of documents.
const TYPES: [&str; 30] = [
    "NQ", "QĐ", "CT", "QC", "QyĐ", "TC", "TB", "HD", "CTr", "KH", "PA", "ĐA", "DA", "BC", "BB", "TTr", "HĐ", "CĐ", "BGN", "BTT", "GUQ",
    "GM", "GGT", "GNP", "PG", "PC", "PB", "SY", "TrS", "SL",
];

/// What five types were abbreviated to before, and are since.
const RENAMED: [(&str, &str); 5] = [("GN", "BGN"), ("TTh", "BTT"), ("UQ", "GUQ"), ("GT", "GGT"), ("NP", "GNP")];

/// Types of normative documents.
const NORMATIVE: [&str; 6] = ["NQ", "QĐ", "CT", "NĐ", "TT", "TTLT"];

/// Types that the Party has beside those of the administration: conclusion, official letter, regulation.
const PARTY: [&str; 3] = ["KL", "CV", "QĐi"];

/// Organs that no unit is called like.
const ORGANS: [&str; 2] = ["UBND", "HĐND"];

/// Committees of the Party at the centre, in a province, and in an organ: they number in the Party's way.
const PARTY_ORGANS: [&str; 3] = ["TU", "TW", "ĐU"];

/// The day from which the new abbreviations are in use.
fn renamed_on() -> NaiveDate {
    NaiveDate::from_ymd_opt(2020, 3, 5).unwrap_or(NaiveDate::MAX)
}

pub(super) fn is_type(letters: &str) -> bool {
    TYPES.contains(&letters) || RENAMED.iter().any(|(old, _)| *old == letters)
}

pub(super) fn is_normative_type(letters: &str) -> bool {
    NORMATIVE.contains(&letters)
}

pub(super) fn is_party_type(letters: &str) -> bool {
    is_type(letters) || PARTY.contains(&letters)
}

pub(super) fn is_organ(letters: &str) -> bool {
    ORGANS.contains(&letters)
}

/// Whether the letters are those of a department of a city or province ("STP", "STTTT").
pub(super) fn is_department(letters: &str) -> bool {
    letters.starts_with('S') && letters.chars().count() >= 3
}

pub(super) fn is_party_organ(letters: &str) -> bool {
    PARTY_ORGANS.contains(&letters)
}

/// The type that the letters are without their marks, where they are none as they stand: "QD" is "QĐ".
pub(super) fn meant_type(letters: &str) -> Option<&'static str> {
    let folded = text::fold(letters);
    let known = TYPES.iter().chain(NORMATIVE.iter()).copied();
    known.filter(|known| *known != letters).find(|known| text::fold(known) == folded)
}

/// The abbreviation that was in use on the day, where this one was not.
pub(super) fn in_use_on(letters: &str, day: NaiveDate) -> Option<&'static str> {
    let is_new = day >= renamed_on();
    RENAMED.iter().find_map(|(old, new)| match is_new {
        true if *old == letters => Some(*new),
        false if *new == letters => Some(*old),
        _ => None,
    })
}
