//! What an event makes of roles beside tasks: they go to whoever takes the duty, or are left without an owner.
//! Must not move what is left already: that waits until a successor is named.
//! Roles themselves are `roles`; assignments and rolls are `settle`.

use super::{
    AgencyEvent, Duty, Fate, Functions, State,
    roles::{AgencyRole, QueuedRole, RoleSuccession, SignedRole},
    settle::{began_before, reaches},
};
use chrono::NaiveDate;

use crate::{agency::AgencyId, validity::Validity};

/// A role with what decides where it goes.
#[derive(Clone, Debug)]
pub(super) struct HeldRole {
    signed: SignedRole,
    duty: Duty,
}

impl State {
    /// With roles as signed, what was made of them so far, in the order of time, and which are left without an owner.
    #[must_use]
    pub fn with_roles(
        mut self,
        signed: impl IntoIterator<Item = SignedRole>,
        (successions, left): (Vec<RoleSuccession>, impl IntoIterator<Item = (AgencyRole, AgencyId)>),
        functions: &Functions,
    ) -> Self {
        let duty = |signed: &SignedRole| match signed.programme {
            Some(programme) => functions.duty(programme, None),
            None => Duty { programme: None, task: None, function: None },
        };
        self.roles = signed.into_iter().map(|signed| HeldRole { duty: duty(&signed), signed }).collect();
        self.successions = successions;
        self.left = left.into_iter().filter(|(_, agency)| !self.collectives.contains(agency)).collect();
        self
    }

    /// Who holds each role at the end of a day on which it holds.
    pub fn role_holders(&self, day: NaiveDate) -> Vec<(AgencyRole, AgencyId)> {
        let held = self.roles.iter().filter(|held| held.signed.validity.contains(day));
        held.map(|held| (held.signed.role, held.signed.holder_on(&self.successions, day))).collect()
    }

    /// Gives a role that was left by an agency to whoever was named for it.
    pub fn name_role(&mut self, event: &AgencyEvent, role: AgencyRole, from: AgencyId, successor: AgencyId) {
        self.give_role(event, role, (from, successor));
    }

    fn give_role(&mut self, event: &AgencyEvent, role: AgencyRole, (from, to): (AgencyId, AgencyId)) {
        let new = RoleSuccession { role, from, to, event: event.id, at: (event.effective_on, event.rank) };
        if self.successions.iter().any(|known| (known.role, known.from, known.event) == (role, from, event.id)) {
            return;
        }
        let place = self.successions.partition_point(|known| known.at <= new.at);
        self.successions.insert(place, new);
        self.moved.roles.push(new);
    }

    fn queue_role(&mut self, event: &AgencyEvent, role: AgencyRole, agency: AgencyId, validity: Validity) {
        let since = validity.from.map_or(event.effective_on, |from| from.max(event.effective_on));
        if !self.moved.queued_roles.iter().any(|queued| (queued.role, queued.agency) == (role, agency)) {
            self.moved.queued_roles.push(QueuedRole { event: event.id, role, agency, since });
        }
    }

    /// Lets an event happen to roles alone, but for those of collectives.
    pub fn step_roles(&mut self, event: &AgencyEvent) {
        self.move_roles(event);
    }

    pub(super) fn move_roles(&mut self, event: &AgencyEvent) {
        let at = (event.effective_on, event.rank);
        for i in 0..self.roles.len() {
            let HeldRole { signed, duty } = &self.roles[i];
            let (role, validity, duty) = (signed.role, Validity { from: signed.given_from(), ..signed.validity }, *duty);
            let holder = signed.holder_before(&self.successions, at);
            let is_left = self.left.contains(&(role, holder));
            if !event.predecessors.contains(&holder) || is_left || !reaches(validity, event.effective_on) {
                continue;
            }
            let is_later = !began_before(validity, event.effective_on);
            match event.fate(holder, &duty) {
                Fate::Stays => {}
                // A later document gave it to an agency that has given this work away, or that is no more.
                Fate::Goes(_) if is_later && !event.kind.ends() => {}
                Fate::Goes(successor) if !is_later => self.give_role(event, role, (holder, successor)),
                Fate::Goes(_) | Fate::Unowned => {
                    self.queue_role(event, role, holder, validity);
                    // What is signed later may name it again; only what it had is left.
                    if !is_later {
                        self.left.insert((role, holder));
                    }
                }
            }
        }
    }

    /// Roles given to a collective on whose roll nobody is left, and to those that it is part of.
    pub(super) fn queue_roles_of(
        &mut self,
        (event, since): (&AgencyEvent, NaiveDate),
        collective: AgencyId,
        is_part_of: impl Fn(AgencyId) -> bool,
    ) {
        for HeldRole { signed, .. } in self.roles.clone() {
            let from = signed.given_from();
            let day = from.map_or(since, |from| from.max(since));
            let holder = signed.holder_on(&self.successions, day);
            let is_part = holder == collective || (self.collectives.contains(&holder) && is_part_of(holder));
            if is_part && reaches(signed.validity, since) {
                self.queue_role(event, signed.role, collective, Validity { from: Some(day), ..signed.validity });
            }
        }
    }
}
