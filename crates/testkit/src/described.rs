//! Every answer of REST that a test sees is held against the published description.
//! Must not judge what is not described: paths elsewhere, methods that a path does not have.
//! Called by `client` for each answer.

use std::{
    collections::HashMap,
    sync::{Mutex, OnceLock, PoisonError},
};

use app::form::Form;
use serde_json::{Value, json};

use crate::client::Reply;

/// Panics when an operation answers what its description does not name, or with a body of another form.
pub fn check(method: &str, path: &str, reply: &Reply) {
    let path = path.split('?').next().unwrap_or(path);
    let document = document();
    let Some((pattern, operation)) = operation(document, &method.to_lowercase().replace("head", "get"), path) else { return };
    let at = format!("{method} {pattern} answers {}", reply.status);
    // A path of an operation with a place in it may also be one that is not there.
    let Some(response) = operation["responses"].get(reply.status.to_string()) else {
        panic!("{at}, which is not described: {}", reply.body)
    };
    let named = response["$ref"].as_str().and_then(|name| document.pointer(name.trim_start_matches('#')));
    let response = named.unwrap_or(response);
    if response.get("content").is_none() {
        assert!(reply.body.is_empty(), "{at} with a body, which is not described: {}", reply.body);
        return;
    }
    let stated = reply.headers.get("content-type").map_or("", |kind| kind.split(';').next().unwrap_or_default());
    let Some(content) = response["content"].get(stated).or_else(|| response["content"].get("*/*")) else {
        panic!("{at} as {stated:?}, which is not described")
    };
    // Files are what they are.
    if method == "HEAD" || !stated.ends_with("json") || reply.headers.contains_key("content-encoding") {
        return;
    }
    let body = reply.json();
    let faults = with_form(&at, &content["schema"], |form| form.faults(&body));
    assert!(faults.is_empty(), "{at} with a body of another form: {faults:?}\n{}", reply.body);
    let is_linked = reply.headers.contains_key("link");
    assert!(
        response["headers"].get("Link").is_none() || is_linked == (body["hasNext"] == true),
        "{at} with a link to another page: {is_linked}"
    );
}

fn document() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(|| server::openapi_document().unwrap_or_else(|e| panic!("the document: {e}")))
}

/// The description of what answers at a path.
fn operation<'a>(document: &'a Value, method: &str, path: &str) -> Option<(&'a str, &'a Value)> {
    let fits = |pattern: &str| {
        let (pattern, path): (Vec<_>, Vec<_>) = (pattern.split('/').collect(), path.split('/').collect());
        pattern.len() == path.len() && pattern.iter().zip(path).all(|(part, given)| part.starts_with('{') || *part == given)
    };
    let paths = document["paths"].as_object()?.iter();
    // A path that is written out wins over one with a place in it.
    let found = paths.filter(|(pattern, _)| fits(pattern)).min_by_key(|(pattern, _)| pattern.matches('{').count());
    found.and_then(|(pattern, methods)| Some((pattern.as_str(), methods.get(method)?)))
}

fn with_form<T>(at: &str, schema: &Value, f: impl FnOnce(&Form) -> T) -> T {
    static FORMS: OnceLock<Mutex<HashMap<String, Form>>> = OnceLock::new();
    let mut forms = FORMS.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner);
    let form = forms.entry(at.to_owned()).or_insert_with(|| {
        let mut whole = schema.clone();
        whole["components"] = document()["components"].clone();
        Form::compile(&whole).unwrap_or_else(|e| panic!("{at}: {e}: {}", json!(schema)))
    });
    f(form)
}
