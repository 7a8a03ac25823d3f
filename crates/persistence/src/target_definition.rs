//! How targets are measured, version by version, and the values that documents state.
//! Must not hold the first version: it is read out of the decision's words (`domain::target::Measure::of`).
//! The targets themselves are `plan`; how a value is judged is `domain::target`.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;
use domain::{
    account::AccountId,
    document::DocumentId,
    id::Id,
    programme::Target,
    target::{Actual, Baseline, Definition, Disaggregation, Finality, Measure},
    validity::Validity,
};
use serde::{Deserialize, Serialize};

use crate::{
    catalogue::{json, parsed},
    conn::Conn,
    error::DbError,
    rows::DbId,
    schema::{target_definitions, target_values},
    sql_types::{db_ids, opt},
    training::{kept, natural},
};

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = target_definitions, treat_none_as_default_value = false)]
struct DefinitionRow {
    id: DbId,
    target_id: DbId,
    version: i32,
    measure: String,
    direction: String,
    is_cumulative: bool,
    due_year: Option<i32>,
    baseline_value: Option<String>,
    baseline_on: Option<NaiveDate>,
    baseline_document_id: Option<DbId>,
    disaggregations: String,
    population: String,
    reckoning: String,
    certainty: String,
    words: String,
    basis_document_id: DbId,
    valid_from: NaiveDate,
}

/// A measure as it is kept.
#[derive(Deserialize, Serialize)]
#[serde(tag = "kind", rename_all = "SCREAMING_SNAKE_CASE", rename_all_fields = "camelCase", deny_unknown_fields)]
enum KeptMeasure {
    Percentage { numerator: String, denominator: String, goal: u32 },
    SetCoverage { required: BTreeSet<String> },
    Matrix { outlets: BTreeSet<String>, items: BTreeSet<String>, contents: BTreeSet<String> },
    Qualitative,
    CountPerMember { members: BTreeSet<String>, at_least: u64 },
    Range { min: u64, max: u64 },
    Count { goal: u64 },
}

/// A stated value as it is kept.
#[derive(Deserialize, Serialize)]
#[serde(tag = "kind", rename_all = "SCREAMING_SNAKE_CASE", rename_all_fields = "camelCase", deny_unknown_fields)]
enum KeptValue {
    Share { part: u64, whole: u64 },
    Count { count: u64 },
    Narrative { text: String, figures: Vec<(String, String)> },
    Items { items: BTreeSet<String> },
    Cells { cells: BTreeSet<(String, String, String)> },
    Members { members: BTreeMap<String, u64> },
}

/// A value that somebody typed in from a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatedValue {
    pub id: Id<StatedValue>,
    pub target: Id<Target>,
    pub year: i32,
    pub value: Actual,
    pub finality: Finality,
    /// The day as of which the document states it.
    pub on: NaiveDate,
    pub document: DocumentId,
    pub by: AccountId,
    pub recorded_at: DateTime<Utc>,
}

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = target_values, treat_none_as_default_value = false)]
struct ValueRow {
    id: DbId,
    target_id: DbId,
    year: i32,
    value: String,
    finality: String,
    stated_on: NaiveDate,
    document_id: DbId,
    account_id: DbId,
    recorded_at: NaiveDateTime,
}

/// The versions of these targets after the first, in order, each until the one after it holds.
pub fn definitions(conn: &mut Conn, targets: &[Id<Target>]) -> Result<Vec<Definition>, DbError> {
    let rows: Vec<DefinitionRow> = target_definitions::table
        .filter(target_definitions::target_id.eq_any(db_ids(targets)))
        .order((target_definitions::target_id, target_definitions::version))
        .select(DefinitionRow::as_select())
        .load(conn)?;
    let mut all = rows.into_iter().map(definition).collect::<Result<Vec<_>, _>>()?;
    for i in 1..all.len() {
        if all[i - 1].target == all[i].target {
            all[i - 1].validity.to = all[i].validity.from;
        }
    }
    Ok(all)
}

fn definition(row: DefinitionRow) -> Result<Definition, DbError> {
    let (id, table) = (row.id, "target_definitions");
    let disaggregations: Vec<Disaggregation> = json(&row.disaggregations, table, "disaggregations", id)?;
    let population: Vec<String> = json(&row.population, table, "population", id)?;
    let baseline = row.baseline_value.zip(row.baseline_on);
    Ok(Definition {
        measure: measure(json(&row.measure, table, "measure", id)?),
        direction: parsed(&row.direction, table, "direction", id)?,
        reckoning: parsed(&row.reckoning, table, "reckoning", id)?,
        certainty: parsed(&row.certainty, table, "certainty", id)?,
        version: natural(row.version, table, "version", id)?,
        id: id.of(),
        target: row.target_id.of(),
        is_cumulative: row.is_cumulative,
        due_year: row.due_year,
        baseline: baseline.map(|(value, on)| Baseline { value: value.into(), on, document: opt(row.baseline_document_id) }),
        disaggregations,
        population: population.into_iter().map(Into::into).collect(),
        words: row.words.into(),
        basis: Some(row.basis_document_id.of()),
        validity: Validity { from: Some(row.valid_from), to: None },
    })
}

fn measure(kept: KeptMeasure) -> Measure {
    match kept {
        KeptMeasure::Percentage { numerator, denominator, goal } => {
            Measure::Percentage { numerator: numerator.into(), denominator: denominator.into(), goal }
        }
        KeptMeasure::SetCoverage { required } => Measure::SetCoverage { required },
        KeptMeasure::Matrix { outlets, items, contents } => Measure::Matrix { outlets, items, contents },
        KeptMeasure::Qualitative => Measure::Qualitative,
        KeptMeasure::CountPerMember { members, at_least } => Measure::CountPerMember { members, at_least },
        KeptMeasure::Range { min, max } => Measure::Range { min, max },
        KeptMeasure::Count { goal } => Measure::Count { goal },
    }
}

fn kept_measure(measure: &Measure) -> KeptMeasure {
    match measure.clone() {
        Measure::Percentage { numerator, denominator, goal } => {
            KeptMeasure::Percentage { numerator: numerator.to_string(), denominator: denominator.to_string(), goal }
        }
        Measure::SetCoverage { required } => KeptMeasure::SetCoverage { required },
        Measure::Matrix { outlets, items, contents } => KeptMeasure::Matrix { outlets, items, contents },
        Measure::Qualitative => KeptMeasure::Qualitative,
        Measure::CountPerMember { members, at_least } => KeptMeasure::CountPerMember { members, at_least },
        Measure::Range { min, max } => KeptMeasure::Range { min, max },
        Measure::Count { goal } => KeptMeasure::Count { goal },
    }
}

fn text<T: Serialize>(value: &T, column: &'static str, id: DbId) -> Result<String, DbError> {
    serde_json::to_string(value).map_err(|_| DbError::Inconsistent { table: "target_definitions", column, id: id.0.to_string() })
}

/// Appends a version, which rests on a document and holds from a day on.
///
/// # Errors
/// When the database fails, or the version has neither.
pub fn insert(conn: &mut Conn, definition: &Definition, (by, at): (AccountId, DateTime<Utc>)) -> Result<(), DbError> {
    let id = DbId::from(definition.id);
    let missing = || DbError::Inconsistent { table: "target_definitions", column: "basis_document_id", id: id.0.to_string() };
    let (basis, from) = definition.basis.zip(definition.validity.from).ok_or_else(missing)?;
    let baseline = definition.baseline.as_ref();
    let row = DefinitionRow {
        id,
        target_id: definition.target.into(),
        version: kept(definition.version),
        measure: text(&kept_measure(&definition.measure), "measure", id)?,
        direction: definition.direction.label().into(),
        is_cumulative: definition.is_cumulative,
        due_year: definition.due_year,
        baseline_value: baseline.map(|baseline| baseline.value.to_string()),
        baseline_on: baseline.map(|baseline| baseline.on),
        baseline_document_id: baseline.and_then(|baseline| baseline.document).map(DbId::from),
        disaggregations: text(&definition.disaggregations, "disaggregations", id)?,
        population: text(&definition.population.iter().map(|code| &**code).collect::<Vec<&str>>(), "population", id)?,
        reckoning: definition.reckoning.label().into(),
        certainty: definition.certainty.label().into(),
        words: definition.words.to_string(),
        basis_document_id: basis.into(),
        valid_from: from,
    };
    let row = (row, target_definitions::account_id.eq(DbId::from(by)), target_definitions::recorded_at.eq(at.naive_utc()));
    diesel::insert_into(target_definitions::table).values(row).execute(conn)?;
    Ok(())
}

/// The stated values of these targets for years up to one, in the order in which they were typed in.
pub fn values(conn: &mut Conn, targets: &[Id<Target>], until: i32) -> Result<Vec<StatedValue>, DbError> {
    let rows: Vec<ValueRow> = target_values::table
        .filter(target_values::target_id.eq_any(db_ids(targets)))
        .filter(target_values::year.le(until))
        .order((target_values::target_id, target_values::year, target_values::id))
        .select(ValueRow::as_select())
        .load(conn)?;
    let value = |row: ValueRow| {
        let value = match json(&row.value, "target_values", "value", row.id)? {
            KeptValue::Share { part, whole } => Actual::Share { at_least: Some(part), at_most: Some(part), whole: Some(whole) },
            KeptValue::Count { count } => Actual::Count(Some(count)),
            KeptValue::Narrative { text, figures } => Actual::Narrative { text: Some(text), figures },
            KeptValue::Items { items } => Actual::Items(Some(items)),
            KeptValue::Cells { cells } => Actual::Cells(Some(cells)),
            KeptValue::Members { members } => Actual::PerMember(members),
        };
        Ok(StatedValue {
            finality: parsed(&row.finality, "target_values", "finality", row.id)?,
            value,
            id: row.id.of(),
            target: row.target_id.of(),
            year: row.year,
            on: row.stated_on,
            document: row.document_id.of(),
            by: row.account_id.of(),
            recorded_at: row.recorded_at.and_utc(),
        })
    };
    rows.into_iter().map(value).collect()
}

/// Appends a stated value: a share with its whole, a count, words with figures, or what there is of a set, a table or members.
///
/// # Errors
/// When the database fails, or the value is of another kind.
pub fn insert_value(conn: &mut Conn, stated: &StatedValue) -> Result<(), DbError> {
    let id = DbId::from(stated.id);
    let value = match &stated.value {
        Actual::Share { at_least: Some(part), whole: Some(whole), .. } => KeptValue::Share { part: *part, whole: *whole },
        Actual::Count(Some(count)) => KeptValue::Count { count: *count },
        Actual::Narrative { text: Some(text), figures } => KeptValue::Narrative { text: text.clone(), figures: figures.clone() },
        Actual::Items(Some(items)) => KeptValue::Items { items: items.clone() },
        Actual::Cells(Some(cells)) => KeptValue::Cells { cells: cells.clone() },
        Actual::PerMember(members) => KeptValue::Members { members: members.clone() },
        _ => return Err(DbError::Inconsistent { table: "target_values", column: "value", id: id.0.to_string() }),
    };
    let row = ValueRow {
        id,
        target_id: stated.target.into(),
        year: stated.year,
        value: text(&value, "value", id)?,
        finality: stated.finality.label().into(),
        stated_on: stated.on,
        document_id: stated.document.into(),
        account_id: stated.by.into(),
        recorded_at: stated.recorded_at.naive_utc(),
    };
    diesel::insert_into(target_values::table).values(&row).execute(conn)?;
    Ok(())
}
