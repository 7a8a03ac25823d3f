//! Accounts of people and systems, and the roles they can hold.
//! Must not hold secrets; those never leave `persistence` and `auth`.
//! What a role may do is `policy`.

use std::{fmt, str::FromStr, sync::Arc};

use chrono::{DateTime, Utc};

use crate::{
    agency::AgencyId, document::DocumentId, error::UnknownLabel, id::Id, labels::labelled_enum, programme::ProgrammeId, validity::Validity,
};

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

/// What a grant of a role is given for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoleScope {
    /// An agency, in all programmes or in one.
    Agency,
    /// All programmes or one.
    Programme,
    /// The whole service.
    Service,
}

impl RoleScope {
    /// In one or two words of English.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Agency => "an agency",
            Self::Programme => "a programme or all",
            Self::Service => "the service",
        }
    }
}

impl Role {
    /// What a grant of the role is given for.
    pub const fn scope(self) -> RoleScope {
        match self {
            Self::AgencyViewer | Self::AgencyReporter | Self::AgencyApprover | Self::AgencySystem => RoleScope::Agency,
            Self::Standing | Self::Finance | Self::Personnel | Self::Inspector | Self::Committee | Self::Authority => RoleScope::Programme,
            Self::Admin | Self::Auditor => RoleScope::Service,
        }
    }

    /// What the role is for, in one line of English.
    pub const fn purpose(self) -> &'static str {
        match self {
            Self::AgencyViewer => "reads the reports of its agency",
            Self::AgencyReporter => "drafts reports for its agency",
            Self::AgencyApprover => "signs and sends the reports of its agency",
            Self::AgencySystem => "a system that pushes the reports of its agency",
            Self::Standing => "the standing agency's secretariat: reads all reports, chases, reviews, consolidates",
            Self::Finance => "records assignment and settlement of money",
            Self::Personnel => "keeps trainings, staff rolls and the register of people",
            Self::Inspector => "reads all reports, records inspections",
            Self::Committee => "reads all reports, decides on tasks, asks for reports",
            Self::Authority => "the People's Committee: reads all reports, approves",
            Self::Admin => "accounts, agencies, committee membership; no say over reports",
            Self::Auditor => "reads everything but what agencies have not sent yet and what is restricted of people, changes nothing",
        }
    }
}

labelled_enum! {
    /// What a token may be used for, within the roles of its account (RFC 6749, section 3.3).
    pub enum Scope {
        /// Read what the roles open.
        Read = "read",
        /// Push and review reports.
        Reports = "reports",
        /// Look after the account itself.
        Account = "account",
        /// Administer and audit.
        Admin = "admin",
    }
}

/// A set of scopes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scopes(u8);

impl Scopes {
    pub const ALL: Self = Self(0b1111);

    /// These scopes.
    pub fn of(scopes: &[Scope]) -> Self {
        Self(scopes.iter().fold(0, |set, scope| set | 1 << *scope as u8))
    }

    /// Whether the scope is among them.
    pub const fn contain(self, scope: Scope) -> bool {
        self.0 & (1 << scope as u8) != 0
    }

    /// What is in both.
    pub const fn within(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether none is among them.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl FromStr for Scopes {
    type Err = UnknownLabel;

    /// Labels between spaces.
    fn from_str(text: &str) -> Result<Self, UnknownLabel> {
        text.split(' ')
            .filter(|label| !label.is_empty())
            .try_fold(Self(0), |set, label| Ok(Self(set.0 | 1 << label.parse::<Scope>()? as u8)))
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let labels: Vec<&str> = Scope::ALL.iter().filter(|scope| self.contain(**scope)).map(|scope| scope.label()).collect();
        f.write_str(&labels.join(" "))
    }
}

/// A role in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Held {
    pub role: Role,
    /// Only for this agency.
    pub agency: Option<AgencyId>,
    /// Only within this programme.
    pub programme: Option<ProgrammeId>,
}

pub type GrantId = Id<Grant>;

/// A role given to an account.
#[derive(Clone, Debug)]
pub struct Grant {
    pub id: GrantId,
    pub account: AccountId,
    pub held: Held,
    pub validity: Validity,
    pub basis: Option<DocumentId>,
    pub created_at: DateTime<Utc>,
    /// Withdrawn then, whatever its last day was to be.
    pub revoked_at: Option<DateTime<Utc>>,
}

pub type SessionId = Id<Session>;

/// What a person's sign-in opened; its refresh tokens follow one another.
#[derive(Clone, Debug)]
pub struct Session {
    pub id: SessionId,
    pub account: AccountId,
    pub created_at: DateTime<Utc>,
    pub last_used_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    pub scopes: Scopes,
    /// Network address of the sign-in.
    pub network: Option<String>,
    /// What the client called itself.
    pub user_agent: Option<String>,
}

labelled_enum! {
    /// A personal field that is restricted: who is shown that of somebody else leaves an entry in the audit log.
    pub enum Restricted {
        /// The networks from which a person may sign in.
        Networks = "networks",
        /// When a person last got a token.
        LastUsedAt = "lastUsedAt",
        /// A person's name at another issuer.
        ExternalSubject = "externalSubject",
        /// A person's sessions: network address, client, times.
        Sessions = "sessions",
        /// The network addresses of people in the audit log.
        AuditNetwork = "auditNetwork",
    }
}

/// When and from where an account may be used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    pub expires_at: Option<DateTime<Utc>>,
    /// Networks (CIDR) between spaces; any where nothing is said.
    pub networks: Option<Arc<str>>,
}

impl Limits {
    /// Whether the account may still be used at an instant.
    pub fn hold_at(&self, now: DateTime<Utc>) -> bool {
        self.expires_at.is_none_or(|end| now < end)
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
    /// The agency that the account speaks for.
    pub agency: Option<AgencyId>,
    pub status: AccountStatus,
    /// What the account's tokens may be used for at most.
    pub scopes: Scopes,
    pub limits: Limits,
    /// The roles in force today.
    pub held: Vec<Held>,
}

impl Account {
    /// The roles held for anything, without duplicates.
    pub fn roles(&self) -> Vec<Role> {
        let mut roles: Vec<Role> = self.held.iter().map(|held| held.role).collect();
        roles.sort_unstable();
        roles.dedup();
        roles
    }
}
