//! What may be written of a document: who may hold which words, which days fit together.
//! Must not refuse a number for its form; what looks wrong about it is remarked (`document_number`).
//! What is stored of it is `Document`.

use chrono::NaiveDate;

use super::{Capacity, DocumentKind, DocumentStatus};
use crate::{
    document_number::MAX_NUMBER,
    error::{Code, Fault, Refusal},
    evidence::secrecy,
    patch::Patch,
    text,
};

/// Characters at most of a title, an abstract or a note.
pub const MAX_WORDS: usize = 2000;
/// Characters at most of a name, a position or a recipient.
pub const MAX_NAME: usize = 500;
/// Recipients at most.
pub const MAX_RECIPIENTS: usize = 200;

/// A document as somebody writes it down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentDraft {
    pub kind: DocumentKind,
    pub status: DocumentStatus,
    pub number: Option<String>,
    pub title: Option<String>,
    pub summary: Option<String>,
    /// Code of an agency.
    pub issuer: Option<String>,
    /// The words for who issued it; enough for a body that is no agency here.
    pub issuer_as_written: Option<String>,
    pub issued_on: Option<NaiveDate>,
    pub effective_on: Option<NaiveDate>,
    pub expires_on: Option<NaiveDate>,
    pub signer: Option<String>,
    pub capacity: Option<Capacity>,
    pub signer_position: Option<String>,
    pub recipients: Vec<String>,
    pub note: Option<String>,
}

/// What to change of a document; what is absent stays. A planned one gets its number and days by being issued.
#[derive(Clone, Debug, Default)]
pub struct DocumentChange {
    pub kind: Option<DocumentKind>,
    pub number: Patch<String>,
    pub title: Patch<String>,
    pub summary: Patch<String>,
    pub issuer: Patch<String>,
    pub issuer_as_written: Patch<String>,
    pub issued_on: Patch<NaiveDate>,
    pub effective_on: Patch<NaiveDate>,
    pub expires_on: Patch<NaiveDate>,
    pub signer: Patch<String>,
    pub capacity: Patch<Capacity>,
    pub signer_position: Patch<String>,
    pub recipients: Option<Vec<String>>,
    pub note: Patch<String>,
}

impl DocumentChange {
    /// The draft after the change.
    pub fn applied(self, before: DocumentDraft) -> DocumentDraft {
        DocumentDraft {
            kind: self.kind.unwrap_or(before.kind),
            status: before.status,
            number: self.number.apply(before.number),
            title: self.title.apply(before.title),
            summary: self.summary.apply(before.summary),
            issuer: self.issuer.apply(before.issuer),
            issuer_as_written: self.issuer_as_written.apply(before.issuer_as_written),
            issued_on: self.issued_on.apply(before.issued_on),
            effective_on: self.effective_on.apply(before.effective_on),
            expires_on: self.expires_on.apply(before.expires_on),
            signer: self.signer.apply(before.signer),
            capacity: self.capacity.apply(before.capacity),
            signer_position: self.signer_position.apply(before.signer_position),
            recipients: self.recipients.unwrap_or(before.recipients),
            note: self.note.apply(before.note),
        }
    }
}

impl DocumentDraft {
    /// Every text of it, with its place and the characters that it may have at most.
    fn texts(&self) -> impl Iterator<Item = (String, &String, usize)> {
        let single = [
            ("/number", &self.number, MAX_NUMBER),
            ("/title", &self.title, MAX_WORDS),
            ("/abstract", &self.summary, MAX_WORDS),
            ("/issuerAsWritten", &self.issuer_as_written, MAX_NAME),
            ("/signer", &self.signer, MAX_NAME),
            ("/signerPosition", &self.signer_position, MAX_NAME),
            ("/note", &self.note, MAX_WORDS),
        ];
        let single = single.into_iter().filter_map(|(place, text, most)| Some((place.to_owned(), text.as_ref()?, most)));
        let recipients = self.recipients.iter().enumerate();
        single.chain(recipients.map(|(i, text)| (format!("/recipients/{i}"), text, MAX_NAME)))
    }

    /// The draft with its texts as they are kept.
    pub fn normalised(self) -> Self {
        let kept = |text: Option<String>| text.map(|text| text::normalise(&text).trim().to_owned());
        Self {
            number: self.number.as_deref().map(crate::document_number::repaired),
            title: kept(self.title),
            summary: kept(self.summary),
            issuer_as_written: kept(self.issuer_as_written),
            signer: kept(self.signer),
            signer_position: kept(self.signer_position),
            recipients: self.recipients.into_iter().filter_map(|text| kept(Some(text))).collect(),
            note: kept(self.note),
            ..self
        }
    }

    /// Whether it may be kept, but for what else is stored.
    ///
    /// # Errors
    /// `BODY_INVALID` with every fault; `DOCUMENT_SECRET` where it is marked as a state secret.
    pub fn check(&self) -> Result<(), Refusal> {
        let mut faults: Vec<Fault> = Vec::new();
        for (place, text, most) in self.texts() {
            if !text::storable(text) {
                faults.push(Fault::new(place, Code::PatternMismatch));
            } else if !(1..=most).contains(&text.chars().count()) {
                faults.push(Fault::new(place, Code::LengthOutOfRange));
            } else if text::shows_nothing(text) {
                faults.push(Fault::new(place, Code::PatternMismatch));
            }
        }
        if self.recipients.len() > MAX_RECIPIENTS {
            faults.push(Fault::new("/recipients", Code::LengthOutOfRange));
        }
        faults.extend(self.unfit());
        if !faults.is_empty() {
            return Err(Refusal::with_faults(Code::BodyInvalid, faults));
        }
        if self.texts().any(|(_, text, _)| secrecy::is_marked(text)) {
            return Err(Refusal::new(Code::DocumentSecret));
        }
        Ok(())
    }

    /// What does not fit together.
    fn unfit(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        if self.number.is_none() && self.title.is_none() {
            faults.push(Fault::worded(
                "/title",
                Code::FieldRequired,
                "Văn bản không có số thì cần có tên.",
                "A document without a number needs a title.",
            ));
        }
        if self.status == DocumentStatus::Planned {
            let given = [("/number", self.number.is_some()), ("/issuedOn", self.issued_on.is_some())];
            let days = [("/effectiveOn", self.effective_on.is_some()), ("/expiresOn", self.expires_on.is_some())];
            faults.extend(given.into_iter().chain(days).filter(|(_, given)| *given).map(|(place, _)| {
                let words = ("Văn bản chưa ban hành thì chưa có số và ngày.", "A planned document has no number and no days yet.");
                Fault::worded(place, Code::RuleBroken, words.0, words.1)
            }));
        } else if self.issuer.is_none() && self.issuer_as_written.is_none() {
            faults.push(Fault::new("/issuer", Code::FieldRequired));
        }
        let starts = self.effective_on.or(self.issued_on);
        if starts.zip(self.expires_on).is_some_and(|(from, until)| until <= from) {
            let words = ("Ngày hết hiệu lực phải sau ngày có hiệu lực.", "It cannot expire before it takes effect.");
            faults.push(Fault::worded("/expiresOn", Code::RuleBroken, words.0, words.1));
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decision() -> DocumentDraft {
        DocumentDraft {
            kind: DocumentKind::Decision,
            status: DocumentStatus::Issued,
            number: Some("1593/QĐ-UBND".into()),
            title: None,
            summary: Some("Phê duyệt Chương trình hành động".into()),
            issuer: Some("ubnd-tp-hai-phong".into()),
            issuer_as_written: None,
            issued_on: "2013-08-20".parse().ok(),
            effective_on: None,
            expires_on: None,
            signer: Some("Dương Anh Điền".into()),
            capacity: Some(Capacity::Tm),
            signer_position: Some("Chủ tịch".into()),
            recipients: vec!["Như Điều 4".into()],
            note: None,
        }
    }

    fn faults(draft: &DocumentDraft) -> Vec<(String, Code)> {
        draft.check().err().map_or_else(Vec::new, |refusal| refusal.faults.into_iter().map(|fault| (fault.pointer, fault.code)).collect())
    }

    #[test]
    fn what_is_found_in_real_life_is_kept() {
        assert_eq!(decision().check(), Ok(()));
        let odd = DocumentDraft { number: Some("45a/QD UBND".into()), issued_on: None, ..decision() };
        assert_eq!(odd.check(), Ok(()), "a number that fits no class, and no day");
        let back = DocumentDraft { effective_on: "2013-01-01".parse().ok(), ..decision() };
        assert_eq!(back.check(), Ok(()), "in force before the day of issue");
    }

    #[test]
    fn days_and_words_fit_together() {
        let one = |place: &str, code| vec![(place.to_owned(), code)];
        let expired = |on: &str| DocumentDraft { expires_on: on.parse().ok(), ..decision() };
        assert_eq!(faults(&expired("2013-08-20")), one("/expiresOn", Code::RuleBroken));
        assert_eq!(faults(&expired("2013-08-21")), []);
        assert_eq!(faults(&DocumentDraft { issuer: None, ..decision() }), one("/issuer", Code::FieldRequired));
        assert_eq!(faults(&DocumentDraft { number: None, ..decision() }), one("/title", Code::FieldRequired));
        assert_eq!(faults(&DocumentDraft { note: Some(String::new()), ..decision() }), one("/note", Code::LengthOutOfRange));
        assert_eq!(faults(&DocumentDraft { signer: Some("a\0".into()), ..decision() }), one("/signer", Code::PatternMismatch));
        let planned = DocumentDraft { status: DocumentStatus::Planned, title: Some("Chỉ thị".into()), ..decision() };
        assert_eq!(faults(&planned).iter().map(|fault| &*fault.0).collect::<Vec<_>>(), ["/number", "/issuedOn"]);
        assert_eq!(faults(&DocumentDraft { number: None, issued_on: None, ..planned }), []);
    }

    #[test]
    fn state_secrets_are_not_kept() {
        for secret in [
            DocumentDraft { number: Some("12/BC-UBND MẬT".into()), ..decision() },
            DocumentDraft { summary: Some("TỐI MẬT: kế hoạch".into()), ..decision() },
            DocumentDraft { recipients: vec!["Lưu: VT (TUYỆT MẬT)".into()], ..decision() },
        ] {
            assert_eq!(secret.check().map_err(|refusal| refusal.code), Err(Code::DocumentSecret));
        }
        assert_eq!(DocumentDraft { summary: Some("Bảo vệ bí mật nhà nước".into()), ..decision() }.check(), Ok(()));
    }

    #[test]
    fn a_change_leaves_what_it_does_not_name() {
        let change = DocumentChange { signer: Patch::Null, capacity: Patch::Value(Capacity::Kt), ..DocumentChange::default() };
        let after = change.applied(decision());
        assert_eq!(after, DocumentDraft { signer: None, capacity: Some(Capacity::Kt), ..decision() });
    }
}
