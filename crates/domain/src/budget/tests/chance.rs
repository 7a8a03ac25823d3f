//! Whatever is recorded reconciles: every view is the sum of the movements, and nothing is nought that is not recorded.

use super::*;

/// A movement by chance: of which line, its kind, amount, booking year, and which earlier one it undoes.
type Chance = (usize, MovementKind, i64, i32, usize);

fn chances() -> impl Strategy<Value = Vec<Chance>> {
    let kind = prop::sample::select(MovementKind::ALL.to_vec());
    prop::collection::vec((0..4_usize, kind, 1..1_000_i64, 2020..=2021_i32, 0..60_usize), 0..60)
}

fn lines() -> Vec<BudgetLine> {
    let sources = [
        FundingSourceKind::StateCentral,
        FundingSourceKind::StateProvincial,
        FundingSourceKind::Socialised,
        FundingSourceKind::ServiceRevenue,
    ];
    let of = |(n, source): (u128, FundingSourceKind)| BudgetLine {
        id: id(1_000 + n),
        task: (n != 3).then(|| id(n % 2)),
        agency: id(50 + n / 2),
        year: 2020,
        ..line(source)
    };
    (0_u128..).zip(sources).map(of).collect()
}

/// Records by chance what can be; amounts may be scaled up to overflow.
fn record(chances: &[Chance], scale: i64) -> (Vec<BudgetLine>, Vec<Movement>, Vec<Ledger>) {
    let lines = lines();
    let mut ledgers: Vec<Ledger> = lines.iter().map(Ledger::empty).collect();
    let mut recorded: Vec<Movement> = Vec::new();
    for (n, (at, kind, amount, booking_year, undone)) in chances.iter().enumerate() {
        let undone = recorded.get(*undone).filter(|_| *kind == Reversed).cloned();
        let at = undone.as_ref().map_or(*at, |undone| lines.iter().position(|line| line.id == undone.line).expect("its line"));
        let next = Movement {
            line: lines[at].id,
            booking_year: undone.as_ref().map_or(*booking_year, |undone| undone.booking_year),
            amount: undone.as_ref().map_or(Dong::new(amount.saturating_mul(scale)), |undone| undone.amount),
            refers_to: undone.as_ref().map(|undone| undone.id),
            ..movement(100 + n as u128, *kind, 1, "2020-05-05")
        };
        if ledgers[at].append(next.clone()).is_ok() {
            recorded.push(next);
        }
    }
    (lines, recorded, ledgers)
}

/// What stands of a kind by an account of its own: each reversal takes off what it undoes, in order.
fn kept(recorded: &[Movement], line: impl Fn(&Movement) -> bool) -> BTreeMap<MovementKind, (i128, usize)> {
    let mut sums: BTreeMap<MovementKind, (i128, usize)> = BTreeMap::new();
    for movement in recorded.iter().filter(|movement| line(movement)) {
        let undone = movement.refers_to.and_then(|id| recorded.iter().find(|other| other.id == id));
        if let Some(undone) = undone.filter(|_| movement.kind == Reversed) {
            let sum = sums.get_mut(&undone.kind).expect("recorded before");
            *sum = (sum.0 - i128::from(undone.amount.get()), sum.1 - 1);
        } else {
            let sum = sums.entry(movement.kind).or_default();
            *sum = (sum.0 + i128::from(movement.amount.get()), sum.1 + 1);
        }
    }
    sums.retain(|_, (_, count)| *count > 0);
    sums
}

fn agrees(ladder: &Ladder, kept: &BTreeMap<MovementKind, (i128, usize)>) -> bool {
    let same = |kind: &MovementKind| ladder.of(*kind).map(|sum| i128::from(sum.get())) == kept.get(kind).map(|(sum, _)| *sum);
    MovementKind::ALL.iter().all(same)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn every_view_is_the_sum_of_the_movements(chances in chances()) {
        let (lines, recorded, ledgers) = record(&chances, 1);
        let all = kept(&recorded, |_| true);
        for (line, ledger) in lines.iter().zip(&ledgers) {
            prop_assert!(agrees(ledger.ladder(), &kept(&recorded, |movement| movement.line == line.id)));
        }
        let line_of = |movement: &Movement| lines.iter().find(|line| line.id == movement.line).expect("its line");
        let rows: Vec<Recorded> = standing(&recorded).map(|movement| Recorded::of(line_of(movement), movement)).collect();
        for by in Dimension::ALL {
            let mut total = Ladder::default();
            for (key, ladders) in views(rows.iter().copied(), *by).expect("views") {
                let of_key = |movement: &Movement| {
                    let line = line_of(movement);
                    match (by, key) {
                        (_, Key::Line(id)) => line.id == id,
                        (_, Key::Task(task)) => line.task == task,
                        (_, Key::Agency(agency)) => line.agency == agency,
                        (_, Key::Source(source)) => line.source == source,
                        (Dimension::BookingYear, Key::Year(year)) => movement.booking_year == year,
                        (_, Key::Year(year)) => line.year == year,
                    }
                };
                let own = ladders.total(|_| true).expect("a total");
                prop_assert!(agrees(&own, &kept(&recorded, of_key)), "{:?}", key);
                total.merge(&own).expect("a total");
            }
            prop_assert!(agrees(&total, &all), "{}", by);
        }
    }

    #[test]
    fn nothing_is_nought_that_is_not_recorded(chances in chances()) {
        let (lines, recorded, ledgers) = record(&chances, 1);
        for (line, ledger) in lines.iter().zip(&ledgers) {
            let kept = kept(&recorded, |movement| movement.line == line.id);
            let has = |kinds: &[MovementKind]| kinds.iter().any(|kind| kept.contains_key(kind));
            let ladder = ledger.ladder();
            prop_assert_eq!(ladder.needed().is_some(), has(&[Need]));
            prop_assert_eq!(ladder.assigned().expect("a sum").is_some(), has(&[Assigned, Supplemented, Adjusted]));
            prop_assert_eq!(ladder.allocated().is_some(), has(&[Allocated]));
            prop_assert_eq!(ladder.disbursed().expect("a sum").is_some(), has(&[Advanced, Paid]));
            prop_assert_eq!(ladder.settled().is_some(), has(&[Settled]));
            prop_assert_eq!(ladder.unsettled().expect("a sum").is_some(), has(&[Advanced, Paid]));
            prop_assert_eq!(ladder.left(Ceiling::Received).expect("a sum").is_some(), has(&[Received]));
        }
    }

    #[test]
    fn money_overflows_as_an_error_and_never_in_silence(chances in chances()) {
        // Two or three such amounts do not fit together any more; what does not fit is not recorded.
        let (lines, recorded, ledgers) = record(&chances, i64::MAX / 1_000);
        let largest = i128::from(i64::MAX);
        for (line, ledger) in lines.iter().zip(&ledgers) {
            let kept = kept(&recorded, |movement| movement.line == line.id);
            prop_assert!(agrees(ledger.ladder(), &kept));
            let disbursed = [Advanced, Paid].iter().filter_map(|kind| kept.get(kind)).map(|(sum, _)| sum).sum::<i128>();
            prop_assert_eq!(ledger.ladder().disbursed() == Err(Overflow), disbursed > largest);
        }
    }

    #[test]
    fn what_the_rules_let_in_keeps_the_order_of_the_ladder(chances in chances()) {
        let lines = lines();
        let mut ledgers: Vec<Ledger> = lines.iter().map(Ledger::empty).collect();
        let rules = BudgetRules::first();
        for (n, (at, kind, amount, booking_year, undone)) in chances.iter().enumerate() {
            let undone = (*kind == Reversed).then(|| ledgers[*at].standing().nth(*undone % 7).cloned()).flatten();
            let next = Movement {
                line: lines[*at].id,
                booking_year: undone.as_ref().map_or(*booking_year, |undone| undone.booking_year),
                refers_to: undone.as_ref().map(|undone| undone.id),
                ..movement(100 + n as u128, *kind, undone.as_ref().map_or(*amount, |undone| undone.amount.get()), if *booking_year == 2020 { "2020-05-05" } else { "2021-05-05" })
            };
            let ledger = &mut ledgers[*at];
            if ledger.faults(&next, &rules, day("2022-01-01"), "").is_empty() {
                prop_assert_eq!(ledger.append(next), Ok(()));
            }
            let ladder = ledger.ladder();
            let nought = |amount: Option<Dong>| amount.unwrap_or_default();
            let disbursed = nought(ladder.disbursed().expect("a sum"));
            prop_assert!(disbursed <= nought(ladder.available(lines[*at].source.ceiling()).expect("a sum")));
            prop_assert!(nought(ladder.settled()) <= disbursed);
            prop_assert!(nought(ladder.disbursed_late()) <= nought(ladder.of(CarriedOver)));
        }
    }
}
