//! Errors of REST answers: RFC 9457 problem documents with a stable code and words in two languages.
//! Must not carry internals; failures of the service are logged here and shown as INTERNAL or UNAVAILABLE.
//! The codes are `domain::error`; the page behind each `type` is served by the server.

use std::fmt;

use actix_web::{
    HttpResponse, ResponseError,
    http::{StatusCode, header},
};
use app::Error;
use domain::error::{Class, Code, Fault, Message, Refusal};
use serde::Serialize;
use utoipa::ToSchema;

/// A text in Vietnamese and English.
#[derive(Serialize, ToSchema)]
pub struct ProblemMessage {
    /// In Vietnamese.
    #[schema(max_length = 500)]
    vi: String,
    /// In English.
    #[schema(max_length = 500)]
    en: String,
}

impl ProblemMessage {
    /// Words in Vietnamese and English.
    pub fn of((vi, en): (&str, &str)) -> Self {
        Self { vi: vi.to_owned(), en: en.to_owned() }
    }
}

impl From<&Message> for ProblemMessage {
    fn from(message: &Message) -> Self {
        Self { vi: cut(&message.vi), en: cut(&message.en) }
    }
}

/// Characters of a text at most, and faults that are told at once.
const MAX_TEXT: usize = 500;
const MAX_TOLD: usize = 1_000;

/// What callers send may stand in what they are told, however long it is.
fn cut(text: &str) -> String {
    text.chars().take(MAX_TEXT).collect()
}

/// One thing wrong with a body, and where.
#[derive(Serialize, ToSchema)]
pub struct ProblemFault {
    /// JSON pointer (RFC 6901) into the body; empty for the whole of it. For query parameters: a slash and the name.
    #[schema(example = "/year", max_length = 500)]
    pointer: String,
    /// Stable.
    #[schema(example = "YEAR_NOT_SCHEDULED", max_length = 64)]
    code: String,
    message: ProblemMessage,
}

impl From<&Fault> for ProblemFault {
    fn from(fault: &Fault) -> Self {
        Self { pointer: cut(&fault.pointer), code: fault.code.label().into(), message: ProblemMessage::from(&fault.message) }
    }
}

/// An error (RFC 9457, application/problem+json).
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemDocument {
    /// A page that says what the code means, relative to this service.
    #[serde(rename = "type")]
    #[schema(example = "/problems/REPORT_REFUSED", max_length = 100)]
    kind: String,
    /// The meaning of the code in English.
    #[schema(max_length = 200)]
    title: String,
    /// The status of the response.
    #[schema(minimum = 400, maximum = 599, example = 422)]
    status: u16,
    /// What is wrong on this occasion, in English.
    #[schema(max_length = 500)]
    detail: String,
    /// Stable; what clients switch on.
    #[schema(example = "REPORT_REFUSED", max_length = 64)]
    code: String,
    message: ProblemMessage,
    /// Everything wrong with the body, not only the first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 1000)]
    errors: Vec<ProblemFault>,
}

/// The status for a code.
pub fn status(code: Code) -> StatusCode {
    match code.class() {
        Class::Malformed => StatusCode::BAD_REQUEST,
        Class::Unauthenticated => StatusCode::UNAUTHORIZED,
        Class::Forbidden => StatusCode::FORBIDDEN,
        Class::NotFound => StatusCode::NOT_FOUND,
        Class::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        Class::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
        Class::HeadTooLarge => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
        Class::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
        Class::Conflict => StatusCode::CONFLICT,
        Class::PreconditionFailed => StatusCode::PRECONDITION_FAILED,
        Class::PreconditionRequired => StatusCode::PRECONDITION_REQUIRED,
        Class::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Class::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Class::Invalid | Class::Fault => StatusCode::UNPROCESSABLE_ENTITY,
        Class::TooMany => StatusCode::TOO_MANY_REQUESTS,
        Class::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Class::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// What a refusal tells of the token that it wants (RFC 6750, section 3); which scope would do, no refusal knows.
pub fn challenge(code: Code) -> Option<&'static str> {
    match code {
        Code::TokenInvalid => Some(r#"Bearer error="invalid_token""#),
        Code::ScopeInsufficient => Some(r#"Bearer error="insufficient_scope""#),
        code => (status(code) == StatusCode::UNAUTHORIZED).then_some("Bearer"),
    }
}

/// An error on its way to the client.
#[derive(Debug)]
pub struct Problem(Refusal);

impl Problem {
    /// An error worded by its code.
    pub fn new(code: Code) -> Self {
        Self(Refusal::new(code))
    }

    /// The same, with the faults of these fields in the part of the body that holds them.
    pub fn within(error: Error, part: &str, holds: impl Fn(&str) -> bool) -> Self {
        let mut problem = Self::from(error);
        for fault in &mut problem.0.faults {
            let field = fault.pointer.trim_start_matches('/').split('/').next().unwrap_or_default();
            if holds(field) {
                fault.pointer.insert_str(0, part);
            }
        }
        problem
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self(refusal)
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        if error.is_failure() {
            tracing::error!(%error, "a request failed");
        }
        Self(error.refusal())
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        status(self.0.code)
    }

    fn error_response(&self) -> HttpResponse {
        respond(&self.0)
    }
}

/// The response for a refusal.
pub fn respond(refusal: &Refusal) -> HttpResponse {
    let status = status(refusal.code);
    let mut response = HttpResponse::build(status);
    response.content_type("application/problem+json; charset=utf-8");
    if let Some(challenge) = challenge(refusal.code) {
        response.insert_header((header::WWW_AUTHENTICATE, challenge));
    }
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.insert_header(("Retry-After", "2"));
    }
    if refusal.code == Code::TooManyAttempts {
        response.insert_header(("Retry-After", "900"));
    }
    if refusal.code == Code::ContentEncodingUnsupported {
        // RFC 9110, section 12.5.3: only where the coding is the reason.
        response.insert_header((header::ACCEPT_ENCODING, "identity"));
    }
    response.json(document(refusal, status))
}

fn document(refusal: &Refusal, status: StatusCode) -> ProblemDocument {
    let code = refusal.code.label();
    ProblemDocument {
        kind: format!("/problems/{code}"),
        title: refusal.code.meaning().en.into_owned(),
        status: status.as_u16(),
        detail: cut(&refusal.message.en),
        code: code.into(),
        message: ProblemMessage::from(&refusal.message),
        errors: refusal.faults.iter().take(MAX_TOLD).map(Into::into).collect(),
    }
}
