//! The forms of request bodies and query parameters, cut out of the published OpenAPI document, so that what is published is what
//! is checked.
//! Must not add a rule that the document does not show; `needs_without_regime` is told there in words.
//! A form is compiled when it is first needed: most of a service's life it needs few. How it is checked is `app::form`.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::OnceLock,
};

use actix_web::http::Method;
use app::form::{BadSchema, Form};
use serde::Deserialize;
use serde_json::{Map, Value, json, value::RawValue};

use crate::query::QueryForm;

/// The OpenAPI document as it is checked in, which a test holds against the handlers.
pub const PUBLISHED: &str = include_str!("../../../openapi/openapi.json");

/// Where the document keeps what is referred to.
const SCHEMAS: &str = "#/components/schemas/";

/// The parts of the document that forms are cut from, still as text.
#[derive(Deserialize)]
pub struct Described<'d> {
    #[serde(borrow)]
    paths: BTreeMap<&'d str, BTreeMap<&'d str, &'d RawValue>>,
    #[serde(borrow)]
    components: Components<'d>,
}

#[derive(Deserialize)]
struct Components<'d> {
    #[serde(borrow)]
    schemas: BTreeMap<&'d str, &'d RawValue>,
}

/// What is read of an operation.
#[derive(Deserialize)]
struct Operation {
    #[serde(default)]
    parameters: Vec<Value>,
}

/// Forms of bodies and query parameters.
pub struct Forms {
    described: Described<'static>,
    /// By the name of the component.
    bodies: HashMap<&'static str, Slot<Form>>,
    /// By the method and path of the operation.
    queries: HashMap<(String, &'static str), Slot<QueryForm>>,
    /// Of an operation that takes none.
    none: Slot<QueryForm>,
    /// What a path allows, as the Allow header says it.
    pub methods: HashMap<&'static str, String>,
}

/// A form that is compiled when it is first asked for.
type Slot<T> = OnceLock<Option<T>>;

impl Forms {
    /// Looks through the document.
    ///
    /// # Errors
    /// Only when the document is not well-formed, which a test would have found.
    pub fn new() -> Result<Self, BadSchema> {
        let described: Described<'static> = serde_json::from_str(PUBLISHED).map_err(|error| BadSchema(error.to_string()))?;
        let (mut queries, mut methods) = (HashMap::new(), HashMap::new());
        for (path, operations) in &described.paths {
            let names = operations.keys().map(|name| name.to_uppercase());
            queries.extend(names.clone().map(|method| ((method, *path), OnceLock::new())));
            let allowed: Vec<String> = names.flat_map(|name| if name == "GET" { vec![name, "HEAD".into()] } else { vec![name] }).collect();
            methods.insert(*path, allowed.join(", "));
        }
        let bodies = described.components.schemas.keys().map(|name| (*name, OnceLock::new())).collect();
        Ok(Self { described, bodies, queries, none: OnceLock::new(), methods })
    }

    /// The form of a body.
    pub fn body(&self, name: &str) -> Option<&Form> {
        let compiled = || self.described.form(name).inspect_err(|error| broken(name, error)).ok();
        self.bodies.get(name)?.get_or_init(compiled).as_ref()
    }

    /// The query parameters of an operation.
    pub fn query(&self, method: &Method, path: &str) -> Option<&QueryForm> {
        let method = if method == Method::HEAD { &Method::GET } else { method };
        let (path, _) = self.described.paths.get_key_value(path)?;
        let compiled = || self.described.query(method, path).inspect_err(|error| broken(path, error)).ok();
        self.queries.get(&(method.as_str().to_owned(), *path))?.get_or_init(compiled).as_ref()
    }

    /// The query parameters of an operation that takes none.
    pub fn no_query(&self) -> Option<&QueryForm> {
        self.none.get_or_init(|| QueryForm::of(&[], &self.described).inspect_err(|error| broken("no parameters", error)).ok()).as_ref()
    }
}

fn broken(what: &str, error: &BadSchema) {
    tracing::error!(%error, what, "the published document has a part that is no schema");
}

impl Described<'_> {
    /// The schema of a component, with what it refers to beside it.
    fn form(&self, name: &str) -> Result<Form, BadSchema> {
        let whole = json!({"$ref": format!("{SCHEMAS}{name}")});
        let components = self.components_of(&whole)?;
        Form::compile(&json!({"$ref": whole["$ref"], "components": components}))
    }

    fn query(&self, method: &Method, path: &str) -> Result<QueryForm, BadSchema> {
        let operation = self.paths.get(path).and_then(|operations| operations.get(method.as_str().to_lowercase().as_str()));
        let operation = operation.ok_or_else(|| BadSchema(format!("{method} {path} is not described")))?;
        let operation: Operation = serde_json::from_str(operation.get()).map_err(|error| BadSchema(error.to_string()))?;
        QueryForm::of(&operation.parameters, self)
    }

    /// The components that a schema refers to, directly or through others: with all of them beside each form, the forms would
    /// take a hundred times the memory of the document.
    pub fn components_of(&self, schema: &Value) -> Result<Value, BadSchema> {
        let (mut names, mut schemas) = (BTreeSet::new(), Map::new());
        named_by(schema, &mut names);
        let mut open: Vec<String> = names.iter().cloned().collect();
        while let Some(name) = open.pop() {
            let Some(component) = self.components.schemas.get(name.as_str()) else { continue };
            let mut component = serde_json::from_str(component.get()).map_err(|error| BadSchema(error.to_string()))?;
            needs_without_regime(&name, &mut component);
            let mut further = BTreeSet::new();
            named_by(&component, &mut further);
            open.extend(further.into_iter().filter(|name| names.insert(name.clone())));
            schemas.insert(name, component);
        }
        Ok(json!({ "schemas": schemas }))
    }
}

/// How the periods of the calendar are labelled.
const PERIOD: &str = "^[0-9]{4}(-(M(0[1-9]|1[0-2])|Q[1-4]|H[12]|9M))?$";

/// A report that names no regime is about a task and a period of the calendar. Said in words in the document, whose types have
/// no place for it.
fn needs_without_regime(name: &str, schema: &mut Value) {
    let needed = match name {
        "NewReport" | "BatchRow" => json!(["task", "percent"]),
        "NewDraft" => json!(["task"]),
        _ => return,
    };
    let Some(schema) = schema.as_object_mut() else { return };
    schema.insert("if".into(), json!({"not": {"required": ["regime"]}}));
    schema.insert("then".into(), json!({"required": needed, "properties": {"period": {"pattern": PERIOD}}}));
}

/// Adds the names of the components that stand in a schema.
fn named_by(schema: &Value, names: &mut BTreeSet<String>) {
    match schema {
        Value::Array(items) => items.iter().for_each(|item| named_by(item, names)),
        Value::Object(fields) => {
            if let Some(name) = fields.get("$ref").and_then(Value::as_str).and_then(|at| at.strip_prefix(SCHEMAS)) {
                names.insert(name.to_owned());
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
        let described: Described<'_> = serde_json::from_str(
            r##"{"paths": {}, "components": {"schemas": {
                "Report": {"properties": {"produced": {"items": {"$ref": "#/components/schemas/Product"}}}},
                "Product": {"properties": {"of": {"oneOf": [{"type": "null"}, {"$ref": "#/components/schemas/Report"}]},
                    "unit": {"$ref": "#/components/schemas/Unit"}}},
                "Unit": {"type": "string"},
                "Other": {"$ref": "#/components/schemas/Unit"}
            }}}"##,
        )
        .expect("a document");
        let beside = described.components_of(&json!({"$ref": format!("{SCHEMAS}Report")})).expect("components");
        let names: Vec<&str> = beside["schemas"].as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["Product", "Report", "Unit"]);
        assert_eq!(beside["schemas"]["Unit"], json!({"type": "string"}));
    }

    #[test]
    fn every_form_of_the_document_compiles() {
        let forms = Forms::new().expect("a document");
        assert!(forms.bodies.len() > 50 && forms.queries.len() > 50);
        for name in forms.bodies.keys() {
            assert!(forms.body(name).is_some(), "{name}");
        }
        for (method, path) in forms.queries.keys() {
            let method: Method = method.parse().expect("a method");
            assert!(forms.query(&method, path).is_some(), "{method} {path}");
        }
        assert!(forms.no_query().is_some());
        assert!(forms.body("NoSuchBody").is_none() && forms.query(&Method::GET, "/nowhere").is_none());
    }
}
