//! The movements of one line: what stands of them, and whether one more may be added.
//! Must not change what was recorded; a reversal makes a movement stand no more.
//! Rules of a movement by itself are `movement`, remarks that refuse nothing `flag`.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};

use super::{BudgetLine, BudgetRules, FundingSourceKind, Ladder, Movement, MovementId, MovementKind};
use crate::{
    error::{Code, Fault},
    money::{Dong, Overflow},
};

/// Why movements add up to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotFolded {
    #[error(transparent)]
    Overflow(#[from] Overflow),
    /// It refers to a movement that the line does not have, or to a reversal.
    #[error("nothing that could be reversed")]
    Unknown,
    #[error("reversed before")]
    AlreadyReversed,
    /// Its amount or booking year is not that of what it undoes.
    #[error("a movement is undone whole")]
    NotWhole,
    /// Something refers to it: that is reversed first.
    #[error("another movement rests on it")]
    InUse,
}

/// The movements that stand: neither reversals nor what they undo.
pub fn standing(movements: &[Movement]) -> impl Iterator<Item = &Movement> {
    standing_on(movements, NaiveDate::MAX)
}

/// The movements up to a day that stood on it: what was undone later stood still.
pub fn standing_on(movements: &[Movement], as_of: NaiveDate) -> impl Iterator<Item = &Movement> {
    let is_reversal = |movement: &&Movement| movement.kind == MovementKind::Reversed && movement.on <= as_of;
    let undone: BTreeSet<MovementId> = movements.iter().filter(is_reversal).filter_map(|movement| movement.refers_to).collect();
    let stands = move |movement: &&Movement| movement.kind != MovementKind::Reversed && !undone.contains(&movement.id);
    movements.iter().filter(move |movement| movement.on <= as_of).filter(stands)
}

/// A line with what was recorded of it.
#[derive(Clone, Debug)]
pub struct Ledger {
    source: FundingSourceKind,
    year: i32,
    recorded: BTreeMap<MovementId, Movement>,
    undone: BTreeSet<MovementId>,
    ladder: Ladder,
}

impl Ledger {
    /// A line without movements.
    pub fn empty(line: &BudgetLine) -> Self {
        let (recorded, undone) = (BTreeMap::new(), BTreeSet::new());
        Self { source: line.source, year: line.year, recorded, undone, ladder: Ladder::default() }
    }

    /// A line with all movements of it, in the order in which they were recorded.
    ///
    /// # Errors
    /// When a sum does not fit, or a reversal undoes nothing, twice, or not the whole.
    pub fn fold(line: &BudgetLine, movements: impl IntoIterator<Item = Movement>) -> Result<Self, NotFolded> {
        let mut ledger = Self::empty(line);
        for movement in movements {
            ledger.append(movement)?;
        }
        Ok(ledger)
    }

    /// What the movements that stand add up to.
    pub const fn ladder(&self) -> &Ladder {
        &self.ladder
    }

    /// A movement of the line, whether it stands or not.
    pub fn recorded(&self, id: MovementId) -> Option<&Movement> {
        self.recorded.get(&id)
    }

    /// The movements that stand, in the order of their identifiers.
    pub fn standing(&self) -> impl Iterator<Item = &Movement> {
        let stands = |movement: &&Movement| movement.kind != MovementKind::Reversed && !self.undone.contains(&movement.id);
        self.recorded.values().filter(stands)
    }

    /// Adds a movement, whether the rules allow it or not: what is on record is on record.
    ///
    /// # Errors
    /// As [`Ledger::fold`]; nothing is added then.
    pub fn append(&mut self, movement: Movement) -> Result<(), NotFolded> {
        self.ladder = self.after(&movement)?;
        if movement.kind == MovementKind::Reversed {
            self.undone.extend(movement.refers_to);
        }
        self.recorded.insert(movement.id, movement);
        Ok(())
    }

    /// The ladder with one movement more.
    fn after(&self, movement: &Movement) -> Result<Ladder, NotFolded> {
        if movement.kind != MovementKind::Reversed {
            let mut ladder = self.ladder.clone();
            ladder.add(movement.kind, movement.amount, movement.booking_year != self.year)?;
            return Ok(ladder);
        }
        let undone = movement.refers_to.and_then(|id| self.recorded.get(&id));
        let undone = undone.filter(|undone| undone.kind != MovementKind::Reversed).ok_or(NotFolded::Unknown)?;
        if self.undone.contains(&undone.id) {
            return Err(NotFolded::AlreadyReversed);
        }
        if undone.amount != movement.amount || undone.booking_year != movement.booking_year {
            return Err(NotFolded::NotWhole);
        }
        if self.standing().any(|other| other.refers_to == Some(undone.id)) {
            return Err(NotFolded::InUse);
        }
        let mut ladder = Ladder::default();
        for left in self.standing().filter(|left| left.id != undone.id) {
            ladder.add(left.kind, left.amount, left.booking_year != self.year)?;
        }
        Ok(ladder)
    }

    /// What is wrong with adding a movement to the line today; nothing, and it may be [`Ledger::append`]ed.
    ///
    /// Disbursed is at most what may be spent, settled at most what was disbursed, allocated at most what was assigned, unless the movement
    /// tells the reason of an exception; what was wrong before is not held against what does not make it worse. The books of a year take
    /// payments until their closing day, and later only what a document carried over (Law 83/2015/QH13, article 64; days by `rules`).
    pub fn faults(&self, movement: &Movement, rules: &BudgetRules, today: NaiveDate, at: &str) -> Vec<Fault> {
        let mut faults = movement.faults(self.source, self.year, today, at);
        if movement.kind == MovementKind::Allocated && movement.refers_to.is_some_and(|id| !self.has_supplement(id)) {
            faults.push(Fault::new(format!("{at}/refersTo"), Code::ReferenceUnknown));
        }
        if movement.kind.is_disbursement() {
            faults.extend(self.wrong_books(movement, rules, at));
        }
        match self.after(movement).and_then(|after| Ok(self.excesses(&after, movement, at)?)) {
            Ok(excesses) => faults.extend(excesses),
            // What is missing is told already.
            Err(_) if movement.kind == MovementKind::Reversed && movement.refers_to.is_none() => {}
            Err(why) => faults.push(why.fault(at)),
        }
        faults
    }

    fn has_supplement(&self, id: MovementId) -> bool {
        self.standing().any(|other| other.id == id && other.kind == MovementKind::Supplemented)
    }

    /// Whether a payment stands in books that were open on its day, for work of their year.
    fn wrong_books(&self, movement: &Movement, rules: &BudgetRules, at: &str) -> Option<Fault> {
        let is_open = rules.open_years(movement.on).any(|year| year == movement.booking_year);
        if !is_open {
            // Neither of years to come nor of books that are closed.
            let is_early = movement.on.year() < movement.booking_year;
            let (field, code) = if is_early { ("bookingYear", Code::PeriodInconsistent) } else { ("on", Code::BooksClosed) };
            return Some(Fault::new(format!("{at}/{field}"), code));
        }
        if movement.booking_year > self.year {
            let is_carried = self.ladder.of(MovementKind::CarriedOver).is_some();
            return (!is_carried).then(|| Fault::new(format!("{at}/bookingYear"), Code::BooksClosed));
        }
        if movement.on.year() == self.year {
            return None;
        }
        match movement.work_done_on {
            None => Some(Fault::new(format!("{at}/workDoneOn"), Code::FieldRequired)),
            Some(day) if day.year() > self.year => Some(Fault::worded(
                format!("{at}/workDoneOn"),
                Code::BooksClosed,
                format!("Khối lượng thực hiện sau ngày 31/12/{} không được thanh toán bằng dự toán của năm đó.", self.year),
                format!("Work done after 31 December {} is not paid from that year.", self.year),
            )),
            Some(_) => None,
        }
    }

    /// Where the ladder would be out of order, and more so than it is.
    fn excesses(&self, after: &Ladder, movement: &Movement, at: &str) -> Result<Vec<Fault>, Overflow> {
        let (was, is) = (self.excess_of(&self.ladder)?, self.excess_of(after)?);
        let fault = |code| Fault::new(format!("{at}/amount"), code);
        let worded = |vi: &'static str, en: &'static str| Fault::worded(format!("{at}/amount"), Code::OutOfRange, vi, en);
        let is_excepted = movement.exception.is_some();
        let worse = |of: fn(&Excess) -> Dong| of(&is) > of(&was).max(Dong::ZERO);
        let excepting = |is_worse: bool, fault: Fault| (is_worse && !is_excepted).then_some(fault);
        let over_allocated =
            worded("Số phân bổ vượt quá kinh phí được giao.", "More would be allocated than was assigned; an exception is needed.");
        let negative = worded("Số hủy, điều chỉnh giảm hoặc nộp trả vượt quá số hiện có.", "More would be taken away than there is.");
        let over_carried = worded("Số chuyển nguồn vượt quá số còn lại.", "More would be carried over than is left.");
        Ok([
            excepting(worse(|of| of.disbursed), fault(Code::DisbursedOverAssigned)),
            excepting(worse(|of| of.settled), fault(Code::SettledOverDisbursed)),
            excepting(worse(|of| of.allocated), over_allocated),
            worse(|of| of.negative).then_some(negative),
            worse(|of| of.carried).then_some(over_carried),
            worse(|of| of.late).then(|| fault(Code::BooksClosed)),
        ]
        .into_iter()
        .flatten()
        .collect())
    }

    fn excess_of(&self, ladder: &Ladder) -> Result<Excess, Overflow> {
        let ceiling = self.source.ceiling();
        let available = ladder.available(ceiling)?;
        let disbursed = ladder.disbursed()?;
        // What is not recorded exceeds nothing.
        let over = |part: Option<Dong>, whole: Option<Dong>| part.map_or(Ok(Dong::ZERO), |part| part.minus(whole.unwrap_or_default()));
        // What comes back without having been paid, or is cancelled without having been given, is below nought.
        let without = |base: Option<Dong>, taken: MovementKind| match (base, ladder.of(taken)) {
            (None, Some(taken)) => taken.negated().map(Some),
            _ => Ok(None),
        };
        let baseless = [without(disbursed, MovementKind::Refunded)?, without(available, MovementKind::Cancelled)?];
        let below = available.into_iter().chain(disbursed).chain(baseless.into_iter().flatten()).min().unwrap_or_default();
        let carried = ladder.of(MovementKind::CarriedOver);
        let of_year = disbursed.unwrap_or_default().minus(ladder.disbursed_late().unwrap_or_default())?;
        let taken = carried.map(|carried| carried.plus(of_year)).transpose()?;
        Ok(Excess {
            disbursed: over(disbursed, available)?,
            settled: over(ladder.settled(), disbursed)?,
            allocated: over(ladder.allocated(), available)?,
            negative: below.negated()?,
            carried: over(taken, available)?,
            late: over(ladder.disbursed_late(), carried)?,
        })
    }
}

/// By how much each rung is higher than it may be; less than nought where it is lower.
struct Excess {
    disbursed: Dong,
    settled: Dong,
    allocated: Dong,
    /// By how much something is less than nought.
    negative: Dong,
    carried: Dong,
    late: Dong,
}

impl NotFolded {
    /// What is wrong, as a fault of the movement at this place.
    pub fn fault(self, at: &str) -> Fault {
        match self {
            Self::Overflow(why) => why.fault(format!("{at}/amount")),
            Self::Unknown => Fault::new(format!("{at}/refersTo"), Code::ReferenceUnknown),
            Self::AlreadyReversed => Fault::new(format!("{at}/refersTo"), Code::AlreadyReversed),
            Self::NotWhole => Fault::worded(
                format!("{at}/amount"),
                Code::RuleBroken,
                "Bút toán chỉ được hủy toàn bộ: đúng số tiền và đúng năm hạch toán của nó.",
                "A movement is undone whole: with its amount and its booking year.",
            ),
            Self::InUse => Fault::worded(
                format!("{at}/refersTo"),
                Code::RuleBroken,
                "Có bút toán khác dẫn chiếu đến bút toán này; hãy hủy bút toán đó trước.",
                "Another movement refers to this one; reverse that first.",
            ),
        }
    }
}
