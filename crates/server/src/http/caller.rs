//! What surrounds every request: its id, its caller, its log line, its count, and one shape for every error.
//! Must not log tokens or bodies; a token is taken from the Authorization header only.
//! Whether a token holds is asked of `app::identity`.

use std::{
    cell::Cell,
    net::IpAddr,
    panic::AssertUnwindSafe,
    rc::Rc,
    time::{Duration, Instant},
};

use actix_web::{
    Error, HttpMessage, HttpResponse, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{Payload, ResponseHead, ServiceRequest, ServiceResponse},
    error::{InternalError, PayloadError},
    http::{
        Method, StatusCode,
        header::{self, HeaderMap, HeaderName, HeaderValue},
    },
    middleware::Next,
    web,
};
use app::{App, identity};
use auth::{Ctx, Origin, RequestId};
use domain::{
    error::{Code, Refusal},
    id::SystemIds,
};
use futures_util::{FutureExt, StreamExt};
use rest::{CallerSlot, Problem};

use super::{endpoints::State, freshness::Asked, held::Held, host, live::asks_for_socket, network::address_of, rates::Meter};
use crate::config::Patience;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Where a token is not looked at: the token endpoint reads its client's credentials itself, and probes ask about the process.
const OF_NOBODY: [&str; 5] = ["/api/v1/auth/token", "/api/v1/auth/revoke", "/metrics", "/healthz", "/readyz"];

/// Below this, callers sign in.
const SIGN_IN: &str = "/api/v1/auth/";

/// What asks about the process, and is always answered.
pub(super) const PROBES: [&str; 3] = ["/metrics", "/healthz", "/readyz"];

/// Below this, a path is a secret: it is logged as its pattern.
const SECRET_PATHS: &str = "/api/v1/calendars/";

/// Where files are taken, by the patterns of their paths; a test holds them against the description.
const FILES: [&str; 2] = ["/api/v1/reports/{id}/files", "/api/v1/admin/documents/{id}/files"];

/// What is known of a request before it is handled, for its log line and its count.
struct Seen {
    started: Instant,
    request_id: RequestId,
    method: Method,
    path: String,
    account: Option<String>,
    state: Option<web::Data<State>>,
}

impl Seen {
    fn note(&self, route: &str, status: StatusCode) {
        let (elapsed, status) = (self.started.elapsed(), status.as_u16());
        if let Some(state) = &self.state {
            state.metrics.observe(self.method.as_str(), route, status, elapsed);
        }
        let micros = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX);
        let is_secret = route.starts_with(SECRET_PATHS) || self.path.starts_with(SECRET_PATHS);
        let path = if is_secret { SECRET_PATHS } else { &self.path };
        let (request_id, method, account) = (self.request_id.as_str(), &self.method, &self.account);
        tracing::info!(request_id, %method, path, status, micros, account, "request");
    }
}

/// Finds the caller, runs the handler, completes the response.
pub async fn surround(mut request: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse<BoxBody>, Error> {
    let started = Instant::now();
    let request_id = request_id(&request);
    let state = request.app_data::<web::Data<State>>().cloned();
    let proxies = state.as_ref().map_or(&[][..], |state| &state.trusted_proxies);
    let network = address_of(request.peer_addr(), request.headers(), proxies);
    let transport = state.as_ref().map(|state| state.transport).unwrap_or_default();
    let mut late = None;
    let ctx = match arrived(&request, state.as_ref(), network) {
        Ok(()) if head_of(&request) > transport.head => Err(Problem::new(Code::HeadersTooLarge)),
        Ok(()) if !host::is_named(&request) => Err(host::refusal().into()),
        Ok(()) => caller(&request, Origin { request_id: request_id.clone(), network }).await,
        Err((refusal, wait)) => {
            late = Some(wait);
            Err(refusal.into())
        }
    };
    let meter = ctx.as_ref().ok().and_then(|ctx| metered(&request, state.as_ref(), ctx));
    let account = ctx.as_ref().ok().and_then(Ctx::account).map(|account| account.login.to_string());
    let (method, path) = (request.method().clone(), request.path().to_owned());
    let seen = Seen { started, request_id, method, path, account, state };
    let (asked, stalled) = (Asked::of(&request, seen.account.is_some()), in_time(&mut request, transport.patience));
    let admitted = ctx.and_then(|ctx| {
        meter.as_ref().map_or(Ok(()), Meter::admit)?;
        rest::require_plain(request.headers())?;
        Ok(ctx)
    });
    let answer = match admitted {
        Ok(ctx) => {
            let time = meter.as_ref().map(|meter| Duration::from_secs(meter.allowance().seconds.into()));
            request.extensions_mut().insert(CallerSlot::new(ctx, time));
            if let Some(meter) = &meter {
                request.extensions_mut().insert(meter.clone());
            }
            answered(next, request).await
        }
        Err(problem) => Ok(request.into_response(problem.error_response()).map_into_boxed_body()),
    };
    let Ok(mut response) = answer else {
        seen.note("(failed)", StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = rest::respond(&Refusal::new(Code::Internal));
        complete(response.headers_mut(), &seen);
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        return Err(InternalError::from_response(Panicked, response).into());
    };
    if stalled.get() {
        let (request, _) = response.into_parts();
        response = ServiceResponse::new(request, rest::respond(&Refusal::new(Code::RequestTimeout)));
        // What is still to come of this body is nobody's: the connection ends.
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    let mut response = asked.fresh(response);
    if let Some(meter) = &meter {
        meter.tell(response.headers_mut());
    }
    if let Some(wait) = late {
        response.headers_mut().insert(header::RETRY_AFTER, wait);
    }
    complete(response.headers_mut(), &seen);
    let route = response.request().match_pattern().unwrap_or_else(|| "(none)".into());
    seen.note(&route, response.status());
    Ok(response.map_body(|head, body| match meter.filter(|_| !is_lasting(head)) {
        Some(meter) => Held::boxed(body, meter),
        None => body,
    }))
}

/// Whether an answer goes on for as long as its reader likes: those are counted by their own places, not as being answered.
fn is_lasting(head: &ResponseHead) -> bool {
    let is_events = |kind: &HeaderValue| kind.as_bytes().starts_with(b"text/event-stream");
    head.status == StatusCode::SWITCHING_PROTOCOLS || head.headers().get(header::CONTENT_TYPE).is_some_and(is_events)
}

/// Bytes of the line and the headers, as they are written: with a space or a colon and an end of line to each.
fn head_of(request: &ServiceRequest) -> usize {
    let target = request.uri();
    let host = target.authority().map_or(0, |host| host.as_str().len() + target.scheme_str().unwrap_or_default().len() + "://".len());
    let path = target.path_and_query().map_or(0, |path| path.as_str().len());
    let line = request.method().as_str().len() + host + path + "  HTTP/1.1\r\n".len();
    request.headers().iter().fold(line, |sum, (name, value)| sum + name.as_str().len() + value.len() + ": \r\n".len())
}

/// Whether the address may send one request more.
fn arrived(request: &ServiceRequest, state: Option<&web::Data<State>>, network: Option<IpAddr>) -> Result<(), (Refusal, HeaderValue)> {
    match state.filter(|_| !PROBES.contains(&request.path())) {
        Some(state) => state.rates.arrived(network),
        None => Ok(()),
    }
}

/// Counts what a caller asks for.
fn metered(request: &ServiceRequest, state: Option<&web::Data<State>>, ctx: &Ctx) -> Option<Meter> {
    let counted = if request.path().starts_with(SIGN_IN) { Meter::of_sign_in } else { Meter::new };
    state.filter(|_| !PROBES.contains(&request.path())).map(|state| counted(&state.rates, ctx))
}

/// Lets the body arrive within the time of a request, one that may be long within that of an upload as long as it keeps coming;
/// the flag tells that it did not.
fn in_time(request: &mut ServiceRequest, patience: Patience) -> Rc<Cell<bool>> {
    let stalled = Rc::new(Cell::new(false));
    let is_socket = asks_for_socket(request);
    let payload = request.take_payload();
    // What comes on a socket is no body; who is slow there is looked after where it is spoken.
    if matches!(payload, Payload::None) || is_socket {
        request.set_payload(payload);
        return stalled;
    }
    let stated = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_form = stated.starts_with("multipart/");
    let is_long = |pattern: String| rest::is_batch(&pattern) || is_form && FILES.contains(&pattern.as_str());
    let may_be_long = request.match_pattern().is_some_and(is_long);
    let within = if may_be_long { patience.upload } else { patience.request };
    let (flag, deadline) = (Rc::clone(&stalled), tokio::time::Instant::now() + within);
    let timed = futures_util::stream::unfold((payload, flag), move |(mut payload, flag)| async move {
        let soon = deadline.min(tokio::time::Instant::now() + patience.request);
        if let Ok(chunk) = tokio::time::timeout_at(soon, payload.next()).await {
            return chunk.map(|chunk| (chunk, (payload, flag)));
        }
        flag.set(true);
        let late = std::io::Error::from(std::io::ErrorKind::TimedOut);
        Some((Err(PayloadError::Io(late)), (Payload::None, flag)))
    })
    // Who reads a form asks again after the end.
    .fuse();
    request.set_payload(Payload::Stream { payload: Box::pin(timed) });
    stalled
}

/// A handler panicked; what it said went to the log.
#[derive(Debug, thiserror::Error)]
#[error("a handler panicked")]
struct Panicked;

/// Runs the handler; what the framework answers by itself becomes a problem document.
async fn answered(next: Next<impl MessageBody + 'static>, request: ServiceRequest) -> Result<ServiceResponse<BoxBody>, Panicked> {
    let response = match AssertUnwindSafe(next.call(request)).catch_unwind().await {
        Ok(Ok(response)) => response.map_into_boxed_body(),
        Ok(Err(error)) => {
            tracing::error!(%error, "a handler failed");
            return Err(Panicked);
        }
        Err(_) => return Err(Panicked),
    };
    if response.status() == StatusCode::METHOD_NOT_ALLOWED && response.request().method() == Method::OPTIONS {
        return Ok(options(response));
    }
    let stated = response.response().headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !response.status().is_client_error() && !response.status().is_server_error() || stated.contains("json") || stated.contains("html") {
        return Ok(response);
    }
    let code = code_of(response.status());
    let replaced: HttpResponse = rest::respond(&Refusal::new(code));
    let (request, _) = response.into_parts();
    Ok(ServiceResponse::new(request, replaced))
}

/// What may be done with a resource (RFC 9110, section 9.3.7): that by which it refuses all else, and this.
fn options(refused: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let allow = refused.headers().get(header::ALLOW).and_then(|allow| allow.to_str().ok()).unwrap_or_default();
    let allow = if allow.contains("OPTIONS") { allow.to_owned() } else { format!("{allow}, OPTIONS") };
    let told = HttpResponse::NoContent().insert_header((header::ALLOW, allow)).finish();
    let (request, _) = refused.into_parts();
    ServiceResponse::new(request, told)
}

/// The code for an error that the framework made.
fn code_of(status: StatusCode) -> Code {
    match status {
        StatusCode::NOT_FOUND => Code::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => Code::MethodNotAllowed,
        StatusCode::PAYLOAD_TOO_LARGE => Code::BodyTooLarge,
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => Code::HeadersTooLarge,
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

async fn caller(request: &ServiceRequest, origin: Origin) -> Result<Ctx, Problem> {
    let mut values = request.headers().get_all(header::AUTHORIZATION);
    let (first, second) = (values.next(), values.next());
    let Some(value) = first else { return Ok(Ctx::anonymous(origin)) };
    if OF_NOBODY.contains(&request.path()) {
        return Ok(Ctx::anonymous(origin));
    }
    let (Some(token), None) = (bearer(value), second) else { return Err(Problem::new(Code::TokenInvalid)) };
    let app = request.app_data::<web::Data<App>>().ok_or_else(|| Problem::new(Code::Internal))?;
    Ok(identity::authenticate(app, token, origin).await?)
}

/// The bearer token of an Authorization header; the name of the scheme is in any case (RFC 9110, section 11.1).
pub(super) fn bearer(value: &HeaderValue) -> Option<&str> {
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Headers that every response carries.
fn complete(headers: &mut HeaderMap, seen: &Seen) {
    if let Ok(value) = HeaderValue::from_str(seen.request_id.as_str()) {
        headers.insert(REQUEST_ID, value);
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if seen.account.is_some() && !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

#[cfg(test)]
mod tests {
    use actix_web::{App, body, middleware::from_fn, test as served, web};

    use super::*;

    #[test]
    fn files_are_taken_where_the_description_says_so() {
        let document: serde_json::Value = serde_json::from_str(rest::PUBLISHED).expect("a description");
        let paths = document["paths"].as_object().expect("paths").iter();
        let takes = |item: &serde_json::Value| item["post"]["requestBody"]["content"].get("multipart/form-data").is_some();
        let mut described: Vec<&str> = paths.filter(|(_, item)| takes(item)).map(|(path, _)| path.as_str()).collect();
        let mut known = FILES.to_vec();
        described.sort_unstable();
        known.sort_unstable();
        assert_eq!(known, described);
    }

    async fn panics() -> HttpResponse {
        std::panic::panic_any("a secret")
    }

    #[actix_web::test]
    async fn a_panic_is_an_answer_without_internals() {
        let app = served::init_service(App::new().wrap(from_fn(surround)).route("/", web::get().to(panics))).await;
        let request = served::TestRequest::get().insert_header(("x-request-id", "one-two-three")).to_request();
        let error = served::try_call_service(&app, request).await.expect_err("an error");
        let response = error.error_response();
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let header = |name: HeaderName| response.headers().get(name).and_then(|value| value.to_str().ok());
        assert_eq!((header(REQUEST_ID), header(header::X_CONTENT_TYPE_OPTIONS)), (Some("one-two-three"), Some("nosniff")));
        let body = body::to_bytes(response.into_body()).await.expect("a body");
        let text = String::from_utf8_lossy(&body);
        assert!(text.contains("\"code\":\"INTERNAL\"") && !text.contains("secret"), "{text}");
    }
}
