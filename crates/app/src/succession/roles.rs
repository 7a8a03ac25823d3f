//! Roles beside tasks as of a day: who holds what a programme or a regime gives to an agency, and which roles wait for an owner.
//! Must not decide where a role goes; `domain::succession` does.
//! Moving them is `happen`, naming a successor `name`.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use domain::{
    agency::AgencyId,
    chasing::Bodies,
    programme::{Programme, ProgrammeId, Responsibility, ResponsibilityRelation},
    regime::Regime,
    succession::{AgencyEventId, AgencyRole, AgencyRoleKind, QueuedRole, RoleSuccession, SignedRole, State},
};
use persistence::{Conn, agency_role::Roles, succession as stored, succession_queue::WaitsOn};

use super::{collectives, places};
use crate::{App, Error, catalogue::Catalogue, import::stamp};

/// Roles by what they are of.
#[derive(Debug, Default)]
pub(crate) struct KnownRoles {
    signed: HashMap<AgencyRole, Vec<SignedRole>>,
    successions: HashMap<AgencyRole, Vec<RoleSuccession>>,
    left: HashMap<AgencyRole, Vec<QueuedRole>>,
}

fn by_role<T>(all: Vec<T>, role: fn(&T) -> AgencyRole) -> HashMap<AgencyRole, Vec<T>> {
    let mut found: HashMap<AgencyRole, Vec<T>> = HashMap::new();
    for one in all {
        found.entry(role(&one)).or_default().push(one);
    }
    found
}

impl KnownRoles {
    pub(crate) fn new(roles: Roles) -> Self {
        Self {
            signed: by_role(roles.signed, |one| one.role),
            successions: by_role(roles.successions, |one| one.role),
            left: by_role(roles.left, |one| one.role),
        }
    }

    fn signed(&self, role: AgencyRole) -> &[SignedRole] {
        self.signed.get(&role).map_or(&[], Vec::as_slice)
    }

    fn successions(&self, role: AgencyRole) -> &[RoleSuccession] {
        self.successions.get(&role).map_or(&[], Vec::as_slice)
    }

    fn left(&self, role: AgencyRole) -> &[QueuedRole] {
        self.left.get(&role).map_or(&[], Vec::as_slice)
    }
}

/// Whoever holds a role on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Who had it last, where nobody has it.
    pub agency: AgencyId,
    /// Nobody has it: a successor is to be named.
    pub awaits: bool,
}

impl Holder {
    /// Nobody where it has no owner.
    pub fn present(self) -> Option<AgencyId> {
        (!self.awaits).then_some(self.agency)
    }
}

/// Who has a duty on a day.
pub fn duty_holder(catalogue: &Catalogue, duty: &Responsibility, day: NaiveDate) -> Holder {
    let role = AgencyRole { kind: AgencyRoleKind::Responsible, subject: duty.id.uuid() };
    catalogue.role_holder(role, duty.agency, day)
}

/// The other agencies of a duty on a day, of those that are signed to stand to it so: each once, in their order, without those in whose
/// place nobody is. Whoever has the duty itself does not carry it out with itself.
pub fn duty_others(
    catalogue: &Catalogue,
    duty: &Responsibility,
    (signed, relation): (&[(ResponsibilityRelation, AgencyId)], ResponsibilityRelation),
    day: NaiveDate,
) -> Vec<AgencyId> {
    let role = AgencyRole { kind: relation.into(), subject: duty.id.uuid() };
    let own = duty_holder(catalogue, duty, day).agency;
    let mut found = Vec::new();
    for (_, agency) in signed.iter().filter(|other| other.0 == relation) {
        let holder = catalogue.role_holder(role, *agency, day).present();
        let is_own = |holder| relation == ResponsibilityRelation::With && holder == own;
        found.extend(holder.filter(|holder| !found.contains(holder) && !is_own(*holder)));
    }
    found
}

/// Those in whose place nobody is on a day, of the other agencies of a duty that stand to it so: a successor is to be named for each.
pub fn duty_others_awaiting(
    catalogue: &Catalogue,
    duty: &Responsibility,
    (signed, relation): (&[(ResponsibilityRelation, AgencyId)], ResponsibilityRelation),
    day: NaiveDate,
) -> Vec<AgencyId> {
    let role = AgencyRole { kind: relation.into(), subject: duty.id.uuid() };
    let mut found = Vec::new();
    for (_, agency) in signed.iter().filter(|other| other.0 == relation) {
        let holder = catalogue.role_holder(role, *agency, day);
        found.extend(Some(holder.agency).filter(|agency| holder.awaits && !found.contains(agency)));
    }
    found
}

impl Catalogue {
    /// Who holds a role on a day that what is in force then gives to an agency.
    pub fn role_holder(&self, role: AgencyRole, signed: AgencyId, day: NaiveDate) -> Holder {
        let known = self.known_roles();
        let holds = |one: &&SignedRole| one.agency == signed && one.validity.from.is_none_or(|from| from <= day);
        let of = known.signed(role).iter().filter(holds).max_by_key(|one| one.validity.from);
        let agency = of.map_or(signed, |one| one.holder_on(known.successions(role), day));
        Holder { agency, awaits: self.is_left(role, agency, day) }
    }

    /// Whether a role is left by whoever held it last: words stand for others once somebody is on their roll.
    fn is_left(&self, role: AgencyRole, agency: AgencyId, day: NaiveDate) -> bool {
        let known = self.known_roles();
        let is_left = known.left(role).iter().any(|left| left.agency == agency && left.since <= day);
        is_left && (self.agency(agency).is_none_or(|one| one.collective.is_none()) || self.members_on(agency, day).is_empty())
    }

    /// The standing agency of a programme on a day, or whom it reports to, by the words of the day, whatever is signed for later.
    pub fn body_of(&self, programme: &Programme, kind: AgencyRoleKind, day: NaiveDate) -> Option<Holder> {
        let (known, role) = (self.known_roles(), AgencyRole { kind, subject: programme.id.uuid() });
        let agency = known.signed(role).iter().find(|one| one.validity.contains(day))?.holder_on(known.successions(role), day);
        Some(Holder { agency, awaits: self.is_left(role, agency, day) })
    }

    /// Who receives a regime's reports on a day; who did last, once it is out of force.
    pub fn receiver_of(&self, regime: &Regime, day: NaiveDate) -> Option<Holder> {
        let role = AgencyRole { kind: AgencyRoleKind::Receiver, subject: regime.id.uuid() };
        let day = regime.validity.to.and_then(|to| to.pred_opt()).map_or(day, |last| last.min(day));
        Some(self.role_holder(role, regime.receiver?, day))
    }

    /// Whom a programme is led by and reports to on a day.
    pub fn bodies_on(&self, programme: &Programme, day: NaiveDate) -> Bodies {
        let present = |kind| self.body_of(programme, kind, day).and_then(Holder::present);
        Bodies {
            standing: present(AgencyRoleKind::StandingAgency),
            committee: programme.steering_committee,
            authority: present(AgencyRoleKind::ReportsTo),
        }
    }

    /// What a role is of: the programme, if it is of one, and the code of the duty, the regime or the programme.
    pub fn role_subject(&self, role: AgencyRole) -> Option<(Option<ProgrammeId>, &str)> {
        self.known_roles().signed(role).last().map(|one| (one.programme, &*one.code))
    }

    /// What an event made of roles, or for which a successor was named by it.
    pub fn roles_moved_by(&self, event: AgencyEventId) -> Vec<RoleSuccession> {
        let mut found: Vec<_> = self.known_roles().successions.values().flatten().filter(|one| one.event == event).copied().collect();
        found.sort_by_key(|one| (one.role, one.from));
        found
    }

    /// What waits now, whatever it is.
    pub(crate) fn waits_on(&self, today: NaiveDate) -> WaitsOn {
        self.waits_within((today, None), None)
    }

    /// What waits now, from a later day on too, or waited on a day that is named; of some programmes, or of whatever.
    pub(crate) fn waits_within(&self, (today, as_of): (NaiveDate, Option<NaiveDate>), within: Option<Vec<ProgrammeId>>) -> WaitsOn {
        let is_within = |left: &QueuedRole| {
            let of = || self.role_subject(left.role).and_then(|(programme, _)| programme);
            within.as_ref().is_none_or(|within| of().is_some_and(|programme| within.contains(&programme)))
        };
        let waits = |left: &QueuedRole| as_of.map_or_else(|| self.still_waits(left, today), |day| self.waited(left, day));
        let all = self.known_roles().left.values().flatten().filter(|left| is_within(left) && waits(left));
        let roles = all.map(|left| (left.role, left.agency)).collect();
        WaitsOn { day: as_of.unwrap_or(today), is_as_of: as_of.is_some(), within, roles }
    }

    /// Whether what was signed for a day led on it to whoever had left the role.
    fn waited(&self, left: &QueuedRole, day: NaiveDate) -> bool {
        let known = self.known_roles();
        let leads = |one: &SignedRole| self.means(one.holder_on(known.successions(left.role), day), left, (day, day));
        let mut signed = known.signed(left.role).iter().filter(|one| one.validity.contains(day));
        left.since <= day && signed.any(leads) && self.is_left(left.role, left.agency, day)
    }

    /// Whether a holder is whoever left a role, or stands on a day for words of whose roll that is a part for which nobody was named up to
    /// another.
    fn means(&self, holder: AgencyId, left: &QueuedRole, (day, named_by): (NaiveDate, NaiveDate)) -> bool {
        let named = || self.known_roles().successions(left.role).iter().any(|one| one.from == left.agency && one.at.0 <= named_by);
        holder == left.agency || (self.is_part(holder, left.agency, day) && !named())
    }

    /// Whether words stand on the roll of other words on a day, through others too.
    fn is_part(&self, words: AgencyId, part: AgencyId, day: NaiveDate) -> bool {
        if self.agency(part).is_none_or(|one| one.collective.is_none()) {
            return false;
        }
        let (mut seen, mut open) = (HashSet::from([words]), vec![words]);
        while let Some(agency) = open.pop().and_then(|id| self.agency(id)) {
            let on_roll = agency.members.iter().filter(|member| member.validity.contains(day));
            open.extend(on_roll.map(|member| member.agency).filter(|member| seen.insert(*member)));
        }
        words != part && seen.contains(&part)
    }

    /// Whether anything that is signed, from a day on, still leads to whoever left the role.
    fn still_waits(&self, left: &QueuedRole, today: NaiveDate) -> bool {
        let known = self.known_roles();
        let day = today.max(left.since);
        known.signed(left.role).iter().any(|one| {
            let first = one.given_from().map_or(day, |from| from.max(day));
            // Who is named for a later day is awaited no more.
            one.validity.to.is_none_or(|to| first < to)
                && self.means(one.holder_on(known.successions(left.role), NaiveDate::MAX), left, (first, NaiveDate::MAX))
                && self.is_left(left.role, left.agency, first)
        })
    }

    /// Whether what an agency left of a role was given by a document of before a day, so that it can be given on from that day.
    pub(crate) fn is_left_before(&self, role: AgencyRole, agency: AgencyId, day: NaiveDate) -> bool {
        let known = self.known_roles();
        let leads = |one: &SignedRole| {
            let holder = one.holder_on(known.successions(role), day);
            holder == agency || self.is_part(holder, agency, day)
        };
        let mut signed = known.signed(role).iter().filter(|one| one.validity.contains(day));
        signed.any(|one| one.given_from().is_none_or(|from| from < day) && leads(one))
    }

    /// A state with all of these roles.
    pub(crate) fn with_roles(&self, state: State, wanted: impl Fn(&SignedRole) -> bool) -> State {
        let known = self.known_roles();
        let mut signed: Vec<SignedRole> = known.signed.values().flatten().filter(|one| wanted(one)).cloned().collect();
        signed.sort_by_key(|one| (one.role, one.agency, one.validity.from));
        let of: HashSet<AgencyRole> = signed.iter().map(|one| one.role).collect();
        let successions = known.successions.iter().filter(|(role, _)| of.contains(role)).flat_map(|(_, all)| all);
        let mut successions: Vec<RoleSuccession> = successions.copied().collect();
        successions.sort_by_key(|one| (one.at, one.role));
        let left = known.left.values().flatten().map(|left| (left.role, left.agency)).collect::<Vec<_>>();
        state.with_roles(signed, (successions, left), self.duties())
    }
}

/// Lets everything that was recorded happen to those who receive reports: a file may name agencies that are no more.
pub(crate) fn settle_receivers(app: &App, conn: &mut Conn) -> Result<(), Error> {
    let catalogue = app.0.catalogue.current(conn)?;
    let state = State::new(Vec::new(), places(&catalogue), collectives(&catalogue));
    let mut state = catalogue.with_roles(state, |one| one.role.kind == AgencyRoleKind::Receiver);
    for event in catalogue.events() {
        state.step_roles(event);
    }
    let moved = state.moved();
    if moved.roles.is_empty() && moved.queued_roles.is_empty() {
        return Ok(());
    }
    stored::store(conn, &moved, catalogue.events(), &*app.0.ids)?;
    Ok(persistence::seed::stamp_catalogue(conn, stamp(app))?)
}
