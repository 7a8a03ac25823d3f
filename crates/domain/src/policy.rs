//! Who may do what: one pure decision for every action, under every transport.
//! Must not do I/O, know a transport or a database; callers pass facts in.
//! The facts about a caller come from `auth`; lists take their scope from here.

use crate::{
    account::{Account, Role},
    agency::AgencyId,
};

/// Something a caller may want to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Programmes, tasks, agencies, documents: published by the decision itself.
    ReadPublished,
    /// Reports, as far as [`report_scope`] lets.
    ReadReports,
    /// One's own account.
    ReadSelf,
    /// Hand in a report for the caller's agency.
    PushReport,
    /// Load a programme from a file.
    ImportProgramme,
    /// Create accounts and give roles.
    ManageAccounts,
}

impl Action {
    pub const ALL: &'static [Action] = &[
        Action::ReadPublished,
        Action::ReadReports,
        Action::ReadSelf,
        Action::PushReport,
        Action::ImportProgramme,
        Action::ManageAccounts,
    ];
}

/// Why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denial {
    /// Nobody is signed in.
    NotSignedIn,
    /// Signed in, but without a role that allows it.
    NoRole,
    /// The role needs an agency and the account has none.
    NoAgency,
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
pub fn decide(caller: Caller<'_>, action: Action) -> Result<(), Denial> {
    match action {
        Action::ReadPublished | Action::ReadReports => Ok(()),
        Action::ReadSelf => match caller {
            Caller::Account(_) => Ok(()),
            Caller::Nobody | Caller::Operator => Err(Denial::NotSignedIn),
        },
        Action::PushReport => match caller {
            Caller::Account(account) if !holds(account, &[Role::AgencySystem, Role::AgencyApprover]) => Err(Denial::NoRole),
            Caller::Account(account) => account.agency.map(|_| ()).ok_or(Denial::NoAgency),
            Caller::Nobody => Err(Denial::NotSignedIn),
            // The operator speaks for no agency.
            Caller::Operator => Err(Denial::NoAgency),
        },
        Action::ImportProgramme | Action::ManageAccounts => match caller {
            Caller::Operator => Ok(()),
            Caller::Account(account) if holds(account, &[Role::Admin]) => Ok(()),
            Caller::Account(_) => Err(Denial::NoRole),
            Caller::Nobody => Err(Denial::NotSignedIn),
        },
    }
}

fn holds(account: &Account, roles: &[Role]) -> bool {
    roles.iter().any(|role| account.roles.contains(role))
}

/// Which reports a caller may know of. Every query over reports starts from one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportScope {
    All,
    /// The agency's own, and what is published.
    Agency(AgencyId),
    /// Accepted reports only.
    Published,
}

/// The reports that a caller may know of.
pub fn report_scope(caller: Caller<'_>) -> ReportScope {
    const READ_ALL: [Role; 6] = [Role::Standing, Role::Inspector, Role::Committee, Role::Authority, Role::Admin, Role::Auditor];
    const READ_OWN: [Role; 4] = [Role::AgencyViewer, Role::AgencyReporter, Role::AgencyApprover, Role::AgencySystem];
    let account = match caller {
        Caller::Nobody => return ReportScope::Published,
        Caller::Operator => return ReportScope::All,
        Caller::Account(account) => account,
    };
    match account.agency {
        _ if holds(account, &READ_ALL) => ReportScope::All,
        Some(agency) if holds(account, &READ_OWN) => ReportScope::Agency(agency),
        _ => ReportScope::Published,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        account::{AccountKind, AccountStatus},
        id::Id,
    };
    use uuid::Uuid;

    fn account(roles: &[Role], agency: bool) -> Account {
        Account {
            id: Id::from_uuid(Uuid::from_u128(1)),
            kind: AccountKind::Service,
            login: "a".into(),
            name: "A".into(),
            agency: agency.then(|| Id::from_uuid(Uuid::from_u128(2))),
            status: AccountStatus::Active,
            roles: roles.to_vec(),
        }
    }

    #[test]
    fn only_the_agency_s_system_and_approver_push() {
        for role in Role::ALL {
            let allowed = matches!(role, Role::AgencySystem | Role::AgencyApprover);
            assert_eq!(decide(Caller::Account(&account(&[*role], true)), Action::PushReport).is_ok(), allowed, "{role}");
        }
        assert_eq!(decide(Caller::Nobody, Action::PushReport), Err(Denial::NotSignedIn));
        assert_eq!(decide(Caller::Account(&account(&[Role::AgencySystem], false)), Action::PushReport), Err(Denial::NoAgency));
    }

    #[test]
    fn only_the_administrator_manages_accounts_and_imports() {
        for role in Role::ALL {
            for action in [Action::ManageAccounts, Action::ImportProgramme] {
                assert_eq!(decide(Caller::Account(&account(&[*role], true)), action).is_ok(), *role == Role::Admin, "{role}");
            }
        }
    }

    #[test]
    fn strangers_see_what_is_published_and_agencies_their_own() {
        assert_eq!(report_scope(Caller::Nobody), ReportScope::Published);
        assert_eq!(report_scope(Caller::Account(&account(&[], true))), ReportScope::Published);
        assert_eq!(report_scope(Caller::Account(&account(&[Role::Finance], true))), ReportScope::Published);
        assert!(matches!(report_scope(Caller::Account(&account(&[Role::AgencySystem], true))), ReportScope::Agency(_)));
        assert_eq!(report_scope(Caller::Account(&account(&[Role::AgencySystem], false))), ReportScope::Published);
        assert_eq!(report_scope(Caller::Account(&account(&[Role::Standing, Role::AgencyViewer], true))), ReportScope::All);
    }
}
