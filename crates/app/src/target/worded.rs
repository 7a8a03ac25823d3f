//! The first version of a target's definition: what the decision's own words give.
//! Must not count over bodies that neither the words name nor the programme binds.
//! Reading words is `domain::target`; later versions are `write`.

use chrono::NaiveDate;
use domain::{
    agency::{AgencyId, AgencyKind},
    id::Id,
    programme::{Certainty, Channel, ProgrammeId, Target},
    target::{Definition, Disaggregation, Measure, Reckoning, TargetDirection, kinds_named, share_named},
    validity::Validity,
};
use persistence::{Conn, plan, task};

use crate::{Error, catalogue::Catalogue};

/// What a programme names beside its targets.
pub(super) struct Beside {
    /// To whom it gives tasks on a day.
    assigned: Vec<AgencyId>,
    /// The systems that it names.
    systems: Vec<Channel>,
}

/// What a programme names beside its targets, on a day.
pub(super) fn beside(conn: &mut Conn, programme: ProgrammeId, day: NaiveDate) -> Result<Beside, Error> {
    let all = task::assignments_of_programmes(conn, &[programme])?;
    let assigned = all.into_iter().filter(|one| one.validity.contains(day)).map(|one| one.agency).collect();
    Ok(Beside { assigned, systems: plan::channels(conn, &[programme])? })
}

/// Bodies over which shares may be counted.
pub(super) struct Bodies {
    /// What words for several bodies are called, in small letters, with their codes.
    collectives: Vec<(String, String)>,
    /// What the programme's systems are called, in small letters, with their codes.
    systems: Vec<(String, String)>,
    /// Codes of those to whom the programme gives tasks, and who have officials of the city.
    assigned: Vec<String>,
}

impl Bodies {
    /// Codes of the collectives that words name.
    fn in_words(&self, words: &str) -> Vec<String> {
        named_in(words, &self.collectives)
    }

    /// Codes of the systems that words name.
    fn systems_in_words(&self, words: &str) -> Vec<String> {
        named_in(words, &self.systems)
    }
}

fn named_in(words: &str, names: &[(String, String)]) -> Vec<String> {
    let words = words.to_lowercase();
    let mut found: Vec<String> = names.iter().filter(|(name, _)| words.contains(name)).map(|(_, code)| code.clone()).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// The bodies of the catalogue and of a programme.
pub(super) fn named(catalogue: &Catalogue, beside: &Beside) -> Bodies {
    let collectives = catalogue.agencies().iter().filter(|agency| agency.collective.is_some());
    let names = collectives.flat_map(|agency| {
        let names = agency.versions.iter().map(|version| version.name.vi.to_lowercase());
        names.chain(agency.aliases.iter().map(|alias| alias.to_lowercase())).map(move |name| (name, agency.code.to_string()))
    });
    let is_of_the_city = |id: &AgencyId| {
        let kind = catalogue.agency(*id).and_then(|agency| agency.versions.last()).map(|version| version.kind);
        !matches!(kind, None | Some(AgencyKind::Central | AgencyKind::Enterprise | AgencyKind::Party))
    };
    let codes = beside.assigned.iter().filter(|id| is_of_the_city(id)).filter_map(|id| catalogue.agency_code(Some(*id)));
    let mut assigned: Vec<String> = codes.map(|code| code.to_string()).collect();
    assigned.sort_unstable();
    assigned.dedup();
    let systems = beside.systems.iter().map(|system| (system.name.to_lowercase(), system.code.clone())).collect();
    Bodies { collectives: names.collect(), systems, assigned }
}

/// Every version of a target's definition: the one that its own words give, then what was defined.
pub(super) fn versions(target: &Target, defined: &[Definition], bodies: &Bodies) -> Vec<Definition> {
    let mut versions = vec![worded(target, bodies)];
    versions.extend(defined.iter().filter(|definition| definition.target == target.id).cloned());
    if let [first, second, ..] = versions.as_mut_slice() {
        first.validity.to = second.validity.from;
    }
    versions
}

/// The definition that the decision's own words give: what is to be reached, and of how it is counted what they say. What is read out of
/// them is inferred; whoever reads otherwise defines the next version.
fn worded(target: &Target, bodies: &Bodies) -> Definition {
    let measure = Measure::of(target).unwrap_or(Measure::Qualitative);
    let in_words = bodies.in_words(&target.text);
    let reckoning = match &measure {
        Measure::Percentage { .. } if !target.scope.conditions.is_empty() => Reckoning::StaffQualified,
        Measure::Percentage { .. } => share_named(&target.text, !in_words.is_empty()),
        Measure::SetCoverage { .. } | Measure::Matrix { .. } => Reckoning::Editions,
        Measure::CountPerMember { .. } | Measure::Range { .. } | Measure::Count { .. } => Reckoning::Deliverables,
        Measure::Qualitative => Reckoning::Stated,
    };
    let kinds = match &measure {
        Measure::Range { .. } | Measure::Count { .. } => kinds_named(&target.text),
        _ => Vec::new(),
    };
    let (population, certainty): (Vec<String>, Certainty) = match (&measure, reckoning) {
        (_, Reckoning::AcceptedReports) => (in_words, Certainty::Inferred),
        // Of officials the words do not say whose: those of the bodies that they name, or that have tasks of the programme.
        (_, Reckoning::PeopleTrained | Reckoning::StaffQualified) => {
            (if in_words.is_empty() { bodies.assigned.clone() } else { in_words }, Certainty::Inferred)
        }
        // The languages are those of the system that the words name.
        (Measure::SetCoverage { .. }, _) => (bodies.systems_in_words(&target.text), Certainty::Inferred),
        _ if !kinds.is_empty() => (kinds.iter().map(|kind| kind.label().to_owned()).collect(), Certainty::Inferred),
        _ => (target.scope.agencies.clone(), Certainty::Stated),
    };
    let adds_up = matches!(measure, Measure::Range { .. } | Measure::Count { .. }) || reckoning == Reckoning::PeopleTrained;
    let mut definition = Definition {
        id: Id::from_uuid(target.id.uuid()),
        target: target.id,
        version: 1,
        measure,
        direction: TargetDirection::AtLeast,
        is_cumulative: adds_up,
        due_year: target.due_year,
        baseline: None,
        disaggregations: Vec::new(),
        population: population.into_iter().map(Into::into).collect(),
        reckoning,
        certainty,
        words: target.text.as_str().into(),
        basis: None,
        validity: Validity::default(),
    };
    definition.disaggregations = Disaggregation::ALL.iter().copied().filter(|by| definition.adds_up_by(*by)).collect();
    definition
}
