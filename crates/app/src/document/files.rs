//! Files of documents: putting them there, saying what they are and who sees them, taking them off.
//! Must not show a file that is not published to somebody without a role, not even that it exists.
//! How a form with a file arrives is `evidence::arrival`, the rules are `domain::document::file`.

use std::{collections::HashMap, str::FromStr};

use auth::Ctx;
use domain::{
    document::{
        Document, DocumentId,
        file::{DocumentFile, DocumentFileId, FileRole, FileVisibility, MAX_FILES, check},
    },
    error::{Code, Fault, Refusal},
    evidence::{MAX_WORDS, secrecy},
    patch::Patch,
    policy::Action,
    revision::Revisions,
};
use persistence::{
    Conn,
    document::{self, FileRemoval},
};
use serde_json::{Value, json};

use super::{
    grouped,
    write::{seen, still_managing, touched, touched_within},
};
use crate::{
    App, Error, View,
    audit::{Deed, watched},
    evidence::{
        Parts,
        arrival::{self, Beside, Said, Stored},
    },
    identity::renewed,
    words::{line, read},
};

const TITLE: &str = "title";
const ROLE: &str = "role";
const VISIBILITY: &str = "visibility";
const BESIDE: Beside = &[(TITLE, MAX_WORDS), (ROLE, 16), (VISIBILITY, 16)];

/// The files of these documents that the caller may see, in the order in which they came.
///
/// # Errors
/// When the database fails.
pub async fn files(view: &View, ids: Vec<DocumentId>) -> Result<HashMap<DocumentId, Vec<DocumentFile>>, Error> {
    view.ctx().allow(Action::ReadDocumentFiles)?;
    let internal = view.ctx().reads_internal_files();
    let found = view.read(move |conn| document::files_of(conn, &ids, internal)).await?;
    Ok(grouped(found.into_iter().map(|file| (file.document, file))))
}

/// A file of a document.
///
/// # Errors
/// `NOT_FOUND` when the caller may not know of it.
pub async fn file(view: &View, document: DocumentId, id: DocumentFileId) -> Result<DocumentFile, Error> {
    view.ctx().allow(Action::ReadDocumentFiles)?;
    let internal = view.ctx().reads_internal_files();
    let found = view.read(move |conn| document::file_by_id(conn, document, id, internal)).await?;
    Ok(found.ok_or_else(|| Refusal::new(Code::NotFound))?)
}

/// A file that is on its document.
#[derive(Clone, Debug)]
pub struct Uploaded {
    pub file: DocumentFile,
    /// False when it was there before.
    pub is_new: bool,
}

/// Puts a file on a document. The same bytes under the same name are on a document once: sent again, they are answered with what is
/// there.
///
/// # Errors
/// `FORBIDDEN`, `NOT_FOUND`, `PRECONDITION_FAILED`, `TOO_MANY_FILES`, `BODY_TOO_LARGE`; `BODY_INVALID` for a form that is not of one file, its role and at most a
/// title and who sees it, and for what the document cannot have yet; `FILE_REFUSED` with every fault; `DOCUMENT_SECRET`, which is an
/// entry of the audit log; `UNAVAILABLE` when the store fails.
pub async fn upload(
    app: &App,
    ctx: &Ctx,
    (id, revision): (DocumentId, impl Into<Revisions>),
    parts: impl Parts,
) -> Result<Uploaded, Error> {
    const OPERATION: &str = "upload_document_file";
    let revision: Revisions = revision.into();
    let deed = move || Deed::new(OPERATION).on("document", id);
    watched(app, ctx, deed(), async {
        // 1. May the caller do this, and is the document there? Asked before anything of the body is read.
        ctx.allow(Action::ManageDocuments)?;
        let seen_by = ctx.clone();
        app.0.db.read(move |conn| seen(conn, &seen_by, id, &Revisions::Any).map(drop)).await?;
        // 2. The form arrives, with a file that is taken.
        let taken = arrival::taken(app, ctx, deed(), BESIDE, parts).await?;
        let about = About::read(&taken.said)?;
        // 3. Claim, bytes, row: for whoever still may, before the bytes are kept and again with the row.
        let ctx = &renewed(app, ctx).await?;
        ctx.allow(Action::ManageDocuments)?;
        let stored = arrival::stored(app, taken).await?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        app.0.db.write(move |conn| put(&app_, conn, &ctx_, (id, &revision, &about), &stored, deed())).await
    })
    .await
}

/// What is said of a file beside it.
#[derive(Clone, Debug)]
struct About {
    title: Option<String>,
    role: FileRole,
    visibility: FileVisibility,
}

impl About {
    /// What a form says: a file is internal where nothing is said.
    fn read(said: &Said) -> Result<Self, Error> {
        let mut faults = Vec::new();
        let role = one_of(said, ROLE, &mut faults);
        let visibility = one_of(said, VISIBILITY, &mut faults);
        if !said.contains_key(ROLE) {
            faults.push(Fault::new(format!("/{ROLE}"), Code::FieldRequired));
        }
        match role.filter(|_| faults.is_empty()) {
            Some(role) => Ok(Self { title: said.get(TITLE).cloned(), role, visibility: visibility.unwrap_or(FileVisibility::Internal) }),
            None => Err(Refusal::with_faults(Code::BodyInvalid, faults).into()),
        }
    }
}

fn one_of<T: FromStr>(said: &Said, name: &str, faults: &mut Vec<Fault>) -> Option<T> {
    let read = said.get(name)?.parse();
    if read.is_err() {
        faults.push(Fault::new(format!("/{name}"), Code::NotOneOf));
    }
    read.ok()
}

fn fits(document: &Document, role: FileRole, visibility: FileVisibility) -> Result<(), Error> {
    let faults = check(document.status, role, visibility);
    if faults.is_empty() { Ok(()) } else { Err(Refusal::with_faults(Code::BodyInvalid, faults).into()) }
}

/// Makes stored bytes a file of the document.
fn put(
    app: &App,
    conn: &mut Conn,
    ctx: &Ctx,
    (id, revision, about): (DocumentId, &Revisions, &About),
    stored: &Stored,
    deed: Deed,
) -> Result<Uploaded, Error> {
    let ctx = &still_managing(app, conn, ctx)?;
    let account = ctx.account().ok_or_else(|| Refusal::new(Code::Unauthenticated))?.id;
    let document = seen(conn, ctx, id, &Revisions::Any)?;
    fits(&document, about.role, about.visibility)?;
    stored.settle(app, conn)?;
    // A file that is there already was sent before, and may have made the revision what it is (RFC 9110, section 13.1.1).
    if let Some(file) = document::same_file(conn, id, &stored.name, &stored.sha256)? {
        return Ok(Uploaded { file, is_new: false });
    }
    revision.check(document.seen_revision())?;
    if document::count_files(conn, id)? >= i64::try_from(MAX_FILES).unwrap_or(i64::MAX) {
        return Err(Refusal::new(Code::TooManyFiles).into());
    }
    let file = DocumentFile {
        id: app.0.ids.next(),
        document: id,
        sha256: stored.sha256.clone(),
        size: stored.size,
        role: about.role,
        visibility: about.visibility,
        name: stored.name.clone(),
        title: about.title.clone(),
        media_type: stored.media_type,
        uploaded_by: account,
        uploaded_at: app.0.clock.now(),
    };
    document::insert_file(conn, &file)?;
    changed(app, conn, ctx, &document, &[&file], deed.with(json!({ "after": shown(&file) })))?;
    Ok(Uploaded { file, is_new: true })
}

/// Ends a change of a file, which is given as it was and as it is: one that is internal before and after is nothing that others see.
fn changed(app: &App, conn: &mut Conn, ctx: &Ctx, document: &Document, states: &[&DocumentFile], deed: Deed) -> Result<(), Error> {
    let is_within = states.iter().all(|file| file.visibility == FileVisibility::Internal);
    let end = if is_within { touched_within } else { touched };
    end(app, conn, ctx, document.id, document.revision, deed)
}

/// What the audit log tells of a file.
fn shown(file: &DocumentFile) -> Value {
    json!({"file": file.id.to_string(), "name": file.name, "title": file.title, "role": file.role.label(),
           "visibility": file.visibility.label(), "mediaType": file.media_type.label(), "size": file.size, "sha256": file.sha256})
}

/// What to say of a file from now on.
#[derive(Clone, Debug, Default)]
pub struct FileChange {
    pub title: Patch<String>,
    pub role: Option<FileRole>,
    pub visibility: Option<FileVisibility>,
}

/// Says what a file is and who sees it. Nothing of the bytes changes.
///
/// # Errors
/// `FORBIDDEN`, `NOT_FOUND`, `PRECONDITION_FAILED`; `BODY_INVALID` for what the document cannot have; `DOCUMENT_SECRET`.
pub async fn describe(
    app: &App,
    ctx: &Ctx,
    of: (DocumentId, impl Into<Revisions>),
    id: DocumentFileId,
    change: FileChange,
) -> Result<(), Error> {
    const OPERATION: &str = "update_document_file";
    let of: (_, Revisions) = (of.0, of.1.into());
    watched(app, ctx, Deed::new(OPERATION).on("document", of.0), async {
        ctx.allow(Action::ManageDocuments)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        let write = move |conn: &mut Conn| -> Result<(), Error> {
            let ctx = &still_managing(&app_, conn, &ctx_)?;
            let (document, before) = found(conn, ctx, (of.0, &of.1), id)?;
            let mut after = before.clone();
            after.title = match &change.title {
                Patch::Value(title) => Some(titled(title)?),
                cleared_or_kept => cleared_or_kept.clone().apply(before.title.clone()),
            };
            after.role = change.role.unwrap_or(before.role);
            after.visibility = change.visibility.unwrap_or(before.visibility);
            if after == before {
                return Ok(());
            }
            fits(&document, after.role, after.visibility)?;
            document::describe_file(conn, id, after.title.as_deref(), after.role, after.visibility)?;
            let changes = json!({"before": shown(&before), "after": shown(&after)});
            changed(&app_, conn, ctx, &document, &[&before, &after], Deed::new(OPERATION).on("document", of.0).with(changes))
        };
        app.0.db.write(write).await
    })
    .await
}

/// A title as a form would have it, on which no secret is named.
fn titled(given: &str) -> Result<String, Refusal> {
    let title = line("/title", given, MAX_WORDS).map_err(|fault| Refusal::with_faults(Code::BodyInvalid, vec![fault]))?;
    if secrecy::is_marked(&title) { Err(Refusal::new(Code::DocumentSecret)) } else { Ok(title) }
}

/// The document, with the revision that the caller has seen, and the file on it.
fn found(
    conn: &mut Conn,
    ctx: &Ctx,
    (document, revision): (DocumentId, &Revisions),
    id: DocumentFileId,
) -> Result<(Document, DocumentFile), Error> {
    let document = seen(conn, ctx, document, revision)?;
    let file = document::file_by_id(conn, document.id, id, true)?.ok_or_else(|| Refusal::new(Code::NotFound))?;
    Ok((document, file))
}

/// Takes a file off a document; the log and the row keep who did it and why.
///
/// # Errors
/// `FORBIDDEN`, `NOT_FOUND`, `PRECONDITION_FAILED`, `QUERY_INVALID` for a reason that says nothing.
pub async fn take_off(
    app: &App,
    ctx: &Ctx,
    of: (DocumentId, impl Into<Revisions>),
    id: DocumentFileId,
    reason: String,
) -> Result<(), Error> {
    const OPERATION: &str = "remove_document_file";
    let of: (_, Revisions) = (of.0, of.1.into());
    watched(app, ctx, Deed::new(OPERATION).on("document", of.0), async {
        ctx.allow(Action::ManageDocuments)?;
        let reason = read("/reason", &reason, MAX_WORDS).map_err(|fault| Refusal::with_faults(Code::QueryInvalid, vec![fault]))?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        let write = move |conn: &mut Conn| -> Result<(), Error> {
            let ctx = &still_managing(&app_, conn, &ctx_)?;
            let (document, file) = found(conn, ctx, (of.0, &of.1), id)?;
            let by = ctx.account().ok_or_else(|| Refusal::new(Code::Unauthenticated))?.id;
            document::remove_file(conn, id, &FileRemoval { by, at: app_.0.clock.now(), reason: reason.clone() })?;
            let deed = Deed::new(OPERATION).on("document", of.0).with(json!({"before": shown(&file), "reason": reason}));
            changed(&app_, conn, ctx, &document, &[&file], deed)
        };
        app.0.db.write(write).await
    })
    .await
}
