//! An example of every body, made of what its schema says: of each field the example that it gives itself, else a value of its form.
//! Must not contradict a schema: a test holds every example against its own.
//! Where they are put is `finish`.

use serde_json::{Map, Value, json};

/// Forms that no example is given for where they stand, and a text of each.
const OF_PATTERNS: [(&str, &str); 2] =
    [("^[0-9a-f]{64}$", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"), ("^[a-z0-9-]+$", "so-ngoai-vu")];
/// A text where nothing more is known.
const TEXT: &str = "Đã thực hiện";

/// Makes examples of the schemas of one description.
pub struct Examples<'a> {
    schemas: &'a Map<String, Value>,
}

impl<'a> Examples<'a> {
    pub const fn of(schemas: &'a Map<String, Value>) -> Self {
        Self { schemas }
    }

    /// An example of a body; nothing for one of which nothing can be said.
    pub fn body(&self, schema: &Value) -> Option<Value> {
        self.value(schema, &mut Vec::new())
    }

    /// Within the named schemas that are being made already, which end there.
    fn value(&self, schema: &Value, within: &mut Vec<String>) -> Option<Value> {
        if let Some(given) = schema.get("example").or_else(|| schema.get("const")).or_else(|| schema.get("default")) {
            return Some(given.clone());
        }
        if let Some(name) = schema["$ref"].as_str().and_then(|to| to.strip_prefix("#/components/schemas/")) {
            if within.iter().any(|known| known == name) {
                return None;
            }
            within.push(name.to_owned());
            let made = self.schemas.get(name).and_then(|schema| self.value(schema, within));
            within.pop();
            return made;
        }
        if let Some(first) = schema["enum"].as_array().and_then(|values| values.iter().find(|value| !value.is_null())) {
            return Some(first.clone());
        }
        if let Some(all) = schema["allOf"].as_array() {
            let mut whole = self.object(schema, within).unwrap_or_default();
            for part in all {
                whole.extend(self.value(part, within)?.as_object().cloned().unwrap_or_default());
            }
            return Some(whole.into());
        }
        if let Some(any) = schema["oneOf"].as_array().or_else(|| schema["anyOf"].as_array()) {
            let is_null = any.iter().any(|one| one["type"] == "null");
            return any
                .iter()
                .filter(|one| one["type"] != "null")
                .find_map(|one| self.value(one, within))
                .or(is_null.then_some(Value::Null));
        }
        self.of_type(schema, within)
    }

    fn of_type(&self, schema: &Value, within: &mut Vec<String>) -> Option<Value> {
        let may_be_null = schema["type"].as_array().is_some_and(|types| types.iter().any(|kind| kind == "null"));
        let kind = match &schema["type"] {
            Value::Array(types) => types.iter().filter_map(Value::as_str).find(|kind| *kind != "null")?,
            kind => kind.as_str()?,
        };
        match kind {
            "object" => self.object(schema, within).map(Value::from).or(may_be_null.then_some(Value::Null)),
            "array" => Some(self.value(&schema["items"], within).into_iter().collect()),
            "boolean" => Some(true.into()),
            "integer" | "number" => Some(number(schema)),
            "string" => text(schema).map(Value::from),
            _ => None,
        }
    }

    /// An object with every field that can be shown; nothing where one that must be there cannot.
    fn object(&self, schema: &Value, within: &mut Vec<String>) -> Option<Map<String, Value>> {
        let mut fields = Map::new();
        let required: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        for (name, field) in schema["properties"].as_object().into_iter().flatten() {
            match self.value(field, within) {
                Some(value) => drop(fields.insert(name.clone(), value)),
                None if required.contains(&name.as_str()) => return None,
                None => {}
            }
        }
        Some(fields)
    }
}

/// One, or the number nearest to it within the bounds.
fn number(schema: &Value) -> Value {
    let least = schema["minimum"].as_i64().or_else(|| schema["exclusiveMinimum"].as_i64().map(|open| open + 1));
    let most = schema["maximum"].as_i64().or_else(|| schema["exclusiveMaximum"].as_i64().map(|open| open - 1));
    1.max(least.unwrap_or(1)).min(most.unwrap_or(i64::MAX)).into()
}

/// A text of the form that is asked for; nothing for bytes.
fn text(schema: &Value) -> Option<String> {
    let formed = match schema["format"].as_str() {
        Some("date") => "2014-06-30",
        Some("date-time") => "2014-06-30T02:00:00Z",
        Some("uuid") => "0192f0c4-7b1a-7e70-9b0e-3f6d2c1a5b77",
        Some("binary") => return None,
        _ => {
            let pattern = schema["pattern"].as_str().unwrap_or_default();
            // One of several words.
            let first = pattern.strip_prefix("^(").and_then(|words| words.strip_suffix(")$")).and_then(|words| words.split('|').next());
            let first = first.filter(|word| word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'));
            first.or_else(|| Some(OF_PATTERNS.iter().find(|(known, _)| *known == pattern)?.1)).unwrap_or(TEXT)
        }
    };
    let most = schema["maxLength"].as_u64().map_or(usize::MAX, |most| usize::try_from(most).unwrap_or(usize::MAX));
    Some(formed.chars().take(most).collect())
}

/// Gives every body of JSON an example: by its name where its schema has one, so that it is written once.
pub fn show(document: &mut Value) {
    let Some(schemas) = document["components"]["schemas"].as_object().cloned() else { return };
    let examples = Examples::of(&schemas);
    let named: Map<String, Value> =
        schemas.iter().filter_map(|(name, schema)| Some((name.clone(), json!({"value": examples.body(schema)?})))).collect();
    let components = document["components"]["responses"].as_object_mut().into_iter().flatten();
    components.for_each(|(_, response)| each(response, &examples, &named));
    let items = document["paths"].as_object_mut().into_iter().flatten().filter_map(|(_, item)| item.as_object_mut());
    for (_, operation) in items.flatten().filter(|(_, operation)| operation["responses"].is_object()) {
        if let Some(body) = operation.get_mut("requestBody") {
            each(body, &examples, &named);
        }
        operation["responses"].as_object_mut().into_iter().flatten().for_each(|(_, response)| each(response, &examples, &named));
    }
    let used = serde_json::to_string(&document["paths"]).unwrap_or_default() + &document["components"]["responses"].to_string();
    let named = named.into_iter().filter(|(name, _)| used.contains(&format!("\"#/components/examples/{name}\"")));
    document["components"]["examples"] = named.collect::<Map<_, _>>().into();
}

/// Examples of what has content.
fn each(told: &mut Value, examples: &Examples<'_>, named: &Map<String, Value>) {
    let contents = told.get_mut("content").and_then(Value::as_object_mut).into_iter().flatten();
    for (_, content) in contents.filter(|(_, content)| content.get("example").is_none() && content.get("examples").is_none()) {
        let name = content["schema"]["$ref"].as_str().and_then(|to| to.rsplit('/').next()).filter(|name| named.contains_key(*name));
        if let Some(name) = name.map(str::to_owned) {
            content["examples"] = json!({"whole": {"$ref": format!("#/components/examples/{name}")}});
        } else if let Some(value) = examples.body(&content["schema"]) {
            content["example"] = value;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_is_what_its_schema_asks_for() {
        let document = super::super::document().expect("a description");
        let examples = document["components"]["examples"].as_object().expect("examples");
        assert!(examples.len() > 200, "{}", examples.len());
        let properties: Map<_, _> =
            examples.keys().map(|name| (name.clone(), json!({"$ref": format!("#/components/schemas/{name}")}))).collect();
        let schema = json!({"properties": properties, "components": {"schemas": document["components"]["schemas"]}});
        let all: Value = examples.iter().map(|(name, example)| (name.clone(), example["value"].clone())).collect();
        let checked = jsonschema::options().should_validate_formats(true).build(&schema).expect("a schema");
        let faults: Vec<String> = checked.iter_errors(&all).map(|fault| format!("{}: {fault}", fault.instance_path())).collect();
        assert_eq!(faults, Vec::<String>::new());
    }

    #[test]
    fn what_holds_itself_ends() {
        let schemas = json!({"A": {"type": "object", "properties": {"of": {"oneOf": [{"type": "null"}, {"$ref": "#/components/schemas/A"}]},
            "all": {"type": "array", "items": {"$ref": "#/components/schemas/A"}}, "n": {"type": "integer", "minimum": 5}}}});
        let schemas = schemas.as_object().expect("schemas");
        let made = Examples::of(schemas).body(&json!({"$ref": "#/components/schemas/A"}));
        assert_eq!(made, Some(json!({"of": null, "all": [], "n": 5})));
    }
}
