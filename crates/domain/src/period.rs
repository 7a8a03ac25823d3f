//! Reporting periods and the windows of days that they count.
//! Must not know deadlines: a cut-off says what is counted, not by when it is told.
//! Regimes, which have the rules by date, are `regime`.

use std::{fmt, ops::RangeInclusive, str::FromStr};

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use crate::{clock::local_day, error::UnknownLabel, labels::labelled_enum};

labelled_enum! {
    /// How often a report is made.
    pub enum Frequency {
        Month = "MONTH",
        Quarter = "QUARTER",
        HalfYear = "HALF_YEAR",
        /// January to September, once a year.
        NineMonths = "NINE_MONTHS",
        Year = "YEAR",
    }
}

impl Frequency {
    /// Months in a period.
    pub const fn months(self) -> i32 {
        match self {
            Self::Month => 1,
            Self::Quarter => 3,
            Self::HalfYear => 6,
            Self::NineMonths => 9,
            Self::Year => 12,
        }
    }

    /// Periods in a year.
    pub const fn in_year(self) -> i32 {
        12 / self.months()
    }
}

/// Windows begin on `day` of the month that lies `months_before` before the period's first, and end the day before the next
/// window begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WindowRule {
    /// 1 to 28.
    pub day: u32,
    /// 0 to 12.
    pub months_before: i32,
}

impl WindowRule {
    /// Months as the calendar has them.
    pub const PLAIN: Self = Self { day: 1, months_before: 0 };
    /// From the 15th to the 14th (decree 09/2019/NĐ-CP, article 12).
    pub const DECREE_09: Self = Self { day: 15, months_before: 1 };
}

/// Days from the first to the last, which is the cut-off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    pub from: NaiveDate,
    /// Included.
    pub to: NaiveDate,
}

/// A period of a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    frequency: Frequency,
    year: i32,
    /// From 1.
    number: i32,
}

/// Months since the year 0.
const fn month_of(year: i32, month0: i32) -> i32 {
    year * 12 + month0
}

/// A day of a month counted from the year 0; the last one where the month is shorter.
pub(crate) fn day_of(month: i32, day: u32) -> NaiveDate {
    let (year, month) = (month.div_euclid(12), u32::try_from(month.rem_euclid(12)).unwrap_or(0) + 1);
    (28..=day).rev().chain([day]).find_map(|day| NaiveDate::from_ymd_opt(year, month, day)).unwrap_or(NaiveDate::MAX)
}

impl Period {
    /// The `number`th period of a year, from 1; `None` where the year has no such.
    pub fn new(frequency: Frequency, year: i32, number: i32) -> Option<Self> {
        ((1..=9999).contains(&year) && (1..=frequency.in_year()).contains(&number)).then_some(Self { frequency, year, number })
    }

    pub const fn frequency(self) -> Frequency {
        self.frequency
    }

    pub const fn year(self) -> i32 {
        self.year
    }

    /// Every period of these years, in order.
    pub fn all(frequency: Frequency, years: RangeInclusive<i32>) -> impl Iterator<Item = Self> {
        years.flat_map(move |year| (1..=frequency.in_year()).filter_map(move |number| Self::new(frequency, year, number)))
    }

    fn first_month(self) -> i32 {
        month_of(self.year, (self.number - 1) * self.frequency.months())
    }

    /// The period's last month, counted from the year 0.
    pub(crate) fn last_month(self) -> i32 {
        self.first_month() + self.frequency.months() - 1
    }

    /// The first day of the period by the calendar, whatever its window.
    pub fn first_natural_day(self) -> NaiveDate {
        day_of(self.first_month(), 1)
    }

    /// The last day of the period by the calendar, whatever its window.
    pub fn last_natural_day(self) -> NaiveDate {
        day_of(self.last_month(), 31)
    }

    /// The days that the period counts.
    pub fn window(self, rule: WindowRule) -> Window {
        let next = day_of(self.last_month() + 1 - rule.months_before, rule.day);
        Window { from: day_of(self.first_month() - rule.months_before, rule.day), to: next.pred_opt().unwrap_or(next) }
    }

    /// The period that counts a day. The last quarter belongs to no period of nine months.
    pub fn counting(frequency: Frequency, rule: WindowRule, day: NaiveDate) -> Option<Self> {
        let before = i32::from(day.day() < rule.day);
        let month = month_of(day.year(), day.month0().cast_signed()) + rule.months_before - before;
        Self::new(frequency, month.div_euclid(12), month.rem_euclid(12) / frequency.months() + 1)
    }

    /// The period that counts an instant, by its day in Viet Nam.
    pub fn counting_instant(frequency: Frequency, rule: WindowRule, instant: DateTime<Utc>) -> Option<Self> {
        Self::counting(frequency, rule, local_day(instant))
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { frequency, year, number } = self;
        match frequency {
            Frequency::Month => write!(f, "{year:04}-M{number:02}"),
            Frequency::Quarter => write!(f, "{year:04}-Q{number}"),
            Frequency::HalfYear => write!(f, "{year:04}-H{number}"),
            Frequency::NineMonths => write!(f, "{year:04}-9M"),
            Frequency::Year => write!(f, "{year:04}"),
        }
    }
}

impl FromStr for Period {
    type Err = UnknownLabel;

    /// Reads a label; only the one way of writing it is one.
    fn from_str(label: &str) -> Result<Self, UnknownLabel> {
        let (year, part) = label.split_once('-').unwrap_or((label, ""));
        let (frequency, number) = match part.split_at_checked(1) {
            None => (Frequency::Year, "1"),
            Some(("M", number)) => (Frequency::Month, number),
            Some(("Q", number)) => (Frequency::Quarter, number),
            Some(("H", number)) => (Frequency::HalfYear, number),
            _ => (Frequency::NineMonths, "1"),
        };
        let period = year.parse().ok().zip(number.parse().ok()).and_then(|(year, number)| Self::new(frequency, year, number));
        let unknown = || UnknownLabel { of: "Period", label: label.to_owned() };
        period.filter(|period| period.to_string() == label).ok_or_else(unknown)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::calendar::tests::day;

    fn period(label: &str) -> Period {
        label.parse().expect("a label")
    }

    fn days(from: &str, to: &str) -> Window {
        Window { from: day(from), to: day(to) }
    }

    #[test]
    fn the_windows_of_the_decree_run_from_the_15th_to_the_14th() {
        let window = |label: &str| period(label).window(WindowRule::DECREE_09);
        assert_eq!(window("2019-Q2"), days("2019-03-15", "2019-06-14"));
        assert_eq!(window("2019"), days("2018-12-15", "2019-12-14"));
        assert_eq!(window("2019-M01"), days("2018-12-15", "2019-01-14"));
        assert_eq!(window("2019-H1"), days("2018-12-15", "2019-06-14"));
        assert_eq!(window("2019-9M"), days("2018-12-15", "2019-09-14"));
    }

    #[test]
    fn plain_windows_are_those_of_the_calendar() {
        assert_eq!(period("2016-M02").window(WindowRule::PLAIN), days("2016-02-01", "2016-02-29"));
        assert_eq!(period("2018").window(WindowRule::PLAIN), days("2018-01-01", "2018-12-31"));
        assert_eq!(period("2018-Q1").last_natural_day(), day("2018-03-31"));
    }

    #[test]
    fn half_past_five_utc_on_14_june_is_in_the_third_quarter() {
        let instant = "2019-06-14T17:30:00Z".parse().expect("an instant");
        assert_eq!(Period::counting_instant(Frequency::Quarter, WindowRule::DECREE_09, instant), Some(period("2019-Q3")));
        assert_eq!(Period::counting(Frequency::Quarter, WindowRule::DECREE_09, day("2019-06-14")), Some(period("2019-Q2")));
    }

    #[test]
    fn what_happens_on_20_december_2019_is_counted_in_2020() {
        assert_eq!(Period::counting(Frequency::Year, WindowRule::DECREE_09, day("2019-12-20")), Some(period("2020")));
        assert_eq!(Period::counting(Frequency::NineMonths, WindowRule::DECREE_09, day("2019-09-15")), None);
    }

    #[test]
    fn labels_round_trip_and_are_written_one_way() {
        for frequency in Frequency::ALL {
            for period in Period::all(*frequency, 2019..=2020) {
                assert_eq!(period.to_string().parse(), Ok(period));
            }
        }
        let bad =
            ["", "2019-", "19", "2019-Q5", "2019-Q0", "2019-M1", "2019-M13", "2019-H3", "2019-9", "2019-8M", "2019-Q01", "+2019", "2019-é"];
        for label in bad {
            assert!(label.parse::<Period>().is_err(), "{label}");
        }
    }

    proptest! {
        #[test]
        fn windows_tile_without_gap_or_overlap(day in 1..=28_u32, months_before in 0..=12_i32) {
            let rule = WindowRule { day, months_before };
            for frequency in [Frequency::Month, Frequency::Quarter, Frequency::HalfYear, Frequency::Year] {
                let windows: Vec<Window> = Period::all(frequency, 2019..=2030).map(|period| period.window(rule)).collect();
                for pair in windows.windows(2) {
                    prop_assert_eq!(crate::clock::day_after(pair[0].to), pair[1].from);
                    prop_assert!(pair[0].from <= pair[0].to);
                }
                let whole = (windows.first().map(|w| w.from), windows.last().map(|w| w.to));
                let years = |y: i32| Period::new(Frequency::Year, y, 1).expect("a year").window(rule);
                prop_assert_eq!(whole, (Some(years(2019).from), Some(years(2030).to)));
            }
        }

        #[test]
        fn nine_months_are_three_quarters(day in 1..=28_u32, months_before in 0..=12_i32, year in 2019..=2030_i32) {
            let rule = WindowRule { day, months_before };
            let quarter = |number| Period::new(Frequency::Quarter, year, number).expect("a quarter").window(rule);
            let nine = Period::new(Frequency::NineMonths, year, 1).expect("nine months").window(rule);
            prop_assert_eq!(nine, Window { from: quarter(1).from, to: quarter(3).to });
        }

        #[test]
        fn a_day_is_counted_where_its_window_lies(d in 1..=28_u32, months_before in 0..=12_i32, offset in 0..4000_u64) {
            let rule = WindowRule { day: d, months_before };
            let day = day("2019-01-01") + chrono::Days::new(offset);
            for frequency in Frequency::ALL {
                if let Some(period) = Period::counting(*frequency, rule, day) {
                    let window = period.window(rule);
                    prop_assert!(window.from <= day && day <= window.to);
                } else {
                    prop_assert_eq!(*frequency, Frequency::NineMonths);
                }
            }
        }
    }
}
