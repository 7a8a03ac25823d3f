//! Figures that lists stand behind, each the mirror of one of the domain's.
//! Must not add or drop a value: the compiler compares both sides.
//! The others are in the parent module.

use async_graphql::Enum;

mirror!(
    /// A figure that a list of occurrences stands behind; the fields of `TaskFigures` say how each is counted.
    TaskFigure of domain::statistics::Figure {
        /// Every one that is not suspended, cancelled or withdrawn.
        Assigned,
        /// Confirmed.
        Completed,
        /// Confirmed, and delivered on the due day or before.
        CompletedOnTime,
        /// Confirmed, and delivered after the due day.
        CompletedLate,
        /// Confirmed, without a due day.
        CompletedNoDeadline,
        /// Assigned and not confirmed.
        Open,
        /// Not confirmed, and the due day is not past.
        OpenWithin,
        /// Not confirmed, and the due day is past, from 00:00 local time of the day after it.
        OpenOverdue,
        /// Not confirmed, without a due day.
        OpenNoDeadline,
        /// With a due day: completed, or overdue.
        FallenDue,
    }
);
mirror!(
    /// A figure that a list of obligations stands behind; the fields of `ReportFigures` say how each is counted.
    ReportFigure of domain::statistics::reporting::ReportFigure {
        /// Every one that is not excluded.
        Obliged,
        /// Received, or fallen due.
        Expected,
        /// Received.
        Actual,
        /// First received on the due day or before.
        OnTime,
        /// First received after the due day.
        Late,
        /// Not received, and the due day is past, from 00:00 local time of the day after it.
        Missing,
        /// Not received, and the due day is not past.
        NotYetDue,
        /// The working days of a year that the due day depends on are not known; in no other part, received or not.
        CalendarUnknown,
        /// Taken out with a reason; in no other figure.
        Excluded,
        /// Missing on a task that the agency does not lead in that year.
        NonRespondingCoordinators,
    }
);
