//! Batches of reports: a row as it is sent, and what became of all of them.
//! Must not say more of a row than its sender may know.
//! How rows are read from each format is `crate::batch`.

use std::collections::BTreeMap;

use app::report::{self as app_report, BatchOutcome, Expected, Rehearsed, Stored, StoredKind};
use chrono::{DateTime, Utc};
use domain::error::{Code, Fault};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{NewReport, Product, entity_tag_of, revision};
use crate::{
    batch::{MAX_FAULTS, Media, column_of},
    problem::ProblemMessage,
};

/// How a batch is to be taken.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct BatchParams {
    /// Everything is done and undone; the answer tells every fault of every row, and gives a token that vouches for what was found.
    pub dry_run: Option<bool>,
    /// All rows or none, which is meant where nothing is said; `false`: each row for itself.
    pub atomic: Option<bool>,
}

/// A report of a batch; in a table the columns are named as the fields, with points: `values.CODE`, `sections.CODE`,
/// `produced.1.description`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct BatchRow {
    /// Code of the programme.
    #[schema(example = "HP-1593-2013", min_length = 1, max_length = 64, pattern = r"^[^\x00]*$")]
    pub programme: String,
    /// Code of the task within the programme. Needed, unless a regime is named that wants reports about the whole programme.
    #[schema(example = "V.2", min_length = 1, max_length = 64, pattern = r"^[^\x00]*$")]
    pub task: Option<String>,
    /// A year in which the task is carried out.
    #[schema(example = 2014, minimum = 1945, maximum = 2200)]
    pub year: i32,
    /// Code of the agency. Not needed; if given, it must be the caller's own.
    #[schema(example = "bao-hai-phong", min_length = 1, max_length = 64)]
    pub agency: Option<String>,
    /// The period that it is about, as `2019`, `2019-Q2`, `2019-H1`, `2019-9M` or `2019-M04`; the year where nothing is said.
    /// Where a regime is named whose reports are asked for, the label of the request.
    #[schema(example = "2014", min_length = 1, max_length = 64, pattern = r"^[^\x00]*$")]
    pub period: Option<String>,
    /// Code of the reporting regime that it answers to. Where none is named, the ordinary one for the task and period is meant.
    #[schema(min_length = 2, max_length = 64, pattern = r"^[^\x00]*$")]
    pub regime: Option<String>,
    /// How far the task is done. Needed for a report about a task.
    #[schema(example = 40, minimum = 0, maximum = 100)]
    pub percent: Option<i32>,
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
    /// The sections of the regime's outline, by code.
    #[serde(default)]
    pub sections: BTreeMap<String, String>,
    /// The fields of the regime's data form, by code. In a table, numbers may be written as in Vietnamese: `1.234,5 triệu đồng`.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub values: Map<String, Value>,
    /// The sender's own reference, unique within its agency. Where there is a report under it, the row is a change of that.
    #[schema(example = "BHP-1", min_length = 1, max_length = 128, pattern = r"^[\x21-\x7e]+$")]
    pub external_ref: Option<String>,
    /// The entity tag of the report as it was read; needed for a change.
    #[schema(example = "r1", min_length = 1, max_length = 64)]
    pub if_match: Option<String>,
}

impl BatchRow {
    /// The report of a row, and what the row expects to find, or why that is never found.
    pub fn split(self) -> (app_report::NewReport, Result<Expected, Fault>) {
        let tag = self.if_match.as_deref().map(|tag| tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"')).unwrap_or(tag));
        let expected = match tag {
            None => Ok(Expected::Nothing),
            // A tag that no revision has is of a state that is gone.
            Some(tag) => revision(tag).map(Expected::Revision).ok_or_else(|| Fault::new("/ifMatch", Code::PreconditionFailed)),
        };
        let new = NewReport {
            programme: self.programme,
            task: self.task,
            year: self.year,
            agency: self.agency,
            period: self.period,
            regime: self.regime,
            percent: self.percent,
            narrative: self.narrative,
            produced: self.produced,
            sections: self.sections,
            values: self.values,
            external_ref: self.external_ref,
        };
        (new.into(), expected)
    }
}

/// What became of a batch, or would become of it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BatchResult {
    /// Nothing was stored.
    pub dry_run: bool,
    /// All rows or none.
    pub atomic: bool,
    #[schema(maximum = 10_000)]
    pub created: usize,
    #[schema(maximum = 10_000)]
    pub changed: usize,
    /// They say what is stored already.
    #[schema(maximum = 10_000)]
    pub unchanged: usize,
    #[schema(maximum = 10_000)]
    pub refused: usize,
    /// One for each row, in their order.
    #[schema(max_items = 10_000)]
    pub rows: Vec<BatchRowResult>,
    /// Every fault of every row, up to 50,000.
    #[schema(max_items = 50_000)]
    pub faults: Vec<BatchFault>,
    /// How many faults there are.
    #[schema(maximum = 1_000_000)]
    pub fault_count: usize,
    /// Vouches for the outcome of a dry run: a commit of the same content by the same caller that carries it as `Validation-Token`
    /// does what was told here, or is refused. Null where nothing would be stored.
    #[schema(max_length = 2000)]
    pub validation_token: Option<String>,
    /// Until when the token holds.
    pub valid_until: Option<DateTime<Utc>>,
}

/// What became of a row.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BatchRowResult {
    /// From 1.
    #[schema(minimum = 1, maximum = 10_000)]
    pub row: usize,
    #[schema(pattern = "^(CREATED|CHANGED|UNCHANGED|REFUSED)$", max_length = 16)]
    pub outcome: &'static str,
    /// The report; null where there is none, or none yet.
    pub id: Option<Uuid>,
    /// Its entity tag, for a change.
    #[schema(example = "\"r1\"", max_length = 64)]
    pub etag: Option<String>,
    #[schema(max_length = 128)]
    pub external_ref: Option<String>,
}

/// One thing wrong with a row, and where.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BatchFault {
    /// From 1, without the head of a table and empty lines.
    #[schema(minimum = 1, maximum = 10_000)]
    pub row: usize,
    /// Where the row stands in the file: its line or the row of the sheet; null in an array.
    #[schema(minimum = 1, maximum = 100_000_000)]
    pub line: Option<u32>,
    /// The column of a table; null for the whole row.
    #[schema(example = "values.so_luot", max_length = 500)]
    pub column: Option<String>,
    /// JSON pointer (RFC 6901) into the row; empty for the whole of it.
    #[schema(example = "/values/so_luot", max_length = 500)]
    pub pointer: String,
    /// Stable.
    #[schema(example = "NUMBER_AMBIGUOUS", max_length = 64)]
    pub code: String,
    pub message: ProblemMessage,
}

impl BatchResult {
    /// What was stored.
    pub fn done(outcome: &BatchOutcome, media: Media, atomic: bool) -> Self {
        let rows = outcome.rows.iter().enumerate().map(|(i, row)| match &row.stored {
            Ok(Stored { kind, id, revision, external_ref }) => BatchRowResult {
                row: i + 1,
                outcome: label(*kind),
                id: Some(id.uuid()),
                etag: Some(entity_tag_of(*revision)),
                external_ref: external_ref.clone(),
            },
            Err(_) => BatchRowResult { row: i + 1, outcome: "REFUSED", id: None, etag: None, external_ref: None },
        });
        let fault = |(i, fault): (usize, &Fault)| BatchFault {
            row: i + 1,
            line: outcome.rows.get(i).and_then(|row| row.line),
            column: column_of(&fault.pointer).filter(|_| media.is_table()),
            pointer: fault.pointer.clone(),
            code: fault.code.label().into(),
            message: ProblemMessage::from(&fault.message),
        };
        Self {
            dry_run: false,
            atomic,
            created: outcome.count(StoredKind::Created),
            changed: outcome.count(StoredKind::Changed),
            unchanged: outcome.count(StoredKind::Unchanged),
            refused: outcome.refused(),
            rows: rows.collect(),
            faults: outcome.faults().take(MAX_FAULTS).map(fault).collect(),
            fault_count: outcome.faults().count(),
            validation_token: None,
            valid_until: None,
        }
    }

    /// What would be stored. A report that is not there yet has no identifier.
    pub fn rehearsed(rehearsed: Rehearsed, media: Media, atomic: bool) -> Self {
        let (validation_token, valid_until) = rehearsed.token.unzip();
        let mut result = Self { dry_run: true, validation_token, valid_until, ..Self::done(&rehearsed.outcome, media, atomic) };
        for row in result.rows.iter_mut().filter(|row| row.outcome == label(StoredKind::Created)) {
            (row.id, row.etag) = (None, None);
        }
        result
    }
}

const fn label(kind: StoredKind) -> &'static str {
    match kind {
        StoredKind::Created => "CREATED",
        StoredKind::Changed => "CHANGED",
        StoredKind::Unchanged => "UNCHANGED",
    }
}
