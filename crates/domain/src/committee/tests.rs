//! What acts do to rosters, one by one and by chance.

use proptest::prelude::*;
use uuid::Uuid;

use super::{CommitteeActKind as Kind, CommitteeRole as Role, history::Matter, *};
use crate::{
    agency::Holder,
    error::{Code, Fault},
};

fn id<T: ?Sized>(n: u128) -> Id<T> {
    Id::from_uuid(Uuid::from_u128(n))
}

fn day(n: i64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2014, 1, 1).expect("a day") + chrono::TimeDelta::days(n)
}

fn act(kind: Kind, on: i64) -> CommitteeAct {
    CommitteeAct { id: id(1), committee: id(2), kind, effective_on: day(on), number: 1, basis: id(3), note: None }
}

fn seat(n: u128, role: Role, person: Option<u128>) -> SeatDraft {
    SeatDraft {
        id: id(n),
        unit: None,
        role,
        rank: i32::try_from(n % 100).expect("a rank"),
        post: None,
        position: None,
        duty: None,
        person: person.map(|person| (id(n + 50_000), id(person))),
    }
}

fn ex_officio(n: u128, role: Role, post: u128) -> SeatDraft {
    SeatDraft { post: Some(id(post)), ..seat(n, role, None) }
}

fn first() -> Vec<SeatDraft> {
    vec![
        seat(101, Role::Head, Some(1)),
        ex_officio(102, Role::StandingDeputyHead, 900),
        seat(103, Role::Member, Some(2)),
        seat(104, Role::Member, None),
    ]
}

fn constituted(term: u128, seats: Vec<SeatDraft>) -> Matter {
    Matter::Roster { term: id(term), authority: id(5), standing_agency: Some(id(6)), seats }
}

fn done(history: &mut History, act: &CommitteeAct, matter: &Matter) -> Result<(), Vec<Fault>> {
    let changes = apply(history, act, matter)?;
    history.take(&changes, act);
    Ok(())
}

fn told(faults: &[Fault]) -> Vec<(&str, Code)> {
    faults.iter().map(|fault| (fault.pointer.as_str(), fault.code)).collect()
}

fn established() -> History {
    let mut history = History::default();
    done(&mut history, &act(Kind::Establish, 0), &constituted(10, first())).expect("a committee");
    history
}

fn holder(name: &str, from: i64, to: Option<i64>) -> Holder {
    Holder { name: name.into(), is_acting: false, validity: Validity { from: Some(day(from)), to: to.map(day) }, basis: id(3) }
}

fn names(roster: &Roster) -> Vec<String> {
    let of = |place: &Place| match &place.occupant {
        None => "-".to_owned(),
        Some(Occupant { person: Some(person), .. }) => person.uuid().as_u128().to_string(),
        Some(Occupant { name, .. }) => name.as_deref().unwrap_or("?").to_owned(),
    };
    roster.places.iter().map(of).collect()
}

#[test]
fn before_it_is_set_up_a_committee_is_planned() {
    let mut history = History::default();
    assert_eq!(history.status_on(day(0)), CommitteeStatus::Planned);
    assert_eq!(
        told(&apply(&history, &act(Kind::Dissolve, 1), &Matter::Nothing).expect_err("nothing to dissolve")),
        [("", Code::WrongState)]
    );
    done(&mut history, &act(Kind::Establish, 5), &constituted(10, first())).expect("a committee");
    let standing = [4, 5].map(|n| history.status_on(day(n)));
    assert_eq!(standing, [CommitteeStatus::Planned, CommitteeStatus::Established]);
    assert!(done(&mut history, &act(Kind::Establish, 9), &constituted(11, first())).is_err(), "once");
    done(&mut history, &act(Kind::Dissolve, 9), &Matter::Nothing).expect("an end");
    assert_eq!([8, 9].map(|n| history.status_on(day(n))), [CommitteeStatus::Established, CommitteeStatus::Dissolved]);
    assert!(history.seats.iter().all(|seat| seat.validity.to == Some(day(9))));
}

#[test]
fn every_fault_of_a_roster_is_told() {
    let seats = vec![
        seat(101, Role::StandingDeputyHead, Some(1)),
        seat(201, Role::StandingDeputyHead, Some(2)),
        SeatDraft { person: Some((id(1), id(9))), ..ex_officio(103, Role::Member, 900) },
        ex_officio(104, Role::Member, 900),
        SeatDraft { unit: Some(CommitteeUnit::Secretariat), ..seat(105, Role::Head, Some(1)) },
    ];
    let faults = apply(&History::default(), &act(Kind::Establish, 0), &constituted(10, seats)).expect_err("faults");
    let wanted = [
        ("/seats/1/rank", Code::Duplicate),
        ("/seats/1/role", Code::Duplicate),
        ("/seats/2/person", Code::RuleBroken),
        ("/seats/3/post", Code::Duplicate),
        ("/seats/4/role", Code::RuleBroken),
    ];
    assert_eq!(told(&faults), wanted);
    let headless = apply(&History::default(), &act(Kind::Establish, 0), &constituted(10, vec![seat(101, Role::Member, None)]));
    assert_eq!(told(&headless.expect_err("no head")), [("/seats", Code::RuleBroken)]);
}

/// A change of post-holder needs no decision, a change of roster does.
#[test]
fn whoever_holds_the_post_sits_in_its_seat() {
    let history = established();
    let holders = [holder("Nguyễn A", -400, Some(30)), holder("Trần B", 40, None)];
    let on = |n: i64| names(&roster(&history, day(n), |_| &holders));
    assert_eq!(on(0), ["1", "Nguyễn A", "2", "-"]);
    assert_eq!(on(35), ["1", "-", "2", "-"]);
    assert_eq!(on(40), ["1", "Trần B", "2", "-"]);
    let deputy = &history.seats[1];
    let terms: Vec<_> = occupants(&history, deputy, |_| &holders).into_iter().map(|occupant| occupant.validity).collect();
    assert_eq!(terms, [Validity { from: Some(day(0)), to: Some(day(30)) }, Validity { from: Some(day(40)), to: None }]);
    let named = Matter::Person { seat: deputy.id, stay: id(7), person: id(3) };
    assert_eq!(told(&apply(&history, &act(Kind::Appoint, 50), &named).expect_err("no decision")), [("/seat", Code::RuleBroken)]);
}

#[test]
fn a_consolidation_ends_one_roster_and_begins_another() {
    let mut history = established();
    let before = roster(&history, day(99), |_| &[]);
    let second = vec![seat(201, Role::Head, Some(4)), ex_officio(202, Role::DeputyHead, 900), seat(203, Role::Member, Some(2))];
    done(&mut history, &act(Kind::Consolidate, 100), &constituted(11, second)).expect("another roster");
    assert_eq!(roster(&history, day(99), |_| &[]), Roster { term: history.terms.first().cloned(), ..ended(before.clone()) });
    let after = roster(&history, day(100), |_| &[]);
    assert_eq!(names(&after), ["4", "-", "2"]);
    let found = difference(&before, &after);
    let people = |places: &[Place]| names(&Roster { places: places.to_vec(), ..after.clone() });
    assert_eq!((people(&found.joined), people(&found.left)), (vec!["4".to_owned()], vec!["1".to_owned()]));
    let changed: Vec<(Role, Role)> = found.changed.iter().map(|(before, after)| (before.seat.role, after.seat.role)).collect();
    assert_eq!(changed, [(Role::StandingDeputyHead, Role::DeputyHead)]);
    assert!(apply(&history, &act(Kind::Consolidate, 100), &constituted(12, first())).is_err(), "no roster holds for no day");
    assert_eq!(
        told(&apply(&history, &act(Kind::Amend, 99), &Matter::Seats { added: vec![], ended: vec![] }).expect_err("the past")),
        [("/effectiveOn", Code::OutOfRange)]
    );
}

/// As it reads once the roster has ended on day 100.
fn ended(mut roster: Roster) -> Roster {
    for place in &mut roster.places {
        place.seat.validity.to = Some(day(100));
        if let Some(occupant) = &mut place.occupant {
            occupant.validity.to = Some(day(100));
        }
    }
    roster
}

#[test]
fn there_is_always_a_head() {
    let mut history = established();
    let release = apply(&history, &act(Kind::Release, 1), &Matter::Seat(id(101)));
    assert_eq!(told(&release.expect_err("no head")), [("/seat", Code::RuleBroken)]);
    let without = Matter::Seats { added: Vec::new(), ended: vec![id(101)] };
    assert_eq!(told(&apply(&history, &act(Kind::Amend, 1), &without).expect_err("no head")), [("/ended", Code::RuleBroken)]);
    let another = Matter::Seats { added: vec![seat(105, Role::Head, Some(9))], ended: vec![id(101), id(103)] };
    done(&mut history, &act(Kind::Amend, 1), &another).expect("another head");
    assert_eq!(names(&roster(&history, day(1), |_| &[])), ["-", "-", "9"]);
    done(&mut history, &act(Kind::Appoint, 2), &Matter::Person { seat: id(105), stay: id(77), person: id(8) }).expect("the next");
    done(&mut history, &act(Kind::Appoint, 2), &Matter::Person { seat: id(104), stay: id(78), person: id(5) }).expect("a member");
    assert!(apply(&history, &act(Kind::Appoint, 2), &Matter::Person { seat: id(105), stay: id(79), person: id(7) }).is_err());
    done(&mut history, &act(Kind::Release, 3), &Matter::Seat(id(104))).expect("left");
    assert!(apply(&history, &act(Kind::Release, 4), &Matter::Seat(id(104))).is_err(), "nobody sits there");
    let heads = [1, 2, 3].map(|n| names(&roster(&history, day(n), |_| &[])).last().cloned());
    assert_eq!(heads, ["9", "8", "8"].map(|name| Some(name.to_owned())));
}

/// Something tried: what, so many days after the last, on which seat or role.
fn tried(n: u128, on: i64, (kind, pick, role): (usize, usize, usize), history: &History) -> (CommitteeAct, Matter) {
    let seats: Vec<SeatId> = history.seats.iter().map(|seat| seat.id).collect();
    let known = if seats.is_empty() { id(404) } else { seats[pick % seats.len()] };
    let base = n * 100;
    let drafts = |count: usize| -> Vec<SeatDraft> {
        (0..count as u128)
            .map(|i| {
                let role = Role::ALL[(role + i as usize) % Role::ALL.len()];
                let person = !(pick + i as usize).is_multiple_of(3);
                let draft = seat(base + i + 1, role, person.then_some(i + pick as u128));
                if person { draft } else { SeatDraft { post: Some(id(900 + i)), ..draft } }
            })
            .collect()
    };
    let (kind, matter) = match kind {
        0 => (Kind::Establish, constituted(base, drafts(4))),
        1 => (Kind::Consolidate, constituted(base, drafts(3 + pick % 4))),
        2 => (Kind::Amend, Matter::Seats { added: drafts(pick % 3), ended: vec![known] }),
        3 => (Kind::Appoint, Matter::Person { seat: known, stay: id(base + 99), person: id(pick as u128) }),
        4 => (Kind::Release, Matter::Seat(known)),
        _ => (Kind::Dissolve, Matter::Nothing),
    };
    (act(kind, on), matter)
}

/// Days on which a row holds, and of what there is one at most.
fn at_most_one<K: PartialEq + Copy>(rows: &[(K, Validity)], on: NaiveDate) -> bool {
    let on_day: Vec<K> = rows.iter().filter(|(_, validity)| validity.contains(on)).map(|(key, _)| *key).collect();
    on_day.iter().enumerate().all(|(i, key)| !on_day[..i].contains(key))
}

proptest! {
    #[test]
    fn whatever_is_done_the_invariants_hold(steps in prop::collection::vec((0..7_usize, 0..9_usize, 0..6_usize, 0..3_i64), 1..25)) {
        let (mut history, mut on, mut log) = (History::default(), 0, Vec::new());
        for (n, (kind, pick, role, later)) in steps.into_iter().enumerate() {
            on += later;
            // An establishment is likely to come first.
            let kind = if n == 0 { 0 } else { kind.min(5) };
            let role = if n == 0 { 0 } else { role };
            let (act, matter) = tried(n as u128 + 1, on, (kind, pick, role), &history);
            let before = history.clone();
            if done(&mut history, &act, &matter).is_ok() {
                // What was true before the act's day stays true.
                for past in 0..on {
                    let told = |history: &History| names(&roster(history, day(past), |_| &[]));
                    prop_assert_eq!(told(&before), told(&history));
                }
                log.push((act, matter));
            }
        }
        let seats: Vec<(Role, Validity)> =
            history.seats.iter().filter(|seat| seat.role.is_single()).map(|seat| (seat.role, seat.validity)).collect();
        let stays: Vec<(SeatId, Validity)> = history.stays.iter().map(|stay| (stay.seat, stay.validity)).collect();
        for n in 0..=on + 1 {
            let (today, heads) = (day(n), |role| history.seats.iter().filter(|seat| seat.role == role && seat.validity.contains(day(n))).count());
            let is_up = history.status_on(today) == CommitteeStatus::Established;
            prop_assert_eq!(heads(Role::Head), usize::from(is_up));
            prop_assert!(heads(Role::StandingDeputyHead) <= 1);
            prop_assert!(at_most_one(&seats, today) && at_most_one(&stays, today));
        }
        let dated = |validity: &Validity| validity.to.is_none_or(|to| validity.from.is_some_and(|from| from < to));
        prop_assert!(history.stays.iter().all(|stay| dated(&stay.validity)) && history.seats.iter().all(|seat| dated(&seat.validity)));
        // The history is a function of the acts.
        let mut again = History::default();
        for (act, matter) in &log {
            done(&mut again, act, matter).map_err(|faults| TestCaseError::fail(format!("{faults:?}")))?;
        }
        prop_assert_eq!(again, history);
    }
}
