//! Rows of programmes, groups, objectives, tasks with their assignments and occurrences, and targets.
//! Must not differ from the tables; enumerations are kept as their labels here and parsed by the aggregates.
//! The trait behind `synced!` is in the parent module.

use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::{DbId, synced};
use crate::schema::{assignments, objectives, occurrences, programmes, targets, task_groups, tasks};

#[derive(AsChangeset, Clone, Debug, Deserialize, Insertable, Queryable, Selectable, Serialize)]
#[diesel(table_name = programmes, treat_none_as_null = true)]
pub struct ProgrammeRow {
    pub id: DbId,
    pub code: String,
    pub title: String,
    pub start_year: i32,
    pub end_year: i32,
    pub midpoint_year: Option<i32>,
    pub midpoint_note: Option<String>,
    pub period_as_written: String,
    pub scope: Option<String>,
    pub decision_id: DbId,
    pub parent_document_id: Option<DbId>,
    pub reports_to_id: Option<DbId>,
    pub steering_committee_id: Option<DbId>,
    pub standing_agency_id: Option<DbId>,
    pub accountable_as_written: Option<String>,
    pub funding: Option<String>,
    pub annual_due_month: i32,
    pub annual_due_day: i32,
    pub marks_self_decisions: bool,
    pub valid_from: Option<NaiveDate>,
}
synced!(ProgrammeRow, programmes, "programme", key ["code"], ignored ["id", "valid_from"], by id);

#[derive(AsChangeset, Clone, Debug, Deserialize, Insertable, Queryable, Selectable, Serialize)]
#[diesel(table_name = task_groups, treat_none_as_null = true)]
pub struct TaskGroupRow {
    pub id: DbId,
    pub programme_id: DbId,
    pub code: String,
    pub rank: i32,
    pub title: String,
    pub section: Option<String>,
    pub valid_from: Option<NaiveDate>,
    pub valid_to: Option<NaiveDate>,
}
synced!(TaskGroupRow, task_groups, "taskGroup", key ["code"], ignored ["id", "valid_from", "valid_to"], by id);

#[derive(AsChangeset, Clone, Debug, Deserialize, Insertable, Queryable, Selectable, Serialize)]
#[diesel(table_name = objectives, treat_none_as_null = true)]
pub struct ObjectiveRow {
    pub id: DbId,
    pub programme_id: DbId,
    pub code: String,
    pub rank: i32,
    pub kind: String,
    pub text: String,
    pub group_id: Option<DbId>,
    pub due_year: Option<i32>,
    pub note: Option<String>,
    pub valid_from: Option<NaiveDate>,
    pub valid_to: Option<NaiveDate>,
}
synced!(ObjectiveRow, objectives, "objective", key ["code"], ignored ["id", "valid_from", "valid_to"], by id);

#[derive(AsChangeset, Clone, Debug, Deserialize, Insertable, Queryable, Selectable, Serialize)]
#[diesel(table_name = tasks, treat_none_as_null = true)]
pub struct TaskRow {
    pub id: DbId,
    pub programme_id: DbId,
    pub group_id: DbId,
    pub code: String,
    pub number: i32,
    pub rank: i32,
    pub title: String,
    pub title_folded: String,
    /// Words that were kept before titles were sorted so have none.
    #[serde(default)]
    pub title_key: String,
    pub recurrence: String,
    pub period_as_written: String,
    pub start_year: i32,
    pub end_year: i32,
    pub period_note: Option<String>,
    pub lead_as_written: String,
    pub coordinating_as_written: String,
    pub note: Option<String>,
    pub period_rule: Option<String>,
    pub period_start_on: Option<NaiveDate>,
    pub period_end_on: Option<NaiveDate>,
    pub valid_from: Option<NaiveDate>,
    pub valid_to: Option<NaiveDate>,
}
synced!(TaskRow, tasks, "task", key ["code"], ignored ["id", "valid_from", "valid_to"], by id);

#[derive(AsChangeset, Clone, Debug, Insertable, Queryable, Selectable, Serialize)]
#[diesel(table_name = assignments, treat_none_as_null = true)]
pub struct AssignmentRow {
    pub id: DbId,
    pub task_id: DbId,
    pub agency_id: DbId,
    pub role: String,
    pub rank: i32,
    pub valid_from: NaiveDate,
    pub valid_to: Option<NaiveDate>,
    pub basis_document_id: DbId,
}
synced!(AssignmentRow, assignments, "assignment", key ["task_id", "role", "agency_id", "valid_from"], ignored ["id", "valid_to"], by id);

#[derive(AsChangeset, Clone, Debug, Insertable, Queryable, Selectable, Serialize)]
#[diesel(table_name = occurrences, treat_none_as_null = true)]
pub struct OccurrenceRow {
    pub id: DbId,
    pub task_id: DbId,
    pub year: i32,
    pub status: String,
    pub due_on: Option<NaiveDate>,
    pub original_due_on: Option<NaiveDate>,
    pub completed_on: Option<NaiveDate>,
    pub revision: i32,
    pub valid_from: Option<NaiveDate>,
}
synced!(
    OccurrenceRow, occurrences, "occurrence", key ["task_id", "year"],
    ignored ["id", "status", "due_on", "original_due_on", "completed_on", "revision", "valid_from"], by id
);

#[derive(AsChangeset, Clone, Debug, Deserialize, Insertable, Queryable, Selectable, Serialize)]
#[diesel(table_name = targets, treat_none_as_null = true)]
pub struct TargetRow {
    pub id: DbId,
    pub programme_id: DbId,
    pub objective_id: Option<DbId>,
    pub task_id: Option<DbId>,
    pub code: String,
    pub rank: i32,
    pub section: String,
    pub text: String,
    pub comparator: String,
    pub unit: Option<String>,
    pub value_min: Option<i64>,
    pub value_max: Option<i64>,
    pub due_year: Option<i32>,
    pub numerator: Option<String>,
    pub denominator: Option<String>,
    pub scope: Option<String>,
    pub note: Option<String>,
    pub valid_from: Option<NaiveDate>,
    pub valid_to: Option<NaiveDate>,
}
synced!(TargetRow, targets, "target", key ["code"], ignored ["id", "valid_from", "valid_to"], by id);
