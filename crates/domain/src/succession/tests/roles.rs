//! Roles beside tasks, rolls and designations, by chance: whatever happens in whichever order, nothing is left with nobody, the past stays,
//! and the log alone gives the same.

use super::*;

/// What is recorded: an event, a roll on which somebody is, a designation, or a successor that is named.
#[derive(Clone, Debug)]
enum Act {
    Event(Chance),
    Roll(u128),
    Designate(u128),
    /// Which of those that wait, for whom, so many days later.
    Name(usize, u128, i64),
}

fn signed(kind: AgencyRoleKind, subject: u128, agency: u128, (from, to): (Option<i64>, Option<i64>)) -> SignedRole {
    SignedRole {
        signed_on: None,
        role: AgencyRole { kind, subject: Uuid::from_u128(subject) },
        agency: id(agency),
        validity: Validity { from: from.map(day), to: to.map(day) },
        programme: (subject != 3).then(|| id(600)),
        code: "r".into(),
    }
}

fn kinds() -> Functions {
    Functions { of_programme: [(id(600), id(EXTERNAL))].into(), ..Functions::default() }
}

/// A role as chance has it: kind, subject, agency (6 for the words), first day, days until the last.
type Given = (usize, u128, u128, Option<i64>, Option<i64>);

struct Register {
    world: World,
    roles: Vec<SignedRole>,
    /// With how many events there were before.
    designated: Vec<(Designated, usize)>,
    /// Of each event, for which role it names a successor.
    named: Vec<Option<(AgencyRole, AgencyId, AgencyId)>>,
    today: NaiveDate,
}

impl Register {
    fn new(assigned: &[(u128, u128, bool)], roles: &[Given]) -> Self {
        let mut world = World::new(assigned);
        let kind = |n: usize| AgencyRoleKind::ALL[n % AgencyRoleKind::ALL.len()];
        let row = |(n, subject, agency, from, long): &Given| {
            let to = long.map(|long| from.unwrap_or(0) + 1 + long);
            signed(kind(*n), *subject, if *agency == 6 { 50 } else { *agency }, (*from, to))
        };
        let roles: Vec<SignedRole> = joined(roles.iter().map(row).collect());
        world.state = world.state.with_roles(roles.clone(), (Vec::new(), []), &kinds());
        Self { world, roles, designated: Vec::new(), named: Vec::new(), today: day(1) }
    }

    fn words(&self) -> Held {
        self.world.first.0.iter().find(|held| held.assignment.agency == id(50)).expect("words").clone()
    }

    fn act(&mut self, act: &Act) {
        match act {
            Act::Event(chance) => {
                if self.world.try_event(chance) {
                    self.named.push(None);
                }
            }
            Act::Roll(member) if self.world.is_active(id(*member), self.today) => {
                let place = Membership {
                    id: id(70_000 + self.world.first.1.len() as u128),
                    collective: id(50),
                    member: id(*member),
                    rank: 1,
                    validity: Validity { from: Some(self.today), to: None },
                };
                self.world.first.1.push(place);
                self.world.state.tell(Some(place), None);
            }
            Act::Designate(agency) if self.world.is_active(id(*agency), self.today) => {
                let validity = Validity { from: Some(self.today), to: None };
                let one = Designated { task: self.words().assignment.task, collective: id(50), agency: id(*agency), validity };
                self.designated.push((one, self.world.events.len()));
                self.world.state.tell(None, Some(one));
            }
            Act::Name(which, agency, later) => self.name(*which, *agency, *later),
            Act::Roll(_) | Act::Designate(_) => {}
        }
        self.today = self.world.events.last().map_or(self.today, |last| last.effective_on.max(self.today));
    }

    fn name(&mut self, which: usize, agency: u128, later: i64) {
        let on = self.today + chrono::TimeDelta::days(later);
        let holders = self.world.state.role_holders(on);
        let open = self.world.state.so_far().queued_roles.iter().filter(|queued| queued.since <= on);
        let open: Vec<QueuedRole> = open.filter(|queued| holders.contains(&(queued.role, queued.agency))).copied().collect();
        let Some(queued) = (!open.is_empty()).then(|| open[which % open.len()]) else { return };
        let held_before = |one: &&SignedRole| one.role == queued.role && one.validity.from.is_none_or(|from| from < on);
        if !self.world.is_active(id(agency), on) || !self.roles.iter().any(|one| held_before(&one)) || self.owned(queued.agency, on) {
            return;
        }
        let event = AgencyEvent {
            id: id(800_000 + self.world.events.len() as u128),
            effective_on: on,
            rank: self.world.next_rank(),
            predecessors: vec![queued.agency],
            ..event(FunctionTransfer, 0, &[], &[agency], &[])
        };
        self.world.state.name_role(&event, queued.role, queued.agency, id(agency));
        self.named.push(Some((queued.role, queued.agency, id(agency))));
        self.world.events.push(event);
    }

    /// Whether somebody is there who answers.
    fn owned(&self, agency: AgencyId, on: NaiveDate) -> bool {
        if agency != id(50) {
            return self.world.is_active(agency, on);
        }
        let moved = self.world.state.so_far();
        let left = |place: &Membership| moved.left.iter().any(|(id, to)| *id == place.id && *to <= on);
        let joined = moved.joined.iter().map(|(place, _)| place);
        self.world.first.1.iter().filter(|place| !left(place)).chain(joined).any(|place| place.validity.contains(on))
    }

    /// Roles of nobody that stand in no queue.
    fn forgotten_roles(&self, on: NaiveDate) -> Vec<(AgencyRole, AgencyId)> {
        let queued = &self.world.state.so_far().queued_roles;
        let waits = |role, agency| queued.iter().any(|one| (one.role, one.agency) == (role, agency) && one.since <= on);
        let mut held = self.world.state.role_holders(on);
        held.retain(|(role, agency)| !self.owned(*agency, on) && !waits(*role, *agency));
        held
    }

    /// Duties of designated agencies that nobody has and that stand in no queue.
    fn forgotten_names(&self, on: NaiveDate) -> Vec<AgencyId> {
        let words = self.words();
        let queued = &self.world.state.so_far().queued;
        let lost = |(one, before): &(Designated, usize)| {
            let from = one.validity.from.expect("a day");
            let later = self.world.events[*before..].iter();
            let later: Vec<AgencyEvent> = later.filter(|event| event.effective_on > from || event.kind.ends()).cloned().collect();
            let mut holder = one.agency;
            for event in later.iter().filter(|event| event.effective_on > from) {
                if let Fate::Goes(next) = event.fate(holder, &words.duty) {
                    holder = next;
                }
            }
            let waits = queued.iter().any(|queued| queued.assignment == words.assignment.id && queued.agency == holder);
            (!self.world.is_active(holder, on) && !waits).then_some(holder)
        };
        self.designated.iter().filter_map(lost).collect()
    }

    /// The same from what was told and the log alone.
    fn replayed(&self) -> State {
        let (held, rolls) = self.world.first.clone();
        let named = self.designated.iter().map(|(one, _)| *one).collect();
        let state = State::new(held, rolls, [id(50)]).designating(named);
        let mut state = state.with_roles(self.roles.clone(), (Vec::new(), []), &kinds());
        for (event, named) in self.world.events.iter().zip(&self.named) {
            match named {
                Some((role, from, to)) => state.name_role(event, *role, *from, *to),
                None => state.step(event, &self.world.ids),
            }
        }
        state
    }
}

fn acts() -> impl Strategy<Value = Act> {
    let agency = || prop_oneof![0u128..6, 106u128..110];
    prop_oneof![
        6 => chance().prop_map(Act::Event),
        1 => agency().prop_map(Act::Roll),
        1 => agency().prop_map(Act::Designate),
        3 => (0usize..8, agency(), 0i64..10).prop_map(|(which, agency, later)| Act::Name(which, agency, later)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn no_role_and_no_named_agency_is_left_with_nobody_and_the_past_stays(
        assigned in prop::collection::vec((0u128..6, 0u128..6, any::<bool>()), 1..6),
        roles in prop::collection::vec((0usize..6, 0u128..4, 0u128..7, prop::option::of(0i64..60), prop::option::of(0i64..200)), 1..12),
        chances in prop::collection::vec(acts(), 1..40),
    ) {
        let mut register = Register::new(&assigned, &roles);
        let mut past: Vec<(NaiveDate, _)> = Vec::new();
        for act in &chances {
            let before = register.world.events.len();
            register.act(act);
            if register.world.events.len() == before {
                continue;
            }
            let on = register.today;
            prop_assert_eq!(register.forgotten_roles(on), vec![]);
            prop_assert_eq!(register.forgotten_names(on), vec![]);
            prop_assert_eq!(register.world.forgotten(on), vec![]);
            for (then, holders) in past.iter().filter(|(then, _)| *then < on) {
                prop_assert_eq!(&register.world.state.role_holders(*then), holders, "as of {}", then);
            }
            past.retain(|(then, _)| *then != on);
            past.push((on, register.world.state.role_holders(on)));
        }
        let mut again = register.replayed();
        for (then, holders) in &past {
            prop_assert_eq!(&again.role_holders(*then), holders);
        }
        let moved = (again.so_far().roles.len(), again.so_far().queued_roles.len());
        for (event, named) in register.world.events.iter().zip(&register.named) {
            if named.is_none() {
                again.step(event, &register.world.ids);
            }
        }
        prop_assert_eq!((again.so_far().roles.len(), again.so_far().queued_roles.len()), moved, "what has happened moves nothing more");
    }
}

#[test]
fn an_amendment_of_other_words_gives_nothing_anew() {
    let standing = |agency, from, to| signed(AgencyRoleKind::StandingAgency, 1, agency, (from, to));
    let signed = joined(vec![standing(1, Some(20), None), standing(1, None, Some(20))]);
    assert_eq!(signed, [standing(1, None, None)]);
    let mut state = State::default().with_roles(signed.clone(), (Vec::new(), []), &kinds());
    state.step(&event(Merge, 10, &[1], &[2], &[]), &Ids::default());
    assert_eq!([9, 10, 25].map(|n| state.role_holders(day(n))[0].1), [id(1), id(2), id(2)]);
    let renewed = joined(vec![standing(3, None, Some(20)), standing(1, Some(20), None)]);
    let mut state = State::default().with_roles(renewed, (Vec::new(), []), &kinds());
    state.step(&event(FunctionTransfer, 10, &[1], &[2], &[(2, DutySet::Programme(id(600)))]), &Ids::default());
    assert_eq!(state.role_holders(day(25))[0].1, id(1), "what is signed later counts");
    state.step(&event(Dissolve, 12, &[1], &[], &[]), &Ids::default());
    let queued: Vec<_> = state.moved().queued_roles.iter().map(|queued| (queued.agency, queued.since)).collect();
    assert_eq!(queued, [(id(1), day(20))]);
}

#[test]
fn what_waits_stays_where_it_is_when_other_work_of_its_programme_gets_a_successor() {
    let roles = vec![signed(AgencyRoleKind::ReportsTo, 1, 1, (None, None))];
    let mut state = State::default().with_roles(roles, (Vec::new(), []), &kinds());
    let ids = Ids::default();
    state.step(&event(Dissolve, 5, &[1], &[], &[]), &ids);
    state.step(&event(FunctionTransfer, 8, &[1], &[2], &[(2, DutySet::Programme(id(600)))]), &ids);
    assert_eq!(state.role_holders(day(9))[0].1, id(1));
    assert!(state.moved().roles.is_empty());
}
