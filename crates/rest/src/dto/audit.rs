//! The audit log as auditors see it.
//! Must not leave out what an entry's hash is made of.
//! See `app::audit`.

use app::{View, audit::AuditFilter, personal::look_entry};
use chrono::{DateTime, Utc};
use domain::{audit::Link, id::Id};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::page::page;

/// Which entries.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct AuditParams {
    /// Identifier of the account that acted.
    pub account: Option<Uuid>,
    /// Name of the operation in REST, which GraphQL's are told by too.
    #[param(max_length = 64)]
    pub operation: Option<String>,
    /// The account's login then, or the one that was tried.
    #[param(max_length = 64)]
    pub login: Option<String>,
    /// Kind of what it was about.
    #[param(max_length = 64)]
    pub subject: Option<String>,
    /// Identifier of what it was about.
    #[param(max_length = 128)]
    pub subject_id: Option<String>,
    /// From this instant on.
    pub from: Option<DateTime<Utc>>,
    /// Before this instant.
    pub to: Option<DateTime<Utc>>,
    /// Refused attempts only, or none of them.
    pub refused: Option<bool>,
    /// Rows on the page; 20 where nothing is asked.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i32>,
    /// `endCursor` of the page before.
    #[param(max_length = 2000)]
    pub after: Option<String>,
}

impl From<&AuditParams> for AuditFilter {
    fn from(params: &AuditParams) -> Self {
        Self {
            account: params.account.map(Id::from_uuid),
            operation: params.operation.clone(),
            login: params.login.clone(),
            subject: params.subject.clone(),
            subject_id: params.subject_id.clone(),
            refused: params.refused,
            from: params.from,
            to: params.to,
        }
    }
}

/// Something that was done or refused.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditEntry {
    pub id: Uuid,
    /// When it was done or refused.
    pub at: DateTime<Utc>,
    /// NOBODY, SERVICE, USER or OPERATOR.
    #[schema(example = "USER", max_length = 16)]
    pub actor: String,
    /// Identifier of the account that acted.
    pub account: Option<Uuid>,
    /// The account's login then, or the one that was tried.
    #[schema(max_length = 64)]
    pub login: Option<String>,
    /// Code of the agency that the account spoke for.
    #[schema(max_length = 64)]
    pub agency: Option<String>,
    /// Identifier of the token (`jti`).
    #[schema(max_length = 500)]
    pub token: Option<String>,
    /// Network address.
    #[schema(max_length = 64)]
    pub network: Option<String>,
    /// The request in which that was, by its `X-Request-Id`.
    #[schema(max_length = 64)]
    pub request: String,
    /// Name of the operation in REST, which GraphQL's are told by too.
    #[schema(example = "create_grant", max_length = 64)]
    pub operation: String,
    /// Kind of what it was about.
    #[schema(max_length = 64)]
    pub subject: Option<String>,
    /// Identifier or code of what it was about.
    #[schema(max_length = 500)]
    pub subject_id: Option<String>,
    /// What changed, as JSON; secrets are masked.
    #[schema(max_length = 100_000)]
    pub changes: Option<String>,
    /// DONE or REFUSED.
    #[schema(example = "DONE", max_length = 16)]
    pub outcome: String,
    /// Why it was refused.
    #[schema(max_length = 64)]
    pub code: Option<String>,
    /// Entries are kept in several strands, each a chain of its own.
    pub strand: i32,
    /// Its place in the strand, from 1.
    pub number: i64,
    /// SHA-256 of the entry before in the strand.
    #[schema(max_length = 64)]
    pub previous: String,
    /// SHA-256 of this entry, hexadecimal.
    #[schema(max_length = 64)]
    pub sha256: String,
}

impl AuditEntry {
    /// Shows it to the caller of a view, which leaves an entry where it holds the network address of another person.
    pub fn of(link: &Link, view: &View) -> Self {
        look_entry(view, &link.entry);
        let entry = link.entry.clone();
        let (subject, subject_id) = entry.subject.unzip();
        Self {
            id: entry.id.uuid(),
            at: entry.at,
            actor: entry.actor.label().into(),
            account: entry.account.map(Id::uuid),
            login: entry.login,
            agency: entry.agency,
            token: entry.token,
            network: entry.network,
            request: entry.request,
            operation: entry.operation,
            subject,
            subject_id,
            changes: entry.changes,
            outcome: entry.outcome.label().into(),
            code: entry.code,
            strand: link.strand,
            number: link.number,
            previous: link.previous.clone(),
            sha256: link.sha256.clone(),
        }
    }
}

page!(AuditPage of AuditEntry, "A page of the audit log, the newest first.");
