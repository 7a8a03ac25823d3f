//! Saying how a target is measured from a day on, and which value a document states.
//! Must not write over an earlier version or value: both are appended, each by a document.
//! What follows from them is the parent module's.

use std::sync::Arc;

use auth::Ctx;
use chrono::{Datelike, NaiveDate};
use domain::{
    deliverable::DeliverableKind,
    error::{Code, Fault, Refusal},
    id::Id,
    policy::{Action, Resource},
    programme::{Certainty, Target},
    target::{Actual, Baseline, Definition, Disaggregation, Finality, Measure, Reckoning, TargetDirection},
    validity::Validity,
};
use persistence::{
    Conn, plan,
    target_definition::{self as stored, StatedValue},
};
use serde_json::{Value, json};

use super::{actual::fits, versions};
use crate::{
    App, Error,
    audit::Deed,
    training::{Desk, YEARS, at_desk_for, document, refused},
    words::read_among,
};

const DEFINE: &str = "define_target";
const STATE: &str = "state_target_value";
const MAX_WORDS: usize = 4000;
const MAX_POPULATION: usize = 500;
const MAX_FIGURES: usize = 100;

/// A version of how a target is measured; what is not said stays as it was.
#[derive(Clone, Debug, Default)]
pub struct NewDefinition {
    /// The first day on which it holds.
    pub from: NaiveDate,
    /// Number or identifier of the document that says so.
    pub basis: String,
    /// The definition in words.
    pub words: String,
    pub measure: Option<Measure>,
    pub direction: Option<TargetDirection>,
    pub is_cumulative: Option<bool>,
    pub due_year: Option<i32>,
    /// Value, day, and the document that states it.
    pub baseline: Option<(String, NaiveDate, Option<String>)>,
    pub disaggregations: Option<Vec<Disaggregation>>,
    /// Codes of agencies, collectives or outlets.
    pub population: Option<Vec<String>>,
    pub reckoning: Option<Reckoning>,
    pub certainty: Option<Certainty>,
}

/// A value as a document states it.
#[derive(Clone, Debug)]
pub enum StatedAs {
    Share {
        part: u64,
        whole: u64,
    },
    Count(u64),
    /// Words, with figures beside them: label and value.
    Narrative {
        text: String,
        figures: Vec<(String, String)>,
    },
}

/// A value to type in.
#[derive(Clone, Debug)]
pub struct NewValue {
    pub year: i32,
    pub value: StatedAs,
    pub finality: Finality,
    /// The day as of which the document states it.
    pub on: NaiveDate,
    /// Number or identifier.
    pub document: String,
}

/// The target with this code of a programme, which the caller may measure, with every version of its definition.
fn found(desk: &Desk, conn: &mut Conn, programme: &str, code: &str) -> Result<(Target, Vec<Definition>), Error> {
    let not_found = || Refusal::new(Code::NotFound);
    let programme = desk.catalogue.programme_by_code(programme).ok_or_else(not_found)?.id;
    desk.ctx.allow_on(Action::ManageTargets, &Resource { programme: Some(programme), ..Resource::default() })?;
    let target = plan::targets(conn, &[programme])?.into_iter().find(|target| target.code == code).ok_or_else(not_found)?;
    let versions = versions(&target, &stored::definitions(conn, &[target.id])?);
    Ok((target, versions))
}

/// Says how a target is measured from a day on.
///
/// # Errors
/// `FORBIDDEN`, `NOT_FOUND`; `BODY_INVALID` with every fault.
pub async fn define(app: &App, ctx: &Ctx, programme: String, target: String, new: NewDefinition) -> Result<(), Error> {
    at_desk_for(app, ctx, Action::ManageTargets, Deed::new(DEFINE), move |desk, conn| {
        let (of, versions) = found(desk, conn, &programme, &target)?;
        let last = versions.last().ok_or(Error::Internal("a target without a definition"))?;
        let definition = defined(desk, conn, last, &new)?;
        stored::insert(conn, &definition, (desk.by, desk.now))?;
        let after = json!({"version": definition.version, "from": new.from, "basis": new.basis, "words": definition.words,
            "reckoning": definition.reckoning.label(), "population": new.population, "dueYear": definition.due_year});
        desk.record(conn, Deed::new(DEFINE).on("target", of.id).with(json!({ "after": after })))
    })
    .await
}

fn defined(desk: &Desk, conn: &mut Conn, last: &Definition, new: &NewDefinition) -> Result<Definition, Error> {
    let mut faults = Vec::new();
    let words: Arc<str> = read_among("/words", &new.words, MAX_WORDS, &mut faults).into();
    let basis = document(conn, "/basis", Some(&new.basis), &mut faults)?;
    if !YEARS.contains(&new.from.year()) || last.validity.from.is_some_and(|from| new.from <= from) {
        faults.push(Fault::new("/from", Code::OutOfRange));
    }
    if new.due_year.is_some_and(|year| !YEARS.contains(&year)) {
        faults.push(Fault::new("/dueYear", Code::OutOfRange));
    }
    let baseline = match &new.baseline {
        Some((value, on, stated)) => {
            let value = read_among("/baseline/value", value, 100, &mut faults).into();
            if !YEARS.contains(&on.year()) {
                faults.push(Fault::new("/baseline/on", Code::OutOfRange));
            }
            Some(Baseline { value, on: *on, document: document(conn, "/baseline/document", stated.as_deref(), &mut faults)? })
        }
        None => last.baseline.clone(),
    };
    let definition = Definition {
        id: desk.app.0.ids.next(),
        target: last.target,
        version: last.version + 1,
        measure: new.measure.clone().unwrap_or_else(|| last.measure.clone()),
        direction: new.direction.unwrap_or(last.direction),
        is_cumulative: new.is_cumulative.unwrap_or(last.is_cumulative),
        due_year: new.due_year.or(last.due_year),
        baseline,
        disaggregations: new.disaggregations.clone().unwrap_or_else(|| last.disaggregations.clone()),
        population: population(desk, (new, last), &mut faults).unwrap_or_else(|| last.population.clone()),
        reckoning: new.reckoning.unwrap_or(last.reckoning),
        certainty: new.certainty.unwrap_or(Certainty::Inferred),
        words,
        basis,
        validity: Validity { from: Some(new.from), to: None },
    };
    if let Err(code) = fits(definition.reckoning, &definition.measure) {
        faults.push(Fault::new("/reckoning", code));
    }
    faults.extend(definition.faults("").into_iter().filter(|fault| fault.pointer != "/words"));
    if faults.is_empty() { Ok(definition) } else { Err(refused(faults)) }
}

/// Over what it is counted: agencies, for shares of agencies and people and for numbers of members; outlets; or kinds of deliverables.
fn population(desk: &Desk, (new, last): (&NewDefinition, &Definition), faults: &mut Vec<Fault>) -> Option<Vec<Arc<str>>> {
    let codes = new.population.as_ref()?;
    if codes.len() > MAX_POPULATION {
        faults.push(Fault::new("/population", Code::LengthOutOfRange));
        return Some(Vec::new());
    }
    let (reckoning, measure) = (new.reckoning.unwrap_or(last.reckoning), new.measure.as_ref().unwrap_or(&last.measure));
    let counts_kinds = reckoning == Reckoning::Deliverables && matches!(measure, Measure::Range { .. } | Measure::Count { .. });
    let counts_outlets = reckoning == Reckoning::Editions;
    for (i, code) in codes.iter().enumerate() {
        let fault = if counts_kinds {
            code.parse::<DeliverableKind>().is_err().then_some(Code::NotOneOf)
        } else {
            let is_known = counts_outlets || desk.catalogue.agency_by_code(code).is_some();
            (!is_known || !domain::text::storable(code)).then_some(Code::ReferenceUnknown)
        };
        faults.extend(fault.map(|code| Fault::new(format!("/population/{i}"), code)));
    }
    Some(codes.iter().map(|code| code.as_str().into()).collect())
}

/// Types in a value that a document states.
///
/// # Errors
/// `FORBIDDEN`, `NOT_FOUND`; `BODY_INVALID` with every fault.
pub async fn state(app: &App, ctx: &Ctx, programme: String, target: String, new: NewValue) -> Result<(), Error> {
    at_desk_for(app, ctx, Action::ManageTargets, Deed::new(STATE), move |desk, conn| {
        let (of, versions) = found(desk, conn, &programme, &target)?;
        let mut faults = Vec::new();
        let value = read(&new.value, &mut faults);
        let definition = Definition::on(&versions, new.on).or(versions.first());
        if !definition.is_some_and(|definition| measures(&definition.measure, &value)) {
            let words = ("Giá trị không phù hợp với cách đo chỉ tiêu này.", "The target is not measured by such a value.");
            faults.push(Fault::worded("/value", Code::RuleBroken, words.0, words.1));
        }
        if !YEARS.contains(&new.year) {
            faults.push(Fault::new("/year", Code::OutOfRange));
        }
        if !YEARS.contains(&new.on.year()) || new.on > desk.today {
            faults.push(Fault::new("/on", Code::OutOfRange));
        }
        let stated = document(conn, "/document", Some(&new.document), &mut faults)?;
        let (Some(document), true) = (stated, faults.is_empty()) else { return Err(refused(faults)) };
        let id: Id<StatedValue> = desk.app.0.ids.next();
        let (target, year, finality, on) = (of.id, new.year, new.finality, new.on);
        let told = shown(&value);
        stored::insert_value(conn, &StatedValue { id, target, year, value, finality, on, document, by: desk.by, recorded_at: desk.now })?;
        let after = json!({"year": year, "value": told, "finality": finality.label(), "on": on, "document": document.to_string()});
        desk.record(conn, Deed::new(STATE).on("target", of.id).with(json!({ "after": after })))
    })
    .await
}

fn read(given: &StatedAs, faults: &mut Vec<Fault>) -> Actual {
    const MOST: u64 = 1_000_000_000_000;
    match given {
        StatedAs::Share { part, whole } => {
            if part > whole || *whole > MOST {
                faults.push(Fault::new("/value/part", Code::OutOfRange));
            }
            Actual::Share { at_least: Some(*part), at_most: Some(*part), whole: Some(*whole) }
        }
        StatedAs::Count(count) => {
            if *count > MOST {
                faults.push(Fault::new("/value/count", Code::OutOfRange));
            }
            Actual::Count(Some(*count))
        }
        StatedAs::Narrative { text, figures } => {
            if figures.len() > MAX_FIGURES {
                faults.push(Fault::new("/value/figures", Code::LengthOutOfRange));
            }
            let mut figure = |(i, (label, value)): (usize, &(String, String))| {
                let at = |field: &str| format!("/value/figures/{i}/{field}");
                (read_among(&at("label"), label, 500, faults), read_among(&at("value"), value, 500, faults))
            };
            let figures = figures.iter().enumerate().take(MAX_FIGURES).map(&mut figure).collect();
            Actual::Narrative { text: Some(read_among("/value/text", text, MAX_WORDS, faults)), figures }
        }
    }
}

/// What the audit log tells of a value.
fn shown(value: &Actual) -> Value {
    match value {
        Actual::Share { at_least, whole, .. } => json!({"part": at_least, "whole": whole}),
        Actual::Count(count) => json!({ "count": count }),
        Actual::Narrative { text, figures } => json!({"text": text, "figures": figures}),
        Actual::Items(_) | Actual::Cells(_) | Actual::PerMember(_) => Value::Null,
    }
}

fn measures(measure: &Measure, value: &Actual) -> bool {
    matches!(
        (measure, value),
        (Measure::Percentage { .. }, Actual::Share { .. })
            | (Measure::Range { .. } | Measure::Count { .. }, Actual::Count(_))
            | (Measure::Qualitative, Actual::Narrative { .. })
    )
}
