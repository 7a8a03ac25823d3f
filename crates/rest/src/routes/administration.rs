//! Where accounts, agencies and people are administered.
//! Must not do anything; each path leads to the handler that its name says.
//! The paths of everything else are in the parent module.

use actix_web::web;

use super::{accounts, audit, credentials, designations, directions, organisation, personal_requests, persons, read, resource};

pub fn configure(config: &mut web::ServiceConfig) {
    config.configure(configure_accounts).configure(configure_organisation).configure(configure_persons);
}

fn configure_accounts(config: &mut web::ServiceConfig) {
    let of_account = |path: &str| resource(&format!("/admin/accounts/{{id}}{path}"));
    config
        .service(resource("/admin/accounts").route(read().to(accounts::list_accounts)).route(web::post().to(accounts::create_account)))
        .service(of_account("").route(read().to(accounts::get_account)).route(web::patch().to(accounts::update_account)))
        .service(of_account("/grants").route(web::post().to(accounts::create_grant)))
        .service(of_account("/grants/{grantId}").route(web::delete().to(accounts::revoke_grant)))
        .service(of_account("/secrets").route(web::post().to(credentials::create_secret)))
        .service(of_account("/secrets/{credentialId}").route(web::delete().to(credentials::revoke_secret)))
        .service(of_account("/keys").route(web::post().to(credentials::create_client_key)))
        .service(of_account("/keys/{keyId}").route(web::delete().to(credentials::revoke_client_key)))
        .service(of_account("/password").route(web::post().to(credentials::reset_password)))
        .service(of_account("/second-factor").route(web::delete().to(credentials::reset_second_factor)))
        .service(of_account("/sessions/{sessionId}").route(web::delete().to(credentials::end_account_session)))
        .service(resource("/admin/signing-keys").route(read().to(credentials::list_signing_keys)))
        .service(resource("/admin/audit").route(read().to(audit::list_audit_entries)));
}

fn configure_organisation(config: &mut web::ServiceConfig) {
    let of_agency = |path: &str| resource(&format!("/admin/agencies/{{code}}{path}"));
    config
        .service(resource("/admin/agencies").route(web::post().to(organisation::create_agency)))
        .service(resource("/admin/agencies/events").route(web::post().to(organisation::record_agency_event)))
        .service(of_agency("/version").route(web::put().to(organisation::change_agency)))
        .service(of_agency("/e-code").route(web::put().to(organisation::set_agency_code)))
        .service(of_agency("/head").route(web::put().to(organisation::set_head_of_agency)))
        .service(of_agency("/posts").route(web::put().to(organisation::set_post_of_agency)))
        .service(of_agency("/roll").route(web::put().to(organisation::set_roll)))
        .service(resource("/tasks/{id}/designations").route(read().to(designations::list_designations)))
        .service(resource("/admin/programmes/{code}/directions").route(web::post().to(directions::record_direction)))
        .service(resource("/admin/tasks/{id}/designations").route(web::post().to(designations::designate_members)))
        .service(resource("/admin/succession-queue").route(read().to(organisation::list_succession_queue)))
        .service(resource("/admin/succession-queue/seats").route(read().to(organisation::list_vacated_seats)))
        .service(resource("/admin/succession-queue/successor").route(web::post().to(organisation::name_successor)));
}

fn configure_persons(config: &mut web::ServiceConfig) {
    let of_one = |path: &str| resource(&format!("/admin/persons/{{id}}{path}"));
    config
        .service(resource("/admin/persons").route(read().to(persons::list_persons)).route(web::post().to(persons::create_person)))
        .service(of_one("").route(read().to(persons::get_person)).route(web::patch().to(persons::update_person)))
        .service(of_one("/restricted").route(web::post().to(persons::read_personal_fields)))
        .service(of_one("/export").route(web::post().to(persons::export_person)))
        .service(of_one("/restriction").route(web::put().to(persons::restrict_person)))
        .service(of_one("/pseudonym").route(web::post().to(persons::pseudonymise_person)))
        .service(
            resource("/admin/personal-requests")
                .route(read().to(personal_requests::list_personal_requests))
                .route(web::post().to(personal_requests::create_personal_request)),
        )
        .service(resource("/admin/personal-requests/{id}").route(read().to(personal_requests::get_personal_request)))
        .service(resource("/admin/personal-requests/{id}/steps").route(web::post().to(personal_requests::move_personal_request)));
}
