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
    AssignmentRole of domain::task::AssignmentRole { Lead, Coordinating }
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
        NotStarted, InProgress, AwaitingConfirmation, Completed, Redo, Suspended, Cancelled, Withdrawn, Returned,
    }
);
mirror!(
    /// Where a report stands.
    ReportStatus of domain::report::ReportStatus {
        Submitted,
        Returned,
        /// Published from here on.
        Accepted,
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
    DocumentStatus of domain::document::DocumentStatus { Issued, Planned }
);
mirror!(
    /// How one document refers to another.
    DocumentRelationKind of domain::document::DocumentRelationKind { LegalBasis, ProposedBy, CarriesOut, Follows, CallsFor }
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
        AgencyViewer, AgencyReporter, AgencyApprover, AgencySystem, Standing, Finance, Personnel, Inspector, Committee, Authority,
        Admin, Auditor,
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
