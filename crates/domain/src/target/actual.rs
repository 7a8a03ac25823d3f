//! Actual values from what is recorded, with the records behind them.
//! Must not count what was closed or not launched, nor a planned event as held.
//! Each function is one `Reckoning`; the definition in words is kept beside it, see `Definition`.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};

use super::{Actual, Reckoning, RecordKind, RecordRef};
use crate::{
    agency::AgencyId,
    deliverable::{Deliverable, DeliverableKind, Details, Edition},
    report::ReportId,
    training::{Denominator, People, StaffRoll},
};

/// Which kinds of deliverables words name that are to be counted (T8: publications; T9: documentaries and major cultural programmes).
pub fn kinds_named(words: &str) -> Vec<DeliverableKind> {
    const WORDS: [(&str, DeliverableKind); 3] = [
        ("ấn phẩm", DeliverableKind::Publication),
        ("phim", DeliverableKind::Film),
        // The decision writes "chương tình" where it means "chương trình".
        ("văn hóa lớn", DeliverableKind::MajorProgramme),
    ];
    let words = words.to_lowercase();
    WORDS.into_iter().filter(|(word, _)| words.contains(word)).map(|(_, kind)| kind).collect()
}

/// What words count of a share: people who are taught (T2), or, where they name bodies that carry something out, these (T1).
pub fn share_named(words: &str, names_bodies: bool) -> Reckoning {
    let words = words.to_lowercase();
    let says = |all: &[&str]| all.iter().any(|one| words.contains(one));
    if says(&["bồi dưỡng", "đào tạo", "tập huấn"]) {
        Reckoning::PeopleTrained
    } else if names_bodies && says(&["thực hiện"]) {
        Reckoning::AcceptedReports
    } else {
        Reckoning::Stated
    }
}

/// Agencies of a roll with an accepted report or plan of the year, over the roll (T1). Without a roll, or without any report on record,
/// there is no share; an agency of the roll without one counts as not carrying out.
pub fn carrying_out(roll: Option<&[AgencyId]>, accepted: &[(AgencyId, ReportId)]) -> (Actual, Vec<RecordRef>) {
    let members: BTreeSet<AgencyId> = roll.into_iter().flatten().copied().collect();
    let of_members = accepted.iter().filter(|(agency, _)| members.contains(agency));
    let reported: BTreeSet<AgencyId> = of_members.clone().map(|(agency, _)| *agency).collect();
    let part = (!accepted.is_empty()).then_some(reported.len() as u64);
    let records = of_members.map(|(_, report)| RecordRef { kind: RecordKind::Report, id: report.uuid() }).collect();
    (Actual::Share { at_least: part, at_most: part, whole: roll.map(|_| members.len() as u64) }, records)
}

fn record(deliverable: &Deliverable) -> RecordRef {
    RecordRef { kind: RecordKind::Deliverable, id: deliverable.id.uuid() }
}

/// Editions that are there on a day.
fn there(deliverables: &[Deliverable], on: NaiveDate) -> impl Iterator<Item = (&Deliverable, &Edition)> {
    deliverables.iter().filter_map(move |deliverable| match &deliverable.details {
        Details::ForeignEdition(edition) | Details::PortalSection(edition) | Details::Column(edition) => {
            edition.is_there(on).then_some((deliverable, edition))
        }
        _ => None,
    })
}

/// Whether any edition is on record at all, there or not.
fn has_editions(deliverables: &[Deliverable], of: impl Fn(&Edition) -> bool) -> bool {
    deliverables.iter().any(|deliverable| match &deliverable.details {
        Details::ForeignEdition(edition) | Details::PortalSection(edition) | Details::Column(edition) => of(edition),
        _ => false,
    })
}

/// The languages in which an outlet has a foreign-language edition of its own on a day (T4); a section or column within it is none.
pub fn editions_of(deliverables: &[Deliverable], outlet: &str, on: NaiveDate) -> (Actual, Vec<RecordRef>) {
    let is_edition = |(deliverable, edition): &(&Deliverable, &Edition)| {
        deliverable.kind() == DeliverableKind::ForeignEdition && edition.outlet == outlet
    };
    let found: Vec<_> = there(deliverables, on).filter(is_edition).collect();
    let languages = found.iter().map(|(_, edition)| edition.language.clone()).collect();
    let is_recorded = has_editions(deliverables, |edition| edition.outlet == outlet);
    (Actual::Items(is_recorded.then_some(languages)), found.iter().map(|(deliverable, _)| record(deliverable)).collect())
}

/// Outlet, language and content of the editions and columns of some outlets on a day (T5).
pub fn matrix_of(deliverables: &[Deliverable], outlets: &BTreeSet<String>, on: NaiveDate) -> (Actual, Vec<RecordRef>) {
    let found: Vec<_> = there(deliverables, on).filter(|(_, edition)| outlets.contains(&edition.outlet)).collect();
    let cells = |edition: &Edition| {
        let (outlet, language) = (edition.outlet.clone(), edition.language.clone());
        edition.contents.clone().into_iter().map(move |content| (outlet.clone(), language.clone(), content))
    };
    let cells = found.iter().flat_map(|(_, edition)| cells(edition)).collect();
    let is_recorded = has_editions(deliverables, |edition| outlets.contains(&edition.outlet));
    (Actual::Cells(is_recorded.then_some(cells)), found.iter().map(|(deliverable, _)| record(deliverable)).collect())
}

/// How many foreign-language publications and sections each member has on a day (T7). `code_of` is the member's code; a member with
/// none on record is not there, which is no data. Vietnamese ones do not count.
pub fn per_agency<'a>(
    deliverables: &'a [Deliverable],
    code_of: impl Fn(&'a Deliverable) -> Option<String>,
    on: NaiveDate,
) -> (Actual, Vec<RecordRef>) {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    let mut records = Vec::new();
    for deliverable in deliverables {
        let counts_here = match &deliverable.details {
            Details::Publication(of) => {
                of.published_on.is_some_and(|day| day <= on) && of.languages.iter().any(|language| language != "vi")
            }
            Details::PortalSection(of) => of.is_there(on) && of.language != "vi",
            _ => continue,
        };
        let Some(code) = code_of(deliverable) else { continue };
        *counts.entry(code).or_default() += u64::from(counts_here);
        records.extend(counts_here.then(|| record(deliverable)));
    }
    (Actual::PerMember(counts), records)
}

/// How many deliverables of some kinds were done in some years, up to a day (T8, T9). None where none of the kinds is on record.
pub fn counted(
    deliverables: &[Deliverable],
    kinds: &[DeliverableKind],
    years: std::ops::RangeInclusive<i32>,
    on: NaiveDate,
) -> (Actual, Vec<RecordRef>) {
    let of_kind: Vec<&Deliverable> = deliverables.iter().filter(|deliverable| kinds.contains(&deliverable.kind())).collect();
    let is_done = |deliverable: &&&Deliverable| deliverable.details.counts_on().is_some_and(|day| day <= on && years.contains(&day.year()));
    let records: Vec<RecordRef> = of_kind.iter().filter(is_done).map(|deliverable| record(deliverable)).collect();
    (Actual::Count((!of_kind.is_empty()).then_some(records.len() as u64)), records)
}

/// Different people trained over one denominator (T2). Where agencies lack a roll the whole is not known, and there is no share.
pub fn trained(people: Option<People>, of: &Denominator) -> Actual {
    let persons = people.map(|people| people.persons);
    Actual::Share {
        at_least: persons.map(|persons| persons.at_least),
        at_most: persons.map(|persons| persons.at_most),
        whole: of.count.filter(|_| of.missing.is_empty()),
    }
}

/// Those in charge who have degree, major and language at once, over those in charge (T3). It takes a roll that tells both of every
/// agency: who have all three cannot be computed from the three counts.
pub fn fully_qualified(rolls: &[StaffRoll]) -> (Actual, Vec<RecordRef>) {
    let sum = |of: fn(&StaffRoll) -> Option<u64>| rolls.iter().try_fold(0_u64, |sum, roll| sum.checked_add(of(roll)?));
    let (part, whole) = (sum(|roll| roll.fully_qualified), sum(|roll| roll.in_charge));
    let part = part.filter(|_| !rolls.is_empty());
    let records = rolls.iter().map(|roll| RecordRef { kind: RecordKind::StaffRoll, id: roll.id.uuid() }).collect();
    (Actual::Share { at_least: part, at_most: part, whole }, records)
}
