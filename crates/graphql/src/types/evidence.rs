//! Files on reports.
//! Must not carry bytes; those are at `url`, over REST.
//! See `app::evidence`.

use async_graphql::{ID, Object};
use chrono::{DateTime, Utc};
use domain::evidence as model;

use super::id;

/// A file on a report.
pub struct ReportFile(pub model::ReportFile);

/// A file on a report.
#[Object]
impl ReportFile {
    async fn id(&self) -> ID {
        id(self.0.id)
    }

    /// The name that it came with, without folders and unseen characters.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What it is, for people.
    async fn title(&self) -> Option<&str> {
        self.0.title.as_deref()
    }

    /// Number and symbol of the document, as its sender declares them.
    async fn document_number(&self) -> Option<&str> {
        self.0.document_number.as_deref()
    }

    /// The first version of the report that has it; it is not submitted yet while the report is being written.
    async fn since_version(&self) -> i32 {
        self.0.since_version
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

    /// When it was put on the report.
    async fn uploaded_at(&self) -> DateTime<Utc> {
        self.0.uploaded_at
    }

    /// Where the bytes are, on this service; as open as the report is.
    async fn url(&self) -> String {
        self.0.path()
    }
}
