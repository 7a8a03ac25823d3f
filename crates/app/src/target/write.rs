//! Saying how a target is measured from a day on, and which value a document states.
//! Must not write over an earlier version or value: both are appended, each by a document.
//! What follows from them is the parent module's.

use std::{collections::BTreeSet, sync::Arc};

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

use super::{actual::fits, named, versions, worded};
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
    /// One at most; as it was where there is none.
    pub measures: Vec<Measure>,
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
    /// What there is of a set.
    Items(Vec<String>),
    /// Outlet, item and content of what there is of a table.
    Cells(Vec<(String, String, String)>),
    /// How many each member has, by code; one that is not among them has none on record.
    Members(Vec<(String, u64)>),
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
    let bodies = named(&desk.catalogue, &worded::beside(conn, programme, desk.today)?);
    let versions = versions(&target, &stored::definitions(conn, &[target.id])?, &bodies);
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
    let measure = measure(desk, new, &mut faults).unwrap_or_else(|| last.measure.clone());
    let definition = Definition {
        id: desk.app.0.ids.next(),
        target: last.target,
        version: last.version + 1,
        measure,
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
    for (i, by) in new.disaggregations.iter().flatten().enumerate() {
        if !definition.adds_up_by(*by) {
            let words = ("Các phần theo chiều này không cộng lại thành giá trị.", "Parts by this dimension do not add up to the value.");
            faults.push(Fault::worded(format!("/disaggregations/{i}"), Code::RuleBroken, words.0, words.1));
        }
    }
    faults.extend(definition.faults("").into_iter().filter(|fault| fault.pointer != "/words"));
    if faults.is_empty() { Ok(definition) } else { Err(refused(faults)) }
}

/// Words in the form in which they are kept.
fn kept(at: &str, given: &str, faults: &mut Vec<Fault>) -> String {
    let words = domain::text::normalise(given.trim());
    if !domain::text::storable(&words) {
        faults.push(Fault::new(at, Code::PatternMismatch));
    }
    words
}

fn kept_set(at: &str, given: &BTreeSet<String>, faults: &mut Vec<Fault>) -> BTreeSet<String> {
    if given.len() > MAX_POPULATION {
        faults.push(Fault::new(at, Code::LengthOutOfRange));
        return given.clone();
    }
    let all: BTreeSet<String> = given.iter().map(|one| kept(at, one, faults)).collect();
    if let Some(code) = all.iter().find_map(|one| domain::text::silence(one)) {
        faults.push(Fault::new(at, code));
    }
    all
}

/// The one measure that is given, in the form in which words are kept.
fn measure(desk: &Desk, new: &NewDefinition, faults: &mut Vec<Fault>) -> Option<Measure> {
    for more in new.measures.iter().skip(1) {
        let words = ("Mỗi phiên bản chỉ có một cách đo.", "A version has one measure.");
        faults.push(Fault::worded(format!("/{}", more.field()), Code::RuleBroken, words.0, words.1));
    }
    let found = match new.measures.first()?.clone() {
        Measure::SetCoverage { required } => Measure::SetCoverage { required: kept_set("/setCoverage/required", &required, faults) },
        Measure::Matrix { outlets, items, contents } => Measure::Matrix {
            outlets: kept_set("/matrix/outlets", &outlets, faults),
            items: kept_set("/matrix/items", &items, faults),
            contents: kept_set("/matrix/contents", &contents, faults),
        },
        Measure::Percentage { numerator, denominator, goal } => {
            let numerator = kept("/percentage/numerator", &numerator, faults);
            let denominator = kept("/percentage/denominator", &denominator, faults);
            Measure::Percentage { numerator: numerator.into(), denominator: denominator.into(), goal }
        }
        Measure::CountPerMember { members, at_least } => {
            if members.iter().any(|code| desk.catalogue.agency_by_code(code).is_none()) {
                faults.push(Fault::new("/countPerMember/members", Code::ReferenceUnknown));
            }
            Measure::CountPerMember { members, at_least }
        }
        other => other,
    };
    Some(found)
}

/// Over what it is counted: agencies, for shares of agencies and people and for numbers of members; outlets; or kinds of deliverables.
fn population(desk: &Desk, (new, last): (&NewDefinition, &Definition), faults: &mut Vec<Fault>) -> Option<Vec<Arc<str>>> {
    let codes = new.population.as_ref()?;
    if codes.len() > MAX_POPULATION {
        faults.push(Fault::new("/population", Code::LengthOutOfRange));
        return Some(Vec::new());
    }
    let (reckoning, measure) = (new.reckoning.unwrap_or(last.reckoning), new.measures.first().unwrap_or(&last.measure));
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
        let definition = Definition::on(&versions, new.on).or(versions.first());
        let value = read(&new.value, definition.map(|definition| &definition.measure), &mut faults);
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

fn read(given: &StatedAs, measure: Option<&Measure>, faults: &mut Vec<Fault>) -> Actual {
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
        StatedAs::Items(items) => {
            let is_wanted = |item: &String| !matches!(measure, Some(Measure::SetCoverage { required }) if !required.contains(item));
            Actual::Items(Some(of_kind("/items", items, is_wanted, faults)))
        }
        StatedAs::Cells(cells) => {
            let is_wanted = |(outlet, item, content): &(String, String, String)| match measure {
                Some(Measure::Matrix { outlets, items, contents }) => {
                    outlets.contains(outlet) && items.contains(item) && contents.contains(content)
                }
                _ => true,
            };
            Actual::Cells(Some(of_kind("/cells", cells, is_wanted, faults)))
        }
        StatedAs::Members(members) => {
            let codes: Vec<String> = members.iter().map(|(code, _)| code.clone()).collect();
            let is_wanted = |code: &String| !matches!(measure, Some(Measure::CountPerMember { members, .. }) if !members.contains(code));
            of_kind("/members", &codes, is_wanted, faults);
            if let Some(i) = members.iter().position(|(_, count)| *count > MOST) {
                faults.push(Fault::new(format!("/members/{i}/count"), Code::OutOfRange));
            }
            Actual::PerMember(members.iter().cloned().collect())
        }
    }
}

/// What is stated of a set, a table, or members: each once, and of those that are asked for.
fn of_kind<T: Clone + Ord>(at: &str, given: &[T], is_wanted: impl Fn(&T) -> bool, faults: &mut Vec<Fault>) -> BTreeSet<T> {
    let mut found = BTreeSet::new();
    if given.len() > MAX_POPULATION {
        faults.push(Fault::new(at, Code::LengthOutOfRange));
        return found;
    }
    for (i, one) in given.iter().enumerate() {
        if !is_wanted(one) {
            faults.push(Fault::new(format!("{at}/{i}"), Code::NotOneOf));
        } else if !found.insert(one.clone()) {
            faults.push(Fault::new(format!("{at}/{i}"), Code::Duplicate));
        }
    }
    found
}

/// What the audit log tells of a value.
fn shown(value: &Actual) -> Value {
    match value {
        Actual::Share { at_least, whole, .. } => json!({"part": at_least, "whole": whole}),
        Actual::Count(count) => json!({ "count": count }),
        Actual::Narrative { text, figures } => json!({"text": text, "figures": figures}),
        Actual::Items(items) => json!({ "items": items }),
        Actual::Cells(cells) => json!({ "cells": cells }),
        Actual::PerMember(members) => json!({ "members": members }),
    }
}

fn measures(measure: &Measure, value: &Actual) -> bool {
    matches!(
        (measure, value),
        (Measure::Percentage { .. }, Actual::Share { .. })
            | (Measure::Range { .. } | Measure::Count { .. }, Actual::Count(_))
            | (Measure::Qualitative, Actual::Narrative { .. })
            | (Measure::SetCoverage { .. }, Actual::Items(_))
            | (Measure::Matrix { .. }, Actual::Cells(_))
            | (Measure::CountPerMember { .. }, Actual::PerMember(_))
    )
}
