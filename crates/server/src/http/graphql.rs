//! GraphQL over HTTP: what a request asks for, in which form it is answered, and with which status.
//! Must not know the schema; that is the crate `graphql`. What is no GraphQL request is answered as REST would.
//! The rules are those of the working group's specification as the audits of npm's `graphql-http` read them.

use std::sync::Arc;

use actix_web::{
    HttpMessage, HttpRequest, HttpResponse,
    http::{
        Method, StatusCode,
        header::{self, Accept, CacheControl, CacheDirective, Header, HeaderValue, Quality},
    },
    web,
};
use app::{App, View};
use async_graphql::{Extensions, Request, Variables, parser::types::OperationType};
use auth::Ctx;
use domain::error::{Code, Refusal};
use graphql::{Answer, Asked, Terms};
use percent_encoding::percent_decode_str;
use rest::{CallerSlot, Problem};
use serde::{Deserialize, de::DeserializeOwned};

use super::{
    GRAPHQL_LIMIT,
    endpoints::{State, not_allowed, read},
    live,
    rates::Meter,
};

pub fn configure(config: &mut web::ServiceConfig) {
    let resource = live::configure(web::resource("/graphql").app_data(web::PayloadConfig::new(GRAPHQL_LIMIT)))
        .route(web::post().to(post))
        .route(read().to(get))
        .default_service(web::to(|| async { not_allowed("GET, HEAD, POST, OPTIONS") }));
    config.service(resource);
}

/// The forms in which an operation is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// `application/graphql-response+json`: its status tells whether the operation was executed.
    Graphql,
    /// `application/json`: 200 whatever became of the operation.
    Json,
}

impl Form {
    const fn media_type(self) -> &'static str {
        match self {
            Self::Graphql => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        }
    }

    /// The form that the caller likes best; `application/json` for those who do not say, or take anything.
    fn wanted(request: &HttpRequest) -> Result<Self, Refusal> {
        let Some(accepted) = request.headers().contains_key(header::ACCEPT).then(|| Accept::parse(request).ok()).flatten() else {
            return Ok(Self::Json);
        };
        let (graphql, json) = (liking(&accepted, "graphql-response+json"), liking(&accepted, "json"));
        let is_named = |(quality, exactness): (Quality, u8)| quality > Quality::ZERO && exactness == EXACT;
        match (graphql, json) {
            ((Quality::ZERO, _), (Quality::ZERO, _)) => Err(Refusal::new(Code::NotAcceptable)),
            _ if graphql.0 > json.0 || (graphql.0 == json.0 && is_named(graphql)) => Ok(Self::Graphql),
            _ => Ok(Self::Json),
        }
    }
}

const EXACT: u8 = 2;

/// How much a kind of `application/…` is liked, and how exactly it is named: the most exact range counts (RFC 9110, section 12.5.1).
fn liking(accepted: &Accept, subtype: &str) -> (Quality, u8) {
    let ranges = accepted.iter().filter_map(|range| {
        let (kind, under) = (range.item.type_().as_str(), &range.item.essence_str()[range.item.type_().as_str().len() + 1..]);
        let exactness = match (kind, under) {
            ("application", under) if under == subtype => EXACT,
            ("application", "*") => 1,
            ("*", "*") => 0,
            _ => return None,
        };
        Some((range.quality, exactness))
    });
    ranges.max_by_key(|(_, exactness)| *exactness).unwrap_or((Quality::ZERO, 0))
}

async fn post(state: web::Data<State>, app: web::Data<App>, request: HttpRequest, bytes: web::Bytes) -> Result<HttpResponse, Problem> {
    rest::require_json(&request)?;
    let form = Form::wanted(&request)?;
    let mut parsed = posted(&bytes)?;
    let ctx = caller(&request)?.with_body(&app).await?;
    match graphql::complete(state.graph()?, &mut parsed) {
        Ok(keep) => executed(&state, &app, ctx, (parsed, keep), form, &request).await,
        Err(answer) => refused(answer, form),
    }
}

async fn get(state: web::Data<State>, app: web::Data<App>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let form = Form::wanted(&request)?;
    let mut parsed = asked(request.query_string())?;
    let keep = match graphql::complete(state.graph()?, &mut parsed) {
        Ok(keep) => keep,
        Err(answer) => return refused(answer, form),
    };
    executed(&state, &app, caller(&request)?.ctx().clone(), (parsed, keep), form, &request).await
}

/// A body: what is null in it is as good as left out.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Posted {
    query: Option<String>,
    document_id: Option<String>,
    operation_name: Option<String>,
    #[serde(default)]
    variables: Variables,
    #[serde(default)]
    extensions: Extensions,
}

/// What a body asks for.
pub(super) fn posted(bytes: &[u8]) -> Result<Request, Refusal> {
    let unread = |error: serde_json::Error| {
        let (line, column) = (error.line(), error.column());
        Refusal::worded(
            Code::BodyUnreadable,
            format!("Nội dung không phải yêu cầu GraphQL dạng JSON (dòng {line}, cột {column})."),
            format!("The body is not a GraphQL request in JSON (line {line}, column {column})."),
        )
    };
    // A list would be read as the fields in their order.
    if bytes.iter().find(|byte| !byte.is_ascii_whitespace()).is_some_and(|first| *first == b'[') {
        return Err(not_an_object());
    }
    let posted: Posted = serde_json::from_slice(bytes).map_err(unread)?;
    let mut request = Request::new(posted.query.unwrap_or_default());
    (request.operation_name, request.variables, request.extensions) = (posted.operation_name, posted.variables, posted.extensions);
    request.extensions.extend(posted.document_id.map(|id| (graphql::DOCUMENT_ID.to_owned(), id.into())));
    Ok(request)
}

fn not_an_object() -> Refusal {
    Refusal::worded(
        Code::BodyUnreadable,
        "Nội dung không phải một yêu cầu GraphQL: phải là một đối tượng JSON; không nhận danh sách yêu cầu.",
        "The body is no GraphQL request: it must be one object in JSON; lists of requests are not taken.",
    )
}

/// What a query string asks for. A parameter without a value is as good as none; others than GraphQL's are nobody's.
pub(super) fn asked(query: &str) -> Result<Request, Refusal> {
    let invalid = || {
        Refusal::worded(
            Code::QueryInvalid,
            "Tham số query, operationName, variables hoặc extensions không hợp lệ.",
            "The parameters query, operationName, variables or extensions are not valid.",
        )
    };
    let [mut text, mut operation, mut variables, mut extensions, mut document] = [const { None }; 5];
    for part in query.split('&') {
        let Some((name, value)) = url::form_urlencoded::parse(part.as_bytes()).next() else { continue };
        let known = match name.as_ref() {
            "query" => &mut text,
            "operationName" => &mut operation,
            "variables" => &mut variables,
            "extensions" => &mut extensions,
            graphql::DOCUMENT_ID => &mut document,
            _ => continue,
        };
        // Which one counts would be a guess, and so would be what is meant by bytes that are no text.
        if !is_utf8(part) || known.replace(value.into_owned()).is_some() {
            return Err(invalid());
        }
    }
    let mut request = Request::new(text.unwrap_or_default());
    request.operation_name = operation.filter(|name| !name.is_empty());
    request.variables = object(variables).map_err(|_| invalid())?;
    request.extensions = object(extensions).map_err(|_| invalid())?;
    request.extensions.extend(document.map(|id| (graphql::DOCUMENT_ID.to_owned(), id.into())));
    Ok(request)
}

/// Whether a part of a query string is text, once the bytes that it writes by their numbers are put in.
fn is_utf8(part: &str) -> bool {
    percent_decode_str(part).decode_utf8().is_ok()
}

/// What an object in JSON says; nothing where there is none.
fn object<T: DeserializeOwned + Default>(text: Option<String>) -> Result<T, serde_json::Error> {
    text.filter(|text| !text.is_empty()).map_or_else(|| Ok(T::default()), |text| serde_json::from_str(&text))
}

fn caller(request: &HttpRequest) -> Result<CallerSlot, Problem> {
    request.extensions().get::<CallerSlot>().cloned().ok_or_else(|| Problem::new(Code::Internal))
}

pub(super) fn meter(request: &HttpRequest) -> Result<Meter, Problem> {
    request.extensions().get::<Meter>().cloned().ok_or_else(|| Problem::new(Code::Internal))
}

async fn executed(
    state: &State,
    app: &App,
    ctx: Ctx,
    (parsed, keep): (Request, Option<Arc<str>>),
    form: Form,
    request: &HttpRequest,
) -> Result<HttpResponse, Problem> {
    let is_missing = parsed.query.trim().is_empty();
    let meter = meter(request)?;
    let liked = rest::liked_langs(request);
    let terms = Terms { may: meter.allowance(), liked, keep, charge: &|requests| meter.charge(requests) };
    let asked = Asked::read(state.graph()?, parsed, &terms.may, meter.turn()).await;
    if request.method() != Method::POST && asked.is(OperationType::Mutation) {
        return Ok(not_allowed("POST"));
    }
    let answer = graphql::execute(state.graph()?, asked, View::new(app, ctx), &terms).await?;
    let status = if is_missing { StatusCode::BAD_REQUEST } else { status(&answer, form) };
    answered(answer, form, status)
}

fn refused(answer: Answer, form: Form) -> Result<HttpResponse, Problem> {
    let status = status(&answer, form);
    answered(answer, form, status)
}

fn answered(answer: Answer, form: Form, status: StatusCode) -> Result<HttpResponse, Problem> {
    let mut response = HttpResponse::build(status);
    if answer.has_errors() {
        // What failed may succeed at once: a document that was not known is known as soon as it is sent.
        response.insert_header(CacheControl(vec![CacheDirective::NoStore]));
        let refused = answer.refusal().filter(|code| rest::status(*code) == status);
        if let Some(challenge) = refused.and_then(rest::challenge) {
            response.insert_header((header::WWW_AUTHENTICATE, challenge));
        }
    }
    response.content_type(form.media_type()).append_header((header::VARY, HeaderValue::from_static("Accept, Accept-Language")));
    Ok(response.body(answer.into_text().map_err(|_| Problem::new(Code::Internal))?))
}

fn status(answer: &Answer, form: Form) -> StatusCode {
    match (form, answer.refusal()) {
        (Form::Graphql, Some(code)) => rest::status(code),
        _ => StatusCode::OK,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn wanted(accept: Option<&str>) -> Option<Form> {
        let request = accept.map_or_else(TestRequest::default, |accept| TestRequest::default().insert_header(("accept", accept)));
        Form::wanted(&request.to_http_request()).ok()
    }

    #[test]
    fn the_form_that_is_liked_best_is_taken() {
        const GRAPHQL: &str = "application/graphql-response+json";
        for (accept, form) in [
            (None, Some(Form::Json)),
            (Some("*/*"), Some(Form::Json)),
            (Some("application/*"), Some(Form::Json)),
            (Some("application/json"), Some(Form::Json)),
            (Some(GRAPHQL), Some(Form::Graphql)),
            (Some("application/graphql-response+json; charset=utf-8"), Some(Form::Graphql)),
            (Some("application/graphql-response+json, application/json;q=0.9"), Some(Form::Graphql)),
            (Some("application/json;q=0.9, application/graphql-response+json"), Some(Form::Graphql)),
            (Some("application/json, application/graphql-response+json"), Some(Form::Graphql)),
            (Some("application/graphql-response+json;q=0.1, application/json"), Some(Form::Json)),
            (Some("text/html, */*;q=0.8"), Some(Form::Json)),
            (Some("application/json;q=0, */*"), Some(Form::Graphql)),
            (Some("image/png"), None),
            (Some("application/json;q=0, application/graphql-response+json;q=0, */*"), None),
        ] {
            assert_eq!(wanted(accept), form, "{accept:?}");
        }
    }

    #[test]
    fn a_query_string_is_read_as_it_is_meant() {
        let request = asked("query=%7Ba%7D&operationName=A&variables=%7B%22n%22:1%7D&extensions=&more=1").expect("a request");
        assert_eq!((request.query.as_str(), request.operation_name.as_deref()), ("{a}", Some("A")));
        assert_eq!(request.variables.len(), 1);
        let empty = asked("query=&operationName=&variables=").expect("a request");
        assert!(empty.query.is_empty() && empty.operation_name.is_none() && empty.variables.is_empty());
        let plain = asked("&query=%7Ba(b:%22%E1%BB%87%25+%\u{1ec7}%2%22)%7D&&x=%FF&operationName").expect("a request");
        assert_eq!((plain.query.as_str(), plain.operation_name), ("{a(b:\"\u{1ec7}% %\u{1ec7}%2\")}", None));
        for broken in [
            "query=a&query=b",
            "variables=x",
            "variables=%5B%5D",
            "extensions=1",
            "query=%7Ba(b:%22%FF%22)%7D",
            "query=a&variables=%7B%22n%22:%22%c3%22%7D",
        ] {
            assert_eq!(asked(broken).map_err(|refusal| refusal.code).err(), Some(Code::QueryInvalid), "{broken}");
        }
    }
}
