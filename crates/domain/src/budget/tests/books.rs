//! What a line holds on each day and in the books of each year.

use super::*;

/// In the books of a year.
fn booked(year: i32, movement: Movement) -> Movement {
    Movement { booking_year: year, ..movement }
}

fn excepted(movement: Movement) -> Movement {
    Movement { exception: Some("Theo chỉ đạo".into()), ..movement }
}

/// A line of which 1,000 is assigned, 400 paid and 350 carried over to 2021.
fn carried() -> Ledger {
    let of_2020 =
        [movement(1, Assigned, 1_000, "2019-12-20"), movement(2, Paid, 400, "2020-06-01"), movement(3, CarriedOver, 350, "2021-01-28")];
    ledger(FundingSourceKind::StateProvincial, &of_2020)
}

fn add(ledger: &mut Ledger, movement: Movement) {
    assert_eq!(told(ledger, &movement), [], "{movement:?}");
    ledger.append(movement).expect("appended");
}

fn books_of(movements: &[Movement], year: i32) -> Ladder {
    let rows: Vec<_> = standing(movements).map(|one| (one.kind, one.booking_year, one.amount.into())).collect();
    Ladder::of_all(&stood(2020, &rows), Some(year))
}

#[test]
fn what_is_available_of_lines_is_the_sum_of_what_is_of_each() {
    let mut ladders = Ladders::default();
    let mut add = |rows: &[(MovementKind, i32, Total)]| {
        for one in stood(2020, rows) {
            ladders.add(FundingSourceKind::Fund, &one, None);
        }
    };
    // 80 is planned alone; of the other line 30 is assigned, whatever it needs.
    add(&[(Need, 2020, Total::new(80)), (Paid, 2020, Total::new(10))]);
    add(&[(Need, 2020, Total::new(50)), (Assigned, 2020, Total::new(30))]);
    let fund = ladders.of(FundingSourceKind::Fund).expect("a ladder");
    assert_eq!((fund.available(Ceiling::Planned), fund.left(Ceiling::Planned)), (some(110), some(100)));
    assert_eq!(fund.variance(), some(-70), "of the line of which both are recorded");
}

#[test]
fn what_was_undone_later_stood_on_its_day() {
    let mut state =
        ledger(FundingSourceKind::StateProvincial, &[movement(1, Assigned, 1_000, "2019-12-20"), movement(2, Paid, 1_000, "2020-06-01")]);
    add(&mut state, Movement { refers_to: Some(id(2)), ..movement(3, Reversed, 1_000, "2021-05-10") });
    let remarked = |as_of: &str| {
        let rules = [BudgetRules::first()];
        flags((&line(FundingSourceKind::StateProvincial), &state), &Parts::default(), (&rules, &WorkCalendar::default()), day(as_of))
    };
    assert_eq!(remarked("2021-02-15"), [], "nothing was left that day");
    assert_eq!(remarked("2021-05-10"), [Flag::UnspentAfterClosing { amount: Total::new(1_000) }]);
}

#[test]
fn what_was_carried_over_is_paid_settled_and_refunded_in_the_later_books() {
    let mut state = carried();
    add(&mut state, booked(2021, movement(4, Paid, 300, "2021-03-01")));
    add(&mut state, booked(2021, movement(5, Settled, 250, "2021-12-01")));
    assert_eq!(told(&state, &booked(2021, movement(6, Settled, 51, "2021-12-02"))), refused("/amount", Code::SettledOverDisbursed));
    assert_eq!(told(&state, &movement(6, Settled, 401, "2021-06-30")), refused("/amount", Code::SettledOverDisbursed), "of these books");
    add(&mut state, movement(6, Settled, 400, "2021-06-30"));
    assert_eq!(told(&state, &booked(2021, movement(7, Refunded, 51, "2021-12-03"))), refused("/amount", Code::SettledOverDisbursed));
    add(&mut state, booked(2021, movement(7, Refunded, 50, "2021-12-03")));
    assert_eq!(told(&state, &booked(2021, movement(8, Cancelled, 101, "2021-12-31"))), refused("/amount", Code::BooksClosed));
    add(&mut state, booked(2021, movement(8, Cancelled, 100, "2021-12-31")));
    let early = booked(2021, movement(9, Settled, 1, "2020-12-31"));
    assert!(told(&state, &early).contains(&("/bookingYear".into(), Code::PeriodInconsistent)));
    let need = booked(2021, movement(9, Need, 1, "2021-02-01"));
    assert_eq!(told(&state, &need), refused("/bookingYear", Code::PeriodInconsistent), "what is planned is of the line's year");

    let all: Vec<Movement> = (1..=8).filter_map(|n| state.recorded(id(n)).cloned()).collect();
    let of = |year| {
        let books = books_of(&all, year);
        [books.carried_in(), books.available(Ceiling::Assigned), books.disbursed(), books.settled(), books.left(Ceiling::Assigned)]
    };
    assert_eq!(of(2020), [None, some(650), some(400), some(400), some(250)]);
    assert_eq!(of(2021), [some(350), some(250), some(250), some(250), some(0)]);
    let whole = state.ladder();
    assert_eq!((whole.available(Ceiling::Assigned), whole.disbursed(), whole.left(Ceiling::Assigned)), (some(900), some(650), some(250)));
}

#[test]
fn the_rate_of_a_year_is_of_what_its_books_may_spend() {
    let mut views = BTreeMap::new();
    let rows = [
        (Assigned, 2020, Total::new(1_000)),
        (Paid, 2020, Total::new(650)),
        (CarriedOver, 2020, Total::new(350)),
        (Paid, 2021, Total::new(70)),
    ];
    for one in stood(2020, &rows) {
        for year in one.years() {
            views.entry(year).or_insert_with(Ladders::default).add(FundingSourceKind::StateCentral, &one, Some(year));
        }
    }
    let rates: Vec<_> =
        views.values().map(|ladders| ladders.state_disbursement_rate().and_then(crate::statistics::Rate::percent)).collect();
    assert_eq!(rates, [Some("100.00".to_owned()), Some("20.00".to_owned())]);
}

#[test]
fn a_later_payment_rests_on_what_was_carried_over_by_its_day() {
    let mut state = carried();
    add(&mut state, booked(2021, movement(4, Paid, 300, "2021-03-01")));
    // In May another 100 is carried over; a payment of April does not rest on it.
    add(&mut state, movement(5, CarriedOver, 100, "2021-05-10"));
    let april = booked(2021, movement(6, Paid, 51, "2021-04-01"));
    assert_eq!(told(&state, &april), refused("/amount", Code::BooksClosed));
    assert_eq!(told(&state, &Movement { on: day("2021-05-10"), ..april.clone() }), []);
    assert_eq!(told(&state, &excepted(april)), refused("/amount", Code::BooksClosed), "no exception opens closed books");
    let early =
        ledger(FundingSourceKind::StateProvincial, &[movement(1, Assigned, 10, "2019-12-20"), movement(2, CarriedOver, 10, "2021-05-10")]);
    let before = told(&early, &booked(2021, movement(3, Paid, 1, "2021-05-09")));
    assert!(before.contains(&("/bookingYear".into(), Code::BooksClosed)), "{before:?}");
}

#[test]
fn what_was_carried_over_lapses_with_the_next_books_unless_it_is_carried_over_again() {
    let mut state = carried();
    let of_2022 = booked(2022, movement(4, Paid, 50, "2022-03-01"));
    assert!(told(&state, &of_2022).contains(&("/bookingYear".into(), Code::BooksClosed)));
    let late = booked(2021, Movement { work_done_on: Some(day("2021-12-31")), ..movement(4, Paid, 50, "2022-01-31") });
    assert_eq!(told(&state, &late), []);
    assert_eq!(told(&state, &Movement { work_done_on: None, ..late.clone() }), refused("/workDoneOn", Code::FieldRequired));
    assert_eq!(told(&state, &Movement { on: day("2022-02-01"), ..late }), refused("/on", Code::BooksClosed));
    let again = booked(2021, movement(5, CarriedOver, 351, "2022-01-20"));
    assert_eq!(told(&state, &again), refused("/amount", Code::OutOfRange));
    let lapsed = |state: &Ledger, as_of: &str| {
        flags(
            (&line(FundingSourceKind::StateProvincial), state),
            &Parts::default(),
            (&[BudgetRules::first()], &WorkCalendar::default()),
            day(as_of),
        )
    };
    assert_eq!(lapsed(&state, "2022-01-31"), [Flag::UnspentAfterClosing { amount: Total::new(250) }]);
    assert_eq!(lapsed(&state, "2022-02-01"), [Flag::UnspentAfterClosing { amount: Total::new(600) }]);
    add(&mut state, Movement { amount: Dong::new(350), ..again });
    add(&mut state, of_2022);
}

#[test]
fn a_payment_rests_on_what_was_there_on_its_day() {
    let state = ledger(FundingSourceKind::StateProvincial, &[movement(1, Assigned, 100, "2020-03-01")]);
    let early = movement(2, Advanced, 40, "2020-02-29");
    assert_eq!(told(&state, &early), refused("/amount", Code::DisbursedOverAssigned));
    assert_eq!(told(&state, &Movement { on: day("2020-03-01"), ..early.clone() }), []);
    assert_eq!(told(&state, &excepted(early)), []);
}

#[test]
fn nothing_dated_back_makes_a_day_in_between_worse() {
    let mut state = ledger(
        FundingSourceKind::StateProvincial,
        &[movement(1, Assigned, 100, "2020-01-02"), movement(2, Paid, 80, "2020-06-01"), movement(3, Supplemented, 100, "2020-09-01")],
    );
    assert_eq!(
        told(&state, &movement(4, Paid, 21, "2020-03-01")),
        refused("/amount", Code::DisbursedOverAssigned),
        "in June there is none"
    );
    assert_eq!(told(&state, &movement(4, Adjusted, -21, "2020-03-01")), refused("/amount", Code::DisbursedOverAssigned));
    // Undone in August, the first assignment does not carry the payment of June any more, though the supplement of September would.
    let undo = |on: &str| Movement { refers_to: Some(id(1)), ..movement(5, Reversed, 100, on) };
    assert_eq!(told(&state, &undo("2020-08-01")), refused("/amount", Code::DisbursedOverAssigned));
    assert_eq!(told(&state, &undo("2020-09-01")), []);
    assert_eq!(told(&state, &undo("2020-01-01")), refused("/on", Code::PeriodInconsistent), "nothing is undone before its day");
    // What was out of order before is not held against what does not make it worse.
    state.append(excepted(movement(6, Paid, 500, "2020-07-01"))).expect("by an exception");
    assert_eq!(told(&state, &movement(7, Refunded, 1, "2020-07-02")), []);
    assert_eq!(told(&state, &movement(7, Supplemented, 1, "2020-07-02")), []);
}

#[test]
fn an_amount_and_what_a_line_holds_of_a_kind_are_bounded() {
    let most = MAX_AMOUNT.get();
    let mut state = ledger(FundingSourceKind::StateProvincial, &[]);
    let too_large = refused("/amount", Code::AmountOverflow);
    assert_eq!(told(&state, &movement(1, Need, i64::MAX, "2020-01-02")), too_large);
    assert_eq!(told(&state, &movement(1, Need, most + 1, "2020-01-02")), too_large);
    assert!(told(&state, &movement(1, Adjusted, -most - 1, "2020-01-02")).contains(&too_large[0]));
    add(&mut state, movement(1, Need, most, "2020-01-02"));
    assert_eq!(told(&state, &movement(2, Need, 1, "2020-01-03")), too_large);
    assert_eq!(told(&state, &movement(2, Need, 1, "2019-01-03")), too_large, "on some day it would be too much");
    assert_eq!(told(&state, &excepted(movement(2, Need, 1, "2020-01-03"))), too_large, "no reason makes it fit");
    assert_eq!(told(&state, &movement(2, Assigned, most, "2020-01-03")), [], "each kind by itself");
}
