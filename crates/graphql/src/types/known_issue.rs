//! Defects of a decision's text and who answers for how they are read.
//! Must not judge a reading.
//! They come from `app::plan`; confirming is `app::reading`.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{programme as model, reading};

use super::{agency_opt_on, document_opt, id};
use crate::types::{
    agency::Agency,
    document::{Citation, Document, places},
};

/// A defect of the decision's text, kept beside how it is read.
pub struct KnownIssue(pub Arc<model::KnownIssue>);

impl From<&model::KnownIssue> for KnownIssue {
    fn from(issue: &model::KnownIssue) -> Self {
        Self(Arc::new(issue.clone()))
    }
}

impl KnownIssue {
    /// As it stood on a day; as it stands where none is said.
    pub(super) fn on(issue: &model::KnownIssue, day: Option<NaiveDate>) -> Self {
        let issue = issue.clone();
        Self(Arc::new(match day {
            Some(day) => issue.on(day),
            None => issue,
        }))
    }
}

/// A defect of the decision's text, kept beside how it is read.
#[Object]
impl KnownIssue {
    async fn id(&self) -> ID {
        id(self.0.id)
    }

    /// Where in the decision, for example "IV.1".
    async fn location(&self) -> &str {
        &self.0.location
    }

    /// The words of the decision, verbatim.
    async fn as_written(&self) -> Option<&str> {
        self.0.as_written.as_deref()
    }

    /// Null where it is not read otherwise than it is written.
    async fn read_as(&self) -> Option<&str> {
        self.0.read_as.as_deref()
    }

    /// What the programme's file remarks of it.
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }

    /// Whether somebody answers for the reading.
    async fn is_confirmed(&self) -> bool {
        self.0.confirmation.is_some()
    }

    /// Null while nobody answers for the reading.
    async fn confirmation(&self) -> Option<ReadingConfirmation> {
        self.0.confirmation.clone().map(ReadingConfirmation)
    }
}

/// Who answers for a reading.
pub struct ReadingConfirmation(reading::Confirmation);

/// Who answers for a reading.
#[Object]
impl ReadingConfirmation {
    /// As the account was called then. Null, as `post` and `remark` are, for whoever has no role in the programme.
    async fn confirmed_by(&self) -> Option<&str> {
        self.0.by.as_ref().map(|by| by.name.as_str())
    }

    /// In which post, where that is told.
    async fn post(&self) -> Option<&str> {
        self.0.by.as_ref()?.post.as_deref()
    }

    /// For which the account spoke then, as it was called on the day.
    async fn agency(&self, ctx: &Context<'_>) -> Result<Option<Agency>> {
        agency_opt_on(ctx, self.0.agency, Some(self.0.on)).await
    }

    /// The day on which they confirmed it.
    async fn confirmed_on(&self) -> NaiveDate {
        self.0.on
    }

    /// The document that says so, where there is one.
    async fn basis(&self, ctx: &Context<'_>) -> Result<Option<Document>> {
        document_opt(ctx, self.0.basis).await
    }

    /// Where in the document it stands; empty where that is not told.
    async fn citations(&self, ctx: &Context<'_>) -> Result<Vec<Citation>> {
        places(ctx, self.0.id.uuid()).await
    }

    /// What they remarked.
    async fn remark(&self) -> Option<&str> {
        self.0.by.as_ref()?.remark.as_deref()
    }

    /// When it was written down in the service.
    async fn recorded_at(&self) -> DateTime<Utc> {
        self.0.recorded_at
    }
}
