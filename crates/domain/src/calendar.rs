//! Working days in Viet Nam, year by year, from the notices that say which days are off.
//! Must not guess: what depends on a year without a table is an `UnknownYear`.
//! Periods are `period`, deadlines `regime`; the tables come from files, see `calendar_file`.

use std::{collections::BTreeMap, sync::Arc};

use chrono::{Datelike, NaiveDate, Weekday};

use crate::{
    clock::day_after,
    document::{DocumentId, Place},
    labels::labelled_enum,
};

labelled_enum! {
    /// Why a day is not as the week has it.
    pub enum SpecialDayKind {
        Holiday = "HOLIDAY",
        /// Off because a holiday fell on a day that was off anyway.
        Compensatory = "COMPENSATORY",
        /// A working day given off, for another that is worked.
        SwappedOff = "SWAPPED_OFF",
        /// A Saturday or Sunday that is worked, for another day off.
        SwappedWork = "SWAPPED_WORK",
    }
}

/// A day that is not as the week has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpecialDay {
    pub day: NaiveDate,
    pub kind: SpecialDayKind,
    pub name: Arc<str>,
}

/// A year whose days off are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkingYear {
    pub year: i32,
    /// The notice or law that it rests on, in words.
    pub source: Arc<str>,
    /// Not attested yet.
    pub to_confirm: bool,
    /// The document, where it is known, and where in it they stand.
    pub basis: Option<DocumentId>,
    pub place: Option<Place>,
    /// By day.
    pub days: Vec<SpecialDay>,
}

/// The days off of this year are not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the working days of {0} are not known")]
pub struct UnknownYear(pub i32);

/// The working days of all years that are known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkCalendar(BTreeMap<i32, WorkingYear>);

impl WorkCalendar {
    pub fn new(years: impl IntoIterator<Item = WorkingYear>) -> Self {
        let sorted = |mut year: WorkingYear| {
            year.days.sort_by_key(|special| special.day);
            (year.year, year)
        };
        Self(years.into_iter().map(sorted).collect())
    }

    /// The table of a year.
    pub fn year(&self, year: i32) -> Option<&WorkingYear> {
        self.0.get(&year)
    }

    /// Whether work is done on a day. Saturdays and Sundays are off unless they are swapped.
    ///
    /// # Errors
    /// When the year has no table.
    pub fn is_working(&self, day: NaiveDate) -> Result<bool, UnknownYear> {
        let year = self.0.get(&day.year()).ok_or(UnknownYear(day.year()))?;
        let special = year.days.binary_search_by_key(&day, |special| special.day).ok().map(|i| year.days[i].kind);
        Ok(match special {
            Some(kind) => kind == SpecialDayKind::SwappedWork,
            None => !matches!(day.weekday(), Weekday::Sat | Weekday::Sun),
        })
    }

    /// The day itself if work is done on it, else the next working day (Civil Code 2015, article 148).
    ///
    /// # Errors
    /// When a year that is passed through has no table.
    pub fn roll(&self, mut day: NaiveDate) -> Result<NaiveDate, UnknownYear> {
        while !self.is_working(day)? {
            day = day_after(day);
        }
        Ok(day)
    }

    /// The last of so many working days after a day, which is not counted itself (Civil Code 2015, article 147).
    ///
    /// # Errors
    /// When a year that is passed through has no table.
    pub fn add_working_days(&self, mut day: NaiveDate, count: u32) -> Result<NaiveDate, UnknownYear> {
        for _ in 0..count {
            day = self.roll(day_after(day))?;
        }
        Ok(day)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub fn day(text: &str) -> NaiveDate {
        text.parse().expect("a valid date")
    }

    fn special(text: &str, kind: SpecialDayKind) -> SpecialDay {
        SpecialDay { day: day(text), kind, name: "x".into() }
    }

    fn year(year: i32, days: Vec<SpecialDay>) -> WorkingYear {
        WorkingYear { year, source: "a test".into(), to_confirm: false, basis: None, place: None, days }
    }

    /// 2019 and 2022 without a holiday, 2025 as it is told of.
    pub fn calendar() -> WorkCalendar {
        let days = vec![
            special("2025-04-26", SpecialDayKind::SwappedWork),
            special("2025-04-30", SpecialDayKind::Holiday),
            special("2025-05-01", SpecialDayKind::Holiday),
            special("2025-05-02", SpecialDayKind::SwappedOff),
        ];
        WorkCalendar::new([year(2019, Vec::new()), year(2022, Vec::new()), year(2025, days)])
    }

    #[test]
    fn five_working_days_from_24_april_2025_end_on_5_may() {
        assert_eq!(calendar().add_working_days(day("2025-04-24"), 5), Ok(day("2025-05-05")));
        assert_eq!(calendar().add_working_days(day("2025-04-24"), 0), Ok(day("2025-04-24")));
    }

    #[test]
    fn christmas_2022_rolls_from_sunday_to_monday() {
        assert_eq!(calendar().roll(day("2022-12-25")), Ok(day("2022-12-26")));
        assert_eq!(calendar().roll(day("2022-12-26")), Ok(day("2022-12-26")));
    }

    #[test]
    fn a_year_without_a_table_is_said_not_guessed() {
        let calendar = calendar();
        assert_eq!(calendar.is_working(day("2020-01-01")), Err(UnknownYear(2020)));
        assert_eq!(calendar.roll(day("2024-12-28")), Err(UnknownYear(2024)));
        // 31 December 2022 is a Saturday: the next working day lies in a year that nobody knows.
        assert_eq!(calendar.roll(day("2022-12-31")), Err(UnknownYear(2023)));
        assert_eq!(calendar.add_working_days(day("2019-12-30"), 2), Err(UnknownYear(2020)));
    }
}
