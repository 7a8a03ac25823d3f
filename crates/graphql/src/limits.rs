//! How large a document is, before anything of it runs: how much it selects, how deeply, and how much it may answer.
//! Must not expand anything to count it: fragments that spread the next one twice would cost 2ⁿ.
//! What a caller may ask for is `domain::allowance`; what is really read is counted in `budget`.

use std::{collections::HashMap, convert::Infallible};

use async_graphql::{
    Name, Positioned, Value, Variables,
    parser::types::{DocumentOperations, ExecutableDocument, Field, FragmentDefinition, OperationDefinition, Selection, SelectionSet},
};

use domain::{
    allowance::Allowance,
    page::{DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE},
};

use crate::{
    operation,
    prices::{Prices, Shape},
};

/// Bytes of a text that are made as fast as a value.
const SHORT: u64 = 256;
/// Entries that a list without pages is taken to have.
const LIST: u64 = 10;

/// How large something is. Sums saturate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Size {
    /// Fields within fields.
    pub depth: u64,
    /// Values of the estimated answer.
    pub cost: u64,
    /// Fields and spreads, every spread counted with all it brings.
    pub fields: u64,
    pub aliases: u64,
    pub directives: u64,
    /// Fields of the operation itself.
    pub root_fields: u64,
    /// Fields that ask the database by arguments of their own; a page asks once for all its entries.
    pub reads: u64,
    /// `__schema` and `__type`.
    pub introspection: u64,
    /// What variables hold beside single short values, wherever it is put.
    pub given: u64,
}

/// A limit that does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exceeded {
    /// As the configuration names it.
    pub limit: &'static str,
    pub asked: u64,
    pub most: u32,
}

impl Size {
    /// Beside each other.
    const fn and(self, other: Self) -> Self {
        Self {
            depth: if self.depth > other.depth { self.depth } else { other.depth },
            cost: self.cost.saturating_add(other.cost),
            fields: self.fields.saturating_add(other.fields),
            aliases: self.aliases.saturating_add(other.aliases),
            directives: self.directives.saturating_add(other.directives),
            root_fields: self.root_fields.saturating_add(other.root_fields),
            reads: self.reads.saturating_add(other.reads),
            introspection: self.introspection.saturating_add(other.introspection),
            given: self.given.saturating_add(other.given),
        }
    }

    /// Whether it is no larger than a caller may ask for.
    ///
    /// # Errors
    /// The first limit that does not hold.
    pub fn within(&self, may: &Allowance) -> Result<(), Exceeded> {
        let limits = [
            ("fields", self.fields, may.fields),
            ("depth", self.depth, may.depth),
            ("aliases", self.aliases, may.aliases),
            ("directives", self.directives, may.directives),
            ("root_fields", self.root_fields, may.root_fields),
            ("reads", self.reads, may.reads),
            ("introspection", self.introspection, may.introspection),
            ("cost", self.cost, may.cost),
            // Each is made as often as it is used, as values of an answer are.
            ("cost", self.given, may.cost),
        ];
        let exceeded = limits.into_iter().find(|(_, asked, most)| *asked > u64::from(*most));
        exceeded.map_or(Ok(()), |(limit, asked, most)| Err(Exceeded { limit, asked, most }))
    }

    /// For how many requests an operation counts: one for each field of its own, each thousand of its cost, each ten of its reads.
    pub fn requests(&self) -> u32 {
        u32::try_from(self.root_fields.max(self.cost.div_ceil(1_000)).max(self.reads.div_ceil(10)).max(1)).unwrap_or(u32::MAX)
    }
}

/// The size of a document: all of it is read, its cost, its reads and its root fields are those of the operation that is executed.
pub fn size(document: &ExecutableDocument, wanted: Option<&str>, variables: &Variables, prices: &Prices) -> Size {
    let operations: Vec<&OperationDefinition> = match &document.operations {
        DocumentOperations::Single(operation) => vec![&operation.node],
        DocumentOperations::Multiple(operations) => operations.values().map(|operation| &operation.node).collect(),
    };
    let size_of = |operation: &OperationDefinition| {
        let given = weights(operation, variables);
        let mut count = Count { operation, fragments: &document.fragments, prices, variables, given, counted: HashMap::new() };
        let size = count.set(&operation.selection_set.node, Prices::root(operation.ty));
        size.and(marked(operation.directives.len()))
    };
    let whole = operations.into_iter().map(size_of).fold(Size::default(), Size::and);
    match operation(document, wanted).map(size_of) {
        Some(Size { cost, root_fields, reads, given, .. }) => Size { cost, root_fields, reads, given, ..whole },
        None => whole,
    }
}

/// So many directives.
fn marked(directives: usize) -> Size {
    Size { directives: directives as u64, ..Size::default() }
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

/// What the variables of an operation hold, those alone that hold more than a short value.
fn weights<'a>(operation: &'a OperationDefinition, variables: &Variables) -> HashMap<&'a str, u64> {
    let weights = operation.variable_definitions.iter().map(|definition| {
        let (name, default) = (&definition.node.name.node, definition.node.default_value.as_ref());
        (name.as_str(), variables.get(name).or(default.map(|default| &default.node)).map_or(0, weight))
    });
    weights.filter(|(_, weight)| *weight > 0).collect()
}

/// How much a value holds: entries of lists and objects, and long texts by their length.
fn weight(value: &Value) -> u64 {
    match value {
        Value::List(items) => items.iter().fold(0, |sum: u64, item| sum.saturating_add(weight(item)).saturating_add(1)),
        Value::Object(fields) => fields.values().fold(0, |sum: u64, field| sum.saturating_add(weight(field)).saturating_add(1)),
        Value::String(text) => text.len() as u64 / SHORT,
        _ => 0,
    }
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
    variables: &'a Variables,
    given: HashMap<&'a str, u64>,
    counted: HashMap<&'a str, Size>,
}

impl<'a> Count<'a> {
    fn set(&mut self, set: &'a SelectionSet, parent: &str) -> Size {
        set.items.iter().fold(Size::default(), |sum, item| sum.and(self.item(&item.node, parent)))
    }

    fn item(&mut self, item: &'a Selection, parent: &str) -> Size {
        match item {
            Selection::Field(field) => self.field(&field.node, parent),
            Selection::InlineFragment(fragment) => {
                let on = fragment.node.type_condition.as_ref().map_or(parent, |condition| condition.node.on.node.as_str());
                self.set(&fragment.node.selection_set.node, on).and(spread(fragment.node.directives.len()))
            }
            Selection::FragmentSpread(spreads) => {
                self.fragment(&spreads.node.fragment_name.node).and(spread(spreads.node.directives.len()))
            }
        }
    }

    fn field(&mut self, field: &'a Field, parent: &str) -> Size {
        let name = field.name.node.as_str();
        let below = self.set(&field.selection_set.node, self.prices.target(parent, name));
        let entries = match self.prices.shape(parent, name) {
            Shape::One => 1,
            Shape::List => LIST,
            Shape::Page => page_size(self.operation, field, self.variables),
        };
        let itself = Size {
            aliases: u64::from(field.alias.is_some()),
            directives: field.directives.len() as u64,
            reads: u64::from(self.prices.asks(parent, name)),
            introspection: u64::from(matches!(name, "__schema" | "__type")),
            given: self.put(field),
            ..Size::default()
        };
        Size {
            depth: below.depth.saturating_add(1),
            cost: below.cost.saturating_mul(entries).saturating_add(1),
            fields: below.fields.saturating_add(1),
            root_fields: 1,
            given: below.given.saturating_mul(entries).saturating_add(itself.given),
            ..below.and(itself)
        }
    }

    /// What variables put into the arguments of a field.
    fn put(&self, field: &Field) -> u64 {
        let mut put = 0_u64;
        if self.given.is_empty() {
            return put;
        }
        for (_, argument) in &field.arguments {
            let seen = argument.node.clone().into_const_with(|name| {
                put = put.saturating_add(self.given.get(name.as_str()).copied().unwrap_or_default());
                Ok::<_, Infallible>(Value::Null)
            });
            let (Ok(_) | Err(_)) = seen;
        }
        put
    }

    /// A fragment being counted (a circle) counts nothing here; validation refuses it.
    fn fragment(&mut self, name: &'a Name) -> Size {
        if let Some(size) = self.counted.get(name.as_str()) {
            return *size;
        }
        let Some(fragment) = self.fragments.get(name) else { return Size::default() };
        self.counted.insert(name.as_str(), Size::default());
        let below = self.set(&fragment.node.selection_set.node, &fragment.node.type_condition.node.on.node);
        let size = below.and(marked(fragment.node.directives.len()));
        self.counted.insert(name.as_str(), size);
        size
    }
}

/// A spread itself, with so many directives.
fn spread(directives: usize) -> Size {
    Size { fields: 1, ..marked(directives) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::parser::parse_query;
    use std::fmt::Write;

    fn passes(document: &str, variables: serde_json::Value) -> bool {
        measured(document, variables).within(&Allowance::PUBLIC).is_ok()
    }

    fn measured(document: &str, variables: serde_json::Value) -> Size {
        let prices = Prices::read(crate::PUBLISHED).expect("the schema's own text");
        size(&parse_query(document).expect("a document"), None, &Variables::from_json(variables), &prices)
    }

    #[test]
    fn each_limit_is_counted_through_fragments() {
        let none = serde_json::json!({});
        let text = "query A @a { a: __typename @b ...F ...F } fragment F on Query { p: programmes { nodes { c: code @c } } __schema { description } }";
        let size = measured(text, none.clone());
        assert_eq!((size.depth, size.root_fields, size.introspection), (3, 5, 2));
        assert_eq!((size.aliases, size.directives, size.fields), (5, 4, 13));
        let refused = |may: Allowance| size.within(&may).map_err(|exceeded| (exceeded.limit, exceeded.asked, exceeded.most));
        assert_eq!(refused(Allowance { depth: 2, ..Allowance::PUBLIC }), Err(("depth", 3, 2)));
        assert_eq!(refused(Allowance { aliases: 4, ..Allowance::PUBLIC }), Err(("aliases", 5, 4)));
        assert_eq!(refused(Allowance { directives: 3, ..Allowance::PUBLIC }), Err(("directives", 4, 3)));
        assert_eq!(refused(Allowance { root_fields: 4, ..Allowance::PUBLIC }), Err(("root_fields", 5, 4)));
        assert_eq!(refused(Allowance { introspection: 0, ..Allowance::PUBLIC }), Err(("introspection", 2, 0)));
        assert_eq!(refused(Allowance { fields: 12, ..Allowance::PUBLIC }), Err(("fields", 13, 12)));
        assert_eq!(refused(Allowance::PUBLIC), Ok(()));
        assert_eq!((size.requests(), measured("{ __typename }", none).requests()), (5, 1));
    }

    #[test]
    fn each_question_to_the_database_is_counted_once_for_a_page() {
        let none = serde_json::json!({});
        let many = |count: usize| {
            let each: Vec<String> = (0..count).map(|i| format!("b{i}: budget(year: {}) {{ __typename }}", 2000 + i)).collect();
            each.join(" ")
        };
        let of =
            |count, first| measured(&format!("{{ tasks(first: {first}) {{ nodes {{ name(lang: EN) {} }} }} }}", many(count)), none.clone());
        assert_eq!((of(30, 1).reads, of(30, 50).reads, of(30, 1).requests()), (31, 31, 4));
        let exceeded = of(100, 1).within(&Allowance::PUBLIC).expect_err("too many");
        assert_eq!((exceeded.limit, exceeded.asked, exceeded.most), ("reads", 101, 100));
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
    fn what_variables_hold_is_counted_wherever_it_is_put() {
        let many = |uses: usize| format!("mutation($j: JSON!, $s: String!) {{ a: x(jwk: [{}]) b: x(s: $s) }}", "$j ".repeat(uses));
        let of =
            |uses, entries: usize, bytes: usize| measured(&many(uses), serde_json::json!({"j": vec![1; entries], "s": "x".repeat(bytes)}));
        assert_eq!((of(1, 0, 20).given, of(1, 50, 20).given, of(3, 50, 2560).given), (0, 50, 160));
        let refused = of(1_000, 20_000, 0).within(&Allowance::PUBLIC).expect_err("too much");
        assert_eq!((refused.limit, refused.asked), ("cost", 20_000_000));
        assert_eq!(of(1, 20_000, 90_000).within(&Allowance::PUBLIC), Ok(()), "one of a whole body");
        let page = "query($k: [SearchKind!]) { agencies(first: 100) { nodes { a: x(kinds: $k) } } }";
        assert_eq!(measured(page, serde_json::json!({"k": ["TASK", "REPORT"]})).given, 200, "for each of a page");
        let default = "query($k: [Int!] = [1 2 3]) { ...F ...F } fragment F on Query { x(kinds: $k) }";
        assert_eq!(measured(default, serde_json::json!({})).given, 6, "through fragments, by its default");
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
