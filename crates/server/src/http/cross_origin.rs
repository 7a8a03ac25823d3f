//! Pages of other origins: which may ask for what, and what those are told that may not.
//! Must not let a browser send what it keeps of its own: tokens are sent by scripts.
//! Which origins there are is set in the configuration; without any, nothing is said of other origins.

use actix_cors::Cors;
use actix_web::{
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method,
        header::{self, HeaderValue},
    },
    middleware::Next,
};
use domain::error::{Code, Refusal};

/// Headers that pages of other origins may send.
const ASKED_HEADERS: [&str; 10] = [
    "accept",
    "accept-language",
    "authorization",
    "content-type",
    "idempotency-key",
    "if-match",
    "if-none-match",
    "last-event-id",
    "validation-token",
    "x-request-id",
];
/// Headers that they may read.
const TOLD_HEADERS: [&str; 11] = [
    "content-disposition",
    "content-language",
    "etag",
    "idempotency-replayed",
    "link",
    "location",
    "ratelimit",
    "ratelimit-policy",
    "retry-after",
    "www-authenticate",
    "x-request-id",
];

/// Which pages of other origins may ask. Tokens are sent by their scripts, never by their browsers: no credentials are allowed.
pub fn known(origins: &[String]) -> Cors {
    let known = origins.iter().fold(Cors::default(), |cors, origin| cors.allowed_origin(origin));
    known
        .allowed_methods(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"])
        .allowed_headers(ASKED_HEADERS)
        .expose_headers(TOLD_HEADERS)
        .max_age(3600)
}

/// Gives a refused question of a browser (a preflight) the form of every refusal; what knows the origins answers it in words of its own.
pub async fn told(request: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let asks = *request.method() == Method::OPTIONS && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let response = next.call(request).await?.map_into_boxed_body();
    if !asks || !response.status().is_client_error() || response.headers().contains_key(header::CONTENT_TYPE) {
        return Ok(response);
    }
    let (vi, en) =
        ("Trang web của nguồn (origin) này không được gửi yêu cầu như vậy.", "Pages of this origin may not send such a request.");
    let mut refused = rest::respond(&Refusal::worded(Code::Forbidden, vi, en));
    let headers = refused.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::VARY, HeaderValue::from_static("Origin, Access-Control-Request-Method, Access-Control-Request-Headers"));
    let (request, _) = response.into_parts();
    Ok(ServiceResponse::new(request, refused))
}
