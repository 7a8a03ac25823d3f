//! Which members of a filtered collective are meant for a task.
//! Must not decide whom words mean.
//! See `app::designation`.

use app::designation::Standing;
use async_graphql::{Context, Object, Result};
use chrono::NaiveDate;
use domain::{agency::AgencyId, designation as model};

use super::{
    agency::Agency,
    agency_on, document,
    document::{Citation, Document, places},
};

/// The part of a collective in a task on a day.
pub struct DesignatedPart(pub Standing, pub NaiveDate);

/// The part of a collective in a task on a day.
#[Object]
impl DesignatedPart {
    /// The words, as of that day.
    async fn collective(&self, ctx: &Context<'_>) -> Result<Agency> {
        agency_on(ctx, self.0.collective, Some(self.1)).await
    }

    /// No document says on the day whom the words mean: nobody answers for the part.
    async fn needs_designation(&self) -> bool {
        self.0.is_missing
    }

    /// Whom the words mean on the day: as designated, or whoever has their duty since.
    async fn agencies(&self, ctx: &Context<'_>) -> Result<Vec<Agency>> {
        each(ctx, &self.0.meant, Some(self.1)).await
    }

    /// Everything that was designated, in the order of time.
    async fn designations(&self) -> Vec<Designation> {
        self.0.designations.iter().cloned().map(Designation).collect()
    }
}

/// Whom a document names, of those that words for relevant agencies could mean.
pub struct Designation(pub model::Designation);

/// Whom a document names, of those that words for relevant agencies could mean.
#[Object]
impl Designation {
    /// As the document names them, as they were then; nobody where it only ends the one before.
    async fn agencies(&self, ctx: &Context<'_>) -> Result<Vec<Agency>> {
        each(ctx, &self.0.agencies, self.0.validity.from).await
    }

    /// The first day on which it holds.
    async fn valid_from(&self) -> Option<NaiveDate> {
        self.0.validity.from
    }

    /// The first day on which it no longer holds; null while it does.
    async fn valid_to(&self) -> Option<NaiveDate> {
        self.0.validity.to
    }

    /// The document that names them.
    async fn basis(&self, ctx: &Context<'_>) -> Result<Document> {
        document(ctx, self.0.basis).await
    }

    /// Where in the document it stands; empty where that is not told.
    async fn citations(&self, ctx: &Context<'_>) -> Result<Vec<Citation>> {
        places(ctx, self.0.id.uuid()).await
    }
}

/// Agencies as of a day.
pub(super) async fn each(ctx: &Context<'_>, ids: &[AgencyId], day: Option<NaiveDate>) -> Result<Vec<Agency>> {
    let mut agencies = Vec::new();
    for id in ids {
        agencies.push(agency_on(ctx, *id, day).await?);
    }
    Ok(agencies)
}
