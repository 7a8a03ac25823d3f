//! The ladder of money: needed → assigned → allocated → disbursed → settled, and what follows from its rungs.
//! Must not turn what is not recorded into nought: a rung without a movement is none.
//! Which movements still stand is `ledger::standing`; sums by line, task, agency, source and year are `view`.

use std::collections::BTreeMap;

use super::{Ceiling, FundingSourceKind, MovementKind};
use crate::{labels::labelled_enum, money::Total, statistics::Rate};

/// Movements of a kind that stand in the books of a year, of one line or of lines that are alike in what is told of them here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stood {
    pub kind: MovementKind,
    pub amount: Total,
    /// In the books of which year.
    pub books: i32,
    /// Whether that is a later year than the line's.
    pub is_late: bool,
    /// Whether anything is assigned to the line, so that what it needs bounds nothing.
    pub is_assigned: bool,
    /// Whether both a need and payments of the line are recorded, so that they can be compared.
    pub is_compared: bool,
}

/// What stands of one line of a year by kind and books, with what is decided for the line as a whole.
pub fn stood(year: i32, rows: &[(MovementKind, i32, Total)]) -> Vec<Stood> {
    let has = |of: fn(MovementKind) -> bool| rows.iter().any(|(kind, ..)| of(*kind));
    let is_assigned = has(MovementKind::is_assignment);
    let is_compared = has(|kind| kind == MovementKind::Need) && has(MovementKind::is_of_disbursement);
    let row = |&(kind, books, amount): &(MovementKind, i32, Total)| {
        let is_late = books != year;
        Stood { kind, amount, books, is_late, is_assigned, is_compared }
    };
    rows.iter().map(row).collect()
}

impl Stood {
    /// The years whose books it changes: what is carried over leaves one and comes into the next.
    pub fn years(&self) -> impl Iterator<Item = i32> + use<> {
        let next = (self.kind == MovementKind::CarriedOver).then_some(self.books + 1);
        [self.books].into_iter().chain(next)
    }
}

/// What is summed up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rung {
    Of(MovementKind),
    /// Carried over from the books of the year before.
    CarriedIn,
    /// Of what was paid, what stands in the books of a later year than the line's.
    Late,
    /// What lines need to which nothing is assigned.
    PlannedAlone,
    /// What was disbursed beyond the need, of lines of which both are recorded.
    Beyond,
}

const ASSIGNED: [Rung; 3] = [Rung::Of(MovementKind::Assigned), Rung::Of(MovementKind::Supplemented), Rung::Of(MovementKind::Adjusted)];
const PAID: [Rung; 2] = [Rung::Of(MovementKind::Advanced), Rung::Of(MovementKind::Paid)];

/// Sums of the movements that stand. Every figure of a ladder is the sum of that of the lines in it: what depends on what else a line
/// has is decided for each line before it is added.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ladder {
    sums: BTreeMap<Rung, Total>,
}

impl Ladder {
    /// The ladder of what stands, in the books of a year or in all.
    pub fn of_all(stood: &[Stood], books: Option<i32>) -> Self {
        let mut ladder = Self::default();
        for one in stood {
            ladder.add(one, books);
        }
        ladder
    }

    /// Adds movements that stand, as far as they change the books of a year, or all of them.
    pub fn add(&mut self, stood: &Stood, books: Option<i32>) {
        let Stood { kind, amount, .. } = *stood;
        let is_carried = kind == MovementKind::CarriedOver;
        if is_carried && books.is_none_or(|year| year == stood.books + 1) {
            self.raise(Rung::CarriedIn, amount);
        }
        if books.is_some_and(|year| year != stood.books) {
            return;
        }
        self.raise(Rung::Of(kind), amount);
        if stood.is_late && kind.is_disbursement() {
            self.raise(Rung::Late, amount);
        }
        if kind == MovementKind::Need && !stood.is_assigned {
            self.raise(Rung::PlannedAlone, amount);
        }
        if stood.is_compared && kind.is_disbursement() {
            self.raise(Rung::Beyond, amount);
        } else if stood.is_compared && (kind == MovementKind::Need || kind.is_of_disbursement()) {
            self.raise(Rung::Beyond, -amount);
        }
    }

    fn raise(&mut self, rung: Rung, by: Total) {
        let sum = self.sums.entry(rung).or_default();
        *sum = *sum + by;
    }

    /// Adds all of another ladder.
    pub fn merge(&mut self, other: &Self) {
        for (rung, sum) in &other.sums {
            self.raise(*rung, *sum);
        }
    }

    /// What is recorded of a kind; none where nothing is.
    pub fn of(&self, kind: MovementKind) -> Option<Total> {
        self.sums.get(&Rung::Of(kind)).copied()
    }

    /// The sum of some rungs, each added or taken off; none where nothing of any is recorded.
    fn sum(&self, added: &[Rung], taken: &[Rung]) -> Option<Total> {
        let of = |rungs: &[Rung]| rungs.iter().filter_map(|rung| self.sums.get(rung).copied()).collect::<Vec<_>>();
        let (added, taken) = (of(added), of(taken));
        let is_recorded = !added.is_empty() || !taken.is_empty();
        is_recorded.then(|| added.into_iter().sum::<Total>() - taken.into_iter().sum::<Total>())
    }

    /// What is planned to be needed.
    pub fn needed(&self) -> Option<Total> {
        self.of(MovementKind::Need)
    }

    /// What was assigned (bố trí), with supplements and adjustments, before anything is cancelled.
    pub fn assigned(&self) -> Option<Total> {
        self.sum(&ASSIGNED, &[])
    }

    /// What was allocated to those who spend (phân bổ).
    pub fn allocated(&self) -> Option<Total> {
        self.of(MovementKind::Allocated)
    }

    /// What was disbursed: advances and payments, without what came back.
    pub fn disbursed(&self) -> Option<Total> {
        self.sum(&PAID, &[Rung::Of(MovementKind::Refunded)])
    }

    /// What was settled.
    pub fn settled(&self) -> Option<Total> {
        self.of(MovementKind::Settled)
    }

    /// What was paid in the books of a later year.
    pub fn disbursed_late(&self) -> Option<Total> {
        self.sums.get(&Rung::Late).copied()
    }

    /// What came from the books of the year before; over all books, what went over.
    pub fn carried_in(&self) -> Option<Total> {
        self.sums.get(&Rung::CarriedIn).copied()
    }

    /// What may be spent of a source: assigned, planned or received, without what was cancelled; in the books of a year, with what came
    /// from the year before and without what went to the next.
    pub fn available(&self, ceiling: Ceiling) -> Option<Total> {
        let base: &[Rung] = match ceiling {
            Ceiling::Received => &[Rung::Of(MovementKind::Received)],
            Ceiling::Assigned => &ASSIGNED,
            Ceiling::Planned => &[ASSIGNED[0], ASSIGNED[1], ASSIGNED[2], Rung::PlannedAlone],
        };
        let added: Vec<Rung> = base.iter().copied().chain([Rung::CarriedIn]).collect();
        self.sum(&added, &[Rung::Of(MovementKind::Cancelled), Rung::Of(MovementKind::CarriedOver)])
    }

    /// What is left of what may be spent, as far as payments are recorded; less than nought by an exception.
    pub fn left(&self, ceiling: Ceiling) -> Option<Total> {
        match (self.available(ceiling), self.disbursed()) {
            (None, None) => None,
            (available, disbursed) => Some(available.unwrap_or_default() - disbursed.unwrap_or_default()),
        }
    }

    /// What was disbursed and is not settled yet.
    pub fn unsettled(&self) -> Option<Total> {
        self.sum(&PAID, &[Rung::Of(MovementKind::Refunded), Rung::Of(MovementKind::Settled)])
    }

    /// What was disbursed beyond what was planned to be needed, or less than nought under it; of lines of which both are recorded.
    pub fn variance(&self) -> Option<Total> {
        self.sums.get(&Rung::Beyond).copied()
    }
}

labelled_enum! {
    /// Whether money is there for something: what is not recorded is not arranged, which is not the same as nought.
    pub enum Arrangement {
        /// Chưa bố trí.
        NotArranged = "NOT_ARRANGED",
        /// Đã bố trí.
        Arranged = "ARRANGED",
    }
}

impl Arrangement {
    /// In words, Vietnamese and English.
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::NotArranged => ("chưa bố trí", "not arranged"),
            Self::Arranged => ("đã bố trí", "arranged"),
        }
    }
}

/// Ladders of the sources apart, so that no sum mixes them unasked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ladders(BTreeMap<FundingSourceKind, Ladder>);

impl Ladders {
    /// Adds what stands of a source, as [`Ladder::add`].
    pub fn add(&mut self, source: FundingSourceKind, stood: &Stood, books: Option<i32>) {
        let ladder = Ladder::of_all(std::slice::from_ref(stood), books);
        // What does not change these books is not recorded in them.
        if !ladder.sums.is_empty() {
            self.0.entry(source).or_default().merge(&ladder);
        }
    }

    /// The ladder of one source; none where nothing is recorded of it.
    pub fn of(&self, source: FundingSourceKind) -> Option<&Ladder> {
        self.0.get(&source)
    }

    /// The ladders by source.
    pub fn iter(&self) -> impl Iterator<Item = (FundingSourceKind, &Ladder)> {
        self.0.iter().map(|(source, ladder)| (*source, ladder))
    }

    /// Everything of the sources that are asked for, in one ladder.
    pub fn total(&self, of: impl Fn(FundingSourceKind) -> bool) -> Ladder {
        let mut total = Ladder::default();
        for (_, ladder) in self.0.iter().filter(|(source, _)| of(**source)) {
            total.merge(ladder);
        }
        total
    }

    /// A figure of the sources that are asked for, each by what bounds its payments; none where none of them has it.
    pub fn figure(&self, of: impl Fn(FundingSourceKind) -> bool, figure: impl Fn(&Ladder, Ceiling) -> Option<Total>) -> Option<Total> {
        let told = self.iter().filter(|(source, _)| of(*source)).filter_map(|(source, ladder)| figure(ladder, source.ceiling()));
        told.fold(None, |sum, one| Some(sum.unwrap_or_default() + one))
    }

    /// Whether any source has recorded what may be spent.
    pub fn arrangement(&self) -> Arrangement {
        let is_arranged = self.iter().any(|(source, ladder)| ladder.available(source.ceiling()).is_some());
        if is_arranged { Arrangement::Arranged } else { Arrangement::NotArranged }
    }

    /// The state budget's ladder. Socialised means, funds, aid and an agency's own revenue are not in it.
    pub fn state(&self) -> Ladder {
        self.total(FundingSourceKind::is_state)
    }

    /// What was disbursed of what the state budget assigned; in the books of a year, of what may be spent in them. None where nothing is
    /// assigned, or nothing disbursed, on record: that is “chưa bố trí” or “chưa ghi nhận”, not 0 %.
    pub fn state_disbursement_rate(&self) -> Option<Rate> {
        let state = self.state();
        let (disbursed, available) = state.disbursed().zip(state.available(Ceiling::Assigned))?;
        Some(disbursed.share_of(available))
    }
}

/// Need against means of a year (decision 1593, section 4: “căn cứ nhiệm vụ và khả năng ngân sách, khả năng huy động nguồn vốn”).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct YearlyMeans {
    pub year: i32,
    pub needed: Option<Total>,
    /// What the budget and other sources can give, as a document tells it.
    pub able: Option<Total>,
    pub assigned: Option<Total>,
}

impl YearlyMeans {
    /// What is needed and not assigned; none without both, less than nought where more was assigned.
    pub fn short_of_need(&self) -> Option<Total> {
        self.needed.zip(self.assigned).map(|(needed, assigned)| needed - assigned)
    }

    /// What could be given and is not assigned; none without both.
    pub fn not_yet_assigned(&self) -> Option<Total> {
        self.able.zip(self.assigned).map(|(able, assigned)| able - assigned)
    }
}
