//! What is answered: for a cell of the table and whose the thing is, the code; empty where the act is done.
//! Whoever is let in is told what the domain says, and is refused for nothing else.

use domain::{account::Role, policy::operations::Cell};

use super::stage::{Kind, Of};

/// What an operation is about, where that belongs to somebody; by the name that it has in REST.
#[allow(clippy::match_same_arms)] // one line for each kind
pub fn kind(name: &str) -> Option<Kind> {
    Some(match name {
        "update_draft" | "discard_draft" | "send_report" => Kind::Draft,
        "get_report" | "list_report_versions" | "get_report_version" | "list_version_changes" | "list_report_events" => Kind::Report,
        "list_similar_reports" | "similar_reports" | "return_report" | "accept_report" | "reopen_report" => Kind::Report,
        "list_report_files" | "get_report_file" | "upload_report_file" | "remove_report_file" => Kind::Report,
        // What is said for an agency.
        "create_draft" | "submit_report" | "submit_reports" | "put_report" | "enter_report" => Kind::Agency,
        "create_calendar_link" | "create_webhook" => Kind::Agency,
        "create_training_course" | "create_training_material" | "plan_training" | "record_staff_roll" => Kind::Agency,
        "record_deliverable" | "record_deliverables" => Kind::Agency,
        "deliverable" | "get_deliverable" | "list_deliverable_versions" => Kind::Deliverable,
        "correct_deliverable" | "withdraw_deliverable" => Kind::Deliverable,
        "get_principal" | "designate_principal" | "list_designations" => Kind::Task,
        "approve_extension" | "reject_extension" | "withdraw_extension" => Kind::Extension,
        "get_obligation" | "include_obligation" => Kind::Obligation,
        "exclude_obligation" | "urge_obligation" => Kind::Excluded,
        "request_extension" | "occurrence" => Kind::Occurrence,
        "account" | "get_account" | "update_account" | "create_grant" | "revoke_grant" | "create_secret" | "revoke_secret" => Kind::Account,
        "create_client_key" | "revoke_client_key" | "reset_password" | "reset_second_factor" | "end_account_session" => Kind::Account,
        "end_my_session" => Kind::Session,
        name if name.ends_with("_occurrence") => Kind::Occurrence,
        _ => return None,
    })
}

/// What a refused caller is told.
pub fn denial(role: Option<Role>) -> &'static str {
    if role.is_none() { "UNAUTHENTICATED" } else { "FORBIDDEN" }
}

pub fn answer(name: &str, cell: Cell, role: Option<Role>, of: Of) -> &'static str {
    match (cell, of) {
        // Nobody has no account, which is an answer and no error.
        (Cell::No, _) if name == "me" => "NOT_FOUND",
        (Cell::No, _) => denial(role),
        (_, _) if matches!(name, "list_meetings" | "get_meeting" | "meetings" | "meeting" | "get_document_file") => let_in(name),
        (Cell::Own, Of::Other | Of::Nothing) if kind(name) == Some(Kind::Agency) => "AGENCY_NOT_YOURS",
        (_, Of::Nothing) if matches!(name, "enter_report" | "create_calendar_link" | "create_webhook") || is_written_for(name) => {
            "BODY_INVALID"
        }
        (_, Of::Nothing) if kind(name).is_some() => "NOT_FOUND",
        // Everybody reads of every task; who leads it is no secret.
        (Cell::Own, Of::Other) if kind(name) == Some(Kind::Occurrence) => "NOT_A_LEAD",
        // What was never accepted is not published.
        (Cell::Own, Of::Other) | (Cell::Published, _) => "NOT_FOUND",
        (Cell::Yes, Of::Own) if is_own_matter(name) => "OWN_MATTER",
        (Cell::Own | Cell::Yes, _) => let_in(name),
    }
}

/// Trainings and rolls that are written down for an agency.
fn is_written_for(name: &str) -> bool {
    matches!(name, "create_training_course" | "create_training_material" | "plan_training" | "record_staff_roll")
}

/// What somebody is told who may read it by another role, and may not act for its agency.
pub fn to_whoever_reads_all(name: &str) -> &'static str {
    if kind(name) == Some(Kind::Occurrence) { "NOT_A_LEAD" } else { "FORBIDDEN" }
}

/// Nobody decides in the matter of the agency that they are of, nor about their own account.
fn is_own_matter(name: &str) -> bool {
    match kind(name) {
        Some(Kind::Report) => matches!(name, "return_report" | "accept_report" | "reopen_report"),
        Some(Kind::Occurrence) => !matches!(name, "occurrence" | "get_occurrence"),
        Some(Kind::Obligation | Kind::Excluded) => matches!(name, "exclude_obligation" | "include_obligation"),
        Some(Kind::Account) => !matches!(name, "account" | "get_account"),
        Some(Kind::Extension) => true,
        Some(Kind::Task) => name == "designate_principal",
        Some(Kind::Agency) => name == "enter_report",
        _ => false,
    }
}

/// What the domain says to somebody with the right.
#[allow(clippy::match_same_arms)] // one line for each kind
fn let_in(name: &str) -> &'static str {
    match name {
        "issue_token" => "unsupported_grant_type",
        // They are asked for with a revision that is not current.
        "update_draft" | "discard_draft" | "send_report" | "return_report" | "accept_report" | "reopen_report" => "PRECONDITION_FAILED",
        "approve_extension" | "reject_extension" | "withdraw_extension" | "request_extension" => "PRECONDITION_FAILED",
        "designate_principal" => "PRECONDITION_FAILED",
        "get_occurrence" => "",
        name if name.ends_with("_occurrence") => "PRECONDITION_FAILED",
        "correct_deliverable" | "withdraw_deliverable" => "PRECONDITION_FAILED",
        "record_deliverable" | "record_deliverables" => "BODY_INVALID",
        // The report is not being written.
        "upload_report_file" | "remove_report_file" => "EVIDENCE_CLOSED",
        // On a task that is not there.
        "create_draft" | "submit_report" | "put_report" | "enter_report" => "REPORT_REFUSED",
        "submit_reports" => "TASK_UNKNOWN",
        "consolidate_reports" | "request_reports" | "freeze_statistics" => "BODY_INVALID",
        // It is so already.
        "exclude_obligation" | "include_obligation" => "ALREADY_EXISTS",
        "urge_obligation" => "WRONG_STATE",
        "change_password" | "enrol_second_factor" | "remove_second_factor" => "BODY_INVALID",
        // On a document or of an agency that is not there.
        "create_agency" | "record_agency_event" | "name_successor" => "BODY_INVALID",
        "change_agency" | "set_agency_code" | "set_head_of_agency" | "set_post_of_agency" | "set_roll" | "designate_members" => "NOT_FOUND",
        "plan_committee" => "BODY_INVALID",
        // Of a committee, or a person, that is not there.
        "record_committee_act" | "get_committee" | "list_committee_acts" | "compare_committee_rosters" => "NOT_FOUND",
        "get_seat_history" | "get_committee_member" => "NOT_FOUND",
        "committee" | "committee_member" | "meeting" | "get_meeting" => "NOT_FOUND",
        "create_webhook" => "BODY_INVALID",
        // On a webhook that is not there.
        name if name.contains("webhook") && name != "list_webhooks" => "NOT_FOUND",
        "create_meeting" | "create_calendar_link" | "record_direction" => "BODY_INVALID",
        "revoke_calendar_link" | "get_calendar" => "NOT_FOUND",
        "update_meeting" | "write_minutes" | "record_meeting_act" => "NOT_FOUND",
        name if is_written_for(name) => "BODY_INVALID",
        // On a course, session, material or target that is not there.
        "get_training_course" | "training_course" | "update_training_course" | "create_training_session" => "NOT_FOUND",
        "update_training_session" | "list_participations" | "participations" | "record_participations" => "NOT_FOUND",
        "add_training_material_version" | "define_target" | "state_target_value" | "release_training_figures" => "NOT_FOUND",
        "create_account" | "create_grant" | "create_secret" | "create_client_key" => "BODY_INVALID",
        // A service account has no password; what is another account's is not found.
        "confirm_second_factor" | "reset_password" | "reset_second_factor" => "NOT_FOUND",
        "revoke_grant" | "revoke_secret" | "revoke_client_key" | "end_account_session" | "end_my_session" => "NOT_FOUND",
        // The file is none.
        "amend_programme" => "IMPORT_INVALID",
        // No such defect.
        "confirm_reading" => "NOT_FOUND",
        "get_regime_template" | "get_frozen_statistics" => "NOT_FOUND",
        "create_person" | "create_personal_request" => "BODY_INVALID",
        "person" | "get_person" | "update_person" | "read_personal_fields" | "export_person" => "NOT_FOUND",
        "restrict_person" | "pseudonymise_person" => "NOT_FOUND",
        "personal_request" | "get_personal_request" | "move_personal_request" => "NOT_FOUND",
        "create_document" => "BODY_INVALID",
        // Of nothing; a table in JSON is none.
        "put_translation" => "BODY_INVALID",
        "remove_translation" => "NOT_FOUND",
        "import_translations" => "MEDIA_TYPE_UNSUPPORTED",
        "create_budget_line" | "record_budget_means" | "put_budget_rules" | "put_budget_code" => "BODY_INVALID",
        // Why is not said.
        "pseudonymise_budget_contributor" => "BODY_INVALID",
        "budget_line" | "get_budget_line" | "update_budget_line" | "list_budget_movements" => "NOT_FOUND",
        // No such line.
        "record_budget_movements" => "BATCH_REFUSED",
        "document" | "get_document" | "admin_get_document" | "update_document" | "move_document" | "issue_document" => "NOT_FOUND",
        "relate_documents" | "unrelate_documents" => "NOT_FOUND",
        "get_document_file" | "upload_document_file" | "update_document_file" | "remove_document_file" => "NOT_FOUND",
        _ => "",
    }
}
