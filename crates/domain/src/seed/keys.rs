//! Under which key each document of a programme file is known.
//! Must agree with what is stored: the key is how a second import finds the document again.
//! What a key is made of is `domain::document::natural_key`.

use super::{Decision, LegalBasis, RelatedDocument, Seed};
use crate::document::natural_key;

impl Decision {
    /// The natural key of the decision itself.
    pub fn key(&self) -> String {
        natural_key(Some(&self.number), Some(&self.issuer), Some(self.date), None)
    }
}

impl LegalBasis {
    /// The natural key of a document that the decision rests on.
    pub fn key(&self) -> String {
        let issuer = self.issuer.as_deref().or(self.issuer_vi.as_deref());
        natural_key(self.number.as_deref(), issuer, self.date, self.title_vi.as_deref())
    }
}

impl RelatedDocument {
    /// The natural key of a document that the decision speaks of.
    pub fn key(&self) -> String {
        let issuer = self.issuer.as_deref().or(self.issuer_vi.as_deref());
        natural_key(self.number.as_deref(), issuer, self.date, Some(&self.title_vi))
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
}
