//! An example of every body, made of what its schema says: of each field the example that it gives itself, else one for its name, else a
//! value of its form. What is sent names nothing that is not there: an identifier that is not needed is left out of it.
//! Must not contradict a schema: a test holds every example against its own.
//! What fields are shown as by their names is `samples`; where examples are put is `finish`.

use serde_json::{Map, Value, json};

use super::samples;

/// Forms that no example is given for where they stand, and a text of each.
const OF_PATTERNS: [(&str, &str); 2] =
    [("^[0-9a-f]{64}$", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"), ("^[a-z0-9-]+$", "so-ngoai-vu")];
/// A text where nothing more is known; a test holds that nothing published shows it.
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
        self.value(schema, "", &mut Vec::new())
    }

    /// Under this name, within the named schemas that are being made already, which end there.
    fn value(&self, schema: &Value, name: &str, within: &mut Vec<String>) -> Option<Value> {
        if let Some(given) = schema.get("example").or_else(|| schema.get("const")).or_else(|| schema.get("default")) {
            return Some(given.clone());
        }
        if let Some(of) = schema["$ref"].as_str().and_then(|to| to.strip_prefix("#/components/schemas/")) {
            if within.iter().any(|known| known == of) {
                return None;
            }
            within.push(of.to_owned());
            let made = self.schemas.get(of).and_then(|schema| self.value(schema, name, within));
            within.pop();
            return made;
        }
        if let Some(first) = schema["enum"].as_array().and_then(|values| values.iter().find(|value| !value.is_null())) {
            return Some(first.clone());
        }
        if let Some(all) = schema["allOf"].as_array() {
            let mut whole = self.object(schema, within).unwrap_or_default();
            for part in all {
                whole.extend(self.value(part, name, within)?.as_object().cloned().unwrap_or_default());
            }
            return Some(whole.into());
        }
        if let Some(any) = schema["oneOf"].as_array().or_else(|| schema["anyOf"].as_array()) {
            let is_null = any.iter().any(|one| one["type"] == "null");
            return any
                .iter()
                .filter(|one| one["type"] != "null")
                .find_map(|one| self.value(one, name, within))
                .or(is_null.then_some(Value::Null));
        }
        self.of_type(schema, name, within)
    }

    fn of_type(&self, schema: &Value, name: &str, within: &mut Vec<String>) -> Option<Value> {
        let may_be_null = schema["type"].as_array().is_some_and(|types| types.iter().any(|kind| kind == "null"));
        let kind = match &schema["type"] {
            Value::Array(types) => types.iter().filter_map(Value::as_str).find(|kind| *kind != "null")?,
            kind => kind.as_str()?,
        };
        match kind {
            "object" => self.object(schema, within).map(Value::from).or(may_be_null.then_some(Value::Null)),
            "array" => Some(self.value(&schema["items"], name, within).into_iter().collect()),
            "boolean" => Some(true.into()),
            "integer" | "number" => Some(number(schema, name)),
            "string" => text(schema, name).map(Value::from),
            _ => None,
        }
    }

    /// An object with every field that can be shown; nothing where one that must be there cannot.
    fn object(&self, schema: &Value, within: &mut Vec<String>) -> Option<Map<String, Value>> {
        let (of, mut fields) = (within.last().cloned().unwrap_or_default(), Map::new());
        let required: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        for (name, field) in schema["properties"].as_object().into_iter().flatten() {
            let is_needed = required.contains(&name.as_str());
            if !is_needed && (samples::is_left_out(&of, name) || (is_sent(schema) && is_identifier(field))) {
                continue;
            }
            match samples::field(&of, name).or_else(|| self.value(field, name, within)) {
                Some(value) => drop(fields.insert(name.clone(), value)),
                None if is_needed => return None,
                None => {}
            }
        }
        Some(fields)
    }
}

/// Whether bodies of a schema are sent: in what is sent no field is let through that is not known.
fn is_sent(schema: &Value) -> bool {
    schema["additionalProperties"] == false
}

/// Whether a field holds identifiers.
fn is_identifier(field: &Value) -> bool {
    field["format"] == "uuid" || field["items"]["format"] == "uuid"
}

/// The number for the name, or the one nearest to it within the bounds.
fn number(schema: &Value, name: &str) -> Value {
    let wanted = samples::of(samples::NUMBERS, name).unwrap_or(1);
    let least = schema["minimum"].as_i64().or_else(|| schema["exclusiveMinimum"].as_i64().map(|open| open + 1));
    let most = schema["maximum"].as_i64().or_else(|| schema["exclusiveMaximum"].as_i64().map(|open| open - 1));
    wanted.max(least.unwrap_or(wanted)).min(most.unwrap_or(i64::MAX)).into()
}

/// A text of the form that is asked for; nothing for bytes.
fn text(schema: &Value, name: &str) -> Option<String> {
    let formed = match schema["format"].as_str() {
        Some("date") => samples::of(samples::DAYS, name).unwrap_or("2014-06-30"),
        Some("date-time") => samples::of(samples::TIMES, name).unwrap_or("2014-06-30T02:00:00Z"),
        Some("uuid") => "0192f0c4-7b1a-7e70-9b0e-3f6d2c1a5b77",
        Some("binary") => return None,
        _ => {
            let pattern = schema["pattern"].as_str().unwrap_or_default();
            // One of several words.
            let first = pattern.strip_prefix("^(").and_then(|words| words.strip_suffix(")$")).and_then(|words| words.split('|').next());
            let first = first.filter(|word| word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'));
            first.or_else(|| samples::of(&OF_PATTERNS, pattern)).or_else(|| samples::of(samples::TEXTS, name)).unwrap_or(TEXT)
        }
    };
    let most = schema["maxLength"].as_u64().map_or(usize::MAX, |most| usize::try_from(most).unwrap_or(usize::MAX));
    Some(formed.chars().take(most).collect())
}

/// Gives every body of JSON an example: by its name where its schema has one, so that it is written once.
pub fn show(document: &mut Value) {
    let Some(schemas) = document["components"]["schemas"].as_object().cloned() else { return };
    let examples = Examples::of(&schemas);
    // By its name, since what fields are shown as depends on it.
    let of = |name: &String| examples.body(&json!({"$ref": format!("#/components/schemas/{name}")}));
    let named: Map<String, Value> = schemas.keys().filter_map(|name| Some((name.clone(), json!({"value": of(name)?})))).collect();
    let components = document["components"]["responses"].as_object_mut().into_iter().flatten();
    components.for_each(|(_, response)| each(response, &examples, &named));
    for (path, item) in document["paths"].as_object_mut().into_iter().flatten() {
        let operations = item.as_object_mut().into_iter().flatten();
        for (_, operation) in operations.filter(|(_, operation)| operation["responses"].is_object()) {
            if let Some(body) = operation.get_mut("requestBody") {
                whole(path, body);
                each(body, &examples, &named);
            }
            for (_, response) in operation["responses"].as_object_mut().into_iter().flatten() {
                whole(path, response);
                each(response, &examples, &named);
            }
        }
    }
    let used = serde_json::to_string(&document["paths"]).unwrap_or_default() + &document["components"]["responses"].to_string();
    let named = named.into_iter().filter(|(name, _)| used.contains(&format!("\"#/components/examples/{name}\"")));
    document["components"]["examples"] = named.collect::<Map<_, _>>().into();
}

/// Examples of bodies that are one text.
fn whole(path: &str, body: &mut Value) {
    for (media, content) in body.get_mut("content").and_then(Value::as_object_mut).into_iter().flatten() {
        if let Some(text) = samples::whole(path, media) {
            content["example"] = text.into();
        }
    }
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
    fn no_example_is_shown_as_the_text_of_what_is_not_known() {
        let document = super::super::document().expect("a description");
        let mut found = Vec::new();
        fillers(&document, "", &mut found);
        assert_eq!(found, Vec::<String>::new(), "these need labels in their schema, an example, or an entry in `samples`");
    }

    /// Where the text of what is not known stands.
    fn fillers(value: &Value, at: &str, found: &mut Vec<String>) {
        match value {
            Value::String(text) if text == TEXT => found.push(at.to_owned()),
            Value::Array(items) => items.iter().for_each(|item| fillers(item, at, found)),
            Value::Object(fields) => fields.iter().for_each(|(name, field)| fillers(field, &format!("{at}/{name}"), found)),
            _ => {}
        }
    }

    #[test]
    fn labels_are_shown_where_labels_stand() {
        let document = super::super::document().expect("a description");
        let shown = |pointer: &str| document.pointer(&format!("/components/examples/{pointer}")).cloned().unwrap_or_default();
        let roles: Vec<_> = domain::account::Role::ALL.iter().map(|role| role.label()).collect();
        for schema in ["Account", "Me"] {
            assert_eq!(document["components"]["schemas"][schema]["properties"]["roles"]["items"]["enum"], json!(roles), "{schema}");
            assert_eq!(
                document["components"]["schemas"][schema]["properties"]["scopes"]["items"]["enum"],
                json!(["read", "reports", "account", "admin"])
            );
        }
        let kinds: Vec<_> = domain::event::EventKind::ALL.iter().map(|kind| json!(kind.label())).collect();
        for pointer in ["Webhook/value/kinds", "MadeWebhook/value/kinds", "WebhookPage/value/items/0/kinds"] {
            let shown = shown(pointer);
            let all = shown.as_array().expect(pointer);
            assert!(!all.is_empty() && all.iter().all(|kind| kinds.contains(kind)), "{pointer}: {all:?}");
        }
        assert_eq!(shown("Committee/value/term/standingAgency"), "so-tttt");
        assert_eq!(shown("Committee/value/term/authority"), "ubnd-tp-hai-phong");
    }

    #[test]
    fn what_is_sent_is_shown_by_the_names_of_its_fields() {
        let schemas = json!({"NewThing": {"type": "object", "additionalProperties": false, "required": ["person"], "properties": {
            "agency": {"type": "string", "maxLength": 3}, "account": {"type": ["string", "null"], "format": "uuid"},
            "person": {"type": "string", "format": "uuid"}, "endsAt": {"type": "string", "format": "date-time"},
            "networks": {"type": "array", "items": {"type": "string"}}, "oddity": {"type": "string"},
            "year": {"type": "integer", "minimum": 2020}}}});
        let schemas = schemas.as_object().expect("schemas");
        let made = Examples::of(schemas).body(&json!({"$ref": "#/components/schemas/NewThing"}));
        let wanted = json!({"agency": "bao", "person": "0192f0c4-7b1a-7e70-9b0e-3f6d2c1a5b77", "endsAt": "2014-06-30T04:00:00Z",
            "networks": ["203.0.113.0/24"], "oddity": TEXT, "year": 2020});
        assert_eq!(made, Some(wanted));
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
