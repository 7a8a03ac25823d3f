//! Shares of people in targets as they are released: counted when their year is released, and told to everybody as they were then.
//! Must not count anew for whoever may not know of each agency's figures, whatever day or version is asked for.
//! Releasing is `training::release`; how exactly a share is told is `domain::training::in_steps`.

use chrono::NaiveDate;
use domain::{
    id::Id,
    programme::Target,
    target::{Actual, Definition, Evaluation, Finality, Reckoning, Status},
    training::{Release, ReleasedShare, StaffBase, ToldShare, in_steps},
};
use persistence::{
    Conn, plan,
    staff_roll::{self, RollFilter},
    target_definition as stored,
};

use super::{Alternative, Asked, Evaluated, Facts, NOTHING, Source, actual, judged, named, versions, worded};
use crate::{
    Error,
    training::{Desk, HeldPart, Publication},
};

/// Whether values of a definition are figures of people.
pub(super) const fn is_of_people(definition: &Definition) -> bool {
    matches!(definition.reckoning, Reckoning::PeopleTrained | Reckoning::StaffQualified)
}

/// The shares of targets that a release tells, those in charge after all staff.
pub(crate) fn shares_to_release(
    desk: &Desk,
    conn: &mut Conn,
    release: &Release,
    parts: Vec<HeldPart>,
) -> Result<Vec<ReleasedShare>, Error> {
    let (of, until) = (release.programme, release.figures_of());
    let programme = desk.catalogue.programme(of).ok_or(Error::Internal("a release without a programme"))?;
    let targets = plan::targets(conn, &[of])?;
    let ids: Vec<Id<Target>> = targets.iter().map(|target| target.id).collect();
    let facts = Facts {
        definitions: stored::definitions(conn, &ids)?,
        values: Vec::new(),
        accepted: Vec::new(),
        parts,
        rolls: staff_roll::all(conn, &RollFilter { agencies: None, until: Some(until) })?,
        deliverables: Vec::new(),
        beside: worded::beside(conn, of, release.as_of)?,
        release: None,
    };
    let asked = Asked {
        catalogue: &desk.catalogue,
        programme,
        as_of: release.as_of,
        year: release.year,
        people_on: until,
        within: None,
        deliverables: desk.ctx.deliverable_scope(),
    };
    let bodies = named(&desk.catalogue, &facts.beside);
    let mut shares = Vec::new();
    for target in targets {
        let all = versions(&target, &facts.definitions, &bodies);
        let Some(definition) = Definition::on(&all, release.as_of).or(all.first()).filter(|one| is_of_people(one)) else { continue };
        let found = actual::recorded(&asked, &facts, target, definition.clone());
        shares.extend(of_target(&found));
    }
    Ok(shares)
}

/// What is told of a target: all staff, and those in charge beside them; or those in charge alone.
fn of_target(found: &Evaluated) -> Vec<ReleasedShare> {
    let values: Vec<(StaffBase, &Actual, usize)> = if found.definition.reckoning == Reckoning::PeopleTrained {
        found.alternatives.iter().map(|one| (one.base, &one.value, one.missing)).collect()
    } else {
        vec![(StaffBase::InCharge, &found.value, 0)]
    };
    let share = |(base, value, missing): (StaffBase, &Actual, usize)| {
        let missing = u32::try_from(missing).unwrap_or(u32::MAX);
        ReleasedShare { target: found.target.id, version: found.definition.version, base, missing, share: told(value) }
    };
    values.into_iter().map(share).collect()
}

/// What everybody is told of a share of people.
fn told(value: &Actual) -> ToldShare {
    match value {
        Actual::Share { at_least: Some(low), at_most: Some(high), whole: Some(whole) } => match in_steps(*low, *high, *whole) {
            Some((at_least, at_most)) => ToldShare::Told { at_least, at_most },
            None => ToldShare::Hidden,
        },
        // Without a share a number of people would stand alone.
        _ => ToldShare::NoData,
    }
}

/// How a target stands by what everybody is told of a share: the points alone, and no number of people.
pub(super) fn coarse(asked: &Asked<'_>, definition: &Definition, share: ToldShare) -> (Evaluation, bool) {
    match share {
        ToldShare::NoData => (judged(asked, definition, &NOTHING), false),
        ToldShare::Hidden => (hidden(), true),
        ToldShare::Told { at_least, at_most } => {
            let points = Actual::Share { at_least: Some(at_least), at_most: Some(at_most), whole: Some(100) };
            (judged(asked, definition, &points), false)
        }
    }
}

/// A stated share of people as everybody is told it: like one that is counted.
pub(super) fn stated_in_steps(asked: &Asked<'_>, definition: &Definition, value: &Actual) -> (Evaluation, bool) {
    coarse(asked, definition, told(value))
}

/// A status that tells nothing of a value that is not told.
fn hidden() -> Evaluation {
    Evaluation { status: Status::Undetermined, share: None, count: None, missing: Vec::new() }
}

/// The value of a target of people for whoever may not know of each agency's: what was released of its year, by the version by which it
/// was counted then, whatever is asked for. Of the caller's own agencies it has the parts as they are.
pub(super) fn released(asked: &Asked<'_>, facts: &Facts, target: Target, versions: &[Definition], now: Definition) -> Evaluated {
    let shares: Vec<&ReleasedShare> =
        facts.release.iter().flat_map(|release| &release.shares).filter(|share| share.target == target.id).collect();
    let counted = shares.first().and_then(|share| versions.iter().find(|one| one.version == share.version)).cloned();
    let is_released = counted.is_some();
    let mut found = actual::recorded(asked, facts, target, counted.unwrap_or(now));
    (found.value, found.evaluation, found.alternatives) = (NOTHING, judged(asked, &found.definition, &NOTHING), Vec::new());
    (found.source, found.is_suppressed, found.publication) = (Source::Nothing, false, Publication::NotReleased);
    found.parts.clear();
    let Some(release) = facts.release.as_ref().filter(|_| is_released) else { return found };
    let alternatives: Vec<Alternative> = shares
        .iter()
        .map(|share| {
            let (evaluation, is_suppressed) = coarse(asked, &found.definition, share.share);
            Alternative { base: share.base, value: NOTHING, evaluation, missing: share.missing as usize, is_suppressed }
        })
        .collect();
    if let Some(first) = alternatives.first() {
        (found.evaluation, found.is_suppressed) = (first.evaluation.clone(), first.is_suppressed);
    }
    if found.evaluation.status != Status::NoData {
        found.source = Source::Recorded;
    }
    found.alternatives = if found.definition.reckoning == Reckoning::PeopleTrained { alternatives } else { Vec::new() };
    found.finality = if release.is_whole_year() { Finality::Final } else { Finality::Estimate };
    (found.publication, found.as_of) = (Publication::Released, release.figures_of());
    found
}

/// The day that figures of people are of.
pub(super) fn day_of(asked: &Asked<'_>, definition: &Definition) -> NaiveDate {
    if is_of_people(definition) { asked.people_on } else { asked.as_of }
}
