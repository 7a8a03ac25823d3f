//! What happened, as the feed names it.
//! Must not differ from the domain's: the macro holds it against that.
//! The other enumerations are in the parent module and beside it.

use async_graphql::Enum;

mirror!(
    /// What happened.
    EventKind of domain::event::EventKind {
        /// An agency handed in a report.
        ReportSubmitted,
        /// A report was given back to be mended.
        ReportReturned,
        /// A report was published, and is summed from then on.
        ReportAccepted,
        /// A report was taken into that of the whole programme.
        ReportAggregated,
        /// A report may be mended again.
        ReportReopened,
        /// A lead began its task.
        OccurrenceStarted,
        /// A lead said that it has delivered.
        OccurrenceClaimed,
        /// A lead gave its task back.
        OccurrenceReturned,
        /// What was delivered was confirmed.
        OccurrenceConfirmed,
        /// What was delivered did not do.
        OccurrenceRedo,
        /// A task was stopped for a while.
        OccurrenceSuspended,
        /// A task that was stopped goes on.
        OccurrenceResumed,
        /// A task is not to be done any more.
        OccurrenceCancelled,
        /// A task was taken back by whoever gave it.
        OccurrenceWithdrawn,
        /// A task that was given back is to be done after all.
        OccurrenceReopened,
        /// A lead asked for more time.
        ExtensionRequested,
        /// More time was granted or refused.
        ExtensionDecided,
        /// Whoever asked for more time took that back.
        ExtensionWithdrawn,
        /// The task's year ended before anybody decided.
        ExtensionLapsed,
        /// One of several leads answers alone from then on.
        PrincipalDesignated,
        /// Figures were published and are kept as they were told.
        StatisticsFrozen,
        /// An act on a committee was written down.
        CommitteeChanged,
        /// A meeting was called or planned anew, or something was done to it.
        MeetingChanged,
        /// Something was concluded for an agency to carry out.
        ConclusionAssigned,
        /// A thematic or ad hoc report was asked for.
        ObligationRequested,
        /// A report is not owed any more.
        ObligationExcluded,
        /// A report is owed again.
        ObligationIncluded,
        /// The task-year that it follows from went when its programme was corrected.
        ObligationWithdrawn,
        /// The agency was reminded by a rule.
        ObligationReminded,
        /// The standing agency urged the agency.
        ObligationUrged,
        /// Others were told that the report stays out.
        ObligationEscalated,
        /// Agencies were renamed, merged, divided or dissolved, or their work moved.
        AgencyEventRecorded,
        /// What had no owner got one.
        SuccessorNamed,
        /// A name, a code, a head or a roll of an agency changed.
        AgencyChanged,
        /// A document changed a programme from a day on.
        ProgrammeAmended,
        /// Nothing is sent to a webhook any more.
        WebhookDisabled,
    }
);
