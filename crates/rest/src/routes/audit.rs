//! `/api/v1/admin/audit`: reading the audit log.
//! Must not change it; nobody can.
//! The use case is `app::audit`.

use actix_web::HttpResponse;
use app::audit;

use crate::{
    dto::{
        audit::{AuditEntry, AuditPage, AuditParams},
        page::{forward, reply},
    },
    extract::{Params, Reading},
    problem::Problem,
};

/// The audit log, the newest first.
#[utoipa::path(
    get, path = "/api/v1/admin/audit", operation_id = "list_audit_entries", tag = "administration", params(AuditParams),
    responses((status = 200, description = "A page of entries.", body = AuditPage)),
    security(("bearer" = []))
)]
pub async fn list_audit_entries(Reading(view): Reading, Params(params): Params<AuditParams>) -> Result<HttpResponse, Problem> {
    let listing = audit::list(&view, (&params).into(), &forward(params.limit, params.after)).await?;
    let page = AuditPage {
        end_cursor: listing.end().map(str::to_owned),
        has_next: listing.has_next,
        items: listing.items.iter().map(|(_, link)| AuditEntry::of(link, &view)).collect(),
    };
    view.clone().end().await?;
    Ok(reply(&page))
}
