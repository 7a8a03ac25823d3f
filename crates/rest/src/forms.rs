//! The forms of request bodies and query parameters, cut out of the OpenAPI document, so that what is published is what is checked.
//! Must not add a rule that the document does not show; `needs_without_regime` is told there in words.
//! How a form is checked is `app::form`.

use std::collections::{BTreeSet, HashMap};

use actix_web::http::Method;
use app::form::{BadSchema, Form};
use serde_json::{Map, Value, json};

use crate::{openapi::document, query::QueryForm};

/// Where the document keeps what is referred to.
const SCHEMAS: &str = "#/components/schemas/";

/// Compiled forms of bodies and query parameters.
pub struct Forms {
    /// By the name of the component.
    pub bodies: HashMap<String, Form>,
    /// By the method and path of the operation.
    queries: HashMap<(String, String), QueryForm>,
    /// Of an operation that takes none.
    pub none: QueryForm,
    /// What a path allows, as the Allow header says it.
    pub methods: HashMap<String, String>,
}

impl Forms {
    /// Cuts the forms out of the document.
    ///
    /// # Errors
    /// Only when the document is not well-formed, which a test would have found.
    pub fn new() -> Result<Self, BadSchema> {
        let mut document = serde_json::to_value(document()).unwrap_or_default();
        needs_without_regime(&mut document);
        let (mut queries, mut methods, mut taken) = (HashMap::new(), HashMap::new(), BTreeSet::new());
        for (path, described) in document["paths"].as_object().into_iter().flatten() {
            for (method, operation) in described.as_object().into_iter().flatten() {
                named_by(&operation["requestBody"], &mut taken);
                let parameters = operation["parameters"].as_array().map_or(&[][..], Vec::as_slice);
                if method == "get" || parameters.iter().any(|parameter| parameter["in"] == "query") {
                    queries.insert((method.to_uppercase(), path.clone()), QueryForm::of(parameters, &document)?);
                }
            }
            let names = described.as_object().into_iter().flatten().map(|(name, _)| name.to_uppercase());
            let names: Vec<String> = names.flat_map(|name| if name == "GET" { vec![name, "HEAD".into()] } else { vec![name] }).collect();
            methods.insert(path.clone(), names.join(", "));
        }
        let bodies = taken.into_iter().map(|name| Ok((name.to_owned(), form(&document, name)?))).collect::<Result<_, _>>()?;
        Ok(Self { bodies, queries, none: QueryForm::of(&[], &Value::Null)?, methods })
    }
}

impl Forms {
    /// The query parameters of an operation.
    pub fn query(&self, method: &Method, path: &str) -> Option<&QueryForm> {
        let method = if method == Method::HEAD { &Method::GET } else { method };
        self.queries.get(&(method.as_str().to_owned(), path.to_owned()))
    }
}

/// How the periods of the calendar are labelled.
const PERIOD: &str = "^[0-9]{4}(-(M(0[1-9]|1[0-2])|Q[1-4]|H[12]|9M))?$";

/// A report that names no regime is about a task and a period of the calendar. Said in words in the document, whose types have
/// no place for it.
fn needs_without_regime(document: &mut Value) {
    for (name, needed) in
        [("NewReport", json!(["task", "percent"])), ("BatchRow", json!(["task", "percent"])), ("NewDraft", json!(["task"]))]
    {
        let Some(schema) = document.pointer_mut(&format!("/components/schemas/{name}")).and_then(Value::as_object_mut) else { continue };
        schema.insert("if".into(), json!({"not": {"required": ["regime"]}}));
        schema.insert("then".into(), json!({"required": needed, "properties": {"period": {"pattern": PERIOD}}}));
    }
}

/// The schema of a component, with what it refers to beside it.
fn form(document: &Value, name: &str) -> Result<Form, BadSchema> {
    let whole = json!({"$ref": format!("{SCHEMAS}{name}")});
    let components = components_of(document, &whole);
    Form::compile(&json!({"$ref": whole["$ref"], "components": components}))
}

/// The components that a schema refers to, directly or through others: with all of them beside each form, the forms would take
/// a hundred times the memory of the document.
pub fn components_of(document: &Value, schema: &Value) -> Value {
    let mut names = BTreeSet::new();
    named_by(schema, &mut names);
    let (mut open, mut schemas): (Vec<&str>, _) = (names.iter().copied().collect(), Map::new());
    while let Some(name) = open.pop() {
        let Some(component) = document["components"]["schemas"].get(name) else { continue };
        let mut further = BTreeSet::new();
        named_by(component, &mut further);
        open.extend(further.into_iter().filter(|name| names.insert(name)));
        schemas.insert(name.to_owned(), component.clone());
    }
    json!({ "schemas": schemas })
}

/// Adds the names of the components that stand in a schema.
fn named_by<'a>(schema: &'a Value, names: &mut BTreeSet<&'a str>) {
    match schema {
        Value::Array(items) => items.iter().for_each(|item| named_by(item, names)),
        Value::Object(fields) => {
            if let Some(name) = fields.get("$ref").and_then(Value::as_str).and_then(|at| at.strip_prefix(SCHEMAS)) {
                names.insert(name);
            }
            fields.values().for_each(|value| named_by(value, names));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_has_beside_it_what_it_refers_to_and_nothing_else() {
        let to = |name: &str| json!({"$ref": format!("{SCHEMAS}{name}")});
        let document = json!({"components": {"schemas": {
            "Report": {"properties": {"produced": {"items": to("Product")}}},
            "Product": {"properties": {"of": {"oneOf": [{"type": "null"}, to("Report")]}, "unit": to("Unit")}},
            "Unit": {"type": "string"},
            "Other": to("Unit"),
        }}});
        let beside = components_of(&document, &to("Report"));
        let names: Vec<&str> = beside["schemas"].as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["Product", "Report", "Unit"]);
        assert_eq!(beside["schemas"]["Unit"], document["components"]["schemas"]["Unit"]);
    }
}
