//! What looks wrong about a number and symbol, with the reading that may be meant.
//! Must not change anything: a person decides whether the paper or the entry is wrong.
//! The forms themselves are the parent module.

use chrono::{Datelike, NaiveDate};

use super::{
    DocumentClass, MAX_NUMBER, Parts,
    abbreviations::{in_use_on, is_department, is_organ, is_party_organ, meant_type},
    parts,
};
use crate::{error::Message, labels::labelled_enum};

labelled_enum! {
    /// What looks wrong about a number and symbol.
    pub enum RemarkKind {
        /// Look-alike characters, long dashes or white space were replaced.
        Repaired = "REPAIRED",
        /// No class fits.
        Unreadable = "UNREADABLE",
        /// The type lacks its marks: "QD" for "QĐ".
        TypeMisspelt = "TYPE_MISSPELT",
        /// Where the type should stand is something that is none.
        TypeUnknown = "TYPE_UNKNOWN",
        /// A committee of the Party numbers in the Party's way.
        PartyFormExpected = "PARTY_FORM_EXPECTED",
        /// The abbreviation was not in use on the day of issue.
        TypeNotInUse = "TYPE_NOT_IN_USE",
        /// Numbers below ten have a zero before them, others none.
        LeadingZero = "LEADING_ZERO",
        /// The year in the number is not that of the day of issue.
        YearDiffers = "YEAR_DIFFERS",
    }
}

impl RemarkKind {
    /// What it means, for people.
    pub const fn meaning(self) -> Message {
        use std::borrow::Cow::Borrowed;
        let (vi, en) = match self {
            Self::Repaired => (
                "Ký tự gần giống, gạch ngang dài hoặc khoảng trắng trong số, ký hiệu đã được thay.",
                "Look-alike characters, long dashes or white space in the number were replaced.",
            ),
            Self::Unreadable => {
                ("Số, ký hiệu không theo mẫu nào trong bốn loại văn bản.", "The number and symbol follow none of the four forms.")
            }
            Self::TypeMisspelt => ("Chữ viết tắt tên loại văn bản có thể thiếu dấu.", "The abbreviation of the type may lack its marks."),
            Self::TypeUnknown => ("Không có loại văn bản nào viết tắt như vậy.", "No type of document has this abbreviation."),
            Self::PartyFormExpected => {
                ("Văn bản của cấp ủy Đảng thường ghi số-loại/cơ quan.", "Committees of the Party write number-type/organ.")
            }
            Self::TypeNotInUse => (
                "Chữ viết tắt này chưa hoặc không còn được dùng vào ngày ban hành (thay đổi từ ngày 05/3/2020).",
                "This abbreviation was not in use on the day of issue (it changed on 5 March 2020).",
            ),
            Self::LeadingZero => {
                ("Chỉ số dưới 10 mới ghi thêm số 0 phía trước.", "Numbers below ten have a zero before them, others none.")
            }
            Self::YearDiffers => ("Năm trong số văn bản khác năm ban hành.", "The year in the number is not the year of issue."),
        };
        Message { vi: Borrowed(vi), en: Borrowed(en) }
    }
}

/// Something that looks wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    pub kind: RemarkKind,
    /// The whole number with its symbol as it may be meant.
    pub suggestion: Option<String>,
}

/// What looks wrong about what was given, as it was read.
pub(super) fn of(given: &str, text: &str, read: Option<&Parts>, issued_on: Option<NaiveDate>) -> Vec<Remark> {
    let mut remarks = Vec::new();
    let mut remark = |kind, suggestion| remarks.push(Remark { kind, suggestion });
    if given != text {
        remark(RemarkKind::Repaired, None);
    }
    let Some(read) = read else {
        remark(RemarkKind::Unreadable, without_marks(text));
        return remarks;
    };
    if let Some((kind, suggestion)) = of_type(read, issued_on) {
        remark(kind, suggestion);
    }
    if let Some(digits) = zeros(&read.digits) {
        remark(RemarkKind::LeadingZero, Some(Parts { digits, ..read.clone() }.to_string()));
    }
    if read.year.zip(issued_on).is_some_and(|(year, day)| year != day.year()) {
        remark(RemarkKind::YearDiffers, None);
    }
    remarks
}

fn of_type(read: &Parts, issued_on: Option<NaiveDate>) -> Option<(RemarkKind, Option<String>)> {
    match (read.class, &read.kind) {
        (DocumentClass::Named, Some(kind)) if is_party_organ(&read.organ) && read.unit.is_none() => {
            Some((RemarkKind::PartyFormExpected, Some(format!("{}-{kind}/{}", read.digits, read.organ))))
        }
        (_, Some(kind)) => {
            let meant = in_use_on(kind, issued_on?)?;
            Some((RemarkKind::TypeNotInUse, Some(Parts { kind: Some(meant.into()), ..read.clone() }.to_string())))
        }
        (DocumentClass::OfficialLetter, None) => of_letter(read),
        _ => None,
    }
}

/// What passes for an official letter and may be something else.
fn of_letter(read: &Parts) -> Option<(RemarkKind, Option<String>)> {
    let unit = read.unit.as_deref()?;
    if let Some(meant) = meant_type(&read.organ) {
        let suggestion = format!("{}/{meant}-{unit}", read.digits);
        return Some((RemarkKind::TypeMisspelt, Some(suggestion)));
    }
    let is_behind_a_type = is_organ(unit) || (is_department(unit) && !is_department(&read.organ) && !is_organ(&read.organ));
    is_behind_a_type.then_some((RemarkKind::TypeUnknown, None))
}

/// The digits as they should stand, where they do not: 9 as 09, 019 as 19.
fn zeros(digits: &str) -> Option<String> {
    let value: u32 = digits.parse().ok()?;
    let wanted = format!("{value:02}");
    (wanted != digits).then_some(wanted)
}

/// What a text that fits no class would be with the type's marks: "1/2013/qd-UBND" is read as "1/2013/QĐ-UBND".
fn without_marks(text: &str) -> Option<String> {
    if text.chars().count() > MAX_NUMBER {
        return None;
    }
    let (before, symbol) = text.rsplit_once('/')?;
    let (kind, organ) = symbol.split_once('-')?;
    let meant = format!("{before}/{}-{organ}", meant_type(kind)?);
    parts(&meant).map(|_| meant)
}
