//! How planned documents come to be: drafted, submitted, issued with a number and a date.
//! Must not issue a document twice, nor give a number to one that is only drafted.
//! The order of stages is `domain::document::stage`.

use auth::Ctx;
use chrono::NaiveDate;
use domain::{
    document::{
        Capacity, DocumentId, DocumentStatus,
        draft::{DocumentDraft, MAX_WORDS},
        stage::{Stage, StageReached, may_reach},
    },
    error::{Code, Fault, Refusal},
    policy::Action,
    revision::Revisions,
};
use persistence::{Conn, document};
use serde_json::json;

use super::write::{drafted, seen, shown, still_managing, touched, write};
use crate::{
    App, Error,
    audit::{Deed, record, watched},
    words::words,
};

/// With what a planned document is issued.
#[derive(Clone, Debug)]
pub struct Issue {
    /// Number and symbol as printed.
    pub number: String,
    pub issued_on: NaiveDate,
    pub effective_on: Option<NaiveDate>,
    pub expires_on: Option<NaiveDate>,
    /// Code of the agency; the one that the plan names where nothing is said.
    pub issuer: Option<String>,
    pub signer: Option<String>,
    pub capacity: Option<Capacity>,
    pub signer_position: Option<String>,
    pub note: Option<String>,
}

/// Says that a planned document was drafted or submitted.
///
/// # Errors
/// `FORBIDDEN`, `NOT_FOUND`, `PRECONDITION_FAILED`, `WRONG_STATE`, `BODY_INVALID`.
pub async fn reach(
    app: &App,
    ctx: &Ctx,
    id: DocumentId,
    revision: impl Into<Revisions>,
    stage: Stage,
    on: NaiveDate,
    note: Option<String>,
) -> Result<(), Error> {
    let revision: Revisions = revision.into();
    watched(app, ctx, Deed::new("move_document").on("document", id), async {
        ctx.allow(Action::ManageDocuments)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        app.0.db.write(move |conn| moved(&app_, conn, &ctx_, (id, &revision), (stage, on), note.as_deref())).await
    })
    .await
}

fn moved(
    app: &App,
    conn: &mut Conn,
    ctx: &Ctx,
    (id, revision): (DocumentId, &Revisions),
    (stage, on): (Stage, NaiveDate),
    note: Option<&str>,
) -> Result<(), Error> {
    let ctx = &still_managing(app, conn, ctx)?;
    let document = seen(conn, ctx, id, revision)?;
    if document.status == DocumentStatus::Issued {
        return Err(Refusal::new(Code::WrongState).into());
    }
    if stage == Stage::Issued {
        // It needs a number.
        return Err(Refusal::with_faults(Code::BodyInvalid, vec![Fault::new("/stage", Code::NotOneOf)]).into());
    }
    note_stage(app, conn, ctx, id, (stage, on), note)?;
    let after = json!({"stage": stage.label(), "on": on, "note": note});
    touched(app, conn, ctx, id, document.revision, Deed::new("move_document").on("document", id).with(json!({ "after": after })))
}

/// Notes that a document reached a stage, if it may.
fn note_stage(
    app: &App,
    conn: &mut Conn,
    ctx: &Ctx,
    id: DocumentId,
    (stage, on): (Stage, NaiveDate),
    note: Option<&str>,
) -> Result<(), Error> {
    let last = document::last_stage(conn, id)?;
    may_reach(last.map(|(_, stage, on)| (stage, on)), stage, on, app.0.clock.today())?;
    let reached = StageReached {
        document: id,
        rank: last.map_or(1, |(rank, _, _)| rank + 1),
        stage,
        on,
        note: note.map(|note| words("/note", note, MAX_WORDS)).transpose()?,
        recorded_by: ctx.account().ok_or_else(|| Refusal::new(Code::Unauthenticated))?.id,
        recorded_at: app.0.clock.now(),
    };
    Ok(document::insert_stage(conn, &reached)?)
}

/// Issues a planned document: it has a number and a date from then on.
///
/// # Errors
/// `FORBIDDEN`, `NOT_FOUND`, `PRECONDITION_FAILED`; `WRONG_STATE` for one that is issued; `BODY_INVALID`, `DOCUMENT_SECRET`,
/// `ALREADY_EXISTS`.
pub async fn issue(app: &App, ctx: &Ctx, id: DocumentId, revision: impl Into<Revisions>, issue: Issue) -> Result<(), Error> {
    let revision: Revisions = revision.into();
    watched(app, ctx, Deed::new("issue_document").on("document", id), async {
        ctx.allow(Action::ManageDocuments)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        app.0.db.write(move |conn| issued(&app_, conn, &ctx_, id, &revision, &issue)).await
    })
    .await
}

fn issued(app: &App, conn: &mut Conn, ctx: &Ctx, id: DocumentId, revision: &Revisions, issue: &Issue) -> Result<(), Error> {
    let ctx = &still_managing(app, conn, ctx)?;
    let document = seen(conn, ctx, id, revision)?;
    if document.status == DocumentStatus::Issued {
        return Err(Refusal::new(Code::WrongState).into());
    }
    let before = drafted(app, conn, &document)?;
    let after = DocumentDraft {
        status: DocumentStatus::Issued,
        number: Some(issue.number.clone()),
        issued_on: Some(issue.issued_on),
        effective_on: issue.effective_on,
        expires_on: issue.expires_on,
        issuer: issue.issuer.clone().or(before.issuer.clone()),
        signer: issue.signer.clone().or(before.signer.clone()),
        capacity: issue.capacity.or(before.capacity),
        signer_position: issue.signer_position.clone().or(before.signer_position.clone()),
        ..before.clone()
    }
    .normalised();
    after.check()?;
    note_stage(app, conn, ctx, id, (Stage::Issued, issue.issued_on), issue.note.as_deref()).map_err(at_issue)?;
    write(app, conn, id, document.revision, &after)?;
    let changes = json!({"before": shown(&before), "after": shown(&after)});
    Ok(record(app, conn, ctx, Deed::new("issue_document").on("document", id).with(changes))?)
}

/// The day of a stage is the day of issue in what was sent.
fn at_issue(error: Error) -> Error {
    match error {
        Error::Refused(mut refusal) => {
            let days = refusal.faults.iter_mut().filter(|fault| fault.pointer == "/on");
            days.for_each(|fault| "/issuedOn".clone_into(&mut fault.pointer));
            Error::Refused(refusal)
        }
        other => other,
    }
}
