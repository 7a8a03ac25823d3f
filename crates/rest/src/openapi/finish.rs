//! What is said the same way everywhere of the published description: bounds, headers, enumerations, schemes.
//! Must not contradict what a handler or a body says itself: only what is missing is filled in.
//! What is described is `super`.

use app::report::MAX_ROWS;
use domain::page::DEFAULT_PAGE_SIZE;
use serde_json::{Map, Value, json};

use super::{USUAL, retry};
use crate::routes::{Bodies, is_unkept};

/// The scheme of tokens below `/api/v1/admin/`.
pub const ADMINISTRATION: &str = "administration";
const BELOW: &str = "/api/v1/admin/";

/// No list is longer: what is longer comes in pages.
const MOST_ITEMS: u64 = 100_000;

/// Headers of every response, and what each is.
const USUAL_HEADERS: [(&str, &str); 4] = [
    ("Access-Control-Allow-Origin", "The caller's origin, where the service is set up to answer pages of it; else absent."),
    ("RateLimit", "What is left of the caller's minute (draft-ietf-httpapi-ratelimit-headers): `\"caller\";r=599;t=1`."),
    ("RateLimit-Policy", "How many requests the caller has for how many seconds: `\"caller\";q=600;w=60`."),
    ("X-Request-Id", "Names the request in the service's log; the caller's own where it sent one."),
];
const LATER: (&str, &str) = ("Retry-After", "Seconds after which the caller should come back.");
const UNCHANGED: (&str, &str) = ("ETag", "What `If-None-Match` is to name, to be told 304 while nothing has changed.");
const CHALLENGE: (&str, &str) = (
    "WWW-Authenticate",
    "With what callers prove who they are (RFC 9110, section 11.6.1): `Bearer`, and where tokens are given `Basic`. With 403 only where the \
     token was given for less: `Bearer error=\"insufficient_scope\"` (RFC 6750, section 3.1).",
);
const REPLAYED: (&str, &str) = ("Idempotency-Replayed", "`true` when this is an earlier answer given again.");
const PAGES: (&str, &str) = ("Link", "Where the first and the next page are (RFC 8288); absent on the last.");

/// What handlers' patterns say in short of texts, and in full: what is kept of them (`domain::text::storable`), what of that can be seen
/// (`domain::text::shows_nothing`), and both of one line.
const KEPT: [(&str, &str); 4] = [
    (r"[^\x00]", r"[^\x00-\x08\x0B\x0C\x0E-\x1F\uFFFE\uFFFF]"),
    (r"[^\s\x00\u200B-\u200F\u2060\uFEFF]", SEEN),
    (r"[^\x00-\x1f]", r"[^\x00-\x1F\uFFFE\uFFFF]"),
    (r"[^\s\x00-\x1f\u200B-\u200F\u2060\uFEFF]", SEEN),
];
const SEEN: &str = r"[^\s\x00-\x1F\u00AD\u034F\u061C\u115F\u1160\u180E\u200B-\u200F\u202A-\u202E\u2060-\u206F\u2800\u3164\uFE00-\uFE0F\uFEFF\uFFA0\uFFFE\uFFFF]";

/// What holds of every `If-Match` (`crate::condition`).
const COMPARED: &str = "Of a tag only what stands before its first dot is compared: what follows tells apart what was shown, which may differ \
                        by caller and day. Several tags, parted by commas, or `*` may be named.";

/// Completes a description.
pub fn finish(document: &mut Value) {
    spell_out(document);
    uploads(document);
    bound(document);
    for server in document["servers"].as_array_mut().into_iter().flatten() {
        server["x-internal"] = false.into();
    }
    let headers = USUAL_HEADERS.into_iter().chain([LATER, UNCHANGED, CHALLENGE, REPLAYED, PAGES]);
    let described =
        headers.map(|(name, what)| (name.to_owned(), json!({"description": what, "schema": {"type": "string", "maxLength": 2000}})));
    document["components"]["headers"] = described.collect::<Map<_, _>>().into();
    super::examples::show(document);
    let pages = pages(document);
    for (name, status, _) in USUAL {
        tell_headers(&mut document["components"]["responses"][name], status, false, &pages);
    }
    let Some(paths) = document["paths"].as_object_mut() else { return };
    for (path, item) in paths {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            if operation["responses"].is_object() {
                complete(operation, path, method == "get", &pages);
            }
        }
    }
}

/// Texts that come as whole bodies are as long as those may be, and lists have as many rows as a batch.
fn uploads(document: &mut Value) {
    let items = document["paths"].as_object_mut().into_iter().flatten().filter_map(|(_, item)| item.as_object_mut());
    let bodies = items.flatten().filter_map(|(_, operation)| operation.get_mut("requestBody")?["content"].as_object_mut());
    for (kind, content) in bodies.flatten() {
        let Some(schema) = content["schema"].as_object_mut() else { continue };
        if is_a(schema, "array") {
            schema.entry("maxItems").or_insert_with(|| MAX_ROWS.into());
        } else if kind != "application/json" && is_a(schema, "string") {
            schema.entry("maxLength").or_insert_with(|| Bodies::MOST.batch.into());
        }
    }
}

/// Schemas that are pages.
fn pages(document: &Value) -> Vec<String> {
    let schemas = document["components"]["schemas"].as_object().into_iter().flatten();
    let is_page = |schema: &Value| schema["properties"]["hasNext"].is_object() && schema["properties"]["endCursor"].is_object();
    schemas.filter(|(_, schema)| is_page(schema)).map(|(name, _)| format!("#/components/schemas/{name}")).collect()
}

/// Headers of each response, a description with what a retry does, and the scheme of its tokens.
fn complete(operation: &mut Value, path: &str, is_read: bool, pages: &[String]) {
    if operation.get("description").is_none_or(|described| described.as_str().is_none_or(str::is_empty)) {
        operation["description"] = operation["summary"].clone();
    }
    retry::tell(operation);
    if path.starts_with(BELOW) {
        for scheme in operation["security"].as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
            if let Some(scopes) = scheme.remove("bearer") {
                scheme.insert(ADMINISTRATION.into(), scopes);
            }
        }
    }
    if is_read && !is_unkept(path) {
        operation["responses"]["304"] = json!({"description": "The caller has it already: `If-None-Match` names its tag."});
    }
    let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten();
    for parameter in parameters.filter(|one| one["name"] == "If-Match") {
        let told = parameter["description"].as_str().unwrap_or_default();
        parameter["description"] = format!("{told} {COMPARED}").into();
    }
    let parameters = operation["parameters"].as_array();
    let is_replayed = parameters.is_some_and(|all| all.iter().any(|parameter| parameter["name"] == "Idempotency-Key"));
    let responses = operation["responses"].as_object_mut().into_iter().flatten();
    for (status, response) in responses.filter(|(_, response)| response.get("$ref").is_none()) {
        tell_headers(response, status, is_read, pages);
        if is_replayed && status.starts_with('2') {
            tell_header(response, REPLAYED.0);
        }
    }
}

/// The headers of a response.
fn tell_headers(response: &mut Value, status: &str, is_read: bool, pages: &[String]) {
    let of = response["content"]["application/json"]["schema"]["$ref"].as_str().map(str::to_owned);
    let more = [
        matches!(status, "429" | "503").then_some(LATER),
        (is_read && matches!(status, "200" | "304")).then_some(UNCHANGED),
        matches!(status, "401" | "403").then_some(CHALLENGE),
        of.is_some_and(|name| pages.contains(&name)).then_some(PAGES),
    ];
    for (name, _) in USUAL_HEADERS.into_iter().chain(more.into_iter().flatten()) {
        tell_header(response, name);
    }
}

/// A header that is described once for all, where the response does not describe it itself.
fn tell_header(response: &mut Value, name: &str) {
    if response["headers"].get(name).is_none() {
        response["headers"][name] = json!({"$ref": format!("#/components/headers/{name}")});
    }
}

/// Turns a pattern that is a list of labels into an enumeration, and says in full what another one says in short; tells the size of a page
/// where nothing is asked, and says of an object without declared fields that it has others: generated clients take one that says nothing
/// for an empty one.
fn spell_out(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(spell_out),
        Value::Object(fields) => {
            let labels = fields.get("pattern").and_then(Value::as_str).and_then(|text| text.strip_prefix("^(")?.strip_suffix(")$"));
            let labels: Option<Vec<String>> = labels
                .filter(|text| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'|')))
                .map(|text| text.split('|').map(str::to_owned).collect());
            if let Some(labels) = labels {
                fields.remove("pattern");
                fields.remove("maxLength");
                let may_be_null = is_a(fields, "null");
                let labels = labels.into_iter().map(Value::String).chain(may_be_null.then_some(Value::Null));
                fields.insert("enum".into(), labels.collect());
            }
            if let Some(Value::String(pattern)) = fields.get_mut("pattern") {
                *pattern = KEPT.iter().fold(std::mem::take(pattern), |pattern, (short, full)| pattern.replace(short, full));
            }
            if is_a(fields, "object") && !fields.contains_key("properties") && !fields.contains_key("additionalProperties") {
                fields.insert("additionalProperties".into(), true.into());
            }
            if fields.get("name").is_some_and(|name| name == "limit")
                && let Some(schema) = fields.get_mut("schema")
            {
                schema["default"] = DEFAULT_PAGE_SIZE.into();
            }
            fields.values_mut().for_each(spell_out);
        }
        _ => {}
    }
}

/// Whether a schema takes values of a kind.
fn is_a(schema: &Map<String, Value>, kind: &str) -> bool {
    match schema.get("type") {
        Some(Value::String(of)) => of == kind,
        Some(Value::Array(of)) => of.iter().any(|of| of == kind),
        _ => false,
    }
}

/// Gives texts, numbers and lists the bounds that hold for all of them, where they have none of their own.
fn bound(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(bound),
        Value::Object(fields) => {
            if is_a(fields, "string") && !fields.contains_key("enum") && !fields.contains_key("const") {
                let most = longest(fields.get("format").and_then(Value::as_str));
                fields.entry("maxLength").or_insert_with(|| most.into());
            }
            if is_a(fields, "integer") && !fields.contains_key("enum") {
                let format = fields.entry("format").or_insert_with(|| "int64".into()).clone();
                // Amounts beyond 64 bits are told as such by their own rule, not by this one.
                let (least, most) = if format == "int32" { (json!(i32::MIN), json!(i32::MAX)) } else { (json!(i64::MIN), json!(u64::MAX)) };
                for (end, open, number) in [("minimum", "exclusiveMinimum", least), ("maximum", "exclusiveMaximum", most)] {
                    if !fields.contains_key(open) {
                        fields.entry(end).or_insert(number);
                    }
                }
            }
            if is_a(fields, "array") {
                fields.entry("maxItems").or_insert_with(|| MOST_ITEMS.into());
            }
            fields.values_mut().for_each(bound);
        }
        _ => {}
    }
}

/// Characters at most of a text of this format: no text is longer than the body that it comes in.
fn longest(format: Option<&str>) -> usize {
    match format {
        Some("date") => 10,
        Some("date-time") => 40,
        Some("uuid") => 36,
        // What an operator lets in is a setting.
        Some("binary") => 1 << 30,
        _ => Bodies::MOST.json,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_if_match_says_what_of_a_tag_is_compared() {
        let document = super::super::document().expect("a description");
        let items = document["paths"].as_object().expect("paths").values().filter_map(Value::as_object);
        let parameters = items.flatten().flat_map(|(_, operation)| operation["parameters"].as_array().into_iter().flatten());
        let told: Vec<_> = parameters.filter(|one| one["name"] == "If-Match").filter_map(|one| one["description"].as_str()).collect();
        assert!(told.len() > 40, "{}", told.len());
        for description in told {
            assert_eq!(description.matches(COMPARED).count(), 1, "{description}");
        }
    }

    #[test]
    fn labels_with_digits_are_an_enumeration_too() {
        let mut schema = json!({"type": ["string", "null"], "maxLength": 32, "pattern": "^(QCVN_102_2016|QD_20_2020)$"});
        spell_out(&mut schema);
        assert_eq!(schema, json!({"type": ["string", "null"], "enum": ["QCVN_102_2016", "QD_20_2020", null]}));
    }
}
