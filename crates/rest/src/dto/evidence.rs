//! Files on reports.
//! Must not carry bytes; those are at `url`.
//! See `app::evidence`.

use chrono::{DateTime, Utc};
use domain::evidence as model;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// A file to put on a report, as `multipart/form-data`.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a form that is read while it arrives")]
#[schema(rename_all = "camelCase")]
pub struct NewReportFile {
    /// The file, with its name.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// What it is, for people.
    #[schema(example = "Ảnh buổi tập huấn", max_length = 500)]
    title: Option<String>,
    /// Number and symbol of the document.
    #[schema(example = "12/BC-BHP", max_length = 100)]
    document_number: Option<String>,
}

/// Which files are listed.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct FilesParams {
    /// Those of this submitted version. Left out: those that go with what the caller sees of the report.
    #[param(minimum = 1, example = 1)]
    pub version: Option<i32>,
}

/// Why a file is taken off.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct RemovalParams {
    /// Kept with the file's entry.
    #[param(min_length = 1, max_length = 500, example = "Tải nhầm tệp")]
    pub reason: String,
}

/// A file on a report.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReportFile {
    pub id: Uuid,
    /// The name that it came with, without folders and unseen characters.
    #[schema(example = "ảnh-1.jpg", max_length = 200)]
    pub name: String,
    /// What it is, for people.
    #[schema(max_length = 500)]
    pub title: Option<String>,
    /// Number and symbol of the document, as its sender declares them.
    #[schema(max_length = 100)]
    pub document_number: Option<String>,
    /// What the bytes are, found by looking.
    #[schema(example = "image/jpeg", max_length = 100)]
    pub media_type: String,
    /// In bytes.
    #[schema(example = 52_000, minimum = 1)]
    pub size: i64,
    /// Of the bytes, in hexadecimal.
    #[schema(max_length = 64)]
    pub sha256: String,
    /// The first version of the report that has it; it is not submitted yet while the report is being written.
    #[schema(minimum = 1)]
    pub since_version: i32,
    /// When it was put on the report.
    pub uploaded_at: DateTime<Utc>,
    /// Where the bytes are.
    #[schema(max_length = 200)]
    pub url: String,
}

impl From<&model::ReportFile> for ReportFile {
    fn from(file: &model::ReportFile) -> Self {
        Self {
            id: file.id.uuid(),
            name: file.name.clone(),
            title: file.title.clone(),
            document_number: file.document_number.clone(),
            media_type: file.media_type.label().into(),
            size: file.size,
            sha256: file.sha256.clone(),
            since_version: file.since_version,
            uploaded_at: file.uploaded_at,
            url: file.path(),
        }
    }
}

/// The files on a report, in the order in which they came.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReportFiles {
    #[schema(max_items = 100)]
    pub items: Vec<ReportFile>,
}
