//! Files as they come and go: a form that is still arriving, bytes to be saved.
//! Must not show a file in the browser's own window, or keep one in memory.
//! What they are put on is `routes::evidence` and `routes::document_files`.

use actix_multipart::{Field, Multipart};
use actix_web::{
    HttpRequest, HttpResponse,
    body::SizedStream,
    http::{
        Method,
        header::{self, EntityTag},
    },
    web,
};
use app::{
    App, evidence,
    evidence::{Part, Parts},
};
use domain::{
    error::{Code, Refusal},
    evidence::MediaType,
};
use futures_util::{StreamExt, stream};

use crate::{condition::if_none_match, problem::Problem};

/// Nothing in a file runs, loads anything or is shown in a frame.
const SANDBOX: &str = "sandbox; default-src 'none'; frame-ancestors 'none'";

/// A form as it arrives.
pub struct Form {
    multipart: Multipart,
    field: Option<Field>,
}

impl Form {
    /// The form that a request brings.
    ///
    /// # Errors
    /// `MEDIA_TYPE_UNSUPPORTED` for anything else than `multipart/form-data`.
    pub fn of(request: &HttpRequest, payload: web::Payload) -> Result<Self, Problem> {
        let stated = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if !stated.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("multipart/form-data")) {
            return Err(Problem::new(Code::MediaTypeUnsupported));
        }
        Ok(Self { multipart: Multipart::new(request.headers(), payload), field: None })
    }
}

fn unreadable() -> Refusal {
    Refusal::new(Code::BodyUnreadable)
}

impl Parts for Form {
    type Bytes = web::Bytes;

    async fn part(&mut self) -> Result<Option<Part>, Refusal> {
        self.field = None;
        let Some(field) = self.multipart.next().await else { return Ok(None) };
        let field = field.map_err(|_| unreadable())?;
        let disposition = field.content_disposition();
        let extended = disposition.and_then(|disposition| disposition.get_filename_ext());
        let extended = extended.map(|name| String::from_utf8(name.value.clone()).map_err(|_| unreadable())).transpose()?;
        let part = Part {
            name: field.name().unwrap_or_default().to_owned(),
            file_name: extended.or_else(|| disposition.and_then(|disposition| disposition.get_filename()).map(str::to_owned)),
            media_type: field.content_type().map(ToString::to_string),
        };
        self.field = Some(field);
        Ok(Some(part))
    }

    async fn bytes(&mut self) -> Result<Option<web::Bytes>, Refusal> {
        match &mut self.field {
            Some(field) => field.next().await.transpose().map_err(|_| unreadable()),
            None => Ok(None),
        }
    }
}

/// What is sent of a file that the caller may have.
pub struct Bytes<'a> {
    pub name: &'a str,
    pub media_type: MediaType,
    pub size: i64,
    pub sha256: &'a str,
}

/// The bytes, to be saved and not shown; nothing where the caller has them.
pub async fn sent(app: &App, request: &HttpRequest, file: &Bytes<'_>) -> Result<HttpResponse, Problem> {
    let is_known = if_none_match(request.headers()).is_some_and(|tags| tags.name(file.sha256));
    let mut response = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response.insert_header(header::ETag(EntityTag::new_strong(file.sha256.to_owned())));
    if is_known {
        return Ok(response.finish());
    }
    response
        .content_type(file.media_type.sent_as())
        .insert_header((header::CONTENT_DISPOSITION, attachment(file.name)))
        .insert_header((header::CONTENT_SECURITY_POLICY, SANDBOX))
        .insert_header(("Cross-Origin-Resource-Policy", "same-origin"));
    let size = u64::try_from(file.size).map_err(|_| Problem::new(Code::Internal))?;
    if request.method() == Method::HEAD {
        return Ok(response.body(SizedStream::new(size, stream::empty::<Result<web::Bytes, std::io::Error>>())));
    }
    let bytes = evidence::bytes(app, file.sha256).await?;
    Ok(response.body(SizedStream::new(size, bytes.map(|piece| piece.map(web::Bytes::from)))))
}

/// The file's name for saving it (RFC 6266): as it is in UTF-8 (RFC 8187), and for old clients with what ASCII has.
fn attachment(name: &str) -> String {
    use std::fmt::Write;
    let plain: String =
        name.chars().map(|c| if c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '%') || c == ' ' { c } else { '_' }).collect();
    let mut extended = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            extended.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(extended, "%{byte:02X}");
        }
    }
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{extended}")
}
