//! The routes under `/api/v1`, one file per resource.
//! Must not hold rules: a handler reads the request, asks one use case and renders its answer.
//! What is published of them is `openapi`.

pub mod agencies;
pub mod auth;
pub mod reports;
pub mod tasks;

use actix_web::{HttpResponse, Route, guard, web};
use domain::error::Code;

use crate::problem::Problem;

/// Bodies of JSON requests are no longer than this.
pub const JSON_LIMIT: usize = 1024 * 1024;
/// Token requests are no longer than this.
const FORM_LIMIT: usize = 16 * 1024;

/// Adds the routes. Unknown paths and methods are answered with problem documents as well.
pub fn configure(config: &mut web::ServiceConfig) {
    let v1 = web::scope("/api/v1")
        .app_data(web::PayloadConfig::new(JSON_LIMIT))
        .service(resource("/auth/token").app_data(web::PayloadConfig::new(FORM_LIMIT)).route(web::post().to(auth::issue_token)))
        .service(resource("/me").route(read().to(auth::get_me)))
        .service(resource("/agencies").route(read().to(agencies::list_agencies)))
        .service(resource("/tasks").route(read().to(tasks::list_tasks)))
        .service(resource("/reports").route(read().to(reports::list_reports)).route(web::post().to(reports::submit_report)))
        .service(resource("/reports/{id}").route(read().to(reports::get_report)))
        .default_service(web::to(not_found));
    config.service(v1);
}

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

async fn not_allowed(request: actix_web::HttpRequest) -> HttpResponse {
    let allow = match request.match_pattern().as_deref() {
        Some("/api/v1/auth/token") => "POST",
        Some("/api/v1/reports") => "GET, HEAD, POST",
        _ => "GET, HEAD",
    };
    let mut response = crate::problem::respond(&domain::error::Refusal::new(Code::MethodNotAllowed));
    response.headers_mut().insert(actix_web::http::header::ALLOW, actix_web::http::header::HeaderValue::from_static(allow));
    response
}
