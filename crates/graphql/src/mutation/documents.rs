//! Writing documents down, relating them, planned documents on their way.
//! Must not change anything but from the revision that the caller names.
//! The use cases are `app::document`.

use std::sync::Arc;

use app::{Error, View, document};
use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, Result, SimpleObject};
use chrono::NaiveDate;
use domain::document::{
    DocumentId,
    draft::{DocumentChange, DocumentDraft},
};

use super::{Problem, admitted, named, patch, settled};
use crate::{
    enums::{Capacity, DocumentKind, DocumentRelationKind, DocumentStage, DocumentStatus, FileRole, FileVisibility},
    error::failure,
    loaders,
    types::{document::Document, view},
};

/// A document to write down.
#[derive(InputObject)]
struct NewDocumentInput {
    /// Loại văn bản.
    kind: DocumentKind,
    /// PLANNED for one that has no number yet; ISSUED where nothing is said.
    status: Option<DocumentStatus>,
    /// Number and symbol as printed. Any form is taken; what looks wrong is told as a warning.
    number: Option<String>,
    /// Needed without a number.
    title: Option<String>,
    /// Trích yếu.
    #[graphql(name = "abstract")]
    summary: Option<String>,
    /// Code of the agency that issued it.
    issuer: Option<String>,
    /// The words for who issued it; enough for a body that is no agency here.
    issuer_as_written: Option<String>,
    /// The day of issue; none of what is only called for.
    issued_on: Option<NaiveDate>,
    /// The first day on which it holds, where that is not the day of issue.
    effective_on: Option<NaiveDate>,
    /// The first day on which it no longer holds.
    expires_on: Option<NaiveDate>,
    /// Who signed it, by name.
    signer: Option<String>,
    /// TM., KT., TL., TUQ. or Q. before the signer's position.
    capacity: Option<Capacity>,
    /// The signer's position as printed.
    signer_position: Option<String>,
    /// Nơi nhận, as written.
    #[graphql(default)]
    recipients: Vec<String>,
    /// A remark on it.
    note: Option<String>,
}

/// What to change of a document; what is left out stays, null takes away. A planned one gets its number by being issued.
#[derive(InputObject)]
struct DocumentChangeInput {
    /// Loại văn bản.
    kind: Option<DocumentKind>,
    /// Number and symbol as printed; none of what is only called for.
    number: MaybeUndefined<String>,
    /// Needed without a number.
    title: MaybeUndefined<String>,
    /// Trích yếu.
    #[graphql(name = "abstract")]
    summary: MaybeUndefined<String>,
    /// Code of the agency that issued it.
    issuer: MaybeUndefined<String>,
    /// The words for who issued it; enough for a body that is no agency here.
    issuer_as_written: MaybeUndefined<String>,
    /// The day of issue; none of what is only called for.
    issued_on: MaybeUndefined<NaiveDate>,
    /// The first day on which it holds, where that is not the day of issue.
    effective_on: MaybeUndefined<NaiveDate>,
    /// The first day on which it no longer holds.
    expires_on: MaybeUndefined<NaiveDate>,
    /// Who signed it, by name.
    signer: MaybeUndefined<String>,
    /// TM., KT., TL., TUQ. or Q. before the signer's position.
    capacity: MaybeUndefined<Capacity>,
    /// The signer's position as printed.
    signer_position: MaybeUndefined<String>,
    /// All of them, in order.
    recipients: Option<Vec<String>>,
    /// A remark on it.
    note: MaybeUndefined<String>,
}

/// How a document stands to another.
#[derive(InputObject)]
struct DocumentRelationInput {
    /// How this document stands to the other.
    kind: DocumentRelationKind,
    /// Identifier of the other document, or its number where one document has it.
    related: String,
    /// Where in this document it stands.
    section: Option<String>,
    /// Its words.
    quote: Option<String>,
    /// A remark on it.
    note: Option<String>,
    /// A part of the other only is replaced or repealed.
    #[graphql(default)]
    is_partial: bool,
}

/// With what a planned document is issued.
#[derive(InputObject)]
struct IssueInput {
    /// Number and symbol as printed.
    number: String,
    /// The day of issue: not one to come, nor before the last stage.
    issued_on: NaiveDate,
    /// The first day on which it holds, where that is not the day of issue.
    effective_on: Option<NaiveDate>,
    /// The first day on which it no longer holds.
    expires_on: Option<NaiveDate>,
    /// Code; the agency that the plan names where nothing is said.
    issuer: Option<String>,
    /// Who signed it, by name; what the plan says where nothing is said.
    signer: Option<String>,
    /// TM., KT., TL., TUQ. or Q. before the signer's position; what the plan says where nothing is said.
    capacity: Option<Capacity>,
    /// The signer's position as printed; what the plan says where nothing is said.
    signer_position: Option<String>,
    /// A remark on the issue, kept with the stage.
    note: Option<String>,
}

/// What to say of a file from now on; what is left out stays, null takes away.
#[derive(InputObject)]
struct DocumentFileChangeInput {
    /// What it is, for people.
    title: MaybeUndefined<String>,
    /// What it is to the document: the signed copy, an annex, a draft.
    role: Option<FileRole>,
    /// Who sees it; everybody only of an issued document, and never a draft.
    visibility: Option<FileVisibility>,
}

/// What came of a change of a document.
#[derive(SimpleObject)]
struct DocumentPayload {
    /// As it is after it; null where it was not done.
    document: Option<Document>,
    /// Null when it is done.
    problem: Option<Problem>,
}

impl From<NewDocumentInput> for DocumentDraft {
    fn from(new: NewDocumentInput) -> Self {
        Self {
            kind: new.kind.into(),
            status: new.status.unwrap_or(DocumentStatus::Issued).into(),
            number: new.number,
            title: new.title,
            summary: new.summary,
            issuer: new.issuer,
            issuer_as_written: new.issuer_as_written,
            issued_on: new.issued_on,
            effective_on: new.effective_on,
            expires_on: new.expires_on,
            signer: new.signer,
            capacity: new.capacity.map(Into::into),
            signer_position: new.signer_position,
            recipients: new.recipients,
            note: new.note,
        }
    }
}

impl From<DocumentChangeInput> for DocumentChange {
    fn from(change: DocumentChangeInput) -> Self {
        Self {
            kind: change.kind.map(Into::into),
            number: patch(change.number),
            title: patch(change.title),
            summary: patch(change.summary),
            issuer: patch(change.issuer),
            issuer_as_written: patch(change.issuer_as_written),
            issued_on: patch(change.issued_on),
            effective_on: patch(change.effective_on),
            expires_on: patch(change.expires_on),
            signer: patch(change.signer),
            capacity: patch(change.capacity),
            signer_position: patch(change.signer_position),
            recipients: change.recipients,
            note: patch(change.note),
        }
    }
}

/// The document as it is after a change, or why there was none. What was read before the change is told and read again.
async fn payload(ctx: &Context<'_>, done: Result<DocumentId, Error>) -> Result<DocumentPayload> {
    match settled(done)? {
        Ok(id) => {
            let view: &View = view(ctx)?;
            view.clone().end().await.map_err(|error| failure(&error))?;
            loaders::forget(ctx)?;
            let found = document::by_id(view, id).await.map_err(|error| failure(&error))?;
            Ok(DocumentPayload { document: found.map(|document| Document(Arc::new(document))), problem: None })
        }
        Err(problem) => Ok(DocumentPayload { document: None, problem: Some(problem) }),
    }
}

#[derive(Default)]
pub struct DocumentsMutation;

#[Object]
impl DocumentsMutation {
    /// Writes a document down. A number of any form is taken; what looks wrong about it is in `warnings`.
    async fn create_document(&self, ctx: &Context<'_>, input: NewDocumentInput) -> Result<DocumentPayload> {
        let view = admitted(ctx, "createDocument").await?;
        payload(ctx, document::create(view.app(), view.ctx(), input.into()).await).await
    }

    /// Changes what is written of a document.
    async fn update_document(&self, ctx: &Context<'_>, id: ID, revision: i32, change: DocumentChangeInput) -> Result<DocumentPayload> {
        let view = admitted(ctx, "updateDocument").await?;
        let done = async {
            let id: DocumentId = named(&id)?;
            document::update(view.app(), view.ctx(), id, revision, change.into()).await.map(|()| id)
        };
        payload(ctx, done.await).await
    }

    /// Says how a document stands to another: on what it rests, what it amends, replaces or repeals.
    async fn relate_documents(&self, ctx: &Context<'_>, id: ID, revision: i32, relation: DocumentRelationInput) -> Result<DocumentPayload> {
        let view = admitted(ctx, "relateDocuments").await?;
        let done = async {
            let id: DocumentId = named(&id)?;
            let DocumentRelationInput { kind, related, section, quote, note, is_partial } = relation;
            let new = document::NewRelation { kind: kind.into(), related, section, quote, note, is_partial };
            document::relate(view.app(), view.ctx(), id, revision, new).await.map(|()| id)
        };
        payload(ctx, done.await).await
    }

    /// Takes a relation away that somebody added; what a programme's file says is corrected there.
    async fn unrelate_documents(
        &self,
        ctx: &Context<'_>,
        id: ID,
        revision: i32,
        kind: DocumentRelationKind,
        related: ID,
    ) -> Result<DocumentPayload> {
        let view = admitted(ctx, "unrelateDocuments").await?;
        let done = async {
            let id: DocumentId = named(&id)?;
            document::unrelate(view.app(), view.ctx(), id, revision, kind.into(), named(&related)?).await.map(|()| id)
        };
        payload(ctx, done.await).await
    }

    /// Says that a planned document was drafted, or submitted for decision.
    async fn move_document(
        &self,
        ctx: &Context<'_>,
        id: ID,
        revision: i32,
        stage: DocumentStage,
        on: NaiveDate,
        note: Option<String>,
    ) -> Result<DocumentPayload> {
        let view = admitted(ctx, "moveDocument").await?;
        let done = async {
            let id: DocumentId = named(&id)?;
            document::reach(view.app(), view.ctx(), id, revision, stage.into(), on, note).await.map(|()| id)
        };
        payload(ctx, done.await).await
    }

    /// Issues a planned document: it has a number and a date from then on.
    async fn issue_document(&self, ctx: &Context<'_>, id: ID, revision: i32, issue: IssueInput) -> Result<DocumentPayload> {
        let view = admitted(ctx, "issueDocument").await?;
        let done = async {
            let id: DocumentId = named(&id)?;
            let new = document::Issue {
                number: issue.number,
                issued_on: issue.issued_on,
                effective_on: issue.effective_on,
                expires_on: issue.expires_on,
                issuer: issue.issuer,
                signer: issue.signer,
                capacity: issue.capacity.map(Into::into),
                signer_position: issue.signer_position,
                note: issue.note,
            };
            document::issue(view.app(), view.ctx(), id, revision, new).await.map(|()| id)
        };
        payload(ctx, done.await).await
    }
    /// Says what a file of a document is to it and who sees it. Files are put there over REST.
    async fn update_document_file(
        &self,
        ctx: &Context<'_>,
        id: ID,
        revision: i32,
        file: ID,
        change: DocumentFileChangeInput,
    ) -> Result<DocumentPayload> {
        let view = admitted(ctx, "updateDocumentFile").await?;
        let done = async {
            let id: DocumentId = named(&id)?;
            let change = document::FileChange {
                title: patch(change.title),
                role: change.role.map(Into::into),
                visibility: change.visibility.map(Into::into),
            };
            document::describe(view.app(), view.ctx(), (id, revision), named(&file)?, change).await.map(|()| id)
        };
        payload(ctx, done.await).await
    }

    /// Takes a file off a document. Its entry is kept, with who did it and why.
    async fn remove_document_file(&self, ctx: &Context<'_>, id: ID, revision: i32, file: ID, reason: String) -> Result<DocumentPayload> {
        let view = admitted(ctx, "removeDocumentFile").await?;
        let done = async {
            let id: DocumentId = named(&id)?;
            document::take_off(view.app(), view.ctx(), (id, revision), named(&file)?, reason).await.map(|()| id)
        };
        payload(ctx, done.await).await
    }
}
