//! How many people were trained, how often, and what share of the staff that is.
//! Must not add up heads that may be the same: where people are not named, the number of people is a range.
//! Whom shares are taken of is `roll`.

use std::collections::{BTreeMap, BTreeSet};

use super::{Attendant, Denominator, Participation, SessionId, StaffBase};
use crate::{agency::AgencyId, person::PersonId, statistics::Rate};

/// People and attendances: different numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct People {
    /// Lượt người: every part in every session.
    pub attendances: u64,
    pub persons: Counted,
}

/// A number of different people: exact where all are named, else a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    pub at_least: u64,
    pub at_most: u64,
}

impl Counted {
    /// The number, where only one is possible.
    pub const fn exactly(self) -> Option<u64> {
        if self.at_least == self.at_most { Some(self.at_least) } else { None }
    }
}

/// Counts who took part in sessions that were held; none where nothing is recorded.
///
/// Persons who are named count once, in however many sessions and for however many agencies. Of those who are not named, people of one
/// agency in one session are different people, and not those who are named there; people of two agencies are different people; in two
/// sessions they may be the same. At least so many were there as in the largest session of each agency, at most as many as all together.
pub fn people<'a>(parts: impl IntoIterator<Item = &'a Participation>) -> Option<People> {
    let mut named: BTreeSet<PersonId> = BTreeSet::new();
    let mut unnamed: u64 = 0;
    let mut attendances: u64 = 0;
    let mut sessions: BTreeMap<(AgencyId, SessionId), (BTreeSet<PersonId>, u64)> = BTreeMap::new();
    for part in parts {
        let here = sessions.entry((part.agency, part.session)).or_default();
        match part.attendant {
            Attendant::Person(person) => {
                named.insert(person);
                attendances += u64::from(here.0.insert(person));
            }
            Attendant::Headcount(heads) => {
                unnamed += u64::from(heads);
                attendances += u64::from(heads);
                here.1 += u64::from(heads);
            }
        }
    }
    (!sessions.is_empty()).then(|| {
        let at_least = named.len() as u64 + surely_others(&sessions);
        People { attendances, persons: Counted { at_least, at_most: named.len() as u64 + unnamed } }
    })
}

/// How many of the unnamed are surely none of the named: what the largest session of each agency has beyond its named people.
fn surely_others(sessions: &BTreeMap<(AgencyId, SessionId), (BTreeSet<PersonId>, u64)>) -> u64 {
    let mut of_agency: BTreeMap<AgencyId, (BTreeSet<PersonId>, u64)> = BTreeMap::new();
    for ((agency, _), (named, heads)) in sessions {
        let (known, largest) = of_agency.entry(*agency).or_default();
        known.extend(named);
        *largest = (*largest).max(named.len() as u64 + heads);
    }
    of_agency.values().map(|(known, largest)| largest.saturating_sub(known.len() as u64)).sum()
}

/// What share of a denominator was reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    pub base: StaffBase,
    /// At the least and at the most; the same where everybody is named. None without people or denominator on record.
    pub share: Option<(Rate, Rate)>,
    /// Agencies whose staff the denominator lacks.
    pub missing: Vec<AgencyId>,
    /// More people than staff: the roll is older than the training, or counts others.
    pub is_over: bool,
}

/// The share of each denominator, side by side: none is chosen for the reader.
pub fn coverage(people: Option<People>, denominators: &[Denominator]) -> Vec<Coverage> {
    let signed = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let of = |denominator: &Denominator| {
        let counts = people.map(|people| people.persons).zip(denominator.count);
        Coverage {
            base: denominator.base,
            share: counts.map(|(persons, whole)| {
                (Rate::of(signed(persons.at_least), signed(whole)), Rate::of(signed(persons.at_most), signed(whole)))
            }),
            missing: denominator.missing.clone(),
            is_over: counts.is_some_and(|(persons, whole)| persons.at_least > whole),
        }
    };
    denominators.iter().map(of).collect()
}
