//! What others are told has happened: the entries of the change feed.
//! Must not carry more than who may see the entry may know: it names things, and readers fetch them.
//! Written by the use cases in the transaction of the change; numbered and listed by `app::outbox`.

use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

use crate::{agency::AgencyId, id::Id, labels::labelled_enum, programme::ProgrammeId};

labelled_enum! {
    /// What happened. Labels are stable: followers switch on them.
    pub enum EventKind {
        ReportSubmitted = "REPORT_SUBMITTED",
        ReportReturned = "REPORT_RETURNED",
        ReportAccepted = "REPORT_ACCEPTED",
        ReportAggregated = "REPORT_AGGREGATED",
        ReportReopened = "REPORT_REOPENED",
        OccurrenceStarted = "OCCURRENCE_STARTED",
        OccurrenceClaimed = "OCCURRENCE_CLAIMED",
        OccurrenceReturned = "OCCURRENCE_RETURNED",
        OccurrenceConfirmed = "OCCURRENCE_CONFIRMED",
        OccurrenceRedo = "OCCURRENCE_REDO",
        OccurrenceSuspended = "OCCURRENCE_SUSPENDED",
        OccurrenceResumed = "OCCURRENCE_RESUMED",
        OccurrenceCancelled = "OCCURRENCE_CANCELLED",
        OccurrenceWithdrawn = "OCCURRENCE_WITHDRAWN",
        OccurrenceReopened = "OCCURRENCE_REOPENED",
        ExtensionRequested = "EXTENSION_REQUESTED",
        ExtensionDecided = "EXTENSION_DECIDED",
        ExtensionWithdrawn = "EXTENSION_WITHDRAWN",
        ExtensionLapsed = "EXTENSION_LAPSED",
        PrincipalDesignated = "PRINCIPAL_DESIGNATED",
        StatisticsFrozen = "STATISTICS_FROZEN",
        CommitteeChanged = "COMMITTEE_CHANGED",
        MeetingChanged = "MEETING_CHANGED",
        ConclusionAssigned = "CONCLUSION_ASSIGNED",
        ObligationRequested = "OBLIGATION_REQUESTED",
        ObligationExcluded = "OBLIGATION_EXCLUDED",
        ObligationIncluded = "OBLIGATION_INCLUDED",
        ObligationWithdrawn = "OBLIGATION_WITHDRAWN",
        ObligationReminded = "OBLIGATION_REMINDED",
        ObligationUrged = "OBLIGATION_URGED",
        ObligationEscalated = "OBLIGATION_ESCALATED",
        AgencyEventRecorded = "AGENCY_EVENT_RECORDED",
        SuccessorNamed = "SUCCESSOR_NAMED",
        AgencyChanged = "AGENCY_CHANGED",
        ProgrammeAmended = "PROGRAMME_AMENDED",
        /// Nothing is sent to a webhook any more; whoever has it sees why.
        WebhookDisabled = "WEBHOOK_DISABLED",
    }
}

/// An event with its place in the feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Numbered {
    /// From 1, over all events of the service.
    pub seq: i64,
    pub id: Id<Event>,
    pub at: DateTime<Utc>,
    pub kind: EventKind,
    pub subject: String,
    pub subject_id: Uuid,
    pub agency: Option<AgencyId>,
    pub programme: Option<ProgrammeId>,
    /// A JSON object.
    pub body: Value,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    pub id: Id<Event>,
    pub at: DateTime<Utc>,
    pub kind: EventKind,
    /// What it happened to.
    pub subject: &'static str,
    pub subject_id: Uuid,
    /// Whose matter it is; those who may read this agency's reports see it.
    pub agency: Option<AgencyId>,
    /// To whom it is addressed besides; those who may read this agency's reports see it too.
    pub addressee: Option<AgencyId>,
    pub programme: Option<ProgrammeId>,
    /// Whether everybody sees it.
    pub is_public: bool,
    /// A JSON object.
    pub body: Value,
}
