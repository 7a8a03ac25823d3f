//! Writing documents down, changing them, relating them to each other.
//! Must not refuse a number for its form, nor change what somebody else changed meanwhile.
//! How planned documents come to be is `stage`; what may be written is `domain::document::draft`.

use auth::Ctx;
use domain::{
    agency::AgencyId,
    document::{
        Capacity, Document, DocumentId, DocumentRelation, DocumentRelationKind, DocumentStatus,
        draft::{DocumentChange, DocumentDraft, MAX_WORDS},
        identity, natural_key,
        stage::{Stage, StageReached},
    },
    error::{Code, Fault, Refusal},
    policy::Action,
    revision::Revisions,
};
use persistence::{
    Conn, DbError, amendment,
    document::{self, NewDocument},
};
use serde_json::{Value, json};

use super::{named_in, to_caller};
use crate::{
    App, Error,
    audit::{Deed, record, watched},
    identity::still,
    words::words,
};

/// A relation to add.
#[derive(Clone, Debug)]
pub struct NewRelation {
    pub kind: DocumentRelationKind,
    /// Identifier or number of the other document.
    pub related: String,
    /// Where in the document the relation stands.
    pub section: Option<String>,
    /// Its words.
    pub quote: Option<String>,
    pub note: Option<String>,
    /// Of the other a part only is replaced or repealed.
    pub is_partial: bool,
}

/// The caller as stored in this transaction, who may still write documents.
pub(super) fn still_managing(app: &App, conn: &mut Conn, ctx: &Ctx) -> Result<Ctx, Error> {
    still(app, conn, ctx, Action::ManageDocuments)
}

/// The document with its recipients, if it is there and has the revision that the caller has seen.
pub(super) fn seen(conn: &mut Conn, ctx: &Ctx, id: DocumentId, revision: &Revisions) -> Result<Document, Error> {
    let mut found = document::by_ids(conn, &[id])?.pop().ok_or_else(|| Refusal::new(Code::NotFound))?;
    to_caller(ctx, &mut found);
    revision.check(found.seen_revision())?;
    Ok(found)
}

/// The agency that issued what a draft says.
pub(super) fn issuer(app: &App, conn: &mut Conn, draft: &DocumentDraft) -> Result<Option<AgencyId>, Error> {
    let Some(code) = &draft.issuer else { return Ok(None) };
    let catalogue = app.0.catalogue.current(conn)?;
    let found = catalogue.agency_by_code(code).map(|agency| agency.id);
    Ok(Some(found.ok_or_else(|| Refusal::with_faults(Code::BodyInvalid, vec![Fault::new("/issuer", Code::ReferenceUnknown)]))?))
}

/// No two documents share number, symbol, issuer and year.
pub(super) fn is_taken(error: DbError) -> Error {
    match error {
        DbError::Unique(_) => Refusal::new(Code::AlreadyExists).into(),
        other => other.into(),
    }
}

/// Writes a document down.
///
/// # Errors
/// `FORBIDDEN`; `BODY_INVALID` with every fault; `DOCUMENT_SECRET`; `ALREADY_EXISTS` for number, symbol, issuer and year of another,
/// or the title of one that is planned already.
pub async fn create(app: &App, ctx: &Ctx, draft: DocumentDraft) -> Result<DocumentId, Error> {
    watched(app, ctx, Deed::new("create_document"), async {
        ctx.allow(Action::ManageDocuments)?;
        let draft = draft.normalised();
        draft.check()?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        app.0.db.write(move |conn| store(&app_, conn, &ctx_, &draft)).await
    })
    .await
}

fn store(app: &App, conn: &mut Conn, ctx: &Ctx, draft: &DocumentDraft) -> Result<DocumentId, Error> {
    let ctx = &still_managing(app, conn, ctx)?;
    let (issuer, id) = (issuer(app, conn, draft)?, app.0.ids.next());
    let key = free_key(app, conn, draft, id)?;
    document::insert(conn, &NewDocument { id, natural_key: key, draft, issuer }).map_err(is_taken)?;
    if let (DocumentStatus::Issued, Some(on)) = (draft.status, draft.issued_on) {
        let account = ctx.account().ok_or_else(|| Refusal::new(Code::Unauthenticated))?.id;
        let (recorded_by, recorded_at) = (account, app.0.clock.now());
        document::insert_stage(
            conn,
            &StageReached { document: id, rank: 1, stage: Stage::Issued, on, note: None, recorded_by, recorded_at },
        )?;
    }
    record(app, conn, ctx, Deed::new("create_document").on("document", id).with(json!({ "after": shown(draft) })))?;
    Ok(id)
}

/// The key under which a programme's file finds the document. A title may return once what was planned under it has been issued.
fn free_key(app: &App, conn: &mut Conn, draft: &DocumentDraft, id: DocumentId) -> Result<String, Error> {
    let issuer = draft.issuer.as_deref().or(draft.issuer_as_written.as_deref());
    let key = natural_key(draft.number.as_deref(), issuer, draft.issued_on, draft.title.as_deref());
    let is_told_apart = identity(draft.number.as_deref(), issuer, draft.issued_on).is_some();
    match document::by_key(conn, &key)? {
        None => Ok(key),
        // One of another number by now, or this very one, which the database then says.
        Some(_) if is_told_apart => Ok(format!("{key}|{id}")),
        // What was planned under the title is issued by now.
        Some((_, DocumentStatus::Issued)) if draft.status == DocumentStatus::Planned && !is_planned(app, conn, draft)? => {
            Ok(format!("{key}|{id}"))
        }
        Some(_) => Err(Refusal::new(Code::AlreadyExists).into()),
    }
}

/// Whether a document of this title and issuer is planned already.
fn is_planned(app: &App, conn: &mut Conn, draft: &DocumentDraft) -> Result<bool, Error> {
    let issuer = (issuer(app, conn, draft)?, draft.issuer_as_written.clone());
    let planned = document::planned_by(conn, draft.title.as_deref().unwrap_or_default())?;
    Ok(planned.contains(&issuer))
}

/// Changes what is written of a document whose revision the caller has seen.
///
/// # Errors
/// `FORBIDDEN`, `NOT_FOUND`, `PRECONDITION_FAILED`, and as [`create`].
pub async fn update(app: &App, ctx: &Ctx, id: DocumentId, revision: impl Into<Revisions>, change: DocumentChange) -> Result<(), Error> {
    let revision: Revisions = revision.into();
    watched(app, ctx, Deed::new("update_document").on("document", id), async {
        ctx.allow(Action::ManageDocuments)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        app.0.db.write(move |conn| apply(&app_, conn, &ctx_, id, &revision, change.clone())).await
    })
    .await
}

fn apply(app: &App, conn: &mut Conn, ctx: &Ctx, id: DocumentId, revision: &Revisions, change: DocumentChange) -> Result<(), Error> {
    let ctx = &still_managing(app, conn, ctx)?;
    let document = seen(conn, ctx, id, revision)?;
    let before = drafted(app, conn, &document)?;
    let after = change.applied(before.clone()).normalised();
    if after == before {
        return Ok(());
    }
    after.check()?;
    carries(conn, id, &after)?;
    write(app, conn, id, document.revision, &after)?;
    let changes = json!({"before": shown(&before), "after": shown(&after)});
    Ok(record(app, conn, ctx, Deed::new("update_document").on("document", id).with(changes))?)
}

/// That versions of programmes which rest on the document still can: none holds before its document was issued, and each after the
/// one before.
fn carries(conn: &mut Conn, id: DocumentId, after: &DocumentDraft) -> Result<(), Error> {
    let (amendments, firsts) = amendment::resting_on(conn, id)?;
    let mut faults = Vec::new();
    if amendments.iter().any(|day| after.issued_on.is_none_or(|issued| *day < issued)) {
        let (vi, en) = (
            "Có phiên bản chương trình căn cứ văn bản này đã có hiệu lực trước ngày đó.",
            "A version of a programme that rests on this document holds from an earlier day.",
        );
        faults.push(Fault::worded("/issuedOn", Code::RuleBroken, vi, en));
    }
    let begins = after.effective_on.or(after.issued_on);
    if firsts.iter().any(|day| begins.is_none_or(|begins| *day <= begins)) {
        let (vi, en) = (
            "Chương trình do văn bản này ban hành đã được sửa đổi từ ngày sớm hơn.",
            "The programme that this document made was amended from an earlier day on.",
        );
        let at = if after.effective_on.is_some() { "/effectiveOn" } else { "/issuedOn" };
        faults.push(Fault::worded(at, Code::RuleBroken, vi, en));
    }
    if faults.is_empty() { Ok(()) } else { Err(Refusal::with_faults(Code::BodyInvalid, faults).into()) }
}

/// Writes a draft over a document with this revision.
pub(super) fn write(app: &App, conn: &mut Conn, id: DocumentId, revision: i32, draft: &DocumentDraft) -> Result<(), Error> {
    let issuer = issuer(app, conn, draft)?;
    if !document::advance(conn, id, revision, draft, issuer).map_err(is_taken)? {
        return Err(Refusal::new(Code::PreconditionFailed).into());
    }
    Ok(document::replace_recipients(conn, id, &draft.recipients)?)
}

/// A stored document as it would be written down.
pub(super) fn drafted(app: &App, conn: &mut Conn, document: &Document) -> Result<DocumentDraft, Error> {
    let catalogue = app.0.catalogue.current(conn)?;
    let recipients = document::recipients(conn, &[document.id])?.into_iter().map(|(_, text)| text).collect();
    Ok(DocumentDraft {
        kind: document.kind,
        status: document.status,
        number: document.number.clone(),
        title: document.title.clone(),
        summary: document.summary.clone(),
        issuer: catalogue.agency_code(document.issuer).map(|code| code.to_string()),
        issuer_as_written: document.issuer_as_written.clone(),
        issued_on: document.issued_on,
        effective_on: document.effective_on,
        expires_on: document.expires_on,
        signer: document.signer.clone(),
        capacity: document.capacity,
        signer_position: document.as_written.signer_position.clone(),
        recipients,
        note: document.note.clone(),
    })
}

/// What the audit log tells of a document.
pub(super) fn shown(draft: &DocumentDraft) -> Value {
    json!({
        "kind": draft.kind.label(), "status": draft.status.label(), "number": draft.number, "title": draft.title,
        "abstract": draft.summary, "issuer": draft.issuer, "issuerAsWritten": draft.issuer_as_written, "issuedOn": draft.issued_on,
        "effectiveOn": draft.effective_on, "expiresOn": draft.expires_on, "signer": draft.signer,
        "capacity": draft.capacity.map(Capacity::label), "signerPosition": draft.signer_position,
        "recipients": draft.recipients, "note": draft.note,
    })
}

/// Says how a document stands to another.
///
/// # Errors
/// `FORBIDDEN`, `NOT_FOUND`, `PRECONDITION_FAILED`, `ALREADY_EXISTS`; `BODY_INVALID` for the document itself, for one that in turn ends
/// this one, and with `REFERENCE_UNKNOWN` or `REFERENCE_AMBIGUOUS`.
pub async fn relate(app: &App, ctx: &Ctx, id: DocumentId, revision: impl Into<Revisions>, new: NewRelation) -> Result<(), Error> {
    let revision: Revisions = revision.into();
    watched(app, ctx, Deed::new("relate_documents").on("document", id), async {
        ctx.allow(Action::ManageDocuments)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        app.0.db.write(move |conn| add(&app_, conn, &ctx_, id, &revision, &new)).await
    })
    .await
}

fn add(app: &App, conn: &mut Conn, ctx: &Ctx, id: DocumentId, revision: &Revisions, new: &NewRelation) -> Result<(), Error> {
    let ctx = &still_managing(app, conn, ctx)?;
    let at = seen(conn, ctx, id, revision)?.revision;
    let related = other(conn, &new.related)?;
    fits(conn, id, related, new)?;
    let text = |at: &str, text: &Option<String>| text.as_deref().map(|text| words(at, text, MAX_WORDS)).transpose();
    let relation = DocumentRelation {
        related,
        kind: new.kind,
        section: text("/section", &new.section)?,
        quote: text("/quote", &new.quote)?,
        note: text("/note", &new.note)?,
        is_partial: new.is_partial,
        added_by: Some(ctx.account().ok_or_else(|| Refusal::new(Code::Unauthenticated))?.id),
    };
    document::insert_relation(conn, id, &relation).map_err(is_taken)?;
    let after = json!({"kind": relation.kind.label(), "related": related.to_string(), "section": relation.section,
                       "quote": relation.quote, "note": relation.note, "isPartial": relation.is_partial});
    touched(app, conn, ctx, id, at, Deed::new("relate_documents").on("document", id).with(json!({ "after": after })))
}

/// The document that a relation names: any by its identifier, an issued one by its number.
fn other(conn: &mut Conn, reference: &str) -> Result<DocumentId, Error> {
    let unknown = || Error::from(Refusal::with_faults(Code::BodyInvalid, vec![Fault::new("/related", Code::ReferenceUnknown)]));
    match reference.parse() {
        Ok(id) => Ok(document::by_ids(conn, &[id])?.pop().ok_or_else(unknown)?.id),
        Err(_) => named_in(conn, "/related", reference),
    }
}

/// Whether two documents can stand so to each other.
fn fits(conn: &mut Conn, id: DocumentId, related: DocumentId, new: &NewRelation) -> Result<(), Error> {
    let broken = |at: &str, vi: &'static str, en: &'static str| {
        Error::from(Refusal::with_faults(Code::BodyInvalid, vec![Fault::worded(at, Code::RuleBroken, vi, en)]))
    };
    if related == id {
        return Err(broken("/related", "Văn bản không dẫn chiếu chính nó.", "A document does not refer to itself."));
    }
    if !new.kind.ends_the_other() {
        let words = ("Chỉ thay thế hoặc bãi bỏ mới có thể một phần.", "Only replacing or repealing can be in part.");
        return if new.is_partial { Err(broken("/isPartial", words.0, words.1)) } else { Ok(()) };
    }
    for kind in [DocumentRelationKind::Replaces, DocumentRelationKind::Repeals] {
        if document::relation_origin(conn, related, kind, id)?.is_some() {
            let words = ("Văn bản kia đã thay thế hoặc bãi bỏ văn bản này.", "The other replaces or repeals this one already.");
            return Err(broken("/related", words.0, words.1));
        }
    }
    Ok(())
}

/// Takes a relation away that somebody added. What a programme's file says is corrected there.
///
/// # Errors
/// `FORBIDDEN`, `NOT_FOUND`, `PRECONDITION_FAILED`; `WRONG_STATE` for what a programme's file says, and what an amendment does.
pub async fn unrelate(
    app: &App,
    ctx: &Ctx,
    id: DocumentId,
    revision: impl Into<Revisions>,
    kind: DocumentRelationKind,
    related: DocumentId,
) -> Result<(), Error> {
    let revision: Revisions = revision.into();
    watched(app, ctx, Deed::new("unrelate_documents").on("document", id), async {
        ctx.allow(Action::ManageDocuments)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        app.0.db.write(move |conn| remove(&app_, conn, &ctx_, (id, &revision), kind, related)).await
    })
    .await
}

fn remove(
    app: &App,
    conn: &mut Conn,
    ctx: &Ctx,
    (id, revision): (DocumentId, &Revisions),
    kind: DocumentRelationKind,
    related: DocumentId,
) -> Result<(), Error> {
    let ctx = &still_managing(app, conn, ctx)?;
    let at = seen(conn, ctx, id, revision)?.revision;
    match document::relation_origin(conn, id, kind, related)? {
        None => return Err(Refusal::new(Code::NotFound).into()),
        Some(None) => {
            let (vi, en) = (
                "Quan hệ này theo tệp của chương trình; hãy sửa trong tệp đó.",
                "This relation stands in a programme's file; correct it there.",
            );
            return Err(Refusal::worded(Code::WrongState, vi, en).into());
        }
        Some(Some(_)) if kind == DocumentRelationKind::Amends && amendment::is_amended_by(conn, related, id)? => {
            let (vi, en) = (
                "Có phiên bản chương trình căn cứ văn bản này nên quan hệ này phải giữ.",
                "A version of a programme rests on this document, so the relation stays.",
            );
            return Err(Refusal::worded(Code::WrongState, vi, en).into());
        }
        Some(Some(_)) => document::remove_relation(conn, id, kind, related)?,
    }
    let before = json!({"kind": kind.label(), "related": related.to_string()});
    touched(app, conn, ctx, id, at, Deed::new("unrelate_documents").on("document", id).with(json!({ "before": before })))
}

/// Ends a change of what belongs to a document.
pub(super) fn touched(app: &App, conn: &mut Conn, ctx: &Ctx, id: DocumentId, revision: i32, deed: Deed) -> Result<(), Error> {
    ended(app, conn, ctx, (id, revision, false), deed)
}

/// Ends a change that shows to those alone who read internal files.
pub(super) fn touched_within(app: &App, conn: &mut Conn, ctx: &Ctx, id: DocumentId, revision: i32, deed: Deed) -> Result<(), Error> {
    ended(app, conn, ctx, (id, revision, true), deed)
}

fn ended(app: &App, conn: &mut Conn, ctx: &Ctx, (id, revision, is_hidden): (DocumentId, i32, bool), deed: Deed) -> Result<(), Error> {
    if !document::touch(conn, id, revision, is_hidden)? {
        return Err(Refusal::new(Code::PreconditionFailed).into());
    }
    Ok(record(app, conn, ctx, deed)?)
}
