//! Designations of members of filtered collectives as REST shows and takes them.
//! Must not show more than GraphQL shows to the same caller.
//! See `app::designation`.

use app::{
    catalogue::Catalogue,
    designation::{NewDesignation as New, Standing},
    place::NewPlace,
};
use chrono::NaiveDate;
use domain::{agency::AgencyId, designation as model};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::place::{Place, Places};

/// What is designated for a task, by the collectives whose words mean only the relevant ones.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Designations {
    /// In the order of the decision.
    #[schema(max_items = 1000)]
    pub items: Vec<DesignatedPart>,
}

/// The part of a collective in a task on a day.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DesignatedPart {
    /// The collective's code.
    #[schema(example = "cac-co-quan-don-vi-lien-quan", max_length = 64)]
    pub collective: String,
    /// No document says on the day whom the words mean: nobody answers for the part.
    pub needs_designation: bool,
    /// Codes of those whom they mean on the day: as designated, or whoever has their duty since.
    #[schema(max_items = 10000)]
    pub agencies: Vec<String>,
    /// Everything that was designated, in the order of time.
    #[schema(max_items = 1000)]
    pub designations: Vec<Designation>,
}

/// Whom a document names.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Designation {
    /// Codes, as the document names them; empty where it only ends the one before.
    #[schema(max_items = 1000)]
    pub agencies: Vec<String>,
    /// The first day on which it holds.
    pub valid_from: Option<NaiveDate>,
    /// The first day on which it no longer holds; null while it does.
    pub valid_to: Option<NaiveDate>,
    /// Identifier of the document.
    pub basis: Uuid,
    #[serde(flatten)]
    pub place: Place,
}

impl DesignatedPart {
    pub fn of(standing: &Standing, catalogue: &Catalogue, places: &Places) -> Self {
        let codes = |agencies: &[AgencyId]| {
            agencies.iter().filter_map(|id| catalogue.agency_code(Some(*id))).map(|code| code.to_string()).collect::<Vec<_>>()
        };
        let designation = |one: &model::Designation| Designation {
            agencies: codes(&one.agencies),
            valid_from: one.validity.from,
            valid_to: one.validity.to,
            basis: one.basis.uuid(),
            place: places.at(one.id.uuid(), Some(one.basis)),
        };
        Self {
            collective: catalogue.agency_code(Some(standing.collective)).map(|code| code.to_string()).unwrap_or_default(),
            needs_designation: standing.is_missing,
            agencies: codes(&standing.meant),
            designations: standing.designations.iter().map(designation).collect(),
        }
    }
}

/// Which members of a collective are meant for a task.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewDesignation {
    /// The collective's code; its words must mean the relevant ones only.
    #[schema(example = "cac-co-quan-don-vi-lien-quan", min_length = 1, max_length = 64)]
    pub collective: String,
    /// Codes of single bodies; none to end what is designated.
    #[schema(max_items = 1000)]
    pub agencies: Vec<String>,
    /// The first day.
    pub from: NaiveDate,
    /// Number or identifier of the document.
    #[schema(min_length = 1, max_length = 200)]
    pub basis: String,
    /// Where in the document it stands.
    #[schema(min_length = 1, max_length = 200)]
    pub section: Option<String>,
    /// Its words there, verbatim; needs `section`.
    #[schema(min_length = 1, max_length = 4000)]
    pub quote: Option<String>,
}

impl From<NewDesignation> for New {
    fn from(new: NewDesignation) -> Self {
        let NewDesignation { collective, agencies, from, basis, section, quote } = new;
        Self { collective, agencies, from, basis, place: NewPlace { section, quote } }
    }
}
