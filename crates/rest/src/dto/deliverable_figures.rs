//! Figures of the register of deliverables as everybody reads them.
//! Must not tell of rebuttals more than counts and days, nor whom commendations went to.
//! They are counted in `domain::deliverable`.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::deliverable::{CommendationSort, YearFigures};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Of which register.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct DeliverableFiguresParams {
    /// Code of the programme.
    #[param(max_length = 64)]
    pub programme: String,
    /// One year alone.
    #[param(minimum = 1945, maximum = 2200)]
    pub year: Option<i32>,
}

/// What everybody may know of the register of a programme. What is not there was not recorded, which is not nought.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeliverableFigures {
    /// By year; of a year in which nothing counts there is no entry.
    #[schema(max_items = 300)]
    pub years: Vec<DeliverableYear>,
}

/// Counts of a year.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeliverableYear {
    /// The year to which they count.
    #[schema(minimum = 1945, maximum = 2200)]
    pub year: i32,
    /// How many there are of each kind, rebuttals and commendations too.
    #[schema(max_items = 19)]
    pub kinds: Vec<LabelledCount>,
    /// Without rebuttals.
    #[schema(max_items = 3)]
    pub channels: Vec<LabelledCount>,
    /// Without rebuttals; one for several audiences counts for each.
    #[schema(max_items = 6)]
    pub audiences: Vec<LabelledCount>,
    /// Null where none is recorded.
    pub rebuttals: Option<RebuttalCounts>,
    /// Each sort apart.
    #[schema(max_items = 16)]
    pub commendations: Vec<CommendationCount>,
}

/// How many there are of something.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LabelledCount {
    /// The kind, channel or audience.
    #[schema(example = "PUBLICATION", max_length = 32)]
    pub label: String,
    /// Of those that are public and were not withdrawn.
    pub count: u64,
}

/// The rebuttal work of a year.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RebuttalCounts {
    /// False claims that were noticed in the year, of those that are public and were not withdrawn.
    pub count: u64,
    /// How many of them were answered.
    pub answered: u64,
    /// Days of the answers, ascending.
    #[schema(max_items = 100_000)]
    pub answered_on: Vec<NaiveDate>,
}

/// How many commendations of one sort there were.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CommendationCount {
    /// `CHAIR_CERTIFICATE`: bằng khen of the chairman; `DIRECTOR_CERTIFICATE`: giấy khen of a director; `EMULATION_FLAG`: cờ thi đua;
    /// `MEDAL`: kỷ niệm chương.
    #[schema(max_length = 32, pattern = "^(CHAIR_CERTIFICATE|DIRECTOR_CERTIFICATE|EMULATION_FLAG|MEDAL)$")]
    pub form: String,
    /// Whether a collective or an individual is commended.
    #[schema(max_length = 16, pattern = "^(COLLECTIVE|INDIVIDUAL)$")]
    pub recipient_kind: String,
    /// Whether whoever is commended is foreign.
    pub is_foreign: bool,
    /// Entries of the register, whatever the number of those who are commended.
    pub count: u64,
}

impl DeliverableFigures {
    pub fn of(years: &BTreeMap<i32, YearFigures>) -> Self {
        Self { years: years.iter().map(|(year, figures)| DeliverableYear::of(*year, figures)).collect() }
    }
}

impl DeliverableYear {
    fn of(year: i32, figures: &YearFigures) -> Self {
        let sort = |(sort, count): (&CommendationSort, &u64)| CommendationCount {
            form: sort.form.label().into(),
            recipient_kind: sort.recipient_kind.label().into(),
            is_foreign: sort.is_foreign,
            count: *count,
        };
        Self {
            year,
            kinds: figures.kinds.iter().map(|(of, count)| LabelledCount { label: of.label().into(), count: *count }).collect(),
            channels: figures.channels.iter().map(|(of, count)| LabelledCount { label: of.label().into(), count: *count }).collect(),
            audiences: figures.audiences.iter().map(|(of, count)| LabelledCount { label: of.label().into(), count: *count }).collect(),
            rebuttals: figures.rebuttals.as_ref().map(|of| RebuttalCounts {
                count: of.count,
                answered: of.answered,
                answered_on: of.answered_on.clone(),
            }),
            commendations: figures.commendations.iter().map(sort).collect(),
        }
    }
}
