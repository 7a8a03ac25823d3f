//! Reading again what may not have changed: entity tags, conditional requests (RFC 9110, section 13), and who may keep an answer.
//! Must not keep anything itself. A tag is made of the very bytes that the caller is shown: it changes exactly when they do.
//! What a handler says of itself (a revision) stands before that, and `If-Match` rests on it alone; after it stands the coding in which the
//! bytes are sent, since a strong tag is of those.

use actix_web::{
    HttpMessage, HttpRequest, HttpResponse,
    body::{BoxBody, MessageBody, None as Nothing},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method, StatusCode,
        header::{self, HeaderMap, HeaderValue},
    },
    middleware::Next,
    web::Bytes,
};
use domain::error::{Code, Refusal};

use rest::Tags;

use super::{caller::PROBES, coding::CODINGS, endpoints::State};

/// What an answer with no change leaves out: it is of the body that is not sent.
const OF_THE_BODY: [header::HeaderName; 4] =
    [header::CONTENT_TYPE, header::CONTENT_ENCODING, header::CONTENT_LENGTH, header::CONTENT_DISPOSITION];

/// What a request says of what its caller has already.
pub struct Asked {
    is_read: bool,
    is_kept: bool,
    is_signed_in: bool,
    if_match: Result<Option<Tags>, Refusal>,
    none_match: Option<Tags>,
    /// Seconds for which others may answer for us.
    max_age: u32,
}

impl Asked {
    pub fn of(request: &ServiceRequest, is_signed_in: bool) -> Self {
        let max_age = request.app_data::<actix_web::web::Data<State>>().map_or(0, |state| state.public_max_age);
        // How the process is now says nothing of later.
        let is_kept = !PROBES.contains(&request.path()) && !rest::is_unkept(request.path());
        Self {
            is_read: matches!(*request.method(), Method::GET | Method::HEAD),
            is_kept,
            is_signed_in,
            if_match: rest::if_match(request.headers()),
            none_match: rest::if_none_match(request.headers()),
            max_age,
        }
    }

    /// The response with its tag and who may keep it; without its body where the caller has that. Nobody keeps a refusal: what is
    /// hidden from one is there for another.
    pub fn fresh(&self, mut response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
        let status = response.status();
        if (status.is_client_error() || status.is_server_error()) && !response.headers().contains_key(header::CACHE_CONTROL) {
            response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
        // Handlers of files compare their tags themselves.
        if !self.is_read || !matches!(status, StatusCode::OK | StatusCode::NOT_MODIFIED) {
            return response;
        }
        let (request, response) = response.into_parts();
        let (mut response, body) = response.into_parts();
        let headers = response.headers_mut();
        vary(headers, "Authorization, Accept-Encoding");
        if request.extensions().contains::<rest::ByLanguage>() {
            vary(headers, "Accept-Language");
        }
        if !headers.contains_key(header::CACHE_CONTROL) {
            headers.insert(header::CACHE_CONTROL, self.kept_by());
        }
        if status == StatusCode::NOT_MODIFIED {
            return match self.unmet(headers.get(header::ETAG)) {
                Some(refusal) => refused(request, &refusal),
                None => ServiceResponse::new(request, response.set_body(body)),
            };
        }
        let body = match body.try_into_bytes() {
            Ok(bytes) => {
                if let Some(tag) = self.tag(headers, &bytes) {
                    headers.insert(header::ETAG, tag);
                }
                bytes.boxed()
            }
            // What flows has no tag before it has flown.
            Err(flowing) => flowing,
        };
        // Before what the caller has already (RFC 9110, section 13.2.2).
        if let Some(refusal) = self.unmet(headers.get(header::ETAG)) {
            return refused(request, &refusal);
        }
        let Some(held) = headers.get(header::ETAG).and_then(|tag| self.held(tag)) else {
            return ServiceResponse::new(request, response.set_body(body));
        };
        headers.insert(header::ETAG, held);
        let mut unchanged = HttpResponse::NotModified().finish();
        for (name, value) in headers.iter().filter(|(name, _)| !OF_THE_BODY.contains(name)) {
            unchanged.headers_mut().append(name.clone(), value.clone());
        }
        ServiceResponse::new(request, unchanged.set_body(Nothing::new()).map_into_boxed_body())
    }

    /// The tag of an answer: that of its bytes, after what its handler says of it. What nobody keeps has the handler's alone.
    fn tag(&self, headers: &HeaderMap, bytes: &Bytes) -> Option<HeaderValue> {
        match headers.get(header::ETAG).map(HeaderValue::to_str) {
            Some(Ok(own)) if own.len() > DIGEST || own.starts_with("W/") => None,
            Some(Ok(own)) => HeaderValue::from_str(&format!("{}.{:.32}\"", own.strip_suffix('"')?, auth::digest(bytes))).ok(),
            None if self.is_kept && !is_no_store(headers) => Some(tag(bytes)),
            _ => None,
        }
    }

    fn kept_by(&self) -> HeaderValue {
        match (self.is_kept, self.is_signed_in) {
            (false, _) => HeaderValue::from_static("no-store"),
            (true, true) => HeaderValue::from_static("private, no-cache"),
            (true, false) => {
                let told = format!("public, max-age={}, must-revalidate", self.max_age);
                HeaderValue::from_str(&told).unwrap_or(HeaderValue::from_static("no-cache"))
            }
        }
    }

    /// Why what has this tag is not shown: tags are compared strongly, in whatever coding the caller has the bytes, and one of a revision
    /// alone is of whatever is shown with it.
    fn unmet(&self, tag: Option<&HeaderValue>) -> Option<Refusal> {
        let tags = match &self.if_match {
            Err(refusal) => return Some(refusal.clone()),
            Ok(None | Some(Tags::Any)) => return None,
            Ok(Some(Tags::These(tags))) => tags,
        };
        let own = tag.and_then(|tag| tag.to_str().ok()).and_then(|tag| tag.strip_prefix('"')?.strip_suffix('"'));
        let is_own =
            |named: &str| own.is_some_and(|own| named == own || own.split_once('.').is_some_and(|(revision, _)| named == revision));
        let mut named = tags.iter().filter_map(|tag| Some(uncoded(std::str::from_utf8(tag).ok()?).0));
        (!named.any(is_own)).then(|| Refusal::new(Code::PreconditionFailed))
    }

    /// This tag as the caller names it, in whatever coding it has the bytes; weak ones are compared as strong ones are (RFC 9110, section
    /// 13.1.2).
    fn held(&self, tag: &HeaderValue) -> Option<HeaderValue> {
        let named = match self.none_match.as_ref()? {
            Tags::Any => return Some(tag.clone()),
            Tags::These(named) => named,
        };
        let told = tag.to_str().ok()?;
        let own = told.strip_prefix("W/").unwrap_or(told).strip_prefix('"')?.strip_suffix('"')?;
        let named = named.iter().filter_map(|named| std::str::from_utf8(named).ok().map(uncoded));
        let (_, coding) = named.into_iter().find(|(named, _)| *named == own)?;
        // A weak tag is of the bytes in every coding.
        match coding.filter(|_| told == format!("\"{own}\"")) {
            Some(coding) => HeaderValue::from_str(&format!("\"{own}{CODED}{coding}\"")).ok(),
            None => Some(tag.clone()),
        }
    }
}

/// A tag without the coding that `coded` told in it, and that coding.
fn uncoded(tag: &str) -> (&str, Option<&str>) {
    match tag.split_once(CODED) {
        Some((bytes, coding)) if CODINGS.iter().any(|known| known.as_str() == coding) => (bytes, Some(coding)),
        _ => (tag, None),
    }
}

/// A tag of so many characters is that of a file's bytes already.
const DIGEST: usize = 64;

/// Between the bytes' tag and the coding in which they are sent.
const CODED: &str = "--";

/// Tells compressed bytes from the same not compressed by a strong tag (RFC 9110, section 8.8.3); a weak one is of both. All that the
/// answer depends on goes into one line, since what adds to it further out reads no more.
pub async fn coded<B: MessageBody>(request: ServiceRequest, next: Next<B>) -> Result<ServiceResponse<B>, actix_web::Error> {
    let mut response = next.call(request).await?;
    let headers = response.headers_mut();
    let coding = headers.get(header::CONTENT_ENCODING).and_then(|coding| coding.to_str().ok()).filter(|coding| *coding != "identity");
    let tag = headers.get(header::ETAG).and_then(|tag| tag.to_str().ok()).filter(|tag| tag.starts_with('"'));
    let told =
        coding.zip(tag).and_then(|(coding, tag)| HeaderValue::from_str(&format!("{}{CODED}{coding}\"", tag.strip_suffix('"')?)).ok());
    if let Some(told) = told {
        headers.insert(header::ETAG, told);
    }
    in_one_line(headers);
    Ok(response)
}

/// Joins the lines of `Vary`, each name once.
fn in_one_line(headers: &mut HeaderMap) {
    let mut names: Vec<String> = Vec::new();
    for name in headers.get_all(header::VARY).filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(',')).map(str::trim) {
        if !name.is_empty() && !names.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            names.push(name.to_owned());
        }
    }
    if let Ok(joined) = HeaderValue::from_str(&names.join(", "))
        && !names.is_empty()
    {
        headers.insert(header::VARY, joined);
    }
}

fn is_no_store(headers: &HeaderMap) -> bool {
    headers.get(header::CACHE_CONTROL).is_some_and(|kept| kept == "no-store")
}

/// A tag of these bytes. Weak, since they are sent compressed or not.
pub(super) fn tag(bytes: &Bytes) -> HeaderValue {
    let text = format!("W/\"{:.32}\"", auth::digest(bytes));
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("W/\"\""))
}

/// What is not shown where a condition is not met, which nobody keeps.
fn refused(request: HttpRequest, refusal: &Refusal) -> ServiceResponse<BoxBody> {
    let mut response = rest::respond(refusal);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    ServiceResponse::new(request, response)
}

/// Names more headers of the request on which the answer depends.
fn vary(headers: &mut HeaderMap, names: &'static str) {
    headers.append(header::VARY, HeaderValue::from_static(names));
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn read(path: &str, is_signed_in: bool, none_match: Option<&str>) -> (StatusCode, Option<String>, String, usize) {
        let mut request = TestRequest::get().uri(path);
        if let Some(tags) = none_match {
            request = request.insert_header((header::IF_NONE_MATCH, tags));
        }
        let request = request.to_srv_request();
        let asked = Asked::of(&request, is_signed_in);
        let response = asked.fresh(request.into_response(HttpResponse::Ok().json("x")).map_into_boxed_body());
        let text = |name: header::HeaderName| response.headers().get(name).map(|value| value.to_str().expect("text").to_owned());
        let (tag, kept) = (text(header::ETAG), text(header::CACHE_CONTROL).expect("who may keep it"));
        (response.status(), tag, kept, response.into_body().try_into_bytes().expect("a body").len())
    }

    #[test]
    fn what_the_caller_has_is_not_sent_again() {
        let (status, tag, kept, length) = read("/api/v1/tasks", false, None);
        assert_eq!((status, kept.as_str(), length), (StatusCode::OK, "public, max-age=0, must-revalidate", 3));
        let tag = tag.expect("a tag");
        for tags in [tag.clone(), "*".into(), format!("\"other\", {tag}"), tag.replace("W/", "")] {
            let (status, again, _, length) = read("/api/v1/tasks", true, Some(&tags));
            assert_eq!((status, again.as_ref(), length), (StatusCode::NOT_MODIFIED, Some(&tag), 0), "{tags}");
        }
        let own = tag.trim_start_matches("W/").trim_matches('"').to_owned();
        for others in ["\"other\"".into(), format!("\"a,{own}\""), format!("\"{own}--evil\""), format!("\"{own}"), own.clone()] {
            assert_eq!(read("/api/v1/tasks", false, Some(&others)).0, StatusCode::OK, "{others}");
        }
        let coded = format!("W/\"{own}--br\"");
        assert_eq!(read("/api/v1/tasks", false, Some(&coded)).1, Some(tag), "what is told is of this service");
    }

    #[test]
    fn who_may_keep_it_depends_on_who_asks_and_for_what() {
        assert_eq!(read("/api/v1/tasks", true, None).2, "private, no-cache");
        let (_, tag, kept, _) = read("/api/v1/admin/accounts", true, None);
        assert_eq!((tag, kept.as_str()), (None, "no-store"));
        let (_, tag, kept, _) = read("/readyz", false, None);
        assert_eq!((tag, kept.as_str()), (None, "no-store"), "how the process is now");
    }
}
