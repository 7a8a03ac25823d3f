//! Putting a file on a report: who, which file, once.
//! Must not take a file that `arrival` has not looked at, or put one on a report that may not be written on.
//! Order: policy, arrival, rules, claim, bytes, row; see the parent module for why the claim comes first.

use auth::Ctx;
use domain::{
    error::{Code, Refusal},
    evidence::{MAX_FILES, MAX_NUMBER, MAX_WORDS, ReportFile},
    policy::Action,
    report::ReportId,
    revision::Revisions,
};
use persistence::{Conn, report_file as evidence};
use serde_json::json;

use super::{
    arrival::{self, Beside, Parts, Stored},
    changeable, open_report,
};
use crate::{
    App, Error,
    audit::{Deed, record, watched},
    identity::{current, renewed},
};

const OPERATION: &str = "upload_report_file";
const TITLE: &str = "title";
/// Number and symbol of the document.
const NUMBER: &str = "documentNumber";
const BESIDE: Beside = &[(TITLE, MAX_WORDS), (NUMBER, MAX_NUMBER)];

/// A file that is on its report.
#[derive(Clone, Debug)]
pub struct Uploaded {
    pub file: ReportFile,
    /// False when it was there before.
    pub is_new: bool,
}

/// Puts a file on a report of the caller's agency. The same bytes under the same name are on a report once: sent again, they are
/// answered with what is there.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN`, `EVIDENCE_CLOSED` or `REOPENING_OVER` where the report may not be written on, `PRECONDITION_FAILED`,
/// `TOO_MANY_FILES`, `BODY_TOO_LARGE`, `BODY_INVALID` for a form that is not of one file and at most a title and a number, `FILE_REFUSED` with every
/// fault, `DOCUMENT_SECRET`, which is an entry of the audit log, `UNAVAILABLE` when the store fails.
pub async fn upload(
    app: &App,
    ctx: &Ctx,
    (report, revision): (ReportId, impl Into<Revisions>),
    parts: impl Parts,
) -> Result<Uploaded, Error> {
    let revision: Revisions = revision.into();
    let deed = || Deed::new(OPERATION).on("report", report);
    watched(app, ctx, deed(), async {
        // 1. May the caller do this? Asked before anything of the body is read, and again with the row.
        ctx.allow(Action::ManageEvidence)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        let look = move |conn: &mut Conn| -> Result<(), Error> {
            let found = persistence::report::by_id(conn, &ctx_.report_scope(), report)?;
            changeable(&app_, conn, &ctx_, found).map(drop)
        };
        app.0.db.read(look).await?;
        // 2. The form arrives, with a file that is taken.
        let taken = arrival::taken(app, ctx, deed(), BESIDE, parts).await?;
        // 3. Claim, bytes, row: for whoever still may, before the bytes are kept and again with the row.
        let ctx = &renewed(app, ctx).await?;
        ctx.allow(Action::ManageEvidence)?;
        let stored = arrival::stored(app, taken).await?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        app.0.db.append(move |conn| put(&app_, conn, &ctx_, (report, &revision), &stored)).await
    })
    .await
}

/// Makes stored bytes a file of the report.
fn put(app: &App, conn: &mut Conn, ctx: &Ctx, (report, revision): (ReportId, &Revisions), stored: &Stored) -> Result<Uploaded, Error> {
    let ctx = current(app, conn, ctx)?;
    let (report, account) = open_report(app, conn, &ctx, report)?;
    stored.settle(app, conn)?;
    // A file that is there already was sent before, and may have made the revision what it is (RFC 9110, section 13.1.1).
    if let Some(file) = evidence::same(conn, report.id, &stored.name, &stored.sha256)? {
        return Ok(Uploaded { file, is_new: false });
    }
    revision.check(report.seen_revision())?;
    if evidence::count(conn, report.id)? >= i64::try_from(MAX_FILES).unwrap_or(i64::MAX) {
        return Err(Refusal::new(Code::TooManyFiles).into());
    }
    let file = ReportFile {
        id: app.0.ids.next(),
        report: report.id,
        sha256: stored.sha256.clone(),
        size: stored.size,
        name: stored.name.clone(),
        title: stored.said.get(TITLE).cloned(),
        document_number: stored.said.get(NUMBER).cloned(),
        media_type: stored.media_type,
        since_version: report.version + 1,
        until_version: None,
        uploaded_by: account,
        uploaded_at: app.0.clock.now(),
    };
    evidence::insert(conn, &file)?;
    crate::report::written(conn, &report)?;
    let after = json!({"file": file.id.to_string(), "name": file.name, "title": file.title,
                       "documentNumber": file.document_number, "mediaType": file.media_type.label(), "size": file.size,
                       "sha256": file.sha256});
    let agency = app.0.catalogue.current(conn)?.agency_code(Some(report.agency));
    let deed = Deed::new(OPERATION).on("report", report.id).for_agency(agency.as_deref());
    record(app, conn, &ctx, deed.with(json!({ "after": after })))?;
    Ok(Uploaded { file, is_new: true })
}
