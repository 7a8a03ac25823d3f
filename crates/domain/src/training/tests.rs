//! People, attendances, rolls and plans with known answers.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::suppression::SMALLEST_SHOWN;

fn id<T: ?Sized>(n: u128) -> Id<T> {
    Id::from_uuid(Uuid::from_u128(n))
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn part(session: u128, agency: u128, attendant: Attendant) -> Participation {
    Participation { id: id(session * 1_000 + agency), session: id(session), agency: id(agency), attendant, result: None, certificate: None }
}

fn person(n: u128) -> Attendant {
    Attendant::Person(id(n))
}

fn course(n: u128) -> Course {
    Course {
        id: id(n),
        programme: id(1),
        task: None,
        kind: CourseKind::Refresher,
        title: "Bồi dưỡng thông tin đối ngoại".into(),
        organiser: Organiser::Agency(id(5)),
        is_central: false,
        audiences: [TrainingAudience::Leader, TrainingAudience::Staff].into(),
        hours: Some(24),
        plan_item: None,
        document: None,
        revision: 1,
    }
}

fn session(n: u128, course: u128, from: &str, status: SessionStatus) -> Session {
    Session { id: id(n), course: id(course), status, from: day(from), to: day(from), place: None, materials: Vec::new(), revision: 1 }
}

fn roll(agency: u128, on: &str, headcount: Option<u64>, in_charge: Option<u64>) -> StaffRoll {
    StaffRoll {
        id: id(agency),
        agency: id(agency),
        on: day(on),
        headcount,
        in_charge,
        with_degree: None,
        with_fitting_major: None,
        with_language: None,
        fully_qualified: None,
        posts: None,
        full_time: None,
        part_time: None,
        has_focal_point: None,
        document: None,
    }
}

fn told(faults: &[Fault]) -> Vec<&str> {
    faults.iter().map(|fault| fault.pointer.as_str()).collect()
}

#[test]
fn one_person_in_three_courses_is_one_person_and_three_attendances() {
    let parts = [part(1, 5, person(7)), part(2, 5, person(7)), part(3, 6, person(7))];
    let people = people(&parts).expect("people");
    assert_eq!((people.attendances, people.persons.exactly()), (3, Some(1)));
    assert_eq!(super::people(&[]), None, "not recorded is not nobody");
}

#[test]
fn unnamed_heads_make_the_number_of_people_a_range() {
    let heads = |session, n| part(session, 5, Attendant::Headcount(n));
    let counted =
        |parts: &[Participation]| people(parts).map(|people| (people.attendances, people.persons.at_least, people.persons.at_most));
    assert_eq!(counted(&[heads(1, 20), heads(2, 30)]), Some((50, 30, 50)));
    assert_eq!(counted(&[heads(1, 20), part(2, 5, person(1))]), Some((21, 20, 21)), "the named one may be among the twenty");
    assert_eq!(counted(&[heads(1, 20), part(1, 5, person(1))]), Some((21, 21, 21)), "in one session they are others");
    assert_eq!(counted(&[heads(1, 20), part(2, 6, Attendant::Headcount(4))]), Some((24, 24, 24)), "two agencies, two staffs");
}

#[test]
fn h1_courses_have_kind_audience_hours_and_organiser() {
    assert_eq!(told(&course(1).faults("")), [""; 0]);
    assert_eq!(told(&Course { title: " ".into(), hours: Some(0), ..course(1) }.faults("/c")), ["/c/title", "/c/hours"]);
    let backwards = Session { to: day("2014-01-01"), ..session(1, 1, "2014-01-02", SessionStatus::Planned) };
    assert_eq!(told(&backwards.faults(day("2014-06-01"), "")), ["/to"]);
    assert_eq!(told(&session(1, 1, "2014-07-01", SessionStatus::Held).faults(day("2014-06-30"), "")), ["/from"]);
    let certificate = Some(Certificate { number: "01/CN".into(), issued_on: day("2014-03-01") });
    let with = |attendant, result| Participation { result, certificate: certificate.clone(), ..part(1, 5, attendant) };
    assert_eq!(told(&with(person(1), Some(TrainingResult::Completed)).faults("")), [""; 0]);
    assert_eq!(told(&with(person(1), Some(TrainingResult::NotCompleted)).faults("")), ["/certificate"]);
    assert_eq!(told(&with(Attendant::Headcount(3), None).faults("")), ["/certificate"]);
    assert_eq!(told(&part(1, 5, Attendant::Headcount(0)).faults("")), ["/headcount"]);
}

#[test]
fn h2_courses_of_central_bodies_count_with_those_who_were_sent() {
    let central = Course { organiser: Organiser::Central("Cục Thông tin đối ngoại".into()), is_central: true, ..course(2) };
    assert_eq!(told(&central.faults("")), [""; 0]);
    assert_eq!(told(&Course { is_central: false, ..central.clone() }.faults("")), ["/isCentral"]);
    let sessions = [session(1, 1, "2014-03-01", SessionStatus::Held), session(2, 2, "2014-04-01", SessionStatus::Held)];
    let parts = [part(1, 5, person(1)), part(2, 5, person(2)), part(2, 5, person(1))];
    let progress = against_plan(2014, &[], &[course(1), central], &sessions, &parts);
    let people = progress[0].held.people.expect("people");
    assert_eq!((people.attendances, people.persons.exactly()), (3, Some(2)));
}

#[test]
fn h3_the_plan_stands_against_what_was_held() {
    let item = |n: u128, sessions| PlanItem {
        id: id(n),
        programme: id(1),
        year: 2014,
        agency: id(5),
        kind: CourseKind::Workshop,
        title: "Tập huấn".into(),
        audience: None,
        sessions,
        attendances: Some(100),
        document: id(3),
    };
    let planned = Course { plan_item: Some(id(71)), ..course(1) };
    let sessions = [
        session(1, 1, "2014-03-01", SessionStatus::Held),
        session(2, 1, "2014-05-01", SessionStatus::Planned),
        session(3, 1, "2014-06-01", SessionStatus::Cancelled),
        session(4, 1, "2015-01-05", SessionStatus::Held),
        session(5, 2, "2014-07-01", SessionStatus::Held),
    ];
    let parts = [part(1, 5, Attendant::Headcount(40)), part(2, 5, Attendant::Headcount(99)), part(4, 5, Attendant::Headcount(99))];
    let progress = against_plan(2014, &[item(71, Some(3)), item(72, None)], &[planned, course(2)], &sessions, &parts);
    let short: Vec<_> = progress
        .iter()
        .map(|one| {
            (one.item.is_some(), one.planned_sessions, one.held.sessions, one.held.cancelled, one.held.people.map(|p| p.attendances))
        })
        .collect();
    assert_eq!(short, [(true, Some(3), 1, 1, Some(40)), (true, None, 0, 0, None), (false, None, 1, 0, None)]);
}

#[test]
fn h4_materials_have_versions_and_languages() {
    let version = |number, language: &str, on: &str| MaterialVersion {
        number,
        language: language.into(),
        issued_on: day(on),
        document: None,
        link: None,
    };
    let of = |versions| Material { id: id(1), programme: id(1), task: None, agency: id(1), title: "Tài liệu".into(), versions };
    let right = of(vec![version(1, "vi", "2013-10-01"), version(1, "en", "2013-12-01"), version(2, "vi", "2014-02-01")]);
    assert_eq!(told(&right.faults("")), [""; 0]);
    let wrong = of(vec![version(1, "vi", "2013-10-01"), version(1, "vi", "2013-12-01"), version(2, "vi", "2013-09-01")]);
    assert_eq!(told(&wrong.faults("")), ["/versions/1/number", "/versions/2/issuedOn"]);
}

#[test]
fn h5_rolls_count_staff_and_no_part_is_larger_than_its_whole() {
    let right =
        StaffRoll { with_degree: Some(3), with_language: Some(2), fully_qualified: Some(2), ..roll(1, "2015-12-31", Some(60), Some(4)) };
    assert_eq!(told(&right.faults("")), [""; 0]);
    let wrong = StaffRoll { with_degree: Some(5), fully_qualified: Some(3), full_time: Some(61), ..right };
    assert_eq!(told(&wrong.faults("")), ["/withDegree", "/fullyQualified", "/fullTime"]);
    assert_eq!(told(&roll(1, "2015-12-31", None, Some(4)).faults("")), [""; 0], "what is not told contradicts nothing");
}

#[test]
fn alternative_denominators_stand_side_by_side_with_who_is_missing() {
    let rolls = [
        roll(1, "2014-12-31", Some(90), None),
        roll(1, "2015-06-30", Some(100), Some(10)),
        roll(1, "2016-06-30", Some(500), Some(50)),
        roll(2, "2015-01-01", Some(60), None),
        roll(9, "2015-01-01", Some(999), None),
    ];
    let all = denominators(&rolls, &[id(1), id(2)], day("2015-12-31"));
    assert_eq!((all[0].base, all[0].count, all[0].missing.len()), (StaffBase::AllStaff, Some(160), 0));
    assert_eq!((all[1].base, all[1].count, &all[1].missing), (StaffBase::InCharge, Some(10), &vec![id(2)]));
    assert_eq!(all[0].told, [(id(1), day("2015-06-30")), (id(2), day("2015-01-01"))]);
    assert_eq!(denominators(&[], &[id(1)], day("2015-12-31"))[0].count, None, "no roll is not no staff");

    let people = People { attendances: 200, persons: Counted { at_least: 120, at_most: 144 } };
    let both = coverage(Some(people), &all);
    let percent = |at: usize| both[at].share.map(|(low, high)| (low.percent(), high.percent()));
    assert_eq!(percent(0), Some((Some("75.00".into()), Some("90.00".into()))));
    assert!(both[1].is_over && !both[0].is_over);
    assert_eq!(coverage(None, &all)[0].share, None);
}

#[test]
fn public_tables_tell_nothing_small() {
    let counted = |n| Counted { at_least: n, at_most: n };
    let counts = [(1, 'a', counted(3)), (1, 'b', counted(40)), (2, 'a', counted(25)), (2, 'b', counted(30))];
    let table = public_table(&counts, SMALLEST_SHOWN).expect("a table").expect("figures");
    assert_eq!((table.rows, table.columns, table.figures.hidden()), (vec![1, 2], vec!['a', 'b'], 4));
    assert_eq!(table.figures.total.value(), Some(98));
    assert_eq!(public_table::<u8, u8>(&[], SMALLEST_SHOWN), Ok(None));
    let sparse = public_table(&[(1, 1, counted(30)), (2, 2, counted(30))], SMALLEST_SHOWN).expect("a table").expect("figures");
    assert!(sparse.figures.cells.iter().flatten().all(|figure| figure.value() != Some(0)), "not recorded is not nought");
}

proptest! {
    #[test]
    fn the_truth_lies_in_the_range(who in prop::collection::vec((0..4_u128, 0..2_u128, 0..6_u128, any::<bool>()), 1..30)) {
        // People 0 to 5 of each of two agencies; of some only the heads are told.
        let mut truth = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut parts = Vec::new();
        for (session, agency, who, is_named) in who {
            if seen.insert((session, agency, who)) {
                truth.insert((agency, who));
                parts.push(part(session, agency, if is_named { person(agency * 100 + who) } else { Attendant::Headcount(1) }));
            }
        }
        let counted = people(&parts).expect("people");
        prop_assert_eq!(counted.attendances, seen.len() as u64);
        let truth = truth.len() as u64;
        prop_assert!(counted.persons.at_least <= truth && truth <= counted.persons.at_most, "{} in {:?}", truth, counted);
    }
}

#[test]
fn each_person_is_reached_once_and_sums_are_different_people() {
    let parts = [
        (id(1), part(1, 5, person(7))),
        (id(1), part(1, 6, person(8))),
        (id(2), part(2, 5, person(7))),
        (id(2), part(2, 5, person(9))),
        (id(2), part(2, 6, Attendant::Headcount(4))),
        (id(3), part(3, 6, Attendant::Headcount(3))),
    ];
    let reached = newly_reached(parts.iter().map(|(course, part)| (*course, part)));
    let told: Vec<(AgencyId, CourseId, u64)> =
        reached.iter().map(|(agency, course, counted)| (*agency, *course, counted.at_least)).collect();
    // The second agency's four may have the one who is named among them, its three may have come before.
    let wanted = [(5, 1, 1), (6, 1, 1), (5, 2, 1), (6, 2, 3), (6, 3, 0)].map(|(agency, course, count)| (id(agency), id(course), count));
    assert_eq!(told, wanted);
    let all: Vec<Participation> = parts.into_iter().map(|(_, part)| part).collect();
    assert_eq!(people(&all).map(|people| people.persons.at_least), Some(told.iter().map(|(.., count)| count).sum()));
}
