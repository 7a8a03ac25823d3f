//! Batches of documents: what they refer to, how they came to be, their files, citations and translations.
//! Must not ask a use case for one key at a time.
//! How batches are asked for is the parent module.

use std::{collections::HashMap, sync::Arc};

use app::{
    Error,
    document::{self, Translation},
    place::{self, Assigned},
};
use async_graphql::dataloader::Loader;
use domain::document::{Citation, Document, DocumentId, DocumentRelation, file::DocumentFile, stage::StageReached};
use uuid::Uuid;

use super::Batches;

loader!(
    /// What a document refers to.
    RelationsOf(DocumentId) -> Vec<DocumentRelation>, document::relations
);
loader!(
    /// What refers to a document.
    RelationsTo(DocumentId) -> Vec<DocumentRelation>, document::relations_to
);
loader!(
    /// The stages that a document went through.
    StagesOf(DocumentId) -> Vec<StageReached>, document::stages
);
loader!(
    /// To whom a document went.
    RecipientsOf(DocumentId) -> Vec<String>, document::recipients
);
loader!(
    /// Where a thing stands in documents.
    CitationsOf(Uuid) -> Vec<Citation>, document::citations
);
loader!(
    /// Where a row stands in documents, or where the act stands that opened it.
    PlacesOf(Uuid) -> Vec<Citation>, place::of_rows
);
loader!(
    /// Where an assignment stands in its document.
    PlacesOfAssignment(Assigned) -> Vec<Citation>, place::of_assignments
);
loader!(
    /// The texts of a thing in other languages.
    TranslationsOf(Uuid) -> Vec<Translation>, document::translations
);
loader!(
    /// The files of a document.
    FilesOfDocument(DocumentId) -> Vec<DocumentFile>, document::files
);
loader!(
    /// A document by its identifier.
    DocumentBy(DocumentId) -> one Document, document::by_ids
);
