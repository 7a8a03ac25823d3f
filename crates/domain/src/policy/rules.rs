//! The table of who may do what: one line for each right.
//! Must be the only place that gives a right; whatever has no line here is refused.
//! How the lines are read is in the parent module, which operations ask for which action in `operations`.

use super::Action::{
    self, AssignMoney, CompareReports, ConfirmReading, ConsolidateReports, DecideOnTask, DraftReport, EnterReport, FreezeStatistics,
    HandlePersonalRequests, ImportProgramme, ManageAccounts, ManageAgencies, ManageBudgetRules, ManageCalendarLinks, ManageCommittees,
    ManageDocuments, ManageEvidence, ManageMeetings, ManageObligations, ManagePersonalKeys, ManagePersons, ManageSelf, ManageTargets,
    ManageTrainings, ManageTranslations, ManageWebhooks, NameSuccessor, PseudonymiseContributors, PushReport, ReadAccounts, ReadAudit,
    ReadBudget, ReadCalendar, ReadChanges, ReadConfirmers, ReadDeliverables, ReadDocumentFiles, ReadKeys, ReadMeetings, ReadObligations,
    ReadParticipations, ReadPersons, ReadPublished, ReadReports, ReadRestricted, ReadSelf, ReadSuccession, RecordDeliverables, RecordMoney,
    RequestReports, ReviewReport, SignIn, StartTask, UrgeAgencies, WorkOnTask,
};
use crate::account::Role::{
    self, Admin, AgencyApprover, AgencyReporter, AgencySystem, AgencyViewer, Auditor, Authority, Committee, Finance, Inspector, Personnel,
    Standing,
};

/// Who holds a right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// Everybody, without a token.
    Anyone,
    /// Every account.
    SignedIn,
    /// Whoever runs the program on the machine that holds the database and the keys.
    Operator,
    Role(Role),
}

/// How far a right reaches. A grant for one programme never reaches beyond it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// What is published.
    Published,
    /// What belongs to the grant's agency.
    Own,
    All,
}

/// A right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    pub holder: Holder,
    pub action: Action,
    pub reach: Reach,
}

const fn anyone(action: Action, reach: Reach) -> Rule {
    Rule { holder: Holder::Anyone, action, reach }
}

const fn signed_in(action: Action) -> Rule {
    Rule { holder: Holder::SignedIn, action, reach: Reach::Own }
}

const fn operator(action: Action) -> Rule {
    Rule { holder: Holder::Operator, action, reach: Reach::All }
}

const fn own(role: Role, action: Action) -> Rule {
    Rule { holder: Holder::Role(role), action, reach: Reach::Own }
}

const fn all(role: Role, action: Action) -> Rule {
    Rule { holder: Holder::Role(role), action, reach: Reach::All }
}

/// Every right there is.
pub const RULES: &[Rule] = &[
    // What a decision publishes is for everybody.
    anyone(ReadPublished, Reach::All),
    anyone(SignIn, Reach::All),
    // Reports are published once they are accepted; before that their agency and those who follow it see them.
    anyone(ReadReports, Reach::Published),
    operator(ReadReports),
    own(AgencyViewer, ReadReports),
    own(AgencyReporter, ReadReports),
    own(AgencyApprover, ReadReports),
    own(AgencySystem, ReadReports),
    all(Standing, ReadReports),
    all(Inspector, ReadReports),
    all(Committee, ReadReports),
    all(Authority, ReadReports),
    all(Admin, ReadReports),
    all(Auditor, ReadReports),
    // What happened to a report is told to those who may read it (see `report_scope`), the rest to everybody.
    anyone(ReadChanges, Reach::Published),
    // Only the agency itself speaks for itself.
    own(AgencyApprover, PushReport),
    own(AgencySystem, PushReport),
    // Whoever drafts collects the proof.
    own(AgencyReporter, ManageEvidence),
    own(AgencyApprover, ManageEvidence),
    own(AgencySystem, ManageEvidence),
    own(AgencyReporter, DraftReport),
    own(AgencyApprover, DraftReport),
    own(AgencySystem, DraftReport),
    // What came in on paper is entered by those who follow the programme.
    all(Standing, EnterReport),
    // The standing agency reviews, the People's Committee too; nobody their own agency's (see `decide`).
    all(Standing, ReviewReport),
    all(Authority, ReviewReport),
    all(Standing, ConsolidateReports),
    all(Standing, CompareReports),
    all(Inspector, CompareReports),
    all(Authority, CompareReports),
    all(Auditor, CompareReports),
    // A lead works on its task: begins it, and by whoever signs for it says that it is done, gives it back, asks for time.
    own(AgencyReporter, StartTask),
    own(AgencyApprover, StartTask),
    own(AgencySystem, StartTask),
    own(AgencyApprover, WorkOnTask),
    own(AgencySystem, WorkOnTask),
    // The standing agency leads many tasks itself, so that others decide beside it; nobody on what it leads (see `decide`).
    all(Standing, DecideOnTask),
    all(Committee, DecideOnTask),
    all(Authority, DecideOnTask),
    // What an agency owes is its own matter and that of those who follow it.
    operator(ReadObligations),
    own(AgencyViewer, ReadObligations),
    own(AgencyReporter, ReadObligations),
    own(AgencyApprover, ReadObligations),
    own(AgencySystem, ReadObligations),
    all(Standing, ReadObligations),
    all(Inspector, ReadObligations),
    all(Committee, ReadObligations),
    all(Authority, ReadObligations),
    all(Admin, ReadObligations),
    all(Auditor, ReadObligations),
    // The standing agency excuses, never itself (see `decide`).
    all(Standing, ManageObligations),
    // It chases whoever is silent, by hand beside the rules.
    all(Standing, UrgeAgencies),
    all(Standing, RequestReports),
    all(Committee, RequestReports),
    all(Authority, RequestReports),
    // Who consolidates publishes figures, and so does the People's Committee.
    all(Standing, FreezeStatistics),
    all(Authority, FreezeStatistics),
    // Everybody looks after their own account.
    signed_in(ReadSelf),
    signed_in(ManageSelf),
    // What everything rests on is written down by who administers, and by the standing agency, which drafts much of it.
    all(Admin, ManageDocuments),
    all(Standing, ManageDocuments),
    // How a misprint is read is answered for by who keeps the text, and by who works by it.
    all(Admin, ConfirmReading),
    all(Standing, ConfirmReading),
    // That it is, on which day and by which document, is for everybody; who did it by name for those who have to do with programmes.
    operator(ReadConfirmers),
    all(AgencyViewer, ReadConfirmers),
    all(AgencyReporter, ReadConfirmers),
    all(AgencyApprover, ReadConfirmers),
    all(AgencySystem, ReadConfirmers),
    all(Standing, ReadConfirmers),
    all(Inspector, ReadConfirmers),
    all(Committee, ReadConfirmers),
    all(Authority, ReadConfirmers),
    all(Admin, ReadConfirmers),
    all(Auditor, ReadConfirmers),
    // Published files are for everybody, the others for those who follow programmes or carry them out.
    anyone(ReadDocumentFiles, Reach::Published),
    operator(ReadDocumentFiles),
    all(AgencyViewer, ReadDocumentFiles),
    all(AgencyReporter, ReadDocumentFiles),
    all(AgencyApprover, ReadDocumentFiles),
    all(AgencySystem, ReadDocumentFiles),
    all(Standing, ReadDocumentFiles),
    all(Inspector, ReadDocumentFiles),
    all(Committee, ReadDocumentFiles),
    all(Authority, ReadDocumentFiles),
    all(Admin, ReadDocumentFiles),
    all(Auditor, ReadDocumentFiles),
    // Programmes, working days and regimes come from documents; loading them is administration.
    operator(ImportProgramme),
    all(Admin, ImportProgramme),
    // Who sits in a committee follows from documents; the standing agency keeps the roster beside administrators.
    all(Admin, ManageCommittees),
    all(Standing, ManageCommittees),
    // Meetings are for those who follow the programme, and for whoever is invited or has something to do; for everybody once their
    // minutes are published. The standing agency calls them and keeps the minutes.
    anyone(ReadMeetings, Reach::Published),
    operator(ReadMeetings),
    own(AgencyViewer, ReadMeetings),
    own(AgencyReporter, ReadMeetings),
    own(AgencyApprover, ReadMeetings),
    own(AgencySystem, ReadMeetings),
    all(Standing, ReadMeetings),
    all(Inspector, ReadMeetings),
    all(Committee, ReadMeetings),
    all(Authority, ReadMeetings),
    all(Admin, ReadMeetings),
    all(Auditor, ReadMeetings),
    all(Standing, ManageMeetings),
    // A link shows what its agency sees: made by the agency itself, or for it by those who keep rosters, who alone make those of people.
    // Whoever holds the secret reads, and nobody else.
    own(AgencyViewer, ManageCalendarLinks),
    own(AgencyReporter, ManageCalendarLinks),
    own(AgencyApprover, ManageCalendarLinks),
    own(AgencySystem, ManageCalendarLinks),
    all(Standing, ManageCalendarLinks),
    all(Admin, ManageCalendarLinks),
    anyone(ReadCalendar, Reach::All),
    // Whoever speaks for an agency has its own systems told what it may know; administrators look after all.
    own(AgencyApprover, ManageWebhooks),
    own(AgencySystem, ManageWebhooks),
    all(Admin, ManageWebhooks),
    // Who took part in trainings is the agency's own matter and that of those who keep trainings; everybody reads sums of many.
    own(AgencyViewer, ReadParticipations),
    own(AgencyReporter, ReadParticipations),
    own(AgencyApprover, ReadParticipations),
    own(AgencySystem, ReadParticipations),
    all(Standing, ReadParticipations),
    all(Personnel, ReadParticipations),
    all(Admin, ReadParticipations),
    all(Auditor, ReadParticipations),
    own(AgencyReporter, ManageTrainings),
    own(AgencyApprover, ManageTrainings),
    own(AgencySystem, ManageTrainings),
    all(Standing, ManageTrainings),
    all(Personnel, ManageTrainings),
    all(Admin, ManageTrainings),
    // How targets are measured is said by who works by the programme, and by who keeps its text.
    all(Standing, ManageTargets),
    all(Admin, ManageTargets),
    all(Standing, ManageTranslations),
    all(Admin, ManageTranslations),
    // What agencies are follows from documents too. Who takes what nobody has is the standing agency's matter as well.
    operator(ManageAgencies),
    all(Admin, ManageAgencies),
    operator(ReadSuccession),
    all(Admin, ReadSuccession),
    all(Standing, ReadSuccession),
    all(Auditor, ReadSuccession),
    operator(NameSuccessor),
    all(Admin, NameSuccessor),
    all(Standing, NameSuccessor),
    // People are kept by who keeps staff rolls and by who administers. Whoever audits sees the register and, in the log, that
    // something restricted was opened and why, but never the values; whoever runs the program sees neither.
    all(Personnel, ReadPersons),
    all(Admin, ReadPersons),
    all(Auditor, ReadPersons),
    all(Personnel, ManagePersons),
    all(Admin, ManagePersons),
    all(Personnel, ReadRestricted),
    all(Admin, ReadRestricted),
    all(Personnel, HandlePersonalRequests),
    all(Admin, HandlePersonalRequests),
    operator(ManagePersonalKeys),
    // What was brought about is for everybody as far as it is public; the rest for its agency and those who follow the programme. Only
    // the agency itself says what it did.
    anyone(ReadDeliverables, Reach::Published),
    operator(ReadDeliverables),
    own(AgencyViewer, ReadDeliverables),
    own(AgencyReporter, ReadDeliverables),
    own(AgencyApprover, ReadDeliverables),
    own(AgencySystem, ReadDeliverables),
    all(Standing, ReadDeliverables),
    all(Inspector, ReadDeliverables),
    all(Committee, ReadDeliverables),
    all(Authority, ReadDeliverables),
    all(Admin, ReadDeliverables),
    all(Auditor, ReadDeliverables),
    own(AgencyApprover, RecordDeliverables),
    own(AgencySystem, RecordDeliverables),
    // Accounts, grants, secrets, sessions: never one's own grants (see `decide`).
    operator(ReadAccounts),
    operator(ManageAccounts),
    all(Admin, ReadAccounts),
    all(Admin, ManageAccounts),
    all(Auditor, ReadAccounts),
    operator(ReadKeys),
    all(Admin, ReadKeys),
    all(Auditor, ReadKeys),
    // Those who administer do not read what is kept about them; those who audit change nothing.
    operator(ReadAudit),
    all(Auditor, ReadAudit),
    // Sums of money are published; under which line an agency records what is its own matter and that of those who follow it.
    operator(ReadBudget),
    own(AgencyViewer, ReadBudget),
    own(AgencyReporter, ReadBudget),
    own(AgencyApprover, ReadBudget),
    own(AgencySystem, ReadBudget),
    all(Finance, ReadBudget),
    all(Standing, ReadBudget),
    all(Inspector, ReadBudget),
    all(Committee, ReadBudget),
    all(Authority, ReadBudget),
    all(Admin, ReadBudget),
    all(Auditor, ReadBudget),
    // Whoever signs for an agency answers for what it plans and pays; finance records that too, and alone what is assigned and settled.
    own(AgencyApprover, RecordMoney),
    own(AgencySystem, RecordMoney),
    all(Finance, RecordMoney),
    all(Finance, AssignMoney),
    all(Finance, ManageBudgetRules),
    all(Admin, ManageBudgetRules),
    all(Finance, PseudonymiseContributors),
    all(Admin, PseudonymiseContributors),
];
