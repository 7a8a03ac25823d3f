//! Whole numbers of arguments and inputs: the schema's `Int` may be below nought, where what is counted begins.
//! Must not know what a number is for: whoever reads it says where it stands, and which range it has.

use std::ops::RangeInclusive;

use app::Error;
use domain::error::{Code, Fault, Refusal};

/// The number of an argument, which lies in a range.
///
/// # Errors
/// `QUERY_INVALID` with the argument.
pub fn within(range: &RangeInclusive<u32>, argument: &str, number: i32) -> Result<u32, Error> {
    let found = u32::try_from(number).ok().filter(|number| range.contains(number));
    found.ok_or_else(|| Refusal::with_faults(Code::QueryInvalid, vec![Fault::new(format!("/{argument}"), Code::OutOfRange)]).into())
}

/// Reads the numbers of an input one after another; those below nought are told together.
#[derive(Default)]
pub struct Counts {
    faults: Vec<Fault>,
}

impl Counts {
    /// A number, and where it stands in the input.
    pub fn one<N: TryFrom<i32> + Default>(&mut self, at: &str, number: i32) -> N {
        N::try_from(number).unwrap_or_else(|_| {
            self.faults.push(Fault::new(at, Code::OutOfRange));
            N::default()
        })
    }

    /// A number that may be left out.
    pub fn some<N: TryFrom<i32> + Default>(&mut self, at: &str, number: Option<i32>) -> Option<N> {
        number.map(|number| self.one(at, number))
    }

    /// What was read with these numbers.
    ///
    /// # Errors
    /// `BODY_INVALID` with every number below nought.
    pub fn held<T>(self, read: T) -> Result<T, Error> {
        if self.faults.is_empty() { Ok(read) } else { Err(Refusal::with_faults(Code::BodyInvalid, self.faults).into()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(error: &Error) -> (Code, Vec<String>) {
        let refusal = error.refusal();
        (refusal.code, refusal.faults.into_iter().map(|fault| format!("{} {}", fault.pointer, fault.code.label())).collect())
    }

    #[test]
    fn numbers_outside_of_their_ranges_are_told_with_their_places() {
        assert_eq!([0, 366].map(|number| within(&(0..=366), "days", number).ok()), [Some(0), Some(366)]);
        for number in [i32::MIN, -1, 367, i32::MAX] {
            let error = within(&(0..=366), "days", number).expect_err("out of range");
            assert_eq!(told(&error), (Code::QueryInvalid, vec!["/days OUT_OF_RANGE".to_owned()]), "{number}");
        }
        let mut counts = Counts::default();
        let read: (u32, Option<u64>, Option<u64>) = (counts.one("/a", 3), counts.some("/b", Some(4)), counts.some("/c", None));
        assert_eq!(counts.held(read).expect("counts"), (3, Some(4), None));
        let mut counts = Counts::default();
        let read: (u32, Option<u64>) = (counts.one("/a", -1), counts.some("/b/0", Some(i32::MIN)));
        let error = counts.held(read).expect_err("below nought");
        assert_eq!(told(&error), (Code::BodyInvalid, vec!["/a OUT_OF_RANGE".to_owned(), "/b/0 OUT_OF_RANGE".to_owned()]));
    }
}
