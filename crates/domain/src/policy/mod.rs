//! Who may do what: one pure decision for every action, under every transport.
//! Must not do I/O, know a transport or a database; callers pass facts in.
//! The rights are lines of `rules`; which operation asks for what is `operations`. Lists take theirs from `scope`.

pub mod operations;
pub mod rules;
mod scope;

use crate::{
    account::{Account, AccountId, Held, Scope},
    agency::AgencyId,
    programme::ProgrammeId,
};
use rules::{Holder, RULES, Reach, Rule};
pub use scope::{
    ReportScope, budget_scope, calendar_scope, change_scope, deliverable_scope, meeting_scope, obligation_scope, participation_scope,
    reads_internal_files, report_scope, succession_scope, webhook_scope,
};

/// Something a caller may want to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Programmes, tasks, agencies, documents: published by the decision itself.
    ReadPublished,
    /// Get a token for credentials, or end what a token stands for.
    SignIn,
    /// Reports, as far as [`report_scope`] lets.
    ReadReports,
    /// The feed of what happened, as far as [`change_scope`] lets.
    ReadChanges,
    /// One's own account.
    ReadSelf,
    /// One's own password, second factor and sessions.
    ManageSelf,
    /// Hand in a report for an agency.
    PushReport,
    /// Write on a report of an agency before it is sent.
    DraftReport,
    /// Enter a report that came in on paper or by other ways, for its agency.
    EnterReport,
    /// Put files on a report of an agency, and take them off.
    ManageEvidence,
    /// Accept, return or reopen a report.
    ReviewReport,
    /// Build a report from accepted ones.
    ConsolidateReports,
    /// See what a report resembles.
    CompareReports,
    /// Say that the agency has begun a task that it leads.
    StartTask,
    /// Say that it is done, give it back, ask for more time.
    WorkOnTask,
    /// Confirm what was done, have it done again, suspend, take back, give more time, name who answers alone.
    DecideOnTask,
    /// See what agencies owe, as far as [`obligation_scope`] lets.
    ReadObligations,
    /// Exclude an obligation with a reason, or make it owed again.
    ManageObligations,
    /// Urge agencies to report what they owe.
    UrgeAgencies,
    /// Ask agencies for a thematic or ad hoc report.
    RequestReports,
    /// Publish figures and keep them as they are told.
    FreezeStatistics,
    /// Write down documents, relate them, say how far planned ones have come and issue them.
    ManageDocuments,
    /// Files of documents, as far as [`reads_internal_files`] lets: those that are published for everybody.
    ReadDocumentFiles,
    /// Load a programme, or working days and regimes, from a file.
    ImportProgramme,
    /// Answer for how a defect of a decision's text is read.
    ConfirmReading,
    /// See who by name answers for how a defect is read, in which post, and what they remark.
    ReadConfirmers,
    /// Set up committees, seat them, consolidate their rosters.
    ManageCommittees,
    /// Meetings of committees, as far as [`meeting_scope`] lets.
    ReadMeetings,
    /// Call meetings, write and sign their minutes, make conclusions tasks.
    ManageMeetings,
    /// Make, see and revoke the links by which calendars are read, as far as [`calendar_scope`] lets.
    ManageCalendarLinks,
    /// Have others told what happens, see how that goes, and end it, as far as [`webhook_scope`] lets.
    ManageWebhooks,
    /// Read the calendar of a link by its secret.
    ReadCalendar,
    /// Create and change agencies, and record what happens to them.
    ManageAgencies,
    /// See who took part in trainings and what staff rolls count, as far as [`participation_scope`] lets.
    ReadParticipations,
    /// Write down trainings, who took part, their plan and materials, and staff rolls, for an agency.
    ManageTrainings,
    /// Say how targets are measured, and which values documents state.
    ManageTargets,
    /// Write what names, titles and public texts are in other languages.
    ManageTranslations,
    /// See what no agency answers for.
    ReadSuccession,
    /// Name who answers for what no agency answers for.
    NameSuccessor,
    /// See the register of people, without what is restricted, and their requests.
    ReadPersons,
    /// Write people down and change what is kept of them.
    ManagePersons,
    /// Have restricted fields of a person opened, for a purpose.
    ReadRestricted,
    /// Write down what people ask of their data, take steps with it, restrict processing, pseudonymise.
    HandlePersonalRequests,
    /// Make and take out the keys of restricted fields.
    ManagePersonalKeys,
    /// See accounts, grants and sessions.
    ReadAccounts,
    /// Create and disable accounts, give and end grants, rotate secrets, end sessions.
    ManageAccounts,
    /// The register of deliverables, as far as [`deliverable_scope`] lets.
    ReadDeliverables,
    /// Record what an agency brought about, correct and withdraw it.
    RecordDeliverables,
    /// See the state of the signing keys.
    ReadKeys,
    /// See the audit log and check it.
    ReadAudit,
    /// Lines and movements of the budget, as far as [`budget_scope`] lets.
    ReadBudget,
    /// Write down lines of an agency, and what it plans, receives, allocates and pays under them.
    RecordMoney,
    /// Record what is assigned, changed and settled, and what there is to give: finance alone.
    AssignMoney,
    /// Write down days, thresholds and codes of budget years.
    ManageBudgetRules,
    /// Leave a pseudonym of whoever gave money under a typed name.
    PseudonymiseContributors,
}

impl Action {
    pub const ALL: &'static [Action] = &[
        Action::ReadPublished,
        Action::SignIn,
        Action::ReadReports,
        Action::ReadChanges,
        Action::ReadSelf,
        Action::ManageSelf,
        Action::PushReport,
        Action::DraftReport,
        Action::EnterReport,
        Action::ManageEvidence,
        Action::ReviewReport,
        Action::ConsolidateReports,
        Action::CompareReports,
        Action::StartTask,
        Action::WorkOnTask,
        Action::DecideOnTask,
        Action::ReadObligations,
        Action::ManageObligations,
        Action::UrgeAgencies,
        Action::RequestReports,
        Action::FreezeStatistics,
        Action::ManageDocuments,
        Action::ReadDocumentFiles,
        Action::ImportProgramme,
        Action::ConfirmReading,
        Action::ReadConfirmers,
        Action::ManageCommittees,
        Action::ReadMeetings,
        Action::ManageMeetings,
        Action::ManageCalendarLinks,
        Action::ManageWebhooks,
        Action::ReadCalendar,
        Action::ManageAgencies,
        Action::ReadParticipations,
        Action::ManageTrainings,
        Action::ManageTargets,
        Action::ManageTranslations,
        Action::ReadSuccession,
        Action::NameSuccessor,
        Action::ReadPersons,
        Action::ManagePersons,
        Action::ReadRestricted,
        Action::HandlePersonalRequests,
        Action::ManagePersonalKeys,
        Action::ReadAccounts,
        Action::ManageAccounts,
        Action::ReadDeliverables,
        Action::RecordDeliverables,
        Action::ReadKeys,
        Action::ReadAudit,
        Action::ReadBudget,
        Action::RecordMoney,
        Action::AssignMoney,
        Action::ManageBudgetRules,
        Action::PseudonymiseContributors,
    ];

    /// The scope that a token must have been given for.
    pub const fn scope(self) -> Option<Scope> {
        match self {
            Self::ReadPublished | Self::SignIn | Self::ReadSelf | Self::ReadCalendar => None,
            Self::ReadReports
            | Self::ReadDeliverables
            | Self::ReadMeetings
            | Self::ReadDocumentFiles
            | Self::ReadConfirmers
            | Self::ReadChanges
            | Self::CompareReports
            | Self::ReadObligations
            | Self::ReadParticipations
            | Self::ReadSuccession
            | Self::ReadBudget => Some(Scope::Read),
            Self::PushReport
            | Self::RecordDeliverables
            | Self::DraftReport
            | Self::ManageEvidence
            | Self::EnterReport
            | Self::ReviewReport
            | Self::ConsolidateReports
            | Self::StartTask
            | Self::WorkOnTask
            | Self::DecideOnTask
            | Self::ManageObligations
            | Self::UrgeAgencies
            | Self::RequestReports
            | Self::FreezeStatistics
            | Self::ManageMeetings
            | Self::ManageTrainings
            | Self::ManageTargets
            | Self::ManageTranslations
            | Self::NameSuccessor
            | Self::RecordMoney
            | Self::AssignMoney => Some(Scope::Reports),
            // What is made outlives the token, as a password does.
            Self::ManageSelf | Self::ManageCalendarLinks | Self::ManageWebhooks => Some(Scope::Account),
            Self::ManageDocuments
            | Self::ImportProgramme
            | Self::ConfirmReading
            | Self::ManageCommittees
            | Self::ManageAgencies
            | Self::ReadPersons
            | Self::ManagePersons
            | Self::ReadRestricted
            | Self::HandlePersonalRequests
            | Self::ManagePersonalKeys
            | Self::ReadAccounts
            | Self::ManageAccounts
            | Self::ReadKeys
            | Self::ReadAudit
            | Self::ManageBudgetRules
            | Self::PseudonymiseContributors => Some(Scope::Admin),
        }
    }
}

/// Why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denial {
    /// Nobody is signed in.
    NotSignedIn,
    /// Signed in, but without a role that allows it, or only for another agency or programme.
    NoRole,
    /// The token was given for less.
    NoScope,
    /// Nobody decides in their own matter.
    OwnMatter,
}

/// What a right is used, as far as the decision depends on it. What is `None` is not told apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Resource {
    pub agency: Option<AgencyId>,
    pub programme: Option<ProgrammeId>,
    /// It belongs to no programme, so that a grant for one does not reach it.
    pub is_of_no_programme: bool,
    /// The account that the act is about.
    pub account: Option<AccountId>,
    /// The programme lets people decide in their own matter, marked for all to see.
    pub self_decision_is_marked: bool,
}

/// A right that holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Decision {
    /// The caller decides in its own matter, which must be shown wherever the decision is.
    pub self_decided: bool,
}

/// Who asks.
#[derive(Clone, Copy, Debug)]
pub enum Caller<'a> {
    /// No token.
    Nobody,
    Account(&'a Account),
    /// Whoever runs the program on the machine that holds the database and the keys.
    Operator,
}

/// Decides on an action.
///
/// # Errors
/// The reason for a refusal.
pub fn decide(caller: Caller<'_>, action: Action, on: &Resource) -> Result<Decision, Denial> {
    decide_by(RULES, caller, action, on)
}

fn decide_by(rules: &[Rule], caller: Caller<'_>, action: Action, on: &Resource) -> Result<Decision, Denial> {
    if !rules.iter().any(|rule| rule.action == action && reaches(*rule, caller, on)) {
        return Err(if matches!(caller, Caller::Nobody) { Denial::NotSignedIn } else { Denial::NoRole });
    }
    let Caller::Account(account) = caller else { return Ok(Decision::default()) };
    if action.scope().is_some_and(|scope| !account.scopes.contain(scope)) && !is_for_anyone(action) {
        return Err(Denial::NoScope);
    }
    if !is_own_matter(account, action, on) {
        return Ok(Decision::default());
    }
    if matches!(action, Action::ReviewReport | Action::DecideOnTask) && on.self_decision_is_marked {
        Ok(Decision { self_decided: true })
    } else {
        Err(Denial::OwnMatter)
    }
}

fn is_for_anyone(action: Action) -> bool {
    RULES.iter().any(|rule| rule.action == action && rule.holder == Holder::Anyone)
}

/// Whether a line gives the caller the right to act on this.
fn reaches(rule: Rule, caller: Caller<'_>, on: &Resource) -> bool {
    match (rule.holder, caller) {
        (Holder::Anyone, _) | (Holder::Operator, Caller::Operator) => true,
        (Holder::SignedIn, Caller::Account(account)) => rule.reach == Reach::All || on.account.is_none_or(|id| id == account.id),
        (Holder::Role(role), Caller::Account(account)) => account.held.iter().any(|held| held.role == role && covers(held, rule.reach, on)),
        _ => false,
    }
}

/// Whether a grant covers this. A right over what is one's own reaches as far as the agency that the grant names, and nowhere
/// where it names none.
fn covers(held: &Held, reach: Reach, on: &Resource) -> bool {
    let is_within = on.programme.is_none() || held.programme == on.programme;
    let programme = held.programme.is_none() || (is_within && !on.is_of_no_programme);
    let agency = reach != Reach::Own || (held.agency.is_some() && (on.agency.is_none() || held.agency == on.agency));
    programme && agency
}

/// Reviewing one's own agency's report or task, saying when its report came in, excusing it from one, what one asked for oneself, or one's own rights.
fn is_own_matter(account: &Account, action: Action, on: &Resource) -> bool {
    match action {
        Action::ReviewReport | Action::EnterReport | Action::DecideOnTask | Action::ManageObligations => {
            let speaks_for = |agency| account.agency == Some(agency) || account.held.iter().any(|held| held.agency == Some(agency));
            on.agency.is_some_and(speaks_for) || (on.account.is_some() && on.account == Some(account.id))
        }
        Action::ManageAccounts => on.account == Some(account.id),
        _ => false,
    }
}

/// The agencies for which a caller may do something in a programme: those of the grants that give the right, whichever agency the
/// account itself is of.
pub fn agencies_for(caller: Caller<'_>, action: Action, programme: Option<ProgrammeId>) -> Vec<AgencyId> {
    let Caller::Account(account) = caller else { return Vec::new() };
    if action.scope().is_some_and(|scope| !account.scopes.contain(scope)) {
        return Vec::new();
    }
    let on = Resource { programme, ..Resource::default() };
    let gives = |held: &&Held| {
        RULES.iter().any(|rule| rule.action == action && rule.holder == Holder::Role(held.role) && covers(held, rule.reach, &on))
    };
    let mut agencies: Vec<AgencyId> = account.held.iter().filter(gives).filter_map(|held| held.agency).collect();
    agencies.sort_unstable();
    agencies.dedup();
    agencies
}

#[cfg(test)]
mod tests;
