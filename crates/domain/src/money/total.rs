//! Sums of amounts, which may be larger than one amount can be.
//! Must not be refused because of their size: a sum is made of what many record, and nobody of them is to keep it from the others.
//! Single amounts are the parent module.

use std::{
    iter::Sum,
    ops::{Add, Neg, Sub},
};

use super::{Dong, Overflow};
use crate::statistics::Rate;

/// A sum in whole đồng. No number of amounts that a database holds makes it too large.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Total(i128);

impl Total {
    /// A sum that is nought, not one of nothing.
    pub const ZERO: Self = Self(0);

    /// So many đồng.
    pub const fn new(dong: i128) -> Self {
        Self(dong)
    }

    /// How many đồng.
    pub const fn get(self) -> i128 {
        self.0
    }

    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }

    /// Without its sign.
    pub const fn size(self) -> Self {
        Self(self.0.saturating_abs())
    }

    /// As one amount.
    ///
    /// # Errors
    /// When it is larger than 64 bits hold.
    pub fn dong(self) -> Result<Dong, Overflow> {
        i64::try_from(self.0).map(Dong::new).map_err(|_| Overflow)
    }

    /// The share that it is of another sum; without a per cent where that is nothing or either is negative. Sums that are larger than 64
    /// bits hold are rounded to their first digits: a per cent has two decimals.
    pub fn share_of(self, whole: Self) -> Rate {
        let (mut part, mut all) = (self.0, whole.0);
        loop {
            if let (Ok(part), Ok(all)) = (i64::try_from(part), i64::try_from(all)) {
                return Rate::of(part, all);
            }
            (part, all) = (part / 10, all / 10);
        }
    }
}

impl From<Dong> for Total {
    fn from(amount: Dong) -> Self {
        Self(amount.get().into())
    }
}

impl Add for Total {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Total {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Neg for Total {
    type Output = Self;

    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl Sum for Total {
    fn sum<I: Iterator<Item = Self>>(totals: I) -> Self {
        totals.fold(Self::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_may_be_larger_than_an_amount_and_says_so() {
        let largest = Total::from(Dong::new(i64::MAX));
        let more = largest + Total::new(1);
        assert_eq!((largest.dong(), more.dong()), (Ok(Dong::new(i64::MAX)), Err(Overflow)));
        assert_eq!((more - Total::new(1)).dong(), Ok(Dong::new(i64::MAX)));
        assert_eq!((-more).size(), more);
        assert_eq!([largest, Total::new(1), -more].into_iter().sum::<Total>(), Total::ZERO);
    }

    #[test]
    fn shares_of_large_sums_are_those_of_small_ones() {
        let large = |times: i128| Total::new(i128::from(i64::MAX) * times);
        assert_eq!(large(10).share_of(large(40)).percent().as_deref(), Some("25.00"));
        assert_eq!(Total::new(1).share_of(Total::new(3)).percent().as_deref(), Some("33.33"));
        assert_eq!(Total::new(1).share_of(Total::ZERO).percent(), None);
        assert_eq!(large(-2).share_of(large(4)).percent(), None);
    }
}
