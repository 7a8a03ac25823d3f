//! Amounts of money: whole đồng, read as officials write them, shown in a unit, and never rounded or overflown in silence.
//! Must not pass through floating point, and must not guess what could mean two amounts.
//! What money is recorded for is `budget`; how numbers are written at all is `number`.

use std::{fmt, iter::Sum};

use serde::{Deserialize, Serialize};

use crate::{
    data_form::not_a_number,
    error::{Code, Fault},
    labels::labelled_enum,
    number::{self, Meaning, NotNumber},
    statistics::Rate,
};

mod total;

pub use total::Total;

/// An amount in whole đồng; the currency has no smaller unit. Nothing recorded is `Option::<Dong>::None`, never nought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Dong(i64);

/// The amount is larger than 64 bits hold (some nine million times a thousand billion đồng).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an amount does not fit into 64 bits")]
pub struct Overflow;

/// Why a text is no amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotMoney {
    #[error(transparent)]
    Number(#[from] NotNumber),
    /// It has a part of a đồng.
    #[error("not a whole number of đồng")]
    NotWhole,
    #[error(transparent)]
    Overflow(#[from] Overflow),
}

labelled_enum! {
    /// In what amounts are written and shown.
    pub enum MoneyUnit {
        Dong = "DONG",
        /// Nghìn đồng.
        Thousand = "THOUSAND",
        /// Triệu đồng.
        Million = "MILLION",
        /// Tỷ đồng.
        Billion = "BILLION",
    }
}

impl MoneyUnit {
    /// The words after a number.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Dong => "đồng",
            Self::Thousand => "nghìn đồng",
            Self::Million => "triệu đồng",
            Self::Billion => "tỷ đồng",
        }
    }

    /// How many zeros a đồng of it has.
    pub const fn power(self) -> u32 {
        match self {
            Self::Dong => 0,
            Self::Thousand => 3,
            Self::Million => 6,
            Self::Billion => 9,
        }
    }
}

impl Dong {
    /// No money: what is recorded as nought, not what is not recorded.
    pub const ZERO: Self = Self(0);

    /// So many đồng.
    pub const fn new(dong: i64) -> Self {
        Self(dong)
    }

    /// How many đồng.
    pub const fn get(self) -> i64 {
        self.0
    }

    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }

    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// # Errors
    /// When the sum does not fit.
    pub fn plus(self, other: Self) -> Result<Self, Overflow> {
        self.0.checked_add(other.0).map(Self).ok_or(Overflow)
    }

    /// # Errors
    /// When the difference does not fit.
    pub fn minus(self, other: Self) -> Result<Self, Overflow> {
        self.0.checked_sub(other.0).map(Self).ok_or(Overflow)
    }

    /// # Errors
    /// When the amount is the smallest of all, which has no opposite.
    pub fn negated(self) -> Result<Self, Overflow> {
        self.0.checked_neg().map(Self).ok_or(Overflow)
    }

    /// The sum of amounts; none of nothing, so that what is not recorded does not become nought. Whatever their order: only a sum that
    /// does not fit is refused.
    ///
    /// # Errors
    /// When the sum does not fit.
    pub fn sum(amounts: impl IntoIterator<Item = Self>) -> Result<Option<Self>, Overflow> {
        let mut amounts = amounts.into_iter().peekable();
        if amounts.peek().is_none() {
            return Ok(None);
        }
        let sum = i128::sum(amounts.map(|amount| i128::from(amount.0)));
        i64::try_from(sum).map(|sum| Some(Self(sum))).map_err(|_| Overflow)
    }

    /// The share that it is of another amount; without a per cent where that is nothing or either is negative.
    pub const fn share_of(self, whole: Self) -> Rate {
        Rate::of(self.0, whole.0)
    }

    /// Reads an amount with its unit in words: “1.234,5 triệu đồng”, “105.645,46 tỷ”, “500 ngàn”, “1.234.567 đ”, “1.234” (đồng have no
    /// decimals, so that a point before three digits parts thousands; one that cannot, after more digits than these have or of a larger
    /// unit, begins decimals, as in “1234.00” and “1.5 triệu”). No-break spaces are spaces; a minus sign is read.
    ///
    /// # Errors
    /// `Number(Ambiguous)` for “1,234.5”, “1,234”, “1.234 triệu đồng” and “1.00”, `NotWhole` for a part of a đồng, `Overflow` beyond 64 bits.
    pub fn read(written: &str) -> Result<Self, NotMoney> {
        Self::of(number::read(written, Meaning::Money)?)
    }

    /// Reads a number of a column whose heading tells the unit; the unit may stand after the number once more.
    ///
    /// # Errors
    /// As [`Dong::read`]; “1.234” in a column of a larger unit than đồng is ambiguous.
    pub fn read_in(written: &str, unit: MoneyUnit) -> Result<Self, NotMoney> {
        if unit == MoneyUnit::Dong {
            return Self::read(written);
        }
        let number = number::read(written, Meaning::Fraction { unit: Some(unit.words()) })?;
        Self::of(number.times_ten_to(unit.power()).ok_or(Overflow)?)
    }

    fn of(number: crate::decimal::Decimal) -> Result<Self, NotMoney> {
        if number.decimals() > 0 {
            return Err(NotMoney::NotWhole);
        }
        number.whole().map(Self).ok_or(NotMoney::Overflow(Overflow))
    }

    /// The number in a unit, exactly, without the words: “105.645,46”. What is written can be read again, so that “1.234” and “1,234” of
    /// a unit that has decimals become “1.234,0” and “1,2340”.
    pub fn number_in(self, unit: MoneyUnit) -> String {
        let scale = 10_u64.pow(unit.power());
        let (whole, rest) = (self.0.unsigned_abs() / scale, self.0.unsigned_abs() % scale);
        let digits = whole.to_string();
        let groups: Vec<&str> = digits.as_bytes().rchunks(3).rev().filter_map(|group| std::str::from_utf8(group).ok()).collect();
        let padded = if unit.power() == 0 { String::new() } else { format!("{rest:0>width$}", width = unit.power() as usize) };
        let fraction = padded.trim_end_matches('0');
        let fraction = match (groups.len(), fraction.len()) {
            (1, 3) if whole > 0 => format!(",{fraction}0"),
            (2, 0) if unit.power() > 0 => ",0".to_owned(),
            (_, 0) => String::new(),
            _ => format!(",{fraction}"),
        };
        format!("{}{}{fraction}", if self.0 < 0 { "-" } else { "" }, groups.join("."))
    }

    /// As it is shown: “105.645,46 tỷ đồng”. [`Dong::read`] gives the same amount again.
    pub fn shown_in(self, unit: MoneyUnit) -> String {
        format!("{} {}", self.number_in(unit), unit.words())
    }
}

impl fmt::Display for Dong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown_in(MoneyUnit::Dong))
    }
}

impl NotMoney {
    /// What is wrong, as a fault at this place of the input.
    pub fn fault(self, at: impl Into<String>) -> Fault {
        match self {
            Self::Number(why) => not_a_number(why, at),
            Self::NotWhole => Fault::worded(at, Code::OutOfRange, "Số tiền phải là số đồng chẵn.", "The amount must be whole đồng."),
            Self::Overflow(why) => why.fault(at),
        }
    }
}

impl Overflow {
    /// What is wrong, as a fault at this place of the input.
    pub fn fault(self, at: impl Into<String>) -> Fault {
        Fault::new(at, Code::AmountOverflow)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn amounts_of_the_papers_round_trip() {
        let printed = Dong::new(105_645_460_000_000);
        assert_eq!(Dong::read("105.645,46 tỷ đồng"), Ok(printed));
        assert_eq!(printed.shown_in(MoneyUnit::Billion), "105.645,46 tỷ đồng");
        assert_eq!(printed.to_string(), "105.645.460.000.000 đồng");
        assert_eq!(Dong::read("1.234,5 triệu đồng"), Ok(Dong::new(1_234_500_000)));
        assert_eq!(Dong::new(1_234_500_000).shown_in(MoneyUnit::Million), "1.234,5 triệu đồng");
    }

    #[test]
    fn units_signs_and_spaces_are_read() {
        for (written, dong) in [
            ("1.234", 1_234),
            ("1,5 tỷ", 1_500_000_000),
            ("500 ngàn", 500_000),
            ("500\u{a0}nghìn\u{a0}đồng", 500_000),
            ("-2 triệu đồng", -2_000_000),
            ("0 đồng", 0),
            ("9.223.372.036.854.775.807", i64::MAX),
            ("-9.223.372.036.854.775.808 đồng", i64::MIN),
        ] {
            assert_eq!(Dong::read(written), Ok(Dong::new(dong)), "{written}");
        }
    }

    #[test]
    fn what_is_no_amount_is_told_by_its_reason() {
        let ambiguous = Err(NotMoney::Number(NotNumber::Ambiguous));
        for written in ["1,234.5", "1,234.5 triệu đồng", "1,234", "1.234 triệu đồng", "1,234 tỷ", "1.00", "1.5 đồng"] {
            assert_eq!(Dong::read(written), ambiguous, "{written}");
        }
        for written in ["0,5 đồng", "12,5", "0,0000001 triệu đồng", "1,2345678901 tỷ đồng"] {
            assert!(matches!(Dong::read(written), Err(NotMoney::NotWhole | NotMoney::Number(_))), "{written}");
        }
        assert_eq!(Dong::read("0,0000001 triệu đồng"), Err(NotMoney::NotWhole));
        assert_eq!(Dong::read("9.223.372.036.854.775.808"), Err(NotMoney::Overflow(Overflow)));
        assert_eq!(Dong::read("9.999.999.999 tỷ đồng"), Err(NotMoney::Overflow(Overflow)));
        for written in ["", "chưa bố trí", "5 đô la", "triệu"] {
            assert_eq!(Dong::read(written), Err(NotMoney::Number(NotNumber::Unreadable)), "{written}");
        }
        assert_eq!(NotMoney::Number(NotNumber::Ambiguous).fault("/amount").code, Code::NumberAmbiguous);
        assert_eq!(NotMoney::Overflow(Overflow).fault("/amount").code, Code::AmountOverflow);
    }

    #[test]
    fn a_column_tells_the_unit_of_its_numbers() {
        assert_eq!(Dong::read_in("1.234,5", MoneyUnit::Million), Ok(Dong::new(1_234_500_000)));
        assert_eq!(Dong::read_in("1.234,5 triệu đồng", MoneyUnit::Million), Ok(Dong::new(1_234_500_000)));
        assert_eq!(Dong::read_in("1.234", MoneyUnit::Million), Err(NotMoney::Number(NotNumber::Ambiguous)));
        assert_eq!(Dong::read_in("1.234", MoneyUnit::Dong), Ok(Dong::new(1_234)));
        assert_eq!(Dong::read_in("2 tỷ đồng", MoneyUnit::Million), Err(NotMoney::Number(NotNumber::Unreadable)));
    }

    #[test]
    fn sums_overflow_as_an_error_and_nothing_has_no_sum() {
        let largest = Dong::new(i64::MAX);
        assert_eq!(largest.plus(Dong::new(1)), Err(Overflow));
        assert_eq!(Dong::new(i64::MIN).minus(Dong::new(1)), Err(Overflow));
        assert_eq!(Dong::new(i64::MIN).negated(), Err(Overflow));
        assert_eq!(Dong::sum([largest, Dong::new(1)]), Err(Overflow));
        assert_eq!(Dong::sum([largest, Dong::new(1), Dong::new(-1)]), Ok(Some(largest)), "whatever the order");
        assert_eq!(Dong::sum([]), Ok(None));
        assert_eq!(Dong::sum([Dong::new(5), Dong::new(-5)]), Ok(Some(Dong::ZERO)));
    }

    #[test]
    fn a_share_of_nothing_is_no_per_cent() {
        assert_eq!(Dong::new(1).share_of(Dong::ZERO).percent(), None);
        assert_eq!(Dong::new(-1).share_of(Dong::new(5)).percent(), None);
        assert_eq!(Dong::new(1).share_of(Dong::new(3)).percent().as_deref(), Some("33.33"));
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read_again(dong in prop_oneof![any::<i64>(), -5_000_000_i64..5_000_000, (-9000_i64..9000).prop_map(|n| n * 1_000_000)]) {
            for unit in MoneyUnit::ALL {
                let amount = Dong::new(dong);
                prop_assert_eq!(Dong::read(&amount.shown_in(*unit)), Ok(amount), "{}", amount.shown_in(*unit));
                prop_assert_eq!(Dong::read_in(&amount.number_in(*unit), *unit), Ok(amount));
            }
        }

        #[test]
        fn no_text_panics(written in "[0-9.,\\- ]{0,24}(đồng|nghìn|triệu đồng|tỷ)?") {
            if let Ok(amount) = Dong::read(&written) {
                prop_assert_eq!(Dong::read(&amount.to_string()), Ok(amount));
            }
        }
    }
}
