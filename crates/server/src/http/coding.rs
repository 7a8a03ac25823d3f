//! Content codings: what a caller can read, and what never changes, compressed once for each of them.
//! Must not refuse anybody for a coding: whoever takes none that there is gets what is not coded (RFC 9110, section 12.5.3).
//! What changes is compressed as it is sent, by the middleware.

use std::{borrow::Cow, sync::OnceLock};

use actix_http::{Response, encoding::Encoder};
use actix_web::{
    HttpMessage, HttpRequest, HttpResponse,
    body::to_bytes,
    dev::ServiceRequest,
    http::{
        StatusCode,
        header::{self, AcceptEncoding, ContentEncoding, Encoding, HeaderValue},
    },
    web::Bytes,
};
use domain::error::Code;
use rest::Problem;
use tokio::sync::OnceCell;

use super::freshness::tag;

/// The codings that there are: those of the middleware.
pub const CODINGS: [ContentEncoding; 4] = [ContentEncoding::Brotli, ContentEncoding::Zstd, ContentEncoding::Gzip, ContentEncoding::Deflate];

/// The coding that a caller likes best; none where it takes nothing that there is.
fn chosen(request: &impl HttpMessage) -> Option<ContentEncoding> {
    let Some(accepted) = request.get_header::<AcceptEncoding>() else { return Some(ContentEncoding::Identity) };
    let known = CODINGS.into_iter().chain([ContentEncoding::Identity]).map(Encoding::Known).collect::<Vec<_>>();
    match accepted.negotiate(known.iter())? {
        Encoding::Known(coding) => Some(coding),
        Encoding::Unknown(_) => None,
    }
}

/// Whoever takes nothing that there is, not even what is not coded, is answered as if nothing had been said.
pub fn let_some(request: &mut ServiceRequest) {
    if chosen(request).is_none() {
        request.headers_mut().remove(header::ACCEPT_ENCODING);
    }
}

/// Bytes that stay the same for as long as the program runs.
pub struct Kept {
    kind: Cow<'static, str>,
    plain: Bytes,
    tag: OnceLock<HeaderValue>,
    coded: [OnceCell<Bytes>; CODINGS.len()],
}

impl Kept {
    /// Bytes of a media type.
    pub fn new(kind: impl Into<Cow<'static, str>>, plain: impl Into<Bytes>) -> Self {
        Self { kind: kind.into(), plain: plain.into(), tag: OnceLock::new(), coded: Default::default() }
    }

    /// An answer with them, as the caller can read them.
    ///
    /// # Errors
    /// `INTERNAL` when they cannot be compressed.
    pub async fn answer(&self, request: &HttpRequest) -> Result<HttpResponse, Problem> {
        let mut response = HttpResponse::Ok();
        response.content_type(self.kind.as_ref());
        // By the bytes that are not coded: a weak tag is the same for all codings.
        response.insert_header((header::ETAG, self.tag.get_or_init(|| tag(&self.plain)).clone()));
        let coding = chosen(request).and_then(|chosen| CODINGS.into_iter().position(|coding| coding == chosen));
        let Some(coding) = coding else { return Ok(response.body(self.plain.clone())) };
        // Whoever comes meanwhile waits for the first.
        let bytes = self.coded[coding].get_or_try_init(|| compressed(CODINGS[coding], self.plain.clone())).await;
        let bytes = bytes.map_err(|error| {
            tracing::error!(%error, kind = %self.kind, "what is kept cannot be compressed");
            Problem::new(Code::Internal)
        })?;
        response.insert_header((header::CONTENT_ENCODING, CODINGS[coding].as_str()));
        Ok(response.body(bytes.clone()))
    }
}

/// These bytes in a coding, as the middleware would send them. The work is done beside the workers.
async fn compressed(coding: ContentEncoding, plain: Bytes) -> Result<Bytes, Box<dyn std::error::Error>> {
    let mut response = Response::new(StatusCode::OK);
    Ok(to_bytes(Encoder::response(coding, response.head_mut(), plain)).await?)
}

#[cfg(test)]
mod tests {
    use actix_web::{body::MessageBody, test::TestRequest};

    use super::*;

    fn told(accepted: Option<&str>) -> Option<ContentEncoding> {
        let request = TestRequest::get();
        let request = accepted.into_iter().fold(request, |request, accepted| request.insert_header((header::ACCEPT_ENCODING, accepted)));
        let mut request = request.to_srv_request();
        let told = chosen(&request);
        let_some(&mut request);
        assert_eq!(chosen(&request), told.or(Some(ContentEncoding::Identity)), "nobody is refused: {accepted:?}");
        told
    }

    #[test]
    fn the_best_that_can_be_read_is_chosen() {
        for plain in [None, Some("identity"), Some("compress"), Some("*"), Some("")] {
            assert_eq!(told(plain), Some(ContentEncoding::Identity), "{plain:?}");
        }
        for (accepted, coding) in [
            ("gzip, deflate, br, zstd", ContentEncoding::Brotli),
            ("gzip, zstd", ContentEncoding::Zstd),
            ("br;q=0.5, gzip", ContentEncoding::Gzip),
            ("deflate, *;q=0", ContentEncoding::Deflate),
        ] {
            assert_eq!(told(Some(accepted)), Some(coding), "{accepted}");
        }
        for nothing in ["identity;q=0, *;q=0", "*;q=0", "compress, identity;q=0"] {
            assert_eq!(told(Some(nothing)), None, "{nothing}");
        }
    }

    #[actix_web::test]
    async fn what_is_kept_is_compressed_once() {
        let kept = Kept::new("text/plain", "a".repeat(10_000));
        let ask = |accepted: &'static str| {
            let request = TestRequest::get().insert_header((header::ACCEPT_ENCODING, accepted)).to_http_request();
            let kept = &kept;
            async move {
                let response = kept.answer(&request).await.expect("an answer");
                let coding = response.headers().get(header::CONTENT_ENCODING).cloned();
                let tag = response.headers().get(header::ETAG).expect("a tag").clone();
                (coding, tag, response.into_body().try_into_bytes().expect("bytes"))
            }
        };
        let (plain, tag, bytes) = ask("identity").await;
        assert_eq!((plain, bytes.len()), (None, 10_000));
        for accepted in ["br", "zstd", "gzip", "deflate"] {
            let (first, second) = (ask(accepted).await, ask(accepted).await);
            assert!(first.0.is_some_and(|coding| coding == accepted) && first.1 == tag && first.2.len() < 500, "{accepted}");
            assert_eq!(first.2.as_ptr(), second.2.as_ptr(), "{accepted}: the very same bytes");
        }
    }
}
