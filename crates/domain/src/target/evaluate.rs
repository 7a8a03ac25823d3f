//! What is reached of a target, and what is missing of it.
//! Must not call no data not met, nor beyond a range an error.
//! Measures and values are the parent module's.

use super::{Actual, Measure, TargetDirection};
use crate::{labels::labelled_enum, statistics::Rate};

labelled_enum! {
    /// What is reached.
    pub enum Status {
        /// Nothing on record, or not what the measure takes.
        NoData = "NO_DATA",
        /// The value is a range with the goal in it: nobody can tell.
        Undetermined = "UNDETERMINED",
        /// Not reached yet, and the last year for it is not over.
        InProgress = "IN_PROGRESS",
        NotMet = "NOT_MET",
        Met = "MET",
        /// Beyond the larger figure of a range.
        Exceeded = "EXCEEDED",
        /// Told in words, which no figure replaces.
        Described = "DESCRIBED",
    }
}

/// A part that is missing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Missing {
    /// An item of the set.
    Item(String),
    /// Outlet, item and content.
    Cell(String, String, String),
    /// A member that has too few: how many it has.
    Member(String, u64),
    /// A member of which nothing is on record.
    MemberWithoutData(String),
}

/// What is reached of a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evaluation {
    pub status: Status,
    /// The share that is reached, at the least and at the most; of sets, tables and members, how many of all.
    pub share: Option<(Rate, Rate)>,
    /// The number that is reached.
    pub count: Option<u64>,
    pub missing: Vec<Missing>,
}

impl Evaluation {
    const fn of(status: Status) -> Self {
        Self { status, share: None, count: None, missing: Vec::new() }
    }

    fn parts(reached: usize, of: usize, missing: Vec<Missing>, is_over: bool) -> Self {
        let signed = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        let rate = Rate::of(signed(reached), signed(of));
        let status = if missing.is_empty() { Status::Met } else { unmet(is_over) };
        Self { status, share: Some((rate, rate)), count: None, missing }
    }
}

const fn unmet(is_over: bool) -> Status {
    if is_over { Status::NotMet } else { Status::InProgress }
}

impl Measure {
    /// Judges a value. `is_over`: the last year for the target is past, so that what is not reached is not met. A value of another
    /// measure is no data.
    pub fn evaluate(&self, actual: &Actual, direction: TargetDirection, is_over: bool) -> Evaluation {
        match (self, actual) {
            (Self::Percentage { goal, .. }, Actual::Share { at_least: Some(low), at_most: Some(high), whole: Some(whole) }) => {
                share((*low, *high, *whole), *goal, direction, is_over)
            }
            (Self::SetCoverage { required }, Actual::Items(Some(there))) => {
                let missing: Vec<Missing> = required.difference(there).cloned().map(Missing::Item).collect();
                Evaluation::parts(required.len() - missing.len(), required.len(), missing, is_over)
            }
            (Self::Matrix { outlets, items, contents }, Actual::Cells(Some(there))) => {
                let cells = outlets.iter().flat_map(|outlet| items.iter().map(move |item| (outlet, item)));
                let cells =
                    cells.flat_map(|(outlet, item)| contents.iter().map(move |content| (outlet.clone(), item.clone(), content.clone())));
                let cells: Vec<_> = cells.collect();
                let absent = cells.iter().filter(|cell| !there.contains(cell)).cloned();
                let missing: Vec<Missing> = absent.map(|(outlet, item, content)| Missing::Cell(outlet, item, content)).collect();
                Evaluation::parts(cells.len() - missing.len(), cells.len(), missing, is_over)
            }
            (Self::Qualitative, Actual::Narrative { text: Some(text), .. }) if !text.trim().is_empty() => Evaluation::of(Status::Described),
            (Self::CountPerMember { members, at_least }, Actual::PerMember(counts)) if !counts.is_empty() => {
                let short = |member: &String| match counts.get(member) {
                    Some(count) => (count < at_least).then(|| Missing::Member(member.clone(), *count)),
                    None => Some(Missing::MemberWithoutData(member.clone())),
                };
                let missing: Vec<Missing> = members.iter().filter_map(short).collect();
                Evaluation::parts(members.len() - missing.len(), members.len(), missing, is_over)
            }
            (Self::Range { min, max }, Actual::Count(Some(count))) => {
                let status = match count {
                    count if count < min => unmet(is_over),
                    count if count > max => Status::Exceeded,
                    _ => Status::Met,
                };
                Evaluation { count: Some(*count), ..Evaluation::of(status) }
            }
            (Self::Count { goal }, Actual::Count(Some(count))) => {
                let is_met = if direction == TargetDirection::AtLeast { count >= goal } else { count <= goal };
                Evaluation { count: Some(*count), ..Evaluation::of(if is_met { Status::Met } else { unmet(is_over) }) }
            }
            _ => Evaluation::of(Status::NoData),
        }
    }
}

/// A share that may be a range: it is met where the worse end is, and not met where the better end is not; between, nobody can tell.
fn share((low, high, whole): (u64, u64, u64), goal: u32, direction: TargetDirection, is_over: bool) -> Evaluation {
    if whole == 0 {
        return Evaluation::of(Status::NoData);
    }
    let reaches = |part: u64| {
        let (part, goal) = (u128::from(part) * 10_000, u128::from(goal) * u128::from(whole));
        if direction == TargetDirection::AtLeast { part >= goal } else { part <= goal }
    };
    let (worse, better) = if direction == TargetDirection::AtLeast { (low, high) } else { (high, low) };
    let status = match (reaches(worse), reaches(better)) {
        (true, _) => Status::Met,
        (false, false) => unmet(is_over),
        (false, true) => Status::Undetermined,
    };
    let signed = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let rate = |part: u64| Rate::of(signed(part), signed(whole));
    Evaluation { share: Some((rate(low), rate(high))), ..Evaluation::of(status) }
}
