//! What the rules come to.

use uuid::Uuid;

use super::{operations::holder, *};
use crate::{
    account::{Role, Scopes},
    id::Id,
};

fn agency(n: u128) -> AgencyId {
    Id::from_uuid(Uuid::from_u128(n))
}

fn of(role: Role) -> Account {
    holder(Some(role), agency(2)).expect("an account")
}

fn on(agency_: u128) -> Resource {
    Resource { agency: Some(agency(agency_)), ..Resource::default() }
}

#[test]
fn only_the_agency_s_system_and_approver_push_and_only_their_own() {
    for role in Role::ALL {
        let allowed = matches!(role, Role::AgencySystem | Role::AgencyApprover);
        let account = of(*role);
        assert_eq!(decide(Caller::Account(&account), Action::PushReport, &on(2)).is_ok(), allowed, "{role}");
        assert_eq!(decide(Caller::Account(&account), Action::PushReport, &on(3)), Err(Denial::NoRole), "{role}");
    }
    assert_eq!(decide(Caller::Nobody, Action::PushReport, &on(2)), Err(Denial::NotSignedIn));
    assert_eq!(decide(Caller::Operator, Action::PushReport, &on(2)), Err(Denial::NoRole));
}

#[test]
fn those_who_administer_do_not_audit_and_the_reverse() {
    for role in Role::ALL {
        let may = |action| decide(Caller::Account(&of(*role)), action, &Resource::default()).is_ok();
        assert_eq!(may(Action::ManageAccounts), *role == Role::Admin, "{role}");
        assert_eq!(may(Action::ImportProgramme), *role == Role::Admin, "{role}");
        assert_eq!(may(Action::ReadAudit), *role == Role::Auditor, "{role}");
    }
}

#[test]
fn nobody_decides_in_their_own_matter() {
    let standing = of(Role::Standing);
    let caller = Caller::Account(&standing);
    assert_eq!(decide(caller, Action::ReviewReport, &on(3)), Ok(Decision::default()));
    assert_eq!(decide(caller, Action::ReviewReport, &on(2)), Err(Denial::OwnMatter));
    let marked = Resource { self_decision_is_marked: true, ..on(2) };
    assert_eq!(decide(caller, Action::ReviewReport, &marked), Ok(Decision { self_decided: true }));
    let admin = of(Role::Admin);
    let about = |account| Resource { account: Some(account), self_decision_is_marked: true, ..Resource::default() };
    assert_eq!(decide(Caller::Account(&admin), Action::ManageAccounts, &about(admin.id)), Err(Denial::OwnMatter));
    assert!(decide(Caller::Account(&admin), Action::ManageAccounts, &about(Id::from_uuid(Uuid::from_u128(9)))).is_ok());
    assert!(decide(Caller::Operator, Action::ManageAccounts, &about(admin.id)).is_ok());
}

#[test]
fn a_grant_reaches_no_further_than_its_programme_and_agency() {
    let (ours, others) = (Id::from_uuid(Uuid::from_u128(7)), Id::from_uuid(Uuid::from_u128(8)));
    let mut account = of(Role::AgencySystem);
    account.held[0].programme = Some(ours);
    let may = |account: &Account, programme| {
        decide(Caller::Account(account), Action::PushReport, &Resource { programme: Some(programme), ..on(2) }).is_ok()
    };
    assert!(may(&account, ours) && !may(&account, others));
    assert_eq!(report_scope(Caller::Account(&account)).open, [(Some(agency(2)), Some(ours))]);
    // A role of an agency without an agency is worth nothing.
    account.held[0].agency = None;
    assert!(!may(&account, ours));
    assert!(report_scope(Caller::Account(&account)).is_published());
}

#[test]
fn a_token_given_for_less_does_less() {
    let account = Account { scopes: "read".parse::<Scopes>().expect("scopes"), ..of(Role::AgencySystem) };
    assert_eq!(decide(Caller::Account(&account), Action::PushReport, &on(2)), Err(Denial::NoScope));
    assert!(!report_scope(Caller::Account(&account)).is_published());
    let account = Account { scopes: "reports".parse::<Scopes>().expect("scopes"), ..of(Role::AgencySystem) };
    assert!(decide(Caller::Account(&account), Action::PushReport, &on(2)).is_ok());
    assert!(report_scope(Caller::Account(&account)).is_published());
    assert!(decide(Caller::Account(&account), Action::ReadReports, &Resource::default()).is_ok(), "what is published is for everybody");
}

#[test]
fn strangers_see_what_is_published_and_agencies_their_own() {
    assert!(report_scope(Caller::Nobody).is_published());
    assert!(report_scope(Caller::Account(&of(Role::Finance))).is_published());
    assert_eq!(report_scope(Caller::Account(&of(Role::AgencySystem))).open, [(Some(agency(2)), None)]);
    assert!(report_scope(Caller::Account(&of(Role::Standing))).is_all());
    assert!(report_scope(Caller::Operator).is_all());
}

#[test]
fn every_action_is_somebody_s_and_no_line_is_said_twice() {
    for action in Action::ALL {
        assert!(RULES.iter().any(|rule| rule.action == *action), "{action:?}");
    }
    for (i, rule) in RULES.iter().enumerate() {
        assert!(!RULES[..i].iter().any(|other| (other.holder, other.action) == (rule.holder, rule.action)), "{rule:?}");
    }
}

#[test]
fn a_grant_for_an_agency_holds_whichever_agency_the_account_is_of() {
    let programme = |n: u128| Id::from_uuid(Uuid::from_u128(n));
    let held = |role, agency_: u128, programme| Held { role, agency: Some(agency(agency_)), programme };
    let mut account = Account { agency: None, ..of(Role::AgencyApprover) };
    account.held = vec![
        held(Role::AgencyApprover, 5, None),
        held(Role::AgencySystem, 5, None),
        held(Role::AgencyViewer, 6, None),
        held(Role::AgencyApprover, 4, Some(programme(1))),
    ];
    let may = |account: &Account, programme| agencies_for(Caller::Account(account), Action::PushReport, programme);
    assert_eq!(may(&account, Some(programme(1))), [agency(4), agency(5)]);
    assert_eq!(may(&account, Some(programme(2))), [agency(5)]);
    assert_eq!(may(&account, None), [agency(4), agency(5)], "in some programme");
    account.scopes = "read".parse::<Scopes>().expect("scopes");
    assert_eq!(may(&account, None), []);
    assert_eq!(may(&of(Role::Standing), None), []);
    assert_eq!(agencies_for(Caller::Nobody, Action::PushReport, None), []);
    assert_eq!(agencies_for(Caller::Operator, Action::PushReport, None), []);
}
