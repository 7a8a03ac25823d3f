//! What happens to agencies, and who answers afterwards for what they had to do.
//! Must not rewrite what was: an event closes rows on its day and opens others.
//! Whether an event may be recorded is `judge`, what it moves `settle`; agencies themselves are `agency`.

use std::{collections::HashMap, sync::Arc};

use chrono::NaiveDate;

use crate::{
    agency::{AgencyId, Attestation},
    document::DocumentId,
    id::Id,
    labels::labelled_enum,
    programme::ProgrammeId,
    task::TaskId,
};

mod judge;
mod roles;
mod settle;
mod settle_roles;

pub use judge::{Life, judge, judge_naming};
pub use roles::{AgencyRole, AgencyRoleKind, QueuedRole, RoleSuccession, SignedRole, joined};
pub use settle::{Designated, Held, Membership, Moved, Opened, Queued, State};

pub type AgencyEventId = Id<AgencyEvent>;
pub type FunctionId = Id<Function>;

labelled_enum! {
    /// What happened to agencies.
    pub enum AgencyEventKind {
        /// Đổi tên.
        Rename = "RENAME",
        /// Hợp nhất: several become one new.
        Consolidate = "CONSOLIDATE",
        /// Sáp nhập: one goes into another that stays.
        Merge = "MERGE",
        /// Chia: one becomes several.
        Divide = "DIVIDE",
        /// Tách: one stays and gives part of its work to new ones.
        Split = "SPLIT",
        /// Giải thể.
        Dissolve = "DISSOLVE",
        /// Chuyển chức năng: work goes from one to another, both stay.
        FunctionTransfer = "FUNCTION_TRANSFER",
    }
}

impl AgencyEventKind {
    /// Whether the agencies that it happens to end with it.
    pub const fn ends(self) -> bool {
        matches!(self, Self::Consolidate | Self::Merge | Self::Divide | Self::Dissolve)
    }

    /// Whether the one successor takes all that is not named.
    pub const fn goes_whole(self) -> bool {
        matches!(self, Self::Consolidate | Self::Merge)
    }

    /// Whether successors stand on the rolls on which their predecessors stood.
    pub const fn joins_rolls(self) -> bool {
        matches!(self, Self::Consolidate | Self::Merge | Self::Divide | Self::Split)
    }
}

/// A kind of work by which duties are told apart, e.g. `EXTERNAL_INFORMATION`.
#[derive(Clone, Debug)]
pub struct Function {
    pub id: FunctionId,
    pub code: Arc<str>,
    pub name: Arc<str>,
}

/// A set of duties that a successor takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DutySet {
    /// All of a programme.
    Programme(ProgrammeId),
    Task(TaskId),
    /// All of a kind, in whichever programme.
    Function(FunctionId),
}

/// Which duties go to whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    pub successor: AgencyId,
    pub duties: DutySet,
}

/// Something that happened to agencies.
#[derive(Clone, Debug)]
pub struct AgencyEvent {
    pub id: AgencyEventId,
    pub code: Arc<str>,
    pub kind: AgencyEventKind,
    /// The first day on which it holds.
    pub effective_on: NaiveDate,
    /// The order among events of one day.
    pub rank: i32,
    pub basis: DocumentId,
    pub predecessors: Vec<AgencyId>,
    pub successors: Vec<AgencyId>,
    pub shares: Vec<Share>,
    pub note: Option<Arc<str>>,
    /// How well it is attested, where that is told beside its document.
    pub attestation: Option<Attestation>,
}

/// A duty, as far as it decides where it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Duty {
    /// None for what is owed whatever the programme.
    pub programme: Option<ProgrammeId>,
    /// None for what is owed for the whole programme.
    pub task: Option<TaskId>,
    pub function: Option<FunctionId>,
}

/// What becomes of a duty in an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It stays where it is.
    Stays,
    Goes(AgencyId),
    /// Whoever had it is no more, and nobody took it.
    Unowned,
}

impl AgencyEvent {
    /// Whether both tell the same of the same agencies, on one day and by one document; what they are called does not matter.
    pub fn says_the_same(&self, other: &Self) -> bool {
        let what = |event: &Self| (event.kind, event.effective_on, event.basis);
        what(self) == what(other)
            && (&self.predecessors, &self.successors, &self.shares) == (&other.predecessors, &other.successors, &other.shares)
    }

    /// What becomes of a duty of an agency. Of the sets that hold it, the narrowest counts: the task, then the kind, then the programme.
    pub fn fate(&self, agency: AgencyId, duty: &Duty) -> Fate {
        if !self.predecessors.contains(&agency) || self.kind == AgencyEventKind::Rename {
            return Fate::Stays;
        }
        let narrowest = [duty.task.map(DutySet::Task), duty.function.map(DutySet::Function), duty.programme.map(DutySet::Programme)];
        let taken = narrowest.into_iter().flatten().find_map(|set| self.shares.iter().find(|share| share.duties == set));
        let whole = || if self.kind.goes_whole() { self.successors.first().copied() } else { None };
        match taken.map(|share| share.successor).or_else(whole) {
            Some(successor) if successor == agency => Fate::Stays,
            Some(successor) => Fate::Goes(successor),
            None if self.kind.ends() => Fate::Unowned,
            None => Fate::Stays,
        }
    }
}

/// Of which kind duties are. A task named for itself is of its own kind, whatever its programme is.
#[derive(Clone, Debug, Default)]
pub struct Functions {
    pub of_programme: HashMap<ProgrammeId, FunctionId>,
    pub of_task: HashMap<TaskId, FunctionId>,
}

impl Functions {
    /// A duty with its kind.
    pub fn duty(&self, programme: ProgrammeId, task: Option<TaskId>) -> Duty {
        let own = task.and_then(|task| self.of_task.get(&task));
        Duty { programme: Some(programme), task, function: own.or_else(|| self.of_programme.get(&programme)).copied() }
    }
}

/// Who has a duty on a day that an agency once had; none where it has no owner then. `events` are in the order of time.
pub fn answering(events: &[AgencyEvent], agency: AgencyId, duty: &Duty, day: NaiveDate) -> Option<AgencyId> {
    followed(events, agency, duty, day).0
}

/// The events after a day: those before made no difference to what an agency had on it. `events` are in the order of time.
pub fn after(events: &[AgencyEvent], since: NaiveDate) -> &[AgencyEvent] {
    &events[events.partition_point(|event| event.effective_on <= since)..]
}

/// As [`answering`], with the last event that moved the duty or left it without an owner; none where it stayed.
pub fn followed<'a>(
    events: &'a [AgencyEvent],
    agency: AgencyId,
    duty: &Duty,
    day: NaiveDate,
) -> (Option<AgencyId>, Option<&'a AgencyEvent>) {
    let (mut holder, mut is_owned, mut moved_by) = (agency, true, None);
    for event in events.iter().take_while(|event| event.effective_on <= day) {
        match event.fate(holder, duty) {
            Fate::Stays => continue,
            Fate::Goes(successor) => (holder, is_owned) = (successor, true),
            Fate::Unowned => is_owned = false,
        }
        moved_by = Some(event);
    }
    (is_owned.then_some(holder), moved_by)
}

/// Whoever took anything of an agency that is no more, and is there on the day; the agency itself while it is there.
pub fn heirs(events: &[AgencyEvent], agency: AgencyId, day: NaiveDate, is_active: &dyn Fn(AgencyId) -> bool) -> Vec<AgencyId> {
    let (mut open, mut seen, mut found) = (vec![agency], vec![agency], Vec::new());
    while let Some(next) = open.pop() {
        if is_active(next) {
            found.push(next);
            continue;
        }
        let took = events.iter().filter(|event| event.effective_on <= day && event.predecessors.contains(&next));
        for successor in took.flat_map(|event| event.successors.iter().copied()) {
            if !seen.contains(&successor) {
                seen.push(successor);
                open.push(successor);
            }
        }
    }
    found.sort_unstable();
    found
}

#[cfg(test)]
mod tests;
