//! Parts of values by the dimensions of their definitions.
//! Must not tell parts that do not add up to the value, nor of people to whoever may not know of each agency's.
//! Which dimensions add up is `domain::target::Definition::adds_up_by`.

use std::collections::{BTreeMap, HashMap};

use chrono::Datelike;
use domain::{
    agency::AgencyId,
    deliverable::Deliverable,
    target::{Actual, Definition, Disaggregation, Part, Reckoning},
    training::{Denominator, newly_reached, people},
};
use uuid::Uuid;

use super::{Asked, Evaluated};
use crate::training::HeldPart;

fn dimensions(definition: &Definition) -> impl Iterator<Item = Disaggregation> + '_ {
    definition.disaggregations.iter().copied().filter(|by| definition.adds_up_by(*by))
}

/// Parts of a set, a table, or of members.
pub(super) fn of_value(definition: &Definition, value: &Actual) -> Vec<Part> {
    dimensions(definition).flat_map(|by| definition.measure.parts(value, by)).collect()
}

/// Parts by agency, of values whose agencies stand each for itself; all of them have to be known.
pub(super) fn by_agency(asked: &Asked<'_>, found: &Evaluated) -> Vec<Part> {
    let is_known = found.definition.reckoning == Reckoning::AcceptedReports || asked.within.is_none();
    if !is_known || !dimensions(&found.definition).any(|by| by == Disaggregation::Agency) {
        return Vec::new();
    }
    let part = |agency: AgencyId, value: &Actual| {
        let (reached, of) = match value {
            Actual::Share { at_least, whole, .. } => (*at_least, *whole),
            _ => (None, None),
        };
        Some(Part { dimension: Disaggregation::Agency, key: code(asked, agency)?, reached, of })
    };
    found.by_agency.iter().filter_map(|one| part(one.agency, &one.value)).collect()
}

/// Parts of different people: each counts for the agency, and in the year, that reached them first.
pub(super) fn of_people(asked: &Asked<'_>, found: &Evaluated, parts: &[&HeldPart], wholes: &[(AgencyId, Denominator)]) -> Vec<Part> {
    if asked.within.is_some() || parts.is_empty() {
        return Vec::new();
    }
    let mut told = Vec::new();
    for by in dimensions(&found.definition) {
        if by == Disaggregation::Agency {
            let mut reached: BTreeMap<AgencyId, u64> = BTreeMap::new();
            for (agency, _, new) in newly_reached(parts.iter().map(|held| (held.course, &held.part))) {
                *reached.entry(agency).or_default() += new.at_least;
            }
            let part = |(agency, whole): &(AgencyId, Denominator)| {
                let of = whole.count.filter(|_| whole.missing.is_empty());
                Some(Part { dimension: by, key: code(asked, *agency)?, reached: reached.get(agency).copied(), of })
            };
            told.extend(wholes.iter().filter_map(part));
        } else {
            let mut years: Vec<i32> = parts.iter().map(|held| held.from.year()).collect();
            years.dedup();
            let mut before = 0;
            for year in years {
                let known = people(parts.iter().filter(|held| held.from.year() <= year).map(|held| &held.part));
                let known = known.map_or(before, |people| people.persons.at_least);
                told.push(Part { dimension: by, key: year.to_string(), reached: Some(known.saturating_sub(before)), of: None });
                before = known;
            }
        }
    }
    told
}

/// Parts of a number of deliverables; by agency where all of them are shown with theirs.
pub(super) fn of_deliverables(
    asked: &Asked<'_>,
    found: &Evaluated,
    (counted, are_shown): (&[(Uuid, AgencyId)], bool),
    all: &[Deliverable],
) -> Vec<Part> {
    let years: HashMap<Uuid, i32> = all.iter().filter_map(|one| Some((one.id.uuid(), one.details.counts_on()?.year()))).collect();
    let mut told = Vec::new();
    for by in dimensions(&found.definition).filter(|by| are_shown || *by != Disaggregation::Agency) {
        let mut numbers: BTreeMap<String, u64> = BTreeMap::new();
        for (id, agency) in counted {
            let key = if by == Disaggregation::Agency { code(asked, *agency) } else { years.get(id).map(ToString::to_string) };
            *numbers.entry(key.unwrap_or_default()).or_default() += 1;
        }
        told.extend(numbers.into_iter().map(|(key, count)| Part { dimension: by, key, reached: Some(count), of: None }));
    }
    told
}

fn code(asked: &Asked<'_>, agency: AgencyId) -> Option<String> {
    asked.catalogue.agency_code(Some(agency)).map(|code| code.to_string())
}
