//! Documents that are asked for by the hash of their text: those of a manifest, read at start, and those that callers have sent before.
//! Must not keep a text under a hash that is not its own, nor one that the schema refuses.
//! Callers name them as Apollo's automatic persisted queries do (`extensions.persistedQuery`), or by `documentId`.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{Request, ServerError, Value};
use domain::error::Code;
use quick_cache::{Weighter, sync::Cache};
use serde_json::Value as Json;

use crate::{documents::kept, error};

/// Bytes of text of the documents that callers have sent before.
const KEPT: u64 = 1 << 20;
const EXPECTED: usize = 1_000;
/// The name under which the transport tells which document is meant.
pub const DOCUMENT_ID: &str = "documentId";
/// Before the hash in it.
const PREFIX: &str = "sha256:";

/// What is known of documents before they are sent.
pub struct Known {
    manifest: HashMap<String, Arc<str>>,
    sent: Cache<Arc<str>, Arc<str>, Length>,
    is_required: bool,
}

/// What is kept of a document beside its text, in bytes.
const OVERHEAD: u64 = 256;

/// Weighs documents by their text.
#[derive(Clone)]
struct Length;

impl Weighter<Arc<str>, Arc<str>> for Length {
    fn weight(&self, _: &Arc<str>, text: &Arc<str>) -> u64 {
        OVERHEAD + text.len() as u64
    }
}

impl Default for Known {
    /// Nothing but what callers will have sent.
    fn default() -> Self {
        Self { manifest: HashMap::new(), sent: kept(EXPECTED, KEPT, Length), is_required: false }
    }
}

impl Known {
    /// The documents of a manifest, which are all that is executed where they are required. Two formats are read: an object of texts
    /// by their identifiers, and that of Apollo (`apollo-persisted-query-manifest`, version 1).
    ///
    /// # Errors
    /// For what is neither, and for a document that the schema would refuse, in one line.
    pub fn read(manifest: Option<&str>, is_required: bool) -> Result<Self, String> {
        let mut known = Self { is_required, ..Self::default() };
        if let Some(text) = manifest {
            let read: Json = serde_json::from_str(text).map_err(|error| format!("not JSON (line {})", error.line()))?;
            for (id, text) in entries(&read)? {
                known.manifest.insert(hash(&text), Arc::from(text.as_str()));
                known.manifest.insert(id.trim_start_matches(PREFIX).to_owned(), text.into());
            }
        }
        if is_required && known.manifest.is_empty() {
            return Err("trusted documents are required, and there are none".into());
        }
        Ok(known)
    }

    /// The texts of the manifest.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.manifest.values().map(AsRef::as_ref)
    }

    /// Puts the text in a request that names it; the hash under which one that holds may be kept.
    ///
    /// # Errors
    /// When the text is not known, is not that of its hash, or may not be sent at all.
    pub fn complete(&self, request: &mut Request) -> Result<Option<Arc<str>>, ServerError> {
        let named = named(request);
        let has_text = !request.query.trim().is_empty();
        match named.as_deref().map(|name| name.trim_start_matches(PREFIX)) {
            Some(name) if !has_text => {
                let text = self.manifest.get(name).cloned().or_else(|| self.sent.get(name).filter(|_| !self.is_required));
                request.query = text.ok_or_else(|| error::known(Code::PersistedQueryNotFound))?.to_string();
                Ok(None)
            }
            Some(name) if hash(&request.query) != name.to_ascii_lowercase() => Err(error::known(Code::PersistedQueryMismatch)),
            name if self.is_required => {
                let is_trusted = has_text && self.manifest.contains_key(&hash(&request.query));
                // A request without a document is told so elsewhere.
                if is_trusted || (name.is_none() && !has_text) { Ok(None) } else { Err(error::known(Code::PersistedQueryRequired)) }
            }
            name => Ok(name.map(|name| Arc::from(name.to_ascii_lowercase()))),
        }
    }

    /// Keeps a text that holds.
    pub fn keep(&self, hash: Arc<str>, text: &str) {
        self.sent.insert(hash, text.into());
    }
}

/// Identifiers and texts of a manifest.
fn entries(manifest: &Json) -> Result<Vec<(String, String)>, String> {
    let pair = |id: &Json, text: &Json| Some((id.as_str()?.to_owned(), text.as_str()?.to_owned()));
    let read: Option<Vec<_>> = match (manifest["format"].as_str(), manifest.as_object()) {
        (Some("apollo-persisted-query-manifest"), _) => manifest["operations"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default()
            .iter()
            .map(|one| pair(&one["id"], &one["body"]))
            .collect(),
        (_, Some(texts)) => texts.iter().map(|(id, text)| pair(&Json::from(id.as_str()), text)).collect(),
        _ => None,
    };
    read.ok_or_else(|| "neither an object of documents by their identifiers, nor a manifest of Apollo's".into())
}

/// The document that a request names. The transport puts `documentId` among the extensions.
fn named(request: &Request) -> Option<String> {
    let text = |value: &Value| if let Value::String(text) = value { Some(text.clone()) } else { None };
    let hash = || match request.extensions.get("persistedQuery")? {
        // There is no other version.
        Value::Object(named) if named.get("version").is_none_or(|version| version.to_string() == "1") => {
            text(named.get("sha256Hash")?).map(|hash| hash.to_ascii_lowercase())
        }
        _ => None,
    };
    request.extensions.get(DOCUMENT_ID).and_then(text).or_else(hash)
}

/// SHA-256 of a text, in lower case.
fn hash(text: &str) -> String {
    auth::digest(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "{ __typename }";

    fn asked(query: &str, hash: Option<&str>) -> Request {
        let mut request = Request::new(query);
        if let Some(hash) = hash {
            let named = serde_json::json!({"version": 1, "sha256Hash": hash});
            request.extensions.insert("persistedQuery".into(), Value::from_json(named).expect("a value"));
        }
        request
    }

    fn by_id(query: &str, id: Option<&str>) -> Request {
        let mut request = Request::new(query);
        request.extensions.extend(id.map(|id| (DOCUMENT_ID.to_owned(), Value::from(id))));
        request
    }

    fn code(error: &ServerError) -> String {
        error.extensions.as_ref().and_then(|told| told.get("code")).map(ToString::to_string).unwrap_or_default()
    }

    #[test]
    fn a_text_is_known_by_its_hash_once_it_was_sent() {
        let (known, hash) = (Known::default(), hash(TEXT));
        let refused = known.complete(&mut asked("", Some(&hash))).expect_err("nobody has sent it");
        assert_eq!((code(&refused).as_str(), refused.message.as_str()), ("\"PERSISTED_QUERY_NOT_FOUND\"", "PersistedQueryNotFound"));
        let kept = known.complete(&mut asked(TEXT, Some(&hash))).expect("a text").expect("a hash");
        known.keep(kept, TEXT);
        let mut request = asked("", Some(&hash));
        assert!(known.complete(&mut request).is_ok_and(|kept| kept.is_none()));
        assert_eq!(request.query, TEXT);
        let mut request = by_id("", Some(&format!("sha256:{hash}")));
        assert!(known.complete(&mut request).is_ok() && request.query == TEXT);
        let lie = known.complete(&mut asked("{ a }", Some(&hash))).expect_err("another text");
        assert_eq!(code(&lie), "\"PERSISTED_QUERY_MISMATCH\"");
        assert!(known.complete(&mut asked(TEXT, None)).is_ok_and(|kept| kept.is_none()));
    }

    #[test]
    fn only_what_is_trusted_is_taken_where_that_is_required() {
        let manifest = serde_json::json!({"format": "apollo-persisted-query-manifest", "version": 1,
            "operations": [{"id": "one", "name": "One", "type": "query", "body": TEXT}]});
        let known = Known::read(Some(&manifest.to_string()), true).expect("a manifest");
        for (query, id) in [("", Some("one")), ("", Some(hash(TEXT).as_str())), (TEXT, None)] {
            let mut request = by_id(query, id);
            assert!(known.complete(&mut request).is_ok_and(|kept| kept.is_none()) && request.query == TEXT, "{query} {id:?}");
        }
        let other = "{ a: __typename }";
        for (query, named) in [(other, None), (other, Some(hash(other)))] {
            let refused = known.complete(&mut asked(query, named.as_deref())).expect_err(query);
            assert_eq!(code(&refused), "\"PERSISTED_QUERY_REQUIRED\"");
        }
    }

    #[test]
    fn a_manifest_is_read_or_refused_as_a_whole() {
        let by_hash = serde_json::json!({hash(TEXT): TEXT}).to_string();
        assert_eq!(Known::read(Some(&by_hash), false).expect("a manifest").texts().collect::<Vec<_>>(), [TEXT]);
        for not in ["[]", "{\"a\": 1}", "x", "{\"format\": \"apollo-persisted-query-manifest\", \"operations\": [{\"id\": \"a\"}]}"] {
            assert!(Known::read(Some(not), false).is_err(), "{not}");
        }
        assert!(Known::read(None, true).is_err() && Known::read(Some("{}"), true).is_err());
    }
}
