//! Rows of working years, special days, reporting regimes and clocks of the law.
//! Must not differ from the tables; enumerations are kept as their labels here and parsed by `calendar`.
//! The trait behind `synced!` is in the parent module.

use chrono::NaiveDate;
use diesel::prelude::*;
use serde::Serialize;

use super::{DbId, synced};
use crate::schema::{personal_clocks, regime_agencies, regimes, special_days, working_years};

#[derive(AsChangeset, Clone, Debug, Insertable, Queryable, Selectable, Serialize)]
#[diesel(table_name = working_years, primary_key(year), treat_none_as_null = true)]
pub struct WorkingYearRow {
    pub year: i32,
    pub source: String,
    pub to_confirm: bool,
    pub basis_document_id: Option<DbId>,
    pub section: Option<String>,
    pub quote: Option<String>,
}
synced!(WorkingYearRow, working_years, "workingYear", key ["year"], ignored [], by year);

#[derive(AsChangeset, Clone, Debug, Insertable, Queryable, Selectable, Serialize)]
#[diesel(table_name = special_days, primary_key(day))]
pub struct SpecialDayRow {
    pub day: NaiveDate,
    pub year: i32,
    pub kind: String,
    pub name: String,
}
synced!(SpecialDayRow, special_days, "specialDay", key ["day"], ignored [], by day);

#[derive(AsChangeset, Clone, Debug, Insertable, Queryable, Selectable, Serialize)]
#[diesel(table_name = regimes, treat_none_as_null = true)]
pub struct RegimeRow {
    pub id: DbId,
    pub code: String,
    pub name: String,
    pub programme_id: Option<DbId>,
    pub kind: String,
    pub subject: String,
    pub frequency: Option<String>,
    pub window_day: Option<i32>,
    pub window_months_before: Option<i32>,
    pub due_rule: Option<String>,
    pub due_month_offset: Option<i32>,
    pub due_day: Option<i32>,
    pub due_working_days: Option<i32>,
    pub due_rolls: bool,
    pub is_estimate: bool,
    pub obliged_roles: Option<String>,
    pub receiver_id: Option<DbId>,
    pub outline: String,
    pub form: String,
    pub chasing: String,
    pub basis_document_id: Option<DbId>,
    pub basis_as_written: String,
    pub valid_from: NaiveDate,
    pub valid_to: Option<NaiveDate>,
    pub note: Option<String>,
    pub section: Option<String>,
    pub quote: Option<String>,
}
synced!(RegimeRow, regimes, "regime", key ["code", "valid_from"], ignored ["id"], by id);

#[derive(Clone, Debug, Insertable, Queryable, Selectable, Serialize)]
#[diesel(table_name = regime_agencies)]
pub struct RegimeAgencyRow {
    pub regime_id: DbId,
    pub agency_id: DbId,
    pub rank: i32,
}
synced!(RegimeAgencyRow, regime_agencies, "regimeAgency", key ["regime_id", "agency_id"], ignored [], by (regime_id, agency_id));

#[derive(Clone, Debug, Insertable, Queryable, Selectable, Serialize)]
#[diesel(table_name = personal_clocks, treat_none_as_default_value = false)]
pub struct PersonalClockRow {
    pub kind: String,
    pub valid_from: NaiveDate,
    pub valid_to: Option<NaiveDate>,
    pub basis: String,
    pub acknowledge_working_days: Option<i32>,
    pub act_hours: Option<i32>,
    pub act_days: Option<i32>,
    pub act_days_third_party: Option<i32>,
    pub extension_days: Option<i32>,
    pub rolls: bool,
    pub to_confirm: bool,
}
synced!(PersonalClockRow, personal_clocks, "personalClock", key ["kind", "valid_from"], ignored [], by (kind, valid_from));
