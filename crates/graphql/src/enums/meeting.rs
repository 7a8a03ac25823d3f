//! Enumerations of meetings, each the mirror of one of the domain's.
//! Must not add or drop a value: the compiler compares both sides.
//! The others are in the parent module.

use async_graphql::Enum;

mirror!(
    /// How a meeting stands.
    MeetingStatus of domain::meeting::MeetingStatus {
        /// Called, and not held yet.
        Planned,
        /// It took place; from then on minutes can be written.
        Held,
        /// It was called off before it was held, with the reason.
        Cancelled,
    }
);
mirror!(
    /// Whether somebody who was invited came.
    Attendance of domain::meeting::Attendance {
        /// In person.
        Present,
        /// With the reason.
        Absent,
        /// By somebody who is named.
        Represented,
    }
);
mirror!(
    /// What is done to a meeting.
    MeetingActKind of domain::meeting::MeetingActKind {
        /// It took place, and so many came.
        Hold,
        /// It is called off before it is held, with the reason.
        Cancel,
        /// The minutes are signed; from then on they are locked, and each conclusion is a task.
        Sign,
        /// A correction is appended to signed minutes.
        Correct,
        /// Everybody may read the minutes and the conclusions.
        Publish,
    }
);
