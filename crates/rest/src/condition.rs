//! On what a request rests: `If-Match` and `If-None-Match` (RFC 9110, section 13.1), read whole and in one place.
//! Must not look at anything that is stored: whether it holds is found in the transaction of the change.
//! Tags of `If-Match` are compared strongly: a weak one never matches, and what is no tag of a revision matches none; those of
//! `If-None-Match` weakly.

use actix_web::{
    HttpRequest,
    http::header::{self, HeaderMap, HeaderName, HeaderValue},
};
use domain::{
    error::{Code, Refusal},
    revision::Revisions,
};

/// Which tags a condition names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tags {
    /// `*`
    Any,
    /// What stands between the quotes of those that are compared.
    These(Vec<Vec<u8>>),
}

impl Tags {
    /// Whether one of them is this.
    pub fn name(&self, tag: &str) -> bool {
        match self {
            Self::Any => true,
            Self::These(tags) => tags.iter().any(|named| named == tag.as_bytes()),
        }
    }
}

/// The revisions on which a change rests that has to name them.
///
/// # Errors
/// `PRECONDITION_REQUIRED` without the header, `HEADER_INVALID` for what is neither `*` nor a list of entity tags.
pub fn revision(request: &HttpRequest) -> Result<Revisions, Refusal> {
    required(request, plain)
}

/// The revisions on which a change rests that may name them; any where it does not.
///
/// # Errors
/// As [`revision`], but for the header that is missing.
pub fn revision_if_said(request: &HttpRequest) -> Result<Revisions, Refusal> {
    Ok(said(request, plain)?.unwrap_or(Revisions::Any))
}

/// As [`revision`], by tags that `of` knows to read.
///
/// # Errors
/// As [`revision`].
pub fn required(request: &HttpRequest, of: fn(&str) -> Option<i32>) -> Result<Revisions, Refusal> {
    said(request, of)?.ok_or_else(|| Refusal::new(Code::PreconditionRequired))
}

/// The revisions that `If-Match` names, by tags that `of` knows to read; nothing without the header.
///
/// # Errors
/// `HEADER_INVALID`.
pub fn said(request: &HttpRequest, of: fn(&str) -> Option<i32>) -> Result<Option<Revisions>, Refusal> {
    let Some(said) = if_match(request.headers())? else { return Ok(None) };
    Ok(Some(match said {
        Tags::Any => Revisions::Any,
        Tags::These(tags) => tags.iter().filter_map(|tag| std::str::from_utf8(tag).ok().and_then(of)).collect(),
    }))
}

/// The revision that a tag names, whatever of what was shown beside it stands after the dot: that may differ by caller and day.
pub fn plain(tag: &str) -> Option<i32> {
    let digits = tag.split('.').next()?;
    digits.parse().ok().filter(|revision: &i32| revision.to_string() == digits)
}

/// What `If-Match` says; nothing without the header.
///
/// # Errors
/// `HEADER_INVALID` for what is neither `*` nor a list of entity tags.
pub fn if_match(headers: &HeaderMap) -> Result<Option<Tags>, Refusal> {
    let Some(text) = line(headers, &header::IF_MATCH) else { return Ok(None) };
    let invalid = || {
        let words = ("If-Match phải là * hoặc danh sách ETag trong ngoặc kép.", "If-Match must be * or a list of entity tags in quotes.");
        Refusal::worded(Code::HeaderInvalid, words.0, words.1)
    };
    parsed(&text, false).map(Some).ok_or_else(invalid)
}

/// What `If-None-Match` says; nothing without the header, and where it is malformed: then the caller has nothing.
pub fn if_none_match(headers: &HeaderMap) -> Option<Tags> {
    parsed(&line(headers, &header::IF_NONE_MATCH)?, true)
}

/// Several lines are one list (RFC 9110, section 5.3).
fn line(headers: &HeaderMap, name: &HeaderName) -> Option<Vec<u8>> {
    let lines: Vec<&[u8]> = headers.get_all(name).map(HeaderValue::as_bytes).collect();
    (!lines.is_empty()).then(|| lines.join(&b", "[..]))
}

/// `"*" / 1#entity-tag`; empty elements of the list are passed over (RFC 9110, section 5.6.1.2).
fn parsed(text: &[u8], takes_weak: bool) -> Option<Tags> {
    if text.trim_ascii() == b"*" {
        return Some(Tags::Any);
    }
    let mut rest = text;
    let (mut tags, mut count) = (Vec::new(), 0_usize);
    loop {
        rest = after(rest, b" \t,");
        if rest.is_empty() {
            return (count > 0).then_some(Tags::These(tags));
        }
        let weak = rest.strip_prefix(b"W/");
        let opaque = weak.unwrap_or(rest).strip_prefix(b"\"")?;
        let (tag, closed) = opaque.split_at_checked(opaque.iter().position(|byte| !is_of_tag(*byte))?)?;
        rest = after(closed.strip_prefix(b"\"")?, b" \t");
        if !rest.is_empty() && !rest.starts_with(b",") {
            return None;
        }
        count += 1;
        if takes_weak || weak.is_none() {
            tags.push(tag.to_vec());
        }
    }
}

/// The text without what of `passed` it begins with.
fn after<'a>(text: &'a [u8], passed: &[u8]) -> &'a [u8] {
    let start = text.iter().position(|byte| !passed.contains(byte)).unwrap_or(text.len());
    text.get(start..).unwrap_or_default()
}

/// `etagc`
const fn is_of_tag(byte: u8) -> bool {
    matches!(byte, 0x21 | 0x23..=0x7E | 0x80..=0xFF)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    /// Read from these lines of the header.
    fn read(lines: &[&[u8]]) -> Result<Revisions, Code> {
        let mut request = TestRequest::default();
        for line in lines {
            request = request.append_header((header::IF_MATCH, HeaderValue::from_bytes(line).expect("a line")));
        }
        revision(&request.to_http_request()).map_err(|refusal| refusal.code)
    }

    /// Lines of the header, and what they say.
    type Case<'a> = (&'a [&'a [u8]], Result<Revisions, Code>);

    #[test]
    fn whole_grammar_is_read() {
        let of = |seen: &[i32]| -> Result<Revisions, Code> { Ok(seen.iter().copied().collect()) };
        let cases: [Case<'_>; 33] = [
            (&[], Err(Code::PreconditionRequired)),
            (&[b"*"], Ok(Revisions::Any)),
            (&[b" \t* "], Ok(Revisions::Any)),
            (&[b"\"2\""], of(&[2])),
            (&[b"\"2.0f--gzip\""], of(&[2])),
            (&[b"\"99\", \"2\""], of(&[99, 2])),
            (&[b"\"99\",\"2\""], of(&[99, 2])),
            (&[b"\"99\" \t,\t \"2\""], of(&[99, 2])),
            (&[b"\"99\"", b"\"2\""], of(&[99, 2])),
            (&[b"\"99\"", b"", b"\"2\""], of(&[99, 2])),
            (&[b", ,\"99\",, ,\"2\" , "], of(&[99, 2])),
            // A weak tag is read and never matches.
            (&[b"W/\"2\""], of(&[])),
            (&[b"W/\"2\", \"3\""], of(&[3])),
            // What no revision has, though it is a tag.
            (&[b"\"\""], of(&[])),
            (&[b"\"r2\""], of(&[])),
            (&[b"\"02\""], of(&[])),
            (&[b"\"+2\""], of(&[])),
            (&[b"\"*\""], of(&[])),
            (&[b"\"a,b\", \"2\""], of(&[2])),
            (&[b"\"\x80\xFF\", \"2\""], of(&[2])),
            (&[b"\"\\\", \"2\""], of(&[2])),
            (&[b"\"99999999999\""], of(&[])),
            (&[b""], Err(Code::HeaderInvalid)),
            (&[b" , "], Err(Code::HeaderInvalid)),
            (&[b"2"], Err(Code::HeaderInvalid)),
            (&[b"\"2"], Err(Code::HeaderInvalid)),
            (&[b"2\""], Err(Code::HeaderInvalid)),
            (&[b"w/\"2\""], Err(Code::HeaderInvalid)),
            (&[b"W/ \"2\""], Err(Code::HeaderInvalid)),
            (&[b"\"1\" \"2\""], Err(Code::HeaderInvalid)),
            (&[b"\"1 2\""], Err(Code::HeaderInvalid)),
            (&[b"*, \"2\""], Err(Code::HeaderInvalid)),
            (&[b"*", b"*"], Err(Code::HeaderInvalid)),
        ];
        for (lines, wanted) in cases {
            let told: Vec<_> = lines.iter().map(|line| String::from_utf8_lossy(line)).collect();
            assert_eq!(read(lines), wanted, "{told:?}");
        }
    }

    #[test]
    fn what_the_caller_has_is_read_by_the_same_grammar() {
        let read = |line: &'static str| {
            if_none_match(TestRequest::default().append_header((header::IF_NONE_MATCH, line)).to_http_request().headers())
        };
        let these = |tags: &[&str]| Some(Tags::These(tags.iter().map(|tag| tag.as_bytes().to_vec()).collect()));
        assert_eq!(if_none_match(TestRequest::default().to_http_request().headers()), None);
        assert_eq!(read("*"), Some(Tags::Any));
        assert_eq!(read("\"a,b\", W/\"c\""), these(&["a,b", "c"]));
        for malformed in ["a", "\"a", "W/\"a", "\"a\" \"b\"", "*, \"a\"", ""] {
            assert_eq!(read(malformed), None, "{malformed}");
        }
        assert!(these(&["a", "b"]).is_some_and(|tags| tags.name("b") && !tags.name("c")) && Tags::Any.name("c"));
    }

    #[test]
    fn what_may_name_none_rests_on_any() {
        let request = |tags: &'static str| TestRequest::default().append_header((header::IF_MATCH, tags)).to_http_request();
        let code = |read: Result<Revisions, Refusal>| read.map_err(|refusal| refusal.code);
        assert_eq!(code(revision_if_said(&TestRequest::default().to_http_request())), Ok(Revisions::Any));
        assert_eq!(code(revision_if_said(&request("\"1\""))), Ok(1.into()));
        assert_eq!(code(revision_if_said(&request("1"))), Err(Code::HeaderInvalid));
    }
}
