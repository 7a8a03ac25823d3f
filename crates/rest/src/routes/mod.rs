//! The routes under `/api/v1`, one file per resource.
//! Must not hold rules: a handler reads the request, asks one use case and renders its answer.
//! What is published of them is `openapi`.

pub mod accounts;
mod administration;
pub mod agencies;
pub mod audit;
pub mod auth;
pub mod batches;
pub mod budget;
pub mod budget_contributors;
pub mod budget_movements;
pub mod budget_years;
pub mod calendars;
pub mod changes;
pub mod charts;
pub mod committees;
pub mod credentials;
pub mod deliverables;
pub mod designations;
pub mod directions;
pub mod document_files;
pub mod documents;
pub mod documents_admin;
pub mod evidence;
pub mod extensions;
pub mod frozen;
pub mod known_issues;
pub mod me;
pub mod meetings;
pub mod notices;
pub mod obligations;
pub mod occurrences;
pub mod organisation;
pub mod personal_requests;
pub mod persons;
pub mod principals;
pub mod programmes;
pub mod regimes;
pub mod report_acts;
pub mod report_history;
pub mod reports;
pub mod search;
pub mod statistics;
pub mod targets;
pub mod tasks;
pub mod training_register;
pub mod trainings;
pub mod translations;
pub mod webhook_deliveries;
pub mod webhooks;

use actix_web::{
    HttpResponse, Route,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    guard,
    http::header::{self, HeaderValue},
    middleware::{Next, from_fn},
    web,
};
use domain::error::Code;

use crate::{dto::page::NextPage, forms::Forms, problem::Problem};

/// Of these and below them, answers hold secrets or say who somebody is.
const UNKEPT: [&str; 4] = ["/api/v1/admin", "/api/v1/auth", "/api/v1/me", "/api/v1/persons"];

/// Whether nobody keeps an answer of this path.
pub fn is_unkept(path: &str) -> bool {
    UNKEPT.iter().any(|root| path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}

/// Where batches are taken, which may be long and come slowly.
const BATCHES: [&str; 2] = ["/api/v1/reports/batch", "/api/v1/budget/movements"];

/// Whether batches are taken at a path, by its pattern.
pub fn is_batch(pattern: &str) -> bool {
    BATCHES.contains(&pattern)
}

/// Bytes of bodies at most.
#[derive(Clone, Copy, Debug)]
pub struct Bodies {
    pub json: usize,
    /// Of reports or money.
    pub batch: usize,
}

impl Bodies {
    /// What the description says: nobody lets more in.
    pub const MOST: Self = Self { json: 1024 * 1024, batch: 20 * 1024 * 1024 };
}

/// Token requests are no longer than this.
const FORM_LIMIT: usize = 16 * 1024;

/// Adds the routes, for bodies no longer than this. Unknown paths and methods are answered with problem documents as well.
pub fn configure(config: &mut web::ServiceConfig, bodies: Bodies) {
    let form = web::PayloadConfig::new(FORM_LIMIT);
    let v1 = web::scope("/api/v1")
        .app_data(web::PayloadConfig::new(bodies.json))
        .app_data(bodies)
        .wrap(from_fn(refuse_unknown_parameters))
        .service(resource("/auth/token").app_data(form.clone()).route(web::post().to(auth::issue_token)))
        .service(resource("/auth/revoke").app_data(form).route(web::post().to(auth::revoke_token)))
        .service(resource("/agencies").route(read().to(agencies::list_agencies)))
        .service(resource("/agencies/{code}").route(read().to(agencies::get_agency)))
        .service(resource("/tasks").route(read().to(tasks::list_tasks)))
        .service(
            resource("/reports/{id}/files")
                .route(read().to(evidence::list_report_files))
                .route(web::post().to(evidence::upload_report_file)),
        )
        .service(
            resource("/reports/{id}/files/{fileId}")
                .route(read().to(evidence::get_report_file))
                .route(web::delete().to(evidence::remove_report_file)),
        )
        .service(resource("/changes").route(read().to(changes::list_changes)))
        .service(resource("/search").route(read().to(search::search)))
        .configure(configure_reports)
        .configure(configure_deliverables)
        .configure(configure_occurrences)
        .configure(configure_obligations)
        .configure(configure_committees)
        .configure(configure_meetings)
        .configure(configure_calendars)
        .configure(configure_webhooks)
        .configure(configure_trainings)
        .configure(configure_targets)
        .configure(configure_translations)
        .configure(configure_budget)
        .configure(configure_me)
        .configure(configure_documents)
        .configure(administration::configure)
        .default_service(web::to(not_found));
    config.service(v1);
}

/// Refuses query parameters where an operation takes none; the others read theirs strictly by themselves.
async fn refuse_unknown_parameters(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let forms = request.app_data::<web::Data<Forms>>().filter(|_| !request.query_string().is_empty());
    let refused = forms.zip(request.match_pattern()).and_then(|(forms, pattern)| {
        // RFC 6749, section 3.2: the token endpoint ignores what it does not know.
        if pattern.starts_with("/api/v1/auth/") {
            return None;
        }
        // What no operation answers is told so, whatever it brings.
        let form = forms.query(request.method(), &pattern)?;
        if form.takes_any() { None } else { forms.no_query()?.read::<serde_json::Value>(request.query_string()).err() }
    });
    match refused {
        Some(refusal) => Ok(request.into_response(crate::problem::respond(&refusal)).map_into_boxed_body()),
        None => Ok(linked(next.call(request).await?.map_into_boxed_body())),
    }
}

/// Tells of a page where the first and the next one are (RFC 8288).
fn linked(mut response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let Some(NextPage(cursor)) = response.response_mut().extensions_mut().remove::<NextPage>() else { return response };
    let request = response.request();
    let others = || url::form_urlencoded::parse(request.query_string().as_bytes()).filter(|(name, _)| name != "after");
    let to = |query: String| if query.is_empty() { request.path().to_owned() } else { format!("{}?{query}", request.path()) };
    let query = |cursor: Option<&str>| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(others()).extend_pairs(cursor.map(|cursor| ("after", cursor))).finish()
    };
    let link = format!("<{}>; rel=\"first\", <{}>; rel=\"next\"", to(query(None)), to(query(Some(&cursor))));
    if let Ok(value) = HeaderValue::from_str(&link) {
        response.headers_mut().insert(header::LINK, value);
    }
    response
}

fn configure_reports(config: &mut web::ServiceConfig) {
    use report_acts as acts;
    let of_report = |path: &str| resource(&format!("/reports/{{id}}{path}"));
    config
        .service(resource("/reports").route(read().to(reports::list_reports)).route(web::post().to(reports::submit_report)))
        .service(resource("/reports/drafts").route(web::post().to(acts::create_draft)))
        .service(resource("/reports/received").route(web::post().to(acts::enter_report)))
        .service(resource("/reports/batch").route(web::post().to(batches::submit_reports)))
        .service(resource("/regimes/{code}/template").route(read().to(regimes::get_regime_template)))
        .service(resource("/reports/consolidated").route(web::post().to(acts::consolidate_reports)))
        .service(resource("/reports/by-ref/{agency}/{externalRef}").route(web::put().to(acts::put_report)))
        .service(of_report("").route(read().to(reports::get_report)).route(web::delete().to(acts::discard_draft)))
        .service(of_report("/draft").route(web::put().to(acts::update_draft)))
        .service(of_report("/submit").route(web::post().to(acts::send_report)))
        .service(of_report("/return").route(web::post().to(acts::return_report)))
        .service(of_report("/accept").route(web::post().to(acts::accept_report)))
        .service(of_report("/reopen").route(web::post().to(acts::reopen_report)))
        .service(of_report("/versions").route(read().to(report_history::list_report_versions)))
        .service(of_report("/versions/{version}").route(read().to(report_history::get_report_version)))
        .service(of_report("/versions/{version}/changes").route(read().to(report_history::list_version_changes)))
        .service(of_report("/history").route(read().to(report_history::list_report_events)))
        .service(of_report("/similar").route(read().to(report_history::list_similar_reports)));
}

fn configure_deliverables(config: &mut web::ServiceConfig) {
    let of_one = |path: &str| resource(&format!("/deliverables/{{id}}{path}"));
    config
        .service(
            resource("/deliverables")
                .route(read().to(deliverables::list_deliverables))
                .route(web::post().to(deliverables::record_deliverable)),
        )
        .service(resource("/deliverables/figures").route(read().to(deliverables::get_deliverable_figures)))
        .service(resource("/deliverables/batch").route(web::post().to(deliverables::record_deliverables)))
        .service(of_one("").route(read().to(deliverables::get_deliverable)).route(web::put().to(deliverables::correct_deliverable)))
        .service(of_one("/versions").route(read().to(deliverables::list_deliverable_versions)))
        .service(of_one("/withdraw").route(web::post().to(deliverables::withdraw_deliverable)));
}

fn configure_occurrences(config: &mut web::ServiceConfig) {
    let of_one = |path: &str| resource(&format!("/occurrences/{{id}}{path}"));
    config
        .service(resource("/occurrences").route(read().to(occurrences::list_occurrences)))
        .service(of_one("").route(read().to(occurrences::get_occurrence)))
        .service(of_one("/start").route(web::post().to(occurrences::start_occurrence)))
        .service(of_one("/claim").route(web::post().to(occurrences::claim_occurrence)))
        .service(of_one("/return").route(web::post().to(occurrences::return_occurrence)))
        .service(of_one("/confirm").route(web::post().to(occurrences::confirm_occurrence)))
        .service(of_one("/redo").route(web::post().to(occurrences::redo_occurrence)))
        .service(of_one("/suspend").route(web::post().to(occurrences::suspend_occurrence)))
        .service(of_one("/resume").route(web::post().to(occurrences::resume_occurrence)))
        .service(of_one("/cancel").route(web::post().to(occurrences::cancel_occurrence)))
        .service(of_one("/withdraw").route(web::post().to(occurrences::withdraw_occurrence)))
        .service(of_one("/reopen").route(web::post().to(occurrences::reopen_occurrence)))
        .service(of_one("/extensions").route(web::post().to(extensions::request_extension)))
        .service(resource("/extensions/{id}/approve").route(web::post().to(extensions::approve_extension)))
        .service(resource("/extensions/{id}/reject").route(web::post().to(extensions::reject_extension)))
        .service(resource("/extensions/{id}/withdraw").route(web::post().to(extensions::withdraw_extension)))
        .service(
            resource("/tasks/{id}/principal")
                .route(read().to(principals::get_principal))
                .route(web::put().to(principals::designate_principal)),
        )
        .service(resource("/charts").route(read().to(charts::list_charts)))
        .service(resource("/charts/{file}").route(read().to(charts::get_chart)))
        .service(resource("/statistics").route(read().to(statistics::get_statistics)))
        .service(
            resource("/statistics/frozen")
                .route(read().to(frozen::list_frozen_statistics))
                .route(web::post().to(frozen::freeze_statistics)),
        )
        .service(resource("/statistics/frozen/{id}").route(read().to(frozen::get_frozen_statistics)));
}

fn configure_obligations(config: &mut web::ServiceConfig) {
    config
        .service(resource("/obligations").route(read().to(obligations::list_obligations)))
        .service(resource("/obligations/{id}").route(read().to(obligations::get_obligation)))
        .service(resource("/obligations/{id}/exclude").route(web::post().to(obligations::exclude_obligation)))
        .service(resource("/obligations/{id}/include").route(web::post().to(obligations::include_obligation)))
        .service(resource("/obligations/{id}/urge").route(web::post().to(notices::urge_obligation)))
        .service(resource("/notices").route(read().to(notices::list_notices)))
        .service(resource("/report-requests").route(web::post().to(obligations::request_reports)));
}

fn configure_documents(config: &mut web::ServiceConfig) {
    use documents_admin as admin;
    let of_one = |path: &str| resource(&format!("/admin/documents/{{id}}{path}"));
    config
        .service(resource("/documents").route(read().to(documents::list_documents)))
        .service(resource("/documents/changes").route(read().to(documents::list_document_changes)))
        .service(resource("/documents/{id}").route(read().to(documents::get_document)))
        .service(resource("/programmes/{code}").route(read().to(programmes::get_programme)))
        .service(resource("/programmes/{code}/versions").route(read().to(programmes::list_programme_versions)))
        .service(resource("/programmes/{code}/versions/{number}/diff").route(read().to(programmes::get_programme_diff)))
        .service(resource("/admin/programmes/{code}/amendments").route(web::post().to(programmes::amend_programme)))
        .service(resource("/programmes/{code}/known-issues").route(read().to(known_issues::list_known_issues)))
        .service(resource("/admin/programmes/{code}/known-issues/{id}/confirmation").route(web::post().to(known_issues::confirm_reading)))
        .service(resource("/programmes/{code}/gaps").route(read().to(documents::list_gaps)))
        .service(resource("/admin/documents").route(read().to(admin::admin_list_documents)).route(web::post().to(admin::create_document)))
        .service(of_one("").route(read().to(admin::admin_get_document)).route(web::patch().to(admin::update_document)))
        .service(resource("/documents/{id}/files/{fileId}").route(read().to(document_files::get_document_file)))
        .service(of_one("/files").route(web::post().to(document_files::upload_document_file)))
        .service(
            of_one("/files/{fileId}")
                .route(web::patch().to(document_files::update_document_file))
                .route(web::delete().to(document_files::remove_document_file)),
        )
        .service(of_one("/relations").route(web::post().to(admin::relate_documents)))
        .service(of_one("/relations/{kind}/{relatedId}").route(web::delete().to(admin::unrelate_documents)))
        .service(of_one("/stages").route(web::post().to(admin::move_document)))
        .service(of_one("/issue").route(web::post().to(admin::issue_document)));
}

fn configure_budget(config: &mut web::ServiceConfig) {
    let of_one = |path: &str| resource(&format!("/budget/lines/{{id}}{path}"));
    config
        .service(resource("/budget/lines").route(read().to(budget::list_budget_lines)).route(web::post().to(budget::create_budget_line)))
        .service(of_one("").route(read().to(budget::get_budget_line)).route(web::put().to(budget::update_budget_line)))
        .service(of_one("/movements").route(read().to(budget_movements::list_budget_movements)))
        .service(resource("/budget/movements").route(web::post().to(budget_movements::record_budget_movements)))
        .service(resource("/budget/ladders").route(read().to(budget::list_budget_ladders)))
        .service(resource("/budget/unallocated").route(read().to(budget::list_unallocated_supplements)))
        .service(resource("/budget/unsettled").route(read().to(budget::list_unsettled_money)))
        .service(
            resource("/budget/means")
                .route(read().to(budget_years::list_budget_means))
                .route(web::post().to(budget_years::record_budget_means)),
        )
        .service(resource("/budget/settings").route(read().to(budget_years::get_budget_settings)))
        .service(resource("/admin/budget/rules").route(web::put().to(budget_years::put_budget_rules)))
        .service(resource("/admin/budget/codes").route(web::put().to(budget_years::put_budget_code)))
        .service(
            resource("/admin/budget/contributor-pseudonyms").route(web::post().to(budget_contributors::pseudonymise_budget_contributor)),
        );
}

fn configure_me(config: &mut web::ServiceConfig) {
    config
        .service(resource("/me").route(read().to(me::get_me)))
        .service(resource("/me/password").route(web::post().to(me::change_password)))
        .service(resource("/me/second-factor").route(web::post().to(me::enrol_second_factor)))
        .service(resource("/me/second-factor/confirm").route(web::post().to(me::confirm_second_factor)))
        .service(resource("/me/second-factor/remove").route(web::post().to(me::remove_second_factor)))
        .service(resource("/me/sessions").route(read().to(me::list_my_sessions)))
        .service(resource("/me/sessions/{id}").route(web::delete().to(me::end_my_session)));
}

fn configure_committees(config: &mut web::ServiceConfig) {
    let of_one = |path: &str| resource(&format!("/committees/{{code}}{path}"));
    config
        .service(resource("/committees").route(read().to(committees::list_committees)))
        .service(of_one("").route(read().to(committees::get_committee)))
        .service(of_one("/acts").route(read().to(committees::list_committee_acts)))
        .service(of_one("/changes").route(read().to(committees::compare_committee_rosters)))
        .service(of_one("/seats/{id}/history").route(read().to(committees::get_seat_history)))
        .service(resource("/committee-members/{id}").route(read().to(committees::get_committee_member)))
        .service(resource("/admin/committees").route(web::post().to(committees::plan_committee)))
        .service(resource("/admin/committees/{code}/acts").route(web::post().to(committees::record_committee_act)));
}

fn configure_meetings(config: &mut web::ServiceConfig) {
    let of_one = |path: &str| resource(&format!("/meetings/{{id}}{path}"));
    config
        .service(resource("/meetings").route(read().to(meetings::list_meetings)).route(web::post().to(meetings::create_meeting)))
        .service(of_one("").route(read().to(meetings::get_meeting)).route(web::put().to(meetings::update_meeting)))
        .service(of_one("/minutes").route(web::put().to(meetings::write_minutes)))
        .service(of_one("/acts").route(web::post().to(meetings::record_meeting_act)));
}

fn configure_calendars(config: &mut web::ServiceConfig) {
    config
        .service(
            resource("/calendar-links")
                .route(read().to(calendars::list_calendar_links))
                .route(web::post().to(calendars::create_calendar_link)),
        )
        .service(resource("/calendar-links/{id}").route(web::delete().to(calendars::revoke_calendar_link)))
        .service(resource("/calendars/{file}").route(read().to(calendars::get_calendar)));
}

fn configure_webhooks(config: &mut web::ServiceConfig) {
    use webhook_deliveries as log;
    let of_one = |path: &str| resource(&format!("/webhooks/{{id}}{path}"));
    config
        .service(resource("/webhooks").route(read().to(webhooks::list_webhooks)).route(web::post().to(webhooks::create_webhook)))
        .service(
            of_one("")
                .route(read().to(webhooks::get_webhook))
                .route(web::put().to(webhooks::update_webhook))
                .route(web::delete().to(webhooks::delete_webhook)),
        )
        .service(of_one("/enable").route(web::post().to(webhooks::enable_webhook)))
        .service(of_one("/disable").route(web::post().to(webhooks::disable_webhook)))
        .service(of_one("/secret").route(web::post().to(webhooks::rotate_webhook_secret)))
        .service(of_one("/test").route(web::post().to(webhooks::test_webhook)))
        .service(of_one("/redeliver").route(web::post().to(log::redeliver_webhook_dead)))
        .service(of_one("/deliveries").route(read().to(log::list_webhook_deliveries)))
        .service(of_one("/deliveries/{deliveryId}").route(read().to(log::get_webhook_delivery)))
        .service(of_one("/deliveries/{deliveryId}/redeliver").route(web::post().to(log::redeliver_webhook_delivery)));
}

fn configure_trainings(config: &mut web::ServiceConfig) {
    use training_register as register;
    let at = |path: &str| resource(&format!("/trainings/{path}"));
    config
        .service(at("courses").route(read().to(trainings::list_training_courses)).route(web::post().to(trainings::create_training_course)))
        .service(
            at("courses/{id}").route(read().to(trainings::get_training_course)).route(web::put().to(trainings::update_training_course)),
        )
        .service(at("courses/{id}/sessions").route(web::post().to(trainings::create_training_session)))
        .service(at("sessions/{id}").route(web::put().to(trainings::update_training_session)))
        .service(
            at("sessions/{id}/participations")
                .route(read().to(trainings::list_participations))
                .route(web::put().to(trainings::record_participations)),
        )
        .service(at("figures").route(read().to(trainings::get_training_figures)))
        .service(at("people").route(read().to(trainings::get_training_people)))
        .service(resource("/admin/programmes/{code}/training-releases").route(web::post().to(trainings::release_training_figures)))
        .service(
            at("materials").route(read().to(register::list_training_materials)).route(web::post().to(register::create_training_material)),
        )
        .service(at("materials/{id}/versions").route(web::post().to(register::add_training_material_version)))
        .service(resource("/training-plan").route(read().to(register::list_training_plan)).route(web::post().to(register::plan_training)))
        .service(resource("/staff-rolls").route(read().to(register::list_staff_rolls)))
        .service(resource("/staff-rolls/{agency}/{on}").route(web::put().to(register::record_staff_roll)));
}

fn configure_translations(config: &mut web::ServiceConfig) {
    config
        .service(
            resource("/admin/translations/{lang}")
                .route(read().to(translations::export_translations))
                .route(web::post().to(translations::import_translations)),
        )
        .service(
            resource("/admin/translations/{lang}/{subject}")
                .route(web::put().to(translations::put_translation))
                .route(web::delete().to(translations::remove_translation)),
        );
}

fn configure_targets(config: &mut web::ServiceConfig) {
    let managed = |path: &str| resource(&format!("/admin/programmes/{{code}}/targets/{{target}}{path}"));
    config
        .service(resource("/programmes/{code}/targets").route(read().to(targets::list_target_evaluations)))
        .service(resource("/programmes/{code}/targets/{target}/records").route(read().to(targets::list_target_records)))
        .service(managed("/definitions").route(web::post().to(targets::define_target)))
        .service(managed("/values").route(web::post().to(targets::state_target_value)));
}

/// What a path has, any other method of which is told what there is.
fn resource(path: &str) -> actix_web::Resource {
    web::resource(path).default_service(web::to(not_allowed))
}

/// GET, and HEAD with it.
fn read() -> Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

async fn not_found() -> Result<HttpResponse, Problem> {
    Err(Problem::new(Code::NotFound))
}

/// Every method that the path has, as it is described.
async fn not_allowed(request: actix_web::HttpRequest) -> HttpResponse {
    let forms = request.app_data::<web::Data<Forms>>();
    let allow = forms.and_then(|forms| forms.methods.get(request.match_pattern()?.as_str()));
    let mut response = crate::problem::respond(&domain::error::Refusal::new(Code::MethodNotAllowed));
    if let Some(Ok(value)) = allow.map(|allow| HeaderValue::from_str(&format!("{allow}, OPTIONS"))) {
        response.headers_mut().insert(header::ALLOW, value);
    }
    response
}
