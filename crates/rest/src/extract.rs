//! What handlers take from a request: the caller, the view, strict query parameters, strict bodies, idempotency keys.
//! Must not decide what a caller may do.
//! The caller is put into the request by the server's middleware, before any handler runs.

use std::{
    cmp::Reverse,
    future::{Ready, ready},
    time::{Duration, Instant},
};

use actix_web::{
    FromRequest, HttpMessage, HttpRequest, HttpResponse,
    dev::Payload,
    http::header::{self, AcceptLanguage, Header, HeaderMap, HeaderName, HeaderValue, Quality},
    web,
};
use app::{App, OnceKey, View, audit::Subject, form::Form, identity, strict};
use auth::{Ctx, digest};
use domain::{
    error::{Code, Fault, Refusal},
    lang::Liked,
    policy::operations::Interface,
};
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use sfv::{BareItem, Item, Parser};
use utoipa::ToSchema;

use crate::{forms::Forms, problem::Problem};

/// Whether an answer was given before.
pub const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// A body that has come so soon after its head was sent with it.
const AT_ONCE: Duration = Duration::from_millis(100);

/// The caller, as the middleware found it, and when.
#[derive(Clone)]
pub struct CallerSlot {
    ctx: Ctx,
    found: Instant,
    /// How long what is read for it may take; without end where there is none.
    time: Option<Duration>,
}

impl CallerSlot {
    /// A caller who was found just now, and how long what is read for it may take.
    pub fn new(ctx: Ctx, time: Option<Duration>) -> Self {
        Self { ctx, found: Instant::now(), time }
    }

    /// Who called, as the head of the request came.
    pub fn ctx(&self) -> &Ctx {
        &self.ctx
    }

    /// What the caller sees, for as long as it may take.
    fn view(self, app: &App) -> View {
        let view = View::new(app, self.ctx);
        match self.time {
            Some(time) => view.within(time),
            None => view,
        }
    }

    /// Who calls now that the last byte has come. A body may take its time, in which rights are withdrawn; one that came with its
    /// head did not.
    ///
    /// # Errors
    /// `TOKEN_INVALID` when what the caller's token rests on is no longer in force.
    pub async fn with_body(self, app: &App) -> Result<Ctx, Problem> {
        if self.found.elapsed() < AT_ONCE { Ok(self.ctx) } else { Ok(identity::renewed(app, &self.ctx).await?) }
    }
}

/// The caller of this request.
pub struct Caller(pub Ctx);

impl FromRequest for Caller {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let slot = request.extensions().get::<CallerSlot>().cloned();
        ready(slot.map(|slot| Self(slot.ctx)).ok_or_else(|| Problem::new(Code::Internal)))
    }
}

/// One caller's view of one state, for a request that reads.
pub struct Reading(pub View);

impl FromRequest for Reading {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(request))
    }
}

impl Reading {
    /// The view, for an operation that first asks whether it may be done at all.
    pub fn of(request: &HttpRequest) -> Result<Self, Problem> {
        let slot = request.extensions().get::<CallerSlot>().cloned();
        let view = request.app_data::<web::Data<App>>().zip(slot).map(|(app, slot)| slot.view(app));
        view.map(Self).ok_or_else(|| Problem::new(Code::Internal))
    }
}

/// The languages that a caller likes of those there are, by `Accept-Language`.
pub fn liked_langs(request: &HttpRequest) -> Liked {
    let Ok(accepted) = AcceptLanguage::parse(request) else { return Liked::default() };
    let mut ranges: Vec<(Quality, String)> = accepted.iter().map(|one| (one.quality, one.item.to_string())).collect();
    // Of those that are liked alike the first, and one that is named before all that are not.
    ranges.sort_by_key(|(quality, range)| (Reverse(*quality), range == "*"));
    let texts: Vec<&str> = ranges.iter().map(|(_, range)| range.as_str()).collect();
    let (liked, refused) = texts.split_at(ranges.partition_point(|(quality, _)| *quality > Quality::ZERO));
    Liked::of(liked, refused)
}

/// The answer depends on the languages that the caller likes: whoever keeps it keeps one for each.
pub struct ByLanguage;

/// Characters of `Accept-Language` at most, as the description says.
const MAX_PREFERENCE: usize = 1_000;

/// The languages that the caller of this request likes.
pub struct Preferred(pub Liked);

impl FromRequest for Preferred {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let header = request.headers().get(header::ACCEPT_LANGUAGE);
        if header.is_some_and(|told| told.len() > MAX_PREFERENCE) {
            let words = ("Accept-Language dài nhất 1.000 ký tự.", "Accept-Language has at most 1,000 characters.");
            return ready(Err(Refusal::worded(Code::HeaderInvalid, words.0, words.1).into()));
        }
        request.extensions_mut().insert(ByLanguage);
        ready(Ok(Self(liked_langs(request))))
    }
}

/// Query parameters; unknown, repeated and malformed ones are refused.
pub struct Params<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Params<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(request))
    }
}

impl<T: DeserializeOwned> Params<T> {
    /// Reads them, for an operation that first asks whether it may be done at all.
    pub fn of(request: &HttpRequest) -> Result<Self, Problem> {
        // Where nothing is given and nothing is needed, there is nothing that a form could refuse.
        if request.query_string().is_empty()
            && let Ok(params) = serde_json::from_value(Value::Object(Map::new()))
        {
            return Ok(Self(params));
        }
        let forms = request.app_data::<web::Data<Forms>>();
        let form = forms.and_then(|forms| forms.query(request.method(), request.match_pattern()?.as_str()));
        let form = form.ok_or_else(|| Problem::new(Code::Internal))?;
        Ok(Self(form.read(request.query_string())?))
    }
}

/// A request with a body, and its caller as stored after the last byte of it had come.
pub struct Push {
    pub ctx: Ctx,
    pub app: web::Data<App>,
    pub request: HttpRequest,
    pub bytes: web::Bytes,
    forms: web::Data<Forms>,
}

impl FromRequest for Push {
    type Error = actix_web::Error;
    type Future = LocalBoxFuture<'static, Result<Self, actix_web::Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (bytes, request) = (web::Bytes::from_request(request, payload), request.clone());
        Box::pin(async move {
            let slot = request.extensions().get::<CallerSlot>().cloned();
            let found = || Some((slot?, request.app_data::<web::Data<App>>()?.clone(), request.app_data::<web::Data<Forms>>()?.clone()));
            let (slot, app, forms) = found().ok_or_else(|| Problem::new(Code::Internal))?;
            let bytes = bytes.await?;
            let ctx = slot.with_body(&app).await?;
            Ok(Self { ctx, app, request, bytes, forms })
        })
    }
}

impl Push {
    /// Whether the caller may do this at all; asked before the body is looked at.
    pub async fn admit(&self, operation: &'static str) -> Result<(), Problem> {
        admit(&self.app, &self.ctx, &self.request, operation).await
    }

    /// Reads the body of an operation by its published form: every fault at once.
    pub async fn read<T: DeserializeOwned + ToSchema>(&self, operation: &'static str) -> Result<T, Problem> {
        self.admit(operation).await?;
        require_json(&self.request)?;
        self.body()
    }

    /// The idempotency key of a request that may have one: what its path names is part of what it says.
    ///
    /// # Errors
    /// `IDEMPOTENCY_KEY_INVALID`.
    pub fn key_if_said(&self) -> Result<Option<OnceKey>, Refusal> {
        let said = [self.request.path().as_bytes(), b"\n", &self.bytes].concat();
        match idempotency_key_of(&self.request, digest(&said)) {
            Ok(key) => Ok(Some(key)),
            Err(refusal) if refusal.code == Code::IdempotencyKeyMissing => Ok(None),
            Err(refusal) => Err(refusal),
        }
    }

    /// The body by its published form.
    pub fn body<T: DeserializeOwned + ToSchema>(&self) -> Result<T, Problem> {
        let form = self.forms.body(T::name().as_ref()).ok_or_else(|| Problem::new(Code::Internal))?;
        Ok(body(form, &self.bytes)?)
    }
}

/// A thing that a path names, for the audit log. What is no identifier names nothing.
pub fn subject(kind: &'static str, id: &str) -> Option<Subject> {
    Some((kind, id.parse().ok()?))
}

/// What the path of a request names, for the audit log: the thing that it begins with.
fn subject_of(request: &HttpRequest) -> Option<Subject> {
    const KINDS: [(&str, &str); 20] = [
        ("/api/v1/budget/lines/{id}", "budget_line"),
        ("/api/v1/calendar-links/{id}", "calendar_link"),
        ("/api/v1/webhooks/{id}", "webhook"),
        ("/api/v1/admin/accounts/{id}", "account"),
        ("/api/v1/admin/documents/{id}", "document"),
        ("/api/v1/admin/persons/{id}", "person"),
        ("/api/v1/admin/programmes/{code}/known-issues/{id}", "known_issue"),
        ("/api/v1/admin/personal-requests/{id}", "personal_request"),
        ("/api/v1/admin/tasks/{id}", "task"),
        ("/api/v1/reports/{id}", "report"),
        ("/api/v1/occurrences/{id}", "occurrence"),
        ("/api/v1/extensions/{id}", "extension"),
        ("/api/v1/tasks/{id}", "task"),
        ("/api/v1/obligations/{id}", "obligation"),
        ("/api/v1/meetings/{id}", "meeting"),
        ("/api/v1/me/sessions/{id}", "session"),
        ("/api/v1/trainings/courses/{id}", "training_course"),
        ("/api/v1/trainings/sessions/{id}", "training_session"),
        ("/api/v1/trainings/materials/{id}", "training_material"),
        ("/api/v1/deliverables/{id}", "deliverable"),
    ];
    let pattern = request.match_pattern()?;
    let is_there = |start: &str| pattern.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let (_, kind) = KINDS.iter().find(|(start, _)| is_there(start))?;
    subject(kind, request.match_info().get("id")?)
}

/// Whether the caller may do at all what a request asks for; asked before anything else, and before anything is told.
pub async fn admit(app: &App, ctx: &Ctx, request: &HttpRequest, operation: &'static str) -> Result<(), Problem> {
    Ok(app::admit(app, ctx, Interface::Rest, operation, subject_of(request)).await?)
}

/// Whether the request says that its body is JSON in UTF-8, as it stands.
///
/// # Errors
/// `MEDIA_TYPE_UNSUPPORTED`, `CONTENT_ENCODING_UNSUPPORTED`.
pub fn require_json(request: &HttpRequest) -> Result<(), Refusal> {
    media_among(request, &[("application/json", ())], &[])
}

/// Which of these media types the request says that its body is, in UTF-8 and as it stands; `more` are parameters that may stand
/// beside the character set.
///
/// # Errors
/// `MEDIA_TYPE_UNSUPPORTED`, `CONTENT_ENCODING_UNSUPPORTED`.
pub fn media_among<T: Copy>(request: &HttpRequest, known: &[(&str, T)], more: &[&str]) -> Result<T, Refusal> {
    // RFC 9110 lets a parameter be missing after its semicolon, and its value stand in quotes.
    const UTF8: [&str; 3] = ["", "charset=utf-8", "charset=\"utf-8\""];
    require_plain(request.headers())?;
    let stated = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut parts = stated.split(';').map(str::trim);
    let kind = parts.next().unwrap_or_default();
    let media = known.iter().find(|(name, _)| kind.eq_ignore_ascii_case(name)).map(|(_, media)| *media);
    let is_fine = |parameter: &str| UTF8.iter().chain(more).any(|fine| parameter.eq_ignore_ascii_case(fine));
    media.filter(|_| parts.all(is_fine)).ok_or_else(|| Refusal::new(Code::MediaTypeUnsupported))
}

/// Whether the body is not compressed or coded in another way: nothing here would undo it.
///
/// # Errors
/// `CONTENT_ENCODING_UNSUPPORTED`.
pub fn require_plain(headers: &HeaderMap) -> Result<(), Refusal> {
    let is_identity = |value: &HeaderValue| value.to_str().is_ok_and(|text| text.trim().eq_ignore_ascii_case("identity"));
    let is_plain = headers.get_all(header::CONTENT_ENCODING).all(is_identity);
    if is_plain { Ok(()) } else { Err(Refusal::new(Code::ContentEncodingUnsupported)) }
}

/// Reads a JSON body by its form: every fault at once.
fn body<T: DeserializeOwned>(form: &Form, bytes: &[u8]) -> Result<T, Refusal> {
    let document = strict::read(bytes).map_err(|error| {
        let (line, column) = (error.line, error.column);
        let (vi, en) = match error.repeated {
            Some(_) => ("Nội dung JSON có tên bị lặp lại", "A name is repeated in the JSON body"),
            None => ("Nội dung không phải JSON hợp lệ", "The body is not JSON"),
        };
        Refusal::worded(Code::BodyUnreadable, format!("{vi} (dòng {line}, cột {column})."), format!("{en} (line {line}, column {column})."))
    })?;
    let faults = form.faults(&document);
    if !faults.is_empty() {
        return Err(Refusal::with_faults(Code::BodyInvalid, faults));
    }
    // What the form lets through fits; if it ever does not, the words of the program are not the client's business.
    serde_json::from_value(document).map_err(|error| {
        tracing::error!(%error, "a form lets through what its type does not take");
        Refusal::with_faults(Code::BodyInvalid, vec![Fault::new("", Code::TypeMismatch)])
    })
}

/// The idempotency key of a request with this body.
pub fn idempotency_key(request: &HttpRequest, body: &[u8]) -> Result<OnceKey, Refusal> {
    idempotency_key_of(request, digest(body))
}

/// The idempotency key of a request that says what has this digest.
pub fn idempotency_key_of(request: &HttpRequest, request_sha256: String) -> Result<OnceKey, Refusal> {
    let mut values = request.headers().get_all("Idempotency-Key");
    let (first, second) = (values.next(), values.next());
    match (first, second) {
        (None, _) => Err(Refusal::new(Code::IdempotencyKeyMissing)),
        (Some(_), Some(_)) => Err(Refusal::new(Code::IdempotencyKeyInvalid)),
        (Some(value), None) => {
            let text = value.to_str().map_err(|_| Refusal::new(Code::IdempotencyKeyInvalid))?.trim();
            // The draft wants a string in quotes; one word without them is taken as it is.
            if text.starts_with('"') {
                OnceKey::with_digest(&structured_string(text)?, request_sha256)
            } else if text.contains(' ') {
                Err(Refusal::new(Code::IdempotencyKeyInvalid))
            } else {
                OnceKey::with_digest(text, request_sha256)
            }
        }
    }
}

/// The same for what may be rehearsed: a rehearsal needs no key and keeps none, but one that it brings is read all the same.
pub fn key_unless_rehearsed(request: &HttpRequest, request_sha256: String, is_rehearsal: bool) -> Result<Option<OnceKey>, Refusal> {
    match idempotency_key_of(request, request_sha256) {
        Ok(key) => Ok(Some(key).filter(|_| !is_rehearsal)),
        Err(refusal) if is_rehearsal && refusal.code == Code::IdempotencyKeyMissing => Ok(None),
        Err(refusal) => Err(refusal),
    }
}

/// Says of an answer that an earlier request with its key was given it before.
pub fn replayed(mut response: HttpResponse, is_replay: bool) -> HttpResponse {
    if is_replay {
        response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    }
    response
}

/// The string of a structured field (RFC 9651). Parameters mean nothing here and are passed over.
fn structured_string(text: &str) -> Result<String, Refusal> {
    match Parser::new(text).parse::<Item>() {
        Ok(Item { bare_item: BareItem::String(string), .. }) => Ok(string.as_str().to_owned()),
        _ => Err(Refusal::worded(
            Code::IdempotencyKeyInvalid,
            "Idempotency-Key trong ngoặc kép phải là một chuỗi theo RFC 9651.",
            "An Idempotency-Key in quotes must be a string of RFC 9651.",
        )),
    }
}
