//! The movements of one line: what stands of them, and whether one more may be added.
//! Must not change what was recorded; a reversal makes a movement stand no more.
//! Rules of a movement by itself are `movement`, those of what a line holds on a day `breach`, remarks that refuse nothing `flag`.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};

use super::{BudgetLine, BudgetRules, FundingSourceKind, Ladder, Movement, MovementId, MovementKind, breach::Breach, stood};
use crate::{
    error::{Code, Fault},
    money::Total,
};

/// Why movements add up to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotFolded {
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
pub fn standing_on<'a, I>(movements: I, as_of: NaiveDate) -> impl Iterator<Item = &'a Movement>
where
    I: IntoIterator<Item = &'a Movement> + Clone,
{
    let is_reversal = |movement: &&Movement| movement.kind == MovementKind::Reversed && movement.on <= as_of;
    let undone: BTreeSet<MovementId> =
        movements.clone().into_iter().filter(is_reversal).filter_map(|movement| movement.refers_to).collect();
    let stands = move |movement: &&Movement| movement.kind != MovementKind::Reversed && !undone.contains(&movement.id);
    movements.into_iter().filter(move |movement| movement.on <= as_of).filter(stands)
}

/// What stands of a line at the end of a day, or what a day changes of that: amounts and numbers of movements, by kind and books.
#[derive(Clone, Debug, Default)]
pub(super) struct Standing(BTreeMap<(MovementKind, i32), (Total, i64)>);

impl Standing {
    /// Adds what a movement changes; takes it off where it is undone.
    fn change(&mut self, movement: &Movement, is_undone: bool) {
        let (sum, count) = self.0.entry((movement.kind, movement.booking_year)).or_default();
        let amount = Total::from(movement.amount);
        (*sum, *count) = if is_undone { (*sum - amount, *count - 1) } else { (*sum + amount, *count + 1) };
    }

    fn take(&mut self, other: &Self) {
        for (key, (amount, number)) in &other.0 {
            let (sum, count) = self.0.entry(*key).or_default();
            (*sum, *count) = (*sum - *amount, *count - *number);
        }
    }

    /// What stands, by kind and books.
    pub fn rows(&self) -> Vec<(MovementKind, i32, Total)> {
        let stands =
            |(&(kind, books), &(amount, count)): (&(MovementKind, i32), &(Total, i64))| (count > 0).then_some((kind, books, amount));
        self.0.iter().filter_map(stands).collect()
    }

    fn has(&self, kind: MovementKind, books: i32) -> bool {
        self.0.get(&(kind, books)).is_some_and(|(_, count)| *count > 0)
    }
}

/// A line with what was recorded of it.
#[derive(Clone, Debug)]
pub struct Ledger {
    source: FundingSourceKind,
    year: i32,
    recorded: BTreeMap<MovementId, Movement>,
    undone: BTreeSet<MovementId>,
    /// What each day changes.
    days: BTreeMap<NaiveDate, Standing>,
    /// What stands after the last of them.
    last: Standing,
}

impl Ledger {
    /// A line without movements.
    pub fn empty(line: &BudgetLine) -> Self {
        let (recorded, undone) = (BTreeMap::new(), BTreeSet::new());
        Self { source: line.source, year: line.year, recorded, undone, days: BTreeMap::new(), last: Standing::default() }
    }

    /// A line with all movements of it, in the order in which they were recorded.
    ///
    /// # Errors
    /// When a reversal undoes nothing, twice, or not the whole.
    pub fn fold(line: &BudgetLine, movements: impl IntoIterator<Item = Movement>) -> Result<Self, NotFolded> {
        let mut ledger = Self::empty(line);
        for movement in movements {
            ledger.append(movement)?;
        }
        Ok(ledger)
    }

    /// What the movements that stand add up to.
    pub fn ladder(&self) -> Ladder {
        Ladder::of_all(&stood(self.year, &self.last.rows()), None)
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

    /// The movements up to a day that stood on it, as [`standing_on`].
    pub fn standing_on(&self, as_of: NaiveDate) -> impl Iterator<Item = &Movement> {
        standing_on(self.recorded.values(), as_of)
    }

    /// Adds a movement, whether the rules allow it or not: what is on record is on record.
    ///
    /// # Errors
    /// As [`Ledger::fold`]; nothing is added then.
    pub fn append(&mut self, movement: Movement) -> Result<(), NotFolded> {
        let (changed, day) = self.changed(&movement)?;
        let (changed, is_undone) = (changed.clone(), movement.kind == MovementKind::Reversed);
        self.days.entry(day).or_default().change(&changed, is_undone);
        self.last.change(&changed, is_undone);
        if is_undone {
            self.undone.insert(changed.id);
        }
        self.recorded.insert(movement.id, movement);
        Ok(())
    }

    /// What a movement makes stand, or stand no more, and from which day on: what is undone has stood until then.
    fn changed<'a>(&'a self, movement: &'a Movement) -> Result<(&'a Movement, NaiveDate), NotFolded> {
        if movement.kind != MovementKind::Reversed {
            return Ok((movement, movement.on));
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
        Ok((undone, movement.on.max(undone.on)))
    }

    /// What is wrong with adding a movement to the line today; nothing, and it may be [`Ledger::append`]ed.
    ///
    /// Disbursed is at most what may be spent, settled at most what was disbursed, allocated at most what was assigned, unless the movement
    /// tells the reason of an exception: on the day of the movement and on every later one, so that nothing rests on what came after it.
    /// What was wrong before is not held against what does not make it worse. The books of a year take payments until their closing day
    /// (by `rules`, those of the year in whose books it stands), and later only what a document carried over by the day of the payment,
    /// into the books of the next year alone (Law 83/2015/QH13, article 64).
    pub fn faults(&self, movement: &Movement, rules: &BudgetRules, today: NaiveDate, at: &str) -> Vec<Fault> {
        let mut faults = movement.faults(self.source, self.year, today, at);
        if movement.kind == MovementKind::Allocated && movement.refers_to.is_some_and(|id| !self.has_supplement(id)) {
            faults.push(Fault::new(format!("{at}/refersTo"), Code::ReferenceUnknown));
        }
        if movement.kind.is_disbursement() {
            faults.extend(self.wrong_books(movement, rules, at));
        }
        match self.changed(movement) {
            Ok((undone, _)) if undone.on > movement.on => faults.push(Fault::worded(
                format!("{at}/on"),
                Code::PeriodInconsistent,
                "Không thể hủy một bút toán trước ngày của nó.",
                "A movement is not undone before its day.",
            )),
            Ok((changed, day)) => {
                // What is too large by itself is told already.
                let is_large = faults.iter().any(|fault| fault.code == Code::AmountOverflow);
                let broken = self.breaches(changed, day, movement, at);
                faults.extend(broken.into_iter().filter(|fault| !(is_large && fault.code == Code::AmountOverflow)));
            }
            // What is missing is told already.
            Err(_) if movement.kind == MovementKind::Reversed && movement.refers_to.is_none() => {}
            Err(why) => faults.push(why.fault(at)),
        }
        faults
    }

    fn has_supplement(&self, id: MovementId) -> bool {
        self.standing().any(|other| other.id == id && other.kind == MovementKind::Supplemented)
    }

    /// What stands at the end of a day.
    fn until(&self, day: NaiveDate) -> Standing {
        let mut standing = self.last.clone();
        for (_, later) in self.days.iter().rev().take_while(|(on, _)| **on > day) {
            standing.take(later);
        }
        standing
    }

    /// Whether a payment stands in books that were open on its day, for work of their year.
    fn wrong_books(&self, movement: &Movement, rules: &BudgetRules, at: &str) -> Option<Fault> {
        let books = movement.booking_year;
        let is_open = rules.open_years(movement.on).any(|year| year == books);
        if !is_open {
            // Neither of years to come nor of books that are closed.
            let is_early = movement.on.year() < books;
            let (field, code) = if is_early { ("bookingYear", Code::PeriodInconsistent) } else { ("on", Code::BooksClosed) };
            return Some(Fault::new(format!("{at}/{field}"), code));
        }
        if books > self.year && !self.until(movement.on).has(MovementKind::CarriedOver, books - 1) {
            return Some(Fault::new(format!("{at}/bookingYear"), Code::BooksClosed));
        }
        if movement.on.year() == books {
            return None;
        }
        match movement.work_done_on {
            None => Some(Fault::new(format!("{at}/workDoneOn"), Code::FieldRequired)),
            Some(day) if day.year() > books => Some(Fault::worded(
                format!("{at}/workDoneOn"),
                Code::BooksClosed,
                format!("Khối lượng thực hiện sau ngày 31/12/{books} không được thanh toán bằng dự toán của năm đó."),
                format!("Work done after 31 December {books} is not paid from that year."),
            )),
            Some(_) => None,
        }
    }

    /// What would be out of order on any day from this one on, and more so than it is.
    fn breaches(&self, changed: &Movement, day: NaiveDate, movement: &Movement, at: &str) -> Vec<Fault> {
        let (mut standing, mut broken) = (self.last.clone(), BTreeSet::new());
        let later = self.days.iter().rev().take_while(|(on, _)| **on > day).map(|(_, changes)| Some(changes));
        for changes in later.chain([None]) {
            let was = Breach::all((self.source, self.year), &standing);
            let mut after = standing.clone();
            after.change(changed, movement.kind == MovementKind::Reversed);
            let is = Breach::all((self.source, self.year), &after);
            let is_worse = |(breach, by): &(&Breach, &Total)| was.get(breach).is_none_or(|before| *by > before);
            broken.extend(is.iter().filter(is_worse).map(|(breach, _)| breach.kind()));
            if let Some(changes) = changes {
                standing.take(changes);
            }
        }
        let is_excepted = movement.exception.is_some();
        broken.into_iter().filter(|kind| !(is_excepted && kind.is_excused())).map(|kind| kind.fault(at)).collect()
    }
}

impl NotFolded {
    /// What is wrong, as a fault of the movement at this place.
    pub fn fault(self, at: &str) -> Fault {
        match self {
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
