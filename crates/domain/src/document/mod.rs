//! Documents on which everything rests, and where in them a thing stands.
//! Must not judge whether a document is in force; that needs a day and what others say of it (`persistence::document`).
//! The links from facts to documents are `Citation`; what may be written of a document is `draft`, how it comes to be `stage`, its files `file`.

pub mod draft;
pub mod file;
pub mod stage;

use chrono::{Datelike, NaiveDate};

use crate::{
    account::AccountId,
    agency::AgencyId,
    document_number::{self, DocumentClass},
    error::{Code, Fault},
    id::Id,
    labels::labelled_enum,
};

pub type DocumentId = Id<Document>;

labelled_enum! {
    /// The type of a document.
    pub enum DocumentKind {
        Law = "LAW",
        Decree = "DECREE",
        Circular = "CIRCULAR",
        Decision = "DECISION",
        Directive = "DIRECTIVE",
        PartyConclusion = "PARTY_CONCLUSION",
        /// Tờ trình.
        Submission = "SUBMISSION",
        Strategy = "STRATEGY",
        Plan = "PLAN",
        /// Công văn.
        OfficialLetter = "OFFICIAL_LETTER",
        Notice = "NOTICE",
        Other = "OTHER",
    }
}

labelled_enum! {
    /// Whether a document exists or is only called for.
    pub enum DocumentStatus {
        Issued = "ISSUED",
        Planned = "PLANNED",
    }
}

labelled_enum! {
    /// How one document refers to another.
    pub enum DocumentRelationKind {
        /// "Căn cứ …"
        LegalBasis = "LEGAL_BASIS",
        /// "Xét đề nghị của …"
        ProposedBy = "PROPOSED_BY",
        CarriesOut = "CARRIES_OUT",
        Follows = "FOLLOWS",
        /// The other is still to be issued.
        CallsFor = "CALLS_FOR",
        /// "Sửa đổi, bổ sung …"
        Amends = "AMENDS",
        /// "Thay thế …"
        Replaces = "REPLACES",
        /// "Bãi bỏ …"
        Repeals = "REPEALS",
    }
}

impl DocumentRelationKind {
    /// Whether the other no longer holds once this one does.
    pub const fn ends_the_other(self) -> bool {
        matches!(self, Self::Replaces | Self::Repeals)
    }
}

labelled_enum! {
    /// For whom somebody signs, as it stands before their position.
    pub enum Capacity {
        /// Thay mặt: for a body that decides together.
        Tm = "TM",
        /// Ký thay: for the head, as a deputy.
        Kt = "KT",
        /// Thừa lệnh: by order of the head.
        Tl = "TL",
        /// Thừa ủy quyền: by authority given in writing.
        Tuq = "TUQ",
        /// Quyền: as acting head.
        Q = "Q",
    }
}

/// A document, issued or called for.
#[derive(Clone, Debug)]
pub struct Document {
    pub id: DocumentId,
    pub kind: DocumentKind,
    pub status: DocumentStatus,
    /// Number and symbol as printed, e.g. "1593/QĐ-UBND"; unique only with issuer and year.
    pub number: Option<String>,
    /// How it is numbered; nothing without a number, and for one that fits no class.
    pub class: Option<DocumentClass>,
    /// Of issue, or the one in the number.
    pub year: Option<i32>,
    pub title: Option<String>,
    /// Trích yếu.
    pub summary: Option<String>,
    pub issuer: Option<AgencyId>,
    pub issuer_as_written: Option<String>,
    pub issued_on: Option<NaiveDate>,
    /// The first day on which it holds, where that is not the day of issue.
    pub effective_on: Option<NaiveDate>,
    /// The first day on which it no longer holds.
    pub expires_on: Option<NaiveDate>,
    pub signer: Option<String>,
    pub capacity: Option<Capacity>,
    pub note: Option<String>,
    pub as_written: AsWritten,
    /// Counts every change.
    pub revision: i32,
    /// How many of these do not show to somebody who does not read internal files; none once it is known that the caller does.
    pub hidden_revisions: i32,
}

impl Document {
    /// Counts the changes that the caller may see.
    pub fn seen_revision(&self) -> i32 {
        self.revision - self.hidden_revisions
    }

    /// What its number says, with what looks wrong about it.
    pub fn reading(&self) -> Option<document_number::Reading> {
        self.number.as_deref().map(|number| document_number::read(number, self.issued_on))
    }
}

/// What a document says in its own words beside how that is read, and what is remarked of it.
#[derive(Clone, Debug, Default)]
pub struct AsWritten {
    /// E.g. "Quyết định".
    pub kind: Option<String>,
    /// E.g. "ngày 20 tháng 8 năm 2013".
    pub issued_on: Option<String>,
    /// The sentence from which the day of effect follows.
    pub effective_on: Option<String>,
    /// The line from which number and date were read, where that is not the document's own head.
    pub number_and_date_source: Option<String>,
    pub signer_position: Option<String>,
    pub signer_note: Option<String>,
    pub recipients_note: Option<String>,
}

/// A reference from one document to another.
#[derive(Clone, Debug)]
pub struct DocumentRelation {
    pub related: DocumentId,
    pub kind: DocumentRelationKind,
    pub section: Option<String>,
    pub quote: Option<String>,
    pub note: Option<String>,
    /// Of the other a part only is replaced or repealed; the rest of it holds on.
    pub is_partial: bool,
    /// Who added it; nobody for what a programme's file says.
    pub added_by: Option<AccountId>,
}

labelled_enum! {
    /// What became of a document on a day.
    pub enum DocumentEvent {
        /// It holds from then on.
        TakesEffect = "TAKES_EFFECT",
        /// By the day that it names itself it no longer holds.
        Expires = "EXPIRES",
        Amended = "AMENDED",
        Replaced = "REPLACED",
        Repealed = "REPEALED",
    }
}

/// Something that became of a document on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DocumentMoved {
    pub on: NaiveDate,
    pub event: DocumentEvent,
    pub document: DocumentId,
    /// The document that did it.
    pub by: Option<DocumentId>,
    /// A part of it only.
    pub is_partial: bool,
}

/// The rank of the place at which what has a beginning and an end, each by a document, begins.
pub const BEGINS: i32 = 1;
/// The rank of the place at which it ends.
pub const ENDS: i32 = 2;

/// Where in which document a thing stands.
#[derive(Clone, Debug)]
pub struct Citation {
    pub document: DocumentId,
    /// From 1, among the places of the thing in the document.
    pub rank: i32,
    pub section: String,
    /// Verbatim.
    pub quote: Option<String>,
}

/// Where in its document an act stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub section: String,
    /// Verbatim.
    pub quote: Option<String>,
}

impl Place {
    /// That a quotation names no section.
    pub fn without_section(at: impl Into<String>) -> Fault {
        let told = ("Ghi mục, điều của văn bản có đoạn trích.", "Name the section of the document that the quotation is from.");
        Fault::worded(at, Code::FieldRequired, told.0, told.1)
    }

    /// That a place names no document, as what is missing or as what breaks the rule.
    pub fn without_document(at: impl Into<String>, code: Code) -> Fault {
        let told = ("Phải nêu văn bản của mục hoặc đoạn trích này.", "The document of this place is to be named.");
        Fault::worded(at, code, told.0, told.1)
    }
}

/// The key under which a document is known: number, issuer and year, or the title of an unnumbered one.
pub fn natural_key(number: Option<&str>, issuer: Option<&str>, issued_on: Option<NaiveDate>, title: Option<&str>) -> String {
    let year = issued_on.map_or_else(String::new, |day| day.year().to_string());
    match number {
        Some(number) => format!("{number}|{}|{year}", issuer.unwrap_or_default()),
        None => format!("{}|{}|{year}", title.unwrap_or_default(), issuer.unwrap_or_default()),
    }
}

/// The year of a document: of its issue, or where that day is not known the one in its number.
pub fn year_of(number: Option<&str>, issued_on: Option<NaiveDate>) -> Option<i32> {
    issued_on.map(|day| day.year()).or_else(|| document_number::read(number?, None).parts?.year)
}

/// Number, symbol, issuer and year as one text, which no two documents share; nothing where one of them is not known.
/// `issuer` is the code of an agency, or the words for a body that is none.
pub fn identity(number: Option<&str>, issuer: Option<&str>, issued_on: Option<NaiveDate>) -> Option<String> {
    let (number, issuer) = (number?, issuer?);
    let (reading, year) = (document_number::read(number, issued_on), year_of(Some(number), issued_on)?);
    let number = match &reading.parts {
        Some(parts) => format!("{}|{}", parts.serial()?, parts.symbol()),
        None => reading.text,
    };
    Some(format!("{number}|{issuer}|{year}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_numbers_of_other_issuers_or_years_are_other_documents() {
        let day = NaiveDate::from_ymd_opt(2013, 8, 20);
        let later = NaiveDate::from_ymd_opt(2014, 8, 20);
        let number = Some("1593/QĐ-UBND");
        let key = natural_key(number, Some("ubnd-tp-hai-phong"), day, None);
        assert_eq!(key, "1593/QĐ-UBND|ubnd-tp-hai-phong|2013");
        assert_ne!(key, natural_key(number, Some("ubnd-tinh-hai-duong"), day, None));
        assert_ne!(key, natural_key(number, Some("ubnd-tp-hai-phong"), later, None));
    }

    #[test]
    fn number_symbol_issuer_and_year_make_a_document() {
        let (day, later) = (NaiveDate::from_ymd_opt(2013, 8, 20), NaiveDate::from_ymd_opt(2014, 8, 20));
        let of = |number, issuer, day| identity(Some(number), Some(issuer), day);
        let one = of("1593/QĐ-UBND", "ubnd-tp-hai-phong", day);
        assert_eq!(one.as_deref(), Some("1593|QĐ-UBND|ubnd-tp-hai-phong|2013"));
        assert_eq!(of("1593/Q\u{d0}-UBND ", "ubnd-tp-hai-phong", day), one);
        for other in [
            of("1593/QĐ-UBND", "ubnd-tinh-hai-duong", day),
            of("1593/QĐ-UBND", "ubnd-tp-hai-phong", later),
            of("1593/CT-UBND", "ubnd-tp-hai-phong", day),
        ] {
            assert!(other.is_some() && other != one, "{other:?}");
        }
        // The year in a normative number is enough, and a zero before the number is none of it.
        assert_eq!(of("9/2019/NĐ-CP", "Chính phủ", None), of("09/2019/NĐ-CP", "Chính phủ", NaiveDate::from_ymd_opt(2019, 1, 24)));
        assert_eq!(of("1593/QĐ-UBND", "ubnd-tp-hai-phong", None), None);
        assert_eq!(identity(Some("1593/QĐ-UBND"), None, day), None);
        assert_eq!(of("45a/QĐ-UBND", "x", day).as_deref(), Some("45a/QĐ-UBND|x|2013"));
    }
}
