//! The rules of money, one by one and by chance.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::{
    calendar::{SpecialDay, SpecialDayKind, WorkCalendar, WorkingYear},
    money::{Dong, Total},
    regime::Deadline,
    validity::Validity,
};
use MovementKind::{
    Adjusted, Advanced, Allocated, Assigned, Cancelled, CarriedOver, Need, Paid, Pledged, Received, Refunded, Reversed, Settled,
    Supplemented,
};

mod books;
mod chance;

fn id<T: ?Sized>(n: u128) -> Id<T> {
    Id::from_uuid(Uuid::from_u128(n))
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn line(source: FundingSourceKind) -> BudgetLine {
    let contribution = Contribution {
        contributor: Contributor::Agency(id(9)),
        form: ContributionForm::Cash,
        agreement: None,
        purpose: None,
        valuation: None,
    };
    BudgetLine {
        id: id(1),
        programme: id(2),
        task: Some(id(3)),
        year: 2020,
        agency: id(4),
        source,
        contribution: (source == FundingSourceKind::Socialised).then_some(contribution),
        classification: Classification::default(),
        is_capital: false,
        asset_note: None,
        title: None,
        revision: 1,
    }
}

fn movement(n: u128, kind: MovementKind, amount: i64, on: &str) -> Movement {
    Movement {
        id: id(n),
        line: id(1),
        kind,
        amount: Dong::new(amount),
        on: day(on),
        booking_year: 2020,
        work_done_on: None,
        document: Some(id(7)),
        place: None,
        agency: Some(id(4)),
        external_ref: None,
        refers_to: None,
        exception: None,
        recorded_by: id(8),
        recorded_at: DateTime::UNIX_EPOCH,
    }
}

fn ledger(source: FundingSourceKind, movements: &[Movement]) -> Ledger {
    Ledger::fold(&line(source), movements.iter().cloned()).expect("a ledger")
}

/// So much is recorded.
#[allow(clippy::unnecessary_wraps)] // what a ladder tells is
fn some(amount: i64) -> Option<Total> {
    Some(Dong::new(amount).into())
}

/// An agency that has a part in the work, with its names.
fn parts(agency: u128) -> Parts {
    let mut parts = Parts::default();
    parts.add(id(agency), ["Công ty cổ phần Khu công nghiệp Đình Vũ", "Khu CN Đình Vũ"]);
    parts
}

fn told(ledger: &Ledger, movement: &Movement) -> Vec<(String, Code)> {
    let faults = ledger.faults(movement, &BudgetRules::first(), day("2023-01-01"), "");
    faults.into_iter().map(|fault| (fault.pointer, fault.code)).collect()
}

fn refused(pointer: &str, code: Code) -> Vec<(String, Code)> {
    vec![(pointer.to_owned(), code)]
}

#[test]
fn a_payment_of_january_counts_to_the_year_of_the_work_and_of_february_needs_a_carry_over() {
    let assigned = ledger(FundingSourceKind::StateProvincial, &[movement(1, Assigned, 1_000, "2019-12-20")]);
    let january = Movement { work_done_on: Some(day("2020-12-31")), ..movement(2, Paid, 400, "2021-01-20") };
    assert_eq!(told(&assigned, &january), []);
    assert_eq!(told(&assigned, &Movement { on: day("2021-01-31"), ..january.clone() }), [], "the last day is within");
    assert_eq!(told(&assigned, &Movement { on: day("2021-02-01"), ..january.clone() }), refused("/on", Code::BooksClosed));
    assert_eq!(told(&assigned, &Movement { work_done_on: None, ..january.clone() }), refused("/workDoneOn", Code::FieldRequired));
    let bought_in_january = Movement { work_done_on: Some(day("2021-01-05")), ..january };
    assert_eq!(told(&assigned, &bought_in_january), refused("/workDoneOn", Code::BooksClosed));

    let february = Movement { booking_year: 2021, ..movement(3, Paid, 300, "2021-02-01") };
    assert!(told(&assigned, &february).contains(&("/bookingYear".into(), Code::BooksClosed)));
    let carry = movement(4, CarriedOver, 350, "2021-01-28");
    assert_eq!(told(&assigned, &Movement { document: None, ..carry.clone() }), refused("/document", Code::FieldRequired));
    assert_eq!(told(&assigned, &Movement { amount: Dong::new(1_001), ..carry.clone() }), refused("/amount", Code::OutOfRange));
    let mut carried = assigned;
    carried.append(carry).expect("carried");
    assert_eq!(told(&carried, &february), []);
    assert_eq!(told(&carried, &Movement { amount: Dong::new(351), ..february }), refused("/amount", Code::BooksClosed));
}

#[test]
fn nothing_happens_to_money_before_its_estimates_nor_leaves_books_that_have_not_begun() {
    let socialised = FundingSourceKind::Socialised;
    for kind in MovementKind::ALL.iter().copied().filter(|kind| *kind != Reversed) {
        let state = FundingSourceKind::StateProvincial;
        let source = if kind.is_of(state) { state } else { socialised };
        let on = |on: &str| {
            let faults = movement(1, kind, 1, on).faults(source, 2020, day("2023-01-01"), "");
            faults.into_iter().map(|fault| (fault.pointer, fault.code)).collect::<Vec<_>>()
        };
        // Others than the state may promise and give long before.
        let first = if kind == CarriedOver {
            "2020-01-01"
        } else if source == socialised {
            "2000-01-01"
        } else {
            "2019-01-01"
        };
        assert_eq!(on(first), [], "{kind}");
        let last = if source == socialised { "1999-12-31" } else { "2018-12-31" };
        for early in ["0000-01-01", "1999-01-01", last] {
            assert_eq!(on(early), refused("/on", Code::PeriodInconsistent), "{kind} {early}");
        }
    }
    let carried = movement(1, CarriedOver, 1, "2019-12-31").faults(FundingSourceKind::StateCentral, 2020, day("2023-01-01"), "");
    assert_eq!(carried.len(), 1, "{carried:?}");
    let state = ledger(FundingSourceKind::StateProvincial, &[movement(1, Assigned, 1, "2019-12-20")]);
    let undone = Movement { refers_to: Some(id(1)), ..movement(2, Reversed, 1, "2018-12-31") };
    assert!(told(&state, &undone).contains(&("/on".into(), Code::PeriodInconsistent)));
}

#[test]
fn the_closing_day_is_a_setting_with_a_validity() {
    let first = BudgetRules { validity: Validity { from: None, to: Some(day("2020-01-01")) }, ..BudgetRules::first() };
    let later = BudgetRules {
        validity: Validity { from: Some(day("2020-01-01")), to: None },
        books_close: DayOfYear { month: 2, day: 31 },
        ..BudgetRules::first()
    };
    let rules = [first, later];
    let closing = |year| BudgetRules::of_year(&rules, year).and_then(|rules| rules.closing_day(year));
    assert_eq!((closing(2019), closing(2020)), (Some(day("2020-01-31")), Some(day("2021-02-28"))));
    assert_eq!(BudgetRules::of_year(&rules[1..], 2019), None, "nothing is guessed");
}

#[test]
fn no_more_is_disbursed_than_was_assigned_with_its_adjustments() {
    let mut state = ledger(
        FundingSourceKind::StateProvincial,
        &[movement(1, Assigned, 1_000, "2020-01-02"), movement(2, Adjusted, -200, "2020-06-01")],
    );
    assert_eq!(told(&state, &movement(3, Paid, 800, "2020-07-01")), []);
    let over = movement(3, Paid, 801, "2020-07-01");
    assert_eq!(told(&state, &over), refused("/amount", Code::DisbursedOverAssigned));
    let excepted = Movement { exception: Some("Tạm cấp theo Điều 51".into()), ..over };
    assert_eq!(told(&state, &excepted), []);
    assert!(
        told(&state, &Movement { exception: Some(" ".into()), ..excepted.clone() }).contains(&("/exception".into(), Code::FieldRequired))
    );
    state.append(excepted).expect("excepted");
    assert_eq!(told(&state, &movement(4, Refunded, 1, "2020-08-01")), [], "what makes nothing worse may be recorded");
    assert_eq!(told(&state, &movement(4, Adjusted, -1, "2020-08-01")), refused("/amount", Code::DisbursedOverAssigned));
    let nothing = ledger(FundingSourceKind::StateProvincial, &[]);
    assert_eq!(told(&nothing, &movement(1, Advanced, 1, "2020-02-01")), refused("/amount", Code::DisbursedOverAssigned));
}

#[test]
fn no_more_is_settled_than_was_disbursed_and_no_more_allocated_than_assigned() {
    let state = ledger(FundingSourceKind::StateCentral, &[movement(1, Assigned, 100, "2020-01-02"), movement(2, Paid, 60, "2020-03-01")]);
    assert_eq!(told(&state, &movement(3, Settled, 60, "2021-06-30")), []);
    assert_eq!(told(&state, &movement(3, Settled, 61, "2021-06-30")), refused("/amount", Code::SettledOverDisbursed));
    assert_eq!(told(&state, &movement(3, Allocated, 101, "2020-02-01")), refused("/amount", Code::OutOfRange));
    assert_eq!(told(&state, &movement(3, Refunded, 61, "2020-04-01")), refused("/amount", Code::OutOfRange));
    assert_eq!(told(&state, &movement(3, Cancelled, 41, "2021-02-15")), refused("/amount", Code::DisbursedOverAssigned));
}

#[test]
fn nothing_comes_back_that_was_not_paid_nor_is_cancelled_that_was_not_assigned() {
    use MovementKind::{Assigned, Cancelled, Refunded};
    let of = ledger(FundingSourceKind::StateProvincial, &[movement(1, Assigned, 60, "2020-01-05")]);
    let back = told(&of, &movement(2, Refunded, 40, "2020-02-05"));
    assert_eq!(back.len(), 1, "else it would raise what may be spent: {back:?}");
    let none = ledger(FundingSourceKind::StateProvincial, &[]);
    assert_eq!(told(&none, &movement(2, Cancelled, 40, "2020-02-05")).len(), 1);
}

#[test]
fn a_reversal_undoes_one_movement_whole_and_once() {
    let mut state =
        ledger(FundingSourceKind::StateDistrict, &[movement(1, Assigned, 100, "2020-01-02"), movement(2, Paid, 60, "2020-03-01")]);
    let undo = |n, what, amount| Movement { refers_to: what, ..movement(n, Reversed, amount, "2020-04-01") };
    assert_eq!(told(&state, &undo(3, Some(id(1)), 100)), refused("/amount", Code::DisbursedOverAssigned), "the payment rests on it");
    assert_eq!(told(&state, &undo(3, Some(id(2)), 59)), refused("/amount", Code::RuleBroken));
    assert_eq!(told(&state, &undo(3, Some(id(99)), 60)), refused("/refersTo", Code::ReferenceUnknown));
    assert_eq!(told(&state, &undo(3, None, 60)), refused("/refersTo", Code::FieldRequired));
    assert_eq!(told(&state, &undo(3, Some(id(2)), 60)), []);
    state.append(undo(3, Some(id(2)), 60)).expect("undone");
    assert_eq!(state.ladder().disbursed(), None, "not recorded, not nought");
    assert_eq!(told(&state, &undo(4, Some(id(2)), 60)), refused("/refersTo", Code::AlreadyReversed));
    assert_eq!(told(&state, &undo(4, Some(id(3)), 60)), refused("/refersTo", Code::ReferenceUnknown), "a reversal stays");
    assert_eq!(told(&state, &undo(4, Some(id(1)), 100)), []);
    let all = [movement(2, Paid, 60, "2020-03-01"), undo(3, Some(id(2)), 60)];
    let stood = ["2020-02-29", "2020-03-31", "2020-04-01"].map(|on| standing_on(&all, day(on)).count());
    assert_eq!((stood, standing(&all).count()), ([0, 1, 0], 0), "until the day on which it is undone, it stands");
}

#[test]
fn late_adjustments_and_waiting_supplements_are_flagged_not_refused() {
    let special = SpecialDay { day: day("2020-04-30"), kind: SpecialDayKind::Holiday, name: "x".into() };
    let calendar = WorkCalendar::new([WorkingYear {
        year: 2020,
        source: "a test".into(),
        to_confirm: false,
        basis: None,
        place: None,
        days: vec![special],
    }]);
    let of = line(FundingSourceKind::StateProvincial);
    let rules = BudgetRules::first();
    let supplement = movement(2, Supplemented, 50, "2020-04-20");
    let part = Movement { refers_to: Some(id(2)), ..movement(3, Allocated, 20, "2020-04-22") };
    let mut state = ledger(of.source, &[movement(1, Assigned, 100, "2020-01-02"), supplement, part]);
    let flags_on =
        |state: &Ledger, as_of: &str| flags((&of, state), &Parts::default(), (std::slice::from_ref(&rules), &calendar), day(as_of));
    // Ten working days after 20 April, one of them a holiday, end on 5 May.
    assert_eq!(flags_on(&state, "2020-05-05"), []);
    let waiting = Flag::SupplementUnallocated { movement: id(2), open: Dong::new(30), due_on: day("2020-05-05") };
    assert_eq!(flags_on(&state, "2020-05-06"), [waiting]);
    state.append(Movement { refers_to: Some(id(2)), ..movement(4, Allocated, 30, "2020-05-07") }).expect("allocated");
    assert_eq!(flags_on(&state, "2020-05-08"), []);
    assert_eq!(told(&state, &movement(5, Adjusted, 10, "2020-11-16")), []);
    state.append(movement(5, Adjusted, 10, "2020-11-15")).expect("in time");
    state.append(movement(6, Adjusted, 10, "2020-11-16")).expect("late");
    assert_eq!(flags_on(&state, "2020-12-01"), [Flag::LateAdjustment { movement: id(6) }]);
    assert_eq!(flags_on(&state, "2021-02-01")[1..], [Flag::UnspentAfterClosing { amount: Total::new(170) }]);
    let unknown = movement(7, Supplemented, 5, "2020-12-25");
    let waiting = unallocated(&[&unknown], &rules, &calendar);
    assert_eq!(waiting, [Unallocated { movement: id(7), open: Dong::new(5), due: Deadline::Unknown { year: 2021 } }]);
}

#[test]
fn socialised_money_never_enters_the_state_disbursement_rate() {
    let mut ladders = Ladders::default();
    let add = |ladders: &mut Ladders, source, kind, amount: i64| {
        ladders.add(source, &stood(2020, &[(kind, 2020, Total::new(amount.into()))])[0], None);
    };
    let mut of_others = |source, kind, amount| add(&mut ladders, source, kind, amount);
    of_others(FundingSourceKind::Socialised, Pledged, 900);
    of_others(FundingSourceKind::Socialised, Received, 500);
    of_others(FundingSourceKind::Socialised, Paid, 500);
    of_others(FundingSourceKind::Fund, Paid, 70);
    of_others(FundingSourceKind::Aid, Paid, 70);
    of_others(FundingSourceKind::ServiceRevenue, Paid, 70);
    assert_eq!(ladders.state_disbursement_rate(), None, "nothing is assigned: no rate, not 0 %");
    add(&mut ladders, FundingSourceKind::StateCentral, Assigned, 300);
    assert_eq!(ladders.state_disbursement_rate(), None, "nothing is recorded as disbursed");
    add(&mut ladders, FundingSourceKind::StateCommune, Assigned, 100);
    add(&mut ladders, FundingSourceKind::StateCentral, Paid, 100);
    let rate = ladders.state_disbursement_rate().expect("a rate");
    assert_eq!(rate.percent().as_deref(), Some("25.00"));
}

#[test]
fn m1_m5_only_finance_assigns_and_settles() {
    let finance: Vec<MovementKind> = MovementKind::ALL.iter().copied().filter(|kind| kind.recorder() == Recorder::Finance).collect();
    assert_eq!(finance, [Assigned, Supplemented, Adjusted, Settled, CarriedOver, Cancelled]);
}

#[test]
fn m2_socialised_means_are_pledged_and_received_with_contributor_and_value() {
    let mut social =
        ledger(FundingSourceKind::Socialised, &[movement(1, Pledged, 900, "2020-01-02"), movement(2, Received, 500, "2020-02-02")]);
    assert_eq!(told(&social, &movement(3, Paid, 500, "2020-03-01")), []);
    assert_eq!(told(&social, &movement(3, Paid, 501, "2020-03-01")), refused("/amount", Code::DisbursedOverAssigned));
    assert_eq!(told(&social, &movement(3, Assigned, 1, "2020-03-01")), refused("/kind", Code::NotOneOf));
    social.append(movement(3, Paid, 500, "2020-03-01")).expect("paid");
    assert_eq!(social.ladder().left(Ceiling::Received), some(0));
    let mut of = line(FundingSourceKind::Socialised);
    assert_eq!(of.faults(""), []);
    assert!(of.contributor_is_assignee(&parts(9)) && !of.contributor_is_assignee(&parts(4)));
    let own = flags((&of, &social), &parts(9), (&[BudgetRules::first()], &WorkCalendar::default()), day("2021-03-01"));
    assert_eq!(own, [Flag::ContributorIsAssignee]);
    of.contribution.as_mut().expect("a contribution").form = ContributionForm::InKind;
    assert_eq!(of.faults("")[0].pointer, "/contribution/valuation");
    of.contribution = None;
    assert_eq!(of.faults("")[0].code, Code::FieldRequired);
}

#[test]
fn m2_a_contributor_is_known_by_any_name_of_an_agency() {
    let mut of = line(FundingSourceKind::Socialised);
    let mut is_flagged = |name: &str| {
        of.contribution.as_mut().expect("a contribution").contributor = Contributor::Named(name.into());
        of.contributor_is_assignee(&parts(9))
    };
    for name in [
        "Công ty cổ phần khu Công nghiệp Đình Vũ",
        "CÔNG TY CỔ PHẦN KHU CÔNG NGHIỆP ĐÌNH VŨ",
        "  cong ty  co phan khu cong nghiep dinh vu",
        "Khu CN Ðình Vũ",
    ] {
        assert!(is_flagged(name), "{name}");
        assert!(
            is_flagged(
                &name.chars().flat_map(|c| unicode_normalization::UnicodeNormalization::nfd(std::iter::once(c))).collect::<String>()
            ),
            "{name}, decomposed"
        );
    }
    assert!(!is_flagged("Công ty cổ phần Đình Vũ") && !is_flagged("Ông A"));
}

#[test]
fn m3_an_agency_pays_from_what_it_planned_of_its_own() {
    let own = ledger(FundingSourceKind::ServiceRevenue, &[movement(1, Need, 80, "2020-01-02")]);
    assert_eq!(told(&own, &movement(2, Paid, 80, "2020-03-01")), []);
    assert_eq!(told(&own, &movement(2, Paid, 81, "2020-03-01")), refused("/amount", Code::DisbursedOverAssigned));
}

#[test]
fn m4_need_stands_against_means_and_what_is_not_recorded_stays_so() {
    let means = YearlyMeans { year: 2020, needed: some(100), able: some(80), assigned: some(70) };
    assert_eq!(means.short_of_need(), some(30));
    assert_eq!(means.not_yet_assigned(), some(10));
    assert_eq!(YearlyMeans { assigned: None, ..means }.short_of_need(), None);
}

#[test]
fn m5_what_is_not_settled_ages_from_its_payment() {
    let movements = [
        movement(1, Paid, 100, "2020-01-10"),
        movement(2, Paid, 50, "2020-03-01"),
        movement(3, Paid, 7, "2020-04-01"),
        movement(4, Settled, 110, "2020-04-02"),
    ];
    let standing: Vec<&Movement> = movements.iter().collect();
    let amounts: Vec<Option<i128>> =
        ageing(&standing, &[30, 90], day("2020-04-10")).iter().map(|bucket| bucket.amount.map(Total::get)).collect();
    assert_eq!(amounts, [Some(7), Some(40), None]);
}

#[test]
fn classifications_are_digits_of_their_year() {
    let valid = Validity { from: Some(day("2018-01-01")), to: Some(day("2021-01-01")) };
    let table = [ClassificationCode { level: ClassificationLevel::Chapter, code: "427".into(), name: "x".into(), validity: valid }];
    let of = |chapter: &str, section: Option<&str>| Classification {
        chapter: Some(chapter.into()),
        section: section.map(Into::into),
        ..Classification::default()
    };
    assert_eq!(of("427", None).faults(2020, &table, ""), []);
    assert_eq!(of("427", None).faults(2021, &table, "")[0].code, Code::ReferenceUnknown);
    assert_eq!(of("999", None).faults(2020, &[], ""), [], "without a table any digits do");
    assert_eq!(of("42", None).faults(2020, &[], "")[0].code, Code::PatternMismatch);
    assert_eq!(of("٤٢٧", None).faults(2020, &[], "")[0].code, Code::PatternMismatch);
    assert_eq!(of("427", Some("341")).faults(2020, &table, "/c")[0].pointer, "/c/category");
}
