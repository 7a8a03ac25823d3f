//! What is given by a variable that has no value is not given at all (section 6.4.1 of the specification): the executor would take it
//! for null, where the schema has a default, and where null takes away what is kept.
//! Must not touch a document whose variables all have values, nor one that is kept: what the executor is given is its own.

use std::collections::HashSet;

use async_graphql::{
    Name, Value, Variables,
    parser::types::{DocumentOperations, ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet},
};

use crate::limits::variable;

/// Makes a document and the variables of its operation what the executor reads as the specification means them.
pub fn settle(document: &mut ExecutableDocument, operation: Option<&OperationDefinition>, variables: &mut Variables) {
    fill_in(variables, operation);
    leave_out(document, operation, variables);
}

/// Gives the variables of the operation that have none the value that the document has for them: the executor looks for it when it reads
/// an argument, not when it decides what is skipped or included.
fn fill_in(variables: &mut Variables, operation: Option<&OperationDefinition>) {
    for definition in operation.into_iter().flat_map(|operation| &operation.variable_definitions) {
        let (name, default) = (&definition.node.name.node, &definition.node.default_value);
        if let Some(default) = default.as_ref().filter(|_| !variables.contains_key(name)) {
            variables.insert(name.clone(), default.node.clone());
        }
    }
}

/// Leaves out of a document every argument and every field of an object that is given by a variable of the operation without a value.
fn leave_out(document: &mut ExecutableDocument, operation: Option<&OperationDefinition>, variables: &Variables) {
    let Some(operation) = operation else { return };
    let mut lacking = HashSet::new();
    for definition in &operation.variable_definitions {
        let name = &definition.node.name.node;
        if definition.node.default_value.is_none() && !variables.contains_key(name) {
            lacking.insert(name);
        }
    }
    if lacking.is_empty() {
        return;
    }
    let absent = Absent { operation, variables, lacking };
    match &mut document.operations {
        DocumentOperations::Single(only) => absent.set(&mut only.node.selection_set.node),
        DocumentOperations::Multiple(several) => {
            for one in several.values_mut() {
                absent.set(&mut one.node.selection_set.node);
            }
        }
    }
    for fragment in document.fragments.values_mut() {
        absent.set(&mut fragment.node.selection_set.node);
    }
}

/// The variables of an operation, and which of them have no value.
struct Absent<'a> {
    operation: &'a OperationDefinition,
    variables: &'a Variables,
    lacking: HashSet<&'a Name>,
}

impl Absent<'_> {
    fn set(&self, set: &mut SelectionSet) {
        for item in &mut set.items {
            match &mut item.node {
                Selection::Field(field) => self.field(&mut field.node),
                Selection::InlineFragment(fragment) => self.set(&mut fragment.node.selection_set.node),
                Selection::FragmentSpread(_) => {}
            }
        }
    }

    fn field(&self, field: &mut Field) {
        field.arguments.retain_mut(|(_, argument)| {
            let known = |name: Name| if self.lacking.contains(&name) { Err(()) } else { Ok(Value::Null) };
            if argument.node.clone().into_const_with(known).is_ok() {
                return true;
            }
            let given = std::mem::take(&mut argument.node).into_const_with(|name| Ok::<_, ()>(self.given(&name))).unwrap_or_default();
            let is_given = !is_absent(&given);
            argument.node = pruned(given).into_value();
            is_given
        });
        self.set(&mut field.selection_set.node);
    }

    /// The value of a variable, as the executor would put it there.
    fn given(&self, name: &Name) -> Value {
        if self.lacking.contains(name) { absent() } else { variable(self.operation, self.variables, name).unwrap_or_default() }
    }
}

/// Stands for what is not there: no document can write an empty name.
fn absent() -> Value {
    Value::Enum(Name::new(""))
}

fn is_absent(value: &Value) -> bool {
    matches!(value, Value::Enum(name) if name.is_empty())
}

/// A value without the fields that are not there. An entry of a list is null then: it has its place.
fn pruned(value: Value) -> Value {
    match value {
        Value::List(items) => Value::List(items.into_iter().map(pruned).collect()),
        Value::Object(fields) => {
            let there = fields.into_iter().filter(|(_, value)| !is_absent(value));
            Value::Object(there.map(|(name, value)| (name, pruned(value))).collect())
        }
        value if is_absent(&value) => Value::Null,
        value => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation;
    use async_graphql::parser::parse_query;

    /// The arguments of the only field that is left when the variables have these values.
    fn left(text: &str, variables: serde_json::Value) -> Vec<String> {
        let document = parse_query(text).expect("a document");
        let mut given = document.clone();
        leave_out(&mut given, operation(&document, None), &Variables::from_json(variables));
        let Some(operation) = operation(&given, None) else { panic!("an operation") };
        let Selection::Field(field) = &operation.selection_set.node.items[0].node else { panic!("a field") };
        field.node.arguments.iter().map(|(name, value)| format!("{}: {}", name.node, value.node)).collect()
    }

    #[test]
    fn what_has_no_value_is_left_out_and_nothing_else() {
        let text = "query($a: Int, $b: Int, $c: Int = 3) { f(x: $a, y: {p: $a, q: $b, r: [$a, 1], s: {t: $a}, u: $c}, z: $b, w: A) }";
        assert_eq!(left(text, serde_json::json!({"b": 2})), ["y: {q: 2, r: [null, 1], s: {}, u: 3}", "z: $b", "w: A"]);
        let whole = ["x: $a", "y: {p: $a, q: $b, r: [$a, 1], s: {t: $a}, u: $c}", "z: $b", "w: A"];
        assert_eq!(left(text, serde_json::json!({"a": null, "b": 2})), whole, "null is a value");
        assert_eq!(left(text, serde_json::json!({"a": 1, "b": 2})), whole);
    }
}
