//! Limits that must hold before a document is validated: how much it selects and how much it may answer.
//! Must not expand anything to count it: fragments that spread the next one twice would cost 2ⁿ.
//! Depth is limited by the executor; what is really read is counted in `budget`.

use std::collections::HashMap;

use async_graphql::{
    Name, Positioned, Value, Variables,
    parser::types::{DocumentOperations, ExecutableDocument, Field, FragmentDefinition, OperationDefinition, Selection, SelectionSet},
};

use domain::page::{DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE};

use crate::prices::{Prices, Shape};

/// Fields and spreads at most, every spread counted with all it brings.
const MAX_EXPANDED: u64 = 2_000;
/// Fields at most in the estimated answer.
const MAX_COST: u64 = 60_000;
/// Entries that a list without pages is taken to have.
const LIST: u64 = 10;

/// Whether a document stays within the limits.
pub fn within(document: &ExecutableDocument, variables: &Variables, prices: &Prices) -> bool {
    let operations: Vec<&OperationDefinition> = match &document.operations {
        DocumentOperations::Single(operation) => vec![&operation.node],
        DocumentOperations::Multiple(operations) => operations.values().map(|operation| &operation.node).collect(),
    };
    let fragments = &document.fragments;
    let expanded = |_: &OperationDefinition, _: &str, _: &Field, below: u64| below.saturating_add(1);
    let cost = |operation: &OperationDefinition, parent: &str, field: &Field, below: u64| {
        let entries = match prices.shape(parent, &field.name.node) {
            Shape::One => 1,
            Shape::List => LIST,
            Shape::Page => page_size(operation, field, variables),
        };
        below.saturating_mul(entries).saturating_add(1)
    };
    let sum = |weigh: &dyn Fn(&OperationDefinition, &str, &Field, u64) -> u64| {
        operations.iter().fold(0_u64, |sum, operation| {
            let mut count = Count { operation, fragments, prices, weigh, counted: HashMap::new() };
            sum.saturating_add(count.set(&operation.selection_set.node, Prices::root(operation.ty)))
        })
    };
    sum(&expanded) <= MAX_EXPANDED && sum(&cost) <= MAX_COST
}

/// The entries that a page may have, by its arguments.
fn page_size(operation: &OperationDefinition, field: &Field, variables: &Variables) -> u64 {
    let number = |argument: &str| {
        let value = field.get_argument(argument)?.node.clone().into_const_with(|name| variable(operation, variables, &name).ok_or(()));
        if let Ok(Value::Number(number)) = value { number.as_u64() } else { None }
    };
    // Larger pages are refused where they are asked for, which reads nothing.
    number("first").or_else(|| number("last")).unwrap_or(DEFAULT_PAGE_SIZE.into()).clamp(1, MAX_PAGE_SIZE.into())
}

/// The value of a variable, or its default.
pub(crate) fn variable(operation: &OperationDefinition, variables: &Variables, name: &Name) -> Option<Value> {
    let default = || {
        let definition = operation.variable_definitions.iter().find(|definition| definition.node.name.node == *name);
        definition.and_then(|definition| definition.node.default_value.as_ref()).map(|value| value.node.clone())
    };
    variables.get(name).cloned().or_else(default)
}

/// Counts below a selection set, each fragment once.
struct Count<'a> {
    operation: &'a OperationDefinition,
    fragments: &'a HashMap<Name, Positioned<FragmentDefinition>>,
    prices: &'a Prices,
    /// What a field weighs with what is below it; told the type it is selected on.
    weigh: &'a dyn Fn(&OperationDefinition, &str, &Field, u64) -> u64,
    counted: HashMap<&'a str, u64>,
}

impl<'a> Count<'a> {
    fn set(&mut self, set: &'a SelectionSet, parent: &str) -> u64 {
        set.items.iter().fold(0_u64, |sum, item| sum.saturating_add(self.item(&item.node, parent)))
    }

    fn item(&mut self, item: &'a Selection, parent: &str) -> u64 {
        match item {
            Selection::Field(field) => {
                let (field, prices) = (&field.node, self.prices);
                let below = self.set(&field.selection_set.node, prices.target(parent, &field.name.node));
                (self.weigh)(self.operation, parent, field, below)
            }
            Selection::InlineFragment(fragment) => {
                let on = fragment.node.type_condition.as_ref().map_or(parent, |condition| condition.node.on.node.as_str());
                self.set(&fragment.node.selection_set.node, on).saturating_add(1)
            }
            Selection::FragmentSpread(spread) => self.fragment(&spread.node.fragment_name.node).saturating_add(1),
        }
    }

    /// A fragment being counted (a circle) counts nothing here; validation refuses it.
    fn fragment(&mut self, name: &'a Name) -> u64 {
        if let Some(size) = self.counted.get(name.as_str()) {
            return *size;
        }
        let Some(fragment) = self.fragments.get(name) else { return 0 };
        self.counted.insert(name.as_str(), 0);
        let below = self.set(&fragment.node.selection_set.node, &fragment.node.type_condition.node.on.node);
        self.counted.insert(name.as_str(), below);
        below
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::parser::parse_query;
    use std::fmt::Write;

    fn passes(document: &str, variables: serde_json::Value) -> bool {
        let prices = Prices::read(crate::PUBLISHED).expect("the schema's own text");
        within(&parse_query(document).expect("a document"), &Variables::from_json(variables), &prices)
    }

    #[test]
    fn fragments_that_double_are_counted_without_being_expanded() {
        let mut text = String::from("{ ...F0 }");
        for i in 0..64 {
            let next = i + 1;
            let _ = write!(text, " fragment F{i} on Query {{ ...F{next} ...F{next} }}");
        }
        text.push_str(" fragment F64 on Query { __typename }");
        assert!(!passes(&text, serde_json::json!({})));
    }

    #[test]
    fn circles_end_and_plain_documents_pass() {
        assert!(passes("{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }", serde_json::json!({})));
        assert!(passes("{ programmes { nodes { code } } }", serde_json::json!({})));
        assert!(passes(include_str!("../../../tests/it/introspection.graphql"), serde_json::json!({})));
    }

    #[test]
    fn lists_within_lists_multiply() {
        let none = serde_json::json!({});
        let cycle =
            "{ programme(code: \"x\") ".to_owned() + &"{ groups { tasks { programme ".repeat(3) + "{ code }" + &" } } }".repeat(3) + "}";
        assert!(!passes(&cycle, none.clone()));
        assert!(passes(&cycle.replacen("{ groups { tasks { programme ", "", 2).replacen(" } } }", "", 2), none.clone()));
        let members = "members { agency { members { agency { code } } } }";
        let pages = |size: &str| format!("query($n: Int = 200) {{ agencies(first: {size}) {{ nodes {{ a: {members} b: {members} }} }} }}");
        assert!(passes(&pages("20"), none.clone()));
        assert!(!passes(&pages("200"), none.clone()), "by its argument");
        assert!(!passes(&pages("$n"), none), "by the default of its variable");
        assert!(passes(&pages("$n"), serde_json::json!({"n": 10})), "by its variable");
        let introspection =
            "{ __schema { types { fields { type { fields { type { fields { type { fields { type { name } } } } } } } } } } }";
        assert!(!passes(introspection, serde_json::json!({})));
    }
}
