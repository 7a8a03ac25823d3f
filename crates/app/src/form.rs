//! The form of JSON documents: every fault at once, each with its pointer, code and words in two languages.
//! Must not know rules that a JSON Schema cannot say.
//! Schemas come from `data/` (files) or from the OpenAPI document (bodies), so what is published is what is checked.

use domain::error::{Code, Fault};
use jsonschema::{
    ValidationError, Validator,
    error::{TypeKind, ValidationErrorKind as Kind},
};
use serde_json::Value;

/// A compiled schema.
pub struct Form(Validator);

/// A schema that is not one. Only a defect of the program makes it.
#[derive(Debug, thiserror::Error)]
#[error("not a JSON Schema: {0}")]
pub struct BadSchema(pub String);

impl Form {
    /// Compiles a schema of draft 2020-12; formats are checked.
    ///
    /// # Errors
    /// When it is not a schema.
    pub fn compile(schema: &Value) -> Result<Self, BadSchema> {
        let options = jsonschema::draft202012::options().should_validate_formats(true);
        options.build(schema).map(Self).map_err(|error| BadSchema(error.to_string()))
    }

    /// Everything wrong with the form of a document, in the order of its places.
    pub fn faults(&self, document: &Value) -> Vec<Fault> {
        let mut faults: Vec<Fault> = self.0.iter_errors(document).flat_map(|error| faults_of(&error)).collect();
        faults.sort_by(|a, b| a.pointer.cmp(&b.pointer));
        faults.dedup();
        // What is too short or too long need not be told of its pattern as well.
        let sized: Vec<String> = faults.iter().filter(|f| f.code == Code::LengthOutOfRange).map(|f| f.pointer.clone()).collect();
        faults.retain(|fault| fault.code != Code::PatternMismatch || !sized.contains(&fault.pointer));
        faults
    }
}

fn faults_of(error: &ValidationError<'_>) -> Vec<Fault> {
    let at = error.instance_path().to_string();
    let one = |code, vi: String, en: String| vec![Fault::worded(at.clone(), code, vi, en)];
    match error.kind() {
        Kind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            vec![Fault::worded(child(&at, name), Code::FieldRequired, format!("Thiếu trường “{name}”."), format!("{name:?} is missing."))]
        }
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => unexpected
            .iter()
            .map(|name| {
                Fault::worded(
                    child(&at, name),
                    Code::FieldUnknown,
                    format!("Không có trường “{name}”."),
                    format!("There is no field {name:?}."),
                )
            })
            .collect(),
        Kind::Type { kind } => {
            let wanted = match kind {
                TypeKind::Single(kind) => kind.to_string(),
                TypeKind::Multiple(kinds) => kinds.iter().map(|kind| kind.to_string()).collect::<Vec<_>>().join(", "),
            };
            let vi: Vec<&str> = wanted.split(", ").map(in_vietnamese).collect();
            one(Code::TypeMismatch, format!("Giá trị phải là {}.", vi.join(" hoặc ")), format!("The value must be of type: {wanted}."))
        }
        Kind::Minimum { limit } | Kind::ExclusiveMinimum { limit } => {
            one(Code::OutOfRange, format!("Giá trị nhỏ nhất là {limit}."), format!("The smallest value is {limit}."))
        }
        Kind::Maximum { limit } | Kind::ExclusiveMaximum { limit } => {
            one(Code::OutOfRange, format!("Giá trị lớn nhất là {limit}."), format!("The largest value is {limit}."))
        }
        Kind::MinLength { limit } => {
            one(Code::LengthOutOfRange, format!("Cần ít nhất {limit} ký tự."), format!("At least {limit} characters are needed."))
        }
        Kind::MaxLength { limit } => {
            one(Code::LengthOutOfRange, format!("Nhiều nhất {limit} ký tự."), format!("At most {limit} characters are allowed."))
        }
        Kind::MinItems { limit } => one(Code::LengthOutOfRange, format!("Cần ít nhất {limit} mục."), format!("At least {limit} items.")),
        Kind::MaxItems { limit } => one(Code::LengthOutOfRange, format!("Nhiều nhất {limit} mục."), format!("At most {limit} items.")),
        Kind::Pattern { .. } | Kind::Format { .. } => vec![Fault::new(at, Code::PatternMismatch)],
        Kind::Enum { options } => {
            let labels: Vec<String> = options.as_array().into_iter().flatten().filter(|option| !option.is_null()).map(plain).collect();
            let labels = labels.join(", ");
            one(Code::NotOneOf, format!("Giá trị phải là một trong: {labels}."), format!("The value must be one of: {labels}."))
        }
        Kind::Constant { .. } => vec![Fault::new(at, Code::NotOneOf)],
        Kind::UniqueItems => vec![Fault::new(at, Code::Duplicate)],
        _ => vec![Fault::new(at, Code::RuleBroken)],
    }
}

/// A value as people read it.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A type of JSON in words.
fn in_vietnamese(kind: &str) -> &str {
    match kind {
        "integer" => "số nguyên",
        "number" => "số",
        "string" => "chuỗi ký tự",
        "boolean" => "giá trị đúng/sai",
        "array" => "danh sách",
        "object" => "đối tượng",
        "null" => "rỗng",
        other => other,
    }
}

/// The pointer of a member (RFC 6901).
fn child(at: &str, name: &str) -> String {
    format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_fault_is_found_with_its_place() {
        let form = Form::compile(&json!({
            "type": "object", "additionalProperties": false, "required": ["task", "year"],
            "properties": {
                "task": {"type": "string", "minLength": 1},
                "year": {"type": "integer", "minimum": 1945},
                "day": {"type": "string", "format": "date"},
            },
        }))
        .expect("a schema");
        let faults = form.faults(&json!({"year": "x", "a/b": 1, "day": "2014-02-30"}));
        let told: Vec<_> = faults.iter().map(|fault| (fault.pointer.as_str(), fault.code)).collect();
        assert_eq!(
            told,
            [("/a~1b", Code::FieldUnknown), ("/day", Code::PatternMismatch), ("/task", Code::FieldRequired), ("/year", Code::TypeMismatch),]
        );
        assert!(form.faults(&json!({"task": "V.2", "year": 2014})).is_empty());
    }
}
