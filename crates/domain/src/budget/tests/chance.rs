//! Whatever is recorded reconciles: every view is the sum of the movements, and nothing is nought that is not recorded.

use super::*;

/// A movement by chance: of which line, its kind, amount, booking year, which earlier one it undoes, and its day.
type Chance = (usize, MovementKind, i64, i32, usize, usize);

const DAYS: [&str; 5] = ["2020-02-10", "2020-05-05", "2020-09-09", "2021-05-05", "2022-05-05"];

fn chances() -> impl Strategy<Value = Vec<Chance>> {
    let kind = prop::sample::select(MovementKind::ALL.to_vec());
    prop::collection::vec((0..6_usize, kind, 1..1_000_i64, 2020..=2022_i32, 0..60_usize, 0..DAYS.len()), 0..60)
}

fn lines() -> Vec<BudgetLine> {
    let sources = [
        FundingSourceKind::StateCentral,
        FundingSourceKind::StateProvincial,
        FundingSourceKind::Socialised,
        FundingSourceKind::ServiceRevenue,
        FundingSourceKind::ServiceRevenue,
        FundingSourceKind::Fund,
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

/// Records by chance what can be; amounts may be scaled up.
fn record(chances: &[Chance], scale: i64) -> (Vec<BudgetLine>, Vec<Movement>, Vec<Ledger>) {
    let lines = lines();
    let mut ledgers: Vec<Ledger> = lines.iter().map(Ledger::empty).collect();
    let mut recorded: Vec<Movement> = Vec::new();
    for (n, (at, kind, amount, booking_year, undone, on)) in chances.iter().enumerate() {
        let undone = recorded.get(*undone).filter(|_| *kind == Reversed).cloned();
        let at = undone.as_ref().map_or(*at, |undone| lines.iter().position(|line| line.id == undone.line).expect("its line"));
        let next = Movement {
            line: lines[at].id,
            booking_year: undone.as_ref().map_or(*booking_year, |undone| undone.booking_year),
            amount: undone.as_ref().map_or(Dong::new(amount.saturating_mul(scale)), |undone| undone.amount),
            refers_to: undone.as_ref().map(|undone| undone.id),
            ..movement(100 + n as u128, *kind, 1, DAYS[*on])
        };
        if ledgers[at].append(next.clone()).is_ok() {
            recorded.push(next);
        }
    }
    (lines, recorded, ledgers)
}

/// What stood of each line on a day.
fn stood_on(lines: &[BudgetLine], recorded: &[Movement], as_of: NaiveDate) -> Vec<Vec<Stood>> {
    let of_line = |line: &BudgetLine| {
        let movements: Vec<Movement> = recorded.iter().filter(|movement| movement.line == line.id).cloned().collect();
        let rows: Vec<_> = standing_on(&movements, as_of).map(|one| (one.kind, one.booking_year, one.amount.into())).collect();
        stood(line.year, &rows)
    };
    lines.iter().map(of_line).collect()
}

type Named = (&'static str, fn(&Ladder, Ceiling) -> Option<Total>);

/// Everything that is told of a ladder.
const FIGURES: [Named; 11] = [
    ("needed", |ladder, _| ladder.needed()),
    ("assigned", |ladder, _| ladder.assigned()),
    ("allocated", |ladder, _| ladder.allocated()),
    ("disbursed", |ladder, _| ladder.disbursed()),
    ("disbursed late", |ladder, _| ladder.disbursed_late()),
    ("settled", |ladder, _| ladder.settled()),
    ("carried in", |ladder, _| ladder.carried_in()),
    ("available", Ladder::available),
    ("left", Ladder::left),
    ("unsettled", |ladder, _| ladder.unsettled()),
    ("variance", |ladder, _| ladder.variance()),
];

/// The sum of what is told; none where nothing is.
fn sum(told: impl Iterator<Item = Option<Total>>) -> Option<Total> {
    let told: Vec<Total> = told.flatten().collect();
    (!told.is_empty()).then(|| told.into_iter().sum())
}

fn is_of(line: &BudgetLine, key: Key, by: Dimension) -> bool {
    match key {
        Key::Line(id) => line.id == id,
        Key::Task(task) => line.task == task,
        Key::Agency(agency) => line.agency == agency,
        Key::Source(source) => line.source == source,
        Key::Year(year) => by == Dimension::BookingYear || line.year == year,
    }
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
    let same = |kind: &MovementKind| ladder.of(*kind).map(Total::get) == kept.get(kind).map(|(sum, _)| *sum);
    MovementKind::ALL.iter().all(same)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn every_view_is_the_sum_of_the_movements(chances in chances()) {
        let (lines, recorded, ledgers) = record(&chances, 1);
        let all = kept(&recorded, |_| true);
        for (line, ledger) in lines.iter().zip(&ledgers) {
            prop_assert!(agrees(&ledger.ladder(), &kept(&recorded, |movement| movement.line == line.id)));
        }
        let line_of = |movement: &Movement| lines.iter().find(|line| line.id == movement.line).expect("its line");
        for by in Dimension::ALL {
            let mut total = Ladder::default();
            for (key, ladders) in views(lines.iter().zip(stood_on(&lines, &recorded, NaiveDate::MAX)), *by) {
                let of_books = |movement: &Movement| *by != Dimension::BookingYear || key == Key::Year(movement.booking_year);
                let of_key = |movement: &Movement| is_of(line_of(movement), key, *by) && of_books(movement);
                let own = ladders.total(|_| true);
                prop_assert!(agrees(&own, &kept(&recorded, of_key)), "{:?}", key);
                total.merge(&own);
            }
            prop_assert!(agrees(&total, &all), "{}", by);
        }
    }

    #[test]
    fn every_figure_of_a_view_is_the_sum_of_those_of_its_lines(chances in chances(), on in 0..DAYS.len()) {
        let (lines, recorded, _) = record(&chances, 1);
        let stood = stood_on(&lines, &recorded, day(DAYS[on]));
        for by in Dimension::ALL {
            for (key, ladders) in views(lines.iter().zip(stood.clone()), *by) {
                let books = match (by, key) {
                    (Dimension::BookingYear, Key::Year(year)) => Some(year),
                    _ => None,
                };
                for (name, figure) in FIGURES {
                    for (source, ladder) in ladders.iter() {
                        let of_it = lines.iter().zip(&stood).filter(|(line, _)| line.source == source && is_of(line, key, *by));
                        let of_lines = sum(of_it.map(|(_, stood)| figure(&Ladder::of_all(stood, books), source.ceiling())));
                        prop_assert_eq!(figure(ladder, source.ceiling()), of_lines, "{} of {:?} {}", name, key, source);
                    }
                    let of_sources = ladders.figure(|_| true, figure);
                    prop_assert_eq!(of_sources, sum(ladders.iter().map(|(source, ladder)| figure(ladder, source.ceiling()))));
                }
            }
        }
        // The books of all years together are the whole.
        for (line, stood) in lines.iter().zip(&stood) {
            for (name, figure) in FIGURES {
                let years = (2020..=2023).map(|year| figure(&Ladder::of_all(stood, Some(year)), line.source.ceiling()));
                prop_assert_eq!(sum(years), figure(&Ladder::of_all(stood, None), line.source.ceiling()), "{} over the years", name);
            }
        }
    }

    #[test]
    fn nothing_is_nought_that_is_not_recorded(chances in chances()) {
        let (lines, recorded, ledgers) = record(&chances, 1);
        for (line, ledger) in lines.iter().zip(&ledgers) {
            let kept = kept(&recorded, |movement| movement.line == line.id);
            let has = |kinds: &[MovementKind]| kinds.iter().any(|kind| kept.contains_key(kind));
            let ladder = ledger.ladder();
            let paid = [Advanced, Paid, Refunded];
            prop_assert_eq!(ladder.needed().is_some(), has(&[Need]));
            prop_assert_eq!(ladder.assigned().is_some(), has(&[Assigned, Supplemented, Adjusted]));
            prop_assert_eq!(ladder.allocated().is_some(), has(&[Allocated]));
            prop_assert_eq!(ladder.disbursed().is_some(), has(&paid));
            prop_assert_eq!(ladder.settled().is_some(), has(&[Settled]));
            prop_assert_eq!(ladder.unsettled().is_some(), has(&paid) || has(&[Settled]));
            prop_assert_eq!(ladder.variance().is_some(), has(&paid) && has(&[Need]));
            prop_assert_eq!(ladder.available(Ceiling::Received).is_some(), has(&[Received, Cancelled, CarriedOver]));
        }
    }

    #[test]
    fn sums_are_right_however_large_and_never_refuse_others(chances in chances()) {
        // Two or three such amounts do not fit into 64 bits together.
        let (lines, recorded, ledgers) = record(&chances, i64::MAX / 1_000);
        let largest = i128::from(i64::MAX);
        for (line, ledger) in lines.iter().zip(&ledgers) {
            let kept = kept(&recorded, |movement| movement.line == line.id);
            prop_assert!(agrees(&ledger.ladder(), &kept));
            for kind in MovementKind::ALL {
                let told = ledger.ladder().of(*kind).map(Total::dong);
                let is_too_large = kept.get(kind).is_some_and(|(sum, _)| *sum > largest);
                prop_assert_eq!(told == Some(Err(crate::money::Overflow)), is_too_large, "{} is told as too large", kind);
            }
        }
    }

    #[test]
    fn what_the_rules_let_in_keeps_the_order_of_the_ladder_on_every_day(chances in chances()) {
        let lines = lines();
        let mut ledgers: Vec<Ledger> = lines.iter().map(Ledger::empty).collect();
        let mut recorded: Vec<Movement> = Vec::new();
        let rules = BudgetRules::first();
        for (n, (at, kind, amount, booking_year, undone, on)) in chances.iter().enumerate() {
            let undone = (*kind == Reversed).then(|| ledgers[*at].standing().nth(*undone % 7).cloned()).flatten();
            let next = Movement {
                line: lines[*at].id,
                booking_year: undone.as_ref().map_or(*booking_year, |undone| undone.booking_year),
                refers_to: undone.as_ref().map(|undone| undone.id),
                ..movement(100 + n as u128, *kind, undone.as_ref().map_or(*amount, |undone| undone.amount.get()), DAYS[*on])
            };
            let ledger = &mut ledgers[*at];
            if ledger.faults(&next, &rules, day("2023-01-01"), "").is_empty() {
                prop_assert_eq!(ledger.append(next.clone()), Ok(()));
                recorded.push(next);
            }
        }
        let nought = Option::<Total>::unwrap_or_default;
        for on in DAYS {
            for (line, stood) in lines.iter().zip(stood_on(&lines, &recorded, day(on))) {
                let ceiling = line.source.ceiling();
                let whole = Ladder::of_all(&stood, None);
                prop_assert!(nought(whole.disbursed()) <= nought(whole.available(ceiling)), "{}", on);
                prop_assert!(nought(whole.allocated()) <= nought(whole.available(ceiling)).max(Total::ZERO), "{}", on);
                for year in 2020..=2023 {
                    let books = Ladder::of_all(&stood, Some(year));
                    prop_assert!(nought(books.settled()) <= nought(books.disbursed()), "{} in {}", on, year);
                    prop_assert!(nought(books.disbursed()) >= Total::ZERO, "{} in {}", on, year);
                    prop_assert!(nought(books.left(ceiling)) >= Total::ZERO, "{} in {}", on, year);
                }
            }
        }
    }
}
