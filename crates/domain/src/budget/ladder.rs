//! The ladder of money: needed → assigned → allocated → disbursed → settled, and what follows from its rungs.
//! Must not turn what is not recorded into nought: a rung without a movement is none.
//! Which movements still stand is `ledger::standing`; sums by line, task, agency, source and year are `view`.

use std::collections::BTreeMap;

use super::{Ceiling, FundingSourceKind, MovementKind};
use crate::{
    labels::labelled_enum,
    money::{Dong, Overflow},
    statistics::Rate,
};

/// Sums of the movements that stand, by kind. Made of movements or of sums of them: the same comes out, in any order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ladder {
    sums: BTreeMap<MovementKind, Dong>,
    /// Of what was disbursed, what stands in the books of a later year.
    late: Option<Dong>,
}

impl Ladder {
    /// Adds a movement that stands, or the sum of several of one kind. `is_late`: it stands in the books of a later year than the line's.
    /// Reversals and what they undo are left out before.
    ///
    /// # Errors
    /// When a sum does not fit; nothing is added then.
    pub fn add(&mut self, kind: MovementKind, amount: Dong, is_late: bool) -> Result<(), Overflow> {
        let sum = self.sums.get(&kind).copied().unwrap_or_default().plus(amount)?;
        if is_late && kind.is_disbursement() {
            self.late = Some(self.late.unwrap_or_default().plus(amount)?);
        }
        self.sums.insert(kind, sum);
        Ok(())
    }

    /// Adds all of another ladder.
    ///
    /// # Errors
    /// When a sum does not fit.
    pub fn merge(&mut self, other: &Self) -> Result<(), Overflow> {
        let mut merged = self.clone();
        for (kind, sum) in &other.sums {
            merged.add(*kind, *sum, false)?;
        }
        merged.late = Dong::sum(self.late.into_iter().chain(other.late))?;
        *self = merged;
        Ok(())
    }

    /// What is recorded of a kind; none where nothing is.
    pub fn of(&self, kind: MovementKind) -> Option<Dong> {
        self.sums.get(&kind).copied()
    }

    /// The sum of some kinds, each added or taken off; none where nothing of the first ones is recorded.
    fn sum(&self, added: &[MovementKind], taken: &[MovementKind]) -> Result<Option<Dong>, Overflow> {
        let Some(added) = Dong::sum(added.iter().filter_map(|kind| self.of(*kind)))? else { return Ok(None) };
        let taken = Dong::sum(taken.iter().filter_map(|kind| self.of(*kind)))?.unwrap_or_default();
        added.minus(taken).map(Some)
    }

    /// What is planned to be needed.
    pub fn needed(&self) -> Option<Dong> {
        self.of(MovementKind::Need)
    }

    /// What was assigned (bố trí), with supplements and adjustments, before anything is cancelled.
    ///
    /// # Errors
    /// When the sum does not fit; so with all that follow.
    pub fn assigned(&self) -> Result<Option<Dong>, Overflow> {
        self.sum(&[MovementKind::Assigned, MovementKind::Supplemented, MovementKind::Adjusted], &[])
    }

    /// What was allocated to those who spend (phân bổ).
    pub fn allocated(&self) -> Option<Dong> {
        self.of(MovementKind::Allocated)
    }

    /// What was disbursed: advances and payments, without what came back.
    ///
    /// # Errors
    /// When the sum does not fit.
    pub fn disbursed(&self) -> Result<Option<Dong>, Overflow> {
        self.sum(&[MovementKind::Advanced, MovementKind::Paid], &[MovementKind::Refunded])
    }

    /// What was settled.
    pub fn settled(&self) -> Option<Dong> {
        self.of(MovementKind::Settled)
    }

    /// What was disbursed in the books of a later year.
    pub const fn disbursed_late(&self) -> Option<Dong> {
        self.late
    }

    /// What may be spent of a source: assigned, planned or received, without what was cancelled.
    ///
    /// # Errors
    /// When the sum does not fit.
    pub fn available(&self, ceiling: Ceiling) -> Result<Option<Dong>, Overflow> {
        let of_assigned = [MovementKind::Assigned, MovementKind::Supplemented, MovementKind::Adjusted];
        match ceiling {
            Ceiling::Received => self.sum(&[MovementKind::Received], &[]),
            Ceiling::Planned if self.assigned()?.is_none() => self.sum(&[MovementKind::Need], &[MovementKind::Cancelled]),
            Ceiling::Assigned | Ceiling::Planned => self.sum(&of_assigned, &[MovementKind::Cancelled]),
        }
    }

    /// What is left of what may be spent, as far as payments are recorded; less than nought by an exception.
    ///
    /// # Errors
    /// When the difference does not fit.
    pub fn left(&self, ceiling: Ceiling) -> Result<Option<Dong>, Overflow> {
        let Some(available) = self.available(ceiling)? else { return Ok(None) };
        available.minus(self.disbursed()?.unwrap_or_default()).map(Some)
    }

    /// What was disbursed and is not settled yet.
    ///
    /// # Errors
    /// When the difference does not fit.
    pub fn unsettled(&self) -> Result<Option<Dong>, Overflow> {
        let Some(disbursed) = self.disbursed()? else { return Ok(None) };
        disbursed.minus(self.settled().unwrap_or_default()).map(Some)
    }

    /// What was disbursed beyond what was planned to be needed, or less than nought under it; none without both.
    ///
    /// # Errors
    /// When the difference does not fit.
    pub fn variance(&self) -> Result<Option<Dong>, Overflow> {
        match (self.disbursed()?, self.needed()) {
            (Some(disbursed), Some(needed)) => disbursed.minus(needed).map(Some),
            _ => Ok(None),
        }
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
    /// Adds what stands of a source.
    ///
    /// # Errors
    /// When a sum does not fit.
    pub fn add(&mut self, source: FundingSourceKind, kind: MovementKind, amount: Dong, is_late: bool) -> Result<(), Overflow> {
        self.0.entry(source).or_default().add(kind, amount, is_late)
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
    ///
    /// # Errors
    /// When a sum does not fit.
    pub fn total(&self, of: impl Fn(FundingSourceKind) -> bool) -> Result<Ladder, Overflow> {
        let mut total = Ladder::default();
        for (_, ladder) in self.0.iter().filter(|(source, _)| of(**source)) {
            total.merge(ladder)?;
        }
        Ok(total)
    }

    /// Whether any source has recorded what may be spent.
    ///
    /// # Errors
    /// When a sum does not fit.
    pub fn arrangement(&self) -> Result<Arrangement, Overflow> {
        for (source, ladder) in self.iter() {
            if ladder.available(source.ceiling())?.is_some() {
                return Ok(Arrangement::Arranged);
            }
        }
        Ok(Arrangement::NotArranged)
    }

    /// The state budget's ladder. Socialised means, funds, aid and an agency's own revenue are not in it.
    ///
    /// # Errors
    /// When a sum does not fit.
    pub fn state(&self) -> Result<Ladder, Overflow> {
        self.total(FundingSourceKind::is_state)
    }

    /// What was disbursed of what the state budget assigned. None where nothing is assigned, or nothing disbursed, on record: that is
    /// “chưa bố trí” or “chưa ghi nhận”, not 0 %.
    ///
    /// # Errors
    /// When a sum does not fit.
    pub fn state_disbursement_rate(&self) -> Result<Option<Rate>, Overflow> {
        let state = self.state()?;
        Ok(match (state.disbursed()?, state.available(Ceiling::Assigned)?) {
            (Some(disbursed), Some(available)) => Some(disbursed.share_of(available)),
            _ => None,
        })
    }
}

/// Need against means of a year (decision 1593, section 4: “căn cứ nhiệm vụ và khả năng ngân sách, khả năng huy động nguồn vốn”).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct YearlyMeans {
    pub year: i32,
    pub needed: Option<Dong>,
    /// What the budget and other sources can give, as a document tells it.
    pub able: Option<Dong>,
    pub assigned: Option<Dong>,
}

impl YearlyMeans {
    /// What is needed and not assigned; none without both, less than nought where more was assigned.
    ///
    /// # Errors
    /// When the difference does not fit.
    pub fn short_of_need(&self) -> Result<Option<Dong>, Overflow> {
        self.needed.zip(self.assigned).map(|(needed, assigned)| needed.minus(assigned)).transpose()
    }

    /// What could be given and is not assigned; none without both.
    ///
    /// # Errors
    /// When the difference does not fit.
    pub fn not_yet_assigned(&self) -> Result<Option<Dong>, Overflow> {
        self.able.zip(self.assigned).map(|(able, assigned)| able.minus(assigned)).transpose()
    }
}
