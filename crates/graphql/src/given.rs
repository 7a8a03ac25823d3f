//! Variables that an operation cannot do without.
//! Must not judge what was given: the executor does that before it reads anything.
//! A missing one the executor tells of each field that names it, when others have been read already.

use async_graphql::{
    Value, Variables,
    parser::types::{OperationDefinition, VariableDefinition},
};

/// The first variable that has to be given and is not.
pub fn missing<'a>(operation: &'a OperationDefinition, variables: &Variables) -> Option<&'a VariableDefinition> {
    let is_given = |definition: &VariableDefinition| variables.get(&definition.name.node).is_some_and(|value| *value != Value::Null);
    let is_needed = |definition: &VariableDefinition| !definition.var_type.node.nullable && definition.default_value.is_none();
    operation
        .variable_definitions
        .iter()
        .map(|definition| &definition.node)
        .find(|definition| is_needed(definition) && !is_given(definition))
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::parser::{parse_query, types::DocumentOperations};

    #[test]
    fn what_may_be_null_or_has_a_default_need_not_be_given() {
        let document = parse_query("query($a: Int, $b: Int! = 1, $c: [Int!]!) { __typename }").expect("a document");
        let DocumentOperations::Single(operation) = document.operations else { panic!("one operation") };
        let missing = |given: serde_json::Value| {
            missing(&operation.node, &Variables::from_json(given)).map(|definition| definition.name.node.to_string())
        };
        assert_eq!(missing(serde_json::json!({})), Some("c".into()));
        assert_eq!(missing(serde_json::json!({"c": null})), Some("c".into()));
        assert_eq!(missing(serde_json::json!({"c": []})), None);
    }
}
