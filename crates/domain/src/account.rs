//! Accounts of people and systems, and the roles they can hold.
//! Must not hold secrets; those never leave `persistence` and `auth`.
//! What a role may do is `policy`.

use std::sync::Arc;

use crate::{agency::AgencyId, id::Id, labels::labelled_enum};

pub type AccountId = Id<Account>;

labelled_enum! {
    pub enum AccountKind {
        /// A system that pushes and reads by itself.
        Service = "SERVICE",
        /// A person.
        User = "USER",
    }
}

labelled_enum! {
    pub enum AccountStatus {
        Active = "ACTIVE",
        Disabled = "DISABLED",
    }
}

labelled_enum! {
    /// A role, held for an agency, a programme, both or the whole service.
    pub enum Role {
        AgencyViewer = "AGENCY_VIEWER",
        AgencyReporter = "AGENCY_REPORTER",
        AgencyApprover = "AGENCY_APPROVER",
        AgencySystem = "AGENCY_SYSTEM",
        Standing = "STANDING",
        Finance = "FINANCE",
        Personnel = "PERSONNEL",
        Inspector = "INSPECTOR",
        Committee = "COMMITTEE",
        Authority = "AUTHORITY",
        Admin = "ADMIN",
        Auditor = "AUDITOR",
    }
}

impl Role {
    /// What the role is for, in one line of English.
    pub const fn purpose(self) -> &'static str {
        match self {
            Self::AgencyViewer => "reads the reports of its agency",
            Self::AgencyReporter => "drafts reports for its agency",
            Self::AgencyApprover => "signs and sends the reports of its agency",
            Self::AgencySystem => "a system that pushes the reports of its agency",
            Self::Standing => "the standing agency's secretariat: reads all reports, chases, reviews, consolidates",
            Self::Finance => "records assignment and settlement of money",
            Self::Personnel => "keeps trainings and staff rolls",
            Self::Inspector => "reads all reports, records inspections",
            Self::Committee => "reads all reports, issues directions",
            Self::Authority => "the People's Committee: reads all reports, approves",
            Self::Admin => "accounts, agencies, committee membership; no say over reports",
            Self::Auditor => "reads everything, changes nothing",
        }
    }
}

/// A person or a system that can sign in.
#[derive(Clone, Debug)]
pub struct Account {
    pub id: AccountId,
    pub kind: AccountKind,
    /// `client_id` of a service account, user name of a person.
    pub login: Arc<str>,
    pub name: Arc<str>,
    pub agency: Option<AgencyId>,
    pub status: AccountStatus,
    /// The roles in force today, without duplicates.
    pub roles: Vec<Role>,
}
