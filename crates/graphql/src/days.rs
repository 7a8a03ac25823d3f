//! Days that no calendar here has: the scalars would read years that neither database keeps alike.
//! Must not look at what an argument is for: nothing else that is written like such a day is a value of this API.
//! What a day may be for is said by the use case that takes it.

use async_graphql::{
    Value, Variables,
    parser::types::{DocumentOperations, ExecutableDocument, Selection, SelectionSet},
};
use chrono::{DateTime, Datelike, NaiveDate, Utc};

/// Whether every day and instant that a document and its variables name lies in the years 1 to 9999.
pub fn are_within(document: &ExecutableDocument, variables: &Variables) -> bool {
    let operations: Vec<_> = match &document.operations {
        DocumentOperations::Single(operation) => vec![&operation.node],
        DocumentOperations::Multiple(operations) => operations.values().map(|operation| &operation.node).collect(),
    };
    let defaults = operations.iter().flat_map(|operation| &operation.variable_definitions);
    let fragments = document.fragments.values().map(|fragment| &fragment.node.selection_set.node);
    variables.values().all(value)
        && defaults.filter_map(|definition| definition.node.default_value.as_ref()).all(|default| value(&default.node))
        && operations.iter().map(|operation| &operation.selection_set.node).chain(fragments).all(set)
}

fn set(set: &SelectionSet) -> bool {
    set.items.iter().all(|item| match &item.node {
        Selection::Field(field) => {
            field.node.arguments.iter().all(|(_, argument)| literal(argument.node.clone().into_const_with(|_| Ok(Value::Null))))
                && self::set(&field.node.selection_set.node)
        }
        Selection::InlineFragment(fragment) => self::set(&fragment.node.selection_set.node),
        Selection::FragmentSpread(_) => true,
    })
}

/// What an argument says, but for its variables, which are looked at by themselves.
fn literal(read: Result<Value, std::convert::Infallible>) -> bool {
    read.is_ok_and(|read| value(&read))
}

fn value(value: &Value) -> bool {
    match value {
        Value::String(text) => is_within(text),
        Value::List(items) => items.iter().all(self::value),
        Value::Object(fields) => fields.values().all(self::value),
        _ => true,
    }
}

/// Whether a text is no day or instant, or one of the years 1 to 9999.
fn is_within(text: &str) -> bool {
    let (day, at) = (text.parse::<NaiveDate>().ok(), text.parse::<DateTime<Utc>>().ok());
    day.map(|day| day.year()).or(at.map(|at| at.year())).is_none_or(|year| (1..=9999).contains(&year))
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    fn passes(document: &str, variables: serde_json::Value) -> bool {
        are_within(&parse_query(document).expect("a document"), &Variables::from_json(variables))
    }

    #[test]
    fn years_that_databases_keep_differently_are_found_wherever_they_stand() {
        let none = serde_json::json!({});
        assert!(passes("{ a(on: \"2013-08-20\", at: \"2013-08-20T00:00:00Z\", words: \"+84 225 3821055\") { b } }", none.clone()));
        for document in [
            "{ a(on: \"-262143-01-01\") }",
            "{ a { b(filter: {days: [\"+10000-01-01\"]}) } }",
            "{ ...F } fragment F on Query { a(at: \"+262142-12-31T23:00:00Z\") }",
            "query($day: NaiveDate = \"0000-12-31\") { a(on: $day) }",
        ] {
            assert!(!passes(document, none.clone()), "{document}");
        }
        assert!(!passes("query($f: F) { a(f: $f) }", serde_json::json!({"f": {"on": ["+10000-01-01"]}})));
    }
}
