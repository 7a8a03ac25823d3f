//! Frozen statistics as REST shows them.
//! Must not compute a figure: what was kept is shown as it was told.
//! The published schema of `NewFrozenStatistics` is what bodies are checked against.

use app::{
    catalogue::Catalogue,
    occurrence::OccurrenceFilter,
    statistics::{self as app_statistics, Wanted, frozen::NewFrozen},
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::statistics::{Grouping, frozen::Frozen};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{page::page, statistics::Statistics};

/// Figures to publish: those that `/api/v1/statistics` tells for the same questions.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewFrozenStatistics {
    /// What they are published as.
    #[schema(
        example = "Báo cáo sơ kết giai đoạn 2013–2016",
        min_length = 1,
        max_length = 500,
        pattern = r"^[^\x00]*[^\s\x00\u200B-\u200F\u2060\uFEFF][^\x00]*$"
    )]
    pub title: String,
    /// The document that they are published in: its number or its identifier.
    #[schema(example = "1593/QĐ-UBND", min_length = 1, max_length = 200)]
    pub document: Option<String>,
    /// Code of the programme; all programmes where nothing is said.
    #[schema(example = "HP-1593-2013", max_length = 64)]
    pub programme: Option<String>,
    /// Code of the group; needs `programme`.
    #[schema(max_length = 64)]
    pub group: Option<String>,
    /// Code of the task; needs `programme`.
    #[schema(max_length = 64)]
    pub task: Option<String>,
    /// Code of an agency that leads; of reports, what it owes.
    #[schema(max_length = 64)]
    pub lead_agency: Option<String>,
    /// Included.
    #[schema(minimum = 1945, maximum = 2200)]
    pub from_year: Option<i32>,
    /// Included.
    #[schema(minimum = 1945, maximum = 2200)]
    pub to_year: Option<i32>,
    /// The day of the figures; today where nothing is said, and never a day to come.
    pub as_of: Option<NaiveDate>,
    /// The day that the change is told since; a month before where nothing is said.
    pub compared_to: Option<NaiveDate>,
    /// What the rows are about; none where nothing is said.
    #[schema(value_type = Option<String>, max_length = 16, pattern = "^(NONE|AGENCY|GROUP|TASK|YEAR|PERIOD)$")]
    pub group_by: Option<Grouping>,
}

impl From<NewFrozenStatistics> for NewFrozen {
    fn from(new: NewFrozenStatistics) -> Self {
        let filter = OccurrenceFilter {
            programme: new.programme,
            group: new.group,
            task: new.task,
            lead_agency: new.lead_agency,
            from_year: new.from_year,
            to_year: new.to_year,
            as_of: new.as_of,
            ..OccurrenceFilter::default()
        };
        let wanted = Wanted { filter, grouping: new.group_by.unwrap_or(Grouping::None), compared_to: new.compared_to };
        Self { title: new.title, document: new.document, wanted }
    }
}

/// Which frozen figures.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct FrozenParams {
    /// Code of the programme.
    #[param(max_length = 64)]
    pub programme: Option<String>,
    /// Rows on the page; 20 where nothing is asked.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i32>,
    /// `endCursor` of the page before.
    #[param(max_length = 2000)]
    pub after: Option<String>,
}

/// Figures that were published, without the figures themselves.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FrozenEntry {
    /// Cite the figures by this.
    pub id: Uuid,
    /// What they were published as.
    #[schema(max_length = 500)]
    pub title: String,
    /// Code of the programme; null for figures over all programmes.
    #[schema(example = "HP-1593-2013", max_length = 64)]
    pub programme: Option<String>,
    /// Identifier of the document that they are published in.
    pub document: Option<Uuid>,
    /// The day of the figures.
    pub as_of: NaiveDate,
    /// The day that changes are told since.
    pub compared_to: NaiveDate,
    /// What the rows are about.
    #[schema(max_length = 16, pattern = "^(NONE|AGENCY|GROUP|TASK|YEAR|PERIOD)$")]
    pub group_by: String,
    /// By which formulas they were computed.
    #[schema(example = 1, minimum = 1, maximum = 1000)]
    pub formula_version: i32,
    /// Where the audit log ended in the state that was counted: SHA-256 over the ends of its strands. Whatever counted had been entered
    /// before.
    #[schema(pattern = "^[0-9a-f]{64}$", max_length = 64)]
    pub inputs_head: String,
    /// SHA-256 of what is kept.
    #[schema(pattern = "^[0-9a-f]{64}$", max_length = 64)]
    pub content_sha256: String,
    /// Code of the agency for which they were published.
    #[schema(example = "so-tttt", max_length = 64)]
    pub agency: Option<String>,
    /// When they were published; since then they never change.
    pub frozen_at: DateTime<Utc>,
}

impl FrozenEntry {
    pub fn of(frozen: &Frozen, catalogue: &Catalogue) -> Self {
        let programme = frozen.programme.and_then(|id| catalogue.programme(id));
        Self {
            id: frozen.id.uuid(),
            title: frozen.title.clone(),
            programme: programme.map(|programme| programme.code.to_string()),
            document: frozen.document.map(domain::id::Id::uuid),
            as_of: frozen.as_of,
            compared_to: frozen.compared_to,
            group_by: frozen.grouping.label().into(),
            formula_version: frozen.formula_version,
            inputs_head: frozen.inputs_head.clone(),
            content_sha256: frozen.content_sha256.clone(),
            agency: catalogue.agency_code(frozen.agency).map(|code| code.to_string()),
            frozen_at: frozen.frozen_at,
        }
    }
}

/// Figures that were published, as they were told: they never change.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FrozenStatistics {
    /// What they are, without the figures.
    pub entry: FrozenEntry,
    /// The figures as they were told.
    pub figures: Statistics,
}

impl FrozenStatistics {
    pub fn of(frozen: &Frozen, figures: &app_statistics::Statistics, catalogue: &Catalogue) -> Self {
        Self { entry: FrozenEntry::of(frozen, catalogue), figures: Statistics::of(figures) }
    }
}

page!(FrozenPage of FrozenEntry, "A page of frozen figures, the newest first.");
