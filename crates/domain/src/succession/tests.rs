//! What events move, one by one and by chance.

use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicU64, Ordering},
};

use proptest::prelude::*;
use uuid::Uuid;

mod roles;

use super::{AgencyEventKind::*, *};
use crate::{
    error::{Code, Fault},
    id::IdSource,
    task::{Assignment, AssignmentRole},
    validity::Validity,
};

fn id<T: ?Sized>(n: u128) -> Id<T> {
    Id::from_uuid(Uuid::from_u128(n))
}

fn day(n: i64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2013, 8, 20).expect("a day") + chrono::TimeDelta::days(n)
}

#[derive(Default)]
struct Ids(AtomicU64);

impl IdSource for Ids {
    fn next_uuid(&self) -> Uuid {
        Uuid::from_u128(1_000_000 + u128::from(self.0.fetch_add(1, Ordering::Relaxed)))
    }
}

const EXTERNAL: u128 = 901;
const IT: u128 = 902;

/// Task `n`; every third is of information technology, the others are external information.
fn held(n: u128, agency: u128, role: AssignmentRole) -> Held {
    let assignment = Assignment {
        id: id(10_000 + n * 100 + agency * 2 + u128::from(role == AssignmentRole::Lead)),
        task: id(500 + n),
        agency: id(agency),
        role,
        rank: 1,
        validity: Validity { from: Some(day(0)), to: None },
        basis: id(1),
    };
    Held { assignment, duty: duty(n) }
}

fn duty(n: u128) -> Duty {
    Duty { programme: Some(id(600)), task: Some(id(500 + n)), function: Some(id(if n % 3 == 2 { IT } else { EXTERNAL })) }
}

fn event(kind: AgencyEventKind, on: i64, from: &[u128], to: &[u128], shares: &[(u128, DutySet)]) -> AgencyEvent {
    AgencyEvent {
        id: id(700_000 + u128::try_from(on).expect("a day after the first")),
        code: "e".into(),
        kind,
        effective_on: day(on),
        rank: 1,
        basis: id(2),
        predecessors: from.iter().copied().map(id).collect(),
        successors: to.iter().copied().map(id).collect(),
        shares: shares.iter().map(|(to, duties)| Share { successor: id(*to), duties: *duties }).collect(),
        attestation: None,
        note: None,
    }
}

fn owners(held: &[Held], on: NaiveDate) -> BTreeSet<(Id<crate::task::Task>, AssignmentRole, AgencyId)> {
    let holds = held.iter().map(|held| &held.assignment).filter(|assignment| assignment.validity.contains(on));
    holds.map(|assignment| (assignment.task, assignment.role, assignment.agency)).collect()
}

#[test]
fn duties_go_by_function_and_the_rest_to_the_one_that_takes_all() {
    let by_kind = event(FunctionTransfer, 10, &[1], &[3], &[(3, DutySet::Function(id(EXTERNAL)))]);
    let whole = AgencyEvent { rank: 2, ..event(Consolidate, 10, &[1, 2], &[4], &[]) };
    let mut state = State::new(vec![held(0, 1, AssignmentRole::Lead), held(2, 1, AssignmentRole::Lead)], Vec::new(), []);
    let ids = Ids::default();
    state.step(&by_kind, &ids);
    state.step(&whole, &ids);
    let lead = AssignmentRole::Lead;
    assert_eq!(owners(state.held(), day(9)), [(id(500), lead, id(1)), (id(502), lead, id(1))].into());
    assert_eq!(owners(state.held(), day(10)), [(id(500), lead, id(3)), (id(502), lead, id(4))].into());
    let events = [by_kind, whole];
    assert_eq!(answering(&events, id(1), &duty(0), day(10)), Some(id(3)));
    assert_eq!(answering(&events, id(1), &duty(2), day(10)), Some(id(4)));
    assert_eq!(answering(&events, id(1), &duty(2), day(9)), Some(id(1)));
    assert!(state.moved().queued.is_empty());
}

#[test]
fn the_narrowest_set_counts() {
    let shares = [(3, DutySet::Programme(id(600))), (4, DutySet::Function(id(IT))), (5, DutySet::Task(id(505)))];
    let split = event(Split, 1, &[1], &[3, 4, 5], &shares);
    let fate = |n| split.fate(id(1), &duty(n));
    assert_eq!([fate(0), fate(2), fate(5)], [Fate::Goes(id(3)), Fate::Goes(id(4)), Fate::Goes(id(5))]);
}

#[test]
fn an_emptied_roll_leaves_its_duties_in_the_queue() {
    let place = |member, n| Membership {
        id: id(n),
        collective: id(50),
        member: id(member),
        rank: 1,
        validity: Validity { from: Some(day(0)), to: None },
    };
    let outer = Membership { collective: id(51), ..place(50, 3) };
    let rolls = vec![place(1, 1), place(2, 2), outer, Membership { collective: id(51), ..place(7, 4) }];
    let all = vec![held(0, 50, AssignmentRole::Lead), held(1, 51, AssignmentRole::Coordinating), held(2, 1, AssignmentRole::Lead)];
    let mut state = State::new(all, rolls, [id(50), id(51)]);
    state.step(&event(Dissolve, 5, &[1], &[], &[]), &Ids::default());
    assert_eq!(state.so_far().queued.len(), 1, "the other district still answers for the collective");
    state.step(&event(Dissolve, 6, &[2], &[], &[]), &Ids::default());
    let queued: Vec<_> = state.moved().queued.iter().map(|queued| (queued.agency, queued.since)).collect();
    assert_eq!(queued, [(id(1), day(5)), (id(50), day(6)), (id(50), day(6))]);
}

fn lives(agencies: &[(u128, Vec<Validity>)]) -> impl Fn(AgencyId) -> Option<Life> + '_ {
    |agency| {
        let terms = agencies.iter().find(|(n, _)| id::<crate::agency::Agency>(*n) == agency)?.1.clone();
        Some(Life { terms, is_collective: false, last_post_from: None, last_version_from: None })
    }
}

fn told(faults: &[Fault]) -> Vec<(&str, Code)> {
    faults.iter().map(|fault| (fault.pointer.as_str(), fault.code)).collect()
}

#[test]
fn what_may_not_be_recorded_is_told_where_it_stands() {
    let always = || vec![Validity::default()];
    let gone = vec![Validity { from: None, to: Some(day(3)) }];
    let agencies = [(1, always()), (2, always()), (3, gone)];
    let judged = |event: &AgencyEvent, created: &[u128], events: &[AgencyEvent]| {
        let created: Vec<AgencyId> = created.iter().copied().map(id).collect();
        let faults = judge(event, &created, &lives(&agencies), events);
        told(&faults).iter().map(|(pointer, code)| ((*pointer).to_owned(), *code)).collect::<Vec<_>>()
    };
    let one = |pointer: &str, code| vec![(pointer.to_owned(), code)];
    let by_kind = [(2, DutySet::Function(id(IT)))];
    assert_eq!(judged(&event(FunctionTransfer, 5, &[1], &[2], &by_kind), &[], &[]), []);
    assert_eq!(judged(&event(FunctionTransfer, 5, &[1], &[2], &[]), &[], &[]), one("/duties", Code::FieldRequired));
    assert_eq!(judged(&event(Dissolve, 5, &[1], &[2], &[]), &[], &[]), one("/duties", Code::FieldRequired));
    assert_eq!(judged(&event(Dissolve, 5, &[3], &[], &[]), &[], &[]), one("/predecessors/0", Code::RuleBroken));
    assert_eq!(judged(&event(Merge, 5, &[1], &[3], &[]), &[], &[]), one("/successors/0", Code::RuleBroken));
    assert_eq!(judged(&event(Merge, 5, &[1], &[9], &[]), &[9], &[]), one("/successors/0", Code::RuleBroken));
    assert_eq!(judged(&event(Consolidate, 5, &[1, 2], &[9], &[]), &[9], &[]), []);
    assert_eq!(judged(&event(Consolidate, 5, &[1], &[9], &[]), &[9], &[]), one("/predecessors", Code::RuleBroken));
    assert_eq!(judged(&event(Merge, 5, &[1], &[1], &[]), &[], &[]), one("/successors/0", Code::Duplicate));
    let foreign = [(7, DutySet::Function(id(IT))), by_kind[0]];
    let faults = judged(&event(FunctionTransfer, 5, &[1], &[2], &foreign), &[], &[]);
    assert_eq!(faults, [("/duties/0/successor".to_owned(), Code::ReferenceUnknown), ("/duties/1".to_owned(), Code::Duplicate)]);
    let later = event(Rename, 6, &[1], &[], &[]);
    assert_eq!(judged(&event(Rename, 5, &[1], &[], &[]), &[], &[later]), one("/effectiveOn", Code::PeriodInconsistent));
}

#[test]
fn a_roll_that_begins_later_with_who_is_no_more_leaves_its_duties_in_the_queue() {
    let place = |member, n, from| Membership {
        id: id(n),
        collective: id(50),
        member: id(member),
        rank: 1,
        validity: Validity { from: Some(day(from)), to: None },
    };
    let until = |place: Membership, to| Membership { validity: Validity { to: Some(day(to)), ..place.validity }, ..place };
    // Until the 20th there is another on the roll; from then on the one that ends on the 10th alone.
    let rolls = vec![until(place(1, 1, 0), 20), place(2, 2, 20)];
    let mut state = State::new(vec![held(0, 50, AssignmentRole::Lead)], rolls, [id(50)]);
    state.step(&event(Dissolve, 10, &[2], &[], &[]), &Ids::default());
    let queued: Vec<_> = state.so_far().queued.iter().map(|queued| (queued.agency, queued.since)).collect();
    assert_eq!(queued, [(id(50), day(20))]);
    assert!(state.so_far().left.is_empty(), "the roll says what it said");
    // One who was on the roll all along stays on it alone from the 20th on, which is after the end.
    let rolls = vec![until(place(1, 1, 0), 20), place(2, 2, 0)];
    let mut state = State::new(vec![held(0, 50, AssignmentRole::Lead)], rolls, [id(50)]);
    state.step(&event(Dissolve, 10, &[2], &[], &[]), &Ids::default());
    assert_eq!(state.so_far().queued.iter().map(|queued| (queued.agency, queued.since)).collect::<Vec<_>>(), [(id(50), day(20))]);
    // A roll of the very day of the end.
    let mut state = State::new(vec![held(0, 50, AssignmentRole::Lead)], vec![place(2, 2, 10)], [id(50)]);
    state.step(&event(Dissolve, 10, &[2], &[], &[]), &Ids::default());
    assert_eq!(state.so_far().queued.iter().map(|queued| (queued.agency, queued.since)).collect::<Vec<_>>(), [(id(50), day(10))]);
}

#[test]
fn words_for_which_somebody_was_named_stand_on_however_often_it_is_replayed() {
    let words = held(0, 50, AssignmentRole::Lead);
    let task = words.assignment.task;
    let end = event(Dissolve, 10, &[1], &[], &[]);
    let named = AgencyEvent { rank: 2, ..event(FunctionTransfer, 20, &[50], &[3], &[(3, DutySet::Task(task))]) };
    let place = Membership { id: id(1), collective: id(50), member: id(1), rank: 1, validity: Validity { from: Some(day(0)), to: None } };
    let mut state = State::new(vec![words.clone()], vec![place], [id(50)]);
    let ids = Ids::default();
    state.step(&end, &ids);
    state.name(&named, words.assignment.id, id(3), &ids);
    let expected: BTreeSet<_> = [(task, AssignmentRole::Lead, id(3)), (task, AssignmentRole::Lead, id(50))].into();
    assert_eq!(owners(state.held(), day(30)), expected);
    for event in [&end, &named] {
        state.step(event, &ids);
    }
    assert_eq!(owners(state.held(), day(30)), expected);
}

/// A made-up register, changed by whatever may be recorded.
struct World {
    agencies: Vec<(u128, Vec<Validity>)>,
    collectives: Vec<AgencyId>,
    events: Vec<AgencyEvent>,
    state: State,
    first: (Vec<Held>, Vec<Membership>),
    ids: Ids,
}

/// An event as chance has it: kind, days later, predecessors, successors, whether these are new, which sets they take.
type Chance = (usize, i64, Vec<u128>, Vec<u128>, bool, Vec<(usize, u128)>);

impl World {
    fn new(assigned: &[(u128, u128, bool)]) -> Self {
        let role = |lead: bool| if lead { AssignmentRole::Lead } else { AssignmentRole::Coordinating };
        let mut all: Vec<Held> = assigned.iter().map(|(task, agency, lead)| held(*task, *agency, role(*lead))).collect();
        all.push(held(7, 50, AssignmentRole::Lead));
        all.sort_by_key(|held| held.assignment.id);
        all.dedup_by_key(|held| held.assignment.id);
        let place = |n: u128| Membership {
            id: id(20 + n),
            collective: id(50),
            member: id(n),
            rank: 1,
            validity: Validity { from: Some(day(0)), to: None },
        };
        let rolls = vec![place(0), place(1)];
        Self {
            agencies: (0..6).map(|n| (n, vec![Validity::default()])).collect(),
            collectives: vec![id(50)],
            events: Vec::new(),
            state: State::new(all.clone(), rolls.clone(), [id(50)]),
            first: (all, rolls),
            ids: Ids::default(),
        }
    }

    fn next_rank(&self) -> i32 {
        i32::try_from(self.events.len() + 1).expect("a few events")
    }

    fn is_active(&self, agency: AgencyId, on: NaiveDate) -> bool {
        lives(&self.agencies)(agency).is_some_and(|life| life.is_active_on(on))
    }

    /// Records the event if it may be recorded, and tells whether it was.
    fn try_event(&mut self, chance: &Chance) -> bool {
        let (kind, later, from, to, is_new, shares) = chance;
        let kind = AgencyEventKind::ALL[kind % AgencyEventKind::ALL.len()];
        let on = self.events.last().map_or(day(1), |last| last.effective_on + chrono::TimeDelta::days(*later));
        let fresh = self.agencies.len() as u128;
        let to: Vec<u128> = if *is_new { (0..to.len() as u128).map(|n| 100 + fresh + n).collect() } else { to.clone() };
        let set = |n: u128| match n % 3 {
            0 => DutySet::Task(id(500 + n)),
            1 => DutySet::Function(id(if n.is_multiple_of(2) { EXTERNAL } else { IT })),
            _ => DutySet::Programme(id(600)),
        };
        let shares: Vec<(u128, DutySet)> = shares.iter().filter(|_| !to.is_empty()).map(|(at, n)| (to[at % to.len()], set(*n))).collect();
        let drawn = AgencyEvent { effective_on: on, ..event(kind, 0, from, &to, &shares) };
        let drawn = AgencyEvent { id: id(800_000 + self.events.len() as u128), rank: self.next_rank(), ..drawn };
        let created: Vec<AgencyId> = if *is_new { drawn.successors.clone() } else { Vec::new() };
        if !judge(&drawn, &created, &lives(&self.agencies), &self.events).is_empty() {
            return false;
        }
        self.state.step(&drawn, &self.ids);
        if kind.ends() {
            for (n, terms) in &mut self.agencies {
                let ends = drawn.predecessors.contains(&id(*n));
                terms.iter_mut().filter(|term| ends && term.contains(on)).for_each(|term| term.to = Some(on));
            }
        }
        if *is_new {
            self.agencies.extend(to.iter().map(|n| (*n, vec![Validity { from: Some(on), to: None }])));
        }
        self.events.push(drawn);
        true
    }

    /// Open assignments of nobody that stand in no queue.
    fn forgotten(&self, on: NaiveDate) -> Vec<Id<Assignment>> {
        let queued: Vec<_> = self.state.so_far().queued.iter().map(|queued| queued.assignment).collect();
        let open = self.state.held().iter().map(|held| &held.assignment).filter(|assignment| assignment.validity.contains(on));
        let bodies = |agency: AgencyId| {
            let moved = self.state.so_far();
            let left = |place: &Membership| moved.left.iter().any(|(id, to)| *id == place.id && *to <= on);
            let joined = moved.joined.iter().map(|(place, _)| place);
            self.first.1.iter().filter(|place| !left(place)).chain(joined).any(|p| p.collective == agency && p.validity.contains(on))
        };
        let owned = |assignment: &&Assignment| {
            if self.collectives.contains(&assignment.agency) { bodies(assignment.agency) } else { self.is_active(assignment.agency, on) }
        };
        open.filter(|assignment| !owned(assignment) && !queued.contains(&assignment.id)).map(|assignment| assignment.id).collect()
    }

    /// What nobody holds any more and nobody took over, and stands in no queue.
    fn lost(&self, on: NaiveDate) -> Vec<Id<Assignment>> {
        let moved = self.state.so_far();
        let closed = self.state.held().iter().map(|held| &held.assignment).filter(|a| a.validity.to.is_some_and(|to| to <= on));
        let goes_on = |left: &&Assignment| {
            moved.queued.iter().any(|queued| queued.assignment == left.id)
                || self.state.held().iter().any(|held| {
                    let other = &held.assignment;
                    other.task == left.task
                        && other.id != left.id
                        && other.validity.to.is_none_or(|to| left.validity.to.is_some_and(|end| end < to))
                })
        };
        closed.filter(|left| !goes_on(left)).map(|left| left.id).collect()
    }
}

fn chance() -> impl Strategy<Value = Chance> {
    let agency = || prop_oneof![0u128..6, 106u128..110];
    (
        0usize..7,
        0i64..40,
        prop::collection::vec(agency(), 1..3),
        prop::collection::vec(agency(), 0..3),
        any::<bool>(),
        prop::collection::vec((0usize..3, 0u128..8), 0..4),
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn nothing_is_left_with_nobody_and_the_past_stays(
        assigned in prop::collection::vec((0u128..6, 0u128..6, any::<bool>()), 1..14),
        chances in prop::collection::vec(chance(), 1..40),
    ) {
        let mut world = World::new(&assigned);
        let mut past: Vec<(NaiveDate, _)> = Vec::new();
        for chance in &chances {
            if !world.try_event(chance) {
                continue;
            }
            let on = world.events.last().expect("an event").effective_on;
            prop_assert_eq!(world.forgotten(on), vec![]);
            prop_assert_eq!(world.lost(on), vec![]);
            for (then, owned) in past.iter().filter(|(then, _)| *then < on) {
                prop_assert_eq!(&owners(world.state.held(), *then), owned, "as of {}", then);
            }
            past.retain(|(then, _)| *then != on);
            past.push((on, owners(world.state.held(), on)));
        }
        // From the first rows and the log, the same comes out.
        let mut again = State::new(world.first.0.clone(), world.first.1.clone(), [id(50)]);
        for event in &world.events {
            again.step(event, &world.ids);
        }
        for (then, owned) in &past {
            prop_assert_eq!(&owners(again.held(), *then), owned);
        }
        // What has happened finds nothing more to move.
        let (before, moved) = (owners(again.held(), day(3000)), again.so_far().opened.len());
        for event in &world.events {
            again.step(event, &world.ids);
        }
        prop_assert_eq!((owners(again.held(), day(3000)), again.so_far().opened.len()), (before, moved));
    }
}

#[test]
fn the_duty_of_a_designated_agency_is_followed_and_queued_where_nobody_takes_it() {
    let designated = |agency: u128, from: i64| Designated {
        task: id(501),
        collective: id(50),
        agency: id(agency),
        validity: Validity { from: Some(day(from)), to: None },
    };
    let words = held(1, 50, AssignmentRole::Coordinating);
    let named = vec![designated(1, 1), designated(3, 1), designated(4, 40)];
    let mut state = State::new(vec![words.clone()], Vec::new(), [id(50)]).designating(named);
    let ids = Ids::default();
    for event in [
        event(Merge, 10, &[1], &[2], &[]),
        event(Dissolve, 20, &[3], &[], &[]),
        event(Dissolve, 30, &[4], &[], &[]),
        event(Dissolve, 40, &[2], &[], &[]),
    ] {
        state.step(&event, &ids);
    }
    let moved = state.moved();
    assert!(moved.closed.is_empty() && moved.opened.is_empty(), "the words stand on");
    let queued: Vec<_> = moved.queued.iter().map(|queued| (queued.agency, queued.assignment, queued.since)).collect();
    let assignment = words.assignment.id;
    // The last but one was named for a day on which it was no more.
    assert_eq!(queued, [(id(3), assignment, day(20)), (id(4), assignment, day(40)), (id(2), assignment, day(40))]);
}
