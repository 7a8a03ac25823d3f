//! Reads of administration: accounts, signing keys, the audit log.
//! Must not read anything itself: each field asks one use case.
//! The other reads are in the parent module.

use app::{access, audit};
use async_graphql::{Context, ID, InputObject, Object, Result, connection::EmptyFields};
use chrono::{DateTime, Utc};
use domain::id::Id;

use crate::{
    enums::AccountKind,
    error::failure,
    paging::{Page, args, connection},
    types::{
        access::{Account, AuditEntry, SigningKey},
        view,
    },
};

/// Which entries of the audit log. Every condition given must hold.
#[derive(Default, InputObject)]
pub struct AuditFilter {
    /// Identifier of the account that acted.
    account: Option<ID>,
    /// Name of the operation in REST, which GraphQL's are told by too.
    operation: Option<String>,
    /// The account's login then, or the one that was tried.
    login: Option<String>,
    /// Kind of what it was about.
    subject: Option<String>,
    /// Identifier of what it was about.
    subject_id: Option<String>,
    /// From this instant on.
    from: Option<DateTime<Utc>>,
    /// Before this instant.
    to: Option<DateTime<Utc>>,
    /// Refused attempts only, or none of them.
    refused: Option<bool>,
}

#[derive(Default)]
pub struct AccessQuery;

#[Object]
impl AccessQuery {
    /// Accounts by login, for administrators and auditors.
    #[allow(clippy::too_many_arguments)] // the arguments of a connection, by name for the client
    async fn accounts(
        &self,
        ctx: &Context<'_>,
        kind: Option<AccountKind>,
        agency: Option<String>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Page<Account, EmptyFields>> {
        let (view, filter) = (view(ctx)?, access::AccountFilter { kind: kind.map(Into::into), agency });
        let listing = access::list(view, &filter, &args(first, after, last, before)).await.map_err(|error| failure(&error))?;
        Ok(connection(listing, EmptyFields, |listed| Account { listed, view: view.clone() }))
    }

    /// The account with this identifier, for administrators and auditors; null where there is none.
    async fn account(&self, ctx: &Context<'_>, id: ID) -> Result<Option<Account>> {
        let view = view(ctx)?;
        // Asked before anything is told, even that there is none.
        let about = id.parse().ok().map(|id| ("account", id));
        app::admit(view.app(), view.ctx(), domain::policy::operations::Interface::Query, "account", about)
            .await
            .map_err(|error| failure(&error))?;
        let Ok(id) = id.parse() else { return Ok(None) };
        let listed = access::by_id(view, id).await.map_err(|error| failure(&error))?;
        Ok(listed.map(|listed| Account { listed, view: view.clone() }))
    }

    /// How the signing keys stand, for administrators and auditors.
    async fn signing_keys(&self, ctx: &Context<'_>) -> Result<Vec<SigningKey>> {
        let view = view(ctx)?;
        let keys = access::signing_keys(view.app(), view.ctx()).await.map_err(|error| failure(&error))?;
        Ok(keys.into_iter().map(Into::into).collect())
    }

    /// The audit log, the newest first, for auditors.
    #[allow(clippy::too_many_arguments)] // the arguments of a connection, by name for the client
    async fn audit_entries(
        &self,
        ctx: &Context<'_>,
        filter: Option<AuditFilter>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Page<AuditEntry, EmptyFields>> {
        let filter = filter.unwrap_or_default();
        let stored = audit::AuditFilter {
            // An identifier that is none names nobody.
            account: filter.account.map(|id| id.parse().unwrap_or(Id::from_uuid(uuid::Uuid::nil()))),
            operation: filter.operation,
            login: filter.login,
            subject: filter.subject,
            subject_id: filter.subject_id,
            from: filter.from,
            to: filter.to,
            refused: filter.refused,
        };
        let view = view(ctx)?;
        let listing = audit::list(view, stored, &args(first, after, last, before)).await.map_err(|error| failure(&error))?;
        Ok(connection(listing, EmptyFields, |link| AuditEntry { link, view: view.clone() }))
    }
}
