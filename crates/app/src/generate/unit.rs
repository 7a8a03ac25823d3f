//! How much is made at a scale: provinces with their agencies and programmes, and how large each of these is.
//! Must be linear in the scale, but for the few agencies that even the smallest needs.
//! How a programme becomes a file is `file`.

use domain::text;

use super::{
    Scale,
    chance::Chance,
    words::{PLACES, SORTS},
};

/// Tasks of a province that is whole, and of a programme that is.
const UNIT: usize = 1_000;
const PROGRAMME: usize = 200;
/// Reports a task, on average.
pub(super) const REPORTS_A_TASK: usize = 100;
/// A tenth of the tasks, but never fewer.
const AGENCIES: usize = 12;

/// A province that does not exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unit {
    /// From 1.
    pub number: usize,
    pub name: String,
    pub bodies: Vec<Body>,
    /// Tasks of each of its programmes.
    pub programmes: Vec<usize>,
}

/// An agency that is no collective. The first of a province is its People's Committee.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Body {
    pub code: String,
    pub name: String,
    pub kind: &'static str,
    pub subkind: Option<&'static str>,
}

/// What a scale comes to.
pub(super) fn units(scale: Scale, seed: u64) -> impl Iterator<Item = Unit> {
    let tasks = scale.tasks();
    (1..=tasks.div_ceil(UNIT)).map(move |number| unit(number, UNIT.min(tasks - (number - 1) * UNIT), seed))
}

fn unit(number: usize, tasks: usize, seed: u64) -> Unit {
    let programmes: Vec<usize> = (0..tasks.div_ceil(PROGRAMME)).map(|i| PROGRAMME.min(tasks - i * PROGRAMME)).collect();
    // Each programme has a collective of its own, which is an agency too.
    let bodies = (tasks / 10).max(AGENCIES) - programmes.len();
    let mut chance = Chance::new(seed, number as u64, 0);
    let [first, second] = PLACES.map(|words| *chance.one_of(words));
    let name = format!("{first} {second}");
    Unit { number, bodies: bodies_of(number, &name, bodies), name, programmes }
}

/// The People's Committee, then of each sort in step, so that a few are as mixed as many.
fn bodies_of(unit: usize, place: &str, count: usize) -> Vec<Body> {
    let of_sort = |sort: &'static super::words::Sort| {
        let key = move |i: usize| (2 * i + 1) * 1_000 / sort.names.len();
        sort.names.iter().enumerate().map(move |(i, name)| (key(i), sort, *name))
    };
    let mut named: Vec<_> = SORTS.iter().flat_map(of_sort).collect();
    named.sort_by_key(|(key, ..)| *key);
    let committee = format!("Ủy ban nhân dân tỉnh {place}");
    let first = Body { code: code(unit, "ubnd-tinh"), name: committee, kind: "committee", subkind: Some("peoples_committee") };
    let others = named.into_iter().map(|(_, sort, name)| Body {
        code: code(unit, name),
        name: name.to_owned(),
        kind: sort.kind,
        subkind: sort.subkind,
    });
    std::iter::once(first).chain(others).take(count).collect()
}

/// A code that no agency of a real programme has: they do not begin with the mark of what is made up.
pub(super) fn code(unit: usize, name: &str) -> String {
    let words: Vec<String> = text::fold(name).split(|c: char| !c.is_ascii_alphanumeric()).map(str::to_owned).collect();
    let words: Vec<String> = words.into_iter().filter(|word| !word.is_empty()).collect();
    let slug: String = words.join("-").chars().take(52).collect();
    format!("tai-{unit:02}-{}", slug.trim_end_matches('-'))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn made(scale: &str) -> (usize, usize, usize) {
        let units: Vec<Unit> = units(scale.parse().expect("a scale"), 1).collect();
        let programmes = units.iter().map(|unit| unit.programmes.len()).sum::<usize>();
        let agencies = units.iter().map(|unit| unit.bodies.len()).sum::<usize>() + programmes;
        (agencies, programmes, units.iter().flat_map(|unit| unit.programmes.iter()).sum())
    }

    #[test]
    fn what_is_made_grows_with_the_scale() {
        assert_eq!(made("1"), (100, 5, 1_000));
        assert_eq!(made("10"), (1_000, 50, 10_000));
        assert_eq!(made("2.5"), (250, 13, 2_500));
        assert_eq!(made("0.01"), (12, 1, 10));
        assert_eq!(made("0.001"), (12, 1, 1));
    }

    #[test]
    fn names_and_codes_are_given_once_and_are_in_their_form() {
        for unit in units("2".parse().expect("a scale"), 1) {
            let codes: HashSet<&str> = unit.bodies.iter().map(|body| body.code.as_str()).collect();
            assert_eq!(codes.len(), unit.bodies.len());
            for body in &unit.bodies {
                assert!(body.code.len() <= 64 && body.code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'));
                assert_eq!(text::normalise(&body.name), body.name);
            }
        }
    }
}
