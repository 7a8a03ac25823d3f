//! What was submitted and done before, as clients read it.
//! Must not name people to those who only read what is published.
//! The use cases are `app::report`.

use std::collections::{BTreeMap, HashMap};

use app::report::Similar;
use chrono::{DateTime, NaiveDate, Utc};
use domain::{account::AccountId, report as model};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::{
    ToSchema,
    openapi::{Object, ObjectBuilder, Type, schema::SchemaType},
};
use uuid::Uuid;

use super::{Product, write::Remark};

/// Names of accounts; empty for those who only read what is published.
pub type Names = HashMap<AccountId, String>;

/// A version that was submitted. It is never changed.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ReportVersion)]
pub struct ReportVersionBody {
    /// From 1.
    #[schema(minimum = 1, maximum = 1_000_000)]
    pub version: i32,
    /// How far the task is done, 0 to 100; null for a report about the whole programme.
    #[schema(minimum = 0, maximum = 100)]
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
    pub values: Map<String, Value>,
    /// Its figures run ahead of the end of the period.
    pub is_estimate: bool,
    /// By which way it came in.
    #[schema(pattern = "^(API|ON_BEHALF|PAPER|E_OFFICE)$", max_length = 16)]
    pub channel: String,
    /// When it came in, by whatever way.
    pub received_on: NaiveDate,
    /// When it was stored.
    pub submitted_at: DateTime<Utc>,
    /// Who wrote it; for the agency and those who follow it.
    #[schema(max_length = 200)]
    pub author: Option<String>,
    /// Who let it go in the agency.
    #[schema(max_length = 200)]
    pub approver: Option<String>,
    /// Who sent or entered it.
    #[schema(max_length = 200)]
    pub submitted_by: Option<String>,
    /// The versions that a consolidated report was built from; empty for others.
    #[schema(max_items = 500)]
    pub sources: Vec<ReportSource>,
}

impl ReportVersionBody {
    pub fn of(version: &model::ReportVersion, names: &Names, sources: &Sources) -> Self {
        let (content, submission) = (&version.content, &version.submission);
        Self {
            version: version.number,
            percent: content.percent,
            narrative: content.narrative.clone(),
            produced: content.produced.iter().map(Product::from).collect(),
            sections: content.sections.clone(),
            values: content.values.clone(),
            is_estimate: submission.is_estimate,
            channel: submission.channel.label().into(),
            received_on: submission.received_on,
            submitted_at: submission.submitted_at,
            author: names.get(&submission.author).cloned(),
            approver: submission.approver.and_then(|account| names.get(&account).cloned()),
            submitted_by: names.get(&submission.submitted_by).cloned(),
            sources: ReportSource::of(sources, version.number),
        }
    }
}

/// A version of a report from which another was built.
#[derive(Serialize, ToSchema)]
pub struct ReportSource {
    /// The report's identifier.
    pub report: Uuid,
    /// The version that was the accepted one then.
    #[schema(minimum = 1, maximum = 1_000_000)]
    pub version: i32,
}

/// What versions of reports were built from: version, source and its version.
pub type Sources = [(i32, model::ReportId, i32)];

impl ReportSource {
    /// What a version was built from.
    pub fn of(sources: &Sources, version: i32) -> Vec<Self> {
        let of = sources.iter().filter(|(built, _, _)| *built == version);
        of.map(|(_, report, version)| Self { report: report.uuid(), version: *version }).collect()
    }
}

/// The versions of a report, from the first on.
#[derive(Serialize, ToSchema)]
pub struct ReportVersions {
    #[schema(max_items = 1000)]
    pub items: Vec<ReportVersionBody>,
}

/// A field that differs from the version before.
#[derive(Serialize, ToSchema)]
pub struct VersionChange {
    /// JSON pointer into the report; `/files/N` for a file, N its place in the version that has it.
    #[schema(example = "/percent", max_length = 500)]
    pub pointer: String,
    /// Null where it was not there.
    #[schema(schema_with = anything)]
    pub before: Value,
    /// Null where it is not there any more.
    #[schema(schema_with = anything)]
    pub after: Value,
}

/// Any value of JSON, said type by type: an empty schema is none to some readers.
fn anything() -> Object {
    let types = [Type::Null, Type::Number, Type::String, Type::Object];
    let said = "What stands at the pointer: a text, number or object; null where nothing does.";
    ObjectBuilder::new().schema_type(SchemaType::from_iter(types)).description(Some(said)).build()
}

/// How a version differs from the one before; the first from nothing.
#[derive(Serialize, ToSchema)]
pub struct VersionChanges {
    #[schema(max_items = 1000)]
    pub items: Vec<VersionChange>,
}

/// Something that was done with a report.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ReportEvent)]
pub struct ReportEventBody {
    pub id: Uuid,
    /// When it was done.
    pub at: DateTime<Utc>,
    /// What was done.
    #[schema(pattern = "^(SUBMITTED|RETURNED|ACCEPTED|AGGREGATED|REOPENED)$", max_length = 16)]
    pub act: String,
    /// The version that it is about.
    #[schema(minimum = 1, maximum = 1_000_000)]
    pub version: i32,
    /// Why it was returned or reopened; null for other acts.
    #[schema(max_length = 5000)]
    pub reason: Option<String>,
    /// What is to be mended, and where.
    #[schema(max_items = 200)]
    pub remarks: Vec<Remark>,
    /// The last day to submit again.
    pub until: Option<NaiveDate>,
    /// Who did it.
    #[schema(max_length = 200)]
    pub by: Option<String>,
    /// Somebody decided in their own matter, as the programme lets them.
    pub self_decided: bool,
}

impl ReportEventBody {
    pub fn of(event: &model::ReportEvent, names: &Names) -> Self {
        let remarks = event.remarks.iter();
        Self {
            id: event.id.uuid(),
            at: event.at,
            act: event.kind.label().into(),
            version: event.version,
            reason: event.reason.clone(),
            remarks: remarks.map(|remark| Remark { pointer: remark.pointer.clone(), text: remark.text.clone() }).collect(),
            until: event.until,
            by: names.get(&event.account).cloned(),
            self_decided: event.is_self_decided,
        }
    }
}

/// What was done with a report, in order.
#[derive(Serialize, ToSchema)]
pub struct ReportEvents {
    #[schema(max_items = 1000)]
    pub items: Vec<ReportEventBody>,
}

/// A report that another resembles.
#[derive(Serialize, ToSchema)]
pub struct SimilarReport {
    pub id: Uuid,
    /// Code of the agency whose report it is.
    #[schema(max_length = 64)]
    pub agency: String,
    /// The year of the period that it is about.
    #[schema(minimum = 1945, maximum = 2200)]
    pub year: i32,
    /// Share of runs of three words that both have, in whole per cent.
    #[schema(minimum = 0, maximum = 100)]
    pub percent: u8,
}

impl SimilarReport {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // between 0 and 100
    pub fn of(similar: &Similar, agency: &str) -> Self {
        Self {
            id: similar.report.id.uuid(),
            agency: agency.into(),
            year: similar.report.year,
            percent: (similar.resemblance * 100.0).round() as u8,
        }
    }
}

/// The reports that a report resembles most.
#[derive(Serialize, ToSchema)]
pub struct SimilarReports {
    #[schema(max_items = 10)]
    pub items: Vec<SimilarReport>,
}
