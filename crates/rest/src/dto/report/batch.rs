//! Batches of reports: what a row expects, and what became of all of them. A row as it is sent stands in `write`.
//! Must not say more of a row than its sender may know.
//! How rows are read from each format is `crate::batch`.

use app::report::{self as app_report, BatchOutcome, Expected, Rehearsed, Stored, StoredKind};
use chrono::{DateTime, Utc};
use domain::error::{Code, Fault};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{BatchRow, entity_tag_of, revision};
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

impl BatchRow {
    /// The report of a row, and what the row expects to find, or why that is never found.
    pub fn split(self) -> (app_report::NewReport, Result<Expected, Fault>) {
        let tag = self.if_match.as_deref().map(|tag| tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"')).unwrap_or(tag));
        let expected = match tag {
            None => Ok(Expected::Nothing),
            // A tag that no revision has is of a state that is gone.
            Some(tag) => {
                revision(tag).map(|seen| Expected::Revision(seen.into())).ok_or_else(|| Fault::new("/ifMatch", Code::PreconditionFailed))
            }
        };
        (self.into(), expected)
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
    /// Rows that make a new report.
    #[schema(maximum = 10_000)]
    pub created: usize,
    /// Rows that submit a report again.
    #[schema(maximum = 10_000)]
    pub changed: usize,
    /// They say what is stored already.
    #[schema(maximum = 10_000)]
    pub unchanged: usize,
    /// Rows that have faults.
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
    /// CREATED, CHANGED, UNCHANGED where it says what is stored already, or REFUSED.
    #[schema(pattern = "^(CREATED|CHANGED|UNCHANGED|REFUSED)$", max_length = 16)]
    pub outcome: &'static str,
    /// The report; null where there is none, or none yet.
    pub id: Option<Uuid>,
    /// Its entity tag, for a change.
    #[schema(example = "\"r1\"", max_length = 64)]
    pub etag: Option<String>,
    /// The sender's own reference; null where it gave none, or the row was refused.
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
