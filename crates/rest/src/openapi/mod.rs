//! The published description of REST.
//! Must not describe what does not run; the document is checked in and compared in a test.
//! The handlers carry the descriptions; the forms that bodies are checked by are cut from it by `forms`.

mod examples;
mod finish;
mod retry;
mod samples;

use domain::account::Role;
use serde_json::Value;
use utoipa::{
    Modify, OpenApi,
    openapi::{
        Content, Ref, RefOr, Required, Response, ResponseBuilder,
        path::{Operation, Parameter, ParameterIn},
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

use crate::{dto, problem, routes};

/// Here a client proves itself by its credentials, not by a token.
const TOKEN_PATH: &str = "/api/v1/auth/token";

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Hải Đăng",
        description = "Tracks government action programmes: agencies push their reports here, and read programmes, tasks and agencies. \
                       Frontends read more over GraphQL at `/graphql`.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
        contact(name = "Hải Đăng maintainers", url = "https://haidang.example"),
    ),
    servers((url = "/", description = "This service, in production as anywhere: whoever reads this document asks the service that gave it.")),
    tags(
        (name = "auth", description = "Tokens and the caller's own account."),
        (name = "administration", description = "Accounts, roles, secrets, agencies through time and the audit log. Which role may do what is in the table of `docs/access.md`."),
        (name = "persons", description = "People that decisions name: what is public and internal of them; what is restricted is opened for a purpose."),
        (name = "register", description = "What programmes say: tasks and agencies."),
        (name = "documents", description = "Documents with numbers, what is in force on a day, and what a programme's decision leaves open."),
        (name = "occurrences", description = "What became of a task in a year: its state, its due day, and how it is moved. Every change rests on the \
            revision that the caller has seen: `ETag` of the occurrence, sent as `If-Match`."),
        (name = "statistics", description = "Figures over tasks and over reports that are owed as of a day, each by one published formula."),
        (name = "charts", description = "Figures to look at: pictures with their words, and the same as tables to keep."),
        (name = "committees", description = "Steering committees: who sat in them on a day, and the log of acts from which that follows."),
        (name = "meetings", description = "Meetings of committees, their minutes, and what was concluded."),
        (name = "reports", description = "What agencies say of their tasks."),
        (name = "obligations", description = "What agencies owe: which report, for which period, by when, in which form."),
        (name = "calendars", description = "Meetings and due days as a calendar (RFC 5545), read by a secret link that can be revoked."),
        (name = "trainings", description = "Courses, sessions, materials, yearly plans and staff rolls. Who took part is for the agency and for \
            those who keep trainings; everybody reads figures in which few people are hidden."),
        (name = "targets", description = "What is reached of targets, by definitions that can be read, with the records behind a value."),
        (name = "budget", description = "Money for tasks: lines, the movements that alone change them, and what they add up to. What is not recorded \
            is null, never 0."),
        (name = "deliverables", description = "What programmes bring about: publications, films, editions, events, agreements and all else, by typed kinds."),
        (name = "changes", description = "What happened, in order, for those who follow."),
        (name = "webhooks", description = "Addresses that are told what happens, by Standard Webhooks: signed, at least once, in order for each object."),
    ),
    paths(
        routes::auth::issue_token,
        routes::auth::revoke_token,
        routes::me::get_me,
        routes::me::change_password,
        routes::me::enrol_second_factor,
        routes::me::confirm_second_factor,
        routes::me::remove_second_factor,
        routes::me::list_my_sessions,
        routes::me::end_my_session,
        routes::accounts::list_accounts,
        routes::accounts::create_account,
        routes::accounts::get_account,
        routes::accounts::update_account,
        routes::accounts::create_grant,
        routes::accounts::revoke_grant,
        routes::credentials::create_secret,
        routes::credentials::revoke_secret,
        routes::credentials::create_client_key,
        routes::credentials::revoke_client_key,
        routes::credentials::reset_password,
        routes::credentials::reset_second_factor,
        routes::credentials::end_account_session,
        routes::credentials::list_signing_keys,
        routes::audit::list_audit_entries,
        routes::agencies::list_agencies,
        routes::agencies::get_agency,
        routes::organisation::create_agency,
        routes::organisation::record_agency_event,
        routes::organisation::change_agency,
        routes::organisation::set_agency_code,
        routes::organisation::set_head_of_agency,
        routes::organisation::set_post_of_agency,
        routes::organisation::set_roll,
        routes::designations::list_designations,
        routes::designations::designate_members,
        routes::directions::record_direction,
        routes::organisation::list_succession_queue,
        routes::organisation::list_vacated_seats,
        routes::organisation::name_successor,
        routes::persons::list_persons,
        routes::persons::get_person,
        routes::persons::create_person,
        routes::persons::update_person,
        routes::persons::read_personal_fields,
        routes::persons::export_person,
        routes::persons::restrict_person,
        routes::persons::pseudonymise_person,
        routes::personal_requests::list_personal_requests,
        routes::personal_requests::get_personal_request,
        routes::personal_requests::create_personal_request,
        routes::personal_requests::move_personal_request,
        routes::tasks::list_tasks,
        routes::occurrences::list_occurrences,
        routes::occurrences::get_occurrence,
        routes::occurrences::start_occurrence,
        routes::occurrences::claim_occurrence,
        routes::occurrences::return_occurrence,
        routes::occurrences::confirm_occurrence,
        routes::occurrences::redo_occurrence,
        routes::occurrences::suspend_occurrence,
        routes::occurrences::resume_occurrence,
        routes::occurrences::cancel_occurrence,
        routes::occurrences::withdraw_occurrence,
        routes::occurrences::reopen_occurrence,
        routes::extensions::request_extension,
        routes::extensions::approve_extension,
        routes::extensions::reject_extension,
        routes::extensions::withdraw_extension,
        routes::principals::get_principal,
        routes::principals::designate_principal,
        routes::documents::list_documents,
        routes::documents::list_document_changes,
        routes::documents::get_document,
        routes::documents::list_gaps,
        routes::programmes::get_programme,
        routes::programmes::list_programme_versions,
        routes::programmes::get_programme_diff,
        routes::programmes::amend_programme,
        routes::known_issues::list_known_issues,
        routes::known_issues::confirm_reading,
        routes::documents_admin::admin_list_documents,
        routes::documents_admin::admin_get_document,
        routes::documents_admin::create_document,
        routes::documents_admin::update_document,
        routes::documents_admin::relate_documents,
        routes::documents_admin::unrelate_documents,
        routes::documents_admin::move_document,
        routes::documents_admin::issue_document,
        routes::document_files::get_document_file,
        routes::document_files::upload_document_file,
        routes::document_files::update_document_file,
        routes::document_files::remove_document_file,
        routes::search::search,
        routes::translations::export_translations,
        routes::translations::import_translations,
        routes::translations::put_translation,
        routes::translations::remove_translation,
        routes::statistics::get_statistics,
        routes::charts::list_charts,
        routes::charts::get_chart,
        routes::committees::list_committees,
        routes::committees::get_committee,
        routes::committees::list_committee_acts,
        routes::committees::compare_committee_rosters,
        routes::committees::get_seat_history,
        routes::committees::get_committee_member,
        routes::committees::plan_committee,
        routes::committees::record_committee_act,
        routes::meetings::list_meetings,
        routes::meetings::get_meeting,
        routes::meetings::create_meeting,
        routes::meetings::update_meeting,
        routes::meetings::write_minutes,
        routes::meetings::record_meeting_act,
        routes::calendars::list_calendar_links,
        routes::calendars::create_calendar_link,
        routes::calendars::revoke_calendar_link,
        routes::calendars::get_calendar,
        routes::webhooks::list_webhooks,
        routes::webhooks::create_webhook,
        routes::webhooks::get_webhook,
        routes::webhooks::update_webhook,
        routes::webhooks::delete_webhook,
        routes::webhooks::enable_webhook,
        routes::webhooks::disable_webhook,
        routes::webhooks::rotate_webhook_secret,
        routes::webhooks::test_webhook,
        routes::webhook_deliveries::list_webhook_deliveries,
        routes::webhook_deliveries::get_webhook_delivery,
        routes::webhook_deliveries::redeliver_webhook_delivery,
        routes::webhook_deliveries::redeliver_webhook_dead,
        routes::frozen::freeze_statistics,
        routes::frozen::list_frozen_statistics,
        routes::frozen::get_frozen_statistics,
        routes::reports::submit_report,
        routes::batches::submit_reports,
        routes::regimes::get_regime_template,
        routes::reports::list_reports,
        routes::reports::get_report,
        routes::report_acts::create_draft,
        routes::report_acts::update_draft,
        routes::report_acts::discard_draft,
        routes::report_acts::send_report,
        routes::report_acts::return_report,
        routes::report_acts::accept_report,
        routes::report_acts::reopen_report,
        routes::report_acts::enter_report,
        routes::report_acts::consolidate_reports,
        routes::report_acts::put_report,
        routes::report_history::list_report_versions,
        routes::report_history::get_report_version,
        routes::report_history::list_version_changes,
        routes::report_history::list_report_events,
        routes::report_history::list_similar_reports,
        routes::obligations::list_obligations,
        routes::obligations::get_obligation,
        routes::obligations::exclude_obligation,
        routes::obligations::include_obligation,
        routes::obligations::request_reports,
        routes::notices::list_notices,
        routes::notices::urge_obligation,
        routes::evidence::upload_report_file,
        routes::evidence::list_report_files,
        routes::evidence::get_report_file,
        routes::evidence::remove_report_file,
        routes::budget::list_budget_lines,
        routes::budget::create_budget_line,
        routes::budget::get_budget_line,
        routes::budget::update_budget_line,
        routes::budget_movements::list_budget_movements,
        routes::budget_movements::record_budget_movements,
        routes::budget::list_budget_ladders,
        routes::budget::list_unallocated_supplements,
        routes::budget::list_unsettled_money,
        routes::budget_years::list_budget_means,
        routes::budget_years::record_budget_means,
        routes::budget_years::get_budget_settings,
        routes::budget_years::put_budget_rules,
        routes::budget_years::put_budget_code,
        routes::budget_contributors::pseudonymise_budget_contributor,
        routes::changes::list_changes,
        routes::trainings::list_training_courses,
        routes::trainings::get_training_course,
        routes::trainings::create_training_course,
        routes::trainings::update_training_course,
        routes::trainings::create_training_session,
        routes::trainings::update_training_session,
        routes::trainings::list_participations,
        routes::trainings::record_participations,
        routes::trainings::get_training_figures,
        routes::trainings::get_training_people,
        routes::trainings::release_training_figures,
        routes::training_register::list_training_materials,
        routes::training_register::create_training_material,
        routes::training_register::add_training_material_version,
        routes::training_register::list_training_plan,
        routes::training_register::plan_training,
        routes::training_register::list_staff_rolls,
        routes::training_register::record_staff_roll,
        routes::targets::list_target_evaluations,
        routes::targets::list_target_records,
        routes::targets::define_target,
        routes::targets::state_target_value,
        routes::deliverables::list_deliverables,
        routes::deliverables::get_deliverable_figures,
        routes::deliverables::get_deliverable,
        routes::deliverables::list_deliverable_versions,
        routes::deliverables::record_deliverable,
        routes::deliverables::record_deliverables,
        routes::deliverables::correct_deliverable,
        routes::deliverables::withdraw_deliverable,
    ),
    components(schemas(
        problem::ProblemDocument,
        problem::ProblemFault,
        problem::ProblemMessage,
        dto::report::NewReport,
        dto::report::Product,
        dto::obligation::Reason,
        dto::obligation::NewReportRequest,
        dto::notice::NewUrging,
        dto::committee::NewCommittee,
        dto::committee::NewCommitteeAct,
        dto::meeting::NewMeeting,
        dto::meeting::NewMeetingPlan,
        dto::meeting::NewMinutes,
        dto::meeting::NewMeetingAct,
        dto::calendar_link::NewCalendarLink,
        dto::frozen::NewFrozenStatistics
    )),
    modifiers(&Bearer, &Usual, &Guide)
)]
struct Api;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let scheme = |description: &str| {
            let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").description(Some(description));
            SecurityScheme::Http(scheme.build())
        };
        let any = "An access token of `/api/v1/auth/token` (RFC 9068), signed and checked as RFC8725 says.";
        let administrators = "The same, of an account whose role is for administration, as the table of `docs/access.md` says; RFC8725.";
        let components = openapi.components.get_or_insert_default();
        components.add_security_scheme("bearer", scheme(any));
        components.add_security_scheme(finish::ADMINISTRATION, scheme(administrators));
    }
}

/// What administrators are told on the page of the description: the roles, as the policy has them, and the way through.
struct Guide;

const STEPS: &str = "\n\n## For administrators, step by step\n\n\
    1. **Sign in**: `POST /api/v1/auth/token` with `grant_type=password`; the bar at the top of `/docs` does it for you.\n\
    2. **Let an agency's system in**: `POST /api/v1/admin/accounts` with `kind` `SERVICE`, its agency and the role `AGENCY_SYSTEM`. \
    The secret is in the answer and nowhere else.\n\
    3. **Rotate its secret**: `POST /api/v1/admin/accounts/{id}/secrets` makes the new one; when `lastUsedAt` of the old one stands \
    still, `DELETE` it. Two are in force at once.\n\
    4. **Connect the city's sign-on**: name its OpenID Connect issuer, audience and claims under `[[sign_on]]` in the configuration \
    file; its access tokens are accepted from the next start on.\n\
    5. **Read the audit log**: `GET /api/v1/admin/audit` as an auditor; `haidang audit verify` checks it, `haidang audit anchor` \
    prints what is to be kept elsewhere.\n";

impl Modify for Guide {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let rows: Vec<String> =
            Role::ALL.iter().map(|role| format!("| `{role}` | {} | {} |\n", role.purpose(), role.scope().label())).collect();
        let roles =
            "\n\n## Roles\n\n| role | what it is for | given for |\n|---|---|---|\n| `PUBLIC` | no token: reads what is published | – |\n";
        let description = openapi.info.description.get_or_insert_default();
        description.push_str(roles);
        description.push_str(&rows.concat());
        description.push_str(STEPS);
    }
}

/// The errors that any operation may answer with; what a handler says itself stays.
struct Usual;

/// Name, status and description of each.
const USUAL: [(&str, &str, &str); 16] = [
    ("Failed", "500", "The service failed; the log knows why, under the request's id."),
    ("Unavailable", "503", "The service or its database is busy or not there; `Retry-After` tells when to come back."),
    ("TooMany", "429", "Too many requests or failed attempts; `Retry-After` tells when to come back."),
    // Unknown query parameters are refused everywhere.
    ("Unreadable", "400", "A parameter, header or body cannot be read."),
    ("Unauthenticated", "401", "A token is needed, or the one given is not valid."),
    ("Forbidden", "403", "Not allowed: the role, the token's scope, the network address, or one's own matter."),
    ("NotFound", "404", "There is none that the caller may know of."),
    ("StateConflict", "409", "Its present state does not allow this."),
    ("Changed", "412", "It has changed since it was read."),
    ("IfMatchMissing", "428", "`If-Match` is missing."),
    ("HeadTooLarge", "431", "The line and the headers of the request are too large."),
    ("BodyLate", "408", "The body did not arrive in time."),
    ("Conflict", "409", "It is there already, or there are too many."),
    ("BodyTooLarge", "413", "The body is too large."),
    ("MediaTypeUnsupported", "415", "The body is not of the media type that is wanted, or compressed."),
    ("Refused", "422", "The body has faults; each is told with its place."),
];

impl Modify for Usual {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let components = openapi.components.get_or_insert_default();
        for (name, _, description) in USUAL {
            components.responses.insert(name.into(), problem(description).into());
        }
        for (path, item) in &mut openapi.paths.paths {
            let changing = [&mut item.post, &mut item.put, &mut item.patch, &mut item.delete].map(|operation| (operation, false));
            let methods = [(&mut item.get, true)].into_iter().chain(changing);
            for (operation, is_read) in methods.filter_map(|(operation, is_read)| operation.as_mut().map(|operation| (operation, is_read)))
            {
                let mut usual = vec!["Failed", "Unavailable", "TooMany", "HeadTooLarge", "Unreadable"];
                // A read rests on `If-Match` where that is sent, though nobody needs it.
                usual.extend(is_read.then_some("Changed"));
                if path != TOKEN_PATH {
                    usual.extend(["Unauthenticated", "Forbidden"]);
                }
                if has(operation, &ParameterIn::Path) {
                    usual.push("NotFound");
                }
                if let Some(is_required) = header_named(operation, "If-Match") {
                    usual.extend(["StateConflict", "Changed"]);
                    usual.extend(is_required.then_some("IfMatchMissing"));
                }
                if operation.request_body.is_some() {
                    usual.extend(["BodyLate", "Conflict", "BodyTooLarge", "MediaTypeUnsupported", "Refused"]);
                }
                for (name, status, _) in usual.into_iter().filter_map(|name| USUAL.iter().find(|(known, _, _)| *known == name)) {
                    let responses = &mut operation.responses.responses;
                    responses.entry((*status).into()).or_insert_with(|| Ref::from_response_name(*name).into());
                }
            }
        }
    }
}

/// Whether an operation has a parameter of this kind.
fn has(operation: &Operation, place: &ParameterIn) -> bool {
    let of_kind = |parameter: &RefOr<Parameter>| matches!(parameter, RefOr::T(parameter) if parameter.parameter_in == *place);
    operation.parameters.iter().flatten().any(of_kind)
}

/// Whether a header that an operation reads has to be sent; nothing where it reads none of this name.
fn header_named(operation: &Operation, name: &str) -> Option<bool> {
    operation.parameters.iter().flatten().find_map(|parameter| match parameter {
        RefOr::T(parameter) if parameter.parameter_in == ParameterIn::Header && parameter.name == name => {
            Some(matches!(parameter.required, Required::True))
        }
        _ => None,
    })
}

fn problem(description: &str) -> Response {
    let content = Content::new(Some(Ref::from_schema_name("Problem")));
    ResponseBuilder::new().description(description).content("application/problem+json", content).build()
}

/// The OpenAPI 3.1 document.
///
/// # Errors
/// Never for what is described here; the serialiser's own.
pub fn document() -> serde_json::Result<Value> {
    let mut value = serde_json::to_value(Api::openapi())?;
    finish::finish(&mut value);
    Ok(value)
}
