//! When something is true: from a day, up to but not including another day.
//! Must not know what it is that is true.
//! Every dated row of `agency` and `task` carries one.

use chrono::NaiveDate;

/// `[from, to)`. `None` is an end that is not known or not reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Validity {
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
}

impl Validity {
    /// Whether `day` lies within.
    pub fn contains(&self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day < to)
    }

    /// Whether any day of the calendar year lies within.
    pub fn touches_year(&self, year: i32) -> bool {
        let first = NaiveDate::from_ymd_opt(year, 1, 1);
        let last = NaiveDate::from_ymd_opt(year, 12, 31);
        match (first, last) {
            (Some(first), Some(last)) => self.from.is_none_or(|from| from <= last) && self.to.is_none_or(|to| first < to),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a valid date")
    }

    #[test]
    fn the_last_day_is_not_within() {
        let term = Validity { from: Some(day("2013-08-20")), to: Some(day("2014-01-01")) };
        assert!(!term.contains(day("2013-08-19")));
        assert!(term.contains(day("2013-08-20")));
        assert!(term.contains(day("2013-12-31")));
        assert!(!term.contains(day("2014-01-01")));
        assert!(term.touches_year(2013) && !term.touches_year(2014) && !term.touches_year(2012));
    }
}
