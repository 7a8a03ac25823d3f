//! Shares of people as everybody is told them: in steps that so many people fill that nobody learns of a few.
//! Must not give numbers of people: laid beside a table, another share or another day they would be differences of a few.
//! Which figures of tables are told is `release`.

use crate::suppression::SMALLEST_SHOWN;

/// Points of a step.
const STEP: u64 = 5;
/// Over fewer people no share is told: a step of them would be fewer than are shown.
const SMALLEST_WHOLE: u64 = SMALLEST_SHOWN * 100 / STEP;

/// Between which points of a hundred a share lies, in steps; none over few people. Told exactly where it is nobody or everybody, which
/// tells nothing of how many others there were before.
pub fn in_steps(at_least: u64, at_most: u64, whole: u64) -> Option<(u64, u64)> {
    if whole < SMALLEST_WHOLE || at_least > at_most || at_most > whole {
        return None;
    }
    let points = |part: u64| u64::try_from(u128::from(part) * 100 / u128::from(whole)).unwrap_or(100);
    let below = |part: u64| if part == whole { 100 } else { points(part) / STEP * STEP };
    let above = |part: u64| if part == 0 || part == whole { below(part) } else { points(part) / STEP * STEP + STEP };
    Some((below(at_least), above(at_most)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn shares_are_told_in_steps_and_over_many_alone() {
        assert_eq!(in_steps(66, 66, 300), Some((20, 25)));
        assert_eq!(in_steps(0, 0, 300), Some((0, 0)));
        assert_eq!(in_steps(1, 1, 300), Some((0, 5)));
        assert_eq!(in_steps(299, 299, 300), Some((95, 100)));
        assert_eq!(in_steps(300, 300, 300), Some((100, 100)));
        assert_eq!(in_steps(60, 80, 300), Some((20, 30)), "a range stays one");
        assert_eq!(in_steps(99, 99, 99), None);
        assert_eq!(in_steps(301, 301, 300), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(500) })]

        /// Whatever is told between nobody and everybody, five or more numbers of people are possible over the same whole.
        #[test]
        fn no_share_that_is_told_is_of_a_few_possible_numbers(whole in 0..2_000_u64, part in 0..2_000_u64) {
            let told = in_steps(part, part, whole);
            prop_assume!(told.is_some() && part > 0 && part < whole);
            let as_well = (1..whole).filter(|other| in_steps(*other, *other, whole) == told).count() as u64;
            prop_assert!(as_well + 1 >= SMALLEST_SHOWN, "{part} of {whole}: {told:?} is of {as_well}");
            let (low, high) = told.expect("a share");
            prop_assert!(low * whole <= part * 100 && part * 100 <= high * whole);
        }
    }
}
