//! Files of documents.
//! Must not carry bytes; those are at `url`, over REST.
//! See `app::document`.

use async_graphql::{ID, Object};
use chrono::{DateTime, Utc};
use domain::document::file as model;

use super::id;
use crate::enums::{FileRole, FileVisibility};

/// A file of a document: the signed copy, an annex, a draft.
pub struct DocumentFile(pub model::DocumentFile);

/// A file of a document: the signed copy, an annex, a draft.
#[Object]
impl DocumentFile {
    async fn id(&self) -> ID {
        id(self.0.id)
    }

    /// What it is to the document: the signed copy, an annex, a draft.
    async fn role(&self) -> FileRole {
        self.0.role.into()
    }

    /// Who sees it.
    async fn visibility(&self) -> FileVisibility {
        self.0.visibility.into()
    }

    /// The name that the file came with, made safe.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What it is, for people.
    async fn title(&self) -> Option<&str> {
        self.0.title.as_deref()
    }

    /// What the bytes are, found by looking.
    async fn media_type(&self) -> &str {
        self.0.media_type.label()
    }

    /// In bytes.
    async fn size(&self) -> i64 {
        self.0.size
    }

    /// Of the bytes, in hexadecimal.
    async fn sha256(&self) -> &str {
        &self.0.sha256
    }

    /// When it was put on the document.
    async fn uploaded_at(&self) -> DateTime<Utc> {
        self.0.uploaded_at
    }

    /// Where the bytes are, on this service; as open as the file is.
    async fn url(&self) -> String {
        self.0.path()
    }
}
