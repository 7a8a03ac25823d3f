//! What a programme's decision leaves open.
//! Must not judge what is a gap.
//! See `app::gap`.

use async_graphql::{Context, ID, Object, Result};
use domain::gap as model;

use super::document_opt;
use crate::{
    enums::{GapKind, GapSubject},
    types::document::Document,
};

/// Something that a programme's decision leaves open.
pub struct Gap(pub model::Gap);

/// Something that a programme's decision leaves open.
#[Object]
impl Gap {
    /// What is left open.
    async fn kind(&self) -> GapKind {
        self.0.kind.into()
    }

    /// What kind of thing the gap is about.
    async fn subject(&self) -> GapSubject {
        self.0.subject.into()
    }

    /// Of the subject; `node` finds what can be found so.
    async fn subject_id(&self) -> ID {
        ID(self.0.id.to_string())
    }

    /// The subject's code, for example "3.1.h"; the title of a document, the committee of a seat or act, the number of a conclusion,
    /// the place of a defect of the text.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// What the subject says, or what it is to bring forth.
    async fn text(&self) -> &str {
        &self.0.text
    }

    /// The document that says so.
    async fn document(&self, ctx: &Context<'_>) -> Result<Option<Document>> {
        document_opt(ctx, self.0.document).await
    }

    /// Where in the document it stands; null where that is not known.
    async fn section(&self) -> Option<&str> {
        self.0.section.as_deref()
    }

    /// Verbatim.
    async fn quote(&self) -> Option<&str> {
        self.0.quote.as_deref()
    }

    /// What the programme's file remarks of it; the note of an act, the meeting of a conclusion.
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }
}
