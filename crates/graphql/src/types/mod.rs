//! The types of the schema, one file each, as thin readings of the domain's.
//! Must not hold rules or read anything but through a loader or the view.
//! Enumerations are in `enums`.

pub mod access;
pub mod agency;
pub mod budget;
pub mod budget_line;
pub mod budget_year;
pub mod calendar_link;
pub mod change;
pub mod committee;
pub mod committee_log;
pub mod deliverable;
pub mod deliverable_details;
pub mod designation;
pub mod document;
pub mod document_file;
pub mod evidence;
pub mod frozen;
pub mod gap;
pub mod known_issue;
pub mod meeting;
pub mod node;
pub mod notice;
pub mod obligation;
pub mod occurrence;
pub mod person;
pub mod personal_request;
pub mod post_holder;
pub mod programme;
pub mod rates;
pub mod recorded_event;
pub mod report;
pub mod report_history;
pub mod search;
pub mod statements;
pub mod statistics;
pub mod succession;
pub mod target;
pub mod target_evaluation;
pub mod task;
pub mod training;
pub mod training_figures;
pub mod vacated_seat;
pub mod version;
pub mod warning;

use app::View;
use async_graphql::{Context, ID, Result};
use chrono::NaiveDate;
use domain::{agency::AgencyId, document::DocumentId, id::Id, programme::ProgrammeId};

use crate::{
    error::failure,
    loaders::{self, DocumentBy},
};

/// An identifier as GraphQL shows it: the same text as in REST.
pub(crate) fn id<T>(id: Id<T>) -> ID {
    ID(id.to_string())
}

/// The identifier of what is told under one of its own and kept under none: opaque, and the same for the same words, which tell it from
/// whatever else there is.
pub(crate) fn made_id(words: &str) -> ID {
    ID(auth::digest(words.as_bytes()))
}

/// The view of this operation.
pub(crate) fn view<'a>(ctx: &Context<'a>) -> Result<&'a View> {
    ctx.data::<View>()
}

/// An agency by its identifier; the catalogue has every agency that a row can name.
pub(crate) async fn agency(ctx: &Context<'_>, id: AgencyId) -> Result<agency::Agency> {
    let found = app::agency::by_id(view(ctx)?, id).await.map_err(|error| failure(&error))?;
    found.map(agency::Agency::now).ok_or_else(|| failure(&app::Error::Internal("a row names an agency that is not there")))
}

/// An agency as of a day.
pub(crate) async fn agency_on(ctx: &Context<'_>, id: AgencyId, day: Option<NaiveDate>) -> Result<agency::Agency> {
    let found = agency(ctx, id).await?;
    Ok(agency::Agency(found.0, day))
}

/// The agency of an optional reference.
pub(crate) async fn agency_opt(ctx: &Context<'_>, id: Option<AgencyId>) -> Result<Option<agency::Agency>> {
    match id {
        Some(id) => agency(ctx, id).await.map(Some),
        None => Ok(None),
    }
}

/// The agency of an optional reference as of a day.
pub(crate) async fn agency_opt_on(ctx: &Context<'_>, id: Option<AgencyId>, day: Option<NaiveDate>) -> Result<Option<agency::Agency>> {
    match id {
        Some(id) => agency_on(ctx, id, day).await.map(Some),
        None => Ok(None),
    }
}

/// A document by its identifier.
pub(crate) async fn document(ctx: &Context<'_>, id: DocumentId) -> Result<document::Document> {
    let found = loaders::load(ctx, DocumentBy(id)).await?;
    found.map(document::Document).ok_or_else(|| failure(&app::Error::Internal("a row names a document that is not there")))
}

/// The document of an optional reference.
pub(crate) async fn document_opt(ctx: &Context<'_>, id: Option<DocumentId>) -> Result<Option<document::Document>> {
    match id {
        Some(id) => document(ctx, id).await.map(Some),
        None => Ok(None),
    }
}

/// A programme by its identifier.
pub(crate) async fn programme(ctx: &Context<'_>, id: ProgrammeId) -> Result<programme::Programme> {
    let catalogue = view(ctx)?.catalogue().await.map_err(|error| failure(&error))?;
    let found = catalogue.programme(id).cloned();
    found.map(programme::Programme::now).ok_or_else(|| failure(&app::Error::Internal("a row names a programme that is not there")))
}

/// A programme by its identifier, where there is one.
pub(crate) async fn programme_opt(ctx: &Context<'_>, id: Option<ProgrammeId>) -> Result<Option<programme::Programme>> {
    match id {
        Some(id) => programme(ctx, id).await.map(Some),
        None => Ok(None),
    }
}
