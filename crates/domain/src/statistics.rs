//! Figures over tasks: what is counted, by which formula, and that the parts are the whole.
//! Must be the only place where a formula is said; its published words stand beside it.
//! What makes an occurrence open, late or overdue is `occurrence`, the counting `persistence::seen`; reports are `reporting`.

pub mod frozen;
pub mod reporting;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::labels::labelled_enum;

/// Raised when a formula below changes, so that figures of different formulas are not compared unawares.
pub const FORMULA_VERSION: i32 = 1;

labelled_enum! {
    /// What figures are told by.
    pub enum Grouping {
        /// All together.
        None = "NONE",
        /// Each lead agency; an occurrence with several counts with each, a collective's members in its place.
        Agency = "AGENCY",
        Group = "GROUP",
        Task = "TASK",
        Year = "YEAR",
        /// The period of a regime; an occurrence has its year.
        Period = "PERIOD",
    }
}

macro_rules! figures {
    ($($(#[$meta:meta])* $variant:ident $label:literal $formula:literal;)+) => {
        labelled_enum! {
            /// A figure that a list of occurrences stands behind.
            pub enum Figure { $($(#[$meta])* $variant = $label,)+ }
        }

        impl Figure {
            /// What is counted, in words.
            pub const fn formula(self) -> &'static str {
                match self { $(Self::$variant => $formula,)+ }
            }
        }
    };
}

figures! {
    Assigned "ASSIGNED" "assigned = completed + open: every occurrence that is not suspended, cancelled or withdrawn";
    Completed "COMPLETED" "completed = completedOnTime + completedLate + completedNoDeadline";
    CompletedOnTime "COMPLETED_ON_TIME" "completedOnTime: confirmed, and delivered on the due day or before";
    CompletedLate "COMPLETED_LATE" "completedLate: confirmed, and delivered after the due day";
    CompletedNoDeadline "COMPLETED_NO_DEADLINE" "completedNoDeadline: confirmed, without a due day";
    Open "OPEN" "open = openWithin + openOverdue + openNoDeadline";
    OpenWithin "OPEN_WITHIN" "openWithin: not confirmed, and the due day is not past";
    OpenOverdue "OPEN_OVERDUE" "openOverdue: not confirmed, and the due day is past, from 00:00 local time of the day after it";
    OpenNoDeadline "OPEN_NO_DEADLINE" "openNoDeadline: not confirmed, without a due day";
    FallenDue "FALLEN_DUE" "fallenDue = completedOnTime + completedLate + openOverdue";
}

/// The published words of the rates.
pub mod formulas {
    pub const DUE_COMPLETION: &str =
        "dueCompletionRate = (completedOnTime + completedLate) / (completedOnTime + completedLate + openOverdue)";
    pub const ALL_COMPLETION: &str = "allCompletionRate = completed / assigned";
    pub const ON_TIME_SHARE: &str = "onTimeShare = completedOnTime / completed";
    pub const LATE_SHARE: &str = "lateShare = completedLate / completed";
    pub const NO_DEADLINE_SHARE: &str = "noDeadlineShare = completedNoDeadline / completed";
    pub const OVERDUE_SHARE_OF_ALL: &str = "overdueShareOfAll = openOverdue / assigned";
    pub const OVERDUE_SHARE_OF_DUE: &str = "overdueShareOfDue = openOverdue / fallenDue";
    pub const LONGEST_OVERDUE: &str = "longestDaysOverdue = asOf − the earliest due day of those in openOverdue, in days";
    pub const EXTENSIONS: &str = "extensionsApproved: extensions approved until asOf, of the occurrences that are assigned";
}

/// What is counted; the parts first, each for itself.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Counts {
    pub completed_on_time: i64,
    pub completed_late: i64,
    pub completed_no_deadline: i64,
    pub open_within: i64,
    pub open_overdue: i64,
    pub open_no_deadline: i64,
}

/// Counted totals that are not the sum of their parts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}: the parts make {parts}, the total is {total}")]
pub struct DoesNotAddUp {
    pub what: &'static str,
    pub parts: i64,
    pub total: i64,
}

/// The figures of some occurrences as of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaskFigures {
    counts: Counts,
    /// The earliest due day of what is overdue.
    oldest_overdue: Option<NaiveDate>,
    extensions_approved: i64,
    as_of: NaiveDate,
}

impl TaskFigures {
    /// Takes parts and the totals that were counted beside them.
    ///
    /// # Errors
    /// When a total is not the sum of its parts: such figures are not told at all.
    pub fn new(
        as_of: NaiveDate,
        counts: Counts,
        (assigned, completed, open): (i64, i64, i64),
        oldest_overdue: Option<NaiveDate>,
        extensions_approved: i64,
    ) -> Result<Self, DoesNotAddUp> {
        let figures = Self { counts, oldest_overdue, extensions_approved, as_of };
        for (what, parts, total) in
            [("completed", figures.completed(), completed), ("open", figures.open(), open), ("assigned", figures.assigned(), assigned)]
        {
            if parts != total {
                return Err(DoesNotAddUp { what, parts, total });
            }
        }
        Ok(figures)
    }

    /// Takes parts alone, whose sums are the totals.
    pub const fn of_parts(as_of: NaiveDate, counts: Counts, oldest_overdue: Option<NaiveDate>, extensions_approved: i64) -> Self {
        Self { counts, oldest_overdue, extensions_approved, as_of }
    }

    /// The figures of nothing.
    pub fn none(as_of: NaiveDate) -> Self {
        Self { counts: Counts::default(), oldest_overdue: None, extensions_approved: 0, as_of }
    }

    pub const fn counts(&self) -> &Counts {
        &self.counts
    }

    pub const fn completed(&self) -> i64 {
        self.counts.completed_on_time + self.counts.completed_late + self.counts.completed_no_deadline
    }

    pub const fn open(&self) -> i64 {
        self.counts.open_within + self.counts.open_overdue + self.counts.open_no_deadline
    }

    pub const fn assigned(&self) -> i64 {
        self.completed() + self.open()
    }

    pub const fn fallen_due(&self) -> i64 {
        self.counts.completed_on_time + self.counts.completed_late + self.counts.open_overdue
    }

    /// One figure by its name.
    pub const fn figure(&self, figure: Figure) -> i64 {
        match figure {
            Figure::Assigned => self.assigned(),
            Figure::Completed => self.completed(),
            Figure::CompletedOnTime => self.counts.completed_on_time,
            Figure::CompletedLate => self.counts.completed_late,
            Figure::CompletedNoDeadline => self.counts.completed_no_deadline,
            Figure::Open => self.open(),
            Figure::OpenWithin => self.counts.open_within,
            Figure::OpenOverdue => self.counts.open_overdue,
            Figure::OpenNoDeadline => self.counts.open_no_deadline,
            Figure::FallenDue => self.fallen_due(),
        }
    }

    /// [`formulas::DUE_COMPLETION`].
    pub const fn due_completion_rate(&self) -> Rate {
        Rate::of(self.counts.completed_on_time + self.counts.completed_late, self.fallen_due())
    }

    /// [`formulas::ALL_COMPLETION`].
    pub const fn all_completion_rate(&self) -> Rate {
        Rate::of(self.completed(), self.assigned())
    }

    /// [`formulas::ON_TIME_SHARE`].
    pub const fn on_time_share(&self) -> Rate {
        Rate::of(self.counts.completed_on_time, self.completed())
    }

    /// [`formulas::LATE_SHARE`].
    pub const fn late_share(&self) -> Rate {
        Rate::of(self.counts.completed_late, self.completed())
    }

    /// [`formulas::NO_DEADLINE_SHARE`].
    pub const fn no_deadline_share(&self) -> Rate {
        Rate::of(self.counts.completed_no_deadline, self.completed())
    }

    /// [`formulas::OVERDUE_SHARE_OF_ALL`].
    pub const fn overdue_share_of_all(&self) -> Rate {
        Rate::of(self.counts.open_overdue, self.assigned())
    }

    /// [`formulas::OVERDUE_SHARE_OF_DUE`].
    pub const fn overdue_share_of_due(&self) -> Rate {
        Rate::of(self.counts.open_overdue, self.fallen_due())
    }

    /// [`formulas::LONGEST_OVERDUE`]; none where nothing is overdue.
    pub fn longest_days_overdue(&self) -> Option<i64> {
        self.oldest_overdue.map(|due| (self.as_of - due).num_days())
    }

    /// The earliest due day of what is overdue.
    pub const fn oldest_overdue(&self) -> Option<NaiveDate> {
        self.oldest_overdue
    }

    /// [`formulas::EXTENSIONS`].
    pub const fn extensions_approved(&self) -> i64 {
        self.extensions_approved
    }
}

/// A share as the two numbers that it is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    pub numerator: i64,
    pub denominator: i64,
}

impl Rate {
    pub const fn of(numerator: i64, denominator: i64) -> Self {
        Self { numerator, denominator }
    }

    /// In per cent with two digits, half up, e.g. "83.41"; none of nothing, which is not 0 %.
    pub fn percent(self) -> Option<String> {
        let (numerator, denominator) = (i128::from(self.numerator), i128::from(self.denominator));
        if denominator <= 0 || numerator < 0 {
            return None;
        }
        let hundredths = (numerator * 20_000 + denominator) / (2 * denominator);
        Some(format!("{}.{:02}", hundredths / 100, hundredths % 100))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    /// The city's table to the end of August 2018.
    fn august_2018() -> Counts {
        Counts {
            completed_on_time: 4_071,
            completed_late: 3_085,
            completed_no_deadline: 2_986,
            open_within: 1_760,
            open_overdue: 258,
            open_no_deadline: 0,
        }
    }

    #[test]
    fn the_city_s_table_comes_out() {
        let figures =
            TaskFigures::new(day("2018-08-31"), august_2018(), (12_160, 10_142, 2_018), Some(day("2018-05-01")), 3).expect("figures");
        let percent = |rate: Rate| rate.percent().expect("a rate");
        assert_eq!(percent(figures.all_completion_rate()), "83.40");
        let shares = [figures.on_time_share(), figures.late_share(), figures.no_deadline_share()];
        assert_eq!(shares.map(percent), ["40.14", "30.42", "29.44"]);
        assert_eq!([figures.overdue_share_of_all(), figures.overdue_share_of_due()].map(percent), ["2.12", "3.48"]);
        assert_eq!(figures.longest_days_overdue(), Some(122));
    }

    #[test]
    fn the_government_s_rate_of_2017_comes_out() {
        let counts =
            Counts { completed_on_time: 14_068, completed_late: 1_983, open_within: 5_640, open_overdue: 223, ..Counts::default() };
        let figures = TaskFigures::new(day("2017-12-31"), counts, (21_914, 16_051, 5_863), None, 0).expect("figures");
        assert_eq!(figures.due_completion_rate(), Rate::of(16_051, 16_274));
        assert_eq!(figures.due_completion_rate().percent().as_deref(), Some("98.63"));
    }

    #[test]
    fn parts_that_do_not_make_the_whole_are_not_told() {
        let counts = Counts { open_within: 2_065, open_overdue: 348, ..Counts::default() };
        let told = TaskFigures::new(day("2018-10-31"), counts, (2_414, 0, 2_414), None, 0);
        assert_eq!(told, Err(DoesNotAddUp { what: "open", parts: 2_413, total: 2_414 }));
    }

    #[test]
    fn a_rate_of_nothing_is_none_and_halves_go_up() {
        assert_eq!(Rate::of(0, 0).percent(), None);
        let percent = |numerator, denominator| Rate::of(numerator, denominator).percent().expect("a rate");
        assert_eq!([percent(0, 7), percent(1, 3), percent(2, 3), percent(7, 7)], ["0.00", "33.33", "66.67", "100.00"]);
        assert_eq!(percent(1, 80_000), "0.00");
        assert_eq!(percent(1, 20_000), "0.01", "half of a hundredth");
    }
}
