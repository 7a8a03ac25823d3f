//! Reports as agencies' systems push and read them.
//! Must not let a client set what the service decides (identifier, agency, status, version, times).
//! The published schema of `NewReport` is what bodies are checked against.

use app::{
    catalogue::Catalogue,
    report::{self as app_report, ReportFilter, Submitted},
};
use chrono::{DateTime, Utc};
use domain::report as model;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::page::page;

/// A report to hand in. The agency is the caller's own.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewReport {
    /// Code of the programme.
    #[schema(example = "HP-1593-2013", min_length = 1, max_length = 64, pattern = r"^[^\x00]*$")]
    pub programme: String,
    /// Code of the task within the programme.
    #[schema(example = "V.2", min_length = 1, max_length = 64, pattern = r"^[^\x00]*$")]
    pub task: String,
    /// A year in which the task is carried out.
    #[schema(example = 2014, minimum = 1945, maximum = 2200)]
    pub year: i32,
    /// Code of the agency. Not needed; if given, it must be the caller's own.
    #[schema(example = "bao-hai-phong", min_length = 1, max_length = 64)]
    pub agency: Option<String>,
    /// How far the task is done.
    #[schema(example = 40, minimum = 0, maximum = 100)]
    pub percent: i32,
    #[schema(
        example = "Đã mở chuyên mục tiếng Anh trên báo điện tử.",
        min_length = 1,
        max_length = 20000,
        pattern = r"^[^\x00]*[^\s\x00\u200B-\u200F\u2060\uFEFF][^\x00]*$"
    )]
    pub narrative: String,
    /// What was produced.
    #[serde(default)]
    #[schema(max_items = 200)]
    pub produced: Vec<Product>,
    /// The sender's own reference, unique within its agency.
    #[schema(example = "BHP-1", min_length = 1, max_length = 128, pattern = r"^[\x21-\x7e]+$")]
    pub external_ref: Option<String>,
}

/// Something that was produced.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Product {
    #[schema(
        example = "Chuyên mục tiếng Anh",
        min_length = 1,
        max_length = 2000,
        pattern = r"^[^\x00]*[^\s\x00\u200B-\u200F\u2060\uFEFF][^\x00]*$"
    )]
    pub description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 1, minimum = 0, maximum = 1_000_000_000_000_i64)]
    pub quantity: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "chuyên mục", min_length = 1, max_length = 100, pattern = r"^[^\x00]*[^\s\x00\u200B-\u200F\u2060\uFEFF][^\x00]*$")]
    pub unit: Option<String>,
}

impl From<NewReport> for app_report::NewReport {
    fn from(body: NewReport) -> Self {
        let produced = body.produced.into_iter();
        Self {
            programme: body.programme,
            task: body.task,
            year: body.year,
            agency: body.agency,
            percent: body.percent,
            narrative: body.narrative,
            produced: produced.map(|p| model::Product { description: p.description, quantity: p.quantity, unit: p.unit }).collect(),
            external_ref: body.external_ref,
        }
    }
}

/// Which reports, of those that the caller may see.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct ReportParams {
    /// Code of the programme.
    #[param(max_length = 64)]
    pub programme: Option<String>,
    /// Code of the task; needs `programme`.
    #[param(max_length = 64)]
    pub task: Option<String>,
    /// Code of the agency.
    #[param(max_length = 64)]
    pub agency: Option<String>,
    #[param(minimum = 1945, maximum = 2200)]
    pub year: Option<i32>,
    /// SUBMITTED, RETURNED, ACCEPTED or AGGREGATED.
    #[param(value_type = Option<String>, pattern = "^(SUBMITTED|RETURNED|ACCEPTED|AGGREGATED)$", max_length = 16)]
    pub status: Option<model::ReportStatus>,
    /// The sender's own reference.
    #[param(max_length = 128)]
    pub external_ref: Option<String>,
    /// Rows on the page; 20 where nothing is asked.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i32>,
    /// `endCursor` of the page before.
    #[param(max_length = 2000)]
    pub after: Option<String>,
}

impl From<&ReportParams> for ReportFilter {
    fn from(params: &ReportParams) -> Self {
        Self {
            programme: params.programme.clone(),
            task: params.task.clone(),
            agency: params.agency.clone(),
            year: params.year,
            status: params.status,
            external_ref: params.external_ref.clone(),
        }
    }
}

/// A report with the version that counts.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    pub id: Uuid,
    #[schema(example = "HP-1593-2013", max_length = 64)]
    pub programme: String,
    #[schema(example = "V.2", max_length = 64)]
    pub task: String,
    #[schema(example = "bao-hai-phong", max_length = 64)]
    pub agency: String,
    #[schema(example = 2014, minimum = 1945, maximum = 2200)]
    pub year: i32,
    /// SUBMITTED, RETURNED, ACCEPTED or AGGREGATED.
    #[schema(example = "SUBMITTED", pattern = "^(SUBMITTED|RETURNED|ACCEPTED|AGGREGATED)$", max_length = 16)]
    pub status: String,
    /// From 1; a correction is a new version.
    #[schema(example = 1, minimum = 1, maximum = 1_000_000)]
    pub version: i32,
    #[schema(example = 40, minimum = 0, maximum = 100)]
    pub percent: i32,
    #[schema(max_length = 20000)]
    pub narrative: String,
    #[schema(max_items = 200)]
    pub produced: Vec<Product>,
    #[schema(example = "BHP-1", max_length = 128)]
    pub external_ref: Option<String>,
    /// When this version came in.
    pub submitted_at: DateTime<Utc>,
}

impl Report {
    pub fn submitted(submitted: &Submitted) -> Self {
        Self::with_codes(&submitted.report, &submitted.programme, &submitted.task, &submitted.agency)
    }

    /// A report with the codes of what it is about; `task` comes from a read of its own.
    pub fn of(report: &model::Report, task: &str, catalogue: &Catalogue) -> Self {
        let programme = catalogue.programme(report.programme).map(|programme| programme.code.to_string()).unwrap_or_default();
        let agency = catalogue.agency(report.agency).map(|agency| agency.code.to_string()).unwrap_or_default();
        Self::with_codes(report, &programme, task, &agency)
    }

    fn with_codes(report: &model::Report, programme: &str, task: &str, agency: &str) -> Self {
        let produced = report.content.produced.iter();
        Self {
            id: report.id.uuid(),
            programme: programme.into(),
            task: task.into(),
            agency: agency.into(),
            year: report.year,
            status: report.status.label().into(),
            version: report.version,
            percent: report.content.percent,
            narrative: report.content.narrative.clone(),
            produced: produced
                .map(|p| Product { description: p.description.clone(), quantity: p.quantity, unit: p.unit.clone() })
                .collect(),
            external_ref: report.external_ref.clone(),
            submitted_at: report.submitted_at,
        }
    }
}

page!(ReportPage of Report, "A page of reports.");
