//! What an event moves: assignments and places on rolls are closed on its day and opened for whoever takes over.
//! Must not leave an open assignment with nobody: what nobody takes stands in the queue.
//! Roles beside tasks are `settle_roles`; obligations follow the same fate, see `AgencyEvent::fate`; storing is `app::succession`.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;

use super::{
    AgencyEvent, AgencyEventId, Duty, Fate,
    roles::{AgencyRole, QueuedRole, RoleSuccession},
    settle_roles::HeldRole,
};
use crate::{
    agency::{AgencyId, AgencyMember},
    id::{Id, IdSource},
    task::{Assignment, AssignmentRole, TaskId},
    validity::Validity,
};

/// An assignment with what it is about.
#[derive(Clone, Debug)]
pub struct Held {
    pub assignment: Assignment,
    pub duty: Duty,
}

/// A place on the roll of a collective.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Membership {
    pub id: Id<AgencyMember>,
    pub collective: AgencyId,
    pub member: AgencyId,
    pub rank: i32,
    pub validity: Validity,
}

/// Whom a document names for a task, of those that the words of a collective could mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Designated {
    pub task: TaskId,
    pub collective: AgencyId,
    /// Who has the duty now.
    pub agency: AgencyId,
    pub validity: Validity,
}

/// What was opened for a successor.
#[derive(Clone, Debug)]
pub struct Opened {
    pub assignment: Assignment,
    pub follows: Id<Assignment>,
    pub event: AgencyEventId,
}

/// What an event left without an owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Queued {
    pub event: AgencyEventId,
    /// Whose it was; a collective where its roll became empty.
    pub agency: AgencyId,
    pub assignment: Id<Assignment>,
    pub since: NaiveDate,
}

/// All that events moved.
#[derive(Clone, Debug, Default)]
pub struct Moved {
    /// With the first day on which each no longer holds.
    pub closed: Vec<(Id<Assignment>, NaiveDate)>,
    pub opened: Vec<Opened>,
    pub queued: Vec<Queued>,
    pub left: Vec<(Id<AgencyMember>, NaiveDate)>,
    /// With the event that each rests on.
    pub joined: Vec<(Membership, AgencyEventId)>,
    pub roles: Vec<RoleSuccession>,
    pub queued_roles: Vec<QueuedRole>,
}

/// Assignments and rolls, moved by one event after the other.
#[derive(Clone, Debug, Default)]
pub struct State {
    held: Vec<Held>,
    rolls: Vec<Membership>,
    pub(super) collectives: HashSet<AgencyId>,
    /// Agencies that are no more, with the first day on which they are not.
    gone: HashMap<AgencyId, NaiveDate>,
    designated: Vec<Designated>,
    pub(super) roles: Vec<HeldRole>,
    /// In the order of time.
    pub(super) successions: Vec<RoleSuccession>,
    /// Roles that agencies left which are no more.
    pub(super) left: HashSet<(AgencyRole, AgencyId)>,
    pub(super) moved: Moved,
}

/// Whether something that holds in a time holds from a day on, in part or whole.
pub(super) fn reaches(validity: Validity, day: NaiveDate) -> bool {
    validity.to.is_none_or(|to| day < to)
}

pub(super) fn began_before(validity: Validity, day: NaiveDate) -> bool {
    validity.from.is_none_or(|from| from < day)
}

impl State {
    pub fn new(mut held: Vec<Held>, rolls: Vec<Membership>, collectives: impl IntoIterator<Item = AgencyId>) -> Self {
        // Leads first: who leads a task does not coordinate it beside.
        held.sort_by_key(|held| (held.assignment.role != AssignmentRole::Lead, held.assignment.rank, held.assignment.id));
        Self { held, rolls, collectives: collectives.into_iter().collect(), ..Self::default() }
    }

    /// Without agencies that are no more, each from a day on.
    #[must_use]
    pub fn without(mut self, gone: impl IntoIterator<Item = (AgencyId, NaiveDate)>) -> Self {
        self.gone.extend(gone);
        self
    }

    /// With whom documents name for tasks of filtered collectives.
    #[must_use]
    pub fn designating(mut self, designated: Vec<Designated>) -> Self {
        self.designated = designated;
        self
    }

    /// A place on a roll, or whom a document names, told after the events so far.
    #[cfg(test)]
    pub(super) fn tell(&mut self, place: Option<Membership>, named: Option<Designated>) {
        self.rolls.extend(place);
        self.designated.extend(named);
    }

    /// Assignments as they stand now.
    pub fn held(&self) -> &[Held] {
        &self.held
    }

    /// What was moved.
    pub fn moved(self) -> Moved {
        self.moved
    }

    /// What was moved so far.
    pub fn so_far(&self) -> &Moved {
        &self.moved
    }

    /// Lets an event happen. One that has happened already finds nothing to move.
    pub fn step(&mut self, event: &AgencyEvent, ids: &dyn IdSource) {
        self.assignments(event, ids);
        self.move_designated(event);
        self.move_roles(event);
        let eve = event.effective_on.pred_opt().unwrap_or(event.effective_on);
        let mut before = vec![(event.effective_on, self.on_rolls(eve))];
        if event.kind.ends() {
            // A roll may change later, and hold nobody then but who is no more.
            before.extend(self.turns(event.effective_on).into_iter().map(|day| (day, self.written_on(day))));
            self.gone.extend(event.predecessors.iter().map(|agency| (*agency, event.effective_on)));
        }
        self.move_rolls(event, ids);
        for (day, before) in &before {
            self.queue_emptied(event, (*day, before));
        }
    }

    /// Opens an assignment for whoever was named for one without an owner; what still holds in the name of nobody is closed.
    pub fn name(&mut self, event: &AgencyEvent, assignment: Id<Assignment>, successor: AgencyId, ids: &dyn IdSource) {
        let Some(at) = self.held.iter().position(|held| held.assignment.id == assignment) else { return };
        let left = self.held[at].clone();
        // A collective's words stand on: the successor answers beside them.
        if !self.collectives.contains(&left.assignment.agency) {
            self.close(at, event.effective_on);
        }
        self.open(event, &left, successor, None, ids);
    }

    fn assignments(&mut self, event: &AgencyEvent, ids: &dyn IdSource) {
        let day = event.effective_on;
        for at in 0..self.held.len() {
            let held = self.held[at].clone();
            let validity = held.assignment.validity;
            if !event.predecessors.contains(&held.assignment.agency) || !reaches(validity, day) {
                continue;
            }
            let is_later = !began_before(validity, day);
            match event.fate(held.assignment.agency, &held.duty) {
                Fate::Stays => {}
                // A later document gave it to an agency that has given this work away, or that is no more.
                Fate::Goes(_) if is_later && !event.kind.ends() => {}
                _ if is_later => self.queue(event, &held, held.assignment.agency),
                // The words of a collective stand on: whoever was named for them answers beside them.
                Fate::Goes(successor) => {
                    if !self.collectives.contains(&held.assignment.agency) {
                        self.close(at, day);
                    }
                    self.open(event, &held, successor, validity.to, ids);
                }
                Fate::Unowned => {
                    self.close(at, day);
                    self.queue(event, &held, held.assignment.agency);
                }
            }
        }
    }

    fn close(&mut self, at: usize, day: NaiveDate) {
        let assignment = &mut self.held[at].assignment;
        if !began_before(assignment.validity, day) || !reaches(assignment.validity, day) {
            return;
        }
        assignment.validity.to = Some(day);
        let id = assignment.id;
        match self.moved.opened.iter_mut().find(|opened| opened.assignment.id == id) {
            Some(opened) => opened.assignment.validity.to = Some(day),
            None => self.moved.closed.push((id, day)),
        }
    }

    fn open(&mut self, event: &AgencyEvent, left: &Held, successor: AgencyId, to: Option<NaiveDate>, ids: &dyn IdSource) {
        let (day, old) = (event.effective_on, &left.assignment);
        // Whoever has it already, or leads what it would coordinate, goes on as before.
        let has = |held: &Held| {
            let other = &held.assignment;
            (other.task, other.agency) == (old.task, successor)
                && (other.role == old.role || other.role == AssignmentRole::Lead)
                && reaches(other.validity, day)
        };
        if self.held.iter().any(has) {
            return;
        }
        let validity = Validity { from: Some(day), to };
        let assignment = Assignment { id: ids.next(), agency: successor, validity, basis: event.basis, ..old.clone() };
        self.moved.opened.push(Opened { assignment: assignment.clone(), follows: old.id, event: event.id });
        self.held.push(Held { assignment, duty: left.duty });
    }

    /// Whoever takes the duty of one that is designated is meant in its place; what nobody takes is queued.
    fn move_designated(&mut self, event: &AgencyEvent) {
        let day = event.effective_on;
        for at in 0..self.designated.len() {
            let one = self.designated[at];
            if !event.predecessors.contains(&one.agency) || !reaches(one.validity, day) {
                continue;
            }
            let of = |held: &&Held| (held.assignment.task, held.assignment.agency) == (one.task, one.collective);
            let Some(held) = self.held.iter().filter(of).find(|held| reaches(held.assignment.validity, day)).cloned() else { continue };
            let is_later = !began_before(one.validity, day);
            match event.fate(one.agency, &held.duty) {
                Fate::Stays => {}
                // A later document named an agency that has given this work away, or that is no more.
                Fate::Goes(_) if is_later && !event.kind.ends() => {}
                Fate::Goes(successor) if !is_later => self.designated[at].agency = successor,
                Fate::Goes(_) | Fate::Unowned => self.queue_from(event, &held, one.agency, one.validity.from),
            }
        }
    }

    fn queue(&mut self, event: &AgencyEvent, left: &Held, agency: AgencyId) {
        self.queue_from(event, left, agency, left.assignment.validity.from);
    }

    fn queue_from(&mut self, event: &AgencyEvent, left: &Held, agency: AgencyId, from: Option<NaiveDate>) {
        let since = from.map_or(event.effective_on, |from| from.max(event.effective_on));
        let assignment = left.assignment.id;
        if !self.moved.queued.iter().any(|queued| (queued.assignment, queued.agency) == (assignment, agency)) {
            self.moved.queued.push(Queued { event: event.id, agency, assignment, since });
        }
    }

    fn move_rolls(&mut self, event: &AgencyEvent, ids: &dyn IdSource) {
        let day = event.effective_on;
        for at in 0..self.rolls.len() {
            let place = self.rolls[at];
            if !event.predecessors.contains(&place.member) || !reaches(place.validity, day) || !began_before(place.validity, day) {
                continue;
            }
            if event.kind.ends() {
                self.rolls[at].validity.to = Some(day);
                match self.moved.joined.iter_mut().find(|(joined, _)| joined.id == place.id) {
                    Some((joined, _)) => joined.validity.to = Some(day),
                    None => self.moved.left.push((place.id, day)),
                }
            }
            for successor in event.successors.iter().filter(|_| event.kind.joins_rolls()) {
                let is_on =
                    |other: &Membership| (other.collective, other.member) == (place.collective, *successor) && reaches(other.validity, day);
                if place.collective != *successor && !self.rolls.iter().any(is_on) {
                    let validity = Validity { from: Some(day), to: place.validity.to };
                    let joined = Membership { id: ids.next(), member: *successor, validity, ..place };
                    self.rolls.push(joined);
                    self.moved.joined.push((joined, event.id));
                }
            }
        }
    }

    /// The days from one on on which any roll changes, in order.
    fn turns(&self, day: NaiveDate) -> BTreeSet<NaiveDate> {
        let days = self.rolls.iter().flat_map(|place| [place.validity.from, place.validity.to]).flatten();
        days.filter(|turn| *turn >= day).collect()
    }

    /// Who is on each roll on a day, as it is written.
    fn written_on(&self, day: NaiveDate) -> HashMap<AgencyId, Vec<AgencyId>> {
        let mut on: HashMap<AgencyId, Vec<AgencyId>> = HashMap::new();
        for place in self.rolls.iter().filter(|place| place.validity.contains(day)) {
            on.entry(place.collective).or_default().push(place.member);
        }
        on
    }

    /// Who is on each roll on a day, and is there.
    fn on_rolls(&self, day: NaiveDate) -> HashMap<AgencyId, Vec<AgencyId>> {
        let mut on = self.written_on(day);
        for members in on.values_mut() {
            members.retain(|member| self.gone.get(member).is_none_or(|gone| day < *gone));
        }
        on
    }

    /// Whether a single body is on the roll of a collective, through other collectives too.
    fn has_bodies(&self, on: &HashMap<AgencyId, Vec<AgencyId>>, collective: AgencyId) -> bool {
        within(on, collective).iter().any(|member| !self.collectives.contains(member))
    }

    /// Assignments to a collective whose roll became empty, and to those that it is part of.
    fn queue_emptied(&mut self, event: &AgencyEvent, (day, before): (NaiveDate, &HashMap<AgencyId, Vec<AgencyId>>)) {
        if !event.kind.ends() {
            return;
        }
        let after = self.on_rolls(day);
        let mut emptied: Vec<AgencyId> = self.collectives.iter().copied().collect();
        emptied.sort_unstable();
        emptied.retain(|collective| {
            let was = within(before, *collective);
            event.predecessors.iter().any(|agency| was.contains(agency)) && !self.has_bodies(&after, *collective)
        });
        for collective in emptied {
            self.queue_roles_of((event, day), collective, |holder| within(before, holder).contains(&collective));
            for held in self.held.clone() {
                let assignee = held.assignment.agency;
                let is_part = assignee == collective || within(before, assignee).contains(&collective);
                if is_part && self.collectives.contains(&assignee) && reaches(held.assignment.validity, day) {
                    let from = held.assignment.validity.from.map_or(day, |from| from.max(day));
                    self.queue_from(event, &held, collective, Some(from));
                }
            }
        }
    }
}

/// Everybody on the roll of a collective, through other collectives too, and these collectives.
fn within(on: &HashMap<AgencyId, Vec<AgencyId>>, collective: AgencyId) -> HashSet<AgencyId> {
    let (mut found, mut open) = (HashSet::new(), vec![collective]);
    while let Some(next) = open.pop() {
        for member in on.get(&next).into_iter().flatten() {
            if found.insert(*member) {
                open.push(*member);
            }
        }
    }
    found
}
