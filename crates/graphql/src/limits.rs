//! Limits that must hold before a document is validated.
//! Must not expand anything to count it: fragments that spread the next one twice would cost 2ⁿ.
//! Depth and complexity are limited by the executor afterwards.

use std::collections::HashMap;

use async_graphql::{
    Name, Positioned,
    parser::types::{DocumentOperations, ExecutableDocument, FragmentDefinition, Selection, SelectionSet},
};

/// Fields and spreads at most, every spread counted with all it brings.
const MAX_EXPANDED: u64 = 2_000;

type Fragments = HashMap<Name, Positioned<FragmentDefinition>>;

/// Whether the operations of a document stay within the limit, counting each fragment once and multiplying.
pub fn within(document: &ExecutableDocument) -> bool {
    let mut counted = HashMap::new();
    let sets: Vec<&SelectionSet> = match &document.operations {
        DocumentOperations::Single(operation) => vec![&operation.node.selection_set.node],
        DocumentOperations::Multiple(operations) => operations.values().map(|operation| &operation.node.selection_set.node).collect(),
    };
    let sum = sets.into_iter().fold(0_u64, |sum, set| sum.saturating_add(size(set, &document.fragments, &mut counted)));
    sum <= MAX_EXPANDED
}

/// Selections below a set. A fragment being counted (a circle) counts nothing here; validation refuses it.
fn size<'a>(set: &'a SelectionSet, fragments: &'a Fragments, counted: &mut HashMap<&'a str, u64>) -> u64 {
    set.items.iter().fold(0_u64, |sum, item| {
        let below = match &item.node {
            Selection::Field(field) => size(&field.node.selection_set.node, fragments, counted),
            Selection::InlineFragment(fragment) => size(&fragment.node.selection_set.node, fragments, counted),
            Selection::FragmentSpread(spread) => fragment_size(&spread.node.fragment_name.node, fragments, counted),
        };
        sum.saturating_add(1).saturating_add(below)
    })
}

fn fragment_size<'a>(name: &'a Name, fragments: &'a Fragments, counted: &mut HashMap<&'a str, u64>) -> u64 {
    if let Some(size) = counted.get(name.as_str()) {
        return *size;
    }
    let Some(fragment) = fragments.get(name) else { return 0 };
    counted.insert(name.as_str(), 0);
    let below = size(&fragment.node.selection_set.node, fragments, counted);
    counted.insert(name.as_str(), below);
    below
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::parser::parse_query;
    use std::fmt::Write;

    #[test]
    fn fragments_that_double_are_counted_without_being_expanded() {
        let mut text = String::from("{ ...F0 }");
        for i in 0..64 {
            let next = i + 1;
            let _ = write!(text, " fragment F{i} on Query {{ ...F{next} ...F{next} }}");
        }
        text.push_str(" fragment F64 on Query { __typename }");
        assert!(!within(&parse_query(&text).expect("a document")));
    }

    #[test]
    fn circles_end_and_plain_documents_pass() {
        assert!(within(&parse_query("{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }").expect("a document")));
        assert!(within(&parse_query("{ programmes { nodes { code } } }").expect("a document")));
    }
}
