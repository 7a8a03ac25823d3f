//! Staff rolls: how many an agency has on a day, how many of them are in charge, and what these can do.
//! Must not take an agency without a roll for one without staff: it is missing, by name.
//! What share of them was trained is `reach`.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::{
    agency::AgencyId,
    document::DocumentId,
    error::{Code, Fault},
    id::Id,
    labels::labelled_enum,
};

pub type StaffRollId = Id<StaffRoll>;

/// What an agency returns of its staff for a day. Every count may be missing; none is nought for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffRoll {
    pub id: StaffRollId,
    pub agency: AgencyId,
    pub on: NaiveDate,
    /// Cán bộ, công chức, viên chức, all of them.
    pub headcount: Option<u64>,
    /// Those in charge of external information (quản lý nhà nước về thông tin đối ngoại); of these:
    pub in_charge: Option<u64>,
    /// With a university degree.
    pub with_degree: Option<u64>,
    /// With a fitting major.
    pub with_fitting_major: Option<u64>,
    /// Who read and translate a foreign language.
    pub with_language: Option<u64>,
    /// Who have all three; it cannot be computed from the three.
    pub fully_qualified: Option<u64>,
    /// Posts for external information, and how they are filled (task III.4).
    pub posts: Option<u64>,
    pub full_time: Option<u64>,
    pub part_time: Option<u64>,
    /// Whether somebody is named as whom to turn to.
    pub has_focal_point: Option<bool>,
    pub document: Option<DocumentId>,
}

impl StaffRoll {
    /// What is wrong with it by itself: no part is larger than its whole, and who have all three are among those who have each.
    pub fn faults(&self, at: &str) -> Vec<Fault> {
        let parts = [
            ("inCharge", self.in_charge, self.headcount),
            ("withDegree", self.with_degree, self.in_charge),
            ("withFittingMajor", self.with_fitting_major, self.in_charge),
            ("withLanguage", self.with_language, self.in_charge),
            ("fullyQualified", self.fully_qualified, self.in_charge),
            ("fullyQualified", self.fully_qualified, self.with_degree),
            ("fullyQualified", self.fully_qualified, self.with_fitting_major),
            ("fullyQualified", self.fully_qualified, self.with_language),
            ("fullTime", self.full_time, self.headcount),
            ("partTime", self.part_time, self.headcount),
        ];
        let is_over = |part: Option<u64>, whole: Option<u64>| part.zip(whole).is_some_and(|(part, whole)| part > whole);
        let mut over: Vec<&str> = parts.into_iter().filter(|(_, part, whole)| is_over(*part, *whole)).map(|(field, ..)| field).collect();
        over.dedup();
        over.into_iter().map(|field| Fault::new(format!("{at}/{field}"), Code::OutOfRange)).collect()
    }

    /// A count of the roll.
    pub const fn count(&self, base: StaffBase) -> Option<u64> {
        match base {
            StaffBase::AllStaff => self.headcount,
            StaffBase::InCharge => self.in_charge,
        }
    }
}

labelled_enum! {
    /// Over whom a share is counted. The decision says "cán bộ, công chức" and means either: both stand side by side.
    pub enum StaffBase {
        AllStaff = "ALL_STAFF",
        /// Those in charge of external information.
        InCharge = "IN_CHARGE",
    }
}

/// The number that a share is taken of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denominator {
    pub base: StaffBase,
    /// Of the agencies that have told it; none where none has, or it does not fit.
    pub count: Option<u64>,
    /// Agencies that have told it, with the day of their rolls.
    pub told: Vec<(AgencyId, NaiveDate)>,
    /// Agencies without a roll that tells it: the count is not whole.
    pub missing: Vec<AgencyId>,
}

/// Every denominator on a day: of each agency the latest roll up to that day that tells it.
pub fn denominators(rolls: &[StaffRoll], agencies: &[AgencyId], on: NaiveDate) -> Vec<Denominator> {
    StaffBase::ALL.iter().map(|base| denominator(rolls, agencies, on, *base)).collect()
}

fn denominator(rolls: &[StaffRoll], agencies: &[AgencyId], on: NaiveDate, base: StaffBase) -> Denominator {
    let mut latest: BTreeMap<AgencyId, (NaiveDate, u64)> = BTreeMap::new();
    for roll in rolls.iter().filter(|roll| roll.on <= on && agencies.contains(&roll.agency)) {
        let Some(count) = roll.count(base) else { continue };
        let kept = latest.entry(roll.agency).or_insert((roll.on, count));
        if roll.on >= kept.0 {
            *kept = (roll.on, count);
        }
    }
    let counts = latest.values().map(|(_, count)| *count);
    Denominator {
        base,
        count: if latest.is_empty() { None } else { counts.into_iter().try_fold(0_u64, u64::checked_add) },
        told: latest.iter().map(|(agency, (day, _))| (*agency, *day)).collect(),
        missing: agencies.iter().copied().filter(|agency| !latest.contains_key(agency)).collect(),
    }
}
