//! Values of targets from what is on record, each by the reckoning of its definition.
//! Must not count over agencies that no definition names: without a population there is no whole.
//! The reckonings are `domain::target`; what of figures of people is told to everybody is `release`.

use std::collections::{BTreeMap, HashMap};

use chrono::{Datelike, NaiveDate};
use domain::{
    agency::AgencyId,
    deliverable::{Deliverable, DeliverableKind, Visibility},
    error::Code,
    programme::Target,
    target::{
        Actual, Definition, Finality, Measure, Reckoning, RecordKind, RecordRef, Status, carrying_out, counted, editions_of,
        fully_qualified, matrix_of, per_agency, trained,
    },
    training::{Denominator, StaffBase, StaffRoll, denominators, people},
};
use uuid::Uuid;

use super::{AgencyValue, Alternative, Asked, Evaluated, Facts, NOTHING, Source, judged, parts, release};
use crate::training::{HeldPart, Publication};

/// What is on record of a target's value, as the caller may see it.
pub(super) fn recorded(asked: &Asked<'_>, facts: &Facts, target: Target, definition: Definition) -> Evaluated {
    let year = asked.year;
    let finality = if year < asked.as_of.year() { Finality::Final } else { Finality::Estimate };
    let evaluation = judged(asked, &definition, &NOTHING);
    let mut found = Evaluated {
        target,
        as_of: release::day_of(asked, &definition),
        definition,
        year,
        publication: Publication::Live,
        evaluation,
        value: NOTHING,
        alternatives: Vec::new(),
        finality,
        source: Source::Nothing,
        is_suppressed: false,
        by_agency: Vec::new(),
        parts: Vec::new(),
        change: None,
        stated: None,
        records: Vec::new(),
    };
    match found.definition.reckoning {
        Reckoning::AcceptedReports => reports(asked, facts, &mut found),
        Reckoning::PeopleTrained => trainings(asked, facts, &mut found),
        Reckoning::StaffQualified => rolls(asked, facts, &mut found),
        Reckoning::Editions | Reckoning::Deliverables => deliverables(asked, &facts.deliverables, &mut found),
        Reckoning::Stated => {}
    }
    if found.evaluation.status != Status::NoData {
        found.source = Source::Recorded;
    }
    found
}

/// The single bodies over which a definition counts on a day; nothing where it names none.
fn population(asked: &Asked<'_>, definition: &Definition) -> Option<Vec<AgencyId>> {
    let named = definition.population.iter().filter_map(|code| asked.catalogue.agency_by_code(code));
    let mut agencies: Vec<AgencyId> = named.flat_map(|agency| asked.catalogue.members_on(agency.id, asked.people_on)).collect();
    agencies.sort_unstable();
    agencies.dedup();
    (!agencies.is_empty()).then_some(agencies)
}

fn is_open(asked: &Asked<'_>, agency: AgencyId) -> bool {
    asked.within.as_ref().is_none_or(|open| open.contains(&agency))
}

/// Agencies with an accepted report of the year, which everybody may read.
fn reports(asked: &Asked<'_>, facts: &Facts, found: &mut Evaluated) {
    let members = population(asked, &found.definition);
    let (value, records) = carrying_out(members.as_deref(), &facts.accepted);
    let by: HashMap<Uuid, AgencyId> = facts.accepted.iter().map(|(agency, report)| (report.uuid(), *agency)).collect();
    found.evaluation = judged(asked, &found.definition, &value);
    found.value = value;
    found.records = records.into_iter().filter_map(|record| Some((record, *by.get(&record.id)?))).collect();
    if found.evaluation.status == Status::NoData {
        return;
    }
    let each = members.into_iter().flatten().map(|agency| {
        let (value, _) = carrying_out(Some(&[agency]), &facts.accepted);
        AgencyValue { agency, evaluation: judged(asked, &found.definition, &value), value }
    });
    found.by_agency = each.collect();
    found.parts = parts::by_agency(asked, found);
}

/// Different people trained, over each whole that staff rolls tell.
fn trainings(asked: &Asked<'_>, facts: &Facts, found: &mut Evaluated) {
    let Some(members) = population(asked, &found.definition) else { return };
    let is_of = |held: &&HeldPart| found.definition.is_cumulative || held.from.year() == found.year;
    let all: Vec<HeldPart> = facts.parts.iter().filter(is_of).cloned().collect();
    let of_members: Vec<&HeldPart> = all.iter().filter(|held| members.contains(&held.part.agency)).collect();
    let reached = people(of_members.iter().map(|held| &held.part));
    let wholes = denominators(&facts.rolls, &members, asked.people_on);
    let alternative = |whole: &Denominator| {
        let value = trained(reached, whole);
        let evaluation = judged(asked, &found.definition, &value);
        Alternative { base: whole.base, value, evaluation, missing: whole.missing.len(), is_suppressed: false }
    };
    found.alternatives = wholes.iter().map(alternative).collect();
    let record = |held: &&HeldPart| (RecordRef { kind: RecordKind::Participation, id: held.part.id.uuid() }, held.part.agency);
    found.records = of_members.iter().map(record).filter(|(_, agency)| is_open(asked, *agency)).collect();
    let each = members.iter().filter(|agency| is_open(asked, **agency)).map(|agency| {
        let own = people(of_members.iter().map(|held| &held.part).filter(|part| part.agency == *agency));
        let whole = denominators(&facts.rolls, &[*agency], asked.people_on);
        let value = whole.iter().find(|whole| whole.base == StaffBase::AllStaff).map_or(NOTHING, |whole| trained(own, whole));
        AgencyValue { agency: *agency, evaluation: judged(asked, &found.definition, &value), value }
    });
    found.by_agency = each.collect();
    let whole =
        |agency: &AgencyId| denominators(&facts.rolls, &[*agency], asked.people_on).into_iter().next().map(|whole| (*agency, whole));
    found.parts = parts::of_people(asked, found, &of_members, &members.iter().filter_map(whole).collect::<Vec<_>>());
    // The decision says "cán bộ, công chức" and no more: all of them, with the others beside.
    if let Some(all) = found.alternatives.iter().find(|one| one.base == StaffBase::AllStaff) {
        found.value = all.value.clone();
        found.evaluation = all.evaluation.clone();
    }
}

/// Those in charge who are fully qualified, by the latest roll of each agency.
fn rolls(asked: &Asked<'_>, facts: &Facts, found: &mut Evaluated) {
    let Some(members) = population(asked, &found.definition) else { return };
    let mut latest: BTreeMap<AgencyId, &StaffRoll> = BTreeMap::new();
    // A return that tells other numbers alone leaves what was told of these.
    let tells = |roll: &StaffRoll| roll.in_charge.is_some() && roll.fully_qualified.is_some();
    for roll in facts.rolls.iter().filter(|roll| members.contains(&roll.agency) && tells(roll)) {
        // They stand in the order of their days.
        latest.insert(roll.agency, roll);
    }
    let told: Vec<StaffRoll> = latest.values().map(|roll| (*roll).clone()).collect();
    let (value, _) = fully_qualified(&told);
    found.value = if told.len() == members.len() { value } else { NOTHING };
    found.evaluation = judged(asked, &found.definition, &found.value);
    let open = || latest.values().filter(|roll| is_open(asked, roll.agency));
    found.records = open().map(|roll| (RecordRef { kind: RecordKind::StaffRoll, id: roll.id.uuid() }, roll.agency)).collect();
    let each = open().map(|roll| {
        let (value, _) = fully_qualified(&[(*roll).clone()]);
        AgencyValue { agency: roll.agency, evaluation: judged(asked, &found.definition, &value), value }
    });
    found.by_agency = each.collect();
    if told.len() == members.len() {
        found.parts = parts::by_agency(asked, found);
    }
}

/// What was made, by the register of deliverables of the programme.
fn deliverables(asked: &Asked<'_>, stored: &[(Deliverable, Visibility)], found: &mut Evaluated) {
    // What is internal is counted for those alone who see it by role; rebuttals and commendations are counted, and shown by role.
    let is_open = |one: &Deliverable| asked.deliverables.opens(one.agency, one.programme, true);
    let known: Vec<&(Deliverable, Visibility)> =
        stored.iter().filter(|(one, visibility)| *visibility == Visibility::Public || is_open(one)).collect();
    let all: Vec<Deliverable> = known.iter().map(|(deliverable, _)| deliverable.clone()).collect();
    let all = all.as_slice();
    // What was so in the year, not what is so since.
    let on = NaiveDate::from_ymd_opt(found.year, 12, 31).map_or(asked.as_of, |end| end.min(asked.as_of));
    let definition = &found.definition;
    let code_of = |deliverable: &Deliverable| asked.catalogue.agency_code(Some(deliverable.agency)).map(|code| code.to_string());
    let years = if definition.is_cumulative { asked.programme.start_year..=found.year } else { found.year..=found.year };
    let (value, records) = match &definition.measure {
        Measure::SetCoverage { .. } => match definition.population.first() {
            Some(outlet) => editions_of(all, outlet, on),
            None => (Actual::Items(None), Vec::new()),
        },
        Measure::Matrix { outlets, .. } => matrix_of(all, outlets, on),
        Measure::CountPerMember { .. } => per_agency(all, code_of, on),
        Measure::Range { .. } | Measure::Count { .. } => {
            let kinds: Vec<DeliverableKind> = definition.population.iter().filter_map(|kind| kind.parse().ok()).collect();
            counted(all, &kinds, years, on)
        }
        Measure::Percentage { .. } | Measure::Qualitative => (NOTHING, Vec::new()),
    };
    let is_shown = |one: &Deliverable| one.kind().is_listed_in_public() || is_open(one);
    let by: HashMap<Uuid, AgencyId> = all.iter().filter(|one| is_shown(one)).map(|one| (one.id.uuid(), one.agency)).collect();
    let counted: HashMap<Uuid, AgencyId> = all.iter().map(|one| (one.id.uuid(), one.agency)).collect();
    let counted: Vec<(Uuid, AgencyId)> = records.iter().filter_map(|record| Some((record.id, *counted.get(&record.id)?))).collect();
    found.evaluation = judged(asked, definition, &value);
    found.parts = match &definition.measure {
        Measure::Range { .. } | Measure::Count { .. } => {
            parts::of_deliverables(asked, found, (&counted, counted.iter().all(|(id, _)| by.contains_key(id))), all)
        }
        _ => parts::of_value(definition, &value),
    };
    found.value = value;
    found.records = records.into_iter().filter_map(|record| Some((record, *by.get(&record.id)?))).collect();
}

/// Whether a reckoning gives values of a measure.
pub(super) fn fits(reckoning: Reckoning, measure: &Measure) -> Result<(), Code> {
    let fits = match reckoning {
        Reckoning::AcceptedReports | Reckoning::PeopleTrained | Reckoning::StaffQualified => matches!(measure, Measure::Percentage { .. }),
        Reckoning::Editions => matches!(measure, Measure::SetCoverage { .. } | Measure::Matrix { .. }),
        Reckoning::Deliverables => matches!(measure, Measure::CountPerMember { .. } | Measure::Range { .. } | Measure::Count { .. }),
        Reckoning::Stated => true,
    };
    if fits { Ok(()) } else { Err(Code::RuleBroken) }
}
