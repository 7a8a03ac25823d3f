//! Real numbers, and those that are not.

use proptest::prelude::*;

use super::{DocumentClass::*, *};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn kinds(text: &str, issued_on: Option<NaiveDate>) -> Vec<(RemarkKind, Option<String>)> {
    read(text, issued_on).remarks.into_iter().map(|remark| (remark.kind, remark.suggestion)).collect()
}

/// Number, class, type, organ, unit, and what is remarked.
type Row = (&'static str, DocumentClass, Option<&'static str>, &'static str, Option<&'static str>, Option<RemarkKind>);

const REAL: [Row; 20] = [
    ("510/2013/QĐ-UBND", Normative, Some("QĐ"), "UBND", None, None),
    ("09/2019/NĐ-CP", Normative, Some("NĐ"), "CP", None, None),
    ("83/2015/QH13", Normative, None, "QH13", None, None),
    ("42/2018/QĐ-UBND", Normative, Some("QĐ"), "UBND", None, None),
    ("22/2016/TT-BTTTT", Normative, Some("TT"), "BTTTT", None, None),
    ("20/2020/QĐ-TTg", Normative, Some("QĐ"), "TTg", None, None),
    ("1593/QĐ-UBND", Named, Some("QĐ"), "UBND", None, None),
    ("19/TTr-STTTT", Named, Some("TTr"), "STTTT", None, None),
    ("1669/NQ-UBTVQH15", Named, Some("NQ"), "UBTVQH15", None, None),
    ("368/QĐ-TTg", Named, Some("QĐ"), "TTg", None, None),
    ("1270/BC-TCTTTg", Named, Some("BC"), "TCTTTg", None, None),
    ("1176/TTr-SNV", Named, Some("TTr"), "SNV", None, None),
    ("44/KH-UBND", Named, Some("KH"), "UBND", None, None),
    ("1597/QĐ-TU", Named, Some("QĐ"), "TU", None, Some(RemarkKind::PartyFormExpected)),
    ("16-KL/TW", Party, Some("KL"), "TW", None, None),
    ("164-KH/TU", Party, Some("KH"), "TU", None, None),
    ("1681/UBND-TCD", OfficialLetter, None, "UBND", Some("TCD"), None),
    ("3616/BTTTT-TTĐN", OfficialLetter, None, "BTTTT", Some("TTĐN"), None),
    ("61/BCTĐ-STP", OfficialLetter, None, "BCTĐ", Some("STP"), Some(RemarkKind::TypeUnknown)),
    ("1593/QD-UBND", OfficialLetter, None, "QD", Some("UBND"), Some(RemarkKind::TypeMisspelt)),
];

#[test]
fn real_numbers_are_of_their_class_and_print_as_they_were_read() {
    for (text, class, kind, organ, unit, remark) in REAL {
        let reading = read(text, None);
        let parts = reading.parts.unwrap_or_else(|| panic!("{text} is of no class"));
        assert_eq!((parts.class, parts.kind.as_deref(), &*parts.organ, parts.unit.as_deref()), (class, kind, organ, unit), "{text}");
        assert_eq!(parts.to_string(), text);
        assert_eq!(reading.text, text);
        assert_eq!(reading.remarks.iter().map(|remark| remark.kind).collect::<Vec<_>>(), Vec::from_iter(remark), "{text}");
    }
}

#[test]
fn number_year_and_symbol_are_told_apart() {
    for (text, serial, year, symbol) in [
        ("09/2019/NĐ-CP", 9, Some(2019), "NĐ-CP"),
        ("83/2015/QH13", 83, Some(2015), "QH13"),
        ("1593/QĐ-UBND", 1593, None, "QĐ-UBND"),
        ("16-KL/TW", 16, None, "KL/TW"),
        ("1681/UBND-TCD", 1681, None, "UBND-TCD"),
        ("05/QĐ-UBND-VX", 5, None, "QĐ-UBND-VX"),
    ] {
        let parts = read(text, None).parts.expect("a class");
        assert_eq!((parts.serial(), parts.year, &*parts.symbol()), (Some(serial), year, symbol), "{text}");
    }
}

#[test]
fn look_alikes_are_repaired_and_that_is_remarked() {
    for given in ["1593/Q\u{d0}-UBND", "\u{a0}1593/QĐ-UBND ", "1593/QĐ\u{2013}UBND", "1593 / QĐ - UBND", "1593/QĐ-UBND\n"] {
        let reading = read(given, None);
        assert_eq!(reading.text, "1593/QĐ-UBND", "{given:?}");
        assert_eq!(reading.parts.map(|parts| parts.class), Some(Named), "{given:?}");
        assert_eq!(reading.remarks, [Remark { kind: RemarkKind::Repaired, suggestion: None }], "{given:?}");
    }
    assert_eq!(read("12/Qy\u{110}-UBND", None).remarks, []);
}

#[test]
fn a_type_without_its_marks_is_remarked_with_what_it_may_mean() {
    let misspelt = |text: &str| vec![(RemarkKind::TypeMisspelt, Some(text.to_owned()))];
    assert_eq!(kinds("1593/QD-UBND", None), misspelt("1593/QĐ-UBND"));
    assert_eq!(kinds("19/TTR-STTTT", None), misspelt("19/TTr-STTTT"));
    // The text stays as it is printed.
    assert_eq!(read("1593/QD-UBND", None).text, "1593/QD-UBND");
    let unreadable = |text: Option<&str>| vec![(RemarkKind::Unreadable, text.map(str::to_owned))];
    assert_eq!(kinds("510/2013/QD-UBND", None), unreadable(Some("510/2013/QĐ-UBND")));
    assert_eq!(kinds("1593/qđ-UBND", None), unreadable(Some("1593/QĐ-UBND")));
}

#[test]
fn what_fits_no_class_is_kept_as_it_is() {
    for text in ["", "45a/QĐ-UBND", "Không số", "1593", "1593/", "/QĐ-UBND", "1593/QĐ-", "123456/QĐ-UBND", "12/1899/QĐ-UBND", "12/2013"]
    {
        let reading = read(text, None);
        assert_eq!((reading.parts, &*reading.text), (None, text));
        assert!(reading.remarks.iter().any(|remark| remark.kind == RemarkKind::Unreadable), "{text}");
    }
}

#[test]
fn abbreviations_are_those_of_the_day() {
    let not_in_use = |text: &str| vec![(RemarkKind::TypeNotInUse, Some(text.to_owned()))];
    assert_eq!(kinds("12/GUQ-UBND", Some(day("2020-03-04"))), not_in_use("12/UQ-UBND"));
    assert_eq!(kinds("12/UQ-UBND", Some(day("2020-03-05"))), not_in_use("12/GUQ-UBND"));
    assert_eq!(kinds("12/UQ-UBND", Some(day("2020-03-04"))), []);
    assert_eq!(kinds("12/GUQ-UBND", Some(day("2020-03-05"))), []);
    assert_eq!(kinds("12/UQ-UBND", None), []);
    for (old, new) in [("GN", "BGN"), ("TTh", "BTT"), ("GT", "GGT"), ("NP", "GNP")] {
        assert_eq!(kinds(&format!("12/{old}-UBND"), Some(day("2021-01-01"))), not_in_use(&format!("12/{new}-UBND")));
    }
}

#[test]
fn numbers_below_ten_have_one_zero_before_them() {
    let zero = |text: &str| vec![(RemarkKind::LeadingZero, Some(text.to_owned()))];
    assert_eq!(kinds("9/2019/NĐ-CP", Some(day("2019-01-24"))), zero("09/2019/NĐ-CP"));
    assert_eq!(kinds("019/TTr-STTTT", None), zero("19/TTr-STTTT"));
    assert_eq!(kinds("10/TTr-STTTT", None), []);
}

#[test]
fn the_year_in_the_number_is_that_of_the_day_of_issue() {
    assert_eq!(kinds("510/2013/QĐ-UBND", Some(day("2013-03-13"))), []);
    assert_eq!(kinds("510/2013/QĐ-UBND", Some(day("2014-03-13"))), [(RemarkKind::YearDiffers, None)]);
}

#[test]
fn every_remark_speaks_both_languages() {
    for kind in RemarkKind::ALL {
        let meaning = kind.meaning();
        assert!(!meaning.vi.is_empty() && !meaning.en.is_empty() && meaning.vi != meaning.en, "{kind}");
    }
}

proptest! {
    #[test]
    fn whatever_is_given_is_read(text in any::<String>()) {
        let reading = read(&text, Some(day("2013-08-20")));
        prop_assert_eq!(reading.parts.is_none(), reading.remarks.iter().any(|remark| remark.kind == RemarkKind::Unreadable));
    }

    #[test]
    fn what_has_a_class_prints_as_it_was_read(text in "[0-9]{1,5}[/-]([12][09][0-9]{2}/)?[A-ZĐa-z]{1,5}[/-][A-ZĐa-z&0-9]{1,8}(-[A-Z]{1,3})?") {
        let reading = read(&text, None);
        if let Some(parts) = reading.parts {
            prop_assert_eq!(parts.to_string(), text);
            prop_assert_eq!(read(&parts.to_string(), None).parts, Some(parts));
        }
    }

    /// What was repaired needs no further repair.
    #[test]
    fn repairing_twice_is_repairing_once(text in any::<String>()) {
        let once = repaired(&text);
        prop_assert_eq!(repaired(&once), once);
    }
}
