//! Enumerations of the schema, each the mirror of one of the domain's.
//! Must not add or drop a value: the compiler compares both sides.
//! Labels are the same in the database, in REST and here.

use async_graphql::Enum;

macro_rules! mirror {
    ($(#[doc = $doc:literal])+ $name:ident of $domain:ty { $($(#[doc = $vdoc:literal])* $variant:ident),+ $(,)? }) => {
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, Enum, Eq, PartialEq)]
        pub enum $name { $($(#[doc = $vdoc])* $variant,)+ }

        impl From<$domain> for $name {
            fn from(value: $domain) -> Self {
                match value { $(<$domain>::$variant => Self::$variant,)+ }
            }
        }

        impl From<$name> for $domain {
            fn from(value: $name) -> Self {
                match value { $($name::$variant => Self::$variant,)+ }
            }
        }
    };
}

mirror!(
    /// A language. Vietnamese is the source of every text.
    Lang of domain::lang::Lang { Vi, En, Fr, Zh, Ja }
);
mirror!(
    /// What kind of body an agency is.
    AgencyKind of domain::agency::AgencyKind {
        /// People's Committee of the city, or a steering committee.
        Committee,
        Department,
        /// People's Committee of an urban or rural district.
        District,
        Press,
        /// Public service unit.
        Centre,
        Party,
        /// Ministry, authority of a ministry, State Treasury.
        Central,
        Enterprise,
        /// Words that stand for several bodies.
        Collective,
    }
);
mirror!(
    /// How the words of a collective are to be read.
    MembershipRule of domain::agency::MembershipRule {
        /// A fixed list.
        Closed,
        /// Only the relevant ones; needs a designation.
        Filtered,
        /// Whoever falls under the words.
        Open,
    }
);
mirror!(
    /// What an agency is to a task.
    AssignmentRole of domain::task::AssignmentRole {
        /// Chủ trì: answers for the task.
        Lead,
        /// Phối hợp: works with the lead.
        Coordinating,
    }
);
mirror!(
    /// How a task returns.
    Recurrence of domain::task::Recurrence {
        /// Every year of the programme.
        Annual,
        /// The years stated.
        Fixed,
    }
);
mirror!(
    /// Where a task stands in one year.
    OccurrenceStatus of domain::task::OccurrenceStatus {
        /// Nothing has been done yet.
        NotStarted,
        InProgress,
        /// Said to be done, not confirmed yet.
        AwaitingConfirmation,
        Completed,
        /// To be done again.
        Redo,
        /// Stopped for a while.
        Suspended,
        /// Not to be done any more.
        Cancelled,
        /// Taken back by whoever gave it.
        Withdrawn,
        /// Given back by whoever was to do it.
        Returned,
    }
);
mirror!(
    /// Where a report stands.
    ReportStatus of domain::report::ReportStatus {
        /// Handed in by the agency.
        Submitted,
        /// Given back to the agency to be mended.
        Returned,
        /// Published from here on.
        Accepted,
        /// Taken into the report of the whole programme.
        Aggregated,
    }
);
mirror!(
    /// What an objective is.
    ObjectiveKind of domain::programme::ObjectiveKind { General, Specific, Orientation }
);
mirror!(
    /// How a target's figure is compared.
    Comparator of domain::programme::Comparator {
        Exactly,
        AtLeast,
        /// Within two figures; above is shown, not an error.
        Range,
        /// No figure is stated.
        Qualitative,
    }
);
mirror!(
    /// Whether the decision says it or a reader concluded it.
    Certainty of domain::programme::Certainty { Stated, Inferred }
);
mirror!(
    /// The type of a document.
    DocumentKind of domain::document::DocumentKind {
        Law, Decree, Circular, Decision, Directive, PartyConclusion, Submission, Strategy, Plan, OfficialLetter, Notice, Other,
    }
);
mirror!(
    /// Whether a document exists or is only called for.
    DocumentStatus of domain::document::DocumentStatus {
        /// It has a number and a date.
        Issued,
        /// Another document calls for it; it may not exist yet.
        Planned,
    }
);
mirror!(
    /// How one document refers to another.
    DocumentRelationKind of domain::document::DocumentRelationKind {
        /// It rests on the other.
        LegalBasis,
        /// The other proposed it.
        ProposedBy,
        /// It carries the other out.
        CarriesOut,
        /// It is done along the lines of the other.
        Follows,
        /// It wants the other to be made.
        CallsFor,
    }
);
mirror!(
    /// Who signs in.
    AccountKind of domain::account::AccountKind {
        /// A system.
        Service,
        /// A person.
        User,
    }
);
mirror!(
    /// Whether an account may sign in.
    AccountStatus of domain::account::AccountStatus { Active, Disabled }
);
mirror!(
    /// A role that an account holds.
    Role of domain::account::Role {
        /// Reads the reports of its agency.
        AgencyViewer,
        /// Drafts reports for its agency.
        AgencyReporter,
        /// Signs and sends the reports of its agency.
        AgencyApprover,
        /// A system that pushes the reports of its agency.
        AgencySystem,
        /// The standing agency's secretariat: reads all reports, chases, reviews, consolidates.
        Standing,
        /// Records assignment and settlement of money.
        Finance,
        /// Keeps trainings and staff rolls.
        Personnel,
        /// Reads all reports, records inspections.
        Inspector,
        /// Reads all reports, issues directions.
        Committee,
        /// The People's Committee: reads all reports, approves.
        Authority,
        /// Accounts, agencies, committee membership; no say over reports.
        Admin,
        /// Reads everything, changes nothing.
        Auditor,
    }
);

mirror!(
    /// What happened.
    EventKind of domain::event::EventKind {
        /// An agency handed in a report.
        ReportSubmitted,
        /// A report was given back to be mended.
        ReportReturned,
        ReportAccepted,
        /// A report was taken into that of the whole programme.
        ReportAggregated,
        /// A report may be mended again.
        ReportReopened,
        /// A file was put on a report.
        FileAdded,
        /// A file was taken off a report.
        FileRemoved,
    }
);

/// Upwards or downwards.
#[derive(Clone, Copy, Debug, Default, Enum, Eq, PartialEq)]
pub enum Direction {
    #[default]
    Asc,
    Desc,
}

impl Direction {
    pub fn is_down(self) -> bool {
        self == Self::Desc
    }
}
