//! Writing on a report: saving, throwing away, sending.
//! Must not touch what was submitted: sending makes a new version, and what was written before it stays.
//! Where a report may be written on is `domain::report::state`.

use auth::Ctx;
use domain::{
    account::AccountId,
    error::{Code, Refusal},
    policy::Action,
    report::{Channel, ReportContent, ReportDraft, ReportEventKind, ReportId, ReportVersion, Submission, state::Act},
    revision::Revisions,
};
use persistence::{
    Conn,
    report::{self as stored, ReportChange},
};
use serde_json::json;

use super::{
    acts::{Acting, Said, begin, sha256, written},
    answer::Answer,
    facts::Contents,
    measure::fits,
};
use crate::{
    App, Error,
    audit::{Deed, watched},
};

/// Saves what is being written, in the place of what was written before.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN`, `PRECONDITION_FAILED`, `WRONG_STATE`, `REOPENING_OVER`, `BODY_INVALID` for a text that cannot be
/// kept, `REPORT_REFUSED` for values that do not fit the form.
pub async fn save_draft(app: &App, ctx: &Ctx, at: (ReportId, impl Into<Revisions>), contents: Contents) -> Result<(), Error> {
    const OPERATION: &str = "update_draft";
    let at: (_, Revisions) = (at.0, at.1.into());
    watched(app, ctx, Deed::new(OPERATION).on("report", at.0), async {
        ctx.allow(Action::DraftReport)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        let work = move |conn: &mut Conn| -> Result<(), Error> {
            let acting = begin(&app_, conn, &ctx_, (at.0, &at.1), (Action::DraftReport, Act::Save))?;
            let (_, measure) = acting.answer(conn)?;
            let content = measure.kept(contents.stored()?);
            fits(acting.report.task.is_some(), &content, &measure, false)?;
            let kept = stored::draft(conn, at.0)?.map_or_else(|| acting.report.content.clone(), |draft| draft.content);
            written(conn, &acting.report)?;
            let draft = ReportDraft { report: at.0, content, author: acting.account, saved_at: acting.now };
            stored::save_draft(conn, &draft)?;
            let (before, after) = (sha256(&kept), sha256(&draft.content));
            let changes = json!({"before": {"contentSha256": before}, "after": {"contentSha256": after}});
            Ok(acting.record(conn, OPERATION, changes)?)
        };
        app.0.db.append(work).await
    })
    .await
}

/// Throws away a report that was never submitted.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN`, `PRECONDITION_FAILED`, `WRONG_STATE`.
pub async fn discard(app: &App, ctx: &Ctx, at: (ReportId, impl Into<Revisions>)) -> Result<(), Error> {
    const OPERATION: &str = "discard_draft";
    let at: (_, Revisions) = (at.0, at.1.into());
    watched(app, ctx, Deed::new(OPERATION).on("report", at.0), async {
        ctx.allow(Action::DraftReport)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        let work = move |conn: &mut Conn| -> Result<(), Error> {
            let acting = begin(&app_, conn, &ctx_, (at.0, &at.1), (Action::DraftReport, Act::Discard))?;
            let files = crate::evidence::discard(&app_, conn, at.0)?;
            if !stored::discard(conn, at.0, acting.report.revision)? {
                return Err(Refusal::new(Code::PreconditionFailed).into());
            }
            Ok(acting.record(conn, OPERATION, json!({"before": {"contentSha256": sha256(&acting.report.content), "files": files}}))?)
        };
        app.0.db.append(work).await
    })
    .await
}

/// Sends what was written as a new version; what was returned and not written on is sent as it was.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN`, `PRECONDITION_FAILED`, `WRONG_STATE`, `REOPENING_OVER`, `REPORT_REFUSED` with every fault.
pub async fn send(app: &App, ctx: &Ctx, at: (ReportId, impl Into<Revisions>)) -> Result<(), Error> {
    const OPERATION: &str = "send_report";
    let at: (_, Revisions) = (at.0, at.1.into());
    watched(app, ctx, Deed::new(OPERATION).on("report", at.0), async {
        ctx.allow(Action::PushReport)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        let work = move |conn: &mut Conn| -> Result<(), Error> {
            let acting = begin(&app_, conn, &ctx_, (at.0, &at.1), (Action::PushReport, Act::Submit))?;
            let draft = stored::draft(conn, at.0)?;
            let author = draft.as_ref().map_or(acting.account, |draft| draft.author);
            let content = draft.map_or_else(|| acting.report.content.clone(), |draft| draft.content);
            add_version(conn, &acting, content, author, OPERATION)
        };
        app.0.db.append(work).await
    })
    .await
}

/// Adds a version to a report and takes its draft away.
pub(super) fn add_version(
    conn: &mut Conn,
    acting: &Acting<'_>,
    content: ReportContent,
    author: AccountId,
    operation: &'static str,
) -> Result<(), Error> {
    let (answer, measure) = acting.answer(conn)?;
    let content = measure.kept(content);
    fits(acting.report.task.is_some(), &content, &measure, true)?;
    let (change, version) = next_version(acting, content, author, answer.as_ref());
    acting.store(conn, &change)?;
    stored::add_version(conn, &version)?;
    stored::drop_draft(conn, acting.report.id)?;
    let said = Said { content: Some(version.content), ..Said::default() };
    Ok(acting.tell(conn, operation, version.number, ReportEventKind::Submitted, said)?)
}

/// The version that a content becomes when it is sent, and where the report stands then.
pub(super) fn next_version(
    acting: &Acting<'_>,
    content: ReportContent,
    author: AccountId,
    answer: Option<&Answer>,
) -> (ReportChange, ReportVersion) {
    let mut change = acting.change();
    change.version += 1;
    change.first_received_on = change.first_received_on.or(Some(acting.today));
    let version = ReportVersion {
        report: acting.report.id,
        number: change.version,
        content,
        submission: Submission {
            is_estimate: answer.is_some_and(|answer| answer.is_estimate(&acting.report.period, acting.today)),
            channel: Channel::Api,
            received_on: acting.today,
            author,
            approver: Some(acting.account),
            submitted_by: acting.account,
            submitted_at: acting.now,
        },
    };
    (change, version)
}
