//! Reports: what an agency says of a task in a year, or of a programme in a period, version by version.
//! A submitted version is never changed; a correction is a new version.
//! How a report moves is `state`, whether it fits what it names `check`, how two versions differ `diff`.

pub mod diff;
pub mod fit;
pub mod similarity;
pub mod state;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    account::AccountId,
    agency::AgencyId,
    id::Id,
    labels::labelled_enum,
    obligation::ObligationId,
    programme::ProgrammeId,
    task::{Occurrence, TaskId},
};

pub type ReportId = Id<Report>;

labelled_enum! {
    /// Where a report stands with those who write and review it.
    pub enum ReportStatus {
        /// Being written; nobody but its agency knows of it.
        Draft = "DRAFT",
        Submitted = "SUBMITTED",
        /// Given back to be mended.
        Returned = "RETURNED",
        /// Published and summed from here on.
        Accepted = "ACCEPTED",
        /// Taken into a consolidated report.
        Aggregated = "AGGREGATED",
        /// Open once more until a day; what was accepted counts until a new version is.
        Reopened = "REOPENED",
    }
}

labelled_enum! {
    /// By which way a version came in.
    pub enum Channel {
        /// The agency's own system or people.
        Api = "API",
        /// Entered by another for the agency.
        OnBehalf = "ON_BEHALF",
        /// Received on paper and entered here.
        Paper = "PAPER",
        /// Received through the document exchange of the administration.
        EOffice = "E_OFFICE",
    }
}

labelled_enum! {
    /// What was done with a report.
    pub enum ReportEventKind {
        Submitted = "SUBMITTED",
        Returned = "RETURNED",
        Accepted = "ACCEPTED",
        Aggregated = "AGGREGATED",
        Reopened = "REOPENED",
    }
}

/// Something that was produced, e.g. two publications.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    pub description: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}

/// A report as one caller sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    pub id: ReportId,
    pub programme: ProgrammeId,
    /// Absent for a report about the whole programme.
    pub task: Option<TaskId>,
    pub occurrence: Option<Id<Occurrence>>,
    /// What it answers to.
    pub obligation: Option<ObligationId>,
    /// The sender named the regime that it answers to, and fills in its form.
    pub names_regime: bool,
    pub agency: AgencyId,
    pub year: i32,
    /// E.g. 2019-Q2; the year where nothing else was said.
    pub period: String,
    pub external_ref: Option<String>,
    pub is_consolidated: bool,
    /// To those who only read what is published: what it is to them.
    pub status: ReportStatus,
    /// The version that is shown; 0 for a draft that was never submitted.
    pub version: i32,
    pub accepted_version: Option<i32>,
    /// What it is to those who only read what is published.
    pub public_status: Option<ReportStatus>,
    pub first_received_on: Option<NaiveDate>,
    pub reopened_until: Option<NaiveDate>,
    /// Counts every change.
    pub revision: i32,
    /// How many of these the caller does not see: what the agency wrote between two versions is its own.
    pub hidden_revisions: i32,
    pub created_by: AccountId,
    pub created_at: DateTime<Utc>,
    /// Of the version that is shown, or of the draft.
    pub content: ReportContent,
    /// How the version that is shown came in.
    pub submission: Option<Submission>,
    /// The caller sees it by role, not because it is published.
    pub is_inside: bool,
}

impl Report {
    /// Counts the changes that the caller may see.
    pub fn seen_revision(&self) -> i32 {
        self.revision - self.hidden_revisions
    }

    /// Where it stands, as far as the next act depends on it. `estimates_until` is the day up to which its regime estimates.
    pub fn standing(&self, estimates_until: Option<NaiveDate>) -> state::Standing {
        let is_estimate = self.submission.as_ref().is_some_and(|submission| submission.is_estimate);
        state::Standing {
            status: self.status,
            version: self.version,
            accepted_version: self.accepted_version,
            reopened_until: self.reopened_until,
            estimate_until: estimates_until.filter(|_| is_estimate),
        }
    }
}

/// What a version says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReportContent {
    /// 0 to 100; absent for a report about the whole programme.
    pub percent: Option<i32>,
    pub narrative: String,
    pub produced: Vec<Product>,
    /// The sections of the outline, by code.
    pub sections: BTreeMap<String, String>,
    /// The fields of the data form, by code.
    pub values: Map<String, Value>,
}

/// How a version came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// Its figures run ahead of the end of the period.
    pub is_estimate: bool,
    pub channel: Channel,
    /// What timeliness counts.
    pub received_on: NaiveDate,
    pub author: AccountId,
    /// Who let it go in the agency; absent where another entered it.
    pub approver: Option<AccountId>,
    pub submitted_by: AccountId,
    pub submitted_at: DateTime<Utc>,
}

/// A version that was submitted.
#[derive(Clone, Debug, PartialEq)]
pub struct ReportVersion {
    pub report: ReportId,
    pub number: i32,
    pub content: ReportContent,
    pub submission: Submission,
}

/// What is being written.
#[derive(Clone, Debug, PartialEq)]
pub struct ReportDraft {
    pub report: ReportId,
    pub content: ReportContent,
    pub author: AccountId,
    pub saved_at: DateTime<Utc>,
}

/// What is to be mended, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    /// JSON pointer into the content; empty for the whole of it.
    pub pointer: String,
    pub text: String,
}

/// Something done with a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportEvent {
    pub id: Id<ReportEvent>,
    pub report: ReportId,
    pub version: i32,
    pub kind: ReportEventKind,
    pub reason: Option<String>,
    pub remarks: Vec<Remark>,
    /// The last day to submit again.
    pub until: Option<NaiveDate>,
    pub account: AccountId,
    pub at: DateTime<Utc>,
    pub is_self_decided: bool,
}
