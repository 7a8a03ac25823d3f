//! What was submitted and done before with a report.
//! Must not name people to those who only read what is published.
//! The report itself is `report`.

use async_graphql::{Context, ID, Json, Object, Result, SimpleObject};
use chrono::{DateTime, NaiveDate, Utc};
use domain::report as model;

use super::{
    id,
    report::{Product, ReportSection, name, products, sections},
};
use crate::{
    enums::{ReportAct, ReportChannel},
    loaders::{self, FilesEverOn, VersionsOf},
};

/// A version that was submitted.
pub struct ReportVersion {
    pub version: model::ReportVersion,
    pub is_inside: bool,
}

/// A version that was submitted.
#[Object]
impl ReportVersion {
    /// From 1.
    async fn version(&self) -> i32 {
        self.version.number
    }

    /// How far the task is done, 0 to 100; null for a report about the whole programme.
    async fn percent(&self) -> Option<i32> {
        self.version.content.percent
    }

    /// What the agency says, in its own words.
    async fn narrative(&self) -> &str {
        &self.version.content.narrative
    }

    /// What was produced.
    async fn produced(&self) -> Vec<Product> {
        products(&self.version.content)
    }

    /// The sections of the regime's outline.
    async fn sections(&self) -> Vec<ReportSection> {
        sections(&self.version.content)
    }

    /// The fields of the regime's data form, by code.
    async fn values(&self) -> Json<serde_json::Map<String, serde_json::Value>> {
        Json(self.version.content.values.clone())
    }

    /// Its figures run ahead of the end of the period.
    async fn is_estimate(&self) -> bool {
        self.version.submission.is_estimate
    }

    /// By which way it came in.
    async fn channel(&self) -> ReportChannel {
        self.version.submission.channel.into()
    }

    /// When it came in, by whatever way.
    async fn received_on(&self) -> NaiveDate {
        self.version.submission.received_on
    }

    /// When it was stored.
    async fn submitted_at(&self) -> DateTime<Utc> {
        self.version.submission.submitted_at
    }

    /// Who wrote it; null to those who only read what is published.
    async fn author(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        if self.is_inside { name(ctx, self.version.submission.author).await.map(Some) } else { Ok(None) }
    }

    /// Who let it go in the agency; null where another entered it, and to those who only read what is published.
    async fn approver(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        match self.version.submission.approver {
            Some(approver) if self.is_inside => name(ctx, approver).await.map(Some),
            _ => Ok(None),
        }
    }

    /// Who sent or entered it; null to those who only read what is published.
    async fn submitted_by(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        if self.is_inside { name(ctx, self.version.submission.submitted_by).await.map(Some) } else { Ok(None) }
    }

    /// How it differs from the version before, field by field and file by file; the first from nothing. Null where the caller may not see the one
    /// before.
    async fn changes(&self, ctx: &Context<'_>) -> Result<Option<Vec<ReportChange>>> {
        let number = self.version.number;
        let versions = loaders::load(ctx, VersionsOf(self.version.report)).await?;
        let before = versions.iter().find(|version| version.number == number - 1).map(|version| &version.content);
        if before.is_none() && number > 1 {
            return Ok(None);
        }
        let nothing = model::ReportContent::default();
        let files = loaders::load(ctx, FilesEverOn(self.version.report)).await?;
        let changes = model::diff::changes(before.unwrap_or(&nothing), &self.version.content).into_iter();
        let changes = changes.chain(app::report::files_changed(&files, number));
        Ok(Some(changes.map(|c| ReportChange { pointer: c.pointer, before: there(c.before), after: there(c.after) }).collect()))
    }
}

/// A value, or nothing where there is none: null has no place where a value is promised.
fn there(value: serde_json::Value) -> Option<Json<serde_json::Value>> {
    (!value.is_null()).then_some(Json(value))
}

/// A field that differs between two versions.
#[derive(SimpleObject)]
pub struct ReportChange {
    /// JSON pointer into the report; `/files/N` for a file, N its place in the version that has it.
    pub pointer: String,
    /// Null where it was not there.
    pub before: Option<Json<serde_json::Value>>,
    /// Null where it is not there any more.
    pub after: Option<Json<serde_json::Value>>,
}

/// What is being written on a report.
pub struct ReportDraft(pub model::ReportDraft);

/// What is being written on a report.
#[Object]
impl ReportDraft {
    /// How far the task is done, 0 to 100.
    async fn percent(&self) -> Option<i32> {
        self.0.content.percent
    }

    /// What the agency says, in its own words.
    async fn narrative(&self) -> &str {
        &self.0.content.narrative
    }

    /// What was produced.
    async fn produced(&self) -> Vec<Product> {
        products(&self.0.content)
    }

    /// The sections of the regime's outline.
    async fn sections(&self) -> Vec<ReportSection> {
        sections(&self.0.content)
    }

    /// The fields of the regime's data form, by code.
    async fn values(&self) -> Json<serde_json::Map<String, serde_json::Value>> {
        Json(self.0.content.values.clone())
    }

    /// Who wrote it.
    async fn author(&self, ctx: &Context<'_>) -> Result<String> {
        name(ctx, self.0.author).await
    }

    /// When it was saved last.
    async fn saved_at(&self) -> DateTime<Utc> {
        self.0.saved_at
    }
}

/// Something that was done with a report.
pub struct ReportEvent(pub model::ReportEvent);

/// Something that was done with a report.
#[Object]
impl ReportEvent {
    async fn id(&self) -> ID {
        id(self.0.id)
    }

    /// When it was done.
    async fn at(&self) -> DateTime<Utc> {
        self.0.at
    }

    /// What was done.
    async fn act(&self) -> ReportAct {
        self.0.kind.into()
    }

    /// The version that it is about.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// Why it was returned or reopened; null for other acts.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }

    /// What is to be mended, and where.
    async fn remarks(&self) -> Vec<Remark> {
        self.0.remarks.iter().map(|remark| Remark { pointer: remark.pointer.clone(), text: remark.text.clone() }).collect()
    }

    /// The last day to submit again.
    async fn until(&self) -> Option<NaiveDate> {
        self.0.until
    }

    /// Who did it.
    async fn by(&self, ctx: &Context<'_>) -> Result<String> {
        name(ctx, self.0.account).await
    }

    /// Somebody decided in their own matter, as the programme lets them.
    async fn self_decided(&self) -> bool {
        self.0.is_self_decided
    }
}

/// What is to be mended, and where.
#[derive(SimpleObject)]
pub struct Remark {
    /// JSON pointer into the report; empty for the whole of it.
    pub pointer: String,
    /// What is to be mended there.
    pub text: String,
}

/// A version that a consolidated report was built from.
#[derive(SimpleObject)]
pub struct ReportSource {
    /// The report's identifier.
    pub report: ID,
    /// The version that was the accepted one then.
    pub version: i32,
}
