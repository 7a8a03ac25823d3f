//! Rows of agencies, documents, citations and translations.
//! Must not differ from the tables; enumerations are kept as their labels here and parsed by the aggregates.
//! The trait behind `synced!` is in the parent module.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use domain::{
    document,
    document_number::{self, Parts},
};
use serde::Serialize;

use super::{DbId, synced};
use crate::schema::{
    agencies, agency_aliases, agency_members, agency_versions, citations, document_recipients, document_relations, document_stages,
    documents, translations,
};

#[derive(AsChangeset, Clone, Debug, Insertable, Queryable, Selectable, Serialize)]
#[diesel(table_name = agencies, treat_none_as_null = true)]
pub struct AgencyRow {
    pub id: DbId,
    pub code: String,
    pub is_collective: bool,
    pub membership_rule: Option<String>,
    pub membership_complete: Option<bool>,
    pub created_at: NaiveDateTime,
}
synced!(AgencyRow, agencies, "agency", key ["code"], ignored ["id", "created_at"], by id);

#[derive(AsChangeset, Clone, Debug, Default, Insertable, Queryable, Selectable, Serialize)]
#[diesel(table_name = documents, treat_none_as_null = true)]
pub struct DocumentRow {
    pub id: DbId,
    pub natural_key: String,
    pub kind: String,
    pub status: String,
    pub number: Option<String>,
    pub title: Option<String>,
    pub issuer_id: Option<DbId>,
    pub issuer_as_written: Option<String>,
    pub issued_on: Option<NaiveDate>,
    pub effective_on: Option<NaiveDate>,
    pub signer: Option<String>,
    pub note: Option<String>,
    pub kind_as_written: Option<String>,
    pub issued_on_as_written: Option<String>,
    pub effective_on_as_written: Option<String>,
    pub number_and_date_source: Option<String>,
    pub signer_position: Option<String>,
    pub signer_note: Option<String>,
    pub recipients_note: Option<String>,
    pub serial: Option<i32>,
    pub symbol: Option<String>,
    pub class: Option<String>,
    pub year: Option<i32>,
    pub identity: Option<String>,
    pub expires_on: Option<NaiveDate>,
    pub summary: Option<String>,
    pub capacity: Option<String>,
    pub revision: i32,
    pub hidden_revisions: i32,
}
synced!(
    DocumentRow,
    documents,
    "document",
    key ["natural_key"],
    ignored ["id", "serial", "symbol", "class", "year", "identity", "revision", "hidden_revisions"],
    by id
);

impl DocumentRow {
    /// Fills what is read from the number. `issuer` is the code of the agency, or the words for a body that is none.
    pub fn read_number(&mut self, issuer: Option<&str>) {
        let number = self.number.as_deref();
        let parts = number.and_then(|number| document_number::read(number, self.issued_on).parts);
        self.serial = parts.as_ref().and_then(Parts::serial);
        self.symbol = parts.as_ref().map(Parts::symbol);
        self.class = parts.map(|parts| parts.class.label().into());
        self.year = document::year_of(number, self.issued_on);
        self.identity = document::identity(number, issuer, self.issued_on);
    }
}

#[derive(Clone, Debug, Insertable, Queryable, Selectable, Serialize)]
#[diesel(table_name = document_relations)]
pub struct DocumentRelationRow {
    pub document_id: DbId,
    pub related_id: DbId,
    pub kind: String,
    pub rank: i32,
    pub section: Option<String>,
    pub quote: Option<String>,
    pub note: Option<String>,
    pub is_partial: bool,
    pub account_id: Option<DbId>,
}
synced!(DocumentRelationRow, document_relations, "documentRelation", key ["document_id", "kind", "related_id"], ignored ["account_id"], by (document_id, kind, related_id));

/// A stage that a document reached; no file says that.
#[derive(Clone, Debug, Insertable, Queryable, Selectable)]
#[diesel(table_name = document_stages, treat_none_as_default_value = false)]
pub struct StageRow {
    pub document_id: DbId,
    pub rank: i32,
    pub stage: String,
    pub reached_on: NaiveDate,
    pub note: Option<String>,
    pub account_id: DbId,
    pub recorded_at: NaiveDateTime,
}

#[derive(Clone, Debug, Insertable, Queryable, Selectable, Serialize)]
#[diesel(table_name = document_recipients)]
pub struct DocumentRecipientRow {
    pub document_id: DbId,
    pub rank: i32,
    pub as_written: String,
}
synced!(DocumentRecipientRow, document_recipients, "documentRecipient", key ["document_id", "rank"], ignored [], by (document_id, rank));

#[derive(AsChangeset, Clone, Debug, Insertable, Queryable, Selectable, Serialize)]
#[diesel(table_name = agency_versions, treat_none_as_null = true)]
pub struct AgencyVersionRow {
    pub id: DbId,
    pub agency_id: DbId,
    pub name: String,
    pub kind: String,
    pub subkind: Option<String>,
    pub parent_id: Option<DbId>,
    pub valid_from: Option<NaiveDate>,
    pub valid_to: Option<NaiveDate>,
    pub basis_document_id: Option<DbId>,
    pub note: Option<String>,
    pub used_in: Option<String>,
    pub short_name: Option<String>,
}
synced!(AgencyVersionRow, agency_versions, "agencyVersion", key ["agency_id", "valid_from"], ignored ["id", "valid_to", "short_name"], by id);

#[derive(Clone, Debug, Insertable, Queryable, Selectable, Serialize)]
#[diesel(table_name = agency_aliases)]
pub struct AgencyAliasRow {
    pub agency_id: DbId,
    pub alias: String,
    pub rank: i32,
}
synced!(AgencyAliasRow, agency_aliases, "agencyAlias", key ["agency_id", "alias"], ignored ["rank"], by (agency_id, alias));

#[derive(AsChangeset, Clone, Debug, Insertable, Queryable, Selectable, Serialize)]
#[diesel(table_name = agency_members, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct AgencyMemberRow {
    pub id: DbId,
    pub collective_id: DbId,
    pub member_id: DbId,
    pub rank: i32,
    pub valid_from: NaiveDate,
    pub valid_to: Option<NaiveDate>,
    pub basis_document_id: Option<DbId>,
}
synced!(AgencyMemberRow, agency_members, "agencyMember", key ["collective_id", "member_id", "valid_from"], ignored ["id", "rank", "valid_to"], by id);

#[derive(AsChangeset, Clone, Debug, Insertable, Queryable, Selectable, Serialize)]
#[diesel(table_name = citations, treat_none_as_null = true)]
pub struct CitationRow {
    pub id: DbId,
    pub subject_id: DbId,
    pub document_id: DbId,
    pub rank: i32,
    pub section: String,
    pub quote: Option<String>,
}
synced!(CitationRow, citations, "citation", key ["subject_id", "document_id", "rank"], ignored ["id"], by id);

#[derive(Clone, Debug, Insertable, Queryable, Selectable, Serialize)]
#[diesel(table_name = translations)]
pub struct TranslationRow {
    pub subject_id: DbId,
    pub field: String,
    pub lang: String,
    pub text: String,
    pub state: String,
    /// The Vietnamese text that it was made of.
    pub source: String,
    pub account_id: Option<DbId>,
    pub edited_at: Option<NaiveDateTime>,
}
synced!(
    TranslationRow,
    translations,
    "translation",
    key ["subject_id", "field", "lang"],
    ignored ["state", "source", "account_id", "edited_at"],
    by (subject_id, field, lang)
);
