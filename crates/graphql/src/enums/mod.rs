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

mod agency;
mod budget;
mod committee;
mod deliverable;
mod document;
mod event;
mod figures;
mod lang;
mod meeting;
mod person;
mod search;
pub mod training;

pub use agency::{AgencyEventKind, AgencyRole, Confidence, ECodeScheme};
pub use budget::{BudgetArrangement, BudgetClassificationLevel, BudgetMovementKind, ContributionForm, FundingSourceKind};
pub use committee::{
    CommitteeActKind, CommitteeChangeKind, CommitteeRole, CommitteeRowKind, CommitteeStatus, CommitteeUnit, VacatedPlace, WarningCode,
};
pub use deliverable::{
    AffairsChannel, AgreementForm, Audience, CommendationForm, CounterpartyKind, DeliverableChange, DeliverableKind, DeliverableVisibility,
    EditionState, EventForm, Flow, InstrumentForm, InstrumentState, LegalForm, Reach, RecipientKind, Renewal,
};
pub use document::{
    Capacity, DocumentClass, DocumentEvent, DocumentKind, DocumentRelationKind, DocumentStage, DocumentStatus, FileRole, FileVisibility,
    GapKind, GapSubject, NumberWarningCode,
};
pub use event::EventKind;
pub use figures::{ReportFigure, TaskFigure};
pub use person::{ClockState, PersonalRequestKind, PersonalRequestState, RequestChannel, RequestLateness, RestrictedField};

pub use lang::{Lang, TextState, TranslationState};
pub use meeting::{Attendance, MeetingActKind, MeetingStatus};
pub use search::{Fit, SearchKind};

mirror!(
    /// What kind of body an agency is.
    AgencyKind of domain::agency::AgencyKind {
        /// People's Committee of the city, or a steering committee.
        Committee,
        /// Sở, or another body beside them: office, inspectorate, management board.
        Department,
        /// People's Committee of an urban or rural district.
        District,
        /// Newspaper, magazine, broadcaster, portal or publisher.
        Press,
        /// Public service unit.
        Centre,
        /// Board of the Party, Fatherland Front, or a socio-political organisation.
        Party,
        /// Ministry, authority of a ministry, State Treasury.
        Central,
        /// Doanh nghiệp.
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
        /// Đang thực hiện: a lead is at work.
        InProgress,
        /// Said to be done, not confirmed yet.
        AwaitingConfirmation,
        /// Đã hoàn thành: what was delivered is confirmed.
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
    /// What can be done to an occurrence.
    OccurrenceAct of domain::occurrence::OccurrenceAct {
        /// A lead is at work.
        Start,
        /// A lead says that it has delivered.
        Claim,
        /// A lead gives it back before starting.
        Return,
        /// What was delivered is confirmed.
        Confirm,
        /// What was delivered does not do.
        Redo,
        /// Stopped for a while, by a document.
        Suspend,
        /// Taken up again where it was suspended.
        Resume,
        /// Ended for good, by a document.
        Cancel,
        /// Taken back by whoever gave it.
        Withdraw,
        /// What was given back is to be done after all.
        Reopen,
    }
);
mirror!(
    /// How an occurrence stands to its due day on a day.
    Timeliness of domain::occurrence::Timeliness {
        /// It has no due day, and is never late.
        NoDeadline,
        /// Done on the due day or before.
        OnTime,
        /// Done after it.
        Late,
        /// Open, and the due day is still far.
        Within,
        /// Open, and the due day is a few days away at most.
        NearlyDue,
        /// Open, and the due day is past.
        Overdue,
    }
);
mirror!(
    /// Where a request for more time stands.
    ExtensionStatus of domain::occurrence::ExtensionStatus {
        /// Nobody has decided yet.
        Requested,
        /// Granted: the due day moved.
        Approved,
        /// Refused: the due day stayed.
        Rejected,
        /// Taken back by whoever asked.
        Withdrawn,
        /// Came to nothing, as the task's year ended before anybody decided.
        Lapsed,
    }
);
mirror!(
    /// What figures are told by.
    Grouping of domain::statistics::Grouping {
        /// All together only.
        None,
        /// Each lead agency; an occurrence with several counts with each, a collective's members in its place.
        Agency,
        /// Each group of tasks of an annex.
        Group,
        /// Each task.
        Task,
        /// Each year.
        Year,
        /// The period of a regime; an occurrence has its year.
        Period,
    }
);
mirror!(
    /// Where a report stands, as the caller sees it.
    ReportStatus of domain::report::ReportStatus {
        /// Being written; nobody but its agency knows of it.
        Draft,
        /// Handed in by the agency.
        Submitted,
        /// Given back to the agency to be mended.
        Returned,
        /// Published and summed from here on.
        Accepted,
        /// Taken into a consolidated report.
        Aggregated,
        /// Open once more until a day; what was accepted counts until a new version is.
        Reopened,
    }
);
mirror!(
    /// By which way a version came in.
    ReportChannel of domain::report::Channel {
        /// The agency's own system or people.
        Api,
        /// Entered by another for the agency.
        OnBehalf,
        /// Received on paper and entered here.
        Paper,
        /// Received through the document exchange of the administration.
        EOffice,
    }
);
mirror!(
    /// What was done with a report.
    ReportAct of domain::report::ReportEventKind {
        /// A version was sent or entered.
        Submitted,
        /// Given back with a reason.
        Returned,
        /// Published and summed from then on.
        Accepted,
        /// Taken into a consolidated report.
        Aggregated,
        /// Opened once more until a day.
        Reopened,
    }
);
mirror!(
    /// What an objective is.
    ObjectiveKind of domain::programme::ObjectiveKind {
        /// What the programme wants as a whole.
        General,
        /// One of the particular objectives.
        Specific,
        /// Beyond the dated objectives ("Định hướng đến năm 2020").
        Orientation,
    }
);
mirror!(
    /// How a target's figure is compared.
    Comparator of domain::programme::Comparator {
        /// The figure as it is stated.
        Exactly,
        /// The figure or more.
        AtLeast,
        /// Within two figures; above is shown, not an error.
        Range,
        /// No figure is stated.
        Qualitative,
    }
);
mirror!(
    /// Whether the decision says it or a reader concluded it.
    Certainty of domain::programme::Certainty {
        /// The decision says it.
        Stated,
        /// A reader concluded it.
        Inferred,
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
    AccountStatus of domain::account::AccountStatus {
        /// It may sign in, until it expires.
        Active,
        /// It may not, and its sessions are ended.
        Disabled,
    }
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
        /// Keeps trainings, staff rolls and the register of people.
        Personnel,
        /// Reads all reports, records inspections.
        Inspector,
        /// Reads all reports, decides on tasks, asks for reports.
        Committee,
        /// The People's Committee: reads all reports, approves.
        Authority,
        /// Accounts, agencies, committee membership; no say over reports.
        Admin,
        /// Reads everything but what agencies have not sent yet and what is restricted of people; changes nothing.
        Auditor,
    }
);
mirror!(
    /// How an obligation stands as of a day.
    ObligationState of domain::obligation::ObligationState {
        /// Not fulfilled, not due yet.
        Open,
        /// Not fulfilled, and the due day has passed.
        Overdue,
        /// The report was received by the due day.
        FulfilledOnTime,
        /// The report was received after the due day.
        FulfilledLate,
        /// Taken out with a reason; counts nowhere until it is put back.
        Excluded,
        /// The working days of a year that the due day depends on are not known.
        CalendarUnknown,
    }
);
mirror!(
    /// How a report comes to be owed.
    RegimeKind of domain::regime::RegimeKind {
        /// In a set cycle.
        Periodic,
        /// In depth, when it is asked for.
        Thematic,
        /// On an unusual matter, when it is asked for.
        AdHoc,
    }
);
mirror!(
    /// What a report is about.
    RegimeSubject of domain::regime::RegimeSubject {
        /// The whole programme.
        Programme,
        /// Each task that the agency is assigned.
        Task,
    }
);
mirror!(
    /// Whose part in a task makes them owe a report on it.
    ObligedRoles of domain::regime::ObligedRoles {
        /// Leads alone.
        Lead,
        /// Leads and coordinators.
        All,
    }
);
mirror!(
    /// How often a report is made.
    Frequency of domain::period::Frequency {
        /// Twelve times a year.
        Month,
        /// Four times a year.
        Quarter,
        /// Twice a year.
        HalfYear,
        /// January to September, once a year.
        NineMonths,
        /// Once a year.
        Year,
    }
);
mirror!(
    /// What a field of a data form holds.
    FieldKind of domain::data_form::FieldKind {
        /// A whole number.
        Integer,
        /// Exact, with decimals.
        Decimal,
        /// Whole đồng.
        Money,
        /// Words, as many characters as `maxLength` lets.
        Text,
        /// One of the options.
        Choice,
    }
);
mirror!(
    /// How an agency is chased.
    NoticeKind of domain::chasing::NoticeKind {
        /// By a rule, to the agency.
        Reminder,
        /// By the standing agency, to the agency.
        Urging,
        /// By a rule, to those above.
        Escalation,
    }
);
mirror!(
    /// To whom a notice is addressed.
    NoticeLevel of domain::chasing::NoticeLevel {
        /// Who owes the report.
        Agency,
        /// The programme's standing agency (cơ quan thường trực).
        Standing,
        /// The programme's steering committee (ban chỉ đạo).
        Committee,
        /// The People's Committee.
        Authority,
    }
);
mirror!(
    /// Who is told when a report stays out.
    EscalationLevel of domain::regime::EscalationLevel {
        /// The programme's standing agency (cơ quan thường trực).
        Standing,
        /// The programme's steering committee (ban chỉ đạo).
        Committee,
        /// The People's Committee.
        Authority,
    }
);
mirror!(
    /// Why a day is not as the week has it.
    SpecialDayKind of domain::calendar::SpecialDayKind {
        /// A public holiday (ngày lễ, Tết).
        Holiday,
        /// Off because a holiday fell on a day that was off anyway.
        Compensatory,
        /// A working day given off, for another that is worked.
        SwappedOff,
        /// A Saturday or Sunday that is worked, for another day off.
        SwappedWork,
    }
);

/// Upwards or downwards.
#[derive(Clone, Copy, Debug, Default, Enum, Eq, PartialEq)]
pub enum Direction {
    /// From the smallest, or the first of the order.
    #[default]
    Asc,
    /// From the largest, or the last of the order.
    Desc,
}

impl Direction {
    pub fn is_down(self) -> bool {
        self == Self::Desc
    }
}
