//! Every operation that a client can ask for, and the action that it asks the policy for.
//! Must name each REST `operationId` and each root field of GraphQL once; a test compares it with both and with what runs.
//! The rights behind the actions are `rules`.

use super::{
    Action, Caller, Resource, decide_by,
    rules::{RULES, Rule},
    scope::scope_by,
};
use crate::{
    account::{Account, AccountKind, AccountStatus, Held, Limits, Role, RoleScope, Scopes},
    agency::AgencyId,
    id::Id,
};

/// Where an operation is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Interface {
    Rest,
    Query,
    Mutation,
    Subscription,
}

impl Interface {
    /// As the table shows it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Rest => "REST",
            Self::Query => "query",
            Self::Mutation => "mutation",
            Self::Subscription => "subscription",
        }
    }
}

/// An operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operation {
    pub interface: Interface,
    /// `operationId` of REST, field of GraphQL.
    pub name: &'static str,
    pub action: Action,
}

macro_rules! operations {
    ($($interface:ident $action:ident: $($name:literal)+;)+) => {
        /// Every operation.
        pub const OPERATIONS: &[Operation] = &[
            $($(Operation { interface: Interface::$interface, name: $name, action: Action::$action },)+)+
        ];
    };
}

operations! {
    Subscription ReadChanges: "changes";
    Rest SignIn: "issue_token" "revoke_token";
    Rest ReadDeliverables: "list_deliverables" "get_deliverable" "list_deliverable_versions";
    Rest ManageTranslations: "export_translations" "import_translations" "put_translation" "remove_translation";
    Rest ReadPublished: "get_deliverable_figures" "search";
    Rest RecordDeliverables: "record_deliverable" "record_deliverables" "correct_deliverable" "withdraw_deliverable";
    Rest ReadReports: "list_reports" "get_report" "list_report_versions" "get_report_version" "list_version_changes"
        "list_report_events" "list_report_files" "get_report_file";
    Rest DraftReport: "create_draft" "update_draft" "discard_draft";
    Rest PushReport: "submit_report" "submit_reports" "send_report" "put_report";
    Rest EnterReport: "enter_report";
    Rest ReviewReport: "return_report" "accept_report" "reopen_report";
    Rest ConsolidateReports: "consolidate_reports";
    Rest CompareReports: "list_similar_reports";
    Rest ReadPublished: "list_agencies" "get_agency" "list_tasks" "list_occurrences" "get_occurrence" "get_principal" "get_statistics" "list_charts" "get_chart"
        "get_regime_template" "list_frozen_statistics" "get_frozen_statistics" "list_documents" "get_document"
        "list_document_changes" "list_gaps" "get_programme" "list_programme_versions" "get_programme_diff"
        "list_committees" "get_committee" "list_committee_acts" "compare_committee_rosters"
        "get_seat_history" "get_committee_member" "list_designations" "list_known_issues";
    Rest ReadMeetings: "list_meetings" "get_meeting";
    Rest ManageMeetings: "create_meeting" "update_meeting" "write_minutes" "record_meeting_act" "record_direction";
    Rest ManageCalendarLinks: "list_calendar_links" "create_calendar_link" "revoke_calendar_link";
    Rest ManageWebhooks: "list_webhooks" "create_webhook" "get_webhook" "update_webhook" "delete_webhook" "enable_webhook"
        "disable_webhook" "rotate_webhook_secret" "test_webhook" "list_webhook_deliveries" "get_webhook_delivery"
        "redeliver_webhook_delivery" "redeliver_webhook_dead";
    Rest ReadCalendar: "get_calendar";
    Rest ManageCommittees: "plan_committee" "record_committee_act";
    Rest ImportProgramme: "amend_programme";
    Rest ConfirmReading: "confirm_reading";
    Rest StartTask: "start_occurrence";
    Rest WorkOnTask: "claim_occurrence" "return_occurrence" "request_extension" "withdraw_extension";
    Rest DecideOnTask: "confirm_occurrence" "redo_occurrence" "suspend_occurrence" "resume_occurrence" "cancel_occurrence"
        "withdraw_occurrence" "reopen_occurrence" "approve_extension" "reject_extension" "designate_principal";
    Rest ReadObligations: "list_obligations" "get_obligation" "list_notices";
    Rest ManageObligations: "exclude_obligation" "include_obligation";
    Rest UrgeAgencies: "urge_obligation";
    Rest RequestReports: "request_reports";
    Rest FreezeStatistics: "freeze_statistics";
    Rest ManageDocuments: "admin_list_documents" "admin_get_document" "create_document" "update_document" "relate_documents"
        "unrelate_documents" "move_document" "issue_document" "upload_document_file" "update_document_file" "remove_document_file";
    Rest ReadDocumentFiles: "get_document_file";
    Rest ReadPublished: "list_training_courses" "get_training_course" "list_training_materials" "get_training_figures" "list_training_plan"
        "list_target_evaluations" "list_target_records";
    Rest ReadParticipations: "list_participations" "get_training_people" "list_staff_rolls";
    Rest ManageTrainings: "create_training_course" "update_training_course" "create_training_session" "update_training_session"
        "record_participations" "create_training_material" "add_training_material_version" "plan_training" "record_staff_roll";
    Rest ManageTargets: "define_target" "state_target_value" "release_training_figures";
    Rest ReadPersons: "list_persons" "get_person" "list_personal_requests" "get_personal_request";
    Rest ManagePersons: "create_person" "update_person";
    Rest ReadRestricted: "read_personal_fields" "export_person";
    Rest HandlePersonalRequests: "create_personal_request" "move_personal_request" "restrict_person" "pseudonymise_person";
    Rest ReadChanges: "list_changes";
    Rest ManageEvidence: "upload_report_file" "remove_report_file";
    Rest ReadSelf: "get_me" "list_my_sessions";
    Rest ManageSelf: "change_password" "enrol_second_factor" "confirm_second_factor" "remove_second_factor" "end_my_session";
    Rest ReadAccounts: "list_accounts" "get_account";
    Rest ManageAccounts: "create_account" "update_account" "create_grant" "revoke_grant" "create_secret" "revoke_secret"
        "create_client_key" "revoke_client_key" "reset_password" "reset_second_factor" "end_account_session";
    Rest ManageAgencies: "create_agency" "record_agency_event" "change_agency" "set_agency_code" "set_head_of_agency" "set_post_of_agency"
        "set_roll" "designate_members";
    Rest ReadSuccession: "list_succession_queue" "list_vacated_seats";
    Rest NameSuccessor: "name_successor";
    Rest ReadKeys: "list_signing_keys";
    Rest ReadAudit: "list_audit_entries";
    Rest ReadBudget: "list_budget_lines" "get_budget_line" "list_budget_movements" "list_unallocated_supplements" "list_unsettled_money";
    Rest RecordMoney: "create_budget_line" "update_budget_line" "record_budget_movements";
    Rest AssignMoney: "record_budget_means";
    Rest ReadPublished: "list_budget_ladders" "list_budget_means" "get_budget_settings";
    Rest ManageBudgetRules: "put_budget_rules" "put_budget_code";
    Rest PseudonymiseContributors: "pseudonymise_budget_contributor";
    Query ReadBudget: "budgetLine" "budgetLines" "unallocatedSupplements" "unsettledMoney";
    Query ReadPublished: "budgetMeans" "budgetSettings";
    Mutation RecordMoney: "createBudgetLine" "updateBudgetLine" "recordBudgetMovements";
    Query ReadPublished: "programme" "programmes" "tasks" "agency" "agencies" "documents" "node" "occurrences" "occurrence" "statistics"
        "regimes" "workingDays" "frozenStatistics" "document" "documentChanges" "gaps" "agencyEvents" "committees" "committee" "committeeMember";
    Query ReadPublished: "trainingCourses" "trainingCourse" "trainingMaterials" "trainingFigures" "trainingPlan" "targetEvaluations"
        "targetRecords";
    Query ReadParticipations: "participations" "trainingPeople" "staffRolls";
    Query ReadMeetings: "meetings" "meeting";
    Query ManageCalendarLinks: "calendarLinks";
    Query ReadReports: "reports";
    Query CompareReports: "similarReports";
    Query ReadObligations: "obligations" "notices";
    Query ReadChanges: "changes";
    Query ReadSelf: "me";
    Query ReadAccounts: "accounts" "account";
    Query ReadPersons: "persons" "person" "personalRequests" "personalRequest";
    Query ReadSuccession: "successionQueue" "vacatedSeats";
    Query ReadKeys: "signingKeys";
    Query ReadAudit: "auditEntries";
    Query ReadDeliverables: "deliverables" "deliverable";
    Mutation ManageTranslations: "putTranslation" "removeTranslation";
    Query ReadPublished: "deliverableFigures" "search";
    Mutation RecordDeliverables: "recordDeliverable" "correctDeliverable" "withdrawDeliverable";
    Mutation DraftReport: "updateDraft" "discardDraft";
    Mutation PushReport: "sendReport";
    Mutation ReviewReport: "returnReport" "acceptReport" "reopenReport";
    Mutation StartTask: "startOccurrence";
    Mutation WorkOnTask: "claimOccurrence" "returnOccurrence" "requestExtension" "withdrawExtension";
    Mutation DecideOnTask: "confirmOccurrence" "redoOccurrence" "suspendOccurrence" "resumeOccurrence" "cancelOccurrence"
        "withdrawOccurrence" "reopenOccurrence" "approveExtension" "rejectExtension" "designatePrincipal";
    Mutation ManageSelf: "changePassword" "enrolSecondFactor" "confirmSecondFactor" "removeSecondFactor" "endMySession";
    Mutation ManageDocuments: "createDocument" "updateDocument" "relateDocuments" "unrelateDocuments" "moveDocument" "issueDocument"
        "updateDocumentFile" "removeDocumentFile";
    Mutation ManagePersons: "createPerson" "updatePerson";
    Mutation ReadRestricted: "readPersonalFields" "exportPerson";
    Mutation HandlePersonalRequests: "createPersonalRequest" "movePersonalRequest" "restrictPerson" "pseudonymisePerson";
    Mutation ManageObligations: "excludeObligation" "includeObligation";
    Mutation ManageMeetings: "createMeeting" "updateMeeting" "writeMinutes" "recordMeetingAct" "recordDirection";
    Mutation ManageCalendarLinks: "createCalendarLink" "revokeCalendarLink";
    Mutation ManageTrainings: "createTrainingCourse" "updateTrainingCourse" "createTrainingSession" "updateTrainingSession"
        "recordParticipations" "createTrainingMaterial" "addTrainingMaterialVersion" "planTraining" "recordStaffRoll";
    Mutation ManageTargets: "defineTarget" "stateTargetValue" "releaseTrainingFigures";
    Mutation ManageCommittees: "planCommittee" "recordCommitteeAct";
    Mutation ManageAgencies: "createAgency" "recordAgencyEvent" "changeAgency" "setAgencyCode" "setHeadOfAgency" "setPostOfAgency"
        "setRoll" "designateMembers";
    Mutation NameSuccessor: "nameSuccessor";
    Mutation ImportProgramme: "amendProgramme";
    Mutation ConfirmReading: "confirmReading";
    Mutation ManageAccounts: "createAccount" "updateAccount" "createGrant" "revokeGrant" "createSecret" "revokeSecret" "createClientKey"
        "revokeClientKey" "resetPassword" "resetSecondFactor" "endAccountSession";
}

/// The name by which the audit log tells of an operation: that of REST, wherever it is offered.
pub fn told_as(interface: Interface, name: &'static str) -> &'static str {
    if interface == Interface::Rest {
        return name;
    }
    let snake = name.chars().fold(String::new(), |mut snake, c| {
        if c.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(c.to_ascii_lowercase());
        snake
    });
    let is_same = |operation: &&Operation| {
        let stem = ["", "get_", "list_"].into_iter().filter_map(|verb| operation.name.strip_prefix(verb));
        operation.interface == Interface::Rest && stem.into_iter().any(|stem| stem == snake)
    };
    OPERATIONS.iter().find(is_same).map_or(name, |operation| operation.name)
}

/// How far an operation reaches for a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    No,
    /// What is published.
    Published,
    /// What belongs to the role's agency, or to the caller alone.
    Own,
    Yes,
}

impl Cell {
    /// As the table shows it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::No => "–",
            Self::Published => "published",
            Self::Own => "own",
            Self::Yes => "yes",
        }
    }
}

/// An account of `own` that holds the role, or none for the public.
pub fn holder(role: Option<Role>, own: AgencyId) -> Option<Account> {
    let role = role?;
    let agency = (role.scope() == RoleScope::Agency).then_some(own);
    Some(Account {
        id: Id::from_uuid(uuid::Uuid::from_u128(1)),
        kind: AccountKind::User,
        login: "a".into(),
        name: "A".into(),
        agency: Some(own),
        status: AccountStatus::Active,
        scopes: Scopes::ALL,
        limits: Limits::default(),
        held: vec![Held { role, agency, programme: None }],
    })
}

/// Whom a column of the tables is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Public,
    Role(Role),
    Operator,
}

impl Column {
    fn label(self) -> &'static str {
        match self {
            Self::Public => "PUBLIC",
            Self::Role(role) => role.label(),
            Self::Operator => "OPERATOR",
        }
    }
}

/// What the policy says of an action and a role; `None` is the public.
pub fn cell(action: Action, role: Option<Role>) -> Cell {
    cell_by(RULES, action, role.map_or(Column::Public, Column::Role))
}

fn cell_by(rules: &[Rule], action: Action, column: Column) -> Cell {
    let (own, other) = (Id::from_uuid(uuid::Uuid::from_u128(2)), Id::from_uuid(uuid::Uuid::from_u128(3)));
    let account = match column {
        Column::Role(role) => holder(Some(role), own),
        Column::Public | Column::Operator => None,
    };
    let caller = match (column, &account) {
        (Column::Operator, _) => Caller::Operator,
        (_, Some(account)) => Caller::Account(account),
        _ => Caller::Nobody,
    };
    // Of one's own account nobody but oneself is asked; elsewhere whose account it is about does not matter here.
    let is_of_account = matches!(action, Action::ReadSelf | Action::ManageSelf);
    let may = |agency: AgencyId| {
        let about = if agency == own { account.as_ref().map(|account| account.id) } else { Some(Id::from_uuid(uuid::Uuid::from_u128(4))) };
        let on = Resource { agency: Some(agency), account: about.filter(|_| is_of_account), ..Resource::default() };
        decide_by(rules, caller, action, &on).is_ok()
    };
    if matches!(
        action,
        Action::ReadReports | Action::ReadMeetings | Action::ReadDocumentFiles | Action::ReadChanges | Action::ReadDeliverables
    ) {
        let scope = scope_by(rules, caller, action);
        return match (scope.is_all(), scope.is_published()) {
            _ if !may(own) => Cell::No,
            (true, _) => Cell::Yes,
            (_, true) => Cell::Published,
            _ => Cell::Own,
        };
    }
    match (may(own), may(other)) {
        (_, true) => Cell::Yes,
        (true, false) => Cell::Own,
        (false, false) => Cell::No,
    }
}

fn columns() -> impl Iterator<Item = Column> {
    std::iter::once(Column::Public).chain(Role::ALL.iter().copied().map(Column::Role))
}

fn row<'a>(first: &str, cells: impl Iterator<Item = &'a str>) -> String {
    format!("| {first} | {} |\n", cells.collect::<Vec<_>>().join(" | "))
}

/// The table operation × role in Markdown.
pub fn table() -> String {
    let head = row("operation", columns().map(Column::label)) + &row("---", columns().map(|_| "---"));
    OPERATIONS.iter().fold(head, |table, operation| {
        let first = format!("{} `{}`", operation.interface.label(), operation.name);
        table + &row(&first, columns().map(|column| cell_by(RULES, operation.action, column).label()))
    })
}

/// The table action × role in Markdown, with whoever runs the program on its own machine.
pub fn actions_table() -> String {
    actions_by(RULES)
}

fn actions_by(rules: &[Rule]) -> String {
    let columns = || columns().chain([Column::Operator]);
    let head = row("action", columns().map(Column::label)) + &row("---", columns().map(|_| "---"));
    Action::ALL
        .iter()
        .fold(head, |table, action| table + &row(&format!("{action:?}"), columns().map(|column| cell_by(rules, *action, column).label())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::rules::Reach;

    #[test]
    fn the_log_has_one_name_for_an_operation() {
        for mutation in OPERATIONS.iter().filter(|operation| operation.interface == Interface::Mutation) {
            let told = told_as(mutation.interface, mutation.name);
            let same = OPERATIONS.iter().find(|operation| (operation.interface, operation.name) == (Interface::Rest, told));
            assert_eq!(same.map(|same| same.action), Some(mutation.action), "{}", mutation.name);
        }
        for (query, told) in [("account", "get_account"), ("auditEntries", "list_audit_entries"), ("tasks", "list_tasks")] {
            assert_eq!(told_as(Interface::Query, query), told);
        }
        assert_eq!(told_as(Interface::Query, "node"), "node", "REST has none such");
    }

    #[test]
    fn no_line_of_the_policy_goes_unseen() {
        let table = actions_by(RULES);
        for gone in RULES {
            let without: Vec<Rule> = RULES.iter().copied().filter(|rule| rule != gone).collect();
            assert_ne!(actions_by(&without), table, "{gone:?}");
        }
    }

    #[test]
    fn no_line_of_the_policy_reaches_further_unseen() {
        let table = actions_by(RULES);
        for widened in RULES.iter().filter(|rule| rule.reach != Reach::All) {
            let further = |rule: &Rule| if rule == widened { Rule { reach: Reach::All, ..*rule } } else { *rule };
            assert_ne!(actions_by(&RULES.iter().map(further).collect::<Vec<_>>()), table, "{widened:?}");
        }
    }
}
