//! Forms of figures: which fields a report has, of what type and unit, and whether values fit them.
//! Must not round or convert: a value that does not fit is a fault with its place.
//! A regime names its form (`regime`); whoever takes in values calls `check`.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    decimal::Decimal,
    error::{Code, Fault},
    labels::labelled_enum,
    number::{self, Meaning, NotNumber},
    text,
};

labelled_enum! {
    /// What a field holds.
    pub enum FieldKind {
        /// A whole number.
        Integer = "INTEGER",
        /// A number with decimals: a JSON number of up to 15 digits, or text.
        Decimal = "DECIMAL",
        /// Whole đồng.
        Money = "MONEY",
        Text = "TEXT",
        /// One of the options.
        Choice = "CHOICE",
    }
}

/// A form of figures.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataForm {
    #[serde(default)]
    pub fields: Vec<DataField>,
}

/// A field of a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DataField {
    pub code: String,
    pub label: String,
    #[serde(rename = "type")]
    pub kind: FieldKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    #[serde(default)]
    pub required: bool,
    /// Smallest value of a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<String>,
    /// Largest value of a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<String>,
    /// Digits after the point at most, of a decimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decimals: Option<u32>,
    /// Characters at most, of a text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_length: Option<usize>,
    /// What may be chosen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
}

/// Characters of a text where its field says nothing.
pub const DEFAULT_MAX_LENGTH: usize = 2000;
/// Digits that a JSON number carries without loss.
const EXACT_DIGITS: usize = 15;

impl DataField {
    fn bound(text: Option<&String>) -> Option<Decimal> {
        text.and_then(|text| text.parse().ok())
    }

    /// Smallest value.
    pub fn smallest(&self) -> Option<Decimal> {
        Self::bound(self.min.as_ref())
    }

    /// Largest value.
    pub fn largest(&self) -> Option<Decimal> {
        Self::bound(self.max.as_ref())
    }
}

/// A value as its field wants it, from how it stands in a table: numbers may be written as they are in Vietnamese, and what looks
/// like a number may be meant as text. What does not fit for another reason stays as it is, for [`check`] to tell.
///
/// # Errors
/// A fault at `/values/<code>` for text that is no number, or could mean two.
pub fn read(field: &DataField, given: &Value) -> Result<Value, Fault> {
    let unit = field.unit.as_deref();
    let meaning = match (field.kind, given) {
        (FieldKind::Integer, Value::String(_)) => Meaning::Whole { unit },
        (FieldKind::Decimal, Value::String(_)) => Meaning::Fraction { unit },
        (FieldKind::Money, Value::String(_)) => Meaning::Money,
        (FieldKind::Text | FieldKind::Choice, Value::Number(number)) => return Ok(number.to_string().into()),
        _ => return Ok(given.clone()),
    };
    let written = given.as_str().unwrap_or_default();
    let number = number::read(written, meaning).map_err(|why| not_a_number(why, pointer(&field.code)))?;
    match (field.kind, number.whole()) {
        (FieldKind::Decimal, _) => Ok(number.to_string().into()),
        (_, Some(whole)) => Ok(whole.into()),
        // Told as what it is by the check: a number that is not whole.
        (_, None) => Ok(given.clone()),
    }
}

/// What is wrong with a text that should be a number.
pub fn not_a_number(why: NotNumber, at: impl Into<String>) -> Fault {
    match why {
        NotNumber::Ambiguous => Fault::new(at, Code::NumberAmbiguous),
        NotNumber::Unreadable => Fault::worded(at, Code::TypeMismatch, "Giá trị phải là số.", "The value must be a number."),
    }
}

/// Values in the one way in which they are kept, so that equal ones are equal: decimals as text without zeros at the end, and nothing
/// for null. What does not fit its field stays, for [`check`] to tell.
pub fn canonical(form: &DataForm, values: &mut Map<String, Value>) {
    values.retain(|_, value| !value.is_null());
    for field in form.fields.iter().filter(|field| field.kind == FieldKind::Decimal) {
        let Some(value) = values.get_mut(&field.code) else { continue };
        if let Some(number) = decimal(value) {
            *value = number.to_string().into();
        }
    }
}

/// Everything that keeps `{"fieldCode": value}` from fitting a form; places are `/values/<code>`.
pub fn check(form: &DataForm, values: &Value) -> Vec<Fault> {
    let Some(values) = values.as_object() else { return vec![Fault::new("/values", Code::TypeMismatch)] };
    let mut faults = unknown(form, values);
    faults.extend(form.fields.iter().filter_map(|field| fault_of(field, values)));
    faults
}

/// What keeps the values that are given from fitting a form; none has to be given.
pub fn check_given(form: &DataForm, values: &Map<String, Value>) -> Vec<Fault> {
    let of_known = |field: &DataField| values.contains_key(&field.code).then(|| fault_of(field, values)).flatten();
    let mut faults = unknown(form, values);
    faults.extend(form.fields.iter().filter_map(of_known).filter(|fault| fault.code != Code::FieldRequired));
    faults
}

fn unknown(form: &DataForm, values: &Map<String, Value>) -> Vec<Fault> {
    let unknown = values.keys().filter(|code| !form.fields.iter().any(|field| field.code == **code));
    unknown.map(|code| Fault::new(pointer(code), Code::FieldUnknown)).collect()
}

/// The place of a value (RFC 6901).
fn pointer(code: &str) -> String {
    format!("/values/{}", code.replace('~', "~0").replace('/', "~1"))
}

fn fault_of(field: &DataField, values: &Map<String, Value>) -> Option<Fault> {
    let at = || pointer(&field.code);
    let Some(value) = values.get(&field.code).filter(|value| !value.is_null()) else {
        return field.required.then(|| {
            let label = &field.label;
            Fault::worded(at(), Code::FieldRequired, format!("Thiếu số liệu “{label}”."), format!("{label:?} is missing."))
        });
    };
    let (code, vi, en) = match field.kind {
        FieldKind::Integer | FieldKind::Money => match value.as_i64() {
            Some(number) => return out_of_range(field, number.into(), at()),
            None => (Code::TypeMismatch, "Giá trị phải là số nguyên.", "The value must be a whole number."),
        },
        FieldKind::Decimal => match decimal(value) {
            Some(number) => return too_fine(field, number, at()).or_else(|| out_of_range(field, number, at())),
            None => (
                Code::TypeMismatch,
                "Giá trị phải là số thập phân; quá 15 chữ số thì ghi dưới dạng chuỗi, dấu thập phân là dấu chấm.",
                "The value must be a decimal number; with more than 15 digits it is given as text, with a decimal point.",
            ),
        },
        FieldKind::Text => match value.as_str() {
            Some(words) => return unfit_text(field, words, at()),
            None => (Code::TypeMismatch, "Giá trị phải là chuỗi ký tự.", "The value must be text."),
        },
        FieldKind::Choice => match value.as_str() {
            Some(choice) if field.options.iter().any(|option| option == choice) => return None,
            Some(_) => return Some(not_an_option(field, at())),
            None => (Code::TypeMismatch, "Giá trị phải là chuỗi ký tự.", "The value must be text."),
        },
    };
    Some(Fault::worded(at(), code, vi, en))
}

/// A number that reads as it was written.
fn decimal(value: &Value) -> Option<Decimal> {
    match value {
        Value::String(text) => text.parse().ok(),
        Value::Number(number) => {
            let text = number.to_string();
            let digits = text.bytes().filter(u8::is_ascii_digit).count();
            if digits > EXACT_DIGITS && number.is_f64() { None } else { text.parse().ok() }
        }
        _ => None,
    }
}

fn out_of_range(field: &DataField, number: Decimal, at: String) -> Option<Fault> {
    if let Some(limit) = field.smallest().filter(|limit| number < *limit) {
        let (vi, en) = (format!("Giá trị nhỏ nhất là {limit}."), format!("The smallest value is {limit}."));
        return Some(Fault::worded(at, Code::OutOfRange, vi, en));
    }
    let limit = field.largest().filter(|limit| number > *limit)?;
    Some(Fault::worded(at, Code::OutOfRange, format!("Giá trị lớn nhất là {limit}."), format!("The largest value is {limit}.")))
}

fn too_fine(field: &DataField, number: Decimal, at: String) -> Option<Fault> {
    let most = field.decimals.filter(|most| number.decimals() > *most)?;
    let (vi, en) = (format!("Nhiều nhất {most} chữ số thập phân."), format!("At most {most} digits after the point."));
    Some(Fault::worded(at, Code::OutOfRange, vi, en))
}

fn unfit_text(field: &DataField, words: &str, at: String) -> Option<Fault> {
    let most = field.max_length.unwrap_or(DEFAULT_MAX_LENGTH);
    if !text::storable(words) || (field.required && text::shows_nothing(words)) {
        return Some(Fault::new(at, Code::PatternMismatch));
    }
    let (vi, en) = (format!("Nhiều nhất {most} ký tự."), format!("At most {most} characters are allowed."));
    (words.chars().count() > most).then(|| Fault::worded(at, Code::LengthOutOfRange, vi, en))
}

fn not_an_option(field: &DataField, at: String) -> Fault {
    let options = field.options.join(", ");
    Fault::worded(at, Code::NotOneOf, format!("Giá trị phải là một trong: {options}."), format!("The value must be one of: {options}."))
}

/// What is wrong with a form itself; places are under `at`.
pub fn check_form(form: &DataForm, at: &str) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (i, field) in form.fields.iter().enumerate() {
        let at = format!("{at}/fields/{i}");
        if form.fields[..i].iter().any(|earlier| earlier.code == field.code) {
            faults.push(Fault::new(format!("{at}/code"), Code::Duplicate));
        }
        for (name, bound) in [("min", &field.min), ("max", &field.max)] {
            if bound.as_ref().is_some_and(|bound| bound.parse::<Decimal>().is_err()) {
                faults.push(Fault::new(format!("{at}/{name}"), Code::PatternMismatch));
            }
        }
        if field.smallest().zip(field.largest()).is_some_and(|(min, max)| min > max) {
            faults.push(Fault::new(format!("{at}/max"), Code::OutOfRange));
        }
        let is_number = matches!(field.kind, FieldKind::Integer | FieldKind::Decimal | FieldKind::Money);
        let needs = [
            ("options", (field.kind == FieldKind::Choice) != field.options.is_empty()),
            ("decimals", field.decimals.is_none() || field.kind == FieldKind::Decimal),
            ("maxLength", field.max_length.is_none() || field.kind == FieldKind::Text),
            ("min", field.min.is_none() || is_number),
            ("max", field.max.is_none() || is_number),
        ];
        for (name, _) in needs.iter().filter(|(_, fits)| !fits) {
            let words = ("Thuộc tính này không khớp với kiểu của trường.", "This does not go with the type of the field.");
            faults.push(Fault::worded(format!("{at}/{name}"), Code::RuleBroken, words.0, words.1));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn form() -> DataForm {
        serde_json::from_value(json!({"fields": [
            {"code": "events", "label": "Số sự kiện", "type": "INTEGER", "required": true, "min": "0", "max": "1000"},
            {"code": "share", "label": "Tỷ lệ", "type": "DECIMAL", "unit": "%", "min": "0", "max": "100", "decimals": 2},
            {"code": "spent", "label": "Kinh phí", "type": "MONEY", "unit": "đồng", "min": "0"},
            {"code": "note", "label": "Ghi chú", "type": "TEXT", "maxLength": 5},
            {"code": "level", "label": "Mức", "type": "CHOICE", "options": ["TỐT", "KHÁ"]},
        ]}))
        .expect("a form")
    }

    fn told(values: &Value) -> Vec<String> {
        check(&form(), values).iter().map(|fault| format!("{} {}", fault.pointer, fault.code.label())).collect()
    }

    #[test]
    fn values_that_fit_have_no_fault() {
        assert!(check_form(&form(), "").is_empty());
        assert_eq!(told(&json!({"events": 3, "share": 12.5, "spent": 105_645_460_000_000_i64, "note": "Xong", "level": "TỐT"})), [""; 0]);
        assert_eq!(told(&json!({"events": 0, "share": "12.50", "spent": null})), [""; 0]);
        assert_eq!(told(&json!({"events": 1000, "share": 100})), [""; 0]);
    }

    #[test]
    fn a_value_is_kept_in_one_way_however_it_came() {
        let kept = |share: Value| {
            let mut values = json!({"events": 3, "share": share, "note": "12.50", "level": null}).as_object().expect("values").clone();
            canonical(&form(), &mut values);
            Value::Object(values)
        };
        for share in [json!(50), json!("50"), json!("50.0"), json!(50.0)] {
            assert_eq!(kept(share), json!({"events": 3, "share": "50", "note": "12.50"}));
        }
        assert_eq!(kept(json!("nhiều"))["share"], "nhiều");
    }

    #[test]
    fn every_value_that_does_not_fit_is_told_with_its_place() {
        let values = json!({"a/b": 1, "share": 100.01, "spent": 1.5, "note": "dài quá đi", "level": "KÉM"});
        let wanted = [
            "/values/a~1b FIELD_UNKNOWN",
            "/values/events FIELD_REQUIRED",
            "/values/share OUT_OF_RANGE",
            "/values/spent TYPE_MISMATCH",
            "/values/note LENGTH_OUT_OF_RANGE",
            "/values/level NOT_ONE_OF",
        ];
        assert_eq!(told(&values), wanted);
        let types = json!({"events": "3", "share": "12,5", "spent": "1", "note": 1, "level": true});
        assert!(told(&types).iter().all(|fault| fault.ends_with("TYPE_MISMATCH")) && told(&types).len() == 5);
        assert_eq!(told(&json!([])), ["/values TYPE_MISMATCH"]);
    }

    #[test]
    fn decimals_are_never_rounded() {
        assert_eq!(told(&json!({"events": 1, "share": "99.999"})), ["/values/share OUT_OF_RANGE"]);
        assert_eq!(told(&json!({"events": 1, "share": "100.0000000000000000000001"})), ["/values/share OUT_OF_RANGE"]);
        // Sixteen digits and more do not survive a JSON number.
        assert_eq!(told(&json!({"events": 1, "share": 0.123_456_789_012_345_68})), ["/values/share TYPE_MISMATCH"]);
        assert_eq!(told(&json!({"events": 1, "share": 1e300})), ["/values/share TYPE_MISMATCH"]);
    }

    #[test]
    fn cells_are_read_by_their_fields() {
        let form = form();
        let read = |code: &str, given: Value| {
            let field = form.fields.iter().find(|field| field.code == code).expect("a field");
            read(field, &given).map_err(|fault| format!("{} {}", fault.pointer, fault.code.label()))
        };
        assert_eq!(read("events", json!("1.234")), Ok(json!(1234)));
        assert_eq!(read("share", json!("12,50%")), Ok(json!("12.5")));
        assert_eq!(read("share", json!(12.5)), Ok(json!(12.5)));
        assert_eq!(read("spent", json!("1.234,5 triệu đồng")), Ok(json!(1_234_500_000)));
        assert_eq!(read("note", json!(12)), Ok(json!("12")));
        assert_eq!(read("share", json!("1.234")), Err("/values/share NUMBER_AMBIGUOUS".into()));
        assert_eq!(read("spent", json!("nhiều")), Err("/values/spent TYPE_MISMATCH".into()));
        assert_eq!(read("events", json!("1,5")), Ok(json!("1,5")));
    }

    #[test]
    fn a_form_must_agree_with_itself() {
        let bad: DataForm = serde_json::from_value(json!({"fields": [
            {"code": "a", "label": "A", "type": "CHOICE"},
            {"code": "a", "label": "A", "type": "TEXT", "min": "1"},
            {"code": "b", "label": "B", "type": "INTEGER", "min": "2", "max": "1", "decimals": 1},
            {"code": "c", "label": "C", "type": "DECIMAL", "max": "1,5"},
        ]}))
        .expect("a form");
        let told: Vec<String> = check_form(&bad, "/form").iter().map(|f| format!("{} {}", f.pointer, f.code.label())).collect();
        let wanted = [
            "/form/fields/0/options RULE_BROKEN",
            "/form/fields/1/code DUPLICATE",
            "/form/fields/1/min RULE_BROKEN",
            "/form/fields/2/max OUT_OF_RANGE",
            "/form/fields/2/decimals RULE_BROKEN",
            "/form/fields/3/max PATTERN_MISMATCH",
        ];
        assert_eq!(told, wanted);
    }
}
