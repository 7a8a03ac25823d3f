//! The register's rows: agencies with versions, aliases and rolls; documents with what they refer to.
//! Must not take anything away: agencies and documents are shared with other programmes.
//! The programme's own rows are in `plan`.

use std::collections::HashSet;

use chrono::NaiveDate;
use domain::{
    document::{DocumentKind, DocumentRelationKind, DocumentStatus, identity},
    lang::TranslatedField,
    seed::{Agency, LegalBasis, RelatedDocument},
};
use persistence::rows::{
    AgencyAliasRow, AgencyMemberRow, AgencyRow, AgencyVersionRow, DbId, DocumentRecipientRow, DocumentRelationRow, DocumentRow,
};

use super::{Builder, document_kind, rank};

impl Builder<'_> {
    pub(super) fn agencies(&mut self) {
        for agency in &self.seed.agencies {
            let stored = self.before.agencies.iter().find(|row| row.code == agency.code);
            let id = self.id(stored.map(|row| row.id));
            self.agencies.insert(&agency.code, id);
            self.name(id, &agency.code);
            self.after.agencies.push(AgencyRow {
                id,
                code: agency.code.clone(),
                is_collective: agency.is_collective(),
                membership_rule: agency.membership_rule.as_deref().map(str::to_uppercase),
                membership_complete: agency.membership_complete,
                created_at: stored.map_or(self.now.naive_utc(), |row| row.created_at),
            });
        }
    }

    /// Versions, aliases and rolls, which refer to documents.
    pub(super) fn agency_details(&mut self) {
        for agency in &self.seed.agencies {
            let Some(id) = self.agency(&agency.code) else { continue };
            self.agency_version(id, agency);
            for (i, alias) in agency.names_as_written.iter().enumerate() {
                self.after.agency_aliases.push(AgencyAliasRow { agency_id: id, alias: alias.clone(), rank: rank(i) });
            }
            let members = agency.includes_collectives.iter().chain(agency.members_named_in_seed.iter().flatten());
            let mut seen = HashSet::new();
            for (i, member) in members.filter(|member| seen.insert(member.as_str())).enumerate() {
                self.agency_member(id, member, rank(i));
            }
        }
    }

    /// How the decision shows an agency. From when on it was so, the decision does not say.
    fn agency_version(&mut self, agency_id: DbId, agency: &Agency) {
        let stored = self.before.agency_versions.iter().find(|row| row.agency_id == agency_id && row.valid_from.is_none());
        // One of which the register knows since when it is there was not there before that.
        if stored.is_none() && self.before.agencies.iter().any(|row| row.id == agency_id) {
            return;
        }
        let id = self.id(stored.map(|row| row.id));
        self.name(id, &agency.code);
        self.english(id, TranslatedField::Name, &agency.name_vi, agency.name_en.as_ref());
        self.after.agency_versions.push(AgencyVersionRow {
            id,
            agency_id,
            name: agency.name_vi.clone(),
            kind: agency.kind.to_uppercase(),
            subkind: agency.subkind.clone(),
            parent_id: self.agency_opt(agency.parent.as_ref()),
            valid_from: None,
            valid_to: stored.and_then(|row| row.valid_to),
            basis_document_id: self.decision(),
            note: agency.note.clone(),
            used_in: agency.used_in.as_ref().and_then(|places| serde_json::to_string(places).ok()),
            short_name: stored.and_then(|row| row.short_name.clone()),
        });
    }

    fn agency_member(&mut self, collective_id: DbId, member: &str, rank: i32) {
        let (Some(member_id), valid_from) = (self.agency(member), self.effective()) else { return };
        let same = |row: &&AgencyMemberRow| (row.collective_id, row.member_id, row.valid_from) == (collective_id, member_id, valid_from);
        let stored = self.before.agency_members.iter().find(same);
        self.after.agency_members.push(AgencyMemberRow {
            id: self.id(stored.map(|row| row.id)),
            collective_id,
            member_id,
            rank,
            valid_from,
            valid_to: stored.and_then(|row| row.valid_to),
            basis_document_id: self.decision(),
        });
    }

    pub(super) fn documents(&mut self) {
        self.decision_document();
        for basis in &self.seed.decision.legal_bases {
            self.legal_basis(basis);
        }
        for (i, related) in self.seed.decision.related_documents.iter().enumerate() {
            self.related_document(rank(i), related);
        }
    }

    /// A document under the key that it has in the file. One that the file only calls for may have been issued since: then its
    /// number and days are life's.
    fn document(&mut self, key: &str, issuer: Option<&str>, row: DocumentRow) -> DbId {
        let stored = self.stored_document(key, row.number.as_deref(), issuer, row.issued_on).cloned();
        let id = self.id(stored.as_ref().map(|stored| stored.id));
        self.name(id, row.number.clone().or_else(|| row.title.clone()).unwrap_or_else(|| key.to_owned()));
        self.documents.insert(key.to_owned(), id);
        let mut row = DocumentRow { id, revision: stored.as_ref().map_or(1, |stored| stored.revision + 1), ..row };
        match stored {
            Some(stored) if row.status == DocumentStatus::Planned.label() && stored.status == DocumentStatus::Issued.label() => {
                let DocumentRow { status, number, issued_on, serial, symbol, class, year, identity, .. } = stored;
                row = DocumentRow { status, number, issued_on, serial, symbol, class, year, identity, ..row };
                row.issuer_id = row.issuer_id.or(stored.issuer_id);
                row.issuer_as_written = row.issuer_as_written.or(stored.issuer_as_written);
                row.note = row.note.or(stored.note);
            }
            _ => row.read_number(issuer),
        }
        self.after.documents.push(row);
        id
    }

    /// The stored document with this number of this issuer and year, or else the one that goes by this key.
    fn stored_document(&self, key: &str, number: Option<&str>, issuer: Option<&str>, issued_on: Option<NaiveDate>) -> Option<&DocumentRow> {
        let identity = identity(number, issuer, issued_on);
        let stored = || self.before.documents.iter();
        let by_identity = stored().find(|row| identity.is_some() && row.identity == identity);
        by_identity.or_else(|| stored().find(|row| row.natural_key == key))
    }

    /// What is known of a document that the file says less of: another file, or people, may have said more.
    fn known(&self, key: &str, number: Option<&str>, issuer: Option<&str>, issued_on: Option<NaiveDate>) -> DocumentRow {
        let stored = self.stored_document(key, number, issuer, issued_on).cloned();
        stored.unwrap_or_else(|| DocumentRow { natural_key: key.to_owned(), ..DocumentRow::default() })
    }

    fn decision_document(&mut self) {
        let decision = &self.seed.decision;
        let (key, issuer) = (decision.key(), Some(decision.issuer.as_str()));
        let known = self.known(&key, Some(&decision.number), issuer, Some(decision.date));
        let signatory = decision.signatory.as_ref();
        let id = self.document(
            &key,
            issuer,
            DocumentRow {
                kind: DocumentKind::Decision.label().into(),
                status: DocumentStatus::Issued.label().into(),
                number: Some(decision.number.clone()),
                title: Some(decision.title_vi.clone()),
                issuer_id: self.agency(&decision.issuer),
                issuer_as_written: Some(decision.issuer_as_written.clone()),
                issued_on: Some(decision.date),
                effective_on: Some(decision.effective_date),
                signer: signatory.map(|signatory| signatory.name.clone()).or(known.signer),
                note: decision.note.clone(),
                kind_as_written: Some(decision.type_vi.clone()),
                issued_on_as_written: Some(decision.date_as_written.clone()),
                effective_on_as_written: decision.effective_vi.clone(),
                number_and_date_source: decision.number_and_date_source_vi.clone(),
                signer_position: signatory.and_then(|signatory| signatory.position.clone()).or(known.signer_position),
                signer_note: signatory.and_then(|signatory| signatory.note.clone()),
                recipients_note: decision.recipients_note.clone(),
                ..known
            },
        );
        self.english(id, TranslatedField::Title, &decision.title_vi, decision.title_en.as_ref());
        for (i, as_written) in decision.recipients_as_written.iter().enumerate() {
            self.after.document_recipients.push(DocumentRecipientRow { document_id: id, rank: rank(i), as_written: as_written.clone() });
        }
    }

    fn legal_basis(&mut self, basis: &LegalBasis) {
        let kind = document_kind(&basis.kind);
        let (key, issuer) = (basis.key(), basis.issued_by());
        let known = self.known(&key, basis.number.as_deref(), issuer, basis.date);
        let id = self.document(
            &key,
            issuer,
            DocumentRow {
                kind: kind.label().into(),
                status: DocumentStatus::Issued.label().into(),
                number: basis.number.clone(),
                title: basis.title_vi.clone(),
                issuer_id: self.agency_opt(basis.issuer.as_ref()),
                issuer_as_written: basis.issuer_vi.clone(),
                issued_on: basis.date,
                note: basis.note.clone(),
                ..known
            },
        );
        let relation = if kind == DocumentKind::Submission { DocumentRelationKind::ProposedBy } else { DocumentRelationKind::LegalBasis };
        self.relation(id, relation, basis.order, None, Some(&basis.quote_vi));
    }

    fn related_document(&mut self, rank: i32, related: &RelatedDocument) {
        let (relation, status) = match related.relation.as_str() {
            "to_be_issued" => (DocumentRelationKind::CallsFor, DocumentStatus::Planned),
            "followed" => (DocumentRelationKind::Follows, DocumentStatus::Issued),
            _ => (DocumentRelationKind::CarriesOut, DocumentStatus::Issued),
        };
        let (key, issuer) = (related.key(), related.issued_by());
        let known = self.known(&key, related.number.as_deref(), issuer, related.date);
        let id = self.document(
            &key,
            issuer,
            DocumentRow {
                kind: document_kind(&related.kind).label().into(),
                status: status.label().into(),
                number: related.number.clone(),
                title: Some(related.title_vi.clone()),
                issuer_id: self.agency_opt(related.issuer.as_ref()),
                issuer_as_written: related.issuer_vi.clone(),
                issued_on: related.date,
                note: related.note.clone(),
                ..known
            },
        );
        self.relation(id, relation, rank, related.section.clone(), None);
    }

    fn relation(&mut self, related_id: DbId, kind: DocumentRelationKind, rank: i32, section: Option<String>, quote: Option<&str>) {
        let Some(document_id) = self.decision() else { return };
        self.after.document_relations.push(DocumentRelationRow {
            document_id,
            related_id,
            kind: kind.label().into(),
            rank,
            section,
            quote: quote.map(str::to_owned),
            note: None,
            is_partial: false,
            account_id: None,
        });
    }
}
