//! Reading again what may not have changed: entity tags, conditional requests (RFC 9110, section 13), and who may keep an answer.
//! Must not keep anything itself. A tag is made of the very bytes that the caller is shown: it changes exactly when they do.
//! What a handler says of itself (a revision) stands before that, and `If-Match` rests on it alone; after it stands the coding in which the
//! bytes are sent, since a strong tag is of those.

use actix_web::{
    HttpMessage, HttpResponse,
    body::{BoxBody, MessageBody, None as Nothing},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method, StatusCode,
        header::{self, HeaderMap, HeaderValue},
    },
    middleware::Next,
    web::Bytes,
};

use super::{caller::PROBES, endpoints::State};

/// What an answer with no change leaves out: it is of the body that is not sent.
const OF_THE_BODY: [header::HeaderName; 4] =
    [header::CONTENT_TYPE, header::CONTENT_ENCODING, header::CONTENT_LENGTH, header::CONTENT_DISPOSITION];

/// What a request says of what its caller has already.
pub struct Asked {
    is_read: bool,
    is_kept: bool,
    is_signed_in: bool,
    none_match: Vec<HeaderValue>,
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
            none_match: request.headers().get_all(header::IF_NONE_MATCH).cloned().collect(),
            max_age,
        }
    }

    /// The response with its tag and who may keep it; without its body where the caller has that.
    pub fn fresh(&self, response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
        if !self.is_read || response.status() != StatusCode::OK {
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

    /// This tag as the caller names it, in whatever coding it has the bytes; weak ones are compared as strong ones are (RFC 9110, section
    /// 13.1.2).
    fn held(&self, tag: &HeaderValue) -> Option<HeaderValue> {
        let opaque = |tag: &str| tag.trim().trim_start_matches("W/").trim_matches('"').split(CODED).next().unwrap_or_default().to_owned();
        let whole = tag.to_str().map(opaque).ok()?;
        let mut named = self.none_match.iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
        let named = named.find(|named| named.trim() == "*" || opaque(named) == whole)?.trim();
        if named.contains(CODED) { HeaderValue::from_str(named).ok() } else { Some(tag.clone()) }
    }
}

/// A tag of so many characters is that of a file's bytes already.
const DIGEST: usize = 64;

/// Between the bytes' tag and the coding in which they are sent.
const CODED: &str = "--";

/// Tells compressed bytes from the same not compressed by a strong tag (RFC 9110, section 8.8.3); a weak one is of both.
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
    Ok(response)
}

fn is_no_store(headers: &HeaderMap) -> bool {
    headers.get(header::CACHE_CONTROL).is_some_and(|kept| kept == "no-store")
}

/// A tag of these bytes. Weak, since they are sent compressed or not.
pub(super) fn tag(bytes: &Bytes) -> HeaderValue {
    let text = format!("W/\"{:.32}\"", auth::digest(bytes));
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("W/\"\""))
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
        assert_eq!(read("/api/v1/tasks", false, Some("\"other\"")).0, StatusCode::OK);
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
