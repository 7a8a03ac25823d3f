//! Files of documents: the signed copy, annexes, drafts, and who may see which.
//! Must not judge what a file holds; `crate::evidence` does, for files on reports as well.
//! Putting them there is `app::document::files`.

use chrono::{DateTime, Utc};

use super::{DocumentId, DocumentStatus};
use crate::{
    account::AccountId,
    error::{Code, Fault},
    evidence::MediaType,
    id::Id,
    labels::labelled_enum,
};

pub type DocumentFileId = Id<DocumentFile>;

/// Files at most on one document.
pub const MAX_FILES: usize = 100;

labelled_enum! {
    /// What a file is to its document.
    pub enum FileRole {
        /// Bản ký: with signature and seal, or signed electronically.
        Signed = "SIGNED",
        /// Phụ lục, danh mục kèm theo.
        Annex = "ANNEX",
        /// Dự thảo.
        Draft = "DRAFT",
        Other = "OTHER",
    }
}

labelled_enum! {
    /// Who sees a file of a document.
    pub enum FileVisibility {
        /// Everybody.
        Public = "PUBLIC",
        /// Whoever holds a role that follows or carries out programmes.
        Internal = "INTERNAL",
    }
}

/// A file of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentFile {
    pub id: DocumentFileId,
    pub document: DocumentId,
    /// In hexadecimal; names the bytes in the store.
    pub sha256: String,
    /// In bytes.
    pub size: i64,
    pub role: FileRole,
    pub visibility: FileVisibility,
    pub name: String,
    pub title: Option<String>,
    pub media_type: MediaType,
    pub uploaded_by: AccountId,
    pub uploaded_at: DateTime<Utc>,
}

impl DocumentFile {
    /// Where its bytes are read.
    pub fn path(&self) -> String {
        format!("/api/v1/documents/{}/files/{}", self.document, self.id)
    }
}

/// Everything that keeps a file from being this to a document: nothing is signed or published before the document is issued, and
/// drafts are not published at all.
pub fn check(status: DocumentStatus, role: FileRole, visibility: FileVisibility) -> Vec<Fault> {
    let mut faults = Vec::new();
    if status == DocumentStatus::Planned && role == FileRole::Signed {
        let (vi, en) = ("Văn bản chưa được ban hành nên chưa có bản ký.", "A document that is not issued has no signed copy.");
        faults.push(Fault::worded("/role", Code::RuleBroken, vi, en));
    }
    if visibility == FileVisibility::Public && status == DocumentStatus::Planned {
        let (vi, en) = ("Văn bản chưa được ban hành thì chưa được công khai.", "What is not issued is not published.");
        faults.push(Fault::worded("/visibility", Code::RuleBroken, vi, en));
    } else if visibility == FileVisibility::Public && role == FileRole::Draft {
        let (vi, en) = ("Dự thảo không được công khai.", "Drafts are not published.");
        faults.push(Fault::worded("/visibility", Code::RuleBroken, vi, en));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_published_before_it_is_issued() {
        let at = |status, role, visibility| check(status, role, visibility).into_iter().map(|fault| fault.pointer).collect::<Vec<_>>();
        let (issued, planned) = (DocumentStatus::Issued, DocumentStatus::Planned);
        let (public, internal) = (FileVisibility::Public, FileVisibility::Internal);
        for role in FileRole::ALL {
            let draft: &[&str] = if *role == FileRole::Draft { &["/visibility"] } else { &[] };
            assert_eq!(at(issued, *role, public), draft, "{role:?}");
            assert!(at(issued, *role, internal).is_empty(), "{role:?}");
        }
        assert_eq!(at(planned, FileRole::Signed, public), ["/role", "/visibility"]);
        assert_eq!(at(planned, FileRole::Signed, internal), ["/role"]);
        assert_eq!(at(planned, FileRole::Annex, public), ["/visibility"]);
        assert!(at(planned, FileRole::Draft, internal).is_empty());
    }
}
