//! What a document writes as values, and where it uses variables: the rules of validation that are read laxly elsewhere (sections 5.6.3,
//! 5.8.3 and 5.8.5 of the specification), the values of the schema's own scalars, and objects of which one field is to be given.
//! Must not repeat what the validation of documents has refused before: only what held is read here.
//! Each definition is read once, however many operations spread it.

use std::collections::{HashMap, HashSet};

use apollo_compiler::{
    ExecutableDocument, Name, Node, Schema,
    ast::{Argument, DirectiveList, InputValueDefinition, Type, Value, VariableDefinition},
    executable::{Operation, Selection, SelectionSet},
    parser::SourceSpan,
    schema::{ExtendedType, InputObjectType},
};
use async_graphql::{Pos, ServerError};

use super::{
    Wrong, fault,
    scalars::{self, Seen},
    told,
};

/// What is wrong with the values of a document, so many faults at most; `at` tells where something stands.
pub fn faults(schema: &Schema, document: &ExecutableDocument, at: &dyn Fn(SourceSpan) -> Pos, most: usize) -> Vec<ServerError> {
    let mut reader = Reader { schema, at, most, faults: Vec::new(), read: Read::default() };
    let mut fragments = HashMap::with_capacity(document.fragments.len());
    for (name, fragment) in &document.fragments {
        fragments.insert(name.as_str(), reader.definition(&fragment.selection_set));
    }
    for operation in document.operations.iter() {
        for variable in &operation.variables {
            if let Some(default) = &variable.default_value {
                reader.value(Place::of_type(&variable.ty), default);
            }
        }
        let own = reader.definition(&operation.selection_set);
        reader.hold(operation, &own, &fragments);
    }
    reader.faults
}

/// Whether exactly one field of an object is to be given.
pub fn is_choice(object: &InputObjectType) -> bool {
    object.directives.has("oneOf")
}

/// Where a value stands.
#[derive(Clone, Copy)]
struct Place<'a> {
    ty: &'a Type,
    has_default: bool,
    /// A field of an object of which exactly one is to be given.
    is_choice: bool,
}

impl<'a> Place<'a> {
    const fn of_type(ty: &'a Type) -> Self {
        Self { ty, has_default: false, is_choice: false }
    }

    fn of(definition: &'a InputValueDefinition) -> Self {
        Self { has_default: definition.default_value.is_some(), ..Self::of_type(&definition.ty) }
    }

    /// Whether a variable may stand here (`IsVariableUsageAllowed`).
    fn takes(self, variable: &VariableDefinition) -> bool {
        if variable.ty.is_non_null() || !(self.ty.is_non_null() || self.is_choice) {
            return variable.ty.is_assignable_to(self.ty);
        }
        let has_default = self.has_default || variable.default_value.as_ref().is_some_and(|default| !default.is_null());
        has_default && !self.is_choice && variable.ty.is_assignable_to(&self.ty.clone().nullable())
    }

    /// The type that is told to be expected.
    fn wanted(self) -> Type {
        if self.is_choice { self.ty.clone().non_null() } else { self.ty.clone() }
    }
}

/// A variable that stands somewhere; in no known place where anything may stand.
struct Usage<'a> {
    variable: &'a Name,
    at: Option<SourceSpan>,
    place: Option<Place<'a>>,
}

/// What an operation or a fragment uses and spreads itself.
#[derive(Default)]
struct Read<'a> {
    usages: Vec<Usage<'a>>,
    spreads: Vec<&'a str>,
}

/// Reads one definition after another.
struct Reader<'a> {
    schema: &'a Schema,
    at: &'a dyn Fn(SourceSpan) -> Pos,
    most: usize,
    faults: Vec<ServerError>,
    read: Read<'a>,
}

impl<'a> Reader<'a> {
    fn definition(&mut self, set: &'a SelectionSet) -> Read<'a> {
        self.set(set);
        std::mem::take(&mut self.read)
    }

    fn set(&mut self, set: &'a SelectionSet) {
        for selection in &set.selections {
            match selection {
                Selection::Field(field) => {
                    self.arguments(&field.arguments, &field.definition.arguments);
                    self.directives(&field.directives);
                    self.set(&field.selection_set);
                }
                Selection::InlineFragment(fragment) => {
                    self.directives(&fragment.directives);
                    self.set(&fragment.selection_set);
                }
                Selection::FragmentSpread(spread) => {
                    self.directives(&spread.directives);
                    self.read.spreads.push(spread.fragment_name.as_str());
                }
            }
        }
    }

    fn directives(&mut self, directives: &'a DirectiveList) {
        let schema = self.schema;
        for directive in &directives.0 {
            if let Some(definition) = schema.directive_definitions.get(&directive.name) {
                self.arguments(&directive.arguments, &definition.arguments);
            }
        }
    }

    fn arguments(&mut self, given: &'a [Node<Argument>], known: &'a [Node<InputValueDefinition>]) {
        for argument in given {
            if let Some(definition) = known.iter().find(|definition| definition.name == argument.name) {
                self.value(Place::of(definition), &argument.value);
            }
        }
    }

    fn value(&mut self, place: Place<'a>, value: &'a Node<Value>) {
        match (place.ty, &**value) {
            (_, Value::Variable(variable)) => {
                self.read.usages.push(Usage { variable, at: value.location(), place: Some(place) });
            }
            (_, Value::Null) => {}
            (Type::List(inner) | Type::NonNullList(inner), Value::List(items)) => {
                for item in items {
                    self.value(Place::of_type(inner), item);
                }
            }
            // One value stands for a list of it.
            (Type::List(inner) | Type::NonNullList(inner), _) => self.value(Place::of_type(inner), value),
            (Type::Named(name) | Type::NonNullNamed(name), _) => self.named(name, value),
        }
    }

    fn named(&mut self, name: &Name, value: &'a Node<Value>) {
        let schema = self.schema;
        match (schema.types.get(name), &**value) {
            (Some(ExtendedType::InputObject(object)), Value::Object(fields)) => self.object(object, fields, value.location()),
            (Some(ExtendedType::Scalar(_)), written) => match scalars::wrong(name, seen(written)) {
                Some(wrong) => self.wrong(wrong, value.location()),
                None => self.anything(value),
            },
            _ => {}
        }
    }

    fn object(&mut self, object: &'a InputObjectType, fields: &'a [(Name, Node<Value>)], at: Option<SourceSpan>) {
        self.unique(fields);
        let is_choice = is_choice(object);
        if is_choice && !matches!(fields, [(_, only)] if !only.is_null()) {
            self.wrong(Wrong::Choice, at);
        }
        for (name, value) in fields {
            if let Some(field) = object.fields.get(name) {
                self.value(Place { is_choice, ..Place::of(field) }, value);
            }
        }
    }

    /// What stands within a value that may be anything.
    fn anything(&mut self, value: &'a Node<Value>) {
        match &**value {
            Value::Variable(variable) => self.read.usages.push(Usage { variable, at: value.location(), place: None }),
            Value::List(items) => {
                for item in items {
                    self.anything(item);
                }
            }
            Value::Object(fields) => {
                self.unique(fields);
                for (_, value) in fields {
                    self.anything(value);
                }
            }
            _ => {}
        }
    }

    fn unique(&mut self, fields: &[(Name, Node<Value>)]) {
        let mut seen = HashSet::with_capacity(fields.len());
        for (name, _) in fields {
            if !seen.insert(name.as_str()) {
                let words = (format!("Trường “{name}” được cho nhiều lần."), format!("There can be only one input field named “{name}”."));
                self.tell(words, name.location());
            }
        }
    }

    /// Whether the variables of an operation may stand where it uses them, itself or by what it spreads.
    fn hold(&mut self, operation: &Operation, own: &Read<'a>, fragments: &HashMap<&str, Read<'a>>) {
        let known: HashMap<&str, &Node<VariableDefinition>> =
            operation.variables.iter().map(|variable| (variable.name.as_str(), variable)).collect();
        let (mut reached, mut open) = (HashSet::new(), vec![own]);
        while let Some(read) = open.pop() {
            for usage in &read.usages {
                if self.faults.len() >= self.most {
                    return;
                }
                self.usage(usage, known.get(usage.variable.as_str()).copied());
            }
            for spread in &read.spreads {
                if reached.insert(*spread) {
                    open.extend(fragments.get(*spread));
                }
            }
        }
    }

    fn usage(&mut self, usage: &Usage<'a>, known: Option<&Node<VariableDefinition>>) {
        let name = usage.variable;
        match (known, usage.place) {
            (Some(variable), Some(place)) if !place.takes(variable) => {
                let (ty, wanted) = (&variable.ty, place.wanted());
                let vi = format!("Biến “${name}” kiểu “{ty}” không dùng được ở chỗ cần kiểu “{wanted}”.");
                let en = format!("Variable “${name}” of type “{ty}” used in position expecting type “{wanted}”.");
                self.tell((vi, en), usage.at);
            }
            (None, _) => {
                self.tell((format!("Biến “${name}” chưa được khai báo."), format!("Variable “${name}” is not defined.")), usage.at);
            }
            _ => {}
        }
    }

    fn wrong(&mut self, wrong: Wrong, at: Option<SourceSpan>) {
        if self.faults.len() < self.most {
            self.faults.push(told(wrong, None, at.map(self.at)));
        }
    }

    fn tell(&mut self, words: (String, String), at: Option<SourceSpan>) {
        if self.faults.len() < self.most {
            self.faults.push(fault(words, at.map(self.at)));
        }
    }
}

fn seen(value: &Value) -> Seen<'_> {
    match value {
        Value::String(text) => Seen::Text(text),
        Value::Int(number) if number.as_str().parse::<i64>().is_ok() => Seen::Whole,
        Value::Int(_) | Value::Float(_) => Seen::Number,
        _ => Seen::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where the faults of documents stand.
    fn verdicts(texts: &[&str]) -> Vec<Vec<(usize, usize)>> {
        let schema = Schema::parse_and_validate(crate::PUBLISHED, "schema.graphql").expect("the schema's own text");
        let verdict = |text: &&str| {
            let document =
                ExecutableDocument::parse_and_validate(&schema, *text, "").unwrap_or_else(|why| panic!("{text}: {}", why.errors));
            let at = |place: SourceSpan| Pos { line: 1, column: place.offset() + 1 };
            faults(&schema, &document, &at, 20).iter().flat_map(|fault| &fault.locations).map(|place| (place.line, place.column)).collect()
        };
        texts.iter().map(verdict).collect()
    }

    #[test]
    fn values_that_do_not_fit_are_told_with_their_places() {
        let texts = [
            ("{ agency(code: \"a\", asOf: \"x\") { code } }", vec![(1, 27)]),
            ("{ agency(code: \"a\", asOf: 5) { code } a: agency(code: \"a\", asOf: X) { code } }", vec![(1, 27), (1, 66)]),
            ("query($d: NaiveDate = \"2014-02-30\") { agency(code: \"a\", asOf: $d) { code } }", vec![(1, 23)]),
            ("{ ...F } fragment F on Query { occurrences(filter: {asOf: \"2013-8-20\"}) { totalCount } }", vec![(1, 59)]),
            ("query A { ...F } query B { ...F } fragment F on Query { agency(code: \"a\", asOf: \"0000-01-01\") { code } }", vec![(1, 81)]),
            ("{ search(text: \"0000-01-01\") { totalCount } }", vec![]),
            ("{ node(id: 99999999999999999999) { id } }", vec![(1, 12)]),
            ("{ node(id: 5) { id } }", vec![]),
            ("{ tasks(filter: {year: 2013, year: 2014}) { totalCount } }", vec![(1, 30)]),
        ];
        let found = verdicts(&texts.iter().map(|(text, _)| *text).collect::<Vec<_>>());
        for ((text, expected), found) in texts.into_iter().zip(found) {
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn variables_stand_where_their_types_may() {
        let texts = [
            ("query($k: SearchKind) { search(text: \"a\", kinds: [$k]) { totalCount } }", 1),
            ("query($k: SearchKind!) { search(text: \"a\", kinds: [$k]) { totalCount } }", 0),
            ("query($k: SearchKind = AGENCY) { search(text: \"a\", kinds: [$k]) { totalCount } }", 0),
            ("query($k: [SearchKind!]) { search(text: \"a\", kinds: $k) { totalCount } }", 0),
            ("query($a: String = null) { agency(code: $a) { code } }", 1),
            ("query($a: String = \"a\") { agency(code: $a) { code } }", 0),
            ("query($s: Boolean = null) { __typename @include(if: $s) }", 1),
            ("query($s: Boolean = true) { __typename @include(if: $s) }", 0),
            ("query($d: Direction) { documents(direction: $d) { totalCount } }", 0),
            ("query($d: Direction) { agencies(orderBy: {direction: $d}) { totalCount } }", 0),
            ("mutation($k: DocumentKind) { createDocument(input: {kind: $k}) { problem { code } } }", 1),
            // Each operation that spreads a fragment gives it its own variables.
            ("query A($a: String!) { ...F } query B($a: String = null) { ...F } fragment F on Query { agency(code: $a) { code } }", 1),
        ];
        let found = verdicts(&texts.iter().map(|(text, _)| *text).collect::<Vec<_>>());
        for ((text, expected), found) in texts.into_iter().zip(found) {
            assert_eq!(found.len(), expected, "{text}");
        }
    }
}
