//! Agencies as REST shows them.
//! Must not show more than GraphQL shows to the same caller.
//! See `app::agency`.

use app::catalogue::{Catalogue, version_on};
use chrono::NaiveDate;
use domain::agency as model;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::page::page;

/// Which agencies.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AgencyParams {
    /// True for collectives only, false for single bodies only.
    pub collective: Option<bool>,
    /// Code of the parent.
    #[param(max_length = 64)]
    pub parent: Option<String>,
    /// Part of a name or alias, without regard to case and diacritics.
    #[param(max_length = 200)]
    pub text: Option<String>,
    /// Rows on the page; 20 where nothing is asked.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i32>,
    /// `endCursor` of the page before.
    #[param(max_length = 2000)]
    pub after: Option<String>,
}

/// A body that can be given duties, or words that stand for several.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Agency {
    pub id: Uuid,
    #[schema(example = "so-tttt", max_length = 64)]
    pub code: String,
    /// In Vietnamese.
    #[schema(example = "Sở Thông tin và Truyền thông", max_length = 500)]
    pub name: String,
    #[schema(example = "DEPARTMENT", max_length = 32)]
    pub kind: String,
    pub is_collective: bool,
    /// Code of the parent.
    #[schema(max_length = 64)]
    pub parent: Option<String>,
    /// Every name under which a document writes it.
    #[schema(max_items = 1000)]
    pub aliases: Vec<String>,
    /// Codes of the members of a collective today.
    #[schema(max_items = 10000)]
    pub members: Vec<String>,
}

impl Agency {
    pub fn of(agency: &model::Agency, catalogue: &Catalogue, today: NaiveDate) -> Self {
        let code = |id| catalogue.agency(id).map(|agency| agency.code.to_string());
        let version = version_on(agency, today);
        Self {
            id: agency.id.uuid(),
            code: agency.code.to_string(),
            name: version.map(|version| version.name.vi.to_string()).unwrap_or_default(),
            kind: version.map(|version| version.kind.label().to_owned()).unwrap_or_default(),
            is_collective: agency.collective.is_some(),
            parent: version.and_then(|version| version.parent).and_then(code),
            aliases: agency.aliases.iter().map(ToString::to_string).collect(),
            members: agency.members.iter().filter(|m| m.validity.contains(today)).filter_map(|m| code(m.agency)).collect(),
        }
    }
}

page!(AgencyPage of Agency, "A page of agencies.");
