//! Files of documents as REST shows them, and what is said of one.
//! Must not carry bytes; those are at `url`.
//! See `app::document`.

use app::document::FileChange;
use chrono::{DateTime, Utc};
use domain::{
    document::file::{self as model, FileRole, FileVisibility},
    patch::Patch,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// A file to put on a document, as `multipart/form-data`.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a form that is read while it arrives")]
#[schema(rename_all = "camelCase")]
pub struct NewDocumentFile {
    /// The file, with its name.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// What it is to the document: the signed copy, an annex, a draft.
    #[schema(example = "SIGNED", max_length = 16, pattern = "^(SIGNED|ANNEX|DRAFT|OTHER)$")]
    role: String,
    /// `PUBLIC` for everybody, of an issued document only and never a draft; `INTERNAL` where nothing is said, for those who hold a role.
    #[schema(example = "PUBLIC", max_length = 16, pattern = "^(PUBLIC|INTERNAL)$")]
    visibility: Option<String>,
    /// What it is, for people.
    #[schema(example = "Danh mục nhiệm vụ kèm theo", max_length = 500)]
    title: Option<String>,
}

/// What to say of a file from now on; what is left out stays, null takes away.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct DocumentFileChange {
    /// What it is, for people.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 500)]
    pub title: Patch<String>,
    /// What it is to the document: the signed copy, an annex, a draft.
    #[schema(value_type = Option<String>, max_length = 16, pattern = "^(SIGNED|ANNEX|DRAFT|OTHER)$")]
    pub role: Option<FileRole>,
    /// Who sees it; everybody only of an issued document, and never a draft.
    #[schema(value_type = Option<String>, max_length = 16, pattern = "^(PUBLIC|INTERNAL)$")]
    pub visibility: Option<FileVisibility>,
}

impl From<DocumentFileChange> for FileChange {
    fn from(change: DocumentFileChange) -> Self {
        Self { title: change.title, role: change.role, visibility: change.visibility }
    }
}

/// A file of a document.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DocumentFile {
    pub id: Uuid,
    /// What it is to the document: the signed copy, an annex, a draft.
    #[schema(example = "SIGNED", max_length = 16, pattern = "^(SIGNED|ANNEX|DRAFT|OTHER)$")]
    pub role: String,
    /// Who sees it: everybody, or those who hold a role.
    #[schema(example = "PUBLIC", max_length = 16, pattern = "^(PUBLIC|INTERNAL)$")]
    pub visibility: String,
    /// The name that the file came with, made safe.
    #[schema(example = "1593-QĐ-UBND.pdf", max_length = 200)]
    pub name: String,
    /// What it is, for people.
    #[schema(max_length = 500)]
    pub title: Option<String>,
    /// What the bytes are, found by looking.
    #[schema(example = "application/pdf", max_length = 100)]
    pub media_type: String,
    /// In bytes.
    #[schema(example = 52_000, minimum = 1)]
    pub size: i64,
    /// Of the bytes, in hexadecimal.
    #[schema(max_length = 64)]
    pub sha256: String,
    /// When it was put on the document.
    pub uploaded_at: DateTime<Utc>,
    /// Where the bytes are.
    #[schema(max_length = 200)]
    pub url: String,
}

impl From<&model::DocumentFile> for DocumentFile {
    fn from(file: &model::DocumentFile) -> Self {
        Self {
            id: file.id.uuid(),
            role: file.role.label().into(),
            visibility: file.visibility.label().into(),
            name: file.name.clone(),
            title: file.title.clone(),
            media_type: file.media_type.label().into(),
            size: file.size,
            sha256: file.sha256.clone(),
            uploaded_at: file.uploaded_at,
            url: file.path(),
        }
    }
}
