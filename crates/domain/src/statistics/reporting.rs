//! Figures over reports that are owed: expected, received, on time, and the rates of both.
//! Must be the only place where their formulas are said; the published words stand beside them.
//! How an obligation stands is `obligation`; the counting is `persistence::rates`.

use serde::{Deserialize, Serialize};

use super::{DoesNotAddUp, Rate};
use crate::{labels::labelled_enum, obligation::ObligationState};

macro_rules! figures {
    ($($(#[$meta:meta])* $variant:ident $label:literal $states:expr, $formula:literal;)+) => {
        labelled_enum! {
            /// A figure that a list of obligations stands behind.
            pub enum ReportFigure { $($(#[$meta])* $variant = $label,)+ }
        }

        impl ReportFigure {
            /// What is counted, in words.
            pub const fn formula(self) -> &'static str {
                match self { $(Self::$variant => $formula,)+ }
            }

            /// The states that it counts.
            pub const fn states(self) -> &'static [ObligationState] {
                use ObligationState as S;
                match self { $(Self::$variant => &$states,)+ }
            }
        }
    };
}

figures! {
    Obliged "OBLIGED" [S::FulfilledOnTime, S::FulfilledLate, S::Overdue, S::Open, S::CalendarUnknown],
        "obliged = expected + notYetDue + calendarUnknown: every obligation that is not excluded";
    Expected "EXPECTED" [S::FulfilledOnTime, S::FulfilledLate, S::Overdue],
        "expected = onTime + late + missing: received, or fallen due";
    Actual "ACTUAL" [S::FulfilledOnTime, S::FulfilledLate],
        "actual = onTime + late";
    OnTime "ON_TIME" [S::FulfilledOnTime],
        "onTime: first received on the due day or before";
    Late "LATE" [S::FulfilledLate],
        "late: first received after the due day";
    Missing "MISSING" [S::Overdue],
        "missing: not received, and the due day is past, from 00:00 local time of the day after it";
    NotYetDue "NOT_YET_DUE" [S::Open],
        "notYetDue: not received, and the due day is not past";
    CalendarUnknown "CALENDAR_UNKNOWN" [S::CalendarUnknown],
        "calendarUnknown: the working days of a year that the due day depends on are not known; in no other part, received or not";
    Excluded "EXCLUDED" [S::Excluded],
        "excluded: taken out with a reason; in no other figure";
    /// A part of `missing`.
    NonRespondingCoordinators "NON_RESPONDING_COORDINATORS" [S::Overdue],
        "nonRespondingCoordinators: those in missing on a task that the agency does not lead in that year";
}

/// The published words of the rates.
pub mod formulas {
    pub const REPORTING: &str = "reportingRate = actual / expected";
    pub const TIMELINESS: &str = "timelinessRate = onTime / expected";
}

/// What is counted; the parts, each for itself.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ReportCounts {
    pub on_time: i64,
    pub late: i64,
    pub missing: i64,
    pub not_yet_due: i64,
    pub calendar_unknown: i64,
    pub excluded: i64,
    /// Of `missing`.
    pub non_responding_coordinators: i64,
}

/// The figures of some obligations as of a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReportFigures {
    counts: ReportCounts,
}

impl ReportFigures {
    /// Takes parts and the totals that were counted beside them.
    ///
    /// # Errors
    /// When a total is not the sum of its parts: such figures are not told at all.
    pub fn new(counts: ReportCounts, (obliged, expected, actual): (i64, i64, i64)) -> Result<Self, DoesNotAddUp> {
        let figures = Self { counts };
        let totals = [
            ("actual", ReportFigure::Actual, actual),
            ("expected", ReportFigure::Expected, expected),
            ("obliged", ReportFigure::Obliged, obliged),
        ];
        for (what, figure, total) in totals {
            let parts = figures.figure(figure);
            if parts != total {
                return Err(DoesNotAddUp { what, parts, total });
            }
        }
        Ok(figures)
    }

    /// Takes parts alone, whose sums are the totals.
    pub const fn of_parts(counts: ReportCounts) -> Self {
        Self { counts }
    }

    pub const fn counts(&self) -> &ReportCounts {
        &self.counts
    }

    /// One figure by its name.
    pub const fn figure(&self, figure: ReportFigure) -> i64 {
        let counts = &self.counts;
        match figure {
            ReportFigure::Obliged => self.figure(ReportFigure::Expected) + counts.not_yet_due + counts.calendar_unknown,
            ReportFigure::Expected => self.figure(ReportFigure::Actual) + counts.missing,
            ReportFigure::Actual => counts.on_time + counts.late,
            ReportFigure::OnTime => counts.on_time,
            ReportFigure::Late => counts.late,
            ReportFigure::Missing => counts.missing,
            ReportFigure::NotYetDue => counts.not_yet_due,
            ReportFigure::CalendarUnknown => counts.calendar_unknown,
            ReportFigure::Excluded => counts.excluded,
            ReportFigure::NonRespondingCoordinators => counts.non_responding_coordinators,
        }
    }

    /// [`formulas::REPORTING`].
    pub const fn reporting_rate(&self) -> Rate {
        Rate::of(self.figure(ReportFigure::Actual), self.figure(ReportFigure::Expected))
    }

    /// [`formulas::TIMELINESS`].
    pub const fn timeliness_rate(&self) -> Rate {
        Rate::of(self.counts.on_time, self.figure(ReportFigure::Expected))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COUNTS: ReportCounts =
        ReportCounts { on_time: 5, late: 3, missing: 2, not_yet_due: 7, calendar_unknown: 4, excluded: 1, non_responding_coordinators: 1 };

    #[test]
    fn rates_are_over_what_is_expected_and_excluded_ones_count_nowhere() {
        let figures = ReportFigures::new(COUNTS, (21, 10, 8)).expect("they add up");
        assert_eq!(figures.reporting_rate(), Rate::of(8, 10));
        assert_eq!(figures.timeliness_rate(), Rate::of(5, 10));
        assert_eq!(ReportFigures::default().reporting_rate().percent(), None);
    }

    #[test]
    fn figures_that_do_not_add_up_are_not_told() {
        assert_eq!(ReportFigures::new(COUNTS, (22, 10, 8)), Err(DoesNotAddUp { what: "obliged", parts: 21, total: 22 }));
    }

    #[test]
    fn the_parts_are_every_state_once() {
        let mut of_parts: Vec<_> = ReportFigure::Obliged.states().iter().chain(ReportFigure::Excluded.states()).collect();
        of_parts.sort_by_key(|state| state.label());
        let mut all: Vec<_> = ObligationState::ALL.iter().collect();
        all.sort_by_key(|state| state.label());
        assert_eq!(of_parts, all);
    }
}
