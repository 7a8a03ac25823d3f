//! Chance that can be had again: numbers, choices, hours and identifiers drawn from a seed.
//! Must be the only source of chance here, and draws by rules of its own, which no release of a library changes.
//! What is drawn for is `unit`, `life` and `flow`.

use chacha20::{
    ChaCha8Rng,
    rand_core::{Rng, SeedableRng},
};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use domain::{
    clock::day_begins,
    id::{Id, given_at},
};

/// Draws from a seed, in a stream for each part of what is made, so that parts do not depend on each other.
pub(super) struct Chance(ChaCha8Rng);

impl Chance {
    pub fn new(seed: u64, unit: u64, part: u64) -> Self {
        let mut bytes = [0; 32];
        for (to, from) in bytes.chunks_exact_mut(8).zip([seed, unit, part, 0]) {
            to.copy_from_slice(&from.to_le_bytes());
        }
        Self(ChaCha8Rng::from_seed(bytes))
    }

    /// A number below `end`, each as likely as the others but for one part in thousands of millions.
    pub fn below(&mut self, end: u64) -> u64 {
        let wide = u128::from(self.0.next_u64()) * u128::from(end);
        u64::try_from(wide >> 64).unwrap_or(0)
    }

    /// A place in a list.
    pub fn index(&mut self, len: usize) -> usize {
        usize::try_from(self.below(len as u64)).unwrap_or(0)
    }

    /// A number from the first to the last.
    pub fn between(&mut self, first: i64, last: i64) -> i64 {
        first + self.below((last - first + 1).unsigned_abs()).cast_signed()
    }

    /// Whether something happens that does so `n` times in a hundred.
    pub fn in_hundred(&mut self, n: u64) -> bool {
        self.below(100) < n
    }

    pub fn one_of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.index(list.len())]
    }

    /// So many of a list, all of them where it is shorter, in the order drawn.
    pub fn some<T: Clone>(&mut self, list: &[T], count: usize) -> Vec<T> {
        let mut rest = list.to_vec();
        (0..count.min(list.len()))
            .map(|_| {
                let place = self.index(rest.len());
                rest.swap_remove(place)
            })
            .collect()
    }

    /// A day from the first to the last.
    pub fn day(&mut self, first: NaiveDate, last: NaiveDate) -> NaiveDate {
        let days = u64::try_from((last - first).num_days()).unwrap_or(0);
        first.checked_add_days(Days::new(self.below(days + 1))).unwrap_or(last)
    }

    /// A second of the office hours of a day.
    pub fn hour(&mut self, day: NaiveDate) -> DateTime<Utc> {
        day_begins(day) + TimeDelta::hours(8) + TimeDelta::seconds(self.between(0, 9 * 3600))
    }

    /// An identifier given at an instant.
    pub fn id<T: ?Sized>(&mut self, at: DateTime<Utc>) -> Id<T> {
        let mut random = [0; 10];
        self.0.fill_bytes(&mut random);
        Id::from_uuid(given_at(at, random))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_again_and_parts_differ() {
        let drawn = |part| {
            let mut chance = Chance::new(1593, 1, part);
            (0..20).map(|_| chance.below(1000)).collect::<Vec<_>>()
        };
        assert_eq!(drawn(1), drawn(1));
        assert_ne!(drawn(1), drawn(2));
        // What other releases and machines must draw, too.
        assert_eq!(drawn(1)[..5], [223, 416, 694, 125, 418]);
    }

    #[test]
    fn what_is_drawn_lies_within_its_bounds() {
        let mut chance = Chance::new(0, 0, 0);
        let (first, last) = ("2024-02-27".parse().expect("a day"), "2024-03-02".parse().expect("a day"));
        for _ in 0..500 {
            assert!((3..=5).contains(&chance.between(3, 5)));
            assert!((first..=last).contains(&chance.day(first, last)));
            assert_eq!(chance.some(&[1, 2, 3], 2).len(), 2);
        }
        assert_eq!(chance.some(&[1, 2, 3], 9).iter().sum::<i32>(), 6);
        let at = chance.hour(first);
        assert_eq!(domain::clock::local_day(at), first);
        assert_eq!(chance.id::<()>(at).uuid().get_version_num(), 7);
    }
}
