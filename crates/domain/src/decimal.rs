//! Decimal numbers as people write them, exactly.
//! Must not pass through floating point; what cannot be held is refused, never rounded.
//! Used by `data_form`.

use std::{cmp::Ordering, fmt, str::FromStr};

/// A number of up to 30 digits, kept with the decimals it was written with.
#[derive(Clone, Copy, Debug)]
pub struct Decimal {
    unscaled: i128,
    decimals: u32,
}

/// Digits at most.
const MAX_DIGITS: usize = 30;

/// The text is no decimal number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a decimal number")]
pub struct NotDecimal;

impl Decimal {
    /// Digits after the point as it was written, without zeros at the end.
    pub fn decimals(&self) -> u32 {
        self.reduced().1
    }

    /// The number with its point moved so many digits to the right; `None` where it has more digits than can be held.
    pub fn times_ten_to(self, power: u32) -> Option<Self> {
        let (unscaled, decimals) = self.reduced();
        let (moved, grown) = (decimals.min(power), power - decimals.min(power));
        let unscaled = unscaled.checked_mul(10_i128.checked_pow(grown)?)?;
        let is_held = unscaled.unsigned_abs() < 10_u128.pow(u32::try_from(MAX_DIGITS).unwrap_or(0));
        is_held.then_some(Self { unscaled, decimals: decimals - moved })
    }

    /// The number, if it is whole and not too large.
    pub fn whole(self) -> Option<i64> {
        let (unscaled, decimals) = self.reduced();
        if decimals == 0 { i64::try_from(unscaled).ok() } else { None }
    }

    fn reduced(self) -> (i128, u32) {
        let (mut unscaled, mut decimals) = (self.unscaled, self.decimals);
        while decimals > 0 && unscaled % 10 == 0 {
            (unscaled, decimals) = (unscaled / 10, decimals - 1);
        }
        (unscaled, decimals)
    }

    /// The part before the point, with its sign, and the digits after it as a number of [`MAX_DIGITS`] digits.
    fn parts(self) -> (i128, i128) {
        let (unscaled, decimals) = self.reduced();
        let whole = 10_i128.pow(decimals);
        let fill = 10_i128.pow(u32::try_from(MAX_DIGITS).unwrap_or(0) - decimals);
        (unscaled / whole, unscaled % whole * fill)
    }
}

impl From<i64> for Decimal {
    fn from(value: i64) -> Self {
        Self { unscaled: value.into(), decimals: 0 }
    }
}

impl FromStr for Decimal {
    type Err = NotDecimal;

    /// Reads `-12.50`: a sign or none, digits, a point or none with digits after it.
    fn from_str(text: &str) -> Result<Self, NotDecimal> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !all_digits(whole) || !all_digits(fraction) || whole.len() + fraction.len() > MAX_DIGITS {
            return Err(NotDecimal);
        }
        let unscaled: i128 = format!("{whole}{fraction}").parse().map_err(|_| NotDecimal)?;
        let sign = if digits.len() == text.len() { 1 } else { -1 };
        Ok(Self { unscaled: sign * unscaled, decimals: u32::try_from(fraction.len()).map_err(|_| NotDecimal)? })
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (unscaled, decimals) = self.reduced();
        let sign = if unscaled < 0 { "-" } else { "" };
        let digits = format!("{:0>width$}", unscaled.unsigned_abs(), width = decimals as usize + 1);
        let (whole, fraction) = digits.split_at(digits.len() - decimals as usize);
        if fraction.is_empty() { write!(f, "{sign}{whole}") } else { write!(f, "{sign}{whole}.{fraction}") }
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Decimal {}
impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        self.parts().cmp(&other.parts())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().expect("a decimal")
    }

    #[test]
    fn decimals_are_exact() {
        assert_eq!(decimal("0.10"), decimal("0.1"));
        assert!(decimal("0.1") < decimal("0.10000000000000000000000000001"));
        assert!(decimal("-2.5") < decimal("-2.4") && decimal("-0.5") < decimal("0") && decimal("9") < decimal("10.0"));
        assert_eq!(
            (decimal("1.500").decimals(), decimal("1.500").to_string(), decimal("-0.05").to_string()),
            (1, "1.5".into(), "-0.05".into())
        );
        for bad in ["", "-", ".5", "5.", "1,5", "1e3", "+1", " 1", "١", "--1", &"1".repeat(31)] {
            assert!(bad.parse::<Decimal>().is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn text_comes_back_and_order_is_that_of_the_numbers(a in -1_000_000_i64..1_000_000, b in -1_000_000_i64..1_000_000, places in 0..7_u32) {
            let written = |n: i64| Decimal { unscaled: n.into(), decimals: places };
            prop_assert_eq!(decimal(&written(a).to_string()), written(a));
            prop_assert_eq!(written(a).cmp(&written(b)), a.cmp(&b));
        }
    }
}
