//! How two versions of a report differ, field by field.
//! Must not hide a difference: what is not equal is told.
//! The versions come from `persistence::report`.

use serde_json::{Value, json};

use super::ReportContent;
use crate::{decimal::Decimal, evidence::ReportFile};

/// One field that differs.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldChange {
    /// JSON pointer into the content.
    pub pointer: String,
    /// Null where it was not there.
    pub before: Value,
    /// Null where it is not there any more.
    pub after: Value,
}

/// Every field that differs, in the order of the content.
pub fn changes(before: &ReportContent, after: &ReportContent) -> Vec<FieldChange> {
    let mut found = Vec::new();
    let mut compare = |pointer: String, before: Value, after: Value| {
        if !says_the_same(&before, &after) {
            found.push(FieldChange { pointer, before, after });
        }
    };
    compare("/percent".into(), json!(before.percent), json!(after.percent));
    compare("/narrative".into(), json!(before.narrative), json!(after.narrative));
    for place in 0..before.produced.len().max(after.produced.len()) {
        compare(format!("/produced/{place}"), json!(before.produced.get(place)), json!(after.produced.get(place)));
    }
    for code in either(before.sections.keys(), after.sections.keys()) {
        compare(format!("/sections/{}", escaped(code)), json!(before.sections.get(code)), json!(after.sections.get(code)));
    }
    for code in either(before.values.keys(), after.values.keys()) {
        compare(format!("/values/{}", escaped(code)), json!(before.values.get(code)), json!(after.values.get(code)));
    }
    found
}

/// Whether two values mean the same: a number may have been kept as a number or as text.
fn says_the_same(before: &Value, after: &Value) -> bool {
    let number = |value: &Value| match value {
        Value::Number(number) => number.to_string().parse::<Decimal>().ok(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    };
    let one_is_text = before.is_number() != after.is_number();
    before == after || (one_is_text && number(before).is_some_and(|before| number(after) == Some(before)))
}

/// Every file that one version has and the other does not, by name and bytes; places are those in the version that has it.
pub fn file_changes(before: &[&ReportFile], after: &[&ReportFile]) -> Vec<FieldChange> {
    let only = |these: &[&ReportFile], others: &[&ReportFile]| -> Vec<(String, Value)> {
        let is_new = |file: &ReportFile| !others.iter().any(|other| (&other.name, &other.sha256) == (&file.name, &file.sha256));
        let new = these.iter().enumerate().filter(|(_, file)| is_new(file));
        new.map(|(place, file)| (format!("/files/{place}"), json!({"name": file.name, "sha256": file.sha256}))).collect()
    };
    let gone = only(before, after).into_iter().map(|(pointer, file)| FieldChange { pointer, before: file, after: Value::Null });
    let new = only(after, before).into_iter().map(|(pointer, file)| FieldChange { pointer, before: Value::Null, after: file });
    gone.chain(new).collect()
}

/// Names that are in one or the other, once each and sorted.
fn either<'a>(before: impl Iterator<Item = &'a String>, after: impl Iterator<Item = &'a String>) -> Vec<&'a String> {
    let mut names: Vec<&String> = before.chain(after).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// A member's name within a pointer (RFC 6901).
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Product;

    #[test]
    fn every_field_that_differs_is_told_and_no_other() {
        let product = |text: &str| Product { description: text.into(), quantity: None, unit: None };
        let before = ReportContent {
            percent: Some(40),
            narrative: "Đã làm.".into(),
            produced: vec![product("a"), product("b")],
            sections: [("results".to_owned(), "x".to_owned())].into(),
            values: serde_json::from_value(json!({"courses": 2, "officials": 30})).expect("an object"),
        };
        let mut after = before.clone();
        assert!(changes(&before, &after).is_empty());
        after.values.insert("courses".into(), json!("2.0"));
        assert!(changes(&before, &after).is_empty(), "a number kept as text is the same number");
        after.percent = Some(60);
        after.produced.truncate(1);
        after.sections.insert("a/b".into(), "y".into());
        after.values.insert("courses".into(), json!(3));
        let told: Vec<_> = changes(&before, &after).into_iter().map(|c| (c.pointer, c.before, c.after)).collect();
        assert_eq!(
            told,
            [
                ("/percent".to_owned(), json!(40), json!(60)),
                ("/produced/1".to_owned(), json!({"description": "b"}), Value::Null),
                ("/sections/a~1b".to_owned(), Value::Null, json!("y")),
                ("/values/courses".to_owned(), json!(2), json!(3)),
            ]
        );
    }
}
