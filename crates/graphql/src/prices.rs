//! Which fields hold lists, and which ask the database by arguments of their own, read from the schema's own text.
//! Must not decide what is too much; that is `limits`.

use std::collections::HashMap;

use async_graphql::parser::{
    Error, parse_schema,
    types::{BaseType, FieldDefinition, OperationType, Type, TypeKind, TypeSystemDefinition},
};

/// How many values a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    One,
    List,
    /// A connection: as many as its arguments say.
    Page,
}

/// The fields of introspection, which no schema's text shows.
const INTROSPECTION: &str = "type __Schema { types: [__Type] directives: [__Directive] queryType: __Type }
    type __Type { fields: [__Field] interfaces: [__Type] possibleTypes: [__Type] enumValues: [__EnumValue] inputFields: [__InputValue] ofType: __Type }
    type __Field { args: [__InputValue] type: __Type }
    type __InputValue { type: __Type }
    type __EnumValue { name: String }
    type __Directive { args: [__InputValue] }";

/// What is known of a field.
struct Priced {
    shape: Shape,
    /// The type of its values.
    target: String,
    asks: bool,
}

/// Every field, by type and name.
pub struct Prices(HashMap<String, HashMap<String, Priced>>);

impl Prices {
    /// Reads a schema.
    ///
    /// # Errors
    /// When the text is not one.
    pub fn read(sdl: &str) -> Result<Self, Error> {
        let mut types = HashMap::new();
        for definition in parse_schema(sdl)?.definitions.into_iter().chain(parse_schema(INTROSPECTION)?.definitions) {
            let TypeSystemDefinition::Type(definition) = definition else { continue };
            let name = definition.node.name.node.to_string();
            let fields = match definition.node.kind {
                TypeKind::Object(object) => object.fields,
                TypeKind::Interface(interface) => interface.fields,
                _ => continue,
            };
            // A connection is counted where it is asked for, not again at its nodes and edges.
            let within_page = name.ends_with("Connection");
            types.insert(name, fields.into_iter().map(|field| described(&field.node, within_page)).collect());
        }
        Ok(Self(types))
    }

    /// The type that an operation selects on.
    pub fn root(kind: OperationType) -> &'static str {
        match kind {
            OperationType::Query => "Query",
            OperationType::Mutation => "Mutation",
            OperationType::Subscription => "Subscription",
        }
    }

    /// How many values a field of this type holds.
    pub fn shape(&self, parent: &str, field: &str) -> Shape {
        self.field(parent, field).map_or(Shape::One, |priced| priced.shape)
    }

    /// The type of a field's values; empty for what the schema does not have, which validation refuses.
    pub fn target(&self, parent: &str, field: &str) -> &str {
        match field {
            "__schema" => "__Schema",
            "__type" => "__Type",
            _ => self.field(parent, field).map_or("", |priced| &priced.target),
        }
    }

    /// Whether a field asks the database by arguments of its own: with other arguments beside it, it would ask again.
    pub fn asks(&self, parent: &str, field: &str) -> bool {
        self.field(parent, field).is_some_and(|priced| priced.asks)
    }

    fn field(&self, parent: &str, field: &str) -> Option<&Priced> {
        self.0.get(parent)?.get(field)
    }
}

/// The argument that chooses among texts that are read anyway.
const LANG: &str = "lang";

fn described(field: &FieldDefinition, within_page: bool) -> (String, Priced) {
    let (is_list, target) = unwrapped(&field.ty.node);
    let shape = match (is_list, within_page) {
        (true, false) => Shape::List,
        _ if target.ends_with("Connection") => Shape::Page,
        _ => Shape::One,
    };
    let asks = field.arguments.iter().any(|argument| argument.node.name.node != LANG);
    (field.name.node.to_string(), Priced { shape, target: target.to_owned(), asks })
}

/// Whether a type is a list, and of what.
fn unwrapped(ty: &Type) -> (bool, &str) {
    match &ty.base {
        BaseType::Named(name) => (false, name),
        BaseType::List(inner) => (true, unwrapped(inner).1),
    }
}
