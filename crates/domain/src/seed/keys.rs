//! Under which key each document of a programme file is known.
//! Must agree with what is stored: the key is how a second import finds the document again.
//! What a key is made of is `domain::document::natural_key`; what nobody else's document shares is `identity` there.

use super::{Decision, LegalBasis, RelatedDocument, Seed};
use crate::document::{identity, natural_key};

impl Decision {
    /// The natural key of the decision itself.
    pub fn key(&self) -> String {
        natural_key(Some(&self.number), Some(&self.issuer), Some(self.date), None)
    }

    /// Number, symbol, issuer and year.
    pub fn identity(&self) -> Option<String> {
        identity(Some(&self.number), Some(&self.issuer), Some(self.date))
    }
}

impl LegalBasis {
    /// The natural key of a document that the decision rests on.
    pub fn key(&self) -> String {
        natural_key(self.number.as_deref(), self.issued_by(), self.date, self.title_vi.as_deref())
    }

    /// Number, symbol, issuer and year, where all are known.
    pub fn identity(&self) -> Option<String> {
        identity(self.number.as_deref(), self.issued_by(), self.date)
    }

    /// The code of the agency, or the words for a body that is none.
    pub fn issued_by(&self) -> Option<&str> {
        self.issuer.as_deref().or(self.issuer_vi.as_deref())
    }
}

impl RelatedDocument {
    /// The natural key of a document that the decision speaks of.
    pub fn key(&self) -> String {
        natural_key(self.number.as_deref(), self.issued_by(), self.date, Some(&self.title_vi))
    }

    /// Number, symbol, issuer and year, where all are known.
    pub fn identity(&self) -> Option<String> {
        identity(self.number.as_deref(), self.issued_by(), self.date)
    }

    /// The code of the agency, or the words for a body that is none.
    pub fn issued_by(&self) -> Option<&str> {
        self.issuer.as_deref().or(self.issuer_vi.as_deref())
    }
}

impl Seed {
    /// The JSON pointer and natural key of every document that the file names, the decision first.
    pub fn document_keys(&self) -> Vec<(String, String)> {
        let bases = self.decision.legal_bases.iter().enumerate().map(|(i, basis)| (format!("/decision/legal_bases/{i}"), basis.key()));
        let related = self.decision.related_documents.iter().enumerate();
        let related = related.map(|(i, related)| (format!("/decision/related_documents/{i}"), related.key()));
        std::iter::once(("/decision".to_owned(), self.decision.key())).chain(bases).chain(related).collect()
    }

    /// What nobody else's document shares of those that the file names.
    pub fn document_identities(&self) -> Vec<String> {
        let bases = self.decision.legal_bases.iter().map(LegalBasis::identity);
        let related = self.decision.related_documents.iter().map(RelatedDocument::identity);
        std::iter::once(self.decision.identity()).chain(bases).chain(related).flatten().collect()
    }
}
