//! Query parameters, checked by their published description: every fault at once, each under its parameter's name.
//! Must not know what a parameter means.
//! The forms are cut out by `forms`; how faults are told is `app::form`.

use std::collections::HashMap;

use actix_web::web;
use app::form::{BadSchema, Form};
use domain::error::{Code, Fault, Refusal};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::forms::Described;

/// The query parameters of one operation.
pub struct QueryForm {
    form: Form,
    kinds: HashMap<String, Kind>,
}

/// How a parameter's text becomes JSON.
#[derive(Clone, Copy)]
enum Kind {
    Text,
    Integer,
    Boolean,
}

impl Kind {
    fn of(schema: &Value) -> Self {
        let is =
            |name: &str| schema["type"] == name || schema["type"].as_array().is_some_and(|kinds| kinds.iter().any(|kind| kind == name));
        if is("integer") {
            Self::Integer
        } else if is("boolean") {
            Self::Boolean
        } else {
            Self::Text
        }
    }

    /// Text that is not of the kind stays text, so that the form tells.
    fn read(self, text: String) -> Value {
        match self {
            Self::Integer => text.parse::<i64>().map_or(Value::String(text), Value::from),
            Self::Boolean => text.parse::<bool>().map_or(Value::String(text), Value::from),
            Self::Text => Value::String(text),
        }
    }
}

impl QueryForm {
    /// From the parameters of an operation as the OpenAPI document describes them.
    ///
    /// # Errors
    /// When a description is not a JSON Schema.
    pub fn of(parameters: &[Value], described: &Described<'_>) -> Result<Self, BadSchema> {
        let (mut properties, mut required, mut kinds) = (Map::new(), Vec::new(), HashMap::new());
        for parameter in parameters.iter().filter(|parameter| parameter["in"] == "query") {
            let Some(name) = parameter["name"].as_str() else { continue };
            properties.insert(name.to_owned(), parameter["schema"].clone());
            kinds.insert(name.to_owned(), Kind::of(&parameter["schema"]));
            if parameter["required"] == true {
                required.push(name);
            }
        }
        let mut schema = json!({"type": "object", "additionalProperties": false, "properties": properties, "required": required});
        let components = described.components_of(&schema)?;
        schema["components"] = components;
        Ok(Self { form: Form::compile(&schema)?, kinds })
    }

    /// Whether the operation takes parameters at all.
    pub fn takes_any(&self) -> bool {
        !self.kinds.is_empty()
    }

    /// Reads a query string.
    ///
    /// # Errors
    /// `QUERY_INVALID` with every parameter that is unknown, repeated or malformed.
    pub fn read<T: DeserializeOwned>(&self, query: &str) -> Result<T, Refusal> {
        let pairs = web::Query::<Vec<(String, String)>>::from_query(query).map_err(|_| Refusal::new(Code::QueryInvalid))?.into_inner();
        let (mut document, mut faults) = (Map::new(), Vec::new());
        for (name, text) in pairs {
            if document.contains_key(&name) {
                faults.push(Fault::worded(
                    format!("/{name}"),
                    Code::Duplicate,
                    format!("Tham số “{name}” được lặp lại."),
                    format!("The parameter {name:?} is repeated."),
                ));
                continue;
            }
            let value = self.kinds.get(&name).copied().unwrap_or(Kind::Text).read(text);
            document.insert(name, value);
        }
        let document = Value::Object(document);
        faults.extend(self.form.faults(&document));
        if !faults.is_empty() {
            return Err(Refusal::with_faults(Code::QueryInvalid, faults));
        }
        // What the form lets through fits; if it ever does not, the words of the program are not the client's business.
        serde_json::from_value(document).map_err(|error| {
            tracing::error!(%error, "a form lets through what its parameters do not take");
            Refusal::with_faults(Code::QueryInvalid, vec![Fault::new("", Code::TypeMismatch)])
        })
    }
}
