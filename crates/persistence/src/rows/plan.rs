//! Rows of measures, responsibilities, channels, funding sources and the known defects of the text.
//! Must not differ from the tables; enumerations are kept as their labels here and parsed by the aggregates.
//! The trait behind `synced!` is in the parent module.

use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::{DbId, synced};
use crate::schema::{
    channels, funding_sources, known_issue_tasks, known_issues, measure_targets, measure_tasks, measures, responsibilities,
    responsibility_agencies,
};

#[derive(AsChangeset, Clone, Debug, Deserialize, Insertable, Queryable, Selectable, Serialize)]
#[diesel(table_name = measures, treat_none_as_null = true)]
pub struct MeasureRow {
    pub id: DbId,
    pub programme_id: DbId,
    pub code: String,
    pub rank: i32,
    pub text: String,
    pub note: Option<String>,
    pub valid_from: Option<NaiveDate>,
    pub valid_to: Option<NaiveDate>,
}
synced!(MeasureRow, measures, "measure", key ["code"], ignored ["id", "valid_from", "valid_to"], by id);

#[derive(Clone, Debug, Deserialize, Insertable, Queryable, Selectable, Serialize)]
#[diesel(table_name = measure_tasks)]
pub struct MeasureTaskRow {
    pub measure_id: DbId,
    pub task_id: DbId,
    pub rank: i32,
    pub certainty: String,
    /// Where it stood when the measure got the words that it has.
    #[serde(default)]
    pub first_rank: i32,
}
synced!(MeasureTaskRow, measure_tasks, "measureTask", key ["measure_id", "task_id"], ignored ["first_rank"], by (measure_id, task_id));

#[derive(Clone, Debug, Deserialize, Insertable, Queryable, Selectable, Serialize)]
#[diesel(table_name = measure_targets)]
pub struct MeasureTargetRow {
    pub measure_id: DbId,
    pub target_id: DbId,
    pub rank: i32,
    /// Where it stood when the measure got the words that it has.
    #[serde(default)]
    pub first_rank: i32,
}
synced!(MeasureTargetRow, measure_targets, "measureTarget", key ["measure_id", "target_id"], ignored ["first_rank"], by (measure_id, target_id));

#[derive(AsChangeset, Clone, Debug, Deserialize, Insertable, Queryable, Selectable, Serialize)]
#[diesel(table_name = responsibilities, treat_none_as_null = true)]
pub struct ResponsibilityRow {
    pub id: DbId,
    pub programme_id: DbId,
    pub agency_id: DbId,
    pub code: String,
    pub rank: i32,
    pub role: String,
    pub text: String,
    pub recurrence: Option<String>,
    pub produces: Option<String>,
    pub note: Option<String>,
    pub valid_from: Option<NaiveDate>,
    pub valid_to: Option<NaiveDate>,
}
synced!(ResponsibilityRow, responsibilities, "responsibility", key ["code"], ignored ["id", "valid_from", "valid_to"], by id);

#[derive(Clone, Debug, Deserialize, Insertable, Queryable, Selectable, Serialize)]
#[diesel(table_name = responsibility_agencies)]
pub struct ResponsibilityAgencyRow {
    pub responsibility_id: DbId,
    pub agency_id: DbId,
    pub relation: String,
    pub rank: i32,
}
synced!(ResponsibilityAgencyRow, responsibility_agencies, "responsibilityAgency", key ["responsibility_id", "relation", "agency_id"], ignored [], by (responsibility_id, relation, agency_id));

#[derive(AsChangeset, Clone, Debug, Insertable, Queryable, Selectable, Serialize)]
#[diesel(table_name = channels, treat_none_as_null = true)]
pub struct ChannelRow {
    pub id: DbId,
    pub programme_id: DbId,
    pub operator_id: Option<DbId>,
    pub code: String,
    pub rank: i32,
    pub name: String,
    pub note: Option<String>,
}
synced!(ChannelRow, channels, "channel", key ["code"], ignored ["id"], by id);

#[derive(AsChangeset, Clone, Debug, Insertable, Queryable, Selectable, Serialize)]
#[diesel(table_name = funding_sources, treat_none_as_null = true)]
pub struct FundingSourceRow {
    pub id: DbId,
    pub programme_id: DbId,
    pub code: String,
    pub rank: i32,
    pub name: String,
    pub note: Option<String>,
}
synced!(FundingSourceRow, funding_sources, "fundingSource", key ["code"], ignored ["id"], by id);

#[derive(AsChangeset, Clone, Debug, Insertable, Queryable, Selectable, Serialize)]
#[diesel(table_name = known_issues, treat_none_as_null = true)]
pub struct KnownIssueRow {
    pub id: DbId,
    pub programme_id: DbId,
    pub rank: i32,
    pub location: String,
    pub as_written: Option<String>,
    pub read_as: Option<String>,
    pub note: Option<String>,
}
synced!(KnownIssueRow, known_issues, "knownIssue", key ["location"], ignored ["id"], by id);

#[derive(Clone, Debug, Insertable, Queryable, Selectable, Serialize)]
#[diesel(table_name = known_issue_tasks)]
pub struct KnownIssueTaskRow {
    pub known_issue_id: DbId,
    pub task_id: DbId,
}
synced!(KnownIssueTaskRow, known_issue_tasks, "knownIssueTask", key ["known_issue_id", "task_id"], ignored [], by (known_issue_id, task_id));
