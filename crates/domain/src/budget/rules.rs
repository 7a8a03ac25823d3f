//! The days and thresholds of the budget year, as settings that hold for a time.
//! Must not be constants of the code: laws change them, and an administrator writes the change down.
//! What breaks a rule is told by `ledger` (refusals) and `flag` (remarks).

use std::sync::Arc;

use chrono::{Datelike, NaiveDate};

use crate::validity::Validity;

/// A day of every year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayOfYear {
    /// 1 to 12.
    pub month: u32,
    /// 1 to 31; in a month that is shorter, its last day.
    pub day: u32,
}

impl DayOfYear {
    /// The day in a year; none where month or day are out of range.
    pub fn in_year(self, year: i32) -> Option<NaiveDate> {
        if !(1..=31).contains(&self.day) {
            return None;
        }
        (1..=self.day).rev().take(4).find_map(|day| NaiveDate::from_ymd_opt(year, self.month, day))
    }
}

/// The rules of budget years: those that begin while they hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BudgetRules {
    /// By the first day of the budget year.
    pub validity: Validity,
    /// On what law they rest, in words.
    pub source: Arc<str>,
    /// Not attested yet.
    pub to_confirm: bool,
    /// The last day, in the year after, on which the books of a year take payments.
    pub books_close: DayOfYear,
    /// The last day of the year for adjustments between units; later ones are flagged.
    pub adjusted_until: DayOfYear,
    /// Working days after a supplement within which it is to be allocated; later ones are flagged.
    pub allocation_days: u32,
    /// Bounds in days, ascending, of the ages of what is not settled.
    pub ageing: Vec<u32>,
}

impl BudgetRules {
    /// The rules as known when nobody has written others down: the Law on the State Budget (83/2015/QH13 and the practice before it).
    /// Books close on 31 January, adjustments end on 15 November (article 53, to be confirmed), supplements take ten working days.
    pub fn first() -> Self {
        Self {
            validity: Validity::default(),
            source: "Luật Ngân sách nhà nước".into(),
            to_confirm: true,
            books_close: DayOfYear { month: 1, day: 31 },
            adjusted_until: DayOfYear { month: 11, day: 15 },
            allocation_days: 10,
            ageing: vec![30, 90, 180, 365],
        }
    }

    /// The rules of a budget year among all that are kept; none where nobody wrote down any for it.
    pub fn of_year(all: &[Self], year: i32) -> Option<&Self> {
        let first = NaiveDate::from_ymd_opt(year, 1, 1)?;
        all.iter().find(|rules| rules.validity.contains(first))
    }

    /// The last day on which the books of a budget year take payments.
    pub fn closing_day(&self, year: i32) -> Option<NaiveDate> {
        self.books_close.in_year(year + 1)
    }

    /// Whether an adjustment of a budget year comes late: after the last day for it, up to whenever.
    pub fn is_late_adjustment(&self, year: i32, on: NaiveDate) -> bool {
        self.adjusted_until.in_year(year).is_some_and(|last| on > last)
    }

    /// The budget years whose books may take a payment of this day: its own year, and the one before while that is open.
    pub fn open_years(&self, on: NaiveDate) -> impl Iterator<Item = i32> + use<> {
        let before = on.year() - 1;
        let is_open = self.closing_day(before).is_some_and(|last| on <= last);
        [on.year()].into_iter().chain(is_open.then_some(before))
    }
}
