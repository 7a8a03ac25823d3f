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
    CommitteeAct { id: id(1), committee: id(2), kind, effective_on: day(on), number: 1, basis: Some(id(3)), note: None, annuls: None }
}

fn seat(n: u128, role: Role, person: Option<u128>) -> SeatDraft {
    SeatDraft {
        id: id(n),
        unit: None,
        role,
        rank: i32::try_from(n % 100).expect("a rank"),
        office: None,
        position: None,
        duty: None,
        person: person.map(|person| sitter(n + 50_000, person)),
    }
}

fn sitter(stay: u128, person: u128) -> Sitter {
    Sitter { stay: id(stay), person: id(person), name: person.to_string().into() }
}

fn ex_officio(n: u128, role: Role, post: u128) -> SeatDraft {
    SeatDraft { office: Some(Office::Post(id(post))), ..seat(n, role, None) }
}

fn nobody<'a>(_: Office) -> Vec<&'a Holder> {
    Vec::new()
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
    Matter::Roster { term: id(term), authority: id(5), standing_agency: Some((id(term + 70_000), id(6))), seats }
}

fn done(history: &mut History, act: &CommitteeAct, matter: &Matter) -> Result<(), Vec<Fault>> {
    done_with(history, act, matter, &nobody)
}

fn done_with(history: &mut History, act: &CommitteeAct, matter: &Matter, holders: &Holders<'_>) -> Result<(), Vec<Fault>> {
    let changes = apply(history, act, matter, holders)?;
    history.take(&changes, act);
    Ok(())
}

/// What comes of an act where nobody holds an office.
fn tried_out(history: &History, act: &CommitteeAct, matter: &Matter) -> Result<Vec<Change>, Vec<Fault>> {
    apply(history, act, matter, &nobody)
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
    Holder {
        id: Id::from_uuid(Uuid::from_u128(u128::from(from.unsigned_abs()))),
        name: name.into(),
        is_acting: false,
        person: None,
        validity: Validity { from: Some(day(from)), to: to.map(day) },
        basis: id(3),
        ended_by: None,
    }
}

fn names(roster: &Roster) -> Vec<String> {
    let of = |place: &Place| match &place.occupant {
        None => "-".to_owned(),
        Some(occupant) => occupant.name.to_string(),
    };
    roster.places.iter().map(of).collect()
}

#[test]
fn before_it_is_set_up_a_committee_is_planned() {
    let mut history = History::default();
    assert_eq!(history.status_on(day(0)), CommitteeStatus::Planned);
    assert_eq!(
        told(&tried_out(&history, &act(Kind::Dissolve, 1), &Matter::Nothing).expect_err("nothing to dissolve")),
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
        SeatDraft { person: Some(sitter(1, 9)), ..ex_officio(103, Role::Member, 900) },
        ex_officio(104, Role::Member, 900),
        SeatDraft { unit: Some(CommitteeUnit::Secretariat), ..seat(105, Role::Head, Some(1)) },
        seat(106, Role::Member, Some(2)),
    ];
    let faults = tried_out(&History::default(), &act(Kind::Establish, 0), &constituted(10, seats)).expect_err("faults");
    let mut told_of = told(&faults);
    told_of.sort_unstable_by_key(|(at, _)| *at);
    let wanted = [
        ("/seats/1/rank", Code::Duplicate),
        ("/seats/1/role", Code::Duplicate),
        ("/seats/2/person", Code::RuleBroken),
        ("/seats/3/post", Code::Duplicate),
        ("/seats/4/role", Code::RuleBroken),
        ("/seats/5/person", Code::Duplicate),
    ];
    assert_eq!(told_of, wanted);
    let headless = tried_out(&History::default(), &act(Kind::Establish, 0), &constituted(10, vec![seat(101, Role::Member, None)]));
    assert_eq!(told(&headless.expect_err("no head")), [("/seats", Code::RuleBroken)]);
}

/// A change of post-holder needs no decision, a change of roster does.
#[test]
fn whoever_holds_the_post_sits_in_its_seat() {
    let history = established();
    let holders = [holder("Nguyễn A", -400, Some(30)), holder("Trần B", 40, None)];
    let on = |n: i64| names(&roster(&history, day(n), &|_| holders.iter().collect()));
    assert_eq!(on(0), ["1", "Nguyễn A", "2", "-"]);
    assert_eq!(on(35), ["1", "-", "2", "-"]);
    assert_eq!(on(40), ["1", "Trần B", "2", "-"]);
    let deputy = &history.seats[1];
    let terms: Vec<_> = occupants(&history, deputy, &|_| holders.iter().collect()).into_iter().map(|occupant| occupant.validity).collect();
    assert_eq!(terms, [Validity { from: Some(day(0)), to: Some(day(30)) }, Validity { from: Some(day(40)), to: None }]);
    let named = Matter::Person { seat: deputy.id, sitter: sitter(7, 3) };
    assert_eq!(told(&tried_out(&history, &act(Kind::Appoint, 50), &named).expect_err("no decision")), [("/seat", Code::RuleBroken)]);
}

#[test]
fn a_consolidation_ends_one_roster_and_begins_another() {
    let mut history = established();
    let before = roster(&history, day(99), &nobody);
    let second = vec![seat(201, Role::Head, Some(4)), ex_officio(202, Role::DeputyHead, 900), seat(203, Role::Member, Some(2))];
    done(&mut history, &act(Kind::Consolidate, 100), &constituted(11, second)).expect("another roster");
    assert_eq!(roster(&history, day(99), &nobody), Roster { term: history.terms.first().cloned(), ..ended(before.clone()) });
    let after = roster(&history, day(100), &nobody);
    assert_eq!(names(&after), ["4", "-", "2"]);
    let found = difference(&before, &after);
    let people = |places: &[Place]| names(&Roster { places: places.to_vec(), ..after.clone() });
    assert_eq!((people(&found.joined), people(&found.left)), (vec!["4".to_owned()], vec!["1".to_owned()]));
    let changed: Vec<(Role, Role)> = found.changed.iter().map(|(before, after)| (before.seat.role, after.seat.role)).collect();
    assert_eq!(changed, [(Role::StandingDeputyHead, Role::DeputyHead)]);
    assert!(tried_out(&history, &act(Kind::Consolidate, 100), &constituted(12, first())).is_err(), "no roster holds for no day");
    assert_eq!(
        told(&tried_out(&history, &act(Kind::Amend, 99), &Matter::Seats { added: vec![], ended: vec![] }).expect_err("the past")),
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
    let release = tried_out(&history, &act(Kind::Release, 1), &Matter::Seat(id(101)));
    assert_eq!(told(&release.expect_err("no head")), [("/seat", Code::RuleBroken)]);
    let without = Matter::Seats { added: Vec::new(), ended: vec![id(101)] };
    assert_eq!(told(&tried_out(&history, &act(Kind::Amend, 1), &without).expect_err("no head")), [("/ended", Code::RuleBroken)]);
    let another = Matter::Seats { added: vec![seat(105, Role::Head, Some(9))], ended: vec![id(101), id(103)] };
    done(&mut history, &act(Kind::Amend, 1), &another).expect("another head");
    assert_eq!(names(&roster(&history, day(1), &nobody)), ["-", "-", "9"]);
    done(&mut history, &act(Kind::Appoint, 2), &Matter::Person { seat: id(105), sitter: sitter(77, 8) }).expect("the next");
    done(&mut history, &act(Kind::Appoint, 2), &Matter::Person { seat: id(104), sitter: sitter(78, 5) }).expect("a member");
    assert!(tried_out(&history, &act(Kind::Appoint, 2), &Matter::Person { seat: id(105), sitter: sitter(79, 7) }).is_err());
    done(&mut history, &act(Kind::Release, 3), &Matter::Seat(id(104))).expect("left");
    assert!(tried_out(&history, &act(Kind::Release, 4), &Matter::Seat(id(104))).is_err(), "nobody sits there");
    let heads = [1, 2, 3].map(|n| names(&roster(&history, day(n), &nobody)).last().cloned());
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
                // The first of these offices is held always, the second from day 5 on, the third never.
                if person { draft } else { SeatDraft { office: Some(Office::Post(id(900 + i % 3))), ..draft } }
            })
            .collect()
    };
    let (kind, matter) = match kind {
        0 => (Kind::Establish, constituted(base, drafts(4))),
        1 => (Kind::Consolidate, constituted(base, drafts(3 + pick % 4))),
        2 => (Kind::Amend, Matter::Seats { added: drafts(pick % 3), ended: vec![known] }),
        3 => (Kind::Appoint, Matter::Person { seat: known, sitter: sitter(base + 99, pick as u128) }),
        4 => (Kind::Release, Matter::Seat(known)),
        5 => (Kind::Entrust, Matter::Standing(id(base + 98), id(pick as u128))),
        6 => (Kind::Dissolve, Matter::Nothing),
        _ => {
            let office = Office::Post(id(900 + role as u128 % 3));
            (Kind::Appoint, Matter::Office { seat: known, opens: id(base + 97), office, position: None })
        }
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
    fn whatever_is_done_the_invariants_hold(steps in prop::collection::vec((0..10_usize, 0..9_usize, 0..6_usize, 0..3_i64), 1..25)) {
        let (mut history, mut on, mut log) = (History::default(), 0, Vec::<Logged>::new());
        let (always, later_on) = ([holder("X", -400, None)], [holder("Y", 5, None)]);
        let holders = |office: Office| match office {
            Office::Post(post) if post == id(900) => always.iter().collect(),
            Office::Post(post) if post == id(901) => later_on.iter().collect(),
            _ => Vec::new(),
        };
        for (n, (kind, pick, role, later)) in steps.into_iter().enumerate() {
            on += later;
            // An establishment is likely to come first.
            let kind = if n == 0 { 0 } else { kind };
            let role = if n == 0 { 0 } else { role };
            let before = history.clone();
            let annulled = log.get(pick % log.len().max(1)).filter(|_| kind >= 8).map(|logged| logged.act.clone());
            let from = if let Some(of) = annulled {
                // Two days are gone since the last act; what is later has not taken effect.
                let act = CommitteeAct {
                    id: id(900_000 + n as u128),
                    annuls: Some(of.id),
                    basis: None,
                    effective_on: of.effective_on,
                    ..act(Kind::Annul, on)
                };
                if let Ok(changes) = annulment(&log, &act, day(on - 2)) {
                    prop_assert!(of.effective_on > day(on - 2));
                    log.push(Logged { act, changes, is_inferred: false });
                    history = folded(&log);
                }
                of.effective_on
            } else {
                let (act, matter) = tried(n as u128 + 1, on, (kind.min(7), pick, role), &history);
                let act = CommitteeAct { id: id(900_000 + n as u128), ..act };
                if let Ok(changes) = apply(&history, &act, &matter, &holders) {
                    history.take(&changes, &act);
                    log.push(Logged { act, changes, is_inferred: false });
                }
                day(on)
            };
            // What was true before the act's day stays true.
            for past in (0..on).map(day).filter(|past| *past < from) {
                let told = |history: &History| (names(&roster(history, past, &holders)), history.standing_on(past).map(|one| one.agency));
                prop_assert_eq!(told(&before), told(&history));
            }
        }
        let seats: Vec<(Role, Validity)> =
            history.seats.iter().filter(|seat| seat.role.is_single()).map(|seat| (seat.role, seat.validity)).collect();
        let stays: Vec<(SeatId, Validity)> = history.stays.iter().map(|stay| (stay.seat, stay.validity)).collect();
        for n in 0..=on + 1 {
            let (today, heads) = (day(n), |role| history.seats.iter().filter(|seat| seat.role == role && seat.validity.contains(day(n))).count());
            let is_up = history.status_on(today) == CommitteeStatus::Established;
            prop_assert_eq!(heads(Role::Head), usize::from(is_up));
            // Not a seat alone: somebody sits in it, as no office here falls vacant.
            let sitting = roster(&history, today, &holders);
            prop_assert!(!sitting.is_head_vacant());
            let people: Vec<_> = sitting.places.iter().filter_map(|place| Some((place.seat.unit, place.occupant.as_ref()?.person?))).collect();
            prop_assert!(people.iter().enumerate().all(|(i, one)| !people[..i].contains(one)), "nobody sits twice");
            prop_assert!(heads(Role::StandingDeputyHead) <= 1);
            prop_assert!(at_most_one(&seats, today) && at_most_one(&stays, today));
        }
        let dated = |validity: &Validity| validity.to.is_none_or(|to| validity.from.is_some_and(|from| from < to));
        prop_assert!(history.stays.iter().all(|stay| dated(&stay.validity)) && history.seats.iter().all(|seat| dated(&seat.validity)));
        // The history is a function of what was logged, and what was annulled leaves nothing of itself.
        prop_assert_eq!(&folded(&log), &history);
        let annulled: Vec<ActId> = log.iter().filter_map(|logged| logged.act.annuls).collect();
        let held: Vec<Logged> =
            log.iter().filter(|logged| logged.act.annuls.is_none() && !annulled.contains(&logged.act.id)).cloned().collect();
        prop_assert_eq!(folded(&held), history);
    }
}

#[test]
fn a_head_is_somebody_on_the_day() {
    let holders = [holder("Nguyễn A", 10, Some(20))];
    let seats = vec![ex_officio(101, Role::Head, 900), seat(102, Role::Member, Some(2))];
    let on = |n: i64| apply(&History::default(), &act(Kind::Establish, n), &constituted(10, seats.clone()), &|_| holders.iter().collect());
    assert_eq!(told(&on(9).expect_err("not yet")), [("/seats/0/post", Code::RuleBroken)]);
    assert_eq!(told(&on(20).expect_err("no more")), [("/seats/0/post", Code::RuleBroken)]);
    let mut history = History::default();
    history.take(&on(10).expect("a committee"), &act(Kind::Establish, 10));
    let vacant = [9, 10, 19, 20].map(|n| roster(&history, day(n), &|_| holders.iter().collect()).is_head_vacant());
    assert_eq!(vacant, [false, false, false, true], "what falls vacant later is told");
}

#[test]
fn an_office_is_one_seat_of_a_unit_and_of_the_body() {
    let twice = |unit| {
        let seats = vec![
            seat(101, Role::Head, Some(1)),
            ex_officio(102, Role::Member, 900),
            SeatDraft { unit, ..ex_officio(103, Role::Secretary, 900) },
        ];
        tried_out(&History::default(), &act(Kind::Establish, 0), &constituted(10, seats))
    };
    assert!(twice(Some(CommitteeUnit::SupportTeam)).is_ok());
    assert_eq!(told(&twice(None).expect_err("two seats")), [("/seats/2/post", Code::Duplicate)]);
}

#[test]
fn who_has_a_seat_is_not_put_into_another() {
    let history = established();
    let appointed =
        |person: u128| tried_out(&history, &act(Kind::Appoint, 5), &Matter::Person { seat: id(104), sitter: sitter(7, person) });
    assert_eq!(told(&appointed(2).expect_err("sits already")), [("/person", Code::Duplicate)]);
    assert!(appointed(3).is_ok());
}

#[test]
fn a_committee_may_be_set_up_once_more() {
    let mut history = established();
    done(&mut history, &act(Kind::Dissolve, 9), &Matter::Nothing).expect("an end");
    done(&mut history, &act(Kind::Establish, 20), &constituted(11, vec![seat(201, Role::Head, Some(4))])).expect("another beginning");
    assert_eq!([8, 9, 19, 20].map(|n| history.status_on(day(n)) == CommitteeStatus::Established), [true, false, false, true]);
}

#[test]
fn a_unit_has_one_head_at_most() {
    let of = |unit, n| SeatDraft { unit, ..seat(n, Role::UnitHead, Some(n)) };
    let tried = |seats: Vec<SeatDraft>| {
        let seats = [vec![seat(101, Role::Head, Some(1))], seats].concat();
        tried_out(&History::default(), &act(Kind::Establish, 0), &constituted(10, seats))
    };
    let (secretariat, team) = (Some(CommitteeUnit::Secretariat), Some(CommitteeUnit::SupportTeam));
    assert!(tried(vec![of(secretariat, 102), of(team, 103)]).is_ok(), "each its own");
    assert_eq!(told(&tried(vec![of(team, 102), of(team, 103)]).expect_err("two")), [("/seats/2/role", Code::Duplicate)]);
    assert_eq!(told(&tried(vec![of(None, 102)]).expect_err("of no unit")), [("/seats/1/role", Code::RuleBroken)]);
}

#[test]
fn an_annulment_gives_back_what_is_free_alone() {
    let mut log: Vec<Logged> = Vec::new();
    let mut enter = |n: u128, kind, on: i64, matter: &Matter| {
        let act = CommitteeAct { id: id(n), ..act(kind, on) };
        let changes = apply(&folded(&log), &act, matter, &nobody).expect("an act");
        log.push(Logged { act, changes, is_inferred: false });
        log.clone()
    };
    enter(1, Kind::Establish, 0, &constituted(10, first()));
    let without = Matter::Seats { added: Vec::new(), ended: vec![id(103)] };
    let one = enter(2, Kind::Amend, 10, &without);
    let with = Matter::Seats { added: vec![seat(203, Role::Member, Some(9))], ended: Vec::new() };
    let both = enter(3, Kind::Amend, 12, &with);
    let annul = |of: u128, on: i64| CommitteeAct { id: id(4), annuls: Some(id(of)), basis: None, ..act(Kind::Annul, on) };
    let tried =
        |log: &[Logged], of, on, today| annulment(log, &annul(of, on), day(today)).map_err(|faults| faults[0].message.en.to_string());
    let changes = tried(&one, 2, 10, 9).expect("nothing came after it");
    assert_eq!(
        folded(&[one.clone(), vec![Logged { act: annul(2, 10), changes, is_inferred: false }]].concat()).seats,
        folded(&one[..1]).seats
    );
    assert!(tried(&one, 2, 10, 10).expect_err("its day has come").contains("in effect"));
    // Another has the rank by now.
    assert!(tried(&both, 2, 10, 9).expect_err("taken").contains("has taken"));
    let changes = tried(&both, 3, 12, 9).expect("the last one");
    let undone = [both.clone(), vec![Logged { act: annul(3, 12), changes, is_inferred: false }]].concat();
    assert!(tried(&undone, 2, 10, 9).is_ok());
    assert!(tried(&undone, 3, 12, 9).expect_err("once").contains("annulled"));
}
