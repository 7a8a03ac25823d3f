//! Reports as agencies' systems read them. Bodies to send are `write`, what was submitted before `history`.
//! Must not show who wrote a report to those who only read what is published.
//! Identifiers, statuses, versions and times are the service's to set.

mod batch;
mod history;
mod write;

use app::{
    catalogue::Catalogue,
    report::{ReportFilter, Submitted},
    succession::{days_of, followed},
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{agency::AgencyId, id::Id, lang::Lang, report as model};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

pub use batch::{BatchParams, BatchResult};
pub use history::{
    Names, ReportEventBody, ReportEvents, ReportSource, ReportVersionBody, ReportVersions, SimilarReport, SimilarReports, VersionChange,
    VersionChanges,
};
pub use write::{BatchRow, DraftBody, EnteredReport, NewConsolidation, NewDraft, NewReport, Product, ReopenBody, ReturnBody};

use super::{
    agency::{Agency, HeadOfAgency, name_on},
    page::page,
};

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
    /// The period, e.g. `2019-Q2`.
    #[param(max_length = 64)]
    pub period: Option<String>,
    /// Where it stands, as the caller sees it: to those who only read what is published, ACCEPTED or AGGREGATED.
    #[param(value_type = Option<String>, pattern = "^(DRAFT|SUBMITTED|RETURNED|ACCEPTED|AGGREGATED|REOPENED)$", max_length = 16)]
    pub status: Option<model::ReportStatus>,
    /// The sender's own reference.
    #[param(max_length = 128)]
    pub external_ref: Option<String>,
    /// Who answers for each on this day; today where nothing is said.
    pub as_of: Option<NaiveDate>,
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
            period: params.period.clone(),
            status: params.status,
            external_ref: params.external_ref.clone(),
        }
    }
}

/// A report as the caller sees it: by role with its last version, else with the one that is published.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    pub id: Uuid,
    /// Code.
    #[schema(example = "HP-1593-2013", max_length = 64)]
    pub programme: String,
    /// Null for a report about the whole programme.
    #[schema(example = "V.2", max_length = 64)]
    pub task: Option<String>,
    /// Code of the agency whose report it is.
    #[schema(example = "bao-hai-phong", max_length = 64)]
    pub agency: String,
    /// What the agency was called at the end of the year that the report is about; where a report is only sent, left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Báo Hải Phòng", max_length = 500, nullable = false)]
    pub agency_name: Option<String>,
    /// How the agency stood at the end of that year, or today in a year that goes on; where a report is only sent, left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub agency_then: Option<AgencyThen>,
    /// Who answers for it; where a report is only sent, left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub answers_now: Option<AnswersNow>,
    /// The year of the period that it is about.
    #[schema(example = 2014, minimum = 1945, maximum = 2200)]
    pub year: i32,
    /// The period that it is about; the year where nothing else was said.
    #[schema(example = "2014", max_length = 64)]
    pub period: String,
    /// The obligation that it answers to; null to those who only read what is published.
    pub obligation: Option<Uuid>,
    /// Where it stands, as the caller sees it: to those who only read what is published, ACCEPTED or AGGREGATED.
    #[schema(example = "SUBMITTED", pattern = "^(DRAFT|SUBMITTED|RETURNED|ACCEPTED|AGGREGATED|REOPENED)$", max_length = 16)]
    pub status: String,
    /// The version shown, from 1; a correction is a new version. 0 for a draft that was never submitted.
    #[schema(example = 1, minimum = 0, maximum = 1_000_000)]
    pub version: i32,
    /// The version that is published and summed.
    #[schema(minimum = 1, maximum = 1_000_000)]
    pub accepted_version: Option<i32>,
    /// Built from the accepted versions of others.
    pub is_consolidated: bool,
    /// Its figures run ahead of the end of the period.
    pub is_estimate: bool,
    /// How far the task is done; null for a report about the whole programme.
    #[schema(example = 40, minimum = 0, maximum = 100)]
    pub percent: Option<i32>,
    /// What the agency says, in its own words.
    #[schema(max_length = 20000)]
    pub narrative: String,
    /// What was produced.
    #[schema(max_items = 200)]
    pub produced: Vec<Product>,
    /// The sections of the regime's outline, by code.
    pub sections: BTreeMap<String, String>,
    /// The fields of the regime's data form, by code.
    #[schema(value_type = Object)]
    pub values: serde_json::Map<String, serde_json::Value>,
    /// The sender's own reference.
    #[schema(example = "BHP-1", max_length = 128)]
    pub external_ref: Option<String>,
    /// By which way the version came in.
    #[schema(pattern = "^(API|ON_BEHALF|PAPER|E_OFFICE)$", max_length = 16)]
    pub channel: Option<String>,
    /// When the version came in, by whatever way.
    pub received_on: Option<NaiveDate>,
    /// When the first version came in, which is what timeliness counts.
    pub first_received_on: Option<NaiveDate>,
    /// The last day on which a reopened report may be submitted again.
    pub reopened_until: Option<NaiveDate>,
    /// When this version was stored; null for a draft.
    pub submitted_at: Option<DateTime<Utc>>,
    /// The versions that a consolidated report was built from; for others, in lists, and where a report is only sent, left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 500, nullable = false)]
    pub sources: Option<Vec<ReportSource>>,
}

/// How an agency stood on a day.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AgencyThen {
    /// The day.
    pub on: NaiveDate,
    /// What it was called on the day.
    #[schema(example = "Sở Thông tin và Truyền thông", max_length = 500)]
    pub name: String,
    /// Its short name on the day; null where it had none.
    #[schema(example = "Sở TT&TT", max_length = 100)]
    pub short_name: Option<String>,
    /// Its electronic codes on the day.
    #[schema(max_items = 100)]
    pub e_codes: Vec<String>,
    /// Who headed it on the day; null where the post was vacant, or that is not known.
    pub head: Option<HeadOfAgency>,
}

impl AgencyThen {
    fn of(catalogue: &Catalogue, agency: AgencyId, on: NaiveDate) -> Option<Self> {
        let agency = catalogue.agency(agency)?;
        let Agency { name, short_name, e_codes, head, .. } = Agency::of(agency, catalogue, (on, on), Lang::Vi.into());
        Some(Self { on, name, short_name, e_codes, head })
    }
}

/// Who answers on a day for what a report is about.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AnswersNow {
    /// The day.
    pub on: NaiveDate,
    /// Code: the agency while it has the duty, or whoever it went to; null where it has no owner.
    #[schema(example = "bao-ptth-hai-phong", max_length = 64)]
    pub agency: Option<String>,
    /// What that agency is called on the day.
    #[schema(max_length = 500)]
    pub name: Option<String>,
    /// The event that moved the duty last, or left it without an owner; null where it stayed.
    pub moved_by: Option<MovedBy>,
}

/// An event that moved a duty.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MovedBy {
    /// Code of the event.
    #[schema(max_length = 64)]
    pub code: String,
    /// What happened to the agencies.
    #[schema(max_length = 32, pattern = "^(RENAME|CONSOLIDATE|MERGE|DIVIDE|SPLIT|DISSOLVE|FUNCTION_TRANSFER)$")]
    pub kind: String,
    /// The first day on which the duty was moved.
    pub effective_on: NaiveDate,
    /// Identifier of the document.
    pub basis: Uuid,
}

impl Report {
    pub fn submitted(submitted: &Submitted) -> Self {
        Self::with_codes(&submitted.report, &submitted.programme, submitted.task.as_deref(), &submitted.agency)
    }

    /// A report with the codes of what it is about, and who answers for it on a day; `task` comes from a read of its own.
    pub fn of(report: &model::Report, task: Option<&str>, catalogue: &Catalogue, (day, today): (NaiveDate, NaiveDate)) -> Self {
        let programme = catalogue.programme(report.programme).map(|programme| programme.code.to_string()).unwrap_or_default();
        let agency = catalogue.agency_code(Some(report.agency)).map(|code| code.to_string()).unwrap_or_default();
        let (first, last) = days_of(&report.period, report.year);
        let (answering, moved_by) = followed(catalogue, report.agency, (report.programme, report.task), (Some(first), day));
        Self {
            agency_name: name_on(catalogue, report.agency, last.min(today)),
            agency_then: AgencyThen::of(catalogue, report.agency, last.min(today)),
            answers_now: Some(AnswersNow {
                on: day,
                agency: catalogue.agency_code(answering).map(|code| code.to_string()),
                name: answering.and_then(|agency| name_on(catalogue, agency, day)),
                moved_by: moved_by.map(|event| MovedBy {
                    code: event.code.to_string(),
                    kind: event.kind.label().to_owned(),
                    effective_on: event.effective_on,
                    basis: event.basis.uuid(),
                }),
            }),
            ..Self::with_codes(report, &programme, task, &agency)
        }
    }

    fn with_codes(report: &model::Report, programme: &str, task: Option<&str>, agency: &str) -> Self {
        let (content, submission) = (&report.content, report.submission.as_ref());
        Self {
            id: report.id.uuid(),
            programme: programme.into(),
            task: task.map(str::to_owned),
            agency: agency.into(),
            agency_name: None,
            agency_then: None,
            answers_now: None,
            year: report.year,
            period: report.period.clone(),
            obligation: report.obligation.map(Id::uuid),
            status: report.status.label().into(),
            version: report.version,
            accepted_version: report.accepted_version,
            is_consolidated: report.is_consolidated,
            is_estimate: submission.is_some_and(|submission| submission.is_estimate),
            percent: content.percent,
            narrative: content.narrative.clone(),
            produced: content.produced.iter().map(Product::from).collect(),
            sections: content.sections.clone(),
            values: content.values.clone(),
            external_ref: report.external_ref.clone(),
            channel: submission.map(|submission| submission.channel.label().into()),
            received_on: submission.map(|submission| submission.received_on),
            first_received_on: report.first_received_on,
            reopened_until: report.reopened_until,
            submitted_at: submission.map(|submission| submission.submitted_at),
            sources: None,
        }
    }
}

/// The entity tag of a report as the caller sees it. Who only reads what is published does not learn of what goes on inside.
pub fn entity_tag(report: &model::Report) -> String {
    if report.is_inside { entity_tag_of(report.seen_revision()) } else { format!("\"v{}-{}\"", report.version, report.status.label()) }
}

/// The entity tag of a revision.
pub fn entity_tag_of(revision: i32) -> String {
    format!("\"r{revision}\"")
}

/// The revision that an entity tag names, whatever of what was shown beside it stands after the dot.
pub fn revision(tag: &str) -> Option<i32> {
    crate::condition::plain(tag.strip_prefix('r')?)
}

page!(ReportPage of Report, "A page of reports.");
