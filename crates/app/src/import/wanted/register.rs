//! The register's rows: agencies with versions, aliases and rolls; documents with what they refer to.
//! Must not take anything away: agencies and documents are shared with other programmes.
//! The programme's own rows are in `plan`.

use std::collections::HashSet;

use domain::{
    document::{DocumentKind, DocumentRelationKind, DocumentStatus},
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
        let id = self.id(stored.map(|row| row.id));
        self.name(id, &agency.code);
        self.english(id, TranslatedField::Name, agency.name_en.as_ref());
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

    fn document(&mut self, row: DocumentRow) -> DbId {
        let stored = self.before.documents.iter().find(|stored| stored.natural_key == row.natural_key);
        let id = self.id(stored.map(|stored| stored.id));
        self.name(id, row.number.clone().or_else(|| row.title.clone()).unwrap_or_else(|| row.natural_key.clone()));
        self.documents.insert(row.natural_key.clone(), id);
        self.after.documents.push(DocumentRow { id, ..row });
        id
    }

    /// What is known of a document that the file only refers to: another file may have said more of it.
    fn known(&self, natural_key: &str) -> DocumentRow {
        let stored = self.before.documents.iter().find(|stored| stored.natural_key == natural_key).cloned();
        stored.unwrap_or_else(|| DocumentRow { natural_key: natural_key.to_owned(), ..DocumentRow::default() })
    }

    fn decision_document(&mut self) {
        let decision = &self.seed.decision;
        let id = self.document(DocumentRow {
            id: DbId(uuid::Uuid::nil()),
            natural_key: self.seed.decision.key(),
            kind: DocumentKind::Decision.label().into(),
            status: DocumentStatus::Issued.label().into(),
            number: Some(decision.number.clone()),
            title: Some(decision.title_vi.clone()),
            issuer_id: self.agency(&decision.issuer),
            issuer_as_written: Some(decision.issuer_as_written.clone()),
            issued_on: Some(decision.date),
            effective_on: Some(decision.effective_date),
            signer: decision.signatory.as_ref().map(|signatory| signatory.name.clone()),
            note: decision.note.clone(),
            kind_as_written: Some(decision.type_vi.clone()),
            issued_on_as_written: Some(decision.date_as_written.clone()),
            effective_on_as_written: decision.effective_vi.clone(),
            number_and_date_source: decision.number_and_date_source_vi.clone(),
            signer_position: decision.signatory.as_ref().and_then(|signatory| signatory.position.clone()),
            signer_note: decision.signatory.as_ref().and_then(|signatory| signatory.note.clone()),
            recipients_note: decision.recipients_note.clone(),
        });
        self.english(id, TranslatedField::Title, decision.title_en.as_ref());
        for (i, as_written) in decision.recipients_as_written.iter().enumerate() {
            self.after.document_recipients.push(DocumentRecipientRow { document_id: id, rank: rank(i), as_written: as_written.clone() });
        }
    }

    fn legal_basis(&mut self, basis: &LegalBasis) {
        let kind = document_kind(&basis.kind);
        let id = self.document(DocumentRow {
            kind: kind.label().into(),
            status: DocumentStatus::Issued.label().into(),
            number: basis.number.clone(),
            title: basis.title_vi.clone(),
            issuer_id: self.agency_opt(basis.issuer.as_ref()),
            issuer_as_written: basis.issuer_vi.clone(),
            issued_on: basis.date,
            note: basis.note.clone(),
            ..self.known(&basis.key())
        });
        let relation = if kind == DocumentKind::Submission { DocumentRelationKind::ProposedBy } else { DocumentRelationKind::LegalBasis };
        self.relation(id, relation, basis.order, None, Some(&basis.quote_vi));
    }

    fn related_document(&mut self, rank: i32, related: &RelatedDocument) {
        let (relation, status) = match related.relation.as_str() {
            "to_be_issued" => (DocumentRelationKind::CallsFor, DocumentStatus::Planned),
            "followed" => (DocumentRelationKind::Follows, DocumentStatus::Issued),
            _ => (DocumentRelationKind::CarriesOut, DocumentStatus::Issued),
        };
        let id = self.document(DocumentRow {
            kind: document_kind(&related.kind).label().into(),
            status: status.label().into(),
            number: related.number.clone(),
            title: Some(related.title_vi.clone()),
            issuer_id: self.agency_opt(related.issuer.as_ref()),
            issuer_as_written: related.issuer_vi.clone(),
            issued_on: related.date,
            note: related.note.clone(),
            ..self.known(&related.key())
        });
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
        });
    }
}
