//! Documents on which everything rests, and where in them a thing stands.
//! Must not judge whether a document is in force; that needs a day.
//! The links from facts to documents are `Citation`.

use chrono::NaiveDate;

use crate::{agency::AgencyId, id::Id, labels::labelled_enum};

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
    pub title: Option<String>,
    pub issuer: Option<AgencyId>,
    pub issuer_as_written: Option<String>,
    pub issued_on: Option<NaiveDate>,
    pub effective_on: Option<NaiveDate>,
    pub signer: Option<String>,
    pub note: Option<String>,
    pub as_written: AsWritten,
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
}

/// Where in which document a thing stands.
#[derive(Clone, Debug)]
pub struct Citation {
    pub document: DocumentId,
    pub section: String,
    /// Verbatim.
    pub quote: Option<String>,
}

/// The key under which a document is known: number, issuer and year, or the title of an unnumbered one.
pub fn natural_key(number: Option<&str>, issuer: Option<&str>, issued_on: Option<NaiveDate>, title: Option<&str>) -> String {
    use chrono::Datelike;
    let year = issued_on.map_or_else(String::new, |day| day.year().to_string());
    match number {
        Some(number) => format!("{number}|{}|{year}", issuer.unwrap_or_default()),
        None => format!("{}|{}|{year}", title.unwrap_or_default(), issuer.unwrap_or_default()),
    }
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
}
