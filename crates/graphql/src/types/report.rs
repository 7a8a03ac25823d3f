//! Reports, as far as the caller may see them.
//! Must not be built from anything but what the use cases of `app::report` give.
//! Pushing reports is REST.

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use domain::report as model;

use super::{agency, id, programme, view};
use crate::{
    enums::ReportStatus,
    error::failure,
    loaders::{self, FilesOf, ReportCountOf, TaskBy},
    types::{agency::Agency, evidence::ReportFile, programme::Programme, task::Task},
};

/// What an agency says of a task in a year; the version that counts.
pub struct Report(pub model::Report);

/// What an agency says of a task in a year; the version that counts.
#[Object]
impl Report {
    pub(crate) async fn id(&self) -> ID {
        id(self.0.id)
    }

    async fn programme(&self, ctx: &Context<'_>) -> Result<Programme> {
        programme(ctx, self.0.programme).await
    }

    async fn task(&self, ctx: &Context<'_>) -> Result<Task> {
        let task = loaders::load(ctx, TaskBy(self.0.task)).await?;
        task.map(Task).ok_or_else(|| failure(&app::Error::Internal("a report names a task that is not there")))
    }

    async fn agency(&self, ctx: &Context<'_>) -> Result<Agency> {
        agency(ctx, self.0.agency).await
    }

    async fn year(&self) -> i32 {
        self.0.year
    }

    async fn status(&self) -> ReportStatus {
        self.0.status.into()
    }

    /// From 1; a correction is a new version.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// How far the task is done, 0 to 100.
    async fn percent(&self) -> i32 {
        self.0.content.percent
    }

    async fn narrative(&self) -> &str {
        &self.0.content.narrative
    }

    /// What was produced.
    async fn produced(&self) -> Vec<Product> {
        let products = self.0.content.produced.iter();
        products.map(|p| Product { description: p.description.clone(), quantity: p.quantity, unit: p.unit.clone() }).collect()
    }

    /// The sender's own reference.
    async fn external_ref(&self) -> Option<&str> {
        self.0.external_ref.as_deref()
    }

    /// The files that prove what it says, in the order in which they came.
    async fn files(&self, ctx: &Context<'_>) -> Result<Vec<ReportFile>> {
        Ok(loaders::load(ctx, FilesOf(self.0.id)).await?.iter().cloned().map(ReportFile).collect())
    }

    /// When this version came in.
    async fn submitted_at(&self) -> DateTime<Utc> {
        self.0.submitted_at
    }
}

/// Something that was produced.
#[derive(SimpleObject)]
pub struct Product {
    pub description: String,
    pub quantity: Option<i64>,
    pub unit: Option<String>,
}

/// The total of a list of reports.
pub enum ReportTotal {
    All(app::report::ReportFilter),
    OfTask(ReportCountOf),
}

/// The total of a list of reports.
#[Object]
impl ReportTotal {
    /// How many there are in the whole list, as far as the caller may see it.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<i64> {
        match self {
            Self::All(filter) => app::report::count(view(ctx)?, filter).await.map_err(|error| failure(&error)),
            Self::OfTask(key) => loaders::load(ctx, key.clone()).await,
        }
    }
}
