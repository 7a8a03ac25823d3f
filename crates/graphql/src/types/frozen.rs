//! Frozen statistics: figures that were published, kept as they were told.
//! Must not compute one.
//! Freezing is REST, with a key; see `app::statistics::frozen`.

use app::statistics::frozen;
use async_graphql::{Context, ID, Object, Result};
use chrono::{DateTime, NaiveDate, Utc};
use domain::statistics::frozen::Frozen;

use super::{agency_opt, document_opt, id, programme, view};
use crate::{
    enums::Grouping,
    error::failure,
    loaders::{self, FiguresOf},
    paging::total,
    types::{agency::Agency, document::Document, programme::Programme, statistics::Statistics},
};

/// Figures that were published, kept as they were told.
pub struct FrozenStatistics(pub Frozen);

/// Figures that were published, kept as they were told.
#[Object]
impl FrozenStatistics {
    /// Cite the figures by this.
    pub async fn id(&self) -> ID {
        id(self.0.id)
    }

    /// What they were published as.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// Null for figures over all programmes.
    async fn programme(&self, ctx: &Context<'_>) -> Result<Option<Programme>> {
        match self.0.programme {
            Some(id) => programme(ctx, id).await.map(Some),
            None => Ok(None),
        }
    }

    /// The document that they are published in.
    async fn document(&self, ctx: &Context<'_>) -> Result<Option<Document>> {
        document_opt(ctx, self.0.document).await
    }

    /// The day of the figures.
    async fn as_of(&self) -> NaiveDate {
        self.0.as_of
    }

    /// The day that changes are told since.
    async fn compared_to(&self) -> NaiveDate {
        self.0.compared_to
    }

    /// What the rows are about.
    async fn group_by(&self) -> Grouping {
        self.0.grouping.into()
    }

    /// By which formulas they were computed.
    async fn formula_version(&self) -> i32 {
        self.0.formula_version
    }

    /// Where the audit log ended in the state that was counted: SHA-256 over the ends of its strands. Whatever counted had been entered
    /// before.
    async fn inputs_head(&self) -> &str {
        &self.0.inputs_head
    }

    /// SHA-256 of what is kept.
    async fn content_sha256(&self) -> &str {
        &self.0.content_sha256
    }

    /// For whom they were published.
    async fn agency(&self, ctx: &Context<'_>) -> Result<Option<Agency>> {
        agency_opt(ctx, self.0.agency).await
    }

    /// When they were published; since then they never change.
    async fn frozen_at(&self) -> DateTime<Utc> {
        self.0.frozen_at
    }

    /// The figures as they were told. The lists behind them are those of the day as it is known now: where something was corrected
    /// since, they differ from the figures.
    async fn figures(&self, ctx: &Context<'_>) -> Result<Statistics> {
        let found = loaders::load(ctx, FiguresOf(self.0.id)).await?;
        let kept = found.as_deref().cloned();
        kept.map(Statistics).ok_or_else(|| failure(&app::Error::Internal("frozen figures have no content")))
    }
}

total!(
    /// The total of frozen figures.
    FrozenTotal { programme: Option<String> } |this, ctx| {
        frozen::count(view(ctx)?, this.programme.as_deref()).await.map_err(|error| failure(&error))
    }
);
