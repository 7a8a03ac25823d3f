//! What surrounds every request: its id, its caller, its log line, its count, and one shape for every error.
//! Must not log tokens or bodies; a token is taken from the Authorization header only.
//! Whether a token holds is asked of `app::identity`.

use std::{panic::AssertUnwindSafe, time::Instant};

use actix_web::{
    Error, HttpMessage, HttpResponse, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        StatusCode,
        header::{self, HeaderName, HeaderValue},
    },
    middleware::Next,
    web,
};
use app::{App, identity};
use auth::{Ctx, RequestId};
use domain::{
    error::{Code, Refusal},
    id::SystemIds,
};
use futures_util::FutureExt;
use rest::{CallerSlot, Problem};

use super::endpoints::State;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Finds the caller, runs the handler, completes the response.
pub async fn surround(request: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse<BoxBody>, Error> {
    let started = Instant::now();
    let request_id = request_id(&request);
    let (method, path) = (request.method().clone(), request.path().to_owned());
    let ctx = caller(&request, request_id.clone()).await;
    let signed_in = ctx.as_ref().is_ok_and(|ctx| ctx.account().is_some());
    let account = ctx.as_ref().ok().and_then(Ctx::account).map(|account| account.login.to_string());
    let mut response = match ctx {
        Ok(ctx) => {
            request.extensions_mut().insert(CallerSlot(ctx));
            answered(next, request).await?
        }
        Err(problem) => request.into_response(problem.error_response()).map_into_boxed_body(),
    };
    complete(&mut response, &request_id, signed_in);
    let status = response.status().as_u16();
    let route = response.request().match_pattern().unwrap_or_else(|| "(none)".into());
    let elapsed = started.elapsed();
    if let Some(state) = response.request().app_data::<web::Data<State>>() {
        state.metrics.observe(method.as_str(), &route, status, elapsed);
    }
    let micros = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX);
    tracing::info!(request_id = request_id.as_str(), %method, path, status, micros, account, "request");
    Ok(response)
}

/// Runs the handler; what the framework answers by itself becomes a problem document, a panic the answer INTERNAL.
async fn answered(next: Next<impl MessageBody + 'static>, request: ServiceRequest) -> Result<ServiceResponse<BoxBody>, Error> {
    let response = match AssertUnwindSafe(next.call(request)).catch_unwind().await {
        Ok(response) => response?.map_into_boxed_body(),
        Err(_) => return Err(Problem::new(Code::Internal).into()),
    };
    let stated = response.response().headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !response.status().is_client_error() && !response.status().is_server_error() || stated.contains("json") || stated.contains("html") {
        return Ok(response);
    }
    let code = code_of(response.status());
    let replaced: HttpResponse = rest::respond(&Refusal::new(code));
    let (request, _) = response.into_parts();
    Ok(ServiceResponse::new(request, replaced))
}

/// The code for an error that the framework made.
fn code_of(status: StatusCode) -> Code {
    match status {
        StatusCode::NOT_FOUND => Code::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => Code::MethodNotAllowed,
        StatusCode::PAYLOAD_TOO_LARGE => Code::BodyTooLarge,
        StatusCode::REQUEST_TIMEOUT => Code::RequestTimeout,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Code::MediaTypeUnsupported,
        status if status.is_client_error() => Code::BodyUnreadable,
        _ => Code::Internal,
    }
}

/// The caller's own id for the request when it is well-formed, else a new one.
fn request_id(request: &ServiceRequest) -> RequestId {
    let given = request.headers().get(&REQUEST_ID).and_then(|value| value.to_str().ok()).and_then(RequestId::parse);
    given.unwrap_or_else(|| RequestId::new(&SystemIds::default()))
}

async fn caller(request: &ServiceRequest, request_id: RequestId) -> Result<Ctx, Problem> {
    let mut values = request.headers().get_all(header::AUTHORIZATION);
    let (first, second) = (values.next(), values.next());
    let Some(value) = first else { return Ok(Ctx::anonymous(request_id)) };
    // The token endpoint reads its client's credentials itself.
    if request.path() == "/api/v1/auth/token" || request.path() == "/metrics" {
        return Ok(Ctx::anonymous(request_id));
    }
    let token = value.to_str().ok().and_then(|text| text.split_once(' ')).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let (Some((_, token)), None) = (token, second) else { return Err(Problem::new(Code::TokenInvalid)) };
    let app = request.app_data::<web::Data<App>>().ok_or_else(|| Problem::new(Code::Internal))?;
    Ok(identity::authenticate(app, token.trim(), request_id).await?)
}

/// Headers that every response carries.
fn complete(response: &mut ServiceResponse<BoxBody>, request_id: &RequestId, signed_in: bool) {
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(request_id.as_str()) {
        headers.insert(REQUEST_ID, value);
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if signed_in && !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}
